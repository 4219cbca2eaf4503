import FordringKit
import Testing

@testable import Denmark

/// Kroner, and øre where there are any.
func kr(_ kroner: Int64, _ øre: Int64 = 0) -> Money { Money(minorUnits: kroner * 100 + øre, .dkk) }

/// A date as ISO 8601 writes it.
func day(_ iso: String) throws -> CivilDate { try #require(CivilDate(iso: iso)) }

/// Makes the facts of a case of one creditor and one debtor.
enum Cases {
    /// Three reminders, notice, letter and court, each with all that may be charged.
    static let everything: [StepPolicy] = [
        StepPolicy(kind: .reminder, times: 3, waitingDays: 2, charge: true),
        StepPolicy(kind: .collectionNotice, times: 1, waitingDays: 2, charge: true),
        StepPolicy(kind: .collectionLetter, times: 1, waitingDays: 0, charge: true),
        StepPolicy(kind: .readyForCourt, times: 1, waitingDays: 0, charge: false),
    ]

    /// A claim whose invoice is 14 days older than its due date.
    static func claim(
        _ id: Int64, _ principal: Money, dueOn: CivilDate, arisenOn: CivilDate? = nil,
        reductions: [Reduction] = []
    ) -> ClaimFacts {
        let left = principal.minorUnits - reductions.reduce(0) { $0 + $1.amount.minorUnits }
        return ClaimFacts(
            id: ClaimID(rawValue: id), principal: principal, arisenOn: arisenOn ?? dueOn.adding(days: -14),
            dueOn: dueOn, reductions: reductions, outstandingPrincipal: Money(minorUnits: max(0, left), .dkk))
    }

    /// A claim, the only one of its case.
    static func claim(
        _ principal: Money, dueOn: CivilDate, arisenOn: CivilDate? = nil, reductions: [Reduction] = []
    ) -> ClaimFacts {
        claim(1, principal, dueOn: dueOn, arisenOn: arisenOn, reductions: reductions)
    }

    /// A case with some claims, in which nothing has been done.
    static func new(
        _ claims: [ClaimFacts], policy: [StepPolicy] = everything, debtor: PartyKind = .business,
        deductsVAT: Bool = true
    ) -> CaseFacts {
        CaseFacts(
            id: CaseID(rawValue: 12_345), currency: .dkk, openedOn: CivilDate(2025, 1, 1), debtorKind: debtor,
            creditor: CreditorFacts(deductsVAT: deductsVAT, policy: policy), claims: claims, steps: [], charges: [],
            outstanding: Money(minorUnits: claims.reduce(0) { $0 + $1.outstandingPrincipal.minorUnits }, .dkk))
    }
}

extension CaseFacts {
    /// Does to the facts what the host does with a decision; the letters leave the house on the same day.
    mutating func apply(_ decision: Decision, on day: CivilDate, law: some Jurisdiction) throws {
        for step in decision.steps {
            steps.append(
                StepFacts(
                    kind: step.kind, claims: step.claims, decidedOn: day,
                    sentOn: step.kind == .readyForCourt ? nil : day,
                    deadlineOn: try law.deadline(for: step.kind, sentOn: day)?.value))
            for charge in step.charges {
                charges.append(
                    ChargeFacts(
                        component: charge.component, claim: charge.claim, chargedOn: day, amount: charge.amount.value))
                outstanding = try outstanding + charge.amount.value
            }
        }
    }

    /// The total charged of a component.
    func charged(_ component: DebtComponent) -> Money {
        Money(minorUnits: charges.filter { $0.component == component }.reduce(0) { $0 + $1.amount.minorUnits }, .dkk)
    }
}

/// The lines' amounts add up to the value: a promise of every charge.
func expectLinesAddUp(_ charge: DecidedCharge, sourceLocation: SourceLocation = #_sourceLocation) {
    let sum = charge.amount.lines.reduce(0) { $0 + ($1.amount?.minorUnits ?? 0) }
    #expect(sum == charge.amount.value.minorUnits, sourceLocation: sourceLocation)
    #expect(!charge.amount.lines.isEmpty, sourceLocation: sourceLocation)
}
