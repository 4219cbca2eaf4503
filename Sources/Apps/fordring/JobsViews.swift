import ArgumentParser
import Casework
import Database
import FordringKit
import Foundation
import Host
import JobQueue

/// A job as the command line shows it.
struct JobView: Encodable {
    let job: Int64
    let kind: String
    let state: String
    /// Whether a job of the same lane is before it.
    let waitsForAnother: Bool
    /// Whether it was called off while a worker held it.
    let calledOff: Bool
    let subject: Int64
    let caseNumber: Int64?
    let step: Int64?
    let stepKind: String?
    let stepState: String?
    let day: String?
    let channel: String?
    let priority: Int
    let attempts: Int
    let failures: Int
    let dueAt: String
    let startedAt: String?
    let endedAt: String?
    let leasedUntil: String?
    let worker: String?
    let lastError: String?

    init(_ record: JobRecord, _ letter: StepOfCase?) {
        let isLetter = record.kind == .deliverLetter
        job = record.id
        kind = record.kind.rawValue
        state = record.state.rawValue
        waitsForAnother = record.isBlocked
        calledOff = record.isCalledOff
        subject = record.subject
        // Letters of a case are one lane.
        caseNumber = isLetter ? letter?.caseID.rawValue ?? record.lane : nil
        step = isLetter ? record.subject : nil
        stepKind = letter?.kind
        stepState = letter?.state
        day = record.kind == .dailyRun ? "\(CivilDate(day: Int32(clamping: record.subject)))" : nil
        channel = record.channel.isEmpty ? nil : record.channel
        priority = record.priority
        attempts = record.attempt
        failures = record.failures
        dueAt = "\(record.runAt)"
        startedAt = record.startedAt?.description
        endedAt = record.endedAt?.description
        leasedUntil = record.leasedUntil?.description
        worker = record.owner
        lastError = record.lastError
    }

    var concerns: String {
        if let step { return caseNumber.map { "case \($0), step \(step)" } ?? "step \(step)" }
        return day ?? "-"
    }

    var stateText: String { state + (waitsForAnother ? " (in line)" : "") + (calledOff ? " (called off)" : "") }

    /// The time that says most in the job's state.
    var when: String {
        if let endedAt { return "ended \(endedAt)" }
        if state == JobState.running.rawValue, let startedAt { return "began \(startedAt)" }
        return "due \(dueAt)"
    }

    func text(_ tenant: TenantID) -> String {
        var lines = ["Job \(job): \(kind), \(stateText)"]
        func add(_ label: String, _ value: String?) {
            guard let value else { return }
            lines.append("  \(label.padding(toLength: 13, withPad: " ", startingAt: 0))\(value)")
        }
        add("concerns", concerns == "-" ? nil : concerns + (stepKind.map { ", \($0) (\(stepState ?? ""))" } ?? ""))
        add("channel", channel)
        add("attempts", "\(attempts), \(failures) of them failed")
        add("due", dueAt)
        add("begun", startedAt)
        add("ended", endedAt)
        add("held by", worker)
        add("held until", leasedUntil)
        add("last error", lastError)
        if let cure = cure(tenant) { lines += ["", cure] }
        return lines.joined(separator: "\n")
    }

    private func cure(_ tenant: TenantID) -> String? {
        guard state == JobState.dead.rawValue else { return nil }
        switch stepState {
        case "queued"?, "leaving"?:
            return "Whether the letter left the house is not known. Find out from the channel, then say so with\n"
                + "  fordring jobs settle \(job) --tenant \(tenant)"
        case .some: return "Who must do something about it, 'fordring task list --tenant \(tenant)' says."
        case nil: return "Remove the cause, then: fordring jobs retry \(job) --tenant \(tenant) --reason …"
        }
    }
}

/// A pause as the command line shows it.
struct PauseView: Encodable {
    let kind: String?
    let channel: String?

    init(_ pause: JobPause) {
        kind = pause.kind?.rawValue
        channel = pause.channel
    }

    var text: String {
        (kind.map { "jobs of the kind \($0)" } ?? "all jobs") + (channel.map { " by \($0)" } ?? "")
    }
}

extension JobsCommand {
    struct Stats: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "How many jobs there are by kind and state, what is paused, and what comes next.",
            discussion: """
                Without --tenant: the active tenants with jobs that could be begun, now or later. --all-tenants looks into \
                the books of the others too.
                """)
        @OptionGroup var options: HostOptions
        @Option(help: "Only this tenant.", transform: Parse.tenant) var tenant: TenantID?
        @Flag(help: "Every active tenant, also those with nothing to do.") var allTenants = false

        func validate() throws {
            if tenant != nil, allTenants { throw ValidationError("give --tenant or --all-tenants, not both") }
        }

        func run() throws {
            let host = try options.open()
            let overview = try host.queuesOverview(tenant, isComplete: allTenants)
            let now = host.configuration.clock.now()
            let view = QueuesView(
                tenants: overview.tenants.map { QueueView($0, at: now) },
                othersWithNothingToBegin: tenant == nil ? overview.others : nil)
            try options.printer.print(view) { view.text }
            let worst = overview.tenants.compactMap { outcome in
                if case .failure(let error) = outcome.result { error.code.rawValue } else { nil }
            }.max()
            if let worst { throw ExitCode(worst) }
        }
    }
}

/// The queues of several tenants as the command line shows them.
private struct QueuesView: Encodable {
    let tenants: [QueueView]
    let othersWithNothingToBegin: Int?

    var text: String {
        let states = JobState.allCases
        var table = Table(("tenant", .left), ("kind", .left))
        table.columns += states.map { (title: $0.rawValue, alignment: .right) }
        table.columns.append((title: "oldest waits", alignment: .right))
        for queue in tenants {
            for kind in queue.kinds {
                table.rows.append(
                    [queue.tenant, kind.kind] + states.map { kind.counts[$0.rawValue].map(String.init) ?? "-" }
                        + [kind.oldestWaitingSeconds.map(duration) ?? "-"])
            }
        }
        var lines = table.rows.isEmpty ? [] : [table.text, ""]
        for queue in tenants {
            if let failure = queue.failure {
                lines.append("\(queue.tenant): \(failure)")
                continue
            }
            lines.append(
                "\(queue.tenant): " + (queue.nextDueAt.map { "next due \($0)" } ?? "nothing is due, now or later"))
            lines += queue.pauses.map { pause in
                let what = (pause.kind.map { "kind \($0)" } ?? "all kinds") + (pause.channel.map { " by \($0)" } ?? "")
                return "  paused since \(pause.pausedAt): \(what) (\(pause.reason))"
            }
        }
        if let others = othersWithNothingToBegin {
            lines.append(
                others == 0
                    ? "There is no \(tenants.isEmpty ? "" : "other ")active tenant."
                    : "\(others) other active \(others == 1 ? "tenant has" : "tenants have") nothing to begin; "
                        + "--all-tenants shows what is paused or given up there.")
        }
        return lines.joined(separator: "\n")
    }
}

/// A tenant's queue as the command line shows it.
private struct QueueView: Encodable {
    struct Kind: Encodable {
        let kind: String
        let counts: [String: Int]
        let oldestWaitingSeconds: Int64?
    }

    struct Pause: Encodable {
        let kind: String?
        let channel: String?
        let reason: String
        let pausedAt: String
    }

    let tenant: String
    let kinds: [Kind]
    let pauses: [Pause]
    let nextDueAt: String?
    let failure: String?

    init(_ outcome: TenantOutcome<QueueStatistics>, at now: Timestamp) {
        tenant = outcome.tenant.rawValue
        switch outcome.result {
        case .failure(let error):
            (kinds, pauses, nextDueAt, failure) = ([], [], nil, error.message)
        case .success(let statistics):
            failure = nil
            nextDueAt = statistics.nextAt?.description
            pauses = statistics.pauses.map {
                Pause(
                    kind: $0.pause.kind?.rawValue, channel: $0.pause.channel, reason: $0.reason,
                    pausedAt: $0.at.description)
            }
            kinds = Dictionary(grouping: statistics.counts, by: \.kind).sorted { $0.key.rawValue < $1.key.rawValue }
                .map { kind, counts in
                    let oldest = counts.compactMap(\.waitsSince).min()
                    return Kind(
                        kind: kind.rawValue,
                        counts: Dictionary(
                            counts.map { ($0.state.rawValue, $0.count) }, uniquingKeysWith: { $1 }),
                        oldestWaitingSeconds: oldest.flatMap {
                            $0 <= now ? (now.milliseconds - $0.milliseconds) / 1000 : nil
                        })
                }
        }
    }
}

/// Seconds as people say them, to two units.
private func duration(_ seconds: Int64) -> String {
    switch seconds {
    case ..<60: "\(seconds) s"
    case ..<3600: "\(seconds / 60) min"
    case ..<86_400: "\(seconds / 3600) h \(seconds / 60 % 60) min"
    default: "\(seconds / 86_400) d \(seconds / 3600 % 24) h"
    }
}
