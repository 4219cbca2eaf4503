import AuditTrail
package import FordringKit
import Foundation

/// Explanations as stored text: canonical JSON, figures apart from words.
package enum ExplanationCoding {
    package static func text(_ lines: [ExplanationLine]) -> String {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(256)
        bytes.append(UInt8(ascii: "["))
        for (index, line) in lines.enumerated() {
            if index > 0 { bytes.append(UInt8(ascii: ",")) }
            write(line, to: &bytes)
        }
        bytes.append(UInt8(ascii: "]"))
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Reads what ``text(_:)`` wrote; a text of another form gives no lines.
    package static func lines(_ text: String) -> [ExplanationLine] {
        guard let stored = try? JSONDecoder().decode([StoredLine].self, from: Data(text.utf8)) else { return [] }
        return stored.map(\.line)
    }

    /// Writes the members in their canonical order, which is that of the letters of their keys.
    private static func write(_ line: ExplanationLine, to bytes: inout [UInt8]) {
        let citation = line.citation
        var isFirst = true
        func key(_ key: StaticString) {
            bytes.append(isFirst ? UInt8(ascii: "{") : UInt8(ascii: ","))
            isFirst = false
            bytes.append(UInt8(ascii: "\""))
            bytes.append(contentsOf: UnsafeBufferPointer(start: key.utf8Start, count: key.utf8CodeUnitCount))
            bytes.append(UInt8(ascii: "\""))
            bytes.append(UInt8(ascii: ":"))
        }
        func member(_ name: StaticString, _ text: String) {
            key(name)
            JSONValue.write(text, to: &bytes)
        }
        func member(_ name: StaticString, _ number: Int64) {
            key(name)
            JSONValue.write(number, to: &bytes)
        }
        if let amount = line.amount { member("amount", amount.minorUnits) }
        if let base = line.base { member("base", base.minorUnits) }
        if let rate = line.rate { member("basisPoints", Int64(rate.basisPoints)) }
        if let amount = line.amount { member("currency", amount.currency.code) }
        if let days = line.days { member("days", Int64(days)) }
        if citation.verification == .unverified { member("doubt", citation.doubt) }
        if let from = line.from { member("from", from.description) }
        member("section", citation.section)
        member("source", citation.source)
        member("text", line.text)
        if let through = line.through { member("through", through.description) }
        bytes.append(UInt8(ascii: "}"))
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
