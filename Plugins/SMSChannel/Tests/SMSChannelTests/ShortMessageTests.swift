import Testing

@testable import SMSChannel

/// A text, written short, and what it costs.
struct CountedText: CustomTestStringConvertible, Sendable {
    var testDescription: String
    var text: String
    var encoding: ShortMessage.Encoding
    var segments: Int

    init(_ testDescription: String, _ text: String, _ encoding: ShortMessage.Encoding, _ segments: Int) {
        self.testDescription = testDescription
        self.text = text
        self.encoding = encoding
        self.segments = segments
    }
}

private func a(_ count: Int) -> String { String(repeating: "a", count: count) }

@Suite struct ShortMessageTests {
    static let counted = [
        CountedText("nothing", "", .gsm7, 1),
        CountedText("160 letters", a(160), .gsm7, 1),
        CountedText("161 letters", a(161), .gsm7, 2),
        CountedText("2 times 153", a(306), .gsm7, 2),
        CountedText("2 times 153 and one", a(307), .gsm7, 3),
        CountedText("160 Danish letters", String(repeating: "æøåÆØÅéÉ", count: 20), .gsm7, 1),
        CountedText("161 with Danish letters", String(repeating: "æøåÆØÅéÉ", count: 20) + "ø", .gsm7, 2),
        CountedText("80 euro signs count twice", String(repeating: "€", count: 80), .gsm7, 1),
        CountedText("159 letters and a euro sign", a(159) + "€", .gsm7, 2),
        CountedText("158 letters and a euro sign", a(158) + "€", .gsm7, 1),
        CountedText("a euro sign is not split over two messages", a(152) + "€" + a(152), .gsm7, 3),
        CountedText("all of the extension table", "^{}\\[~]|€\u{0C}", .gsm7, 1),
        CountedText("line feeds are in the alphabet", a(80) + "\r\n" + a(79), .gsm7, 1),
        CountedText("70 units with an emoji", a(68) + "😀", .ucs2, 1),
        CountedText("71 units with an emoji", a(69) + "😀", .ucs2, 2),
        CountedText("2 times 67 units", a(132) + "😀", .ucs2, 2),
        CountedText("an emoji is not split over two messages", a(66) + "😀" + a(66), .ucs2, 3),
        CountedText("a small ç is not in the alphabet, the capital is", "ç", .ucs2, 1),
        CountedText("a capital Ç", "Ç", .gsm7, 1),
        CountedText("Greenlandic", "Illersuisoq ĸ", .ucs2, 1),
    ]

    @Test(arguments: counted) func `messages are counted as the network bills them`(example: CountedText) {
        let message = ShortMessage(example.text)
        #expect(message.encoding == example.encoding)
        #expect(message.segments == example.segments)
    }

    @Test func `an å of two code points is sent as the one of the alphabet`() {
        let message = ShortMessage("A\u{30A}rhus pa\u{30A} a\u{308}ra")
        #expect(message.encoding == .gsm7)
        #expect(Array(message.text.unicodeScalars) == Array("Århus på ära".unicodeScalars))
    }

    @Test func `typographers' signs become plain ones, so that they do not double the price`() {
        let message = ShortMessage("\u{201D}Brev\u{201D} \u{2013} Søren\u{2019}s\u{A0}sag\u{2026}\r\nHej")
        #expect(message.text == "\"Brev\" - Søren's sag...\nHej")
        #expect(message.encoding == .gsm7)
    }
}
