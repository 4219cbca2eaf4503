/// A JSON value that can be written in exactly one way (RFC 8785).
///
/// Numbers are whole, up to 2^53 either way.
package enum JSONValue: Sendable, Hashable {
    case null
    case bool(Bool)
    case integer(Int64)
    case string(String)
    case array([JSONValue])
    /// In the order in which they are written; made with ``object(_:)`` or a literal.
    case members([Member])

    /// One member of an object.
    package struct Member: Sendable, Hashable {
        fileprivate let key: String
        fileprivate let value: JSONValue
    }

    package static func object(_ members: [String: JSONValue]) -> JSONValue {
        .members(members.map { Member(key: $0.key, value: $0.value) }.sorted { precedes($0.key, $1.key) })
    }

    /// The value as canonical bytes: keys sorted by UTF-16 code units, no white space, shortest escapes.
    package var canonicalBytes: [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(256)
        write(to: &bytes)
        return bytes
    }

    /// The same as text.
    package var canonicalText: String { String(decoding: canonicalBytes, as: UTF8.self) }

    package func write(to bytes: inout [UInt8]) {
        switch self {
        case .null: bytes.append(contentsOf: "null".utf8)
        case .bool(let flag): bytes.append(contentsOf: (flag ? "true" : "false").utf8)
        case .integer(let number): JSONValue.write(number, to: &bytes)
        case .string(let text): JSONValue.write(text, to: &bytes)
        case .array(let values):
            bytes.append(UInt8(ascii: "["))
            for (index, value) in values.enumerated() {
                if index > 0 { bytes.append(UInt8(ascii: ",")) }
                value.write(to: &bytes)
            }
            bytes.append(UInt8(ascii: "]"))
        case .members(let members):
            bytes.append(UInt8(ascii: "{"))
            for (index, member) in members.enumerated() {
                if index > 0 { bytes.append(UInt8(ascii: ",")) }
                JSONValue.write(member.key, to: &bytes)
                bytes.append(UInt8(ascii: ":"))
                member.value.write(to: &bytes)
            }
            bytes.append(UInt8(ascii: "}"))
        }
    }

    /// The order of UTF-16 code units.
    ///
    /// UTF-8 bytes order alike but where a character past the BMP meets one of its last 8,192.
    private static func precedes(_ left: String, _ right: String) -> Bool {
        var ours = left.utf8.makeIterator()
        var theirs = right.utf8.makeIterator()
        while let their = theirs.next() {
            guard let our = ours.next() else { return true }
            if our == their { continue }
            return our >= 0xEE && their >= 0xEE ? left.utf16.lexicographicallyPrecedes(right.utf16) : our < their
        }
        return false
    }

    /// Writes a whole number.
    ///
    /// Past 2^53 other programs would read another number, so it is written as a string there.
    package static func write(_ number: Int64, to bytes: inout [UInt8]) {
        if number.magnitude > 1 << 53 {
            write(String(number), to: &bytes)
            return
        }
        var digits: (UInt64, UInt64, UInt64) = (0, 0, 0)
        withUnsafeMutableBytes(of: &digits) { buffer in
            var index = buffer.count
            var rest = number.magnitude
            repeat {
                index -= 1
                buffer[index] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10)
                rest /= 10
            } while rest > 0
            if number < 0 { bytes.append(UInt8(ascii: "-")) }
            bytes.append(contentsOf: buffer[index...])
        }
    }

    /// Writes a string with its quotes.
    package static func write(_ text: String, to bytes: inout [UInt8]) {
        var text = text
        bytes.append(UInt8(ascii: "\""))
        text.withUTF8 { utf8 in
            if utf8.allSatisfy({ $0 >= 0x20 && $0 != UInt8(ascii: "\"") && $0 != UInt8(ascii: "\\") }) {
                bytes.append(contentsOf: utf8)
                return
            }
            for byte in utf8 {
                switch byte {
                case UInt8(ascii: "\""): bytes.append(contentsOf: [0x5C, 0x22])
                case UInt8(ascii: "\\"): bytes.append(contentsOf: [0x5C, 0x5C])
                case 0x08: bytes.append(contentsOf: [0x5C, UInt8(ascii: "b")])
                case 0x09: bytes.append(contentsOf: [0x5C, UInt8(ascii: "t")])
                case 0x0A: bytes.append(contentsOf: [0x5C, UInt8(ascii: "n")])
                case 0x0C: bytes.append(contentsOf: [0x5C, UInt8(ascii: "f")])
                case 0x0D: bytes.append(contentsOf: [0x5C, UInt8(ascii: "r")])
                case 0..<0x20:
                    let hex = Array("0123456789abcdef".utf8)
                    bytes.append(contentsOf: "\\u00".utf8)
                    bytes.append(hex[Int(byte >> 4)])
                    bytes.append(hex[Int(byte & 15)])
                default: bytes.append(byte)
                }
            }
        }
        bytes.append(UInt8(ascii: "\""))
    }
}

extension JSONValue: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByBooleanLiteral,
    ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral, ExpressibleByNilLiteral
{
    package init(stringLiteral value: String) { self = .string(value) }
    package init(integerLiteral value: Int64) { self = .integer(value) }
    package init(booleanLiteral value: Bool) { self = .bool(value) }
    package init(arrayLiteral elements: JSONValue...) { self = .array(elements) }
    package init(nilLiteral: ()) { self = .null }
    package init(dictionaryLiteral elements: (String, JSONValue)...) {
        // Most literals have few members and name them in order: no dictionary is needed to sort them.
        var members: [Member] = []
        members.reserveCapacity(elements.count)
        for (key, value) in elements {
            members.append(Member(key: key, value: value))
            var place = members.endIndex - 1
            while place > 0, JSONValue.precedes(key, members[place - 1].key) {
                members.swapAt(place, place - 1)
                place -= 1
            }
            precondition(place == 0 || members[place - 1].key != key, "the member \(key) is named twice")
        }
        self = .members(members)
    }
}
