package import FordringKit

/// A minute on a country's clocks: a day and a minute of it, without a time zone.
package struct LocalTime: Sendable, Hashable, Comparable, CustomStringConvertible {
    package let day: CivilDate
    /// The minute of the day, 0 to 1439.
    package let minute: Int

    /// The minutes of a day.
    package static let minutes = 0..<1440

    /// Makes a time; a minute that no day has is a programmer's error.
    package init(_ day: CivilDate, minute: Int) {
        precondition(LocalTime.minutes.contains(minute), "\(minute) is no minute of a day")
        self.day = day
        self.minute = minute
    }

    /// Makes a time as clocks show it.
    package init(_ day: CivilDate, _ hour: Int, _ minute: Int) {
        self.init(day, minute: hour * 60 + minute)
    }

    package static func < (left: LocalTime, right: LocalTime) -> Bool {
        (left.day, left.minute) < (right.day, right.minute)
    }

    /// `2026-01-05 06:30`.
    package var description: String {
        func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
        return "\(day) \(two(minute / 60)):\(two(minute % 60))"
    }
}
