import Database
import DatabaseTesting
import FordringKit
import Foundation
import JobQueue
import Testing

@Suite struct `A job's states` {
    private static let page = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appending(path: "Sources/Core/JobQueue/JobQueue.docc/States.md")

    @Test func `are drawn in the module's documentation as the code has them`() throws {
        let page = try String(contentsOf: Self.page, encoding: .utf8)
        let block = try #require(page.components(separatedBy: "```mermaid\n").dropFirst().first)
        let chart = try #require(block.components(separatedBy: "```").first)
        #expect(chart == JobState.chart, "write it anew: fordring jobs states > the block of States.md")
        for state in JobState.allCases {
            #expect(page.contains("| `\(state.rawValue)` |"), "it does not explain \(state)")
        }
        for event in JobEvent.allCases {
            #expect(page.contains("| `\(event.rawValue)` |"), "it does not explain \(event)")
        }
    }

    @Test func `are left for good only when the job is done`() {
        for state in JobState.allCases {
            let leaves = JobEvent.allCases.contains { state.after($0) != nil }
            #expect(leaves == (state != .done), "\(state)")
        }
        #expect(JobState.allCases.filter(\.isEnded) == [.done, .cancelled, .dead])
        // Nothing but a person wakes what has ended.
        for state in JobState.allCases where state.isEnded {
            for event in JobEvent.allCases where state.after(event) != nil {
                #expect([.retried, .settled].contains(event), "\(state) after \(event)")
            }
        }
    }

    @Test func `can all be reached`() {
        var reached: Set<JobState> = [.scheduled, .available]
        var count = 0
        while count != reached.count {
            count = reached.count
            reached.formUnion(reached.flatMap { state in JobEvent.allCases.compactMap { state.after($0) } })
        }
        #expect(reached == Set(JobState.allCases))
    }

    /// Goal: the statements move jobs along the lines of the chart, along all of them and along no other.
    ///
    /// Method: a trigger writes down every move of random histories; the set is compared with the chart's.
    @Test func `change as drawn, and in every way that is drawn`() throws {
        let play = try QueuePlay(seed: 7)
        try play.queue.database.engine.write { connection in
            for statement in [
                "CREATE TABLE transition_log (old TEXT NOT NULL, new TEXT NOT NULL, PRIMARY KEY (old, new))",
                """
                CREATE TRIGGER log_update AFTER UPDATE OF state ON job WHEN OLD.state <> NEW.state BEGIN
                    INSERT INTO transition_log (old, new) VALUES (OLD.state, NEW.state) ON CONFLICT DO NOTHING;
                END
                """,
                """
                CREATE TRIGGER log_insert AFTER INSERT ON job BEGIN
                    INSERT INTO transition_log (old, new) VALUES ('[*]', NEW.state) ON CONFLICT DO NOTHING;
                END
                """,
            ] { try connection.runSchema(statement) }
        }
        for _ in 0..<30 { try play.play(steps: 120) }
        let seen = Set(
            try play.queue.read { try $0.all("SELECT old, new FROM transition_log") { [$0.text(0), $0.text(1)] } })
        var drawn: Set<[String]> = [["[*]", "scheduled"], ["[*]", "available"]]
        for state in JobState.allCases {
            for event in JobEvent.allCases {
                if let next = state.after(event) { drawn.insert([state.rawValue, next.rawValue]) }
            }
        }
        #expect(seen.subtracting(drawn).isEmpty, "the statements do what the chart does not show")
        #expect(drawn.subtracting(seen).isEmpty, "the chart shows what never happened")
    }
}
