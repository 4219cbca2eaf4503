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
        var obstacle: Obstacle?
        for claim in facts.openClaims {
            // The first demand counts: a later letter gives no claim less time.
            guard let letter = demands(facts).first(where: { $0.claims.contains(claim.id) }) else {
                obstacle = Obstacle(
                    by: "no payment demand (betalingsoppfordring) has left the house for claim \(claim.id)")
                break
            }
            let first = deadline(of: letter).adding(days: 1)
            if day < first, obstacle?.from.map({ $0 < first }) ?? true {
                obstacle = Obstacle(
                    from: first, by: "the deadline of the payment demand for claim \(claim.id) must have passed")
            }
        }
        return Precondition(
            "demandExpired", "A payment demand was sent for each claim, and its deadline has passed.", demand,
            unless: obstacle)
    }

    // MARK: § 11 Notice of action

    /// § 11: legal steps follow a demand with notice of them; one older than six months is sent anew.
    static let action = Citation(source, "§ 11")
    /// § 11: the months.
    static let actionMonths = 6

    /// § 11, and § 5-2 of tvisteloven: the debtor was told, the letter is not too old, and its deadline has passed.
    static func actionNoticed(_ facts: LegalFacts, on day: CivilDate) -> Precondition {
        var obstacle: Obstacle?
        for claim in facts.openClaims {
            guard let letter = warnings(facts).last(where: { $0.claims.contains(claim.id) }), let sentOn = letter.sentOn
            else { continue }
            let last = sentOn.addingMonthsClampingToMonthEnd(actionMonths)
            let first = deadline(of: letter).adding(days: 1)
            if day > last {
                obstacle = Obstacle(
                    by: "the notice of legal action of \(sentOn) for claim \(claim.id) is over six months old")
                break
            }
            if letter.kind == legalActionNotice, day < first, obstacle?.from.map({ $0 < first }) ?? true {
                obstacle = Obstacle(from: first, by: "the deadline of the notice of legal action must have passed")
            }
        }
        return Precondition(
            "actionNoticed", "The notice of legal action is not over six months old, and its deadline has passed.",
            action,
            unless: obstacle)
    }

    /// The letters that went before, as a form states them.
    static func section(_ facts: LegalFacts) -> CourtForm.Section {
        CourtForm.Section(
            "Varsler",
            warnings(facts).enumerated().map { index, letter in
                CourtForm.Field(
                    "warning\(index + 1)",
                    letter.kind == legalActionNotice ? "Varsel om rettslige skritt" : "Betalingsoppfordring",
                    "sendt \((letter.sentOn ?? letter.decidedOn).dayMonthYear), frist \(deadline(of: letter).dayMonthYear)"
                )
            })
    }
}
