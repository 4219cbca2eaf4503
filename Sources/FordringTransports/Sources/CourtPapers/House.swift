public import FordringKit

/// What an agency never does, whatever a court would accept.
///
/// A country adds what its own acts say of disputes, plans and cases that are with a court already.
public enum House {
    /// What citations name as the source of these.
    public static let source = "agency practice"

    /// Nothing goes to court while the case is held.
    public static let hold = Citation.unverified(
        source, "holds", "No section says it of a court; good practice asks for it.")
    /// A minor is sued by a guardian.
    public static let guardian = Citation.unverified(
        source, "guardians", "Who is served for a minor or a ward was not looked up; a person decides.")
    /// The same claim is not before a court twice.
    public static let once = Citation.unverified(
        source, "one hand-off at a time",
        "That a claim is already before a court was not looked up; it is never filed twice.")

    /// Asks that nobody needs a guardian.
    public static func notMinor(_ facts: LegalFacts) -> Precondition {
        Precondition(
            "notMinor", "The debtor is of age and without a guardian.", guardian,
            unless: facts.allHolds.first { $0.kind == .minor }.map {
                Obstacle(from: $0.until?.adding(days: 1), by: "the debtor is under age or has a guardian")
            })
    }

    /// Asks that nothing but disputes and age, which have conditions of their own, holds the case.
    public static func notHeld(_ facts: LegalFacts) -> Precondition {
        let held = facts.allHolds.first { $0.kind != .dispute && $0.kind != .minor }
        return Precondition(
            "notHeld", "Nothing else holds the case or a claim.", hold,
            unless: held.map {
                Obstacle(
                    from: $0.until?.adding(days: 1), by: "the hold “\($0.kind.rawValue)” of \($0.since) must be lifted")
            })
    }

    /// Asks that no plan is kept.
    public static func notOnPlan(_ facts: LegalFacts, _ citation: Citation) -> Precondition {
        Precondition(
            "notOnKeptPlan", "No plan is agreed and kept.", citation,
            unless: facts.isOnKeptPlan ? Obstacle(by: "the plan must have ended or been broken") : nil)
    }
}
