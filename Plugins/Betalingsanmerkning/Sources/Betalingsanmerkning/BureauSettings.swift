import FordringKit

/// What the tenant's file says of the bureau.
struct BureauSettings: Sendable {
    /// How batches leave the house.
    enum Transport: Sendable {
        case file
        case http(WebClient)
    }

    let transport: Transport
    /// Whether the numbers of persons go along; those of companies always do.
    let sendsPersonNumbers: Bool
    /// The standard names those of the plug-in NorwegianCourts; the claim's own events count whatever stands here.
    let legalStepProcedures: Set<String>
    private let deletionDays: [RegistrationDeletion.Reason: Int]

    /// The settings, as the host shows them.
    static let descriptions =
        [
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
            SettingDescription(
                key: "legalStepProcedures", allowed: [], standard: "conciliation, attachment, forcedSale",
                meaning: "The procedures, by comma, whose filing counts as a petition or a request for execution."),
        ]
        + RegistrationDeletion.Reason.allCases.map { reason in
            SettingDescription(
                key: deletionKey(reason), allowed: [], standard: String(standardDays(reason)),
                meaning: "Within how many days the bureau must confirm a deletion (\(reason.rawValue)), 0 to 30.")
        }

    /// Reads a tenant's settings.
    ///
    /// - Throws: `PluginSettingError`.
    init(_ context: PluginContext) throws(PluginSettingError) {
        func number(_ key: String, _ range: ClosedRange<Int>) throws(PluginSettingError) -> Int {
            guard let value = Int(context.setting(key)), range.contains(value) else {
                throw PluginSettingError(
                    key: key, "must be a whole number from \(range.lowerBound) to \(range.upperBound)")
            }
            return value
        }
        switch context.setting("transport") {
        case "file": transport = .file
        case "http":
            transport = .http(
                try WebClient(
                    endpoint: context.setting("endpoint"), token: context.setting("token"),
                    seconds: try number("timeoutSeconds", 1...600)))
        default: throw PluginSettingError(key: "transport", "must be file or http")
        }
        switch context.setting("personNumbers") {
        case "omit": sendsPersonNumbers = false
        case "send": sendsPersonNumbers = true
        default: throw PluginSettingError(key: "personNumbers", "must be omit or send")
        }
        legalStepProcedures = Set(
            context.setting("legalStepProcedures").split { $0 == "," || $0 == " " }.map { String($0) })
        var days: [RegistrationDeletion.Reason: Int] = [:]
        for reason in RegistrationDeletion.Reason.allCases {
            days[reason] = try number(BureauSettings.deletionKey(reason), 0...30)
        }
        deletionDays = days
    }

    /// Within how many days a deletion must be confirmed.
    func deletionDays(_ reason: RegistrationDeletion.Reason) -> Int {
        deletionDays[reason] ?? BureauSettings.standardDays(reason)
    }

    /// `deletionDaysPaid`.
    static func deletionKey(_ reason: RegistrationDeletion.Reason) -> String {
        "deletionDays" + reason.rawValue.prefix(1).uppercased() + reason.rawValue.dropFirst()
    }

    /// A person who owes nothing, or says so, waits a day only.
    private static func standardDays(_ reason: RegistrationDeletion.Reason) -> Int {
        switch reason {
        case .paid: 3
        case .disputed, .wrong, .expired, .withdrawn, .settled, .sold, .debtRelief, .lapsed, .unmet, .closed: 1
        @unknown default: 1
        }
    }
}
