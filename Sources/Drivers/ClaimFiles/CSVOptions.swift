package import FordringKit
package import Intake

/// How a CSV file is written.
package struct CSVOptions: Sendable, Hashable {
    /// The sign between two fields.
    package enum Delimiter: UInt8, Sendable, Hashable, CaseIterable {
        case semicolon = 0x3B
        case comma = 0x2C

        package var text: String { self == .semicolon ? ";" : "," }
    }

    /// The sign between units and decimals of an amount.
    package enum DecimalSeparator: UInt8, Sendable, Hashable, CaseIterable {
        case comma = 0x2C
        case point = 0x2E

        package var text: String { self == .comma ? "," : "." }
    }

    /// How bytes are letters.
    package enum Encoding: String, Sendable, Hashable, CaseIterable {
        case utf8 = "utf-8"
        /// ISO 8859-1.
        case latin1 = "latin-1"
    }

    package var delimiter: Delimiter
    package var decimalSeparator: DecimalSeparator
    package var encoding: Encoding

    package init(delimiter: Delimiter, decimalSeparator: DecimalSeparator, encoding: Encoding) {
        self.delimiter = delimiter
        self.decimalSeparator = decimalSeparator
        self.encoding = encoding
    }

    /// Reads the three settings as a tenant's file states them.
    ///
    /// - Throws: ``ClaimFileFault`` that names the setting and what it may be.
    package init(delimiter: String, decimalSeparator: String, encoding: String) throws(ClaimFileFault) {
        guard let delimiter = Delimiter.allCases.first(where: { $0.text == delimiter }) else {
            throw ClaimFileFault("the CSV delimiter is '\(delimiter)': it may be ';' or ','")
        }
        guard let separator = DecimalSeparator.allCases.first(where: { $0.text == decimalSeparator }) else {
            throw ClaimFileFault("the decimal separator is '\(decimalSeparator)': it may be ',' or '.'")
        }
        guard let encoding = Encoding(rawValue: encoding.lowercased()) else {
            throw ClaimFileFault("the CSV encoding is '\(encoding)': it may be utf-8 or latin-1")
        }
        self.init(delimiter: delimiter, decimalSeparator: separator, encoding: encoding)
    }

    /// What Danish and Norwegian office programs write.
    package static let standard = CSVOptions(delimiter: .semicolon, decimalSeparator: .comma, encoding: .utf8)
}

/// What holds for a claim whose file does not say.
package struct ClaimDefaults: Sendable, Hashable {
    package var currency: Currency
    package var country: CountryCode
    package var language: Language

    package init(currency: Currency, country: CountryCode, language: Language) {
        self.currency = currency
        self.country = country
        self.language = language
    }
}
