public import FordringKit

extension LegalFacts {
    /// The claims that are still owed; all of them where only charges are left.
    public var openClaims: [ClaimFacts] {
        let open = facts.claims.filter(\.outstandingPrincipal.isPositive)
        return open.isEmpty ? facts.claims : open
    }

    /// What holds the case or one of its claims here, wherever the host wrote it.
    ///
    /// A claim that was left out, because it is disputed, does not hold those that are handed over.
    public var allHolds: [HoldFacts] {
        let here = Set(facts.claims.map(\.id))
        return (holds + facts.holds.filter { !holds.contains($0) }).filter { $0.claim.map(here.contains) ?? true }
    }

    /// A yes or a no in English, Danish or Norwegian; `nil` for no answer, or for another one.
    public func answer(_ question: String) -> Bool? {
        switch answers[question]?.plain {
        case "ja", "yes": true
        case "nej", "nei", "no": false
        default: nil
        }
    }
}

extension String {
    /// Without blanks at its ends.
    public var trimmed: String {
        var text = self[...]
        while text.first?.isWhitespace == true { text.removeFirst() }
        while text.last?.isWhitespace == true { text.removeLast() }
        return String(text)
    }

    /// Trimmed and in small letters.
    public var plain: String { trimmed.lowercased() }
}

extension CivilDate {
    /// The day as forms in Denmark and Norway write it: `05.03.2026`.
    public var dayMonthYear: String {
        let (year, month, day) = parts
        func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
        return "\(two(day)).\(two(month)).\(year)"
    }
}
