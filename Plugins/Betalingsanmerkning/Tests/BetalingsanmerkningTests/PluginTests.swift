import FordringKit
import Foundation
import Testing

@testable import Betalingsanmerkning

@Suite struct PluginTests {
    private struct Manifest: Decodable {
        var offers: [String]
        var product: String
    }

    @Test func `the library offers what its manifest says`() throws {
        let file = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../plugin.json")
            .standardized
        let manifest = try JSONDecoder().decode(Manifest.self, from: Data(contentsOf: file))
        var registry = PluginRegistry()
        try PluginEntry.open(fordringPlugin()).plugin.register(in: &registry)
        #expect(registry.offers == manifest.offers)
        #expect(manifest.product == "Betalingsanmerkning")
        let offer = try #require(registry.bureaus.first)
        let bureau = try offer.make(Sample.context())
        #expect(bureau.country == offer.country)
        #expect(bureau.name == "Betalingsanmerkning")
        #expect(Set(offer.settings.map(\.key)).count == offer.settings.count)
        #expect(offer.settings.allSatisfy { $0.meaning.hasSuffix(".") })
    }
}
