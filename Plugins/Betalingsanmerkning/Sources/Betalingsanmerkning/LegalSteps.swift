import FordringKit

/// The petitions and requests for execution against the debtor that still stand.
///
/// They come from two places: the claim's own events, which say what they are, and the steps of the case, of which only
/// those of the procedures that the settings name count (all, where they name none).
struct LegalSteps {
    /// The days on which a standing step was begun, oldest first.
    let begun: [CivilDate]

    /// Collects the steps through a day.
    init(_ facts: RegistrationFacts, _ claim: ClaimFacts, through day: CivilDate, procedures: Set<String>) {
        var begun: [CivilDate] = []
        var byProcedure: [LegalProcedureKind: [CivilDate]] = [:]
        for step in facts.legalSteps.inOrder(through: day, by: \.on)
        where procedures.isEmpty || procedures.contains(step.procedure.rawValue) {
            var standing = byProcedure[step.procedure, default: []]
            switch step.state {
            case .prepared: break
            case .filed, .enforcementRequested: standing.append(step.on)
            // What was rejected or taken back was never a step.
            case .recalled, .rejected: if !standing.isEmpty { standing.removeLast() }
            // Whatever comes after filing says that it was filed, that day at the latest.
            default: if standing.isEmpty { standing.append(step.on) }
            }
            byProcedure[step.procedure] = standing
        }
        begun += byProcedure.values.flatMap(\.self)
        var filed: [CivilDate] = []
        for event in claim.events.inOrder(through: day, by: \.on) {
            switch event.kind {
            case .proceedingsFiled: filed.append(event.on)
            case .proceedingsEnded: if !filed.isEmpty { filed.removeLast() }
            // A judgment keeps what was filed before it from falling away; it is no step of the collector's itself.
            case .judgment:
                begun += filed
                filed = []
            case .enforcementRequested: begun.append(event.on)
            default: break
            }
        }
        self.begun = (begun + filed).sorted()
    }
}

extension Array {
    /// Those through a day, oldest first; those of one day stay in the order in which they came.
    func inOrder(through day: CivilDate, by date: (Element) -> CivilDate) -> [Element] {
        filter { date($0) <= day }.enumerated()
            .sorted { (date($0.element), $0.offset) < (date($1.element), $1.offset) }.map(\.element)
    }
}
