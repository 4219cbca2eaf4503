import ArgumentParser
import FordringKit
import Foundation
import Host
import Logging
import ServiceLifecycle
import UnixSignals

struct WorkCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "work", abstract: "Work through the queues: send letters, run days, check audit trails.",
        discussion: """
            Without --drain it works until it is told to stop, and obeys the tenants' schedules. SIGTERM or SIGINT end it: \
            each worker finishes the job at hand and gives the others back.
            """)
    @OptionGroup var options: HostOptions
    @Option(help: "Only this tenant.", transform: Parse.tenant) var tenant: TenantID?
    @Option(help: "The day that letters are dated; today otherwise.", transform: Parse.day) var date: CivilDate?
    @Flag(help: "End when no job is left whose time has come.") var drain = false
    @Option(help: "How many tenants are worked for at once.") var concurrency =
        ProcessInfo.processInfo.activeProcessorCount
    @Option(help: "How many seconds a worker may take to finish the job at hand when it is told to stop.")
    var grace = 20
    @Option(
        help: ArgumentHelp("Write counters and timers to this file, in the Prometheus text format.", valueName: "file"))
    var metrics: String?

    func validate() throws {
        if concurrency < 1 { throw ValidationError("--concurrency must be at least 1") }
        if grace < 0 { throw ValidationError("--grace must not be negative") }
    }

    func run() async throws {
        let host = try options.open()
        let work = Worker.Options(
            concurrency: concurrency, tenants: tenant.map { [$0] }, drains: drain, day: date, obeysSchedules: !drain)
        if let tenant { _ = try host.openForWork(tenant) }
        guard drain else { return try await serve(host, work) }
        let results = Worker(host, work).run()
        struct Line: Encodable {
            let tenant: String
            let sent: Int
            let failed: Int
            let putOff: Int
            let failure: String?
        }
        let lines = results.sorted { $0.key.rawValue < $1.key.rawValue }.map { id, result in
            Line(
                tenant: id.rawValue, sent: result.sent, failed: result.failed, putOff: result.putOff,
                failure: result.failure?.message)
        }
        try options.printer.print(lines) {
            if lines.isEmpty { return "Nothing waits whose time has come." }
            return lines.map { line in
                "\(line.tenant): \(line.sent) letters sent, \(line.failed) failed, \(line.putOff) put off"
                    + (line.failure.map { "\n  stopped: \($0)" } ?? "")
            }.joined(separator: "\n")
        }
        if let worst = results.values.compactMap(\.failure).map(\.code.rawValue).max() { throw ExitCode(worst) }
    }

    private func serve(_ host: FordringHost, _ work: Worker.Options) async throws {
        let logger = host.configuration.logger
        let service = WorkService(host, work, secondsToStop: grace, logger: logger)
        let group = ServiceGroup(
            configuration: .init(
                services: [.init(service: service, successTerminationBehavior: .gracefullyShutdownGroup)],
                gracefulShutdownSignals: [.sigterm, .sigint], logger: logger))
        try await group.run()
        try host.close()
    }
}
