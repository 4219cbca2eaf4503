import FordringKit

/// The limits of what this plug-in speaks for.
enum Horizon {
    /// The last day for which the fixed figures of acts and orders are held to be looked up.
    ///
    /// The status date of the fact sheet behind the tables. Its consolidated texts were published up to about March
    /// 2026, so who moves this day forward must look for amendments from then on.
    static let checkedThrough = CivilDate(2026, 11, 22)

    /// Refuses a currency in which the acts state no amounts.
    static func check(_ currency: Currency, on day: CivilDate) throws(RuleGap) {
        guard currency == .dkk else {
            throw RuleGap(
                rule: "Danish fees and costs", day: day, reason: "the tables are in DKK and the case is in \(currency)",
                cure: "A person must decide how the claim is converted.")
        }
    }
}

extension Effective {
    /// A table that is known to exist and whose figures are not: a hole from its first day on, which says what is missing.
    static func hole(_ name: String, from day: CivilDate, _ citation: Citation) -> Effective {
        Effective(name, checkedThrough: Horizon.checkedThrough, .from(day, nil, citation))
    }

    /// The line of a day where the table has one; for whoever does without rather than stops.
    func known(on day: CivilDate) -> Cited<Value>? { try? on(day) }
}

extension ExplanationLine {
    /// A line with some of its figures.
    init(
        _ text: String, _ citation: Citation, from: CivilDate? = nil, through: CivilDate? = nil, days: Int? = nil,
        base: Money? = nil, rate: Rate? = nil, amount: Money? = nil
    ) {
        self.init(text, citation)
        self.from = from
        self.through = through
        self.days = days
        self.base = base
        self.rate = rate
        self.amount = amount
    }
}
