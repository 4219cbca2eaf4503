import AuditTrail
import Database
import DatabaseTesting
import FordringKit
import Foundation
import Synchronization
import Testing

private let schema = Schema([.counters, AuditLog.migration, AuditLog.tileGuard])

extension Engine {
    /// Runs schema text, as somebody with the file in hand could.
    func prepareDamage(_ statements: String...) throws {
        try write { connection in
            for statement in statements { try connection.runSchema(statement) }
        }
    }
}

@Suite struct `A stored log` {
    /// One thing that is done to a log by somebody who has its file, and what is found.
    struct Damage: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let code: LogFault.Code
        let message: String
        let statements: [String]

        init(_ testDescription: String, _ code: LogFault.Code, _ message: String, _ statements: String...) {
            self.testDescription = testDescription
            self.code = code
            self.message = message
            self.statements = statements
        }
    }

    static let damages = [
        Damage(
            "an entry was changed", .changedEntry, "the entry 300 is not the one that was appended",
            "UPDATE audit_entry SET entry = CAST(replace(CAST(entry AS TEXT), 'x', 'y') AS BLOB) WHERE seq = 300"),
        Damage(
            "an entry in the middle is gone", .missingEntry, "the entry 300 is gone",
            "DELETE FROM audit_entry WHERE seq = 300"),
        Damage(
            "the last entries are gone", .truncated, "its end was cut off", "DELETE FROM audit_entry WHERE seq >= 590"),
        Damage(
            "the last entries are gone, and their tiles", .truncated,
            "it has 256 entries, and its tree has at least 512 leaves",
            "DELETE FROM audit_entry WHERE seq >= 256", "DELETE FROM audit_tile WHERE level = 0 AND position > 0"),
        Damage(
            "two entries changed places", .movedEntry, "the entry 301 stands in the place of the entry 300",
            "UPDATE audit_entry SET seq = 999 WHERE seq = 300", "UPDATE audit_entry SET seq = 300 WHERE seq = 301",
            "UPDATE audit_entry SET seq = 301 WHERE seq = 999"),
        Damage(
            "a full tile is gone", .missingTile, "the tile 0/1 lacks the hash of the entry 256",
            "DELETE FROM audit_tile WHERE level = 0 AND position = 1"),
        Damage(
            "a tile of the second level is gone", .missingTile, "the tile 1/0 has 0 hashes where 2 belong",
            "DELETE FROM audit_tile WHERE level = 1"),
        Damage(
            "a tile of the second level was changed", .changedTile, "the tile 1/0 does not have the hashes",
            "UPDATE audit_tile SET hashes = zeroblob(64) WHERE level = 1"),
        Damage(
            "a tile was cut", .missingTile, "the tile 0/2 lacks the hash of the entry 522",
            "UPDATE audit_tile SET hashes = substr(hashes, 1, 320) WHERE level = 0 AND position = 2"),
        Damage(
            "there is a tile too many", .changedTile, "it has 5 tiles where its tree has 4",
            "INSERT INTO audit_tile (level, position, hashes) VALUES (3, 0, zeroblob(32))"),
    ]

    private static func log(_ count: Int, text: String = "x") throws -> TemporaryDatabase {
        let database = try TemporaryDatabase(schema)
        try append(count, to: database, text: text)
        return database
    }

    private static func append(_ count: Int, to database: TemporaryDatabase, text: String = "x") throws {
        try database.write { transaction in
            for number in 0..<count {
                try transaction.audit(
                    .claimAccepted, subject: ["claim": .integer(Int64(number))], change: ["text": .string(text)])
            }
        }
    }

    private static func checkpoint(_ database: TemporaryDatabase) throws -> Checkpoint {
        let edge = try database.read { try AuditLog.edge($0) }
        return Checkpoint(origin: "log", size: edge.size, root: edge.root)
    }

    private func fault(_ database: TemporaryDatabase, _ checkpoints: Checkpoint...) throws -> LogFault? {
        do {
            _ = try database.read { try AuditLog.verify($0, against: checkpoints) }
            return nil
        } catch let fault as LogFault {
            return fault
        }
    }

    @Test func `that is whole verifies, with its checkpoints`() throws {
        let database = try TemporaryDatabase(schema)
        var checkpoints = [try Self.checkpoint(database)]
        for count in [1, 254, 1, 1, 343] {
            try Self.append(count, to: database)
            checkpoints.append(try Self.checkpoint(database))
            let head = try database.read { try AuditLog.verify($0, against: checkpoints) }
            #expect(head.size == checkpoints.last?.size && head.root == checkpoints.last?.root)
        }
    }

    @Test(arguments: damages)
    func `that was damaged is found out, and how`(_ damage: Damage) throws {
        let database = try Self.log(600)
        #expect(try fault(database) == nil)
        let triggers = ["audit_entry", "audit_tile"].flatMap { table in
            ["update", "delete"].map { "DROP TRIGGER \(table)_refuses_\($0)" }
        }
        for statement in triggers + damage.statements { try database.engine.prepareDamage(statement) }
        let found = try #require(try fault(database))
        #expect(found.code == damage.code)
        #expect(found.message.contains(damage.message), "\(found.message)")
    }

    @Test func `that was written again from its beginning does not fit its checkpoint`() throws {
        let checkpoint = try Self.checkpoint(try Self.log(300))
        let rewritten = try Self.log(600, text: "y")
        #expect(try fault(rewritten) == nil, "it fits itself")
        #expect(try fault(rewritten, checkpoint)?.code == .rewritten)
        let shorter = try Self.log(299)
        let found = try #require(try fault(shorter, checkpoint))
        #expect(found.code == .truncated && found.message.contains("299 entries, and a checkpoint was signed over 300"))
    }

    /// Goal: many threads that append one entry each at a time share commits, and no failure of one harms another.
    @Test func `written by eight threads in groups has every entry once, by its own author`() throws {
        let temporary = try TemporaryDatabase(schema)
        let engine = CountingEngine(temporary.engine)
        let database = TenantDatabase(tenant: temporary.tenant.tenant, engine: engine)
        let (threads, rounds) = (8, 500)
        try onThreads(threads) { thread in
            for round in 0..<rounds {
                let provenance = Provenance(.job(Int64(thread)), at: Timestamp(milliseconds: Int64(round)))
                do {
                    try database.writeGrouped(provenance) { transaction in
                        try transaction.audit(.taskDone, subject: ["round": .integer(Int64(round))], change: .null)
                    }
                    if round % 25 == 0 {
                        try database.writeGrouped(provenance) { transaction in
                            for _ in 0..<300 { try transaction.audit(.taskRaised, subject: .null, change: .null) }
                            throw CancellationError()
                        }
                    }
                } catch is CancellationError {}
            }
        }
        #expect(engine.writes < threads * rounds / 2, "\(engine.writes) commits")
        print("group commit: \(threads * rounds) appends in \(engine.writes) commits")
        var seen: [Int: [Int]] = [:]
        try database.read { transaction in
            struct Entry: Decodable {
                struct Actor: Decodable { let job: Int }
                struct Subject: Decodable { let round: Int }
                let action: String
                let actor: Actor
                let seq: Int64
                let subject: Subject
                let time: String
            }
            try AuditLog.forEachEntry(transaction) { seq, bytes in
                let entry = try JSONDecoder().decode(Entry.self, from: Data(bytes))
                #expect(entry.seq == seq && entry.action == "task.done")
                #expect(entry.time == Timestamp(milliseconds: Int64(entry.subject.round)).description)
                seen[entry.actor.job, default: []].append(entry.subject.round)
            }
            _ = try AuditLog.verify(transaction, against: [])
        }
        #expect(seen.count == threads)
        #expect(seen.values.allSatisfy { $0 == Array(0..<rounds) })
    }
}
