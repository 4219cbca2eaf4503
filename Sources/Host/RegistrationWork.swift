import Casework
import Database
package import FordringKit
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

    /// Today, as which a bureau's words are read whatever day is played: what it says on a day after that one is said.
    func today(_ tenant: OpenTenant) -> CivilDate { host.localTime(of: tenant).day }

    /// The day as which deletions are ordered: no day to come, whatever day is played.
    func dayUntilToday(_ tenant: OpenTenant, _ context: JobContext) -> CivilDate {
        min(day(tenant, context), today(tenant))
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
                .bureauFailed, nil, about: job.subject, on: day,
                message: "Nothing can be done with \(name): \(message)",
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

/// Hands a bureau what must go, and then what may leave.
///
/// Each batch takes three transactions: the first asks every precondition, makes the permits and marks the batch `leaving`;
/// then the bureau gets it; the last records its receipt. Whoever comes after a crash in between asks the bureau for the
/// receipt first, and where there is none hands the same batch over again under its key, as long as its content is still
/// true. Deletions have a batch of their own, so that no registration keeps one back.
struct SubmitRegistrationsJob: BureauJob {
    let host: FordringHost
    let kind = JobKind.submitRegistrations
    var limits = JobLimits(timeoutSeconds: 600)

    /// How many batches may be refused in a row, with none taken, before it is the bureau that refuses and not the batch.
    ///
    /// Since the largest part is tried first, as many refusals need at least eight bad registrations, however they lie.
    private static let refusalsMax = 16

    func run(_ job: Job, for tenant: OpenTenant, _ context: JobContext) throws -> JobReport {
        let (known, name) = try desk(job, tenant)
        guard let desk = known else { return missing(name, job, day(tenant, context)) }
        var turn = Turn(job: job, desk: desk, tenant: tenant, day: dayUntilToday(tenant, context))
        let underWay = host.batchesUnderWay
        underWay.begin(job)
        defer { underWay.end(job) }
        do {
            if let failure = try settle(&turn, mayRepeat: true) { return failure }
            if let failure = try deletions(&turn) { return failure }
            // What is played for another day than today is no leave to register anything.
            if host.localTime(of: tenant).day == day(tenant, context), try host.isActive(tenant),
                let failure = try registrations(&turn)
            {
                return failure
            }
        } catch is NotOurs {
            return cancelled(job, for: tenant, context)
        } catch let error as PermitError {
            // Given up by the supervisor while the permits were made; nothing has left.
            let pending = turn.pending
            return failing(error.message, job, turn.day, always: { try pending($0) }, dead: { _ in })
        }
        let pending = turn.pending
        return JobReport(turn.taken > 0 ? .done : .needless) { transaction in
            guard try JobQueue.finish(job, transaction) else { return false }
            try pending(transaction)
            // A stop that came while the batch was on its way must not wait for tomorrow.
            try desk.hurryWhatWaits(transaction)
            return true
        }
    }

    /// What one attempt at the job has done so far.
    private struct Turn {
        let job: Job
        let desk: BureauDesk
        let tenant: OpenTenant
        let day: CivilDate
        /// What the last hand-over has shown and is not written down yet: with the next departure, or with the job's end.
        var pending: @Sendable (WriteTransaction) throws -> Void = { _ in }
        /// How many batches the bureau has taken.
        var taken = 0
    }

    private enum Fate {
        case taken
        case refused(String)
        case failed(JobReport)
    }

    /// Commits what is pending, with what a closure does.
    private func write<Result>(
        _ turn: inout Turn, _ body: (WriteTransaction) throws -> Result
    ) throws -> Result {
        let pending = turn.pending
        let result = try turn.tenant.database.write(provenance(turn.job)) { transaction in
            guard try JobQueue.isCalledOff(turn.job, transaction) == false else { throw NotOurs() }
            try pending(transaction)
            return try body(transaction)
        }
        turn.pending = { _ in }
        return result
    }

    private func deletions(_ turn: inout Turn) throws -> JobReport? {
        let (desk, job, day) = (turn.desk, turn.job, turn.day)
        let departure = try write(&turn) {
            try desk.departDeletions(job, on: day, owner: WorkerIdentity.current, $0)
        }
        guard let departure else { return nil }
        switch try handOver(departure, &turn) {
        case .taken: return nil
        case .refused(let message): return refused(message, &turn)
        case .failed(let report): return report
        }
    }

    /// All that may leave in one batch; where the bureau refuses that for good, in halves until it is known which one it
    /// refuses.
    private func registrations(_ turn: inout Turn) throws -> JobReport? {
        let (desk, job, day, tenant) = (turn.desk, turn.job, turn.day, turn.tenant)
        let underWay = host.batchesUnderWay
        // Those that were refused alone before come last.
        let alone = try tenant.database.read { try desk.alone($0) }
        var selections: [Set<Int64>?] = [nil]
        var waiting = alone[...]
        var refusals: [(number: Int64, message: String)] = []
        var (refusedInRow, message) = (0, "")
        while true {
            if selections.isEmpty {
                guard let number = waiting.popFirst() else { break }
                selections.append([number])
            }
            let selection = selections.removeFirst()
            let departure = try write(&turn) { transaction in
                try desk.departRegistrations(
                    job, on: day, only: selection, creditor: tenant.settings.legalName, owner: WorkerIdentity.current,
                    transaction
                ) { underWay.mint(job, $0, day) }
            }
            guard let departure else { continue }
            switch try handOver(departure, &turn) {
            case .taken: refusedInRow = 0
            case .failed(let report): return report
            case .refused(let words):
                message = words
                refusedInRow += 1
                let numbers = departure.batch.registrations.map(\.number)
                if numbers.count == 1 {
                    refusals.append((numbers[0], words))
                } else {
                    let half = numbers.count / 2
                    // After all that are as large as it was, so that what is good is found among the bad soon.
                    selections += [Set(numbers[..<half]), Set(numbers[half...])]
                }
                if turn.taken == 0, refusedInRow >= SubmitRegistrationsJob.refusalsMax {
                    return refused(message, &turn)
                }
            }
        }
        guard !refusals.isEmpty else { return nil }
        // Where it took nothing at all, nobody can say that it is the registration.
        if turn.taken == 0 { return refused(message, &turn) }
        let before = turn.pending
        turn.pending = { [refusals] transaction in
            try before(transaction)
            for (number, words) in refusals { try desk.recordRefused(number, words, on: day, transaction) }
        }
        return nil
    }

    /// Gives a batch to the bureau.
    private func handOver(_ departure: BureauDeparture, _ turn: inout Turn) throws -> Fate {
        let (desk, job, day) = (turn.desk, turn.job, turn.day)
        let underWay = host.batchesUnderWay
        defer { underWay.handedOver(job) }
        // The transaction may have waited past midnight; a permit is for one day.
        if !departure.batch.registrations.isEmpty, host.localTime(of: turn.tenant).day != day {
            let message = "the day of its permits has passed"
            return .failed(
                failing(
                    message, job, day, always: { try desk.dissolve(departure.id, on: day, because: message, $0) },
                    dead: { _ in }))
        }
        underWay.handOver(job, departure.batch.idempotencyKey)
        let failure: DeliveryFailure
        do {
            let receipt = try desk.account.bureau.submit(departure.batch)
            turn.taken += 1
            turn.pending = { try desk.recordSubmitted(departure.id, receipt, $0) }
            return .taken
        } catch let error as DeliveryFailure where error.kind != .unknown {
            failure = error
        } catch {
            return .failed(unknown(FordringHost.words(error), desk, job, day))
        }
        // Who says that it failed may have taken it all the same.
        do {
            if let receipt = try desk.account.bureau.receipt(for: departure.batch.idempotencyKey) {
                turn.taken += 1
                turn.pending = { try desk.recordSubmitted(departure.id, receipt, $0) }
                return .taken
            }
        } catch {
            return .failed(unknown(failure.message, desk, job, day))
        }
        guard failure.kind == .permanent else {
            return .failed(
                failing(
                    failure.message, job, day,
                    always: { try desk.dissolve(departure.id, on: day, because: failure.message, $0) },
                    dead: { try desk.recordFailure(failure.message, isUnknown: false, on: day, $0) }))
        }
        turn.pending = { try desk.dissolve(departure.id, on: day, because: failure.message, $0) }
        return .refused(failure.message)
    }

    /// The bureau takes nothing, and trying again does not help.
    private func refused(_ message: String, _ turn: inout Turn) -> JobReport {
        let (desk, day, pending) = (turn.desk, turn.day, turn.pending)
        return failing(
            message, permanently: true, turn.job, day, always: { try pending($0) },
            dead: { try desk.recordFailure(message, isUnknown: false, on: day, $0) })
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
        let (known, name) = try desk(job, tenant)
        guard let desk = known else { return missing(name, job, day(tenant, context)) }
        var turn = Turn(job: job, desk: desk, tenant: tenant, day: dayUntilToday(tenant, context))
        if let failure = try settle(&turn, mayRepeat: false) { return failure }
        let day = turn.day
        return failing("the program ended each time that it did the job", permanently: true, job, day) {
            try desk.recordFailure("the program ended each time that it was tried", isUnknown: false, on: day, $0)
        }
    }

    /// The batch may have left at the attempt that was called off.
    func cancelled(_ job: Job, for tenant: OpenTenant, _ context: JobContext) -> JobReport {
        do {
            if let desk = try desk(job, tenant).desk {
                var turn = Turn(job: job, desk: desk, tenant: tenant, day: dayUntilToday(tenant, context))
                if let failure = try settle(&turn, mayRepeat: false) { return failure }
            }
        } catch {
            return .failing(job, "the books could not be asked", limits, mayHaveHappened: true)
        }
        return JobReport(.cancelled) { try JobQueue.endAsCancelled(job, $0) }
    }

    private struct NotOurs: Error {}

    private func unknown(_ message: String, _ desk: BureauDesk, _ job: Job, _ day: CivilDate) -> JobReport {
        failing(message, isUnknown: true, job, day) {
            try desk.recordFailure(message, isUnknown: true, on: day, $0)
        }
    }

    /// Finds out about batches of which it is not written down whether they have left.
    ///
    /// - Parameter mayRepeat: whether one that the bureau does not know is handed over again, under the same key.
    /// - Returns: what is recorded where this job's own cannot be settled; one of an earlier job, which a person was told
    ///   of, keeps nothing else back.
    private func settle(_ turn: inout Turn, mayRepeat: Bool) throws -> JobReport? {
        let (desk, job, day, tenant) = (turn.desk, turn.job, turn.day, turn.tenant)
        let underWay = host.batchesUnderWay
        for batch in try tenant.database.read({ try desk.onTheirWay($0) }) {
            let receipt: DeliveryReceipt?
            do {
                // While somebody may be at it, that there is no receipt says nothing.
                let isUnderWay = host.mayBeUnderWay(batch)
                receipt = try desk.account.bureau.receipt(for: batch.key)
                guard receipt != nil || !isUnderWay else {
                    throw DeliveryFailure(.unknown, "the batch \(batch.id) may still be on its way")
                }
            } catch {
                guard batch.job == job.id else { continue }
                return unknown(FordringHost.words(error), desk, job, day)
            }
            // Of another day than today nothing is registered, also not for the second time.
            let isActive = try host.isActive(tenant)
            let isToday = mayRepeat && isActive && host.localTime(of: tenant).day == day
            let pending = turn.pending
            let again = try tenant.database.write(provenance(job)) { transaction -> BureauDeparture? in
                guard try JobQueue.isCalledOff(job, transaction) != nil else { return nil }
                try pending(transaction)
                if let receipt {
                    try desk.recordSubmitted(batch.id, receipt, transaction)
                    return nil
                }
                if isToday,
                    let again = try desk.departAgain(
                        batch, job, on: day, creditor: tenant.settings.legalName, owner: WorkerIdentity.current,
                        transaction, mint: { underWay.mint(job, $0, day) })
                {
                    return again
                }
                try desk.dissolve(batch.id, on: day, because: "the bureau never got the batch", transaction)
                try desk.endUnknown(batch.id, on: day, because: "the bureau never got the batch", transaction)
                return nil
            }
            turn.pending = { _ in }
            guard let again else { continue }
            switch try handOver(again, &turn) {
            case .taken: break
            // The others are looked at anew, singly where it must be.
            case .refused: break
            case .failed(let report): return report
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
        let day = today(tenant)
        let (known, name) = try desk(job, tenant)
        guard let desk = known else {
            // What is overdue is so all the more.
            let account = BureauAccount(id: job.subject, name: name, bureau: MissingBureau(name: name, tenant))
            let alarm = BureauDesk(account, tenant.rules, host.registrationSources, tenant.bureaus)
            try tenant.database.write(provenance(job)) { _ = try alarm.raiseOverdue(on: day, $0) }
            return missing(name, job, day)
        }
        try askAgain(job, desk, tenant, day)
        var looked: CaseID? = CaseID(rawValue: 0)
        while let after = looked {
            looked = try tenant.database.write(provenance(job)) { try desk.keepUp(after: after, on: day, $0) }
        }
        do {
            let found = try desk.account.bureau.readAnswers()
            return JobReport(.done) { transaction in
                guard try JobQueue.finish(job, transaction) else { return false }
                try desk.record(found.answers, on: day, transaction)
                try desk.recordUnreadable(found.unreadable, on: day, transaction)
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

    /// For how many days a batch that counts as never sent is asked after.
    private static let lateDays = 14

    /// Asks whether batches that counted as never sent have arrived after all; one that cannot be asked after today is
    /// asked after tomorrow.
    private func askAgain(_ job: Job, _ desk: BureauDesk, _ tenant: OpenTenant, _ day: CivilDate) throws {
        let since = day.adding(days: -ReadBureauAnswersJob.lateDays)
        for (batch, key) in try tenant.database.read({ try desk.dissolved(since: since, $0) }) {
            guard let receipt = (try? desk.account.bureau.receipt(for: key)) ?? nil else { continue }
            try tenant.database.write(provenance(job)) { try desk.recordSubmitted(batch, receipt, $0) }
        }
    }
}

/// Compares our register with a bureau's.
struct CompareRegisterJob: BureauJob {
    let host: FordringHost
    let kind = JobKind.compareRegister
    let limits = JobLimits(timeoutSeconds: 600)

    func run(_ job: Job, for tenant: OpenTenant, _ context: JobContext) throws -> JobReport {
        let (known, name) = try desk(job, tenant)
        guard let desk = known else { return missing(name, job, day(tenant, context)) }
        let day = today(tenant)
        do {
            let list = try desk.account.bureau.registerList()
            return JobReport(list == nil ? .needless : .done) { transaction in
                guard try JobQueue.finish(job, transaction) else { return false }
                if let list {
                    guard try desk.compare(list, on: day, transaction) != nil else { return true }
                } else {
                    try desk.compareAmounts(on: day, transaction)
                }
                try desk.raiseSilence(on: day, transaction)
                return true
            }
        } catch {
            let message = "the register of \(name) cannot be read: \(FordringHost.words(error))"
            return failing(
                message, permanently: (error as? DeliveryFailure)?.kind == .permanent, job, day,
                always: { try desk.raiseSilence(on: day, $0) },
                dead: { try desk.recordFailure(message, isUnknown: false, on: day, $0) })
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
    /// Does what must be done with credit bureaus on a day for tenants that are suspended, and nothing else.
    ///
    /// A tenant that has nothing with a bureau is passed over.
    package func keepBureausRight(on day: CivilDate) throws -> [TenantRunResult] {
        try store.suspendedTenants().compactMap { id in
            var result = TenantRunResult(tenant: id)
            do {
                let tenant = try openForJobs(id)
                guard let next = try tenant.database.read({ try Registrations.nextDay($0) }), next <= day else {
                    return nil
                }
                try tenant.database.write(provenance) { try Registrations.enqueueDay(day, $0) }
                let worker = Worker(self, Worker.Options(concurrency: 1, tenants: [id], drains: true, day: day))
                result.days = 1
                result.work = worker.run()[id] ?? WorkResult()
                result.failure = result.work.failure ?? worker.failure
            } catch {
                result.failure = HostError(error) { "The deletions of '\(id)' stopped: \($0)" }
            }
            return result
        }
    }

    /// What a plug-in's error says; the type only of one that no contract allows, since its words may hold a name.
    static func words(_ error: any Error) -> String {
        (error as? DeliveryFailure)?.message ?? "it failed with \(type(of: error))"
    }

    /// Whether a batch may still be being handed over, by a thread of this process or by another one.
    func mayBeUnderWay(_ batch: BatchOnItsWay) -> Bool {
        let isElsewhere = batch.owner != WorkerIdentity.current && !WorkerIdentity.isDead(batch.owner)
        return isElsewhere || batchesUnderWay.isUnderWay(batch.key)
    }

    /// Whether a tenant is active now; for one that is suspended, deletions go on and nothing is registered.
    func isActive(_ tenant: OpenTenant) throws -> Bool { try self.tenant(tenant.id).state == .active }

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
