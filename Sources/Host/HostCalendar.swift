package import Database
package import FordringKit
import Synchronization

/// From when each tenant has work, in the host's own database: what keeps an idle tenant's books closed.
///
/// A row names a time that is never later than the tenant's work is due. It is lowered before the transaction commits that
/// makes work due, and raised after a look into the tenant's books, unless it was lowered meanwhile: `version` tells. A
/// crash in between leaves a time that is too early, which costs one look.
package final class HostCalendar: WorkCalendar {
    static let migration = Migration(
        "0002 calendar",
        """
        CREATE TABLE tenant_due (
            tenant TEXT NOT NULL PRIMARY KEY REFERENCES tenant (id),
            jobs_at {integer} NOT NULL,
            cases_on {integer} NOT NULL,
            version {integer} NOT NULL
        ) {strict}
        """,
        "CREATE INDEX tenant_due_jobs ON tenant_due (jobs_at)",
        "CREATE INDEX tenant_due_cases ON tenant_due (cases_on)",
        // Of the tenants that are there already nothing is known: a look tells.
        "INSERT INTO tenant_due (tenant, jobs_at, cases_on, version) SELECT id, 0, 0, 0 FROM tenant")

    /// A new tenant: the first look sets it right.
    static func insert(_ tenant: TenantID, _ transaction: WriteTransaction) throws {
        try transaction.execute(
            "INSERT INTO tenant_due (tenant, jobs_at, cases_on, version) VALUES ($1, 0, 0, 0)", tenant.rawValue)
    }

    private let engine: any Engine
    private let clock: any HostClock
    private let listeners = Mutex<[Int: @Sendable (TenantID, WorkDue) -> Void]>([:])

    init(_ engine: any Engine, _ clock: any HostClock) {
        self.engine = engine
        self.clock = clock
    }

    package func lower(_ tenant: TenantID, to due: WorkDue) throws {
        let due = timeless(due)
        let jobsAt = due.jobsAt?.milliseconds ?? WorkMark.never
        let casesOn = due.casesOn.map { Int64($0.day) } ?? WorkMark.never
        _ = try engine.write(Provenance(.host("calendar"), at: clock.now())) { transaction in
            // The version changes even where the times do not: whoever wants to raise them has not seen this.
            try transaction.execute(
                """
                UPDATE tenant_due SET jobs_at = CASE WHEN jobs_at > $1 THEN $1 ELSE jobs_at END,
                    cases_on = CASE WHEN cases_on > $2 THEN $2 ELSE cases_on END, version = version + 1
                WHERE tenant = $3
                """,
                jobsAt, casesOn, tenant.rawValue)
        }
    }

    package func didCommit(_ tenant: TenantID, _ due: WorkDue) {
        for listener in listeners.withLock({ Array($0.values) }) { listener(tenant, due) }
    }

    /// Has a closure called after each commit that makes work due, on the thread that committed.
    ///
    /// - Returns: what takes it back.
    func listen(_ listener: @escaping @Sendable (TenantID, WorkDue) -> Void) -> @Sendable () -> Void {
        let key = listeners.withLock { listeners in
            let key = (listeners.keys.max() ?? 0) + 1
            listeners[key] = listener
            return key
        }
        return { [weak self] in _ = self?.listeners.withLock { $0.removeValue(forKey: key) } }
    }

    /// Active tenants whose jobs may be due, by the time of the first.
    func tenantsWithJobs(dueBy time: Timestamp) throws -> [TenantID] {
        try engine.readHost { transaction in
            try transaction.all(
                """
                SELECT d.tenant FROM tenant_due d JOIN tenant t ON t.id = d.tenant
                WHERE d.jobs_at <= $1 AND t.state = 'active' ORDER BY d.jobs_at, d.tenant
                """,
                time
            ) { $0.text(0) }
        }.compactMap { TenantID($0) }
    }

    /// Active tenants some of whose cases may be due, by identifier.
    func tenantsWithCases(dueOn day: CivilDate) throws -> [TenantID] {
        try engine.readHost { transaction in
            try transaction.all(
                """
                SELECT d.tenant FROM tenant_due d JOIN tenant t ON t.id = d.tenant
                WHERE d.cases_on <= $1 AND t.state = 'active' ORDER BY d.tenant
                """,
                day
            ) { $0.text(0) }
        }.compactMap { TenantID($0) }
    }

    /// What the calendar says of a tenant.
    func entry(_ tenant: TenantID) throws -> (due: WorkDue, version: Int64)? {
        try engine.readHost { transaction in
            try transaction.first(
                "SELECT jobs_at, cases_on, version FROM tenant_due WHERE tenant = $1", tenant.rawValue
            ) { row in
                let (jobsAt, casesOn) = (row.integer(0), row.integer(1))
                return (
                    WorkDue(
                        jobsAt: jobsAt == WorkMark.never ? nil : Timestamp(milliseconds: jobsAt),
                        casesOn: casesOn == WorkMark.never ? nil : CivilDate(day: Int32(clamping: casesOn))),
                    row.integer(2)
                )
            }
        }
    }

    /// Sets a tenant's row to what its books say, unless somebody has lowered it meanwhile.
    ///
    /// - Parameter look: reads the books, inside a transaction that writes to them, so that nobody adds work meanwhile.
    /// - Returns: what is due.
    func settle(
        _ database: TenantDatabase, _ provenance: Provenance, look: (WriteTransaction) throws -> WorkDue
    ) throws -> WorkDue {
        let (due, known) = try database.write(provenance) { transaction in
            let known = try entry(database.tenant)
            let due = try look(transaction)
            try WorkMark.set(due, transaction)
            return (due, known)
        }
        let kept = timeless(due)
        guard let known, known.due != kept else { return due }
        _ = try engine.write(provenance) { transaction in
            try transaction.execute(
                """
                UPDATE tenant_due SET jobs_at = $1, cases_on = $2, version = version + 1
                WHERE tenant = $3 AND version = $4
                """,
                kept.jobsAt?.milliseconds ?? WorkMark.never, kept.casesOn.map { Int64($0.day) } ?? WorkMark.never,
                database.tenant.rawValue, known.version)
        }
        return due
    }

    /// The same with jobs that can be begun now due since ever: they stay due when the clock goes back.
    private func timeless(_ due: WorkDue) -> WorkDue {
        guard let jobsAt = due.jobsAt, jobsAt <= clock.now() else { return due }
        return WorkDue(jobsAt: Timestamp(milliseconds: 0), casesOn: due.casesOn)
    }
}
