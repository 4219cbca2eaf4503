#if canImport(Darwin)
import Darwin
#elseif canImport(Musl)
import Musl
#else
import Glibc
#endif

/// Writes a gzip file that appears under its name only when it is whole.
///
/// The bytes go to a temporary name beside it; ``close()`` syncs and renames. A writer that is dropped before that leaves
/// nothing behind. Memory is one chunk and its member, whatever the length.
package final class GzipWriter {
    package let path: String
    private let temporaryPath: String
    private let level: Int
    private let chunkSize: Int
    private var descriptor: Int32
    private var chunk: [UInt8] = []
    private var hasMembers = false

    /// Begins a file.
    ///
    /// - Parameters:
    ///   - path: where the file will be; one that is there already is replaced at the end.
    ///   - level: 0 to 9.
    ///   - chunkSize: how many bytes become one member.
    package init(path: String, level: Int = 6, chunkSize: Int = 1 << 20) throws(GzipFault) {
        self.path = path
        self.level = level
        self.chunkSize = max(1, min(chunkSize, 1 << 28))
        let (temporaryPath, descriptor) = try createTemporary(beside: path)
        self.temporaryPath = temporaryPath
        self.descriptor = descriptor
    }

    deinit {
        guard descriptor >= 0 else { return }
        _ = systemClose(descriptor)
        unlink(temporaryPath)
    }

    /// Adds bytes.
    package func write(_ bytes: [UInt8]) throws(GzipFault) {
        try write(bytes[...])
    }

    /// Adds bytes.
    package func write(_ bytes: ArraySlice<UInt8>) throws(GzipFault) {
        try checkOpen()
        var rest = bytes
        while !rest.isEmpty {
            let part = rest.prefix(chunkSize - chunk.count)
            chunk.append(contentsOf: part)
            rest = rest.dropFirst(part.count)
            if chunk.count == chunkSize { try flushChunk() }
        }
    }

    /// Adds a text and a line end.
    package func write(line: String) throws(GzipFault) {
        try write(Array(line.utf8) + [UInt8(ascii: "\n")])
    }

    /// Adds a member that was made elsewhere with ``compressMember(_:level:)``, after all that was written before.
    package func write(member: [UInt8]) throws(GzipFault) {
        try checkOpen()
        try flushChunk()
        try writeAll(member)
        hasMembers = true
    }

    /// Finishes the file: syncs it, gives it its name and syncs the folder.
    ///
    /// After a failure the file is not there, and the writer is closed.
    package func close() throws(GzipFault) {
        try checkOpen()
        do throws(GzipFault) {
            try flushChunk()
            // An empty file is not a gzip file; an empty member is one.
            if !hasMembers { try writeAll(compressMember([], level: level)) }
            guard fsync(descriptor) == 0 else { throw GzipFault(.system, systemMessage("sync", temporaryPath)) }
        } catch {
            discard()
            throw error
        }
        let closed = systemClose(descriptor)
        descriptor = -1
        guard closed == 0, rename(temporaryPath, path) == 0 else {
            let fault = GzipFault(.system, systemMessage("write", path))
            unlink(temporaryPath)
            throw fault
        }
        try syncFolder(of: path)
    }

    /// Ends without a file.
    package func discard() {
        guard descriptor >= 0 else { return }
        _ = systemClose(descriptor)
        descriptor = -1
        unlink(temporaryPath)
    }

    private func checkOpen() throws(GzipFault) {
        guard descriptor >= 0 else { throw GzipFault(.closed, "the writer of \(path) is closed already") }
    }

    private func flushChunk() throws(GzipFault) {
        guard !chunk.isEmpty else { return }
        try writeAll(compressMember(chunk, level: level))
        hasMembers = true
        chunk.removeAll(keepingCapacity: true)
    }

    private func writeAll(_ bytes: [UInt8]) throws(GzipFault) {
        var offset = 0
        while offset < bytes.count {
            let count = bytes.withUnsafeBytes { systemWrite(descriptor, $0[offset...]) }
            if count > 0 {
                offset += count
            } else if errno != EINTR {
                throw GzipFault(.system, systemMessage("write", temporaryPath))
            }
        }
    }
}

// The functions of C have names that the methods above shadow.

private func systemClose(_ descriptor: Int32) -> Int32 { close(descriptor) }

private func systemWrite(_ descriptor: Int32, _ bytes: Slice<UnsafeRawBufferPointer>) -> Int {
    let part = UnsafeRawBufferPointer(rebasing: bytes)
    return write(descriptor, part.baseAddress, part.count)
}

/// Creates a file that nobody else has, beside the one that it will become.
private func createTemporary(beside path: String) throws(GzipFault) -> (path: String, descriptor: Int32) {
    for attempt in 0..<100 {
        let candidate = "\(path).\(getpid())-\(attempt).partial"
        let descriptor = open(candidate, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o640)
        if descriptor >= 0 { return (candidate, descriptor) }
        guard errno == EEXIST || errno == EINTR else { throw GzipFault(.system, systemMessage("create", candidate)) }
    }
    throw GzipFault(.system, "cannot create \(path): remove the old files that end in .partial beside it")
}

/// Makes a rename survive a loss of power.
private func syncFolder(of path: String) throws(GzipFault) {
    let folder = path.lastIndex(of: "/").map { $0 == path.startIndex ? "/" : String(path[..<$0]) } ?? "."
    let descriptor = open(folder, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw GzipFault(.system, systemMessage("open", folder)) }
    defer { _ = systemClose(descriptor) }
    // A file system that cannot sync a folder says EINVAL; there is nothing more to do then.
    guard fsync(descriptor) == 0 || errno == EINVAL else { throw GzipFault(.system, systemMessage("sync", folder)) }
}

/// What the system said last, as a sentence.
func systemMessage(_ verb: String, _ path: String) -> String {
    let code = errno
    return "cannot \(verb) \(path): \(String(cString: strerror(code)))"
}
