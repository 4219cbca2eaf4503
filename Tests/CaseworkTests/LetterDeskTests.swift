import Casework
import CaseworkTesting
import Correspondence
import Database
import DatabaseTesting
import FordringKit
import JobQueue
import Testing

@Suite struct `The letter desk` {
    private let tenant: TestTenant
    private let id: CaseID

    init() throws {
        tenant = try TestTenant()
        id = try tenant.open("A1", 100_000, dueOn: CivilDate(2025, 12, 31), on: monday)
    }

    private func prepare(_ step: Int64, on day: CivilDate = monday) throws -> PreparedLetter? {
        let state = try tenant.database.read { try LetterDesk.prepare(step: step, datedOn: day, tenant.rules, $0) }
        return if case .ready(let letter) = state { letter } else { nil }
    }

    private func claim(by owner: String = "me", at day: CivilDate = monday) throws -> Job {
        tenant.temporary.clock.now = Timestamp(day, hour: 12)
        return try #require(try tenant.write(on: day) { try JobQueue.claim(ClaimRequest(1, owner: owner), $0) }.first)
    }

    private func sent(_ step: Int64, _ job: Job, on day: CivilDate = monday) throws -> Bool {
        let letter = SentLetter(
            step: step, channel: "post",
            receipt: DeliveryReceipt(reference: "r1", sentOn: day, details: ["pages": "2"]), documentSHA256: "ab",
            deadline: try tenant.law.deadline(for: .reminder, sentOn: day))
        return try tenant.write(on: day) { try LetterDesk.recordSent(letter, job, tenant.rules, $0) }
    }

    private func failed(_ job: Job, _ kind: LetterFailure.Kind, limits: JobLimits = JobLimits()) throws {
        try tenant.write(on: monday) {
            try LetterDesk.recordFailure(
                LetterFailure(kind, "no address"), job, limits, today: monday, tenant.rules, $0)
        }
    }

    @Test func `collects what a letter says, as of now`() throws {
        let debtor = TestTenant.debtor("Debtor of A1")
        _ = try tenant.open("A2", 5000, dueOn: CivilDate(2025, 12, 1), debtor: debtor, on: monday)
        try tenant.pay(6000, id, paidOn: monday)
        try tenant.run(monday)
        let letter = try #require(try prepare(1))
        let content = letter.content
        #expect(content.caseID == id && content.id == LetterID(rawValue: 1) && content.step == .reminder)
        #expect(content.datedOn == monday && content.payBy == monday.adding(days: 10) && content.reminderNumber == 1)
        // A2 is paid and not mentioned.
        #expect(content.claims.map(\.reference) == ["A1"])
        #expect(
            content.claims.map(\.principal.minorUnits) == [100_000] && content.claims.map(\.paid.minorUnits) == [1000])
        #expect(content.charges.map(\.component) == [.reminderFee] && content.charges.map(\.amount.minorUnits) == [100])
        #expect(letter.party.name == "Debtor of A1")
    }

    @Test func `states the rate and the last day of the interest`() throws {
        try tenant.work(from: monday, through: CivilDate(2026, 1, 26))
        try tenant.run(CivilDate(2026, 1, 27))
        let interest = try #require(
            try prepare(3, on: CivilDate(2026, 1, 27))?.content.charges.first { $0.component == .interest })
        #expect(interest.amount.minorUnits == 740 && interest.rate == Testland.interestRate)
        #expect(interest.through == CivilDate(2026, 1, 27))
        #expect(try prepare(3)?.content.datedOn == CivilDate(2026, 1, 27), "no letter is dated before its decision")
    }

    @Test func `numbers reminders`() throws {
        try tenant.work(from: monday, through: CivilDate(2026, 1, 15))
        try tenant.run(CivilDate(2026, 1, 16))
        #expect(try prepare(2, on: CivilDate(2026, 1, 16))?.content.reminderNumber == 2)
    }

    @Test func `has nothing to send for a step that is not, or no longer, waiting`() throws {
        #expect(try prepare(1) == nil)
        try tenant.run(monday)
        try tenant.send(on: monday)
        #expect(try prepare(1) == nil, "sent")
        try tenant.run(CivilDate(2026, 1, 16))
        try tenant.pay(5, id, paidOn: CivilDate(2026, 1, 16))
        #expect(try prepare(2) == nil, "withdrawn")
    }

    @Test func `records a sent letter with its deadline, its receipt and the case's next day`() throws {
        try tenant.run(monday)
        let size = try tenant.auditSize()
        #expect(try sent(1, try claim()))
        let record = try tenant.record(id)
        let step = try #require(record.steps.first)
        #expect(step.state == "sent" && step.sentOn == monday && step.deadlineOn == monday.adding(days: 10))
        #expect(step.channel == "post" && step.receipt == "r1" && record.nextOn == monday.adding(days: 1))
        #expect(try tenant.jobStates() == ["done": 1])
        #expect(try tenant.audited(from: size) == ["letter.sent"])
    }

    @Test func `records nothing for an owner that has lost the job`() throws {
        try tenant.run(monday)
        let job = try claim(by: "slow")
        try tenant.write(on: monday) { _ = try JobQueue.recover(isDead: { _ in true }, $0) }
        let before = try tenant.dump()
        #expect(try !sent(1, job))
        try failed(job, .permanent)
        #expect(try tenant.dump() == before)
    }

    @Test func `tries a letter again after a failure that may pass`() throws {
        try tenant.run(monday)
        try failed(try claim(), .temporary)
        #expect(try tenant.record(id).steps[0].state == "queued")
        #expect(try tenant.tasks().isEmpty)
        #expect(try sent(1, try claim(at: monday.adding(days: 1))))
    }

    @Test func `gives a letter up that cannot be sent, and asks a person`() throws {
        try tenant.run(monday)
        let size = try tenant.auditSize()
        try failed(try claim(), .permanent)
        #expect(try tenant.record(id).steps[0].state == "failed")
        let task = try #require(try tenant.tasks().first)
        #expect(task.kind == TaskKind.undelivered.rawValue && task.caseID == id && task.message.contains("no address"))
        #expect(try tenant.audited(from: size) == ["letter.failed", "task.raised"])
        #expect(try tenant.jobStates() == ["dead": 1])
    }

    @Test func `charges nothing for a letter that never left, and asks again when the person is done`() throws {
        try tenant.run(monday)
        #expect(try tenant.balances(id)[.reminderFee] ?? 0 > 0, "the step charged a fee")
        try failed(try claim(), .permanent)
        #expect(try tenant.balances(id)[.reminderFee] ?? 0 == 0)
        #expect(try tenant.record(id).nextOn == nil, "it stands still until the person is done")
        let task = try #require(try tenant.tasks().first)
        let tuesday = monday.adding(days: 1)
        try tenant.write(on: tuesday) { try Tasks.done(task.id, on: tuesday, because: "address corrected", $0) }
        #expect(try tenant.record(id).nextOn == tuesday)
        try tenant.run(tuesday)
        #expect(try tenant.record(id).steps.map(\.state) == ["failed", "queued"])
    }

    @Test func `has a person tell the debtor when a letter left that had been withdrawn`() throws {
        try tenant.run(monday)
        let job = try claim()
        // The worker has read the letter and is on its way to the channel; now money comes in.
        try tenant.pay(100_000, id, paidOn: monday)
        #expect(try sent(1, job))
        let record = try tenant.record(id)
        #expect(record.snapshot.isClosed && record.steps.map(\.state) == ["withdrawn"] && record.nextOn == nil)
        #expect(try tenant.tasks().map(\.kind) == [TaskKind.sentAfterWithdrawal.rawValue])
        #expect(try tenant.audited().contains("letter.sent"), "it did leave the house")
        #expect(try tenant.jobStates() == ["done": 1])
    }

    // MARK: Letters of which nothing is known

    /// Has the channel lose its answer to the letter of the first step, for the last time.
    private func loseAnswer() throws -> Job {
        try tenant.run(monday)
        let job = try claim()
        try failed(job, .unknown, limits: JobLimits(failuresMax: 1))
        #expect(try tenant.tasks().map(\.kind) == [TaskKind.deliveryUnknown.rawValue])
        #expect(try tenant.record(id).steps.map(\.state) == ["queued"] && tenant.jobStates() == ["dead": 1])
        return job
    }

    private func settle(_ job: Job, _ finding: LetterDesk.Finding) throws {
        try tenant.write(on: monday) {
            try LetterDesk.settle(job: job.id, finding, today: monday, reason: "asked the printer", tenant.rules, $0)
        }
    }

    private var foundSent: LetterDesk.Finding {
        .sent(
            SentLetter(
                step: 1, channel: "post", receipt: DeliveryReceipt(reference: "r1", sentOn: monday, details: [:]),
                documentSHA256: "", deadline: nil))
    }

    @Test func `records what a person found out about a letter`() throws {
        let job = try loseAnswer()
        try settle(job, foundSent)
        #expect(try tenant.record(id).steps.map(\.state) == ["sent"])
        #expect(try tenant.tasks().isEmpty && tenant.jobStates() == ["done": 1])
        #expect(throws: CaseworkRefusal.self, "once") { try settle(job, foundSent) }
    }

    @Test(arguments: [true, false]) func `knows again of a letter that is tried anew`(leaves: Bool) throws {
        let dead = try loseAnswer()
        #expect(try tenant.write(on: monday) { try JobQueue.retry(dead.id, $0) })
        let job = try claim()
        if leaves {
            #expect(try sent(1, job))
        } else {
            try failed(job, .permanent)
        }
        #expect(try !tenant.tasks().map(\.kind).contains(TaskKind.deliveryUnknown.rawValue))
    }

    @Test func `sends a letter of which a person found out that it never left`() throws {
        let job = try loseAnswer()
        try settle(job, .notSent)
        #expect(try tenant.tasks().isEmpty && tenant.jobStates() == ["done": 1, "available": 1])
        #expect(try sent(1, try claim()))
    }

    @Test func `lets a person find out about a letter that was withdrawn meanwhile`() throws {
        let job = try loseAnswer()
        try tenant.pay(5, id, paidOn: monday)
        #expect(try tenant.record(id).steps.map(\.state) == ["withdrawn"])
        try settle(job, foundSent)
        #expect(try tenant.tasks().map(\.kind) == [TaskKind.sentAfterWithdrawal.rawValue], "the debtor must be told")
    }

    @Test func `does not send a letter that was withdrawn, when it never left`() throws {
        let job = try loseAnswer()
        try tenant.pay(5, id, paidOn: monday)
        try settle(job, .notSent)
        #expect(try tenant.tasks().isEmpty && tenant.jobStates() == ["done": 1])
    }

    @Test func `asks a person about a letter that was withdrawn on its way, when the answer was lost`() throws {
        try tenant.run(monday)
        let job = try claim()
        try tenant.pay(5, id, paidOn: monday)
        try failed(job, .unknown)
        #expect(try tenant.tasks().map(\.kind) == [TaskKind.deliveryUnknown.rawValue])
        #expect(try tenant.jobStates() == ["dead": 1])
    }

    /// Goal: a payment that comes while a letter is between two attempts, of which the first may have reached the channel,
    /// does not hide that the letter left.
    @Test(arguments: [true, false])
    func `asks the channel about a letter that was withdrawn between two attempts`(hasLeft: Bool) throws {
        try tenant.run(monday)
        try failed(try claim(), .unknown)
        try tenant.pay(5, id, paidOn: monday)
        // At once: whoever waits for the next attempt waits for nothing.
        let job = try claim()
        #expect(job.isCalledOff && job.attempt == 2)
        if hasLeft {
            #expect(try sent(1, job))
            #expect(try tenant.tasks().map(\.kind) == [TaskKind.sentAfterWithdrawal.rawValue])
        } else {
            #expect(
                try tenant.write(on: monday) { try LetterDesk.recordCancelled(job, today: monday, tenant.rules, $0) })
            #expect(try tenant.tasks().isEmpty)
        }
        #expect(try tenant.record(id).steps.map(\.state) == ["withdrawn"])
        #expect(try tenant.jobStates() == [hasLeft ? "done" : "cancelled": 1])
    }

    @Test func `withdraws a letter twice without harm while its worker is on the way`() throws {
        try tenant.run(monday)
        let job = try claim()
        try tenant.pay(5, id, paidOn: monday)
        try tenant.write(on: monday) { _ = try JobQueue.recover(isDead: { _ in true }, $0) }
        try tenant.write(on: monday) { try JobQueue.cancel(.deliverLetter, subject: job.subject, $0) }
        #expect(try claim().isCalledOff)
    }
}

@Suite struct `The fake channel` {
    @Test func `delivers a key once, and can be made to fail`() throws {
        let channel = FakeChannel()
        let letter = Letter(
            id: LetterID(rawValue: 1), tenant: try #require(TenantID("tt")), caseID: CaseID(rawValue: 1),
            step: .reminder,
            language: .english, datedOn: monday, dateText: "", pageWords: LabelledText("", ""),
            letterhead: Letterhead(name: "", addressLines: [], contactLines: [], registration: "", accentColor: ""),
            recipient: TestTenant.debtor(), references: [], subject: "", blocks: [], shortText: "")
        let delivery = Delivery(idempotencyKey: "k", letter: letter, document: [], day: monday)
        channel.fail(with: DeliveryFailure(.temporary, "down"))
        #expect(throws: DeliveryFailure.self) { try channel.deliver(delivery) }
        #expect(try channel.receipt(for: "k") == nil)
        let first = try channel.deliver(delivery)
        var later = delivery
        later.day = monday.adding(days: 3)
        #expect(try channel.deliver(later) == first)
        #expect(try channel.receipt(for: "k") == first && channel.sent.count == 1)
    }
}
