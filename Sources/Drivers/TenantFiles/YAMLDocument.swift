import Yams

/// What keeps a text from being read as one YAML document.
struct YAMLFault: Error {
    var position: TextPosition?
    var message: String
    var allowed = ""
}

/// Reads one YAML document, bounded in size, depth and time on any input.
///
/// Yams stops at the first key that a mapping has twice. To find all of them, each such key is overwritten in a copy
/// of the text with a scalar that stands nowhere else in it; places in the text stay the same.
enum YAMLDocument {
    /// More than any tenant's file has, and little enough to read at once.
    static let nodesMax = 20_000
    static let depthMax = 16
    static let repeatedKeysMax = 100

    static func read(_ text: String) throws(YAMLFault) -> YAMLValue {
        var lines = TextLines(text)
        if let fault = lines.firstUnprintable() ?? lines.firstAlias() ?? lines.tooDeep() { throw fault }
        var originals: [Unicode.Scalar: String] = [:]
        // A large text is not read a hundred times over.
        let repeatedKeysMax = min(repeatedKeysMax, 1024 * 1024 / max(1, text.utf8.count))
        while true {
            do {
                return try compose(lines.text, originals, lastLine: lines.lastLine)
            } catch {
                switch error {
                case .fault(let fault): throw fault
                case .repeated(let key, let position):
                    guard originals.count < repeatedKeysMax, let mark = lines.unusedScalar(),
                        lines.overwriteKey(key, at: position, with: mark)
                    else {
                        throw YAMLFault(
                            position: position, message: "the key '\(shortened(key))' is there twice",
                            allowed: "each key once")
                    }
                    originals[mark] = key
                }
            }
        }
    }

    private enum Stop: Error {
        case fault(YAMLFault)
        case repeated(key: String, TextPosition)
    }

    private static func compose(
        _ text: String, _ originals: [Unicode.Scalar: String], lastLine: Int
    ) throws(Stop) -> YAMLValue {
        do {
            // libYAML keeps a pointer into the text, which a very short string does not hold still.
            let parser = try Parser(
                yaml: text.utf8.count < 64 ? text + String(repeating: "\n", count: 64) : text, resolver: .basic,
                encoding: .utf8)
            guard let root = try parser.nextRoot() else {
                throw Stop.fault(YAMLFault(position: nil, message: "the file is empty"))
            }
            if let second = try parser.nextRoot() {
                throw Stop.fault(
                    YAMLFault(
                        position: second.mark.map(TextPosition.init), message: "a second YAML document begins",
                        allowed: "one document in a file, without '---' inside it"))
            }
            var converter = Converter(originals: originals)
            return try converter.value(root, depth: 0)
        } catch let stop as Stop {
            throw stop
        } catch let error as YamlError {
            throw stop(for: error, lastLine: lastLine)
        } catch {
            throw .fault(YAMLFault(position: nil, message: "not YAML: \(error)"))
        }
    }

    private static func stop(for error: YamlError, lastLine: Int) -> Stop {
        func syntax(_ context: YamlError.Context?, _ problem: String, _ mark: Mark?) -> Stop {
            var message = "not YAML: \(problem)"
            if let context { message += " (\(context.text), from line \(context.mark.line))" }
            var position = mark.map(TextPosition.init)
            // What is never closed is noticed at the end of the file only, where there is nothing to see.
            if let found = position, found.line > lastLine {
                position = context.map { TextPosition($0.mark) } ?? TextPosition(line: lastLine, column: 1)
            }
            return .fault(YAMLFault(position: position, message: message))
        }
        switch error {
        case .scanner(let context, let problem, let mark, _), .parser(let context, let problem, let mark, _),
            .composer(let context, let problem, let mark, _):
            return syntax(context, problem, mark)
        case .duplicatedKeysInMapping(let keys, let context):
            return .repeated(key: keys.first ?? "", TextPosition(context.mark))
        case .reader(let problem, _, _, _), .writer(let problem), .emitter(let problem), .representer(let problem):
            return syntax(nil, problem, nil)
        case .memory:
            return syntax(nil, "there is not enough memory", nil)
        case .no, .dataCouldNotBeDecoded:
            return syntax(nil, "it cannot be read", nil)
        }
    }

    private struct Converter {
        let originals: [Unicode.Scalar: String]
        var nodes = 0

        mutating func value(_ node: Node, depth: Int) throws(Stop) -> YAMLValue {
            let position = node.mark.map(TextPosition.init) ?? TextPosition(line: 1, column: 1)
            nodes += 1
            guard nodes <= nodesMax else {
                throw .fault(YAMLFault(position: position, message: "the file has more than \(nodesMax) values"))
            }
            guard depth <= depthMax else {
                throw .fault(YAMLFault(position: position, message: "values are nested more than \(depthMax) deep"))
            }
            switch node {
            case .scalar(let scalar):
                let isPlain = scalar.style == .plain || scalar.style == .any
                return YAMLValue(position: position, content: .text(scalar.string, isQuoted: !isPlain))
            case .sequence(let sequence):
                var items: [YAMLValue] = []
                for item in sequence { items.append(try value(item, depth: depth + 1)) }
                return YAMLValue(position: position, content: .list(items))
            case .mapping(let mapping):
                var members: [YAMLValue.Member] = []
                for (key, content) in mapping {
                    guard case .scalar(let scalar) = key else {
                        throw .fault(
                            YAMLFault(
                                position: key.mark.map(TextPosition.init), message: "a key is a list or a mapping",
                                allowed: "text as key"))
                    }
                    let mark = scalar.string.unicodeScalars.first
                    members.append(
                        YAMLValue.Member(
                            key: mark.flatMap { originals[$0] } ?? scalar.string,
                            keyPosition: scalar.mark.map(TextPosition.init) ?? position,
                            value: try value(content, depth: depth + 1)))
                }
                return YAMLValue(position: position, content: .mapping(members))
            case .alias:
                throw .fault(YAMLFault(position: position, message: "an alias"))
            }
        }
    }
}

extension TextPosition {
    init(_ mark: Mark) { self.init(line: mark.line, column: mark.column) }
}

/// A text by lines as YAML breaks them, for finding and changing places in it.
struct TextLines {
    private var scalars: [Unicode.Scalar]
    private var starts: [Int] = [0]
    private var lastMark: UInt32 = 0xE000

    init(_ text: String) {
        scalars = Array(text.unicodeScalars)
        for (index, scalar) in scalars.enumerated() where Self.breaks.contains(scalar) {
            if scalar == "\r", index + 1 < scalars.count, scalars[index + 1] == "\n" { continue }
            starts.append(index + 1)
        }
    }

    private static let breaks: Set<Unicode.Scalar> = ["\n", "\r", "\u{85}", "\u{2028}", "\u{2029}"]

    /// The last line with anything but spaces on it.
    var lastLine: Int {
        position(scalars.lastIndex { !$0.properties.isWhitespace } ?? 0).line
    }

    var text: String {
        var view = String.UnicodeScalarView()
        view.append(contentsOf: scalars)
        return String(view)
    }

    private func position(_ index: Int) -> TextPosition {
        var low = 0
        var high = starts.count
        while high - low > 1 {
            let middle = (low + high) / 2
            if starts[middle] <= index { low = middle } else { high = middle }
        }
        return TextPosition(line: low + 1, column: index - starts[low] + 1)
    }

    /// A character that YAML does not allow.
    func firstUnprintable() -> YAMLFault? {
        guard
            let index = scalars.firstIndex(where: { scalar in
                switch scalar.value {
                case 0x9, 0xA, 0xD, 0x20...0x7E, 0x85, 0xA0...0xD7FF, 0xE000...0xFEFE, 0xFF00...0xFFFD,
                    0x10000...0x10FFFF:
                    false
                default: true
                }
            })
        else { return nil }
        return YAMLFault(
            position: position(index),
            message: "the control character U+\(String(scalars[index].value, radix: 16, uppercase: true))",
            allowed: "printable characters")
    }

    /// The first alias, where the text has an anchor as well.
    ///
    /// Aliases are not read: a few lines of them can stand for more values than fit in memory, and Yams would already
    /// compare such values when they are keys. Text in which both signs begin a word is refused too; in double quotes
    /// one of them can be written as `\x26` or `\x2A`.
    func firstAlias() -> YAMLFault? {
        func first(_ sign: Unicode.Scalar) -> Int? {
            scalars.indices.first { index in
                guard scalars[index] == sign, index + 1 < scalars.count else { return false }
                let next = scalars[index + 1]
                let isWord = next.properties.isAlphabetic || ("0"..."9").contains(next) || next == "_" || next == "-"
                let before = index == 0 ? " " : scalars[index - 1]
                return isWord && !(before.properties.isAlphabetic || ("0"..."9").contains(before))
            }
        }
        guard first("&") != nil, let alias = first("*") else { return nil }
        return YAMLFault(
            position: position(alias), message: "anchors (&name) and aliases (*name) are not read in a tenant's file",
            allowed: "the values written out")
    }

    /// Brackets that would nest deeper than the parser should follow.
    func tooDeep() -> YAMLFault? {
        var depth = 0
        for (index, scalar) in scalars.enumerated() {
            if scalar == "[" || scalar == "{" { depth += 1 }
            if scalar == "]" || scalar == "}", depth > 0 { depth -= 1 }
            if depth > 100 {
                return YAMLFault(position: position(index), message: "values are nested more than 100 deep")
            }
        }
        return nil
    }

    /// A scalar for private use that the text does not have.
    mutating func unusedScalar() -> Unicode.Scalar? {
        while lastMark < 0xF8FF {
            lastMark += 1
            if let scalar = Unicode.Scalar(lastMark), !scalars.contains(scalar) { return scalar }
        }
        return nil
    }

    /// Overwrites the first letter of a key; `false` where the key is not written out at that place.
    mutating func overwriteKey(_ key: String, at position: TextPosition, with mark: Unicode.Scalar) -> Bool {
        guard starts.indices.contains(position.line - 1), let first = key.unicodeScalars.first else { return false }
        var index = starts[position.line - 1] + position.column - 1
        if scalars.indices.contains(index), scalars[index] == "\"" || scalars[index] == "'" { index += 1 }
        guard scalars.indices.contains(index), scalars[index] == first else { return false }
        scalars[index] = mark
        return true
    }
}
