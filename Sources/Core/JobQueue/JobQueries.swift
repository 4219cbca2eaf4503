package import Database

/// A job as a person sees it.
package struct JobRecord: Sendable {
    package let id: Int64
    package let kind: JobKind
    package let subject: Int64
    package let channel: String
    package let state: JobState
    package let priority: Int
    package let runAt: Timestamp
    package let lane: Int64?
    package let isBlocked: Bool
    package let attempt: Int
    package let failures: Int
    package let owner: String?
    package let leasedUntil: Timestamp?
    package let isCalledOff: Bool
    package let startedAt: Timestamp?
    package let endedAt: Timestamp?
    package let lastError: String?
}

/// How many jobs of a kind are in a state, and since when the oldest waits.
package struct JobCount: Sendable, Hashable {
    package let kind: JobKind
    package let state: JobState
    package let count: Int
    /// When the first of them could be begun; for those that have ended, when the last of them did.
    package let time: Timestamp
    /// From when the first of them could have been begun or may be, of those that no other of their lane holds up.
    package let waitsSince: Timestamp?
}

extension JobQueue {
    private static func record(_ row: Row) throws -> JobRecord {
        func time(_ column: Int) -> Timestamp? { row.integerOrNil(column).map { Timestamp(milliseconds: $0) } }
        guard let state = JobState(rawValue: row.text(4)) else {
            throw DatabaseFault(.wrongSchema, "Job \(row.integer(0)) is in a state that is not known.")
        }
        return JobRecord(
            id: row.integer(0), kind: JobKind(row.text(1)), subject: row.integer(2), channel: row.text(3),
            state: state, priority: row.int(5), runAt: Timestamp(milliseconds: row.integer(6)),
            lane: row.integerOrNil(7), isBlocked: row.flag(8), attempt: row.int(9), failures: row.int(10),
            owner: row.textOrNil(11), leasedUntil: time(12), isCalledOff: row.flag(13), startedAt: time(14),
            endedAt: time(15), lastError: row.textOrNil(16))
    }

    /// Jobs by number, from the highest down.
    ///
    /// - Parameters:
    ///   - states: only these; `nil` for all.
    ///   - kind: only these; `nil` for all.
    ///   - before: only numbers below; `nil` for all.
    package static func list(
        states: Set<JobState>?, kind: JobKind?, before: Int64?, limit: Int, _ transaction: ReadTransaction
    ) throws -> [JobRecord] {
        let wanted = states ?? Set(JobState.allCases)
        var result: [JobRecord] = []
        func add(_ row: Row) throws { result.append(try record(row)) }
        // States one by one: each list is short, and the two that are looked for most have an index.
        for state in JobState.allCases where wanted.contains(state) {
            try transaction.query(
                """
                SELECT id, kind, subject, channel, state, priority, run_at, lane, is_blocked, attempt, failures, owner,
                    leased_until, is_called_off, started_at, ended_at, last_error
                FROM job WHERE state = $1 AND id < $2 AND ($3 IS NULL OR kind = $3) ORDER BY id DESC LIMIT $4
                """,
                state.rawValue, before ?? Int64.max, kind?.rawValue, limit, each: add)
        }
        return Array(result.sorted { $0.id > $1.id }.prefix(limit))
    }

    /// One job; `nil` where there is none of that number.
    package static func show(_ id: Int64, _ transaction: ReadTransaction) throws -> JobRecord? {
        try transaction.first(
            """
            SELECT id, kind, subject, channel, state, priority, run_at, lane, is_blocked, attempt, failures, owner,
                leased_until, is_called_off, started_at, ended_at, last_error
            FROM job WHERE id = $1
            """,
            id, map: record)
    }

    /// How many jobs there are by kind and state.
    package static func counts(_ transaction: ReadTransaction) throws -> [JobCount] {
        try transaction.all(
            """
            SELECT kind, state, count(*), min(run_at), max(ended_at),
                min(CASE WHEN is_blocked = 0 AND state IN ('scheduled', 'available', 'retrying') THEN run_at END)
            FROM job GROUP BY kind, state ORDER BY kind, state
            """
        ) { row in
            guard let state = JobState(rawValue: row.text(1)) else {
                throw DatabaseFault(.wrongSchema, "A job is in the state '\(row.text(1))', which is not known.")
            }
            return JobCount(
                kind: JobKind(row.text(0)), state: state, count: row.int(2),
                time: Timestamp(milliseconds: row.integerOrNil(4) ?? row.integer(3)),
                waitsSince: row.integerOrNil(5).map { Timestamp(milliseconds: $0) })
        }
    }
}
