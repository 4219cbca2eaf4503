public import FordringKit

/// What is wrong with a file of the bureau's, and in which line.
public struct RecordError: Error {
    /// The line, the first being 1.
    public let line: Int
    /// What is wrong, as the end of a sentence.
    public let message: String

    /// Says what is wrong in which line.
    public init(_ line: Int, _ message: String) {
        self.line = line
        self.message = message
    }
}

/// How batches, answers and the register are written as files; each bureau has its own.
///
/// Whatever is torn, changed on its way or another tenant's is a ``RecordError``: a file is read whole or not at all.
public protocol RecordFormat: Sendable {
    /// The end of a file's name, without the dot.
    var suffix: String { get }
    /// A batch as a file; the same batch gives the same bytes.
    func bytes(of batch: CheckedBatch) -> [UInt8]
    /// What a batch, or what was left of it, says of itself.
    func proof(_ bytes: [UInt8]) throws(RecordError) -> (key: String, proof: BatchProof)
    /// First and last record of a batch: all that is left when its debtors are forgotten.
    func forgotten(_ bytes: [UInt8]) throws(RecordError) -> [UInt8]
    /// A batch without its registrations; `nil` where nothing would be left.
    func deletionsOnly(_ bytes: [UInt8]) throws(RecordError) -> [UInt8]?
    /// The answers with their lines.
    func answers(_ bytes: [UInt8]) throws(RecordError) -> [(line: Int, answer: BureauAnswer)]
    /// The register's entries.
    func register(_ bytes: [UInt8]) throws(RecordError) -> [RegisterEntry]
}
