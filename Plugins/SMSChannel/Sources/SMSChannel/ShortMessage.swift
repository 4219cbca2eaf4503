/// A text as the mobile network carries it (3GPP TS 23.038 and 23.040).
struct ShortMessage: Hashable {
    /// The alphabet of a message.
    enum Encoding: String {
        /// The GSM 7-bit default alphabet: 160 signs in one message, 153 in each of several.
        case gsm7
        /// UCS-2: 70 units in one message, 67 in each of several.
        case ucs2
    }

    /// The text to send: written with signs of the GSM alphabet where that loses nothing.
    let text: String
    let encoding: Encoding
    /// How many messages the network bills.
    let segments: Int

    /// Chooses the alphabet and counts.
    init(_ wanted: String) {
        var text = ""
        // What each sign takes: septets of the GSM alphabet or units of UCS-2.
        var septets: [Int]? = []
        for character in wanted {
            for folded in ShortMessage.folded(character) {
                // Characters compare by canonical equivalence, so an å of two code points becomes the one of the table.
                if let known = ShortMessage.basic[folded] {
                    text.append(known)
                    septets?.append(1)
                } else if ShortMessage.extended.contains(folded) {
                    text.append(folded)
                    septets?.append(2)
                } else {
                    text.append(folded)
                    septets = nil
                }
            }
        }
        self.text = text
        if let septets {
            encoding = .gsm7
            segments = ShortMessage.segments(septets, alone: 160, joined: 153)
        } else {
            encoding = .ucs2
            segments = ShortMessage.segments(
                text.unicodeScalars.map { UTF16.width($0) }, alone: 70, joined: 67)
        }
    }

    /// How many messages signs of these widths fill; a sign of two places is never split over two messages.
    private static func segments(_ widths: [Int], alone: Int, joined: Int) -> Int {
        if widths.reduce(0, +) <= alone { return 1 }
        var segments = 1
        var filled = 0
        for width in widths {
            if filled + width > joined {
                segments += 1
                filled = 0
            }
            filled += width
        }
        return segments
    }

    /// Typographers' signs as the plain ones that they stand for.
    ///
    /// One dash would make the whole message UCS-2 and cost twice as much.
    private static func folded(_ character: Character) -> [Character] {
        switch character {
        case "\r\n", "\r": ["\n"]
        case "\u{2018}", "\u{2019}": ["'"]
        case "\u{201C}", "\u{201D}", "\u{201E}": ["\""]
        case "\u{2010}", "\u{2011}", "\u{2013}", "\u{2014}": ["-"]
        case "\u{2026}": [".", ".", "."]
        case "\u{A0}", "\u{202F}", "\t": [" "]
        default: [character]
        }
    }

    private static let basic: [Character: Character] = {
        let letters =
            "@£$¥èéùìòÇ\nØøÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
            + "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
        return Dictionary(letters.map { ($0, $0) }, uniquingKeysWith: { first, _ in first })
    }()

    private static let extended: Set<Character> = ["^", "{", "}", "\\", "[", "~", "]", "|", "€", "\u{0C}"]
}
