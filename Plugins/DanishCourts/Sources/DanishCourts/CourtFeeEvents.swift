import CourtPapers
import FordringKit

/// When the debtor owes a fee of the court, and when it falls back.
///
/// The act says what is taken; that what the agency's own fault cost is not the debtor's is a reading of renteloven § 9 a.
extension CourtFeeAct {
    /// Only what is reasonable and relevant is the debtor's to bear.
    static let reasonable = Citation.unverified(
        "renteloven, LBK 459/2014", "§ 9 a",
        "That costs must be reasonable and relevant was read; that a fee which the agency's own fault cost falls back is a "
            + "careful reading.")

    /// What a state does to the fees.
    ///
    /// A lawyer who has the case has paid nothing yet: there is a lawsuit at the latest when it is served. Execution that
    /// follows a payment order by itself costs nothing more (§ 13).
    static func event(
        of procedure: DanishProcedure, reaching state: LegalState, after history: LegalHistory
    ) -> CourtFeeEvent {
        switch (procedure, state) {
        case (.paymentOrder, .filed), (.bailiffRequest, .filed), (.lawyerTransfer, .served):
            history.fee.value.isPositive ? .charge(history.fee) : .none
        case (.paymentOrder, .rejected), (.bailiffRequest, .rejected):
            .takeBack([
                ExplanationLine(
                    "It was rejected for a fault that is not the debtor's; the fee is charged when it is filed without "
                        + "one.", reasonable)
            ])
        case (.paymentOrder, .closed) where isLeftUnserved(history):
            .takeBack([
                ExplanationLine(
                    "None is taken where it is not served because execution is barred and the creditor asked for that.",
                    Citation(source, "§ 12"))
            ])
        default: .none
        }
    }

    /// Whether it was never served, and the form asked that it should not be where execution is barred.
    static func isLeftUnserved(_ history: LegalHistory) -> Bool {
        history.steps.last?.state == .filed && history.answer("serveAnyway") == false
    }
}

extension LegalHistory {
    /// A yes or a no; `nil` for no answer, or for another one.
    func answer(_ question: String) -> Bool? {
        switch answers[question]?.plain {
        case "ja", "yes": true
        case "nej", "nei", "no": false
        default: nil
        }
    }
}
