import FordringKit
import Testing

@testable import DanishCourts

@Suite struct StateChartTests {
    private let courts = DanishCourts()

    @Test func `the procedures are offered in the order in which they are thought of`() {
        #expect(courts.procedures.map(\.kind.rawValue) == ["paymentOrder", "bailiffRequest", "lawyerTransfer"])
        for procedure in courts.procedures {
            #expect(procedure.names[.danish] != nil && procedure.names[.english] != nil)
            #expect(!procedure.questions.isEmpty)
            #expect(procedure.questions.allSatisfy { !$0.text.isEmpty })
            #expect(Set(procedure.questions.map(\.label)).count == procedure.questions.count)
        }
    }

    @Test(arguments: DanishProcedure.allCases)
    func `every state that can be reached ends, and nothing comes back before filing`(_ procedure: DanishProcedure) {
        let next = procedure.next
        var reached: Set<LegalState> = [.prepared]
        var open: [LegalState] = [.prepared]
        while let state = open.popLast() {
            for following in next[state] ?? [] where reached.insert(following).inserted { open.append(following) }
        }
        // Nothing is declared that cannot be reached.
        #expect(Set(next.keys).subtracting(reached) == [])
        for (state, following) in next {
            #expect(Set(following).count == following.count, "\(state)")
            #expect(!following.contains(state) && !following.contains(.prepared), "\(state)")
            #expect(!following.contains(.recalled) || state == .prepared, "\(state)")
        }
        for state in reached where state != .closed && state != .recalled {
            #expect(reaches(.closed, from: state, by: next), "\(state) never ends")
        }
        #expect(next[.closed] == nil && next[.recalled] == nil)
    }

    private func reaches(_ goal: LegalState, from start: LegalState, by next: [LegalState: [LegalState]]) -> Bool {
        var seen: Set<LegalState> = [start]
        var open = [start]
        while let state = open.popLast() {
            if state == goal { return true }
            for following in next[state] ?? [] where seen.insert(following).inserted { open.append(following) }
        }
        return false
    }

    @Test func `proceedings move limitation as the sections say`() {
        let order = DanishProcedure.paymentOrder.kind
        let bailiff = DanishProcedure.bailiffRequest.kind
        let lawyer = DanishProcedure.lawyerTransfer.kind
        #expect(courts.limitationEvent(of: order, reaching: .prepared) == nil)
        #expect(courts.limitationEvent(of: order, reaching: .filed) == .proceedingsFiled)
        #expect(courts.limitationEvent(of: order, reaching: .rejected) == .proceedingsEnded)
        #expect(courts.limitationEvent(of: order, reaching: .decided) == .judgment)
        #expect(courts.limitationEvent(of: order, reaching: .enforcementRequested) == .enforcementRequested)
        #expect(courts.limitationEvent(of: order, reaching: .closed) == nil)
        #expect(courts.limitationEvent(of: bailiff, reaching: .filed) == .enforcementRequested)
        // To give a case to a lawyer interrupts nothing; the lawsuit does.
        #expect(courts.limitationEvent(of: lawyer, reaching: .filed) == nil)
        #expect(courts.limitationEvent(of: lawyer, reaching: .served) == .proceedingsFiled)
        #expect(courts.limitationEvent(of: LegalProcedureKind("other"), reaching: .filed) == nil)
    }

    @Test(arguments: [
        (DanishProcedure.paymentOrder, LegalState.decided, DanishProcedure.bailiffRequest),
        (.paymentOrder, .objected, .lawyerTransfer), (.paymentOrder, .rejected, .paymentOrder),
        (.paymentOrder, .nothingFound, .bailiffRequest), (.bailiffRequest, .nothingFound, .bailiffRequest),
        (.lawyerTransfer, .decided, .bailiffRequest),
    ])
    func `what comes next is proposed with its section`(
        _ procedure: DanishProcedure, _ state: LegalState, _ expected: DanishProcedure
    ) {
        let proposal = courts.proposal(after: procedure.kind, reaching: state)
        #expect(proposal?.value == expected.kind)
        #expect(proposal?.lines.isEmpty == false)
    }

    @Test func `a proposal stands only after a state that the procedure has`() {
        for procedure in DanishProcedure.allCases {
            let states = Set(procedure.next.keys)
            for state in LegalState.allCases where !states.contains(state) {
                #expect(courts.proposal(after: procedure.kind, reaching: state) == nil)
                #expect(courts.followUpDays(for: procedure.kind, in: state) == nil)
            }
        }
    }

    @Test func `a person looks when the 14 days for an objection are over`() {
        #expect(courts.followUpDays(for: DanishProcedure.paymentOrder.kind, in: .served) == 14)
        #expect(courts.followUpDays(for: DanishProcedure.paymentOrder.kind, in: .filed) == nil)
        #expect(courts.followUpDays(for: DanishProcedure.bailiffRequest.kind, in: .attached) == 335)
    }

    @Test func `venue follows the debtor`() throws {
        let home = try courts.venue(for: DanishProcedure.paymentOrder.kind, Cases.paymentOrder())
        #expect(home.value == "Fogedretten i den retskreds, hvor 5000 Odense C ligger (slås op)")
        #expect(home.lines.map(\.citation.section).contains("§ 235"))
        #expect(!home.lines.map(\.citation.section).contains("§ 487"))
        let goesOn = Cases.paymentOrder().with { $0.answers["goOnToExecution"] = "ja" }
        #expect(
            try courts.venue(for: DanishProcedure.paymentOrder.kind, goesOn).lines.map(\.citation.section).contains(
                "§ 487"))
        let business = Cases.lawyerTransfer().with { $0.debtor.kind = .business }
        let court = try courts.venue(for: DanishProcedure.lawyerTransfer.kind, business)
        #expect(court.value == "Retten i den retskreds, hvor 5000 Odense C ligger (slås op)")
        #expect(court.lines.map(\.citation.section).contains("§ 238"))
        #expect(court.lines.map(\.citation.section).contains("§ 237"))
        let publicDebtor = Cases.bailiffRequest().with { $0.debtor.kind = .publicAuthority }
        #expect(throws: RuleGap.self) { try courts.venue(for: DanishProcedure.paymentOrder.kind, publicDebtor) }
        #expect(try courts.venue(for: DanishProcedure.bailiffRequest.kind, publicDebtor).value == home.value)
    }
}
