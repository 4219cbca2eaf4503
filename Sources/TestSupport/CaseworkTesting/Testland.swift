package import FordringKit

/// The law of a country that does not exist, small enough to be checked in the head.
///
/// A reminder costs 1.00 and gives ten days; then a collection notice, ten days; then a collection letter that costs
/// 50.00, ten days; then the case is ready for a court. Interest is 10 % a year, simple, actual days over 365, from the
/// day after the due date; it is charged with the notice and the letter. There are no holidays. After
/// ``checkedThrough`` the law has no answer.
package struct Testland: Jurisdiction {
    /// A way for a plug-in to answer nonsense.
    package enum Mischief: Sendable, Hashable, CaseIterable {
        case claimOfAnotherCase
        case stepWithoutClaims
        case chargeOnAnotherClaim
        case negativeFee
        case negativeInterest
        case chargedPrincipal
        case otherCurrency
        case reviewToday
        case reviewYesterday
        case tooEarly
        case tooFewAnswers
        case tooManyAnswers
        case otherError
    }

    /// The last day for which there is an answer.
    package var checkedThrough: CivilDate
    /// The nonsense that is answered, and for which case; `nil` for every case.
    package var mischief: Mischief?
    package var mischievousCase: CaseID?
    /// How many days after its due date, or its latest event, a claim can be enforced; `nil`: nothing is said of it.
    package var limitationDays: Int?
    /// Whether debtors are told of a registration with a credit bureau by a letter.
    package var tellsOfRegistration = false
    /// Whether debtors are told of a sale by a letter; else nothing can be sold.
    package var tellsOfSale = false
    /// Whether what is left of a claim goes on while a part of it is disputed.
    package var restGoesOn = false
    /// The days for the answer to a dispute; `nil` where Testland says nothing.
    package var disputeAnswerDays: Int?

    package init(
        checkedThrough: CivilDate = CivilDate(2030, 12, 31), mischief: Mischief? = nil, mischievousCase: CaseID? = nil
    ) {
        self.checkedThrough = checkedThrough
        self.mischief = mischief
        self.mischievousCase = mischievousCase
    }

    package static let reminderFee = Money(minorUnits: 100, .eur)
    package static let letterCost = Money(minorUnits: 5000, .eur)
    package static let deadlineDays = 10
    package static let interestRate = Rate(basisPoints: 1000)

    /// What most tests' creditor wants: two reminders, then notice, letter and court, all with what they cost.
    package static let creditor = CreditorFacts(
        deductsVAT: true,
        policy: [
            StepPolicy(kind: .reminder, times: 2, waitingDays: 0, charge: true),
            StepPolicy(kind: .collectionNotice, times: 1, waitingDays: 0, charge: true),
            StepPolicy(kind: .collectionLetter, times: 1, waitingDays: 0, charge: true),
            StepPolicy(kind: .readyForCourt, times: 1, waitingDays: 0, charge: true),
        ])

    package static func act(_ section: String) -> Citation { Citation("Testland Collection Act", section) }

    package let country: CountryCode = Testland.country
    package var currency: Currency { .eur }
    package var languages: [Language] { [.english, .danish] }
    package static let noticeOfRegistration = StepKind("registrationNotice")

    package var registrationNotice: StepKind? { tellsOfRegistration ? Testland.noticeOfRegistration : nil }

    package static let noticeOfSale = StepKind("assignmentNotice")

    package var assignmentNotice: StepKind? { tellsOfSale ? Testland.noticeOfSale : nil }

    package var steps: [StepDescription] {
        let sale = StepDescription(
            kind: Testland.noticeOfSale, names: [.english: "Notice of sale"], sendsLetter: true, timesMax: 1)
        let notice = StepDescription(
            kind: Testland.noticeOfRegistration, names: [.english: "Notice of registration"], sendsLetter: true,
            timesMax: 1)
        return (tellsOfSale ? [sale] : []) + (tellsOfRegistration ? [notice] : []) + [
            StepDescription(kind: .reminder, names: [.english: "Reminder"], sendsLetter: true, timesMax: 3),
            StepDescription(kind: .collectionNotice, names: [.english: "Notice"], sendsLetter: true, timesMax: 1),
            StepDescription(kind: .collectionLetter, names: [.english: "Demand"], sendsLetter: true, timesMax: 1),
            StepDescription(kind: .readyForCourt, names: [.english: "Court"], sendsLetter: false, timesMax: 1),
        ]
    }

    /// `ZZ`, which ISO 3166 leaves to its users.
    package static var country: CountryCode { CountryCode("ZZ") ?? .denmark }

    package func decide(_ facts: CaseFacts, on day: CivilDate) throws -> Decision {
        if mischief == .otherError, isMischievous(facts) { throw OtherError() }
        if day > checkedThrough {
            throw RuleGap(
                rule: "Testland's law", day: day, reason: "it was checked through \(checkedThrough) only",
                cure: "Read the law.")
        }
        let decision = try lawfulDecision(facts, on: day)
        return isMischievous(facts) ? spoiled(decision, facts, day) : decision
    }

    package func decide(_ cases: [CaseFacts], on day: CivilDate) -> [Result<Decision, RuleGap>] {
        var answers: [Result<Decision, RuleGap>] = cases.map { facts in
            do {
                return .success(try decide(facts, on: day))
            } catch let gap as RuleGap {
                return .failure(gap)
            } catch {
                return .failure(RuleGap(rule: "Testland's law", day: day, reason: "it failed", cure: "Look."))
            }
        }
        if mischief == .tooFewAnswers { answers.removeLast() }
        if mischief == .tooManyAnswers, let last = answers.last { answers.append(last) }
        return answers
    }

    private func lawfulDecision(_ facts: CaseFacts, on day: CivilDate) throws -> Decision {
        func waiting(until day: CivilDate?) -> Decision {
            Decision(
                steps: [], reviewOn: day, waiting: [ExplanationLine("Nothing may be done yet.", Testland.act("§ 9"))])
        }
        let open = facts.claims.filter { $0.outstandingPrincipal.isPositive }
        guard facts.outstanding.isPositive, let firstDue = open.map(\.dueOn).min() else { return waiting(until: nil) }
        let letters = Set(steps.filter(\.sendsLetter).map(\.kind))
        if facts.steps.contains(where: { letters.contains($0.kind) && $0.sentOn == nil }) { return waiting(until: nil) }
        let begins = facts.steps.compactMap(\.deadlineOn).max() ?? firstDue
        for policy in facts.creditor.policy
        where facts.steps.count(where: { $0.kind == policy.kind }) < policy.times {
            let opens = begins.adding(days: policy.waitingDays + 1)
            if day < opens { return waiting(until: opens) }
            let due = open.filter { $0.dueOn < day }
            guard let oldest = due.first else { return waiting(until: firstDue.adding(days: 1)) }
            var charges: [DecidedCharge] = []
            if policy.kind == .reminder, policy.charge {
                charges.append(
                    DecidedCharge(
                        component: .reminderFee, claim: oldest.id,
                        amount: Explained(
                            Testland.reminderFee, [ExplanationLine("A reminder costs this.", Testland.act("§ 2"))])))
            }
            if policy.kind == .collectionNotice || policy.kind == .collectionLetter {
                charges += try interest(on: facts, through: day).filter { $0.amount.value.isPositive }
            }
            if policy.kind == .collectionLetter, policy.charge {
                charges.append(
                    DecidedCharge(
                        component: .collectionCost, claim: nil,
                        amount: Explained(
                            Testland.letterCost, [ExplanationLine("A letter costs this.", Testland.act("§ 4"))])))
            }
            return Decision(
                steps: [
                    DecidedStep(
                        kind: policy.kind, claims: due.map(\.id), charges: charges,
                        reasons: [ExplanationLine("Nobody has paid.", Testland.act("§ 1"))])
                ],
                reviewOn: nil, waiting: [])
        }
        return waiting(until: nil)
    }

    package func interest(on facts: CaseFacts, through day: CivilDate) throws -> [DecidedCharge] {
        try facts.claims.compactMap { claim in
            var sum: Int64 = 0
            var from = claim.dueOn
            var rest = claim.principal.minorUnits
            // The kit promises reductions oldest first.
            for reduction in claim.reductions where reduction.on < day {
                if reduction.on > from {
                    sum += rest * Int64(from.days(to: reduction.on))
                    from = reduction.on
                }
                rest -= reduction.amount.minorUnits
            }
            if day > from { sum += rest * Int64(from.days(to: day)) }
            let accrued = try Money(minorUnits: sum, facts.currency).multiplied(
                by: Int64(Testland.interestRate.basisPoints), over: 3_650_000, rounding: .halfAwayFromZero)
            let charged = facts.charges.filter { $0.component == .interest && $0.claim == claim.id }
                .reduce(0) { $0 + $1.amount.minorUnits }
            let amount = Money(minorUnits: accrued.minorUnits - charged, facts.currency)
            guard !amount.isZero else { return nil }
            var line = ExplanationLine("Interest on the claim.", Testland.act("§ 3"))
            line.from = claim.dueOn.adding(days: 1)
            line.through = day
            line.rate = Testland.interestRate
            line.base = claim.principal
            line.amount = amount
            return DecidedCharge(component: .interest, claim: claim.id, amount: Explained(amount, [line]))
        }
    }

    package func deadline(for step: StepKind, sentOn day: CivilDate) throws -> Explained<CivilDate>? {
        guard steps.contains(where: { $0.kind == step && $0.sendsLetter }) else { return nil }
        return Explained(
            day.adding(days: Testland.deadlineDays), [ExplanationLine("Ten days.", Testland.act("§ 5"))])
    }

    package var allocationOrder: Explained<[DebtComponent]> {
        Explained(
            [.collectionCost, .reminderFee, .interest, .principal, .collectionFee, .compensation, .courtFee],
            [ExplanationLine("Costs first.", Testland.act("§ 6"))])
    }

    package func holiday(on day: CivilDate) -> Holiday? { nil }

    /// A company has 8 digits, a person 10, of which a number that begins with 9 is odd; spaces do not count.
    package func check(_ text: String, as kind: IdentifierKind) -> IdentifierVerdict {
        let compact = text.filter { $0 != " " }
        let length = kind == .person ? 10 : 8
        guard let digits = Checksum.digits(compact), digits.count == length else {
            return .invalid(reason: "'\(text)' has not \(length) digits")
        }
        return digits.first == 9
            ? .doubtful(normalized: compact, remark: "It begins with 9.") : .valid(normalized: compact)
    }

    package func name(of identifier: IdentifierKind) -> String { identifier == .company ? "REG" : "" }

    package func paymentReference(for caseID: CaseID, creditorNumber: String) -> PaymentReference? {
        PaymentReference(type: "TEST", number: "7\(caseID)", codeLine: "+7\(caseID)+\(creditorNumber)<")
    }

    package func letterTemplate(for step: StepKind, in language: Language) -> String? {
        switch language {
        case .english where step == Testland.noticeOfSale:
            "# \(step) in case {{caseNumber}}\n\nYou now owe {{buyerName}}, {{buyerAddress}}.\n\n[statement]\n"
        case .english where step == Testland.noticeOfRegistration:
            "# \(step) in case {{caseNumber}}\n\nIt will stand with {{bureauName}}.\n\n[statement]\n\n"
                + "[payment]\n"
        case .english: "# \(step) in case {{caseNumber}}\n\nDear {{debtorName}},\n\n[statement]\n\n[payment]\n"
        case .danish where step == .reminder:
            "# Rykker i sag {{caseNumber}}\n\nKære {{debtorName}}\n\n[statement]\n\n[payment]\n"
        default: nil
        }
    }

    /// Data are kept for a year of 365 days.
    package func retention(of facts: RetentionFacts) throws -> Explained<CivilDate> {
        Explained(
            facts.lastEventOn.adding(days: 365), [ExplanationLine("Data are kept for a year.", Testland.act("§ 9"))])
    }

    package func limitation(of claim: ClaimFacts) throws -> Explained<CivilDate>? {
        guard let limitationDays else { return nil }
        if limitationDays < 0 {
            throw RuleGap(rule: "Testland's limitation", day: claim.dueOn, reason: "nobody knows it", cure: "Ask.")
        }
        let from = claim.events.map(\.on).max() ?? claim.dueOn
        return Explained(
            from.adding(days: limitationDays), [ExplanationLine("Claims grow old.", Testland.act("§ 8"))])
    }

    package var registrationWarnings: [StepKind] { [.collectionNotice, .collectionLetter] }

    package var undisputedRest: Explained<Bool> {
        Explained(restGoesOn, [ExplanationLine("What nobody disputes is owed.", Testland.act("§ 8"))])
    }

    package func disputeAnswer(openedOn day: CivilDate) -> Explained<CivilDate>? {
        disputeAnswerDays.map {
            Explained(day.adding(days: $0), [ExplanationLine("Who is asked must answer.", Testland.act("§ 8 (2)"))])
        }
    }

    package func name(of component: DebtComponent, in language: Language) -> String {
        "\(component.rawValue) (\(language))"
    }

    // MARK: Nonsense

    private struct OtherError: Error {}

    private func isMischievous(_ facts: CaseFacts) -> Bool {
        mischief != nil && (mischievousCase == nil || mischievousCase == facts.id)
    }

    private func spoiled(_ decision: Decision, _ facts: CaseFacts, _ day: CivilDate) -> Decision {
        var spoiled = decision
        func step(_ claims: [ClaimID], _ charges: [DecidedCharge] = []) -> [DecidedStep] {
            [DecidedStep(kind: .reminder, claims: claims, charges: charges, reasons: [])]
        }
        func charge(_ component: DebtComponent, _ amount: Money, on claim: ClaimID? = nil) -> [DecidedCharge] {
            [DecidedCharge(component: component, claim: claim, amount: Explained(amount, []))]
        }
        let own = facts.claims.map(\.id)
        let foreign = ClaimID(rawValue: 987_654)
        switch mischief {
        case .claimOfAnotherCase: spoiled.steps = step(own + [foreign])
        case .stepWithoutClaims: spoiled.steps = step([])
        case .chargeOnAnotherClaim: spoiled.steps = step(own, charge(.reminderFee, Testland.reminderFee, on: foreign))
        case .negativeFee: spoiled.steps = step(own, charge(.reminderFee, Money(minorUnits: -1, facts.currency)))
        case .negativeInterest:
            spoiled.steps = step(own, charge(.interest, Money(minorUnits: -1, facts.currency), on: own.first))
        case .chargedPrincipal: spoiled.steps = step(own, charge(.principal, Testland.reminderFee))
        case .otherCurrency: spoiled.steps = step(own, charge(.reminderFee, Money(minorUnits: 1, .sek)))
        case .tooEarly: spoiled.steps = step(own)
        case .reviewToday: spoiled.reviewOn = day
        case .reviewYesterday: spoiled.reviewOn = day.adding(days: -1)
        default: break
        }
        return spoiled
    }
}
