/// The ways in which mail carries what is not ASCII.
enum MailEncoding {
    /// Base64 (RFC 4648) without line breaks.
    static func base64(_ bytes: some Collection<UInt8>) -> [UInt8] {
        let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
        var text: [UInt8] = []
        text.reserveCapacity((bytes.count + 2) / 3 * 4)
        var group: UInt32 = 0
        var count = 0
        func emit(_ signs: Int) {
            for sign in 0..<4 {
                text.append(sign < signs ? alphabet[Int(group >> UInt32(18 - 6 * sign) & 63)] : UInt8(ascii: "="))
            }
        }
        for byte in bytes {
            group = group << 8 | UInt32(byte)
            count += 1
            if count == 3 {
                emit(4)
                group = 0
                count = 0
            }
        }
        if count > 0 {
            group <<= UInt32(8 * (3 - count))
            emit(count + 1)
        }
        return text
    }

    /// Base64 in lines of 76 signs, as RFC 2045 asks.
    static func base64Lines(_ bytes: [UInt8]) -> [UInt8] {
        let text = base64(bytes)
        var lines: [UInt8] = []
        lines.reserveCapacity(text.count + text.count / 76 * 2 + 2)
        for start in stride(from: 0, to: text.count, by: 76) {
            lines += text[start..<min(start + 76, text.count)]
            lines += crlf
        }
        return lines
    }

    /// Text as the quoted-printable of RFC 2045, with CRLF at the end of each line.
    static func quotedPrintable(_ text: String) -> [UInt8] {
        let hex = Array("0123456789ABCDEF".utf8)
        var out: [UInt8] = []
        for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
            var column = 0
            let bytes = Array(line.utf8)
            for (index, byte) in bytes.enumerated() {
                let isBlank = byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t")
                let isPlain =
                    (33...126).contains(byte) && byte != UInt8(ascii: "=") || isBlank && index < bytes.count - 1
                let width = isPlain ? 1 : 3
                if column + width > 75 {
                    out += Array("=".utf8) + crlf
                    column = 0
                }
                if isPlain {
                    out.append(byte)
                } else {
                    out += [UInt8(ascii: "="), hex[Int(byte >> 4)], hex[Int(byte & 15)]]
                }
                column += width
            }
            out += crlf
        }
        return out
    }

    /// A text for a header field: itself where it is plain ASCII, else encoded words (RFC 2047), a line each.
    ///
    /// No sign of the text can end the field: control signs become spaces, and all else that is not plain is encoded.
    static func headerText(_ text: String) -> String {
        let clean = singleLine(text)
        let isPlain = clean.utf8.allSatisfy { MailAddress.isAlphanumeric($0) || Array(" .,:;'()/-+".utf8).contains($0) }
        return isPlain && clean.utf8.count <= 60 ? clean : encodedWords(clean)
    }

    /// A name before an address: quoted where it is plain ASCII, else encoded words.
    static func displayName(_ text: String) -> String {
        let clean = singleLine(text)
        let isPlain = clean.utf8.allSatisfy { MailAddress.isAlphanumeric($0) || Array(" .,'()/-+&".utf8).contains($0) }
        return isPlain && clean.utf8.count <= 60 ? "\"\(clean)\"" : encodedWords(clean)
    }

    /// The text on one line, without control signs and without blanks at its ends.
    static func singleLine(_ text: String) -> String {
        var words: [String] = []
        var word = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            switch scalar.properties.generalCategory {
            case .control, .lineSeparator, .paragraphSeparator, .spaceSeparator, .format:
                if !word.isEmpty { words.append(String(word)) }
                word = .init()
            default: word.append(scalar)
            }
        }
        if !word.isEmpty { words.append(String(word)) }
        return words.joined(separator: " ")
    }

    /// Each word is a line of at most 76 signs and holds whole characters.
    private static func encodedWords(_ text: String) -> String {
        var words: [String] = []
        var bytes: [UInt8] = []
        func close() {
            if bytes.isEmpty { return }
            words.append("=?UTF-8?B?\(String(decoding: base64(bytes), as: UTF8.self))?=")
            bytes = []
        }
        for scalar in text.unicodeScalars {
            let encoded = Array(String(scalar).utf8)
            // 39 bytes are 52 signs of Base64 and 12 of frame: with `Subject: ` before it the line stays below 76.
            if bytes.count + encoded.count > 39 { close() }
            bytes += encoded
        }
        close()
        return words.joined(separator: "\r\n ")
    }

    static let crlf = Array("\r\n".utf8)
}
