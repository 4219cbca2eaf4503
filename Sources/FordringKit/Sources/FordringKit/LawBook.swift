/// The rules of one country as a book that a person can read beside the statutes: `fordring plugin law`.
public struct LawBook: Sendable {
    /// The country.
    public var country: CountryCode
    /// What the book is called, in English: `Denmark: collecting out of court`.
    public var title: String
    /// The acts, orders and practices, in the order of the plug-in's files.
    public var acts: [Act]
    /// What the plug-in knows that it does not support, one sentence each; named, never approximated.
    public var unsupported: [String]

    /// Makes a book.
    public init(country: CountryCode, title: String, acts: [Act], unsupported: [String] = []) {
        self.country = country
        self.title = title
        self.acts = acts
        self.unsupported = unsupported
    }

    /// All rules, in the order of the acts.
    public var rules: [Rule] { acts.flatMap(\.rules) }

    /// One act, order or body of practice.
    public struct Act: Sendable {
        /// Its name: `Renteloven, the act on interest on overdue payments`.
        public var title: String
        /// Its number: `LBK 459/2014`; empty for practice.
        public var number: String
        /// Its rules, in the order of its sections.
        public var rules: [Rule]

        /// Makes an act.
        public init(_ title: String, number: String = "", _ rules: [Rule]) {
            self.title = title
            self.number = number
            self.rules = rules
        }
    }

    /// One rule: a sentence, and where the rule has figures the table of them.
    public struct Rule: Sendable {
        /// A lowerCamelCase name, unique in the book: `referenceRate`.
        public var identifier: String
        /// The section as printed: `§ 5 (2)`.
        public var section: String
        /// What it says, in one or two sentences of English.
        public var text: String
        /// Where it stands.
        public var citation: Citation
        /// The figures by day; empty for a rule of words.
        public var lines: [Line]
        /// The last day for which the figures were looked up; `nil` for a rule of words.
        public var checkedThrough: CivilDate?
        /// What sort of figure a line added at run time must have; `nil` where the table cannot be extended.
        public var extensible: LawValue.Kind?

        /// A rule of words.
        public init(_ identifier: String, _ text: String, _ citation: Citation) {
            self.identifier = identifier
            self.section = citation.section
            self.text = text
            self.citation = citation
            lines = []
        }

        /// A rule with a table; `describe` writes a value as labels and figures, one label may be empty.
        public init<Value>(
            _ identifier: String, _ text: String, _ citation: Citation, _ table: Effective<Value>,
            extensible: LawValue.Kind? = nil, _ describe: (Value) -> [LabelledText]
        ) {
            self.init(identifier, text, citation)
            lines = table.lines.map { line in
                Line(from: line.from, values: line.value.map(describe), citation: line.citation)
            }
            checkedThrough = table.checkedThrough
            self.extensible = extensible
        }

        /// The line that holds on a day.
        ///
        /// - Returns: `nil` before the first line, in a hole and after ``checkedThrough``.
        public func line(on day: CivilDate) -> Line? {
            if let checkedThrough, day > checkedThrough { return nil }
            guard let line = lines.last(where: { $0.from <= day }), line.values != nil else { return nil }
            return line
        }
    }

    /// What holds from a day on.
    public struct Line: Sendable {
        /// The first day.
        public var from: CivilDate
        /// The figures with what each is; `nil` where there is none from this day.
        public var values: [LabelledText]?
        /// Where it stands.
        public var citation: Citation

        /// Makes a line.
        public init(from: CivilDate, values: [LabelledText]?, citation: Citation) {
            self.from = from
            self.values = values
            self.citation = citation
        }
    }
}

/// A single figure of a table that can be extended at run time.
public enum LawValue: Sendable, Hashable, CustomStringConvertible {
    /// A percentage.
    case rate(Rate)
    /// An amount.
    case amount(Money)

    /// What sort of figure.
    public enum Kind: String, Sendable, Hashable {
        /// A percentage, written `1.75 %` or `1.75`.
        case rate
        /// An amount in the country's currency, written `750.00`.
        case amount
    }

    /// Reads a figure as an administrator writes it, with a decimal point; `nil` for anything else.
    ///
    /// A percentage may be negative and has at most two decimals.
    public init?(parsing text: String, as kind: Kind, currency: Currency) {
        switch kind {
        case .rate:
            var digits = text.filter { $0 != " " }
            if digits.hasSuffix("%") { digits.removeLast() }
            let isNegative = digits.hasPrefix("-")
            if isNegative { digits.removeFirst() }
            let parts = digits.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
            guard let first = parts.first, (1...6).contains(first.utf8.count), Checksum.digits(String(first)) != nil,
                let whole = Int32(first)
            else { return nil }
            var hundredths: Int32 = 0
            if parts.count == 2 {
                guard (1...2).contains(parts[1].utf8.count), Checksum.digits(String(parts[1])) != nil,
                    let value = Int32(parts[1])
                else { return nil }
                hundredths = parts[1].utf8.count == 1 ? value * 10 : value
            }
            let basisPoints = whole * 100 + hundredths
            self = .rate(Rate(basisPoints: isNegative ? -basisPoints : basisPoints))
        case .amount:
            guard let money = try? Money(parsing: text, currency), !money.isNegative else { return nil }
            self = .amount(money)
        }
    }

    /// What sort of figure it is.
    public var kind: Kind {
        switch self {
        case .rate: .rate
        case .amount: .amount
        }
    }

    /// `1.75 %` or `750.00 NOK`.
    public var description: String {
        switch self {
        case .rate(let rate): rate.description
        case .amount(let money): money.description
        }
    }
}

/// A line that an administrator added to a table at run time, with its source.
public struct LawExtension: Sendable, Hashable {
    /// The country whose table it is.
    public var country: CountryCode
    /// The rule, by ``LawBook/Rule/identifier``.
    public var rule: String
    /// The first day on which the value holds.
    public var from: CivilDate
    /// The last day for which it was looked up, included.
    public var through: CivilDate
    /// The value.
    public var value: LawValue
    /// Where it stands.
    public var citation: Citation

    /// States a line.
    public init(
        country: CountryCode, rule: String, from: CivilDate, through: CivilDate, value: LawValue, citation: Citation
    ) {
        self.country = country
        self.rule = rule
        self.from = from
        self.through = through
        self.value = value
        self.citation = citation
    }
}

extension Effective {
    /// The table with lines added at run time, in the order in which they were added.
    ///
    /// A line takes the place of one that begins on the same day: so a correction is the later of two. What was not looked
    /// up is a hole, not a guess: the days between the table's horizon and the first day of a line that begins later, and
    /// those between the last day of a line and the next line. A line that takes the place of another keeps the other's
    /// days to their end. Lines of another rule are passed over, and so are values that `convert` makes `nil` of.
    public func extended(
        by extensions: [LawExtension], of rule: String, _ convert: (LawValue) -> Value?
    ) -> Effective<Value> {
        var lines = lines
        var checkedThrough = checkedThrough
        func hole(from day: CivilDate) -> Line {
            .from(day, nil, .unverified(name, "", "Nobody has looked up what holds from this day."))
        }
        for addition in extensions where addition.rule == rule {
            guard let value = convert(addition.value), addition.through >= addition.from else { continue }
            let line = Line.from(addition.from, value, addition.citation)
            let unknown = checkedThrough.adding(days: 1)
            if addition.from > unknown, !lines.contains(where: { $0.from == unknown }) {
                lines.append(hole(from: unknown))
            }
            var isCorrection = false
            if let index = lines.firstIndex(where: { $0.from == addition.from }) {
                isCorrection = lines[index].value != nil
                lines[index] = line
            } else {
                lines.append(line)
            }
            lines.sort { $0.from < $1.from }
            checkedThrough = max(checkedThrough, addition.through)
            let after = addition.through.adding(days: 1)
            let next = lines.first { $0.from > addition.from }?.from ?? checkedThrough.adding(days: 1)
            if !isCorrection, after < next {
                lines.append(hole(from: after))
                lines.sort { $0.from < $1.from }
            }
        }
        return Effective(name, checkedThrough: checkedThrough, lines)
    }
}

extension Effective where Value == Rate {
    /// The table with percentages added at run time.
    public func extended(by extensions: [LawExtension], of rule: String) -> Effective<Rate> {
        extended(by: extensions, of: rule) { value in
            if case .rate(let rate) = value { rate } else { nil }
        }
    }
}

extension Effective where Value == Money {
    /// The table with amounts added at run time.
    public func extended(by extensions: [LawExtension], of rule: String) -> Effective<Money> {
        extended(by: extensions, of: rule) { value in
            if case .amount(let money) = value { money } else { nil }
        }
    }
}
