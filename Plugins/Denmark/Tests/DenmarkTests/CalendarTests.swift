import FordringKit
import Testing

@testable import Denmark

@Suite struct CalendarTests {
    private let law = Denmark(dayCount: .actual365)

    @Test(arguments: [
        ("2025-01-01", "Nytårsdag"), ("2025-04-17", "Skærtorsdag"), ("2025-04-18", "Langfredag"),
        ("2025-04-20", "Påskedag"), ("2025-04-21", "2. påskedag"), ("2025-05-29", "Kristi himmelfartsdag"),
        ("2025-06-08", "Pinsedag"), ("2025-06-09", "2. pinsedag"), ("2025-12-25", "Juledag"),
        ("2025-12-26", "2. juledag"), ("2026-04-02", "Skærtorsdag"), ("2026-05-14", "Kristi himmelfartsdag"),
        ("2026-05-25", "2. pinsedag"),
    ])
    func `a public holiday has its name`(_ iso: String, _ name: String) throws {
        let holiday = try #require(law.holiday(on: day(iso)))
        #expect(holiday.name == name)
        #expect(holiday.isPublic)
        #expect(holiday.citation.verification == .verified)
    }

    @Test(arguments: ["2025-06-05", "2025-12-24", "2025-12-31", "2025-05-30", "2026-05-15"])
    func `banks are closed on a few more days, which is recalled`(_ iso: String) throws {
        let holiday = try #require(law.holiday(on: day(iso)))
        #expect(!holiday.isPublic)
        #expect(holiday.citation.verification == .unverified)
    }

    @Test func `Store bededag was a holiday through 2023 only`() throws {
        #expect(law.holiday(on: try day("2022-05-13"))?.name == "Store bededag")
        #expect(law.holiday(on: try day("2023-05-05"))?.name == "Store bededag")
        #expect(law.holiday(on: try day("2024-04-26")) == nil)
        #expect(law.holiday(on: try day("2025-05-16")) == nil)
        for year in 2000...2050 {
            let prayerDay = CivilDate.easterSunday(year).adding(days: 26)
            #expect((law.holiday(on: prayerDay) != nil) == (year <= 2023))
        }
    }

    @Test(arguments: 2000...2060)
    func `every year has its ten public holidays, or eleven while Store bededag was one`(_ year: Int) {
        var isPublic = 0
        var others = 0
        var today = CivilDate(year, 1, 1)
        while today.year == year {
            if let holiday = law.holiday(on: today) {
                if holiday.isPublic { isPublic += 1 } else { others += 1 }
            }
            #expect(law.isRestDay(today) == law.regime.holidays.isRestDay(today))
            #expect(law.workingDay(onOrAfter: today) == law.regime.holidays.bankingDay(onOrAfter: today))
            today = today.adding(days: 1)
        }
        #expect(isPublic == (year <= 2023 ? 11 : 10))
        // 5 June can fall on Ascension or Whit, the day after Ascension on 5 June.
        #expect((3...4).contains(others))
    }

    @Test func `banks rest from Maundy Thursday to Easter Monday`() throws {
        #expect(law.regime.holidays.bankingDay(onOrAfter: try day("2025-04-16")) == CivilDate(2025, 4, 16))
        for iso in ["2025-04-17", "2025-04-18", "2025-04-19", "2025-04-20", "2025-04-21"] {
            #expect(law.regime.holidays.bankingDay(onOrAfter: try day(iso)) == CivilDate(2025, 4, 22))
        }
    }

    @Test func `banks rest from Christmas Eve to the first weekday after`() throws {
        // 24 December 2025 is a Wednesday, 27 December a Saturday.
        for iso in ["2025-12-24", "2025-12-25", "2025-12-26", "2025-12-27", "2025-12-28"] {
            #expect(law.regime.holidays.bankingDay(onOrAfter: try day(iso)) == CivilDate(2025, 12, 29))
        }
        #expect(law.regime.holidays.bankingDay(onOrAfter: try day("2025-12-31")) == CivilDate(2026, 1, 2))
    }

    // MARK: Deadlines

    @Test(arguments: [StepKind.reminder, .collectionNotice, .collectionLetter])
    func `a letter gives ten days from its sending, the day of sending not counted`(_ step: StepKind) throws {
        let deadline = try #require(try law.deadline(for: step, sentOn: day("2025-03-03")))
        #expect(deadline.value == CivilDate(2025, 3, 13))
        #expect(deadline.lines.first?.days == 10)
        #expect(deadline.lines.first?.from == CivilDate(2025, 3, 4))
        #expect((deadline.lines.first?.citation.verification == .verified) == (step == .collectionNotice))
    }

    @Test(arguments: [
        ("2025-03-04", "2025-03-14"),  // a Friday
        ("2025-03-05", "2025-03-17"),  // a Saturday, so Monday
        ("2025-04-08", "2025-04-22"),  // Good Friday, so the Tuesday after Easter
        ("2025-05-19", "2025-06-02"),  // Ascension, closed Friday, weekend
        ("2025-05-26", "2025-06-06"),  // 5 June
        ("2025-12-15", "2025-12-29"),  // Christmas Day, so the Monday after
        ("2025-12-22", "2026-01-02"),  // New Year's Day
    ])
    func `a deadline that ends on a rest day ends on the next banking day`(_ sent: String, _ last: String) throws {
        let deadline = try #require(try law.deadline(for: .collectionNotice, sentOn: day(sent)))
        #expect(deadline.value == (try day(last)))
    }

    @Test func `the step without a letter has no deadline, nor has a foreign one`() throws {
        #expect(try law.deadline(for: .readyForCourt, sentOn: day("2025-03-03")) == nil)
        #expect(try law.deadline(for: StepKind("purring"), sentOn: day("2025-03-03")) == nil)
    }

    @Test func `the notice's deadline is a gap outside the texts that were read`() throws {
        #expect(throws: RuleGap.self) { try law.deadline(for: .collectionNotice, sentOn: day("2014-09-18")) }
        let beyond = Horizon.checkedThrough.adding(days: 1)
        #expect(throws: RuleGap.self) { try law.deadline(for: .collectionNotice, sentOn: beyond) }
    }
}
