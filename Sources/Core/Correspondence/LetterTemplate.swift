import Mustache

/// A letter's text: Mustache for the words, and four marks for the parts.
///
/// The first line is `# subject`. Paragraphs are separated by empty lines; a line `## text` is a heading; the lines
/// `[statement]` and `[payment]` place the table of what is owed and the payment box.
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

    private let template: MustacheTemplate

    /// Compiles a text and checks that it has a subject, the statement and the payment box.
    package init(_ text: String) throws(Fault) {
        do {
            // Letters are plain text: without the pragma, an ampersand in a name would come out as an HTML entity.
            template = try MustacheTemplate(string: "{{% CONTENT_TYPE:TEXT}}\n" + text)
        } catch {
            throw Fault(description: "the text is not valid Mustache: \(error)")
        }
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        guard lines.first?.hasPrefix("# ") == true else {
            throw Fault(description: "the first line must be the subject: '# ' and the subject")
        }
        for mark in ["[statement]", "[payment]"] where !lines.contains(where: { $0 == mark }) {
            throw Fault(description: "the line '\(mark)' is missing; without it the letter would not say all it must")
        }
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
}
