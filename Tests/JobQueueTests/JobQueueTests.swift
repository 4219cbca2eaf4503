import Database
import DatabaseTesting
import FordringKit
import Synchronization
import Testing

@testable import JobQueue

@Suite struct `The job queue` {
    let queue: TestQueue

    init() throws { queue = try TestQueue() }

    // MARK: Enqueuing

    @Test func `has a job when the transaction that asked for it commits`() throws {
        let id = try queue.enqueue(7)
        #expect(try queue.counts() == [.available: 1])
        let jobs = try queue.claim()
        #expect(jobs.map(\.id) == [id] && jobs.map(\.subject) == [7] && jobs.map(\.attempt) == [1])
        let job = try #require(jobs.first)
        #expect(job.kind == JobKind("post") && job.failures == 0 && job.channel.isEmpty && !job.isCalledOff)
        #expect(job.dueAt == queue.now && job.startedAt == queue.now && job.owner == "me")
        #expect(job.tenant == queue.tenant.tenant && job.lane == nil)
    }

    @Test func `has no job of a transaction that was rolled back`() throws {
        #expect(throws: Stop.self) {
            try queue.write { transaction in
                try JobQueue.enqueue(NewJob(JobKind("post"), subject: 7), transaction)
                throw Stop()
            }
        }
        #expect(try queue.counts() == [:])
    }

    @Test func `keeps a job for its time`() throws {
        let id = try queue.enqueue(after: 30)
        #expect(try queue.state(id) == .scheduled)
        queue.wait(29)
        #expect(try queue.claim().isEmpty)
        queue.wait(1)
        let job = try #require(try queue.claim().first)
        #expect(job.dueAt == queue.now)
    }

    @Test func `says from when it has work`() throws {
        #expect(queue.calendar.jobsAt == nil)
        try queue.enqueue(after: 300)
        #expect(queue.calendar.jobsAt == nil, "the books say 'from the beginning of time' until the first look")
        try queue.write { try WorkMark.set(WorkDue(), $0) }
        try queue.enqueue(after: 300)
        #expect(queue.calendar.jobsAt == queue.now.adding(seconds: 300))
        try queue.enqueue(after: 500)
        #expect(queue.calendar.jobsAt == queue.now.adding(seconds: 300))
        try queue.enqueue()
        #expect(queue.calendar.jobsAt == queue.now)
    }

    // MARK: Claiming

    @Test func `gives out jobs by priority, then by number, and each once`() throws {
        for (subject, priority) in [(1, .background), (2, .normal), (3, .urgent), (4, .normal), (5, .urgent)]
            as [(Int64, JobPriority)]
        {
            try queue.enqueue(subject, priority: priority)
        }
        #expect(try queue.claim(2).map(\.subject) == [3, 5])
        #expect(try queue.claim(0).isEmpty)
        #expect(try queue.claim().map(\.subject) == [2, 4, 1])
        #expect(try queue.claim().isEmpty)
    }

    @Test func `gives out jobs of all kinds and channels in one order`() throws {
        for (subject, kind) in [(1, "post"), (2, "report"), (3, "import"), (4, "post")] as [(Int64, String)] {
            try queue.enqueue(subject, kind)
        }
        let first = try queue.claim(1)
        try queue.snooze(first[0], channel: "sms")
        #expect(try queue.claim().map(\.subject) == [1, 2, 3, 4])
    }

    @Test func `puts a job that fell due later and is urgent before one that waited`() throws {
        try queue.enqueue(1)
        try queue.enqueue(2, priority: .urgent, after: 60)
        queue.wait(60)
        #expect(try queue.claim().map(\.subject) == [2, 1])
    }

    @Test func `gives each job to one of many workers`() throws {
        for subject in 0..<60 { try queue.enqueue(Int64(subject)) }
        let done = Mutex<[Int64]>([])
        try onThreads(6) { worker in
            while case let jobs = try queue.claim(3, by: "worker \(worker)"), !jobs.isEmpty {
                for job in jobs {
                    #expect(try queue.finish(job))
                    done.withLock { $0.append(job.subject) }
                }
            }
        }
        #expect(done.withLock { $0.sorted() } == Array(0..<60))
        #expect(try queue.counts() == [.done: 60])
    }

    @Test func `is refused to the host's own database`() throws {
        let database = queue.database
        let fault = try #require(
            try fault { try database.engine.write(.test) { try JobQueue.claim(ClaimRequest(1, owner: "me"), $0) } })
        #expect(fault.message.contains("host's own database has no jobs"))
    }

    // MARK: Pauses

    @Test func `begins no job that is paused by kind, by channel or altogether`() throws {
        for (subject, kind) in [(1, "post"), (2, "report")] as [(Int64, String)] { try queue.enqueue(subject, kind) }
        #expect(try queue.pause("post"))
        #expect(try !queue.pause("post"), "it is paused already")
        #expect(try queue.claim().map(\.subject) == [2])
        #expect(try queue.pause())
        try queue.enqueue(3, "report")
        #expect(try queue.claim().isEmpty)
        #expect(try queue.resume())
        #expect(try !queue.resume())
        let third = try #require(try queue.claim().first)
        #expect(third.subject == 3)
        try queue.pause(channel: "sms")
        try queue.snooze(third, channel: "sms")
        #expect(try queue.claim().isEmpty)
        try queue.resume("post")
        #expect(try queue.claim().map(\.subject) == [1])
        try queue.resume(channel: "sms")
        #expect(try queue.claim().map(\.subject) == [3])
    }

    @Test func `pauses a channel of one kind only`() throws {
        for kind in ["post", "report"] { try queue.enqueue(1, kind) }
        for job in try queue.claim() { try queue.snooze(job, channel: "sms") }
        try queue.pause("post", channel: "sms")
        #expect(try queue.claim().map(\.kind) == [JobKind("report")])
    }

    @Test func `says what is paused, since when and why`() throws {
        try queue.pause("post", channel: "sms")
        let pauses = try queue.read { try JobQueue.pauses($0) }
        #expect(pauses.map(\.pause) == [JobPause(kind: JobKind("post"), channel: "sms")])
        #expect(pauses.map(\.reason) == ["the printer is on fire"] && pauses.map(\.at) == [queue.now])
    }

    @Test func `lets what runs go on when it is paused`() throws {
        try queue.enqueue()
        let job = try #require(try queue.claim().first)
        try queue.pause()
        #expect(try queue.renew([job]).lost.isEmpty)
        #expect(try queue.finish(job))
    }

    @Test func `tells the calendar when a pause ends`() throws {
        try queue.pause()
        try queue.enqueue()
        try queue.write { try WorkMark.set(WorkDue(jobsAt: try JobQueue.nextDue(limits: [:], $0)), $0) }
        queue.calendar.set(WorkDue())
        try queue.resume()
        #expect(queue.calendar.jobsAt == queue.now)
    }

    // MARK: Rate limits

    @Test func `begins no more of a channel than its limit allows`() throws {
        let limits = ["sms": try #require(RateLimit("60/minute"))]
        for subject in 1...20 { try queue.enqueue(Int64(subject)) }
        for job in try queue.claim() { try queue.snooze(job, channel: "sms") }
        #expect(try queue.claim(limits: limits).map(\.subject) == [1, 2, 3, 4, 5, 6])
        #expect(try queue.claim(limits: limits).isEmpty)
        #expect(try queue.nextDue(limits: limits) == queue.now.adding(seconds: 1))
        queue.wait(2)
        #expect(try queue.claim(limits: limits).map(\.subject) == [7, 8])
        try queue.enqueue(99)
        #expect(try queue.claim(limits: limits).map(\.subject) == [99], "another channel has no limit")
    }

    @Test func `begins no more of all channels than the limit of all allows`() throws {
        let limits = ["all": try #require(RateLimit("20/minute")), "sms": try #require(RateLimit("10/minute"))]
        for subject in 1...6 { try queue.enqueue(Int64(subject), channel: "post") }
        for job in try queue.claim(4) { try queue.snooze(job, channel: "sms") }
        // Two of all at once; of `sms` one.
        #expect(try queue.claim(limits: limits).map(\.subject) == [1, 5])
        #expect(try queue.claim(limits: limits).isEmpty)
        queue.wait(3)
        #expect(try queue.claim(limits: limits).map(\.subject) == [6])
    }

    @Test func `limits nothing that goes by no channel`() throws {
        let limits = ["all": try #require(RateLimit("1/day"))]
        for subject in 1...3 { try queue.enqueue(Int64(subject)) }
        try queue.enqueue(4, channel: "post")
        try queue.enqueue(5, channel: "post")
        #expect(try queue.claim(limits: limits).map(\.subject) == [1, 2, 3, 4])
    }

    @Test func `counts a limit also where a claim takes less than it may`() throws {
        let limits = ["all": try #require(RateLimit("60/minute"))]
        for subject in 1...20 { try queue.enqueue(Int64(subject), channel: "post") }
        #expect(try (0..<10).map { _ in try queue.claim(1, limits: limits).count } == [1, 1, 1, 1, 1, 1, 0, 0, 0, 0])
    }

    // MARK: Fencing

    @Test func `is finished by its owner once`() throws {
        try queue.enqueue()
        let job = try #require(try queue.claim().first)
        #expect(try queue.finish(job))
        #expect(try !queue.finish(job), "a second end")
        #expect(try queue.counts() == [.done: 1])
        let record = try #require(try queue.show(job.id))
        #expect(record.endedAt == queue.now && record.owner == nil && record.leasedUntil == nil)
    }

    @Test func `does not let a worker finish what was given back after its lease`() throws {
        try queue.enqueue()
        let stale = try #require(try queue.claim(by: "slow").first)
        queue.wait(JobQueue.leaseSeconds)
        #expect(try queue.recover() == 1)
        #expect(try !queue.finish(stale), "while nobody holds it")
        let fresh = try #require(try queue.claim(by: "fast").first)
        #expect(fresh.id == stale.id && fresh.attempt == 2 && fresh.failures == 1)
        #expect(try !queue.finish(stale))
        #expect(try queue.finish(fresh))
    }

    /// Goal: a worker whose lease ended, and who took the job again under the same name, cannot end it with what it had.
    ///
    /// An owner alone does not tell: a process has one name and many threads.
    @Test func `refuses everything to a stale worker, also where the same owner holds the job again`() throws {
        try queue.enqueue()
        let stale = try #require(try queue.claim(by: "me").first)
        queue.wait(JobQueue.leaseSeconds)
        let fresh = try #require(try queue.claim(by: "me").first)
        #expect(fresh.id == stale.id && fresh.owner == stale.owner && fresh.attempt == stale.attempt + 1)
        let before = try queue.dump()
        #expect(try !queue.finish(stale))
        #expect(try queue.fail(stale) == .notOurs)
        #expect(try queue.fail(stale, permanently: true, mayHaveHappened: true) == .notOurs)
        #expect(try !queue.snooze(stale, for: 5, channel: "sms"))
        #expect(try !queue.endAsCancelled(stale))
        try queue.handBack(stale)
        #expect(try queue.renew([stale, fresh]).lost == [stale])
        #expect(try queue.read { try JobQueue.isCalledOff(stale, $0) } == nil)
        #expect(try queue.dump() == before)
        #expect(try queue.finish(fresh))
    }

    /// Goal: the failure of another queue does not happen here: a job of which one may run at a time ran eleven times,
    /// because a worker that had lost it finished late and so freed the place of the one that had it.
    @Test func `frees a lane for no worker that finishes late`() throws {
        for subject in 1...12 { try queue.enqueue(Int64(subject), lane: 5) }
        let stale = try #require(try queue.claim(by: "slow").first)
        queue.wait(JobQueue.leaseSeconds)
        let fresh = try queue.claim(by: "fast")
        #expect(fresh.map(\.id) == [stale.id], "one of the lane")
        for _ in 0..<11 {
            #expect(try !queue.finish(stale))
            #expect(try queue.fail(stale) == .notOurs)
            #expect(try queue.claim(by: "fast").isEmpty, "a second of the lane runs beside the first")
        }
        #expect(try queue.counts() == [.running: 1, .scheduled: 11])
    }

    @Test func `is refused to another owner that names the right attempt`() throws {
        try queue.enqueue()
        let job = try #require(try queue.claim(by: "me").first)
        let before = try queue.dump()
        let other = Job(
            tenant: job.tenant, id: job.id, kind: job.kind, subject: job.subject, channel: "", attempt: job.attempt,
            failures: 0, lane: nil, dueAt: job.dueAt, startedAt: job.startedAt, owner: "other", isCalledOff: false,
            isUncertain: false)
        #expect(try !queue.finish(other) && !queue.snooze(other) && !queue.endAsCancelled(other))
        #expect(try queue.fail(other) == .notOurs)
        try queue.handBack(other)
        #expect(try queue.renew([other]).lost == [other])
        #expect(try queue.dump() == before)
    }

    // MARK: Workers that die

    @Test func `gives back the jobs whose lease has ended, and no other`() throws {
        try queue.enqueue()
        _ = try queue.claim()
        for (seconds, count) in [(59, 0), (1, 1), (0, 0)] as [(Int64, Int)] {
            queue.wait(seconds)
            #expect(try queue.recover() == count, "after \(seconds) s more")
        }
    }

    @Test func `gives back with any claim what dead workers held`() throws {
        let id = try queue.enqueue()
        _ = try queue.claim(by: "dead")
        queue.wait(JobQueue.leaseSeconds - 1)
        #expect(try queue.claim(by: "heir").isEmpty)
        queue.wait(1)
        #expect(try queue.claim(by: "heir").map(\.id) == [id])
        #expect(try queue.show(id)?.lastError == "the worker ended while it held the job")
    }

    @Test func `gives back the jobs of an owner that is dead before their lease ends`() throws {
        try queue.enqueue(1)
        try queue.enqueue(2)
        _ = try queue.claim(1, by: "dead")
        _ = try queue.claim(1, by: "alive")
        #expect(try queue.recover(dead: "dead") == 1)
        #expect(try queue.claim(by: "heir").map(\.subject) == [1])
        #expect(try queue.counts() == [.running: 2])
    }

    @Test func `counts the death of a worker as a failure`() throws {
        try queue.enqueue()
        for failures in 0..<12 {
            let job = try #require(try queue.claim(by: "mortal").first)
            #expect(job.failures == failures && job.attempt == failures + 1)
            try queue.recover(dead: "mortal")
        }
        let job = try #require(try queue.claim().first)
        #expect(try queue.fail(job) == .dead, "the handler that sees so many failures gives it up")
    }

    @Test func `keeps a lease that is renewed, and no other`() throws {
        try queue.enqueue(1)
        try queue.enqueue(2)
        let mine = try queue.claim(1, by: "me")
        _ = try queue.claim(1, by: "other")
        queue.wait(30)
        let renewed = try queue.renew(mine)
        #expect(renewed.calledOff.isEmpty && renewed.lost.isEmpty)
        queue.wait(30)
        #expect(try queue.claim().map(\.subject) == [2])
        queue.wait(29)
        #expect(try queue.recover() == 0)
        queue.wait(1)
        #expect(try queue.recover() == 1)
        #expect(try queue.renew(mine).lost == mine)
    }

    @Test func `takes back at once what its worker will not do, without counting a failure`() throws {
        let id = try queue.enqueue(1)
        try queue.enqueue(2)
        let mine = try #require(try queue.claim(1, by: "me").first)
        _ = try queue.claim(1, by: "other")
        try queue.handBack(mine)
        #expect(try queue.counts() == [.available: 1, .running: 1])
        let again = try queue.claim()
        #expect(again.map(\.id) == [id] && again.map(\.failures) == [0] && again.map(\.attempt) == [2])
        try queue.handBack(mine)
        #expect(try queue.state(id) == .running, "what was taken over stays")
    }

    // MARK: Failures

    @Test func `puts a failed job back with a growing pause, and gives it up after the last failure`() throws {
        let id = try queue.enqueue()
        let limits = JobLimits()
        var base: Int64 = 30
        for failure in 1...limits.failuresMax {
            let job = try #require(try queue.claim().first)
            #expect(job.attempt == failure && job.failures == failure - 1)
            let fate = try queue.fail(job)
            #expect(fate == (failure == limits.failuresMax ? .dead : .retried))
            guard fate == .retried else { break }
            let record = try #require(try queue.show(id))
            let pause = record.runAt.milliseconds - queue.now.milliseconds
            #expect((base * 750...base * 1250).contains(pause), "failure \(failure): \(pause) ms")
            #expect(record.state == .retrying && record.lastError == "the printer is on fire")
            #expect(queue.calendar.jobsAt == nil || queue.calendar.jobsAt ?? queue.now <= record.runAt)
            queue.database.clock.now = Timestamp(milliseconds: record.runAt.milliseconds - 1)
            #expect(try queue.claim().isEmpty)
            queue.database.clock.now = record.runAt
            base = min(base * 2, limits.retryLongestSeconds)
        }
        let record = try #require(try queue.show(id))
        #expect(record.state == .dead && record.failures == 8 && record.endedAt == queue.now)
        queue.wait(1_000_000)
        #expect(try queue.claim().isEmpty)
    }

    @Test func `spreads the pauses by a quarter up and down, the same in each run`() throws {
        let limits = JobLimits()
        for (failure, base) in [(1, 30), (2, 60), (7, 1920), (8, 3600), (60, 3600)] as [(Int, Int64)] {
            let pauses = (1...2000).map { limits.pause(afterFailure: failure, of: $0) }
            #expect(pauses.allSatisfy { (base * 750...base * 1250).contains($0) })
            let sorted = pauses.sorted()
            #expect(sorted[100] < base * 790 && sorted[1900] > base * 1210, "it is spread over all of it")
            #expect(abs(sorted[1000] - base * 1000) < base * 50, "and evenly")
            #expect(pauses == (1...2000).map { limits.pause(afterFailure: failure, of: $0) })
        }
        #expect(JobLimits(retryFirstSeconds: 0, retryLongestSeconds: 0).pause(afterFailure: 1, of: 1) == 0)
        let patient = JobLimits(retryFirstSeconds: 86_400, retryLongestSeconds: 86_400)
        #expect(patient.pause(afterFailure: 1, of: 1) == JobQueue.retryPauseSecondsMax * 1000)
    }

    @Test func `gives a job up at once when trying again cannot help`() throws {
        let id = try queue.enqueue()
        #expect(try queue.fail(try #require(try queue.claim().first), permanently: true) == .dead)
        #expect(try queue.state(id) == .dead)
    }

    @Test func `tries again what may have happened, as anything else`() throws {
        let id = try queue.enqueue()
        #expect(try queue.fail(try #require(try queue.claim().first), mayHaveHappened: true) == .retried)
        #expect(try queue.state(id) == .retrying)
    }

    // MARK: Putting off

    @Test func `puts a job off without counting a failure`() throws {
        let id = try queue.enqueue()
        #expect(try queue.snooze(try #require(try queue.claim().first), for: 3600))
        #expect(try queue.state(id) == .scheduled)
        queue.wait(3599)
        #expect(try queue.claim().isEmpty)
        queue.wait(1)
        let job = try #require(try queue.claim().first)
        #expect(job.failures == 0 && job.attempt == 2)
    }

    @Test func `puts a job on a channel, which it keeps`() throws {
        try queue.enqueue()
        #expect(try queue.snooze(try #require(try queue.claim().first), channel: "sms"))
        let job = try #require(try queue.claim().first)
        #expect(job.channel == "sms")
        #expect(try queue.snooze(job, for: 10))
        queue.wait(10)
        let again = try #require(try queue.claim().first)
        #expect(again.channel == "sms")
        try queue.fail(again)
        queue.wait(3600)
        #expect(try queue.claim().map(\.channel) == ["sms"])
    }

    // MARK: Calling off

    @Test(arguments: [JobState.scheduled, .available, .retrying])
    func `ends at once what is called off while no worker holds it`(_ state: JobState) throws {
        let id = try queue.enqueue(after: state == .scheduled ? 60 : nil)
        if state == .retrying { try queue.fail(try #require(try queue.claim().first)) }
        #expect(try queue.state(id) == state)
        #expect(try queue.cancel(id) == .cancelled)
        let record = try #require(try queue.show(id))
        #expect(record.state == .cancelled && record.endedAt == queue.now)
        queue.wait(100_000)
        #expect(try queue.claim().isEmpty)
        #expect(try queue.cancel(id) == .notOpen)
    }

    @Test func `has nothing to call off of what has ended or never was`() throws {
        #expect(try queue.cancel(1) == .notOpen)
        let done = try queue.enqueue()
        try queue.finish(try #require(try queue.claim().first))
        let dead = try queue.enqueue()
        try queue.fail(try #require(try queue.claim().first), permanently: true)
        let before = try queue.dump()
        #expect(try queue.cancel(done) == .notOpen)
        #expect(try queue.cancel(dead) == .notOpen)
        #expect(try queue.dump() == before)
    }

    @Test func `tells a worker that its job was called off, which it ends`() throws {
        let id = try queue.enqueue()
        let job = try #require(try queue.claim().first)
        #expect(try queue.cancel(id) == .requested)
        #expect(try queue.state(id) == .running)
        #expect(try queue.renew([job]).calledOff == [job])
        #expect(try queue.read { try JobQueue.isCalledOff(job, $0) } == true)
        #expect(try queue.endAsCancelled(job))
        #expect(try queue.state(id) == .cancelled)
        #expect(try !queue.endAsCancelled(job))
    }

    @Test func `ends as done what was called off too late`() throws {
        let id = try queue.enqueue()
        let job = try #require(try queue.claim().first)
        try queue.cancel(id)
        #expect(try queue.finish(job))
        let record = try #require(try queue.show(id))
        #expect(record.state == .done && !record.isCalledOff)
    }

    @Test func `ends what was called off and fails, and gives it up where it may have happened`() throws {
        for (mayHaveHappened, fate) in [(false, .cancelled), (true, .dead)] as [(Bool, JobQueue.Failure)] {
            let id = try queue.enqueue()
            let job = try #require(try queue.claim().first)
            try queue.cancel(id)
            #expect(try queue.fail(job, mayHaveHappened: mayHaveHappened) == fate)
            let record = try #require(try queue.show(id))
            #expect(record.state == (mayHaveHappened ? .dead : .cancelled) && !record.isCalledOff)
        }
    }

    @Test(arguments: ["lost", "put off", "handed back"])
    func `brings back at once what was called off and is not ended, for its handler to end`(_ how: String) throws {
        let id = try queue.enqueue()
        let job = try #require(try queue.claim().first)
        try queue.cancel(id)
        switch how {
        case "lost": try queue.recover(dead: "me")
        case "put off": try queue.snooze(job, for: 3600)
        default: try queue.handBack(job)
        }
        #expect(try queue.cancel(id) == .requested, "a second time")
        let again = try #require(try queue.claim().first)
        #expect(again.isCalledOff)
        #expect(try queue.endAsCancelled(again))
        #expect(try queue.state(id) == .cancelled)
    }

    /// Goal: calling a job off never hides an effect.
    ///
    /// Its first attempt may have had one, and only its handler can find out.
    @Test(arguments: [false, true])
    func `has the handler end what is called off after an attempt that may have had its effect`(isLost: Bool) throws {
        let id = try queue.enqueue()
        let job = try #require(try queue.claim().first)
        if isLost { try queue.recover(dead: "me") } else { try queue.fail(job, mayHaveHappened: true) }
        #expect(try queue.cancel(id) == .requested)
        let again = try #require(try queue.claim().first, "at once, not after the pause")
        #expect(again.isCalledOff)
        #expect(try queue.finish(again), "it had happened")
        #expect(try queue.state(id) == .done)
    }

    @Test func `ends at once what is called off after its handler found out that nothing had happened`() throws {
        let id = try queue.enqueue()
        try queue.fail(try #require(try queue.claim().first), mayHaveHappened: true)
        queue.wait(3600)
        try queue.fail(try #require(try queue.claim().first))
        #expect(try queue.cancel(id) == .cancelled)
    }

    @Test func `calls off what is open of a subject, and no others`() throws {
        for (subject, kind) in [(1, "post"), (2, "post"), (1, "post"), (1, "report")] as [(Int64, String)] {
            try queue.enqueue(subject, kind)
        }
        let running = try #require(try queue.claim(1).first)
        try queue.write { try JobQueue.cancel(JobKind("post"), subject: 1, $0) }
        #expect(try queue.counts() == [.running: 1, .cancelled: 1, .available: 2])
        #expect(try queue.finish(running), "one that runs is ended by its worker")
        // Twice does no harm.
        try queue.write { try JobQueue.cancel(JobKind("post"), subject: 1, $0) }
        #expect(try queue.claim().map(\.id) == [2, 4])
    }

    // MARK: Trying again

    @Test func `tries again at once what waits, was called off or is dead, and counts its failures anew`() throws {
        let scheduled = try queue.enqueue(1, after: 3600)
        let retrying = try queue.enqueue(2)
        try queue.fail(try #require(try queue.claim().first))
        let dead = try queue.enqueue(3)
        try queue.fail(try #require(try queue.claim().first), permanently: true)
        let cancelled = try queue.enqueue(4, after: 3600)
        try queue.cancel(cancelled)
        for id in [scheduled, retrying, dead, cancelled] { #expect(try queue.retry(id)) }
        let jobs = try queue.claim()
        #expect(jobs.map(\.id) == [scheduled, retrying, dead, cancelled])
        #expect(jobs.allSatisfy { $0.failures == 0 && !$0.isCalledOff })
        #expect(jobs.map(\.attempt) == [1, 2, 2, 1], "attempts go on, or a stale worker could come back")
        #expect(try queue.show(dead)?.endedAt == nil)
    }

    @Test func `does not try again what is available, running or done, or never was`() throws {
        let available = try queue.enqueue()
        #expect(try !queue.retry(available))
        let job = try #require(try queue.claim().first)
        #expect(try !queue.retry(job.id))
        try queue.finish(job)
        #expect(try !queue.retry(job.id))
        #expect(try !queue.retry(99))
    }

    @Test func `forgets that a job was called off when a person asks for it again`() throws {
        let id = try queue.enqueue()
        let job = try #require(try queue.claim().first)
        try queue.cancel(id)
        try queue.snooze(job, for: 3600)
        #expect(try queue.retry(id))
        #expect(try queue.claim().map(\.isCalledOff) == [false])
    }

    @Test func `settles a dead job, and no other`() throws {
        let id = try queue.enqueue()
        #expect(try !queue.settle(id))
        let job = try #require(try queue.claim().first)
        #expect(try !queue.settle(id))
        try queue.fail(job, permanently: true)
        #expect(try queue.settle(id))
        #expect(try queue.state(id) == .done)
        #expect(try !queue.settle(id) && !queue.retry(id))
        let cancelled = try queue.enqueue()
        try queue.cancel(cancelled)
        #expect(try !queue.settle(cancelled))
    }

    @Test func `prunes what was done or called off long ago, and keeps what is dead or open`() throws {
        let done = try queue.enqueue()
        try queue.finish(try #require(try queue.claim().first))
        let cancelled = try queue.enqueue()
        try queue.cancel(cancelled)
        let dead = try queue.enqueue()
        try queue.fail(try #require(try queue.claim().first), permanently: true)
        let open = try queue.enqueue()
        let prune = { try queue.write { try JobQueue.prune(endedBefore: queue.now, $0) } }
        #expect(try prune() == 0, "ended at this moment is not before it")
        queue.wait(1)
        #expect(try prune() == 2)
        #expect(try queue.state(done) == nil && queue.state(cancelled) == nil)
        #expect(try queue.state(dead) == .dead && queue.state(open) == .available)
        #expect(try queue.enqueue() == 5, "a number is never used again")
    }

    // MARK: Keys

    @Test func `has one open job of a key`() throws {
        let first = try queue.enqueue(1, .whileOpen("k"))
        #expect(try queue.enqueue(2, .whileOpen("k")) == first)
        #expect(try queue.enqueue(2, .whileOpen("other")) != first)
        #expect(try queue.enqueue(2) != first)
        let job = try #require(try queue.claim(1).first)
        #expect(try queue.enqueue(2, .whileOpen("k")) == first, "while it runs")
        try queue.fail(job)
        #expect(try queue.enqueue(2, .whileOpen("k")) == first, "while it waits for another attempt")
        #expect(try queue.retry(first))
        try queue.finish(try #require(try queue.claim(1).first))
        #expect(try queue.enqueue(2, .whileOpen("k")) != first)
    }

    @Test(arguments: [false, true]) func `frees an open key when the job is called off or dies`(dies: Bool) throws {
        let first = try queue.enqueue(1, .whileOpen("k"))
        if dies {
            try queue.fail(try #require(try queue.claim().first), permanently: true)
        } else {
            try queue.cancel(first)
        }
        let second = try queue.enqueue(1, .whileOpen("k"))
        #expect(second != first)
        #expect(try !queue.retry(first), "another of the key is open")
        try queue.finish(try #require(try queue.claim().first))
        #expect(try queue.retry(first), "and has ended")
        #expect(try queue.enqueue(1, .whileOpen("k")) == first)
    }

    @Test func `has one job of a key for ever, unless it is called off`() throws {
        let first = try queue.enqueue(1, .once("k"))
        #expect(try queue.enqueue(1, .once("k")) == first)
        try queue.finish(try #require(try queue.claim().first))
        #expect(try queue.enqueue(1, .once("k")) == first, "done is done")
        let dead = try queue.enqueue(1, .once("d"))
        try queue.fail(try #require(try queue.claim().first), permanently: true)
        #expect(try queue.enqueue(1, .once("d")) == dead, "a person must look at it first")
        #expect(try queue.retry(dead), "its own key is no hindrance")
        let cancelled = try queue.enqueue(1, .once("c"))
        try queue.cancel(cancelled)
        let next = try queue.enqueue(1, .once("c"))
        #expect(next != cancelled)
        #expect(try !queue.retry(cancelled), "another of the key is there")
        #expect(try queue.cancel(next) == .cancelled)
        #expect(try queue.retry(cancelled))
    }

    @Test func `says whether a job is new`() throws {
        let outcomes = try (0..<2).map { _ in
            try queue.write { transaction in
                try JobQueue.enqueue(NewJob(JobKind("a"), subject: 1, uniqueness: .once("k")), transaction)
            }
        }
        #expect(outcomes.map(\.id) == [1, 1] && outcomes.map(\.isNew) == [true, false])
    }

    @Test func `keeps the keys of two sorts apart`() throws {
        let first = try queue.enqueue(1, .whileOpen("k"))
        #expect(try queue.enqueue(1, .once("k")) != first)
    }

    // MARK: When work is due

    @Test func `knows when a worker will find something to do`() throws {
        #expect(try queue.nextDue() == nil)
        let later = try queue.enqueue(after: 500)
        #expect(try queue.nextDue() == queue.now.adding(seconds: 500))
        try queue.enqueue()
        #expect(try queue.nextDue() == queue.now)
        let job = try #require(try queue.claim().first)
        #expect(try queue.nextDue() == queue.now.adding(seconds: JobQueue.leaseSeconds), "its worker may die")
        try queue.fail(job)
        #expect(try queue.nextDue() == queue.show(job.id)?.runAt)
        try queue.cancel(job.id)
        try queue.cancel(later)
        #expect(try queue.nextDue() == nil)
    }

    @Test func `has nothing due that is paused or behind another of its lane`() throws {
        try queue.enqueue(1, lane: 1)
        try queue.enqueue(2, lane: 1)
        try queue.pause()
        #expect(try queue.nextDue() == nil)
        try queue.enqueue(3, after: 100)
        #expect(try queue.nextDue() == queue.now.adding(seconds: 100), "that it is paused is seen when it falls due")
        queue.wait(100)
        _ = try queue.claim()
        #expect(try queue.nextDue() == nil)
        try queue.resume()
        #expect(try queue.nextDue() == queue.now)
    }

    @Test func `has work due when the limits allow it`() throws {
        let limits = ["all": try #require(RateLimit("10/minute"))]
        for _ in 0..<2 { try queue.enqueue(channel: "post") }
        #expect(try queue.nextDue(limits: limits) == queue.now)
        let job = try #require(try queue.claim(limits: limits).first)
        try queue.finish(job)
        #expect(try queue.nextDue(limits: limits) == queue.now.adding(seconds: 6))
        #expect(try queue.nextDue() == queue.now)
    }

    // MARK: Looking

    @Test func `lists jobs from the newest, by state and kind, page by page`() throws {
        for subject in 1...6 { try queue.enqueue(Int64(subject), subject % 2 == 0 ? "post" : "report") }
        try queue.finish(try #require(try queue.claim(1).first))
        func list(_ states: Set<JobState>? = nil, _ kind: String? = nil, before: Int64? = nil, limit: Int = 100) throws
            -> [Int64]
        {
            try queue.read {
                try JobQueue.list(
                    states: states, kind: kind.map { JobKind($0) }, before: before, limit: limit, $0
                ).map(\.id)
            }
        }
        #expect(try list() == [6, 5, 4, 3, 2, 1])
        #expect(try list([.done]) == [1] && list([.dead]).isEmpty && list([]).isEmpty)
        #expect(try list([.available, .done], "report") == [5, 3, 1])
        #expect(try list(limit: 2) == [6, 5] && list(before: 5, limit: 2) == [4, 3])
        #expect(try list(limit: 0).isEmpty)
    }

    @Test func `shows a job, and nothing where there is none`() throws {
        let id = try queue.enqueue(7, priority: .urgent, lane: 3)
        _ = try queue.claim(by: "me")
        let record = try #require(try queue.show(id))
        #expect(record.kind == JobKind("post") && record.subject == 7 && record.priority == 0 && record.lane == 3)
        #expect(
            record.state == .running && record.owner == "me" && record.attempt == 1 && record.startedAt == queue.now)
        #expect(record.leasedUntil == queue.now.adding(seconds: 60) && !record.isBlocked && !record.isCalledOff)
        #expect(record.runAt == queue.now && record.endedAt == nil && record.lastError == nil)
        #expect(try queue.show(99) == nil)
    }

    @Test func `counts jobs by kind and state, with the time of the first`() throws {
        let start = queue.now
        try queue.enqueue(1, "b", after: 100)
        try queue.enqueue(1, "b", after: 50)
        try queue.enqueue(1, "a")
        queue.wait(5)
        try queue.finish(try #require(try queue.claim().first))
        let counts = try queue.read { try JobQueue.counts($0) }
        #expect(
            counts == [
                JobCount(kind: JobKind("a"), state: .done, count: 1, time: start.adding(seconds: 5), waitsSince: nil),
                JobCount(
                    kind: JobKind("b"), state: .scheduled, count: 2, time: start.adding(seconds: 50),
                    waitsSince: start.adding(seconds: 50)),
            ])
    }
}

extension TestQueue {
    @discardableResult
    fileprivate func enqueue(_ subject: Int64, _ uniqueness: NewJob.Uniqueness) throws -> Int64 {
        try enqueue(subject, "post", uniqueness)
    }
}

@Suite struct `A lane` {
    let queue: TestQueue

    init() throws {
        queue = try TestQueue()
        for subject in 1...4 { try queue.enqueue(Int64(subject), lane: 9) }
    }

    @Test func `runs its jobs one at a time, in the order of enqueuing`() throws {
        let first = try queue.claim()
        #expect(first.map(\.id) == [1] && first.map(\.lane) == [9])
        #expect(try queue.claim().isEmpty)
        try queue.finish(first[0])
        #expect(try queue.workOff() == [2, 3, 4])
    }

    @Test func `does not hold up another lane, or a job of none`() throws {
        try queue.enqueue(5, lane: 8)
        try queue.enqueue(6)
        #expect(try queue.claim().map(\.id) == [1, 5, 6])
    }

    @Test func `keeps its order whatever the priority and the time`() throws {
        try queue.enqueue(5, priority: .urgent, lane: 9)
        try queue.enqueue(6, after: 100, lane: 9)
        try queue.enqueue(7, lane: 9)
        #expect(try queue.workOff() == [1, 2, 3, 4, 5], "6 waits for its time, and 7 for 6")
        queue.wait(100)
        #expect(try queue.workOff() == [6, 7])
    }

    @Test func `waits while its first is tried again, put off, handed back or lost`() throws {
        var job = try #require(try queue.claim().first)
        try queue.fail(job)
        #expect(try queue.claim().isEmpty)
        queue.wait(60)
        job = try #require(try queue.claim().first)
        try queue.snooze(job, for: 60, channel: "sms")
        #expect(try queue.claim().isEmpty)
        queue.wait(60)
        job = try #require(try queue.claim().first)
        try queue.handBack(job)
        job = try #require(try queue.claim().first)
        queue.wait(JobQueue.leaseSeconds)
        try queue.recover()
        #expect(try queue.workOff() == [1, 2, 3, 4])
    }

    @Test func `keeps a newcomer behind a first that waits for another attempt`() throws {
        _ = try queue.cancel(2)
        _ = try queue.cancel(3)
        _ = try queue.cancel(4)
        try queue.fail(try #require(try queue.claim().first))
        let id = try queue.enqueue(5, lane: 9)
        #expect(try queue.show(id)?.isBlocked == true)
        #expect(try queue.claim().isEmpty)
    }

    @Test func `tells the calendar when its next may begin`() throws {
        let job = try #require(try queue.claim().first)
        try queue.write { try WorkMark.set(WorkDue(jobsAt: try JobQueue.nextDue(limits: [:], $0)), $0) }
        queue.calendar.set(WorkDue(jobsAt: try queue.nextDue()))
        queue.wait(5)
        try queue.finish(job)
        #expect(try #require(queue.calendar.jobsAt) <= queue.now)
    }

    @Test func `goes on when its first is given up or called off`() throws {
        try queue.fail(try #require(try queue.claim().first), permanently: true)
        let second = try #require(try queue.claim().first)
        #expect(second.id == 2)
        try queue.cancel(2)
        #expect(try queue.claim().isEmpty, "it is called off when its handler ends it")
        try queue.endAsCancelled(second)
        #expect(try queue.cancel(3) == .cancelled)
        #expect(try queue.workOff() == [4])
    }

    @Test func `closes up when one in its midst is called off`() throws {
        #expect(try queue.cancel(3) == .cancelled)
        #expect(try queue.show(3)?.isBlocked == false)
        #expect(try queue.workOff() == [1, 2, 4])
    }

    @Test func `takes back what is tried again, in its order, behind the one at work`() throws {
        try queue.fail(try #require(try queue.claim().first), permanently: true)
        let second = try #require(try queue.claim().first)
        #expect(try queue.retry(1))
        #expect(try queue.claim().isEmpty)
        try queue.cancel(4)
        #expect(try queue.retry(4))
        try queue.finish(second)
        #expect(try queue.workOff() == [1, 3, 4])
    }

    @Test func `keeps its order when one that waits in it is tried again`() throws {
        #expect(try queue.retry(3), "its failures begin anew; its place stays")
        #expect(try queue.show(3)?.isBlocked == true)
        #expect(try queue.workOff() == [1, 2, 3, 4])
    }

    @Test func `begins anew when it was empty`() throws {
        _ = try queue.workOff()
        let id = try queue.enqueue(5, lane: 9)
        #expect(try queue.state(id) == .available)
        try queue.cancel(id)
        #expect(try queue.retry(id))
        #expect(try queue.workOff() == [id])
    }

    @Test func `holds back a called-off job until its turn`() throws {
        let job = try #require(try queue.claim().first)
        try queue.fail(job, permanently: true, mayHaveHappened: true)
        #expect(try queue.retry(1), "behind 2")
        #expect(try queue.cancel(1) == .requested, "what it did nobody knows")
        #expect(try queue.claim().map(\.id) == [2])
        try queue.finish(try #require(try queue.read { transaction in try held(2, transaction) }))
        let again = try #require(try queue.claim().first)
        #expect(again.id == 1 && again.isCalledOff)
    }

    /// The job as its worker holds it.
    private func held(_ id: Int64, _ transaction: ReadTransaction) throws -> Job? {
        guard let record = try JobQueue.show(id, transaction), let tenant = transaction.tenant, let owner = record.owner
        else { return nil }
        return Job(
            tenant: tenant, id: id, kind: record.kind, subject: record.subject, channel: record.channel,
            attempt: record.attempt, failures: record.failures, lane: record.lane, dueAt: record.runAt,
            startedAt: record.startedAt ?? record.runAt, owner: owner, isCalledOff: false, isUncertain: false)
    }
}

@Suite struct `A job of one tenant` {
    /// Goal: a job never ends, or changes, another tenant's job of the same number.
    @Test func `is refused by another tenant's transaction, and changes nothing there`() throws {
        let (ours, theirs) = (try TestQueue("aa"), try TestQueue("bb"))
        try ours.enqueue(lane: 1)
        try theirs.enqueue(lane: 1)
        let job = try #require(try ours.claim().first)
        let same = try #require(try theirs.claim().first)
        #expect(job.id == same.id && job.attempt == same.attempt && job.owner == same.owner)
        let before = (try ours.dump(), try theirs.dump())
        let attempts: [(String, () throws -> Void)] = [
            ("finish", { try theirs.finish(job) }), ("fail", { try theirs.fail(job) }),
            ("snooze", { try theirs.snooze(job) }), ("handBack", { try theirs.handBack(job) }),
            ("renew", { _ = try theirs.renew([same, job]) }), ("end", { try theirs.endAsCancelled(job) }),
            ("isCalledOff", { _ = try theirs.read { try JobQueue.isCalledOff(job, $0) } }),
        ]
        for (name, attempt) in attempts {
            let fault = try #require(try fault(attempt), "\(name) took another tenant's job")
            #expect(
                fault.message == "A job of 'aa' met a transaction of 'bb'; nothing was changed. "
                    + "This is a fault of the program.")
        }
        #expect(try ours.dump() == before.0)
        #expect(try theirs.dump() == before.1)
        #expect(try theirs.finish(same))
    }
}

@Suite struct `The queue's migration` {
    /// Goal: no job of the former queue is lost or run early.
    @Test func `keeps the jobs of the former queue`() throws {
        let database = try TemporaryDatabase(Schema([.counters, JobQueue.migration]))
        let now = database.clock.now
        let rows: [(state: String, after: Int64, attempts: Int, owner: String?)] = [
            ("available", 0, 0, nil), ("available", 3600, 2, nil), ("running", 0, 1, "somebody"), ("done", -60, 1, nil),
            ("cancelled", -60, 0, nil), ("dead", -60, 8, nil),
        ]
        try database.write { transaction in
            for (index, row) in rows.enumerated() {
                try transaction.execute(
                    """
                    INSERT INTO job (id, kind, subject, state, run_at, attempts, owner, leased_until, last_error)
                    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
                    """,
                    values: [
                        .integer(try transaction.newID("job")), .text("deliverLetter"), .integer(Int64(index) + 10),
                        .text(row.state), now.adding(seconds: row.after).sqlValue, .integer(Int64(row.attempts)),
                        row.owner.sqlValue, row.owner == nil ? .null : now.adding(seconds: 60).sqlValue,
                        row.attempts > 1 ? .text("no address") : .null,
                    ])
            }
        }
        #expect(try database.tenant.migrate(TestQueue.schema, with: .test) == ["0022 job lanes", "0024 work mark"])
        let records = try database.read {
            try JobQueue.list(states: nil, kind: nil, before: nil, limit: 100, $0)
        }.reversed()
        #expect(records.map(\.id) == [1, 2, 3, 4, 5, 6] && records.map(\.subject) == [10, 11, 12, 13, 14, 15])
        #expect(records.map(\.state) == [.scheduled, .scheduled, .available, .done, .cancelled, .dead])
        #expect(records.map(\.attempt) == rows.map(\.attempts) && records.map(\.failures) == [0, 2, 1, 0, 0, 8])
        #expect(records.map(\.runAt) == rows.map { now.adding(seconds: $0.after) })
        #expect(records.map { $0.endedAt != nil } == [false, false, false, true, true, true])
        #expect(records.map(\.lastError) == [nil, "no address", nil, nil, nil, "no address"])
        #expect(records.allSatisfy { $0.owner == nil && $0.lane == nil && $0.channel.isEmpty && $0.priority == 5 })

        // One by one, since what has failed before is taken alone.
        let jobs = try (0..<3).flatMap { _ in
            try database.write { try JobQueue.claim(ClaimRequest(10, owner: "me"), $0) }
        }
        #expect(jobs.map(\.id) == [1, 3], "the second waits for its time")
        #expect(jobs.map(\.attempt) == [1, 2])
        // The attempt before the migration may have had its effect.
        #expect(try database.write { try JobQueue.cancel(2, $0) } == .requested)
        #expect(try database.write { try JobQueue.retry(6, $0) })
        #expect(try database.write { try JobQueue.enqueue(NewJob(JobKind("a"), subject: 1), $0).id } == 7)
    }
}
