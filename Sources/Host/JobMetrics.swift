import Database
import FordringKit
import JobQueue
import Metrics
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

    private let handles = Mutex<[Key: Handles]>([:])

    package init() {}

    /// Counts a job that a worker has recorded.
    func ended(_ job: Job, _ result: JobReport.Result, at now: Timestamp) {
        let (counter, wait, duration) = handles.withLock { handles in
            let key = Key(tenant: job.tenant, kind: job.kind)
            var known = handles[key] ?? JobMetrics.make(key)
            let counter =
                known.ended[result]
                ?? Counter(label: "fordring_jobs_ended", dimensions: key.dimensions + [("result", result.rawValue)])
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
                var known = handles[key] ?? JobMetrics.make(key)
                let ofKind = counts.filter { $0.kind == key.kind }
                for state in JobState.allCases where !state.isEnded || state == .dead {
                    let gauge =
                        known.depth[state]
                        ?? Gauge(label: "fordring_jobs_depth", dimensions: key.dimensions + [("state", state.rawValue)])
                    known.depth[state] = gauge
                    gauge.record(ofKind.first { $0.state == state }?.count ?? 0)
                }
                let oldest = ofKind.first { $0.state == .available }?.time
                known.age.record(oldest.map { max(0, now.milliseconds - $0.milliseconds) / 1000 } ?? 0)
                handles[key] = known
            }
        }
    }

    private static func make(_ key: Key) -> Handles {
        Handles(
            wait: Timer(label: "fordring_job_wait", dimensions: key.dimensions),
            duration: Timer(label: "fordring_job_duration", dimensions: key.dimensions),
            age: Gauge(label: "fordring_jobs_oldest_seconds", dimensions: key.dimensions))
    }
}
