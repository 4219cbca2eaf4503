import FordringKit
import JobQueue
import Synchronization

/// What one thread of a worker is at, for the supervisor to see.
final class WorkerSlot: Sendable {
    /// A job that runs longer than it may.
    struct Overdue {
        let job: Job
        let handler: any JobHandler
        let context: JobContext
        let tenant: OpenTenant
        /// What the thread had taken beside it and not begun.
        let others: [Job]
    }

    private struct State {
        var tenant: OpenTenant?
        /// Taken, and neither recorded nor given back.
        var jobs: [Job] = []
        var heldSince = ContinuousClock.now
        var running: (job: Job, handler: any JobHandler, context: JobContext, since: ContinuousClock.Instant)?
        var isAbandoned = false
        var isCalledOff = false
    }

    private let state = Mutex(State())

    /// Whether the supervisor has given up on the thread.
    var isAbandoned: Bool { state.withLock { $0.isAbandoned } }

    func hold(_ jobs: [Job], of tenant: OpenTenant) {
        state.withLock { state in
            state.tenant = tenant
            state.jobs = jobs
            state.heldSince = ContinuousClock.now
        }
    }

    func begin(_ job: Job, _ handler: any JobHandler, _ context: JobContext) {
        let isCalledOff = state.withLock { state in
            state.running = (job, handler, context, ContinuousClock.now)
            return state.isCalledOff
        }
        if isCalledOff { context.callOff() }
    }

    /// Says that the job at hand is done.
    ///
    /// - Returns: `false` when the supervisor has given up on it.
    func end() -> Bool {
        state.withLock { state in
            state.running = nil
            return !state.isAbandoned
        }
    }

    func clear() {
        state.withLock { state in
            state.jobs = []
            state.tenant = nil
            state.running = nil
        }
    }

    /// Tells the job at hand, and those to come, to stop where they can.
    func callOff() {
        let context = state.withLock { state in
            state.isCalledOff = true
            return state.running?.context
        }
        context?.callOff()
    }

    /// Gives up on the thread where its job runs longer than it may.
    func abandonIfOverdue() -> Overdue? {
        state.withLock { state in
            guard let running = state.running, let tenant = state.tenant, !state.isAbandoned,
                ContinuousClock.now - running.since > .seconds(running.handler.limits.timeoutSeconds)
            else { return nil }
            state.isAbandoned = true
            running.context.callOff()
            // Those before it are done, and wait to be recorded with it: their leases end, and the next attempt finds what
            // they did.
            let others = state.jobs.drop { $0.id != running.job.id }.dropFirst()
            return Overdue(
                job: running.job, handler: running.handler, context: running.context, tenant: tenant,
                others: Array(others))
        }
    }

    /// Gives up on the thread, whatever it does.
    ///
    /// - Returns: `false` where that was done before.
    func abandon() -> Bool {
        state.withLock { state in
            defer { state.isAbandoned = true }
            return !state.isAbandoned
        }
    }

    /// The jobs whose leases are to be prolonged, where they are held for so many seconds.
    func toRenew(after seconds: Double) -> (jobs: [Job], tenant: OpenTenant)? {
        state.withLock { state in
            guard let tenant = state.tenant, !state.jobs.isEmpty, !state.isAbandoned,
                (ContinuousClock.now - state.heldSince).seconds >= seconds
            else { return nil }
            state.heldSince = ContinuousClock.now
            return (state.jobs, tenant)
        }
    }

    func renewed(calledOff: [Job], lost: [Job]) {
        let context = state.withLock { state in
            let isOver = (calledOff + lost).contains { $0.id == state.running?.job.id }
            return isOver ? state.running?.context : nil
        }
        context?.callOff()
    }
}
