import FordringKit

/// How the days of interest are counted and what a year is divided by.
///
/// Renteloven is silent and practice differs, so the tenant declares the convention, and every interest charge carries
/// a line that names it.
enum DayCount: String, Sendable, CaseIterable {
    /// The calendar's days over a year of 365, also in leap years.
    case actual365 = "actual/365"
    /// Months of 30 days over a year of 360 (*renteår 360 dage*); the 31st does not count.
    case thirty360 = "30/360"

    /// What the tenant's file may say about it.
    static let setting = SettingDescription(
        key: "dayCount", allowed: allCases.map(\.rawValue), standard: DayCount.actual365.rawValue,
        meaning: "How the days of late-payment interest are counted; renteloven does not say.")

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

    /// Days on a calendar whose months all have 30 days (the variant 30E/360: each 31st falls together with the 30th).
    private static func thirty360Index(_ date: CivilDate) -> Int {
        let (year, month, day) = date.parts
        return year * 360 + month * 30 + min(day, 30)
    }
}
