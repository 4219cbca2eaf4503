import FordringKit
import FoundationEssentials
import Glibc
import SpoolFiles
import Synchronization

/// A line of the file.
struct MessageLine: Codable {
    var day: String
    var encoding: String
    var key: String
    var segments: Int
    var text: String
    var to: String

    /// What is remembered of it.
    var sent: SentMessage { SentMessage(day: day, encoding: encoding, key: key, segments: segments) }
}

/// What is remembered of a line: enough for its receipt, and nothing of the person.
struct SentMessage: Codable {
    var day: String
    var encoding: String
    var key: String
    var segments: Int

    func receipt() throws -> DeliveryReceipt {
        guard let sentOn = CivilDate(iso: day) else { throw MessageLog.unreadable() }
        return DeliveryReceipt(
            reference: key, sentOn: sentOn, details: ["encoding": encoding, "segments": String(segments)])
    }
}

/// The file `outbox.jsonl`: it only grows, by whole lines, but for lines that are forgotten.
///
/// Several processes may write it; each holds its lock (`flock`) while it reads what is new and appends. A line is
/// forgotten by putting another file in the place of this one, so whoever has waited for the lock looks whether the file is
/// still the one.
final class MessageLog: Sendable {
    /// What has been read of the file so far.
    private struct Known {
        var lines: [String: SentMessage] = [:]
        var length = 0
        /// Which file that was.
        var file: ino_t = 0
    }

    /// The file while it is locked.
    struct Locked {
        fileprivate let folder: SpoolFolder
        fileprivate let file: Int32
        fileprivate(set) var lines: [String: SentMessage]
        fileprivate var length: Int

        /// Adds a line and flushes it to the disk.
        mutating func append(_ line: MessageLine) throws {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
            let bytes = Array(try encoder.encode(line)) + [UInt8(ascii: "\n")]
            do {
                try folder.append(bytes, to: file)
            } catch {
                // Half a line on a full disk: taken back here or, failing that, by the next who opens the file.
                ftruncate(file, length)
                throw error
            }
            lines[line.key] = line.sent
            length += bytes.count
        }

        /// Writes the file anew with the lines of a key blanked, each as long as it was.
        func forget(_ key: String) throws {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
            let decoder = JSONDecoder()
            var bytes: [UInt8] = []
            bytes.reserveCapacity(length)
            let lines = (try folder.read("outbox.jsonl") ?? []).prefix(length).split(
                separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
            for (index, line) in lines.enumerated() {
                if index > 0 { bytes.append(UInt8(ascii: "\n")) }
                guard let sent = try? decoder.decode(SentMessage.self, from: Data(line)), sent.key == key else {
                    bytes += line
                    continue
                }
                let blank = try encoder.encode(sent)
                bytes += blank
                bytes += Array(repeating: UInt8(ascii: " "), count: max(0, line.count - blank.count))
            }
            try folder.write(bytes, to: "outbox.jsonl", through: ".tmp-outbox.jsonl")
        }
    }

    private let folder: SpoolFolder
    private let known = Mutex(Known())

    init(folder: SpoolFolder) { self.folder = folder }

    /// Locks the file, reads what is new in it, drops a torn last line, and lends it.
    ///
    /// - Returns: `nil` when there is no file and none is to be made.
    func open<Result: Sendable>(creating: Bool, _ body: (inout Locked) throws -> Result) throws -> Result? {
        try known.withLock { known in
            if creating { try folder.create() }
            guard let file = try lockedFile(creating: creating) else { return nil }
            defer { close(file) }
            try readOn(file, &known)
            var locked = Locked(folder: folder, file: file, lines: known.lines, length: known.length)
            known.lines = [:]
            defer { known = Known(lines: locked.lines, length: locked.length, file: known.file) }
            return try body(&locked)
        }
    }

    /// The file, opened and locked; `nil` when there is none and none is to be made.
    private func lockedFile(creating: Bool) throws -> Int32? {
        let path = "\(folder.path)/outbox.jsonl"
        let flags = O_RDWR | O_APPEND | O_CLOEXEC | (creating ? O_CREAT : 0)
        while true {
            let file = Glibc.open(path, flags, 0o640)
            if file < 0 {
                if errno == ENOENT, !creating { return nil }
                throw folder.failure(errno)
            }
            while flock(file, LOCK_EX) != 0 {
                if errno != EINTR {
                    let failure = folder.failure(errno)
                    close(file)
                    throw failure
                }
            }
            var (mine, named) = (stat(), stat())
            if fstat(file, &mine) == 0, stat(path, &named) == 0, mine.st_ino == named.st_ino { return file }
            // Another has put a new file in its place.
            close(file)
        }
    }

    /// Reads the lines that another attempt or process added since the last look.
    private func readOn(_ file: Int32, _ known: inout Known) throws {
        var status = stat()
        if fstat(file, &status) != 0 { throw folder.failure(errno, "read") }
        // Somebody put the file away and began another: what it proved is gone with it.
        if status.st_ino != known.file || status.st_size < known.length { known = Known(file: status.st_ino) }
        if status.st_size == known.length { return }
        if known.length == 0 { try folder.flush() }
        var bytes: [UInt8] = []
        while known.length + bytes.count < status.st_size {
            let offset = known.length + bytes.count
            let wanted = status.st_size - offset
            var count = 0
            bytes += [UInt8](unsafeUninitializedCapacity: wanted) { buffer, filled in
                count = pread(file, buffer.baseAddress, wanted, offset)
                filled = max(count, 0)
            }
            if count < 0, errno != EINTR { throw folder.failure(errno, "read") }
            if count == 0 { break }
        }
        let whole = (bytes.lastIndex(of: UInt8(ascii: "\n")) ?? -1) + 1
        let decoder = JSONDecoder()
        var lines = known.lines
        for line in bytes[..<whole].split(separator: UInt8(ascii: "\n")) {
            guard let sent = try? decoder.decode(SentMessage.self, from: Data(line)) else {
                throw MessageLog.unreadable()
            }
            // The first line counts.
            if lines[sent.key] == nil { lines[sent.key] = sent }
        }
        if whole < bytes.count, ftruncate(file, known.length + whole) != 0 { throw folder.failure(errno) }
        // The attempt that wrote the lines may have died before they were safe on the disk.
        if fsync(file) != 0 { throw folder.failure(errno) }
        known = Known(lines: lines, length: known.length + whole, file: known.file)
    }

    static func unreadable() -> DeliveryFailure {
        DeliveryFailure(
            .permanent,
            "The file outbox.jsonl has a line that is not a message, so nobody can tell what was sent: mend it by hand."
        )
    }
}
