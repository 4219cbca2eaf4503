import FordringKit

/// Inkassoloven of 2026, the debt-collection act of 22 May 2026 no 19, which was not in force when last looked at.
///
/// A tenant's setting says from which day it is applied; where it says nothing, never. The amounts of its fees and
/// costs come by regulations that were not seen: under it every fee and cost is a ``RuleGap``, and steps without one
/// go on.
enum CollectionAct2026 {
    /// The act as citations name it.
    static let source = "inkassolov, lov 22. mai 2026 nr. 19"
    /// The day of the act; it cannot have come into force before.
    static let passedOn = CivilDate(2026, 5, 22)

    private static func section(_ section: String) -> Citation {
        .unverified(source, section, "Passed on 2026-05-22; when last looked at, on 2026-07-28, not in force.")
    }

    /// Contact on weekdays and Saturdays only.
    static let hours = section("contact hours")
    /// § 15: visits by the firm only, announced in writing, and the debtor may decline.
    static let visits = section("§ 15")
    /// § 16: what the debtor must be told.
    static let information = section("§ 16")
    /// § 17: an answer within a week.
    static let answers = section("§ 17")
    /// § 17 for a dispute.
    static let disputes = Citation.unverified(
        source, "§ 17",
        "Passed on 2026-05-22; when last looked at, on 2026-07-28, not in force. That an objection is among what is "
            + "answered within the week is this plug-in's reading.")
    /// § 17: days in which the debtor is answered.
    static let answerDays = 7
    /// § 18: costs lost on a breach, and none for the debts of minors.
    static let lostCosts = section("§ 18")
    /// § 20: what the collection notice must say.
    static let notice = section("§ 20")
    /// § 21: the payment demand.
    static let demand = section("§ 21")
    /// § 22: several claims of one creditor are collected together.
    static let together = section("§ 22")
    /// § 23: exceptions from notice and demand.
    static let exceptions = section("§ 23")
    /// § 25: complaints and their log.
    static let complaints = section("§ 25")
    /// § 29: guardians of minors.
    static let guardians = section("§ 29")
    /// § 37: confidentiality.
    static let confidentiality = section("§ 37")
    /// § 52: fines.
    static let fines = section("§ 52")
    /// § 24: collecting stops where the claim is doubtful.
    static let doubtfulClaims = section("§ 24")
    /// § 26: what was collected is paid out within 14 days.
    static let clientFunds = section("§ 26")
    /// § 32: no loans to debtors, and no advertising of loans.
    static let loans = section("§ 32")
    /// § 36: documents are kept for at least five and at most ten years.
    static let retention = section("§ 36")
    /// The regulations that are to set fees and costs.
    static let amounts = section("regulations on fees and costs")

    /// What the tenant's file may say about it.
    static let setting = SettingDescription(
        key: "newCollectionActFrom", allowed: [], standard: "",
        meaning: "The first day (2026-07-01) from which the debt-collection act of 2026 is applied; empty: not at all.")

    /// Reads the tenant's setting.
    static func firstDay(_ context: PluginContext) throws(PluginSettingError) -> CivilDate? {
        let text = context.setting(setting.key)
        if text.isEmpty { return nil }
        guard let day = CivilDate(iso: text) else {
            throw PluginSettingError(
                key: setting.key, "“\(text)” is not a day; write it as 2027-01-01, or leave it empty.")
        }
        guard day >= passedOn else {
            throw PluginSettingError(
                key: setting.key, "\(day) is before \(passedOn), the day of the act; write the day it came into force.")
        }
        return day
    }

    /// That an amount is not known under this act.
    static func gap(_ what: String, on day: CivilDate) -> RuleGap {
        RuleGap(
            rule: "\(what), inkassolov of 22 May 2026", day: day,
            reason:
                "the act is applied from the tenant's newCollectionActFrom on, and its amounts come by a regulation "
                + "that was not seen",
            cure: "Take the step without a charge, or install a version of the plug-in that knows the regulation.")
    }

    /// The last day to answer a dispute that was opened on a day, rest days counted: the week is not made longer.
    static func disputeAnswer(openedOn day: CivilDate) -> Explained<CivilDate> {
        let last = day.adding(days: answerDays)
        return Explained(
            last,
            [
                ExplanationLine(
                    "The debtor is answered within a week.", disputes, from: day.adding(days: 1), through: last,
                    days: answerDays)
            ])
    }

    /// Monday to Friday from 8 to 21, Saturday from 9 to 15, never on Sundays and holidays.
    static func window(on day: CivilDate) -> ContactHours? {
        if Holidays.rule(on: day) != nil { return nil }
        return switch day.weekday {
        case .sunday: nil
        case .saturday: ContactHours(from: 9, until: 15)
        default: ContactHours(from: 8, until: 21)
        }
    }

    /// The hours in which people are called or sent a text message: the act's, or the same by recommendation before it.
    static func contactHours(on day: CivilDate, isInForce: Bool) -> Explained<ContactHours?> {
        let hours = window(on: day)
        let what =
            hours.map { "Contact from \($0.firstMinute / 60):00 until \(($0.lastMinute + 1) / 60):00" }
            ?? "No contact on this day"
        return Explained(
            hours,
            [
                isInForce
                    ? ExplanationLine("\(what).", CollectionAct2026.hours)
                    : ExplanationLine(
                        "\(what): the act of 1988 names no hours, so those of the act of 2026 are kept.",
                        Practice.contactHours)
            ])
    }

    /// The hours of visits: none before the act.
    static func visitHours(on day: CivilDate, isInForce: Bool) -> Explained<ContactHours?> {
        guard isInForce else {
            return Explained(
                nil, [ExplanationLine("Nobody is visited before the act of 2026 is in force.", Practice.visits)])
        }
        let hours = window(on: day)
        return Explained(
            hours,
            [
                ExplanationLine(
                    hours == nil ? "No visits on Sundays and holidays." : "Visits in the hours of contact.",
                    CollectionAct2026.hours),
                ExplanationLine(
                    "Only the firm itself may visit, after a written notice, and not where the debtor has declined.",
                    visits),
            ])
    }
}
