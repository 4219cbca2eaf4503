@_spi(FordringHost) import FordringKit
import Foundation
import JobQueue
import Synchronization

#if canImport(Musl)
import Musl
#else
import Glibc
#endif

/// The one authority of this process that makes permits.
///
/// Claimed before the first plug-in is opened, so that no plug-in can have it.
enum Permits {
    static let authority: PermitAuthority = {
        guard let authority = PermitAuthority.claim() else {
            preconditionFailure("somebody else has claimed the authority over permits before the host did")
        }
        return authority
    }()

    /// The beginnings of the kit's symbols by which permits are made, as Swift mangles them: what has the authority in its
    /// name, the permits' initializers, and the number that makes a permit live.
    ///
    /// A test compares them with the kit's own library.
    static let guardedSymbols = [
        "11FordringKit15PermitAuthority",
        "11FordringKit18RegistrationPermitV6tenant5claim3day6serial",
        "11FordringKit18RegistrationPermitV6serial",
        "11FordringKit13HandoffPermitV6tenant6caseID9procedure3day6serial",
        "11FordringKit13HandoffPermitV6serial",
    ]

    /// The first of the guarded symbols that a library names, as an import or as a text.
    ///
    /// Who puts a name together at run time is not found here, and gets no authority: the host has it.
    static func guardedSymbol(in library: Data) -> String? {
        library.withUnsafeBytes { bytes -> String? in
            guard let base = bytes.baseAddress else { return nil }
            // All begin with `11F`, of which the last letter is the rarest.
            var from = 2
            while from < bytes.count, let hit = memchr(base + from, Int32(UInt8(ascii: "F")), bytes.count - from) {
                let start = UnsafeRawPointer(hit) - 2
                let rest = bytes.count - (start - base)
                if let symbol = guardedSymbols.first(where: {
                    $0.utf8.count <= rest && memcmp(start, $0, $0.utf8.count) == 0
                }) {
                    return symbol
                }
                from = start - base + 3
            }
            return nil
        }
    }
}

/// The batches and packages that this process is handing over, with their permits.
///
/// A permit ends when the hand-over is over, or when the supervisor has given up on the job that it was made for.
final class BatchesUnderWay: Sendable {
    private enum Permit {
        case registration(RegistrationPermit)
        case handoff(HandoffPermit)

        func end() {
            switch self {
            case .registration(let permit): Permits.authority.end(permit)
            case .handoff(let permit): Permits.authority.end(permit)
            }
        }
    }

    private struct UnderWay {
        var key = ""
        var permits: [Permit] = []
        var isCalledOff = false
    }

    private let underWay = Mutex<[Job: UnderWay]>([:])

    /// Whether a thread of this process is still handing a batch over.
    func isUnderWay(_ key: String) -> Bool { underWay.withLock { $0.values.contains { $0.key == key } } }

    /// Begins the work of a job.
    func begin(_ job: Job) { underWay.withLock { $0[job] = UnderWay() } }

    /// Makes a permit for the work of a job; a dead one where the job was given up meanwhile.
    func mint(_ job: Job, _ claim: ClaimID, _ day: CivilDate) -> RegistrationPermit {
        let permit = Permits.authority.registrationPermit(tenant: job.tenant, claim: claim, day: day)
        keep(.registration(permit), job)
        return permit
    }

    /// Makes a permit to hand a case over; a dead one where the job was given up meanwhile.
    func mint(_ job: Job, _ caseID: CaseID, _ procedure: LegalProcedureKind, _ day: CivilDate) -> HandoffPermit {
        let permit = Permits.authority.handoffPermit(
            tenant: job.tenant, caseID: caseID, procedure: procedure, day: day)
        keep(.handoff(permit), job)
        return permit
    }

    private func keep(_ permit: Permit, _ job: Job) {
        let isDead = underWay.withLock { underWay in
            guard underWay[job].map({ !$0.isCalledOff }) ?? false else { return true }
            underWay[job]?.permits.append(permit)
            return false
        }
        if isDead { permit.end() }
    }

    /// Names the batch that is handed over from here on.
    func handOver(_ job: Job, _ key: String) { underWay.withLock { $0[job]?.key = key } }

    /// Ends the permits of a hand-over that is over; the job may go on to another.
    func handedOver(_ job: Job) {
        let permits = underWay.withLock { underWay in
            let permits = underWay[job]?.permits ?? []
            underWay[job]?.permits = []
            return permits
        }
        for permit in permits { permit.end() }
    }

    /// Ends the permits of a job whose thread may still be at it.
    func giveUp(_ job: Job) {
        let permits = underWay.withLock { underWay in
            let permits = underWay[job]?.permits ?? []
            underWay[job]?.permits = []
            underWay[job]?.isCalledOff = true
            return permits
        }
        for permit in permits { permit.end() }
    }

    /// The jobs whose work has begun and not ended.
    var jobs: [Job] { underWay.withLock { Array($0.keys) } }

    /// Whether nothing is under way.
    var isIdle: Bool { underWay.withLock { $0.isEmpty } }

    /// Ends the work of a job, with its permits.
    func end(_ job: Job) {
        giveUp(job)
        underWay.withLock { $0[job] = nil }
    }
}
