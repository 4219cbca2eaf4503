import CourtPapers
import FordringKit

/// Inkassoloven (LBK 1018 of 2014-09-19), as far as a court looks at it.
enum CollectionAct {
    /// § 10: before any other step the debtor gets a letter with a deadline of at least ten days from its sending.
    static let notice = Citation("inkassoloven, LBK 1018/2014", "§ 10")
    /// § 10: the least days.
    static let noticeDays = 10

    /// The last day of a notice's deadline: what the letter states, and never before the tenth day after its sending.
    static func deadline(of notice: StepFacts) -> CivilDate {
        let least = (notice.sentOn ?? notice.decidedOn).adding(days: noticeDays)
        return max(least, notice.deadlineOn ?? least)
    }

    /// The first notice of each open claim that has left the house, each notice once.
    static func notices(_ facts: LegalFacts) -> [StepFacts] {
        let open = Set(facts.openClaims.map(\.id))
        var covered: Set<ClaimID> = []
        return facts.facts.steps.filter { step in
            guard step.kind == .collectionNotice, step.sentOn != nil else { return false }
            let new = Set(step.claims).intersection(open).subtracting(covered)
            covered.formUnion(new)
            return !new.isEmpty
        }
    }

    static func noticeExpired(_ facts: LegalFacts, on day: CivilDate, _ citation: Citation) -> Precondition {
        let sent = notices(facts)
        let obstacle = facts.obstacle(ofEach: { claim in
            guard let notice = sent.first(where: { $0.claims.contains(claim.id) }) else {
                let waits = facts.facts.steps.contains { $0.kind == .collectionNotice && $0.claims.contains(claim.id) }
                return Obstacle(
                    by: waits ? "the notice has not left the house" : "no notice (inkassovarsel) was sent")
            }
            let first = deadline(of: notice).adding(days: 1)
            return day < first ? Obstacle(from: first, by: "the deadline of the notice must have passed") : nil
        })
        return Precondition(
            "noticeExpired", "The notice of inkassoloven § 10 was sent for each claim, and its deadline has passed.",
            citation,
            unless: obstacle)
    }

    /// The first notice of each claim, with the claims that it was about, as a form states them.
    static func section(_ facts: LegalFacts) -> CourtForm.Section {
        var fields: [CourtForm.Field] = []
        for notice in notices(facts) {
            let sentOn = (notice.sentOn ?? notice.decidedOn).dayMonthYear
            for claims in facts.references(of: notice) {
                fields.append(
                    CourtForm.Field(
                        "notice\(fields.count + 1)", "Sendt, frist og fordringer",
                        "\(sentOn), frist \(deadline(of: notice).dayMonthYear), om \(claims)"))
            }
        }
        return CourtForm.Section("Påkravsskrivelse efter inkassolovens § 10", fields)
    }
}
