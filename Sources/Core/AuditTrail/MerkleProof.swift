package import Database

/// Why a proof was not accepted.
package struct ProofError: Error, Sendable, Hashable, CustomStringConvertible {
    package enum Code: Sendable, Hashable {
        /// Not of the form of a proof.
        case malformed
        /// The entry's bytes do not have the leaf hash that is stated.
        case wrongLeaf
        /// The index is not below the tree's size, or the sizes are in the wrong order.
        case outOfRange
        /// Too few or too many hashes for that place in a tree of that size.
        case wrongLength
        /// The hashes do not lead to the root.
        case wrongRoot
        /// The hashes do not lead to the root of the older tree.
        case wrongOldRoot
        /// The proof is about another tree than its checkpoint.
        case otherCheckpoint
        /// A checkpoint was not accepted.
        case wrongCheckpoint
    }

    package let code: Code
    package let message: String

    package init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    package var description: String { message }
}

/// Reads the hashes of a tree from its tiles, each tile once.
///
/// A proof reads the tiles above its leaf and those at the right edge: two a level, so six for ten million entries. The
/// tiles may be those of a larger tree; hashes that came later are never looked at.
package final class TileReader {
    private struct Place: Hashable {
        let level: Int
        let position: Int64
    }

    private let read: (_ level: Int, _ position: Int64) throws -> [Hash]
    private var tiles: [Place: [Hash]] = [:]

    package init(_ read: @escaping (_ level: Int, _ position: Int64) throws -> [Hash]) { self.read = read }

    /// Reads the tiles of a tenant's log; not to be kept after the transaction.
    package convenience init(_ transaction: ReadTransaction) {
        self.init { try AuditLog.tile($0, $1, transaction) }
    }

    /// How many tiles were read.
    package var tileCount: Int { tiles.count }

    /// The root of the tree at a size (RFC 6962 § 2.1).
    package func root(at size: Int64) throws -> Hash { try root(0, size) }

    /// RFC 6962 § 2.1.1, `PATH(index, D[size])`: what proves that an entry is in the tree.
    package func inclusionProof(of index: Int64, in size: Int64) throws -> [Hash] {
        precondition(index >= 0 && index < size, "the entry is not in the tree")
        var (begin, end) = (Int64(0), size)
        var path: [Hash] = []
        while end - begin > 1 {
            let middle = begin + TileReader.split(end - begin)
            if index < middle {
                path.append(try root(middle, end))
                end = middle
            } else {
                path.append(try root(begin, middle))
                begin = middle
            }
        }
        return path.reversed()
    }

    /// RFC 6962 § 2.1.2, `PROOF(old, D[size])`: what proves that a tree is the beginning of another.
    ///
    /// Empty where the two are of one size, or the older is empty.
    package func consistencyProof(from old: Int64, to size: Int64) throws -> [Hash] {
        precondition(old >= 0 && old <= size, "the older tree is the larger one")
        guard old > 0, old < size else { return [] }
        var (begin, end) = (Int64(0), size)
        var path: [Hash] = []
        while old < end {
            let middle = begin + TileReader.split(end - begin)
            if old <= middle {
                path.append(try root(middle, end))
                end = middle
            } else {
                path.append(try root(begin, middle))
                begin = middle
            }
        }
        // The subtree that ends where the older tree ends; the verifier knows it when it is the older tree itself.
        if begin > 0 { path.append(try root(begin, end)) }
        return path.reversed()
    }

    /// The largest power of two smaller than a count.
    static func split(_ count: Int64) -> Int64 { 1 << (63 - (count - 1).leadingZeroBitCount) }

    /// The root over the leaves of a range that begins where the recursion of RFC 6962 can begin one.
    func root(_ begin: Int64, _ end: Int64) throws -> Hash {
        var begin = begin
        var subtrees: [Hash] = []
        while begin < end {
            let height = 63 - (end - begin).leadingZeroBitCount
            subtrees.append(try perfectRoot(height, begin >> Int64(height)))
            begin += 1 << Int64(height)
        }
        guard var result = subtrees.popLast() else { return .emptyRoot }
        while let left = subtrees.popLast() { result = .node(left, result) }
        return result
    }

    /// The root over `2^height` leaves, the `index`th such subtree from the left.
    private func perfectRoot(_ height: Int, _ index: Int64) throws -> Hash {
        let (level, width) = (height / 8, Int64(1) << Int64(height % 8))
        let first = index * width
        let place = Place(level: level, position: first / 256)
        let hashes = try tiles[place] ?? read(place.level, place.position)
        tiles[place] = hashes
        let range = Int(first % 256)..<Int(first % 256 + width)
        guard range.upperBound <= hashes.count else {
            throw DatabaseFault(
                .corrupt,
                "The tile \(level)/\(place.position) of the audit trail lacks hashes. Run 'fordring audit verify'.")
        }
        return MerkleTreeEdge.root(ofFull: hashes[range])
    }
}

/// What a verifier computes, as RFC 9162 says it.
package enum MerkleProof {
    /// One hash of an inclusion proof put to what was computed before.
    package struct InclusionStep: Sendable {
        /// Whether the proof's hash stands left of it.
        package let isLeft: Bool
        package let hash: Hash
        package let result: Hash
    }

    /// RFC 9162 § 2.1.3.2, without the comparison with the root at its end.
    package static func inclusionSteps(
        leaf: Hash, index: Int64, size: Int64, hashes: [Hash]
    ) throws(ProofError) -> [InclusionStep] {
        guard index >= 0, index < size else {
            throw ProofError(.outOfRange, "the entry \(index) cannot be in a tree of \(size) entries")
        }
        var (fn, sn, result) = (index, size - 1, leaf)
        var steps: [InclusionStep] = []
        for hash in hashes {
            guard sn != 0 else {
                throw ProofError(
                    .wrongLength, "the proof has \(hashes.count) hashes, which is too many: \(steps.count) belong there"
                )
            }
            let isLeft = fn & 1 == 1 || fn == sn
            if isLeft {
                result = .node(hash, result)
                while fn & 1 == 0 && fn != 0 { (fn, sn) = (fn >> 1, sn >> 1) }
            } else {
                result = .node(result, hash)
            }
            steps.append(InclusionStep(isLeft: isLeft, hash: hash, result: result))
            (fn, sn) = (fn >> 1, sn >> 1)
        }
        guard sn == 0 else {
            throw ProofError(.wrongLength, "the proof has \(hashes.count) hashes, which is too few: some were dropped")
        }
        return steps
    }

    /// RFC 9162 § 2.1.3.2: whether an entry is in the tree of a root.
    package static func verifyInclusion(
        leaf: Hash, index: Int64, size: Int64, root: Hash, hashes: [Hash]
    ) throws(ProofError) {
        let steps = try inclusionSteps(leaf: leaf, index: index, size: size, hashes: hashes)
        guard steps.last?.result ?? leaf == root else {
            throw ProofError(
                .wrongRoot, "the hashes do not lead from the entry \(index) to the root of the tree of \(size) entries")
        }
    }

    /// One hash of a consistency proof put to what was computed before.
    package struct ConsistencyStep: Sendable {
        package let isLeft: Bool
        package let hash: Hash
        /// The older tree's root so far; it changes with hashes from the left only.
        package let old: Hash
        package let new: Hash
    }

    /// RFC 9162 § 2.1.4.2, without the comparisons at its end; for `0 < old < size`.
    package static func consistencySteps(
        from old: Int64, oldRoot: Hash, to size: Int64, hashes: [Hash]
    ) throws(ProofError) -> (start: Hash, steps: [ConsistencyStep]) {
        guard old > 0, old < size else {
            throw ProofError(.outOfRange, "a tree of \(old) entries cannot be the beginning of one of \(size)")
        }
        var path = hashes[...]
        if old & (old - 1) == 0 { path = [oldRoot] + path }
        guard let start = path.popFirst() else { throw ProofError(.wrongLength, "the proof has no hashes") }
        var (fn, sn) = (old - 1, size - 1)
        while fn & 1 == 1 { (fn, sn) = (fn >> 1, sn >> 1) }
        var (fr, sr) = (start, start)
        var steps: [ConsistencyStep] = []
        for hash in path {
            guard sn != 0 else {
                throw ProofError(.wrongLength, "the proof has \(hashes.count) hashes, which is too many")
            }
            let isLeft = fn & 1 == 1 || fn == sn
            if isLeft {
                (fr, sr) = (.node(hash, fr), .node(hash, sr))
                while fn & 1 == 0 && fn != 0 { (fn, sn) = (fn >> 1, sn >> 1) }
            } else {
                sr = .node(sr, hash)
            }
            steps.append(ConsistencyStep(isLeft: isLeft, hash: hash, old: fr, new: sr))
            (fn, sn) = (fn >> 1, sn >> 1)
        }
        guard sn == 0 else {
            throw ProofError(.wrongLength, "the proof has \(hashes.count) hashes, which is too few: some were dropped")
        }
        return (start, steps)
    }

    /// RFC 9162 § 2.1.4.2: whether the tree of one root is the beginning of the tree of another.
    package static func verifyConsistency(
        from old: Int64, oldRoot: Hash, to size: Int64, root: Hash, hashes: [Hash]
    ) throws(ProofError) {
        guard old > 0, old < size else {
            guard old >= 0, old <= size else {
                throw ProofError(.outOfRange, "a tree of \(old) entries cannot be the beginning of one of \(size)")
            }
            guard hashes.isEmpty else {
                throw ProofError(
                    .wrongLength, "the proof has \(hashes.count) hashes, which is too many: none belongs there")
            }
            guard oldRoot == (old == 0 ? .emptyRoot : root) else {
                throw ProofError(.wrongOldRoot, "two trees of \(old) entries have different roots: the log was forked")
            }
            return
        }
        let (start, steps) = try consistencySteps(from: old, oldRoot: oldRoot, to: size, hashes: hashes)
        guard steps.last?.old ?? start == oldRoot else {
            throw ProofError(.wrongOldRoot, "the hashes do not lead to the root of the older tree of \(old) entries")
        }
        guard steps.last?.new ?? start == root else {
            throw ProofError(.wrongRoot, "the hashes do not lead to the root of the tree of \(size) entries")
        }
    }
}
