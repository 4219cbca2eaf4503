import AuditTrail
package import FordringKit
import Foundation

/// Explanations as stored text: canonical JSON, figures apart from words.
package enum ExplanationCoding {
    package static func text(_ lines: [ExplanationLine]) -> String {
        var bytes: [UInt8] = [UInt8(ascii: "[")]
        for (index, line) in lines.enumerated() {
            if index > 0 { bytes.append(UInt8(ascii: ",")) }
            json(line).write(to: &bytes)
        }
        bytes.append(UInt8(ascii: "]"))
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Reads what ``text(_:)`` wrote; a text of another form gives no lines.
    package static func lines(_ text: String) -> [ExplanationLine] {
        guard let stored = try? JSONDecoder().decode([StoredLine].self, from: Data(text.utf8)) else { return [] }
        return stored.map(\.line)
    }

    private static func json(_ line: ExplanationLine) -> JSONValue {
        var members: [String: JSONValue] = [
            "text": .string(line.text), "source": .string(line.citation.source),
            "section": .string(line.citation.section),
        ]
        if line.citation.verification == .unverified { members["doubt"] = .string(line.citation.doubt) }
        if let from = line.from { members["from"] = .string(from.description) }
        if let through = line.through { members["through"] = .string(through.description) }
        if let days = line.days { members["days"] = .integer(Int64(days)) }
        if let rate = line.rate { members["basisPoints"] = .integer(Int64(rate.basisPoints)) }
        if let base = line.base { members["base"] = .integer(base.minorUnits) }
        if let amount = line.amount {
            members["amount"] = .integer(amount.minorUnits)
            members["currency"] = .string(amount.currency.code)
        }
        return .object(members)
    }

    private struct StoredLine: Decodable {
        let text: String
        let source: String
        let section: String
        let doubt: String?
        let from: String?
        let through: String?
        let days: Int?
        let basisPoints: Int32?
        let base: Int64?
        let amount: Int64?
        let currency: String?

        var line: ExplanationLine {
            var line = ExplanationLine(
                text,
                Citation(
                    source: source, section: section, verification: doubt == nil ? .verified : .unverified,
                    doubt: doubt ?? ""))
            line.from = from.flatMap { CivilDate(iso: $0) }
            line.through = through.flatMap { CivilDate(iso: $0) }
            line.days = days
            line.rate = basisPoints.map { Rate(basisPoints: $0) }
            if let currency = currency.flatMap({ Currency(code: $0) }) {
                line.base = base.map { Money(minorUnits: $0, currency) }
                line.amount = amount.map { Money(minorUnits: $0, currency) }
            }
            return line
        }
    }
}
