import FordringKit
import Testing

@Suite struct CivilDateTests {
    // Method: walk from the first day to the last with a calendar of its own (a day, a month, a year at a time) and
    // compare every day number, weekday and text with it.
    @Test func `each day from 1600 to 9999 follows the one before it`() throws {
        var year = 1600
        var month = 1
        var dayOfMonth = 1
        var expected = try #require(CivilDate(year: 1600, month: 1, day: 1)).day
        let last = CivilDate(9999, 12, 31).day
        var weekday = 6  // 1 January 1600 was a Saturday
        var wrong: [Int32] = []
        while expected <= last {
            let date = CivilDate(day: expected)
            let parts = date.parts
            if parts.year != year || parts.month != month || parts.day != dayOfMonth || date.weekday.rawValue != weekday
                || CivilDate(year: year, month: month, day: dayOfMonth) != date
            {
                wrong.append(expected)
                if wrong.count > 5 { break }
            }
            weekday = weekday % 7 + 1
            dayOfMonth += 1
            let isLeap = year.isMultiple(of: 400) || (year.isMultiple(of: 4) && !year.isMultiple(of: 100))
            let lengths = [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
            if dayOfMonth > lengths[month - 1] {
                dayOfMonth = 1
                month += 1
            }
            if month > 12 {
                month = 1
                year += 1
            }
            expected += 1
        }
        #expect(wrong.isEmpty)
        #expect(year == 10_000)
    }

    @Test(arguments: [
        ("1970-01-01", Weekday.thursday), ("2000-02-29", .tuesday), ("1969-07-20", .sunday), ("1900-01-01", .monday),
        ("1815-06-18", .sunday), ("2026-11-22", .sunday), ("1600-01-01", .saturday), ("9999-12-31", .friday),
    ])
    func `days of history fall on their weekday`(_ text: String, _ weekday: Weekday) throws {
        #expect(try #require(CivilDate(iso: text)).weekday == weekday)
    }

    @Test func `the epoch is day zero`() {
        #expect(CivilDate(1970, 1, 1).day == 0)
        #expect(CivilDate(1969, 12, 31).day == -1)
        #expect(CivilDate(2000, 3, 1).day == 11_017)
    }

    @Test(arguments: [
        "", "2026-1-1", "2026-02-29", "1900-02-29", "2026-13-01", "2026-00-10", "2026-04-31", "2026-01-00",
        "2026-01-32", "20260101", "2026/01/01", "2026-01-01 ", "+026-01-01", "1599-12-31", "0000-01-01", "２026-01-01",
        "2026-01-1å",
    ])
    func `a text that names no day is refused`(_ text: String) {
        #expect(CivilDate(iso: text) == nil)
    }

    @Test(arguments: ["1600-01-01", "2024-02-29", "2026-01-31", "9999-12-31"])
    func `a day is read back from its text`(_ text: String) throws {
        #expect(try #require(CivilDate(iso: text)).description == text)
    }

    @Test func `years outside the calendar are refused`() {
        #expect(CivilDate(year: 1599, month: 12, day: 31) == nil)
        #expect(CivilDate(year: 10_000, month: 1, day: 1) == nil)
        #expect(CivilDate(year: .max, month: .max, day: .max) == nil)
        #expect(CivilDate(year: .min, month: .min, day: .min) == nil)
    }

    @Test(arguments: [
        (1600, true), (1700, false), (1900, false), (2000, true), (2023, false), (2024, true), (2100, false),
    ])
    func `a century has a leap day only every fourth time`(_ year: Int, _ isLeap: Bool) {
        #expect(CivilDate.isLeapYear(year) == isLeap)
        #expect(CivilDate.daysInMonth(year: year, month: 2) == (isLeap ? 29 : 28))
    }

    @Test(arguments: [
        ("2026-01-31", 1, "2026-02-28"), ("2024-01-31", 1, "2024-02-29"), ("2026-01-31", 3, "2026-04-30"),
        ("2024-02-29", 12, "2025-02-28"), ("2024-02-29", 48, "2028-02-29"), ("2024-02-29", 36, "2027-02-28"),
        ("2026-03-31", -1, "2026-02-28"), ("2026-01-15", -1, "2025-12-15"), ("2026-12-31", 2, "2027-02-28"),
        ("2026-01-15", -13, "2024-12-15"), ("2026-05-20", 0, "2026-05-20"), ("1970-01-31", -2, "1969-11-30"),
        ("2000-02-29", 1200, "2100-02-28"),
    ])
    func `months are added to the same day, or the month's last`(_ start: String, _ months: Int, _ end: String) throws {
        #expect(try #require(CivilDate(iso: start)).addingMonthsClampingToMonthEnd(months).description == end)
    }

    @Test func `days are added and counted across years`() {
        let date = CivilDate(2026, 12, 31)
        #expect(date.adding(days: 1) == CivilDate(2027, 1, 1))
        #expect(date.adding(days: -365) == CivilDate(2025, 12, 31))
        #expect(date.days(to: CivilDate(2027, 12, 31)) == 365)
        #expect(CivilDate(2024, 1, 1).days(to: CivilDate(2025, 1, 1)) == 366)
        #expect(CivilDate(2027, 1, 1).days(to: date) == -1)
        #expect(CivilDate(2026, 1, 1) < date)
    }

    // 1818 and 2285 have the earliest Easter there is, 1943 and 2038 the latest; 1954, 1981, 2049 and 2076 are the
    // exceptions to Gauss's rule.
    @Test(arguments: [
        "1818-03-22", "1886-04-25", "1943-04-25", "1954-04-18", "1981-04-19", "2000-04-23", "2008-03-23", "2019-04-21",
        "2020-04-12", "2021-04-04", "2022-04-17", "2023-04-09", "2024-03-31", "2025-04-20", "2026-04-05", "2027-03-28",
        "2028-04-16", "2029-04-01", "2030-04-21", "2038-04-25", "2049-04-18", "2076-04-19", "2285-03-22",
    ])
    func `Easter falls on the days that the almanac has`(_ text: String) throws {
        let day = try #require(CivilDate(iso: text))
        #expect(CivilDate.easterSunday(day.year) == day)
    }

    @Test func `Easter is a Sunday from 22 March to 25 April in every year`() {
        let wrong = CivilDate.years.filter { year in
            let easter = CivilDate.easterSunday(year)
            return easter.weekday != .sunday || easter < CivilDate(year, 3, 22) || easter > CivilDate(year, 4, 25)
        }
        #expect(wrong.isEmpty)
    }

    @Test func `a day written in source code must exist`() async {
        await #expect(processExitsWith: .failure) { _ = CivilDate(2026, 2, 29) }
    }
}
