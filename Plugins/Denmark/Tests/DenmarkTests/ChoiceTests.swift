import FordringKit
import Testing

@testable import Denmark

/// What a tenant may choose, and what the law leaves of it.
@Suite struct ChoiceTests {
    private static let reminderAndNotice: [StepPolicy] = [
        StepPolicy(kind: .reminder, times: 2, waitingDays: 0, charge: true),
        StepPolicy(kind: .collectionNotice, times: 1, waitingDays: 0, charge: true),
    ]

    private func choosing(_ change: (inout Choices) -> Void) -> Denmark {
        var choices = Choices()
        change(&choices)
        return Denmark(choices: choices)
    }

    /// Plays a case day by day, each letter leaving on the day of its decision.
    private func play(
        _ facts: inout CaseFacts, _ law: Denmark, from first: String, through last: String
    ) throws -> [(day: CivilDate, step: DecidedStep)] {
        var taken: [(day: CivilDate, step: DecidedStep)] = []
        var today = try day(first)
        let end = try day(last)
        while today <= end {
            for step in try law.decide(facts, on: today).steps {
                taken.append((today, step))
                try facts.take(
                    step, on: today, sentOn: today, deadlineOn: try law.deadline(for: step.kind, sentOn: today)?.value)
            }
            today = today.adding(days: 1)
        }
        return taken
    }

    // MARK: Reminders of the creditor's own

    @Test(arguments: [(0, 100), (1, 100), (2, 100), (3, 0), (4, 0)])
    func `three fees are allowed together with those that the creditor charged`(_ count: Int, _ kroner: Int64) throws {
        var facts = Cases.new([Cases.claim(kr(1_000), dueOn: CivilDate(2025, 1, 6))])
        facts.claims[0].earlierReminders = EarlierReminders(count: count, latestOn: CivilDate(2025, 1, 20))
        let step = try #require(try Denmark().decide(facts, on: day("2025-03-03")).steps.first)
        #expect(step.kind == .reminder)
        let fees = step.charges.filter { $0.component == .reminderFee }
        #expect(fees.map(\.amount.value) == (kroner == 0 ? [] : [kr(kroner)]))
    }

    @Test func `ten days lie between the creditor's last reminder and the agency's first with a fee`() throws {
        // The creditor's reminder went out on Monday 2025-03-03; ten days later is Thursday 03-13.
        var facts = Cases.new([Cases.claim(kr(1_000), dueOn: CivilDate(2025, 1, 6))])
        facts.claims[0].earlierReminders = EarlierReminders(count: 1, latestOn: CivilDate(2025, 3, 3))
        let waiting = try Denmark().decide(facts, on: day("2025-03-12"))
        #expect(waiting.steps.isEmpty)
        #expect(waiting.reviewOn == CivilDate(2025, 3, 13))
        #expect(waiting.pending.first?.obstacles.map(\.citation) == [Citation("renteloven, LBK 459/2014", "§ 9 b")])
        #expect(try Denmark().decide(facts, on: day("2025-03-13")).steps.map(\.kind) == [.reminder])
        // Without a fee there is nothing to wait for.
        facts.creditor.policy[0].charge = false
        #expect(try Denmark().decide(facts, on: day("2025-03-04")).steps.map(\.kind) == [.reminder])
    }

    // MARK: The hand-over fee

    @Test func `the fee for handing over is charged once, and only where it is chosen`() throws {
        var facts = Cases.new([Cases.claim(kr(1_000), dueOn: CivilDate(2025, 1, 6))], policy: Self.reminderAndNotice)
        _ = try play(&facts, Denmark(), from: "2025-01-01", through: "2025-06-30")
        #expect(facts.charged(.collectionFee) == kr(0))

        let law = choosing { $0.chargesHandOverFee = true }
        facts = Cases.new(
            [
                Cases.claim(1, kr(1_000), dueOn: CivilDate(2025, 1, 6)),
                Cases.claim(2, kr(1_000), dueOn: CivilDate(2025, 4, 1)),
            ], policy: Self.reminderAndNotice)
        let taken = try play(&facts, law, from: "2025-01-01", through: "2025-06-30")
        #expect(taken.filter { $0.step.kind == .collectionNotice }.count == 2)
        #expect(facts.charged(.collectionFee) == kr(100))
        #expect(facts.charged(.reminderFee) == kr(300))
    }

    @Test func `no fee for handing over without the policy's charge or where the creditor collects for itself`() throws
    {
        let law = choosing { $0.chargesHandOverFee = true }
        var facts = Cases.new([Cases.claim(kr(1_000), dueOn: CivilDate(2025, 1, 6))], policy: [])
        #expect(
            try law.decide(facts, on: day("2025-01-07")).steps.first?.charges.map(\.component) == [.interest])
        facts.creditor.policy = Self.reminderAndNotice.suffix(1)
        facts.creditor.collectsItself = true
        let own = try #require(try law.decide(facts, on: day("2025-01-07")).steps.first)
        #expect(!own.charges.contains { $0.component == .collectionFee })
        facts.creditor.collectsItself = false
        let agency = try #require(try law.decide(facts, on: day("2025-01-07")).steps.first)
        #expect(agency.charges.first?.component == .collectionFee)
        #expect(agency.charges.first?.amount.value == kr(100))
    }

    // MARK: The merged notice

    @Test func `the last reminder merged into the notice brings its fee, and no other`() throws {
        let law = choosing {
            $0.mergesReminderIntoNotice = true
            $0.chargesHandOverFee = true
        }
        var facts = Cases.new([Cases.claim(kr(1_000), dueOn: CivilDate(2025, 1, 6))], policy: Self.reminderAndNotice)
        let taken = try play(&facts, law, from: "2025-01-01", through: "2025-06-30")
        #expect(taken.map(\.step.kind) == [.reminder, .collectionNotice])
        // Reminder on 01-07, its last day 01-17 (a Friday); the notice on Monday 01-20.
        #expect(taken.map(\.day) == [CivilDate(2025, 1, 7), CivilDate(2025, 1, 20)])
        #expect(taken.last?.step.charges.map(\.component) == [.reminderFee, .interest])
        #expect(facts.charged(.reminderFee) == kr(200))
        #expect(facts.charged(.collectionFee) == kr(0))
    }

    @Test func `a merged notice keeps the cap and the spacing of reminders`() throws {
        let law = choosing { $0.mergesReminderIntoNotice = true }
        var facts = Cases.new([Cases.claim(kr(1_000), dueOn: CivilDate(2025, 1, 6))], policy: Self.reminderAndNotice)
        facts.creditor.policy[0].times = 1
        facts.claims[0].earlierReminders = EarlierReminders(count: 2, latestOn: CivilDate(2025, 1, 8))
        #expect(try law.decide(facts, on: day("2025-01-17")).steps.isEmpty)
        let notice = try #require(try law.decide(facts, on: day("2025-01-20")).steps.first)
        #expect(notice.kind == .collectionNotice)
        #expect(notice.charges.contains { $0.component == .reminderFee })
        facts.claims[0].earlierReminders = EarlierReminders(count: 3, latestOn: CivilDate(2025, 1, 8))
        let free = try #require(try law.decide(facts, on: day("2025-01-09")).steps.first)
        #expect(free.kind == .collectionNotice)
        #expect(!free.charges.contains { $0.component == .reminderFee })
    }

    @Test func `a reminder and a merged notice of one day carry one fee`() throws {
        let law = choosing { $0.mergesReminderIntoNotice = true }
        var facts = Cases.new(
            [
                Cases.claim(1, kr(1_000), dueOn: CivilDate(2025, 1, 6)),
                Cases.claim(2, kr(1_000), dueOn: CivilDate(2025, 1, 17)),
            ], policy: Self.reminderAndNotice)
        facts.steps = [
            StepFacts(
                kind: .reminder, claims: [ClaimID(rawValue: 1)], decidedOn: CivilDate(2025, 1, 7),
                sentOn: CivilDate(2025, 1, 7), deadlineOn: CivilDate(2025, 1, 17))
        ]
        facts.charges = [
            ChargeFacts(
                component: .reminderFee, claim: ClaimID(rawValue: 1), chargedOn: CivilDate(2025, 1, 7), amount: kr(100))
        ]
        let steps = try law.decide(facts, on: day("2025-01-20")).steps
        #expect(steps.map(\.kind) == [.reminder, .collectionNotice])
        #expect(steps.flatMap(\.charges).filter { $0.component == .reminderFee }.count == 1)
    }

    // MARK: Own collection

    @Test func `a creditor that collects for itself charges no cost of the letter`() throws {
        var facts = Cases.new([Cases.claim(kr(10_000), dueOn: CivilDate(2025, 1, 6))])
        facts.creditor.collectsItself = true
        let taken = try play(&facts, Denmark(), from: "2025-01-01", through: "2025-06-30")
        #expect(taken.map(\.step.kind).suffix(3) == [.collectionNotice, .collectionLetter, .readyForCourt])
        #expect(facts.charged(.collectionCost) == kr(0))
        // But a settlement costs 850 (5,001-10,000), once.
        let fee = try #require(try Denmark().planFee(instalments: 6, for: facts, on: day("2025-06-30")))
        #expect(fee.component == .collectionCost)
        #expect(fee.amount.value == kr(850))
        expectLinesAddUp(fee)
        facts.charges.append(
            ChargeFacts(component: .collectionCost, claim: nil, chargedOn: CivilDate(2025, 6, 30), amount: kr(850)))
        #expect(try Denmark().planFee(instalments: 6, for: facts, on: day("2025-06-30")) == nil)
    }

    @Test func `no settlement cost for an agency, before the notice's deadline or for an old claim`() throws {
        var facts = Cases.new([Cases.claim(kr(10_000), dueOn: CivilDate(2025, 1, 6))])
        #expect(try Denmark().planFee(instalments: 6, for: facts, on: day("2025-06-30")) == nil)
        facts.creditor.collectsItself = true
        #expect(try Denmark().planFee(instalments: 6, for: facts, on: day("2025-06-30")) == nil)
        facts.steps = [
            StepFacts(
                kind: .collectionNotice, claims: [ClaimID(rawValue: 1)], decidedOn: CivilDate(2025, 6, 2),
                sentOn: CivilDate(2025, 6, 2), deadlineOn: CivilDate(2025, 6, 12))
        ]
        #expect(try Denmark().planFee(instalments: 6, for: facts, on: day("2025-06-12")) == nil)
        #expect(try Denmark().planFee(instalments: 6, for: facts, on: day("2025-06-13"))?.amount.value == kr(850))
        // The letter promised that no cost arises through the day that it stated.
        facts.steps[0].deadlineOn = CivilDate(2025, 6, 16)
        #expect(try Denmark().planFee(instalments: 6, for: facts, on: day("2025-06-16")) == nil)
        #expect(try Denmark().planFee(instalments: 6, for: facts, on: day("2025-06-17"))?.amount.value == kr(850))
        // Due 2022-03-01, so Monday 2025-03-03 was the last day.
        facts.claims[0].dueOn = CivilDate(2022, 3, 1)
        #expect(try Denmark().planFee(instalments: 6, for: facts, on: day("2025-06-17")) == nil)
        facts.claims[0].dueOn = CivilDate(2025, 1, 6)
        facts.steps[0].deadlineOn = CivilDate(2025, 6, 12)
        facts.claims[0].arisenOn = CivilDate(2016, 6, 30)
        let on = try day("2025-06-13")
        #expect(throws: RuleGap.self) { try Denmark().planFee(instalments: 6, for: facts, on: on) }
    }

    @Test(arguments: [
        (kr(1_000), kr(300)), (kr(1_001), kr(500)), (kr(2_500), kr(500)), (kr(2_501), kr(650)), (kr(5_000), kr(650)),
        (kr(5_001), kr(850)), (kr(10_000), kr(850)), (kr(10_001), kr(1_150)), (kr(25_000), kr(1_150)),
        (kr(25_001), kr(1_400)), (kr(50_000), kr(1_400)), (kr(50_001), kr(1_850)), (kr(100_000), kr(1_850)),
        (kr(100_001), kr(2_550)), (kr(250_000), kr(2_550)), (kr(250_001), kr(4_250)), (kr(500_000), kr(4_250)),
        // 0.67 % of 1,000 = 6.70.
        (kr(501_000), kr(4_256, 70)),
    ])
    func `annex 2 on both sides of each of its amounts`(_ principal: Money, _ cost: Money) throws {
        #expect(try CostOrder.denmark.settlements.on(CivilDate(2023, 1, 2)).value.cost(of: principal) == cost)
        #expect(throws: RuleGap.self) { try CostOrder.denmark.settlements.on(CivilDate(2016, 6, 30)) }
    }

    // MARK: Visits

    private static let withVisit =
        Cases.everything + [StepPolicy(kind: .visitNotice, times: 1, waitingDays: 0, charge: false)]

    private func visiting(travelDays: Int? = nil) -> Denmark {
        choosing {
            $0.visits.phone = "+45 99 99 10 10"
            $0.visits.address = "Energivej 4, 5750 Ringe"
            $0.visits.travelDays = travelDays
        }
    }

    @Test func `the visit notice comes after the letter and before the court, where it is asked for`() throws {
        var facts = Cases.new([Cases.claim(kr(1_000), dueOn: CivilDate(2025, 1, 6))], policy: Self.withVisit)
        let taken = try play(&facts, visiting(), from: "2025-01-01", through: "2025-12-31")
        #expect(taken.map(\.step.kind).suffix(3) == [.collectionLetter, .visitNotice, .readyForCourt])
        let visit = try #require(taken.first { $0.step.kind == .visitNotice })
        #expect(visit.step.reasons.contains { $0.citation == CollectionAct.visitNotice })
        #expect(visit.step.charges.allSatisfy { $0.component == .interest })
        #expect(try visiting().deadline(for: .visitNotice, sentOn: visit.day) == nil)
    }

    @Test func `without the collector's telephone and address there is no visit notice, and the court step says so`()
        throws
    {
        var facts = Cases.new([Cases.claim(kr(1_000), dueOn: CivilDate(2025, 1, 6))], policy: Self.withVisit)
        let taken = try play(&facts, Denmark(), from: "2025-01-01", through: "2025-12-31")
        #expect(!taken.contains { $0.step.kind == .visitNotice })
        #expect(taken.last?.step.reasons.contains { $0.citation == CollectionAct.visitNotice } == true)
    }

    @Test func `a visit needs a notice, its arrival and the hours of the day`() throws {
        var facts = Cases.new([Cases.claim(kr(1_000), dueOn: CivilDate(2025, 1, 6))])
        func hours(_ law: Denmark, _ iso: String) throws -> ContactHours? {
            let hours = try law.visitHours(for: facts, on: day(iso))
            #expect(!hours.lines.isEmpty)
            return hours.value
        }
        #expect(try hours(visiting(travelDays: 3), "2025-04-10") == nil)
        // Sent on Friday 2025-04-04; three weekdays later is Wednesday 04-09, so from Thursday 04-10.
        facts.steps = [
            StepFacts(
                kind: .visitNotice, claims: [ClaimID(rawValue: 1)], decidedOn: CivilDate(2025, 4, 4),
                sentOn: CivilDate(2025, 4, 4), deadlineOn: nil)
        ]
        #expect(try hours(visiting(), "2025-04-10") == nil)  // A person must confirm that it arrived.
        #expect(try hours(visiting(travelDays: 3), "2025-04-09") == nil)
        #expect(try hours(visiting(travelDays: 3), "2025-04-10") == ContactHours(from: 16, until: 19))
        #expect(try hours(visiting(travelDays: 3), "2025-04-12") == nil)  // Saturdays end at 16.
        #expect(try hours(visiting(travelDays: 3), "2025-04-13") == nil)  // Sunday
        #expect(try hours(visiting(travelDays: 3), "2025-04-17") == nil)  // Maundy Thursday
        #expect(try hours(visiting(travelDays: 3), "2025-06-05") == nil)
        #expect(try hours(visiting(travelDays: 3), "2025-12-24") == nil)
        #expect(try hours(visiting(travelDays: 3), "2025-12-23") == ContactHours(from: 16, until: 19))
        let onTime = facts
        // A claim that joined after the notice gives no reason for a visit, and neither does a time-barred one.
        facts.claims.append(Cases.claim(2, kr(1_000), dueOn: CivilDate(2025, 1, 6)))
        facts.claims[0].outstandingPrincipal = kr(0)
        #expect(try hours(visiting(travelDays: 3), "2025-04-10") == nil)
        facts = onTime
        facts.claims[0].dueOn = CivilDate(2022, 3, 1)
        #expect(try hours(visiting(travelDays: 3), "2025-04-10") == nil)
        facts = onTime
        #expect(try hours(visiting(travelDays: 3), "2025-04-10") != nil)
        facts.outstanding = kr(0)
        #expect(try hours(visiting(travelDays: 3), "2025-04-10") == nil)
    }

    @Test func `on a Saturday the notice's hours are cut at sixteen`() throws {
        let law = choosing {
            $0.visits.timeOfDay = ContactHours(from: 14, until: 18)
            $0.visits.travelDays = 1
        }
        var facts = Cases.new([Cases.claim(kr(1_000), dueOn: CivilDate(2025, 1, 6))])
        facts.steps = [
            StepFacts(
                kind: .visitNotice, claims: [ClaimID(rawValue: 1)], decidedOn: CivilDate(2025, 4, 1),
                sentOn: CivilDate(2025, 4, 1), deadlineOn: nil)
        ]
        #expect(try law.visitHours(for: facts, on: day("2025-04-05")).value == ContactHours(from: 14, until: 16))
        #expect(try law.visitHours(for: facts, on: day("2025-04-04")).value == ContactHours(from: 14, until: 18))
        let fields = try law.letterFields(
            for: .visitNotice, facts: facts, sentOn: CivilDate(2025, 4, 1), in: .danish)
        #expect(fields["visitTimeOfDay"] == .text("kl. 14.00-18.00"))
    }

    @Test(arguments: [
        ("visitTimeOfDay", "7-9"), ("visitTimeOfDay", "16-22"), ("visitTimeOfDay", "19-16"), ("visitTimeOfDay", "16"),
        ("visitNoticeTravelDays", "0"), ("visitNoticeTravelDays", "soon"), ("slipType", "04"), ("handOverFee", "yes"),
        ("noticeWithReminder", "1"),
    ])
    func `a setting that cannot be used is refused by name`(_ key: String, _ value: String) throws {
        let tenant = try #require(TenantID("acme"))
        var settings = Dictionary(uniqueKeysWithValues: Choices.settings.map { ($0.key, $0.standard) })
        settings[key] = value
        let context = PluginContext(tenant: tenant, settings: settings, outbox: "", log: { _ in })
        let error = #expect(throws: PluginSettingError.self) { try Choices(context) }
        #expect(error?.key == key)
    }

    // MARK: Limitation

    @Test func `a time-barred claim gets no step, and the section says why`() throws {
        // Due 2022-03-01, so Monday 2025-03-03 is the last day.
        var facts = Cases.new([Cases.claim(kr(1_000), dueOn: CivilDate(2022, 3, 1))])
        #expect(try Denmark().decide(facts, on: day("2025-03-03")).steps.map(\.kind) == [.reminder])
        let barred = try Denmark().decide(facts, on: day("2025-03-04"))
        #expect(barred.steps.isEmpty && barred.reviewOn == nil && barred.waiting.isEmpty)
        let pending = try #require(barred.pending.first)
        #expect(pending.notBefore == nil)
        #expect(pending.obstacles.map(\.citation) == [Citation("forældelsesloven, LBK 1238/2015", "§§ 3-5, 27")])
        // A claim beside it that is not barred goes on.
        facts.claims.append(Cases.claim(2, kr(1_000), dueOn: CivilDate(2025, 1, 6)))
        let both = try Denmark().decide(facts, on: day("2025-03-04"))
        #expect(both.steps.map(\.claims) == [[ClaimID(rawValue: 2)]])
        facts.claims[0].events = [ClaimEvent(.acknowledgement, on: CivilDate(2025, 2, 3))]
        #expect(try Denmark().decide(facts, on: day("2025-03-04")).steps.flatMap(\.claims).count == 2)
    }

    // MARK: Pending steps

    @Test func `what waits is named with its first day and every obstacle`() throws {
        // A reminder of Thursday 2025-01-09 with 2 waiting days: last day 01-20, waited through 01-22.
        var facts = Cases.new([Cases.claim(kr(1_000), dueOn: CivilDate(2025, 1, 6))])
        let first = try Denmark().decide(facts, on: day("2025-01-09"))
        #expect(first.waiting.isEmpty)
        #expect(first.pending.map(\.kind) == [.reminder])
        #expect(first.pending.first?.notBefore == CivilDate(2025, 1, 23))
        #expect(first.pending.first?.obstacles.map(\.through) == [CivilDate(2025, 1, 20), CivilDate(2025, 1, 22)])
        let step = try #require(first.steps.first)
        try facts.take(
            step, on: CivilDate(2025, 1, 9), sentOn: CivilDate(2025, 1, 9), deadlineOn: CivilDate(2025, 1, 20))
        let next = try Denmark().decide(facts, on: day("2025-01-10"))
        #expect(next.reviewOn == CivilDate(2025, 1, 23))
        #expect(next.pending.first?.obstacles.map(\.citation) == [Practice.reminderDeadline, Practice.policy])
    }
}
