import Host

/// Prints a law book for people: aligned, in lines of 100 columns, or as Markdown.
struct LawBookText {
    let book: LawBookView

    private var opening: String {
        "The law in force on \(book.on), as the plug-in \(book.plugin.identifier) \(book.plugin.version) knows it."
    }

    /// What a reader should know before the first figure: how much of it somebody still has to look up.
    private var summary: [String] {
        let rules = book.acts.flatMap(\.rules)
        let doubtful = rules.filter { ($0.line?.source ?? $0.source).doubt != nil }.count
        let late = rules.filter { $0.standing == .pastHorizon }.map(\.identifier)
        let holes = rules.filter { $0.standing == .hole || $0.standing == .notBegun }.map(\.identifier)
        var lines = ["\(rules.count) rules, \(doubtful == 0 ? "none" : "\(doubtful)") of them on an unverified source."]
        if !late.isEmpty { lines.append("Not looked up for this day: \(late.joined(separator: ", ")).") }
        if !holes.isEmpty { lines.append("No figure in force on this day: \(holes.joined(separator: ", ")).") }
        return lines
    }

    // MARK: Text

    var text: String {
        var lines = [book.title, String(repeating: "=", count: min(Wrapped.width, book.title.count)), ""]
        lines += Wrapped.lines(opening)
        for line in summary { lines += Wrapped.lines(line) }
        for act in book.acts {
            let heading = act.number.isEmpty ? act.title : "\(act.title) (\(act.number))"
            let wrapped = Wrapped.lines(heading)
            let width = wrapped.map(\.count).max() ?? 0
            lines += [""] + wrapped + [String(repeating: "-", count: width)]
            for rule in act.rules { lines += [""] + text(of: rule) }
        }
        lines += ["", "Not supported", "-------------", ""]
        if book.unsupported.isEmpty { lines.append("  The plug-in names nothing.") }
        for sentence in book.unsupported { lines += Wrapped.lines("- \(sentence)", indent: 2, hanging: 4) }
        return lines.joined(separator: "\n")
    }

    private static let label = 12

    private func text(of rule: LawBookView.Rule) -> [String] {
        let place = rule.section.isEmpty ? "" : "\(rule.section) "
        var lines = Wrapped.lines("\(place)[\(rule.identifier)]", indent: 2, hanging: 4)
        lines += Wrapped.lines(rule.text, indent: 6)
        func entry(_ label: String, _ text: String) {
            let padded = label + String(repeating: " ", count: max(1, LawBookText.label - label.count))
            lines += Wrapped.lines(text, indent: 6 + LawBookText.label, hanging: 6 + LawBookText.label).enumerated().map
            {
                index, line in
                index == 0 ? "      \(padded)\(line.drop { $0 == " " })" : line
            }
        }
        for (label, text) in entries(of: rule) { entry(label, text) }
        return lines
    }

    /// What is printed of a rule below its sentence: a word, and what it says.
    private func entries(of rule: LawBookView.Rule) -> [(label: String, text: String)] {
        var entries: [(label: String, text: String)] = []
        switch rule.standing {
        case .words: break
        case .inForce:
            guard let line = rule.line else { break }
            for (index, figure) in line.figures.enumerated() {
                entries.append((index == 0 ? "figure" : "", LawBookText.words(figure)))
            }
            entries.append(("since", line.from + (line.through.map { ", through \($0)" } ?? "")))
        case .hole:
            entries.append(("figure", "none in force since \(rule.line?.from ?? "the table begins")"))
        case .notBegun: entries.append(("figure", "none: the table begins later"))
        case .pastHorizon:
            let last = rule.line.map { $0.figures.map(LawBookText.words).joined(separator: "; ") } ?? ""
            entries.append(
                (
                    "figure",
                    "UNKNOWN for this day\(last.isEmpty ? "" : "; it was \(last) since \(rule.line?.from ?? "")")"
                ))
        }
        if let checkedThrough = rule.checkedThrough {
            let isRefused = rule.standing == .pastHorizon ? "; a case that needs it becomes a task" : ""
            entries.append(("checked", "through \(checkedThrough)\(isRefused)"))
        }
        if rule.extensible != nil {
            entries.append(("extended", "by 'fordring rate add \(book.country) \(rule.identifier) …'"))
        }
        if let line = rule.line, let number = line.addedLine {
            entries.append(("added", "at run time, line \(number)"))
        }
        entries += LawBookText.entries(of: rule.line?.source ?? rule.source)
        return entries
    }

    private static func words(_ figure: LawBookView.Figure) -> String {
        figure.label.isEmpty ? figure.text : "\(figure.label): \(figure.text)"
    }

    private static func entries(of source: LawBookView.Source) -> [(label: String, text: String)] {
        let place = source.section.isEmpty ? source.source : "\(source.section), \(source.source)"
        guard let doubt = source.doubt else { return [("source", place)] }
        return [("source", place), ("UNVERIFIED", doubt)]
    }

    // MARK: Markdown

    var markdown: String {
        var lines = ["# \(book.title)", "", opening] + summary
        for act in book.acts {
            lines += ["", "## \(act.number.isEmpty ? act.title : "\(act.title) (\(act.number))")", ""]
            lines += ["| Section | Rule | In force | Since | Checked through | Source |", "|---|---|---|---|---|---|"]
            for rule in act.rules {
                let source = rule.line?.source ?? rule.source
                let figures = rule.line?.figures.map(LawBookText.words).joined(separator: "; ") ?? ""
                let inForce =
                    switch rule.standing {
                    case .words: ""
                    case .inForce: figures + (rule.line?.addedLine.map { " (added at run time, line \($0))" } ?? "")
                    case .hole, .notBegun: "none"
                    case .pastHorizon: "**unknown for this day**"
                    }
                let since = rule.standing == .words ? "" : rule.line?.from ?? ""
                let place = source.section.isEmpty ? source.source : "\(source.section), \(source.source)"
                let cells = [
                    rule.section, "`\(rule.identifier)` \(rule.text)", inForce, since, rule.checkedThrough ?? "",
                    place + (source.doubt.map { " **unverified:** \($0)" } ?? ""),
                ]
                lines.append("| " + cells.map(LawBookText.cell).joined(separator: " | ") + " |")
            }
        }
        lines += ["", "## Not supported", ""]
        lines += book.unsupported.isEmpty ? ["The plug-in names nothing."] : book.unsupported.map { "- \($0)" }
        return lines.joined(separator: "\n")
    }

    private static func cell(_ text: String) -> String {
        text.split(whereSeparator: \.isNewline).joined(separator: " ").split(
            separator: "|", omittingEmptySubsequences: false
        ).joined(separator: "\\|")
    }
}
