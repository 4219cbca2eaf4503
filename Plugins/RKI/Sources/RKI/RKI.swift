import BureauExchange
public import FordringKit

/// The Danish register of bad payers.
///
/// What must hold is in `Requirements.swift`, its sources in `DataProtectionAct.swift`, the records in `RECORDS.md`.
public struct RKI: CreditBureau {
    private let settings: BureauSettings
    private let connection: BureauConnection

    /// Makes the bureau with a tenant's settings.
    ///
    /// - Throws: `PluginSettingError`.
    public init(_ context: PluginContext) throws {
        settings = try BureauSettings(context)
        connection = BureauConnection(
            context, settings.connection, currency: .dkk, companyDigits: 8,
            format: FixedWidthFormat(tenant: context.tenant))
    }

    /// Denmark without Greenland and the Faroe Islands, where another act holds.
    public var country: CountryCode { .denmark }

    /// `RKI`.
    public var name: String { "RKI" }

    /// All of `Requirement.all`, in its order.
    ///
    /// - Throws: `RuleGap` outside the tables' days, for another currency, and where the case has no such claim.
    public func preconditions(for facts: RegistrationFacts, on day: CivilDate) throws -> [Precondition] {
        let question = try Question(facts, on: day, settings: settings)
        return try Requirement.all(on: day).map { try $0.answer(question) }
    }

    /// Five years from the registration.
    ///
    /// - Throws: `RuleGap` outside the table's days.
    public func expiry(of facts: RegistrationFacts, registeredOn day: CivilDate) throws -> Explained<CivilDate> {
        let years = try DataProtectionAct.yearsMax.on(day)
        let last = day.addingMonthsClampingToMonthEnd(years.value * 12)
        let age = ExplanationLine("Nothing negative older than \(years.value) years is passed on.", years.citation)
        var count = ExplanationLine(
            "The years of a registration count from its day; the same day \(years.value) years later is the last, and "
                + "28 February where there is no 29th.", Practice.expiryCount)
        count.from = day
        count.through = last
        return Explained(last, [age, count])
    }

    /// A few days of the product's own, by reason; each is a setting.
    public func deletionDeadline(
        _ reason: RegistrationDeletion.Reason, orderedOn day: CivilDate
    ) -> Explained<CivilDate> {
        let days = settings.deletionDays[reason]
        let last = day.adding(days: days)
        let duty = ExplanationLine("The registration must go: \(Practice.words(for: reason)).", Practice.duty(reason))
        var count = ExplanationLine(
            "The bureau confirms within \(days) days: the agency's own limit, setting "
                + "\(DeletionDays.key(reason)).", Practice.deletionDays)
        count.from = day
        count.through = last
        count.days = days
        return Explained(last, [duty, count])
    }

    /// Hands a batch over: a file, or a request.
    ///
    /// - Throws: `DeliveryFailure`.
    public func submit(_ batch: RegistrationBatch) throws -> DeliveryReceipt {
        try connection.submit(batch)
    }

    /// What is known of a batch that was handed over.
    ///
    /// - Throws: `DeliveryFailure`.
    public func receipt(for idempotencyKey: String) throws -> DeliveryReceipt? {
        try connection.receipt(for: idempotencyKey)
    }

    /// The bureau's answers, each once, by day.
    ///
    /// - Throws: `DeliveryFailure`.
    public func answers() throws -> [BureauAnswer] { try connection.answers() }

    /// The bureau's list.
    ///
    /// - Throws: `DeliveryFailure`.
    public func register() throws -> [RegisterEntry]? { try connection.register() }

    /// Takes the debtors out of a batch; that it was handed over stays known.
    ///
    /// - Throws: `DeliveryFailure`.
    public func forget(idempotencyKey: String) throws {
        try connection.forget(idempotencyKey: idempotencyKey)
    }
}
