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

    /// Whether the work that it was made for still goes on, and the permit says what it was made to say.
    public var isLive: Bool { PermitAuthority.isLive(serial, grant) }

    private var grant: PermitAuthority.Grant { .registration(tenant, claim, day) }

    /// Takes the permit for the one registration that may be stated with it.
    ///
    /// - Throws: ``PermitError`` where it is dead or was taken before.
    func take() throws(PermitError) {
        switch PermitAuthority.take(serial, grant) {
        case .taken: break
        case .dead: throw PermitError("The permit for claim \(claim) of \(day) is no longer in force.")
        case .takenBefore: throw PermitError("The permit for claim \(claim) of \(day) has its registration already.")
        }
    }
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

    /// Whether the work that it was made for still goes on, and the permit says what it was made to say.
    public var isLive: Bool { PermitAuthority.isLive(serial, .handoff(tenant, caseID, procedure, day)) }
}

/// What makes permits: the host claims it once, before it opens any plug-in.
///
/// Behind an SPI that plug-ins must not import; the host and `fordring plugin check` refuse a library that refers to it. Who
/// finds its functions at run time and calls them without the authority gets dead permits: it holds a secret that is drawn
/// when it is claimed. What a permit was made for stands in a table here, under a number that is drawn for each, and a
/// permit that says something else is dead.
@_spi(FordringHost) public final class PermitAuthority: Sendable {
    /// What a permit is for.
    enum Grant: Hashable {
        case registration(TenantID, ClaimID, CivilDate)
        case handoff(TenantID, CaseID, LegalProcedureKind, CivilDate)
    }

    /// What became of taking a permit.
    enum Taking {
        case taken
        case takenBefore
        case dead
    }

    private struct Live {
        let grant: Grant
        var isTaken = false
    }

    private struct Secret: Equatable {
        let high: UInt64
        let low: UInt64

        init() {
            high = .random(in: 0 ... .max)
            low = .random(in: 0 ... .max)
        }
    }

    private struct State {
        /// `nil` until somebody has claimed the authority.
        var secret: Secret?
        var live: [UInt64: Live] = [:]
    }

    private static let state = Mutex(State())

    private let secret: Secret

    private init(_ secret: Secret) { self.secret = secret }

    /// The authority; `nil` where somebody in this process has it already.
    public static func claim() -> PermitAuthority? {
        state.withLock { state in
            if state.secret != nil { return nil }
            let secret = Secret()
            state.secret = secret
            return PermitAuthority(secret)
        }
    }

    /// Makes a permit; it lives until ``end(_:)-(RegistrationPermit)``.
    public func registrationPermit(tenant: TenantID, claim: ClaimID, day: CivilDate) -> RegistrationPermit {
        RegistrationPermit(
            tenant: tenant, claim: claim, day: day, serial: begin(.registration(tenant, claim, day)))
    }

    /// Makes a permit; it lives until ``end(_:)-(HandoffPermit)``.
    public func handoffPermit(
        tenant: TenantID, caseID: CaseID, procedure: LegalProcedureKind, day: CivilDate
    ) -> HandoffPermit {
        HandoffPermit(
            tenant: tenant, caseID: caseID, procedure: procedure, day: day,
            serial: begin(.handoff(tenant, caseID, procedure, day)))
    }

    /// Ends a permit.
    public func end(_ permit: RegistrationPermit) { end(permit.serial) }

    /// Ends a permit.
    public func end(_ permit: HandoffPermit) { end(permit.serial) }

    /// Draws a number, which lives only where this is the authority that was claimed.
    private func begin(_ grant: Grant) -> UInt64 {
        PermitAuthority.state.withLock { state in
            while true {
                let serial = UInt64.random(in: 0 ... .max)
                if state.live[serial] != nil { continue }
                if state.secret == secret { state.live[serial] = Live(grant: grant) }
                return serial
            }
        }
    }

    private func end(_ serial: UInt64) {
        PermitAuthority.state.withLock { state in
            if state.secret == secret { state.live[serial] = nil }
        }
    }

    static func isLive(_ serial: UInt64, _ grant: Grant) -> Bool {
        state.withLock { $0.live[serial]?.grant == grant }
    }

    static func take(_ serial: UInt64, _ grant: Grant) -> Taking {
        state.withLock { state in
            guard let live = state.live[serial], live.grant == grant else { return .dead }
            if live.isTaken { return .takenBefore }
            state.live[serial]?.isTaken = true
            return .taken
        }
    }
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
