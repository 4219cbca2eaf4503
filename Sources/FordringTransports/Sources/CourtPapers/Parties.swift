public import FordringKit

/// The parties as a form states them: what must be known of them.
///
/// A country adds how its forms write them.
public enum Parties {
    /// Asks for the name of the creditor.
    public static func creditorNamed(_ facts: LegalFacts, _ citation: Citation) -> Precondition {
        Precondition(
            "creditorNamed", "The creditor has a name.", citation,
            unless: facts.creditor.name.trimmed.isEmpty ? Obstacle(by: "the creditor's name must be entered") : nil)
    }

    /// Asks for the creditor's address.
    public static func creditorAddressed(_ facts: LegalFacts, _ citation: Citation) -> Precondition {
        Precondition(
            "creditorAddressed", "The creditor has a postal address.", citation,
            unless: incomplete(facts.creditor.address, of: "creditor"))
    }

    /// Asks for the name of the debtor.
    public static func debtorNamed(_ facts: LegalFacts, _ citation: Citation) -> Precondition {
        Precondition(
            "debtorNamed", "The debtor has a name.", citation,
            unless: facts.debtor.name.trimmed.isEmpty ? Obstacle(by: "the debtor's name must be entered") : nil)
    }

    /// Asks for the debtor's address.
    public static func debtorAddressed(_ facts: LegalFacts, _ citation: Citation) -> Precondition {
        Precondition(
            "debtorAddressed", "The debtor has an address that can be served at.", citation,
            unless: incomplete(facts.debtor.address, of: "debtor"))
    }

    /// What is missing of an address; `nil` where nothing is.
    ///
    /// - Parameter whom: whose address it is, in the message: `creditor`.
    public static func incomplete(_ address: PostalAddress, of whom: String) -> Obstacle? {
        var missing: [String] = []
        if !address.lines.contains(where: { !$0.trimmed.isEmpty }) { missing.append("street") }
        if address.postalCode.trimmed.isEmpty { missing.append("postal code") }
        if address.city.trimmed.isEmpty { missing.append("city") }
        return missing.isEmpty
            ? nil : Obstacle(by: "the \(whom)'s address lacks \(missing.joined(separator: ", ")): it must be looked up")
    }
}
