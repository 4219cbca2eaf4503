// A plug-in that refuses to start.
import FordringKit

struct NoLicence: Error, CustomStringConvertible {
    var description: String { "there is no licence" }
}

struct UnwillingPlugin: Plugin {
    func register(in registry: inout PluginRegistry) throws { throw NoLicence() }
}

/// What the host calls.
@_cdecl("fordring_plugin")
public func fordringPlugin() -> UnsafeMutableRawPointer { PluginEntry.export(UnwillingPlugin()) }
