import FordringKit

/// The law of Norway on collecting a due claim out of court, as pure functions.
///
/// The answers are in the files that are named for the acts; this one only joins them to the kit.
struct Norway: Jurisdiction {
    /// How the days of interest are counted, which is not settled by what was read.
    let dayCount: DayCount
    /// How payment references are made, by the creditor's agreement with its bank.
    let kid: KID
    /// From when the debt-collection act of 2026 is applied; `nil` while it is not in force.
    let newActFrom: CivilDate?
    /// The tables that an administrator can extend, laid out for use.
    let figures: Figures

    /// Joins the tenant's settings and the tables.
    init(
        dayCount: DayCount = .actual365, kid: KID = .standard, newActFrom: CivilDate? = nil,
        figures: Figures = Figures()
    ) {
        self.dayCount = dayCount
        self.kid = kid
        self.newActFrom = newActFrom
        self.figures = figures
    }

    let country = CountryCode.norway
    let currency = Currency.nok
    let languages: [Language] = [.norwegian, .danish, .english]
    let timeZone = "Europe/Oslo"

    var steps: [StepDescription] { Norway.describedSteps }

    private static let describedSteps =
        CollectionStep.allCases.map { step in
            StepDescription(
                kind: step.kind, names: Names.of(step), sendsLetter: step.sendsLetter, timesMax: step.timesMax)
        }
        + Notice.allCases.map { notice in
            StepDescription(
                kind: notice.kind, names: Names.of(notice), sendsLetter: true, timesMax: notice.timesMax)
        }

    var registrationNotice: StepKind? { .registrationNotice }

    var assignmentNotice: StepKind? { .assignmentNotice }

    var undisputedRest: Explained<Bool> { Practice.undisputedRest }

    func disputeAnswer(openedOn day: CivilDate) -> Explained<CivilDate>? {
        isUnderNewAct(day) ? CollectionAct2026.disputeAnswer(openedOn: day) : nil
    }

    /// Whether a day is under the act of 2026.
    func isUnderNewAct(_ day: CivilDate) -> Bool {
        guard let newActFrom else { return false }
        return day >= newActFrom
    }

    func decide(_ facts: CaseFacts, on day: CivilDate) throws -> Decision {
        try Procedure(law: self, facts: facts, day: day).decision()
    }

    func interest(on facts: CaseFacts, through day: CivilDate) throws -> [DecidedCharge] {
        try NorwayOnly.check(facts.currency, on: day)
        let charges = facts.charges
        var found: [DecidedCharge] = []
        for claim in facts.claims {
            if let charge = try InterestAct.charge(
                on: claim, charged: charges, through: day, rates: figures.interest, dayCount: dayCount)
            {
                found.append(charge)
            }
        }
        return found
    }

    func deadline(for step: StepKind, sentOn day: CivilDate) throws -> Explained<CivilDate>? {
        guard let step = CollectionStep(step), step.sendsLetter else { return nil }
        return try CollectionAct1988.deadline(for: step, sentOn: day, isUnderNewAct: isUnderNewAct(day))
    }

    var allocationOrder: Explained<[DebtComponent]> { Practice.allocationOrder }

    func holiday(on day: CivilDate) -> Holiday? { Holidays.rule(on: day)?.holiday }

    func contactHours(on day: CivilDate) -> Explained<ContactHours?> {
        CollectionAct2026.contactHours(on: day, isInForce: isUnderNewAct(day))
    }

    func visitHours(for facts: CaseFacts, on day: CivilDate) throws -> Explained<ContactHours?> {
        CollectionAct2026.visitHours(on: day, isInForce: isUnderNewAct(day))
    }

    func check(_ text: String, as kind: IdentifierKind) -> IdentifierVerdict {
        switch kind {
        case .company: Identifiers.checkOrganisation(text)
        case .person: Identifiers.checkPerson(text)
        case .bankAccount: Identifiers.checkBankAccount(text)
        // A KID agreement is named by the account that the payments go to.
        case .paymentCreditor: Identifiers.checkBankAccount(text)
        @unknown default: .invalid(reason: "Norway has no rule for “\(kind.rawValue)”.")
        }
    }

    func name(of identifier: IdentifierKind) -> String {
        switch identifier {
        case .company: "org.nr."
        case .person: "fødselsnr."
        case .bankAccount: "konto"
        case .paymentCreditor: "KID-konto"
        @unknown default: ""
        }
    }

    var identifierExamples: [IdentifierExample] { Identifiers.examples }

    func paymentReference(for caseID: CaseID, creditorNumber: String) -> PaymentReference? {
        kid.reference(for: caseID, creditorNumber: creditorNumber)
    }

    func letterTemplate(for step: StepKind, in language: Language) -> String? {
        if let notice = Notice(step) { return Letters.template(for: notice, in: language) }
        guard let step = CollectionStep(step) else { return nil }
        return Letters.template(for: step, in: language, isUnderNewAct: false)
    }

    func letterTemplate(for step: StepKind, in language: Language, on day: CivilDate) -> String? {
        if let notice = Notice(step) { return Letters.template(for: notice, in: language) }
        guard let step = CollectionStep(step) else { return nil }
        return Letters.template(for: step, in: language, isUnderNewAct: isUnderNewAct(day))
    }

    func letterItems(for step: StepKind, on day: CivilDate) -> [LetterItem] {
        if let notice = Notice(step) { return notice.items }
        guard let step = CollectionStep(step) else { return [] }
        return Letters.items(of: step, isUnderNewAct: isUnderNewAct(day))
    }

    func clauses(in language: Language, on day: CivilDate) -> [String: String] {
        Letters.clauses(in: language, isUnderNewAct: isUnderNewAct(day))
    }

    func letterFields(
        for step: StepKind, facts: CaseFacts, sentOn day: CivilDate, in language: Language
    ) throws -> [String: LetterField] {
        if Notice(step) != nil { return Letters.collector(in: facts) }
        guard let step = CollectionStep(step), step.sendsLetter else { return [:] }
        return try Letters.fields(of: step, in: facts, sentOn: day, language, law: self)
    }

    var wordingRules: [WordingRule] { GoodPractice.wordingRules }

    func name(of component: DebtComponent, in language: Language) -> String { Names.of(component, in: language) }

    func limitation(of claim: ClaimFacts) throws -> Explained<CivilDate>? { LimitationAct.limitation(of: claim) }

    func planFee(instalments: Int, for facts: CaseFacts, on day: CivilDate) throws -> DecidedCharge? {
        try CollectionRegulation.planFee(instalments: instalments, for: facts, on: day, law: self)
    }

    func safeguards(for facts: CaseFacts, on day: CivilDate) throws -> [Safeguard] {
        try Safeguards(law: self, facts: facts, day: day).all()
    }

    /// No answer: no Norwegian rule on bookkeeping was looked up.
    func retention(of facts: RetentionFacts) throws -> Explained<CivilDate> {
        throw RuleGap(
            rule: "retention of personal data in Norway", day: facts.lastEventOn,
            reason:
                "only § 36 of the inkassolov of 2026 was read (at least 5 years, at most 10), which is not known to be "
                + "in force and of which the first day is not known",
            cure: "Nothing may be erased until somebody has looked up the bookkeeping rules.")
    }

    var lawBook: LawBook { NorwegianLawBook.book(of: self) }
}

/// The limits of what this plug-in speaks for.
enum NorwayOnly {
    /// The last day for which the fixed figures of acts and regulations are held to be looked up.
    ///
    /// The status date of the fact sheet behind the tables. Its statute texts were read on 2026-07-28, so who moves
    /// this day forward must look for amendments from then on.
    static let checkedThrough = CivilDate(2026, 11, 22)

    /// The last day of the figures that are set for a year or a half-year.
    static let lastYearThrough = CivilDate(2026, 12, 31)

    /// Refuses a currency in which the regulation states no amounts.
    static func check(_ currency: Currency, on day: CivilDate) throws(RuleGap) {
        guard currency == .nok else {
            throw RuleGap(
                rule: "Norwegian fees and costs", day: day,
                reason: "the tables are in NOK and the case is in \(currency)",
                cure: "A person must decide how the claim is converted.")
        }
    }
}

/// The tables that can be extended at run time: made once for a tenant, and shared by all questions.
final class Figures: Sendable {
    /// Late-payment interest, laid out by half-year.
    let interest: InterestRates
    /// The inkassosats by year.
    let sats: LaidOut<Money>
    /// The standard compensation by half-year.
    let compensation: LaidOut<Money>

    /// Lays the tables out, with what an administrator has added.
    init(extendedBy extensions: [LawExtension] = []) {
        interest = InterestRates(InterestAct.rate.extended(by: extensions, of: InterestAct.rateIdentifier))
        sats = LaidOut(CollectionRegulation.sats.extended(by: extensions, of: CollectionRegulation.satsIdentifier))
        compensation = LaidOut(
            InterestAct.compensation.extended(by: extensions, of: InterestAct.compensationIdentifier))
    }
}

extension ExplanationLine {
    /// A line with some of its figures.
    init(
        _ text: String, _ citation: Citation, from: CivilDate? = nil, through: CivilDate? = nil, days: Int? = nil,
        base: Money? = nil, rate: Rate? = nil, amount: Money? = nil
    ) {
        self.init(text, citation)
        self.from = from
        self.through = through
        self.days = days
        self.base = base
        self.rate = rate
        self.amount = amount
    }
}

/// An amount of whole Norwegian kroner.
func kroner(_ amount: Int64) -> Money { Money(minorUnits: amount * 100, .nok) }
