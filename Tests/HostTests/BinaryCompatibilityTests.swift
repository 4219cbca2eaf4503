import Crypto
import Foundation
import Testing

/// Goal: a partner's plug-in goes on working, unrecompiled, after the kit has grown.
///
/// Method: the plug-in was compiled against the kit of this build. A copy of the kit's sources is patched (a stored
/// property at the front of `CaseFacts`, which moves every other one, and a requirement in `Jurisdiction`) and built as
/// another `libFordringKit.so`. A small host that was compiled against the new kit opens the old binary.
@Suite struct BinaryCompatibilityTests {
    @Test func `A plug-in built for an older kit works with one that has grown`() throws {
        let test = try TestHome()
        let plugin = try FixturePlugins.compiled().land.url
        let before = SHA256.hash(data: try Data(contentsOf: plugin))

        let kit = test.root.appending(path: "kit")
        let modules = test.root.appending(path: "new")
        try FileManager.default.createDirectory(at: modules, withIntermediateDirectories: true)
        try copyKit(to: kit)
        try patch(
            kit.appending(path: "CaseFacts.swift"),
            "public struct CaseFacts: Sendable {\n",
            """
            public struct CaseFacts: Sendable {
                /// What the kit of today does not have.
                public var addedLater: String = "a standard"

            """)
        try patch(
            kit.appending(path: "Jurisdiction.swift"),
            "public protocol Jurisdiction: Sendable {\n",
            """
            public protocol Jurisdiction: Sendable {
                /// What the kit of today does not ask for.
                func answerAddedLater(_ facts: CaseFacts) -> String

            """)
        try patch(
            kit.appending(path: "Jurisdiction.swift"),
            "extension Jurisdiction {\n",
            """
            extension Jurisdiction {
                /// The standard answer.
                public func answerAddedLater(_ facts: CaseFacts) -> String {
                    "\\(country) did not know of \\(facts.addedLater)"
                }

            """)
        let sources = try FileManager.default.contentsOfDirectory(atPath: kit.path).sorted().filter {
            $0.hasSuffix(".swift")
        }
        try run([
            [
                "swiftc", "-emit-library", "-Onone", "-swift-version", "6", "-module-name", "FordringKit",
                "-enable-library-evolution", "-emit-module", "-emit-module-path",
                modules.appending(path: "FordringKit.swiftmodule").path, "-emit-module-interface",
                "-enable-upcoming-feature", "ExistentialAny", "-enable-upcoming-feature", "InternalImportsByDefault",
                "-enable-upcoming-feature", "MemberImportVisibility", "-o",
                modules.appending(path: "libFordringKit.so").path,
            ] + sources.map { kit.appending(path: $0).path }
        ])
        let host = test.root.appending(path: "new-host")
        try run([
            [
                "swiftc", "-Onone", "-swift-version", "6", "-I", modules.path, "-L", modules.path, "-lFordringKit",
                "-o",
                host.path, FixturePlugins.sources.appending(path: "NewHost.swift").path,
            ]
        ])
        let output = try run([[host.path, plugin.path]], environment: ["LD_LIBRARY_PATH": modules.path])
        #expect(
            output.first?.split(separator: "\n") == [
                "standard: a standard",
                "step: reminder [3] [10.00 DKK]",
                "reason: Case 7 of DKK owes 1000.00 DKK.",
                "review: 2026-03-02",
                "many: 2",
                "asked later: XA did not know of a value that the plug-in has never heard of",
            ])
        // The file that was opened is the one that was built for the kit of today.
        #expect(SHA256.hash(data: try Data(contentsOf: plugin)) == before)
    }

    private func copyKit(to folder: URL) throws {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        try FileManager.default.copyItem(
            at: root.appending(path: "Sources/FordringKit/Sources/FordringKit"), to: folder)
    }

    private func patch(_ file: URL, _ old: String, _ new: String) throws {
        let text = try String(contentsOf: file, encoding: .utf8)
        try #require(text.contains(old), "\(file.lastPathComponent) has no '\(old)'")
        try text.replacing(old, with: new, maxReplacements: 1).write(to: file, atomically: true, encoding: .utf8)
    }
}
