import AuditTrail
import Database
package import FordringKit
import Foundation
import GzipFiles

/// What became of verifying an export.
package struct ExportVerdict: Sendable {
    package let origin: String
    package let entries: Int64
    /// The root in hexadecimal.
    package let root: String
    package let signedBy: String
    package let firstTime: String
    package let lastTime: String
}

/// An entry of the audit trail as a list shows it.
package struct AuditLine: Sendable {
    package let seq: Int64
    /// The entry's canonical JSON.
    package let json: String
}

extension FordringHost {
    /// Signs the head of a tenant's log as it will be after the transaction, and keeps the note.
    static func checkpoint(_ key: SigningKey, _ transaction: WriteTransaction) throws -> String {
        let head = try transaction.attachment(AuditLog.self).head
        let note = try key.sign(Checkpoint(origin: key.name, size: head.size, root: head.root).text)
        try transaction.execute(
            "INSERT INTO audit_checkpoint (size, note, made_at) VALUES ($1, $2, $3) ON CONFLICT (size) DO NOTHING",
            head.size, note, transaction.provenance.time)
        return note
    }

    /// Signs the head of a tenant's log.
    package func checkpoint(_ id: TenantID) throws -> String {
        try database(of: id).write(provenance) { transaction in
            try FordringHost.checkpoint(try AuditKeys.current(keyring, transaction), transaction)
        }
    }

    /// The newest entries of a tenant's log, oldest first; those of one case where it is given.
    package func auditLog(_ id: TenantID, last count: Int, case caseID: CaseID?) throws -> [AuditLine] {
        try database(of: id).read { transaction in
            let size = try AuditLog.edge(transaction).size
            var lines: [AuditLine] = []
            let mark = caseID.map { #""case":\#($0)"# }
            // Without a case to look for, only the end is read.
            let first = mark == nil ? max(0, size - Int64(count)) : 0
            try AuditLog.forEachEntry(from: first, transaction) { seq, entry in
                let json = String(decoding: entry, as: UTF8.self)
                if let mark, !json.contains("\(mark),"), !json.contains("\(mark)}") { return }
                lines.append(AuditLine(seq: seq, json: json))
                if lines.count > count { lines.removeFirst() }
            }
            return lines
        }
    }

    /// Writes a tenant's log as a gzip file of JSON lines.
    ///
    /// The first line describes the file, the last carries a signed checkpoint; every line between is one entry, byte
    /// for byte the leaf that was hashed. The file appears under its name when it is whole.
    ///
    /// - Returns: how many entries there are.
    package func exportAudit(_ id: TenantID, to path: String) throws -> Int64 {
        let note = try checkpoint(id)
        let database = try database(of: id)
        return try FordringHost.translatingGzip {
            let writer = try GzipWriter(path: path)
            let count = try database.read { transaction -> Int64 in
                let key = try AuditKeys.verifier(transaction)
                let checkpoint = try Checkpoint(note: note, signedBy: key)
                let header: JSONValue = [
                    "entries": .integer(checkpoint.size), "format": "fordring-audit-export/1",
                    "origin": .string(checkpoint.origin), "tenant": .string(id.rawValue),
                    "verifierKey": .string(key.description),
                ]
                try writer.write(line: header.canonicalText)
                var written: Int64 = 0
                try AuditLog.forEachEntry(transaction) { seq, entry in
                    // The log may have grown since the checkpoint was signed.
                    guard seq < checkpoint.size else { return }
                    try writer.write(entry + [UInt8(ascii: "\n")])
                    written += 1
                }
                let footer: JSONValue = ["checkpoint": .string(note)]
                try writer.write(line: footer.canonicalText)
                return written
            }
            try writer.close()
            return count
        }
    }

    /// Verifies an export with nothing but the file, and a key where the reader has one from elsewhere.
    ///
    /// Without a key the file's own is used, which shows that the file is whole but not whose it is.
    ///
    /// - Throws: ``HostError`` `refused` that says what does not fit: any entry changed, dropped, added or moved is found.
    package static func verifyExport(_ path: String, key keyText: String?) throws -> ExportVerdict {
        func refused(_ message: String) -> HostError { HostError(.refused, "\(path): \(message)") }
        return try translatingGzip {
            let reader = try GzipLineReader(path: path, maximumLineLength: 1 << 17)
            guard let first = try reader.next(),
                let header = try? JSONDecoder().decode(ExportHeader.self, from: Data(first)),
                header.format == "fordring-audit-export/1"
            else { throw HostError(.badInput, "\(path) is not an audit export: its first line does not describe one.") }
            let key: VerifierKey
            do {
                key = try VerifierKey(parsing: keyText ?? header.verifierKey)
            } catch {
                throw HostError(.badInput, "The verifier key cannot be used: \(error).")
            }
            var edge = MerkleTreeEdge()
            var pending: [UInt8]?
            var times: (first: String, last: String) = ("", "")
            while let line = try reader.next() {
                if let entry = pending {
                    guard let stated = try? JSONDecoder().decode(EntryHead.self, from: Data(entry)) else {
                        throw refused("line \(edge.size + 2) is not an entry.")
                    }
                    guard stated.seq == edge.size else {
                        throw refused(
                            "line \(edge.size + 2) has the sequence number \(stated.seq) where \(edge.size) belongs; "
                                + "an entry was dropped, added or moved.")
                    }
                    if edge.size == 0 { times.first = stated.time }
                    times.last = stated.time
                    edge.append(.leaf(entry))
                }
                pending = line
            }
            guard let last = pending, let footer = try? JSONDecoder().decode(ExportFooter.self, from: Data(last)) else {
                throw refused("the last line carries no checkpoint; the end of the file is missing.")
            }
            let checkpoint: Checkpoint
            do {
                checkpoint = try Checkpoint(note: footer.checkpoint, signedBy: key)
            } catch {
                throw refused("the checkpoint was not accepted: \(error).")
            }
            guard checkpoint.size == edge.size else {
                throw refused(
                    "there are \(edge.size) entries, and the checkpoint was signed over \(checkpoint.size); "
                        + "entries were dropped or added.")
            }
            guard checkpoint.root == edge.root else {
                throw refused(
                    "the entries do not give the root that the checkpoint was signed over; at least one was changed or moved."
                )
            }
            guard header.origin == checkpoint.origin, header.entries == checkpoint.size,
                header.origin.hasSuffix("/\(header.tenant)"), header.verifierKey == key.description
            else {
                throw refused("the first line names another key, origin, tenant or number of entries than was signed.")
            }
            return ExportVerdict(
                origin: checkpoint.origin, entries: edge.size, root: edge.root.hex, signedBy: key.name,
                firstTime: times.first, lastTime: times.last)
        }
    }

    /// Reads a tenant's whole log again and compares it with its stored tree.
    ///
    /// - Returns: the head.
    /// - Throws: ``HostError`` `refused` when they do not fit.
    @discardableResult
    package func verifyLog(_ id: TenantID) throws -> (size: Int64, root: String) {
        try database(of: id).read { transaction in
            let newest = try transaction.first("SELECT note FROM audit_checkpoint ORDER BY size DESC LIMIT 1") {
                $0.text(0)
            }
            let key = try AuditKeys.verifier(transaction)
            let checkpoint = try newest.map { try Checkpoint(note: $0, signedBy: key) }
            var edge = MerkleTreeEdge()
            try AuditLog.forEachEntry(transaction) { seq, entry in
                guard seq == edge.size else {
                    throw HostError(.refused, "The audit trail of '\(id)' lacks the entry \(edge.size).")
                }
                edge.append(.leaf(entry))
                if let checkpoint, edge.size == checkpoint.size, edge.root != checkpoint.root {
                    throw HostError(
                        .refused,
                        "The audit trail of '\(id)' is not the one that its newest checkpoint was signed over.")
                }
            }
            guard edge == (try AuditLog.edge(transaction)) else {
                throw HostError(
                    .refused,
                    "The entries of the audit trail of '\(id)' do not give its tree; at least one was changed.")
            }
            if let checkpoint, checkpoint.size > edge.size {
                throw HostError(.refused, "The audit trail of '\(id)' is shorter than its newest checkpoint.")
            }
            return (edge.size, edge.root.hex)
        }
    }

    private static func translatingGzip<Result>(_ body: () throws -> Result) throws -> Result {
        do {
            return try body()
        } catch let fault as GzipFault {
            throw HostError(fault.code == .system ? .unavailable : .refused, fault.message)
        }
    }

    private struct ExportHeader: Decodable {
        let entries: Int64
        let format: String
        let origin: String
        let tenant: String
        let verifierKey: String
    }

    private struct ExportFooter: Decodable {
        let checkpoint: String
    }

    private struct EntryHead: Decodable {
        let seq: Int64
        let time: String
    }
}
