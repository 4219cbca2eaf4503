package import FordringKit

/// The plug-ins that are loaded, as far as a tenant's settings can ask for them.
package struct InstalledOffers: Sendable {
    /// A loaded plug-in.
    package struct Plugin: Sendable {
        /// The identifier by which tenants name it.
        package let identifier: String
        package let version: String
        package let registry: PluginRegistry

        package init(identifier: String, version: String = "1.0.0", registry: PluginRegistry) {
            self.identifier = identifier
            self.version = version
            self.registry = registry
        }

        package var countries: [CountryCode] { registry.jurisdictions.map(\.country) }
        package var channels: [String] { registry.channels.map(\.name) }
        package var bureaus: [String] { registry.bureaus.map(\.name) }

        /// All settings that its offers take; what several offers take alike is listed once.
        package var settings: [SettingDescription] {
            var descriptions: [SettingDescription] = []
            let described =
                registry.jurisdictions.flatMap(\.settings) + registry.channels.flatMap(\.settings)
                + registry.bureaus.flatMap(\.settings) + registry.forums.flatMap(\.settings)
            for description in described
            where !descriptions.contains(where: { $0.key == description.key }) {
                descriptions.append(description)
            }
            return descriptions
        }
    }

    /// By identifier and version, oldest first.
    package let plugins: [Plugin]

    package init(_ plugins: [Plugin]) {
        self.plugins = plugins.sorted { left, right in
            left.identifier == right.identifier
                ? VersionOrder.isOlder(left.version, right.version) : left.identifier < right.identifier
        }
    }

    /// The identifiers, each once.
    package var identifiers: [String] {
        var identifiers: [String] = []
        for plugin in plugins where identifiers.last != plugin.identifier { identifiers.append(plugin.identifier) }
        return identifiers
    }

    /// The versions of a plug-in, oldest first.
    package func versions(of identifier: String) -> [String] {
        plugins.filter { $0.identifier == identifier }.map(\.version)
    }

    /// A plug-in in a version; in the newest where none is named.
    package func plugin(_ identifier: String, _ version: String? = nil) -> Plugin? {
        plugins.last { $0.identifier == identifier && (version ?? $0.version) == $0.version }
    }

    /// The plug-ins that a tenant names and that are installed, each in the version that it gets, by identifier.
    package func plugins(of settings: TenantSettings) -> [Plugin] {
        settings.plugins.keys.sorted().compactMap { plugin($0, settings.pinnedVersion(of: $0)) }
    }

    /// What a tenant says to a plug-in, with the standards where it says nothing: ``PluginContext/settings``.
    package func completeSettings(of plugin: Plugin, for settings: TenantSettings) -> [String: String] {
        var complete = settings.plugins[plugin.identifier] ?? [:]
        complete[TenantSettings.versionKey] = nil
        for description in plugin.settings where complete[description.key] == nil {
            complete[description.key] = description.standard
        }
        return complete
    }
}

/// The order of versions: numbers with points between, compared number by number.
package enum VersionOrder {
    /// Whether a text is one: `1.4.0`.
    package static func isVersion(_ text: String) -> Bool {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        return (1...4).contains(parts.count)
            && parts.allSatisfy { (1...9).contains($0.utf8.count) && Checksum.digits(String($0)) != nil }
    }

    /// Whether the first is the older; what is no version is older than every version.
    package static func isOlder(_ left: String, _ right: String) -> Bool {
        switch (isVersion(left), isVersion(right)) {
        case (false, false): return left < right
        case (false, true): return true
        case (true, false): return false
        case (true, true): break
        }
        let (old, new) = (numbers(left), numbers(right))
        return old == new ? left < right : old.lexicographicallyPrecedes(new)
    }

    /// The numbers without zeros at the end, so that 1.0 and 1 stand at one place.
    private static func numbers(_ text: String) -> [Int] {
        var numbers = text.split(separator: ".").map { Int($0) ?? 0 }
        while numbers.last == 0 { numbers.removeLast() }
        return numbers
    }
}
