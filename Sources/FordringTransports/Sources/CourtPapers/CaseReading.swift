public import FordringKit

extension LegalFacts {
    /// The claims that are still owed, if only their interest; all of them where only charges of the case are left.
    public var openClaims: [ClaimFacts] {
        let open = facts.claims.filter { claim in
            claim.outstandingPrincipal.isPositive || balances.contains { $0.claim == claim.id && $0.amount.isPositive }
        }
        return open.isEmpty ? facts.claims : open
    }

    /// What the creditor calls a claim; our own number where that is not known.
    public func reference(_ claim: ClaimID) -> String {
        let number = claimTexts[claim]?.label.trimmed ?? ""
        return number.isEmpty ? "\(claim)" : number
    }

    /// The claims that a letter was about, of those that are still owed, as a form writes them: `F-1, F-2`.
    ///
    /// Six at a time: the field of a form has four lines, and what is longer is cut. None where it was about none.
    public func references(of letter: StepFacts) -> [String] {
        let all = openClaims.map(\.id).filter(letter.claims.contains).map(reference)
        return stride(from: 0, to: all.count, by: 6).map {
            all[$0..<min($0 + 6, all.count)].joined(separator: ", ")
        }
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
