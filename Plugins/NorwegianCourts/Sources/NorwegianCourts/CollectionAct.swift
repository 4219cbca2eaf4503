import CourtPapers
import FordringKit

/// Inkassoloven of 1988, as far as a court looks at it: the payment demand (§ 10) and the notice of action (§ 11).
enum CollectionAct {
    /// The act as citations name it.
    static let source = "inkassoloven (1988)"

    /// The notice of legal action, where it is a letter of its own.
    static let legalActionNotice = StepKind("legalActionNotice")

    // MARK: § 10 The demand

    /// § 10: a written demand with at least 14 days to pay or object.
    static let demand = Citation(source, "§ 10")
    /// § 10: doubt about the claim is examined before anything else.
    static let doubt = Citation(source, "§ 10")
    /// § 10: the least days, also of a separate notice of action.
    static let days = 14

    /// The last day of a letter's deadline: what it states, and never before the fourteenth day after its sending.
    static func deadline(of letter: StepFacts) -> CivilDate {
        let least = (letter.sentOn ?? letter.decidedOn).adding(days: days)
        return max(least, letter.deadlineOn ?? least)
    }

    /// The demands that have left the house, oldest first.
    static func demands(_ facts: LegalFacts) -> [StepFacts] {
        facts.facts.steps.filter { $0.kind == .collectionLetter && $0.sentOn != nil }
    }

    /// The demands and the notices of action that have left the house, oldest first.
    static func warnings(_ facts: LegalFacts) -> [StepFacts] {
        facts.facts.steps.filter { ($0.kind == .collectionLetter || $0.kind == legalActionNotice) && $0.sentOn != nil }
    }

    static func demandExpired(_ facts: LegalFacts, on day: CivilDate) -> Precondition {
        let obstacle = facts.obstacle(ofEach: { claim in
            // The first demand counts: a later letter gives no claim less time.
            guard let letter = demands(facts).first(where: { $0.claims.contains(claim.id) }) else {
                return Obstacle(by: "no payment demand (betalingsoppfordring) has left the house")
            }
            let first = deadline(of: letter).adding(days: 1)
            return day < first ? Obstacle(from: first, by: "the deadline of the payment demand must have passed") : nil
        })
        return Precondition(
            "demandExpired", "A payment demand was sent for each claim, and its deadline has passed.", demand,
            unless: obstacle)
    }

    // MARK: § 11 Notice of action

    /// § 11: legal steps follow a demand with notice of them; one older than six months is sent anew.
    static let action = Citation(source, "§ 11")
    /// § 11: the months.
    static let actionMonths = 6

    /// § 11, and § 5-2 of tvisteloven: each claim was in a notice of action that is not too old, and its deadline has
    /// passed.
    ///
    /// The notice can be the demand (§ 10) or a letter of its own. Where the creditor wants one of its own and one has
    /// followed the demand, it must name every claim: a debtor who is told of some does not expect the others (a careful
    /// reading).
    static func actionNoticed(_ facts: LegalFacts, on day: CivilDate) -> Precondition {
        let letters = warnings(facts)
        let wantsOwn = facts.facts.creditor.policy.contains { $0.kind == legalActionNotice && $0.times > 0 }
        let own = wantsOwn ? letters.last { $0.kind == legalActionNotice && !facts.references(of: $0).isEmpty } : nil
        let obstacle = facts.obstacle(ofEach: { claim in
            guard let letter = letters.last(where: { $0.claims.contains(claim.id) }), let sentOn = letter.sentOn else {
                return Obstacle(by: "no demand or notice of legal action has left the house")
            }
            if letter.kind != legalActionNotice, let ownSentOn = own?.sentOn, sentOn <= ownSentOn {
                return Obstacle(by: "the notice of legal action of \(ownSentOn) did not cover it, and no other one did")
            }
            if day > sentOn.addingMonthsClampingToMonthEnd(actionMonths) {
                return Obstacle(by: "the notice of legal action of \(sentOn) is over six months old")
            }
            let first = deadline(of: letter).adding(days: 1)
            return letter.kind == legalActionNotice && day < first
                ? Obstacle(from: first, by: "the deadline of the notice of legal action must have passed") : nil
        })
        return Precondition(
            "actionNoticed",
            "Each claim was in a demand or notice of legal action that is not over six months old, and the deadline of "
                + "the notice has passed.", action, unless: obstacle)
    }

    /// What a letter that warns of collection or of legal steps is called; `nil` for other letters.
    static func name(of kind: StepKind) -> String? {
        switch kind {
        case .collectionNotice: "Inkassovarsel"
        case .collectionLetter: "Betalingsoppfordring"
        case legalActionNotice: "Varsel om rettslige skritt"
        default: nil
        }
    }

    /// The letters that went before, §§ 9 to 11, each with the claims that it was about, as a form states them.
    static func section(_ facts: LegalFacts) -> CourtForm.Section {
        var fields: [CourtForm.Field] = []
        for letter in facts.facts.steps {
            guard let name = name(of: letter.kind), let sentOn = letter.sentOn else { continue }
            for claims in facts.references(of: letter) {
                fields.append(
                    CourtForm.Field(
                        "warning\(fields.count + 1)", name,
                        "sendt \(sentOn.dayMonthYear), frist \(deadline(of: letter).dayMonthYear), gjelder \(claims)"))
            }
        }
        return CourtForm.Section("Varsler", fields)
    }
}
