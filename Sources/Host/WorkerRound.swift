import Database
import FordringKit
import Foundation
import JobQueue

/// Hands out turns to the threads of a worker.
///
/// Unchecked: everything that changes is touched under the condition's lock only.
final class WorkerRound: @unchecked Sendable {
    /// How long after a look into the calendar the next one is, at least; other processes are noticed that late.
    private static let lookSeconds = 0.25
    /// How long a tenant is left alone whose books or plug-ins failed.
    private static let leaveAloneSeconds = 30.0
    /// A clock that is set back by less is only being kept right.
    private static let clockBackSeconds: Int64 = 5
    /// How long after a look for what dead workers hold the next one is.
    private static let heldSeconds = 10.0

    private let calendar: HostCalendar
    private let clock: any HostClock
    private let options: Worker.Options
    private let condition = NSCondition()
    private var turns = FairTurns()
    private var isStopped = false
    private var failure: HostError?
    private var nextLook = ContinuousClock.now
    private var nextLookForHeld = ContinuousClock.now
    /// What the clock showed at the last look.
    private var lastTime: Timestamp?
    private var leftAlone: [TenantID: ContinuousClock.Instant] = [:]
    private var stopListening: (@Sendable () -> Void)?

    init(_ calendar: HostCalendar, _ clock: any HostClock, _ options: Worker.Options) {
        self.calendar = calendar
        self.clock = clock
        self.options = options
        stopListening = calendar.listen { [weak self] tenant, due in self?.announced(tenant, due) }
    }

    /// Why the last look into the calendar failed.
    var lookFailure: HostError? { locked { failure } }

    var isStopping: Bool { locked { isStopped } }

    /// Whether a tenant waits for a thread.
    var othersWait: Bool { locked { turns.waitingCount > 0 } }

    func stop() {
        locked {
            isStopped = true
            stopListening?()
            stopListening = nil
            condition.broadcast()
        }
    }

    /// The tenant whose turn it is, once there is one; `nil` when there is nothing more to do.
    func next() -> TenantID? {
        condition.lock()
        defer { condition.unlock() }
        while !isStopped {
            let now = ContinuousClock.now
            let isIdle = turns.waitingCount == 0
            if now >= nextLook || (isIdle && options.drains) { look(now) }
            if let tenant = turns.next() { return tenant }
            if options.drains, turns.isEmpty {
                condition.broadcast()
                return nil
            }
            let pause = options.drains ? 0.02 : WorkerRound.lookSeconds
            _ = condition.wait(until: Date(timeIntervalSinceNow: pause))
        }
        return nil
    }

    func end(_ tenant: TenantID, cost: Double, _ end: Worker.TurnEnd) {
        locked {
            turns.end(tenant, cost: cost, weight: end.weight, hasWork: end.hasWork && leftAlone[tenant] == nil)
            condition.signal()
        }
    }

    /// Leaves a tenant alone for a while; a worker that drains leaves it for good.
    func leaveAlone(_ tenant: TenantID) {
        locked { leftAlone[tenant] = ContinuousClock.now + .seconds(WorkerRound.leaveAloneSeconds) }
    }

    private func announced(_ tenant: TenantID, _ due: WorkDue) {
        guard let jobsAt = due.jobsAt, jobsAt <= clock.now(), options.tenants?.contains(tenant) ?? true else { return }
        locked {
            guard leftAlone[tenant] == nil else { return }
            turns.add(tenant)
            condition.signal()
        }
    }

    /// Asks the calendar who has work.
    private func look(_ now: ContinuousClock.Instant) {
        if !options.drains { leftAlone = leftAlone.filter { $0.value > now } }
        let time = clock.now()
        var horizon = time
        if now >= nextLookForHeld {
            // What workers hold is due when its lease ends, at the latest; where they are dead, it can be taken now.
            horizon = time.adding(seconds: JobQueue.leaseSeconds)
            nextLookForHeld = now + .seconds(WorkerRound.heldSeconds)
        }
        // The calendar was written by a clock that has gone back: leases, pauses and rates that were to end soon then are
        // cut down by a look.
        if let lastTime, time.adding(seconds: WorkerRound.clockBackSeconds) < lastTime {
            horizon = lastTime.adding(seconds: JobQueue.retryPauseSecondsMax)
        }
        lastTime = time
        do {
            for tenant in try calendar.tenantsWithJobs(dueBy: horizon)
            where leftAlone[tenant] == nil && options.tenants?.contains(tenant) ?? true {
                turns.add(tenant)
            }
            failure = nil
        } catch {
            // The next look may succeed; the tenants that are known are worked for meanwhile.
            failure = HostError(error)
        }
        // With very many tenants, looking takes no more than a twentieth of the time.
        let took = ContinuousClock.now - now
        nextLook = ContinuousClock.now + max(.seconds(WorkerRound.lookSeconds), took * 20)
    }

    private func locked<Result>(_ body: () -> Result) -> Result {
        condition.lock()
        defer { condition.unlock() }
        return body()
    }
}
