import FordringKit

/// A letter that was written and not yet looked over, with the words that it was written from.
struct LetterDraft {
    var letter: Letter
    let template: LetterTemplate
    let values: [String: any Sendable]
}

/// What the law and good practice ask of the words of one kind of letter.
struct LetterCheck {
    let items: [LetterItem]
    let wording: [WordingRule]

    init(_ jurisdiction: any Jurisdiction, _ step: StepKind, _ language: Language, on day: CivilDate) {
        items = jurisdiction.letterItems(for: step, on: day)
        wording = jurisdiction.wordingRules.filter {
            $0.place == .anywhere && ($0.language.map { $0 == language } ?? true)
        }
    }

    /// What is wrong with a letter, a sentence each.
    func faults(of draft: LetterDraft) -> [String] {
        let paper = Paper(draft.letter)
        return missing(from: draft, paper) + unfitting(in: paper.words)
    }

    /// The forbidden words of a text, a sentence each.
    func unfitting(in text: String) -> [String] {
        wording.compactMap { rule in
            rule.found(in: text).map { "the words '\($0)' may not be used: \(rule.meaning) (\(rule.citation))" }
        }
    }

    private func missing(from draft: LetterDraft, _ paper: Paper) -> [String] {
        items.compactMap { item in
            if !item.condition.isEmpty, draft.values[item.condition] as? Bool != true { return nil }
            if item.carriers.contains(where: { isCarried($0, draft, paper) }) { return nil }
            let cure = item.carriers.map(LetterCheck.place).joined(separator: " or ")
            let duty = item.isStatutory ? "" : ", by practice"
            return "it does not say \(item.meaning) (\(item.citation)\(duty)); place \(cure)"
        }
    }

    private func isCarried(_ carrier: LetterItem.Carrier, _ draft: LetterDraft, _ paper: Paper) -> Bool {
        let letter = draft.letter
        switch carrier {
        case .field(let name):
            let text = draft.values[name].map { "\($0)" } ?? ""
            return paper.says(text)
        case .clause(let name):
            return draft.template.clause(name, draft.values).map(paper.says) ?? false
        case .statement:
            return letter.blocks.contains { block in
                if case .statement(let statement) = block { !statement.lines.isEmpty } else { false }
            }
        case .payment:
            return letter.blocks.contains { block in
                if case .payment(let box) = block { !box.fields.isEmpty } else { false }
            }
        case .sender:
            return !letter.letterhead.name.isEmpty && !letter.letterhead.addressLines.joined().isEmpty
        case .recipient:
            return !letter.recipient.name.isEmpty && !letter.recipient.address.lines.joined().isEmpty
        @unknown default:
            return false
        }
    }

    private static func place(_ carrier: LetterItem.Carrier) -> String {
        switch carrier {
        case .field(let name): "{{\(name)}}"
        case .clause(let name): "{{> \(name)}}"
        case .statement: "[statement]"
        case .payment: "[payment]"
        case .sender: "the letterhead's address"
        case .recipient: "the debtor's address"
        @unknown default: "what this version does not know"
        }
    }
}

/// Everything that the eye can read on a letter, with single spaces.
private struct Paper {
    /// The words that the template gave.
    let words: String
    private let all: String

    init(_ letter: Letter) {
        var words = [letter.subject]
        var rest: [String] = letter.references.flatMap { [$0.label, $0.text] }
        for block in letter.blocks {
            switch block {
            case .paragraph(let text), .heading(let text): words.append(text)
            case .statement(let statement):
                rest.append(contentsOf: statement.lines.flatMap { [$0.text, $0.detail] })
                rest.append(statement.total.formatted(letter.language))
            case .payment(let box):
                rest.append(contentsOf: box.fields.flatMap { [$0.label, $0.text] } + [box.codeLine])
            @unknown default: break
            }
        }
        let head = letter.letterhead
        rest += [head.name] + head.addressLines + head.contactLines + [head.registration, letter.dateText]
        self.words = Paper.spaced(words.joined(separator: " "))
        all = Paper.spaced((words + rest).joined(separator: " "))
    }

    /// Whether a text that is not empty stands on the paper.
    func says(_ text: String) -> Bool {
        let text = Paper.spaced(text)
        return !text.isEmpty && all.contains(text)
    }

    private static func spaced(_ text: String) -> String {
        text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    }
}

/// What is wrong with one of a tenant's letter texts.
package struct LetterTextFault: Sendable, CustomStringConvertible {
    /// The text: `reminder.da`.
    package let name: String
    /// Whether the tenant wrote it; `false` for the country's own.
    package let isOwn: Bool
    package let message: String

    /// Name and message.
    package var description: String { "letter text \(name): \(message)" }
}
