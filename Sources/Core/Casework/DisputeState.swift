/// Where a dispute is.
package enum DisputeState: String, Sendable, CaseIterable {
    /// It waits for the agency's answer; what it is about stands still.
    case open
    /// The debtor was right: none of what was disputed is owed.
    case upheld
    /// The debtor was right in part: so much less is owed.
    case upheldInPart
    /// The creditor was right, with grounds that the debtor was told.
    case rejected
    /// Both agreed on something.
    case settled
    /// The case was closed meanwhile: nothing is left to be disputed.
    case lapsed

    /// Whether nothing more happens.
    package var isDecided: Bool { self != .open }
}

/// What can happen to a dispute.
package enum DisputeEvent: String, Sendable, CaseIterable {
    /// Decided for the debtor.
    case upheld
    /// Decided for the debtor in part.
    case upheldInPart
    /// Decided against the debtor.
    case rejected
    /// Ended by agreement.
    case settled
    /// The case was paid or withdrawn.
    case caseClosed
}

extension DisputeState {
    /// The state after an event; `nil` where the event cannot happen.
    ///
    /// A dispute is decided once. Who disputes anew opens another.
    package func after(_ event: DisputeEvent) -> DisputeState? {
        switch self {
        case .open:
            switch event {
            case .upheld: .upheld
            case .upheldInPart: .upheldInPart
            case .rejected: .rejected
            case .settled: .settled
            case .caseClosed: .lapsed
            }
        case .upheld, .upheldInPart, .rejected, .settled, .lapsed: nil
        }
    }

    /// All transitions as a Mermaid chart; `fordring dispute states` prints it, and a test compares it with the module's
    /// documentation.
    package static var chart: String {
        var lines = ["stateDiagram-v2", "    [*] --> open: opened"]
        for state in allCases {
            for event in DisputeEvent.allCases {
                if let next = state.after(event) {
                    lines.append("    \(state.rawValue) --> \(next.rawValue): \(event.rawValue)")
                }
            }
        }
        for state in allCases where state.isDecided { lines.append("    \(state.rawValue) --> [*]") }
        return lines.joined(separator: "\n") + "\n"
    }
}

/// Why a debtor disputes, as far as it is put in a word; the debtor's own words are a document.
package enum DisputeReason: String, Sendable, CaseIterable {
    /// What was paid for never came.
    case notReceived
    /// Something is owed, but not this.
    case wrongAmount
    /// It was paid before.
    case paidAlready
    /// Somebody else owes it.
    case notTheDebtor
    /// What came was not as agreed.
    case defective
    /// The agreement was cancelled, or its cancellation was not accepted.
    case cancelled
    /// It is too old to be demanded.
    case limitation
    /// Anything else; the documents say what.
    case other

    /// What it means, in a sentence.
    package var meaning: String {
        switch self {
        case .notReceived: "What was paid for never came."
        case .wrongAmount: "Something is owed, but not this amount."
        case .paidAlready: "It was paid before."
        case .notTheDebtor: "Somebody else owes it."
        case .defective: "What came was not as agreed."
        case .cancelled: "The agreement was cancelled."
        case .limitation: "It is too old to be demanded."
        case .other: "Something else; the documents say what."
        }
    }
}

/// How a dispute came in.
package enum DisputeChannel: String, Sendable, CaseIterable {
    case letter
    case email
    case phone
    case portal
    /// The creditor's file of claims said so.
    case `import`
    /// The debtor objected before a court, which said so.
    case court
}
