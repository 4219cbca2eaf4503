import FordringKit
import Glibc
import SpoolFiles
import Testing

@testable import PostChannel

@Suite struct RendererTests {
    let renderer = PDFLetterRenderer()

    @Test func `the same letter gives the same bytes`() throws {
        for letter in [Sample.letter(), Sample.long, Sample.odd] {
            let first = try renderer.render(letter)
            #expect(first.bytes.starts(with: Array("%PDF-1.4".utf8)))
            #expect(first.mediaType == "application/pdf")
            #expect(try renderer.render(letter).bytes == first.bytes)
        }
    }

    @Test func `many threads at once give the bytes that one gives`() async throws {
        let letters = [Sample.letter(), Sample.long, Sample.odd]
        let alone = try letters.map { try renderer.render($0).bytes }
        try await withThrowingTaskGroup(of: Bool.self) { group in
            for round in 0..<60 {
                group.addTask {
                    try PDFLetterRenderer().render(letters[round % letters.count]).bytes == alone[round % letters.count]
                }
            }
            for try await same in group { #expect(same) }
        }
    }

    @Test func `the document's dates are the letter's, not the clock's`() throws {
        let bytes = try renderer.render(Sample.letter()).bytes
        let text = String(decoding: bytes, as: UTF8.self)
        // Cairo 1.16 leaves out the `D:` that should stand before a date; readers do without it.
        #expect(text.contains(/\/CreationDate \((D:)?20251118000000/))
        #expect(text.contains(/\/ModDate \((D:)?20251118000000/))
        var later = Sample.letter()
        later.datedOn = CivilDate(2026, 1, 2)
        #expect(try renderer.render(later).bytes != bytes)
    }

    @Test func `a usual letter is one sheet`() throws {
        #expect(try renderer.render(Sample.letter()).pageCount == 1)
    }

    @Test func `the page count stands in the file too`() throws {
        for letter in [Sample.letter(), Sample.long, Sample.odd] {
            let rendered = try renderer.render(letter)
            #expect(PDFPages.count(in: rendered.bytes) == rendered.pageCount)
        }
        #expect(PDFPages.count(in: Array("%PDF-1.7 and nothing".utf8)) == nil)
        #expect(PDFPages.count(in: []) == nil)
    }

    @Test(arguments: ["", "#", "#GGGGGG", "0B4F6C0", "#FFFF00", "#0B4F6", "#ÆØ1"])
    func `a colour that is none, or too light to read, prints in the colour of the text`(text: String) throws {
        #expect(Color(accent: text) == .ink)
    }

    @Test func `a letter with nothing in it is still a sheet`() throws {
        var letter = Sample.letter(blocks: [], name: "")
        letter.letterhead = Letterhead(name: "", addressLines: [], contactLines: [], registration: "", accentColor: "")
        letter.references = []
        letter.subject = ""
        letter.dateText = ""
        letter.pageWords = LabelledText("", "")
        let empty = Statement(heading: "", amountHeading: "", lines: [], totalLabel: "", total: .zero(.dkk))
        #expect(try renderer.render(letter).pageCount == 1)
        letter.blocks = [
            .paragraph(""), .heading(""), .statement(empty),
            .payment(PaymentBox(heading: "", fields: [], codeLine: "")),
        ]
        #expect(try renderer.render(letter).pageCount == 1)
    }

    @Test func `a letter from abroad names the country`() {
        #expect(Destination.countryLine(of: .denmark, in: .danish) == nil)
        #expect(Destination.countryLine(of: .norway, in: .norwegian) == nil)
        #expect(Destination.countryLine(of: .norway, in: .danish) == "NORWAY")
        #expect(CountryCode("JP").flatMap { Destination.countryLine(of: $0, in: .danish) } == "JP")
    }

    @Test func `signs that break a document or turn the writing are left out`() {
        #expect("a\u{0}b\u{202E}c\u{FFFF}de\u{1FFFE}f\tg\nh\u{2028}i".printable == "abcdef g\nh i")
    }

    @Test func `samples are written to the folder that FORDRING_SAMPLES names`() throws {
        guard let folder = getenv("FORDRING_SAMPLES").map({ String(cString: $0) }) else { return }
        for (name, letter) in ["usual": Sample.letter(), "long": Sample.long, "odd": Sample.odd] {
            try SpoolFolder(path: folder).write(renderer.render(letter).bytes, to: "\(name).pdf", through: ".tmp")
        }
    }
}

/// What a reader of the PDF sees, asked of poppler's `pdftotext`.
@Suite(.enabled("pdftotext is missing: install poppler-utils to test what the PDF says") { PDFText.isInstalled })
struct PDFTextTests {
    let renderer = PDFLetterRenderer()

    @Test func `words, amounts and Danish letters can be read and copied`() throws {
        let text = try PDFText.of(renderer.render(Sample.letter()).bytes).joined()
        for words in [
            "Søren Ærøskøbing Ågård", "Blåbærvænget 14, 2. tv.", "8000 Aarhus C", "18. november 2025",
            "Inkassovarsel: betal senest den 1. december 2025", "1.250,00", "\u{2212}500,00", "I alt at betale",
            "+71<000000000010428+81234567<", "Side 1 af 1", "CVR 13585628", "så sætter vi sagen",
        ] {
            #expect(text.lowercased().contains(words.lowercased()), "\(words) is missing")
        }
    }

    @Test func `every claim of a long statement is there, and each sheet repeats the table's heading`() throws {
        let sheets = try PDFText.of(renderer.render(Sample.long).bytes)
        #expect(sheets.count == 3)
        let text = sheets.joined()
        for claim in 1044..<1084 { #expect(text.contains("Faktura 2025-\(claim),")) }
        for (index, sheet) in sheets.enumerated() {
            #expect(sheet.contains("Side \(index + 1) af 3"))
            if sheet.contains("Faktura 2025-") { #expect(sheet.contains("Beløb i DKK")) }
        }
        let total = try #require(sheets.first { $0.contains("I alt at betale") })
        #expect(total.contains("Indbetalt den 3. oktober 2025"), "the total stands without a line above it")
    }

    @Test(arguments: 0..<40)
    func `the payment box is on one sheet wherever the text before it ends`(claims: Int) throws {
        let letter = Sample.letter(blocks: [Sample.statement(lines: claims), .heading("Betal sådan"), Sample.payment])
        let sheets = try PDFText.of(renderer.render(letter).bytes)
        let box = try #require(sheets.first { $0.contains("+71<000000000010428+81234567<") })
        for words in ["Betal sådan", "Kreditornummer", "4.327,18 DKK", "1. december 2025"] {
            #expect(box.contains(words))
        }
    }

    @Test(arguments: 0..<30)
    func `no paragraph leaves a single line behind or carries one over`(lines: Int) throws {
        let filler = (0..<(lines + 20)).map { "fyld \($0)" }.joined(separator: "\n")
        let words = (0..<4).map { "linje \($0)" }.joined(separator: "\n")
        let letter = Sample.letter(blocks: [.paragraph(filler), .paragraph(words)])
        for sheet in try PDFText.of(renderer.render(letter).bytes) {
            let count = (0..<4).filter { sheet.contains("linje \($0)") }.count
            #expect(count != 1 && count != 3, "\(count) of four lines stand together")
        }
    }

    @Test func `nothing of the reference block can show in the window beside the address`() throws {
        let text = try PDFText.of(renderer.render(Sample.letter()).bytes, in: (15, 44, 95, 30)).joined()
        #expect(text.contains("Blåbærvænget 14, 2. tv."))
        #expect(text.contains("8000 Aarhus C"))
        #expect(!text.contains("Sagsnr."))
        #expect(!text.contains("Inkassovarsel"))
    }

    @Test func `a very long name ends in an ellipsis and leaves the address whole`() throws {
        let text = try PDFText.of(renderer.render(Sample.odd).bytes, in: (15, 44, 95, 30)).joined()
        #expect(text.contains("\u{2026}"))
        #expect(text.contains("Blåbærvænget 14, 2. tv."))
        #expect(text.contains("8000 Aarhus C"))
    }

    @Test func `every line of a long letterhead and of a long address is printed`() throws {
        var letter = Sample.letter()
        letter.letterhead.contactLines = (1...6).map { "kontakt \($0)" }
        letter.recipient.address.lines = (1...7).map { "adr \($0)" }
        letter.recipient.address.country = .norway
        let text = try PDFText.of(renderer.render(letter).bytes).joined()
        for number in 1...6 { #expect(text.contains("kontakt \(number)")) }
        let window = try PDFText.of(renderer.render(letter).bytes, in: (15, 44, 95, 30)).joined()
        for number in 1...7 { #expect(window.contains("adr \(number)")) }
        #expect(window.contains("8000 Aarhus C"))
        #expect(window.contains("NORWAY"))
    }

    @Test func `a number broken over two lines gains no hyphen`() throws {
        let digits = String(repeating: "0123456789", count: 30)
        let letter = Sample.letter(blocks: [.paragraph(digits)])
        let text = try PDFText.of(renderer.render(letter).bytes).joined()
        #expect(text.filter { !$0.isWhitespace }.contains(digits))
    }
}
