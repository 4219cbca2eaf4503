import FordringKit

/// One question: may a claim be registered on a day.
struct Question {
    let facts: RegistrationFacts
    let claim: ClaimFacts
    let day: CivilDate
    let settings: BureauSettings
    let legalSteps: LegalSteps
    let objections: Objections

    /// Puts the question.
    ///
    /// - Throws: `RuleGap` where the case has no such claim, or its currency is not the kroner of the tables.
    init(_ facts: RegistrationFacts, on day: CivilDate, settings: BureauSettings) throws(RuleGap) {
        guard let claim = facts.facts.claims.first(where: { $0.id == facts.claim }) else {
            throw RuleGap(
                rule: "registration", day: day, reason: "case \(facts.facts.id) has no claim \(facts.claim)",
                cure: "Report it as a fault of the host.")
        }
        guard facts.owedToCreditor.currency == .dkk, claim.outstandingPrincipal.currency == .dkk else {
            throw RuleGap(
                rule: "registration", day: day, reason: "the claim is not in Danish kroner",
                cure: "Let a person decide whether the claim belongs in the register.")
        }
        self.facts = facts
        self.claim = claim
        self.day = day
        self.settings = settings
        legalSteps = LegalSteps(facts, claim, through: day, procedures: settings.legalStepProcedures)
        objections = Objections(facts, claim, through: day)
    }

    /// What holds the claim or its case on the day, of one kind.
    func holds(_ kind: HoldKind) -> [HoldFacts] {
        (facts.holds + facts.facts.holds).filter { hold in
            hold.kind == kind && (hold.claim == nil || hold.claim == claim.id) && hold.until.map { $0 >= day } ?? true
        }
    }

    /// Met without a hold, or after the last of them.
    func free(of holds: [HoldFacts], by event: String) -> Precondition.Status {
        if holds.isEmpty { return .met }
        let ends = holds.compactMap { $0.until }
        // One hold without an end is lifted by a person only.
        guard ends.count == holds.count, let last = ends.max() else { return .notYet(from: nil, by: event) }
        return .notYet(from: last.adding(days: 1), by: "the end of the hold, or \(event)")
    }
}

/// Something that must hold before a registration: a sentence, its source, and how it is seen.
struct Requirement: Sendable {
    let identifier: String
    let meaning: String
    let citation: Citation
    /// What is done where it no longer holds of what stands in the register.
    let upkeep: Precondition.Upkeep
    let status: @Sendable (Question) throws -> Precondition.Status

    init(
        _ identifier: String, _ meaning: String, _ citation: Citation, _ upkeep: Precondition.Upkeep,
        _ status: @escaping @Sendable (Question) throws -> Precondition.Status
    ) {
        self.identifier = identifier
        self.meaning = meaning
        self.citation = citation
        self.upkeep = upkeep
        self.status = status
    }

    /// The answer for a claim.
    func answer(_ question: Question) throws -> Precondition {
        var answer = Precondition(identifier, meaning, try status(question), citation)
        answer.upkeep = upkeep
        return answer
    }

    /// All, in the order in which a person thinks of them.
    ///
    /// - Throws: `RuleGap` outside the tables' days.
    static func all(on day: CivilDate) throws -> [Requirement] {
        let amount = try DataProtectionAct.amountMin.on(day)
        let years = try DataProtectionAct.yearsMax.on(day)
        return [notSettled, overLeastAmount(amount), fallenDue, acknowledgedOrPursued, notTooOld(years)]
            + HoldKind.allCases.map(hold) + [
                notOnKeptPlan, warned, warningNotTooOld, debtorTold, notRegistered,
            ]
    }

    /// The principal is not paid; a rest of charges alone is not registered.
    private static let notSettled = Requirement(
        "notSettled", "Some of the claim's principal is still owed.", Practice.payment, .undoing
    ) { question in
        question.claim.outstandingPrincipal.isPositive
            ? .met : .notYet(from: nil, by: "nothing: the principal is paid, and a rest of charges is not registered")
    }

    private static func overLeastAmount(_ amount: Cited<Money>) -> Requirement {
        Requirement(
            "overLeastAmount", "The debt to this creditor is over \(amount.value.formatted(.english)) DKK.",
            amount.citation, .undoing
        ) { question in
            try amount.value.isLess(than: question.facts.owedToCreditor)
                ? .met : .notYet(from: nil, by: "a debt over \(amount.value)")
        }
    }

    /// § 21 asks for a due debt: a promise to pay what is not due yet is none.
    private static let fallenDue = Requirement(
        "fallenDue", "The claim's last timely day of payment has passed.", DataProtectionAct.summary, .undoing
    ) { question in
        question.day > question.claim.dueOn
            ? .met : .notYet(from: question.claim.dueOn.adding(days: 1), by: "the claim falling due unpaid")
    }

    /// § 21 says “the due debt”: who acknowledges what is not due yet promises to pay, and may do so in time.
    ///
    /// Due is what ``fallenDue`` calls so: from the day after the last timely one.
    private static let acknowledgedOrPursued = Requirement(
        "acknowledgedOrPursued", "The debtor acknowledged the due debt in writing, or a legal step was taken.",
        DataProtectionAct.summary, .undoing
    ) { question in
        let acknowledged = question.claim.events.contains { event in
            event.kind == .writtenAcknowledgement && event.on > question.claim.dueOn && event.on <= question.day
        }
        return acknowledged || !question.legalSteps.begun.isEmpty
            ? .met : .notYet(from: nil, by: "a written acknowledgement of the debt since it fell due, or a legal step")
    }

    private static func notTooOld(_ years: Cited<Int>) -> Requirement {
        Requirement(
            "notTooOld", "The claim fell due no more than \(years.value) years ago.", Practice.claimAge, .undoing
        ) { question in
            question.day <= question.claim.dueOn.addingMonthsClampingToMonthEnd(years.value * 12)
                ? .met : .notYet(from: nil, by: "nothing: it only grows older")
        }
    }

    /// No hold of a kind; a kind that a later kit brings gets a line of its own by itself.
    private static func hold(_ kind: HoldKind) -> Requirement {
        func plain(
            _ identifier: String, _ meaning: String, by event: String, _ citation: Citation,
            _ upkeep: Precondition.Upkeep = .person
        ) -> Requirement {
            Requirement(identifier, meaning, citation, upkeep) { $0.free(of: $0.holds(kind), by: event) }
        }
        switch kind {
        case .dispute: return notDisputed
        case .estate:
            return plain(
                "noEstate", "The debtor's estate is not being wound up.", by: "the end of the estate", Practice.holds)
        case .insolvency:
            return plain(
                "noInsolvency", "The debtor is not in bankruptcy or reconstruction.", by: "the end of the proceedings",
                Practice.holds)
        case .debtRelief:
            return plain(
                "noDebtRelief", "The debtor has neither got debt relief nor asked for it.",
                by: "a refusal of the relief", DataProtectionAct.debtRelief, .undoing)
        case .minor:
            return plain(
                "notMinor", "The debtor is of age and without a guardian.", by: "the debtor coming of age",
                Practice.holds, .undoing)
        case .vulnerable:
            return plain(
                "notVulnerable", "The debtor is not in a distress that asks for patience.",
                by: "a person lifting the hold", Practice.holds)
        case .identityTheft:
            return plain(
                "noIdentityTheft", "Nobody else is believed to have acted in the debtor's name.",
                by: "a finding on who acted", Practice.holds, .undoing)
        case .creditorWait:
            return plain(
                "creditorDoesNotWait", "The creditor has not asked to wait.", by: "the creditor's word", Practice.holds)
        @unknown default:
            return plain(
                "noHold.\(kind.rawValue)", "There is no hold of the kind \(kind.rawValue).",
                by: "a person lifting the hold", Practice.holds)
        }
    }

    /// A judgment on the claim decides a dispute of the whole claim that is no younger than it; what the debtor objected
    /// before a court is a dispute until a court decides it, whether or not somebody wrote it down as one.
    ///
    /// Not one of a part: the judgment may be on the rest alone. And not a court's decision on the case: that may be on
    /// another of its claims.
    private static let notDisputed = Requirement(
        "notDisputed", "No dispute of the claim waits for a court's decision.", Practice.dispute, .undoing
    ) { question in
        let judged = question.claim.events.filter { $0.kind == .judgment && $0.on <= question.day }.map(\.on).max()
        let open = question.holds(.dispute).filter { hold in
            guard hold.amount == nil, let judged else { return true }
            return judged < hold.since
        }
        if let objectedOn = question.objections.latest {
            return .notYet(from: nil, by: "a judgment on what the debtor objected on \(objectedOn)")
        }
        return question.free(of: open, by: "a judgment on the claim, or the dispute being rejected or settled")
    }

    private static let notOnKeptPlan = Requirement(
        "notOnKeptPlan", "The debtor does not keep a payment plan.", Practice.plan, .undoing
    ) { $0.facts.isOnKeptPlan ? .notYet(from: nil, by: "the plan being broken") : .met }

    private static let warned = Requirement(
        "warned", "A letter warned of the registration, and its days have passed.", Practice.warningMin, .nothing
    ) { question in
        guard let warnedOn = question.facts.warnedOn else {
            return .notYet(from: nil, by: "a letter that warns of registration")
        }
        let first = warnedOn.adding(days: question.settings.warningMinDays)
        return question.day >= first
            ? .met : .notYet(from: first, by: "the \(question.settings.warningMinDays) days after the warning")
    }

    /// Met without a warning: that one is missing is said by ``warned`` alone.
    private static let warningNotTooOld = Requirement(
        "warningNotTooOld", "The warning is not too long ago.", Practice.warningMax, .nothing
    ) { question in
        guard let warnedOn = question.facts.warnedOn else { return .met }
        return question.day <= warnedOn.adding(days: question.settings.warningMaxDays)
            ? .met : .notYet(from: nil, by: "a new warning")
    }

    /// The letter leaves first, so that nobody stands in the register untold, whatever happens to the post.
    private static let debtorTold = Requirement(
        "debtorTold", "The letter that tells the debtor of the registration has left, no more than four weeks ago.",
        Practice.notice, .nothing
    ) { question in
        guard let toldOn = question.facts.toldOn else {
            return .notYet(from: nil, by: "the letter of registration leaving the house")
        }
        if toldOn > question.day { return .notYet(from: toldOn, by: "the letter of registration leaving the house") }
        return toldOn.days(to: question.day) <= Practice.noticeDaysMax
            ? .met : .notYet(from: nil, by: "a new letter of registration")
    }

    private static let notRegistered = Requirement(
        "notRegistered", "The claim is not in the register, nor on its way there.", Practice.once, .nothing
    ) { $0.facts.isRegistered ? .notYet(from: nil, by: "the deletion of the registration") : .met }
}
