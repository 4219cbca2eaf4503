/// Why a case was closed: a closed list, each with one meaning.
package enum CloseCode: String, Sendable, CaseIterable {
    /// All that was owed came in.
    case paid
    /// The creditor took the claims back before anything was left to be done.
    case withdrawn
    /// The creditor's credit notes left nothing owed.
    case credited
    /// A dispute was decided for the debtor, and nothing is owed.
    case upheld
    /// The parties agreed on something, and the rest is let go.
    case settled
    /// The claims were sold, and the debtor was told.
    case sold
    /// No claim of the case can be enforced any more.
    case lapsed
    /// The debtor's bankruptcy or estate was closed, and nothing came of it.
    case estateClosed
    /// A debt relief has freed the debtor of what was owed.
    case debtRelief
    /// Everything that is worth its cost was tried, and nothing was found.
    case uncollectable
    /// The case should never have been opened: another debtor, or a claim that came in twice.
    case mistake

    /// Who may give a code.
    package enum Giver: String, Sendable {
        /// Only the books, by what was booked.
        case books
        /// A person, with a reason.
        case person
        /// Either.
        case either
    }

    /// Who may give it.
    package var giver: Giver {
        switch self {
        case .paid, .credited, .upheld, .sold: .books
        case .settled: .either
        case .withdrawn, .lapsed, .estateClosed, .debtRelief, .uncollectable, .mistake: .person
        }
    }

    /// What it means, in a sentence.
    package var meaning: String {
        switch self {
        case .paid: "All that was owed came in."
        case .withdrawn: "The creditor took the claims back."
        case .credited: "The creditor's credit notes left nothing owed."
        case .upheld: "A dispute was decided for the debtor, and nothing is owed."
        case .settled: "The parties agreed on something, and the rest is let go."
        case .sold: "The claims were sold, and the debtor was told."
        case .lapsed: "No claim of the case can be enforced any more: limitation."
        case .estateClosed: "The bankruptcy or estate of the debtor was closed, and nothing came of it."
        case .debtRelief: "A debt relief has freed the debtor of what was owed."
        case .uncollectable: "Everything that is worth its cost was tried, and nothing was found."
        case .mistake: "The case should never have been opened: another debtor, or a claim that came in twice."
        }
    }

    /// How the books come to give it; `nil` for one that only a person gives.
    package var comesBy: String? {
        switch self {
        case .paid: "'fordring payment add' that covers all that is owed"
        case .credited: "a credit note that covers all that is owed, by 'fordring claim import'"
        case .upheld: "'fordring dispute decide … --outcome upheld'"
        case .settled: "a settlement of a dispute that leaves nothing owed"
        case .sold: "'fordring case sell', once the debtor's notice has left"
        case .withdrawn, .lapsed, .estateClosed, .debtRelief, .uncollectable, .mistake: nil
        }
    }

    /// Whether a letter is void that leaves after it was given: what was paid, credited or sold meanwhile was owed when the
    /// letter was written.
    package var voidsLetters: Bool {
        switch self {
        case .paid, .credited, .sold: false
        case .withdrawn, .upheld, .settled, .lapsed, .estateClosed, .debtRelief, .uncollectable, .mistake: true
        }
    }

    /// Whether nothing was owed when it was given.
    package var leavesNothingOwed: Bool { self == .paid || self == .credited || self == .upheld }
}
