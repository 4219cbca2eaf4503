import Crypto

/// A SHA-256 hash.
package struct Hash: Sendable, Hashable {
    /// The 32 bytes as they lie in memory: a value of its own, without an array on the heap.
    private let words: SIMD4<UInt64>

    package static let size = 32

    /// Takes 32 bytes; any other number is a programmer's error.
    package init(_ bytes: some Sequence<UInt8>) {
        let bytes = ContiguousArray(bytes)
        precondition(bytes.count == Hash.size)
        words = bytes.withUnsafeBytes { $0.loadUnaligned(as: SIMD4<UInt64>.self) }
    }

    private init(_ hasher: consuming SHA256) {
        words = hasher.finalize().withUnsafeBytes { $0.loadUnaligned(as: SIMD4<UInt64>.self) }
    }

    private init(words: SIMD4<UInt64>) { self.words = words }

    package var bytes: [UInt8] { Swift.withUnsafeBytes(of: words) { Array($0) } }

    package var hex: String {
        bytes.map { byte in (byte < 16 ? "0" : "") + String(byte, radix: 16) }.joined()
    }

    /// The hash of bytes as they are, for files and documents.
    package static func of(_ bytes: some Sequence<UInt8>) -> Hash {
        var hasher = SHA256()
        let isHashed: Void? = bytes.withContiguousStorageIfAvailable { hasher.update(bufferPointer: .init($0)) }
        if isHashed == nil { hasher.update(data: Array(bytes)) }
        return Hash(hasher)
    }

    /// RFC 6962 § 2.1: `SHA-256(0x00 || entry)`.
    package static func leaf(_ entry: [UInt8]) -> Hash {
        var hasher = SHA256()
        Swift.withUnsafeBytes(of: UInt8(0)) { hasher.update(bufferPointer: $0) }
        entry.withUnsafeBytes { hasher.update(bufferPointer: $0) }
        return Hash(hasher)
    }

    /// RFC 6962 § 2.1: `SHA-256(0x01 || left || right)`.
    package static func node(_ left: Hash, _ right: Hash) -> Hash {
        var hasher = SHA256()
        withUnsafeTemporaryAllocation(byteCount: 1 + 2 * size, alignment: 1) { buffer in
            buffer[0] = 1
            buffer.storeBytes(of: left.words, toByteOffset: 1, as: SIMD4<UInt64>.self)
            buffer.storeBytes(of: right.words, toByteOffset: 1 + size, as: SIMD4<UInt64>.self)
            hasher.update(bufferPointer: UnsafeRawBufferPointer(buffer))
        }
        return Hash(hasher)
    }

    /// RFC 6962 § 2.1: the root of a tree without leaves.
    package static let emptyRoot = Hash.of([])

    /// Hashes one after the other, as a tile holds them; what is left over at the end is passed over.
    package static func list(_ bytes: [UInt8]) -> [Hash] {
        bytes.withUnsafeBytes { buffer in
            (0..<buffer.count / size).map { index in
                Hash(words: buffer.loadUnaligned(fromByteOffset: index * size, as: SIMD4<UInt64>.self))
            }
        }
    }

    /// The bytes of hashes one after the other.
    package static func bytes(_ hashes: some Sequence<Hash>) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(hashes.underestimatedCount * size)
        for hash in hashes { Swift.withUnsafeBytes(of: hash.words) { bytes.append(contentsOf: $0) } }
        return bytes
    }
}

/// The right edge of a Merkle tree: enough to append to it and to compute its root.
///
/// Hashes lie in tiles of 256, as in C2SP `tlog-tiles`: tile `position` of level 0 holds the leaf hashes
/// `256 * position ..< 256 * (position + 1)`, and a hash of level L + 1 is the root of one full tile of level L. Only
/// the last tile of each level can be partial, and only those are kept here.
package struct MerkleTreeEdge: Sendable, Equatable {
    package static let tileWidth = 256

    /// The number of leaves.
    package private(set) var size: Int64
    /// The hashes of the last, partial tile of each level, level 0 first; empty where the level's tiles are all full.
    package private(set) var partialTiles: [[Hash]]
    /// Tiles that became full since ``takeFullTiles()`` was last called.
    private var fullTiles: [(level: Int, position: Int64, hashes: [Hash])] = []

    package init() {
        size = 0
        partialTiles = []
    }

    /// Takes up a tree again.
    ///
    /// - Returns: `nil` when the tiles are not those of a tree of that size.
    package init?(size: Int64, partialTiles: [[Hash]]) {
        var rest = size
        var level = 0
        while rest > 0 {
            guard level < partialTiles.count, partialTiles[level].count == Int(rest % 256) else { return nil }
            rest /= 256
            level += 1
        }
        guard partialTiles[level...].allSatisfy(\.isEmpty) else { return nil }
        self.size = size
        self.partialTiles = partialTiles
    }

    package static func == (left: MerkleTreeEdge, right: MerkleTreeEdge) -> Bool {
        left.size == right.size && left.root == right.root
    }

    /// The number of hashes that a level has in a tree of a size.
    package static func hashCount(level: Int, size: Int64) -> Int64 { size >> (8 * Int64(level)) }

    /// Appends a leaf hash; costs one hash over the two halves now and then, O(1) amortised.
    package mutating func append(_ leaf: Hash) {
        size += 1
        var hash = leaf
        var level = 0
        while true {
            if level == partialTiles.count { partialTiles.append([]) }
            partialTiles[level].append(hash)
            guard partialTiles[level].count == MerkleTreeEdge.tileWidth else { return }
            hash = MerkleTreeEdge.root(ofFull: partialTiles[level][...])
            let position = MerkleTreeEdge.hashCount(level: level + 1, size: size) - 1
            fullTiles.append((level, position, partialTiles[level]))
            partialTiles[level] = []
            partialTiles[level].reserveCapacity(MerkleTreeEdge.tileWidth)
            level += 1
        }
    }

    /// The tiles that became full since the last call; they never change again.
    package mutating func takeFullTiles() -> [(level: Int, position: Int64, hashes: [Hash])] {
        defer { fullTiles = [] }
        return fullTiles
    }

    /// The root of the tree (RFC 6962 § 2.1).
    package var root: Hash {
        // Perfect subtrees from the right, the smallest first; each joins what is to its right.
        var result: Hash?
        for tile in partialTiles {
            var end = tile.count
            var width = 1
            while end > 0 {
                if end & width != 0 {
                    let subtree = MerkleTreeEdge.root(ofFull: tile[(end - width)..<end])
                    result = result.map { Hash.node(subtree, $0) } ?? subtree
                    end -= width
                }
                width *= 2
            }
        }
        return result ?? .emptyRoot
    }

    /// The root of a perfect subtree from its hashes, of which there are a power of two.
    package static func root(ofFull hashes: ArraySlice<Hash>) -> Hash {
        var level = Array(hashes)
        var count = level.count
        while count > 1 {
            count /= 2
            for index in 0..<count { level[index] = Hash.node(level[2 * index], level[2 * index + 1]) }
        }
        return level.first ?? .emptyRoot
    }
}
