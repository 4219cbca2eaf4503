public import FordringKit

/// The plug-in that offers the law of Denmark, Greenland and the Faroe Islands.
///
/// Three jurisdictions with acts of their own, made of the same parts.
public struct DenmarkPlugin: Plugin {
    /// Makes the plug-in.
    public init() {}

    /// Offers the jurisdictions `DK`, `FO` and `GL`, all with the same settings.
    public func register(in registry: inout PluginRegistry) throws {
        registry.offer(jurisdiction: .denmark, settings: Choices.settings) { context in
            Denmark(.denmark(context.lawExtensions), choices: try Choices(context))
        }
        registry.offer(jurisdiction: .faroeIslands, settings: Choices.settings) { context in
            Denmark(.faroeIslands(), choices: try Choices(context))
        }
        registry.offer(jurisdiction: .greenland, settings: Choices.settings) { context in
            Denmark(.greenland(context.lawExtensions), choices: try Choices(context))
        }
    }
}

/// Gives the host the plug-in; the C symbol that every plug-in exports.
@_cdecl("fordring_plugin")
public func fordringPlugin() -> UnsafeMutableRawPointer { PluginEntry.export(DenmarkPlugin()) }
