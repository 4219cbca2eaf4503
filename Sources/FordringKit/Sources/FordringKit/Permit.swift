import Synchronization

/// Leave to register one claim with a credit bureau on one day.
///
/// Only the host can make one, inside the transaction in which it saw every precondition hold. It is dead as soon as that
/// piece of work has ended.
public struct RegistrationPermit: Sendable {
    /// The tenant whose claim it is.
    public let tenant: TenantID
    /// The claim.
    public let claim: ClaimID
    /// The day.
    public let day: CivilDate
    let serial: UInt64

    init(tenant: TenantID, claim: ClaimID, day: CivilDate, serial: UInt64) {
        self.tenant = tenant
        self.claim = claim
        self.day = day
        self.serial = serial
    }

    /// Whether the work that it was made for still goes on.
    public var isLive: Bool { PermitAuthority.isLive(serial) }
}

/// Leave to hand one case over to a court or a lawyer on one day.
///
/// Only the host can make one, inside the transaction in which it saw every precondition hold. It is dead as soon as that
/// piece of work has ended.
public struct HandoffPermit: Sendable {
    /// The tenant whose case it is.
    public let tenant: TenantID
    /// The case.
    public let caseID: CaseID
    /// What it is handed over for.
    public let procedure: LegalProcedureKind
    /// The day.
    public let day: CivilDate
    let serial: UInt64

    init(tenant: TenantID, caseID: CaseID, procedure: LegalProcedureKind, day: CivilDate, serial: UInt64) {
        self.tenant = tenant
        self.caseID = caseID
        self.procedure = procedure
        self.day = day
        self.serial = serial
    }

    /// Whether the work that it was made for still goes on.
    public var isLive: Bool { PermitAuthority.isLive(serial) }
}

/// What makes permits: the host claims it once, before it opens any plug-in.
///
/// Behind an SPI that plug-ins must not import; the host and `fordring plugin check` refuse a library that refers to it.
@_spi(FordringHost) public final class PermitAuthority: Sendable {
    private struct State {
        var isClaimed = false
        var last: UInt64 = 0
        var live: Set<UInt64> = []
    }

    private static let state = Mutex(State())

    private init() {}

    /// The authority; `nil` where somebody in this process has it already.
    public static func claim() -> PermitAuthority? {
        state.withLock { state in
            if state.isClaimed { return nil }
            state.isClaimed = true
            return PermitAuthority()
        }
    }

    /// Makes a permit; it lives until ``end(_:)-(RegistrationPermit)``.
    public func registrationPermit(tenant: TenantID, claim: ClaimID, day: CivilDate) -> RegistrationPermit {
        RegistrationPermit(tenant: tenant, claim: claim, day: day, serial: PermitAuthority.begin())
    }

    /// Makes a permit; it lives until ``end(_:)-(HandoffPermit)``.
    public func handoffPermit(
        tenant: TenantID, caseID: CaseID, procedure: LegalProcedureKind, day: CivilDate
    ) -> HandoffPermit {
        HandoffPermit(
            tenant: tenant, caseID: caseID, procedure: procedure, day: day, serial: PermitAuthority.begin())
    }

    /// Ends a permit.
    public func end(_ permit: RegistrationPermit) { PermitAuthority.end(permit.serial) }

    /// Ends a permit.
    public func end(_ permit: HandoffPermit) { PermitAuthority.end(permit.serial) }

    private static func begin() -> UInt64 {
        state.withLock { state in
            state.last += 1
            state.live.insert(state.last)
            return state.last
        }
    }

    private static func end(_ serial: UInt64) { _ = state.withLock { $0.live.remove(serial) } }

    static func isLive(_ serial: UInt64) -> Bool { state.withLock { $0.live.contains(serial) } }
}

/// A permit that cannot be used for what was asked.
public struct PermitError: Error, Sendable, CustomStringConvertible {
    /// What is wrong, in one sentence.
    public let message: String

    /// States what is wrong.
    public init(_ message: String) { self.message = message }

    /// The message.
    public var description: String { message }
}
