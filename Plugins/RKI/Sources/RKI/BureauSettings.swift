import BureauExchange
import FordringKit

/// What the tenant's file says of the bureau.
struct BureauSettings: Sendable {
    let connection: ConnectionSettings
    /// Within how many days a deletion must be confirmed.
    let deletionDays: DeletionDays
    let warningMinDays: Int
    let warningMaxDays: Int
    /// The standard names those of the plug-in DanishCourts; the claim's own events count whatever stands here.
    let legalStepProcedures: Set<String>

    /// The settings, as the host shows them.
    static let descriptions =
        ConnectionSettings.descriptions
        + [
            SettingDescription(
                key: "warningMinDays", allowed: [], standard: "10",
                meaning: "How many days after the warning a claim may be registered, 1 to 365."),
            SettingDescription(
                key: "warningMaxDays", allowed: [], standard: "180",
                meaning: "After how many days a warning is too old, 1 to 1825."),
            SettingDescription(
                key: "legalStepProcedures", allowed: [], standard: "paymentOrder, bailiffRequest",
                meaning: "The court procedures, by comma, whose filing counts as a legal step."),
        ]
        + DeletionDays.descriptions

    /// Reads a tenant's settings.
    ///
    /// - Throws: `PluginSettingError`.
    init(_ context: PluginContext) throws(PluginSettingError) {
        connection = try ConnectionSettings(context)
        warningMinDays = try context.wholeNumber("warningMinDays", 1...365)
        warningMaxDays = try context.wholeNumber("warningMaxDays", 1...1825)
        if warningMaxDays < warningMinDays {
            throw PluginSettingError(key: "warningMaxDays", "must not be under warningMinDays")
        }
        legalStepProcedures = Set(
            context.setting("legalStepProcedures").split { $0 == "," || $0 == " " }.map { String($0) })
        deletionDays = try DeletionDays(context)
    }
}
