import ArgumentParser
import Database
import FordringKit
import Foundation
import Host
import JobQueue
import Synchronization

struct QueueBench: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "queue",
        abstract: "Durable jobs: put in, drained, and how soon one is begun, alone and behind a backlog.")
    @OptionGroup var options: BenchOptions
    @Option(help: "How many jobs are drained, and lie before the others in a backlog.") var jobs = 100_000
    @Option(help: "How long a job of the backlog takes, in microseconds.") var jobMicroseconds = 100
    @Option(help: "Only this part.") var only: Part?
    @Option(help: "Of how many tenants an idle host is looked at; taking 10,000 on takes minutes.") var idleTenants =
        200
    @Option(help: "How many callers put jobs in at the same time.") var callers = 64

    enum Part: String, ExpressibleByArgument, CaseIterable {
        case enqueue
        case drain
        case pickup
        case idle
    }

    func run() async throws {
        try MachineBench.measure(in: options.directory)
        if only ?? .idle == .idle { try measureIdle() }
        if only == .idle { return }
        try await options.withHome { host, home in
            let tenants = try (1...10).map { try Workload.onboard($0, host, in: home) }
            if only ?? .enqueue == .enqueue {
                try enqueueSingly(tenants[0], host)
                try await enqueueTogether(tenants[0], host)
                try enqueueInBatches(tenants[0], host)
                _ = drain(host, workers: 2)
            }
            if only ?? .drain == .drain {
                for workers in 1...2 { try measureDrain(tenants, host, workers: workers) }
            }
            guard only ?? .pickup == .pickup else { return }
            try measurePickup(host, probed: [tenants[1]], figure(["backlog": 0, "workers": 1]))
            try fill(tenants[0], jobs, host)
            try measurePickup(
                host, probed: [tenants[0]], priority: .urgent, figure(["backlog": jobs, "workers": 1, "sameTenant": 1]))
            try fill(tenants[0], jobs * 9 / 10, host)
            for tenant in tenants.dropFirst() { try fill(tenant, jobs / 90, host) }
            try measurePickup(
                host, probed: Array(tenants.dropFirst()), figure(["backlog": jobs, "workers": 1, "tenants": 10]))
        }
        figure([:]).reportPeakMemory()
    }

    private func figure(_ parameters: [String: Int]) -> Figure { Figure(benchmark: "queue", parameters: parameters) }

    private func newJob(_ number: Int) -> NewJob { NewJob(.backlog, subject: Int64(number)) }

    // MARK: Putting in

    private func enqueueSingly(_ tenant: OpenTenant, _ host: FordringHost) throws {
        let count = 5000
        let time = try seconds {
            for number in 0..<count {
                try tenant.database.write(host.provenance) { try JobQueue.enqueue(newJob(number), $0) }
            }
        }
        figure(["callers": 1, "batch": 1]).report("enqueuePerSecond", Double(count) / time, "jobs/s")
    }

    private func enqueueTogether(_ tenant: OpenTenant, _ host: FordringHost) async throws {
        let each = 3000
        let database = tenant.database
        let provenance = host.provenance
        let commits = Count()
        let job = newJob(1)
        let began = ContinuousClock.now
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<callers {
                group.addTask {
                    for _ in 0..<each {
                        try await database.writeGrouped(provenance) { transaction in
                            // Made once a transaction.
                            if try transaction.attachment(CommitMark.self).isNew() { commits.add() }
                            try JobQueue.enqueue(job, transaction)
                        }
                    }
                }
            }
            try await group.waitForAll()
        }
        let time = (ContinuousClock.now - began) / .seconds(1)
        let count = Double(callers * each)
        let figure = figure(["callers": callers, "batch": 1])
        figure.report("enqueuePerSecond", count / time, "jobs/s")
        figure.report("enqueuesPerSync", count / Double(commits.value), "jobs/commit")
    }

    private func enqueueInBatches(_ tenant: OpenTenant, _ host: FordringHost) throws {
        let count = 200_000
        let time = try seconds { try fill(tenant, count, host) }
        figure(["callers": 1, "batch": 1000]).report("enqueuePerSecond", Double(count) / time, "jobs/s")
    }

    private func fill(_ tenant: OpenTenant, _ count: Int, _ host: FordringHost) throws {
        for first in stride(from: 0, to: count, by: 1000) {
            try tenant.database.write(host.provenance) { transaction in
                for number in first..<min(count, first + 1000) { try JobQueue.enqueue(newJob(number), transaction) }
            }
        }
    }

    // MARK: Draining

    private func drain(_ host: FordringHost, workers: Int) -> Double {
        seconds {
            _ = Worker(
                host, Worker.Options(concurrency: workers, drains: true), handlers: [Spin(.backlog, microseconds: 0)]
            ).run()
        }
    }

    private func measureDrain(_ tenants: [OpenTenant], _ host: FordringHost, workers: Int) throws {
        let four = tenants.prefix(4)
        for tenant in four { try fill(tenant, jobs / four.count, host) }
        let time = drain(host, workers: workers)
        for tenant in four {
            let open = try tenant.database.read { try JobQueue.counts($0) }.filter { !$0.state.isEnded }
            guard open.isEmpty else { throw ValidationError("jobs of \(tenant.id) are left: \(open)") }
        }
        figure(["workers": workers, "tenants": four.count, "jobs": jobs])
            .report("drainPerSecond", Double(jobs) / time, "jobs/s")
    }

    // MARK: Many tenants

    /// A host with many tenants that is started anew: how soon it knows who has work, and what it costs when nobody has.
    private func measureIdle() throws {
        let home = try options.makeHome { host, home in
            for number in 1...idleTenants { _ = try Workload.onboard(number, host, in: home) }
            for id in try host.activeTenants() {
                try host.database(of: id).write(host.provenance) { try JobQueue.enqueue(newJob(1), $0) }
            }
        }
        defer { try? FileManager.default.removeItem(at: home) }
        let figure = figure(["tenants": idleTenants])
        let start = ContinuousClock.now
        let host = try options.host(home)
        figure.report("restartSeconds", (ContinuousClock.now - start) / .seconds(1), "s")
        var found = 0
        let finding = try seconds { found = try host.tenantsWithDueJobs().count }
        guard found == idleTenants else { throw ValidationError("\(found) of \(idleTenants) tenants were found") }
        figure.report("findDueSeconds", finding, "s")
        figure.report("drainAllSeconds", drain(host, workers: 2), "s")
        try host.close()

        let idle = try options.host(home)
        let worker = Worker(
            idle, Worker.Options(concurrency: 2, drains: false, obeysSchedules: true),
            handlers: [Spin(.backlog, microseconds: 0)])
        worker.start()
        // What the first look costs is not idleness.
        sleep(1)
        let before = DailyRunBench.processorSeconds
        sleep(5)
        figure.report("idleProcessorShare", (DailyRunBench.processorSeconds - before) / 5 * 100, "%")
        let files = try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").count { name in
            (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/fd/\(name)"))?
                .hasSuffix("books.sqlite") ?? false
        }
        figure.report("openBooks", Double(files), "files")
        worker.stop()
        _ = worker.wait()
        try idle.close()
    }

    // MARK: Waiting

    /// Puts probes in one by one while a worker works, and measures how long after its commit each is begun.
    private func measurePickup(
        _ host: FordringHost, probed: [OpenTenant], priority: JobPriority = .normal, _ figure: Figure
    ) throws {
        let probe = Probe()
        let worker = Worker(
            host, Worker.Options(concurrency: 1, drains: false),
            handlers: [probe, Spin(.backlog, microseconds: jobMicroseconds)])
        worker.start()
        var waits: [Double] = []
        for number in 0..<1000 {
            usleep(5000)
            let tenant = probed[number % probed.count]
            try tenant.database.write(host.provenance) { transaction in
                try JobQueue.enqueue(NewJob(.probe, subject: Int64(number), priority: priority), transaction)
            }
            let committed = ContinuousClock.now
            waits.append(max(0, (probe.begin(of: number) - committed) / .milliseconds(1)))
        }
        worker.stop()
        _ = worker.wait()
        waits.sort()
        for percentile in [50, 95, 99] {
            var figure = figure
            figure.parameters["percentile"] = percentile
            figure.report("pickupMilliseconds", waits[percentile * (waits.count - 1) / 100], "ms")
        }
        _ = drain(host, workers: 2)
    }
}

extension JobKind {
    fileprivate static let backlog = JobKind("benchBacklog")
    fileprivate static let probe = JobKind("benchProbe")
}

/// A number that several tasks count up.
private final class Count: Sendable {
    private let count = Mutex(0)

    var value: Int { count.withLock { $0 } }

    func add() { count.withLock { $0 += 1 } }
}

/// Does nothing for a while.
private struct Spin: JobHandler {
    let kind: JobKind
    let limits = JobLimits()
    private let microseconds: Int

    init(_ kind: JobKind, microseconds: Int) {
        self.kind = kind
        self.microseconds = microseconds
    }

    func run(_ job: Job, for tenant: OpenTenant, _ context: JobContext) throws -> JobReport {
        if microseconds > 0 {
            let end = ContinuousClock.now + .microseconds(microseconds)
            while ContinuousClock.now < end {}
        }
        return .ending(job)
    }
}

/// Notes when it was begun.
private final class Probe: JobHandler {
    let kind = JobKind.probe
    let limits = JobLimits()
    private let condition = NSCondition()
    private let begun = Mutex<[Int64: ContinuousClock.Instant]>([:])

    func run(_ job: Job, for tenant: OpenTenant, _ context: JobContext) throws -> JobReport {
        let now = ContinuousClock.now
        begun.withLock { $0[job.subject] = now }
        condition.lock()
        condition.broadcast()
        condition.unlock()
        return .ending(job)
    }

    /// When the probe of a number was begun; waits until it is.
    func begin(of number: Int) -> ContinuousClock.Instant {
        condition.lock()
        defer { condition.unlock() }
        while true {
            if let time = begun.withLock({ $0[Int64(number)] }) { return time }
            condition.wait()
        }
    }
}

/// Tells the first piece of work of a transaction from the others.
private final class CommitMark: TransactionAttachment {
    private var isUsed = false

    init(_ transaction: WriteTransaction) {}

    func isNew() -> Bool {
        defer { isUsed = true }
        return !isUsed
    }

    func flush(_ transaction: WriteTransaction) throws {}

    func mark() -> () -> Void { {} }
}
