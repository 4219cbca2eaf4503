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
    /// Who must act when a case changes, in order.
    package let followers: [any CaseFollower]

    package init(
        jurisdiction: any Jurisdiction, creditor: CreditorFacts, plugin: Provenance.Plugin,
        followers: [any CaseFollower] = []
    ) {
        self.jurisdiction = jurisdiction
        self.creditor = creditor
        self.plugin = plugin
        self.followers = followers
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
    private let batchSize: Int

    package init(database: TenantDatabase, rules: CaseRules, batchSize: Int = 500) {
        self.database = database
        self.rules = rules
        self.batchSize = batchSize
    }

    /// After so many batches the next is planned on another thread while one is written: a small tenant is not worth a
    /// second connection.
    private static let batchesAlone = 3

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
        let planner = DailyRunPlanner(rules, on: day, batchSize: batchSize)
        let total = try progress == nil ? 0 : database.read { try DailyRunPlanner.dueCount(on: day, $0) }
        var result = DailyRunResult()
        var place: DailyRunPlan.Place? = .first
        var ahead: PlanAhead?
        // What was begun and is not needed has ended when the run has.
        defer { _ = ahead?.plan() }
        // The log's sizes from before the last batch to after it.
        var sizes: ClosedRange<Int64>?
        var batches = 0
        while let start = place, !shouldStop() {
            let before = result.cases
            (result, place) = try database.write(provenance) { transaction in
                // A copy: what a transaction that is rolled back has counted does not count.
                var counted = result
                let size = try AuditLog.size(transaction)
                let made = ahead.take()?.plan()
                let plan =
                    if let made, let sizes, made.holds(at: size, after: sizes) {
                        made
                    } else {
                        try planner.plan(from: start, transaction)
                    }
                if batches >= DailyRun.batchesAlone, let next = plan.next {
                    ahead = PlanAhead(planner, from: next, of: database)
                }
                for planned in plan.cases { try treat(planned, day, transaction, &counted) }
                if plan.next == nil {
                    if counted.cases > 0 { try recordEnd(day, counted, transaction) }
                    try atEnd(transaction)
                }
                sizes = size...(try transaction.attachment(AuditLog.self).head.size)
                return (counted, plan.next)
            }
            batches += 1
            if result.cases > before { progress?(result.cases, max(total, result.cases)) }
        }
        return result
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

    /// Does what a plan says about a case.
    private func treat(
        _ planned: DailyRunPlan.Case, _ day: CivilDate, _ transaction: WriteTransaction,
        _ result: inout DailyRunResult
    ) throws {
        result.cases += 1
        if let near = planned.limitation.near {
            try Limitations.raise(near, planned.id, on: day, transaction)
        }
        for ending in planned.ending { try Holds.raise(ending, planned.id, on: day, transaction) }
        for ended in planned.ended {
            try Holds.release(
                ended.hold, in: planned.id, by: .endDate, because: .fact("its last day has passed"), ended.resumption,
                on: day, transaction)
            try rules.announce(
                .released(ended.hold.facts.kind, claim: ended.hold.facts.claim), in: planned.id, on: day, transaction)
        }
        switch planned.outcome {
        case .held(let nextOn):
            try transaction.execute("UPDATE debt_case SET next_on = $1 WHERE id = $2", nextOn, planned.id)
            transaction.announceCases(on: nextOn)
        case .decided(let decided):
            // A day of rest or of waiting says nothing of what is missing.
            if planned.knownGap != nil, !decided.steps.isEmpty || decided.nextOn == nil {
                try Tasks.end(.ruleGap, planned.id, on: day, because: "the rules have an answer now", transaction)
            }
            for step in decided.steps { try take(step, planned.id, day, transaction) }
            if decided.steps.isEmpty {
                try transaction.execute(
                    "UPDATE debt_case SET next_on = $1 WHERE id = $2", decided.nextOn, planned.id)
            } else {
                try Closing.advance(planned.id, to: decided.stage, nextOn: decided.nextOn, transaction)
            }
            transaction.announceCases(on: decided.nextOn)
            result.steps += decided.steps.count
        case .gap(let gap):
            result.gaps += 1
            // Who looks at the task must see today's reason; the day in it stays that of the first time.
            let isKnown = planned.knownGap.map { $0.hasPrefix(gap.rule) && $0.hasSuffix(": \(gap.reason)") } ?? false
            if !isKnown {
                try Tasks.raise(
                    .ruleGap, planned.id, on: day, message: "\(gap.rule) has no answer for \(gap.day): \(gap.reason)",
                    cure: gap.cure, transaction)
            }
            // Tomorrow the table may have been extended.
            try transaction.execute(
                "UPDATE debt_case SET next_on = $1 WHERE id = $2", day.adding(days: 1), planned.id)
            transaction.announceCases(on: day.adding(days: 1))
        }
    }

    private func take(
        _ step: DailyRunPlan.Step, _ caseID: CaseID, _ day: CivilDate, _ transaction: WriteTransaction
    ) throws {
        let id = try transaction.newID("case_step")
        try transaction.execute(
            """
            INSERT INTO case_step (id, case_id, kind, claims, state, decided_on, sent_on, reasons)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
            """,
            values: [
                .integer(id), caseID.sqlValue, .text(step.kind.rawValue), .text(step.claims),
                .text(step.sends ? "queued" : "done"), day.sqlValue, step.sends ? .null : day.sqlValue,
                .text(step.reasons),
            ])
        for (charge, explanation) in step.charges {
            try Charges.post(charge, explanation, on: day, in: caseID, cause: .step(id), transaction)
        }
        if !step.charges.isEmpty { try rules.announce(.balance, in: caseID, on: day, transaction) }
        if step.sends {
            try JobQueue.enqueue(NewJob(.deliverLetter, subject: id, lane: caseID.rawValue), transaction)
        }
        try transaction.audit(
            .stepDecided, subject: ["case": .integer(caseID.rawValue), "step": .integer(id)], change: step.change,
            basis: step.basis)
    }
}

/// A plug-in's answer that cannot be used at all.
package struct CaseRulesFault: Error, Sendable, CustomStringConvertible {
    package let description: String

    package init(_ description: String) { self.description = description }
}

/// Posts what the rules decided.
enum Charges {
    /// - Parameter explanation: the computation as text.
    static func post(
        _ charge: DecidedCharge, _ explanation: String, on day: CivilDate, in caseID: CaseID, cause: Cause,
        _ transaction: WriteTransaction
    ) throws {
        let amount = charge.amount.value
        let receivable = Account(receivable: charge.component)
        let source = Account(sourceOf: charge.component)
        // Negative: an earlier charge of the component is taken back.
        try Ledger.post(
            debit: amount.isNegative ? source : receivable, credit: amount.isNegative ? receivable : source,
            amount: amount.isNegative ? try Money.zero(amount.currency) - amount : amount, on: day, caseID: caseID,
            claim: charge.claim, cause: cause, explanation: explanation, transaction)
    }
}
