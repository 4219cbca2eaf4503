/// A day of the week.
public enum Weekday: Int, Sendable, Hashable, CaseIterable {
    /// Monday; the ISO 8601 week begins with it.
    case monday = 1
    /// Tuesday.
    case tuesday
    /// Wednesday.
    case wednesday
    /// Thursday.
    case thursday
    /// Friday.
    case friday
    /// Saturday.
    case saturday
    /// Sunday.
    case sunday
}

/// A day of the Gregorian calendar.
///
/// The law counts in days, so there is no clock time and no time zone.
///
/// Stored as days since 1970-01-01. The algorithms are those of Howard Hinnant's
/// *chrono-Compatible Low-Level Date Algorithms*.
@frozen public struct CivilDate: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// Days since 1970-01-01; negative before.
    public let day: Int32

    /// The years that can be expressed: 1600 to 9999.
    public static let years: ClosedRange<Int> = 1600...9999

    /// Makes a date from a day number.
    @inlinable
    public init(day: Int32) { self.day = day }

    /// Makes a date from its parts.
    ///
    /// - Returns: `nil` when there is no such day (30 February) or the year is outside ``years``.
    public init?(year: Int, month: Int, day: Int) {
        guard CivilDate.years.contains(year), (1...12).contains(month),
            day >= 1, day <= CivilDate.daysInMonth(year: year, month: month)
        else { return nil }
        self.init(day: CivilDate.dayNumber(year: year, month: month, day: day))
    }

    /// Makes a date from its parts, for dates written in source code; a day that does not exist is a programmer's error.
    public init(_ year: Int, _ month: Int, _ day: Int) {
        guard let date = CivilDate(year: year, month: month, day: day) else {
            preconditionFailure("\(year)-\(month)-\(day) does not exist")
        }
        self = date
    }

    /// Reads `2026-01-31` (ISO 8601, extended).
    ///
    /// - Returns: `nil` when the text has another form or there is no such day.
    public init?(iso text: String) {
        let bytes = Array(text.utf8)
        guard bytes.count == 10, bytes[4] == UInt8(ascii: "-"), bytes[7] == UInt8(ascii: "-") else { return nil }
        func number(_ range: Range<Int>) -> Int? {
            var value = 0
            for byte in bytes[range] {
                guard byte >= UInt8(ascii: "0"), byte <= UInt8(ascii: "9") else { return nil }
                value = value * 10 + Int(byte - UInt8(ascii: "0"))
            }
            return value
        }
        guard let year = number(0..<4), let month = number(5..<7), let day = number(8..<10) else { return nil }
        self.init(year: year, month: month, day: day)
    }

    /// The year, for example 2026.
    public var year: Int { parts.year }
    /// The month, 1 to 12.
    public var month: Int { parts.month }
    /// The day of the month, 1 to 31.
    public var dayOfMonth: Int { parts.day }

    /// Year, month and day in one computation.
    public var parts: (year: Int, month: Int, day: Int) {
        let shifted = Int(day) + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
        let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
        return (year, month, dayOfYear - (153 * shiftedMonth + 2) / 5 + 1)
    }

    /// The day of the week.
    public var weekday: Weekday {
        // 1970-01-01 was a Thursday.
        let index = ((Int(day) + 3) % 7 + 7) % 7
        return Weekday(rawValue: index + 1) ?? .monday
    }

    /// The date a number of days later, or earlier when negative; at the ends of the calendar it stays there.
    @inlinable
    public func adding(days: Int) -> CivilDate {
        let (sum, overflow) = Int(day).addingReportingOverflow(days)
        return CivilDate(day: overflow ? (days > 0 ? .max : .min) : Int32(clamping: sum))
    }

    /// The same day of the month a number of months later; where that month is shorter, its last day.
    ///
    /// That rounding is the one of forældelsesloven § 27 (1): the last day of the month where there is no such date.
    public func addingMonthsClampingToMonthEnd(_ months: Int) -> CivilDate {
        let (year, month, dayOfMonth) = parts
        // Ten thousand years either way are more than any law asks for.
        let months = min(120_000, max(-120_000, months))
        let index = year * 12 + (month - 1) + months
        let newYear = index >= 0 ? index / 12 : (index - 11) / 12
        let newMonth = index - newYear * 12 + 1
        let last = CivilDate.daysInMonth(year: newYear, month: newMonth)
        return CivilDate(day: CivilDate.dayNumber(year: newYear, month: newMonth, day: min(dayOfMonth, last)))
    }

    /// How many days from this date to another; negative when the other is earlier.
    @inlinable
    public func days(to other: CivilDate) -> Int { Int(other.day) - Int(day) }

    /// Whether a year has 29 February.
    public static func isLeapYear(_ year: Int) -> Bool {
        year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
    }

    /// The number of days in a month, 28 to 31.
    public static func daysInMonth(year: Int, month: Int) -> Int {
        switch month {
        case 2: isLeapYear(year) ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }

    /// Easter Sunday of a year, by the anonymous Gregorian computus (Meeus, *Astronomical Algorithms*, chapter 8).
    public static func easterSunday(_ year: Int) -> CivilDate {
        let a = year % 19
        let b = year / 100
        let c = year % 100
        let d = b / 4
        let e = b % 4
        let f = (b + 8) / 25
        let g = (b - f + 1) / 3
        let h = (19 * a + b - d - g + 15) % 30
        let i = c / 4
        let k = c % 4
        let l = (32 + 2 * e + 2 * i - h - k) % 7
        let m = (a + 11 * h + 22 * l) / 451
        let month = (h + l - 7 * m + 114) / 31
        let day = (h + l - 7 * m + 114) % 31 + 1
        return CivilDate(day: dayNumber(year: year, month: month, day: day))
    }

    /// The earlier date is less.
    @inlinable
    public static func < (left: CivilDate, right: CivilDate) -> Bool { left.day < right.day }

    /// ISO 8601: `2026-01-31`.
    public var description: String {
        let (year, month, dayOfMonth) = parts
        func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
        return "\(year)-\(two(month))-\(two(dayOfMonth))"
    }

    private static func dayNumber(year: Int, month: Int, day: Int) -> Int32 {
        let shiftedYear = month <= 2 ? year - 1 : year
        let era = (shiftedYear >= 0 ? shiftedYear : shiftedYear - 399) / 400
        let yearOfEra = shiftedYear - era * 400
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        return Int32(era * 146_097 + dayOfEra - 719_468)
    }
}
