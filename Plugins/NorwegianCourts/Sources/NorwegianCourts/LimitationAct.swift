import CourtPapers
import FordringKit

/// Foreldelsesloven, as far as proceedings move it.
enum LimitationAct {
    /// The act as citations name it.
    static let source = "foreldelsesloven"

    // MARK: § 2 The ordinary period

    /// § 2: three years.
    static let ordinaryPeriod = Citation(source, "§ 2")

    /// The last day of a claim: what the host states, else three years from its due date, the least that any claim has.
    ///
    /// Nothing shortens those; what lengthens them (§§ 5, 10, 14 to 22) is for the country's law to count.
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

    // MARK: §§ 15 to 22 What proceedings do

    /// What a state does to limitation where nothing is known of what came before.
    ///
    /// Only the events that the sections name: the petition to the board (§ 15), a request for enforcement (§ 17), what
    /// fails (§ 22), a judgment or settlement (§ 21). A claim lodged in a bankruptcy (§ 18) is a person's act, and
    /// none of these states: neither the petition nor the opening lodges it.
    static func event(of procedure: NorwegianProcedure, reaching state: LegalState) -> ClaimEvent.Kind? {
        switch (procedure, state) {
        case (.conciliation, .filed): .proceedingsFiled
        case (.conciliation, .rejected): .proceedingsEnded
        case (.conciliation, .decided): .judgment
        case (.attachment, .filed), (.forcedSale, .filed): .enforcementRequested
        default: nil
        }
    }

    /// Whether a hand-off's own steps have begun something that can still end without a decision.
    private static func isRunning(_ procedure: NorwegianProcedure, _ steps: [LegalStepFacts]) -> Bool {
        steps.reduce(false) { isRunning, step in
            switch (procedure, step.state) {
            // § 6-14 tvisteloven: what was decided runs again where it is challenged.
            case (.conciliation, .filed), (.conciliation, .objected), (.attachment, .filed), (.forcedSale, .filed): true
            case (_, .decided), (_, .attached), (_, .wageDeduction), (_, .nothingFound), (_, .sold), (_, .rejected):
                false
            default: isRunning
            }
        }
    }

    /// What a state does to limitation, by what came before.
    ///
    /// § 22: what ends without a decision leaves the old period, and a year. § 6-14 tvisteloven: a judgment of the board
    /// that is challenged is decided no longer.
    static func event(
        of procedure: NorwegianProcedure, reaching state: LegalState, after history: LegalHistory
    ) -> ClaimEvent.Kind? {
        switch state {
        case .closed, .rejected: isRunning(procedure, history.steps) ? .proceedingsEnded : nil
        case .objected where procedure == .conciliation && history.steps.last?.state == .decided: .judgmentSetAside
        default: event(of: procedure, reaching: state)
        }
    }
}
