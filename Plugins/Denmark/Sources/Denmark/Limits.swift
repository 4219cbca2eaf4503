import FordringKit

/// The limits that a decision must keep, worked out from the facts and the tables alone.
///
/// Nothing here asks ``Procedure``, so that a slip there is caught. Where a table has no answer, the most that may be
/// charged is nothing, and a step is not before something has happened: what needs no charge goes on.
struct Limits {
    /// The law with the tenant's settings.
    let law: Denmark
    /// The case.
    let facts: CaseFacts
    /// The day.
    let day: CivilDate

    /// All limits.
    func all() throws -> [Safeguard] {
        var limits = reminderFees()
        limits += try costs()
        limits.append(allCompensation)
        // Nothing here goes to a court.
        limits.append(Safeguard(.single(of: .courtFee, amountMax: nothing), law.regime.procedure.court))
        for claim in facts.claims {
            limits.append(compensation(of: claim))
            if claim.outstandingPrincipal.isPositive { limits += try days(of: claim) }
        }
        if !law.regime.interest.isSupported {
            limits.append(
                Safeguard(.single(of: .interest, amountMax: nothing), law.regime.interest.dueDateStart))
        }
        if let days = law.regime.collection.noticeDays.known(on: day) {
            limits.append(Safeguard(.deadline(.collectionNotice, daysMin: days.value), days.citation))
        } else {
            limits.append(
                Safeguard(.notBefore(.collectionNotice, claim: nil, day: nil), law.regime.collection.notice))
        }
        return limits
    }

    private var nothing: Money { Money(minorUnits: 0, facts.currency) }

    // MARK: § 9 b

    private func reminderFees() -> [Safeguard] {
        let act = law.regime.interest
        var limits: [Safeguard] = []
        let handedOver = law.choices.chargesHandOverFee && !facts.creditor.collectsItself
        let handOver = handedOver ? act.handOverFee.known(on: day)?.value : nil
        limits.append(
            Safeguard(.total(of: [.collectionFee], claim: nil, amountMax: handOver ?? nothing), act.recoveryCosts))
        guard let rule = act.reminderFee.known(on: day) else {
            limits.append(Safeguard(.single(of: .reminderFee, amountMax: nothing), act.recoveryCosts))
            return limits
        }
        var most = rule.value.amount
        let began = arrearsBegan()
        var earlierCount = 0
        for claim in facts.claims {
            guard let earlier = claim.earlierReminders, earlier.count > 0 else { continue }
            if claim.outstandingPrincipal.isPositive || earlier.latestOn >= began { earlierCount += earlier.count }
            if earlier.latestOn.days(to: day) < rule.value.spacingDays { most = nothing }
        }
        limits.append(Safeguard(.single(of: .reminderFee, amountMax: most), rule.citation))
        limits.append(
            Safeguard(
                .count(of: .reminderFee, since: began, countMax: max(0, rule.value.countMax - earlierCount)),
                rule.citation))
        limits.append(Safeguard(.spacing(of: .reminderFee, daysMin: rule.value.spacingDays), rule.citation))
        return limits
    }

    /// The first day of the time of arrears that today lies in.
    ///
    /// The times of the claims, those that ended latest first: each that reaches the one found so far prolongs it backwards,
    /// and after the first that does not, none can.
    private func arrearsBegan() -> CivilDate {
        let times = facts.claims.map { claim in
            var left = claim.principal.minorUnits
            let end = claim.reductions.first { reduction in
                left -= reduction.amount.minorUnits
                return left <= 0
            }
            return (
                first: law.workingDay(onOrAfter: claim.dueOn).adding(days: 1), end: end?.on ?? CivilDate(9999, 12, 31)
            )
        }.sorted { $0.end > $1.end }
        var began = day
        for time in times where time.end >= began { began = min(began, time.first) }
        return began
    }

    // MARK: § 9 a and the cost order

    private func compensation(of claim: ClaimFacts) -> Safeguard {
        Safeguard(
            .total(of: [.compensation], claim: claim.id, amountMax: compensationMax(of: claim)),
            law.regime.interest.recoveryCosts)
    }

    private func compensationMax(of claim: ClaimFacts) -> Money {
        guard facts.debtorKind == .business || facts.debtorKind == .publicAuthority else { return nothing }
        return law.regime.interest.compensation?.known(on: claim.dueOn)?.value ?? nothing
    }

    /// One for each claim, so that one that is charged to no claim counts too.
    private var allCompensation: Safeguard {
        let sum = facts.claims.reduce(0) { $0 + compensationMax(of: $1).minorUnits }
        return Safeguard(
            .total(of: [.compensation], claim: nil, amountMax: Money(minorUnits: sum, facts.currency)),
            law.regime.interest.recoveryCosts)
    }

    /// What the table gives in one sum for the claims that had their letter, as they stood then, and for those whose notice
    /// has run out.
    ///
    /// Claims that arose under no known version count nothing, and before a notice has run out no cost arises.
    private func costs() throws -> [Safeguard] {
        let order = law.regime.costs
        let table = facts.creditor.collectsItself ? order.settlements : order.table
        var sum: Int64 = 0
        var versions: [Cited<CostOrder.Table>] = []
        for claim in facts.claims {
            guard let version = table.known(on: claim.arisenOn) else { continue }
            let letter = facts.steps.first { $0.kind == .collectionLetter && $0.claims.contains(claim.id) }
            if let letter {
                let paid = claim.reductions.filter { $0.on <= letter.decidedOn }
                sum += max(0, claim.principal.minorUnits - paid.reduce(0) { $0 + $1.amount.minorUnits })
            } else {
                guard let free = noticeOver(claim), free <= day else { continue }
                sum += claim.outstandingPrincipal.minorUnits
            }
            versions.append(version)
        }
        var most: Int64 = 0
        for version in versions {
            let cost = try version.value.cost(of: Money(minorUnits: sum, facts.currency))
            most = max(most, cost.minorUnits)
        }
        if !facts.creditor.collectsItself, !facts.creditor.deductsVAT, most > 0 {
            // 25 % of an amount of whole øre, rounded down.
            let tax = order.valueAddedTax.known(on: day)?.value.basisPoints ?? 0
            most += most * Int64(tax) / 10_000
        }
        return [
            Safeguard(
                .total(of: [.collectionCost], claim: nil, amountMax: Money(minorUnits: most, facts.currency)),
                versions.first?.citation ?? order.warning)
        ]
    }

    // MARK: Earliest days

    private func days(of claim: ClaimFacts) throws -> [Safeguard] {
        let regime = law.regime
        let kinds: [StepKind] = [.collectionLetter, .visitNotice, .readyForCourt]
        let isBarred = claim.dueOn.addingMonthsClampingToMonthEnd(36) < day
        if isBarred, try regime.limitation.limitation(of: claim, isExplained: false).value < day {
            return ([.reminder, .collectionNotice] + kinds).map { kind in
                Safeguard(.notBefore(kind, claim: claim.id, day: nil), regime.limitation.obstacle.citation)
            }
        }
        let overdue = claim.dueOn.adding(days: 1)
        var limits = [StepKind.reminder, .collectionNotice].map { kind in
            Safeguard(.notBefore(kind, claim: claim.id, day: overdue), regime.interest.dueDateStart)
        }
        let free = noticeOver(claim)
        for kind in kinds {
            limits.append(Safeguard(.notBefore(kind, claim: claim.id, day: free), regime.collection.notice))
        }
        return limits
    }

    /// The first day after the deadline of the claim's notice, the law's and the stated one; of two notices the later counts.
    private func noticeOver(_ claim: ClaimFacts) -> CivilDate? {
        var free: CivilDate?
        for step in facts.steps where step.kind == .collectionNotice && step.claims.contains(claim.id) {
            guard let sentOn = step.sentOn, let days = law.regime.collection.noticeDays.known(on: sentOn) else {
                continue
            }
            let last = sentOn.adding(days: days.value)
            let first = max(last, step.deadlineOn ?? last).adding(days: 1)
            free = free.map { max($0, first) } ?? first
        }
        return free
    }
}

extension Denmark {
    func safeguards(for facts: CaseFacts, on day: CivilDate) throws -> [Safeguard] {
        try Horizon.check(facts.currency, on: day)
        return try Limits(law: self, facts: facts, day: day).all()
    }
}
