import FordringKit

/// What no text that was read settles: the customs that this plug-in follows, each marked as unverified.
enum Practice {
    private static let source = "agency practice"

    /// Letters are dated and sent on working days.
    static let workingDays = Citation.unverified(
        source, "working days", "A custom of agencies; no statute was found that asks for it.")

    /// A due date or deadline on a day without banking ends on the next banking day.
    static let dueDateOnRestDay = Citation.unverified(
        source, "deadlines on rest days", "No Norwegian text was read on it; it can only lengthen what the debtor has.")

    /// A reminder without a fee gives the 14 days that one with a fee must give.
    static let reminderDeadline = Citation.unverified(
        "inkassoforskriften, FOR-1989-07-14-562", "§ 1-3",
        "The 14 days are asked for before a second fee; a reminder without one gives them too.")

    /// A claim counts in whole kroner, the øre left out.
    static let wholeKroner = Citation.unverified(
        "inkassoforskriften, FOR-1989-07-14-562", "§ 2-2",
        "The table speaks of whole kroner; the øre between two lines are put in the lower one.")

    /// People are contacted in the hours that the act of 2026 will allow.
    static let contactHours = Citation.unverified(
        "inkassoloven (1988)", "§ 8",
        "The act of 1988 names no hours; late evenings, nights and holidays were found to breach good practice, and "
            + "the hours of the act of 2026 are kept by choice.")

    /// No visits before the act of 2026.
    static let visits = Citation.unverified(
        "inkassoloven (1988)", "§ 8", "No rule on visits at home was found for the act of 1988, so none are made.")

    /// A small rest of fees and interest is not collected by the machine.
    static let smallRest = Citation.unverified(
        source, "rest of charges", "No statute was found on how a rest without principal is to be treated.")

    /// A letter waits for the one before it, also for one that only tells something.
    static let oneLetter = Citation.unverified(
        source, "one letter at a time", "The product's own order, so that nobody gets letters that cross each other.")

    /// Nothing of a claim is collected while a part of it is disputed.
    static let undisputedRest = Explained(
        false,
        [
            ExplanationLine(
                "Nothing of a claim is collected while a part of it is disputed.",
                .unverified(
                    CollectionAct1988.source, "§ 8",
                    "Collecting a disputed claim was found to breach good practice; no rule was found on the part that is "
                        + "not disputed."))
        ])

    /// How soon the agency answers a dispute before the act of 2026.
    static let disputeAnswer = Citation.unverified(
        source, "answer to a dispute", "No rule of the act of 1988 was found that sets the agency a time.")

    /// What the debtor has after a hold.
    static let resumption = Citation.unverified(
        source, "after a hold", "No rule was found; the kit's practice, which favours the debtor.")

    /// The creditor's policy asks for nothing more.
    static let policy = Citation.unverified(source, "creditor's policy", "The creditor's own wish, not a rule of law.")

    /// What a letter should say although no statute lists it.
    static let letters = Citation.unverified(
        source, "letters", "Customary and kind; recalled or taken over from the list of § 10.")

    /// Costs first, then interest, then principal.
    ///
    /// A designation that the debtor makes when paying goes first; that is the host's to apply.
    static let allocationOrder = Explained<[DebtComponent]>(
        [.collectionCost, .collectionFee, .reminderFee, .compensation, .courtFee, .interest, .principal],
        [
            ExplanationLine(
                "A payment covers costs, then interest, then principal.",
                .unverified(source, "allocation of payments", "No general statute was found; the order is recalled."))
        ])
}
