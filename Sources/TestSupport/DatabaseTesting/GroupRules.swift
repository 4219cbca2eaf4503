package import Database
import FordringKit
import Synchronization

/// An engine that counts its transactions.
package final class CountingEngine: Engine {
    private let engine: any Engine
    private let counter = Mutex(0)

    package init(_ engine: any Engine) { self.engine = engine }

    /// How many transactions there were that write, those that failed among them.
    package var writes: Int { counter.withLock { $0 } }

    package var dialect: SQLDialect { engine.dialect }

    package func read<Result>(_ body: (any EngineConnection) throws -> Result) throws -> Result {
        try engine.read(body)
    }

    package func write<Result>(_ body: (any EngineConnection) throws -> Result) throws -> Result {
        counter.withLock { $0 += 1 }
        return try engine.write(body)
    }

    package func now(_ connection: any EngineConnection) throws -> Timestamp { try engine.now(connection) }

    package func scrub() throws { try engine.scrub() }

    package func shrink() { engine.shrink() }

    package func close() throws { try engine.close() }
}

extension EngineRule {
    private static func tenant(_ engine: any Engine) throws -> TenantDatabase {
        guard let id = TenantID("testland-tenant") else { throw RuleBroken("not a tenant's identifier") }
        return TenantDatabase(tenant: id, engine: engine)
    }

    static let groups: [EngineRule] = [
        EngineRule("writes that share a transaction are each all there or not at all, and all know which") { engine in
            try Schema([.counters]).migrate(engine, with: .test)
            try engine.prepare(
                "CREATE TABLE t (id {integer} NOT NULL PRIMARY KEY, thread {integer} NOT NULL, round {integer} NOT NULL) {strict}"
            )
            let counting = CountingEngine(engine)
            let database = try tenant(counting)
            let kept = Mutex<[Int64]>([])
            try onThreads(8) { thread in
                for round in 0..<60 {
                    let fails = (round + thread) % 3 == 0
                    do {
                        let id = try database.writeGrouped(.test) { transaction in
                            let id = try transaction.newID("t")
                            try transaction.execute(
                                "INSERT INTO t (id, thread, round) VALUES ($1, $2, $3)", id, thread, round)
                            if fails { throw Stop() }
                            return id
                        }
                        try expect(!fails, "the error was swallowed")
                        // The commit is over: a reader sees it.
                        let seen = try database.read { transaction in
                            try transaction.first("SELECT thread FROM t WHERE id = $1", id) { $0.int(0) }
                        }
                        try expectEqual(seen, thread, "the row right after the call")
                        kept.withLock { $0.append(id) }
                    } catch is Stop {
                        try expect(fails, "another's error came to this caller")
                    }
                }
            }
            let numbers = kept.withLock { $0.sorted() }
            try expectEqual(numbers, Array(1...320), "the numbers that were given")
            try expectEqual(try engine.read { try $0.integers("SELECT id FROM t ORDER BY id") }, numbers, "the rows")
            try expect(counting.writes < 480, "no two writes shared a transaction")
        },
        EngineRule("a refused statement in a shared transaction is its own caller's") { engine in
            try engine.prepare("CREATE TABLE t (a {integer} NOT NULL PRIMARY KEY) {strict}")
            let database = try tenant(engine)
            try onThreads(8) { thread in
                for round in 0..<30 {
                    let number = thread * 100 + round
                    try database.writeGrouped(.test) { _ = try $0.execute("INSERT INTO t (a) VALUES ($1)", number) }
                    try expectFault(.constraint, "the second row of a key") {
                        try database.writeGrouped(.test) { transaction in
                            try transaction.execute("INSERT INTO t (a) VALUES ($1)", number + 10_000)
                            try transaction.execute("INSERT INTO t (a) VALUES ($1)", number)
                        }
                    }
                }
            }
            try expectEqual(
                try engine.read { try $0.integers("SELECT count(*), max(a) FROM t") }, [240], "the rows")
            try expectEqual(try engine.read { try $0.integers("SELECT max(a) FROM t") }, [729], "the greatest row")
        },
        EngineRule("a table that grows lets byte strings grow at their ends and nothing else") { engine in
            let schema = Schema([
                Migration(
                    "0001 tiles", growOnly: [GrowingTable("tile", key: ["level", "position"], bytes: "hashes")],
                    """
                    CREATE TABLE tile (
                        level {integer} NOT NULL, position {integer} NOT NULL, hashes {bytes} NOT NULL,
                        PRIMARY KEY (level, position)
                    ) {strict}
                    """)
            ])
            try schema.migrate(engine, with: .test)
            let upsert: StaticString = """
                INSERT INTO tile (level, position, hashes) VALUES (0, $1, $2)
                ON CONFLICT (level, position) DO UPDATE SET hashes = excluded.hashes
                """
            for hashes in [[1, 2], [1, 2], [1, 2, 0, 4]] as [[UInt8]] {
                _ = try engine.write { try $0.execute(upsert, [.integer(0), .bytes(hashes)]) }
            }
            _ = try engine.write { try $0.execute(upsert, [.integer(1), .bytes([9])]) }
            for hashes in [[1, 2], [1, 3, 0, 4], [1, 2, 0, 5, 6], [], [0, 1, 2, 0, 4]] as [[UInt8]] {
                try expectFault(.constraint, "growth to \(hashes)") {
                    try engine.write { try $0.execute(upsert, [.integer(0), .bytes(hashes)]) }
                }
            }
            try expectFault(.constraint, "DELETE") {
                try engine.write { try $0.execute("DELETE FROM tile WHERE position = 1", []) }
            }
            try expectFault(.constraint, "another place") {
                try engine.write { try $0.execute("UPDATE tile SET position = 7 WHERE position = 1", []) }
            }
            var stored: [[UInt8]] = []
            try engine.read {
                try $0.query("SELECT hashes FROM tile ORDER BY position", []) { stored.append($0.bytes(0)) }
            }
            try expectEqual(stored, [[1, 2, 0, 4], [9]], "the byte strings")
        },
    ]
}
