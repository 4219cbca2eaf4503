import CourtExchange
import FordringKit

/// The courts of Norway: forliksklage, utleggsbegjæring, tvangssalg, and the three steps of bankruptcy.
///
/// The answers are in the files that are named for the acts; this one only joins them to the kit.
struct NorwegianCourts: LegalForum {
    /// Where packages are filed; `nil` where a person files them by hand.
    var connection: CourtConnection?
    /// The unit of the court fees by year, with what the administrator added.
    var unit = CourtFeeAct.unit

    let country = CountryCode.norway

    var procedures: [LegalProcedure] { NorwegianProcedure.allCases.map(\.description) }

    func preconditions(
        for procedure: LegalProcedureKind, _ facts: LegalFacts, on day: CivilDate
    ) throws -> [Precondition] {
        let procedure = try NorwegianProcedure.named(procedure, on: day)
        // What cannot be priced is a gap here already, before anybody counts on the list.
        try CourtFeeAct.checkTables(of: procedure, unit: unit, on: day)
        return switch procedure {
        case .conciliation: try DisputeAct.preconditions(facts, on: day)
        case .attachment: EnforcementAct.attachmentPreconditions(facts, on: day)
        case .forcedSale: EnforcementAct.salePreconditions(facts, on: day)
        case .bankruptcyNotice: BankruptcyAct.noticePreconditions(facts, on: day)
        case .bankruptcyPetition: BankruptcyAct.petitionPreconditions(facts, on: day)
        case .bankruptcyOpening: BankruptcyAct.openingPreconditions(facts, on: day)
        }
    }

    func form(_ facts: LegalFacts, on day: CivilDate, permit: HandoffPermit) throws -> CourtForm {
        let procedure = try NorwegianProcedure.named(permit.procedure, on: day)
        try permit.check(facts.facts.id, procedure.kind, on: day)
        // The host saw that all hold; a permit for what does not is refused all the same.
        let unmet = try preconditions(for: procedure.kind, facts, on: day).filter { !$0.isMet }
        guard unmet.isEmpty else {
            throw PermitError(
                "The permit for \(procedure.kind) in case \(facts.facts.id) was given although something is missing: "
                    + unmet.map(\.identifier).joined(separator: ", ") + ".")
        }
        let fee = try courtFee(for: procedure.kind, facts, on: day)
        let venue = try venue(for: procedure.kind, facts)
        switch procedure {
        case .conciliation: return try DisputeAct.form(facts, on: day, fee: fee.value, board: venue.value)
        case .attachment: return try EnforcementAct.attachmentForm(facts, on: day, fee: fee.value, officer: venue.value)
        case .forcedSale: return try EnforcementAct.saleForm(facts, on: day, fee: fee.value, officer: venue.value)
        case .bankruptcyNotice: return try BankruptcyAct.noticeForm(facts, on: day, fee: fee.value, court: venue.value)
        case .bankruptcyPetition:
            let deposit = try CourtFeeAct.deposit(unit: unit, on: day)
            return try BankruptcyAct.petitionForm(
                facts, on: day, fee: fee.value, deposit: deposit.value, court: venue.value)
        case .bankruptcyOpening:
            return try BankruptcyAct.openingForm(facts, on: day, fee: fee.value, court: venue.value)
        }
    }

    func courtFee(
        for procedure: LegalProcedureKind, _ facts: LegalFacts, on day: CivilDate
    ) throws -> Explained<Money> {
        try NorwayOnly.check(facts, on: day)
        return try CourtFeeAct.fee(for: try NorwegianProcedure.named(procedure, on: day), facts, unit: unit, on: day)
    }

    func venue(for procedure: LegalProcedureKind, _ facts: LegalFacts) throws -> Explained<String> {
        try Venue.venue(for: try NorwegianProcedure.named(procedure, on: facts.facts.openedOn), facts)
    }

    func limitationEvent(of procedure: LegalProcedureKind, reaching state: LegalState) -> ClaimEvent.Kind? {
        NorwegianProcedure(rawValue: procedure.rawValue).flatMap { LimitationAct.event(of: $0, reaching: state) }
    }

    func limitationEvent(
        of procedure: LegalProcedureKind, reaching state: LegalState, after history: LegalHistory
    ) -> ClaimEvent.Kind? {
        NorwegianProcedure(rawValue: procedure.rawValue).flatMap {
            LimitationAct.event(of: $0, reaching: state, after: history)
        }
    }

    func feeEvent(
        of procedure: LegalProcedureKind, reaching state: LegalState, on day: CivilDate, after history: LegalHistory
    ) throws -> CourtFeeEvent {
        try CourtFeeAct.event(
            of: try NorwegianProcedure.named(procedure, on: day), reaching: state, on: day, after: history, unit: unit)
    }

    func proposal(after procedure: LegalProcedureKind, reaching state: LegalState) -> Explained<LegalProcedureKind>? {
        NorwegianProcedure(rawValue: procedure.rawValue).flatMap { $0.proposal(reaching: state) }
    }

    func followUpDays(for procedure: LegalProcedureKind, in state: LegalState) -> Int? {
        NorwegianProcedure(rawValue: procedure.rawValue).flatMap { $0.followUpDays(in: state) }
    }

    /// The record of a hearing goes to nobody: a person keeps it.
    func file(_ filing: CourtFiling) throws -> DeliveryReceipt? {
        switch try NorwegianProcedure.named(filing.permit.procedure, on: filing.day) {
        case .bankruptcyOpening: nil
        case .conciliation, .attachment, .forcedSale, .bankruptcyNotice, .bankruptcyPetition:
            try connection?.file(filing)
        }
    }

    func receipt(for idempotencyKey: String) throws -> DeliveryReceipt? { try connection?.receipt(for: idempotencyKey) }

    func answers() throws -> [CourtAnswer] { try connection?.answers() ?? [] }

    func acknowledge(_ answers: [CourtAnswer]) throws { try connection?.acknowledge(answers) }
}

/// The limits of what this plug-in speaks for.
enum NorwayOnly {
    /// The last day for which the figures of the acts are held to be looked up: the status date of the fact sheet.
    ///
    /// The statute texts behind it were retrieved on 2026-07-28, so who moves this day forward must look for amendments
    /// from then on, above all for the debt-collection act of 2026, whose commencement was not fixed.
    static let checkedThrough = CivilDate(2026, 11, 22)

    /// What is known of the courts of the debtor's country, where they are not these.
    static func otherCourts(of country: CountryCode) -> String? {
        country == .norway
            ? nil : "the debtor lives in \(country), and the rules on venue and service abroad are not supported"
    }

    /// Refuses what the fees of the Norwegian courts are not made for.
    static func check(_ facts: LegalFacts, on day: CivilDate) throws(RuleGap) {
        if let other = otherCourts(of: facts.debtor.address.country) {
            throw RuleGap(
                rule: "Norwegian courts", day: day, reason: other,
                cure: "A lawyer who knows those courts must take the case.")
        }
        guard facts.facts.currency == .nok else {
            throw RuleGap(
                rule: "Norwegian court fees", day: day,
                reason: "the tables are in NOK and the case is in \(facts.facts.currency)",
                cure: "A person must decide how the claim is converted.")
        }
    }
}
