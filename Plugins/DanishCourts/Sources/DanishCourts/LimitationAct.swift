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

    /// What a state does to limitation.
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
}
