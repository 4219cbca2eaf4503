import Casework
import CaseworkTesting
import Database
import FordringKit
import JobQueue
import Ledger
import Registrations
import Testing

/// Goal: each precondition by itself keeps a registration out, by its name, up to the day before it holds.
///
/// Method: a case in which all hold; then one thing of it is another way.
@Suite struct `The preconditions of a registration` {
    private static let first = CivilDate(2026, 3, 2)
    /// The warning leaves on the first day, the notice eight days later; all holds from five days after that.
    private static let toldOn = first.adding(days: 8)
    private static let holdsFrom = toldOn.adding(days: 5)

    private struct Deadlines: DeletionDeadlines {
        func deadline(
            of bureau: String, _ reason: RegistrationDeletion.Reason, orderedOn day: CivilDate
        ) -> Explained<CivilDate> { Explained(day, []) }
    }

    private let tenant: TestTenant
    private let caseID: CaseID
    private let bureau = FakeBureau()

    init() throws {
        var law = Testland()
        law.tellsOfRegistration = true
        tenant = try TestTenant(
            law: law,
            creditor: CreditorFacts(
                deductsVAT: true,
                policy: [StepPolicy(kind: .collectionNotice, times: 1, waitingDays: 0, charge: true)]))
        caseID = try tenant.open("A1", 10_000, dueOn: CivilDate(2026, 1, 15), on: Self.first)
        try tenant.run(Self.first)
        try tenant.send(on: Self.first)
        let (tenant, caseID, bureau) = (tenant, caseID, bureau)
        let isQueued = try tenant.write(on: Self.toldOn) { transaction in
            let account = try Registrations.account("fake", bureau, transaction)
            let desk = BureauDesk(account, tenant.rules, RegistrationSources(), Deadlines())
            let loaded = try RegistrationCase.load(
                ClaimID(rawValue: 1), of: caseID, with: "fake", on: Self.toldOn, noKeptPlan: true, tenant.rules,
                RegistrationSources(),
                transaction)
            let isQueued = try desk.tellDebtor(loaded, on: Self.toldOn, transaction)
            let again = try RegistrationCase.load(
                ClaimID(rawValue: 1), of: caseID, with: "fake", on: Self.toldOn, noKeptPlan: true, tenant.rules,
                RegistrationSources(),
                transaction)
            #expect(try !desk.tellDebtor(again, on: Self.toldOn, transaction), "it waits already")
            return isQueued
        }
        try #require(isQueued)
        try tenant.send(on: Self.toldOn)
    }

    private func load(on day: CivilDate, _ sources: RegistrationSources = RegistrationSources()) throws
        -> RegistrationCase
    {
        try tenant.database.read {
            try RegistrationCase.load(
                ClaimID(rawValue: 1), of: caseID, with: "fake", on: day, noKeptPlan: true, tenant.rules, sources, $0)
        }
    }

    private func unmet(_ loaded: RegistrationCase, on day: CivilDate) throws -> [String] {
        try RegistrationCheck(loaded, bureau, on: day, tenant.rules).preconditions.filter { !$0.isMet }.map(
            \.identifier)
    }

    @Test func `all hold from a day on, and not the day before`() throws {
        let facts = try load(on: Self.holdsFrom).facts
        #expect(facts.warnedOn == Self.first)
        #expect(facts.toldOn == Self.toldOn)
        #expect(try unmet(load(on: Self.holdsFrom), on: Self.holdsFrom) == [])
        #expect(try unmet(load(on: Self.holdsFrom), on: Self.holdsFrom.adding(days: 1)) == [])
        let before = Self.holdsFrom.adding(days: -1)
        #expect(try unmet(load(on: before), on: before) == ["told"])
        let check = try RegistrationCheck(load(on: before), bureau, on: before, tenant.rules)
        #expect(check.earliest == Self.holdsFrom)
        #expect(check.waitsForTimeOnly)
    }

    @Test func `each keeps it out by itself, by its name`() throws {
        let day = Self.holdsFrom
        func unmet(_ change: (inout RegistrationCase) -> Void) throws -> [String] {
            var loaded = try load(on: day)
            change(&loaded)
            return try self.unmet(loaded, on: day)
        }
        #expect(try unmet { $0.facts.owedToCreditor = Money(minorUnits: 1000, .eur) } == ["overLeastAmount"])
        #expect(try unmet { $0.facts.owedToCreditor = Money(minorUnits: 1001, .eur) } == [])
        #expect(try unmet { $0.facts.warnedOn = nil } == ["warned"])
        #expect(try unmet { $0.facts.warnedOn = day.adding(days: -9) } == ["warned"])
        #expect(try unmet { $0.facts.warnedOn = day.adding(days: -10) } == [])
        #expect(try unmet { $0.facts.warnedOn = day.adding(days: -100) } == [])
        #expect(try unmet { $0.facts.warnedOn = day.adding(days: -101) } == ["warnedLately"])
        #expect(try unmet { $0.facts.isOnKeptPlan = true } == ["noPlan"])
        #expect(try unmet { $0.facts.isRegistered = true } == ["notRegistered", "hostNotRegistered"])
        #expect(try unmet { $0.facts.toldOn = nil } == ["told", "hostTold"])
        #expect(try unmet { $0.facts.toldOn = day.adding(days: -31) } == ["toldLately"])
        let hold = HoldFacts(kind: .dispute, claim: nil, amount: nil, since: day, until: nil)
        #expect(try unmet { $0.facts.holds = [hold] } == ["notHeld"])
    }

    @Test func `what other parts of the house know is asked for`() throws {
        let day = Self.holdsFrom
        let sources = RegistrationSources(
            legalSteps: { _, _ in [LegalStepFacts(LegalProcedureKind("order"), .filed, on: Self.first)] },
            isOnKeptPlan: { _, _, _ in true })
        let facts = try load(on: day, sources).facts
        #expect(facts.legalSteps.map(\.on) == [Self.first])
        #expect(try unmet(load(on: day, sources), on: day) == ["noPlan"])
    }

    @Test func `the host's own limits hold whatever a bureau's rules say`() throws {
        struct Careless: CreditBureau {
            let country = Testland.country
            let name = "careless"
            let states: Bool
            func preconditions(for facts: RegistrationFacts, on day: CivilDate) throws -> [Precondition] {
                states ? [Precondition("anything", "Anything goes.", .met, Citation("nobody", ""))] : []
            }
            func expiry(of facts: RegistrationFacts, registeredOn day: CivilDate) -> Explained<CivilDate> {
                Explained(day, [])
            }
            func deletionDeadline(
                _ reason: RegistrationDeletion.Reason, orderedOn day: CivilDate
            ) -> Explained<CivilDate> { Explained(day, []) }
            func submit(_ batch: RegistrationBatch) throws -> DeliveryReceipt {
                throw DeliveryFailure(.permanent, "never")
            }
            func receipt(for idempotencyKey: String) throws -> DeliveryReceipt? { nil }
            func answers() throws -> [BureauAnswer] { [] }
            func register() throws -> [RegisterEntry]? { nil }
            func forget(idempotencyKey: String) throws {}
        }
        let day = Self.holdsFrom
        func unmet(_ loaded: RegistrationCase, states: Bool = true) throws -> [String] {
            try RegistrationCheck(loaded, Careless(states: states), on: day, tenant.rules).preconditions
                .filter { !$0.isMet }.map(\.identifier)
        }
        #expect(try unmet(load(on: day)) == [])
        #expect(try unmet(load(on: day), states: false) == ["hostStated"])
        var untold = try load(on: day)
        untold.facts.toldOn = nil
        #expect(try unmet(untold) == ["hostTold"])
        try tenant.pay(20_000, caseID, paidOn: day)
        #expect(try unmet(load(on: day)) == ["hostCaseOpen", "hostOwed", "hostAmount"])
    }

    @Test func `a claim that can no longer be enforced is not registered`() throws {
        let day = Self.holdsFrom
        let due = CivilDate(2026, 1, 15)
        var law = tenant.law
        law.limitationDays = due.days(to: day)
        tenant.law = law
        #expect(try unmet(load(on: day), on: day) == [], "it is its last day")
        law.limitationDays = due.days(to: day) - 1
        tenant.law = law
        #expect(try unmet(load(on: day), on: day) == ["hostNotLapsed"])
        law.limitationDays = -1
        tenant.law = law
        #expect(throws: RuleGap.self) { try unmet(load(on: day), on: day) }
    }

    @Test func `the time after a hold keeps it out until a day, and a hold counts until it is lifted`() throws {
        let day = Self.holdsFrom
        var loaded = try load(on: day)
        var snapshot = loaded.snapshot
        let citation = Citation("Testland", "§ 9")
        snapshot.standstill.pauses = [
            HoldPause(
                claim: nil, heldSince: day.adding(days: -9), resumesOn: day.adding(days: 4),
                lines: [ExplanationLine("Time to act.", citation)])
        ]
        loaded.snapshot = snapshot
        let check = try RegistrationCheck(loaded, bureau, on: day, tenant.rules)
        let paused = try #require(check.preconditions.first { !$0.isMet })
        #expect(paused.identifier == "notPaused")
        #expect(paused.status == .notYet(from: day.adding(days: 4), by: "Time to act."))
        #expect(paused.citation == citation)
        #expect(try unmet(loaded, on: day.adding(days: 4)) == [])
        // Over, and nobody has lifted it.
        snapshot.standstill.pauses = []
        snapshot.facts.holds = [
            HoldFacts(
                kind: .creditorWait, claim: nil, amount: nil, since: day.adding(days: -9), until: day.adding(days: -5))
        ]
        loaded.snapshot = snapshot
        #expect(try unmet(loaded, on: day) == ["hostNotHeld"])
    }

    @Test func `only what is due and not held counts as owed to the creditor`() throws {
        let day = Self.holdsFrom
        let before = try load(on: day).facts.owedToCreditor
        // Not due yet: the same debtor, another case.
        _ = try tenant.open(
            "C1", 7_000, dueOn: day.adding(days: 3), debtor: TestTenant.debtor("Debtor of A1"), on: day)
        #expect(try load(on: day).facts.owedToCreditor == before)
        #expect(try load(on: day.adding(days: 3)).facts.owedToCreditor == before, "its last day")
        #expect(
            try load(on: day.adding(days: 4)).facts.owedToCreditor == before + Money(minorUnits: 7_000, .eur))
    }

    @Test func `a debtor's other cases with the creditor count, and those of others do not`() throws {
        _ = try tenant.open("B1", 50_000, dueOn: CivilDate(2026, 1, 15), on: Self.first)
        let facts = try load(on: Self.holdsFrom).facts
        #expect(facts.owedToCreditor == facts.facts.outstanding)
    }
}
