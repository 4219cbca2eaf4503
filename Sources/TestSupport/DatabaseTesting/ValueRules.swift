import Database

extension EngineRule {
    static let values: [EngineRule] = [
        EngineRule("integers, texts and bytes come back as they were") { engine in
            try engine.prepare(
                "CREATE TABLE t (id {integer} NOT NULL PRIMARY KEY, i {integer}, s TEXT, b {bytes}) {strict}")
            let integers: [Int64] = [0, 1, -1, .max, .min, 1 << 53, -(1 << 53) - 1]
            let texts = [
                "", " ", "æøå ÆØÅ", "🧾👨‍👩‍👧", "e\u{301}", "'; DROP TABLE t; --", "$1 {integer} ?", "tab\tline\nend\r\n",
                String(repeating: "blåbærgrød ", count: (1 << 20) / 14),
            ]
            let bytes: [[UInt8]] = [[], [0], Array(0...255), [UInt8](repeating: 0xA5, count: 1 << 20)]
            for index in 0..<max(integers.count, texts.count, bytes.count) {
                let integer = integers[index % integers.count]
                let text = texts[index % texts.count]
                let blob = bytes[index % bytes.count]
                _ = try engine.write { connection in
                    try connection.execute(
                        "INSERT INTO t (id, i, s, b) VALUES ($1, $2, $3, $4)",
                        [.integer(Int64(index)), .integer(integer), .text(text), .bytes(blob)])
                }
                try engine.read { connection in
                    var rows = 0
                    try connection.query("SELECT i, s, b FROM t WHERE id = $1", [.integer(Int64(index))]) { row in
                        rows += 1
                        try expect(!row.isNull(0) && !row.isNull(1) && !row.isNull(2), "a value became NULL")
                        try expectEqual(row.integer(0), integer, "an integer")
                        try expect(
                            Array(row.text(1).utf8) == Array(text.utf8), "a text of \(text.utf8.count) bytes changed")
                        try expect(row.bytes(2) == blob, "\(blob.count) bytes changed")
                    }
                    try expectEqual(rows, 1, "rows")
                }
            }
        },
        EngineRule("NULL is not an empty value") { engine in
            try engine.prepare("CREATE TABLE t (id {integer} NOT NULL, i {integer}, s TEXT, b {bytes}) {strict}")
            try engine.write { connection in
                _ = try connection.execute(
                    "INSERT INTO t (id, i, s, b) VALUES (1, $1, $2, $3)", [.null, .null, .null])
                _ = try connection.execute(
                    "INSERT INTO t (id, i, s, b) VALUES (2, $1, $2, $3)", [.integer(0), .text(""), .bytes([])])
            }
            try engine.read { connection in
                var nulls: [[Bool]] = []
                try connection.query("SELECT i, s, b FROM t ORDER BY id", []) { row in
                    nulls.append([row.isNull(0), row.isNull(1), row.isNull(2)])
                }
                try expectEqual(nulls, [[true, true, true], [false, false, false]], "which values are NULL")
                try expectEqual(
                    try connection.integers("SELECT id FROM t WHERE s IS NULL AND b IS NULL AND i IS NULL"), [1],
                    "the row of NULLs")
            }
        },
        EngineRule("text sorts and compares by its bytes' equality") { engine in
            try engine.prepare("CREATE TABLE t (s TEXT NOT NULL PRIMARY KEY) {strict}")
            try engine.write { connection in
                for text in ["Aa", "aa", "AA", "å", "a\u{30A}"] {
                    _ = try connection.execute("INSERT INTO t (s) VALUES ($1)", [.text(text)])
                }
            }
            let found = try engine.read { try $0.integers("SELECT count(*) FROM t WHERE s = $1", [.text("aa")]) }
            try expectEqual(found, [1], "the rows equal to 'aa'")
        },
    ]

    static let statements: [EngineRule] = [
        EngineRule("a parameter can be used twice and out of order") { engine in
            try engine.prepare("CREATE TABLE t (a {integer} NOT NULL, b {integer} NOT NULL) {strict}")
            try engine.write { connection in
                for (a, b) in [(1, 5), (5, 2), (3, 3)] as [(Int64, Int64)] {
                    _ = try connection.execute("INSERT INTO t (b, a) VALUES ($2, $1)", [.integer(a), .integer(b)])
                }
            }
            try engine.read { connection in
                let both: StaticString = "SELECT a FROM t WHERE a = $1 OR b = $1 ORDER BY a"
                try expectEqual(try connection.integers(both, [.integer(5)]), [1, 5], "the rows with a 5")
                try expectEqual(try connection.integers(both, [.integer(3)]), [3], "the rows with a 3")
                try expectEqual(
                    try connection.integers("SELECT a FROM t WHERE b = $2 AND a = $1", [.integer(5), .integer(2)]), [5],
                    "the row found out of order")
            }
        },
        EngineRule("a query can run inside the closure of another") { engine in
            try engine.prepare("CREATE TABLE t (a {integer} NOT NULL) {strict}")
            try engine.write { connection in
                for a in 1...3 {
                    _ = try connection.execute("INSERT INTO t (a) VALUES ($1)", [.integer(Int64(a))])
                }
                var pairs: [[Int64]] = []
                try connection.query("SELECT a FROM t ORDER BY a", []) { outer in
                    let a = outer.integer(0)
                    let below = try connection.integers("SELECT a FROM t WHERE a < $1 ORDER BY a", [.integer(a)])
                    pairs.append([a] + below)
                    try expectEqual(outer.integer(0), a, "the outer row after the inner query")
                }
                try expectEqual(pairs, [[1], [2, 1], [3, 1, 2]], "the pairs")
            }
        },
        EngineRule("a query can run inside the closure of the same query") { engine in
            try engine.prepare("CREATE TABLE t (a {integer} NOT NULL) {strict}")
            let above: StaticString = "SELECT a FROM t WHERE a > $1 ORDER BY a"
            try engine.write { connection in
                for a in 1...4 {
                    _ = try connection.execute("INSERT INTO t (a) VALUES ($1)", [.integer(Int64(a))])
                }
            }
            try engine.read { connection in
                var chains: [[Int64]] = []
                try connection.query(above, [.integer(0)]) { first in
                    try connection.query(above, [.integer(first.integer(0))]) { second in
                        try connection.query(above, [.integer(second.integer(0))]) { third in
                            chains.append([first.integer(0), second.integer(0), third.integer(0)])
                        }
                    }
                }
                try expectEqual(chains, [[1, 2, 3], [1, 2, 4], [1, 3, 4], [2, 3, 4]], "the ascending chains")
                try expectEqual(try connection.integers(above, [.integer(2)]), [3, 4], "the same query afterwards")
            }
        },
        EngineRule("a query whose closure throws can be run again") { engine in
            try engine.prepare("CREATE TABLE t (a {integer} NOT NULL) {strict}")
            let all: StaticString = "SELECT a FROM t ORDER BY a"
            try engine.write { connection in
                for a in 1...3 {
                    _ = try connection.execute("INSERT INTO t (a) VALUES ($1)", [.integer(Int64(a))])
                }
            }
            try engine.read { connection in
                do {
                    try connection.query(all, []) { if $0.integer(0) == 2 { throw Stop() } }
                    throw RuleBroken("the closure's error was swallowed")
                } catch is Stop {}
                try expectEqual(try connection.integers(all), [1, 2, 3], "the rows afterwards")
            }
        },
        EngineRule("a statement says how many rows it changed") { engine in
            try engine.prepare("CREATE TABLE t (a {integer} NOT NULL PRIMARY KEY) {strict}")
            try engine.write { connection in
                for a in 1...5 {
                    try expectEqual(
                        try connection.execute("INSERT INTO t (a) VALUES ($1)", [.integer(Int64(a))]), 1, "inserted")
                }
                try expectEqual(try connection.execute("UPDATE t SET a = a + 100 WHERE a > 3", []), 2, "updated")
                try expectEqual(try connection.execute("UPDATE t SET a = 9 WHERE a = 77", []), 0, "updated nowhere")
                let orNothing: StaticString = "INSERT INTO t (a) VALUES (1) ON CONFLICT (a) DO NOTHING"
                try expectEqual(try connection.execute(orNothing, []), 0, "inserted over a conflict")
                try expectEqual(try connection.execute("DELETE FROM t", []), 5, "deleted")
            }
        },
        EngineRule("ten thousand rows stream through in order") { engine in
            try engine.prepare("CREATE TABLE t (a {integer} NOT NULL PRIMARY KEY) {strict}")
            try engine.write { connection in
                for a in 0..<10_000 {
                    _ = try connection.execute("INSERT INTO t (a) VALUES ($1)", [.integer(Int64(9_999 - a))])
                }
            }
            let found = try engine.read { try $0.integers("SELECT a FROM t ORDER BY a") }
            try expect(found == Array(0..<10_000), "the rows are not 0 to 9999 in order")
        },
        EngineRule("a statement that is no SQL is a fault that quotes it") { engine in
            let found = try fault { try engine.write { try $0.execute("SELEKT 1", []) } }
            try expect(found?.message.contains("SELEKT") == true, "the message is: \(found?.message ?? "none")")
        },
    ]
}
