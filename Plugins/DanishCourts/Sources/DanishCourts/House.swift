import CourtPapers
import FordringKit

extension House {
    /// A plan that is kept gives the debtor time.
    static let plan = Citation.unverified(
        source, "plans", "The agreement binds the creditor; no section on court steps was looked up.")

    static func notDisputed(_ facts: LegalFacts, _ citation: Citation) -> Precondition {
        let dispute = facts.allHolds.first { $0.kind == .dispute }
        return Precondition(
            "notDisputed", "No dispute is open.", citation,
            unless: dispute.map {
                Obstacle(by: "the dispute of \($0.since) must be decided; a disputed claim can go to a lawyer")
            })
    }

    static func notPending(_ facts: LegalFacts, _ procedure: DanishProcedure) -> Precondition {
        var obstacle: Obstacle?
        for other in DanishProcedure.allCases {
            guard let last = facts.legalSteps.last(where: { $0.procedure == other.kind }), other.isPending(last.state)
            else { continue }
            // What was decided is enforced, and what was objected to is taken on by a lawyer.
            let goesOn =
                switch procedure {
                case .bailiffRequest: other != .bailiffRequest && last.state == .decided
                case .lawyerTransfer: other == .paymentOrder && last.state == .objected
                case .paymentOrder: false
                }
            if !goesOn { obstacle = Obstacle(by: "\(other.rawValue) is \(last.state.rawValue) since \(last.on)") }
        }
        return Precondition("notPending", "The case is not with a court already.", once, unless: obstacle)
    }

    /// All but the dispute, which some procedures are made for.
    static func nothingHolds(_ facts: LegalFacts, on day: CivilDate, _ procedure: DanishProcedure) -> [Precondition] {
        [
            notMinor(facts), notHeld(facts), notOnPlan(facts, plan), LimitationAct.notPassed(facts, on: day),
            notPending(facts, procedure),
        ]
    }
}
