import FordringKit

/// One question put to the rules: what may be done about a case on a day.
///
/// The order is reminder, notice, payment demand, notice of legal action, court, and each claim walks it on its own: a
/// claim that joins a case late begins at the beginning. Claims whose next step is the same and may be taken today
/// share one letter, and so one fee.
struct Procedure {
    /// The law with the tenant's settings.
    let law: Norway
    /// The case.
    let facts: CaseFacts
    /// The day.
    let day: CivilDate
    /// What the creditor wants.
    private let wishes: Wishes
    /// The fees that count towards the limits of § 1-3.
    private let round: FeeRound

    /// Puts a question.
    init(law: Norway, facts: CaseFacts, day: CivilDate) {
        self.law = law
        self.facts = facts
        self.day = day
        wishes = Wishes(facts.creditor.policy)
        round = FeeRound(facts, on: day)
    }

    /// Why a claim waits.
    private enum Cause: Int, CaseIterable {
        case dueDate
        case feeAfterDue
        case deadline
        case feeSpacing
        case heavyFee
        case restDay
        case sending
        case limitation
        case limitationOfInstrument
        case limitationOfInterest
        case renewals
    }

    /// Why nothing more is done about a claim for which no step is left.
    private enum End {
        case courtDecision
        case policyEnds
    }

    /// How far a claim has come.
    private struct Progress {
        var reminders = 0
        var legalNotices = 0
        var furthest: CollectionStep?
        /// The last day to pay of the latest letter; before any letter the last timely day.
        var after: CivilDate
        /// The last day of the payment demand, from which the heavy fee counts.
        var demandDeadline: CivilDate?
        /// The sending of the latest demand or notice of legal action.
        var legalWarningOn: CivilDate?
    }

    /// A claim for which a step may be taken today, and how far it had come.
    private struct DueClaim {
        let step: CollectionStep
        let claim: ClaimFacts
        let progress: Progress
    }

    // MARK: The answer

    /// The answer; exactly one for each case and day.
    func decision() throws -> Decision {
        try NorwayOnly.check(facts.currency, on: day)
        if facts.outstanding.minorUnits <= 0 { return Procedure.paid }
        for step in facts.steps where step.sentOn == nil {
            if Notice(step.kind) != nil { return Procedure.noticeUnsent }
            guard let kind = CollectionStep(step.kind), kind.sendsLetter else { continue }
            return Procedure.unsent
        }

        var due: [DueClaim] = []
        var dueSteps = 0
        var pending: [PendingStep] = []
        var ended: End?
        var open = 0
        for claim in facts.claims where claim.outstandingPrincipal.minorUnits > 0 {
            open += 1
            let progress = try progress(of: claim)
            guard let next = next(after: progress, on: day) else {
                // Of two claims that have ended, the one before a court says more.
                if progress.furthest == .court || ended == nil {
                    ended = progress.furthest == .court ? .courtDecision : .policyEnds
                }
                continue
            }
            if LimitationAct.lastDay(of: claim) < day {
                let isInstrument = claim.basis == .debtInstrument || claim.basis == .moneyLoan
                add(claim.id, next, isInstrument ? .limitationOfInstrument : .limitation, nil, to: &pending)
                continue
            }
            // A reminder asks for no interest.
            if next != .reminder, LimitationAct.mayInterestHaveLapsed(of: claim, on: day) {
                add(claim.id, next, .limitationOfInterest, nil, to: &pending)
                continue
            }
            if next == .legalNotice, progress.legalNotices >= CollectionStep.legalNotice.timesMax {
                add(claim.id, .court, .renewals, nil, to: &pending)
                continue
            }
            let (allowedFrom, cause) = allowed(next, after: progress)
            if allowedFrom > day {
                add(claim.id, next, cause, Holidays.bankingDay(onOrAfter: allowedFrom), to: &pending)
            } else if Holidays.isRestDay(day) {
                add(claim.id, next, .restDay, Holidays.bankingDay(onOrAfter: day), to: &pending)
            } else {
                due.append(DueClaim(step: next, claim: claim, progress: progress))
                dueSteps |= 1 << next.rawValue
            }
        }
        if open == 0 { return Procedure.smallRest }

        var steps: [DecidedStep] = []
        if dueSteps != 0 {
            // What one letter charges today counts for the next.
            var deciding = self
            for step in CollectionStep.allCases where dueSteps & (1 << step.rawValue) != 0 {
                let claims = due.filter { $0.step == step }
                let decided = try deciding.decide(step, for: claims)
                steps.append(decided)
                if dueSteps >> (step.rawValue + 1) != 0 {
                    var charged = deciding.facts
                    try charged.take(decided, on: day, sentOn: nil, deadlineOn: nil)
                    deciding = Procedure(law: law, facts: charged, day: day)
                }
                for due in claims {
                    if let (next, from) = try following(step, due.progress) {
                        add(due.claim.id, next, .sending, from, to: &pending)
                    } else if ended == nil || step == .court {
                        ended = step == .court ? .courtDecision : .policyEnds
                    }
                }
            }
        }
        var waiting: [ExplanationLine] = []
        if pending.isEmpty, let ended {
            waiting = ended == .courtDecision ? Procedure.courtDecision : Procedure.policyEnds
        }
        var reviewOn: CivilDate?
        for step in pending {
            guard let notBefore = step.notBefore else { continue }
            reviewOn = reviewOn.map { min($0, notBefore) } ?? notBefore
        }
        var decision = Decision(steps: steps, reviewOn: reviewOn, waiting: waiting)
        decision.pending = pending
        return decision
    }

    // MARK: When

    /// How far a claim has come, from the steps that cover it.
    private func progress(of claim: ClaimFacts) throws -> Progress {
        var progress = Progress(after: InterestAct.lastTimelyDay(dueOn: claim.dueOn))
        for step in facts.steps {
            guard let kind = CollectionStep(step.kind), step.claims.contains(claim.id) else { continue }
            if kind == .reminder { progress.reminders += 1 }
            if kind.rawValue >= (progress.furthest?.rawValue ?? 0) { progress.furthest = kind }
            guard kind.sendsLetter, let sentOn = step.sentOn else { continue }
            // A letter that stated too short a deadline still leaves the debtor the days of the act.
            let least = try CollectionAct1988.lastDay(sentOn: sentOn)
            let last = step.deadlineOn.map { max($0, sentOn.adding(days: CollectionAct1988.deadlineDaysMin)) } ?? least
            progress.after = max(progress.after, last)
            if kind == .demand { progress.demandDeadline = last }
            if kind == .legalNotice { progress.legalNotices += 1 }
            if kind == .demand || kind == .legalNotice {
                progress.legalWarningOn = max(progress.legalWarningOn ?? sentOn, sentOn)
            }
        }
        return progress
    }

    /// The step that comes next for a claim; `nil` at the end.
    private func next(after progress: Progress, on day: CivilDate) -> CollectionStep? {
        switch progress.furthest {
        case nil, .reminder: return progress.reminders < wishes[.reminder].times ? .reminder : .notice
        case .notice: return wishes[.demand].times > 0 ? .demand : nil
        case .demand, .legalNotice:
            if progress.legalNotices < wishes[.legalNotice].times { return .legalNotice }
            guard wishes[.court].times > 0 else { return nil }
            guard let warnedOn = progress.legalWarningOn else { return .legalNotice }
            return day > Procedure.freshThrough(warnedOn) ? .legalNotice : .court
        case .court: return nil
        }
    }

    /// § 11: the last day on which legal steps may rest on a demand or notice.
    private static func freshThrough(_ sentOn: CivilDate) -> CivilDate {
        sentOn.addingMonthsClampingToMonthEnd(CollectionAct1988.freshMonths)
    }

    /// The first day on which the law and the policy allow a step, rest days aside.
    ///
    /// The last day to pay is the debtor's in full, and so is each of the policy's waiting days. A step for which a
    /// charge is wanted waits until the charge is allowed.
    private func allowed(_ step: CollectionStep, after progress: Progress) -> (from: CivilDate, cause: Cause) {
        let wish = wishes[step]
        var from = progress.after.adding(days: 1)
        var cause: Cause = progress.furthest == nil ? .dueDate : .deadline
        switch step {
        case .reminder, .notice:
            if wish.charge, progress.furthest == nil {
                from = progress.after.adding(days: CollectionRegulation.feeDays)
                cause = .feeAfterDue
            }
            from = from.adding(days: wish.waitingDays)
            if wish.charge, round.count < CollectionRegulation.feesMax, let latest = round.latestOn {
                let spaced = latest.adding(days: CollectionRegulation.feeSpacingDays)
                if spaced > from { return (spaced, .feeSpacing) }
            }
            return (from, cause)
        case .legalNotice:
            // A renewal asks for no fee that has not been charged already, so it need not wait.
            if wish.charge, progress.legalNotices == 0, !facts.creditor.collectsItself,
                let deadline = progress.demandDeadline
            {
                from = max(from, deadline.adding(days: CollectionRegulation.heavyDays))
                cause = .heavyFee
            }
        case .demand, .court: break
        }
        from = from.adding(days: wish.waitingDays)
        // Legal steps that would come too late for their notice are preceded by a new one.
        if step == .court, let warnedOn = progress.legalWarningOn {
            from = min(from, Procedure.freshThrough(warnedOn).adding(days: 1))
        }
        return (from, cause)
    }

    /// The step after one that is taken today, and the earliest day on which something can be done about it.
    ///
    /// The letter leaves the house today at the earliest, so nothing can happen before its deadline has passed.
    private func following(_ step: CollectionStep, _ progress: Progress) throws -> (CollectionStep, CivilDate)? {
        guard step.sendsLetter else { return nil }
        let last = try CollectionAct1988.lastDay(sentOn: day)
        var progress = progress
        progress.furthest = step
        progress.after = max(progress.after, last)
        switch step {
        case .reminder: progress.reminders += 1
        case .demand:
            progress.demandDeadline = last
            progress.legalWarningOn = day
        case .legalNotice:
            progress.legalNotices += 1
            progress.legalWarningOn = day
        case .notice, .court: break
        }
        guard let next = next(after: progress, on: day) else { return nil }
        return (next, Holidays.bankingDay(onOrAfter: allowed(next, after: progress).from))
    }

    // MARK: What

    /// The step for the claims that may have it today, with its charges and reasons.
    private func decide(_ step: CollectionStep, for due: [DueClaim]) throws -> DecidedStep {
        let wish = wishes[step]
        let claims = due.map(\.claim)
        var charges: [DecidedCharge] = []
        var reasons: [ExplanationLine] = []
        let latest = due.map(\.progress.after).max() ?? day
        let isUnderNewAct = law.isUnderNewAct(day)
        if wish.charge, isUnderNewAct, step.sendsLetter {
            throw CollectionAct2026.gap("the fee or cost of the step \(step.kind)", on: day)
        }

        switch step {
        case .reminder:
            reasons.append(ExplanationLine(Procedure.overdue, InterestAct.dueDateStart, through: latest))
            try addFee("Fee of a reminder", wish, claims, &charges, &reasons)
        case .notice:
            reasons.append(ExplanationLine(Procedure.overdue, InterestAct.dueDateStart, through: latest))
            reasons.append(isUnderNewAct ? Procedure.noticeLineOf2026 : Procedure.noticeLine)
            if wish.overruled { reasons.append(Procedure.noticeOverrulesLine) }
            try addFee("Fee of a collection notice", wish, claims, &charges, &reasons)
        case .demand:
            reasons.append(
                ExplanationLine(
                    "The deadline of the collection notice has passed.", CollectionAct1988.notice, through: latest))
            reasons.append(isUnderNewAct ? Procedure.demandLineOf2026 : Procedure.demandLine)
            if wish.overruled { reasons.append(Procedure.demandOverrulesLine) }
            if wish.charge {
                if facts.creditor.collectsItself {
                    try addOwnDemandFee(claims, &charges, &reasons)
                } else {
                    try addLightFee(claims, &charges, &reasons)
                }
                try addCompensation(claims, &charges)
            } else {
                reasons.append(Procedure.noCostLine)
            }
        case .legalNotice:
            reasons.append(
                ExplanationLine(
                    "The deadline of the payment demand has passed.", CollectionAct1988.demand, through: latest))
            reasons.append(Procedure.legalNoticeLine)
            if wish.times == 0 { reasons.append(Procedure.staleLine) }
            if wish.charge {
                try addHeavyFee(due, &charges, &reasons)
            } else {
                reasons.append(Procedure.noCostLine)
            }
        case .court:
            reasons.append(
                ExplanationLine(
                    "The deadline of the last letter has passed, and no step out of court is left.",
                    CollectionAct1988.legalSteps, through: latest))
            reasons.append(Procedure.courtNeedsWarningLine)
        }

        if step != .reminder {
            for claim in claims {
                if let charge = try InterestAct.charge(
                    on: claim, charged: facts.charges, through: day, rates: law.figures.interest,
                    dayCount: law.dayCount)
                {
                    charges.append(charge)
                }
            }
        }
        return DecidedStep(kind: step.kind, claims: claims.map(\.id), charges: charges, reasons: reasons)
    }

    /// What was charged of some components in the case, less what was taken back.
    private func charged(_ components: DebtComponent...) -> Int64 {
        var sum: Int64 = 0
        for charge in facts.charges where components.contains(charge.component) { sum += charge.amount.minorUnits }
        return sum
    }

    /// § 1-2: the fee of a reminder or notice, where § 1-3 leaves one.
    private func addFee(
        _ text: String, _ wish: Wishes.Wish, _ claims: [ClaimFacts], _ charges: inout [DecidedCharge],
        _ reasons: inout [ExplanationLine]
    ) throws {
        if !wish.charge {
            reasons.append(Procedure.noFeeLine)
        } else if round.count >= CollectionRegulation.feesMax {
            reasons.append(Procedure.twoFeesLine)
        } else if let latest = round.latestOn, latest.adding(days: CollectionRegulation.feeSpacingDays) > day {
            reasons.append(Procedure.feeSpacingLine)
        } else if charged(.compensation) > 0 {
            reasons.append(Procedure.compensatedLine)
        } else {
            charges.append(
                DecidedCharge(
                    component: .reminderFee, claim: claims.count == 1 ? claims.first?.id : nil,
                    amount: try CollectionRegulation.fee(
                        text, CollectionRegulation.reminderShare, on: day, figures: law.figures)))
        }
    }

    /// § 1-2: the fee of the creditor's own payment demand, once for the case.
    private func addOwnDemandFee(
        _ claims: [ClaimFacts], _ charges: inout [DecidedCharge], _ reasons: inout [ExplanationLine]
    ) throws {
        if facts.charges.contains(where: { $0.component == .collectionFee && $0.amount.minorUnits > 0 }) {
            reasons.append(Procedure.costCoveredLine)
            return
        }
        var fee = try CollectionRegulation.fee(
            "Fee of the creditor's own payment demand", CollectionRegulation.ownDemandShare, on: day,
            figures: law.figures)
        let compensated = charged(.compensation)
        if compensated > 0 {
            if fee.value.minorUnits <= compensated {
                reasons.append(Procedure.compensatedLine)
                return
            }
            fee = lessened(fee, by: compensated, Procedure.lessCompensation, CollectionRegulation.setOff)
        }
        charges.append(
            DecidedCharge(component: .collectionFee, claim: claims.count == 1 ? claims.first?.id : nil, amount: fee))
        reasons.append(Procedure.ownDemandLine)
    }

    /// § 2-2: the light fee of a payment demand.
    ///
    /// One fee for the case. Where it has paid such a cost before, a claim that joined later adds the lower of two:
    /// what the table gives for the new claims alone, and what it gives for old and new together, less what was
    /// charged. An old claim counts as it stood on the day of its demand.
    private func addLightFee(
        _ claims: [ClaimFacts], _ charges: inout [DecidedCharge], _ reasons: inout [ExplanationLine]
    ) throws {
        var sum: Int64 = 0
        for claim in claims { sum += claim.outstandingPrincipal.minorUnits }
        let figures = law.figures
        var fee = try CollectionRegulation.salary(
            on: Money(minorUnits: sum, facts.currency), of: claims, isHeavy: false, in: facts, day: day,
            figures: figures)
        let before = charged(.collectionCost)
        let compensated = max(0, charged(.compensation))
        if before > 0 || compensated > 0 {
            let (total, all) = demanded(with: claims, sum)
            var together = try CollectionRegulation.salary(
                on: Money(minorUnits: total, facts.currency), of: all, isHeavy: false, in: facts, day: day,
                figures: figures)
            together = lessened(together, by: max(0, before), Procedure.lessCharged, CollectionRegulation.oneFee)
            together = lessened(together, by: compensated, Procedure.lessCompensation, CollectionRegulation.setOff)
            if together.value.minorUnits < fee.value.minorUnits { fee = together }
        }
        guard fee.value.minorUnits > 0 else {
            reasons.append(Procedure.costCoveredLine)
            return
        }
        charges.append(
            DecidedCharge(component: .collectionCost, claim: claims.count == 1 ? claims.first?.id : nil, amount: fee))
        reasons.append(Procedure.costLine)
    }

    /// § 2-3: what the heavy fee is more than was charged, for claims whose demand was exceeded by more than 28 days.
    private func addHeavyFee(
        _ due: [DueClaim], _ charges: inout [DecidedCharge], _ reasons: inout [ExplanationLine]
    ) throws {
        if facts.creditor.collectsItself {
            reasons.append(Procedure.noCostLine)
            return
        }
        var claims: [ClaimFacts] = []
        var sum: Int64 = 0
        for due in due {
            guard let deadline = due.progress.demandDeadline,
                deadline.adding(days: CollectionRegulation.heavyDays) <= day
            else { continue }
            claims.append(due.claim)
            sum += due.claim.outstandingPrincipal.minorUnits
        }
        guard !claims.isEmpty else {
            reasons.append(Procedure.notHeavyLine)
            return
        }
        var fee = try CollectionRegulation.salary(
            on: Money(minorUnits: sum, facts.currency), of: claims, isHeavy: true, in: facts, day: day,
            figures: law.figures)
        fee = lessened(fee, by: max(0, charged(.collectionCost)), Procedure.lessCharged, CollectionRegulation.oneFee)
        fee = lessened(
            fee, by: max(0, charged(.compensation)), Procedure.lessCompensation, CollectionRegulation.setOff)
        guard fee.value.minorUnits > 0 else {
            reasons.append(Procedure.costCoveredLine)
            return
        }
        charges.append(
            DecidedCharge(component: .collectionCost, claim: claims.count == 1 ? claims.first?.id : nil, amount: fee))
        reasons.append(Procedure.costLine)
    }

    /// The size of all claims that a demand has covered or covers now, in øre.
    private func demanded(with claims: [ClaimFacts], _ sum: Int64) -> (Int64, [ClaimFacts]) {
        var total = sum
        var all = claims
        for old in facts.claims where !claims.contains(where: { $0.id == old.id }) {
            guard let letter = facts.steps.first(where: { $0.kind == .collectionLetter && $0.claims.contains(old.id) })
            else { continue }
            var left = old.principal.minorUnits
            for reduction in old.reductions where reduction.on <= letter.decidedOn {
                left -= reduction.amount.minorUnits
            }
            total += max(0, left)
            all.append(old)
        }
        return (total, all)
    }

    /// A cost less an amount that was charged before, with the line that says so.
    private func lessened(
        _ cost: Explained<Money>, by amount: Int64, _ text: String, _ citation: Citation
    ) -> Explained<Money> {
        guard amount > 0 else { return cost }
        var lessened = cost
        lessened.value = Money(minorUnits: cost.value.minorUnits - amount, cost.value.currency)
        lessened.lines.append(
            ExplanationLine(text, citation, amount: Money(minorUnits: -amount, cost.value.currency)))
        return lessened
    }

    /// § 3 a: the compensation of the claims of a demand, as far as it is more than all costs of the case.
    ///
    /// It comes with the payment demand and not before, so that it is known what it is set off against.
    private func addCompensation(_ claims: [ClaimFacts], _ charges: inout [DecidedCharge]) throws {
        switch facts.debtorKind {
        case .business, .publicAuthority: break
        case .consumer: return
        @unknown default: return  // Only those who are no consumers owe it.
        }
        // Also one that was taken back again counts: what a person waived is not charged a second time by the machine.
        let new = claims.filter { claim in
            !facts.charges.contains { $0.component == .compensation && $0.claim == claim.id }
        }
        var costs = charged(.reminderFee, .collectionFee, .collectionCost)
        for charge in charges where charge.component != .interest { costs += charge.amount.value.minorUnits }
        // What earlier compensations have used up is not set off again, so the rest can only be too much.
        var left = max(0, costs)
        for claim in new {
            let line = try law.figures.compensation.on(claim.dueOn)
            let setOff = min(left, line.value.minorUnits)
            left -= setOff
            if setOff == line.value.minorUnits { continue }
            var lines = [
                ExplanationLine("Standard compensation for the cost of recovery.", line.citation, amount: line.value)
            ]
            if setOff > 0 {
                lines.append(
                    ExplanationLine(
                        "Less the fees and costs that the debtor pays already.", CollectionRegulation.setOff,
                        amount: Money(minorUnits: -setOff, line.value.currency)))
            }
            charges.append(
                DecidedCharge(
                    component: .compensation, claim: claim.id,
                    amount: Explained(Money(minorUnits: line.value.minorUnits - setOff, line.value.currency), lines)))
        }
    }

    // MARK: Words

    private static let lessCharged = "Less the collector's fee that was charged in the case before."
    private static let lessCompensation = "Less the compensation that was charged in the case before."
    private static let overdue = "The last timely day has passed and the claim is not paid."
    private static let noFeeLine = ExplanationLine("The creditor asks for no fee.", Practice.policy)
    private static let noCostLine = ExplanationLine("No collection cost is asked for.", Practice.policy)
    private static let feeSpacingLine = ExplanationLine(
        "Another letter of the case has carried a fee within the last 14 days, so this one carries none.",
        CollectionRegulation.combinations)
    private static let twoFeesLine = ExplanationLine(
        "Two fees were charged already, so this letter carries none.", CollectionRegulation.combinations)
    private static let compensatedLine = ExplanationLine(
        "The compensation that was charged covers the fee.", CollectionRegulation.setOff)
    private static let noticeLine = ExplanationLine(
        "A written notice must be sent before collecting begins.", CollectionAct1988.notice)
    private static let noticeLineOf2026 = ExplanationLine(
        "A written notice must be sent before collecting begins.", CollectionAct2026.notice)
    private static let noticeOverrulesLine = ExplanationLine(
        "The creditor's policy leaves the notice out, but the law requires it.", CollectionAct1988.notice)
    private static let demandLine = ExplanationLine(
        "The payment demand gives the debtor time to pay or to object.", CollectionAct1988.demand)
    private static let demandLineOf2026 = ExplanationLine(
        "The payment demand gives the debtor time to pay or to object.", CollectionAct2026.demand)
    private static let demandOverrulesLine = ExplanationLine(
        "The creditor's policy leaves the payment demand out, but legal steps require it.",
        CollectionAct1988.legalSteps)
    private static let costLine = ExplanationLine(
        "The debtor bears the collector's fee up to the table, for the case as a whole.", CollectionRegulation.oneFee)
    private static let ownDemandLine = ExplanationLine(
        "The creditor collects itself, so its own demand has a fee and no collector's fee.",
        CollectionRegulation.feeDaysSource)
    private static let costCoveredLine = ExplanationLine(
        "What the regulation allows for the case was charged already.", CollectionRegulation.claimSize)
    private static let notHeavyLine = ExplanationLine(
        "The deadline of the demand is not exceeded by more than 28 days, so the fee stays light.",
        CollectionRegulation.heavy)
    private static let legalNoticeLine = ExplanationLine(
        "Legal steps are announced in a letter of their own.", CollectionAct1988.legalSteps)
    private static let staleLine = ExplanationLine(
        "The last demand is more than six months old, so legal steps need a new notice.",
        CollectionAct1988.legalSteps)
    private static let courtNeedsWarningLine = ExplanationLine(
        "A demand with notice of legal steps was sent and is not older than six months.",
        CollectionAct1988.legalSteps)

    // MARK: Why not

    private static let paid = Decision(
        steps: [], reviewOn: nil,
        waiting: [ExplanationLine("Everything is paid; nothing may be demanded.", CollectionAct1988.goodPractice)])

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
                CollectionAct1988.notice)
        ])

    private static let noticeUnsent = Decision(
        steps: [], reviewOn: nil,
        waiting: [
            ExplanationLine(
                "A notice to the debtor has not left the house; no other letter leaves before it.", Practice.oneLetter)
        ])

    private static let courtDecision = [
        ExplanationLine(
            "All steps out of court are taken; a person must decide on the court.", CollectionAct1988.legalSteps)
    ]
    private static let policyEnds = [
        ExplanationLine("The creditor's policy has no further step; a person must decide.", Practice.policy)
    ]

    private static let lapsed =
        "The period of limitation has run out, so nothing may be demanded; a person must look at the claim."

    /// The line of each cause, by ``Cause``'s number.
    private static let obstacles: [[ExplanationLine]] = Cause.allCases.map { cause in
        switch cause {
        case .dueDate:
            [
                ExplanationLine(
                    "Waits until the due date and the creditor's waiting days have passed.", InterestAct.dueDateStart)
            ]
        case .feeAfterDue:
            [
                ExplanationLine(
                    "Waits until a fee may be charged, 14 days after the due date, and for the creditor's waiting "
                        + "days.",
                    CollectionRegulation.feeDaysSource)
            ]
        case .deadline:
            [
                ExplanationLine(
                    "Waits until the deadline of the last letter and the creditor's waiting days have passed.",
                    CollectionAct1988.notice)
            ]
        case .feeSpacing:
            [
                ExplanationLine(
                    "Waits until the 14 days of the last letter with a fee have passed.",
                    CollectionRegulation.combinations)
            ]
        case .heavyFee:
            [
                ExplanationLine(
                    "Waits until the deadline of the payment demand is exceeded by more than 28 days.",
                    CollectionRegulation.heavy)
            ]
        case .restDay: [ExplanationLine("Waits for the next working day.", Practice.workingDays)]
        case .sending:
            [
                ExplanationLine(
                    "Waits for today's letter to be sent and for its deadline to pass.", CollectionAct1988.notice)
            ]
        case .limitation: [ExplanationLine(Procedure.lapsed, LimitationAct.general)]
        case .limitationOfInstrument: [ExplanationLine(Procedure.lapsed, LimitationAct.instruments)]
        case .limitationOfInterest:
            [
                ExplanationLine(
                    "Interest of more than three years ago may have lapsed although the principal has not; a person "
                        + "must look at the claim.",
                    LimitationAct.interestOnItsOwn)
            ]
        case .renewals:
            [
                ExplanationLine(
                    "Legal steps were announced three times and not taken; a person must decide.",
                    CollectionAct1988.legalSteps)
            ]
        }
    }

    private func add(
        _ claim: ClaimID, _ step: CollectionStep, _ cause: Cause, _ notBefore: CivilDate?,
        to pending: inout [PendingStep]
    ) {
        let obstacles = Procedure.obstacles[cause.rawValue]
        let kind = step.kind
        if let index = pending.firstIndex(where: {
            $0.kind == kind && $0.notBefore == notBefore && $0.obstacles == obstacles
        }) {
            pending[index].claims.append(claim)
        } else {
            pending.append(PendingStep(kind: kind, claims: [claim], notBefore: notBefore, obstacles: obstacles))
        }
    }
}

/// The fees of reminders and notices that count together: each within six months of the one before.
///
/// Counted for the case, whichever claims they were for, and with the fees that the creditor charged before. A fee
/// that was taken back still counts.
struct FeeRound {
    /// How many there were.
    private(set) var count = 0
    /// The sending of the latest.
    private(set) var latestOn: CivilDate?

    /// Reads the round that a day lies in.
    init(_ facts: CaseFacts, on day: CivilDate) {
        var dates: [CivilDate] = []
        for charge in facts.charges where charge.component == .reminderFee && charge.amount.minorUnits > 0 {
            var chargedOn = charge.chargedOn
            for step in facts.steps where step.decidedOn == charge.chargedOn && FeeRound.isCarrier(step, of: charge) {
                if let sentOn = step.sentOn { chargedOn = max(chargedOn, sentOn) }
            }
            dates.append(chargedOn)
        }
        var earlier: [EarlierReminders] = []
        for claim in facts.claims where claim.outstandingPrincipal.minorUnits > 0 {
            if let reminders = claim.earlierReminders, reminders.count > 0 { earlier.append(reminders) }
        }
        if dates.isEmpty, earlier.isEmpty { return }

        var first = day
        for date in (dates + earlier.map(\.latestOn)).sorted(by: >) {
            guard date.addingMonthsClampingToMonthEnd(CollectionRegulation.newRoundMonths) >= first else { break }
            first = date
            if latestOn == nil { latestOn = date }
        }
        guard latestOn != nil else { return }
        count = dates.filter { $0 >= first }.count
        count += earlier.filter { $0.latestOn >= first }.map(\.count).max() ?? 0
    }

    /// Whether a step of a fee's day is the reminder or the notice that carried it.
    ///
    /// The fee of several claims belongs to the case; where the books do not say which step it was, both kinds count.
    private static func isCarrier(_ step: StepFacts, of fee: ChargeFacts) -> Bool {
        if let claim = fee.claim, !step.claims.contains(claim) { return false }
        return fee.step.map { $0 == step.kind } ?? (step.kind == .reminder || step.kind == .collectionNotice)
    }
}
