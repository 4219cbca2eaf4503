package import FordringKit
import FordringKitTesting

/// A promise of the kit that the law of a plug-in's country does not keep.
package struct PluginFinding: Sendable, Encodable, Equatable {
    package let country: String
    /// The promise, in a few words.
    package let promise: String
    /// What was seen, with the seed that repeats it.
    package let detail: String
}

extension LoadedPlugin {
    /// The tenant of laws that are made for nobody: to be read, or to be put to the test.
    private static let nobody: TenantID = {
        guard let id = TenantID("nobody") else { preconditionFailure("'nobody' has the form of a tenant") }
        return id
    }()

    /// What a law is made with where no tenant asks for it: the standard settings, and lines added to its tables.
    private static func context(
        of offer: PluginRegistry.JurisdictionOffer, _ lines: [LawExtension]
    ) -> PluginContext {
        let settings = Dictionary(offer.settings.map { ($0.key, $0.standard) }, uniquingKeysWith: { first, _ in first })
        var context = PluginContext(tenant: nobody, settings: settings, outbox: "", log: { _ in })
        context.lawExtensions = lines
        return context
    }

    /// The law of one of the plug-in's countries with the standard settings.
    ///
    /// - Throws: ``HostError`` `unavailable` where the plug-in cannot make it, or does not offer the country.
    package func law(of country: CountryCode, with lines: [LawExtension] = []) throws -> any Jurisdiction {
        guard let offer = registry.jurisdictions.first(where: { $0.country == country }) else {
            throw HostError(.unavailable, "The plug-in \(versionedName) does not bring the law of \(country).")
        }
        do {
            return try offer.make(LoadedPlugin.context(of: offer, lines.filter { $0.country == country }))
        } catch {
            throw HostError(
                .unavailable,
                "The plug-in \(versionedName) does not make the law of \(country) with its standard settings: \(error)."
            )
        }
    }

    /// Puts the law of each country that the plug-in brings to the test, with its standard settings.
    ///
    /// - Parameters:
    ///   - isQuick: a second's work instead of half a minute's.
    ///   - seed: what the random cases come from.
    package func conformance(isQuick: Bool, seed: UInt64 = 1) throws -> [PluginFinding] {
        try registry.jurisdictions.flatMap { offer in
            _ = try law(of: offer.country)
            let suite = try JurisdictionConformance(
                LoadedPlugin.context(of: offer, []), seed: seed, extent: isQuick ? .quick : .full, making: offer.make)
            return suite.findings().map {
                PluginFinding(country: offer.country.code, promise: $0.promise, detail: $0.detail)
            }
        }
    }
}
