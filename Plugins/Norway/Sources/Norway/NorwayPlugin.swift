public import FordringKit

/// The plug-in that offers the law of Norway.
public struct NorwayPlugin: Plugin {
    /// Makes the plug-in.
    public init() {}

    /// Offers the jurisdiction `NO` with its settings: `dayCount`, `kid`, `kidLength` and `newCollectionActFrom`.
    public func register(in registry: inout PluginRegistry) throws {
        let settings = [DayCount.setting, KID.methodSetting, KID.lengthSetting, CollectionAct2026.setting]
        registry.offer(jurisdiction: .norway, settings: settings) { context in
            Norway(
                dayCount: try DayCount(context), kid: try KID(context),
                newActFrom: try CollectionAct2026.firstDay(context),
                figures: Figures(extendedBy: context.lawExtensions))
        }
    }
}

/// Gives the host the plug-in; the C symbol that every plug-in exports.
@_cdecl("fordring_plugin")
public func fordringPlugin() -> UnsafeMutableRawPointer { PluginEntry.export(NorwayPlugin()) }
