public import FordringKit
import SpoolFiles

/// Leaves text messages as lines of `<outbox>/outbox.jsonl`, from which a gateway sends them.
///
/// A line that ends in a line feed is the proof that the delivery was made. The gateway reads on from where it stopped
/// and leaves the file as it is. A delivery that is to be forgotten loses number and text; its line keeps its length, so
/// that the gateway's place in the file stays right.
public final class SMSChannel: LetterChannel {
    private let log: MessageLog

    /// Makes the channel.
    public init(outbox: String) { log = MessageLog(folder: SpoolFolder(path: outbox)) }

    /// A text message carries the short text only.
    public var needsDocument: Bool { false }

    /// A text message makes a telephone ring, so it must not go out at night.
    public var reachesAtOnce: Bool { true }

    /// Whether the party has a number in international form.
    public func canReach(_ party: Party) -> ReachVerdict {
        guard let phone = party.phone, !phone.isEmpty else { return .unreachable("there is no mobile number") }
        if !SMSChannel.isInternational(phone) {
            return .unreachable("the mobile number does not have the international form: + and 8 to 15 digits")
        }
        return .reachable
    }

    /// Adds the message to the file.
    ///
    /// - Throws: `DeliveryFailure`.
    public func deliver(_ delivery: Delivery) throws -> DeliveryReceipt {
        try SpoolKey.check(delivery.idempotencyKey, of: "delivery")
        return try log.open(creating: true) { file in
            if let sent = file.lines[delivery.idempotencyKey] { return try sent.receipt() }
            let letter = delivery.letter
            guard let phone = letter.recipient.phone, SMSChannel.isInternational(phone) else {
                throw DeliveryFailure(
                    .permanent, "The message cannot be sent: the party has no usable mobile number; correct it.")
            }
            let message = ShortMessage(letter.shortText)
            if message.text.allSatisfy(\.isWhitespace) {
                throw DeliveryFailure(
                    .permanent, "The letter has no short text: give the step one, or leave sms out of its channels.")
            }
            let line = MessageLine(
                day: delivery.day.description, encoding: message.encoding.rawValue, key: delivery.idempotencyKey,
                segments: message.segments, text: message.text, to: phone)
            try file.append(line)
            return try line.sent.receipt()
        } ?? { throw DeliveryFailure(.temporary, "The outbox vanished: look at its folder, and it is tried again.") }()
    }

    /// What the line of a delivery says.
    ///
    /// - Throws: `DeliveryFailure`.
    public func receipt(for idempotencyKey: String) throws -> DeliveryReceipt? {
        try SpoolKey.check(idempotencyKey, of: "delivery")
        return try log.open(creating: false) { file in try file.lines[idempotencyKey]?.receipt() } ?? nil
    }

    /// Takes number and text out of the line of a delivery.
    ///
    /// - Throws: `DeliveryFailure`.
    public func forget(idempotencyKey: String) throws {
        try SpoolKey.check(idempotencyKey, of: "delivery")
        _ = try log.open(creating: false) { file in
            if file.lines[idempotencyKey] != nil { try file.forget(idempotencyKey) }
        }
    }

    /// `+` and 8 to 15 digits, the first not 0 (E.164).
    static func isInternational(_ phone: String) -> Bool {
        let digits = phone.utf8.dropFirst()
        return phone.utf8.first == UInt8(ascii: "+") && (8...15).contains(digits.count)
            && digits.first != UInt8(ascii: "0")
            && digits.allSatisfy { $0 >= UInt8(ascii: "0") && $0 <= UInt8(ascii: "9") }
    }
}
