import BureauExchange
import FordringKit

/// What the tenant's file says of the bureau.
struct BureauSettings: Sendable {
    let connection: ConnectionSettings
    /// Within how many days a deletion must be confirmed.
    let deletionDays: DeletionDays
    /// The standard names those of the plug-in NorwegianCourts; the claim's own events count whatever stands here.
    let legalStepProcedures: Set<String>

    /// The settings, as the host shows them.
    static let descriptions =
        ConnectionSettings.descriptions
        + [
            SettingDescription(
                key: "legalStepProcedures", allowed: [], standard: "conciliation, attachment, forcedSale",
                meaning: "The procedures, by comma, whose filing counts as a petition or a request for execution.")
        ]
        + DeletionDays.descriptions

    /// Reads a tenant's settings.
    ///
    /// - Throws: `PluginSettingError`.
    init(_ context: PluginContext) throws(PluginSettingError) {
        connection = try ConnectionSettings(context)
        legalStepProcedures = Set(
            context.setting("legalStepProcedures").split { $0 == "," || $0 == " " }.map { String($0) })
        deletionDays = try DeletionDays(context)
    }
}
