package import Database
import FordringKit

/// A tenant's durable queue, in the tenant's own database: a job is enqueued in the transaction that needs it.
///
/// ``JobState`` says what can happen to a job. It runs at least once; its effect happens once because the effect carries
/// an idempotency key, and its end is recorded in the transaction that records the effect. A worker holds a job under a
/// lease that ends by the database's time. Each claim gives the job another `attempt`; a worker whose job has another
/// attempt by now is refused whatever it wants to record. What a dead worker held comes back with the next claim of
/// anybody; nothing has to be set up for it.
package enum JobQueue {
    /// For how long a claim holds a job before the worker must say that it lives.
    package static let leaseSeconds: Int64 = 60
    /// No pause before another attempt is longer, whatever a kind's limits say: so one that is was made before the clock
    /// went back.
    package static let retryPauseSecondsMax: Int64 = 4500

    /// Puts a job in the queue; it exists if and only if the transaction commits.
    ///
    /// - Returns: its number, or that of the job that makes it needless.
    @discardableResult
    package static func enqueue(_ job: NewJob, _ transaction: WriteTransaction) throws -> (id: Int64, isNew: Bool) {
        let now = try transaction.databaseTime()
        if let known = try known(job.uniqueness, transaction) { return (known, false) }
        let isBlocked = try job.lane.map { try hasFirst(lane: $0, transaction) } ?? false
        let runAt = job.runAt ?? now
        let (openKey, onceKey): (SQLValue, SQLValue) =
            switch job.uniqueness {
            case .none: (.null, .null)
            case .whileOpen(let key): (.text(key), .null)
            case .once(let key): (.null, .text(key))
            }
        let id = try transaction.newID("job")
        try transaction.execute(
            """
            INSERT INTO job (id, kind, subject, channel, state, priority, run_at, lane, is_blocked, open_key, once_key)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
            """,
            values: [
                .integer(id), .text(job.kind.rawValue), .integer(job.subject), .text(job.channel),
                .text(isBlocked || runAt > now ? "scheduled" : "available"), .integer(Int64(job.priority.rawValue)),
                runAt.sqlValue, job.lane.sqlValue, isBlocked.sqlValue, openKey, onceKey,
            ])
        if !isBlocked { transaction.announce(WorkDue(jobsAt: runAt)) }
        return (id, true)
    }

    private static func known(_ uniqueness: NewJob.Uniqueness, _ transaction: ReadTransaction) throws -> Int64? {
        switch uniqueness {
        case .none: nil
        case .whileOpen(let key):
            try transaction.first("SELECT id FROM job WHERE open_key = $1 AND ended_at IS NULL", key) { $0.integer(0) }
        case .once(let key):
            try transaction.first("SELECT id FROM job WHERE once_key = $1 AND state <> 'cancelled'", key) {
                $0.integer(0)
            }
        }
    }

    /// Whether a lane has a job that is not blocked, behind which others wait.
    private static func hasFirst(lane: Int64, _ transaction: ReadTransaction) throws -> Bool {
        try transaction.first(
            "SELECT 1 FROM job WHERE lane = $1 AND ended_at IS NULL AND is_blocked = 0 LIMIT 1", lane
        ) { _ in true } ?? false
    }

    /// Takes jobs whose time has come, by priority and then by number, and holds them until the lease ends.
    ///
    /// Before that, what has fallen due becomes available and what dead workers held comes back.
    package static func claim(_ request: ClaimRequest, _ transaction: WriteTransaction) throws -> [Job] {
        let tenant = try owner(of: transaction)
        let now = try transaction.databaseTime()
        _ = try takeBackExpired(at: now, transaction)
        try shortenPauses(at: now, transaction)
        try promote(at: now, transaction)
        let queues = try openQueues(transaction).filter { request.kinds?.contains(JobKind($0.kind)) ?? true }
        guard !queues.isEmpty, request.count > 0 else { return [] }
        var allowance = try Allowance(request.limits, at: now, transaction)
        var chosen: [(priority: Int64, job: Job)] = []
        for (kind, channel) in queues {
            try transaction.query(
                """
                SELECT priority, id, subject, attempt, failures, lane, run_at, is_called_off, is_uncertain FROM job
                WHERE state = 'available' AND kind = $1 AND channel = $2 ORDER BY priority, id LIMIT $3
                """,
                kind, channel, allowance.most(request.count, channel)
            ) { row in
                chosen.append(
                    (
                        row.integer(0),
                        Job(
                            tenant: tenant, id: row.integer(1), kind: JobKind(kind), subject: row.integer(2),
                            channel: channel, attempt: row.int(3) + 1, failures: row.int(4),
                            lane: row.integerOrNil(5), dueAt: Timestamp(milliseconds: row.integer(6)), startedAt: now,
                            owner: request.owner, isCalledOff: row.flag(7), isUncertain: row.flag(8))
                    ))
            }
        }
        if queues.count > 1 { chosen.sort { ($0.priority, $0.job.id) < ($1.priority, $1.job.id) } }
        var jobs: [Job] = []
        let until = now.adding(seconds: leaseSeconds)
        for (_, job) in chosen where jobs.count < request.count && allowance.most(1, job.channel) == 1 {
            // What has failed before may be what ends workers: it is taken alone, so that it costs no other an attempt.
            if job.failures > 0, !jobs.isEmpty { break }
            allowance.take(job.channel)
            // Where several hosts share a database, another may have been faster.
            let changed = try transaction.execute(
                """
                UPDATE job SET state = 'running', owner = $1, leased_until = $2, started_at = $3, attempt = $4
                WHERE id = $5 AND state = 'available' AND attempt < $4
                """,
                values: [
                    .text(request.owner), until.sqlValue, now.sqlValue, .integer(Int64(job.attempt)), .integer(job.id),
                ])
            if changed == 1 { jobs.append(job) }
            if job.failures > 0, changed == 1 { break }
        }
        try allowance.keep(transaction)
        return jobs
    }

    /// Lets no job wait for its next attempt for longer than any pause is, which it does once the clock went back.
    private static func shortenPauses(at now: Timestamp, _ transaction: WriteTransaction) throws {
        let latest = now.adding(seconds: retryPauseSecondsMax)
        let changed = try transaction.execute(
            "UPDATE job SET run_at = $1 WHERE state = 'retrying' AND run_at > $1", latest)
        if changed > 0 { transaction.announce(WorkDue(jobsAt: latest)) }
    }

    /// Makes available what has fallen due; a thousand at a time, so that no transaction is long.
    private static func promote(at now: Timestamp, _ transaction: WriteTransaction) throws {
        try transaction.execute(
            """
            UPDATE job SET state = 'available' WHERE id IN (
                SELECT id FROM job WHERE state IN ('scheduled', 'retrying') AND is_blocked = 0 AND run_at <= $1
                ORDER BY run_at LIMIT 1000)
            """,
            now)
    }

    /// Prolongs leases.
    ///
    /// - Returns: the jobs that somebody called off, and those that are no longer the worker's.
    package static func renew(
        _ jobs: [Job], _ transaction: WriteTransaction
    ) throws -> (calledOff: [Job], lost: [Job]) {
        let until = try transaction.databaseTime().adding(seconds: leaseSeconds)
        var (calledOff, lost): ([Job], [Job]) = ([], [])
        for job in jobs {
            try check(job, transaction)
            let isCalledOff = try transaction.first(
                """
                UPDATE job SET leased_until = $1 WHERE id = $2 AND state = 'running' AND attempt = $3 AND owner = $4
                RETURNING is_called_off
                """,
                until, job.id, job.attempt, job.owner
            ) { $0.flag(0) }
            switch isCalledOff {
            case nil: lost.append(job)
            case true?: calledOff.append(job)
            case false?: break
            }
        }
        return (calledOff, lost)
    }

    /// Gives back the jobs of workers that are gone: those whose lease has ended, and those of owners known to be dead.
    ///
    /// A worker's death counts as a failure, because the job may be what killed it.
    /// - Returns: how many were given back.
    @discardableResult
    package static func recover(isDead: (String) -> Bool, _ transaction: WriteTransaction) throws -> Int {
        var count = try takeBackExpired(at: try transaction.databaseTime(), transaction)
        let owners = try transaction.all("SELECT DISTINCT owner FROM job WHERE state = 'running'") { $0.text(0) }
        for owner in owners where isDead(owner) {
            let held = try transaction.all("SELECT id FROM job WHERE state = 'running' AND owner = $1", owner) {
                $0.integer(0)
            }
            try takeBack(held, transaction)
            count += held.count
        }
        return count
    }

    private static func takeBackExpired(at now: Timestamp, _ transaction: WriteTransaction) throws -> Int {
        // No honest lease ends later than this: the clock went back. The holder, if it lives, renews it in time.
        let latest = now.adding(seconds: leaseSeconds)
        let shortened = try transaction.execute(
            "UPDATE job SET leased_until = $1 WHERE state = 'running' AND leased_until > $1", latest)
        if shortened > 0 { transaction.announce(WorkDue(jobsAt: latest)) }
        let expired = try transaction.all(
            "SELECT id FROM job WHERE state = 'running' AND leased_until <= $1", now
        ) { $0.integer(0) }
        try takeBack(expired, transaction)
        return expired.count
    }

    private static func takeBack(_ ids: [Int64], _ transaction: WriteTransaction) throws {
        for id in ids {
            try transaction.execute(
                """
                UPDATE job SET state = 'available', owner = NULL, leased_until = NULL, failures = failures + 1,
                    is_uncertain = 1, last_error = 'the worker ended while it held the job'
                WHERE id = $1
                """,
                id)
        }
        if !ids.isEmpty { transaction.announce(WorkDue(jobsAt: try transaction.databaseTime())) }
    }

    // MARK: What a worker reports

    /// Ends a job, in the transaction that records its effect.
    ///
    /// - Returns: `false` when the job is no longer the worker's; then nothing of the transaction may stay.
    package static func finish(_ job: Job, _ transaction: WriteTransaction) throws -> Bool {
        try check(job, transaction)
        let changed = try transaction.execute(
            """
            UPDATE job SET state = 'done', owner = NULL, leased_until = NULL, is_called_off = 0, last_error = NULL,
                ended_at = $1
            WHERE id = $2 AND state = 'running' AND attempt = $3 AND owner = $4
            """,
            values: [
                try transaction.databaseTime().sqlValue, .integer(job.id), .integer(Int64(job.attempt)),
                .text(job.owner),
            ])
        guard changed == 1 else { return false }
        try free(job.lane, transaction)
        return true
    }

    /// What became of a job that failed.
    package enum Failure: Sendable, Hashable {
        /// It is tried again.
        case retried
        /// It is given up; a person must look.
        case dead
        /// Somebody had called it off.
        case cancelled
        /// It is no longer the worker's, and was not touched.
        case notOurs
    }

    /// Puts a failed job back for later, or gives it up.
    ///
    /// - Parameters:
    ///   - permanently: whether trying again cannot help.
    ///   - mayHaveHappened: whether it may have had its effect; then it is not ended as cancelled, but given up, and only
    ///     its handler can end it where somebody calls it off before its next attempt.
    package static func fail(
        _ job: Job, error: String, limits: JobLimits, permanently: Bool = false, mayHaveHappened: Bool = false,
        _ transaction: WriteTransaction
    ) throws -> Failure {
        try check(job, transaction)
        guard let isCalledOff = try isCalledOff(job, transaction) else { return .notOurs }
        let failures = job.failures + 1
        let now = try transaction.databaseTime()
        if isCalledOff || permanently || failures >= limits.failuresMax {
            let isCancelled = isCalledOff && !mayHaveHappened
            try transaction.execute(
                """
                UPDATE job SET state = $1, owner = NULL, leased_until = NULL, is_called_off = 0, failures = $2,
                    last_error = $3, ended_at = $4, is_uncertain = $5
                WHERE id = $6
                """,
                isCancelled ? "cancelled" : "dead", failures, error, now, mayHaveHappened, job.id)
            try free(job.lane, transaction)
            return isCancelled ? .cancelled : .dead
        }
        let runAt = Timestamp(milliseconds: now.milliseconds + limits.pause(afterFailure: failures, of: job.id))
        try transaction.execute(
            """
            UPDATE job SET state = 'retrying', owner = NULL, leased_until = NULL, failures = $1, last_error = $2,
                run_at = $3, is_uncertain = $4
            WHERE id = $5
            """,
            failures, error, runAt, mayHaveHappened, job.id)
        transaction.announce(WorkDue(jobsAt: runAt))
        return .retried
    }

    /// Puts a job off, or on another channel; that is no failure.
    ///
    /// One that was called off comes back at once, for its handler to end.
    /// - Parameters:
    ///   - time: not before; `nil` for as soon as the channel allows.
    ///   - channel: the channel that it waits for; `nil` for the same as before.
    /// - Returns: `false` when the job is no longer the worker's.
    @discardableResult
    package static func snooze(
        _ job: Job, until time: Timestamp?, channel: String? = nil, _ transaction: WriteTransaction
    ) throws -> Bool {
        try check(job, transaction)
        guard let isCalledOff = try isCalledOff(job, transaction) else { return false }
        let now = try transaction.databaseTime()
        let runAt = isCalledOff ? now : time ?? now
        try transaction.execute(
            """
            UPDATE job SET state = 'scheduled', owner = NULL, leased_until = NULL, run_at = $1, channel = $2
            WHERE id = $3
            """,
            runAt, channel ?? job.channel, job.id)
        transaction.announce(WorkDue(jobsAt: runAt))
        return true
    }

    /// Gives back jobs that a worker took and has not begun.
    package static func handBack(_ jobs: [Job], _ transaction: WriteTransaction) throws {
        for job in jobs {
            try check(job, transaction)
            let changed = try transaction.execute(
                """
                UPDATE job SET state = 'available', owner = NULL, leased_until = NULL
                WHERE id = $1 AND state = 'running' AND attempt = $2 AND owner = $3
                """,
                job.id, job.attempt, job.owner)
            if changed > 0 { transaction.announce(WorkDue(jobsAt: try transaction.databaseTime())) }
        }
    }

    /// Records that a job that was called off has had no effect and will have none.
    ///
    /// - Returns: `false` when the job is no longer the worker's.
    @discardableResult
    package static func endAsCancelled(_ job: Job, _ transaction: WriteTransaction) throws -> Bool {
        try check(job, transaction)
        guard try isCalledOff(job, transaction) != nil else { return false }
        try transaction.execute(
            """
            UPDATE job SET state = 'cancelled', owner = NULL, leased_until = NULL, is_called_off = 0, ended_at = $1
            WHERE id = $2
            """,
            try transaction.databaseTime(), job.id)
        try free(job.lane, transaction)
        return true
    }

    /// Whether a job was called off; `nil` when it is no longer the worker's.
    package static func isCalledOff(_ job: Job, _ transaction: ReadTransaction) throws -> Bool? {
        try check(job, transaction)
        return try transaction.first(
            "SELECT is_called_off FROM job WHERE id = $1 AND state = 'running' AND attempt = $2 AND owner = $3",
            job.id, job.attempt, job.owner
        ) { $0.flag(0) }
    }

    /// Lets the next of a lane go on when one has ended.
    private static func free(_ lane: Int64?, _ transaction: WriteTransaction) throws {
        guard let lane else { return }
        let first = try transaction.first(
            """
            SELECT id, is_blocked, run_at FROM job WHERE lane = $1 AND ended_at IS NULL ORDER BY is_blocked, id LIMIT 1
            """,
            lane
        ) { (id: $0.integer(0), isBlocked: $0.flag(1), runAt: Timestamp(milliseconds: $0.integer(2))) }
        guard let first, first.isBlocked else { return }
        try transaction.execute("UPDATE job SET is_blocked = 0 WHERE id = $1", first.id)
        transaction.announce(WorkDue(jobsAt: first.runAt))
    }

    // MARK: What a person asks for

    /// What calling a job off has done.
    package enum Cancellation: Sendable, Hashable {
        case cancelled
        /// A worker holds it, and is told: it stops where it can; where it is too late, the job ends as done.
        ///
        /// Or an earlier attempt may have had the effect: then the job comes back at once, for its handler to find out.
        case requested
        /// It had ended, or there is none of that number.
        case notOpen
    }

    /// Calls a job off.
    package static func cancel(_ id: Int64, _ transaction: WriteTransaction) throws -> Cancellation {
        let found = try transaction.first(
            "SELECT state, lane, is_called_off, is_uncertain, is_blocked FROM job WHERE id = $1", id
        ) { (JobState(rawValue: $0.text(0)), $0.integerOrNil(1), $0.flag(2), $0.flag(3), $0.flag(4)) }
        guard let (state, lane, isCalledOff, isUncertain, isBlocked) = found, let state, !state.isEnded else {
            return .notOpen
        }
        if isCalledOff { return .requested }
        if state == .running {
            try transaction.execute("UPDATE job SET is_called_off = 1 WHERE id = $1", id)
            return .requested
        }
        if isUncertain {
            let now = try transaction.databaseTime()
            try transaction.execute("UPDATE job SET is_called_off = 1, run_at = $1 WHERE id = $2", now, id)
            if !isBlocked { transaction.announce(WorkDue(jobsAt: now)) }
            return .requested
        }
        try transaction.execute(
            "UPDATE job SET state = 'cancelled', is_blocked = 0, ended_at = $1 WHERE id = $2",
            try transaction.databaseTime(), id)
        try free(lane, transaction)
        return .cancelled
    }

    /// Calls off what is open of a subject.
    package static func cancel(_ kind: JobKind, subject: Int64, _ transaction: WriteTransaction) throws {
        let open = try transaction.all(
            "SELECT id FROM job WHERE subject = $1 AND kind = $2 AND ended_at IS NULL", subject, kind.rawValue
        ) { $0.integer(0) }
        for id in open { _ = try cancel(id, transaction) }
    }

    /// Whether something of a subject is still to be done, or being done.
    package static func isOpen(_ kind: JobKind, subject: Int64, _ transaction: ReadTransaction) throws -> Bool {
        try transaction.first(
            "SELECT 1 FROM job WHERE subject = $1 AND kind = $2 AND ended_at IS NULL", subject, kind.rawValue
        ) { _ in true } ?? false
    }

    /// Lets a job be tried again at once that waits for its time, was cancelled or is dead.
    ///
    /// Its failures begin to count anew.
    /// - Returns: `false` where it is available, running or done, where there is none of that number, or where another of
    ///   its key is there by now.
    package static func retry(_ id: Int64, _ transaction: WriteTransaction) throws -> Bool {
        let found = try transaction.first(
            "SELECT state, lane, open_key, once_key, is_blocked FROM job WHERE id = $1", id
        ) { ($0.text(0), $0.integerOrNil(1), $0.textOrNil(2), $0.textOrNil(3), $0.flag(4)) }
        guard let (text, lane, openKey, onceKey, wasBlocked) = found, let state = JobState(rawValue: text),
            state.after(.retried) != nil
        else { return false }
        let now = try transaction.databaseTime()
        if state.isEnded {
            if let openKey, try known(.whileOpen(openKey), transaction) != nil { return false }
            if state == .cancelled, let onceKey, try known(.once(onceKey), transaction) != nil { return false }
        }
        let isBlocked = state.isEnded ? try lane.map { try hasFirst(lane: $0, transaction) } ?? false : wasBlocked
        try transaction.execute(
            """
            UPDATE job SET state = $1, run_at = $2, failures = 0, is_blocked = $3, is_called_off = 0, ended_at = NULL
            WHERE id = $4
            """,
            state.isEnded || isBlocked ? "scheduled" : "available", now, isBlocked, id)
        if !isBlocked { transaction.announce(WorkDue(jobsAt: now)) }
        return true
    }

    /// Records that a person found out what had become of a dead job.
    ///
    /// - Returns: `false` where it is not dead.
    package static func settle(_ id: Int64, _ transaction: WriteTransaction) throws -> Bool {
        try transaction.execute("UPDATE job SET state = 'done' WHERE id = $1 AND state = 'dead'", id) == 1
    }

    /// Deletes done and cancelled jobs that ended before a time.
    ///
    /// - Returns: how many; at most a thousand at a time.
    package static func prune(endedBefore time: Timestamp, _ transaction: WriteTransaction) throws -> Int {
        try transaction.execute(
            """
            DELETE FROM job WHERE id IN (
                SELECT id FROM job WHERE ended_at < $1 AND state IN ('done', 'cancelled') ORDER BY id LIMIT 1000)
            """,
            time)
    }

    // MARK: Tenants

    private static func owner(of transaction: ReadTransaction) throws -> TenantID {
        guard let tenant = transaction.tenant else {
            throw DatabaseFault(.other, "The host's own database has no jobs; this is a fault of the program.")
        }
        return tenant
    }

    private static func check(_ job: Job, _ transaction: ReadTransaction) throws {
        guard job.tenant == transaction.tenant else {
            throw DatabaseFault(
                .other,
                "A job of '\(job.tenant)' met a transaction of "
                    + "'\(transaction.tenant?.rawValue ?? "the host")'; nothing was changed. This is a fault of the program."
            )
        }
    }
}

/// What a worker asks for.
package struct ClaimRequest: Sendable {
    package var count: Int
    /// Unique for each start of a worker's process.
    package var owner: String
    /// How many jobs may be begun by channel; `all` for all together.
    package var limits: [String: RateLimit]
    /// Only jobs of these kinds; `nil` for all.
    package var kinds: Set<JobKind>?

    package init(_ count: Int, owner: String, limits: [String: RateLimit] = [:], kinds: Set<JobKind>? = nil) {
        self.count = count
        self.owner = owner
        self.limits = limits
        self.kinds = kinds
    }
}
