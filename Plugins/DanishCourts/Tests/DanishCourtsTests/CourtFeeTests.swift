import FordringKit
import Testing

@testable import DanishCourts

/// Retsafgiftsloven: what is taken, by hand from the fact sheet.
@Suite struct CourtFeeTests {
    private let courts = DanishCourts()

    private func fee(_ procedure: DanishProcedure, _ facts: LegalFacts, _ iso: String) throws -> Money {
        let fee = try courts.courtFee(for: procedure.kind, facts, on: day(iso))
        #expect(fee.lines.reduce(0) { $0 + ($1.amount?.minorUnits ?? 0) } == fee.value.minorUnits)
        #expect(fee.lines.allSatisfy { $0.citation.verification == .verified })
        return fee.value
    }

    @Test(arguments: ["2021-10-01", "2026-03-10", "2026-11-22"])
    func `a payment order and a case in the bailiff court cost 750 kr`(_ iso: String) throws {
        #expect(try fee(.paymentOrder, Cases.paymentOrder(), iso) == kr(750))
        #expect(try fee(.bailiffRequest, Cases.bailiffRequest(), iso) == kr(750))
    }

    @Test(arguments: ["2021-09-30", "2026-11-23"])
    func `before the act and after what was checked there is no answer`(_ iso: String) {
        for procedure in DanishProcedure.allCases {
            #expect(throws: RuleGap.self) { try fee(procedure, Cases.ready(for: procedure), iso) }
        }
    }

    /// Filing: 750 kr through 100,000 kr, else 1,500.
    @Test(arguments: [
        (kr(1), kr(750)), (kr(99_999, 99), kr(750)), (kr(100_000), kr(750)), (kr(100_000, 1), kr(1_500)),
        (kr(7_000_000), kr(1_500)),
    ])
    func `filing a lawsuit costs less through 100,000 kr`(_ claim: Money, _ expected: Money) throws {
        #expect(try fee(.lawyerTransfer, Cases.owed(claim), "2026-03-10") == expected)
    }

    @Test(arguments: [
        (kr(100_000), kr(0)), (kr(100_001), kr(3_000)), (kr(250_000), kr(3_000)), (kr(250_001), kr(8_000)),
        (kr(500_000), kr(8_000)), (kr(500_001), kr(14_000)), (kr(1_000_000), kr(14_000)), (kr(2_000_000), kr(35_000)),
        (kr(3_000_000), kr(60_000)), (kr(4_000_000), kr(85_000)), (kr(5_000_000), kr(110_000)),
        (kr(6_000_000), kr(135_000)), (kr(6_000_001), kr(160_000)),
    ])
    func `the hearing fee follows the claim`(_ claim: Money, _ expected: Money) throws {
        #expect(try CourtFeeAct.lawsuit.on(day("2026-03-10")).value.hearing(of: claim) == expected)
        let lines = try courts.courtFee(for: DanishProcedure.lawyerTransfer.kind, Cases.owed(claim), on: Cases.today)
            .lines
        #expect(lines.contains { $0.text.contains("\(expected)") })
    }

    /// § 13: the fee of 2025-03-10 covers the same claim through 2026-03-10.
    @Test(arguments: [("2026-03-09", kr(0)), ("2026-03-10", kr(0)), ("2026-03-11", kr(750))])
    func `the bailiff's fee covers a year for the same claim`(_ iso: String, _ expected: Money) throws {
        let facts = Cases.bailiffRequest().with {
            $0.took(.bailiffRequest, .filed, "2025-03-10")
            $0.only.events = [ClaimEvent(.enforcementRequested, on: day("2025-03-10"))]
        }
        #expect(try fee(.bailiffRequest, facts, iso) == expected)
        let joined = facts.with { $0.only.events = [] }
        #expect(try fee(.bailiffRequest, joined, iso) == kr(750))
    }

    @Test func `Greenland, the Faroe Islands and other currencies are refused by name`() throws {
        for (country, name) in [(CountryCode.greenland, "Greenland"), (.faroeIslands, "the Faroe Islands")] {
            let facts = Cases.paymentOrder().with { $0.debtor.address.country = country }
            let gap = #expect(throws: RuleGap.self) {
                try courts.courtFee(for: DanishProcedure.paymentOrder.kind, facts, on: Cases.today)
            }
            #expect(gap?.reason.contains(name) == true)
            #expect(throws: RuleGap.self) { try courts.venue(for: DanishProcedure.bailiffRequest.kind, facts) }
        }
        let euro = Cases.paymentOrder().with { $0.convert(to: .eur) }
        #expect(throws: RuleGap.self) { try fee(.paymentOrder, euro, "2026-03-10") }
    }
}
