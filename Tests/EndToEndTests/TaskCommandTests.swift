import Foundation
import Testing

/// Goal: one list of all that waits for a person, over all tenants, that programs can read.
@Suite(.enabled(if: Program.isBuilt, "run 'make debug' first"))
struct TaskCommandTests {
    struct Line: Decodable {
        let tenant: String
        let task: Int64
        let kind: String
        let caseNumber: Int64?
        let cure: String
        let owner: String?
        let dueOn: String?
        let isOverdue: Bool
        let doneOn: String?
    }

    private func lines(_ text: String) throws -> [Line] {
        try JSONDecoder().decode([Line].self, from: Data(text.utf8))
    }

    @Test func `Tasks are listed over all tenants, shown, and done`() throws {
        try Agency.with { agency in
            let program = agency.program
            for id in ["aa", "bb"] {
                try agency.queueLetters(id, 1)
                try program.succeed(
                    "dispute", "open", "--tenant", id, "--case", "1", "--reason", "other", "--channel", "phone")
            }
            let all = try lines(try program.succeed("task", "list", "--all-tenants", "--format", "json"))
            #expect(all.map(\.tenant) == ["aa", "bb", "aa", "bb"], "what has a last day goes first, whosever it is")
            #expect(all.map(\.kind) == ["answerDispute", "answerDispute", "tellCreditor", "tellCreditor"])
            #expect(all.allSatisfy { $0.caseNumber == 1 && !$0.cure.isEmpty && !$0.isOverdue && $0.doneOn == nil })

            let answer = try #require(all.first)
            let late = try lines(
                try program.succeed(
                    "task", "list", "--all-tenants", "--overdue", "--date", "2999-01-01", "--format", "json"))
            #expect(late.map(\.kind) == ["answerDispute", "answerDispute"] && late.allSatisfy(\.isOverdue))
            try program.succeed("task", "assign", "\(answer.task)", "--tenant", "aa", "--owner", "Bo")
            let hers = try lines(
                try program.succeed("task", "list", "--all-tenants", "--owner", "Bo", "--format", "json"))
            #expect(hers.map(\.task) == [answer.task] && hers.map(\.tenant) == ["aa"])
            let rest = try lines(
                try program.succeed(
                    "task", "list", "--tenant", "aa", "--kind", "answerDispute", "--unassigned", "--format", "json"))
            #expect(rest.isEmpty)
            #expect(
                try program.succeed("task", "list", "--tenant", "aa", "--kind", "ruleGap").contains("Nothing waits"))

            let tell = try #require(all.first { $0.tenant == "bb" && $0.kind == "tellCreditor" })
            let shown = try program.succeed("task", "show", "\(tell.task)", "--tenant", "bb")
            #expect(shown.contains("tellCreditor") && shown.contains("fordring case show 1 --tenant bb"))
            try program.succeed("task", "done", "\(tell.task)", "--tenant", "bb", "--reason", "told by telephone")
            #expect(try program.succeed("task", "show", "\(tell.task)", "--tenant", "bb").contains("    done 20"))
            #expect(try lines(try program.succeed("task", "list", "--all-tenants", "--format", "json")).count == 3)

            let nobody = try program.run("task", "list")
            #expect(nobody.status == 64 && nobody.errors.contains("--all-tenants"))
            let unknown = try program.run("task", "list", "--tenant", "aa", "--kind", "weather")
            #expect(unknown.status == 64 && unknown.errors.contains("tellCreditor"))
            let missing = try program.run("task", "show", "99", "--tenant", "aa")
            #expect(missing.status == 1 && missing.errors.contains("There is no task 99"))
        }
    }
}
