package import JobQueue

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

    /// When the host does what it does by itself.
    package struct Schedules: Codable, Sendable, Equatable {
        package var dailyRun: Schedule
        package var selfCheck: Schedule

        package init(dailyRun: Schedule, selfCheck: Schedule) {
            self.dailyRun = dailyRun
            self.selfCheck = selfCheck
        }

        /// Every morning at 6, and the log's check in the night to Sunday.
        package static let standard = Schedules(dailyRun: known("0 6 * * *"), selfCheck: known("30 2 * * sun"))

        private static func known(_ text: String) -> Schedule {
            do { return try Schedule(parsing: text) } catch { preconditionFailure(error.description) }
        }
    }

    /// The name under ``limits`` that stands for all channels together.
    package static let allChannels = "all"

    /// Who collects: an agency for the creditor, or the creditor itself under its own name.
    package enum Collection: String, Codable, Sendable, CaseIterable {
        case agency
        case own
    }

    /// The key among a plug-in's settings that names the version that the tenant wants; no plug-in may take it itself.
    package static let versionKey = "version"
    /// What ``weight`` may be.
    package static let weights = 1...10

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
    /// The tenant's share of the workers, beside those of other tenants.
    package var weight: Int
    /// How many letters may leave by a channel, or by ``allChannels``.
    package var limits: [String: RateLimit]
    package var schedules: Schedules
    package var collection: Collection

    package init(
        tenant: String, legalName: String, registrationNumber: String, countries: [String], language: String,
        deductsVAT: Bool, letterhead: Letterhead, bank: Bank, paymentCreditorNumber: String,
        plugins: [String: [String: String]], policy: [Step], commission: Commission, csv: CSVFormat,
        letterTexts: [String: String], weight: Int = 1, limits: [String: RateLimit] = [:],
        schedules: Schedules = .standard, collection: Collection = .agency
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
        self.weight = weight
        self.limits = limits
        self.schedules = schedules
        self.collection = collection
    }
}

extension TenantSettings {
    /// The version of a plug-in that the tenant stays with; `nil`: the newest.
    package func pinnedVersion(of plugin: String) -> String? { plugins[plugin]?[TenantSettings.versionKey] }

    /// Reads what the host keeps; keys that came later have their standards where a record is older than they are.
    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        self.init(
            tenant: try container.decode(String.self, forKey: .tenant),
            legalName: try container.decode(String.self, forKey: .legalName),
            registrationNumber: try container.decode(String.self, forKey: .registrationNumber),
            countries: try container.decode([String].self, forKey: .countries),
            language: try container.decode(String.self, forKey: .language),
            deductsVAT: try container.decode(Bool.self, forKey: .deductsVAT),
            letterhead: try container.decode(Letterhead.self, forKey: .letterhead),
            bank: try container.decode(Bank.self, forKey: .bank),
            paymentCreditorNumber: try container.decode(String.self, forKey: .paymentCreditorNumber),
            plugins: try container.decode([String: [String: String]].self, forKey: .plugins),
            policy: try container.decode([Step].self, forKey: .policy),
            commission: try container.decode(Commission.self, forKey: .commission),
            csv: try container.decode(CSVFormat.self, forKey: .csv),
            letterTexts: try container.decode([String: String].self, forKey: .letterTexts),
            weight: try container.decodeIfPresent(Int.self, forKey: .weight) ?? 1,
            limits: try container.decodeIfPresent([String: RateLimit].self, forKey: .limits) ?? [:],
            schedules: try container.decodeIfPresent(Schedules.self, forKey: .schedules) ?? .standard,
            collection: try container.decodeIfPresent(Collection.self, forKey: .collection) ?? .agency)
    }
}

extension TenantSettings.Schedules {
    /// Reads what the host keeps; a schedule that is not there is the standard one.
    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        self.init(
            dailyRun: try container.decodeIfPresent(Schedule.self, forKey: .dailyRun) ?? Self.standard.dailyRun,
            selfCheck: try container.decodeIfPresent(Schedule.self, forKey: .selfCheck) ?? Self.standard.selfCheck)
    }
}
