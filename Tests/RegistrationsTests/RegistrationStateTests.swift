import Foundation
import Registrations
import Testing

@Suite struct `A registration's states` {
    private static let page = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appending(path: "Sources/Core/Registrations/Registrations.docc/States.md")

    @Test func `are drawn in the module's documentation as the code has them`() throws {
        let page = try String(contentsOf: Self.page, encoding: .utf8)
        let block = try #require(page.components(separatedBy: "```mermaid\n").dropFirst().first)
        let chart = try #require(block.components(separatedBy: "```").first)
        #expect(chart == RegistrationState.chart, "write it anew: fordring bureau states > the block of States.md")
        for state in RegistrationState.allCases {
            #expect(page.contains("| `\(state.rawValue)` |"), "it does not explain \(state)")
        }
        for event in RegistrationEvent.allCases {
            #expect(page.contains("| `\(event.rawValue)` |"), "it does not explain \(event)")
        }
    }

    @Test func `can all be reached, and are left for good only at an end`() {
        var reached: Set<RegistrationState> = [.requested]
        var count = 0
        while count != reached.count {
            count = reached.count
            reached.formUnion(reached.flatMap { state in RegistrationEvent.allCases.compactMap { state.after($0) } })
        }
        #expect(reached == Set(RegistrationState.allCases))
        for state in RegistrationState.allCases {
            let events = RegistrationEvent.allCases.filter { state.after($0) != nil }
            // What turns out to stand there after all must go; nothing else leads back.
            #expect(state.isEnded ? events == [.surfaced] : !events.filter { $0 != .surfaced }.isEmpty, "\(state)")
        }
    }

    /// Goal: no way through the chart leaves something with the bureau that a stop could not undo.
    ///
    /// Method: every state that may stand there, and every way onwards from it.
    @Test func `let a deletion be ordered of all that may stand with the bureau, and end only by the bureau's word`() {
        for state in RegistrationState.allCases where state.mayStand {
            let isOrdered = [.deletionOrdered, .deletionSubmitted].contains(state)
            #expect(isOrdered || state.after(.deletionOrdered) == .deletionOrdered, "\(state)")
            for event in RegistrationEvent.allCases {
                guard let next = state.after(event), !next.mayStand else { continue }
                #expect([.stayed, .refused, .deleted].contains(event), "\(state) ends by \(event)")
            }
        }
        // Nothing gets to the bureau but by a departure, and departs but from a request.
        for state in RegistrationState.allCases where !state.mayStand {
            for event in RegistrationEvent.allCases where state.after(event)?.mayStand == true {
                #expect(event == .surfaced ? state.after(event) == .deletionOrdered : state == .requested)
                #expect(event == .surfaced || event == .departed)
            }
        }
    }
}
