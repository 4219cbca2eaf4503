import Database
import FordringKit
import JobQueue
import Logging
package import Metrics
import Synchronization

/// What operations see of the queues, through swift-metrics: how many jobs ended and how, how long they waited and took,
/// and how many wait since when; by tenant and kind.
package final class JobMetrics: Sendable {
    private struct Key: Hashable {
        let tenant: TenantID
        let kind: JobKind

        var dimensions: [(String, String)] { [("tenant", tenant.rawValue), ("kind", kind.rawValue)] }
    }

    private struct Handles {
        let wait: Timer
        let duration: Timer
        var ended: [JobReport.Result: Counter] = [:]
        var depth: [JobState: Gauge] = [:]
        let age: Gauge
    }

    /// What each of them shows, by name, for those who read them.
    package static let help = [
        "fordring_jobs_ended": "Jobs whose work has ended, by how it ended.",
        "fordring_job_wait": "How long jobs waited from when they could be begun until they were.",
        "fordring_job_duration": "How long jobs took from their beginning until they were recorded.",
        "fordring_jobs_depth": "Jobs that have not ended, and those that were given up, by state.",
        "fordring_jobs_oldest_seconds": "For how long the oldest job that could be begun has waited.",
    ]

    private let handles = Mutex<[Key: Handles]>([:])
    private let factory: any MetricsFactory

    package init(_ factory: (any MetricsFactory)? = nil) { self.factory = factory ?? MetricsSystem.factory }

    /// Counts a job that a worker has recorded.
    func ended(_ job: Job, _ result: JobReport.Result, at now: Timestamp) {
        let (counter, wait, duration) = handles.withLock { handles in
            let key = Key(tenant: job.tenant, kind: job.kind)
            var known = handles[key] ?? make(key)
            let counter =
                known.ended[result]
                ?? Counter(
                    label: "fordring_jobs_ended", dimensions: key.dimensions + [("result", result.rawValue)],
                    factory: factory)
            known.ended[result] = counter
            handles[key] = known
            return (counter, known.wait, known.duration)
        }
        counter.increment()
        wait.recordMilliseconds(max(0, job.startedAt.milliseconds - job.dueAt.milliseconds))
        duration.recordMilliseconds(max(0, now.milliseconds - job.startedAt.milliseconds))
    }

    /// Shows how many jobs of a tenant wait, and for how long the oldest has.
    func measured(_ tenant: TenantID, _ counts: [JobCount], at now: Timestamp) {
        handles.withLock { handles in
            for key in Set(counts.map { Key(tenant: tenant, kind: $0.kind) }).union(
                handles.keys.filter { $0.tenant == tenant })
            {
                var known = handles[key] ?? make(key)
                let ofKind = counts.filter { $0.kind == key.kind }
                for state in JobState.allCases where !state.isEnded || state == .dead {
                    let gauge =
                        known.depth[state]
                        ?? Gauge(
                            label: "fordring_jobs_depth", dimensions: key.dimensions + [("state", state.rawValue)],
                            factory: factory)
                    known.depth[state] = gauge
                    gauge.record(ofKind.first { $0.state == state }?.count ?? 0)
                }
                let oldest = ofKind.compactMap(\.waitsSince).min() ?? now
                known.age.record(max(0, now.milliseconds - oldest.milliseconds) / 1000)
                handles[key] = known
            }
        }
    }

    private func make(_ key: Key) -> Handles {
        Handles(
            wait: Timer(label: "fordring_job_wait", dimensions: key.dimensions, factory: factory),
            duration: Timer(label: "fordring_job_duration", dimensions: key.dimensions, factory: factory),
            age: Gauge(label: "fordring_jobs_oldest_seconds", dimensions: key.dimensions, factory: factory))
    }
}

extension FordringHost {
    /// Counts and logs a job that a worker has recorded.
    func ended(_ job: Job, _ result: JobReport.Result) {
        let now = configuration.clock.now()
        metrics.ended(job, result, at: now)
        configuration.logger.debug(
            "a job ended",
            metadata: job.metadata.merging([
                "result": "\(result.rawValue)",
                "milliseconds": .stringConvertible(max(0, now.milliseconds - job.startedAt.milliseconds)),
            ]) { $1 })
    }
}
