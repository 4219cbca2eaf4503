package import FordringKit

/// A normal answer of the legal track that says no.
package struct LegalRefusal: Error, Sendable, Hashable, CustomStringConvertible {
    package enum Code: Sendable, Hashable {
        case noSuchHandoff
        case noSuchProcedure
        /// The state may not follow the one that the hand-off is in.
        case stepNotAllowed
        /// Something that must hold before a hand-off does not.
        case notReady
        /// There is a hand-off of the procedure, made of something else.
        case openAlready
        case badDate
        case badFee
        /// What was said of a court's decision cannot be, or was not said.
        case badOutcome
        /// The debtor was erased.
        case erased
    }

    package let code: Code
    package let message: String

    package init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    package var description: String { message }
}

/// The states of one procedure: what its forum says, within what the house allows.
///
/// Every hand-off begins as prepared, and never comes back to that. As long as it is only prepared it can be recalled,
/// whatever the forum says; what was recalled is over.
package struct LegalChart: Sendable {
    package let procedure: LegalProcedure

    package init(_ procedure: LegalProcedure) { self.procedure = procedure }

    /// The states that may follow one, in the order of ``LegalState``.
    package func allowed(after state: LegalState) -> [LegalState] {
        guard state != .recalled else { return [] }
        var next = Set(procedure.next[state] ?? [])
        next.remove(.prepared)
        if state == .prepared { next.insert(.recalled) } else { next.remove(.recalled) }
        return LegalState.allCases.filter(next.contains)
    }

    /// The states that say that a court has what was prepared.
    package var filings: [LegalState] { allowed(after: .prepared).filter { $0 != .recalled && $0 != .closed } }

    /// Whether nothing follows a state.
    package func isFinal(_ state: LegalState) -> Bool { allowed(after: state).isEmpty }

    /// The states that can be reached, from prepared on.
    package var reachable: [LegalState] {
        var found: Set<LegalState> = [.prepared]
        var open: [LegalState] = [.prepared]
        while let state = open.popLast() {
            for next in allowed(after: state) where found.insert(next).inserted { open.append(next) }
        }
        return LegalState.allCases.filter(found.contains)
    }

    /// Checks a step.
    ///
    /// - Throws: ``LegalRefusal`` that says what is allowed.
    package func check(_ id: Int64, from state: LegalState, to next: LegalState) throws(LegalRefusal) {
        let allowed = allowed(after: state)
        guard !allowed.contains(next) else { return }
        let words = allowed.map(\.rawValue).joined(separator: ", ")
        throw LegalRefusal(
            .stepNotAllowed,
            "Hand-off \(id) (\(procedure.kind)) is \(state.rawValue), and \(next.rawValue) cannot follow that. "
                + (allowed.isEmpty ? "Nothing follows it: it is over." : "Allowed: \(words)."))
    }

    /// The chart for people: a line for each state that can be reached.
    package var text: String {
        let states = reachable
        let width = states.map(\.rawValue.count).max() ?? 0
        let lines = states.map { state in
            let next = allowed(after: state).map(\.rawValue).joined(separator: ", ")
            let name = state.rawValue + String(repeating: " ", count: width - state.rawValue.count)
            return "\(name) -> \(next.isEmpty ? "(over)" : next)"
        }
        return lines.joined(separator: "\n")
    }
}
