/// A file that went wrong on its way, and what the refusal must say.
public struct Corruption: CustomStringConvertible, Sendable {
    /// What went wrong; a test shows it.
    public let description: String
    /// The line that the refusal names, the first being 1.
    public let line: Int
    /// Makes the broken file from the good one.
    public let change: @Sendable ([UInt8]) -> [UInt8]

    /// Describes a broken file.
    public init(_ description: String, line: Int, _ change: @escaping @Sendable ([UInt8]) -> [UInt8]) {
        self.description = description
        self.line = line
        self.change = change
    }
}
