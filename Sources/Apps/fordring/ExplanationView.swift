import Casework
import FordringKit

/// The computation of a case as the command line shows it: `case explain`.
struct ExplanationView: Encodable {
    struct Line: Encodable {
        let text: String
        let section: String
        let source: String
        let isVerified: Bool
        /// What is doubtful about the source; empty where nothing is.
        let doubt: String
        let from: String?
        let through: String?
        let days: Int?
        let base: String?
        let rate: String?
        let amount: String?
        /// All of it as one line for people.
        let words: String

        init(_ line: ExplanationLine) {
            text = line.text
            section = line.citation.section
            source = line.citation.source
            isVerified = line.citation.verification == .verified
            doubt = line.citation.doubt
            from = line.from?.description
            through = line.through?.description
            days = line.days
            base = line.base?.decimalText
            rate = line.rate?.description
            amount = line.amount?.decimalText
            words = describe(line)
        }
    }

    struct Entry: Encodable {
        let kind: String
        let on: String
        let amount: String
        let lines: [Line]
    }

    struct Part: Encodable {
        let component: String
        let owed: String
        let entries: [Entry]
    }

    struct Share: Encodable {
        /// `nil` for what belongs to the whole case.
        let claim: Int64?
        let reference: String?
        let concerns: String?
        let dueOn: String?
        let owed: String
        let parts: [Part]
        let limitation: Limitation?
    }

    struct Limitation: Encodable {
        /// The last day on which the claim can be enforced; `nil` where that is not known.
        let lastDay: String?
        let lines: [Line]
        /// Why it is not known.
        let gap: String?
    }

    struct Deadline: Encodable {
        let step: String
        let sentOn: String?
        let deadlineOn: String
    }

    let caseNumber: Int64
    let debtor: String
    let debtorKind: String
    let stage: String
    let closedOn: String?
    let on: String
    let currency: String
    /// All that is owed on the day, with what has accrued.
    let owed: String
    /// How much of it no letter has charged yet.
    let accrued: String
    /// Why it is not known what has accrued.
    let interestGap: String?
    let shares: [Share]
    let deadlines: [Deadline]
    /// What may be done on the day.
    let next: [String]
    let pending: [PendingView]
    let because: [String]

    init(_ explanation: CaseExplanation) {
        let record = explanation.record
        let facts = record.snapshot.facts
        caseNumber = facts.id.rawValue
        debtor = record.party.name
        debtorKind = facts.debtorKind.rawValue
        stage = record.snapshot.stage
        closedOn = record.closedOn?.description
        on = explanation.day.description
        currency = facts.currency.code
        owed = explanation.owed.decimalText
        accrued = explanation.accrued.decimalText
        interestGap = explanation.interestGap?.description
        let limitations = explanation.limitations
        shares = explanation.shares.map { share in
            let claim = record.claims.first { $0.id == share.claim }
            return Share(
                claim: share.claim?.rawValue, reference: claim?.reference, concerns: claim?.text,
                dueOn: claim?.dueOn.description, owed: share.owed.decimalText,
                parts: share.parts.map { part in
                    Part(
                        component: part.component.rawValue, owed: part.owed.decimalText,
                        entries: part.entries.map { entry in
                            Entry(
                                kind: entry.kind.rawValue, on: entry.on.description, amount: entry.amount.decimalText,
                                lines: entry.lines.map(Line.init))
                        })
                },
                limitation: limitations.first { $0.claim == share.claim }.map { limitation in
                    switch limitation.answer {
                    case .success(let answer):
                        Limitation(
                            lastDay: answer?.value.description, lines: answer?.lines.map(Line.init) ?? [],
                            gap: answer == nil ? "the country's plug-in says nothing of it" : nil)
                    case .failure(let gap): Limitation(lastDay: nil, lines: [], gap: gap.description)
                    }
                })
        }
        deadlines = record.steps.compactMap { step in
            guard let deadlineOn = step.deadlineOn, step.state == "sent" else { return nil }
            return Deadline(step: step.kind, sentOn: step.sentOn?.description, deadlineOn: deadlineOn.description)
        }
        guard record.closedOn == nil else {
            (next, pending, because) = ([], [], ["The case is closed."])
            return
        }
        switch explanation.decision {
        case .success(let decision):
            next = decision.steps.map {
                "\($0.kind) for claims \($0.claims.map(\.description).joined(separator: ", "))"
            }
            pending = decision.pending.map(PendingView.init)
            because = decision.waiting.map(describe)
        case .failure(let gap): (next, pending, because) = ([], [], [gap.description])
        }
    }

    // MARK: For people

    /// A line with an amount on the right.
    private struct Row {
        let left: String
        var amount: String?
        var isSum = false
    }

    private static func words(_ kind: String) -> String {
        switch kind {
        case "claim": "the claim"
        case "takenBack": "taken back"
        case "accrued": "accrued, not charged yet"
        default: kind
        }
    }

    /// What several computations rest on is printed once, under a number.
    private struct Notes {
        private(set) var texts: [String] = []

        mutating func number(_ line: Line) -> String {
            let place = line.section.isEmpty ? line.source : "\(line.section), \(line.source)"
            let doubt = line.doubt.isEmpty ? "" : " Unverified: \(line.doubt)"
            let text = "\(line.text) \(place).\(doubt)"
            if let index = texts.firstIndex(of: text) { return "[\(index + 1)]" }
            texts.append(text)
            return "[\(texts.count)]"
        }
    }

    private func rows(_ notes: inout Notes) -> [Row] {
        var rows: [Row] = []
        for share in shares {
            if let claim = share.claim {
                rows.append(
                    Row(
                        left:
                            "Claim \(claim), \(share.reference ?? ""): \(share.concerns ?? ""), due \(share.dueOn ?? "")"
                    ))
            } else {
                rows.append(Row(left: "The whole case"))
            }
            for part in share.parts {
                rows.append(Row(left: "  \(spaced(part.component))"))
                for entry in part.entries { rows += ExplanationView.rows(of: entry, &notes) }
                if part.entries.count > 1 {
                    rows.append(Row(left: "    \(spaced(part.component)) owed", amount: part.owed, isSum: true))
                }
            }
            let name = share.claim == nil ? "owed on the whole case" : "owed on the claim"
            rows.append(Row(left: "  \(name)", amount: share.owed, isSum: true))
            rows.append(Row(left: ""))
        }
        return rows
    }

    /// An entry with its amount, and the computation below it.
    private static func rows(of entry: Entry, _ notes: inout Notes) -> [Row] {
        var left = "    \(entry.on)  \(words(entry.kind))"
        var below: [Row] = []
        for line in entry.lines {
            let number = notes.number(line)
            let period = line.from.flatMap { from in line.through.map { "\(from)..\($0)" } }
            let rate = line.base.flatMap { base in line.rate.map { "\($0) of \(base)" } }
            let figures = [period, line.days.map { "\($0) days" }, rate].compactMap { $0 }.joined(separator: ", ")
            if figures.isEmpty, line.amount == nil || line.amount == entry.amount {
                left += " \(number)"
            } else {
                let amount = line.amount.map { figures.isEmpty ? $0 : " = \($0)" } ?? ""
                below.append(Row(left: "        \(figures)\(amount) \(number)"))
            }
        }
        return [Row(left: left, amount: entry.amount)] + below
    }

    var text: String {
        var notes = Notes()
        let rows = rows(&notes)
        // The amounts stand in one column, right of every line that has one.
        let left = (rows.filter { $0.amount != nil }.map(\.left.count) + [40]).max() ?? 40
        let right = (rows.compactMap { $0.amount?.count } + [owed.count]).max() ?? 0
        func line(_ row: Row) -> String {
            guard let amount = row.amount else { return row.left }
            let dots = row.isSum ? " " : "."
            let gap = left + right + 3 - row.left.count - amount.count
            return row.left + " " + String(repeating: Character(dots), count: gap - 2) + " " + amount
        }
        var lines = [
            "Case \(caseNumber): \(debtor.isEmpty ? "(erased)" : debtor) (\(debtorKind)), "
                + (closedOn.map { "closed \($0)" } ?? stage),
            "As of \(on), in \(currency)", "",
        ]
        lines += rows.map(line)
        lines.append(line(Row(left: "Owed on \(on)", amount: owed, isSum: true)))
        if accrued != "0.00" {
            lines.append(line(Row(left: "  of which no letter has charged", amount: accrued, isSum: true)))
        }
        if let interestGap { lines.append("  without interest that is not charged yet: \(interestGap)") }
        if !deadlines.isEmpty { lines.append("") }
        for deadline in deadlines {
            lines.append(
                "Deadline: \(deadline.step) of \(deadline.sentOn ?? ""), to be paid by \(deadline.deadlineOn)")
        }
        let limited = shares.filter { $0.limitation != nil }
        if !limited.isEmpty { lines.append("") }
        for share in limited {
            guard let limitation = share.limitation, let claim = share.claim else { continue }
            lines.append(
                limitation.lastDay.map { "Limitation: claim \(claim) can be enforced through \($0)" }
                    ?? "Limitation: for claim \(claim) not known: \(limitation.gap ?? "")")
            lines += limitation.lines.map { "    \($0.words)" }
        }
        lines.append("")
        lines += next.isEmpty ? ["On \(on) nothing is done."] : ["On \(on):"] + next.map { "  \($0)" }
        lines += because.map { "  because: \($0)" }
        lines += pending.flatMap(\.lines)
        if !notes.texts.isEmpty { lines.append("") }
        lines += notes.texts.enumerated().map { "[\($0 + 1)] \($1)" }
        return lines.joined(separator: "\n")
    }
}

/// A name of code as words: `reminderFee` as `reminder fee`.
func spaced(_ name: String) -> String {
    var words = ""
    for letter in name {
        if letter.isUppercase { words += " " }
        words += letter.lowercased()
    }
    return words
}
