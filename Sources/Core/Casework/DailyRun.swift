import AuditTrail
package import Database
package import FordringKit
import JobQueue
import Ledger

/// The rules of one tenant: the country's law, the creditor's wishes, and which plug-in answers.
package struct CaseRules: Sendable {
    package let jurisdiction: any Jurisdiction
    package let creditor: CreditorFacts
    /// The plug-in that brings the law; the daily run's entries carry it as their actor.
    package let plugin: Provenance.Plugin

    package init(jurisdiction: any Jurisdiction, creditor: CreditorFacts, plugin: Provenance.Plugin) {
        self.jurisdiction = jurisdiction
        self.creditor = creditor
        self.plugin = plugin
    }
}

/// What a daily run did.
package struct DailyRunResult: Sendable {
    /// Cases that were looked at.
    package var cases = 0
    /// Steps that were taken.
    package var steps = 0
    /// Cases that became or stayed a task because the law tables have no answer.
    package var gaps = 0

    package init() {}
}

/// Takes every case whose next date has come, asks the rules, and does what they say.
///
/// Each batch is one transaction in which the snapshots are read, the steps taken, the charges posted, the letters
/// queued and the entries written; a run that is killed goes on where the last commit left it.
package struct DailyRun: Sendable {
    private let database: TenantDatabase
    private let rules: CaseRules
    private let letterSteps: Set<StepKind>
    /// How far each step is on the country's way from the first reminder to the court.
    private let ranks: [String: Int]
    private let batchSize: Int

    package init(database: TenantDatabase, rules: CaseRules, batchSize: Int = 500) {
        self.database = database
        self.rules = rules
        self.batchSize = batchSize
        let steps = rules.jurisdiction.steps.map(\.kind.rawValue)
        ranks = Dictionary(zip(steps, 0...), uniquingKeysWith: { first, _ in first })
        letterSteps = Set(rules.jurisdiction.steps.filter(\.sendsLetter).map(\.kind))
    }

    /// Runs a day.
    ///
    /// Running it again changes nothing, because what was due no longer is.
    ///
    /// - Parameters:
    ///   - progress: called after each batch.
    ///   - shouldStop: asked before each batch.
    ///   - atEnd: called in the last batch's transaction; not where the run was stopped.
    package func run(
        on day: CivilDate, _ provenance: Provenance, progress: ((_ done: Int, _ total: Int) -> Void)? = nil,
        shouldStop: () -> Bool = { false }, atEnd: (WriteTransaction) throws -> Void = { _ in }
    ) throws -> DailyRunResult {
        let total = try progress == nil ? 0 : database.read { try DailyRun.dueCount(on: day, $0) }
        var result = DailyRunResult()
        var place: Place? = Place(nextOn: Int64(Int32.min), id: 0)
        while let start = place, !shouldStop() {
            let before = result.cases
            (result, place) = try database.write(provenance) { transaction in
                // A copy: what a transaction that is rolled back has counted does not count.
                var counted = result
                let (batch, next) = try due(from: start, on: day, transaction)
                if !batch.isEmpty { try runBatch(batch, day, transaction, &counted) }
                if next == nil {
                    if counted.cases > 0 { try recordEnd(day, counted, transaction) }
                    try atEnd(transaction)
                }
                return (counted, next)
            }
            if result.cases > before { progress?(result.cases, max(total, result.cases)) }
        }
        return result
    }

    /// Where in the order of dates and numbers a run is.
    ///
    /// It only goes forward, so that a run ends whatever dates the cases that it has treated are given meanwhile.
    private struct Place {
        /// As a day's number.
        var nextOn: Int64
        var id: Int64
    }

    /// A case whose date has come.
    private struct DueCase {
        let id: CaseID
        /// Whether a task for a person is open because the law had no answer.
        let hasGap: Bool
    }

    private static func dueCount(on day: CivilDate, _ transaction: ReadTransaction) throws -> Int {
        try transaction.first("SELECT count(*) FROM debt_case WHERE next_on <= $1", day) { $0.int(0) } ?? 0
    }

    /// The next cases that are due, by number, and the place of the first that comes after them.
    private func due(
        from start: Place, on day: CivilDate, _ transaction: ReadTransaction
    ) throws -> (batch: [DueCase], next: Place?) {
        var batch: [DueCase] = []
        batch.reserveCapacity(batchSize)
        var next: Place?
        try transaction.query(
            """
            SELECT c.id, c.next_on, EXISTS (
                SELECT 1 FROM task t WHERE t.kind = $5 AND t.case_id = c.id AND t.done_on IS NULL
            )
            FROM debt_case c WHERE c.next_on >= $1 AND c.next_on <= $2 AND (c.next_on > $1 OR c.id >= $3)
            ORDER BY c.next_on, c.id LIMIT $4
            """,
            start.nextOn, day, start.id, batchSize + 1, TaskKind.ruleGap.rawValue
        ) { row in
            if batch.count < batchSize {
                batch.append(DueCase(id: CaseID(rawValue: row.integer(0)), hasGap: row.flag(2)))
            } else {
                next = Place(nextOn: row.integer(1), id: row.integer(0))
            }
        }
        // Snapshots are read by number.
        batch.sort { $0.id < $1.id }
        return (batch, next)
    }

    /// Writes down that the day was run, once a day, or again when a later run of the day found more to do.
    private func recordEnd(_ day: CivilDate, _ result: DailyRunResult, _ transaction: WriteTransaction) throws {
        try transaction.execute(
            """
            INSERT INTO daily_run (day, steps, gaps) VALUES ($1, $2, $3)
            ON CONFLICT (day) DO UPDATE SET steps = daily_run.steps + excluded.steps, gaps = excluded.gaps
            """,
            day, result.steps, result.gaps)
        try transaction.audit(
            .runFinished, subject: ["day": .string(day.description)],
            change: [
                "cases": .integer(Int64(result.cases)), "gaps": .integer(Int64(result.gaps)),
                "steps": .integer(Int64(result.steps)),
            ])
    }

    private func runBatch(
        _ due: [DueCase], _ day: CivilDate, _ transaction: WriteTransaction, _ result: inout DailyRunResult
    ) throws {
        let snapshots = try CaseSnapshots.load(due.map(\.id), creditor: rules.creditor, transaction)
        guard snapshots.count == due.count else {
            throw DatabaseFault(.corrupt, "Of \(due.count) cases that are due, \(snapshots.count) can be read.")
        }
        let decisions = rules.jurisdiction.decide(snapshots.map(\.facts), on: day)
        guard decisions.count == snapshots.count else {
            throw CaseRulesFault(
                "The plug-in \(rules.plugin) was asked about \(snapshots.count) cases and answered \(decisions.count). "
                    + "Tell its author; nothing was changed.")
        }
        for (index, snapshot) in snapshots.enumerated() {
            result.cases += 1
            let id = snapshot.facts.id
            do {
                let decision = try checked(try decisions[index].get(), snapshot, day)
                if due[index].hasGap {
                    try Tasks.end(.ruleGap, id, on: day, because: "the rules have an answer now", transaction)
                }
                result.steps += try apply(decision, snapshot, day, transaction)
            } catch let gap as RuleGap {
                result.gaps += 1
                if !due[index].hasGap {
                    try Tasks.raise(
                        .ruleGap, id, on: day, message: "\(gap.rule) has no answer for \(gap.day): \(gap.reason)",
                        cure: gap.cure, transaction)
                }
                // Tomorrow the table may have been extended.
                try transaction.execute(
                    "UPDATE debt_case SET next_on = $1 WHERE id = $2", day.adding(days: 1), id)
                transaction.announceCases(on: day.adding(days: 1))
            }
        }
    }

    /// What the host does not accept from any plug-in.
    private func checked(_ decision: Decision, _ snapshot: CaseSnapshot, _ day: CivilDate) throws -> Decision {
        func fault(_ reason: String) -> RuleGap {
            RuleGap(
                rule: "the plug-in \(rules.plugin)", day: day, reason: reason,
                cure: "Decide the case by hand and tell the author of the plug-in.")
        }
        if let reviewOn = decision.reviewOn, reviewOn <= day {
            throw fault("it asked for a review on \(reviewOn), which is not later")
        }
        let claims = snapshot.facts.claims
        // A case has few claims, and most have one.
        func isKnown(_ id: ClaimID) -> Bool { claims.contains { $0.id == id } }
        // More interest cannot be taken back than was charged on the claim.
        func exceedsCharged(_ charge: DecidedCharge) -> Bool {
            snapshot.facts.charges.filter { $0.component == .interest && $0.claim == charge.claim }
                .reduce(charge.amount.value.minorUnits) { $0 + $1.amount.minorUnits } < 0
        }
        for step in decision.steps {
            guard !step.claims.isEmpty, step.claims.allSatisfy(isKnown) else {
                throw fault("the step \(step.kind) covers claims that are not the case's")
            }
            for charge in step.charges {
                let amount = charge.amount.value
                guard amount.currency == snapshot.facts.currency, charge.claim.map(isKnown) ?? true,
                    charge.component != .principal,
                    !amount.isNegative || (charge.component == .interest && !exceedsCharged(charge))
                else { throw fault("the step \(step.kind) charges \(amount) as \(charge.component)") }
            }
        }
        return decision
    }

    private func apply(
        _ decision: Decision, _ snapshot: CaseSnapshot, _ day: CivilDate, _ transaction: WriteTransaction
    ) throws -> Int {
        let caseID = snapshot.facts.id
        guard !decision.steps.isEmpty else {
            try transaction.execute("UPDATE debt_case SET next_on = $1 WHERE id = $2", decision.reviewOn, caseID)
            transaction.announceCases(on: decision.reviewOn)
            return 0
        }
        var waitsForSending = false
        // The stage of a case is the furthest that any of its claims has come.
        var stage = snapshot.stage
        for step in decision.steps {
            if ranks[step.kind.rawValue] ?? 0 > ranks[stage] ?? -1 { stage = step.kind.rawValue }
            let sends = letterSteps.contains(step.kind)
            waitsForSending = waitsForSending || sends
            try take(step, sends, caseID, day, transaction)
        }
        // A letter's deadline counts from its sending, which sets the next date.
        try transaction.execute(
            "UPDATE debt_case SET stage = $1, next_on = $2 WHERE id = $3", stage,
            waitsForSending ? nil : decision.reviewOn, caseID)
        transaction.announceCases(on: waitsForSending ? nil : decision.reviewOn)
        return decision.steps.count
    }

    private func take(
        _ step: DecidedStep, _ sends: Bool, _ caseID: CaseID, _ day: CivilDate, _ transaction: WriteTransaction
    ) throws {
        let id = try transaction.newID("case_step")
        try transaction.execute(
            """
            INSERT INTO case_step (id, case_id, kind, claims, state, decided_on, sent_on, reasons)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
            """,
            values: [
                .integer(id), caseID.sqlValue, .text(step.kind.rawValue),
                .text(step.claims.map(\.description).joined(separator: ",")), .text(sends ? "queued" : "done"),
                day.sqlValue, sends ? .null : day.sqlValue, .text(ExplanationCoding.text(step.reasons)),
            ])
        var basis: [Citation] = []
        func cite(_ lines: [ExplanationLine]) {
            for line in lines where !basis.contains(line.citation) { basis.append(line.citation) }
        }
        cite(step.reasons)
        var charged: [JSONValue] = []
        for charge in step.charges where !charge.amount.value.isZero {
            try Charges.post(charge, on: day, in: caseID, cause: .step(id), transaction)
            cite(charge.amount.lines)
            charged.append([
                "amount": .string(charge.amount.value.decimalText), "component": .string(charge.component.rawValue),
            ])
        }
        if sends { try JobQueue.enqueue(NewJob(.deliverLetter, subject: id, lane: caseID.rawValue), transaction) }
        try transaction.audit(
            .stepDecided, subject: ["case": .integer(caseID.rawValue), "step": .integer(id)],
            change: [
                "charges": .array(charged), "claims": .array(step.claims.map { .integer($0.rawValue) }),
                "day": .string(day.description), "kind": .string(step.kind.rawValue),
            ],
            basis: basis)
    }
}

/// A plug-in's answer that cannot be used at all.
package struct CaseRulesFault: Error, Sendable, CustomStringConvertible {
    package let description: String

    package init(_ description: String) { self.description = description }
}

/// Posts what the rules decided.
enum Charges {
    static func post(
        _ charge: DecidedCharge, on day: CivilDate, in caseID: CaseID, cause: Cause, _ transaction: WriteTransaction
    ) throws {
        let amount = charge.amount.value
        let receivable = Account(receivable: charge.component)
        let source = Account(sourceOf: charge.component)
        // Negative: an earlier charge of the component is taken back.
        try Ledger.post(
            debit: amount.isNegative ? source : receivable, credit: amount.isNegative ? receivable : source,
            amount: amount.isNegative ? try Money.zero(amount.currency) - amount : amount, on: day, caseID: caseID,
            claim: charge.claim, cause: cause, explanation: ExplanationCoding.text(charge.amount.lines), transaction)
    }
}
