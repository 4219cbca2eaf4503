import FordringKit
import Testing

@testable import Denmark

@Suite struct SafeguardTests {
    private func breaches(
        _ law: Denmark, _ facts: CaseFacts, _ step: DecidedStep, _ on: String
    ) throws -> [String] {
        let today = try day(on)
        return try law.safeguards(for: facts, on: today).compactMap { $0.breach(by: step, in: facts, on: today) }
    }

    private func step(_ kind: StepKind, _ component: DebtComponent? = nil, _ amount: Money = kr(0)) -> DecidedStep {
        let id = ClaimID(rawValue: 1)
        let charges = component.map { [DecidedCharge(component: $0, claim: id, amount: Explained(amount, []))] } ?? []
        return DecidedStep(kind: kind, claims: [id], charges: charges, reasons: [])
    }

    private func sent(_ kind: StepKind, _ on: CivilDate) -> StepFacts {
        StepFacts(kind: kind, claims: [ClaimID(rawValue: 1)], decidedOn: on, sentOn: on, deadlineOn: nil)
    }

    private let law = Denmark()
    private let facts = Cases.new([Cases.claim(kr(10_000), dueOn: CivilDate(2025, 1, 6))])

    @Test func `a fee over 100 kr, a fourth fee and one after nine days are caught`() throws {
        #expect(try breaches(law, facts, step(.reminder, .reminderFee, kr(100)), "2025-02-03").isEmpty)
        #expect(try breaches(law, facts, step(.reminder, .reminderFee, kr(100, 1)), "2025-02-03").count == 1)
        var more = facts
        more.charges = [CivilDate(2025, 1, 9), CivilDate(2025, 1, 23), CivilDate(2025, 2, 6)].map {
            ChargeFacts(component: .reminderFee, claim: nil, chargedOn: $0, amount: kr(100))
        }
        #expect(try breaches(law, more, step(.reminder, .reminderFee, kr(100)), "2025-03-03").count == 1)
        more.charges.removeLast()
        #expect(try breaches(law, more, step(.reminder, .reminderFee, kr(100)), "2025-02-01").count == 1)
        #expect(try breaches(law, more, step(.reminder, .reminderFee, kr(100)), "2025-02-02").isEmpty)
    }

    @Test func `the creditor's own reminders lower the count and keep their distance`() throws {
        var earlier = facts
        earlier.claims[0].earlierReminders = EarlierReminders(count: 2, latestOn: CivilDate(2025, 2, 3))
        let fee = step(.reminder, .reminderFee, kr(100))
        #expect(try breaches(law, earlier, fee, "2025-02-12").count == 1)
        #expect(try breaches(law, earlier, fee, "2025-02-13").isEmpty)
        earlier.claims[0].earlierReminders?.count = 3
        #expect(try breaches(law, earlier, fee, "2025-02-13").count == 1)
    }

    @Test func `compensation over 310 kr, a second one and one of a consumer are caught`() throws {
        let compensation = step(.reminder, .compensation, kr(310))
        #expect(try breaches(law, facts, compensation, "2025-02-03").isEmpty)
        #expect(try breaches(law, facts, step(.reminder, .compensation, kr(311)), "2025-02-03").count == 2)
        var other = facts
        other.charges = [
            ChargeFacts(
                component: .compensation, claim: ClaimID(rawValue: 1), chargedOn: CivilDate(2025, 1, 9), amount: kr(310)
            )
        ]
        #expect(try breaches(law, other, compensation, "2025-02-03").count == 2)
        other.charges = []
        other.debtorKind = .consumer
        #expect(try breaches(law, other, compensation, "2025-02-03").count == 2)
        #expect(try breaches(everyLaw[1], facts, compensation, "2025-10-06").count == 2)
        other = Cases.new([Cases.claim(kr(10_000), dueOn: CivilDate(2013, 2, 28))])
        other.claims[0].events = [ClaimEvent(.writtenAcknowledgement, on: CivilDate(2015, 3, 2))]
        #expect(try breaches(law, other, compensation, "2024-02-05").count == 2)
    }

    @Test func `a cost over the table is caught, with VAT and without`() throws {
        var noticed = facts
        noticed.steps = [sent(.collectionNotice, CivilDate(2025, 2, 3))]
        // 10,000 gives 1,300; with VAT 1,625.
        #expect(try breaches(law, noticed, step(.collectionLetter, .collectionCost, kr(1_300)), "2025-02-14").isEmpty)
        #expect(
            try breaches(law, noticed, step(.collectionLetter, .collectionCost, kr(1_300, 1)), "2025-02-14").count == 1)
        noticed.creditor.deductsVAT = false
        #expect(try breaches(law, noticed, step(.collectionLetter, .collectionCost, kr(1_625)), "2025-02-14").isEmpty)
        #expect(
            try breaches(law, noticed, step(.collectionLetter, .collectionCost, kr(1_625, 1)), "2025-02-14").count == 1)
    }

    @Test func `a cost before the notice has run out is caught, and one on the back of a claim without notice`() throws
    {
        // No notice, so no cost, whatever the step.
        #expect(try breaches(law, facts, step(.reminder, .collectionCost, kr(1)), "2025-02-03").count == 1)
        #expect(try breaches(law, facts, step(.collectionNotice, .collectionCost, kr(1)), "2025-02-03").count == 1)
        // 10,000 with a notice that has run out and 100,000 without: the cap is that of 10,000.
        var two = Cases.new([
            Cases.claim(1, kr(10_000), dueOn: CivilDate(2025, 1, 6)),
            Cases.claim(2, kr(100_000), dueOn: CivilDate(2025, 1, 6)),
        ])
        two.steps = [sent(.collectionNotice, CivilDate(2025, 2, 3))]
        #expect(try breaches(law, two, step(.collectionLetter, .collectionCost, kr(1_300)), "2025-02-14").isEmpty)
        #expect(try breaches(law, two, step(.collectionLetter, .collectionCost, kr(1_301)), "2025-02-14").count == 1)
    }

    @Test func `a later day that the notice stated is kept, and of two notices the later`() throws {
        var noticed = facts
        noticed.steps = [sent(.collectionNotice, CivilDate(2025, 2, 3))]
        noticed.steps[0].deadlineOn = CivilDate(2025, 2, 17)
        #expect(try breaches(law, noticed, step(.collectionLetter), "2025-02-17").count == 1)
        #expect(try breaches(law, noticed, step(.collectionLetter), "2025-02-18").isEmpty)
        noticed.steps.append(sent(.collectionNotice, CivilDate(2025, 2, 10)))
        #expect(try breaches(law, noticed, step(.collectionLetter), "2025-02-20").count == 1)
        #expect(try breaches(law, noticed, step(.collectionLetter), "2025-02-21").isEmpty)
    }

    @Test func `a compensation that is charged to no claim counts, and no court fee passes`() throws {
        var claimless = step(.reminder, .compensation, kr(310))
        claimless.charges[0].claim = nil
        #expect(try breaches(law, facts, claimless, "2025-02-03").isEmpty)
        claimless.charges[0].amount = Explained(kr(311), [])
        #expect(try breaches(law, facts, claimless, "2025-02-03").count == 1)
        #expect(try breaches(law, facts, step(.reminder, .courtFee, kr(1)), "2025-02-03").count == 1)
    }

    @Test func `nothing comes before its day`() throws {
        #expect(try breaches(law, facts, step(.reminder), "2025-01-06").count == 1)
        #expect(try breaches(law, facts, step(.collectionNotice), "2025-01-06").count == 1)
        #expect(try breaches(law, facts, step(.collectionNotice), "2025-01-07").isEmpty)
        let later: [StepKind] = [.collectionLetter, .visitNotice, .readyForCourt]
        for kind in later {
            #expect(try breaches(law, facts, step(kind), "2025-06-02").count == 1)
            var noticed = facts
            noticed.steps = [sent(.collectionNotice, CivilDate(2025, 2, 3))]
            #expect(try breaches(law, noticed, step(kind), "2025-02-13").count == 1)
            #expect(try breaches(law, noticed, step(kind), "2025-02-14").isEmpty)
        }
        // Greenland: 14 days.
        var noticed = Cases.new([Cases.claim(kr(10_000), dueOn: CivilDate(2025, 10, 6))])
        noticed.steps = [sent(.collectionNotice, CivilDate(2025, 11, 3))]
        #expect(try breaches(everyLaw[1], noticed, step(.readyForCourt), "2025-11-17").count == 1)
        #expect(try breaches(everyLaw[1], noticed, step(.readyForCourt), "2025-11-18").isEmpty)
    }

    @Test func `a time-barred claim gets nothing`() throws {
        let barred = Cases.new([Cases.claim(kr(10_000), dueOn: CivilDate(2022, 3, 1))])
        for kind in [StepKind.reminder, .collectionNotice, .collectionLetter, .visitNotice, .readyForCourt] {
            #expect(try breaches(law, barred, step(kind), "2025-03-04").count == 1)
        }
        #expect(try breaches(law, barred, step(.reminder), "2025-03-03").isEmpty)
    }

    @Test func `a notice's deadline that is too short is caught`() throws {
        let on = CivilDate(2025, 11, 3)
        func short(_ law: Denmark, _ days: Int) throws -> Bool {
            try law.safeguards(for: facts, on: on).contains {
                $0.breach(byDeadline: on.adding(days: days), of: .collectionNotice, sentOn: on) != nil
            }
        }
        #expect(try short(law, 9) && !short(law, 10))
        #expect(try short(everyLaw[1], 13) && !short(everyLaw[1], 14))
    }

    @Test func `in the Faroe Islands no charge passes`() throws {
        for component in DebtComponent.allCases where component != .principal && component != .courtFee {
            #expect(
                try !breaches(everyLaw[2], facts, step(.reminder, component, kr(1)), "2025-03-03").isEmpty,
                "\(component)")
        }
    }

    /// Goal: whatever happens in a case, no decision breaks a limit that was worked out apart from it.
    ///
    /// Method: cases of each country are played over fourteen months by a seed: claims join, some with reminders of the
    /// creditor's, payments come in, letters leave late, debtors acknowledge; policies and settings are drawn too. Each step
    /// is put to every safeguard of its day, with the steps before it. A gap leaves the case as it is.
    @Test(arguments: 0..<3, UInt64(1)...30)
    func `no course of events breaks a limit`(_ country: Int, _ seed: UInt64) throws {
        var random = SeededGenerator(state: seed &* 3 &+ UInt64(country))
        func draw(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &random) }
        var choices = Choices()
        choices.mergesReminderIntoNotice = draw(0...2) == 0
        choices.chargesHandOverFee = draw(0...1) == 0
        choices.visits.phone = "1"
        choices.visits.address = "2"
        let law = Denmark([Regime.denmark(), .greenland(), .faroeIslands()][country], choices: choices)
        var facts = Cases.new([], debtor: PartyKind.allCases[draw(0...2)], deductsVAT: draw(0...1) == 0)
        facts.creditor.collectsItself = draw(0...4) == 0
        facts.creditor.policy = law.steps.map {
            StepPolicy(
                kind: $0.kind, times: draw(0...3), waitingDays: draw(0...6),
                charge: draw(0...3) > (country == 0 ? 0 : 2))
        }
        var today = CivilDate(2025, 4, 1)
        var taken = 0
        while today <= CivilDate(2026, 6, 15) {
            if facts.claims.isEmpty || (facts.claims.count < 5 && draw(0...40) == 0) {
                let dueOn = today.adding(days: draw(0...9) == 0 ? -draw(900...1_200) : draw(-60...20))
                var claim = Cases.claim(
                    Int64(facts.claims.count + 1), Money(minorUnits: Int64(draw(1_00...700_000_00)), .dkk), dueOn: dueOn
                )
                if draw(0...3) == 0 {
                    claim.earlierReminders = EarlierReminders(
                        count: draw(0...3), latestOn: today.adding(days: -draw(0...20)))
                }
                facts.claims.append(claim)
                facts.outstanding = try facts.outstanding + claim.principal
            }
            if draw(0...60) == 0, let index = facts.claims.indices.randomElement(using: &random) {
                let left = facts.claims[index].outstandingPrincipal
                let paid = draw(0...1) == 0 ? left : Money(minorUnits: left.minorUnits / 3, .dkk)
                if paid.isPositive {
                    facts.claims[index].reductions.append(Reduction(on: today, amount: paid))
                    facts.claims[index].outstandingPrincipal = try left - paid
                    facts.outstanding = try facts.outstanding - paid
                }
            }
            if draw(0...90) == 0, let index = facts.claims.indices.randomElement(using: &random) {
                facts.claims[index].events.append(ClaimEvent(.acknowledgement, on: today))
            }
            for index in facts.steps.indices where facts.steps[index].sentOn == nil && draw(0...2) > 0 {
                facts.steps[index].sentOn = today
            }
            if let decision = try? law.decide(facts, on: today) {
                let limits = try law.safeguards(for: facts, on: today)
                for (index, step) in decision.steps.enumerated() {
                    for limit in limits {
                        let breach = limit.breach(
                            by: step, after: Array(decision.steps[..<index]), in: facts, on: today)
                        #expect(breach == nil, "\(law.country) seed \(seed) \(today) \(step.kind): \(limit.limit)")
                    }
                    #expect(!law.isRestDay(today))
                    for charge in step.charges { expectLinesAddUp(charge) }
                    if facts.creditor.collectsItself {
                        #expect(!step.charges.contains { $0.component == .collectionCost })
                    }
                }
                for pending in decision.pending {
                    #expect(!pending.obstacles.isEmpty)
                    if let notBefore = pending.notBefore { #expect(notBefore > today && !law.isRestDay(notBefore)) }
                }
                #expect(decision.reviewOn == decision.pending.compactMap(\.notBefore).min())
                #expect(!decision.pending.isEmpty || !decision.waiting.isEmpty)
                for step in decision.steps {
                    taken += 1
                    try facts.take(
                        step, on: today, sentOn: step.kind == .readyForCourt ? today : nil, deadlineOn: nil)
                }
            }
            today = today.adding(days: 1)
        }
        // Else the walk would show nothing.
        if country == 0 { #expect(taken > 0, "seed \(seed)") }
    }

    /// Of two letters that were decided on one day the reminder went out at once, with the fee; the notice of another claim
    /// went out a week later and carried none.
    @Test(arguments: [
        (Int64?(1), StepKind?.none, "2025-02-17"), (nil, .reminder, "2025-02-17"),
        (nil, .collectionNotice, "2025-02-20"), (nil, nil, "2025-02-20"),
    ])
    func `the next fee waits for the letter that carried the last one, not for another of its day`(
        _ claim: Int64?, _ carrier: StepKind?, _ next: String
    ) throws {
        var facts = Cases.new((1...2).map { Cases.claim($0, kr(10_000), dueOn: CivilDate(2025, 1, 6)) })
        let decidedOn = CivilDate(2025, 2, 3)
        let lateOn = CivilDate(2025, 2, 10)
        facts.steps = try [(StepKind.reminder, decidedOn), (.collectionNotice, lateOn)].enumerated().map {
            index, letter in
            StepFacts(
                kind: letter.0, claims: [ClaimID(rawValue: Int64(index + 1))], decidedOn: decidedOn, sentOn: letter.1,
                deadlineOn: try law.deadline(for: letter.0, sentOn: letter.1)?.value)
        }
        var fee = ChargeFacts(
            component: .reminderFee, claim: claim.map { ClaimID(rawValue: $0) }, chargedOn: decidedOn, amount: kr(100))
        fee.step = carrier
        facts.charges = [fee]
        let first = try day(next)
        #expect(try law.decide(facts, on: first.adding(days: -1)).steps.isEmpty)
        let reminder = try #require(try law.decide(facts, on: first).steps.first { $0.kind == .reminder })
        #expect(reminder.claims == [ClaimID(rawValue: 1)] && reminder.charges.contains { $0.component == .reminderFee })
        for limit in try law.safeguards(for: facts, on: first) {
            #expect(limit.breach(by: reminder, in: facts, on: first) == nil, "\(limit.limit)")
        }
    }
}
