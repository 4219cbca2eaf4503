import CourtPapers
import FordringKit

extension Parties {
    /// The creditor, and the agency that acts for it.
    static func section(creditor facts: LegalFacts) -> CourtForm.Section {
        CourtForm.Section(
            "Kreditor",
            fields(facts.creditor, "creditor", facts.creditor.kind == .consumer ? "CPR-nr." : "CVR-nr.")
                + representative(facts))
    }

    /// The debtor.
    static func section(debtor facts: LegalFacts) -> CourtForm.Section {
        CourtForm.Section(
            "Debitor", fields(facts.debtor, "debtor", facts.debtor.kind == .consumer ? "CPR-nr." : "CVR-nr."))
    }

    /// The agency, where it is named.
    private static func representative(_ facts: LegalFacts) -> [CourtForm.Field] {
        let agency = facts.agency.trimmed
        return agency.isEmpty ? [] : [CourtForm.Field("representative", "For kreditor", agency)]
    }

    private static func fields(_ party: Party, _ key: String, _ numberLabel: String) -> [CourtForm.Field] {
        let address = party.address
        let street = address.lines.map(\.trimmed).filter { !$0.isEmpty }.joined(separator: ", ")
        var fields = [CourtForm.Field("\(key)Name", "Navn", party.name.trimmed)]
        if let number = party.nationalID?.trimmed, !number.isEmpty {
            fields.append(CourtForm.Field("\(key)Number", numberLabel, number))
        }
        return fields + [
            CourtForm.Field("\(key)Address", "Adresse", street),
            CourtForm.Field(
                "\(key)City", "Postnr. og by", "\(address.postalCode.trimmed) \(address.city.trimmed)"),
            CourtForm.Field("\(key)Country", "Land", address.country.code),
        ]
    }
}
