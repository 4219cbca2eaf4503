import FordringKit

/// Renteloven, the act on interest on overdue payments (LBK 459 of 2014-05-13).
enum InterestAct {
    /// The act as citations name it.
    static let source = "renteloven, LBK 459/2014"
    /// The day of the consolidated text that was read; figures that stand in the act itself begin here.
    static let consolidatedOn = CivilDate(2014, 5, 13)

    // MARK: § 3 From when

    /// § 3 (1): where a due date is agreed, interest runs from that date.
    static let dueDateStart = Citation(source, "§ 3 (1)")

    /// § 3 (1) together with practice: the last timely day, moved past days on which no bank pays.
    ///
    /// Payment on the next banking day is treated as timely, so interest counts from that day and not from the due date
    /// that was written: the reading that is kinder to the debtor.
    static func lastTimelyDay(dueOn: CivilDate) -> CivilDate { Holidays.bankingDay(onOrAfter: dueOn) }

    private static let startLine = ExplanationLine(
        "Interest runs from the due date; the first day counted is the day after.", dueDateStart)
    private static let movedStartLine = ExplanationLine(
        "The due date was not a banking day, so the next banking day was timely and interest runs from it.",
        Practice.dueDateOnRestDay)

    // MARK: § 5 How much

    /// § 5 (1): what is added to the reference rate, by the day on which the claim fell due.
    ///
    /// A claim keeps the addition of its due date. Before 2002-08-01 another rule applied, which is not in the table.
    static let addition = Effective<Rate>(
        "addition to the reference rate, renteloven § 5 (1)",
        checkedThrough: DenmarkOnly.checkedThrough,
        .from(CivilDate(2002, 8, 1), Rate(basisPoints: 700), Citation(source, "§ 5 (1), older version")),
        .from(CivilDate(2013, 3, 1), Rate(basisPoints: 800), Citation(source, "§ 5 (1)"))
    )

    /// § 5 (2): the reference rate, Nationalbanken's lending rate on 1 January and 1 July, for each half-year.
    ///
    /// A new value applies to running claims too. One line for each half-year, also where nothing changed, because each
    /// is announced on its own.
    static let referenceRate = Effective<Rate>(
        "reference rate, renteloven § 5 (2)",
        checkedThrough: CivilDate(2026, 6, 30),
        halfYears(from: 2005, few, [215, 215, 240, 300, 375, 425, 425, 435])
            + halfYears(from: 2009, few, [375, 155, 120, 105, 105, 130, 70, 45])
            + halfYears(from: 2013, agreed, [20, 20, 20, 20, 20, 5])
            + halfYears(from: 2016, agreed, [5, 5, 5, 5, 5, 5, 5, 5, 5, 5])
            + halfYears(from: 2021, agreed, [5, -35, -45, -45, 190, 325])
            + halfYears(from: 2024, few, [375, 350])
            + halfYears(from: 2025, listOnly, [275, 175])
            + halfYears(from: 2026, listOnly, [175])
    )

    private static let list = "Nationalbanken's lending rate, as listed by MinProcesrente"
    private static let agreed = Citation("\(list) and forbrug.dk", "§ 5 (2) renteloven")
    private static let few = Citation.unverified(
        list, "§ 5 (2) renteloven", "Not confirmed by a second full list; confirm with Nationalbanken.")
    private static let listOnly = Citation.unverified(
        list, "§ 5 (2) renteloven", "Read in lists kept in program code only; confirm with Nationalbanken.")

    private static func halfYears(
        from year: Int, _ citation: Citation, _ basisPoints: [Int32]
    ) -> [Effective<Rate>.Line] {
        basisPoints.enumerated().map { index, value in
            .from(
                CivilDate(year + index / 2, index % 2 == 0 ? 1 : 7, 1), Rate(basisPoints: value), citation)
        }
    }

    /// A half-year of ``referenceRate``, laid out for the loop that runs over tens of thousands of claims.
    private struct HalfYear: Sendable {
        let first: CivilDate
        let last: CivilDate
        let rate: Rate
        let citation: Citation
    }

    private static let halfYearsOfTable: [HalfYear] = {
        let lines = referenceRate.lines
        return lines.indices.compactMap { index in
            guard let rate = lines[index].value else { return nil }
            let next = index + 1 < lines.count ? lines[index + 1].from : referenceRate.checkedThrough.adding(days: 1)
            return HalfYear(
                first: lines[index].from, last: next.adding(days: -1), rate: rate, citation: lines[index].citation)
        }
    }()

    /// The position of the half-year that a day is in.
    ///
    /// - Throws: the table's own ``RuleGap`` for a day that it does not cover.
    private static func halfYear(of day: CivilDate, startingAt hint: Int, in table: [HalfYear]) throws(RuleGap) -> Int {
        var index = hint
        while index < table.count, table[index].last < day { index += 1 }
        if index < table.count, table[index].first <= day { return index }
        // Throws: the array holds every line of the table that has a value.
        let gap = try referenceRate.on(day)
        throw RuleGap(
            rule: referenceRate.name, day: day, reason: "the line from \(gap.from) was not laid out",
            cure: "Tell the author of the plug-in.")
    }

    private static let sevenLine = "Late-payment interest: reference rate plus 7 percentage points a year."
    private static let eightLine = "Late-payment interest: reference rate plus 8 percentage points a year."
    private static let chargedLine = "Less the interest on this claim that was charged before."

    /// § 5 (1): the interest on one claim through a day that is not charged yet; `nil` where there is nothing to add.
    ///
    /// Simple interest, day by day, on the principal as its reductions leave it. The time is split at each half-year and
    /// each reduction, and every part is rounded on its own, to the nearest øre with a half away from zero: so the lines
    /// add up to the charge, and a part that is over never changes. Negative where a payment of an earlier day takes
    /// interest back that was charged.
    static func charge(
        on claim: ClaimFacts, in facts: CaseFacts, through day: CivilDate, dayCount: DayCount
    ) throws -> DecidedCharge? {
        let dueOn = claim.dueOn
        let principal = claim.principal
        let start = lastTimelyDay(dueOn: dueOn)
        var lines: [ExplanationLine] = []
        var total: Int64 = 0

        var base = principal.minorUnits
        var cursor = start.adding(days: 1)
        let reductions = claim.reductions
        var next = 0
        var hint = 0
        var yearlyAddition: Rate?
        let table = halfYearsOfTable
        while cursor <= day {
            while next < reductions.count, reductions[next].on <= cursor {
                base -= reductions[next].amount.minorUnits
                next += 1
            }
            if base <= 0 { break }  // Nothing is left to bear interest, so no rate is needed either.

            hint = try halfYear(of: cursor, startingAt: hint, in: table)
            let addition: Rate
            if let known = yearlyAddition {
                addition = known
            } else {
                addition = try InterestAct.addition.on(dueOn).value
                yearlyAddition = addition
                lines.append(startLine)
                if start != dueOn { lines.append(movedStartLine) }
                lines.append(dayCount.line)
            }
            var last = min(day, table[hint].last)
            if next < reductions.count { last = min(last, reductions[next].on.adding(days: -1)) }

            let days = dayCount.days(from: cursor, through: last)
            let rate = table[hint].rate + addition
            let bearing = Money(minorUnits: base, principal.currency)
            let amount = try bearing.multiplied(
                by: Int64(days) * Int64(rate.basisPoints), over: dayCount.daysInYear * 10_000,
                rounding: .halfAwayFromZero)
            total += amount.minorUnits
            lines.append(
                ExplanationLine(
                    addition.basisPoints == 700 ? sevenLine : eightLine, table[hint].citation, from: cursor,
                    through: last, days: days, base: bearing, rate: rate, amount: amount))
            cursor = last.adding(days: 1)
        }

        var charged: Int64 = 0
        for charge in facts.charges where charge.component == .interest && charge.claim == claim.id {
            charged += charge.amount.minorUnits
        }
        if total == charged { return nil }
        if charged != 0 {
            lines.append(
                ExplanationLine(
                    chargedLine, dueDateStart, amount: Money(minorUnits: -charged, principal.currency)))
        }
        return DecidedCharge(
            component: .interest, claim: claim.id,
            amount: Explained(Money(minorUnits: total - charged, principal.currency), lines))
    }

    // MARK: § 9 a Recovery costs and compensation

    /// § 9 a (1): the debtor bears reasonable and relevant costs of recovery, unless the delay is not the debtor's.
    static let recoveryCosts = Citation(source, "§ 9 a (1)")

    /// § 9 a (3) and BEK 105/2013: the fixed compensation that a business or a public authority pays, by due date.
    ///
    /// One for each claim, beside the recovery costs. Consumers never pay it, and there is none for claims that fell due
    /// before the first line.
    static let compensation = Effective<Money>(
        "compensation for late payment, renteloven § 9 a (3)",
        checkedThrough: DenmarkOnly.checkedThrough,
        .from(
            CivilDate(2013, 3, 1), Money(minorUnits: 310_00, .dkk),
            Citation("\(source); BEK 105/2013", "§ 9 a (3)"))
    )

    /// § 9 a (3): the compensation that a claim still gives rise to; `nil` where it gives none or it was charged before.
    static func compensationCharge(on claim: ClaimFacts, in facts: CaseFacts) throws(RuleGap) -> DecidedCharge? {
        switch facts.debtorKind {
        case .business, .publicAuthority: break
        case .consumer: return nil
        @unknown default: return nil  // Only the two that § 9 a (3) names can owe it.
        }
        let dueOn = claim.dueOn
        guard let begins = compensation.lines.first?.from, dueOn >= begins else { return nil }
        // Also one that was taken back again counts: what a person waived is not charged a second time by the machine.
        for charge in facts.charges where charge.component == .compensation && charge.claim == claim.id { return nil }
        let line = try compensation.on(dueOn)
        return DecidedCharge(
            component: .compensation, claim: claim.id,
            amount: Explained(
                line.value,
                [ExplanationLine("Fixed compensation for late payment.", line.citation, amount: line.value)]))
    }

    // MARK: § 9 b Reminders

    /// What § 9 b allows for a reminder.
    struct ReminderFee: Sendable {
        /// The most that one reminder may cost.
        let amount: Money
        /// The most reminders with a fee for one performance, and within one continuous time of arrears.
        let countMax: Int
        /// The least number of days between two reminders with a fee.
        let spacingDays: Int
    }

    /// § 9 b (2): 100 kr for each of at most three reminders, ten days apart.
    ///
    /// The amount is held to include any VAT. A further 100 kr for handing a case over to a collector (inkassogebyr) is
    /// allowed by the same section; this plug-in never charges it. A reminder without a fee is not limited in number.
    static let reminderFee = Effective<ReminderFee>(
        "reminder fee, renteloven § 9 b",
        checkedThrough: DenmarkOnly.checkedThrough,
        .from(
            consolidatedOn,
            ReminderFee(amount: Money(minorUnits: 100_00, .dkk), countMax: 3, spacingDays: 10),
            Citation(source, "§ 9 b"))
    )

    /// § 9 b: the first day of the continuous time of arrears that a day lies in.
    ///
    /// Claims whose times of arrears touch or overlap are one time of arrears. A principal that was paid in full ends its
    /// own; fees that remained unpaid do not prolong it.
    static func arrearsBegan(_ claims: [ClaimFacts], on day: CivilDate) -> CivilDate {
        struct Arrears {
            let first: CivilDate
            let paidOn: CivilDate?
        }
        var all: [Arrears] = []
        var began = day
        for claim in claims {
            let first = lastTimelyDay(dueOn: claim.dueOn).adding(days: 1)
            var left = claim.principal.minorUnits
            var paidOn: CivilDate?
            for reduction in claim.reductions {
                left -= reduction.amount.minorUnits
                if left <= 0 {
                    paidOn = reduction.on
                    break
                }
            }
            all.append(Arrears(first: first, paidOn: paidOn))
        }
        var grew = true
        while grew {
            grew = false
            for arrears in all where arrears.first < began && (arrears.paidOn.map { $0 >= began } ?? true) {
                began = arrears.first
                grew = true
            }
        }
        return began
    }
}
