/// A currency of ISO 4217, with the number of its minor-unit digits.
///
/// Only currencies that Fordring collects in are known; an unknown code is refused where it is read.
@frozen public struct Currency: Hashable, Sendable, CustomStringConvertible {
    /// The three letters of ISO 4217, packed big-endian into the low 24 bits.
    @usableFromInline let packed: UInt32

    /// How many decimal digits the minor unit has (2 for øre and cent).
    public let minorUnitDigits: UInt8

    @usableFromInline
    init(packed: UInt32, minorUnitDigits: UInt8) {
        self.packed = packed
        self.minorUnitDigits = minorUnitDigits
    }

    /// The Danish krone, also used in Greenland and, at par, in the Faroe Islands.
    public static let dkk = Currency(packed: 0x44_4B_4B, minorUnitDigits: 2)
    /// The Norwegian krone.
    public static let nok = Currency(packed: 0x4E_4F_4B, minorUnitDigits: 2)
    /// The Swedish krona.
    public static let sek = Currency(packed: 0x53_45_4B, minorUnitDigits: 2)
    /// The euro.
    public static let eur = Currency(packed: 0x45_55_52, minorUnitDigits: 2)

    /// Every currency that is known, in the order of their codes.
    public static let all: [Currency] = [.dkk, .eur, .nok, .sek]

    /// Finds a currency by its ISO 4217 code.
    ///
    /// - Parameter code: three capital letters, for example `DKK`.
    /// - Returns: `nil` when the code is not one of ``all``.
    public init?(code: String) {
        guard let known = Currency.all.first(where: { $0.code == code }) else { return nil }
        self = known
    }

    /// The three letters of ISO 4217.
    public var code: String {
        String(decoding: [UInt8(packed >> 16 & 0xFF), UInt8(packed >> 8 & 0xFF), UInt8(packed & 0xFF)], as: UTF8.self)
    }

    /// How many minor units make one unit (100 for kroner and euro).
    @inlinable public var minorUnitsPerUnit: Int64 {
        var scale: Int64 = 1
        for _ in 0..<minorUnitDigits { scale *= 10 }
        return scale
    }

    /// The code.
    public var description: String { code }
}

/// Why a calculation with money was refused.
public struct MoneyError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The closed list of reasons.
    public enum Code: Sendable, Hashable {
        /// The result does not fit in 64 bits of minor units.
        case overflow
        /// The two amounts are of different currencies.
        case currencyMismatch
        /// A division by zero, or by a negative number.
        case invalidDivisor
        /// A text that is not an amount.
        case notAnAmount
    }

    /// The reason.
    public let code: Code
    /// One sentence for a person.
    public let message: String

    init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    /// The message.
    public var description: String { message }
}

/// How a division that does not come out even is rounded.
///
/// There is no default on purpose.
public enum Rounding: Sendable, Hashable {
    /// To the nearest; a half goes away from zero (the commercial rule).
    case halfAwayFromZero
    /// Toward zero.
    case towardZero
    /// Toward positive infinity.
    case up
    /// Toward negative infinity.
    case down
}

/// An amount: a whole number of the currency's minor unit (øre, cent).
///
/// Never a floating-point number.
@frozen public struct Money: Hashable, Sendable, CustomStringConvertible {
    /// The amount in minor units: 12.50 kr is 1250.
    public let minorUnits: Int64
    /// The currency of the amount.
    public let currency: Currency

    /// Makes an amount from minor units.
    @inlinable
    public init(minorUnits: Int64, _ currency: Currency) {
        self.minorUnits = minorUnits
        self.currency = currency
    }

    /// Nothing, in a currency.
    @inlinable
    public static func zero(_ currency: Currency) -> Money { Money(minorUnits: 0, currency) }

    /// Whole units of a currency, for figures in law tables.
    ///
    /// Traps only on a literal over 92 thousand billion.
    public static func units(_ units: Int64, _ currency: Currency) -> Money {
        Money(minorUnits: units * currency.minorUnitsPerUnit, currency)
    }

    /// Reads an amount such as `1234.50` or `-3`, exactly.
    ///
    /// - Parameters:
    ///   - text: digits with at most one decimal separator and no grouping.
    ///   - currency: decides how many decimals are allowed.
    ///   - decimalSeparator: `.` or `,`.
    /// - Throws: ``MoneyError`` with `notAnAmount` (also for more decimals than the currency has) or `overflow`.
    public init(parsing text: String, _ currency: Currency, decimalSeparator: Character = ".") throws(MoneyError) {
        let separator = decimalSeparator.asciiValue ?? UInt8(ascii: ".")
        var value: Int64 = 0
        var decimals: Int?
        var digits = 0
        var negative = false
        var first = true
        for byte in text.utf8 {
            defer { first = false }
            if first, byte == UInt8(ascii: "-") {
                negative = true
                continue
            }
            if byte == separator, decimals == nil, digits > 0 {
                decimals = 0
                continue
            }
            guard byte >= UInt8(ascii: "0"), byte <= UInt8(ascii: "9") else {
                throw MoneyError(.notAnAmount, "'\(text)' is not an amount")
            }
            let (scaled, multiplied) = value.multipliedReportingOverflow(by: 10)
            let (sum, added) = scaled.addingReportingOverflow(Int64(byte - UInt8(ascii: "0")))
            if multiplied || added { throw MoneyError(.overflow, "the amount \(text) is too large") }
            value = sum
            digits += 1
            if let count = decimals { decimals = count + 1 }
        }
        if digits == 0 || decimals == 0 { throw MoneyError(.notAnAmount, "'\(text)' is not an amount") }
        let given = decimals ?? 0
        let allowed = Int(currency.minorUnitDigits)
        if given > allowed {
            throw MoneyError(
                .notAnAmount, "'\(text)' has \(given) decimals, and \(currency) has \(allowed)")
        }
        for _ in given..<allowed {
            let (scaled, overflow) = value.multipliedReportingOverflow(by: 10)
            if overflow { throw MoneyError(.overflow, "the amount \(text) is too large") }
            value = scaled
        }
        self.init(minorUnits: negative ? -value : value, currency)
    }

    /// Whether the amount is exactly nothing.
    @inlinable public var isZero: Bool { minorUnits == 0 }
    /// Whether the amount is over zero.
    @inlinable public var isPositive: Bool { minorUnits > 0 }
    /// Whether the amount is under zero.
    @inlinable public var isNegative: Bool { minorUnits < 0 }

    /// The sum of two amounts of one currency.
    ///
    /// - Throws: ``MoneyError`` with `currencyMismatch` or `overflow`.
    public static func + (left: Money, right: Money) throws(MoneyError) -> Money {
        try left.checkSameCurrency(right)
        let (sum, overflow) = left.minorUnits.addingReportingOverflow(right.minorUnits)
        if overflow { throw MoneyError(.overflow, "\(left) + \(right) is too large") }
        return Money(minorUnits: sum, left.currency)
    }

    /// The difference of two amounts of one currency.
    ///
    /// - Throws: ``MoneyError`` with `currencyMismatch` or `overflow`.
    public static func - (left: Money, right: Money) throws(MoneyError) -> Money {
        try left.checkSameCurrency(right)
        let (difference, overflow) = left.minorUnits.subtractingReportingOverflow(right.minorUnits)
        if overflow { throw MoneyError(.overflow, "\(left) - \(right) is too large") }
        return Money(minorUnits: difference, left.currency)
    }

    /// Whether one amount is under another of the same currency.
    ///
    /// - Throws: ``MoneyError`` with `currencyMismatch`.
    public func isLess(than other: Money) throws(MoneyError) -> Bool {
        try checkSameCurrency(other)
        return minorUnits < other.minorUnits
    }

    /// The smaller of two amounts of one currency.
    ///
    /// - Throws: ``MoneyError`` with `currencyMismatch`.
    public func capped(at ceiling: Money) throws(MoneyError) -> Money {
        try isLess(than: ceiling) ? self : ceiling
    }

    /// The amount times `numerator / denominator`, computed in 128 bits and rounded once.
    ///
    /// - Parameters:
    ///   - numerator: any whole number.
    ///   - denominator: over zero.
    ///   - rounding: what becomes of a remainder.
    /// - Throws: ``MoneyError`` with `invalidDivisor` or `overflow`.
    public func multiplied(
        by numerator: Int64, over denominator: Int64, rounding: Rounding
    ) throws(MoneyError) -> Money {
        guard denominator > 0 else { throw MoneyError(.invalidDivisor, "cannot divide \(self) by \(denominator)") }
        let product = Int128(minorUnits) * Int128(numerator)
        let (quotient, remainder) = product.quotientAndRemainder(dividingBy: Int128(denominator))
        var result = quotient
        if remainder != 0 {
            switch rounding {
            case .towardZero: break
            case .up: if remainder > 0 { result += 1 }
            case .down: if remainder < 0 { result -= 1 }
            case .halfAwayFromZero:
                if remainder.magnitude * 2 >= UInt128(denominator) { result += remainder > 0 ? 1 : -1 }
            }
        }
        guard let minorUnits = Int64(exactly: result) else {
            throw MoneyError(.overflow, "\(self) x \(numerator) / \(denominator) is too large")
        }
        return Money(minorUnits: minorUnits, currency)
    }

    @usableFromInline
    func checkSameCurrency(_ other: Money) throws(MoneyError) {
        if currency != other.currency {
            throw MoneyError(.currencyMismatch, "\(currency) and \(other.currency) cannot be combined")
        }
    }

    /// The amount as programs write it: `1234.50`, without the currency.
    public var decimalText: String { text(decimalSeparator: ".", grouping: "") }

    /// The amount as people read it in a language: `1.234,50` in Danish, `1 234,50` in Norwegian, `1,234.50` in English.
    public func formatted(_ language: Language) -> String {
        text(decimalSeparator: language.decimalSeparator, grouping: language.groupingSeparator)
    }

    /// The amount and its code, for messages: `1234.50 DKK`.
    public var description: String { "\(decimalText) \(currency.code)" }

    private func text(decimalSeparator: String, grouping: String) -> String {
        let scale = UInt64(currency.minorUnitsPerUnit)
        let (units, rest) = minorUnits.magnitude.quotientAndRemainder(dividingBy: scale)
        var grouped = ""
        let digits = Array(String(units))
        for (index, digit) in digits.enumerated() {
            if index > 0, (digits.count - index) % 3 == 0 { grouped += grouping }
            grouped.append(digit)
        }
        let sign = minorUnits < 0 ? "-" : ""
        guard currency.minorUnitDigits > 0 else { return sign + grouped }
        let decimals = String(rest + scale).dropFirst()
        return "\(sign)\(grouped)\(decimalSeparator)\(decimals)"
    }
}
