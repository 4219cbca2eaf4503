import AuditTrail
import Database
import DatabaseTesting
import Foundation
import Testing

private let schema = Schema([.counters, AuditLog.migration, AuditLog.tileGuard])

@Suite struct `A proof from tiles` {
    @Test func `is the one of RFC 6962 for every entry and every older size of small trees`() throws {
        let naive = NaiveTree(leaves: someLeaves(70))
        let tiles = TileReader { naive.tile(level: $0, position: Int($1), size: 70) }
        for size in 1...70 {
            for index in 0..<size {
                let proof = try tiles.inclusionProof(of: Int64(index), in: Int64(size))
                #expect(proof == naive.path(index, 0..<size), "entry \(index) of \(size)")
                try MerkleProof.verifyInclusion(
                    leaf: naive.leaves[index], index: Int64(index), size: Int64(size), root: naive.root(size),
                    hashes: proof)
            }
            for old in 0...size {
                let proof = try tiles.consistencyProof(from: Int64(old), to: Int64(size))
                #expect(proof == (old == 0 ? [] : naive.proof(old, 0..<size, true)), "from \(old) to \(size)")
                try MerkleProof.verifyConsistency(
                    from: Int64(old), oldRoot: naive.root(old), to: Int64(size), root: naive.root(size), hashes: proof)
            }
        }
    }

    /// The proofs of certificate-transparency's `merkletree/merkle_tree_test.cc`, over its eight reference leaves.
    @Test func `is the published one for the reference leaves`() throws {
        let leaves: [[UInt8]] = [
            [], [0], [0x10], [0x20, 0x21], [0x30, 0x31], Array(0x40...0x43), Array(0x50...0x57), Array(0x60...0x6f),
        ]
        let naive = NaiveTree(leaves: leaves.map { Hash.leaf($0) })
        let tiles = TileReader { naive.tile(level: $0, position: Int($1), size: 8) }
        #expect(
            try tiles.inclusionProof(of: 0, in: 8).map(\.hex) == [
                "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
                "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
                "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
            ])
        #expect(
            try tiles.inclusionProof(of: 5, in: 8).map(\.hex) == [
                "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
                "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
                "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
            ])
        #expect(
            try tiles.consistencyProof(from: 6, to: 8).map(\.hex) == [
                "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
                "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
                "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
            ])
    }

    @Test func `reads a handful of tiles, also of a tree that has grown since`() throws {
        let naive = NaiveTree(leaves: someLeaves(70_000))
        for (index, size) in [(0, 70_000), (69_999, 70_000), (65_535, 65_536), (12_345, 66_001), (300, 513)] {
            let tiles = TileReader { naive.tile(level: $0, position: Int($1), size: 70_000) }
            let proof = try tiles.inclusionProof(of: Int64(index), in: Int64(size))
            #expect(proof == naive.path(index, 0..<size))
            #expect(tiles.tileCount <= 6)
            let old = TileReader { naive.tile(level: $0, position: Int($1), size: 70_000) }
            let consistency = try old.consistencyProof(from: Int64(index + 1), to: Int64(size))
            try MerkleProof.verifyConsistency(
                from: Int64(index + 1), oldRoot: naive.root(index + 1), to: Int64(size), root: naive.root(size),
                hashes: consistency)
            #expect(old.tileCount <= 6)
        }
    }

    @Test func `cannot be had from a tile that lacks hashes`() throws {
        let tiles = TileReader { _, _ in [] }
        #expect(throws: DatabaseFault.self) { try tiles.inclusionProof(of: 0, in: 2) }
    }

    @Test func `is refused for every way in which it can be wrong`() throws {
        for seed in randomSeeds(5) {
            print("proof seed \(seed)")
            var random = SeededGenerator(seed: seed)
            let naive = NaiveTree(leaves: someLeaves(1000))
            let tiles = TileReader { naive.tile(level: $0, position: Int($1), size: 1000) }
            for _ in 0..<200 {
                let size = Int.random(in: 3...1000, using: &random)
                let index = Int.random(in: 0..<size, using: &random)
                let proof = try tiles.inclusionProof(of: Int64(index), in: Int64(size))
                func code(
                    leaf: Hash? = nil, index other: Int? = nil, root: Hash? = nil, _ hashes: [Hash]
                ) -> ProofError.Code? {
                    do throws(ProofError) {
                        try MerkleProof.verifyInclusion(
                            leaf: leaf ?? naive.leaves[index], index: Int64(other ?? index), size: Int64(size),
                            root: root ?? naive.root(size), hashes: hashes)
                        return nil
                    } catch { return error.code }
                }
                let what = "entry \(index) of \(size), seed \(seed)"
                #expect(code(proof) == nil, "\(what)")
                #expect(code(leaf: flipped(naive.leaves[index], &random), proof) == .wrongRoot, "\(what)")
                #expect(code(root: flipped(naive.root(size), &random), proof) == .wrongRoot, "\(what)")
                #expect(code(index: size, proof) == .outOfRange, "\(what)")
                for place in proof.indices {
                    var changed = proof
                    changed[place] = flipped(changed[place], &random)
                    #expect(code(changed) == .wrongRoot, "\(what), hash \(place) flipped")
                    changed = proof
                    changed.remove(at: place)
                    #expect(code(changed) == .wrongLength, "\(what), hash \(place) dropped")
                    if place > 0 {
                        changed = proof
                        changed.swapAt(place, place - 1)
                        #expect(code(changed) == .wrongRoot, "\(what), hash \(place) swapped")
                    }
                }
                #expect(code(proof + [.emptyRoot]) == .wrongLength, "\(what)")
            }
            for _ in 0..<200 {
                let size = Int.random(in: 3...1000, using: &random)
                let old = Int.random(in: 1..<size, using: &random)
                let proof = try tiles.consistencyProof(from: Int64(old), to: Int64(size))
                func code(oldRoot: Hash? = nil, root: Hash? = nil, _ hashes: [Hash]) -> ProofError.Code? {
                    do throws(ProofError) {
                        try MerkleProof.verifyConsistency(
                            from: Int64(old), oldRoot: oldRoot ?? naive.root(old), to: Int64(size),
                            root: root ?? naive.root(size), hashes: hashes)
                        return nil
                    } catch { return error.code }
                }
                let what = "from \(old) to \(size), seed \(seed)"
                #expect(code(proof) == nil, "\(what)")
                #expect(code(root: flipped(naive.root(size), &random), proof) == .wrongRoot, "\(what)")
                let wrongOld = code(oldRoot: flipped(naive.root(old), &random), proof)
                // Where the older tree is a subtree of the newer, its root is itself part of the computation.
                #expect(wrongOld == .wrongOldRoot || wrongOld == .wrongRoot, "\(what)")
                for place in proof.indices {
                    var changed = proof
                    changed[place] = flipped(changed[place], &random)
                    let found = code(changed)
                    #expect(found == .wrongOldRoot || found == .wrongRoot, "\(what), hash \(place) flipped")
                    changed = proof
                    changed.remove(at: place)
                    #expect(code(changed) == .wrongLength, "\(what), hash \(place) dropped")
                }
                #expect(code(proof + [.emptyRoot]) == .wrongLength, "\(what)")
            }
        }
    }
}

/// A hash with one bit that is another.
private func flipped(_ hash: Hash, _ random: inout SeededGenerator) -> Hash {
    var bytes = hash.bytes
    bytes[Int.random(in: 0..<32, using: &random)] ^= 1 << UInt8.random(in: 0..<8, using: &random)
    return Hash(bytes)
}

extension NaiveTree {
    private func split(_ range: Range<Int>) -> Int {
        var k = 1
        while k * 2 < range.count { k *= 2 }
        return range.lowerBound + k
    }

    /// RFC 6962 § 2.1.1, PATH, word for word.
    func path(_ index: Int, _ range: Range<Int>) -> [Hash] {
        if range.count == 1 { return [] }
        let k = split(range)
        return index < k
            ? path(index, range.lowerBound..<k) + [root(k..<range.upperBound)]
            : path(index, k..<range.upperBound) + [root(range.lowerBound..<k)]
    }

    /// RFC 6962 § 2.1.2, SUBPROOF, word for word.
    func proof(_ end: Int, _ range: Range<Int>, _ isKnown: Bool) -> [Hash] {
        if end == range.upperBound { return isKnown ? [] : [root(range)] }
        let k = split(range)
        return end <= k
            ? proof(end, range.lowerBound..<k, isKnown) + [root(k..<range.upperBound)]
            : proof(end, k..<range.upperBound, false) + [root(range.lowerBound..<k)]
    }
}

@Suite struct `Proofs from a log, to a stranger` {
    /// Goal: 1,000 inclusion and 1,000 consistency proofs of one log, each with its signed checkpoint, verify with a
    /// program that shares no code with ours, and one with a flipped bit does not.
    @Test(.enabled(if: Stranger.python != nil, "python3 is not installed: the proofs were NOT checked by a stranger"))
    func `verify with a script written from RFC 9162`() throws {
        let seed = randomSeeds(7)[0]
        print("proofs to a stranger, seed \(seed)")
        var random = SeededGenerator(seed: seed)
        let database = try TemporaryDatabase(schema)
        let size = 10_500
        for first in stride(from: 0, to: size, by: 1500) {
            try database.write { transaction in
                for number in first..<first + 1500 {
                    try transaction.audit(
                        .claimAccepted, subject: ["claim": .integer(Int64(number))], change: ["text": "bånd"])
                }
            }
        }
        let key = try SigningKey(name: "agency.example/møbler", seed: [UInt8](1...32))
        var proofs: [AuditProof] = []
        var entries: [UInt8] = []
        try database.read { transaction in
            try AuditLog.forEachEntry(transaction) { _, entry in entries += entry + [UInt8(ascii: "\n")] }
            let tiles = TileReader(transaction)
            func checkpoint(_ size: Int64) throws -> AuditProof.Signed {
                let checkpoint = Checkpoint(origin: key.name, size: size, root: try tiles.root(at: size))
                return try AuditProof.Signed(key.sign(checkpoint.text), signedByOneOf: [key.verifier])
            }
            for _ in 0..<1000 {
                let head = try checkpoint(Int64.random(in: 1...Int64(size), using: &random))
                let index = Int64.random(in: 0..<head.checkpoint.size, using: &random)
                let entry = try #require(try AuditLog.entry(index, transaction))
                proofs.append(
                    AuditProof(
                        entry: entry, index: index, in: head,
                        try tiles.inclusionProof(of: index, in: head.checkpoint.size)))
            }
            for _ in 0..<1000 {
                let head = try checkpoint(Int64.random(in: 1...Int64(size), using: &random))
                let old = try checkpoint(Int64.random(in: 1...head.checkpoint.size, using: &random))
                proofs.append(
                    AuditProof(
                        from: old, to: head,
                        try tiles.consistencyProof(from: old.checkpoint.size, to: head.checkpoint.size)))
            }
        }
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        let lines = try proofs.map { String(decoding: try encoder.encode($0), as: UTF8.self) }
        for line in lines { _ = try AuditProof(json: Array(line.utf8)).verify(trusting: [key.verifier]) }
        let file = database.folder.file("proofs.jsonl")
        try Data((lines.joined(separator: "\n") + "\n").utf8).write(to: URL(filePath: file))
        let said = try Stranger.run("rfc9162_verify.py", file, key.verifier.description)
        if said.output == "1000 inclusion, 1000 consistency, 0 signatures\n" {
            print("python3 has no package 'cryptography': the signatures were NOT checked by a stranger")
        } else {
            #expect(said.output == "1000 inclusion, 1000 consistency, 3000 signatures\n")
        }
        #expect(said.status == 0)
        let dump = database.folder.file("entries.jsonl")
        try Data(entries).write(to: URL(filePath: dump))
        let compared = try Stranger.run("pymerkle_compare.py", dump, file)
        if compared.status == 3 {
            print("python3 has no package 'pymerkle': the proofs were NOT compared with another implementation's")
        } else {
            #expect(compared.output == "2000\n" && compared.status == 0)
        }

        let hash = try #require(proofs[0].hashes.first)
        var bytes = try CanonicalBase64.decode(hash)
        bytes[31] ^= 1
        try Data(lines[0].replacing(hash, with: CanonicalBase64.encode(bytes)).utf8).write(to: URL(filePath: file))
        #expect(
            try Stranger.run("rfc9162_verify.py", file).output == "line 1: AssertionError: the root hash is another\n")
    }
}

/// A program that shares no code with ours.
enum Stranger {
    /// `FORDRING_PYTHON` in the environment names another, for packages in a folder of their own.
    static let python: String? = {
        let named = ProcessInfo.processInfo.environment["FORDRING_PYTHON"].map { [$0] } ?? []
        let folders = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
        return (named + folders.map { "\($0)/python3" }).first { FileManager.default.isExecutableFile(atPath: $0) }
    }()

    /// Runs a script that lies beside this file.
    static func run(_ script: String, _ arguments: String...) throws -> (output: String, status: Int32) {
        let process = Process()
        process.executableURL = URL(filePath: try #require(python))
        process.arguments =
            [URL(filePath: #filePath).deletingLastPathComponent().appending(path: script).path] + arguments
        let output = Pipe()
        process.standardOutput = output
        try process.run()
        let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        return (text, process.terminationStatus)
    }
}
