import FordringKit
import FordringKitTesting
import Testing

@testable import Norway

@Suite struct ConformanceTests {
    @Test func `every law of the plug-in keeps all that the kit promises`() throws {
        var registry = PluginRegistry()
        try NorwayPlugin().register(in: &registry)
        let tenant = try #require(TenantID("conformance"))
        for offer in registry.jurisdictions {
            let settings = Dictionary(uniqueKeysWithValues: offer.settings.map { ($0.key, $0.standard) })
            let context = PluginContext(tenant: tenant, settings: settings, outbox: "", log: { _ in })
            let suite = try JurisdictionConformance(context, making: offer.make)
            #expect(suite.findings().map(\.description) == [])
        }
    }
}
