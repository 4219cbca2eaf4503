/// What is wrong with the text of a schedule, and what would be right.
package struct ScheduleFault: Error, Sendable, Hashable, CustomStringConvertible {
    package let message: String
    package let allowed: String

    init(_ message: String, allowed: String) {
        self.message = message
        self.allowed = allowed
    }

    /// One line: `the hour '24' is not allowed; allowed: 0 to 23, …`.
    package var description: String { "\(message); allowed: \(allowed)" }
}

/// A part of a schedule's text as messages show it: short, and harmless to a terminal.
func shown(_ text: some StringProtocol) -> String {
    // No word of a schedule has anything but visible ASCII.
    let scalars = text.unicodeScalars.prefix(40).map { ("!"..."~").contains($0) || $0 == " " ? $0 : "\u{FFFD}" }
    return String(String.UnicodeScalarView(scalars)) + (text.unicodeScalars.count > 40 ? "…" : "")
}

/// A set of numbers from 0 to 63.
struct SmallSet: Sendable, Hashable {
    private var bits: UInt64 = 0

    mutating func insert(_ number: Int) { bits |= 1 << UInt64(number) }
    func contains(_ number: Int) -> Bool { bits & (1 << UInt64(number)) != 0 }

    /// The least number of the set that is not less than another.
    func first(from number: Int) -> Int? {
        let rest = number < 64 ? bits >> UInt64(number) : 0
        return rest == 0 ? nil : number + rest.trailingZeroBitCount
    }
}

/// One of the five fields of a schedule: what it is called and what may stand in it.
struct ScheduleField {
    let name: String
    let range: ClosedRange<Int>
    /// The words for the numbers of the range, from the first on; empty where there are none.
    let words: [String]
    /// The range in words, for messages.
    let allowed: String

    /// In their order.
    static let all = [
        ScheduleField(name: "minute", range: 0...59, words: [], allowed: "0 to 59"),
        ScheduleField(name: "hour", range: 0...23, words: [], allowed: "0 to 23"),
        ScheduleField(name: "day of the month", range: 1...31, words: [], allowed: "1 to 31"),
        ScheduleField(
            name: "month", range: 1...12,
            words: ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"],
            allowed: "1 to 12 or jan to dec"),
        ScheduleField(
            name: "day of the week", range: 0...7, words: ["sun", "mon", "tue", "wed", "thu", "fri", "sat"],
            allowed: "0 to 7 or sun to sat, both 0 and 7 for Sunday"),
    ]
    /// The words that may follow the fields.
    static let options = ["workdays", "contact-hours"]
    static let form = "minute, hour, day of the month, month, day of the week, then workdays or contact-hours or both"

    private var isWeekday: Bool { range.upperBound == 7 }

    /// The numbers that a field's text stands for.
    func values(of text: String) throws(ScheduleFault) -> SmallSet {
        var values = SmallSet()
        for item in text.split(separator: ",", omittingEmptySubsequences: false) {
            let parts = item.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
            let (first, last) = try bounds(of: parts[0])
            var step = 1
            if parts.count == 2 {
                guard parts[0] == "*" || parts[0].contains("-") else {
                    throw ScheduleFault(
                        "the \(name) '\(shown(item))' is not allowed", allowed: "a step of * or of a range")
                }
                let steps = 1...(range.upperBound - range.lowerBound)
                guard let number = Self.number(parts[1]), steps.contains(number) else {
                    throw ScheduleFault(
                        "the \(name) '\(shown(item))' has a step that is not allowed",
                        allowed: "1 to \(steps.upperBound)")
                }
                step = number
            }
            for value in stride(from: first, through: last, by: step) { values.insert(isWeekday ? value % 7 : value) }
        }
        return values
    }

    private func bounds(of text: Substring) throws(ScheduleFault) -> (first: Int, last: Int) {
        // A week has seven days, though Sunday has two numbers.
        if text == "*" { return (range.lowerBound, isWeekday ? 6 : range.upperBound) }
        let ends = text.split(separator: "-", maxSplits: 1, omittingEmptySubsequences: false)
        let first = try value(of: ends[0])
        guard ends.count == 2 else { return (first, first) }
        var last = try value(of: ends[1])
        // `fri-sun` ends with the week.
        if isWeekday, first > 0, ends[1] == "sun" { last = 7 }
        guard first <= last else {
            throw ScheduleFault(
                "the \(name) '\(shown(text))' runs backwards", allowed: "the smaller end first, or a list")
        }
        return (first, last)
    }

    private func value(of text: Substring) throws(ScheduleFault) -> Int {
        if let index = words.firstIndex(of: String(text)) { return range.lowerBound + index }
        guard let number = Self.number(text), range.contains(number) else {
            throw ScheduleFault(
                text.isEmpty ? "the \(name) has an empty place" : "the \(name) '\(shown(text))' is not allowed",
                allowed: "\(allowed); alone, as a list (1,5), as a range (1-5), as a step (*/5), or *")
        }
        return number
    }

    /// One or two digits.
    private static func number(_ text: Substring) -> Int? {
        let isNumber =
            (1...2).contains(text.utf8.count)
            && text.utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
        return isNumber ? Int(text) : nil
    }
}
