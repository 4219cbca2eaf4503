import CourtPapers
import FordringKit

extension Claims {
    private static let norwegianMoney = Citation.unverified(
        "agency practice", "currency",
        "The fees are in Norwegian kroner; how another currency is claimed was not looked up.")

    static func currency(_ facts: LegalFacts) -> Precondition {
        Precondition(
            "currency", "The case is in NOK.", norwegianMoney,
            unless: facts.facts.currency == .nok
                ? nil : Obstacle(by: "the case is in \(facts.facts.currency): a person decides how it is converted"))
    }

    /// The account: each claim's number, text, ground, days and amount.
    static func section(_ heading: String, _ facts: LegalFacts) -> CourtForm.Section {
        var fields: [CourtForm.Field] = []
        for (index, claim) in facts.openClaims.enumerated() {
            let key = "claim\(index + 1)"
            let text = facts.claimTexts[claim.id]
            let number = text?.label.trimmed ?? ""
            fields.append(CourtForm.Field("\(key)Number", "Nummer", number.isEmpty ? "\(claim.id)" : number))
            if let account = text?.text.trimmed, !account.isEmpty {
                fields.append(CourtForm.Field("\(key)Text", "Begrunnelse", account))
            }
            fields += [
                CourtForm.Field("\(key)Ground", "Rettslig grunnlag", ground(claim.basis)),
                CourtForm.Field("\(key)ArisenOn", "Oppstått", claim.arisenOn.dayMonthYear),
                CourtForm.Field("\(key)DueOn", "Forfalt", claim.dueOn.dayMonthYear),
                CourtForm.Field(
                    "\(key)Principal", "Gjenstående hovedkrav (kr)", claim.outstandingPrincipal.formatted(.norwegian)),
            ]
        }
        return CourtForm.Section(heading, fields)
    }

    /// The documents that go with the form, in the order of the facts.
    static func documents(_ facts: LegalFacts) -> CourtForm.Section {
        CourtForm.Section(
            "Vedlegg",
            facts.documents.enumerated().map { index, document in
                CourtForm.Field(
                    "document\(index + 1)", "Vedlegg \(index + 1)", "\(document.name), \(document.on.dayMonthYear)")
            })
    }

    private static func ground(_ basis: ClaimBasis) -> String {
        switch basis {
        case .ordinary: "Avtale (faktura) som ikke er betalt i tide"
        case .debtInstrument: "Gjeldsbrev som ikke er betalt i tide"
        case .moneyLoan: "Lån som ikke er betalt tilbake i tide"
        case .employment: "Lønn som ikke er betalt i tide"
        @unknown default: "Krav som ikke er betalt i tide"
        }
    }
}
