import CourtPapers
import FordringKit

extension House {
    /// A plan that is kept gives the debtor time.
    static let plan = Citation.unverified(
        source, "plans",
        "A plan that the agency made binds the creditor (inkassoloven § 13); no section on court steps was looked up.")
    /// A public authority is not taken to the conciliation board.
    static let publicAuthority = Citation.unverified(
        DisputeAct.source, "§ 6-2", "That the board does not take cases against public authorities is recalled.")

    static func notPublic(_ facts: LegalFacts) -> Precondition {
        Precondition(
            "notPublic", "The debtor is not a public authority.", publicAuthority,
            unless: facts.debtor.kind == .publicAuthority
                ? Obstacle(by: "a case against a public authority needs a person who knows the rule") : nil)
    }

    static func notDisputed(_ facts: LegalFacts, _ citation: Citation) -> Precondition {
        let dispute = facts.allHolds.first { $0.kind == .dispute }
        return Precondition(
            "notDisputed", "No dispute is open.", citation,
            unless: dispute.map { Obstacle(by: "the dispute of \($0.since) must be decided first") })
    }

    static func notPending(_ facts: LegalFacts, _ procedure: NorwegianProcedure) -> Precondition {
        var obstacle: Obstacle?
        for other in NorwegianProcedure.allCases {
            guard let last = facts.legalSteps.last(where: { $0.procedure == other.kind }),
                NorwegianProcedure.isPending(last.state), !procedure.goesOn(from: other, in: last.state)
            else { continue }
            obstacle = Obstacle(by: "\(other.rawValue) is \(last.state.rawValue) since \(last.on)")
        }
        return Precondition("notPending", "The case is not with a court or officer already.", once, unless: obstacle)
    }

    /// All but the dispute.
    static func nothingHolds(_ facts: LegalFacts, on day: CivilDate, _ procedure: NorwegianProcedure) -> [Precondition]
    {
        [
            notMinor(facts), notHeld(facts), notOnPlan(facts, plan), LimitationAct.notPassed(facts, on: day),
            notPending(facts, procedure),
        ]
    }
}
