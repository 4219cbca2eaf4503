import Casework
import FordringKit
import Foundation
import Tenancy
import Testing

@testable import Host

/// Goal: two versions of a plug-in work in one process, each for the tenants that want it.
///
/// Method: one source is compiled twice into libraries with the same names of module, library and types, whose types have
/// other forms; both are opened, and tenants pinned to each run the same day.
@Suite struct PluginVersionTests {
    /// A folder with versions 1.0.0 and 1.10.0 of `land`, and the channels.
    private func bothVersions(_ test: TestHome) throws -> URL {
        let plugins = try FixturePlugins.compiled()
        let folder = test.root.appending(path: "plugins")
        try install(plugins.land, as: "land", in: folder, named: "land-1.0.0")
        try install(plugins.landSecond, as: "land", in: folder) { $0.version = "1.10.0" }
        try install(plugins.pigeon, as: "pigeon", in: folder)
        return folder
    }

    @Test func `Two versions of one module keep their types, their state and their answers apart`() throws {
        let test = try TestHome()
        let set = PluginSet.load(from: [try bothVersions(test)], log: { _ in })
        #expect(set.refused.isEmpty)
        #expect(set.loaded.map(\.versionedName) == ["land 1.0.0", "land 1.10.0", "pigeon 1.0.0"])
        let country = try #require(CountryCode("XA"))
        // One after the other and again, so that nothing that the runtime remembers of the one serves the other.
        for _ in 0..<3 {
            for (version, mark) in [("1.0.0", "first"), ("1.10.0", "second")] {
                let book = try #require(set.plugin("land", version)).law(of: country).lawBook
                #expect(book.title == "The land: \(mark)")
                let size = mark == "first" ? 16 : 24
                #expect(book.unsupported == ["\(mark) \(mark) true 42 \(size)"])
            }
        }
        let laws = try ["1.0.0", "1.10.0"].map { try #require(set.plugin("land", $0)).law(of: country) }
        #expect(ObjectIdentifier(type(of: laws[0])) != ObjectIdentifier(type(of: laws[1])))
        #expect(String(reflecting: type(of: laws[0])) == String(reflecting: type(of: laws[1])))
    }

    @Test func `Tenants with different versions run the same day, and each act names the version that it used`() throws
    {
        let test = try TestHome()
        let host = try test.open(plugins: [try bothVersions(test)])
        var tenants: [OpenTenant] = []
        for (id, version) in [("old", "1.0.0"), ("new", "1.10.0"), ("newest", nil)] {
            let receipt = try host.onboard(file: try test.tenantFile(id, times: 1, version: version), isTrial: false)
            #expect(receipt.plugins == ["land \(version ?? "1.10.0")", "pigeon 1.0.0"])
            let tenant = try host.openForWork(receipt.tenant)
            _ = try host.importClaims(try test.claims(1), for: tenant)
            tenants.append(tenant)
        }
        for result in host.run(tenants.map(\.id), from: TestHome.day, through: TestHome.day) {
            #expect(result.failure == nil)
            #expect(result.run.steps == 1)
        }
        let plugins = try FixturePlugins.compiled()
        for (tenant, (version, fee, library)) in zip(
            tenants,
            [
                ("1.0.0", "10.00", plugins.land), ("1.10.0", "20.00", plugins.landSecond),
                ("1.10.0", "20.00", plugins.landSecond),
            ])
        {
            let log = try host.auditLog(tenant.id, last: 100, case: nil).map(\.json)
            let digest = try library.manifest("land").sha256
            let actor = #""actor":{"plugin":{"name":"land","sha256":"\#(digest)","version":"\#(version)"}}"#
            let decided = try #require(log.first { $0.contains(#""action":"step.decided""#) })
            #expect(decided.contains(actor))
            #expect(decided.contains(#""amount":"\#(fee)""#), "\(decided)")
            let onboarded = try #require(log.first { $0.contains(#""action":"tenant.onboarded""#) })
            #expect(onboarded.contains(#"{"identifier":"land \#(version)","sha256":"\#(digest)"}"#))
        }
        try host.close()
    }

    @Test func `A pin to what is not installed is a fault of the file, and stops the tenant later`() throws {
        let test = try TestHome()
        let folder = try bothVersions(test)
        let host = try test.open(plugins: [folder])
        let error = try hostError { try host.onboard(file: try test.tenantFile("aa", version: "2.0"), isTrial: false) }
        #expect(error.code == .badInput)
        #expect(error.message.contains("plugins.land.version: version '2.0' of the plug-in 'land' is not installed"))
        #expect(error.message.contains("allowed: 1.0.0, 1.10.0"))
        #expect(error.message.split(separator: "\n").count == 1, "\(error.message)")
        let id = try host.onboard(file: try test.tenantFile("aa", version: "1.0.0"), isTrial: false).tenant
        try host.close()

        try FileManager.default.removeItem(at: folder.appending(path: "land-1.0.0.fordringplugin"))
        let later = try test.open(plugins: [folder])
        let missing = try hostError { try later.openForWork(id) }
        #expect(missing.code == .unavailable)
        #expect(missing.message.contains("needs the plug-in land 1.0.0, and installed is 1.10.0"))
        #expect(missing.message.contains("plugins.land.version"))
        // Moving the tenant to the version that is there is a change of its settings.
        #expect(try later.updateTenant(file: try test.tenantFile("aa")).changed == ["plugins.land.version"])
        _ = try later.openForWork(id)
        try later.close()
    }

    @Test func `Two of one version are refused beside a third that is not`() throws {
        let test = try TestHome()
        let folder = try bothVersions(test)
        try install(FixturePlugins.compiled().land, as: "land", in: folder, named: "land-copy")
        let set = PluginSet.load(from: [folder], log: { _ in })
        #expect(set.loaded.map(\.versionedName) == ["land 1.10.0", "pigeon 1.0.0"])
        #expect(set.refused.map(\.refusal.code) == [.sameIdentifier, .sameIdentifier])
        #expect(set.refused.allSatisfy { $0.refusal.message.contains("land 1.0.0") })
    }

    @Test func `A version's folder stands beside the others, and the same version in two folders is not written`()
        throws
    {
        let test = try TestHome()
        let library = try FixturePlugins.compiled().land
        let bytes = try Data(contentsOf: library.url)
        var manifest = try library.manifest("land")
        let output = test.root.appending(path: "built")
        let plain = try PluginBuilder.write(manifest, library: bytes, into: output)
        #expect(plain.lastPathComponent == "land.fordringplugin")
        let error = try hostError {
            try PluginBuilder.write(manifest, library: bytes, into: output, isVersioned: true)
        }
        #expect(error.code == .refused)
        #expect(error.message.contains("land.fordringplugin"))
        manifest.version = "1.1.0"
        let versioned = try PluginBuilder.write(manifest, library: bytes, into: output, isVersioned: true)
        #expect(versioned.lastPathComponent == "land-1.1.0.fordringplugin")
        #expect(try hostError { try PluginBuilder.write(manifest, library: bytes, into: output) }.code == .refused)
    }

    @Test func `The book of each version can be read, and names that nobody has are told`() throws {
        let test = try TestHome()
        let set = PluginSet.load(from: [try bothVersions(test)], log: { _ in })
        for name in ["land", "LAND", "xa"] {
            let books = try set.lawBooks(named: name, on: TestHome.day, [])
            #expect(books.map(\.plugin.version) == ["1.10.0"])
        }
        let old = try set.lawBooks(named: "land", version: "1.0.0", on: TestHome.day, [])
        #expect(old.map(\.title) == ["The land: first"])
        let error = try hostError { try set.lawBooks(named: "pigeon", on: TestHome.day, []) }
        #expect(error.code == .badInput)
        #expect(error.message.contains("land (XA)"))
    }

    @Test func `What a law does not keep is found by the check, whatever loads it`() throws {
        let test = try TestHome()
        let set = PluginSet.load(from: [try bothVersions(test)], log: { _ in })
        let findings = try #require(set.plugin("land")).conformance(isQuick: true)
        #expect(findings.allSatisfy { $0.country == "XA" && $0.detail.contains("(seed ") })
        // A reminder a day, also before the claim is due, and a table that does not listen.
        #expect(findings.contains { $0.promise == "no step before the due date has passed" })
        #expect(findings.contains { $0.promise == "an extended table answers" && $0.detail.contains("deaf") })
        #expect(try #require(set.plugin("pigeon")).conformance(isQuick: true) == [])
    }

    /// A module that is linked with the kit's objects brings a second copy of each type, and casts of what plug-ins answer
    /// go wrong or well by the linker's mercy.
    @Test func `The kit's types are those of its library`() throws {
        let library = try #require(dlopen("libFordringKit.so", RTLD_NOW | RTLD_NOLOAD))
        let ofLibrary = try #require(dlsym(library, "$s11FordringKit7RuleGapVN"))
        let ofProgram = unsafeBitCast(RuleGap.self as Any.Type, to: UnsafeMutableRawPointer.self)
        #expect(ofProgram == ofLibrary)
    }
}
