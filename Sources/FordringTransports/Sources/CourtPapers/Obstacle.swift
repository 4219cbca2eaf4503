public import FordringKit

/// What stands in the way: from when on it does not, where time alone removes it, and what does.
public struct Obstacle: Error {
    /// The first day on which time alone has removed it; `nil` where time does not.
    public var from: CivilDate?
    /// What stands in the way, as the rest of a sentence.
    public var by: String

    /// Says what stands in the way.
    public init(from: CivilDate? = nil, by: String) {
        self.from = from
        self.by = by
    }
}

extension Precondition {
    /// Met, unless something stands in the way.
    public init(_ identifier: String, _ meaning: String, _ citation: Citation, unless obstacle: Obstacle?) {
        self.init(
            identifier, meaning, obstacle.map { .notYet(from: $0.from, by: $0.by) } ?? .met, citation)
    }
}
