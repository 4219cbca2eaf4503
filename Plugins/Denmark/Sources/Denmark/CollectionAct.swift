import FordringKit

/// Inkassoloven, the act on debt collection (LBK 1018 of 2014-09-19).
enum CollectionAct {
    /// The act as citations name it.
    static let source = "inkassoloven, LBK 1018/2014"
    /// The day of the consolidated text that was read; the act's own figures begin here.
    static let consolidatedOn = CivilDate(2014, 9, 19)

    // MARK: § 9 Good practice

    /// § 9: collecting must follow good practice, without unreasonable pressure, harm or inconvenience.
    static let goodPractice = Citation(source, "§ 9")

    // MARK: § 10 The notice

    /// § 10: before any other step the debtor gets a letter with all that is needed to judge the claim and a deadline.
    static let notice = Citation(source, "§ 10")

    /// § 10: the least number of days of the notice's deadline, counted from the sending.
    static let noticeDays = Effective<Int>(
        "deadline of the collection notice, inkassoloven § 10",
        checkedThrough: DenmarkOnly.checkedThrough,
        .from(consolidatedOn, 10, notice)
    )

    /// The last day to pay of a letter that leaves the house on a day.
    ///
    /// The day of sending is not counted. Where the last day is not a banking day the next one is taken, which can only
    /// lengthen the deadline.
    static func deadline(for step: CollectionStep, sentOn day: CivilDate) throws(RuleGap) -> Explained<CivilDate>? {
        let days: Int
        let text: String
        let citation: Citation
        switch step {
        case .reminder:
            days = Practice.reminderDays
            text = "Days to pay after a reminder."
            citation = Practice.reminderDeadline
        case .notice:
            let line = try noticeDays.on(day)
            days = line.value
            text = "Days to pay after the collection notice, counted from its sending."
            citation = line.citation
        case .letter:
            days = Practice.letterDays
            text = "Days to pay after the collection letter."
            citation = Practice.letterDeadline
        case .court:
            return nil
        }
        let counted = day.adding(days: days)
        let last = Holidays.bankingDay(onOrAfter: counted)
        var lines = [ExplanationLine(text, citation, from: day.adding(days: 1), through: counted, days: days)]
        if last != counted {
            lines.append(
                ExplanationLine(
                    "The last day is not a banking day, so the next one is timely.", Practice.dueDateOnRestDay,
                    from: counted, through: last))
        }
        return Explained(last, lines)
    }
}

/// Retsplejeloven, the act on the administration of justice (LBK 1298 of 2025-11-07), as far as it looks back.
enum ProcedureAct {
    /// § 477 b (2): a payment order asks for the letter of inkassoloven § 10, whoever the creditor is.
    static let noticeBeforeCourt = Citation("retsplejeloven, LBK 1298/2025", "§ 477 b (2)")
    /// §§ 477 a-477 b: when a claim may go to court by payment order.
    static let paymentOrder = Citation("retsplejeloven, LBK 1298/2025", "§§ 477 a-477 b")
}
