import AuditTrail
package import Database
package import FordringKit
import Foundation
import GzipFiles

/// What of a log is exported.
package enum ExportSelection: Sendable {
    case whole
    /// What was entered from one time on and before another.
    case times(from: Timestamp?, to: Timestamp?)
    case aboutCase(CaseID)
    /// What came after a checkpoint, which is a signed note.
    case since(checkpoint: String)
}

/// The first line of an export.
struct ExportHeader: Codable, Sendable {
    static let format = "fordring-audit-export/1"

    /// What of the log the file holds, as the file states it.
    struct Selection: Codable, Sendable, Hashable {
        enum Kind: String, Codable, Sendable {
            case whole
            case times
            case aboutCase = "case"
            case since
        }

        let kind: Kind
        /// Of `times`: RFC 3339 in UTC with milliseconds; left out where there is no bound.
        var from: String?
        var to: String?
        /// Of `case`: its number.
        var `case`: Int64?
        /// Of `since`: how many entries the checkpoint was signed over.
        var size: Int64?

        /// Whether an entry belongs to it.
        func holds(_ entry: EntryHead) -> Bool {
            switch kind {
            case .whole: true
            case .times: from.map { $0 <= entry.time } ?? true && to.map { entry.time < $0 } ?? true
            case .aboutCase: entry.caseNumber != nil && entry.caseNumber == self.case
            case .since: size.map { $0 <= entry.seq } ?? false
            }
        }
    }

    let entries: Int64
    let format: String
    let origin: String
    let selection: Selection
    /// How many entries the log has at the checkpoint.
    let size: Int64
    let tenant: String
    let verifierKey: String
}

/// The last line of an export.
struct ExportFooter: Codable, Sendable {
    /// The signed note over the log.
    let checkpoint: String
    /// Of a partial export: the hashes of ``MultiProof`` in base64.
    var proof: [String]?
    /// What leads from an old key to the present one.
    ///
    /// For each key that the log had before: the proof of the entry which names its successor, in the log of the
    /// checkpoint that both have signed.
    var rotations: [AuditProof]?
    /// Of an export since a checkpoint: the proof that the log of that checkpoint is the beginning of this one.
    var since: AuditProof?
}

extension FordringHost {
    /// How many entries are read in one transaction: a long one would keep the database's log from being written back.
    private static let pageSize: Int64 = 4096
    /// Where a selection is so scattered that its proof is longer than this, a whole export is the smaller one.
    static let proofHashesMax = 1_000_000

    /// Writes a tenant's log, or a part of it, as a gzip file of JSON lines.
    ///
    /// The first line describes the file (``ExportHeader``), the last carries a signed checkpoint and, for a part, what
    /// proves it (``ExportFooter``); every line between is one entry, byte for byte the leaf that was hashed. The gzip
    /// members are independent, each of whole lines. The file appears under its name when it is whole; memory does not
    /// grow with the log.
    ///
    /// - Parameters:
    ///   - tiles: a folder to which the whole log is written in the layout of C2SP `tlog-tiles` besides.
    ///   - progress: told how many of how many entries are written.
    /// - Returns: how many entries are in the file.
    @discardableResult
    package func exportAudit(
        _ id: TenantID, _ selection: ExportSelection = .whole, to path: String, tiles: String? = nil,
        progress: (Int64, Int64) -> Void = { _, _ in }
    ) throws -> Int64 {
        let note = try checkpoint(id)
        let database = try database(of: id)
        let head = try database.read { try KeyChain($0).checkpoint(note) }
        if let tiles {
            try FordringHost.translatingFaults { try AuditTiles.write(head, of: database, to: tiles) }
        }
        var footer = ExportFooter(checkpoint: note)
        footer.rotations = try database.read { try rotations(id, $0) }
        if case .since(let old) = selection { footer.since = try proveConsistency(of: id, from: old, to: note) }
        let stated = FordringHost.stated(selection, footer.since)
        let ranges = try FordringHost.ranges(stated, head.checkpoint.size, database)
        if stated.kind != .whole {
            footer.proof = try database.scan { transaction in
                try MultiProof.hashes(of: ranges, in: head.checkpoint.size, TileReader(transaction)).map {
                    CanonicalBase64.encode($0.bytes)
                }
            }
            guard footer.proof?.count ?? 0 <= FordringHost.proofHashesMax else {
                throw HostError(.refused, "The proof of so scattered entries is longer than the log. Export it whole.")
            }
        }
        let header = ExportHeader(
            entries: ranges.reduce(0) { $0 + Int64($1.count) }, format: ExportHeader.format,
            origin: head.checkpoint.origin, selection: stated, size: head.checkpoint.size, tenant: id.rawValue,
            verifierKey: try verifierKey(id))
        if stated.kind == .aboutCase, header.entries == 0 {
            throw HostError(.refused, "The audit trail of '\(id)' has no entry about the case \(stated.case ?? 0).")
        }
        try FordringHost.translatingFaults {
            let writer = try GzipWriter(path: path)
            try FordringHost.write(header, to: writer)
            var done: Int64 = 0
            for range in ranges {
                try FordringHost.readPages(range, database) { page, transaction in
                    try AuditLog.readEntries(page, transaction) { _, entry in try writer.write(line: entry) }
                    done += Int64(page.count)
                    progress(done, header.entries)
                }
            }
            try FordringHost.write(footer, to: writer)
            try writer.close()
        }
        return header.entries
    }

    /// Calls a closure with each part of a range, each in a transaction of its own.
    ///
    /// Entries are never changed, so that pages are as good as one view of all.
    static func readPages(
        _ range: Range<Int64>, _ database: TenantDatabase, _ body: (Range<Int64>, ReadTransaction) throws -> Void
    ) throws {
        for begin in stride(from: range.lowerBound, to: range.upperBound, by: Int64.Stride(pageSize)) {
            let page = begin..<min(begin + pageSize, range.upperBound)
            try database.scan { try body(page, $0) }
        }
    }

    private static func stated(_ selection: ExportSelection, _ since: AuditProof?) -> ExportHeader.Selection {
        switch selection {
        case .whole: .init(kind: .whole)
        case .times(let from, let to): .init(kind: .times, from: from?.description, to: to?.description)
        case .aboutCase(let number): .init(kind: .aboutCase, case: number.rawValue)
        case .since: .init(kind: .since, size: since?.fromTreeSize ?? 0)
        }
    }

    /// The numbers of the selected entries; all entries are read where only they can tell.
    private static func ranges(
        _ selection: ExportHeader.Selection, _ size: Int64, _ database: TenantDatabase
    ) throws -> [Range<Int64>] {
        switch selection.kind {
        case .whole: return [0..<size]
        case .since: return [(selection.size ?? 0)..<size]
        case .times, .aboutCase: break
        }
        var ranges: [Range<Int64>] = []
        try readPages(0..<size, database) { page, transaction in
            try AuditLog.readEntries(page, transaction) { seq, entry in
                guard let head = EntryHead(entry), selection.holds(head) else { return }
                if let last = ranges.last, last.upperBound == seq {
                    ranges[ranges.count - 1] = last.lowerBound..<seq + 1
                } else {
                    ranges.append(seq..<seq + 1)
                }
            }
        }
        return ranges
    }

    /// What leads from each old key to its successor; `nil` where the key was never changed.
    func rotations(_ id: TenantID, _ transaction: ReadTransaction) throws -> [AuditProof]? {
        let changes = try KeyChain(transaction).links.compactMap { link -> (entry: Int64, note: String)? in
            guard let entry = link.entry else { return nil }
            let note = try transaction.first("SELECT note FROM audit_checkpoint WHERE size = $1", link.first) {
                $0.text(0)
            }
            return note.map { (entry, $0) }
        }
        return changes.isEmpty ? nil : try changes.map { try proveEntry($0.entry, of: id, in: $0.note, transaction) }
    }

    private static func write(_ line: some Encodable, to writer: GzipWriter) throws {
        try writer.write(try self.line(line))
    }

    /// A line of an export that is no entry.
    static func line(_ value: some Encodable) throws -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return Array(try encoder.encode(value)) + [UInt8(ascii: "\n")]
    }

    static func translatingFaults<Result>(_ body: () throws -> Result) throws -> Result {
        do {
            return try body()
        } catch let fault as GzipFault {
            throw HostError(fault.code == .system ? .unavailable : .refused, "\(fault.message).")
        }
    }
}
