import FordringKit
import Testing

@testable import Denmark

@Suite struct ContactHoursTests {
    private let law: any Jurisdiction = Denmark(dayCount: .actual365)

    private static let weekday = ContactHours(from: 8, until: 21)
    private static let saturday = ContactHours(from: 8, until: 16)

    @Test(
        arguments: [
            // A common week's end.
            ("2026-06-11", weekday), ("2026-06-12", weekday), ("2026-06-13", saturday), ("2026-06-14", nil),
            ("2026-06-15", weekday),
            // Easter 2026, from Wednesday to Tuesday.
            ("2026-04-01", weekday), ("2026-04-02", nil), ("2026-04-03", nil), ("2026-04-04", saturday),
            ("2026-04-05", nil), ("2026-04-06", nil), ("2026-04-07", weekday),
            // Ascension; the day after is a bank's closing day and none of § 12.
            ("2026-05-13", weekday), ("2026-05-14", nil), ("2026-05-15", weekday), ("2026-05-16", saturday),
            // Whit.
            ("2026-05-23", saturday), ("2026-05-24", nil), ("2026-05-25", nil), ("2026-05-26", weekday),
            // 5 June, a Friday.
            ("2026-06-04", weekday), ("2026-06-05", nil), ("2026-06-06", saturday),
            // Christmas and New Year; the second Christmas day and 2 January are Saturdays.
            ("2026-12-23", weekday), ("2026-12-24", nil), ("2026-12-25", nil), ("2026-12-26", nil), ("2026-12-27", nil),
            ("2026-12-28", weekday), ("2026-12-30", weekday), ("2026-12-31", nil), ("2027-01-01", nil),
            ("2027-01-02", saturday),
            // 31 December on a Saturday.
            ("2022-12-30", weekday), ("2022-12-31", nil),
            // Store bededag was the fourth Friday after Easter through 2023.
            ("2023-05-04", weekday), ("2023-05-05", nil), ("2023-05-06", saturday), ("2024-04-26", weekday),
        ] as [(String, ContactHours?)])
    func `people are contacted in the hours in which they may be visited`(_ iso: String, _ hours: ContactHours?) throws
    {
        #expect(law.contactHours(on: try day(iso)).value == hours)
    }

    @Test func `the hours end before the full hour`() throws {
        #expect(law.contactHours(on: try day("2026-06-12")).value?.minutes == 480..<1260)
        #expect(law.contactHours(on: try day("2026-06-13")).value?.minutes == 480..<960)
    }

    @Test(arguments: ["2026-06-12", "2026-06-13", "2026-06-14"])
    func `the line says that it is a recommendation and no statute`(_ iso: String) throws {
        let lines = law.contactHours(on: try day(iso)).lines
        #expect(lines.count == 1)
        let line = try #require(lines.first)
        #expect(line.citation.verification == .unverified)
        #expect(line.citation.description.contains("A recommendation, not the statute"))
        #expect(line.text.contains("no statute sets hours for telephone, text messages and e-mail"))
        #expect(line.text.contains("inkassoloven § 12"))
    }

    @Test func `the line says the hours`() throws {
        func text(_ iso: String) throws -> String? { law.contactHours(on: try day(iso)).lines.first?.text }
        #expect(try text("2026-06-12")?.hasPrefix("Contact from 8:00 until 21:00: ") == true)
        #expect(try text("2026-06-13")?.hasPrefix("Contact from 8:00 until 16:00: ") == true)
        #expect(try text("2026-06-14")?.hasPrefix("No contact on this day: ") == true)
    }

    @Test func `the clocks are those of Copenhagen`() {
        #expect(law.timeZone == "Europe/Copenhagen")
    }
}
