public import FordringKit
import WebExchange

/// The way to a court and back, as a tenant's settings choose it: by files in the outbox, or by HTTP.
///
/// It does what `LegalForum` promises of filings and answers: one key has one effect, and the permit is looked at again at
/// the last moment.
public enum CourtConnection: Sendable {
    /// By files in the outbox.
    case folder(CourtFolder)
    /// By HTTP.
    case wire(CourtWire)

    /// The settings, as the host shows them.
    public static let settings = [
        SettingDescription(
            key: "filing", allowed: ["hand", "folder", "http"], standard: "hand",
            meaning:
                "Whether a person files the packages (hand), they are left in the outbox (folder), or sent by HTTP."),
        SettingDescription(
            key: "endpoint", allowed: [], standard: "",
            meaning: "With http: the address that packages go to, https unless it is this machine."),
        SettingDescription(
            key: "token", allowed: [], standard: "",
            meaning: "With http: the secret that the court knows us by; empty where it asks for none."),
        SettingDescription(
            key: "timeoutSeconds", allowed: [], standard: "30",
            meaning: "With http: how long an answer is waited for, 1 to 600."),
    ]

    /// The connection of a tenant; `nil` where a person files by hand.
    ///
    /// - Parameter currency: of the amounts that the court's answers state.
    /// - Throws: `PluginSettingError`.
    public init?(_ context: PluginContext, currency: Currency) throws(PluginSettingError) {
        switch context.setting("filing") {
        case "hand", "": return nil
        case "folder": self = .folder(try CourtFolder(context, currency: currency))
        case "http":
            guard let seconds = Int(context.setting("timeoutSeconds")), (1...600).contains(seconds) else {
                throw PluginSettingError(key: "timeoutSeconds", "must be a whole number from 1 to 600")
            }
            let client = try WebClient(
                endpoint: context.setting("endpoint"), token: context.setting("token"), seconds: seconds)
            self = .wire(CourtWire(client: client, tenant: context.tenant, currency: currency))
        case let other:
            throw PluginSettingError(key: "filing", "“\(other)” is not one of hand, folder and http.")
        }
    }

    /// Files a package; a second time gives the first receipt.
    ///
    /// - Throws: `DeliveryFailure`.
    public func file(_ filing: CourtFiling) throws -> DeliveryReceipt {
        switch self {
        case .folder(let folder): try folder.file(filing)
        case .wire(let wire): try wire.file(filing)
        }
    }

    /// What is known of a package that was filed; `nil` where nothing is.
    ///
    /// - Throws: `DeliveryFailure`.
    public func receipt(for key: String) throws -> DeliveryReceipt? {
        switch self {
        case .folder(let folder): try folder.receipt(for: key)
        case .wire(let wire): try wire.receipt(for: key)
        }
    }

    /// The court's answers, each once, oldest first.
    ///
    /// - Throws: `DeliveryFailure`.
    public func answers() throws -> [CourtAnswer] {
        switch self {
        case .folder(let folder): try folder.answers()
        case .wire(let wire): try wire.answers()
        }
    }

    /// Tells the court which answers were read, so that it need not give them again; files stay where they are.
    ///
    /// - Throws: `DeliveryFailure`.
    public func acknowledge(_ answers: [CourtAnswer]) throws {
        if case .wire(let wire) = self { try wire.acknowledge(answers) }
    }
}
