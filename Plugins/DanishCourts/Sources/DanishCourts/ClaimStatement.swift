import CourtPapers
import FordringKit

extension ClaimStatement {
    /// What the components are called on a form, in the form's order.
    private static let labels: [(component: DebtComponent, label: String)] = [
        (.principal, "Hovedstol (kr.)"), (.interest, "Påløbne renter (kr.)"),
        (.reminderFee, "Rykkergebyrer (kr.)"), (.collectionFee, "Inkassogebyr (kr.)"),
        (.compensation, "Kompensationsbeløb (kr.)"), (.collectionCost, "Udenretlige inddrivelsesomkostninger (kr.)"),
        (.courtFee, "Tidligere betalte retsafgifter (kr.)"),
    ]

    /// The statement as a part of a form, with the court's fee and the sum.
    func section(_ heading: String, on day: CivilDate, fee: Money) throws -> CourtForm.Section {
        var fields = fields(ClaimStatement.labels, .danish)
        // Interest that nobody has counted yet is claimed from the day after the last one that was.
        let through = interestThrough(on: day)
        if let through {
            fields.append(CourtForm.Field("interestThrough", "Renter beregnet til og med", through.dayMonthYear))
        }
        let from = through?.adding(days: 1).dayMonthYear ?? "forfaldsdagen"
        fields += [
            CourtForm.Field(
                "interestFrom", "Fortsat rente",
                "Rente efter rentelovens § 5 af hovedstolen fra \(from), til betaling sker"),
            CourtForm.Field("filingFee", "Retsafgift for denne sag (kr.)", fee.formatted(.danish)),
            CourtForm.Field("total", "I alt (kr.)", try (total + fee).formatted(.danish)),
        ]
        return CourtForm.Section(heading, fields)
    }
}
