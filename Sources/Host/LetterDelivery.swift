import AuditTrail
import Casework
import Correspondence
import Crypto
import Database
import FordringKit
import JobQueue
import LegalTrack
import Logging
import Privacy
import Tenancy

/// Delivers the letters of steps: writes one, hands it to a channel, and records that it is gone.
struct LetterDelivery: JobHandler {
    let host: FordringHost
    let kind = JobKind.deliverLetter
    let limits: JobLimits

    func run(_ job: Job, for tenant: OpenTenant, _ context: JobContext) throws -> JobReport {
        let day = context.day ?? host.localTime(of: tenant).day
        do {
            return try deliver(job, tenant, day)
        } catch let failure as LetterFailure {
            return failed(failure, job, tenant, day)
        } catch let failure as DeliveryFailure {
            return failed(LetterFailure(failure), job, tenant, day)
        } catch let gap as RuleGap {
            return failed(LetterFailure(.temporary, gap.description), job, tenant, day)
        } catch let fault as LetterTemplate.Fault {
            return failed(LetterFailure(.permanent, fault.description), job, tenant, day)
        } catch let error where !(error is HostError || error is DatabaseFault) {
            // What no contract allows, from a plug-in: one letter must not stop the others. Its words may hold a name.
            let message = "the letter failed with \(type(of: error))"
            return failed(LetterFailure(.temporary, message), job, tenant, day)
        }
    }

    /// The letter may have left the house; the next attempt asks the channel.
    func uncertain(
        _ job: Job, because message: String, for tenant: OpenTenant, _ context: JobContext
    ) -> JobReport {
        failed(LetterFailure(.unknown, message), job, tenant, context.day ?? host.localTime(of: tenant).day)
    }

    /// It may have left the house at an attempt that was not recorded.
    func exhausted(_ job: Job, for tenant: OpenTenant, _ context: JobContext) throws -> JobReport {
        let day = context.day ?? host.localTime(of: tenant).day
        do {
            if let sent = try sentBefore(job, tenant) { return try recordingAgain(sent, job, tenant) }
        } catch let failure as LetterFailure {
            return failed(failure, job, tenant, day)
        }
        let failure = LetterFailure(.permanent, "the program ended each time that it was sent")
        return failed(failure, job, tenant, day)
    }

    func cancelled(_ job: Job, for tenant: OpenTenant, _ context: JobContext) -> JobReport {
        let day = context.day ?? host.localTime(of: tenant).day
        do {
            // It may have left the house at the attempt that was called off.
            if let sent = try sentBefore(job, tenant) { return try recordingAgain(sent, job, tenant) }
        } catch let failure as LetterFailure {
            return failed(failure, job, tenant, day)
        } catch {
            return failed(LetterFailure(.unknown, "the channels could not be asked"), job, tenant, day)
        }
        return JobReport(.cancelled) { try LetterDesk.recordCancelled(job, today: day, tenant.rules, $0) }
    }

    private func failed(
        _ failure: LetterFailure, _ job: Job, _ tenant: OpenTenant, _ day: CivilDate
    ) -> JobReport {
        host.configuration.logger.warning("a letter was not sent: \(failure.message)", metadata: job.metadata)
        let limits = limits
        return JobReport(.failed) { transaction in
            try LetterDesk.recordFailure(failure, job, limits, today: day, tenant.rules, transaction)
            return true
        }
    }

    private func deliver(_ job: Job, _ tenant: OpenTenant, _ day: CivilDate) throws -> JobReport {
        if let sent = try sentBefore(job, tenant) { return try recordingAgain(sent, job, tenant) }
        let (state, pauses) = try tenant.database.read { transaction in
            (
                try LetterDesk.prepare(step: job.subject, datedOn: day, tenant.rules, transaction),
                try JobQueue.pauses(transaction).map(\.pause)
            )
        }
        let prepared: PreparedLetter
        switch state {
        case .ready(let letter): prepared = letter
        case .held: return held(job, tenant, day)
        case .over: return .ending(job, as: .needless)
        }
        let (name, channel) = try reachable(prepared, tenant)
        // The queue obeys pauses and limits by channel, and the channel is known from here on.
        if job.channel != name {
            let limits = tenant.settings.limits
            let isLimited = limits[name] != nil || limits[TenantSettings.allChannels] != nil
            let isHeld = isLimited || pauses.contains { $0.holds(job.kind, name) }
            if isHeld { return putOff(job, until: nil, channel: name) }
        }
        // Who plays a day that is not today has no hour of the day.
        let isToday = day == host.localTime(of: tenant).day
        if channel.reachesAtOnce, isToday, let time = host.contactTime(of: tenant) {
            return putOff(job, until: time, channel: name)
        }
        let delivery = try write(prepared, by: channel, name, job, tenant)
        // All that can be refused was refused; from this commit on the letter counts as gone.
        let departure = try tenant.database.write(Provenance(.job(job.id), at: host.configuration.clock.now())) {
            try LetterDesk.depart(
                job, datedOn: prepared.content.datedOn, madeFrom: prepared.basis, tenant.rules, $0)
        }
        switch departure {
        case .gone:
            let (sent, copy) = try send(delivery, prepared, by: channel, name, job, tenant)
            return recording(sent, copy, job, tenant, try host.sealer(of: tenant.database))
        case .held: return held(job, tenant, day)
        case .changed: return JobReport(.putOff) { try LetterDesk.recordChanged(job, $0) }
        case .over: return .ending(job, as: .needless)
        case .calledOff:
            return JobReport(.cancelled) { try LetterDesk.recordCancelled(job, today: day, tenant.rules, $0) }
        // Whoever has the job now records what becomes of it.
        case .lost: return JobReport(.needless) { _ in false }
        }
    }

    private func held(_ job: Job, _ tenant: OpenTenant, _ day: CivilDate) -> JobReport {
        JobReport(.needless) { try LetterDesk.recordHeld(job, today: day, tenant.rules, $0) }
    }

    /// The copy of the letter commits with the entry that it is gone.
    private func recording(
        _ sent: SentLetter, _ copy: LetterCopy?, _ job: Job, _ tenant: OpenTenant, _ sealer: Sealer
    ) -> JobReport {
        JobReport(.done) { transaction in
            guard try LetterDesk.recordSent(sent, job, tenant.rules, transaction) else { return false }
            if let copy { try LetterArchive.keep(copy, sealer, transaction) }
            return true
        }
    }

    /// Records a letter that an earlier attempt has sent; its copy is made again as far as that is possible.
    private func recordingAgain(_ sent: SentLetter, _ job: Job, _ tenant: OpenTenant) throws -> JobReport {
        let copy = host.remadeCopy(of: sent, for: tenant)
        return recording(sent, copy, job, tenant, try host.sealer(of: tenant.database))
    }

    private func putOff(_ job: Job, until time: Timestamp?, channel: String) -> JobReport {
        JobReport(.putOff) { try LetterDesk.recordPutOff(job, until: time, channel: channel, $0) }
    }

    /// What a channel knows of an attempt that ended between sending and recording.
    ///
    /// All are asked, since the policy may have changed meanwhile.
    /// - Throws: ``LetterFailure`` `unknown` where a channel cannot tell.
    private func sentBefore(_ job: Job, _ tenant: OpenTenant) throws -> SentLetter? {
        guard job.isUncertain,
            let kind = try tenant.database.read({ try LetterDesk.unsentKind(step: job.subject, $0) })
        else { return nil }
        let channels = try tenant.parts.channels
        let wanted = tenant.settings.channels(for: kind)
        let key = FordringHost.deliveryKey(tenant.id, step: job.subject)
        for name in wanted + channels.keys.sorted().filter({ !wanted.contains($0) }) {
            let receipt: DeliveryReceipt?
            do {
                receipt = try channels[name]?.receipt(for: key)
            } catch let failure as DeliveryFailure {
                throw LetterFailure(.unknown, "\(name): \(failure.message)")
            } catch {
                throw LetterFailure(.unknown, "\(name): it failed with \(type(of: error))")
            }
            guard let receipt else { continue }
            return SentLetter(
                step: job.subject, channel: name, receipt: receipt, documentSHA256: "",
                deadline: try deadline(kind, sentOn: receipt.sentOn, tenant))
        }
        return nil
    }

    /// The first channel of the policy that reaches the debtor.
    private func reachable(
        _ prepared: PreparedLetter, _ tenant: OpenTenant
    ) throws -> (name: String, channel: any LetterChannel) {
        var reasons: [String] = []
        for name in tenant.settings.channels(for: prepared.content.step) {
            guard let channel = try tenant.parts.channels[name] else {
                reasons.append("\(name): no plug-in offers it")
                continue
            }
            switch channel.canReach(prepared.party) {
            case .reachable: return (name, channel)
            case .unreachable(let reason): reasons.append("\(name): \(reason)")
            @unknown default: reasons.append("\(name): the channel's answer is not known to this host")
            }
        }
        throw LetterFailure(.permanent, "no channel reaches the debtor (\(reasons.joined(separator: "; ")))")
    }

    /// Writes the letter as its channel takes it.
    private func write(
        _ prepared: PreparedLetter, by channel: any LetterChannel, _ name: String, _ job: Job, _ tenant: OpenTenant
    ) throws -> Delivery {
        let parts = try tenant.parts
        let letter = try parts.composer.compose(prepared.content, to: prepared.party)
        if channel.reachesAtOnce, let disclosure = parts.composer.disclosure(by: letter) {
            throw LetterFailure(.permanent, "\(name): \(disclosure)")
        }
        var document: [UInt8] = []
        if channel.needsDocument {
            guard let renderer = parts.renderer else {
                throw LetterFailure(.permanent, "no plug-in of the tenant makes PDFs; add post-channel")
            }
            document = try renderer.render(letter).bytes
        }
        let sha256 = document.isEmpty ? "" : SHA256.hash(data: document).hex
        return Delivery(
            idempotencyKey: FordringHost.deliveryKey(tenant.id, step: job.subject), letter: letter, document: document,
            documentSHA256: sha256, day: prepared.content.datedOn)
    }

    private func send(
        _ delivery: Delivery, _ prepared: PreparedLetter, by channel: any LetterChannel, _ name: String, _ job: Job,
        _ tenant: OpenTenant
    ) throws -> (SentLetter, LetterCopy) {
        let receipt: DeliveryReceipt
        do {
            receipt = try channel.deliver(delivery)
        } catch let error where !(error is DeliveryFailure) {
            // What no contract allows says nothing of what was done before. Its words may hold a name.
            throw LetterFailure(.unknown, "\(name): it failed with \(type(of: error))")
        }
        let copy = LetterCopy(
            delivery.letter, document: delivery.document, step: job.subject, isShort: channel.reachesAtOnce)
        let sent = SentLetter(
            step: job.subject, channel: name, receipt: receipt, documentSHA256: copy.sha256,
            deadline: try deadline(prepared.content.step, sentOn: receipt.sentOn, tenant))
        return (sent, copy)
    }

    /// The deadline of a letter that has left the house: where the rules fail to say it, the letter is gone all the same.
    private func deadline(
        _ kind: StepKind, sentOn day: CivilDate, _ tenant: OpenTenant
    ) throws -> Explained<CivilDate>? {
        do {
            return try tenant.rules.jurisdiction.deadline(for: kind, sentOn: day)
        } catch {
            throw LetterFailure(.unknown, "it has left, and its deadline could not be found: \(error)")
        }
    }
}

extension LetterFailure {
    init(_ failure: DeliveryFailure) {
        let kind: Kind =
            switch failure.kind {
            case .permanent: .permanent
            // The next attempt asks the channel before anything else; where there is none, a person must find out.
            case .unknown: .unknown
            default: .temporary
            }
        self.init(kind, failure.message)
    }
}

extension FordringHost {
    /// What names the delivery of a step's letter to channels, the same at every attempt.
    static func deliveryKey(_ tenant: TenantID, step: Int64) -> String { "\(tenant)-letter-\(step)" }
}
