import CZlib

/// Makes one complete gzip member (RFC 1952) of some bytes.
///
/// A gzip file is any number of members one after the other, so members can be made on several cores and written in
/// order. The same bytes and level give the same member: the header has no name, the time 0 and the system "unknown".
///
/// - Parameters:
///   - bytes: what to compress; may be empty. Under 2 GiB.
///   - level: 0 (stored) to 9 (smallest).
/// - Throws: ``GzipFault`` for a level that there is not, and when there is no memory.
package func compressMember(_ bytes: [UInt8], level: Int = 6) throws(GzipFault) -> [UInt8] {
    guard (0...9).contains(level) else { throw GzipFault(.system, "compression level \(level): give 0 to 9") }
    guard bytes.count < Int(UInt32.max) / 2 else {
        throw GzipFault(.system, "a gzip member of \(bytes.count) bytes: give under 2 GiB at a time")
    }
    // On the heap, because zlib keeps the address of the stream and checks it on every call.
    let stream = UnsafeMutablePointer<z_stream>.allocate(capacity: 1)
    stream.initialize(to: z_stream())
    defer {
        deflateEnd(stream)
        stream.deinitialize(count: 1)
        stream.deallocate()
    }
    // 15 is the largest window; 16 more asks for the gzip wrapper.
    var result = deflateInit2_(
        stream, Int32(level), Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION,
        Int32(MemoryLayout<z_stream>.size))
    // Lines of a log repeat themselves at length. Looking for matches up to the longest (258), and at the next byte even
    // after a good one (32), but along a shorter chain (32 instead of 128), makes audit exports smaller than level 6 does
    // by more than independent members cost, and takes less time.
    if result == Z_OK, level == 6 { result = deflateTune(stream, 8, 32, 258, 32) }
    guard result == Z_OK else { throw GzipFault(.system, "zlib cannot start: \(zlibMessage(result))") }
    let bound = Int(deflateBound(stream, UInt(bytes.count)))
    // zlib declares the input mutable for history's sake and does not write to it.
    var member = [UInt8](unsafeUninitializedCapacity: bound) { output, written in
        bytes.withUnsafeBufferPointer { input in
            stream.pointee.next_in = UnsafeMutablePointer(mutating: input.baseAddress)
            stream.pointee.avail_in = UInt32(input.count)
            stream.pointee.next_out = output.baseAddress
            stream.pointee.avail_out = UInt32(output.count)
            result = deflate(stream, Z_FINISH)
            written = output.count - Int(stream.pointee.avail_out)
        }
    }
    guard result == Z_STREAM_END, member.count > 9 else {
        throw GzipFault(.system, "zlib cannot finish a member: \(zlibMessage(result))")
    }
    // Byte 9 is the operating system; 255 is "unknown", so that every platform writes the same bytes.
    member[9] = 255
    return member
}

/// A zlib status as a few words.
func zlibMessage(_ status: Int32) -> String {
    zError(status).map { String(cString: $0) } ?? "status \(status)"
}
