/// A yearly or one-off percentage in basis points: 9.75 % is 975.
///
/// May be negative.
@frozen public struct Rate: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// Hundredths of a per cent.
    public let basisPoints: Int32

    /// Makes a rate from basis points.
    @inlinable
    public init(basisPoints: Int32) { self.basisPoints = basisPoints }

    /// The sum of two rates, for example a reference rate and its addition; the largest rate is 21 million per cent.
    @inlinable
    public static func + (left: Rate, right: Rate) -> Rate {
        Rate(basisPoints: Int32(clamping: Int64(left.basisPoints) + Int64(right.basisPoints)))
    }

    /// The lower rate is less.
    @inlinable
    public static func < (left: Rate, right: Rate) -> Bool { left.basisPoints < right.basisPoints }

    /// This share of an amount, rounded once.
    ///
    /// - Throws: ``MoneyError`` with `overflow`.
    public func of(_ amount: Money, rounding: Rounding) throws(MoneyError) -> Money {
        try amount.multiplied(by: Int64(basisPoints), over: 10_000, rounding: rounding)
    }

    /// The rate as people read it in a language: `9,75 %`.
    public func formatted(_ language: Language) -> String {
        let (whole, rest) = basisPoints.magnitude.quotientAndRemainder(dividingBy: 100)
        let decimals = String(rest + 100).dropFirst()
        let sign = basisPoints < 0 ? "-" : ""
        return "\(sign)\(whole)\(language.decimalSeparator)\(decimals) %"
    }

    /// The rate with a decimal point: `9.75 %`.
    public var description: String { formatted(.english) }
}
