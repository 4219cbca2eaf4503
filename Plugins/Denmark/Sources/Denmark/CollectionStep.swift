import FordringKit

/// The steps of collecting in Denmark, in the order in which they are taken.
enum CollectionStep: Int, Sendable, CaseIterable {
    /// Rykker, renteloven § 9 b.
    case reminder
    /// Inkassovarsel, inkassoloven § 10.
    case notice
    /// Inkassobrev, a letter of practice.
    case letter
    /// Besøgsvarsel, the notice before a visit, inkassoloven § 12; a wish of the creditor and no condition of the court.
    case visit
    /// The end of what can be done without a court.
    case court

    /// The step that the kit calls by a name; `nil` for a step of another country.
    init?(_ kind: StepKind) {
        switch kind.rawValue {
        case "reminder": self = .reminder
        case "collectionNotice": self = .notice
        case "collectionLetter": self = .letter
        case "visitNotice": self = .visit
        case "readyForCourt": self = .court
        default: return nil
        }
    }

    /// The kit's name.
    var kind: StepKind {
        switch self {
        case .reminder: .reminder
        case .notice: .collectionNotice
        case .letter: .collectionLetter
        case .visit: .visitNotice
        case .court: .readyForCourt
        }
    }

    /// Whether taking the step sends a letter.
    var sendsLetter: Bool {
        switch self {
        case .reminder, .notice, .letter, .visit: true
        case .court: false
        }
    }

    /// The most times that the step is taken for a claim.
    ///
    /// The statute does not limit reminders without a fee; three is what this plug-in sends at most.
    var timesMax: Int {
        switch self {
        case .reminder: 3
        case .notice, .letter, .visit, .court: 1
        }
    }

    /// Whether the law lets the step be left out: all but the notice.
    var isOptional: Bool {
        switch self {
        case .reminder, .letter, .visit, .court: true
        case .notice: false
        }
    }
}

/// What the creditor wants for each step, made safe.
///
/// A step without a line is left out where the law allows it, waits no further day and charges nothing.
struct Wishes {
    /// The creditor's wish for one step.
    struct Wish {
        /// How many times, from 0 to the step's most.
        var times: Int
        /// Days beyond the law's, 0 or more.
        var waitingDays: Int
        /// Whether fees and costs are charged.
        var charge: Bool
        /// Whether the notice stands although the policy leaves it out.
        var overruled: Bool
    }

    private var wishes: [Wish]

    /// Reads the creditor's policy; of two lines for a step the first counts.
    init(_ policy: [StepPolicy], steps: [CollectionStep]) {
        wishes = CollectionStep.allCases.map { step in
            Wish(times: step.isOptional ? 0 : 1, waitingDays: 0, charge: false, overruled: !step.isOptional)
        }
        for line in policy.reversed() {
            guard let step = CollectionStep(line.kind), steps.contains(step) else { continue }
            let wanted = min(max(line.times, 0), step.timesMax)
            let times = step.isOptional ? wanted : 1
            wishes[step.rawValue] = Wish(
                times: times, waitingDays: max(line.waitingDays, 0), charge: line.charge, overruled: times > wanted)
        }
    }

    /// The wish for a step.
    subscript(step: CollectionStep) -> Wish { wishes[step.rawValue] }
}

extension StepKind {
    /// The notice before a visit (besøgsvarsel).
    static let visitNotice = StepKind("visitNotice")
}
