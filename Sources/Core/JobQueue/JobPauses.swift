package import Database

/// Jobs that nobody is to begin: of a kind, by a channel, or all of a tenant.
package struct JobPause: Sendable, Hashable {
    /// `nil` for every kind.
    package var kind: JobKind?
    /// `nil` for every channel.
    package var channel: String?

    package init(kind: JobKind? = nil, channel: String? = nil) {
        self.kind = kind
        self.channel = channel
    }

    /// Whether it holds jobs of a kind that go by a channel.
    package func holds(_ kind: JobKind, _ channel: String) -> Bool {
        (self.kind ?? kind) == kind && (self.channel ?? channel) == channel
    }
}

extension JobQueue {
    /// Lets no job begin that the pause holds; those that run go on.
    ///
    /// Once the transaction has committed, none begins.
    /// - Returns: `false` where it was paused already.
    package static func pause(_ pause: JobPause, reason: String, _ transaction: WriteTransaction) throws -> Bool {
        try transaction.execute(
            """
            INSERT INTO job_pause (kind, channel, reason, paused_at) VALUES ($1, $2, $3, $4)
            ON CONFLICT (kind, channel) DO NOTHING
            """,
            pause.kind?.rawValue ?? "", pause.channel ?? "", reason, try transaction.databaseTime()) == 1
    }

    /// Takes a pause back.
    ///
    /// - Returns: `false` where there was none.
    package static func resume(_ pause: JobPause, _ transaction: WriteTransaction) throws -> Bool {
        let changed = try transaction.execute(
            "DELETE FROM job_pause WHERE kind = $1 AND channel = $2", pause.kind?.rawValue ?? "", pause.channel ?? "")
        if changed > 0 { transaction.announce(WorkDue(jobsAt: try transaction.databaseTime())) }
        return changed > 0
    }

    /// What is paused, and why.
    package static func pauses(
        _ transaction: ReadTransaction
    ) throws -> [(pause: JobPause, reason: String, at: Timestamp)] {
        try transaction.all("SELECT kind, channel, reason, paused_at FROM job_pause ORDER BY kind, channel") { row in
            let (kind, channel) = (row.text(0), row.text(1))
            return (
                JobPause(kind: kind.isEmpty ? nil : JobKind(kind), channel: channel.isEmpty ? nil : channel),
                row.text(2), Timestamp(milliseconds: row.integer(3))
            )
        }
    }

    /// Kind and channel of the available jobs that no pause holds.
    ///
    /// Steps from one to the next in the index, so that a hundred thousand jobs of one kind cost no more than one.
    static func openQueues(_ transaction: ReadTransaction) throws -> [(kind: String, channel: String)] {
        let paused = try pauses(transaction).map(\.pause)
        var result: [(kind: String, channel: String)] = []
        var last: (kind: String, channel: String)?
        while let next = try nextQueue(after: last, transaction) {
            if !paused.contains(where: { $0.holds(JobKind(next.kind), next.channel) }) { result.append(next) }
            last = next
        }
        return result
    }

    /// Two seeks rather than one comparison of pairs, for which SQLite would pass over all the jobs of the last pair.
    private static func nextQueue(
        after last: (kind: String, channel: String)?, _ transaction: ReadTransaction
    ) throws -> (kind: String, channel: String)? {
        if let last {
            let channel = try transaction.first(
                """
                SELECT channel FROM job WHERE state = 'available' AND kind = $1 AND channel > $2
                ORDER BY channel LIMIT 1
                """,
                last.kind, last.channel
            ) { $0.text(0) }
            if let channel { return (last.kind, channel) }
        }
        return try transaction.first(
            """
            SELECT kind, channel FROM job WHERE state = 'available' AND kind > $1 ORDER BY kind, channel LIMIT 1
            """,
            last?.kind ?? ""
        ) { ($0.text(0), $0.text(1)) }
    }

    /// When a worker will find something to do: at once, when a job falls due, or when a lease ends.
    ///
    /// `nil` while nothing waits but what is paused.
    ///
    /// - Parameter kinds: only jobs of these kinds, of which each is looked for by itself; `nil` for all.
    package static func nextDue(
        limits: [String: RateLimit], kinds: Set<JobKind>? = nil, _ transaction: ReadTransaction
    ) throws -> Timestamp? {
        guard let kinds else { return try nextDueOfAll(limits, transaction) }
        let now = try transaction.databaseTime()
        let allowance = try Allowance(limits, at: now, transaction)
        let open = try openQueues(transaction).filter { kinds.contains(JobKind($0.kind)) }
            .map { allowance.next($0.channel) }
        let waiting = try kinds.compactMap { kind in
            try transaction.first(
                """
                SELECT min(CASE state WHEN 'running' THEN leased_until ELSE run_at END) FROM job
                WHERE kind = $1 AND (state = 'running' OR state IN ('scheduled', 'retrying') AND is_blocked = 0)
                """, kind.rawValue
            ) { $0.integerOrNil(0) } ?? nil
        }
        .map { min(Timestamp(milliseconds: $0), now.adding(seconds: retryPauseSecondsMax)) }
        return (open + waiting).min()
    }

    private static func nextDueOfAll(
        _ limits: [String: RateLimit], _ transaction: ReadTransaction
    ) throws -> Timestamp? {
        let now = try transaction.databaseTime()
        let allowance = try Allowance(limits, at: now, transaction)
        let open = try openQueues(transaction).map { allowance.next($0.channel) }.min()
        let waiting = try transaction.first(
            """
            SELECT run_at FROM job WHERE state IN ('scheduled', 'retrying') AND is_blocked = 0
            ORDER BY run_at LIMIT 1
            """
        ) { Timestamp(milliseconds: $0.integer(0)) }
        // Where the clock went back, leases and pauses are cut down to what is honest when somebody looks; so look then.
        let retrying = try transaction.first(
            "SELECT run_at FROM job WHERE state = 'retrying' ORDER BY run_at LIMIT 1"
        ) { min(Timestamp(milliseconds: $0.integer(0)), now.adding(seconds: retryPauseSecondsMax)) }
        let leased = try transaction.first(
            "SELECT leased_until FROM job WHERE state = 'running' ORDER BY leased_until LIMIT 1"
        ) { min(Timestamp(milliseconds: $0.integer(0)), now.adding(seconds: leaseSeconds)) }
        return [open, waiting, retrying, leased].compactMap(\.self).min()
    }
}
