/// Everything that a tenant's file says, checked for form.
///
/// The file is the source; this is what the host keeps of it.
package struct TenantSettings: Codable, Sendable, Equatable {
    package struct Letterhead: Codable, Sendable, Equatable {
        /// Street, postal code and city, a line each.
        package var address: [String]
        package var phone: String?
        package var email: String?
        package var web: String?
        /// `#RRGGBB`.
        package var color: String?

        package init(address: [String], phone: String?, email: String?, web: String?, color: String?) {
            self.address = address
            self.phone = phone
            self.email = email
            self.web = web
            self.color = color
        }
    }

    package struct Bank: Codable, Sendable, Equatable {
        /// The domestic account, as printed.
        package var account: String
        package var iban: String?
        package var bic: String?

        package init(account: String, iban: String?, bic: String?) {
            self.account = account
            self.iban = iban
            self.bic = bic
        }
    }

    /// One line of the collection policy.
    package struct Step: Codable, Sendable, Equatable {
        /// A ``StepKind`` by name.
        package var kind: String
        package var times: Int
        /// Days beyond the law's; see ``StepPolicy/waitingDays``.
        package var waitingDays: Int
        package var charge: Bool
        /// Channels in order of preference; the first that can reach the debtor is used.
        ///
        /// Empty for a step without letter.
        package var channels: [String]

        package init(kind: String, times: Int, waitingDays: Int, charge: Bool, channels: [String]) {
            self.kind = kind
            self.times = times
            self.waitingDays = waitingDays
            self.charge = charge
            self.channels = channels
        }
    }

    package struct Commission: Codable, Sendable, Equatable {
        /// The agency's share of collected principal, in basis points (12.5 % is 1250).
        package var basisPoints: Int

        package init(basisPoints: Int) { self.basisPoints = basisPoints }
    }

    /// How the tenant's CSV files are written.
    package struct CSVFormat: Codable, Sendable, Equatable {
        /// `,` or `;`.
        package var delimiter: String
        /// `,` or `.`.
        package var decimalSeparator: String
        /// `utf-8` or `latin-1`.
        package var encoding: String

        package init(delimiter: String, decimalSeparator: String, encoding: String) {
            self.delimiter = delimiter
            self.decimalSeparator = decimalSeparator
            self.encoding = encoding
        }

        package static let standard = CSVFormat(delimiter: ";", decimalSeparator: ",", encoding: "utf-8")
    }

    package var tenant: String
    package var legalName: String
    /// The national registration number, in normal form once checked.
    package var registrationNumber: String
    /// ISO 3166 codes; the first is the tenant's own.
    package var countries: [String]
    /// ISO 639-1.
    package var language: String
    package var deductsVAT: Bool
    package var letterhead: Letterhead
    package var bank: Bank
    /// The creditor's number in the payment-reference system (FIK creditor, KID agreement).
    package var paymentCreditorNumber: String
    /// Plug-in identifier to its settings.
    package var plugins: [String: [String: String]]
    package var policy: [Step]
    package var commission: Commission
    package var csv: CSVFormat
    /// The tenant's own letter texts: `reminder.da` to Mustache text.
    package var letterTexts: [String: String]

    package init(
        tenant: String, legalName: String, registrationNumber: String, countries: [String], language: String,
        deductsVAT: Bool, letterhead: Letterhead, bank: Bank, paymentCreditorNumber: String,
        plugins: [String: [String: String]], policy: [Step], commission: Commission, csv: CSVFormat,
        letterTexts: [String: String]
    ) {
        self.tenant = tenant
        self.legalName = legalName
        self.registrationNumber = registrationNumber
        self.countries = countries
        self.language = language
        self.deductsVAT = deductsVAT
        self.letterhead = letterhead
        self.bank = bank
        self.paymentCreditorNumber = paymentCreditorNumber
        self.plugins = plugins
        self.policy = policy
        self.commission = commission
        self.csv = csv
        self.letterTexts = letterTexts
    }
}
