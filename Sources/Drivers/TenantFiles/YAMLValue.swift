/// A place in a file, both numbers from 1; columns count Unicode scalars.
struct TextPosition: Sendable, Hashable, Comparable {
    var line: Int
    var column: Int

    static func < (left: TextPosition, right: TextPosition) -> Bool {
        (left.line, left.column) < (right.line, right.column)
    }
}

/// A part of a YAML document, with its place.
struct YAMLValue {
    enum Content {
        /// A scalar as it stands in the file: YAML's types (`no` for false) are not applied.
        case text(String, isQuoted: Bool)
        case list([YAMLValue])
        /// In the file's order; a key may be there twice.
        case mapping([Member])
    }

    struct Member {
        var key: String
        var keyPosition: TextPosition
        var value: YAMLValue
    }

    var position: TextPosition
    var content: Content

    /// Whether nothing is written: `key:`, `key: ~` or `key: null`.
    var isNothing: Bool {
        if case .text(let text, isQuoted: false) = content { ["", "~", "null"].contains(text) } else { false }
    }

    /// What it is, for messages.
    var name: String {
        switch content {
        case .text(let text, let isQuoted):
            if isNothing { "nothing" } else { isQuoted ? "the text \"\(shortened(text))\"" : "'\(shortened(text))'" }
        case .list: "a list"
        case .mapping: "a mapping"
        }
    }
}

/// A text from a file as messages show it: short, on one line, and harmless to a terminal.
func shortened(_ text: String) -> String {
    var line = String.UnicodeScalarView()
    for scalar in text.unicodeScalars.prefix(60) {
        switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator: line.append("\u{FFFD}")
        default: line.append(scalar)
        }
    }
    return text.unicodeScalars.count > 60 ? "\(String(line))…" : String(line)
}
