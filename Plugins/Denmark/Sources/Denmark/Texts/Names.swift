import FordringKit

/// What steps and parts of the debt are called on paper.
///
/// Danish stands in for a language without words of its own.
enum Names {
    /// A step's name, by language.
    static func of(_ step: CollectionStep, in languages: [Language]) -> [Language: String] {
        let (danish, norwegian, english) =
            switch step {
            case .reminder: ("Rykker", "Purring", "Reminder")
            case .notice: ("Inkassovarsel", "Inkassovarsel", "Collection notice")
            case .letter: ("Inkassobrev", "Inkassobrev", "Collection letter")
            case .visit: ("Varsel om besøg", "Varsel om besøk", "Notice of a visit")
            case .court: ("Klar til retslig inddrivelse", "Klar for retten", "Ready for court")
            }
        return names(danish, norwegian, english, in: languages)
    }

    /// A notice's name, by language.
    static func of(_ notice: Notice, in languages: [Language]) -> [Language: String] {
        switch notice {
        case .registration:
            names("Besked om registrering", "Varsel om registrering", "Notice of registration", in: languages)
        case .assignment:
            names("Besked om ny kreditor", "Melding om ny kreditor", "Notice of a new creditor", in: languages)
        }
    }

    private static func names(
        _ danish: String, _ norwegian: String, _ english: String, in languages: [Language]
    ) -> [Language: String] {
        Dictionary(
            uniqueKeysWithValues: languages.map { language in
                switch language {
                case .english: (language, english)
                case .norwegian: (language, norwegian)
                default: (language, danish)
                }
            })
    }

    /// A component's name.
    static func of(_ component: DebtComponent, in language: Language) -> String {
        let (danish, norwegian, english) =
            switch component {
            case .principal: ("Hovedstol", "Hovedstol", "Principal")
            case .interest: ("Morarenter", "Forsinkelsesrenter", "Late-payment interest")
            case .reminderFee: ("Rykkergebyr", "Purregebyr", "Reminder fee")
            case .collectionFee: ("Inkassogebyr", "Inkassogebyr", "Collection fee")
            case .compensation: ("Kompensationsbeløb", "Kompensasjonsbeløp", "Compensation for late payment")
            case .collectionCost: ("Inddrivelsesomkostninger", "Inndrivingskostnader", "Collection costs")
            case .courtFee: ("Retsafgift", "Rettsgebyr", "Court fee")
            @unknown default: (component.rawValue, component.rawValue, component.rawValue)
            }
        switch language {
        case .english: return english
        case .norwegian: return norwegian
        default: return danish
        }
    }

    /// A date as a letter writes it: `12. januar 2026`, `12 January 2026`.
    static func date(_ date: CivilDate, in language: Language) -> String {
        let (year, month, day) = date.parts
        switch language {
        case .english: return "\(day) \(EnglishLetters.months[month - 1]) \(year)"
        case .norwegian: return "\(day). \(NorwegianLetters.months[month - 1]) \(year)"
        default: return "\(day). \(DanishLetters.months[month - 1]) \(year)"
        }
    }

    /// Hours as a letter writes them: `kl. 16.00-19.00`, `16:00 and 19:00`.
    static func hours(_ hours: ContactHours, in language: Language) -> String {
        let first = hours.firstMinute / 60
        let last = (hours.lastMinute + 1) / 60
        return language == .english ? "\(first):00 and \(last):00" : "kl. \(first).00-\(last).00"
    }
}
