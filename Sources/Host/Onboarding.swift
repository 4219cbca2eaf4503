import AuditTrail
import Casework
import Correspondence
import Database
package import FordringKit
import Foundation
import Registrations
import SQLiteDriver
package import Tenancy
import TenantFiles

/// What taking a tenant on has made.
package struct OnboardingReceipt: Sendable {
    package let tenant: TenantID
    package let legalName: String
    /// Whether anything was made; `false` for a trial, and where the tenant was there already with the same settings.
    package let wasMade: Bool
    package let isTrial: Bool
    package let plugins: [String]
    package let folder: String
    /// The key that the tenant's checkpoints are verified with: `name+hash+key`.
    package let verifierKey: String
    /// The first checkpoint of the audit trail, a signed note.
    package let checkpoint: String
    /// What a person should look at.
    package let remarks: [String]
}

extension FordringHost {
    /// Takes a tenant on from its file: all of it, or nothing.
    ///
    /// The books are made in a folder with another name; the folder is renamed and the tenant written into the host's
    /// database at the end. What a broken-off attempt left is cleared away by the next. Repeating it changes nothing.
    ///
    /// - Parameter isTrial: only check.
    /// - Throws: ``HostError`` `badInput` with every fault of the file, a line each.
    package func onboard(file path: String, isTrial: Bool) throws -> OnboardingReceipt {
        let (id, settings, remarks) = try readTenantFile(path)
        if let known = try store.tenant(id) {
            guard known.state != .offboarded else {
                throw HostError(
                    .refused,
                    "The tenant '\(id)' has left. Take it on under another identifier; its old books are kept.")
            }
            let differences = settings.differences(from: known.settings)
            guard differences.isEmpty else {
                throw HostError(
                    .refused,
                    "The tenant '\(id)' is there already, with other settings for \(differences.joined(separator: ", ")). "
                        + "'fordring tenant update \(path)' changes them.")
            }
            let (key, note) = try database(of: id).read { transaction in
                (
                    try AuditKeys.verifier(transaction),
                    try transaction.first("SELECT note FROM audit_checkpoint ORDER BY size LIMIT 1") { $0.text(0) }
                        ?? ""
                )
            }
            return receipt(id, settings, key: key.description, note: note, remarks, wasMade: false, isTrial: isTrial)
        }
        if isTrial { return receipt(id, settings, key: "", note: "", remarks, wasMade: false, isTrial: true) }
        // One transaction of the host's database around it all: two who take on the same tenant at once do so in turn.
        let made = try store.engine.write(provenance) { host -> (key: String, checkpoint: String)? in
            guard try !HostStore.has(id, host) else { return nil }
            let made = try makeBooks(id, settings)
            try HostStore.insert(id, settings, host)
            try plan(id, settings, try wireRules(id, settings).jurisdiction, host)
            return made
        }
        guard let (key, note) = made else { return try onboard(file: path, isTrial: false) }
        return receipt(id, settings, key: key, note: note, remarks, wasMade: true, isTrial: false)
    }

    /// Changes the settings of a tenant to those of its file.
    ///
    /// - Returns: the keys that were changed.
    package func updateTenant(file path: String) throws -> (id: TenantID, changed: [String]) {
        let (id, settings, _) = try readTenantFile(path)
        let record = try tenant(id)
        guard record.state != .offboarded else {
            throw HostError(.refused, "The tenant '\(id)' has left; its settings are kept as they were.")
        }
        let changed = settings.differences(from: record.settings)
        guard !changed.isEmpty else { return (id, []) }
        guard settings.countries.first == record.settings.countries.first else {
            throw HostError(
                .refused, "The country of '\(id)' cannot be changed while it has cases; take it on under another name.")
        }
        try database(of: id).write(provenance) { transaction in
            try transaction.audit(
                .tenantUpdated, subject: ["tenant": .string(id.rawValue)],
                change: [
                    "changed": .array(changed.map { .string($0) }),
                    "settingsSHA256": .string(Hash.of(Array(settings.canonicalJSON.utf8)).hex),
                ])
        }
        try store.set(settings, id, provenance)
        // Jobs that waited for a limit of the old settings may go.
        try calendar.lower(id, to: WorkDue(jobsAt: configuration.clock.now()))
        let law = try wireRules(id, settings).jurisdiction
        _ = try store.engine.write(provenance) { try plan(id, settings, law, $0) }
        return (id, changed)
    }

    /// Stops all work for a tenant, but for what must go at credit bureaus.
    package func suspend(_ id: TenantID, reason: String) throws {
        try change(id, from: [.active], to: .suspended, .tenantSuspended, reason)
    }

    /// Lets work for a tenant go on.
    package func resume(_ id: TenantID, reason: String) throws {
        try change(id, from: [.suspended], to: .active, .tenantResumed, reason)
        // What waited meanwhile may go.
        try calendar.lower(id, to: WorkDue(jobsAt: configuration.clock.now()))
    }

    /// Ends the work for a tenant that has no open case.
    ///
    /// Its books stay, because the law asks for them for years.
    package func offboard(_ id: TenantID, reason: String) throws {
        let open = try database(of: id).read { transaction in
            try transaction.first("SELECT count(*) FROM debt_case WHERE closed_on IS NULL") { $0.int(0) } ?? 0
        }
        guard open == 0 else {
            throw HostError(
                .refused,
                "The tenant '\(id)' has \(open) open cases. Close them with 'fordring case close', then offboard it.")
        }
        let registered = try database(of: id).read { transaction in
            try Registrations.counts(transaction).filter { !$0.key.isEnded }.values.reduce(0, +)
        }
        guard registered == 0 else {
            throw HostError(
                .refused,
                "The tenant '\(id)' has \(registered) registrations with credit bureaus that have not ended. 'fordring bureau "
                    + "list' shows them; wait until their deletion is confirmed, then offboard it.")
        }
        let standing = try database(of: id).read { transaction in
            try transaction.all(
                "SELECT number FROM bureau_difference WHERE kind = $1 AND case_id IS NOT NULL ORDER BY number",
                TaskKind.registerUnknown.rawValue
            ) { String($0.integer(0)) }
        }
        guard standing.isEmpty else {
            throw HostError(
                .refused,
                "By the last list of its credit bureau, registration \(standing.joined(separator: ", ")) of the tenant "
                    + "'\(id)' still stands, which counts as gone. 'fordring bureau delete-again' orders it deleted once "
                    + "more; offboard the tenant when a list no longer shows it.")
        }
        try change(id, from: [.active, .suspended], to: .offboarded, .tenantOffboarded, reason)
    }

    private func change(
        _ id: TenantID, from allowed: [TenantState], to state: TenantState, _ action: AuditAction, _ reason: String
    ) throws {
        let record = try tenant(id)
        if record.state == state { return }
        guard allowed.contains(record.state) else {
            throw HostError(
                .refused, "The tenant '\(id)' is \(record.state.rawValue), and cannot become \(state.rawValue).")
        }
        let database = try database(of: id)
        // The host's row commits after the entry: if we are killed in between, repeating writes the entry once more. The
        // other way round, a change of state could be without an entry for ever.
        try database.write(provenance) { transaction in
            try transaction.audit(
                action, subject: ["tenant": .string(id.rawValue)], change: ["reason": .string(reason)])
        }
        _ = try store.engine.write(provenance) { host in
            try host.execute("UPDATE tenant SET state = $1 WHERE id = $2", state.rawValue, id.rawValue)
        }
    }

    private func readTenantFile(_ path: String) throws -> (TenantID, TenantSettings, remarks: [String]) {
        let file: TenantFile
        do throws(TenantFileFaults) {
            file = try TenantFile.read(path)
        } catch {
            throw HostError(.badInput, error.description)
        }
        let check = TenantRules.check(file.settings, against: plugins.offers)
        var faults = check.faults
        for index in faults.indices where faults[index].key.hasPrefix("plugins.") {
            let identifier = faults[index].key.dropFirst("plugins.".count)
            if let refused = plugins.refused.first(where: { $0.identifier == identifier }) {
                faults[index].message = refused.refusal.message
            }
        }
        guard faults.isEmpty, let id = TenantID(check.settings.tenant) else {
            throw HostError(.badInput, file.located(faults).description)
        }
        let parts = try wire(id, check.settings)
        let textFaults = letterFaults(parts, check.settings)
        guard textFaults.isEmpty else { throw HostError(.badInput, file.located(textFaults).description) }
        let unrenderable = parts.channels.filter { check.settings.policy.flatMap(\.channels).contains($0.key) }
            .filter { $0.value.needsDocument && parts.renderer == nil }
        if let (channel, _) = unrenderable.first {
            throw HostError(
                .badInput,
                "\(path): the channel '\(channel)' needs letters as PDF, and none of the tenant's plug-ins makes them. "
                    + "Add post-channel to 'plugins'.")
        }
        return (id, check.settings, check.remarks.map(\.description))
    }

    /// What is wrong with the words that would go out for a tenant.
    private func letterFaults(_ parts: TenantParts, _ settings: TenantSettings) -> [TenantFault] {
        var faults = parts.composer.faults(on: today).map { fault in
            TenantFault(
                key: fault.isOwn ? "letterTexts.\(fault.name)" : "countries[0]",
                fault.isOwn ? fault.message : "the plug-in's own \(fault)")
        }
        let channels = Set(settings.policy.flatMap(\.channels))
        let isShown = parts.channels.contains { channels.contains($0.key) && $0.value.reachesAtOnce }
        if isShown, let disclosure = parts.composer.disclosureBySpecimen(on: today) {
            faults.append(TenantFault(key: "letterhead", disclosure))
        }
        return faults
    }

    /// Whether books have more in them than an onboarding leaves, which is one entry; damaged books may have.
    private func holdsWork(_ books: URL) throws -> Bool {
        guard FileManager.default.fileExists(atPath: books.path) else { return false }
        do {
            let engine = try SQLiteEngine(path: books.path, create: false)
            defer { try? engine.close() }
            return try engine.readHost { transaction in
                try transaction.first("SELECT max(seq) FROM audit_entry") { $0.integer(0) } ?? 0 > 0
            }
        } catch is DatabaseFault {
            return true
        }
    }

    private func makeBooks(_ id: TenantID, _ settings: TenantSettings) throws -> (key: String, checkpoint: String) {
        let files = FileManager.default
        let temporary = home.tenants.appending(path: ".onboarding-\(id)")
        guard try !holdsWork(home.books(id)) else {
            throw HostError(
                .refused,
                "\(home.books(id).path) holds the books of a tenant that this host does not know. Restore the host.sqlite "
                    + "that belongs to them, or move the folder away; nothing was changed.")
        }
        do {
            // Without a row in the host's database, what lies here was left by an attempt that did not end.
            for leftover in [temporary, home.tenant(id)] where files.fileExists(atPath: leftover.path) {
                try files.removeItem(at: leftover)
            }
            try files.createDirectory(at: temporary, withIntermediateDirectories: true)
        } catch {
            throw HostError(.unavailable, "The folder of the tenant cannot be made: \(error.localizedDescription)")
        }
        let engine = try SQLiteEngine(path: temporary.appending(path: "books.sqlite").path, create: true)
        let database = TenantDatabase(tenant: id, engine: engine)
        try database.migrate(FordringHost.tenantSchema, with: provenance)
        let name = try "\(FordringHost.keyName(agencyName))/\(id)"
        let (key, note) = try database.write(provenance) { transaction in
            try TenantIdentity.write(id, transaction)
            let key = try AuditKeys.create(name: name, keyring, configuration.entropy, transaction)
            try transaction.audit(
                .tenantOnboarded, subject: ["tenant": .string(id.rawValue)],
                change: [
                    "auditKey": .string(key.verifier.description), "legalName": .string(settings.legalName),
                    "plugins": .array(
                        plugins.plugins(of: settings).map {
                            ["identifier": .string($0.versionedName), "sha256": .string($0.manifest.sha256)]
                        }),
                    "registrationNumber": .string(settings.registrationNumber),
                    "settingsSHA256": .string(Hash.of(Array(settings.canonicalJSON.utf8)).hex),
                ])
            return (key.verifier.description, try FordringHost.checkpoint(key, at: transaction))
        }
        try database.close()
        do {
            try files.moveItem(at: temporary, to: home.tenant(id))
        } catch {
            throw HostError(.unavailable, "The folder of the tenant cannot be made: \(error.localizedDescription)")
        }
        return (key, note)
    }

    /// The agency's name as checkpoints write it: small letters, digits and hyphens, since names of signed notes have
    /// neither spaces nor plus signs.
    static func keyName(_ agency: String) -> String {
        agency.lowercased().split { !$0.isLetter && !$0.isNumber }.joined(separator: "-")
    }

    private func receipt(
        _ id: TenantID, _ settings: TenantSettings, key: String, note: String, _ remarks: [String], wasMade: Bool,
        isTrial: Bool
    ) -> OnboardingReceipt {
        OnboardingReceipt(
            tenant: id, legalName: settings.legalName, wasMade: wasMade, isTrial: isTrial,
            plugins: plugins.plugins(of: settings).map(\.versionedName),
            folder: home.tenant(id).path, verifierKey: key, checkpoint: note, remarks: remarks)
    }
}

/// What a migration did for one tenant.
package struct MigrationResult: Sendable {
    package let tenant: TenantID
    /// The migrations that were run, or are pending.
    package let migrations: [String]
    package let failure: String?
}

extension FordringHost {
    /// Runs what each tenant's database needs.
    ///
    /// One tenant's failure stops none of the others; a repeated call goes on.
    package func migrateTenants(isTrial: Bool) throws -> [MigrationResult] {
        try store.tenants().map { record in
            do {
                let engine = try SQLiteEngine(path: home.books(record.id).path, create: false)
                let database = TenantDatabase(tenant: record.id, engine: engine)
                defer { try? database.close() }
                let names = try TenantIdentity.pending(database)
                if !isTrial, !names.isEmpty {
                    try database.migrate(FordringHost.tenantSchema, with: provenance)
                    try TenantIdentity.check(database)
                }
                return MigrationResult(tenant: record.id, migrations: names, failure: nil)
            } catch {
                return MigrationResult(tenant: record.id, migrations: [], failure: "\(error)")
            }
        }
    }

    /// The key that a tenant's checkpoints are verified with.
    package func verifierKey(_ id: TenantID) throws -> String {
        try database(of: id).read { try AuditKeys.verifier($0).description }
    }
}

/// A tenant's settings for programs.
package struct TenantSettingsView: Encodable, Sendable {
    private let settings: TenantSettings

    package init(_ settings: TenantSettings) { self.settings = settings }

    package func encode(to encoder: any Encoder) throws { try settings.encode(to: encoder) }
}
