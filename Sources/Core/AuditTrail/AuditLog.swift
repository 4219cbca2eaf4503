package import Database
package import FordringKit

/// The log of one tenant inside one transaction: entries are written at once, the tree's edge before the commit.
///
/// Tables: `audit_entry` (one row a leaf) and `audit_tile` (hashes in tiles of 256). The schema itself refuses to change
/// or delete an entry or a hash.
package final class AuditLog: TransactionAttachment {
    package static let migration = Migration(
        "0001 audit trail",
        appendOnly: ["audit_entry"],
        """
        CREATE TABLE audit_entry (
            seq {integer} NOT NULL PRIMARY KEY CHECK (seq >= 0),
            entry {bytes} NOT NULL CHECK (length(entry) BETWEEN 2 AND 65535)
        ) {strict}
        """,
        """
        CREATE TABLE audit_tile (
            level {integer} NOT NULL CHECK (level BETWEEN 0 AND 7),
            position {integer} NOT NULL CHECK (position >= 0),
            hashes {bytes} NOT NULL CHECK (length(hashes) BETWEEN 32 AND 8192 AND length(hashes) % 32 = 0),
            PRIMARY KEY (level, position)
        ) {strict}
        """)

    /// Later than ``migration``, which made tiles without a guard.
    package static let tileGuard = Migration(
        "0020 audit tiles only grow",
        growOnly: [GrowingTable("audit_tile", key: ["level", "position"], bytes: "hashes")])

    /// The longest entry, in bytes: tlog-tiles gives an entry's length in 16 bits.
    package static let entryBytesMax = 65_535

    private let transaction: WriteTransaction
    private var author: Author
    private var edge: MerkleTreeEdge
    private let sizeBefore: Int64
    /// What the last entry rests on, and how it is written: one day's entries mostly rest on the same.
    private var lastBasis: (citations: [Citation], json: [UInt8]) = ([], [])

    /// Actor and time as entries write them, made once for all entries of one provenance.
    private struct Author {
        let provenance: Provenance
        let actor: [UInt8]
        let time: [UInt8]

        init(_ provenance: Provenance) {
            self.provenance = provenance
            actor = AuditLog.json(provenance.actor).canonicalBytes
            time = JSONValue.string(provenance.time.description).canonicalBytes
        }
    }

    package init(_ transaction: WriteTransaction) throws {
        self.transaction = transaction
        edge = try AuditLog.edge(transaction)
        sizeBefore = edge.size
        author = Author(transaction.provenance)
    }

    /// Appends an entry and returns its sequence number, from 0.
    ///
    /// The members of an entry in canonical order: `action`, `actor`, `basis` (sections that allowed it), `change`,
    /// `seq`, `subject`, `time`.
    @discardableResult
    package func append(
        _ action: AuditAction, subject: JSONValue, change: JSONValue, basis: [Citation] = []
    ) throws -> Int64 {
        if author.provenance != transaction.provenance { author = Author(transaction.provenance) }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(512)
        bytes.append(contentsOf: #"{"action":"#.utf8)
        JSONValue.write(action.rawValue, to: &bytes)
        bytes.append(contentsOf: #","actor":"#.utf8)
        bytes.append(contentsOf: author.actor)
        bytes.append(contentsOf: #","basis":["#.utf8)
        if basis != lastBasis.citations {
            var json: [UInt8] = []
            for (index, citation) in basis.enumerated() {
                if index > 0 { json.append(UInt8(ascii: ",")) }
                JSONValue.write(citation.description, to: &json)
            }
            lastBasis = (basis, json)
        }
        bytes.append(contentsOf: lastBasis.json)
        bytes.append(contentsOf: #"],"change":"#.utf8)
        change.write(to: &bytes)
        bytes.append(contentsOf: #","seq":"#.utf8)
        JSONValue.write(edge.size, to: &bytes)
        bytes.append(contentsOf: #","subject":"#.utf8)
        subject.write(to: &bytes)
        bytes.append(contentsOf: #","time":"#.utf8)
        bytes.append(contentsOf: author.time)
        bytes.append(UInt8(ascii: "}"))
        guard bytes.count <= AuditLog.entryBytesMax else {
            throw DatabaseFault(
                .constraint, "An audit entry '\(action.rawValue)' has \(bytes.count) bytes; at most 65535 are allowed.")
        }
        let seq = edge.size
        try transaction.execute(
            "INSERT INTO audit_entry (seq, entry) VALUES ($1, $2)", values: [.integer(seq), .bytes(bytes)])
        edge.append(.leaf(bytes))
        return seq
    }

    /// The head of the log as it will be after the commit.
    package var head: (size: Int64, root: Hash) { (edge.size, edge.root) }

    package func flush(_ transaction: WriteTransaction) throws {
        guard edge.size > sizeBefore else { return }
        let partial = edge.partialTiles.enumerated().filter { !$0.element.isEmpty }.map { level, hashes in
            (level, MerkleTreeEdge.hashCount(level: level, size: edge.size) / 256, hashes)
        }
        for (level, position, hashes) in edge.takeFullTiles() + partial {
            try transaction.execute(
                """
                INSERT INTO audit_tile (level, position, hashes) VALUES ($1, $2, $3)
                ON CONFLICT (level, position) DO UPDATE SET hashes = excluded.hashes
                """,
                level, position, Hash.bytes(hashes))
        }
    }

    package func mark() -> () -> Void {
        let edge = edge
        return { self.edge = edge }
    }

    /// The edge of the stored tree.
    package static func edge(_ transaction: ReadTransaction) throws -> MerkleTreeEdge {
        let size = try size(transaction)
        var tiles: [[Hash]] = []
        var level = 0
        while MerkleTreeEdge.hashCount(level: level, size: size) > 0 {
            let count = MerkleTreeEdge.hashCount(level: level, size: size)
            tiles.append(count % 256 == 0 ? [] : try tile(level, count / 256, transaction))
            level += 1
        }
        guard let edge = MerkleTreeEdge(size: size, partialTiles: tiles) else {
            throw DatabaseFault(
                .corrupt, "The audit trail's tiles do not fit its \(size) entries. Run 'fordring audit verify'.")
        }
        return edge
    }

    /// The hashes of a stored tile; empty where there is none.
    package static func tile(_ level: Int, _ position: Int64, _ transaction: ReadTransaction) throws -> [Hash] {
        try transaction.first(
            "SELECT hashes FROM audit_tile WHERE level = $1 AND position = $2", level, position
        ) { Hash.list($0.bytes(0)) } ?? []
    }

    /// How many entries the log has.
    package static func size(_ transaction: ReadTransaction) throws -> Int64 {
        let last = try transaction.first("SELECT seq FROM audit_entry ORDER BY seq DESC LIMIT 1") { $0.integer(0) }
        return (last ?? -1) + 1
    }

    /// One entry's bytes; `nil` where there is none of that number.
    package static func entry(_ seq: Int64, _ transaction: ReadTransaction) throws -> [UInt8]? {
        try transaction.first("SELECT entry FROM audit_entry WHERE seq = $1", seq) { $0.bytes(0) }
    }

    /// Calls a closure with each entry in order, from one sequence number on.
    package static func forEachEntry(
        from seq: Int64 = 0, _ transaction: ReadTransaction, _ each: (Int64, [UInt8]) throws -> Void
    ) throws {
        try transaction.query("SELECT seq, entry FROM audit_entry WHERE seq >= $1 ORDER BY seq", seq) { row in
            try each(row.integer(0), row.bytes(1))
        }
    }

    static func json(_ actor: Provenance.Actor) -> JSONValue {
        switch actor {
        case .operatorNamed(let name): ["operator": .string(name)]
        case .host(let work): ["host": .string(work)]
        case .job(let id): ["job": .integer(id)]
        case .importFile(let sha256): ["importFile": .string(sha256)]
        case .plugin(let plugin):
            [
                "plugin": [
                    "name": .string(plugin.name), "sha256": .string(plugin.sha256), "version": .string(plugin.version),
                ]
            ]
        }
    }
}

extension WriteTransaction {
    /// Appends an entry to the tenant's log.
    @discardableResult
    package func audit(
        _ action: AuditAction, subject: JSONValue, change: JSONValue, basis: [Citation] = []
    ) throws -> Int64 {
        try attachment(AuditLog.self).append(action, subject: subject, change: change, basis: basis)
    }
}
