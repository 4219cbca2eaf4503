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
    @Option(help: "How many tenants are run at once; as many as there are cores otherwise.") var workers: Int?

    func run() throws {
        let home = try options.makeHome { host, home in
            let file = home.appending(path: "claims.csv")
            try Workload.writeClaims(cases, to: file)
            for number in 1...tenants {
                let tenant = try Workload.onboard(number, host, in: home)
                guard try host.importClaims(file.path, for: tenant, on: Workload.importDay).accepted == cases else {
                    throw ValidationError("not every claim was accepted")
                }
            }
        }
        defer { try? FileManager.default.removeItem(at: home) }
        let books = (1...tenants).map { home.appending(path: "tenants/bench-\($0)/books.sqlite").path }
        let bytesBefore = try DailyRunBench.size(books[0])
        // The books as they were, into which SQLite alone writes the same rows afterwards.
        try DailyRunBench.copy(books)
        for isDue in [true, false] { try measureRun(isDue: isDue, in: home) }
        let figure = figure(isDue: true)
        figure.report("bytesPerCase", Double(try DailyRunBench.size(books[0]) - bytesBefore) / Double(cases), "B")
        let raw = try measureRaw(books)
        figure.report("rowsPerCase", Double(raw.rows) / Double(tenants * cases), "rows")
        figure.report("rawCasesPerSecond", Double(tenants * cases) / raw.seconds, "cases/s")
        figure.report("rawProcessorSeconds", raw.processorSeconds, "s")
        try MachineBench.measure(in: options.directory)
    }

    private func figure(isDue: Bool) -> Figure {
        Figure(
            benchmark: "daily-run",
            parameters: ["cases": cases, "due": isDue ? tenants * cases : 0, "tenants": tenants])
    }

    /// Runs the day as the program does: who is due is asked of the calendar, books are opened and closed.
    private func measureRun(isDue: Bool, in home: URL) throws {
        let host = try options.host(home)
        let concurrency = workers ?? ProcessInfo.processInfo.activeProcessorCount
        let before = DailyRunBench.processorSeconds
        var results: [TenantRunResult] = []
        let time = try seconds {
            results = try host.decide(Workload.runDay, concurrency: concurrency)
            try host.close()
        }
        let processorSeconds = DailyRunBench.processorSeconds - before
        if let failure = results.compactMap(\.failure).first { throw failure }
        let steps = results.reduce(0) { $0 + $1.run.steps }
        guard steps == (isDue ? tenants * cases : 0) else {
            throw ValidationError("\(steps) steps were taken for \(tenants * cases) cases")
        }
        let figure = figure(isDue: isDue)
        if isDue {
            figure.report("casesPerSecond", Double(tenants * cases) / time, "cases/s")
            figure.reportPeakMemory()
        }
        figure.report("seconds", time, "s")
        figure.report("processorSeconds", processorSeconds, "s")
    }

    private struct Raw {
        /// Of the thread that took longest.
        var seconds = 0.0
        var processorSeconds = 0.0
        var rows = 0
    }

    /// Writes what the runs wrote once more, with SQLite alone.
    private func measureRaw(_ books: [String]) throws -> Raw {
        let raw = Mutex(Raw())
        try forEach(books) { path in
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
    private static func copy(_ books: [String]) throws {
        for path in books { try FileManager.default.copyItem(atPath: path, toPath: path + ".raw") }
        sync()
    }

    private static func size(_ path: String) throws -> Int {
        try FileManager.default.attributesOfItem(atPath: path)[.size] as? Int ?? 0
    }

    /// What the process has had of the processors, in the program and in the system.
    static var processorSeconds: Double {
        var usage = rusage()
        getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
        return [usage.ru_utime, usage.ru_stime].reduce(0) { $0 + Double($1.tv_sec) + Double($1.tv_usec) / 1e6 }
    }
}
