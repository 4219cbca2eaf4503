import FordringKit

/// What the host holds every decision to, whatever plug-in made it.
///
/// The daily run and the forecast ask the same: a step that is not the case's, that comes before its day, that comes too
/// often, or that breaks a limit of the law (``Safeguard``) is not taken, and a person decides.
struct DecisionRules: Sendable {
    /// What must be known of a kind of step; the descriptions of the country hold names besides.
    private struct Known: Sendable {
        let kind: StepKind
        let sendsLetter: Bool
        let timesMax: Int
    }

    /// In minor units; thousands of such charges can be added up without an overflow.
    private static let chargeMax: UInt64 = 1 << 50

    private let rules: CaseRules
    /// A country has few kinds of steps: looking along them is quicker than hashing.
    private let known: [Known]

    init(_ rules: CaseRules) {
        self.rules = rules
        known = rules.jurisdiction.steps.map {
            Known(kind: $0.kind, sendsLetter: $0.sendsLetter, timesMax: $0.timesMax)
        }
    }

    /// Whether taking a step sends a letter.
    func sendsLetter(_ kind: StepKind) -> Bool { known.first { $0.kind == kind }?.sendsLetter ?? false }

    /// The decision, where all of it may be applied.
    ///
    /// - Parameter life: where the case is, on the day.
    /// - Throws: ``RuleGap`` where a part of it may not; then nothing of it is.
    func checked(
        _ decision: Decision, _ facts: CaseFacts, _ life: @autoclosure () -> CaseLife, on day: CivilDate
    ) throws(RuleGap) -> Decision {
        if let reviewOn = decision.reviewOn, reviewOn <= day {
            throw fault("it asked for a review on \(reviewOn), which is not later", day)
        }
        guard !decision.steps.isEmpty else { return decision }
        let safeguards = try DecisionRules.safeguards(rules, facts, on: day)
        // The steps of one decision count for one another.
        var taken = facts
        for (index, step) in decision.steps.enumerated() {
            try check(step, taken, before: facts.steps.count, on: day)
            for safeguard in safeguards {
                guard let reason = safeguard.breach(by: step, in: taken, on: day) else { continue }
                throw fault("the step \(step.kind) breaks a limit: \(reason) [\(safeguard.citation)]", day)
            }
            guard index + 1 < decision.steps.count else { break }
            do {
                // A step without letter is done; a letter states its deadline when it leaves.
                try taken.take(step, on: day, sentOn: sendsLetter(step.kind) ? nil : day, deadlineOn: nil)
            } catch {
                throw fault("the step \(step.kind) charges more than can be counted", day)
            }
        }
        try checkLife(decision.steps, facts, life(), on: day)
        return decision
    }

    /// Holds steps to the chart of a case's life: those of a country's own, which take it no further, to what stops a case.
    private func checkLife(
        _ steps: [DecidedStep], _ facts: CaseFacts, _ life: CaseLife, on day: CivilDate
    ) throws(RuleGap) {
        // How far what may be asked about has come.
        var life = life
        life.reach = .of(facts.steps)
        for step in steps {
            let event = CaseReach(step.kind)?.event
            guard let next = life.after(event ?? .reminded) else {
                let isStopped = life.isHeld || life.isSelling || life.isClosed
                throw fault(
                    "the step \(step.kind) would \(isStopped ? "be taken" : "come before the notice of collection"), in a case "
                        + "that is \(life.state.rawValue)", day)
            }
            guard event != nil else { continue }
            life = next
        }
    }

    /// Checks the last day to pay that a letter is about to state.
    ///
    /// - Throws: ``LetterFailure`` where the law gives the debtor longer; ``RuleGap`` where its limits are not known.
    static func check(
        deadline: CivilDate, of kind: StepKind, sentOn day: CivilDate, _ facts: CaseFacts, _ rules: CaseRules
    ) throws {
        for safeguard in try safeguards(rules, facts, on: day) {
            guard let reason = safeguard.breach(byDeadline: deadline, of: kind, sentOn: day) else { continue }
            throw LetterFailure(
                .permanent, "\(reason) [\(safeguard.citation)]",
                cure:
                    "Tell the author of the plug-in \(rules.plugin); when the task is done, the rules are asked again.")
        }
    }

    private static func safeguards(
        _ rules: CaseRules, _ facts: CaseFacts, on day: CivilDate
    ) throws(RuleGap) -> [Safeguard] {
        do {
            return try rules.jurisdiction.safeguards(for: facts, on: day)
        } catch let gap as RuleGap {
            throw gap
        } catch {
            throw fault("its limits could not be worked out (\(type(of: error)))", day, rules)
        }
    }

    private func fault(_ reason: String, _ day: CivilDate) -> RuleGap { DecisionRules.fault(reason, day, rules) }

    private static func fault(_ reason: String, _ day: CivilDate, _ rules: CaseRules) -> RuleGap {
        RuleGap(
            rule: "the plug-in \(rules.plugin)", day: day, reason: reason,
            cure: "Decide the case by hand and tell the author of the plug-in.")
    }

    // MARK: Without a plug-in's help

    /// - Parameter before: how many steps of the facts the books have; those after them are of the same decision.
    private func check(
        _ step: DecidedStep, _ facts: CaseFacts, before: Int, on day: CivilDate
    ) throws(RuleGap) {
        guard let known = known.first(where: { $0.kind == step.kind }) else {
            throw fault("it asked for the step \(step.kind), which is none of its country's", day)
        }
        // A case has few claims, and most have one.
        func isKnown(_ id: ClaimID) -> Bool { facts.claims.contains { $0.id == id } }
        guard !step.claims.isEmpty, step.claims.allSatisfy(isKnown) else {
            throw fault("the step \(step.kind) covers claims that are not the case's", day)
        }
        // Whoever asked the rules has left out what stands still; a step that comes all the same is not taken.
        for hold in facts.holds where hold.claim.map(step.claims.contains) ?? true {
            guard hold.amount == nil || !rules.jurisdiction.undisputedRest.value else { continue }
            throw fault(
                "the step \(step.kind) covers what stands still since \(hold.since) (\(hold.kind.rawValue))", day)
        }
        try checkDates(step, known, facts, before: before, on: day)
        // More interest cannot be taken back than was charged on the claim.
        func exceedsCharged(_ charge: DecidedCharge) -> Bool {
            facts.charges.filter { $0.component == .interest && $0.claim == charge.claim }
                .reduce(charge.amount.value.minorUnits) { $0 + $1.amount.minorUnits } < 0
        }
        for charge in step.charges {
            let amount = charge.amount.value
            guard amount.minorUnits.magnitude <= DecisionRules.chargeMax else {
                throw fault("the step \(step.kind) charges \(amount), more than can be added up", day)
            }
            guard amount.currency == facts.currency, charge.claim.map(isKnown) ?? true,
                charge.component != .principal,
                !amount.isNegative || (charge.component == .interest && !exceedsCharged(charge))
            else { throw fault("the step \(step.kind) charges \(amount) as \(charge.component)", day) }
        }
    }

    /// No law lets a step be taken before the debtor's time is over that an invoice or a letter has stated.
    private func checkDates(
        _ step: DecidedStep, _ known: Known, _ facts: CaseFacts, before: Int, on day: CivilDate
    ) throws(RuleGap) {
        for (index, id) in step.claims.enumerated() {
            guard !step.claims[..<index].contains(id) else {
                throw fault("the step \(step.kind) covers claim \(id) twice", day)
            }
            for claim in facts.claims where claim.id == id && day <= claim.dueOn {
                throw fault("the step \(step.kind) covers claim \(id), which may be paid through \(claim.dueOn)", day)
            }
            var times = 1
            for (index, earlier) in facts.steps.enumerated() where earlier.claims.contains(id) {
                if earlier.kind == step.kind { times += 1 }
                if let deadlineOn = earlier.deadlineOn, day <= deadlineOn {
                    throw fault(
                        "the step \(step.kind) covers claim \(id), for which a letter gives until \(deadlineOn)", day)
                }
                // What is decided together with a letter may go with it; another letter for the claim may not.
                if earlier.sentOn == nil, index < before || known.sendsLetter {
                    throw fault(
                        "the step \(step.kind) covers claim \(id), for which the \(earlier.kind) of "
                            + "\(earlier.decidedOn) has not left the house", day)
                }
            }
            guard times <= known.timesMax else {
                throw fault(
                    "the step \(step.kind) would be taken \(times) times for claim \(id), and \(known.timesMax) is the most",
                    day)
            }
        }
        guard known.sendsLetter else { return }
        // Letters of one decision leave together, each for claims of its own.
        for earlier in facts.steps.prefix(before) where earlier.sentOn == nil {
            throw fault(
                "the step \(step.kind) would send a letter while the \(earlier.kind) of \(earlier.decidedOn) has not "
                    + "left the house", day)
        }
    }
}
