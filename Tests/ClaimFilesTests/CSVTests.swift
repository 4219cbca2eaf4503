import FordringKit
import Foundation
import Intake
import Testing

@testable import ClaimFiles

struct CSVTests {
    @Test func `every column arrives`() throws {
        let row = csvRow([
            "currency": "NOK", "text": "Strøm januar", "debtor_kind": "Business", "debtor_name": "Bjørn & Sønn AS",
            "debtor_id": "987654325", "customer_number": "K 9", "street2": "Oppgang B", "country": "no",
            "email": "post@example.no", "phone": "+4722222222", "language": "no", "kind": "credit_note",
            "credits": "F-0", "amount": "-12,5", "due_on": "",
        ])
        let rows = try read(header + row)
        let claim = try #require(rows.first?.claim)
        let address = PostalAddress(
            lines: ["Bygade 1", "Oppgang B"], postalCode: "8000", city: "Aarhus", country: .norway)
        let debtor = Party(
            name: "Bjørn & Sønn AS", kind: .business, nationalID: "987654325", customerNumber: "K 9", address: address,
            email: "post@example.no", phone: "+4722222222", language: .norwegian)
        let expected = IncomingClaim(
            kind: .creditNote(against: "F-0"), reference: "F-1", issuedOn: CivilDate(2026, 1, 5), dueOn: nil,
            amount: Money(minorUnits: -1250, .nok), text: "Strøm januar", debtor: debtor)
        #expect(claim == expected)
        #expect(rows.count == 1 && rows[0].line == 2 && rows[0].reference == "F-1")
    }

    @Test(arguments: [
        ("", IncomingClaim.Disputed.no), ("no", .no), ("YES", .yes), ("2026-01-31", .since(CivilDate(2026, 1, 31))),
        ("31.01.2026", .since(CivilDate(2026, 1, 31))),
    ])
    func `a claim may come in disputed`(text: String, disputed: IncomingClaim.Disputed) throws {
        #expect(try read(header + csvRow(["disputed": text])).first?.claim?.disputed == disputed)
    }

    @Test func `what the file does not say is the tenant's`() throws {
        let claim = try #require(try read(header + csvRow()).first?.claim)
        #expect(claim.amount == Money(minorUnits: 123_450, .dkk))
        #expect(claim.debtor.address.country == .denmark && claim.debtor.language == .danish)
        #expect(claim.kind == .invoice)
        #expect(claim.debtor.nationalID == nil && claim.debtor.email == nil && claim.debtor.address.lines.count == 1)
    }

    @Test func `columns come in any order and any case, with a byte order mark and CRLF`() throws {
        let text =
            "\u{FEFF}City;AMOUNT;\"Text\";debtor_kind; debtor_name ;street;postal_code;reference;issued_on;due_on\r\n"
            + "Ribe;10;\"x\";public;Ribe Kommune;Torvet 1;6760;A;05-01-2026;05.02.2026\r\n"
        let rows = try read(text)
        let claim = try #require(rows.first?.claim)
        #expect(claim.debtor.address.city == "Ribe" && claim.text == "x" && claim.debtor.kind == .publicAuthority)
        #expect(claim.issuedOn == CivilDate(2026, 1, 5) && claim.dueOn == CivilDate(2026, 2, 5))
        #expect(rows.count == 1)
    }

    @Test func `the last row needs no line end`() throws {
        for ending in ["", "\n", "\r\n", "\r"] {
            let rows = try read(header + csvRow(["kind": "credit_note", "credits": "F-9"]).dropLast() + ending)
            #expect(rows.count == 1 && rows[0].claim?.kind == .creditNote(against: "F-9"))
        }
    }

    @Test func `blank lines are skipped and counted`() throws {
        let text =
            "\n" + header + "\r\n  \t\n" + csvRow() + String(repeating: ";", count: 22) + "\n\n"
            + csvRow(["reference": "F-2"]) + "\n\n"
        let rows = try read(text)
        #expect(rows.map(\.reference) == ["F-1", "F-2"])
        #expect(rows.map(\.line) == [5, 8])
    }

    @Test func `a header without rows has no rows`() throws {
        #expect(try read(header).isEmpty)
        #expect(try read(String(header.dropLast())).isEmpty)
    }

    // MARK: - Quotes

    @Test(arguments: [
        ("\"a;b\"", "a;b"), ("\"a\"\"b\"", "a\"b"), ("\"\"\"\"", "\""), ("\"\"\"a\"\"\"", "\"a\""),
        ("\"line one\nline two\"", "line one line two"), ("\"one\r\n two\"", "one  two"), ("\" a \"", "a"),
        ("\"a,\"\";\"\"\n\"", "a,\";\""), ("  a b  ", "a b"), ("'a'", "'a'"), ("\"ø\"\"å\"", "ø\"å"),
    ])
    func `quotes are read as in RFC 4180`(field: String, text: String) throws {
        let rows = try read(header + csvRow(["text": field]) + csvRow(["reference": "F-2"]))
        #expect(rows.count == 2)
        #expect(rows.first?.claim?.text == text, "\(rows.first?.reason ?? "")")
        #expect(rows.last?.claim?.reference == "F-2")
        #expect(rows.last?.line == 3 + field.count { $0 == "\n" || $0 == "\r\n" })
    }

    @Test func `a quote too many costs its own row only`() throws {
        for field in ["\"open", "a \"b\" c", "\"a\" b", "x\"", "\"a\"\"", "\""] {
            var text = header + csvRow(["text": field])
            for number in 2...50 { text += csvRow(["reference": "F-\(number)"]) }
            let rows = try read(text)
            #expect(rows.count == 50, "\(field)")
            #expect(rows[0].line == 2 && rows[0].reference == "F-1")
            #expect(rows[0].reason.contains("quote"), "\(rows[0].reason)")
            #expect(rows.dropFirst().allSatisfy { $0.claim != nil })
            #expect(rows.last?.line == 51)
        }
    }

    @Test func `an unterminated quote does not swallow the memory or the file`() throws {
        let filler = (0..<20_000).map { csvRow(["reference": "G-\($0)"]) }.joined()
        #expect(filler.utf8.count > CSVRowReader.rowLimit)
        let rows = try read(header + csvRow(["text": "\"open"]) + filler)
        #expect(rows.count == 20_001)
        #expect(rows[0].reason.contains("is not closed within 1 MiB"))
        #expect(rows.dropFirst().allSatisfy { $0.claim != nil })
        #expect(rows.last?.line == 20_002)
    }

    @Test func `an unterminated quote without line ends ends at the next line`() throws {
        let long = String(repeating: "x", count: 3 << 20)
        let rows = try read(header + csvRow(["text": "\"" + long]) + csvRow(["reference": "F-2"]))
        #expect(rows.map(\.line) == [2, 3])
        #expect(rows[0].claim == nil && rows[1].claim?.reference == "F-2")
    }

    @Test func `fields of any text come back as they were, wherever the chunks end`() throws {
        var generator = SeededGenerator.printed("quoting model")
        let alphabet: [Character] = ["a", "\"", ";", ",", "ø", "\n", " ", "€", "𝄞", "1"]
        var text = header
        var expected: [String] = []
        for number in 0..<3000 {
            let length = Int.random(in: 1...(number % 10 == 0 ? 2000 : 60), using: &generator)
            let field = "x" + String((0..<length).map { _ in alphabet.randomElement(using: &generator) ?? "a" }) + "y"
            text += csvRow(["text": "\"" + field.replacing("\"", with: "\"\"") + "\""])
            // A line break becomes one space unless a space is before it already.
            var folded = ""
            for character in field {
                if character == "\n" {
                    if folded.last != " " { folded += " " }
                } else {
                    folded.append(character)
                }
            }
            expected.append(folded)
        }
        #expect(text.utf8.count > 2 * CSVRowReader.chunkSize)
        let rows = try read(text)
        #expect(rows.map { $0.claim?.text } == expected)
    }

    // MARK: - Limits

    @Test func `a field over 64 KiB is refused and the next row is read`() throws {
        for quoted in [true, false] {
            let long = String(repeating: "x", count: (64 << 10) + 1)
            let field = quoted ? "\"\(long)\"" : long
            let rows = try read(header + csvRow(["text": field]) + csvRow(["reference": "F-2"]))
            #expect(rows[0].reason.contains("text: 65537 bytes are over the limit of 64 KiB"))
            #expect(rows[1].claim?.reference == "F-2")
        }
        let most = String(repeating: "x", count: 64 << 10)
        #expect(try read(header + csvRow(["text": most])).first?.claim?.text == most)
    }

    @Test func `a row over 1 MiB is refused and the next row is read`() throws {
        for long in [String(repeating: "x", count: 5 << 20), String(repeating: ";", count: 2 << 20)] {
            let rows = try read(header + csvRow() + long + "\n" + csvRow(["reference": "F-2"]))
            #expect(rows.map(\.line) == [2, 3, 4])
            #expect(rows[1].reason.contains("over the limit of 1 MiB"))
            #expect(rows[2].claim?.reference == "F-2")
        }
    }

    @Test func `a row with the wrong number of fields says both numbers`() throws {
        let rows = try read(header + "F-1;2026-01-05\n" + csvRow().dropLast() + ";\n" + csvRow())
        #expect(rows[0].reason.contains("has 2 fields, and the header has 24"))
        #expect(rows[0].reference == "F-1")
        #expect(rows[1].reason.contains("has 25 fields, and the header has 24"))
        #expect(rows[2].claim != nil)
        let many = try read(header + String(repeating: "a;", count: 100_000) + "\n")
        #expect(many[0].reason.contains("has 100001 fields"))
    }

    // MARK: - The header

    @Test func `missing columns are listed all at once, with all that are known`() throws {
        let message = try fault("reference;amount;text\n")
        #expect(message.contains("missing: issued_on, due_on, debtor_kind, debtor_name, street, postal_code, city"))
        #expect(message.contains("optional are currency"))
    }

    @Test func `unknown and doubled columns are refused`() throws {
        let message = try fault("due_date;colour;amount;" + header)
        #expect(message.contains("unknown columns: 'due_date', 'colour'"))
        #expect(message.contains("columns that are there twice: amount"))
        #expect(try fault(header.dropLast() + ";\n").contains("column 25, which has no name"))
    }

    @Test func `the wrong delimiter is recognized`() throws {
        let commas = header.replacing(";", with: ",")
        #expect(try fault(commas).contains("separated by ',', and the settings say ';': set the CSV delimiter"))
        let tabs = header.replacing(";", with: "\t")
        #expect(try fault(tabs).contains("separated by a tab"))
        let options = CSVOptions(delimiter: .comma, decimalSeparator: .point, encoding: .utf8)
        #expect(try fault(header, options).contains("separated by ';', and the settings say ','"))
        let row = csvRow(["amount": "1234.50"]).replacing(";", with: ",")
        #expect(try read(commas + row, options).first?.claim?.amount.minorUnits == 123_450)
    }

    @Test func `a header of several mebibytes is refused`() throws {
        #expect(try fault(String(repeating: "reference", count: 1 << 20)).contains("the header cannot be read"))
        #expect(try fault(String(repeating: ";", count: 100_000)).contains("100001 columns"))
        #expect(try fault("\"reference;amount\n").contains("the header cannot be read"))
    }

    // MARK: - Encodings

    static let latin = CSVOptions(delimiter: .semicolon, decimalSeparator: .comma, encoding: .latin1)

    @Test func `Latin-1 is read where the settings say so`() throws {
        let bytes = (header + csvRow(["city": "Tórshavn Ærøskøbing"])).unicodeScalars.map { UInt8($0.value) }
        #expect(try read(bytes, CSVTests.latin).first?.claim?.debtor.address.city == "Tórshavn Ærøskøbing")
    }

    @Test func `Latin-1 read as UTF-8 is refused with the column and the cure`() throws {
        let good = Array((header + csvRow()).utf8)
        let bad = csvRow(["city": "Ærøskøbing"]).unicodeScalars.map { UInt8($0.value) }
        let rows = try read(good + bad)
        #expect(rows[0].claim != nil)
        #expect(rows[1].faults.map(\.field) == ["city"])
        #expect(rows[1].reason.contains("byte 1 (C6) is not UTF-8"))
        #expect(rows[1].reason.contains("set the CSV encoding to latin-1"))
        let first = try read(Array(header.utf8) + bad)
        #expect(first[0].reason.contains("already the first row is not UTF-8"))
        #expect(
            try fault(Array("reference;bel\u{F8}b\n".unicodeScalars.map { UInt8($0.value) })).contains("header already")
        )
    }

    @Test func `UTF-8 read as Latin-1 is refused`() throws {
        let text = header + csvRow(["city": "København"])
        #expect(try read(text, CSVTests.latin).first?.reason.contains("'København' is written in UTF-8") == true)
        #expect(try fault("\u{FEFF}" + text, CSVTests.latin).contains("the file says itself that it is UTF-8"))
    }

    @Test(
        arguments: [
            [0xC3], [0xC0, 0x80], [0xED, 0xA0, 0x80], [0xF5, 0x80, 0x80, 0x80], [0xE2, 0x82], [0x80],
        ] as [[UInt8]])
    func `bytes that are not UTF-8 refuse the row`(bytes: [UInt8]) throws {
        let row = csvRow(["text": "@"]).utf8.flatMap { $0 == UInt8(ascii: "@") ? bytes : [$0] }
        let rows = try read(Array(header.utf8) + row + Array(csvRow().utf8))
        #expect(rows[0].reason.contains("text: ") && rows[0].reason.contains("is not UTF-8"))
        #expect(rows[1].claim != nil)
    }

    @Test(arguments: ["\u{0}", "\u{7}", "\t", "\u{7F}", "\u{85}", "\u{2028}", "\u{202E}", "\u{2066}"])
    func `a control character in a text is a fault`(character: String) throws {
        let rows = try read(header + csvRow(["debtor_name": "An\(character)na"]))
        #expect(rows[0].faults.map(\.field) == ["debtor_name"])
        #expect(rows[0].reason.contains("control character U+"))
    }

    @Test func `a line break in a name is a fault, and Windows-1252 is suspected`() throws {
        #expect(try read(header + csvRow(["debtor_name": "\"An\nna\""]))[0].reason.contains("U+000A"))
        let row = csvRow(["text": "@"]).utf8.map { $0 == UInt8(ascii: "@") ? 0x96 : $0 }
        #expect(try read(Array(header.utf8) + row, CSVTests.latin)[0].reason.contains("Windows-1252"))
    }

    // MARK: - Values

    @Test(arguments: [
        ("issued_on", "2026-02-29", "does not exist"), ("issued_on", "31.04.2026", "does not exist"),
        ("issued_on", "0026-01-01", "has a year outside 1600 to 9999"), ("due_on", "2026/01/01", "is not a date"),
        ("due_on", "1.2.2026", "is not a date"), ("due_on", "01.02-2026", "is not a date"),
        ("due_on", "", "is required"), ("due_on", "æøåæø", "is not a date"),
        ("issued_on", "2026-1a-01", "is not a date"),
        ("amount", "1.234,50", "separator between thousands"), ("amount", "1 234,50", "separator between thousands"),
        ("amount", "1\u{A0}234", "separator between thousands"), ("amount", "1'234", "separator between thousands"),
        ("amount", "1.234", "separator between thousands"), ("amount", "1,234,567", "separator between thousands"),
        ("amount", "1234.50", "has '.' before its decimals, and the settings say ','"),
        ("amount", "12,345", "has 3 decimals, and DKK has 2"), ("amount", "1,", "is not an amount"),
        ("amount", ",5", "is not an amount"), ("amount", "-", "is not an amount"), ("amount", "+5", "is not an amount"),
        ("amount", "5-", "is not an amount"), ("amount", "kr 5", "is not an amount"),
        ("amount", "1e5", "is not an amount"),
        ("amount", "", "is required"), ("amount", "92233720368547758,08", "is too large"),
        ("amount", "99999999999999999999999", "is too large"), ("currency", "USD", "DKK, EUR, NOK, SEK"),
        ("currency", "dkk", "is not a currency"), ("debtor_kind", "person", "consumer, business or public"),
        ("debtor_kind", "", "is required"), ("country", "Danmark", "two letters"), ("country", "D1", "two letters"),
        ("language", "dansk", "two letters"), ("language", "d1", "two letters"),
        ("kind", "bill", "invoice or credit_note"),
        ("credits", "F-0", "an invoice credits nothing"), ("disputed", "perhaps", "write yes, no, or the day"),
        ("reference", " ", "is required"),
        ("text", "\"\"", "is required"), ("basis", "loan", "write ordinary, debt_instrument, money_loan or employment"),
        ("reminders_charged", "two", "a whole number from 0 to 99"), ("reminders_charged", "-1", "from 0 to 99"),
        ("reminders_charged", "100", "from 0 to 99"), ("last_reminder_on", "2026-02-30", "does not exist"),
        ("debtor_name", "", "is required"), ("street", "", "is required"), ("postal_code", "", "is required"),
        ("city", "", "is required"), ("text", "\"\n\"", "is required"),
    ])
    func `a value that is not in order says what is allowed`(column: String, value: String, words: String) throws {
        let rows = try read(header + csvRow([column: value]) + csvRow(["reference": "F-2"]))
        #expect(rows[0].faults.map(\.field) == [column])
        #expect(rows[0].reason.contains(words), "\(rows[0].reason)")
        #expect(rows[1].claim?.reference == "F-2")
    }

    @Test(arguments: [
        ("", ClaimBasis.ordinary), ("ordinary", .ordinary), ("debt_instrument", .debtInstrument),
        ("debtInstrument", .debtInstrument), ("Money_Loan", .moneyLoan), ("moneyLoan", .moneyLoan),
        ("employment", .employment),
    ])
    func `what a claim rests on is read`(text: String, basis: ClaimBasis) throws {
        #expect(try read(header + csvRow(["basis": text])).first?.claim?.basis == basis)
    }

    @Test func `reminders that somebody else charged are read with the day of the latest`() throws {
        func claim(_ count: String, _ day: String) throws -> IncomingRow {
            try #require(try read(header + csvRow(["reminders_charged": count, "last_reminder_on": day])).first)
        }
        #expect(
            try claim("2", "2026-03-01").claim?.earlierReminders
                == EarlierReminders(count: 2, latestOn: CivilDate(2026, 3, 1)))
        #expect(
            try claim("0", "2026-03-01").claim?.earlierReminders
                == EarlierReminders(count: 0, latestOn: CivilDate(2026, 3, 1)))
        let none = try #require(try claim("0", "").claim)
        #expect(none.earlierReminders == nil)
        #expect(try #require(try claim("", "").claim).earlierReminders == nil)
        #expect(try claim("2", "").reason == "last_reminder_on: is required, and is empty")
        #expect(
            try claim("", "2026-03-01").reason
                == "reminders_charged: is required beside last_reminder_on, and is empty")
    }

    @Test func `a credit note rests on nothing`() throws {
        let row = try #require(
            try read(
                header
                    + csvRow(["kind": "credit_note", "credits": "F-9", "basis": "employment", "reminders_charged": "0"])
            )
            .first)
        #expect(row.faults.map(\.field) == ["basis", "reminders_charged"])
        #expect(row.reason.contains("a credit note has none: leave it empty, or write kind invoice"))
    }

    @Test(arguments: [
        ("0", 0), ("-3", -300), ("0,01", 1), ("12,5", 1250), ("92233720368547758,07", Int64.max), ("007", 700),
        ("0,00", 0), ("-0,10", -10),
    ])
    func `amounts are read exactly, also those that Intake refuses`(text: String, minorUnits: Int64) throws {
        #expect(try read(header + csvRow(["amount": text])).first?.claim?.amount.minorUnits == minorUnits)
    }

    @Test func `all faults of a row are reported at once`() throws {
        let row = csvRow([
            "issued_on": "x", "amount": "x", "country": "x", "city": "", "debtor_kind": "x", "currency": "x",
        ])
        let fields = try read(header + row)[0].faults.map(\.field)
        #expect(Set(fields) == ["issued_on", "amount", "country", "city", "debtor_kind", "currency"])
        #expect(fields.count == 6)
    }

    // MARK: - Any bytes

    @Test func `random bytes never crash and always end`() throws {
        var generator = SeededGenerator.printed("CSV fuzz")
        let good = Array((header + csvRow() + csvRow(["text": "\"a\"\"b\nø\""])).utf8)
        let signs = Array("\";,\n\r -.\u{0}0123456789".utf8) + [0x80, 0xC3, 0xFF, 0xEF, 0xBB, 0xBF]
        for round in 0..<1500 {
            var bytes: [UInt8]
            if round % 3 == 0 {
                let count = Int.random(in: 0...400, using: &generator)
                bytes = (0..<count).map { _ in .random(in: 0...255, using: &generator) }
                if round % 2 == 0 { bytes = Array(header.utf8) + bytes }
            } else {
                bytes = good
                for _ in 0..<Int.random(in: 1...20, using: &generator) where !bytes.isEmpty {
                    let lowest = round % 3 == 1 ? 0 : min(header.utf8.count, bytes.count - 1)
                    let place = Int.random(in: lowest..<bytes.count, using: &generator)
                    switch Int.random(in: 0...2, using: &generator) {
                    case 0: bytes[place] = signs.randomElement(using: &generator) ?? 0
                    case 1: bytes.remove(at: place)
                    default: bytes.insert(signs.randomElement(using: &generator) ?? 0, at: place)
                    }
                }
            }
            let options = round % 2 == 0 ? CSVOptions.standard : CSVTests.latin
            do {
                let rows = try read(bytes, options)
                #expect(rows.count <= bytes.count + 1)
                for row in rows { #expect(row.claim != nil || !row.faults.isEmpty) }
            } catch is ClaimFileFault {
            }
        }
    }

    @Test func `50 MB are read in memory that does not grow`() async {
        await #expect(processExitsWith: .success) {
            let folder = try Folder()
            let path = folder.path + "/large.csv"
            let block = (0..<1000).map { csvRow(["reference": "F-\($0)", "text": "\"a;b\"\"ø\""]) }.joined()
            try writeLarge(path, header, block, times: 50_000_000 / block.utf8.count)
            var source = try ClaimFiles.open(path, csv: .standard, defaults: danish)
            let before = peakMemory()
            var count = 0
            while let row = try source.next() {
                try #require(row.claim != nil)
                count += 1
            }
            try #require(count > 100_000)
            let growth = peakMemory() - before
            try #require(before > 0 && growth < 16 << 20, "memory grew by \(growth) bytes")
        }
    }
}
