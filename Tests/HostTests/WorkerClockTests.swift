import Database
import FordringKit
import JobQueue
import Synchronization
import Testing

@testable import Host

/// Goal: a clock that jumps while work goes on loses nothing, does nothing twice, and makes nothing wait that is there.
@Suite struct WorkerClockTests {
    private static let receipt = JobKind("receipt")

    /// Method: two workers over one home, whose clock jumps every thirtieth job.
    ///
    /// One finds the other's leases ended while it works. Each end of a job writes a receipt in the same transaction;
    /// the effect outside asks for itself at a second attempt.
    @Test(arguments: [[3600], [-3600], [3600, -3600], [-3600, 3600], [3600, -7200, 3600]])
    func `Work over which the clock jumps is done once`(jumps: [Int64]) throws {
        let test = try TestHome()
        let hosts = [try test.open(), try test.open()]
        let host = hosts[0]
        let ids = try test.onboard(["aa", "bb", "cc"], in: host)
        for id in ids {
            try host.enqueue(50, id)
            for lane in 1...3 as ClosedRange<Int64> { try host.enqueue(10, id, lane: lane) }
        }
        let total = ids.count * 80
        let started = test.clock.now()
        let begun = Journal<Int64>()
        let effects = Mutex<[TenantID: [Int64]]>([:])
        let limits = JobLimits(failuresMax: 100)
        let handler = TestHandler(limits: limits) { job, _, _ in
            let count = begun.add(job.id)
            if count % 30 == 0 {
                test.clock.set(test.clock.now().adding(seconds: jumps[count / 30 % jumps.count]))
            }
            if job.subject == 7, job.failures == 0 { return .failing(job, "the first time", limits) }
            effects.withLock { effects in
                if effects[job.tenant]?.contains(job.id) != true { effects[job.tenant, default: []].append(job.id) }
            }
            return JobReport(.done) { transaction in
                let never = Timestamp(milliseconds: .max - 1)
                try JobQueue.enqueue(NewJob(WorkerClockTests.receipt, subject: job.id, runAt: never), transaction)
                return try JobQueue.finish(job, transaction)
            }
        }
        func work() {
            let workers = hosts.map {
                Worker($0, Worker.Options(concurrency: 2, drains: true), handlers: [handler])
            }
            for worker in workers { worker.start() }
            for worker in workers { #expect(worker.wait().values.allSatisfy { $0.failure == nil }) }
        }
        work()
        // What has failed waits for a time that the clock has shown or shows later; nothing else waits.
        for day in 1...20 as ClosedRange<Int64> {
            test.clock.set(max(started, test.clock.now()).adding(seconds: day * 86_400))
            work()
        }
        for id in ids {
            #expect(try host.states(id) == [.done: 80])
            let receipts = try host.jobs(
                of: id, states: nil, kind: WorkerClockTests.receipt, before: nil, limit: 1000)
            #expect(Set(receipts.map(\.subject)).count == 80)
            #expect(receipts.count == 80)
            let lanes = try host.jobs(of: id, states: nil, kind: .test, before: nil, limit: 1000)
            let order = effects.withLock { $0[id] ?? [] }
            for lane in 1...3 as ClosedRange<Int64> {
                let numbers = Set(lanes.filter { $0.lane == lane }.map(\.id))
                let done = order.filter { numbers.contains($0) }
                #expect(done == done.sorted(), "lane \(lane) of \(id)")
            }
        }
        #expect(begun.count >= total)
        for host in hosts.reversed() { try host.close() }
    }

    @Test func `Work that is there is found after the clock went back and the host was started again`() throws {
        let test = try TestHome()
        var host = try test.open()
        let ids = try test.onboard(["aa", "bb"], in: host)
        host.drain(TestHandler(ending: { _ in }))
        for id in ids { try host.enqueue(3, id) }
        // The calendar was written by a look in one of them, and by enqueuing alone in the other.
        try host.settle(try host.openForWork(ids[0]))
        try host.close()
        test.clock.set(test.clock.now().adding(seconds: -3600))
        host = try test.open()
        let results = host.drain(TestHandler(ending: { _ in }))
        for id in ids { #expect(results[id]?.otherDone == 3) }
        try host.close()
    }

    /// Method: the lease of another machine ends by a clock that has gone back since.
    ///
    /// Jobs of tenants whose turn comes later,
    /// enqueued by another host one after the other, tell when the worker has looked into the calendar.
    @Test func `A lease lasts no longer where the clock went back while a worker runs`() throws {
        let test = try TestHome()
        let host = try test.open()
        let other = try test.open()
        let ids = try test.onboard(["aa", "bb", "cc", "dd"], in: host)
        let signal = Signal()
        let handler = TestHandler(ending: { _ in signal.give() })
        try host.enqueue(1, ids[0])
        try host.database(of: ids[0]).write(host.provenance) { transaction in
            _ = try JobQueue.claim(ClaimRequest(1, owner: "elsewhere:1:1"), transaction)
        }
        host.drain(handler)
        let worker = Worker(host, Worker.Options(concurrency: 1, drains: false), handlers: [handler])
        worker.start()
        try other.enqueue(1, ids[1])
        try signal.wait()

        let back = test.clock.now().adding(seconds: -3600)
        test.clock.set(back)
        for id in ids[2...3] {
            try other.enqueue(1, id)
            try signal.wait()
        }
        test.clock.set(back.adding(seconds: JobQueue.leaseSeconds))
        try signal.wait()
        worker.stop()
        _ = worker.wait()
        #expect(try host.states(ids[0]) == [.done: 1])
        try other.close()
        try host.close()
    }
}
