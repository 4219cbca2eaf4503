package import Casework
import Database
package import FordringKit

extension FordringHost {
    /// What waits for a person over several tenants, what presses most first.
    package func tasks(
        of tenants: [TenantID], pressingOn day: CivilDate
    ) throws -> [(tenant: TenantID, task: CaseTask)] {
        let all = try tenants.flatMap { id in try tasks(id, pressingOn: day).map { (tenant: id, task: $0) } }
        // Within a tenant the order stays; between tenants what presses most goes first.
        return all.enumerated().sorted { left, right in
            let (one, other) = (left.element.task.pressure(on: day), right.element.task.pressure(on: day))
            return (one.rank, one.dueOn, left.offset) < (other.rank, other.dueOn, right.offset)
        }.map(\.element)
    }

    /// One task, open or done.
    package func task(_ number: Int64, of id: TenantID) throws -> CaseTask {
        try translatingRefusals { try database(of: id).read { try Tasks.one(number, $0) } }
    }
}
