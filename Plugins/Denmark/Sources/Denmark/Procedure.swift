import FordringKit

/// One question put to the rules: what may be done about a case on a day.
///
/// The order is reminder, notice, letter, visit, court, and each claim walks it on its own: a claim that joins a case late
/// begins at the beginning. Claims whose next step is the same and may be taken today share one letter, and so one fee.
struct Procedure {
    /// The law with the tenant's settings.
    let law: Denmark
    /// The case.
    let facts: CaseFacts
    /// The day.
    let day: CivilDate

    /// Why a claim waits.
    enum Cause: Int, CaseIterable {
        case dueDate
        case reminderDeadline
        case noticeDeadline
        case letterDeadline
        case waitingDays
        case feeSpacing
        case restDay
        case sending
        case timeBarred
        case courtDecision
        case policyEnds
    }

    /// What stands in the way of a step, and through which day.
    private struct Obstacle: Equatable {
        let cause: Cause
        let through: CivilDate?
    }

    /// Claims that wait for the same step, for the same reasons and as long; without a step they are a person's.
    private struct Wait {
        let step: CollectionStep?
        /// The first day on which the step may be taken; `nil` where only an event can change the answer.
        let until: CivilDate?
        let obstacles: [Obstacle]
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

    private var regime: Regime { law.regime }
    private var lines: ProcedureLines { law.regime.lines }

    // MARK: The answer

    /// The answer; exactly one for each case and day.
    func decision() throws -> Decision {
        try Horizon.check(facts.currency, on: day)
        if facts.outstanding.minorUnits <= 0 { return lines.paid }
        for step in facts.steps where step.sentOn == nil {
            if Notice(step.kind) != nil { return lines.noticeUnsent }
            guard let kind = CollectionStep(step.kind), kind.sendsLetter else { continue }
            return lines.unsent
        }

        let wishes = Wishes(facts.creditor.policy, steps: regime.steps)
        var due: [[DueClaim]] = Array(repeating: [], count: CollectionStep.allCases.count)
        var waits: [Wait] = []
        var open = 0
        let isRestDay = regime.holidays.isRestDay(day)
        for claim in facts.claims where claim.outstandingPrincipal.minorUnits > 0 {
            open += 1
            let progress = try progress(of: claim)
            guard let next = next(after: progress, wishes) else {
                let cause: Cause = progress.furthest == .court ? .courtDecision : .policyEnds
                add(claim.id, nil, nil, [Obstacle(cause: cause, through: nil)], to: &waits)
                continue
            }
            if try regime.limitation.isBarred(claim, on: day) {
                add(claim.id, next, nil, [Obstacle(cause: .timeBarred, through: nil)], to: &waits)
                continue
            }
            var (from, obstacles) = try allowed(next, after: progress, wishes)
            if from <= day && !isRestDay {
                due[next.rawValue].append(DueClaim(claim: claim, progress: progress))
                continue
            }
            let workingDay = regime.holidays.bankingDay(onOrAfter: max(from, day))
            if workingDay > from {
                obstacles.append(Obstacle(cause: .restDay, through: workingDay.adding(days: -1)))
            }
            from = workingDay
            add(claim.id, next, from, obstacles, to: &waits)
        }
        if open == 0 { return lines.smallRest }

        var steps: [DecidedStep] = []
        for step in regime.steps where !due[step.rawValue].isEmpty {
            let claims = due[step.rawValue]
            steps.append(try decide(step, for: claims, after: steps, wishes))
            for due in claims { try addWhatFollows(step, due, wishes, to: &waits) }
        }
        return answer(steps, waits, openClaims: open)
    }

    // MARK: When

    /// How far a claim has come, from the steps that cover it.
    private func progress(of claim: ClaimFacts) throws -> Progress {
        var progress = Progress(after: regime.holidays.bankingDay(onOrAfter: claim.dueOn))
        for step in facts.steps {
            guard let kind = CollectionStep(step.kind), step.claims.contains(claim.id) else { continue }
            if kind == .reminder { progress.reminders += 1 }
            if kind.rawValue >= (progress.furthest?.rawValue ?? 0) { progress.furthest = kind }
            guard let sentOn = step.sentOn else { continue }
            if let stated = step.deadlineOn {
                progress.after = max(progress.after, stated)
            } else if let deadline = try regime.collection.deadline(for: kind, sentOn: sentOn) {
                progress.after = max(progress.after, deadline.value)
            } else {
                // A notice of a visit states no last day; the creditor's waiting days count from its sending.
                progress.after = max(progress.after, sentOn)
            }
            // A notice that stated too short a deadline still leaves the debtor the days of the law.
            if kind == .notice {
                progress.after = max(
                    progress.after, sentOn.adding(days: try regime.collection.noticeDays.on(sentOn).value))
            }
        }
        return progress
    }

    /// The step that comes next for a claim; `nil` at the end.
    private func next(after progress: Progress, _ wishes: Wishes) -> CollectionStep? {
        switch progress.furthest {
        case nil, .reminder:
            let alone = wishes[.reminder].times - (law.choices.mergesReminderIntoNotice ? 1 : 0)
            return progress.reminders < alone ? .reminder : .notice
        case .notice where wishes[.letter].times > 0: return .letter
        case .notice, .letter:
            if wishes[.visit].times > 0, law.choices.visits.isComplete { return .visit }
            return wishes[.court].times > 0 ? .court : nil
        case .visit: return wishes[.court].times > 0 ? .court : nil
        case .court: return nil
        }
    }

    /// The first day on which the law and the policy allow a step, rest days aside, and what stands in the way until then.
    ///
    /// The last day to pay is the debtor's in full, and so is each of the policy's waiting days after it.
    private func allowed(
        _ step: CollectionStep, after progress: Progress, _ wishes: Wishes
    ) throws -> (from: CivilDate, obstacles: [Obstacle]) {
        let waited = progress.after.adding(days: wishes[step].waitingDays)
        var from = waited.adding(days: 1)
        var obstacles: [Obstacle] = []
        if progress.after >= day {
            let cause: Cause
            switch progress.furthest {
            case nil: cause = .dueDate
            case .reminder: cause = .reminderDeadline
            case .notice: cause = .noticeDeadline
            case .letter, .visit, .court: cause = .letterDeadline
            }
            obstacles.append(Obstacle(cause: cause, through: progress.after))
        }
        if waited >= day && waited > progress.after { obstacles.append(Obstacle(cause: .waitingDays, through: waited)) }
        if carriesReminderFee(step, wishes), let latest = latestReminderFee {
            let rule = try regime.interest.reminderFee.on(day).value
            let spaced = latest.adding(days: rule.spacingDays)
            if spaced > from, reminderFeesInArrears < rule.countMax {
                from = spaced
                if spaced > day { obstacles.append(Obstacle(cause: .feeSpacing, through: spaced.adding(days: -1))) }
            }
        }
        return (from, obstacles)
    }

    /// Puts down what a claim waits for that gets a step today.
    ///
    /// The letter leaves the house today at the earliest, so nothing can happen before its deadline has passed.
    private func addWhatFollows(
        _ step: CollectionStep, _ due: DueClaim, _ wishes: Wishes, to waits: inout [Wait]
    ) throws {
        guard step.sendsLetter else {
            return add(due.claim.id, nil, nil, [Obstacle(cause: .courtDecision, through: nil)], to: &waits)
        }
        var progress = due.progress
        progress.furthest = step
        let deadline = try regime.collection.deadline(for: step, sentOn: day)?.value ?? day
        progress.after = max(progress.after, deadline)
        if step == .reminder { progress.reminders += 1 }
        guard let next = next(after: progress, wishes) else {
            return add(due.claim.id, nil, nil, [Obstacle(cause: .policyEnds, through: nil)], to: &waits)
        }
        let waited = progress.after.adding(days: wishes[next].waitingDays)
        var obstacles = [Obstacle(cause: .sending, through: progress.after)]
        if waited > progress.after { obstacles.append(Obstacle(cause: .waitingDays, through: waited)) }
        let until = regime.holidays.bankingDay(onOrAfter: waited.adding(days: 1))
        add(due.claim.id, next, until, obstacles, to: &waits)
    }

    // MARK: Reminder fees

    /// Whether a step is a reminder, or has one merged into it, for which the creditor asks a fee.
    private func carriesReminderFee(_ step: CollectionStep, _ wishes: Wishes) -> Bool {
        wishes[.reminder].charge && (step == .reminder || isMerged(step, wishes))
    }

    /// Whether a step is the notice with the last reminder merged into it.
    private func isMerged(_ step: CollectionStep, _ wishes: Wishes) -> Bool {
        step == .notice && law.choices.mergesReminderIntoNotice && wishes[.reminder].times > 0
    }

    /// The day of the latest reminder with a fee in the case, also one that the creditor sent: its sending, where known.
    ///
    /// § 9 b is about the debtor, so the distance is kept between all reminders of the case, whichever claims they cover.
    private var latestReminderFee: CivilDate? {
        var latest: CivilDate?
        for charge in facts.charges where charge.component == .reminderFee && charge.amount.minorUnits > 0 {
            var chargedOn = charge.chargedOn
            for step in facts.steps where step.decidedOn == charge.chargedOn && isCarrier(step, of: charge) {
                if let sentOn = step.sentOn { chargedOn = max(chargedOn, sentOn) }
            }
            latest = latest.map { max($0, chargedOn) } ?? chargedOn
        }
        for claim in facts.claims {
            guard let earlier = claim.earlierReminders, earlier.count > 0 else { continue }
            latest = latest.map { max($0, earlier.latestOn) } ?? earlier.latestOn
        }
        return latest
    }

    /// Whether a step of a reminder fee's day is the one that carried it: the reminder, or the notice that one was merged into.
    ///
    /// The fee of several claims belongs to the case; where the books do not say which step it was, both kinds count.
    private func isCarrier(_ step: StepFacts, of fee: ChargeFacts) -> Bool {
        if let claim = fee.claim, !step.claims.contains(claim) { return false }
        return fee.step.map { $0 == step.kind } ?? (step.kind == .reminder || step.kind == .collectionNotice)
    }

    /// How many reminder fees were charged in the time of arrears that today lies in.
    ///
    /// An open claim has been in arrears without a break, so this count is never under the count for one performance, and
    /// one limit keeps both. A fee that was taken back still counts. Of the creditor's own reminders nobody knows whether
    /// one covered several claims, so each counts: rather a fee too few.
    private var reminderFeesInArrears: Int {
        var count = 0
        let began = regime.interest.arrearsBegan(facts.claims, on: day)
        for charge in facts.charges
        where charge.component == .reminderFee && charge.amount.minorUnits > 0 && charge.chargedOn >= began {
            count += 1
        }
        for claim in facts.claims {
            guard let earlier = claim.earlierReminders else { continue }
            if claim.outstandingPrincipal.minorUnits > 0 || earlier.latestOn >= began { count += max(0, earlier.count) }
        }
        return count
    }

    /// The fee of a reminder, or why it carries none.
    private func chargeReminderFee(
        _ claims: [ClaimFacts], after earlier: [DecidedStep], _ wishes: Wishes, _ charges: inout [DecidedCharge],
        _ reasons: inout [ExplanationLine]
    ) throws {
        guard wishes[.reminder].charge else { return reasons.append(lines.noFee) }
        let rule = try regime.interest.reminderFee.on(day)
        if earlier.contains(where: { $0.charges.contains { $0.component == .reminderFee } }) {
            reasons.append(lines.feeToday)
        } else if reminderFeesInArrears >= rule.value.countMax {
            reasons.append(lines.feesExhausted)
        } else {
            charges.append(
                DecidedCharge(
                    component: .reminderFee, claim: claims.count == 1 ? claims.first?.id : nil,
                    amount: Explained(
                        rule.value.amount,
                        [ExplanationLine("Fee of a reminder.", rule.citation, amount: rule.value.amount)])))
        }
    }

    /// § 9 b: the fee for handing the case to a collector, once for the case; where the settings ask for it.
    ///
    /// A creditor that collects for itself hands nothing over. One that was taken back is not charged again.
    private func chargeHandOverFee(_ charges: inout [DecidedCharge]) throws {
        guard law.choices.chargesHandOverFee, !facts.creditor.collectsItself,
            !facts.charges.contains(where: { $0.component == .collectionFee })
        else { return }
        let fee = try regime.interest.handOverFee.on(day)
        charges.append(
            DecidedCharge(
                component: .collectionFee, claim: nil,
                amount: Explained(
                    fee.value,
                    [ExplanationLine("Fee for handing the case to a collector.", fee.citation, amount: fee.value)])))
    }

    // MARK: What

    /// The step for the claims that may have it today, with its charges and reasons.
    private func decide(
        _ step: CollectionStep, for due: [DueClaim], after earlier: [DecidedStep], _ wishes: Wishes
    ) throws -> DecidedStep {
        let wish = wishes[step]
        let claims = due.map(\.claim)
        var charges: [DecidedCharge] = []
        var reasons: [ExplanationLine] = []
        let latest = due.map(\.progress.after).max() ?? day
        func reason(_ line: ExplanationLine) {
            var line = line
            line.through = latest
            reasons.append(line)
        }

        switch step {
        case .reminder:
            reason(lines.overdue)
            try chargeReminderFee(claims, after: earlier, wishes, &charges, &reasons)
        case .notice:
            reason(lines.overdue)
            reasons.append(lines.notice)
            if wish.overruled { reasons.append(lines.noticeOverrules) }
            if isMerged(step, wishes) {
                reasons.append(lines.mergedReminder)
                try chargeReminderFee(claims, after: earlier, wishes, &charges, &reasons)
            } else if wish.charge {
                try chargeHandOverFee(&charges)
            }
        case .letter:
            reason(lines.noticeOver)
            reasons.append(lines.letter)
            if !wish.charge {
                reasons.append(lines.noCost)
            } else if facts.creditor.collectsItself {
                reasons.append(lines.ownCollection)
            } else if let cost = try regime.costs.charge(on: claims, in: facts, day: day) {
                charges.append(cost)
                reasons.append(lines.cost)
                reasons.append(lines.warned)
            } else {
                reasons.append(lines.costCovered)
            }
        case .visit:
            reason(lines.noticeOver)
            reasons.append(lines.visit)
        case .court:
            reason(lines.court)
            reasons.append(lines.courtNeedsNotice)
            if wishes[.visit].times > 0, !law.choices.visits.isComplete { reasons.append(lines.noVisit) }
        }

        if step.sendsLetter, wish.charge {
            for claim in claims {
                if let charge = try regime.interest.compensationCharge(on: claim, in: facts) { charges.append(charge) }
            }
        }
        if step != .reminder {
            if regime.interest.isSupported {
                for claim in claims {
                    if let charge = try regime.interest.charge(
                        on: claim, in: facts, through: day, dayCount: law.choices.dayCount)
                    {
                        charges.append(charge)
                    }
                }
            } else {
                reasons.append(lines.noInterest)
            }
        }
        return DecidedStep(kind: step.kind, claims: claims.map(\.id), charges: charges, reasons: reasons)
    }

    // MARK: Why not

    private func add(
        _ claim: ClaimID, _ step: CollectionStep?, _ until: CivilDate?, _ obstacles: [Obstacle], to waits: inout [Wait]
    ) {
        if let index = waits.firstIndex(where: {
            $0.step == step && $0.until == until && $0.obstacles == obstacles
        }) {
            waits[index].claims.append(claim)
        } else {
            waits.append(Wait(step: step, until: until, obstacles: obstacles, claims: [claim]))
        }
    }

    /// The steps of today, what is pending, and what waits for a person; claims are named there only where they wait apart.
    private func answer(_ steps: [DecidedStep], _ waits: [Wait], openClaims: Int) -> Decision {
        var decision = Decision(steps: steps, reviewOn: nil, waiting: [])
        for wait in waits {
            var obstacles = wait.obstacles.map { lines.line($0.cause, through: $0.through) }
            if let step = wait.step {
                decision.pending.append(
                    PendingStep(kind: step.kind, claims: wait.claims, notBefore: wait.until, obstacles: obstacles))
                if let until = wait.until {
                    decision.reviewOn = decision.reviewOn.map { min($0, until) } ?? until
                }
            } else {
                if wait.claims.count < openClaims {
                    let claims = wait.claims.map(\.description).joined(separator: ", ")
                    for index in obstacles.indices {
                        obstacles[index].text =
                            "\(wait.claims.count == 1 ? "Claim" : "Claims") \(claims): \(obstacles[index].text)"
                    }
                }
                decision.waiting += obstacles
            }
        }
        return decision
    }
}
