import AuditTrail
package import Database
package import FordringKit
import Ledger
package import Privacy

/// A dispute that is to be opened.
package struct NewDispute: Sendable {
    package var caseID: CaseID
    /// `nil`: everything in the case.
    package var claim: ClaimID?
    /// The part of the claim's principal; `nil` for all of it.
    package var amount: Money?
    package var reason: DisputeReason
    package var channel: DisputeChannel
    /// The day on which it came in.
    package var receivedOn: CivilDate
    package var documents: [NewDocument]

    package init(
        caseID: CaseID, claim: ClaimID?, amount: Money?, reason: DisputeReason, channel: DisputeChannel,
        receivedOn: CivilDate, documents: [NewDocument] = []
    ) {
        self.caseID = caseID
        self.claim = claim
        self.amount = amount
        self.reason = reason
        self.channel = channel
        self.receivedOn = receivedOn
        self.documents = documents
    }
}

/// What opening a dispute has done.
package struct OpenedDispute: Sendable {
    package let id: Int64
    package let hold: Int64
    /// The last day for the agency's answer.
    package let answerBy: Explained<CivilDate>
    /// The steps whose letters were withdrawn.
    package let withdrawn: [Int64]
    /// The steps whose letters were gone already; they are being undone.
    package let gone: [Int64]
}

/// What became of a dispute that came in.
package enum ReceivedDispute: Sendable {
    case opened(OpenedDispute)
    /// The case was sold: the dispute is written down, and is the buyer's to decide.
    case passedOn(id: Int64, answerBy: Explained<CivilDate>)
}

/// How a dispute is decided.
package struct DisputeDecision: Sendable {
    package var event: DisputeEvent
    /// What is credited; only where it was upheld in part, or settled.
    package var amount: Money?
    package var grounds: String?
    package var documents: [NewDocument]
    /// Whether a rejection rests on the grounds alone.
    package var hasNoDocument: Bool
    /// The day on which the debtor was told; `nil` where that is still to be done.
    package var answeredOn: CivilDate?
    /// Whether what was paid is credited too, as what was never owed.
    package var countsPaid: Bool

    package init(
        _ event: DisputeEvent, amount: Money? = nil, grounds: String? = nil, documents: [NewDocument] = [],
        hasNoDocument: Bool = false, answeredOn: CivilDate? = nil, countsPaid: Bool = true
    ) {
        self.countsPaid = countsPaid
        self.hasNoDocument = hasNoDocument
        self.answeredOn = answeredOn
        self.event = event
        self.amount = amount
        self.grounds = grounds
        self.documents = documents
    }
}

/// What deciding a dispute has done.
package struct DecidedDispute: Sendable {
    package let state: DisputeState
    package let credited: [(claim: ClaimID, amount: Money)]
    /// The fees and costs that were taken back.
    package let reversed: [Money]
    package let outstanding: Money
    package let closed: Bool
    /// From when something may be done again; `nil` where the case is closed, or the debtor is still to be told.
    package let resumption: Explained<CivilDate>?
    /// The last day for telling the debtor; `nil` where that is done.
    package let answerBy: CivilDate?
}

/// A dispute as the books have it.
package struct DisputeRecord: Sendable {
    package let id: Int64
    package let caseID: CaseID
    package let party: PartyID
    package let claim: ClaimID?
    package let amount: Money?
    /// The last claim that the case had when it was opened.
    package let claimsThrough: Int64
    package let reason: String
    package let channel: String
    package let openedOn: CivilDate
    package let answerBy: Explained<CivilDate>
    package let state: DisputeState
    package let decidedOn: CivilDate?
    /// The day on which the debtor was told how it was decided.
    package let answeredOn: CivilDate?
    package let credited: Money
    /// Whether a task says that the creditor is still to be told.
    package let creditorWaits: Bool
    package let hold: HoldRecord?
}

/// Disputes (indsigelser, innsigelser): what the debtor says is not owed stands still until it is decided.
package enum Disputes {
    /// The days for the agency's answer where the country states none.
    ///
    /// A practice of this product: long enough to ask the creditor, short enough that nobody is left waiting.
    package static let answerDays = 10

    // MARK: Opening

    /// Opens a dispute: in one transaction everything that it is about stands still, letters that wait are withdrawn, and
    /// those that were gone are made somebody's task to undo.
    ///
    /// - Throws: ``CaseworkRefusal``.
    package static func open(
        _ dispute: NewDispute, on day: CivilDate, _ rules: CaseRules, _ sealer: Sealer, _ transaction: WriteTransaction
    ) throws -> OpenedDispute {
        if let closing = try Closing.code(of: dispute.caseID, transaction) {
            throw CaseworkRefusal(
                .caseClosed, "Case \(dispute.caseID) was closed on \(closing.on): \(cure(ofClosed: closing.code))")
        }
        var snapshot = try Holds.openCase(dispute.caseID, dispute.claim, rules, transaction)
        try check(dispute, snapshot, on: day, transaction)
        try Holds.checkHeld(dispute.claim, snapshot)
        let caseID = dispute.caseID
        let withdrawn = snapshot.unsentSteps
        if try Payments.withdrawUnsentSteps(snapshot, on: day, because: "the debtor disputes", rules, transaction) {
            snapshot = try CaseSnapshots.load(caseID, creditor: rules.creditor, transaction)
        }
        let answerBy = answer(to: dispute, rules)
        let id = try insert(dispute, snapshot, answerBy, transaction)
        let hold = try Holds.insert(
            HoldFacts(
                kind: .dispute, claim: dispute.claim, amount: dispute.amount, since: dispute.receivedOn, until: nil),
            in: caseID, reason: dispute.reason.meaning, dispute: id, transaction)
        let undone = try Holds.undoGone(
            hold, claim: dispute.claim, since: dispute.receivedOn, in: caseID, on: day, rules, transaction)
        let gone = undone.letters
        try transaction.audit(
            .disputeOpened, subject: ["case": .integer(caseID.rawValue), "dispute": .integer(id)],
            change: [
                "amount": dispute.amount.map { .string($0.decimalText) } ?? .null,
                "answerBy": .string(answerBy.value.description), "channel": .string(dispute.channel.rawValue),
                "claim": dispute.claim.map { .integer($0.rawValue) } ?? .null,
                "gone": .array(gone.map { .integer($0) }), "hold": .integer(hold),
                "openedOn": .string(dispute.receivedOn.description), "reason": .string(dispute.reason.rawValue),
                "reversed": .array(undone.reversed.map { .string($0.decimalText) }),
                "void": .array(undone.others.map { .integer($0) }),
                "withdrawn": .array(withdrawn.map { .integer($0) }),
            ],
            basis: answerBy.lines.map(\.citation))
        for document in dispute.documents {
            try Documents.add(document, to: id, in: caseID, of: snapshot.party, on: day, sealer, transaction)
        }
        try raiseTasks(for: id, dispute, gone, on: day, transaction)
        try Holds.setNextDay(caseID, rules, on: day, transaction)
        try rules.announce(.held(.dispute, claim: dispute.claim), in: caseID, on: day, transaction)
        return OpenedDispute(id: id, hold: hold, answerBy: answerBy, withdrawn: withdrawn, gone: gone)
    }

    private static func insert(
        _ dispute: NewDispute, _ snapshot: CaseSnapshot, _ answerBy: Explained<CivilDate>,
        _ transaction: WriteTransaction
    ) throws -> Int64 {
        let id = try transaction.newID("dispute")
        try transaction.execute(
            """
            INSERT INTO dispute (id, case_id, claim_id, amount, claims_through, reason, channel, opened_on, answer_by,
                answer_rule, state)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 'open')
            """,
            id, dispute.caseID, dispute.claim, dispute.amount?.minorUnits,
            snapshot.facts.claims.map(\.id.rawValue).max() ?? 0, dispute.reason.rawValue, dispute.channel.rawValue,
            dispute.receivedOn, answerBy.value, ExplanationCoding.text(answerBy.lines))
        return id
    }

    // MARK: After the case

    /// Takes a dispute in: opens it, or writes it down for the buyer where the claims were sold.
    ///
    /// - Throws: ``CaseworkRefusal``.
    package static func receive(
        _ dispute: NewDispute, on day: CivilDate, _ rules: CaseRules, _ sealer: Sealer, _ transaction: WriteTransaction
    ) throws -> ReceivedDispute {
        guard let closing = try Closing.code(of: dispute.caseID, transaction), closing.code == CloseCode.sold.rawValue
        else { return .opened(try open(dispute, on: day, rules, sealer, transaction)) }
        let snapshot = try CaseSnapshots.load(dispute.caseID, creditor: rules.creditor, transaction)
        try Holds.check(dispute.claim, of: snapshot)
        try check(dispute, snapshot, on: day, transaction)
        let answerBy = answer(to: dispute, rules)
        let id = try insert(dispute, snapshot, answerBy, transaction)
        try transaction.audit(
            .disputeOpened, subject: ["case": .integer(dispute.caseID.rawValue), "dispute": .integer(id)],
            change: [
                "amount": dispute.amount.map { .string($0.decimalText) } ?? .null,
                "answerBy": .string(answerBy.value.description), "channel": .string(dispute.channel.rawValue),
                "claim": dispute.claim.map { .integer($0.rawValue) } ?? .null, "gone": .array([]), "hold": .null,
                "openedOn": .string(dispute.receivedOn.description), "reason": .string(dispute.reason.rawValue),
                "reversed": .array([]), "void": .array([]), "withdrawn": .array([]),
            ],
            basis: answerBy.lines.map(\.citation))
        for document in dispute.documents {
            try Documents.add(document, to: id, in: dispute.caseID, of: snapshot.party, on: day, sealer, transaction)
        }
        try lapse(id, of: dispute.caseID, on: day, transaction)
        try refreshAnswerTasks(of: dispute.caseID, on: day, transaction)
        try Tasks.raise(
            .passOnDispute, dispute.caseID, about: id, on: day,
            message: "Dispute \(id) (\(dispute.reason.rawValue)) came in on \(dispute.receivedOn), after case "
                + "\(dispute.caseID) was sold on \(closing.on)",
            cure:
                "Pass it on to the buyer ('fordring case sale \(dispute.caseID)') with its documents, tell the debtor that you "
                + "have, then 'fordring task done'.",
            transaction)
        return .passedOn(id: id, answerBy: answerBy)
    }

    /// What is to be done where a debtor disputes a case that is closed.
    private static func cure(ofClosed code: String) -> String {
        switch CloseCode(rawValue: code) {
        case .sold:
            "it was sold, and the buyer decides. Take the dispute in with 'fordring dispute open', which makes passing it on a "
                + "task."
        case .paid, .credited, .upheld:
            "nothing is owed any more (\(code)), so nothing could stand still. Where the debtor wants money back, ask the "
                + "creditor for a credit note; 'fordring claim import' books it, and the money becomes a task."
        default:
            "nothing more is asked of the debtor (\(code)), so nothing could stand still. Tell the debtor that; pass on to the "
                + "creditor what the debtor says."
        }
    }

    private static func check(
        _ dispute: NewDispute, _ snapshot: CaseSnapshot, on day: CivilDate, _ transaction: ReadTransaction
    ) throws {
        func refuse(_ message: String) -> CaseworkRefusal { CaseworkRefusal(.badDispute, message) }
        guard dispute.receivedOn <= day else {
            throw refuse("The dispute came in on \(dispute.receivedOn), which is after \(day), today.")
        }
        // Whoever disputes more than before is heard; the same, or less, is disputed already.
        let lastClaim = snapshot.facts.claims.map(\.id.rawValue).max() ?? 0
        for open in try list(caseID: dispute.caseID, all: false, after: 0, limit: .max, transaction) {
            let isCovered: Bool
            if let claim = dispute.claim {
                let coversAll =
                    open.claim == nil && claim.rawValue <= open.claimsThrough
                    || open.claim == claim && open.amount == nil
                let coversPart =
                    if open.claim == claim, let part = open.amount, let amount = dispute.amount {
                        amount.minorUnits <= part.minorUnits
                    } else {
                        false
                    }
                isCovered = coversAll || coversPart
            } else {
                isCovered = open.claim == nil && lastClaim <= open.claimsThrough
            }
            guard isCovered else { continue }
            throw refuse(
                "\(open.claim.map { "Claim \($0)" } ?? "The whole case") is disputed already since "
                    + "\(open.openedOn) (dispute \(open.id)). Decide that dispute first; 'fordring dispute list' shows it."
            )
        }
        let claims = snapshot.facts.claims.filter { dispute.claim == nil || $0.id == dispute.claim }
        guard let amount = dispute.amount else { return }
        guard dispute.claim != nil else {
            throw refuse("A part can be disputed of one claim only; say of which with --claim.")
        }
        guard amount.currency == snapshot.facts.currency, amount.isPositive else {
            throw refuse("\(amount) is no part of a claim in \(snapshot.facts.currency).")
        }
        if let claim = claims.first, try !amount.isLess(than: claim.outstandingPrincipal) {
            throw refuse(
                "Of claim \(claim.id) \(claim.outstandingPrincipal) is left, and \(amount) is not a part of it. "
                    + "Leave --amount out if all of it is disputed.")
        }
    }

    /// By when the debtor must have an answer: as the country says, else by this product's practice.
    private static func answer(to dispute: NewDispute, _ rules: CaseRules) -> Explained<CivilDate> {
        if let stated = rules.jurisdiction.disputeAnswer(openedOn: dispute.receivedOn) { return stated }
        let last = dispute.receivedOn.adding(days: answerDays)
        var line = ExplanationLine(
            "The debtor has an answer within ten days.",
            .unverified("Fordring", "practice", "The country's plug-in states no time; a practice of this product."))
        line.from = dispute.receivedOn
        line.through = last
        line.days = answerDays
        return Explained(last, [line])
    }

    private static func raiseTasks(
        for id: Int64, _ dispute: NewDispute, _ gone: [Int64], on day: CivilDate, _ transaction: WriteTransaction
    ) throws {
        try refreshAnswerTasks(of: dispute.caseID, on: day, transaction)
        try Tasks.raise(
            .tellCreditor, dispute.caseID, about: id, on: day,
            message: "Dispute \(id) was opened (\(dispute.reason.rawValue)): the creditor must be told and asked",
            cure: "Tell the creditor what the debtor says, then 'fordring task done'.", transaction)
        for step in gone {
            try Tasks.raise(
                .sentDespiteDispute, dispute.caseID, about: step, on: day,
                message:
                    "The letter of step \(step) was gone when dispute \(id) was opened; its charges are taken back",
                cure: "Tell the debtor that the letter is void until the dispute is decided.", transaction)
        }
    }

    /// Keeps the tasks that say by when the debtor must have heard of each dispute of a case: until it is decided, and the
    /// answer has gone.
    private static func refreshAnswerTasks(
        of caseID: CaseID, on day: CivilDate, _ transaction: WriteTransaction
    ) throws {
        // What the debtor said before a court, the court answers.
        let waiting = try transaction.all(
            """
            SELECT id, answer_by, state FROM dispute
            WHERE case_id = $1 AND answered_on IS NULL AND NOT (channel = $2 AND state = 'open') ORDER BY id
            """,
            caseID, DisputeChannel.court.rawValue
        ) { (id: $0.integer(0), answerBy: $0.date(1), state: $0.text(2)) }
        for (id, answerBy, state) in waiting {
            try Tasks.raise(
                .answerDispute, caseID, about: id, on: day,
                message: "The debtor waits for an answer to dispute \(id)" + (state == "open" ? "" : " (\(state))"),
                cure: state == "open"
                    ? "Decide it: 'fordring dispute decide \(id)'."
                    : "Tell the debtor, with the grounds, then say when: 'fordring dispute answer \(id) --sent-on DAY'.",
                dueOn: answerBy, transaction)
        }
        // Also one of the time when a case had one such task for all its disputes.
        let open = try transaction.all(
            "SELECT id, about FROM task WHERE kind = $1 AND case_id = $2 AND done_on IS NULL ORDER BY id",
            TaskKind.answerDispute.rawValue, caseID
        ) { (id: $0.integer(0), dispute: $0.integer(1)) }
        for task in open where !waiting.contains(where: { $0.id == task.dispute }) {
            try Tasks.done(
                task.id, on: day,
                because: task.dispute == 0 ? "each dispute has a task of its own" : "the debtor was told", transaction)
        }
    }

    /// Ends the task to undo a letter that has not left after all.
    static func endUndoing(
        of step: Int64, in caseID: CaseID, on day: CivilDate, _ transaction: WriteTransaction
    ) throws {
        let kinds = [TaskKind.sentDespiteDispute, .sentDespiteHold]
        let reason = "the letter had not left the house after all"
        for kind in kinds { try Tasks.end(kind, caseID, about: step, on: day, because: reason, transaction) }
        let gone = try transaction.first(
            """
            SELECT 1 FROM case_step WHERE case_id = $1 AND void_by IS NOT NULL AND (state = 'leaving' OR state = 'sent')
            """,
            caseID
        ) { _ in true }
        guard gone == nil else { return }
        // Of the time when a case had one such task for all its letters.
        for kind in kinds { try Tasks.end(kind, caseID, on: day, because: reason, transaction) }
    }

    // MARK: Deciding

    /// Decides a dispute: what is not owed is credited.
    ///
    /// What it is about stands still until the debtor was told (``answer(_:sentOn:documents:on:_:_:_:)``); then the clocks go on
    /// from where the law says.
    ///
    /// - Throws: ``CaseworkRefusal``; ``RuleGap`` where the law does not say when the case goes on.
    package static func decide(
        _ id: Int64, _ decision: DisputeDecision, on day: CivilDate, _ rules: CaseRules, _ sealer: Sealer,
        _ transaction: WriteTransaction
    ) throws -> DecidedDispute {
        guard let dispute = try record(id, transaction) else {
            throw CaseworkRefusal(
                .noSuchDispute, "There is no dispute \(id). 'fordring dispute list' shows those there are.")
        }
        guard decision.event != .caseClosed, let state = dispute.state.after(decision.event) else {
            throw CaseworkRefusal(
                .badDispute,
                "Dispute \(id) is \(dispute.state.rawValue)\(dispute.decidedOn.map { " since \($0)" } ?? ""); "
                    + "it cannot be decided again. That the debtor was told is recorded with 'fordring dispute answer \(id)'; "
                    + "whoever disputes anew opens another.")
        }
        guard day >= dispute.openedOn else {
            throw CaseworkRefusal(
                .badDispute, "Dispute \(id) was opened on \(dispute.openedOn), which is after \(day).")
        }
        if let answeredOn = decision.answeredOn, answeredOn < dispute.openedOn || answeredOn > day {
            throw CaseworkRefusal(
                .badDispute,
                "The debtor cannot have been told on \(answeredOn): dispute \(id) came in on \(dispute.openedOn), and today "
                    + "is \(day).")
        }
        try checkReasons(decision)
        let caseID = dispute.caseID
        let snapshot = try CaseSnapshots.load(caseID, creditor: rules.creditor, transaction)
        // Nobody has disputed what came into the case afterwards.
        let concerned = snapshot.facts.claims.filter {
            dispute.claim == nil ? $0.id.rawValue <= dispute.claimsThrough : $0.id == dispute.claim
        }
        let credits = try credits(decision, dispute, concerned, try paid(caseID, transaction), snapshot)
        var grounds: String?
        if let text = decision.grounds, !text.isEmpty {
            let document = NewDocument(.grounds, text: text)
            grounds = Documents.digest(document.bytes)
            try Documents.add(document, to: id, in: caseID, of: snapshot.party, on: day, sealer, transaction)
        }
        for document in decision.documents {
            try Documents.add(document, to: id, in: caseID, of: snapshot.party, on: day, sealer, transaction)
        }
        let total = credits.reduce(Int64(0)) { $0 + $1.amount.minorUnits }
        try transaction.execute(
            "UPDATE dispute SET state = $1, decided_on = $2, credited = $3, answered_on = $4 WHERE id = $5",
            state.rawValue, day, total, decision.answeredOn, id)
        if !credits.isEmpty {
            // How much of a part is left to be held is of no use any more: all of the claim waits for the answer.
            try transaction.execute(
                "UPDATE case_hold SET amount = NULL WHERE dispute_id = $1 AND lifted_on IS NULL", id)
        }
        if !credits.isEmpty {
            _ = try Payments.withdrawUnsentSteps(
                snapshot, on: day, because: "a dispute was decided", rules, transaction)
        }
        let reversed = try post(credits, state, dispute, concerned.map(\.id), on: day, transaction)
        try transaction.audit(
            .disputeDecided, subject: ["case": .integer(caseID.rawValue), "dispute": .integer(id)],
            change: [
                "answeredOn": decision.answeredOn.map { .string($0.description) } ?? .null,
                "credited": .array(
                    credits.map { ["amount": .string($0.amount.decimalText), "claim": .integer($0.claim.rawValue)] }),
                "day": .string(day.description), "groundsSHA256": grounds.map { .string($0) } ?? .null,
                "outcome": .string(state.rawValue), "reversed": .array(reversed.map { .string($0.decimalText) }),
            ])
        return try conclude(
            dispute, state, credits.map { ($0.claim, $0.amount) }, reversed, from: credits.compactMap(\.from).min(),
            answeredOn: decision.answeredOn, on: day, rules, transaction)
    }

    /// Whether a decision says why: a rejection with what shows it, a settlement with the agreement itself.
    private static func checkReasons(_ decision: DisputeDecision) throws {
        func refuse(_ message: String) -> CaseworkRefusal { CaseworkRefusal(.badDispute, message) }
        let hasGrounds = decision.grounds.map { !$0.isEmpty } ?? false
        switch decision.event {
        case .rejected:
            guard hasGrounds else {
                throw refuse("Who rejects a dispute must say why; give the grounds with --grounds.")
            }
            guard !decision.documents.isEmpty || decision.hasNoDocument else {
                throw refuse(
                    "A rejection rests on what shows that the claim is owed; give it with --document, or say with "
                        + "--no-document that there is none.")
            }
        case .settled:
            guard hasGrounds || decision.amount?.isPositive ?? false else {
                throw refuse(
                    "A settlement says on what both agreed; give what is credited with --amount, or the terms with --grounds."
                )
            }
            guard !decision.documents.isEmpty else {
                throw refuse("A settlement needs the agreement itself; give it with --document.")
            }
        case .upheld, .upheldInPart, .caseClosed: return
        }
    }

    /// How much of the principal of each claim money has covered.
    private static func paid(_ caseID: CaseID, _ transaction: ReadTransaction) throws -> [ClaimID: Int64] {
        var paid: [ClaimID: Int64] = [:]
        for transfer in try Ledger.transfers(of: caseID, transaction) {
            guard let claim = transfer.claim else { continue }
            switch (transfer.debit, transfer.credit) {
            case (.clientFunds, .principalReceivable): paid[claim, default: 0] += transfer.amount.minorUnits
            case (.principalReceivable, .clientFunds): paid[claim, default: 0] -= transfer.amount.minorUnits
            default: continue
            }
        }
        return paid
    }

    private struct Credit {
        let claim: ClaimID
        let amount: Money
        /// From which day interest runs on the smaller amount only; `nil` for the day of the decision.
        let from: CivilDate?
    }

    /// What is credited, claim by claim: what was never owed from the day on which it was due, what was agreed on from today.
    private static func credits(
        _ decision: DisputeDecision, _ dispute: DisputeRecord, _ concerned: [ClaimFacts], _ paid: [ClaimID: Int64],
        _ snapshot: CaseSnapshot
    ) throws -> [Credit] {
        func refuse(_ message: String) -> CaseworkRefusal { CaseworkRefusal(.badDispute, message) }
        // What was never owed is credited also where it was paid: that money is the debtor's. What both agree on is about what
        // is left.
        let countsPaid = decision.countsPaid && decision.event != .settled
        let disputed = try concerned.map { claim in
            let paid = Money(minorUnits: countsPaid ? paid[claim.id] ?? 0 : 0, snapshot.facts.currency)
            let most = try claim.outstandingPrincipal + paid
            return (claim, try dispute.amount.map { try $0.capped(at: most) } ?? most)
        }.filter { $0.1.isPositive }
        let whole = try disputed.reduce(Money.zero(snapshot.facts.currency)) { try $0 + $1.1 }
        switch decision.event {
        case .upheld:
            guard decision.amount == nil else {
                throw refuse("What is upheld in full is credited in full; leave --amount out, or uphold it in part.")
            }
            return disputed.map { Credit(claim: $0.0.id, amount: $0.1, from: $0.0.dueOn) }
        case .upheldInPart:
            guard let amount = decision.amount, amount.isPositive, amount.currency == whole.currency,
                try amount.isLess(than: whole)
            else {
                throw refuse(
                    "Upholding in part needs the amount that is credited, over zero and less than the \(whole) that are "
                        + "disputed; give it with --amount.")
            }
            return try spread(amount, over: disputed) { $0.dueOn }
        case .settled:
            guard let amount = decision.amount, !amount.isZero else { return [] }
            guard amount.isPositive, amount.currency == whole.currency, try !whole.isLess(than: amount) else {
                throw refuse("A settlement credits at most the \(whole) that are disputed.")
            }
            return try spread(amount, over: disputed) { _ in nil }
        case .rejected, .caseClosed:
            guard decision.amount == nil else { throw refuse("What is rejected is not credited; leave --amount out.") }
            return []
        }
    }

    /// Spreads a credit, oldest claim first.
    private static func spread(
        _ amount: Money, over disputed: [(ClaimFacts, Money)], from: (ClaimFacts) -> CivilDate?
    ) throws -> [Credit] {
        var rest = amount
        var credits: [Credit] = []
        for (claim, most) in disputed.sorted(by: { ($0.0.dueOn, $0.0.id.rawValue) < ($1.0.dueOn, $1.0.id.rawValue) })
        where rest.isPositive {
            let part = try rest.capped(at: most)
            credits.append(Credit(claim: claim.id, amount: part, from: from(claim)))
            rest = try rest - part
        }
        return credits
    }

    /// Posts the credits, and takes back the fees and costs of every step that was about what is not owed.
    ///
    /// They were worked out on too much, or for a letter that the debtor was right to object to. Where the rest allows some of
    /// them, a person says so.
    private static func post(
        _ credits: [Credit], _ state: DisputeState, _ dispute: DisputeRecord, _ concerned: [ClaimID],
        on day: CivilDate, _ transaction: WriteTransaction
    ) throws -> [Money] {
        for credit in credits {
            try Ledger.post(
                debit: .claimsPlaced, credit: .principalReceivable, amount: credit.amount,
                on: min(credit.from ?? day, day),
                caseID: dispute.caseID, claim: credit.claim, cause: .dispute(dispute.id), transaction)
        }
        let unowed: Set<ClaimID>
        switch state {
        // Also of claims of which only charges are left.
        case .upheld: unowed = Set(concerned)
        case .upheldInPart: unowed = Set(credits.map(\.claim))
        case .open, .rejected, .settled, .lapsed: return []
        }
        let steps = try transaction.all(
            """
            SELECT id, claims FROM case_step WHERE case_id = $1
                AND (state = 'sent' OR state = 'leaving' OR state = 'done') ORDER BY id
            """,
            dispute.caseID
        ) { ($0.integer(0), CaseSnapshots.claimList($0.text(1))) }
        var reversed: [Money] = []
        for (step, claims) in steps where !unowed.isDisjoint(with: claims) {
            reversed += try Ledger.reverse(
                cause: .step(step), in: dispute.caseID, on: day, only: { isOfStep($0, unowed) }, transaction
            ).map(\.amount)
        }
        return reversed
    }

    /// Whether a charge of a step goes with the claims that are not owed.
    private static func isOfStep(_ transfer: Transfer, _ unowed: Set<ClaimID>) -> Bool {
        switch transfer.debit.component {
        // A letter's price is for the letter, whatever claim it is booked on.
        case .reminderFee, .collectionFee, .collectionCost: true
        case .compensation: transfer.claim.map(unowed.contains) ?? true
        // Interest is worked out anew by the rules, since the credit counts from the day on which the claim was due.
        default: false
        }
    }

    /// Closes the case where nothing is owed, and lifts the hold where the debtor was told.
    private static func conclude(
        _ dispute: DisputeRecord, _ state: DisputeState, _ credited: [(claim: ClaimID, amount: Money)],
        _ reversed: [Money], from: CivilDate?, answeredOn: CivilDate?, on day: CivilDate, _ rules: CaseRules,
        _ transaction: WriteTransaction
    ) throws -> DecidedDispute {
        let caseID = dispute.caseID
        var outstanding: Money?
        if !credited.isEmpty || !reversed.isEmpty {
            outstanding = try Payments.settle(
                caseID, after: min(from ?? day, day), today: day, closingAs: state == .settled ? .settled : .upheld,
                rules, transaction
            ).outstanding
        }
        let snapshot = try CaseSnapshots.load(caseID, creditor: rules.creditor, transaction)
        if !reversed.isEmpty, !snapshot.isClosed {
            let sum = try reversed.reduce(Money.zero(snapshot.facts.currency)) { try $0 + $1 }
            try Tasks.raise(
                .feesToReview, caseID, on: day,
                message: "\(sum) of fees and costs was taken back, since dispute \(dispute.id) was \(state.rawValue)",
                cure: "Look whether the law allows any of it on what is left; it is not charged again by itself.",
                transaction)
        }
        try Tasks.raise(
            .tellCreditor, caseID, about: dispute.id, on: day,
            message: "Dispute \(dispute.id) was decided: \(state.rawValue); the creditor must be told",
            cure: "Tell the creditor, then 'fordring task done'.", transaction)
        if state == .upheld || state == .upheldInPart {
            try rules.announce(.upheld(claim: dispute.claim), in: caseID, on: day, transaction)
        }
        var resumption: Explained<CivilDate>?
        if let answeredOn {
            resumption = try goOn(after: dispute, state, answeredOn: answeredOn, on: day, rules, transaction)
        } else {
            try refreshAnswerTasks(of: caseID, on: day, transaction)
            try Holds.setNextDay(caseID, rules, on: day, transaction)
        }
        return DecidedDispute(
            state: state, credited: credited, reversed: reversed,
            outstanding: outstanding ?? snapshot.facts.outstanding, closed: snapshot.isClosed, resumption: resumption,
            answerBy: answeredOn == nil ? dispute.answerBy.value : nil)
    }

    /// Lifts the hold of a dispute whose debtor was told how it was decided.
    private static func goOn(
        after dispute: DisputeRecord, _ state: DisputeState, answeredOn: CivilDate, on day: CivilDate,
        _ rules: CaseRules, _ transaction: WriteTransaction
    ) throws -> Explained<CivilDate>? {
        let caseID = dispute.caseID
        try refreshAnswerTasks(of: caseID, on: day, transaction)
        let snapshot = try CaseSnapshots.load(caseID, creditor: rules.creditor, transaction)
        guard !snapshot.isClosed, let hold = snapshot.standstill.holds.first(where: { $0.id == dispute.hold?.id })
        else {
            return nil
        }
        try Holds.checkReleased(hold.facts, snapshot)
        var resumption = try Holds.resumption(
            of: snapshot.facts, hold.facts, in: snapshot.standstill, liftedOn: answeredOn, rules)
        resumption.value = max(resumption.value, day.adding(days: 1))
        try Holds.release(
            hold, in: caseID, by: .disputeDecision, because: .fact("the dispute was decided: \(state.rawValue)"),
            resumption, on: day, transaction)
        try Holds.setNextDay(caseID, rules, on: day, transaction)
        try rules.announce(.released(.dispute, claim: dispute.claim), in: caseID, on: day, transaction)
        return resumption
    }

    // MARK: Answering

    /// Writes down that the debtor was told how a dispute was decided; from then on the clocks go on.
    ///
    /// - Returns: from when something may be done again; `nil` where the case is closed.
    /// - Throws: ``CaseworkRefusal``; ``RuleGap`` where the law does not say when the case goes on.
    @discardableResult
    package static func answer(
        _ id: Int64, sentOn: CivilDate, documents: [NewDocument] = [], on day: CivilDate, _ rules: CaseRules,
        _ sealer: Sealer, _ transaction: WriteTransaction
    ) throws -> Explained<CivilDate>? {
        func refuse(_ message: String) -> CaseworkRefusal { CaseworkRefusal(.badDispute, message) }
        guard let dispute = try record(id, transaction) else {
            throw CaseworkRefusal(
                .noSuchDispute, "There is no dispute \(id). 'fordring dispute list' shows those there are.")
        }
        guard let decidedOn = dispute.decidedOn else {
            throw refuse("Dispute \(id) is open. Decide it first: 'fordring dispute decide \(id)'.")
        }
        if let answeredOn = dispute.answeredOn {
            throw refuse("The debtor was told of dispute \(id) on \(answeredOn) already.")
        }
        guard sentOn >= decidedOn, sentOn <= day else {
            throw refuse(
                "The answer cannot have gone on \(sentOn): dispute \(id) was decided on \(decidedOn), and today is \(day)."
            )
        }
        for document in documents {
            try Documents.add(document, to: id, in: dispute.caseID, of: dispute.party, on: day, sealer, transaction)
        }
        try transaction.execute("UPDATE dispute SET answered_on = $1 WHERE id = $2", sentOn, id)
        try transaction.audit(
            .disputeAnswered, subject: ["case": .integer(dispute.caseID.rawValue), "dispute": .integer(id)],
            change: ["day": .string(sentOn.description), "outcome": .string(dispute.state.rawValue)])
        return try goOn(after: dispute, dispute.state, answeredOn: sentOn, on: day, rules, transaction)
    }

    /// Ends the disputes of a case that is closed.
    ///
    /// Nobody has answered them: the debtor and the creditor hear of it from a person.
    static func lapseAll(
        of caseID: CaseID, closedAs code: CloseCode, on day: CivilDate, _ transaction: WriteTransaction
    ) throws {
        let open = try transaction.all(
            "SELECT id FROM dispute WHERE case_id = $1 AND state = 'open' ORDER BY id", caseID
        ) {
            $0.integer(0)
        }
        for id in open { try lapse(id, of: caseID, on: day, transaction) }
        guard !open.isEmpty else { return }
        try refreshAnswerTasks(of: caseID, on: day, transaction)
        for id in open {
            try Tasks.raise(
                .tellCreditor, caseID, about: id, on: day,
                message:
                    "Dispute \(id) ended undecided, since the case was closed (\(code.rawValue)): the creditor must be told",
                cure: "Tell the creditor, then 'fordring task done'.", transaction)
        }
    }

    /// Ends a dispute that nobody decides.
    private static func lapse(
        _ id: Int64, of caseID: CaseID, on day: CivilDate, _ transaction: WriteTransaction
    ) throws {
        guard let state = DisputeState.open.after(.caseClosed) else { return }
        try transaction.execute(
            "UPDATE dispute SET state = $1, decided_on = $2 WHERE id = $3", state.rawValue, day, id)
        try transaction.audit(
            .disputeDecided, subject: ["case": .integer(caseID.rawValue), "dispute": .integer(id)],
            change: [
                "answeredOn": .null, "credited": .array([]), "day": .string(day.description), "groundsSHA256": .null,
                "outcome": .string(state.rawValue), "reversed": .array([]),
            ])
    }

    // MARK: Reading

    /// One dispute.
    package static func record(_ id: Int64, _ transaction: ReadTransaction) throws -> DisputeRecord? {
        try list(caseID: nil, all: true, after: id - 1, limit: 1, transaction).first { $0.id == id }
    }

    /// The disputes of a tenant by number: those that are open, or all; of one case where it is named.
    package static func list(
        caseID: CaseID?, all: Bool, after: Int64, limit: Int, _ transaction: ReadTransaction
    ) throws -> [DisputeRecord] {
        let rows = try transaction.all(
            """
            SELECT d.id, d.case_id, d.claim_id, d.amount, d.reason, d.channel, d.opened_on, d.answer_by, d.answer_rule,
                d.state, d.decided_on, d.credited, c.currency, c.party_id, h.id, EXISTS (
                    SELECT 1 FROM task t WHERE t.kind = 'tellCreditor' AND t.case_id = d.case_id
                        AND (t.about = d.id OR t.about = 0) AND t.done_on IS NULL),
                d.claims_through, d.answered_on
            FROM dispute d JOIN debt_case c ON c.id = d.case_id LEFT JOIN case_hold h ON h.dispute_id = d.id
            WHERE d.id > $1 AND ($2 = 0 OR d.case_id = $2) AND ($3 = 1 OR d.state = 'open') ORDER BY d.id LIMIT $4
            """,
            after, caseID?.rawValue ?? 0, all ? 1 : 0, limit
        ) { row -> (DisputeRecord, Int64?) in
            guard let currency = Currency(code: row.text(12)), let state = DisputeState(rawValue: row.text(9)) else {
                throw DatabaseFault(
                    .wrongSchema, "Dispute \(row.integer(0)) has a state or currency that is not known.")
            }
            let record = DisputeRecord(
                id: row.integer(0), caseID: CaseID(rawValue: row.integer(1)), party: PartyID(rawValue: row.integer(13)),
                claim: row.integerOrNil(2).map { ClaimID(rawValue: $0) },
                amount: row.integerOrNil(3).map { Money(minorUnits: $0, currency) },
                claimsThrough: row.integer(16), reason: row.text(4),
                channel: row.text(5), openedOn: row.date(6),
                answerBy: Explained(row.date(7), ExplanationCoding.lines(row.text(8))), state: state,
                decidedOn: row.dateOrNil(10), answeredOn: row.dateOrNil(17),
                credited: Money(minorUnits: row.integer(11), currency),
                creditorWaits: row.flag(15), hold: nil)
            return (record, row.integerOrNil(14))
        }
        return try rows.map { record, hold in
            guard let hold, let found = try Holds.record(hold, transaction) else { return record }
            return record.with(found)
        }
    }
}

extension DisputeRecord {
    fileprivate func with(_ hold: HoldRecord) -> DisputeRecord {
        DisputeRecord(
            id: id, caseID: caseID, party: party, claim: claim, amount: amount,
            claimsThrough: claimsThrough, reason: reason, channel: channel,
            openedOn: openedOn, answerBy: answerBy, state: state, decidedOn: decidedOn,
            answeredOn: answeredOn, credited: credited,
            creditorWaits: creditorWaits, hold: hold)
    }
}
