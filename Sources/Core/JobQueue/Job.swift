package import Database
package import FordringKit

/// What a job does, by name; the module that does it declares it.
package struct JobKind: RawRepresentable, Sendable, Hashable, CustomStringConvertible {
    package let rawValue: String

    package init(rawValue: String) { self.rawValue = rawValue }
    package init(_ name: String) { self.init(rawValue: name) }

    package var description: String { rawValue }
}

/// How long and how often a kind of job is tried.
package struct JobLimits: Sendable, Hashable {
    /// After so many failures a job is dead.
    package var failuresMax: Int
    /// A job that runs longer has failed, and what its worker still does is not recorded.
    package var timeoutSeconds: Int64
    /// The pause after the first failure; each further one doubles it.
    package var retryFirstSeconds: Int64
    /// At most an hour, or the pauses are cut to ``JobQueue/retryPauseSecondsMax``.
    package var retryLongestSeconds: Int64

    package init(
        failuresMax: Int = 8, timeoutSeconds: Int64 = 120, retryFirstSeconds: Int64 = 30,
        retryLongestSeconds: Int64 = 3600
    ) {
        self.failuresMax = failuresMax
        self.timeoutSeconds = timeoutSeconds
        self.retryFirstSeconds = retryFirstSeconds
        self.retryLongestSeconds = retryLongestSeconds
    }

    /// The pause before the next attempt, in milliseconds: doubled with each failure, and longer or shorter by up to a
    /// quarter, so that what failed together does not come back together.
    ///
    /// The spread follows from the job's number, so that a run can be repeated.
    package func pause(afterFailure failures: Int, of job: Int64) -> Int64 {
        let doubled = retryFirstSeconds << Int64(min(max(failures, 1) - 1, 20))
        let base = min(max(doubled, 1), retryLongestSeconds) * 1000
        // Sebastiano Vigna's SplitMix64, one step.
        var mixed = UInt64(bitPattern: job) &* 31 &+ UInt64(failures) &+ 0x9E37_79B9_7F4A_7C15
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        mixed ^= mixed >> 31
        return min(base - base / 4 + Int64(mixed % UInt64(base / 2 + 1)), JobQueue.retryPauseSecondsMax * 1000)
    }
}

/// Which jobs run before which: the lower first.
package enum JobPriority: Int, Sendable, CaseIterable {
    case urgent = 0
    case normal = 5
    case background = 9
}

/// A job that is to be put in the queue.
package struct NewJob: Sendable {
    /// Which other job makes this one needless.
    package enum Uniqueness: Sendable, Hashable {
        case none
        /// Another with the key that has not ended.
        case whileOpen(String)
        /// Another with the key, ended or not, unless it was cancelled; the key names the period: `dailyRun 2026-01-05`.
        case once(String)
    }

    package var kind: JobKind
    /// The row that it works on, or a number that the kind gives another meaning.
    package var subject: Int64
    /// The channel that it goes by, where that is known already.
    package var channel: String
    package var priority: JobPriority
    /// Not before; `nil` for at once.
    package var runAt: Timestamp?
    /// Jobs of a lane run one at a time, in the order of enqueuing.
    package var lane: Int64?
    package var uniqueness: Uniqueness

    package init(
        _ kind: JobKind, subject: Int64, channel: String = "", priority: JobPriority = .normal, runAt: Timestamp? = nil,
        lane: Int64? = nil,
        uniqueness: Uniqueness = .none
    ) {
        self.kind = kind
        self.subject = subject
        self.channel = channel
        self.priority = priority
        self.runAt = runAt
        self.lane = lane
        self.uniqueness = uniqueness
    }
}

/// A job that a worker holds.
///
/// It carries its tenant; no call of the queue takes it together with another tenant's transaction.
package struct Job: Sendable, Hashable {
    package let tenant: TenantID
    package let id: Int64
    package let kind: JobKind
    package let subject: Int64
    /// The channel that it goes by, once that is known; empty before.
    package let channel: String
    /// How often it was begun, this time included: what fences off a worker whose lease was taken over.
    package let attempt: Int
    /// How often it has failed.
    package let failures: Int
    package let lane: Int64?
    /// When it could first have been begun.
    package let dueAt: Timestamp
    /// When it was begun.
    package let startedAt: Timestamp
    package let owner: String
    /// Whether it was called off while an earlier attempt ran; its handler ends it.
    package let isCalledOff: Bool
    /// Whether an earlier attempt may have had its effect: its worker ended, or did not know.
    package let isUncertain: Bool
}
