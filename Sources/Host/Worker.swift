import Casework
import Database
package import FordringKit
import Foundation
package import JobQueue
import Logging
import Synchronization
import Tenancy

/// Works through the queues of tenants: as many threads as are asked for, which take turns over tenants with work.
///
/// A turn of a tenant goes to one thread: it takes jobs, does them, and records their effects and takes the next in one
/// transaction, until the tenant's time is up or nothing is left. A thread of its own renews leases, tells long work that
/// it was called off, and gives up on jobs that run longer than they may.
package final class Worker: Sendable {
    package struct Options: Sendable {
        /// How many threads.
        package var concurrency: Int
        /// Only these; all that are active where it is `nil`, and of those that are suspended what goes on all the same.
        package var tenants: Set<TenantID>?
        /// Whether to end when nothing is left whose time has come.
        package var drains: Bool
        /// The day of letters and decisions; today by the tenant's clocks where it is `nil`.
        package var day: CivilDate?
        /// Whether the tenants' schedules are obeyed.
        package var obeysSchedules: Bool
        /// After how long a lease is prolonged; whoever holds the job learns then that it was called off.
        package var renewSeconds = 5.0

        package init(
            concurrency: Int = 2, tenants: Set<TenantID>? = nil, drains: Bool, day: CivilDate? = nil,
            obeysSchedules: Bool = false
        ) {
            self.concurrency = max(1, concurrency)
            self.tenants = tenants
            self.drains = drains
            self.day = day
            self.obeysSchedules = obeysSchedules
        }
    }

    /// How long the jobs of a batch may take that are recorded in one transaction: three times what the commit takes, so
    /// that a slow disk does not set the pace, within these bounds.
    private static let batchSeconds = 0.010...0.050
    /// How long a tenant's turn takes while others wait.
    static let turnSeconds = 0.020
    /// How long it takes at most: the next begins with a look whether the tenant is still active, and its settings.
    static let turnSecondsMax = 0.250
    private static let batchMax = 1000
    /// How many jobs of a day that is played are a batch: what is done in which order must not hang on how quick the machine
    /// is, since of two jobs of one lane the second can only be in a later batch.
    private static let playedBatch = 16

    let host: FordringHost
    let options: Options
    let round: WorkerRound
    private let handlers: [JobKind: any JobHandler]
    private let observe: (@Sendable (WorkerStep, Job?) -> Void)?
    private let results = Mutex<[TenantID: WorkResult]>([:])
    private let lastRecovery = Mutex<[TenantID: ContinuousClock.Instant]>([:])
    /// What a job of a kind, and a commit, take on the average, in seconds.
    private let pace = Mutex((jobs: [JobKind: Double](), commit: 0.0))
    private let slots = Mutex<[WorkerSlot]>([])
    private let running = DispatchGroup()
    private let supervision = DispatchGroup()
    /// Whose queues are to be measured.
    let watch = QueueWatch()

    package init(
        _ host: FordringHost, _ options: Options, handlers: [any JobHandler]? = nil,
        observe: (@Sendable (WorkerStep, Job?) -> Void)? = nil
    ) {
        self.host = host
        self.options = options
        self.observe = observe
        self.handlers = Dictionary(
            (handlers ?? host.jobHandlers).map { ($0.kind, $0) }, uniquingKeysWith: { _, last in last })
        round = WorkerRound(host.calendar, host.configuration.clock, options)
    }

    // MARK: Threads

    /// Works until there is nothing left, where the worker drains, or until it is told to stop.
    ///
    /// - Returns: what was done, by tenant.
    package func run() -> [TenantID: WorkResult] {
        start()
        return wait()
    }

    /// Starts the threads.
    package func start() {
        host.configuration.logger.info("work begins", metadata: ["threads": .stringConvertible(options.concurrency)])
        for _ in 0..<options.concurrency { startThread() }
        startBeside("fordring-supervisor") { [self] in supervise() }
        if options.obeysSchedules { startBeside("fordring-schedules") { [self] in obeySchedules() } }
    }

    /// Waits until all threads have ended.
    package func wait() -> [TenantID: WorkResult] {
        running.wait()
        round.stop()
        // It may be at a tenant's books, which the caller closes next.
        supervision.wait()
        host.configuration.logger.info("work has ended")
        return results.withLock { $0 }
    }

    /// Why nobody could say who has work; what was done, was done.
    package var failure: HostError? { round.lookFailure }

    /// Whether a thread that was given up on still works, and may have a tenant's books open.
    var hasLostThreads: Bool { slots.withLock { !$0.isEmpty } }

    /// Tells the threads to end: the job at hand is finished, what was taken beside it goes back.
    ///
    /// - Parameter seconds: after so long, threads that have not ended are no longer waited for.
    package func stop(within seconds: Int? = nil) {
        host.configuration.logger.info(
            "work is to end", metadata: seconds.map { ["withinSeconds": .stringConvertible($0)] } ?? [:])
        round.stop()
        for slot in slots.withLock({ $0 }) { slot.callOff() }
        guard let seconds else { return }
        let thread = Thread { [self] in
            guard running.wait(timeout: .now() + .seconds(seconds)) == .timedOut else { return }
            for slot in slots.withLock({ $0 }) where slot.abandon() {
                host.configuration.logger.warning("a job did not end in time; it is left to the next worker")
                running.leave()
            }
        }
        thread.start()
    }

    private func startBeside(_ name: String, _ body: @escaping @Sendable () -> Void) {
        supervision.enter()
        let thread = Thread { [self] in
            body()
            supervision.leave()
        }
        thread.name = name
        thread.start()
    }

    private func startThread() {
        let slot = WorkerSlot()
        slots.withLock { $0.append(slot) }
        running.enter()
        let thread = Thread { [self] in
            work(slot)
            slots.withLock { slots in slots.removeAll { $0 === slot } }
            // Whoever gave up on it has said so: the supervisor, or the end of the time to stop. One of them leaves, once.
            if slot.abandon() { running.leave() }
        }
        thread.name = "fordring-worker"
        thread.start()
    }

    private func work(_ slot: WorkerSlot) {
        while !slot.isAbandoned, let tenant = round.next() {
            let began = ContinuousClock.now
            var outcome = TurnEnd(hasWork: false, weight: 1)
            do {
                outcome = try turn(tenant, slot)
            } catch let error as HostError where error.code == .refused && !isActive(tenant) {
                // Left since it was called; nothing is lost.
            } catch _ where slot.isAbandoned {
                // Others work for the tenant by now.
            } catch {
                host.configuration.logger.error(
                    "a tenant's work was put off", metadata: ["tenant": "\(tenant)", "cause": "\(error)"])
                results.withLock { $0[tenant, default: WorkResult()].failure = HostError(error) }
                round.leaveAlone(tenant)
            }
            if slot.isAbandoned { return }
            slot.clear()
            round.end(tenant, cost: (ContinuousClock.now - began).seconds, outcome)
        }
    }

    private func isActive(_ tenant: TenantID) -> Bool { (try? host.tenantWithJobs(tenant)) != nil }

    // MARK: A tenant's turn

    struct TurnEnd {
        var hasWork: Bool
        var weight: Int
    }

    private func turn(_ id: TenantID, _ slot: WorkerSlot) throws -> TurnEnd {
        let tenant = try host.openForJobs(id)
        try recoverNowAndThen(tenant)
        watch.workedFor(id)
        let began = ContinuousClock.now
        var recorded: [(job: Job, report: JobReport)] = []
        var unbegun: [Job] = []
        while true {
            let seconds = (ContinuousClock.now - began).seconds
            let isOver =
                round.isStopping || seconds > Worker.turnSecondsMax
                || (seconds > Worker.turnSeconds && round.othersWait)
            let jobs = try commit(recorded, unbegun, claiming: isOver ? 0 : nil, tenant)
            if slot.isAbandoned { return TurnEnd(hasWork: true, weight: 1) }
            (recorded, unbegun) = ([], [])
            if jobs.isEmpty {
                // Whether there is more is for the next turn to see, or for the calendar.
                let hasWork = try isOver || isDue(tenant)
                return TurnEnd(hasWork: hasWork, weight: tenant.settings.weight)
            }
            slot.hold(jobs, of: tenant)
            observe?(.claimed, jobs.first)
            let batchBegan = ContinuousClock.now
            let batchSeconds = batchSeconds
            for (index, job) in jobs.enumerated() {
                let isLate =
                    options.day == nil && (ContinuousClock.now - batchBegan).seconds > batchSeconds * 2
                if index > 0, isLate || round.isStopping {
                    unbegun = Array(jobs[index...])
                    break
                }
                do {
                    guard let report = try run(job, tenant, slot) else { return TurnEnd(hasWork: true, weight: 1) }
                    recorded.append((job, report))
                } catch {
                    // What was done is recorded, and what was not is given back, before the error goes its way.
                    _ = try? commit(recorded, Array(jobs[index...]), claiming: 0, tenant)
                    throw error
                }
            }
            learn(jobs.count - unbegun.count, (ContinuousClock.now - batchBegan).seconds, jobs[0].kind)
        }
    }

    /// Does one job.
    ///
    /// - Returns: `nil` when the supervisor has given up on it meanwhile.
    private func run(_ job: Job, _ tenant: OpenTenant, _ slot: WorkerSlot) throws -> JobReport? {
        guard let handler = handlers[job.kind] else {
            return .failing(
                job, "no part of this version does jobs of the kind '\(job.kind)'; use the version that enqueued it",
                JobLimits(failuresMax: 3))
        }
        let context = JobContext(day: options.day)
        slot.begin(job, handler, context)
        let report: JobReport
        if job.isCalledOff {
            report = handler.cancelled(job, for: tenant, context)
        } else if job.failures >= handler.limits.failuresMax {
            report = try handler.exhausted(job, for: tenant, context)
        } else {
            observe?(.running, job)
            report = try handler.run(job, for: tenant, context)
            observe?(.effectDone, job)
        }
        return slot.end() ? report : nil
    }

    /// Records what was done, gives back what was not begun, and takes the next jobs: one transaction.
    private func commit(
        _ recorded: [(job: Job, report: JobReport)], _ unbegun: [Job], claiming count: Int?, _ tenant: OpenTenant
    ) throws -> [Job] {
        let request = ClaimRequest(
            count ?? batchSize, owner: WorkerIdentity.current, limits: tenant.settings.limits,
            kinds: tenant.kindsOfJobs)
        if recorded.isEmpty, unbegun.isEmpty, request.count == 0 { return [] }
        let now = host.configuration.clock.now()
        var claimed: [Job] = []
        var pieces: [(provenance: Provenance, body: (WriteTransaction) throws -> Void)] = recorded.map { job, report in
            (
                Provenance(.job(job.id), at: now),
                { transaction in
                    guard try report.record(transaction) else { throw LeaseLost() }
                }
            )
        }
        let observe = observe
        pieces.append(
            (
                host.provenance,
                { transaction in
                    try JobQueue.handBack(unbegun, transaction)
                    claimed = try JobQueue.claim(request, transaction)
                    if !recorded.isEmpty { observe?(.beforeCommit, recorded[0].job) }
                }
            ))
        let began = ContinuousClock.now
        let errors = try tenant.database.writeTogether(pieces)
        let took = (ContinuousClock.now - began).seconds
        pace.withLock { $0.commit = $0.commit * 0.8 + took * 0.2 }
        if !recorded.isEmpty { observe?(.afterCommit, recorded[0].job) }
        do {
            for ((job, report), error) in zip(recorded, errors) { try note(job, report, error, tenant) }
        } catch {
            // What was just taken goes back, or it would wait for its lease.
            _ = try? tenant.database.write(host.provenance) { try JobQueue.handBack(claimed, $0) }
            throw error
        }
        if let error = errors.last ?? nil { throw error }
        return claimed
    }

    private func note(_ job: Job, _ report: JobReport, _ error: (any Error)?, _ tenant: OpenTenant) throws {
        var result = report.result
        if let error, !(error is LeaseLost) {
            // The effect is there and could not be written down; the next attempt finds it.
            host.configuration.logger.error("a job could not be recorded: \(error)", metadata: job.metadata)
            let message = "it could not be recorded: \(error)"
            let failing =
                handlers[job.kind]?.uncertain(job, because: message, for: tenant, JobContext(day: options.day))
                ?? .failing(job, message, JobLimits(), mayHaveHappened: true)
            _ = try tenant.database.write(host.provenance) { try failing.record($0) }
            result = .failed
        } else if error != nil {
            // Taken over by another worker meanwhile, which records it.
            result = .needless
        }
        results.withLock { $0[tenant.id, default: WorkResult()].count(job.kind, result) }
        host.ended(job, result)
    }

    private var batchSize: Int {
        if options.day != nil { return Worker.playedBatch }
        let slowest = pace.withLock { $0.jobs.values.max() } ?? 0.001
        return min(Worker.batchMax, max(1, Int(batchSeconds / max(slowest, 1e-6))))
    }

    private var batchSeconds: Double {
        let wanted = pace.withLock { $0.commit } * 3
        let most = round.othersWait ? Worker.turnSeconds : Worker.batchSeconds.upperBound
        return min(most, max(Worker.batchSeconds.lowerBound, wanted))
    }

    private func learn(_ count: Int, _ seconds: Double, _ kind: JobKind) {
        guard count > 0 else { return }
        pace.withLock { pace in
            let each = seconds / Double(count)
            pace.jobs[kind] = (pace.jobs[kind] ?? each) * 0.7 + each * 0.3
        }
    }

    /// Looks when the tenant has something to do next, and tells the calendar.
    ///
    /// - Returns: whether that is now.
    private func isDue(_ tenant: OpenTenant) throws -> Bool {
        let due = try host.settle(tenant)
        tenant.database.shrink()
        return due.jobsAt.map { $0 <= host.configuration.clock.now() } ?? false
    }

    /// Gives back what workers of this machine held that are gone; leases that ran out come back with each claim.
    private func recoverNowAndThen(_ tenant: OpenTenant) throws {
        let now = ContinuousClock.now
        let isDue = lastRecovery.withLock { last in
            if let at = last[tenant.id], now - at < .seconds(10) { return false }
            last[tenant.id] = now
            return true
        }
        guard isDue else { return }
        try tenant.database.write(host.provenance) { transaction in
            _ = try JobQueue.recover(isDead: WorkerIdentity.isDead, transaction)
        }
    }

    // MARK: The supervisor

    private func supervise() {
        while running.wait(timeout: .now() + .milliseconds(500)) == .timedOut {
            for slot in slots.withLock({ $0 }) {
                do {
                    if let overdue = slot.abandonIfOverdue() { try giveUp(on: overdue) }
                    try renew(slot)
                } catch {
                    host.configuration.logger.error("a lease could not be renewed: \(error)")
                }
            }
        }
    }

    /// Enqueues scheduled work, on a thread of its own: books that are locked for a while must not keep leases waiting.
    private func obeySchedules() {
        var next = ContinuousClock.now
        while !round.isStopping, running.wait(timeout: .now() + .milliseconds(500)) == .timedOut {
            guard ContinuousClock.now >= next else { continue }
            do {
                try host.fireSchedules(for: options.tenants, shouldStop: { round.isStopping })
            } catch {
                host.configuration.logger.error("schedules could not be looked at: \(error)")
            }
            next = ContinuousClock.now + .seconds(5)
        }
    }

    /// Records that a job ran for too long; its thread, whatever it still does, is not waited for.
    private func giveUp(on overdue: WorkerSlot.Overdue) throws {
        host.configuration.logger.warning("a job ran for too long", metadata: overdue.job.metadata)
        startThread()
        defer { running.leave() }
        defer { round.end(overdue.tenant.id, cost: 1, TurnEnd(hasWork: true, weight: 1)) }
        let message = "it ran longer than \(overdue.handler.limits.timeoutSeconds) seconds"
        let report = overdue.handler.uncertain(
            overdue.job, because: message, for: overdue.tenant, overdue.context)
        _ = try commit([(overdue.job, report)], overdue.others, claiming: 0, overdue.tenant)
    }

    private func renew(_ slot: WorkerSlot) throws {
        guard let (jobs, tenant) = slot.toRenew(after: options.renewSeconds) else { return }
        let (calledOff, lost) = try tenant.database.write(host.provenance) { try JobQueue.renew(jobs, $0) }
        slot.renewed(calledOff: calledOff, lost: lost)
    }
}

/// The job was taken over by another worker.
private struct LeaseLost: Error {}

extension Duration {
    var seconds: Double { Double(components.seconds) + Double(components.attoseconds) / 1e18 }
}
