import ArgumentParser
import Casework
import Database
import FordringKit
import Foundation
import Host
import SQLiteDriver
import Synchronization

#if canImport(Musl)
import Musl
#else
import Glibc
#endif

struct DailyRunBench: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "daily-run",
        abstract:
            "The daily run with every case due, and again with none due, beside SQLite's own rate for the same rows.")
    @OptionGroup var options: BenchOptions
    @Option(help: "How many tenants.") var tenants = 1
    @Option(help: "How many cases each.") var cases = 1000
    @Option(help: "How many tenants are run at a time; as many as there are cores otherwise.") var workers: Int?

    func run() throws {
        try options.withHome { host, home in
            let template = home.appending(path: "template.sqlite").path
            let rules = try makeBooks(host, home, template)
            let provenance = host.provenance
            let paths = (1...tenants).map { home.appending(path: "books-\($0).sqlite").path }
            try DailyRunBench.copy(template, to: paths)
            let bytesBefore = try DailyRunBench.size(template)
            let total = tenants * cases

            for isDue in [true, false] {
                let figure = Figure(
                    benchmark: "daily-run", parameters: ["cases": cases, "due": isDue ? total : 0, "tenants": tenants])
                let steps = Mutex(0)
                let before = DailyRunBench.processorSeconds
                let time = try seconds {
                    try forEach(paths) { path in
                        let result = try DailyRunBench.runOnce(path, rules, provenance)
                        steps.withLock { $0 += result.steps }
                    }
                }
                let taken = steps.withLock { $0 }
                guard taken == (isDue ? total : 0) else {
                    throw ValidationError("\(taken) steps were taken for \(total) cases")
                }
                figure.report("casesPerSecond", Double(total) / time, "cases/s")
                figure.report("seconds", time, "s")
                let processorSeconds = DailyRunBench.processorSeconds - before
                figure.report("processorSeconds", processorSeconds, "s")
                guard isDue else {
                    figure.report("tenantMicroseconds", time / Double(tenants) * 1e6, "us")
                    continue
                }
                figure.reportPeakMemory()
                figure.report(
                    "bytesPerCase", Double(try DailyRunBench.size(paths[0]) - bytesBefore) / Double(cases), "B")
                let raw = try measureRaw(paths, template)
                figure.report("rowsPerCase", Double(raw.rows) / Double(total), "rows")
                figure.report("rawCasesPerSecond", Double(total) / raw.seconds, "cases/s")
                figure.report("shareOfRaw", raw.seconds / time, "1")
                figure.report("shareOfRawByProcessor", raw.processorSeconds / processorSeconds, "1")
            }
        }
        try MachineBench.measure(in: options.directory)
    }

    /// Makes the books that every tenant begins with, and gives the law for them.
    private func makeBooks(_ host: FordringHost, _ home: URL, _ template: String) throws -> CaseRules {
        let file = home.appending(path: "claims.csv")
        try Workload.writeClaims(cases, to: file)
        let tenant = try Workload.onboard(1, host, in: home)
        guard try host.importClaims(file.path, for: tenant, on: Workload.importDay).accepted == cases else {
            throw ValidationError("not every claim was accepted")
        }
        try tenant.database.migrate(DailyRunBench.schema, with: host.provenance)
        try tenant.database.close()
        try FileManager.default.moveItem(atPath: host.home.books(tenant.id).path, toPath: template)
        return tenant.rules
    }

    /// The schema of a tenant's books, with what the host does not have yet.
    private static let schema: Schema = {
        let migrations = FordringHost.tenantSchema.migrations
        let new = [CaseworkSchema.stepStates].filter { new in !migrations.contains { $0.name == new.name } }
        return Schema(migrations + new)
    }()

    /// Opens books, checks them as the host does, runs the day, and closes them.
    private static func runOnce(_ path: String, _ rules: CaseRules, _ provenance: Provenance) throws -> DailyRunResult {
        guard let id = TenantID("bench-1") else { throw ValidationError("'bench-1' is not a tenant's identifier") }
        let database = TenantDatabase(tenant: id, engine: try SQLiteEngine(path: path, create: false))
        guard try database.pendingMigrations(schema).isEmpty else { throw ValidationError("\(path) is too old") }
        let result = try DailyRun(database: database, rules: rules).run(on: Workload.runDay, provenance)
        try database.close()
        return result
    }

    private struct Raw {
        /// Of the thread that took longest.
        var seconds = 0.0
        var processorSeconds = 0.0
        var rows = 0
    }

    /// Writes what the runs wrote once more, with SQLite alone.
    private func measureRaw(_ paths: [String], _ template: String) throws -> Raw {
        let raw = Mutex(Raw())
        try DailyRunBench.copy(template, to: paths.map { $0 + ".raw" })
        try forEach(paths) { path in
            let replay = try RawReplay(of: path, into: path + ".raw")
            try replay.run()
            raw.withLock { raw in
                raw.processorSeconds += replay.processorSeconds
                raw.rows += replay.rows
            }
            return replay.seconds
        } finished: { sum in
            raw.withLock { $0.seconds = max($0.seconds, sum) }
        }
        return raw.withLock { $0 }
    }

    private func forEach(_ paths: [String], _ body: @escaping @Sendable (String) throws -> Void) throws {
        try forEach(paths) { path -> Double in
            try body(path)
            return 0
        } finished: { _ in
        }
    }

    /// Calls a closure with each path on as many threads as there are workers, and says what each thread's calls add up
    /// to.
    private func forEach(
        _ paths: [String], _ body: @escaping @Sendable (String) throws -> Double,
        finished: @escaping @Sendable (Double) -> Void
    ) throws {
        let next = Mutex(0)
        let failure = Mutex<(any Error)?>(nil)
        let count = min(paths.count, workers ?? ProcessInfo.processInfo.activeProcessorCount)
        DispatchQueue.concurrentPerform(iterations: count) { _ in
            var sum = 0.0
            do {
                while true {
                    let index = next.withLock { next in
                        defer { next += 1 }
                        return next
                    }
                    guard index < paths.count else { break }
                    sum += try body(paths[index])
                }
                finished(sum)
            } catch {
                failure.withLock { $0 = error }
            }
        }
        if let error = failure.withLock({ $0 }) { throw error }
    }

    /// Copies books, and has the system write them: otherwise the first commit would wait for it.
    private static func copy(_ template: String, to paths: [String]) throws {
        for path in paths { try FileManager.default.copyItem(atPath: template, toPath: path) }
        sync()
    }

    private static func size(_ path: String) throws -> Int {
        try FileManager.default.attributesOfItem(atPath: path)[.size] as? Int ?? 0
    }

    /// What the process has had of the processors, in the program and in the system.
    private static var processorSeconds: Double {
        var usage = rusage()
        getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
        return [usage.ru_utime, usage.ru_stime].reduce(0) { $0 + Double($1.tv_sec) + Double($1.tv_usec) / 1e6 }
    }
}
