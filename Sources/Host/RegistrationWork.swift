import Casework
import Database
import FordringKit
import JobQueue
import Logging
import Registrations
import Tenancy

/// What the three jobs of a bureau have in common.
protocol BureauJob: JobHandler {
    var host: FordringHost { get }
}

extension BureauJob {
    func day(_ tenant: OpenTenant, _ context: JobContext) -> CivilDate {
        context.day ?? host.localTime(of: tenant).day
    }

    func provenance(_ job: Job) -> Provenance { host.provenance(as: .job(job.id)) }

    /// The bureau of a job; `nil` where no plug-in of the tenant offers it any more.
    func desk(_ job: Job, _ tenant: OpenTenant) throws -> (desk: BureauDesk?, name: String) {
        let name = try tenant.database.read { try Registrations.name(ofBureau: job.subject, $0) } ?? "\(job.subject)"
        guard let bureau = try tenant.bureaus.all()[name] else { return (nil, name) }
        let account = BureauAccount(id: job.subject, name: name, bureau: bureau)
        return (BureauDesk(account, tenant.rules, host.registrationSources, tenant.bureaus), name)
    }

    /// Records that a bureau is not in use: nothing can be handed over, and no answer read.
    func missing(_ name: String, _ job: Job, _ day: CivilDate) -> JobReport {
        let message = "no plug-in of the tenant offers the bureau '\(name)'"
        return failing(message, permanently: true, job, day) { transaction in
            try Tasks.raise(
                .bureauFailed, nil, on: day, message: "Nothing can be done with \(name): \(message)",
                cure: "Put the plug-in back into the tenant's settings.", transaction)
        }
    }

    /// Has a job tried again or given up.
    ///
    /// - Parameters:
    ///   - always: what is recorded besides, whatever becomes of the job.
    ///   - dead: what is recorded where it is given up.
    func failing(
        _ message: String, permanently: Bool = false, isUnknown: Bool = false, _ job: Job, _ day: CivilDate,
        always: @escaping @Sendable (WriteTransaction) throws -> Void = { _ in },
        dead: @escaping @Sendable (WriteTransaction) throws -> Void
    ) -> JobReport {
        host.configuration.logger.warning("a bureau's job failed: \(message)", metadata: job.metadata)
        let limits = limits
        return JobReport(.failed) { transaction in
            let fate = try JobQueue.fail(
                job, error: message, limits: limits, permanently: permanently, mayHaveHappened: isUnknown, transaction)
            guard fate != .notOurs else { return false }
            try always(transaction)
            if fate == .dead { try dead(transaction) }
            return true
        }
    }
}

/// Hands a bureau what may leave and what must go.
///
/// Three transactions: the first asks every precondition, makes the permits and marks the batch `leaving`; then the bureau
/// gets it; the last records its receipt. Whoever comes after a crash in between asks the bureau for the receipt first.
struct SubmitRegistrationsJob: BureauJob {
    let host: FordringHost
    let kind = JobKind.submitRegistrations
    var limits = JobLimits(timeoutSeconds: 600)

    func run(_ job: Job, for tenant: OpenTenant, _ context: JobContext) throws -> JobReport {
        let day = day(tenant, context)
        let (known, name) = try desk(job, tenant)
        guard let desk = known else { return missing(name, job, day) }
        if let failure = try settle(job, desk, tenant, day) { return failure }

        let underWay = host.batchesUnderWay
        underWay.begin(job)
        defer { underWay.end(job) }
        let departure: BureauDeparture?
        do {
            departure = try tenant.database.write(provenance(job)) { transaction in
                guard try JobQueue.isCalledOff(job, transaction) == false else { throw NotOurs() }
                return try desk.depart(
                    job, on: day, creditor: tenant.settings.legalName, owner: WorkerIdentity.current, transaction
                ) { underWay.mint(job, $0, day) }
            }
        } catch is NotOurs {
            return cancelled(job, for: tenant, context)
        } catch let error as PermitError {
            // Given up by the supervisor while the permits were made; nothing has left.
            return failing(error.message, job, day) { _ in }
        }
        guard let departure else { return ending(job, desk, as: .needless) { _ in } }
        underWay.handOver(job, departure.batch.idempotencyKey)
        do {
            let receipt = try desk.account.bureau.submit(departure.batch)
            return ending(job, desk, as: .done) { try desk.recordSubmitted(departure.id, receipt, $0) }
        } catch let failure as DeliveryFailure where failure.kind != .unknown {
            let isPermanent = failure.kind == .permanent
            return failing(
                failure.message, permanently: isPermanent, job, day,
                always: { try desk.dissolve(departure.id, on: day, because: failure.message, $0) },
                dead: { try desk.recordFailure(failure.message, isUnknown: false, on: day, $0) })
        } catch {
            return unknown(FordringHost.words(error), desk, job, day)
        }
    }

    /// Stops whoever still holds the permits, and leaves it to the next attempt to ask the bureau.
    func uncertain(
        _ job: Job, because message: String, for tenant: OpenTenant, _ context: JobContext
    ) -> JobReport {
        host.batchesUnderWay.giveUp(job)
        let day = day(tenant, context)
        guard let found = try? desk(job, tenant).desk else {
            return .failing(job, message, limits, mayHaveHappened: true)
        }
        return unknown(message, found, job, day)
    }

    func exhausted(_ job: Job, for tenant: OpenTenant, _ context: JobContext) throws -> JobReport {
        let day = day(tenant, context)
        let (known, name) = try desk(job, tenant)
        guard let desk = known else { return missing(name, job, day) }
        if let failure = try settle(job, desk, tenant, day) { return failure }
        return failing("the program ended each time that it did the job", permanently: true, job, day) {
            try desk.recordFailure("the program ended each time that it was tried", isUnknown: false, on: day, $0)
        }
    }

    /// The batch may have left at the attempt that was called off.
    func cancelled(_ job: Job, for tenant: OpenTenant, _ context: JobContext) -> JobReport {
        let day = day(tenant, context)
        do {
            if let desk = try desk(job, tenant).desk, let failure = try settle(job, desk, tenant, day) {
                return failure
            }
        } catch {
            return .failing(job, "the books could not be asked", limits, mayHaveHappened: true)
        }
        return JobReport(.cancelled) { try JobQueue.endAsCancelled(job, $0) }
    }

    private struct NotOurs: Error {}

    private func ending(
        _ job: Job, _ desk: BureauDesk, as result: JobReport.Result,
        _ record: @escaping @Sendable (WriteTransaction) throws -> Void
    ) -> JobReport {
        JobReport(result) { transaction in
            guard try JobQueue.finish(job, transaction) else { return false }
            try record(transaction)
            // A stop that came while the batch was on its way must not wait for tomorrow.
            try desk.hurryWhatWaits(transaction)
            return true
        }
    }

    private func unknown(_ message: String, _ desk: BureauDesk, _ job: Job, _ day: CivilDate) -> JobReport {
        failing(message, isUnknown: true, job, day) {
            try desk.recordFailure(message, isUnknown: true, on: day, $0)
        }
    }

    /// Finds out about batches of which it is not written down whether they have left.
    ///
    /// - Returns: what is recorded where this job's own cannot be settled; one of an earlier job, which a person was told
    ///   of, keeps nothing else back.
    private func settle(
        _ job: Job, _ desk: BureauDesk, _ tenant: OpenTenant, _ day: CivilDate
    ) throws -> JobReport? {
        for batch in try tenant.database.read({ try desk.onTheirWay($0) }) {
            do {
                // While somebody may be at it, that there is no receipt says nothing.
                let isElsewhere = batch.owner != WorkerIdentity.current && !WorkerIdentity.isDead(batch.owner)
                let isUnderWay = isElsewhere || host.batchesUnderWay.isUnderWay(batch.key)
                let receipt = try desk.account.bureau.receipt(for: batch.key)
                guard receipt != nil || !isUnderWay else {
                    throw DeliveryFailure(.unknown, "the batch \(batch.id) may still be on its way")
                }
                try tenant.database.write(provenance(job)) { transaction in
                    guard try JobQueue.isCalledOff(job, transaction) != nil else { return }
                    if let receipt {
                        try desk.recordSubmitted(batch.id, receipt, transaction)
                    } else {
                        try desk.dissolve(
                            batch.id, on: day, because: "the bureau never got the batch", transaction)
                        try desk.endUnknown(on: day, because: "the bureau never got the batch", transaction)
                    }
                }
            } catch let fault as DatabaseFault {
                throw fault
            } catch {
                guard batch.job == job.id else { continue }
                return unknown(FordringHost.words(error), desk, job, day)
            }
        }
        return nil
    }
}

/// Reads what a bureau has answered, and raises the alarm over what it should have.
struct ReadBureauAnswersJob: BureauJob {
    let host: FordringHost
    let kind = JobKind.readBureauAnswers
    let limits = JobLimits(timeoutSeconds: 600)

    func run(_ job: Job, for tenant: OpenTenant, _ context: JobContext) throws -> JobReport {
        let day = day(tenant, context)
        let (known, name) = try desk(job, tenant)
        guard let desk = known else {
            // What is overdue is so all the more.
            let account = BureauAccount(id: job.subject, name: name, bureau: MissingBureau(name: name, tenant))
            let alarm = BureauDesk(account, tenant.rules, host.registrationSources, tenant.bureaus)
            try tenant.database.write(provenance(job)) { _ = try alarm.raiseOverdue(on: day, $0) }
            return missing(name, job, day)
        }
        do {
            let answers = try desk.account.bureau.answers()
            return JobReport(.done) { transaction in
                guard try JobQueue.finish(job, transaction) else { return false }
                try desk.record(answers, on: day, transaction)
                try host.noteOverdue(try desk.raiseOverdue(on: day, transaction), job)
                try desk.hurryWhatWaits(transaction)
                return true
            }
        } catch {
            let message = "the answers of \(name) cannot be read: \(FordringHost.words(error))"
            return failing(
                message, permanently: (error as? DeliveryFailure)?.kind == .permanent, job, day,
                always: { try host.noteOverdue(try desk.raiseOverdue(on: day, $0), job) },
                dead: { try desk.recordFailure(message, isUnknown: false, on: day, $0) })
        }
    }
}

/// Compares our register with a bureau's.
struct CompareRegisterJob: BureauJob {
    let host: FordringHost
    let kind = JobKind.compareRegister
    let limits = JobLimits(timeoutSeconds: 600)

    func run(_ job: Job, for tenant: OpenTenant, _ context: JobContext) throws -> JobReport {
        let day = day(tenant, context)
        let (known, name) = try desk(job, tenant)
        guard let desk = known else { return missing(name, job, day) }
        do {
            guard let entries = try desk.account.bureau.register() else { return .ending(job, as: .needless) }
            return JobReport(.done) { transaction in
                guard try JobQueue.finish(job, transaction) else { return false }
                _ = try desk.compare(entries, on: day, transaction)
                return true
            }
        } catch {
            let message = "the register of \(name) cannot be read: \(FordringHost.words(error))"
            return failing(message, permanently: (error as? DeliveryFailure)?.kind == .permanent, job, day) {
                try desk.recordFailure(message, isUnknown: false, on: day, $0)
            }
        }
    }
}

/// Puts the jobs of a day into the queue; where the daily run was first, they are there already.
struct BureauDayJob: JobHandler {
    let host: FordringHost
    let kind = JobKind.bureauDay
    let limits = JobLimits(timeoutSeconds: 600)

    func run(_ job: Job, for tenant: OpenTenant, _ context: JobContext) throws -> JobReport {
        let day = CivilDate(day: Int32(clamping: job.subject))
        return JobReport(.done) { transaction in
            guard try JobQueue.finish(job, transaction) else { return false }
            try Registrations.enqueueDay(day, transaction)
            return true
        }
    }
}

/// Stands for a bureau whose plug-in is gone, of which only our own books are asked.
private struct MissingBureau: CreditBureau {
    let name: String
    let country: CountryCode

    init(name: String, _ tenant: OpenTenant) {
        self.name = name
        country = tenant.rules.jurisdiction.country
    }

    private var failure: DeliveryFailure { DeliveryFailure(.permanent, "the plug-in of \(name) is not in use") }

    func preconditions(for facts: RegistrationFacts, on day: CivilDate) throws -> [Precondition] { throw failure }
    func expiry(of facts: RegistrationFacts, registeredOn day: CivilDate) throws -> Explained<CivilDate> {
        throw failure
    }
    func deletionDeadline(
        _ reason: RegistrationDeletion.Reason, orderedOn day: CivilDate
    ) -> Explained<CivilDate> { Explained(day, []) }
    func submit(_ batch: RegistrationBatch) throws -> DeliveryReceipt { throw failure }
    func receipt(for idempotencyKey: String) throws -> DeliveryReceipt? { throw failure }
    func answers() throws -> [BureauAnswer] { throw failure }
    func register() throws -> [RegisterEntry]? { throw failure }
    func forget(idempotencyKey: String) throws { throw failure }
}

extension FordringHost {
    /// What a plug-in's error says; the type only of one that no contract allows, since its words may hold a name.
    static func words(_ error: any Error) -> String {
        (error as? DeliveryFailure)?.message ?? "it failed with \(type(of: error))"
    }

    func noteOverdue(_ count: Int, _ job: Job) throws {
        guard count > 0 else { return }
        configuration.logger.critical(
            "deletions are overdue at a credit bureau",
            metadata: job.metadata.merging(["count": .stringConvertible(count)]) { $1 })
    }

    /// Has the bureaus destroy what their transports keep of an erased party.
    func forgetRegistrations(of party: PartyID, _ tenant: OpenTenant) throws {
        let batches = try tenant.database.read { try Registrations.batches(naming: party, $0) }
        guard !batches.isEmpty else { return }
        func failure(_ bureau: String, _ key: String, _ reason: String) -> HostError {
            HostError(
                .unavailable,
                "Party \(party) is erased from the books of '\(tenant.id)', but the credit bureau '\(bureau)' still keeps the "
                    + "batch \(key): \(reason). Then repeat 'fordring party erase \(party)'.")
        }
        let bureaus = try tenant.bureaus.all()
        for (name, key) in batches {
            guard let bureau = bureaus[name] else {
                throw failure(name, key, "put the plug-in that offers it back into the tenant's settings")
            }
            do {
                try bureau.forget(idempotencyKey: key)
            } catch {
                throw failure(name, key, FordringHost.words(error))
            }
        }
    }
}
