package import Database
package import FordringKit
package import Ledger

/// A line of the list of cases.
package struct CaseSummary: Sendable {
    package let id: CaseID
    package let debtorName: String
    package let stage: String
    package let openedOn: CivilDate
    package let nextOn: CivilDate?
    package let closedOn: CivilDate?
    package let claims: Int
    package let outstanding: Money
}

/// A step as the list of a case shows it.
package struct StepRecord: Sendable {
    package let id: Int64
    package let kind: String
    package let state: String
    package let decidedOn: CivilDate
    package let sentOn: CivilDate?
    package let deadlineOn: CivilDate?
    package let claims: [ClaimID]
    /// Why it counts no more, where it was sent or done although it should have stood still.
    package let voidBecause: String?
    package let channel: String?
    package let receipt: String?
    package let reasons: [ExplanationLine]
}

/// A claim as the list of a case shows it.
package struct ClaimRecord: Sendable {
    package let id: ClaimID
    package let reference: String
    package let text: String
    package let issuedOn: CivilDate
    package let dueOn: CivilDate
    package let principal: Money
}

/// Everything about a case that an operator can look at.
package struct CaseRecord: Sendable {
    package let snapshot: CaseSnapshot
    package let party: Party
    package let nextOn: CivilDate?
    package let closedOn: CivilDate?
    package let closeCode: String?
    package let claims: [ClaimRecord]
    /// What happened to the claims that limitation depends on.
    package let events: [ClaimEventRecord]
    package let steps: [StepRecord]
    package let transfers: [(transfer: Transfer, explanation: [ExplanationLine])]
}

/// A step, by the case that it belongs to.
package struct StepOfCase: Sendable {
    package let step: Int64
    package let caseID: CaseID
    package let kind: String
    /// `queued`, `leaving`, `sent`, `failed`, `withdrawn` or `done`.
    package let state: String
}

/// Reading for the operator.
package enum CaseQueries {
    /// A step by its number.
    package static func step(_ id: Int64, _ transaction: ReadTransaction) throws -> StepOfCase? {
        try transaction.first("SELECT id, case_id, kind, state FROM case_step WHERE id = $1", id) { row in
            StepOfCase(
                step: row.integer(0), caseID: CaseID(rawValue: row.integer(1)), kind: row.text(2), state: row.text(3))
        }
    }

    /// The next day on which the rules are to be asked about a case; `nil` where none waits for a day.
    package static func nextDay(_ transaction: ReadTransaction) throws -> CivilDate? {
        try transaction.first(
            "SELECT next_on FROM debt_case WHERE next_on IS NOT NULL ORDER BY next_on LIMIT 1"
        ) { $0.date(0) }
    }

    /// The cases of a tenant by number, from after one, at most so many; optionally of one stage.
    package static func list(
        after: Int64, limit: Int, stage: String?, _ transaction: ReadTransaction
    ) throws -> [CaseSummary] {
        try transaction.all(
            """
            SELECT c.id, p.name, c.stage, c.opened_on, c.next_on, c.closed_on, c.currency,
                (SELECT count(*) FROM claim WHERE claim.case_id = c.id),
                (SELECT coalesce(sum(CASE WHEN t.debit < 20 THEN t.amount ELSE 0 END)
                    - sum(CASE WHEN t.credit < 20 THEN t.amount ELSE 0 END), 0)
                    FROM ledger_transfer t WHERE t.case_id = c.id)
            FROM debt_case c JOIN party p ON p.id = c.party_id
            WHERE c.id > $1 AND ($3 = '' OR c.stage = $3) ORDER BY c.id LIMIT $2
            """,
            after, limit, stage ?? ""
        ) { row in
            guard let currency = Currency(code: row.text(6)) else {
                throw DatabaseFault(.wrongSchema, "Case \(row.integer(0)) has a currency that is not known.")
            }
            return CaseSummary(
                id: CaseID(rawValue: row.integer(0)), debtorName: row.text(1), stage: row.text(2),
                openedOn: row.date(3), nextOn: row.dateOrNil(4), closedOn: row.dateOrNil(5), claims: row.int(7),
                outstanding: Money(minorUnits: row.integer(8), currency))
        }
    }

    /// How many cases there are of each stage.
    package static func countsByStage(_ transaction: ReadTransaction) throws -> [String: Int] {
        var counts: [String: Int] = [:]
        try transaction.query("SELECT stage, count(*) FROM debt_case GROUP BY stage") { counts[$0.text(0)] = $0.int(1) }
        return counts
    }

    /// Why a step counts no more; a letter that never left was not void.
    private static func voidReason(_ row: Row) -> String? {
        guard let kind = row.textOrNil(10), let hold = row.integerOrNil(12),
            ["sent", "done", "leaving"].contains(row.text(2))
        else { return nil }
        return (row.integerOrNil(13).map { "dispute \($0)" } ?? "hold \(hold) (\(kind))") + " since \(row.date(11))"
    }

    /// One case, whole.
    package static func show(
        _ id: CaseID, creditor: CreditorFacts, _ transaction: ReadTransaction
    ) throws -> CaseRecord {
        let snapshot = try CaseSnapshots.load(id, creditor: creditor, transaction)
        let dates = try transaction.first(
            "SELECT next_on, closed_on, close_code FROM debt_case WHERE id = $1", id
        ) { ($0.dateOrNil(0), $0.dateOrNil(1), $0.textOrNil(2)) }
        return CaseRecord(
            snapshot: snapshot,
            party: try LetterDesk.party(snapshot.party, transaction),
            nextOn: dates?.0, closedOn: dates?.1, closeCode: dates?.2,
            claims: try transaction.all(
                "SELECT id, reference, text, issued_on, due_on, principal FROM claim WHERE case_id = $1 ORDER BY id", id
            ) { row in
                ClaimRecord(
                    id: ClaimID(rawValue: row.integer(0)), reference: row.text(1), text: row.text(2),
                    issuedOn: row.date(3), dueOn: row.date(4),
                    principal: Money(minorUnits: row.integer(5), snapshot.facts.currency))
            },
            events: try ClaimEvents.of(id, transaction),
            steps: try transaction.all(
                """
                SELECT s.id, s.kind, s.state, s.decided_on, s.sent_on, s.deadline_on, s.claims, s.channel, s.receipt,
                    s.reasons, h.kind, h.since, h.id, h.dispute_id
                FROM case_step s LEFT JOIN case_hold h ON h.id = s.void_by WHERE s.case_id = $1 ORDER BY s.id
                """,
                id
            ) { row in
                StepRecord(
                    id: row.integer(0), kind: row.text(1), state: row.text(2), decidedOn: row.date(3),
                    sentOn: row.dateOrNil(4), deadlineOn: row.dateOrNil(5),
                    claims: CaseSnapshots.claimList(row.text(6)), voidBecause: voidReason(row),
                    channel: row.textOrNil(7),
                    receipt: row.textOrNil(8), reasons: ExplanationCoding.lines(row.text(9)))
            },
            transfers: try transaction.all(
                """
                SELECT id, case_id, claim_id, booked_on, debit, credit, amount, currency, cause, cause_id, reverses,
                    explanation
                FROM ledger_transfer WHERE case_id = $1 ORDER BY id
                """,
                id
            ) { row in
                (try Ledger.transfer(row), row.textOrNil(11).map(ExplanationCoding.lines) ?? [])
            })
    }
}
