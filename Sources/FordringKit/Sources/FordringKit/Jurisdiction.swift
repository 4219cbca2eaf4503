/// An amount that the rules add to a claim or to the case.
public struct DecidedCharge: Sendable {
    /// What it is.
    public var component: DebtComponent
    /// The claim that it belongs to; `nil` where it belongs to the whole case.
    public var claim: ClaimID?
    /// The amount and the computation.
    ///
    /// Negative only for interest that a payment of an earlier day takes back.
    public var amount: Explained<Money>

    /// States a charge.
    public init(component: DebtComponent, claim: ClaimID?, amount: Explained<Money>) {
        self.component = component
        self.claim = claim
        self.amount = amount
    }
}

/// A step that may lawfully be taken today, and that the creditor's policy asks for.
public struct DecidedStep: Sendable {
    /// What to do.
    public var kind: StepKind
    /// The claims that it covers.
    public var claims: [ClaimID]
    /// What is charged with it.
    public var charges: [DecidedCharge]
    /// Why it may be done today.
    public var reasons: [ExplanationLine]

    /// States a step.
    public init(kind: StepKind, claims: [ClaimID], charges: [DecidedCharge], reasons: [ExplanationLine]) {
        self.kind = kind
        self.claims = claims
        self.charges = charges
        self.reasons = reasons
    }
}

/// A step that would come next and may not be taken yet.
public struct PendingStep: Sendable {
    /// The step.
    public var kind: StepKind
    /// The claims that wait for it.
    public var claims: [ClaimID]
    /// The first day on which it may be taken if nothing else happens; `nil` when only an event can let it be taken.
    public var notBefore: CivilDate?
    /// What stands in the way, each with its section.
    public var obstacles: [ExplanationLine]

    /// States what waits.
    public init(kind: StepKind, claims: [ClaimID], notBefore: CivilDate?, obstacles: [ExplanationLine]) {
        self.kind = kind
        self.claims = claims
        self.notBefore = notBefore
        self.obstacles = obstacles
    }
}

/// What the rules say about a case on a day.
public struct Decision: Sendable {
    /// The steps to take today; empty when there is nothing to do.
    public var steps: [DecidedStep]
    /// The next day on which the answer can be another; `nil` when only an event from outside can change it.
    public var reviewOn: CivilDate?
    /// Why nothing more is done, where no step is pending: everything is paid, a letter has not left the house.
    public var waiting: [ExplanationLine]
    /// The steps that come next, from when each may be taken and what stands in the way.
    public var pending: [PendingStep] = []

    /// States a decision.
    public init(steps: [DecidedStep], reviewOn: CivilDate?, waiting: [ExplanationLine]) {
        self.steps = steps
        self.reviewOn = reviewOn
        self.waiting = waiting
    }
}

/// What a country calls a step, and whether the step is a letter.
public struct StepDescription: Sendable {
    /// The step.
    public var kind: StepKind
    /// What it is called, by language.
    public var names: [Language: String]
    /// Whether taking it sends a letter.
    public var sendsLetter: Bool
    /// The most times that the country's rules let it be taken.
    public var timesMax: Int

    /// Describes a step.
    public init(kind: StepKind, names: [Language: String], sendsLetter: Bool, timesMax: Int) {
        self.kind = kind
        self.names = names
        self.sendsLetter = sendsLetter
        self.timesMax = timesMax
    }
}

/// A day on which the country rests.
public struct Holiday: Sendable, Hashable {
    /// Its local name.
    public var name: String
    /// Whether it is one by law (`false`: banks or offices are closed by custom).
    public var isPublic: Bool
    /// The source.
    public var citation: Citation

    /// Describes a holiday.
    public init(name: String, isPublic: Bool, citation: Citation) {
        self.name = name
        self.isPublic = isPublic
        self.citation = citation
    }
}

/// The part of a day in which people may be contacted.
public struct ContactHours: Sendable, Hashable {
    /// The first minute of the day, 0 for midnight.
    public let firstMinute: Int
    /// The last minute of the day, included: 1259 where the hours end at 21:00.
    public let lastMinute: Int

    /// Makes hours from their first and last minute; none, or minutes that no day has, are a programmer's error.
    public init(firstMinute: Int, lastMinute: Int) {
        precondition(
            0 <= firstMinute && firstMinute <= lastMinute && lastMinute < 1440,
            "\(firstMinute) to \(lastMinute) are no minutes of a day")
        self.firstMinute = firstMinute
        self.lastMinute = lastMinute
    }

    /// From one full hour until another, which is not included: `from: 8, until: 21`.
    public init(from hour: Int, until end: Int) {
        self.init(firstMinute: hour * 60, lastMinute: end * 60 - 1)
    }

    /// All of the day.
    public static let wholeDay = ContactHours(from: 0, until: 24)

    /// The minutes as a range.
    public var minutes: Range<Int> { firstMinute..<(lastMinute + 1) }
}

/// How a debtor names the case when paying: a number that the bank carries back to the agency.
public struct PaymentReference: Sendable, Hashable {
    /// The reference's type: `FIK 71`, `KID`.
    public var type: String
    /// The reference itself, check digit included.
    public var number: String
    /// The line as printed in a payment box: `+71<000000000123455+81234567<`.
    public var codeLine: String

    /// Makes a reference.
    public init(type: String, number: String, codeLine: String) {
        self.type = type
        self.number = number
        self.codeLine = codeLine
    }
}

/// What decides how long the data of a debtor must be kept whose cases are all closed.
public struct RetentionFacts: Sendable {
    /// What sort of debtor.
    public var debtorKind: PartyKind
    /// The last day on which anything was booked in the debtor's cases, or one of them was closed.
    public var lastEventOn: CivilDate

    /// States the facts.
    public init(debtorKind: PartyKind, lastEventOn: CivilDate) {
        self.debtorKind = debtorKind
        self.lastEventOn = lastEventOn
    }
}

/// The law of one country, as pure functions: facts and a day in, answers with their sources out.
///
/// An implementation keeps no state, reads no clock and touches nothing outside its arguments. It is called from many
/// threads at once. A question that its tables cannot answer is a thrown ``RuleGap``, never a guess.
public protocol Jurisdiction: Sendable {
    /// The country whose law this is.
    var country: CountryCode { get }
    /// The currency that claims are in.
    var currency: Currency { get }
    /// The languages that letters can be written in, the country's own first.
    var languages: [Language] { get }
    /// The steps in the order in which they are taken.
    var steps: [StepDescription] { get }

    /// What may be done about a case on a day, and why.
    ///
    /// - Throws: ``RuleGap`` when a table has no answer.
    func decide(_ facts: CaseFacts, on day: CivilDate) throws -> Decision

    /// What may be done about many cases on a day, in the order of the facts. The default asks one by one.
    func decide(_ cases: [CaseFacts], on day: CivilDate) -> [Result<Decision, RuleGap>]

    /// Interest that has accrued on the claims through a day and is not charged yet, by claim.
    ///
    /// Negative where a payment of an earlier day takes back what was charged. Claims with nothing to add are left out.
    /// - Throws: ``RuleGap`` when a rate is missing.
    func interest(on facts: CaseFacts, through day: CivilDate) throws -> [DecidedCharge]

    /// The last day to pay that a letter states which leaves the house on a day; `nil` where the step has none.
    ///
    /// - Throws: ``RuleGap`` when the rule has no answer.
    func deadline(for step: StepKind, sentOn day: CivilDate) throws -> Explained<CivilDate>?

    /// In which order a payment covers what is owed; within one component, oldest first.
    var allocationOrder: Explained<[DebtComponent]> { get }

    /// The holiday on a day, if there is one. Sundays are not listed.
    func holiday(on day: CivilDate) -> Holiday?

    /// The time zone of the country's clocks by its IANA name: `Europe/Copenhagen`. The default is `UTC`.
    var timeZone: String { get }

    /// The hours of a day, by the country's clocks, in which a person may be contacted by what reaches them at once.
    ///
    /// `nil` as the value: nobody may be contacted that day, and the lines say why. The default is the whole of every day,
    /// with a line that says that the country's plug-in states no hours.
    func contactHours(on day: CivilDate) -> Explained<ContactHours?>

    /// Checks a number of the country's registers.
    func check(_ text: String, as kind: IdentifierKind) -> IdentifierVerdict

    /// What the country calls a number: `CVR`, `org.nr.`; empty where it has no word for it.
    func name(of identifier: IdentifierKind) -> String

    /// The reference that a debtor pays a case with.
    ///
    /// - Parameters:
    ///   - caseID: the case, at most 10 digits.
    ///   - creditorNumber: the creditor's number in the payment system, checked with ``check(_:as:)``.
    /// - Returns: `nil` where the country has no such system for the number.
    func paymentReference(for caseID: CaseID, creditorNumber: String) -> PaymentReference?

    /// The Mustache text of a step's letter, or `nil` where the step has none in that language.
    func letterTemplate(for step: StepKind, in language: Language) -> String?

    /// What a component of the debt is called on a letter.
    func name(of component: DebtComponent, in language: Language) -> String

    /// The last day on which the data of a debtor must be kept; they may be erased from the day after.
    ///
    /// The default states none and throws: data are kept until somebody knows that they need not be.
    /// - Throws: ``RuleGap`` when the rule has no answer.
    func retention(of facts: RetentionFacts) throws -> Explained<CivilDate>

    /// All rules with their figures and sources, as a person reads them. The default is an empty book.
    var lawBook: LawBook { get }

    /// The limits that a decision about a case on a day must keep: caps of fees and costs, earliest days of steps, least
    /// deadlines. The default has none.
    ///
    /// Worked out from the facts alone, not from what ``decide(_:on:)`` would answer.
    /// - Throws: ``RuleGap`` when a table has no answer; the host then applies no decision.
    func safeguards(for facts: CaseFacts, on day: CivilDate) throws -> [Safeguard]

    /// The last day on which a claim can still be enforced, with the events that moved it; `nil` where the country's plug-in
    /// does not say, which is the default.
    ///
    /// - Throws: ``RuleGap`` when the rule has no answer.
    func limitation(of claim: ClaimFacts) throws -> Explained<CivilDate>?

    /// The hours in which a collector may visit the debtor at home on a day.
    ///
    /// `nil` as the value: not that day, and the lines say why (no notice, a holiday). The default lets nobody be visited.
    /// - Throws: ``RuleGap`` when the rule has no answer.
    func visitHours(for facts: CaseFacts, on day: CivilDate) throws -> Explained<ContactHours?>

    /// The fee for a plan of so many instalments that is agreed on a day; `nil` where none may be charged, the default.
    ///
    /// - Throws: ``RuleGap`` when a table has no answer.
    func planFee(instalments: Int, for facts: CaseFacts, on day: CivilDate) throws -> DecidedCharge?

    /// The Mustache text of a step's letter that leaves on a day. The default is the text that holds on every day.
    func letterTemplate(for step: StepKind, in language: Language, on day: CivilDate) -> String?

    /// What a step's letter must tell the debtor when it leaves on a day. The default asks for nothing.
    func letterItems(for step: StepKind, on day: CivilDate) -> [LetterItem]

    /// Sentences of the country's own that templates place with `{{> name}}`, by name; Mustache texts with the same
    /// variables as the letter. The default has none.
    func clauses(in language: Language, on day: CivilDate) -> [String: String]

    /// Variables that the country adds to those of the host, for a letter that leaves on a day. The default has none.
    ///
    /// - Throws: ``RuleGap`` when a table has no answer.
    func letterFields(
        for step: StepKind, facts: CaseFacts, sentOn day: CivilDate, in language: Language
    ) throws -> [String: LetterField]

    /// Words that good practice keeps out of letters. The default has none.
    var wordingRules: [WordingRule] { get }

    /// Whether the undisputed rest of a claim may be collected while a part is disputed. The default says no.
    var undisputedRest: Explained<Bool> { get }

    /// The last day on which the agency should have answered a dispute that was opened on a day; `nil` where no rule was
    /// found, the default.
    func disputeAnswer(openedOn day: CivilDate) -> Explained<CivilDate>?

    /// The first day on which the next step may be taken after a hold was lifted. The default gives the debtor as many days
    /// as were left of the deadline that ran when the hold began, and at least ten.
    ///
    /// - Throws: ``RuleGap`` when the rule has no answer.
    func resumption(of facts: CaseFacts, heldSince: CivilDate, liftedOn: CivilDate) throws -> Explained<CivilDate>

    /// The letters that warn the debtor of registration with a credit bureau; the default has none, so that no registration
    /// rests on a warning that nobody gave.
    ///
    /// Each warns by an item that it must carry on every day and without a condition, ``LetterItem/registrationWarning``, in
    /// a sentence of the country's own: every letter of the kind that has left then counts, also for a tenant that had no
    /// bureau on that day.
    var registrationWarnings: [StepKind] { get }

    /// The letter that tells a debtor of a registration with a credit bureau; `nil` where the country has none.
    var registrationNotice: StepKind? { get }

    /// The letter that tells a debtor that the claim was sold; `nil` where the country has none.
    var assignmentNotice: StepKind? { get }

    /// Numbers that ``check(_:as:)`` must accept or refuse, from sources, for whoever tests the plug-in. The default has
    /// none.
    var identifierExamples: [IdentifierExample] { get }
}

extension Jurisdiction {
    /// No word.
    public func name(of identifier: IdentifierKind) -> String { "" }

    /// UTC.
    public var timeZone: String { "UTC" }

    /// The whole day, marked as something that nobody has looked up.
    public func contactHours(on day: CivilDate) -> Explained<ContactHours?> {
        Explained(
            .wholeDay,
            [
                ExplanationLine(
                    "No contact hours are stated for \(country), so the whole day is open.",
                    .unverified(
                        "the plug-in for \(country)", "", "It states no contact hours; the country's law may know some."
                    ))
            ])
    }

    /// An empty book.
    public var lawBook: LawBook { LawBook(country: country, title: country.code, acts: []) }

    /// None.
    public func safeguards(for facts: CaseFacts, on day: CivilDate) throws -> [Safeguard] { [] }

    /// Nothing is said of it.
    public func limitation(of claim: ClaimFacts) throws -> Explained<CivilDate>? { nil }

    /// Never.
    public func visitHours(for facts: CaseFacts, on day: CivilDate) throws -> Explained<ContactHours?> {
        Explained(
            nil,
            [
                ExplanationLine(
                    "The plug-in for \(country) states no rules for visits, so nobody may be visited.",
                    .unverified("the plug-in for \(country)", "", "It states no rules for visits."))
            ])
    }

    /// None.
    public func planFee(instalments: Int, for facts: CaseFacts, on day: CivilDate) throws -> DecidedCharge? { nil }

    /// The text that holds on every day.
    public func letterTemplate(for step: StepKind, in language: Language, on day: CivilDate) -> String? {
        letterTemplate(for: step, in: language)
    }

    /// None.
    public func letterItems(for step: StepKind, on day: CivilDate) -> [LetterItem] { [] }

    /// None.
    public func clauses(in language: Language, on day: CivilDate) -> [String: String] { [:] }

    /// None.
    public func letterFields(
        for step: StepKind, facts: CaseFacts, sentOn day: CivilDate, in language: Language
    ) throws -> [String: LetterField] { [:] }

    /// None.
    public var wordingRules: [WordingRule] { [] }

    /// No.
    public var undisputedRest: Explained<Bool> {
        Explained(
            false,
            [
                ExplanationLine(
                    "Nothing of a claim is collected while a part of it is disputed.",
                    .unverified("the plug-in for \(country)", "", "It states no rule, so nothing goes on."))
            ])
    }

    /// No rule.
    public func disputeAnswer(openedOn day: CivilDate) -> Explained<CivilDate>? { nil }

    /// What was left of the deadline, and at least ten days.
    public func resumption(
        of facts: CaseFacts, heldSince: CivilDate, liftedOn: CivilDate
    ) throws -> Explained<CivilDate> {
        let left = facts.steps.compactMap(\.deadlineOn).map { max(0, heldSince.days(to: $0)) }.max() ?? 0
        let days = max(10, left)
        let last = workingDay(onOrAfter: liftedOn.adding(days: days))
        var line = ExplanationLine(
            "The debtor has the days that were left when the case was held, and at least ten, before anything is done.",
            .unverified("the plug-in for \(country)", "", "It states no rule; a practice that favours the debtor."))
        line.from = liftedOn.adding(days: 1)
        line.through = last
        line.days = days
        return Explained(last.adding(days: 1), [line])
    }

    /// None.
    public var registrationWarnings: [StepKind] { [] }

    /// None.
    public var registrationNotice: StepKind? { nil }

    /// None.
    public var assignmentNotice: StepKind? { nil }

    /// None.
    public var identifierExamples: [IdentifierExample] { [] }

    /// No answer, so that nothing is erased.
    public func retention(of facts: RetentionFacts) throws -> Explained<CivilDate> {
        throw RuleGap(
            rule: "retention of personal data in \(country)", day: facts.lastEventOn,
            reason: "the country's plug-in states no retention period",
            cure: "Nothing may be erased until it does; ask its author for a version that does.")
    }

    /// Asks about the cases one by one.
    public func decide(_ cases: [CaseFacts], on day: CivilDate) -> [Result<Decision, RuleGap>] {
        cases.map { facts in
            do {
                return .success(try decide(facts, on: day))
            } catch let gap as RuleGap {
                return .failure(gap)
            } catch {
                return .failure(
                    RuleGap(
                        rule: "the rules of \(country)", day: day, reason: "they failed: \(error)",
                        cure: "Look at the case by hand and tell the author of the plug-in."))
            }
        }
    }

    /// Whether a day is a Saturday, a Sunday or a holiday, on which no letter is sent and no deadline ends.
    public func isRestDay(_ day: CivilDate) -> Bool {
        switch day.weekday {
        case .saturday, .sunday: true
        default: holiday(on: day) != nil
        }
    }

    /// The first day from `day` on, that day included, that is not a rest day.
    public func workingDay(onOrAfter day: CivilDate) -> CivilDate {
        var candidate = day
        while isRestDay(candidate) { candidate = candidate.adding(days: 1) }
        return candidate
    }
}
