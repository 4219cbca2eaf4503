package import Casework
package import FordringKit

/// A claim that stays behind when its case is handed over.
package struct LeftOutClaim: Sendable {
    package let claim: ClaimID
    /// The creditor's number of it.
    package let reference: String
    /// Why, as sentences.
    package let why: String
}

/// What of a case is handed over: all of it, or what is neither disputed nor held.
package struct CasePart: Sendable {
    /// The case without the claims that are left out.
    package let record: CaseRecord
    package let leftOut: [LeftOutClaim]
    /// Whether nothing is left that is not disputed, where the procedure takes nothing else.
    package let isNothing: Bool
    /// The claims of which a part is disputed.
    package let disputedInPart: [ClaimID]

    package var taken: [ClaimID] { record.snapshot.facts.claims.map(\.id) }

    /// What a procedure takes on a day.
    init(of whole: CaseRecord, _ procedure: LegalProcedure, _ rules: CaseRules, on day: CivilDate) throws {
        let snapshot = whole.snapshot
        guard !procedure.takesDisputed, case .facts(let rest, _) = try snapshot.view(rules, on: day) else {
            record = whole
            leftOut = []
            disputedInPart = []
            // What is held or pauses for another reason is named by the rules of the house.
            isNothing = !procedure.takesDisputed && snapshot.standstill.holds.contains { $0.facts.kind == .dispute }
            return
        }
        let taken = Set(rest.claims.map(\.id))
        record = try whole.only(taken)
        isNothing = false
        disputedInPart = rest.claims.map(\.id).filter { claim in
            snapshot.standstill.holds.contains { $0.facts.claim == claim && $0.facts.kind == .dispute }
        }
        leftOut = whole.claims.filter { !taken.contains($0.id) }.map { claim in
            let holds = snapshot.standstill.holds.filter { $0.facts.claim == claim.id }
            let pauses = snapshot.standstill.pauses.filter { $0.claim == claim.id && $0.resumesOn > day }
            let lines = holds.map { Standstill.line($0.facts, day) } + pauses.flatMap(\.lines)
            return LeftOutClaim(
                claim: claim.id, reference: claim.reference, why: lines.map(\.text).joined(separator: " "))
        }
    }
}
