package import Database
package import FordringKit
package import Foundation
package import Logging
package import Metrics
import Synchronization

#if canImport(Musl)
import Musl
#else
import Glibc
#endif

/// Where the host takes the time from.
///
/// Nothing below Host asks for it; tests and the demo inject their own.
package protocol HostClock: Sendable {
    func now() -> Timestamp
}

/// The machine's clock.
package struct SystemClock: HostClock {
    package init() {}

    package func now() -> Timestamp { Timestamp(milliseconds: Int64(Date().timeIntervalSince1970 * 1000)) }
}

/// A clock that stands where it was set.
package final class SettableClock: HostClock {
    private let time: Mutex<Timestamp>

    package init(_ time: Timestamp) { self.time = Mutex(time) }

    package func now() -> Timestamp { time.withLock { $0 } }

    package func set(_ newTime: Timestamp) { time.withLock { $0 = newTime } }
}

/// Where key material comes from.
///
/// Tests and the demo inject a seeded source, so that a run can be repeated.
package protocol Entropy: Sendable {
    func bytes(_ count: Int) -> [UInt8]
}

/// The operating system's random numbers.
package struct SystemEntropy: Entropy {
    package init() {}

    package func bytes(_ count: Int) -> [UInt8] {
        // 256 at a time, the most that the call gives; a generator of numbers makes a call for each eight.
        [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
            while filled < count {
                let wanted = min(256, count - filled)
                guard getentropy(buffer.baseAddress?.advanced(by: filled), wanted) == 0 else {
                    preconditionFailure("the operating system gives no random numbers")
                }
                filled += wanted
            }
        }
    }
}

/// Everything that a host is opened with.
package struct HostConfiguration: Sendable {
    /// The folder that holds everything: the host's file, the tenants, their outboxes.
    package var home: URL
    /// Folders in which plug-ins are looked for, in order.
    package var pluginFolders: [URL]
    package var clock: any HostClock
    package var entropy: any Entropy
    /// Who acts, for the audit trail.
    package var actor: Provenance.Actor
    /// Where remarks for the operator go; never personal data, in words or metadata.
    package var logger: Logger
    /// Where counters and timers go; to what the process has set up for all where it is `nil`.
    package var metrics: (any MetricsFactory)?
    /// How many tenants' books stay open at once; as many as the system allows where it is `nil`.
    package var openBooksMax: Int?
    /// Plug-ins of this process itself, beside those in the folders; for tests.
    package var ownPlugins: [LoadedPlugin] = []

    package init(
        home: URL, pluginFolders: [URL], clock: any HostClock = SystemClock(), entropy: any Entropy = SystemEntropy(),
        actor: Provenance.Actor, logger: Logger = .silent, metrics: (any MetricsFactory)? = nil,
        openBooksMax: Int? = nil
    ) {
        self.home = home
        self.pluginFolders = pluginFolders
        self.clock = clock
        self.entropy = entropy
        self.actor = actor
        self.logger = logger
        self.metrics = metrics
        self.openBooksMax = openBooksMax
    }
}

/// The folders and files of a home.
package struct Home: Sendable {
    package let root: URL

    package init(_ root: URL) { self.root = root }

    package var hostDatabase: URL { root.appending(path: "host.sqlite") }
    package var hostKey: URL { root.appending(path: "host.key") }
    package var tenants: URL { root.appending(path: "tenants") }
    package var plugins: URL { root.appending(path: "plugins") }

    package func tenant(_ id: TenantID) -> URL { tenants.appending(path: id.rawValue) }
    package func books(_ id: TenantID) -> URL { tenant(id).appending(path: "books.sqlite") }
    package func outbox(_ id: TenantID, _ channel: String) -> URL {
        tenant(id).appending(path: "outbox").appending(path: channel)
    }
}

extension Logger {
    /// Says nothing.
    package static let silent = Logger(label: "fordring") { _ in SwiftLogNoOpLogHandler() }

    /// A logger that adds to everything that it says.
    func with(_ metadata: Logger.Metadata) -> Logger {
        var logger = self
        for (key, value) in metadata { logger[metadataKey: key] = value }
        return logger
    }
}
