import Database
import Synchronization

extension EngineRule {
    static let guards: [EngineRule] = [
        EngineRule("keys, checks and NOT NULL are enforced as constraint faults") { engine in
            try engine.prepare(
                """
                CREATE TABLE t (
                    a {integer} NOT NULL PRIMARY KEY, b TEXT UNIQUE, c {integer} NOT NULL CHECK (c > 0)
                ) {strict}
                """,
                "INSERT INTO t (a, b, c) VALUES (1, 'x', 1)")
            let insert: StaticString = "INSERT INTO t (a, b, c) VALUES ($1, $2, $3)"
            let refused: [(String, [SQLValue])] = [
                ("a second row of a primary key", [.integer(1), .text("y"), .integer(1)]),
                ("a second value of a unique column", [.integer(2), .text("x"), .integer(1)]),
                ("a value that breaks a check", [.integer(2), .text("y"), .integer(0)]),
                ("NULL in a column that takes none", [.integer(2), .text("y"), .null]),
            ]
            for (what, values) in refused {
                try expectFault(.constraint, what) { try engine.write { try $0.execute(insert, values) } }
            }
            // Unique lets several NULLs stand.
            for a in 2...3 {
                _ = try engine.write { try $0.execute(insert, [.integer(Int64(a)), .null, .integer(1)]) }
            }
            try expectEqual(try engine.read { try $0.integers("SELECT count(*) FROM t") }, [3], "rows")
        },
        EngineRule("foreign keys are enforced both ways") { engine in
            try engine.prepare(
                "CREATE TABLE parent (id {integer} NOT NULL PRIMARY KEY) {strict}",
                "CREATE TABLE child (parent_id {integer} REFERENCES parent (id)) {strict}",
                "INSERT INTO parent (id) VALUES (1)", "INSERT INTO child (parent_id) VALUES (1)")
            try expectFault(.constraint, "a child without its parent") {
                try engine.write { try $0.execute("INSERT INTO child (parent_id) VALUES (2)", []) }
            }
            try expectFault(.constraint, "deleting a parent that has a child") {
                try engine.write { try $0.execute("DELETE FROM parent", []) }
            }
        },
        EngineRule("a column takes its own type only") { engine in
            try engine.prepare("CREATE TABLE t (i {integer}, b {bytes}) {strict}")
            try expectFault(nil, "text in an integer column") {
                try engine.write { try $0.execute("INSERT INTO t (i) VALUES ($1)", [.text("twelve")]) }
            }
            try expectFault(nil, "an integer in a byte column") {
                try engine.write { try $0.execute("INSERT INTO t (b) VALUES (12)", []) }
            }
        },
        EngineRule("an append-only table takes rows, and refuses to change or delete them") { engine in
            let schema = Schema([
                Migration(
                    "0001 log", appendOnly: ["log"],
                    "CREATE TABLE log (seq {integer} NOT NULL PRIMARY KEY, text TEXT NOT NULL) {strict}")
            ])
            try schema.migrate(engine, with: .test)
            _ = try engine.write { try $0.execute("INSERT INTO log (seq, text) VALUES (0, 'first')", []) }
            try expectFault(.constraint, "UPDATE") {
                try engine.write { try $0.execute("UPDATE log SET text = 'other' WHERE seq = 0", []) }
            }
            try expectFault(.constraint, "UPDATE of the key") {
                try engine.write { try $0.execute("UPDATE log SET seq = 7", []) }
            }
            try expectFault(.constraint, "DELETE") {
                try engine.write { try $0.execute("DELETE FROM log WHERE seq = 0", []) }
            }
            try expectFault(.constraint, "an upsert that changes") {
                try engine.write { connection in
                    try connection.execute(
                        """
                        INSERT INTO log (seq, text) VALUES (0, 'other')
                        ON CONFLICT (seq) DO UPDATE SET text = excluded.text
                        """, [])
                }
            }
            _ = try engine.write { try $0.execute("INSERT INTO log (seq, text) VALUES (1, 'second')", []) }
            var texts: [String] = []
            try engine.read { try $0.query("SELECT text FROM log ORDER BY seq", []) { texts.append($0.text(0)) } }
            try expectEqual(texts, ["first", "second"], "the log")
        },
        EngineRule("tableExists knows tables, and only tables of that name") { engine in
            try engine.prepare(
                "CREATE TABLE some_table (a {integer}) {strict}", "CREATE INDEX some_index ON some_table (a)")
            try expect(try engine.tableExists("some_table"), "a table was not found")
            for name in ["some_index", "other", "some_tabl", "some_table_", ""] {
                try expect(try !engine.tableExists(name), "'\(name)' was found")
            }
        },
    ]

    private static func table(_ name: String, _ extra: String...) -> Migration {
        Migration(
            "\(name) makes a table",
            "CREATE TABLE m\(name) (a {integer}) {strict}", extra.first ?? "CREATE INDEX i\(name) ON m\(name) (a)")
    }

    static let migrations: [EngineRule] = [
        EngineRule("migrations run once, in the order of their names") { engine in
            let schema = Schema([
                Migration("0003 c", "INSERT INTO made (what) VALUES ('c')"),
                Migration("0001 a", "CREATE TABLE made (what TEXT NOT NULL) {strict}"),
                Migration("0002 b", "INSERT INTO made (what) VALUES ('b')"),
            ])
            let names = ["0001 a", "0002 b", "0003 c"]
            try expectEqual(try schema.pending(in: engine), names, "what is to be done")
            try expectEqual(try schema.migrate(engine, with: .test), names, "what was done")
            try expectEqual(try schema.pending(in: engine), [], "what is left")
            try expectEqual(try schema.migrate(engine, with: .test), [], "what a second run does")
            var made: [String] = []
            try engine.read { try $0.query("SELECT what FROM made", []) { made.append($0.text(0)) } }
            try expectEqual(made, ["b", "c"], "what the migrations made")
            try expectEqual(
                try engine.read { try $0.integers("SELECT DISTINCT applied_at FROM schema_migration") },
                [Provenance.test.time.milliseconds], "the time that was noted")
        },
        EngineRule("a migration that fails leaves no trace, says its name, and is gone on from when it is mended") {
            engine in
            let broken = Migration(
                "0002 makes a table", "CREATE TABLE m0002 (a {integer}) {strict}",
                "CREATE TABLE m0002 (b {integer}) {strict}")
            let found = try fault {
                try Schema([table("0001"), broken, table("0003")]).migrate(engine, with: .test)
            }
            try expect(
                found?.message.contains("'0002 makes a table' failed and left no trace") == true,
                "the message is: \(found?.message ?? "none")")
            try expect(try engine.tableExists("m0001"), "what came before is not there")
            try expect(try !engine.tableExists("m0002"), "the failed migration left its table")
            try expect(try !engine.tableExists("m0003"), "what comes after was run")
            let mended = Schema([table("0001"), table("0002"), table("0003")])
            try expectEqual(
                try mended.migrate(engine, with: .test), ["0002 makes a table", "0003 makes a table"], "the second run")
            try expect(try engine.tableExists("m0002") && engine.tableExists("m0003"), "the rest is not there")
        },
        EngineRule("a database that knows more than the program is refused and not touched") { engine in
            try Schema([table("0001"), table("0009")]).migrate(engine, with: .test)
            let older = Schema([table("0001"), table("0002")])
            try expectFault(.wrongSchema, "a newer schema (pending)") { try older.pending(in: engine) }
            try expectFault(.wrongSchema, "a newer schema (migrate)") { try older.migrate(engine, with: .test) }
            try expect(try !engine.tableExists("m0002"), "a migration was run all the same")
        },
        EngineRule("programs that migrate at once do it once") { engine in
            let schema = Schema([table("0001"), table("0002"), table("0003")])
            try onThreads(4) { _ in try schema.migrate(engine, with: .test) }
            try expectEqual(
                try engine.read { try $0.integers("SELECT count(*) FROM schema_migration") }, [3], "migrations noted")
        },
    ]

    static let attachments: [EngineRule] = [
        EngineRule("numbers run without holes, also past a transaction that failed") { engine in
            try Schema([.counters]).migrate(engine, with: .test)
            let first = try engine.write(.test) { try [$0.newID("a"), $0.newID("a"), $0.newID("b"), $0.newID("a")] }
            try expectEqual(first, [1, 2, 1, 3], "the first numbers")
            do {
                try engine.write(.test) { transaction in
                    try expectEqual(try transaction.newID("a"), 4, "a number that is lost")
                    try expectEqual(try transaction.newID("new"), 1, "a series that is lost")
                    throw Stop()
                }
            } catch is Stop {}
            let next = try engine.write(.test) { try [$0.newID("a"), $0.newID("b"), $0.newID("new")] }
            try expectEqual(next, [4, 2, 1], "the next numbers")
        },
        EngineRule("numbers taken by eight threads are each number once") { engine in
            try Schema([.counters]).migrate(engine, with: .test)
            let taken = Mutex<[Int64]>([])
            try onThreads(8) { thread in
                for round in 0..<10 {
                    do {
                        let ids = try engine.write(.test) { transaction in
                            let ids = try [transaction.newID("x"), transaction.newID("x")]
                            if (round + thread) % 3 == 0 { throw Stop() }
                            return ids
                        }
                        taken.withLock { $0 += ids }
                    } catch is Stop {}
                }
            }
            let numbers = taken.withLock { $0.sorted() }
            try expect(numbers == Array(1...Int64(numbers.count)), "there are holes or doubles")
        },
        EngineRule("an attachment is one a transaction, and is flushed once, before the commit") { engine in
            try engine.prepare("CREATE TABLE flushed (asked {integer} NOT NULL) {strict}")
            try engine.write(.test) { transaction in
                let first = try transaction.attachment(FlushNote.self)
                first.asked += 1
                let second = try transaction.attachment(FlushNote.self)
                second.asked += 1
                try expect(first === second, "the second asking made a second attachment")
            }
            try expectEqual(try engine.read { try $0.integers("SELECT asked FROM flushed") }, [2], "the flushes")
            try engine.write(.test) { _ in }
            do {
                try engine.write(.test) { transaction in
                    try transaction.attachment(FlushNote.self).asked += 1
                    throw Stop()
                }
            } catch is Stop {}
            try expectEqual(try engine.read { try $0.integers("SELECT asked FROM flushed") }, [2], "the flushes later")
        },
        EngineRule("a flush that fails takes the transaction with it") { engine in
            try engine.prepare(
                "CREATE TABLE t (a {integer} NOT NULL) {strict}",
                "CREATE TABLE flushed (asked {integer} NOT NULL CHECK (asked > 0)) {strict}")
            try expectFault(.constraint, "a flush that breaks a check") {
                try engine.write(.test) { transaction in
                    try transaction.execute("INSERT INTO t (a) VALUES (1)")
                    _ = try transaction.attachment(FlushNote.self)
                }
            }
            try expectEqual(try engine.read { try $0.integers("SELECT a FROM t") }, [], "the rows")
        },
    ]
}

/// Writes down how often it was asked for.
private final class FlushNote: TransactionAttachment {
    var asked = 0

    init(_ transaction: WriteTransaction) throws {}

    func flush(_ transaction: WriteTransaction) throws {
        try transaction.execute("INSERT INTO flushed (asked) VALUES ($1)", asked)
    }

    func mark() -> () -> Void {
        let asked = asked
        return { self.asked = asked }
    }
}
