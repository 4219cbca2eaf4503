import CourtPapers
import FordringKit

/// Where a debtor in Norway is sued and enforced against.
enum Venue {
    /// Tvisteloven § 4-4: the defendant's home.
    static let home = Citation(DisputeAct.source, "§ 4-4")
    /// The enforcement officer; the offices were reorganised on 1 January and 1 July 2026.
    static let officer = Citation(EnforcementAct.source, "namsmannen, namsfogden")

    static func debtorInNorway(_ facts: LegalFacts) -> Precondition {
        Precondition(
            "debtorInNorway", "The debtor lives or does business in Norway.", home,
            unless: NorwayOnly.otherCourts(of: facts.debtor.address.country).map { Obstacle(by: $0) })
    }

    /// Which office it is, where somebody has looked it up.
    static let question = Question(
        "court", "Hvilket forliksråd, hvilken namsmann eller domstol sendes det til?",
        hint: "navn, slått opp etter skyldnerens postnummer; kan utelates")

    /// Whom a procedure goes to, and what a person looks up.
    static func venue(for procedure: NorwegianProcedure, _ facts: LegalFacts) throws(RuleGap) -> Explained<String> {
        if let other = NorwayOnly.otherCourts(of: facts.debtor.address.country) {
            throw RuleGap(
                rule: "venue in Norway", day: facts.facts.openedOn, reason: other,
                cure: "A lawyer who knows those courts must take the case.")
        }
        let address = facts.debtor.address
        let place = "\(address.postalCode.trimmed) \(address.city.trimmed)"
        let name: String
        let rule: ExplanationLine
        switch procedure {
        case .conciliation:
            name = "Forliksrådet"
            rule = ExplanationLine("The conciliation board of the debtor's home.", home)
        case .attachment:
            name = "Namsmannen (namsfogden)"
            rule = ExplanationLine("The enforcement officer; the offices were reorganised in 2026.", officer)
        case .forcedSale:
            let isRealEstate = facts.answers["assetKind"]?.plain == EnforcementAct.realEstate
            name = isRealEstate ? "Tingretten" : "Namsmannen (namsfogden)"
            rule = ExplanationLine(
                isRealEstate
                    ? "Real estate is sold by the district court." : "Movables are sold by the enforcement officer.",
                .unverified(EnforcementAct.source, "forced sale", "Who sells what is recalled."))
        case .bankruptcyNotice:
            name = "Stevnevitnet (namsmannen)"
            rule = ExplanationLine(
                "The notice is served by an officer of the debtor's place.",
                .unverified(BankruptcyAct.source, "§ 63", "Who serves the notice is recalled."))
        case .bankruptcyPetition, .bankruptcyOpening:
            name = "Tingretten"
            rule = ExplanationLine(
                "The district court of the debtor's place of business.",
                .unverified(BankruptcyAct.source, "venue", "Which court opens bankruptcy is recalled."))
        }
        if let named = facts.namedCourt {
            return Explained(
                named,
                [
                    rule,
                    ExplanationLine(
                        "Which office that is, a person has looked up.",
                        .unverified("domstol.no", "districts", "The answer “court” is not checked.")),
                ])
        }
        return Explained(
            "\(name) i det distriktet der \(place) ligger (slås opp)",
            [
                rule,
                ExplanationLine(
                    "Which office that is, a person looks up by the postal code \(address.postalCode.trimmed).",
                    .unverified("domstol.no", "districts", "The list of districts is not part of this plug-in.")),
            ])
    }
}
