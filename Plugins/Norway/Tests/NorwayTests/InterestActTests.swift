import FordringKit
import Testing

@testable import Norway

@Suite struct InterestActTests {
    private func interest(
        _ claim: ClaimFacts, through day: CivilDate, law: Norway = Norway(), charges: [ChargeFacts] = []
    ) throws -> DecidedCharge? {
        var facts = Cases.new([claim])
        facts.charges = charges
        let found = try law.interest(on: facts, through: day)
        #expect(found.count <= 1)
        for charge in found { expectLinesAddUp(charge) }
        return found.first
    }

    // MARK: § 3 The rates

    @Test(arguments: [
        ("1994-01-01", 1200), ("2003-12-31", 1200), ("2004-01-01", 925), ("2004-06-30", 925), ("2004-07-01", 875),
        ("2005-01-01", 875), ("2005-07-01", 900), ("2006-06-30", 925), ("2006-07-01", 975), ("2007-01-01", 1050),
        ("2007-12-31", 1150), ("2008-01-01", 1225), ("2008-07-01", 1275), ("2009-01-01", 1000), ("2009-07-01", 825),
        ("2010-06-30", 875), ("2010-07-01", 900), ("2011-01-01", 900), ("2011-07-01", 925), ("2012-01-01", 875),
        ("2012-12-31", 850), ("2013-01-01", 850), ("2013-07-01", 950), ("2014-01-01", 950), ("2014-12-31", 950),
        ("2015-01-01", 925), ("2015-07-01", 900), ("2016-01-01", 875), ("2016-07-01", 850), ("2017-01-01", 850),
        ("2018-12-31", 850), ("2019-01-01", 875), ("2019-07-01", 925), ("2020-01-01", 950), ("2020-06-30", 950),
        ("2020-07-01", 800), ("2021-01-01", 800), ("2021-12-31", 800), ("2022-01-01", 850), ("2022-07-01", 925),
        ("2023-01-01", 1075), ("2023-07-01", 1175), ("2024-01-01", 1250), ("2024-07-01", 1250), ("2025-01-01", 1250),
        ("2025-06-30", 1250), ("2025-07-01", 1225), ("2025-12-31", 1225), ("2026-01-01", 1200), ("2026-06-30", 1200),
        ("2026-07-01", 1225), ("2026-12-31", 1225),
    ])
    func `the rate changes on the first day of a half-year`(_ iso: String, _ basisPoints: Int32) throws {
        let line = try InterestAct.rate.on(day(iso))
        #expect(line.value == Rate(basisPoints: basisPoints))
        #expect(line.citation.verification == .verified)
    }

    @Test func `after the flat rate there is one line for each half-year, from 2004 through 2026`() {
        let lines = InterestAct.rate.lines
        #expect(lines.count == 1 + 46)
        for (index, line) in lines.dropFirst().enumerated() {
            #expect(line.from == CivilDate(2004 + index / 2, index % 2 == 0 ? 1 : 7, 1))
        }
    }

    @Test(arguments: ["1993-12-31", "2027-01-01"])
    func `no rate is known outside the table`(_ iso: String) throws {
        #expect(throws: RuleGap.self) { try InterestAct.rate.on(day(iso)) }
        #expect(throws: RuleGap.self) { try LaidOut(InterestAct.rate).index(of: day(iso)) }
    }

    /// Goal: the layout for speed must answer as the table does.
    ///
    /// Method: every day of three decades and a half.
    @Test func `the rates as they are laid out are those of the table, day by day`() throws {
        let rates = LaidOut(InterestAct.rate)
        var today = CivilDate(1994, 1, 1)
        var index = try rates.index(of: today)
        while today <= CivilDate(2026, 12, 31) {
            if rates.spans[index].last < today { index = try rates.index(of: today, after: index) }
            let line = try InterestAct.rate.on(today)
            let found = try rates.index(of: today)
            #expect(found == index)
            #expect(rates.spans[index].value == line.value)
            today = today.adding(days: 1)
        }
    }

    // MARK: Worked examples

    @Test func `interest that straddles a half-year is split at it and rounded in each part`() throws {
        // 10,000.00 kr due on Monday 2025-06-16, through 2025-07-15, actual/365:
        //   06-17..06-30: 14 days at 12.50 %: 10,000 x 0.1250 x 14/365 = 47.9452... = 47.95
        //   07-01..07-15: 15 days at 12.25 %: 10,000 x 0.1225 x 15/365 = 50.3424... = 50.34
        let charge = try #require(
            try interest(Cases.claim(kr(10_000), dueOn: day("2025-06-16")), through: day("2025-07-15")))
        #expect(charge.amount.value == kr(98, 29))
        let parts = charge.amount.lines.filter { $0.rate != nil }
        #expect(parts.map(\.amount) == [kr(47, 95), kr(50, 34)])
        #expect(parts.map(\.days) == [14, 15])
        #expect(parts.map(\.rate) == [Rate(basisPoints: 1250), Rate(basisPoints: 1225)])
        #expect(parts.map(\.from) == [try day("2025-06-17"), try day("2025-07-01")])
        #expect(parts.map(\.through) == [try day("2025-06-30"), try day("2025-07-15")])
        #expect(parts.map(\.base) == [kr(10_000), kr(10_000)])
    }

    @Test func `a leap year has 366 days over 365`() throws {
        // 10,000.00 kr due on Friday 2023-12-29, through 2024-12-31:
        //   2023-12-30..12-31:   2 days at 11.75 %:   6.4383... =   6.44
        //   2024-01-01..06-30: 182 days at 12.50 %: 623.2876... = 623.29  (31+29+31+30+31+30 = 182)
        //   2024-07-01..12-31: 184 days at 12.50 %: 630.1369... = 630.14
        let charge = try #require(
            try interest(Cases.claim(kr(10_000), dueOn: day("2023-12-29")), through: day("2024-12-31")))
        #expect(charge.amount.lines.filter { $0.rate != nil }.map(\.days) == [2, 182, 184])
        #expect(charge.amount.value == kr(1_259, 87))
    }

    @Test func `a year and two half-years are three parts`() throws {
        // 10,000.00 kr due on Monday 2025-12-15, through 2026-07-10:
        //   12-16..12-31:  16 days at 12.25 %:  53.6986... =  53.70
        //   01-01..06-30: 181 days at 12.00 %: 595.0684... = 595.07
        //   07-01..07-10:  10 days at 12.25 %:  33.5616... =  33.56
        let charge = try #require(
            try interest(Cases.claim(kr(10_000), dueOn: day("2025-12-15")), through: day("2026-07-10")))
        #expect(charge.amount.value == kr(682, 33))
    }

    @Test func `the rate fell by a point and a half in July 2020`() throws {
        // 5,000.00 kr due on Thursday 2020-06-25, through 2020-07-06:
        //   06-26..06-30: 5 days at 9.50 %: 5,000 x 0.095 x 5/365 = 6.5068... = 6.51
        //   07-01..07-06: 6 days at 8.00 %: 5,000 x 0.080 x 6/365 = 6.5753... = 6.58
        let charge = try #require(
            try interest(Cases.claim(kr(5_000), dueOn: day("2020-06-25")), through: day("2020-07-06")))
        #expect(charge.amount.value == kr(13, 9))
    }

    @Test func `the flat rate ends with 2003`() throws {
        // 10,000.00 kr due on Monday 2003-12-22, through 2004-01-10:
        //   12-23..12-31:  9 days at 12.00 %: 29.5890... = 29.59
        //   01-01..01-10: 10 days at  9.25 %: 25.3424... = 25.34
        let charge = try #require(
            try interest(Cases.claim(kr(10_000), dueOn: day("2003-12-22")), through: day("2004-01-10")))
        #expect(charge.amount.value == kr(54, 93))
    }

    @Test func `three rates within eight months`() throws {
        // 12,345.00 kr due on Monday 2021-12-20, through 2022-07-31:
        //   12-21..12-31:  11 days at 8.00 %:  29.7632... =  29.76
        //   01-01..06-30: 181 days at 8.50 %: 520.3502... = 520.35
        //   07-01..07-31:  31 days at 9.25 %:  96.9843... =  96.98
        let charge = try #require(
            try interest(Cases.claim(kr(12_345), dueOn: day("2021-12-20")), through: day("2022-07-31")))
        #expect(charge.amount.value == kr(647, 9))
    }

    @Test func `a claim due on Maundy Thursday bears interest from the second day after Easter`() throws {
        // Due 2026-04-02, Maundy Thursday; the next banking day is Tuesday 04-07, so the first day counted is 04-08:
        // 100,000 x 0.12 x 1/365 = 32.8767... = 32.88
        let claim = Cases.claim(kr(100_000), dueOn: try day("2026-04-02"))
        #expect(try interest(claim, through: day("2026-04-07")) == nil)
        let charge = try #require(try interest(claim, through: day("2026-04-08")))
        #expect(charge.amount.value == kr(32, 88))
        #expect(charge.amount.lines.contains { $0.citation == Practice.dueDateOnRestDay })
    }

    @Test func `a payment reduces the base from its day on`() throws {
        // Due 2025-01-15; 4,000 of 10,000 paid with effect from 2025-01-25; through 2025-01-31; 12.50 %.
        //   01-16..01-24: 9 days on 10,000: 30.8219... = 30.82
        //   01-25..01-31: 7 days on  6,000: 14.3835... = 14.38
        let claim = Cases.claim(
            kr(10_000), dueOn: try day("2025-01-15"),
            reductions: [Reduction(on: try day("2025-01-25"), amount: kr(4_000))])
        let charge = try #require(try interest(claim, through: day("2025-01-31")))
        #expect(charge.amount.lines.compactMap(\.base) == [kr(10_000), kr(6_000)])
        #expect(charge.amount.value == kr(45, 20))
    }

    @Test func `under 30/360 each month has thirty days and the year 360`() throws {
        // 10,000.00 kr due on Thursday 2025-01-30, through 2025-07-31:
        //   through 06-30: 5 months = 150 days at 12.50 %: 10,000 x 0.125 x 150/360 = 520.8333... = 520.83
        //   through 07-31: 30 days (the 31st does not count) at 12.25 %: 102.0833... = 102.08
        let law = Norway(dayCount: .thirty360)
        let charge = try #require(
            try interest(Cases.claim(kr(10_000), dueOn: day("2025-01-30")), through: day("2025-07-31"), law: law))
        #expect(charge.amount.lines.filter { $0.rate != nil }.map(\.days) == [150, 30])
        #expect(charge.amount.value == kr(622, 91))
    }

    @Test func `interest starts on the day after the due date`() throws {
        let claim = Cases.claim(kr(100_000), dueOn: try day("2026-01-15"))
        #expect(try interest(claim, through: day("2026-01-14")) == nil)
        #expect(try interest(claim, through: day("2026-01-15")) == nil)
        #expect(try interest(claim, through: day("2026-01-16"))?.amount.value == kr(32, 88))
    }

    @Test func `a payment before the due date bears no interest at all`() throws {
        let claim = Cases.claim(
            kr(10_000), dueOn: try day("2025-01-15"),
            reductions: [Reduction(on: try day("2025-01-10"), amount: kr(10_000))])
        #expect(try interest(claim, through: day("2025-06-30")) == nil)
    }

    @Test func `only what is not charged yet is charged, and a late-known payment takes interest back`() throws {
        let id = ClaimID(rawValue: 1)
        let charged = ChargeFacts(component: .interest, claim: id, chargedOn: try day("2025-01-31"), amount: kr(45, 20))
        let claim = Cases.claim(
            kr(10_000), dueOn: try day("2025-01-15"),
            reductions: [Reduction(on: try day("2025-01-25"), amount: kr(4_000))])
        #expect(try interest(claim, through: day("2025-01-31"), charges: [charged]) == nil)

        // The same with all of it paid from 2025-01-25: 30.82 was due and 45.20 was charged.
        let paid = Cases.claim(
            kr(10_000), dueOn: try day("2025-01-15"),
            reductions: [Reduction(on: try day("2025-01-25"), amount: kr(10_000))])
        #expect(try interest(paid, through: day("2025-01-31"), charges: [charged])?.amount.value == kr(-14, -38))
    }

    @Test(arguments: DayCount.allCases)
    func `charging day by day gives the same total as charging once`(_ dayCount: DayCount) throws {
        let claim = Cases.claim(kr(12_345, 67), dueOn: try day("2024-11-13"))
        var facts = Cases.new([claim])
        let law = Norway(dayCount: dayCount)
        let last = try day("2026-12-31")
        let once = try #require(try law.interest(on: facts, through: last).first)
        var today = try day("2024-11-13")
        while today <= last {
            for charge in try law.interest(on: facts, through: today) {
                facts.charges.append(
                    ChargeFacts(
                        component: .interest, claim: claim.id, chargedOn: today, amount: charge.amount.value))
            }
            today = today.adding(days: 1)
        }
        #expect(facts.charged(.interest) == once.amount.value)
    }

    @Test func `interest past the last known half-year is a gap, unless nothing is left to bear it`() throws {
        let open = Cases.claim(kr(1_000), dueOn: try day("2026-03-02"))
        #expect(try interest(open, through: day("2026-12-31")) != nil)
        let gap = #expect(throws: RuleGap.self) { try interest(open, through: day("2027-01-01")) }
        #expect(gap?.day == CivilDate(2027, 1, 1))
        #expect(gap?.rule == InterestAct.rate.name)

        let paid = Cases.claim(
            kr(1_000), dueOn: try day("2026-03-02"),
            reductions: [Reduction(on: try day("2026-12-31"), amount: kr(1_000))])
        #expect(try interest(paid, through: day("2027-06-30")) != nil)
    }

    @Test func `interest from before 1994 is a gap`() throws {
        let claim = Cases.claim(kr(1_000), dueOn: try day("1993-06-01"))
        #expect(throws: RuleGap.self) { try interest(claim, through: day("2000-01-01")) }
    }

    @Test func `a rate that an administrator added is used from its day on`() throws {
        // 10,000 kr due Thursday 2026-12-10, through 2027-01-10; 11.75 % is a figure of this test.
        //   12-11..12-31: 21 days at 12.25 %: 70.4794... = 70.48
        //   01-01..01-10: 10 days at 11.75 %: 32.1917... = 32.19
        let added = LawExtension(
            country: .norway, rule: InterestAct.rateIdentifier, from: CivilDate(2027, 1, 1),
            through: CivilDate(2027, 6, 30), value: .rate(Rate(basisPoints: 1175)), citation: Citation("test", "1"))
        let law = Norway(figures: Figures(extendedBy: [added]))
        let claim = Cases.claim(kr(10_000), dueOn: try day("2026-12-10"))
        let charge = try #require(try interest(claim, through: day("2027-01-10"), law: law))
        #expect(charge.amount.value == kr(102, 67))
        #expect(charge.amount.lines.last?.citation == Citation("test", "1"))
        #expect(throws: RuleGap.self) { try interest(claim, through: day("2027-07-01"), law: law) }
    }

    @Test func `a case in another currency is a gap`() throws {
        var facts = Cases.new([Cases.claim(kr(1_000), dueOn: try day("2025-03-03"))])
        facts.currency = .dkk
        #expect(throws: RuleGap.self) { try Norway().interest(on: facts, through: day("2025-04-01")) }
        #expect(throws: RuleGap.self) { try Norway().decide(facts, on: day("2025-04-01")) }
        #expect(throws: RuleGap.self) { try Norway().safeguards(for: facts, on: day("2025-04-01")) }
    }

    // MARK: § 3 a Compensation

    @Test(arguments: [
        ("2014-01-01", 320), ("2014-12-31", 320), ("2015-01-01", 330), ("2015-07-01", 330), ("2016-01-01", 370),
        ("2016-12-31", 370), ("2017-06-30", 360), ("2017-07-01", 370), ("2018-01-01", 380), ("2018-07-01", 380),
        ("2019-06-30", 380), ("2019-07-01", 390), ("2020-01-01", 400), ("2020-07-01", 430), ("2021-01-01", 420),
        ("2021-07-01", 400), ("2022-01-01", 390), ("2022-07-01", 400), ("2023-01-01", 410), ("2023-07-01", 460),
        ("2024-01-01", 470), ("2024-07-01", 460), ("2025-01-01", 470), ("2025-07-01", 460), ("2026-01-01", 460),
        ("2026-06-30", 460), ("2026-07-01", 430), ("2026-12-31", 430),
    ])
    func `the compensation is fixed for each half-year`(_ iso: String, _ amount: Int64) throws {
        #expect(try InterestAct.compensation.on(day(iso)).value == kr(amount))
    }

    @Test(arguments: ["2013-12-31", "2027-01-01"])
    func `no compensation is known outside its table`(_ iso: String) throws {
        #expect(throws: RuleGap.self) { try InterestAct.compensation.on(day(iso)) }
    }
}
