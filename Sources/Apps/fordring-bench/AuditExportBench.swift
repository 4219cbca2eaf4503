import ArgumentParser
import Casework
import Foundation
import Host

#if canImport(Musl)
import Musl
#else
import Glibc
#endif

struct AuditExportBench: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "audit-export",
        abstract: "The export of an audit trail by the program itself, beside gzip -6 and pigz -6 on the same bytes.")
    @OptionGroup var options: BenchOptions
    @Option(help: "How many claims are imported and run once; each gives some entries.") var rows = 100_000
    @Option(help: "How often each program runs; its fastest counts.") var times = 5

    func run() throws {
        try AuditExportBench.measure(options, rows: rows, times: times)
        try MachineBench.measure(in: options.directory)
    }

    static func measure(_ options: BenchOptions, rows: Int = 100_000, times: Int = 5) throws {
        let program = InstalledPlugins.folder.deletingLastPathComponent().appending(path: "fordring").path
        guard FileManager.default.isExecutableFile(atPath: program) else {
            throw ValidationError("\(program) is missing; build it with 'make build'")
        }
        try options.inHome { host, home in
            let tenant = try Workload.onboard(1, host, in: home)
            let claims = home.appending(path: "claims.csv")
            try Workload.writeClaims(rows, to: claims)
            _ = try host.importClaims(claims.path, for: tenant, on: Workload.importDay)
            _ = try DailyRun(database: tenant.database, rules: tenant.rules).run(on: Workload.runDay, host.provenance)

            let file = home.appending(path: "audit.gz").path
            let arguments =
                ["audit", "export", "--home", home.path, "--tenant", "\(tenant.id)", "--output", file]
                + (options.plugins.map { ["--plugins", $0] } ?? [])
            _ = try measure(program, arguments)
            let raw = home.appending(path: "audit.jsonl").path
            _ = try measure("/bin/sh", ["-c", "gzip -dc '\(file)' > '\(raw)'"])
            let bytes = try size(raw)
            let figure = Figure(benchmark: "audit-export", parameters: ["bytes": bytes, "rows": rows])
            var programs = [("export", program, arguments, file)]
            programs.append(("verify", program, ["audit", "verify", file], file))
            for name in ["gzip", "pigz"] {
                let paths = ["/bin", "/usr/bin", "/usr/local/bin"].map { "\($0)/\(name)" }
                guard let path = paths.first(where: { FileManager.default.isExecutableFile(atPath: $0) }) else {
                    FileHandle.standardError.write(Data("SKIPPED: \(name) is not installed\n".utf8))
                    continue
                }
                let output = "\(raw).\(name)"
                // As the export does, what is written is synced.
                programs.append(
                    (name, "/bin/sh", ["-c", "\(path) -6 -c '\(raw)' > '\(output)' && sync '\(output)'"], output))
            }
            // One after the other in turn, so that what else the machine does concerns all alike.
            var shortest: [String: Double] = [:]
            for _ in 0..<times {
                for (name, path, arguments, _) in programs {
                    shortest[name] = min(shortest[name] ?? .infinity, try measure(path, arguments))
                }
            }
            for (name, _, _, output) in programs {
                guard let time = shortest[name] else { continue }
                figure.report("\(name)MegabytesPerSecond", Double(bytes) / time / 1e6, "MB/s")
                if name != "verify" { figure.report("\(name)Ratio", Double(bytes) / Double(try size(output)), "1") }
            }
            figure.report("exportPeakMegabytes", Double(try peakMemory(program, arguments)) / 1e6, "MB")
        }
    }

    /// The most memory that a program has had, in bytes.
    ///
    /// What `getrusage` says of a child begins with the memory of its parent, so the system is asked while it runs.
    private static func peakMemory(_ path: String, _ arguments: [String]) throws -> Int {
        let process = Process()
        process.executableURL = URL(filePath: path)
        process.arguments = arguments
        process.standardOutput = FileHandle.nullDevice
        try process.run()
        var peak = 0
        while process.isRunning {
            let status =
                (try? String(contentsOfFile: "/proc/\(process.processIdentifier)/status", encoding: .utf8)) ?? ""
            for line in status.split(separator: "\n") where line.hasPrefix("VmHWM:") {
                peak = max(peak, (Int(line.filter(\.isNumber)) ?? 0) * 1024)
            }
            usleep(2000)
        }
        return peak
    }

    private static func size(_ path: String) throws -> Int {
        try FileManager.default.attributesOfItem(atPath: path)[.size] as? Int ?? 0
    }

    /// How long a program took.
    private static func measure(_ path: String, _ arguments: [String]) throws -> Double {
        let process = Process()
        process.executableURL = URL(filePath: path)
        process.arguments = arguments
        process.standardOutput = FileHandle.nullDevice
        let time = try seconds {
            try process.run()
            process.waitUntilExit()
        }
        guard process.terminationStatus == 0 else {
            throw ValidationError("\(path) \(arguments.joined(separator: " ")) failed")
        }
        return time
    }
}
