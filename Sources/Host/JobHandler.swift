package import Database
package import FordringKit
package import JobQueue
import Logging
import Synchronization

/// Does the work of one kind of job.
package protocol JobHandler: Sendable {
    var kind: JobKind { get }
    var limits: JobLimits { get }

    /// Does the work that is outside the database, and says how it is to be recorded.
    ///
    /// Called at least once for a job, by one worker at a time for one tenant. What it throws is a failure of the tenant's
    /// (its books, the disk): its other jobs would fail too, so the worker leaves the tenant for a while.
    func run(_ job: Job, for tenant: OpenTenant, _ context: JobContext) throws -> JobReport

    /// What is recorded of a job that may have had its effect: it ran longer than ``limits`` allow, or what it did could not
    /// be written down. The default has it tried again, or given up.
    func uncertain(
        _ job: Job, because message: String, for tenant: OpenTenant, _ context: JobContext
    ) -> JobReport

    /// What is recorded of a job that has failed as often as ``limits`` allow and was begun again, because its workers ended
    /// instead of saying so. The default gives it up.
    func exhausted(_ job: Job, for tenant: OpenTenant, _ context: JobContext) throws -> JobReport

    /// What is recorded of a job that was called off while an earlier attempt ran. The default ends it as cancelled.
    func cancelled(_ job: Job, for tenant: OpenTenant, _ context: JobContext) -> JobReport
}

extension JobHandler {
    package func uncertain(
        _ job: Job, because message: String, for tenant: OpenTenant, _ context: JobContext
    ) -> JobReport {
        .failing(job, message, limits, mayHaveHappened: true)
    }

    package func exhausted(_ job: Job, for tenant: OpenTenant, _ context: JobContext) throws -> JobReport {
        .failing(job, "the program ended each time that it did the job", limits, permanently: true)
    }

    package func cancelled(_ job: Job, for tenant: OpenTenant, _ context: JobContext) -> JobReport {
        JobReport(.cancelled) { try JobQueue.endAsCancelled(job, $0) }
    }
}

/// What became of a job, and how that is recorded.
package struct JobReport: Sendable {
    package enum Result: String, Sendable {
        case done
        /// It is tried again, or was given up.
        case failed
        /// Not now: a channel is paused or limited, or it is no hour to disturb people.
        case putOff
        /// There was nothing to do any more.
        case needless
        case cancelled
    }

    package let result: Result
    /// Records it; may be called more than once, and only what the last call wrote stays.
    ///
    /// Returns `false` when the job is no longer the worker's; then nothing of it stays.
    package let record: @Sendable (WriteTransaction) throws -> Bool

    package init(_ result: Result, record: @escaping @Sendable (WriteTransaction) throws -> Bool) {
        self.result = result
        self.record = record
    }

    /// Ends a job that has nothing else to record.
    package static func ending(_ job: Job, as result: Result = .done) -> JobReport {
        JobReport(result) { try JobQueue.finish(job, $0) }
    }

    /// Has a job tried again, or given up where it has failed too often.
    package static func failing(
        _ job: Job, _ message: String, _ limits: JobLimits, permanently: Bool = false, mayHaveHappened: Bool = false
    ) -> JobReport {
        JobReport(.failed) { transaction in
            try JobQueue.fail(
                job, error: message, limits: limits, permanently: permanently, mayHaveHappened: mayHaveHappened,
                transaction) != .notOurs
        }
    }
}

/// What a job's worker knows beside the job.
package final class JobContext: Sendable {
    /// The day of letters and decisions, where it is not today.
    package let day: CivilDate?
    private let calledOff = Mutex(false)

    package init(day: CivilDate?) { self.day = day }

    /// Whether somebody called the job off, or its time is up; long work looks now and then, and stops.
    package var isCalledOff: Bool { calledOff.withLock { $0 } }

    package func callOff() { calledOff.withLock { $0 = true } }
}

/// Where a worker is with a job: what tests are told, so that they can end it there.
///
/// Nothing is told in production.
package enum WorkerStep: String, Sendable, CaseIterable {
    /// The jobs of a batch are the worker's, committed.
    case claimed
    /// A job's work is about to begin.
    case running
    /// A job's effect is there, and nobody has written that down.
    case effectDone
    /// All is written, and nothing committed.
    case beforeCommit
    /// The effects are recorded.
    case afterCommit
}

extension Job {
    /// What log lines about the job carry: numbers and names of ours, nothing of a person.
    var metadata: Logger.Metadata {
        [
            "tenant": "\(tenant)", "job": .stringConvertible(id), "kind": "\(kind)",
            "attempt": .stringConvertible(attempt),
        ]
    }
}
