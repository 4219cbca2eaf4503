import FordringKit

/// The conventions that a tenant can declare.
///
/// Renteloven is silent and practice differs, so the tenant declares the convention, and every interest charge carries
/// a line that names it.
extension DayCount {
    /// The calendar's days over 365, and months of 30 days over 360 (*renteår 360 dage*).
    private static let offered: [DayCount] = [.actual365, .thirty360]

    /// What the tenant's file may say about it.
    static let setting = SettingDescription(
        key: "dayCount", allowed: offered.map(\.rawValue), standard: DayCount.actual365.rawValue,
        meaning: "How the days of late-payment interest are counted; renteloven does not say.")

    /// Reads the tenant's setting.
    init(_ context: PluginContext) throws(PluginSettingError) {
        let text = context.setting(DayCount.setting.key)
        guard let dayCount = DayCount.offered.first(where: { $0.rawValue == text }) else {
            let allowed = DayCount.offered.map(\.rawValue).joined(separator: ", ")
            throw PluginSettingError(
                key: DayCount.setting.key, "“\(text)” is not a day count; write one of: \(allowed).")
        }
        self = dayCount
    }

    /// The line of an interest charge that declares the convention.
    var line: ExplanationLine { self == .actual365 ? DayCount.actual365Line : DayCount.thirty360Line }

    private static let silent = Citation.unverified(
        "renteloven", "§ 5", "The act does not say how days are counted; practice differs.")

    private static let actual365Line = ExplanationLine(
        "Calendar days over a year of 365 days, the first the day after the due date; each period is rounded to the øre, "
            + "a half upwards.", silent)

    private static let thirty360Line = ExplanationLine(
        "Months of 30 days over a year of 360 days, the first day the one after the due date; each period is rounded to "
            + "the øre, a half upwards.", silent)

    /// The convention in the book of the law.
    var rule: LawBook.Rule { LawBook.Rule("dayCount", line.text, DayCount.silent) }
}
