import ArgumentParser
import CSQLite
import SQLiteDriver

#if canImport(Musl)
import Musl
#else
import Glibc
#endif

/// Writes the rows of a daily run again into books as they were before it, with prepared statements and nothing else.
///
/// The same rows in the same order, as many cases a transaction, by a connection with the driver's settings: no law, no
/// JSON, no hashes. What is read for it is not counted. This is the rate that SQLite itself allows.
final class RawReplay {
    /// How long opening, writing and closing took.
    private(set) var seconds = 0.0
    /// What that had of a processor, which other work on the machine changes little.
    private(set) var processorSeconds = 0.0
    /// How many rows were written, those that were changed among them.
    private(set) var rows = 0

    private let source: SQLiteConnection
    private let target: SQLiteConnection
    /// The tables that have a row for each case, in the order of writing.
    private static let tables = ["case_step", "ledger_transfer", "job", "audit_entry"]
    private static let batchSize = 500
    private static let tileWidth: Int64 = 256

    init(of source: String, into target: String) throws {
        self.source = try SQLiteConnection(source, number: 1, create: false)
        let (target, seconds, processorSeconds) = try RawReplay.measure {
            try SQLiteConnection(target, number: 0, create: false)
        }
        self.target = target
        self.seconds = seconds
        self.processorSeconds = processorSeconds
    }

    func run() throws {
        let first = try RawReplay.tables.map { table in
            let key = table == "audit_entry" ? "seq" : "id"
            return try number("SELECT coalesce(max(\(key)), \(key == "seq" ? -1 : 0)) FROM \(table)", target) + 1
        }
        let count = try number("SELECT count(*) FROM case_step WHERE id >= \(first[0])", source)
        for (table, start) in zip(RawReplay.tables.dropLast(), first) {
            guard try number("SELECT count(*) FROM \(table) WHERE id >= \(start)", source) == count else {
                throw ValidationError("\(table) has not one row a case, so the run cannot be written again")
            }
        }
        let writer = try Writer(source, target)
        var done: Int64 = 0
        while done < count {
            let size = min(count - done, Int64(RawReplay.batchSize))
            let isLast = done + size == count
            var rows: [Rows] = []
            for (table, start) in zip(RawReplay.tables, first) {
                let key = table == "audit_entry" ? "seq" : "id"
                // The last entry says that the run is over.
                let extra = isLast && table == "audit_entry" ? 1 : 0
                rows.append(
                    try Rows(
                        "SELECT * FROM \(table) WHERE \(key) >= \(start + done) ORDER BY \(key) LIMIT \(size) + \(extra)",
                        source))
            }
            let cases = try Rows(
                """
                SELECT c.stage, c.next_on, c.id FROM case_step s JOIN debt_case c ON c.id = s.case_id
                WHERE s.id >= \(first[0] + done) ORDER BY s.id LIMIT \(size)
                """, source)
            let counters = try Rows("SELECT next, name FROM id_counter", source)
            let run = try Rows("SELECT * FROM daily_run", source)
            let tiles = try tiles(from: first[3] + done, to: first[3] + done + size + (isLast ? 1 : 0))
            try measured {
                try writer.begin.run()
                for index in 0..<Int(size) {
                    for (table, insert) in writer.inserts.enumerated() { try insert.run(rows[table], index) }
                    try writer.update.run(cases, index)
                }
                if isLast {
                    try writer.inserts[3].run(rows[3], Int(size))
                    for index in 0..<run.count { try writer.day.run(run, index) }
                }
                for index in 0..<counters.count { try writer.counter.run(counters, index) }
                for tile in tiles { for index in 0..<tile.count { try writer.tile.run(tile, index) } }
                try writer.commit.run()
            }
            self.rows += Int(size) * 5 + counters.count + tiles.count + (isLast ? 1 + run.count : 0)
            done += size
        }
        try measured {
            writer.finalize()
            try target.close()
        }
    }

    /// The tiles that a transaction writes which takes the log from one size to another: prefixes of those there are.
    private func tiles(from before: Int64, to after: Int64) throws -> [Rows] {
        var tiles: [Rows] = []
        var level: Int64 = 0
        while after >> (8 * level) > 0 {
            let end = after >> (8 * level)
            for position in (before >> (8 * level)) / RawReplay.tileWidth...end / RawReplay.tileWidth {
                let hashes = min(RawReplay.tileWidth, end - position * RawReplay.tileWidth)
                guard hashes > 0 else { continue }
                tiles.append(
                    try Rows(
                        """
                        SELECT level, position, substr(hashes, 1, \(hashes * 32)) FROM audit_tile
                        WHERE level = \(level) AND position = \(position)
                        """, source))
            }
            level += 1
        }
        return tiles
    }

    private func measured(_ body: () throws -> Void) rethrows {
        let (_, seconds, processorSeconds) = try RawReplay.measure(body)
        self.seconds += seconds
        self.processorSeconds += processorSeconds
    }

    private static func measure<Result>(
        _ body: () throws -> Result
    ) rethrows -> (result: Result, seconds: Double, processorSeconds: Double) {
        func now(_ clock: clockid_t) -> Double {
            var time = timespec()
            clock_gettime(clock, &time)
            return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
        }
        let start = (now(CLOCK_MONOTONIC), now(CLOCK_THREAD_CPUTIME_ID))
        let result = try body()
        return (result, now(CLOCK_MONOTONIC) - start.0, now(CLOCK_THREAD_CPUTIME_ID) - start.1)
    }

    private func number(_ sql: String, _ connection: SQLiteConnection) throws -> Int64 {
        try Rows(sql, connection).number
    }
}

/// The statements of a replay.
private struct Writer {
    let begin: Statement
    let commit: Statement
    let inserts: [Statement]
    let update: Statement
    let counter: Statement
    let tile: Statement
    let day: Statement

    init(_ source: SQLiteConnection, _ target: SQLiteConnection) throws {
        func insert(into table: String) throws -> Statement {
            let columns = try Rows("SELECT * FROM \(table) LIMIT 0", source).columns
            let places = columns.indices.map { "?\($0 + 1)" }
            return try Statement(
                """
                INSERT INTO \(table) (\(columns.joined(separator: ", "))) VALUES (\(places.joined(separator: ", ")))
                """, target)
        }
        begin = try Statement("BEGIN IMMEDIATE", target)
        commit = try Statement("COMMIT", target)
        inserts = try ["case_step", "ledger_transfer", "job", "audit_entry"].map(insert)
        update = try Statement("UPDATE debt_case SET stage = ?1, next_on = ?2 WHERE id = ?3", target)
        counter = try Statement("UPDATE id_counter SET next = ?1 WHERE name = ?2", target)
        tile = try Statement(
            """
            INSERT INTO audit_tile (level, position, hashes) VALUES (?1, ?2, ?3)
            ON CONFLICT (level, position) DO UPDATE SET hashes = excluded.hashes
            """, target)
        day = try insert(into: "daily_run")
    }

    func finalize() {
        for statement in [begin, commit, update, counter, tile, day] + inserts { statement.finalize() }
    }
}

/// A statement that takes its values from a row.
private final class Statement {
    private let handle: OpaquePointer

    init(_ sql: String, _ connection: SQLiteConnection) throws {
        var statement: OpaquePointer?
        guard sqlite3_prepare_v3(connection.handle, sql, -1, UInt32(SQLITE_PREPARE_PERSISTENT), &statement, nil) == 0,
            let statement
        else { throw ValidationError("\(String(cString: sqlite3_errmsg(connection.handle))) in: \(sql)") }
        handle = statement
    }

    func run() throws {
        let code = sqlite3_step(handle)
        sqlite3_reset(handle)
        guard code == SQLITE_DONE else { throw ValidationError("SQLite answered \(code) to a row of the replay") }
    }

    func run(_ rows: Rows, _ index: Int) throws {
        let width = rows.columns.count
        for column in 0..<width {
            sqlite3_bind_value(handle, Int32(column + 1), rows.values[index * width + column])
        }
        try run()
    }

    func finalize() { sqlite3_finalize(handle) }
}

/// The rows of a query, held in SQLite's own values.
private final class Rows {
    let columns: [String]
    private(set) var values: [OpaquePointer?] = []
    private(set) var count = 0

    init(_ sql: String, _ connection: SQLiteConnection) throws {
        var statement: OpaquePointer?
        guard sqlite3_prepare_v2(connection.handle, sql, -1, &statement, nil) == SQLITE_OK, let statement else {
            throw ValidationError("\(String(cString: sqlite3_errmsg(connection.handle))) in: \(sql)")
        }
        defer { sqlite3_finalize(statement) }
        columns = (0..<sqlite3_column_count(statement)).map { column in
            sqlite3_column_name(statement, column).map { String(cString: $0) } ?? ""
        }
        while sqlite3_step(statement) == SQLITE_ROW {
            count += 1
            for column in columns.indices {
                values.append(sqlite3_value_dup(sqlite3_column_value(statement, Int32(column))))
            }
        }
    }

    deinit { for value in values { sqlite3_value_free(value) } }

    var number: Int64 { values.first.map { sqlite3_value_int64($0) } ?? 0 }
}
