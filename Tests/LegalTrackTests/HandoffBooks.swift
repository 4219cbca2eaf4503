import AuditTrail
import Casework
import CaseworkTesting
import Database
import DatabaseTesting
@_spi(FordringHost) import FordringKit
import JobQueue
import Ledger
import LegalTesting
import LegalTrack
import Privacy

@testable import Host

/// The authority over permits: a process has one, and all tests are one process, so it is the host's.
enum TestPermits {
    static var authority: PermitAuthority? { Permits.authority }
}

/// A tenant of Testland whose cases go to the fake courts, and holds that a test sets by hand.
final class HandoffBooks: Sendable {
    static let procedure = FakeForum.paymentOrder
    private static let holds = Migration(
        "9000 holds of a test",
        "CREATE TABLE test_hold (case_id {integer} NOT NULL, kind TEXT NOT NULL, until_on {integer}) {strict}")

    let database: TenantDatabase
    let rules: CaseRules
    let sealer: Sealer
    private let temporary: TemporaryDatabase
    let forum = FakeForum(Testland.country)
    /// What limitation was told.
    let limitations = Collected<String>()

    /// Keeps the tenant's file as long as it lives.
    init() throws {
        let tenant = try TestTenant()
        temporary = tenant.temporary
        database = tenant.database
        sealer = tenant.sealer
        rules = CaseRules(
            jurisdiction: tenant.law, creditor: tenant.creditor,
            plugin: Provenance.Plugin(name: "testland", version: "1.0.0", sha256: "00"), followers: [LegalFollower()])
        try database.migrate(
            Schema(TestTenant.schema.migrations + [LegalSchema.migration, LegalSchema.claims, HandoffBooks.holds]),
            with: .test(on: CivilDate(2026, 1, 1)))
        tenant.followers = [LegalFollower()]
        self.tenant = UncheckedTenant(tenant)
    }

    /// Used by one thread only: by the test, to bring cases in.
    private let tenant: UncheckedTenant
    private struct UncheckedTenant: @unchecked Sendable {
        let tenant: TestTenant
        init(_ tenant: TestTenant) { self.tenant = tenant }
    }

    static let opened = CivilDate(2026, 1, 20)
    /// Ten days after the last letter's deadline, and a few.
    static let day = CivilDate(2026, 5, 1)

    var desk: LegalDesk {
        LegalDesk(forum, rules, sealer) { [limitations] event, claim, _, _, _ in
            limitations.add("\(event.kind.rawValue) \(claim) \(event.on)")
        }
    }

    @discardableResult
    func write<Result>(on day: CivilDate = HandoffBooks.day, _ body: (WriteTransaction) throws -> Result) throws
        -> Result
    {
        try database.write(.test(on: day), body)
    }

    /// A case that has had all its letters.
    func ripeCase(_ reference: String = "A1", _ minorUnits: Int64 = 100_000) throws -> CaseID {
        let caseID = try tenant.tenant.open(
            reference, minorUnits, dueOn: CivilDate(2026, 1, 10), on: HandoffBooks.opened)
        try tenant.tenant.work(from: HandoffBooks.opened, through: CivilDate(2026, 4, 1))
        return caseID
    }

    /// A case with two claims that has had all its letters.
    func ripePair() throws -> (caseID: CaseID, claims: [ClaimID]) {
        let debtor = TestTenant.debtor("Debtor of two")
        for reference in ["P1", "P2"] {
            _ = try tenant.tenant.open(
                reference, 100_000, dueOn: CivilDate(2026, 1, 10), debtor: debtor, on: HandoffBooks.opened)
        }
        try tenant.tenant.work(from: HandoffBooks.opened, through: CivilDate(2026, 4, 1))
        guard let caseID = try database.read({ try CaseQueries.list(after: 0, limit: 9, stage: nil, $0) }).last?.id
        else {
            throw RuleBroken("there is no case")
        }
        let claims = try snapshot(caseID).facts.claims.map(\.id)
        return (caseID, claims)
    }

    /// A claim of the debtor of ``ripePair()``.
    func addClaim(_ reference: String, on day: CivilDate) throws {
        _ = try tenant.tenant.open(
            reference, 100_000, dueOn: CivilDate(2026, 1, 10), debtor: TestTenant.debtor("Debtor of two"), on: day)
    }

    func snapshot(_ caseID: CaseID) throws -> CaseSnapshot {
        try database.read { try CaseSnapshots.load(caseID, creditor: rules.creditor, $0) }
    }

    func pay(_ caseID: CaseID, _ minorUnits: Int64, _ transaction: WriteTransaction) throws {
        _ = try Payments.register(
            Money(minorUnits: minorUnits, .eur), paidOn: HandoffBooks.day, today: HandoffBooks.day, reference: nil,
            for: caseID, rules, transaction)
    }

    func dispute(_ caseID: CaseID, _ claim: ClaimID? = nil, part: Int64? = nil, on day: CivilDate = HandoffBooks.day)
        throws -> Int64
    {
        try write(on: day) {
            try Disputes.open(
                NewDispute(
                    caseID: caseID, claim: claim, amount: part.map { Money(minorUnits: $0, .eur) }, reason: .other,
                    channel: .letter, receivedOn: day), on: day, rules, sealer, $0
            ).id
        }
    }

    func ripeCases(_ count: Int) throws -> [CaseID] {
        let cases = try (1...count).map {
            try tenant.tenant.open(
                "A\($0)", 100_000, dueOn: CivilDate(2026, 1, 10), on: HandoffBooks.opened)
        }
        try tenant.tenant.work(from: HandoffBooks.opened, through: CivilDate(2026, 4, 1))
        return cases
    }

    func hold(_ caseID: CaseID, _ kind: HoldKind, until: CivilDate? = nil, _ transaction: WriteTransaction) throws {
        try transaction.execute(
            "INSERT INTO test_hold (case_id, kind, until_on) VALUES ($1, $2, $3)", caseID, kind.rawValue, until)
        try rules.announce(.held(kind, claim: nil), in: caseID, on: HandoffBooks.day, transaction)
    }

    /// What must hold, with the holds of the test.
    func check(
        _ caseID: CaseID, for procedure: LegalProcedureKind = HandoffBooks.procedure,
        on day: CivilDate = HandoffBooks.day,
        basis: EnforcementBasis? = nil, answers: [String: String] = ["keptPlan": "no"], _ transaction: ReadTransaction
    ) throws -> HandoffCheck {
        let creditor = TestTenant.debtor("Creditor Ltd", kind: .business)
        let check = try desk.check(
            caseID, procedure, on: day, creditor: creditor, agency: "Agency", basis: basis,
            answers: answers, documents: [], transaction)
        var facts = check.facts
        facts.holds += try transaction.all(
            "SELECT kind, until_on FROM test_hold WHERE case_id = $1", caseID
        ) { row in
            HoldFacts(
                kind: HoldKind(rawValue: row.text(0)) ?? .dispute, claim: nil, amount: nil, since: HandoffBooks.day,
                until: row.dateOrNil(1))
        }
        return HandoffCheck(
            facts: facts, explanation: check.explanation,
            preconditions: try desk.preconditions(
                for: try desk.chart(procedure).procedure, facts, check.explanation, check.part, on: day, transaction),
            part: check.part)
    }

    /// Makes a hand-off as the host does, with a package of a few bytes.
    func prepare(
        _ caseID: CaseID, for procedure: LegalProcedureKind = HandoffBooks.procedure,
        basis: EnforcementBasis? = nil, _ transaction: WriteTransaction
    ) throws -> Handoff {
        let check = try check(caseID, for: procedure, basis: basis, transaction)
        guard check.gaps.isEmpty else { throw LegalDesk.refusal(check, procedure) }
        guard let authority = TestPermits.authority else { throw RuleBroken("somebody has the authority") }
        let permit = authority.handoffPermit(
            tenant: database.tenant, caseID: caseID, procedure: procedure, day: HandoffBooks.day)
        defer { authority.end(permit) }
        let number = try LegalDesk.number(transaction)
        return try desk.prepare(
            NewHandoff(
                id: number, day: HandoffBooks.day, basis: basis, requestSHA256: "request",
                fee: try forum.courtFee(for: procedure, check.facts, on: HandoffBooks.day),
                owed: check.explanation.owed, package: Array("package \(number)".utf8),
                request: StoredRequest(answers: [:], documents: [])),
            permit, check, today: HandoffBooks.day, transaction)
    }

    func handoff(_ id: Int64) throws -> Handoff { try database.read { try Handoffs.load(id, $0) } }
    func tasks() throws -> [CaseTask] { try database.read { try Tasks.open($0) } }

    /// What is owed as court fee, and laid out, in minor units.
    func courtFees() throws -> (owed: Int64, laidOut: Int64) {
        let balance = try database.read { try Ledger.trialBalance($0) }
        return (balance[.courtFeeReceivable] ?? 0, -(balance[.courtFeeOutlay] ?? 0))
    }

    @discardableResult
    func record(
        _ state: LegalState, _ id: Int64, on day: CivilDate = HandoffBooks.day, fee: Int64? = nil,
        outcome: CourtOutcome? = nil
    ) throws -> RecordedEvent {
        try write(on: day) {
            try desk.record(
                NewLegalEvent(
                    state, on: day, text: "said", fee: fee.map { Money(minorUnits: $0, .eur) },
                    outcome: outcome ?? (state == .decided ? .forCreditor : nil)), of: id, today: day, $0)
        }
    }
}
