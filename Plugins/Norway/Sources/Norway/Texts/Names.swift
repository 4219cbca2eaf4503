import FordringKit

/// What steps and parts of the debt are called on paper.
enum Names {
    /// A step's name, by language.
    static func of(_ step: CollectionStep) -> [Language: String] {
        switch step {
        case .reminder: [.norwegian: "Purring", .danish: "Rykker", .english: "Reminder"]
        case .notice: [.norwegian: "Inkassovarsel", .danish: "Inkassovarsel", .english: "Collection notice"]
        case .demand: [.norwegian: "Betalingsoppfordring", .danish: "Betalingsopfordring", .english: "Payment demand"]
        case .legalNotice:
            [
                .norwegian: "Varsel om rettslige skritt", .danish: "Varsel om retlige skridt",
                .english: "Notice of legal action",
            ]
        case .court:
            [
                .norwegian: "Klar for rettslig inndriving", .danish: "Klar til retslig inddrivelse",
                .english: "Ready for court",
            ]
        }
    }

    /// A notice's name, by language.
    static func of(_ notice: Notice) -> [Language: String] {
        switch notice {
        case .registration:
            [
                .norwegian: "Varsel om registrering", .danish: "Besked om registrering",
                .english: "Notice of registration",
            ]
        case .assignment:
            [
                .norwegian: "Melding om ny kreditor", .danish: "Besked om ny kreditor",
                .english: "Notice of a new creditor",
            ]
        }
    }

    /// A component's name; Norwegian for a language without texts.
    static func of(_ component: DebtComponent, in language: Language) -> String {
        func name(_ norwegian: String, _ danish: String, _ english: String) -> String {
            switch language {
            case .danish: danish
            case .english: english
            default: norwegian
            }
        }
        switch component {
        case .principal: return name("Hovedstol", "Hovedstol", "Principal")
        case .interest: return name("Forsinkelsesrente", "Morarente", "Late-payment interest")
        case .reminderFee: return name("Purre- og varselgebyr", "Rykker- og varselsgebyr", "Reminder and notice fees")
        case .collectionFee: return name("Gebyr", "Gebyr", "Fee")
        case .compensation: return name("Standardkompensasjon", "Kompensationsbeløb", "Standard compensation")
        case .collectionCost: return name("Inkassosalær", "Inkassosalær", "Collector's fee")
        case .courtFee: return name("Rettsgebyr", "Retsafgift", "Court fee")
        @unknown default: return component.rawValue
        }
    }

    /// A day as it is written in a letter: `12. januar 2026`, `12 January 2026`.
    static func date(_ date: CivilDate, in language: Language) -> String {
        let (year, month, day) = date.parts
        let names: [String] =
            switch language {
            case .danish:
                [
                    "januar", "februar", "marts", "april", "maj", "juni", "juli", "august", "september", "oktober",
                    "november", "december",
                ]
            case .english:
                [
                    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
                    "November", "December",
                ]
            default:
                [
                    "januar", "februar", "mars", "april", "mai", "juni", "juli", "august", "september", "oktober",
                    "november", "desember",
                ]
            }
        return language == .english ? "\(day) \(names[month - 1]) \(year)" : "\(day). \(names[month - 1]) \(year)"
    }
}
