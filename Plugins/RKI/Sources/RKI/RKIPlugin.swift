public import FordringKit

/// What this library offers: the Danish register of bad payers, by files or by HTTP.
public struct RKIPlugin: Plugin {
    /// Makes the plug-in.
    public init() {}

    /// Offers the bureau `rki`.
    public func register(in registry: inout PluginRegistry) {
        registry.offer(bureau: "rki", country: .denmark, settings: BureauSettings.descriptions) { context in
            try RKI(context)
        }
    }
}

/// The C function through which the host gets the plug-in.
@_cdecl("fordring_plugin")
public func fordringPlugin() -> UnsafeMutableRawPointer { PluginEntry.export(RKIPlugin()) }
