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

    // MARK: § 12 Visits

    /// § 12: visits on weekdays from 8 to 21 and Saturdays from 8 to 16; never on Sundays, holidays, 5 June, 24 and 31
    /// December.
    static func visitHours(on day: CivilDate) -> ContactHours? {
        switch Holidays.rule(on: day) {
        // Only banks rest on the day after Ascension; § 12 does not name it.
        case nil, .dayAfterAscension: break
        default: return nil
        }
        return switch day.weekday {
        case .sunday: nil
        case .saturday: ContactHours(from: 8, until: 16)
        default: ContactHours(from: 8, until: 21)
        }
    }

    /// The hours in which people are called or sent a text message.
    ///
    /// No statute gives any; the window of § 12 is used by recommendation, and the line says so.
    static func contactHours(on day: CivilDate) -> Explained<ContactHours?> {
        let hours = visitHours(on: day)
        let what =
            hours.map { "Contact from \($0.firstMinute / 60):00 until \(($0.lastMinute + 1) / 60):00" }
            ?? "No contact on this day"
        return Explained(
            hours,
            [
                ExplanationLine(
                    "\(what): no statute sets hours for telephone, text messages and e-mail; by recommendation the "
                        + "window for visits of inkassoloven § 12 is used.", Practice.contactHours)
            ])
    }
}

/// Retsplejeloven, the act on the administration of justice (LBK 1298 of 2025-11-07), as far as it looks back.
enum ProcedureAct {
    /// § 477 b (2): a payment order asks for the letter of inkassoloven § 10, whoever the creditor is.
    static let noticeBeforeCourt = Citation("retsplejeloven, LBK 1298/2025", "§ 477 b (2)")
    /// §§ 477 a-477 b: when a claim may go to court by payment order.
    static let paymentOrder = Citation("retsplejeloven, LBK 1298/2025", "§§ 477 a-477 b")
}
