import CourtPapers
import FordringKit

extension ClaimStatement {
    /// What the components are called on a form, in the form's order.
    private static let labels: [(component: DebtComponent, label: String)] = [
        (.principal, "Hovedkrav (kr)"), (.interest, "Påløpte forsinkelsesrenter (kr)"),
        (.reminderFee, "Purregebyr (kr)"), (.collectionFee, "Inkassogebyr (kr)"),
        (.compensation, "Standardkompensasjon (kr)"), (.collectionCost, "Utenrettslige inndrivingskostnader (kr)"),
        (.courtFee, "Tidligere betalte gebyrer (kr)"),
    ]

    /// The statement as a part of a form, with the court's fee and the sum.
    func section(_ heading: String, on day: CivilDate, fee: Money) throws -> CourtForm.Section {
        var fields = fields(ClaimStatement.labels, .norwegian)
        // Interest that nobody has counted yet is claimed from the day after the last one that was.
        let through = interestThrough(on: day)
        if let through {
            fields.append(CourtForm.Field("interestThrough", "Renter beregnet til og med", through.dayMonthYear))
        }
        let from = through?.adding(days: 1).dayMonthYear ?? "forfallsdagen"
        fields += [
            CourtForm.Field(
                "interestFrom", "Videre rente",
                "Forsinkelsesrente etter forsinkelsesrenteloven § 3 av hovedkravet fra \(from) til betaling skjer"),
            CourtForm.Field("filingFee", "Gebyr for denne saken (kr)", fee.formatted(.norwegian)),
            CourtForm.Field("total", "I alt (kr)", try (total + fee).formatted(.norwegian)),
        ]
        return CourtForm.Section(heading, fields)
    }
}
