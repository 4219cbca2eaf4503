package import FordringKit

/// A hold that has not been lifted.
package struct OpenHold: Sendable {
    package let id: Int64
    package let facts: HoldFacts

    package init(id: Int64, facts: HoldFacts) {
        self.id = id
        self.facts = facts
    }
}

/// The time after a hold in which the debtor may still act before anything is done.
package struct HoldPause: Sendable {
    /// `nil` where the whole case was held.
    package let claim: ClaimID?
    /// When the hold began.
    package let heldSince: CivilDate
    /// The first day on which something may be done.
    package let resumesOn: CivilDate
    package let lines: [ExplanationLine]

    package init(claim: ClaimID?, heldSince: CivilDate, resumesOn: CivilDate, lines: [ExplanationLine]) {
        self.claim = claim
        self.heldSince = heldSince
        self.resumesOn = resumesOn
        self.lines = lines
    }
}

/// What a step charged the case as a whole, with the claims that the step was about.
package struct CaseCharge: Sendable {
    let transfer: Int64
    let component: DebtComponent
    let claims: [ClaimID]
    let minorUnits: Int64
}

/// A hold whose last day has passed.
struct EndedHold: Sendable {
    let hold: OpenHold
    let resumption: Explained<CivilDate>
}

/// What of a case stands still: the one place that says what the rules are asked about on a day, and what not.
///
/// The daily run, the forecast and the letter desk go through it. A hold counts from when it is in the books, also for an
/// earlier day that is run afterwards, and until it is lifted: one whose last day has passed is lifted by the next run,
/// which writes that down. After it the debtor has the time that the law leaves (``HoldPause``).
package struct Standstill: Sendable {
    package var holds: [OpenHold] = []
    package var pauses: [HoldPause] = []
    /// What was charged to the case and not taken back; kept only where something stands still.
    package var caseCharges: [CaseCharge] = []

    package init(holds: [OpenHold] = [], pauses: [HoldPause] = []) {
        self.holds = holds
        self.pauses = pauses
    }

    /// What the rules may be asked about.
    package enum View: Sendable {
        /// Nothing; the next day on which that can change by itself, and why.
        case nothing(until: CivilDate?, because: [ExplanationLine])
        /// These facts; the next day on which more can be asked about by itself.
        case facts(CaseFacts, until: CivilDate?)
    }

    /// Whether nothing stands still on any day.
    package var isEmpty: Bool { holds.isEmpty && pauses.isEmpty }

    /// Ends the holds whose last day has passed: from then on the debtor has the time that the law leaves.
    ///
    /// - Throws: ``RuleGap`` where the law does not say how long that is; the holds go on.
    mutating func endExpired(
        _ facts: CaseFacts, _ rules: CaseRules, on day: CivilDate
    ) throws(RuleGap) -> [EndedHold] {
        func hasEnded(_ hold: OpenHold) -> Bool { hold.endsByItself && hold.facts.until.map { $0 < day } ?? false }
        var ended: [EndedHold] = []
        for hold in holds where hasEnded(hold) {
            let resumption = try Holds.resumption(of: facts, hold.facts, in: self, liftedOn: day, rules)
            ended.append(EndedHold(hold: hold, resumption: resumption))
        }
        guard !ended.isEmpty else { return [] }
        holds.removeAll(where: hasEnded)
        pauses += ended.map {
            HoldPause(
                claim: $0.hold.facts.claim, heldSince: $0.hold.facts.since, resumesOn: $0.resumption.value,
                lines: $0.resumption.lines)
        }
        return ended
    }

    /// The facts with the holds that stand.
    func stated(in facts: CaseFacts) -> CaseFacts {
        guard facts.holds.count != holds.count else { return facts }
        var facts = facts
        facts.holds = holds.map(\.facts)
        return facts
    }

    /// The facts without what stands still on a day.
    ///
    /// A claim of which a part is disputed is counted with its undisputed rest where the country lets that go on.
    /// - Parameter balances: what is owed, by component and claim.
    package func view(
        of facts: CaseFacts, _ balances: [CaseSnapshot.Balance], _ rules: CaseRules, on day: CivilDate
    ) throws(MoneyError) -> View {
        let pauses = pauses.filter { $0.resumesOn > day }
        if holds.isEmpty, pauses.isEmpty { return .facts(facts, until: nil) }
        let ends = holds.compactMap { $0.nextLook(after: day) }
        let end = (ends + pauses.map(\.resumesOn)).min()
        var lines = holds.map { Standstill.line($0.facts, day) }
        for pause in pauses { lines += pause.lines }
        if holds.contains(where: { $0.facts.claim == nil }) || pauses.contains(where: { $0.claim == nil }) {
            return .nothing(until: end, because: lines)
        }
        var rest = facts
        var left: Set<ClaimID> = []
        let restGoesOn = holds.contains { $0.facts.amount != nil } && rules.jurisdiction.undisputedRest.value
        for claim in facts.claims
        where holds.contains(where: { $0.facts.claim == claim.id }) || pauses.contains(where: { $0.claim == claim.id })
        {
            if restGoesOn, !pauses.contains(where: { $0.claim == claim.id }),
                let disputed = try disputedPart(of: claim), try disputed.isLess(than: claim.outstandingPrincipal)
            {
                try Standstill.count(disputed, asReductionOf: claim.id, &rest)
            } else {
                rest.claims.removeAll { $0.id == claim.id }
                left.insert(claim.id)
                for balance in balances where balance.claim == claim.id {
                    rest.outstanding = try rest.outstanding - balance.amount
                }
            }
        }
        for part in caseChargesHeld(left, balances).values {
            rest.outstanding = try rest.outstanding - Money(minorUnits: part, facts.currency)
        }
        return rest.claims.isEmpty ? .nothing(until: end, because: lines) : .facts(rest, until: end)
    }

    /// How much of what the whole case owes is for steps about claims that stand still: nobody is asked for it.
    ///
    /// Which charge a payment has covered nobody knows, so as much is left out as can be.
    package func caseChargesHeld(
        _ claims: Set<ClaimID>, _ balances: [CaseSnapshot.Balance]
    ) -> [DebtComponent: Int64] {
        guard !claims.isEmpty, !caseCharges.isEmpty else { return [:] }
        var held: [DebtComponent: Int64] = [:]
        for balance in balances where balance.claim == nil && balance.amount.isPositive {
            let charged = caseCharges.filter {
                $0.component == balance.component && !claims.isDisjoint(with: $0.claims)
            }.reduce(0) { $0 + $1.minorUnits }
            if charged > 0 { held[balance.component] = min(charged, balance.amount.minorUnits) }
        }
        return held
    }

    /// From when a hold's scope has not been free: holds that overlap, or follow before the case went on, are one chain.
    package func heldSince(_ hold: HoldFacts) -> CivilDate {
        let spans =
            holds.map { (claim: $0.facts.claim, since: $0.facts.since, through: CivilDate?.none) }
            + pauses.map { (claim: $0.claim, since: $0.heldSince, through: $0.resumesOn) }
        var since = hold.since
        var moved = true
        while moved {
            moved = false
            for span in spans
            where span.since < since && (hold.claim == nil || span.claim == nil || span.claim == hold.claim) {
                if let through = span.through, through < since { continue }
                since = span.since
                moved = true
            }
        }
        return since
    }

    /// Whether a letter about these claims may leave on a day.
    package static func stops(_ claims: [ClaimID], by view: View) -> Bool {
        switch view {
        case .nothing: true
        case .facts(let facts, _): claims.contains { id in !facts.claims.contains { $0.id == id } }
        }
    }

    /// How much of a claim is disputed where only parts are; `nil` where all of it is held.
    package func disputedPart(of claim: ClaimFacts) throws(MoneyError) -> Money? {
        var sum = Money.zero(claim.principal.currency)
        for hold in holds where hold.facts.claim == claim.id {
            guard let amount = hold.facts.amount else { return nil }
            sum = try sum + amount
        }
        return sum
    }

    /// Counts a part as if it were not owed: from the day of the dispute, but not before interest that was charged.
    private static func count(
        _ disputed: Money, asReductionOf id: ClaimID, _ facts: inout CaseFacts
    ) throws(MoneyError) {
        guard let index = facts.claims.firstIndex(where: { $0.id == id }) else { return }
        let since = facts.holds.filter { $0.claim == id }.map(\.since).min() ?? facts.openedOn
        let charged = facts.charges.filter { $0.component == .interest && $0.claim == id }.map(\.chargedOn).max()
        let day = max(since, charged ?? since, facts.claims[index].reductions.last?.on ?? since)
        facts.claims[index].reductions.append(Reduction(on: day, amount: disputed))
        facts.claims[index].outstandingPrincipal = try facts.claims[index].outstandingPrincipal - disputed
        facts.outstanding = try facts.outstanding - disputed
    }

    /// Why something stands still, as a line of an explanation.
    package static func line(_ hold: HoldFacts, _ day: CivilDate) -> ExplanationLine {
        let what = hold.claim.map { "Claim \($0)" } ?? "The case"
        let part = hold.amount.map { " (\($0) of it)" } ?? ""
        var line = ExplanationLine(
            "\(what)\(part) stands still: \(hold.kind.rawValue).",
            Citation("Fordring", "holds of the case"))
        line.from = hold.since
        line.through = hold.until ?? max(day, hold.since)
        return line
    }
}

extension OpenHold {
    /// Whether its last day ends it; what protects people whom the law protects stands until an administrator lifts it.
    var endsByItself: Bool { HoldRule.all.first { $0.kind == facts.kind }?.endsByItself ?? false }

    /// The day on which a person hears that it will end; `nil` where nobody needs to, or its time is too short for that.
    var noticeOn: CivilDate? {
        guard let until = facts.until, HoldRule.all.first(where: { $0.kind == facts.kind })?.isProtective ?? true else {
            return nil
        }
        let days = min(HoldRule.noticeDays, facts.since.days(to: until) / 2)
        return days > 0 ? until.adding(days: -days) : nil
    }

    /// The next day on which something is to be done about it by itself.
    func nextLook(after day: CivilDate) -> CivilDate? {
        guard let until = facts.until else { return nil }
        if let noticeOn, noticeOn > day { return noticeOn }
        if until >= day { return until.adding(days: 1) }
        return endsByItself ? day.adding(days: 1) : nil
    }

    /// What a person must hear of its end on a day.
    func ending(on day: CivilDate) -> (message: String, cure: String, dueOn: CivilDate)? {
        guard let until = facts.until else { return nil }
        let name = "Hold \(id) (\(facts.kind.rawValue))"
        if until < day {
            guard !endsByItself else { return nil }
            return (
                "The last day \(until) of \(name) has passed; it stands until an administrator lifts it",
                "Find out whether it still is so: 'fordring hold lift \(id) --as administrator', or leave it.", until
            )
        }
        guard let noticeOn, noticeOn <= day else { return nil }
        return (
            "\(name) ends on \(until)" + (endsByItself ? ", and the case goes on after it" : ""),
            "Find out whether the debtor needs longer; a hold of another kind keeps the case, 'fordring hold place'.",
            until
        )
    }
}

extension CaseSnapshot {
    /// What the rules may be asked about on a day.
    package func view(_ rules: CaseRules, on day: CivilDate) throws(MoneyError) -> Standstill.View {
        try standstill.view(of: facts, balances, rules, on: day)
    }

    /// What the rules say about a day, or that nothing is done because all of it stands still.
    package func decision(_ rules: CaseRules, on day: CivilDate) throws -> Result<Decision, RuleGap> {
        switch try view(rules, on: day) {
        case .nothing(let until, let lines):
            return .success(Decision(steps: [], reviewOn: until, waiting: lines))
        case .facts(let facts, let until):
            guard let answer = rules.jurisdiction.decide([facts], on: day).first else {
                throw CaseRulesFault("The plug-in \(rules.plugin) gave no answer about case \(facts.id).")
            }
            return answer.map { decision in
                guard let until else { return decision }
                var decision = decision
                decision.reviewOn = min(decision.reviewOn ?? until, until)
                decision.waiting += standstill.holds.map { Standstill.line($0.facts, day) }
                return decision
            }
        }
    }
}
