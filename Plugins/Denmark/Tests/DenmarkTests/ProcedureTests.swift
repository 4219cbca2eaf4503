import FordringKit
import Testing

@testable import Denmark

@Suite struct ProcedureTests {
    private let law = Denmark(dayCount: .actual365)

    /// One step as it was taken in a walk.
    private struct Taken: Equatable {
        let day: CivilDate
        let kind: StepKind
        let claims: [Int64]
    }

    /// Plays a case day by day: every day is asked, and what is decided is applied and sent on the same day.
    ///
    /// Checks on each day what must hold on any: charges that add up, no step on a rest day, reasons for a step, a reason
    /// to wait, and that nothing is decided between a day and the day it says to ask again.
    private func play(
        _ facts: inout CaseFacts, from first: CivilDate, through last: CivilDate,
        each: (inout CaseFacts, CivilDate) throws -> Void = { _, _ in }
    ) throws -> [Taken] {
        var taken: [Taken] = []
        var today = first
        var quietUntil: CivilDate?
        while today <= last {
            let claims = facts.claims.count
            try each(&facts, today)
            if facts.claims.count != claims { quietUntil = nil }
            let decision = try law.decide(facts, on: today)
            if let quietUntil, today < quietUntil { #expect(decision.steps.isEmpty, "\(today)") }
            if let review = decision.reviewOn {
                #expect(review > today, "\(today)")
                #expect(!law.isRestDay(review), "\(today)")
            }
            #expect(!decision.waiting.isEmpty || !decision.pending.isEmpty, "\(today)")
            for step in decision.steps {
                #expect(!law.isRestDay(today), "\(today)")
                #expect(!step.reasons.isEmpty)
                for charge in step.charges { expectLinesAddUp(charge) }
                taken.append(Taken(day: today, kind: step.kind, claims: step.claims.map(\.rawValue)))
            }
            try facts.apply(decision, on: today, law: law)
            quietUntil = decision.reviewOn
            today = today.adding(days: 1)
        }
        return taken
    }

    // MARK: A whole case

    @Test func `a case walks from the due date to the court, each step after the last deadline`() throws {
        // Due Monday 2025-01-06. Reminders and the notice wait 2 days beyond each deadline.
        var facts = Cases.new([Cases.claim(kr(10_000), dueOn: try day("2025-01-06"))])
        let taken = try play(&facts, from: day("2025-01-01"), through: day("2025-12-31"))
        #expect(
            taken == [
                // 01-06 passed, 2 days waited: Thursday 01-09; 10 days: Sunday 01-19, so Monday 01-20.
                Taken(day: try day("2025-01-09"), kind: .reminder, claims: [1]),
                // Thursday 01-23; 10 days: Sunday 02-02, so 02-03.
                Taken(day: try day("2025-01-23"), kind: .reminder, claims: [1]),
                // Thursday 02-06; 10 days: Sunday 02-16, so 02-17.
                Taken(day: try day("2025-02-06"), kind: .reminder, claims: [1]),
                // Thursday 02-20; 10 days: Sunday 03-02, so 03-03.
                Taken(day: try day("2025-02-20"), kind: .collectionNotice, claims: [1]),
                // The day after: Tuesday 03-04; 10 days: Friday 03-14.
                Taken(day: try day("2025-03-04"), kind: .collectionLetter, claims: [1]),
                // The day after is a Saturday, so Monday.
                Taken(day: try day("2025-03-17"), kind: .readyForCourt, claims: [1]),
            ])
        #expect(facts.charged(.reminderFee) == kr(300))
        #expect(facts.charged(.compensation) == kr(310))
        #expect(facts.charged(.collectionCost) == kr(1_300))
        #expect(facts.charged(.collectionFee) == kr(0))
        // 01-07..03-17 is 70 days at 10.75 %: 10,000 x 0.1075 x 70/365 = 206.1643... = 206.16
        #expect(facts.charged(.interest) == kr(206, 16))
        let end = try law.decide(facts, on: day("2026-01-05"))
        #expect(end.reviewOn == nil)
        #expect(end.waiting.first?.citation == ProcedureAct.denmark.court)
    }

    @Test(arguments: [1, 5, 17, 28], PartyKind.allCases)
    func `whatever the due date, order, spacing and caps hold`(_ dayOfMonth: Int, _ debtor: PartyKind) throws {
        for month in 1...12 {
            let dueOn = CivilDate(2024, month, dayOfMonth)
            var facts = Cases.new([Cases.claim(kr(3_000), dueOn: dueOn)], debtor: debtor, deductsVAT: false)
            let taken = try play(&facts, from: dueOn, through: dueOn.adding(days: 365))
            #expect(
                taken.map(\.kind) == [
                    .reminder, .reminder, .reminder, .collectionNotice, .collectionLetter, .readyForCourt,
                ])
            for (earlier, later) in zip(taken, taken.dropFirst()) { #expect(earlier.day.days(to: later.day) > 10) }
            #expect(facts.charged(.reminderFee) == kr(300))
            #expect(facts.charged(.compensation) == (debtor == .consumer ? kr(0) : kr(310)))
            #expect(facts.charged(.collectionCost) == kr(1_250))  // 1,000 and 25 % VAT
        }
    }

    @Test func `from July 2026 interest is a gap, and a reminder still goes out`() throws {
        let claim = Cases.claim(kr(1_000), dueOn: try day("2026-06-25"))
        var facts = Cases.new([claim])
        #expect(try law.decide(facts, on: day("2026-07-01")).steps.map(\.kind) == [.reminder])

        facts.creditor.policy = []
        #expect(try law.decide(facts, on: day("2026-06-30")).steps.map(\.kind) == [.collectionNotice])
        let gap = #expect(throws: RuleGap.self) { try law.decide(facts, on: day("2026-07-01")) }
        #expect(gap?.rule == law.regime.interest.referenceRate.name)
        let batch = law.decide([facts, Cases.new([])], on: try day("2026-07-01"))
        #expect(batch.count == 2)
    }

    // MARK: What the policy can and cannot do

    @Test func `the notice is sent although the policy leaves it out, and says so`() throws {
        var facts = Cases.new([Cases.claim(kr(1_000), dueOn: try day("2025-01-06"))])
        facts.creditor.policy = [
            StepPolicy(kind: .collectionNotice, times: 0, waitingDays: 0, charge: true),
            StepPolicy(kind: .collectionLetter, times: 1, waitingDays: 0, charge: true),
        ]
        let decision = try law.decide(facts, on: day("2025-01-07"))
        let step = try #require(decision.steps.first)
        #expect(step.kind == .collectionNotice)
        #expect(step.reasons.contains { $0.citation == ProcedureAct.denmark.noticeBeforeCourt })
        // The notice costs nothing of its own; the business pays compensation, and one day of interest.
        #expect(step.charges.map(\.component) == [.compensation, .interest])
    }

    @Test func `an empty policy sends the notice without any fee, and stops there`() throws {
        var facts = Cases.new([Cases.claim(kr(1_000), dueOn: try day("2025-01-06"))], policy: [])
        let taken = try play(&facts, from: day("2025-01-01"), through: day("2025-06-30"))
        #expect(taken.map(\.kind) == [.collectionNotice])
        #expect(Set(facts.charges.map(\.component)) == [.interest])
        #expect(try law.decide(facts, on: day("2025-06-30")).reviewOn == nil)
    }

    @Test func `more than three reminders are cut to three, and negative wishes to none`() throws {
        var facts = Cases.new([Cases.claim(kr(1_000), dueOn: try day("2025-01-06"))])
        facts.creditor.policy = [StepPolicy(kind: .reminder, times: 9, waitingDays: -5, charge: true)]
        let taken = try play(&facts, from: day("2025-01-01"), through: day("2025-12-31"))
        #expect(taken.map(\.kind) == [.reminder, .reminder, .reminder, .collectionNotice])
        #expect(taken.first?.day == CivilDate(2025, 1, 7))
    }

    @Test func `without the letter the court follows the notice`() throws {
        var facts = Cases.new([Cases.claim(kr(1_000), dueOn: try day("2025-01-06"))])
        facts.creditor.policy = [StepPolicy(kind: .readyForCourt, times: 1, waitingDays: 0, charge: false)]
        let taken = try play(&facts, from: day("2025-01-01"), through: day("2025-12-31"))
        #expect(taken.map(\.kind) == [.collectionNotice, .readyForCourt])
        #expect(facts.charged(.collectionCost) == kr(0))
    }

    @Test func `compensation comes with the first letter that may charge`() throws {
        var facts = Cases.new([Cases.claim(kr(1_000), dueOn: try day("2025-01-06"))])
        facts.creditor.policy = Cases.everything.map { line in
            StepPolicy(
                kind: line.kind, times: line.times, waitingDays: line.waitingDays,
                charge: line.kind == .collectionLetter)
        }
        _ = try play(&facts, from: day("2025-01-01"), through: day("2025-12-31"))
        let lettered = try #require(facts.steps.first { $0.kind == .collectionLetter }).decidedOn
        #expect(facts.charges.filter { $0.component == .compensation }.map(\.chargedOn) == [lettered])
        #expect(facts.charged(.reminderFee) == kr(0))
    }

    // MARK: When nothing may be done

    @Test func `nothing is done before the due date has passed, and the answer says until when`() throws {
        // Due Saturday 2025-01-04, so Monday 01-06 is timely; 2 days more; Thursday 01-09.
        let facts = Cases.new([Cases.claim(kr(1_000), dueOn: try day("2025-01-04"))])
        for iso in ["2024-12-01", "2025-01-06", "2025-01-08"] {
            let decision = try law.decide(facts, on: day(iso))
            #expect(decision.steps.isEmpty)
            #expect(decision.reviewOn == CivilDate(2025, 1, 9))
            #expect(decision.waiting.isEmpty)
            let pending = try #require(decision.pending.first)
            #expect(pending.kind == .reminder)
            #expect(pending.notBefore == CivilDate(2025, 1, 9))
            #expect(pending.obstacles.last?.through == CivilDate(2025, 1, 8))
            #expect(pending.obstacles.last?.citation == Practice.policy)
            #expect(
                (pending.obstacles.first?.citation == law.regime.interest.dueDateStart) == (iso <= "2025-01-06"))
        }
        #expect(try law.decide(facts, on: day("2025-01-09")).steps.count == 1)
    }

    @Test func `nothing is done while a letter has not been sent`() throws {
        var facts = Cases.new([Cases.claim(kr(1_000), dueOn: try day("2025-01-06"))])
        facts.steps = [
            StepFacts(
                kind: .reminder, claims: [ClaimID(rawValue: 1)], decidedOn: try day("2025-01-09"), sentOn: nil,
                deadlineOn: nil)
        ]
        let decision = try law.decide(facts, on: day("2025-05-05"))
        #expect(decision.steps.isEmpty)
        #expect(decision.reviewOn == nil)
        #expect(decision.waiting.count == 1)
    }

    @Test func `a deadline counts from the sending, also where the letter left late`() throws {
        var facts = Cases.new([Cases.claim(kr(1_000), dueOn: try day("2025-01-06"))])
        facts.steps = [
            StepFacts(
                kind: .collectionNotice, claims: [ClaimID(rawValue: 1)], decidedOn: try day("2025-03-03"),
                sentOn: try day("2025-03-10"), deadlineOn: nil)
        ]
        #expect(try law.decide(facts, on: day("2025-03-20")).steps.isEmpty)
        #expect(try law.decide(facts, on: day("2025-03-20")).reviewOn == CivilDate(2025, 3, 21))
        #expect(try law.decide(facts, on: day("2025-03-21")).steps.map(\.kind) == [.collectionLetter])

        // A deadline that was stated too short does not shorten the ten days of § 10.
        facts.steps[0].deadlineOn = try day("2025-03-14")
        #expect(try law.decide(facts, on: day("2025-03-20")).steps.isEmpty)
        #expect(try law.decide(facts, on: day("2025-03-21")).steps.map(\.kind) == [.collectionLetter])
    }

    @Test func `on a rest day nothing is done, and the next working day is named`() throws {
        // The case comes in late: everything is due on Good Friday 2025-04-18.
        let facts = Cases.new([Cases.claim(kr(1_000), dueOn: try day("2025-01-06"))])
        let decision = try law.decide(facts, on: day("2025-04-18"))
        #expect(decision.steps.isEmpty)
        #expect(decision.reviewOn == CivilDate(2025, 4, 22))
        #expect(decision.pending.first?.obstacles.map(\.citation) == [Practice.workingDays])
        #expect(try law.decide(facts, on: day("2025-04-22")).steps.map(\.kind) == [.reminder])
    }

    @Test func `a paid case gets no step, and a rest of charges is left to a person`() throws {
        let paidOn = try day("2025-02-03")
        var facts = Cases.new([
            Cases.claim(
                kr(1_000), dueOn: try day("2025-01-06"), reductions: [Reduction(on: paidOn, amount: kr(1_000))])
        ])
        #expect(facts.outstanding == kr(0))
        let paid = try law.decide(facts, on: day("2025-03-03"))
        #expect(paid.steps.isEmpty && paid.reviewOn == nil && paid.waiting.count == 1)

        facts.outstanding = kr(100)
        let rest = try law.decide(facts, on: day("2025-03-03"))
        #expect(rest.steps.isEmpty && rest.reviewOn == nil)
        #expect(rest.waiting.first?.citation == Practice.smallRest)
    }

    // MARK: Several claims

    @Test func `claims due for the same step share one letter and one fee`() throws {
        var facts = Cases.new([
            Cases.claim(1, kr(1_000), dueOn: try day("2025-01-06")),
            Cases.claim(2, kr(1_000), dueOn: try day("2025-01-06")),
        ])
        let taken = try play(&facts, from: day("2025-01-01"), through: day("2025-12-31"))
        #expect(taken.count == 6)
        #expect(taken.allSatisfy { $0.claims == [1, 2] })
        #expect(facts.charged(.reminderFee) == kr(300))
        #expect(facts.charged(.compensation) == kr(620))
        #expect(facts.charged(.collectionCost) == kr(700))
        #expect(facts.charges.filter { $0.component == .reminderFee }.allSatisfy { $0.claim == nil })
    }

    @Test func `a claim that joins later begins at the beginning and keeps the limits on fees`() throws {
        // The first claim's reminders go out on 01-09, 01-23 and 02-06, each with a fee.
        var facts = Cases.new([Cases.claim(1, kr(1_000), dueOn: try day("2025-01-06"))])
        let joins = try day("2025-01-27")
        let taken = try play(&facts, from: day("2025-01-01"), through: day("2025-12-31")) { facts, today in
            guard today == joins else { return }
            facts.claims.append(Cases.claim(2, kr(1_000), dueOn: CivilDate(2025, 1, 24)))
            facts.outstanding = Money(minorUnits: facts.outstanding.minorUnits + 1_000_00, .dkk)
        }
        // Fees are counted for the case while the arrears last: three, whichever claims they are for.
        #expect(facts.charged(.reminderFee) == kr(300))
        let fees = facts.charges.filter { $0.component == .reminderFee }.map(\.chargedOn)
        for (earlier, later) in zip(fees, fees.dropFirst()) { #expect(earlier.days(to: later) >= 10) }
        for claim in [Int64(1), 2] {
            #expect(
                taken.filter { $0.claims.contains(claim) }.map(\.kind) == [
                    .reminder, .reminder, .reminder, .collectionNotice, .collectionLetter, .readyForCourt,
                ])
        }
        // The second claim may be reminded on 01-27, but ten days since the fee of 01-23 are over on 02-02, a Sunday.
        #expect(taken.first { $0.claims == [2] }?.day == CivilDate(2025, 2, 3))
        // One case of 2,000 kr costs 700, however it was put together.
        #expect(facts.charged(.collectionCost) == kr(700))
    }

    @Test func `the ten days between fees count from the sending, where a letter left late`() throws {
        // A reminder with a fee was decided on 01-09 and left on 01-14; ten days later is Friday 01-24.
        var facts = Cases.new([
            Cases.claim(1, kr(1_000), dueOn: try day("2025-01-06")),
            Cases.claim(2, kr(1_000), dueOn: try day("2025-01-10")),
        ])
        let decided = try day("2025-01-09")
        let first = ClaimID(rawValue: 1)
        facts.steps = [
            StepFacts(
                kind: .reminder, claims: [first], decidedOn: decided, sentOn: try day("2025-01-14"),
                deadlineOn: try day("2025-01-24"))
        ]
        facts.charges = [ChargeFacts(component: .reminderFee, claim: first, chargedOn: decided, amount: kr(100))]
        let waiting = try law.decide(facts, on: day("2025-01-23"))
        #expect(waiting.steps.isEmpty)
        #expect(waiting.reviewOn == CivilDate(2025, 1, 24))
        let step = try #require(try law.decide(facts, on: day("2025-01-24")).steps.first)
        #expect(step.claims == [ClaimID(rawValue: 2)])
        #expect(step.charges.map(\.component) == [.reminderFee, .compensation])
    }

    @Test func `claims at different stages say which of them waits`() throws {
        var facts = Cases.new([
            Cases.claim(1, kr(1_000), dueOn: try day("2025-01-06")),
            Cases.claim(2, kr(1_000), dueOn: try day("2025-03-03")),
        ])
        try facts.apply(law.decide(facts, on: day("2025-01-09")), on: day("2025-01-09"), law: law)
        let decision = try law.decide(facts, on: day("2025-01-10"))
        #expect(decision.reviewOn == CivilDate(2025, 1, 23))
        #expect(decision.waiting.isEmpty)
        #expect(decision.pending.map(\.claims) == [[ClaimID(rawValue: 1)], [ClaimID(rawValue: 2)]])
        #expect(decision.pending.map(\.notBefore) == [CivilDate(2025, 1, 23), CivilDate(2025, 3, 6)])
    }

    @Test func `after the arrears were cleared a new claim may carry fees again`() throws {
        // Three fees for the first claim, which is paid on 03-03; the second falls due on 04-01.
        let fees = try ["2025-01-09", "2025-01-23", "2025-02-06"].map(day)
        var facts = Cases.new([
            Cases.claim(
                1, kr(1_000), dueOn: try day("2025-01-06"),
                reductions: [Reduction(on: try day("2025-03-03"), amount: kr(1_000))]),
            Cases.claim(2, kr(1_000), dueOn: try day("2025-04-01")),
        ])
        facts.charges = fees.map {
            ChargeFacts(component: .reminderFee, claim: nil, chargedOn: $0, amount: kr(100))
        }
        facts.steps = try fees.map {
            StepFacts(
                kind: .reminder, claims: [ClaimID(rawValue: 1)], decidedOn: $0, sentOn: $0,
                deadlineOn: try law.deadline(for: .reminder, sentOn: $0)?.value)
        }
        let cleared = try #require(try law.decide(facts, on: day("2025-04-04")).steps.first)
        #expect(cleared.claims == [ClaimID(rawValue: 2)])
        #expect(cleared.charges.map(\.component) == [.reminderFee, .compensation])

        // Paid on 05-02 only, when the second was overdue too: one time of arrears, and no fourth fee.
        facts.claims[0].reductions = [Reduction(on: try day("2025-05-02"), amount: kr(1_000))]
        let continuous = try #require(try law.decide(facts, on: day("2025-05-05")).steps.first)
        #expect(continuous.kind == .reminder)
        #expect(continuous.charges.map(\.component) == [.compensation])
    }
}
