import FordringKit
import Foundation

/// A table for people.
struct Table {
    enum Alignment {
        case left
        case right
    }

    var columns: [(title: String, alignment: Alignment)]
    var rows: [[String]] = []

    init(_ columns: (String, Alignment)...) {
        self.columns = columns.map { (title: $0.0, alignment: $0.1) }
    }

    var text: String {
        var widths = columns.map { $0.title.count }
        for row in rows {
            for (index, cell) in row.enumerated() { widths[index] = max(widths[index], cell.count) }
        }
        func line(_ cells: [String]) -> String {
            var parts: [String] = []
            for (index, cell) in cells.enumerated() {
                let padding = String(repeating: " ", count: widths[index] - cell.count)
                parts.append(columns[index].alignment == .left ? cell + padding : padding + cell)
            }
            let joined = parts.joined(separator: "  ")
            return String(joined.reversed().drop { $0 == " " }.reversed())
        }
        let head = [line(columns.map(\.title)), String(repeating: "-", count: widths.reduce(0) { $0 + $1 + 2 } - 2)]
        return (head + rows.map(line)).joined(separator: "\n")
    }
}

/// Running text for people, in lines of 100 columns.
enum Wrapped {
    static let width = 100

    /// Breaks a text between words; a word that is longer than a line has a line of its own.
    ///
    /// - Parameters:
    ///   - indent: the spaces before the first line.
    ///   - hanging: the spaces before the others.
    static func lines(_ text: String, indent: Int = 0, hanging: Int? = nil) -> [String] {
        var lines: [String] = []
        var line = String(repeating: " ", count: indent)
        var isEmpty = true
        for word in text.split(whereSeparator: \.isWhitespace) {
            if !isEmpty, line.count + 1 + word.count > width {
                lines.append(line)
                line = String(repeating: " ", count: hanging ?? indent)
                isEmpty = true
            }
            line += isEmpty ? String(word) : " \(word)"
            isEmpty = false
        }
        if !isEmpty { lines.append(line) }
        return lines
    }
}

/// Prints results: tables for people, or one JSON value for programs.
struct Printer {
    let format: OutputFormat

    func print(_ value: some Encodable, text: () -> String) throws {
        switch format {
        case .text: Swift.print(text())
        case .json:
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes, .prettyPrinted]
            Swift.print(String(decoding: try encoder.encode(value), as: UTF8.self))
        }
    }
}

/// A line on the terminal that shows how far long work is; nothing where the output is not a terminal.
struct ProgressLine: Sendable {
    private let isTerminal = isatty(2) == 1
    private let label: String

    init(_ label: String) { self.label = label }

    func show(_ done: Int, of total: Int?) {
        guard isTerminal else { return }
        var line = "\r\(label) \(done)"
        if let total, total > 0 {
            let filled = min(30, done * 30 / total)
            let bar = String(repeating: "#", count: filled) + String(repeating: ".", count: 30 - filled)
            line = "\r\(label) [\(bar)] \(done)/\(total)"
        }
        FileHandle.standardError.write(Data(line.utf8))
    }

    /// Shows a bar and words.
    func show(share: Double, _ words: String) {
        guard isTerminal else { return }
        let filled = min(30, max(0, Int(share * 30)))
        let bar = String(repeating: "#", count: filled) + String(repeating: ".", count: 30 - filled)
        FileHandle.standardError.write(Data("\r\u{1B}[K\(label) [\(bar)] \(words)".utf8))
    }

    func end() {
        guard isTerminal else { return }
        FileHandle.standardError.write(Data("\r\u{1B}[K".utf8))
    }
}

/// An explanation for people: the words, the figures, the section.
func describe(_ line: ExplanationLine) -> String {
    var parts = [line.text]
    if let from = line.from, let through = line.through {
        parts.append("\(from)..\(through)" + (line.days.map { ", \($0) days" } ?? ""))
    }
    if let base = line.base, let rate = line.rate { parts.append("\(rate) of \(base.formatted(.english))") }
    if let amount = line.amount { parts.append("= \(amount)") }
    return parts.joined(separator: " ") + " [\(line.citation)]"
}
