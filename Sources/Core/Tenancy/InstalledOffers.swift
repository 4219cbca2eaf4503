package import FordringKit

/// The plug-ins that are loaded, as far as a tenant's settings can ask for them.
package struct InstalledOffers: Sendable {
    /// A loaded plug-in.
    package struct Plugin: Sendable {
        /// The identifier by which tenants name it.
        package let identifier: String
        package let registry: PluginRegistry

        package init(identifier: String, registry: PluginRegistry) {
            self.identifier = identifier
            self.registry = registry
        }

        package var countries: [CountryCode] { registry.jurisdictions.map(\.country) }
        package var channels: [String] { registry.channels.map(\.name) }

        /// All settings that its offers take; what several offers take alike is listed once.
        package var settings: [SettingDescription] {
            var descriptions: [SettingDescription] = []
            for description in registry.jurisdictions.flatMap(\.settings) + registry.channels.flatMap(\.settings)
                + registry.forums.flatMap(\.settings)
            where !descriptions.contains(where: { $0.key == description.key }) {
                descriptions.append(description)
            }
            return descriptions
        }
    }

    /// By identifier.
    package let plugins: [Plugin]

    package init(_ plugins: [Plugin]) {
        self.plugins = plugins.sorted { $0.identifier < $1.identifier }
    }

    package func plugin(_ identifier: String) -> Plugin? {
        plugins.first { $0.identifier == identifier }
    }

    /// The plug-ins that a tenant names and that are installed, by identifier.
    package func plugins(of settings: TenantSettings) -> [Plugin] {
        plugins.filter { settings.plugins[$0.identifier] != nil }
    }

    /// What a tenant says to a plug-in, with the standards where it says nothing: ``PluginContext/settings``.
    package func completeSettings(of plugin: Plugin, for settings: TenantSettings) -> [String: String] {
        var complete = settings.plugins[plugin.identifier] ?? [:]
        for description in plugin.settings where complete[description.key] == nil {
            complete[description.key] = description.standard
        }
        return complete
    }
}
