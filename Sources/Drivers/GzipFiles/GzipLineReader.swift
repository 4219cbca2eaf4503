import CZlib

#if canImport(Darwin)
import Darwin
#elseif canImport(Musl)
import Musl
#else
import Glibc
#endif

/// Reads a gzip file of any number of members line by line, in memory that does not grow with the file.
package final class GzipLineReader {
    /// How far the reader is in the file.
    private enum Stage {
        /// Before the first byte of the file.
        case beginning
        /// Inside a member.
        case member
        /// Between the end of a member and whatever follows.
        case between
        /// All has been inflated.
        case end
    }

    package let path: String
    /// In bytes, without the line end; a longer line is a fault.
    package var maximumLineLength: Int
    /// The number of the line that ``next()`` returned last; the first is 1.
    package private(set) var lineNumber = 0

    private let descriptor: Int32
    // On the heap, because zlib keeps the address of the stream and checks it on every call.
    private let stream: UnsafeMutablePointer<z_stream>
    // zlib keeps a pointer into the input between calls, so the input has a fixed address too.
    private let input: UnsafeMutableBufferPointer<UInt8>
    private var stage = Stage.beginning
    private var inputEnded = false
    /// Whether zlib may hold back output for lack of room; then it needs no input to go on.
    private var outputWasFull = false
    private var output = [UInt8](repeating: 0, count: 256 << 10)
    private var outputStart = 0
    private var outputEnd = 0

    /// Opens a file.
    ///
    /// - Parameters:
    ///   - path: a gzip file.
    ///   - maximumLineLength: in bytes, without the line end; a longer line is a fault.
    package init(path: String, maximumLineLength: Int = 1 << 20) throws(GzipFault) {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw GzipFault(.system, systemMessage("open", path)) }
        self.path = path
        self.maximumLineLength = maximumLineLength
        self.descriptor = descriptor
        stream = .allocate(capacity: 1)
        stream.initialize(to: z_stream())
        input = .allocate(capacity: 64 << 10)
        input.initialize(repeating: 0)
        let status = inflateInit2_(stream, 15 + 16, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
        // From here on everything is set, so `deinit` cleans up after a throw.
        guard status == Z_OK else { throw GzipFault(.system, "zlib cannot start: \(zlibMessage(status))") }
    }

    deinit {
        inflateEnd(stream)
        stream.deinitialize(count: 1)
        stream.deallocate()
        input.deallocate()
        close(descriptor)
    }

    /// The next line without its line feed, which the last line need not have; `nil` at the end.
    ///
    /// - Throws: ``GzipFault``; nothing more can be read after one.
    package func next() throws(GzipFault) -> [UInt8]? {
        var line: [UInt8] = []
        while true {
            if outputStart == outputEnd, try !inflateMore() {
                guard !line.isEmpty else { return nil }
                lineNumber += 1
                return line
            }
            let available = output[outputStart..<outputEnd]
            let lineEnd = available.firstIndex(of: UInt8(ascii: "\n"))
            let part = available[..<(lineEnd ?? outputEnd)]
            guard line.count + part.count <= maximumLineLength else {
                throw GzipFault(
                    .lineTooLong, "\(path): line \(lineNumber + 1) is over the limit of \(maximumLineLength) bytes")
            }
            line.append(contentsOf: part)
            if let lineEnd {
                outputStart = lineEnd + 1
                lineNumber += 1
                return line
            }
            outputStart = outputEnd
        }
    }

    /// Fills the output with at least one byte; false at the end of the file.
    private func inflateMore() throws(GzipFault) -> Bool {
        while stage != .end {
            if stream.pointee.avail_in == 0, !outputWasFull { try fillInput() }
            if stream.pointee.avail_in == 0, !outputWasFull {
                switch stage {
                case .beginning where stream.pointee.total_in == 0:
                    throw GzipFault(.notGzip, "\(path) is empty, and not a gzip file")
                case .between:
                    stage = .end
                    return false
                case .beginning, .member, .end:
                    throw GzipFault(.truncated, "\(path) ends too early: it was cut off; copy or export it again")
                }
            }
            if stage == .between {
                inflateReset(stream)
                guard stream.pointee.next_in.pointee == 0x1F else {
                    throw GzipFault(.notGzip, "\(path) goes on after its end with bytes that are not gzip")
                }
                stage = .member
            } else if stage == .beginning {
                guard stream.pointee.next_in.pointee == 0x1F else { throw notGzip() }
            }
            if try inflateOnce() { return true }
        }
        return false
    }

    /// One call of zlib; true when there is output.
    private func inflateOnce() throws(GzipFault) -> Bool {
        var status = Z_OK
        var count = 0
        output.withUnsafeMutableBufferPointer { buffer in
            stream.pointee.next_out = buffer.baseAddress
            stream.pointee.avail_out = UInt32(buffer.count)
            status = inflate(stream, Z_NO_FLUSH)
            count = buffer.count - Int(stream.pointee.avail_out)
        }
        outputStart = 0
        outputEnd = count
        outputWasFull = stream.pointee.avail_out == 0 && status == Z_OK
        switch status {
        case Z_STREAM_END:
            stage = .between
        case Z_OK:
            // The member has begun once its two magic bytes were read.
            if stream.pointee.total_in >= 2 { stage = .member }
        case Z_BUF_ERROR:
            // No progress without more input, which the caller brings.
            break
        default:
            let detail = stream.pointee.msg.map { String(cString: $0) } ?? zlibMessage(status)
            // zlib has no code for this, only the text.
            if detail.hasPrefix("incorrect header") && stage == .beginning { throw notGzip() }
            throw GzipFault(.corrupt, "\(path) is damaged (\(detail)): copy or export it again")
        }
        return count > 0
    }

    private func notGzip() -> GzipFault {
        GzipFault(.notGzip, "\(path) is not a gzip file: it does not begin with the bytes 1F 8B")
    }

    private func fillInput() throws(GzipFault) {
        while !inputEnded {
            let count = read(descriptor, input.baseAddress, input.count)
            if count > 0 {
                stream.pointee.next_in = input.baseAddress
                stream.pointee.avail_in = UInt32(count)
                return
            }
            if count == 0 {
                inputEnded = true
            } else if errno != EINTR {
                throw GzipFault(.system, systemMessage("read", path))
            }
        }
    }
}
