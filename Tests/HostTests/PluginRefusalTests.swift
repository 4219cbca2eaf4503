import FordringKit
import Foundation
import Testing

@testable import Host

/// Goal: every way in which a plug-in can be unusable is told from the others, in a sentence that a person can act on.
///
/// Method: a folder with one broken plug-in and a good one beside it is loaded as the host loads it at start.
@Suite struct PluginRefusalTests {
    /// One way to break a plug-in.
    struct Breakage: Sendable, CustomTestStringConvertible {
        let code: PluginRefusal.Code
        let detail: String
        /// What the sentence must name.
        let names: [String]
        /// Puts broken plug-ins into a folder.
        let install: @Sendable (FixturePlugins, URL) throws -> Void

        init(
            _ code: PluginRefusal.Code, _ detail: String, names: [String] = ["broken"],
            _ install: @escaping @Sendable (FixturePlugins, URL) throws -> Void
        ) {
            self.code = code
            self.detail = detail
            self.names = names
            self.install = install
        }

        var testDescription: String { "\(code): \(detail)" }
    }

    static let breakages: [Breakage] = [
        Breakage(.missingFolder, "a file where the folder should be") { _, folder in
            try Data("x".utf8).write(to: folder.appending(path: "broken.fordringplugin"))
        },
        Breakage(.missingManifest, "no plugin.json") { plugins, folder in
            let broken = try install(plugins.mute, as: "broken", in: folder)
            try FileManager.default.removeItem(at: broken.appending(path: "plugin.json"))
        },
        Breakage(.badManifest, "not JSON", names: ["broken", "not JSON"]) { plugins, folder in
            let broken = try install(plugins.mute, as: "broken", in: folder)
            try Data("identifier: broken".utf8).write(to: broken.appending(path: "plugin.json"))
        },
        Breakage(.badManifest, "a key is missing", names: ["broken", "'compiler' is missing"]) { plugins, folder in
            let broken = try install(plugins.mute, as: "broken", in: folder)
            try edit(broken) { $0["compiler"] = nil }
        },
        Breakage(.badManifest, "a value of another type", names: ["broken", "'offers' has the wrong type"]) {
            plugins, folder in
            let broken = try install(plugins.mute, as: "broken", in: folder)
            try edit(broken) { $0["offers"] = "everything" }
        },
        Breakage(.badManifest, "a library outside the folder", names: ["broken", "'../libMute.so'"]) {
            plugins, folder in
            try install(plugins.mute, as: "broken", in: folder) { $0.library = "../libMute.so" }
        },
        Breakage(.missingLibrary, "no library", names: ["broken", "libMute.so"]) { plugins, folder in
            let broken = try install(plugins.mute, as: "broken", in: folder)
            try FileManager.default.removeItem(at: broken.appending(path: "libMute.so"))
        },
        Breakage(.wrongDigest, "one byte of the library is another") { plugins, folder in
            try damage(try install(plugins.mute, as: "broken", in: folder))
        },
        Breakage(.otherCompiler, "built with another Swift", names: ["broken", "Swift 5.10", "Swift 6.3.1"]) {
            plugins, folder in
            try install(plugins.mute, as: "broken", in: folder) { $0.compiler = "5.10" }
        },
        Breakage(.otherKit, "built for another major version", names: ["broken", "2.0", KitVersion.text]) {
            plugins, folder in
            try install(plugins.mute, as: "broken", in: folder) { $0.kitVersion = "2.0" }
        },
        Breakage(.otherKit, "a version that is none", names: ["broken", "one"]) { plugins, folder in
            try install(plugins.mute, as: "broken", in: folder) { $0.kitVersion = "one" }
        },
        Breakage(.newerKit, "built for a newer minor version", names: ["broken", "1.99"]) { plugins, folder in
            try install(plugins.mute, as: "broken", in: folder) { $0.kitVersion = "1.99" }
        },
        Breakage(.guardedSymbol, "it makes permits itself", names: ["broken", "PermitAuthority", "permit"]) {
            plugins, folder in
            try install(plugins.insider, as: "broken", in: folder)
        },
        Breakage(.foreignLibrary, "the insider is opened beside it", names: ["broken", "'libInsider.so'", "needs"]) {
            plugins, folder in
            let broken = try install(plugins.front, as: "broken", in: folder)
            try FileManager.default.copyItem(
                at: plugins.insider.url, to: broken.appending(path: plugins.insider.url.lastPathComponent))
        },
        Breakage(.foreignLibrary, "a library that nobody names", names: ["broken", "'libInsider.so'", "beside"]) {
            plugins, folder in
            let broken = try install(plugins.pigeon, as: "broken", in: folder)
            try FileManager.default.copyItem(
                at: plugins.insider.url, to: broken.appending(path: plugins.insider.url.lastPathComponent))
        },
        Breakage(.foreignLibrary, "a library under another name", names: ["broken", "'fonts/a.ttf'", "beside"]) {
            plugins, folder in
            let fonts = try install(plugins.pigeon, as: "broken", in: folder).appending(path: "fonts")
            try FileManager.default.createDirectory(at: fonts, withIntermediateDirectories: true)
            try FileManager.default.copyItem(at: plugins.insider.url, to: fonts.appending(path: "a.ttf"))
        },
        Breakage(.foreignLibrary, "a library without program headers", names: ["broken", "the usual way"]) {
            plugins, folder in
            let library = folder.appending(path: "headless")
            try Data([0x7F, 0x45, 0x4C, 0x46, 2, 1] + Array(repeating: 0, count: 100)).write(to: library)
            try install(FixturePlugins.Library(url: library, offers: []), as: "broken", in: folder)
        },
        Breakage(.cannotOpen, "a text with the name of a library") { plugins, folder in
            let text = folder.appending(path: "text")
            try Data("This is no library.".utf8).write(to: text)
            try install(FixturePlugins.Library(url: text, offers: []), as: "broken", in: folder)
        },
        Breakage(.missingSymbol, "a library that is no plug-in", names: ["broken", "fordring_plugin"]) {
            plugins, folder in
            try install(plugins.mute, as: "broken", in: folder)
        },
        Breakage(.registrationFailed, "it throws", names: ["broken", "there is no licence"]) { plugins, folder in
            try install(plugins.unwilling, as: "broken", in: folder)
        },
        Breakage(.otherOffers, "it offers more than it says", names: ["broken", "channel:carriage"]) {
            plugins, folder in
            try install(plugins.pigeon, as: "broken", in: folder) { $0.offers = ["channel:pigeon"] }
        },
        Breakage(.reservedSetting, "a setting of the host's own", names: ["broken", "'version'"]) { plugins, folder in
            try install(plugins.landReserved, as: "broken", in: folder)
        },
        Breakage(
            .sameIdentifier, "two of one name and version",
            names: ["pigeon", "one.fordringplugin", "two.fordringplugin"]
        ) {
            plugins, folder in
            try install(plugins.pigeon, as: "pigeon", in: folder, named: "one")
            try install(plugins.pigeon, as: "pigeon", in: folder, named: "two")
        },
        Breakage(.sameOffer, "two for one channel", names: ["one", "two", "channel:carriage"]) { plugins, folder in
            try install(plugins.pigeon, as: "one", in: folder)
            try install(plugins.pigeon, as: "two", in: folder)
        },
    ]

    @Test(arguments: breakages) func `A broken plug-in is refused with its own reason, and the one beside it loads`(
        _ breakage: Breakage
    ) throws {
        let test = try TestHome()
        let plugins = try FixturePlugins.compiled()
        let folder = test.root.appending(path: "plugins")
        try install(plugins.land, as: "land", in: folder)
        try breakage.install(plugins, folder)
        let set = PluginSet.load(from: [folder], log: { _ in })
        #expect(set.loaded.map(\.manifest.identifier) == ["land"])
        #expect(!set.refused.isEmpty)
        for (_, refusal) in set.refused {
            #expect(refusal.code == breakage.code)
            expectSentence(refusal.message, names: breakage.names)
        }
    }

    @Test func `Two plug-ins for one country are both refused, since nobody knows which one is meant`() throws {
        let test = try TestHome()
        let plugins = try FixturePlugins.compiled()
        let folder = test.root.appending(path: "plugins")
        try install(plugins.land, as: "east", in: folder)
        try install(plugins.land, as: "west", in: folder)
        try install(plugins.pigeon, as: "pigeon", in: folder)
        let set = PluginSet.load(from: [folder], log: { _ in })
        #expect(set.loaded.map(\.manifest.identifier) == ["pigeon"])
        #expect(set.refused.map(\.identifier) == ["east", "west"])
        for (_, refusal) in set.refused {
            #expect(refusal.code == .sameCountry)
            expectSentence(refusal.message, names: ["east", "west", "XA"])
        }
    }

    @Test func `No reason for a refusal is without its test`() {
        let covered = Set(Self.breakages.map(\.code)).union([.sameCountry])
        #expect(covered == Set(PluginRefusal.Code.allCases))
    }

    @Test func `A folder that is given by hand and is not there is refused by name`() throws {
        let refusal = #expect(throws: PluginRefusal.self) {
            try PluginLoader.open(URL(filePath: "/nowhere/broken.fordringplugin"))
        }
        #expect(refusal?.code == .missingFolder)
        expectSentence(refusal?.message ?? "", names: ["broken.fordringplugin", "/nowhere"])
    }

    @Test func `A folder of plug-ins that does not exist holds none`() {
        let set = PluginSet.load(from: [URL(filePath: "/nowhere")], log: { _ in })
        #expect(set.loaded.isEmpty)
        #expect(set.refused.isEmpty)
    }

    @Test func `Of two folders with a plug-in of one name, the first one's is taken`() throws {
        let test = try TestHome()
        let plugins = try FixturePlugins.compiled()
        let first = test.root.appending(path: "first")
        try install(plugins.land, as: "land", in: first) { $0.version = "2.0.0" }
        let set = PluginSet.load(from: [first, plugins.folder], log: { _ in })
        #expect(set.loaded.map(\.versionedName) == ["land 2.0.0", "pigeon 1.0.0"])
        #expect(set.refused.isEmpty)
    }

    @Test func `What is refused is logged, a line each`() throws {
        let test = try TestHome()
        let plugins = try FixturePlugins.compiled()
        let folder = test.root.appending(path: "plugins")
        try install(plugins.mute, as: "a", in: folder)
        try install(plugins.unwilling, as: "b", in: folder)
        let log = Log()
        let set = PluginSet.load(from: [folder]) { log.append($0) }
        #expect(log.lines == set.refused.map(\.refusal.message))
        #expect(log.lines.count == 2)
    }

    /// One sentence, which names the plug-in, says what is wrong, and after a semicolon what to do.
    private func expectSentence(_ message: String, names: [String]) {
        for name in names { #expect(message.contains(name), "\(message)") }
        #expect(message.hasSuffix("."))
        #expect(!message.contains("\n"))
        #expect(message.matches(of: /\.\s/).isEmpty, "more than one sentence: \(message)")
        let cure = message.split(separator: ";").last.map { $0.trimmingCharacters(in: .whitespaces) } ?? ""
        let verbs = ["add", "build", "correct", "fetch", "install", "remove", "update"]
        #expect(verbs.contains { cure.hasPrefix($0) }, "no cure: \(message)")
    }
}

/// Changes one byte in the middle of a plug-in's library, in a copy of its own.
func damage(_ plugin: URL) throws {
    let names = try FileManager.default.contentsOfDirectory(atPath: plugin.path)
    let library = plugin.appending(path: try #require(names.first { $0.hasSuffix(".so") }))
    var bytes = try Data(contentsOf: library)
    bytes[bytes.count / 2] ^= 1
    // The link goes first: the file behind it belongs to the other tests too.
    try FileManager.default.removeItem(at: library)
    try bytes.write(to: library)
}

/// Changes the keys of a plug-in's manifest, whatever becomes of it.
private func edit(_ plugin: URL, _ change: (inout [String: Any]) -> Void) throws {
    let file = plugin.appending(path: PluginManifest.fileName)
    var keys = try #require(try JSONSerialization.jsonObject(with: Data(contentsOf: file)) as? [String: Any])
    change(&keys)
    try JSONSerialization.data(withJSONObject: keys).write(to: file)
}
