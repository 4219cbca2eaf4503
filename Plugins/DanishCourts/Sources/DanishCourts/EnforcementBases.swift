import CourtPapers
import FordringKit

/// Where the basis of a request comes from: the case's own steps, or a document that is described and attached.
extension Enforcement {
    /// A decision of the case's own steps.
    struct Decision {
        /// Its day.
        let on: CivilDate
        /// The names of the bases that it can be, § 478.
        let kinds: [String]
    }

    /// Whether a claim was decided on a day: a claim that came later was not, nor one that the creditor lost.
    private static func isDecided(_ claim: ClaimFacts, on day: CivilDate) -> Bool {
        claim.events.contains { $0.kind == .judgment && $0.on == day }
    }

    /// The latest decision of the case's own steps for the creditor that nobody has reopened.
    static func recorded(_ facts: LegalFacts) -> Decision? {
        let procedures = [DanishProcedure.paymentOrder, .lawyerTransfer]
        return procedures.compactMap { decision(of: $0, facts) }.max { $0.on < $1.on }
    }

    private static func decision(of procedure: DanishProcedure, _ facts: LegalFacts) -> Decision? {
        let steps = facts.legalSteps.filter { $0.procedure == procedure.kind }
        guard let index = steps.lastIndex(where: { $0.state == .decided }) else { return nil }
        // What was filed anew is another hand-off.
        let isReopened = steps[(index + 1)...].prefix { $0.state != .filed }.contains { $0.state == .objected }
        let day = steps[index].on
        if isReopened || !facts.openClaims.contains(where: { isDecided($0, on: day) }) { return nil }
        let isContested = steps[..<index].reversed().prefix { $0.state != .filed }.contains { $0.state == .objected }
        let isEndorsed = procedure == .paymentOrder && !isContested
        return Decision(
            on: day, kinds: isEndorsed ? ["endorsedPaymentOrder"] : ["judgment", "courtSettlement"])
    }

    /// The basis: what the case's own steps show, else what is stated.
    static func basis(of facts: LegalFacts) -> EnforcementBasis? {
        guard let decision = recorded(facts) else { return facts.basis }
        return EnforcementBasis(
            kind: facts.basis.map(\.kind).flatMap { decision.kinds.contains($0) ? $0 : nil } ?? decision.kinds[0],
            on: decision.on,
            reference: facts.basis?.reference ?? "", saysEnforceable: false)
    }

    static func basisRecorded(_ facts: LegalFacts) -> Precondition {
        var obstacle: Obstacle?
        if let decision = recorded(facts) {
            obstacle = facts.openClaims.first { !isDecided($0, on: decision.on) }.map {
                Obstacle(
                    by: "claim \($0.id) has no part in the decision of \(decision.on): it needs a basis of its own")
            }
        }
        if obstacle == nil, let decision = recorded(facts), let stated = facts.basis {
            let kinds = decision.kinds
            if !kinds.contains(stated.kind) || stated.on != decision.on {
                obstacle = Obstacle(
                    by: "“\(stated.kind)” of \(stated.on) is stated, and the case was decided on \(decision.on): state "
                        + "that day and \(kinds.joined(separator: " or ")), or nothing")
            }
        }
        return Precondition(
            "basisRecorded", "The basis is the decision that the case's own steps show, where they show one.", basis,
            unless: obstacle)
    }

    // MARK: The day of the basis

    /// § 5 forældelsesloven: how long what was fixed can be enforced; bills and decisions of boards are not named there.
    static let fixed = Citation("forældelsesloven, LBK 1238/2015", "§ 5")

    static func basisDated(_ facts: LegalFacts, on day: CivilDate) -> Precondition {
        var obstacle: Obstacle?
        if let basis = basis(of: facts), let kind = kind(facts) {
            if day < basis.on {
                obstacle = Obstacle(from: basis.on, by: "the document bears a later day, \(basis.on)")
            } else if kind.decidesClaim, let claim = facts.openClaims.first(where: { basis.on < $0.arisenOn }) {
                obstacle = Obstacle(
                    by:
                        "claim \(claim.id) arose on \(claim.arisenOn), after the decision of \(basis.on): it is no basis "
                        + "for it")
            }
        }
        return Precondition(
            "basisDated", "The basis bears a day that has come, and is not older than what it decides.", self.basis,
            unless: obstacle)
    }

    static func basisInForce(_ facts: LegalFacts, on day: CivilDate) -> Precondition {
        var obstacle: Obstacle?
        if let basis = basis(of: facts), let kind = kind(facts) {
            for claim in facts.openClaims {
                let last = lastDay(of: basis, kind, claim)
                if last < day {
                    obstacle = Obstacle(
                        by: "the basis of \(basis.on) could be enforced for claim \(claim.id) through \(last)")
                    break
                }
            }
        }
        return Precondition(
            "basisInForce", "The basis is not so old that it can no longer be enforced.", fixed, unless: obstacle)
    }

    /// The last day on which a basis can be enforced: its years, and again its years from what interrupted them in time.
    private static func lastDay(of basis: EnforcementBasis, _ kind: Kind, _ claim: ClaimFacts) -> CivilDate {
        let interrupting: Set<ClaimEvent.Kind> = [
            .acknowledgement, .writtenAcknowledgement, .enforcementRequested, .judgment,
        ]
        let months = 12 * kind.years
        var last = basis.on.addingMonthsClampingToMonthEnd(months)
        for event in claim.events.sorted(by: { $0.on < $1.on })
        where interrupting.contains(event.kind) && event.on > basis.on && event.on <= last {
            last = max(last, event.on.addingMonthsClampingToMonthEnd(months))
        }
        return last
    }

    // MARK: The document of the basis

    /// What is asked about a basis that the case's own steps do not show.
    static let basisQuestions = [
        LabelledText(
            "basisIs",
            "Hvad er fundamentet? (\(kinds.map(\.name).joined(separator: "/")); kun hvis sagen ikke selv viser det)"),
        LabelledText("basisOn", "Hvilken dag bærer fundamentet? (åååå-mm-dd; kun hvis sagen ikke selv viser det)"),
        LabelledText(
            "basisCourt", "Hvilken ret eller hvem har udstedt fundamentet? (kun hvis sagen ikke selv viser det)"),
    ]

    static func basisDescribed(_ facts: LegalFacts) -> Precondition {
        var obstacle: Obstacle?
        if recorded(facts) == nil, let stated = facts.basis, kind(facts) != nil {
            if facts.answers["basisIs"]?.trimmed != stated.kind {
                obstacle = Obstacle(by: "answer “basisIs” with what the document is: \(stated.kind) is stated")
            } else if facts.answers["basisOn"].flatMap({ CivilDate(iso: $0.trimmed) }) != stated.on {
                obstacle = Obstacle(by: "answer “basisOn” with the day of the document: \(stated.on) is stated")
            } else if facts.answers["basisCourt"]?.trimmed.isEmpty ?? true {
                obstacle = Obstacle(by: "answer “basisCourt” with the court or who issued the document")
            }
        }
        return Precondition(
            "basisDescribed", "It is said what the basis is, its day and its court, where the case does not show it.",
            contents, unless: obstacle)
    }

    static func basisAttached(_ facts: LegalFacts) -> Precondition {
        let basis = basis(of: facts)
        let isThere = facts.documents.contains { $0.kind == "basis" && $0.on == basis?.on }
        return Precondition(
            "basisAttached", "A copy of the basis is among the documents.", contents,
            unless: kind(facts) != nil && !isThere
                ? Obstacle(
                    by:
                        "a document of the kind “basis” with the day \(basis.map { "\($0.on)" } ?? "of the basis") must "
                        + "be added") : nil)
    }
}
