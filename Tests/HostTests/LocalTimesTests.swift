import Database
import FordringKit
import JobQueue
import Testing

@testable import Host

private struct EveryDay: ScheduleCalendar {
    func isRestDay(_ day: CivilDate) -> Bool { false }
    func contactHours(on day: CivilDate) -> Range<Int>? { 0..<1440 }
}

/// Central European time begins its summer on 29 March 2026 at 01:00 UTC and ends it on 25 October at 01:00 UTC.
@Suite struct `The clocks of a time zone` {
    private let copenhagen: LocalTimes
    private let spring = CivilDate(2026, 3, 29)
    private let autumn = CivilDate(2026, 10, 25)

    init() throws { copenhagen = try #require(LocalTimes("Europe/Copenhagen")) }

    private func utc(_ day: CivilDate, _ hour: Int64, _ minute: Int64) -> Timestamp {
        Timestamp(day, hour: hour).adding(seconds: minute * 60)
    }

    @Test func `must be known`() {
        for name in ["", "Europe/Nowhere", "Mars/Base", "../etc/passwd"] { #expect(LocalTimes(name) == nil, "\(name)") }
        #expect(LocalTimes("UTC") != nil)
    }

    @Test func `are those of winter and of summer`() {
        #expect(copenhagen.local(utc(CivilDate(2026, 1, 5), 5, 0)) == LocalTime(CivilDate(2026, 1, 5), 6, 0))
        #expect(copenhagen.local(utc(CivilDate(2026, 7, 5), 4, 0)) == LocalTime(CivilDate(2026, 7, 5), 6, 0))
        #expect(copenhagen.instant(LocalTime(CivilDate(2026, 1, 5), 6, 0)) == utc(CivilDate(2026, 1, 5), 5, 0))
        #expect(copenhagen.instant(LocalTime(CivilDate(2026, 7, 5), 6, 0)) == utc(CivilDate(2026, 7, 5), 4, 0))
        // Midnight is another day in UTC.
        #expect(copenhagen.local(utc(CivilDate(2026, 1, 5), 23, 30)) == LocalTime(CivilDate(2026, 1, 6), 0, 30))
        #expect(copenhagen.instant(LocalTime(CivilDate(2026, 1, 6), 0, 30)) == utc(CivilDate(2026, 1, 5), 23, 30))
    }

    @Test func `show a minute until its last millisecond`() {
        let time = utc(CivilDate(2026, 1, 5), 5, 0)
        #expect(copenhagen.local(Timestamp(milliseconds: time.milliseconds + 59_999)).minute == 360)
        #expect(copenhagen.local(Timestamp(milliseconds: time.milliseconds - 1)).minute == 359)
        #expect(copenhagen.local(Timestamp(milliseconds: -1)) == LocalTime(CivilDate(1970, 1, 1), 0, 59))
    }

    @Test(
        arguments: [(1, 59, 0, 59), (2, 0, 1, 0), (2, 30, 1, 0), (2, 59, 1, 0), (3, 0, 1, 0), (3, 1, 1, 1)]
            as [(
                Int, Int, Int64, Int64
            )])
    func `move a time that does not exist forward to the first that does`(
        _ hour: Int, _ minute: Int, _ utcHour: Int64, _ utcMinute: Int64
    ) {
        #expect(copenhagen.instant(LocalTime(spring, hour, minute)) == utc(spring, utcHour, utcMinute))
    }

    @Test(
        arguments: [(1, 59, -1, 59), (2, 0, 0, 0), (2, 30, 0, 30), (2, 59, 0, 59), (3, 0, 2, 0)]
            as [(
                Int, Int, Int64, Int64
            )])
    func `take the first of a time that comes twice`(
        _ hour: Int, _ minute: Int, _ utcHour: Int64, _ utcMinute: Int64
    ) {
        #expect(copenhagen.instant(LocalTime(autumn, hour, minute)) == utc(autumn, utcHour, utcMinute))
    }

    @Test func `show the hour that comes twice twice, and the one that is left out never`() {
        #expect(copenhagen.local(utc(autumn, 0, 30)) == LocalTime(autumn, 2, 30))
        #expect(copenhagen.local(utc(autumn, 1, 30)) == LocalTime(autumn, 2, 30))
        #expect(copenhagen.local(utc(spring, 0, 59)) == LocalTime(spring, 1, 59))
        #expect(copenhagen.local(utc(spring, 1, 0)) == LocalTime(spring, 3, 0))
    }

    // Goal: no minute around a change is lost, doubled or out of order. Method: every minute of three days.
    @Test(arguments: ["Europe/Copenhagen", "UTC", "America/St_Johns", "Australia/Lord_Howe"])
    func `agree with themselves in every minute`(_ name: String) throws {
        let clocks = try #require(LocalTimes(name))
        for first in [spring.adding(days: -1), autumn.adding(days: -1), CivilDate(2026, 4, 4), CivilDate(2026, 3, 7)] {
            var last: Timestamp?
            for minute in 0..<Int64(3 * 1440) {
                let time = Timestamp(first).adding(seconds: minute * 60)
                let shown = clocks.local(time)
                let back = clocks.instant(shown)
                // The same instant, or the earlier one that showed the same.
                #expect(back <= time && clocks.local(back) == shown)
                #expect(back == time || time.milliseconds - back.milliseconds <= 3_600_000)
            }
            for minute in 0..<(3 * 1440) {
                let wanted = LocalTime(first.adding(days: minute / 1440), minute: minute % 1440)
                let time = clocks.instant(wanted)
                #expect(clocks.local(time) >= wanted)
                if let last { #expect(time >= last) }
                last = time
            }
        }
    }

    @Test func `of UTC change nothing`() throws {
        let clocks = try #require(LocalTimes("UTC"))
        #expect(clocks.instant(LocalTime(spring, 2, 30)) == utc(spring, 2, 30))
        #expect(clocks.local(utc(autumn, 2, 30)) == LocalTime(autumn, 2, 30))
    }

    @Test func `of Apia left out a whole day`() throws {
        let clocks = try #require(LocalTimes("Pacific/Apia"))
        // 30 December 2011 was left out; 31 December began on the 30th at 10:00 UTC.
        #expect(clocks.instant(LocalTime(CivilDate(2011, 12, 30), 12, 0)) == utc(CivilDate(2011, 12, 30), 10, 0))
        #expect(clocks.local(utc(CivilDate(2011, 12, 30), 10, 0)) == LocalTime(CivilDate(2011, 12, 31), 0, 0))
    }

    // MARK: Schedules

    private func instants(of text: String, after time: Timestamp, until end: Timestamp) throws -> [String] {
        let schedule = try Schedule(parsing: text)
        var found: [String] = []
        var last = time
        while let next = copenhagen.next(of: schedule, after: last, in: EveryDay()), next < end {
            #expect(next > last)
            found.append(String(next.description.prefix(16)))
            last = next
        }
        return found
    }

    @Test func `do what is planned for the hour that is left out once, when it would have ended`() throws {
        #expect(
            try instants(
                of: "30 2 * * *", after: utc(CivilDate(2026, 3, 28), 0, 0), until: utc(CivilDate(2026, 3, 31), 0, 0))
                == ["2026-03-28T01:30", "2026-03-29T01:00", "2026-03-30T00:30"])
        #expect(
            try instants(of: "*/20 1-3 * * *", after: utc(spring, 0, 20), until: utc(spring, 2, 0)) == [
                "2026-03-29T00:40", "2026-03-29T01:00", "2026-03-29T01:20", "2026-03-29T01:40",
            ])
    }

    @Test func `do what is planned for the hour that comes twice once`() throws {
        #expect(
            try instants(
                of: "30 2 * * *", after: utc(CivilDate(2026, 10, 24), 0, 0), until: utc(CivilDate(2026, 10, 27), 0, 0))
                == ["2026-10-24T00:30", "2026-10-25T00:30", "2026-10-26T01:30"])
        #expect(
            try instants(of: "*/20 1-3 * * *", after: utc(autumn, 0, 0), until: utc(autumn, 3, 0)) == [
                "2026-10-25T00:20", "2026-10-25T00:40", "2026-10-25T02:00", "2026-10-25T02:20", "2026-10-25T02:40",
            ])
        // Asked in the second coming of the hour.
        let schedule = try Schedule(parsing: "30 2 * * *")
        #expect(
            copenhagen.next(of: schedule, after: utc(autumn, 1, 10), in: EveryDay())
                == utc(CivilDate(2026, 10, 26), 1, 30))
    }
}
