import AuditTrail
import Database
import Foundation
import GzipFiles

/// A log in the layout of C2SP `tlog-tiles`, as third-party monitors read it from a web server.
///
/// `checkpoint` is the signed note; `tile/<L>/<N>[.p/<W>]` the hashes of each level, 256 a tile; `tile/entries/<N>[.p/<W>]`
/// the entries, each after its length as two bytes, the higher first. `<N>` is written in groups of three digits, all but
/// the last with an x before it, and `.p/<W>` says that a tile has only so many.
enum AuditTiles {
    /// Writes the folder, which appears when it is whole.
    static func write(_ head: AuditProof.Signed, of database: TenantDatabase, to path: String) throws {
        if let names = try? FileManager.default.contentsOfDirectory(atPath: path), !names.isEmpty {
            throw HostError(
                .refused, "The folder \(path) is not empty. Name one for the tiles that does not exist yet.")
        }
        let folder = try PartialFile(path, isFolder: true)
        let size = head.checkpoint.size
        do {
            let root = URL(filePath: folder.temporaryPath)
            try Data(head.note.utf8).write(to: root.appending(path: "checkpoint"))
            var level = 0
            while MerkleTreeEdge.hashCount(level: level, size: size) > 0 {
                let count = MerkleTreeEdge.hashCount(level: level, size: size)
                try forEachTile(count, database) { position, width, transaction in
                    // A partial tile may have grown since the checkpoint.
                    let hashes = try AuditLog.tile(level, position, transaction).prefix(width)
                    try put(
                        Hash.bytes(hashes), hashes.count == width, to: root, "tile/\(level)/\(name(position, width))")
                }
                level += 1
            }
            try forEachTile(size, database) { position, width, transaction in
                var bundle: [UInt8] = []
                var count = 0
                let first = position * 256
                try AuditLog.readEntries(first..<first + Int64(width), transaction) { _, entry in
                    bundle += [UInt8(entry.count >> 8), UInt8(entry.count & 255)]
                    bundle.append(contentsOf: entry)
                    count += 1
                }
                try put(bundle, count == width, to: root, "tile/entries/\(name(position, width))")
            }
        } catch let error as CocoaError {
            throw HostError(
                .unavailable,
                "The tiles cannot be written to \(path): \(error.localizedDescription) Free space there, or choose another "
                    + "place, and repeat it; no half folder was left.")
        }
        try folder.finish()
    }

    /// Calls a closure with position and width of each tile over a number of hashes or entries.
    private static func forEachTile(
        _ count: Int64, _ database: TenantDatabase, _ body: (Int64, Int, ReadTransaction) throws -> Void
    ) throws {
        try FordringHost.readPages(0..<(count + 255) / 256, database) { page, transaction in
            for position in page { try body(position, Int(min(256, count - position * 256)), transaction) }
        }
    }

    private static func put(_ bytes: [UInt8], _ isWhole: Bool, to root: URL, _ path: String) throws {
        guard isWhole else {
            throw HostError(.fault, "The audit trail lacks what belongs into \(path). Run 'fordring audit verify'.")
        }
        let file = root.appending(path: path)
        // Folders are made when their first file comes.
        if (try? Data(bytes).write(to: file)) != nil { return }
        try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(bytes).write(to: file)
    }

    /// `x001/x234/067`, with `.p/112` for a tile that has only so many.
    static func name(_ position: Int64, _ width: Int) -> String {
        var groups: [String] = []
        var rest = position
        repeat {
            let digits = String(rest % 1000)
            groups.append(String(repeating: "0", count: 3 - digits.count) + digits)
            rest /= 1000
        } while rest > 0
        let name = ([groups[0]] + groups.dropFirst().map { "x" + $0 }).reversed().joined(separator: "/")
        return width < 256 ? "\(name).p/\(width)" : name
    }
}
