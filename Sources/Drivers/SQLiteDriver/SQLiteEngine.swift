package import Database
import Foundation
import GRDB
import GRDBSQLite
import Synchronization

/// One SQLite file: a writer and a few readers, in WAL mode, synced to the disk at every commit.
///
/// GRDB owns the connections, their threads and the transactions; statements are prepared and bound here, because a
/// million rows a minute leave no room for a dictionary of boxed arguments each.
package final class SQLiteEngine: Engine {
    private let pool: DatabasePool
    private let path: String
    /// The file is on this machine, so its time is the machine's.
    private let clock: @Sendable () -> Timestamp
    /// The prepared statements of each connection; a connection's own are touched by its thread only.
    private let connections = Mutex<[ObjectIdentifier: SQLiteConnection]>([:])

    package let dialect = SQLDialect(
        integer: "INTEGER",
        bytes: "BLOB",
        strict: "STRICT",
        skipLocked: "",
        tableExists: "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = $1",
        appendOnly: { table in
            ["UPDATE", "DELETE"].map { verb in
                """
                CREATE TRIGGER \(table)_refuses_\(verb.lowercased()) BEFORE \(verb) ON \(table)
                BEGIN SELECT RAISE(ABORT, '\(table) is append-only'); END
                """
            }
        },
        growOnly: { table in
            [
                """
                CREATE TRIGGER \(table.name)_refuses_update BEFORE UPDATE ON \(table.name) WHEN \(table.refusal)
                BEGIN SELECT RAISE(ABORT, '\(table.name) only grows'); END
                """,
                """
                CREATE TRIGGER \(table.name)_refuses_delete BEFORE DELETE ON \(table.name)
                BEGIN SELECT RAISE(ABORT, '\(table.name) only grows'); END
                """,
            ]
        })

    /// Opens a file.
    ///
    /// - Parameters:
    ///   - create: whether a missing file is made; otherwise it is a fault.
    ///   - clock: the machine's time, or a test's.
    package init(
        path: String, create: Bool, clock: @escaping @Sendable () -> Timestamp = SQLiteEngine.systemTime
    ) throws {
        self.path = path
        self.clock = clock
        if !create, !FileManager.default.fileExists(atPath: path) {
            throw DatabaseFault(
                .cannotOpen, "The database \(path) is missing. Restore it from a backup; nothing was changed.")
        }
        var configuration = Configuration()
        configuration.maximumReaderCount = 4
        configuration.busyMode = .timeout(30)
        configuration.foreignKeysEnabled = true
        configuration.prepareDatabase { database in
            try database.execute(sql: "PRAGMA temp_store = MEMORY")
            // 32 MB of log before it is copied to the main file: with the usual 4, batches of a thousand rows copy, and
            // sync twice more, after every tenth.
            try database.execute(sql: "PRAGMA wal_autocheckpoint = 8000")
            // Without it, INSERT OR REPLACE deletes rows past the triggers that refuse it.
            try database.execute(sql: "PRAGMA recursive_triggers = ON")
            // Readers are up to four a tenant, and pass over whole tables: what is not here, the system has.
            try database.execute(
                sql: database.configuration.readonly ? "PRAGMA cache_size = -8000" : "PRAGMA cache_size = -32000")
        }
        do {
            pool = try DatabasePool(path: path, configuration: configuration)
            // GRDB sets NORMAL when it turns WAL on; then a power cut could take the last commits with it.
            // What is deleted is overwritten with zeros.
            try pool.writeWithoutTransaction {
                try $0.execute(sql: "PRAGMA synchronous = FULL; PRAGMA secure_delete = ON")
            }
        } catch let error as DatabaseError {
            throw SQLiteEngine.fault(error.resultCode.rawValue, error.message ?? "", path)
        }
    }

    /// The machine's clock.
    package static let systemTime: @Sendable () -> Timestamp = {
        Timestamp(milliseconds: Int64(Date().timeIntervalSince1970 * 1000))
    }

    package func now(_ connection: any EngineConnection) throws -> Timestamp { clock() }

    package func read<Result>(_ body: (any EngineConnection) throws -> Result) throws -> Result {
        try translating { try pool.read { try body(connection(for: $0)) } }
    }

    package func write<Result>(_ body: (any EngineConnection) throws -> Result) throws -> Result {
        try translating { try pool.write { try body(connection(for: $0)) } }
    }

    /// Writes the file anew from what is live, and empties the log.
    ///
    /// Overwriting alone does not do: when a page splits, copies of the rows that moved stay in its gap.
    package func scrub() throws {
        try translating {
            try pool.writeWithoutTransaction { database in
                // In memory the copy would be as large as the file.
                try database.execute(sql: "PRAGMA temp_store = FILE")
                defer { try? database.execute(sql: "PRAGMA temp_store = MEMORY") }
                try database.execute(sql: "VACUUM")
                let isBusy = try Bool.fetchOne(database, sql: "PRAGMA wal_checkpoint(TRUNCATE)") ?? true
                if isBusy {
                    throw DatabaseFault(
                        .busy,
                        "The database \(path) is being read by another process, so its log keeps deleted data. "
                            + "Repeat the command when that has finished.")
                }
            }
        }
    }

    package func close() throws {
        connections.withLock { $0.removeAll() }
        // GRDB closes the writer before the readers, and a reader cannot write the log to the main file: it would stay
        // beside it, and be taken for the log of whatever file is put in its place.
        pool.invalidateReadOnlyConnections()
        try translating { try pool.close() }
    }

    private func connection(for database: GRDB.Database) throws -> SQLiteConnection {
        guard let handle = database.sqliteConnection else {
            throw DatabaseFault(.cannotOpen, "The database \(path) is closed.")
        }
        return connections.withLock { known in
            let key = ObjectIdentifier(database)
            if let connection = known[key] { return connection }
            let made = SQLiteConnection(handle, path)
            known[key] = made
            return made
        }
    }

    private func translating<Result>(_ body: () throws -> Result) throws -> Result {
        do {
            return try body()
        } catch let error as DatabaseError {
            throw SQLiteEngine.fault(error.resultCode.rawValue, error.message ?? "", path)
        }
    }

    static func fault(_ resultCode: Int32, _ message: String, _ path: String) -> DatabaseFault {
        switch resultCode & 0xFF {
        case SQLITE_BUSY, SQLITE_LOCKED:
            DatabaseFault(
                .busy,
                "The database \(path) is in use by another process (\(message)). Try again when it has finished.")
        case SQLITE_FULL:
            DatabaseFault(
                .full, "The disk is full: \(path) could not grow. Free space and repeat the command; nothing is lost.")
        case SQLITE_CONSTRAINT:
            DatabaseFault(.constraint, "The database \(path) refused a change: \(message).")
        case SQLITE_CORRUPT, SQLITE_NOTADB:
            DatabaseFault(.corrupt, "The database \(path) is damaged (\(message)). Restore it from a backup.")
        case SQLITE_IOERR:
            DatabaseFault(
                .inputOutput, "Reading or writing \(path) failed (\(message)). Check the disk and repeat the command.")
        case SQLITE_CANTOPEN, SQLITE_PERM, SQLITE_READONLY, SQLITE_AUTH:
            DatabaseFault(
                .cannotOpen,
                "The database \(path) cannot be opened for writing (\(message)). Check the folder and its permissions.")
        default:
            DatabaseFault(.other, "The database \(path) failed: \(message).")
        }
    }
}

/// The statements of one connection.
///
/// Used by the thread that GRDB runs that connection on.
///
/// Unchecked: instances never leave the closure that GRDB calls on the connection's own queue.
final class SQLiteConnection: EngineConnection, @unchecked Sendable {
    private let handle: OpaquePointer
    private let path: String
    /// Keyed by the address of the statement's text, which is a literal of the program and never moves.
    private var statements: [UnsafeRawPointer: SQLiteStatement] = [:]

    init(_ handle: OpaquePointer, _ path: String) {
        self.handle = handle
        self.path = path
    }

    func execute(_ sql: StaticString, _ values: [SQLValue]) throws -> Int {
        let statement = try prepared(sql)
        defer { statement.reset() }
        try statement.bind(values)
        while try statement.step() {}
        return Int(sqlite3_changes(handle))
    }

    func query(_ sql: StaticString, _ values: [SQLValue], _ each: (any EngineRow) throws -> Void) throws {
        let cached = try prepared(sql)
        // A query inside the closure of the same query needs a statement of its own.
        let statement = cached.isBusy ? try SQLiteStatement(handle, String(describing: sql), path) : cached
        statement.isBusy = true
        defer {
            statement.isBusy = false
            statement.reset()
        }
        try statement.bind(values)
        while try statement.step() { try each(statement) }
    }

    func runSchema(_ sql: String) throws {
        let statement = try SQLiteStatement(handle, sql, path)
        while try statement.step() {}
    }

    private func prepared(_ sql: StaticString) throws -> SQLiteStatement {
        let key = UnsafeRawPointer(sql.utf8Start)
        if let statement = statements[key] { return statement }
        let statement = try SQLiteStatement(handle, sql.description, path)
        statements[key] = statement
        return statement
    }
}

/// A prepared statement, and the row that it stands on.
final class SQLiteStatement: EngineRow {
    private let handle: OpaquePointer
    private let database: OpaquePointer
    private let path: String
    /// Which value each parameter takes.
    ///
    /// SQLite numbers `$1`, `$2` in the order in which they first stand in the text.
    private let valueIndexes: [Int]
    var isBusy = false

    init(_ database: OpaquePointer, _ sql: String, _ path: String) throws {
        var statement: OpaquePointer?
        let code = sqlite3_prepare_v3(database, sql, -1, UInt32(SQLITE_PREPARE_PERSISTENT), &statement, nil)
        guard code == SQLITE_OK, let statement else {
            throw SQLiteEngine.fault(code, "\(String(cString: sqlite3_errmsg(database))) in: \(sql)", path)
        }
        handle = statement
        valueIndexes = (0..<sqlite3_bind_parameter_count(statement)).map { index in
            guard let name = sqlite3_bind_parameter_name(statement, index + 1),
                let number = Int(String(cString: name).dropFirst())
            else { preconditionFailure("parameters are written $1, $2 … in: \(sql)") }
            return number - 1
        }
        self.database = database
        self.path = path
    }

    deinit { sqlite3_finalize(handle) }

    func bind(_ values: [SQLValue]) throws {
        // SQLITE_TRANSIENT: SQLite copies the bytes before the call returns.
        let transient = unsafeBitCast(-1, to: sqlite3_destructor_type.self)
        for (position, valueIndex) in valueIndexes.enumerated() {
            precondition(valueIndex < values.count, "a statement has more parameters than values")
            let index = Int32(position + 1)
            let code: Int32
            switch values[valueIndex] {
            case .null: code = sqlite3_bind_null(handle, index)
            case .integer(let integer): code = sqlite3_bind_int64(handle, index, integer)
            case .text(var text):
                code = text.withUTF8 { utf8 in
                    utf8.withMemoryRebound(to: CChar.self) {
                        // An empty string has no address, which SQLite would take for NULL.
                        $0.isEmpty
                            ? sqlite3_bind_text(handle, index, "", 0, transient)
                            : sqlite3_bind_text(handle, index, $0.baseAddress, Int32($0.count), transient)
                    }
                }
            case .bytes(let bytes):
                code = bytes.withUnsafeBytes {
                    $0.isEmpty
                        ? sqlite3_bind_zeroblob(handle, index, 0)
                        : sqlite3_bind_blob(handle, index, $0.baseAddress, Int32($0.count), transient)
                }
            }
            if code != SQLITE_OK { throw fault(code) }
        }
    }

    /// Moves to the next row; `false` at the end.
    func step() throws -> Bool {
        let code = sqlite3_step(handle)
        switch code {
        case SQLITE_ROW: return true
        case SQLITE_DONE: return false
        default: throw fault(code)
        }
    }

    func reset() {
        // The code repeats what the failing step has already thrown.
        _ = sqlite3_reset(handle)
    }

    func isNull(_ column: Int) -> Bool { sqlite3_column_type(handle, Int32(column)) == SQLITE_NULL }

    func integer(_ column: Int) -> Int64 { sqlite3_column_int64(handle, Int32(column)) }

    func text(_ column: Int) -> String {
        guard let start = sqlite3_column_text(handle, Int32(column)) else { return "" }
        let count = Int(sqlite3_column_bytes(handle, Int32(column)))
        return String(decoding: UnsafeBufferPointer(start: start, count: count), as: UTF8.self)
    }

    func bytes(_ column: Int) -> [UInt8] {
        guard let start = sqlite3_column_blob(handle, Int32(column)) else { return [] }
        return [UInt8](UnsafeRawBufferPointer(start: start, count: Int(sqlite3_column_bytes(handle, Int32(column)))))
    }

    func withBytes(_ column: Int, _ body: (UnsafeRawBufferPointer) throws -> Void) throws {
        let start = sqlite3_column_blob(handle, Int32(column))
        try body(UnsafeRawBufferPointer(start: start, count: Int(sqlite3_column_bytes(handle, Int32(column)))))
    }

    private func fault(_ code: Int32) -> DatabaseFault {
        SQLiteEngine.fault(code, String(cString: sqlite3_errmsg(database)), path)
    }
}
