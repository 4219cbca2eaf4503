import FordringKit
import Testing

@testable import Denmark

/// Greenland and the Faroe Islands: what is known there, and what is refused by name.
@Suite struct RegimeTests {
    private let greenland = Denmark(.greenland())
    private let faroes = Denmark(.faroeIslands())

    private func policy(_ charge: Bool) -> [StepPolicy] {
        [StepKind.reminder, .collectionNotice, .collectionLetter, .readyForCourt].map {
            StepPolicy(kind: $0, times: 1, waitingDays: 0, charge: charge)
        }
    }

    private func play(
        _ facts: inout CaseFacts, _ law: Denmark, from first: CivilDate, through last: CivilDate
    ) throws -> [StepKind] {
        var kinds: [StepKind] = []
        var today = first
        while today <= last {
            for step in try law.decide(facts, on: today).steps {
                kinds.append(step.kind)
                try facts.take(
                    step, on: today, sentOn: today, deadlineOn: try law.deadline(for: step.kind, sentOn: today)?.value)
            }
            today = today.adding(days: 1)
        }
        return kinds
    }

    // MARK: Greenland

    @Test func `in Greenland a case without charges of cost goes to the end`() throws {
        var facts = Cases.new([Cases.claim(kr(10_000), dueOn: CivilDate(2025, 10, 6))], policy: policy(true))
        facts.creditor.policy[2].charge = false
        let kinds = try play(&facts, greenland, from: CivilDate(2025, 10, 1), through: CivilDate(2026, 3, 31))
        #expect(kinds == [.reminder, .collectionNotice, .collectionLetter, .readyForCourt])
        #expect(facts.charged(.reminderFee) == kr(100))
        #expect(facts.charged(.compensation) == kr(0))  // The act has none, also for a business.
        #expect(facts.charged(.interest).isPositive)
        // The notice gives 14 days.
        let notice = try #require(facts.steps.first { $0.kind == .collectionNotice })
        #expect(try #require(notice.sentOn).days(to: try #require(notice.deadlineOn)) >= 14)
    }

    @Test func `in Greenland a letter that would charge a cost is a gap that names the order`() throws {
        var facts = Cases.new([Cases.claim(kr(10_000), dueOn: CivilDate(2025, 10, 6))], policy: policy(true))
        facts.creditor.policy[0].times = 0
        facts.steps = [
            StepFacts(
                kind: .collectionNotice, claims: [ClaimID(rawValue: 1)], decidedOn: CivilDate(2025, 11, 3),
                sentOn: CivilDate(2025, 11, 3), deadlineOn: CivilDate(2025, 11, 17))
        ]
        let on = try day("2025-11-18")
        let gap = #expect(throws: RuleGap.self) { try greenland.decide(facts, on: on) }
        #expect(gap?.rule.contains("BEK 994/2011") == true)
        #expect(gap?.reason.contains("amounts of the order were not found") == true)
    }

    @Test func `the notice of Greenland is known from September 2025 on`() throws {
        let before = try day("2025-08-31")
        #expect(throws: RuleGap.self) { try greenland.deadline(for: .collectionNotice, sentOn: before) }
        let first = try #require(try greenland.deadline(for: .collectionNotice, sentOn: day("2025-09-01")))
        #expect(first.value == CivilDate(2025, 9, 15))
        #expect(first.lines.first?.days == 14)
        #expect(
            first.lines.first?.citation
                == Citation("retsplejelov for Grønland, LBK 1007/2025 (act 342/2025)", "ch. 22"))
    }

    @Test(arguments: [("2015-12-31", nil), ("2016-01-01", 700), ("2026-11-22", 700), ("2026-11-23", nil)])
    func `the addition of Greenland is seven points from the first day that is known`(
        _ iso: String, _ basisPoints: Int32?
    ) throws {
        let on = try day(iso)
        #expect(greenland.regime.interest.addition.known(on: on)?.value.basisPoints == basisPoints)
    }

    // MARK: The Faroe Islands

    @Test func `in the Faroe Islands letters go out without any charge, and say why`() throws {
        var facts = Cases.new([Cases.claim(kr(10_000), dueOn: CivilDate(2025, 10, 6))], policy: policy(false))
        let kinds = try play(&facts, faroes, from: CivilDate(2025, 10, 1), through: CivilDate(2026, 9, 30))
        #expect(kinds == [.reminder, .collectionNotice, .collectionLetter, .readyForCourt])
        #expect(facts.charges.isEmpty)
        facts.steps = []
        facts.creditor.policy[0].times = 0
        let notice = try #require(try faroes.decide(facts, on: day("2025-10-07")).steps.first)
        #expect(notice.reasons.contains { $0.text.hasPrefix("No late-payment interest") })
    }

    @Test func `in the Faroe Islands every charge is refused by name`() throws {
        var facts = Cases.new([Cases.claim(kr(10_000), dueOn: CivilDate(2025, 10, 6))], policy: policy(true))
        let on = try day("2025-11-18")
        func refused(_ body: () throws -> Void) -> String? { #expect(throws: RuleGap.self) { try body() }?.rule }
        #expect(refused { _ = try faroes.decide(facts, on: on) }?.hasPrefix("reminder fee") == true)
        #expect(refused { _ = try faroes.interest(on: facts, through: on) }?.contains("107/1996") == true)
        facts.creditor.policy[0].times = 0
        #expect(refused { _ = try faroes.decide(facts, on: on) }?.hasPrefix("compensation") == true)
        facts.debtorKind = .consumer
        facts.steps = [
            StepFacts(
                kind: .collectionNotice, claims: [ClaimID(rawValue: 1)], decidedOn: CivilDate(2025, 11, 3),
                sentOn: CivilDate(2025, 11, 3), deadlineOn: CivilDate(2025, 11, 13))
        ]
        #expect(refused { _ = try faroes.decide(facts, on: on) }?.hasPrefix("collection costs") == true)
        facts.creditor.collectsItself = true
        #expect(refused { _ = try faroes.planFee(instalments: 3, for: facts, on: on) }?.hasPrefix("costs of a") == true)
    }

    // MARK: Both

    @Test func `nobody is visited where no rule for visits was found`() throws {
        for law in [greenland, faroes] {
            let facts = Cases.new([Cases.claim(kr(1_000), dueOn: CivilDate(2025, 10, 6))])
            let hours = try law.visitHours(for: facts, on: CivilDate(2025, 11, 18))
            #expect(hours.value == nil)
            #expect(hours.lines.first?.citation.verification == .unverified)
            #expect(!law.steps.contains { $0.kind == .visitNotice })
        }
    }

    @Test func `limitation is not stated, and an old claim waits for a person`() throws {
        for law in [greenland, faroes] {
            let facts = Cases.new([Cases.claim(kr(1_000), dueOn: CivilDate(2022, 3, 1))], policy: policy(false))
            #expect(try law.limitation(of: facts.claims[0]) == nil)
            let decision = try law.decide(facts, on: CivilDate(2025, 10, 6))
            #expect(decision.steps.isEmpty)
            #expect(decision.pending.first?.obstacles.first?.citation.verification == .unverified)
        }
    }

    @Test func `retention is counted, and marked where the act may not apply`() throws {
        let facts = RetentionFacts(debtorKind: .consumer, lastEventOn: CivilDate(2020, 5, 4))
        for law in [greenland, faroes] {
            let retention = try law.retention(of: facts)
            #expect(retention.value == CivilDate(2025, 12, 31))
            #expect(retention.lines.allSatisfy { $0.citation.verification == .unverified })
        }
        #expect(try Denmark().retention(of: facts).lines.allSatisfy { $0.citation.verification == .verified })
    }

    @Test(arguments: 2024...2030)
    func `Store bededag is a holiday in Greenland and the Faroe Islands, and no more in Denmark`(_ year: Int) {
        let prayerDay = CivilDate.easterSunday(year).adding(days: 26)
        for law in [greenland, faroes] { #expect(law.holiday(on: prayerDay)?.name == "Store bededag") }
        #expect(Denmark().holiday(on: prayerDay) == nil)
    }

    @Test func `the days of their own are marked`() {
        for (law, days) in [
            (greenland, [CivilDate(2026, 1, 6), CivilDate(2027, 6, 21)]),
            (faroes, [CivilDate(2025, 4, 25), CivilDate(2025, 7, 28), CivilDate(2025, 7, 29)]),
        ] {
            for day in days {
                #expect(law.holiday(on: day)?.citation.verification == .unverified)
                #expect(law.isRestDay(day))
                #expect(Denmark().holiday(on: day) == nil)
            }
        }
        #expect(faroes.holiday(on: CivilDate(2025, 7, 29))?.name == "Ólavsøka")
        #expect(faroes.holiday(on: CivilDate(2025, 12, 24)) != nil)
    }

    @Test func `the numbers of the examples are judged as their sources say`() {
        for law in everyLaw {
            #expect(law.identifierExamples.count >= 6)
            for example in law.identifierExamples {
                let isUsable = law.check(example.text, as: example.kind).normalized != nil
                #expect(isUsable == example.isUsable, "\(law.country) \(example.text)")
            }
        }
        #expect(faroes.check("P/F 123456", as: .company).normalized == "123456")
        #expect(faroes.check("13585628", as: .company).normalized == nil)
        #expect(faroes.check("211062-5629", as: .person).normalized == nil)
        #expect(greenland.check("DK50 0040 0440 1162 43", as: .bankAccount).normalized == nil)
    }
}
