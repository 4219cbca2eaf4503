import CourtPapers
import FordringKit

/// The way out of the house: above the limit of the payment order, or when the debtor objects, a lawyer takes the case.
enum LawyerTransfers {
    /// A practice of agencies, not a section.
    static let practice = Citation.unverified(
        "agency practice", "transfer to a lawyer",
        "A claim over 100,000 kr or one that is disputed goes to an ordinary lawsuit with a lawyer.")

    /// What the agency is asked.
    static let questions = [
        LabelledText(
            "creditorAgrees", "Har kreditor sagt ja til, at en advokat overtager sagen, og til omkostningerne? (ja/nej)"
        )
    ]

    static func lawyerNeeded(_ facts: LegalFacts, on day: CivilDate) throws(RuleGap) -> Precondition {
        let ceiling = try PaymentOrders.ceiling.on(day)
        let isOver = ClaimStatement.principal(over: ceiling.value, in: facts) != nil
        let isDisputed = facts.allHolds.contains { $0.kind == .dispute }
        let isObjected = facts.legalSteps.contains { $0.state == .objected }
        return Precondition(
            "lawyerNeeded", "The claim is over the limit of the payment order, or the debtor disputes it.", practice,
            unless: isOver || isDisputed || isObjected || facts.facts.currency != .dkk
                ? nil : Obstacle(by: "a payment order can be had: the principal is within \(ceiling.value)"))
    }

    static func creditorAgrees(_ facts: LegalFacts) -> Precondition {
        Precondition(
            "creditorAgrees", "The creditor agrees that a lawyer takes the case.", practice,
            unless: facts.answer("creditorAgrees") == true
                ? nil : Obstacle(by: "ask the creditor and answer “creditorAgrees” with ja"))
    }

    /// What must be in order before the case leaves the house.
    ///
    /// A dispute does not stand in the way: a lawsuit is where it is decided.
    static func preconditions(_ facts: LegalFacts, on day: CivilDate) throws -> [Precondition] {
        [
            Parties.creditorNamed(facts, practice), Parties.creditorAddressed(facts, practice),
            Parties.debtorNamed(facts, practice), Parties.debtorAddressed(facts, practice),
            Venue.debtorInDenmark(facts, Venue.residence), Claims.currency(facts), Claims.outstanding(facts, practice),
            Claims.split(facts, practice), try lawyerNeeded(facts, on: day), PaymentOrders.factsStated(facts),
            creditorAgrees(facts), CollectionAct.noticeExpired(facts, on: day, CollectionAct.notice),
        ] + House.nothingHolds(facts, on: day, .lawyerTransfer)
    }

    /// The covering sheet: parties, court, claim, account, and what is disputed.
    static func form(_ facts: LegalFacts, on day: CivilDate, fee: Money, court: String) throws -> CourtForm {
        let statement = try ClaimStatement(facts)
        let disputes = facts.allHolds.filter { $0.kind == .dispute }
        var sections = [
            Parties.section(creditor: facts), Parties.section(debtor: facts),
            CourtForm.Section("Værneting", [CourtForm.Field("court", "Retten", court)]),
            try statement.section("Kravet", on: day, fee: fee), Claims.section("Sagsfremstilling", facts),
        ]
        if !disputes.isEmpty {
            sections.append(
                CourtForm.Section(
                    "Indsigelser",
                    disputes.enumerated().map { index, hold in
                        let what = hold.claim.map { "fordring \($0)" } ?? "hele sagen"
                        let part = hold.amount.map { ", \($0.formatted(.danish)) kr." } ?? ""
                        return CourtForm.Field(
                            "dispute\(index + 1)", "Indsigelse", "\(what)\(part), fra \(hold.since.dayMonthYear)")
                    }))
        }
        sections.append(
            CourtForm.Section("Dato", [CourtForm.Field("signedOn", "Dato", day.dayMonthYear)])
        )
        return CourtForm(title: "Overgivelse til advokat", citation: practice, addressee: court, sections: sections)
    }
}
