import FordringKit
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
        #expect(refusal?.message.contains("claim() gave nothing") == true, "\(refusal?.message ?? "")")
    }

    @Test func `The guarded names are the kit's own`() throws {
        let kit = try Data(contentsOf: try FixturePlugins.binaries().appending(path: "libFordringKit.so"))
        for symbol in Permits.guardedSymbols {
            #expect(kit.range(of: Data(symbol.utf8)) != nil, "\(symbol) is not in the kit; it was renamed")
        }
    }
}
