import Casework
package import Database
import FordringKit

extension LegalDesk {
    /// Why a hand-off may not be filed by the chart of a case's life, whatever its preconditions say; `nil` where it may.
    ///
    /// - Throws: ``LegalRefusal`` where there is no such procedure.
    package func obstacle(toFiling handoff: Handoff, _ transaction: ReadTransaction) throws -> String? {
        let procedure = try chart(handoff.procedure).procedure
        let snapshot = try CaseSnapshots.load(handoff.caseID, creditor: rules.creditor, transaction)
        let life = snapshot.life()
        let isSettled = handoff.basis.map { procedure.bases.contains($0.kind) } ?? false
        let needsNotice = rules.jurisdiction.steps.contains { $0.kind == .collectionNotice }
        let holds = snapshot.standstill.holds
        let event: CaseEvent =
            if life.isHeld, procedure.takesDisputed, holds.allSatisfy({ $0.facts.kind == .dispute }) {
                .filedDisputed
            } else {
                isSettled || !needsNotice ? .filedOnBasis : .filed
            }
        do {
            try life.taking(event, in: handoff.caseID)
            return nil
        } catch let refusal {
            return refusal.message
        }
    }
}
