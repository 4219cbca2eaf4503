import FordringKit

/// One question put to the rules: what may be done about a case on a day.
///
/// The order is reminder, notice, letter, court, and each claim walks it on its own: a claim that joins a case late begins
/// at the beginning. Claims whose next step is the same and may be taken today share one letter, and so one fee.
struct Procedure {
    /// The law with the tenant's settings.
    let law: Denmark
    /// The case.
    let facts: CaseFacts
    /// The day.
    let day: CivilDate

    /// Why a claim waits.
    private enum Cause: Int, CaseIterable {
        case dueDate
        case deadline
        case feeSpacing
        case restDay
        case sending
        case courtDecision
        case policyEnds
    }

    /// Claims that wait for the same cause and as long.
    private struct Wait {
        let cause: Cause
        /// The day on which they are looked at again; `nil` where only an event can change the answer.
        let until: CivilDate?
        var claims: [ClaimID]
    }

    /// How far a claim has come.
    private struct Progress {
        var reminders = 0
        var furthest: CollectionStep?
        /// The last day to pay of the latest letter; before any letter the last timely day.
        var after: CivilDate
    }

    /// A claim for which a step may be taken today, and how far it had come.
    private struct DueClaim {
        let claim: ClaimFacts
        let progress: Progress
    }

    // MARK: The answer

    /// The answer; exactly one for each case and day.
    func decision() throws -> Decision {
        try DenmarkOnly.check(facts.currency, on: day)
        if facts.outstanding.minorUnits <= 0 { return Procedure.paid }
        for step in facts.steps where step.sentOn == nil {
            guard let kind = CollectionStep(step.kind), kind.sendsLetter else { continue }
            return Procedure.unsent
        }

        let wishes = Wishes(facts.creditor.policy)
        var due: [[DueClaim]] = [[], [], [], []]
        var waits: [Wait] = []
        var open = 0
        for claim in facts.claims where claim.outstandingPrincipal.minorUnits > 0 {
            open += 1
            let progress = try progress(of: claim)
            guard let next = next(after: progress, wishes) else {
                add(claim.id, progress.furthest == .court ? .courtDecision : .policyEnds, nil, to: &waits)
                continue
            }
            let (allowedFrom, cause) = try allowed(next, after: progress, wishes)
            if allowedFrom > day {
                add(claim.id, cause, Holidays.bankingDay(onOrAfter: allowedFrom), to: &waits)
            } else if Holidays.isRestDay(day) {
                add(claim.id, .restDay, Holidays.bankingDay(onOrAfter: day), to: &waits)
            } else {
                due[next.rawValue].append(DueClaim(claim: claim, progress: progress))
            }
        }
        if open == 0 { return Procedure.smallRest }

        var steps: [DecidedStep] = []
        for step in CollectionStep.allCases where !due[step.rawValue].isEmpty {
            let claims = due[step.rawValue]
            steps.append(try decide(step, for: claims, wishes))
            for due in claims {
                let until = try review(after: step, due.progress, wishes)
                add(due.claim.id, step.sendsLetter ? .sending : .courtDecision, until, to: &waits)
            }
        }
        return Decision(
            steps: steps, reviewOn: waits.compactMap(\.until).min(), waiting: lines(of: waits, openClaims: open))
    }

    // MARK: When

    /// How far a claim has come, from the steps that cover it.
    private func progress(of claim: ClaimFacts) throws -> Progress {
        var progress = Progress(after: InterestAct.lastTimelyDay(dueOn: claim.dueOn))
        for step in facts.steps {
            guard let kind = CollectionStep(step.kind), step.claims.contains(claim.id) else { continue }
            if kind == .reminder { progress.reminders += 1 }
            if kind.rawValue >= (progress.furthest?.rawValue ?? 0) { progress.furthest = kind }
            if let stated = step.deadlineOn {
                progress.after = max(progress.after, stated)
            } else if let sentOn = step.sentOn, let deadline = try CollectionAct.deadline(for: kind, sentOn: sentOn) {
                progress.after = max(progress.after, deadline.value)
            }
            // A notice that stated too short a deadline still leaves the debtor the ten days of § 10.
            if kind == .notice, let sentOn = step.sentOn {
                progress.after = max(progress.after, sentOn.adding(days: try CollectionAct.noticeDays.on(sentOn).value))
            }
        }
        return progress
    }

    /// The step that comes next for a claim; `nil` at the end.
    private func next(after progress: Progress, _ wishes: Wishes) -> CollectionStep? {
        switch progress.furthest {
        case nil, .reminder: progress.reminders < wishes[.reminder].times ? .reminder : .notice
        case .notice: wishes[.letter].times > 0 ? .letter : wishes[.court].times > 0 ? .court : nil
        case .letter: wishes[.court].times > 0 ? .court : nil
        case .court: nil
        }
    }

    /// The first day on which the law and the policy allow a step, rest days aside.
    ///
    /// The last day to pay is the debtor's in full, and so is each of the policy's waiting days after it.
    private func allowed(
        _ step: CollectionStep, after progress: Progress, _ wishes: Wishes
    ) throws -> (from: CivilDate, cause: Cause) {
        let from = progress.after.adding(days: wishes[step].waitingDays + 1)
        let cause: Cause = progress.furthest == nil ? .dueDate : .deadline
        guard step == .reminder, wishes[.reminder].charge, let latest = latestReminderFee else { return (from, cause) }
        let rule = try InterestAct.reminderFee.on(day).value
        let spaced = latest.adding(days: rule.spacingDays)
        guard spaced > from, reminderFeesInArrears < rule.countMax else { return (from, cause) }
        return (spaced, .feeSpacing)
    }

    /// The earliest day on which something can be done about a claim that gets a step today.
    ///
    /// The letter leaves the house today at the earliest, so nothing can happen before its deadline has passed.
    private func review(
        after step: CollectionStep, _ progress: Progress, _ wishes: Wishes
    ) throws -> CivilDate? {
        guard let deadline = try CollectionAct.deadline(for: step, sentOn: day)?.value else { return nil }
        var progress = progress
        progress.furthest = step
        progress.after = max(progress.after, deadline)
        if step == .reminder { progress.reminders += 1 }
        guard let next = next(after: progress, wishes) else { return nil }
        return Holidays.bankingDay(onOrAfter: progress.after.adding(days: wishes[next].waitingDays + 1))
    }

    // MARK: Reminder fees

    /// The day of the latest reminder with a fee in the case: its sending, where that is known.
    ///
    /// § 9 b is about the debtor, so the distance is kept between all reminders of the case, whichever claims they cover.
    private var latestReminderFee: CivilDate? {
        var latest: CivilDate?
        for charge in facts.charges where charge.component == .reminderFee && charge.amount.minorUnits > 0 {
            var chargedOn = charge.chargedOn
            for step in facts.steps where step.kind == .reminder && step.decidedOn == chargedOn {
                if let sentOn = step.sentOn { chargedOn = max(chargedOn, sentOn) }
            }
            latest = latest.map { max($0, chargedOn) } ?? chargedOn
        }
        return latest
    }

    /// How many reminder fees were charged in the time of arrears that today lies in.
    ///
    /// An open claim has been in arrears without a break, so this count is never under the count for one performance, and
    /// one limit keeps both. A fee that was taken back still counts.
    private var reminderFeesInArrears: Int {
        var count = 0
        let began = InterestAct.arrearsBegan(facts.claims, on: day)
        for charge in facts.charges
        where charge.component == .reminderFee && charge.amount.minorUnits > 0 && charge.chargedOn >= began {
            count += 1
        }
        return count
    }

    // MARK: What

    /// The step for the claims that may have it today, with its charges and reasons.
    private func decide(_ step: CollectionStep, for due: [DueClaim], _ wishes: Wishes) throws -> DecidedStep {
        let wish = wishes[step]
        let claims = due.map(\.claim)
        var charges: [DecidedCharge] = []
        var reasons: [ExplanationLine] = []
        let latest = due.map(\.progress.after).max() ?? day

        switch step {
        case .reminder:
            reasons.append(ExplanationLine(Procedure.overdue, InterestAct.dueDateStart, through: latest))
            let rule = try InterestAct.reminderFee.on(day)
            if !wish.charge {
                reasons.append(ExplanationLine("The creditor asks for no reminder fee.", Practice.policy))
            } else if reminderFeesInArrears >= rule.value.countMax {
                reasons.append(
                    ExplanationLine("Three fees were charged already, so this reminder carries none.", rule.citation))
            } else {
                charges.append(
                    DecidedCharge(
                        component: .reminderFee, claim: claims.count == 1 ? claims.first?.id : nil,
                        amount: Explained(
                            rule.value.amount,
                            [ExplanationLine("Fee of a reminder.", rule.citation, amount: rule.value.amount)])))
            }
        case .notice:
            reasons.append(ExplanationLine(Procedure.overdue, InterestAct.dueDateStart, through: latest))
            reasons.append(Procedure.noticeLine)
            if wish.overruled { reasons.append(Procedure.noticeOverrulesLine) }
        case .letter:
            reasons.append(
                ExplanationLine(
                    "The deadline of the collection notice has passed.", CollectionAct.notice, through: latest))
            reasons.append(Procedure.letterLine)
            if wish.charge {
                if let cost = try CostOrder.charge(on: claims, in: facts, day: day) {
                    charges.append(cost)
                    reasons.append(Procedure.costLine)
                    reasons.append(Procedure.warnedLine)
                } else {
                    reasons.append(Procedure.costCoveredLine)
                }
            } else {
                reasons.append(ExplanationLine("The creditor asks for no collection cost.", Practice.policy))
            }
        case .court:
            reasons.append(
                ExplanationLine(
                    "The deadline of the last letter has passed, and no step out of court is left.",
                    ProcedureAct.paymentOrder, through: latest))
            reasons.append(Procedure.courtNeedsNoticeLine)
        }

        if step.sendsLetter, wish.charge {
            for claim in claims {
                if let charge = try InterestAct.compensationCharge(on: claim, in: facts) { charges.append(charge) }
            }
        }
        if step != .reminder {
            for claim in claims {
                if let charge = try InterestAct.charge(on: claim, in: facts, through: day, dayCount: law.dayCount) {
                    charges.append(charge)
                }
            }
        }
        return DecidedStep(kind: step.kind, claims: claims.map(\.id), charges: charges, reasons: reasons)
    }

    private static let overdue = "The last timely day has passed and the claim is not paid."
    private static let noticeLine = ExplanationLine(
        "The notice must be sent before any other step of collecting.", CollectionAct.notice)
    private static let noticeOverrulesLine = ExplanationLine(
        "The creditor's policy leaves the notice out, but the law requires it.", ProcedureAct.noticeBeforeCourt)
    private static let letterLine = ExplanationLine(
        "The collection letter is the last demand before a court.", Practice.collectionLetter)
    private static let costLine = ExplanationLine(
        "The debtor bears reasonable and relevant costs of recovery, at most those of the table.",
        InterestAct.recoveryCosts)
    private static let warnedLine = ExplanationLine(
        "The notice warned of further costs and gave at least ten days.", CostOrder.warning)
    private static let costCoveredLine = ExplanationLine(
        "What the table allows for the case was charged already.", CostOrder.table.lines[0].citation)
    private static let courtNeedsNoticeLine = ExplanationLine(
        "The notice that a payment order asks for was sent.", ProcedureAct.noticeBeforeCourt)

    // MARK: Why not

    private static let paid = Decision(
        steps: [], reviewOn: nil,
        waiting: [ExplanationLine("Everything is paid; nothing may be demanded.", CollectionAct.goodPractice)])

    private static let smallRest = Decision(
        steps: [], reviewOn: nil,
        waiting: [
            ExplanationLine(
                "The principal is paid; a person decides about the rest of fees, costs and interest.",
                Practice.smallRest)
        ])

    private static let unsent = Decision(
        steps: [], reviewOn: nil,
        waiting: [
            ExplanationLine(
                "A letter was decided and has not left the house; its deadline counts from the sending.",
                CollectionAct.notice)
        ])

    /// The line of each cause, by ``Cause``'s number.
    private static let lineOfCause: [ExplanationLine] = Cause.allCases.map { cause in
        switch cause {
        case .dueDate:
            ExplanationLine(
                "Waits until the due date and the creditor's waiting days have passed.", InterestAct.dueDateStart)
        case .deadline:
            ExplanationLine(
                "Waits until the deadline of the last letter and the creditor's waiting days have passed.",
                CollectionAct.notice)
        case .feeSpacing:
            ExplanationLine(
                "Waits until ten days have gone by since the last reminder with a fee.",
                Citation(InterestAct.source, "§ 9 b"))
        case .restDay:
            ExplanationLine("Waits for the next working day.", Practice.workingDays)
        case .sending:
            ExplanationLine("Waits for today's letter to be sent and for its deadline to pass.", CollectionAct.notice)
        case .courtDecision:
            ExplanationLine(
                "All steps out of court are taken; a person must decide on the court.", ProcedureAct.paymentOrder)
        case .policyEnds:
            ExplanationLine("The creditor's policy has no further step; a person must decide.", Practice.policy)
        }
    }

    private func add(_ claim: ClaimID, _ cause: Cause, _ until: CivilDate?, to waits: inout [Wait]) {
        if let index = waits.firstIndex(where: { $0.cause == cause && $0.until == until }) {
            waits[index].claims.append(claim)
        } else {
            waits.append(Wait(cause: cause, until: until, claims: [claim]))
        }
    }

    /// The waits as lines, each with the last day of waiting; the claims are named only where they wait apart.
    private func lines(of waits: [Wait], openClaims: Int) -> [ExplanationLine] {
        waits.map { wait in
            var line = Procedure.lineOfCause[wait.cause.rawValue]
            line.through = wait.until?.adding(days: -1)
            if wait.claims.count < openClaims {
                let claims = wait.claims.map(\.description).joined(separator: ", ")
                line.text = "\(wait.claims.count == 1 ? "Claim" : "Claims") \(claims): \(line.text)"
            }
            return line
        }
    }
}
