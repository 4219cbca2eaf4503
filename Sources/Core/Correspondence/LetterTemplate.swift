import FordringKit
import Mustache

/// A letter's text: Mustache for the words, and four marks for the parts.
///
/// The first line is `# subject`. Paragraphs are separated by empty lines; a line `## text` is a heading; the lines
/// `[statement]` and `[payment]` place the table of what is owed and the payment box. `{{> name}}` places a sentence of the
/// country's own.
package struct LetterTemplate: Sendable {
    /// What is wrong with a template, in one sentence.
    package struct Fault: Error, Sendable, CustomStringConvertible {
        package let description: String
    }

    /// A part of a letter as the template orders it.
    package enum Part: Sendable, Equatable {
        case paragraph(String)
        case heading(String)
        case statement
        case payment
    }

    /// The words with the country's sentences in their places.
    let text: String
    private let template: MustacheTemplate
    /// The country's sentences that the text places.
    private let clauses: [String: MustacheTemplate]

    /// Compiles a text and checks that it has a subject, the statement and the payment box.
    ///
    /// - Parameter clauses: the country's sentences, by name.
    package init(_ text: String, clauses: [String: String] = [:]) throws(Fault) {
        let (expanded, placed) = try LetterTemplate.placing(clauses, in: text)
        self.text = expanded
        template = try LetterTemplate.compile(expanded)
        var compiled: [String: MustacheTemplate] = [:]
        for name in placed { compiled[name] = try LetterTemplate.compile(clauses[name] ?? "") }
        self.clauses = compiled
        let lines = expanded.split(separator: "\n", omittingEmptySubsequences: false)
        guard lines.first?.hasPrefix("# ") == true else {
            throw Fault(description: "the first line must be the subject: '# ' and the subject")
        }
        for mark in ["[statement]", "[payment]"] where !lines.contains(where: { $0 == mark }) {
            throw Fault(description: "the line '\(mark)' is missing; without it the letter would not say all it must")
        }
    }

    private static func compile(_ text: String) throws(Fault) -> MustacheTemplate {
        do {
            // Letters are plain text: without the pragma, an ampersand in a name would come out as an HTML entity.
            return try MustacheTemplate(string: "{{% CONTENT_TYPE:TEXT}}\n" + text)
        } catch {
            throw Fault(description: "the text is not valid Mustache: \(error)")
        }
    }

    /// The text with each `{{> name}}` replaced by the sentence of that name, and the names.
    ///
    /// Replaced in the text rather than by Mustache, so that a sentence can be looked for on the finished letter.
    private static func placing(
        _ clauses: [String: String], in text: String
    ) throws(Fault) -> (text: String, names: Set<String>) {
        var expanded = ""
        var names: Set<String> = []
        var rest = text[...]
        while let start = rest.firstRange(of: "{{>") {
            expanded += rest[..<start.lowerBound]
            rest = rest[start.upperBound...]
            guard let end = rest.firstRange(of: "}}") else {
                throw Fault(description: "the text is not valid Mustache: '{{>' has no '}}'")
            }
            let name = rest[..<end.lowerBound].filter { !$0.isWhitespace }
            guard let clause = clauses[name] else {
                let known = clauses.keys.sorted().joined(separator: ", ")
                throw Fault(
                    description: "there is no sentence '\(name)' to place with '{{> \(name)}}'; "
                        + (known.isEmpty ? "the country has none" : "the country has: \(known)"))
            }
            expanded += clause
            names.insert(name)
            rest = rest[end.upperBound...]
        }
        return (expanded + rest, names)
    }

    /// Fills in the words.
    package func render(_ words: [String: any Sendable]) -> (subject: String, parts: [Part]) {
        var subject = ""
        var parts: [Part] = []
        var paragraph: [Substring] = []
        func endParagraph() {
            if !paragraph.isEmpty { parts.append(.paragraph(paragraph.joined(separator: " "))) }
            paragraph = []
        }
        for line in template.render(words).split(separator: "\n", omittingEmptySubsequences: false) {
            switch line {
            case "[statement]":
                endParagraph()
                parts.append(.statement)
            case "[payment]":
                endParagraph()
                parts.append(.payment)
            case _ where line.hasPrefix("# ") && subject.isEmpty:
                subject = String(line.dropFirst(2))
            case _ where line.hasPrefix("## "):
                endParagraph()
                parts.append(.heading(String(line.dropFirst(3))))
            case _ where line.allSatisfy(\.isWhitespace):
                endParagraph()
            default:
                paragraph.append(line)
            }
        }
        endParagraph()
        return (subject, parts)
    }

    /// One of the country's sentences with its words filled in; `nil` where the text does not place it.
    func clause(_ name: String, _ words: [String: any Sendable]) -> String? { clauses[name]?.render(words) }
}
