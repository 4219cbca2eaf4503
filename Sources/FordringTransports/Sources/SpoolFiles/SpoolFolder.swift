public import FordringKit
import Glibc

/// A folder of which every file is whole or absent, also after a crash or a power failure.
///
/// Names are relative to the folder and may have one folder before them, as in `batches/a.csv`. Whatever the system
/// refuses is a `DeliveryFailure` that names the folder, the reason and a cure: `temporary`, or `unknown` where a file may
/// have its name already.
public struct SpoolFolder: Sendable {
    /// Where it is; it need not exist yet.
    public let path: String
    /// How what was written is flushed to the disk; tests have it fail.
    private let sync: @Sendable (Int32) -> Int32

    /// Names a folder; nothing is made.
    public init(path: String) { self.init(path: path) { fsync($0) } }

    /// The same with another way to flush.
    init(path: String, sync: @escaping @Sendable (Int32) -> Int32) {
        self.path = path
        self.sync = sync
    }

    /// Makes the folder, a folder inside it, and those above it, where they do not exist.
    ///
    /// - Throws: `DeliveryFailure`, `temporary`.
    public func create(_ inside: String = "") throws(DeliveryFailure) {
        let whole = inside.isEmpty ? path : "\(path)/\(inside)"
        var made = whole.hasPrefix("/") ? "/" : ""
        for part in whole.split(separator: "/") {
            made += "\(part)"
            if mkdir(made, 0o750) != 0, errno != EEXIST {
                let code = errno
                var status = stat()
                // A folder above that exists need not be ours to write in.
                if stat(made, &status) != 0 { throw failure(code) }
            }
            made += "/"
        }
    }

    /// The bytes of a file, the first so many; `nil` where there is none.
    ///
    /// - Parameter limit: the most bytes that are read.
    /// - Throws: `DeliveryFailure`, `temporary`.
    public func read(_ name: String, atMost limit: Int = .max) throws(DeliveryFailure) -> [UInt8]? {
        let file = open("\(path)/\(name)", O_RDONLY | O_CLOEXEC)
        if file < 0 {
            if errno == ENOENT { return nil }
            throw failure(errno, "read")
        }
        defer { close(file) }
        var bytes: [UInt8] = []
        while bytes.count < limit {
            let wanted = min(65_536, limit - bytes.count)
            var count = 0
            let chunk = [UInt8](unsafeUninitializedCapacity: wanted) { buffer, filled in
                count = Glibc.read(file, buffer.baseAddress, wanted)
                filled = max(count, 0)
            }
            if count == 0 { break }
            if count < 0 {
                if errno == EINTR { continue }
                throw failure(errno, "read")
            }
            bytes += chunk
        }
        return bytes
    }

    /// Writes a whole file: under a temporary name, flushed, then under its own name.
    ///
    /// What an earlier attempt left under either name is replaced.
    ///
    /// - Parameters:
    ///   - name: the name under which the file is whole or absent.
    ///   - temporary: another name on the same disk.
    /// - Throws: `DeliveryFailure`: `temporary` where the file does not have its name, `unknown` where it has, but may not
    ///   have it after a power failure.
    public func write(_ bytes: [UInt8], to name: String, through temporary: String) throws(DeliveryFailure) {
        let file = open("\(path)/\(temporary)", O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o640)
        if file < 0 { throw failure(errno) }
        do throws(DeliveryFailure) {
            try append(bytes, to: file)
        } catch {
            close(file)
            // A full disk gets its space back.
            unlink("\(path)/\(temporary)")
            throw error
        }
        close(file)
        if rename("\(path)/\(temporary)", "\(path)/\(name)") != 0 { throw failure(errno) }
        do throws(DeliveryFailure) {
            try flush(name.contains("/") ? String(name.prefix { $0 != "/" }) : "")
        } catch {
            // Whoever looks into the folder sees it, and may have taken it.
            throw DeliveryFailure(.unknown, "\(name) was written and may have been taken. \(error.message)")
        }
    }

    /// Writes all bytes to an open file and flushes it to the disk.
    ///
    /// - Parameter file: the descriptor, open for writing.
    /// - Throws: `DeliveryFailure`, `temporary`; some of the bytes can have been written.
    public func append(_ bytes: [UInt8], to file: Int32) throws(DeliveryFailure) {
        var start = 0
        while start < bytes.count {
            let written = bytes.withUnsafeBytes {
                Glibc.write(file, $0.baseAddress?.advanced(by: start), $0.count - start)
            }
            if written < 0 {
                if errno == EINTR { continue }
                throw failure(errno)
            }
            start += written
        }
        if sync(file) != 0 { throw failure(errno) }
    }

    /// Removes files, those that there are.
    ///
    /// - Throws: `DeliveryFailure`, `temporary`.
    public func remove(_ names: String...) throws(DeliveryFailure) {
        for name in names {
            if unlink("\(path)/\(name)") == 0 {
                try flush(name.contains("/") ? String(name.prefix { $0 != "/" }) : "")
            } else if errno != ENOENT {
                throw failure(errno)
            }
        }
    }

    /// The names in a folder inside this one, sorted; none where there is no folder.
    ///
    /// - Throws: `DeliveryFailure`, `temporary`.
    public func names(_ inside: String) throws(DeliveryFailure) -> [String] {
        var names: [String] = []
        _ = try firstName(in: inside) { name in
            names.append(name)
            return false
        }
        return names.sorted()
    }

    /// A name in a folder inside this one that is as wanted, in no order; `nil` where there is none.
    ///
    /// - Throws: `DeliveryFailure`, `temporary`.
    public func firstName(
        in inside: String, where isWanted: (String) -> Bool
    ) throws(DeliveryFailure) -> String? {
        guard let stream = opendir("\(path)/\(inside)") else {
            if errno == ENOENT { return nil }
            throw failure(errno, "read")
        }
        defer { closedir(stream) }
        while let entry = readdir(stream) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) { tuple in
                tuple.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name != ".", name != "..", isWanted(name) { return name }
        }
        return nil
    }

    /// Does something while no other process or thread does so in this folder, which must exist; waits for its turn.
    ///
    /// - Throws: `DeliveryFailure`, `temporary`, and what `body` throws.
    public func locked<Result>(_ body: () throws -> Result) throws -> Result {
        let file = open("\(path)/.lock", O_RDWR | O_CREAT | O_CLOEXEC, 0o640)
        if file < 0 { throw failure(errno) }
        // Closing the file gives the lock back.
        defer { close(file) }
        while flock(file, LOCK_EX) != 0 {
            if errno != EINTR { throw failure(errno) }
        }
        return try body()
    }

    /// Flushes the names of the folder, or of one inside it, to the disk.
    ///
    /// - Throws: `DeliveryFailure`, `temporary`.
    public func flush(_ inside: String = "") throws(DeliveryFailure) {
        let folder = open("\(path)/\(inside)", O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        if folder < 0 { throw failure(errno) }
        defer { close(folder) }
        if sync(folder) != 0 { throw failure(errno) }
    }

    /// What a system error means; every one of them can pass, so all are `temporary`.
    ///
    /// - Parameters:
    ///   - code: the `errno`.
    ///   - done: what could not be done with the folder, as in “cannot be written”.
    public func failure(_ code: Int32, _ done: String = "written") -> DeliveryFailure {
        let cure =
            switch code {
            case ENOSPC, EDQUOT: "free space on its disk"
            case EACCES, EPERM: "give the account that runs Fordring the right to it"
            case EROFS: "mount its disk for writing"
            case ENOTDIR: "move the file that stands where a folder should be"
            default: "look at the folder and its disk"
            }
        let reason = String(cString: strerror(code))
        return DeliveryFailure(
            .temporary,
            "The outbox \(path) cannot be \(done) (\(reason)): \(cure), and it is tried again.")
    }
}
