import CourtPapers
import FordringKit

/// Forældelsesloven (LBK 1238/2015), as far as proceedings move it.
enum LimitationAct {
    /// The act as citations name it.
    static let source = "forældelsesloven, LBK 1238/2015"

    // MARK: § 3 The ordinary period

    /// § 3: three years.
    static let ordinaryPeriod = Citation(source, "§ 3")

    /// The last day of a claim: what the host states, else three years from its due date, the least that any claim has.
    ///
    /// Nothing shortens those; what lengthens them (§§ 4, 5, 14 to 22) is for the country's law to count.
    static func lastDay(of claim: ClaimFacts, _ facts: LegalFacts) -> CivilDate {
        facts.limitation[claim.id] ?? claim.dueOn.addingMonthsClampingToMonthEnd(36)
    }

    static func notPassed(_ facts: LegalFacts, on day: CivilDate) -> Precondition {
        let late = facts.openClaims.first { lastDay(of: $0, facts) < day }
        return Precondition(
            "notPastLimitation", "No claim is past its limitation.", ordinaryPeriod,
            unless: late.map { claim in
                let last = lastDay(of: claim, facts)
                return Obstacle(
                    by: facts.limitation[claim.id] == nil
                        ? "three years from the due date of claim \(claim.id) ended on \(last), and no later day "
                            + "is stated"
                        : "claim \(claim.id) could be enforced through \(last)")
            })
    }

    // MARK: §§ 16 to 20 What proceedings do

    /// What a state does to limitation where nothing is known of what came before.
    ///
    /// Only the events that the sections name: filing a payment order (§ 16) or a lawsuit, which a lawyer has done at
    /// the latest when it is served; a request for execution (§ 18); what ends without a decision (§ 20); and what
    /// fixes the claim (§ 5). That a case is closed says nothing: it can have been decided before.
    static func event(of procedure: DanishProcedure, reaching state: LegalState) -> ClaimEvent.Kind? {
        switch (procedure, state) {
        case (.paymentOrder, .filed), (.lawyerTransfer, .served): .proceedingsFiled
        case (.paymentOrder, .rejected): .proceedingsEnded
        case (.paymentOrder, .decided), (.lawyerTransfer, .decided): .judgment
        case (.paymentOrder, .enforcementRequested), (.bailiffRequest, .filed): .enforcementRequested
        default: nil
        }
    }

    /// What of a hand-off's own steps can still end without a decision.
    private enum Running {
        case nothing
        case proceedings
        case execution
    }

    private static func running(_ procedure: DanishProcedure, _ steps: [LegalStepFacts]) -> Running {
        steps.reduce(.nothing) { running, step in
            switch (procedure, step.state) {
            // § 477 e: what was decided is taken up again where an objection follows.
            case (.paymentOrder, .filed), (.paymentOrder, .objected), (.lawyerTransfer, .served): .proceedings
            case (.paymentOrder, .enforcementRequested), (.bailiffRequest, .filed): .execution
            case (_, .decided), (_, .attached), (_, .nothingFound), (_, .sold), (_, .rejected): .nothing
            default: running
            }
        }
    }

    /// What a state does to limitation, by what came before.
    ///
    /// § 20: what ends without a decision leaves the old period, and a year; not even that year where the creditor's own
    /// choice on the payment order keeps it from becoming a lawsuit (§ 20 (2) no 3). That the choice not to serve is such
    /// a choice too is a careful reading. § 477 e retsplejeloven: an order that is reopened is endorsed no longer.
    static func event(
        of procedure: DanishProcedure, reaching state: LegalState, after history: LegalHistory
    ) -> ClaimEvent.Kind? {
        let steps = history.steps
        switch state {
        case .closed, .rejected:
            switch running(procedure, steps) {
            case .nothing: return nil
            case .execution: return .proceedingsEnded
            case .proceedings:
                let isChosen =
                    procedure == .paymentOrder && state == .closed
                    && (CourtFeeAct.isLeftUnserved(history)
                        || steps.contains { $0.state == .objected } && history.answer("treatAsLawsuit") == false)
                return isChosen ? .proceedingsDropped : .proceedingsEnded
            }
        case .objected where procedure == .paymentOrder && steps.last?.state == .decided: return .judgmentSetAside
        default: return event(of: procedure, reaching: state)
        }
    }
}
