import Database
import FordringKit
import Synchronization

#if canImport(Musl)
import Musl
#else
import Glibc
#endif

/// The tenants' books that are open: as many as files and memory allow, those least lately used closed first.
///
/// Opening costs a hundred times what reading an open one does. Books that are still in use when they are put out of the
/// cache stay open until their last user lets go of them.
final class OpenBooks: Sendable {
    private struct Entry {
        let database: TenantDatabase
        var usedAt: UInt64
    }

    private struct State {
        var entries: [TenantID: Entry] = [:]
        var uses: UInt64 = 0

        mutating func use(_ tenant: TenantID) -> TenantDatabase? {
            guard entries[tenant] != nil else { return nil }
            uses += 1
            entries[tenant]?.usedAt = uses
            return entries[tenant]?.database
        }
    }

    private let state = Mutex(State())
    private let countMax: Int

    /// - Parameter countMax: how many stay open; as many as the system's limit on open files allows where it is `nil`.
    init(countMax: Int? = nil) { self.countMax = countMax ?? OpenBooks.standardCount }

    /// The books of a tenant, opened where they are not.
    func database(of tenant: TenantID, open: () throws -> TenantDatabase) throws -> TenantDatabase {
        if let known = state.withLock({ $0.use(tenant) }) { return known }
        let opened = try open()
        // What is put out closes after the lock is gone.
        var closing: [TenantDatabase] = []
        return state.withLock { state in
            if let other = state.use(tenant) {
                closing.append(opened)
                return other
            }
            if state.entries.count >= countMax,
                let oldest = state.entries.min(by: { $0.value.usedAt < $1.value.usedAt })
            {
                closing.append(oldest.value.database)
                state.entries[oldest.key] = nil
            }
            state.uses += 1
            state.entries[tenant] = Entry(database: opened, usedAt: state.uses)
            return opened
        }
    }

    /// Closes all.
    func close() throws {
        let entries = state.withLock { state in
            defer { state.entries = [:] }
            return state.entries
        }
        for (_, entry) in entries { try entry.database.close() }
    }

    /// A writer, a reader and their logs, for each; the rest of the files is for others.
    private static let standardCount: Int = {
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return 64 }
        limit.rlim_cur = limit.rlim_max
        _ = setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
        guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return 64 }
        return Int(clamping: min(512, max(16, Int64(clamping: limit.rlim_cur) / 2 / 16)))
    }()
}
