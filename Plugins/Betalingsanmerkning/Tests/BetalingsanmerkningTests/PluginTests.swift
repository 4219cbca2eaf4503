import FordringKit
import Foundation
import Testing
import TransportsTesting

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

    @Test func `with http a batch is a request, in the country's currency and with companies' numbers`() throws {
        let server = try BureauServer()
        defer { server.stop() }
        let bureau = try Sample.bureau("", server.settings)
        let receipt = try bureau.submit(Sample.batch())
        #expect(receipt.details == ["registrations": "2", "deletions": "2", "sum": "4801.00 NOK"])
        #expect(try bureau.receipt(for: "bureau-17") == receipt)
        #expect(server.registered == [1, 2] && server.deleted == [90, 91])
        let body = try #require(server.requests.first { $0.method == "POST" }).body
        #expect(String(decoding: body, as: UTF8.self).contains(#""nationalID":"988077917""#))
        server.set(register: nil)
        #expect(try bureau.register() == nil)
        try bureau.forget(idempotencyKey: "bureau-17")
        #expect(throws: DeliveryFailure.self) { try bureau.receipt(for: "../x") }
    }
}
