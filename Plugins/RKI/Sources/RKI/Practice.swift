import FordringKit

/// What no section that was read settles: each line says what is doubtful about it.
enum Practice {
    private static let authority = "Datatilsynet, decision of 2013-05-08"
    private static let registry = "practice of the registers"
    private static let own = "Fordring, the product's own caution"

    /// § 20 (3) gives five years; from when they count for a claim, it was not read to say.
    static let claimAge = Citation.unverified(
        DataProtectionAct.age.source, DataProtectionAct.age.section,
        "The years were read; that they count from the day on which the claim fell due is this plug-in's reading.")

    /// The same for a registration.
    static let expiryCount = Citation.unverified(
        DataProtectionAct.age.source, DataProtectionAct.age.section,
        "The years were read; that they count from the day of the registration is the registers' practice.")

    /// A disputed claim is for the courts first.
    static let dispute = Citation.unverified(
        authority, "disputed claims", "A decision of the authority known from a secondary source; no section says it.")

    /// What is paid must go.
    static let payment = Citation.unverified(
        authority, "deletion on payment", "A decision and pages on practice; no section that was read says it.")

    /// The figure is the product's own.
    static let warningMax = Citation.unverified(
        authority, "time between demand and report",
        "A long gap was criticised, without a figure: the days are the agency's setting warningMaxDays.")

    /// The figure is the product's own.
    static let warningMin = Citation.unverified(
        own, "warning", "No section asks for the wait: the days are the agency's setting warningMinDays.")

    /// How many days the debtor's notice and the registration may lie apart.
    static let noticeDaysMax = 28

    /// The source of ``noticeDaysMax``.
    static let notice = Citation.unverified(
        registry, "notice to the debtor",
        "Within about 4 weeks by practice; the four weeks stand in Greenland's ordinance 1238/2016, not in the Danish act."
    )

    /// A plan that is kept.
    static let plan = Citation.unverified(own, "kept plan", "No Danish section that was read says it.")

    /// A second entry of the same claim.
    static let once = Citation.unverified(own, "one registration a claim", "No Danish section that was read says it.")

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
        case .paid: payment
        case .disputed: dispute
        case .wrong: dispute
        case .expired: DataProtectionAct.age
        case .debtRelief: DataProtectionAct.debtRelief
        case .withdrawn, .settled, .sold, .lapsed, .unmet, .closed: deletionDays
        @unknown default: deletionDays
        }
    }
}
