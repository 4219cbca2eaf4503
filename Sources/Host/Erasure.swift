import AuditTrail
package import Casework
import Database
package import FordringKit
import Foundation
import JobQueue
import LegalTrack
import Privacy
import Registrations

extension FordringHost {
    // MARK: Looking

    /// The people and companies of a tenant by number, from after one; an entry says who looked.
    package func parties(_ id: TenantID, after: Int64 = 0, limit: Int) throws -> [PartySummary] {
        let database = try database(of: id)
        let parties = try database.read { try Parties.list(after: after, limit: limit, $0) }
        try database.write(provenance) { transaction in
            try transaction.audit(
                .partyListed,
                subject: ["after": .integer(after), "through": .integer(parties.last?.id.rawValue ?? after)],
                change: ["count": .integer(Int64(parties.count))])
        }
        return parties
    }

    /// All that is known of one; an entry says who looked.
    package func showParty(_ party: PartyID, of tenant: OpenTenant) throws -> PartyRecord {
        try translatingRefusals {
            let record = try tenant.database.read { try Parties.show(party, tenant.rules, $0) }
            try tenant.database.write(provenance) { transaction in
                try transaction.audit(.partyRead, subject: ["party": .integer(party.rawValue)], change: [:])
            }
            return record
        }
    }

    // MARK: Sealing

    /// What seals the personal data of a tenant; its data key is made when it is first asked for.
    func sealer(of database: TenantDatabase) throws -> Sealer {
        let label = "data-key/\(database.tenant)"
        var wrapped = try database.read { try PrivacySchema.dataKey($0) }
        if wrapped == nil {
            wrapped = try database.write(provenance) { transaction in
                // Another process may have been faster.
                if let known = try PrivacySchema.dataKey(transaction) { return known }
                let made = try keyring.wrap(configuration.entropy.bytes(32), label: label)
                try PrivacySchema.setDataKey(made, transaction)
                return made
            }
        }
        let entropy = configuration.entropy
        return Sealer(tenant: database.tenant, dataKey: try keyring.unwrap(wrapped ?? [], label: label)) {
            entropy.bytes($0)
        }
    }

    // MARK: Erasing

    /// Erases people and companies: their keys, what the books say of them, and what channels keep.
    ///
    /// The books first, all in one transaction; then the files, which a repeated call or the next run finishes where it
    /// was broken off.
    ///
    /// - Returns: those that were erased by this call, not by an earlier one.
    /// - Throws: ``HostError`` `refused` while one of them is needed; then none is erased.
    package func erase(
        _ parties: [PartyID], reason: String, of tenant: OpenTenant, on day: CivilDate
    ) throws -> [PartyID] {
        let erased = try translatingRefusals {
            try tenant.database.write(provenance) { transaction in
                let erased = try parties.filter { party in
                    try OpenTenant.checkNoRegistration(of: party, transaction)
                    try Registrations.blank(party, transaction)
                    return try Parties.erase(party, reason: reason, on: day, tenant.rules, transaction)
                }
                // What lies sealed cannot be read from here on; it need not be kept either.
                for party in erased { try LetterArchive.remove(party, transaction) }
                // Should what follows be broken off, a worker finishes it.
                if !erased.isEmpty {
                    try JobQueue.enqueue(
                        NewJob(.forgetParties, subject: 0, uniqueness: .whileOpen("forgetParties")), transaction)
                }
                return erased
            }
        }
        try finishErasures(of: tenant)
        return erased
    }

    /// Has the channels destroyed what they keep of erased parties, and the database's files made anew without them.
    ///
    /// - Throws: ``HostError`` `unavailable` when something could not be destroyed; repeating goes on.
    func finishErasures(of tenant: OpenTenant) throws {
        let open = try tenant.database.read { try Parties.unforgotten($0) }
        guard !open.isEmpty else { return }
        for party in open {
            for delivery in try tenant.database.read({ try Parties.deliveries(to: party, $0) }) {
                try forget(delivery, party, tenant)
            }
            try forgetRegistrations(of: party, tenant)
        }
        try tenant.database.scrub()
        try tenant.database.write(provenance) { transaction in
            for party in open { try Parties.markForgotten(party, transaction) }
        }
    }

    /// Every channel is asked: one may hold what a broken-off attempt left before another carried the letter.
    private func forget(_ delivery: PartyDelivery, _ party: PartyID, _ tenant: OpenTenant) throws {
        func failure(_ channel: String, _ reason: String) -> HostError {
            HostError(
                .unavailable,
                "Party \(party) is erased from the books of '\(tenant.id)', but the channel '\(channel)' still keeps letter "
                    + "\(delivery.step): \(reason). Then repeat 'fordring party erase \(party)'.")
        }
        let channels = try tenant.parts.channels
        if let channel = delivery.channel, channels[channel] == nil {
            throw failure(channel, "put the plug-in that offers it back into the tenant's settings")
        }
        for (name, channel) in channels.sorted(by: { $0.key < $1.key }) {
            do {
                try channel.forget(idempotencyKey: FordringHost.deliveryKey(tenant.id, step: delivery.step))
            } catch let error as DeliveryFailure {
                throw failure(name, error.message)
            } catch {
                // Its words may hold a name.
                throw failure(name, "it failed with \(type(of: error))")
            }
        }
    }

    // MARK: Revealing

    /// Opens the sealed data of a tenant's log as far as that is still possible, as lines of plain JSON.
    ///
    /// The first line says what this is; each other holds an `entry` and, where something in it is sealed, `revealed`:
    /// what it says, or null once the person is erased. Nothing of it can be verified: it is not what was signed. That it
    /// was asked for is itself an entry.
    package func reveal(_ id: TenantID, from first: Int64 = 0, each line: (String) throws -> Void) throws {
        let database = try database(of: id)
        let sealer = try sealer(of: database)
        let size = try database.write(provenance) { transaction in
            let size = try AuditLog.edge(transaction).size
            try transaction.audit(
                .auditRevealed, subject: ["from": .integer(first), "to": .integer(size)], change: [:])
            return size
        }
        let header: JSONValue = [
            "format": "fordring-audit-revealed/1", "from": .integer(first), "tenant": .string(id.rawValue),
            "to": .integer(size), "verifiable": false,
        ]
        try line(header.canonicalText)
        try database.read { transaction in
            try AuditLog.forEachEntry(from: first, transaction) { seq, entry in
                guard seq < size else { return }
                let text = String(decoding: entry, as: UTF8.self)
                guard let sealed = SealedEntry(entry) else {
                    try line(#"{"entry":\#(text)}"#)
                    return
                }
                let opened = try sealer.open(sealed.bytes, of: sealed.party, transaction)
                let revealed = opened.map { String(decoding: $0, as: UTF8.self) } ?? "null"
                try line(#"{"entry":\#(text),"revealed":\#(revealed)}"#)
            }
        }
    }

    private struct SealedEntry {
        let party: PartyID
        let bytes: [UInt8]

        /// `nil` for an entry in which nothing is sealed.
        init?(_ entry: [UInt8]) {
            // All others are told by their beginning.
            let mark = #"{"action":"\#(AuditAction.partyRegistered.rawValue)","#
            guard entry.starts(with: Array(mark.utf8)),
                let parsed = try? JSONDecoder().decode(Parsed.self, from: Data(entry)),
                let bytes = try? CanonicalBase64.decode(parsed.change.sealed)
            else { return nil }
            party = PartyID(rawValue: parsed.subject.party)
            self.bytes = bytes
        }

        private struct Parsed: Decodable {
            struct Subject: Decodable { let party: Int64 }
            struct Change: Decodable { let sealed: String }
            let subject: Subject
            let change: Change
        }
    }
}
