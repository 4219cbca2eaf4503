package import AuditTrail
import Database
package import FordringKit

/// What comparing the live log with a checkpoint that was handed out has shown.
package struct CheckpointVerdict: Sendable {
    package let origin: String
    /// The size and the root of the checkpoint.
    package let size: Int64
    package let root: Hash
    /// The key that has signed the checkpoint, and the key in use now.
    package let signedBy: VerifierKey
    package let currentKey: VerifierKey
    /// How many entries the log has now.
    package let liveSize: Int64
}

extension FordringHost {
    /// Signs the head of a tenant's log as it will be after the transaction, and keeps the note.
    ///
    /// - Returns: the note; the one that is kept, where that head was signed before.
    static func checkpoint(_ keys: SigningKey..., at transaction: WriteTransaction) throws -> String {
        let head = try transaction.attachment(AuditLog.self).head
        let kept = try transaction.first("SELECT note FROM audit_checkpoint WHERE size = $1", head.size) { $0.text(0) }
        if let kept { return kept }
        let text = Checkpoint(origin: keys[0].name, size: head.size, root: head.root).text
        let note = try keys.reduce("\(text)\n") { $0 + (try $1.signatureLine(of: text)) }
        try transaction.execute(
            "INSERT INTO audit_checkpoint (size, note, made_at) VALUES ($1, $2, $3)", head.size, note,
            transaction.provenance.time)
        return note
    }

    /// Signs the head of a tenant's log.
    package func checkpoint(_ id: TenantID) throws -> String {
        try database(of: id).write(provenance) { transaction in
            try FordringHost.checkpoint(try AuditKeys.current(keyring, transaction), at: transaction)
        }
    }

    /// Signs the head where the log has grown since it was last signed.
    func checkpointIfGrown(_ id: TenantID) throws {
        let hasGrown = try database(of: id).read { transaction in
            let signed = try transaction.first("SELECT max(size) FROM audit_checkpoint") { $0.integerOrNil(0) } ?? nil
            return try AuditLog.size(transaction) > signed ?? 0
        }
        if hasGrown { _ = try checkpoint(id) }
    }

    /// Gives a tenant's log another key.
    ///
    /// The change is an entry that names both keys, and the checkpoint just after it is signed by both: who has the old
    /// key can follow to the new one.
    ///
    /// - Returns: the new key, and that checkpoint.
    package func rotateKey(_ id: TenantID, reason: String) throws -> (key: VerifierKey, checkpoint: String) {
        try database(of: id).write(provenance) { transaction in
            let old = try AuditKeys.current(keyring, transaction)
            let new = try SigningKey(name: old.name, seed: configuration.entropy.bytes(32))
            let entry = try transaction.audit(
                .keyRotated, subject: ["tenant": .string(id.rawValue)],
                change: [
                    "from": .string(old.verifier.description), "reason": .string(reason),
                    "to": .string(new.verifier.description),
                ])
            try AuditKeys.insert(new, since: entry, keyring, transaction)
            return (new.verifier, try FordringHost.checkpoint(old, new, at: transaction))
        }
    }

    /// Reads a tenant's whole log again and compares it with its stored tree and all its checkpoints.
    ///
    /// - Returns: the head.
    /// - Throws: ``HostError`` `refused` when they do not fit.
    @discardableResult
    package func verifyLog(_ id: TenantID) throws -> (size: Int64, root: String) {
        let head = try database(of: id).scan { try verify($0, of: id, and: nil) }
        return (head.size, head.root.hex)
    }

    /// Verifies a tenant's live log against a checkpoint that was handed out.
    ///
    /// Signatures of others in the note, such as witnesses, are passed over.
    ///
    /// - Parameter keyText: the key that the reader has from elsewhere; it may be one from before a rotation.
    /// - Throws: ``HostError`` `refused` when the log is shorter than the checkpoint, has forked from it, or does not fit
    ///   its own tree; when the checkpoint is not signed; when no rotation leads from the key to the present one.
    package func verifyLog(_ id: TenantID, against note: String, key keyText: String?) throws -> CheckpointVerdict {
        let given = try keyText.map(FordringHost.parse)
        return try database(of: id).scan { transaction in
            let chain = try KeyChain(transaction)
            if let given, !chain.keys.contains(given) {
                throw HostError(
                    .refused,
                    "The key \(given.name)+\(given.keyHash) is not one of the log of '\(id)': no rotation leads from it to "
                        + "the present key \(chain.current.name)+\(chain.current.keyHash).")
            }
            let signed: AuditProof.Signed
            do {
                signed = try chain.checkpoint(note)
            } catch let error as NoteError {
                throw HostError(.refused, "The checkpoint was not accepted: \(error).")
            }
            let checkpoint = signed.checkpoint
            guard checkpoint.origin == chain.current.name else {
                throw HostError(
                    .refused, "The checkpoint is of the log '\(checkpoint.origin)' and not of '\(chain.current.name)'.")
            }
            let size = try AuditLog.size(transaction)
            guard checkpoint.size <= size else {
                throw HostError(
                    .refused,
                    "The audit trail of '\(id)' is shorter than the checkpoint: it has \(size) entries, and the checkpoint "
                        + "was signed over \(checkpoint.size).")
            }
            guard try TileReader(transaction).root(at: checkpoint.size) == checkpoint.root else {
                throw HostError(
                    .refused,
                    "The audit trail of '\(id)' has forked from the checkpoint: its first \(checkpoint.size) entries have "
                        + "another root than was signed.")
            }
            let head = try verify(transaction, of: id, and: checkpoint)
            return CheckpointVerdict(
                origin: checkpoint.origin, size: checkpoint.size, root: checkpoint.root, signedBy: signed.key,
                currentKey: chain.current, liveSize: head.size)
        }
    }

    private func verify(
        _ transaction: ReadTransaction, of id: TenantID, and handedOut: Checkpoint?
    ) throws -> (size: Int64, root: Hash) {
        do {
            let chain = try KeyChain(transaction)
            let stored = try transaction.all("SELECT size, note FROM audit_checkpoint ORDER BY size") {
                (size: $0.integer(0), checkpoint: try chain.checkpoint($0.text(1)).checkpoint)
            }
            for (size, checkpoint) in stored where checkpoint.size != size {
                throw HostError(
                    .refused,
                    "the checkpoint kept for \(size) entries was signed over \(checkpoint.size): it is a replay")
            }
            let head = try AuditLog.verify(
                transaction, against: stored.map(\.checkpoint) + (handedOut.map { [$0] } ?? []))
            try chain.verify(transaction)
            return head
        } catch let fault as LogFault {
            throw HostError(.refused, "The audit trail of '\(id)' is broken: \(fault.message).")
        } catch let error as NoteError {
            throw HostError(.refused, "The audit trail of '\(id)' is broken: \(error.message).")
        } catch let error as HostError where error.code == .refused {
            throw HostError(.refused, "The audit trail of '\(id)' is broken: \(error.message).")
        }
    }

    /// Reads a verifier key.
    ///
    /// - Throws: ``HostError`` `badInput` where the text is none.
    package static func parse(_ key: String) throws -> VerifierKey {
        do {
            return try VerifierKey(parsing: key)
        } catch {
            throw HostError(.badInput, "The verifier key cannot be used: \(error).")
        }
    }
}
