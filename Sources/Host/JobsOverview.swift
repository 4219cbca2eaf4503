package import Casework
import Database
package import FordringKit
package import JobQueue
import Tenancy

/// A job, and what it is about.
package struct JobDetails: Sendable {
    package let record: JobRecord
    /// The step whose letter it delivers.
    package let letter: StepOfCase?
}

/// What was done for one of many tenants, or why not.
package struct TenantOutcome<Value: Sendable>: Sendable {
    package let tenant: TenantID
    package let result: Result<Value, HostError>
}

/// The queues of many tenants.
package struct QueuesOverview: Sendable {
    package let tenants: [TenantOutcome<QueueStatistics>]
    /// How many active tenants are left out, because no job of theirs is open that could be begun.
    package let others: Int
}

extension FordringHost {
    /// The kinds of jobs that this version does, by name.
    package var jobKinds: [JobKind] { jobHandlers.map(\.kind).sorted { $0.rawValue < $1.rawValue } }

    /// The kind of a name.
    ///
    /// - Parameter id: a tenant whose queue may hold kinds that only another version knows.
    /// - Throws: ``HostError`` `refused` where there is none, with those that there are.
    package func jobKind(_ name: String, of id: TenantID?) throws -> JobKind {
        var known = Set(jobKinds.map(\.rawValue))
        if known.contains(name) { return JobKind(name) }
        if let id {
            known.formUnion(
                try database(of: id).read { transaction in
                    try JobQueue.counts(transaction).map(\.kind) + JobQueue.pauses(transaction).compactMap(\.pause.kind)
                }.map(\.rawValue))
            if known.contains(name) { return JobKind(name) }
        }
        throw FordringHost.unknown("kind of job", name, known.sorted())
    }

    /// A channel by name.
    ///
    /// - Parameter id: the tenant whose plug-ins must offer it; any plug-in where it is `nil`.
    /// - Throws: ``HostError`` `refused` where there is none, with those that there are.
    package func channel(_ name: String, of id: TenantID?) throws -> String {
        var known = Set<String>()
        if let id {
            known.formUnion(plugins.offers.plugins(of: try tenant(id).settings).flatMap(\.channels))
            // A plug-in may have been taken away since.
            known.formUnion(try database(of: id).read { try JobQueue.pauses($0).compactMap(\.pause.channel) })
        } else {
            known.formUnion(plugins.offers.plugins.flatMap(\.channels))
        }
        if known.contains(name) { return name }
        throw FordringHost.unknown("channel", name, known.sorted())
    }

    private static func unknown(_ what: String, _ name: String, _ known: [String]) -> HostError {
        let suggestion = Spelling.suggestion(for: name, among: known)
        let list = known.isEmpty ? "There are none." : "There are: \(known.joined(separator: ", "))."
        return HostError(.refused, "There is no \(what) '\(name)'\(suggestion.isEmpty ? "." : suggestion) \(list)")
    }

    /// One job with what it is about.
    ///
    /// - Throws: ``HostError`` `refused` where there is none of that number.
    package func jobDetails(_ number: Int64, of id: TenantID) throws -> JobDetails {
        let record = try job(number, of: id)
        guard record.kind == .deliverLetter else { return JobDetails(record: record, letter: nil) }
        return JobDetails(
            record: record, letter: try database(of: id).read { try CaseQueries.step(record.subject, $0) })
    }

    /// Does something for every tenant that has not left; a failure of one is its own.
    package func forEachTenant<Value: Sendable>(
        progress: (_ done: Int, _ total: Int) -> Void = { _, _ in }, _ body: (TenantID) throws -> Value
    ) throws -> [TenantOutcome<Value>] {
        let tenants = try store.tenantIDs(except: .offboarded)
        return tenants.enumerated().map { index, id in
            defer { progress(index + 1, tenants.count) }
            return FordringHost.outcome(id) { try body(id) }
        }
    }

    private static func outcome<Value: Sendable>(_ id: TenantID, _ body: () throws -> Value) -> TenantOutcome<Value> {
        do {
            return TenantOutcome(tenant: id, result: .success(try body()))
        } catch {
            return TenantOutcome(tenant: id, result: .failure(HostError(error)))
        }
    }

    /// The queues of the active tenants that the calendar knows jobs of.
    ///
    /// The books of the others stay closed, also of those all of whose jobs are paused, given up or done.
    /// - Parameters:
    ///   - id: only this tenant, whatever its state.
    ///   - isComplete: whether all books are opened all the same.
    package func queuesOverview(_ id: TenantID? = nil, isComplete: Bool) throws -> QueuesOverview {
        if let id {
            return QueuesOverview(
                tenants: [TenantOutcome(tenant: id, result: .success(try jobStatistics(id)))], others: 0)
        }
        let active = try activeTenants()
        let wanted =
            isComplete ? active : try calendar.tenantsWithJobs(dueBy: Timestamp(milliseconds: WorkMark.never - 1))
        let outcomes = wanted.sorted { $0.rawValue < $1.rawValue }.map { id in
            FordringHost.outcome(id) { try jobStatistics(id) }
        }
        let shown = outcomes.filter { outcome in
            guard !isComplete, case .success(let statistics) = outcome.result else { return true }
            return statistics.counts.contains { !$0.state.isEnded }
        }
        return QueuesOverview(tenants: shown, others: max(0, active.count - shown.count))
    }
}
