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

extension LegalFacts {
    /// What stands in the way of the claims that are handed over, with the names of those it stands in the way of.
    ///
    /// Each claim must be free of it: one that is does not speak for another.
    ///
    /// - Parameter obstacle: what stands in the way of one claim, without its name; `nil` where nothing does.
    public func obstacle(ofEach obstacle: (ClaimFacts) -> Obstacle?) -> Obstacle? {
        var found: [(by: String, claims: [String])] = []
        var last: CivilDate?
        var waitsForTimeAlone = true
        for claim in openClaims {
            guard let lack = obstacle(claim) else { continue }
            if let from = lack.from { last = max(last ?? from, from) } else { waitsForTimeAlone = false }
            if let index = found.firstIndex(where: { $0.by == lack.by }) {
                found[index].claims.append(reference(claim.id))
            } else {
                found.append((lack.by, [reference(claim.id)]))
            }
        }
        if found.isEmpty { return nil }
        return Obstacle(
            from: waitsForTimeAlone ? last : nil,
            by: found.map { "\($0.by): claim \($0.claims.joined(separator: ", "))" }.joined(separator: "; "))
    }
}

extension Precondition {
    /// Met, unless something stands in the way.
    public init(_ identifier: String, _ meaning: String, _ citation: Citation, unless obstacle: Obstacle?) {
        self.init(
            identifier, meaning, obstacle.map { .notYet(from: $0.from, by: $0.by) } ?? .met, citation)
    }
}
