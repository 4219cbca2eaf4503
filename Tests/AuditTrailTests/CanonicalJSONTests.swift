import AuditTrail
import DatabaseTesting
import Foundation
import Testing

@Suite struct `Canonical JSON` {
    /// RFC 8785 § 3.2.2, whose string is `"\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/"`.
    @Test func `writes the string of RFC 8785 as the RFC does`() {
        let value = JSONValue.string("\u{20AC}$\u{F}\u{A}A'\u{42}\u{22}\u{5C}\\\"/")
        #expect(value.canonicalText == #""€$\u000f\nA'B\"\\\\\"/""#)
    }

    /// RFC 8785 § 3.2.3: an astral character sorts by its surrogates, before U+FB33.
    @Test func `sorts the keys of RFC 8785 by UTF-16 code units`() {
        let value: JSONValue = [
            "\u{20AC}": "Euro Sign", "\r": "Carriage Return", "\u{FB33}": "Hebrew Letter Dalet With Dagesh",
            "1": "One", "\u{1F600}": "Emoji: Grinning Face", "\u{80}": "Control",
            "\u{F6}": "Latin Small Letter O With Diaeresis",
        ]
        let expected =
            #"{"\r":"Carriage Return","1":"One",""# + "\u{80}"
            + #"":"Control","ö":"Latin Small Letter O With Diaeresis","#
            + #""€":"Euro Sign","😀":"Emoji: Grinning Face",""# + "\u{FB33}" + #"":"Hebrew Letter Dalet With Dagesh"}"#
        #expect(value.canonicalText == expected)
        #expect(value.canonicalBytes == Array(expected.utf8))
    }

    @Test func `escapes the control characters, the quote and the backslash, and nothing else`() {
        for code in UInt8(0)..<128 {
            let character = String(UnicodeScalar(code))
            let expected: String =
                switch code {
                case 8: #"\b"#
                case 9: #"\t"#
                case 10: #"\n"#
                case 12: #"\f"#
                case 13: #"\r"#
                case 0x22: #"\""#
                case 0x5C: #"\\"#
                case 0..<16: #"\u000"# + String(code, radix: 16)
                case 0..<32: #"\u00"# + String(code, radix: 16)
                default: character
                }
            #expect(JSONValue.string(character).canonicalText == "\"\(expected)\"", "code \(code)")
        }
        #expect(JSONValue.string("\u{7F}\u{2028}æ/😀").canonicalText == "\"\u{7F}\u{2028}æ/😀\"")
    }

    @Test(
        arguments: [
            (0, "0"), (-1, "-1"), (10, "10"), (9_007_199_254_740_992, "9007199254740992"),
            (-9_007_199_254_740_992, "-9007199254740992"), (9_007_199_254_740_993, "\"9007199254740993\""),
            (.max, "\"9223372036854775807\""), (.min, "\"-9223372036854775808\""),
        ] as [(Int64, String)])
    func `writes whole numbers plainly, and as text where other programs would lose digits`(
        _ number: Int64, _ text: String
    ) {
        #expect(JSONValue.integer(number).canonicalText == text)
    }

    @Test func `writes every shape without white space`() {
        let value: JSONValue = ["b": [1, nil, true, false, []], "a": ["z": [:], "": ""]]
        #expect(value.canonicalText == #"{"a":{"":"","z":{}},"b":[1,null,true,false,[]]}"#)
    }

    @Test func `reads back as it was`() throws {
        for seed in randomSeeds(11, 12) {
            print("canonical JSON seed \(seed)")
            var random = SeededGenerator(seed: seed)
            for _ in 0..<200 {
                let value = randomValue(depth: 3, &random)
                let read = try JSONDecoder().decode(ReadBack.self, from: Data(value.canonicalBytes))
                #expect(read.value == value, "seed \(seed): \(value.canonicalText)")
                #expect(read.value.canonicalBytes == value.canonicalBytes)
            }
        }
    }

    private func randomValue(depth: Int, _ random: inout SeededGenerator) -> JSONValue {
        func string() -> String {
            let scalars = ["a", "Z", "\"", "\\", "\n", "\u{1}", "æ", "€", "😀", "\u{FB33}", "/", "\u{7F}"]
            return (0..<Int.random(in: 0...6, using: &random)).map { _ in
                scalars.randomElement(using: &random) ?? ""
            }.joined()
        }
        switch Int.random(in: 0..<(depth > 0 ? 6 : 4), using: &random) {
        case 0: return .null
        case 1: return .bool(.random(using: &random))
        case 2: return .integer(.random(in: -(1 << 53)...(1 << 53), using: &random))
        case 3: return .string(string())
        case 4: return .array((0..<3).map { _ in randomValue(depth: depth - 1, &random) })
        default:
            var members: [String: JSONValue] = [:]
            for _ in 0..<3 { members[string()] = randomValue(depth: depth - 1, &random) }
            return .object(members)
        }
    }
}

/// What Foundation reads from JSON, as our value.
private struct ReadBack: Decodable {
    let value: JSONValue

    init(from decoder: any Decoder) throws {
        if let container = try? decoder.container(keyedBy: Key.self) {
            var members: [String: JSONValue] = [:]
            for key in container.allKeys {
                members[key.stringValue] = try container.decode(ReadBack.self, forKey: key).value
            }
            value = .object(members)
        } else if var container = try? decoder.unkeyedContainer() {
            var values: [JSONValue] = []
            while !container.isAtEnd { values.append(try container.decode(ReadBack.self).value) }
            value = .array(values)
        } else {
            let container = try decoder.singleValueContainer()
            if container.decodeNil() {
                value = .null
            } else if let flag = try? container.decode(Bool.self) {
                value = .bool(flag)
            } else if let number = try? container.decode(Int64.self) {
                value = .integer(number)
            } else {
                value = .string(try container.decode(String.self))
            }
        }
    }

    private struct Key: CodingKey {
        let stringValue: String
        var intValue: Int? { nil }
        init(stringValue: String) { self.stringValue = stringValue }
        init?(intValue: Int) { nil }
    }
}
