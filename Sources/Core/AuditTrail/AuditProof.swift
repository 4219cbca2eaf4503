import Foundation

/// A proof as a file, which anybody can check with the key alone; the article Proofs describes it.
package struct AuditProof: Codable, Sendable {
    package enum Kind: String, Codable, Sendable {
        /// An entry is in the log.
        case inclusion
        /// The log of one checkpoint is the beginning of the log of another.
        case consistency
    }

    package let type: Kind
    /// The signed note over the tree that the proof ends in.
    package let checkpoint: String
    package let hashes: [String]
    package let root: String
    package let treeSize: Int64
    package let verifierKey: String

    // Of an inclusion proof.
    package private(set) var index: Int64?
    package private(set) var leaf: String?
    package private(set) var leafHash: String?

    // Of a consistency proof.
    package private(set) var fromCheckpoint: String?
    package private(set) var fromRoot: String?
    package private(set) var fromTreeSize: Int64?
    package private(set) var fromVerifierKey: String?

    /// A checkpoint with its note and the key that has signed it.
    package struct Signed: Sendable {
        package let checkpoint: Checkpoint
        package let note: String
        package let key: VerifierKey

        /// - Throws: ``NoteError`` where none of the keys has signed the note.
        package init(_ note: String, signedByOneOf keys: [VerifierKey]) throws(NoteError) {
            self.note = note
            (checkpoint, key) = try Checkpoint.read(note, signedByOneOf: keys)
        }
    }

    private init(_ type: Kind, _ head: Signed, _ hashes: [Hash]) {
        self.type = type
        checkpoint = head.note
        self.hashes = hashes.map { CanonicalBase64.encode($0.bytes) }
        root = CanonicalBase64.encode(head.checkpoint.root.bytes)
        treeSize = head.checkpoint.size
        verifierKey = head.key.description
    }

    /// A proof that an entry is in the log of a checkpoint.
    package init(entry: [UInt8], index: Int64, in head: Signed, _ hashes: [Hash]) {
        self.init(.inclusion, head, hashes)
        self.index = index
        leaf = CanonicalBase64.encode(entry)
        leafHash = CanonicalBase64.encode(Hash.leaf(entry).bytes)
    }

    /// A proof that the log of a checkpoint is the beginning of that of another.
    package init(from old: Signed, to head: Signed, _ hashes: [Hash]) {
        self.init(.consistency, head, hashes)
        fromCheckpoint = old.note
        fromRoot = CanonicalBase64.encode(old.checkpoint.root.bytes)
        fromTreeSize = old.checkpoint.size
        fromVerifierKey = old.key.description
    }

    /// Reads a proof.
    package init(json: [UInt8]) throws(ProofError) {
        do {
            self = try JSONDecoder().decode(AuditProof.self, from: Data(json))
        } catch {
            throw ProofError(.malformed, "it is not a proof: its members are not those that a proof has")
        }
    }
}

/// What a proof has shown.
package struct ProofVerdict: Sendable {
    package let origin: String
    package let treeSize: Int64
    package let root: Hash
    /// The keys that have signed its checkpoints.
    package let keys: [VerifierKey]
    /// The entry's bytes, of an inclusion proof.
    package let entry: [UInt8]?
    /// How the hashes combine, a line each, for people.
    package let explanation: [String]
}

extension AuditProof {
    /// Checks a proof.
    ///
    /// - Parameter trusted: the keys that the reader has from elsewhere; where there is none, those in the file are used,
    ///   which shows that the proof is whole but not whose it is.
    package func verify(trusting trusted: [VerifierKey]) throws(ProofError) -> ProofVerdict {
        let head = try signed(checkpoint, trusted.isEmpty ? [key(verifierKey)] : trusted)
        guard head.checkpoint.size == treeSize else {
            throw ProofError(
                .otherCheckpoint,
                "the proof is about \(treeSize) entries, and its checkpoint was signed over \(head.checkpoint.size)")
        }
        guard try head.checkpoint.root == hash(root, "root") else {
            throw ProofError(.otherCheckpoint, "the root is not the one that the checkpoint was signed over")
        }
        var hashes: [Hash] = []
        for text in self.hashes { hashes.append(try hash(text, "hashes")) }
        switch type {
        case .inclusion: return try verifyInclusion(head, hashes)
        case .consistency: return try verifyConsistency(head, hashes, trusted)
        }
    }

    private func verifyInclusion(_ head: Signed, _ hashes: [Hash]) throws(ProofError) -> ProofVerdict {
        guard let index, let leaf, let leafHash else {
            throw ProofError(.malformed, "an inclusion proof has the members index, leaf and leafHash")
        }
        let entry = try bytes(leaf, "leaf")
        let start = Hash.leaf(entry)
        guard try start == hash(leafHash, "leafHash") else {
            throw ProofError(.wrongLeaf, "the leaf is not the one that has the leafHash: one of the two was changed")
        }
        try MerkleProof.verifyInclusion(
            leaf: start, index: index, size: treeSize, root: head.checkpoint.root, hashes: hashes)
        let steps = try MerkleProof.inclusionSteps(leaf: start, index: index, size: treeSize, hashes: hashes)
        var lines = ["leaf   SHA-256(00 || entry \(index)) = \(start.hex)"]
        for step in steps {
            lines.append(
                step.isLeft
                    ? "left   SHA-256(01 || \(step.hash.hex) || the line above) = \(step.result.hex)"
                    : "right  SHA-256(01 || the line above || \(step.hash.hex)) = \(step.result.hex)")
        }
        lines.append("root   the last line is the root that the checkpoint over \(treeSize) entries states")
        return ProofVerdict(
            origin: head.checkpoint.origin, treeSize: treeSize, root: head.checkpoint.root, keys: [head.key],
            entry: entry, explanation: lines)
    }

    private func verifyConsistency(
        _ head: Signed, _ hashes: [Hash], _ trusted: [VerifierKey]
    ) throws(ProofError) -> ProofVerdict {
        guard let fromCheckpoint, let fromRoot, let fromTreeSize, let fromVerifierKey else {
            throw ProofError(
                .malformed,
                "a consistency proof has the members fromCheckpoint, fromRoot, fromTreeSize and fromVerifierKey")
        }
        let old = try signed(fromCheckpoint, trusted.isEmpty ? [key(fromVerifierKey)] : trusted)
        guard old.checkpoint.origin == head.checkpoint.origin else {
            throw ProofError(
                .otherCheckpoint,
                "the checkpoints are of two logs, '\(old.checkpoint.origin)' and '\(head.checkpoint.origin)'")
        }
        guard old.checkpoint.size == fromTreeSize else {
            throw ProofError(
                .otherCheckpoint,
                "the proof begins at \(fromTreeSize) entries, and its older checkpoint was signed over "
                    + "\(old.checkpoint.size)")
        }
        guard try old.checkpoint.root == hash(fromRoot, "fromRoot") else {
            throw ProofError(
                .otherCheckpoint, "the older root is not the one that the older checkpoint was signed over")
        }
        let (oldRoot, root) = (old.checkpoint.root, head.checkpoint.root)
        try MerkleProof.verifyConsistency(
            from: fromTreeSize, oldRoot: oldRoot, to: treeSize, root: root, hashes: hashes)
        var lines: [String] = []
        if fromTreeSize > 0, fromTreeSize < treeSize {
            let (start, steps) = try MerkleProof.consistencySteps(
                from: fromTreeSize, oldRoot: oldRoot, to: treeSize, hashes: hashes)
            lines.append("start  both trees share the subtree \(start.hex)")
            for step in steps {
                lines.append(
                    step.isLeft
                        ? "left   SHA-256(01 || \(step.hash.hex) || above): old = \(step.old.hex), new = \(step.new.hex)"
                        : "right  SHA-256(01 || above || \(step.hash.hex)): old unchanged, new = \(step.new.hex)")
            }
        }
        lines.append("old    is the root that the checkpoint over \(fromTreeSize) entries states")
        lines.append("new    is the root that the checkpoint over \(treeSize) entries states")
        return ProofVerdict(
            origin: head.checkpoint.origin, treeSize: treeSize, root: root, keys: [old.key, head.key], entry: nil,
            explanation: lines)
    }

    private func signed(_ note: String, _ keys: [VerifierKey]) throws(ProofError) -> Signed {
        do {
            return try Signed(note, signedByOneOf: keys)
        } catch {
            throw ProofError(.wrongCheckpoint, "its checkpoint was not accepted: \(error)")
        }
    }

    private func key(_ text: String) throws(ProofError) -> VerifierKey {
        do {
            return try VerifierKey(parsing: text)
        } catch {
            throw ProofError(.malformed, "its verifier key cannot be used: \(error)")
        }
    }

    private func bytes(_ text: String, _ member: String) throws(ProofError) -> [UInt8] {
        do {
            return try CanonicalBase64.decode(text)
        } catch {
            throw ProofError(.malformed, "its \(member) cannot be read: \(error)")
        }
    }

    private func hash(_ text: String, _ member: String) throws(ProofError) -> Hash {
        let bytes = try bytes(text, member)
        guard bytes.count == Hash.size else {
            throw ProofError(.malformed, "its \(member) has \(bytes.count) bytes where a hash has \(Hash.size)")
        }
        return Hash(bytes)
    }
}
