import Crypto
import FordringKit
package import Foundation

/// What a plug-in says of itself, beside its library: read and checked before the library is opened.
package struct PluginManifest: Codable, Sendable, Equatable {
    /// The name that tenants use: `denmark`.
    package var identifier: String
    /// The name for people.
    package var name: String
    package var version: String
    /// The kit that it was built against: `1.0`.
    package var kitVersion: String
    /// The compiler that built it: `6.3.1`.
    package var compiler: String
    /// The file name of the library.
    package var library: String
    /// The SHA-256 of the library in hexadecimal.
    package var sha256: String
    /// What it offers: `jurisdiction:DK`, `channel:post`.
    package var offers: [String]

    /// The file's name.
    package static let fileName = "plugin.json"
    /// What a plug-in's folder ends with.
    package static let folderSuffix = ".fordringplugin"
}

/// The part of the manifest that a plug-in's author writes, in the package's folder.
struct PluginSource: Codable {
    var identifier: String
    var name: String
    var version: String
    /// The dynamic library product of the package.
    var product: String
    var offers: [String]
}

/// Why a plug-in is not used.
package struct PluginRefusal: Error, Sendable, CustomStringConvertible {
    package enum Code: String, Sendable, Hashable, CaseIterable {
        case missingFolder
        case missingManifest
        case badManifest
        case missingLibrary
        case wrongDigest
        case otherCompiler
        case otherKit
        case newerKit
        /// It names what only the host may use.
        case guardedSymbol
        /// It has more opened than the one library that was looked at.
        case foreignLibrary
        case cannotOpen
        case missingSymbol
        case registrationFailed
        case otherOffers
        case reservedSetting
        case sameIdentifier
        case sameCountry
        case sameOffer
    }

    package let code: Code
    /// One sentence: the plug-in, what is wrong, what to do.
    package let message: String

    package init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    package var description: String { message }
}

extension PluginManifest {
    /// Reads the manifest of a plug-in's folder and checks it and the library, without opening the library.
    package static func check(_ folder: URL) throws(PluginRefusal) -> PluginManifest {
        let name = folder.lastPathComponent
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: folder.path, isDirectory: &isFolder), isFolder.boolValue else {
            throw PluginRefusal(
                .missingFolder,
                "The plug-in \(name) is not a folder at \(folder.path); build it with 'fordring plugin build'.")
        }
        guard let data = FileManager.default.contents(atPath: folder.appending(path: fileName).path) else {
            throw PluginRefusal(
                .missingManifest,
                "The plug-in \(name) has no readable \(fileName); build it again with 'fordring plugin build'.")
        }
        let manifest: PluginManifest
        do {
            manifest = try JSONDecoder().decode(PluginManifest.self, from: data)
        } catch {
            throw PluginRefusal(
                .badManifest,
                "The \(fileName) of the plug-in \(name) cannot be read (\(reason(error))); "
                    + "build it again with 'fordring plugin build'.")
        }
        // A library outside the folder would escape the digest's meaning.
        guard !manifest.library.contains("/"), !manifest.identifier.isEmpty else {
            throw PluginRefusal(
                .badManifest,
                "The \(fileName) of the plug-in \(name) names the library '\(manifest.library)', which is not a plain "
                    + "file name; build it again with 'fordring plugin build'.")
        }
        guard let library = FileManager.default.contents(atPath: folder.appending(path: manifest.library).path) else {
            throw PluginRefusal(
                .missingLibrary,
                "The plug-in \(manifest.identifier) lacks its library \(manifest.library); "
                    + "build it again with 'fordring plugin build'.")
        }
        guard SHA256.hash(data: library).hex == manifest.sha256 else {
            throw PluginRefusal(
                .wrongDigest,
                "The library of the plug-in \(manifest.identifier) is not the one that its manifest was written for; "
                    + "fetch or build the plug-in again, and find out who changed it.")
        }
        guard manifest.compiler == KitVersion.compiler else {
            throw PluginRefusal(
                .otherCompiler,
                "The plug-in \(manifest.identifier) was built with Swift \(manifest.compiler) and this host with Swift "
                    + "\(KitVersion.compiler); build the plug-in again with Swift \(KitVersion.compiler).")
        }
        let version = manifest.kitVersion.split(separator: ".", omittingEmptySubsequences: false).map { Int($0) ?? -1 }
        guard version.count == 2, version[1] >= 0, version[0] == KitVersion.major else {
            throw PluginRefusal(
                .otherKit,
                "The plug-in \(manifest.identifier) was built for FordringKit \(manifest.kitVersion) and this host has "
                    + "\(KitVersion.text); build the plug-in again against FordringKit \(KitVersion.text).")
        }
        guard version[1] <= KitVersion.minor else {
            throw PluginRefusal(
                .newerKit,
                "The plug-in \(manifest.identifier) was built for the newer FordringKit \(manifest.kitVersion) and this "
                    + "host has \(KitVersion.text); update fordring, or build the plug-in against \(KitVersion.text).")
        }
        if let symbol = Permits.guardedSymbol(in: library) {
            throw PluginRefusal(
                .guardedSymbol,
                "The library of the plug-in \(manifest.identifier) refers to '\(symbol)', by which the host alone makes "
                    + "permits; build the plug-in without it, with the permit that the host hands over.")
        }
        try checkNeeds(manifest, library, folder)
        return manifest
    }

    /// Refuses a plug-in of which more would be opened than the library that was looked at.
    private static func checkNeeds(_ manifest: PluginManifest, _ library: Data, _ folder: URL) throws(PluginRefusal) {
        let objection: String?
        do {
            objection = try LibraryNeeds(library).flatMap { PlatformLibraries.objection(to: $0) }
        } catch {
            objection = "does not say in the usual way what it needs"
        }
        if let objection {
            throw PluginRefusal(
                .foreignLibrary,
                "The library of the plug-in \(manifest.identifier) \(objection), so it would not be the only one that is "
                    + "opened; build the plug-in with what it brings linked into it, or install what is the system's.")
        }
        if let stranger = PlatformLibraries.stranger(in: folder, beside: manifest.library) {
            throw PluginRefusal(
                .foreignLibrary,
                "The folder of the plug-in \(manifest.identifier) holds '\(stranger)' beside \(manifest.library), which its "
                    + "manifest does not answer for; build the plug-in again with all of it in one library.")
        }
    }

    private static func reason(_ error: any Error) -> String {
        switch error {
        case DecodingError.keyNotFound(let key, _): "the key '\(key.stringValue)' is missing"
        case DecodingError.typeMismatch(_, let context), DecodingError.valueNotFound(_, let context):
            "the value of '\(context.codingPath.map(\.stringValue).joined(separator: "."))' has the wrong type"
        default: "it is not JSON"
        }
    }
}

extension Digest {
    /// The digest in hexadecimal.
    var hex: String {
        map { byte in (byte < 16 ? "0" : "") + String(byte, radix: 16) }.joined()
    }
}
