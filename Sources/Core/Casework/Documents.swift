import AuditTrail
import Crypto
package import Database
package import FordringKit
import Foundation
package import Privacy

/// A document that comes to a dispute.
package struct NewDocument: Sendable {
    /// What it is for.
    package enum Role: String, Sendable, CaseIterable {
        /// What the debtor says.
        case objection
        /// What the debtor sends with it.
        case evidence
        /// Why it was decided as it was.
        case grounds
        /// What belongs to the decision.
        case decision
    }

    package let role: Role
    /// The file's name, which may name a person.
    package let name: String
    package let bytes: [UInt8]

    package init(_ role: Role, name: String, bytes: [UInt8]) {
        self.role = role
        self.name = name
        self.bytes = bytes
    }

    /// A text that was typed.
    package init(_ role: Role, text: String) {
        self.init(role, name: "\(role.rawValue).txt", bytes: Array(text.utf8))
    }
}

/// A document as the books have it.
package struct DocumentRecord: Sendable {
    package let id: Int64
    package let dispute: Int64
    package let role: String
    package let mediaType: String
    package let size: Int64
    /// Of the bytes as they came in, in hexadecimal.
    package let sha256: String
    package let addedOn: CivilDate
    /// `nil` once the debtor is erased.
    package let name: String?
}

/// Documents in the books, sealed with the key of the debtor that they are about.
package enum Documents {
    /// The most bytes that a document may have.
    ///
    /// A limit of this product: documents lie in the books, whose transactions hold them in memory.
    package static let sizeMax = 10_000_000

    /// Takes a document in.
    ///
    /// - Throws: ``CaseworkRefusal`` where it is empty or too large, or the debtor was erased.
    static func add(
        _ document: NewDocument, to dispute: Int64, in caseID: CaseID, of party: PartyID, on day: CivilDate,
        _ sealer: Sealer, _ transaction: WriteTransaction
    ) throws {
        guard !document.bytes.isEmpty else {
            throw CaseworkRefusal(.badDispute, "The document '\(document.name)' is empty.")
        }
        guard document.bytes.count <= sizeMax else {
            throw CaseworkRefusal(
                .badDispute,
                "The document '\(document.name)' has \(document.bytes.count) bytes, and \(sizeMax) is the most. "
                    + "Split it, or scan it with a lower resolution.")
        }
        guard let sealed = try sealer.seal(document.bytes, of: party, transaction),
            let name = try sealer.seal(Array(document.name.utf8), of: party, transaction)
        else { throw CaseworkRefusal(.badDispute, "The debtor was erased; nothing can be kept about them.") }
        let id = try transaction.newID("dispute_document")
        let sha256 = digest(document.bytes)
        try transaction.execute(
            """
            INSERT INTO dispute_document (id, dispute_id, role, media_type, size, sha256, added_on, sealed_name, sealed)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
            """,
            values: [
                .integer(id), .integer(dispute), .text(document.role.rawValue), .text(mediaType(of: document.name)),
                .integer(Int64(document.bytes.count)), .text(sha256), day.sqlValue, .bytes(name), .bytes(sealed),
            ])
        try transaction.audit(
            .disputeDocumentAdded,
            subject: ["case": .integer(caseID.rawValue), "dispute": .integer(dispute), "document": .integer(id)],
            change: [
                "role": .string(document.role.rawValue), "sha256": .string(sha256),
                "size": .integer(Int64(document.bytes.count)),
            ])
    }

    /// The documents of a dispute, oldest first, without their bytes.
    package static func list(
        of dispute: Int64, party: PartyID, _ sealer: Sealer, _ transaction: ReadTransaction
    ) throws -> [DocumentRecord] {
        try transaction.all(
            """
            SELECT id, role, media_type, size, sha256, added_on, sealed_name FROM dispute_document
            WHERE dispute_id = $1 ORDER BY id
            """,
            dispute
        ) { row in
            let name = row.isNull(6) ? nil : try sealer.open(row.bytes(6), of: party, transaction)
            return DocumentRecord(
                id: row.integer(0), dispute: dispute, role: row.text(1), mediaType: row.text(2), size: row.integer(3),
                sha256: row.text(4), addedOn: row.date(5), name: name.map { String(decoding: $0, as: UTF8.self) })
        }
    }

    /// The documents of a case's disputes, decided ones too, that are about any of some claims; those of an erased debtor
    /// are gone.
    package static func list(
        of caseID: CaseID, about claims: Set<ClaimID>, _ sealer: Sealer, _ transaction: ReadTransaction
    ) throws -> [DocumentRecord] {
        try Disputes.list(caseID: caseID, all: true, after: 0, limit: .max, transaction).filter { dispute in
            // A dispute of everything is not about what came into the case afterwards.
            dispute.claim.map(claims.contains)
                ?? claims.contains { $0.rawValue <= dispute.claimsThrough }
        }.flatMap { try list(of: $0.id, party: $0.party, sealer, transaction) }.filter { $0.name != nil }
    }

    /// The bytes of a document as they came in.
    ///
    /// - Throws: ``CaseworkRefusal`` where there is none of that number or the debtor was erased; ``DatabaseFault``
    ///   `corrupt` where they are not what was taken in.
    package static func open(
        _ id: Int64, _ sealer: Sealer, _ transaction: ReadTransaction
    ) throws -> (dispute: Int64, caseID: CaseID, bytes: [UInt8]) {
        let found = try transaction.first(
            """
            SELECT d.dispute_id, p.case_id, c.party_id, d.sealed, d.sha256 FROM dispute_document d
            JOIN dispute p ON p.id = d.dispute_id JOIN debt_case c ON c.id = p.case_id WHERE d.id = $1
            """,
            id
        ) { row in
            (
                dispute: row.integer(0), caseID: CaseID(rawValue: row.integer(1)),
                party: PartyID(rawValue: row.integer(2)), sealed: row.isNull(3) ? nil : row.bytes(3),
                sha256: row.text(4)
            )
        }
        guard let found else {
            throw CaseworkRefusal(
                .noSuchDispute, "There is no document \(id). 'fordring dispute show' lists those of a dispute.")
        }
        guard let sealed = found.sealed, let bytes = try sealer.open(sealed, of: found.party, transaction) else {
            throw CaseworkRefusal(.noSuchDispute, "Document \(id) was destroyed when the debtor was erased.")
        }
        guard digest(bytes) == found.sha256 else {
            throw DatabaseFault(.corrupt, "Document \(id) is not what was taken in. Restore the books from a backup.")
        }
        return (found.dispute, found.caseID, bytes)
    }

    static func digest(_ bytes: [UInt8]) -> String {
        SHA256.hash(data: bytes).map { byte in
            let digits = String(byte, radix: 16)
            return digits.count == 1 ? "0" + digits : digits
        }.joined()
    }

    /// The media type that the end of a file's name says.
    static func mediaType(of name: String) -> String {
        guard let dot = name.lastIndex(of: ".") else { return "application/octet-stream" }
        return switch name[name.index(after: dot)...].lowercased() {
        case "pdf": "application/pdf"
        case "txt": "text/plain"
        case "png": "image/png"
        case "jpg", "jpeg": "image/jpeg"
        case "tif", "tiff": "image/tiff"
        case "eml": "message/rfc822"
        case "html", "htm": "text/html"
        case "csv": "text/csv"
        case "xml": "application/xml"
        case "json": "application/json"
        case "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
        default: "application/octet-stream"
        }
    }
}
