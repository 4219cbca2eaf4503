import AuditTrail
package import Database
package import FordringKit

/// An event of a claim as the list of a case shows it.
package struct ClaimEventRecord: Sendable {
    package let claim: ClaimID
    package let event: ClaimEvent
    package let recordedOn: CivilDate
    /// Why, or from where it is known; empty once the debtor is erased.
    package let reason: String
}

/// What happened to claims that limitation depends on: said by a person, never taken for granted.
package enum ClaimEvents {
    /// Whether an event of a claim is in the books.
    package static func isWritten(
        _ event: ClaimEvent, of claim: ClaimID, _ transaction: ReadTransaction
    ) throws -> Bool {
        try transaction.first(
            "SELECT 1 FROM claim_event WHERE claim_id = $1 AND kind = $2 AND happened_on = $3", claim,
            event.kind.rawValue, event.on
        ) { _ in true } ?? false
    }

    /// Writes down that something happened to a claim; the rules are asked again today.
    ///
    /// A payment is not an acknowledgement by itself: whoever registers it says so where the law makes it one.
    ///
    /// - Returns: the case.
    /// - Throws: ``CaseworkRefusal``.
    @discardableResult
    package static func record(
        _ event: ClaimEvent, of claim: ClaimID, reason: String, today: CivilDate, _ rules: CaseRules,
        _ transaction: WriteTransaction
    ) throws -> CaseID {
        let known = try transaction.first(
            """
            SELECT c.case_id, c.issued_on, d.closed_on FROM claim c JOIN debt_case d ON d.id = c.case_id
            WHERE c.id = $1
            """,
            claim
        ) { (caseID: CaseID(rawValue: $0.integer(0)), issuedOn: $0.date(1), isClosed: !$0.isNull(2)) }
        guard let (caseID, issuedOn, isClosed) = known else {
            throw CaseworkRefusal(
                .noSuchClaim, "There is no claim \(claim). 'fordring case show' lists the claims of a case.")
        }
        guard !isClosed else {
            throw CaseworkRefusal(
                .caseClosed, "Case \(caseID) of claim \(claim) is closed; nothing more happens in it.")
        }
        guard event.on <= today else {
            throw CaseworkRefusal(
                .badEvent, "The event's day \(event.on) is after \(today), the day of writing it down.")
        }
        guard event.on >= issuedOn else {
            throw CaseworkRefusal(
                .badEvent, "The event's day \(event.on) is before \(issuedOn), the day on which claim \(claim) arose.")
        }
        let isThere = try transaction.first(
            "SELECT 1 FROM claim_event WHERE case_id = $1 AND claim_id = $2 AND kind = $3 AND happened_on = $4", caseID,
            claim, event.kind.rawValue, event.on
        ) { _ in true }
        guard isThere == nil else {
            throw CaseworkRefusal(
                .badEvent, "The \(event.kind.rawValue) of claim \(claim) on \(event.on) is written down already.")
        }
        let id = try transaction.newID("claim_event")
        try transaction.execute(
            """
            INSERT INTO claim_event (id, case_id, claim_id, kind, happened_on, recorded_on, reason)
            VALUES ($1, $2, $3, $4, $5, $6, $7)
            """,
            id, caseID, claim, event.kind.rawValue, event.on, today, "")
        try transaction.execute("INSERT INTO claim_event_reason (event_id, reason) VALUES ($1, $2)", id, reason)
        try transaction.execute("UPDATE debt_case SET next_on = $1 WHERE id = $2", today, caseID)
        transaction.announceCases(on: today)
        try transaction.audit(
            .claimEvent, subject: ["case": .integer(caseID.rawValue), "claim": .integer(claim.rawValue)],
            change: [
                "kind": .string(event.kind.rawValue), "on": .string(event.on.description),
                "reasonSHA256": .string(Documents.digest(Array(reason.utf8))),
            ])
        let facts = try CaseSnapshots.load(caseID, creditor: rules.creditor, transaction).facts
        if Limitations.look(at: facts, rules, on: today).near == nil {
            try Tasks.end(.limitationNear, caseID, on: today, because: "the limitation is later now", transaction)
        }
        return caseID
    }

    /// The events of a case, as they were written down.
    static func of(_ caseID: CaseID, _ transaction: ReadTransaction) throws -> [ClaimEventRecord] {
        try transaction.all(
            """
            SELECT e.claim_id, e.kind, e.happened_on, e.recorded_on, coalesce(r.reason, e.reason) FROM claim_event e
            LEFT JOIN claim_event_reason r ON r.event_id = e.id WHERE e.case_id = $1 ORDER BY e.id
            """,
            caseID
        ) { row -> ClaimEventRecord? in
            guard let kind = ClaimEvent.Kind(rawValue: row.text(1)) else { return nil }
            return ClaimEventRecord(
                claim: ClaimID(rawValue: row.integer(0)), event: ClaimEvent(kind, on: row.date(2)),
                recordedOn: row.date(3), reason: row.text(4))
        }.compactMap { $0 }
    }
}
