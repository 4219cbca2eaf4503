public import FordringKit

/// What this library offers: the Norwegian remarks on bad payers, by files or by HTTP.
public struct BetalingsanmerkningPlugin: Plugin {
    /// Makes the plug-in.
    public init() {}

    /// Offers the bureau `betalingsanmerkning`.
    public func register(in registry: inout PluginRegistry) {
        registry.offer(
            bureau: "betalingsanmerkning", country: .norway, settings: BureauSettings.descriptions
        ) { context in try Betalingsanmerkning(context) }
    }
}

/// The C function through which the host gets the plug-in.
@_cdecl("fordring_plugin")
public func fordringPlugin() -> UnsafeMutableRawPointer { PluginEntry.export(BetalingsanmerkningPlugin()) }
