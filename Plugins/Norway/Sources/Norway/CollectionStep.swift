import FordringKit

/// The steps of collecting in Norway, in the order in which they are taken.
enum CollectionStep: Int, Sendable, CaseIterable {
    /// Purring, inkassoforskriften § 1-2.
    case reminder
    /// Inkassovarsel, inkassoloven § 9.
    case notice
    /// Betalingsoppfordring, inkassoloven § 10.
    case demand
    /// Varsel om rettslige skritt, inkassoloven §§ 10-11.
    case legalNotice
    /// The end of what can be done without a court.
    case court

    /// The step that the kit calls by a name; `nil` for a step of another country.
    init?(_ kind: StepKind) {
        switch kind.rawValue {
        case "reminder": self = .reminder
        case "collectionNotice": self = .notice
        case "collectionLetter": self = .demand
        case "legalActionNotice": self = .legalNotice
        case "readyForCourt": self = .court
        default: return nil
        }
    }

    private static let legalActionNotice = StepKind("legalActionNotice")

    /// The kit's name.
    var kind: StepKind {
        switch self {
        case .reminder: .reminder
        case .notice: .collectionNotice
        case .demand: .collectionLetter
        case .legalNotice: CollectionStep.legalActionNotice
        case .court: .readyForCourt
        }
    }

    /// Whether taking the step sends a letter.
    var sendsLetter: Bool {
        switch self {
        case .reminder, .notice, .demand, .legalNotice: true
        case .court: false
        }
    }

    /// The most times that the step is taken for a claim.
    ///
    /// The regulation limits reminders with a fee to two, and this plug-in sends no more without one either. The
    /// notice of legal action is sent again when it has become older than six months, three times in all.
    var timesMax: Int {
        switch self {
        case .reminder: 2
        case .legalNotice: 3
        case .notice, .demand, .court: 1
        }
    }

    /// The most times that a policy can ask for the step; more are taken only where the law needs them.
    fileprivate var wishedTimesMax: Int { self == .legalNotice ? 1 : timesMax }
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
        /// Whether the step stands although the policy leaves it out.
        var overruled: Bool
    }

    private var reminder: Wish
    private var notice: Wish
    private var demand: Wish
    private var legalNotice: Wish
    private var court: Wish

    /// Reads the creditor's policy; of two lines for a step the first counts.
    ///
    /// The notice of § 9 is never left out, and the payment demand of § 10 only where nothing comes after it.
    init(_ policy: [StepPolicy]) {
        let none = Wish(times: 0, waitingDays: 0, charge: false, overruled: false)
        reminder = none
        notice = none
        demand = none
        legalNotice = none
        court = none
        var seen = 0
        for line in policy {
            guard let step = CollectionStep(line.kind), seen & (1 << step.rawValue) == 0 else { continue }
            seen |= 1 << step.rawValue
            self[step] = Wish(
                times: min(max(line.times, 0), step.wishedTimesMax), waitingDays: max(line.waitingDays, 0),
                charge: line.charge, overruled: false)
        }
        if notice.times == 0 {
            notice.times = 1
            notice.overruled = true
        }
        if demand.times == 0, legalNotice.times > 0 || court.times > 0 {
            demand.times = 1
            demand.overruled = true
        }
    }

    /// The wish for a step.
    subscript(step: CollectionStep) -> Wish {
        get {
            switch step {
            case .reminder: reminder
            case .notice: notice
            case .demand: demand
            case .legalNotice: legalNotice
            case .court: court
            }
        }
        set {
            switch step {
            case .reminder: reminder = newValue
            case .notice: notice = newValue
            case .demand: demand = newValue
            case .legalNotice: legalNotice = newValue
            case .court: court = newValue
            }
        }
    }
}
