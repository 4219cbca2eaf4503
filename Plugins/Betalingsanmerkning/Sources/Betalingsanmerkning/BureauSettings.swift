import BureauExchange
import FordringKit

/// What the tenant's file says of the bureau.
struct BureauSettings: Sendable {
    let connection: ConnectionSettings
    /// What the debtor is told that the bureau is called; there are several that keep remarks.
    let bureauName: String
    /// Within how many days a deletion must be confirmed.
    let deletionDays: DeletionDays
    /// The standard names those of the plug-in NorwegianCourts; the claim's own events count whatever stands here.
    let legalStepProcedures: Set<String>

    /// The settings, as the host shows them.
    static let descriptions =
        ConnectionSettings.descriptions
        + [
            SettingDescription(
                key: "bureauName", allowed: [], standard: "Betalingsanmerkning",
                meaning: "The name of the credit bureau, as the letter before the use states it to the debtor."),
            SettingDescription(
                key: "legalStepProcedures", allowed: [], standard: "conciliation, attachment, forcedSale",
                meaning: "The procedures, by comma, whose filing counts as a petition or a request for execution."),
        ]
        + DeletionDays.descriptions

    /// Reads a tenant's settings.
    ///
    /// - Throws: `PluginSettingError`.
    init(_ context: PluginContext) throws(PluginSettingError) {
        connection = try ConnectionSettings(context)
        bureauName = context.setting("bureauName")
        guard bureauName.contains(where: { !$0.isWhitespace }), !bureauName.contains(where: \.isNewline) else {
            throw PluginSettingError(key: "bureauName", "must be the name of the bureau, in one line")
        }
        legalStepProcedures = Set(
            context.setting("legalStepProcedures").split { $0 == "," || $0 == " " }.map { String($0) })
        deletionDays = try DeletionDays(context)
    }
}
