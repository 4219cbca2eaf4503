import FordringKit
import Foundation
import Intake
import Testing

@testable import ClaimFiles

/// A document in order, with pieces that a test can change.
func invoice(
    root: String = "Invoice", namespace: String? = nil, declaration: String = "", before: String = "",
    replacing changes: [(String, String)] = []
) -> String {
    let namespace = namespace ?? "urn:oasis:names:specification:ubl:schema:xsd:\(root)-2"
    var text = """
        \(before)<\(root) xmlns="\(namespace)"
         xmlns:cac="urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2"
         xmlns:cbc="urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2">
        <cbc:ID>F-77</cbc:ID><cbc:IssueDate>2026-01-05</cbc:IssueDate><cbc:DueDate>2026-02-05</cbc:DueDate>
        <cbc:DocumentCurrencyCode>DKK</cbc:DocumentCurrencyCode>
        <cac:BillingReference><cac:InvoiceDocumentReference><cbc:ID>F-70</cbc:ID></cac:InvoiceDocumentReference>
        </cac:BillingReference>
        <cac:AccountingSupplierParty><cac:Party><cac:PartyLegalEntity>
        <cbc:RegistrationName>Vestjysk El A/S</cbc:RegistrationName>
        <cbc:CompanyID schemeID="0184">DK10150817</cbc:CompanyID></cac:PartyLegalEntity></cac:Party>
        </cac:AccountingSupplierParty>
        <cac:AccountingCustomerParty><cac:Party>
        <cac:PartyIdentification><cbc:ID>K-9</cbc:ID></cac:PartyIdentification>
        <cac:PartyName><cbc:Name>Holm</cbc:Name></cac:PartyName>
        <cac:PostalAddress><cbc:StreetName>Bygade 1</cbc:StreetName><cbc:CityName>Århus &amp; omegn</cbc:CityName>
        <cbc:PostalZone>8000</cbc:PostalZone><cac:Country><cbc:IdentificationCode>DK</cbc:IdentificationCode>
        </cac:Country></cac:PostalAddress>
        <cac:PartyLegalEntity><cbc:RegistrationName> Holm
          ApS </cbc:RegistrationName><cbc:CompanyID schemeID="0184">DK25313763</cbc:CompanyID></cac:PartyLegalEntity>
        <cac:Contact><cbc:Telephone>+4512345678</cbc:Telephone><cbc:ElectronicMail>a@b.dk</cbc:ElectronicMail>
        </cac:Contact></cac:Party></cac:AccountingCustomerParty>
        <cac:LegalMonetaryTotal><cbc:PayableAmount currencyID="DKK">1250.00</cbc:PayableAmount></cac:LegalMonetaryTotal>
        <cac:\(root)Line><cbc:ID>1</cbc:ID><cac:Item><cbc:Name>Strøm</cbc:Name></cac:Item></cac:\(root)Line>
        <cac:\(root)Line><cbc:ID>2</cbc:ID><cac:Item><cbc:Name>Abonnement</cbc:Name></cac:Item></cac:\(root)Line>
        </\(root)>
        """
    for (old, new) in changes { text = text.replacing(old, with: new) }
    return declaration + text
}

/// The folder of real documents; `nil` where it is not there, which is said aloud.
private let realDocuments: String? = {
    let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()
    let path = root.deletingLastPathComponent().appending(path: "shared/data/ubl").path
    guard FileManager.default.fileExists(atPath: path) else {
        print("SKIPPED: the real UBL documents are not at \(path)")
        return nil
    }
    return path
}()

private let payable = "cac:LegalMonetaryTotal/cbc:PayableAmount"
private let address = "cac:AccountingCustomerParty/cac:Party/cac:PostalAddress/"

struct UBLTests {
    @Test func `an invoice is read`() throws {
        let row = try #require(try read(invoice()).first)
        let address = PostalAddress(lines: ["Bygade 1"], postalCode: "8000", city: "Århus & omegn", country: .denmark)
        let debtor = Party(
            name: "Holm ApS", kind: .business, nationalID: "25313763", customerNumber: "K-9", address: address,
            email: "a@b.dk", phone: "+4512345678", language: .danish)
        let expected = IncomingClaim(
            kind: .invoice, reference: "F-77", issuedOn: CivilDate(2026, 1, 5), dueOn: CivilDate(2026, 2, 5),
            amount: Money(minorUnits: 125_000, .dkk), text: "Strøm", debtor: debtor)
        #expect(row.claim == expected, "\(row.reason)")
        #expect(row.line == 1 && row.reference == "F-77")
    }

    @Test func `a credit note says which invoice it is against`() throws {
        let text = invoice(root: "CreditNote", replacing: [("<cbc:DueDate>2026-02-05</cbc:DueDate>", "")])
        let claim = try #require(try read(text).first?.claim)
        #expect(claim.kind == .creditNote(against: "F-70") && claim.dueOn == nil && claim.text == "Strøm")
        let open = text.replacing("<cbc:ID>F-70</cbc:ID>", with: "")
        #expect(try read(open).first?.claim?.kind == .creditNote(against: nil))
        let two = text.replacing(
            "</cac:BillingReference>",
            with: "</cac:BillingReference><cac:BillingReference><cac:InvoiceDocumentReference><cbc:ID>F-71</cbc:ID>"
                + "</cac:InvoiceDocumentReference></cac:BillingReference>")
        #expect(try read(two).first?.reason.contains("several invoices (F-70, F-71)") == true)
    }

    @Test func `a due date that is missing is left open, or is the one of the means of payment`() throws {
        let without = invoice(replacing: [("<cbc:DueDate>2026-02-05</cbc:DueDate>", "")])
        #expect(try #require(try read(without).first?.claim).dueOn == nil)
        let elsewhere = without.replacing(
            "<cac:LegalMonetaryTotal>",
            with: "<cac:PaymentMeans><cbc:PaymentDueDate>2026-03-01</cbc:PaymentDueDate></cac:PaymentMeans>"
                + "<cac:LegalMonetaryTotal>")
        #expect(try read(elsewhere).first?.claim?.dueOn == CivilDate(2026, 3, 1))
    }

    @Test func `the buyer's number decides whether it is a person`() throws {
        let person = invoice(replacing: [("\"0184\">DK25313763", "\"9901\">0101701234")])
        let debtor = try #require(try read(person).first?.claim?.debtor)
        #expect(debtor.kind == .consumer && debtor.nationalID == "0101701234")
        let norwegian = invoice(replacing: [("\"0184\">DK25313763", "\"0192\">987654325")])
        #expect(try read(norwegian).first?.claim?.debtor.nationalID == "987654325")
        let plain = invoice(replacing: [(" schemeID=\"0184\">DK25313763", ">DK25313763")])
        #expect(try read(plain).first?.claim?.debtor.nationalID == "25313763")
        let none = invoice(replacing: [("<cbc:CompanyID schemeID=\"0184\">DK25313763</cbc:CompanyID>", "")])
        let unnumbered = try #require(try read(none).first?.claim?.debtor)
        #expect(unnumbered.nationalID == nil && unnumbered.kind == .business)
    }

    @Test func `a long text is cut at a word, and a missing one is looked for`() throws {
        let long = invoice(replacing: [("Strøm", String(repeating: "meget strøm ", count: 100))])
        let text = try #require(try read(long).first?.claim?.text)
        #expect(text.count <= 200 && (text.hasSuffix("meget…") || text.hasSuffix("strøm…")))
        let noted = invoice(replacing: [
            ("<cac:Item><cbc:Name>Strøm</cbc:Name></cac:Item>", "<cbc:Note>linje</cbc:Note>"),
            ("<cac:Item><cbc:Name>Abonnement</cbc:Name></cac:Item>", ""),
        ])
        #expect(try read(noted).first?.claim?.text == "linje")
    }

    @Test(arguments: [
        ("<cbc:ID>F-77</cbc:ID>", "", "cbc:ID", "is required"),
        ("2026-01-05", " ", "cbc:IssueDate", "is required"),
        ("2026-01-05", "2026-02-30", "cbc:IssueDate", "does not exist"),
        ("2026-02-05", "05-02-2026", "cbc:DueDate", "is not a date"),
        (
            "<cbc:DocumentCurrencyCode>DKK", "<cbc:DocumentCurrencyCode>NOK", payable,
            "'DKK', and the document's currency is 'NOK'"
        ),
        (" currencyID=\"DKK\"", "", payable, "its currencyID is missing"),
        ("DKK", "USD", "cbc:DocumentCurrencyCode", "DKK, EUR, NOK, SEK"),
        ("1250.00", "1250.001", payable, "has 3 decimals"),
        ("1250.00", "1,250.00", payable, "separator between thousands"),
        ("1250.00", "", payable, "is required"),
        ("<cbc:StreetName>Bygade 1</cbc:StreetName>", "", address + "cbc:StreetName", "is required"),
        ("8000", "", address + "cbc:PostalZone", "is required"),
        (">DK<", ">dk<", address + "cac:Country/cbc:IdentificationCode", "two capital letters"),
        ("<cbc:ID>F-77</cbc:ID>", "<cbc:ID>F-77</cbc:ID><cbc:ID>F-78</cbc:ID>", "cbc:ID", "more than once"),
        ("Bygade 1", "By\u{85}gade", address + "cbc:StreetName", "U+0085"),
    ])
    func `what is missing or wrong is named by its path`(old: String, new: String, path: String, words: String) throws {
        let row = try #require(try read(invoice(replacing: [(old, new)])).first)
        #expect(row.faults.map(\.field) == [path], "\(row.reason)")
        #expect(row.reason.contains(words), "\(row.reason)")
    }

    @Test func `everything that is missing is reported at once`() throws {
        let text = "<Invoice xmlns=\"urn:oasis:names:specification:ubl:schema:xsd:Invoice-2\"/>"
        let faults = try #require(try read(text).first).faults
        #expect(faults.count == 10, "\(faults)")
    }

    @Test func `an element in another namespace is not taken`() throws {
        let text = invoice(replacing: [
            ("<cbc:ID>F-77</cbc:ID>", "<x:ID xmlns:x=\"urn:other\">F-77</x:ID>")
        ])
        let row = try #require(try read(text).first)
        #expect(row.reason.contains("in the namespace 'urn:other', which is not UBL's"), "\(row.reason)")
        #expect(row.faults.count == 1)
    }

    @Test func `prefixes are free`() throws {
        let text = invoice(replacing: [("cbc:", "b:"), (":cbc", ":b"), ("cac:", "a:"), (":cac", ":a")])
        #expect(try read(text).first?.claim != nil)
    }

    @Test(arguments: [
        ("<Invoice/>", "no namespace"),
        ("<Order xmlns=\"urn:oasis:names:\"/>", "only a UBL 2.1 Invoice or CreditNote"),
        ("<Invoice xmlns=\"urn:other\"/>", "the namespace 'urn:other'"),
        ("<CreditNote xmlns=\"urn:oasis:names:specification:ubl:schema:xsd:Invoice-2\"/>", "CreditNote-2"),
        ("<StandardBusinessDocument xmlns=\"x\"/>", "give the Invoice or CreditNote that is inside"),
        ("<html><body>", "only a UBL 2.1"),
    ])
    func `another root is refused`(text: String, words: String) throws {
        let message = try fault(text)
        #expect(message.contains(words) && message.hasPrefix("line 1: "), "\(message)")
    }

    // MARK: - Attacks

    @Test func `a billion laughs are refused at the document type`() throws {
        var bomb = "<?xml version=\"1.0\"?>\n<!DOCTYPE Invoice [\n<!ENTITY a0 \"lol\">\n"
        for level in 1...9 {
            bomb += "<!ENTITY a\(level) \"\(String(repeating: "&a\(level - 1);", count: 10))\">\n"
        }
        let text = invoice(before: bomb + "]>\n", replacing: [("Strøm", "&a9;")])
        let message = try fault(text)
        #expect(message.contains("DOCTYPE") && message.contains("remove it"), "\(message)")
    }

    @Test(arguments: [
        "<!DOCTYPE Invoice [<!ENTITY x SYSTEM \"file:///etc/passwd\">]>",
        "<!DOCTYPE Invoice SYSTEM \"http://127.0.0.1/x.dtd\">", "<!DOCTYPE Invoice>",
        "<!DOCTYPE Invoice PUBLIC \"a\" \"b\" [<!ENTITY % p SYSTEM \"file:///etc/passwd\"> %p;]>",
    ])
    func `a document type of any kind is refused`(doctype: String) throws {
        let message = try fault(invoice(before: doctype, replacing: [("Strøm", "&x;")]))
        #expect(message.contains("has a document type (DOCTYPE)"), "\(message)")
    }

    @Test func `an entity that is not declared is refused`() throws {
        #expect(try fault(invoice(replacing: [("Strøm", "&aring;")])).contains("one of XML's own five"))
    }

    @Test func `deep nesting is refused`() throws {
        let text = invoice(replacing: [("<cbc:ID>F-77", String(repeating: "<a>", count: 100_000) + "<cbc:ID>F-77")])
        #expect(try fault(text).contains("nested more than 64 deep"))
        let fine = String(repeating: "<a>", count: 63) + String(repeating: "</a>", count: 63)
        #expect(try read(invoice(replacing: [("<cbc:ID>F-77", fine + "<cbc:ID>F-77")])).first?.claim != nil)
    }

    @Test func `a wanted text over 64 KiB is a fault of its element`() throws {
        let text = invoice(replacing: [("Bygade 1", String(repeating: "x", count: 70_000))])
        #expect(try read(text).first?.reason.contains("cbc:StreetName: is over the limit of 64 KiB") == true)
    }

    @Test(arguments: ["<x a=\"@\"/>", "<!--@-->", "<?pi @?>", "<@/>"])
    func `a tag or comment over 1 MiB is refused`(token: String) throws {
        let fine = token.replacing("@", with: String(repeating: "x", count: 1_048_000))
        #expect(try read(invoice(replacing: [("<cbc:ID>F-77", fine + "<cbc:ID>F-77")])).first?.claim != nil)
        let long = token.replacing("@", with: String(repeating: "x", count: 3 << 20))
        #expect(try fault(invoice(replacing: [("<cbc:ID>F-77", long + "<cbc:ID>F-77")])).contains("limit of 1 MiB"))
    }

    @Test func `names without end are refused, because expat keeps them`() throws {
        let elements = (0..<5000).map { "<a\($0)/>" }.joined()
        let attributes = "<a " + (0..<5000).map { "b\($0)=\"\" " }.joined() + "/>"
        let prefixes = "<a " + (0..<5000).map { "xmlns:c\($0)=\"d\" " }.joined() + "/>"
        for names in [elements, attributes, prefixes] {
            let message = try fault(invoice(replacing: [("<cbc:ID>F-77", names + "<cbc:ID>F-77")]))
            #expect(message.contains("over 4096 different names"), "\(message)")
        }
    }

    @Test func `a document that was cut off says so, wherever it was cut`() throws {
        let bytes = Array(invoice().utf8)
        for length in stride(from: 1, to: bytes.count - 1, by: 97) {
            let message = try fault(Array(bytes[..<length]))
            #expect(message.contains("cut off") && message.hasPrefix("line "), "\(length): \(message)")
        }
    }

    @Test(arguments: [
        ("</cbc:ID>", "</cbc:Id>", "not well-formed XML"), ("Bygade 1", "A & B", "that is not escaped"),
        ("</Invoice>", "</Invoice><a/>", "not well-formed XML"), ("Bygade", "By\u{1}gade", "not well-formed XML"),
        ("cbc:City", "zzz:City", "not well-formed XML"),
    ])
    func `XML that is not well-formed names the line`(old: String, new: String, words: String) throws {
        let message = try fault(invoice(replacing: [(old, new)]))
        #expect(message.hasPrefix("line ") && message.contains(words), "\(message)")
    }

    // MARK: - Encodings

    @Test func `UTF-8, UTF-16, Latin-1 and ASCII are read`() throws {
        let utf16 = invoice(declaration: "<?xml version=\"1.0\" encoding=\"UTF-16\"?>")
        var little: [UInt8] = [0xFF, 0xFE]
        var big: [UInt8] = [0xFE, 0xFF]
        for unit in utf16.utf16 {
            little += [UInt8(unit & 0xFF), UInt8(unit >> 8)]
            big += [UInt8(unit >> 8), UInt8(unit & 0xFF)]
        }
        let latin = invoice(declaration: "<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?>").unicodeScalars.map {
            UInt8($0.value)
        }
        let utf8 = [0xEF, 0xBB, 0xBF] + invoice(declaration: "<?xml version=\"1.0\" encoding=\"UTF-8\"?>").utf8
        for bytes in [little, big, latin, utf8] {
            #expect(try read(bytes).first?.claim?.debtor.address.city == "Århus & omegn")
        }
    }

    @Test func `another encoding, or a wrong one, is refused`() throws {
        let other = invoice(declaration: "<?xml version=\"1.0\" encoding=\"windows-1252\"?>")
        #expect(try fault(other).contains("UTF-8, UTF-16, ISO-8859-1 or US-ASCII"))
        let latin = invoice().unicodeScalars.map { UInt8($0.value) }
        #expect(try fault(latin).contains("in another encoding than the file's"))
        let lying = invoice(declaration: "<?xml version=\"1.0\" encoding=\"UTF-16\"?>")
        #expect(try fault(lying).contains("not that of the file"))
    }

    // MARK: - Real documents

    @Test(.enabled(if: realDocuments != nil, "the real UBL documents are not there"))
    func `the Norwegian example is read`() throws {
        let folder = try #require(realDocuments)
        var file = try ClaimFiles.open(folder + "/Norwegian-example-1.xml", csv: .standard, defaults: danish)
        #expect(file.supplier == UBLSupplier(name: "The Sellercompany ASA", id: "123456785", schemeID: "0192"))
        let row = try #require(try file.next())
        let claim = try #require(row.claim, "\(row.reason)")
        #expect(claim.reference == "TOSL108" && claim.amount == Money(minorUnits: 80_200, .nok))
        #expect(claim.issuedOn == CivilDate(2013, 6, 30) && claim.dueOn == CivilDate(2013, 7, 20))
        #expect(claim.debtor.nationalID == "987654325" && claim.debtor.address.country == .norway)
    }

    @Test(.enabled(if: realDocuments != nil, "the real UBL documents are not there"))
    func `Peppol's own examples are read`() throws {
        let folder = try #require(realDocuments)
        let invoice = try read(Array(Data(contentsOf: URL(filePath: folder + "/base-example.xml"))))
        let claim = try #require(invoice.first?.claim)
        #expect(claim.reference == "Snippet1" && claim.amount == Money(minorUnits: 165_625, .eur))
        #expect(claim.debtor.name == "Buyer Official Name" && claim.debtor.nationalID == "39937423947")
        #expect(claim.debtor.address.lines == ["Hovedgatan 32", "Po box 878"] && claim.debtor.email == "lj@buyer.se")
        let note = try read(Array(Data(contentsOf: URL(filePath: folder + "/base-creditnote-correction.xml"))))
        #expect(note.first?.claim?.kind == .creditNote(against: "Snippet1"))
        #expect(note.first?.claim?.dueOn == nil && note.first?.claim?.amount.minorUnits == 165_625)
    }

    // MARK: - Any bytes

    @Test func `mutated documents never crash and always end`() throws {
        var generator = SeededGenerator.printed("UBL fuzz")
        let good = Array(invoice(declaration: "<?xml version=\"1.0\" encoding=\"UTF-8\"?>").utf8)
        let signs = Array("<>&;\"'=/:![]-? xcba0".utf8) + [0, 0x80, 0xC3, 0xFF]
        for _ in 0..<1500 {
            var bytes = good
            for _ in 0..<Int.random(in: 1...8, using: &generator) {
                let place = Int.random(in: 0..<bytes.count, using: &generator)
                switch Int.random(in: 0...3, using: &generator) {
                case 0: bytes[place] = signs.randomElement(using: &generator) ?? 0
                case 1: bytes.remove(at: place)
                case 2: bytes.insert(signs.randomElement(using: &generator) ?? 0, at: place)
                default:
                    let other = Int.random(in: place...min(place + 300, bytes.count), using: &generator)
                    bytes.insert(contentsOf: bytes[place..<other], at: place)
                }
            }
            do {
                let rows = try read(bytes)
                #expect(rows.allSatisfy { $0.claim != nil || !$0.faults.isEmpty })
            } catch is ClaimFileFault {
            }
        }
    }

    @Test func `an attachment of 50 MB takes no memory, and a file over 100 MiB is refused`() async {
        await #expect(processExitsWith: .success) {
            let folder = try Folder()
            let path = folder.path + "/large.xml"
            let parts = invoice().split(separator: "<cac:BillingReference>", maxSplits: 1)
            let opening = "<cac:AdditionalDocumentReference><cac:Attachment><cbc:EmbeddedDocumentBinaryObject>"
            let closing =
                "</cbc:EmbeddedDocumentBinaryObject></cac:Attachment></cac:AdditionalDocumentReference>"
                + "<cac:BillingReference>"
            let block = String(repeating: "VGVzdCBiYXNl", count: 10_000)
            try writeLarge(path, parts[0] + opening, block, times: 420, closing + parts[1])
            let before = peakMemory()
            var source = try ClaimFiles.open(path, csv: .standard, defaults: danish)
            try #require(try source.next()?.claim != nil)
            let growth = peakMemory() - before
            try #require(before > 0 && growth < 16 << 20, "memory grew by \(growth) bytes")

            try writeLarge(path, parts[0] + opening, block, times: 900, closing + parts[1])
            let refused = #expect(throws: ClaimFileFault.self) {
                _ = try ClaimFiles.open(path, csv: .standard, defaults: danish)
            }
            try #require(refused?.message.contains("100 MiB") == true)
        }
    }
}
