import FordringKit

/// What no statute settles: the customs of agencies and banks that this plug-in follows, each marked as unverified.
enum Practice {
    private static let source = "agency practice"

    /// Letters are dated and sent on working days.
    static let workingDays = Citation.unverified(
        source, "working days", "A custom of agencies; no statute asks for it.")

    /// People are contacted in the hours in which they may be visited.
    static let contactHours = Citation.unverified(
        source, "contact hours",
        "A recommendation, not the statute: inkassoloven § 12 is about visits, and for telephone, text messages and e-mail "
            + "only good practice (§ 9) was found.")

    /// A due date or deadline on a day without banking ends on the next banking day.
    static let dueDateOnRestDay = Citation.unverified(
        "interestia.dk", "due dates", "Practice as described by one calculator; bank closing days are recalled.")

    /// A reminder gives as many days as § 9 b renteloven puts between two of them.
    static let reminderDays = 10
    /// The source of ``reminderDays``.
    static let reminderDeadline = Citation.unverified(
        source, "reminder", "No statute sets a deadline; 10 days is the least distance of two fees, renteloven § 9 b.")

    /// A collection letter customarily gives ten days.
    static let letterDays = 10
    /// The source of ``letterDays``.
    static let letterDeadline = Citation.unverified(
        source, "collection letter", "No statute sets a deadline; 10 days is customary.")

    /// The order of letters before a case is ready for a court.
    static let collectionLetter = Citation.unverified(
        source, "collection letter", "A step of practice between the notice and the court.")

    /// A small rest of fees and interest is not collected by the machine.
    static let smallRest = Citation.unverified(
        source, "rest of charges", "No statute says how a rest without principal is to be treated.")

    /// The creditor's policy asks for nothing more.
    static let policy = Citation.unverified(source, "creditor's policy", "The creditor's own wish, not a rule of law.")

    /// Costs first, then interest, then principal.
    ///
    /// A designation that the debtor makes when paying goes first; that is the host's to apply.
    static let allocationOrder = Explained<[DebtComponent]>(
        [.collectionCost, .collectionFee, .reminderFee, .compensation, .courtFee, .interest, .principal],
        [
            ExplanationLine(
                "A payment covers costs, then interest, then principal.",
                .unverified(source, "allocation of payments", "No statute found for private claims."))
        ])
}
