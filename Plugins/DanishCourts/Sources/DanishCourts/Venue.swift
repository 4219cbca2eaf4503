import CourtPapers
import FordringKit

/// Retsplejeloven (LBK 1298 of 2025-11-07) chapter 22: where a debtor can be sued, and § 487 for execution.
enum Venue {
    /// § 235: where the debtor lives, else stays, else last lived.
    static let residence = Citation(PaymentOrders.source, "§ 235")
    /// § 237: a sole trader in business matters, from where the business is run.
    static let soleTrader = Citation(PaymentOrders.source, "§ 237")
    /// § 238: a company at its head office, or at the branch concerned.
    static let company = Citation(PaymentOrders.source, "§ 238")
    /// § 242 (2): the place of performance is no venue for ordinary money claims.
    static let performance = Citation(PaymentOrders.source, "§ 242 (2)")
    /// § 245 (2): a venue agreed in advance does not bind a consumer.
    static let agreement = Citation(PaymentOrders.source, "§ 245 (2)")
    /// § 487: the bailiff court of the debtor's home, business, or of the pledge or object.
    static let enforcement = Citation(PaymentOrders.source, "§ 487")
    /// § 477 b: the bailiff court that has venue by chapters 22 and 23.
    static let ofPaymentOrder = Citation(PaymentOrders.source, "§ 477 b")

    static func debtorInDenmark(_ facts: LegalFacts, _ citation: Citation) -> Precondition {
        Precondition(
            "debtorInDenmark", "The debtor lives or does business in Denmark, so that a Danish court has venue.",
            citation,
            unless: DenmarkOnly.otherCourts(of: facts.debtor.address.country).map { Obstacle(by: $0) })
    }

    /// Chapter 22: the rule for the debtor.
    ///
    /// - Throws: ``RuleGap`` for a public authority, whose section was not looked up.
    static func rules(for facts: LegalFacts) throws(RuleGap) -> [ExplanationLine] {
        switch facts.debtor.kind {
        case .consumer:
            return [
                ExplanationLine(
                    "The court of the district where the debtor lives, else stays, else last lived.", residence),
                ExplanationLine("A venue agreed in advance does not bind a consumer.", agreement),
                ExplanationLine("The place of performance is no venue for an ordinary money claim.", performance),
            ]
        case .business:
            return [
                ExplanationLine("A company: the court of its head office, or of the branch concerned.", company),
                ExplanationLine(
                    "A sole trader in business matters: the place from where the business is run.", soleTrader),
                ExplanationLine("The place of performance is no venue for an ordinary money claim.", performance),
            ]
        default:
            throw RuleGap(
                rule: "venue of a public authority, retsplejeloven chapter 22", day: facts.facts.openedOn,
                reason: "its section was not looked up", cure: "A person must find the court.")
        }
    }

    /// Which court it is, where somebody has looked it up.
    static let question = Question(
        "court", "Hvilken ret indgives det til?", hint: "navn, slået op efter debitors postnummer; kan udelades")

    private static func court(
        _ name: String, _ facts: LegalFacts, _ rules: [ExplanationLine]
    ) throws(RuleGap) -> Explained<String> {
        if let other = DenmarkOnly.otherCourts(of: facts.debtor.address.country) {
            throw RuleGap(
                rule: "venue, retsplejeloven chapter 22", day: facts.facts.openedOn, reason: other,
                cure: "A lawyer who knows those courts must take the case.")
        }
        if let named = facts.namedCourt {
            return Explained(
                named,
                rules + [
                    ExplanationLine(
                        "Which court that is, a person has looked up.",
                        .unverified("domstol.dk", "court districts", "The answer “court” is not checked."))
                ])
        }
        let address = facts.debtor.address
        return Explained(
            "\(name) i den retskreds, hvor \(address.postalCode.trimmed) \(address.city.trimmed) ligger (slås op)",
            rules + [
                ExplanationLine(
                    "Which court that is, a person looks up by the postal code \(address.postalCode.trimmed).",
                    .unverified("domstol.dk", "court districts", "The list of districts is not part of this plug-in."))
            ])
    }

    /// § 477 b: the bailiff court with venue; § 487 must fit too where execution is to follow.
    static func paymentOrder(_ facts: LegalFacts) throws(RuleGap) -> Explained<String> {
        let filed = ExplanationLine(
            "A payment order is filed with the bailiff court that has venue by chapters 22 and 23.", ofPaymentOrder)
        let execution = ExplanationLine(
            "Execution is to follow without a new request, so the court must also be the one of § 487.", enforcement)
        let goesOn = facts.answer("goOnToExecution") == true
        return try court("Fogedretten", facts, [filed] + rules(for: facts) + (goesOn ? [execution] : []))
    }

    /// § 487: the bailiff court of the debtor's home or business.
    static func enforcement(_ facts: LegalFacts) throws(RuleGap) -> Explained<String> {
        try court(
            "Fogedretten", facts,
            [
                ExplanationLine(
                    "The bailiff court of the debtor's home or business, or of the pledge or object; else where "
                        + "the debtor is found or has assets.", enforcement)
            ])
    }

    /// Chapter 22: the district court.
    static func lawsuit(_ facts: LegalFacts) throws(RuleGap) -> Explained<String> {
        try court("Retten", facts, rules(for: facts))
    }
}
