public import FordringKit
import WebExchange

/// What a tenant's file says of the way to a bureau.
public struct ConnectionSettings: Sendable {
    /// How batches leave the house.
    enum Transport: Sendable {
        case file
        case http(WebClient)
    }

    let transport: Transport
    /// Whether the numbers of persons go along; those of companies always do.
    public let sendsPersonNumbers: Bool

    /// The settings, as the host shows them.
    public static let descriptions = [
        SettingDescription(
            key: "transport", allowed: ["file", "http"], standard: "file",
            meaning: "How batches leave the house: as files in the outbox, or by HTTP."),
        SettingDescription(
            key: "endpoint", allowed: [], standard: "",
            meaning: "With http: the address that batches go to, https unless it is this machine."),
        SettingDescription(
            key: "token", allowed: [], standard: "",
            meaning: "With http: the secret that the bureau knows us by; empty where it asks for none."),
        SettingDescription(
            key: "timeoutSeconds", allowed: [], standard: "30",
            meaning: "With http: how long an answer is waited for, 1 to 600."),
        SettingDescription(
            key: "personNumbers", allowed: ["omit", "send"], standard: "omit",
            meaning: "Whether the national numbers of persons go to the bureau; send only with a legal basis."),
    ]

    /// Reads a tenant's settings.
    ///
    /// - Throws: `PluginSettingError`.
    public init(_ context: PluginContext) throws(PluginSettingError) {
        switch context.setting("transport") {
        case "file": transport = .file
        case "http":
            transport = .http(
                try WebClient(
                    endpoint: context.setting("endpoint"), token: context.setting("token"),
                    seconds: try context.wholeNumber("timeoutSeconds", 1...600)))
        default: throw PluginSettingError(key: "transport", "must be file or http")
        }
        switch context.setting("personNumbers") {
        case "omit": sendsPersonNumbers = false
        case "send": sendsPersonNumbers = true
        default: throw PluginSettingError(key: "personNumbers", "must be omit or send")
        }
    }
}

/// Within how many days a bureau must confirm a deletion, by its reason: the agency's own limits.
public struct DeletionDays: Sendable {
    private let days: [RegistrationDeletion.Reason: Int]

    /// The settings, as the host shows them.
    public static let descriptions = RegistrationDeletion.Reason.allCases.map { reason in
        SettingDescription(
            key: key(reason), allowed: [], standard: String(standard(reason)),
            meaning: "Within how many days the bureau must confirm a deletion (\(reason.rawValue)), 0 to 30.")
    }

    /// Reads a tenant's settings.
    ///
    /// - Throws: `PluginSettingError`.
    public init(_ context: PluginContext) throws(PluginSettingError) {
        var days: [RegistrationDeletion.Reason: Int] = [:]
        for reason in RegistrationDeletion.Reason.allCases {
            days[reason] = try context.wholeNumber(DeletionDays.key(reason), 0...30)
        }
        self.days = days
    }

    /// Within how many days a deletion must be confirmed.
    public subscript(_ reason: RegistrationDeletion.Reason) -> Int { days[reason] ?? DeletionDays.standard(reason) }

    /// The setting's key: `deletionDaysPaid`.
    public static func key(_ reason: RegistrationDeletion.Reason) -> String {
        "deletionDays" + reason.rawValue.prefix(1).uppercased() + reason.rawValue.dropFirst()
    }

    /// A person who owes nothing, or says so, waits a day only; so does who goes for a reason of a later kit.
    private static func standard(_ reason: RegistrationDeletion.Reason) -> Int {
        switch reason {
        case .paid: 3
        default: 1
        }
    }
}

extension PluginContext {
    /// A setting that is a whole number.
    ///
    /// - Throws: `PluginSettingError` where it is none, or not in the range.
    public func wholeNumber(_ key: String, _ range: ClosedRange<Int>) throws(PluginSettingError) -> Int {
        guard let value = Int(setting(key)), range.contains(value) else {
            throw PluginSettingError(
                key: key, "must be a whole number from \(range.lowerBound) to \(range.upperBound)")
        }
        return value
    }
}
