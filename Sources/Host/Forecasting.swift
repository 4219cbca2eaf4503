import AuditTrail
package import Casework
import Database
package import FordringKit

extension FordringHost {
    /// What will be sent, charged and due in a tenant's open cases through a day, if nobody pays.
    ///
    /// Nothing is written, no entry either: figures of cases are shown, and nothing of a person.
    ///
    /// - Parameters:
    ///   - first: the day from which letters leave the house; today when `nil`.
    ///   - only: one case; all that are open when `nil`.
    ///   - each: called with each case, by number; the totals alone do not grow with their number.
    /// - Throws: ``HostError`` `refused` where the one case is not there, or closed.
    package func forecast(
        _ tenant: OpenTenant, from first: CivilDate? = nil, through last: CivilDate, only: CaseID? = nil,
        each: (CaseForecast) throws -> Void = { _ in }
    ) throws -> ForecastTotals {
        try translatingRefusals {
            let forecast = Forecast(tenant.rules, from: first ?? today, through: last)
            var totals = ForecastTotals(tenant.currency)
            try tenant.database.read { transaction in
                try forecast.forEach(only: only, transaction) { foretold in
                    try totals.add(foretold)
                    try each(foretold)
                }
            }
            return totals
        }
    }

    /// What a case owes on a day, line by line; an entry says who looked.
    ///
    /// - Parameter day: today when `nil`; never before the last day on which something was booked.
    /// - Throws: ``HostError`` `refused` where the day is earlier, or there is no such case.
    package func explainCase(
        _ caseID: CaseID, of tenant: OpenTenant, on day: CivilDate? = nil
    ) throws -> CaseExplanation {
        try translatingRefusals {
            let record = try tenant.database.read { transaction in
                try CaseQueries.show(caseID, creditor: tenant.rules.creditor, transaction)
            }
            let explanation = try CaseExplanation(record, tenant.rules, on: day ?? today)
            if let day, explanation.day > day {
                throw HostError(
                    .refused,
                    "Something was booked in case \(caseID) on \(explanation.day); it can be explained as of then and later."
                )
            }
            try tenant.database.write(provenance) { transaction in
                try transaction.audit(.caseRead, subject: ["case": .integer(caseID.rawValue)], change: [:])
            }
            return explanation
        }
    }
}
