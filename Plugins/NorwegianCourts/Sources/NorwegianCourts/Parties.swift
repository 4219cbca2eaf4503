import FordringKit

/// The parties as a form states them.
enum Parties {
    static func creditorNamed(_ facts: LegalFacts, _ citation: Citation) -> Precondition {
        Precondition(
            "creditorNamed", "The creditor has a name.", citation,
            unless: facts.creditor.name.trimmed.isEmpty ? Obstacle(by: "the creditor's name must be entered") : nil)
    }

    static func creditorAddressed(_ facts: LegalFacts, _ citation: Citation) -> Precondition {
        Precondition(
            "creditorAddressed", "The creditor has a postal address.", citation,
            unless: incomplete(facts.creditor.address, of: "creditor"))
    }

    static func debtorNamed(_ facts: LegalFacts, _ citation: Citation) -> Precondition {
        Precondition(
            "debtorNamed", "The debtor has a name.", citation,
            unless: facts.debtor.name.trimmed.isEmpty ? Obstacle(by: "the debtor's name must be entered") : nil)
    }

    static func debtorAddressed(_ facts: LegalFacts, _ citation: Citation) -> Precondition {
        Precondition(
            "debtorAddressed", "The debtor has an address that can be served at.", citation,
            unless: incomplete(facts.debtor.address, of: "debtor"))
    }

    /// What is missing of an address; `nil` where nothing is.
    static func incomplete(_ address: PostalAddress, of whom: String) -> Obstacle? {
        var missing: [String] = []
        if !address.lines.contains(where: { !$0.trimmed.isEmpty }) { missing.append("street") }
        if address.postalCode.trimmed.isEmpty { missing.append("postal code") }
        if address.city.trimmed.isEmpty { missing.append("city") }
        return missing.isEmpty
            ? nil : Obstacle(by: "the \(whom)'s address lacks \(missing.joined(separator: ", ")): it must be looked up")
    }

    /// The creditor, under the name that the procedure gives it.
    static func section(_ heading: String, creditor facts: LegalFacts) -> CourtForm.Section {
        CourtForm.Section(heading, fields(facts.creditor, "creditor") + representative(facts))
    }

    /// The debtor, under the name that the procedure gives it.
    static func section(_ heading: String, debtor facts: LegalFacts) -> CourtForm.Section {
        CourtForm.Section(heading, fields(facts.debtor, "debtor"))
    }

    /// The agency, where it is named.
    private static func representative(_ facts: LegalFacts) -> [CourtForm.Field] {
        let agency = facts.agency.trimmed
        return agency.isEmpty ? [] : [CourtForm.Field("representative", "Prosessfullmektig", agency)]
    }

    private static func fields(_ party: Party, _ key: String) -> [CourtForm.Field] {
        let address = party.address
        let street = address.lines.map(\.trimmed).filter { !$0.isEmpty }.joined(separator: ", ")
        let numberLabel = party.kind == .consumer ? "Fødselsnummer" : "Organisasjonsnummer"
        var fields = [CourtForm.Field("\(key)Name", "Navn", party.name.trimmed)]
        if let number = party.nationalID?.trimmed, !number.isEmpty {
            fields.append(CourtForm.Field("\(key)Number", numberLabel, number))
        }
        return fields + [
            CourtForm.Field("\(key)Address", "Adresse", street),
            CourtForm.Field(
                "\(key)City", "Postnr. og sted", "\(address.postalCode.trimmed) \(address.city.trimmed)"),
            CourtForm.Field("\(key)Country", "Land", address.country.code),
        ]
    }
}
