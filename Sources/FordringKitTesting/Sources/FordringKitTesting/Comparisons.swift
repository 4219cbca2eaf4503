import FordringKit

/// Answers of the law laid out for comparison.
///
/// The kit's own types need not be comparable; two answers are the same where a host would do the same with them.
struct ComparableDecision: Equatable {
    struct Charge: Equatable {
        let component: DebtComponent
        let claim: ClaimID?
        let amount: Money
        let lines: [ExplanationLine]

        init(_ charge: DecidedCharge) {
            component = charge.component
            claim = charge.claim
            amount = charge.amount.value
            lines = charge.amount.lines
        }
    }

    struct Step: Equatable {
        let kind: StepKind
        let claims: [ClaimID]
        let charges: [Charge]
        let reasons: [ExplanationLine]
    }

    struct Pending: Equatable {
        let kind: StepKind
        let claims: [ClaimID]
        let notBefore: CivilDate?
        let obstacles: [ExplanationLine]
    }

    let steps: [Step]
    let pending: [Pending]
    let reviewOn: CivilDate?
    let waiting: [ExplanationLine]

    init(_ decision: Decision) {
        steps = decision.steps.map {
            Step(kind: $0.kind, claims: $0.claims, charges: $0.charges.map { Charge($0) }, reasons: $0.reasons)
        }
        pending = decision.pending.map {
            Pending(kind: $0.kind, claims: $0.claims, notBefore: $0.notBefore, obstacles: $0.obstacles)
        }
        reviewOn = decision.reviewOn
        waiting = decision.waiting
    }
}

/// What came of a question: an answer, a gap, or something that may not be.
enum Answer<Value> {
    case answer(Value)
    case gap(RuleGap)
    case failure(any Error)

    init(_ body: () throws -> Value) {
        do {
            self = .answer(try body())
        } catch let gap as RuleGap {
            self = .gap(gap)
        } catch {
            self = .failure(error)
        }
    }

    var value: Value? { if case .answer(let value) = self { value } else { nil } }
    var gap: RuleGap? { if case .gap(let gap) = self { gap } else { nil } }
}

extension Answer<Decision> {
    /// Whether two answers are the same.
    func isSame(as other: Answer<Decision>) -> Bool {
        switch (self, other) {
        case (.answer(let left), .answer(let right)): ComparableDecision(left) == ComparableDecision(right)
        case (.gap(let left), .gap(let right)): left == right
        case (.failure, .failure): true
        default: false
        }
    }
}

extension [ExplanationLine] {
    /// What is wrong with the lines of an answer: `nil` where each has words and a source.
    var fault: String? {
        if isEmpty { return "it has no line that explains it" }
        for line in self {
            if line.text.isEmpty { return "a line has no words" }
            if let fault = line.citation.fault { return "the line '\(line.text)' \(fault)" }
        }
        return nil
    }
}

extension Citation {
    /// What is wrong with a source.
    var fault: String? {
        if source.isEmpty { return "names no source" }
        if verification == .unverified, doubt.isEmpty { return "is unverified and does not say what is doubtful" }
        return nil
    }
}

extension CaseFacts {
    /// The case in a few words, for a finding.
    var summary: String {
        let claims = claims.map { "\($0.id): \($0.outstandingPrincipal.decimalText) due \($0.dueOn)" }
        let steps = steps.map { "\($0.kind) \($0.decidedOn)" }
        return "a \(debtorKind.rawValue) with claims \(claims.joined(separator: ", "))"
            + (steps.isEmpty ? "" : " after \(steps.joined(separator: ", "))")
    }
}
