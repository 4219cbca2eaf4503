import FordringKit
import Testing

@testable import Norway

/// Kroner, and øre where there are any.
func kr(_ kroner: Int64, _ øre: Int64 = 0) -> Money { Money(minorUnits: kroner * 100 + øre, .nok) }

/// A date as ISO 8601 writes it.
func day(_ iso: String) throws -> CivilDate { try #require(CivilDate(iso: iso)) }

/// The step between payment demand and court.
let legalActionNotice = StepKind("legalActionNotice")

/// Makes the facts of a case of one creditor and one debtor.
enum Cases {
    /// Every step, each with all that may be charged.
    static let everything: [StepPolicy] = [
        StepPolicy(kind: .reminder, times: 2, waitingDays: 0, charge: true),
        StepPolicy(kind: .collectionNotice, times: 1, waitingDays: 0, charge: true),
        StepPolicy(kind: .collectionLetter, times: 1, waitingDays: 0, charge: true),
        StepPolicy(kind: legalActionNotice, times: 1, waitingDays: 0, charge: true),
        StepPolicy(kind: .readyForCourt, times: 1, waitingDays: 0, charge: false),
    ]

    /// Every step once, and nothing charged but interest.
    static let free: [StepPolicy] = everything.map {
        StepPolicy(kind: $0.kind, times: 1, waitingDays: 0, charge: false)
    }

    /// A claim whose invoice is 14 days older than its due date.
    static func claim(
        _ id: Int64, _ principal: Money, dueOn: CivilDate, reductions: [Reduction] = []
    ) -> ClaimFacts {
        let left = principal.minorUnits - reductions.reduce(0) { $0 + $1.amount.minorUnits }
        return ClaimFacts(
            id: ClaimID(rawValue: id), principal: principal, arisenOn: dueOn.adding(days: -14), dueOn: dueOn,
            reductions: reductions, outstandingPrincipal: Money(minorUnits: max(0, left), .nok))
    }

    /// A claim, the only one of its case.
    static func claim(_ principal: Money, dueOn: CivilDate, reductions: [Reduction] = []) -> ClaimFacts {
        claim(1, principal, dueOn: dueOn, reductions: reductions)
    }

    /// A case with some claims, in which nothing has been done.
    static func new(
        _ claims: [ClaimFacts], policy: [StepPolicy] = everything, debtor: PartyKind = .business,
        deductsVAT: Bool = true, collectsItself: Bool = false
    ) -> CaseFacts {
        var creditor = CreditorFacts(deductsVAT: deductsVAT, policy: policy)
        creditor.collectsItself = collectsItself
        return CaseFacts(
            id: CaseID(rawValue: 1_042), currency: .nok, openedOn: CivilDate(2025, 1, 1), debtorKind: debtor,
            creditor: creditor, claims: claims, steps: [], charges: [],
            outstanding: Money(minorUnits: claims.reduce(0) { $0 + $1.outstandingPrincipal.minorUnits }, .nok))
    }
}

extension CaseFacts {
    /// Takes a step by hand that was sent on the day it was decided.
    mutating func sent(_ kind: StepKind, _ claims: [Int64] = [1], on iso: String, law: Norway = Norway()) throws {
        let day = try day(iso)
        steps.append(
            StepFacts(
                kind: kind, claims: claims.map { ClaimID(rawValue: $0) }, decidedOn: day, sentOn: day,
                deadlineOn: try law.deadline(for: kind, sentOn: day)?.value))
    }

    /// The total charged of a component.
    func charged(_ component: DebtComponent) -> Money {
        Money(minorUnits: charges.filter { $0.component == component }.reduce(0) { $0 + $1.amount.minorUnits }, .nok)
    }
}

/// A step as it was taken when a case was played.
struct TakenStep {
    let kind: StepKind
    let day: CivilDate
    let claims: [Int64]
    let charges: [DecidedCharge]

    /// What it charged of a component.
    func charged(_ component: DebtComponent) -> Money {
        Money(
            minorUnits: charges.filter { $0.component == component }.reduce(0) { $0 + $1.amount.value.minorUnits }, .nok
        )
    }
}

/// Plays a case day by day as the host does: letters leave on the day of the decision, and the safeguards are held.
func play(
    _ facts: inout CaseFacts, from first: CivilDate, through last: CivilDate, law: Norway = Norway(),
    _ each: (inout CaseFacts, CivilDate) -> Void = { _, _ in }
) throws -> [TakenStep] {
    var taken: [TakenStep] = []
    var today = first
    while today <= last {
        each(&facts, today)
        let decision = try law.decide(facts, on: today)
        let safeguards = try law.safeguards(for: facts, on: today)
        var before: [DecidedStep] = []
        for step in decision.steps {
            for safeguard in safeguards {
                let breach = safeguard.breach(by: step, after: before, in: facts, on: today)
                #expect(breach == nil, "\(today) \(step.kind): \(safeguard.limit)")
            }
            before.append(step)
        }
        for step in decision.steps {
            let sendsLetter = step.kind != .readyForCourt
            let deadline = try law.deadline(for: step.kind, sentOn: today)?.value
            if let deadline {
                for safeguard in safeguards {
                    #expect(safeguard.breach(byDeadline: deadline, of: step.kind, sentOn: today) == nil)
                }
            }
            for charge in step.charges { expectLinesAddUp(charge) }
            #expect(!step.reasons.isEmpty)
            #expect(sendsLetter == (deadline != nil))
            try facts.take(step, on: today, sentOn: today, deadlineOn: deadline)
            taken.append(
                TakenStep(
                    kind: step.kind, day: today, claims: step.claims.map(\.rawValue), charges: step.charges))
        }
        today = today.adding(days: 1)
    }
    return taken
}

/// The lines' amounts add up to the value: a promise of every charge.
func expectLinesAddUp(_ charge: DecidedCharge, sourceLocation: SourceLocation = #_sourceLocation) {
    let sum = charge.amount.lines.reduce(0) { $0 + ($1.amount?.minorUnits ?? 0) }
    #expect(sum == charge.amount.value.minorUnits, sourceLocation: sourceLocation)
    #expect(!charge.amount.lines.isEmpty, sourceLocation: sourceLocation)
}
