import AuditTrail
import Database
import DatabaseTesting
import FordringKit
import Foundation
import Testing

private let schema = Schema([.counters, AuditLog.migration, AuditLog.tileGuard])

private struct Stop: Error {}

@Suite struct `The audit log` {
    private let database: TemporaryDatabase

    init() throws { database = try TemporaryDatabase(schema) }

    private func entries() throws -> [[UInt8]] {
        var entries: [[UInt8]] = []
        try database.read { transaction in
            try AuditLog.forEachEntry(transaction) { seq, entry in
                #expect(seq == Int64(entries.count))
                entries.append(entry)
            }
        }
        return entries
    }

    private func append(_ count: Int, to database: TemporaryDatabase, text: String = "x") throws {
        try database.write { transaction in
            for number in 0..<count {
                try transaction.audit(
                    .claimAccepted, subject: ["claim": .integer(Int64(number))], change: ["text": .string(text)])
            }
        }
    }

    @Test func `writes an entry as canonical JSON with its place, its actor and its grounds`() throws {
        try database.tenant.write(Provenance(.operatorNamed("søren"), at: Timestamp(CivilDate(2026, 2, 3), hour: 9))) {
            try $0.audit(
                .stepDecided, subject: ["case": 7, "step": 1], change: ["b": "2", "a": [1, nil]],
                basis: [Citation("Act 1", "§ 2"), .unverified("list", "", "one source")])
        }
        try database.tenant.write(Provenance(.job(9), at: Timestamp(milliseconds: 1))) {
            try $0.audit(.letterSent, subject: [:], change: .null)
        }
        #expect(
            try entries().map { String(decoding: $0, as: UTF8.self) } == [
                #"{"action":"step.decided","actor":{"operator":"søren"},"basis":["§ 2, Act 1","list [unverified: one source]"],"#
                    + #""change":{"a":[1,null],"b":"2"},"seq":0,"subject":{"case":7,"step":1},"time":"2026-02-03T09:00:00.000Z"}"#,
                #"{"action":"letter.sent","actor":{"job":9},"basis":[],"change":null,"seq":1,"subject":{},"#
                    + #""time":"1970-01-01T00:00:00.001Z"}"#,
            ])
    }

    @Test(
        arguments: [
            (.operatorNamed("a"), #"{"operator":"a"}"#), (.host("daily run"), #"{"host":"daily run"}"#),
            (.job(3), #"{"job":3}"#), (.importFile("ab12"), #"{"importFile":"ab12"}"#),
            (
                .plugin(Provenance.Plugin(name: "a", version: "1.0.0", sha256: "ab12")),
                #"{"plugin":{"name":"a","sha256":"ab12","version":"1.0.0"}}"#
            ),
        ] as [(Provenance.Actor, String)])
    func `names every kind of actor`(_ actor: Provenance.Actor, _ json: String) throws {
        try database.tenant.write(Provenance(actor, at: Timestamp(milliseconds: 0))) {
            try $0.audit(.taskDone, subject: .null, change: .null)
        }
        #expect(String(decoding: try entries()[0], as: UTF8.self).contains(#""actor":\#(json),"#))
    }

    @Test func `keeps its tiles and its root as RFC 6962 computes them, over many transactions`() throws {
        for seed in randomSeeds(3) {
            print("audit tiles seed \(seed)")
            var random = SeededGenerator(seed: seed)
            let database = try TemporaryDatabase(schema)
            var sizes = [1, 255, 1, 255, 256, 512, 1]
            sizes += (0..<6).map { _ in Int.random(in: 1...90, using: &random) }
            var leaves: [Hash] = []
            for size in sizes {
                let head = try database.write { transaction in
                    for number in 0..<size {
                        try transaction.audit(.runFinished, subject: ["n": .integer(Int64(number))], change: .null)
                    }
                    return try transaction.attachment(AuditLog.self).head
                }
                leaves = []
                let edge = try database.read { transaction in
                    try AuditLog.forEachEntry(transaction) { _, entry in leaves.append(.leaf(entry)) }
                    return try AuditLog.edge(transaction)
                }
                let naive = NaiveTree(leaves: leaves)
                #expect(edge.size == Int64(leaves.count) && edge.root == naive.root(leaves.count), "seed \(seed)")
                #expect(head.size == edge.size && head.root == edge.root)
            }
            let naive = NaiveTree(leaves: leaves)
            try database.read { transaction in
                for level in 0..<3 {
                    for position in 0..<8 {
                        let stored = try AuditLog.tile(level, Int64(position), transaction)
                        let computed = naive.tile(level: level, position: position, size: leaves.count)
                        #expect(stored == computed, "tile \(level)/\(position), seed \(seed)")
                    }
                }
            }
        }
    }

    @Test func `has nothing of a transaction that was rolled back`() throws {
        try append(3, to: database)
        let before = try database.read { try AuditLog.edge($0) }
        #expect(throws: Stop.self) {
            try database.write { transaction in
                for _ in 0..<300 { try transaction.audit(.caseClosed, subject: .null, change: .null) }
                throw Stop()
            }
        }
        #expect(try entries().count == 3)
        #expect(try database.read { try AuditLog.edge($0) } == before)
        try append(1, to: database)
        let naive = NaiveTree(leaves: try entries().map { Hash.leaf($0) })
        #expect(try database.read { try AuditLog.edge($0) }.root == naive.root(4))
    }

    @Test func `writes nothing for a transaction that has nothing to say`() throws {
        try append(2, to: database)
        try database.write { _ = try $0.attachment(AuditLog.self) }
        #expect(try entries().count == 2)
    }

    @Test func `takes an entry of 65535 bytes and refuses a longer one with the whole transaction`() throws {
        try append(1, to: database, text: "")
        let overhead = try entries()[0].count
        try append(1, to: database, text: String(repeating: "a", count: 65_535 - overhead))
        #expect(try entries()[1].count == 65_535)
        let fault = try #require(
            try fault { try append(1, to: database, text: String(repeating: "a", count: 65_536 - overhead)) })
        #expect(fault.code == .constraint && fault.message.contains("65536 bytes"))
        #expect(try entries().count == 2)
    }

    @Test func `is append-only by the schema itself`() throws {
        try append(3, to: database)
        for (what, change) in [
            ("UPDATE", { try $0.execute("UPDATE audit_entry SET entry = $1 WHERE seq = 1", [UInt8]("{}".utf8)) }),
            ("DELETE", { try $0.execute("DELETE FROM audit_entry WHERE seq = 2") }),
            (
                "REPLACE",
                { try $0.execute("INSERT OR REPLACE INTO audit_entry (seq, entry) VALUES (1, $1)", [UInt8]("{}".utf8)) }
            ),
            (
                "a hash", { try $0.execute("UPDATE audit_tile SET hashes = $1", Hash.bytes(someLeaves(3))) }
            ),
            ("a tile", { try $0.execute("DELETE FROM audit_tile") }),
            (
                "upsert",
                {
                    try $0.execute(
                        """
                        INSERT INTO audit_entry (seq, entry) VALUES (0, $1)
                        ON CONFLICT (seq) DO UPDATE SET entry = excluded.entry
                        """, [UInt8]("{}".utf8))
                }
            ),
        ] as [(String, (WriteTransaction) throws -> Int)] {
            #expect(try fault { try database.write(change) }?.code == .constraint, "\(what)")
        }
        #expect(try entries().count == 3)
    }

    @Test func `says so when its tiles do not fit its entries`() throws {
        try append(3, to: database)
        try database.engine.prepareDamage("DROP TRIGGER audit_tile_refuses_update")
        try database.write { try $0.execute("UPDATE audit_tile SET hashes = $1", Hash.emptyRoot.bytes) }
        let found = try #require(try fault { try append(1, to: database) })
        #expect(found.code == .corrupt && found.message.contains("fordring audit verify"))
    }

    @Test func `knows a meaning for every action, and no name or meaning twice`() {
        for action in AuditAction.allCases {
            #expect(!action.catalogue.meaning.isEmpty)
            #expect(action.rawValue.wholeMatch(of: /[a-z]+\.[a-z]+/) != nil, "\(action.rawValue)")
        }
        #expect(Set(AuditAction.allCases.map(\.catalogue.meaning)).count == AuditAction.allCases.count)
    }

    @Test func `is read from any place`() throws {
        try append(5, to: database)
        var seen: [Int64] = []
        try database.read { try AuditLog.forEachEntry(from: 3, $0) { seq, _ in seen.append(seq) } }
        #expect(seen == [3, 4])
    }
}

@Suite struct `The audit log, to a stranger` {
    @Test(
        .enabled(
            if: Stranger.python != nil,
            "python3 is not installed: the audit log was NOT checked by a program that is not ours"),
        arguments: [0, 1, 2, 3, 255, 256, 257, 700])
    func `has the root that a script written from the RFC computes`(_ count: Int) throws {
        let database = try TemporaryDatabase(schema)
        try database.write { transaction in
            for number in 0..<count {
                try transaction.audit(
                    .letterFailed, subject: ["step": .integer(Int64(number))],
                    change: [
                        "message": .string("bånd \"\(number)\"\n\u{1}\\ 😀"), "tal": [0, -1, 9_007_199_254_740_992],
                    ],
                    basis: [Citation("lov", "§ \(number)")])
            }
        }
        var dump: [UInt8] = []
        let root = try database.read { transaction in
            try AuditLog.forEachEntry(transaction) { _, entry in dump += entry + [UInt8(ascii: "\n")] }
            return try AuditLog.edge(transaction).root
        }
        let file = database.folder.file("entries.jsonl")
        try Data(dump).write(to: URL(filePath: file))
        let said = try Stranger.run("rfc6962_root.py", file)
        #expect(said.status == 0)
        #expect(said.output == "\(count) \(root.hex)\n")
    }
}
