/// The forms that short texts in a tenant's file have.
enum TextForm {
    /// A lowerCamelCase name: a small letter, then letters and digits.
    static func isName(_ text: String) -> Bool {
        let bytes = Array(text.utf8)
        guard let first = bytes.first, bytes.count <= 60, isSmallLetter(first) else { return false }
        return bytes.allSatisfy { isSmallLetter($0) || isCapitalLetter($0) || isDigit($0) }
    }

    /// A name with hyphens: small letters, digits and hyphens, first a letter.
    static func isHyphenatedName(_ text: String) -> Bool {
        let bytes = Array(text.utf8)
        guard let first = bytes.first, bytes.count <= 60, isSmallLetter(first) else { return false }
        return bytes.allSatisfy { isSmallLetter($0) || isDigit($0) || $0 == UInt8(ascii: "-") }
    }

    /// Two small letters.
    static func isLanguage(_ text: String) -> Bool {
        text.utf8.count == 2 && text.utf8.allSatisfy(isSmallLetter)
    }

    /// `#RRGGBB`.
    static func isColor(_ text: String) -> Bool {
        let bytes = Array(text.utf8)
        guard bytes.count == 7, bytes[0] == UInt8(ascii: "#") else { return false }
        return bytes.dropFirst().allSatisfy {
            isDigit($0) || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains($0)
                || (UInt8(ascii: "A")...UInt8(ascii: "F")).contains($0)
        }
    }

    /// Eight or eleven capital letters and digits, the first six of them letters (ISO 9362).
    static func isBIC(_ text: String) -> Bool {
        let bytes = Array(text.utf8)
        return (bytes.count == 8 || bytes.count == 11) && bytes.prefix(6).allSatisfy(isCapitalLetter)
            && bytes.allSatisfy { isCapitalLetter($0) || isDigit($0) }
    }

    /// Something before and after one `@`, no spaces.
    static func isEmail(_ text: String) -> Bool {
        let parts = text.split(separator: "@", omittingEmptySubsequences: false)
        return parts.count == 2 && parts.allSatisfy { !$0.isEmpty } && !text.contains(where: \.isWhitespace)
    }

    /// One line of printable characters, at most 200 of them.
    static func isLine(_ text: String) -> Bool {
        text.count <= 200
            && text.unicodeScalars.allSatisfy {
                $0.properties.generalCategory != .control && $0 != "\u{2028}" && $0 != "\u{2029}"
            }
    }

    /// Hundredths of a per cent of a text such as `12.5`.
    ///
    /// - Returns: `nil` where it is not a plain number, or has more than two decimals.
    static func basisPoints(_ text: String) -> Int? {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard (1...2).contains(parts.count), (1...6).contains(parts[0].utf8.count),
            parts.allSatisfy({ $0.utf8.allSatisfy(isDigit) }), let whole = Int(parts[0])
        else { return nil }
        guard parts.count == 2 else { return whole * 100 }
        guard (1...2).contains(parts[1].utf8.count), let decimals = Int(parts[1]) else { return nil }
        return whole * 100 + (parts[1].utf8.count == 1 ? decimals * 10 : decimals)
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }
    private static func isSmallLetter(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
    }
    private static func isCapitalLetter(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte)
    }
}
