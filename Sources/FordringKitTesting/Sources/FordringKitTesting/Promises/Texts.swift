import FordringKit
import Foundation

extension JurisdictionConformance {
    /// Steps and languages are there, each once, with its names.
    func checkDescriptions(_ findings: inout Findings) {
        let steps = law.steps
        if steps.isEmpty { findings.add(.described, "the country has no steps") }
        if law.languages.isEmpty { findings.add(.described, "the country has no language") }
        if Set(law.languages).count != law.languages.count { findings.add(.described, "a language is there twice") }
        if Set(steps.map(\.kind)).count != steps.count { findings.add(.described, "a step is there twice") }
        for step in steps {
            if !step.kind.rawValue.isLowerCamelCase {
                findings.add(.described, "the step '\(step.kind)' is not a lowerCamelCase name")
            }
            if step.timesMax < 1 {
                findings.add(.described, "the step \(step.kind) may be taken \(step.timesMax) times")
            }
            for language in law.languages where (step.names[language] ?? "").isEmpty {
                findings.add(.described, "the step \(step.kind) has no name in '\(language)'")
            }
        }
        for language in law.languages {
            for component in DebtComponent.allCases where law.name(of: component, in: language).isEmpty {
                findings.add(.described, "\(component.rawValue) has no name in '\(language)'")
            }
        }
    }

    /// The days on which texts are looked at: one a quarter, since a text may hold from a day on.
    private var textDays: [CivilDate] {
        var days: [CivilDate] = []
        var day = extent.first
        while day <= extent.last {
            days.append(day)
            day = day.addingMonthsClampingToMonthEnd(3)
        }
        return days
    }

    /// Every letter has its text in every language, with all that it must say and nothing that it must not.
    func checkTexts(_ findings: inout Findings) {
        for rule in law.wordingRules {
            if rule.meaning.isEmpty || rule.phrases.isEmpty {
                findings.add(.wording, "a rule of wording does not say what it forbids")
            }
            if let fault = rule.citation.fault { findings.add(.wording, "the rule '\(rule.meaning)' \(fault)") }
            for phrase in rule.phrases where phrase.isEmpty || phrase != phrase.lowercased() {
                findings.add(.wording, "the phrase '\(phrase)' is not in small letters")
            }
        }
        for kind in law.registrationWarnings
        where !law.steps.contains(where: { $0.kind == kind && $0.sendsLetter }) {
            findings.add(.items, "the \(kind) counts as a warning of registration and is no letter of the country")
        }
        for language in law.languages {
            for step in law.steps where step.sendsLetter {
                guard law.letterTemplate(for: step.kind, in: language) != nil else {
                    findings.add(.texts, "the \(step.kind) has no text in '\(language)'")
                    continue
                }
                var known: LetterText?
                for day in textDays {
                    guard let template = law.letterTemplate(for: step.kind, in: language, on: day) else {
                        findings.add(.texts, "the \(step.kind) has no text in '\(language)' on \(day)")
                        break
                    }
                    let text = LetterText(template, clauses: law.clauses(in: language, on: day))
                    let items = law.letterItems(for: step.kind, on: day)
                    if law.registrationWarnings.contains(step.kind), !items.contains(where: \.warnsOfRegistration) {
                        findings.add(
                            .items,
                            "the \(step.kind) counts as a warning of registration, and on \(day) no item without a "
                                + "condition, carried by clauses only, has the name \(LetterItem.registrationWarning)")
                    }
                    if text == known, items.isEmpty { continue }
                    if text != known { check(text, of: step.kind, in: language, on: day, &findings) }
                    check(items, in: text, of: step.kind, language, on: day, &findings)
                    known = text
                }
            }
        }
    }

    private func check(
        _ text: LetterText, of step: StepKind, in language: Language, on day: CivilDate, _ findings: inout Findings
    ) {
        let name = "the text of the \(step) in '\(language)' on \(day)"
        let first = text.template.split(whereSeparator: \.isNewline).first
        if !(first?.hasPrefix("# ") ?? false) || (first?.count ?? 0) < 4 {
            findings.add(.texts, "\(name) does not begin with '# ' and a subject")
        }
        for block in ["[statement]", "[payment]"] where !text.hasLine(block) {
            findings.add(.texts, "\(name) has no line \(block)")
        }
        for clause in text.placed.sorted() where text.clauses[clause] == nil {
            findings.add(.texts, "\(name) places the clause '\(clause)', and there is none")
        }
        if let section = text.unbalancedSection {
            findings.add(.texts, "\(name) does not close '\(section)' in its order")
        }
        for rule in law.wordingRules where rule.place == .anywhere && (rule.language ?? language) == language {
            if let phrase = rule.found(in: text.whole) {
                findings.add(.wording, "\(name) says '\(phrase)': \(rule.meaning)")
            }
        }
    }

    private func check(
        _ items: [LetterItem], in text: LetterText, of step: StepKind, _ language: Language, on day: CivilDate,
        _ findings: inout Findings
    ) {
        if Set(items.map(\.identifier)).count != items.count {
            findings.add(.items, "two items of the \(step) on \(day) have one name")
        }
        for item in items {
            if let fault = item.citation.fault {
                findings.add(.items, "the item \(item.identifier) of the \(step) \(fault)")
            }
            if item.meaning.isEmpty {
                findings.add(.items, "the item \(item.identifier) of the \(step) has no meaning")
            }
            if !item.carriers.contains(where: text.carries) {
                findings.add(
                    .items,
                    "the text of the \(step) in '\(language)' on \(day) does not say \(item.meaning) (\(item.citation))"
                )
            }
        }
    }
}

extension LetterItem {
    /// Whether a letter with this item warns of registration, whatever the tenant wrote.
    fileprivate var warnsOfRegistration: Bool {
        identifier == LetterItem.registrationWarning && condition.isEmpty && !carriers.isEmpty
            && carriers.allSatisfy { carrier in
                if case .clause = carrier { true } else { false }
            }
    }
}

/// A Mustache text with the country's clauses that it places.
struct LetterText: Equatable {
    let template: String
    let clauses: [String: String]
    /// Template and placed clauses.
    let whole: String
    /// The names of the clauses that are placed, also by other clauses.
    let placed: Set<String>
    private let tags: [String]

    init(_ template: String, clauses: [String: String]) {
        self.template = template
        self.clauses = clauses
        var whole = template
        var placed: Set<String> = []
        var open = LetterText.tags(of: template)
        var tags = open
        while let tag = open.popLast() {
            guard tag.hasPrefix(">") else { continue }
            let name = tag.dropFirst().drop(while: \.isWhitespace)
            guard placed.insert(String(name)).inserted, let clause = clauses[String(name)] else { continue }
            whole += "\n" + clause
            let more = LetterText.tags(of: clause)
            tags += more
            open += more
        }
        self.whole = whole
        self.placed = placed
        self.tags = tags
    }

    /// What stands between double braces, trimmed.
    private static func tags(of text: String) -> [String] {
        var tags: [String] = []
        var rest = text[...]
        while let open = rest.range(of: "{{") {
            rest = rest[open.upperBound...]
            guard let close = rest.range(of: "}}") else { break }
            let inner = rest[..<close.lowerBound].filter { $0 != "{" && $0 != "}" }
            tags.append(String(inner.drop(while: \.isWhitespace).reversed().drop(while: \.isWhitespace).reversed()))
            rest = rest[close.upperBound...]
        }
        return tags
    }

    func hasLine(_ line: String) -> Bool {
        whole.split(whereSeparator: \.isNewline).contains { $0.filter { !$0.isWhitespace } == line }
    }

    /// The first section that is closed out of order, or never.
    var unbalancedSection: String? {
        var open: [String] = []
        for tag in LetterText.tags(of: template) {
            let name = String(tag.dropFirst().drop(while: \.isWhitespace))
            if tag.hasPrefix("#") || tag.hasPrefix("^") { open.append(name) }
            if tag.hasPrefix("/"), open.popLast() != name { return name }
        }
        return open.last
    }

    /// Whether a carrier is there.
    func carries(_ carrier: LetterItem.Carrier) -> Bool {
        switch carrier {
        case .field(let name): tags.contains { $0 == name || $0 == "&\(name)" || $0 == "& \(name)" }
        case .clause(let name): placed.contains(name) && !(clauses[name] ?? "").allSatisfy(\.isWhitespace)
        case .statement: hasLine("[statement]")
        case .payment: hasLine("[payment]")
        case .sender, .recipient: true  // The host prints both.
        @unknown default: true
        }
    }
}
