import Database
import DatabaseTesting
import FordringKit
import JobQueue
import Testing

private let hour: Int64 = 3600

/// A clock is set by people and by other machines; when it jumps, nothing may be done twice and nothing may be stuck.
@Suite struct `A clock that jumps` {
    let queue: TestQueue

    init() throws { queue = try TestQueue() }

    @Test func `back stops no job that may be begun`() throws {
        let id = try queue.enqueue()
        queue.wait(-hour)
        #expect(try queue.nextDue() == queue.now)
        let job = try #require(try queue.claim().first)
        #expect(job.id == id)
        #expect(try queue.finish(job))
    }

    @Test func `back leaves what was put off for the time that was named`() throws {
        let time = queue.now.adding(seconds: 600)
        try queue.enqueue(after: 600)
        queue.wait(-hour)
        #expect(try queue.claim().isEmpty && queue.nextDue() == time)
        queue.database.clock.now = time
        #expect(try queue.claim().count == 1)
    }

    /// Goal: what a dead worker held comes back within a lease, not within the hour.
    @Test func `back cuts leases to one lease from now`() throws {
        let id = try queue.enqueue()
        _ = try queue.claim(by: "dead")
        queue.wait(-hour)
        #expect(try queue.nextDue() == queue.now.adding(seconds: JobQueue.leaseSeconds), "somebody must look by then")
        #expect(try queue.claim().isEmpty)
        queue.wait(JobQueue.leaseSeconds - 1)
        #expect(try queue.claim().isEmpty)
        queue.wait(1)
        #expect(try queue.claim().map(\.id) == [id])
    }

    @Test func `back takes no job from a worker that lives`() throws {
        try queue.enqueue()
        let job = try #require(try queue.claim(by: "alive").first)
        queue.wait(-hour)
        for _ in 0..<10 {
            queue.wait(20)
            #expect(try queue.claim(by: "other").isEmpty)
            #expect(try queue.renew([job]).lost.isEmpty)
        }
        #expect(try queue.finish(job))
    }

    @Test func `back and forth takes no job from a worker that renews in between`() throws {
        try queue.enqueue()
        let job = try #require(try queue.claim(by: "alive").first)
        queue.wait(-hour)
        #expect(try queue.renew([job]).lost.isEmpty)
        #expect(try queue.claim(by: "other").isEmpty)
        // The clock is put right again, and the lease is an hour old by it. The job is begun twice and ends once.
        queue.wait(hour)
        let other = try queue.claim(by: "other")
        #expect(other.map(\.attempt) == [2])
        #expect(try !queue.finish(job))
        #expect(try queue.finish(try #require(other.first)))
    }

    @Test func `tells the calendar that leases and pauses were cut`() throws {
        try queue.enqueue()
        _ = try queue.claim(by: "dead")
        try queue.enqueue()
        let failed = try #require(try queue.claim(by: "me").first)
        try queue.fail(failed)
        for (jump, wait) in [(-2 * hour, JobQueue.leaseSeconds), (-3 * hour, JobQueue.retryPauseSecondsMax)] {
            try queue.write { try WorkMark.set(WorkDue(jobsAt: try JobQueue.nextDue(limits: [:], $0)), $0) }
            queue.calendar.set(WorkDue(jobsAt: try queue.nextDue()))
            queue.wait(jump)
            _ = try queue.claim(0)
            #expect(try #require(queue.calendar.jobsAt) <= queue.now.adding(seconds: wait))
            // The lease is gone in the second round.
            try queue.recover(dead: "dead")
            for job in try queue.claim() { try queue.finish(job) }
        }
    }

    /// Goal: a worker whose lease ended by the jump either ends its job or learns that it may not, and the other way round
    /// for whoever takes the job over: never both.
    @Test(arguments: [false, true]) func `forward lets a job end once`(isTakenOver: Bool) throws {
        try queue.enqueue()
        let stale = try #require(try queue.claim(by: "slow").first)
        queue.wait(hour)
        if isTakenOver {
            let fresh = try #require(try queue.claim(by: "fast").first)
            #expect(try !queue.finish(stale))
            #expect(try queue.renew([stale]).lost == [stale])
            #expect(try queue.finish(fresh))
            #expect(try !queue.finish(stale))
        } else {
            #expect(try queue.finish(stale), "nobody has taken it back yet")
            #expect(try queue.claim(by: "fast").isEmpty)
        }
        #expect(try queue.counts() == [.done: 1])
    }

    @Test func `forward lets a worker that lives keep its job, if it says so before anybody takes it`() throws {
        try queue.enqueue()
        let job = try #require(try queue.claim(by: "alive").first)
        queue.wait(hour)
        #expect(try queue.renew([job]).lost.isEmpty)
        #expect(try queue.claim(by: "other").isEmpty)
        #expect(try queue.finish(job))
    }

    @Test func `back lets a failed job wait for no longer than the longest pause`() throws {
        let id = try queue.enqueue()
        try queue.fail(try #require(try queue.claim().first))
        // A machine that was ten years ahead.
        queue.wait(-10 * 366 * 24 * hour)
        let latest = queue.now.adding(seconds: JobQueue.retryPauseSecondsMax)
        #expect(try queue.nextDue() == latest)
        #expect(try queue.claim().isEmpty)
        #expect(try queue.show(id)?.runAt == latest)
        queue.wait(JobQueue.retryPauseSecondsMax)
        #expect(try queue.claim().map(\.id) == [id])
    }

    @Test func `back by an hour lets a failed job wait for its hour, and no honest pause is cut`() throws {
        let id = try queue.enqueue()
        for _ in 0..<7 {
            try queue.fail(try #require(try queue.claim().first))
            let runAt = try #require(try queue.show(id)).runAt
            #expect(try queue.claim().isEmpty)
            #expect(try queue.show(id)?.runAt == runAt)
            queue.database.clock.now = runAt
        }
    }

    @Test func `back shuts a limited channel for no longer than a burst takes`() throws {
        let limits = ["all": try #require(RateLimit("60/minute"))]
        for _ in 0..<20 { try queue.enqueue(channel: "post") }
        #expect(try queue.claim(limits: limits).count == 6)
        queue.wait(-hour)
        #expect(try queue.claim(limits: limits).isEmpty)
        #expect(try queue.nextDue(limits: limits) == queue.now.adding(seconds: 1))
        queue.wait(1)
        #expect(try queue.claim(limits: limits).count == 1)
        queue.wait(6)
        #expect(try queue.claim(limits: limits).count == 6)
    }

    @Test func `back prunes nothing too soon, and orders jobs by number`() throws {
        let ids = try (0..<3).map { _ in
            queue.wait(-hour)
            return try queue.enqueue()
        }
        #expect(try queue.workOff() == ids)
        let counted = try queue.write { try JobQueue.prune(endedBefore: queue.now, $0) }
        #expect(counted == 0)
    }

    /// Goal: nothing done twice, nothing stuck, over random jumps.
    ///
    /// Method: workers that live and workers that die take jobs of three lanes while the clock jumps; in the end it stands
    /// still long enough for every pause, and each job has had its effect once.
    @Test(arguments: randomSeeds(21, 22)) func `does nothing twice and leaves nothing undone`(_ seed: UInt64) throws {
        print("clock seed \(seed)")
        var random = SeededGenerator(seed: seed)
        var effects: [Int64: Int] = [:]
        var order: [Int64: [Int64]] = [:]
        var held: [Job] = []
        for subject in 0..<60 { try queue.enqueue(Int64(subject), lane: subject < 45 ? Int64(subject % 3) : nil) }
        for round in 0... {
            try #require(round < 20_000, "seed \(seed): stuck")
            if round < 400, random.chance(10) {
                queue.wait(random.chance(50) ? -hour : hour)
            } else {
                queue.wait(Int64.random(in: 0...30, using: &random))
            }
            held += try queue.claim(3, by: "w\(Int.random(in: 1...3, using: &random))")
            held.shuffle(using: &random)
            // Some are forgotten: their worker has died.
            if random.chance(5) { held.removeAll() }
            guard let job = held.popLast() else { continue }
            if random.chance(20) {
                try queue.fail(job, limits: JobLimits(failuresMax: 1000))
            } else if try queue.finish(job) {
                effects[job.id, default: 0] += 1
                if let lane = job.lane { order[lane, default: []].append(job.id) }
            }
            if try queue.counts() == [.done: 60] { break }
        }
        #expect(effects.count == 60 && effects.values.allSatisfy { $0 == 1 }, "seed \(seed)")
        #expect(order.values.allSatisfy { $0 == $0.sorted() && $0.count == 15 }, "seed \(seed): \(order)")
    }
}
