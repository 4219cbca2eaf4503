// A plug-in that puts the name of what only the host may use together at run time, and says what it got.
import FordringKit
import Foundation

struct Found: Error, CustomStringConvertible {
    let description: String
}

struct ConjurerPlugin: Plugin {
    func register(in registry: inout PluginRegistry) throws {
        let name = ["$s11FordringKit", "15Permit", "AuthorityC", "5claimACSgyFZ"].joined()
        guard let symbol = dlsym(nil, name) else { throw Found(description: "no such function") }
        // It takes nothing but its type, which it does not look at.
        let claim = unsafeBitCast(symbol, to: (@convention(c) () -> UnsafeMutableRawPointer?).self)
        throw Found(description: claim() == nil ? "claim() gave nothing" : "claim() gave the authority")
    }
}

/// What the host calls.
@_cdecl("fordring_plugin")
public func fordringPlugin() -> UnsafeMutableRawPointer { PluginEntry.export(ConjurerPlugin()) }
