import FordringKit

/// The law of one part of the Kingdom of Denmark on collecting a due claim out of court, as pure functions.
///
/// The answers are in the files that are named for the acts; this one only joins them to the kit.
struct Denmark: Jurisdiction {
    /// The acts.
    let regime: Regime
    /// The tenant's choices.
    let choices: Choices
    /// All rules with their figures.
    let lawBook: LawBook

    /// Joins the law and a tenant's choices.
    init(_ regime: Regime = .denmark(), choices: Choices = Choices()) {
        self.regime = regime
        self.choices = choices
        lawBook = LawBook(
            country: regime.country, title: regime.title,
            acts: [
                regime.interest.act, regime.collection.act, regime.costs.act, regime.limitation.act,
                regime.procedure.act,
            ] + (regime.registration.map { [$0.act] } ?? []) + [
                regime.assignment.act, regime.bookkeeping.act, regime.holidays.act, Identifiers(regime.country).act,
                Wording.act, Practice.act(choices.dayCount),
            ],
            unsupported: regime.unsupported)
    }

    /// The law of Denmark with one choice or two, for tests.
    init(dayCount: DayCount, financialYear: FinancialYear = FinancialYear(month: 12, day: 31)) {
        var choices = Choices()
        choices.dayCount = dayCount
        choices.financialYear = financialYear
        self.init(choices: choices)
    }

    var country: CountryCode { regime.country }
    let currency = Currency.dkk
    var languages: [Language] { regime.languages }
    var timeZone: String { regime.timeZone }

    var steps: [StepDescription] {
        regime.steps.map { step in
            StepDescription(
                kind: step.kind, names: Names.of(step, in: languages), sendsLetter: step.sendsLetter,
                timesMax: step.timesMax)
        }
            + regime.notices.map { notice in
                StepDescription(
                    kind: notice.kind, names: Names.of(notice, in: languages), sendsLetter: true,
                    timesMax: notice.timesMax)
            }
    }

    /// The collection letter, which must say so: the item is due in every one, whether or not the tenant uses a bureau today.
    ///
    /// None in Greenland and the Faroe Islands, where no source asks for a warning.
    var registrationWarnings: [StepKind] { regime.registration?.warning == nil ? [] : [.collectionLetter] }

    var registrationNotice: StepKind? { regime.registration == nil ? nil : .registrationNotice }

    var assignmentNotice: StepKind? { .assignmentNotice }

    var undisputedRest: Explained<Bool> { Practice.undisputedRest }

    // MARK: The case

    func decide(_ facts: CaseFacts, on day: CivilDate) throws -> Decision {
        try Procedure(law: self, facts: facts, day: day).decision()
    }

    func interest(on facts: CaseFacts, through day: CivilDate) throws -> [DecidedCharge] {
        try Horizon.check(facts.currency, on: day)
        var charges: [DecidedCharge] = []
        for claim in facts.claims {
            if let charge = try regime.interest.charge(
                on: claim, in: facts, through: day, dayCount: choices.dayCount)
            {
                charges.append(charge)
            }
        }
        return charges
    }

    func deadline(for step: StepKind, sentOn day: CivilDate) throws -> Explained<CivilDate>? {
        guard let step = CollectionStep(step), step.sendsLetter else { return nil }
        return try regime.collection.deadline(for: step, sentOn: day)
    }

    var allocationOrder: Explained<[DebtComponent]> { Practice.allocationOrder }

    func limitation(of claim: ClaimFacts) throws -> Explained<CivilDate>? {
        regime.limitation.isInForce ? try regime.limitation.limitation(of: claim) : nil
    }

    func planFee(instalments: Int, for facts: CaseFacts, on day: CivilDate) throws -> DecidedCharge? {
        try Horizon.check(facts.currency, on: day)
        guard facts.creditor.collectsItself else { return nil }
        return try regime.costs.settlementCharge(
            in: facts, on: day, notice: regime.collection, limitation: regime.limitation)
    }

    func retention(of facts: RetentionFacts) throws -> Explained<CivilDate> {
        try regime.bookkeeping.retention(of: facts, financialYear: choices.financialYear)
    }

    // MARK: Days and hours

    func holiday(on day: CivilDate) -> Holiday? { regime.holidays.holiday(on: day) }

    func contactHours(on day: CivilDate) -> Explained<ContactHours?> { regime.collection.contactHours(on: day) }

    func visitHours(for facts: CaseFacts, on day: CivilDate) throws -> Explained<ContactHours?> {
        try regime.collection.visitHours(for: facts, on: day, choices.visits)
    }

    // MARK: Numbers

    func check(_ text: String, as kind: IdentifierKind) -> IdentifierVerdict {
        Identifiers(country).check(text, as: kind)
    }

    func name(of identifier: IdentifierKind) -> String { Identifiers(country).name(of: identifier) }

    func paymentReference(for caseID: CaseID, creditorNumber: String) -> PaymentReference? {
        choices.slip.reference(for: caseID, creditorNumber: creditorNumber)
    }

    var identifierExamples: [IdentifierExample] { Identifiers(country).examples }

    // MARK: Letters

    func letterTemplate(for step: StepKind, in language: Language) -> String? {
        guard languages.contains(language) else { return nil }
        if let notice = regime.notice(step) { return LetterTexts(language).template(for: notice) }
        guard let step = CollectionStep(step), regime.steps.contains(step) else { return nil }
        return LetterTexts(language).template(for: step)
    }

    func name(of component: DebtComponent, in language: Language) -> String { Names.of(component, in: language) }

    func letterItems(for step: StepKind, on day: CivilDate) -> [LetterItem] {
        if let notice = regime.notice(step) { return LetterContents(regime: regime).items(for: notice) }
        guard let step = CollectionStep(step), regime.steps.contains(step) else { return [] }
        return LetterContents(regime: regime).items(for: step)
    }

    func clauses(in language: Language, on day: CivilDate) -> [String: String] {
        LetterTexts(language).clauses(in: regime)
    }

    func letterFields(
        for step: StepKind, facts: CaseFacts, sentOn day: CivilDate, in language: Language
    ) throws -> [String: LetterField] {
        guard let step = CollectionStep(step), regime.steps.contains(step), step.sendsLetter else { return [:] }
        return try LetterContents(regime: regime).fields(
            for: step, facts: facts, sentOn: day, in: language, choices.visits)
    }

    var wordingRules: [WordingRule] { Wording.rules }
}
