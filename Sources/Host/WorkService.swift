package import FordringKit
import Foundation
import ServiceLifecycle
import Synchronization

/// The workers as a service: they run until the group that they belong to shuts down, or until nothing is left where they
/// drain.
///
/// On the signal each worker finishes the job at hand, records it and gives back what it had taken beside it. What is not
/// finished within the bound is left to its lease: the next worker on this machine sees that the process is gone, and
/// takes it over at once.
package final class WorkService: Service {
    private let worker: Worker
    private let host: FordringHost
    private let secondsToStop: Int
    private let done = Mutex<[TenantID: WorkResult]>([:])

    package init(_ host: FordringHost, _ options: Worker.Options, secondsToStop: Int) {
        self.host = host
        self.secondsToStop = secondsToStop
        worker = Worker(host, options)
    }

    /// What was done, by tenant, once it has ended.
    package var results: [TenantID: WorkResult] { done.withLock { $0 } }

    /// Why nobody could say who has work, where that was so at the end.
    package var failure: HostError? { worker.failure }

    package func run() async throws {
        if worker.options.obeysSchedules { try host.planMissing() }
        worker.start()
        let worker = worker
        let results = await withGracefulShutdownHandler {
            await withCheckedContinuation { continuation in
                Thread { continuation.resume(returning: worker.wait()) }.start()
            }
        } onGracefulShutdown: { [secondsToStop] in
            worker.stop(within: secondsToStop)
        }
        done.withLock { $0 = results }
    }

    /// Closes the host's databases, once it has ended, unless a job that was given up on may still be at one of them:
    /// closing would wait for it.
    ///
    /// - Returns: `false` where they stay open until the process ends, which does them no harm.
    package func closeHost() throws -> Bool {
        if worker.hasLostThreads { return false }
        try host.close()
        return true
    }

    /// Shows, through the metrics, how many jobs wait of the tenants that were worked for lately.
    package func measureQueues() { worker.watch.measure(host) }
}
