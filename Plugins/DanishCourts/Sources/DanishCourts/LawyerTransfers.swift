import CourtPapers
import FordringKit

/// The way out of the house: above the limit of the payment order, or when the debtor objects, a lawyer takes the case.
enum LawyerTransfers {
    /// A practice of agencies, not a section.
    static let practice = Citation.unverified(
        "agency practice", "transfer to a lawyer",
        "A claim over 100,000 kr or one that is disputed goes to an ordinary lawsuit with a lawyer.")

    /// The same for the sheet, which is in Danish.
    private static let sheet = Citation.unverified(
        "inkassopraksis", "overgivelse til advokat", "Ingen bestemmelse fastsætter arket.")

    /// What the agency is asked.
    static let questions = [
        LabelledText(
            "creditorAgrees", "Har kreditor sagt ja til, at en advokat overtager sagen, og til omkostningerne? (ja/nej)"
        ),
        LabelledText("lawyer", "Hvilken advokat overgives sagen til? (navn og adresse)"),
    ]

    static func lawyerNamed(_ facts: LegalFacts) -> Precondition {
        Precondition(
            "lawyerNamed", "It is said which lawyer takes the case.", practice,
            unless: facts.answers["lawyer"]?.trimmed.isEmpty ?? true
                ? Obstacle(by: "answer “lawyer” with the lawyer's name and address") : nil)
    }

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
            creditorAgrees(facts), lawyerNamed(facts),
            CollectionAct.noticeExpired(facts, on: day, CollectionAct.notice),
        ] + House.nothingHolds(facts, on: day, .lawyerTransfer)
    }

    /// The covering sheet to the lawyer: parties, court, claim, account, and what is disputed.
    ///
    /// The fee of the lawsuit is named and not counted: there is none yet.
    static func form(_ facts: LegalFacts, on day: CivilDate, fee: Money, court: String) throws -> CourtForm {
        var claim = try ClaimStatement(facts).section("Kravet", on: day, fee: .zero(facts.facts.currency))
        claim.fields.removeAll { $0.key == "filingFee" }
        let lawyer = facts.answers["lawyer"]?.trimmed ?? ""
        let disputes = facts.allHolds.filter { $0.kind == .dispute }
        var sections = [
            CourtForm.Section("Advokat", [CourtForm.Field("lawyer", "Advokat", lawyer)]),
            Parties.section(creditor: facts), Parties.section(debtor: facts),
            CourtForm.Section(
                "Værneting",
                [
                    CourtForm.Field("court", "Retten", court),
                    CourtForm.Field("lawsuitFee", "Retsafgift, når sagen anlægges (kr.)", fee.formatted(.danish)),
                ]), claim, Claims.section("Sagsfremstilling", facts),
        ]
        if !disputes.isEmpty {
            sections.append(
                CourtForm.Section(
                    "Indsigelser",
                    disputes.enumerated().map { index, hold in
                        let what = hold.claim.map { "fordring \(facts.reference($0))" } ?? "hele sagen"
                        let part = hold.amount.map { ", \($0.formatted(.danish)) kr." } ?? ""
                        return CourtForm.Field(
                            "dispute\(index + 1)", "Indsigelse", "\(what)\(part), fra \(hold.since.dayMonthYear)")
                    }))
        }
        sections.append(
            .end("Dato og underskrift", on: day, name: "Navn", signature: "Underskrift")
        )
        return CourtForm(title: "Overgivelse til advokat", citation: sheet, addressee: lawyer, sections: sections)
    }
}
