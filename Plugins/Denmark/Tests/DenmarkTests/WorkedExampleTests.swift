import FordringKit
import Testing

@testable import Denmark

/// Goal: figures and days that a person worked out from the statutes, with the arithmetic beside them.
///
/// Method: every example was computed by hand (amounts by fractions, days by a calendar) and not by the code under test.
@Suite struct WorkedExampleTests {
    private let law = Denmark()
    private let greenland = Denmark(.greenland())
    private let faroes = Denmark(.faroeIslands())

    /// The interest on a claim through a day, all at once.
    private func interest(
        _ principal: Money, due: String, through: String, _ law: Denmark = Denmark(), reductions: [Reduction] = []
    ) throws -> Money {
        let facts = Cases.new([Cases.claim(principal, dueOn: try day(due), reductions: reductions)])
        let charges = try law.interest(on: facts, through: day(through))
        for charge in charges { expectLinesAddUp(charge) }
        return charges.first?.amount.value ?? kr(0)
    }

    // MARK: Interest

    @Test func `1: interest across the change of July 2024`() throws {
        // 5,000 due Monday 2024-06-17. 06-18..06-30: 13 days at 3.75 + 8 = 11.75 %: 5,000 x .1175 x 13/365 = 20.924 = 20.92.
        // 07-01..07-10: 10 days at 3.50 + 8 = 11.50 %: 5,000 x .1150 x 10/365 = 15.753 = 15.75. Together 36.67.
        #expect(try interest(kr(5_000), due: "2024-06-17", through: "2024-07-10") == kr(36, 67))
    }

    @Test func `2: a claim due the day before the change of March 2013 keeps seven points`() throws {
        // 10,000 due Thursday 2013-02-28, reference 0.20 in both half-years, so 7.20 %.
        // 03-01..06-30: 31+30+31+30 = 122 days: 240.657 = 240.66. 07-01..07-31: 31 days: 61.150 = 61.15. Together 301.81.
        #expect(try interest(kr(10_000), due: "2013-02-28", through: "2013-07-31") == kr(301, 81))
    }

    @Test func `3: a claim due on the day of that change has eight`() throws {
        // 10,000 due Friday 2013-03-01, so 8.20 %. 03-02..06-30: 121 days: 271.835 = 271.84. 31 days: 69.643 = 69.64.
        #expect(try interest(kr(10_000), due: "2013-03-01", through: "2013-07-31") == kr(341, 48))
    }

    @Test func `4: a reference rate under zero makes the rate less than eight`() throws {
        // 20,000 due Monday 2022-01-03; 01-04..01-31: 28 days at -0.45 + 8 = 7.55 %: 115.835 = 115.84.
        #expect(try interest(kr(20_000), due: "2022-01-03", through: "2022-01-31") == kr(115, 84))
    }

    @Test func `5: 29 February counts under both conventions`() throws {
        // 12,000 due Wednesday 2024-01-31, through 2024-02-29 at 11.75 %.
        // actual/365: 29 days: 12,000 x .1175 x 29/365 = 112.027 = 112.03. 30/360: from the 30th to the 59th: 29 days over
        // 360: 113.583 = 113.58.
        #expect(try interest(kr(12_000), due: "2024-01-31", through: "2024-02-29") == kr(112, 3))
        #expect(
            try interest(kr(12_000), due: "2024-01-31", through: "2024-02-29", Denmark(dayCount: .thirty360))
                == kr(113, 58))
    }

    @Test func `6: due on Maundy Thursday, so Tuesday after Easter is timely`() throws {
        // 36,500 due 2025-04-17; 04-22 is timely; 04-23..04-30: 8 days; 36,500 at 10.75 % is 10.75 a day: 86.00.
        #expect(try interest(kr(36_500), due: "2025-04-17", through: "2025-04-22") == kr(0))
        #expect(try interest(kr(36_500), due: "2025-04-17", through: "2025-04-30") == kr(86))
    }

    @Test func `7: due on Christmas Eve, so Monday 29 December is timely`() throws {
        // 73,000 at 9.75 % is 19.50 a day. 12-30 and 12-31: 39.00; 01-01..01-05: 97.50. Together 136.50.
        #expect(try interest(kr(73_000), due: "2025-12-24", through: "2026-01-05") == kr(136, 50))
    }

    @Test func `8: half an øre goes up`() throws {
        // 18,250 for one day at 10.75 %: 1,825,000 x 1075 / 3,650,000 = 537.5 øre = 538.
        #expect(try interest(kr(18_250), due: "2025-01-15", through: "2025-01-16") == kr(5, 38))
    }

    @Test func `9: less than half an øre is nothing`() throws {
        // 1 kr for one day: 100 x 1075 / 3,650,000 = 0.03 øre; for 17 days 0.50068 øre = 1.
        #expect(try interest(kr(1), due: "2025-01-15", through: "2025-01-16") == kr(0))
        #expect(try interest(kr(1), due: "2025-01-15", through: "2025-02-01") == kr(0, 1))
    }

    @Test func `10: each half-year is rounded on its own`() throws {
        // 1,000,000 due Monday 2016-01-04 at 8.05 % for 365 days. 01-05..06-30: 178 days: 39,257.534 = 39,257.53;
        // 184 days: 40,580.821 = 40,580.82; 01-01..01-03: 661.643 = 661.64. Together 80,499.99, an øre under 80,500.
        #expect(try interest(kr(1_000_000), due: "2016-01-04", through: "2017-01-03") == kr(80_499, 99))
    }

    @Test func `11: two payments within a half-year split it in three`() throws {
        // 10,000 due 2025-01-15, 10.75 %. 4 days on 10,000: 11.780; 5 on 8,000: 11.780; 7 on 5,000: 10.308.
        // 11.78 + 11.78 + 10.31 = 33.87.
        let reductions = [
            Reduction(on: CivilDate(2025, 1, 20), amount: kr(2_000)),
            Reduction(on: CivilDate(2025, 1, 25), amount: kr(3_000)),
        ]
        #expect(
            try interest(kr(10_000), due: "2025-01-15", through: "2025-01-31", reductions: reductions) == kr(33, 87))
    }

    @Test func `12: an amount beyond 64 bits is counted all the same`() throws {
        // 900,000,000,000 kr due Thursday 2025-01-02, through 06-30: 179 days at 10.75 %:
        // 90,000,000,000,000 x 1075 x 179 / 3,650,000 = 4,744,726,027,397.26 øre.
        #expect(
            try interest(kr(900_000_000_000), due: "2025-01-02", through: "2025-06-30")
                == Money(minorUnits: 4_744_726_027_397, .dkk))
    }

    @Test func `13: Greenland adds seven points`() throws {
        // 10,000 due Monday 2025-06-16. 14 days at 2.75 + 7 = 9.75 %: 37.397 = 37.40; 15 at 8.75 %: 35.958 = 35.96.
        #expect(try interest(kr(10_000), due: "2025-06-16", through: "2025-07-15", greenland) == kr(73, 36))
    }

    @Test func `14: in Greenland Store bededag still moves the last timely day`() throws {
        // 36,500 due Friday 2025-05-16, 26 days after Easter. Greenland: Monday 05-19 is timely, so 05-20..05-28 is 9 days
        // at 9.75 a day: 87.75. Denmark: 05-17..05-28 is 12 days at 10.75 a day: 129.00.
        #expect(try interest(kr(36_500), due: "2025-05-16", through: "2025-05-28", greenland) == kr(87, 75))
        #expect(try interest(kr(36_500), due: "2025-05-16", through: "2025-05-28") == kr(129))
    }

    // MARK: Deadlines

    /// The notice's last day, by the day of sending.
    @Test(arguments: [
        // 15: 23 March + 10 = 2 April 2026, Maundy Thursday; Friday, weekend and Monday rest: Tuesday 7 April.
        ("DK", "2026-03-23", "2026-04-07"),
        // 16: 28 March + 10 = Tuesday 7 April, the first day after Easter.
        ("DK", "2026-03-28", "2026-04-07"),
        // 17: 13 December + 10 = Monday 23 December 2024.
        ("DK", "2024-12-13", "2024-12-23"),
        // 18: 14 December + 10 = 24 December; 25 and 26 rest: Friday 27.
        ("DK", "2024-12-14", "2024-12-27"),
        // 19: 21 December + 10 = 31 December; 1 January rests: Thursday 2 January.
        ("DK", "2024-12-21", "2025-01-02"),
        // 20: 21 April + 10 = Friday 1 May 2026, a working day in Denmark, though 26 days after Easter.
        ("DK", "2026-04-21", "2026-05-01"),
        // 21: in Greenland 14 days: 17 April + 14 = 1 May 2026, Store bededag; Monday 4 May.
        ("GL", "2026-04-17", "2026-05-04"),
        // 22: 2 March + 14 = Monday 16 March.
        ("GL", "2026-03-02", "2026-03-16"),
        // 23: 7 June + 14 = 21 June 2026, a Sunday and the national day: Monday 22.
        ("GL", "2026-06-07", "2026-06-22"),
        // 24: in the Faroes 18 July + 10 = 28 July, half a day; 29 July is Ólavsøka: Thursday 30.
        ("FO", "2026-07-18", "2026-07-30"),
        // 25: 15 April + 10 = Saturday 25 April 2026: Monday 27.
        ("FO", "2026-04-15", "2026-04-27"),
    ])
    func `15-25: the last day to pay of a notice`(_ country: String, _ sent: String, _ last: String) throws {
        let law = [law, greenland, faroes].first { $0.country.code == country }
        #expect(try law?.deadline(for: .collectionNotice, sentOn: day(sent))?.value == day(last))
    }

    // MARK: Costs

    /// The cost of a collection letter for one claim.
    private func cost(_ principal: Money, deductsVAT: Bool) throws -> Money? {
        let facts = Cases.new([Cases.claim(principal, dueOn: CivilDate(2025, 3, 3))], deductsVAT: deductsVAT)
        let charge = try CostOrder.denmark.charge(on: facts.claims, in: facts, day: CivilDate(2025, 6, 2))
        if let charge { expectLinesAddUp(charge) }
        return charge?.amount.value
    }

    @Test func `26: the example of court practice, with and without VAT`() throws {
        // 18,545.25 lies in 10,001-25,000: 1,700. 25 % of it is 425: 2,125.
        #expect(try cost(kr(18_545, 25), deductsVAT: true) == kr(1_700))
        #expect(try cost(kr(18_545, 25), deductsVAT: false) == kr(2_125))
    }

    @Test func `27: over 500,000, both roundings down`() throws {
        // 612,345.67: 1 % of 112,345.67 = 1,123.4567 = 1,123.45; 6,400 + 1,123.45 = 7,523.45.
        // VAT: 1,880.8625 = 1,880.86; 9,404.31.
        #expect(try cost(kr(612_345, 67), deductsVAT: true) == kr(7_523, 45))
        #expect(try cost(kr(612_345, 67), deductsVAT: false) == kr(9_404, 31))
    }

    @Test func `28: half a krone over 500,000 adds nothing`() throws {
        // 1 % of 0.50 = 0.005, rounded down: 0.
        #expect(try cost(kr(500_000, 50), deductsVAT: true) == kr(6_400))
    }

    /// The cost of a settlement in own collection.
    private func settlement(_ principal: Money) throws -> Money? {
        var facts = Cases.new([Cases.claim(principal, dueOn: CivilDate(2025, 3, 3))])
        facts.creditor.collectsItself = true
        facts.steps = [
            StepFacts(
                kind: .collectionNotice, claims: [ClaimID(rawValue: 1)], decidedOn: CivilDate(2025, 4, 1),
                sentOn: CivilDate(2025, 4, 1), deadlineOn: CivilDate(2025, 4, 11))
        ]
        return try law.planFee(instalments: 6, for: facts, on: CivilDate(2025, 6, 2))?.amount.value
    }

    @Test func `29: own collection, a settlement of 750,000`() throws {
        // 4,250 + 0.67 % of 250,000 = 4,250 + 1,675 = 5,925, VAT included.
        #expect(try settlement(kr(750_000)) == kr(5_925))
    }

    @Test func `30: own collection, the share rounded down`() throws {
        // 0.67 % of 123.45 = 0.8271 = 0.82.
        #expect(try settlement(kr(500_123, 45)) == kr(4_250, 82))
        // 12,000 lies in 10,001-25,000: 1,150.
        #expect(try settlement(kr(12_000)) == kr(1_150))
    }

    // MARK: Limitation

    /// The last day of a claim.
    private func last(
        _ due: String, _ basis: ClaimBasis = .ordinary, _ events: (ClaimEvent.Kind, String)...
    ) throws -> CivilDate? {
        var claim = Cases.claim(kr(1_000), dueOn: try day(due))
        claim.basis = basis
        claim.events = try events.map { ClaimEvent($0.0, on: try day($0.1)) }
        let limitation = try law.limitation(of: claim)
        #expect(limitation?.lines.isEmpty == false)
        return limitation?.value
    }

    @Test func `31: three years that end on a Saturday`() throws {
        // 2022-03-01 + 3 years = Saturday 2025-03-01; Monday 03-03.
        #expect(try last("2022-03-01") == CivilDate(2025, 3, 3))
    }

    @Test func `32: from 29 February to the last of February`() throws {
        // 2020-02-29 + 3 years: 2023 has no such date, so Tuesday 2023-02-28.
        #expect(try last("2020-02-29") == CivilDate(2023, 2, 28))
    }

    @Test func `33: an end on Christmas Eve`() throws {
        // 2021-12-24 + 3 years = Tuesday 2024-12-24; 25 and 26 rest; Friday 27.
        #expect(try last("2021-12-24") == CivilDate(2024, 12, 27))
    }

    @Test func `34: an end on 5 June`() throws {
        // 2022-06-05 + 3 years = Thursday 2025-06-05; Friday 06-06.
        #expect(try last("2022-06-05") == CivilDate(2025, 6, 6))
    }

    @Test func `35: an end on Good Friday, and on New Year's Eve`() throws {
        // 2022-04-18 + 3 years = 2025-04-18, Good Friday; Tuesday 04-22. 2021-12-31 + 3 = 2024-12-31; Thursday 2025-01-02.
        #expect(try last("2022-04-18") == CivilDate(2025, 4, 22))
        #expect(try last("2021-12-31") == CivilDate(2025, 1, 2))
    }

    @Test func `36: banks rest on the day after Ascension, and § 27 does not`() throws {
        // 2022-05-30 + 3 years = Friday 2025-05-30, the day after Ascension.
        #expect(try last("2022-05-30") == CivilDate(2025, 5, 30))
    }

    @Test func `37: five years for pay, ten for a debt instrument`() throws {
        // 2019-01-31 + 5 = Wednesday 2024-01-31. 2016-05-17 + 10 = Sunday 2026-05-17; Monday 05-18.
        #expect(try last("2019-01-31", .employment) == CivilDate(2024, 1, 31))
        #expect(try last("2016-05-17", .debtInstrument) == CivilDate(2026, 5, 18))
        // A loan of money without an instrument has the ordinary three: 2022-01-31 + 3 = Friday 2025-01-31.
        #expect(try last("2022-01-31", .moneyLoan) == CivilDate(2025, 1, 31))
    }

    @Test func `38: an acknowledgement begins a new period, in writing one of ten years`() throws {
        // 2024-07-15 + 3 = Thursday 2027-07-15; + 10 = Saturday 2034-07-15; Monday 07-17.
        #expect(try last("2022-03-01", .ordinary, (.acknowledgement, "2024-07-15")) == CivilDate(2027, 7, 15))
        #expect(try last("2022-03-01", .ordinary, (.writtenAcknowledgement, "2024-07-15")) == CivilDate(2034, 7, 17))
    }

    @Test func `39: proceedings that end without a decision leave a year`() throws {
        // Old last day 2025-03-03. Filed 2025-02-10, ended 2025-11-03; + 1 year = Tuesday 2026-11-03.
        #expect(
            try last("2022-03-01", .ordinary, (.proceedingsFiled, "2025-02-10"), (.proceedingsEnded, "2025-11-03"))
                == CivilDate(2026, 11, 3))
        // Ended long before: 2023-06-01 + 1 is before 2025-03-03, which stands.
        #expect(
            try last("2022-03-01", .ordinary, (.proceedingsFiled, "2023-05-02"), (.proceedingsEnded, "2023-06-01"))
                == CivilDate(2025, 3, 3))
        // A part payment while they ran stands: 2023-05-20 + 3 = Wednesday 2026-05-20.
        #expect(
            try last(
                "2022-03-01", .ordinary, (.proceedingsFiled, "2023-05-02"), (.acknowledgement, "2023-05-20"),
                (.proceedingsEnded, "2023-06-01")) == CivilDate(2026, 5, 20))
    }

    @Test func `40: a judgment has ten years, and execution another ten`() throws {
        // 2024-09-02 + 10 = Saturday 2034-09-02; Monday 09-04. Execution 2025-10-01 + 10 = Monday 2035-10-01.
        #expect(
            try last("2022-03-01", .ordinary, (.proceedingsFiled, "2024-03-04"), (.judgment, "2024-09-02"))
                == CivilDate(2034, 9, 4))
        #expect(
            try last("2015-03-02", .ordinary, (.judgment, "2016-03-01"), (.enforcementRequested, "2025-10-01"))
                == CivilDate(2035, 10, 1))
    }

    @Test func `41: what comes after the last day moves nothing`() throws {
        #expect(try last("2020-03-02", .ordinary, (.acknowledgement, "2023-03-03")) == CivilDate(2023, 3, 2))
        #expect(try last("2020-03-02", .ordinary, (.acknowledgement, "2023-03-02")) == CivilDate(2026, 3, 2))
        // An end of proceedings that nobody filed leaves no year, however often it is entered.
        #expect(
            try last("2022-03-01", .ordinary, (.proceedingsEnded, "2025-02-10"), (.proceedingsEnded, "2025-12-01"))
                == CivilDate(2025, 3, 3))
        // Filed too late: neither the filing nor its end nor a judgment brings the claim back.
        #expect(
            try last(
                "2020-03-02", .ordinary, (.proceedingsFiled, "2023-03-03"), (.proceedingsEnded, "2023-06-01"),
                (.judgment, "2023-07-03")) == CivilDate(2023, 3, 2))
        // A second end of the same proceedings: 2025-11-03 + 1, and not 2026-10-01 + 1.
        #expect(
            try last(
                "2022-03-01", .ordinary, (.proceedingsFiled, "2025-02-10"), (.proceedingsEnded, "2025-11-03"),
                (.proceedingsEnded, "2026-10-01")) == CivilDate(2026, 11, 3))
    }

    @Test func `42: a claim in an insolvency, and a complaint to a board`() throws {
        // 2024-10-10 + 3 = Sunday 2027-10-10; Monday 10-11.
        #expect(try last("2022-03-01", .ordinary, (.insolvencyClaim, "2024-10-10")) == CivilDate(2027, 10, 11))
        // 2025-02-03 + 1 = Tuesday 2026-02-03; ended 2025-12-15 + 1 = Tuesday 2026-12-15.
        #expect(try last("2022-03-01", .ordinary, (.boardComplaint, "2025-02-03")) == CivilDate(2026, 2, 3))
        #expect(
            try last("2022-03-01", .ordinary, (.boardComplaint, "2025-02-03"), (.proceedingsEnded, "2025-12-15"))
                == CivilDate(2026, 12, 15))
    }

    @Test func `a request for execution that comes to nothing leaves the old period and a year`() throws {
        // Judgment 2016-03-01 + 10 = Sunday 2026-03-01; Monday 03-02. Asked 2025-10-01, rejected 2025-10-20: + 1 is
        // Tuesday 2026-10-20.
        #expect(
            try last(
                "2015-03-02", .ordinary, (.judgment, "2016-03-01"), (.enforcementRequested, "2025-10-01"),
                (.proceedingsEnded, "2025-10-20")) == CivilDate(2026, 10, 20))
        // The one before, which found something, stands: 2020-05-04 + 10 = Saturday 2030-05-04; Monday 05-06.
        #expect(
            try last(
                "2015-03-02", .ordinary, (.judgment, "2016-03-01"), (.enforcementRequested, "2020-05-04"),
                (.enforcementRequested, "2025-10-01"), (.proceedingsEnded, "2025-10-20")) == CivilDate(2030, 5, 6))
    }

    @Test func `the creditor's own choice leaves the old period and no year, § 20 (2) no 3`() throws {
        // Old last day 2025-03-03; with the year it would be 2026-11-03.
        #expect(
            try last("2022-03-01", .ordinary, (.proceedingsFiled, "2025-02-10"), (.proceedingsDropped, "2025-11-03"))
                == CivilDate(2025, 3, 3))
        // Nothing ran: nothing moves.
        #expect(try last("2022-03-01", .ordinary, (.proceedingsDropped, "2024-11-03")) == CivilDate(2025, 3, 3))
    }

    @Test func `an endorsement that is reopened gives no ten years`() throws {
        // Filed 2024-03-04: + 3 = Thursday 2027-03-04 while it runs; endorsed 2024-09-02, reopened 2024-09-20.
        let reopened: [(ClaimEvent.Kind, String)] = [
            (.proceedingsFiled, "2024-03-04"), (.judgment, "2024-09-02"), (.judgmentSetAside, "2024-09-20"),
        ]
        #expect(try last("2022-03-01", .ordinary, reopened[0], reopened[1], reopened[2]) == CivilDate(2027, 3, 4))
        // Ended 2024-12-02 without a decision: + 1 = Tuesday 2025-12-02, after the old last day, Monday 2025-03-03.
        #expect(
            try last(
                "2022-03-01", .ordinary, reopened[0], reopened[1], reopened[2], (.proceedingsEnded, "2024-12-02"))
                == CivilDate(2025, 12, 2))
        // Judged again 2025-06-02: + 10 = Saturday 2035-06-02; Monday 06-04. What comes after has three years no more.
        #expect(
            try last("2022-03-01", .ordinary, reopened[0], reopened[1], reopened[2], (.judgment, "2025-06-02"))
                == CivilDate(2035, 6, 4))
        // An acknowledgement after the reopening has three years: 2024-10-01 + 3 = Friday 2027-10-01.
        #expect(
            try last(
                "2022-03-01", .ordinary, reopened[0], reopened[1], reopened[2], (.acknowledgement, "2024-10-01"))
                == CivilDate(2027, 10, 1))
    }

    // MARK: Payment slips

    @Test func `43: slip 75 has sixteen digits`() throws {
        // 12345: 5x2=10->1, 4, 3x2=6, 2, 1x2=2; sum 15; check 5.
        var choices = Choices()
        choices.slip = .type75
        let reference = try #require(
            Denmark(choices: choices).paymentReference(for: CaseID(rawValue: 12_345), creditorNumber: "81234567"))
        #expect(reference.number == "0000000000123455")
        #expect(reference.codeLine == "+75<0000000000123455+81234567<")
        #expect(reference.type == "FIK 75")
    }

    @Test func `44: slip 71 of the longest case number`() throws {
        // 9876543210 from the right: 0, 1, 2x2=4, 3, 4x2=8, 5, 6x2=12->3, 7, 8x2=16->7, 9; sum 47; check 3.
        let reference = try #require(
            law.paymentReference(for: CaseID(rawValue: 9_876_543_210), creditorNumber: "81234567"))
        #expect(reference.codeLine == "+71<000098765432103+81234567<")
    }

    @Test func `45: slip 73 carries no number`() throws {
        var choices = Choices()
        choices.slip = .type73
        let reference = try #require(
            Denmark(choices: choices).paymentReference(for: CaseID(rawValue: 12_345), creditorNumber: "81234567"))
        #expect(reference.number.isEmpty)
        #expect(reference.codeLine == "+73<+81234567<")
    }
}
