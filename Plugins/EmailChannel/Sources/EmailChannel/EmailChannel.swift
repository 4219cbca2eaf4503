public import FordringKit
import SpoolFiles

/// Leaves letters as messages in a Maildir, `<outbox>/Maildir`, from which a mail server sends them.
///
/// The file of a message is named for the delivery's key, so that the message itself is the proof that the delivery was
/// made. Whatever sends it moves it from `new` to `cur` and leaves it there. A delivery that is to be forgotten leaves its
/// first two header lines in `forgotten`, a folder that no mail program looks into.
public struct EmailChannel: LetterChannel {
    private let folder: SpoolFolder
    private let sender: MailAddress

    /// Makes the channel with a tenant's settings.
    ///
    /// - Throws: `PluginSettingError` when `from` is not an address.
    public init(_ context: PluginContext) throws {
        let from = context.setting("from")
        guard let sender = MailAddress(from) else {
            throw PluginSettingError(
                key: "from",
                from.isEmpty
                    ? "must be the address that letters by e-mail come from, such as post@example.dk"
                    : "is not an e-mail address of the form name@example.dk, in ASCII")
        }
        self.sender = sender
        folder = SpoolFolder(path: "\(context.outbox)/Maildir")
    }

    /// The letter is attached as PDF.
    public var needsDocument: Bool { true }

    /// A message makes a telephone ring as a text message does, so it goes out in the same hours.
    public var reachesAtOnce: Bool { true }

    /// Whether the party has an address that a message can be sent to.
    public func canReach(_ party: Party) -> ReachVerdict {
        guard let email = party.email, !email.isEmpty else { return .unreachable("there is no e-mail address") }
        if MailAddress(email) == nil {
            return .unreachable("the e-mail address does not have the form name@example.dk, in ASCII")
        }
        return .reachable
    }

    /// Writes the message into the Maildir.
    ///
    /// - Throws: `DeliveryFailure`.
    public func deliver(_ delivery: Delivery) throws -> DeliveryReceipt {
        if let receipt = try receipt(for: delivery.idempotencyKey) { return receipt }
        let letter = delivery.letter
        guard let recipient = letter.recipient.email.flatMap({ MailAddress($0) }) else {
            throw DeliveryFailure(
                .permanent, "The letter cannot be sent by e-mail: the party has no usable address; correct it.")
        }
        guard delivery.document.starts(with: Array("%PDF-".utf8)) else {
            throw DeliveryFailure(
                .permanent,
                "The letter came without a PDF: install a plug-in that offers renderer:application/pdf.")
        }
        let message = try MailMessage(delivery, from: sender, to: recipient, subject: NeutralSubject.of(letter))
        for part in ["tmp", "new", "cur"] { try folder.create(part) }
        let key = delivery.idempotencyKey
        try folder.write(message.bytes, to: "new/\(key)", through: "tmp/\(key)")
        return EmailChannel.receipt(message.identifier, delivery.day)
    }

    /// What the message of a delivery says, wherever in the Maildir it is.
    ///
    /// - Throws: `DeliveryFailure`.
    public func receipt(for idempotencyKey: String) throws -> DeliveryReceipt? {
        try SpoolKey.check(idempotencyKey, of: "delivery")
        // A mail server may move the message from `new` to `cur` between the two looks.
        for name in ["new/\(idempotencyKey)", "cur/\(idempotencyKey)", "forgotten/\(idempotencyKey)"] {
            if let head = try folder.read(name, atMost: 8192) { return try receipt(head, idempotencyKey) }
        }
        guard let name = try flaggedName(idempotencyKey), let head = try folder.read("cur/\(name)", atMost: 8192) else {
            return nil
        }
        return try receipt(head, idempotencyKey)
    }

    /// Puts the head that a receipt is read from in the place of the message.
    ///
    /// - Throws: `DeliveryFailure`.
    public func forget(idempotencyKey: String) throws {
        let key = idempotencyKey
        if let known = try receipt(for: key) {
            let head = "Date: \(MailDate.text(known.sentOn))\r\nMessage-ID: \(known.reference)\r\n\r\n"
            for part in ["tmp", "forgotten"] { try folder.create(part) }
            // The proof first: broken off here, the next attempt goes on.
            try folder.write(Array(head.utf8), to: "forgotten/\(key)", through: "tmp/\(key)")
        }
        try folder.remove("new/\(key)", "cur/\(key)", "tmp/\(key)")
        if let name = try flaggedName(key) { try folder.remove("cur/\(name)") }
    }

    /// The name of a message that was moved to `cur` and got flags: `<key>:2,S`.
    private func flaggedName(_ key: String) throws -> String? {
        try folder.firstName(in: "cur") { $0.hasPrefix("\(key):2,") }
    }

    /// Reads the receipt back from the head of a message.
    private func receipt(_ head: [UInt8], _ key: String) throws -> DeliveryReceipt {
        var identifier: String?
        var day: CivilDate?
        // The head is made of CR LF, which Swift takes for one character.
        for line in head.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false) {
            let text = String(decoding: line.last == UInt8(ascii: "\r") ? line.dropLast() : line, as: UTF8.self)
            if text.isEmpty { break }
            if text.hasPrefix("Date: ") { day = MailDate.day(text.dropFirst(6)) }
            if text.hasPrefix("Message-ID: ") { identifier = String(text.dropFirst(12)) }
        }
        guard let identifier, let day else {
            throw DeliveryFailure(
                .permanent,
                """
                The message \(key) in the Maildir cannot be read, so nobody can tell whether it was sent: look, and \
                remove the file if it was not.
                """)
        }
        // The attempt that wrote it may have died before the name was safe on the disk.
        try folder.flush("new")
        return EmailChannel.receipt(identifier, day)
    }

    private static func receipt(_ identifier: String, _ day: CivilDate) -> DeliveryReceipt {
        DeliveryReceipt(reference: identifier, sentOn: day, details: [:])
    }
}

/// A subject line that tells bystanders nothing of the debt.
enum NeutralSubject {
    /// The first sentence of the letter's short text, which says nothing of the debt; without one, the sender's name.
    static func of(_ letter: Letter) -> String {
        let text = MailEncoding.singleLine(letter.shortText)
        if text.isEmpty { return letter.letterhead.name }
        let words = text.split(separator: " ")
        var sentence: [Substring] = []
        var length = 0
        for (index, word) in words.enumerated() {
            length += word.count + 1
            if length > 100 { return sentence.joined(separator: " ") + "\u{2026}" }
            sentence.append(word)
            // `A/S.` before a capital letter ends a sentence, `nr. 12` does not.
            let next = words.dropFirst(index + 1).first?.first
            if let last = word.last, ".!?".contains(last), next?.isUppercase ?? true { break }
        }
        let subject = sentence.joined(separator: " ")
        return subject.hasSuffix(".") ? String(subject.dropLast()) : subject
    }
}
