import FordringKit
import Testing

@Suite struct MoneyTests {
    struct Reading: Sendable, CustomTestStringConvertible {
        var text: String
        var separator: Character = "."
        var minorUnits: Int64?
        var testDescription: String { "'\(text)' -> \(minorUnits.map(String.init) ?? "refused")" }
    }

    @Test(arguments: [
        Reading(text: "0", minorUnits: 0), Reading(text: "7", minorUnits: 700), Reading(text: "12.5", minorUnits: 1250),
        Reading(text: "12.05", minorUnits: 1205), Reading(text: "-3", minorUnits: -300),
        Reading(text: "-0.01", minorUnits: -1), Reading(text: "000.10", minorUnits: 10),
        Reading(text: "1234,50", separator: ",", minorUnits: 123_450),
        Reading(text: "92233720368547758.07", minorUnits: .max),
        Reading(text: "", minorUnits: nil), Reading(text: "-", minorUnits: nil), Reading(text: ".", minorUnits: nil),
        Reading(text: "1.", minorUnits: nil), Reading(text: ".5", minorUnits: nil),
        Reading(text: "--1", minorUnits: nil), Reading(text: "+1", minorUnits: nil),
        Reading(text: "1-", minorUnits: nil), Reading(text: "1.2.3", minorUnits: nil),
        Reading(text: "1.234,50", minorUnits: nil), Reading(text: "1,5", minorUnits: nil),
        Reading(text: "1.5", separator: ",", minorUnits: nil), Reading(text: " 1", minorUnits: nil),
        Reading(text: "1 000", minorUnits: nil), Reading(text: "1e3", minorUnits: nil),
        Reading(text: "1.005", minorUnits: nil), Reading(text: "1.000", minorUnits: nil),
        Reading(text: "१२", minorUnits: nil), Reading(text: "12kr", minorUnits: nil),
    ])
    func `an amount is read exactly or refused`(_ reading: Reading) {
        guard let minorUnits = reading.minorUnits else {
            #expect(throws: MoneyError.self) {
                try Money(parsing: reading.text, .dkk, decimalSeparator: reading.separator)
            }
            return
        }
        #expect(
            (try? Money(parsing: reading.text, .dkk, decimalSeparator: reading.separator))?.minorUnits == minorUnits)
    }

    @Test(arguments: ["92233720368547758.08", "92233720368547759", "99999999999999999999999999", "9223372036854775807"])
    func `an amount that does not fit is an overflow, not another amount`(_ text: String) {
        let error = #expect(throws: MoneyError.self) { try Money(parsing: text, .dkk) }
        #expect(error?.code == .overflow)
    }

    @Test func `every amount is read back from its decimal text`() throws {
        for minorUnits: Int64 in [0, 1, -1, 9, 10, 99, 100, -100, 101, -12_345, 999_999_999, .max, -.max] {
            let money = Money(minorUnits: minorUnits, .eur)
            #expect(try Money(parsing: money.decimalText, .eur) == money)
        }
    }

    @Test func `amounts are written as each language writes them`() {
        let money = Money(minorUnits: 123_456_705, .dkk)
        #expect(money.formatted(.danish) == "1.234.567,05")
        #expect(money.formatted(.norwegian) == "1\u{A0}234\u{A0}567,05")
        #expect(money.formatted(.english) == "1,234,567.05")
        #expect(money.description == "1234567.05 DKK")
        #expect(Money(minorUnits: -5, .dkk).formatted(.danish) == "-0,05")
        #expect(Money(minorUnits: 99_999, .dkk).formatted(.danish) == "999,99")
        #expect(Money(minorUnits: .min, .dkk).decimalText == "-92233720368547758.08")
    }

    struct Division: Sendable, CustomTestStringConvertible {
        var amount: Int64
        var half: Int64
        var zero: Int64
        var up: Int64
        var down: Int64
        var testDescription: String { "\(amount) / 4" }
    }

    @Test(arguments: [
        Division(amount: 8, half: 2, zero: 2, up: 2, down: 2), Division(amount: 9, half: 2, zero: 2, up: 3, down: 2),
        Division(amount: 10, half: 3, zero: 2, up: 3, down: 2), Division(amount: 11, half: 3, zero: 2, up: 3, down: 2),
        Division(amount: 1, half: 0, zero: 0, up: 1, down: 0), Division(amount: 0, half: 0, zero: 0, up: 0, down: 0),
        Division(amount: -1, half: 0, zero: 0, up: 0, down: -1),
        Division(amount: -2, half: -1, zero: 0, up: 0, down: -1),
        Division(amount: -9, half: -2, zero: -2, up: -2, down: -3),
        Division(amount: -10, half: -3, zero: -2, up: -2, down: -3),
        Division(amount: -11, half: -3, zero: -2, up: -2, down: -3),
        Division(amount: -12, half: -3, zero: -3, up: -3, down: -3),
    ])
    func `each rounding goes its way on both sides of zero`(_ division: Division) throws {
        let money = Money(minorUnits: division.amount, .dkk)
        #expect(try money.multiplied(by: 1, over: 4, rounding: .halfAwayFromZero).minorUnits == division.half)
        #expect(try money.multiplied(by: 1, over: 4, rounding: .towardZero).minorUnits == division.zero)
        #expect(try money.multiplied(by: 1, over: 4, rounding: .up).minorUnits == division.up)
        #expect(try money.multiplied(by: 1, over: 4, rounding: .down).minorUnits == division.down)
    }

    @Test func `a product beyond 64 bits is rounded once when the quotient fits again`() throws {
        let most = Money(minorUnits: .max, .dkk)
        #expect(try most.multiplied(by: .max, over: .max, rounding: .halfAwayFromZero) == most)
        #expect(try most.multiplied(by: 1_000_000, over: 2_000_000, rounding: .halfAwayFromZero).minorUnits == 1 << 62)
        #expect(try most.multiplied(by: 1_000_000, over: 2_000_000, rounding: .down).minorUnits == (1 << 62) - 1)
        let least = Money(minorUnits: .min, .dkk)
        #expect(try least.multiplied(by: 3, over: 3, rounding: .towardZero) == least)
        #expect(least.multiplied(by: .min, over: .max, rounding: .down, expecting: .overflow))
    }

    @Test func `a result that does not fit is an overflow`() {
        let most = Money(minorUnits: .max, .dkk)
        let least = Money(minorUnits: .min, .dkk)
        let one = Money(minorUnits: 1, .dkk)
        #expect(throws: MoneyError.self) { try most + one }
        #expect(throws: MoneyError.self) { try least - one }
        #expect(most.multiplied(by: 2, over: 1, rounding: .down, expecting: .overflow))
        #expect(least.multiplied(by: -1, over: 1, rounding: .down, expecting: .overflow))
    }

    @Test(arguments: [0, -1, .min] as [Int64])
    func `a divisor is over zero`(_ divisor: Int64) {
        #expect(
            Money(minorUnits: 5, .dkk).multiplied(by: 1, over: divisor, rounding: .up, expecting: .invalidDivisor))
    }

    @Test func `amounts of two currencies never meet`() {
        let kroner = Money.units(1, .dkk)
        let euro = Money.units(1, .eur)
        #expect(throws: MoneyError.self) { try kroner + euro }
        #expect(throws: MoneyError.self) { try kroner - euro }
        #expect(throws: MoneyError.self) { try kroner.isLess(than: euro) }
        #expect(throws: MoneyError.self) { try kroner.capped(at: euro) }
        #expect(kroner != euro)
    }

    @Test func `an amount is capped at a ceiling only when it is over it`() throws {
        let ceiling = Money.units(100, .dkk)
        #expect(try Money.units(99, .dkk).capped(at: ceiling) == Money.units(99, .dkk))
        #expect(try Money.units(100, .dkk).capped(at: ceiling) == ceiling)
        #expect(try Money.units(101, .dkk).capped(at: ceiling) == ceiling)
    }

    @Test func `currencies are found by their exact code`() {
        for currency in Currency.all { #expect(Currency(code: currency.code) == currency) }
        #expect(Currency.all.map(\.code) == ["DKK", "EUR", "NOK", "SEK"])
        for code in ["", "dkk", "DK", "DKKK", "USD", "ÅÅÅ"] { #expect(Currency(code: code) == nil) }
    }
}

extension Money {
    /// Whether the calculation is refused for a reason.
    fileprivate func multiplied(
        by numerator: Int64, over denominator: Int64, rounding: Rounding, expecting code: MoneyError.Code
    ) -> Bool {
        do {
            _ = try multiplied(by: numerator, over: denominator, rounding: rounding)
            return false
        } catch {
            return error.code == code
        }
    }
}

@Suite struct RateTests {
    @Test func `a rate is written with two decimals in each language`() {
        #expect(Rate(basisPoints: 975).formatted(.danish) == "9,75 %")
        #expect(Rate(basisPoints: 805).description == "8.05 %")
        #expect(Rate(basisPoints: -35).formatted(.danish) == "-0,35 %")
        #expect(Rate(basisPoints: 0).description == "0.00 %")
        #expect(Rate(basisPoints: .min).description == "-21474836.48 %")
    }

    @Test func `rates add and compare by basis points`() {
        #expect(Rate(basisPoints: 175) + Rate(basisPoints: 800) == Rate(basisPoints: 975))
        #expect(Rate(basisPoints: -45) < Rate(basisPoints: 0))
    }

    @Test func `a share of an amount is rounded once`() throws {
        let amount = Money(minorUnits: 100_001, .dkk)
        #expect(try Rate(basisPoints: 1250).of(amount, rounding: .halfAwayFromZero).minorUnits == 12_500)
        #expect(try Rate(basisPoints: 1250).of(amount, rounding: .up).minorUnits == 12_501)
        #expect(try Rate(basisPoints: -35).of(amount, rounding: .halfAwayFromZero).minorUnits == -350)
        #expect(throws: MoneyError.self) {
            try Rate(basisPoints: 20_000).of(Money(minorUnits: .max, .dkk), rounding: .down)
        }
    }
}
