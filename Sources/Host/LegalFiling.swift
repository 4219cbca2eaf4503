import Casework
import Database
@_spi(FordringHost) import FordringKit
import JobQueue
import LegalTrack
import Logging
import Privacy

/// Files packages by wire: sees once more that everything holds, marks the hand-off as leaving, hands the package over,
/// and records that the court has it.
///
/// Whatever stops the case before the mark has committed stops the filing; what comes after finds a hand-off that may be
/// with the court. Where a person files, nothing is done.
///
/// A court counts today, also where the day that is run is an earlier one.
struct HandoffFiling: JobHandler {
    let host: FordringHost
    let kind = JobKind.fileHandoff
    let limits = JobLimits()

    /// What names a filing to the forum, the same at every attempt.
    static func key(_ tenant: TenantID, _ handoff: Int64) -> String { "\(tenant)-handoff-\(handoff)" }

    func run(_ job: Job, for tenant: OpenTenant, _ context: JobContext) throws -> JobReport {
        let day = host.localTime(of: tenant).day
        let desk: LegalDesk
        do {
            desk = try host.legalDesk(of: tenant)
        } catch let error as HostError {
            return failed(DeliveryFailure(.temporary, error.message), job, day)
        }
        do {
            let handoff = try tenant.database.read { try Handoffs.load(job.subject, $0) }
            let key = Self.key(tenant.id, job.subject)
            if job.isUncertain || handoff.isDeparting || handoff.state == .recalled {
                if let receipt = try desk.forum.receipt(for: key) { return filed(receipt, job, desk, day) }
                // While somebody may be at it, that there is no receipt says nothing.
                if handoff.isDeparting, isUnderWay(handoff, key) {
                    throw DeliveryFailure(.unknown, "an earlier attempt to file it may still be under way")
                }
            }
            return try file(job, tenant, desk, day)
        } catch let error as PermitError {
            // Given up by the supervisor before it had left.
            return failed(DeliveryFailure(.temporary, error.message), job, day)
        } catch let failure as DeliveryFailure {
            return failed(failure, job, day)
        } catch let gap as RuleGap {
            return failed(DeliveryFailure(.temporary, gap.description), job, day)
        } catch let refusal as LegalRefusal {
            return failed(DeliveryFailure(.permanent, refusal.message), job, day)
        } catch let error where !(error is HostError || error is DatabaseFault) {
            // What no contract allows says nothing of what was done before. Its words may hold a name.
            return failed(DeliveryFailure(.unknown, "the court's plug-in failed with \(type(of: error))"), job, day)
        }
    }

    func uncertain(
        _ job: Job, because message: String, for tenant: OpenTenant, _ context: JobContext
    ) -> JobReport {
        // Stops whoever still holds the permit, and leaves it to the next attempt to ask the court.
        host.batchesUnderWay.giveUp(job)
        return failed(DeliveryFailure(.unknown, message), job, host.localTime(of: tenant).day)
    }

    /// Whether a thread of this process, or a process that is not known to be dead, may still be filing it.
    private func isUnderWay(_ handoff: Handoff, _ key: String) -> Bool {
        if host.batchesUnderWay.isUnderWay(key) { return true }
        guard let owner = handoff.owner, !owner.isEmpty, owner != WorkerIdentity.current else { return false }
        return !WorkerIdentity.isDead(owner)
    }

    func exhausted(_ job: Job, for tenant: OpenTenant, _ context: JobContext) throws -> JobReport {
        try ended(job, tenant, context) { day in
            failed(DeliveryFailure(.permanent, "the program ended each time that it was filed"), job, day)
        }
    }

    func cancelled(_ job: Job, for tenant: OpenTenant, _ context: JobContext) -> JobReport {
        let day = host.localTime(of: tenant).day
        do {
            return try ended(job, tenant, context) { day in
                JobReport(.cancelled) { transaction in
                    guard try JobQueue.endAsCancelled(job, transaction) else { return false }
                    try LegalDesk.stay(job.subject, on: day, transaction)
                    return true
                }
            }
        } catch {
            return failed(DeliveryFailure(.unknown, "the court could not be asked"), job, day)
        }
    }

    /// Asks the court what an earlier attempt has done before the job ends.
    private func ended(
        _ job: Job, _ tenant: OpenTenant, _ context: JobContext, otherwise: (CivilDate) -> JobReport
    ) throws -> JobReport {
        let day = host.localTime(of: tenant).day
        let desk = try host.legalDesk(of: tenant)
        do {
            let key = Self.key(tenant.id, job.subject)
            if let receipt = try desk.forum.receipt(for: key) { return filed(receipt, job, desk, day) }
            let handoff = try tenant.database.read { try Handoffs.load(job.subject, $0) }
            if handoff.isDeparting, isUnderWay(handoff, key) {
                throw DeliveryFailure(.unknown, "an earlier attempt to file it may still be under way")
            }
        } catch let failure as DeliveryFailure {
            return failed(failure, job, day)
        }
        return otherwise(day)
    }

    private func file(_ job: Job, _ tenant: OpenTenant, _ desk: LegalDesk, _ day: CivilDate) throws -> JobReport {
        let id = job.subject
        var permit: HandoffPermit?
        let underWay = host.batchesUnderWay
        underWay.begin(job)
        defer { underWay.end(job) }
        let provenance = Provenance(.job(job.id), at: host.configuration.clock.now())
        let package: [UInt8]? = try tenant.database.write(provenance) { transaction in
            guard try JobQueue.isCalledOff(job, transaction) == false else { return nil }
            // The court has told that an earlier attempt did not reach it: a stop since then holds now.
            try LegalDesk.stay(id, on: day, transaction)
            let handoff = try Handoffs.load(id, transaction)
            guard handoff.state == .prepared else { return nil }
            let package = try desk.package(of: id, transaction)
            let check = try host.check(handoff, desk, tenant, on: day, transaction)
            guard check.gaps.isEmpty else {
                let names = check.gaps.map(\.identifier).joined(separator: ", ")
                try LegalDesk.stop(handoff, because: "it no longer holds: \(names)", on: day, transaction)
                return nil
            }
            if let obstacle = try desk.obstacle(toFiling: handoff, transaction) {
                try LegalDesk.stop(handoff, because: "it may not be filed: \(obstacle)", on: day, transaction)
                return nil
            }
            let made = underWay.mint(job, handoff.caseID, handoff.procedure, day)
            permit = made
            return try LegalDesk.depart(id, made, owner: WorkerIdentity.current, transaction) ? package : nil
        }
        guard let package, let permit else { return .ending(job, as: .needless) }
        let content = try HandoffPackage.filed(
            package, takesPapers: try desk.chart(permit.procedure).procedure.takesPapers)
        underWay.handOver(job, Self.key(tenant.id, id))
        let receipt = try desk.forum.file(
            CourtFiling(
                idempotencyKey: Self.key(tenant.id, id), number: id, package: content, sha256: Digest.sha256(content),
                day: day, permit: permit))
        if let receipt { return filed(receipt, job, desk, day) }
        // A person files it.
        return JobReport(.needless) { transaction in
            guard try JobQueue.finish(job, transaction) else { return false }
            try LegalDesk.stay(id, on: day, transaction)
            return true
        }
    }

    private func filed(_ receipt: DeliveryReceipt, _ job: Job, _ desk: LegalDesk, _ day: CivilDate) -> JobReport {
        JobReport(.done) { transaction in
            guard try JobQueue.finish(job, transaction) else { return false }
            let handoff = try Handoffs.load(job.subject, transaction)
            // A person may have recorded it meanwhile, from what the court said.
            guard handoff.state == .prepared || handoff.state == .recalled else { return true }
            let first = try desk.chart(handoff.procedure).filings.first ?? .filed
            let today = max(day, handoff.preparedOn)
            do {
                // A court whose clock is ahead has it all the same.
                _ = try desk.record(
                    NewLegalEvent(
                        first, on: min(max(receipt.sentOn, handoff.preparedOn), today),
                        text: "filed by wire as \(receipt.reference)"),
                    of: job.subject, today: today, transaction)
            } catch let refusal as LegalRefusal where handoff.state == .recalled {
                // Another was made in its place: a person must sort it out.
                try LegalDesk.tellFiledAfterRecall(handoff, refusal, on: today, transaction)
            }
            try JobQueue.enqueue(LegalAnswersJob.next(after: transaction.provenance.time), transaction)
            return true
        }
    }

    private func failed(_ failure: DeliveryFailure, _ job: Job, _ day: CivilDate) -> JobReport {
        host.configuration.logger.warning("a package was not filed: \(failure.message)", metadata: job.metadata)
        let limits = limits
        return JobReport(.failed) { transaction in
            let isUnknown = failure.kind == .unknown
            let fate = try JobQueue.fail(
                job, error: failure.message, limits: limits, permanently: failure.kind == .permanent,
                mayHaveHappened: isUnknown, transaction)
            guard fate != .notOurs else { return false }
            let handoff = try? Handoffs.load(job.subject, transaction)
            // Between attempts it is not on its way, unless it may have arrived.
            if !isUnknown { try LegalDesk.stay(job.subject, on: day, transaction) }
            guard fate == .dead, let handoff, handoff.state == .prepared else { return true }
            try Tasks.raise(
                isUnknown ? .filingUnknown : .filingFailed, handoff.caseID, about: handoff.id, on: day,
                message: isUnknown
                    ? "Whether hand-off \(handoff.id) was filed is not known: \(failure.message)"
                    : "Hand-off \(handoff.id) could not be filed: \(failure.message)",
                cure: isUnknown
                    ? "Ask the court. Then record it ('fordring legal record \(handoff.id) --state filed'), recall it "
                        + "('fordring legal recall \(handoff.id)'), or have it filed ('fordring jobs retry \(job.id)')."
                    : "File it by hand and record that, recall it, or have it tried again: 'fordring jobs retry "
                        + "\(job.id)'.",
                transaction)
            return true
        }
    }
}

/// Reads once a day what courts have answered by wire, and raises a task where one is silent for too long.
///
/// The job comes again by itself as long as a hand-off is open. What is still to come is so by today, whatever day is run.
struct LegalAnswersJob: JobHandler {
    private static let pauseSeconds: Int64 = 86_400

    let host: FordringHost
    let kind = JobKind.legalAnswers
    let limits = JobLimits()

    /// The job that reads them a day later.
    static func next(after time: Timestamp) -> NewJob {
        NewJob(
            .legalAnswers, subject: 0, runAt: time.adding(seconds: pauseSeconds), uniqueness: .whileOpen("legalAnswers")
        )
    }

    func run(_ job: Job, for tenant: OpenTenant, _ context: JobContext) throws -> JobReport {
        let day = host.localTime(of: tenant).day
        do {
            _ = try host.readCourtAnswers(of: tenant, on: day)
        } catch let error as HostError where error.code != .fault {
            return putOff(job) { transaction in
                try Tasks.raise(
                    .legalAnswer, nil, on: day, message: "The answers of courts cannot be read: \(error.message)",
                    cure: "Do what it says; it is tried again each day.", transaction)
            }
        }
        return putOff(job) { try LegalDesk.followUp(on: day, $0) }
    }

    private func putOff(_ job: Job, _ body: @escaping @Sendable (WriteTransaction) throws -> Void) -> JobReport {
        JobReport(.putOff) { transaction in
            try body(transaction)
            guard try Handoffs.hasOpen(transaction) else { return try JobQueue.finish(job, transaction) }
            let time = try transaction.databaseTime().adding(seconds: LegalAnswersJob.pauseSeconds)
            return try JobQueue.snooze(job, until: time, transaction)
        }
    }
}
