import AuditTrail
package import Casework
import Correspondence
import Crypto
import Database
package import FordringKit
import Foundation
import JobQueue
import Ledger
import Tenancy

#if canImport(Musl)
import Musl
#else
import Glibc
#endif

/// What working through a tenant's queue has done.
package struct WorkResult: Sendable {
    package var sent = 0
    /// Letters that could not be sent now, or never.
    package var failed = 0
    /// Jobs whose letter had been withdrawn or sent before.
    package var over = 0

    package init() {}
}

/// What a run has done for one tenant.
package struct TenantRunResult: Sendable {
    package let tenant: TenantID
    package var days = 0
    package var run = DailyRunResult()
    package var work = WorkResult()
    /// Why the tenant's run did not take place or was broken off; the other tenants are not concerned.
    package var failure: HostError?
}

extension FordringHost {
    /// Runs a day for a tenant: every case whose date has come, and then the letters.
    package func runDay(
        _ day: CivilDate, for tenant: OpenTenant, progress: ((_ done: Int, _ total: Int) -> Void)? = nil
    ) throws -> (run: DailyRunResult, work: WorkResult) {
        try activeTenant(tenant.id)
        let run = DailyRun(database: tenant.database, rules: tenant.rules)
        let result = try run.run(on: day, provenance(as: .plugin(tenant.rules.plugin)), progress: progress)
        let work = try drain(tenant, on: day)
        if result.steps > 0 { try checkBooks(tenant) }
        try checkpointIfGrown(tenant.id)
        return (result, work)
    }

    /// Runs the days from the first to the last, included, for a tenant.
    ///
    /// A failure of one tenant is its own.
    package func runDays(
        from first: CivilDate, through last: CivilDate, for id: TenantID,
        progress: ((_ day: CivilDate, _ done: Int, _ total: Int) -> Void)? = nil
    ) -> TenantRunResult {
        var result = TenantRunResult(tenant: id)
        do {
            let tenant = try openForWork(id)
            var day = first
            while day <= last {
                let (run, work) = try runDay(day, for: tenant) { progress?(day, $0, $1) }
                result.days += 1
                result.run.cases += run.cases
                result.run.steps += run.steps
                result.run.gaps = run.gaps
                result.work.sent += work.sent
                result.work.failed += work.failed
                result.work.over += work.over
                day = day.adding(days: 1)
            }
            try finishErasures(of: tenant)
            try checkAuditWhenDue(id)
        } catch let error as HostError {
            result.failure = error
        } catch {
            result.failure = HostError(.fault, "The run for '\(id)' stopped: \(error)")
        }
        return result
    }

    /// Where running day by day begins: the last day that was run, whose letters may not all be sent; the day of the
    /// oldest case where none was run; `nil` where there is no case.
    package func firstDayToRun(_ id: TenantID) throws -> CivilDate? {
        try database(of: id).read { transaction in
            try transaction.first(
                "SELECT coalesce((SELECT max(day) FROM daily_run), (SELECT min(opened_on) FROM debt_case))"
            ) { $0.dateOrNil(0) } ?? nil
        }
    }

    /// The trial balance: over all accounts, debits and credits are equal.
    func checkBooks(_ tenant: OpenTenant) throws {
        let sum = try tenant.database.read { try Ledger.trialBalance($0) }.values.reduce(0, +)
        guard sum == 0 else {
            throw HostError(.fault, "The books of '\(tenant.id)' do not balance: the difference is \(sum) minor units.")
        }
    }

    /// How many jobs a worker takes at once, and for how many seconds it holds them before it must say that it lives.
    private static let (claimSize, leaseSeconds) = (50, Int64(300))

    /// Works through the letters that wait, until none is left whose time has come.
    package func drain(_ tenant: OpenTenant, on day: CivilDate) throws -> WorkResult {
        var result = WorkResult()
        let owner = WorkerIdentity.current
        try recoverJobs(of: tenant, on: day)
        do {
            while true {
                try activeTenant(tenant.id)
                let now = configuration.clock.now()
                var leaseEnd = now.adding(seconds: FordringHost.leaseSeconds)
                let jobs = try tenant.database.write(provenance) { transaction in
                    try JobQueue.claim(FordringHost.claimSize, owner: owner, until: leaseEnd, at: now, transaction)
                }
                if jobs.isEmpty { return result }
                for job in jobs {
                    let now = configuration.clock.now()
                    if now.adding(seconds: FordringHost.leaseSeconds / 2) > leaseEnd {
                        leaseEnd = now.adding(seconds: FordringHost.leaseSeconds)
                        try tenant.database.write(provenance) {
                            try JobQueue.renew(owner: owner, until: leaseEnd, $0)
                        }
                    }
                    switch job.kind {
                    case .deliverLetter: try deliver(job, owner, tenant, day, &result)
                    }
                }
            }
        } catch {
            // What was taken and not begun goes back at once; if even that fails, the lease runs out.
            try? tenant.database.write(provenance) { try JobQueue.release(owner: owner, $0) }
            throw error
        }
    }

    /// Takes back the jobs of workers that died; a letter that was being sent at each of several deaths is given up.
    private func recoverJobs(of tenant: OpenTenant, on day: CivilDate) throws {
        try tenant.database.write(provenance) { transaction in
            let recovered = try JobQueue.recover(
                at: configuration.clock.now(), isDead: WorkerIdentity.isDead, transaction)
            for step in recovered.dead {
                try LetterDesk.giveUp(
                    step: step, message: "the program ended each time that it was sent", today: day, transaction)
            }
        }
    }

    /// Delivers one letter: writes it, hands it to a channel, records that it is gone.
    private func deliver(
        _ job: Job, _ owner: String, _ tenant: OpenTenant, _ day: CivilDate, _ result: inout WorkResult
    ) throws {
        let provenance = provenance(as: .job(job.id))
        do {
            let state = try tenant.database.read { transaction in
                try LetterDesk.prepare(step: job.subject, datedOn: day, tenant.rules, transaction)
            }
            guard case .ready(let prepared) = state else {
                result.over += 1
                try tenant.database.write(provenance) { _ = try JobQueue.finish(job, owner: owner, $0) }
                return
            }
            let sent = try send(prepared, job, tenant, prepared.content.datedOn)
            let isOurs = try tenant.database.writeGrouped(provenance) { transaction in
                try LetterDesk.recordSent(sent, job, owner: owner, transaction)
            }
            // Taken over by another worker meanwhile, which finds the channel's receipt and records it.
            if isOurs { result.sent += 1 } else { result.over += 1 }
        } catch let failure as DeliveryFailure {
            try recordFailure(failure.message, failure.kind == .permanent, job, owner, tenant, day)
            result.failed += 1
        } catch let gap as RuleGap {
            try recordFailure(gap.description, false, job, owner, tenant, day)
            result.failed += 1
        } catch let fault as LetterTemplate.Fault {
            try recordFailure(fault.description, true, job, owner, tenant, day)
            result.failed += 1
        } catch let error where !(error is HostError || error is DatabaseFault) {
            // What no contract allows, from a plug-in: one letter must not stop the others. Its words may hold a name.
            try recordFailure("the letter failed with \(type(of: error))", false, job, owner, tenant, day)
            result.failed += 1
        }
    }

    private func recordFailure(
        _ message: String, _ permanently: Bool, _ job: Job, _ owner: String, _ tenant: OpenTenant, _ day: CivilDate
    ) throws {
        configuration.log("job \(job.id) of \(tenant.id): \(message)")
        try tenant.database.write(provenance(as: .job(job.id))) { transaction in
            try LetterDesk.recordFailure(
                step: job.subject, job, owner: owner, message: message, permanently: permanently, today: day,
                transaction)
        }
    }

    /// What names the delivery of a step's letter to channels, the same at every attempt.
    static func deliveryKey(_ tenant: TenantID, step: Int64) -> String { "\(tenant)-letter-\(step)" }

    private func send(_ prepared: PreparedLetter, _ job: Job, _ tenant: OpenTenant, _ day: CivilDate) throws
        -> SentLetter
    {
        let key = FordringHost.deliveryKey(tenant.id, step: job.subject)
        let wanted = tenant.settings.channels(for: prepared.content.step)
        // After a crash between sending and recording, a channel knows whether the letter is gone; all are asked, since
        // the policy may have changed meanwhile.
        if job.attempt > 1 {
            for name in wanted + tenant.parts.channels.keys.sorted().filter({ !wanted.contains($0) }) {
                guard let receipt = try tenant.parts.channels[name]?.receipt(for: key) else { continue }
                return SentLetter(
                    step: job.subject, channel: name, receipt: receipt, documentSHA256: "",
                    deadline: try tenant.rules.jurisdiction.deadline(for: prepared.content.step, sentOn: receipt.sentOn)
                )
            }
        }
        var reasons: [String] = []
        for name in wanted {
            guard let channel = tenant.parts.channels[name] else {
                reasons.append("\(name): no plug-in offers it")
                continue
            }
            switch channel.canReach(prepared.party) {
            case .reachable: break
            case .unreachable(let reason):
                reasons.append("\(name): \(reason)")
                continue
            @unknown default:
                reasons.append("\(name): the channel's answer is not known to this host")
                continue
            }
            let letter = try tenant.parts.composer.compose(prepared.content, to: prepared.party)
            var document: [UInt8] = []
            if channel.needsDocument {
                guard let renderer = tenant.parts.renderer else {
                    throw DeliveryFailure(.permanent, "no plug-in of the tenant makes PDFs; add post-channel")
                }
                document = try renderer.render(letter).bytes
            }
            let sha256 = document.isEmpty ? "" : SHA256.hash(data: document).hex
            let receipt = try channel.deliver(
                Delivery(idempotencyKey: key, letter: letter, document: document, documentSHA256: sha256, day: day))
            return SentLetter(
                step: job.subject, channel: name, receipt: receipt, documentSHA256: sha256,
                deadline: try tenant.rules.jurisdiction.deadline(for: prepared.content.step, sentOn: receipt.sentOn))
        }
        throw DeliveryFailure(.permanent, "no channel reaches the debtor (\(reasons.joined(separator: "; ")))")
    }
}

/// Who a worker is: unique per start of a process, so that the jobs of one that died can be told from those of one that
/// lives.
enum WorkerIdentity {
    /// `host:process:start`.
    static let current: String = "\(hostName):\(getpid()):\(startTime(of: getpid()) ?? "0")"

    /// Whether an owner is a process of this machine that no longer runs.
    ///
    /// Of other machines nothing is known here; their leases run out.
    static func isDead(_ owner: String) -> Bool {
        let parts = owner.split(separator: ":")
        guard parts.count == 3, parts[0] == hostName, let process = Int32(parts[1]) else { return false }
        // The kernel may hide the processes of other users.
        guard let start = startTime(of: process) else { return kill(process, 0) != 0 && errno == ESRCH }
        return start != parts[2]
    }

    /// The machine and, where there are containers, the namespace that process numbers belong to.
    private static let hostName: String = {
        let namespace = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/ns/pid")) ?? ""
        return "\(ProcessInfo.processInfo.hostName)-\(namespace)".replacing(":", with: "-")
    }()

    /// The start of a process in clock ticks since boot, from the kernel (proc(5), field 22 of stat).
    private static func startTime(of process: Int32) -> String? {
        guard let data = FileManager.default.contents(atPath: "/proc/\(process)/stat") else { return nil }
        // The second field is the name in parentheses, and may itself hold spaces and parentheses.
        let text = String(decoding: data, as: UTF8.self)
        guard let end = text.lastIndex(of: ")") else { return nil }
        let fields = text[text.index(after: end)...].split(separator: " ")
        return fields.count > 19 ? String(fields[19]) : nil
    }
}
