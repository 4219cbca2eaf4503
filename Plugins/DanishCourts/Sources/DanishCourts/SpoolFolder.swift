import FordringKit
import Glibc

/// A folder of which every file is whole or absent, also after a crash or a power failure.
///
/// The plug-ins of this repository carry the same lines each, because a plug-in depends on the kit alone.
struct SpoolFolder: Sendable {
    let path: String

    /// Makes the folder, a folder inside it, and those above it, where they do not exist.
    func create(_ inside: String = "") throws(DeliveryFailure) {
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

    /// The bytes of a file; `nil` where there is none.
    func read(_ name: String, atMost limit: Int = .max) throws(DeliveryFailure) -> [UInt8]? {
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
    func write(_ bytes: [UInt8], to name: String, through temporary: String) throws(DeliveryFailure) {
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
        try flush(name.contains("/") ? String(name.prefix { $0 != "/" }) : "")
    }

    /// Writes all bytes to an open file and flushes it to the disk.
    func append(_ bytes: [UInt8], to file: Int32) throws(DeliveryFailure) {
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
        if fsync(file) != 0 { throw failure(errno) }
    }

    /// Flushes the names of the folder, or of one inside it, to the disk.
    func flush(_ inside: String = "") throws(DeliveryFailure) {
        let folder = open("\(path)/\(inside)", O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        if folder < 0 { throw failure(errno) }
        defer { close(folder) }
        if fsync(folder) != 0 { throw failure(errno) }
    }

    /// What a system error means for the filing; every one of them can pass.
    func failure(_ code: Int32, _ done: String = "written") -> DeliveryFailure {
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
