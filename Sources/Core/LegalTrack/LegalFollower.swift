package import Casework
package import Database
package import FordringKit

/// Stops what lies ready for a court when its case changes, and says what a court that has it must be told.
///
/// A package states what is owed to the day and that nothing stands in the way: neither is true any more after a payment,
/// a hold, a decision for the debtor or the end of the case. What is prepared is recalled in the same commit. What is being
/// filed at this moment is recalled when it is known that it was not, and is with the court otherwise.
package struct LegalFollower: CaseFollower {
    package init() {}

    package func follow(
        _ change: CaseChange, in caseID: CaseID, on day: CivilDate, _ transaction: WriteTransaction
    ) throws {
        for handoff in try Handoffs.of(caseID, transaction) {
            try LegalFollower.follow(change, handoff, on: day, transaction)
        }
    }

    /// A hand-off that was filed, or may have been, and is not over.
    package func ties(of caseID: CaseID, _ transaction: ReadTransaction) throws -> [CaseTie] {
        try Handoffs.of(caseID, transaction).compactMap { handoff in
            guard handoff.endedOn == nil, handoff.state != .prepared || handoff.isDeparting else { return nil }
            let name = "hand-off \(handoff.id) (\(handoff.procedure))"
            if handoff.isDeparting {
                return CaseTie(
                    obstacle: "\(name) is being filed",
                    cure: "Wait until it is known whether it was: 'fordring legal show \(handoff.id)'.",
                    isWithCourt: true)
            }
            return CaseTie(
                obstacle: "\(name) is \(handoff.state.rawValue)",
                cure:
                    "End it first: withdraw it with the court, and record that with 'fordring legal record \(handoff.id)'.",
                isWithCourt: true)
        }
    }

    static func follow(
        _ change: CaseChange, _ handoff: Handoff, on day: CivilDate, _ transaction: WriteTransaction
    ) throws {
        guard handoff.endedOn == nil, let reason = reason(change) else { return }
        guard handoff.state == .prepared else { return try tellCourt(handoff, reason, on: day, transaction) }
        if handoff.isDeparting {
            try transaction.execute(
                "UPDATE legal_handoff SET stop_reason = $1 WHERE id = $2 AND stop_reason IS NULL", reason, handoff.id)
        } else {
            try LegalDesk.recall(handoff.id, because: reason, on: day, transaction)
        }
    }

    static func tellCourt(
        _ handoff: Handoff, _ reason: String, on day: CivilDate, _ transaction: WriteTransaction
    ) throws {
        try Tasks.raise(
            .legalStop, handoff.caseID, on: day,
            message: "Hand-off \(handoff.id) (\(handoff.procedure)) is with the court, and \(reason)",
            cure: "Tell the court, or withdraw it there, and record that with 'fordring legal record \(handoff.id)'.",
            transaction)
    }

    /// Why a change concerns a court; `nil` where it does not.
    private static func reason(_ change: CaseChange) -> String? {
        switch change {
        case .balance: "what is owed has changed"
        case .held(let kind, let claim):
            "\(claim.map { "claim \($0)" } ?? "the case") is held (\(kind.rawValue))"
        case .upheld: "a dispute was decided for the debtor"
        case .closed: "the case was closed"
        case .released: nil
        }
    }
}
