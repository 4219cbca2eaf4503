import AuditTrail
import Database
import FordringKit
import Foundation
import SQLiteDriver
import Testing

@testable import Host

/// Goal: a checkpoint that was handed out binds the agency: nobody can cut, fork or rewrite the log past it, and whoever
/// has an old key can follow to the present one.
@Suite struct CheckpointTests {
    private let test: TestHome
    private let host: FordringHost
    private let tenant: OpenTenant

    init() throws {
        test = try TestHome()
        host = try test.open()
        tenant = try test.onboard("aa", in: host)
    }

    private func grow(_ count: Int, from first: Int = 1) throws {
        _ = try host.importClaims(try test.claims(count, from: first, to: "claims-\(first).csv"), for: tenant)
    }

    /// Does to the books what somebody with the file in hand can do, past every guard.
    private func damage(_ id: TenantID, _ statements: String...) throws {
        let engine = try SQLiteEngine(path: test.home.books(id).path, create: false)
        try engine.write { connection in
            var triggers: [String] = []
            try connection.query("SELECT name FROM sqlite_master WHERE type = 'trigger'", []) {
                triggers.append($0.text(0))
            }
            for name in triggers { try connection.runSchema("DROP TRIGGER \(name)") }
            for statement in statements { try connection.runSchema(statement) }
        }
        try engine.close()
    }

    private func message<Result>(_ body: () throws -> Result) throws -> String {
        let error = try hostError(from: body)
        #expect(error.code == .refused)
        return error.message
    }

    @Test func `A run that appended something ends in a checkpoint, and one that did not does not`() throws {
        func sizes() throws -> [Int64] {
            try tenant.database.read { transaction in
                try transaction.all("SELECT size FROM audit_checkpoint ORDER BY size") { $0.integer(0) }
            }
        }
        #expect(try sizes() == [1])
        try grow(3)
        _ = try host.runDay(TestHome.day, for: tenant)
        let size = try host.verifyLog(tenant.id).size
        #expect(try sizes() == [1, size])
        let note = try host.checkpoint(tenant.id)
        #expect(try host.checkpoint(tenant.id) == note, "the same head is signed once")
        #expect(try sizes() == [1, size])
    }

    @Test func `The live log is verified against a checkpoint that was handed out`() throws {
        try grow(20)
        let note = try host.checkpoint(tenant.id)
        let key = try host.verifierKey(tenant.id)
        try grow(20, from: 100)
        let witnessed = note + (try SigningKey(name: "witness.example", seed: [UInt8](1...32)).signatureLine(of: "x\n"))
        for note in [note, witnessed] {
            let verdict = try host.verifyLog(tenant.id, against: note, key: key)
            #expect(verdict.signedBy.description == key && verdict.currentKey == verdict.signedBy)
            #expect(verdict.liveSize > verdict.size && verdict.origin == "fordring/aa")
        }
    }

    @Test func `A wrong key, another's checkpoint and a signature in another form are refused, each in its words`()
        throws
    {
        let other = try test.onboard("bb", in: host)
        let note = try host.checkpoint(tenant.id)
        let otherKey = try host.verifierKey(other.id)
        #expect(
            try message { try host.verifyLog(tenant.id, against: note, key: otherKey) }.contains("no rotation leads"))
        let foreign = try host.checkpoint(other.id)
        #expect(
            try message { try host.verifyLog(tenant.id, against: foreign, key: nil) }.contains(
                "is not signed by"))
        #expect(
            try message { try host.verifyLog(tenant.id, against: note.replacing("\n1\n", with: "\n2\n"), key: nil) }
                .contains("does not fit"))
        // 68 bytes of a signature leave two unused bits before the padding.
        let encoded = try #require(note.split(separator: " ").last).dropLast()
        let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/")
        let letter = try #require(encoded.dropLast().last)
        let index = try #require(alphabet.firstIndex(of: letter))
        let bent = note.replacing(encoded, with: encoded.dropLast(2) + "\(alphabet[index + 1])=")
        #expect(
            try message { try host.verifyLog(tenant.id, against: bent, key: nil) }.contains("not the canonical form"))
        #expect(
            try hostError { try host.verifyLog(tenant.id, against: note, key: "no key") }.code == .badInput)
    }

    @Test func `A log that was cut off behind a checkpoint is refused, and so is one that forked from it`() throws {
        let id = tenant.id
        try grow(20)
        // Another agency's history of the same tenant under the same key: the books as they were, gone on differently.
        try tenant.database.close()
        let books = test.home.books(id)
        let copy = books.path + ".copy"
        try host.close()
        try FileManager.default.copyItem(atPath: books.path, toPath: copy)
        let first = try test.open()
        _ = try first.importClaims(try test.claims(5, from: 500, to: "one.csv"), for: try first.openForWork(id))
        let note = try first.checkpoint(id)
        try first.close()
        try FileManager.default.removeItem(at: books)
        try FileManager.default.moveItem(atPath: copy, toPath: books.path)
        let second = try test.open()
        #expect(
            try message { try second.verifyLog(id, against: note, key: nil) }.contains("is shorter than the checkpoint")
        )
        #expect(try message { try second.proveEntry(0, of: id, in: note) }.contains("its end was cut off"))
        _ = try second.importClaims(try test.claims(9, from: 900, to: "two.csv"), for: try second.openForWork(id))
        #expect(
            try message { try second.verifyLog(id, against: note, key: nil) }.contains("has forked from the checkpoint")
        )
        #expect(try message { try second.proveEntry(0, of: id, in: note) }.contains("has forked from the checkpoint"))
        try second.verifyLog(id)
        try second.close()
    }

    @Test func `History that was rewritten together with its tree does not fit the kept checkpoints`() throws {
        try grow(3)
        let id = tenant.id
        _ = try host.checkpoint(id)
        try host.close()
        try damage(
            id, "DELETE FROM audit_tile", "UPDATE audit_entry SET seq = seq + 1000000",
            "DELETE FROM audit_entry WHERE seq = 1000002",
            "CREATE TABLE kept AS SELECT entry FROM audit_entry ORDER BY seq", "DELETE FROM audit_entry")
        let engine = try SQLiteEngine(path: test.home.books(id).path, create: false)
        let database = TenantDatabase(tenant: id, engine: engine)
        try database.write(Provenance(.host("forger"), at: Timestamp(TestHome.day))) { transaction in
            var edge = MerkleTreeEdge()
            for entry in try transaction.all("SELECT entry FROM kept", map: { $0.bytes(0) }) {
                try transaction.execute("INSERT INTO audit_entry (seq, entry) VALUES ($1, $2)", edge.size, entry)
                edge.append(.leaf(entry))
            }
            try transaction.execute(
                "INSERT INTO audit_tile (level, position, hashes) VALUES (0, 0, $1)", Hash.bytes(edge.partialTiles[0]))
        }
        try database.close()
        let host = try test.open()
        #expect(try message { try host.verifyLog(id) }.contains("a checkpoint was signed over"))
        try host.close()
    }

    @Test func `Kept checkpoints that were replaced are found`() throws {
        try grow(3)
        _ = try host.checkpoint(tenant.id)
        try host.close()
        try damage(
            tenant.id,
            "UPDATE audit_checkpoint SET note = (SELECT note FROM audit_checkpoint WHERE size = 1)")
        let host = try test.open()
        #expect(try message { try host.verifyLog(tenant.id) }.contains("it is a replay"))
        try host.close()
    }

    @Test func `Keys and checkpoints are append-only by the schema itself`() throws {
        for change: StaticString in [
            "UPDATE audit_key SET name = 'x'", "DELETE FROM audit_key", "UPDATE audit_checkpoint SET note = 'x'",
            "DELETE FROM audit_checkpoint",
        ] {
            #expect(throws: DatabaseFault.self) {
                try tenant.database.write(host.provenance) { try $0.execute(change) }
            }
        }
    }

    @Test func `After a rotation the old key leads to the new one`() throws {
        try grow(5)
        let before = try host.checkpoint(tenant.id)
        let oldKey = try host.verifierKey(tenant.id)
        let (newKey, change) = try host.rotateKey(tenant.id, reason: "yearly")
        #expect(newKey.description != oldKey)
        #expect(try host.verifierKey(tenant.id) == newKey.description)
        let both = [try VerifierKey(parsing: oldKey), newKey]
        for key in both { _ = try Checkpoint(note: change, signedBy: key) }
        try grow(5, from: 50)
        let after = try host.checkpoint(tenant.id)
        #expect(throws: NoteError.self) { try Checkpoint(note: after, signedBy: both[0]) }
        try host.verifyLog(tenant.id)
        for note in [before, change, after] {
            for key in [oldKey, newKey.description, nil] {
                let verdict = try host.verifyLog(tenant.id, against: note, key: key)
                #expect(verdict.currentKey == newKey)
            }
        }
        let proof = try host.proveConsistency(of: tenant.id, from: before, to: after)
        _ = try proof.verify(trusting: both)
        #expect(throws: ProofError.self) { try proof.verify(trusting: [newKey]) }
        // Twice is as good as once.
        _ = try host.rotateKey(tenant.id, reason: "again")
        _ = try host.verifyLog(tenant.id, against: before, key: oldKey)
        let line = try #require(try host.auditLog(tenant.id, last: 1, case: nil).last).json
        #expect(line.contains(#""action":"key.rotated""#) && line.contains(#""reason":"again""#))
    }

    @Test func `A retired key signs nothing any more`() throws {
        let old = try tenant.database.read { try AuditKeys.current(host.keyring, $0) }
        _ = try host.rotateKey(tenant.id, reason: "lost")
        try grow(2)
        let head = try tenant.database.read { try AuditLog.edge($0) }
        let forged = try old.sign(Checkpoint(origin: old.name, size: head.size, root: head.root).text)
        #expect(
            try message { try host.verifyLog(tenant.id, against: forged, key: nil) }.contains("not in use at that size")
        )
    }

    @Test func `A proof is checked with the file alone, and every change of it is refused in its own words`() throws {
        try grow(40)
        let older = try host.checkpoint(tenant.id)
        try grow(40, from: 100)
        let key = try host.verifierKey(tenant.id)
        let newer = try host.checkpoint(tenant.id)
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        func verify(_ proof: AuditProof, _ old: String = "", _ new: String = "", key: String = key) throws
            -> ProofVerdict
        {
            let json = String(decoding: try encoder.encode(proof), as: UTF8.self)
            let changed = old.isEmpty ? json : json.replacing(old, with: new, maxReplacements: 1)
            #expect(old.isEmpty || json != changed)
            return try FordringHost.verifyProof(Array(changed.utf8), name: "proof.json", keys: [key])
        }
        let proof = try host.proveEntry(7, of: tenant.id, in: older)
        let verdict = try verify(proof)
        let seven = try #require(verdict.entry)
        #expect(String(decoding: seven, as: UTF8.self).contains(#""seq":7,"#))
        #expect(verdict.explanation.count == proof.hashes.count + 2)
        func flip(_ text: String) throws -> String {
            var bytes = try CanonicalBase64.decode(text)
            bytes[9] ^= 4
            return CanonicalBase64.encode(bytes)
        }
        let leaf = try #require(proof.leaf)
        let otherKey = try SigningKey(name: "fordring/aa", seed: [UInt8](1...32)).verifier.description
        #expect(try message { try verify(proof, leaf, try flip(leaf)) }.contains("the leaf is not the one"))
        #expect(
            try message { try verify(proof, proof.hashes[2], try flip(proof.hashes[2])) }.contains(
                "the hashes do not lead"))
        #expect(
            try message { try verify(proof, #""root":"\#(proof.root)""#, #""root":"\#(try flip(proof.root))""#) }
                .contains("the root is not the one"))
        #expect(try message { try verify(proof, #""\#(proof.hashes[1])","#, "") }.contains("too few"))
        #expect(
            try message { try verify(proof, proof.hashes[1], #"\#(proof.hashes[1])","\#(proof.hashes[1])"#) }
                .contains("too many"))
        #expect(
            try message {
                try verify(
                    proof, #""\#(proof.hashes[0])","\#(proof.hashes[1])""#,
                    #""\#(proof.hashes[1])","\#(proof.hashes[0])""#)
            }.contains("the hashes do not lead"))
        #expect(try message { try verify(proof, #""index":7"#, #""index":9"#) }.contains("the hashes do not lead"))
        #expect(try message { try verify(proof, key: otherKey) }.contains("is not signed by"))
        let escaped = String(decoding: try encoder.encode(older), as: UTF8.self)
        let newEscaped = String(decoding: try encoder.encode(newer), as: UTF8.self)
        #expect(try message { try verify(proof, escaped, newEscaped) }.contains("its checkpoint was signed over"))
        #expect(throws: HostError.self) { try FordringHost.verifyProof(Array("{}".utf8), name: "x", keys: []) }

        let consistency = try host.proveConsistency(of: tenant.id, from: older, to: newer)
        _ = try verify(consistency)
        #expect(
            try message { try verify(consistency, consistency.hashes[0], try flip(consistency.hashes[0])) }
                .contains("the hashes do not lead"))
        #expect(
            try message { try host.proveConsistency(of: tenant.id, from: newer, to: older) }.contains("older one first")
        )
        #expect(try message { try host.proveEntry(9999, of: tenant.id, in: nil) }.contains("There is no entry 9999"))
    }
}
