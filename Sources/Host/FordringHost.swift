import AuditTrail
package import Casework
package import Correspondence
package import Database
package import FordringKit
import Foundation
import Intake
import JobQueue
import Ledger
import LegalTrack
import Logging
import Privacy
import Registrations
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
    /// From when each tenant has work.
    package let calendar: HostCalendar
    /// What operations see of the queues.
    package let metrics: JobMetrics
    /// The batches and packages that this process is handing to credit bureaus and courts.
    let batchesUnderWay = BatchesUnderWay()
    private let books: OpenBooks
    /// What tenants were lately opened with, by identifier.
    private let wired = Mutex<[TenantID: WiredTenant]>([:])

    /// The schema of every tenant's database.
    package static let tenantSchema = Schema([
        .counters, AuditLog.migration, Ledger.migration, JobQueue.migration, JobQueue.lanes, WorkMark.migration,
        CaseworkSchema.migration, CaseworkSchema.stepStates, CaseworkSchema.claimFacts, CaseworkSchema.holds,
        CaseworkSchema.sales, CaseworkSchema.taskMatters, CaseworkSchema.noticeBureaus,
        ClaimRegister.migration,
        AuditLog.tileGuard,
        AuditKeys.migration, AuditKeys.rotation,
        TenantIdentity.migration, PrivacySchema.migration, LawLines.tenantMigration, RegistrationSchema.migration,
        LegalSchema.migration, LegalSchema.claims, CaseworkSchema.answers,
        RegistrationUpkeepSchema.migration, RegistrationUpkeepSchema.notices,
    ])

    /// Opens a home, making it where there is none, and loads the plug-ins.
    package init(_ configuration: HostConfiguration) throws {
        self.configuration = configuration
        metrics = JobMetrics(configuration.metrics)
        home = Home(configuration.home)
        do {
            try FileManager.default.createDirectory(at: home.tenants, withIntermediateDirectories: true)
        } catch {
            throw HostError(
                .unavailable,
                "The home \(home.root.path) cannot be made: \(error.localizedDescription). Choose another with --home.")
        }
        let clock = configuration.clock
        let engine = try SQLiteEngine(path: home.hostDatabase.path, create: true, clock: { clock.now() })
        store = HostStore(engine: engine)
        calendar = HostCalendar(engine, clock)
        books = OpenBooks(countMax: configuration.openBooksMax)
        let now = Provenance(configuration.actor, at: configuration.clock.now())
        try HostStore.schema.migrate(store.engine, with: now)
        keyring = try Keyring(home, configuration.entropy, mayCreate: try store.tenants().isEmpty)
        plugins = PluginSet.load(
            from: configuration.pluginFolders, and: configuration.ownPlugins,
            log: { configuration.logger.warning("\($0)") })
    }

    /// Closes every database.
    package func close() throws {
        wired.withLock { $0 = [:] }
        try books.close()
        try calendar.flush()
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
        let known = try store.tenantIDs().map(\.rawValue)
        let suggestion = Spelling.suggestion(for: id.rawValue, among: known)
        let cure =
            switch known.count {
            case 0: "Take one on with 'fordring tenant onboard FILE'."
            case 1...20: "There are: \(known.joined(separator: ", "))."
            default: "There are \(known.count); 'fordring tenant list' shows them."
            }
        throw HostError(.refused, "There is no tenant '\(id)'\(suggestion.isEmpty ? "." : suggestion) \(cure)")
    }

    /// The books of a tenant, opened and brought up to date where they are not open.
    package func database(of id: TenantID) throws -> TenantDatabase {
        try books.database(of: id) {
            _ = try tenant(id)
            let clock = configuration.clock
            let engine = try SQLiteEngine(path: home.books(id).path, create: false, clock: { clock.now() })
            let database = TenantDatabase(tenant: id, engine: engine, calendar: calendar)
            if try !TenantIdentity.pending(database).isEmpty {
                try database.migrate(FordringHost.tenantSchema, with: provenance)
                try TenantIdentity.check(database)
                // A migration may have made cases due.
                try database.write(provenance) { transaction in
                    for day in [try CaseQueries.nextDay(transaction), try Registrations.nextDay(transaction)] {
                        if let day { transaction.announceCases(on: day) }
                    }
                }
            }
            return database
        }
    }

    /// A tenant that work may be done for, with its books, its law and its channels.
    ///
    /// - Throws: ``HostError`` `refused` for a suspended or offboarded tenant, `unavailable` where a plug-in that it needs
    ///   is missing or refused. Other tenants are not concerned.
    package func openForWork(_ id: TenantID) throws -> OpenTenant { try open(try activeTenant(id), forWork: true) }

    /// The same of a tenant that is suspended, for which deletions at credit bureaus go on and nothing else.
    ///
    /// - Throws: ``HostError`` `refused` for an offboarded tenant.
    package func openForJobs(_ id: TenantID) throws -> OpenTenant { try open(try tenantWithJobs(id), forWork: true) }

    /// The record of a tenant that has not left.
    @discardableResult
    func tenantWithJobs(_ id: TenantID) throws -> TenantRecord {
        let record = try tenant(id)
        return record.state == .suspended ? record : try activeTenant(id)
    }

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

    /// A tenant's record and law, without its books and so without lines that were added to its tables: for its calendar.
    func law(of id: TenantID) throws -> (record: TenantRecord, rules: CaseRules) {
        let record = try tenant(id)
        if let known = wired.withLock({ $0[id] }), known.settings == record.settings { return (record, known.rules) }
        return (record, try wireRules(id, record.settings))
    }

    /// The same for looking only, whatever the tenant's state.
    package func openForReading(_ id: TenantID) throws -> OpenTenant { try open(try tenant(id), forWork: false) }

    /// - Parameter forWork: whether the tenant's books first get the lines of law that they lack; decisions rest on those
    ///   in the books, so that they can be repeated from the books alone.
    private func open(_ record: TenantRecord, forWork: Bool) throws -> OpenTenant {
        let database = try database(of: record.id)
        let agency = try agencyName
        let newest = try newestLawLine()
        if let known = wired.withLock({ $0[record.id] }), known.settings == record.settings, known.agency == agency,
            known.newestLawLine == newest
        {
            return OpenTenant(
                record: record, database: database, rules: known.rules, desk: known.desk, bureaus: known.bureaus)
        }
        let (lines, areAll) = try lawLines(of: record, in: database, newest: newest, mayCopy: forWork)
        let bureaus = tenantBureaus(record.id, record.settings)
        let rules = try wireRules(record.id, record.settings, lines, bureaus)
        let desk = LetterParts { [weak self] in
            guard let self else { throw HostError(.fault, "The host was closed while a letter was being written.") }
            return try wire(record.id, record.settings, lines, makingOutboxes: true)
        }
        guard areAll else {
            return OpenTenant(record: record, database: database, rules: rules, desk: desk, bureaus: bureaus)
        }
        let made = WiredTenant(
            settings: record.settings, agency: agency, newestLawLine: newest, rules: rules, desk: desk, bureaus: bureaus
        )
        wired.withLock { wired in
            // Those that have work come again; there is no need to know which were last.
            if wired.count >= FordringHost.wiredMax { wired = [:] }
            wired[record.id] = made
        }
        return OpenTenant(record: record, database: database, rules: rules, desk: desk, bureaus: bureaus)
    }

    /// The credit bureaus of a tenant, to be made when one is needed.
    private func tenantBureaus(_ id: TenantID, _ settings: TenantSettings) -> TenantBureaus {
        TenantBureaus { [weak self] in
            guard let self else { throw HostError(.fault, "The host was closed while a bureau was being asked.") }
            return try makeBureaus(id, settings, makingOutboxes: true)
        }
    }

    private static let wiredMax = 512

    /// The plug-ins that a tenant's settings ask for, with their complete settings.
    private func wanted(
        _ id: TenantID, _ settings: TenantSettings
    ) throws -> [(plugin: LoadedPlugin, settings: [String: String])] {
        try settings.plugins.keys.sorted().map { identifier in
            guard let plugin = plugins.plugin(identifier, settings.pinnedVersion(of: identifier)) else {
                throw missing(identifier, settings.pinnedVersion(of: identifier), for: id)
            }
            return (plugin, plugins.offers.completeSettings(of: plugin.offered, for: settings))
        }
    }

    private func missing(_ identifier: String, _ version: String?, for id: TenantID) -> HostError {
        let needed = "The tenant '\(id)' needs the plug-in \(identifier)\(version.map { " \($0)" } ?? "")"
        let refusal = plugins.refused.first { refused in
            refused.identifier == identifier || version.map { refused.identifier == "\(identifier)-\($0)" } ?? false
        }
        let installed = plugins.versions(of: identifier)
        if version != nil, !installed.isEmpty {
            return HostError(
                .unavailable,
                "\(needed), and installed is \(installed.joined(separator: " and ")). Install that version beside it with "
                    + "'fordring plugin build --versioned', or name another under plugins.\(identifier).version.")
        }
        return HostError(
            .unavailable,
            "\(needed), which is not in use. "
                + (refusal?.refusal.message
                    ?? "Install it with 'fordring plugin build', or put it into \(home.plugins.path)."))
    }

    /// Calls a closure with each plug-in that a tenant's settings ask for, and with what makes its context for an outbox.
    ///
    /// - Throws: ``HostError`` `unavailable` that names the plug-in whose closure throws.
    func eachPlugin(
        _ id: TenantID, _ settings: TenantSettings,
        _ body: (_ plugin: LoadedPlugin, _ context: (_ outbox: String) -> PluginContext) throws -> Void
    ) throws {
        for (plugin, complete) in try wanted(id, settings) {
            do {
                try body(plugin) { context(id, plugin, complete, outbox: $0) }
            } catch {
                throw FordringHost.unserved(plugin, id, error)
            }
        }
    }

    /// Makes the law that a tenant's settings ask for, with lines that were added to its tables.
    ///
    /// - Parameter bureaus: the tenant's credit bureaus, where they are known already.
    func wireRules(
        _ id: TenantID, _ settings: TenantSettings, _ lines: [LawExtension] = [], _ bureaus: TenantBureaus? = nil
    ) throws -> CaseRules {
        let bureaus = bureaus ?? tenantBureaus(id, settings)
        for (plugin, complete) in try wanted(id, settings) {
            for offer in plugin.registry.jurisdictions where offer.country.code == settings.countries.first {
                do {
                    var creditor = CreditorFacts(deductsVAT: settings.deductsVAT, policy: settings.stepPolicies)
                    creditor.collectsItself = settings.collection == .own
                    let law = try offer.make(
                        context(id, plugin, complete, lines.filter { $0.country == offer.country }))
                    return CaseRules(
                        jurisdiction: law, creditor: creditor, plugin: plugin.provenance,
                        followers: [RegistrationFollower(bureaus, notice: law.registrationNotice), LegalFollower()])
                } catch {
                    throw FordringHost.unserved(plugin, id, error)
                }
            }
        }
        throw HostError(.unavailable, "None of the plug-ins of the tenant '\(id)' brings the law of its country.")
    }

    private func context(
        _ id: TenantID, _ plugin: LoadedPlugin, _ settings: [String: String], _ lines: [LawExtension] = [],
        outbox: String = ""
    ) -> PluginContext {
        let logger = configuration.logger.with(["tenant": "\(id)", "plugin": "\(plugin.manifest.identifier)"])
        var context = PluginContext(tenant: id, settings: settings, outbox: outbox, log: { logger.info("\($0)") })
        context.lawExtensions = lines
        return context
    }

    private static func unserved(_ plugin: LoadedPlugin, _ id: TenantID, _ error: any Error) -> HostError {
        HostError(
            .unavailable, "The plug-in \(plugin.manifest.identifier) cannot serve the tenant '\(id)': \(error).")
    }

    /// Makes the law and the channels that a tenant's settings ask for.
    ///
    /// - Parameter makingOutboxes: whether the channels' folders are made; not where settings are only checked.
    func wire(
        _ id: TenantID, _ settings: TenantSettings, _ lines: [LawExtension] = [], makingOutboxes: Bool = false
    ) throws -> TenantParts {
        let rules = try wireRules(id, settings, lines)
        var channels: [String: any LetterChannel] = [:]
        var renderer: (any LetterRenderer)?
        var forum: (any LegalForum)?
        for (plugin, complete) in try wanted(id, settings) {
            do {
                // Those of the other countries are made to see that they can be.
                for offer in plugin.registry.jurisdictions {
                    _ = try offer.make(context(id, plugin, complete, lines.filter { $0.country == offer.country }))
                }
                for offer in plugin.registry.channels {
                    let outbox = home.outbox(id, offer.name).path
                    if makingOutboxes {
                        try FileManager.default.createDirectory(atPath: outbox, withIntermediateDirectories: true)
                    }
                    channels[offer.name] = try offer.make(context(id, plugin, complete, outbox: outbox))
                }
                for offer in plugin.registry.renderers where offer.mediaType == "application/pdf" {
                    renderer = try offer.make(context(id, plugin, complete))
                }
                for offer in plugin.registry.forums where offer.country.code == settings.countries.first {
                    let outbox = home.outbox(id, "courts-\(offer.country)").path
                    if makingOutboxes {
                        try FileManager.default.createDirectory(atPath: outbox, withIntermediateDirectories: true)
                    }
                    forum = try offer.make(context(id, plugin, complete, outbox: outbox))
                }
            } catch {
                throw FordringHost.unserved(plugin, id, error)
            }
        }
        // Made to see that they can be; those that are used have their outboxes.
        if !makingOutboxes { _ = try makeBureaus(id, settings, makingOutboxes: false) }
        let composer = LetterComposer(
            tenant: id, settings: settings, jurisdiction: rules.jurisdiction, agencyName: try agencyName)
        return TenantParts(composer: composer, channels: channels, renderer: renderer, forum: forum)
    }
}

/// What plug-ins bring for the letters of one tenant.
package struct TenantParts: Sendable {
    package let composer: LetterComposer
    package let channels: [String: any LetterChannel]
    package let renderer: (any LetterRenderer)?
    /// The courts of the tenant's own country.
    package let forum: (any LegalForum)?
}

/// The same, made when the first letter asks for it: a run that sends none has no need of it.
package final class LetterParts: Sendable {
    private let make: @Sendable () throws -> TenantParts
    private let made = Mutex<TenantParts?>(nil)

    init(_ make: @escaping @Sendable () throws -> TenantParts) { self.make = make }

    func get() throws -> TenantParts {
        if let known = made.withLock({ $0 }) { return known }
        let parts = try make()
        return made.withLock { made in
            if let known = made { return known }
            made = parts
            return parts
        }
    }
}

/// What a tenant was opened with, and what that came from.
private struct WiredTenant: Sendable {
    let settings: TenantSettings
    let agency: String
    /// The newest line of law that the host had, whichever country's.
    let newestLawLine: Int64
    let rules: CaseRules
    let desk: LetterParts
    let bureaus: TenantBureaus
}

/// A tenant with everything that work for it needs.
package struct OpenTenant: Sendable {
    package let record: TenantRecord
    package let database: TenantDatabase
    package let rules: CaseRules
    private let desk: LetterParts
    /// The tenant's credit bureaus.
    package let bureaus: TenantBureaus

    init(
        record: TenantRecord, database: TenantDatabase, rules: CaseRules, desk: LetterParts, bureaus: TenantBureaus
    ) {
        self.record = record
        self.database = database
        self.rules = rules
        self.desk = desk
        self.bureaus = bureaus
    }

    package var id: TenantID { record.id }
    package var settings: TenantSettings { record.settings }
    package var currency: Currency { rules.jurisdiction.currency }
    /// The jobs that are done for it; `nil` for all.
    var kindsOfJobs: Set<JobKind>? { record.state == .suspended ? JobKind.keepingBureausRight : nil }

    /// Letter texts, channels and renderer.
    ///
    /// - Throws: ``HostError`` where a plug-in cannot serve the tenant.
    package var parts: TenantParts { get throws { try desk.get() } }
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
