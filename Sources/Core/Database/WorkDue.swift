package import FordringKit

/// From when a tenant has work: the earliest job, the earliest case.
package struct WorkDue: Sendable, Hashable {
    /// When the next job can be begun.
    package var jobsAt: Timestamp?
    /// The day on which the rules are to be asked about a case.
    package var casesOn: CivilDate?

    package init(jobsAt: Timestamp? = nil, casesOn: CivilDate? = nil) {
        self.jobsAt = jobsAt
        self.casesOn = casesOn
    }

    package var isNothing: Bool { jobsAt == nil && casesOn == nil }

    /// The earlier of each.
    package func earliest(_ other: WorkDue) -> WorkDue {
        WorkDue(
            jobsAt: [jobsAt, other.jobsAt].compactMap(\.self).min(),
            casesOn: [casesOn, other.casesOn].compactMap(\.self).min())
    }
}

/// Knows from when each tenant has work, so that a database with nothing to do need not be opened.
///
/// It may name a time that is too early, never one that is too late. Host implements it.
package protocol WorkCalendar: Sendable {
    /// Makes sure that a tenant is called no later than its work is due.
    ///
    /// Called inside the tenant's transaction, before its commit; what it writes must be durable when it returns.
    func lower(_ tenant: TenantID, to due: WorkDue) throws
    /// Work is there that may be due already.
    func didCommit(_ tenant: TenantID, _ due: WorkDue)
}

/// The tenant's own copy of what its calendar says, so that most transactions need not ask the calendar.
///
/// The calendar never names a later time than the copy: it is lowered before the copy is, and raised after.
package enum WorkMark {
    package static let migration = Migration(
        "0024 work mark",
        """
        CREATE TABLE work_mark (
            id {integer} NOT NULL PRIMARY KEY CHECK (id = 1), jobs_at {integer} NOT NULL, cases_on {integer} NOT NULL
        ) {strict}
        """,
        // From the beginning of time: the first look sets it right.
        "INSERT INTO work_mark (id, jobs_at, cases_on) VALUES (1, 0, 0)")

    /// Stands for *never*.
    package static let never = Int64.max

    static func lower(
        to due: WorkDue, _ tenant: TenantID, _ calendar: any WorkCalendar, _ transaction: WriteTransaction
    ) throws {
        let jobsAt = due.jobsAt?.milliseconds ?? never
        let casesOn = due.casesOn.map { Int64($0.day) } ?? never
        let isLater = try transaction.first(
            "SELECT 1 FROM work_mark WHERE jobs_at > $1 OR cases_on > $2", jobsAt, casesOn
        ) { _ in true }
        guard isLater != nil else { return }
        try calendar.lower(tenant, to: due)
        try transaction.execute(
            """
            UPDATE work_mark SET jobs_at = CASE WHEN jobs_at > $1 THEN $1 ELSE jobs_at END,
                cases_on = CASE WHEN cases_on > $2 THEN $2 ELSE cases_on END
            """,
            jobsAt, casesOn)
    }

    /// Sets the copy to what the books say is due, lowering the calendar where that is earlier; the calendar may be raised to
    /// it after the commit, unless it was lowered since.
    package static func set(_ due: WorkDue, _ transaction: WriteTransaction) throws {
        if let tenant = transaction.tenant, let calendar = transaction.calendar {
            try lower(to: due, tenant, calendar, transaction)
        }
        let jobsAt = due.jobsAt?.milliseconds ?? never
        let casesOn = due.casesOn.map { Int64($0.day) } ?? never
        // Nothing written, nothing to sync.
        try transaction.execute(
            "UPDATE work_mark SET jobs_at = $1, cases_on = $2 WHERE jobs_at <> $1 OR cases_on <> $2", jobsAt, casesOn)
    }
}
