import FordringKit

/// What steps and parts of the debt are called on paper.
enum Names {
    /// A step's name, by language.
    static func of(_ step: CollectionStep) -> [Language: String] {
        switch step {
        case .reminder: [.danish: "Rykker", .english: "Reminder"]
        case .notice: [.danish: "Inkassovarsel", .english: "Collection notice"]
        case .letter: [.danish: "Inkassobrev", .english: "Collection letter"]
        case .court: [.danish: "Klar til retslig inddrivelse", .english: "Ready for court"]
        }
    }

    /// A component's name; Danish for a language without texts.
    static func of(_ component: DebtComponent, in language: Language) -> String {
        let isEnglish = language == .english
        switch component {
        case .principal: return isEnglish ? "Principal" : "Hovedstol"
        case .interest: return isEnglish ? "Late-payment interest" : "Morarenter"
        case .reminderFee: return isEnglish ? "Reminder fee" : "Rykkergebyr"
        case .collectionFee: return isEnglish ? "Collection fee" : "Inkassogebyr"
        case .compensation: return isEnglish ? "Compensation for late payment" : "Kompensationsbeløb"
        case .collectionCost: return isEnglish ? "Collection costs" : "Inddrivelsesomkostninger"
        case .courtFee: return isEnglish ? "Court fee" : "Retsafgift"
        @unknown default: return component.rawValue
        }
    }
}
