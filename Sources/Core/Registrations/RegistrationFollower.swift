package import Casework
package import Database
package import FordringKit

/// Does what a change of a case asks of its registrations, in the transaction of the change.
///
/// What has not left the house is withdrawn. What has, or may have, is ordered deleted: that a payment or a dispute commits
/// without the order is not possible.
package struct RegistrationFollower: CaseFollower {
    private let deadlines: any DeletionDeadlines

    private let notice: StepKind?

    /// - Parameter notice: the country's letter that tells a debtor of a registration.
    package init(_ deadlines: any DeletionDeadlines, notice: StepKind?) {
        self.deadlines = deadlines
        self.notice = notice
    }

    package func follow(
        _ change: CaseChange, in caseID: CaseID, on day: CivilDate, _ transaction: WriteTransaction
    ) throws {
        let open = try transaction.all(
            "SELECT id, claim_id, state FROM bureau_registration WHERE case_id = $1 AND ended_on IS NULL ORDER BY id",
            caseID
        ) { (id: $0.integer(0), claim: ClaimID(rawValue: $0.integer(1)), state: $0.text(2)) }
        // Nearly every case.
        guard !open.isEmpty else { return }
        let stop = try stops(change, in: caseID, transaction)
        for registration in open {
            guard let (reason, words) = stop(registration.claim),
                let state = RegistrationState(rawValue: registration.state)
            else { continue }
            if state == .requested {
                try Registrations.withdrawRequested(
                    registration.id, because: words, on: day, notice: notice, transaction)
            } else if state.after(.deletionOrdered) != nil {
                try Registrations.orderDeletion(
                    registration.id, reason, because: words, on: day, deadlines, transaction)
            }
        }
    }

    private typealias Stop = (reason: RegistrationDeletion.Reason, words: String)

    /// Which claims a change stops, and why.
    private func stops(
        _ change: CaseChange, in caseID: CaseID, _ transaction: ReadTransaction
    ) throws -> (ClaimID) -> Stop? {
        switch change {
        case .balance:
            // The creditor's side is no matter of what is owed.
            let snapshot = try CaseSnapshots.load(
                caseID, creditor: CreditorFacts(deductsVAT: false, policy: []), transaction)
            return { claim in
                let isOwed = snapshot.facts.claims.contains { $0.id == claim && $0.outstandingPrincipal.isPositive }
                return isOwed ? nil : (.paid, "the claim was paid")
            }
        case .held(.dispute, let held): return { covers(held, $0) ? (.disputed, "the claim is disputed") : nil }
        case .held(.identityTheft, let held):
            return { covers(held, $0) ? (.wrong, "somebody else acted in the debtor's name") : nil }
        case .upheld(let upheld): return { covers(upheld, $0) ? (.wrong, "a dispute was upheld") : nil }
        case .closed:
            let code = try transaction.first("SELECT close_code FROM debt_case WHERE id = $1", caseID) {
                $0.textOrNil(0)
            }
            let isPaid = code == CloseCode.paid.rawValue || code == CloseCode.credited.rawValue
            return { _ in (isPaid ? .paid : .wrong, isPaid ? "the case was paid" : "the case was closed") }
        case .held, .released: return { _ in nil }
        }
    }

    private func covers(_ held: ClaimID?, _ claim: ClaimID) -> Bool { held.map { $0 == claim } ?? true }
}
