/// How the days of interest are counted, and what a year is divided by.
///
/// The arithmetic is here; which convention a country's law knows, and by which source, is the plug-in's to say. A later kit
/// may know more conventions, so a plug-in names those that it offers and does not take all of them.
public enum DayCount: String, Sendable, CaseIterable {
    /// The calendar's days over a year of 365, also in leap years.
    case actual365 = "actual/365"
    /// Months of 30 days over a year of 360; the 31st falls together with the 30th (the variant 30E/360), and the last day of
    /// February is the 28th or the 29th and no other.
    case thirty360 = "30/360"

    /// What a year is divided by.
    public var daysInYear: Int64 {
        switch self {
        case .actual365: 365
        case .thirty360: 360
        }
    }

    /// The number of days from `first` to `last`, both counted.
    ///
    /// Additive over neighbouring periods, so that a split at a half-year loses no day.
    public func days(from first: CivilDate, through last: CivilDate) -> Int {
        switch self {
        case .actual365: first.days(to: last) + 1
        case .thirty360: DayCount.index360(last) - DayCount.index360(first.adding(days: -1))
        }
    }

    /// The place of a day in a calendar whose months all have 30 days.
    private static func index360(_ date: CivilDate) -> Int {
        let (year, month, day) = date.parts
        return year * 360 + month * 30 + min(day, 30)
    }
}
