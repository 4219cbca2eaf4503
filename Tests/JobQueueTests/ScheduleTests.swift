import DatabaseTesting
import FordringKit
import Foundation
import JobQueue
import Testing

/// A country with Denmark's rest days of Easter and Christmas, and contact hours from 8 to 21, on Saturdays to 16.
private struct FakeCalendar: ScheduleCalendar {
    func isHoliday(_ day: CivilDate) -> Bool {
        let (year, month, dayOfMonth) = day.parts
        switch (month, dayOfMonth) {
        case (1, 1), (6, 5), (12, 24), (12, 25), (12, 26), (12, 31): return true
        default: return [-3, -2, 0, 1, 39, 49, 50].contains(CivilDate.easterSunday(year).days(to: day))
        }
    }

    func isRestDay(_ day: CivilDate) -> Bool { [.saturday, .sunday].contains(day.weekday) || isHoliday(day) }

    func contactHours(on day: CivilDate) -> Range<Int>? {
        if day.weekday == .sunday || isHoliday(day) { return nil }
        return day.weekday == .saturday ? 480..<960 : 480..<1260
    }
}

/// A country without any rest whose people may be contacted in the given minutes of every day.
private struct PlainCalendar: ScheduleCalendar {
    var hours: Range<Int>?
    var isAlwaysAtRest = false

    func isRestDay(_ day: CivilDate) -> Bool { isAlwaysAtRest }
    func contactHours(on day: CivilDate) -> Range<Int>? { hours }
}

/// `2026-01-05 06:30`.
private func time(_ text: String) throws -> LocalTime {
    let parts = text.split(separator: " ")
    let clock = try #require(parts.last).split(separator: ":").compactMap { Int($0) }
    try #require(parts.count == 2 && clock.count == 2)
    return LocalTime(try #require(CivilDate(iso: String(parts[0]))), clock[0], clock[1])
}

@Suite struct `A schedule` {
    private func following(
        _ text: String, after start: String, count: Int, in calendar: some ScheduleCalendar = FakeCalendar()
    ) throws -> [String] {
        let schedule = try Schedule(parsing: text)
        var times: [String] = []
        var last = try time(start)
        while times.count < count, let next = schedule.next(after: last, in: calendar) {
            times.append(next.description)
            last = next
        }
        return times
    }

    // MARK: Fields

    @Test(arguments: [
        ("0 6 * * *", "2026-01-05 05:59", ["2026-01-05 06:00", "2026-01-06 06:00"]),
        ("0 6 * * *", "2026-01-05 06:00", ["2026-01-06 06:00"]),
        ("* * * * *", "2026-12-31 23:58", ["2026-12-31 23:59", "2027-01-01 00:00", "2027-01-01 00:01"]),
        ("*/15 * * * *", "2026-01-05 06:31", ["2026-01-05 06:45", "2026-01-05 07:00", "2026-01-05 07:15"]),
        ("*/25 0 * * *", "2026-01-05 00:00", ["2026-01-05 00:25", "2026-01-05 00:50", "2026-01-06 00:00"]),
        ("1,15 3 * * *", "2026-01-05 03:01", ["2026-01-05 03:15", "2026-01-06 03:01"]),
        ("10-12 3 * * *", "2026-01-05 00:00", ["2026-01-05 03:10", "2026-01-05 03:11", "2026-01-05 03:12"]),
        ("0 8-18/4 * * *", "2026-01-05 08:00", ["2026-01-05 12:00", "2026-01-05 16:00", "2026-01-06 08:00"]),
        ("5,0,5-7/2 23 * * *", "2026-01-05 00:00", ["2026-01-05 23:00", "2026-01-05 23:05", "2026-01-05 23:07"]),
        ("59 23 31 12 *", "2026-01-05 00:00", ["2026-12-31 23:59", "2027-12-31 23:59"]),
        ("00 06 01 01 *", "2026-01-05 00:00", ["2027-01-01 06:00"]),
    ])
    func `reads numbers, lists, ranges and steps`(_ text: String, _ start: String, _ times: [String]) throws {
        #expect(try following(text, after: start, count: times.count) == times)
    }

    // 2026-01-05 is a Monday.
    @Test(arguments: [
        ("0 0 * * mon", ["2026-01-12 00:00", "2026-01-19 00:00"]),
        ("0 0 * * 0", ["2026-01-11 00:00", "2026-01-18 00:00"]),
        ("0 0 * * 7", ["2026-01-11 00:00", "2026-01-18 00:00"]),
        ("0 0 * * SUN", ["2026-01-11 00:00", "2026-01-18 00:00"]),
        ("0 0 * * fri-sun", ["2026-01-09 00:00", "2026-01-10 00:00", "2026-01-11 00:00", "2026-01-16 00:00"]),
        ("0 0 * * 5-7", ["2026-01-09 00:00", "2026-01-10 00:00", "2026-01-11 00:00", "2026-01-16 00:00"]),
        ("0 0 * * sun-tue", ["2026-01-06 00:00", "2026-01-11 00:00", "2026-01-12 00:00", "2026-01-13 00:00"]),
        ("0 0 * * mon-sun", ["2026-01-06 00:00", "2026-01-07 00:00"]),
        ("0 0 * * 0-7", ["2026-01-06 00:00", "2026-01-07 00:00"]),
        ("0 0 * * sun-sun", ["2026-01-11 00:00", "2026-01-18 00:00"]),
        ("0 0 * * */2", ["2026-01-06 00:00", "2026-01-08 00:00", "2026-01-10 00:00", "2026-01-11 00:00"]),
        ("0 0 * * mon,wed-thu", ["2026-01-07 00:00", "2026-01-08 00:00", "2026-01-12 00:00"]),
        ("0 0 1 mar,Sep *", ["2026-03-01 00:00", "2026-09-01 00:00", "2027-03-01 00:00"]),
        ("0 0 1 oct-dec *", ["2026-10-01 00:00", "2026-11-01 00:00", "2026-12-01 00:00", "2027-10-01 00:00"]),
        ("0 0 1 */6 *", ["2026-07-01 00:00", "2027-01-01 00:00"]),
    ])
    func `reads months and days of the week by number and by name`(_ text: String, _ times: [String]) throws {
        #expect(try following(text, after: "2026-01-05 00:00", count: times.count) == times)
    }

    @Test(arguments: [
        ("0 0 13 * fri", ["2026-01-09", "2026-01-13", "2026-01-16", "2026-01-23", "2026-01-30", "2026-02-06"]),
        ("0 0 * * fri", ["2026-01-09", "2026-01-16"]), ("0 0 13 * *", ["2026-01-13", "2026-02-13"]),
        // A step says something too, unlike a lone asterisk: POSIX.
        ("0 0 */30 * wed", ["2026-01-07", "2026-01-14", "2026-01-21", "2026-01-28", "2026-01-31", "2026-02-01"]),
        // February has no 31st, but Mondays.
        ("0 0 31 2 mon", ["2026-02-02", "2026-02-09", "2026-02-16", "2026-02-23", "2027-02-01"]),
    ])
    func `is on a day that fits one of two day fields`(_ text: String, _ days: [String]) throws {
        #expect(
            try following(text, after: "2026-01-05 00:00", count: days.count) == days.map { "\($0) 00:00" })
    }

    @Test(arguments: [
        ("0 12 29 2 *", "2026-01-05 00:00", ["2028-02-29 12:00", "2032-02-29 12:00"]),
        // 2100 is no leap year.
        ("0 12 29 2 *", "2096-02-29 12:00", ["2104-02-29 12:00"]),
        ("0 12 29 feb * workdays", "2028-02-29 12:00", ["2036-02-29 12:00"]),
        ("0 0 31 * *", "2026-01-31 00:00", ["2026-03-31 00:00", "2026-05-31 00:00", "2026-07-31 00:00"]),
        ("0 0 30 * *", "2026-01-30 00:00", ["2026-03-30 00:00", "2026-04-30 00:00"]),
        ("59 23 28-31 2 *", "2027-02-28 23:58", ["2027-02-28 23:59", "2028-02-28 23:59", "2028-02-29 23:59"]),
    ])
    func `knows the ends of months and leap days`(_ text: String, _ start: String, _ times: [String]) throws {
        #expect(try following(text, after: start, count: times.count) == times)
    }

    // MARK: The country's calendar

    @Test func `on workdays leaves out weekends, Easter and Christmas`() throws {
        // Maundy Thursday is 2 April 2026.
        #expect(
            try following("0 6 * * * workdays", after: "2026-03-31 06:00", count: 3) == [
                "2026-04-01 06:00", "2026-04-07 06:00", "2026-04-08 06:00",
            ])
        // 24 December 2026 is a Thursday, 1 January a Friday.
        #expect(
            try following("0 6 * * * workdays", after: "2026-12-22 06:00", count: 6) == [
                "2026-12-23 06:00", "2026-12-28 06:00", "2026-12-29 06:00", "2026-12-30 06:00", "2027-01-04 06:00",
                "2027-01-05 06:00",
            ])
    }

    @Test func `on workdays is dropped on a rest day, not moved`() throws {
        // Easter Monday is 6 April 2026, and 25 May is Whit Monday.
        #expect(
            try following("0 6 * * mon workdays", after: "2026-03-30 06:00", count: 2) == [
                "2026-04-13 06:00", "2026-04-20 06:00",
            ])
        #expect(try following("0 6 25 * * workdays", after: "2026-04-25 06:00", count: 1) == ["2026-06-25 06:00"])
    }

    @Test(arguments: [
        // Within the hours, at their first and last minute, and outside.
        ("30 12 * * *", "2026-01-05 12:00", ["2026-01-05 12:30", "2026-01-06 12:30"]),
        ("0 8 * * *", "2026-01-05 07:00", ["2026-01-05 08:00"]),
        ("59 20 * * *", "2026-01-05 08:00", ["2026-01-05 20:59"]),
        ("0 21 * * *", "2026-01-05 07:00", ["2026-01-05 08:00", "2026-01-06 08:00"]),
        ("0 6 * * *", "2026-01-05 05:00", ["2026-01-05 08:00", "2026-01-06 08:00"]),
        // Saturday ends at 16, Sunday has no hours: both of them come on Monday, once.
        ("0 17 * * *", "2026-01-09 16:00", ["2026-01-09 17:00", "2026-01-12 08:00", "2026-01-12 17:00"]),
        // From Maundy Thursday through Easter Monday only Saturday has hours.
        (
            "0 9 * * *", "2026-04-01 09:00",
            ["2026-04-04 08:00", "2026-04-04 09:00", "2026-04-07 08:00", "2026-04-07 09:00"]
        ),
        // Christmas 2026: Thursday to Sunday.
        ("0 12 24 12 *", "2026-01-05 00:00", ["2026-12-28 08:00", "2027-12-27 08:00"]),
        ("0 3 1 1 *", "2026-01-05 00:00", ["2027-01-02 08:00"]),
        // What is moved into a time that the fields give as well happens once.
        ("0 7,8 * * *", "2026-01-05 06:00", ["2026-01-05 08:00", "2026-01-06 08:00"]),
    ])
    func `in contact hours is moved to the next contact time and never dropped`(
        _ text: String, _ start: String, _ times: [String]
    ) throws {
        #expect(try following("\(text) contact-hours", after: start, count: times.count) == times)
    }

    @Test(arguments: [
        ("2026-01-09 20:59", "2026-01-10 08:00"), ("2026-01-09 22:00", "2026-01-10 08:00"),
        ("2026-01-10 07:59", "2026-01-10 08:00"), ("2026-01-10 08:00", "2026-01-17 08:00"),
        ("2026-01-10 12:00", "2026-01-17 08:00"),
    ])
    func `that waits for the next contact time is still to come`(_ start: String, _ next: String) throws {
        #expect(try following("0 22 * * fri contact-hours", after: start, count: 1) == [next])
        // The minute at which the hours end is no longer one of them.
        let evening = try following("0 21 * * mon contact-hours", after: "2026-01-05 23:00", count: 1)
        #expect(evening == ["2026-01-06 08:00"])
    }

    @Test func `with both words is moved to the next contact time on a workday`() throws {
        #expect(
            try following("0 22 * * fri workdays contact-hours", after: "2026-01-09 12:00", count: 2) == [
                "2026-01-12 08:00", "2026-01-19 08:00",
            ])
        // Good Friday drops out; Wednesday's evening waits for Tuesday though Saturday has hours.
        #expect(
            try following("0 22 * * wed,fri contact-hours workdays", after: "2026-04-01 12:00", count: 2) == [
                "2026-04-07 08:00", "2026-04-09 08:00",
            ])
    }

    @Test func `is not there where the calendar has no room for it`() throws {
        let start = LocalTime(CivilDate(2026, 1, 5), 0, 0)
        let calendars = [PlainCalendar(hours: nil), PlainCalendar(hours: 5..<5), PlainCalendar(hours: 2000..<2001)]
        for calendar in calendars {
            #expect(try Schedule(parsing: "0 6 * * * contact-hours").next(after: start, in: calendar) == nil)
            #expect(try Schedule(parsing: "0 6 * * *").next(after: start, in: calendar) != nil)
        }
        let rest = PlainCalendar(hours: 0..<1440, isAlwaysAtRest: true)
        #expect(try Schedule(parsing: "0 6 * * * workdays").next(after: start, in: rest) == nil)
        #expect(try Schedule(parsing: "0 6 * * * contact-hours").next(after: start, in: rest) != nil)
    }

    @Test func `takes hours that reach beyond the day as far as the day goes`() throws {
        let calendar = PlainCalendar(hours: -60..<4000)
        #expect(
            try following("0 0 * * * contact-hours", after: "2026-01-05 12:00", count: 2, in: calendar) == [
                "2026-01-06 00:00", "2026-01-07 00:00",
            ])
    }

    // MARK: Texts

    @Test(arguments: [
        ("", "the schedule is empty"), ("  ", "the schedule is empty"),
        ("0 6 *", "there are 3 of 5 fields, the month is missing"), ("@daily", "there are 1 of 5 fields, the hour"),
        ("60 6 * * *", "the minute '60' is not allowed; allowed: 0 to 59;"),
        ("0 24 * * *", "the hour '24' is not allowed; allowed: 0 to 23;"),
        ("0 6 0 * *", "the day of the month '0' is not allowed; allowed: 1 to 31;"),
        ("0 6 32 * *", "the day of the month '32' is not allowed"),
        ("0 6 * 13 *", "the month '13' is not allowed; allowed: 1 to 12 or jan to dec;"),
        ("0 6 * june *", "the month 'june' is not allowed"), ("0 6 * mon *", "the month 'mon' is not allowed"),
        (
            "0 6 * * 8",
            "the day of the week '8' is not allowed; allowed: 0 to 7 or sun to sat, both 0 and 7 for Sunday;"
        ),
        ("0 6 * * workdays", "the day of the week 'workdays' is not allowed"),
        ("jan 6 * * *", "the minute 'jan' is not allowed"), ("-1 6 * * *", "the minute has an empty place"),
        ("+1 6 * * *", "the minute '+1' is not allowed"), ("1.5 6 * * *", "the minute '1.5' is not allowed"),
        ("007 6 * * *", "the minute '007' is not allowed"), ("٣ 6 * * *", "the minute '\u{FFFD}' is not allowed"),
        ("1,,2 6 * * *", "the minute has an empty place"), ("1, 2 6 * *", "the minute has an empty place"),
        ("1- 6 * * *", "the minute has an empty place"), ("1-2-3 6 * * *", "the minute '2-3' is not allowed"),
        ("0 18-8 * * *", "the hour '18-8' runs backwards; allowed: the smaller end first, or a list"),
        ("0 6 * * sat-mon", "the day of the week 'sat-mon' runs backwards"),
        ("0 6 * * 5-0", "the day of the week '5-0' runs backwards"),
        ("*/0 6 * * *", "the minute '*/0' has a step that is not allowed; allowed: 1 to 59"),
        ("*/90 6 * * *", "the minute '*/90' has a step that is not allowed"),
        ("*/ 6 * * *", "the minute '*/' has a step that is not allowed"),
        ("*/2/3 6 * * *", "the minute '*/2/3' has a step that is not allowed"),
        ("0 */24 * * *", "the hour '*/24' has a step that is not allowed; allowed: 1 to 23"),
        ("5/10 6 * * *", "the minute '5/10' is not allowed; allowed: a step of * or of a range"),
        ("** 6 * * *", "the minute '**' is not allowed"), ("? 6 * * *", "the minute '?' is not allowed"),
        ("0 6 L * *", "the day of the month 'l' is not allowed"),
        ("0 6 * * * *", "the word '*' after the five fields is not allowed; allowed: workdays, contact-hours"),
        ("0 6 * * * workday", "the word 'workday' after the five fields is not allowed"),
        ("0 6 * * * workdays workdays", "'workdays' is there twice; allowed: each word once"),
        ("0 6 31 2 *", "'0 6 31 2 *' never occurs; allowed: days of the month that its months have"),
        ("0 6 30,31 feb *", "'0 6 30,31 feb *' never occurs"),
        ("0 6 31 4,6,9,11 *", "'0 6 31 4,6,9,11 *' never occurs"),
        ("0 6 * * sat,sun workdays", "'0 6 * * sat,sun workdays' never occurs; allowed: days that there are and that"),
        ("0 6 31 2 sun workdays", "'0 6 31 2 sun workdays' never occurs"),
        ("0 6 * * * \u{1B}[31m", "the word '\u{FFFD}[31m' after the five fields is not allowed"),
    ])
    func `says which field is wrong and what is allowed`(_ text: String, _ message: String) {
        let fault = #expect(throws: ScheduleFault.self) { try Schedule(parsing: text) }
        #expect(fault?.description.hasPrefix(message) == true, "\(fault?.description ?? "")")
        #expect(fault?.allowed.isEmpty == false)
    }

    @Test(arguments: ["0 6 31 2 mon workdays", "0 6 29 2 *", "0 6 31 2,3 *", "0 6 1 * sun workdays"])
    func `that can occur is taken, however seldom`(_ text: String) throws {
        let schedule = try Schedule(parsing: text)
        #expect(schedule.next(after: LocalTime(CivilDate(2026, 1, 5), 0, 0), in: FakeCalendar()) != nil)
    }

    @Test func `has a text that reads as the same schedule`() throws {
        let schedule = try Schedule(parsing: "  */15\t8-20 * * MON-Fri   Contact-Hours ")
        #expect(schedule.description == "*/15 8-20 * * mon-fri contact-hours")
        #expect(try Schedule(parsing: schedule.description) == schedule)
        #expect(schedule.isInContactHours && !schedule.isOnWorkdaysOnly)
        let coded = try JSONEncoder().encode([schedule])
        #expect(String(decoding: coded, as: UTF8.self).replacing("\\/", with: "/") == "[\"\(schedule)\"]")
        #expect(try JSONDecoder().decode([Schedule].self, from: coded) == [schedule])
        #expect(throws: DecodingError.self) { try JSONDecoder().decode([Schedule].self, from: Data("[\"x\"]".utf8)) }
    }

    @Test func `has times in the order of the clock`() async {
        let morning = LocalTime(CivilDate(2026, 1, 5), 6, 5)
        #expect(morning.description == "2026-01-05 06:05")
        #expect(morning < LocalTime(CivilDate(2026, 1, 5), 6, 6) && morning < LocalTime(CivilDate(2026, 1, 6), 0, 0))
        #expect(morning == LocalTime(CivilDate(2026, 1, 5), minute: 365))
        await #expect(processExitsWith: .failure) { _ = LocalTime(CivilDate(2026, 1, 5), 24, 0) }
        await #expect(processExitsWith: .failure) { _ = LocalTime(CivilDate(2026, 1, 5), minute: -1) }
    }

    // MARK: Random schedules

    // Goal: `next` finds exactly the time that somebody would find who looks at every minute.
    // Method: fields are drawn as sets of numbers and written as texts; the model knows the sets only. It steps through
    // the minutes, remembers that a time has come, and lets it happen at the first minute that is open to it.
    @Test(arguments: randomSeeds(1, 2, 3))
    func `finds what stepping through the minutes finds`(_ seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        for round in 0..<60 {
            let drawn = RandomSchedule(using: &random)
            let calendar = RandomCalendar(using: &random)
            let start = LocalTime(
                CivilDate(2026, 1, 1).adding(days: .random(in: 0..<1500, using: &random)),
                minute: .random(in: 0..<1440, using: &random))
            let schedule: Schedule
            do { schedule = try Schedule(parsing: drawn.text) } catch {
                // Refused means that no minute of all the years to come would do.
                #expect(error.message.hasSuffix("never occurs"), "seed \(seed), round \(round): \(error)")
                #expect(!drawn.hasDay(in: 2026...2030), "seed \(seed), round \(round): \(drawn.text)")
                continue
            }
            let found = schedule.next(after: start, in: calendar)
            let expected = drawn.next(after: start, in: calendar, days: 400)
            if let expected {
                #expect(found == expected, "seed \(seed), round \(round): '\(drawn.text)' after \(start)")
            } else if let found {
                #expect(
                    start.day.days(to: found.day) >= 399, "seed \(seed), round \(round): '\(drawn.text)' after \(start)"
                )
            }
        }
    }
}

/// Rest days and contact hours that repeat in a pattern drawn at random.
private struct RandomCalendar: ScheduleCalendar {
    private let rest: [Bool]
    private let hours: [Range<Int>?]

    init(using random: inout SeededGenerator) {
        rest = (0..<23).map { _ in random.chance(30) }
        hours = (0..<17).map { _ in
            if random.chance(25) { return nil }
            let first = Int.random(in: 0..<1440, using: &random)
            return first..<Int.random(in: first...1440, using: &random)
        }
    }

    func isRestDay(_ day: CivilDate) -> Bool {
        [.saturday, .sunday].contains(day.weekday) || rest[Int(day.day) % rest.count]
    }
    func contactHours(on day: CivilDate) -> Range<Int>? { hours[Int(day.day) % hours.count] }
}

/// A schedule as sets of numbers, and the text that says the same.
private struct RandomSchedule {
    let text: String
    private var sets: [Set<Int>] = []
    private var isLone: [Bool] = []
    private let isOnWorkdays: Bool
    private let isInContactHours: Bool

    init(using random: inout SeededGenerator) {
        var texts: [String] = []
        for range in [0...59, 0...23, 1...31, 1...12, 0...6] {
            if random.chance(35) {
                sets.append(Set(range))
                isLone.append(true)
                texts.append("*")
                continue
            }
            var set: Set<Int> = []
            var items: [String] = []
            for _ in 0..<Int.random(in: 1...3, using: &random) {
                let first = Int.random(in: range, using: &random)
                let last = Int.random(in: first...range.upperBound, using: &random)
                let step = Int.random(in: 1...5, using: &random)
                switch Int.random(in: 0...3, using: &random) {
                case 0:
                    set.insert(first)
                    items.append("\(first)")
                case 1:
                    set.formUnion(first...last)
                    items.append("\(first)-\(last)")
                case 2:
                    set.formUnion(stride(from: first, through: last, by: step))
                    items.append("\(first)-\(last)/\(step)")
                default:
                    set.formUnion(stride(from: range.lowerBound, through: range.upperBound, by: step))
                    items.append("*/\(step)")
                }
            }
            sets.append(set)
            isLone.append(false)
            texts.append(items.joined(separator: ","))
        }
        isOnWorkdays = random.chance(40)
        isInContactHours = random.chance(60)
        if isOnWorkdays { texts.append("workdays") }
        if isInContactHours { texts.append("contact-hours") }
        text = texts.joined(separator: " ")
    }

    private func includes(_ day: CivilDate) -> Bool {
        let isByDate = sets[2].contains(day.dayOfMonth)
        let isByWeekday = sets[4].contains(day.weekday == .sunday ? 0 : day.weekday.rawValue)
        let isDay = isLone[2] ? isByWeekday : isLone[4] ? isByDate : isByDate || isByWeekday
        return isDay && sets[3].contains(day.month)
    }

    /// Whether the years have a day for it that could be a workday where it must be one.
    func hasDay(in years: ClosedRange<Int>) -> Bool {
        var day = CivilDate(years.lowerBound, 1, 1)
        while day.year <= years.upperBound {
            if includes(day), !isOnWorkdays || ![.saturday, .sunday].contains(day.weekday) { return true }
            day = day.adding(days: 1)
        }
        return false
    }

    func next(after start: LocalTime, in calendar: RandomCalendar, days: Int) -> LocalTime? {
        var day = start.day.adding(days: -60)
        var isPending = false
        while start.day.days(to: day) < days {
            let isOpen = !isOnWorkdays || !calendar.isRestDay(day)
            let isDay = isOpen && includes(day)
            let contact = isOpen ? calendar.contactHours(on: day) ?? 0..<0 : 0..<0
            for minute in 0..<1440 {
                if isDay, sets[1].contains(minute / 60), sets[0].contains(minute % 60) { isPending = true }
                guard isPending, !isInContactHours || contact.contains(minute) else { continue }
                isPending = false
                let time = LocalTime(day, minute: minute)
                if time > start { return time }
            }
            day = day.adding(days: 1)
        }
        return nil
    }
}
