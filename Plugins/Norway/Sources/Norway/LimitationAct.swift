import FordringKit

/// Foreldelsesloven, the limitation act.
enum LimitationAct {
    /// The act as citations name it.
    static let source = "foreldelsesloven"

    /// § 2: three years.
    static let general = Citation(source, "§ 2")
    /// § 5: ten years for debt instruments and loans of money; not for their interest, not for a vendor's credit.
    static let instruments = Citation(source, "§ 5")
    /// § 10: a year more from knowledge, ten at the most; the facts do not know of it.
    static let knowledge = Citation(source, "§ 10")
    /// § 14: acknowledgement.
    static let acknowledgement = Citation(source, "§ 14")
    /// § 15: a conciliation petition or a summons.
    static let proceedings = Citation(source, "§ 15")
    /// § 16: a complaint to a board.
    static let board = Citation(source, "§ 16")
    /// § 17: a request for enforcement.
    static let enforcement = Citation(source, "§ 17")
    /// § 18: a claim lodged in a bankruptcy.
    static let insolvency = Citation(source, "§ 18")
    /// § 21: ten years from a judgment or settlement.
    static let judgment = Citation(source, "§ 21")
    /// § 22: a year more after proceedings that failed.
    static let extraYear = Citation(source, "§ 22")

    private static let start = Citation.unverified(
        source, "§ 3", "That the period runs from the due date is recalled; only its length was read.")
    private static let restart = Citation.unverified(
        source, "§ 21",
        "How long and from when a period runs after an interruption without judgment was not read: its own length "
            + "from the day of the event is the shortest reading.")
    private static let tooLate = Citation.unverified(
        source, "§§ 14-18", "What happens after the last day is taken to change nothing.")

    /// How the plug-in reads what was not found, as a rule of the book.
    static let readings = LawBook.Rule(
        "limitationReadings",
        "The period runs from the due date; after an interruption without judgment its own length runs from the day "
            + "of the event; what happens after the last day changes nothing, a judgment without proceedings "
            + "that were begun in time included.", restart)

    /// The years of a claim's own period.
    private static func years(_ basis: ClaimBasis) -> Int {
        switch basis {
        case .debtInstrument, .moneyLoan: 10
        case .ordinary, .employment: 3
        @unknown default: 3  // The shortest period, until somebody has looked the new basis up.
        }
    }

    private static func adding(years: Int, to day: CivilDate) -> CivilDate {
        day.addingMonthsClampingToMonthEnd(years * 12)
    }

    /// What an event did to the last day.
    private enum Effect {
        case began
        case restarted
        case judged
        case extraYear
        case dropped
        case reopened
        case none
        case tooLate
    }

    /// Goes through a claim's events and reports each last day that they lead to.
    private static func follow(
        _ claim: ClaimFacts, _ report: (Effect, ClaimEvent?, CivilDate) -> Void
    ) -> CivilDate {
        let own = years(claim.basis)
        var last = adding(years: own, to: claim.dueOn)
        // What would hold had the latest proceedings not been begun.
        var beforeProceedings: CivilDate?
        // Whether a court or a board has the claim, so that its judgment can come after the last day.
        var isBeforeCourt = false
        // What held before the latest judgment, should it be challenged or reopened.
        var beforeJudgment: (last: CivilDate, beforeProceedings: CivilDate)?
        report(.began, nil, last)
        for event in claim.events {
            switch event.kind {
            case .judgment:
                // § 21 is not known to revive a claim: without proceedings that were begun in time a person must look.
                guard event.on <= last || isBeforeCourt else {
                    report(.tooLate, event, last)
                    continue
                }
                beforeJudgment = (last, beforeProceedings ?? last)
                last = max(last, adding(years: 10, to: event.on))
                beforeProceedings = nil
                isBeforeCourt = false
                report(.judged, event, last)
            case .judgmentSetAside:
                guard let before = beforeJudgment else {
                    report(.none, event, last)
                    continue
                }
                (last, beforeProceedings) = (before.last, before.beforeProceedings)
                beforeJudgment = nil
                isBeforeCourt = true
                report(.reopened, event, last)
            case .proceedingsEnded, .proceedingsDropped:
                guard let before = beforeProceedings else {
                    report(.none, event, last)
                    continue
                }
                let isDropped = event.kind == .proceedingsDropped
                last = isDropped ? before : max(before, adding(years: 1, to: event.on))
                beforeProceedings = nil
                isBeforeCourt = false
                report(isDropped ? .dropped : .extraYear, event, last)
            case .acknowledgement, .writtenAcknowledgement, .proceedingsFiled, .boardComplaint, .insolvencyClaim,
                .enforcementRequested:
                guard event.on <= last else {
                    report(.tooLate, event, last)
                    continue
                }
                let restarted = max(last, adding(years: own, to: event.on))
                switch event.kind {
                case .proceedingsFiled, .boardComplaint, .enforcementRequested, .insolvencyClaim:
                    // A request for execution that nothing took back stands when the next step begins.
                    if beforeProceedings == nil || !isBeforeCourt { beforeProceedings = last }
                    if event.kind == .proceedingsFiled || event.kind == .boardComplaint { isBeforeCourt = true }
                default:
                    // An acknowledgement stands whatever becomes of the proceedings.
                    if let before = beforeProceedings {
                        beforeProceedings = max(before, adding(years: own, to: event.on))
                    }
                }
                last = restarted
                report(.restarted, event, last)
            @unknown default:
                report(.none, event, last)
            }
        }
        return last
    }

    /// § 5 and § 21 (5): interest has three years also where the principal has ten.
    static let interestOnItsOwn = Citation.unverified(
        source, "§§ 5 and 21",
        "Interest has three years, but which events interrupt them was not read, so a person must work it out.")

    /// Whether a part of a claim's interest may have lapsed although the principal has not.
    static func mayInterestHaveLapsed(of claim: ClaimFacts, on day: CivilDate) -> Bool {
        let interestYears = 3
        if years(claim.basis) > interestYears, adding(years: interestYears, to: claim.dueOn) < day { return true }
        return claim.events.contains { $0.kind == .judgment && adding(years: interestYears, to: $0.on) < day }
    }

    /// The last day on which a claim can be enforced, without the reasons.
    static func lastDay(of claim: ClaimFacts) -> CivilDate {
        if claim.events.isEmpty { return adding(years: years(claim.basis), to: claim.dueOn) }
        return follow(claim) { _, _, _ in }
    }

    /// The last day on which a claim can be enforced, with the events that moved it.
    static func limitation(of claim: ClaimFacts) -> Explained<CivilDate> {
        var lines: [ExplanationLine] = []
        let length = years(claim.basis)
        let last = follow(claim) { effect, event, last in
            switch effect {
            case .began:
                lines.append(
                    ExplanationLine(
                        "The claim lapses \(length) years after it fell due.", length == 10 ? instruments : general))
                lines.append(
                    ExplanationLine("The period runs from the due date.", start, from: claim.dueOn, through: last))
            case .restarted:
                guard let event else { return }
                let (what, citation) = interruption(event.kind)
                lines.append(ExplanationLine("\(what) on \(event.on) interrupted the period.", citation))
                lines.append(
                    ExplanationLine(
                        "A new period of \(length) years is counted from that day.", restart, from: event.on,
                        through: last))
            case .judged:
                guard let event else { return }
                lines.append(
                    ExplanationLine(
                        "The judgment or settlement of \(event.on) gives ten years.", judgment, from: event.on,
                        through: last))
            case .extraYear:
                guard let event else { return }
                lines.append(
                    ExplanationLine(
                        "Proceedings ended on \(event.on) without a decision: the old period stands, and at least a "
                            + "year from then.",
                        extraYear, from: event.on, through: last))
            case .dropped:
                guard let event else { return }
                lines.append(
                    ExplanationLine(
                        "Proceedings ended on \(event.on) by the creditor's own choice: the old period stands, and no "
                            + "year is counted.",
                        .unverified(source, "§ 22", "Whether a chosen end gives the extra year was not read."),
                        from: event.on, through: last))
            case .reopened:
                guard let event else { return }
                lines.append(
                    ExplanationLine(
                        "The judgment was challenged on \(event.on): what held before it holds, and proceedings run.",
                        .unverified(source, "§ 21", "What a challenge does to the ten years was not read."),
                        from: event.on, through: last))
            case .tooLate:
                guard let event else { return }
                let (what, _) = interruption(event.kind)
                lines.append(ExplanationLine("\(what) on \(event.on) came after the last day.", tooLate, through: last))
            case .none:
                guard let event else { return }
                lines.append(
                    ExplanationLine("The event of \(event.on) does not move the last day.", tooLate, through: last))
            }
        }
        return Explained(last, lines)
    }

    private static func interruption(_ kind: ClaimEvent.Kind) -> (String, Citation) {
        switch kind {
        case .acknowledgement, .writtenAcknowledgement: ("The acknowledgement", acknowledgement)
        case .proceedingsFiled: ("The conciliation petition or summons", proceedings)
        case .boardComplaint: ("The complaint to a board", board)
        case .enforcementRequested: ("The request for enforcement", enforcement)
        case .insolvencyClaim: ("The claim lodged in a bankruptcy", insolvency)
        case .judgment: ("The judgment or settlement", judgment)
        default: ("The event", tooLate)
        }
    }
}
