package import AuditTrail
import Database
package import FordringKit

extension FordringHost {
    /// Proves that an entry is in a tenant's log.
    ///
    /// - Parameter note: a checkpoint of the log, in which the proof is to end; where there is none, the head is signed.
    package func proveEntry(_ index: Int64, of id: TenantID, in note: String?) throws -> AuditProof {
        let note = try note ?? checkpoint(id)
        return try database(of: id).read { try proveEntry(index, of: id, in: note, $0) }
    }

    /// The same in a transaction.
    func proveEntry(
        _ index: Int64, of id: TenantID, in note: String, _ transaction: ReadTransaction
    ) throws -> AuditProof {
        let tiles = TileReader(transaction)
        let head = try knownCheckpoint(note, of: id, tiles, transaction)
        guard index >= 0, index < head.checkpoint.size, let entry = try AuditLog.entry(index, transaction) else {
            throw HostError(
                .refused,
                "There is no entry \(index) among the \(head.checkpoint.size) of the checkpoint; they count from 0.")
        }
        return AuditProof(
            entry: entry, index: index, in: head, try tiles.inclusionProof(of: index, in: head.checkpoint.size))
    }

    /// Proves that a tenant's log at one checkpoint is the beginning of the log at another.
    package func proveConsistency(of id: TenantID, from old: String, to new: String) throws -> AuditProof {
        try database(of: id).read { transaction in
            let tiles = TileReader(transaction)
            let old = try knownCheckpoint(old, of: id, tiles, transaction)
            let head = try knownCheckpoint(new, of: id, tiles, transaction)
            guard old.checkpoint.size <= head.checkpoint.size else {
                throw HostError(
                    .refused,
                    "The checkpoint of --from has \(old.checkpoint.size) entries, and that of --to only "
                        + "\(head.checkpoint.size). Give the older one first.")
            }
            return AuditProof(
                from: old, to: head,
                try tiles.consistencyProof(from: old.checkpoint.size, to: head.checkpoint.size))
        }
    }

    /// Checks a proof with nothing but the file, and keys where the reader has them from elsewhere.
    ///
    /// - Throws: ``HostError`` `refused` that says what does not fit; `badInput` where it is no proof.
    package static func verifyProof(_ json: [UInt8], name: String, keys: [String]) throws -> ProofVerdict {
        let keys = try keys.map(parse)
        do {
            return try AuditProof(json: json).verify(trusting: keys)
        } catch {
            throw HostError(error.code == .malformed ? .badInput : .refused, "\(name): \(error).")
        }
    }

    /// A checkpoint that the tenant's key has signed and that its log still fits.
    private func knownCheckpoint(
        _ note: String, of id: TenantID, _ tiles: TileReader, _ transaction: ReadTransaction
    ) throws -> AuditProof.Signed {
        let signed: AuditProof.Signed
        do {
            signed = try KeyChain(transaction).checkpoint(note)
        } catch let error as NoteError {
            throw HostError(.refused, "The checkpoint was not accepted: \(error).")
        }
        let size = try AuditLog.size(transaction)
        guard signed.checkpoint.size <= size else {
            throw HostError(
                .refused,
                "The audit trail of '\(id)' has \(size) entries, and the checkpoint was signed over "
                    + "\(signed.checkpoint.size): its end was cut off. Nothing can be proved from it.")
        }
        guard try tiles.root(at: signed.checkpoint.size) == signed.checkpoint.root else {
            throw HostError(
                .refused,
                "The audit trail of '\(id)' has forked from the checkpoint over \(signed.checkpoint.size) entries. "
                    + "Nothing can be proved from it.")
        }
        return signed
    }
}
