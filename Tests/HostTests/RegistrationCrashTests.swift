import Casework
import CaseworkTesting
import Database
import FordringKit
import Foundation
import JobQueue
import Registrations
import Synchronization
import Testing

@testable import Host

/// Goal: a batch reaches the bureau once, or not at all and then everybody knows, wherever a worker dies.
///
/// Method: a handler is run and its report is dropped, which is what a kill leaves behind; then its lease runs out and
/// others work.
@Suite struct RegistrationCrashTests {
    private let leaves = TestBureau.mayLeaveOn

    /// One registration asked for, on the day on which all holds; the day's job waits.
    private func ready() throws -> TestBureau {
        let test = try TestBureau()
        try test.request(1)
        test.home.clock.set(Timestamp(leaves, hour: 6))
        try test.enqueue(.submitRegistrations)
        return test
    }

    @Test func `Killed before the bureau was called, the batch is looked at anew and leaves once, under its key`()
        throws
    {
        let test = try ready()
        test.bureau.next(.breaksBefore)
        try test.beginAndDie(.submitRegistrations, on: leaves)
        #expect(try test.state(1) == .leaving)
        try test.workLater(on: leaves)
        #expect(try test.state(1) == .submitted)
        #expect(test.bureau.taken.map(\.key) == ["aa-bureau-1"])
        try test.expectSound()
    }

    @Test func `Killed after the bureau took it, the receipt says so`() throws {
        let test = try ready()
        try test.beginAndDie(.submitRegistrations, on: leaves)
        #expect(try test.state(1) == .leaving)
        try test.workLater(on: leaves)
        #expect(try test.state(1) == .submitted)
        #expect(test.bureau.taken.map(\.key) == ["aa-bureau-1"])
        try test.expectSound()
    }

    @Test(arguments: [true, false]) func `A dispute between the kill and the next attempt is obeyed`(
        _ hasLeft: Bool
    ) throws {
        let test = try ready()
        if !hasLeft { test.bureau.next(.breaksBefore) }
        try test.beginAndDie(.submitRegistrations, on: leaves)
        try test.dispute(1, on: leaves)
        #expect(try test.state(1) == .deletionOrdered)
        try test.workLater(on: leaves)
        #expect(try test.state(1) == (hasLeft ? .deletionSubmitted : .withdrawn))
        #expect(test.bureau.standing.isEmpty)
        #expect(test.bureau.registered == (hasLeft ? [1] : []))
        #expect(try test.record(1).deletion?.confirmedOn == (hasLeft ? nil : leaves))
        try test.expectSound()
    }

    @Test func `The alarm over a deletion ends when the bureau never got what was to be deleted`() throws {
        let test = try ready()
        test.bureau.next(.breaksBefore)
        test.bureau.cannotTell()
        _ = try test.host.drain(try test.tenant, on: leaves)
        try test.dispute(1, on: leaves)
        // The job is given up, and no longer stands before those of the next days.
        for _ in 0..<10 { try test.workLater(on: leaves) }
        try test.play(from: leaves.adding(days: 1), through: leaves.adding(days: 6))
        #expect(try test.state(1) == .deletionOrdered)
        #expect(try test.tasks(.deletionOverdue).map(\.about) == [1])
        try test.host.settleBatch(1, sent: nil, reason: "called them", for: try test.tenant)
        #expect(try test.state(1) == .withdrawn)
        #expect(try test.tasks(.deletionOverdue).isEmpty)
        try test.expectSound()
    }

    @Test func `An answer that is lost is asked for`() throws {
        let test = try ready()
        test.bureau.next(.answerIsLost)
        _ = try test.host.drain(try test.tenant, on: leaves)
        #expect(try test.state(1) == .leaving)
        try test.workLater(on: leaves)
        #expect(try test.state(1) == .submitted)
        #expect(test.bureau.taken.count == 1)
        try test.expectSound()
    }

    @Test func `A bureau's own answer settles what nobody knew`() throws {
        let test = try ready()
        test.bureau.next(.breaksAfter)
        test.bureau.cannotTell()
        _ = try test.host.drain(try test.tenant, on: leaves)
        #expect(try test.state(1) == .leaving)
        let tenant = try test.tenant
        let answers = try test.bureau.answers()
        try tenant.database.write(test.host.provenance) { transaction in
            let desk = try test.host.desk("fake", test.bureau, tenant, transaction)
            try desk.record(answers, on: leaves, transaction)
        }
        #expect(try test.state(1) == .live)
        try test.workLater(on: leaves)
        #expect(test.bureau.taken.count == 1)
        try test.expectSound()
    }

    @Test(arguments: [true, false]) func `What nobody can tell is settled by a person`(_ hasLeft: Bool) throws {
        let test = try ready()
        test.bureau.next(hasLeft ? .answerIsLost : .breaksBefore)
        test.bureau.cannotTell()
        for _ in 0..<10 { try test.workLater(on: leaves) }
        let task = try #require(try test.tasks(.submissionUnknown).first)
        #expect(
            task.message == "Whether the batch 1 reached fake is not known: the bureau cannot tell", "\(task.message)")
        #expect(try test.state(1) == .leaving)
        #expect(test.bureau.taken.count == (hasLeft ? 1 : 0))
        try test.host.settleBatch(
            1, sent: hasLeft ? (on: leaves, reference: "phone") : nil, reason: "called them", for: try test.tenant)
        #expect(try test.tasks(.submissionUnknown).isEmpty)
        #expect(try test.state(1) == (hasLeft ? .submitted : .requested))
        test.bureau.cannotTell(false)
        try test.enqueue(.submitRegistrations)
        // It is the next day by now.
        try test.workLater(on: leaves.adding(days: 1))
        #expect(try test.state(1) == .submitted)
        #expect(test.bureau.taken.count == 1)
        try test.expectSound()
    }

    @Test func `What a bureau did not take waits again, and is tried again`() throws {
        let test = try ready()
        test.bureau.next(.fails(DeliveryFailure(.temporary, "the line is down")))
        _ = try test.host.drain(try test.tenant, on: leaves)
        #expect(try test.state(1) == .requested)
        try test.workLater(on: leaves)
        #expect(try test.state(1) == .submitted)
        #expect(test.bureau.taken.map(\.key) == ["aa-bureau-2"])
        try test.expectSound()
    }

    @Test func `A failure that trying again cannot cure is a task, which ends when something leaves`() throws {
        let test = try ready()
        test.bureau.next(.fails(DeliveryFailure(.permanent, "the folder is read-only")))
        _ = try test.host.drain(try test.tenant, on: leaves)
        #expect(try test.state(1) == .requested)
        #expect(
            try test.tasks(.bureauFailed).map(\.message)
                == ["Nothing could be handed to fake: the folder is read-only"])
        try test.play(leaves.adding(days: 1))
        #expect(try test.state(1) == .submitted)
        #expect(try test.tasks(.bureauFailed).isEmpty)
        try test.expectSound()
    }

    @Test func `A permit dies when the supervisor gives up, and with it the batch`() throws {
        let test = try ready()
        let job = try test.host.job(try #require(try test.openJob()), of: test.id)
        test.bureau.onSubmit { batch in
            #expect(batch.registrations.allSatisfy { $0.permit.isLive })
            test.host.batchesUnderWay.giveUpAll()
            #expect(batch.registrations.allSatisfy { !$0.permit.isLive })
        }
        _ = try test.host.drain(try test.tenant, on: leaves)
        #expect(job.kind == .submitRegistrations)
        #expect(test.bureau.taken.isEmpty)
        #expect(try test.state(1) == .requested)
        try test.expectSound()
    }

    @Test func `While a thread may still be handing a batch over, no receipt says nothing`() throws {
        let test = try ready()
        test.bureau.next(.breaksBefore)
        let job = try test.beginAndDie(.submitRegistrations, on: leaves)
        test.host.batchesUnderWay.begin(job)
        test.host.batchesUnderWay.handOver(job, "aa-bureau-1")
        try test.workLater(on: leaves)
        #expect(try test.state(1) == .leaving)
        test.host.batchesUnderWay.end(job)
        try test.workLater(on: leaves)
        #expect(try test.state(1) == .submitted)
        #expect(test.bureau.taken.count == 1)
        try test.expectSound()
    }

    // MARK: The race

    /// Goal: nothing is registered whose stop committed before its departure, and what was is being deleted.
    ///
    /// Method: a thousand rounds, each a claim that may leave at once, four workers that submit, a bureau that takes its
    /// time, and a payment or a dispute at a random moment.
    @Test(.timeLimit(.minutes(10))) func `A payment or a dispute races four workers, a thousand times`() throws {
        let rounds = 1000
        let test = try TestBureau()
        try test.importClaims(rounds)
        try test.play(TestBureau.firstDay)
        test.home.clock.set(Timestamp(leaves, hour: 6))
        test.bureau.onSubmit { _ in spend(milliseconds: Int.random(in: 0...2)) }
        let workers = (0..<4).map { _ in
            Worker(test.host, Worker.Options(concurrency: 1, tenants: [test.id], drains: false, day: leaves))
        }
        for worker in workers { worker.start() }
        defer { for worker in workers { worker.stop() } }
        let failures = Mutex<[String]>([])
        for number in 1...rounds {
            let registration = try test.request(claim: Int64(number), on: leaves)
            try #require(registration == Int64(number))
            let stopped = DispatchSemaphore(value: 0)
            Thread {
                spend(milliseconds: Int.random(in: 0...5))
                do {
                    if number.isMultiple(of: 2) {
                        try test.pay(Int64(number), on: self.leaves)
                    } else {
                        try test.dispute(Int64(number), on: self.leaves)
                    }
                } catch {
                    failures.withLock { $0.append("\(number): \(error)") }
                }
                stopped.signal()
            }.start()
            try test.enqueue(.submitRegistrations)
            stopped.wait()
            while try test.openJob() != nil { usleep(300) }
        }
        for worker in workers { worker.stop() }
        for worker in workers { _ = worker.wait() }
        #expect(failures.withLock { $0 } == [])
        #expect(test.bureau.standing.isEmpty, "something stands that was stopped")
        var (kept, undone) = (0, 0)
        let registered = Set(test.bureau.registered)
        let deleted = Set(test.bureau.taken.flatMap(\.deletions).map(\.number))
        for record in try test.host.registrations(test.id, limit: rounds) {
            switch record.state {
            case .withdrawn:
                kept += 1
                #expect(!registered.contains(record.id), "\(record.id) was stopped before it left, and left")
            case .deletionSubmitted:
                undone += 1
                #expect(registered.contains(record.id) && deleted.contains(record.id), "\(record.id)")
            default: Issue.record("\(record.id) is \(record.state)")
            }
        }
        #expect(kept + undone == rounds)
        #expect(kept > 0 && undone > 0, "the race was none: \(kept) kept, \(undone) undone")
        try test.play(leaves.adding(days: 1))
        #expect(try test.host.registrations(test.id, limit: rounds, state: .deleted).count == undone)
        try test.expectSound()
    }
}

extension TestBureau {
    /// A job of the bureau that has not ended.
    func openJob() throws -> Int64? {
        try tenant.database.read { transaction in
            try transaction.first("SELECT id FROM job WHERE lane = -1 AND ended_at IS NULL LIMIT 1") { $0.integer(0) }
        }
    }
}

extension BatchesUnderWay {
    /// Gives up on all that is under way.
    func giveUpAll() { for job in jobs { giveUp(job) } }
}
