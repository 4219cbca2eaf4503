import AuditTrail
package import Correspondence
package import Database
package import FordringKit
package import JobQueue
import Ledger

/// A letter that is ready to be written and sent.
package struct PreparedLetter: Sendable {
    package var content: LetterContent
    package var party: Party
    /// What its figures were made from.
    package var basis: LetterBasis
}

/// The state of a case's books that a letter's figures were made from; whatever changes them moves it.
package struct LetterBasis: Sendable, Hashable {
    /// The last booking.
    let transfer: Int64
    /// The last hold, and how many are lifted.
    let hold: Int64
    let lifted: Int64

    /// As it is now.
    package static func of(_ caseID: CaseID, _ transaction: ReadTransaction) throws -> LetterBasis {
        let transfer = try transaction.first(
            "SELECT id FROM ledger_transfer WHERE case_id = $1 ORDER BY id DESC LIMIT 1", caseID
        ) { $0.integer(0) }
        let holds = try transaction.first(
            "SELECT coalesce(max(id), 0), count(lifted_on) FROM case_hold WHERE case_id = $1", caseID
        ) { ($0.integer(0), $0.integer(1)) }
        return LetterBasis(transfer: transfer ?? 0, hold: holds?.0 ?? 0, lifted: holds?.1 ?? 0)
    }
}

/// What is known of a step's letter when its job begins.
package enum LetterState: Sendable {
    /// It is to be sent; its figures are those of this moment.
    case ready(PreparedLetter)
    /// What it is about stands still, or its case is closed; it is to be withdrawn.
    case held
    /// It was sent, withdrawn or given up; there is nothing to do.
    case over
}

/// Whether a letter may be handed to its channel.
package enum Departure: Sendable, Hashable {
    /// It may, and counts as gone from the commit on.
    case gone
    /// What it is about stands still, or its case is closed; it is to be withdrawn.
    case held
    /// Something was booked or held since it was written: it is to be written anew.
    case changed
    /// It was withdrawn, sent or given up meanwhile.
    case over
    /// Somebody called its job off.
    case calledOff
    /// The job is no longer the worker's.
    case lost
}

extension JobKind {
    /// Deliver the letter of a step; the subject is the step, the lane its case.
    package static let deliverLetter = JobKind("deliverLetter")
}

/// Why a letter did not leave the house, or may not have.
package struct LetterFailure: Error, Sendable {
    package enum Kind: Sendable {
        /// Trying again can help.
        case temporary
        /// Trying again cannot help.
        case permanent
        /// It may have left the house, and its channel cannot tell; only a person can find out.
        case unknown
    }

    package var kind: Kind
    /// Without personal data.
    package var message: String
    /// What a person can do where trying again does not help; `nil` for what always helps.
    package var cure: String?

    package init(_ kind: Kind, _ message: String, cure: String? = nil) {
        self.kind = kind
        self.message = message
        self.cure = cure
    }
}

/// What is recorded of a letter that left the house.
package struct SentLetter: Sendable {
    package var step: Int64
    package var channel: String
    package var receipt: DeliveryReceipt
    /// The SHA-256 in hexadecimal of the document, or of the words where the channel carries none; empty where the letter
    /// was found sent.
    package var documentSHA256: String
    package var deadline: Explained<CivilDate>?

    package init(
        step: Int64, channel: String, receipt: DeliveryReceipt, documentSHA256: String,
        deadline: Explained<CivilDate>?
    ) {
        self.step = step
        self.channel = channel
        self.receipt = receipt
        self.documentSHA256 = documentSHA256
        self.deadline = deadline
    }
}

/// Letters between the step that asks for them and the channel that carries them.
package enum LetterDesk {
    /// Collects what a step's letter says, as of now, dated on a day, or on the day of the decision if that is later.
    ///
    /// - Throws: ``LetterFailure`` where its deadline would be shorter than the law's; ``RuleGap`` where the law has no
    ///   answer.
    package static func prepare(
        step id: Int64, datedOn day: CivilDate, _ rules: CaseRules, _ transaction: ReadTransaction
    ) throws -> LetterState {
        let step = try transaction.first(
            """
            SELECT case_id, kind, claims, state, decided_on, coalesce(bureau_name, bureau), void_by FROM case_step
            WHERE id = $1
            """,
            id
        ) { row in
            (
                caseID: CaseID(rawValue: row.integer(0)), kind: StepKind(row.text(1)),
                claims: CaseSnapshots.claimList(row.text(2)), state: row.text(3), decidedOn: row.date(4),
                bureau: row.textOrNil(5), isVoid: !row.isNull(6)
            )
        }
        guard let step, step.state == "queued" || step.state == "leaving" else { return .over }
        // What a hold has made void counts no more, even where it never left and could go on now.
        if step.isVoid { return .held }
        let day = max(day, step.decidedOn)
        var snapshot = try CaseSnapshots.load(step.caseID, creditor: rules.creditor, transaction)
        // Nothing more is demanded, or told, in a case that is closed.
        guard !snapshot.isClosed else { return .held }
        snapshot.letGo(id)
        let view = try snapshot.view(rules, on: day)
        guard case .facts(let asked, _) = view, !Standstill.stops(step.claims, by: view) else { return .held }
        var claims: [LetterContent.ClaimLine] = []
        try transaction.query(
            "SELECT id, reference, text, due_on, principal FROM claim WHERE case_id = $1 ORDER BY due_on, id",
            step.caseID
        ) { row in
            let claim = ClaimID(rawValue: row.integer(0))
            guard step.claims.contains(claim), let facts = snapshot.facts.claims.first(where: { $0.id == claim }),
                let rest = asked.claims.first(where: { $0.id == claim })?.outstandingPrincipal, rest.isPositive
            else { return }
            // A part that is disputed is not demanded, and was not paid either.
            let paid = try facts.principal - facts.outstandingPrincipal
            claims.append(
                LetterContent.ClaimLine(
                    reference: row.text(1), text: row.text(2), dueOn: row.date(3), principal: try rest + paid,
                    paid: paid))
        }
        var covered = asked
        covered.claims.removeAll { !step.claims.contains($0.id) }
        let payBy = try rules.jurisdiction.deadline(for: step.kind, sentOn: day)?.value
        if let payBy {
            try DecisionRules.check(deadline: payBy, of: step.kind, sentOn: day, snapshot.facts, rules)
        }
        var content = LetterContent(
            id: LetterID(rawValue: id), caseID: step.caseID, step: step.kind, datedOn: day, payBy: payBy,
            claims: claims,
            charges: try charges(
                snapshot, step.claims,
                without: Set(snapshot.facts.claims.map(\.id)).subtracting(asked.claims.map(\.id)),
                transaction),
            reminderNumber: step.kind == .reminder
                ? snapshot.facts.steps.filter {
                    $0.kind == .reminder && !$0.claims.allSatisfy { !step.claims.contains($0) }
                }
                .count : 0,
            facts: covered)
        if let buyer = try Sales.buyer(step: id, transaction) {
            content.newCreditor = LabelledText(buyer.name, buyer.address)
            content.paysToSameAccount = buyer.takesSameAccount
        }
        content.bureauName = step.bureau
        return .ready(
            PreparedLetter(
                content: content, party: try party(snapshot.party, transaction),
                basis: try LetterBasis.of(step.caseID, transaction)))
    }

    /// Lets a letter leave: the last look before its channel is called, committed before it is.
    ///
    /// From here on the letter counts as gone. What makes its case stand still before this commits finds it in the queue
    /// and withdraws it; what comes after it finds it leaving, and has it undone.
    ///
    /// - Parameter basis: what its figures were made from.
    package static func depart(
        _ job: Job, datedOn day: CivilDate, madeFrom basis: LetterBasis, _ rules: CaseRules,
        _ transaction: WriteTransaction
    ) throws -> Departure {
        guard let isCalledOff = try JobQueue.isCalledOff(job, transaction) else { return .lost }
        if isCalledOff { return .calledOff }
        let step = try transaction.first(
            """
            SELECT s.case_id, s.claims, s.state, c.closed_on FROM case_step s JOIN debt_case c ON c.id = s.case_id
            WHERE s.id = $1
            """,
            job.subject
        ) {
            (
                CaseID(rawValue: $0.integer(0)), CaseSnapshots.claimList($0.text(1)), $0.text(2),
                !$0.isNull(3) || !$0.isNull(4)
            )
        }
        guard let (caseID, claims, state, isClosed) = step, state == "queued" || state == "leaving" else {
            return .over
        }
        if isClosed { return .held }
        let now = try LetterBasis.of(caseID, transaction)
        if now.hold > 0 {
            var snapshot = try CaseSnapshots.load(caseID, creditor: rules.creditor, transaction)
            snapshot.letGo(job.subject)
            if Standstill.stops(claims, by: try snapshot.view(rules, on: day)) { return .held }
        }
        guard now == basis else { return .changed }
        if state == "queued" {
            try transaction.execute("UPDATE case_step SET state = 'leaving' WHERE id = $1", job.subject)
        }
        return .gone
    }

    /// Ends the job of a letter about what stands still or is closed, and withdraws the letter with what it charged.
    ///
    /// - Returns: `false` when the job is no longer the worker's.
    package static func recordHeld(
        _ job: Job, today: CivilDate, _ rules: CaseRules, _ transaction: WriteTransaction
    ) throws -> Bool {
        guard try JobQueue.finish(job, transaction) else { return false }
        guard let caseID = try unsentCase(step: job.subject, transaction) else { return true }
        try withdraw(step: job.subject, in: caseID, today: today, rules, transaction)
        return true
    }

    /// Withdraws a letter that has certainly not left the house and may not leave any more.
    private static func withdraw(
        step: Int64, in caseID: CaseID, today: CivilDate, _ rules: CaseRules, _ transaction: WriteTransaction
    ) throws {
        let isClosed = try isClosed(caseID, transaction)
        try Payments.withdraw(
            step: step, in: caseID, on: today,
            because: isClosed ? "the case is closed" : "what it is about stands still", transaction)
        // It may have been paid for while it was leaving.
        try Payments.spreadNegative(of: caseID, today: today, rules, transaction)
        try Holds.setNextDay(caseID, rules, on: today, transaction)
        try Disputes.endUndoing(of: step, in: caseID, on: today, transaction)
    }

    private static func isClosed(_ caseID: CaseID, _ transaction: ReadTransaction) throws -> Bool {
        try transaction.first("SELECT closed_on FROM debt_case WHERE id = $1", caseID) { !$0.isNull(0) } ?? false
    }

    /// Puts the job of a letter off that is to be written anew.
    ///
    /// - Returns: `false` when the job is no longer the worker's.
    package static func recordChanged(_ job: Job, _ transaction: WriteTransaction) throws -> Bool {
        guard try JobQueue.snooze(job, until: nil, transaction) else { return false }
        try takeBack(step: job.subject, transaction)
        return true
    }

    /// Puts a job off whose letter has certainly not left the house.
    ///
    /// - Returns: `false` when the job is no longer the worker's.
    package static func recordPutOff(
        _ job: Job, until time: Timestamp?, channel: String, _ transaction: WriteTransaction
    ) throws -> Bool {
        guard try JobQueue.snooze(job, until: time, channel: channel, transaction) else { return false }
        try takeBack(step: job.subject, transaction)
        return true
    }

    /// Puts a letter back in the queue that was leaving and has certainly not left.
    private static func takeBack(step: Int64, _ transaction: WriteTransaction) throws {
        try transaction.execute("UPDATE case_step SET state = 'queued' WHERE id = $1 AND state = 'leaving'", step)
    }

    /// The case of a step whose letter is not known to have left, been withdrawn or given up.
    private static func unsentCase(step: Int64, _ transaction: ReadTransaction) throws -> CaseID? {
        try transaction.first(
            "SELECT case_id FROM case_step WHERE id = $1 AND (state = 'queued' OR state = 'leaving')", step
        ) { CaseID(rawValue: $0.integer(0)) }
    }

    /// The kind of a step whose letter is not known to have left the house; `nil` where it is, or there is none.
    package static func unsentKind(step id: Int64, _ transaction: ReadTransaction) throws -> StepKind? {
        try transaction.first("SELECT kind FROM case_step WHERE id = $1 AND state <> 'sent'", id) {
            StepKind($0.text(0))
        }
    }

    /// What is still owed beside the principal of the covered claims: theirs, and what belongs to the whole case, but for
    /// what steps about claims have cost that stand still.
    private static func charges(
        _ snapshot: CaseSnapshot, _ claims: [ClaimID], without held: Set<ClaimID>, _ transaction: ReadTransaction
    ) throws -> [LetterContent.ChargeLine] {
        var sums: [DebtComponent: Int64] = [:]
        for balance in snapshot.balances where balance.component != .principal {
            guard balance.claim.map(claims.contains) ?? true else { continue }
            sums[balance.component, default: 0] += balance.amount.minorUnits
        }
        for (component, part) in snapshot.standstill.caseChargesHeld(held, snapshot.balances) {
            sums[component, default: 0] -= part
        }
        let lastInterest = try transaction.first(
            """
            SELECT explanation FROM ledger_transfer WHERE case_id = $1 AND debit = $2 AND explanation IS NOT NULL
            ORDER BY id DESC LIMIT 1
            """,
            snapshot.facts.id, Account.interestReceivable.rawValue
        ) { ExplanationCoding.lines($0.text(0)).last }
        return DebtComponent.allCases.compactMap { component in
            guard let sum = sums[component], sum > 0 else { return nil }
            let line = component == .interest ? lastInterest ?? nil : nil
            return LetterContent.ChargeLine(
                component: component, amount: Money(minorUnits: sum, snapshot.facts.currency), rate: line?.rate,
                through: line?.through)
        }
    }

    /// Reads a party.
    package static func party(_ id: PartyID, _ transaction: ReadTransaction) throws -> Party {
        let party = try transaction.first(
            """
            SELECT name, kind, national_id, customer_number, address_lines, postal_code, city, country, email, phone,
                language
            FROM party WHERE id = $1
            """,
            id
        ) { row -> Party? in
            guard let kind = PartyKind(rawValue: row.text(1)), let country = CountryCode(row.text(7)) else {
                return nil
            }
            return Party(
                name: row.text(0), kind: kind, nationalID: row.textOrNil(2), customerNumber: row.textOrNil(3),
                address: PostalAddress(
                    lines: row.text(4).split(separator: "\n").map(String.init), postalCode: row.text(5),
                    city: row.text(6), country: country),
                email: row.textOrNil(8), phone: row.textOrNil(9), language: Language(row.text(10)))
        }
        guard let party, let party else {
            throw DatabaseFault(.wrongSchema, "Party \(id) is missing or has a kind or country that is not known.")
        }
        return party
    }

    /// Records that a letter left the house, and ends its job, in one transaction with what follows from it.
    ///
    /// - Returns: `false` when the job is no longer the worker's; then the caller must roll back.
    package static func recordSent(
        _ letter: SentLetter, _ job: Job, _ rules: CaseRules, _ transaction: WriteTransaction
    ) throws -> Bool {
        guard try JobQueue.finish(job, transaction) else { return false }
        try recordSent(letter, rules, transaction)
        return true
    }

    private static func recordSent(
        _ letter: SentLetter, _ rules: CaseRules, _ transaction: WriteTransaction
    ) throws {
        guard
            let (caseID, kind, state) = try transaction.first(
                "SELECT case_id, kind, state FROM case_step WHERE id = $1", letter.step,
                map: { (CaseID(rawValue: $0.integer(0)), $0.text(1), $0.text(2)) })
        else { throw DatabaseFault(.wrongSchema, "The step \(letter.step) of a job is missing.") }
        let sentOn = letter.receipt.sentOn
        try Tasks.end(
            .deliveryUnknown, caseID, about: letter.step, on: sentOn, because: "the channel has said that it left",
            transaction)
        if state == "queued" || state == "leaving" {
            try transaction.execute(
                """
                UPDATE case_step SET state = 'sent', sent_on = $1, deadline_on = $2, channel = $3, receipt = $4
                WHERE id = $5
                """,
                sentOn, letter.deadline?.value, letter.channel, letter.receipt.reference, letter.step)
            // The day after, the rules say how long the case waits.
            try transaction.execute(
                "UPDATE debt_case SET next_on = $1 WHERE id = $2 AND closed_on IS NULL", sentOn.adding(days: 1), caseID)
            transaction.announceCases(on: sentOn.adding(days: 1))
        }
        let isVoid =
            try transaction.first(
                """
                SELECT c.close_code, EXISTS (SELECT 1 FROM case_sale s WHERE s.step_id = $2 AND s.state = 'calledOff')
                FROM debt_case c WHERE c.id = $1
                """,
                caseID, letter.step
            ) { row in
                row.flag(1) || row.textOrNil(0).map { CloseCode(rawValue: $0)?.voidsLetters ?? true } ?? false
            } ?? false
        if state != "queued" && state != "leaving" || isVoid {
            try Tasks.raise(
                .sentAfterWithdrawal, caseID, about: letter.step, on: sentOn,
                message: "The letter of step \(letter.step) left the house although it had been withdrawn",
                cure: "Tell the debtor that the letter is void.", transaction)
        }
        var details = letter.receipt.details.mapValues { JSONValue.string($0) }
        if !letter.documentSHA256.isEmpty { details["sha256"] = .string(letter.documentSHA256) }
        try transaction.audit(
            .letterSent, subject: ["case": .integer(caseID.rawValue), "step": .integer(letter.step)],
            change: [
                "channel": .string(letter.channel),
                "deadline": letter.deadline.map { .string($0.value.description) } ?? .null,
                "details": .object(details), "kind": .string(kind), "reference": .string(letter.receipt.reference),
                "sentOn": .string(sentOn.description),
            ],
            basis: letter.deadline?.lines.map(\.citation) ?? [])
        try Sales.complete(step: letter.step, sentOn: sentOn, rules, transaction)
    }

    /// Records that a letter was not sent, or may not have been: it is tried again later, or given up and made a task.
    package static func recordFailure(
        _ failure: LetterFailure, _ job: Job, _ limits: JobLimits, today: CivilDate, _ rules: CaseRules,
        _ transaction: WriteTransaction
    ) throws {
        let fate = try JobQueue.fail(
            job, error: failure.message, limits: limits, permanently: failure.kind == .permanent,
            mayHaveHappened: failure.kind == .unknown, transaction)
        if fate == .cancelled {
            return try giveUp(step: job.subject, message: "its job was called off", today: today, rules, transaction)
        }
        // Its channel says that it did not leave, so that it can be withdrawn again until it is tried anew.
        if fate == .retried, failure.kind == .temporary { try takeBack(step: job.subject, transaction) }
        guard fate == .dead else { return }
        guard failure.kind == .unknown else {
            return try giveUp(
                step: job.subject, message: failure.message, cure: failure.cure, today: today, rules, transaction)
        }
        guard
            // Also where it was withdrawn meanwhile: if it did leave, the debtor must be told.
            let caseID = try transaction.first(
                """
                SELECT case_id FROM case_step
                WHERE id = $1 AND (state = 'queued' OR state = 'leaving' OR state = 'withdrawn')
                """, job.subject,
                map: { CaseID(rawValue: $0.integer(0)) })
        else { return }
        try Tasks.raise(
            .deliveryUnknown, caseID, about: job.subject, on: today,
            message: "Whether the letter of step \(job.subject) left the house is not known: \(failure.message)",
            cure:
                "Find out from the channel, then say so: 'fordring jobs settle \(job.id)' with --sent-on and --reference, "
                + "or with --not-sent, which sends it unless it was withdrawn.", transaction)
    }

    /// Ends the job of a letter that was called off before it was sent; the step is given up.
    ///
    /// - Returns: `false` when the job is no longer the worker's.
    package static func recordCancelled(
        _ job: Job, today: CivilDate, _ rules: CaseRules, _ transaction: WriteTransaction
    ) throws -> Bool {
        guard try JobQueue.endAsCancelled(job, transaction) else { return false }
        try giveUp(step: job.subject, message: "its job was called off", today: today, rules, transaction)
        return true
    }

    /// What a person has found out about a letter of which nothing was known.
    package enum Finding: Sendable {
        case sent(SentLetter)
        /// It is sent now, unless it was withdrawn meanwhile.
        case notSent
    }

    /// The step and kind of a letter whose job is dead and of which it is not known whether it left the house.
    ///
    /// One that was withdrawn meanwhile is still such a one.
    /// - Throws: ``CaseworkRefusal`` where the job is not such a one.
    package static func unknownLetter(
        job id: Int64, _ transaction: ReadTransaction
    ) throws -> (step: Int64, kind: StepKind, caseID: CaseID) {
        let found = try transaction.first(
            """
            SELECT s.id, s.kind, s.case_id FROM job j JOIN case_step s ON s.id = j.subject
            WHERE j.id = $1 AND j.kind = $2 AND j.state = 'dead'
                AND (s.state = 'queued' OR s.state = 'leaving' OR s.state = 'withdrawn')
            """,
            id, JobKind.deliverLetter.rawValue
        ) { (step: $0.integer(0), kind: StepKind($0.text(1)), caseID: CaseID(rawValue: $0.integer(2))) }
        guard let found else {
            throw CaseworkRefusal(
                .noSuchLetter,
                "Job \(id) is no letter of which it is not known whether it left the house. 'fordring task list' shows those "
                    + "there are.")
        }
        return found
    }

    /// Records what a person has found out.
    package static func settle(
        job id: Int64, _ finding: Finding, today: CivilDate, reason: String, _ rules: CaseRules,
        _ transaction: WriteTransaction
    ) throws {
        let (step, _, caseID) = try unknownLetter(job: id, transaction)
        _ = try JobQueue.settle(id, transaction)
        try Tasks.end(.deliveryUnknown, caseID, about: step, on: today, because: reason, transaction)
        // One of the time when one task stood for all such letters of a case.
        let isLast =
            try transaction.first(
                """
                SELECT 1 FROM case_step s JOIN job j ON j.subject = s.id AND j.kind = $1 AND j.state = 'dead'
                WHERE s.case_id = $2 AND (s.state = 'queued' OR s.state = 'leaving' OR s.state = 'withdrawn')
                    AND s.id <> $3
                """,
                JobKind.deliverLetter.rawValue, caseID, step
            ) { _ in true } == nil
        if isLast { try Tasks.end(.deliveryUnknown, caseID, on: today, because: reason, transaction) }
        switch finding {
        case .sent(let letter): try recordSent(letter, rules, transaction)
        // A new job: the old one would ask the channel again, which cannot tell.
        case .notSent:
            try takeBack(step: step, transaction)
            try Disputes.endUndoing(of: step, in: caseID, on: today, transaction)
            let isQueued = try transaction.first(
                "SELECT 1 FROM case_step WHERE id = $1 AND state = 'queued'", step
            ) { _ in true }
            guard isQueued != nil else { return }
            // Nothing is sent in a case that was closed meanwhile.
            if try isClosed(caseID, transaction) {
                return try withdraw(step: step, in: caseID, today: today, rules, transaction)
            }
            try JobQueue.enqueue(NewJob(.deliverLetter, subject: step, lane: caseID.rawValue), transaction)
        }
    }

    /// Gives a letter up whose job is dead, and makes it a task for a person.
    ///
    /// - Parameter rules: by which money is spread anew that had paid for it; without them the next payment does that.
    package static func giveUp(
        step: Int64, message: String, cure: String? = nil, today: CivilDate, _ rules: CaseRules?,
        _ transaction: WriteTransaction
    ) throws {
        guard let caseID = try unsentCase(step: step, transaction) else { return }
        // What never left the house was not done: nobody owes a fee for it, and the rules do not count it.
        let reversed = try Ledger.reverse(cause: .step(step), in: caseID, on: today, transaction)
        try transaction.execute("UPDATE case_step SET state = 'failed' WHERE id = $1", step)
        try transaction.audit(
            .letterFailed, subject: ["case": .integer(caseID.rawValue), "step": .integer(step)],
            change: [
                "message": .string(message), "reversed": .array(reversed.map { .string($0.amount.decimalText) }),
            ])
        // It may have been paid for while it was leaving.
        if let rules { try Payments.spreadNegative(of: caseID, today: today, rules, transaction) }
        try Tasks.end(
            .deliveryUnknown, caseID, about: step, on: today, because: "it is known that it did not leave", transaction)
        try Sales.callOff(step: step, because: "the debtor's notice could not be sent", on: today, transaction)
        try Disputes.endUndoing(of: step, in: caseID, on: today, transaction)
        try Tasks.raise(
            .undelivered, caseID, about: step, on: today,
            message: "The letter of step \(step) could not be sent: \(message)",
            cure: cure ?? "Correct the address or the channel; when the task is done, the rules are asked again.",
            transaction)
    }
}
