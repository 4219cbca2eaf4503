import AuditTrail
import Database
import FordringKit
import Foundation
import GzipFiles
import Testing

@testable import Host

/// Goal: a part of a log proves as much as it can, says what it cannot, and hides no change.
///
/// Method: true exports of parts of one log of some hundred entries whose key was changed once; then their lines are
/// changed in every way.
@Suite struct AuditPartialExportTests {
    /// The parts that are exported.
    enum Part: String, CaseIterable, Sendable {
        case whole
        case times
        case aboutCase
        case since
    }

    struct Exports: Sendable {
        let lines: [Part: [[UInt8]]]
        /// The keys before and after the change.
        let oldKey: String
        let newKey: String
        /// Checkpoints of the same log: before the middle, in the middle where `since` begins, later, and at the end.
        let early: String
        let middle: String
        let late: String
        let end: String
        /// A checkpoint with the size of `late` over other entries, signed by the true key.
        let forked: String
        /// The end of the log, signed by the key that was retired before.
        let signedByOldKey: String
        let size: Int64
        let root: String
    }

    private static let exports = Result { try makeExports() }

    private static func makeExports() throws -> Exports {
        let test = try TestHome()
        let host = try test.open()
        let tenant = try test.onboard("aa", in: host)
        _ = try host.importClaims(try test.claims(20), for: tenant)
        let early = try host.checkpoint(tenant.id)
        let oldKey = try host.verifierKey(tenant.id)
        _ = try host.importClaims(try test.claims(60, from: 21, to: "more.csv"), for: tenant)
        let middle = try host.checkpoint(tenant.id)
        let oldSigner = try host.database(of: tenant.id).read { try AuditKeys.current(host.keyring, $0) }
        _ = try host.rotateKey(tenant.id, reason: "a test")
        test.clock.set(Timestamp(TestHome.day, hour: 7))
        _ = try host.importClaims(try test.claims(70, from: 101, to: "later.csv"), for: tenant)
        let late = try host.checkpoint(tenant.id)
        test.clock.set(Timestamp(TestHome.day, hour: 8))
        _ = try host.runDay(TestHome.day, for: tenant)
        let selections: [Part: ExportSelection] = [
            .whole: .whole, .aboutCase: .aboutCase(CaseID(rawValue: 7)), .since: .since(checkpoint: middle),
            .times: .times(from: Timestamp(TestHome.day, hour: 7), to: Timestamp(TestHome.day, hour: 8)),
        ]
        var lines: [Part: [[UInt8]]] = [:]
        for (part, selection) in selections {
            let path = test.root.appending(path: "\(part).gz").path
            let count = try host.exportAudit(tenant.id, selection, to: path)
            let read = try readLines(path)
            #expect(Int64(read.count) == count + 2)
            lines[part] = read
        }
        let signer = try host.database(of: tenant.id).read { try AuditKeys.current(host.keyring, $0) }
        let lateSize = try #require(Checkpoint.statedSize(late))
        let forked = try signer.sign(Checkpoint(origin: signer.name, size: lateSize, root: .of([1])).text)
        let head = try host.verifyLog(tenant.id)
        let end = try host.checkpoint(tenant.id)
        let exports = Exports(
            lines: lines, oldKey: oldKey, newKey: try host.verifierKey(tenant.id), early: early, middle: middle,
            late: late, end: end, forked: forked,
            signedByOldKey: try oldSigner.sign(Checkpoint(note: end, signedBy: signer.verifier).text),
            size: head.size, root: head.root)
        try host.close()
        return exports
    }

    /// Writes lines as an export and verifies it.
    private func verify(_ lines: [[UInt8]], key: String? = nil, checkpoint: String? = nil) throws -> ExportVerdict {
        let test = try TestHome()
        let path = test.root.appending(path: "export.gz").path
        let writer = try GzipWriter(path: path)
        for line in lines { try writer.write(line + [UInt8(ascii: "\n")]) }
        try writer.close()
        return try FordringHost.verifyExport(path, key: key, checkpoint: checkpoint)
    }

    @Test(arguments: Part.allCases) func `A true part is accepted with no key, the old key and the new`(
        _ part: Part
    ) throws {
        let exports = try Self.exports.get()
        let lines = try #require(exports.lines[part])
        for key in [nil, exports.oldKey, exports.newKey] {
            let verdict = try verify(lines, key: key)
            #expect(verdict.entries == Int64(lines.count - 2))
            #expect(verdict.size == exports.size)
            #expect(verdict.root == exports.root)
            #expect(verdict.key == exports.newKey)
            #expect(verdict.isComplete == (part == .whole || part == .since))
        }
    }

    @Test func `Each part holds what was selected, and says what is proven`() throws {
        let exports = try Self.exports.get()
        let all = try #require(exports.lines[.whole]).dropFirst().dropLast()
        func entries(_ part: Part) throws -> [String] {
            try #require(exports.lines[part]).dropFirst().dropLast().map { String(decoding: $0, as: UTF8.self) }
        }
        let texts = all.map { String(decoding: $0, as: UTF8.self) }
        let aboutCase = texts.filter { $0.contains(#""subject":{"case":7,"#) || $0.contains(#""subject":{"case":7}"#) }
        #expect(try entries(.aboutCase) == aboutCase)
        #expect(aboutCase.count > 1)
        #expect(try entries(.times) == texts.filter { $0.contains(#""time":"2026-03-02T07:"#) })
        let middle = try #require(Checkpoint.statedSize(exports.middle))
        #expect(try entries(.since) == Array(texts.dropFirst(Int(middle))))

        let said = try Part.allCases.map { try verify(try #require(exports.lines[$0])).completeness }
        #expect(said[0] == "all \(exports.size) entries of the log up to its checkpoint")
        #expect(said[1].hasPrefix("none is missing between the entries \(middle + 1) and "))
        #expect(said[1].contains("that those before and after are of other times is not proven"))
        #expect(said[2].contains("that no other is about the case is not proven"))
        #expect(said[3].contains("the log of \(middle) entries is the beginning of the log of \(exports.size)"))
    }

    /// What comparing a part with a checkpoint gives: words of the verdict, or of the refusal.
    @Test(arguments: [
        (Part.whole, "early", "is the beginning of this one"), (.whole, "late", "is the beginning of this one"),
        (.whole, "end", "is the beginning of this one"), (.whole, "forked", "has forked from the checkpoint"),
        (.since, "early", "cannot be told"), (.since, "middle", "is the beginning of this one"),
        (.since, "late", "is the beginning of this one"), (.since, "end", "is the beginning of this one"),
        (.since, "forked", "has forked from the checkpoint"), (.times, "late", "cannot be told"),
        (.times, "end", "is the beginning of this one"), (.aboutCase, "early", "cannot be told"),
    ])
    func `A part is compared with a checkpoint as far as it can be`(
        _ part: Part, _ name: String, _ words: String
    ) throws {
        let exports = try Self.exports.get()
        let lines = try #require(exports.lines[part])
        let notes = [
            "early": exports.early, "middle": exports.middle, "late": exports.late, "end": exports.end,
            "forked": exports.forked,
        ]
        let note = try #require(notes[name])
        if name == "forked" {
            #expect(try hostError { try verify(lines, key: exports.oldKey, checkpoint: note) }.message.contains(words))
        } else {
            let verdict = try verify(lines, key: exports.oldKey, checkpoint: note)
            #expect(try #require(verdict.checkpoint).contains(words))
        }
    }

    @Test func `An export that is shorter than a checkpoint is refused`() throws {
        let test = try TestHome()
        let host = try test.open()
        let tenant = try test.onboard("aa", in: host)
        let path = test.root.appending(path: "a.gz").path
        try host.exportAudit(tenant.id, to: path)
        _ = try host.importClaims(try test.claims(2), for: tenant)
        let note = try host.checkpoint(tenant.id)
        let error = try hostError { try FordringHost.verifyExport(path, key: nil, checkpoint: note) }
        #expect(error.code == .refused)
        #expect(error.message.contains("is shorter than the checkpoint that was handed out"))
        #expect(
            try hostError { try FordringHost.verifyExport(path, key: nil, checkpoint: "x") }.code == .badInput)
        try host.close()
    }

    /// One thing that is done to a part, and what its reader is told.
    struct Tampering: Sendable, CustomTestStringConvertible {
        let part: Part
        let what: String
        let message: String
        let change: @Sendable (inout [[UInt8]], Exports) throws -> Void

        var testDescription: String { "\(part): \(what)" }

        init(
            _ part: Part, _ what: String, _ message: String,
            _ change: @escaping @Sendable (inout [[UInt8]], Exports) throws -> Void
        ) {
            self.part = part
            self.what = what
            self.message = message
            self.change = change
        }
    }

    static let tamperings: [Tampering] =
        [.times, .aboutCase].flatMap { part in
            [
                Tampering(part, "an entry is gone", "not those that the proof was made for") { lines, _ in
                    lines.remove(at: 2)
                },
                Tampering(part, "the last entry is gone", "not those that the proof was made for") { lines, _ in
                    lines.remove(at: lines.count - 2)
                },
                Tampering(part, "an entry was put at the end", "after") { lines, _ in
                    lines.insert(lines[1], at: lines.count - 1)
                },
                Tampering(part, "two entries have changed places", "an entry was added or moved") { lines, _ in
                    lines.swapAt(1, 2)
                },
                Tampering(part, "an entry of the log that was not selected", "is not of what the first line says") {
                    lines, exports in lines.insert(try #require(exports.lines[.whole])[2], at: 1)
                },
                Tampering(part, "a hash of the proof is gone", "not those that the proof was made for") { lines, _ in
                    try edit(&lines[lines.count - 1]) { footer in
                        footer["proof"] = Array((footer["proof"] as? [String] ?? []).dropLast())
                    }
                },
            ]
        } + [
            Tampering(.since, "an entry is gone", "where") { lines, _ in lines.remove(at: 2) },
            Tampering(.since, "the first entry is gone", "where") { lines, _ in lines.remove(at: 1) },
            Tampering(.since, "the last entry is gone", "not those that the proof was made for") { lines, _ in
                lines.remove(at: lines.count - 2)
            },
            Tampering(.since, "two entries have changed places", "where") { lines, _ in lines.swapAt(1, 2) },
            Tampering(.since, "the first line states another size", "where") { lines, exports in
                try edit(&lines[0]) { $0["selection"] = ["kind": "since", "size": 3] }
            },
            Tampering(.since, "the proof of growth is gone", "proof that the log only grew") { lines, _ in
                try edit(&lines[lines.count - 1]) { $0["since"] = nil }
            },
            Tampering(.since, "the proof of growth has another hash", "not shown to have only grown") { lines, _ in
                try edit(&lines[lines.count - 1]) { footer in
                    var since = footer["since"] as? [String: Any] ?? [:]
                    var hashes = since["hashes"] as? [String] ?? []
                    hashes[0] = CanonicalBase64.encode(Hash.of([7]).bytes)
                    since["hashes"] = hashes
                    footer["since"] = since
                }
            },
            Tampering(.since, "it is called a whole export", "where 0 belongs") { lines, _ in
                try edit(&lines[0]) { $0["selection"] = ["kind": "whole"] }
            },
            Tampering(.aboutCase, "it is called another case's", "is not of what the first line says") { lines, _ in
                try edit(&lines[0]) { $0["selection"] = ["kind": "case", "case": 8] }
            },
            Tampering(.times, "other times are stated", "is not of what the first line says") { lines, _ in
                try edit(&lines[0]) { $0["selection"] = ["kind": "times", "from": "2026-03-02T07:30:00.000Z"] }
            },
            Tampering(.whole, "a whole export with a proof", "entries were dropped or added") { lines, _ in
                try edit(&lines[lines.count - 1]) { $0["proof"] = [CanonicalBase64.encode(Hash.of([7]).bytes)] }
            },
        ]
        + Part.allCases.flatMap { part in
            [
                Tampering(part, "a digit of an entry is another", "do not give the root") { lines, _ in
                    let text = String(decoding: lines[2], as: UTF8.self)
                    let digit = try #require(text.firstRange(of: #""action":""#)).upperBound
                    lines[2] = Array(text.replacingCharacters(in: digit...digit, with: "X").utf8)
                },
                Tampering(part, "an older checkpoint", part == .whole ? "signed over" : "") { lines, exports in
                    try edit(&lines[lines.count - 1]) { $0["checkpoint"] = exports.late }
                },
                Tampering(part, "a checkpoint signed by a forger", "not signed by") { lines, exports in
                    let forger = try SigningKey(name: "fordring/aa", seed: [UInt8](repeating: 7, count: 32))
                    let root = Hash.of([1])
                    let note = try forger.sign(Checkpoint(origin: forger.name, size: exports.size, root: root).text)
                    try edit(&lines[lines.count - 1]) { $0["checkpoint"] = note }
                },
                Tampering(part, "the change of keys is gone, and the reader has the old key", "") { lines, _ in
                    try edit(&lines[lines.count - 1]) { $0["rotations"] = nil }
                },
                Tampering(part, "the change of keys names a forger", "the proof of a change of keys") { lines, _ in
                    try edit(&lines[lines.count - 1]) { footer in
                        var rotations = footer["rotations"] as? [[String: Any]] ?? []
                        rotations[0]["leaf"] = CanonicalBase64.encode(Array(#"{"action":"key.rotated"}"#.utf8))
                        footer["rotations"] = rotations
                    }
                },
                Tampering(part, "another number of entries", "the first line names another") { lines, _ in
                    try edit(&lines[0]) { $0["entries"] = 7_000 }
                },
                Tampering(part, "another size", "the first line names another") { lines, _ in
                    try edit(&lines[0]) { $0["size"] = 7_000 }
                },
            ]
        }
        + [Part.times, .aboutCase, .since].map { part in
            Tampering(part, "a hash of the proof is another", "do not give the root") { lines, _ in
                try edit(&lines[lines.count - 1]) { footer in
                    var proof = footer["proof"] as? [String] ?? []
                    proof[0] = CanonicalBase64.encode(Hash.of([7]).bytes)
                    footer["proof"] = proof
                }
            }
        }

    @Test(arguments: tamperings) func `What was done to a part is found, and said`(_ tampering: Tampering) throws {
        let exports = try Self.exports.get()
        var lines = try #require(exports.lines[tampering.part])
        try tampering.change(&lines, exports)
        let error = try hostError { try verify(lines, key: exports.oldKey) }
        #expect(error.code == .refused)
        #expect(tampering.message.isEmpty || error.message.contains(tampering.message), "\(error.message)")
    }

    @Test func `An old key signs no later log than that of its change`() throws {
        let exports = try Self.exports.get()
        // Whoever has stolen the retired key could sign any end of the log, were it not for the change of keys.
        var lines = try #require(exports.lines[.whole])
        try edit(&lines[lines.count - 1]) { $0["checkpoint"] = exports.signedByOldKey }
        let error = try hostError { try verify(lines, key: exports.oldKey) }
        #expect(error.message.contains("a key that was not in use at that size"), "\(error.message)")
    }

    /// Goal: the format is what its documentation says.
    ///
    /// Method: a script in another language, written from the documentation, computes the root; it must also refuse a
    /// part with a changed entry.
    @Test(arguments: Part.allCases) func `A second implementation comes to the same root`(_ part: Part) throws {
        guard try Self.run("python3", "--version") == 0 else {
            print("SKIPPED: python3 is not installed")
            return
        }
        let script = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Fixtures/verify_export.py")
        let test = try TestHome()
        var lines = try #require(try Self.exports.get().lines[part])
        for isTrue in [true, false] {
            if !isTrue { lines[1][lines[1].count / 2] ^= 1 }
            let path = test.root.appending(path: "\(isTrue).gz").path
            let writer = try GzipWriter(path: path)
            for line in lines { try writer.write(line + [UInt8(ascii: "\n")]) }
            try writer.close()
            #expect(try (Self.run("python3", script.path, path) == 0) == isTrue)
        }
    }

    /// Goal: the multi-proof is right for every set of entries, not only for those that a log happens to have.
    ///
    /// Method: random sets in trees of up to 600 leaves; the root must come out, and must not when one leaf or hash is
    /// another.
    @Test func `Any set of entries of any tree is proven`() throws {
        var generator = SplitMix(seed: 77)
        for _ in 0..<300 {
            let size = Int64.random(in: 1...600, using: &generator)
            let leaves = (0..<size).map { Hash.leaf(Array("leaf \($0)".utf8)) }
            var edge = MerkleTreeEdge()
            for leaf in leaves { edge.append(leaf) }
            let full = Dictionary(
                uniqueKeysWithValues: edge.takeFullTiles().map { ("\($0.level)/\($0.position)", $0.hashes) })
            let tiles = TileReader { level, position in
                full["\(level)/\(position)"] ?? edge.partialTiles[level]
            }
            let share = Int.random(in: 0...100, using: &generator)
            let chosen = (0..<size).filter { _ in Int.random(in: 0..<100, using: &generator) < share }
            let proof = try MultiProof.hashes(of: chosen.map { $0..<$0 + 1 }, in: size, tiles)
            // Neighbours as one range are the same entries.
            var ranges: [Range<Int64>] = []
            for index in chosen {
                if let last = ranges.last, last.upperBound == index {
                    ranges[ranges.count - 1] = last.lowerBound..<index + 1
                } else {
                    ranges.append(index..<index + 1)
                }
            }
            #expect(try MultiProof.hashes(of: ranges, in: size, tiles) == proof)
            func root(changing changed: Int64? = nil, proof: [Hash]) throws -> Hash {
                var tree = PartialTree()
                for index in chosen { tree.append(index == changed ? .of([1]) : leaves[Int(index)], at: index) }
                return try tree.root(at: size, with: proof)
            }
            #expect(try root(proof: proof) == edge.root)
            if let changed = chosen.randomElement(using: &generator) {
                #expect(try root(changing: changed, proof: proof) != edge.root)
            }
            if let index = proof.indices.randomElement(using: &generator) {
                var other = proof
                other[index] = .of([1])
                #expect(try root(proof: other) != edge.root)
                #expect(throws: ProofError.self) { try root(proof: proof.dropLast()) }
            }
            #expect(throws: ProofError.self) { try root(proof: proof + [.of([1])]) }
        }
    }

    @Test func `A case without entries and a checkpoint of another log are refused, and nothing is written`() throws {
        let test = try TestHome()
        let host = try test.open()
        let tenant = try test.onboard("aa", in: host)
        let other = try test.onboard("bb", in: host)
        let path = test.root.appending(path: "a.gz").path
        let missing = try hostError {
            try host.exportAudit(tenant.id, .aboutCase(CaseID(rawValue: 99)), to: path)
        }
        #expect(missing.message.contains("no entry about the case 99"))
        let foreign = try host.checkpoint(other.id)
        let refusal = try hostError { try host.exportAudit(tenant.id, .since(checkpoint: foreign), to: path) }
        #expect(refusal.code == .refused)
        // A time in which nothing happened is an answer.
        let none = ExportSelection.times(from: Timestamp(TestHome.day, hour: 20), to: nil)
        #expect(try host.exportAudit(tenant.id, none, to: path) == 0)
        #expect(try FordringHost.verifyExport(path, key: nil).entries == 0)
        #expect(test.names(below: test.root).filter { $0.contains("partial") }.isEmpty)
        try host.close()
    }

    /// Goal: a monitor that knows C2SP tlog-tiles only can read and check the log.
    ///
    /// Method: the folder is read as the specification says it, and the root computed anew from the entry bundles and from
    /// the tiles.
    @Test func `The tiles are those of the specification`() throws {
        let test = try TestHome()
        let host = try test.open()
        let tenant = try test.onboard("aa", in: host)
        _ = try host.importClaims(try test.claims(300), for: tenant)
        let folder = test.root.appending(path: "monitor")
        let path = test.root.appending(path: "a.gz").path
        try host.exportAudit(tenant.id, to: path, tiles: folder.path)
        let key = try VerifierKey(parsing: try host.verifierKey(tenant.id))
        let note = try String(contentsOf: folder.appending(path: "checkpoint"), encoding: .utf8)
        let checkpoint = try Checkpoint(note: note, signedBy: key)
        #expect(checkpoint.size > 512)
        var edge = MerkleTreeEdge()
        var names = ["checkpoint"]
        for bundle in 0...(checkpoint.size / 256) {
            let width = min(256, checkpoint.size - bundle * 256)
            if width == 0 { break }
            let name = "00\(bundle)" + (width < 256 ? ".p/\(width)" : "")
            names += ["tile/entries/\(name)", "tile/0/\(name)"]
            var bytes = Array(try Data(contentsOf: folder.appending(path: "tile/entries/\(name)")))[...]
            var leaves: [Hash] = []
            while let high = bytes.popFirst(), let low = bytes.popFirst() {
                let length = Int(high) << 8 | Int(low)
                leaves.append(.leaf(Array(bytes.prefix(length))))
                bytes = bytes.dropFirst(length)
            }
            #expect(leaves.count == Int(width))
            let tile = Array(try Data(contentsOf: folder.appending(path: "tile/0/\(name)")))
            #expect(tile == Hash.bytes(leaves))
            for leaf in leaves { edge.append(leaf) }
        }
        #expect(edge.root == checkpoint.root)
        let upper = Array(try Data(contentsOf: folder.appending(path: "tile/1/000.p/\(checkpoint.size / 256)")))
        #expect(upper == Hash.bytes(edge.partialTiles[1]))
        names.append("tile/1/000.p/\(checkpoint.size / 256)")
        let found = test.names(below: folder).filter { name in
            var isFolder: ObjCBool = false
            _ = FileManager.default.fileExists(atPath: folder.appending(path: name).path, isDirectory: &isFolder)
            return !isFolder.boolValue
        }
        #expect(found == names.sorted())
        // A folder that is in use is not overwritten, and the file of the first time stands.
        let refusal = try hostError { try host.exportAudit(tenant.id, to: path, tiles: folder.path) }
        #expect(refusal.message.contains("is not empty"))
        #expect(try FordringHost.verifyExport(path, key: key.description).entries == checkpoint.size)
        try host.close()
    }

    @Test(arguments: [
        (Int64(0), 256, "000"), (7, 256, "007"), (1_234_067, 256, "x001/x234/067"), (1000, 256, "x001/000"),
        (273, 112, "273.p/112"), (1_234_067, 1, "x001/x234/067.p/1"),
    ])
    func `Tiles are named in groups of three digits`(_ position: Int64, _ width: Int, _ name: String) {
        #expect(AuditTiles.name(position, width) == name)
    }

    @Test func `A full disk during an export is said, with what to do, and nothing is left`() throws {
        let test = try TestHome()
        let host = try test.open()
        let tenant = try test.onboard("aa", in: host)
        _ = try host.importClaims(try test.claims(2000), for: tenant)
        let disk = test.root.appending(path: "disk")
        try FileManager.default.createDirectory(at: disk, withIntermediateDirectories: true)
        guard getuid() == 0, try Self.run("mount", "-t", "tmpfs", "-o", "size=16k", "tmpfs", disk.path) == 0 else {
            print("SKIPPED: no small disk can be mounted here")
            return
        }
        defer { _ = try? Self.run("umount", disk.path) }
        let error = try hostError { try host.exportAudit(tenant.id, to: disk.appending(path: "a.gz").path) }
        #expect(error.code == .unavailable)
        #expect(error.message.contains("free space there, or choose another place"), "\(error.message)")
        #expect(test.names(below: disk).isEmpty)
        let tiles = try hostError {
            try host.exportAudit(
                tenant.id, to: test.root.appending(path: "b.gz").path, tiles: disk.appending(path: "tiles").path)
        }
        #expect(tiles.code == .unavailable)
        #expect(tiles.message.contains("Free space there"), "\(tiles.message)")
        #expect(test.names(below: disk).isEmpty)
        try host.close()
    }

    private static func run(_ arguments: String...) throws -> Int32 {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = arguments
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        return process.terminationStatus
    }
}

private func readLines(_ path: String) throws -> [[UInt8]] {
    let reader = try GzipLineReader(path: path)
    var lines: [[UInt8]] = []
    while let line = try reader.next() { lines.append(line) }
    return lines
}
