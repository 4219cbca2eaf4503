import Database
import FordringKit
import Foundation
import JobQueue
import Synchronization
import Testing

@testable import Host

#if canImport(Musl)
import Musl
#else
import Glibc
#endif

/// Goal: a worker gives every tenant its share, stops where it is told to, and is stopped by no tenant's failure.
@Suite struct WorkerTurnTests {
    // MARK: Shares

    /// Goal: a backlog of one tenant does not make the others wait.
    ///
    /// Method: turns are counted, not seconds. One thread works; while the tenant with nine tenths of the backlog has
    /// its turn, another tenant's only job is enqueued. Who has a turn before it has one only, and the large one has
    /// none.
    @Test func `With one thread, each other tenant has at most one turn before a newcomer`() throws {
        let test = try TestHome()
        let host = try test.open()
        let ids = try test.onboard("abcdefghij".map { "\($0)\($0)" }, in: host)
        let (big, late) = (ids[0], ids[9])
        try host.enqueue(900, big)
        for id in ids[1...8] { try host.enqueue(12, id) }
        let turns = Journal<TenantID>()
        let before = Mutex<Int?>(nil)
        let after = Mutex<[TenantID]>([])
        let begun = Journal<TenantID>()
        let worker = Mutex<Worker?>(nil)
        let handler = TestHandler(ending: { job in
            spend(milliseconds: 1)
            begun.add(job.tenant)
            if job.tenant == big, before.withLock({ $0 == nil }), begun.entries.count(where: { $0 == big }) == 30 {
                before.withLock { $0 = turns.count }
                try host.enqueue(1, late)
            }
            if job.tenant == late {
                let first = before.withLock { $0 ?? 0 }
                after.withLock { $0 = Array(turns.entries[first...]) }
                worker.withLock { $0 }?.stop()
            }
        })
        let made = Worker(host, Worker.Options(concurrency: 1, drains: true), handlers: [handler]) { step, job in
            guard step == .claimed, let job, turns.entries.last != job.tenant else { return }
            turns.add(job.tenant)
        }
        worker.withLock { $0 = made }
        _ = made.run()
        let between = after.withLock { $0 }
        #expect(between.last == late)
        #expect(Set(between).count == between.count)
        #expect(!between.contains(big))
        try host.close()
    }

    /// Method: both tenants have more work than is done; what their turns took is added up until the lighter one has
    /// had eight.
    @Test func `A tenant of weight 3 is worked for three times as long as one of weight 1`() throws {
        let test = try TestHome()
        let host = try test.open()
        let light = try test.onboard(["aa"], in: host)[0]
        let heavy = try test.onboard(["bb"], adding: "weight: 3", in: host)[0]
        for id in [light, heavy] { try host.enqueue(800, id) }
        let turns = Journal<(tenant: TenantID, at: ContinuousClock.Instant)>()
        let worker = Mutex<Worker?>(nil)
        let made = Worker(
            host, Worker.Options(concurrency: 1, drains: true),
            handlers: [TestHandler(ending: { _ in spend(milliseconds: 2) })]
        ) { step, job in
            guard step == .claimed, let job else { return }
            turns.add((job.tenant, ContinuousClock.now))
            let entries = turns.entries
            let changes = zip(entries, entries.dropFirst()).count { $0.tenant == heavy && $1.tenant == light }
            if changes == 8 { worker.withLock { $0 }?.stop() }
        }
        worker.withLock { $0 = made }
        _ = made.run()
        var spent: [TenantID: Double] = [:]
        for (turn, next) in zip(turns.entries, turns.entries.dropFirst()) {
            spent[turn.tenant, default: 0] += (next.at - turn.at).seconds
        }
        let share = (spent[heavy] ?? 0) / (spent[light] ?? 1)
        #expect((2.0...4.0).contains(share), "\(share)")
        try host.close()
    }

    // MARK: A tenant's failure

    @Test func `A tenant whose books are garbage is left alone, and the others are worked for`() throws {
        let test = try TestHome()
        var host = try test.open()
        let ids = try test.onboard(["aa", "bb", "cc"], in: host)
        for id in ids { try host.enqueue(5, id) }
        try host.close()
        let books = test.home.books(ids[0])
        try Data((0..<65_536).map { UInt8(truncatingIfNeeded: $0 &* 31) }).write(to: books)
        host = try test.open()
        let done = Journal<TenantID>()
        let results = host.drain(TestHandler(ending: { done.add($0.tenant) }), threads: 2)
        #expect(results[ids[0]]?.failure?.message.contains("damaged") == true)
        #expect(results[ids[1]]?.otherDone == 5)
        #expect(results[ids[2]]?.otherDone == 5)
        #expect(!done.entries.contains(ids[0]))
        try host.close()
    }

    @Test func `A tenant whose plug-in is gone is left alone, and is worked for when it is back`() throws {
        let test = try TestHome()
        let plugins = try FixturePlugins.compiled()
        let without = test.root.appending(path: "without")
        try install(plugins.land, as: "land", in: without)
        var host = try test.open()
        let stopped = try test.onboard("aa", in: host).id
        let running = try test.onboard(["bb"], in: host)[0]
        for id in [stopped, running] { try host.enqueue(5, id) }
        try host.close()
        host = try test.open(plugins: [without])
        let results = host.drain(TestHandler(ending: { _ in }), threads: 2)
        #expect(results[stopped]?.failure?.code == .unavailable)
        #expect(results[running]?.otherDone == 5)
        try host.close()
        host = try test.open()
        #expect(host.drain(TestHandler(ending: { _ in }))[stopped]?.otherDone == 5)
        try host.close()
    }

    @Test func `What a handler throws gives its jobs back, and stops no other tenant`() throws {
        let test = try TestHome()
        let host = try test.open()
        let ids = try test.onboard(["aa", "bb"], in: host)
        for id in ids { try host.enqueue(5, id) }
        let results = host.drain(
            TestHandler { job, _, _ in
                if job.tenant == ids[0], job.subject == 3 { throw DatabaseFault(.full, "the disk is full") }
                return .ending(job)
            })
        #expect(results[ids[0]]?.failure?.message.contains("the disk is full") == true)
        #expect(try host.states(ids[0]) == [.done: 2, .available: 3])
        #expect(try host.states(ids[1]) == [.done: 5])
        // It was no failure of a job's.
        #expect(
            try host.jobs(of: ids[0], states: nil, kind: nil, before: nil, limit: 10).allSatisfy { $0.failures == 0 })
        try host.close()
    }

    /// Method: the calendar goes on calling the tenant, which is active, so that a worker that let it pass would not
    /// end.
    @Test func `A handler that refuses stops its tenant, and draining ends`() throws {
        let test = try TestHome()
        let host = try test.open()
        let id = try test.onboard(["aa"], in: host)[0]
        try host.enqueue(2, id)
        let results = host.drain(TestHandler { _, _, _ in throw HostError(.refused, "not this way") })
        #expect(results[id]?.failure?.message == "not this way")
        #expect(try host.states(id) == [.available: 2])
        try host.close()
    }

    // MARK: What people ask for

    @Test func `A pause during work takes effect with the next claim`() throws {
        let test = try TestHome()
        let host = try test.open()
        let id = try test.onboard(["aa"], in: host)[0]
        try host.enqueue(100, id)
        let claimed = Mutex(0)
        let begun = Journal<Int64>()
        host.drain(
            TestHandler(ending: { job in
                guard begun.add(job.id) == 1 else { return }
                let held = try host.states(id)[.running] ?? 0
                claimed.withLock { $0 = held }
                #expect(try host.pauseJobs(JobPause(kind: .test), of: id, reason: "a test"))
            }))
        let most = claimed.withLock { $0 }
        #expect((1..<100).contains(most))
        #expect((1...most).contains(begun.count))
        #expect(try host.states(id) == [.done: begun.count, .available: 100 - begun.count])
        #expect(try host.resumeJobs(JobPause(kind: .test), of: id, reason: "a test"))
        host.drain(TestHandler(ending: { begun.add($0.id) }))
        #expect(begun.count == 100)
        try host.close()
    }

    @Test func `Calling off a job that runs reaches its handler`() throws {
        let test = try TestHome()
        let host = try test.open()
        let id = try test.onboard(["aa"], in: host)[0]
        let number = try host.enqueue(1, id)[0]
        var options = Worker.Options(concurrency: 1, drains: true)
        options.renewSeconds = 0
        let heard = Journal<Bool>()
        let handler = TestHandler { job, _, context in
            let answer = try host.cancelJob(job.id, of: id, reason: "a test")
            #expect(answer == .requested)
            let end = ContinuousClock.now + .seconds(60)
            while !context.isCalledOff, ContinuousClock.now < end { sched_yield() }
            heard.add(context.isCalledOff)
            return JobReport(.cancelled) { try JobQueue.endAsCancelled(job, $0) }
        }
        _ = Worker(host, options, handlers: [handler]).run()
        #expect(heard.entries == [true])
        #expect(try host.job(number, of: id).state == .cancelled)
        try host.close()
    }

    @Test func `A job that was called off while a worker held it that died is not run`() throws {
        let test = try TestHome()
        let host = try test.open()
        let id = try test.onboard(["aa"], in: host)[0]
        let number = try host.enqueue(1, id)[0]
        try claim(host, id, as: try deadOwner())
        #expect(try host.cancelJob(number, of: id, reason: "a test") == .requested)
        let begun = Journal<Int64>()
        host.drain(TestHandler(ending: { begun.add($0.id) }))
        #expect(begun.entries == [])
        #expect(try host.job(number, of: id).state == .cancelled)
        try host.close()
    }

    @Test func `Nothing is begun for a suspended tenant, also where it is suspended during its work`() throws {
        let test = try TestHome()
        let host = try test.open()
        let ids = try test.onboard(["aa", "bb"], in: host)
        try host.enqueue(5, ids[0])
        try host.suspend(ids[0], reason: "a test")
        // Nobody else waits, so the turn goes on until it is looked whether the tenant is still active.
        try host.enqueue(600, ids[1])
        let begun = Journal<TenantID>()
        let results = host.drain(
            TestHandler(ending: { job in
                spend(milliseconds: 2)
                if begun.add(job.tenant) == 5 { try host.suspend(ids[1], reason: "a test") }
            }))
        #expect(Set(begun.entries) == [ids[1]])
        #expect((5..<400).contains(begun.count))
        #expect(results.values.allSatisfy { $0.failure == nil })
        for id in ids { try host.resume(id, reason: "a test") }
        host.drain(TestHandler(ending: { begun.add($0.tenant) }))
        #expect(begun.entries.count { $0 == ids[0] } == 5)
        #expect(begun.entries.count { $0 == ids[1] } == 600)
        try host.close()
    }

    // MARK: Leases

    /// Method: while the job runs, its lease ends and another worker takes it.
    @Test func `What a stale worker wants to record is refused, all of it`() throws {
        let test = try TestHome()
        let host = try test.open()
        let id = try test.onboard(["aa"], in: host)[0]
        let numbers = try host.enqueue(3, id)
        let effect = JobKind("effect")
        host.drain(
            TestHandler { job, tenant, _ in
                if job.id == numbers[1] {
                    test.clock.set(test.clock.now().adding(seconds: JobQueue.leaseSeconds))
                    try tenant.database.write(host.provenance) { transaction in
                        var taken: [Job] = []
                        // What has failed before is taken alone.
                        while case let more = try JobQueue.claim(
                            ClaimRequest(9, owner: "elsewhere:1:1"), transaction), !more.isEmpty
                        {
                            taken += more
                        }
                        // Those before and behind it in its batch lose their leases too; they go back as they came.
                        #expect(taken.map(\.id) == numbers)
                        try JobQueue.handBack(taken.filter { $0.id != job.id }, transaction)
                    }
                }
                return JobReport(.done) { transaction in
                    try JobQueue.enqueue(
                        NewJob(effect, subject: job.id, runAt: .init(milliseconds: .max - 1)), transaction)
                    return try JobQueue.finish(job, transaction)
                }
            })
        let stale = try host.job(numbers[1], of: id)
        #expect(stale.state == .running)
        #expect(stale.owner == "elsewhere:1:1")
        #expect(stale.attempt == 2)
        #expect(try host.states(id) == [.done: 2, .running: 1])
        let effects = try host.jobs(of: id, states: nil, kind: effect, before: nil, limit: 10)
        #expect(effects.map(\.subject).sorted() == [numbers[0], numbers[2]])
        try host.close()
    }

    @Test func `What a worker of another machine held comes back when its lease ends, and not before`() throws {
        let test = try TestHome()
        let host = try test.open()
        let id = try test.onboard(["aa"], in: host)[0]
        try host.enqueue(3, id)
        try claim(host, id, as: "elsewhere-pid-[1]:4711:99")
        let began = test.clock.now()
        let begun = Journal<Job>()
        let handler = TestHandler(ending: { begun.add($0) })
        for milliseconds in [0, 1, JobQueue.leaseSeconds * 1000 - 1] {
            test.clock.set(Timestamp(milliseconds: began.milliseconds + milliseconds))
            host.drain(handler)
            #expect(begun.count == 0)
        }
        test.clock.set(began.adding(seconds: JobQueue.leaseSeconds))
        host.drain(handler)
        #expect(begun.entries.map(\.attempt) == [2, 2, 2])
        #expect(begun.entries.map(\.failures) == [1, 1, 1])
        try host.close()
    }

    /// Method: a look into the books has told the calendar that the tenant's next work is at the end of the leases.
    @Test func `What a dead worker of this machine held is taken at once`() throws {
        let test = try TestHome()
        let host = try test.open()
        let id = try test.onboard(["aa"], in: host)[0]
        try host.enqueue(3, id)
        try claim(host, id, as: try deadOwner())
        try host.settle(try host.openForWork(id))
        #expect(
            try host.calendar.entry(id)?.due.jobsAt == test.clock.now().adding(seconds: JobQueue.leaseSeconds))
        #expect(host.drain(TestHandler(ending: { _ in }))[id]?.otherDone == 3)
        try host.close()
    }

    /// Method: the process is killed, and the test, its parent, does not ask after it, as some containers never do.
    @Test func `A process that was killed is dead before its parent has asked after it`() throws {
        var process: pid_t = 0
        var arguments = [strdup("/bin/sleep"), strdup("1000"), nil]
        defer { for argument in arguments { free(argument) } }
        try #require(posix_spawn(&process, "/bin/sleep", nil, nil, &arguments, nil) == 0)
        let machine = try #require(WorkerIdentity.current.split(separator: ":").first)
        let stat = try String(contentsOfFile: "/proc/\(process)/stat", encoding: .utf8)
        let start = try #require(stat.split(separator: ")").last).split(separator: " ")[19]
        #expect(!WorkerIdentity.isDead("\(machine):\(process):\(start)"))
        kill(process, SIGKILL)
        var information = siginfo_t()
        try #require(waitid(P_PID, id_t(process), &information, WEXITED | WNOWAIT) == 0)
        #expect(WorkerIdentity.isDead("\(machine):\(process):\(start)"))
        waitpid(process, nil, 0)
    }

    // MARK: Later

    @Test func `Jobs that were put off come back when their time has come`() throws {
        let test = try TestHome()
        let host = try test.open()
        let id = try test.onboard(["aa"], in: host)[0]
        try host.enqueue(4, id)
        let later = test.clock.now().adding(seconds: 600)
        let begun = Journal<Int>()
        let handler = TestHandler { job, _, _ in
            begun.add(job.attempt)
            return job.attempt == 1 ? JobReport(.putOff) { try JobQueue.snooze(job, until: later, $0) } : .ending(job)
        }
        #expect(host.drain(handler)[id]?.putOff == 4)
        #expect(try host.states(id) == [.scheduled: 4])
        test.clock.set(Timestamp(milliseconds: later.milliseconds - 1))
        #expect(host.drain(handler)[id] == nil)
        test.clock.set(later)
        #expect(host.drain(handler)[id]?.otherDone == 4)
        #expect(begun.entries == [1, 1, 1, 1, 2, 2, 2, 2])
        try host.close()
    }

    @Test func `Draining ends while jobs wait for their next attempt`() throws {
        let test = try TestHome()
        let host = try test.open()
        let id = try test.onboard(["aa"], in: host)[0]
        try host.enqueue(6, id)
        let limits = JobLimits(retryFirstSeconds: 100)
        let handler = TestHandler(limits: limits) { job, _, _ in
            job.subject % 2 == 0 && job.failures == 0 ? .failing(job, "not yet", limits) : .ending(job)
        }
        #expect(host.drain(handler)[id]?.otherFailed == 3)
        #expect(try host.states(id) == [.done: 3, .retrying: 3])
        test.clock.set(test.clock.now().adding(seconds: 126))
        #expect(host.drain(handler)[id]?.otherDone == 3)
        #expect(try host.states(id) == [.done: 6])
        try host.close()
    }

    /// Method: 50 an hour lets five begin at once, and one more each 72 seconds; two workers that know nothing of each
    /// other work at the same time.
    @Test func `A rate limit holds for all workers of a home together`() throws {
        let test = try TestHome()
        let host = try test.open()
        let other = try test.open()
        let id = try test.onboard(["aa"], adding: "limits: { all: 50/hour }", in: host)[0]
        try host.enqueue(40, id, channel: "post")
        let begun = Journal<Int64>()
        func work() {
            let workers = [host, other].map { host in
                Worker(
                    host, Worker.Options(concurrency: 2, drains: true),
                    handlers: [TestHandler(ending: { begun.add($0.id) })])
            }
            for worker in workers { worker.start() }
            for worker in workers { _ = worker.wait() }
        }
        for (seconds, expected) in [(0, 5), (71, 5), (1, 6), (7200, 11)] as [(Int64, Int)] {
            test.clock.set(test.clock.now().adding(seconds: seconds))
            work()
            #expect(begun.count == expected)
        }
        #expect(Set(begun.entries).count == begun.count)
        try other.close()
        try host.close()
    }

    @Test func `Jobs that wait for a limit go at once when it is lifted`() throws {
        let test = try TestHome()
        let host = try test.open()
        let id = try test.onboard(["aa"], adding: "limits: { all: 1/day }", in: host)[0]
        try host.enqueue(3, id, channel: "post")
        let handler = TestHandler(ending: { _ in })
        #expect(host.drain(handler)[id]?.otherDone == 1)
        #expect(host.drain(handler)[id] == nil)
        _ = try host.updateTenant(file: try test.tenantFile("aa", channel: "shout"))
        #expect(host.drain(handler)[id]?.otherDone == 2)
        try host.close()
    }

    // MARK: Tools

    /// A process of this machine that is no more.
    private func deadOwner() throws -> String {
        // The kernel's largest process number is 2^22.
        "\(try #require(WorkerIdentity.current.split(separator: ":").first)):99999999:1"
    }

    private func claim(_ host: FordringHost, _ id: TenantID, as owner: String) throws {
        try host.database(of: id).write(host.provenance) { transaction in
            let taken = try JobQueue.claim(ClaimRequest(100, owner: owner), transaction)
            #expect(!taken.isEmpty)
        }
    }
}
