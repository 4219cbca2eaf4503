// A plug-in that puts the names of what only the host may use together at run time, and says what it got.
import FordringKit
import Foundation

struct Found: Error, CustomStringConvertible {
    let description: String
}

/// Stands where the authority should: an object with room for whatever is looked for in it.
final class Impostor {
    let words: (UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0)
}

/// Functions as Swift keeps them: where they begin, and what they get as their own.
struct Mint {
    var registration: (TenantID, ClaimID, CivilDate) -> RegistrationPermit = { _, _, _ in fatalError() }
    var handoff: (TenantID, CaseID, LegalProcedureKind, CivilDate) -> HandoffPermit = { _, _, _, _ in fatalError() }

    /// Puts the methods of the authority there, with an object that is none as their `self`.
    init(_ registration: UnsafeMutableRawPointer, _ handoff: UnsafeMutableRawPointer) {
        withUnsafeMutableBytes(of: &self) { bytes in
            for (place, method) in [(0, registration), (16, handoff)] {
                bytes.storeBytes(of: method, toByteOffset: place, as: UnsafeMutableRawPointer.self)
                bytes.storeBytes(
                    of: Unmanaged.passRetained(Impostor()).toOpaque(), toByteOffset: place + 8,
                    as: UnsafeMutableRawPointer.self)
            }
        }
    }
}

struct ConjurerPlugin: Plugin {
    func register(in registry: inout PluginRegistry) throws {
        throw Found(description: "\(try claim()), \(try mint())")
    }

    private func method(_ rest: String) throws -> UnsafeMutableRawPointer {
        let name = ["$s11FordringKit", "15Permit", "AuthorityC", rest].joined()
        guard let symbol = dlsym(nil, name) else { throw Found(description: "there is no \(rest)") }
        return symbol
    }

    private func claim() throws -> String {
        // It takes nothing but its type, which it does not look at.
        let claim = unsafeBitCast(
            try method("5claimACSgyFZ"), to: (@convention(c) () -> UnsafeMutableRawPointer?).self)
        return "claim() gave \(claim() == nil ? "nothing" : "the authority")"
    }

    private func mint() throws -> String {
        let mint = Mint(
            try method(
                "012registrationC06tenant5claim3dayAA012RegistrationC0VAA8TenantIDV_AA05ClaimK0VAA9CivilDateVtF"),
            try method(
                "07handoffC06tenant6caseID9procedure3dayAA07HandoffC0VAA06TenantH0V_AA04CaseH0VAA18Legal"
                    + "ProcedureKindVAA9CivilDateVtF"))
        guard let tenant = TenantID("aa") else { throw Found(description: "no tenant") }
        let day = CivilDate(2026, 1, 1)
        let registration = mint.registration(tenant, ClaimID(rawValue: 1), day)
        let handoff = mint.handoff(tenant, CaseID(rawValue: 2), LegalProcedureKind("order"), day)
        guard registration.claim.rawValue == 1, handoff.caseID.rawValue == 2 else {
            throw Found(description: "the methods were called in another way than they are made for")
        }
        return "a registration's permit is \(registration.isLive ? "live" : "dead"), "
            + "a hand-off's is \(handoff.isLive ? "live" : "dead")"
    }
}

/// What the host calls.
@_cdecl("fordring_plugin")
public func fordringPlugin() -> UnsafeMutableRawPointer { PluginEntry.export(ConjurerPlugin()) }
