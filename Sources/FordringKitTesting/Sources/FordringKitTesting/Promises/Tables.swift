import FordringKit

extension JurisdictionConformance {
    /// The book's tables ascend, are cited, and reach to their horizons.
    func checkTables(_ findings: inout Findings) {
        let book = law.lawBook
        if book.country != law.country { findings.add(.tables, "the book is that of \(book.country)") }
        if book.title.isEmpty { findings.add(.tables, "the book has no title") }
        var seen: Set<String> = []
        for rule in book.rules {
            let name = "the rule \(rule.identifier)"
            if !rule.identifier.isLowerCamelCase {
                findings.add(.tables, "'\(rule.identifier)' is not a lowerCamelCase name")
            }
            if !seen.insert(rule.identifier).inserted { findings.add(.tables, "two rules are \(rule.identifier)") }
            if rule.text.isEmpty { findings.add(.tables, "\(name) has no words") }
            if let fault = rule.citation.fault { findings.add(.tables, "\(name) \(fault)") }
            for (earlier, later) in zip(rule.lines, rule.lines.dropFirst()) where earlier.from >= later.from {
                findings.add(.tables, "\(name): the line from \(later.from) follows that from \(earlier.from)")
            }
            for line in rule.lines {
                if let fault = line.citation.fault {
                    findings.add(.tables, "\(name): the line from \(line.from) \(fault)")
                }
                if let values = line.values, values.isEmpty || values.contains(where: \.text.isEmpty) {
                    findings.add(.tables, "\(name): the line from \(line.from) has no figure and is no hole")
                }
            }
            if let last = rule.lines.last {
                guard let checkedThrough = rule.checkedThrough else {
                    findings.add(.tables, "\(name) does not say through which day it was checked")
                    continue
                }
                if checkedThrough < last.from {
                    findings.add(
                        .tables, "\(name) was checked through \(checkedThrough), before its line from \(last.from)")
                }
            } else if rule.extensible != nil {
                findings.add(.tables, "\(name) can be extended and has no table")
            }
        }
        for sentence in book.unsupported where sentence.isEmpty {
            findings.add(.tables, "something unsupported is not named")
        }
    }

    /// The tables whose percentages interest is counted by, as far as the suite can know.
    private var rateTables: [LawBook.Rule] { law.lawBook.rules.filter { $0.extensible == .rate && !$0.lines.isEmpty } }

    /// No line of interest counts days before the first table begins or after the last was checked.
    func checkHorizons(_ findings: inout Findings) {
        guard let first = rateTables.compactMap(\.lines.first?.from).min(),
            let last = rateTables.compactMap(\.checkedThrough).max()
        else { return }
        let law = law
        for debtor in PartyKind.allCases {
            for (dueOn, day) in [
                (first.adding(days: -400), first.adding(days: -1)), (first.adding(days: -60), first.adding(days: 60)),
                (last.adding(days: -90), last), (last.adding(days: -90), last.adding(days: 1)),
                (last.adding(days: -90), last.adding(days: 90)), (last.adding(days: 5), last.adding(days: 60)),
            ] {
                let facts = RandomCases.plain(law, dueOn: dueOn, debtor: debtor)
                let interest = Answer { try law.interest(on: facts, through: day) }
                let decided = Answer { try law.decide(facts, on: day).steps.flatMap(\.charges) }
                let lines = ((interest.value ?? []) + (decided.value ?? [])).flatMap(\.amount.lines)
                for line in lines where line.rate != nil && line.days != nil {
                    if let from = line.from, from < first {
                        findings.add(.horizons, "interest is counted from \(from), and no table begins before \(first)")
                    }
                    if let through = line.through, through > last {
                        findings.add(
                            .horizons, "interest is counted through \(through), and no table was checked after \(last)")
                    }
                }
                guard day > last, dueOn < last, interest.value != nil else { continue }
                let until = Answer { try law.interest(on: facts, through: last) }
                if let charges = until.value, charges.contains(where: { $0.amount.value.isPositive }) {
                    findings.add(
                        .horizons,
                        "interest through \(day) has an answer, and no table of rates was checked after \(last)")
                }
            }
        }
    }

    /// Lines added at run time answer for their days and leave all earlier answers as they were.
    func checkExtensions(_ findings: inout Findings) {
        guard let extending else { return }
        let rules = law.lawBook.rules.filter { $0.extensible != nil && $0.checkedThrough != nil }
        guard !rules.isEmpty else { return }
        let source = Citation("a line that a test added", "§ 1")
        let additions = rules.compactMap { rule -> LawExtension? in
            guard let kind = rule.extensible, let horizon = rule.checkedThrough else { return nil }
            let value: LawValue =
                switch kind {
                case .rate: .rate(Rate(basisPoints: 525))
                case .amount: .amount(Money(minorUnits: 750_00, law.currency))
                @unknown default: .rate(Rate(basisPoints: 525))
                }
            return LawExtension(
                country: law.country, rule: rule.identifier, from: horizon.adding(days: 1),
                through: horizon.adding(days: 184), value: value, citation: source)
        }
        let extended: any Jurisdiction
        switch Answer({ try extending(additions) }) {
        case .answer(let made): extended = made
        case .gap(let gap): return findings.add(.extensions, "with lines added the law cannot be made: \(gap)")
        case .failure(let error): return findings.add(.extensions, "with lines added the law cannot be made: \(error)")
        }
        let book = extended.lawBook
        for (rule, addition) in zip(rules, additions) {
            guard let now = book.rules.first(where: { $0.identifier == rule.identifier }) else {
                findings.add(.extensions, "\(rule.identifier) is not in the extended book")
                continue
            }
            if now.checkedThrough != addition.through {
                findings.add(
                    .extensions,
                    "\(rule.identifier) was extended through \(addition.through), and its book says "
                        + (now.checkedThrough.map { "\($0)" } ?? "nothing"))
            }
            if now.line(on: addition.from)?.citation != source {
                findings.add(.extensions, "\(rule.identifier) has no line from \(addition.from) with the given source")
            }
            for (old, kept) in zip(rule.lines, now.lines) where old.from != kept.from || old.citation != kept.citation {
                findings.add(
                    .extensions, "\(rule.identifier): the line from \(old.from) changed with a later one added")
            }
        }
        checkAnswers(of: extended, &findings)
    }

    private func checkAnswers(of extended: any Jurisdiction, _ findings: inout Findings) {
        guard let last = rateTables.compactMap(\.checkedThrough).max() else { return }
        let law = law
        // Where another table ends too, its gap is not the extended one's.
        let others = law.lawBook.rules.filter { $0.extensible == nil }.compactMap(\.checkedThrough)
        let later = last.adding(days: 30)
        for debtor in PartyKind.allCases {
            let facts = RandomCases.plain(law, dueOn: last.adding(days: -60), debtor: debtor)
            let old = Answer { try law.interest(on: facts, through: last) }
            let new = Answer { try extended.interest(on: facts, through: last) }
            if ComparableCharges(old) != ComparableCharges(new) {
                findings.add(.extensions, "interest through \(last), before the added line, changed with it")
            }
            if let gap = Answer({ try extended.interest(on: facts, through: later) }).gap,
                !others.contains(where: { $0 < later })
            {
                findings.add(.extensions, "interest through \(later) still has no answer: \(gap)")
            }
        }
    }
}

/// Charges, or the gap in their place, laid out for comparison.
private struct ComparableCharges: Equatable {
    let charges: [ComparableDecision.Charge]
    let gap: RuleGap?

    init(_ answer: Answer<[DecidedCharge]>) {
        charges = (answer.value ?? []).map { ComparableDecision.Charge($0) }
        gap = answer.gap
    }
}

extension String {
    /// Whether it is a lowerCamelCase name of ASCII letters and digits.
    var isLowerCamelCase: Bool {
        guard let first = utf8.first, (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(first) else { return false }
        return unicodeScalars.allSatisfy {
            $0.isASCII && ($0.properties.isAlphabetic || $0.properties.numericType != nil)
        }
    }
}
