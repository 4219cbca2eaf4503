package import Database
import FordringKit
import Foundation
package import JobQueue

/// Converts between instants and what the clocks of a time zone show.
///
/// When the clocks are put forward, the minutes in between do not exist: such a local time stands for the first instant
/// after them, so what is planned for 02:30 happens at 03:00. When they are put back, an hour comes twice: a local time of
/// it stands for the first of the two, so what is planned happens once.
package struct LocalTimes: Sendable {
    private let zone: TimeZone

    /// The clocks of an IANA time zone, `Europe/Copenhagen`; `nil` for one that this machine does not know.
    package init?(_ identifier: String) {
        guard let zone = TimeZone(identifier: identifier) else { return nil }
        self.zone = zone
    }

    private init(_ zone: TimeZone) { self.zone = zone }

    /// Clocks that are never put forward or back.
    package static let utc = LocalTimes(.gmt)

    /// What the clocks show at an instant, down to the minute.
    package func local(_ time: Timestamp) -> LocalTime {
        let minutes = (offset(at: seconds(time)) + seconds(time)).flooredDivision(by: 60)
        let day = minutes.flooredDivision(by: 1440)
        return LocalTime(CivilDate(day: Int32(clamping: day)), minute: Int(minutes - day * 1440))
    }

    /// The first instant at which the clocks show a time or, where they never do, a later one.
    package func instant(_ time: LocalTime) -> Timestamp {
        let wall = (Int64(time.day.day) * 1440 + Int64(time.minute)) * 60
        // No zone is a day away from UTC, and none puts its clocks twice within two days.
        let before = offset(at: wall - 86_400)
        let after = offset(at: wall + 86_400)
        let first = min(wall - before, wall - after)
        let last = max(wall - before, wall - after)
        for candidate in [first, last] where candidate + offset(at: candidate) == wall {
            return Timestamp(milliseconds: candidate * 1000)
        }
        // The clocks are put forward between the two; the instant is found by halving.
        var low = first
        var high = last
        while high - low > 1 {
            let middle = (low + high) / 2
            if offset(at: middle) == after { high = middle } else { low = middle }
        }
        return Timestamp(milliseconds: high * 1000)
    }

    /// The next instant of a schedule; later than the given one also while an hour comes again.
    ///
    /// - Returns: `nil` where ``JobQueue/Schedule/next(after:in:)`` finds none.
    package func next(
        of schedule: Schedule, after time: Timestamp, in calendar: some ScheduleCalendar
    ) -> Timestamp? {
        var shown = local(time)
        while let next = schedule.next(after: shown, in: calendar) {
            let instant = instant(next)
            if instant > time { return instant }
            // Its first coming is over, and the second does not count.
            shown = next
        }
        return nil
    }

    private func seconds(_ time: Timestamp) -> Int64 { time.milliseconds.flooredDivision(by: 1000) }

    /// Seconds east of UTC at an instant, given in seconds since 1970.
    private func offset(at seconds: Int64) -> Int64 {
        Int64(zone.secondsFromGMT(for: Date(timeIntervalSince1970: Double(seconds))))
    }
}

extension Int64 {
    /// The quotient rounded down, also below zero.
    fileprivate func flooredDivision(by divisor: Int64) -> Int64 {
        let (quotient, remainder) = quotientAndRemainder(dividingBy: divisor)
        return remainder < 0 ? quotient - 1 : quotient
    }
}
