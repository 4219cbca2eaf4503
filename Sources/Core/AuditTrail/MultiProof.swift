/// One proof that many entries are in a log at once, each at its place.
///
/// The tree of RFC 6962 over `size` leaves is walked depth first, from left to right, a range of leaves being split at
/// the largest power of two below its length. A subtree without any of the entries gives its hash to the proof and is
/// not entered; an entry gives nothing. Whoever has the entries and their numbers walks the same way, takes a hash from
/// the proof where there is no entry, and comes to the root.
package enum MultiProof {
    /// The hashes that prove some entries.
    ///
    /// - Parameter ranges: the entries' numbers, in order, without overlap, all below the size.
    package static func hashes(
        of ranges: [Range<Int64>], in size: Int64, _ tiles: TileReader
    ) throws -> [Hash] {
        var rest = ranges[...]
        var hashes: [Hash] = []
        func walk(_ begin: Int64, _ end: Int64) throws {
            while let range = rest.first, range.upperBound <= begin { rest.removeFirst() }
            guard let range = rest.first, range.lowerBound < end else {
                hashes.append(try tiles.root(begin, end))
                return
            }
            if range.lowerBound <= begin, range.upperBound >= end { return }
            let middle = begin + TileReader.split(end - begin)
            try walk(begin, middle)
            try walk(middle, end)
        }
        if size > 0 { try walk(0, size) }
        return hashes
    }
}

/// A tree of which some leaves are known, in memory that grows with the gaps between them only.
package struct PartialTree: Sendable {
    /// A subtree all of whose leaves are known, with a power of two of them.
    private struct Subtree {
        let start: Int64
        let height: Int64
        let root: Hash

        var end: Int64 { start + 1 << height }
    }

    /// In order, and none the sibling of its neighbour.
    private var subtrees: [Subtree] = []
    /// How many leaves are known.
    package private(set) var count: Int64 = 0
    /// The number after the last known leaf.
    package var end: Int64 { subtrees.last?.end ?? 0 }

    package init() {}

    /// Adds a leaf hash; its number must be ``end`` or more.
    package mutating func append(_ leaf: Hash, at index: Int64) {
        precondition(index >= end, "leaves come in order")
        count += 1
        var new = Subtree(start: index, height: 0, root: leaf)
        while let left = subtrees.last, left.height == new.height, left.end == new.start,
            left.start >> left.height & 1 == 0
        {
            subtrees.removeLast()
            new = Subtree(start: left.start, height: left.height + 1, root: .node(left.root, new.root))
        }
        subtrees.append(new)
    }

    /// The root of the tree at a size, to which a ``MultiProof`` gives what is not known.
    ///
    /// - Throws: ``ProofError`` `wrongLength` where other leaves are known than those that the proof was made for.
    package func root(at size: Int64, with proof: [Hash] = []) throws(ProofError) -> Hash {
        guard size > 0 else { return .emptyRoot }
        guard end <= size else {
            throw ProofError(.outOfRange, "the entry \(end - 1) cannot be in a tree of \(size) entries")
        }
        var known = subtrees[...]
        var hashes = proof[...]
        func walk(_ begin: Int64, _ end: Int64) throws(ProofError) -> Hash {
            guard let next = known.first, next.start < end else {
                guard let hash = hashes.popFirst() else {
                    throw ProofError(
                        .wrongLength, "the proof has \(proof.count) hashes, which is too few for these entries")
                }
                return hash
            }
            if next.start == begin, next.end == end {
                known.removeFirst()
                return next.root
            }
            let middle = begin + TileReader.split(end - begin)
            let left = try walk(begin, middle)
            return .node(left, try walk(middle, end))
        }
        let root = try walk(0, size)
        guard hashes.isEmpty else {
            throw ProofError(
                .wrongLength, "the proof has \(proof.count) hashes, which is \(hashes.count) too many for these entries"
            )
        }
        return root
    }
}
