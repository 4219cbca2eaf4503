import FordringKit

/// Forsinkelsesrenteloven, the act on interest on overdue payments.
enum InterestAct {
    /// The act as citations name it.
    static let source = "forsinkelsesrenteloven"

    // MARK: § 2 From when

    /// § 2: interest runs from the agreed due date.
    ///
    /// Where none was agreed it runs from 30 days after a written demand; a claim's due date is then that day, which
    /// is the importer's to state.
    static let dueDateStart = Citation(source, "§ 2")

    /// § 2 together with practice: the last timely day, moved past days on which no bank pays.
    ///
    /// Payment on the next banking day is treated as timely, so interest counts from that day and not from the due date
    /// that was written: the reading that is kinder to the debtor.
    static func lastTimelyDay(dueOn: CivilDate) -> CivilDate { Holidays.bankingDay(onOrAfter: dueOn) }

    private static let startLine = ExplanationLine(
        "Interest runs from the due date; the first day counted is the day after.", dueDateStart)
    private static let movedStartLine = ExplanationLine(
        "The due date was not a banking day, so the next banking day was timely and interest runs from it.",
        Practice.dueDateOnRestDay)

    // MARK: § 3 How much

    /// What an extension of ``rate`` names.
    static let rateIdentifier = "lateInterestRate"

    /// § 3: the yearly rate, the policy rate of Norges Bank on 1 January and 1 July and an addition, fixed by
    /// regulation.
    ///
    /// The whole rate and not the policy rate. A new value applies to running claims too. One line for each half-year,
    /// also where nothing changed, because each is fixed on its own; 12 per cent held from 1994 through 2003.
    /// Finanstilsynet has fixed it since June 2025, the ministry did before.
    static let rate = Effective<Rate>(
        "late-payment interest, forsinkelsesrenteloven § 3",
        checkedThrough: NorwayOnly.lastYearThrough,
        [.from(CivilDate(1994, 1, 1), Rate(basisPoints: 1200), notes)]
            + halfYears(from: 2004, [925, 875, 875, 900, 925, 975, 1050, 1150, 1225, 1275])
            + halfYears(from: 2009, [1000, 825, 875, 900, 900, 925, 875, 850, 850, 950])
            + halfYears(from: 2014, [950, 950, 925, 900, 875, 850, 850, 850, 850, 850])
            + halfYears(from: 2019, [875, 925, 950, 800, 800, 800, 850, 925, 1075, 1175])
            + halfYears(from: 2024, [1250, 1250, 1250, 1225, 1200, 1225])
    )

    private static let notes = Citation("forsinkelsesrenteloven, Lovdata's notes to § 3", "§ 3")

    private static func halfYears(from year: Int, _ basisPoints: [Int32]) -> [Effective<Rate>.Line] {
        basisPoints.enumerated().map { index, value in
            .from(CivilDate(year + index / 2, index % 2 == 0 ? 1 : 7, 1), Rate(basisPoints: value), notes)
        }
    }

    /// Simple interest: none on interest.
    static let noCompounding = Citation.unverified(
        source, "§ 3", "That interest bears no interest is recalled; no text was found.")

    private static let chargedLine = "Less the interest on this claim that was charged before."

    /// § 3: the interest on one claim through a day that is not charged yet; `nil` where there is nothing to add.
    ///
    /// Simple interest, day by day, on the principal as its reductions leave it. The time is split at each half-year
    /// and each reduction, and every part is rounded on its own, to the nearest øre with a half away from zero: so the
    /// lines add up to the charge, and a part that is over never changes. Negative where a payment of an earlier day
    /// takes interest back that was charged.
    static func charge(
        on claim: ClaimFacts, charged charges: [ChargeFacts], through day: CivilDate, rates: InterestRates,
        dayCount: DayCount
    ) throws -> DecidedCharge? {
        let dueOn = claim.dueOn
        let principal = claim.principal
        let currency = principal.currency
        let start = lastTimelyDay(dueOn: dueOn)
        var lines: [ExplanationLine] = []
        var total: Int64 = 0

        var base = principal.minorUnits
        var cursor = start.adding(days: 1)
        let reductions = claim.reductions
        var next = 0
        var period = -1
        let table = rates.rates
        let yearly = dayCount.daysInYear * 10_000
        while cursor <= day {
            while next < reductions.count, reductions[next].on <= cursor {
                base -= reductions[next].amount.minorUnits
                next += 1
            }
            if base <= 0 { break }  // Nothing is left to bear interest, so no rate is needed either.

            if period < 0 {
                period = try table.index(of: cursor)
                let periodsLeft = start.days(to: day) / 181 + 2 + reductions.count - next
                lines.reserveCapacity(periodsLeft + 4)
                lines.append(startLine)
                if start != dueOn { lines.append(movedStartLine) }
                lines.append(dayCount.line)
            } else if table.spans[period].last < cursor {
                period = try table.index(of: cursor, after: period)
            }
            let span = table.spans[period]
            var last = min(day, span.last)
            if next < reductions.count { last = min(last, reductions[next].on.adding(days: -1)) }

            let days = dayCount.days(from: cursor, through: last)
            let bearing = Money(minorUnits: base, currency)
            let factor = Int64(days) * Int64(span.value.basisPoints)
            let amount: Money
            let (product, isTooLarge) = base.multipliedReportingOverflow(by: factor)
            if isTooLarge || product < 0 {
                amount = try bearing.multiplied(by: factor, over: yearly, rounding: .halfAwayFromZero)
            } else {
                // The same rounding in 64 bits, which hold all but the largest claims.
                let (whole, rest) = product.quotientAndRemainder(dividingBy: yearly)
                amount = Money(minorUnits: rest * 2 >= yearly ? whole + 1 : whole, currency)
            }
            total += amount.minorUnits
            var line = rates.lines[period]
            line.from = cursor
            line.through = last
            line.days = days
            line.base = bearing
            line.amount = amount
            lines.append(line)
            cursor = last.adding(days: 1)
        }

        var charged: Int64 = 0
        for charge in charges where charge.component == .interest && charge.claim == claim.id {
            charged += charge.amount.minorUnits
        }
        if total == charged { return nil }
        if charged != 0 {
            lines.append(
                ExplanationLine(chargedLine, dueDateStart, amount: Money(minorUnits: -charged, currency)))
        }
        return DecidedCharge(
            component: .interest, claim: claim.id,
            amount: Explained(Money(minorUnits: total - charged, currency), lines))
    }

    // MARK: § 3 a Compensation

    /// What an extension of ``compensation`` names.
    static let compensationIdentifier = "standardCompensation"

    /// § 3 a: what a debtor in business pays for the creditor's cost of recovery, 40 euro in kroner, by due date.
    ///
    /// One for each claim, never from a consumer, and set off against the recovery costs. Which day decides the
    /// half-year was not found: the due date is the natural reading.
    static let compensation = Effective<Money>(
        "standard compensation, forsinkelsesrenteloven § 3 a",
        checkedThrough: NorwayOnly.lastYearThrough,
        [
            320, 320, 330, 330, 370, 370, 360, 370, 380, 380, 380, 390, 400, 430, 420, 400, 390, 400, 410, 460, 470,
            460,
            470, 460, 460, 430,
        ].enumerated().map { index, amount in
            .from(CivilDate(2014 + index / 2, index % 2 == 0 ? 1 : 7, 1), kroner(amount), compensationNotes)
        }
    )

    private static let compensationNotes = Citation.unverified(
        "forsinkelsesrenteloven, Lovdata's notes to § 3 a", "§ 3 a",
        "The amounts are from the source; that the half-year of the due date decides was not found.")

    /// § 4: consumers owe no compensation, and interest against them may be reduced.
    static let consumers = Citation(source, "§ 4")
}

/// The rates of ``InterestAct/rate`` laid out for the loop that runs over tens of thousands of claims.
struct InterestRates: Sendable {
    /// The rates.
    let rates: LaidOut<Rate>
    /// For each half-year the line that explains a part of it, still without its days and amounts.
    let lines: [ExplanationLine]

    /// The table that they were made from.
    var table: Effective<Rate> { rates.table }

    /// Lays a table out.
    init(_ table: Effective<Rate>) {
        let rates = LaidOut(table)
        self.rates = rates
        lines = rates.spans.indices.map { index in
            ExplanationLine(
                "Late-payment interest at the rate of the half-year.", rates.citations[index],
                rate: rates.spans[index].value)
        }
    }
}
