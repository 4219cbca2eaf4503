import CSQLite
package import Database
import Foundation

/// One connection and its prepared statements; closed when it goes.
///
/// Unchecked: the engine hands it to one caller at a time.
package final class SQLiteConnection: EngineConnection, @unchecked Sendable {
    /// The order of opening, from 0.
    let number: Int
    /// SQLite's own; only the benchmark asks for it, to measure SQLite alone under the same settings.
    package let handle: OpaquePointer
    private let path: String
    private var isOpen = true
    private var mayWrite = true
    /// Whether it has the larger cache of those that write.
    private(set) var hasWritten = false
    /// Keyed by the address of the statement's text, which is a literal of the program and never moves.
    private var statements: [UnsafeRawPointer: SQLiteStatement] = [:]

    /// Done once, before the first connection of the process.
    private static let isProcessConfigured = csqlite_configure_process() == SQLITE_OK

    package init(_ path: String, number: Int, create: Bool) throws {
        _ = SQLiteConnection.isProcessConfigured
        self.number = number
        self.path = path
        let flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | (create ? SQLITE_OPEN_CREATE : 0)
        var opened: OpaquePointer?
        let code = sqlite3_open_v2(path, &opened, flags, nil)
        guard code == SQLITE_OK, let opened else {
            let message = opened.map { String(cString: sqlite3_errmsg($0)) } ?? "out of memory"
            sqlite3_close_v2(opened)
            if !create, !FileManager.default.fileExists(atPath: path) {
                throw DatabaseFault(
                    .cannotOpen, "The database \(path) is missing. Restore it from a backup; nothing was changed.")
            }
            throw SQLiteEngine.fault(code, message, path)
        }
        handle = opened
        sqlite3_extended_result_codes(handle, 1)
        sqlite3_busy_timeout(handle, 30_000)
        // 32 MB of log before it is copied to the main file: with the usual 4, batches of a thousand rows copy, and sync
        // twice more, after every tenth.
        sqlite3_wal_autocheckpoint(handle, 8000)
        try check(csqlite_configure_connection(handle))
        var mode = ""
        try query("PRAGMA journal_mode = WAL", []) { mode = $0.text(0) }
        guard mode == "wal" else { throw DatabaseFault(.cannotOpen, "The database \(path) takes no write-ahead log.") }
        try check(sqlite3_exec(handle, SQLiteConnection.settings, nil, nil, nil))
    }

    deinit {
        guard isOpen else { return }
        statements = [:]
        sqlite3_close_v2(handle)
    }

    /// A commit is on the disk when it returns; what is deleted is overwritten with zeros.
    ///
    /// Without `recursive_triggers`, `INSERT OR REPLACE` deletes rows past the triggers that refuse it.
    private static let settings = """
        PRAGMA synchronous = FULL; PRAGMA secure_delete = ON; PRAGMA recursive_triggers = ON; PRAGMA temp_store = MEMORY;
        PRAGMA cache_size = -8000
        """

    /// Lets go of pages that are not in use.
    func shrink() { sqlite3_db_release_memory(handle) }

    /// Closes; nothing may be called afterwards.
    package func close() throws {
        statements = [:]
        try check(sqlite3_close(handle))
        isOpen = false
    }

    /// One transaction that commits when the body returns and leaves no trace when it throws.
    func transaction<Result>(writes: Bool, _ body: () throws -> Result) throws -> Result {
        if writes, !hasWritten {
            // Who only reads passes over much and comes back to little: what is not here, the system has.
            try check(sqlite3_exec(handle, "PRAGMA cache_size = -32000", nil, nil, nil))
            hasWritten = true
        }
        mayWrite = writes
        defer { mayWrite = true }
        _ = try writes ? execute("BEGIN IMMEDIATE", []) : execute("BEGIN", [])
        do {
            let result = try body()
            _ = try execute("COMMIT", [])
            return result
        } catch {
            // After some errors SQLite has taken the transaction back by itself.
            if sqlite3_get_autocommit(handle) == 0 { _ = try? execute("ROLLBACK", []) }
            throw error
        }
    }

    private func check(_ code: Int32) throws {
        if code != SQLITE_OK { throw SQLiteEngine.fault(code, String(cString: sqlite3_errmsg(handle)), path) }
    }

    package func execute(_ sql: StaticString, _ values: [SQLValue]) throws -> Int {
        let statement = try prepared(sql)
        defer { statement.reset() }
        try statement.bind(values)
        while try statement.step() {}
        return Int(sqlite3_changes(handle))
    }

    package func query(_ sql: StaticString, _ values: [SQLValue], _ each: (any EngineRow) throws -> Void) throws {
        let cached = try prepared(sql)
        // A query inside the closure of the same query needs a statement of its own.
        let statement = cached.isBusy ? try SQLiteStatement(handle, sql.description, path) : cached
        statement.isBusy = true
        defer {
            statement.isBusy = false
            statement.reset()
        }
        try statement.bind(values)
        while try statement.step() { try each(statement) }
    }

    package func runSchema(_ sql: String) throws {
        let statement = try allowed(SQLiteStatement(handle, sql, path))
        while try statement.step() {}
    }

    private func prepared(_ sql: StaticString) throws -> SQLiteStatement {
        let key = UnsafeRawPointer(sql.utf8Start)
        if let statement = statements[key] { return try allowed(statement) }
        let statement = try allowed(SQLiteStatement(handle, sql.description, path))
        statements[key] = statement
        return statement
    }

    /// Lets a statement that writes through only where writing was asked for.
    private func allowed(_ statement: SQLiteStatement) throws -> SQLiteStatement {
        guard mayWrite || statement.isReadOnly else {
            throw SQLiteEngine.fault(SQLITE_READONLY, "a transaction that reads cannot write", path)
        }
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
    /// Whether it leaves the database as it is.
    let isReadOnly: Bool
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
        isReadOnly = sqlite3_stmt_readonly(statement) != 0
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
