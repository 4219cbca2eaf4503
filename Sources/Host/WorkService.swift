import FordringKit
import Foundation
package import Logging
import ServiceLifecycle

/// The workers as a service: they run until the group that they belong to shuts down.
///
/// On the signal each worker finishes the job at hand, records it and gives back what it had taken beside it. What is not
/// finished within the bound is left to its lease: the next worker on this machine sees that the process is gone, and
/// takes it over at once.
package struct WorkService: Service {
    private let worker: Worker
    private let host: FordringHost
    private let secondsToStop: Int
    private let logger: Logger

    package init(_ host: FordringHost, _ options: Worker.Options, secondsToStop: Int, logger: Logger) {
        self.host = host
        self.secondsToStop = secondsToStop
        self.logger = logger
        worker = Worker(host, options)
    }

    package func run() async throws {
        try host.planMissing()
        worker.start()
        logger.info("working")
        let worker = worker
        await withGracefulShutdownHandler {
            await withCheckedContinuation { continuation in
                Thread {
                    _ = worker.wait()
                    continuation.resume()
                }.start()
            }
        } onGracefulShutdown: { [logger, secondsToStop] in
            logger.info("stopping", metadata: ["withinSeconds": "\(secondsToStop)"])
            worker.stop(within: secondsToStop)
        }
        logger.info("stopped")
    }
}
