import FordringKit
import Testing

@testable import DanishCourts

/// A case that is in order but for one thing.
struct Spoiled: CustomTestStringConvertible, Sendable {
    let procedure: DanishProcedure
    let identifier: String
    let spoil: @Sendable (inout LegalFacts) -> Void

    init(_ procedure: DanishProcedure, _ identifier: String, _ spoil: @escaping @Sendable (inout LegalFacts) -> Void) {
        self.procedure = procedure
        self.identifier = identifier
        self.spoil = spoil
    }

    var testDescription: String { "\(procedure): \(identifier)" }

    /// What every procedure asks for.
    static let common: [Spoiled] = DanishProcedure.allCases.flatMap { procedure in
        [
            Spoiled(procedure, "creditorNamed") { $0.creditor.name = " " },
            Spoiled(procedure, "creditorAddressed") { $0.creditor.address.city = "" },
            Spoiled(procedure, "debtorNamed") { $0.debtor.name = "" },
            Spoiled(procedure, "debtorAddressed") { $0.debtor.address.lines = ["", "  "] },
            Spoiled(procedure, "debtorInDenmark") { $0.debtor.address.country = .greenland },
            Spoiled(procedure, "notMinor") { $0.hold(.minor) }, Spoiled(procedure, "notHeld") { $0.hold(.estate) },
            Spoiled(procedure, "notOnKeptPlan") { $0.isOnKeptPlan = true },
            Spoiled(procedure, "notPastLimitation") { $0.limitation[Cases.claim] = day("2026-03-09") },
            Spoiled(procedure, "notPending") { $0.took(procedure, .filed, "2026-03-01") },
            Spoiled(procedure, "amountSplit") { $0.facts.outstanding = kr(100) },
            Spoiled(procedure, "currency") { $0.convert(to: .eur) },
            Spoiled(procedure, "notPaid") { facts in
                facts.only.outstandingPrincipal = kr(0)
                facts.facts.charges = []
                facts.facts.outstanding = kr(0)
                // What is otherwise over the limit of the payment order is disputed here.
                if procedure == .lawyerTransfer { facts.hold(.dispute) }
            },
        ]
    }

    static let own: [Spoiled] = [
        Spoiled(.paymentOrder, "creditorAddressed") { $0.creditor.address.country = .faroeIslands },
        Spoiled(.paymentOrder, "withinCeiling") { $0 = Cases.paymentOrder(kr(100_000, 1)) },
        Spoiled(.paymentOrder, "factsStated") { $0.claimTexts[Cases.claim]?.text = " " },
        Spoiled(.paymentOrder, "factsStated") { $0.claimTexts[Cases.claim]?.label = "" },
        Spoiled(.paymentOrder, "factsStated") { $0.claimTexts = [:] },
        Spoiled(.paymentOrder, "noAnnexes") { $0.claimTexts[Cases.claim]?.text = "Levering, se Bilag 1." },
        Spoiled(.paymentOrder, "serveAnywayAnswered") { $0.answers["serveAnyway"] = nil },
        Spoiled(.paymentOrder, "goOnToExecutionAnswered") { $0.answers["goOnToExecution"] = "måske" },
        Spoiled(.paymentOrder, "treatAsLawsuitAnswered") { $0.answers["treatAsLawsuit"] = "" },
        Spoiled(.paymentOrder, "noticeExpired") { $0.facts.steps = [] },
        Spoiled(.paymentOrder, "noticeExpired") { $0.letter.sentOn = nil },
        Spoiled(.paymentOrder, "noObjectionExpected") {
            $0.took(.paymentOrder, .objected, "2026-02-01")
            $0.took(.paymentOrder, .closed, "2026-02-02")
        },
        Spoiled(.paymentOrder, "notDisputed") { $0.hold(.dispute) },
        Spoiled(.bailiffRequest, "basisStated") { $0.basis = nil },
        Spoiled(.bailiffRequest, "basisStated") { $0.basis?.kind = "invoice" },
        Spoiled(.bailiffRequest, "basisSaysEnforceable") {
            $0.rest(on: "debtInstrument", of: "2026-02-01")
            $0.answers["originalAtHand"] = "ja"
        },
        Spoiled(.bailiffRequest, "basisOnDueDebt") {
            $0.rest(on: "writtenSettlement", of: "2025-11-30", saysEnforceable: true)
            $0.answers["originalAtHand"] = "digital"
        },
        Spoiled(.bailiffRequest, "waitingDaysPassed") { $0.rest(on: "judgment", of: "2026-03-01") },
        Spoiled(.bailiffRequest, "basisRecorded") {
            // The payment order was endorsed on another day than the judgment that is stated.
            $0.took(.paymentOrder, .filed, "2026-01-20")
            $0.won(.paymentOrder, "2026-01-31")
            $0.change(document: 1) { $0.on = day("2026-01-31") }
        },
        Spoiled(.bailiffRequest, "basisDated") { $0.rest(on: "courtSettlement", of: "2026-03-11") },
        Spoiled(.bailiffRequest, "basisDated") { $0.rest(on: "judgment", of: "2025-11-14") },
        Spoiled(.bailiffRequest, "basisInForce") {
            $0.rest(on: "debtInstrument", of: "2016-03-09", saysEnforceable: true)
            $0.answers["originalAtHand"] = "ja"
        },
        Spoiled(.bailiffRequest, "basisDescribed") { $0.answers["basisIs"] = nil },
        Spoiled(.bailiffRequest, "basisDescribed") { $0.answers["basisIs"] = "courtSettlement" },
        Spoiled(.bailiffRequest, "basisDescribed") { $0.answers["basisOn"] = "2026-02-02" },
        Spoiled(.bailiffRequest, "basisDescribed") { $0.answers["basisCourt"] = " " },
        Spoiled(.bailiffRequest, "basisAttached") { _ = $0.documents.popLast() },
        // An acknowledgement is no judgment, and a paper of another day is not the one that is stated.
        Spoiled(.bailiffRequest, "basisAttached") { $0.change(document: 1) { $0.kind = "acknowledgement" } },
        Spoiled(.bailiffRequest, "basisAttached") { $0.change(document: 1) { $0.kind = "judgment" } },
        Spoiled(.bailiffRequest, "basisAttached") { $0.change(document: 1) { $0.on = day("2026-02-02") } },
        Spoiled(.bailiffRequest, "originalAtHand") { $0.rest(on: "mortgage", of: "2026-02-01") },
        Spoiled(.bailiffRequest, "originalAtHand") {
            $0.rest(on: "bill", of: "2026-02-01")
            $0.answers["originalAtHand"] = "digital"
        },
        Spoiled(.bailiffRequest, "attendanceReady") { $0.answers["creditorAttends"] = "nej" },
        Spoiled(.bailiffRequest, "meetingAllowed") { $0.took(.bailiffRequest, .nothingFound, "2025-06-01") },
        Spoiled(.bailiffRequest, "notDisputed") { $0.hold(.dispute) },
        Spoiled(.bailiffRequest, "notPending") { $0.took(.paymentOrder, .served, "2026-03-01") },
        Spoiled(.lawyerTransfer, "lawyerNeeded") {
            let answers = $0.answers
            $0 = Cases.owed(kr(100_000)).with { $0.answers = answers }
        },
        Spoiled(.lawyerTransfer, "lawyerNamed") { $0.answers["lawyer"] = " " },
        Spoiled(.lawyerTransfer, "factsStated") { $0.claimTexts = [:] },
        Spoiled(.lawyerTransfer, "creditorAgrees") { $0.answers["creditorAgrees"] = nil },
        Spoiled(.lawyerTransfer, "noticeExpired") { $0.facts.steps = [] },
    ]
}

extension LegalFacts {
    /// The same numbers in another currency.
    mutating func convert(to currency: Currency) {
        func other(_ money: Money) -> Money { Money(minorUnits: money.minorUnits, currency) }
        facts.currency = currency
        facts.outstanding = other(facts.outstanding)
        only.principal = other(only.principal)
        only.outstandingPrincipal = other(only.outstandingPrincipal)
        for index in facts.charges.indices { facts.charges[index].amount = other(facts.charges[index].amount) }
    }
}

@Suite struct PreconditionTests {
    private let courts = DanishCourts()

    @Test(arguments: DanishProcedure.allCases)
    func `a case in which everything is in order has no gap`(_ procedure: DanishProcedure) throws {
        let all = try courts.preconditions(for: procedure.kind, Cases.ready(for: procedure), on: Cases.today)
        #expect(all.filter { !$0.isMet }.map(\.identifier) == [])
        #expect(Set(all.map(\.identifier)).count == all.count)
        for precondition in all { #expect(!precondition.meaning.isEmpty && !precondition.citation.source.isEmpty) }
    }

    @Test(arguments: Spoiled.common + Spoiled.own)
    func `a case that fails one precondition is refused by its name alone`(_ spoiled: Spoiled) throws {
        let facts = Cases.ready(for: spoiled.procedure).with(spoiled.spoil)
        #expect(try courts.unmet(spoiled.procedure, facts).map(\.identifier) == [spoiled.identifier])
        for precondition in try courts.unmet(spoiled.procedure, facts) {
            guard case .notYet(_, let by) = precondition.status else { continue }
            #expect(!by.isEmpty)
        }
        #expect(throws: (any Error).self) {
            try Host.withPermit(spoiled.procedure, on: Cases.today) {
                try courts.form(facts, on: Cases.today, permit: $0)
            }
        }
    }

    @Test(arguments: DanishProcedure.allCases)
    func `every precondition has a case that fails it`(_ procedure: DanishProcedure) throws {
        let all = try courts.preconditions(for: procedure.kind, Cases.ready(for: procedure), on: Cases.today)
        let tested = Set((Spoiled.common + Spoiled.own).filter { $0.procedure == procedure }.map(\.identifier))
        #expect(Set(all.map(\.identifier)).subtracting(tested) == [])
    }

    // MARK: § 477 a The ceiling

    @Test(arguments: [
        (kr(99_999, 99), true), (kr(100_000), true), (kr(100_000, 1), false), (kr(250_000), false),
    ])
    func `a payment order is had for 100,000 kr of principal and not an øre more`(_ principal: Money, _ isMet: Bool)
        throws
    {
        #expect(try courts.unmet(.paymentOrder, Cases.paymentOrder(principal)).isEmpty == isMet)
    }

    @Test func `interest and costs do not count towards the ceiling`() throws {
        let facts = Cases.paymentOrder(kr(100_000)).with {
            $0.facts.charges.append(
                ChargeFacts(component: .collectionCost, claim: nil, chargedOn: day("2026-02-01"), amount: kr(3_850)))
            $0.facts.outstanding = Money(minorUnits: $0.facts.outstanding.minorUnits + 3_850_00, .dkk)
        }
        #expect(try courts.unmet(.paymentOrder, facts).isEmpty)
    }

    @Test func `the ceiling was 50,000 kr before 2011-10-01`() throws {
        #expect(try PaymentOrders.ceiling.on(day("2011-09-30")).value == kr(50_000))
        #expect(try PaymentOrders.ceiling.on(day("2011-10-01")).value == kr(100_000))
        #expect(try PaymentOrders.ceiling.on(day("2011-09-30")).citation.verification == .unverified)
        #expect(throws: RuleGap.self) { try PaymentOrders.ceiling.on(day("2004-12-31")) }
    }

    /// Goal: a notice about one claim does not speak for another.
    @Test func `the notice speaks for the claims that it was about`() throws {
        var second = Cases.paymentOrder().only
        second.id = ClaimID(rawValue: 2)
        var facts = Cases.paymentOrder().with {
            $0.facts.claims.append(second)
            $0.facts.outstanding = kr(24_223, 45)
            $0.facts.charges.append(
                ChargeFacts(component: .interest, claim: second.id, chargedOn: day("2026-02-01"), amount: kr(0)))
            $0.claimTexts[second.id] = LabelledText("F-1002", "Levering af varer.")
        }
        #expect(try courts.unmet(.paymentOrder, facts).map(\.identifier) == ["noticeExpired"])
        #expect(
            try courts.unmet(.paymentOrder, facts).first?.status
                == .notYet(from: nil, by: "no notice (inkassovarsel) was sent: claim F-1002"))
        facts.facts.steps.append(
            StepFacts(
                kind: .collectionNotice, claims: [second.id], decidedOn: day("2026-03-05"), sentOn: day("2026-03-05"),
                deadlineOn: nil))
        #expect(try courts.waits(.paymentOrder, facts) == [day("2026-03-16")])
        facts.facts.steps[1].claims = []
        facts.letter.claims.append(second.id)
        #expect(try courts.unmet(.paymentOrder, facts).isEmpty)
    }

    @Test func `several claims of one debtor are added`() throws {
        let facts = Cases.paymentOrder(kr(60_000)).with {
            var second = $0.only
            second.id = ClaimID(rawValue: 2)
            second.outstandingPrincipal = kr(40_000, 1)
            $0.facts.claims.append(second)
            $0.letter.claims.append(second.id)
            $0.claimTexts[second.id] = LabelledText("F-1002", "Levering.")
            $0.facts.outstanding = kr(100_000, 1 + 223_45)
            $0.facts.charges.append(
                ChargeFacts(component: .interest, claim: second.id, chargedOn: day("2026-02-01"), amount: kr(0)))
        }
        #expect(try courts.unmet(.paymentOrder, facts).map(\.identifier) == ["withinCeiling"])
    }

    // MARK: § 10 inkassoloven: The notice

    /// Sent on 5 January with a deadline of ten days: the 15th is the last of them.
    @Test(arguments: [("2026-01-14", false), ("2026-01-15", false), ("2026-01-16", true)])
    func `the deadline of the notice must have passed`(_ iso: String, _ isMet: Bool) throws {
        let unmet = try courts.unmet(.paymentOrder, Cases.paymentOrder(), on: day(iso))
        #expect(unmet.map(\.identifier) == (isMet ? [] : ["noticeExpired"]))
        #expect(
            try courts.waits(.paymentOrder, Cases.paymentOrder(), on: day(iso)) == (isMet ? [] : [day("2026-01-16")]))
    }

    @Test func `a shorter deadline than ten days does not count, a longer one does`() throws {
        let short = Cases.paymentOrder().with { $0.letter.deadlineOn = day("2026-01-08") }
        #expect(try courts.waits(.paymentOrder, short, on: day("2026-01-10")) == [day("2026-01-16")])
        let long = Cases.paymentOrder().with { $0.letter.deadlineOn = day("2026-03-10") }
        #expect(try courts.waits(.paymentOrder, long) == [day("2026-03-11")])
    }

    @Test func `a claim that joined after the notice needs one of its own`() throws {
        let facts = Cases.paymentOrder().with { $0.letter.claims = [ClaimID(rawValue: 9)] }
        #expect(try courts.unmet(.paymentOrder, facts).map(\.identifier) == ["noticeExpired"])
    }

    // MARK: § 480: Fourteen days after judgment

    /// A judgment of 1 February: the 15th is the fourteenth day, so the 16th is the first free one.
    @Test(arguments: [("2026-02-14", false), ("2026-02-15", false), ("2026-02-16", true)])
    func `execution waits for the 14 days after a judgment`(_ iso: String, _ isMet: Bool) throws {
        for kind in ["judgment", "endorsedPaymentOrder"] {
            let facts = Cases.bailiffRequest().with { $0.rest(on: kind, of: "2026-02-01") }
            #expect(try courts.unmet(.bailiffRequest, facts, on: day(iso)).isEmpty == isMet)
            #expect(try courts.waits(.bailiffRequest, facts, on: day(iso)) == (isMet ? [] : [day("2026-02-16")]))
        }
    }

    @Test(arguments: Enforcement.kinds.map(\.name))
    func `each kind of basis has a case that is in order`(_ kind: String) throws {
        let facts = Cases.bailiffRequest().with {
            $0.rest(on: kind, of: "2026-02-01", saysEnforceable: true)
            $0.answers["originalAtHand"] = "ja"
        }
        #expect(try courts.unmet(.bailiffRequest, facts).isEmpty)
    }

    @Test(arguments: ["courtSettlement", "writtenSettlement", "debtInstrument", "mortgage", "bill", "boardDecision"])
    func `only judgments wait`(_ kind: String) throws {
        let facts = Cases.bailiffRequest().with {
            $0.rest(on: kind, of: "2026-03-10", saysEnforceable: true)
            $0.answers["originalAtHand"] = "ja"
        }
        #expect(try courts.unmet(.bailiffRequest, facts).isEmpty)
    }

    // MARK: § 490: Twelve months after an insufficient meeting

    @Test(arguments: [("2026-03-09", false), ("2026-03-10", false), ("2026-03-11", true)])
    func `a new meeting waits for 12 months`(_ iso: String, _ isMet: Bool) throws {
        let facts = Cases.bailiffRequest().with { $0.took(.bailiffRequest, .nothingFound, "2025-03-10") }
        #expect(try courts.unmet(.bailiffRequest, facts, on: day(iso)).isEmpty == isMet)
        #expect(try courts.waits(.bailiffRequest, facts, on: day(iso)) == (isMet ? [] : [day("2026-03-11")]))
    }

    @Test func `reason to expect assets opens a meeting earlier`() throws {
        let facts = Cases.bailiffRequest().with {
            $0.took(.bailiffRequest, .nothingFound, "2026-02-20")
            $0.answers["assetsExpected"] = "ja"
        }
        #expect(try courts.unmet(.bailiffRequest, facts).isEmpty)
    }

    // MARK: § 492: Attendance

    /// 223.45 kr of fee and interest are part of the claim on the day of the request.
    @Test(arguments: [(kr(2_276, 54), true), (kr(2_276, 55), true), (kr(2_276, 56), false)])
    func `nobody need attend for 2,500 kr`(_ principal: Money, _ isMet: Bool) throws {
        let facts = Cases.bailiffRequest(principal).with { $0.answers["creditorAttends"] = "nej" }
        #expect(try courts.unmet(.bailiffRequest, facts).isEmpty == isMet)
    }

    // MARK: Limitation

    /// Due on 2025-12-01 and nothing more known: three years, through 2028-12-01; the tables end before.
    @Test func `without a stated day three years from the due date count`() throws {
        let facts = Cases.paymentOrder().with { $0.only.dueOn = day("2023-03-10") }
        #expect(try courts.unmet(.paymentOrder, facts, on: day("2026-03-10")).isEmpty)
        #expect(
            try courts.unmet(.paymentOrder, facts, on: day("2026-03-11")).map(\.identifier) == ["notPastLimitation"])
        let stated = facts.with { $0.limitation[Cases.claim] = day("2026-03-11") }
        #expect(try courts.unmet(.paymentOrder, stated, on: day("2026-03-11")).isEmpty)
        #expect(try !courts.unmet(.paymentOrder, stated, on: day("2026-03-12")).isEmpty)
    }

    // MARK: Holds

    @Test(arguments: HoldKind.allCases)
    func `every hold stops a payment order, wherever the host wrote it`(_ kind: HoldKind) throws {
        #expect(try courts.unmet(.paymentOrder, Cases.paymentOrder().with { $0.hold(kind) }).count == 1)
        let inCase = Cases.paymentOrder().with {
            $0.facts.holds = [HoldFacts(kind: kind, claim: Cases.claim, amount: kr(1), since: Cases.today, until: nil)]
        }
        #expect(try courts.unmet(.paymentOrder, inCase).count == 1)
    }

    @Test func `a hold with an end says from when the case goes on`() throws {
        let facts = Cases.paymentOrder().with { $0.hold(.creditorWait, until: day("2026-04-30")) }
        #expect(try courts.waits(.paymentOrder, facts) == [day("2026-05-01")])
    }

    @Test func `a disputed claim of any size can go to a lawyer`() throws {
        let facts = Cases.owed().with {
            $0.answers = Cases.lawyerTransfer().answers
            $0.hold(.dispute)
        }
        #expect(try courts.unmet(.lawyerTransfer, facts).isEmpty)
    }

    @Test func `what was objected to goes to a lawyer and what was decided to the bailiff`() throws {
        let objected = Cases.owed().with {
            $0.answers = Cases.lawyerTransfer().answers
            $0.took(.paymentOrder, .filed, "2026-02-01")
            $0.took(.paymentOrder, .objected, "2026-03-01")
        }
        #expect(try courts.unmet(.lawyerTransfer, objected).isEmpty)
        let decided = Cases.bailiffRequest().with {
            $0.basis = nil
            $0.won(.paymentOrder, "2026-02-01")
        }
        #expect(try courts.unmet(.bailiffRequest, decided).isEmpty)
    }

    @Test(arguments: [LegalState.prepared, .recalled, .rejected, .closed])
    func `a case that no court has can be filed again`(_ state: LegalState) throws {
        let facts = Cases.paymentOrder().with { $0.took(.paymentOrder, state, "2026-02-01") }
        #expect(try courts.unmet(.paymentOrder, facts).isEmpty)
    }

    // MARK: The amounts

    @Test func `what payments covered needs the books' balances`() throws {
        let facts = Cases.paymentOrder().with { $0.facts.outstanding = kr(12_100) }
        #expect(try courts.unmet(.paymentOrder, facts).map(\.identifier) == ["amountSplit"])
        let stated = facts.with {
            $0.balances = [
                BalanceFacts(component: .principal, claim: Cases.claim, amount: kr(12_000)),
                BalanceFacts(component: .interest, claim: Cases.claim, amount: kr(100)),
            ]
        }
        #expect(try courts.unmet(.paymentOrder, stated).isEmpty)
        for wrong in [kr(11_999), kr(12_001)] {
            let other = stated.with { $0.balances[0].amount = wrong }
            #expect(try courts.unmet(.paymentOrder, other).map(\.identifier) == ["amountSplit"])
        }
    }

    @Test func `a dispute about a claim that is left out does not hold the others`() throws {
        let hold = HoldFacts(
            kind: .dispute, claim: ClaimID(rawValue: 2), amount: nil, since: Cases.today, until: nil)
        let facts = Cases.paymentOrder().with { $0.holds = [hold] }
        #expect(try courts.unmet(.paymentOrder, facts).isEmpty)
    }

    // MARK: Gaps

    @Test func `a day past the tables, an unknown procedure and a public debtor are gaps`() {
        #expect(throws: RuleGap.self) {
            try courts.preconditions(
                for: DanishProcedure.paymentOrder.kind, Cases.paymentOrder(), on: day("2026-11-23"))
        }
        #expect(throws: RuleGap.self) {
            try courts.preconditions(for: LegalProcedureKind("conciliation"), Cases.paymentOrder(), on: Cases.today)
        }
        #expect(throws: RuleGap.self) {
            try courts.unmet(.paymentOrder, Cases.paymentOrder().with { $0.debtor.kind = .publicAuthority })
        }
        #expect(throws: RuleGap.self) {
            try courts.unmet(.bailiffRequest, Cases.bailiffRequest(), on: day("2021-09-30"))
        }
    }
}
