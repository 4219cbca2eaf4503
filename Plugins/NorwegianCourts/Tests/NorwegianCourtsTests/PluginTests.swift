@_spi(FordringHost) import FordringKit
import Testing
import TransportsTesting

@testable import NorwegianCourts

@Suite struct PluginTests {
    @Test func `the plug-in offers the courts of Norway and nothing else`() throws {
        let entry = PluginEntry.open(fordringPlugin())
        var registry = PluginRegistry()
        try entry.plugin.register(in: &registry)
        #expect(registry.offers == ["forum:NO"])
        let forum = try #require(registry.forums.first)
        #expect(forum.settings.map(\.key) == ["filing", "endpoint", "token", "timeoutSeconds"])
        #expect(forum.settings.first?.standard == "hand")
        let tenant = try #require(TenantID("acme"))
        let byHand = try forum.make(
            PluginContext(tenant: tenant, settings: ["filing": "hand"], outbox: "", log: { _ in }))
        #expect(byHand.country == .norway)
        for settings in [["filing": "folder"], ["filing": "wire"]] {
            #expect(throws: PluginSettingError.self) {
                try forum.make(PluginContext(tenant: tenant, settings: settings, outbox: "", log: { _ in }))
            }
        }
    }

    private func filing(_ permit: HandoffPermit) throws -> CourtFiling {
        try CourtFiling(
            idempotencyKey: "K-1", number: 7, package: [80, 75, 3, 4], sha256: "ab", day: Cases.today, permit: permit)
    }

    @Test func `by hand nothing is filed and nothing answers`() throws {
        let courts = NorwegianCourts()
        #expect(try Host.withPermit(.conciliation, on: Cases.today) { try courts.file(try filing($0)) } == nil)
        #expect(try courts.receipt(for: "K-1") == nil)
        #expect(try courts.answers().isEmpty)
    }

    @Test func `a package is left in the folder, and answers are taken from it`() throws {
        try TemporaryFolder.with { folder in
            var registry = PluginRegistry()
            try NorwegianCourtsPlugin().register(in: &registry)
            let courts = try #require(registry.forums.first).make(
                PluginContext(
                    tenant: try #require(TenantID("acme")), settings: ["filing": "folder"], outbox: folder,
                    log: { _ in }))
            let receipt = try Host.withPermit(.conciliation, on: Cases.today) { try courts.file(try filing($0)) }
            #expect(receipt?.reference == "filings/K-1.zip")
            #expect(try courts.receipt(for: "K-1") == receipt)
            #expect(TemporaryFolder.names("\(folder)/filings") == ["K-1.json", "K-1.zip"])
            let answer = #"{"identifier": "A-1", "number": 7, "state": "served", "on": "2026-03-20"}"#
            try TemporaryFolder.put(Array(answer.utf8), "answers/1.json", in: folder)
            #expect(try courts.answers().map(\.identifier) == ["A-1"])
        }
    }

    @Test func `the record of a hearing is never left for a court`() throws {
        try TemporaryFolder.with { folder in
            var registry = PluginRegistry()
            try NorwegianCourtsPlugin().register(in: &registry)
            let courts = try #require(registry.forums.first).make(
                PluginContext(
                    tenant: try #require(TenantID("acme")), settings: ["filing": "folder"], outbox: folder,
                    log: { _ in }))
            let receipt = try Host.withPermit(.bankruptcyOpening, on: Cases.today) { try courts.file(try filing($0)) }
            #expect(receipt == nil)
            #expect(TemporaryFolder.names("\(folder)/filings").isEmpty)
            #expect(
                try Host.withPermit(.bankruptcyPetition, on: Cases.today) { try courts.file(try filing($0)) } != nil)
        }
    }

    @Test func `by HTTP a package is filed once, and answers are acknowledged`() throws {
        let server = try CourtServer()
        defer { server.stop() }
        var registry = PluginRegistry()
        try NorwegianCourtsPlugin().register(in: &registry)
        let courts = try #require(registry.forums.first).make(
            PluginContext(
                tenant: try #require(TenantID("acme")), settings: server.settings, outbox: "", log: { _ in }))
        server.next(.loseAnswer)
        let failure = #expect(throws: DeliveryFailure.self) {
            try Host.withPermit(.conciliation, on: Cases.today) { try courts.file(try filing($0)) }
        }
        #expect(failure?.kind == .unknown)
        #expect(try courts.receipt(for: "K-1")?.reference == "C-1")
        #expect(server.packages == ["K-1": [80, 75, 3, 4]])
        server.answer("A-1", 7, "rejected", on: "2026-03-20", "no address")
        let answers = try courts.answers()
        #expect(answers.map(\.state) == [.rejected])
        try courts.acknowledge(answers)
        #expect(try courts.answers().isEmpty)
    }
}
