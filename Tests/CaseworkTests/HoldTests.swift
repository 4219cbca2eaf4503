import AuditTrail
import Casework
import CaseworkTesting
import Correspondence
import Database
import DatabaseTesting
import FordringKit
import JobQueue
import Ledger
import Testing

@Suite struct `What stands still` {
    private let tenant: TestTenant
    private let id: CaseID

    init() throws {
        tenant = try TestTenant()
        id = try tenant.open("A1", 100_000, dueOn: CivilDate(2025, 12, 31), on: monday)
    }

    /// Places a hold of any kind the way it comes in.
    private func stop(_ kind: HoldKind, until: CivilDate? = nil) throws -> Int64 {
        if kind == .dispute { return try tenant.dispute(id, on: monday).hold }
        return try tenant.hold(
            kind, id, until: until ?? (kind == .vulnerable ? monday.adding(days: 60) : nil), on: monday)
    }

    private func forecast(through day: CivilDate) throws -> CaseForecast {
        let forecast = Forecast(tenant.rules, from: monday, through: day)
        return try forecast.forecast(try tenant.snapshot(id))
    }

    @Test func `has a rule for every kind of the kit, and each kind can be lifted by somebody`() {
        #expect(
            Set(HoldRule.all.map(\.kind)) == Set(HoldKind.allCases) && HoldRule.all.count == HoldKind.allCases.count)
        for rule in HoldRule.all { #expect(!rule.lifters.isEmpty && !rule.meaning.isEmpty) }
        #expect(HoldRule.all.filter(\.needsEndDate).map(\.kind) == [.vulnerable])
    }

    @Test(arguments: HoldKind.allCases)
    func `is asked about by nobody, whatever the kind`(_ kind: HoldKind) throws {
        try tenant.run(monday)
        #expect(try tenant.record(id).steps.map(\.state) == ["queued"])
        #expect(try tenant.balances(id)[.reminderFee] == 100)
        let hold = try stop(kind)
        #expect(try tenant.record(id).steps.map(\.state) == ["withdrawn"], "the letter that waited is withdrawn")
        #expect(try tenant.balances(id)[.reminderFee] == nil, "with what it charged")
        #expect(try tenant.snapshot(id).facts.holds.map(\.kind) == [kind])
        #expect(try tenant.send(on: monday).isEmpty)
        // A law that throws for every question is asked none.
        tenant.law.mischief = .otherError
        for day in 0..<50 { try tenant.run(monday.adding(days: day)) }
        #expect(try tenant.tasks().allSatisfy { $0.kind != TaskKind.ruleGap.rawValue })
        #expect(try tenant.record(id).steps.count == 1)
        tenant.law.mischief = nil
        #expect(try forecast(through: monday.adding(days: 50)).steps.isEmpty)
        let records = try tenant.database.read {
            try Holds.list(caseID: id, all: false, after: 0, limit: 10, $0)
        }
        #expect(records.map(\.id) == [hold] && records[0].facts.kind == kind)
    }

    @Test(arguments: HoldKind.allCases, [HoldLifter.operator, .creditor, .administrator])
    func `is lifted by whom the table names only`(_ kind: HoldKind, _ lifter: HoldLifter) throws {
        let hold = try stop(kind)
        let before = try tenant.dump()
        if try HoldRule.of(kind).allows(lifter) {
            let resumption = try tenant.lift(hold, as: lifter, on: monday.adding(days: 3))
            #expect(resumption.value > monday.adding(days: 3) && !resumption.lines.isEmpty)
            #expect(try tenant.record(id).nextOn == resumption.value)
            #expect(throws: CaseworkRefusal.self) { try tenant.lift(hold, as: lifter, on: monday.adding(days: 4)) }
        } else {
            #expect(throws: CaseworkRefusal.self) { try tenant.lift(hold, as: lifter, on: monday.adding(days: 3)) }
            #expect(try tenant.dump() == before)
        }
    }

    @Test func `goes on when the law lets it, never before, and says why`() throws {
        try tenant.run(monday)
        try tenant.send(on: monday)
        // Six days of ten are left when the case is held.
        let hold = try tenant.hold(.creditorWait, id, on: monday.adding(days: 4))
        let size = try tenant.auditSize()
        let lifted = monday.adding(days: 30)
        let resumption = try tenant.lift(hold, as: .creditor, on: lifted)
        #expect(try tenant.audited(from: size) == ["hold.lifted"])
        // Ten days at least, and no rest day at their end: a Wednesday plus ten is a Saturday.
        #expect(resumption.value == tenant.law.workingDay(onOrAfter: lifted.adding(days: 10)).adding(days: 1))
        let line = try #require(resumption.lines.first)
        #expect(line.from == lifted.adding(days: 1) && line.through == resumption.value.adding(days: -1))
        // A payment asks the rules anew, which does not make it go on earlier.
        try tenant.pay(5, id, paidOn: lifted.adding(days: 1))
        try tenant.work(from: lifted, through: resumption.value.adding(days: -1))
        #expect(try tenant.record(id).steps.count == 1 && tenant.record(id).nextOn == resumption.value)
        try tenant.run(resumption.value)
        #expect(try tenant.record(id).steps.map(\.state) == ["sent", "queued"])
    }

    @Test func `ends by itself after its last day, with an entry, and not silently`() throws {
        let until = monday.adding(days: 5)
        try tenant.hold(.vulnerable, id, until: until, on: monday)
        #expect(try tenant.record(id).nextOn == until.adding(days: -2), "a person hears of it")
        try tenant.run(until)
        #expect(try tenant.tasks().map(\.kind) == ["holdEnding"] && tenant.record(id).nextOn == until.adding(days: 1))
        #expect(try tenant.snapshot(id).facts.holds.count == 1)
        let size = try tenant.auditSize()
        let foretold = try forecast(through: monday.adding(days: 60)).steps.first?.day
        try tenant.run(until.adding(days: 1))
        #expect(try tenant.audited(from: size) == ["hold.lifted", "run.finished"])
        let record = try #require(
            try tenant.database.read { try Holds.list(caseID: id, all: true, after: 0, limit: 9, $0) }.first)
        #expect(record.liftedBy == .endDate && record.liftedOn == until.adding(days: 1))
        let resumesOn = try #require(record.resumption?.value)
        #expect(try tenant.record(id).nextOn == resumesOn && resumesOn == foretold)
        try tenant.run(resumesOn.adding(days: -1))
        #expect(try tenant.record(id).steps.isEmpty)
        try tenant.run(resumesOn)
        #expect(try tenant.record(id).steps.count == 1)
    }

    @Test func `leaves the other claims alone where it is one claim`() throws {
        let debtor = TestTenant.debtor("Debtor of A1")
        _ = try tenant.open("A2", 5000, dueOn: CivilDate(2025, 12, 1), debtor: debtor, on: monday)
        let claims = try tenant.snapshot(id).facts.claims.map(\.id)
        try tenant.hold(.creditorWait, id, claim: claims[0], until: monday.adding(days: 20), on: monday)
        try tenant.run(monday)
        #expect(try tenant.record(id).steps.map(\.claims) == [[claims[1]]])
        let letters = try tenant.send(on: monday)
        #expect(letters.map { $0.content.claims.map(\.reference) } == [["A2"]])
        // Both are held by now: nothing is left to ask about.
        try tenant.hold(.creditorWait, id, claim: claims[1], on: monday.adding(days: 1))
        try tenant.run(monday.adding(days: 15))
        #expect(try tenant.record(id).steps.count == 1 && tenant.record(id).nextOn == monday.adding(days: 21))
    }

    @Test func `cannot be placed in any way`() throws {
        func refused(_ kind: HoldKind, claim: Int64? = nil, until: CivilDate? = nil, on day: CivilDate = monday) throws
        {
            let before = try tenant.dump()
            #expect(throws: CaseworkRefusal.self) {
                try tenant.hold(kind, id, claim: claim.map { ClaimID(rawValue: $0) }, until: until, on: day)
            }
            #expect(try tenant.dump() == before)
        }
        try refused(.dispute)
        try refused(.vulnerable)
        try refused(.estate, claim: 1)
        try refused(.creditorWait, claim: 99)
        try refused(.creditorWait, until: monday.adding(days: -1))
        try tenant.hold(.minor, id, on: monday)
        try refused(.minor)
        try tenant.write(on: monday) { try Payments.close(id, code: .withdrawn, on: monday, tenant.rules, $0) }
        #expect(try tenant.snapshot(id).facts.holds.isEmpty, "a closed case holds nothing")
        try refused(.estate)
    }

    @Test func `is not what a plug-in can decide about`() throws {
        struct Blind: Jurisdiction {
            let claim: ClaimID
            var country: CountryCode { Testland.country }
            var currency: Currency { .eur }
            var languages: [Language] { [.english] }
            var steps: [StepDescription] { Testland().steps }
            var allocationOrder: Explained<[DebtComponent]> { Testland().allocationOrder }
            func decide(_ facts: CaseFacts, on day: CivilDate) throws -> Decision {
                let line = ExplanationLine("It does not look.", Testland.act("§ 0"))
                let step = DecidedStep(kind: .reminder, claims: [claim], charges: [], reasons: [line])
                return Decision(steps: [step], reviewOn: nil, waiting: [])
            }
            func interest(on facts: CaseFacts, through day: CivilDate) throws -> [DecidedCharge] { [] }
            func deadline(for step: StepKind, sentOn day: CivilDate) throws -> Explained<CivilDate>? { nil }
            func holiday(on day: CivilDate) -> Holiday? { nil }
            func check(_ text: String, as kind: IdentifierKind) -> IdentifierVerdict { .valid(normalized: text) }
            func paymentReference(for caseID: CaseID, creditorNumber: String) -> PaymentReference? { nil }
            func letterTemplate(for step: StepKind, in language: Language) -> String? { nil }
            func name(of component: DebtComponent, in language: Language) -> String { "" }
        }
        let debtor = TestTenant.debtor("Debtor of A1")
        _ = try tenant.open("A2", 5000, dueOn: CivilDate(2025, 12, 1), debtor: debtor, on: monday)
        let claims = try tenant.snapshot(id).facts.claims.map(\.id)
        try tenant.hold(.creditorWait, id, claim: claims[0], on: monday)
        tenant.otherLaw = Blind(claim: claims[0])
        #expect(try tenant.run(monday).gaps == 1)
        #expect(try tenant.record(id).steps.isEmpty)
        #expect(try tenant.tasks().map(\.kind) == [TaskKind.ruleGap.rawValue])
    }
}

@Suite struct `The time of a hold` {
    private let tenant: TestTenant
    private let id: CaseID

    init() throws {
        tenant = try TestTenant()
        id = try tenant.open("A1", 100_000, dueOn: CivilDate(2025, 12, 31), on: monday)
    }

    private func holds() throws -> [HoldRecord] {
        try tenant.database.read { try Holds.list(caseID: id, all: true, after: 0, limit: 9, $0) }
    }

    @Test func `without an end is watched for limitation`() throws {
        tenant.law.limitationDays = 400
        let last = CivilDate(2025, 12, 31).adding(days: 400)
        try tenant.dispute(id, on: monday)
        #expect(try tenant.record(id).nextOn == last.adding(days: -90))
        try tenant.run(last.adding(days: -90))
        #expect(try tenant.tasks().map(\.kind).contains("limitationNear"))
        #expect(try tenant.record(id).nextOn == last.adding(days: 1))
    }

    @Test func `that begins when limitation is near says so at once`() throws {
        tenant.law.limitationDays = 40
        try tenant.hold(.minor, id, on: monday)
        #expect(try tenant.tasks().map(\.kind) == ["limitationNear"])
    }

    @Test(arguments: [HoldKind.estate, .insolvency, .debtRelief, .minor, .identityTheft])
    func `that only an administrator may lift does not end with its last day`(_ kind: HoldKind) throws {
        let until = monday.adding(days: 20)
        let hold = try tenant.hold(kind, id, until: until, on: monday)
        #expect(try tenant.record(id).nextOn == until.adding(days: -5))
        try tenant.run(until.adding(days: -5))
        let early = try #require(try tenant.tasks().first)
        #expect(early.kind == "holdEnding" && early.dueOn == until && !early.message.contains("goes on"))
        try tenant.write(on: until) { try Tasks.done(early.id, on: until, because: "seen", $0) }
        try tenant.run(until)
        #expect(try tenant.tasks().isEmpty, "a person is told once")
        try tenant.run(until.adding(days: 1))
        #expect(try tenant.tasks().first?.message.contains("has passed") == true)
        #expect(try holds().map(\.liftedOn) == [nil] && tenant.record(id).nextOn == nil)
        try tenant.lift(hold, as: .administrator, on: until.adding(days: 9))
        #expect(try tenant.tasks().isEmpty)
    }

    @Test func `is made longer by another of its kind`() throws {
        try tenant.hold(.vulnerable, id, until: monday.adding(days: 20), on: monday)
        #expect(throws: CaseworkRefusal.self) {
            try tenant.hold(.vulnerable, id, until: monday.adding(days: 20), on: monday.adding(days: 16))
        }
        try tenant.hold(.vulnerable, id, until: monday.adding(days: 40), on: monday.adding(days: 16))
        try tenant.work(from: monday.adding(days: 16), through: monday.adding(days: 40))
        #expect(try tenant.record(id).steps.isEmpty)
    }

    @Test func `counts from the first of a chain`() throws {
        try tenant.run(monday)
        try tenant.send(on: monday)
        let first = try tenant.hold(.creditorWait, id, on: monday.adding(days: 1))
        try tenant.hold(.minor, id, on: monday.adding(days: 8))
        try tenant.lift(first, as: .creditor, on: monday.adding(days: 9))
        // The first was lifted, and its time is not over.
        let snapshot = try tenant.snapshot(id)
        let minor = try #require(snapshot.facts.holds.first)
        #expect(minor.kind == .minor && snapshot.standstill.heldSince(minor) == monday.adding(days: 1))
        var later = minor
        later.since = monday.adding(days: 90)
        var apart = snapshot.standstill
        apart.holds = []
        #expect(apart.heldSince(later) == later.since, "a gap ends the chain")
    }

    @Test(arguments: HoldKind.allCases)
    func `begins earlier where it is learnt of later, and undoes what was sent since`(_ kind: HoldKind) throws {
        try tenant.work(from: monday, through: monday)
        let day = monday.adding(days: 5)
        func place(since: CivilDate) throws {
            try tenant.hold(kind, id, since: since, until: day.adding(days: 9), on: day)
        }
        #expect(throws: CaseworkRefusal.self) { try place(since: day.adding(days: 1)) }
        guard [.estate, .insolvency, .debtRelief, .minor].contains(kind) else {
            #expect(throws: CaseworkRefusal.self) { try place(since: monday) }
            return
        }
        try place(since: monday)
        #expect(try holds().map(\.facts.since) == [monday])
        #expect(try tenant.balances(id)[.reminderFee] == nil && tenant.snapshot(id).facts.steps.isEmpty)
        #expect(try tenant.tasks().map(\.kind).contains("sentDespiteHold"))
    }

    @Test func `keeps what people write out of the log, and until the debtor is erased`() throws {
        let words = "Anna is in hospital"
        let hold = try tenant.hold(.creditorWait, id, on: monday)
        try tenant.write(on: monday) {
            _ = try Holds.lift(hold, as: .creditor, reason: words, on: monday, tenant.rules, $0)
            try ClaimEvents.record(
                ClaimEvent(.acknowledgement, on: monday), of: ClaimID(rawValue: 1), reason: words, today: monday,
                tenant.rules, $0)
        }
        #expect(try holds().map(\.liftReason) == [words] && tenant.record(id).events.map(\.reason) == [words])
        let log = try tenant.dump()["audit_entry"]?.joined() ?? ""
        #expect(!log.contains("hospital") && log.contains("reasonSHA256"))
        try tenant.close(id, on: monday)
        try tenant.write(on: monday.adding(days: 400)) {
            _ = try Parties.erase(PartyID(rawValue: 1), reason: "time", on: monday.adding(days: 400), tenant.rules, $0)
        }
        #expect(try !tenant.dump().values.joined().joined().contains("hospital"))
        #expect(try holds().map(\.liftReason) == [nil] && tenant.record(id).events.map(\.reason) == [""])
    }
}

@Suite struct `A letter that is leaving` {
    private let tenant: TestTenant
    private let id: CaseID

    init() throws {
        tenant = try TestTenant()
        id = try tenant.open("A1", 100_000, dueOn: CivilDate(2025, 12, 31), on: monday)
        try tenant.run(monday)
    }

    private func claim(on day: CivilDate = monday) throws -> Job {
        tenant.temporary.clock.now = Timestamp(day, hour: 12)
        return try #require(try tenant.write(on: day) { try JobQueue.claim(ClaimRequest(1, owner: "me"), $0) }.first)
    }

    private func depart(_ job: Job) throws -> Departure {
        try tenant.depart(job, on: monday)
    }

    private func sent(_ job: Job) throws -> Bool {
        let letter = SentLetter(
            step: job.subject, channel: "post", receipt: DeliveryReceipt(reference: "r", sentOn: monday, details: [:]),
            documentSHA256: "", deadline: nil)
        return try tenant.write(on: monday) { try LetterDesk.recordSent(letter, job, tenant.rules, $0) }
    }

    private func failed(_ job: Job, _ kind: LetterFailure.Kind) throws {
        try tenant.write(on: monday) {
            try LetterDesk.recordFailure(LetterFailure(kind, "no"), job, JobLimits(), today: monday, tenant.rules, $0)
        }
    }

    private var state: String? { get throws { try tenant.record(id).steps.first?.state } }

    @Test func `was withdrawn by a dispute that came first`() throws {
        let job = try claim()
        let opened = try tenant.dispute(id, on: monday)
        #expect(opened.withdrawn == [1] && opened.gone.isEmpty)
        #expect(try depart(job) == .calledOff)
        #expect(try tenant.write(on: monday) { try LetterDesk.recordCancelled(job, today: monday, tenant.rules, $0) })
        #expect(try state == "withdrawn" && tenant.jobStates() == ["cancelled": 1])
        #expect(try !tenant.tasks().map(\.kind).contains("undelivered"))
    }

    @Test func `is undone by a dispute that came later`() throws {
        let job = try claim()
        #expect(try depart(job) == .gone)
        #expect(try state == "leaving" && tenant.snapshot(id).unsentSteps.isEmpty)
        let opened = try tenant.dispute(id, on: monday)
        #expect(opened.withdrawn.isEmpty && opened.gone == [1])
        #expect(try tenant.balances(id)[.reminderFee] == nil)
        #expect(try sent(job))
        #expect(try state == "sent")
        #expect(try tenant.tasks().map(\.kind).sorted() == ["answerDispute", "sentDespiteDispute", "tellCreditor"])
        try tenant.work(from: monday, through: monday.adding(days: 30))
        #expect(try tenant.record(id).steps.count == 1)
    }

    @Test func `that left the day a dispute came in is undone, one from before is not`() throws {
        let job = try claim()
        #expect(try depart(job) == .gone && sent(job))
        let later = try tenant.dispute(id, receivedOn: monday.adding(days: 1), on: monday.adding(days: 2))
        #expect(later.gone.isEmpty)
        #expect(try tenant.balances(id)[.reminderFee] == 100)
        try tenant.decide(later.id, .rejected, grounds: "It came.", on: monday.adding(days: 2))
        let sameDay = try tenant.dispute(id, receivedOn: monday, on: monday.adding(days: 3))
        #expect(sameDay.gone == [1])
        #expect(try tenant.balances(id)[.reminderFee] == nil)
    }

    @Test func `goes back in the queue when its channel says that it did not leave`() throws {
        let job = try claim()
        #expect(try depart(job) == .gone)
        try failed(job, .temporary)
        #expect(try state == "queued")
        #expect(try tenant.dispute(id, on: monday).withdrawn == [1])
    }

    @Test func `stays gone while nobody knows`() throws {
        let job = try claim()
        #expect(try depart(job) == .gone)
        try failed(job, .unknown)
        #expect(try state == "leaving")
        #expect(try tenant.dispute(id, on: monday).gone == [1])
        // The next attempt finds that no channel has it: it never left, and does not leave now.
        let again = try claim(on: monday.adding(days: 1))
        #expect(again.isUncertain)
        let prepared = try tenant.database.read {
            try LetterDesk.prepare(step: again.subject, datedOn: monday, tenant.rules, $0)
        }
        guard case .held = prepared else { return #expect(Bool(false), "\(prepared)") }
        #expect(try depart(again) == .held)
        #expect(try tenant.write(on: monday) { try LetterDesk.recordHeld(again, today: monday, tenant.rules, $0) })
        #expect(try state == "withdrawn" && tenant.jobStates() == ["done": 1])
        #expect(
            try tenant.tasks().map(\.kind).sorted() == ["answerDispute", "tellCreditor"], "there is nothing to undo")
    }

    @Test func `is not withdrawn by a payment, and is recorded after it`() throws {
        let job = try claim()
        #expect(try depart(job) == .gone)
        try tenant.pay(5, id, paidOn: monday)
        #expect(try state == "leaving" && sent(job))
        #expect(try state == "sent" && tenant.tasks().isEmpty)
    }

    @Test func `of a case that the creditor withdraws is told to be void`() throws {
        let job = try claim()
        #expect(try depart(job) == .gone)
        try tenant.write(on: monday) { try Payments.close(id, code: .withdrawn, on: monday, tenant.rules, $0) }
        #expect(try sent(job))
        #expect(try tenant.tasks().map(\.kind) == ["sentAfterWithdrawal"])
    }

    private func close(_ code: CloseCode) throws {
        try tenant.write(on: monday) { try Payments.close(id, code: code, on: monday, tenant.rules, $0) }
    }

    /// Goal: whatever happened to a letter when its case was closed, it does not leave afterwards.
    @Test(arguments: [CloseCode.mistake, .debtRelief, .upheld, .paid], ["crash", "temporary", "unknown", "notSent"])
    func `does not leave once its case is closed`(_ code: CloseCode, _ way: String) throws {
        var job = try claim()
        #expect(try depart(job) == .gone)
        let limits = JobLimits(failuresMax: way == "notSent" ? 1 : 20)
        func fail(_ kind: LetterFailure.Kind) throws {
            try tenant.write(on: monday) {
                try LetterDesk.recordFailure(LetterFailure(kind, "no"), job, limits, today: monday, tenant.rules, $0)
            }
        }
        if way == "notSent" { try fail(.unknown) }
        try close(code)
        switch way {
        case "crash": try tenant.write(on: monday) { _ = try JobQueue.recover(isDead: { _ in true }, $0) }
        case "temporary": try fail(.temporary)
        case "unknown": try fail(.unknown)
        default:
            try tenant.write(on: monday) {
                try LetterDesk.settle(job: job.id, .notSent, today: monday, reason: "there", tenant.rules, $0)
            }
            #expect(try tenant.jobStates() == ["done": 1], "nothing is sent")
        }
        if way != "notSent" {
            job = try claim(on: monday.adding(days: 1))
            let prepared = try tenant.database.read {
                try LetterDesk.prepare(step: job.subject, datedOn: monday, tenant.rules, $0)
            }
            guard case .held = prepared else { return #expect(Bool(false), "\(prepared)") }
            #expect(try depart(job) == .held)
            #expect(try tenant.write(on: monday) { try LetterDesk.recordHeld(job, today: monday, tenant.rules, $0) })
        }
        #expect(try state == "withdrawn" && tenant.balances(id)[.reminderFee] == nil)
        #expect(try !tenant.tasks().contains { $0.kind == "sentAfterWithdrawal" })
        #expect(try tenant.send(on: monday.adding(days: 2)).isEmpty)
    }

    @Test(arguments: CloseCode.allCases)
    func `and arrives after its case was closed is void, unless it was true when it left`(_ code: CloseCode) throws {
        let job = try claim()
        #expect(try depart(job) == .gone)
        try close(code)
        #expect(try sent(job))
        let isTold = try tenant.tasks().contains { $0.kind == "sentAfterWithdrawal" }
        #expect(isTold == ![CloseCode.paid, .credited, .sold].contains(code))
    }

    @Test(arguments: [LetterFailure.Kind.permanent, .temporary])
    func `and was paid for gives the money back when it never left`(_ kind: LetterFailure.Kind) throws {
        let job = try claim()
        #expect(try depart(job) == .gone)
        // Costs first: the fee of the letter, and nothing of the claim.
        try tenant.pay(100, id, paidOn: monday)
        try failed(job, kind)
        if kind == .temporary { #expect(try tenant.dispute(id, on: monday).withdrawn == [1]) }
        #expect(try tenant.snapshot(id).balances.allSatisfy { !$0.amount.isNegative })
        #expect(try tenant.balances(id) == [.principal: 99_900])
    }

    @Test func `is written anew when money came in since it was written`() throws {
        var job = try claim()
        #expect(try depart(job) == .gone)
        try failed(job, .unknown)
        job = try claim(on: monday.adding(days: 1))
        func prepare() throws -> PreparedLetter {
            let state = try tenant.database.read {
                try LetterDesk.prepare(step: job.subject, datedOn: monday, tenant.rules, $0)
            }
            guard case .ready(let letter) = state else { throw CaseRulesFault("\(state)") }
            return letter
        }
        func departs(_ letter: PreparedLetter) throws -> Departure {
            try tenant.write(on: monday) {
                try LetterDesk.depart(job, datedOn: monday, madeFrom: letter.basis, tenant.rules, $0)
            }
        }
        let stale = try prepare()
        try tenant.pay(600, id, paidOn: monday)
        #expect(try departs(stale) == .changed)
        #expect(try tenant.write(on: monday) { try LetterDesk.recordChanged(job, $0) })
        #expect(try state == "queued")
        job = try claim(on: monday.adding(days: 1))
        let fresh = try prepare()
        #expect(fresh.content.charges.isEmpty && fresh.content.claims.map(\.paid.minorUnits) == [500])
        #expect(try departs(fresh) == .gone)
    }

    @Test func `is given up like one that waits`() throws {
        let job = try claim()
        #expect(try depart(job) == .gone)
        try failed(job, .permanent)
        #expect(try state == "failed" && tenant.tasks().map(\.kind) == ["undelivered"])
    }

    @Test func `leaves nobody's hands but its worker's`() throws {
        let job = try claim()
        try tenant.write(on: monday) { _ = try JobQueue.recover(isDead: { _ in true }, $0) }
        #expect(try depart(job) == .lost && state == "queued")
        let mine = try claim(on: monday.adding(days: 1))
        try tenant.write(on: monday) { _ = try JobQueue.cancel(mine.id, $0) }
        #expect(try depart(mine) == .calledOff && state == "queued")
    }

    @Test func `that nobody knows of is settled by a person`() throws {
        let job = try claim()
        #expect(try depart(job) == .gone)
        try tenant.write(on: monday) {
            try LetterDesk.recordFailure(
                LetterFailure(.unknown, "no"), job, JobLimits(failuresMax: 1), today: monday, tenant.rules,
                $0)
        }
        #expect(try state == "leaving" && tenant.tasks().map(\.kind) == ["deliveryUnknown"])
        try tenant.dispute(id, on: monday)
        try tenant.write(on: monday) {
            try LetterDesk.settle(job: job.id, .notSent, today: monday, reason: "it lay there", tenant.rules, $0)
        }
        #expect(try state == "queued" && !tenant.tasks().map(\.kind).contains("sentDespiteDispute"))
        #expect(try tenant.send(on: monday).isEmpty && state == "withdrawn")
    }
}
