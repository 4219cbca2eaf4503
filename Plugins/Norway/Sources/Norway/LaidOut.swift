import FordringKit

/// A table of law laid out for questions by the hundred thousand: the same answers as the table, without its generic
/// calls into the kit.
struct LaidOut<Value: Sendable>: Sendable {
    /// A line that has a value, with its last day.
    struct Span: Sendable {
        let first: CivilDate
        let last: CivilDate
        let value: Value
    }

    /// The table that the spans were made from.
    let table: Effective<Value>
    /// The lines that have a value, oldest first.
    let spans: [Span]
    /// The source of each span.
    let citations: [Citation]

    /// Lays a table out.
    init(_ table: Effective<Value>) {
        self.table = table
        var spans: [Span] = []
        var citations: [Citation] = []
        let lines = table.lines
        for (index, line) in lines.enumerated() {
            guard let value = line.value else { continue }
            let next = index + 1 < lines.count ? lines[index + 1].from : table.checkedThrough.adding(days: 1)
            spans.append(Span(first: line.from, last: next.adding(days: -1), value: value))
            citations.append(line.citation)
        }
        self.spans = spans
        self.citations = citations
    }

    /// The position of the span that a day is in.
    ///
    /// - Throws: the table's own ``RuleGap`` for a day that it does not cover.
    func index(of day: CivilDate) throws(RuleGap) -> Int {
        var low = 0
        var high = spans.count
        while low < high {
            let middle = (low + high) / 2
            if spans[middle].last < day { low = middle + 1 } else { high = middle }
        }
        if low < spans.count, spans[low].first <= day { return low }
        throw gap(on: day)
    }

    /// The position of the span that a day is in, which follows another.
    func index(of day: CivilDate, after span: Int) throws(RuleGap) -> Int {
        if span + 1 < spans.count, spans[span + 1].first <= day, day <= spans[span + 1].last { return span + 1 }
        return try index(of: day)
    }

    /// The value that holds on a day, and its source.
    ///
    /// - Throws: the table's own ``RuleGap``.
    func on(_ day: CivilDate) throws(RuleGap) -> (value: Value, citation: Citation) {
        let index = try index(of: day)
        return (spans[index].value, citations[index])
    }

    private func gap(on day: CivilDate) -> RuleGap {
        do {
            let line = try table.on(day)
            return RuleGap(
                rule: table.name, day: day, reason: "the line from \(line.from) was not laid out",
                cure: "Tell the author of the plug-in.")
        } catch {
            return error
        }
    }
}
