import AuditTrail
import Database
import Dispatch
import FordringKit
import JobQueue
import Ledger

/// Reads and decides what is due, and writes nothing.
struct DailyRunPlanner: Sendable {
    let rules: CaseRules
    let day: CivilDate
    let batchSize: Int
    private let decisionRules: DecisionRules
    /// How far each step is on the country's way from the first reminder to the court.
    private let ranks: [String: Int]

    init(_ rules: CaseRules, on day: CivilDate, batchSize: Int) {
        self.rules = rules
        self.day = day
        self.batchSize = batchSize
        let steps = rules.jurisdiction.steps
        ranks = Dictionary(zip(steps.map(\.kind.rawValue), 0...), uniquingKeysWith: { first, _ in first })
        decisionRules = DecisionRules(rules)
    }

    /// How many cases are due.
    static func dueCount(on day: CivilDate, _ transaction: ReadTransaction) throws -> Int {
        try transaction.first("SELECT count(*) FROM debt_case WHERE next_on <= $1", day) { $0.int(0) } ?? 0
    }

    /// What is to be done about the next cases that are due.
    ///
    /// - Throws: ``CaseRulesFault`` when the plug-in's answer cannot be used at all.
    func plan(from start: DailyRunPlan.Place, _ transaction: ReadTransaction) throws -> DailyRunPlan {
        let (due, next) = try due(from: start, transaction)
        let snapshots = try CaseSnapshots.load(due.map(\.id), creditor: rules.creditor, transaction)
        guard snapshots.count == due.count else {
            throw DatabaseFault(.corrupt, "Of \(due.count) cases that are due, \(snapshots.count) can be read.")
        }
        let held = HeldCases(try snapshots.map(whatIsHeld))
        let decisions = rules.jurisdiction.decide(held.asked(snapshots), on: day)
        guard decisions.count == held.askedCount(of: snapshots) else {
            throw CaseRulesFault(
                "The plug-in \(rules.plugin) was asked about \(held.askedCount(of: snapshots)) cases and answered "
                    + "\(decisions.count). Tell its author; nothing was changed.")
        }
        var cases: [DailyRunPlan.Case] = []
        cases.reserveCapacity(due.count)
        var answers = decisions.makeIterator()
        for (index, snapshot) in snapshots.enumerated() {
            let place = held.places[index]
            let outcome: DailyRunPlan.Outcome
            let limitation = Limitations.look(at: snapshot.facts, rules, on: day)
            do throws(RuleGap) {
                switch place?.view {
                case .failure(let gap): throw gap
                case .success(.nothing(let until, _)):
                    // What stands still grows old all the same.
                    outcome = .held(nextOn: DailyRunPlanner.earlier(until, limitation.lookOn))
                case .success(.facts(_, let until)):
                    outcome = try decided(
                        answers.next(), place, snapshot, DailyRunPlanner.earlier(until, limitation.lookOn))
                case nil: outcome = try decided(answers.next(), nil, snapshot, limitation.lookOn)
                }
            } catch {
                outcome = .gap(error)
            }
            cases.append(
                DailyRunPlan.Case(
                    id: due[index].id, knownGap: due[index].gap, ended: place?.ended ?? [],
                    ending: place == nil ? [] : snapshot.standstill.holds.compactMap { $0.ending(on: day) },
                    outcome: outcome,
                    limitation: limitation))
        }
        return DailyRunPlan(cases: cases, next: next, logSize: try AuditLog.size(transaction))
    }

    /// - Parameter lookOn: the day on which the case must be looked at, whatever the rules say.
    private func decided(
        _ answer: Result<Decision, RuleGap>?, _ place: HeldCases.Place?, _ snapshot: CaseSnapshot, _ lookOn: CivilDate?
    ) throws(RuleGap) -> DailyRunPlan.Outcome {
        guard let answer else { preconditionFailure("the answers were counted") }
        var decided = plan(
            try decisionRules.checked(
                try answer.get(), place?.facts ?? snapshot.facts,
                CaseLife(
                    isHeld: place.map { snapshot.isHeld(by: $0.standstill) } ?? false, isSelling: snapshot.sale != nil,
                    isClosed: snapshot.isClosed), on: day), snapshot)
        decided.nextOn = DailyRunPlanner.earlier(decided.nextOn, lookOn)
        return .decided(decided)
    }

    private static func earlier(_ one: CivilDate?, _ other: CivilDate?) -> CivilDate? {
        guard let one, let other else { return one ?? other }
        return min(one, other)
    }

    /// What stands still in a case; `nil` where nothing does, which costs next to nothing.
    private func whatIsHeld(_ snapshot: CaseSnapshot) throws -> HeldCases.Place? {
        var standstill = snapshot.standstill
        guard !standstill.isEmpty else { return nil }
        var place = HeldCases.Place(view: .success(.facts(snapshot.facts, until: nil)), standstill: standstill)
        do {
            place.ended = try standstill.endExpired(snapshot.facts, rules, on: day)
            place.standstill = standstill
            place.view = .success(
                try standstill.view(
                    of: standstill.stated(in: snapshot.facts), snapshot.balances, rules, on: day))
        } catch let gap as RuleGap {
            place.view = .failure(gap)
        }
        return place
    }

    /// The next cases that are due, by number, and the place of the first that comes after them.
    private func due(
        from start: DailyRunPlan.Place, _ transaction: ReadTransaction
    ) throws -> (batch: [(id: CaseID, gap: String?)], next: DailyRunPlan.Place?) {
        var batch: [(id: CaseID, gap: String?)] = []
        batch.reserveCapacity(batchSize)
        var next: DailyRunPlan.Place?
        try transaction.query(
            """
            SELECT c.id, c.next_on, (
                SELECT t.message FROM task t WHERE t.kind = $5 AND t.case_id = c.id AND t.done_on IS NULL
            )
            FROM debt_case c WHERE c.next_on >= $1 AND c.next_on <= $2 AND (c.next_on > $1 OR c.id >= $3)
            ORDER BY c.next_on, c.id LIMIT $4
            """,
            start.nextOn, day, start.id, batchSize + 1, TaskKind.ruleGap.rawValue
        ) { row in
            if batch.count < batchSize {
                batch.append((id: CaseID(rawValue: row.integer(0)), gap: row.textOrNil(2)))
            } else {
                next = DailyRunPlan.Place(nextOn: row.integer(1), id: row.integer(0))
            }
        }
        // Snapshots are read by number.
        batch.sort { $0.id < $1.id }
        return (batch, next)
    }

    private func plan(_ decision: Decision, _ snapshot: CaseSnapshot) -> DailyRunPlan.Decided {
        var waitsForSending = false
        // The stage of a case is the furthest that any of its claims has come.
        var stage = snapshot.stage
        var steps: [DailyRunPlan.Step] = []
        for step in decision.steps {
            if ranks[step.kind.rawValue] ?? 0 > ranks[stage] ?? -1 { stage = step.kind.rawValue }
            let sends = decisionRules.sendsLetter(step.kind)
            waitsForSending = waitsForSending || sends
            steps.append(DailyRunPlan.Step(step, sends: sends, on: day))
        }
        // A letter's deadline counts from its sending, which sets the next date.
        return DailyRunPlan.Decided(
            steps: steps, stage: stage, nextOn: waitsForSending ? nil : decision.reviewOn)
    }
}

/// What is to be done about a batch of cases.
struct DailyRunPlan: Sendable {
    /// Where in the order of dates and numbers a run is.
    ///
    /// It only goes forward, so that a run ends whatever dates the cases that it has treated are given meanwhile.
    struct Place: Sendable {
        /// As a day's number.
        var nextOn: Int64
        var id: Int64

        static let first = Place(nextOn: Int64(Int32.min), id: 0)
    }

    struct Case: Sendable {
        let id: CaseID
        /// What the open task says that a person got because the law had no answer; `nil` where there is none.
        let knownGap: String?
        /// Holds whose last day has passed.
        let ended: [EndedHold]
        /// What a person must hear of holds that end soon, or should have.
        let ending: [(message: String, cure: String, dueOn: CivilDate)]
        let outcome: Outcome
        let limitation: Limitations.Look
    }

    enum Outcome: Sendable {
        case decided(Decided)
        /// All of it stands still; the rules were asked nothing.
        case held(nextOn: CivilDate?)
        case gap(RuleGap)
    }

    struct Decided: Sendable {
        let steps: [Step]
        let stage: String
        var nextOn: CivilDate?
    }

    /// A step as its row and its entry say it.
    struct Step: Sendable {
        let kind: StepKind
        let sends: Bool
        let claims: String
        let reasons: String
        /// With the computation as text.
        let charges: [(charge: DecidedCharge, explanation: String)]
        let change: JSONValue
        let basis: [Citation]

        init(_ step: DecidedStep, sends: Bool, on day: CivilDate) {
            kind = step.kind
            self.sends = sends
            claims = step.claims.map(\.description).joined(separator: ",")
            reasons = ExplanationCoding.text(step.reasons)
            var basis: [Citation] = []
            func cite(_ lines: [ExplanationLine]) {
                for line in lines where !basis.contains(line.citation) { basis.append(line.citation) }
            }
            cite(step.reasons)
            var charges: [(charge: DecidedCharge, explanation: String)] = []
            var charged: [JSONValue] = []
            for charge in step.charges where !charge.amount.value.isZero {
                charges.append((charge, ExplanationCoding.text(charge.amount.lines)))
                cite(charge.amount.lines)
                charged.append([
                    "amount": .string(charge.amount.value.decimalText),
                    "component": .string(charge.component.rawValue),
                ])
            }
            self.charges = charges
            self.basis = basis
            change = [
                "charges": .array(charged), "claims": .array(step.claims.map { .integer($0.rawValue) }),
                "day": .string(day.description), "kind": .string(step.kind.rawValue),
            ]
        }
    }

    let cases: [Case]
    /// Where the next batch begins.
    let next: Place?
    /// How many entries the audit trail had when the cases were read.
    let logSize: Int64

    /// Whether what was read still stands when the log has a size, and our last batch took it from the one size to the other.
    ///
    /// Whoever changes a case writes an entry, and the cases of one batch are no other's: so the plan stands where nobody but
    /// the last batch has written since it was made.
    func holds(at size: Int64, after lastBatch: ClosedRange<Int64>) -> Bool {
        size == lastBatch.upperBound && (logSize == lastBatch.lowerBound || logSize == lastBatch.upperBound)
    }
}

/// What stands still in the cases of a batch.
struct HeldCases {
    struct Place {
        var view: Result<Standstill.View, RuleGap>
        /// What stands still on the day: without what ends on it.
        var standstill: Standstill
        var ended: [EndedHold] = []

        /// What the rules are asked about.
        var facts: CaseFacts? { if case .success(.facts(let facts, _)) = view { facts } else { nil } }
    }

    /// By the place of the case in the batch; `nil` where nothing stands still.
    let places: [Place?]
    private let isAnyHeld: Bool

    init(_ places: [Place?]) {
        self.places = places
        isAnyHeld = places.contains { $0 != nil }
    }

    /// The facts that the rules are asked about, in the order of the cases.
    func asked(_ snapshots: [CaseSnapshot]) -> [CaseFacts] {
        guard isAnyHeld else { return snapshots.map(\.facts) }
        return zip(snapshots, places).compactMap { snapshot, place in place.map(\.facts) ?? snapshot.facts }
    }

    func askedCount(of snapshots: [CaseSnapshot]) -> Int {
        isAnyHeld ? places.count { $0.map { $0.facts != nil } ?? true } : snapshots.count
    }
}

/// A plan in the making on another thread, while this one writes what the plan before said.
///
/// Unchecked: the thread that plans sets the outcome before it signals, and nobody reads it before the signal.
final class PlanAhead: @unchecked Sendable {
    private let isReady = DispatchSemaphore(value: 0)
    private var outcome: Result<DailyRunPlan, any Error>?

    init(_ planner: DailyRunPlanner, from place: DailyRunPlan.Place, of database: TenantDatabase) {
        DispatchQueue.global().async { [self] in
            outcome = Result { try database.read { try planner.plan(from: place, $0) } }
            isReady.signal()
        }
    }

    /// The plan, once it is made; `nil` where that failed, so that whoever needs it makes it and sees why.
    func plan() -> DailyRunPlan? {
        isReady.wait()
        isReady.signal()
        return try? outcome?.get()
    }
}
