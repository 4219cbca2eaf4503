import AuditTrail
import Crypto
import Database
import FordringKit
import Foundation

#if canImport(Musl)
import Musl
#else
import Glibc
#endif

/// The host's key, which wraps the keys of the tenants.
///
/// It lies in a file of its own that only the owner can read.
struct Keyring: Sendable {
    private let key: SymmetricKey
    private let entropy: any Entropy

    /// Opens the host's key, or makes it where there is none.
    ///
    /// - Parameter mayCreate: `false` where there are tenants, whose keys a new key could not open.
    init(_ home: Home, _ entropy: any Entropy, mayCreate: Bool) throws {
        self.entropy = entropy
        let path = home.hostKey.path
        if !FileManager.default.fileExists(atPath: path) {
            guard mayCreate else {
                throw HostError(
                    .unavailable,
                    "The host's key \(path) is missing, and there are tenants whose keys only it can open. "
                        + "Restore it from a backup; nothing was changed.")
            }
            try Keyring.create(entropy.bytes(32), at: path)
        }
        guard let bytes = FileManager.default.contents(atPath: path) else {
            throw HostError(.unavailable, "The host's key \(path) cannot be read. Check its owner and permissions.")
        }
        guard bytes.count == 32 else {
            throw HostError(
                .unavailable,
                "The host's key \(path) has \(bytes.count) bytes and not 32. Restore it from a backup; "
                    + "without it no checkpoint can be signed.")
        }
        key = SymmetricKey(data: bytes)
    }

    /// Writes a key that appears whole, and never in the place of another: a process beside us may be faster.
    private static func create(_ key: [UInt8], at path: String) throws {
        let temporary = "\(path).\(UUID().uuidString)"
        let file = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        defer { unlink(temporary) }
        let isWritten = file >= 0 && write(file, key, key.count) == key.count && fsync(file) == 0
        if file >= 0 { close(file) }
        guard isWritten, link(temporary, path) == 0 || errno == EEXIST else {
            throw HostError(
                .unavailable, "The host's key cannot be written to \(path). Check the folder's permissions.")
        }
    }

    /// Encrypts a secret with AES-256-GCM; the label is bound to it.
    func wrap(_ secret: [UInt8], label: String) throws -> [UInt8] {
        let nonce = try AES.GCM.Nonce(data: entropy.bytes(12))
        let box = try AES.GCM.seal(secret, using: key, nonce: nonce, authenticating: Array(label.utf8))
        guard let combined = box.combined else { throw HostError(.fault, "AES-GCM gave no combined form.") }
        return Array(combined)
    }

    /// Decrypts what ``wrap(_:label:)`` made.
    func unwrap(_ sealed: [UInt8], label: String) throws -> [UInt8] {
        do {
            let box = try AES.GCM.SealedBox(combined: sealed)
            return Array(try AES.GCM.open(box, using: key, authenticating: Array(label.utf8)))
        } catch {
            throw HostError(
                .unavailable,
                "The key '\(label)' cannot be opened with this host's key. Restore the host.key that belongs to this home."
            )
        }
    }
}

/// The key that signs a tenant's checkpoints: in the tenant's own database, wrapped by the host's key.
enum AuditKeys {
    static let migration = Migration(
        "0006 audit keys",
        """
        CREATE TABLE audit_key (
            id {integer} NOT NULL PRIMARY KEY,
            name TEXT NOT NULL,
            public_key {bytes} NOT NULL,
            wrapped_seed {bytes} NOT NULL,
            created_at {integer} NOT NULL
        ) {strict}
        """,
        """
        CREATE TABLE audit_checkpoint (
            size {integer} NOT NULL PRIMARY KEY,
            note TEXT NOT NULL,
            made_at {integer} NOT NULL
        ) {strict}
        """)

    /// Keys and checkpoints are added and never changed; `entry` is that of the rotation which brought the key, and NULL
    /// for the key that the tenant was taken on with.
    static let rotation = Migration(
        "0021 audit keys rotate",
        appendOnly: ["audit_key", "audit_checkpoint"],
        "ALTER TABLE audit_key ADD COLUMN entry {integer}")

    /// Makes the key that a tenant is taken on with.
    static func create(
        name: String, _ keyring: Keyring, _ entropy: any Entropy, _ transaction: WriteTransaction
    ) throws -> SigningKey {
        let key = try SigningKey(name: name, seed: entropy.bytes(32))
        try insert(key, since: nil, keyring, transaction)
        return key
    }

    static func insert(
        _ key: SigningKey, since entry: Int64?, _ keyring: Keyring, _ transaction: WriteTransaction
    ) throws {
        let id = try transaction.newID("audit_key")
        try transaction.execute(
            """
            INSERT INTO audit_key (id, name, public_key, wrapped_seed, created_at, entry) VALUES ($1, $2, $3, $4, $5, $6)
            """,
            id, key.name, key.verifier.publicKey, try keyring.wrap(key.seed, label: key.name),
            transaction.provenance.time, entry)
    }

    static func current(_ keyring: Keyring, _ transaction: ReadTransaction) throws -> SigningKey {
        let stored = try transaction.first("SELECT name, wrapped_seed FROM audit_key ORDER BY id DESC LIMIT 1") {
            ($0.text(0), $0.bytes(1))
        }
        guard let (name, wrapped) = stored else { throw missing }
        return try SigningKey(name: name, seed: try keyring.unwrap(wrapped, label: name))
    }

    /// The public half, for verifying; needs no host key.
    static func verifier(_ transaction: ReadTransaction) throws -> VerifierKey {
        let stored = try transaction.first("SELECT name, public_key FROM audit_key ORDER BY id DESC LIMIT 1") {
            VerifierKey(name: $0.text(0), publicKey: $0.bytes(1))
        }
        guard let stored else { throw missing }
        return stored
    }

    fileprivate static let missing = HostError(
        .fault, "The tenant has no audit key. Restore its database from a backup.")
}

/// The keys of a log one after the other, each brought by the one before it.
struct KeyChain: Sendable {
    /// A key, and the sizes of the log whose checkpoints it signs.
    struct Link: Sendable {
        let key: VerifierKey
        /// The first checkpoint that it signs; for all but the first key, together with the key before it.
        let first: Int64
        /// The entry of the rotation that brought it.
        let entry: Int64?
    }

    let links: [Link]

    /// All keys as they are stored.
    init(_ transaction: ReadTransaction) throws {
        links = try transaction.all("SELECT name, public_key, entry FROM audit_key ORDER BY id") { row in
            let entry = row.integerOrNil(2)
            return Link(
                key: VerifierKey(name: row.text(0), publicKey: row.bytes(1)), first: entry.map { $0 + 1 } ?? 0,
                entry: entry)
        }
        if links.isEmpty { throw AuditKeys.missing }
    }

    /// The keys that a file names, of which there is at least one.
    init(_ links: [Link]) { self.links = links }

    var keys: [VerifierKey] { links.map(\.key) }

    /// The newest key.
    var current: VerifierKey { links[links.count - 1].key }

    /// The last checkpoint that a key signs, together with its successor; `nil` for the newest.
    private func last(_ index: Int) -> Int64? { index + 1 < links.count ? links[index + 1].first : nil }

    /// A checkpoint with a signature by the key that was in use at its size.
    ///
    /// - Throws: ``NoteError`` for a signature that does not fit, or by a key that was not in use then.
    func checkpoint(_ note: String) throws -> AuditProof.Signed {
        let signed = try AuditProof.Signed(note, signedByOneOf: keys)
        let size = signed.checkpoint.size
        for (index, link) in links.enumerated().reversed() where link.first <= size && size <= last(index) ?? .max {
            if let signed = try? AuditProof.Signed(note, signedByOneOf: [link.key]) { return signed }
        }
        throw NoteError(
            .notSignedByKey,
            "the checkpoint over \(size) entries is signed by a key that was not in use at that size")
    }

    /// Checks what leads from key to key: for each change an entry that names both, and a checkpoint signed by both.
    ///
    /// The checkpoint's root is compared with the log by whoever verifies all checkpoints.
    func verify(_ transaction: ReadTransaction) throws {
        for (old, new) in zip(links, links.dropFirst()) {
            let named = "the change from the key \(old.key.keyHash) to \(new.key.keyHash)"
            guard let seq = new.entry, let bytes = try AuditLog.entry(seq, transaction),
                let entry = RotationEntry(bytes), entry.change.from == old.key.description,
                entry.change.to == new.key.description
            else { throw HostError(.refused, "\(named) is not in the log") }
            let note = try transaction.first("SELECT note FROM audit_checkpoint WHERE size = $1", new.first) {
                $0.text(0)
            }
            guard let note, (try? Checkpoint(note: note, signedBy: old.key)) != nil,
                (try? Checkpoint(note: note, signedBy: new.key)) != nil
            else { throw HostError(.refused, "\(named) has no checkpoint signed by both") }
        }
    }

    struct RotationEntry: Decodable {
        struct Change: Decodable {
            let from: String
            let to: String
        }

        let action: String
        let change: Change

        /// `nil` for any other entry.
        init?(_ entry: [UInt8]) {
            guard let decoded = try? JSONDecoder().decode(RotationEntry.self, from: Data(entry)),
                decoded.action == AuditAction.keyRotated.rawValue
            else { return nil }
            self = decoded
        }
    }
}
