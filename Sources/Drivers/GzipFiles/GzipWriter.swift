import Foundation

/// Writes a gzip file on several cores; it appears under its name only when it is whole.
///
/// What one call adds lies within one member, which is about `chunkSize` long before compression and can be read without
/// the others. Members are compressed on as many threads as there are cores, up to six, and written in order, so the
/// file is the same however many there are. At most two members more than threads are in memory: whoever writes faster
/// than the disk or the processors waits. A writer that is dropped before ``close()`` leaves nothing behind.
package final class GzipWriter {
    package let path: String
    private let chunkSize: Int
    private let members: MemberQueue
    private var file: PartialFile?
    private var chunk: [UInt8] = []
    private var isEmpty = true

    /// Six outrun the thread that reads a log, and each costs some 2.5 MB.
    package static let threadsMax = 6

    /// Begins a file.
    ///
    /// - Parameters:
    ///   - path: where the file will be; one that is there already is replaced at the end.
    ///   - level: 0 to 9.
    ///   - chunkSize: a member ends with the first write that makes it as long.
    ///   - threads: how many compress; as many as there are cores where it is not given.
    package init(
        path: String, level: Int = 6, chunkSize: Int = 1 << 20, threads: Int? = nil
    ) throws(GzipFault) {
        self.chunkSize = max(1, min(chunkSize, 1 << 28))
        let file = try PartialFile(path)
        self.file = file
        self.path = file.path
        let threads = threads ?? ProcessInfo.processInfo.activeProcessorCount
        members = MemberQueue(
            file.descriptor, path: file.path, level: level, threads: max(1, min(threads, GzipWriter.threadsMax)))
        chunk.reserveCapacity(self.chunkSize + 1024)
    }

    deinit { members.stop() }

    /// Adds bytes and a line end, all to one member.
    package func write(line: UnsafeRawBufferPointer) throws(GzipFault) {
        try checkOpen()
        chunk.append(contentsOf: line)
        chunk.append(UInt8(ascii: "\n"))
        if chunk.count >= chunkSize { try flushChunk() }
    }

    /// Adds bytes, all to one member.
    package func write(_ bytes: [UInt8]) throws(GzipFault) {
        try checkOpen()
        chunk.append(contentsOf: bytes)
        if chunk.count >= chunkSize { try flushChunk() }
    }

    /// Adds a text and a line end.
    package func write(line: String) throws(GzipFault) {
        try write(Array(line.utf8) + [UInt8(ascii: "\n")])
    }

    /// Finishes the file: syncs it, gives it its name and syncs the folder.
    ///
    /// After a failure the file is not there, and the writer is closed.
    package func close() throws(GzipFault) {
        try checkOpen()
        do throws(GzipFault) {
            // An empty file is not a gzip file; an empty member is one.
            if !chunk.isEmpty || isEmpty { try flushChunk() }
            try members.finish()
            try file?.finish()
            file = nil
        } catch {
            discard()
            throw error
        }
    }

    /// Ends without a file.
    package func discard() {
        members.stop()
        file?.discard()
        file = nil
    }

    private func checkOpen() throws(GzipFault) {
        guard file != nil else { throw GzipFault(.closed, "the writer of \(path) is closed already") }
    }

    private func flushChunk() throws(GzipFault) {
        try members.add(chunk)
        isEmpty = false
        chunk = []
        chunk.reserveCapacity(chunkSize + 1024)
    }
}
