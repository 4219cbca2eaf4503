@_spi(FordringHost) import FordringKit
import Foundation
import TestAuthority
import Testing
import TransportsTesting

@testable import CourtExchange

@Suite struct CourtFolderTests {
    private static let today = CivilDate(2026, 3, 10)

    private func context(_ filing: String, _ outbox: String) throws -> PluginContext {
        PluginContext(
            tenant: try #require(TenantID("acme")), settings: ["filing": filing], outbox: outbox, log: { _ in })
    }

    private func withFolder<Result>(_ body: (String, CourtFolder) throws -> Result) throws -> Result {
        try TemporaryFolder.with { folder in
            try body(folder, try CourtFolder(context("folder", folder), currency: .dkk))
        }
    }

    /// Does something with a living permit.
    private func withPermit<Result>(
        tenant: String = "acme", _ body: (HandoffPermit) throws -> Result
    ) throws -> Result {
        let permit = TestAuthority.shared.handoffPermit(
            tenant: try #require(TenantID(tenant)), caseID: CaseID(rawValue: 12),
            procedure: LegalProcedureKind("claim"), day: Self.today)
        defer { TestAuthority.shared.end(permit) }
        return try body(permit)
    }

    private func filing(_ permit: HandoffPermit, _ key: String = "K-1", _ sha256: String = "ab") throws -> CourtFiling {
        try CourtFiling(
            idempotencyKey: key, number: 7, package: [80, 75, 3, 4], sha256: sha256, day: Self.today, permit: permit)
    }

    private func write(_ text: String, _ name: String, in folder: String) throws {
        try FileManager.default.createDirectory(atPath: "\(folder)/answers", withIntermediateDirectories: true)
        try Data(text.utf8).write(to: URL(filePath: "\(folder)/answers/\(name)"))
    }

    private func answer(_ identifier: String, _ state: String = "served", on day: String = "2026-03-20") -> String {
        #"{"identifier": "\#(identifier)", "number": 7, "state": "\#(state)", "on": "\#(day)", "text": "note"}"#
    }

    @Test func `a package is filed once, and its receipt can be had again`() throws {
        try withFolder { folder, courts in
            #expect(try courts.receipt(for: "K-1") == nil)
            let receipt = try withPermit { try courts.file(try filing($0)) }
            #expect(receipt.reference == "filings/K-1.zip")
            #expect(receipt.sentOn == Self.today)
            #expect(try courts.receipt(for: "K-1") == receipt)
            #expect(try Data(contentsOf: URL(filePath: "\(folder)/filings/K-1.zip")) == Data([80, 75, 3, 4]))
            let names = try FileManager.default.contentsOfDirectory(atPath: "\(folder)/filings").sorted()
            #expect(names == ["K-1.json", "K-1.zip"])
            // A second attempt has no second effect; another content under the key is a fault.
            let again = try withPermit { try courts.file(try filing($0)) }
            #expect(again == receipt)
            #expect(throws: DeliveryFailure.self) {
                try withPermit { try courts.file(try filing($0, "K-1", "cd")) }
            }
        }
    }

    @Test func `an announcement without a package is no filing`() throws {
        try withFolder { folder, courts in
            _ = try withPermit { try courts.file(try filing($0)) }
            try FileManager.default.removeItem(atPath: "\(folder)/filings/K-1.zip")
            #expect(try courts.receipt(for: "K-1") == nil)
            #expect(try withPermit { try courts.file(try filing($0)) }.reference == "filings/K-1.zip")
            try Data("{".utf8).write(to: URL(filePath: "\(folder)/filings/K-1.json"))
            let failure = #expect(throws: DeliveryFailure.self) { try courts.receipt(for: "K-1") }
            #expect(failure?.kind == .permanent)
            #expect(failure?.message.contains("K-1.json") == true)
            // The package lies there: it is not for the next attempt to say that nothing was filed.
            let unknown = #expect(throws: DeliveryFailure.self) { try withPermit { try courts.file(try filing($0)) } }
            #expect(unknown?.kind == .unknown)
        }
    }

    @Test func `a dead permit, another tenant's permit and a bad key file nothing`() throws {
        try withFolder { folder, courts in
            let stale = try withPermit { try filing($0) }
            #expect(throws: DeliveryFailure.self) { try courts.file(stale) }
            #expect(throws: DeliveryFailure.self) {
                try withPermit(tenant: "other") { try courts.file(try filing($0)) }
            }
            #expect(throws: DeliveryFailure.self) {
                try withPermit { try courts.file(try filing($0, "../K")) }
            }
            #expect(!FileManager.default.fileExists(atPath: "\(folder)/filings"))
        }
    }

    @Test func `answers come oldest first, each once, and stay`() throws {
        try withFolder { folder, courts in
            #expect(try courts.answers().isEmpty)
            try write(answer("A-2", "decided", on: "2026-04-10"), "1.json", in: folder)
            try write(answer("A-1"), "2.json", in: folder)
            try write(answer("A-1"), "3.json", in: folder)
            try write("{", "4.json.tmp", in: folder)
            for _ in 1...2 {
                let answers = try courts.answers()
                #expect(answers.map(\.identifier) == ["A-1", "A-2"])
                #expect(answers.map(\.state) == [.served, .decided])
                #expect(answers.first?.number == 7 && answers.first?.text == "note")
            }
        }
    }

    @Test(arguments: [
        "", "{\"identifier\": \"A-2\", \"num", "[]",
        #"{"identifier": "A-2", "number": 7, "state": "eaten", "on": "2026-03-20"}"#,
        #"{"identifier": "A-2", "number": 7, "state": "prepared", "on": "2026-03-20"}"#,
        #"{"identifier": "A-2", "number": 7, "state": "served", "on": "2026-02-30"}"#,
        #"{"identifier": "A-2", "number": 0, "state": "served", "on": "2026-03-20"}"#,
        #"{"identifier": " ", "number": 7, "state": "served", "on": "2026-03-20"}"#,
        #"{"identifier": "A-1", "number": 7, "state": "decided", "on": "2026-03-20"}"#,
    ])
    func `a file that cannot be read is named and moved aside, and the others come`(_ text: String) throws {
        try withFolder { folder, courts in
            try write(answer("A-1"), "1.json", in: folder)
            try write(text, "2.json", in: folder)
            let failure = #expect(throws: DeliveryFailure.self) { try courts.answers() }
            #expect(failure?.message.contains("answers/2.json") == true)
            #expect(failure?.message.contains("answers/1.json ") == false)
            #expect(FileManager.default.fileExists(atPath: "\(folder)/answers/unreadable/2.json"))
            #expect(try courts.answers().map(\.identifier) == ["A-1"])
        }
    }

    @Test func `by hand there is no folder, and a folder needs an outbox`() throws {
        #expect(try CourtConnection(context("hand", "/nonexistent"), currency: .dkk) == nil)
        #expect(try CourtConnection(context("", ""), currency: .dkk) == nil)
        for filing in ["folder", "wire"] {
            let error = #expect(throws: PluginSettingError.self) {
                try CourtConnection(context(filing, ""), currency: .dkk)
            }
            #expect(error?.key == "filing")
        }
    }
}
