import AuditTrail
import Crypto
package import Database
package import FordringKit
import Foundation
import Synchronization

/// Seals what is known of people, so that it can be destroyed where it cannot be deleted.
///
/// Entries of the audit trail are never changed, and exports have left the house. So what they say of a person is sealed
/// (AES-256-GCM: nonce, ciphertext, tag) with a key of that person alone, which lies in the tenant's books, wrapped by
/// the tenant's data key, which the host's key wraps. Destroying the one key makes all of it unreadable, and leaves every
/// byte that was signed as it was.
///
/// Host makes it, since Core has neither keys nor randomness of its own. A wrapped key is bound to its party
/// (`<tenant>/party/<number>`), and a sealed text to its key, which no other party has.
package final class Sealer: Sendable {
    /// How many random bytes are asked for at once.
    private static let drawn = 4096

    private let dataKey: SymmetricKey
    /// `<tenant>/party/`, to which the party's number is added.
    private let contextPrefix: [UInt8]
    private let entropy: @Sendable (_ count: Int) -> [UInt8]
    private let supply = Mutex<(bytes: [UInt8], used: Int)>(([], 0))

    /// - Parameters:
    ///   - dataKey: the tenant's data key, 32 bytes.
    ///   - entropy: gives random bytes, in an order that a seeded source repeats.
    package init(tenant: TenantID, dataKey: [UInt8], entropy: @escaping @Sendable (_ count: Int) -> [UInt8]) {
        precondition(dataKey.count == 32, "a data key has 32 bytes")
        self.dataKey = SymmetricKey(data: dataKey)
        contextPrefix = Array("\(tenant)/party/".utf8)
        self.entropy = entropy
    }

    /// What is known of a party, sealed with a key that is nobody's yet.
    package struct Sealed: Sendable {
        fileprivate let key: [UInt8]
        fileprivate let wrappingNonce: [UInt8]
        /// Nonce, ciphertext and tag in base64.
        fileprivate let text: String
    }

    /// Seals what is known of a party, before it is known whether the party is new: this is the costly part, and needs no
    /// books.
    package func seal(_ party: Party) throws -> Sealed {
        // One draw for the key and both nonces.
        let random = random(32 + 12 + 12)
        let key = Array(random[..<32])
        let sealed = try seal(
            Sealer.canonicalJSON(party), with: SymmetricKey(data: key), random[44...], for: contextPrefix)
        return Sealed(key: key, wrappingNonce: Array(random[32..<44]), text: CanonicalBase64.encode(sealed))
    }

    /// Gives a new party its key, and writes down what is known of it, sealed.
    package func register(_ id: PartyID, _ sealed: Sealed, _ transaction: WriteTransaction) throws {
        let wrapped = try seal(sealed.key, with: dataKey, sealed.wrappingNonce[...], for: context(id))
        try transaction.execute(
            "INSERT INTO party_data_key (party_id, wrapped) VALUES ($1, $2)", values: [id.sqlValue, .bytes(wrapped)])
        try transaction.audit(
            .partyRegistered, subject: ["party": .integer(id.rawValue)], change: ["sealed": .string(sealed.text)])
    }

    /// Opens what was sealed for a party.
    ///
    /// - Returns: `nil` when the party's key was destroyed.
    /// - Throws: ``DatabaseFault`` `corrupt` when key or text were changed.
    package func open(_ sealed: [UInt8], of id: PartyID, _ transaction: ReadTransaction) throws -> [UInt8]? {
        let wrapped = try transaction.first("SELECT wrapped FROM party_data_key WHERE party_id = $1", id) {
            $0.bytes(0)
        }
        guard let wrapped else { return nil }
        do {
            let key = try unseal(wrapped, with: dataKey, for: context(id))
            return try unseal(sealed, with: SymmetricKey(data: key), for: contextPrefix)
        } catch is CryptoKitError {
            throw DatabaseFault(
                .corrupt, "What is sealed of party \(id), or its key, was changed. Restore the books from a backup.")
        }
    }

    /// Seals something about a party that is known already, with the party's own key.
    ///
    /// - Returns: `nil` when the party's key was destroyed.
    /// - Throws: ``DatabaseFault`` `corrupt` when the key was changed.
    package func seal(_ bytes: [UInt8], of id: PartyID, _ transaction: ReadTransaction) throws -> [UInt8]? {
        let wrapped = try transaction.first("SELECT wrapped FROM party_data_key WHERE party_id = $1", id) {
            $0.bytes(0)
        }
        guard let wrapped else { return nil }
        do {
            let key = try unseal(wrapped, with: dataKey, for: context(id))
            return try seal(bytes, with: SymmetricKey(data: key), random(12)[...], for: contextPrefix)
        } catch is CryptoKitError {
            throw DatabaseFault(.corrupt, "The key of party \(id) was changed. Restore the books from a backup.")
        }
    }

    private func context(_ id: PartyID) -> [UInt8] {
        var bytes = contextPrefix
        JSONValue.write(id.rawValue, to: &bytes)
        return bytes
    }

    private func seal(
        _ bytes: some DataProtocol, with key: SymmetricKey, _ nonce: ArraySlice<UInt8>, for context: [UInt8]
    ) throws -> [UInt8] {
        let box = try AES.GCM.seal(
            bytes, using: key, nonce: try AES.GCM.Nonce(data: nonce), authenticating: context)
        guard let combined = box.combined else { preconditionFailure("a nonce of 12 bytes has a combined form") }
        return Array(combined)
    }

    private func unseal(_ bytes: [UInt8], with key: SymmetricKey, for context: [UInt8]) throws -> [UInt8] {
        Array(try AES.GCM.open(try AES.GCM.SealedBox(combined: bytes), using: key, authenticating: context))
    }

    private func random(_ count: Int) -> [UInt8] {
        supply.withLock { supply in
            if supply.bytes.count - supply.used < count { supply = (entropy(Sealer.drawn), 0) }
            defer { supply.used += count }
            return Array(supply.bytes[supply.used..<supply.used + count])
        }
    }

    /// What is known of a party, with its members in canonical order; written at once, since files have a million rows.
    private static func canonicalJSON(_ party: Party) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(384)
        func add(_ name: StaticString, _ text: String?) {
            name.withUTF8Buffer { bytes += $0 }
            if let text { JSONValue.write(text, to: &bytes) } else { bytes += "null".utf8 }
        }
        let address = party.address
        add(#"{"address":{"city":"#, address.city)
        add(#","country":"#, address.country.code)
        bytes += #","lines":["#.utf8
        for (index, line) in address.lines.enumerated() {
            if index > 0 { bytes.append(UInt8(ascii: ",")) }
            JSONValue.write(line, to: &bytes)
        }
        add(#"],"postalCode":"#, address.postalCode)
        add(#"},"customerNumber":"#, party.customerNumber)
        add(#","email":"#, party.email)
        add(#","kind":"#, party.kind.rawValue)
        add(#","language":"#, party.language.code)
        add(#","name":"#, party.name)
        add(#","nationalID":"#, party.nationalID)
        add(#","phone":"#, party.phone)
        bytes.append(UInt8(ascii: "}"))
        return bytes
    }
}

/// The keys that personal data are sealed with, and the state of erasures.
package enum PrivacySchema {
    package static let migration = Migration(
        "0010 personal data",
        // The tenant's data key, wrapped by the host's key.
        """
        CREATE TABLE data_key (
            id {integer} NOT NULL PRIMARY KEY CHECK (id = 1),
            wrapped {bytes} NOT NULL
        ) {strict}
        """,
        """
        CREATE TABLE party_data_key (
            party_id {integer} NOT NULL PRIMARY KEY REFERENCES party (id),
            wrapped {bytes} NOT NULL CHECK (length(wrapped) = 60)
        ) {strict}
        """,
        """
        CREATE TABLE party_erasure (
            party_id {integer} NOT NULL PRIMARY KEY REFERENCES party (id),
            erased_on {integer} NOT NULL,
            forgotten_at {integer}
        ) {strict}
        """,
        "CREATE INDEX party_erasure_open ON party_erasure (party_id) WHERE forgotten_at IS NULL")

    /// The tenant's data key as it is stored, wrapped; `nil` where none was made yet.
    package static func dataKey(_ transaction: ReadTransaction) throws -> [UInt8]? {
        try transaction.first("SELECT wrapped FROM data_key") { $0.bytes(0) }
    }

    /// Stores a tenant's first data key, wrapped.
    package static func setDataKey(_ wrapped: [UInt8], _ transaction: WriteTransaction) throws {
        try transaction.execute("INSERT INTO data_key (id, wrapped) VALUES (1, $1)", wrapped)
    }
}
