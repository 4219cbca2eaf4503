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
            guard let stop = stop(registration.claim), let state = RegistrationState(rawValue: registration.state)
            else { continue }
            if state == .requested {
                try Registrations.withdrawRequested(
                    registration.id, because: stop.words, on: day, notice: notice, transaction)
            } else if state.after(.deletionOrdered) != nil {
                if let reason = stop.reason {
                    try Registrations.orderDeletion(
                        registration.id, reason, because: stop.words, on: day, deadlines, transaction)
                } else {
                    try Tasks.raise(
                        .registrationStands, caseID, about: registration.id, on: day,
                        message: "Registration \(registration.id) stands with a credit bureau, and \(stop.words)",
                        cure: "Decide whether it may; 'fordring bureau withdraw \(registration.id)' takes it back.",
                        transaction)
                }
            }
        }
    }

    private struct Stop {
        /// Why it must go; `nil` where what has not left is withdrawn, and a person decides about what stands.
        let reason: RegistrationDeletion.Reason?
        let words: String

        init(_ reason: RegistrationDeletion.Reason?, _ words: String) {
            self.reason = reason
            self.words = words
        }
    }

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
                return isOwed ? nil : Stop(.paid, "the claim was paid")
            }
        case .held(let kind, let held):
            let stop = RegistrationFollower.stop(by: kind)
            return { covers(held, $0) ? stop : nil }
        case .upheld(let upheld): return { covers(upheld, $0) ? Stop(.wrong, "a dispute was upheld") : nil }
        case .closed:
            let code = try transaction.first("SELECT close_code FROM debt_case WHERE id = $1", caseID) {
                $0.textOrNil(0)
            }
            let stop = RegistrationFollower.stop(byClosing: (code ?? nil).flatMap { CloseCode(rawValue: $0) })
            return { _ in stop }
        case .released: return { _ in nil }
        }
    }

    /// What a hold does; `nil` where what stands may go on standing, and what waits goes on waiting.
    ///
    /// Debt relief: databeskyttelsesloven § 21 (3) forbids that it is passed on. The estate and the insolvency of a debtor
    /// change nothing of what is true; whether a claim may stand meanwhile is for a person.
    private static func stop(by kind: HoldKind) -> Stop? {
        switch kind {
        case .dispute: Stop(.disputed, "the claim is disputed")
        case .identityTheft: Stop(.wrong, "somebody else acted in the debtor's name")
        case .debtRelief: Stop(.debtRelief, "the debtor has debt relief, or asked for it")
        case .minor: Stop(.wrong, "the debtor is under age or has a guardian")
        case .estate: Stop(nil, "the debtor has died")
        case .insolvency: Stop(nil, "the debtor is insolvent")
        case .vulnerable, .creditorWait: nil
        @unknown default: Stop(nil, "the case is held (\(kind.rawValue))")
        }
    }

    /// What the end of a case does, by its code.
    private static func stop(byClosing code: CloseCode?) -> Stop {
        switch code {
        case .paid: Stop(.paid, "the case was paid")
        case .credited: Stop(.paid, "the creditor credited all of the case")
        case .withdrawn: Stop(.withdrawn, "the creditor took the case back")
        case .upheld: Stop(.wrong, "a dispute was upheld")
        case .mistake: Stop(.wrong, "the case should never have been opened")
        case .settled: Stop(.settled, "the case was settled")
        case .sold: Stop(.sold, "the claims were sold")
        case .lapsed: Stop(.lapsed, "the claims can no longer be enforced")
        case .debtRelief: Stop(.debtRelief, "the debtor got debt relief")
        case .estateClosed, .uncollectable, nil: Stop(.closed, "the case was closed")
        }
    }

    private func covers(_ held: ClaimID?, _ claim: ClaimID) -> Bool { held.map { $0 == claim } ?? true }
}
