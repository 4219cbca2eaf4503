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
                CourtForm.Field("\(key)Original", "Opprinnelig hovedkrav (kr)", claim.principal.formatted(.norwegian)),
            ]
            for (number, reduction) in claim.reductions.enumerated() {
                fields.append(
                    CourtForm.Field(
                        "\(key)Reduction\(number + 1)", "Betaling eller kreditering \(reduction.on.dayMonthYear) (kr)",
                        reduction.amount.formatted(.norwegian)))
            }
            fields.append(
                CourtForm.Field(
                    "\(key)Principal", "Gjenstående hovedkrav (kr)", claim.outstandingPrincipal.formatted(.norwegian)))
        }
        return CourtForm.Section(heading, fields)
    }

    /// The documents that go with the form, in the order of the facts.
    static func documents(_ facts: LegalFacts) -> CourtForm.Section {
        CourtForm.Section(
            "Vedlegg",
            facts.documents.enumerated().map { index, document in
                CourtForm.Field("document\(index + 1)", "Vedlegg \(index + 1)", name(of: document, facts))
            })
    }

    /// What a document is and its day; the names of the host's own files are no words for a court, so of them only the
    /// number that they begin with.
    private static func name(of document: DocumentFacts, _ facts: LegalFacts) -> String {
        let day = document.on.dayMonthYear
        switch document.kind {
        case "letter":
            let sent = facts.facts.steps.filter { $0.sentOn == document.on || $0.decidedOn == document.on }
            let step = sent.first { document.name.contains($0.kind.rawValue) } ?? sent.first
            let number = document.name.prefix { $0.isASCII && $0.isNumber }
            return "\(step.flatMap { CollectionAct.name(of: $0.kind) } ?? "Brev"), \(day)"
                + (number.isEmpty ? "" : " (fil \(number))")
        case "dispute": return "Innsigelse fra skyldneren eller svar på den, \(day)"
        case "invoice": return "Faktura, \(day) (\(document.name))"
        case "acknowledgement": return "Erkjennelse, \(day) (\(document.name))"
        case "basis": return "Tvangsgrunnlag, \(day) (\(document.name))"
        default: return "Dokument, \(day) (\(document.name))"
        }
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
