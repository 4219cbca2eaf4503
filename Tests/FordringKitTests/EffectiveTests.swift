import FordringKit
import Testing

@Suite struct EffectiveTests {
    static let act = Citation("an invented act", "§ 1")
    static let repeal = Citation.unverified("an invented repeal", "§ 2", "nobody has read it")
    static let table = Effective<Int>(
        "the figure", checkedThrough: CivilDate(2026, 6, 30),
        .from(CivilDate(2024, 1, 1), 10, act), .from(CivilDate(2025, 1, 1), 20, act),
        .from(CivilDate(2025, 7, 1), nil, repeal), .from(CivilDate(2026, 1, 1), 30, act))

    @Test(arguments: [
        ("2024-01-01", 10, "2024-01-01"), ("2024-12-31", 10, "2024-01-01"), ("2025-01-01", 20, "2025-01-01"),
        ("2025-01-02", 20, "2025-01-01"), ("2025-06-30", 20, "2025-01-01"), ("2026-01-01", 30, "2026-01-01"),
        ("2026-06-30", 30, "2026-01-01"),
    ])
    func `a line holds from its day until the next line's`(_ day: String, _ value: Int, _ from: String) throws {
        let line = try Self.table.on(try #require(CivilDate(iso: day)))
        #expect(line.value == value)
        #expect(line.from.description == from)
        #expect(line.citation == Self.act)
    }

    @Test(arguments: [
        ("2023-12-31", "begins on 2024-01-01"), ("1700-01-01", "begins on 2024-01-01"), ("2025-07-01", "no value"),
        ("2025-12-31", "no value"), ("2026-07-01", "checked through 2026-06-30"),
        ("9999-12-31", "checked through 2026-06-30"),
    ])
    func `before the table, in a hole and past its horizon it refuses`(_ day: String, _ reason: String) throws {
        let day = try #require(CivilDate(iso: day))
        let gap = #expect(throws: RuleGap.self) { try Self.table.on(day) }
        #expect(gap?.day == day)
        #expect(gap?.rule == "the figure")
        #expect(gap?.reason.contains(reason) == true)
        #expect(gap?.cure.isEmpty == false)
    }

    @Test func `a hole names the act that made it, and its doubt`() {
        let gap = #expect(throws: RuleGap.self) { try Self.table.on(CivilDate(2025, 8, 1)) }
        #expect(gap?.description.contains("§ 2, an invented repeal [unverified: nobody has read it]") == true)
    }

    @Test func `an empty table has no answer`() {
        let empty = Effective<Int>("nothing", checkedThrough: CivilDate(2026, 1, 1), [])
        #expect(throws: RuleGap.self) { try empty.on(CivilDate(2025, 1, 1)) }
    }

    @Test func `every day has exactly one answer`() {
        var answers: [Int?] = []
        var day = CivilDate(2024, 1, 1)
        while day <= Self.table.checkedThrough {
            answers.append((try? Self.table.on(day))?.value)
            day = day.adding(days: 1)
        }
        #expect(answers.count == 912)
        #expect(answers.filter { $0 == 10 }.count == 366)
        #expect(answers.filter { $0 == 20 }.count == 181)
        #expect(answers.filter { $0 == nil }.count == 184)
        #expect(answers.filter { $0 == 30 }.count == 181)
    }

    @Test func `lines out of order are a programmer's error`() async {
        await #expect(processExitsWith: .failure) {
            _ = Effective<Int>(
                "wrong", checkedThrough: CivilDate(2026, 1, 1), .from(CivilDate(2025, 1, 1), 1, Citation("a", "")),
                .from(CivilDate(2025, 1, 1), 2, Citation("b", "")))
        }
    }

    @Test func `a citation without section is its source alone`() {
        #expect(Citation("practice", "").description == "practice")
        #expect(Citation("renteloven", "§ 5").description == "§ 5, renteloven")
    }

    // MARK: Lines added at run time

    private static let rates = Effective<Rate>(
        "the rate", checkedThrough: CivilDate(2026, 6, 30),
        .from(CivilDate(2025, 1, 1), Rate(basisPoints: 100), act), .from(CivilDate(2026, 1, 1), nil, repeal),
        .from(CivilDate(2026, 4, 1), Rate(basisPoints: 200), act))

    private static func line(
        _ basisPoints: Int32, _ from: CivilDate, _ through: CivilDate, of rule: String = "rate"
    ) -> LawExtension {
        LawExtension(
            country: .denmark, rule: rule, from: from, through: through, value: .rate(Rate(basisPoints: basisPoints)),
            citation: act)
    }

    /// What the table says on a day in basis points; `nil` where it says nothing.
    private static func rate(_ additions: [LawExtension], on day: CivilDate) -> Int32? {
        (try? rates.extended(by: additions, of: "rate").on(day))?.value.basisPoints
    }

    @Test func `a line that was added goes on where the table ended`() {
        let added = [Self.line(300, CivilDate(2026, 7, 1), CivilDate(2026, 12, 31))]
        #expect(Self.rate(added, on: CivilDate(2026, 6, 30)) == 200)
        #expect(Self.rate(added, on: CivilDate(2026, 7, 1)) == 300)
        #expect(Self.rate(added, on: CivilDate(2027, 1, 1)) == nil)
        #expect(
            Self.rate(
                [Self.line(300, CivilDate(2026, 7, 1), CivilDate(2026, 12, 31), of: "other")], on: CivilDate(2026, 7, 1)
            ) == nil)
    }

    @Test func `days that nobody looked up are a hole on either side of a line`() {
        let added = [
            Self.line(300, CivilDate(2026, 9, 1), CivilDate(2026, 9, 30)),
            Self.line(400, CivilDate(2026, 7, 1), CivilDate(2026, 7, 31)),
            Self.line(500, CivilDate(2026, 2, 1), CivilDate(2026, 2, 28)),
        ]
        for (month, basisPoints) in [(7, 400), (8, nil), (9, 300), (10, nil), (2, 500), (3, nil), (1, nil), (4, 200)]
            as [(Int, Int32?)]
        {
            #expect(Self.rate(added, on: CivilDate(2026, month, 15)) == basisPoints, "month \(month)")
        }
    }

    @Test func `a correction is the later of two lines for a day, to the end of its line`() {
        let added = [
            Self.line(300, CivilDate(2026, 7, 1), CivilDate(2026, 12, 31)),
            Self.line(150, CivilDate(2025, 1, 1), CivilDate(2025, 12, 31)),
            Self.line(310, CivilDate(2026, 7, 1), CivilDate(2026, 12, 31)),
        ]
        #expect(Self.rate(added, on: CivilDate(2025, 12, 31)) == 150)
        #expect(Self.rate(added, on: CivilDate(2026, 1, 1)) == nil)
        #expect(Self.rate(added, on: CivilDate(2026, 12, 31)) == 310)
    }
}
