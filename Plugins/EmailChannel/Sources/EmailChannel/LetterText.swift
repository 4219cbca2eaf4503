import FordringKit

/// A letter as plain text, for those who read mail without opening the PDF.
enum LetterText {
    /// The column in which amounts end.
    private static let width = 68

    /// The text, with `\n` at the end of each line.
    ///
    /// - Throws: `DeliveryFailure` for a part of a letter that a newer kit knows.
    static func body(_ letter: Letter) throws -> String {
        var parts = [letter.dateText, letter.subject]
        let references = letter.references.map { "\($0.label): \($0.text)" }
        if !references.isEmpty { parts.append(references.joined(separator: "\n")) }
        for block in letter.blocks {
            switch block {
            case .paragraph(let words): parts.append(words)
            case .heading(let words): parts.append(underlined(words))
            case .statement(let statement): parts.append(table(statement, letter.language))
            case .payment(let box):
                var lines = [underlined(box.heading)] + box.fields.map { "\($0.label): \($0.text)" }
                if !box.codeLine.isEmpty { lines.append(box.codeLine) }
                parts.append(lines.joined(separator: "\n"))
            @unknown default:
                // A letter with a part left out would be another letter.
                throw DeliveryFailure(
                    .permanent,
                    "The letter has a part that this version of email-channel cannot write: install a newer one.")
            }
        }
        let head = letter.letterhead
        // The line `-- ` is what mail programs know a signature by.
        let signature = ["-- ", head.name] + head.addressLines + head.contactLines + [head.registration]
        parts.append(signature.filter { !$0.isEmpty }.joined(separator: "\n"))
        return parts.joined(separator: "\n\n").lineBreaksUnified
    }

    private static func underlined(_ words: String) -> String {
        "\(words)\n\(String(repeating: "-", count: min(words.count, width)))"
    }

    private static func table(_ statement: Statement, _ language: Language) -> String {
        let rule = String(repeating: "-", count: width)
        var lines = [row(statement.heading, statement.amountHeading), rule]
        for line in statement.lines {
            lines.append(row(line.text, line.amount.formatted(language)))
            if !line.detail.isEmpty { lines.append("  \(line.detail)") }
        }
        lines += [rule, row(statement.totalLabel, statement.total.formatted(language))]
        return lines.joined(separator: "\n")
    }

    /// Words to the left, an amount to the right; on two lines where one is too short.
    private static func row(_ words: String, _ amount: String) -> String {
        let gap = width - words.count - amount.count
        if gap >= 2 { return words + String(repeating: " ", count: gap) + amount }
        return words + "\n" + String(repeating: " ", count: max(0, width - amount.count)) + amount
    }
}

extension String {
    /// The text with `\n` for every kind of line break and without other control signs.
    var lineBreaksUnified: String {
        var out = String.UnicodeScalarView()
        var previous: Unicode.Scalar = " "
        for scalar in unicodeScalars {
            switch scalar {
            case "\r", "\u{85}", "\u{2028}", "\u{2029}": out.append("\n")
            case "\n" where previous == "\r": break
            case "\n", "\t": out.append(scalar)
            default: if scalar.properties.generalCategory != .control { out.append(scalar) }
            }
            previous = scalar
        }
        return String(out)
    }
}
