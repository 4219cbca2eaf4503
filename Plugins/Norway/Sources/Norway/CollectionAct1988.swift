import FordringKit

/// Inkassoloven, the debt-collection act of 1988.
enum CollectionAct1988 {
    /// The act as citations name it.
    static let source = "inkassoloven (1988)"

    /// § 3: what the act gives a consumer cannot be taken away by agreement.
    static let mandatory = Citation(source, "§ 3")
    /// § 3 a: letters may be sent electronically where that is safe.
    static let electronic = Citation(source, "§ 3 a")
    /// § 8: good practice; no unreasonable pressure, harm or inconvenience.
    static let goodPractice = Citation(source, "§ 8")
    /// § 9: the written notice before collecting, with at least 14 days from its sending.
    static let notice = Citation(source, "§ 9")
    /// § 10: the payment demand, with at least 14 days to pay or object.
    static let demand = Citation(source, "§ 10")
    /// § 11: before legal steps a demand with notice of them, not older than six months.
    static let legalSteps = Citation(source, "§ 11")
    /// § 12: exceptions from notice and demand, which this plug-in does not use.
    static let exceptions = Citation(source, "§ 12")
    /// § 13: paying the collector frees the debtor.
    static let payingTheCollector = Citation(source, "§ 13")
    /// § 17: no costs on a reasonable objection, on payment in time, or on a breach of §§ 8 to 11.
    static let lostCosts = Citation(source, "§ 17")
    /// § 22: the complaints board.
    static let board = Citation(source, "§ 22")
    /// § 28: confidentiality.
    static let confidentiality = Citation(source, "§ 28")

    /// §§ 9 and 10: the least number of days of a letter's deadline, counted from the sending.
    ///
    /// The act is older; the line begins with the first year of which the inkassosats is known.
    static let deadlineDays = LaidOut(
        Effective<Int>(
            "deadline of notice and payment demand, inkassoloven §§ 9 and 10",
            checkedThrough: NorwayOnly.checkedThrough,
            .from(CivilDate(2006, 1, 1), deadlineDaysMin, Citation(source, "§§ 9 and 10"))
        ))
    /// The least number of days in every version that is known.
    static let deadlineDaysMin = 14

    /// § 11: months after which a demand no longer allows legal steps.
    static let freshMonths = 6

    /// The last day to pay of a letter that leaves the house on a day, without the reasons.
    static func lastDay(sentOn day: CivilDate) throws(RuleGap) -> CivilDate {
        Holidays.bankingDay(onOrAfter: day.adding(days: try deadlineDays.on(day).value))
    }

    /// The last day to pay of a letter that leaves the house on a day; `nil` where the step has no letter.
    ///
    /// The day of sending is not counted. Where the last day is not a banking day the next one is taken, which can only
    /// lengthen the deadline. The act of 2026 gives the same 14 days.
    static func deadline(
        for step: CollectionStep, sentOn day: CivilDate, isUnderNewAct: Bool
    ) throws(RuleGap) -> Explained<CivilDate>? {
        let text: String
        let citation: Citation
        switch step {
        case .reminder:
            text = "Days to pay after a reminder."
            citation = Practice.reminderDeadline
        case .notice:
            text = "Days to pay after the collection notice, counted from its sending."
            citation = isUnderNewAct ? CollectionAct2026.notice : notice
        case .demand:
            text = "Days to pay or object after the payment demand."
            citation = isUnderNewAct ? CollectionAct2026.demand : demand
        case .legalNotice:
            text = "Days to pay or object after the notice of legal action."
            citation = isUnderNewAct ? CollectionAct2026.demand : demand
        case .court:
            return nil
        }
        let days = try deadlineDays.on(day).value
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
