package import FordringKit

/// Who does something, and when: every write carries it, so that the audit trail can say it.
package struct Provenance: Sendable, Hashable {
    /// Who acts.
    package enum Actor: Sendable, Hashable {
        /// A person at the command line, by login name.
        case operatorNamed(String)
        /// The host's own work: `daily run`, `demo`.
        case host(String)
        /// A job of the queue.
        case job(Int64)
        /// A file that a creditor sent, by its SHA-256 in hexadecimal.
        case importFile(String)
        /// A country's rules, whose decisions the daily run carries out.
        case plugin(Plugin)
    }

    /// A plug-in down to its bytes.
    package struct Plugin: Sendable, Hashable, CustomStringConvertible {
        package let name: String
        package let version: String
        /// The SHA-256 of the plug-in's library in hexadecimal.
        package let sha256: String

        package init(name: String, version: String, sha256: String) {
            self.name = name
            self.version = version
            self.sha256 = sha256
        }

        /// `denmark 1.0.0`.
        package var description: String { "\(name) \(version)" }
    }

    package var actor: Actor
    package var time: Timestamp

    package init(_ actor: Actor, at time: Timestamp) {
        self.actor = actor
        self.time = time
    }
}

/// One row of a result.
package struct Row {
    private let row: any EngineRow

    init(_ row: any EngineRow) { self.row = row }

    package func integer(_ column: Int) -> Int64 { row.integer(column) }
    package func int(_ column: Int) -> Int { Int(row.integer(column)) }
    package func flag(_ column: Int) -> Bool { row.integer(column) != 0 }
    package func text(_ column: Int) -> String { row.text(column) }
    package func bytes(_ column: Int) -> [UInt8] { row.bytes(column) }
    /// The same without a copy; valid until the closure returns.
    package func withBytes(_ column: Int, _ body: (UnsafeRawBufferPointer) throws -> Void) throws {
        try row.withBytes(column, body)
    }
    package func date(_ column: Int) -> CivilDate { CivilDate(day: Int32(clamping: row.integer(column))) }
    package func isNull(_ column: Int) -> Bool { row.isNull(column) }
    package func integerOrNil(_ column: Int) -> Int64? { row.isNull(column) ? nil : row.integer(column) }
    package func textOrNil(_ column: Int) -> String? { row.isNull(column) ? nil : row.text(column) }
    package func dateOrNil(_ column: Int) -> CivilDate? { row.isNull(column) ? nil : date(column) }
}

/// A consistent view of one database.
///
/// Not to be kept after the closure that received it has returned.
package class ReadTransaction {
    fileprivate let connection: any EngineConnection
    private let engine: any Engine
    /// Whose database this is; `nil` for the host's own.
    package let tenant: TenantID?

    fileprivate init(_ connection: any EngineConnection, _ engine: any Engine, _ tenant: TenantID?) {
        self.connection = connection
        self.engine = engine
        self.tenant = tenant
    }

    /// The database's time, which is one for all who share the database; see ``Engine/now(_:)``.
    package func databaseTime() throws -> Timestamp { try engine.now(connection) }

    /// Runs a query, row by row.
    package func query(_ sql: StaticString, _ values: any SQLConvertible..., each: (Row) throws -> Void) throws {
        try connection.query(sql, values.map(\.sqlValue)) { try each(Row($0)) }
    }

    /// The rows of a query, mapped.
    package func all<Value>(
        _ sql: StaticString, _ values: any SQLConvertible..., map: (Row) throws -> Value
    ) throws -> [Value] {
        var result: [Value] = []
        try connection.query(sql, values.map(\.sqlValue)) { result.append(try map(Row($0))) }
        return result
    }

    /// The first row of a query, mapped.
    package func first<Value>(
        _ sql: StaticString, _ values: any SQLConvertible..., map: (Row) throws -> Value
    ) throws -> Value? {
        var result: Value?
        try connection.query(sql, values.map(\.sqlValue)) { row in
            if result == nil { result = try map(Row(row)) }
        }
        return result
    }
}

/// Something that gathers changes during a transaction and writes them once, before the commit.
package protocol TransactionAttachment: AnyObject {
    init(_ transaction: WriteTransaction) throws
    func flush(_ transaction: WriteTransaction) throws
    /// Remembers what was gathered until now.
    ///
    /// - Returns: a closure that goes back to it, called when the work since then is taken back and the rest stands.
    func mark() -> () -> Void
}

/// One transaction that changes one database.
///
/// It commits when the closure returns; nothing of it stays when it throws.
package final class WriteTransaction: ReadTransaction {
    /// Who changes, and when; in a grouped transaction, that of the work that is running.
    package private(set) var provenance: Provenance
    /// What the transaction has made due so far.
    package private(set) var due = WorkDue()
    /// Keeps the host's calendar of due work; `nil` where nobody does.
    package let calendar: (any WorkCalendar)?
    private var attachments: [(key: ObjectIdentifier, value: any TransactionAttachment)] = []

    init(
        _ connection: any EngineConnection, _ engine: any Engine, _ tenant: TenantID?, _ provenance: Provenance,
        _ calendar: (any WorkCalendar)?
    ) {
        self.provenance = provenance
        self.calendar = calendar
        super.init(connection, engine, tenant)
    }

    /// Says that the transaction makes work due.
    ///
    /// What is taken back to a savepoint stays announced: a calendar that calls too early does no harm.
    package func announce(_ work: WorkDue) { due = due.earliest(work) }

    /// Says that the rules are to be asked about a case on a day; on none, where it is `nil`.
    package func announceCases(on day: CivilDate?) { announce(WorkDue(casesOn: day)) }

    /// Runs a statement and returns the number of rows that it changed.
    @discardableResult
    package func execute(_ sql: StaticString, _ values: any SQLConvertible...) throws -> Int {
        try connection.execute(sql, values.map(\.sqlValue))
    }

    /// The same without the detour over existentials, for statements that run a million times.
    @discardableResult
    package func execute(_ sql: StaticString, values: [SQLValue]) throws -> Int {
        try connection.execute(sql, values)
    }

    /// The attachment of a type, made when it is first asked for and flushed before the commit.
    package func attachment<A: TransactionAttachment>(_ type: A.Type) throws -> A {
        let key = ObjectIdentifier(type)
        for (known, value) in attachments where known == key {
            if let value = value as? A { return value }
        }
        let made = try A(self)
        attachments.append((key, made))
        return made
    }

    /// Does a part of the transaction by itself: when it throws, its own changes are taken back and no others.
    func savepoint<Result>(_ provenance: Provenance, _ body: (WriteTransaction) throws -> Result) throws -> Result {
        self.provenance = provenance
        let marks = attachments.map { $0.value.mark() }
        try execute("SAVEPOINT part")
        do {
            let result = try body(self)
            try execute("RELEASE part")
            return result
        } catch {
            // Where the engine has taken the whole transaction back, this fails too, and nobody's work commits.
            do {
                try execute("ROLLBACK TO part")
                try execute("RELEASE part")
            } catch let failure {
                throw SavepointLost(cause: error, failure: failure)
            }
            attachments.removeLast(attachments.count - marks.count)
            for restore in marks { restore() }
            throw error
        }
    }

    /// Does a part of the transaction that is good only if all parts are.
    func part(_ provenance: Provenance, _ body: (WriteTransaction) throws -> Void) throws {
        self.provenance = provenance
        try body(self)
    }

    func dropAttachments() { attachments = [] }

    /// Writes what was gathered.
    ///
    /// - Returns: what the transaction has made due.
    func flush() throws -> WorkDue {
        for (_, attachment) in attachments { try attachment.flush(self) }
        if let tenant, let calendar, !due.isNothing { try WorkMark.lower(to: due, tenant, calendar, self) }
        return due
    }
}

/// Hands out the numbers of a tenant's rows, without holes, in the order of asking.
///
/// Part of the schema of every database.
package final class IDCounter: TransactionAttachment {
    private let transaction: WriteTransaction
    private var next: [(name: String, next: Int64, stored: Int64)] = []

    package init(_ transaction: WriteTransaction) { self.transaction = transaction }

    package func take(_ name: String) throws -> Int64 {
        for index in next.indices where next[index].name == name {
            next[index].next += 1
            return next[index].next - 1
        }
        let stored = try transaction.first("SELECT next FROM id_counter WHERE name = $1", name) { $0.integer(0) }
        if stored == nil { try transaction.execute("INSERT INTO id_counter (name, next) VALUES ($1, 1)", name) }
        let first = stored ?? 1
        next.append((name, first + 1, first))
        return first
    }

    package func flush(_ transaction: WriteTransaction) throws {
        for index in next.indices where next[index].next != next[index].stored {
            try transaction.execute(
                "UPDATE id_counter SET next = $1 WHERE name = $2", next[index].next, next[index].name)
            next[index].stored = next[index].next
        }
    }

    package func mark() -> () -> Void {
        let next = next
        return { self.next = next }
    }
}

/// The engine could not go back to a savepoint: the whole transaction is over.
struct SavepointLost: Error {
    /// What the work in the savepoint threw.
    let cause: any Error
    /// What going back threw.
    let failure: any Error
}

extension WriteTransaction {
    /// A new number in the series of a name.
    package func newID(_ name: String) throws -> Int64 { try attachment(IDCounter.self).take(name) }
}

/// A tenant's database.
///
/// Every statement of Core goes through one of these, so that none is without a tenant.
package struct TenantDatabase: Sendable {
    /// Whose database this is.
    package let tenant: TenantID
    private let engine: any Engine
    private let group = CommitGroup()
    private let calendar: (any WorkCalendar)?

    /// For Host, which has checked that the database is this tenant's.
    package init(tenant: TenantID, engine: any Engine, calendar: (any WorkCalendar)? = nil) {
        self.tenant = tenant
        self.engine = engine
        self.calendar = calendar
    }

    package var dialect: SQLDialect { engine.dialect }

    package func read<Result>(_ body: (ReadTransaction) throws -> Result) throws -> Result {
        try engine.read { try body(ReadTransaction($0, engine, tenant)) }
    }

    /// The same for passing over whole tables; see ``Engine/scan(_:)``.
    package func scan<Result>(_ body: (ReadTransaction) throws -> Result) throws -> Result {
        try engine.scan { try body(ReadTransaction($0, engine, tenant)) }
    }

    @discardableResult
    package func write<Result>(_ provenance: Provenance, _ body: (WriteTransaction) throws -> Result) throws -> Result {
        try engine.write(provenance, tenant, calendar, body)
    }

    /// One transaction that others at the same time may share, so that one sync to the disk serves them all.
    ///
    /// For short work of many threads. Each closure is as good as alone: it is all there when the call returns, and when
    /// it throws, nothing of it is, while the others' work stands. It runs on whichever thread leads the group, and a
    /// second time where another's closure threw; so it must have no effect but in the database.
    @discardableResult
    package func writeGrouped<Result>(
        _ provenance: Provenance, _ body: @escaping (WriteTransaction) throws -> Result
    ) throws -> Result {
        try group.write(to: self, provenance, body)
    }

    /// The same for tasks, which wait without holding a thread.
    @discardableResult
    package func writeGrouped<Result: Sendable>(
        _ provenance: Provenance, _ body: @escaping @Sendable (WriteTransaction) throws -> Result
    ) async throws -> Result {
        try await group.write(to: self, provenance, body)
    }

    /// Does pieces of work in one transaction, each as good as alone: what one throws takes back its own changes only.
    ///
    /// A closure may run a second time where another's threw; so it must have no effect but in the database.
    /// - Returns: what each piece threw, `nil` where it is all there.
    /// - Throws: where nothing at all could be committed.
    package func writeTogether(
        _ pieces: [(provenance: Provenance, body: (WriteTransaction) throws -> Void)]
    ) throws -> [(any Error)?] {
        guard let first = pieces.first else { return [] }
        do {
            // Nearly always none throws, and then none needs a savepoint of its own.
            try write(first.provenance) { transaction in
                for piece in pieces { try transaction.part(piece.provenance, piece.body) }
            }
            return pieces.map { _ in nil }
        } catch  where pieces.count == 1 {
            return [error]
        } catch {
            do {
                return try write(first.provenance) { transaction in
                    try pieces.map { piece in
                        do {
                            try transaction.savepoint(piece.provenance, piece.body)
                            return nil
                        } catch let lost as SavepointLost {
                            throw lost
                        } catch {
                            return error
                        }
                    }
                }
            } catch let lost as SavepointLost {
                throw lost.cause
            }
        }
    }

    /// Makes sure that no file holds bytes of what was deleted; see ``Engine/scrub()``.
    package func scrub() throws { try engine.scrub() }

    /// Gives back memory; for when work with the database is over for a while.
    package func shrink() { engine.shrink() }

    package func close() throws { try engine.close() }

    /// Brings the schema up to date; see ``Schema/migrate(_:with:)``.
    @discardableResult
    package func migrate(_ schema: Schema, with provenance: Provenance) throws -> [String] {
        try schema.migrate(engine, with: provenance)
    }

    /// The names of the migrations that are still to be run.
    package func pendingMigrations(_ schema: Schema) throws -> [String] { try schema.pending(in: engine) }
}

extension Engine {
    /// One transaction with its provenance and attachments.
    @discardableResult
    package func write<Result>(
        _ provenance: Provenance, _ tenant: TenantID? = nil, _ calendar: (any WorkCalendar)? = nil,
        _ body: (WriteTransaction) throws -> Result
    ) throws -> Result {
        let (result, due) = try write { connection in
            let transaction = WriteTransaction(connection, self, tenant, provenance, calendar)
            // Attachments point back at the transaction; without this neither would ever go.
            defer { transaction.dropAttachments() }
            let result = try body(transaction)
            return (result, try transaction.flush())
        }
        if let tenant, !due.isNothing { calendar?.didCommit(tenant, due) }
        return result
    }

    /// A view for the host's own database, which belongs to no tenant.
    package func readHost<Result>(_ body: (ReadTransaction) throws -> Result) throws -> Result {
        try read { try body(ReadTransaction($0, self, nil)) }
    }
}
