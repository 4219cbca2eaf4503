import Database
import FordringKit
import Foundation
import JobQueue
import Synchronization
import Testing

@testable import Host

extension JobKind {
    /// Jobs that a test does itself.
    static let test = JobKind("test")
}

/// Does what a test says.
struct TestHandler: JobHandler {
    let kind: JobKind
    let limits: JobLimits
    private let body: @Sendable (Job, OpenTenant, JobContext) throws -> JobReport

    init(
        _ kind: JobKind = .test, limits: JobLimits = JobLimits(),
        _ body: @escaping @Sendable (Job, OpenTenant, JobContext) throws -> JobReport
    ) {
        self.kind = kind
        self.limits = limits
        self.body = body
    }

    /// A handler that ends each job, after telling the test of it.
    init(_ kind: JobKind = .test, ending tell: @escaping @Sendable (Job) throws -> Void) {
        self.init(kind) { job, _, _ in
            try tell(job)
            return .ending(job)
        }
    }

    func run(_ job: Job, for tenant: OpenTenant, _ context: JobContext) throws -> JobReport {
        try body(job, tenant, context)
    }
}

/// What the jobs of a test have done, by any thread.
final class Journal<Entry: Sendable>: Sendable {
    private let kept = Mutex<[Entry]>([])

    var entries: [Entry] { kept.withLock { $0 } }
    var count: Int { kept.withLock { $0.count } }

    /// - Returns: how many there are now.
    @discardableResult
    func add(_ entry: Entry) -> Int {
        kept.withLock { kept in
            kept.append(entry)
            return kept.count
        }
    }
}

/// Something that one thread tells another, which waits for it.
final class Signal: Sendable {
    private let semaphore = DispatchSemaphore(value: 0)

    func give() { semaphore.signal() }

    /// Waits until it is given; a minute is longer than anything here takes.
    func wait(sourceLocation: SourceLocation = #_sourceLocation) throws {
        try #require(semaphore.wait(timeout: .now() + 60) == .success, sourceLocation: sourceLocation)
    }
}

/// Works for as long as a job may.
func spend(milliseconds: Int) {
    let end = ContinuousClock.now + .milliseconds(milliseconds)
    while ContinuousClock.now < end {}
}

extension FordringHost {
    /// Works until nothing is due.
    @discardableResult
    func drain(
        _ handlers: TestHandler..., threads: Int = 1, observe: (@Sendable (WorkerStep, Job?) -> Void)? = nil
    ) -> [TenantID: WorkResult] {
        Worker(self, Worker.Options(concurrency: threads, drains: true), handlers: handlers, observe: observe).run()
    }

    /// Enqueues jobs for a test.
    ///
    /// - Returns: their numbers.
    @discardableResult
    func enqueue(
        _ count: Int, _ id: TenantID, kind: JobKind = .test, channel: String = "", lane: Int64? = nil,
        at time: Timestamp? = nil
    ) throws -> [Int64] {
        try database(of: id).write(provenance) { transaction in
            try (1...count).map { number in
                try JobQueue.enqueue(
                    NewJob(kind, subject: Int64(number), channel: channel, runAt: time, lane: lane), transaction
                ).id
            }
        }
    }

    /// How many jobs of a tenant are in each state.
    func states(_ id: TenantID, kind: JobKind = .test) throws -> [JobState: Int] {
        let counts = try database(of: id).read { try JobQueue.counts($0) }
        return Dictionary(counts.filter { $0.kind == kind }.map { ($0.state, $0.count) }, uniquingKeysWith: +)
    }
}

extension TestHome {
    /// Takes tenants on, whose letters go by `shout`; what is added to their file is the same for all.
    func onboard(_ ids: [String], adding text: String = "", in host: FordringHost) throws -> [TenantID] {
        try ids.map { id in
            let path = try tenantFile(id, channel: "shout")
            let file = try String(contentsOfFile: path, encoding: .utf8)
            return try host.onboard(file: try write("\(file)\n\(text)\n", to: "\(id).yaml"), isTrial: false).tenant
        }
    }

    /// The tenants whose books this process has open.
    func openBooks() throws -> Set<String> {
        let folder = home.tenants.path + "/"
        var found: Set<String> = []
        for descriptor in try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd") {
            // Closed since it was listed, or it is the listing's own.
            guard let path = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/fd/\(descriptor)"),
                path.hasPrefix(folder), path.hasSuffix("/books.sqlite")
            else { continue }
            found.insert(String(path.dropFirst(folder.count).dropLast("/books.sqlite".count)))
        }
        return found
    }
}
