public import FordringKit

/// The claims as a form states them: what must be known of them.
///
/// A country adds its currency, and how its forms write them.
public enum Claims {
    /// Asks that something is owed.
    public static func outstanding(_ facts: LegalFacts, _ citation: Citation) -> Precondition {
        Precondition(
            "notPaid", "Something is owed.", citation,
            unless: facts.facts.outstanding.isPositive && !facts.facts.claims.isEmpty
                ? nil : Obstacle(by: "nothing is owed"))
    }

    /// Asks for the parts of what is owed; see ``ClaimStatement``.
    public static func split(_ facts: LegalFacts, _ citation: Citation) -> Precondition {
        var obstacle: Obstacle?
        do {
            _ = try ClaimStatement(facts)
        } catch {
            obstacle = error
        }
        return Precondition(
            "amountSplit", "Principal, interest and costs are stated apart and add up to what is owed.", citation,
            unless: obstacle)
    }

    /// Says which claim has no text or number; `nil` where all have.
    public static func withoutText(_ facts: LegalFacts) -> Obstacle? {
        let mute = facts.openClaims.first { claim in
            guard let text = facts.claimTexts[claim.id] else { return true }
            return text.label.trimmed.isEmpty || text.text.trimmed.isEmpty
        }
        return mute.map { Obstacle(by: "claim \($0.id) needs a number and a text that says what it is about") }
    }
}
