package import Database
package import FordringKit

/// What will happen in a case if nobody pays, disputes or adds anything: a value, worked out from the facts alone.
package struct CaseForecast: Sendable {
    /// A step that will be taken.
    package struct Step: Sendable {
        package let day: CivilDate
        package let kind: StepKind
        package let claims: [ClaimID]
        package let sendsLetter: Bool
        /// What is charged with it; nothing that is zero.
        package let charges: [DecidedCharge]
        /// The last day to pay that its letter states.
        package let deadlineOn: CivilDate?
        /// All that is owed in the case afterwards.
        package let owed: Money
    }

    /// Why nothing more is foretold.
    package enum End: Sendable {
        /// The last day is reached; the rules are asked again on a later one.
        case reached(nextOn: CivilDate)
        /// Only an event from outside, or a person, can change anything.
        case waitsForEvent([ExplanationLine])
        /// The law is not known from a day on, or a plug-in's answer is not accepted.
        case gap(RuleGap)
    }

    package let id: CaseID
    /// What is owed before the first step.
    package let owedBefore: Money
    package var steps: [Step] = []
    package var end: End
    /// All that is owed on the last day, without interest that no letter has charged.
    package var owed: Money
    /// Interest that will have accrued by the last day and is not charged then; `nil` where the law has no answer.
    package var interest: Money?
    /// Why there is no answer about the interest.
    package var interestGap: RuleGap?
}

/// Foretells cases: the daily run with letters that leave on the day of their decision, played without books.
///
/// The rules are asked on the same days as the daily run asks them, and their answers are held to the same limits.
package struct Forecast: Sendable {
    package let rules: CaseRules
    package let first: CivilDate
    package let last: CivilDate
    private let decisionRules: DecisionRules

    /// - Parameter first: the day from which letters leave the house; a case that was due before is treated on it.
    package init(_ rules: CaseRules, from first: CivilDate, through last: CivilDate) {
        self.rules = rules
        self.first = first
        self.last = last
        decisionRules = DecisionRules(rules)
    }

    /// What will happen in an open case.
    ///
    /// - Throws: ``MoneyError`` where it owes more than can be counted.
    package func forecast(_ snapshot: CaseSnapshot) throws -> CaseForecast {
        var facts = snapshot.facts
        var standstill = snapshot.standstill
        var result = CaseForecast(
            id: facts.id, owedBefore: facts.outstanding, end: .waitsForEvent([]), owed: facts.outstanding)
        var next = snapshot.nextOn
        do {
            if let sentOn = try send(&facts) { next = sentOn.adding(days: 1) }
            var day = max(next ?? first, first)
            result.end = next == nil ? try waiting(facts, standstill, snapshot.balances) : .reached(nextOn: day)
            while next != nil, day <= last {
                _ = try standstill.endExpired(facts, rules, on: day)
                let stated = standstill.stated(in: facts)
                let asked: CaseFacts
                let until: CivilDate?
                switch try standstill.view(of: stated, snapshot.balances, rules, on: day) {
                case .nothing(let end, let because):
                    next = end
                    result.end = end.map { .reached(nextOn: $0) } ?? .waitsForEvent(because)
                    if let end { day = end }
                    continue
                case .facts(let facts, let end): (asked, until) = (facts, end)
                }
                let decision = try decisionRules.checked(
                    try decide(asked, on: day), asked,
                    CaseLife(isHeld: snapshot.isHeld(by: standstill), isSelling: snapshot.sale != nil), on: day)
                var sends = false
                for step in decision.steps {
                    let taken = try take(step, on: day, &facts)
                    sends = sends || taken.sendsLetter
                    result.steps.append(taken)
                }
                // As the daily run does: the day after a letter has left, else when the rules want to be asked.
                next = sends ? day.adding(days: 1) : decision.reviewOn
                if let until { next = min(next ?? until, until) }
                result.end = next.map { .reached(nextOn: $0) } ?? .waitsForEvent(decision.waiting)
                if let next { day = next }
            }
        } catch let gap as RuleGap {
            result.end = .gap(gap)
        }
        result.owed = facts.outstanding
        do {
            result.interest = try rules.jurisdiction.interest(on: facts, through: last).reduce(.zero(facts.currency)) {
                try $0 + $1.amount.value
            }
        } catch let gap as RuleGap {
            result.interestGap = gap
        }
        return result
    }

    /// Sends what waits to be sent; the day on which the last of it leaves, `nil` where nothing waits.
    private func send(_ facts: inout CaseFacts) throws -> CivilDate? {
        var last: CivilDate?
        for index in facts.steps.indices where facts.steps[index].sentOn == nil {
            let day = max(first, facts.steps[index].decidedOn)
            let deadline = try deadline(of: facts.steps[index].kind, sentOn: day, facts)
            facts.steps[index].sentOn = day
            facts.steps[index].deadlineOn = deadline
            last = max(last ?? day, day)
        }
        return last
    }

    private func take(
        _ step: DecidedStep, on day: CivilDate, _ facts: inout CaseFacts
    ) throws -> CaseForecast.Step {
        let sends = decisionRules.sendsLetter(step.kind)
        let deadline = sends ? try deadline(of: step.kind, sentOn: day, facts) : nil
        try facts.take(step, on: day, sentOn: day, deadlineOn: deadline)
        return CaseForecast.Step(
            day: day, kind: step.kind, claims: step.claims, sendsLetter: sends,
            charges: step.charges.filter { !$0.amount.value.isZero }, deadlineOn: deadline, owed: facts.outstanding)
    }

    private func deadline(of kind: StepKind, sentOn day: CivilDate, _ facts: CaseFacts) throws -> CivilDate? {
        guard let deadline = try rules.jurisdiction.deadline(for: kind, sentOn: day)?.value else { return nil }
        do {
            try DecisionRules.check(deadline: deadline, of: kind, sentOn: day, facts, rules)
        } catch let failure as LetterFailure {
            throw RuleGap(
                rule: "the plug-in \(rules.plugin)", day: day, reason: failure.message,
                cure: "Tell the author of the plug-in; the letter would not be sent.")
        }
        return deadline
    }

    /// Why nothing happens in a case that waits for no day.
    private func waiting(
        _ facts: CaseFacts, _ standstill: Standstill, _ balances: [CaseSnapshot.Balance]
    ) throws -> CaseForecast.End {
        switch try standstill.view(of: facts, balances, rules, on: first) {
        case .nothing(_, let lines): .waitsForEvent(lines)
        case .facts(let facts, _): .waitsForEvent(try decide(facts, on: first).waiting)
        }
    }

    private func decide(_ facts: CaseFacts, on day: CivilDate) throws -> Decision {
        guard let answer = rules.jurisdiction.decide([facts], on: day).first else {
            throw CaseRulesFault("The plug-in \(rules.plugin) gave no answer about case \(facts.id).")
        }
        return try answer.get()
    }
}

extension Forecast {
    /// Foretells the open cases of a tenant by number, from after one; memory does not grow with their number.
    ///
    /// - Parameter only: the one case that is asked for.
    /// - Throws: ``CaseworkRefusal`` where the case that is asked for is not there, or closed.
    package func forEach(
        only: CaseID? = nil, _ transaction: ReadTransaction, _ body: (CaseForecast) throws -> Void
    ) throws {
        if let only {
            let snapshot = try CaseSnapshots.load(only, creditor: rules.creditor, transaction)
            guard !snapshot.isClosed else {
                throw CaseworkRefusal(.caseClosed, "Case \(only) is closed; nothing more happens in it.")
            }
            return try body(try forecast(snapshot))
        }
        var after = CaseID(rawValue: 0)
        while true {
            let ids = try transaction.all(
                "SELECT id FROM debt_case WHERE id > $1 AND closed_on IS NULL ORDER BY id LIMIT 500", after
            ) { CaseID(rawValue: $0.integer(0)) }
            guard let last = ids.last else { return }
            for snapshot in try CaseSnapshots.load(ids, creditor: rules.creditor, transaction) {
                try body(try forecast(snapshot))
            }
            after = last
        }
    }
}

/// The forecasts of many cases, added up: as large as there are days and kinds of steps, however many the cases.
package struct ForecastTotals: Sendable {
    /// The steps of one kind on one day.
    package struct Line: Sendable {
        package let day: CivilDate
        package let kind: StepKind
        package var cases = 0
        package var letters = 0
        package var charges: [DebtComponent: Money] = [:]
        /// The earliest and the latest last day to pay that the letters state.
        package var deadlines: ClosedRange<CivilDate>?
        /// All that is owed in all cases after the day's steps down to this line.
        package var owed: Money
    }

    /// A rule that has no answer.
    package struct Gap: Sendable {
        /// The gap of the earliest day.
        package var gap: RuleGap
        package var cases = 0
    }

    /// What is charged in a month.
    package struct Month: Sendable {
        package let year: Int
        package let month: Int
        package var letters = 0
        package var charges: [DebtComponent: Money] = [:]
    }

    package let currency: Currency
    package private(set) var cases = 0
    /// Cases of which only an event can change anything.
    package private(set) var waiting = 0
    package private(set) var owedBefore: Money
    package private(set) var owed: Money
    /// Interest that is not charged by the last day, of the cases of which it is known.
    package private(set) var interest: Money
    private var sums: [Key: Line] = [:]
    private var gapsByRule: [String: Gap] = [:]

    private struct Key: Hashable {
        let day: CivilDate
        let kind: StepKind
    }

    package init(_ currency: Currency) {
        self.currency = currency
        owedBefore = .zero(currency)
        owed = .zero(currency)
        interest = .zero(currency)
    }

    /// Counts a case in.
    ///
    /// - Throws: ``MoneyError`` where the sums are more than can be counted.
    package mutating func add(_ forecast: CaseForecast) throws {
        cases += 1
        owedBefore = try owedBefore + forecast.owedBefore
        owed = try owed + forecast.owed
        if let accrued = forecast.interest { interest = try interest + accrued }
        var gaps = [forecast.interestGap].compactMap { $0 }
        switch forecast.end {
        case .gap(let gap): if gap.rule != gaps.first?.rule { gaps.append(gap) } else { gaps = [gap] }
        case .waitsForEvent: waiting += 1
        case .reached: break
        }
        for gap in gaps {
            var known = gapsByRule[gap.rule] ?? Gap(gap: gap)
            if gap.day < known.gap.day { known.gap = gap }
            known.cases += 1
            gapsByRule[gap.rule] = known
        }
        for step in forecast.steps {
            let key = Key(day: step.day, kind: step.kind)
            var line = sums[key] ?? Line(day: step.day, kind: step.kind, owed: .zero(currency))
            line.cases += 1
            if step.sendsLetter { line.letters += 1 }
            for charge in step.charges {
                line.charges[charge.component] =
                    try (line.charges[charge.component] ?? .zero(currency)) + charge.amount.value
            }
            if let deadline = step.deadlineOn {
                let known = line.deadlines ?? deadline...deadline
                line.deadlines = min(known.lowerBound, deadline)...max(known.upperBound, deadline)
            }
            sums[key] = line
        }
    }

    /// The steps by day, then by their order in the country's procedure.
    package func lines(_ order: [StepKind]) throws -> [Line] {
        let ranks = Dictionary(zip(order, 0...), uniquingKeysWith: { first, _ in first })
        var running = owedBefore
        return try sums.values.sorted { left, right in
            let ranked = (ranks[left.kind] ?? order.count, ranks[right.kind] ?? order.count)
            return left.day == right.day ? ranked.0 < ranked.1 : left.day < right.day
        }.map { line in
            var line = line
            for amount in line.charges.values { running = try running + amount }
            line.owed = running
            return line
        }
    }

    /// What is charged, month by month; months without a step are left out.
    package func months() throws -> [Month] {
        var months: [Int: Month] = [:]
        for line in sums.values {
            let parts = line.day.parts
            let number = parts.year * 12 + parts.month
            var month = months[number] ?? Month(year: parts.year, month: parts.month)
            month.letters += line.letters
            for (component, amount) in line.charges {
                month.charges[component] = try (month.charges[component] ?? .zero(currency)) + amount
            }
            months[number] = month
        }
        return months.sorted { $0.key < $1.key }.map(\.value)
    }

    /// The rules that have no answer, by their names.
    package var gaps: [Gap] { gapsByRule.sorted { $0.key < $1.key }.map(\.value) }
}
