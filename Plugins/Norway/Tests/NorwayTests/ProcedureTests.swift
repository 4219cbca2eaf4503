import FordringKit
import Testing

@testable import Norway

@Suite struct ProcedureTests {
    private let law = Norway()

    // MARK: The whole way

    @Test func `a business claim goes all the way to the court`() throws {
        // 10,000.00 kr due Thursday 2026-01-15.
        //   reminder 1: 14 days later, Thursday 01-29; last day 02-12; 750/20 = 37.50 -> 38
        //   reminder 2: Friday 02-13; last day 02-27; 38
        //   notice: 02-28 is a Saturday, so Monday 03-02; no third fee; interest 46 days at 12 %: 151.2328 = 151.23
        //   demand: last day 03-16, so 03-17; 0.8 x 750 x 1.5 = 900; interest 61 days: 200.5479 = 200.55, + 49.32
        //     compensation 460 is less than 38 + 38 + 900, so none
        //   legal notice: last day 03-31, exceeded by more than 28 days on 04-29; 1,800 - 900 = 900
        //     interest 104 days: 341.9178 = 341.92, + 141.37
        //   court: last day 05-13, 05-14 is Ascension, so Friday 05-15; interest 120 days: 394.5205 = 394.52, + 52.60
        var facts = Cases.new([Cases.claim(kr(10_000), dueOn: try day("2026-01-15"))])
        let taken = try play(&facts, from: day("2026-01-01"), through: day("2026-06-30"))
        #expect(
            taken.map(\.kind) == [
                .reminder, .reminder, .collectionNotice, .collectionLetter, legalActionNotice, .readyForCourt,
            ])
        #expect(
            taken.map(\.day)
                == (try [
                    "2026-01-29", "2026-02-13", "2026-03-02", "2026-03-17", "2026-04-29", "2026-05-15",
                ].map(day)))
        #expect(taken.map { $0.charged(.reminderFee) } == [kr(38), kr(38), kr(0), kr(0), kr(0), kr(0)])
        #expect(taken.map { $0.charged(.collectionCost) } == [kr(0), kr(0), kr(0), kr(900), kr(900), kr(0)])
        #expect(
            taken.map { $0.charged(.interest) } == [
                kr(0), kr(0), kr(151, 23), kr(49, 32), kr(141, 37), kr(52, 60),
            ])
        #expect(facts.charged(.compensation) == kr(0))
        #expect(facts.charged(.interest) == kr(394, 52))
        let end = try law.decide(facts, on: day("2026-07-01"))
        #expect(end.steps.isEmpty && end.pending.isEmpty && end.reviewOn == nil)
        #expect(end.waiting.first?.citation == CollectionAct1988.legalSteps)
    }

    @Test func `a consumer pays the plain fee, and VAT where the creditor cannot deduct it`() throws {
        // 2,000 kr due Thursday 2026-01-15: 0.4 x 750 = 300 + 25 % = 375; heavy 600 + 150 = 750, so 375 more.
        var facts = Cases.new(
            [Cases.claim(kr(2_000), dueOn: try day("2026-01-15"))], debtor: .consumer, deductsVAT: false)
        let taken = try play(&facts, from: day("2026-01-01"), through: day("2026-06-30"))
        #expect(taken.map { $0.charged(.collectionCost) }.filter { !$0.isZero } == [kr(375), kr(375)])
        #expect(facts.charged(.compensation) == kr(0))
    }

    @Test func `one reminder and one notice carry the two fees where there is no second reminder`() throws {
        var facts = Cases.new([Cases.claim(kr(2_000), dueOn: try day("2026-01-15"))], debtor: .consumer)
        facts.creditor.policy[0].times = 1
        let taken = try play(&facts, from: day("2026-01-01"), through: day("2026-03-31"))
        #expect(taken.prefix(3).map(\.kind) == [.reminder, .collectionNotice, .collectionLetter])
        #expect(taken.prefix(3).map { $0.charged(.reminderFee) } == [kr(38), kr(38), kr(0)])
    }

    @Test func `a creditor that collects itself takes the fee of its own demand and no collector's fee`() throws {
        // 750 x 3/20 = 112.50 -> 113; and no heavier fee, so the legal notice need not wait for it:
        // due 01-15, reminders 01-29 and 02-13, notice 03-02, demand 03-17, last day 03-31, legal notice 04-01,
        // last day 04-15, court 04-16.
        var facts = Cases.new(
            [Cases.claim(kr(2_000), dueOn: try day("2026-01-15"))], debtor: .consumer, collectsItself: true)
        let taken = try play(&facts, from: day("2026-01-01"), through: day("2026-06-30"))
        #expect(
            taken.map(\.day)
                == (try [
                    "2026-01-29", "2026-02-13", "2026-03-02", "2026-03-17", "2026-04-01", "2026-04-16",
                ].map(day)))
        #expect(facts.charged(.collectionFee) == kr(113))
        #expect(facts.charged(.collectionCost) == kr(0))
    }

    // MARK: § 3 a and § 2-6

    @Test func `compensation is what it is more than the costs, and the heavy fee is set off against it`() throws {
        // 400 kr due Thursday 2026-01-15, business, no reminders, a notice without a fee.
        //   demand: 0.25 x 750 x 1.5 = 281.25; compensation 460 - 281.25 = 178.75; together 460
        //   heavy: 562.50 - 281.25 - 178.75 = 102.50; together 562.50
        var facts = Cases.new([Cases.claim(kr(400), dueOn: try day("2026-01-15"))])
        facts.creditor.policy[0].times = 0
        facts.creditor.policy[1].charge = false
        let taken = try play(&facts, from: day("2026-01-01"), through: day("2026-06-30"))
        #expect(taken.map(\.kind) == [.collectionNotice, .collectionLetter, legalActionNotice, .readyForCourt])
        #expect(taken.map { $0.charged(.compensation) } == [kr(0), kr(178, 75), kr(0), kr(0)])
        #expect(taken.map { $0.charged(.collectionCost) } == [kr(0), kr(281, 25), kr(102, 50), kr(0)])
    }

    @Test func `the fees of reminders are set off against compensation too`() throws {
        // As before with one reminder: 460 - 38 - 281.25 = 140.75.
        var facts = Cases.new([Cases.claim(kr(400), dueOn: try day("2026-01-15"))])
        facts.creditor.policy[0].times = 1
        facts.creditor.policy[1].charge = false
        _ = try play(&facts, from: day("2026-01-01"), through: day("2026-03-31"))
        #expect(facts.charged(.reminderFee) == kr(38))
        #expect(facts.charged(.compensation) == kr(140, 75))
    }

    @Test func `the half-year of the due date decides the compensation`() throws {
        // Due Wednesday 2026-07-01: 430 - 281.25 = 148.75; due Tuesday 06-30: 460 - 281.25 = 178.75.
        for (due, amount) in [("2026-06-30", kr(178, 75)), ("2026-07-01", kr(148, 75))] {
            var facts = Cases.new([Cases.claim(kr(400), dueOn: try day(due))])
            facts.creditor.policy[0].times = 0
            facts.creditor.policy[1].charge = false
            _ = try play(&facts, from: day("2026-06-01"), through: day("2026-08-10"))
            #expect(facts.charged(.compensation) == amount)
        }
    }

    // MARK: § 1-2 and § 1-3

    @Test func `no fee before 14 days after the due date, and a reminder without one need not wait`() throws {
        let claim = Cases.claim(kr(1_000), dueOn: try day("2026-01-15"))
        var facts = Cases.new([claim])
        let waiting = try law.decide(facts, on: day("2026-01-28"))
        #expect(waiting.steps.isEmpty && waiting.waiting.isEmpty)
        #expect(waiting.reviewOn == CivilDate(2026, 1, 29))
        #expect(waiting.pending.map(\.notBefore) == [CivilDate(2026, 1, 29)])
        #expect(waiting.pending.first?.obstacles.first?.citation == CollectionRegulation.feeDaysSource)
        #expect(try law.decide(facts, on: day("2026-01-29")).steps.map(\.kind) == [.reminder])

        facts.creditor.policy = Cases.free
        #expect(try law.decide(facts, on: day("2026-01-15")).steps.isEmpty)
        let free = try law.decide(facts, on: day("2026-01-16"))
        #expect(free.steps.map(\.kind) == [.reminder])
        #expect(free.steps.first?.charges.isEmpty == true)
    }

    @Test func `waiting days come on top of the law's`() throws {
        let claim = Cases.claim(kr(1_000), dueOn: try day("2026-01-15"))
        var facts = Cases.new([claim])
        facts.creditor.policy[0].waitingDays = 4
        // 01-15 + 14 + 4 = Monday 02-02.
        #expect(try law.decide(facts, on: day("2026-01-30")).reviewOn == CivilDate(2026, 2, 2))
        #expect(try law.decide(facts, on: day("2026-02-02")).steps.count == 1)
    }

    @Test func `reminders that the creditor sent before count towards the two fees`() throws {
        var claim = Cases.claim(kr(1_000), dueOn: try day("2026-01-15"))
        claim.earlierReminders = EarlierReminders(count: 1, latestOn: try day("2026-02-02"))
        var facts = Cases.new([claim])
        // The 14 days of 02-02 are over on 02-16, so the second fee comes on 02-17.
        #expect(try law.decide(facts, on: day("2026-02-16")).reviewOn == CivilDate(2026, 2, 17))
        let taken = try play(&facts, from: day("2026-02-10"), through: day("2026-04-30"))
        #expect(taken.map { $0.charged(.reminderFee) } == [kr(38), kr(0), kr(0), kr(0)])
        #expect(taken.first?.day == CivilDate(2026, 2, 17))

        claim.earlierReminders = EarlierReminders(count: 2, latestOn: try day("2026-02-02"))
        facts = Cases.new([claim])
        _ = try play(&facts, from: day("2026-02-03"), through: day("2026-04-30"))
        #expect(facts.charged(.reminderFee) == kr(0))
    }

    @Test func `after six months a new round of fees may begin`() throws {
        var claim = Cases.claim(kr(1_000), dueOn: try day("2025-06-02"))
        claim.earlierReminders = EarlierReminders(count: 2, latestOn: try day("2025-07-15"))
        let facts = Cases.new([claim])
        // Six months after 2025-07-15 is 2026-01-15; on the day after they are over.
        let on = try law.decide(facts, on: day("2026-01-15"))
        #expect(on.steps.first?.charges.isEmpty == true)
        let after = try law.decide(facts, on: day("2026-01-16"))
        #expect(after.steps.first?.charges.map(\.amount.value) == [kr(38)])
        let limits = try law.safeguards(for: facts, on: day("2026-01-16"))
        let step = try #require(after.steps.first)
        for limit in limits { #expect(limit.breach(by: step, in: facts, on: CivilDate(2026, 1, 16)) == nil) }
    }

    // MARK: § 2-3 Heavy

    @Test func `the deadline must be exceeded by more than 28 days before the fee is heavy`() throws {
        // Demand sent Tuesday 2026-02-03 with 14 days: 02-17. Exceeded by 28 days on 03-17, by 29 on 03-18, which is
        // day 43 after the sending.
        var facts = Cases.new([Cases.claim(kr(3_000), dueOn: try day("2025-12-15"))], debtor: .consumer)
        try facts.sent(.collectionNotice, on: "2026-01-05")
        try facts.sent(.collectionLetter, on: "2026-02-03")
        facts.charges = [
            ChargeFacts(component: .collectionCost, claim: nil, chargedOn: try day("2026-02-03"), amount: kr(600))
        ]
        let before = try law.decide(facts, on: day("2026-03-17"))
        #expect(before.steps.isEmpty)
        #expect(before.pending.map(\.notBefore) == [CivilDate(2026, 3, 18)])
        #expect(before.pending.first?.obstacles.first?.citation == CollectionRegulation.heavy)
        let step = try #require(try law.decide(facts, on: day("2026-03-18")).steps.first)
        #expect(step.kind == legalActionNotice)
        // 1.6 x 750 = 1,200 less 600.
        #expect(step.charges.first { $0.component == .collectionCost }?.amount.value == kr(600))

        // Without the charge nothing waits for it: 02-18 is the day after the deadline.
        facts.creditor.policy[3].charge = false
        let free = try #require(try law.decide(facts, on: day("2026-02-18")).steps.first)
        #expect(free.kind == legalActionNotice)
        #expect(!free.charges.contains { $0.component == .collectionCost })
    }

    @Test func `a heavy fee of 2026 on a light one of 2025 takes the later inkassosats`() throws {
        // 3,000 kr, demand 2025-11-18 at 0.8 x 700 = 560; heavy on 2026-01-05: 1.6 x 750 = 1,200 less 560 = 640.
        var facts = Cases.new([Cases.claim(kr(3_000), dueOn: try day("2025-09-15"))], debtor: .consumer)
        try facts.sent(.collectionNotice, on: "2025-10-20")
        try facts.sent(.collectionLetter, on: "2025-11-18")
        facts.charges = [
            ChargeFacts(component: .collectionCost, claim: nil, chargedOn: try day("2025-11-18"), amount: kr(560))
        ]
        let step = try #require(try law.decide(facts, on: day("2026-01-05")).steps.first)
        #expect(step.charges.first { $0.component == .collectionCost }?.amount.value == kr(640))
    }

    // MARK: Several claims

    @Test func `claims of one case bear one fee`() throws {
        // Two claims of 6,000: 12,000 is in the line through 50,000: 1.6 x 750 = 1,200.
        var facts = Cases.new(
            [
                Cases.claim(1, kr(6_000), dueOn: try day("2026-01-15")),
                Cases.claim(2, kr(6_000), dueOn: try day("2026-01-15")),
            ], debtor: .consumer)
        let taken = try play(&facts, from: day("2026-01-01"), through: day("2026-03-20"))
        #expect(taken.allSatisfy { $0.claims == [1, 2] })
        #expect(facts.charged(.reminderFee) == kr(76))
        #expect(facts.charged(.collectionCost) == kr(1_200))
    }

    @Test func `two letters of one day carry one fee`() throws {
        // The first claim has had its reminder; on the day of its notice the second is due for a reminder of its own.
        let notice = try day("2026-03-02")
        var facts = Cases.new(
            [
                Cases.claim(1, kr(6_000), dueOn: try day("2026-01-15")),
                Cases.claim(2, kr(900), dueOn: try day("2026-02-12")),
            ],
            policy: Cases.everything.map { policy in
                policy.kind == .reminder ? StepPolicy(kind: .reminder, times: 1, waitingDays: 0, charge: true) : policy
            }, debtor: .consumer)
        try facts.sent(.reminder, [1], on: "2026-02-02")
        let decision = try law.decide(facts, on: notice)
        #expect(decision.steps.map(\.kind) == [.reminder, .collectionNotice])
        let fees = decision.steps.map { step in step.charges.filter { $0.component == .reminderFee }.count }
        #expect(fees == [1, 0])
    }

    // First claim 2,000: 300. A second of 1,000 alone: 262.50; together 3,000: 600 - 300 = 300. The lower: 262.50.
    // A second of 400 alone: 187.50; together 2,400: 300 - 300 = 0, so none.
    @Test(arguments: [(kr(1_000), kr(562, 50)), (kr(400), kr(300))])
    func `a claim that joins later adds the lower of its own fee and the rest of the common one`(
        _ second: Money, _ total: Money
    ) throws {
        var facts = Cases.new([Cases.claim(1, kr(2_000), dueOn: try day("2026-01-15"))], debtor: .consumer)
        facts.creditor.policy[3].times = 0
        facts.creditor.policy[4].times = 0
        _ = try play(&facts, from: day("2026-01-01"), through: day("2026-07-31")) { facts, today in
            guard today == CivilDate(2026, 4, 1) else { return }
            facts.claims.append(Cases.claim(2, second, dueOn: CivilDate(2026, 3, 2)))
            facts.outstanding = Money(minorUnits: facts.outstanding.minorUnits + second.minorUnits, .nok)
        }
        #expect(facts.charged(.collectionCost) == total)
        // The two fees of the first claim lie within six months, so the second claim's letters carry none.
        #expect(facts.charged(.reminderFee) == kr(76))
    }

    // MARK: What the policy can and cannot do

    @Test func `the notice is sent although the policy leaves it out, and says so`() throws {
        var facts = Cases.new([Cases.claim(kr(1_000), dueOn: try day("2026-01-15"))])
        facts.creditor.policy = [
            StepPolicy(kind: .collectionNotice, times: 0, waitingDays: 0, charge: false),
            StepPolicy(kind: .collectionLetter, times: 1, waitingDays: 0, charge: false),
        ]
        let step = try #require(try law.decide(facts, on: day("2026-01-16")).steps.first)
        #expect(step.kind == .collectionNotice)
        #expect(step.reasons.contains { $0.text.contains("policy leaves the notice out") })
    }

    @Test func `the demand is sent although the policy leaves it out, where a court is wanted`() throws {
        var facts = Cases.new([Cases.claim(kr(1_000), dueOn: try day("2026-01-15"))], policy: [])
        #expect(
            try play(&facts, from: day("2026-01-01"), through: day("2026-06-30")).map(\.kind) == [.collectionNotice])
        #expect(try law.decide(facts, on: day("2026-06-30")).waiting.first?.citation == Practice.policy)

        facts = Cases.new(
            [Cases.claim(kr(1_000), dueOn: try day("2026-01-15"))],
            policy: [StepPolicy(kind: .readyForCourt, times: 1, waitingDays: 0, charge: false)])
        #expect(
            try play(&facts, from: day("2026-01-01"), through: day("2026-06-30")).map(\.kind) == [
                .collectionNotice, .collectionLetter, .readyForCourt,
            ])
    }

    @Test func `more reminders than two are cut, and negative wishes are none`() throws {
        var facts = Cases.new([Cases.claim(kr(1_000), dueOn: try day("2026-01-15"))])
        facts.creditor.policy = [StepPolicy(kind: .reminder, times: 9, waitingDays: -5, charge: true)]
        let taken = try play(&facts, from: day("2026-01-01"), through: day("2026-06-30"))
        #expect(taken.map(\.kind) == [.reminder, .reminder, .collectionNotice])
    }

    // MARK: § 11

    @Test func `a demand older than six months asks for a new notice before the court`() throws {
        var facts = Cases.new([Cases.claim(kr(1_000), dueOn: try day("2025-05-15"))], policy: Cases.free)
        facts.creditor.policy[3].times = 0
        try facts.sent(.reminder, on: "2025-06-02")
        try facts.sent(.collectionNotice, on: "2025-06-17")
        try facts.sent(.collectionLetter, on: "2025-07-02")
        // Six months after 2025-07-02 is 2026-01-02.
        #expect(try law.decide(facts, on: day("2026-01-02")).steps.map(\.kind) == [.readyForCourt])
        let late = try #require(try law.decide(facts, on: day("2026-01-05")).steps.first)
        #expect(late.kind == legalActionNotice)
        #expect(late.reasons.contains { $0.text.contains("six months old") })
        try facts.sent(legalActionNotice, on: "2026-01-05")
        // Its last day is 01-19.
        #expect(try law.decide(facts, on: day("2026-01-19")).steps.isEmpty)
        #expect(try law.decide(facts, on: day("2026-01-20")).steps.map(\.kind) == [.readyForCourt])
    }

    @Test func `a court that is wanted after more than six months is announced three times, and then a person decides`()
        throws
    {
        var facts = Cases.new([Cases.claim(kr(1_000), dueOn: try day("2024-01-15"))], policy: Cases.free)
        facts.creditor.policy[4].waitingDays = 300
        let taken = try play(&facts, from: day("2024-01-01"), through: day("2026-10-30"))
        #expect(taken.filter { $0.kind == legalActionNotice }.count == 3)
        #expect(!taken.contains { $0.kind == .readyForCourt })
        let end = try law.decide(facts, on: day("2026-10-30"))
        #expect(end.pending.map(\.kind) == [.readyForCourt])
        #expect(end.pending.first?.notBefore == nil && end.reviewOn == nil)
    }

    // MARK: When nothing may be done

    @Test func `nothing is done about a claim whose time has run out`() throws {
        let facts = Cases.new([Cases.claim(kr(1_000), dueOn: try day("2023-01-16"))])
        #expect(try law.decide(facts, on: day("2026-01-16")).steps.count == 1)
        let lapsed = try law.decide(facts, on: day("2026-01-19"))
        #expect(lapsed.steps.isEmpty && lapsed.waiting.isEmpty && lapsed.reviewOn == nil)
        #expect(lapsed.pending.map(\.kind) == [.reminder])
        #expect(lapsed.pending.first?.notBefore == nil)
        #expect(lapsed.pending.first?.obstacles.first?.citation == LimitationAct.general)

        // A loan of money has ten years, through 2026-01-16.
        var loan = Cases.new([Cases.claim(kr(1_000), dueOn: try day("2016-01-16"))], policy: Cases.free)
        loan.claims[0].basis = .moneyLoan
        #expect(try law.decide(loan, on: day("2026-01-16")).steps.count == 1)
        let old = try law.decide(loan, on: day("2026-01-19"))
        #expect(old.steps.isEmpty)
        #expect(old.pending.first?.obstacles.first?.citation == LimitationAct.instruments)
    }

    @Test func `nothing is done while a letter has not been sent`() throws {
        var facts = Cases.new([Cases.claim(kr(1_000), dueOn: try day("2026-01-15"))])
        facts.steps = [
            StepFacts(
                kind: .reminder, claims: [ClaimID(rawValue: 1)], decidedOn: try day("2026-01-29"), sentOn: nil,
                deadlineOn: nil)
        ]
        let decision = try law.decide(facts, on: day("2026-05-05"))
        #expect(decision.steps.isEmpty && decision.pending.isEmpty && decision.reviewOn == nil)
        #expect(decision.waiting.count == 1)
    }

    @Test func `a deadline counts from the sending, also where one was stated too short`() throws {
        var facts = Cases.new([Cases.claim(kr(1_000), dueOn: try day("2026-01-15"))])
        facts.steps = [
            StepFacts(
                kind: .collectionNotice, claims: [ClaimID(rawValue: 1)], decidedOn: try day("2026-03-02"),
                sentOn: try day("2026-03-09"), deadlineOn: try day("2026-03-16"))
        ]
        // 14 days from 03-09 are over on 03-23.
        #expect(try law.decide(facts, on: day("2026-03-23")).reviewOn == CivilDate(2026, 3, 24))
        #expect(try law.decide(facts, on: day("2026-03-24")).steps.map(\.kind) == [.collectionLetter])
    }

    @Test func `on a rest day nothing is done, and the next working day is named`() throws {
        let facts = Cases.new([Cases.claim(kr(1_000), dueOn: try day("2026-01-15"))])
        let decision = try law.decide(facts, on: day("2026-04-03"))
        #expect(decision.steps.isEmpty)
        #expect(decision.reviewOn == CivilDate(2026, 4, 7))
        #expect(decision.pending.first?.obstacles.first?.citation == Practice.workingDays)
    }

    @Test func `a paid case gets no step, and a rest of charges is left to a person`() throws {
        let paidOn = try day("2026-02-03")
        var facts = Cases.new([
            Cases.claim(
                kr(1_000), dueOn: try day("2026-01-15"), reductions: [Reduction(on: paidOn, amount: kr(1_000))])
        ])
        let paid = try law.decide(facts, on: day("2026-03-03"))
        #expect(paid.steps.isEmpty && paid.reviewOn == nil && paid.waiting.count == 1)
        facts.outstanding = kr(38)
        let rest = try law.decide(facts, on: day("2026-03-03"))
        #expect(rest.steps.isEmpty && rest.waiting.first?.citation == Practice.smallRest)
    }

    @Test func `today's letter is followed by the step that waits for it`() throws {
        let facts = Cases.new([Cases.claim(kr(1_000), dueOn: try day("2026-01-15"))])
        let decision = try law.decide(facts, on: day("2026-01-29"))
        #expect(decision.steps.map(\.kind) == [.reminder])
        #expect(decision.pending.map(\.kind) == [.reminder])
        #expect(decision.pending.map(\.notBefore) == [CivilDate(2026, 2, 13)])
        #expect(decision.reviewOn == CivilDate(2026, 2, 13))
    }

    // MARK: The act of 2026

    @Test func `under the act of 2026 a charge is a gap, and steps without one go on with interest`() throws {
        let law = Norway(newActFrom: CivilDate(2026, 7, 1))
        let claim = Cases.claim(kr(10_000), dueOn: try day("2026-06-17"))
        var facts = Cases.new([claim])
        #expect(try law.decide(facts, on: day("2026-06-30")).reviewOn == CivilDate(2026, 7, 1))
        let gap = #expect(throws: RuleGap.self) { try law.decide(facts, on: day("2026-07-01")) }
        #expect(gap?.rule.contains("2026") == true)
        #expect(throws: RuleGap.self) { try law.planFee(instalments: 6, for: facts, on: day("2026-07-01")) }

        facts.creditor.policy = Cases.free
        let taken = try play(&facts, from: day("2026-06-15"), through: day("2026-10-30"), law: law)
        #expect(
            taken.map(\.kind) == [
                .reminder, .collectionNotice, .collectionLetter, legalActionNotice, .readyForCourt,
            ])
        #expect(Set(facts.charges.map(\.component)) == [.interest])
        // A breach is seen although decide would never make it.
        let fee = DecidedCharge(component: .reminderFee, claim: nil, amount: Explained(kr(1), []))
        let step = DecidedStep(kind: .reminder, claims: [claim.id], charges: [fee], reasons: [])
        let limits = try law.safeguards(for: facts, on: day("2026-07-01"))
        #expect(limits.contains { $0.breach(by: step, in: facts, on: CivilDate(2026, 7, 1)) != nil })
    }

    /// Of two letters that were decided on one day the reminder went out at once, with the fee; the notice of another claim
    /// went out a week later and carried none.
    @Test(arguments: [
        (Int64?(1), StepKind?.none, "2026-02-17"), (nil, .reminder, "2026-02-17"),
        (nil, .collectionNotice, "2026-02-25"), (nil, nil, "2026-02-25"),
    ])
    func `the next fee waits for the letter that carried the last one, not for another of its day`(
        _ claim: Int64?, _ carrier: StepKind?, _ next: String
    ) throws {
        var facts = Cases.new((1...2).map { Cases.claim($0, kr(10_000), dueOn: CivilDate(2026, 1, 5)) })
        let decidedOn = CivilDate(2026, 2, 2)
        let lateOn = CivilDate(2026, 2, 10)
        facts.steps = try [(StepKind.reminder, decidedOn), (.collectionNotice, lateOn)].enumerated().map {
            index, letter in
            StepFacts(
                kind: letter.0, claims: [ClaimID(rawValue: Int64(index + 1))], decidedOn: decidedOn, sentOn: letter.1,
                deadlineOn: try law.deadline(for: letter.0, sentOn: letter.1)?.value)
        }
        var fee = ChargeFacts(
            component: .reminderFee, claim: claim.map { ClaimID(rawValue: $0) }, chargedOn: decidedOn, amount: kr(38))
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
