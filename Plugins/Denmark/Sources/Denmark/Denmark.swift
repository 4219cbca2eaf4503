import FordringKit

/// The law of Denmark on collecting a due claim out of court, as pure functions.
///
/// The answers are in the files that are named for the acts; this one only joins them to the kit.
struct Denmark: Jurisdiction {
    /// How the days of interest are counted, which the statute leaves open.
    let dayCount: DayCount
    /// When the creditor's financial year ends, from which books are kept.
    var financialYear = FinancialYear(month: 12, day: 31)

    let country = CountryCode.denmark
    let currency = Currency.dkk
    let languages: [Language] = [.danish, .english]
    let timeZone = "Europe/Copenhagen"

    var steps: [StepDescription] {
        CollectionStep.allCases.map { step in
            StepDescription(
                kind: step.kind, names: Names.of(step), sendsLetter: step.sendsLetter, timesMax: step.timesMax)
        }
    }

    func decide(_ facts: CaseFacts, on day: CivilDate) throws -> Decision {
        try Procedure(law: self, facts: facts, day: day).decision()
    }

    func interest(on facts: CaseFacts, through day: CivilDate) throws -> [DecidedCharge] {
        try DenmarkOnly.check(facts.currency, on: day)
        var charges: [DecidedCharge] = []
        for claim in facts.claims {
            if let charge = try InterestAct.charge(on: claim, in: facts, through: day, dayCount: dayCount) {
                charges.append(charge)
            }
        }
        return charges
    }

    func deadline(for step: StepKind, sentOn day: CivilDate) throws -> Explained<CivilDate>? {
        guard let step = CollectionStep(step), step.sendsLetter else { return nil }
        return try CollectionAct.deadline(for: step, sentOn: day)
    }

    var allocationOrder: Explained<[DebtComponent]> { Practice.allocationOrder }

    func holiday(on day: CivilDate) -> Holiday? { Holidays.rule(on: day)?.holiday }

    func contactHours(on day: CivilDate) -> Explained<ContactHours?> { CollectionAct.contactHours(on: day) }

    func check(_ text: String, as kind: IdentifierKind) -> IdentifierVerdict {
        switch kind {
        case .company: Identifiers.checkCVR(text)
        case .person: Identifiers.checkCPR(text)
        case .bankAccount: Identifiers.checkBankAccount(text)
        case .paymentCreditor: Identifiers.checkPaymentCreditor(text)
        @unknown default: .invalid(reason: "Denmark has no rule for “\(kind.rawValue)”.")
        }
    }

    func name(of identifier: IdentifierKind) -> String {
        switch identifier {
        case .company: "CVR"
        case .person: "CPR"
        case .bankAccount: "konto"
        case .paymentCreditor: "FI-kreditornr."
        @unknown default: ""
        }
    }

    func paymentReference(for caseID: CaseID, creditorNumber: String) -> PaymentReference? {
        Identifiers.paymentReference(for: caseID, creditorNumber: creditorNumber)
    }

    func letterTemplate(for step: StepKind, in language: Language) -> String? {
        guard let step = CollectionStep(step) else { return nil }
        switch language {
        case .danish: return DanishLetters.template(for: step)
        case .english: return EnglishLetters.template(for: step)
        default: return nil
        }
    }

    func name(of component: DebtComponent, in language: Language) -> String { Names.of(component, in: language) }

    func retention(of facts: RetentionFacts) throws -> Explained<CivilDate> {
        try BookkeepingAct.retention(of: facts, financialYear: financialYear)
    }
}

/// The limits of what this plug-in speaks for.
enum DenmarkOnly {
    /// The last day for which the fixed figures of acts and orders are held to be looked up.
    ///
    /// The status date of the fact sheet behind the tables. Its consolidated texts were published up to about March
    /// 2026, so who moves this day forward must look for amendments from then on.
    static let checkedThrough = CivilDate(2026, 11, 22)

    /// Refuses a currency in which the acts state no amounts.
    static func check(_ currency: Currency, on day: CivilDate) throws(RuleGap) {
        guard currency == .dkk else {
            throw RuleGap(
                rule: "Danish fees and costs", day: day, reason: "the tables are in DKK and the case is in \(currency)",
                cure: "A person must decide how the claim is converted.")
        }
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
