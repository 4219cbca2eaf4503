package import Database

/// A kind of job, with the table row that it works on.
package enum JobKind: String, Sendable, CaseIterable {
    /// Deliver the letter of a step; the subject is the step.
    case deliverLetter
}

/// A job that a worker holds.
package struct Job: Sendable {
    package let id: Int64
    package let kind: JobKind
    /// The row that the job works on.
    package let subject: Int64
    /// How often it was begun, this time included.
    package let attempt: Int

    package init(id: Int64, kind: JobKind, subject: Int64, attempt: Int) {
        self.id = id
        self.kind = kind
        self.subject = subject
        self.attempt = attempt
    }
}

/// A tenant's durable queue, in the tenant's own database: a job is enqueued in the transaction that needs it.
///
/// States: `available` (waiting, not before `run_at`), `running` (a worker holds it until `leased_until`), `done`,
/// `cancelled`, `dead` (given up after ``attemptsMax`` attempts; a person must look). A job runs at least once; its
/// effect happens once because the effect carries an idempotency key and its end is recorded with the job's.
package enum JobQueue {
    package static let migration = Migration(
        "0003 jobs",
        """
        CREATE TABLE job (
            id {integer} NOT NULL PRIMARY KEY,
            kind TEXT NOT NULL,
            subject {integer} NOT NULL,
            state TEXT NOT NULL CHECK (state IN ('available', 'running', 'done', 'cancelled', 'dead')),
            run_at {integer} NOT NULL,
            attempts {integer} NOT NULL DEFAULT 0,
            owner TEXT,
            leased_until {integer},
            last_error TEXT,
            CHECK ((state = 'running') = (owner IS NOT NULL))
        ) {strict}
        """,
        "CREATE INDEX job_waiting ON job (run_at, id) WHERE state = 'available'",
        "CREATE INDEX job_running ON job (leased_until) WHERE state = 'running'",
        "CREATE INDEX job_subject ON job (subject, kind)")

    /// After so many attempts a job is dead.
    package static let attemptsMax = 8

    /// Puts a job in the queue; it exists if and only if the transaction commits.
    @discardableResult
    package static func enqueue(
        _ kind: JobKind, subject: Int64, runAt: Timestamp, _ transaction: WriteTransaction
    ) throws -> Int64 {
        let id = try transaction.newID("job")
        try transaction.execute(
            "INSERT INTO job (id, kind, subject, state, run_at) VALUES ($1, $2, $3, 'available', $4)",
            values: [.integer(id), .text(kind.rawValue), .integer(subject), runAt.sqlValue])
        return id
    }

    /// Takes jobs whose time has come, oldest first, and holds them until the lease ends.
    package static func claim(
        _ count: Int, owner: String, until leaseEnd: Timestamp, at now: Timestamp, _ transaction: WriteTransaction
    ) throws -> [Job] {
        var jobs: [Job] = []
        try transaction.query(
            """
            SELECT id, kind, subject, attempts FROM job WHERE state = 'available' AND run_at <= $1
            ORDER BY run_at, id LIMIT $2
            """,
            now, count
        ) { row in
            guard let kind = JobKind(rawValue: row.text(1)) else { return }
            jobs.append(Job(id: row.integer(0), kind: kind, subject: row.integer(2), attempt: row.int(3) + 1))
        }
        for job in jobs {
            try transaction.execute(
                """
                UPDATE job SET state = 'running', owner = $1, leased_until = $2, attempts = attempts + 1
                WHERE id = $3
                """,
                owner, leaseEnd, job.id)
        }
        return jobs
    }

    /// Prolongs the leases that an owner holds.
    package static func renew(owner: String, until leaseEnd: Timestamp, _ transaction: WriteTransaction) throws {
        try transaction.execute(
            "UPDATE job SET leased_until = $1 WHERE state = 'running' AND owner = $2", leaseEnd, owner)
    }

    /// Hands back the jobs that an owner holds and will not do.
    package static func release(owner: String, _ transaction: WriteTransaction) throws {
        try transaction.execute(
            """
            UPDATE job SET state = 'available', owner = NULL, leased_until = NULL WHERE state = 'running' AND owner = $1
            """,
            owner)
    }

    /// Gives back the jobs of workers that are gone: those whose lease has ended, and those of owners known to be dead.
    ///
    /// A job whose worker has died ``attemptsMax`` times is not begun again: it may be what kills them.
    /// - Returns: how many were given back, and the subjects of those that were given up.
    @discardableResult
    package static func recover(
        at now: Timestamp, isDead: (String) -> Bool, _ transaction: WriteTransaction
    ) throws -> (back: Int, dead: [Int64]) {
        let held = try transaction.all(
            "SELECT id, owner, leased_until, attempts, subject FROM job WHERE state = 'running'"
        ) { row in
            (
                id: row.integer(0), owner: row.text(1), until: Timestamp(milliseconds: row.integer(2)),
                attempts: row.int(3), subject: row.integer(4)
            )
        }
        let lost = held.filter { $0.until <= now || isDead($0.owner) }
        for job in lost {
            try transaction.execute(
                "UPDATE job SET state = $1, owner = NULL, leased_until = NULL WHERE id = $2",
                job.attempts >= attemptsMax ? "dead" : "available", job.id)
        }
        let dead = lost.filter { $0.attempts >= attemptsMax }.map(\.subject)
        return (lost.count - dead.count, dead)
    }

    /// Ends a job, in the transaction that records its effect.
    ///
    /// - Returns: `false` when the owner no longer holds the job; then nothing of the transaction may stay.
    package static func finish(_ job: Job, owner: String, _ transaction: WriteTransaction) throws -> Bool {
        try transaction.execute(
            """
            UPDATE job SET state = 'done', owner = NULL, leased_until = NULL, last_error = NULL
            WHERE id = $1 AND state = 'running' AND owner = $2
            """,
            job.id, owner) == 1
    }

    /// Puts a failed job back for later, or gives it up.
    ///
    /// - Returns: whether it was given up; `false` also when the owner no longer holds the job, which is then not touched.
    package static func fail(
        _ job: Job, owner: String, error: String, permanently: Bool, _ transaction: WriteTransaction
    ) throws -> Bool {
        let dead = permanently || job.attempt >= attemptsMax
        // 30 s, 1 min, 2 min … at most an hour.
        let pause = min(Int64(3600), Int64(30) << Int64(min(job.attempt - 1, 10)))
        let changed = try transaction.execute(
            """
            UPDATE job SET state = $1, owner = NULL, leased_until = NULL, last_error = $2, run_at = $3
            WHERE id = $4 AND state = 'running' AND owner = $5
            """,
            dead ? "dead" : "available", error, transaction.provenance.time.adding(seconds: pause), job.id, owner)
        return dead && changed == 1
    }

    /// Cancels the waiting jobs of a subject; one that is running is stopped by what it finds when it records its end.
    package static func cancel(_ kind: JobKind, subject: Int64, _ transaction: WriteTransaction) throws {
        try transaction.execute(
            "UPDATE job SET state = 'cancelled' WHERE subject = $1 AND kind = $2 AND state = 'available'",
            subject, kind.rawValue)
    }

    /// The number of jobs by state.
    package static func counts(_ transaction: ReadTransaction) throws -> [String: Int] {
        var counts: [String: Int] = [:]
        try transaction.query("SELECT state, count(*) FROM job GROUP BY state") { counts[$0.text(0)] = $0.int(1) }
        return counts
    }
}
