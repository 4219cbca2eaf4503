import AuditTrail
package import Casework
package import Correspondence
package import Database
package import FordringKit
import Foundation
import Intake
import JobQueue
import Ledger
import Privacy
import SQLiteDriver
import Synchronization
package import Tenancy

/// The agency: plug-ins, tenants and their databases, wired together.
///
/// Everything that the command line does is a call here.
package final class FordringHost: Sendable {
    package let configuration: HostConfiguration
    package let home: Home
    package let plugins: PluginSet
    let store: HostStore
    let keyring: Keyring
    /// Databases that are open; they stay open until the host is closed.
    private let databases = Mutex<[TenantID: TenantDatabase]>([:])

    /// The schema of every tenant's database.
    package static let tenantSchema = Schema([
        .counters, AuditLog.migration, Ledger.migration, JobQueue.migration, CaseworkSchema.migration,
        ClaimRegister.migration, AuditLog.tileGuard, AuditKeys.migration, AuditKeys.rotation,
        TenantIdentity.migration, PrivacySchema.migration,
    ])

    /// Opens a home, making it where there is none, and loads the plug-ins.
    package init(_ configuration: HostConfiguration) throws {
        self.configuration = configuration
        home = Home(configuration.home)
        do {
            try FileManager.default.createDirectory(at: home.tenants, withIntermediateDirectories: true)
        } catch {
            throw HostError(
                .unavailable,
                "The home \(home.root.path) cannot be made: \(error.localizedDescription). Choose another with --home.")
        }
        store = HostStore(engine: try SQLiteEngine(path: home.hostDatabase.path, create: true))
        let now = Provenance(configuration.actor, at: configuration.clock.now())
        try HostStore.schema.migrate(store.engine, with: now)
        keyring = try Keyring(home, configuration.entropy, mayCreate: try store.tenants().isEmpty)
        plugins = PluginSet.load(from: configuration.pluginFolders, log: configuration.log)
    }

    /// Closes every database.
    package func close() throws {
        try databases.withLock { open in
            for (_, database) in open { try database.close() }
            open = [:]
        }
        try store.engine.close()
    }

    /// Who acts, now.
    package var provenance: Provenance { provenance(as: configuration.actor) }

    func provenance(as actor: Provenance.Actor) -> Provenance { Provenance(actor, at: configuration.clock.now()) }

    /// Today, by the host's clock in UTC.
    package var today: CivilDate { configuration.clock.now().day }

    /// What letters and checkpoints call the agency.
    package var agencyName: String {
        get throws { try store.setting("agency") ?? "Fordring" }
    }

    /// Sets what letters and the checkpoints of tenants taken on from now call the agency.
    package func setAgencyName(_ name: String) throws {
        guard !name.isEmpty, !name.contains("\n"), !name.contains("+") else {
            throw HostError(
                .badInput, "The agency's name must be one line without '+'; checkpoints are signed with it.")
        }
        try store.set("agency", to: name, provenance)
    }

    // MARK: Tenants

    /// All tenants, by identifier.
    package func tenants() throws -> [TenantRecord] { try store.tenants() }

    /// The tenants that work is done for, by identifier.
    package func activeTenants() throws -> [TenantID] { try store.activeTenants() }

    /// One tenant.
    ///
    /// - Throws: ``HostError`` `refused` when there is none of that name.
    package func tenant(_ id: TenantID) throws -> TenantRecord {
        if let record = try store.tenant(id) { return record }
        let known = try store.tenants().map(\.id.rawValue)
        throw HostError(
            .refused,
            "There is no tenant '\(id)'. "
                + (known.isEmpty
                    ? "Take one on with 'fordring tenant onboard FILE'."
                    : "There are: \(known.joined(separator: ", "))."))
    }

    /// The books of a tenant, opened and brought up to date when first asked for.
    package func database(of id: TenantID) throws -> TenantDatabase {
        if let open = databases.withLock({ $0[id] }) { return open }
        _ = try tenant(id)
        let engine = try SQLiteEngine(path: home.books(id).path, create: false)
        let database = TenantDatabase(tenant: id, engine: engine)
        if try !TenantIdentity.pending(database).isEmpty {
            try database.migrate(FordringHost.tenantSchema, with: provenance)
            try TenantIdentity.check(database)
        }
        return databases.withLock { open in
            if let other = open[id] { return other }
            open[id] = database
            return database
        }
    }

    /// A tenant that work may be done for, with its books, its law and its channels.
    ///
    /// - Throws: ``HostError`` `refused` for a suspended or offboarded tenant, `unavailable` where a plug-in that it needs
    ///   is missing or refused. Other tenants are not concerned.
    package func openForWork(_ id: TenantID) throws -> OpenTenant { try open(try activeTenant(id)) }

    /// A tenant's record; asked again before each piece of work, so that a suspension stops also work under way.
    ///
    /// - Throws: ``HostError`` `refused` for a suspended or offboarded tenant.
    @discardableResult
    func activeTenant(_ id: TenantID) throws -> TenantRecord {
        let record = try tenant(id)
        switch record.state {
        case .active: return record
        case .suspended:
            throw HostError(
                .refused,
                "The tenant '\(id)' is suspended, and nothing is done for it. 'fordring tenant resume \(id)' ends that."
            )
        case .offboarded:
            throw HostError(.refused, "The tenant '\(id)' has left; its books can be read, and nothing more is done.")
        }
    }

    /// The same for looking only, whatever the tenant's state.
    package func openForReading(_ id: TenantID) throws -> OpenTenant { try open(try tenant(id)) }

    private func open(_ record: TenantRecord) throws -> OpenTenant {
        let parts = try wire(record.id, record.settings, makingOutboxes: true)
        return OpenTenant(record: record, database: try database(of: record.id), parts: parts)
    }

    /// Makes the law and the channels that a tenant's settings ask for.
    ///
    /// - Parameter makingOutboxes: whether the channels' folders are made; not where settings are only checked.
    func wire(_ id: TenantID, _ settings: TenantSettings, makingOutboxes: Bool = false) throws -> TenantParts {
        var jurisdictions: [any Jurisdiction] = []
        var channels: [String: any LetterChannel] = [:]
        var renderer: (any LetterRenderer)?
        var lawgiver = Provenance.Plugin(name: "", version: "", sha256: "")
        for identifier in settings.plugins.keys.sorted() {
            guard let plugin = plugins.plugin(identifier) else {
                let refusal = plugins.refused.first { $0.identifier == identifier }?.refusal.message
                throw HostError(
                    .unavailable,
                    "The tenant '\(id)' needs the plug-in \(identifier), which is not in use. "
                        + (refusal ?? "Install it with 'fordring plugin build', or put it into \(home.plugins.path)."))
            }
            let offered = InstalledOffers.Plugin(identifier: identifier, registry: plugin.registry)
            let complete = plugins.offers.completeSettings(of: offered, for: settings)
            func context(_ outbox: String) -> PluginContext {
                PluginContext(tenant: id, settings: complete, outbox: outbox, log: configuration.log)
            }
            do {
                for offer in plugin.registry.jurisdictions {
                    jurisdictions.append(try offer.make(context("")))
                    if offer.country.code == settings.countries.first { lawgiver = plugin.provenance }
                }
                for offer in plugin.registry.channels {
                    let outbox = home.outbox(id, offer.name).path
                    if makingOutboxes {
                        try FileManager.default.createDirectory(atPath: outbox, withIntermediateDirectories: true)
                    }
                    channels[offer.name] = try offer.make(context(outbox))
                }
                for offer in plugin.registry.renderers where offer.mediaType == "application/pdf" {
                    renderer = try offer.make(context(""))
                }
            } catch {
                throw HostError(
                    .unavailable, "The plug-in \(identifier) cannot serve the tenant '\(id)': \(error).")
            }
        }
        guard let country = settings.countries.first,
            let jurisdiction = jurisdictions.first(where: { $0.country.code == country })
        else {
            throw HostError(
                .unavailable, "None of the plug-ins of the tenant '\(id)' brings the law of its country.")
        }
        let rules = CaseRules(
            jurisdiction: jurisdiction,
            creditor: CreditorFacts(deductsVAT: settings.deductsVAT, policy: settings.stepPolicies), plugin: lawgiver)
        let composer: LetterComposer
        do {
            composer = try LetterComposer(
                tenant: id, settings: settings, jurisdiction: jurisdiction, agencyName: try agencyName)
        } catch let fault as LetterTemplate.Fault {
            throw HostError(.badInput, "The tenant '\(id)': \(fault)")
        }
        return TenantParts(rules: rules, composer: composer, channels: channels, renderer: renderer)
    }
}

/// What plug-ins bring for one tenant.
package struct TenantParts: Sendable {
    package let rules: CaseRules
    package let composer: LetterComposer
    package let channels: [String: any LetterChannel]
    package let renderer: (any LetterRenderer)?
}

/// A tenant with everything that work for it needs.
package struct OpenTenant: Sendable {
    package let record: TenantRecord
    package let database: TenantDatabase
    package let parts: TenantParts

    package var id: TenantID { record.id }
    package var settings: TenantSettings { record.settings }
    package var rules: CaseRules { parts.rules }
    package var currency: Currency { rules.jurisdiction.currency }
}

/// Whose books a database holds: written once, checked whenever it is opened, so that a file in the wrong folder is found.
enum TenantIdentity {
    static let migration = Migration(
        "0007 identity",
        appendOnly: ["tenant_identity"],
        "CREATE TABLE tenant_identity (id TEXT NOT NULL PRIMARY KEY) {strict}")

    static func write(_ tenant: TenantID, _ transaction: WriteTransaction) throws {
        try transaction.execute("INSERT INTO tenant_identity (id) VALUES ($1)", tenant.rawValue)
    }

    /// The migrations that books still need, once they are known to be the tenant's: nothing is written to others.
    ///
    /// - Throws: ``DatabaseFault`` `wrongSchema` when they are another's; books too old to say it are asked afterwards.
    static func pending(_ database: TenantDatabase) throws -> [String] {
        let pending = try database.pendingMigrations(FordringHost.tenantSchema)
        if !pending.contains(migration.name) { try check(database) }
        return pending
    }

    static func check(_ database: TenantDatabase) throws {
        let found = try database.read { transaction in
            try transaction.first("SELECT id FROM tenant_identity") { $0.text(0) }
        }
        guard found == database.tenant.rawValue else {
            throw DatabaseFault(
                .wrongSchema,
                "The books in the folder of '\(database.tenant)' are those of '\(found ?? "nobody")'. "
                    + "Put the right file back; nothing was changed.")
        }
    }
}
