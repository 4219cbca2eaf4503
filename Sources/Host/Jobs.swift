import AuditTrail
import Casework
package import Database
package import FordringKit
package import JobQueue
import Tenancy

/// A tenant's queue at a glance.
package struct QueueStatistics: Sendable {
    package let tenant: TenantID
    package let counts: [JobCount]
    package let pauses: [(pause: JobPause, reason: String, at: Timestamp)]
    /// When a worker will find something to do.
    package let nextAt: Timestamp?
}

extension FordringHost {
    /// Jobs by number, from the highest down.
    package func jobs(
        of id: TenantID, states: Set<JobState>?, kind: JobKind?, before: Int64?, limit: Int
    ) throws -> [JobRecord] {
        try database(of: id).read {
            try JobQueue.list(states: states, kind: kind, before: before, limit: limit, $0)
        }
    }

    /// One job.
    ///
    /// - Throws: ``HostError`` `refused` where there is none of that number.
    package func job(_ number: Int64, of id: TenantID) throws -> JobRecord {
        guard let job = try database(of: id).read({ try JobQueue.show(number, $0) }) else {
            throw HostError(
                .refused,
                "There is no job \(number) of '\(id)'. 'fordring jobs list --tenant \(id)' shows those there are."
            )
        }
        return job
    }

    /// How many jobs a tenant has, by kind and state, and what is paused.
    package func jobStatistics(_ id: TenantID) throws -> QueueStatistics {
        let limits = try tenant(id).settings.limits
        let now = configuration.clock.now()
        let statistics = try database(of: id).read { transaction in
            QueueStatistics(
                tenant: id, counts: try JobQueue.counts(transaction), pauses: try JobQueue.pauses(transaction),
                nextAt: try JobQueue.nextDue(limits: limits, transaction))
        }
        metrics.measured(id, statistics.counts, at: now)
        return statistics
    }

    /// Has a job tried again at once.
    package func retryJob(_ number: Int64, of id: TenantID, reason: String) throws {
        let details = try jobDetails(number, of: id)
        let record = details.record
        if let letter = details.letter, record.state.isEnded { try FordringHost.checkRetry(letter, number, of: id) }
        let isRetried = try database(of: id).write(provenance) { transaction in
            guard try JobQueue.retry(number, transaction) else { return false }
            try auditJob(.jobRetried, number, record, reason, transaction)
            return true
        }
        guard isRetried else { throw HostError(.refused, FordringHost.whyNotRetried(number, record.state, of: id)) }
    }

    private static func checkRetry(_ letter: StepOfCase, _ number: Int64, of id: TenantID) throws {
        switch letter.state {
        case "failed":
            throw HostError(
                .refused,
                "The letter of job \(number) was given up, with what it charged. Correct the address or the channel, and "
                    + "end the task of case \(letter.caseID) ('fordring task list --tenant \(id)'): then the rules ask "
                    + "for a new letter.")
        case "sent":
            throw HostError(.refused, "The letter of job \(number) has left the house; there is nothing to try again.")
        default: break
        }
    }

    private static func whyNotRetried(_ number: Int64, _ state: JobState, of id: TenantID) -> String {
        switch state {
        case .available: "Job \(number) can be begun already; 'fordring work' does it."
        case .running: "Job \(number) is at work. Wait for its end, or call it off with 'fordring jobs cancel'."
        case .done: "Job \(number) is done; there is nothing to try again."
        case .scheduled, .retrying, .dead, .cancelled:
            "Another job does the same work by now, so job \(number) is not tried again. "
                + "'fordring jobs list --tenant \(id)' shows it."
        }
    }

    /// Calls a job off.
    ///
    /// A letter whose job is called off is withdrawn with what it charged, as one that could not be sent is.
    package func cancelJob(_ number: Int64, of id: TenantID, reason: String) throws -> JobQueue.Cancellation {
        let record = try job(number, of: id)
        let day = today
        // A tenant whose plug-ins were refused can have its jobs called off all the same.
        let rules = try? openForWork(id).rules
        let outcome = try database(of: id).write(provenance) { transaction in
            let outcome = try JobQueue.cancel(number, transaction)
            guard outcome != .notOpen else { return outcome }
            try auditJob(.jobCancelled, number, record, reason, transaction)
            if record.kind == .deliverLetter, outcome == .cancelled {
                try LetterDesk.giveUp(
                    step: record.subject, message: "its job was called off: \(reason)", today: day, rules,
                    transaction)
            }
            return outcome
        }
        if outcome == .notOpen {
            throw HostError(.refused, "Job \(number) is \(record.state.rawValue); there is nothing to call off.")
        }
        return outcome
    }

    /// Lets no job of a tenant begin that the pause holds.
    ///
    /// - Returns: `false` where it was paused already.
    package func pauseJobs(_ pause: JobPause, of id: TenantID, reason: String) throws -> Bool {
        try change(pause, of: id, .jobsPaused, reason) { try JobQueue.pause(pause, reason: reason, $0) }
    }

    /// Takes a pause back.
    ///
    /// - Returns: `false` where there was none.
    package func resumeJobs(_ pause: JobPause, of id: TenantID, reason: String) throws -> Bool {
        try change(pause, of: id, .jobsResumed, reason) { try JobQueue.resume(pause, $0) }
    }

    private func change(
        _ pause: JobPause, of id: TenantID, _ action: AuditAction, _ reason: String,
        _ body: (WriteTransaction) throws -> Bool
    ) throws -> Bool {
        try database(of: id).write(provenance) { transaction in
            guard try body(transaction) else { return false }
            try transaction.audit(
                action,
                subject: [
                    "channel": pause.channel.map { .string($0) } ?? .null,
                    "kind": pause.kind.map { .string($0.rawValue) } ?? .null,
                ], change: ["reason": .string(reason)])
            return true
        }
    }

    /// Records what a person found out about a letter of which nothing was known.
    ///
    /// - Parameter sent: the day and the channel's reference; `nil` where it never left, which sends it.
    package func settleLetter(
        job number: Int64, of id: TenantID, sent: (on: CivilDate, channel: String, reference: String)?, reason: String
    ) throws {
        let tenant = try openForWork(id)
        let day = today
        if let sent {
            _ = try channel(sent.channel, of: id)
            guard sent.on <= localTime(of: tenant).day else {
                throw HostError(
                    .badInput, "The letter cannot have left the house on \(sent.on), which is still to come.")
            }
        }
        _ = try job(number, of: id)
        try translatingRefusals {
            try tenant.database.write(provenance) { transaction in
                let letter = try LetterDesk.unknownLetter(job: number, transaction)
                var finding = LetterDesk.Finding.notSent
                if let sent {
                    finding = .sent(
                        SentLetter(
                            step: letter.step, channel: sent.channel,
                            receipt: DeliveryReceipt(
                                reference: sent.reference, sentOn: sent.on, details: ["foundOutBy": "a person"]),
                            documentSHA256: "",
                            deadline: try tenant.rules.jurisdiction.deadline(for: letter.kind, sentOn: sent.on)))
                }
                try LetterDesk.settle(
                    job: number, finding, today: day, reason: reason, tenant.rules, transaction)
            }
        }
    }

    private func auditJob(
        _ action: AuditAction, _ number: Int64, _ record: JobRecord, _ reason: String, _ transaction: WriteTransaction
    ) throws {
        try transaction.audit(
            action, subject: ["job": .integer(number)],
            change: [
                "kind": .string(record.kind.rawValue), "reason": .string(reason),
                "state": .string(record.state.rawValue), "subject": .integer(record.subject),
            ])
    }
}
