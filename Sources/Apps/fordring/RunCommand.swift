import ArgumentParser
import Casework
import FordringKit
import Foundation
import Host

struct RunCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run", abstract: "The daily run: take every case whose date has come, then send the letters.",
        discussion: """
            Running a day again changes nothing. Tenants with nothing due are not opened. One tenant's failure does not stop \
            the others (exit status 69). Why a case was passed over, 'fordring case show --explain' says.
            """)
    @OptionGroup var options: HostOptions
    @Option(help: "Only this tenant.", transform: Parse.tenant) var tenant: TenantID?
    @Option(help: "Run this day; today otherwise.", transform: Parse.day) var date: CivilDate?
    @Option(help: "Run every day from the last that was run through this one.", transform: Parse.day) var until:
        CivilDate?
    @Option(help: "How many tenants are run at once.") var concurrency = ProcessInfo.processInfo.activeProcessorCount

    func validate() throws {
        if date != nil, until != nil { throw ValidationError("give --date or --until, not both") }
        if concurrency < 1 { throw ValidationError("--concurrency must be at least 1") }
    }

    func run() throws {
        let host = try options.open()
        let last = until ?? date ?? host.today
        let bar = RunBar()
        var results = host.run(
            try tenant.map { [$0] } ?? host.activeTenants(), from: until == nil ? last : nil, through: last,
            concurrency: concurrency
        ) { bar.show($0) }
        bar.end()
        // What must go at a credit bureau goes also where nothing else is done.
        if tenant == nil { results += try host.keepBureausRight(on: last) }
        struct Line: Encodable {
            let tenant: String
            let days: Int
            let cases: Int
            let steps: Int
            let lettersSent: Int
            let lettersFailed: Int
            let lettersPutOff: Int
            let gaps: Int
            let failure: String?
        }
        let lines = results.map {
            Line(
                tenant: $0.tenant.rawValue, days: $0.days, cases: $0.run.cases, steps: $0.run.steps,
                lettersSent: $0.work.sent, lettersFailed: $0.work.failed, lettersPutOff: $0.work.putOff,
                gaps: $0.run.gaps, failure: $0.failure?.message)
        }
        try options.printer.print(lines) {
            if lines.isEmpty { return "There is no active tenant, so there was nothing to run." }
            var table = Table(
                ("tenant", .left), ("days", .right), ("cases looked at", .right), ("steps", .right),
                ("letters", .right), ("failed", .right), ("put off", .right), ("rule gaps", .right))
            // Of very many tenants, those with nothing to do are counted only.
            let shown = lines.count > 40 ? lines.filter { $0.days > 0 || $0.failure != nil } : lines
            table.rows = shown.map {
                [
                    $0.tenant, "\($0.days)", "\($0.cases)", "\($0.steps)", "\($0.lettersSent)", "\($0.lettersFailed)",
                    "\($0.lettersPutOff)", "\($0.gaps)",
                ]
            }
            var text = [table.text]
            if shown.count < lines.count { text.append("\(lines.count - shown.count) tenants had nothing due") }
            return (text + lines.compactMap { line in line.failure.map { "stopped: \($0)" } })
                .joined(separator: "\n")
        }
        if let worst = results.compactMap(\.failure).map(\.code.rawValue).max() { throw ExitCode(worst) }
    }
}

/// How far a run is, how fast it goes, and how long it will still take; nothing where the output is not a terminal.
final class RunBar: Sendable {
    private let line = ProgressLine("running")
    private let began = ContinuousClock.now

    func show(_ progress: RunProgress) {
        let seconds = (ContinuousClock.now - began) / .seconds(1)
        let rate = seconds > 0 ? Double(progress.casesDone) / seconds : 0
        // Of tenants that are still to come nothing is known but their number.
        let share =
            progress.tenants > 1
            ? Double(progress.tenantsDone) / Double(progress.tenants)
            : progress.cases > 0 ? Double(progress.casesDone) / Double(progress.cases) : 0
        var words = "\(progress.casesDone) cases, \(Int(rate)) a second"
        if progress.tenants > 1 { words = "\(progress.tenantsDone)/\(progress.tenants) tenants, " + words }
        if share > 0, share < 1 {
            let left = Int((seconds / share * (1 - share)).rounded(.up))
            words += ", \(left / 60):\(left % 60 < 10 ? "0" : "")\(left % 60) left"
        }
        line.show(share: share, words)
    }

    func end() { line.end() }
}
