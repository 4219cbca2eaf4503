/// Something that a letter must tell the debtor.
///
/// The host checks it twice: when a tenant is taken on, with specimen figures in each of the tenant's texts, and on every
/// letter before it leaves.
public struct LetterItem: Sendable, Hashable {
    /// What carries the item on the paper.
    public enum Carrier: Sendable, Hashable {
        /// A variable of the template: `deadline`.
        case field(String)
        /// A sentence of the country's own, by its name in ``Jurisdiction/clauses(in:on:)``; a template places it with
        /// `{{> name}}`.
        case clause(String)
        /// The table of what is owed.
        case statement
        /// The box that says how to pay.
        case payment
        /// The head of the letter, which the host prints: the creditor's name and address.
        case sender
        /// The address field, which the host prints: the debtor's name and address.
        case recipient
    }

    /// The name of the item by which a letter warns of registration with a credit bureau, see
    /// ``Jurisdiction/registrationWarnings``.
    public static let registrationWarning = "registrationWarning"

    /// A lowerCamelCase name, unique for the step: `lastDayToPay`.
    public var identifier: String
    /// What the debtor must be able to read, as a part of a sentence: `the last day to pay`.
    public var meaning: String
    /// What carries it; where there are several, one is enough.
    public var carriers: [Carrier]
    /// A truth value of the template that must hold for the item to be due: `hasInterest`; empty for always.
    public var condition: String
    /// Whether a statute asks for it; `false` for practice.
    public var isStatutory: Bool
    /// Where that stands.
    public var citation: Citation

    /// Describes an item.
    public init(
        _ identifier: String, _ meaning: String, _ carriers: [Carrier], when condition: String = "",
        isStatutory: Bool = true, _ citation: Citation
    ) {
        self.identifier = identifier
        self.meaning = meaning
        self.carriers = carriers
        self.condition = condition
        self.isStatutory = isStatutory
        self.citation = citation
    }
}

/// A value that a country adds to the variables of its letters' templates.
public enum LetterField: Sendable, Hashable {
    /// Words or figures, as printed.
    case text(String)
    /// A truth value, for a section.
    case flag(Bool)
}

/// Words that good practice keeps out of what the agency writes.
public struct WordingRule: Sendable, Hashable {
    /// Where the words may not stand.
    public enum Place: Sendable, Hashable {
        /// Nowhere in a letter: pressure, threats, offers of a loan.
        case anywhere
        /// Not where somebody else than the debtor can read it: the subject of an e-mail, a text message, the window of an
        /// envelope.
        case outside
    }

    /// The language of the words; `nil` for every language.
    public var language: Language?
    /// Where they may not stand.
    public var place: Place
    /// Words or phrases in small letters; matched whole, whatever the case.
    public var phrases: [String]
    /// The rule in one sentence of English.
    public var meaning: String
    /// Where it stands.
    public var citation: Citation

    /// States a rule.
    public init(
        _ place: Place, in language: Language?, _ phrases: [String], _ meaning: String, _ citation: Citation
    ) {
        self.place = place
        self.language = language
        self.phrases = phrases
        self.meaning = meaning
        self.citation = citation
    }

    /// The first of the phrases that stands in a text; `nil` where none does.
    public func found(in text: String) -> String? {
        let words = WordingRule.padded(text)
        return phrases.first { words.contains(WordingRule.padded($0)) }
    }

    /// The words in small letters with one space around each, so that a phrase is found whole.
    private static func padded(_ text: String) -> String {
        let words = text.lowercased().split { !($0.isLetter || $0.isNumber) }
        return " \(words.joined(separator: " ")) "
    }
}
