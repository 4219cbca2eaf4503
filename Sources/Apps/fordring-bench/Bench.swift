import ArgumentParser
import Database
import FordringKit
import Foundation
import Host
import Logging

#if canImport(Musl)
import Musl
#else
import Glibc
#endif

/// Measures, one JSON line a figure, with the machine's own limits beside them.
///
/// Build it in release.
@main
struct Bench: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "fordring-bench",
        abstract: "Benchmarks: each figure is one JSON line with benchmark, metric, value, unit and the parameters.",
        subcommands: [
            ImportBench.self, DailyRunBench.self, LettersBench.self, RulesBench.self, QueueBench.self, AuditBench.self,
            AuditExportBench.self,
            MachineBench.self,
        ])

    /// Says what goes wrong, and nothing of what goes well.
    static let logger: Logger = {
        var logger = Logger(label: "bench")
        logger.logLevel = .warning
        return logger
    }()
}

/// Options that every benchmark takes.
struct BenchOptions: ParsableArguments {
    @Option(help: ArgumentHelp("Where the databases are made; removed afterwards.", valueName: "dir"))
    var directory: String = FileManager.default.temporaryDirectory.path

    @Option(help: ArgumentHelp("A folder with plug-ins; beside the program otherwise.", valueName: "dir"))
    var plugins: String?

    /// A host in a folder of its own, which is closed and removed afterwards.
    func withHome(_ body: (FordringHost, URL) async throws -> Void) async throws {
        let home = newHome()
        defer { try? FileManager.default.removeItem(at: home) }
        let host = try host(home)
        try await body(host, home)
        try host.close()
    }

    /// The same for work that does not wait.
    func inHome(_ body: (FordringHost, URL) throws -> Void) throws {
        try? FileManager.default.removeItem(at: try makeHome(body))
    }

    /// A folder in which a host has done something and was closed; the caller removes it.
    func makeHome(_ body: (FordringHost, URL) throws -> Void) throws -> URL {
        let home = newHome()
        do {
            let host = try host(home)
            try body(host, home)
            try host.close()
        } catch {
            try? FileManager.default.removeItem(at: home)
            throw error
        }
        return home
    }

    private func newHome() -> URL { URL(filePath: directory).appending(path: "fordring-bench-\(getpid())") }

    /// A host whose clock stands on the day of the import.
    func host(_ home: URL) throws -> FordringHost {
        let folder = plugins.map { URL(filePath: $0) } ?? InstalledPlugins.folder
        return try FordringHost(
            HostConfiguration(
                home: home, pluginFolders: [folder], clock: SettableClock(Timestamp(Workload.importDay, hour: 6)),
                actor: .host("benchmark"), logger: Bench.logger))
    }
}

/// One figure.
struct Figure {
    let benchmark: String
    var parameters: [String: Int]

    func report(_ metric: String, _ value: Double, _ unit: String) {
        var members: [(String, String)] = [
            ("benchmark", "\"\(benchmark)\""), ("metric", "\"\(metric)\""),
            ("value", String(format: value >= 100 ? "%.0f" : "%.3f", value)), ("unit", "\"\(unit)\""),
        ]
        for (key, value) in parameters.sorted(by: { $0.key < $1.key }) { members.append((key, "\(value)")) }
        print("{" + members.map { "\"\($0.0)\": \($0.1)" }.joined(separator: ", ") + "}")
    }

    func reportPeakMemory() {
        var usage = rusage()
        getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
        report("peakMemoryMegabytes", Double(usage.ru_maxrss) / 1024, "MB")
    }
}

func seconds(_ body: () throws -> Void) rethrows -> Double {
    let clock = ContinuousClock()
    let duration = try clock.measure(body)
    return Double(duration.components.seconds) + Double(duration.components.attoseconds) / 1e18
}

/// What this thread had of a processor meanwhile; other programs' work does not count.
func processorSeconds(_ body: () throws -> Void) rethrows -> Double {
    func now() -> Double {
        var time = timespec()
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }
    let start = now()
    try body()
    return now() - start
}

struct ImportBench: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "import", abstract: "Rows of a CSV file into cases.")
    @OptionGroup var options: BenchOptions
    @Option(help: "How many rows.") var rows = 100_000

    func run() throws {
        try options.inHome { host, home in
            let tenant = try Workload.onboard(1, host, in: home)
            let file = home.appending(path: "claims.csv")
            try Workload.writeClaims(rows, to: file)
            var accepted = 0
            let time = try seconds {
                accepted = try host.importClaims(file.path, for: tenant, on: Workload.importDay).accepted
            }
            guard accepted == rows else { throw ValidationError("only \(accepted) of \(rows) rows were accepted") }
            let figure = Figure(benchmark: "import", parameters: ["rows": rows])
            figure.report("rowsPerSecond", Double(rows) / time, "rows/s")
            figure.reportPeakMemory()
        }
        try MachineBench.measure(in: options.directory)
    }
}

struct MachineBench: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "machine", abstract: "The machine's own limit: how often a file can be synced to the disk.")
    @OptionGroup var options: BenchOptions

    func run() throws { try MachineBench.measure(in: options.directory) }

    static func measure(in directory: String) throws {
        let path = "\(directory)/fordring-bench-sync-\(getpid())"
        let descriptor = open(path, O_RDWR | O_CREAT | O_EXCL, 0o600)
        guard descriptor >= 0 else { throw ValidationError("\(directory) cannot be written to") }
        defer {
            close(descriptor)
            unlink(path)
        }
        let page = [UInt8](repeating: 1, count: 4096)
        let count = 500
        let time = seconds {
            for index in 0..<count {
                _ = page.withUnsafeBytes { pwrite(descriptor, $0.baseAddress, $0.count, off_t(index * 4096)) }
                fdatasync(descriptor)
            }
        }
        Figure(benchmark: "machine", parameters: [:]).report("syncsPerSecond", Double(count) / time, "fdatasync/s")
    }
}
