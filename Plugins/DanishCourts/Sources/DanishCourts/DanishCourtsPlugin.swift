import CourtExchange
public import FordringKit

/// The plug-in that offers the courts of Denmark.
///
/// Greenland and the Faroe Islands have procedure of their own and are not offered.
public struct DanishCourtsPlugin: Plugin {
    /// Makes the plug-in.
    public init() {}

    /// Offers the forum `DK` with the settings of its filing.
    public func register(in registry: inout PluginRegistry) throws {
        registry.offer(forum: .denmark, settings: CourtConnection.settings) { context in
            DanishCourts(connection: try CourtConnection(context, currency: .dkk))
        }
    }
}

/// Gives the host the plug-in; the C symbol that every plug-in exports.
@_cdecl("fordring_plugin")
public func fordringPlugin() -> UnsafeMutableRawPointer { PluginEntry.export(DanishCourtsPlugin()) }
