import CourtPapers
import FordringKit

/// When the debtor owes a fee of the court, and when it falls back.
///
/// The act says what is taken; that what the agency's own fault cost is not the debtor's is a reading of inkassoloven § 17.
extension CourtFeeAct {
    /// Costs that a breach of the agency's own caused are lost.
    static let ownFault = Citation.unverified(
        CollectionAct.source, "§ 17",
        "That costs fall away on a breach of good practice was read; that a court fee which the agency's own fault cost does "
            + "so is a careful reading.")

    /// What a state does to the fees.
    ///
    /// - Parameter unit: R by year.
    /// - Throws: ``RuleGap`` where a fee that falls due cannot be worked out.
    static func event(
        of procedure: NorwegianProcedure, reaching state: LegalState, on day: CivilDate, after history: LegalHistory,
        unit: Effective<Money>
    ) throws -> CourtFeeEvent {
        switch (procedure, state) {
        // The fee of a bankruptcy notice is that of its service: it is taken when there is one.
        case (.conciliation, .filed), (.attachment, .filed), (.forcedSale, .filed), (.bankruptcyNotice, .served):
            return history.fee.value.isPositive ? .charge(history.fee) : .none
        case (.conciliation, .closed) where history.steps.last?.state == .filed:
            return .takeBack([
                ExplanationLine(
                    "Nothing is taken for a petition that is withdrawn before the summons.",
                    Citation(source, "forliksklage"))
            ])
        case (.conciliation, .rejected), (.attachment, .rejected), (.forcedSale, .rejected):
            return .takeBack([
                ExplanationLine(
                    "It was rejected for a fault that is not the debtor's; the fee is charged when it is filed without "
                        + "one.", ownFault)
            ])
        case (.forcedSale, .sold): return .charge(try saleGoesOn(history, unit: unit, on: day))
        case (.bankruptcyPetition, .bankrupt), (.bankruptcyOpening, .bankrupt):
            if hasOutcome(history) { return .none }
            return .charge(try ofPetition("A bankruptcy", bankruptcy, history, unit: unit, on: day))
        // A record of the hearing that ends without a ruling says nothing; the petition's own end does.
        case (.bankruptcyPetition, .rejected), (.bankruptcyPetition, .closed), (.bankruptcyOpening, .rejected):
            if hasOutcome(history) || history.steps.isEmpty { return .none }
            var fee = try ofPetition(
                "A petition refused or withdrawn", petitionRefused, history, unit: unit, on: day)
            fee.lines.append(
                ExplanationLine(
                    "It is laid out and counted with the claim.",
                    .unverified(
                        source, "konkurs", "Whether the debtor owes the fee of a refused petition was not looked up."
                    )
                ))
            return .charge(fee)
        default: return .none
        }
    }

    private static func saleGoesOn(
        _ history: LegalHistory, unit: Effective<Money>, on day: CivilDate
    ) throws -> Explained<Money> {
        let isRealEstate = history.answers["assetKind"]?.plain == EnforcementAct.realEstate
        var fee = try amount(
            "The sale", isRealEstate ? saleOfRealEstateGoesOn : saleOfMovablesGoesOn, unit: unit,
            on: history.steps.first?.on ?? day)
        fee.lines.append(
            ExplanationLine(
                "It is counted when the sale is over, with the R of the day of the request.",
                .unverified(source, "tvangssalg", "When the second part falls due, and by which R, is recalled.")))
        return fee
    }

    private static func ofPetition(
        _ what: String, _ multiple: Effective<Multiple>, _ history: LegalHistory, unit: Effective<Money>,
        on day: CivilDate
    ) throws -> Explained<Money> {
        let petitionedOn = petition(history).first?.on ?? day
        var fee = try amount(what, multiple, unit: unit, on: petitionedOn)
        fee.lines.append(
            ExplanationLine(
                "Counted with the R of the day of the petition.",
                .unverified(source, "konkurs", "That the petition's day decides, not the ruling's, is recalled.")))
        return fee
    }

    /// The steps of the petition and of the record of its hearing since it was filed, oldest first.
    private static func petition(_ history: LegalHistory) -> [LegalStepFacts] {
        let kinds = [NorwegianProcedure.bankruptcyPetition.kind, NorwegianProcedure.bankruptcyOpening.kind]
        let all = (history.others + history.steps).filter { kinds.contains($0.procedure) }
        let steps = all.enumerated().sorted { ($0.element.on, $0.offset) < ($1.element.on, $1.offset) }.map(\.element)
        let filed = steps.lastIndex {
            $0.procedure == NorwegianProcedure.bankruptcyPetition.kind && $0.state == .filed
        }
        return filed.map { Array(steps[$0...]) } ?? steps
    }

    /// Whether the petition had its outcome already, with its fee: it is recorded on two hand-offs and taken once.
    private static func hasOutcome(_ history: LegalHistory) -> Bool {
        petition(history).contains { step in
            step.state == .bankrupt || step.state == .rejected
                || step.state == .closed && step.procedure == NorwegianProcedure.bankruptcyPetition.kind
        }
    }
}
