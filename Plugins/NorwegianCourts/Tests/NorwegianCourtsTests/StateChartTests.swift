import FordringKit
import Testing

@testable import NorwegianCourts

@Suite struct StateChartTests {
    private let courts = NorwegianCourts()

    @Test func `the procedures are offered in the order in which they are thought of`() {
        #expect(
            courts.procedures.map(\.kind.rawValue) == [
                "conciliation", "attachment", "forcedSale", "bankruptcyNotice", "bankruptcyPetition",
                "bankruptcyOpening",
            ])
        for procedure in courts.procedures {
            #expect(procedure.names[.norwegian] != nil && procedure.names[.english] != nil)
            #expect(procedure.questions.allSatisfy { !$0.text.isEmpty })
            #expect(Set(procedure.questions.map(\.label)).count == procedure.questions.count)
        }
    }

    @Test(arguments: NorwegianProcedure.allCases)
    func `every state that can be reached ends, and nothing comes back before filing`(_ procedure: NorwegianProcedure) {
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
        func event(_ procedure: NorwegianProcedure, _ state: LegalState) -> ClaimEvent.Kind? {
            courts.limitationEvent(of: procedure.kind, reaching: state)
        }
        #expect(event(.conciliation, .prepared) == nil)
        #expect(event(.conciliation, .filed) == .proceedingsFiled)
        #expect(event(.conciliation, .rejected) == .proceedingsEnded)
        #expect(event(.conciliation, .decided) == .judgment)
        #expect(event(.attachment, .filed) == .enforcementRequested)
        #expect(event(.forcedSale, .filed) == .enforcementRequested)
        #expect(event(.bankruptcyNotice, .served) == nil)
        #expect(event(.bankruptcyPetition, .filed) == nil)
        #expect(event(.bankruptcyOpening, .bankrupt) == nil)
        #expect(courts.limitationEvent(of: LegalProcedureKind("other"), reaching: .filed) == nil)
    }

    @Test(arguments: [
        (NorwegianProcedure.conciliation, LegalState.decided, NorwegianProcedure.attachment),
        (.attachment, .objected, .conciliation), (.attachment, .attached, .forcedSale),
        (.attachment, .nothingFound, .bankruptcyNotice), (.bankruptcyNotice, .served, .bankruptcyPetition),
        (.bankruptcyPetition, .meetingCalled, .bankruptcyOpening),
    ])
    func `what comes next is proposed with its section, and may go on from there`(
        _ procedure: NorwegianProcedure, _ state: LegalState, _ expected: NorwegianProcedure
    ) {
        let proposal = courts.proposal(after: procedure.kind, reaching: state)
        #expect(proposal?.value == expected.kind)
        #expect(proposal?.lines.isEmpty == false)
        #expect(!NorwegianProcedure.isPending(state) || expected.goesOn(from: procedure, in: state))
    }

    @Test func `a proposal stands only after a state that the procedure has`() {
        for procedure in NorwegianProcedure.allCases {
            let states = Set(procedure.next.keys)
            for state in LegalState.allCases where !states.contains(state) {
                #expect(courts.proposal(after: procedure.kind, reaching: state) == nil)
                #expect(courts.followUpDays(for: procedure.kind, in: state) == nil)
            }
        }
    }

    @Test func `a person looks when a section's days are over`() {
        #expect(courts.followUpDays(for: NorwegianProcedure.conciliation.kind, in: .served) == 14)
        #expect(courts.followUpDays(for: NorwegianProcedure.attachment.kind, in: .attached) == 14)
        #expect(courts.followUpDays(for: NorwegianProcedure.bankruptcyNotice.kind, in: .served) == 14)
        #expect(courts.followUpDays(for: NorwegianProcedure.conciliation.kind, in: .filed) == nil)
    }

    @Test(arguments: [
        (NorwegianProcedure.conciliation, "Forliksrådet i det distriktet der 5003 Bergen ligger (slås opp)"),
        (.attachment, "Namsmannen (namsfogden) i det distriktet der 5003 Bergen ligger (slås opp)"),
        (.bankruptcyPetition, "Tingretten i det distriktet der 5003 Bergen ligger (slås opp)"),
    ])
    func `each procedure goes to its own`(_ procedure: NorwegianProcedure, _ expected: String) throws {
        let venue = try courts.venue(for: procedure.kind, Cases.ready(for: procedure))
        #expect(venue.value == expected)
        #expect(venue.lines.count == 2)
    }
}
