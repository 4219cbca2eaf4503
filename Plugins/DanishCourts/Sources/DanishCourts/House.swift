import FordringKit

/// What an agency never does, whatever a court would accept.
enum House {
    private static let source = "agency practice"

    /// Nothing goes to court while the case is held.
    static let hold = Citation.unverified(source, "holds", "No section says it of a court; good practice asks for it.")
    /// A plan that is kept gives the debtor time.
    static let plan = Citation.unverified(
        source, "plans", "The agreement binds the creditor; no section on court steps was looked up.")
    /// A minor is sued by a guardian.
    static let guardian = Citation.unverified(
        source, "guardians", "Who is served for a minor or a ward was not looked up; a person decides.")
    /// The same claim is not before a court twice.
    static let once = Citation.unverified(
        source, "one hand-off at a time",
        "That a claim is already before a court was not looked up; it is never filed twice.")

    static func notDisputed(_ facts: LegalFacts, _ citation: Citation) -> Precondition {
        let dispute = facts.allHolds.first { $0.kind == .dispute }
        return Precondition(
            "notDisputed", "No dispute is open.", citation,
            unless: dispute.map {
                Obstacle(by: "the dispute of \($0.since) must be decided; a disputed claim can go to a lawyer")
            })
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
            notMinor(facts), notHeld(facts), notOnPlan(facts), LimitationAct.notPassed(facts, on: day),
            notPending(facts, procedure),
        ]
    }
}
