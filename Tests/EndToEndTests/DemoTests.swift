import Foundation
import Testing

@Suite(.enabled(if: Program.hasCourtsAndBureaus, "run 'make debug' first"))
struct DemoTests {
    struct Line: Decodable, Equatable {
        let tenant: String
        let accepted: Int
        let refused: Int
        let letters: Int
        let payments: Int
        let casesByStage: [String: Int]
        let disputes: [String: Int]
        let disputesOverdue: Int
        let registrations: [String: Int]
        let deletionsOrdered: Int
        let deletionsConfirmed: Int
        let deletionsOverdue: Int
        let handoffs: [String: [String: Int]]
        let tasks: [String: Int]
        let auditRoot: String
    }

    @Test func `the demo played twice gives the same roots and the same letters byte for byte`() throws {
        try withTemporaryFolder { folder in
            var results: [[Line]] = []
            var letters: [[String: Data]] = []
            for name in ["first", "second"] {
                let program = Program(home: folder.appending(path: name))
                let text = try program.succeed("demo", "--format", "json")
                results.append(try JSONDecoder().decode([Line].self, from: Data(text.utf8)))
                letters.append(
                    try files(below: program.home.appending(path: "tenants")).filter { $0.key.contains("/outbox/") })
            }
            #expect(results[0].map(\.tenant) == ["midtfyns-el", "nordisk-trae", "nordlyng-fiber"])
            #expect(results[0].allSatisfy { $0.letters > 100 && $0.payments > 50 && $0.refused > 0 })
            #expect(results[0].allSatisfy { $0.casesByStage["closed", default: 0] > 20 })
            for line in results[0] {
                let decided = ["rejected", "upheld", "upheldInPart", "settled"]
                #expect(decided.allSatisfy { line.disputes[$0, default: 0] > 0 }, "\(line.tenant): \(line.disputes)")
                #expect(line.disputesOverdue == 1)
            }
            for (index, procedure) in [(0, "paymentOrder"), (2, "conciliation")] {
                let line = results[0][index]
                #expect(line.handoffs[procedure]?["decided", default: 0] ?? 0 > 0, "\(line.handoffs)")
                #expect(line.handoffs[procedure]?["closed", default: 0] ?? 0 > 0, "paid, and taken back")
                #expect(line.registrations["live", default: 0] > 0, "\(line.registrations)")
                #expect(line.deletionsConfirmed > 0 && line.deletionsOverdue == 1)
                #expect(line.registrations["deleted", default: 0] == line.deletionsConfirmed)
                #expect(line.tasks["deletionOverdue"] == 1, "\(line.tasks)")
                #expect(line.tasks["registerUnknown"] == 1, "the entry that nobody asked for")
                #expect(line.tasks["bureauSilent"] == nil, "\(line.tasks)")
            }
            #expect(results[0][1].handoffs.isEmpty && results[0][1].registrations.isEmpty)
            #expect(results[0] == results[1])
            #expect(letters[0].keys.filter { $0.hasSuffix(".pdf") }.count > 300)
            #expect(differences(letters[0], letters[1]) == [])
        }
    }

    @Test func `the demo never empties a folder that it did not make`() throws {
        try withTemporaryFolder { folder in
            let precious = folder.appending(path: "home")
            try FileManager.default.createDirectory(at: precious, withIntermediateDirectories: true)
            try Data("keep".utf8).write(to: precious.appending(path: "letter.txt"))
            let output = try Program(home: precious).run("demo")
            #expect(output.status == 1)
            #expect(output.errors.contains("was not made by the demo"))
            #expect(try Data(contentsOf: precious.appending(path: "letter.txt")) == Data("keep".utf8))
        }
    }
}
