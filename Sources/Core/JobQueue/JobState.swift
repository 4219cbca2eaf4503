/// Where a job is in its life.
package enum JobState: String, Sendable, CaseIterable {
    /// Waits for its time, or for the job before it in its lane.
    case scheduled
    /// May be begun by any worker.
    case available
    /// A worker holds it under a lease.
    case running
    /// Has failed and waits for its next attempt.
    case retrying
    /// Its effect is recorded.
    case done
    /// Was called off before its effect.
    case cancelled
    /// Given up; a person must look.
    case dead

    /// Whether nothing more happens unless a person asks for it.
    package var isEnded: Bool {
        switch self {
        case .scheduled, .available, .running, .retrying: false
        case .done, .cancelled, .dead: true
        }
    }
}

/// What can happen to a job.
package enum JobEvent: String, Sendable, CaseIterable {
    /// Its time has come, and no job of its lane is before it.
    case fellDue
    /// A worker took it.
    case claimed
    /// The worker recorded its effect.
    case finished
    /// The worker failed, or ran out of time, and may try again.
    case failed
    /// It failed for the last time, or in a way that trying again cannot cure.
    case gaveUp
    /// The worker put it off; that is no failure.
    case snoozed
    /// The worker gave it back without having begun.
    case handedBack
    /// Its lease ended, or its worker died.
    case lost
    /// Somebody called it off.
    case cancelled
    /// A person asked for another attempt, now.
    case retried
    /// A person found out what had become of it.
    case settled
}

extension JobState {
    /// The state after an event; `nil` where the event cannot happen.
    ///
    /// The statements of ``JobQueue`` do what stands here, and a test watches that they do nothing else.
    package func after(_ event: JobEvent) -> JobState? {
        switch self {
        case .scheduled:
            switch event {
            case .fellDue, .retried: .available
            case .cancelled: .cancelled
            case .claimed, .finished, .failed, .gaveUp, .snoozed, .handedBack, .lost, .settled: nil
            }
        case .available:
            switch event {
            case .claimed: .running
            case .cancelled: .cancelled
            case .fellDue, .finished, .failed, .gaveUp, .snoozed, .handedBack, .lost, .retried, .settled: nil
            }
        case .running:
            switch event {
            case .finished: .done
            case .failed: .retrying
            case .gaveUp: .dead
            case .snoozed: .scheduled
            case .handedBack, .lost: .available
            case .cancelled: .cancelled
            case .fellDue, .claimed, .retried, .settled: nil
            }
        case .retrying:
            switch event {
            case .fellDue, .retried: .available
            case .cancelled: .cancelled
            case .claimed, .finished, .failed, .gaveUp, .snoozed, .handedBack, .lost, .settled: nil
            }
        case .dead:
            switch event {
            // Behind the one of its lane that is at work, where it has a lane.
            case .retried: .scheduled
            case .settled: .done
            case .fellDue, .claimed, .finished, .failed, .gaveUp, .snoozed, .handedBack, .lost, .cancelled: nil
            }
        case .cancelled:
            switch event {
            case .retried: .scheduled
            case .fellDue, .claimed, .finished, .failed, .gaveUp, .snoozed, .handedBack, .lost, .cancelled, .settled:
                nil
            }
        case .done: nil
        }
    }

    /// All transitions as a Mermaid chart; `fordring jobs states` prints it, and a test compares it with the module's
    /// documentation.
    package static var chart: String {
        var lines = ["stateDiagram-v2", "    [*] --> scheduled: enqueued", "    [*] --> available: enqueued"]
        for state in allCases {
            for event in JobEvent.allCases {
                if let next = state.after(event) {
                    lines.append("    \(state.rawValue) --> \(next.rawValue): \(event.rawValue)")
                }
            }
        }
        lines.append("    done --> [*]")
        return lines.joined(separator: "\n") + "\n"
    }
}
