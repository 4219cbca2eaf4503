import FordringKit
import JobQueue
import Synchronization

/// Which tenants' queues are to be measured, so that the gauges of ``JobMetrics`` live.
///
/// Measured are those that were worked for since the last time, and those where jobs waited then: so a queue that nobody
/// works on, because it is paused or retries, goes on growing old in the figures, and an idle tenant's books stay closed.
final class QueueWatch: Sendable {
    /// How long measuring takes at most, so that it never takes more than a tenth of one core where it is done each ten
    /// seconds; who is left over comes first the next time.
    private static let seconds = 1.0

    private struct State {
        var workedFor: Set<TenantID> = []
        var waiting: Set<TenantID> = []
        var queue: [TenantID] = []
    }

    private let state = Mutex(State())

    func workedFor(_ tenant: TenantID) { _ = state.withLock { $0.workedFor.insert(tenant) } }

    func measure(_ host: FordringHost) {
        let began = ContinuousClock.now
        state.withLock { state in
            guard state.queue.isEmpty else { return }
            state.queue = state.workedFor.union(state.waiting).sorted { $0.rawValue > $1.rawValue }
            state.workedFor = []
        }
        while (ContinuousClock.now - began).seconds < QueueWatch.seconds,
            let tenant = state.withLock({ $0.queue.popLast() })
        {
            // Books that cannot be read are reported where they are worked on.
            let counts = (try? host.jobStatistics(tenant))?.counts ?? []
            let waits = counts.contains { !$0.state.isEnded }
            state.withLock { state in
                if waits { state.waiting.insert(tenant) } else { state.waiting.remove(tenant) }
            }
        }
    }
}
