import CourtPapers
import FordringKit

extension Parties {
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
