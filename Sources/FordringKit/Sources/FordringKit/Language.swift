/// A language that letters are written in, by its ISO 639-1 code.
@frozen public struct Language: Hashable, Sendable, CustomStringConvertible {
    /// The two letters of ISO 639-1.
    public let code: String

    /// Makes a language from two small letters; it says nothing of whether texts exist in it.
    public init(_ code: String) { self.code = code }

    /// Danish.
    public static let danish = Language("da")
    /// Norwegian bokmål.
    public static let norwegian = Language("nb")
    /// Greenlandic.
    public static let greenlandic = Language("kl")
    /// Faroese.
    public static let faroese = Language("fo")
    /// English.
    public static let english = Language("en")

    /// The sign between units and decimals.
    public var decimalSeparator: String { self == .english ? "." : "," }

    /// The sign between groups of three digits (a no-break space in Norwegian).
    public var groupingSeparator: String {
        switch self {
        case .english: ","
        case .norwegian: "\u{A0}"
        default: "."
        }
    }

    /// The code.
    public var description: String { code }
}

/// A country by its ISO 3166-1 alpha-2 code.
@frozen public struct CountryCode: Hashable, Sendable, Comparable, CustomStringConvertible {
    /// Two capital letters.
    public let code: String

    /// Makes a country code from two capital letters; `nil` for anything else.
    public init?(_ code: String) {
        let bytes = Array(code.utf8)
        guard bytes.count == 2, bytes.allSatisfy({ $0 >= UInt8(ascii: "A") && $0 <= UInt8(ascii: "Z") }) else {
            return nil
        }
        self.code = code
    }

    private init(known code: String) { self.code = code }

    /// Denmark.
    public static let denmark = CountryCode(known: "DK")
    /// Norway.
    public static let norway = CountryCode(known: "NO")
    /// Greenland.
    public static let greenland = CountryCode(known: "GL")
    /// The Faroe Islands.
    public static let faroeIslands = CountryCode(known: "FO")

    /// By code.
    public static func < (left: CountryCode, right: CountryCode) -> Bool { left.code < right.code }
    /// The code.
    public var description: String { code }
}
