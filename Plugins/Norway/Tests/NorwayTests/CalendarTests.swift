import FordringKit
import Testing

@testable import Norway

@Suite struct CalendarTests {
    private let law = Norway()

    @Test(arguments: [
        ("2026-01-01", "Første nyttårsdag"), ("2026-04-02", "Skjærtorsdag"), ("2026-04-03", "Langfredag"),
        ("2026-04-05", "Første påskedag"), ("2026-04-06", "Andre påskedag"), ("2026-05-01", "Arbeidernes dag"),
        ("2026-05-14", "Kristi himmelfartsdag"), ("2026-05-17", "Grunnlovsdagen"), ("2026-05-24", "Første pinsedag"),
        ("2026-05-25", "Andre pinsedag"), ("2026-12-25", "Første juledag"), ("2026-12-26", "Andre juledag"),
        // 17 May on Whit Monday, 2027 and 2032; 1 May on Ascension, 2008; 17 May on Ascension, 2012.
        ("2027-05-17", "Grunnlovsdagen"), ("2032-05-17", "Grunnlovsdagen"), ("2008-05-01", "Arbeidernes dag"),
        ("2012-05-17", "Grunnlovsdagen"),
    ])
    func `a public holiday has its name`(_ iso: String, _ name: String) throws {
        let holiday = try #require(law.holiday(on: day(iso)))
        #expect(holiday.name == name)
        #expect(holiday.isPublic)
        #expect(holiday.citation.verification == .verified)
    }

    @Test(arguments: ["2025-12-24", "2025-12-31", "2026-05-15", "2026-04-04", "2026-06-05"])
    func `Christmas Eve, New Year's Eve and bridging days are no holidays`(_ iso: String) throws {
        #expect(law.holiday(on: try day(iso)) == nil)
    }

    @Test(arguments: 1996...2060)
    func `every year has its twelve holidays, fewer where two fall on one day`(_ year: Int) {
        var count = 0
        var today = CivilDate(year, 1, 1)
        while today.year == year {
            if law.holiday(on: today) != nil { count += 1 }
            #expect(law.isRestDay(today) == Holidays.isRestDay(today))
            #expect(law.workingDay(onOrAfter: today) == Holidays.bankingDay(onOrAfter: today))
            today = today.adding(days: 1)
        }
        let easter = CivilDate.easterSunday(year)
        let moved = [39, 49, 50].map { easter.adding(days: $0) }
        let shared = moved.filter { $0 == CivilDate(year, 5, 17) || $0 == CivilDate(year, 5, 1) }.count
        #expect(count == 12 - shared)
    }

    @Test func `banks rest from Maundy Thursday to Easter Monday, and over Christmas and Whitsun`() throws {
        #expect(Holidays.bankingDay(onOrAfter: try day("2026-04-01")) == CivilDate(2026, 4, 1))
        #expect(Holidays.bankingDay(onOrAfter: try day("2026-04-02")) == CivilDate(2026, 4, 7))
        // 24 December 2026 is a Thursday; Friday and Saturday are holidays, then Sunday.
        #expect(Holidays.bankingDay(onOrAfter: try day("2026-12-24")) == CivilDate(2026, 12, 24))
        #expect(Holidays.bankingDay(onOrAfter: try day("2026-12-25")) == CivilDate(2026, 12, 28))
        // 2027: Saturday 15 May, Whit Sunday 16 May, Whit Monday and 17 May in one.
        #expect(Holidays.bankingDay(onOrAfter: try day("2027-05-15")) == CivilDate(2027, 5, 18))
    }

    // 14 days from the sending, the day of sending not counted, moved to the next banking day.
    @Test(arguments: [
        ("2026-03-02", "2026-03-16"),  // Monday to Monday
        ("2026-03-19", "2026-04-07"),  // 04-02 is Maundy Thursday; the Tuesday after Easter
        ("2026-03-23", "2026-04-07"),  // 04-06 is Easter Monday
        ("2026-04-17", "2026-05-04"),  // Friday 1 May, then a weekend
        ("2026-12-11", "2026-12-28"),  // Friday 25 December
        ("2026-11-20", "2026-12-04"),
        ("2025-12-18", "2026-01-02"),  // 1 January
    ])
    func `a deadline of fourteen days ends on a banking day`(_ sent: String, _ last: String) throws {
        for step in [StepKind.reminder, .collectionNotice, .collectionLetter, legalActionNotice] {
            guard try day(sent) <= NorwayOnly.checkedThrough else {
                #expect(throws: RuleGap.self) { try law.deadline(for: step, sentOn: day(sent)) }
                continue
            }
            let deadline = try #require(try law.deadline(for: step, sentOn: day(sent)))
            #expect(deadline.value == (try day(last)))
            #expect(deadline.lines.first?.days == 14)
        }
        #expect(try law.deadline(for: .readyForCourt, sentOn: day(sent)) == nil)
        #expect(try law.deadline(for: StepKind("purring"), sentOn: day(sent)) == nil)
    }

    // MARK: Hours

    @Test(arguments: [
        ("2026-03-02", 480, 1259), ("2026-03-06", 480, 1259), ("2026-03-07", 540, 899),
    ])
    func `people are contacted from 8 to 21 on weekdays and from 9 to 15 on Saturdays`(
        _ iso: String, _ first: Int, _ last: Int
    ) throws {
        let hours = law.contactHours(on: try day(iso))
        #expect(hours.value == ContactHours(firstMinute: first, lastMinute: last))
        #expect(hours.lines.first?.citation == Practice.contactHours)
    }

    @Test(arguments: ["2026-03-08", "2026-04-03", "2026-05-01", "2026-12-26"])
    func `nobody is contacted on Sundays and holidays`(_ iso: String) throws {
        #expect(law.contactHours(on: try day(iso)).value == nil)
    }

    @Test func `nobody is visited, unless the act of 2026 is on`() throws {
        let facts = Cases.new([Cases.claim(kr(1_000), dueOn: try day("2026-01-15"))])
        #expect(try law.visitHours(for: facts, on: day("2026-08-03")).value == nil)
        let new = Norway(newActFrom: CivilDate(2026, 8, 3))
        #expect(try new.visitHours(for: facts, on: day("2026-07-31")).value == nil)
        let visits = try new.visitHours(for: facts, on: day("2026-08-03"))
        #expect(visits.value == ContactHours(from: 8, until: 21))
        #expect(visits.lines.contains { $0.citation == CollectionAct2026.visits })
        #expect(try new.visitHours(for: facts, on: day("2026-08-09")).value == nil)
        #expect(new.contactHours(on: try day("2026-08-03")).lines.first?.citation == CollectionAct2026.hours)
    }
}
