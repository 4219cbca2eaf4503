import ArgumentParser
import FordringKit
import Foundation
import Host
import Logging
import PrometheusFiles
import ServiceLifecycle
import UnixSignals

#if canImport(Musl)
import Musl
#else
import Glibc
#endif

struct WorkCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "work", abstract: "Work through the queues: send letters, run days, check audit trails.",
        discussion: """
            Without --drain it works until it is told to stop, and obeys the tenants' schedules. SIGTERM or SIGINT end it: \
            each worker finishes the job at hand and gives the others back. Any number of these processes share the work. \
            The log goes to the error output.
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
        help: ArgumentHelp(
            "Write counters and timers to this file each ten seconds, in the Prometheus text format.",
            valueName: "file"))
    var metrics: String?
    @Option(help: "How the log is written.") var logFormat: LogFormat = .text
    @Option(help: "What is logged; info otherwise, with --drain warning.") var logLevel: LogLevel?

    func validate() throws {
        if concurrency < 1 { throw ValidationError("--concurrency must be at least 1") }
        if grace < 0 { throw ValidationError("--grace must not be negative") }
    }

    func run() async throws {
        // Who reads the log may go; the work goes on.
        signal(SIGPIPE, SIG_IGN)
        let level = logLevel?.level ?? (drain ? .warning : .info)
        let logger = Logger(label: "fordring") { [logFormat] _ in LineHandler(logFormat, level) }
        let registry = PrometheusRegistry(help: JobMetrics.help)
        let host = try options.open(logger: logger, metrics: metrics == nil ? nil : registry)
        if let tenant { _ = try host.openForWork(tenant) }
        let service = WorkService(
            host,
            Worker.Options(
                concurrency: concurrency, tenants: tenant.map { [$0] }, drains: drain, day: date, obeysSchedules: !drain
            ), secondsToStop: grace)
        let figures = metrics.map { MetricsService(PrometheusFile($0, of: registry), service, logger) }
        // A folder that is not there is found before any work is done.
        do throws(PrometheusFile.Failure) {
            try figures?.file.write()
        } catch {
            throw HostError(.unavailable, "\(error). Make its folder, or name another file with --metrics.")
        }
        var services = [
            ServiceGroupConfiguration.ServiceConfiguration(
                service: service, successTerminationBehavior: .gracefullyShutdownGroup)
        ]
        if let figures { services.append(.init(service: figures)) }
        // What the group says of itself is of no use to operations.
        var quiet = logger
        quiet.logLevel = max(level, .warning)
        try await ServiceGroup(
            configuration: .init(
                services: services, gracefulShutdownSignals: [.sigterm, .sigint], logger: quiet)
        ).run()
        figures?.show()
        if drain, let failure = service.failure { throw failure }
        if drain { try report(service.results) }
        _ = try service.closeHost()
        if drain, let worst = service.results.values.compactMap(\.failure).map(\.code.rawValue).max() {
            throw ExitCode(worst)
        }
    }

    private func report(_ results: [TenantID: WorkResult]) throws {
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
    }
}

/// Measures the queues and writes the figures now and then.
private struct MetricsService: Service {
    private static let interval = Duration.seconds(10)

    let file: PrometheusFile
    private let work: WorkService
    private let logger: Logger

    init(_ file: PrometheusFile, _ work: WorkService, _ logger: Logger) {
        self.file = file
        self.work = work
        self.logger = logger
    }

    func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                try? await Task.sleep(for: MetricsService.interval)
                if !Task.isCancelled { show() }
            }
        }
    }

    func show() {
        work.measureQueues()
        do {
            try file.write()
        } catch {
            logger.error("\(error)")
        }
    }
}
