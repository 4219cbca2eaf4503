import AuditTrail
package import Casework
package import Database
package import FordringKit
import Ledger
package import Privacy

/// What became of one row of a file.
package struct Verdict: Sendable, Hashable {
    package enum Outcome: String, Sendable {
        case accepted
        case duplicate
        case refused
    }

    package var line: Int
    package var reference: String
    package var outcome: Outcome
    /// The case that the claim is in.
    package var caseID: CaseID?
    /// Why it was refused, or what it is a duplicate of; empty for an accepted row.
    package var reason: String
}

/// The rules of a tenant for what may come in.
package struct IntakeRules: Sendable {
    package let rules: CaseRules
    /// Seals what is written down of new debtors.
    package let sealer: Sealer
    /// The day of the import: nothing can have been issued after it.
    package let today: CivilDate

    package init(rules: CaseRules, sealer: Sealer, today: CivilDate) {
        self.rules = rules
        self.sealer = sealer
        self.today = today
    }

    /// Everything that is wrong with a claim apart from the books; and the claim with its numbers in normal form.
    package func check(_ claim: IncomingClaim) -> Result<IncomingClaim, RowFaults> {
        var claim = claim
        var faults: [RowFault] = []
        let country = rules.jurisdiction
        if claim.amount.currency != country.currency {
            faults.append(
                RowFault(
                    "currency",
                    "\(claim.amount.currency) is not the currency of \(country.country); "
                        + "allowed: \(country.currency)"))
        }
        if !claim.amount.isPositive {
            faults.append(RowFault("amount", "\(claim.amount.decimalText) is not over zero"))
        }
        if Amounts.isAbsurd(claim.amount) {
            faults.append(
                RowFault(
                    "amount",
                    "\(claim.amount.decimalText) is more than a claim can be; look at the decimal point"))
        }
        if claim.reference.isEmpty { faults.append(RowFault("reference", "is missing")) }
        if claim.issuedOn > today {
            faults.append(RowFault("issued_on", "\(claim.issuedOn) is after \(today), the day of the import"))
        }
        if case .since(let day) = claim.disputed, day > today {
            faults.append(RowFault("disputed", "\(day) is after \(today), the day of the import"))
        }
        if case .invoice = claim.kind {
            if let dueOn = claim.dueOn {
                if dueOn < claim.issuedOn {
                    faults.append(RowFault("due_on", "\(dueOn) is before the day of issue \(claim.issuedOn)"))
                }
            } else {
                faults.append(RowFault("due_on", "is missing; without it no deadline can be counted"))
            }
        }
        let debtorCountry = claim.debtor.address.country
        if debtorCountry != country.country {
            faults.append(
                RowFault(
                    "country",
                    "the debtor is in \(debtorCountry), whose law is another than that of \(country.country), by which the "
                        + "tenant collects; take the creditor on as a tenant of its own for \(debtorCountry)"))
        }
        if let earlier = claim.earlierReminders {
            if let dueOn = claim.dueOn, earlier.latestOn < dueOn {
                faults.append(
                    RowFault(
                        "last_reminder_on",
                        "\(earlier.latestOn) is before the due date \(dueOn); nothing could be reminded of then"))
            }
            if earlier.latestOn > today {
                faults.append(
                    RowFault("last_reminder_on", "\(earlier.latestOn) is after \(today), the day of the import"))
            }
        }
        if let text = claim.debtor.nationalID {
            let kind: IdentifierKind = claim.debtor.kind == .consumer ? .person : .company
            switch country.check(text, as: kind) {
            case .valid(let normalized), .doubtful(let normalized, _): claim.debtor.nationalID = normalized
            case .invalid(let reason): faults.append(RowFault("debtor_id", reason))
            @unknown default: faults.append(RowFault("debtor_id", "the country's answer is not known to this host"))
            }
        }
        return faults.isEmpty ? .success(claim) : .failure(RowFaults(faults))
    }
}

/// A row that has been checked against everything but the books; made off the writing thread.
package struct CheckedRow: Sendable {
    package let line: Int
    package let reference: String
    package let content: Result<IncomingClaim, RowFaults>
    /// What is known of the debtor, sealed; used if the debtor turns out to be new.
    ///
    /// Only an invoice can bring one.
    let sealedDebtor: Sealer.Sealed?
}

extension IntakeRules {
    /// Checks a row, and seals what it says of the debtor; `extra` is a fault of the whole document.
    package func checked(_ row: IncomingRow, extra: RowFault? = nil) throws -> CheckedRow {
        var content = row.content.flatMap { check($0) }
        if let extra {
            switch content {
            case .success: content = .failure(RowFaults([extra]))
            case .failure(let others): content = .failure(RowFaults([extra] + others.faults))
            }
        }
        var sealedDebtor: Sealer.Sealed?
        if case .success(let claim) = content, claim.kind == .invoice { sealedDebtor = try sealer.seal(claim.debtor) }
        return CheckedRow(line: row.line, reference: row.reference, content: content, sealedDebtor: sealedDebtor)
    }
}

/// Puts claims into cases.
package enum ClaimRegister {
    package static let migration = Migration(
        "0005 intake",
        """
        CREATE TABLE import_file (
            id {integer} NOT NULL PRIMARY KEY,
            sha256 TEXT NOT NULL UNIQUE,
            name TEXT NOT NULL,
            started_on {integer} NOT NULL,
            finished_on {integer}
        ) {strict}
        """)

    /// Begins to read a file, or goes on with one that was begun.
    ///
    /// - Returns: the number of the import, and whether it had been finished before (then nothing may change).
    package static func begin(
        sha256: String, name: String, on day: CivilDate, _ transaction: WriteTransaction
    ) throws -> (id: Int64, wasFinished: Bool) {
        let known = try transaction.first(
            "SELECT id, finished_on FROM import_file WHERE sha256 = $1", sha256
        ) { ($0.integer(0), !$0.isNull(1)) }
        if let known { return known }
        let id = try transaction.newID("import_file")
        try transaction.execute(
            "INSERT INTO import_file (id, sha256, name, started_on) VALUES ($1, $2, $3, $4)", id, sha256, name, day)
        try transaction.audit(
            .importStarted, subject: ["import": .integer(id)],
            change: ["name": .string(name), "sha256": .string(sha256)])
        return (id, false)
    }

    /// Notes that a file was read to its end.
    package static func finish(
        _ id: Int64, counts: [Verdict.Outcome: Int], on day: CivilDate, _ transaction: WriteTransaction
    ) throws {
        // Of two who read the same file at once, one finishes it.
        let changed = try transaction.execute(
            "UPDATE import_file SET finished_on = $1 WHERE id = $2 AND finished_on IS NULL", day, id)
        guard changed == 1 else { return }
        try transaction.audit(
            .importFinished, subject: ["import": .integer(id)],
            change: [
                "accepted": .integer(Int64(counts[.accepted] ?? 0)),
                "duplicate": .integer(Int64(counts[.duplicate] ?? 0)),
                "refused": .integer(Int64(counts[.refused] ?? 0)),
            ])
    }

    /// Takes one row into the books.
    ///
    /// A row that an earlier, broken-off reading of the same file accepted is accepted again without a change.
    package static func register(
        _ row: CheckedRow, import importID: Int64, _ intake: IntakeRules, _ transaction: WriteTransaction
    ) throws -> Verdict {
        var verdict = Verdict(line: row.line, reference: row.reference, outcome: .refused, caseID: nil, reason: "")
        let claim: IncomingClaim
        switch row.content {
        case .failure(let faults):
            verdict.reason = faults.faults.map(\.description).joined(separator: "; ")
            return verdict
        case .success(let checked): claim = checked
        }
        switch claim.kind {
        case .invoice:
            guard let sealed = row.sealedDebtor else { preconditionFailure("a checked invoice has its debtor sealed") }
            try registerInvoice(claim, sealed, importID, intake, transaction, &verdict)
        case .creditNote(let against): try registerCredit(claim, against, importID, intake, transaction, &verdict)
        }
        return verdict
    }

    private static func registerInvoice(
        _ claim: IncomingClaim, _ sealed: Sealer.Sealed, _ importID: Int64, _ intake: IntakeRules,
        _ transaction: WriteTransaction,
        _ verdict: inout Verdict
    ) throws {
        let known = try transaction.first(
            "SELECT case_id, principal, due_on, import_id, import_line FROM claim WHERE reference = $1", claim.reference
        ) { row in
            (
                caseID: CaseID(rawValue: row.integer(0)), principal: row.integer(1), dueOn: row.date(2),
                isThisRow: row.integer(3) == importID && row.int(4) == verdict.line
            )
        }
        if let known {
            verdict.caseID = known.caseID
            if known.isThisRow {
                verdict.outcome = .accepted
            } else if known.principal == claim.amount.minorUnits, known.dueOn == claim.dueOn {
                verdict.outcome = .duplicate
                verdict.reason = "the claim \(claim.reference) is in case \(known.caseID) already"
            } else {
                verdict.reason =
                    "reference: \(claim.reference) is in case \(known.caseID) with another amount or due date; "
                    + "give the claim a number of its own, or send a credit note first"
            }
            return
        }
        guard let dueOn = claim.dueOn else { return }
        let party = try party(for: claim.debtor, sealed, intake.sealer, transaction)
        guard let caseID = try openCase(for: party, intake, transaction) else {
            verdict.reason =
                "debtor: the debtor's case is being sold, and what comes in now is not the buyer's; import the claim again "
                + "when the debtor's notice of the sale has left"
            return
        }
        let id = ClaimID(rawValue: try transaction.newID("claim"))
        try transaction.execute(
            """
            INSERT INTO claim (id, case_id, reference, text, principal, issued_on, due_on, import_id, import_line, basis,
                reminders_charged, last_reminder_on)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
            """,
            values: [
                id.sqlValue, caseID.sqlValue, .text(claim.reference), .text(claim.text),
                .integer(claim.amount.minorUnits), claim.issuedOn.sqlValue, dueOn.sqlValue, .integer(importID),
                verdict.line.sqlValue, .text(claim.basis.rawValue), (claim.earlierReminders?.count).sqlValue,
                (claim.earlierReminders?.latestOn).sqlValue,
            ])
        try Ledger.post(
            debit: .principalReceivable, credit: .claimsPlaced, amount: claim.amount, on: intake.today, caseID: caseID,
            claim: id, cause: .claim(id), transaction)
        try intake.rules.announce(.balance, in: caseID, on: intake.today, transaction)
        var change: [String: JSONValue] = [
            "amount": .string(claim.amount.decimalText), "dueOn": .string(dueOn.description),
            "import": .integer(importID), "line": .integer(Int64(verdict.line)), "party": .integer(party.rawValue),
            "reference": .string(claim.reference),
        ]
        if claim.basis != .ordinary { change["basis"] = .string(claim.basis.rawValue) }
        if let earlier = claim.earlierReminders {
            change["remindersCharged"] = .integer(Int64(earlier.count))
            change["lastReminderOn"] = .string(earlier.latestOn.description)
        }
        try transaction.audit(
            .claimAccepted, subject: ["case": .integer(caseID.rawValue), "claim": .integer(id.rawValue)],
            change: .object(change))
        verdict.outcome = .accepted
        verdict.caseID = caseID
        let receivedOn: CivilDate
        switch claim.disputed {
        case .no: return
        case .yes: receivedOn = intake.today
        case .since(let day): receivedOn = day
        }
        _ = try Disputes.open(
            NewDispute(
                caseID: caseID, claim: id, amount: nil, reason: .other, channel: .import, receivedOn: receivedOn),
            on: intake.today, intake.rules, intake.sealer, transaction)
    }

    private static func registerCredit(
        _ claim: IncomingClaim, _ against: String?, _ importID: Int64, _ intake: IntakeRules,
        _ transaction: WriteTransaction, _ verdict: inout Verdict
    ) throws {
        let known = try transaction.first(
            """
            SELECT n.amount, n.import_id, n.import_line, c.case_id FROM credit_note n JOIN claim c ON c.id = n.claim_id
            WHERE n.reference = $1
            """,
            claim.reference
        ) { row in
            (
                amount: row.integer(0), isThisRow: row.integer(1) == importID && row.int(2) == verdict.line,
                caseID: CaseID(rawValue: row.integer(3))
            )
        }
        if let known {
            verdict.caseID = known.caseID
            if known.isThisRow {
                verdict.outcome = .accepted
            } else if known.amount == claim.amount.minorUnits {
                verdict.outcome = .duplicate
                verdict.reason = "the credit note \(claim.reference) was taken in before"
            } else {
                verdict.reason = "reference: the credit note \(claim.reference) was taken in with another amount"
            }
            return
        }
        guard let against, !against.isEmpty else {
            verdict.reason = "credits: the credit note does not say which invoice it is against"
            return
        }
        let credited = try transaction.first(
            "SELECT id, case_id FROM claim WHERE reference = $1", against
        ) { (ClaimID(rawValue: $0.integer(0)), CaseID(rawValue: $0.integer(1))) }
        guard let (claimID, caseID) = credited else {
            verdict.reason = "credits: there is no claim \(against); import the invoice first"
            return
        }
        let id = try transaction.newID("credit_note")
        try transaction.execute(
            """
            INSERT INTO credit_note (id, claim_id, reference, amount, credited_on, import_id, import_line)
            VALUES ($1, $2, $3, $4, $5, $6, $7)
            """,
            id, claimID, claim.reference, claim.amount.minorUnits, intake.today, importID, verdict.line)
        try Credits.book(
            claim.amount, note: id, against: claimID, in: caseID, today: intake.today, intake.rules, transaction)
        verdict.outcome = .accepted
        verdict.caseID = caseID
    }

    /// The party that a debtor is, by the strongest key that is known; a new one where none is.
    private static func party(
        for debtor: Party, _ sealed: Sealer.Sealed, _ sealer: Sealer, _ transaction: WriteTransaction
    ) throws -> PartyID {
        let keys = partyKeys(debtor)
        for key in keys {
            let known = try transaction.first("SELECT party_id FROM party_key WHERE key = $1", key) {
                PartyID(rawValue: $0.integer(0))
            }
            if let known { return known }
        }
        let id = PartyID(rawValue: try transaction.newID("party"))
        try transaction.execute(
            """
            INSERT INTO party (id, kind, name, national_id, customer_number, address_lines, postal_code, city, country,
                email, phone, language)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
            """,
            values: [
                id.sqlValue, .text(debtor.kind.rawValue), .text(debtor.name), debtor.nationalID.sqlValue,
                debtor.customerNumber.sqlValue, .text(debtor.address.lines.joined(separator: "\n")),
                .text(debtor.address.postalCode), .text(debtor.address.city), .text(debtor.address.country.code),
                debtor.email.sqlValue, debtor.phone.sqlValue, .text(debtor.language.code),
            ])
        for key in keys {
            try transaction.execute(
                "INSERT INTO party_key (key, party_id) VALUES ($1, $2)", values: [.text(key), id.sqlValue])
        }
        try sealer.register(id, sealed, transaction)
        return id
    }

    /// What a debtor is recognized by: the national number where there is one; else the customer number; else name and
    /// address.
    ///
    /// A weaker key is not used beside a stronger one: two people may share a name and a door.
    private static func partyKeys(_ debtor: Party) -> [String] {
        if let id = debtor.nationalID { return ["id:\(debtor.kind == .consumer ? "person" : "company"):\(id)"] }
        if let number = debtor.customerNumber { return ["customer:\(number)"] }
        let address = debtor.address.lines.joined(separator: " ")
        return ["name:\(debtor.name)|\(address)|\(debtor.address.postalCode)".lowercased()]
    }

    /// The open case of a debtor, or a new one; `nil` where that case is being sold.
    private static func openCase(
        for party: PartyID, _ intake: IntakeRules, _ transaction: WriteTransaction
    ) throws -> CaseID? {
        let open = try transaction.first(
            """
            SELECT id, next_on, EXISTS (
                SELECT 1 FROM case_sale s WHERE s.case_id = debt_case.id AND s.state = 'selling'
            )
            FROM debt_case WHERE party_id = $1 AND closed_on IS NULL
            """,
            party
        ) { (CaseID(rawValue: $0.integer(0)), $0.dateOrNil(1), $0.flag(2)) }
        if let (id, nextOn, isSelling) = open {
            guard !isSelling else { return nil }
            // The rules are asked again on the day that a claim is added.
            if nextOn != intake.today {
                try transaction.execute("UPDATE debt_case SET next_on = $1 WHERE id = $2", intake.today, id)
                transaction.announceCases(on: intake.today)
            }
            return id
        }
        let id = CaseID(rawValue: try transaction.newID("debt_case"))
        let country = intake.rules.jurisdiction
        try transaction.execute(
            """
            INSERT INTO debt_case (id, party_id, currency, opened_on, stage, next_on)
            VALUES ($1, $2, $3, $4, 'new', $4)
            """,
            values: [id.sqlValue, party.sqlValue, .text(country.currency.code), intake.today.sqlValue])
        transaction.announceCases(on: intake.today)
        return id
    }
}
