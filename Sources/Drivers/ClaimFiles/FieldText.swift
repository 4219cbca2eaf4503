import FordringKit

/// What is wrong with one field; becomes a fault of its row.
struct FieldProblem: Error {
    var message: String

    init(_ message: String) { self.message = message }
}

/// The bytes of one field, where they lie in the reader's buffer.
typealias FieldBytes = UnsafeBufferPointer<UInt8>

/// Turns the bytes of fields into values, without a String for what is not kept as text.
enum FieldText {
    /// The longest field, in bytes.
    static let limit = 64 << 10

    /// Without the spaces and tabs at both ends.
    static func trimmed(_ bytes: FieldBytes) -> FieldBytes {
        var start = 0
        var end = bytes.count
        while start < end, bytes[start] == 0x20 || bytes[start] == 0x09 { start += 1 }
        while end > start, bytes[end - 1] == 0x20 || bytes[end - 1] == 0x09 { end -= 1 }
        return FieldBytes(rebasing: bytes[start..<end])
    }

    /// Whether all bytes are ASCII that can be printed; most fields are.
    static func isPlainASCII(_ bytes: FieldBytes) -> Bool {
        // Eight bytes at a time: bit 7 of each shows a byte over 0x7E or under 0x20.
        let raw = UnsafeRawBufferPointer(bytes)
        let high: UInt64 = 0x8080_8080_8080_8080
        var index = 0
        while index + 8 <= raw.count {
            let word = raw.loadUnaligned(fromByteOffset: index, as: UInt64.self)
            let over = word &+ 0x0101_0101_0101_0101
            let under = (word | high) &- 0x2020_2020_2020_2020
            if (word | over | ~under) & high != 0 { return false }
            index += 8
        }
        while index < raw.count {
            if raw[index] < 0x20 || raw[index] > 0x7E { return false }
            index += 1
        }
        return true
    }

    /// Where the first byte is that is not part of UTF-8 (RFC 3629: shortest forms only, no surrogates).
    static func firstInvalidUTF8(_ bytes: FieldBytes) -> Int? {
        var index = 0
        func isContinuation(_ offset: Int, _ range: ClosedRange<UInt8> = 0x80...0xBF) -> Bool {
            index + offset < bytes.count && range.contains(bytes[index + offset])
        }
        while index < bytes.count {
            let valid: Int
            switch bytes[index] {
            case 0x00...0x7F: valid = 1
            case 0xC2...0xDF: valid = isContinuation(1) ? 2 : 0
            case 0xE0: valid = isContinuation(1, 0xA0...0xBF) && isContinuation(2) ? 3 : 0
            case 0xED: valid = isContinuation(1, 0x80...0x9F) && isContinuation(2) ? 3 : 0
            case 0xE1...0xEF: valid = isContinuation(1) && isContinuation(2) ? 3 : 0
            case 0xF0: valid = isContinuation(1, 0x90...0xBF) && isContinuation(2) && isContinuation(3) ? 4 : 0
            case 0xF1...0xF3: valid = isContinuation(1) && isContinuation(2) && isContinuation(3) ? 4 : 0
            case 0xF4: valid = isContinuation(1, 0x80...0x8F) && isContinuation(2) && isContinuation(3) ? 4 : 0
            default: valid = 0
            }
            if valid == 0 { return index }
            index += valid
        }
        return nil
    }

    /// Reads a text.
    ///
    /// - Parameters:
    ///   - bytes: the field without its quotes.
    ///   - hasDoubledQuotes: whether two quotes stand for one in it.
    ///   - encoding: how bytes are letters.
    ///   - foldsLineBreaks: whether a line break becomes a space; else it is a fault as other control characters are.
    static func string(
        _ bytes: FieldBytes, hasDoubledQuotes: Bool, _ encoding: CSVOptions.Encoding, foldsLineBreaks: Bool
    ) throws(FieldProblem) -> String {
        guard bytes.count <= limit else {
            throw FieldProblem("\(bytes.count) bytes are over the limit of 64 KiB for a field")
        }
        if !hasDoubledQuotes, isPlainASCII(bytes) { return String(decoding: bytes, as: UTF8.self) }
        var text: [UInt8] = []
        text.reserveCapacity(bytes.count)
        var index = 0
        while index < bytes.count {
            let byte = bytes[index]
            text.append(byte)
            index += 1
            if hasDoubledQuotes, byte == UInt8(ascii: "\""), index < bytes.count, bytes[index] == byte { index += 1 }
        }
        switch encoding {
        case .utf8:
            if let position = text.withUnsafeBufferPointer(firstInvalidUTF8) {
                throw FieldProblem(notUTF8(text[position], at: position))
            }
        case .latin1:
            let hasHigh = text.contains { $0 >= 0x80 }
            if hasHigh, text.withUnsafeBufferPointer(firstInvalidUTF8) == nil {
                throw FieldProblem(
                    "'\(excerpt(text))' is written in UTF-8, and the settings say latin-1: set the CSV encoding to utf-8"
                )
            }
            if hasHigh {
                // Latin-1 is the first 256 scalars of Unicode.
                var mapped: [UInt8] = []
                mapped.reserveCapacity(text.count + text.count / 4)
                for byte in text {
                    if byte < 0x80 {
                        mapped.append(byte)
                    } else {
                        mapped.append(0xC0 | byte >> 6)
                        mapped.append(0x80 | byte & 0x3F)
                    }
                }
                text = mapped
            }
        }
        if foldsLineBreaks { foldLineBreaks(&text) }
        if let control = firstControl(text) {
            let hint =
                encoding == .latin1 && (0x80...0x9F).contains(control)
                ? "; the file is probably Windows-1252: save it as UTF-8" : "; remove it"
            throw FieldProblem("the control character \(codePoint(control)) is not allowed" + hint)
        }
        return String(decoding: text, as: UTF8.self)
    }

    /// What to say of a byte that is not UTF-8.
    static func notUTF8(_ byte: UInt8, at position: Int) -> String {
        "byte \(position + 1) (\(hexadecimal(UInt32(byte), digits: 2))) is not UTF-8; the file is probably Latin-1: "
            + "set the CSV encoding to latin-1, or save the file as UTF-8"
    }

    /// Makes one space of every line break, with the spaces around it.
    static func foldLineBreaks(_ text: inout [UInt8]) {
        guard text.contains(where: { $0 == 0x0A || $0 == 0x0D }) else { return }
        var folded: [UInt8] = []
        folded.reserveCapacity(text.count)
        for byte in text {
            let isBreak = byte == 0x0A || byte == 0x0D
            if isBreak {
                if let last = folded.last, last != 0x20 { folded.append(0x20) }
            } else {
                folded.append(byte)
            }
        }
        while folded.last == 0x20 { folded.removeLast() }
        text = folded
    }

    /// The first scalar of valid UTF-8 that a text must not have: a control character (C0, DEL, C1), a line or
    /// paragraph separator, or one that turns the direction of what follows.
    static func firstControl(_ text: [UInt8]) -> UInt32? {
        var index = 0
        while index < text.count {
            switch text[index] {
            case 0x00...0x1F, 0x7F:
                return UInt32(text[index])
            case 0xC2 where index + 1 < text.count && text[index + 1] <= 0x9F:
                return UInt32(text[index + 1])
            case 0xE2
            where index + 2 < text.count && text[index + 1] == 0x80 && (0xA8...0xAE).contains(text[index + 2]):
                return 0x2000 + UInt32(text[index + 2] & 0x3F)
            case 0xE2
            where index + 2 < text.count && text[index + 1] == 0x81 && (0xA6...0xA9).contains(text[index + 2]):
                return 0x2040 + UInt32(text[index + 2] & 0x3F)
            default:
                index += 1
            }
        }
        return nil
    }

    static func codePoint(_ scalar: UInt32) -> String { "U+" + hexadecimal(scalar, digits: 4) }

    private static func hexadecimal(_ number: UInt32, digits: Int) -> String {
        let text = String(number, radix: 16, uppercase: true)
        return String(repeating: "0", count: max(0, digits - text.count)) + text
    }

    /// A few bytes of a file as they may stand in a message: printable, and at most 40 letters.
    static func excerpt(_ bytes: some Collection<UInt8>) -> String {
        var text = ""
        for scalar in String(decoding: bytes.prefix(160), as: UTF8.self).unicodeScalars.prefix(40) {
            switch scalar.properties.generalCategory {
            case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate: text += "\u{FFFD}"
            default: text.unicodeScalars.append(scalar)
            }
        }
        return bytes.count > text.utf8.count && bytes.count > 40 ? text + "…" : text
    }

    private static func isDigit(_ byte: UInt8) -> Bool { byte &- 0x30 <= 9 }

    private static func number(_ bytes: FieldBytes, _ range: Range<Int>) -> Int? {
        var value = 0
        for index in range {
            let digit = bytes[index] &- 0x30
            if digit > 9 { return nil }
            value = value * 10 + Int(digit)
        }
        return value
    }

    /// Reads yyyy-mm-dd, dd-mm-yyyy or dd.mm.yyyy.
    static func date(_ bytes: FieldBytes) throws(FieldProblem) -> CivilDate {
        let hyphen = UInt8(ascii: "-")
        var parts: (year: Int?, month: Int?, day: Int?) = (nil, nil, nil)
        if bytes.count == 10 {
            if bytes[4] == hyphen, bytes[7] == hyphen {
                parts = (number(bytes, 0..<4), number(bytes, 5..<7), number(bytes, 8..<10))
            } else if bytes[2] == bytes[5], bytes[2] == hyphen || bytes[2] == UInt8(ascii: ".") {
                parts = (number(bytes, 6..<10), number(bytes, 3..<5), number(bytes, 0..<2))
            }
        }
        guard let year = parts.year, let month = parts.month, let day = parts.day else {
            throw FieldProblem("'\(excerpt(bytes))' is not a date: write 2026-01-31, 31-01-2026 or 31.01.2026")
        }
        guard let date = CivilDate(year: year, month: month, day: day) else {
            throw FieldProblem(
                CivilDate.years.contains(year)
                    ? "the date \(excerpt(bytes)) does not exist"
                    : "the date \(excerpt(bytes)) has a year outside \(CivilDate.years.lowerBound) to "
                        + "\(CivilDate.years.upperBound)")
        }
        return date
    }

    /// Reads an amount such as `1234,50` or `-3`, exactly.
    ///
    /// - Parameters:
    ///   - bytes: digits with at most one decimal separator and no grouping.
    ///   - currency: decides how many decimals are allowed; `nil` where it is not known, and then only the form counts.
    ///   - separator: between units and decimals.
    static func amount(
        _ bytes: FieldBytes, _ currency: Currency?, _ separator: CSVOptions.DecimalSeparator
    ) throws(FieldProblem) -> Money? {
        var value: Int64 = 0
        var digits = 0
        var decimals: Int?
        var overflows = false
        let isNegative = bytes.first == UInt8(ascii: "-")
        var index = isNegative ? 1 : 0
        while index < bytes.count {
            let digit = bytes[index] &- 0x30
            if digit <= 9 {
                let (scaled, multiplied) = value.multipliedReportingOverflow(by: 10)
                let (sum, added) = scaled.addingReportingOverflow(Int64(digit))
                if multiplied || added { overflows = true }
                value = sum
                digits += 1
                if let count = decimals { decimals = count + 1 }
            } else if bytes[index] == separator.rawValue, decimals == nil, digits > 0 {
                decimals = 0
            } else {
                throw notAnAmount(bytes, separator)
            }
            index += 1
        }
        if digits == 0 || decimals == 0 { throw notAnAmount(bytes, separator) }
        guard let currency else { return nil }
        let given = decimals ?? 0
        let allowed = Int(currency.minorUnitDigits)
        if given > allowed {
            throw FieldProblem("'\(excerpt(bytes))' has \(given) decimals, and \(currency.code) has \(allowed)")
        }
        for _ in given..<allowed {
            let (scaled, multiplied) = value.multipliedReportingOverflow(by: 10)
            if multiplied { overflows = true }
            value = scaled
        }
        if overflows { throw FieldProblem("the amount \(excerpt(bytes)) is too large") }
        return Money(minorUnits: isNegative ? -value : value, currency)
    }

    private static func notAnAmount(_ bytes: FieldBytes, _ separator: CSVOptions.DecimalSeparator) -> FieldProblem {
        let shown = excerpt(bytes)
        let example = "write 1234\(separator.text)50"
        let other = separator == .comma ? UInt8(ascii: ".") : UInt8(ascii: ",")
        let otherText = separator == .comma ? "." : ","
        let digits = bytes.count(where: isDigit)
        if digits > 0, let position = bytes.firstIndex(of: other), bytes.lastIndex(of: other) == position,
            digits == bytes.count - 1 - (bytes.first == UInt8(ascii: "-") ? 1 : 0),
            (1...2).contains(bytes.count - 1 - position), position > 0
        {
            return FieldProblem(
                "'\(shown)' has '\(otherText)' before its decimals, and the settings say '\(separator.text)': \(example)"
            )
        }
        // Point, comma, space, apostrophe, and the no-break space in both encodings.
        let grouping: [UInt8] = [0x2E, 0x2C, 0x20, 0x27, 0xA0, 0xC2, 0x2D]
        if digits > 0, bytes.allSatisfy({ isDigit($0) || grouping.contains($0) }),
            bytes.dropFirst().allSatisfy({ $0 != UInt8(ascii: "-") }),
            bytes.contains(where: { !isDigit($0) && $0 != separator.rawValue && $0 != UInt8(ascii: "-") })
                || bytes.count(where: { $0 == separator.rawValue }) > 1
        {
            return FieldProblem("'\(shown)' has a separator between thousands, which is not allowed: \(example)")
        }
        return FieldProblem("'\(shown)' is not an amount: \(example)")
    }
}

/// The currencies that are known, found by bytes.
enum KnownCurrencies {
    private static let table: [(code: [UInt8], currency: Currency)] = Currency.all.map { (Array($0.code.utf8), $0) }

    /// The codes, for messages.
    static let list = Currency.all.map(\.code).joined(separator: ", ")

    static func find(_ bytes: FieldBytes) throws(FieldProblem) -> Currency {
        guard let known = table.first(where: { bytes.elementsEqual($0.code) }) else {
            throw FieldProblem("'\(FieldText.excerpt(bytes))' is not a currency that is known: write one of \(list)")
        }
        return known.currency
    }
}
