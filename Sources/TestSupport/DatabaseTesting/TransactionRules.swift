import Database
import Foundation
import Synchronization

extension EngineRule {
    static let transactions: [EngineRule] = [
        EngineRule("a transaction that returns is there afterwards") { engine in
            try engine.prepare("CREATE TABLE t (a {integer} NOT NULL) {strict}")
            let result = try engine.write { connection in
                _ = try connection.execute("INSERT INTO t (a) VALUES ($1)", [.integer(7)])
                return "result"
            }
            try expectEqual(result, "result", "the result of the transaction")
            try expectEqual(try engine.read { try $0.integers("SELECT a FROM t") }, [7], "the rows")
        },
        EngineRule("a transaction that throws leaves no trace and its error comes through") { engine in
            try engine.prepare("CREATE TABLE t (a {integer} NOT NULL) {strict}")
            do {
                try engine.write { connection in
                    _ = try connection.execute("INSERT INTO t (a) VALUES ($1)", [.integer(7)])
                    try connection.runSchema("CREATE TABLE u (a INTEGER)")
                    throw Stop()
                }
                throw RuleBroken("the error was swallowed")
            } catch is Stop {}
            try expectEqual(try engine.read { try $0.integers("SELECT a FROM t") }, [], "the rows")
            try expect(try !engine.tableExists("u"), "a table of the transaction is there")
            // The engine goes on.
            _ = try engine.write { try $0.execute("INSERT INTO t (a) VALUES (1)", []) }
        },
        EngineRule("a refused statement does not commit what came before it") { engine in
            try engine.prepare("CREATE TABLE t (a {integer} NOT NULL PRIMARY KEY) {strict}")
            try expectFault(.constraint, "the second row of a key") {
                try engine.write { connection in
                    _ = try connection.execute("INSERT INTO t (a) VALUES (1)", [])
                    _ = try connection.execute("INSERT INTO t (a) VALUES (1)", [])
                }
            }
            try expectEqual(try engine.read { try $0.integers("SELECT a FROM t") }, [], "the rows")
        },
        EngineRule("a transaction sees its own changes") { engine in
            try engine.prepare("CREATE TABLE t (a {integer} NOT NULL) {strict}")
            try engine.write { connection in
                _ = try connection.execute("INSERT INTO t (a) VALUES (1)", [])
                try expectEqual(try connection.integers("SELECT a FROM t"), [1], "the rows inside")
            }
        },
        EngineRule("a reader sees the last commit and not the open transaction") { engine in
            try engine.prepare("CREATE TABLE t (a {integer} NOT NULL) {strict}")
            try engine.write { connection in
                _ = try connection.execute("INSERT INTO t (a) VALUES (1)", [])
                try elsewhere {
                    try expectEqual(try engine.read { try $0.integers("SELECT a FROM t") }, [], "before the commit")
                }
            }
            try expectEqual(try engine.read { try $0.integers("SELECT a FROM t") }, [1], "after the commit")
        },
        EngineRule("a reader keeps its view while a writer commits") { engine in
            try engine.prepare(
                "CREATE TABLE t (a {integer} NOT NULL) {strict}", "CREATE TABLE u (a {integer} NOT NULL) {strict}")
            try engine.read { connection in
                try expectEqual(try connection.integers("SELECT count(*) FROM t"), [0], "at first")
                try elsewhere {
                    try engine.write { connection in
                        _ = try connection.execute("INSERT INTO t (a) VALUES (1)", [])
                        _ = try connection.execute("INSERT INTO u (a) VALUES (1)", [])
                    }
                }
                try expectEqual(try connection.integers("SELECT count(*) FROM t"), [0], "the same table")
                try expectEqual(try connection.integers("SELECT count(*) FROM u"), [0], "another table")
            }
            try expectEqual(try engine.read { try $0.integers("SELECT count(*) FROM t") }, [1], "the next reader")
        },
        EngineRule("several readers work at once") { engine in
            try engine.prepare("CREATE TABLE t (a {integer} NOT NULL) {strict}")
            try engine.read { outer in
                _ = try outer.integers("SELECT a FROM t")
                try elsewhere { _ = try engine.read { try $0.integers("SELECT a FROM t") } }
            }
        },
        EngineRule("a reader cannot write") { engine in
            try engine.prepare("CREATE TABLE t (a {integer} NOT NULL) {strict}")
            try expectFault(nil, "writing in a read") {
                try engine.read { try $0.execute("INSERT INTO t (a) VALUES (1)", []) }
            }
            try expectEqual(try engine.read { try $0.integers("SELECT a FROM t") }, [], "the rows")
        },
        EngineRule("eight threads that count lose nothing") { engine in
            try engine.prepare("CREATE TABLE t (a {integer} NOT NULL) {strict}", "INSERT INTO t (a) VALUES (0)")
            try onThreads(8) { _ in
                for _ in 0..<25 {
                    try engine.write { connection in
                        let value = try connection.integers("SELECT a FROM t").first ?? -1
                        _ = try connection.execute("UPDATE t SET a = $1", [.integer(value + 1)])
                    }
                }
            }
            try expectEqual(try engine.read { try $0.integers("SELECT a FROM t") }, [200], "the counter")
        },
        EngineRule("readers never see half of a transaction") { engine in
            try engine.prepare(
                "CREATE TABLE t (a {integer} NOT NULL) {strict}", "INSERT INTO t (a) VALUES (500)",
                "CREATE TABLE u (a {integer} NOT NULL) {strict}", "INSERT INTO u (a) VALUES (500)")
            try onThreads(6) { thread in
                for round in 0..<25 {
                    if thread < 2 {
                        try engine.write { connection in
                            let part = Int64(round % 7)
                            _ = try connection.execute("UPDATE t SET a = a - $1", [.integer(part)])
                            _ = try connection.execute("UPDATE u SET a = a + $1", [.integer(part)])
                        }
                    } else {
                        try engine.read { connection in
                            let left = try connection.integers("SELECT a FROM t")[0]
                            let right = try connection.integers("SELECT a FROM u")[0]
                            try expectEqual(left + right, 1000, "the sum that every transaction keeps")
                        }
                    }
                }
            }
        },
    ]
}

extension Engine {
    func tableExists(_ name: String) throws -> Bool {
        try read { connection in
            var exists = false
            try connection.query(dialect.tableExists, [.text(name)]) { _ in exists = true }
            return exists
        }
    }
}
