/// A number that names one thing of one tenant.
///
/// Each kind has its own type, so that they cannot be swapped.
public protocol EntityID: RawRepresentable<Int64>, Hashable, Comparable, Sendable, CustomStringConvertible
where RawValue == Int64 {
    /// Makes the identifier from its number, which is over zero.
    init(rawValue: Int64)
}

extension EntityID {
    /// By number.
    public static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }
    /// The number.
    public var description: String { String(rawValue) }
}

/// Names a case of a tenant.
@frozen public struct CaseID: EntityID {
    /// The number, over zero.
    public let rawValue: Int64
    /// Makes the identifier from its number.
    @inlinable
    public init(rawValue: Int64) { self.rawValue = rawValue }
}

/// Names a claim of a tenant.
@frozen public struct ClaimID: EntityID {
    /// The number, over zero.
    public let rawValue: Int64
    /// Makes the identifier from its number.
    @inlinable
    public init(rawValue: Int64) { self.rawValue = rawValue }
}

/// Names a party (a debtor) of a tenant.
@frozen public struct PartyID: EntityID {
    /// The number, over zero.
    public let rawValue: Int64
    /// Makes the identifier from its number.
    @inlinable
    public init(rawValue: Int64) { self.rawValue = rawValue }
}

/// Names a letter of a tenant.
@frozen public struct LetterID: EntityID {
    /// The number, over zero.
    public let rawValue: Int64
    /// Makes the identifier from its number.
    @inlinable
    public init(rawValue: Int64) { self.rawValue = rawValue }
}

/// Names a tenant (a creditor) of the agency: small letters, digits and hyphens, 2 to 40 of them, first a letter.
@frozen public struct TenantID: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// The text of the identifier.
    public let rawValue: String

    /// Makes an identifier; `nil` when the text has another form.
    public init?(_ text: String) {
        let bytes = Array(text.utf8)
        let letters = UInt8(ascii: "a")...UInt8(ascii: "z")
        let digits = UInt8(ascii: "0")...UInt8(ascii: "9")
        guard (2...40).contains(bytes.count), letters.contains(bytes[0]),
            bytes.allSatisfy({ letters.contains($0) || digits.contains($0) || $0 == UInt8(ascii: "-") })
        else { return nil }
        rawValue = text
    }

    /// By text.
    public static func < (left: TenantID, right: TenantID) -> Bool { left.rawValue < right.rawValue }
    /// The text.
    public var description: String { rawValue }
}

/// What sort of identifier a text is meant to be; the country decides what that means.
public enum IdentifierKind: String, Sendable, Hashable, CaseIterable {
    /// A company's registration number (CVR, organisasjonsnummer).
    case company
    /// A person's national number (CPR, fødselsnummer).
    case person
    /// A domestic bank account.
    case bankAccount
    /// The creditor's number in the country's payment-reference system (FIK creditor, KID agreement).
    case paymentCreditor
}

/// What a country says of an identifier.
public enum IdentifierVerdict: Sendable, Hashable {
    /// In order; the text is its normal form.
    case valid(normalized: String)
    /// Usable, with a remark for a person.
    case doubtful(normalized: String, remark: String)
    /// Not usable, and why.
    case invalid(reason: String)

    /// The normal form, unless the identifier is invalid.
    public var normalized: String? {
        switch self {
        case .valid(let text), .doubtful(let text, _): text
        case .invalid: nil
        }
    }
}

/// A number whose verdict is known from a source.
public struct IdentifierExample: Sendable, Hashable {
    /// What sort of number.
    public var kind: IdentifierKind
    /// The number as it is written.
    public var text: String
    /// Whether it is usable; `false`: it must be refused.
    public var isUsable: Bool
    /// Where the example stands.
    public var source: String

    /// States an example.
    public init(_ kind: IdentifierKind, _ text: String, isUsable: Bool, source: String) {
        self.kind = kind
        self.text = text
        self.isUsable = isUsable
        self.source = source
    }
}

/// Check digits that several countries share.
public enum Checksum {
    /// The digits of a text, or `nil` when it has anything else in it.
    public static func digits(_ text: String) -> [Int]? {
        var digits: [Int] = []
        for byte in text.utf8 {
            guard byte >= UInt8(ascii: "0"), byte <= UInt8(ascii: "9") else { return nil }
            digits.append(Int(byte - UInt8(ascii: "0")))
        }
        return digits
    }

    /// The modulus-10 check digit (Luhn): the rightmost payload digit counts twice, then every second.
    public static func luhnCheckDigit(_ payload: [Int]) -> Int {
        var sum = 0
        for (index, digit) in payload.reversed().enumerated() {
            let product = index % 2 == 0 ? digit * 2 : digit
            sum += product / 10 + product % 10
        }
        return (10 - sum % 10) % 10
    }

    /// Digits times weights, added and taken modulo 11.
    ///
    /// Check the number of digits first: what has no weight is left out.
    public static func weightedSumModulo11(_ digits: [Int], _ weights: [Int]) -> Int {
        zip(digits, weights).reduce(0) { $0 + $1.0 * $1.1 } % 11
    }

    /// Whether a text is an IBAN by ISO 13616: letters and digits, and modulo 97 equal to 1.
    ///
    /// Spaces are ignored. The length is checked for the countries that Fordring pays to.
    public static func isIBAN(_ text: String) -> Bool {
        let compact = Array(text.utf8.filter { $0 != UInt8(ascii: " ") })
        let letters = UInt8(ascii: "A")...UInt8(ascii: "Z")
        let numbers = UInt8(ascii: "0")...UInt8(ascii: "9")
        guard (15...34).contains(compact.count), compact[..<2].allSatisfy(letters.contains),
            compact[2..<4].allSatisfy(numbers.contains)
        else { return false }
        let lengths = ["DK": 18, "NO": 15, "SE": 24, "FI": 18, "DE": 22, "GL": 18, "FO": 18]
        if let length = lengths[String(decoding: compact[0..<2], as: UTF8.self)], length != compact.count {
            return false
        }
        var remainder = 0
        for byte in compact[4...] + compact[..<4] {
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"):
                remainder = (remainder * 10 + Int(byte - UInt8(ascii: "0"))) % 97
            case UInt8(ascii: "A")...UInt8(ascii: "Z"):
                remainder = (remainder * 100 + Int(byte - UInt8(ascii: "A")) + 10) % 97
            default: return false
            }
        }
        return remainder == 1
    }
}
