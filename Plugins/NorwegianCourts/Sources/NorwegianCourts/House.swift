import FordringKit

/// What an agency never does, whatever a court would accept.
enum House {
    private static let source = "agency practice"

    /// Nothing goes to court while the case is held.
    static let hold = Citation.unverified(source, "holds", "No section says it of a court; good practice asks for it.")
    /// A plan that is kept gives the debtor time.
    static let plan = Citation.unverified(
        source, "plans",
        "A plan that the agency made binds the creditor (inkassoloven § 13); no section on court steps was looked up.")
    /// A minor is sued by a guardian.
    static let guardian = Citation.unverified(
        source, "guardians", "Who is served for a minor or a ward was not looked up; a person decides.")
    /// The same claim is not before a court twice.
    static let once = Citation.unverified(
        source, "one hand-off at a time",
        "That a claim is already before a court was not looked up; it is never filed twice.")
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

    static func notMinor(_ facts: LegalFacts) -> Precondition {
        Precondition(
            "notMinor", "The debtor is of age and without a guardian.", guardian,
            unless: facts.allHolds.first { $0.kind == .minor }.map {
                Obstacle(from: $0.until?.adding(days: 1), by: "the debtor is under age or has a guardian")
            })
    }

    static func notHeld(_ facts: LegalFacts) -> Precondition {
        let held = facts.allHolds.first { $0.kind != .dispute && $0.kind != .minor }
        return Precondition(
            "notHeld", "Nothing else holds the case or a claim.", hold,
            unless: held.map {
                Obstacle(
                    from: $0.until?.adding(days: 1), by: "the hold “\($0.kind.rawValue)” of \($0.since) must be lifted")
            })
    }

    static func notOnPlan(_ facts: LegalFacts) -> Precondition {
        Precondition(
            "notOnKeptPlan", "No plan is agreed and kept.", plan,
            unless: facts.isOnKeptPlan ? Obstacle(by: "the plan must have ended or been broken") : nil)
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
            notMinor(facts), notHeld(facts), notOnPlan(facts), LimitationAct.notPassed(facts, on: day),
            notPending(facts, procedure),
        ]
    }
}
