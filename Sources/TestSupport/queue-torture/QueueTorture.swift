import Database
import FordringKit
import Foundation
import Host
import JobQueue
import Logging
import Synchronization

#if canImport(Musl)
import Musl
#else
import Glibc
#endif

/// A worker that ends itself: `queue-torture HOME PLUGINS LOGS THREADS STEP COUNT AHEAD [PACE]`.
///
/// Works through the queues of a home until nothing is due. With SIGKILL it kills its own process when STEP is reached
/// for the COUNT-th time; where STEP is `never`, it lives. Its clock is AHEAD seconds ahead of the machine's. What is
/// not as it should be is said on standard error. Made for `QueueKillTests`.
@main enum QueueTorture {
    private static let reached = Atomic<Int>(0)

    static func main() throws {
        let arguments = CommandLine.arguments
        guard (8...9).contains(arguments.count), let threads = Int(arguments[4]), let count = Int(arguments[6]),
            let ahead = Int64(arguments[7]), arguments[5] == "never" || WorkerStep(rawValue: arguments[5]) != nil
        else {
            print("usage: queue-torture HOME PLUGINS LOGS THREADS STEP COUNT AHEAD [PACE]")
            exit(64)
        }
        // A worker that hangs ends too, and the test sees how. Whoever starts it from a thread may have blocked the signal.
        var alarms = sigset_t()
        sigemptyset(&alarms)
        sigaddset(&alarms, SIGALRM)
        pthread_sigmask(SIG_UNBLOCK, &alarms, nil)
        alarm(300)
        var logger = Logger(label: "queue-torture") { StreamLogHandler.standardError(label: $0) }
        logger.logLevel = .error
        let host = try FordringHost(
            HostConfiguration(
                home: URL(filePath: arguments[1]), pluginFolders: [URL(filePath: arguments[2])],
                clock: ClockAhead(seconds: ahead), actor: .host("queue torture"), logger: logger))
        // Being killed counts as a failure, and nothing here may die of that.
        let limits = JobLimits(failuresMax: 1_000_000, retryFirstSeconds: 1, retryLongestSeconds: 1)
        let handlers = host.jobHandlers(letterLimits: limits) + [OutsideJob(folder: arguments[3], limits: limits)]
        let step = WorkerStep(rawValue: arguments[5])
        let pace = arguments.count == 9 ? Pace(folder: arguments[8]) : nil
        let worker = Worker(host, Worker.Options(concurrency: threads, drains: true), handlers: handlers) { at, job in
            if at == .effectDone, let job { pace?.count(job) }
            if at == step, QueueTorture.reached.add(1, ordering: .relaxed).newValue == count { kill(getpid(), SIGKILL) }
            if at == .effectDone { pace?.wait() }
        }
        let failures = worker.run().compactMap { tenant, result in result.failure.map { "\(tenant): \($0)" } }
        try host.close()
        guard failures.isEmpty else {
            FileHandle.standardError.write(Data((failures.joined(separator: "\n") + "\n").utf8))
            exit(70)
        }
    }
}

/// The machine's clock, some seconds ahead.
struct ClockAhead: HostClock {
    let seconds: Int64

    func now() -> Timestamp { SystemClock().now().adding(seconds: seconds) }
}

/// A job with an effect outside the database, which is a line in a file.
///
/// The file takes any line again, so that an effect that is had twice is seen; what keeps the handler from that is to
/// look for its line first, as a worker asks a channel. A line is written at once or not at all. The subject says what
/// goes wrong at the first attempt that comes so far: 1, it fails before the effect; 2, it is put off; 3, it fails
/// after the effect.
struct OutsideJob: JobHandler {
    let folder: String
    let limits: JobLimits
    let kind = JobKind("outside")

    func run(_ job: Job, for tenant: OpenTenant, _ context: JobContext) throws -> JobReport {
        let outside = Outside(path: "\(folder)/\(tenant.id).txt")
        try outside.add("run \(job.id)")
        let known = job.attempt > 1 ? try outside.lines() : []
        if known.contains("effect \(job.id)") {
            try outside.add("asked \(job.id)")
            return .ending(job)
        }
        let isMishap = job.subject > 0 && !known.contains("mishap \(job.id)")
        if isMishap {
            // Before the effect, except for 3; an attempt that dies in between has none to speak of.
            try outside.add("mishap \(job.id)")
            if job.subject == 1 { return .failing(job, "it failed before its effect", limits) }
            if job.subject == 2 { return JobReport(.putOff) { try JobQueue.snooze(job, until: nil, $0) } }
        }
        try outside.add("effect \(job.id)")
        return isMishap ? .failing(job, "it failed after its effect", limits) : .ending(job)
    }
}

/// Holds workers back until what they race against has come as far as they have.
struct Pace {
    /// By how many effects workers may be ahead.
    private static let lead = 4
    /// The length of a line, which is the tenant and the lane.
    private static let length = 32

    let folder: String

    func count(_ job: Job) {
        let line = "\(job.tenant) \(job.lane ?? 0)".padding(toLength: Pace.length - 1, withPad: " ", startingAt: 0)
        let file = open("\(folder)/effects", O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0o644)
        defer { close(file) }
        guard write(file, "\(line)\n", Pace.length) == Pace.length else { exit(74) }
    }

    /// Waits, but not for ever: what holds the other side up may be this worker.
    func wait() {
        let end = ContinuousClock.now + .seconds(2)
        while let stops = size("stops"), let effects = size("effects"), effects / Pace.length > stops + Pace.lead,
            ContinuousClock.now < end
        {
            usleep(300)
        }
    }

    private func size(_ name: String) -> Int? {
        var status = stat()
        return stat("\(folder)/\(name)", &status) == 0 ? Int(status.st_size) : nil
    }
}

/// A file of lines that several processes write.
struct Outside {
    let path: String

    func lines() throws -> Set<Substring> {
        Set(try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n"))
    }

    func add(_ line: String) throws {
        let file = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0o644)
        defer { close(file) }
        let bytes = Array("\(line)\n".utf8)
        guard file >= 0, write(file, bytes, bytes.count) == bytes.count else { throw CocoaError(.fileWriteUnknown) }
    }
}
