import FordringKit

/// What stands in the way: from when on it does not, where time alone removes it, and what does.
struct Obstacle: Error {
    var from: CivilDate?
    var by: String

    init(from: CivilDate? = nil, by: String) {
        self.from = from
        self.by = by
    }
}

extension Precondition {
    /// Met, unless something stands in the way.
    init(_ identifier: String, _ meaning: String, _ citation: Citation, unless obstacle: Obstacle?) {
        self.init(
            identifier, meaning, obstacle.map { .notYet(from: $0.from, by: $0.by) } ?? .met, citation)
    }
}

extension LegalFacts {
    /// The claims that are still owed; all of them where only charges are left.
    var openClaims: [ClaimFacts] {
        let open = facts.claims.filter(\.outstandingPrincipal.isPositive)
        return open.isEmpty ? facts.claims : open
    }

    /// What holds the case or one of its claims here, wherever the host wrote it.
    ///
    /// A claim that was left out, because it is disputed, does not hold those that are handed over.
    var allHolds: [HoldFacts] {
        let here = Set(facts.claims.map(\.id))
        return (holds + facts.holds.filter { !holds.contains($0) }).filter { $0.claim.map(here.contains) ?? true }
    }

    /// A yes or a no; `nil` for no answer, or for another one.
    func answer(_ question: String) -> Bool? {
        switch answers[question]?.plain {
        case "ja", "yes": true
        case "nej", "nei", "no": false
        default: nil
        }
    }
}

extension String {
    /// Without blanks at its ends.
    var trimmed: String {
        var text = self[...]
        while text.first?.isWhitespace == true { text.removeFirst() }
        while text.last?.isWhitespace == true { text.removeLast() }
        return String(text)
    }

    /// Trimmed and in small letters.
    var plain: String { trimmed.lowercased() }
}

extension CivilDate {
    /// The day as Danish forms write it: `05.03.2026`.
    var danish: String {
        let (year, month, day) = parts
        func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
        return "\(two(day)).\(two(month)).\(year)"
    }
}
