import FordringKit
import Glibc
import SpoolFiles
import Testing
import TransportsTesting

@testable import EmailChannel

@Suite struct EmailChannelTests {
    func message(_ delivery: Delivery) throws -> [UInt8] {
        try TemporaryFolder.with { folder in
            _ = try Sample.channel(folder).deliver(delivery)
            return try #require(try SpoolFolder(path: folder).read("Maildir/new/\(delivery.idempotencyKey)"))
        }
    }

    @Test func `a delivery is a file in new, and nothing stays in tmp`() throws {
        try TemporaryFolder.with { folder in
            let receipt = try Sample.channel(folder).deliver(Sample.delivery())
            #expect(
                receipt
                    == DeliveryReceipt(
                        reference: "<email-17@nordlys.example>", sentOn: CivilDate(2025, 11, 19), details: [:]))
            #expect(TemporaryFolder.names("\(folder)/Maildir") == ["cur", "new", "tmp"])
            #expect(TemporaryFolder.names("\(folder)/Maildir/new") == ["email-17"])
            #expect(TemporaryFolder.names("\(folder)/Maildir/tmp").isEmpty)
        }
    }

    @Test func `the head has each field once, and its date is the delivery's`() throws {
        let read = ReadMessage(try message(Sample.delivery()))
        #expect(
            read.names == [
                "Date", "Message-ID", "From", "To", "Subject", "Auto-Submitted", "MIME-Version", "Content-Language",
                "Content-Type",
            ])
        #expect(read.fields["Date"] == "Wed, 19 Nov 2025 08:00:00 +0000")
        #expect(read.fields["From"] == "\"Nordlys Energi A/S\" <inkasso@nordlys.example>")
        #expect(read.decoded("To") == "Søren Ågård <soren@example.dk>")
        #expect(read.decoded("Subject") == "Du har fået et brev fra Nordlys Energi A/S")
        #expect(read.fields["Message-ID"] == "<email-17@nordlys.example>")
    }

    @Test func `the subject never names the debt`() throws {
        let subject = ReadMessage(try message(Sample.delivery())).decoded("Subject")
        for word in ["Inkasso", "4.327", "kr", "betal"] { #expect(!subject.contains(word), "\(subject)") }
    }

    @Test func `comes only when people may be contacted, since it makes a telephone ring`() throws {
        #expect(try Sample.channel("/nonexistent").reachesAtOnce)
    }

    @Test func `all is ASCII in lines of at most 76 signs that end in CR LF`() throws {
        let long = String(repeating: "Ærø 😀 og en lang linje med ord, ", count: 40)
        let bytes = try message(Sample.delivery(name: long, sender: long, shortText: long))
        #expect(bytes.allSatisfy { $0 < 127 })
        #expect(bytes.suffix(2) == [13, 10])
        for line in bytes.split(separator: 10, omittingEmptySubsequences: false).dropLast() {
            #expect(line.last == 13 && line.count <= 77)
        }
        let read = ReadMessage(bytes)
        let subject = read.decoded("Subject")
        #expect(subject.hasSuffix("\u{2026}") && subject.count > 80 && long.hasPrefix(subject.dropLast()))
        #expect(read.decoded("To") == "\(long.dropLast()) <soren@example.dk>")
    }

    @Test(
        arguments: [
            "Ond\r\nBcc: offer@example.dk", "Ond\nBcc: a@b.dk", "Ond\rBcc: x", "\u{2028}Bcc: x", "\"<x@y.dk>, \\",
            "a\u{0}b",
        ])
    func `no name can add a field or an address`(name: String) throws {
        let bytes = try message(Sample.delivery(name: name, sender: name, shortText: name))
        let read = ReadMessage(bytes)
        #expect(read.names.count == 9)
        #expect(!read.names.contains("Bcc"))
        let to = try #require(read.fields["To"])
        #expect(to.hasSuffix("<soren@example.dk>"))
        #expect(to.filter { $0 == "@" }.count == 1)
        #expect(!bytes.contains(0))
    }

    @Test func `the body is the letter and the attachment the document`() throws {
        let read = ReadMessage(try message(Sample.delivery()))
        let parts = read.body.components(around: "--=_fordring_letter_part_=")
        #expect(parts.count == 4 && parts[0].isEmpty && parts[3] == "--\n")
        let text = ReadMessage.text(quotedPrintable: parts[1])
        for words in [
            "Kære Søren Ågård", "Det skylder du", "Faktura 2025-1044", "  forfaldt den 1. august 2025", "1.250,00",
            "-500,00", "I alt", "Beløb: 750,00 DKK", "+71<000000000010428+81234567<", "CVR 13585628", "\n-- \n",
        ] {
            #expect(text.contains(words), "\(words) is missing")
        }
        let content = try #require(parts[2].firstRange(of: "\n\n"))
        #expect(parts[2][..<content.lowerBound].contains("filename=\"1042-17.pdf\""))
        #expect(ReadMessage.bytes(base64: String(parts[2][content.upperBound...])) == Sample.document)
    }

    @Test func `the same delivery gives the same bytes`() throws {
        #expect(try message(Sample.delivery()) == message(Sample.delivery()))
    }

    @Test(arguments: ["new/email-17", "cur/email-17", "cur/email-17:2,", "cur/email-17:2,RS"])
    func `a retry has no second effect wherever the mail server has put the message`(place: String) throws {
        try TemporaryFolder.with { folder in
            let first = try Sample.channel(folder).deliver(Sample.delivery())
            let maildir = "\(folder)/Maildir"
            if place != "new/email-17" { #expect(rename("\(maildir)/new/email-17", "\(maildir)/\(place)") == 0) }
            // Not even where the tenant has another address by now.
            let channel = try Sample.channel(folder, from: "other@elsewhere.example")
            let later = Sample.delivery(email: nil, day: CivilDate(2025, 12, 24))
            #expect(try channel.deliver(later) == first)
            #expect(try channel.receipt(for: "email-17") == first)
            #expect(try channel.receipt(for: "email-1") == nil)
            let names = ["new", "cur", "tmp"].flatMap { TemporaryFolder.names("\(maildir)/\($0)") }
            #expect(names.count == 1)
        }
    }

    @Test func `a receipt reads back whatever the length of the names`() throws {
        try TemporaryFolder.with { folder in
            let long = String(repeating: "Å", count: 20_000)
            let first = try Sample.channel(folder).deliver(Sample.delivery(name: long, sender: long))
            #expect(try Sample.channel(folder).receipt(for: "email-17") == first)
        }
    }

    @Test func `a message torn in tmp does not count and is replaced`() throws {
        try TemporaryFolder.with { folder in
            let channel = try Sample.channel(folder)
            let spool = SpoolFolder(path: "\(folder)/Maildir")
            try spool.create("tmp")
            try spool.write(Array("From: half".utf8), to: "tmp/email-17", through: "tmp/other")
            #expect(try channel.receipt(for: "email-17") == nil)
            _ = try channel.deliver(Sample.delivery())
            #expect(try spool.read("new/email-17") == message(Sample.delivery()))
        }
    }

    @Test func `a message that cannot be read needs a person`() throws {
        try TemporaryFolder.with { folder in
            let spool = SpoolFolder(path: "\(folder)/Maildir")
            for part in ["tmp", "new"] { try spool.create(part) }
            try spool.write(Array("Subject: none of ours\r\n\r\n".utf8), to: "new/email-17", through: "tmp/email-17")
            let failure = #expect(throws: DeliveryFailure.self) {
                try Sample.channel(folder).deliver(Sample.delivery())
            }
            #expect(failure?.kind == .permanent)
        }
    }

    @Test func `an outbox that cannot be written is a temporary failure that names it`() throws {
        try TemporaryFolder.with { folder in
            try SpoolFolder(path: folder).write([], to: "file", through: ".tmp")
            for outbox in ["\(folder)/file/outbox", "/proc/fordring/outbox"] {
                let failure = try #require(throws: DeliveryFailure.self) {
                    try Sample.channel(outbox).deliver(Sample.delivery())
                }
                #expect(failure.kind == .temporary)
                #expect(failure.message.contains(outbox))
            }
        }
    }

    @Test func `a full disk is a temporary failure and leaves no message`() throws {
        try TemporaryFolder.with { folder in
            try SpoolFolder(path: "\(folder)/Maildir").create("tmp")
            symlink("/dev/full", "\(folder)/Maildir/tmp/email-17")
            let failure = try #require(throws: DeliveryFailure.self) {
                try Sample.channel(folder).deliver(Sample.delivery())
            }
            #expect(failure.kind == .temporary)
            #expect(try Sample.channel(folder).receipt(for: "email-17") == nil)
            _ = try Sample.channel(folder).deliver(Sample.delivery())
        }
    }

    @Test func `a letter without a PDF is not sent`() throws {
        try TemporaryFolder.with { folder in
            let failure = #expect(throws: DeliveryFailure.self) {
                try Sample.channel(folder).deliver(Sample.delivery(document: []))
            }
            #expect(failure?.kind == .permanent)
        }
    }

    @Test(arguments: ["", "inkasso", "a@b", "a@b.dk\r\nBcc: x@y.dk", "Navn <a@b.dk>", "ø@b.dk"])
    func `a sender that is no address is refused when the tenant is opened`(from: String) {
        let error = #expect(throws: PluginSettingError.self) { try Sample.channel("/nonexistent", from: from) }
        #expect(error?.key == "from")
    }

    @Test(arguments: ["a@b.dk", "fornavn.efternavn+mærke@b.dk", "o'neil@sub.example.co.uk", "x@y-z.museum"])
    func `a plausible address can be reached`(email: String) throws {
        let party = Sample.delivery(email: email.replacing("æ", with: "a")).letter.recipient
        #expect(try Sample.channel("/nonexistent").canReach(party) == .reachable)
    }

    @Test(
        arguments: [
            nil, "", "a", "@b.dk", "a@", "a@b", "a@@b.dk", "a b@c.dk", ".a@b.dk", "a..b@c.dk", "a@-b.dk", "a@b-.dk",
            "a@b..dk", "a@b.dk ", "a@b.dk\n", "\"a\"@b.dk", "a@b.dk,c@d.dk", "ærø@b.dk", "a@[127.0.0.1]",
        ])
    func `anything else cannot, and nothing is sent to it`(email: String?) throws {
        let delivery = Sample.delivery(email: email)
        if case .reachable = try Sample.channel("/nonexistent").canReach(delivery.letter.recipient) {
            Issue.record("\(email ?? "nil") counts as reachable")
        }
        let failure = #expect(throws: DeliveryFailure.self) { try Sample.channel("/nonexistent").deliver(delivery) }
        #expect(failure?.kind == .permanent)
    }

    @Test func `the plug-in offers what its manifest says`() {
        var registry = PluginRegistry()
        EmailChannelPlugin().register(in: &registry)
        #expect(registry.offers == ["channel:email"])
        #expect(registry.channels.first?.settings.map(\.key) == ["from"])
        #expect(PluginEntry.open(fordringPlugin()).plugin is EmailChannelPlugin)
    }
}

@Suite struct MailEncodingTests {
    @Test(
        arguments: [
            ("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="), ("fooba", "Zm9vYmE="),
            ("foobar", "Zm9vYmFy"),
        ])
    func `base64 gives the values of RFC 4648`(text: String, encoded: String) {
        #expect(String(decoding: MailEncoding.base64(Array(text.utf8)), as: UTF8.self) == encoded)
    }

    @Test func `encoded words are at most 75 signs long and hold whole characters`() {
        let text = String(repeating: "æ😀b", count: 60)
        for word in MailEncoding.headerText(text).split(separator: "\r\n ") {
            #expect(word.utf8.count <= 75)
            let bytes = ReadMessage.bytes(base64: String(word.dropFirst(10).dropLast(2)))
            #expect(String(validating: bytes, as: UTF8.self) != nil)
        }
    }

    @Test func `quoted-printable keeps blanks at the end of a line and breaks long ones`() {
        let text = "a = b \n\t\n" + String(repeating: "å", count: 50)
        let encoded = String(decoding: MailEncoding.quotedPrintable(text), as: UTF8.self)
        #expect(encoded.hasPrefix("a =3D b=20\r\n=09\r\n"))
        #expect(encoded.split(separator: "\r\n").allSatisfy { $0.utf8.count <= 76 })
        #expect(ReadMessage.text(quotedPrintable: encoded.replacing("\r\n", with: "\n")) == text + "\n")
    }

    @Test func `a date reads back as it was written`() {
        for day in stride(from: 0, to: 40_000, by: 97) {
            let date = CivilDate(day: Int32(day))
            #expect(MailDate.day(MailDate.text(date)) == date)
        }
        #expect(MailDate.day("yesterday") == nil)
    }
}

extension String {
    /// The parts between the occurrences of a text.
    func components(around separator: String) -> [String] {
        var parts: [String] = []
        var rest = self[...]
        while let range = rest.firstRange(of: separator) {
            parts.append(String(rest[..<range.lowerBound]))
            rest = rest[range.upperBound...]
        }
        return parts + [String(rest)]
    }
}
