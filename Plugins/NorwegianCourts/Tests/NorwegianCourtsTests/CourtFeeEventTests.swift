import FordringKit
import Testing

@testable import NorwegianCourts

/// What each state does to the court fees and to limitation; the multiples are those of the fact sheet, R is 1,345.
@Suite struct CourtFeeEventTests {
    private let courts = NorwegianCourts()

    /// States of a procedure, a day each from the tenth of March on.
    private func steps(_ procedure: NorwegianProcedure, _ states: [LegalState]) -> [LegalStepFacts] {
        states.enumerated().map { LegalStepFacts(procedure.kind, $1, on: Cases.today.adding(days: $0)) }
    }

    private func history(
        _ procedure: NorwegianProcedure, _ states: [LegalState], _ answers: [String: String] = [:],
        others: [LegalStepFacts] = []
    ) throws -> LegalHistory {
        LegalHistory(
            steps: steps(procedure, states), others: others,
            fee: try courts.courtFee(for: procedure.kind, Cases.ready(for: procedure), on: Cases.today),
            answers: answers)
    }

    private func fee(
        _ procedure: NorwegianProcedure, _ states: [LegalState], _ state: LegalState, _ answers: [String: String] = [:],
        others: [LegalStepFacts] = []
    ) throws -> String {
        switch try courts.feeEvent(
            of: procedure.kind, reaching: state, on: Cases.today.adding(days: 30),
            after: history(procedure, states, answers, others: others))
        {
        case .none: return "none"
        case .charge(let amount):
            #expect(!amount.lines.isEmpty)
            return amount.value.decimalText
        case .takeBack(let lines):
            #expect(!lines.isEmpty)
            return "back"
        @unknown default: return "unknown"
        }
    }

    /// 1.54 x 1,345 = 2,071.3; 0.69 x 1,345 = 928.05; 1.25 x 1,345 = 1,681.25.
    @Test func `a fee is owed with the filing`() throws {
        #expect(try fee(.conciliation, [], .filed) == "2071.00")
        #expect(try fee(.attachment, [], .filed) == "928.00")
        #expect(try fee(.forcedSale, [], .filed) == "1681.00")
        #expect(try fee(.conciliation, [.filed], .served) == "none")
        #expect(try fee(.attachment, [.filed, .served], .closed) == "none")
    }

    @Test func `a petition that is withdrawn before the summons costs nothing`() throws {
        #expect(try fee(.conciliation, [.filed], .closed) == "back")
        #expect(try fee(.conciliation, [.filed, .served], .closed) == "none")
    }

    @Test(arguments: [NorwegianProcedure.conciliation, .attachment, .forcedSale])
    func `what was rejected for a fault is not the debtor's to pay`(_ procedure: NorwegianProcedure) throws {
        #expect(try fee(procedure, [.filed], .rejected) == "back")
        #expect(try fee(procedure, [.filed, .rejected], .closed) == "none")
    }

    /// 0.5 x 1,345 = 672.5: the fee is that of the service.
    @Test func `a bankruptcy notice costs its service`() throws {
        #expect(try fee(.bankruptcyNotice, [], .filed) == "none")
        #expect(try fee(.bankruptcyNotice, [.filed], .served) == "672.00")
        #expect(try fee(.bankruptcyNotice, [.filed], .closed) == "none")
        #expect(try fee(.bankruptcyNotice, [.filed], .rejected) == "none")
    }

    /// 2.2 x 1,345 = 2,959; 6.3 x 1,345 = 8,473.5.
    @Test func `a sale that went on costs the second part`() throws {
        #expect(try fee(.forcedSale, [.filed, .served], .sold, ["assetKind": "løsøre"]) == "2959.00")
        #expect(try fee(.forcedSale, [.filed, .served], .sold, ["assetKind": "Fast eiendom"]) == "8473.00")
    }

    /// 4.35 x 1,345 = 5,850.75 where it is opened; 1.5 x 1,345 = 2,017.5 where it is refused or withdrawn.
    @Test func `a petition costs by its outcome, and nothing before`() throws {
        for state in [LegalState.filed, .meetingCalled, .objected] {
            #expect(try fee(.bankruptcyPetition, state == .filed ? [] : [.filed], state) == "none")
            #expect(try fee(.bankruptcyOpening, state == .filed ? [] : [.filed], state) == "none")
        }
        #expect(try fee(.bankruptcyPetition, [.filed, .meetingCalled], .bankrupt) == "5850.00")
        #expect(try fee(.bankruptcyPetition, [.filed, .meetingCalled], .rejected) == "2017.00")
        #expect(try fee(.bankruptcyPetition, [.filed], .closed) == "2017.00")
        #expect(try fee(.bankruptcyPetition, [.filed, .bankrupt], .closed) == "none")
        #expect(try fee(.bankruptcyPetition, [.filed, .rejected], .closed) == "none")
    }

    @Test func `the petition and the record of its hearing cost once`() throws {
        let petition = steps(.bankruptcyPetition, [.filed, .meetingCalled])
        #expect(try fee(.bankruptcyOpening, [.filed, .meetingCalled], .bankrupt, others: petition) == "5850.00")
        #expect(try fee(.bankruptcyOpening, [.filed, .meetingCalled], .rejected, others: petition) == "2017.00")
        // The record that ends without a ruling says nothing.
        #expect(try fee(.bankruptcyOpening, [.filed], .closed, others: petition) == "none")
        for outcome in [LegalState.bankrupt, .rejected] {
            let ruled = steps(.bankruptcyOpening, [.filed, outcome])
            #expect(try fee(.bankruptcyPetition, [.filed, .meetingCalled], .bankrupt, others: ruled) == "none")
            #expect(try fee(.bankruptcyPetition, [.filed, .meetingCalled], .closed, others: ruled) == "none")
        }
        // An earlier petition that was refused says nothing of the next one.
        let earlier = steps(.bankruptcyPetition, [.filed, .rejected]).map {
            LegalStepFacts($0.procedure, $0.state, on: $0.on.adding(days: -60))
        }
        #expect(try fee(.bankruptcyPetition, [.filed, .meetingCalled], .bankrupt, others: earlier) == "5850.00")
    }

    /// The petition came in 2025, and the multiple is known from 2026 on only.
    @Test func `an outcome that cannot be priced is a gap, and a person says what was laid out`() throws {
        var history = try history(.bankruptcyPetition, [.filed])
        history.steps[0].on = day("2025-12-20")
        #expect(throws: RuleGap.self) {
            try courts.feeEvent(
                of: NorwegianProcedure.bankruptcyPetition.kind, reaching: .bankrupt, on: day("2026-01-10"),
                after: history)
        }
    }

    // MARK: Limitation

    private func limitation(
        _ procedure: NorwegianProcedure, _ states: [LegalState], _ state: LegalState
    ) throws -> ClaimEvent.Kind? {
        courts.limitationEvent(of: procedure.kind, reaching: state, after: try history(procedure, states))
    }

    @Test func `what ends without a decision ends, § 22`() throws {
        #expect(try limitation(.conciliation, [.filed], .closed) == .proceedingsEnded)
        #expect(try limitation(.conciliation, [.filed, .served, .meetingCalled], .closed) == .proceedingsEnded)
        #expect(try limitation(.conciliation, [.filed], .rejected) == .proceedingsEnded)
        #expect(try limitation(.conciliation, [.filed, .rejected], .closed) == nil)
        #expect(try limitation(.conciliation, [.filed, .served, .decided], .closed) == nil)
        #expect(try limitation(.attachment, [.filed], .rejected) == .proceedingsEnded)
        #expect(try limitation(.attachment, [.filed, .served, .objected], .closed) == .proceedingsEnded)
        #expect(try limitation(.attachment, [.filed, .served, .attached], .closed) == nil)
        #expect(try limitation(.attachment, [.filed, .served, .wageDeduction], .closed) == nil)
        #expect(try limitation(.attachment, [.filed, .served, .nothingFound], .closed) == nil)
        #expect(try limitation(.forcedSale, [.filed], .rejected) == .proceedingsEnded)
        #expect(try limitation(.bankruptcyPetition, [.filed], .rejected) == nil)
        #expect(try limitation(.conciliation, [], .filed) == .proceedingsFiled)
        #expect(try limitation(.attachment, [], .filed) == .enforcementRequested)
    }

    @Test func `a judgment of the board that is challenged fixes nothing any longer`() throws {
        #expect(try limitation(.conciliation, [.filed, .served, .decided], .objected) == .judgmentSetAside)
        #expect(try limitation(.conciliation, [.filed, .served], .objected) == nil)
        #expect(try limitation(.conciliation, [.filed, .served, .decided, .objected], .closed) == .proceedingsEnded)
    }
}
