import FordringKit

/// The legal steps against the debtor that still stand.
///
/// They come from two places: the claim's own events, which say what they are, and the steps of the case, of which only
/// those of the procedures that the settings name count. What was filed and then rejected for a fault, taken back or closed
/// without a decision is dropped from both.
struct LegalSteps {
    /// The days on which a standing step was begun, oldest first.
    let begun: [CivilDate]

    /// Collects the steps through a day.
    init(_ facts: RegistrationFacts, _ claim: ClaimFacts, through day: CivilDate, procedures: Set<String>) {
        var standing: [LegalProcedureKind: [Proceedings]] = [:]
        var undone: [CivilDate] = []
        for step in facts.legalSteps.inOrder(through: day, by: \.on) {
            var proceedings = standing[step.procedure, default: []]
            switch step.state {
            case .prepared: break
            case .filed: proceedings.append(Proceedings(step.on))
            case .enforcementRequested:
                proceedings.changeLast { $0.hasOutcome = true }
                proceedings.append(Proceedings(step.on, hasOutcome: true))
            case .recalled, .rejected: if let last = proceedings.popLast() { undone += last.days }
            case .closed:
                // Over without a decision: as if it had never been begun.
                if let last = proceedings.lastIndex(where: { !$0.hasOutcome }) {
                    undone += proceedings.remove(at: last).days
                }
            default:
                // Whatever comes after filing says that it was filed, that day at the latest.
                if proceedings.isEmpty { proceedings.append(Proceedings(step.on)) }
                proceedings.changeLast { $0.reach(step.state, on: step.on) }
            }
            standing[step.procedure] = proceedings
        }
        var begun = standing.filter { procedures.contains($0.key.rawValue) }.values.flatMap(\.self).compactMap(
            \.days.first)
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
            // A judgment keeps what was filed before it from falling away.
            case .judgment, .enforcementRequested:
                begun += filed + [event.on]
                filed = []
            default: break
            }
        }
        self.begun = (begun + filed).sorted()
    }
}

/// What became of something that was filed.
private struct Proceedings {
    /// The day on which it was begun, and those on which it went on without a decision.
    private(set) var days: [CivilDate]
    /// Whether it was decided, or led to enforcement: then its end takes nothing back.
    var hasOutcome: Bool

    init(_ day: CivilDate, hasOutcome: Bool = false) {
        days = [day]
        self.hasOutcome = hasOutcome
    }

    mutating func reach(_ state: LegalState, on day: CivilDate) {
        switch state {
        case .decided, .attached, .wageDeduction, .sold, .nothingFound, .bankrupt: hasOutcome = true
        default: days.append(day)
        }
    }
}

extension [Proceedings] {
    /// Changes the newest, where there is one.
    fileprivate mutating func changeLast(_ change: (inout Proceedings) -> Void) {
        if !isEmpty { change(&self[count - 1]) }
    }
}

/// The debtor's objections before a court that no court has decided.
struct Objections {
    /// The latest of them; `nil` where there is none.
    let latest: CivilDate?

    /// Collects the objections through a day, whatever the procedure.
    ///
    /// A decision in the same proceedings answers one, and so does a judgment on the claim, wherever it was given. That the
    /// proceedings ended otherwise does not: the debtor has said no, and nobody has decided it.
    init(_ facts: RegistrationFacts, _ claim: ClaimFacts, through day: CivilDate) {
        guard !claim.events.contains(where: { $0.kind == .judgment && $0.on <= day }) else {
            latest = nil
            return
        }
        var open: [LegalProcedureKind: CivilDate] = [:]
        var decided: Set<LegalProcedureKind> = []
        for step in facts.legalSteps.inOrder(through: day, by: \.on) {
            switch step.state {
            // Proceedings of their own: what was decided before says nothing of them.
            case .filed: decided.remove(step.procedure)
            case .decided:
                decided.insert(step.procedure)
                open[step.procedure] = nil
            case .objected: if !decided.contains(step.procedure) { open[step.procedure] = step.on }
            default: break
            }
        }
        latest = open.values.max()
    }
}

extension Array {
    /// Those through a day, oldest first; those of one day stay in the order in which they came.
    func inOrder(through day: CivilDate, by date: (Element) -> CivilDate) -> [Element] {
        filter { date($0) <= day }.enumerated()
            .sorted { (date($0.element), $0.offset) < (date($1.element), $1.offset) }.map(\.element)
    }
}
