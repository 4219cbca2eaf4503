/// Why a gzip file could not be written or read: one sentence that says what to do.
package struct GzipFault: Error, Sendable, Hashable, CustomStringConvertible {
    /// What sort of fault it is, for callers that treat them differently.
    package enum Code: Sendable, Hashable {
        /// The system refused to open, read, write or rename.
        case system
        /// The file does not begin as a gzip file does, or goes on after its end with something else.
        case notGzip
        /// The file ends before its last member does.
        case truncated
        /// The data or their checksum are damaged.
        case corrupt
        /// A line is over the limit.
        case lineTooLong
        /// The writer was closed already.
        case closed
    }

    package let code: Code
    package let message: String

    init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    package var description: String { message }
}
