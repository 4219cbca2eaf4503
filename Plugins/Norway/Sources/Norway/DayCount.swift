import FordringKit

/// The conventions that a tenant can declare.
///
/// Forsinkelsesrenteloven is not known to say it, so the tenant declares the convention, and every interest charge
/// carries a line that names it.
extension DayCount {
    /// The calendar's days over 365, and months of 30 days over 360 (*renteår på 360 dager*).
    private static let offered: [DayCount] = [.actual365, .thirty360]

    /// What the tenant's file may say about it.
    static let setting = SettingDescription(
        key: "dayCount", allowed: offered.map(\.rawValue), standard: DayCount.actual365.rawValue,
        meaning: "How the days of late-payment interest are counted; forsinkelsesrenteloven is not known to say.")

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

    private static let actual365Line = ExplanationLine(
        "Calendar days over a year of 365 days; each period is rounded to the øre, a half upwards.",
        .unverified(
            "forsinkelsesrenteloven", "§ 3", "That calendar days are counted over 365 is recalled; no text was found."))

    private static let thirty360Line = ExplanationLine(
        "Months of 30 days over a year of 360 days; each period is rounded to the øre, a half upwards.",
        .unverified(
            "forsinkelsesrenteloven", "§ 3", "The creditor's own convention; that 365 days are usual is recalled."))
}
