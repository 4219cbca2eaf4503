import CourtPapers
import FordringKit

/// Retsafgiftsloven (act 425 of 2021-03-16): what the courts take, from 2021-10-01.
///
/// Not in force in Greenland and the Faroe Islands. What was filed before is a gap.
enum CourtFeeAct {
    /// The act as citations name it.
    static let source = "retsafgiftsloven, lov 425/2021"
    /// The first day.
    static let inForce = CivilDate(2021, 10, 1)

    private static func table<Value>(
        _ name: String, _ section: String, _ value: Value
    ) -> Effective<Value> {
        Effective(
            "\(name), \(source)", checkedThrough: DenmarkOnly.checkedThrough,
            .from(inForce, value, Citation(source, section)))
    }

    // MARK: Lawsuits

    /// The fee of a lawsuit by what it is about.
    struct Lawsuit: Sendable {
        /// The fee of filing.
        let filing: Money
        /// The claim up to which filing costs less.
        let smallThrough: Money
        /// That lesser fee.
        let smallFiling: Money
        /// The hearing fee: through a claim, so much; `nil` for all above.
        let hearing: [(through: Money?, fee: Money)]

        /// The fee of filing a claim.
        func filing(of claim: Money) -> Money { claim.minorUnits <= smallThrough.minorUnits ? smallFiling : filing }

        /// The fee of the hearing of a claim.
        func hearing(of claim: Money) -> Money {
            for line in hearing {
                guard let through = line.through else { return line.fee }
                if claim.minorUnits <= through.minorUnits { return line.fee }
            }
            return .zero(.dkk)
        }
    }

    /// The fees of a lawsuit; its hearing fee falls away where a settlement is told two weeks before the hearing.
    static let lawsuit = table(
        "fee of a lawsuit", "lawsuits",
        Lawsuit(
            filing: .units(1_500, .dkk), smallThrough: .units(100_000, .dkk), smallFiling: .units(750, .dkk),
            hearing: [
                (.units(100_000, .dkk), .zero(.dkk)), (.units(250_000, .dkk), .units(3_000, .dkk)),
                (.units(500_000, .dkk), .units(8_000, .dkk)), (.units(1_000_000, .dkk), .units(14_000, .dkk)),
                (.units(2_000_000, .dkk), .units(35_000, .dkk)), (.units(3_000_000, .dkk), .units(60_000, .dkk)),
                (.units(4_000_000, .dkk), .units(85_000, .dkk)), (.units(5_000_000, .dkk), .units(110_000, .dkk)),
                (.units(6_000_000, .dkk), .units(135_000, .dkk)), (nil, .units(160_000, .dkk)),
            ]))

    /// The fee of filing a lawsuit on what is left of the principal; costs out of court do not count (§ 401).
    static func lawsuitFee(_ facts: LegalFacts, on day: CivilDate) throws -> Explained<Money> {
        let fees = try lawsuit.on(day)
        let claim = try ClaimStatement.principal(of: facts)
        let filing = fees.value.filing(of: claim)
        var line = ExplanationLine("Filing a lawsuit.", fees.citation)
        line.base = claim
        line.amount = filing
        let hearing = ExplanationLine(
            "The hearing costs \(fees.value.hearing(of: claim)) more, unless a settlement is told two weeks before it.",
            fees.citation)
        return Explained(
            filing,
            [
                line, hearing,
                ExplanationLine(
                    "Costs of collecting out of court do not count in what the lawsuit is about.",
                    Citation(PaymentOrders.source, "§ 401")),
            ])
    }

    // MARK: § 12 Payment orders

    /// § 12: the fee of a payment order.
    static let paymentOrder = table("fee of a payment order", "§ 12", Money.units(750, .dkk))

    static func paymentOrderFee(on day: CivilDate) throws(RuleGap) -> Explained<Money> {
        let fee = try paymentOrder.on(day)
        var line = ExplanationLine(
            "A payment order. None is taken where it is not served because execution is barred and the creditor "
                + "asked for that.",
            fee.citation)
        line.amount = fee.value
        return Explained(fee.value, [line])
    }

    // MARK: § 13 The bailiff court

    /// § 13: the fee of a case in the bailiff court, for each debtor; it covers a year for the same claim.
    static let bailiff = table("fee of a case in the bailiff court", "§ 13", Money.units(750, .dkk))

    /// § 13: 750 kr for the debtor; nothing within a year of an earlier request for each of the claims.
    ///
    /// The year's last day is the same date of the next year.
    static func bailiffFee(_ facts: LegalFacts, on day: CivilDate) throws(RuleGap) -> Explained<Money> {
        let fee = try bailiff.on(day)
        let own = facts.legalSteps.filter { $0.procedure == DanishProcedure.bailiffRequest.kind }
        // The fee of a request that was rejected fell back, so it covers nothing.
        let paid = own.enumerated().filter { index, step in
            step.state == .filed && step.on <= day && day <= step.on.addingMonthsClampingToMonthEnd(12)
                && !(own.indices.contains(index + 1) && own[index + 1].state == .rejected)
        }.map(\.element)
        // A claim that joined the case later had no part in the earlier request: its event is missing.
        let isCovered = facts.openClaims.allSatisfy { claim in
            claim.events.contains { event in
                event.kind == .enforcementRequested && paid.contains { $0.on == event.on }
            }
        }
        if isCovered, !facts.openClaims.isEmpty {
            return Explained(
                .zero(.dkk),
                [ExplanationLine("A fee was paid for each claim within the year that it covers.", fee.citation)])
        }
        var line = ExplanationLine("A case in the bailiff court, for the debtor.", fee.citation)
        line.amount = fee.value
        return Explained(fee.value, [line])
    }
}
