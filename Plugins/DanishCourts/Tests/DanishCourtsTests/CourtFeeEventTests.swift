import FordringKit
import Testing

@testable import DanishCourts

/// What each state does to the court fees and to limitation, by the acts; the amounts are those of the fact sheet.
@Suite struct CourtFeeEventTests {
    private let courts = DanishCourts()

    /// A hand-off that went through some states, a day each, with the fee of a payment order or a bailiff case.
    private func history(
        _ procedure: DanishProcedure, _ states: [LegalState], _ fee: Money = kr(750), _ answers: [String: String] = [:]
    ) -> LegalHistory {
        LegalHistory(
            steps: states.enumerated().map {
                LegalStepFacts(procedure.kind, $1, on: Cases.today.adding(days: $0))
            }, fee: Explained(fee, [ExplanationLine("A fee.", Citation(CourtFeeAct.source, "§ 12"))]), answers: answers)
    }

    private func fee(
        _ procedure: DanishProcedure, _ states: [LegalState], _ state: LegalState, _ fee: Money = kr(750),
        _ answers: [String: String] = [:]
    ) throws -> String {
        switch try courts.feeEvent(
            of: procedure.kind, reaching: state, on: Cases.today.adding(days: 30),
            after: history(procedure, states, fee, answers))
        {
        case .none: return "none"
        case .charge(let amount):
            #expect(!amount.lines.isEmpty)
            return "\(amount.value.decimalText)"
        case .takeBack(let lines):
            #expect(!lines.isEmpty)
            return "back"
        @unknown default: return "unknown"
        }
    }

    /// 750 kr with the filing of an order and of a bailiff case (§§ 12, 13); of a lawsuit when it is served, not when a
    /// lawyer has the case.
    @Test func `a fee is owed when the court has taken it`() throws {
        #expect(try fee(.paymentOrder, [], .filed) == "750.00")
        #expect(try fee(.bailiffRequest, [], .filed) == "750.00")
        #expect(try fee(.lawyerTransfer, [], .filed, kr(1_500)) == "none")
        #expect(try fee(.lawyerTransfer, [.filed], .served, kr(1_500)) == "1500.00")
        #expect(try fee(.lawyerTransfer, [.filed], .closed, kr(1_500)) == "none")
        #expect(try fee(.lawyerTransfer, [.filed, .served], .decided, kr(1_500)) == "none")
        // Within the year of § 13 nothing is taken.
        #expect(try fee(.bailiffRequest, [], .filed, kr(0)) == "none")
        // § 13: no more where execution follows a payment order by itself.
        #expect(try fee(.paymentOrder, [.filed, .served, .decided], .enforcementRequested) == "none")
        for state in [LegalState.served, .objected, .decided, .closed] {
            #expect(try fee(.paymentOrder, [.filed], state) == "none")
        }
    }

    /// Rejected and filed again: 750 - 750 + 750 = 750.
    @Test(arguments: [DanishProcedure.paymentOrder, .bailiffRequest])
    func `what was rejected for a fault is not the debtor's to pay`(_ procedure: DanishProcedure) throws {
        #expect(try fee(procedure, [.filed], .rejected) == "back")
        #expect(try fee(procedure, [.filed, .rejected], .closed) == "none")
        #expect(try fee(.lawyerTransfer, [.filed], .rejected) == "none")
    }

    /// § 12: none where it is not served because execution is barred and the creditor asked for that.
    @Test func `an order that is left unserved costs nothing where that was asked for`() throws {
        #expect(try fee(.paymentOrder, [.filed], .closed, kr(750), ["serveAnyway": "nej"]) == "back")
        #expect(try fee(.paymentOrder, [.filed], .closed, kr(750), ["serveAnyway": "ja"]) == "none")
        #expect(try fee(.paymentOrder, [.filed, .served], .closed, kr(750), ["serveAnyway": "nej"]) == "none")
    }

    /// Filed on 10 March 2025 and rejected, so its fee fell back: the next one costs 750 kr within the year.
    @Test func `a rejected request covers no year`() throws {
        let facts = Cases.bailiffRequest().with {
            $0.took(.bailiffRequest, .filed, "2025-03-10")
            $0.took(.bailiffRequest, .rejected, "2025-03-20")
            $0.only.events = [ClaimEvent(.enforcementRequested, on: day("2025-03-10"))]
        }
        #expect(
            try courts.courtFee(for: DanishProcedure.bailiffRequest.kind, facts, on: day("2025-04-01")).value == kr(750)
        )
    }

    // MARK: Limitation

    private func limitation(
        _ procedure: DanishProcedure, _ states: [LegalState], _ state: LegalState, _ answers: [String: String] = [:]
    ) -> ClaimEvent.Kind? {
        courts.limitationEvent(
            of: procedure.kind, reaching: state, after: history(procedure, states, kr(750), answers))
    }

    @Test func `what ends without a decision ends, § 20`() {
        #expect(limitation(.paymentOrder, [.filed], .closed) == .proceedingsEnded)
        #expect(limitation(.paymentOrder, [.filed, .served], .closed) == .proceedingsEnded)
        #expect(limitation(.paymentOrder, [.filed, .served, .objected], .closed) == .proceedingsEnded)
        #expect(limitation(.paymentOrder, [.filed, .bankrupt], .closed) == .proceedingsEnded)
        #expect(limitation(.paymentOrder, [.filed], .rejected) == .proceedingsEnded)
        #expect(limitation(.paymentOrder, [.filed, .rejected], .closed) == nil)
        #expect(limitation(.lawyerTransfer, [.filed, .served], .closed) == .proceedingsEnded)
        // Nothing was begun by giving the case to a lawyer.
        #expect(limitation(.lawyerTransfer, [.filed], .closed) == nil)
        #expect(limitation(.lawyerTransfer, [.filed], .rejected) == nil)
        #expect(limitation(.bailiffRequest, [.filed], .rejected) == .proceedingsEnded)
        #expect(limitation(.bailiffRequest, [.filed, .meetingCalled], .closed) == .proceedingsEnded)
    }

    @Test func `what was decided or carried out stands`() {
        #expect(limitation(.paymentOrder, [.filed, .served, .decided], .closed) == nil)
        #expect(limitation(.lawyerTransfer, [.filed, .served, .decided], .closed) == nil)
        #expect(limitation(.bailiffRequest, [.filed, .meetingCalled, .nothingFound], .closed) == nil)
        #expect(limitation(.bailiffRequest, [.filed, .meetingCalled, .attached, .sold], .closed) == nil)
        #expect(
            limitation(.paymentOrder, [.filed, .served, .decided, .enforcementRequested], .closed) == .proceedingsEnded)
        #expect(limitation(.paymentOrder, [], .filed) == .proceedingsFiled)
        #expect(limitation(.paymentOrder, [.filed, .served], .decided) == .judgment)
    }

    @Test func `an order that is reopened fixes nothing any longer, § 477 e`() {
        #expect(limitation(.paymentOrder, [.filed, .served, .decided], .objected) == .judgmentSetAside)
        #expect(limitation(.paymentOrder, [.filed, .served], .objected) == nil)
        #expect(limitation(.paymentOrder, [.filed, .served, .decided, .objected], .closed) == .proceedingsEnded)
        #expect(limitation(.paymentOrder, [.filed, .served, .decided, .objected, .decided], .closed) == nil)
    }

    @Test func `the creditor's own choice gives no extra year, § 20 (2) no 3`() {
        let no = ["treatAsLawsuit": "nej", "serveAnyway": "ja"]
        #expect(limitation(.paymentOrder, [.filed, .served, .objected], .closed, no) == .proceedingsDropped)
        #expect(limitation(.paymentOrder, [.filed, .served], .closed, no) == .proceedingsEnded)
        #expect(limitation(.paymentOrder, [.filed], .rejected, no) == .proceedingsEnded)
        #expect(limitation(.paymentOrder, [.filed], .closed, ["serveAnyway": "nej"]) == .proceedingsDropped)
    }

    // MARK: The procedures

    @Test func `only a payment order takes no papers, and only a lawyer what is disputed`() {
        #expect(courts.procedures.map(\.takesPapers) == [false, true, true])
        #expect(courts.procedures.map(\.takesDisputed) == [false, false, true])
    }
}
