import AuditTrail
import Casework
import CaseworkTesting
import Database
import DatabaseTesting
import FordringKit
import JobQueue
import Ledger
import Testing

@Suite struct `What comes in after a case was closed` {
    private let tenant: TestTenant
    private let id: CaseID
    private let later = monday.adding(days: 3)

    init() throws {
        tenant = try TestTenant()
        tenant.law.tellsOfSale = true
        tenant.law.limitationDays = 1
        id = try tenant.open("A1", 100_000, dueOn: CivilDate(2025, 12, 31), on: monday)
    }

    private func close(_ code: CloseCode) throws {
        switch code {
        case .sold:
            try tenant.sell(id, on: monday)
            try tenant.send(on: monday)
        case .paid: try tenant.pay(100_000, id, paidOn: monday)
        case .credited:
            _ = try tenant.register(TestTenant.creditNote("C1", 100_000, against: "A1", issuedOn: monday), on: monday)
        case .upheld: try tenant.decide(try tenant.dispute(id, on: monday).id, .upheld, on: monday)
        case .withdrawn, .settled, .lapsed, .estateClosed, .debtRelief, .uncollectable, .mistake:
            try tenant.close(id, as: code, on: monday)
        }
        try #require(try tenant.record(id).closeCode == code.rawValue)
    }

    private func open(_ kind: TaskKind) throws -> [CaseTask] { try tenant.tasks().filter { $0.kind == kind.rawValue } }

    /// Goal: money for a case of which something was left is never taken for the claim.
    @Test(arguments: CloseCode.allCases) func `never lessens what was left`(_ code: CloseCode) throws {
        try close(code)
        let before = try tenant.balances(id)
        let first = try tenant.pay(300, id, paidOn: monday.adding(days: -9), registeredOn: later, reference: "R1")
        let second = try tenant.pay(70, id, paidOn: later)
        for result in [first, second] { #expect(result.allocations.isEmpty && result.closed) }
        #expect(first.overpaid.minorUnits == 300 && second.overpaid.minorUnits == 70)
        #expect(try tenant.balances(id) == before)
        let sums = try tenant.database.read { try Ledger.trialBalance($0) }
        #expect(sums[.overpayment] == -370 && sums.values.reduce(0, +) == 0)
        #expect(try tenant.pay(300, id, paidOn: monday.adding(days: -9), registeredOn: later, reference: "R1").wasKnown)
        let owed = try open(.overpaid)
        let kept = try open(.moneyAfterClosing)
        if code.leavesNothingOwed {
            #expect(kept.isEmpty && owed.map { $0.message.contains("3.70 EUR") } == [true])
            #expect(first.closedBefore == nil)
            return
        }
        #expect(owed.isEmpty && kept.map(\.about) == [1, 2] && kept.allSatisfy { $0.caseID == id })
        try #require(kept.count == 2)
        #expect(kept[0].message.contains("3.00 EUR of 2025-12-27 (payment 1)"), "\(kept[0].message)")
        #expect(kept.allSatisfy { $0.message.contains("(\(code.rawValue))") })
        #expect(kept.allSatisfy { $0.cure.contains("buyer") == (code == .sold) })
        #expect(first.closedBefore == code.rawValue && first.outstanding.isPositive)
        // What a credit note gives back besides is a task of its own, without the money that has one already.
        _ = try tenant.register(TestTenant.creditNote("C9", 100_050, against: "A1", issuedOn: later), on: later)
        for task in try open(.overpaid) { #expect(task.message.hasPrefix("0.50 EUR"), "\(task.message)") }
    }

    @Test func `is a dispute that the buyer decides, where the claims were sold`() throws {
        try close(.sold)
        let paper = NewDocument(.objection, text: "I owe nothing.")
        for number in [Int64(1), 2] {
            let received = try tenant.receive(
                id, receivedOn: monday.adding(days: Int(number)), documents: [paper], on: later)
            guard case .passedOn(number, let answerBy) = received else {
                Issue.record("\(received)")
                return
            }
            #expect(answerBy.value > later)
        }
        let tasks = try open(.passOnDispute)
        #expect(tasks.map(\.about) == [1, 2] && tasks.allSatisfy { $0.caseID == id && $0.cure.contains("buyer") })
        try #require(tasks.count == 2)
        #expect(tasks[0].message.contains("wrongAmount") && tasks[0].message.contains("2026-01-06"))
        #expect(try open(.answerDispute).map(\.about) == [1, 2] && open(.tellCreditor).isEmpty)
        let record = try #require(try tenant.database.read { try Disputes.record(1, $0) })
        #expect(record.state == .lapsed && record.hold == nil && record.openedOn == monday.adding(days: 1))
        #expect(try tenant.dump()["dispute_document"]?.count == 2)
        #expect(try tenant.record(id).closeCode == "sold" && tenant.snapshot(id).standstill.holds.isEmpty)
        #expect(try tenant.answer(1, on: later) == nil)
        #expect(try open(.answerDispute).map(\.about) == [2])
        #expect(throws: CaseworkRefusal.self) {
            _ = try tenant.receive(id, receivedOn: later.adding(days: 1), on: later)
        }
    }

    @Test(arguments: CloseCode.allCases) func `is refused as a dispute with what to do`(_ code: CloseCode) throws {
        try close(code)
        let before = try tenant.dump()
        let refusal = try #require(throws: CaseworkRefusal.self) { try tenant.dispute(id, on: later) }
        #expect(refusal.code == .caseClosed)
        let cure =
            code == .sold
            ? "fordring dispute open" : code.leavesNothingOwed ? "fordring claim import" : "Tell the debtor"
        #expect(refusal.message.contains(cure) && refusal.message.contains("2026-01-05"), "\(refusal.message)")
        if code != .sold { #expect(throws: CaseworkRefusal.self) { _ = try tenant.receive(id, on: later) } }
        #expect(try tenant.dump() == before, "what is refused leaves no trace")
    }
}

@Suite struct `Two matters of one kind in a case` {
    private let tenant: TestTenant
    private let id: CaseID

    init() throws {
        tenant = try TestTenant()
        let debtor = TestTenant.debtor("One debtor")
        id = try tenant.open("A1", 100_000, dueOn: CivilDate(2025, 12, 31), debtor: debtor, on: monday)
        let same = try tenant.open("A2", 50_000, dueOn: CivilDate(2025, 12, 31), debtor: debtor, on: monday)
        #expect(same == id)
    }

    private func open(_ kind: TaskKind) throws -> [CaseTask] { try tenant.tasks().filter { $0.kind == kind.rawValue } }

    @Test func `are two tasks, each with its own day and end, where they are disputes`() throws {
        let first = try tenant.dispute(id, claim: ClaimID(rawValue: 1), on: monday)
        let second = try tenant.dispute(id, claim: ClaimID(rawValue: 2), on: monday.adding(days: 2))
        #expect(try open(.tellCreditor).map(\.about) == [first.id, second.id])
        #expect(try open(.answerDispute).map(\.about) == [first.id, second.id])
        #expect(try open(.answerDispute).map(\.dueOn) == [first.answerBy.value, second.answerBy.value])
        let told = try #require(try open(.tellCreditor).first)
        try tenant.write(on: monday) { try Tasks.done(told.id, on: monday, because: "told", $0) }
        let waits = try tenant.database.read { try Disputes.list(caseID: id, all: true, after: 0, limit: 9, $0) }
        #expect(waits.map(\.creditorWaits) == [false, true])
        try tenant.decide(first.id, .rejected, grounds: "No.", on: monday.adding(days: 3))
        #expect(try open(.answerDispute).map(\.about) == [second.id])
        #expect(Set(try open(.tellCreditor).map(\.about)) == [first.id, second.id], "of the decision")
        try tenant.close(id, as: .uncollectable, on: monday.adding(days: 4))
        #expect(try open(.tellCreditor).filter { $0.message.contains("undecided") }.map(\.about) == [second.id])
        #expect(try open(.answerDispute).map(\.about) == [second.id])
        try tenant.answer(second.id, on: monday.adding(days: 5))
        #expect(try open(.answerDispute).isEmpty)
    }

    @Test func `end a task of the time when a case had one for all its disputes`() throws {
        try tenant.write(on: monday) {
            try Tasks.raise(.answerDispute, id, on: monday, message: "old", cure: "old", $0)
        }
        let dispute = try tenant.dispute(id, on: monday)
        #expect(try open(.answerDispute).map(\.about) == [dispute.id])
    }

    @Test func `are two tasks, each with its own end, where they are letters`() throws {
        try tenant.work(from: monday, through: monday.adding(days: 20))
        let day = monday.adding(days: 21)
        let steps = try tenant.record(id).steps
        let sent = steps.map(\.id)
        try #require(sent.count == 2 && steps.allSatisfy { $0.state == "sent" })
        let dispute = try tenant.dispute(id, receivedOn: monday, on: day)
        #expect(try open(.sentDespiteDispute).map(\.about) == sent)
        #expect(try open(.sentDespiteDispute).map { $0.message.contains("step \($0.about ?? 0) was") } == [true, true])
        let since = "dispute \(dispute.id) since \(monday)"
        #expect(try tenant.record(id).steps.map(\.voidBecause) == [since, since])
        let told = try #require(try open(.sentDespiteDispute).first)
        try tenant.write(on: day) { try Tasks.done(told.id, on: day, because: "told", $0) }
        #expect(try open(.sentDespiteDispute).map(\.about) == [sent[1]])
    }

    @Test func `ends with what is found out about its letter, and with nothing else`() throws {
        try tenant.run(monday)
        tenant.temporary.clock.now = Timestamp(monday, hour: 7)
        let job = try #require(
            try tenant.write(on: monday) { try JobQueue.claim(ClaimRequest(1, owner: "post"), $0) }.first)
        let departure = try tenant.depart(job, on: monday)
        #expect(departure == .gone)
        try tenant.write(on: monday) {
            try LetterDesk.recordFailure(
                LetterFailure(.unknown, "silence"), job, JobLimits(failuresMax: 1), today: monday, tenant.rules, $0)
        }
        try tenant.dispute(id, on: monday)
        // Another letter of the case of which there is something to do.
        try tenant.write(on: monday) {
            for kind in [TaskKind.deliveryUnknown, .sentDespiteDispute] {
                try Tasks.raise(kind, id, about: 99, on: monday, message: "m", cure: "c", $0)
            }
        }
        #expect(try open(.deliveryUnknown).map(\.about) == [job.subject, 99])
        #expect(try open(.sentDespiteDispute).map(\.about) == [job.subject, 99])
        #expect(try tenant.record(id).steps.map(\.voidBecause) == ["dispute 1 since 2026-01-05"])
        try tenant.write(on: monday) {
            try LetterDesk.settle(job: job.id, .notSent, today: monday, reason: "found", tenant.rules, $0)
        }
        #expect(try open(.deliveryUnknown).map(\.about) == [99] && open(.sentDespiteDispute).map(\.about) == [99])
        #expect(try tenant.record(id).steps.map(\.voidBecause) == [nil], "what waits again was never void")
    }

    @Test func `does not leave later where a dispute made it void, though it never had left`() throws {
        try tenant.run(monday)
        tenant.temporary.clock.now = Timestamp(monday, hour: 7)
        func claim() throws -> Job? {
            try tenant.write(on: monday) { try JobQueue.claim(ClaimRequest(1, owner: "post"), $0) }.first
        }
        let job = try #require(try claim())
        #expect(try tenant.depart(job, on: monday) == .gone)
        try tenant.write(on: monday) {
            try LetterDesk.recordFailure(
                LetterFailure(.unknown, "silence"), job, JobLimits(failuresMax: 1), today: monday, tenant.rules, $0)
        }
        let dispute = try tenant.dispute(id, on: monday).id
        let resumesOn = try #require(
            try tenant.decide(dispute, .rejected, grounds: "No.", on: monday).resumption?.value)
        // Only after the debtor's days does a person find out.
        try tenant.write(on: resumesOn) {
            try LetterDesk.settle(job: job.id, .notSent, today: resumesOn, reason: "found", tenant.rules, $0)
        }
        #expect(try tenant.send(on: resumesOn).isEmpty)
        #expect(try tenant.record(id).steps.map(\.state) == ["withdrawn"])
    }

    @Test func `keep a case waiting until a person has seen to each letter that could not be sent`() throws {
        try tenant.write(on: monday) { transaction in
            for step in [Int64(1), 2] {
                try Tasks.raise(.undelivered, id, about: step, on: monday, message: "m", cure: "c", transaction)
            }
            try transaction.execute("UPDATE debt_case SET next_on = NULL")
        }
        for (task, next) in zip(try open(.undelivered), [nil, monday]) {
            try tenant.write(on: monday) { try Tasks.done(task.id, on: monday, because: "seen to", $0) }
            #expect(try tenant.record(id).nextOn == next)
        }
    }
}
