import Casework
import Database
package import FordringKit
package import JobQueue
import Logging
import Registrations
import Tenancy

/// The work of tenants that comes again: which, and when next; in the host's own database.
///
/// Firing enqueues a job whose key names the occurrence, and then moves the row on: a crash in between enqueues nothing
/// twice. Occurrences that were missed while nobody worked become one.
enum HostSchedules {
    static let migration = Migration(
        "0003 schedules",
        """
        CREATE TABLE tenant_schedule (
            tenant TEXT NOT NULL REFERENCES tenant (id),
            name TEXT NOT NULL,
            next_at {integer} NOT NULL,
            PRIMARY KEY (tenant, name)
        ) {strict}
        """,
        "CREATE INDEX tenant_schedule_next ON tenant_schedule (next_at)")

    /// What is scheduled, by the name that settings give it.
    enum Name: String, CaseIterable {
        case dailyRun
        case selfCheck
        /// Every day, also where the daily run rests or the tenant is suspended: a deadline of a bureau does not.
        case bureauDay

        private static let nightly = try? Schedule(parsing: "30 3 * * *")

        func schedule(_ settings: TenantSettings) -> Schedule {
            switch self {
            case .dailyRun: settings.schedules.dailyRun
            case .selfCheck: settings.schedules.selfCheck
            case .bureauDay: Name.nightly ?? settings.schedules.dailyRun
            }
        }
    }

    /// Moves an occurrence on that has been fired, unless the tenant's settings have planned another meanwhile.
    static func move(
        _ tenant: TenantID, _ name: Name, from time: Timestamp, to next: Timestamp, _ transaction: WriteTransaction
    ) throws {
        try transaction.execute(
            "UPDATE tenant_schedule SET next_at = $1 WHERE tenant = $2 AND name = $3 AND next_at = $4", next,
            tenant.rawValue, name.rawValue, time)
    }

    static func isPlanned(_ tenant: TenantID, _ name: Name, _ transaction: ReadTransaction) throws -> Bool {
        try transaction.first(
            "SELECT 1 FROM tenant_schedule WHERE tenant = $1 AND name = $2", tenant.rawValue, name.rawValue
        ) { _ in true } ?? false
    }

    static func set(_ tenant: TenantID, _ name: Name, to next: Timestamp, _ transaction: WriteTransaction) throws {
        try transaction.execute(
            """
            INSERT INTO tenant_schedule (tenant, name, next_at) VALUES ($1, $2, $3)
            ON CONFLICT (tenant, name) DO UPDATE SET next_at = excluded.next_at
            """,
            tenant.rawValue, name.rawValue, next)
    }
}

/// The law's calendar as schedules ask for it.
struct LawCalendar: ScheduleCalendar {
    let law: any Jurisdiction

    func isRestDay(_ day: CivilDate) -> Bool { law.isRestDay(day) }

    func contactHours(on day: CivilDate) -> Range<Int>? { law.contactHours(on: day).value?.minutes }
}

extension FordringHost {
    /// The clocks of a country; those of UTC where this machine does not know its zone.
    static func clocks(of law: any Jurisdiction) -> LocalTimes { LocalTimes(law.timeZone) ?? .utc }

    /// What the tenant's clocks show.
    package func localTime(of tenant: OpenTenant) -> LocalTime {
        FordringHost.clocks(of: tenant.rules.jurisdiction).local(configuration.clock.now())
    }

    /// When a person may next be contacted by what reaches them at once; `nil` where that is now.
    func contactTime(of tenant: OpenTenant) -> Timestamp? {
        let law = tenant.rules.jurisdiction
        let clocks = FordringHost.clocks(of: law)
        let now = clocks.local(configuration.clock.now())
        for day in [now.day] + (1...366).map({ now.day.adding(days: $0) }) {
            guard let hours = law.contactHours(on: day).value?.minutes else { continue }
            if day > now.day { return clocks.instant(LocalTime(day, minute: hours.lowerBound)) }
            if hours.contains(now.minute) { return nil }
            if now.minute < hours.lowerBound { return clocks.instant(LocalTime(day, minute: hours.lowerBound)) }
        }
        return configuration.clock.now().adding(seconds: 86_400)
    }

    /// Writes down when the scheduled work of a tenant comes next.
    ///
    /// - Parameter onlyMissing: whether what is planned already stays as it is.
    func plan(
        _ id: TenantID, _ settings: TenantSettings, _ law: any Jurisdiction, onlyMissing: Bool = false,
        _ host: WriteTransaction
    ) throws {
        for name in HostSchedules.Name.allCases {
            if onlyMissing, try HostSchedules.isPlanned(id, name, host) { continue }
            let next = FordringHost.clocks(of: law).next(
                of: name.schedule(settings), after: configuration.clock.now(), in: LawCalendar(law: law))
            if let next { try HostSchedules.set(id, name, to: next, host) }
        }
    }

    /// Plans for tenants that were taken on by an earlier version.
    package func planMissing() throws {
        let missing = try store.engine.readHost { transaction in
            try transaction.all(
                """
                SELECT id FROM tenant WHERE state <> 'offboarded'
                    AND (SELECT count(*) FROM tenant_schedule s WHERE s.tenant = tenant.id) < $1
                ORDER BY id
                """, HostSchedules.Name.allCases.count
            ) { $0.text(0) }
        }.compactMap { TenantID($0) }
        for id in missing {
            do {
                let (record, rules) = try law(of: id)
                _ = try store.engine.write(provenance) {
                    try plan(id, record.settings, rules.jurisdiction, onlyMissing: true, $0)
                }
            } catch {
                configuration.logger.error(
                    "schedules could not be planned", metadata: ["tenant": "\(id)", "cause": "\(error)"])
            }
        }
    }

    /// Enqueues the scheduled work whose time has come.
    ///
    /// A tenant none of whose cases is due has no daily run, and is not opened for it.
    /// - Parameter shouldStop: asked before each; what is left comes the next time.
    /// - Returns: how many jobs were enqueued.
    @discardableResult
    package func fireSchedules(for tenants: Set<TenantID>? = nil, shouldStop: () -> Bool = { false }) throws -> Int {
        let now = configuration.clock.now()
        let due = try store.engine.readHost { transaction in
            try transaction.all(
                """
                SELECT s.tenant, s.name, s.next_at FROM tenant_schedule s JOIN tenant t ON t.id = s.tenant
                WHERE s.next_at <= $1 AND (t.state = 'active' OR t.state = 'suspended' AND s.name = $3)
                ORDER BY s.next_at, s.tenant, s.name LIMIT $2
                """,
                // Those of other tenants are passed over below, and must not hide the rest.
                now, tenants == nil ? 1000 : Int.max, HostSchedules.Name.bureauDay.rawValue
            ) { ($0.text(0), $0.text(1), Timestamp(milliseconds: $0.integer(2))) }
        }
        var count = 0
        for (tenant, text, time) in due where !shouldStop() {
            guard let id = TenantID(tenant), tenants?.contains(id) ?? true,
                let name = HostSchedules.Name(rawValue: text)
            else { continue }
            var next = now.adding(seconds: 3600)
            do {
                let (record, rules) = try law(of: id)
                let clocks = FordringHost.clocks(of: rules.jurisdiction)
                next =
                    clocks.next(
                        of: name.schedule(record.settings), after: now, in: LawCalendar(law: rules.jurisdiction))
                    ?? next
                if try fire(name, at: time, clocks.local(now).day, id) { count += 1 }
            } catch {
                next = min(next, now.adding(seconds: 3600))
                configuration.logger.error(
                    "scheduled work could not be enqueued",
                    metadata: ["tenant": "\(id)", "schedule": "\(name.rawValue)", "cause": "\(error)"])
            }
            try store.engine.write(provenance) { try HostSchedules.move(id, name, from: time, to: next, $0) }
        }
        return count
    }

    private func fire(
        _ name: HostSchedules.Name, at time: Timestamp, _ today: CivilDate, _ id: TenantID
    ) throws -> Bool {
        let job: NewJob
        switch name {
        case .dailyRun:
            let casesOn = try calendar.entry(id)?.due.casesOn
            guard let casesOn, casesOn <= today else { return false }
            job = NewJob(
                .dailyRun, subject: Int64(today.day), priority: .background, uniqueness: .once("dailyRun \(today)"))
        case .selfCheck:
            job = NewJob(.selfCheck, subject: 0, priority: .background, uniqueness: .once("selfCheck \(time)"))
        case .bureauDay:
            let casesOn = try calendar.entry(id)?.due.casesOn
            guard let casesOn, casesOn <= today, hasBureaus(try tenant(id).settings) else { return false }
            job = NewJob(
                .bureauDay, subject: Int64(today.day), priority: .background, uniqueness: .once("bureauDay \(today)"))
        }
        return try database(of: id).write(provenance) { try JobQueue.enqueue(job, $0).isNew }
    }
}

extension JobKind {
    /// Decide every case that is due; the subject is the day.
    package static let dailyRun = JobKind("dailyRun")
    /// Verify the audit trail, and clear away what is no longer needed.
    package static let selfCheck = JobKind("selfCheck")
    /// Have the channels destroy what they keep of erased parties.
    package static let forgetParties = JobKind("forgetParties")
}

/// Decides a day's cases.
///
/// It commits batch by batch; begun again, it goes on where the last commit left it.
struct DailyRunJob: JobHandler {
    let host: FordringHost
    let kind = JobKind.dailyRun
    let limits = JobLimits(timeoutSeconds: 6 * 3600)

    func run(_ job: Job, for tenant: OpenTenant, _ context: JobContext) throws -> JobReport {
        let day = CivilDate(day: Int32(clamping: job.subject))
        do {
            _ = try host.decideDay(day, for: tenant, context: context)
        } catch let fault as CaseRulesFault {
            return .failing(job, fault.description, limits)
        }
        if context.isCalledOff { return JobReport(.putOff) { try JobQueue.snooze(job, until: nil, $0) } }
        try host.checkpointIfGrown(tenant.id)
        return .ending(job)
    }
}

/// Verifies a tenant's log, and forgets jobs that ended long ago.
struct SelfCheckJob: JobHandler {
    /// For how many days jobs that are done can be looked at.
    private static let keepDays = Int64(30)

    let host: FordringHost
    let kind = JobKind.selfCheck
    let limits = JobLimits(timeoutSeconds: 6 * 3600)

    func run(_ job: Job, for tenant: OpenTenant, _ context: JobContext) throws -> JobReport {
        let now = host.configuration.clock.now()
        let longAgo = now.adding(seconds: -SelfCheckJob.keepDays * 86_400)
        while try tenant.database.write(host.provenance, { try JobQueue.prune(endedBefore: longAgo, $0) }) > 0 {
            if context.isCalledOff { return JobReport(.putOff) { try JobQueue.snooze(job, until: nil, $0) } }
        }
        do {
            try host.checkAudit(tenant.id)
            try host.checkBooks(tenant)
            try host.checkpointIfGrown(tenant.id)
        } catch let error as HostError where error.code == .fault {
            // The alarm is raised; trying again would only raise it again.
            return .failing(job, error.message, limits, permanently: true)
        }
        return .ending(job)
    }
}

/// Finishes erasures that were broken off.
struct ForgetPartiesJob: JobHandler {
    let host: FordringHost
    let kind = JobKind.forgetParties
    let limits = JobLimits(timeoutSeconds: 3600)

    func run(_ job: Job, for tenant: OpenTenant, _ context: JobContext) throws -> JobReport {
        do {
            try host.finishErasures(of: tenant)
        } catch let error as HostError {
            return .failing(job, error.message, limits)
        }
        return .ending(job)
    }
}

extension FordringHost {
    /// Everything that this host's workers can do.
    package var jobHandlers: [any JobHandler] { jobHandlers(letterLimits: JobLimits()) }

    /// The same with other limits for letters; for tests that kill workers more often than a letter may fail.
    package func jobHandlers(letterLimits: JobLimits) -> [any JobHandler] {
        [
            LetterDelivery(host: self, limits: letterLimits), DailyRunJob(host: self), SelfCheckJob(host: self),
            ForgetPartiesJob(host: self), BureauDayJob(host: self), SubmitRegistrationsJob(host: self),
            ReadBureauAnswersJob(host: self), CompareRegisterJob(host: self),
            HandoffFiling(host: self), LegalAnswersJob(host: self),
        ]
    }
}
