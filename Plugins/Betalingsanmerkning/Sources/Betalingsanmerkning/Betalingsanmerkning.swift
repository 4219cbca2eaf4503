import BureauExchange
public import FordringKit

/// A Norwegian bureau that takes remarks on bad payers (betalingsanmerkning).
///
/// What must hold is in `Requirements.swift`, its sources in `CreditInformationAct.swift`, the records in `RECORDS.md`.
public struct Betalingsanmerkning: CreditBureau {
    private let settings: BureauSettings
    private let connection: BureauConnection

    /// Makes the bureau with a tenant's settings.
    ///
    /// - Throws: `PluginSettingError`.
    public init(_ context: PluginContext) throws {
        settings = try BureauSettings(context)
        connection = BureauConnection(
            context, settings.connection, currency: .nok, companyDigits: 9,
            format: CSVFormat(tenant: context.tenant))
    }

    /// Norway.
    public var country: CountryCode { .norway }

    /// `Betalingsanmerkning`.
    public var name: String { settings.bureauName }

    /// All of `Requirement.all`, in its order.
    ///
    /// - Throws: `RuleGap` outside the tables' days, for another currency, and where the case has no such claim.
    public func preconditions(for facts: RegistrationFacts, on day: CivilDate) throws -> [Precondition] {
        let question = try Question(facts, on: day, settings: settings)
        return try Requirement.all(for: facts.facts.debtorKind, on: day).map { try $0.answer(question) }
    }

    /// Four years from the registration, or from a newer legal step.
    ///
    /// - Throws: `RuleGap` outside the table's days, and where the case has no such claim.
    public func expiry(of facts: RegistrationFacts, registeredOn day: CivilDate) throws -> Explained<CivilDate> {
        let years = try CreditInformationAct.yearsMax.on(day)
        guard let claim = facts.facts.claims.first(where: { $0.id == facts.claim }) else {
            throw Question.noClaim(facts, day)
        }
        let steps = LegalSteps(
            facts, claim, through: CivilDate(day: .max), procedures: settings.legalStepProcedures)
        var lines = [ExplanationLine("A remark is used for \(years.value) years at most.", years.citation)]
        var start = day
        if let newest = steps.begun.last, newest > day {
            start = newest
            lines.append(
                ExplanationLine(
                    "The legal step of \(newest) gives \(years.value) more years, counted from its day.",
                    CreditInformationAct.newStepCount))
        }
        let last = start.addingMonthsClampingToMonthEnd(years.value * 12)
        var count = ExplanationLine(
            "The years count from the registration or a newer legal step; the same day \(years.value) years later is the "
                + "last, and 28 February where there is no 29th.", CreditInformationAct.expiryCount)
        count.from = start
        count.through = last
        return Explained(last, lines + [count])
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
