package import FordringKit

/// What a schedule asks a country about a day.
package protocol ScheduleCalendar {
    /// Whether the day is a Saturday, a Sunday or a holiday.
    func isRestDay(_ day: CivilDate) -> Bool

    /// The minutes of the day in which people may be contacted; `nil` or an empty range where nobody may be.
    func contactHours(on day: CivilDate) -> Range<Int>?
}

/// Times that come again, as cron writes them, with the country's calendar.
///
/// Five fields: minute, hour, day of the month, month, day of the week. A field is `*` or a list of numbers, of ranges
/// (`1-5`) and of steps (`*/15`, `8-18/2`). Months and days of the week may be named (`jan`, `mon-fri`); 0 and 7 are both
/// Sunday. Where neither day field is a lone `*`, a day that fits one of them is enough: the classic rule, as POSIX has it.
///
/// Two words may follow. With `workdays` what falls on a rest day is dropped. With `contact-hours` what falls outside the
/// country's contact hours is not dropped but moved to the next contact time; with both words, to the next one on a
/// working day. What is moved to the same minute happens once.
///
/// ```swift
/// let schedule = try Schedule(parsing: "*/15 8-20 * * mon-fri workdays contact-hours")
/// let due = schedule.next(after: LocalTime(CivilDate(2026, 4, 1), 20, 45), in: calendar)
/// ```
package struct Schedule: Sendable, Hashable, CustomStringConvertible {
    /// The text, in small letters with single spaces; it parses to the same schedule.
    package let description: String
    /// Whether it leaves out rest days.
    package let isOnWorkdaysOnly: Bool
    /// Whether it waits for the country's contact hours.
    package let isInContactHours: Bool

    private let minutes: SmallSet
    private let hours: SmallSet
    private let daysOfMonth: SmallSet
    private let months: SmallSet
    private let weekdays: SmallSet
    /// Whether both day fields say something, so that a day which fits one of them is enough.
    private let isOnEitherDay: Bool

    /// How far ahead ``next(after:in:)`` looks: 29 February can be eight years away, and be a rest day then.
    package static let daysAheadMax = 12 * 366
    /// How far back a time that waits for the next contact hours is looked for.
    private static let daysBackMax = 366

    /// Reads a schedule.
    ///
    /// - Throws: a fault also for times that can never come, such as 31 February.
    package init(parsing text: String) throws(ScheduleFault) {
        let words = text.lowercased().split(whereSeparator: \.isWhitespace).map(String.init)
        let fields = ScheduleField.all
        guard words.count >= fields.count else {
            throw ScheduleFault(
                words.isEmpty
                    ? "the schedule is empty"
                    : "there are \(words.count) of 5 fields, the \(fields[words.count].name) is missing",
                allowed: "\(ScheduleField.form), such as 0 6 * * *")
        }
        minutes = try fields[0].values(of: words[0])
        hours = try fields[1].values(of: words[1])
        daysOfMonth = try fields[2].values(of: words[2])
        months = try fields[3].values(of: words[3])
        weekdays = try fields[4].values(of: words[4])
        isOnEitherDay = words[2] != "*" && words[4] != "*"
        let options = words.dropFirst(fields.count)
        for (index, option) in options.enumerated() {
            guard ScheduleField.options.contains(option) else {
                throw ScheduleFault(
                    "the word '\(shown(option))' after the five fields is not allowed",
                    allowed: ScheduleField.options.joined(separator: ", "))
            }
            guard !options.prefix(index).contains(option) else {
                throw ScheduleFault("'\(shown(option))' is there twice", allowed: "each word once")
            }
        }
        isOnWorkdaysOnly = options.contains("workdays")
        isInContactHours = options.contains("contact-hours")
        description = words.joined(separator: " ")
        guard canOccur else {
            throw ScheduleFault(
                "'\(shown(description))' never occurs",
                allowed: isOnWorkdaysOnly
                    ? "days that there are and that can be workdays" : "days of the month that its months have")
        }
    }

    /// The first time after another.
    ///
    /// A time that was moved to the next contact hours and has not come yet counts as one that is still to come.
    /// - Returns: `nil` when there is none within ``daysAheadMax``: the calendar leaves no room for it.
    package func next(after time: LocalTime, in calendar: some ScheduleCalendar) -> LocalTime? {
        guard isInContactHours else { return occurrence(after: time, in: calendar) }
        // What fell between the last contact time and now was not done then, so it waits.
        let since =
            lastContact(through: time, in: calendar) ?? LocalTime(time.day.adding(days: -Self.daysBackMax), 0, 0)
        guard let occurrence = occurrence(after: since, in: calendar) else { return nil }
        return firstContact(from: occurrence, in: calendar)
    }

    // MARK: Days

    private var canOccur: Bool {
        let hasDate = (1...12).contains { month in
            // 2024 has a 29 February.
            months.contains(month)
                && daysOfMonth.first(from: 1) ?? 32 <= CivilDate.daysInMonth(year: 2024, month: month)
        }
        let hasWeekday = !isOnWorkdaysOnly || (1...5).contains(where: weekdays.contains)
        return isOnEitherDay ? hasDate || hasWeekday : hasDate && hasWeekday
    }

    private func isOpen(_ day: CivilDate, in calendar: some ScheduleCalendar) -> Bool {
        !isOnWorkdaysOnly || !calendar.isRestDay(day)
    }

    private func includes(_ day: CivilDate, in calendar: some ScheduleCalendar) -> Bool {
        let parts = day.parts
        guard months.contains(parts.month) else { return false }
        let isByDate = daysOfMonth.contains(parts.day)
        let isByWeekday = weekdays.contains(day.weekday.rawValue % 7)
        guard isOnEitherDay ? isByDate || isByWeekday : isByDate && isByWeekday else { return false }
        return isOpen(day, in: calendar)
    }

    // MARK: Times

    /// The first minute of a day that fits, from a minute on.
    private func time(from minute: Int) -> Int? {
        let hour = minute / 60
        if hours.contains(hour), let minute = minutes.first(from: minute % 60) { return hour * 60 + minute }
        guard let hour = hours.first(from: hour + 1), let minute = minutes.first(from: 0) else { return nil }
        return hour * 60 + minute
    }

    /// The first time after another that the fields give, contact hours aside.
    private func occurrence(after time: LocalTime, in calendar: some ScheduleCalendar) -> LocalTime? {
        var day = time.day
        var from = time.minute + 1
        for _ in 0...Self.daysAheadMax {
            if includes(day, in: calendar), let minute = self.time(from: from) { return LocalTime(day, minute: minute) }
            day = day.adding(days: 1)
            from = 0
        }
        return nil
    }

    private func contactMinutes(on day: CivilDate, in calendar: some ScheduleCalendar) -> Range<Int>? {
        guard isOpen(day, in: calendar), let hours = calendar.contactHours(on: day)?.clamped(to: LocalTime.minutes),
            !hours.isEmpty
        else { return nil }
        return hours
    }

    private func firstContact(from time: LocalTime, in calendar: some ScheduleCalendar) -> LocalTime? {
        var day = time.day
        var from = time.minute
        for _ in 0...Self.daysAheadMax {
            if let hours = contactMinutes(on: day, in: calendar), from < hours.upperBound {
                return LocalTime(day, minute: max(from, hours.lowerBound))
            }
            day = day.adding(days: 1)
            from = 0
        }
        return nil
    }

    private func lastContact(through time: LocalTime, in calendar: some ScheduleCalendar) -> LocalTime? {
        var day = time.day
        var through = time.minute
        for _ in 0...Self.daysBackMax {
            if let hours = contactMinutes(on: day, in: calendar), through >= hours.lowerBound {
                return LocalTime(day, minute: min(through, hours.upperBound - 1))
            }
            day = day.adding(days: -1)
            through = LocalTime.minutes.upperBound - 1
        }
        return nil
    }
}

extension Schedule: Codable {
    /// Reads the text of a schedule.
    package init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        do {
            try self.init(parsing: container.decode(String.self))
        } catch let fault as ScheduleFault {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: fault.description)
        }
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}
