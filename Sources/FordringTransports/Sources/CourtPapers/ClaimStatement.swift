public import FordringKit

/// What is owed, split into principal, interest, fees and costs.
///
/// From the balances of the books where the host gives them; else from principal and charges of the case, which add up
/// to what is owed only where no payment has covered a charge.
public struct ClaimStatement {
    /// What is owed of each component, those at zero left out.
    private let amounts: [DebtComponent: Money]
    /// All of it.
    public let total: Money
    /// The last day through which interest was charged to the case; `nil` where none was.
    private let chargedThrough: CivilDate?
    /// Whether the books gave the balances, so that interest runs through the day of the statement.
    private let isOfTheDay: Bool

    /// Splits what is owed.
    ///
    /// - Throws: ``Obstacle`` where the parts are not known or do not add up.
    public init(_ facts: LegalFacts) throws(Obstacle) {
        let currency = facts.facts.currency
        var sums: [DebtComponent: Int64] = [:]
        func add(_ amount: Money, to component: DebtComponent) throws(Obstacle) {
            guard amount.currency == currency else {
                throw Obstacle(by: "an amount is in \(amount.currency) and the case in \(currency)")
            }
            let (sum, overflow) = sums[component, default: 0].addingReportingOverflow(amount.minorUnits)
            if overflow { throw Obstacle(by: "the amounts are too large to be added") }
            sums[component] = sum
        }
        let principal = try ClaimStatement.principal(of: facts)
        if facts.balances.isEmpty {
            try add(principal, to: .principal)
            for charge in facts.facts.charges { try add(charge.amount, to: charge.component) }
        } else {
            for balance in facts.balances { try add(balance.amount, to: balance.component) }
            guard sums[.principal, default: 0] == principal.minorUnits else {
                throw Obstacle(by: "the balances name another principal than the claims: the books must be looked at")
            }
        }
        var total: Int64 = 0
        for (component, sum) in sums {
            if sum < 0 { throw Obstacle(by: "the balance of \(component.rawValue) is under zero") }
            let (next, overflow) = total.addingReportingOverflow(sum)
            if overflow { throw Obstacle(by: "the amounts are too large to be added") }
            total = next
        }
        let owed = facts.facts.outstanding.minorUnits
        // Interest of the last days can be in the balances and not yet in the case.
        guard facts.balances.isEmpty ? total == owed : total >= owed else {
            throw Obstacle(
                by:
                    "the parts add up to \(Money(minorUnits: total, currency)) and \(facts.facts.outstanding) is "
                    + "owed: the books must state the balance of each component")
        }
        amounts = sums.filter { $0.value != 0 }.mapValues { Money(minorUnits: $0, currency) }
        self.total = Money(minorUnits: total, currency)
        isOfTheDay = !facts.balances.isEmpty
        chargedThrough = try ClaimStatement.chargedThrough(facts)
    }

    /// The last day through which interest was charged; where the claims differ, only the books can say what is owed.
    private static func chargedThrough(_ facts: LegalFacts) throws(Obstacle) -> CivilDate? {
        let days = facts.openClaims.map { claim in
            facts.facts.charges.last { $0.component == .interest && ($0.claim == nil || $0.claim == claim.id) }?
                .chargedOn
        }
        if facts.balances.isEmpty, Set(days).count > 1 {
            throw Obstacle(
                by: "interest is charged through another day for each claim: the books must state the balances")
        }
        return days.first ?? nil
    }

    /// What is owed of a component; zero where nothing is.
    public func amount(_ component: DebtComponent) -> Money { amounts[component] ?? .zero(total.currency) }

    /// What is left of the principal of all claims.
    ///
    /// - Throws: ``Obstacle`` where the principals cannot be added.
    public static func principal(of facts: LegalFacts) throws(Obstacle) -> Money {
        var sum = Money.zero(facts.facts.currency)
        for claim in facts.facts.claims {
            do {
                sum = try sum + claim.outstandingPrincipal
            } catch {
                throw Obstacle(by: "the principals cannot be added: \(error)")
            }
        }
        return sum
    }

    /// Says that the principal is over a limit; `nil` where it is not.
    ///
    /// A case in another currency than the limit is refused for its currency, and nothing is said twice.
    public static func principal(over limit: Money, in facts: LegalFacts) -> String? {
        guard facts.facts.currency == limit.currency else { return nil }
        do {
            let principal = try principal(of: facts)
            return principal.minorUnits > limit.minorUnits ? "the principal is \(principal)" : nil
        } catch {
            return error.by
        }
    }

    /// The parts as a form's fields, in the form's order.
    ///
    /// Principal and interest always stand there; other parts only where something is owed.
    ///
    /// - Parameters:
    ///   - labels: what the components are called.
    ///   - language: how amounts are written.
    public func fields(
        _ labels: [(component: DebtComponent, label: String)], _ language: Language
    ) -> [CourtForm.Field] {
        var fields: [CourtForm.Field] = []
        for (component, label) in labels {
            let owed = amount(component)
            if owed.isZero, component != .principal, component != .interest { continue }
            fields.append(CourtForm.Field(component.rawValue, label, owed.formatted(language)))
        }
        return fields
    }

    /// The last day whose interest is in the statement; `nil` where none is.
    ///
    /// - Parameter day: the day of the statement.
    public func interestThrough(on day: CivilDate) -> CivilDate? { isOfTheDay ? day : chargedThrough }
}
