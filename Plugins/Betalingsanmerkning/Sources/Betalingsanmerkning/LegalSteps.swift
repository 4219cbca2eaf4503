import FordringKit

/// The petitions and requests for execution against the debtor that still stand.
///
/// They come from two places: the claim's own events, which say what they are, and the steps of the case, of which only
/// those of the procedures that the settings name count. What was filed and then rejected for a fault or taken back is
/// dropped from both.
struct LegalSteps {
    /// The days on which a standing step was begun, oldest first.
    let begun: [CivilDate]

    /// Collects the steps through a day.
    init(_ facts: RegistrationFacts, _ claim: ClaimFacts, through day: CivilDate, procedures: Set<String>) {
        var standing: [LegalProcedureKind: [CivilDate]] = [:]
        var undone: [CivilDate] = []
        for step in facts.legalSteps.inOrder(through: day, by: \.on) {
            var days = standing[step.procedure, default: []]
            switch step.state {
            case .prepared: break
            case .filed, .enforcementRequested: days.append(step.on)
            case .recalled, .rejected: if let last = days.popLast() { undone.append(last) }
            // Whatever comes after filing says that it was filed, that day at the latest.
            default: if days.isEmpty { days.append(step.on) }
            }
            standing[step.procedure] = days
        }
        var begun = standing.filter { procedures.contains($0.key.rawValue) }.values.flatMap(\.self)
        var filed: [CivilDate] = []
        for event in claim.events.inOrder(through: day, by: \.on) {
            if [.proceedingsFiled, .enforcementRequested].contains(event.kind),
                let index = undone.firstIndex(of: event.on)
            {
                undone.remove(at: index)
                continue
            }
            switch event.kind {
            case .proceedingsFiled: filed.append(event.on)
            case .proceedingsEnded, .proceedingsDropped: if !filed.isEmpty { filed.removeLast() }
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
