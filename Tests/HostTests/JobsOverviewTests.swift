import Casework
import Database
import FordringKit
import Foundation
import JobQueue
import Logging
import MetricsTestKit
import Synchronization
import Testing

@testable import Host

/// Keeps what is logged.
private final class Lines: Sendable {
    private let said = Mutex<[(message: String, metadata: Logger.Metadata)]>([])

    var all: [(message: String, metadata: Logger.Metadata)] { said.withLock { $0 } }

    var logger: Logger {
        var logger = Logger(label: "test") { _ in Handler(lines: self) }
        logger.logLevel = .trace
        return logger
    }

    struct Handler: LogHandler {
        let lines: Lines
        var metadata: Logger.Metadata = [:]
        var logLevel = Logger.Level.trace

        subscript(metadataKey key: String) -> Logger.Metadata.Value? {
            get { metadata[key] }
            set { metadata[key] = newValue }
        }

        func log(event: LogEvent) {
            lines.said.withLock { said in
                said.append(("\(event.message)", metadata.merging(event.metadata ?? [:]) { $1 }))
            }
        }
    }
}

@Suite struct JobsOverviewTests {
    @Test func `Counters, timers and gauges are kept by tenant and kind`() throws {
        let test = try TestHome()
        let metrics = TestMetrics()
        let lines = Lines()
        let host = try test.open(logger: lines.logger, metrics: metrics)
        let tenants = try ["aa", "bb"].map { try test.onboard($0, in: host) }
        _ = try host.importClaims(try test.claims(3), for: tenants[0])
        _ = try host.importClaims(try test.claims(2, debtor: "Unlucky", to: "bb.csv"), for: tenants[1])
        for tenant in tenants { _ = try host.decideDay(TestHome.day, for: tenant) }
        func dimensions(_ tenant: String, _ more: (String, String)...) -> [(String, String)] {
            [("tenant", tenant), ("kind", "deliverLetter")] + more
        }
        func gauge(_ label: String, _ dimensions: [(String, String)]) throws -> Double? {
            try metrics.expectGauge(label, dimensions).lastValue
        }

        let now = test.clock.now()
        test.clock.set(now.adding(seconds: 90))
        for tenant in tenants { _ = try host.jobStatistics(tenant.id) }
        #expect(try gauge("fordring_jobs_depth", dimensions("aa", ("state", "available"))) == 3)
        #expect(try gauge("fordring_jobs_depth", dimensions("bb", ("state", "available"))) == 2)
        #expect(try gauge("fordring_jobs_oldest_seconds", dimensions("aa")) == 90)

        let service = WorkService(
            host, Worker.Options(concurrency: 1, drains: true, day: TestHome.day), secondsToStop: 1)
        for tenant in tenants { _ = try host.drain(tenant, on: TestHome.day) }
        service.measureQueues()
        for tenant in tenants { _ = try host.jobStatistics(tenant.id) }
        #expect(try metrics.expectCounter("fordring_jobs_ended", dimensions("aa", ("result", "done"))).totalValue == 3)
        #expect(
            try metrics.expectCounter("fordring_jobs_ended", dimensions("bb", ("result", "failed"))).totalValue == 2)
        #expect(metrics.counters(label: "fordring_jobs_ended").count == 2)
        let waited = try metrics.expectTimer("fordring_job_wait", dimensions("aa")).values
        #expect(waited == Array(repeating: 90_000_000_000, count: 3))
        #expect(try metrics.expectTimer("fordring_job_duration", dimensions("bb")).values.count == 2)
        #expect(try gauge("fordring_jobs_depth", dimensions("aa", ("state", "available"))) == 0)
        #expect(try gauge("fordring_jobs_depth", dimensions("bb", ("state", "retrying"))) == 2)
        // What waits for a later time is not late.
        #expect(try gauge("fordring_jobs_oldest_seconds", dimensions("bb")) == 0)
        test.clock.set(now.adding(seconds: 90_000))
        _ = try host.jobStatistics(tenants[1].id)
        #expect(try gauge("fordring_jobs_oldest_seconds", dimensions("bb")) ?? 0 > 80_000)

        let ended = lines.all.filter { $0.message == "a job ended" }
        #expect(ended.count == 5)
        #expect(
            ended.allSatisfy { Set($0.metadata.keys).isSuperset(of: ["tenant", "job", "kind", "attempt", "result"]) })
        // The pigeon's own error holds the name of its debtor.
        #expect(!lines.all.contains { "\($0)".contains("Unlucky") })
        try host.close()
    }

    @Test func `The worker measures those it worked for, and those that wait, and opens no other books`() throws {
        let test = try TestHome()
        let metrics = TestMetrics()
        let host = try test.open(metrics: metrics)
        let busy = try test.onboard("aa", in: host)
        let idle = try test.onboard("bb", in: host)
        _ = try host.importClaims(try test.claims(1, debtor: "Unlucky"), for: busy)
        _ = try host.decideDay(TestHome.day, for: busy)
        let watch = QueueWatch()
        watch.workedFor(busy.id)
        func measurements(_ id: TenantID) -> Int {
            metrics.recorders(label: "fordring_jobs_oldest_seconds")
                .filter { $0.dimensions.contains { $0 == ("tenant", id.rawValue) } }.map(\.values.count).reduce(0, +)
        }
        watch.measure(host)
        #expect(measurements(busy.id) == 1)
        // Nobody worked for it since, and a job of it waits.
        watch.measure(host)
        #expect(measurements(busy.id) == 2)
        _ = try host.cancelJob(1, of: busy.id, reason: "test")
        for _ in 1...3 { watch.measure(host) }
        #expect(measurements(busy.id) == 3)
        #expect(measurements(idle.id) == 0)
        try host.close()
    }

    @Test func `The overview opens the books of those with jobs only, and goes on where one fails`() throws {
        let test = try TestHome()
        let host = try test.open()
        for id in ["aa", "bb", "cc", "dd"] { _ = try test.onboard(id, in: host) }
        for id in ["aa", "cc"] {
            let tenant = try host.openForWork(try tenantID(id))
            _ = try host.importClaims(try test.claims(1, to: "\(id).csv"), for: tenant)
            _ = try host.decideDay(TestHome.day, for: tenant)
        }
        for id in ["bb", "dd"] { _ = try host.drain(try host.openForWork(try tenantID(id)), on: TestHome.day) }
        try host.close()
        // Books that are opened all the same would be missed.
        for id in ["bb", "cc"] { try FileManager.default.removeItem(at: test.home.tenant(try tenantID(id))) }

        let again = try test.open()
        let overview = try again.queuesOverview(isComplete: false)
        #expect(overview.tenants.map(\.tenant.rawValue) == ["aa", "cc"])
        #expect(overview.others == 2)
        guard case .success(let statistics) = overview.tenants[0].result else {
            Issue.record("aa failed")
            return
        }
        #expect(statistics.counts.map(\.count) == [1])
        guard case .failure(let error) = overview.tenants[1].result else {
            Issue.record("cc did not fail")
            return
        }
        #expect(error.code == .unavailable)

        let pause = JobPause(channel: "pigeon")
        let outcomes = try again.forEachTenant { try again.pauseJobs(pause, of: $0, reason: "test") }
        let changed = outcomes.map { outcome in (try? outcome.result.get()) }
        #expect(changed == [true, nil, nil, true])
        try again.close()
    }

    @Test func `What is not there is named with what is`() throws {
        let test = try TestHome()
        let host = try test.open()
        let tenant = try test.onboard("aaaa", in: host)
        for (message, expected) in [
            (try hostError { try host.tenant(tenantID("aaba")) }.message, "did you mean 'aaaa'? There are: aaaa."),
            (
                try hostError { try host.jobKind("deliverLeter", of: tenant.id) }.message,
                "did you mean 'deliverLetter'?"
            ),
            (try hostError { try host.channel("pidgeon", of: tenant.id) }.message, "did you mean 'pigeon'?"),
            (try hostError { try host.channel("post", of: nil) }.message, "There are: carriage, pigeon, shout."),
            (try hostError { try host.job(7, of: tenant.id) }.message, "There is no job 7 of 'aaaa'"),
        ] {
            #expect(message.contains(expected), "\(message)")
        }
        try host.close()
    }

    private func hostError<Result>(_ body: () throws -> Result) throws -> HostError {
        try HostTests.hostError(from: body)
    }

    @Test func `Trying a letter again that was given up is refused, with what helps instead`() throws {
        let test = try TestHome()
        let host = try test.open()
        let tenant = try test.onboard("aa", in: host)
        _ = try host.importClaims(try test.claims(2), for: tenant)
        _ = try host.decideDay(TestHome.day, for: tenant)
        #expect(try host.cancelJob(1, of: tenant.id, reason: "wrong") == .cancelled)
        let givenUp = try hostError { try host.retryJob(1, of: tenant.id, reason: "again") }
        #expect(givenUp.code == .refused)
        #expect(givenUp.message.contains("fordring task list --tenant aa"))
        let waits = try hostError { try host.retryJob(2, of: tenant.id, reason: "again") }
        #expect(waits.message.contains("can be begun already"))
        _ = try host.drain(tenant, on: TestHome.day)
        #expect(
            try hostError { try host.retryJob(2, of: tenant.id, reason: "again") }.message.contains("left the house"))
        let details = try host.jobDetails(2, of: tenant.id)
        #expect(details.letter?.caseID == CaseID(rawValue: 2))
        #expect(details.letter?.kind == "reminder")
        try host.close()
    }

    @Test func `A letter is not settled as sent in the future, or by a channel that is not there`() throws {
        let test = try TestHome()
        let host = try test.open()
        let tenant = try test.onboard("aa", in: host)
        func settle(_ day: CivilDate, _ channel: String) throws -> HostError {
            try hostError {
                try host.settleLetter(
                    job: 1, of: tenant.id, sent: (on: day, channel: channel, reference: "x"), reason: "r")
            }
        }
        #expect(try settle(TestHome.day.adding(days: 1), "pigeon").message.contains("still to come"))
        #expect(try settle(TestHome.day, "pigoen").message.contains("did you mean 'pigeon'?"))
        #expect(try settle(TestHome.day, "pigeon").message.contains("There is no job 1"))
        try host.close()
    }
}
