import FordringKit

@testable import EmailChannel

/// Deliveries to try things on.
enum Sample {
    static let document = Array("%PDF-1.4 ".utf8) + (0..<1000).map { UInt8(truncatingIfNeeded: $0 * 7) }

    static func channel(_ outbox: String, from: String = "inkasso@nordlys.example") throws -> EmailChannel {
        guard let tenant = TenantID("nordlys-energi") else { preconditionFailure("the tenant's name is in order") }
        return try EmailChannel(
            PluginContext(tenant: tenant, settings: ["from": from], outbox: outbox) { _ in })
    }

    static func delivery(
        _ key: String = "email-17", name: String = "Søren Ågård", email: String? = "soren@example.dk",
        sender: String = "Nordlys Energi A/S",
        shortText: String = "Du har fået et brev fra Nordlys Energi A/S. Ring til os på 70 12 34 56.",
        document: [UInt8] = document, day: CivilDate = CivilDate(2025, 11, 19)
    ) -> Delivery {
        guard let tenant = TenantID("nordlys-energi") else { preconditionFailure("the tenant's name is in order") }
        let statement = Statement(
            heading: "Krav", amountHeading: "Beløb i DKK",
            lines: [
                StatementLine(
                    text: "Faktura 2025-1044", detail: "forfaldt den 1. august 2025",
                    amount: Money(minorUnits: 125_000, .dkk)),
                StatementLine(text: "Indbetalt", detail: "", amount: Money(minorUnits: -50_000, .dkk)),
            ], totalLabel: "I alt", total: Money(minorUnits: 75_000, .dkk))
        let letter = Letter(
            id: LetterID(rawValue: 17), tenant: tenant, caseID: CaseID(rawValue: 1042), step: .reminder,
            language: .danish, datedOn: CivilDate(2025, 11, 18), dateText: "18. november 2025",
            pageWords: LabelledText("Side", "af"),
            letterhead: Letterhead(
                name: sender, addressLines: ["Havnegade 12", "8000 Aarhus C"], contactLines: ["Telefon 70 12 34 56"],
                registration: "CVR 13585628", accentColor: ""),
            recipient: Party(
                name: name, kind: .consumer, nationalID: nil, customerNumber: nil,
                address: PostalAddress(lines: [], postalCode: "", city: "", country: .denmark), email: email,
                phone: nil,
                language: .danish),
            references: [LabelledText("Sagsnr.", "1042")], subject: "Inkassovarsel: betal 4.327,18 kr. nu",
            blocks: [
                .paragraph("Kære Søren Ågård"), .heading("Det skylder du"), .statement(statement),
                .payment(
                    PaymentBox(
                        heading: "Betaling", fields: [LabelledText("Beløb", "750,00 DKK")],
                        codeLine: "+71<000000000010428+81234567<")),
            ], shortText: shortText)
        return Delivery(idempotencyKey: key, letter: letter, document: document, day: day)
    }
}

/// A message read back, by code that shares nothing with what wrote it.
struct ReadMessage {
    var fields: [String: String] = [:]
    var names: [String] = []
    var body = ""

    init(_ bytes: [UInt8]) {
        let text = String(decoding: bytes, as: UTF8.self).replacing("\r\n", with: "\n")
        let head = text.prefix(upTo: text.firstRange(of: "\n\n")?.lowerBound ?? text.endIndex)
        for line in head.replacing("\n ", with: " ").split(separator: "\n") {
            let parts = line.split(separator: ":", maxSplits: 1)
            names.append(String(parts[0]))
            fields[String(parts[0])] = parts.count == 2 ? String(parts[1].drop { $0 == " " }) : ""
        }
        body = String(text.dropFirst(head.count + 2))
    }

    func decoded(_ name: String) -> String {
        let words = (fields[name] ?? "").replacing("?= =?", with: "?==?")
        return words.replacing(/=\?UTF-8\?B\?([A-Za-z0-9+\/=]*)\?=/) { ReadMessage.text(String($0.output.1)) }
    }

    static func bytes(base64 text: String) -> [UInt8] {
        let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/")
        var bits = ""
        for sign in text {
            guard let value = alphabet.firstIndex(of: sign) else { continue }
            let digits = String(value, radix: 2)
            bits += String(repeating: "0", count: 6 - digits.count) + digits
        }
        var bytes: [UInt8] = []
        while bits.count >= 8 {
            bytes.append(UInt8(bits.prefix(8), radix: 2) ?? 0)
            bits = String(bits.dropFirst(8))
        }
        return bytes
    }

    private static func text(_ base64: String) -> String { String(decoding: bytes(base64: base64), as: UTF8.self) }

    static func text(quotedPrintable text: String) -> String {
        var bytes: [UInt8] = []
        var rest = Array(text.replacing("=\n", with: "").utf8)[...]
        while let byte = rest.popFirst() {
            if byte == UInt8(ascii: "=") {
                bytes.append(UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16) ?? 0)
                rest = rest.dropFirst(2)
            } else {
                bytes.append(byte)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
