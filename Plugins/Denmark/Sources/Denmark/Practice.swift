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

    /// When a visit notice is held to have reached the debtor.
    static let visitNoticeArrives = Citation.unverified(
        source, "arrival of a visit notice",
        "The statute asks that the notice has reached the debtor and gives no number of days; the agency's own setting."
    )

    /// A due date or deadline on a day without banking ends on the next banking day.
    static let dueDateOnRestDay = Citation.unverified(
        "interestia.dk", "due dates", "Practice as described by one calculator; bank closing days are recalled.")

    /// Interest is simple.
    static let simpleInterest = Citation.unverified(
        "interestia.dk", "simple interest", "Practice as described by one calculator; no section was read for it.")

    /// The last reminder may be merged into the collection notice, with the reminder's fee.
    static let mergedReminder = Citation.unverified(
        "project seed article", "merged notice", "No statute was read for it.")

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

    /// What a reminder and a collection letter tell the debtor.
    static let letterContents = Citation.unverified(
        source, "contents of letters", "No statute lists the contents of a reminder or a collection letter.")

    /// The ten points of a collection notice.
    static let noticeChecklist = Citation.unverified(
        "sitenyx.com, guide to the inkassovarsel", "checklist",
        "Practice; inkassoloven § 10 has one broad requirement and no list.")

    /// A small rest of fees and interest is not collected by the machine.
    static let smallRest = Citation.unverified(
        source, "rest of charges", "No statute says how a rest without principal is to be treated.")

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
                    "project seed article", "disputes",
                    "A real objection stops collecting; no rule was found on the part that is not disputed."))
        ])

    /// How soon the agency answers a dispute.
    static let disputeAnswer = Citation.unverified(
        source, "answer to a dispute", "No rule was found that sets the agency a time.")

    /// What the debtor has after a hold.
    static let resumption = Citation.unverified(
        source, "after a hold", "No rule was found; the kit's practice, which favours the debtor.")

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

    /// The customs in the book of the law.
    static func act(_ dayCount: DayCount) -> LawBook.Act {
        LawBook.Act(
            "Practice, where no statute was found",
            [
                dayCount.rule,
                LawBook.Rule(
                    "reminderDeadline", "A reminder gives \(reminderDays) days.", reminderDeadline),
                LawBook.Rule("letterDeadline", "A collection letter gives \(letterDays) days.", letterDeadline),
                LawBook.Rule(
                    "dueDateOnRestDay", "A last day on which banks rest moves to the next banking day.",
                    dueDateOnRestDay),
                LawBook.Rule("simpleInterest", "Interest bears no interest.", simpleInterest),
                LawBook.Rule(
                    "noticeWithReminder",
                    "The last reminder may be merged into the collection notice, which then carries the fee of a reminder and "
                        + "no other; where the setting noticeWithReminder asks for it.", mergedReminder),
                LawBook.Rule("workingDays", "Letters are sent on working days.", workingDays),
                LawBook.Rule("contactHours", "People are contacted in the hours of visits.", contactHours),
                LawBook.Rule(
                    "allocationOrder", "A payment covers costs, then interest, then principal.",
                    .unverified(source, "allocation of payments", "No statute found for private claims.")),
                LawBook.Rule(
                    "undisputedRest", undisputedRest.lines[0].text, undisputedRest.lines[0].citation),
                LawBook.Rule(
                    "disputeAnswer", "The law sets no last day for the answer to a dispute, so none is stated.",
                    disputeAnswer),
                LawBook.Rule(
                    "resumption",
                    "After a hold the debtor has the days that were left of a deadline, and at least ten.", resumption),
                LawBook.Rule(
                    "oneLetter", "No letter is decided while another, or a notice, has not left the house.", oneLetter),
                LawBook.Rule(
                    "smallRest", "A rest of charges without principal is left to a person.", smallRest),
            ])
    }
}
