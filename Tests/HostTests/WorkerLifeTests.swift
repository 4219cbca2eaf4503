import Database
import FordringKit
import Foundation
import JobQueue
import Synchronization
import Testing

@testable import Host

/// Does a job that hangs until it is let go, or one that does nothing.
private final class Hanging: JobHandler {
    let kind = JobKind("hanging")
    let limits: JobLimits
    /// The subject that hangs.
    private let subject: Int64
    private let gate = DispatchSemaphore(value: 0)
    private let begun = DispatchSemaphore(value: 0)
    private let ended = DispatchSemaphore(value: 0)
    private let seen = Mutex<[Int64]>([])

    init(subject: Int64, timeoutSeconds: Int64) {
        self.subject = subject
        limits = JobLimits(failuresMax: 3, timeoutSeconds: timeoutSeconds)
    }

    /// The subjects of the jobs that were begun, in order.
    var subjects: [Int64] { seen.withLock { $0 } }

    func run(_ job: Job, for tenant: OpenTenant, _ context: JobContext) throws -> JobReport {
        seen.withLock { $0.append(job.subject) }
        guard job.subject == subject, job.attempt == 1 else { return .ending(job) }
        begun.signal()
        gate.wait()
        ended.signal()
        return .ending(job)
    }

    /// Hangs too: whoever has failed too often is looked at in ways that may hang as the work does.
    func exhausted(_ job: Job, for tenant: OpenTenant, _ context: JobContext) throws -> JobReport {
        begun.signal()
        gate.wait()
        ended.signal()
        return .ending(job)
    }

    func waitUntilBegun() { begun.wait() }

    func letGo() {
        gate.signal()
        ended.wait()
    }
}

@Suite struct WorkerLifeTests {
    /// Method: the workers of a job died as often as it may fail; looking at what became of it hangs.
    @Test func `A job that hangs when it is given up is given up on`() throws {
        let test = try TestHome()
        let host = try test.open()
        let tenant = try test.onboard("aa", in: host)
        try enqueue(1, host, tenant)
        let handler = Hanging(subject: 0, timeoutSeconds: 1)
        for _ in 0..<handler.limits.failuresMax {
            _ = try tenant.database.write(host.provenance) {
                try JobQueue.claim(ClaimRequest(1, owner: "elsewhere:1:1"), $0)
            }
            test.clock.set(test.clock.now().adding(seconds: JobQueue.leaseSeconds))
        }
        let worker = Worker(host, Worker.Options(concurrency: 1, drains: true), handlers: [handler])
        #expect(worker.run()[tenant.id]?.otherFailed == 1)
        #expect(try states(host, tenant.id) == [1: .dead])
        handler.letGo()
        try host.close()
    }

    private func enqueue(_ count: Int64, _ host: FordringHost, _ tenant: OpenTenant) throws {
        try tenant.database.write(host.provenance) { transaction in
            for subject in 1...count { try JobQueue.enqueue(NewJob(JobKind("hanging"), subject: subject), transaction) }
        }
    }

    private func states(_ host: FordringHost, _ id: TenantID) throws -> [Int64: JobState] {
        let jobs = try host.jobs(of: id, states: nil, kind: JobKind("hanging"), before: nil, limit: 100)
        return Dictionary(jobs.map { ($0.subject, $0.state) }, uniquingKeysWith: { $1 })
    }

    /// Goal: a plug-in that never returns costs its own job, and no other.
    ///
    /// Method: one thread, three jobs, the first of which hangs beyond its time-out of a second.
    @Test func `A job that hangs is given up on, and another thread does the rest`() throws {
        let test = try TestHome()
        let host = try test.open()
        let tenant = try test.onboard("aa", in: host)
        try enqueue(3, host, tenant)
        let handler = Hanging(subject: 1, timeoutSeconds: 1)
        let worker = Worker(host, Worker.Options(concurrency: 1, drains: true), handlers: [handler])
        let began = ContinuousClock.now
        let result = try #require(worker.run()[tenant.id])
        #expect(ContinuousClock.now - began < .seconds(20))
        #expect(result.otherFailed == 1)
        #expect(result.otherDone == 2)
        #expect(try states(host, tenant.id) == [1: .retrying, 2: .done, 3: .done])
        let failed = try host.job(1, of: tenant.id)
        #expect(failed.lastError == "it ran longer than 1 seconds")
        #expect(failed.failures == 1)

        // What the lost thread still does is not recorded.
        handler.letGo()
        #expect(try states(host, tenant.id)[1] == .retrying)
        test.clock.set(failed.runAt)
        let again = Worker(host, Worker.Options(concurrency: 1, drains: true), handlers: [handler]).run()
        #expect(again[tenant.id]?.otherDone == 1)
        #expect(handler.subjects.filter { $0 == 1 }.count == 2)
        #expect(try states(host, tenant.id)[1] == .done)
        try host.close()
    }

    @Test func `A worker that is told to stop waits no longer than the bound for a job that hangs`() throws {
        let test = try TestHome()
        let host = try test.open()
        let tenant = try test.onboard("aa", in: host)
        try enqueue(1, host, tenant)
        let handler = Hanging(subject: 1, timeoutSeconds: 3600)
        let worker = Worker(host, Worker.Options(concurrency: 2, drains: false), handlers: [handler])
        worker.start()
        handler.waitUntilBegun()
        let began = ContinuousClock.now
        worker.stop(within: 1)
        _ = worker.wait()
        #expect((.seconds(1) ... .seconds(10)).contains(ContinuousClock.now - began))
        // It is the next worker's, once this process has ended or the lease has.
        #expect(try states(host, tenant.id) == [1: .running])
        handler.letGo()
        test.clock.set(test.clock.now().adding(seconds: JobQueue.leaseSeconds))
        _ = Worker(host, Worker.Options(concurrency: 1, drains: true), handlers: [handler]).run()
        #expect(try states(host, tenant.id) == [1: .done])
        try host.close()
    }

    /// Goal: stopping and ending at the same moment count a thread once; counted twice, the process would trap.
    @Test func `Stopping at the moment of the end does no harm`() throws {
        let test = try TestHome()
        let host = try test.open()
        for _ in 0..<3000 {
            let worker = Worker(host, Worker.Options(concurrency: 8, drains: false), handlers: [])
            worker.start()
            worker.stop(within: 0)
            _ = worker.wait()
        }
        try host.close()
    }

    @Test func `Jobs that were not begun go back when the worker is told to stop`() throws {
        let test = try TestHome()
        let host = try test.open()
        let tenant = try test.onboard("aa", in: host)
        try enqueue(5, host, tenant)
        let handler = Hanging(subject: 1, timeoutSeconds: 3600)
        let worker = Worker(host, Worker.Options(concurrency: 1, drains: false), handlers: [handler])
        worker.start()
        handler.waitUntilBegun()
        worker.stop(within: 30)
        handler.letGo()
        _ = worker.wait()
        let left = try states(host, tenant.id)
        #expect(left[1] == .done)
        #expect(left.filter { $0.key > 1 }.values.allSatisfy { $0 == .available })
        #expect(handler.subjects == [1])
        try host.close()
    }
}
