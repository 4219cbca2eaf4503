import FordringKit

/// What no section that was read settles: each line says what is doubtful about it.
enum Practice {
    private static let own = "Fordring, the product's own caution"

    /// A second entry of the same claim would be no second remark, § 10; it is not made at all.
    static let once = Citation.unverified(
        own, "one registration a claim", "§ 10 counts several records of a claim as one remark, and forbids none.")

    /// A claim that is not due.
    static let due = Citation.unverified(own, "due claims", "No section that was read says it.")

    /// How many days old the copy to the debtor may be, beyond the days to correct.
    static let copyDaysMax = 42

    /// The source of ``copyDaysMax``.
    static let copyAge = Citation.unverified(
        own, "age of the copy",
        "§§ 19-20 ask for the copy and the days to correct, and no section that was read says how old it may be: the days "
            + "are this plug-in's, 14 to correct and 28 after them, as long as Danish practice lets the notice be old.")

    /// Holds that no section names.
    static let holds = Citation.unverified(
        own, "holds", "No section that was read says it; a held case waits for a person.")

    /// Days for a deletion.
    static let deletionDays = Citation.unverified(
        own, "deletion", "No figure was found in the act; the days are a setting of the agency.")

    /// Why a registration must go, as the end of a sentence; a reason of a later kit by its name.
    static func words(for reason: RegistrationDeletion.Reason) -> String {
        switch reason {
        case .paid: "the claim was paid"
        case .disputed: "the claim is disputed"
        case .wrong: "it should not stand there"
        case .expired: "it is as old as it may become"
        case .withdrawn: "the creditor took the claim back"
        case .settled: "the parties settled the claim"
        case .sold: "the claim was sold"
        case .debtRelief: "the debtor has debt relief, or asked for it"
        case .lapsed: "the claim can no longer be enforced"
        case .unmet: "what must hold while it stands no longer does"
        case .closed: "the case was closed"
        @unknown default: "its reason is \(reason.rawValue)"
        }
    }

    /// Where the duty to delete stands.
    static func duty(_ reason: RegistrationDeletion.Reason) -> Citation {
        switch reason {
        case .paid: CreditInformationAct.settled
        case .disputed: CreditInformationAct.dispute
        case .wrong: deletionDays
        case .expired: CreditInformationAct.expiryCount
        case .withdrawn, .settled, .sold, .debtRelief, .lapsed, .unmet, .closed: deletionDays
        @unknown default: deletionDays
        }
    }
}
