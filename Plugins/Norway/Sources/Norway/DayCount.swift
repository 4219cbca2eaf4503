import FordringKit

/// How the days of interest are counted and what a year is divided by.
///
/// Forsinkelsesrenteloven is not known to say it, so the tenant declares the convention, and every interest charge
/// carries a line that names it.
enum DayCount: String, Sendable, CaseIterable {
    /// The calendar's days over a year of 365, also in leap years.
    case actual365 = "actual/365"
    /// Months of 30 days over a year of 360 (*renteår på 360 dager*); the 31st does not count.
    case thirty360 = "30/360"

    /// What the tenant's file may say about it.
    static let setting = SettingDescription(
        key: "dayCount", allowed: allCases.map(\.rawValue), standard: DayCount.actual365.rawValue,
        meaning: "How the days of late-payment interest are counted; forsinkelsesrenteloven is not known to say.")

    /// Reads the tenant's setting.
    init(_ context: PluginContext) throws(PluginSettingError) {
        let text = context.setting(DayCount.setting.key)
        guard let dayCount = DayCount(rawValue: text) else {
            let allowed = DayCount.allCases.map(\.rawValue).joined(separator: ", ")
            throw PluginSettingError(
                key: DayCount.setting.key, "“\(text)” is not a day count; write one of: \(allowed).")
        }
        self = dayCount
    }

    /// What a year is divided by.
    var daysInYear: Int64 {
        switch self {
        case .actual365: 365
        case .thirty360: 360
        }
    }

    /// The number of days from `first` to `last`, both counted.
    ///
    /// Additive over neighbouring periods under both conventions, so that a split at a half-year loses no day.
    func days(from first: CivilDate, through last: CivilDate) -> Int {
        switch self {
        case .actual365: first.days(to: last) + 1
        case .thirty360: DayCount.thirty360Index(last) - DayCount.thirty360Index(first.adding(days: -1))
        }
    }

    /// The line of an interest charge that declares the convention.
    var line: ExplanationLine {
        switch self {
        case .actual365: DayCount.actual365Line
        case .thirty360: DayCount.thirty360Line
        }
    }

    private static let actual365Line = ExplanationLine(
        "Calendar days over a year of 365 days; each period is rounded to the øre, a half upwards.",
        .unverified(
            "forsinkelsesrenteloven", "§ 3", "That calendar days are counted over 365 is recalled; no text was found."))

    private static let thirty360Line = ExplanationLine(
        "Months of 30 days over a year of 360 days; each period is rounded to the øre, a half upwards.",
        .unverified(
            "forsinkelsesrenteloven", "§ 3", "The creditor's own convention; that 365 days are usual is recalled."))

    /// Days on a calendar whose months all have 30 days (the variant 30E/360: each 31st falls together with the 30th).
    private static func thirty360Index(_ date: CivilDate) -> Int {
        let (year, month, day) = date.parts
        return year * 360 + month * 30 + min(day, 30)
    }
}
