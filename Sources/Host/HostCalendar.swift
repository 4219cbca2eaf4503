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
    /// Rows that are to be raised, together with others.
    private let raises = Mutex<[TenantID: Look]>([:])
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

    /// Tenants whose jobs may be due, by the time of the first; of one that is suspended, those that go on all the same.
    func tenantsWithJobs(dueBy time: Timestamp) throws -> [TenantID] {
        try flush()
        return try engine.readHost { transaction in
            try transaction.all(
                """
                SELECT d.tenant FROM tenant_due d JOIN tenant t ON t.id = d.tenant
                WHERE d.jobs_at <= $1 AND t.state <> 'offboarded' ORDER BY d.jobs_at, d.tenant
                """,
                time
            ) { $0.text(0) }
        }.compactMap { TenantID($0) }
    }

    /// Active tenants some of whose cases may be due, by identifier.
    func tenantsWithCases(dueOn day: CivilDate) throws -> [TenantID] {
        try flush()
        return try engine.readHost { transaction in
            try transaction.all(
                """
                SELECT d.tenant FROM tenant_due d JOIN tenant t ON t.id = d.tenant
                WHERE d.cases_on <= $1 AND t.state = 'active' ORDER BY d.tenant
                """,
                day
            ) { $0.text(0) }
        }.compactMap { TenantID($0) }
    }

    /// What the calendar says of a tenant, with what is to be raised.
    func entry(_ tenant: TenantID) throws -> (due: WorkDue, version: Int64)? {
        guard let kept = try row(tenant) else { return nil }
        if let raise = raises.withLock({ $0[tenant] }), raise.known?.version == kept.version {
            return (timeless(raise.due), kept.version)
        }
        return kept
    }

    private func row(_ tenant: TenantID) throws -> (due: WorkDue, version: Int64)? {
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

    /// What a look into a tenant's books has shown, to be told to the calendar once its transaction has committed.
    struct Look {
        let due: WorkDue
        fileprivate let known: (due: WorkDue, version: Int64)?
    }

    /// How many rows are raised in one transaction: each would cost a sync, and one raised late costs a look at most.
    private static let raisesMax = 256

    /// Looks into a tenant's books, inside a transaction that writes to them, so that nobody adds work meanwhile.
    func look(_ due: WorkDue, _ transaction: WriteTransaction) throws -> Look {
        try WorkMark.set(due, transaction)
        // Read last: what was lowered just now is no reason to leave the row as it is.
        return Look(due: due, known: try transaction.tenant.flatMap(row))
    }

    /// Sets a tenant's row to what a look has shown, unless somebody has lowered it since; soon, together with others.
    ///
    /// Only after the look's transaction has committed.
    func raise(_ tenant: TenantID, to look: Look) throws {
        guard let known = look.known, known.due != timeless(look.due) else { return }
        let count = raises.withLock { raises in
            raises[tenant] = look
            return raises.count
        }
        if count >= HostCalendar.raisesMax { try flush() }
    }

    /// Raises what is to be raised.
    func flush() throws {
        let raises = raises.withLock { raises in
            defer { raises = [:] }
            return raises
        }
        guard !raises.isEmpty else { return }
        try engine.write(Provenance(.host("calendar"), at: clock.now())) { (transaction) -> Void in
            for (tenant, look) in raises {
                guard let known = look.known else { continue }
                let kept = timeless(look.due)
                try transaction.execute(
                    """
                    UPDATE tenant_due SET jobs_at = $1, cases_on = $2, version = version + 1
                    WHERE tenant = $3 AND version = $4
                    """,
                    kept.jobsAt?.milliseconds ?? WorkMark.never, kept.casesOn.map { Int64($0.day) } ?? WorkMark.never,
                    tenant.rawValue, known.version)
            }
        }
    }

    /// Sets a tenant's row to what its books say, unless somebody has lowered it meanwhile.
    ///
    /// - Parameter look: reads the books.
    /// - Returns: what is due.
    func settle(
        _ database: TenantDatabase, _ provenance: Provenance, look read: (WriteTransaction) throws -> WorkDue
    ) throws -> WorkDue {
        let seen = try database.write(provenance) { try look(try read($0), $0) }
        try raise(database.tenant, to: seen)
        return seen.due
    }

    /// The same with jobs that can be begun now due since ever: they stay due when the clock goes back.
    private func timeless(_ due: WorkDue) -> WorkDue {
        guard let jobsAt = due.jobsAt, jobsAt <= clock.now() else { return due }
        return WorkDue(jobsAt: Timestamp(milliseconds: 0), casesOn: due.casesOn)
    }
}
