import FordringKit
import Testing

@Suite struct `A day count` {
    /// By hand; under 30/360 a month is 30 days, and each 31st falls together with the 30th.
    @Test(arguments: [
        (CivilDate(2025, 1, 30), CivilDate(2025, 1, 30), 1, 1), (CivilDate(2025, 1, 31), CivilDate(2025, 1, 31), 1, 0),
        (CivilDate(2025, 2, 1), CivilDate(2025, 2, 1), 1, 1), (CivilDate(2025, 2, 28), CivilDate(2025, 3, 1), 2, 4),
        (CivilDate(2024, 2, 28), CivilDate(2024, 3, 1), 3, 4), (CivilDate(2024, 2, 29), CivilDate(2024, 3, 1), 2, 3),
        (CivilDate(2024, 3, 1), CivilDate(2024, 3, 1), 1, 2), (CivilDate(2025, 3, 1), CivilDate(2025, 3, 1), 1, 3),
        (CivilDate(2024, 1, 1), CivilDate(2024, 12, 31), 366, 360),
        (CivilDate(2025, 1, 1), CivilDate(2025, 12, 31), 365, 360),
        (CivilDate(2024, 12, 31), CivilDate(2025, 1, 1), 2, 1),
        // 14 months of 30 days and 29 more; 365 days of 2024 without its first, 31 of January, 28 of February and 30.
        (CivilDate(2024, 1, 2), CivilDate(2025, 3, 30), 454, 449),
    ])
    func `counts the first day and the last`(_ first: CivilDate, _ last: CivilDate, _ actual: Int, _ thirty: Int) {
        #expect(DayCount.actual365.days(from: first, through: last) == actual)
        #expect(DayCount.thirty360.days(from: first, through: last) == thirty)
    }

    @Test(arguments: DayCount.allCases)
    func `loses no day when a period is split anywhere`(_ dayCount: DayCount) {
        let (first, last) = (CivilDate(2023, 12, 31), CivilDate(2025, 3, 31))
        let whole = dayCount.days(from: first, through: last)
        var middle = first
        while middle < last {
            let next = middle.adding(days: 1)
            #expect(dayCount.days(from: first, through: middle) + dayCount.days(from: next, through: last) == whole)
            middle = next
        }
    }

    @Test func `divides by its own year, under the name that tenants write`() {
        #expect(DayCount.allCases.map(\.rawValue) == ["actual/365", "30/360"])
        #expect(DayCount.allCases.map(\.daysInYear) == [365, 360])
    }
}
