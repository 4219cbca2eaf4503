import Foundation
import Testing

/// Goal: with the law of Denmark, what the program foretells is what it then does, and its explanation adds up.
@Suite(.enabled(if: Program.isBuilt, "run 'make debug' first"))
struct ForecastTests {
    private struct Forecast: Decodable {
        struct Case: Decodable {
            struct Step: Decodable {
                let day: String
                let step: String
                let deadlineOn: String?
                let owed: String
            }
            let caseNumber: Int
            let steps: [Step]
            let owed: String
        }
        let caseForecasts: [Case]
        let cases: Int
        let owed: String
        let days: [Day]
        struct Day: Decodable { let letters: Int }
    }

    private struct Shown: Decodable {
        struct Step: Decodable {
            let kind: String
            let state: String
            let decidedOn: String
            let deadlineOn: String?
        }
        let outstanding: String
        let steps: [Step]
    }

    private struct Explanation: Decodable {
        struct Share: Decodable {
            struct Part: Decodable {
                struct Entry: Decodable {
                    struct Line: Decodable {
                        let section: String
                        let source: String
                    }
                    let kind: String
                    let amount: String
                    let lines: [Line]
                }
                let owed: String
                let entries: [Entry]
            }
            let owed: String
            let parts: [Part]
        }
        let owed: String
        let accrued: String
        let on: String
        let shares: [Share]
    }

    private func read<Value: Decodable>(_ type: Value.Type, _ program: Program, _ arguments: String...) throws -> Value
    {
        let text = try program.run(arguments + ["--format", "json"])
        #expect(text.status == 0, "\(text)")
        return try JSONDecoder().decode(Value.self, from: Data(text.text.utf8))
    }

    private func sum(_ amounts: [String]) throws -> Decimal {
        try amounts.reduce(Decimal(0)) { try $0 + #require(Decimal(string: $1)) }
    }

    @Test func `a portfolio goes the way that was foretold, and every amount is explained`() throws {
        try Agency.with { agency in
            try agency.onboard("ahead")
            #expect(try agency.importClaims("ahead", agency.people(3)).status == 0)
            let program = agency.program
            let books = program.home.appending(path: "tenants/ahead")
            let before = try files(below: books)
            let forecast = try read(
                Forecast.self, program, "forecast", "--tenant", "ahead", "--from", "2026-01-02", "--until",
                "2026-03-31",
                "--cases")
            #expect(try files(below: books) == before, "nothing is written")
            #expect(forecast.cases == 3 && forecast.caseForecasts.count == 3)
            #expect(forecast.caseForecasts.allSatisfy { $0.steps.count >= 3 })
            #expect(forecast.days.reduce(0) { $0 + $1.letters } >= 6)
            #expect(try sum(forecast.caseForecasts.map(\.owed)) == sum([forecast.owed]))

            try program.succeed("run", "--tenant", "ahead", "--until", "2026-03-31")
            for foretold in forecast.caseForecasts {
                let number = String(foretold.caseNumber)
                let shown = try read(
                    Shown.self, program, "case", "show", number, "--tenant", "ahead", "--date", "2026-03-31")
                #expect(
                    shown.steps.map { "\($0.decidedOn) \($0.kind) \($0.deadlineOn ?? "-")" }
                        == foretold.steps.map { "\($0.day) \($0.step) \($0.deadlineOn ?? "-")" })
                #expect(shown.outstanding == foretold.owed)

                let explained = try read(
                    Explanation.self, program, "case", "explain", number, "--tenant", "ahead", "--on", "2026-04-15")
                #expect(explained.on == "2026-04-15")
                let parts = explained.shares.flatMap(\.parts)
                #expect(try sum(parts.flatMap(\.entries).map(\.amount)) == sum([explained.owed]))
                #expect(try sum(explained.shares.map(\.owed)) == sum([explained.owed]))
                #expect(try sum([shown.outstanding, explained.accrued]) == sum([explained.owed]))
                for entry in parts.flatMap(\.entries) where entry.kind == "charged" || entry.kind == "accrued" {
                    #expect(!entry.lines.isEmpty && entry.lines.allSatisfy { !$0.source.isEmpty })
                }
            }
            let text = try program.succeed("case", "explain", "1", "--tenant", "ahead", "--on", "2026-04-15")
            for part in ["accrued, not charged yet", "Owed on 2026-04-15", "[1] ", "renteloven"] {
                #expect(text.contains(part), "\(part) is missing from: \(text)")
            }
            let ahead = try program.succeed(
                "forecast", "--tenant", "ahead", "--from", "2026-04-01", "--until", "2027-12-31", "--case", "1")
            #expect(ahead.contains("interest that is not known") && ahead.contains("Not known from 20"), "\(ahead)")
            #expect(
                try program.run(["forecast", "--tenant", "ahead", "--from", "2026-04-02", "--until", "2026-04-01"])
                    .status
                    == 64)
        }
    }

    @Test func `an acknowledgement is written down once, and shown`() throws {
        try Agency.with { agency in
            try agency.onboard("events")
            #expect(try agency.importClaims("events", agency.people(1)).status == 0)
            let program = agency.program
            let event = [
                "claim", "event", "--tenant", "events", "--claim", "1", "--kind", "writtenAcknowledgement", "--on",
                "2026-01-05", "--registered", "2026-01-06", "--reason", "signed at the counter",
            ]
            #expect(try program.run(event).status == 0)
            #expect(try program.run(event).status == 1)
            let shown = try program.succeed("case", "show", "1", "--tenant", "events")
            #expect(shown.contains("Claim 1: written acknowledgement on 2026-01-05 (signed at the counter"))
            #expect(
                try program.run(event.map { $0 == "writtenAcknowledgement" ? "promise" : $0 }).status == 64)
        }
    }
}
