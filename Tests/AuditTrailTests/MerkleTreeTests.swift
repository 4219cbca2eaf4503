import AuditTrail
import Testing

/// RFC 6962 § 2.1 word for word, with the roots of subtrees kept so that many sizes can be asked for.
final class NaiveTree {
    let leaves: [Hash]
    private var known: [Range<Int>: Hash] = [:]

    init(leaves: [Hash]) { self.leaves = leaves }

    func root(_ size: Int) -> Hash { root(0..<size) }

    func root(_ range: Range<Int>) -> Hash {
        if range.isEmpty { return Hash.of([]) }
        if range.count == 1 { return leaves[range.lowerBound] }
        if let hash = known[range] { return hash }
        var k = 1
        while k * 2 < range.count { k *= 2 }
        let middle = range.lowerBound + k
        let hash = Hash.of([1] + root(range.lowerBound..<middle).bytes + root(middle..<range.upperBound).bytes)
        known[range] = hash
        return hash
    }

    /// The hashes of a tile: the roots of the full subtrees below it.
    func tile(level: Int, position: Int, size: Int) -> [Hash] {
        let width = 1 << (8 * level)
        let first = position * 256
        let end = min(first + 256, size / width)
        return first < end ? (first..<end).map { root($0 * width..<($0 + 1) * width) } : []
    }
}

func someLeaves(_ count: Int) -> [Hash] { (0..<count).map { Hash.leaf(Array("leaf \($0)".utf8)) } }

private func bytes(hex: String) -> [UInt8] {
    stride(from: 0, to: hex.count, by: 2).compactMap { offset in
        let start = hex.index(hex.startIndex, offsetBy: offset)
        return UInt8(hex[start..<hex.index(start, offsetBy: 2)], radix: 16)
    }
}

@Suite struct `A Merkle tree` {
    /// The leaves and roots of certificate-transparency's `merkletree/merkle_tree_test.cc` (kInputs, kSHA256Roots).
    @Test func `has the published roots of the eight reference leaves`() {
        let leaves = [
            "", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f",
        ]
        let roots = [
            "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
            "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
            "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
            "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
            "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
            "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
            "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
            "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
        ]
        var edge = MerkleTreeEdge()
        #expect(edge.root.hex == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
        for (leaf, root) in zip(leaves, roots) {
            edge.append(.leaf(bytes(hex: leaf)))
            #expect(edge.root.hex == root, "size \(edge.size)")
        }
        #expect(Hash.of([]) == .emptyRoot)
    }

    @Test func `has the root of RFC 6962 for each size to 1100, and goes on from its tiles alone`() throws {
        let naive = NaiveTree(leaves: someLeaves(1100))
        var edge = MerkleTreeEdge()
        var wrong: [Int] = []
        for (index, leaf) in naive.leaves.enumerated() {
            let restored = try #require(MerkleTreeEdge(size: edge.size, partialTiles: edge.partialTiles))
            if edge.root != naive.root(index) || restored != edge { wrong.append(index) }
            edge = restored
            edge.append(leaf)
        }
        #expect(wrong == [])
        #expect(edge.size == 1100 && edge.root == naive.root(1100))
    }

    @Test func `has the root of RFC 6962 where a third level of tiles begins`() {
        let naive = NaiveTree(leaves: someLeaves(65_538))
        var edge = MerkleTreeEdge()
        for leaf in naive.leaves {
            edge.append(leaf)
            if edge.size >= 65_534 {
                #expect(edge.root == naive.root(Int(edge.size)), "size \(edge.size)")
                #expect(MerkleTreeEdge(size: edge.size, partialTiles: edge.partialTiles) == edge)
            }
        }
        let tiles = edge.takeFullTiles()
        #expect(tiles.filter { $0.level == 0 }.map(\.position) == Array(0..<256))
        #expect(tiles.filter { $0.level == 1 }.map(\.position) == [0])
        #expect(tiles.allSatisfy { $0.hashes == naive.tile(level: $0.level, position: Int($0.position), size: 65_538) })
        #expect(edge.takeFullTiles().isEmpty, "full tiles are handed out once")
        #expect(edge.partialTiles.map(\.count) == [2, 0, 1])
    }

    @Test func `is not taken up from tiles of another size`() {
        let hashes = someLeaves(300)
        #expect(MerkleTreeEdge(size: 3, partialTiles: [Array(hashes[..<3])]) != nil)
        #expect(MerkleTreeEdge(size: 4, partialTiles: [Array(hashes[..<3])]) == nil, "a hash is missing")
        #expect(MerkleTreeEdge(size: 2, partialTiles: [Array(hashes[..<3])]) == nil, "a hash is too many")
        #expect(MerkleTreeEdge(size: 256, partialTiles: [Array(hashes[..<256])]) == nil, "the tile is full")
        #expect(MerkleTreeEdge(size: 256, partialTiles: [[]]) == nil, "the level above is missing")
        #expect(MerkleTreeEdge(size: 256, partialTiles: [[], [hashes[0]]]) != nil)
        #expect(MerkleTreeEdge(size: 256, partialTiles: [[], [hashes[0]], [hashes[1]]]) == nil, "a level is too many")
        #expect(MerkleTreeEdge(size: 0, partialTiles: []) == MerkleTreeEdge())
    }

    @Test func `tells leaves from nodes`() {
        let (left, right) = (Hash.leaf([1]), Hash.leaf([2]))
        #expect(Hash.leaf(left.bytes + right.bytes) != Hash.node(left, right))
        #expect(Hash.node(left, right) != Hash.node(right, left))
        #expect(
            Hash.of([0] + [9]) == Hash.leaf([9]) && Hash.of([1] + left.bytes + right.bytes) == Hash.node(left, right))
        #expect(Hash.leaf([]).hex.count == 64)
    }
}
