import CourtExchange
public import FordringKit

/// The plug-in that offers the conciliation boards, enforcement officers and courts of Norway.
public struct NorwegianCourtsPlugin: Plugin {
    /// Makes the plug-in.
    public init() {}

    /// Offers the forum `NO` with the settings of its filing.
    public func register(in registry: inout PluginRegistry) throws {
        registry.offer(forum: .norway, settings: CourtConnection.settings) { context in
            NorwegianCourts(
                connection: try CourtConnection(context, currency: .nok),
                unit: CourtFeeAct.unit.extended(by: context.lawExtensions, of: CourtFeeAct.unitRule))
        }
    }
}

/// Gives the host the plug-in; the C symbol that every plug-in exports.
@_cdecl("fordring_plugin")
public func fordringPlugin() -> UnsafeMutableRawPointer { PluginEntry.export(NorwegianCourtsPlugin()) }
