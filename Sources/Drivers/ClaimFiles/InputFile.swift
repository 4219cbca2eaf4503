import Intake

#if canImport(Darwin)
import Darwin
#elseif canImport(Musl)
import Musl
#else
import Glibc
#endif

/// A file that is read once, from its beginning, in chunks; closed when it is dropped.
final class InputFile {
    let path: String
    private let descriptor: Int32
    /// The first bytes, read to see what the file is and not consumed yet.
    private var peeked: [UInt8] = []
    private var peekedStart = 0

    init(_ path: String) throws(ClaimFileFault) {
        var descriptor: Int32
        repeat { descriptor = open(path, O_RDONLY | O_CLOEXEC) } while descriptor < 0 && errno == EINTR
        guard descriptor >= 0 else {
            let code = errno
            switch code {
            case ENOENT, ENOTDIR:
                throw ClaimFileFault("there is no file \(path): check the path")
            case EACCES, EPERM:
                throw ClaimFileFault("\(path) may not be read: give this user permission to read it (chmod, chown)")
            default:
                throw ClaimFileFault("\(path) cannot be opened: \(String(cString: strerror(code)))")
            }
        }
        self.path = path
        self.descriptor = descriptor
        var status = stat()
        if fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFDIR {
            throw ClaimFileFault("\(path) is a folder: name the files in it")
        }
    }

    deinit { close(descriptor) }

    /// The first bytes of the file, up to `count`; they are read again by ``read(into:)``.
    func peek(_ count: Int) throws(ClaimFileFault) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: count)
        var filled = 0
        while filled < count {
            let got = try bytes.withUnsafeMutableBufferPointer { (buffer) throws(ClaimFileFault) in
                try readSystem(UnsafeMutableRawBufferPointer(UnsafeMutableBufferPointer(rebasing: buffer[filled...])))
            }
            if got == 0 { break }
            filled += got
        }
        peeked = Array(bytes[..<filled])
        peekedStart = 0
        return peeked
    }

    /// Reads some bytes, at least one; 0 at the end of the file.
    func read(into buffer: UnsafeMutableRawBufferPointer) throws(ClaimFileFault) -> Int {
        guard peekedStart < peeked.count else { return try readSystem(buffer) }
        let count = min(buffer.count, peeked.count - peekedStart)
        buffer.copyBytes(from: peeked[peekedStart..<peekedStart + count])
        peekedStart += count
        if peekedStart == peeked.count {
            peeked = []
            peekedStart = 0
        }
        return count
    }

    private func readSystem(_ buffer: UnsafeMutableRawBufferPointer) throws(ClaimFileFault) -> Int {
        while true {
            let count = systemRead(descriptor, buffer)
            if count >= 0 { return count }
            guard errno == EINTR else {
                throw ClaimFileFault("\(path) cannot be read: \(String(cString: strerror(errno)))")
            }
        }
    }
}

/// The function of C, whose name the method shadows.
private func systemRead(_ descriptor: Int32, _ buffer: UnsafeMutableRawBufferPointer) -> Int {
    read(descriptor, buffer.baseAddress, buffer.count)
}
