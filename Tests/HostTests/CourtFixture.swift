import Database
import FordringKit
import Foundation
import LegalTrack
import Testing

@testable import Host

/// The plug-ins of a tenant whose cases go to court: those of the fixtures, and the courts of XA.
struct CourtFixture {
    let folder: URL

    static func compiled() throws -> CourtFixture { try result.get() }

    private static let result = Result { try CourtFixture() }

    private init() throws {
        let plugins = try FixturePlugins.compiled()
        let binaries = try FixturePlugins.binaries()
        let library = plugins.root.appending(path: "libCourt.so")
        let sources = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        try run([
            [
                "swiftc", "-emit-library", "-Onone", "-swift-version", "6", "-module-name", "Court", "-I",
                binaries.appending(path: "Modules").path, "-L", binaries.path, "-lFordringKit", "-o", library.path,
                FixturePlugins.sources.appending(path: "Court.swift").path,
                sources.appending(path: "Sources/TestSupport/LegalTesting/FakeForum.swift").path,
            ]
        ])
        folder = plugins.root.appending(path: "court-plugins")
        try install(plugins.land, as: "land", in: folder)
        try install(plugins.pigeon, as: "pigeon", in: folder)
        try install(
            FixturePlugins.Library(url: library, offers: ["forum:XA", "renderer:application/pdf"]), as: "court",
            in: folder)
    }
}

extension TestHome {
    /// The day on which the cases of ``courtTenant(_:cases:filing:in:)`` are ripe.
    static let ripe = CivilDate(2026, 3, 20)

    func openWithCourts() throws -> FordringHost { try open(plugins: [try CourtFixture.compiled().folder]) }

    /// A tenant with cases that have had their letters, on the day on which they may go to court.
    func courtTenant(
        _ id: String = "aa", cases: Int = 1, filing: String = "hand", in host: FordringHost
    ) throws -> OpenTenant {
        let text = try String(contentsOfFile: try tenantFile(id), encoding: .utf8)
            .replacing("plugins:\n", with: "plugins:\n  court: { filing: \(filing) }\n")
            .replacing("policy: { reminder", with: "policy: { saleNotice: { channels: [pigeon] }, reminder")
        let receipt = try host.onboard(file: try write(text, to: "\(id).yaml"), isTrial: false)
        let tenant = try host.openForWork(receipt.tenant)
        clock.set(Timestamp(TestHome.day, hour: 6))
        _ = try host.importClaims(try claims(cases), for: tenant)
        for day in 0..<3 { _ = try host.runDay(TestHome.day.adding(days: day), for: tenant) }
        clock.set(Timestamp(TestHome.ripe, hour: 6))
        return tenant
    }

    /// A folder beside the home.
    func folder(_ name: String) -> String { root.appending(path: name).path }

    /// What lies in a folder.
    func files(in folder: String) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
    }

    func courtFolder(_ id: TenantID) -> URL { home.outbox(id, "courts-XA") }
}

extension HandoffRequest {
    /// A payment order for a case.
    static func order(_ caseID: Int64) -> HandoffRequest {
        HandoffRequest(
            caseID: CaseID(rawValue: caseID), procedure: LegalProcedureKind("paymentOrder"),
            answers: ["keptPlan": "no", "service": "by <post> & \"bailiff\""],
            documents: [
                HandoffDocument(
                    name: "../in voice.txt", kind: "invoice", on: CivilDate(2026, 1, 1),
                    bytes: Array("Goods\n".utf8))
            ])
    }
}
