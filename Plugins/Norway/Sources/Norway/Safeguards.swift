import FordringKit

/// The limits that the host holds every decision to, read off the facts and the tables alone.
///
/// Nothing here asks ``Procedure`` or ``FeeRound``: a slip in the one must not be repeated in the other. Where a table
/// has no answer for an amount the limit is nothing, so that steps without a charge can go on.
struct Safeguards {
    /// The law with the tenant's settings.
    let law: Norway
    /// The case.
    let facts: CaseFacts
    /// The day.
    let day: CivilDate

    /// All of them.
    func all() throws -> [Safeguard] {
        try NorwayOnly.check(facts.currency, on: day)
        var limits = deadlines + fees() + costs()
        for claim in facts.claims where claim.outstandingPrincipal.isPositive { limits += order(of: claim) }
        return limits
    }

    private static let lettersWithFee: [StepKind] = [.reminder, .collectionNotice]
    private static let legalActionNotice = StepKind("legalActionNotice")

    // MARK: Deadlines

    private var deadlines: [Safeguard] {
        let notice = law.isUnderNewAct(day) ? CollectionAct2026.notice : CollectionAct1988.notice
        let demand = law.isUnderNewAct(day) ? CollectionAct2026.demand : CollectionAct1988.demand
        return [
            Safeguard(.deadline(.reminder, daysMin: 14), Practice.reminderDeadline),
            Safeguard(.deadline(.collectionNotice, daysMin: 14), notice),
            Safeguard(.deadline(.collectionLetter, daysMin: 14), demand),
            Safeguard(.deadline(Safeguards.legalActionNotice, daysMin: 14), demand),
        ]
    }

    // MARK: Fees

    /// §§ 1-2 and 1-3: how much, how many, how far apart, and not before 14 days after the due date.
    private func fees() -> [Safeguard] {
        let nothing = Money.zero(facts.currency)
        if law.isUnderNewAct(day) {
            return [.reminderFee, .collectionFee].map {
                Safeguard(.single(of: $0, amountMax: nothing), CollectionAct2026.amounts)
            }
        }
        var limits: [Safeguard] = []
        let sats = (try? law.figures.sats.on(day).value.minorUnits) ?? 0
        // A twentieth since October 2020, a tenth before; three times as much for the creditor's own demand.
        let parts: Int64 = day >= CivilDate(2020, 10, 1) ? 20 : 10
        func wholeKroner(_ øre: Int64) -> Money { Money(minorUnits: (øre + 50) / 100 * 100, facts.currency) }
        limits.append(
            Safeguard(
                .single(of: .reminderFee, amountMax: wholeKroner(sats / parts)), CollectionRegulation.feeDaysSource))
        let ownDemand = facts.creditor.collectsItself ? wholeKroner(sats * 3 / parts) : nothing
        limits.append(Safeguard(.single(of: .collectionFee, amountMax: ownDemand), CollectionRegulation.feeDaysSource))
        // One demand with a fee for a case, since the day of the regulation.
        limits.append(
            Safeguard(
                .count(of: .collectionFee, since: CivilDate(1989, 7, 14), countMax: 1),
                CollectionRegulation.combinations))

        limits.append(Safeguard(.spacing(of: .reminderFee, daysMin: 15), CollectionRegulation.combinations))
        let round = feeRound()
        limits.append(
            Safeguard(
                .count(of: .reminderFee, since: round.since, countMax: max(0, 2 - round.earlier)),
                CollectionRegulation.combinations))
        // The creditor's own latest reminder is no charge of the case, so its distance is kept by a count of none.
        let open = facts.claims.filter { $0.outstandingPrincipal.isPositive }
        let isTooSoon = open.contains { claim in
            claim.earlierReminders.map { $0.count > 0 && $0.latestOn.days(to: day) < 15 } ?? false
        }
        if isTooSoon {
            limits.append(
                Safeguard(.count(of: .reminderFee, since: day, countMax: 0), CollectionRegulation.combinations))
        }
        var allTooYoung = true
        for claim in open {
            if claim.dueOn.days(to: day) >= 14 {
                allTooYoung = false
            } else {
                limits.append(
                    Safeguard(
                        .total(of: [.reminderFee], claim: claim.id, amountMax: nothing),
                        CollectionRegulation.feeDaysSource))
            }
        }
        if allTooYoung {
            limits.append(
                Safeguard(.count(of: .reminderFee, since: day, countMax: 0), CollectionRegulation.feeDaysSource))
        }
        return limits
    }

    /// The first day of the fees that count together with one of today, and how many the creditor had charged in it.
    private func feeRound() -> (since: CivilDate, earlier: Int) {
        // Goes back from today as long as the next older fee is at most six months away, by the days of sending; the
        // count goes by the days of charging.
        var since = day
        var edge = day
        var isMoving = true
        func isNear(_ date: CivilDate) -> Bool {
            date < edge && date.addingMonthsClampingToMonthEnd(6) >= edge
        }
        while isMoving {
            isMoving = false
            for charge in facts.charges where charge.component == .reminderFee && charge.amount.isPositive {
                var sentOn = charge.chargedOn
                for step in facts.steps where step.decidedOn == charge.chargedOn {
                    let kinds = charge.step.map { [$0] } ?? Safeguards.lettersWithFee
                    guard kinds.contains(step.kind), charge.claim.map(step.claims.contains) ?? true else { continue }
                    sentOn = max(sentOn, step.sentOn ?? sentOn)
                }
                if isNear(sentOn) {
                    edge = sentOn
                    isMoving = true
                }
                if sentOn >= edge { since = min(since, charge.chargedOn) }
            }
            for claim in facts.claims where claim.outstandingPrincipal.isPositive {
                guard let earlier = claim.earlierReminders, earlier.count > 0, isNear(earlier.latestOn) else {
                    continue
                }
                edge = earlier.latestOn
                since = min(since, edge)
                isMoving = true
            }
        }
        var most = 0
        for claim in facts.claims where claim.outstandingPrincipal.isPositive {
            guard let earlier = claim.earlierReminders, earlier.latestOn >= edge else { continue }
            most = max(most, earlier.count)
        }
        return (since, most)
    }

    // MARK: Costs

    /// §§ 2-1 to 2-3 and 2-6: the collector's fee of the case, and compensation that it is set off against.
    private func costs() -> [Safeguard] {
        let nothing = Money.zero(facts.currency)
        let isConsumer = facts.debtorKind == .consumer
        var limits: [Safeguard] = []
        if isConsumer {
            limits.append(
                Safeguard(.total(of: [.compensation], claim: nil, amountMax: nothing), InterestAct.consumers))
        }
        var compensation: Int64 = 0
        if !isConsumer {
            for claim in facts.claims where claim.dueOn < day {
                compensation += (try? law.figures.compensation.on(claim.dueOn).value.minorUnits) ?? 0
            }
            limits.append(
                Safeguard(
                    .total(
                        of: [.compensation], claim: nil, amountMax: Money(minorUnits: compensation, facts.currency)),
                    Citation(InterestAct.source, "§ 3 a")))
        }
        if law.isUnderNewAct(day) {
            limits.append(Safeguard(.single(of: .collectionCost, amountMax: nothing), CollectionAct2026.amounts))
            return limits
        }
        let cap = facts.creditor.collectsItself ? 0 : mostForTheCase(isConsumer: isConsumer)
        limits.append(
            Safeguard(
                .total(of: [.collectionCost], claim: nil, amountMax: Money(minorUnits: cap, facts.currency)),
                CollectionRegulation.claimSize))
        if !isConsumer {
            limits.append(
                Safeguard(
                    .total(
                        of: [.compensation, .collectionCost], claim: nil,
                        amountMax: Money(minorUnits: max(cap, compensation), facts.currency)),
                    CollectionRegulation.setOff))
        }
        return limits
    }

    /// The most that the table gives for all claims that are overdue, by the version that gives most.
    private func mostForTheCase(isConsumer: Bool) -> Int64 {
        guard let sats = try? law.figures.sats.on(day).value.minorUnits else { return 0 }
        var size: Int64 = 0
        var isHeavy = false
        var youngVersion = false
        var oldVersion = false
        for claim in facts.claims where claim.dueOn < day {
            var left = claim.outstandingPrincipal.minorUnits
            for step in facts.steps where step.kind == .collectionLetter && step.claims.contains(claim.id) {
                // A claim counts as it stood when it was demanded.
                var then = claim.principal.minorUnits
                for reduction in claim.reductions where reduction.on <= step.decidedOn {
                    then -= reduction.amount.minorUnits
                }
                left = max(left, then)
                guard let sentOn = step.sentOn else { continue }
                let last = max(sentOn.adding(days: 14), step.deadlineOn ?? sentOn)
                if last.days(to: day) > 28 { isHeavy = true }
            }
            guard left > 0 else { continue }
            size += left
            if claim.dueOn >= CivilDate(2020, 10, 1) {
                youngVersion = true
            } else if claim.dueOn >= CivilDate(2010, 1, 1) {
                oldVersion = true
            }
        }
        let kroner = size / 100
        var hundredths: Int64 = 0
        if youngVersion {
            hundredths =
                switch kroner {
                case ...500: 25
                case ...1_000: 35
                case ...2_500: 40
                case ...10_000: 80
                case ...50_000: 160
                case ...250_000: 360
                default: 720
                }
        }
        if oldVersion {
            let old: Int64 =
                switch kroner {
                case ...2_500: 50
                case ...10_000: 100
                case ...50_000: 200
                case ...250_000: 400
                default: 800
                }
            hundredths = max(hundredths, old)
        }
        if isHeavy { hundredths *= 2 }
        // Rounded down to the øre: business first, VAT on what that gives.
        var most = sats * hundredths / 100
        if !isConsumer { most = sats * hundredths * 3 / 200 }
        if !facts.creditor.deductsVAT { most += most / 4 }
        return most
    }

    // MARK: Order

    /// §§ 9 to 11 and limitation: when each step may come for a claim at the earliest.
    private func order(of claim: ClaimFacts) -> [Safeguard] {
        let isLapsed = LimitationAct.lastDay(of: claim) < day
        if isLapsed {
            return [.reminder, .collectionNotice, .collectionLetter, Safeguards.legalActionNotice, .readyForCourt].map {
                Safeguard(.notBefore($0, claim: claim.id, day: nil), LimitationAct.general)
            }
        }
        var noticed: CivilDate?
        var demanded: CivilDate?
        var warned: CivilDate?
        var warnedUntil: CivilDate?
        for step in facts.steps where step.claims.contains(claim.id) {
            guard let sentOn = step.sentOn else { continue }
            let over = max(sentOn.adding(days: 14), step.deadlineOn ?? sentOn).adding(days: 1)
            switch step.kind {
            case .collectionNotice: noticed = max(noticed ?? over, over)
            case .collectionLetter, Safeguards.legalActionNotice:
                if step.kind == .collectionLetter { demanded = max(demanded ?? over, over) }
                warned = max(warned ?? over, over)
                let fresh = sentOn.addingMonthsClampingToMonthEnd(6)
                warnedUntil = max(warnedUntil ?? fresh, fresh)
            default: break
            }
        }
        if let until = warnedUntil, until < day { warned = nil }
        let overdue = claim.dueOn.adding(days: 1)
        var limits: [Safeguard] = []
        // Letters with interest, where three years of it are over and the principal has ten.
        let isLong = claim.basis == .debtInstrument || claim.basis == .moneyLoan
        var hasOldInterest = isLong && claim.dueOn.addingMonthsClampingToMonthEnd(36) < day
        for event in claim.events where event.kind == .judgment {
            if event.on.addingMonthsClampingToMonthEnd(36) < day { hasOldInterest = true }
        }
        if hasOldInterest {
            limits += [.collectionNotice, .collectionLetter, Safeguards.legalActionNotice, .readyForCourt].map {
                Safeguard(.notBefore($0, claim: claim.id, day: nil), LimitationAct.interestOnItsOwn)
            }
        }
        return limits + [
            Safeguard(.notBefore(.reminder, claim: claim.id, day: overdue), InterestAct.dueDateStart),
            Safeguard(.notBefore(.collectionNotice, claim: claim.id, day: overdue), CollectionAct1988.notice),
            Safeguard(.notBefore(.collectionLetter, claim: claim.id, day: noticed), CollectionAct1988.notice),
            Safeguard(
                .notBefore(Safeguards.legalActionNotice, claim: claim.id, day: demanded), CollectionAct1988.demand),
            Safeguard(.notBefore(.readyForCourt, claim: claim.id, day: warned), CollectionAct1988.legalSteps),
        ]
    }
}
