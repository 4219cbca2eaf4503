import AuditTrail
import Database
import Foundation
import GzipFiles

/// What became of verifying an export: each part is proven by the signature, or says that it is not.
package struct ExportVerdict: Sendable {
    package let origin: String
    /// What of the log the file holds, in words.
    package let selection: String
    /// How many entries are in the file; none was changed.
    package let entries: Int64
    /// Whether it is proven that the file holds all that it says it holds.
    package let isComplete: Bool
    /// What is proven of that, and what is not, in words.
    package let completeness: String
    /// The name of the key that has signed, and the key as `name+hash+key`.
    package let signedBy: String
    package let key: String
    /// How many entries the log has at the end of the export.
    package let size: Int64
    /// The root in hexadecimal.
    package let root: String
    /// The times of the first and the last entry in the file; empty where there is none.
    package let firstTime: String
    package let lastTime: String
    /// What comparing with a checkpoint that was handed out has shown, in words.
    package let checkpoint: String?
}

extension FordringHost {
    /// Verifies an export with nothing but the file, and a key and a checkpoint where the reader has them from elsewhere.
    ///
    /// Without a key the file's own is used, which shows that the file is whole but not whose it is. Memory does not grow
    /// with the file, but for the proof of a part that is scattered over the log.
    ///
    /// - Parameters:
    ///   - keyText: the key; one from before a rotation leads to the present one by what the file carries.
    ///   - note: a checkpoint that was handed out; an export that is shorter, or has forked from it, is refused.
    /// - Throws: ``HostError`` `refused` that says what does not fit: any entry changed, dropped, added or moved is found.
    package static func verifyExport(
        _ path: String, key keyText: String?, checkpoint note: String? = nil
    ) throws -> ExportVerdict {
        try translatingFaults {
            let key = try keyText.map(parse)
            let handedOut = try note.map { note -> Int64 in
                guard let size = Checkpoint.statedSize(note) else {
                    throw HostError(.badInput, "The checkpoint is not a signed note over a log.")
                }
                return size
            }
            var reading = try ExportReading(path, handedOutSize: handedOut)
            let footer = try reading.readEntries()
            return try ExportJudgement(reading, footer, key).verdict(comparing: note)
        }
    }

    /// What can still be said of an export that ``verifyExport(_:key:checkpoint:)`` has refused: who signed its
    /// checkpoint, and over how many entries.
    ///
    /// That says nothing of the entries in the file.
    ///
    /// - Throws: ``HostError`` `refused` where the checkpoint itself is not to be accepted.
    package static func signature(
        ofRefused path: String, key keyText: String?
    ) throws -> (key: String, size: Int64, root: String) {
        try translatingFaults {
            let reading = try ExportReading(path, handedOutSize: nil)
            let footer = try reading.readFooter()
            let given = try parse(keyText ?? reading.header.verifierKey)
            do {
                let signed = try ExportJudgement.chain(footer, given: given, reading).checkpoint(footer.checkpoint)
                return (signed.key.description, signed.checkpoint.size, signed.checkpoint.root.hex)
            } catch let error as NoteError {
                throw reading.refused("the checkpoint was not accepted: \(error).")
            }
        }
    }
}

/// The first pass over an export: its entries are hashed into a tree and compared with what its first line says.
private struct ExportReading {
    let path: String
    let header: ExportHeader
    private let reader: GzipLineReader
    private(set) var tree = PartialTree()
    /// The tree at the size of the checkpoint that was handed out, and without what came later.
    private(set) var treeAtCheckpoint: PartialTree?
    private let handedOutSize: Int64?
    /// The numbers of the first and the last entry, and their times.
    private(set) var first: EntryHead?
    private(set) var last: EntryHead?
    /// Whether each entry has the number after that of the one before it.
    private(set) var isGapless = true

    init(_ path: String, handedOutSize: Int64?) throws {
        self.path = path
        self.handedOutSize = handedOutSize
        reader = try GzipLineReader(path: path, maximumLineLength: 1 << 20)
        guard let first = try reader.next(),
            let header = try? JSONDecoder().decode(ExportHeader.self, from: Data(first)),
            header.format == ExportHeader.format
        else { throw HostError(.badInput, "\(path) is not an audit export: its first line does not describe one.") }
        self.header = header
        // The proof of a part is one line.
        if header.selection.kind != .whole { reader.maximumLineLength = FordringHost.proofHashesMax * 48 }
    }

    func refused(_ message: String) -> HostError { HostError(.refused, "\(path): \(message)") }

    /// Reads to the end, and gives the last line.
    mutating func readEntries() throws -> ExportFooter {
        var pending: [UInt8]?
        while let line = try reader.next() {
            if let pending { try add(pending) }
            pending = line
        }
        guard let pending, let footer = try? JSONDecoder().decode(ExportFooter.self, from: Data(pending)) else {
            throw refused("the last line carries no checkpoint; the end of the file is missing.")
        }
        if treeAtCheckpoint == nil { treeAtCheckpoint = tree }
        return footer
    }

    /// The last line, whatever stands before it.
    func readFooter() throws -> ExportFooter {
        var last: [UInt8] = []
        while let line = try reader.next() { last = line }
        guard let footer = try? JSONDecoder().decode(ExportFooter.self, from: Data(last)) else {
            throw refused("the last line carries no checkpoint; the end of the file is missing.")
        }
        return footer
    }

    private mutating func add(_ line: [UInt8]) throws {
        let number = tree.count + 2
        guard line.count <= AuditLog.entryBytesMax, let entry = line.withUnsafeBytes({ EntryHead($0) }) else {
            throw refused("line \(number) is not an entry.")
        }
        switch header.selection.kind {
        case .whole, .since:
            let expected = (header.selection.kind == .since ? header.selection.size ?? 0 : 0) + tree.count
            guard entry.seq == expected else {
                throw refused(
                    "line \(number) has the sequence number \(entry.seq) where \(expected) belongs; an entry was "
                        + "dropped, added or moved.")
            }
        case .times, .aboutCase:
            guard entry.seq >= tree.end else {
                throw refused(
                    "line \(number) has the sequence number \(entry.seq) after \(tree.end - 1); an entry was added or "
                        + "moved.")
            }
        }
        guard header.selection.holds(entry) else {
            throw refused("line \(number), the entry \(entry.seq), is not of what the first line says was selected.")
        }
        if let handedOutSize, treeAtCheckpoint == nil, entry.seq >= handedOutSize { treeAtCheckpoint = tree }
        if let last, entry.seq != last.seq + 1 { isGapless = false }
        if first == nil { first = entry }
        last = entry
        tree.append(.leaf(line), at: entry.seq)
    }
}

/// What an export proves, once its entries are read.
private struct ExportJudgement {
    private let reading: ExportReading
    private let footer: ExportFooter
    private let chain: KeyChain
    private let signed: AuditProof.Signed
    private let proof: [Hash]
    /// The checkpoint that the export begins after.
    private let since: Checkpoint?

    private var header: ExportHeader { reading.header }
    private var head: Checkpoint { signed.checkpoint }

    /// Checks signature, root, first line and proofs, in this order.
    init(_ reading: ExportReading, _ footer: ExportFooter, _ key: VerifierKey?) throws {
        self.reading = reading
        self.footer = footer
        let header = reading.header
        chain = try ExportJudgement.chain(footer, given: try key ?? FordringHost.parse(header.verifierKey), reading)
        do {
            signed = try chain.checkpoint(footer.checkpoint)
            proof = try (footer.proof ?? []).map { text in
                let bytes = try CanonicalBase64.decode(text)
                guard bytes.count == Hash.size else {
                    throw reading.refused("a hash of the proof has \(bytes.count) bytes and not 32.")
                }
                return Hash(bytes)
            }
        } catch let error as NoteError {
            throw reading.refused("the checkpoint was not accepted: \(error).")
        }
        let head = signed.checkpoint
        if header.selection.kind == .whole {
            guard head.size == reading.tree.count, proof.isEmpty else {
                throw reading.refused(
                    "there are \(reading.tree.count) entries, and the checkpoint was signed over \(head.size); "
                        + "entries were dropped or added.")
            }
        }
        let root: Hash
        do {
            root = try reading.tree.root(at: head.size, with: proof)
        } catch {
            throw reading.refused("the entries are not those that the proof was made for (\(error)).")
        }
        guard root == head.root else {
            throw reading.refused(
                "the entries do not give the root that the checkpoint was signed over; at least one was changed or moved"
                    + (header.selection.kind == .whole ? "." : ", or a hash of the proof."))
        }
        guard header.origin == head.origin, header.entries == reading.tree.count, header.size == head.size,
            header.origin.hasSuffix("/\(header.tenant)"), header.verifierKey == chain.current.description
        else {
            throw reading.refused(
                "the first line names another key, origin, tenant or number of entries than was signed.")
        }
        since = try ExportJudgement.since(footer, head, chain, reading)
    }

    /// The keys of the log, as far as those that were changed lead from one to the next.
    static func chain(
        _ footer: ExportFooter, given: VerifierKey, _ reading: ExportReading
    ) throws -> KeyChain {
        var links: [KeyChain.Link] = []
        for rotation in footer.rotations ?? [] {
            do {
                // Each checkpoint is signed by both keys; whoever trusts one is led to the other.
                let verdict = try rotation.verify(trusting: [])
                guard let index = rotation.index, let bytes = verdict.entry,
                    let change = KeyChain.RotationEntry(bytes)?.change, rotation.treeSize == index + 1
                else { throw reading.refused("what stands for a change of keys does not name them.") }
                let (old, new) = (try VerifierKey(parsing: change.from), try VerifierKey(parsing: change.to))
                _ = try Checkpoint(note: rotation.checkpoint, signedBy: old)
                _ = try Checkpoint(note: rotation.checkpoint, signedBy: new)
                if links.isEmpty { links.append(.init(key: old, first: 0, entry: nil)) }
                guard let last = links.last, last.key == old, last.first < rotation.treeSize else {
                    throw reading.refused("the changes of keys do not follow one another.")
                }
                links.append(.init(key: new, first: rotation.treeSize, entry: index))
            } catch let error as ProofError {
                throw reading.refused("the proof of a change of keys does not hold: \(error).")
            } catch let error as NoteError {
                throw reading.refused("the checkpoint of a change of keys was not accepted: \(error).")
            }
        }
        if links.isEmpty { links = [.init(key: given, first: 0, entry: nil)] }
        guard links.contains(where: { $0.key == given }) else {
            throw reading.refused(
                "the checkpoint was not accepted: the export is not signed by the key \(given.name)+\(given.keyHash), and "
                    + "no change of keys leads from it to the one that has signed.")
        }
        return KeyChain(links)
    }

    /// Checks what an export since a checkpoint says of it.
    private static func since(
        _ footer: ExportFooter, _ head: Checkpoint, _ chain: KeyChain, _ reading: ExportReading
    ) throws -> Checkpoint? {
        guard reading.header.selection.kind == .since else { return nil }
        guard let proof = footer.since, proof.type == .consistency, let note = proof.fromCheckpoint else {
            throw reading.refused("the proof that the log only grew since the older checkpoint is missing.")
        }
        do {
            let verdict = try proof.verify(trusting: chain.keys)
            let old = try chain.checkpoint(note).checkpoint
            guard verdict.treeSize == head.size, verdict.root == head.root, old.origin == head.origin,
                old.size == reading.header.selection.size
            else {
                throw reading.refused("the proof that the log only grew is about other checkpoints than the file.")
            }
            return old
        } catch let error as ProofError {
            throw reading.refused("the log is not shown to have only grown since the older checkpoint: \(error).")
        } catch let error as NoteError {
            throw reading.refused("the older checkpoint was not accepted: \(error).")
        }
    }

    func verdict(comparing note: String?) throws -> ExportVerdict {
        let (isComplete, completeness) = completeness
        return ExportVerdict(
            origin: head.origin, selection: selection, entries: reading.tree.count, isComplete: isComplete,
            completeness: completeness, signedBy: signed.key.name, key: signed.key.description, size: head.size,
            root: head.root.hex, firstTime: reading.first?.time ?? "", lastTime: reading.last?.time ?? "",
            checkpoint: try note.map(compare))
    }

    private var selection: String {
        let stated = header.selection
        switch stated.kind {
        case .whole: return "the whole log"
        case .since: return "what came after the checkpoint over \(stated.size ?? 0) entries"
        case .aboutCase: return "entries about the case \(stated.case ?? 0)"
        case .times:
            let bounds = [stated.from.map { "from \($0) on" }, stated.to.map { "before \($0)" }].compactMap(\.self)
            return bounds.isEmpty ? "entries of all times" : "entries \(bounds.joined(separator: " and "))"
        }
    }

    private var completeness: (Bool, String) {
        let count = reading.tree.count
        switch header.selection.kind {
        case .whole: return (true, "all \(count) entries of the log up to its checkpoint")
        case .since:
            return (
                true,
                "all \(count) entries after the older checkpoint; the log of \(since?.size ?? 0) entries is the beginning "
                    + "of the log of \(head.size), so nothing before was changed"
            )
        case .aboutCase:
            return (
                false,
                "each of the \(count) entries is in the log at its place; that no other is about the case is not proven, "
                    + "which a whole export shows"
            )
        case .times:
            guard let first = reading.first?.seq, let last = reading.last?.seq else {
                return (false, "that the log has no entry of these times is not proven, which a whole export shows")
            }
            if reading.isGapless, first == 0, last == head.size - 1 { return (true, "all \(count) entries of the log") }
            let run =
                reading.isGapless
                ? "none is missing between the entries \(first) and \(last)"
                : "between the entries \(first) and \(last) others were left out"
            let outside = [
                first > 0 ? "before" : nil, last < head.size - 1 ? "after" : nil, reading.isGapless ? nil : "between",
            ].compactMap(\.self)
            return (
                false,
                "\(run); that those \(outside.joined(separator: " and ")) are of other times is not proven, which a whole "
                    + "export shows"
            )
        }
    }

    /// Compares with a checkpoint that was handed out.
    private func compare(_ note: String) throws -> String {
        let handedOut: Checkpoint
        do {
            handedOut = try chain.checkpoint(note).checkpoint
        } catch {
            throw reading.refused("the checkpoint that was handed out was not accepted: \(error).")
        }
        guard handedOut.origin == head.origin else {
            throw reading.refused("the checkpoint that was handed out is of the log '\(handedOut.origin)'.")
        }
        guard handedOut.size <= head.size else {
            throw reading.refused(
                "the export is shorter than the checkpoint that was handed out: it ends at \(head.size) entries, and the "
                    + "checkpoint was signed over \(handedOut.size).")
        }
        // Of a tree that is known from some entry on, the proof's hashes are those of all sizes.
        let isKnown =
            switch header.selection.kind {
            case .whole: true
            case .since: handedOut.size >= header.selection.size ?? 0
            case .times, .aboutCase: handedOut.size == head.size
            }
        guard isKnown else {
            return "cannot be told: the export is of a part, which does not show the log of \(handedOut.size) entries"
        }
        let root: Hash?
        if handedOut.size == head.size {
            root = head.root
        } else if let since, handedOut.size == since.size {
            root = since.root
        } else {
            root = try? (reading.treeAtCheckpoint ?? reading.tree).root(at: handedOut.size, with: proof)
        }
        guard root == handedOut.root else {
            throw reading.refused(
                "the export has forked from the checkpoint that was handed out: the first \(handedOut.size) entries have "
                    + "another root than was signed.")
        }
        return "the log of \(handedOut.size) entries that was handed out is the beginning of this one"
    }
}
