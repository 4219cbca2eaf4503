package import Database
package import FordringKit
package import Privacy

/// A letter as it left the house.
package struct LetterCopy: Sendable {
    package let step: Int64
    package let mediaType: String
    package let sha256: String
    /// Whether it was made again after the program had ended between sending and recording.
    package let isRemade: Bool
    package let bytes: [UInt8]

    package init(step: Int64, mediaType: String, sha256: String, isRemade: Bool = false, bytes: [UInt8]) {
        self.step = step
        self.mediaType = mediaType
        self.sha256 = sha256
        self.isRemade = isRemade
        self.bytes = bytes
    }
}

/// What letters said, sealed with the keys of those that they went to.
///
/// A copy commits with the entry that the letter is gone. It lies in the books: a file of its own would cost two syncs a
/// letter and could be lost or kept apart from its entry.
package enum LetterArchive {
    /// Keeps the copy of a letter; one that is there stays.
    package static func keep(_ copy: LetterCopy, _ sealer: Sealer, _ transaction: WriteTransaction) throws {
        let party = try transaction.first(
            "SELECT c.party_id FROM case_step s JOIN debt_case c ON c.id = s.case_id WHERE s.id = $1", copy.step
        ) { PartyID(rawValue: $0.integer(0)) }
        // Nothing is kept of somebody who is erased.
        guard let party, let sealed = try sealer.seal(copy.bytes, of: party, transaction) else { return }
        try transaction.execute(
            """
            INSERT INTO letter_copy (step_id, party_id, media_type, sha256, is_remade, sealed)
            VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (step_id) DO NOTHING
            """,
            values: [
                .integer(copy.step), party.sqlValue, .text(copy.mediaType), .text(copy.sha256),
                copy.isRemade.sqlValue, .bytes(sealed),
            ])
    }

    /// The copies of a case's letters by step.
    package static func copies(
        of caseID: CaseID, _ sealer: Sealer, _ transaction: ReadTransaction
    ) throws -> [LetterCopy] {
        let found = try transaction.all(
            """
            SELECT l.step_id, l.party_id, l.media_type, l.sha256, l.is_remade, l.sealed
            FROM letter_copy l JOIN case_step s ON s.id = l.step_id WHERE s.case_id = $1 ORDER BY l.step_id
            """,
            caseID
        ) { row in
            (
                party: PartyID(rawValue: row.integer(1)),
                copy: LetterCopy(
                    step: row.integer(0), mediaType: row.text(2), sha256: row.text(3), isRemade: row.flag(4),
                    bytes: row.bytes(5))
            )
        }
        return try found.compactMap { party, copy in
            guard let bytes = try sealer.open(copy.bytes, of: party, transaction) else { return nil }
            guard Digest.sha256(bytes) == copy.sha256 else {
                throw DatabaseFault(
                    .corrupt, "The copy of letter \(copy.step) is not what was kept. Restore the books from a backup.")
            }
            return LetterCopy(
                step: copy.step, mediaType: copy.mediaType, sha256: copy.sha256, isRemade: copy.isRemade, bytes: bytes)
        }
    }

    /// Removes the copies of letters to a party, and what lies of it with hand-offs; for when it is erased.
    package static func remove(_ party: PartyID, _ transaction: WriteTransaction) throws {
        try transaction.execute("DELETE FROM letter_copy WHERE party_id = $1", party)
        try transaction.execute(
            """
            DELETE FROM legal_file WHERE handoff_id IN (
                SELECT h.id FROM legal_handoff h JOIN debt_case c ON c.id = h.case_id WHERE c.party_id = $1)
            """,
            party)
    }
}
