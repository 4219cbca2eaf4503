package import Casework
package import Database
package import FordringKit
import Ledger

/// Stops what lies ready for a court when its case changes, and says what a court that has it must be told.
///
/// A package states what is owed to the day and that nothing stands in the way: neither is true any more after a payment,
/// a hold, a decision for the debtor or the end of the case. What is prepared is recalled in the same commit. What is being
/// filed at this moment is recalled when it is known that it was not, and is with the court otherwise.
package struct LegalFollower: CaseFollower {
    /// A hand-off that goes on: what changed the case came from its own court.
    private let spared: Int64?

    package init(sparing spared: Int64? = nil) { self.spared = spared }

    package func follow(
        _ change: CaseChange, in caseID: CaseID, on day: CivilDate, _ transaction: WriteTransaction
    ) throws {
        for handoff in try Handoffs.of(caseID, transaction) where handoff.id != spared {
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
        guard handoff.endedOn == nil, let reason = reason(change),
            try concerns(change, handoff, transaction)
        else { return }
        guard handoff.state == .prepared else { return try tellCourt(handoff, reason, on: day, transaction) }
        try LegalDesk.stop(handoff, because: reason, on: day, transaction)
    }

    /// Whether a change is about what was handed over.
    ///
    /// A claim that stayed behind is not. A package states what is owed to the day, so that any booking makes it untrue; a
    /// court is told where less is owed than it has been told, and not of what goes on being charged.
    private static func concerns(
        _ change: CaseChange, _ handoff: Handoff, _ transaction: WriteTransaction
    ) throws -> Bool {
        switch change {
        case .held(_, let claim?), .upheld(let claim?):
            let claims = try Handoffs.claims(of: handoff.id, transaction)
            // One that came in later is no part of it, and what it does to the case is said by its booking.
            return claims.contains { $0.claim == claim && $0.isTaken }
        case .balance:
            let found = try transaction.first(
                """
                SELECT max(id), max(CASE WHEN credit < $3 AND debit >= $3 THEN 1 ELSE 0 END) FROM ledger_transfer
                WHERE case_id = $1 AND id > $2 AND (claim_id IS NULL OR claim_id NOT IN (
                    SELECT claim_id FROM legal_handoff_claim WHERE handoff_id = $4 AND is_taken = 0))
                """,
                handoff.caseID, handoff.seenTransfer, Account.claimsPlaced.rawValue, handoff.id
            ) { (last: $0.integerOrNil(0), isLess: $0.integerOrNil(1) == 1) }
            guard let last = found?.last else { return false }
            if handoff.state == .prepared { return true }
            try transaction.execute("UPDATE legal_handoff SET seen_transfer = $1 WHERE id = $2", last, handoff.id)
            return found?.isLess ?? false
        case .held, .upheld, .closed, .released: return true
        }
    }

    static func tellCourt(
        _ handoff: Handoff, _ reason: String, on day: CivilDate, _ transaction: WriteTransaction
    ) throws {
        try LegalTasks.raise(
            .legalStop, handoff, on: day,
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
