import FordringKit
import Testing

@testable import Norway

@Suite struct RegulationTests {
    private let figures = Figures()

    // MARK: The inkassosats

    @Test(arguments: [
        ("2006-01-01", 550), ("2006-12-31", 550), ("2007-01-01", 560), ("2007-12-31", 560), ("2009-01-01", 590),
        ("2009-12-31", 590), ("2013-01-01", 630), ("2013-12-31", 630), ("2014-01-01", 640), ("2015-01-01", 650),
        ("2016-01-01", 670), ("2016-12-31", 670), ("2017-01-01", 700), ("2025-12-31", 700), ("2026-01-01", 750),
        ("2026-12-31", 750),
    ])
    func `the inkassosats is that of the year`(_ iso: String, _ amount: Int64) throws {
        #expect(try CollectionRegulation.sats.on(day(iso)).value == kr(amount))
    }

    @Test(arguments: [
        "2005-12-31", "2008-01-01", "2008-12-31", "2010-01-01", "2011-06-30", "2012-12-31", "2027-01-01",
    ])
    func `a year whose inkassosats is not known is a gap`(_ iso: String) throws {
        #expect(throws: RuleGap.self) { try CollectionRegulation.sats.on(day(iso)) }
    }

    @Test func `only the inkassosats of 2014 is recalled`() {
        let doubtful = CollectionRegulation.sats.lines.filter {
            $0.value != nil && $0.citation.verification == .unverified
        }
        #expect(doubtful.map(\.from) == [CivilDate(2014, 1, 1)])
    }

    // MARK: § 1-2 Fees

    // 2026: 750/20 = 37.50, to the nearest krone 38. 2025: 700/20 = 35. Through September 2020: 700/10 = 70.
    // 670/10 = 67, 650/10 = 65, 640/10 = 64, 630/10 = 63, 590/10 = 59, 560/10 = 56, 550/10 = 55.
    @Test(arguments: [
        ("2026-11-22", 38), ("2026-01-01", 38), ("2025-12-31", 35), ("2020-10-01", 35), ("2020-09-30", 70),
        ("2017-01-01", 70), ("2016-12-31", 67), ("2015-06-01", 65), ("2014-06-01", 64), ("2013-01-01", 63),
        ("2009-06-01", 59), ("2007-06-01", 56), ("2006-01-01", 55),
    ])
    func `a reminder costs a twentieth of the inkassosats, a tenth before October 2020`(
        _ iso: String, _ amount: Int64
    ) throws {
        let fee = try CollectionRegulation.fee(
            "Fee", CollectionRegulation.reminderShare, on: day(iso), figures: figures)
        #expect(fee.value == kr(amount))
        #expect(fee.lines.compactMap(\.amount) == [kr(amount)])
    }

    // 2026: 750 x 3/20 = 112.50, to the nearest krone 113. 700 x 3/20 = 105; 700 x 3/10 = 210.
    // 670 x 3/10 = 201, 650 x 3/10 = 195, 630 x 3/10 = 189.
    @Test(arguments: [
        ("2026-01-01", 113), ("2025-12-31", 105), ("2020-10-01", 105), ("2020-09-30", 210), ("2016-06-01", 201),
        ("2015-06-01", 195), ("2013-06-01", 189),
    ])
    func `the creditor's own demand costs three twentieths, three tenths before October 2020`(
        _ iso: String, _ amount: Int64
    ) throws {
        let fee = try CollectionRegulation.fee(
            "Fee", CollectionRegulation.ownDemandShare, on: day(iso), figures: figures)
        #expect(fee.value == kr(amount))
    }

    @Test func `fees are not known after the day to which they were looked up`() throws {
        #expect(throws: RuleGap.self) {
            try CollectionRegulation.fee(
                "Fee", CollectionRegulation.reminderShare, on: day("2026-11-23"), figures: figures)
        }
    }

    // MARK: § 2-2 The light fee

    private func fee(
        _ size: Money, due: String = "2026-02-02", on iso: String = "2026-05-04", isHeavy: Bool = false,
        debtor: PartyKind = .consumer, deductsVAT: Bool = true
    ) throws -> Explained<Money> {
        let claim = Cases.claim(size, dueOn: try day(due))
        let facts = Cases.new([claim], debtor: debtor, deductsVAT: deductsVAT)
        let fee = try CollectionRegulation.salary(
            on: size, of: [claim], isHeavy: isHeavy, in: facts, day: day(iso), figures: figures)
        #expect(fee.lines.compactMap(\.amount).reduce(0) { $0 + $1.minorUnits } == fee.value.minorUnits)
        return fee
    }

    // Of 750: 0.25 = 187.50, 0.35 = 262.50, 0.4 = 300, 0.8 = 600, 1.6 = 1,200, 3.6 = 2,700, 7.2 = 5,400.
    // The øre between two lines belong to the lower one.
    @Test(arguments: [
        (kr(1), kr(187, 50)), (kr(499, 99), kr(187, 50)), (kr(500), kr(187, 50)), (kr(500, 99), kr(187, 50)),
        (kr(501), kr(262, 50)), (kr(1_000), kr(262, 50)), (kr(1_000, 50), kr(262, 50)), (kr(1_001), kr(300)),
        (kr(2_500), kr(300)), (kr(2_501), kr(600)), (kr(10_000), kr(600)), (kr(10_000, 99), kr(600)),
        (kr(10_001), kr(1_200)), (kr(50_000), kr(1_200)), (kr(50_001), kr(2_700)), (kr(250_000), kr(2_700)),
        (kr(250_000, 99), kr(2_700)), (kr(250_001), kr(5_400)), (kr(9_000_000), kr(5_400)),
    ])
    func `the light fee of 2026 follows the size of the claim`(_ size: Money, _ amount: Money) throws {
        #expect(try fee(size).value == amount)
    }

    // Of 700: 0.25 = 175, 0.35 = 245, 0.4 = 280, 0.8 = 560, 1.6 = 1,120, 3.6 = 2,520, 7.2 = 5,040.
    @Test(arguments: [
        (500, 175), (1_000, 245), (2_500, 280), (10_000, 560), (50_000, 1_120), (250_000, 2_520), (250_001, 5_040),
    ])
    func `the light fee of 2025 is of an inkassosats of 700`(_ size: Int64, _ amount: Int64) throws {
        #expect(try fee(kr(size), due: "2025-02-03", on: "2025-12-31").value == kr(amount))
    }

    // The older version, of 700: 0.5 = 350, 1 = 700, 2 = 1,400, 4 = 2,800, 8 = 5,600.
    @Test(arguments: [
        (500, 350), (501, 350), (2_500, 350), (2_501, 700), (10_000, 700), (10_001, 1_400), (50_000, 1_400),
        (50_001, 2_800), (250_000, 2_800), (250_001, 5_600),
    ])
    func `a claim due through September 2020 keeps the older version`(_ size: Int64, _ amount: Int64) throws {
        #expect(try fee(kr(size), due: "2020-09-30", on: "2020-12-01").value == kr(amount))
    }

    // 8,000 kr: 1 x 700 = 700 in the older version, 0.8 x 700 = 560 in the younger.
    @Test(arguments: [
        ("2020-09-30", 700, Citation.Verification.verified), ("2020-10-01", 560, .unverified),
        ("2020-10-02", 560, .verified),
    ])
    func `the version goes by the due date, and the day between the two takes the lower one`(
        _ due: String, _ amount: Int64, _ verification: Citation.Verification
    ) throws {
        let fee = try fee(kr(8_000), due: due, on: "2020-12-01")
        #expect(fee.value == kr(amount))
        #expect(fee.lines[1].citation.verification == verification)
    }

    @Test func `a claim due before 2010 has no table`() throws {
        #expect(try fee(kr(8_000), due: "2010-01-01", on: "2013-12-01").value == kr(630))
        #expect(throws: RuleGap.self) { try fee(kr(8_000), due: "2009-12-31", on: "2013-12-01") }
    }

    @Test func `a demand of a year without an inkassosats is a gap`() throws {
        #expect(throws: RuleGap.self) { try fee(kr(8_000), due: "2010-06-01", on: "2011-12-01") }
    }

    // MARK: §§ 2-1 and 2-3

    // Double: 0.5 x 750 = 375, 0.7 x 750 = 525, 0.8 x 750 = 600, 1.6 x 750 = 1,200, 3.2 x 750 = 2,400,
    // 7.2 x 750 = 5,400, 14.4 x 750 = 10,800.
    @Test(arguments: [
        (500, 375), (1_000, 525), (2_500, 600), (10_000, 1_200), (50_000, 2_400), (250_000, 5_400), (250_001, 10_800),
    ])
    func `the heavy fee is double`(_ size: Int64, _ amount: Int64) throws {
        #expect(try fee(kr(size), isHeavy: true).value == kr(amount))
    }

    // One and a half times: 187.50 -> 281.25; 262.50 -> 393.75; 300 -> 450; 600 -> 900; 1,200 -> 1,800.
    @Test(arguments: [
        (kr(500), kr(281, 25)), (kr(1_000), kr(393, 75)), (kr(2_500), kr(450)), (kr(10_000), kr(900)),
        (kr(50_000), kr(1_800)),
    ])
    func `a debtor who is not a consumer pays one and a half times the fee`(_ size: Money, _ amount: Money) throws {
        #expect(try fee(size, debtor: .business).value == amount)
        #expect(try fee(size, debtor: .publicAuthority).value == amount)
    }

    @Test func `a heavy fee of a business is three times the light one of a consumer`() throws {
        // 3,000 kr: 0.8 x 2 x 1.5 = 2.4; 2.4 x 750 = 1,800.
        #expect(try fee(kr(3_000), isHeavy: true, debtor: .business).value == kr(1_800))
    }

    // 300 + 25 % = 375. 187.50 x 0.25 = 46.875, rounded down to 46.87: 234.37. 281.25 x 0.25 = 70.3125 -> 70.31:
    // 351.56.
    @Test(arguments: [
        (kr(2_000), PartyKind.consumer, kr(375)), (kr(400), .consumer, kr(234, 37)),
        (kr(400), .business, kr(351, 56)),
    ])
    func `VAT comes on top where the creditor cannot deduct it`(
        _ size: Money, _ debtor: PartyKind, _ amount: Money
    ) throws {
        let fee = try fee(size, debtor: debtor, deductsVAT: false)
        #expect(fee.value == amount)
        #expect(fee.lines.last?.rate == Rate(basisPoints: 2500))
        #expect(fee.lines.last?.citation.verification == .unverified)
    }

    @Test func `of claims under two versions the lower fee is taken`() throws {
        // 8,000 kr together: 1 x 700 in the older version, 0.8 x 700 = 560 in the younger.
        let claims = [
            Cases.claim(1, kr(4_000), dueOn: try day("2020-09-01")),
            Cases.claim(2, kr(4_000), dueOn: try day("2020-11-02")),
        ]
        let facts = Cases.new(claims, debtor: .consumer)
        for order in [claims, claims.reversed()] {
            let fee = try CollectionRegulation.salary(
                on: kr(8_000), of: order, isHeavy: false, in: facts, day: day("2021-01-04"), figures: figures)
            #expect(fee.value == kr(560))
        }
    }

    // MARK: § 2-4 Plans

    @Test func `a plan of more than four instalments costs one and a half times the inkassosats`() throws {
        // 2026: 1.5 x 750 = 1,125; 2025: 1.5 x 700 = 1,050.
        let law = Norway()
        var facts = Cases.new([Cases.claim(kr(9_000), dueOn: try day("2025-03-03"))], debtor: .consumer)
        #expect(try law.planFee(instalments: 4, for: facts, on: day("2026-03-02")) == nil)
        let fee = try #require(try law.planFee(instalments: 5, for: facts, on: day("2026-03-02")))
        #expect(fee.amount.value == kr(1_125))
        #expect(fee.component == .collectionFee)
        expectLinesAddUp(fee)
        #expect(try law.planFee(instalments: 12, for: facts, on: day("2025-12-31"))?.amount.value == kr(1_050))

        facts.creditor.collectsItself = true
        #expect(try law.planFee(instalments: 12, for: facts, on: day("2026-03-02")) == nil)
        facts.creditor.collectsItself = false
        // What has been before a court or a namsmann bears no such fee, whatever the steps say.
        for kind in [ClaimEvent.Kind.proceedingsFiled, .judgment, .enforcementRequested] {
            facts.claims[0].events = [ClaimEvent(kind, on: try day("2026-02-02"))]
            #expect(try law.planFee(instalments: 12, for: facts, on: day("2026-03-02")) == nil)
        }
        facts.claims[0].events = []
        try facts.sent(.readyForCourt, on: "2026-02-02")
        #expect(try law.planFee(instalments: 12, for: facts, on: day("2026-03-02")) == nil)
    }
}
