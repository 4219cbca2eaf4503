import CSQLite
package import Database
import Dispatch
import Foundation
import Synchronization

/// One SQLite file: a few connections, in WAL mode, synced to the disk at every commit.
///
/// Connections are alike and opened when they are needed: whoever works alone has one for reading and writing, whose
/// schema is read and whose statements are prepared once. Only one writes at a time.
package final class SQLiteEngine: Engine {
    private static let readersMax = 4

    private struct Connections {
        /// Those that nobody uses, by their numbers.
        var idle: [SQLiteConnection] = []
        var opened = 0
        var isClosed = false
    }

    private let path: String
    /// The file is on this machine, so its time is the machine's.
    private let clock: @Sendable () -> Timestamp
    private let connections = Mutex(Connections())
    /// Who writes runs here, on the caller's own thread; a write inside a write stops the program at once.
    private let writing = DispatchQueue(label: "SQLiteEngine.writing")
    private let readers = DispatchSemaphore(value: readersMax)

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
        let first = try SQLiteConnection(path, number: 0, create: create)
        connections.withLock { $0 = Connections(idle: [first], opened: 1) }
    }

    /// The machine's clock.
    package static let systemTime: @Sendable () -> Timestamp = {
        Timestamp(milliseconds: Int64(Date().timeIntervalSince1970 * 1000))
    }

    package func now(_ connection: any EngineConnection) throws -> Timestamp { clock() }

    package func read<Result>(_ body: (any EngineConnection) throws -> Result) throws -> Result {
        readers.wait()
        defer { readers.signal() }
        // The last one, so that the one that writes keeps what it has read for the next write.
        let connection = try take { $0.popLast() }
        defer { giveBack(connection) }
        return try connection.transaction(writes: false) { try body(connection) }
    }

    /// On a connection that has never written, whose cache is small.
    package func scan<Result>(_ body: (any EngineConnection) throws -> Result) throws -> Result {
        readers.wait()
        defer { readers.signal() }
        let connection = try take { idle in
            guard let last = idle.last, !last.hasWritten else { return nil }
            return idle.popLast()
        }
        defer { giveBack(connection) }
        return try connection.transaction(writes: false) { try body(connection) }
    }

    package func write<Result>(_ body: (any EngineConnection) throws -> Result) throws -> Result {
        try withWriter { connection in try connection.transaction(writes: true) { try body(connection) } }
    }

    /// Writes the file anew from what is live, and empties the log.
    ///
    /// Overwriting alone does not do: when a page splits, copies of the rows that moved stay in its gap.
    package func scrub() throws {
        try withWriter { connection in
            // In memory the copy would be as large as the file.
            try connection.runSchema("PRAGMA temp_store = FILE")
            defer { try? connection.runSchema("PRAGMA temp_store = MEMORY") }
            try connection.runSchema("VACUUM")
            var isBusy = true
            try connection.query("PRAGMA wal_checkpoint(TRUNCATE)", []) { isBusy = $0.integer(0) != 0 }
            if isBusy {
                throw DatabaseFault(
                    .busy,
                    "The database \(path) is being read by another process, so its log keeps deleted data. "
                        + "Repeat the command when that has finished.")
            }
        }
    }

    /// Lets go of the pages that idle connections keep; the system has them too.
    package func shrink() {
        connections.withLock { connections in
            for connection in connections.idle { connection.shrink() }
        }
    }

    /// Waits for who reads or writes, and closes; the last connection writes the log to the main file.
    ///
    /// Where it is not called, the same happens when the last reference to the engine goes.
    package func close() throws {
        try writing.sync {
            for _ in 0..<SQLiteEngine.readersMax { readers.wait() }
            defer { for _ in 0..<SQLiteEngine.readersMax { readers.signal() } }
            let open = connections.withLock { connections in
                defer { connections = Connections(isClosed: true) }
                return connections.idle
            }
            for connection in open { try connection.close() }
        }
    }

    private func withWriter<Result>(_ body: (SQLiteConnection) throws -> Result) throws -> Result {
        try writing.sync {
            let connection = try take { $0.isEmpty ? nil : $0.removeFirst() }
            defer { giveBack(connection) }
            return try body(connection)
        }
    }

    /// An idle connection, or a new one.
    private func take(_ choose: (inout [SQLiteConnection]) -> SQLiteConnection?) throws -> SQLiteConnection {
        let (idle, number) = try connections.withLock { connections in
            if connections.isClosed { throw DatabaseFault(.cannotOpen, "The database \(path) is closed.") }
            let idle = choose(&connections.idle)
            if idle == nil { connections.opened += 1 }
            return (idle, connections.opened - 1)
        }
        return try idle ?? SQLiteConnection(path, number: number, create: false)
    }

    private func giveBack(_ connection: SQLiteConnection) {
        connections.withLock { connections in
            let place = connections.idle.firstIndex { $0.number > connection.number } ?? connections.idle.endIndex
            connections.idle.insert(connection, at: place)
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
