package import Database

/// What is wrong with a stored log.
package struct LogFault: Error, Sendable, Hashable, CustomStringConvertible {
    package enum Code: Sendable, Hashable {
        /// An entry in the middle is gone.
        case missingEntry
        /// Another entry stands in an entry's place.
        case movedEntry
        /// An entry is not the one that was appended.
        case changedEntry
        /// Entries at the end are gone.
        case truncated
        /// A tile is gone, or not all of it is there.
        case missingTile
        /// A tile's hashes are not those of the tree.
        case changedTile
        /// Entries and tiles fit one another, and not a checkpoint that was signed.
        case rewritten
    }

    package let code: Code
    package let message: String

    package init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    package var description: String { message }
}

extension AuditLog {
    /// Reads a whole log again and compares every entry with every tile, and the tree with checkpoints.
    ///
    /// Memory does not grow with the log.
    ///
    /// - Parameter checkpoints: whose signatures have been checked.
    /// - Returns: the head.
    /// - Throws: ``LogFault`` for the first thing that does not fit.
    package static func verify(
        _ transaction: ReadTransaction, against checkpoints: [Checkpoint]
    ) throws -> (size: Int64, root: Hash) {
        var edge = MerkleTreeEdge()
        var ahead = checkpoints.sorted { $0.size < $1.size }[...]
        var leaves: [Hash] = []
        func compareCheckpoints() throws {
            while let checkpoint = ahead.first, checkpoint.size == edge.size {
                guard checkpoint.root == edge.root else {
                    throw LogFault(
                        .rewritten,
                        "its first \(edge.size) entries are not those that a checkpoint was signed over: "
                            + "history was rewritten, or the log forked")
                }
                ahead.removeFirst()
            }
        }
        try compareCheckpoints()
        try forEachEntry(transaction) { seq, entry in
            guard seq == edge.size else {
                throw LogFault(.missingEntry, "the entry \(edge.size) is gone")
            }
            let offset = Int(seq % 256)
            if offset == 0 { leaves = try tile(0, seq / 256, transaction) }
            guard offset < leaves.count else {
                throw LogFault(.missingTile, "the tile 0/\(seq / 256) lacks the hash of the entry \(seq)")
            }
            let leaf = Hash.leaf(entry)
            guard leaf == leaves[offset] else {
                if let stated = entry.withUnsafeBytes({ EntryHead($0)?.seq }), stated != seq {
                    throw LogFault(.movedEntry, "the entry \(stated) stands in the place of the entry \(seq)")
                }
                throw LogFault(.changedEntry, "the entry \(seq) is not the one that was appended")
            }
            edge.append(leaf)
            for full in edge.takeFullTiles() { try compare(full.level, full.position, full.hashes, transaction) }
            try compareCheckpoints()
        }
        try compareEnd(edge, transaction)
        if let checkpoint = ahead.first {
            throw LogFault(
                .truncated,
                "it has \(edge.size) entries, and a checkpoint was signed over \(checkpoint.size): its end was cut off")
        }
        return (edge.size, edge.root)
    }

    /// Compares the partial tiles, and looks for tiles that have no place in the tree.
    private static func compareEnd(_ edge: MerkleTreeEdge, _ transaction: ReadTransaction) throws {
        for level in 0..<edge.partialTiles.count {
            let last = try transaction.first(
                """
                SELECT position, length(hashes) FROM audit_tile WHERE level = $1 ORDER BY position DESC LIMIT 1
                """, level
            ) { $0.integer(0) * 256 + $0.integer(1) / Int64(Hash.size) }
            if let last, last > MerkleTreeEdge.hashCount(level: level, size: edge.size) {
                let leaves = last << Int64(8 * level)
                throw LogFault(
                    .truncated,
                    "it has \(edge.size) entries, and its tree has at least \(leaves) leaves: its end was cut off")
            }
        }
        var count: Int64 = 0
        for (level, hashes) in edge.partialTiles.enumerated() {
            let position = MerkleTreeEdge.hashCount(level: level, size: edge.size) / 256
            count += position + (hashes.isEmpty ? 0 : 1)
            if !hashes.isEmpty { try compare(level, position, hashes, transaction) }
        }
        let stored = try transaction.first("SELECT count(*) FROM audit_tile") { $0.integer(0) } ?? 0
        guard stored == count else {
            throw LogFault(.changedTile, "it has \(stored) tiles where its tree has \(count)")
        }
    }

    private static func compare(
        _ level: Int, _ position: Int64, _ hashes: [Hash], _ transaction: ReadTransaction
    ) throws {
        let stored = try tile(level, position, transaction)
        guard stored.count >= hashes.count else {
            throw LogFault(
                .missingTile, "the tile \(level)/\(position) has \(stored.count) hashes where \(hashes.count) belong")
        }
        guard stored == hashes else {
            throw LogFault(.changedTile, "the tile \(level)/\(position) does not have the hashes of the tree")
        }
    }
}
