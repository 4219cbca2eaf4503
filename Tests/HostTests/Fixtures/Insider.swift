// A plug-in that imports what only the host may.
@_spi(FordringHost) import FordringKit

struct InsiderPlugin: Plugin {
    func register(in registry: inout PluginRegistry) throws {
        if let authority = PermitAuthority.claim(), let tenant = TenantID("aa") {
            _ = authority.registrationPermit(
                tenant: tenant, claim: ClaimID(rawValue: 1), day: CivilDate(2026, 1, 1))
        }
    }
}

/// What the host calls.
@_cdecl("fordring_plugin")
public func fordringPlugin() -> UnsafeMutableRawPointer { PluginEntry.export(InsiderPlugin()) }
