import FordringKit
import FordringKitTesting
import Testing

/// Goal: the suite finds nothing in a law that keeps its promises, and names the promise that a law breaks.
///
/// Method: a made-up country, and a way to slip for each promise.
@Suite struct JurisdictionConformanceTests {
    /// The promise that each slip breaks.
    static let broken: [Fairland.Slip: Promise] = [
        .namelessComponent: .described, .errorOnThe31st: .oneAnswer, .moodyReasons: .deterministic,
        .reversedBatch: .batches, .wrongTimeZone: .calendar, .lateReview: .review, .foreignClaim: .ownClaims,
        .earlyClaim: .overdue, .dearLetter: .limits, .thirdReminder: .times, .shortDeadline: .deadlines,
        .wrongSum: .explanations, .silence: .reasons, .earlyPending: .pending, .noDoubt: .tables,
        .guessedRate: .horizons, .deafToExtensions: .extensions, .noDanish: .texts, .missingItem: .items,
        .silentWarning: .items,
        .rudeText: .wording, .restlessNumber: .identifiers, .sharedReference: .references, .noPrincipal: .allocation,
        .shortMemory: .retention, .earlyLimitation: .limitation,
    ]

    private func suite(_ slip: Fairland.Slip?, seed: UInt64 = 1, _ extent: JurisdictionConformance.Extent = .quick)
        -> JurisdictionConformance
    {
        JurisdictionConformance(Fairland(slip: slip), seed: seed, extent: extent) { extensions in
            Fairland(slip: slip, extensions: extensions)
        }
    }

    @Test func `a law that keeps its promises has no findings`() {
        #expect(suite(nil, .full).findings() == [])
    }

    @Test(arguments: UInt64(2)...6) func `nor has it by another seed`(_ seed: UInt64) {
        #expect(suite(nil, seed: seed).findings() == [])
    }

    @Test func `each promise has a slip that breaks it`() {
        #expect(Set(Self.broken.keys) == Set(Fairland.Slip.allCases))
        #expect(Set(Self.broken.values) == Set(Promise.allCases))
    }

    @Test(arguments: Fairland.Slip.allCases) func `a slip is caught by the name of its promise`(
        _ slip: Fairland.Slip
    ) throws {
        let promise = try #require(Self.broken[slip])
        let findings = suite(slip).findings()
        #expect(
            findings.contains { $0.promise == promise.rawValue },
            "\(slip): \(findings.map(\.description).joined(separator: "\n"))")
        for finding in findings { #expect(finding.detail.contains("(seed ")) }
    }

    @Test func `a seed asks the same questions again`() throws {
        let first = suite(.dearLetter).findings(of: [.limits])
        #expect(!first.isEmpty)
        #expect(suite(.dearLetter).findings(of: [.limits]) == first)
        let text = try #require(first.first?.detail.split(separator: "(seed ").last?.dropLast())
        let seed = try #require(UInt64(text))
        #expect(suite(.dearLetter, seed: seed).findings(of: [.limits]).first == first.first)
    }

    @Test func `a law is made from a context, and made again with lines added`() throws {
        guard let tenant = TenantID("check") else { return }
        let context = PluginContext(tenant: tenant, settings: [:], outbox: "", log: { _ in })
        let suite = try JurisdictionConformance(context, extent: .quick) { Fairland(extensions: $0.lawExtensions) }
        #expect(suite.findings() == [])
    }
}
