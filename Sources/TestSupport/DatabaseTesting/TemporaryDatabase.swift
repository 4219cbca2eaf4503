package import Database
package import FordringKit
import Foundation
import SQLiteDriver
import Synchronization

/// A folder that is gone when the value is.
package final class TemporaryFolder: Sendable {
    package let path: String

    package init() throws {
        path = FileManager.default.temporaryDirectory.appendingPathComponent("fordring-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    /// The path of a file in the folder.
    package func file(_ name: String) -> String { "\(path)/\(name)" }
}

/// A clock that goes where a test sets it.
package final class TestClock: Sendable {
    private let time: Mutex<Timestamp>

    package init(_ time: Timestamp) { self.time = Mutex(time) }

    package var now: Timestamp {
        get { time.withLock { $0 } }
        set { time.withLock { $0 = newValue } }
    }

    package func advance(seconds: Int64) { time.withLock { $0 = $0.adding(seconds: seconds) } }
}

/// A fresh SQLite database of one tenant, in a folder of its own that goes with it.
package final class TemporaryDatabase: Sendable {
    package let folder: TemporaryFolder
    /// The file of the database.
    package let path: String
    package let engine: any Engine
    /// The database's time; it stands until it is set.
    package let clock: TestClock
    package let tenant: TenantDatabase

    package init(_ schema: Schema, tenant name: String = "testland-tenant") throws {
        guard let id = TenantID(name) else { throw RuleBroken("'\(name)' is not a tenant's identifier") }
        folder = try TemporaryFolder()
        path = folder.file("\(name).sqlite")
        let clock = TestClock(Provenance.test.time)
        self.clock = clock
        engine = try SQLiteEngine(path: path, create: true, clock: { clock.now })
        tenant = TenantDatabase(tenant: id, engine: engine)
        try tenant.migrate(schema, with: .test)
    }

    deinit { try? engine.close() }

    /// One transaction by the test.
    @discardableResult
    package func write<Result>(_ body: (WriteTransaction) throws -> Result) throws -> Result {
        try tenant.write(.test, body)
    }

    package func read<Result>(_ body: (ReadTransaction) throws -> Result) throws -> Result { try tenant.read(body) }
}

extension Provenance {
    /// The test acts, on Monday 2026-01-05 at six.
    package static let test = Provenance(.host("test"), at: Timestamp(CivilDate(2026, 1, 5), hour: 6))

    /// The test acts, on a day at six.
    package static func test(on day: CivilDate) -> Provenance { Provenance(.host("test"), at: Timestamp(day, hour: 6)) }
}

/// The fault that a closure throws; `nil` when it throws none.
package func fault<Result>(_ body: () throws -> Result) throws -> DatabaseFault? {
    do {
        _ = try body()
        return nil
    } catch let fault as DatabaseFault {
        return fault
    }
}
