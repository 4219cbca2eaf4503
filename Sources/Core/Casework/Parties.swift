import AuditTrail
package import Database
package import FordringKit

/// A line of the list of people and companies.
package struct PartySummary: Sendable {
    package let id: PartyID
    package let kind: PartyKind
    /// Empty once the party is erased.
    package let name: String
    package let cases: Int
    package let openCases: Int
    package let erasedOn: CivilDate?
}

/// All that is known of a person or company.
package struct PartyRecord: Sendable {
    package let id: PartyID
    package let party: Party
    package let cases: [(id: CaseID, openedOn: CivilDate, closedOn: CivilDate?)]
    package let erasedOn: CivilDate?
    /// The last day on which the data must be kept, or why that is not known; `nil` while a case is open.
    package let retention: Result<Explained<CivilDate>, RuleGap>?
}

/// A delivery that may have left something of a party in a channel's files.
package struct PartyDelivery: Sendable {
    package let step: Int64
    /// The channel that carried the letter; `nil` where none is known to have.
    package let channel: String?
}

/// People and companies: reading what is known of them, and erasing it.
package enum Parties {
    /// The parties of a tenant by number, from after one, at most so many.
    package static func list(
        after: Int64, limit: Int, _ transaction: ReadTransaction
    ) throws -> [PartySummary] {
        try transaction.all(
            """
            SELECT p.id, p.kind, p.name, e.erased_on,
                (SELECT count(*) FROM debt_case c WHERE c.party_id = p.id),
                (SELECT count(*) FROM debt_case c WHERE c.party_id = p.id AND c.closed_on IS NULL)
            FROM party p LEFT JOIN party_erasure e ON e.party_id = p.id WHERE p.id > $1 ORDER BY p.id LIMIT $2
            """,
            after, limit
        ) { row in
            guard let kind = PartyKind(rawValue: row.text(1)) else {
                throw DatabaseFault(.wrongSchema, "Party \(row.integer(0)) has a kind that is not known.")
            }
            return PartySummary(
                id: PartyID(rawValue: row.integer(0)), kind: kind, name: row.text(2), cases: row.int(4),
                openCases: row.int(5), erasedOn: row.dateOrNil(3))
        }
    }

    /// One party, whole.
    ///
    /// - Throws: ``CaseworkRefusal`` when there is none of that number.
    package static func show(_ id: PartyID, _ rules: CaseRules, _ transaction: ReadTransaction) throws -> PartyRecord {
        let known = try transaction.first("SELECT 1 FROM party WHERE id = $1", id) { _ in true }
        guard known != nil else {
            throw CaseworkRefusal(.noSuchParty, "There is no party \(id). 'fordring party list' shows those there are.")
        }
        let party = try LetterDesk.party(id, transaction)
        let cases = try transaction.all(
            "SELECT id, opened_on, closed_on FROM debt_case WHERE party_id = $1 ORDER BY id", id
        ) { (id: CaseID(rawValue: $0.integer(0)), openedOn: $0.date(1), closedOn: $0.dateOrNil(2)) }
        var retention: Result<Explained<CivilDate>, RuleGap>?
        if cases.allSatisfy({ $0.closedOn != nil }) {
            do {
                retention = .success(try keptThrough(id, party.kind, rules, transaction))
            } catch let gap as RuleGap {
                retention = .failure(gap)
            }
        }
        let erasedOn = try transaction.first("SELECT erased_on FROM party_erasure WHERE party_id = $1", id) {
            $0.date(0)
        }
        return PartyRecord(id: id, party: party, cases: cases, erasedOn: erasedOn, retention: retention)
    }

    /// Destroys a party's key and blanks what the books say of it; what channels keep is destroyed afterwards.
    ///
    /// - Returns: `false` when the party was erased before; then nothing is changed.
    /// - Throws: ``CaseworkRefusal`` while a case or a task is open or the law wants the data kept; ``RuleGap`` when the
    ///   country has no answer.
    package static func erase(
        _ id: PartyID, reason: String, on day: CivilDate, _ rules: CaseRules, _ transaction: WriteTransaction
    ) throws -> Bool {
        let record = try show(id, rules, transaction)
        guard record.erasedOn == nil else { return false }
        if let open = record.cases.first(where: { $0.closedOn == nil }) {
            throw CaseworkRefusal(
                .stillNeeded,
                "Party \(id) cannot be erased: case \(open.id) is open. The data are needed until it is closed.")
        }
        let task = try transaction.first(
            """
            SELECT t.id, t.case_id FROM task t JOIN debt_case c ON c.id = t.case_id
            WHERE c.party_id = $1 AND t.done_on IS NULL ORDER BY t.id
            """,
            id
        ) { ($0.integer(0), $0.integer(1)) }
        if let (task, caseID) = task {
            throw CaseworkRefusal(
                .stillNeeded, "Party \(id) cannot be erased: task \(task) of case \(caseID) is open. Do it first.")
        }
        let kept = try keptThrough(id, record.party.kind, rules, transaction)
        guard day > kept.value else {
            let source = kept.lines.first.map { " (\($0.citation))" } ?? ""
            throw CaseworkRefusal(
                .stillNeeded,
                "Party \(id) cannot be erased: the law wants the data kept through \(kept.value)\(source).")
        }
        try transaction.execute("DELETE FROM party_data_key WHERE party_id = $1", id)
        try transaction.execute("DELETE FROM party_key WHERE party_id = $1", id)
        try transaction.execute(
            """
            UPDATE party SET name = '', national_id = NULL, customer_number = NULL, address_lines = '', postal_code = '',
                city = '', email = NULL, phone = NULL
            WHERE id = $1
            """,
            id)
        // What a creditor writes about a claim may name the debtor.
        try transaction.execute(
            "UPDATE claim SET text = '' WHERE case_id IN (SELECT id FROM debt_case WHERE party_id = $1)", id)
        // What was said in a dispute cannot be opened without the key; nor need it lie about.
        try transaction.execute(
            """
            UPDATE dispute_document SET sealed = NULL, sealed_name = NULL WHERE dispute_id IN (
                SELECT d.id FROM dispute d JOIN debt_case c ON c.id = d.case_id WHERE c.party_id = $1
            )
            """,
            id)
        try transaction.execute(
            """
            UPDATE case_hold SET reason = '', lift_reason = NULL WHERE case_id IN (
                SELECT id FROM debt_case WHERE party_id = $1
            )
            """,
            id)
        try transaction.execute(
            """
            DELETE FROM claim_event_reason WHERE event_id IN (
                SELECT e.id FROM claim_event e JOIN debt_case c ON c.id = e.case_id WHERE c.party_id = $1
            )
            """,
            id)
        try transaction.execute("INSERT INTO party_erasure (party_id, erased_on) VALUES ($1, $2)", id, day)
        try transaction.audit(
            .partyErased, subject: ["party": .integer(id.rawValue)],
            change: [
                "cases": .array(record.cases.map { .integer($0.id.rawValue) }), "day": .string(day.description),
                "keptThrough": .string(kept.value.description), "reason": .string(reason),
            ],
            basis: kept.lines.map(\.citation))
        return true
    }

    /// The erased parties whose letters the channels have not yet destroyed.
    package static func unforgotten(_ transaction: ReadTransaction) throws -> [PartyID] {
        try transaction.all("SELECT party_id FROM party_erasure WHERE forgotten_at IS NULL ORDER BY party_id") {
            PartyID(rawValue: $0.integer(0))
        }
    }

    /// The deliveries to a party: every step, also those whose letter is not known to have left.
    package static func deliveries(to id: PartyID, _ transaction: ReadTransaction) throws -> [PartyDelivery] {
        try transaction.all(
            """
            SELECT s.id, s.channel FROM case_step s JOIN debt_case c ON c.id = s.case_id
            WHERE c.party_id = $1 ORDER BY s.id
            """,
            id
        ) { PartyDelivery(step: $0.integer(0), channel: $0.textOrNil(1)) }
    }

    /// Notes that nothing of an erased party is left in files.
    package static func markForgotten(_ id: PartyID, _ transaction: WriteTransaction) throws {
        let changed = try transaction.execute(
            "UPDATE party_erasure SET forgotten_at = $1 WHERE party_id = $2 AND forgotten_at IS NULL",
            transaction.provenance.time, id)
        guard changed == 1 else { return }
        try transaction.audit(.partyForgotten, subject: ["party": .integer(id.rawValue)], change: [:])
    }

    /// The last day on which the law wants the data of a party kept whose cases are all closed.
    private static func keptThrough(
        _ id: PartyID, _ kind: PartyKind, _ rules: CaseRules, _ transaction: ReadTransaction
    ) throws -> Explained<CivilDate> {
        let last =
            try transaction.first(
                """
                SELECT max(c.opened_on), max(c.closed_on), (SELECT max(t.booked_on) FROM ledger_transfer t
                    JOIN debt_case k ON k.id = t.case_id WHERE k.party_id = $1)
                FROM debt_case c WHERE c.party_id = $1
                """,
                id
            ) { row in [row.dateOrNil(0), row.dateOrNil(1), row.dateOrNil(2)].compactMap(\.self).max() } ?? nil
        guard let last else {
            throw DatabaseFault(.wrongSchema, "Party \(id) has no case, although parties come with their first claim.")
        }
        return try rules.jurisdiction.retention(of: RetentionFacts(debtorKind: kind, lastEventOn: last))
    }
}
