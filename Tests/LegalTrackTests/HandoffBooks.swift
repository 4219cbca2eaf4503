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
            Schema(TestTenant.schema.migrations + [LegalSchema.migration, HandoffBooks.holds]),
            with: .test(on: CivilDate(2026, 1, 1)))
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
        basis: EnforcementBasis? = nil, _ transaction: ReadTransaction
    ) throws -> HandoffCheck {
        let creditor = TestTenant.debtor("Creditor Ltd", kind: .business)
        let check = try desk.check(
            caseID, procedure, on: day, creditor: creditor, agency: "Agency", basis: basis, answers: [:], documents: [],
            transaction)
        var facts = check.facts
        facts.holds += try transaction.all(
            "SELECT kind, until_on FROM test_hold WHERE case_id = $1", caseID
        ) { row in
            HoldFacts(
                kind: HoldKind(rawValue: row.text(0)) ?? .dispute, claim: nil, amount: nil, since: HandoffBooks.day,
                until: row.dateOrNil(1))
        }
        let other = try Handoffs.of(caseID, transaction).first { $0.procedure == procedure && $0.endedOn == nil }
        return HandoffCheck(
            facts: facts, explanation: check.explanation,
            preconditions: HouseRules.preconditions(
                facts, check.explanation, other: other?.id, needsNotice: false, on: day)
                + (try forum.preconditions(for: procedure, facts, on: day)))
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
    func record(_ state: LegalState, _ id: Int64, on day: CivilDate = HandoffBooks.day, fee: Int64? = nil) throws
        -> RecordedEvent
    {
        try write(on: day) {
            try desk.record(
                NewLegalEvent(state, on: day, text: "said", fee: fee.map { Money(minorUnits: $0, .eur) }), of: id,
                today: day, $0)
        }
    }
}
