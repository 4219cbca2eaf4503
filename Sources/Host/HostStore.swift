package import Database
package import FordringKit
import Foundation
import Synchronization
package import Tenancy

/// Whether work is done for a tenant.
package enum TenantState: String, Sendable {
    case active
    /// Nothing is done until the tenant is resumed.
    case suspended
    /// The tenant has left; its books are kept and can be read.
    case offboarded
}

/// A tenant as the host knows it.
package struct TenantRecord: Sendable {
    package let id: TenantID
    package let state: TenantState
    package let settings: TenantSettings
    package let onboardedAt: Timestamp
}

/// The host's own small database: which tenants there are, and the agency's name.
struct HostStore: Sendable {
    let engine: any Engine
    private let decoded = DecodedSettings()

    init(engine: any Engine) { self.engine = engine }

    static let schema = Schema([
        .counters,
        Migration(
            "0001 host",
            """
            CREATE TABLE tenant (
                id TEXT NOT NULL PRIMARY KEY,
                state TEXT NOT NULL CHECK (state IN ('active', 'suspended', 'offboarded')),
                settings TEXT NOT NULL,
                onboarded_at {integer} NOT NULL
            ) {strict}
            """,
            "CREATE TABLE host_setting (name TEXT NOT NULL PRIMARY KEY, value TEXT NOT NULL) {strict}"),
        HostCalendar.migration, HostSchedules.migration, LawLines.hostMigration,
    ])

    func tenants() throws -> [TenantRecord] {
        try engine.readHost { transaction in
            try transaction.all("SELECT id, state, settings, onboarded_at FROM tenant ORDER BY id", map: record)
        }
    }

    /// The tenants that work is done for.
    ///
    /// Reads no settings, so that one unreadable row concerns its own tenant only.
    func activeTenants() throws -> [TenantID] {
        try engine.readHost { transaction in
            try transaction.all("SELECT id FROM tenant WHERE state = 'active' ORDER BY id") { $0.text(0) }
        }.compactMap { TenantID($0) }
    }

    /// The tenants for which only deletions at credit bureaus go on.
    func suspendedTenants() throws -> [TenantID] {
        try engine.readHost { transaction in
            try transaction.all("SELECT id FROM tenant WHERE state = 'suspended' ORDER BY id") { $0.text(0) }
        }.compactMap { TenantID($0) }
    }

    /// All tenants but those in a state; reads no settings either.
    func tenantIDs(except state: TenantState? = nil) throws -> [TenantID] {
        try engine.readHost { transaction in
            try transaction.all("SELECT id FROM tenant WHERE state <> $1 ORDER BY id", state?.rawValue ?? "") {
                $0.text(0)
            }
        }.compactMap { TenantID($0) }
    }

    func tenant(_ id: TenantID) throws -> TenantRecord? {
        try engine.readHost { transaction in
            try transaction.first(
                "SELECT id, state, settings, onboarded_at FROM tenant WHERE id = $1", id.rawValue, map: record)
        }
    }

    static func has(_ id: TenantID, _ transaction: ReadTransaction) throws -> Bool {
        try transaction.first("SELECT 1 FROM tenant WHERE id = $1", id.rawValue) { _ in true } ?? false
    }

    static func insert(_ id: TenantID, _ settings: TenantSettings, _ transaction: WriteTransaction) throws {
        try transaction.execute(
            "INSERT INTO tenant (id, state, settings, onboarded_at) VALUES ($1, 'active', $2, $3)", id.rawValue,
            settings.canonicalJSON, transaction.provenance.time)
        try HostCalendar.insert(id, transaction)
    }

    func set(_ settings: TenantSettings, _ id: TenantID, _ provenance: Provenance) throws {
        try engine.write(provenance) { transaction in
            try transaction.execute(
                "UPDATE tenant SET settings = $1 WHERE id = $2", settings.canonicalJSON, id.rawValue)
        }
    }

    func setting(_ name: String) throws -> String? {
        try engine.readHost { transaction in
            try transaction.first("SELECT value FROM host_setting WHERE name = $1", name) { $0.text(0) }
        }
    }

    func set(_ name: String, to value: String, _ provenance: Provenance) throws {
        try engine.write(provenance) { transaction in
            try transaction.execute(
                """
                INSERT INTO host_setting (name, value) VALUES ($1, $2)
                ON CONFLICT (name) DO UPDATE SET value = excluded.value
                """,
                name, value)
        }
    }

    private func record(_ row: Row) throws -> TenantRecord {
        guard let id = TenantID(row.text(0)), let state = TenantState(rawValue: row.text(1)),
            let settings = decoded.settings(of: id, in: row.text(2))
        else {
            throw DatabaseFault(
                .wrongSchema, "The host's record of the tenant '\(row.text(0))' cannot be read. Restore host.sqlite.")
        }
        return TenantRecord(
            id: id, state: state, settings: settings, onboardedAt: Timestamp(milliseconds: row.integer(3)))
    }
}

/// The settings that were lately read, which cost more to decode than all else that a look at a tenant costs.
private final class DecodedSettings: Sendable {
    private static let countMax = 1024

    private let known = Mutex<[TenantID: (text: String, settings: TenantSettings)]>([:])

    /// `nil` where the text is none of settings.
    func settings(of id: TenantID, in text: String) -> TenantSettings? {
        if let known = known.withLock({ $0[id] }), known.text == text { return known.settings }
        guard let settings = try? JSONDecoder().decode(TenantSettings.self, from: Data(text.utf8)) else { return nil }
        known.withLock { known in
            if known.count >= DecodedSettings.countMax { known = [:] }
            known[id] = (text, settings)
        }
        return settings
    }
}
