import FordringKit
import Testing

@testable import NorwegianCourts

/// Rettsgebyrloven: multiples of R, rounded down to whole kroner.
@Suite struct CourtFeeTests {
    private let courts = NorwegianCourts()

    private func fee(_ procedure: NorwegianProcedure, _ iso: String) throws -> Explained<Money> {
        let fee = try courts.courtFee(for: procedure.kind, Cases.ready(for: procedure), on: day(iso))
        #expect(fee.lines.reduce(0) { $0 + ($1.amount?.minorUnits ?? 0) } == fee.value.minorUnits)
        return fee
    }

    @Test(arguments: [
        // 1.1 x 1,223 = 1,345.3
        (NorwegianProcedure.conciliation, "2022-01-01", kr(1_345)),
        // 1.1 x 1,243 = 1,367.3
        (.conciliation, "2023-12-31", kr(1_367)),
        // 1.1 x 1,277 = 1,404.7
        (.conciliation, "2024-01-01", kr(1_404)), (.conciliation, "2024-06-30", kr(1_404)),
        // 1.54 x 1,277 = 1,966.58
        (.conciliation, "2024-07-01", kr(1_966)), (.conciliation, "2024-12-31", kr(1_966)),
        // 1.54 x 1,314 = 2,023.56
        (.conciliation, "2025-01-01", kr(2_023)),
        // 1.54 x 1,345 = 2,071.3
        (.conciliation, "2026-01-01", kr(2_071)), (.conciliation, "2026-11-22", kr(2_071)),
        // 0.69 x 1,345 = 928.05
        (.attachment, "2026-01-01", kr(928)),
        // 1.25 x 1,345 = 1,681.25
        (.forcedSale, "2026-03-10", kr(1_681)),
        // 0.4 x 1,223 = 489.2
        (.bankruptcyNotice, "2022-06-01", kr(489)),
        // 0.4 x 1,243 = 497.2
        (.bankruptcyNotice, "2023-06-01", kr(497)),
        // 0.4 x 1,277 = 510.8
        (.bankruptcyNotice, "2024-06-30", kr(510)),
        // 0.5 x 1,277 = 638.5
        (.bankruptcyNotice, "2024-07-01", kr(638)),
        // 0.5 x 1,314 = 657
        (.bankruptcyNotice, "2025-06-01", kr(657)),
        // 0.5 x 1,345 = 672.5
        (.bankruptcyNotice, "2026-03-10", kr(672)),
        // Nothing before the outcome.
        (.bankruptcyPetition, "2026-03-10", kr(0)),
        (.bankruptcyOpening, "2026-03-10", kr(0)),
    ])
    func `a fee is the multiple of R, rounded down to the krone`(
        _ procedure: NorwegianProcedure, _ iso: String, _ expected: Money
    ) throws {
        #expect(try fee(procedure, iso).value == expected)
    }

    @Test func `real estate costs more, and the second part is told`() throws {
        let facts = Cases.ready(for: .forcedSale).with { $0.answers["assetKind"] = "Fast eiendom" }
        let fee = try courts.courtFee(for: NorwegianProcedure.forcedSale.kind, facts, on: Cases.today)
        // 1.1 x 1,345 = 1,479.5; 6.3 x 1,345 = 8,473.5
        #expect(fee.value == kr(1_479))
        #expect(fee.lines.contains { $0.text.contains("\(kr(8_473))") && $0.citation.verification == .unverified })
        // 2.2 x 1,345 = 2,959
        #expect(try self.fee(.forcedSale, "2026-03-10").lines.contains { $0.text.contains("\(kr(2_959))") })
    }

    @Test(arguments: [NorwegianProcedure.bankruptcyPetition, .bankruptcyOpening])
    func `a petition says what either outcome costs, and the deposit that is recalled`(
        _ procedure: NorwegianProcedure
    ) throws {
        let fee = try fee(procedure, "2026-03-10")
        // 1.5 x 1,345 = 2,017.5; 4.35 x 1,345 = 5,850.75; 50 x 1,345 = 67,250
        #expect(fee.lines[0].text.contains("\(kr(2_017))") && fee.lines[0].text.contains("\(kr(5_850))"))
        #expect(fee.lines[1].text.contains("\(kr(67_250))"))
        #expect(fee.lines[1].citation.verification == .unverified)
    }

    @Test(
        arguments: [
            (2006, 860), (2015, 860), (2016, 1_025), (2017, 1_049), (2018, 1_130), (2019, 1_150), (2020, 1_172),
            (2021, 1_199), (2022, 1_223), (2023, 1_243), (2024, 1_277), (2025, 1_314), (2026, 1_345),
        ] as [(Int, Int64)])
    func `R changes with the year`(_ year: Int, _ kroner: Int64) throws {
        let first = try CourtFeeAct.unit.on(CivilDate(year, 1, 1))
        let last = try CourtFeeAct.unit.on(CivilDate(year, 12, 31))
        #expect(first.value == kr(kroner) && last.value == kr(kroner))
        #expect((first.citation.verification == .unverified) == [2020, 2022, 2023].contains(year))
    }

    @Test func `before 2006 and after 2026 R is not known`() {
        #expect(throws: RuleGap.self) { try CourtFeeAct.unit.on(day("2005-12-31")) }
        #expect(throws: RuleGap.self) { try CourtFeeAct.unit.on(day("2027-01-01")) }
    }

    @Test(arguments: [
        (NorwegianProcedure.conciliation, "2021-12-31"), (.attachment, "2025-12-31"), (.forcedSale, "2025-12-31"),
        (.bankruptcyNotice, "2021-12-31"), (.bankruptcyPetition, "2025-12-31"), (.bankruptcyOpening, "2025-12-31"),
        (.conciliation, "2026-11-23"),
    ])
    func `older multiples and days that nobody checked are gaps`(_ procedure: NorwegianProcedure, _ iso: String) {
        #expect(throws: RuleGap.self) { try fee(procedure, iso) }
    }

    @Test func `a doubtful R makes the fee doubtful`() throws {
        #expect(try fee(.conciliation, "2023-03-01").lines.contains { $0.citation.verification == .unverified })
        #expect(try fee(.conciliation, "2024-03-01").lines.allSatisfy { $0.citation.verification == .verified })
    }

    @Test func `the administrator can correct R at run time`() throws {
        var registry = PluginRegistry()
        try NorwegianCourtsPlugin().register(in: &registry)
        var context = PluginContext(
            tenant: try #require(TenantID("acme")), settings: ["filing": "hand"], outbox: "", log: { _ in })
        context.lawExtensions = [
            LawExtension(
                country: .norway, rule: "courtFeeUnit", from: day("2023-01-01"), through: day("2023-12-31"),
                value: .amount(kr(1_300)), citation: Citation("a source", "R 2023"))
        ]
        let forum = try #require(registry.forums.first).make(context)
        let fee = try forum.courtFee(
            for: NorwegianProcedure.conciliation.kind, Cases.conciliation(), on: day("2023-03-01"))
        // 1.1 x 1,300 = 1,430
        #expect(fee.value == kr(1_430))
    }

    @Test(
        arguments: [(690, "0.69 R"), (1_540, "1.54 R"), (50_000, "50 R"), (400, "0.4 R"), (4_350, "4.35 R")]
            as [(Int64, String)])
    func `a multiple is written as people write it`(_ thousandths: Int64, _ text: String) {
        #expect(CourtFeeAct.Multiple(thousandths: thousandths).text == text)
    }

    @Test func `another country and another currency are refused`() {
        let abroad = Cases.conciliation().with { $0.debtor.address.country = .denmark }
        let euro = Cases.conciliation().with { $0.convert(to: .eur) }
        for facts in [abroad, euro] {
            #expect(throws: RuleGap.self) {
                try courts.courtFee(for: NorwegianProcedure.conciliation.kind, facts, on: Cases.today)
            }
        }
        #expect(throws: RuleGap.self) { try courts.venue(for: NorwegianProcedure.conciliation.kind, abroad) }
    }
}
