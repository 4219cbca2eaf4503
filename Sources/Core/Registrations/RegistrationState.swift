/// Where the registration of a claim with a credit bureau is in its life.
package enum RegistrationState: String, Sendable, CaseIterable {
    /// Asked for; nothing has left the house.
    case requested
    /// Taken back before it left the house.
    case withdrawn
    /// All that must hold has held, and it is being handed over; whether it has left is not written down yet.
    case leaving
    /// The bureau has it, and has not answered.
    case submitted
    /// It stands in the bureau's register.
    case live
    /// The bureau did not take it in.
    case refused
    /// It must go, and the bureau has not been told.
    case deletionOrdered
    /// The bureau was told that it must go.
    case deletionSubmitted
    /// It stands in the register no longer.
    case deleted

    /// Whether nothing more is to be done about it; another may then be asked for.
    ///
    /// Only what turns out to stand with the bureau all the same comes back from here, to be deleted.
    package var isEnded: Bool {
        switch self {
        case .withdrawn, .refused, .deleted: true
        case .requested, .leaving, .submitted, .live, .deletionOrdered, .deletionSubmitted: false
        }
    }

    /// Whether it stands with the bureau, or may.
    package var mayStand: Bool {
        switch self {
        case .leaving, .submitted, .live, .deletionOrdered, .deletionSubmitted: true
        case .requested, .withdrawn, .refused, .deleted: false
        }
    }
}

/// What can happen to a registration.
package enum RegistrationEvent: String, Sendable, CaseIterable {
    /// It was taken back.
    case withdrawn
    /// Every precondition was seen to hold, and it was put into a batch.
    case departed
    /// The batch is known not to have left the house.
    case stayed
    /// The batch is known to have left the house.
    case handedOver
    /// The bureau says that it stands in the register.
    case registered
    /// The bureau says that it did not take it in.
    case refused
    /// Something came that it may not outlast: a payment, a dispute, its age.
    case deletionOrdered
    /// The batch with the order to delete is known to have left the house.
    case deletionHandedOver
    /// The order to delete it is given once more, since the bureau said nothing.
    case deletionRepeated
    /// The bureau says that it stands in the register no longer.
    case deleted
    /// What was taken for never sent, or for gone, is with the bureau after all.
    case surfaced
}

extension RegistrationState {
    /// The state after an event; `nil` where the event cannot happen.
    ///
    /// ``Registrations`` has one function that changes a state, and it asks here.
    package func after(_ event: RegistrationEvent) -> RegistrationState? {
        switch self {
        case .requested:
            switch event {
            case .withdrawn: .withdrawn
            case .departed: .leaving
            case .surfaced: .deletionOrdered
            case .stayed, .handedOver, .registered, .refused, .deletionOrdered, .deletionHandedOver, .deletionRepeated,
                .deleted:
                nil
            }
        case .leaving:
            switch event {
            case .stayed: .requested
            case .handedOver: .submitted
            case .deletionOrdered: .deletionOrdered
            case .withdrawn, .departed, .registered, .refused, .deletionHandedOver, .deletionRepeated, .deleted,
                .surfaced:
                nil
            }
        case .submitted:
            switch event {
            case .registered: .live
            case .refused: .refused
            case .deletionOrdered: .deletionOrdered
            case .deleted: .deleted
            case .withdrawn, .departed, .stayed, .handedOver, .deletionHandedOver, .deletionRepeated, .surfaced: nil
            }
        case .live:
            switch event {
            case .deletionOrdered: .deletionOrdered
            case .deleted: .deleted
            case .withdrawn, .departed, .stayed, .handedOver, .registered, .refused, .deletionHandedOver,
                .deletionRepeated, .surfaced:
                nil
            }
        case .deletionOrdered:
            switch event {
            // The stop came while the batch was on its way.
            case .stayed: .withdrawn
            case .handedOver, .registered: .deletionOrdered
            case .refused: .refused
            case .deletionHandedOver: .deletionSubmitted
            case .deleted: .deleted
            case .withdrawn, .departed, .deletionOrdered, .deletionRepeated, .surfaced: nil
            }
        case .deletionSubmitted:
            switch event {
            case .registered: .deletionSubmitted
            case .deletionRepeated: .deletionOrdered
            case .deleted: .deleted
            case .withdrawn, .departed, .stayed, .handedOver, .refused, .deletionOrdered, .deletionHandedOver,
                .surfaced:
                nil
            }
        case .withdrawn, .refused, .deleted: event == .surfaced ? .deletionOrdered : nil
        }
    }

    /// All transitions as a Mermaid chart; `fordring bureau states` prints it, and a test compares it with the module's
    /// documentation.
    package static var chart: String {
        var lines = ["stateDiagram-v2", "    [*] --> requested: asked for"]
        for state in allCases {
            for event in RegistrationEvent.allCases {
                if let next = state.after(event) {
                    lines.append("    \(state.rawValue) --> \(next.rawValue): \(event.rawValue)")
                }
            }
        }
        lines += allCases.filter(\.isEnded).map { "    \($0.rawValue) --> [*]" }
        return lines.joined(separator: "\n") + "\n"
    }
}
