import FordringKit

/// The letters and clauses in one language.
///
/// Clauses are the sentences that the law or the practice asks for; templates place them with `{{> name}}`, a tenant's own
/// texts too. A clause that names an act names that of the country.
struct LetterTexts {
    /// A way to write the letters.
    private let texts: any LetterLanguage.Type

    /// The texts in a language; Danish where there are none.
    init(_ language: Language) {
        switch language {
        case .english: texts = EnglishLetters.self
        case .norwegian: texts = NorwegianLetters.self
        default: texts = DanishLetters.self
        }
    }

    /// The text of a step's letter; `nil` for a step without one.
    func template(for step: CollectionStep) -> String? {
        switch step {
        case .reminder: texts.reminder
        case .notice: texts.notice
        case .letter: texts.letter
        case .visit: texts.visit
        case .court: nil
        }
    }

    /// The text of a notice.
    func template(for notice: Notice) -> String {
        switch notice {
        case .registration: texts.registration
        case .assignment: texts.assignment
        }
    }

    /// The clauses with the acts of a country.
    func clauses(in regime: Regime) -> [String: String] {
        var clauses = texts.clauses.merging(texts.assignmentClauses) { $1 }
        // Empty where no rule on registration is known: the letter warns of nothing then.
        clauses["registrationWarning"] = regime.registration == nil ? "" : texts.registrationWarning
        if regime.registration != nil {
            clauses.merge(texts.registrationClauses) { $1 }
            clauses["registrationWhy"] = texts.registrationReason(in: regime.country)
        }
        let acts = texts.acts(of: regime.country)
        clauses["noticeBasis"] = acts.notice
        clauses["interestBasis"] =
            acts.interest.isEmpty ? "" : "{{#hasInterest}}\(acts.interest) \(texts.interestRate){{/hasInterest}}"
        clauses["feesBasis"] =
            acts.fees.isEmpty
            ? ""
            : "{{#hasFees}}\(acts.fees){{^isConsumer}}\(acts.compensation){{/isConsumer}}.{{/hasFees}}"
        clauses["costsBasis"] = acts.costs.isEmpty ? "" : "{{#hasCosts}}\(acts.costs){{/hasCosts}}"
        clauses["costWarning"] = acts.costWarning
        return clauses
    }
}

/// The sentences that name an act, which differ between the countries; empty where nothing is charged.
struct NamedActs {
    var notice: String
    var interest: String
    var fees: String
    var compensation: String
    var costs: String
    var costWarning: String
}

/// The letters in one language.
///
/// A paragraph is one line of the text.
protocol LetterLanguage {
    /// Friendly, and says what is owed, until when, and how to pay or object.
    static var reminder: String { get }
    /// All that is needed to judge the claim, the last day, and the warning of further costs.
    static var notice: String { get }
    /// The last demand before a court, after the notice's deadline.
    static var letter: String { get }
    /// Place, time of day, the collector's telephone and address, and that later visits need no new notice.
    static var visit: String { get }
    /// What is registered, with whom, by whom and why, how to object, correct and pay, and when it goes.
    static var registration: String { get }
    /// Who the new creditor is, since when it is paid, and that objections stay.
    static var assignment: String { get }
    /// The sentences of ``registration``.
    static var registrationClauses: [String: String] { get }
    /// Which act lets a claim be registered, and when.
    static func registrationReason(in country: CountryCode) -> String
    /// The sentences of ``assignment``.
    static var assignmentClauses: [String: String] { get }
    /// The sentences that name no act.
    static var clauses: [String: String] { get }
    /// That the claim can be registered with a credit bureau; names no act.
    static var registrationWarning: String { get }
    /// The rate in force, where it is known.
    static var interestRate: String { get }
    /// The sentences that name the acts of a country.
    static func acts(of country: CountryCode) -> NamedActs
    /// The months.
    static var months: [String] { get }
}

extension LetterLanguage {
    /// Words for a consumer or for others.
    static func either(_ consumer: String, _ other: String) -> String {
        "{{#isConsumer}}\(consumer){{/isConsumer}}{{^isConsumer}}\(other){{/isConsumer}}"
    }
}
