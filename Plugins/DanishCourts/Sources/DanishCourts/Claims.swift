import CourtPapers
import FordringKit

extension Claims {
    private static let danishMoney = Citation.unverified(
        "agency practice", "currency",
        "The limits and fees are in kroner; how another currency is claimed was not looked up.")

    static func currency(_ facts: LegalFacts) -> Precondition {
        Precondition(
            "currency", "The case is in DKK.", danishMoney,
            unless: facts.facts.currency == .dkk
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
                fields.append(CourtForm.Field("\(key)Text", "Kort fremstilling", account))
            }
            fields += [
                CourtForm.Field("\(key)Ground", "Retligt grundlag", ground(claim.basis)),
                CourtForm.Field("\(key)ArisenOn", "Stiftet", claim.arisenOn.dayMonthYear),
                CourtForm.Field("\(key)DueOn", "Forfalden", claim.dueOn.dayMonthYear),
                CourtForm.Field("\(key)Original", "Oprindelig hovedstol (kr.)", claim.principal.formatted(.danish)),
            ]
            for (number, reduction) in claim.reductions.enumerated() {
                fields.append(
                    CourtForm.Field(
                        "\(key)Reduction\(number + 1)", "Betaling eller kreditering \(reduction.on.dayMonthYear) (kr.)",
                        reduction.amount.formatted(.danish)))
            }
            fields.append(
                CourtForm.Field(
                    "\(key)Principal", "Resterende hovedstol (kr.)", claim.outstandingPrincipal.formatted(.danish)))
        }
        return CourtForm.Section(heading, fields)
    }

    private static func ground(_ basis: ClaimBasis) -> String {
        switch basis {
        case .ordinary: "Aftale (faktura), som ikke er betalt til tiden"
        case .debtInstrument: "Gældsbrev, som ikke er betalt til tiden"
        case .moneyLoan: "Lån, som ikke er betalt tilbage til tiden"
        case .employment: "Løn, som ikke er betalt til tiden"
        @unknown default: "Krav, som ikke er betalt til tiden"
        }
    }
}
