import FordringKit
import Testing

@testable import Denmark

/// A small generator (SplitMix64), so that a failing seed can be played again.
struct SeededGenerator: RandomNumberGenerator {
    var state: UInt64
    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}

@Suite struct RandomCaseTests {
    private let law = Denmark(dayCount: .actual365)

    /// Goal: no mix of claims, payments and late sendings makes the rules break a limit of the acts.
    ///
    /// Method: play a case over sixteen months; claims join, payments come in and letters leave some days after they were
    /// decided, all by a seed. The limits are then checked from the record alone, without the code under test.
    @Test(arguments: UInt64(1)...40)
    func `the limits of the acts hold for any course of events`(_ seed: UInt64) throws {
        var random = SeededGenerator(state: seed)
        let debtor = try #require(PartyKind.allCases.randomElement(using: &random))
        var facts = Cases.new([], debtor: debtor)
        facts.creditor.policy = Cases.everything.map {
            StepPolicy(
                kind: $0.kind, times: Int.random(in: 0...3, using: &random),
                waitingDays: Int.random(in: 0...8, using: &random), charge: Bool.random(using: &random))
        }
        var today = CivilDate(2025, 1, 1)
        while today <= CivilDate(2026, 4, 30) {
            if facts.claims.isEmpty || (facts.claims.count < 5 && Int.random(in: 0..<45, using: &random) == 0) {
                let dueOn = today.adding(days: Int.random(in: -40...20, using: &random))
                let principal = Money(minorUnits: .random(in: 1_00...60_000_00, using: &random), .dkk)
                facts.claims.append(Cases.claim(Int64(facts.claims.count + 1), principal, dueOn: dueOn))
            }
            if Int.random(in: 0..<60, using: &random) == 0 { try pay(&facts, today, using: &random) }
            send(&facts, today, using: &random)
            facts.outstanding = Money(
                minorUnits: facts.claims.reduce(0) { $0 + $1.outstandingPrincipal.minorUnits }
                    + facts.charges.reduce(0) { $0 + $1.amount.minorUnits }, .dkk)

            let decision = try law.decide(facts, on: today)
            #expect(!decision.waiting.isEmpty || !decision.pending.isEmpty)
            if let review = decision.reviewOn { #expect(review > today) }
            for step in decision.steps {
                facts.steps.append(
                    StepFacts(kind: step.kind, claims: step.claims, decidedOn: today, sentOn: nil, deadlineOn: nil))
                for charge in step.charges {
                    expectLinesAddUp(charge)
                    facts.charges.append(
                        ChargeFacts(
                            component: charge.component, claim: charge.claim, chargedOn: today,
                            amount: charge.amount.value))
                }
            }
            today = today.adding(days: 1)
        }
        for claim in facts.claims { checkOrder(of: claim, in: facts) }
        try checkFees(in: facts)
    }

    private func pay(_ facts: inout CaseFacts, _ today: CivilDate, using random: inout SeededGenerator) throws {
        let open = facts.claims.indices.filter { facts.claims[$0].outstandingPrincipal.minorUnits > 0 }
        guard let index = open.randomElement(using: &random) else { return }
        let left = facts.claims[index].outstandingPrincipal
        let paid = Bool.random(using: &random) ? left : try left.multiplied(by: 1, over: 3, rounding: .up)
        facts.claims[index].reductions.append(Reduction(on: today, amount: paid))
        facts.claims[index].outstandingPrincipal = try left - paid
    }

    private func send(_ facts: inout CaseFacts, _ today: CivilDate, using random: inout SeededGenerator) {
        for index in facts.steps.indices where facts.steps[index].sentOn == nil {
            if Int.random(in: 0..<3, using: &random) > 0 { facts.steps[index].sentOn = today }
        }
    }

    /// Notice before letter before court, once each, at least ten days after the sending of the one before.
    private func checkOrder(of claim: ClaimFacts, in facts: CaseFacts) {
        let steps = facts.steps.filter { $0.claims.contains(claim.id) }
        for (earlier, later) in zip(steps, steps.dropFirst()) {
            guard let sentOn = earlier.sentOn else {
                Issue.record("A step follows one that was never sent")
                continue
            }
            #expect(sentOn.days(to: later.decidedOn) > 10)
        }
        let order: [StepKind] = [.reminder, .collectionNotice, .collectionLetter, .readyForCourt]
        let ranks = steps.compactMap { order.firstIndex(of: $0.kind) }
        #expect(ranks == ranks.sorted())
        for kind in order.dropFirst() { #expect(steps.filter { $0.kind == kind }.count <= 1) }
        #expect(steps.filter { $0.kind == .reminder }.count <= 3)
        if ranks.contains(where: { $0 > 1 }) { #expect(ranks.contains(1)) }
        if let first = steps.first { #expect(first.decidedOn > claim.dueOn) }
    }

    private func checkFees(in facts: CaseFacts) throws {
        let fees = facts.charges.filter { $0.component == .reminderFee }
        #expect(fees.allSatisfy { $0.amount == kr(100) })
        for (earlier, later) in zip(fees, fees.dropFirst()) {
            #expect(earlier.chargedOn.days(to: later.chargedOn) >= 10)
        }
        for claim in facts.claims {
            let withFee = facts.steps.filter { step in
                step.kind == .reminder && step.claims.contains(claim.id)
                    && fees.contains { $0.chargedOn == step.decidedOn }
            }
            #expect(withFee.count <= 3)
            let compensations = facts.charges.filter { $0.component == .compensation && $0.claim == claim.id }
            #expect(compensations.count <= (facts.debtorKind == .consumer ? 0 : 1))
            let interest = facts.charges.filter { $0.component == .interest && $0.claim == claim.id }
            // No interest can be over that of the whole principal at 10.75 %, the highest rate of the time.
            let days = max(0, claim.dueOn.days(to: CivilDate(2026, 4, 30)))
            let most = try claim.principal.multiplied(by: Int64(days) * 1075, over: 3_650_000, rounding: .up)
            let total = interest.reduce(0) { $0 + $1.amount.minorUnits }
            #expect(total >= 0 && total <= most.minorUnits + 5)
        }
        let principals = Money(minorUnits: facts.claims.reduce(0) { $0 + $1.principal.minorUnits }, .dkk)
        let ceiling = try CostOrder.denmark.table.on(CivilDate(2025, 1, 1)).value.cost(of: principals)
        #expect(facts.charged(.collectionCost).minorUnits <= ceiling.minorUnits)
    }
}
