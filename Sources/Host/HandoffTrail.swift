import AuditTrail
import Casework
import Database
import FordringKit
import Foundation
import GzipFiles
import LegalTrack
import Tenancy

/// Where the entries about a case stand in the log, as far as it was read.
///
/// A log is long, and only its entries tell which of them are about a case. So it is read before the transaction that
/// holds up all other writers, which then has the few to read that came in between.
struct CaseTrail {
    let caseID: CaseID
    private(set) var ranges: [Range<Int64>] = []
    /// How many entries were looked at.
    private(set) var size: Int64 = 0

    /// Reads the committed log of a tenant.
    init(_ caseID: CaseID, _ database: TenantDatabase) throws {
        self.caseID = caseID
        let size = try database.read { try AuditLog.size($0) }
        try FordringHost.readPages(0..<size, database) { page, transaction in
            try read(through: page.upperBound, transaction)
        }
    }

    /// Reads on.
    mutating func read(through size: Int64, _ transaction: ReadTransaction) throws {
        let selection = ExportHeader.Selection(kind: .aboutCase, case: caseID.rawValue)
        try AuditLog.readEntries(self.size..<max(size, self.size), transaction) { seq, entry in
            guard let head = EntryHead(entry), selection.holds(head) else { return }
            if let last = ranges.last, last.upperBound == seq {
                ranges[ranges.count - 1] = last.lowerBound..<seq + 1
            } else {
                ranges.append(seq..<seq + 1)
            }
        }
        self.size = max(size, self.size)
    }

    /// The SHA-256 of each letter that left, by its step; those whose entries name one.
    func sentHashes(_ transaction: ReadTransaction) throws -> [Int64: String] {
        struct Entry: Decodable {
            struct Subject: Decodable { let step: Int64 }
            struct Change: Decodable { let details: [String: String] }
            let subject: Subject
            let change: Change
        }
        let beginning = Array(#"{"action":"\#(AuditAction.letterSent.rawValue)","#.utf8)
        var hashes: [Int64: String] = [:]
        for range in ranges {
            try AuditLog.readEntries(range, transaction) { _, bytes in
                guard bytes.starts(with: beginning),
                    let entry = try? JSONDecoder().decode(Entry.self, from: Data(bytes))
                else { return }
                hashes[entry.subject.step] = entry.change.details["sha256"]
            }
        }
        return hashes
    }
}

/// The case's part of the audit trail, as a package holds it.
struct CaseExtract {
    /// A whole export of what is about the case.
    let bytes: [UInt8]
    /// The signed note.
    let checkpoint: String
}

extension FordringHost {
    /// The bytes of a gzip member before compression.
    private static let memberSize = 1 << 20

    /// The entries about a case with their proof and a signed head, as the log will be after the transaction: also those
    /// that were appended in it.
    ///
    /// Nothing of it may leave the house before the transaction has committed: a head that was signed and never came
    /// would be a fork of the log.
    func caseExtract(_ trail: CaseTrail, of id: TenantID, _ transaction: WriteTransaction) throws -> CaseExtract {
        try FordringHost.translatingFaults {
            var trail = trail
            // The proof is read from the stored tiles.
            try transaction.attachment(AuditLog.self).flush(transaction)
            let note = try FordringHost.checkpoint(try AuditKeys.current(keyring, transaction), at: transaction)
            let chain = try KeyChain(transaction)
            let head = try chain.checkpoint(note).checkpoint
            try trail.read(through: head.size, transaction)
            var footer = ExportFooter(checkpoint: note)
            footer.rotations = try rotations(id, transaction)
            footer.proof = try MultiProof.hashes(of: trail.ranges, in: head.size, TileReader(transaction)).map {
                CanonicalBase64.encode($0.bytes)
            }
            guard footer.proof?.count ?? 0 <= FordringHost.proofHashesMax else {
                throw HostError(.refused, "The entries about the case are too scattered for a proof.")
            }
            let header = ExportHeader(
                entries: trail.ranges.reduce(0) { $0 + Int64($1.count) }, format: ExportHeader.format,
                origin: head.origin,
                selection: ExportHeader.Selection(kind: .aboutCase, case: trail.caseID.rawValue), size: head.size,
                tenant: id.rawValue, verifierKey: chain.current.description)
            var bytes: [UInt8] = []
            var chunk = try FordringHost.line(header)
            for range in trail.ranges {
                try AuditLog.readEntries(range, transaction) { _, entry in
                    chunk.append(contentsOf: entry)
                    chunk.append(UInt8(ascii: "\n"))
                    guard chunk.count >= FordringHost.memberSize else { return }
                    bytes += try compressMember(chunk)
                    chunk = []
                }
            }
            bytes += try compressMember(chunk + (try FordringHost.line(footer)))
            return CaseExtract(bytes: bytes, checkpoint: note)
        }
    }
}

extension FordringHost {
    /// The documents of a case's disputes that concern what is handed over: claims of which something is owed.
    private func disputeDocuments(
        _ caseID: CaseID, _ desk: LegalDesk, _ transaction: ReadTransaction
    ) throws -> [DocumentRecord] {
        let snapshot = try CaseSnapshots.load(caseID, creditor: desk.rules.creditor, transaction)
        let claims = Set(snapshot.balances.filter(\.amount.isPositive).compactMap(\.claim))
        return try Documents.list(of: caseID, about: claims, desk.sealer, transaction)
    }

    /// What a forum is told of them; nothing where no papers go with the procedure.
    func disputeFacts(
        _ caseID: CaseID, _ procedure: LegalProcedureKind, _ desk: LegalDesk, _ transaction: ReadTransaction
    ) throws -> [DocumentFacts] {
        guard try desk.chart(procedure).procedure.takesPapers else { return [] }
        return try disputeDocuments(caseID, desk, transaction).map(HandoffPackage.facts)
    }

    /// The same documents as they lie in a package.
    func disputePapers(_ caseID: CaseID, _ desk: LegalDesk, _ transaction: ReadTransaction) throws -> [HandoffPaper] {
        try disputeDocuments(caseID, desk, transaction).map { document in
            HandoffPaper(
                facts: HandoffPackage.facts(document),
                bytes: try Documents.open(document.id, desk.sealer, transaction).bytes)
        }
    }

    /// Whether a package that was made still has all papers of the case's disputes.
    func papersComplete(
        _ handoff: Handoff, _ desk: LegalDesk, _ transaction: ReadTransaction
    ) throws -> Precondition {
        let stored = Set(try desk.request(of: handoff.id, transaction).documentFacts)
        let missing = try disputeFacts(handoff.caseID, handoff.procedure, desk, transaction).filter {
            !stored.contains($0)
        }
        return Precondition(
            "papersComplete", "No paper of a dispute was added since the package was made.",
            missing.isEmpty
                ? .met
                : .notYet(from: nil, by: "\(missing.count) papers of a dispute are not in the package: make it anew"),
            Citation("Fordring, rules of the house", "hand-off"))
    }
}
