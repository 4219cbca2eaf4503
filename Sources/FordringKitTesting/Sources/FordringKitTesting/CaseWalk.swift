import FordringKit

extension JurisdictionConformance {
    /// Plays cases from their first claims on: decisions are taken, letters leave some days later, people pay.
    func walk(_ window: [CivilDate], _ findings: inout Findings) {
        for number in 0..<UInt64(max(0, extent.walks)) {
            var walk = CaseWalk(law, seed: seed &+ number, window: window, extent)
            walk.play(&findings)
        }
    }
}

/// One case under way.
struct CaseWalk {
    private static let lookMax = 90
    private static let daysMax = 700

    let law: any Jurisdiction
    let seed: UInt64
    private var cases: RandomCases
    private var facts: CaseFacts
    private var today: CivilDate
    /// The letters that have not left, by their place among the steps, and when they will.
    private var leaving: [(step: Int, on: CivilDate)] = []

    init(_ law: any Jurisdiction, seed: UInt64, window: [CivilDate], _ extent: JurisdictionConformance.Extent) {
        self.law = law
        self.seed = seed
        cases = RandomCases(law, seed: seed)
        // Most begin lately, some long ago, a few on a day for which there may be no law.
        let pool = cases.random.once(in: 4) ? window[...] : window.suffix(36)
        let month = pool.randomElement(using: &cases.random)
        today =
            if let month, !cases.random.once(in: 10) {
                month.adding(days: .random(in: 0..<28, using: &cases.random))
            } else {
                cases.day(extent.first, extent.last)
            }
        facts = cases.newCase(about: today)
    }

    /// Plays the case to its end, or until the law has no answer.
    mutating func play(_ findings: inout Findings) {
        let last = today.adding(days: CaseWalk.daysMax)
        var event = today.adding(days: .random(in: 5...90, using: &cases.random))
        var looks = 0
        while today <= last, looks < CaseWalk.lookMax {
            looks += 1
            if today >= event {
                cases.befall(&facts, on: today)
                event = today.adding(days: .random(in: 3...120, using: &cases.random))
            }
            send(&findings)
            checkInterest(&findings)
            let (law, facts, today) = (law, facts, today)
            let answer = Answer { try law.decide(facts, on: today) }
            if !answer.isSame(as: Answer { try law.decide(facts, on: today) }) {
                findings.add(.deterministic, seed: seed, "two answers on \(today) about \(facts.summary)")
            }
            switch answer {
            case .failure(let error):
                findings.add(.oneAnswer, seed: seed, "'\(error)' on \(today) about \(facts.summary)")
                return
            case .gap(let gap):
                if let fault = gap.fault { findings.add(.oneAnswer, seed: seed, "the gap on \(today) \(fault)") }
                return
            case .answer(let decision):
                check(decision, &findings)
                if !take(decision, &findings) { return }
                var days = leaving.map(\.on) + [event]
                if !decision.steps.isEmpty { days.append(today.adding(days: 1)) }
                if let reviewOn = decision.reviewOn { days.append(reviewOn) }
                self.today = max(today.adding(days: 1), days.min() ?? last)
            }
        }
    }

    // MARK: What happens

    /// Lets the letters leave whose day has come.
    private mutating func send(_ findings: inout Findings) {
        for (step, _) in leaving.filter({ $0.on <= today }) {
            let kind = facts.steps[step].kind
            facts.steps[step].sentOn = today
            let (law, day) = (law, today)
            switch Answer({ try law.deadline(for: kind, sentOn: day) }) {
            case .answer(let deadline):
                facts.steps[step].deadlineOn = deadline?.value
                check(deadline, of: kind, &findings)
            case .gap: continue
            case .failure(let error):
                findings.add(.oneAnswer, seed: seed, "'\(error)' as the deadline of a \(kind) of \(day)")
            }
        }
        leaving.removeAll { $0.on <= today }
    }

    /// Takes the steps of a decision.
    ///
    /// - Returns: whether the case goes on.
    private mutating func take(_ decision: Decision, _ findings: inout Findings) -> Bool {
        let described = Dictionary(law.steps.map { ($0.kind, $0) }, uniquingKeysWith: { first, _ in first })
        for step in decision.steps {
            let sendsLetter = described[step.kind]?.sendsLetter ?? false
            do {
                try facts.take(step, on: today, sentOn: sendsLetter ? nil : today, deadlineOn: nil)
            } catch {
                findings.add(.ownClaims, seed: seed, "the \(step.kind) of \(today) cannot be booked: \(error)")
                return false
            }
            if sendsLetter {
                let day = today.adding(days: .random(in: 0...4, using: &cases.random))
                leaving.append((facts.steps.count - 1, law.workingDay(onOrAfter: day)))
            }
        }
        // The host keeps no case below its principals, and none below zero.
        let principals = facts.claims.reduce(0) { $0 + $1.outstandingPrincipal.minorUnits }
        facts.outstanding = Money(minorUnits: max(principals, facts.outstanding.minorUnits), law.currency)
        for step in Set(decision.steps.map(\.kind)) {
            guard let timesMax = described[step]?.timesMax else { continue }
            for claim in facts.claims {
                let times = facts.steps.count { $0.kind == step && $0.claims.contains(claim.id) }
                if times > timesMax {
                    findings.add(
                        .times, seed: seed,
                        "\(step) number \(times) for a claim on \(today), described as \(timesMax) at most")
                }
            }
        }
        return true
    }

    // MARK: What is promised

    private func check(_ decision: Decision, _ findings: inout Findings) {
        var taken: [DecidedStep] = []
        let limits = limits(&findings)
        for step in decision.steps {
            step.checkForm(in: facts, law, on: today) { findings.add($0, seed: seed, "\($1), on \(today)") }
            if !facts.outstanding.isPositive {
                findings.add(.overdue, seed: seed, "a \(step.kind) on \(today), and nothing is owed")
            }
            for limit in limits {
                if let breach = limit.breach(by: step, after: taken, in: facts, on: today) {
                    findings.add(
                        .limits, seed: seed,
                        "the \(step.kind) of \(today): \(breach) (\(limit.citation)), about \(facts.summary)")
                }
            }
            taken.append(step)
        }
        checkTotals(after: taken, limits, &findings)
        checkTakenBack(taken.flatMap(\.charges), &findings)
        if decision.steps.isEmpty, decision.pending.isEmpty, decision.waiting.isEmpty {
            findings.add(.reasons, seed: seed, "nothing is done on \(today) and no word why, about \(facts.summary)")
        }
        if !decision.waiting.isEmpty, let fault = decision.waiting.fault {
            findings.add(.reasons, seed: seed, "of the reasons to wait on \(today) \(fault)")
        }
        if let reviewOn = decision.reviewOn, reviewOn <= today {
            findings.add(.review, seed: seed, "the next look after \(today) is on \(reviewOn)")
        }
        checkPending(decision, &findings)
        if decision.steps.isEmpty { checkQuiet(decision, &findings) }
    }

    /// The limits of today, each with its source.
    private func limits(_ findings: inout Findings) -> [Safeguard] {
        let (law, facts, today) = (law, facts, today)
        switch Answer({ try law.safeguards(for: facts, on: today) }) {
        case .answer(let limits):
            for limit in limits {
                if let fault = limit.citation.fault {
                    findings.add(.limits, seed: seed, "the limit \(limit.limit) \(fault)")
                }
            }
            return limits
        case .gap: return []
        case .failure(let error):
            findings.add(.oneAnswer, seed: seed, "'\(error)' as the limits of \(today) about \(facts.summary)")
            return []
        }
    }

    /// Adds the charges up once more, apart from what a safeguard counts.
    private func checkTotals(after steps: [DecidedStep], _ limits: [Safeguard], _ findings: inout Findings) {
        let added = steps.flatMap(\.charges)
        for limit in limits {
            guard case .total(let components, let claim, let amountMax) = limit.limit else { continue }
            guard added.contains(where: { components.contains($0.component) && $0.amount.value.isPositive }) else {
                continue
            }
            var sum: Int64 = 0
            for charge in facts.charges where components.contains(charge.component) {
                if claim == nil || charge.claim == claim { sum += charge.amount.minorUnits }
            }
            for charge in added where components.contains(charge.component) {
                if claim == nil || charge.claim == claim { sum += charge.amount.value.minorUnits }
            }
            if sum > amountMax.minorUnits {
                findings.add(
                    .limits, seed: seed,
                    "after the steps of \(today) \(components.map(\.rawValue).joined(separator: " and ")) come to "
                        + "\(Money(minorUnits: sum, law.currency)), and the most is \(amountMax) (\(limit.citation))")
            }
        }
    }

    /// Interest is never taken back below what was charged.
    private func checkTakenBack(_ charges: [DecidedCharge], _ findings: inout Findings) {
        for claim in facts.claims {
            let added = charges.filter { $0.component == .interest && $0.claim == claim.id }
            guard !added.isEmpty else { continue }
            let before = facts.charges.filter { $0.component == .interest && $0.claim == claim.id }
            let sum =
                before.reduce(0) { $0 + $1.amount.minorUnits } + added.reduce(0) { $0 + $1.amount.value.minorUnits }
            if sum < 0 {
                findings.add(
                    .ownClaims, seed: seed,
                    "on \(today) more interest is taken back than was charged, about \(facts.summary)")
            }
        }
    }

    private func checkInterest(_ findings: inout Findings) {
        let (law, facts, today) = (law, facts, today)
        switch Answer({ try law.interest(on: facts, through: today) }) {
        case .answer(let charges):
            for charge in charges {
                charge.checkForm(in: facts, law) { findings.add($0, seed: seed, "\($1), on \(today)") }
                if charge.component != .interest || charge.claim == nil {
                    findings.add(.ownClaims, seed: seed, "interest on \(today) is charged as \(charge.component)")
                }
            }
            checkTakenBack(charges, &findings)
        case .gap: return
        case .failure(let error):
            findings.add(.oneAnswer, seed: seed, "'\(error)' as interest on \(today) about \(facts.summary)")
        }
    }

    private func check(_ deadline: Explained<CivilDate>?, of kind: StepKind, _ findings: inout Findings) {
        for limit in limits(&findings) {
            guard case .deadline(let step, let daysMin) = limit.limit, step == kind else { continue }
            guard let deadline else {
                findings.add(
                    .deadlines, seed: seed,
                    "the \(kind) of \(today) states no last day, and \(daysMin) days must be given (\(limit.citation))")
                continue
            }
            if let breach = limit.breach(byDeadline: deadline.value, of: kind, sentOn: today) {
                findings.add(.deadlines, seed: seed, "\(kind): \(breach) (\(limit.citation))")
            }
        }
    }

    /// What is pending from a day on is taken that day, if nothing else happens; and not before.
    private func checkPending(_ decision: Decision, _ findings: inout Findings) {
        for pending in decision.pending {
            let what = "the pending \(pending.kind) on \(today)"
            if let fault = pending.obstacles.fault { findings.add(.reasons, seed: seed, "of \(what) \(fault)") }
            if !law.steps.contains(where: { $0.kind == pending.kind }) {
                findings.add(.pending, seed: seed, "\(what) is no step of the country")
            }
            if pending.claims.isEmpty || !Set(pending.claims).isSubset(of: facts.claims.map(\.id)) {
                findings.add(.pending, seed: seed, "\(what) is not about claims of the case")
            }
            guard let notBefore = pending.notBefore else { continue }
            if notBefore <= today {
                findings.add(.pending, seed: seed, "\(what) may be taken from \(notBefore), which is no later day")
                continue
            }
            guard decision.steps.isEmpty else { continue }
            let (law, facts) = (law, facts)
            // A rest day can stand in the way of what may be taken from then on.
            let day = law.workingDay(onOrAfter: notBefore)
            if decision.reviewOn.map({ $0 > day }) ?? true {
                findings.add(
                    .review, seed: seed,
                    "\(what) may be taken from \(notBefore), and the next look is "
                        + (decision.reviewOn.map { "on \($0)" } ?? "never"))
            }
            guard case .answer(let then) = Answer({ try law.decide(facts, on: day) }) else { continue }
            let covered = then.steps.filter { $0.kind == pending.kind }.flatMap(\.claims)
            if let claim = pending.claims.first(where: { !covered.contains($0) }) {
                findings.add(
                    .pending, seed: seed,
                    "\(what) may be taken from \(notBefore) and is not taken for claim \(claim) on \(day), about "
                        + facts.summary)
            }
            let before = notBefore.adding(days: -1)
            guard before > today, case .answer(let early) = Answer({ try law.decide(facts, on: before) }) else {
                continue
            }
            let tooEarly = early.steps.filter { $0.kind == pending.kind }.flatMap(\.claims)
            if let claim = pending.claims.first(where: tooEarly.contains) {
                findings.add(
                    .pending, seed: seed,
                    "\(what) may be taken from \(notBefore) and is taken for claim \(claim) on \(before)")
            }
        }
    }

    /// Before the next look nothing is done as long as nothing happens.
    private func checkQuiet(_ decision: Decision, _ findings: inout Findings) {
        let last = decision.reviewOn?.adding(days: -1) ?? today.adding(days: 400)
        guard last > today else { return }
        let (law, facts) = (law, facts)
        var random = SeededGenerator(seed: seed ^ UInt64(bitPattern: Int64(today.day)))
        for day in [today.adding(days: .random(in: 1...today.days(to: last), using: &random)), last] {
            guard case .answer(let then) = Answer({ try law.decide(facts, on: day) }), let step = then.steps.first
            else { continue }
            findings.add(
                .review, seed: seed,
                "after \(today) the next look is \(decision.reviewOn.map { "on \($0)" } ?? "never"), and a \(step.kind) "
                    + "is due on \(day), about \(facts.summary)")
            return
        }
    }
}

extension RuleGap {
    /// What is wrong with a gap; `nil` where it says what is missing and what to do.
    var fault: String? { rule.isEmpty || reason.isEmpty || cure.isEmpty ? "does not say rule, reason and cure" : nil }
}
