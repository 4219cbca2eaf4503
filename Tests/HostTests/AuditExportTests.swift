import AuditTrail
import FordringKit
import Foundation
import GzipFiles
import Testing

@testable import Host

/// Goal: an export can be checked by somebody who trusts nobody, and nothing that is done to it goes unnoticed.
///
/// Method: one true export of a log of some hundred entries; then its lines are changed in every way, and the file is
/// written again as the exporter would have.
@Suite struct AuditExportTests {
    /// A true export, and what a forger could have at hand.
    struct Export: Sendable {
        let lines: [[UInt8]]
        let key: String
        /// A checkpoint of the same log, when it was shorter.
        let olderCheckpoint: String
        /// The key of another tenant of the same agency.
        let otherKey: String
        let root: String
        let gzip: [UInt8]

        func text(of trusted: TrustedKey) -> String? {
            switch trusted {
            case .none: nil
            case .tenantsKey: key
            case .othersKey: otherKey
            }
        }
    }

    /// Which key the reader has from elsewhere.
    enum TrustedKey {
        case none
        case tenantsKey
        case othersKey
    }

    private static let export = Result { try makeExport() }

    private static func makeExport() throws -> Export {
        let test = try TestHome()
        let host = try test.open()
        let tenant = try test.onboard("aa", in: host)
        let other = try test.onboard("bb", in: host)
        _ = try host.importClaims(try test.claims(100), for: tenant)
        let older = try host.checkpoint(tenant.id)
        _ = try host.runDay(TestHome.day, for: tenant)
        let path = test.root.appending(path: "export.jsonl.gz").path
        let count = try host.exportAudit(tenant.id, to: path)
        let lines = try read(path)
        #expect(Int64(lines.count) == count + 2)
        #expect(count > 300)
        let result = Export(
            lines: lines, key: try host.verifierKey(tenant.id), olderCheckpoint: older,
            otherKey: try host.verifierKey(other.id), root: try host.verifyLog(tenant.id).root,
            gzip: Array(try Data(contentsOf: URL(filePath: path))))
        try host.close()
        return result
    }

    private static func read(_ path: String) throws -> [[UInt8]] {
        let reader = try GzipLineReader(path: path)
        var lines: [[UInt8]] = []
        while let line = try reader.next() { lines.append(line) }
        return lines
    }

    /// Writes lines as an export and verifies it.
    private func verify(_ lines: [[UInt8]], key: String?) throws -> ExportVerdict {
        let test = try TestHome()
        let path = test.root.appending(path: "export.jsonl.gz").path
        let writer = try GzipWriter(path: path)
        for line in lines { try writer.write(line + [UInt8(ascii: "\n")]) }
        try writer.close()
        return try FordringHost.verifyExport(path, key: key)
    }

    @Test func `A true export is accepted, with its own key and with one from elsewhere`() throws {
        let export = try Self.export.get()
        for key in [nil, export.key] {
            let verdict = try verify(export.lines, key: key)
            #expect(verdict.entries == Int64(export.lines.count - 2))
            #expect(verdict.root == export.root)
            #expect(verdict.origin == "fordring/aa")
            #expect(verdict.signedBy == "fordring/aa")
            #expect(verdict.firstTime == "2026-03-02T06:00:00.000Z")
            #expect(verdict.lastTime == "2026-03-02T06:00:00.000Z")
        }
    }

    /// One thing that is done to an export, and what its reader is told.
    struct Tampering: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let message: String
        let key: TrustedKey
        let change: @Sendable (inout [[UInt8]], Export) throws -> Void

        init(
            _ testDescription: String, _ message: String, key: TrustedKey = .none,
            _ change: @escaping @Sendable (inout [[UInt8]], Export) throws -> Void
        ) {
            self.testDescription = testDescription
            self.message = message
            self.key = key
            self.change = change
        }
    }

    static let tamperings: [Tampering] = [
        Tampering("a digit of an amount is another", "do not give the root") { lines, _ in
            try replace(#""amount":"105.50""#, #""amount":"905.50""#, in: &lines)
        },
        Tampering("the first entry is gone", "line 2 has the sequence number 1 where 0 belongs") { lines, _ in
            lines.remove(at: 1)
        },
        Tampering("an entry in the middle is gone", "line 102 has the sequence number 101 where 100 belongs") {
            lines, _ in
            lines.remove(at: 101)
        },
        Tampering("the last entry is gone", "entries, and the checkpoint was signed over") { lines, _ in
            lines.remove(at: lines.count - 2)
        },
        Tampering("an entry is there twice", "line 103 has the sequence number 100 where 101 belongs") { lines, _ in
            lines.insert(lines[101], at: 101)
        },
        Tampering("two entries have changed places", "line 102 has the sequence number 101 where 100 belongs") {
            lines, _ in
            lines.swapAt(101, 102)
        },
        Tampering("an entry was added at the end", "entries, and the checkpoint was signed over") { lines, _ in
            let seq = lines.count - 2
            lines.insert(Array(#"{"action":"x","seq":\#(seq),"time":"2026-03-02T06:00:00.000Z"}"#.utf8), at: seq + 1)
        },
        Tampering("a line is no entry", "line 51 is not an entry") { lines, _ in lines[50] = Array("{}".utf8) },
        Tampering("an empty line", "line 51 is not an entry") { lines, _ in lines.insert([], at: 50) },
        Tampering("a space that no parser sees", "do not give the root") { lines, _ in
            lines[50].insert(UInt8(ascii: " "), at: 1)
        },
        Tampering("the checkpoint is gone", "the last line carries no checkpoint") { lines, _ in lines.removeLast() },
        Tampering("only the first line is left", "the last line carries no checkpoint") { lines, _ in
            lines = Array(lines.prefix(1))
        },
        Tampering("a line after the checkpoint", "is not an entry") { lines, _ in
            lines.append(Array("{}".utf8))
        },
        Tampering("an older checkpoint", "404 entries, and the checkpoint was signed over 203") { lines, export in
            lines[lines.count - 1] = footer(export.olderCheckpoint)
        },
        Tampering("an older checkpoint, and the log cut back to it", "the first line names another") { lines, export in
            lines = Array(lines.prefix(204)) + [footer(export.olderCheckpoint)]
        },
        Tampering("a signature with one bit turned", "the signature by fordring/aa does not fit") { lines, _ in
            let last = String(decoding: lines[lines.count - 1], as: UTF8.self)
            let end = try #require(last.range(of: #"\n"}"#)).lowerBound
            // The last but tenth character of the base64 text: a change keeps its form canonical.
            let index = last.index(end, offsetBy: -10)
            let other: Character = last[index] == "A" ? "B" : "A"
            lines[lines.count - 1] = Array(last.replacingCharacters(in: index...index, with: String(other)).utf8)
        },
        Tampering("the key of another tenant", "not signed by fordring/bb", key: .othersKey) { _, _ in },
        Tampering("a whole log signed by a forger", "not signed by fordring/aa", key: .tenantsKey) { lines, _ in
            try forge(&lines)
        },
        Tampering("a forged key on the first line", "the first line names another key", key: .tenantsKey) { lines, _ in
            let forger = try SigningKey(name: "fordring/aa", seed: [UInt8](repeating: 7, count: 32))
            try edit(&lines[0]) { $0["verifierKey"] = forger.verifier.description }
        },
        Tampering("another tenant on the first line", "the first line names another") { lines, _ in
            try edit(&lines[0]) { $0["tenant"] = "bb" }
        },
        Tampering("another number of entries on the first line", "the first line names another") { lines, _ in
            try edit(&lines[0]) { $0["entries"] = 7 }
        },
        Tampering("another origin on the first line", "the first line names another") { lines, _ in
            try edit(&lines[0]) { $0["origin"] = "other/aa" }
        },
    ]

    @Test(arguments: tamperings) func `What was done to an export is found, and said`(_ tampering: Tampering) throws {
        let export = try Self.export.get()
        var lines = export.lines
        try tampering.change(&lines, export)
        let error = try hostError { try verify(lines, key: export.text(of: tampering.key)) }
        #expect(error.code == .refused)
        #expect(error.message.contains(tampering.message), "\(error.message)")
    }

    /// Goal: no byte of any entry is without guard.
    ///
    /// Method: a hundred bytes, chosen by a generator with a fixed seed.
    @Test func `Any byte of any entry that is another is found`() throws {
        let export = try Self.export.get()
        var generator = SplitMix(seed: 20_260_302)
        for _ in 0..<100 {
            var lines = export.lines
            let line = Int.random(in: 1..<lines.count - 1, using: &generator)
            let byte = lines[line].indices.randomElement(using: &generator) ?? 0
            let bit = UInt8(1) << UInt8.random(in: 0..<8, using: &generator)
            lines[line][byte] ^= bit
            let error = try hostError { try verify(lines, key: nil) }
            #expect(error.code == .refused, "seed 20260302: bit \(bit) of byte \(byte) of line \(line + 1)")
        }
    }

    @Test func `A forger's file proves itself with the forger's key only`() throws {
        let export = try Self.export.get()
        var lines = export.lines
        try forge(&lines)
        // Without a key from elsewhere the file can only show that it is whole; the reader compares `signedBy` and root.
        #expect(try verify(lines, key: nil).root != export.root)
        #expect(try hostError { try verify(lines, key: export.key) }.code == .refused)
    }

    @Test(arguments: [1, 100, 1000, -1, -20]) func `A file that was cut off is refused`(_ length: Int) throws {
        let export = try Self.export.get()
        let test = try TestHome()
        let file = test.root.appending(path: "cut.gz")
        let bytes = length > 0 ? export.gzip.prefix(length) : export.gzip.dropLast(-length)
        try Data(bytes).write(to: file)
        let error = try hostError { try FordringHost.verifyExport(file.path, key: nil) }
        #expect(error.code == .refused)
        #expect(error.message.contains("ends too early"), "\(error.message)")
    }

    @Test func `A file that is no export is bad input, and one that is not there is unavailable`() throws {
        let test = try TestHome()
        #expect(try hostError { try verify([Array("{}".utf8)], key: nil) }.code == .badInput)
        #expect(try hostError { try verify([], key: nil) }.code == .badInput)
        let text = try test.write("plain", to: "plain.gz")
        #expect(try hostError { try FordringHost.verifyExport(text, key: nil) }.message.contains("not a gzip file"))
        let missing = test.root.appending(path: "missing.gz").path
        #expect(try hostError { try FordringHost.verifyExport(missing, key: nil) }.code == .unavailable)
    }

    @Test(arguments: ["x", "a+b+c", "fordring/aa+00000000+AAAA"])
    func `A key that is none is bad input`(_ key: String) throws {
        let export = try Self.export.get()
        let error = try hostError { try verify(export.lines, key: key) }
        #expect(error.code == .badInput)
        #expect(error.message.contains("verifier key"))
    }

    @Test func `An export can be read with zcat`() throws {
        let export = try Self.export.get()
        guard
            FileManager.default.isExecutableFile(atPath: "/usr/bin/zcat")
                || FileManager.default.isExecutableFile(atPath: "/bin/zcat")
        else { return }
        let test = try TestHome()
        let file = test.root.appending(path: "export.gz")
        try Data(export.gzip).write(to: file)
        let text = try #require(try run([["zcat", file.path]]).first)
        #expect(text.utf8.split(separator: UInt8(ascii: "\n")).map(Array.init) == export.lines)
        let header = try #require(try JSONSerialization.jsonObject(with: Data(export.lines[0])) as? [String: Any])
        #expect(header["tenant"] as? String == "aa")
        #expect(header["entries"] as? Int == export.lines.count - 2)
    }

    @Test func `Where an export cannot be written, that is said and nothing is left behind`() throws {
        let test = try TestHome()
        let host = try test.open()
        let tenant = try test.onboard("aa", in: host)
        let missing = test.root.appending(path: "missing").appending(path: "a.gz").path
        let error = try hostError { try host.exportAudit(tenant.id, to: missing) }
        #expect(error.code == .unavailable)
        #expect(error.message.contains(missing))
        // A folder with the file's name cannot be replaced by the file.
        let folder = test.root.appending(path: "taken")
        try FileManager.default.createDirectory(
            at: folder.appending(path: "a.gz/inside"), withIntermediateDirectories: true)
        let refusal = try hostError { try host.exportAudit(tenant.id, to: folder.appending(path: "a.gz").path) }
        #expect(refusal.code == .unavailable)
        #expect(test.names(below: folder) == ["a.gz", "a.gz/inside"])
        try host.close()
    }

    @Test func `A folder that may not be written to refuses the export`() throws {
        // The superuser may write everywhere.
        guard getuid() != 0 else { return }
        let test = try TestHome()
        let host = try test.open()
        let tenant = try test.onboard("aa", in: host)
        let folder = test.root.appending(path: "locked")
        try FileManager.default.createDirectory(
            at: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o500])
        let error = try hostError { try host.exportAudit(tenant.id, to: folder.appending(path: "a.gz").path) }
        #expect(error.code == .unavailable)
        #expect(test.names(below: folder).isEmpty)
        try host.close()
    }

    @Test func `A later export begins with an earlier one, byte for byte`() throws {
        let test = try TestHome()
        let host = try test.open()
        let tenant = try test.onboard("aa", in: host)
        let paths = ["a.gz", "b.gz"].map { test.root.appending(path: $0).path }
        _ = try host.importClaims(try test.claims(5), for: tenant)
        let first = try host.exportAudit(tenant.id, to: paths[0])
        _ = try host.runDay(TestHome.day, for: tenant)
        let second = try host.exportAudit(tenant.id, to: paths[1])
        #expect(second > first)
        let (earlier, later) = (try Self.read(paths[0]), try Self.read(paths[1]))
        #expect(earlier.dropFirst().dropLast() == later.dropFirst().prefix(Int(first)))
        try host.close()
    }
}

/// Numbers from a seed (Steele and others, *Fast Splittable Pseudorandom Number Generators*).
struct SplitMix: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}

/// The last line of an export.
private func footer(_ checkpoint: String) -> [UInt8] {
    let text = checkpoint.replacing("\n", with: #"\n"#)
    return Array(#"{"checkpoint":"\#(text)"}"#.utf8)
}

/// Changes the text of one line.
private func replace(_ old: String, _ new: String, in lines: inout [[UInt8]]) throws {
    let index = try #require(lines.firstIndex { String(decoding: $0, as: UTF8.self).contains(old) })
    lines[index] = Array(String(decoding: lines[index], as: UTF8.self).replacing(old, with: new).utf8)
}

/// Changes the keys of a line.
func edit(_ line: inout [UInt8], _ change: (inout [String: Any]) -> Void) throws {
    var keys = try #require(try JSONSerialization.jsonObject(with: Data(line)) as? [String: Any])
    change(&keys)
    line = Array(try JSONSerialization.data(withJSONObject: keys, options: [.sortedKeys, .withoutEscapingSlashes]))
}

/// Changes an entry, signs the log with a key of the forger's own under the true name, and puts that key in front.
private func forge(_ lines: inout [[UInt8]]) throws {
    try replace(#""amount":"105.50""#, #""amount":"905.50""#, in: &lines)
    let forger = try SigningKey(name: "fordring/aa", seed: [UInt8](repeating: 7, count: 32))
    var edge = MerkleTreeEdge()
    for line in lines.dropFirst().dropLast() { edge.append(.leaf(line)) }
    let note = try forger.sign(Checkpoint(origin: forger.name, size: edge.size, root: edge.root).text)
    lines[lines.count - 1] = footer(note)
    try edit(&lines[0]) { $0["verifierKey"] = forger.verifier.description }
}
