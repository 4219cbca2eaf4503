/// Where a figure or a rule stands, so that an operator, a debtor or a judge can look it up.
public struct Citation: Sendable, Hashable, CustomStringConvertible {
    /// How far the source supports the line.
    public enum Verification: Sendable, Hashable {
        /// The text was read in the source that is named.
        case verified
        /// The line rests on practice, recall or a single secondary source, and is not to be shown as settled law.
        case unverified
    }

    /// The act or order, with its number: `renteloven, LBK 459/2014`.
    public let source: String
    /// The section, table or page: `§ 9 b`.
    public let section: String
    /// Whether the source supports the line.
    public let verification: Verification
    /// What is doubtful about the line; empty where nothing is.
    public let doubt: String

    /// A source that was read.
    public init(_ source: String, _ section: String) {
        self.source = source
        self.section = section
        self.verification = .verified
        self.doubt = ""
    }

    /// A source that is doubtful, and why.
    public static func unverified(_ source: String, _ section: String, _ doubt: String) -> Citation {
        Citation(source: source, section: section, verification: .unverified, doubt: doubt)
    }

    /// Makes a citation again from its stored parts.
    public init(source: String, section: String, verification: Verification, doubt: String) {
        self.source = source
        self.section = section
        self.verification = verification
        self.doubt = doubt
    }

    /// Section and source on one line; an unverified line says so.
    public var description: String {
        let place = section.isEmpty ? source : "\(section), \(source)"
        return verification == .verified ? place : "\(place) [unverified: \(doubt)]"
    }
}

/// A question that the law tables cannot answer.
///
/// The host makes it a task for a person and goes on with other cases.
public struct RuleGap: Error, Sendable, Hashable, CustomStringConvertible {
    /// The table or rule that has no answer.
    public let rule: String
    /// The day that was asked about.
    public let day: CivilDate
    /// Why there is no answer.
    public let reason: String
    /// What a person can do about it.
    public let cure: String

    /// States a gap.
    public init(rule: String, day: CivilDate, reason: String, cure: String) {
        self.rule = rule
        self.day = day
        self.reason = reason
        self.cure = cure
    }

    /// One sentence with rule, day, reason and cure.
    public var description: String { "\(rule) has no answer for \(day): \(reason). \(cure)" }
}

/// A figure together with the source that gives it.
public struct Cited<Value: Sendable>: Sendable {
    /// The figure.
    public let value: Value
    /// The first day on which it holds.
    public let from: CivilDate
    /// Where it stands.
    public let citation: Citation

    /// Joins a figure and its source.
    public init(_ value: Value, from: CivilDate, _ citation: Citation) {
        self.value = value
        self.from = from
        self.citation = citation
    }
}

/// A table of law: which value holds from which day, and by which source.
///
/// It never guesses.
///
/// A line runs until the next one, so lines cannot overlap; a hole is written as a line with `nil`. Before the first
/// line and after ``checkedThrough`` the table throws a ``RuleGap``.
public struct Effective<Value: Sendable>: Sendable {
    /// One line: from `from` the value is `value` (`nil`: none), by `citation`.
    public struct Line: Sendable {
        /// The first day of the line.
        public let from: CivilDate
        /// The value, or `nil` where there is none from this day.
        public let value: Value?
        /// The source.
        public let citation: Citation

        /// From a day on, a value by a source.
        public static func from(_ day: CivilDate, _ value: Value?, _ citation: Citation) -> Line {
            Line(from: day, value: value, citation: citation)
        }
    }

    /// What the table is called, with its section.
    public let name: String
    /// The last day for which somebody has looked the value up.
    public let checkedThrough: CivilDate
    /// The lines, in order of their days.
    public let lines: [Line]

    /// Makes a table.
    ///
    /// Lines out of order are a programmer's error.
    public init(_ name: String, checkedThrough: CivilDate, _ lines: [Line]) {
        for (earlier, later) in zip(lines, lines.dropFirst()) {
            precondition(earlier.from < later.from, "\(name): the line from \(later.from) is out of order")
        }
        self.name = name
        self.checkedThrough = checkedThrough
        self.lines = lines
    }

    /// Makes a table from lines written one after another.
    public init(_ name: String, checkedThrough: CivilDate, _ lines: Line...) {
        self.init(name, checkedThrough: checkedThrough, lines)
    }

    /// The line that holds on a day.
    ///
    /// - Throws: ``RuleGap`` before the first line, in a hole, and after ``checkedThrough``.
    public func on(_ day: CivilDate) throws(RuleGap) -> Cited<Value> {
        if day > checkedThrough {
            throw RuleGap(
                rule: name, day: day, reason: "the table was checked through \(checkedThrough) only",
                cure:
                    "Look the figure up and extend the table with its source: by a line, where the table takes one at run time, or "
                    + "by a new version of the plug-in.")
        }
        var low = 0
        var high = lines.count
        while low < high {
            let middle = (low + high) / 2
            if lines[middle].from <= day { low = middle + 1 } else { high = middle }
        }
        guard low > 0 else {
            throw RuleGap(
                rule: name, day: day,
                reason: "the table begins \(lines.first.map { "on \($0.from)" } ?? "nowhere")",
                cure: "The claim needs a person who knows the older rule.")
        }
        let line = lines[low - 1]
        guard let value = line.value else {
            throw RuleGap(
                rule: name, day: day, reason: "no value is in force (\(line.citation))",
                cure: "The claim needs a person who knows the rule.")
        }
        return Cited(value, from: line.from, line.citation)
    }
}

/// A rule's answer with the reasons for it.
public struct Explained<Value: Sendable>: Sendable {
    /// The answer.
    public var value: Value
    /// The lines that lead to it, in order.
    public var lines: [ExplanationLine]

    /// Joins an answer and its reasons.
    public init(_ value: Value, _ lines: [ExplanationLine]) {
        self.value = value
        self.lines = lines
    }
}

/// One line of a reason: what was counted, over which days, at which rate, by which source.
///
/// The figures are kept apart from the words, so that a letter in any language, the audit entry and the operator's
/// screen print the same computation.
public struct ExplanationLine: Sendable, Hashable {
    /// What the line says, in English, for the operator.
    public var text: String
    /// The section that supports it.
    public var citation: Citation
    /// The first day that was counted, where days were counted.
    public var from: CivilDate?
    /// The last day that was counted, included.
    public var through: CivilDate?
    /// The number of days by the convention in use.
    public var days: Int?
    /// The amount that the rate was applied to.
    public var base: Money?
    /// The rate that was applied.
    public var rate: Rate?
    /// What the line adds to the result.
    public var amount: Money?

    /// A line of words and a source; the figures are set afterwards where there are any.
    public init(_ text: String, _ citation: Citation) {
        self.text = text
        self.citation = citation
    }
}
