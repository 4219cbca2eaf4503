import FordringKit

/// One question: may a claim be registered on a day.
struct Question {
    let facts: RegistrationFacts
    let claim: ClaimFacts
    let day: CivilDate
    let legalSteps: LegalSteps
    let objections: Objections

    /// Puts the question.
    ///
    /// - Throws: `RuleGap` where the case has no such claim, or it is not in Norwegian kroner.
    init(_ facts: RegistrationFacts, on day: CivilDate, settings: BureauSettings) throws(RuleGap) {
        guard let claim = facts.facts.claims.first(where: { $0.id == facts.claim }) else {
            throw Question.noClaim(facts, day)
        }
        guard claim.outstandingPrincipal.currency == .nok else {
            throw RuleGap(
                rule: "registration", day: day, reason: "the claim is not in Norwegian kroner",
                cure: "Let a person decide whether the claim belongs in the register.")
        }
        self.facts = facts
        self.claim = claim
        self.day = day
        legalSteps = LegalSteps(facts, claim, through: day, procedures: settings.legalStepProcedures)
        objections = Objections(facts, claim, through: day)
    }

    static func noClaim(_ facts: RegistrationFacts, _ day: CivilDate) -> RuleGap {
        RuleGap(
            rule: "registration", day: day, reason: "case \(facts.facts.id) has no claim \(facts.claim)",
            cure: "Report it as a fault of the host.")
    }

    /// The first day on which the collector's demand of this claim left the house.
    var demandSentOn: CivilDate? {
        facts.facts.steps.filter { $0.kind == .collectionLetter && $0.claims.contains(claim.id) }
            .compactMap { $0.sentOn }.filter { $0 <= day }.min()
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

extension CivilDate {
    /// The first day on which a number of months has passed: the same day of that month, and the first of the next where
    /// the month has no such day.
    ///
    /// A wait protects the debtor, so it is rounded up: one month after 31 January has passed on 1 March.
    func afterMonths(_ months: Int) -> CivilDate {
        let same = addingMonthsClampingToMonthEnd(months)
        return same.dayOfMonth < dayOfMonth ? same.adding(days: 1) : same
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

    /// All for a sort of debtor, in the order in which a person thinks of them.
    ///
    /// - Throws: `RuleGap` outside the tables' days.
    static func all(for debtor: PartyKind, on day: CivilDate) throws -> [Requirement] {
        let months = try CreditInformationAct.waitMonths.on(day)
        let days = try CreditInformationAct.correctionDays.on(day)
        let years = try CreditInformationAct.yearsMax.on(day)
        let isPerson = debtor == .consumer
        // A party in business may be a person, and nothing that is known of it tells: the stricter wait is kept.
        let isLegalPerson = debtor == .publicAuthority
        let wait =
            isLegalPerson
            ? demandSent(months)
            : petitionSent(
                months, isPerson ? CreditInformationAct.petition : CreditInformationAct.petitionOfBusiness)
        return [notSettled, fallenDue, wait, notTooOld(years)]
            + HoldKind.allCases.map(hold) + [
                notOnKeptPlan, debtorTold(isPerson), copyNotTooOld, correctionTime(days, isPerson), notRegistered,
            ]
    }

    /// The principal is not paid; a rest of charges alone is not registered.
    private static let notSettled = Requirement(
        "notSettled", "Some of the claim's principal is still owed.", CreditInformationAct.settled, .undoing
    ) { question in
        question.claim.outstandingPrincipal.isPositive
            ? .met : .notYet(from: nil, by: "nothing: the principal is paid, and a rest of charges is not registered")
    }

    private static let fallenDue = Requirement(
        "fallenDue", "The claim's last timely day of payment has passed.", Practice.due, .undoing
    ) { question in
        question.day > question.claim.dueOn
            ? .met : .notYet(from: question.claim.dueOn.adding(days: 1), by: "the claim falling due unpaid")
    }

    /// For a natural person, and for whoever may be one: the wait after the first petition or request for execution that still stands.
    private static func petitionSent(_ months: Cited<Int>, _ citation: Citation) -> Requirement {
        Requirement(
            "monthAfterPetition",
            "\(months.value) month has passed since a petition or a request for execution was sent.", citation, .undoing
        ) { question in
            guard let sentOn = question.legalSteps.begun.first else {
                return .notYet(
                    from: nil, by: "a petition to a court or the conciliation board, or a request for execution")
            }
            let first = sentOn.afterMonths(months.value)
            return question.day >= first ? .met : .notYet(from: first, by: "a month after \(sentOn)")
        }
    }

    /// For a legal person: the wait after the collector's first demand.
    private static func demandSent(_ months: Cited<Int>) -> Requirement {
        Requirement(
            "monthAfterDemand", "\(months.value) month has passed since the collector's demand was sent.",
            months.citation, .nothing
        ) { question in
            guard let sentOn = question.demandSentOn else {
                return .notYet(from: nil, by: "the collector's demand leaving the house")
            }
            let first = sentOn.afterMonths(months.value)
            return question.day >= first ? .met : .notYet(from: first, by: "a month after \(sentOn)")
        }
    }

    private static func notTooOld(_ years: Cited<Int>) -> Requirement {
        Requirement(
            "notTooOld",
            "The claim fell due, or the newest legal step was taken, no more than \(years.value) years ago.",
            CreditInformationAct.claimAge, .undoing
        ) { question in
            let start = max(question.claim.dueOn, question.legalSteps.begun.last ?? question.claim.dueOn)
            return question.day <= start.addingMonthsClampingToMonthEnd(years.value * 12)
                ? .met : .notYet(from: nil, by: "a new legal step")
        }
    }

    /// No hold of a kind; a kind that a later kit brings gets a line of its own by itself.
    private static func hold(_ kind: HoldKind) -> Requirement {
        func plain(_ identifier: String, _ meaning: String, by event: String, _ upkeep: Precondition.Upkeep = .person)
            -> Requirement
        {
            Requirement(identifier, meaning, Practice.holds, upkeep) { $0.free(of: $0.holds(kind), by: event) }
        }
        switch kind {
        case .dispute: return notDisputed
        case .estate:
            return plain("noEstate", "The debtor's estate is not being wound up.", by: "the end of the estate")
        case .insolvency:
            return plain("noInsolvency", "The debtor is not bankrupt.", by: "the end of the proceedings")
        case .debtRelief:
            return plain(
                "noDebtRelief", "The debtor has neither got debt relief nor asked for it.",
                by: "a refusal of the relief", .undoing)
        case .minor:
            return plain(
                "notMinor", "The debtor is of age and without a guardian.", by: "the debtor coming of age", .undoing)
        case .vulnerable:
            return plain(
                "notVulnerable", "The debtor is not in a distress that asks for patience.",
                by: "a person lifting the hold")
        case .identityTheft:
            return plain(
                "noIdentityTheft", "Nobody else is believed to have acted in the debtor's name.",
                by: "a finding on who acted", .undoing)
        case .creditorWait:
            return plain("creditorDoesNotWait", "The creditor has not asked to wait.", by: "the creditor's word")
        @unknown default:
            return plain(
                "noHold.\(kind.rawValue)", "There is no hold of the kind \(kind.rawValue).",
                by: "a person lifting the hold")
        }
    }

    /// A judgment on the claim is the ground for enforcement that lets a disputed claim be used, § 11.
    ///
    /// What the debtor objected before a court or the board is a dispute until one of them decides it.
    ///
    /// Only for a dispute of the whole claim that is no younger than it: the judgment may be on the rest of a claim that
    /// is disputed in part, and a court's decision on the case may be on another of its claims. That an objection is
    /// obviously groundless is for a person to say, who then rejects the dispute, and the hold is gone.
    private static let notDisputed = Requirement(
        "notDisputed", "The claim is not disputed, or a ground for enforcement of it exists.",
        CreditInformationAct.dispute, .undoing
    ) { question in
        let judged = question.claim.events.filter { $0.kind == .judgment && $0.on <= question.day }.map(\.on).max()
        let open = question.holds(.dispute).filter { hold in
            guard hold.amount == nil, let judged else { return true }
            return judged < hold.since
        }
        if let objectedOn = question.objections.latest {
            return .notYet(from: nil, by: "a judgment on what the debtor objected on \(objectedOn)")
        }
        return question.free(
            of: open, by: "a judgment on the claim, or a person rejecting the dispute as obviously groundless")
    }

    private static let notOnKeptPlan = Requirement(
        "notOnKeptPlan", "The debtor does not keep a payment plan.", CreditInformationAct.use, .undoing
    ) { $0.facts.isOnKeptPlan ? .notYet(from: nil, by: "the plan being broken") : .met }

    /// The act asks for the copy, and gives it no greatest age: that is the product's own, and says so where it is what
    /// stands in the way.
    private static func debtorTold(_ isPerson: Bool) -> Requirement {
        let copy = isPerson ? CreditInformationAct.copy : CreditInformationAct.copyToBusiness
        return Requirement(
            "debtorTold", "The copy that tells the debtor of the registration has left the house.", copy, .nothing
        ) { question in
            guard let toldOn = question.facts.toldOn else {
                return .notYet(from: nil, by: "the letter of registration leaving the house")
            }
            return toldOn <= question.day
                ? .met : .notYet(from: toldOn, by: "the letter of registration leaving the house")
        }
    }

    /// Met where nobody was told: that is said by ``debtorTold(_:)`` alone.
    private static let copyNotTooOld = Requirement(
        "copyNotTooOld", "The copy left no more than \(Practice.copyDaysMax) days ago.", Practice.copyAge, .nothing
    ) { question in
        guard let toldOn = question.facts.toldOn, toldOn <= question.day else { return .met }
        return toldOn.days(to: question.day) <= Practice.copyDaysMax
            ? .met : .notYet(from: nil, by: "a new copy to the debtor")
    }

    /// Met where nobody was told: that is said by ``debtorTold(_:)`` alone.
    private static func correctionTime(_ days: Cited<Int>, _ isPerson: Bool) -> Requirement {
        Requirement(
            "correctionTime", "The debtor has had \(days.value) whole days after the copy to correct it.",
            isPerson ? days.citation : CreditInformationAct.copyToBusiness, .nothing
        ) { question in
            guard let toldOn = question.facts.toldOn, toldOn <= question.day else { return .met }
            // The last of the days is still the debtor's.
            let first = toldOn.adding(days: days.value + 1)
            return question.day >= first ? .met : .notYet(from: first, by: "the \(days.value) days after the copy")
        }
    }

    private static let notRegistered = Requirement(
        "notRegistered", "The claim is not in the register, nor on its way there.", Practice.once, .nothing
    ) { $0.facts.isRegistered ? .notYet(from: nil, by: "the deletion of the registration") : .met }
}
