import FordringKit

/// A letter as an Internet message (RFC 5322), with the text as its body and the PDF attached.
///
/// The same delivery gives the same bytes: the date is the day of the delivery, the identifiers come from its key.
struct MailMessage {
    /// Between the parts; neither quoted-printable nor Base64 has these signs in a row.
    private static let boundary = "=_fordring_letter_part_="

    let bytes: [UInt8]
    let identifier: String

    /// Writes the message.
    init(_ delivery: Delivery, from sender: MailAddress, to recipient: MailAddress, subject: String) throws {
        let letter = delivery.letter
        identifier = "<\(delivery.idempotencyKey)@\(sender.domain)>"
        let header = [
            // First what a receipt is read back from.
            "Date: \(MailDate.text(delivery.day))",
            "Message-ID: \(identifier)",
            "From: \(MailMessage.mailbox(letter.letterhead.name, sender))",
            "To: \(MailMessage.mailbox(letter.recipient.name, recipient))",
            "Subject: \(MailEncoding.headerText(subject))",
            "Auto-Submitted: auto-generated",
            "MIME-Version: 1.0",
            "Content-Language: \(MailEncoding.headerText(letter.language.code))",
            "Content-Type: multipart/mixed; boundary=\"\(MailMessage.boundary)\"",
            "",
        ]
        let textHeader = [
            "--\(MailMessage.boundary)", "Content-Type: text/plain; charset=utf-8",
            "Content-Transfer-Encoding: quoted-printable", "",
        ]
        let name = "\(letter.caseID)-\(letter.id).pdf"
        let documentHeader = [
            "--\(MailMessage.boundary)", "Content-Type: application/pdf; name=\"\(name)\"",
            "Content-Disposition: attachment; filename=\"\(name)\"", "Content-Transfer-Encoding: base64", "",
        ]
        var bytes: [UInt8] = []
        bytes.reserveCapacity(delivery.document.count * 3 / 2 + 8192)
        bytes += MailMessage.lines(header)
        bytes += MailMessage.lines(textHeader)
        bytes += MailEncoding.quotedPrintable(try LetterText.body(letter))
        bytes += MailMessage.lines(documentHeader)
        bytes += MailEncoding.base64Lines(delivery.document)
        bytes += MailMessage.lines(["--\(MailMessage.boundary)--"])
        self.bytes = bytes
    }

    private static func mailbox(_ name: String, _ address: MailAddress) -> String {
        let name = MailEncoding.singleLine(name).isEmpty ? "" : MailEncoding.displayName(name)
        if name.isEmpty { return address.text }
        // A long name takes lines of its own, so that no line comes near the 998 signs that are allowed.
        return "\(name)\r\n <\(address.text)>"
    }

    private static func lines(_ lines: [String]) -> [UInt8] { lines.flatMap { Array($0.utf8) + MailEncoding.crlf } }
}

/// The date of a message: eight in the morning, UTC, on the day of the delivery.
enum MailDate {
    private static let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]

    /// `Tue, 18 Nov 2025 08:00:00 +0000`.
    static func text(_ day: CivilDate) -> String {
        let weekdays = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]
        let (year, month, dayOfMonth) = day.parts
        return "\(weekdays[day.weekday.rawValue - 1]), \(dayOfMonth) \(months[month - 1]) \(year) 08:00:00 +0000"
    }

    /// Reads back what ``text(_:)`` wrote.
    static func day(_ text: some StringProtocol) -> CivilDate? {
        let parts = text.split(separator: " ")
        guard parts.count == 6, let month = months.firstIndex(of: String(parts[2])), let day = Int(parts[1]),
            let year = Int(parts[3])
        else { return nil }
        return CivilDate(year: year, month: month + 1, day: day)
    }
}
