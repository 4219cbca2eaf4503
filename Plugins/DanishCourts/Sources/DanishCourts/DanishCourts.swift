import CourtExchange
import FordringKit

/// The courts of Denmark: betalingspåkrav, fogedrekvisition, and the way to a lawyer.
///
/// The answers are in the files that are named for the chapters of the acts; this one only joins them to the kit.
struct DanishCourts: LegalForum {
    /// Where packages are filed; `nil` where a person files them by hand.
    var connection: CourtConnection?

    let country = CountryCode.denmark

    var procedures: [LegalProcedure] { DanishProcedure.allCases.map(\.description) }

    func preconditions(
        for procedure: LegalProcedureKind, _ facts: LegalFacts, on day: CivilDate
    ) throws -> [Precondition] {
        // What cannot be priced or has no known venue is a gap here already, before anybody counts on the list.
        switch try DanishProcedure.named(procedure, on: day) {
        case .paymentOrder:
            _ = try (CourtFeeAct.paymentOrder.on(day), Venue.rules(for: facts))
            return try PaymentOrders.preconditions(facts, on: day)
        case .bailiffRequest:
            _ = try CourtFeeAct.bailiff.on(day)
            return Enforcement.preconditions(facts, on: day)
        case .lawyerTransfer:
            _ = try (CourtFeeAct.lawsuit.on(day), Venue.rules(for: facts))
            return try LawyerTransfers.preconditions(facts, on: day)
        }
    }

    func form(_ facts: LegalFacts, on day: CivilDate, permit: HandoffPermit) throws -> CourtForm {
        let procedure = try DanishProcedure.named(permit.procedure, on: day)
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
        return switch procedure {
        case .paymentOrder: try PaymentOrders.form(facts, on: day, fee: fee.value, court: venue.value)
        case .bailiffRequest: try Enforcement.form(facts, on: day, fee: fee.value, court: venue.value)
        case .lawyerTransfer: try LawyerTransfers.form(facts, on: day, fee: fee.value, court: venue.value)
        }
    }

    func courtFee(
        for procedure: LegalProcedureKind, _ facts: LegalFacts, on day: CivilDate
    ) throws -> Explained<Money> {
        try DenmarkOnly.check(facts, on: day)
        return switch try DanishProcedure.named(procedure, on: day) {
        case .paymentOrder: try CourtFeeAct.paymentOrderFee(on: day)
        case .bailiffRequest: try CourtFeeAct.bailiffFee(facts, on: day)
        case .lawyerTransfer: try CourtFeeAct.lawsuitFee(facts, on: day)
        }
    }

    func venue(for procedure: LegalProcedureKind, _ facts: LegalFacts) throws -> Explained<String> {
        switch try DanishProcedure.named(procedure, on: facts.facts.openedOn) {
        case .paymentOrder: try Venue.paymentOrder(facts)
        case .bailiffRequest: try Venue.enforcement(facts)
        case .lawyerTransfer: try Venue.lawsuit(facts)
        }
    }

    func limitationEvent(of procedure: LegalProcedureKind, reaching state: LegalState) -> ClaimEvent.Kind? {
        DanishProcedure(rawValue: procedure.rawValue).flatMap { LimitationAct.event(of: $0, reaching: state) }
    }

    func limitationEvent(
        of procedure: LegalProcedureKind, reaching state: LegalState, after history: LegalHistory
    ) -> ClaimEvent.Kind? {
        DanishProcedure(rawValue: procedure.rawValue).flatMap {
            LimitationAct.event(of: $0, reaching: state, after: history)
        }
    }

    func feeEvent(
        of procedure: LegalProcedureKind, reaching state: LegalState, on day: CivilDate, after history: LegalHistory
    ) throws -> CourtFeeEvent {
        CourtFeeAct.event(of: try DanishProcedure.named(procedure, on: day), reaching: state, after: history)
    }

    func proposal(after procedure: LegalProcedureKind, reaching state: LegalState) -> Explained<LegalProcedureKind>? {
        DanishProcedure(rawValue: procedure.rawValue).flatMap { $0.proposal(reaching: state) }
    }

    func followUpDays(for procedure: LegalProcedureKind, in state: LegalState) -> Int? {
        DanishProcedure(rawValue: procedure.rawValue).flatMap { $0.followUpDays(in: state) }
    }

    /// A transfer goes to a lawyer, and a court's wire does not reach there: a person sends it.
    func file(_ filing: CourtFiling) throws -> DeliveryReceipt? {
        switch try DanishProcedure.named(filing.permit.procedure, on: filing.day) {
        case .lawyerTransfer: nil
        case .paymentOrder, .bailiffRequest: try connection?.file(filing)
        }
    }

    func receipt(for idempotencyKey: String) throws -> DeliveryReceipt? { try connection?.receipt(for: idempotencyKey) }

    func answers() throws -> [CourtAnswer] { try connection?.answers() ?? [] }

    func acknowledge(_ answers: [CourtAnswer]) throws { try connection?.acknowledge(answers) }
}

/// The limits of what this plug-in speaks for.
enum DenmarkOnly {
    /// The last day for which the figures of acts and orders are held to be looked up.
    ///
    /// The status date of the fact sheet behind the tables. Its consolidated texts were published up to about March
    /// 2026, so who moves this day forward must look for amendments from then on.
    static let checkedThrough = CivilDate(2026, 11, 22)

    /// What is known of the courts of the debtor's country, where they are not these.
    static func otherCourts(of country: CountryCode) -> String? {
        switch country {
        case .denmark: nil
        case .greenland:
            "Greenland has a procedure act of its own (LBK 1007/2025) with other notices, deadlines and courts, "
                + "which this plug-in does not support"
        case .faroeIslands:
            "the Faroe Islands have a procedure act of their own (LBK 457/2025), which this plug-in does not support"
        default: "the debtor lives in \(country), and the rules on venue and service abroad are not supported"
        }
    }

    /// Refuses what the fees of the Danish courts are not made for.
    static func check(_ facts: LegalFacts, on day: CivilDate) throws(RuleGap) {
        if let other = otherCourts(of: facts.debtor.address.country) {
            throw RuleGap(
                rule: "Danish courts", day: day, reason: other,
                cure: "A lawyer who knows those courts must take the case.")
        }
        guard facts.facts.currency == .dkk else {
            throw RuleGap(
                rule: "Danish court fees", day: day,
                reason: "the tables are in DKK and the case is in \(facts.facts.currency)",
                cure: "A person must decide how the claim is converted.")
        }
    }
}
