import AuditTrail
package import Casework
import Correspondence
package import Database
package import DatabaseTesting
package import FordringKit
package import Intake
package import JobQueue
import Ledger
package import Privacy
import Registrations

/// A tenant of Testland with a database of its own, and short words for what happens in its cases.
package final class TestTenant {
    package static let schema = Schema([
        .counters, AuditLog.migration, AuditLog.tileGuard, Ledger.migration, JobQueue.migration, JobQueue.lanes,
        CaseworkSchema.migration, CaseworkSchema.stepStates, CaseworkSchema.claimFacts, CaseworkSchema.holds,
        CaseworkSchema.sales, CaseworkSchema.taskMatters, CaseworkSchema.noticeBureaus,
        ClaimRegister.migration, PrivacySchema.migration,
        RegistrationSchema.migration, CaseworkSchema.answers, RegistrationUpkeepSchema.migration,
        RegistrationUpkeepSchema.notices,
    ])

    package let temporary: TemporaryDatabase
    package var database: TenantDatabase { temporary.tenant }
    /// May be changed: the next call goes by it.
    package var law: Testland
    /// A law that takes the place of ``law``, for tests of what the host does with one that is not to be trusted.
    package var otherLaw: (any Jurisdiction)?
    package var creditor: CreditorFacts
    /// Who is told of each change of a case.
    package var followers: [any CaseFollower] = []
    /// The rows that were registered, which number the lines.
    private var lines = 1
    private var importID: Int64?

    package init(
        _ name: String = "testland-tenant", law: Testland = Testland(), creditor: CreditorFacts = Testland.creditor
    ) throws {
        temporary = try TemporaryDatabase(TestTenant.schema, tenant: name)
        self.law = law
        self.creditor = creditor
        sealer = Sealer(tenant: temporary.tenant.tenant, dataKey: Array(repeating: 7, count: 32)) {
            Array(repeating: 9, count: $0)
        }
    }

    /// Seals everything with the same bytes, so that the books do not depend on what was rolled back.
    package let sealer: Sealer

    package var rules: CaseRules {
        CaseRules(
            jurisdiction: otherLaw ?? law, creditor: creditor,
            plugin: Provenance.Plugin(name: "testland", version: "1.0.0", sha256: "00"), followers: followers)
    }

    @discardableResult
    package func write<Result>(on day: CivilDate, _ body: (WriteTransaction) throws -> Result) throws -> Result {
        try database.write(.test(on: day), body)
    }

    // MARK: What comes in

    package static func debtor(
        _ name: String = "Anna Æble", kind: PartyKind = .consumer, nationalID: String? = nil,
        customerNumber: String? = nil,
        language: Language = .english
    ) -> Party {
        Party(
            name: name, kind: kind, nationalID: nationalID, customerNumber: customerNumber,
            address: PostalAddress(
                lines: ["Testgade 1"], postalCode: "1000", city: "Testby", country: Testland.country),
            email: nil, phone: nil, language: language)
    }

    package static func invoice(
        _ reference: String, _ minorUnits: Int64, issuedOn: CivilDate, dueOn: CivilDate,
        debtor: Party = TestTenant.debtor()
    ) -> IncomingClaim {
        IncomingClaim(
            kind: .invoice, reference: reference, issuedOn: issuedOn, dueOn: dueOn,
            amount: Money(minorUnits: minorUnits, .eur), text: "Goods", debtor: debtor)
    }

    package static func creditNote(
        _ reference: String, _ minorUnits: Int64, against: String?, issuedOn: CivilDate
    ) -> IncomingClaim {
        IncomingClaim(
            kind: .creditNote(against: against), reference: reference, issuedOn: issuedOn, dueOn: nil,
            amount: Money(minorUnits: minorUnits, .eur), text: "", debtor: TestTenant.debtor())
    }

    /// Takes a claim in, as a line of its own of one long file.
    @discardableResult
    package func register(_ claim: IncomingClaim, on day: CivilDate) throws -> Verdict {
        try write(on: day) { transaction in
            if importID == nil {
                importID = try ClaimRegister.begin(sha256: "00", name: "claims.csv", on: day, transaction).id
            }
            lines += 1
            let intake = IntakeRules(rules: rules, sealer: sealer, today: day)
            let row = IncomingRow(line: lines, reference: claim.reference, content: .success(claim))
            return try ClaimRegister.register(try intake.checked(row), import: importID ?? 1, intake, transaction)
        }
    }

    /// Takes an invoice in that was due on a day, of a debtor of its own unless one is named; gives its case.
    package func open(
        _ reference: String, _ minorUnits: Int64, dueOn: CivilDate, debtor: Party? = nil, on day: CivilDate
    ) throws -> CaseID {
        let claim = TestTenant.invoice(
            reference, minorUnits, issuedOn: dueOn.adding(days: -14), dueOn: dueOn,
            debtor: debtor ?? TestTenant.debtor("Debtor of \(reference)"))
        let verdict = try register(claim, on: day)
        guard verdict.outcome == .accepted, let caseID = verdict.caseID else {
            throw RuleBroken("the claim \(reference) was not accepted: \(verdict.reason)")
        }
        return caseID
    }

    // MARK: What is done

    @discardableResult
    package func run(_ day: CivilDate, batchSize: Int = 500) throws -> DailyRunResult {
        try DailyRun(database: database, rules: rules, batchSize: batchSize).run(on: day, .test(on: day))
    }

    /// Sends every letter that waits, on a day.
    @discardableResult
    package func send(on day: CivilDate) throws -> [PreparedLetter] {
        temporary.clock.now = Timestamp(day, hour: 7)
        var letters: [PreparedLetter] = []
        // The letters of one case come one after the other.
        while case let jobs = try write(on: day, { try JobQueue.claim(ClaimRequest(1000, owner: "post"), $0) }),
            !jobs.isEmpty
        {
            for job in jobs {
                if let letter = try send(job, on: day) { letters.append(letter) }
            }
        }
        return letters
    }

    private func send(_ job: Job, on day: CivilDate) throws -> PreparedLetter? {
        func failed(_ failure: LetterFailure) throws -> PreparedLetter? {
            try write(on: day) { try LetterDesk.recordFailure(failure, job, JobLimits(), today: day, rules, $0) }
            return nil
        }
        let state: LetterState
        do {
            state = try database.read { try LetterDesk.prepare(step: job.subject, datedOn: day, rules, $0) }
        } catch let failure as LetterFailure {
            return try failed(failure)
        } catch let gap as RuleGap {
            return try failed(LetterFailure(.temporary, gap.description))
        }
        let letter: PreparedLetter
        switch state {
        case .ready(let prepared): letter = prepared
        case .held:
            try write(on: day) { _ = try LetterDesk.recordHeld(job, today: day, rules, $0) }
            return nil
        case .over:
            try write(on: day) { _ = try JobQueue.finish(job, $0) }
            return nil
        }
        let departure = try write(on: day) {
            try LetterDesk.depart(job, datedOn: letter.content.datedOn, madeFrom: letter.basis, rules, $0)
        }
        guard departure == .gone else { throw RuleBroken("the letter of job \(job.id) did not leave: \(departure)") }
        let sent = SentLetter(
            step: job.subject, channel: "post",
            receipt: DeliveryReceipt(reference: "post-\(job.subject)", sentOn: day, details: [:]),
            documentSHA256: "",
            deadline: try rules.jurisdiction.deadline(for: letter.content.step, sentOn: day))
        let isOurs = try write(on: day) { try LetterDesk.recordSent(sent, job, rules, $0) }
        guard isOurs else { throw RuleBroken("the job \(job.id) was lost") }
        return letter
    }

    /// Lets the letter of a job leave that was written a moment ago.
    package func depart(_ job: Job, on day: CivilDate) throws -> Departure {
        try write(on: day) { transaction in
            guard let step = try CaseQueries.step(job.subject, transaction) else { return .over }
            let basis = try LetterBasis.of(step.caseID, transaction)
            return try LetterDesk.depart(job, datedOn: day, madeFrom: basis, rules, transaction)
        }
    }

    /// How many jobs there are of each state.
    package func jobStates() throws -> [String: Int] {
        let counts = try database.read { try JobQueue.counts($0) }
        return Dictionary(counts.map { ($0.state.rawValue, $0.count) }, uniquingKeysWith: +)
    }

    /// The daily run and then the letters, day after day.
    package func work(from first: CivilDate, through last: CivilDate) throws {
        var day = first
        while day <= last {
            try run(day)
            try send(on: day)
            day = day.adding(days: 1)
        }
    }

    @discardableResult
    package func pay(
        _ minorUnits: Int64, _ caseID: CaseID, claim: ClaimID? = nil, paidOn: CivilDate,
        registeredOn day: CivilDate? = nil, reference: String? = nil
    ) throws -> PaymentResult {
        let today = day ?? paidOn
        return try write(on: today) {
            try Payments.register(
                Money(minorUnits: minorUnits, .eur), paidOn: paidOn, today: today, reference: reference, for: caseID,
                claim: claim, rules, $0)
        }
    }

    /// Writes down that the debtor was told how a dispute was decided.
    @discardableResult
    package func answer(_ dispute: Int64, sentOn: CivilDate? = nil, on day: CivilDate) throws -> Explained<CivilDate>? {
        try write(on: day) { try Disputes.answer(dispute, sentOn: sentOn ?? day, on: day, rules, sealer, $0) }
    }

    /// Opens a dispute about all of a case, or about a claim or a part of it.
    @discardableResult
    package func dispute(
        _ caseID: CaseID, claim: ClaimID? = nil, minorUnits: Int64? = nil, channel: DisputeChannel = .email,
        receivedOn: CivilDate? = nil, documents: [NewDocument] = [], on day: CivilDate
    ) throws -> OpenedDispute {
        try write(on: day) {
            try Disputes.open(
                NewDispute(
                    caseID: caseID, claim: claim, amount: minorUnits.map { Money(minorUnits: $0, .eur) },
                    reason: .wrongAmount, channel: channel, receivedOn: receivedOn ?? day, documents: documents),
                on: day, rules, sealer, $0)
        }
    }

    /// Takes a dispute in, also of a case that was sold.
    package func receive(
        _ caseID: CaseID, receivedOn: CivilDate? = nil, documents: [NewDocument] = [], on day: CivilDate
    ) throws -> ReceivedDispute {
        let dispute = NewDispute(
            caseID: caseID, claim: nil, amount: nil, reason: .wrongAmount, channel: .email,
            receivedOn: receivedOn ?? day, documents: documents)
        return try write(on: day) { try Disputes.receive(dispute, on: day, rules, sealer, $0) }
    }

    @discardableResult
    package func decide(
        _ dispute: Int64, _ event: DisputeEvent, minorUnits: Int64? = nil, grounds: String? = nil,
        documents: [NewDocument]? = nil, isAnswered: Bool = true, on day: CivilDate
    ) throws -> DecidedDispute {
        let needsPaper = event == .rejected || event == .settled
        let decision = DisputeDecision(
            event, amount: minorUnits.map { Money(minorUnits: $0, .eur) }, grounds: grounds,
            documents: documents ?? (needsPaper ? [NewDocument(.decision, text: "What shows it.")] : []),
            answeredOn: isAnswered ? day : nil)
        return try write(on: day) { try Disputes.decide(dispute, decision, on: day, rules, sealer, $0) }
    }

    @discardableResult
    package func hold(
        _ kind: HoldKind, _ caseID: CaseID, claim: ClaimID? = nil, since: CivilDate? = nil, until: CivilDate? = nil,
        on day: CivilDate
    ) throws -> Int64 {
        let hold = NewHold(kind, caseID: caseID, claim: claim, since: since, until: until, reason: "a test")
        return try write(on: day) { try Holds.place(hold, on: day, rules, $0).id }
    }

    @discardableResult
    package func lift(_ hold: Int64, as lifter: HoldLifter, on day: CivilDate) throws -> Explained<CivilDate> {
        try write(on: day) { try Holds.lift(hold, as: lifter, reason: "a test", on: day, rules, $0) }
    }

    /// Closes a case by hand.
    package func close(_ caseID: CaseID, as code: CloseCode = .withdrawn, on day: CivilDate) throws {
        try write(on: day) { try Closing.close(caseID, as: code, reason: "a test", on: day, rules, $0) }
    }

    /// Sells a case; gives the step of the debtor's notice.
    @discardableResult
    package func sell(_ caseID: CaseID, agreedOn: CivilDate? = nil, on day: CivilDate) throws -> Int64 {
        let buyer = Buyer(name: "Buyer ApS", address: "Street 1, 1000 City")
        return try write(on: day) {
            try Sales.begin(
                caseID, to: buyer, agreedOn: agreedOn ?? day, reason: "a test", on: day, rules, $0
            ).step
        }
    }

    // MARK: What there is

    package func snapshot(_ caseID: CaseID) throws -> CaseSnapshot {
        try database.read { try CaseSnapshots.load(caseID, creditor: creditor, $0) }
    }

    package func record(_ caseID: CaseID) throws -> CaseRecord {
        try database.read { try CaseQueries.show(caseID, creditor: creditor, $0) }
    }

    /// What is owed by component, in minor units; what is nothing is left out.
    package func balances(_ caseID: CaseID) throws -> [DebtComponent: Int64] {
        var sums: [DebtComponent: Int64] = [:]
        for balance in try snapshot(caseID).balances {
            sums[balance.component, default: 0] += balance.amount.minorUnits
        }
        return sums
    }

    package func tasks() throws -> [CaseTask] { try database.read { try Tasks.open($0) } }

    /// How many entries the audit trail has.
    package func auditSize() throws -> Int64 { try database.read { try AuditLog.edge($0).size } }

    /// The actions of the audit trail from an entry on.
    package func audited(from seq: Int64 = 0) throws -> [String] {
        var actions: [String] = []
        try database.read { transaction in
            try AuditLog.forEachEntry(from: seq, transaction) { _, entry in
                let text = String(decoding: entry, as: UTF8.self)
                actions.append(String(text.split(separator: "\"", maxSplits: 4)[3]))
            }
        }
        return actions
    }

    /// Every row of every table, as text: table by table, column by column.
    package func dump() throws -> [String: [String]] {
        try database.read { transaction in
            var dump: [String: [String]] = [:]
            for (table, sql) in TestTenant.tables {
                let columns =
                    try transaction.first("SELECT count(*) FROM pragma_table_info($1)", table) { $0.int(0) } ?? 0
                dump[table] = try transaction.all(sql) { row in
                    (0..<columns).map { column in
                        row.isNull(column) ? "NULL" : String(decoding: row.bytes(column), as: UTF8.self)
                    }.joined(separator: "|")
                }
            }
            return dump
        }
    }

    /// The tables of a tenant's database; a test compares them with what the database has.
    package static let tables: [(name: String, sql: StaticString)] = [
        ("audit_entry", "SELECT * FROM audit_entry ORDER BY 1"),
        ("audit_tile", "SELECT * FROM audit_tile ORDER BY 1, 2"),
        ("bureau", "SELECT * FROM bureau ORDER BY 1"), ("bureau_answer", "SELECT * FROM bureau_answer ORDER BY 1, 2"),
        ("bureau_batch", "SELECT * FROM bureau_batch ORDER BY 1"),
        ("bureau_batch_item", "SELECT * FROM bureau_batch_item ORDER BY 1, 2, 3"),
        ("bureau_change", "SELECT * FROM bureau_change ORDER BY 1"),
        ("bureau_deletion", "SELECT * FROM bureau_deletion ORDER BY 1"),
        ("bureau_difference", "SELECT * FROM bureau_difference ORDER BY 1, 2, 3"),
        ("bureau_registration", "SELECT * FROM bureau_registration ORDER BY 1"),
        ("case_hold", "SELECT * FROM case_hold ORDER BY 1"),
        ("case_sale", "SELECT * FROM case_sale ORDER BY 1"),
        ("case_sale_amount", "SELECT * FROM case_sale_amount ORDER BY 1"),
        ("case_step", "SELECT * FROM case_step ORDER BY 1"), ("claim", "SELECT * FROM claim ORDER BY 1"),
        ("claim_event", "SELECT * FROM claim_event ORDER BY 1"),
        ("claim_event_reason", "SELECT * FROM claim_event_reason ORDER BY 1"),
        ("credit_note", "SELECT * FROM credit_note ORDER BY 1"), ("daily_run", "SELECT * FROM daily_run ORDER BY 1"),
        ("data_key", "SELECT * FROM data_key ORDER BY 1"),
        ("debt_case", "SELECT * FROM debt_case ORDER BY 1"), ("dispute", "SELECT * FROM dispute ORDER BY 1"),
        ("dispute_document", "SELECT * FROM dispute_document ORDER BY 1"),
        ("id_counter", "SELECT * FROM id_counter ORDER BY 1"),
        ("import_file", "SELECT * FROM import_file ORDER BY 1"), ("job", "SELECT * FROM job ORDER BY 1"),
        ("job_pause", "SELECT * FROM job_pause ORDER BY 1, 2"), ("job_rate", "SELECT * FROM job_rate ORDER BY 1"),
        ("ledger_transfer", "SELECT * FROM ledger_transfer ORDER BY 1"), ("party", "SELECT * FROM party ORDER BY 1"),
        ("party_data_key", "SELECT * FROM party_data_key ORDER BY 1"),
        ("party_erasure", "SELECT * FROM party_erasure ORDER BY 1"),
        ("party_key", "SELECT * FROM party_key ORDER BY 1"), ("payment", "SELECT * FROM payment ORDER BY 1"),
        ("schema_migration", "SELECT * FROM schema_migration ORDER BY 1"), ("task", "SELECT * FROM task ORDER BY 1"),
    ]
}
