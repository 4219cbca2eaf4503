import Database
import DatabaseTesting
import FordringKit
import JobQueue
import Synchronization

struct Stop: Error {}

/// A calendar in memory, which says from when the queue was announced to have work.
final class TestCalendar: WorkCalendar {
    private let due = Mutex(WorkDue())

    var jobsAt: Timestamp? { due.withLock { $0.jobsAt } }

    func lower(_ tenant: TenantID, to due: WorkDue) throws { self.due.withLock { $0 = $0.earliest(due) } }
    func didCommit(_ tenant: TenantID, _ due: WorkDue) {}
    func set(_ due: WorkDue) { self.due.withLock { $0 = due } }
}

/// A tenant's queue in a database of its own, and what tests do with it.
struct TestQueue {
    static let schema = Schema([.counters, JobQueue.migration, JobQueue.lanes, WorkMark.migration])

    let database: TemporaryDatabase
    let calendar = TestCalendar()
    let tenant: TenantDatabase

    init(_ name: String = "testland-tenant") throws {
        database = try TemporaryDatabase(TestQueue.schema, tenant: name)
        tenant = TenantDatabase(tenant: database.tenant.tenant, engine: database.engine, calendar: calendar)
    }

    /// What the database's clock says.
    var now: Timestamp { database.clock.now }

    func wait(_ seconds: Int64) { database.clock.advance(seconds: seconds) }

    /// One transaction by the test.
    @discardableResult
    func write<Result>(_ body: (WriteTransaction) throws -> Result) throws -> Result { try tenant.write(.test, body) }

    func read<Result>(_ body: (ReadTransaction) throws -> Result) throws -> Result { try tenant.read(body) }

    @discardableResult
    func enqueue(
        _ subject: Int64 = 1, _ kind: String = "post", priority: JobPriority = .normal, after seconds: Int64? = nil,
        lane: Int64? = nil, channel: String = "", _ uniqueness: NewJob.Uniqueness = .none
    ) throws -> Int64 {
        try write { transaction in
            try JobQueue.enqueue(
                NewJob(
                    JobKind(kind), subject: subject, channel: channel, priority: priority,
                    runAt: seconds.map { now.adding(seconds: $0) },
                    lane: lane, uniqueness: uniqueness), transaction
            ).id
        }
    }

    func claim(_ count: Int = 100, by owner: String = "me", limits: [String: RateLimit] = [:]) throws -> [Job] {
        try write { try JobQueue.claim(ClaimRequest(count, owner: owner, limits: limits), $0) }
    }

    @discardableResult
    func finish(_ job: Job) throws -> Bool { try write { try JobQueue.finish(job, $0) } }

    @discardableResult
    func fail(
        _ job: Job, limits: JobLimits = JobLimits(), permanently: Bool = false, mayHaveHappened: Bool = false
    ) throws -> JobQueue.Failure {
        try write { transaction in
            try JobQueue.fail(
                job, error: "the printer is on fire", limits: limits, permanently: permanently,
                mayHaveHappened: mayHaveHappened, transaction)
        }
    }

    @discardableResult
    func snooze(_ job: Job, for seconds: Int64? = nil, channel: String? = nil) throws -> Bool {
        let until = seconds.map { now.adding(seconds: $0) }
        return try write { try JobQueue.snooze(job, until: until, channel: channel, $0) }
    }

    func handBack(_ job: Job) throws { try write { try JobQueue.handBack([job], $0) } }
    func renew(_ jobs: [Job]) throws -> (calledOff: [Job], lost: [Job]) { try write { try JobQueue.renew(jobs, $0) } }
    @discardableResult
    func cancel(_ id: Int64) throws -> JobQueue.Cancellation { try write { try JobQueue.cancel(id, $0) } }
    @discardableResult
    func endAsCancelled(_ job: Job) throws -> Bool { try write { try JobQueue.endAsCancelled(job, $0) } }
    @discardableResult
    func retry(_ id: Int64) throws -> Bool { try write { try JobQueue.retry(id, $0) } }
    func settle(_ id: Int64) throws -> Bool { try write { try JobQueue.settle(id, $0) } }
    @discardableResult
    func recover(dead: String? = nil) throws -> Int { try write { try JobQueue.recover(isDead: { $0 == dead }, $0) } }
    @discardableResult
    func pause(_ kind: String? = nil, channel: String? = nil) throws -> Bool {
        let pause = JobPause(kind: kind.map { JobKind($0) }, channel: channel)
        return try write { try JobQueue.pause(pause, reason: "the printer is on fire", $0) }
    }
    @discardableResult
    func resume(_ kind: String? = nil, channel: String? = nil) throws -> Bool {
        try write { try JobQueue.resume(JobPause(kind: kind.map { JobKind($0) }, channel: channel), $0) }
    }
    func nextDue(limits: [String: RateLimit] = [:]) throws -> Timestamp? {
        try read { try JobQueue.nextDue(limits: limits, $0) }
    }
    func show(_ id: Int64) throws -> JobRecord? { try read { try JobQueue.show(id, $0) } }
    func state(_ id: Int64) throws -> JobState? { try show(id)?.state }

    /// How many jobs are in each state.
    func counts() throws -> [JobState: Int] {
        Dictionary(try read { try JobQueue.counts($0) }.map { ($0.state, $0.count) }, uniquingKeysWith: +)
    }

    /// All columns of all jobs, a line each.
    func dump() throws -> [String] {
        try read { transaction in
            try transaction.all(
                """
                SELECT id, kind, subject, channel, state, priority, run_at, lane, is_blocked, open_key, once_key, attempt,
                    failures, owner, leased_until, is_called_off, is_uncertain, started_at, ended_at, last_error
                FROM job ORDER BY id
                """
            ) { row in (0..<20).map { row.isNull($0) ? "-" : row.text($0) }.joined(separator: "|") }
        }
    }

    /// Takes a job and does it, until nothing is left; the numbers in order.
    func workOff() throws -> [Int64] {
        var done: [Int64] = []
        while let job = try claim(1).first {
            try finish(job)
            done.append(job.id)
        }
        return done
    }
}
