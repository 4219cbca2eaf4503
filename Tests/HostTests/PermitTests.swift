@_spi(FordringHost) import FordringKit
import Foundation
import Testing

@testable import Host

/// Goal: nobody but the host makes a permit, whatever a plug-in's author tries.
///
/// Method: plug-ins of the fixtures that try, each in another way, compiled as a partner's would be.
@Suite struct PermitTests {
    @Test func `A plug-in that makes permits does not compile`() throws {
        let binaries = try FixturePlugins.binaries()
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = [
            "swiftc", "-typecheck", "-swift-version", "6", "-module-name", "Forger", "-I",
            binaries.appending(path: "Modules").path, FixturePlugins.sources.appending(path: "Forger.swift").path,
        ]
        let pipe = Pipe()
        process.standardOutput = pipe
        process.standardError = pipe
        try process.run()
        let output = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        #expect(process.terminationStatus != 0)
        #expect(
            output.components(separatedBy: "error: ").dropFirst().map { String($0.prefix { $0 != "\n" }) }
                .filter { $0.contains("internal") }.count >= 2, "\(output)")
        #expect(output.contains("'RegistrationPermit' initializer is inaccessible"), "\(output)")
        #expect(output.contains("'HandoffPermit' initializer is inaccessible"), "\(output)")
        #expect(output.contains("cannot find 'PermitAuthority' in scope"), "\(output)")
    }

    @Test func `One that goes around the public interface is refused before it is opened`() throws {
        let test = try TestHome()
        let plugins = try FixturePlugins.compiled()
        let folder = try install(plugins.insider, as: "insider", in: test.root)
        let refusal = #expect(throws: PluginRefusal.self) { try PluginManifest.check(folder) }
        #expect(refusal?.code == .guardedSymbol)
        #expect(
            refusal?.message
                == "The library of the plug-in insider refers to '11FordringKit15PermitAuthority', by which the host alone "
                + "makes permits; build the plug-in without it, with the permit that the host hands over.")
        // What the loader and 'plugin check' call.
        #expect(throws: PluginRefusal.self) { try PluginLoader.open(folder) }
    }

    @Test func `One that gets round that too gets nothing at run time`() throws {
        let test = try TestHome()
        let plugins = try FixturePlugins.compiled()
        let folder = try install(plugins.conjurer, as: "conjurer", in: test.root)
        _ = try PluginManifest.check(folder)
        let refusal = #expect(throws: PluginRefusal.self) { try PluginLoader.open(folder) }
        #expect(refusal?.code == .registrationFailed)
        // It did find and call what makes permits.
        #expect(
            refusal?.message.contains(
                "claim() gave nothing, a registration's permit is dead, a hand-off's is dead") == true,
            "\(refusal?.message ?? "")")
    }

    @Test func `The host's own permits live until they are ended`() throws {
        let tenant = try #require(TenantID("aa"))
        let day = CivilDate(2026, 1, 1)
        let permit = Permits.authority.registrationPermit(tenant: tenant, claim: ClaimID(rawValue: 1), day: day)
        let handoff = Permits.authority.handoffPermit(
            tenant: tenant, caseID: CaseID(rawValue: 1), procedure: LegalProcedureKind("order"), day: day)
        #expect(permit.isLive && handoff.isLive)
        Permits.authority.end(permit)
        #expect(!permit.isLive && handoff.isLive)
        Permits.authority.end(handoff)
        #expect(!handoff.isLive)
    }

    @Test func `A hand-off's permit that says something else than it was made for is dead`() throws {
        func permit(_ number: Int64) throws -> HandoffPermit {
            Permits.authority.handoffPermit(
                tenant: try #require(TenantID(number == 1 ? "aa" : "bb")), caseID: CaseID(rawValue: number),
                procedure: LegalProcedureKind("order\(number)"), day: CivilDate(2026, 1, Int(number)))
        }
        let other = try permit(2)
        defer { Permits.authority.end(other) }
        for offset in stride(from: 0, to: MemoryLayout<HandoffPermit>.size, by: 4) {
            let made = try permit(1)
            defer { Permits.authority.end(made) }
            var forged = made
            let foreign = withUnsafeBytes(of: other) { $0.loadUnaligned(fromByteOffset: offset, as: UInt32.self) }
            withUnsafeMutableBytes(of: &forged) { $0.storeBytes(of: foreign, toByteOffset: offset, as: UInt32.self) }
            if "\(forged)" == "\(made)" { continue }
            #expect(!forged.isLive, "byte \(offset)")
        }
    }

    @Test func `The guarded names are the kit's own`() throws {
        let kit = try Data(contentsOf: try FixturePlugins.binaries().appending(path: "libFordringKit.so"))
        for symbol in Permits.guardedSymbols {
            #expect(kit.range(of: Data(symbol.utf8)) != nil, "\(symbol) is not in the kit; it was renamed")
        }
    }
}
