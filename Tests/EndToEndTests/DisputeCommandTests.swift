import Foundation
import Testing

/// Goal: an operator can do all of it at the command line, and programs can read it.
@Suite(.enabled(if: Program.isBuilt, "run 'make debug' first"))
struct DisputeCommandTests {
    private func object(_ text: String) throws -> [String: Any] {
        try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
    }

    private func list(_ text: String) throws -> [[String: Any]] {
        try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [[String: Any]])
    }

    @Test func `A dispute from the objection to its decision, with a statement that can be verified`() throws {
        try Agency.with { agency in
            try agency.queueLetters("aa", 2)
            let program = agency.program
            let said = agency.folder.appending(path: "said.txt")
            try "Det har jeg aldrig fået.".write(to: said, atomically: true, encoding: .utf8)
            let opened = try object(
                try program.succeed(
                    "dispute", "open", "--tenant", "aa", "--case", "1", "--claim", "1", "--reason", "notReceived",
                    "--channel",
                    "letter", "--text", said.path, "--document", said.path, "--format", "json"))
            #expect(opened["dispute"] as? Int == 1 && (opened["withdrawnSteps"] as? [Int])?.count == 1)
            #expect(try agency.counts("aa") == ["available": 1, "cancelled": 1])
            let tasks = try list(try program.succeed("task", "list", "--tenant", "aa", "--format", "json"))
            #expect(tasks.map { $0["kind"] as? String } == ["answerDispute", "tellCreditor"])
            #expect(
                tasks[0]["dueOn"] as? String == opened["answerBy"] as? String && tasks[0]["isOverdue"] as? Bool == false
            )
            try program.succeed("task", "assign", "2", "--tenant", "aa", "--owner", "Bo")
            #expect(try program.succeed("task", "list", "--tenant", "aa").contains("for Bo"))
            #expect(try program.succeed("dispute", "list", "--tenant", "aa").contains("notReceived"))
            let shown = try object(
                try program.succeed("dispute", "show", "1", "--tenant", "aa", "--format", "json"))
            #expect(
                (shown["documents"] as? [[String: Any]])?.map { $0["role"] as? String } == ["objection", "evidence"])
            let copy = agency.folder.appending(path: "copy.txt")
            try program.succeed("dispute", "document", "1", "--tenant", "aa", "--output", copy.path)
            #expect(try Data(contentsOf: copy) == Data(contentsOf: said))

            // What may not be is refused with a status and a sentence.
            let again = try program.run(
                "dispute", "open", "--tenant", "aa", "--case", "1", "--claim", "1", "--reason", "other", "--channel",
                "phone")
            #expect(again.status == 1 && again.errors.contains("disputed already"))
            let lifted = try program.run("hold", "lift", "1", "--tenant", "aa", "--reason", "x")
            #expect(lifted.status == 1 && lifted.errors.contains("dispute decide 1"))
            let silent = try program.run("dispute", "decide", "1", "--tenant", "aa", "--outcome", "rejected")
            #expect(silent.status == 1 && silent.errors.contains("--grounds"))

            let bare = try program.run(
                "dispute", "decide", "1", "--tenant", "aa", "--outcome", "rejected", "--grounds", "Det er leveret.")
            #expect(bare.status == 1 && bare.errors.contains("--no-document"))
            let early = try program.run(
                "dispute", "open", "--tenant", "aa", "--case", "2", "--claim", "2", "--reason", "other", "--channel",
                "phone", "--date", "2096-01-09")
            #expect(early.status == 1 && early.errors.contains("after"), "a slip of the pen freezes nothing")
            let decided = try object(
                try program.succeed(
                    "dispute", "decide", "1", "--tenant", "aa", "--outcome", "rejected", "--grounds", "Det er leveret.",
                    "--document", said.path, "--format", "json"))
            #expect(decided["state"] as? String == "rejected" && decided["closed"] as? Bool == false)
            #expect(decided["answerBy"] as? String == opened["answerBy"] as? String && decided["resumption"] == nil)
            let answered = try object(
                try program.succeed("dispute", "answer", "1", "--tenant", "aa", "--format", "json"))
            let resumption = try #require(answered["resumption"] as? [String: Any])
            #expect((resumption["because"] as? [String])?.isEmpty == false)
            let shownCase = try object(try program.succeed("case", "show", "1", "--tenant", "aa", "--format", "json"))
            #expect(shownCase["nextOn"] as? String == resumption["resumesOn"] as? String)

            let folder = agency.folder.appending(path: "statement")
            try program.succeed("case", "statement", "1", "--tenant", "aa", "--output", folder.path)
            let verdict = try program.succeed("audit", "verify", folder.appending(path: "audit.jsonl.gz").path)
            #expect(verdict.contains("case 1"), "\(verdict)")
        }
    }

    @Test func `Holds are placed and lifted, each kind by whom it names`() throws {
        try Agency.with { agency in
            try agency.queueLetters("aa", 1)
            let program = agency.program
            let kinds = try list(try program.succeed("hold", "kinds", "--format", "json"))
            #expect(kinds.count == 8)
            let short = try program.run(
                "hold", "place", "--tenant", "aa", "--case", "1", "--kind", "vulnerable", "--reason", "ro")
            #expect(short.status == 1 && short.errors.contains("--until"))
            let unknown = try program.run(
                "hold", "place", "--tenant", "aa", "--case", "1", "--kind", "weather", "--reason", "ro")
            #expect(unknown.status == 64 && unknown.errors.contains("creditorWait"))
            try program.succeed("hold", "place", "--tenant", "aa", "--case", "1", "--kind", "estate", "--reason", "ro")
            #expect(try program.succeed("hold", "list", "--tenant", "aa").contains("estate"))
            let mine = try program.run("hold", "lift", "1", "--tenant", "aa", "--reason", "x")
            #expect(mine.status == 1 && mine.errors.contains("administrator"))
            #expect(
                try program.succeed("hold", "lift", "1", "--tenant", "aa", "--as", "administrator", "--reason", "x")
                    .contains(
                        "Nothing is done before"))
            #expect(try program.succeed("dispute", "states").hasPrefix("stateDiagram-v2"))
            #expect(try program.succeed("dispute", "reasons").contains("limitation"))
        }
    }
}
