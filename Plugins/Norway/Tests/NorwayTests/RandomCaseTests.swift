import FordringKit
import Testing

@testable import Norway

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
    /// Goal: no mix of claims, payments and late sendings makes the rules break a limit of the acts.
    ///
    /// Method: play a case over twenty-two months across the turn of a year; claims join, payments come in and letters
    /// leave some days after they were decided, all by a seed. Each decision is held to the safeguards, which are
    /// worked out apart, and the whole record is then checked without either.
    @Test(arguments: UInt64(1)...60)
    func `the limits of the acts hold for any course of events`(_ seed: UInt64) throws {
        var random = SeededGenerator(state: seed)
        let law = Norway(newActFrom: seed % 7 == 0 ? CivilDate(2026, 6, 1) : nil)
        let debtor = try #require(PartyKind.allCases.randomElement(using: &random))
        var facts = Cases.new(
            [], debtor: debtor, deductsVAT: Bool.random(using: &random), collectsItself: seed % 5 == 0)
        facts.creditor.policy = Cases.everything.map {
            StepPolicy(
                kind: $0.kind, times: Int.random(in: 0...3, using: &random),
                waitingDays: Int.random(in: 0...20, using: &random), charge: Int.random(in: 0..<4, using: &random) > 0)
        }
        var today = CivilDate(2025, 1, 1)
        while today <= CivilDate(2026, 10, 30) {
            if facts.claims.isEmpty || (facts.claims.count < 5 && Int.random(in: 0..<50, using: &random) == 0) {
                facts.claims.append(claim(Int64(facts.claims.count + 1), today, using: &random))
            }
            if Int.random(in: 0..<70, using: &random) == 0 { try pay(&facts, today, using: &random) }
            for index in facts.steps.indices where facts.steps[index].sentOn == nil {
                guard Int.random(in: 0..<3, using: &random) > 0 else { continue }
                facts.steps[index].sentOn = today
                facts.steps[index].deadlineOn = try law.deadline(for: facts.steps[index].kind, sentOn: today)?.value
            }
            facts.outstanding = Money(
                minorUnits: facts.claims.reduce(0) { $0 + $1.outstandingPrincipal.minorUnits }
                    + facts.charges.reduce(0) { $0 + $1.amount.minorUnits }, .nok)
            try decide(&facts, on: today, law)
            today = today.adding(days: 1)
        }
        for claim in facts.claims { checkOrder(of: claim, in: facts) }
        checkFees(in: facts)
    }

    private func claim(
        _ id: Int64, _ today: CivilDate, using random: inout SeededGenerator
    ) -> ClaimFacts {
        // One in ten is old enough to lapse on the way, or to come under the older version.
        let isOld = Int.random(in: 0..<10, using: &random) == 0
        let dueOn = today.adding(
            days: isOld ? .random(in: -1_900 ... -700, using: &random) : .random(in: -40...20, using: &random))
        let principal = Money(minorUnits: .random(in: 1_00...60_000_00, using: &random), .nok)
        var claim = Cases.claim(id, principal, dueOn: dueOn)
        if Int.random(in: 0..<5, using: &random) == 0 {
            claim.earlierReminders = EarlierReminders(
                count: .random(in: 0...2, using: &random),
                latestOn: today.adding(days: .random(in: -250...0, using: &random)))
        }
        if isOld, Bool.random(using: &random) {
            claim.events = [ClaimEvent(.acknowledgement, on: dueOn.adding(days: 600))]
        }
        return claim
    }

    private func decide(_ facts: inout CaseFacts, on today: CivilDate, _ law: Norway) throws {
        let limits = try law.safeguards(for: facts, on: today)
        let decision: Decision
        do {
            decision = try law.decide(facts, on: today)
        } catch let gap as RuleGap {
            #expect(law.isUnderNewAct(today), "\(gap)")
            return
        }
        #expect(decision.waiting.isEmpty == !decision.pending.isEmpty)
        if let review = decision.reviewOn { #expect(review > today) }
        for pending in decision.pending {
            #expect(!pending.obstacles.isEmpty && !pending.claims.isEmpty)
            if let notBefore = pending.notBefore { #expect(notBefore > today) }
        }
        for (index, step) in decision.steps.enumerated() {
            for limit in limits {
                let breach = limit.breach(by: step, after: Array(decision.steps[..<index]), in: facts, on: today)
                #expect(breach == nil, "\(today) \(step.kind) \(limit.limit)")
            }
        }
        for step in decision.steps {
            for charge in step.charges { expectLinesAddUp(charge) }
            try facts.take(step, on: today, sentOn: step.kind == .readyForCourt ? today : nil, deadlineOn: nil)
        }
    }

    private func pay(_ facts: inout CaseFacts, _ today: CivilDate, using random: inout SeededGenerator) throws {
        let open = facts.claims.indices.filter { facts.claims[$0].outstandingPrincipal.minorUnits > 0 }
        guard let index = open.randomElement(using: &random) else { return }
        let left = facts.claims[index].outstandingPrincipal
        let paid = Bool.random(using: &random) ? left : try left.multiplied(by: 1, over: 3, rounding: .up)
        facts.claims[index].reductions.append(Reduction(on: today, amount: paid))
        facts.claims[index].outstandingPrincipal = try left - paid
    }

    /// Notice before demand before legal notice before court, at least fourteen days after the sending of the one
    /// before.
    private func checkOrder(of claim: ClaimFacts, in facts: CaseFacts) {
        let steps = facts.steps.filter { $0.claims.contains(claim.id) }
        for (earlier, later) in zip(steps, steps.dropFirst()) {
            guard let sentOn = earlier.sentOn else {
                Issue.record("A step follows one that was never sent")
                continue
            }
            #expect(sentOn.days(to: later.decidedOn) > 14)
        }
        let order: [StepKind] = [.reminder, .collectionNotice, .collectionLetter, legalActionNotice, .readyForCourt]
        let ranks = steps.compactMap { order.firstIndex(of: $0.kind) }
        #expect(ranks == ranks.sorted())
        #expect(steps.filter { $0.kind == .reminder }.count <= 2)
        for kind in [StepKind.collectionNotice, .collectionLetter, .readyForCourt] {
            #expect(steps.filter { $0.kind == kind }.count <= 1)
        }
        if ranks.contains(where: { $0 > 1 }) { #expect(ranks.contains(1)) }
        if ranks.contains(where: { $0 > 2 }) { #expect(ranks.contains(2)) }
        if let first = steps.first { #expect(first.decidedOn > claim.dueOn) }
        if let court = steps.first(where: { $0.kind == .readyForCourt }) {
            let warned = steps.filter { $0.kind == .collectionLetter || $0.kind == legalActionNotice }.last?.sentOn
            #expect((warned?.addingMonthsClampingToMonthEnd(6)).map { $0 >= court.decidedOn } == true)
        }
    }

    private func checkFees(in facts: CaseFacts) {
        let fees = facts.charges.filter { $0.component == .reminderFee }
        for fee in fees { #expect(fee.amount == (fee.chargedOn.year == 2025 ? kr(35) : kr(38))) }
        // Of three fees in a row the third is more than half a year after the second.
        for index in fees.indices where index >= 2 {
            let isNewRound = fees[index - 1].chargedOn.days(to: fees[index].chargedOn) > 181
            let wasNewRound = fees[index - 2].chargedOn.days(to: fees[index - 1].chargedOn) > 181
            #expect(isNewRound || wasNewRound)
        }
        for (earlier, later) in zip(fees, fees.dropFirst()) {
            #expect(earlier.chargedOn.days(to: later.chargedOn) >= 15)
        }
        #expect(
            facts.charges.filter { $0.component == .collectionFee }.count <= (facts.creditor.collectsItself ? 1 : 0))
        if facts.creditor.collectsItself { #expect(facts.charged(.collectionCost) == kr(0)) }
        if facts.debtorKind == .consumer { #expect(facts.charged(.compensation) == kr(0)) }
        for claim in facts.claims {
            #expect(facts.charges.filter { $0.component == .compensation && $0.claim == claim.id }.count <= 1)
            let interest = facts.charges.filter { $0.component == .interest && $0.claim == claim.id }
            // No interest can be over that of the whole principal at 12.50 %, the highest rate of the time.
            let days = max(0, claim.dueOn.days(to: CivilDate(2026, 10, 30)))
            let most = claim.principal.minorUnits * Int64(days) / 2_920 + 10
            let total = interest.reduce(0) { $0 + $1.amount.minorUnits }
            #expect(total >= 0 && total <= most)
        }
        // 14.4 x 750 x 1.5 and VAT is the most that any case can cost.
        #expect(facts.charged(.collectionCost).minorUnits <= 20_250_00)
    }

    /// Goal: a limit that is broken is seen.
    ///
    /// Method: decisions that break one each.
    @Test func `the safeguards see what the rules would never decide`() throws {
        let law = Norway()
        let claim = Cases.claim(kr(1_000), dueOn: try day("2026-01-15"))
        var facts = Cases.new([claim], debtor: .consumer)
        let today = try day("2026-02-02")
        func breaches(
            _ kind: StepKind, _ component: DebtComponent? = nil, _ amount: Money = kr(0), on day: CivilDate
        ) throws -> Int {
            let charges = component.map {
                [DecidedCharge(component: $0, claim: nil, amount: Explained(amount, []))]
            }
            let step = DecidedStep(kind: kind, claims: [claim.id], charges: charges ?? [], reasons: [])
            return try law.safeguards(for: facts, on: day).filter { $0.breach(by: step, in: facts, on: day) != nil }
                .count
        }
        #expect(try breaches(.reminder, .reminderFee, kr(38), on: today) == 0)
        #expect(try breaches(.reminder, .reminderFee, kr(39), on: today) == 1)
        #expect(try breaches(.reminder, .reminderFee, kr(38), on: day("2026-01-28")) == 1)
        #expect(try breaches(.reminder, on: day("2026-01-15")) == 1)
        #expect(try breaches(.reminder, .compensation, kr(1), on: today) == 1)
        #expect(try breaches(.reminder, .collectionFee, kr(1), on: today) == 1)
        #expect(try breaches(.collectionLetter, on: today) == 1)
        #expect(try breaches(legalActionNotice, on: today) == 1)
        #expect(try breaches(.readyForCourt, on: today) == 1)

        try facts.sent(.collectionNotice, on: "2026-02-02")
        #expect(try breaches(.collectionLetter, on: day("2026-02-16")) == 1)
        #expect(try breaches(.collectionLetter, .collectionCost, kr(262, 50), on: day("2026-02-17")) == 0)
        #expect(try breaches(.collectionLetter, .collectionCost, kr(262, 51), on: day("2026-02-17")) == 1)
        try facts.sent(.collectionLetter, on: "2026-02-17")
        // Sent 02-17, last day 03-03; heavy from 04-01: 525.
        #expect(try breaches(legalActionNotice, on: day("2026-03-03")) == 1)
        #expect(try breaches(legalActionNotice, .collectionCost, kr(525), on: day("2026-03-31")) == 1)
        #expect(try breaches(legalActionNotice, .collectionCost, kr(525), on: day("2026-04-01")) == 0)
        #expect(try breaches(.readyForCourt, on: day("2026-03-04")) == 0)
        // Six months after 02-17.
        #expect(try breaches(.readyForCourt, on: day("2026-08-17")) == 0)
        #expect(try breaches(.readyForCourt, on: day("2026-08-18")) == 1)
        // Three years after the due date.
        facts.claims[0].dueOn = try day("2023-01-15")
        #expect(try breaches(.reminder, on: day("2026-01-16")) >= 1)

        // Compensation is capped on its own, 460 for a claim due in the first half of 2026.
        facts.claims[0].dueOn = try day("2026-01-15")
        facts.debtorKind = .business
        facts.steps = []
        #expect(try breaches(.reminder, .compensation, kr(460), on: today) == 0)
        #expect(try breaches(.reminder, .compensation, kr(461), on: today) >= 1)
        // A letter that gave longer moves the day of the heavy fee: 03-17 + 29 days.
        try facts.sent(.collectionNotice, on: "2026-02-02")
        try facts.sent(.collectionLetter, on: "2026-02-17")
        facts.steps[1].deadlineOn = try day("2026-03-17")
        #expect(try breaches(legalActionNotice, .collectionCost, kr(787, 50), on: day("2026-04-14")) == 2)
        #expect(try breaches(legalActionNotice, .collectionCost, kr(787, 50), on: day("2026-04-15")) == 0)
        // A second demand with a fee in one case.
        facts.creditor.collectsItself = true
        #expect(try breaches(.collectionLetter, .collectionFee, kr(113), on: day("2026-02-18")) == 0)
        facts.charges = [
            ChargeFacts(
                component: .collectionFee, claim: nil, chargedOn: try day("2026-02-17"), amount: kr(113))
        ]
        #expect(try breaches(.collectionLetter, .collectionFee, kr(113), on: day("2026-02-18")) == 1)
        facts.charges = []

        let limits = try law.safeguards(for: facts, on: today)
        for kind in [StepKind.reminder, .collectionNotice, .collectionLetter, legalActionNotice] {
            #expect(limits.contains { $0.breach(byDeadline: today.adding(days: 13), of: kind, sentOn: today) != nil })
            #expect(!limits.contains { $0.breach(byDeadline: today.adding(days: 14), of: kind, sentOn: today) != nil })
        }
    }
}
