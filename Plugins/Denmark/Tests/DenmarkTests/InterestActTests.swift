import FordringKit
import Testing

@testable import Denmark

@Suite struct InterestActTests {
    let law = Denmark(dayCount: .actual365)
    private var act: InterestAct { law.regime.interest }

    private func interest(
        _ claim: ClaimFacts, through day: CivilDate, dayCount: DayCount = .actual365, charges: [ChargeFacts] = []
    ) throws -> DecidedCharge? {
        var facts = Cases.new([claim])
        facts.charges = charges
        let found = try Denmark(dayCount: dayCount).interest(on: facts, through: day)
        #expect(found.count <= 1)
        for charge in found { expectLinesAddUp(charge) }
        return found.first
    }

    // MARK: The tables

    @Test(arguments: [
        ("2005-01-01", 215), ("2008-12-31", 435), ("2012-12-31", 45), ("2013-01-01", 20), ("2015-06-30", 20),
        ("2015-07-01", 5), ("2016-01-01", 5), ("2021-06-30", 5), ("2021-07-01", -35), ("2022-12-31", -45),
        ("2023-01-01", 190), ("2023-07-01", 325), ("2023-12-31", 325), ("2024-01-01", 375), ("2024-06-30", 375),
        ("2024-07-01", 350), ("2024-12-31", 350), ("2025-01-01", 275), ("2025-06-30", 275), ("2025-07-01", 175),
        ("2025-12-31", 175), ("2026-01-01", 175), ("2026-06-30", 175),
    ])
    func `the reference rate changes on the first day of a half-year`(_ iso: String, _ basisPoints: Int32) throws {
        #expect(try act.referenceRate.on(day(iso)).value == Rate(basisPoints: basisPoints))
    }

    @Test func `the reference rate has one line for each half-year, from 2005 to the first of 2026`() {
        let lines = act.referenceRate.lines
        #expect(lines.count == 43)
        for (index, line) in lines.enumerated() {
            #expect(line.from == CivilDate(2005 + index / 2, index % 2 == 0 ? 1 : 7, 1))
        }
    }

    @Test(arguments: ["2004-12-31", "2026-07-01"])
    func `the reference rate answers for no day outside its table`(_ iso: String) throws {
        #expect(throws: RuleGap.self) { try act.referenceRate.on(day(iso)) }
    }

    @Test func `what rests on one list or on program code only is marked as unverified`() throws {
        #expect(try act.referenceRate.on(day("2023-12-31")).citation.verification == .verified)
        #expect(try act.referenceRate.on(day("2013-01-01")).citation.verification == .verified)
        #expect(try act.referenceRate.on(day("2012-12-31")).citation.verification == .unverified)
        #expect(try act.referenceRate.on(day("2024-01-01")).citation.verification == .unverified)
        #expect(try act.referenceRate.on(day("2026-01-01")).citation.verification == .unverified)
    }

    @Test(arguments: [("2002-08-01", 700), ("2013-02-28", 700), ("2013-03-01", 800), ("2026-01-01", 800)])
    func `a claim keeps the addition of its due date`(_ iso: String, _ basisPoints: Int32) throws {
        #expect(try act.addition.on(day(iso)).value == Rate(basisPoints: basisPoints))
    }

    @Test func `there is no addition for claims that fell due before August 2002`() throws {
        #expect(throws: RuleGap.self) { try act.addition.on(day("2002-07-31")) }
    }

    // MARK: Worked examples

    @Test func `interest that straddles a half-year is split at it and rounded in each part`() throws {
        // 10,000.00 kr due on Monday 2025-06-16, through 2025-07-15, actual/365:
        //   2025-06-17..06-30: 14 days at 2.75 + 8 = 10.75 %: 10,000 x 0.1075 x 14/365 = 41.2328... = 41.23
        //   2025-07-01..07-15: 15 days at 1.75 + 8 =  9.75 %: 10,000 x 0.0975 x 15/365 = 40.0684... = 40.07
        let charge = try #require(
            try interest(Cases.claim(kr(10_000), dueOn: day("2025-06-16")), through: day("2025-07-15")))
        #expect(charge.amount.value == kr(81, 30))
        let parts = charge.amount.lines.filter { $0.rate != nil }
        #expect(parts.map(\.amount) == [kr(41, 23), kr(40, 7)])
        #expect(parts.map(\.days) == [14, 15])
        #expect(parts.map(\.rate) == [Rate(basisPoints: 1075), Rate(basisPoints: 975)])
        #expect(parts.map(\.from) == [try day("2025-06-17"), try day("2025-07-01")])
        #expect(parts.map(\.through) == [try day("2025-06-30"), try day("2025-07-15")])
        #expect(parts.map(\.base) == [kr(10_000), kr(10_000)])
    }

    @Test func `a leap year has 366 days over 365`() throws {
        // 10,000.00 kr due on Friday 2023-12-29 (a banking day), through 2024-12-31:
        //   2023-12-30..12-31:   2 days at 11.25 %:    6.1643... =    6.16
        //   2024-01-01..06-30: 182 days at 11.75 %:  585.8904... =  585.89  (31+29+31+30+31+30 = 182)
        //   2024-07-01..12-31: 184 days at 11.50 %:  579.7260... =  579.73
        let charge = try #require(
            try interest(Cases.claim(kr(10_000), dueOn: day("2023-12-29")), through: day("2024-12-31")))
        #expect(charge.amount.lines.compactMap(\.rate).count == 3)
        #expect(charge.amount.lines.filter { $0.rate != nil }.map(\.days) == [2, 182, 184])
        #expect(charge.amount.value == kr(1_171, 78))
    }

    @Test func `under 30/360 each month has thirty days and the year 360`() throws {
        // 10,000.00 kr due on Thursday 2025-01-30, through 2025-07-31:
        //   through 06-30: 5 months = 150 days at 10.75 %: 10,000 x 0.1075 x 150/360 = 447.9166... = 447.92
        //   through 07-31: 30 days (the 31st does not count) at 9.75 %: 81.25
        let charge = try #require(
            try interest(
                Cases.claim(kr(10_000), dueOn: day("2025-01-30")), through: day("2025-07-31"), dayCount: .thirty360))
        #expect(charge.amount.lines.filter { $0.rate != nil }.map(\.days) == [150, 30])
        #expect(charge.amount.value == kr(529, 17))
    }

    @Test func `a claim due before March 2013 keeps seven points, one due in March has eight`() throws {
        // One year later the reference rate is 0.20 % for both; 365 days on 10,000.00 kr.
        func afterOneYear(_ due: CivilDate) throws -> DecidedCharge {
            try #require(try interest(Cases.claim(kr(10_000), dueOn: due), through: due.adding(days: 365)))
        }
        let old = try afterOneYear(day("2013-02-28"))
        let new = try afterOneYear(day("2013-03-01"))
        #expect(Set(old.amount.lines.compactMap(\.rate)) == [Rate(basisPoints: 720)])
        #expect(Set(new.amount.lines.compactMap(\.rate)) == [Rate(basisPoints: 820)])
        #expect(old.amount.value == kr(720))
        #expect(new.amount.value == kr(820))
    }

    @Test func `a payment reduces the base from its day on`() throws {
        // Due 2025-01-15; 4,000 of 10,000 paid with effect from 2025-01-25; through 2025-01-31; 10.75 %.
        //   01-16..01-24: 9 days on 10,000: 26.5068... = 26.51
        //   01-25..01-31: 7 days on  6,000: 12.3698... = 12.37
        let claim = Cases.claim(
            kr(10_000), dueOn: try day("2025-01-15"),
            reductions: [Reduction(on: try day("2025-01-25"), amount: kr(4_000))])
        let charge = try #require(try interest(claim, through: day("2025-01-31")))
        #expect(charge.amount.lines.compactMap(\.base) == [kr(10_000), kr(6_000)])
        #expect(charge.amount.value == kr(38, 88))
    }

    @Test func `a payment before the due date bears no interest at all`() throws {
        let claim = Cases.claim(
            kr(10_000), dueOn: try day("2025-01-15"),
            reductions: [Reduction(on: try day("2025-01-10"), amount: kr(10_000))])
        #expect(try interest(claim, through: day("2025-06-30")) == nil)
    }

    @Test func `interest starts on the day after the due date`() throws {
        let claim = Cases.claim(kr(100_000), dueOn: try day("2025-01-15"))
        #expect(try interest(claim, through: day("2025-01-14")) == nil)
        #expect(try interest(claim, through: day("2025-01-15")) == nil)
        // One day: 100,000 x 0.1075 / 365 = 29.4520... = 29.45
        #expect(try interest(claim, through: day("2025-01-16"))?.amount.value == kr(29, 45))
    }

    @Test func `a due date on a Saturday moves to Monday, and interest with it`() throws {
        let claim = Cases.claim(kr(100_000), dueOn: try day("2025-01-18"))
        #expect(try interest(claim, through: day("2025-01-20")) == nil)
        let charge = try #require(try interest(claim, through: day("2025-01-21")))
        #expect(charge.amount.value == kr(29, 45))
        #expect(charge.amount.lines.contains { $0.citation == Practice.dueDateOnRestDay })
    }

    @Test func `only what is not charged yet is charged, and a late-known payment takes interest back`() throws {
        let id = ClaimID(rawValue: 1)
        let charged = ChargeFacts(component: .interest, claim: id, chargedOn: try day("2025-01-31"), amount: kr(38, 88))
        let other = ChargeFacts(
            component: .interest, claim: ClaimID(rawValue: 2), chargedOn: try day("2025-01-31"), amount: kr(1_000))
        let claim = Cases.claim(
            kr(10_000), dueOn: try day("2025-01-15"),
            reductions: [Reduction(on: try day("2025-01-25"), amount: kr(4_000))])
        #expect(try interest(claim, through: day("2025-01-31"), charges: [charged, other]) == nil)

        // The same with all of it paid from 2025-01-25: 26.51 was due and 38.88 was charged.
        let paid = Cases.claim(
            kr(10_000), dueOn: try day("2025-01-15"),
            reductions: [Reduction(on: try day("2025-01-25"), amount: kr(10_000))])
        #expect(try interest(paid, through: day("2025-01-31"), charges: [charged])?.amount.value == kr(-12, -37))
    }

    @Test(arguments: DayCount.allCases)
    func `charging day by day gives the same total as charging once`(_ dayCount: DayCount) throws {
        let claim = Cases.claim(kr(12_345, 67), dueOn: try day("2024-11-13"))
        var facts = Cases.new([claim])
        let law = Denmark(dayCount: dayCount)
        let last = try day("2026-06-30")
        let once = try #require(try law.interest(on: facts, through: last).first)
        var today = try day("2024-11-13")
        while today <= last {
            for charge in try law.interest(on: facts, through: today) {
                expectLinesAddUp(charge)
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
        #expect(try interest(open, through: day("2026-06-30")) != nil)
        let gap = #expect(throws: RuleGap.self) { try interest(open, through: day("2026-07-01")) }
        #expect(gap?.day == CivilDate(2026, 7, 1))

        let paid = Cases.claim(
            kr(1_000), dueOn: try day("2026-03-02"),
            reductions: [Reduction(on: try day("2026-06-30"), amount: kr(1_000))])
        #expect(try interest(paid, through: day("2026-12-31")) != nil)
    }

    @Test func `a case in another currency is a gap`() throws {
        var facts = Cases.new([Cases.claim(kr(1_000), dueOn: try day("2025-03-03"))])
        facts.currency = Currency.eur
        let today = try day("2025-04-01")
        #expect(throws: RuleGap.self) { try law.interest(on: facts, through: today) }
        #expect(throws: RuleGap.self) { try law.decide(facts, on: today) }
    }
}

@Suite struct ReminderAndCompensationTests {
    private let act = Regime.denmark().interest

    @Test func `a reminder may cost 100 kr, three times, ten days apart`() throws {
        let rule = try act.reminderFee.on(day("2025-03-03")).value
        #expect(rule.amount == kr(100))
        #expect(rule.countMax == 3)
        #expect(rule.spacingDays == 10)
        #expect(throws: RuleGap.self) { try act.reminderFee.on(day("2014-05-12")) }
    }

    @Test(arguments: [("2013-02-28", nil), ("2013-03-01", kr(310)), ("2025-03-03", kr(310))] as [(String, Money?)])
    func `a business owes 310 kr for a claim that fell due from March 2013 on`(_ due: String, _ amount: Money?) throws {
        let claim = Cases.claim(kr(1_000), dueOn: try day(due))
        #expect(
            try act.compensationCharge(on: claim, in: Cases.new([claim], debtor: .business))?.amount.value
                == amount)
        #expect(
            try act.compensationCharge(on: claim, in: Cases.new([claim], debtor: .publicAuthority))?.amount
                .value == amount)
        #expect(try act.compensationCharge(on: claim, in: Cases.new([claim], debtor: .consumer)) == nil)
    }

    @Test func `compensation is charged once for a claim`() throws {
        let claim = Cases.claim(kr(1_000), dueOn: try day("2025-03-03"))
        var facts = Cases.new([claim])
        facts.charges = [
            ChargeFacts(component: .compensation, claim: claim.id, chargedOn: try day("2025-04-01"), amount: kr(310))
        ]
        #expect(try act.compensationCharge(on: claim, in: facts) == nil)
    }

    @Test func `times of arrears that touch are one, and a paid gap between them ends it`() throws {
        let paid = Cases.claim(
            1, kr(100), dueOn: try day("2025-01-15"),
            reductions: [Reduction(on: try day("2025-03-10"), amount: kr(100))])
        let touching = Cases.claim(2, kr(100), dueOn: try day("2025-03-03"))
        let apart = Cases.claim(2, kr(100), dueOn: try day("2025-03-17"))
        let today = try day("2025-05-01")
        #expect(act.arrearsBegan([paid, touching], on: today) == CivilDate(2025, 1, 16))
        #expect(act.arrearsBegan([paid, apart], on: today) == CivilDate(2025, 3, 18))
    }
}
