import AuditTrail
package import Casework
import Database
package import FordringKit
import Foundation
import JobQueue
import Ledger
import Registrations
import Synchronization
import Tenancy

/// What working through a tenant's queue has done.
package struct WorkResult: Sendable {
    /// Letters that left the house.
    package var sent = 0
    /// Letters that could not be sent now, or never.
    package var failed = 0
    /// Jobs whose letter had been withdrawn or sent before.
    package var over = 0
    /// Letters put off because their channel is paused or limited, or because it is no hour to disturb people.
    package var putOff = 0
    /// Jobs of other kinds that were done, and that failed.
    package var otherDone = 0
    package var otherFailed = 0
    /// Why the tenant's work was broken off.
    package var failure: HostError?

    package init() {}

    mutating func count(_ kind: JobKind, _ result: JobReport.Result) {
        switch (result, kind == .deliverLetter) {
        case (.done, true): sent += 1
        case (.failed, true): failed += 1
        case (.needless, true), (.cancelled, true): over += 1
        case (.putOff, _): putOff += 1
        case (.failed, false): otherFailed += 1
        case (.done, false), (.needless, false), (.cancelled, false): otherDone += 1
        }
    }
}

/// What a run has done for one tenant.
package struct TenantRunResult: Sendable {
    package let tenant: TenantID
    package var days = 0
    package var run = DailyRunResult()
    package var work = WorkResult()
    /// Why the tenant's run did not take place or was broken off; the other tenants are not concerned.
    package var failure: HostError?
}

/// How far a run over tenants is.
package struct RunProgress: Sendable {
    package var tenantsDone = 0
    package var tenants: Int
    /// Cases looked at, and those that are known to be due.
    package var casesDone = 0
    package var cases = 0
}

extension FordringHost {
    /// Runs a day for a tenant: every case whose date has come, and then the letters.
    package func runDay(
        _ day: CivilDate, for tenant: OpenTenant, progress: ((_ done: Int, _ total: Int) -> Void)? = nil
    ) throws -> (run: DailyRunResult, work: WorkResult) {
        let result = try decideDay(day, for: tenant, progress: progress)
        let work = try drain(tenant, on: day)
        try checkpointIfGrown(tenant.id)
        return (result, work)
    }

    /// Decides a day for a tenant: every case whose date has come; the letters are left to the queue.
    package func decideDay(
        _ day: CivilDate, for tenant: OpenTenant, context: JobContext? = nil,
        progress: ((_ done: Int, _ total: Int) -> Void)? = nil
    ) throws -> DailyRunResult {
        try activeTenant(tenant.id)
        let run = DailyRun(database: tenant.database, rules: tenant.rules)
        var look: HostCalendar.Look?
        let result = try run.run(
            on: day, provenance(as: .plugin(tenant.rules.plugin)), progress: progress,
            shouldStop: { context?.isCalledOff ?? false },
            atEnd: { transaction in
                try Registrations.enqueueDay(day, transaction)
                // The letters of this batch wait already; nobody need be asked for what comes first.
                let now = configuration.clock.now()
                let due =
                    if let jobsAt = transaction.due.jobsAt, jobsAt <= now {
                        WorkDue(jobsAt: jobsAt, casesOn: try nextDay(transaction))
                    } else {
                        try dueByBooks(of: tenant, transaction)
                    }
                look = try calendar.look(due, transaction)
            })
        if result.steps > 0 { try checkBooks(tenant) }
        if let look { try raise(tenant, to: look) }
        tenant.database.shrink()
        return result
    }

    /// Runs the days until the last for tenants, several at once.
    ///
    /// A tenant with nothing due is not opened. A failure of one tenant is its own.
    ///
    /// - Parameters:
    ///   - first: the day to begin with; where it is `nil`, the last day that was run, whose letters may not all be sent.
    ///   - concurrency: how many tenants are run at once.
    ///   - progress: called now and then, by one thread at a time.
    package func run(
        _ tenants: [TenantID], from first: CivilDate? = nil, through last: CivilDate, concurrency: Int = 2,
        progress: (@Sendable (RunProgress) -> Void)? = nil
    ) -> [TenantRunResult] {
        each(of: tenants, concurrency: concurrency, progress: progress) { id, told in
            runDays(from: first, through: last, for: id) { _, done, due in told(done, due) }
        }
    }

    /// Decides a day for every active tenant that has a case due, several at once; letters are left to the queues.
    ///
    /// A failure of one tenant is its own.
    package func decide(
        _ day: CivilDate, concurrency: Int = 2, progress: (@Sendable (RunProgress) -> Void)? = nil
    ) throws -> [TenantRunResult] {
        let tenants = try calendar.tenantsWithCases(dueOn: day)
        return each(of: tenants, concurrency: concurrency, progress: progress) { id, told in
            var result = TenantRunResult(tenant: id)
            do {
                var before = 0
                result.run = try decideDay(day, for: try openForWork(id)) { done, total in
                    told(done - before, before == 0 ? total : 0)
                    before = done
                }
                result.days = 1
            } catch {
                result.failure = HostError(error) { "The run for '\(id)' stopped: \($0)" }
            }
            return result
        }
    }

    /// Calls a closure with each tenant on several threads, and gives the results in the order of the tenants.
    ///
    /// - Parameter body: gets a closure too that it tells how many more cases were looked at, and turned out to be due.
    private func each(
        of tenants: [TenantID], concurrency: Int, progress: (@Sendable (RunProgress) -> Void)?,
        _ body: @Sendable (TenantID, _ told: @escaping (_ done: Int, _ due: Int) -> Void) -> TenantRunResult
    ) -> [TenantRunResult] {
        struct Shared {
            var next = 0
            var results: [TenantID: TenantRunResult] = [:]
            var progress: RunProgress
        }
        let shared = Mutex(Shared(progress: RunProgress(tenants: tenants.count)))
        DispatchQueue.concurrentPerform(iterations: max(1, min(concurrency, tenants.count))) { _ in
            while true {
                let id = shared.withLock { shared -> TenantID? in
                    guard shared.next < tenants.count else { return nil }
                    shared.next += 1
                    return tenants[shared.next - 1]
                }
                guard let id else { return }
                let result = body(id) { done, due in
                    shared.withLock { shared in
                        shared.progress.casesDone += done
                        shared.progress.cases += due
                        progress?(shared.progress)
                    }
                }
                shared.withLock { shared in
                    shared.results[id] = result
                    shared.progress.tenantsDone += 1
                    progress?(shared.progress)
                }
            }
        }
        let results = shared.withLock { $0.results }
        return tenants.compactMap { results[$0] }
    }

    /// Runs the days from the first to the last, included, for a tenant; those on which nothing is due are passed over.
    ///
    /// A failure of one tenant is its own.
    /// - Parameter progress: the day, how many more cases were looked at, and how many more turned out to be due.
    package func runDays(
        from first: CivilDate?, through last: CivilDate, for id: TenantID,
        progress: ((_ day: CivilDate, _ done: Int, _ due: Int) -> Void)? = nil
    ) -> TenantRunResult {
        var result = TenantRunResult(tenant: id)
        do {
            try activeTenant(id)
            var day = first ?? last
            if first == nil, let due = try calendar.entry(id)?.due, due.casesOn.map({ $0 <= last }) ?? false {
                day = min(try firstDayToRun(id) ?? last, last)
            }
            while day <= last, let due = try calendar.entry(id)?.due {
                let hasJobs = due.jobsAt.map { $0 <= configuration.clock.now() } ?? false
                guard hasJobs || due.casesOn.map({ $0 <= last }) ?? false else { break }
                if !hasJobs, let casesOn = due.casesOn { day = max(day, casesOn) }
                let tenant = try openForWork(id)
                var before = 0
                let (run, work) = try runDay(
                    day, for: tenant,
                    progress: progress.map { progress in
                        { done, total in
                            progress(day, done - before, before == 0 ? total : 0)
                            before = done
                        }
                    })
                result.days += 1
                result.run.cases += run.cases
                result.run.steps += run.steps
                result.run.gaps = run.gaps
                result.work.add(work)
                day = day.adding(days: 1)
            }
            try checkAuditWhenDue(id)
        } catch {
            result.failure = HostError(error) { "The run for '\(id)' stopped: \($0)" }
        }
        return result
    }

    /// Tenants that have a job whose time has come, by the calendar.
    package func tenantsWithDueJobs() throws -> [TenantID] {
        try calendar.tenantsWithJobs(dueBy: configuration.clock.now())
    }

    /// Where running day by day begins: the last day that was run, whose letters may not all be sent; the day of the
    /// oldest case where none was run; `nil` where there is no case.
    package func firstDayToRun(_ id: TenantID) throws -> CivilDate? {
        try database(of: id).read { transaction in
            try transaction.first(
                "SELECT coalesce((SELECT max(day) FROM daily_run), (SELECT min(opened_on) FROM debt_case))"
            ) { $0.dateOrNil(0) } ?? nil
        }
    }

    /// The trial balance: over all accounts, debits and credits are equal.
    func checkBooks(_ tenant: OpenTenant) throws {
        let sum = try tenant.database.read { try Ledger.trialBalance($0) }.values.reduce(0, +)
        guard sum == 0 else {
            throw HostError(.fault, "The books of '\(tenant.id)' do not balance: the difference is \(sum) minor units.")
        }
    }

    /// Works through a tenant's queue until nothing is left whose time has come.
    package func drain(_ tenant: OpenTenant, on day: CivilDate?) throws -> WorkResult {
        try activeTenant(tenant.id)
        let worker = Worker(self, Worker.Options(concurrency: 1, tenants: [tenant.id], drains: true, day: day))
        let result = worker.run()[tenant.id] ?? WorkResult()
        if let failure = result.failure ?? worker.failure { throw failure }
        return result
    }

    /// Looks into a tenant's books from when it has work, and writes that into the calendar.
    @discardableResult
    func settle(_ tenant: OpenTenant) throws -> WorkDue {
        let look = try tenant.database.write(provenance) { transaction in
            try calendar.look(try dueByBooks(of: tenant, transaction), transaction)
        }
        try raise(tenant, to: look)
        return look.due
    }

    /// Tells the calendar what a look has shown, unless other limits hold by now, by which more may be due; the
    /// same where it was suspended or resumed meanwhile.
    private func raise(_ tenant: OpenTenant, to look: HostCalendar.Look) throws {
        let now = try self.tenant(tenant.id)
        guard now.settings.limits == tenant.settings.limits, now.state == tenant.record.state else { return }
        try calendar.raise(tenant.id, to: look)
    }

    /// From when a tenant has work, by its books.
    private func dueByBooks(of tenant: OpenTenant, _ transaction: ReadTransaction) throws -> WorkDue {
        WorkDue(
            jobsAt: try JobQueue.nextDue(limits: tenant.settings.limits, kinds: tenant.kindsOfJobs, transaction),
            casesOn: try nextDay(transaction))
    }

    /// The next day on which something is to be decided: about a case, or with a credit bureau.
    private func nextDay(_ transaction: ReadTransaction) throws -> CivilDate? {
        [try CaseQueries.nextDay(transaction), try Registrations.nextDay(transaction)].compactMap(\.self).min()
    }
}

extension WorkResult {
    mutating func add(_ other: WorkResult) {
        sent += other.sent
        failed += other.failed
        over += other.over
        putOff += other.putOff
        otherDone += other.otherDone
        otherFailed += other.otherFailed
    }
}
