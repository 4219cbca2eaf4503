public import FordringKit
import SpoolFiles

/// The way to a bureau and back, as a tenant's settings choose it: by files in the outbox, or by HTTP.
///
/// It does what `CreditBureau` promises of batches, answers and the register: one key has one effect, and every permit is
/// looked at again at the last moment. A bureau's plug-in adds what the law asks for, and its record format.
public struct BureauConnection: Sendable {
    private let transport: any BureauTransport

    /// Makes the connection of a tenant.
    ///
    /// - Parameters:
    ///   - currency: the only one that amounts may be in.
    ///   - companyDigits: how many digits a company's number has; a number of that length names no person.
    ///   - format: how files are written; HTTP has a form of its own.
    public init(
        _ context: PluginContext, _ settings: ConnectionSettings, currency: Currency, companyDigits: Int,
        format: any RecordFormat
    ) {
        let rules = BatchRules(
            tenant: context.tenant, currency: currency, companyDigits: companyDigits,
            sendsPersonNumbers: settings.sendsPersonNumbers)
        switch settings.transport {
        case .file:
            transport = FileTransport(folder: SpoolFolder(path: context.outbox), rules: rules, format: format)
        case .http(let client): transport = HTTPTransport(client: client, rules: rules)
        }
    }

    /// Hands a batch over: a file, or a request.
    ///
    /// - Throws: `DeliveryFailure`; `unknown` where nobody can tell whether it arrived.
    public func submit(_ batch: RegistrationBatch) throws -> DeliveryReceipt {
        try BatchRules.checkKey(batch.idempotencyKey)
        return try transport.submit(batch)
    }

    /// What is known of a batch that was handed over; `nil` where nothing is.
    ///
    /// - Throws: `DeliveryFailure`.
    public func receipt(for idempotencyKey: String) throws -> DeliveryReceipt? {
        try BatchRules.checkKey(idempotencyKey)
        return try transport.receipt(for: idempotencyKey)
    }

    /// The bureau's answers, each once, by day.
    ///
    /// - Throws: `DeliveryFailure`.
    public func answers() throws -> [BureauAnswer] { try transport.answers() }

    /// The bureau's list; `nil` where it gave none.
    ///
    /// - Throws: `DeliveryFailure`.
    public func register() throws -> [RegisterEntry]? { try transport.register() }

    /// Takes the debtors out of a batch; that it was handed over stays known.
    ///
    /// - Throws: `DeliveryFailure`.
    public func forget(idempotencyKey: String) throws {
        try BatchRules.checkKey(idempotencyKey)
        try transport.forget(idempotencyKey)
    }
}
