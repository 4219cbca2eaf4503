package import FordringKit

/// How far a case has come on the way from the invoice to the court.
package enum CaseReach: Int, Sendable, CaseIterable, Comparable {
    case new
    case reminded
    case noticed
    case inCollection
    case readyForCourt

    package static func < (left: CaseReach, right: CaseReach) -> Bool { left.rawValue < right.rawValue }

    /// What a step takes a case to; `nil` for a step of a country's own, which takes it no further.
    package init?(_ step: StepKind) {
        switch step {
        case .reminder: self = .reminded
        case .collectionNotice: self = .noticed
        case .collectionLetter: self = .inCollection
        case .readyForCourt: self = .readyForCourt
        default: return nil
        }
    }

    /// The furthest that these steps have taken a case.
    package static func of(_ steps: [StepFacts]) -> CaseReach {
        var reach = CaseReach.new
        for step in steps { if let next = CaseReach(step.kind), next > reach { reach = next } }
        return reach
    }

    /// The event that takes a case here.
    package var event: CaseEvent? {
        switch self {
        case .new: nil
        case .reminded: .reminded
        case .noticed: .noticed
        case .inCollection: .demanded
        case .readyForCourt: .madeReady
        }
    }

    /// The state of a case that nothing stops.
    package var state: CaseState {
        switch self {
        case .new: .new
        case .reminded: .reminded
        case .noticed: .noticed
        case .inCollection: .inCollection
        case .readyForCourt: .readyForCourt
        }
    }
}

/// Where a case is in its life, in one word.
package enum CaseState: String, Sendable, CaseIterable {
    case new
    case reminded
    case noticed
    case inCollection
    case readyForCourt
    /// All of it stands still.
    case held
    /// A court or a lawyer has it.
    case withCourt
    /// It was sold, and the debtor's notice has not left yet.
    case selling
    /// Nothing more happens.
    case closed
}

/// What can happen to a case as a whole.
package enum CaseEvent: String, Sendable, CaseIterable {
    /// A reminder was decided.
    case reminded
    /// The notice of collection was decided.
    case noticed
    /// The collector's demand was decided.
    case demanded
    /// All steps out of court are done.
    case madeReady
    /// All of it stands still from now on.
    case held
    /// Nothing holds it any more.
    case released
    /// A court or a lawyer has it from now on.
    case filed
    /// A court has it from now on and no notice was needed: what a court or the debtor has settled before is enforced, or the
    /// country has no notice.
    case filedOnBasis
    /// A court or a lawyer has it from now on, to have decided what is disputed: the one thing that a case does which stands
    /// still.
    case filedDisputed
    /// No court or lawyer has it any more.
    case courtEnded
    /// It was sold, and the debtor is being told.
    case saleBegan
    /// The sale was called off before the debtor was told.
    case saleCalledOff
    /// The debtor's notice of the sale has left.
    case sold
    /// Nothing is owed any more.
    case nothingOwed
    /// A person closed it, with a code.
    case ended

    /// Whether it is a step towards the debtor or the court, which what stands still never takes; ``filedDisputed`` is none,
    /// since it needs a dispute.
    package var isStep: Bool {
        switch self {
        case .reminded, .noticed, .demanded, .madeReady, .filed, .filedOnBasis: true
        case .filedDisputed, .held, .released, .courtEnded, .saleBegan, .saleCalledOff, .sold, .nothingOwed, .ended:
            false
        }
    }
}

/// The life of a case: how far it has come, and what stops it.
///
/// ``after(_:)`` is the one place that says what may follow what. The daily run, the forecast, holds, hand-offs, sales and
/// closings ask it (``taking(_:in:)``); the drawn chart (``chart``) is made from it.
package struct CaseLife: Sendable, Hashable {
    package var reach = CaseReach.new
    package var isHeld = false
    package var isWithCourt = false
    package var isSelling = false
    package var isClosed = false

    package init(
        reach: CaseReach = .new, isHeld: Bool = false, isWithCourt: Bool = false, isSelling: Bool = false,
        isClosed: Bool = false
    ) {
        self.reach = reach
        self.isHeld = isHeld
        self.isWithCourt = isWithCourt
        self.isSelling = isSelling
        self.isClosed = isClosed
    }

    /// The state in one word: what stops a case hides how far it has come.
    package var state: CaseState {
        if isClosed { return .closed }
        if isSelling { return .selling }
        if isHeld { return .held }
        return isWithCourt ? .withCourt : reach.state
    }

    /// The life after an event; `nil` where the event may not happen.
    package func after(_ event: CaseEvent) -> CaseLife? {
        guard !isClosed else { return nil }
        var next = self
        let isStopped = isHeld || isSelling
        switch event {
        // What is with a court goes its way there; a claim that came in later may still be reminded of.
        case .reminded, .noticed:
            guard !isStopped else { return nil }
            next.reach = max(reach, event == .reminded ? .reminded : .noticed)
        case .demanded:
            guard !isStopped, reach >= .noticed else { return nil }
            next.reach = max(reach, .inCollection)
        case .madeReady:
            guard !isStopped, reach >= .noticed else { return nil }
            next.reach = .readyForCourt
        case .held:
            // Also while the notice of a sale is with its channel, where it cannot be called off.
            guard !isHeld else { return nil }
            next.isHeld = true
        case .released:
            guard isHeld else { return nil }
            next.isHeld = false
        // Also one that a court has already: one procedure leads to the next.
        case .filed:
            guard !isStopped, reach >= .noticed else { return nil }
            next.isWithCourt = true
        case .filedOnBasis:
            guard !isStopped else { return nil }
            next.isWithCourt = true
        case .filedDisputed:
            guard isHeld, !isSelling, reach >= .noticed else { return nil }
            next.isWithCourt = true
        case .courtEnded:
            guard isWithCourt else { return nil }
            next.isWithCourt = false
        case .saleBegan:
            guard !isStopped, !isWithCourt else { return nil }
            next.isSelling = true
        case .saleCalledOff:
            guard isSelling else { return nil }
            next.isSelling = false
        case .sold:
            guard isSelling else { return nil }
            next = CaseLife(reach: reach, isClosed: true)
        case .nothingOwed: next = CaseLife(reach: reach, isClosed: true)
        case .ended:
            guard !isSelling, !isWithCourt else { return nil }
            next = CaseLife(reach: reach, isClosed: true)
        }
        return next
    }

    /// The life after an event; the gate of everything that happens to a case as a whole.
    ///
    /// - Throws: ``CaseworkRefusal`` where the chart does not draw it.
    @discardableResult
    package func taking(_ event: CaseEvent, in caseID: CaseID) throws(CaseworkRefusal) -> CaseLife {
        if let next = after(event) { return next }
        guard !isClosed else { throw CaseworkRefusal(.caseClosed, "Case \(caseID) is closed already.") }
        throw CaseworkRefusal(
            .notInChart,
            "Case \(caseID) is \(state.rawValue)\(state == reach.state ? "" : " (\(reach.state.rawValue))"), and what is asked "
                + "for (\(event.rawValue)) may not happen there. 'fordring case states' draws what may.")
    }

    /// Every life that a case can come to, from a new one on.
    package static var reachable: [CaseLife] {
        var found = [CaseLife()]
        var seen = Set(found)
        var place = 0
        while place < found.count {
            for event in CaseEvent.allCases {
                if let next = found[place].after(event), seen.insert(next).inserted { found.append(next) }
            }
            place += 1
        }
        return found
    }

    /// Every transition between states, once, in the order of states and events.
    package static var transitions: [(from: CaseState, event: CaseEvent, to: CaseState)] {
        let lives = reachable
        return CaseState.allCases.flatMap { from in
            CaseEvent.allCases.flatMap { event in
                let next = Set(lives.filter { $0.state == from }.compactMap { $0.after(event)?.state })
                return CaseState.allCases.filter(next.contains).map { (from, event, $0) }
            }
        }
    }

    /// All transitions as a Mermaid chart; `fordring case states` prints it, and a test compares it with the module's
    /// documentation.
    package static var chart: String {
        var lines = ["stateDiagram-v2", "    [*] --> new: claim came in"]
        lines += transitions.map { "    \($0.from.rawValue) --> \($0.to.rawValue): \($0.event.rawValue)" }
        lines.append("    closed --> [*]")
        return lines.joined(separator: "\n") + "\n"
    }
}

extension CaseSnapshot {
    /// Where the case is; whether a court has it is not the books' of case work (``CaseTie``).
    package func life(isWithCourt: Bool = false) -> CaseLife {
        CaseLife(
            reach: .of(facts.steps), isHeld: isHeld(by: standstill), isWithCourt: isWithCourt, isSelling: sale != nil,
            isClosed: isClosed)
    }

    /// Whether all of the case stands still by some holds, the one of its sale apart: all of it, or each claim of which
    /// anything is owed.
    func isHeld(by standstill: Standstill) -> Bool {
        guard !standstill.holds.isEmpty else { return false }
        let held = standstill.holds.filter { $0.id != sale?.hold }
        if held.contains(where: { $0.facts.claim == nil }) { return true }
        let owed = Set(balances.compactMap { $0.amount.isPositive ? $0.claim : nil })
        return !owed.isEmpty
            && owed.allSatisfy { claim in held.contains { $0.facts.claim == claim && $0.facts.amount == nil } }
    }
}
