package import Database
package import FordringKit

/// What has changed in a case.
package enum CaseChange: Sendable, Hashable {
    /// Money came in, a claim came in or was credited, or something was charged: what is owed is another.
    case balance
    /// The case, or a claim of it, stands still from now on.
    case held(HoldKind, claim: ClaimID?)
    /// A hold was lifted.
    case released(HoldKind, claim: ClaimID?)
    /// A dispute was decided for the debtor: the claim, or a part of it, was never owed.
    case upheld(claim: ClaimID?)
    /// The case was closed.
    case closed
}

/// A part of the house that must act when a case changes: what lies with a credit bureau or a court.
///
/// Called in the transaction of the change, so that both commit or neither does.
package protocol CaseFollower: Sendable {
    /// Does what follows from a change.
    func follow(_ change: CaseChange, in caseID: CaseID, on day: CivilDate, _ transaction: WriteTransaction) throws

    /// What keeps a person from closing or selling a case.
    func ties(of caseID: CaseID, _ transaction: ReadTransaction) throws -> [CaseTie]
}

extension CaseFollower {
    /// None.
    package func ties(of caseID: CaseID, _ transaction: ReadTransaction) throws -> [CaseTie] { [] }
}

extension CaseRules {
    /// Tells everybody who must act on it of a change.
    package func announce(
        _ change: CaseChange, in caseID: CaseID, on day: CivilDate, _ transaction: WriteTransaction
    ) throws {
        for follower in followers { try follower.follow(change, in: caseID, on: day, transaction) }
    }

    /// What keeps a person from closing or selling a case.
    package func ties(of caseID: CaseID, _ transaction: ReadTransaction) throws -> [CaseTie] {
        try followers.flatMap { try $0.ties(of: caseID, transaction) }
    }
}
