import FordringKit
import Testing

@testable import Denmark

@Suite struct CostOrderTests {
    private let today = CivilDate(2025, 6, 2)

    private func charge(
        _ claims: [ClaimFacts], deductsVAT: Bool = true, prepare: (inout CaseFacts) -> Void = { _ in }
    ) throws -> DecidedCharge? {
        var facts = Cases.new(claims, deductsVAT: deductsVAT)
        prepare(&facts)
        let covered = Set(facts.steps.filter { $0.kind == .collectionLetter }.flatMap(\.claims))
        let charge = try CostOrder.denmark.charge(on: claims.filter { !covered.contains($0.id) }, in: facts, day: today)
        if let charge { expectLinesAddUp(charge) }
        return charge
    }

    @Test(arguments: [
        (kr(0, 1), kr(400)), (kr(1_000), kr(400)), (kr(1_000, 99), kr(400)), (kr(1_001), kr(700)),
        (kr(2_500), kr(700)), (kr(2_501), kr(1_000)), (kr(5_000), kr(1_000)), (kr(5_001), kr(1_300)),
        (kr(10_000), kr(1_300)), (kr(10_001), kr(1_700)), (kr(18_545, 25), kr(1_700)), (kr(25_000), kr(1_700)),
        (kr(25_001), kr(2_250)), (kr(50_000), kr(2_250)), (kr(50_001), kr(2_850)), (kr(100_000), kr(2_850)),
        (kr(100_001), kr(3_850)), (kr(250_000), kr(3_850)), (kr(250_001), kr(6_400)), (kr(500_000), kr(6_400)),
        // 6,400 + 1 % of 1 kr = 6,400.01; of 99 øre = 0.0099, rounded down; of 250,000 = 2,500.
        (kr(500_001), kr(6_400, 1)), (kr(500_000, 99), kr(6_400)), (kr(750_000), kr(8_900)),
    ])
    func `the table of 2016 gives one cost for each claim`(_ principal: Money, _ cost: Money) throws {
        let claim = Cases.claim(principal, dueOn: CivilDate(2025, 3, 3))
        #expect(try charge([claim])?.amount.value == cost)
    }

    @Test func `a claim that arose before July 2016 has no table, and no guess is made`() throws {
        let old = Cases.claim(kr(1_000), dueOn: CivilDate(2016, 7, 14), arisenOn: CivilDate(2016, 6, 30))
        #expect(throws: RuleGap.self) { try charge([old]) }
        let first = Cases.claim(kr(1_000), dueOn: CivilDate(2016, 7, 15), arisenOn: CivilDate(2016, 7, 1))
        #expect(try charge([first])?.amount.value == kr(400))
    }

    @Test(arguments: [
        ("2024-06-03", Citation.Verification.verified), ("2024-06-04", .unverified), ("2025-01-01", .unverified),
    ])
    func `the figures are marked for claims that arose after the order of June 2024`(
        _ arisenOn: String, _ verification: Citation.Verification
    ) throws {
        let claim = Cases.claim(kr(1_000), dueOn: CivilDate(2025, 3, 3), arisenOn: try day(arisenOn))
        #expect(try charge([claim])?.amount.lines.first?.citation.verification == verification)
    }

    @Test func `one younger claim is enough to mark the letter's cost`() throws {
        let claims = [
            Cases.claim(1, kr(600), dueOn: CivilDate(2024, 3, 4)),
            Cases.claim(2, kr(600), dueOn: CivilDate(2025, 3, 3)),
        ]
        #expect(try charge(claims)?.amount.lines.first?.citation.verification == .unverified)
        #expect(try charge(claims.reversed())?.amount.lines.first?.citation.verification == .unverified)
    }

    @Test func `VAT is added only where the creditor cannot deduct it`() throws {
        // 700 + 25 % = 875
        let claim = Cases.claim(kr(2_000), dueOn: CivilDate(2025, 3, 3))
        #expect(try charge([claim], deductsVAT: true)?.amount.value == kr(700))
        let taxed = try #require(try charge([claim], deductsVAT: false))
        #expect(taxed.amount.value == kr(875))
        #expect(taxed.amount.lines.last?.citation.verification == .unverified)
    }

    @Test func `claims in one letter cost one amount, on the sum of what is left of them`() throws {
        // 900 + 900 = 1,800 gives 700, not 2 x 400.
        let claims = [
            Cases.claim(1, kr(900), dueOn: CivilDate(2025, 3, 3)),
            Cases.claim(2, kr(900), dueOn: CivilDate(2025, 3, 3)),
        ]
        let both = try #require(try charge(claims))
        #expect(both.amount.value == kr(700))
        #expect(both.claim == nil)

        // 900 of 1,800 paid: 900 gives 400.
        let partly = Cases.claim(
            kr(1_800), dueOn: CivilDate(2025, 3, 3),
            reductions: [Reduction(on: CivilDate(2025, 4, 1), amount: kr(900))])
        let single = try #require(try charge([partly]))
        #expect(single.amount.value == kr(400))
        #expect(single.claim == ClaimID(rawValue: 1))
    }

    /// First claim, its cost, second claim, what it adds.
    private static let joining: [(Money, Money, Money, Money?)] = [
        (kr(1_000), kr(400), kr(1_000), kr(300)),  // together 2,000: 700 - 400 = 300; alone 400
        (kr(24_500), kr(1_700), kr(1_000), kr(400)),  // together 25,500: 2,250 - 1,700 = 550; alone 400
        (kr(9_000), kr(1_300), kr(1_000), nil),  // together 10,000: 1,300 - 1,300 = 0
    ]

    /// Goal: a claim that joins a case later costs no more than either reading of the table gives.
    @Test(arguments: joining)
    func `a claim that joins later adds the lower of two readings`(
        _ first: Money, _ charged: Money, _ second: Money, _ added: Money?
    ) throws {
        let claims = [
            Cases.claim(1, first, dueOn: CivilDate(2025, 1, 15)), Cases.claim(2, second, dueOn: CivilDate(2025, 3, 3)),
        ]
        let lettered = CivilDate(2025, 3, 10)
        let charge = try charge(claims) { facts in
            facts.steps = [
                StepFacts(
                    kind: .collectionLetter, claims: [claims[0].id], decidedOn: lettered, sentOn: lettered,
                    deadlineOn: CivilDate(2025, 3, 20))
            ]
            facts.charges = [
                ChargeFacts(component: .collectionCost, claim: nil, chargedOn: lettered, amount: charged)
            ]
        }
        #expect(charge?.amount.value == added)
    }

    @Test func `an old claim counts as it stood on the day of its letter, also when it was paid since`() throws {
        let lettered = CivilDate(2025, 3, 10)
        let claims = [
            Cases.claim(
                1, kr(1_000), dueOn: CivilDate(2025, 1, 15),
                reductions: [Reduction(on: CivilDate(2025, 4, 1), amount: kr(1_000))]),
            Cases.claim(2, kr(1_000), dueOn: CivilDate(2025, 3, 3)),
        ]
        let charge = try charge(claims) { facts in
            facts.steps = [
                StepFacts(
                    kind: .collectionLetter, claims: [claims[0].id], decidedOn: lettered, sentOn: lettered,
                    deadlineOn: CivilDate(2025, 3, 20))
            ]
            facts.charges = [
                ChargeFacts(component: .collectionCost, claim: nil, chargedOn: lettered, amount: kr(400))
            ]
        }
        #expect(charge?.amount.value == kr(300))
    }
}
