import Database
package import FordringKit
package import Foundation
package import Tenancy

#if canImport(Musl)
import Musl
#else
import Glibc
#endif

/// A plug-in whose library is open and whose offers are known.
package struct LoadedPlugin: Sendable {
    package let manifest: PluginManifest
    package let folder: URL
    package let registry: PluginRegistry

    /// `denmark 1.0.0`, as people read it.
    package var versionedName: String { provenance.description }

    /// The countries whose law it brings.
    package var countries: [CountryCode] { registry.jurisdictions.map(\.country) }

    /// The plug-in as tenants' settings are checked against it.
    var offered: InstalledOffers.Plugin {
        InstalledOffers.Plugin(identifier: manifest.identifier, version: manifest.version, registry: registry)
    }

    /// The plug-in as the audit trail names it.
    var provenance: Provenance.Plugin {
        Provenance.Plugin(name: manifest.identifier, version: manifest.version, sha256: manifest.sha256)
    }
}

/// All plug-ins of a host: wired in at start, and frozen.
package struct PluginSet: Sendable {
    /// Those in use, by identifier and version, oldest first.
    package let loaded: [LoadedPlugin]
    /// Those not in use: the identifier (or the folder's name where the manifest cannot be read), and why.
    package let refused: [(identifier: String, refusal: PluginRefusal)]

    package var offers: InstalledOffers {
        InstalledOffers(loaded.map(\.offered))
    }

    /// The newest version of each.
    package var newest: [LoadedPlugin] {
        zip(loaded, loaded.dropFirst().map(\.manifest.identifier) + [""]).filter { $0.manifest.identifier != $1 }
            .map(\.0)
    }

    /// A plug-in in a version; in the newest where none is named.
    package func plugin(_ identifier: String, _ version: String? = nil) -> LoadedPlugin? {
        loaded.last {
            $0.manifest.identifier == identifier && (version ?? $0.manifest.version) == $0.manifest.version
        }
    }

    /// The versions of a plug-in that are in use, oldest first.
    package func versions(of identifier: String) -> [String] {
        loaded.filter { $0.manifest.identifier == identifier }.map(\.manifest.version)
    }

    /// The plug-ins that a tenant names, each in the version that it gets, by identifier.
    func plugins(of settings: TenantSettings) -> [LoadedPlugin] {
        settings.plugins.keys.sorted().compactMap { plugin($0, settings.pinnedVersion(of: $0)) }
    }

    /// Looks for plug-ins in folders, opens those that are in order, and checks them as a set.
    ///
    /// A plug-in that is found in two folders is taken from the first.
    ///
    /// - Parameter own: plug-ins of this process, which need no opening.
    package static func load(
        from folders: [URL], and own: [LoadedPlugin] = [], log: @escaping @Sendable (String) -> Void
    ) -> PluginSet {
        var candidates = own
        var refused: [(identifier: String, refusal: PluginRefusal)] = []
        var seen: Set<String> = []
        for folder in folders {
            let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
            for name in names.sorted() where name.hasSuffix(PluginManifest.folderSuffix) {
                guard seen.insert(name).inserted else { continue }
                do throws(PluginRefusal) {
                    candidates.append(try PluginLoader.open(folder.appending(path: name)))
                } catch {
                    refused.append((String(name.dropLast(PluginManifest.folderSuffix.count)), error))
                }
            }
        }
        let verdicts = PluginLoader.refuseClashes(candidates)
        for (plugin, refusal) in zip(candidates, verdicts) {
            if let refusal { refused.append((plugin.manifest.identifier, refusal)) }
        }
        for (_, refusal) in refused { log(refusal.message) }
        let loaded = zip(candidates, verdicts).filter { $0.1 == nil }.map(\.0)
        return PluginSet(
            loaded: loaded.sorted { left, right in
                left.manifest.identifier == right.manifest.identifier
                    ? VersionOrder.isOlder(left.manifest.version, right.manifest.version)
                    : left.manifest.identifier < right.manifest.identifier
            }, refused: refused)
    }
}

/// Opens plug-ins.
///
/// A library that was opened stays open: Swift types of it may be in use anywhere.
package enum PluginLoader {
    /// Checks a plug-in's folder, opens its library and asks it what it offers.
    package static func open(_ folder: URL) throws(PluginRefusal) -> LoadedPlugin {
        // Whoever comes after us gets none.
        _ = Permits.authority
        let manifest = try PluginManifest.check(folder)
        let path = folder.appending(path: manifest.library).path
        guard let handle = dlopen(path, RTLD_NOW | RTLD_LOCAL) else {
            let reason = dlerror().map { String(cString: $0) } ?? "no reason given"
            throw PluginRefusal(
                .cannotOpen,
                "The library of the plug-in \(manifest.identifier) cannot be opened (\(reason)); "
                    + "install what it needs, or build it again on this machine.")
        }
        guard let symbol = dlsym(handle, pluginSymbol) else {
            throw PluginRefusal(
                .missingSymbol,
                "The library of the plug-in \(manifest.identifier) does not export '\(pluginSymbol)'; "
                    + "add the function to the plug-in as FordringKit's Plugin protocol shows, and build it again.")
        }
        // The symbol is ours by name; what it returns is ours because compiler and kit were checked.
        let entry = unsafeBitCast(symbol, to: (@convention(c) () -> UnsafeMutableRawPointer).self)
        var registry = PluginRegistry()
        do {
            try PluginEntry.open(entry()).plugin.register(in: &registry)
        } catch {
            throw PluginRefusal(
                .registrationFailed,
                "The plug-in \(manifest.identifier) refused to start: \(error); correct that, or remove the plug-in.")
        }
        guard registry.offers == manifest.offers.sorted() else {
            throw PluginRefusal(
                .otherOffers,
                "The plug-in \(manifest.identifier) offers \(registry.offers.joined(separator: ", ")), and its manifest "
                    + "says \(manifest.offers.sorted().joined(separator: ", ")); correct plugin.json and build it again."
            )
        }
        let settings = registry.jurisdictions.flatMap(\.settings) + registry.channels.flatMap(\.settings)
        guard !settings.contains(where: { $0.key == TenantSettings.versionKey }) else {
            throw PluginRefusal(
                .reservedSetting,
                "The plug-in \(manifest.identifier) takes a setting '\(TenantSettings.versionKey)', by which tenants name "
                    + "the version that they want; correct the setting's name and build it again.")
        }
        return LoadedPlugin(manifest: manifest, folder: folder, registry: registry)
    }

    /// Refuses plug-ins that cannot be used beside each other: both, because the host cannot know which one is meant.
    ///
    /// Two versions of one plug-in can: a tenant's settings say which.
    static func refuseClashes(_ plugins: [LoadedPlugin]) -> [PluginRefusal?] {
        plugins.map { plugin in
            for other in plugins where other.folder != plugin.folder {
                let name = plugin.manifest.identifier
                if other.manifest.identifier == name {
                    if other.manifest.version != plugin.manifest.version { continue }
                    return PluginRefusal(
                        .sameIdentifier,
                        "Two plug-ins are called \(plugin.versionedName), at \(plugin.folder.path) and "
                            + "\(other.folder.path); remove one.")
                }
                let both = Set(plugin.registry.offers).intersection(other.registry.offers).sorted()
                guard let offer = both.first else { continue }
                if let country = plugin.registry.jurisdictions.map(\.country).first(where: {
                    both.contains("jurisdiction:\($0)")
                }) {
                    return PluginRefusal(
                        .sameCountry,
                        "The plug-in \(name) brings the law of \(country), and so does \(other.manifest.identifier); "
                            + "remove one of the two.")
                }
                return PluginRefusal(
                    .sameOffer,
                    "The plug-in \(name) offers \(offer), and so does \(other.manifest.identifier); remove one of the two."
                )
            }
            return nil
        }
    }
}

/// The plug-ins that were installed with the program.
package enum InstalledPlugins {
    /// The folder `plugins` beside the program, wherever it was started from.
    package static var folder: URL {
        let link = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
        return URL(filePath: link ?? CommandLine.arguments[0]).deletingLastPathComponent().appending(path: "plugins")
    }
}
