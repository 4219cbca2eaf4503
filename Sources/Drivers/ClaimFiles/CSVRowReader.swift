import Intake

/// Cuts a CSV file (RFC 4180) into rows and fields, without a view on what they mean.
///
/// It holds one row at a time: 256 KiB in the ordinary case, and never over the row limit and a chunk. A row that is not
/// well-formed is refused and reading goes on at the **next line end after the row's beginning**, so that a quote too many
/// costs one row and not the rest of the file.
struct CSVRowReader {
    /// Where a field lies in ``buffer``, without its quotes.
    struct Field {
        var start: Int
        var end: Int
        var isQuoted: Bool
        /// Whether doubled quotes are in it.
        var hasDoubledQuotes: Bool
    }

    /// What the next row is.
    enum Row {
        /// A row: its line, and how many fields it has. The fields are in ``fields``.
        case fields(line: Int, count: Int)
        /// A row that is not well-formed, and why. What could be read of it is in ``fields``.
        case refused(line: Int, RowFault)
        case end
    }

    /// How a row ended.
    private enum Scan {
        /// At a line end or at the end of the file; `next` is the first byte after it.
        case row(next: Int, lines: Int, count: Int)
        /// The bytes ended before the row did.
        case unfinished(openQuote: Bool)
        /// There is something else than a delimiter after a closing quote.
        case textAfterQuote
        /// There is a quote in a field that does not begin with one.
        case strayQuote
    }

    static let chunkSize = 256 << 10
    static let rowLimit = 1 << 20
    /// How many fields are kept; more are only counted, so that a row of delimiters takes no memory.
    static let fieldLimit = 64

    private let file: InputFile
    private let delimiter: UInt8
    private(set) var buffer = [UInt8](repeating: 0, count: chunkSize)
    private(set) var fields: [Field] = []
    /// Where the row that was returned last begins and ends in ``buffer``.
    private(set) var rowRange = 0..<0
    private var start = 0
    private var end = 0
    private var line = 1
    private var fileEnded = false
    /// Whether the rest of a line is to be thrown away first.
    private var isSkipping = false

    init(_ file: InputFile, delimiter: UInt8) throws(ClaimFileFault) {
        self.file = file
        self.delimiter = delimiter
        fields.reserveCapacity(CSVRowReader.fieldLimit)
        try fill()
        if end >= 3, buffer[0] == 0xEF, buffer[1] == 0xBB, buffer[2] == 0xBF {
            hasByteOrderMark = true
            start = 3
        }
    }

    /// Whether the file began with the byte order mark of UTF-8.
    private(set) var hasByteOrderMark = false

    /// Reads the next row that is not blank.
    mutating func next() throws(ClaimFileFault) -> Row {
        if isSkipping { try skipLine() }
        while true {
            if start == end {
                guard try more() else { return .end }
            }
            let limit = min(end, start + CSVRowReader.rowLimit + 1)
            let isFinal = fileEnded && limit == end
            let scan = CSVRowReader.scan(buffer, start..<limit, isFinal: isFinal, delimiter, &fields)
            switch scan {
            case .row(let next, let lines, let count):
                let first = line
                rowRange = start..<next
                start = next
                line += lines
                if isBlank(count) { continue }
                return .fields(line: first, count: count)
            case .textAfterQuote:
                return refuse(
                    "there is text after the closing quote of field \(fields.count): "
                        + "a quote inside a quoted field must be doubled")
            case .strayQuote:
                return refuse(
                    "field \(fields.count + 1) has a quote inside it: "
                        + "put the whole field in quotes and double the quote inside")
            case .unfinished(let openQuote):
                if limit - start > CSVRowReader.rowLimit {
                    return refuse(
                        openQuote
                            ? "the quote that opens field \(fields.count + 1) is not closed within 1 MiB"
                            : "the row is over the limit of 1 MiB")
                }
                if isFinal {
                    return refuse("the quote that opens field \(fields.count + 1) is not closed before the file ends")
                }
                try fill()
            }
        }
    }

    /// Gives up a row; reading goes on after the line end that follows its beginning.
    private mutating func refuse(_ message: String) -> Row {
        let first = line
        if let lineEnd = buffer[start..<end].firstIndex(of: UInt8(ascii: "\n")) {
            rowRange = start..<lineEnd + 1
            start = lineEnd + 1
            line += 1
        } else {
            // What was read stays for the caller to look at; the rest of the line goes with the next call.
            rowRange = start..<end
            start = end
            isSkipping = true
        }
        return .refused(line: first, RowFault("", message))
    }

    private mutating func skipLine() throws(ClaimFileFault) {
        isSkipping = false
        repeat {
            if let lineEnd = buffer[start..<end].firstIndex(of: UInt8(ascii: "\n")) {
                start = lineEnd + 1
                line += 1
                return
            }
            start = end
        } while try more()
    }

    /// Whether a row has nothing in it: an empty line, spaces, or delimiters only.
    private func isBlank(_ count: Int) -> Bool {
        guard count <= CSVRowReader.fieldLimit, let first = fields.first, !first.isQuoted else { return false }
        if first.end > first.start, buffer[first.start] > 0x20 { return false }
        return fields.allSatisfy { field in
            !field.isQuoted && buffer[field.start..<field.end].allSatisfy { $0 == 0x20 || $0 == 0x09 }
        }
    }

    /// Reads until there is at least one more byte; false at the end of the file.
    private mutating func more() throws(ClaimFileFault) -> Bool {
        let before = end - start
        while !fileEnded, end - start == before { try fill() }
        return end - start > before
    }

    /// Moves what is left to the front and reads one chunk, or as much as is there.
    private mutating func fill() throws(ClaimFileFault) {
        guard !fileEnded else { return }
        if start > 0 {
            let (from, to) = (start, end)
            buffer.withUnsafeMutableBytes { bytes in
                // Both ranges lie inside the buffer; copyMemory allows that they overlap.
                UnsafeMutableRawBufferPointer(rebasing: bytes[..<(to - from)])
                    .copyMemory(from: UnsafeRawBufferPointer(rebasing: bytes[from..<to]))
            }
            end -= start
            start = 0
        }
        if end == buffer.count {
            // Only a row over the size of the buffer comes here, and it is refused at the limit.
            buffer.append(contentsOf: repeatElement(0, count: buffer.count))
        }
        let from = end
        let file = file
        let count = try buffer.withUnsafeMutableBufferPointer { (bytes) throws(ClaimFileFault) -> Int in
            var filled = from
            while filled < bytes.count {
                let rest = UnsafeMutableBufferPointer(rebasing: bytes[filled...])
                let got = try file.read(into: UnsafeMutableRawBufferPointer(rest))
                if got == 0 { break }
                filled += got
            }
            return filled - from
        }
        end += count
        if end < buffer.count { fileEnded = true }
    }

    /// Finds the fields of the row that begins where the range does.
    private static func scan(
        _ buffer: [UInt8], _ range: Range<Int>, isFinal: Bool, _ delimiter: UInt8, _ fields: inout [Field]
    ) -> Scan {
        buffer.withUnsafeBufferPointer { bytes in
            scan(bytes, range, isFinal: isFinal, delimiter, &fields)
        }
    }

    private static func scan(
        _ bytes: UnsafeBufferPointer<UInt8>, _ range: Range<Int>, isFinal: Bool, _ delimiter: UInt8,
        _ fields: inout [Field]
    ) -> Scan {
        let quote = UInt8(ascii: "\"")
        let lineFeed = UInt8(ascii: "\n")
        let carriageReturn = UInt8(ascii: "\r")
        let end = range.upperBound
        var index = range.lowerBound
        var lines = 1
        var count = 0
        fields.removeAll(keepingCapacity: true)
        while true {
            let fieldStart = index
            count += 1
            if index < end, bytes[index] == quote {
                index += 1
                var hasDoubledQuotes = false
                while true {
                    while index < end, bytes[index] != quote {
                        if bytes[index] == lineFeed { lines += 1 }
                        index += 1
                    }
                    if index == end { return .unfinished(openQuote: true) }
                    if index + 1 == end, !isFinal { return .unfinished(openQuote: true) }
                    guard index + 1 < end, bytes[index + 1] == quote else { break }
                    hasDoubledQuotes = true
                    index += 2
                }
                if count <= fieldLimit {
                    fields.append(
                        Field(start: fieldStart + 1, end: index, isQuoted: true, hasDoubledQuotes: hasDoubledQuotes))
                }
                index += 1
                if index == end { return .row(next: end, lines: lines, count: count) }
                if bytes[index] == delimiter {
                    index += 1
                    continue
                }
                if bytes[index] == carriageReturn {
                    index += 1
                    if index == end {
                        return isFinal ? .row(next: end, lines: lines, count: count) : .unfinished(openQuote: false)
                    }
                }
                if bytes[index] == lineFeed { return .row(next: index + 1, lines: lines, count: count) }
                return .textAfterQuote
            }
            // The four signs that matter are all below 0x3C, and most bytes of a text are not.
            var byte: UInt8 = 0
            while index < end {
                byte = bytes[index]
                if byte <= 0x3B, byte == delimiter || byte == lineFeed || byte == quote { break }
                index += 1
            }
            if index < end, byte == quote { return .strayQuote }
            if index == end, !isFinal { return .unfinished(openQuote: false) }
            let isLast = index == end || byte == lineFeed
            if count <= fieldLimit {
                var fieldEnd = index
                if isLast, fieldEnd > fieldStart, bytes[fieldEnd - 1] == carriageReturn { fieldEnd -= 1 }
                fields.append(Field(start: fieldStart, end: fieldEnd, isQuoted: false, hasDoubledQuotes: false))
            }
            if isLast { return .row(next: min(index + 1, end), lines: lines, count: count) }
            index += 1
        }
    }
}
