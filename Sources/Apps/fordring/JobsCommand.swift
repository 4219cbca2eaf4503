import ArgumentParser
import Database
import FordringKit
import Foundation
import Host
import JobQueue

struct JobsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "jobs", abstract: "The queues of jobs: letters to be sent, days to be run, logs to be checked.",
        discussion: "Times are in UTC. 'fordring work' does the jobs.",
        subcommands: [
            List.self, Show.self, Retry.self, Cancel.self, Settle.self, Pause.self, Resume.self, Stats.self,
            States.self,
        ])

    struct List: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "The jobs of a tenant, the newest first.")
        @OptionGroup var options: HostOptions
        @OptionGroup var target: TenantOption
        @Option(name: .customLong("state"), help: "Only jobs in this state; may be given several times.")
        var states: [JobState] = []
        @Option(help: "Only jobs of this kind.") var kind: String?
        @Option(help: ArgumentHelp("Jobs with a lower number than this.", valueName: "number")) var before: Int64?
        @Option(help: "At most so many.") var limit = 50

        func validate() throws {
            if limit < 1 { throw ValidationError("--limit must be at least 1") }
        }

        func run() throws {
            let host = try options.open()
            let jobs = try host.jobs(
                of: target.tenant, states: states.isEmpty ? nil : Set(states),
                kind: try kind.map { try host.jobKind($0, of: target.tenant) }, before: before, limit: limit)
            let lines = jobs.map { JobView($0, nil) }
            try options.printer.print(lines) {
                if lines.isEmpty { return "No such jobs." }
                var table = Table(
                    ("job", .right), ("kind", .left), ("concerns", .left), ("channel", .left), ("state", .left),
                    ("attempts", .right), ("failures", .right), ("when", .left), ("last error", .left))
                table.rows = lines.map { line in
                    [
                        "\(line.job)", line.kind, line.concerns, line.channel ?? "-", line.stateText,
                        "\(line.attempts)",
                        "\(line.failures)", line.when, line.lastError.map { $0.shortened(to: 60) } ?? "",
                    ]
                }
                let more = lines.count == limit ? "\nMore with --before \(lines.last?.job ?? 0)." : ""
                return table.text + more
            }
        }
    }

    struct Show: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "One job.")
        @OptionGroup var options: HostOptions
        @OptionGroup var job: JobOption

        func run() throws {
            let details = try options.open().jobDetails(job.number, of: job.tenant)
            let view = JobView(details.record, details.letter)
            try options.printer.print(view) { view.text(job.tenant) }
        }
    }

    struct Retry: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Try a job again at once that waits for its time, was called off or was given up.")
        @OptionGroup var options: HostOptions
        @OptionGroup var job: JobOption
        @Option(help: "Why; it goes into the audit trail.") var reason: String

        func run() throws {
            let host = try options.open()
            try host.retryJob(job.number, of: job.tenant, reason: reason)
            let state = try host.job(job.number, of: job.tenant).state
            struct Result: Encodable {
                let job: Int64
                let state: String
            }
            try options.printer.print(Result(job: job.number, state: state.rawValue)) {
                "Job \(job.number) is tried again by the next worker; its failures count anew."
            }
        }
    }

    struct Cancel: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Call a job off; a letter is withdrawn with what it charged.")
        @OptionGroup var options: HostOptions
        @OptionGroup var job: JobOption
        @Option(help: "Why; it goes into the audit trail.") var reason: String

        func run() throws {
            let host = try options.open()
            let outcome = try host.cancelJob(job.number, of: job.tenant, reason: reason)
            let isLetter = try host.jobDetails(job.number, of: job.tenant).letter != nil
            struct Result: Encodable {
                let job: Int64
                /// `cancelled`, or `requested` where a worker holds it or an attempt may have had its effect.
                let outcome: String
            }
            try options.printer.print(
                Result(job: job.number, outcome: outcome == .requested ? "requested" : "cancelled")
            ) {
                if outcome == .requested {
                    return
                        "Job \(job.number) has been begun and may have had its effect: a worker stops it, or finds out that it "
                        + "is too late. 'fordring jobs show \(job.number) --tenant \(job.tenant)' says how it ended."
                }
                return "Job \(job.number) is called off."
                    + (isLetter ? " Its letter is withdrawn with what it charged, and a task says so." : "")
            }
        }
    }

    struct Settle: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Say what became of a letter of which that is not known.",
            discussion: "Give --sent-on, --channel and --reference where it left the house; --not-sent sends it.")
        @OptionGroup var options: HostOptions
        @OptionGroup var job: JobOption
        @Option(help: "The day on which it left the house.", transform: Parse.day) var sentOn: CivilDate?
        @Option(help: "The channel that it left by.") var channel: String?
        @Option(help: "The channel's reference.") var reference: String?
        @Flag(help: "It never left the house; it is sent now.") var notSent = false
        @Option(help: "How that was found out; it goes into the audit trail.") var reason: String

        func validate() throws {
            let given = [sentOn?.description, channel, reference].compactMap(\.self).count
            guard given == (notSent ? 0 : 3) else {
                throw ValidationError("give --sent-on, --channel and --reference, or --not-sent alone")
            }
        }

        func run() throws {
            var sent: (on: CivilDate, channel: String, reference: String)?
            if let sentOn, let channel, let reference { sent = (sentOn, channel, reference) }
            try options.open().settleLetter(job: job.number, of: job.tenant, sent: sent, reason: reason)
            struct Result: Encodable {
                let job: Int64
                let sent: Bool
            }
            try options.printer.print(Result(job: job.number, sent: sent != nil)) {
                sent.map { "The letter of job \(job.number) left the house on \($0.on) by \($0.channel)." }
                    ?? "The letter of job \(job.number) is sent by a new job."
            }
        }
    }

    struct Pause: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Let no job begin: of a tenant or all, of a kind, by a channel.",
            discussion: "Jobs that run go on. A tenant that is taken on later is not paused.")
        @OptionGroup var options: HostOptions
        @OptionGroup var scope: PauseScope
        @Option(help: "Why; it goes into the audit trail, and 'jobs stats' shows it.") var reason = "no reason given"

        func run() throws {
            try scope.change(options, (changed: "paused", before: "was paused before")) { host, pause, tenant in
                try host.pauseJobs(pause, of: tenant, reason: reason)
            }
        }
    }

    struct Resume: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Take a pause back, named by the same kind and channel.")
        @OptionGroup var options: HostOptions
        @OptionGroup var scope: PauseScope
        @Option(help: "Why; it goes into the audit trail.") var reason = "no reason given"

        func run() throws {
            try scope.change(options, (changed: "resumed", before: "was not paused")) { host, pause, tenant in
                try host.resumeJobs(pause, of: tenant, reason: reason)
            }
        }
    }

    struct States: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "The states of a job and what leads from one to another, as a Mermaid chart.")
        @OptionGroup var options: HostOptions

        func run() throws {
            struct Step: Encodable {
                let from: String
                let to: String
                let event: String
            }
            let steps = JobState.allCases.flatMap { state in
                JobEvent.allCases.compactMap { event in
                    state.after(event).map { Step(from: state.rawValue, to: $0.rawValue, event: event.rawValue) }
                }
            }
            try options.printer.print(steps) { JobState.chart.trimmingCharacters(in: .newlines) }
        }
    }
}

extension JobState: ExpressibleByArgument {}

/// The arguments that name a job.
struct JobOption: ParsableArguments {
    @Argument(help: "The job's number.") var number: Int64
    @Option(help: ArgumentHelp("The tenant.", valueName: "tenant"), transform: Parse.tenant)
    var tenant: TenantID
}

/// What is paused, and whose.
struct PauseScope: ParsableArguments {
    @Option(help: "The tenant.", transform: Parse.tenant) var tenant: TenantID?
    @Flag(help: "Every tenant that has not left.") var allTenants = false
    @Option(help: "Only jobs of this kind.") var kind: String?
    @Option(help: "Only jobs that go by this channel.") var channel: String?

    func validate() throws {
        guard (tenant != nil) != allTenants else { throw ValidationError("give --tenant or --all-tenants") }
    }

    /// Does it for each tenant, goes on where one fails, and says what was done.
    func change(
        _ options: HostOptions, _ words: (changed: String, before: String),
        _ body: (FordringHost, JobPause, TenantID) throws -> Bool
    ) throws {
        let host = try options.open()
        if let tenant { _ = try host.tenant(tenant) }
        let pause = JobPause(
            kind: try kind.map { try host.jobKind($0, of: tenant) },
            channel: try channel.map { try host.channel($0, of: tenant) })
        struct Line: Encodable {
            let tenant: String
            let changed: Bool
            let failure: String?
        }
        var failures: [HostError] = []
        var lines: [Line] = []
        if let tenant {
            lines = [Line(tenant: tenant.rawValue, changed: try body(host, pause, tenant), failure: nil)]
        } else {
            let bar = ProgressLine("tenants")
            let outcomes = try host.forEachTenant(
                progress: { bar.show($0, of: $1) }, { try body(host, pause, $0) })
            bar.end()
            for outcome in outcomes {
                switch outcome.result {
                case .success(let changed):
                    lines.append(Line(tenant: outcome.tenant.rawValue, changed: changed, failure: nil))
                case .failure(let error):
                    failures.append(error)
                    lines.append(Line(tenant: outcome.tenant.rawValue, changed: false, failure: error.message))
                }
            }
        }
        try options.printer.print(lines) {
            if lines.isEmpty { return "There is no tenant." }
            let changed = lines.filter(\.changed)
            let unchanged = lines.filter { !$0.changed && $0.failure == nil }
            return
                ([(changed, words.changed), (unchanged, words.before)].filter { !$0.0.isEmpty }.map { lines, words in
                    let names = lines.prefix(10).map(\.tenant).joined(separator: ", ")
                    let rest = lines.count > 10 ? " and \(lines.count - 10) more" : ""
                    return "\(PauseView(pause).text), \(words): \(names)\(rest)"
                }
                + lines.compactMap { line in line.failure.map { "failed for \(line.tenant): \($0)" } })
                .joined(separator: "\n")
        }
        if let worst = failures.map(\.code.rawValue).max() { throw ExitCode(worst) }
    }
}

extension String {
    /// The beginning of a text on one line.
    fileprivate func shortened(to count: Int) -> String {
        let line = String(map { $0.isNewline ? " " : $0 })
        return line.count > count ? line.prefix(count - 1) + "…" : line
    }
}
