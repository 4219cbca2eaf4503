public import FordringKit

/// The plug-in that offers the law of Denmark.
///
/// Greenland and the Faroe Islands have collection law of their own and are not offered.
public struct DenmarkPlugin: Plugin {
    /// Makes the plug-in.
    public init() {}

    /// Offers the jurisdiction `DK` with its settings, `dayCount` and `financialYearEnds`.
    public func register(in registry: inout PluginRegistry) throws {
        registry.offer(jurisdiction: .denmark, settings: [DayCount.setting, FinancialYear.setting]) { context in
            Denmark(dayCount: try DayCount(context), financialYear: try FinancialYear(context))
        }
    }
}

/// Gives the host the plug-in; the C symbol that every plug-in exports.
@_cdecl("fordring_plugin")
public func fordringPlugin() -> UnsafeMutableRawPointer { PluginEntry.export(DenmarkPlugin()) }
