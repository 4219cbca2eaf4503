import FordringKit
import Testing

@testable import DanishCourts

/// § 478: the basis comes from the case's own steps, or from a document that is described and attached.
@Suite struct BasisTests {
    private let courts = DanishCourts()

    private func unmet(_ facts: LegalFacts, on iso: String = "2026-03-10") throws -> [String] {
        try courts.unmet(.bailiffRequest, facts, on: day(iso)).map(\.identifier)
    }

    /// An order that was endorsed on 1 February, and nothing typed.
    private var endorsed: LegalFacts {
        Cases.bailiffRequest().with {
            $0.basis = nil
            for key in ["basisIs", "basisOn", "basisCourt"] { $0.answers[key] = nil }
            $0.took(.paymentOrder, .filed, "2026-01-02")
            $0.took(.paymentOrder, .served, "2026-01-10")
            $0.won(.paymentOrder, "2026-02-01")
        }
    }

    /// 1 February and 14 days: the 16th is the first.
    @Test func `what the case's own steps show need not be typed`() throws {
        #expect(try unmet(endorsed) == [])
        #expect(try unmet(endorsed, on: "2026-02-15") == ["waitingDaysPassed"])
        #expect(try unmet(endorsed, on: "2026-02-16") == [])
        let form = try Host.withPermit(.bailiffRequest, on: Cases.today) {
            try courts.form(endorsed, on: Cases.today, permit: $0)
        }
        let basis = try #require(form.sections.first { $0.heading == "Fundament" })
        #expect(basis.fields.map(\.text) == ["Betalingspåkrav med påtegning", "01.02.2026"])
    }

    @Test func `what is typed against the steps is refused`() throws {
        let typed = endorsed.with {
            $0.basis = EnforcementBasis(
                kind: "endorsedPaymentOrder", on: day("2026-02-01"), reference: "BS-2", saysEnforceable: false)
        }
        #expect(try unmet(typed) == [])
        #expect(try unmet(typed.with { $0.basis?.kind = "judgment" }) == ["basisRecorded"])
        #expect(try unmet(typed.with { $0.basis?.on = day("2026-01-31") }) == ["basisRecorded"])
    }

    @Test func `a claim that was not decided, or was lost, has no basis`() throws {
        let joined = endorsed.with {
            var second = $0.only
            second.id = ClaimID(rawValue: 2)
            second.events = []
            $0.facts.claims.append(second)
            $0.letter.claims.append(second.id)
            $0.claimTexts[second.id] = LabelledText("F-1002", "Levering.")
            // 2 x 12,000.00 + 100.00 + 123.45.
            $0.facts.outstanding = kr(24_223, 45)
            $0.facts.charges.append(
                ChargeFacts(component: .interest, claim: second.id, chargedOn: day("2026-02-01"), amount: kr(0)))
        }
        #expect(try unmet(joined) == ["basisRecorded"])
        // The host writes no judgment where the debtor won.
        #expect(try unmet(endorsed.with { $0.only.events = [] }) == ["basisStated"])
    }

    @Test func `what was reopened is no basis, and what was contested is a judgment`() throws {
        let reopened = endorsed.with { $0.took(.paymentOrder, .objected, "2026-02-10") }
        #expect(try unmet(reopened) == ["basisStated", "notPending"])
        let judged = reopened.with { $0.won(.paymentOrder, "2026-02-20") }
        #expect(Enforcement.basis(of: judged)?.kind == "judgment")
        // The paper is that of the endorsement: the judgment's must be added.
        #expect(try unmet(judged) == ["basisAttached"])
        #expect(try unmet(judged.with { $0.change(document: 1) { $0.on = day("2026-02-20") } }) == [])
        // An order that is filed anew leaves what was decided before.
        let again = endorsed.with {
            $0.took(.paymentOrder, .closed, "2026-02-10")
            $0.took(.paymentOrder, .filed, "2026-02-11")
            $0.took(.paymentOrder, .objected, "2026-02-20")
            $0.took(.paymentOrder, .closed, "2026-02-21")
        }
        #expect(Enforcement.recorded(again)?.on == day("2026-02-01"))
    }

    /// § 5: ten years from 2016-03-10 are over after 2026-03-10; three for a bill.
    @Test(arguments: [
        ("mortgage", "2016-03-10", true), ("mortgage", "2016-03-09", false), ("bill", "2023-03-10", true),
        ("bill", "2023-03-09", false),
    ])
    func `a basis is enforced in its years`(_ kind: String, _ iso: String, _ isMet: Bool) throws {
        let facts = Cases.bailiffRequest().with {
            $0.rest(on: kind, of: iso)
            $0.answers["originalAtHand"] = "ja"
        }
        #expect(try unmet(facts) == (isMet ? [] : ["basisInForce"]))
    }

    /// A mortgage of 2012 is over after 2022-01-01; execution of 2021 gives ten years from then, that of 2023 comes too
    /// late.
    @Test func `what interrupted in time gives the years again`() throws {
        let old = Cases.bailiffRequest().with {
            $0.rest(on: "mortgage", of: "2012-01-01")
            $0.answers["originalAtHand"] = "ja"
        }
        #expect(try unmet(old) == ["basisInForce"])
        let asked = old.with { $0.only.events = [ClaimEvent(.enforcementRequested, on: day("2021-06-01"))] }
        #expect(try unmet(asked) == [])
        let late = old.with { $0.only.events = [ClaimEvent(.enforcementRequested, on: day("2023-06-01"))] }
        #expect(try unmet(late) == ["basisInForce"])
    }
}
