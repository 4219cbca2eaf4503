package import FordringKit

/// Who does something, and when: every write carries it, so that the audit trail can say it.
package struct Provenance: Sendable {
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

    fileprivate init(_ connection: any EngineConnection) { self.connection = connection }

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
}

/// One transaction that changes one database.
///
/// It commits when the closure returns; nothing of it stays when it throws.
package final class WriteTransaction: ReadTransaction {
    /// Who changes, and when.
    package let provenance: Provenance
    private var attachments: [(key: ObjectIdentifier, value: any TransactionAttachment)] = []

    init(_ connection: any EngineConnection, _ provenance: Provenance) {
        self.provenance = provenance
        super.init(connection)
    }

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

    func dropAttachments() { attachments = [] }

    func flush() throws {
        for (_, attachment) in attachments { try attachment.flush(self) }
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

    /// For Host, which has checked that the database is this tenant's.
    package init(tenant: TenantID, engine: any Engine) {
        self.tenant = tenant
        self.engine = engine
    }

    package var dialect: SQLDialect { engine.dialect }

    package func read<Result>(_ body: (ReadTransaction) throws -> Result) throws -> Result {
        try engine.read { try body(ReadTransaction($0)) }
    }

    @discardableResult
    package func write<Result>(_ provenance: Provenance, _ body: (WriteTransaction) throws -> Result) throws -> Result {
        try engine.write(provenance, body)
    }

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
    package func write<Result>(_ provenance: Provenance, _ body: (WriteTransaction) throws -> Result) throws -> Result {
        try write { connection in
            let transaction = WriteTransaction(connection, provenance)
            // Attachments point back at the transaction; without this neither would ever go.
            defer { transaction.dropAttachments() }
            let result = try body(transaction)
            try transaction.flush()
            return result
        }
    }

    /// A view for the host's own database, which belongs to no tenant.
    package func readHost<Result>(_ body: (ReadTransaction) throws -> Result) throws -> Result {
        try read { try body(ReadTransaction($0)) }
    }
}
