import FordringKit

/// Renteloven, the act on interest on overdue payments, in the version of one part of the Kingdom.
///
/// Denmark has LBK 459 of 2014-05-13, Greenland LBK 1075/2015. Of the Faroe Islands' ordinance 107/1996 no text was read:
/// its tables are holes, so that whatever would be charged under it is refused by name.
struct InterestAct: Sendable {
    /// The act as citations name it.
    let source: String
    /// The act's title in the book.
    let title: String
    /// § 3 (1): where a due date is agreed, interest runs from that date.
    let dueDateStart: Citation
    /// § 5 (1): what is added to the reference rate, by the day on which the claim fell due.
    let addition: Effective<Rate>
    /// § 5 (2): the reference rate, Nationalbanken's lending rate on 1 January and 1 July, for each half-year.
    let referenceRate: Effective<Rate>
    /// § 9 a (1): the debtor bears reasonable and relevant costs of recovery, unless the delay is not the debtor's.
    let recoveryCosts: Citation
    /// § 9 a (3): the fixed compensation of a business or a public authority, by due date; `nil` where the act knows none.
    let compensation: Effective<Money>?
    /// § 9 b: what a reminder may cost.
    let reminderFee: Effective<ReminderFee>
    /// § 9 b: what may be charged when a case is handed to a collector (inkassogebyr).
    let handOverFee: Effective<Money>
    /// The calendar by which the last timely day is found.
    let holidays: Holidays

    /// Whether interest can be worked out at all.
    let isSupported: Bool
    /// The half-years of the table of reference rates that have a value, without their sources: the loop over tens of
    /// thousands of claims reads them again and again.
    private let halfYears: [HalfYear]
    /// The additions by the first due date that they hold for, laid out for the same loop.
    private let additions: [(from: CivilDate, rate: Rate)]
    /// For each addition a line for each half-year, complete but for the days and amounts.
    private let lines: [[ExplanationLine]]
    private let startLine: ExplanationLine
    private let movedStartLine: ExplanationLine
    private let chargedLine: ExplanationLine

    /// What § 9 b allows for a reminder.
    struct ReminderFee: Sendable {
        /// The most that one reminder may cost.
        let amount: Money
        /// The most reminders with a fee for one performance, and within one continuous time of arrears.
        let countMax: Int
        /// The least number of days between two reminders with a fee.
        let spacingDays: Int
    }

    private struct HalfYear: Sendable {
        let first: CivilDate
        let last: CivilDate
        let rate: Rate
    }

    private init(
        title: String, source: String, addition: Effective<Rate>, referenceRate: Effective<Rate>,
        recoveryCosts: Citation, compensation: Effective<Money>?, reminderFee: Effective<ReminderFee>,
        handOverFee: Effective<Money>, dueDateStart: Citation, holidays: Holidays
    ) {
        self.title = title
        self.source = source
        self.dueDateStart = dueDateStart
        self.addition = addition
        self.referenceRate = referenceRate
        self.recoveryCosts = recoveryCosts
        self.compensation = compensation
        self.reminderFee = reminderFee
        self.handOverFee = handOverFee
        self.holidays = holidays

        var halfYears: [HalfYear] = []
        var citations: [Citation] = []
        for (index, line) in referenceRate.lines.enumerated() {
            guard let rate = line.value else { continue }
            let next = index + 1 < referenceRate.lines.count ? referenceRate.lines[index + 1].from : nil
            let last = next?.adding(days: -1) ?? referenceRate.checkedThrough
            halfYears.append(HalfYear(first: line.from, last: last, rate: rate))
            citations.append(line.citation)
        }
        let additions = addition.lines.compactMap { line in line.value.map { (from: line.from, rate: $0) } }
        self.halfYears = halfYears
        self.additions = additions
        isSupported = !additions.isEmpty
        lines = additions.map { addition in
            let text =
                "Late-payment interest: reference rate plus \(addition.rate.basisPoints / 100) percentage points a year."
            return zip(halfYears, citations).map { halfYear, citation in
                ExplanationLine(text, citation, rate: halfYear.rate + addition.rate)
            }
        }
        startLine = ExplanationLine("Interest runs from the due date.", dueDateStart)
        movedStartLine = ExplanationLine(
            "The due date was not a banking day, so the next banking day was timely and interest runs from it.",
            Practice.dueDateOnRestDay)
        chargedLine = ExplanationLine("Less the interest on this claim that was charged before.", dueDateStart)
    }

    // MARK: The act of Denmark

    /// LBK 459 of 2014-05-13, with lines that were added to its tables at run time.
    static func denmark(_ extensions: [LawExtension], holidays: Holidays) -> InterestAct {
        let source = "renteloven, LBK 459/2014"
        // The day of the consolidated text that was read; figures that stand in the act itself begin here.
        let consolidatedOn = CivilDate(2014, 5, 13)
        return InterestAct(
            title: "Renteloven, the act on interest on overdue payments", source: source,
            // A claim keeps the addition of its due date. Before 2002-08-01 another rule applied, which is not known here.
            addition: Effective(
                "addition to the reference rate, renteloven § 5 (1)",
                checkedThrough: Horizon.checkedThrough,
                .from(CivilDate(2002, 8, 1), Rate(basisPoints: 700), Citation(source, "§ 5 (1), older version")),
                .from(CivilDate(2013, 3, 1), Rate(basisPoints: 800), Citation(source, "§ 5 (1)"))),
            referenceRate: referenceRates("renteloven § 5 (2)", extensions),
            recoveryCosts: Citation(source, "§ 9 a (1)"),
            // Consumers never pay it, and there is none for claims that fell due before the first line.
            compensation: Effective<Money>(
                "compensation for late payment, renteloven § 9 a (3)",
                checkedThrough: Horizon.checkedThrough,
                .from(
                    CivilDate(2013, 3, 1), Money(minorUnits: 310_00, .dkk),
                    Citation("\(source); BEK 105/2013", "§ 9 a (3)"))
            ).extended(by: extensions, of: "compensation"),
            reminderFee: Effective(
                "reminder fee, renteloven § 9 b",
                checkedThrough: Horizon.checkedThrough,
                .from(consolidatedOn, threeOfHundred, Citation(source, "§ 9 b"))),
            handOverFee: Effective(
                "fee for handing a case to a collector, renteloven § 9 b",
                checkedThrough: Horizon.checkedThrough,
                .from(consolidatedOn, Money(minorUnits: 100_00, .dkk), Citation(source, "§ 9 b"))),
            dueDateStart: Citation(source, "§ 3 (1)"), holidays: holidays)
    }

    // MARK: The act of Greenland

    /// LBK 1075/2015: seven points, the same reminders and hand-over fee, and no compensation.
    ///
    /// The day of the consolidation is not known, so its figures begin with the year after it.
    static func greenland(_ extensions: [LawExtension], holidays: Holidays) -> InterestAct {
        let source = "renteloven for Grønland, LBK 1075/2015"
        let first = CivilDate(2016, 1, 1)
        return InterestAct(
            title: "Renteloven for Grønland, the act on interest on overdue payments in Greenland", source: source,
            addition: Effective(
                "addition to the reference rate, renteloven for Grønland § 5",
                checkedThrough: Horizon.checkedThrough,
                .from(
                    first, Rate(basisPoints: 700),
                    .unverified(
                        source, "§ 5", "The figure was read; the section's number is that of the Danish act."))),
            referenceRate: referenceRates("renteloven for Grønland § 5", extensions),
            recoveryCosts: .unverified(source, "§ 9 a", "The section's number is that of the Danish act."),
            compensation: nil,
            reminderFee: Effective(
                "reminder fee, renteloven for Grønland § 9 b",
                checkedThrough: Horizon.checkedThrough,
                .from(first, threeOfHundred, Citation(source, "§ 9 b"))),
            handOverFee: Effective(
                "fee for handing a case to a collector, renteloven for Grønland § 9 b",
                checkedThrough: Horizon.checkedThrough,
                .from(first, Money(minorUnits: 100_00, .dkk), Citation(source, "§ 9 b"))),
            dueDateStart: .unverified(source, "§ 3", "The section's number is that of the Danish act."),
            holidays: holidays)
    }

    // MARK: The ordinance of the Faroe Islands

    /// Ordinance 107/1996 with BEK 842/2004, of which no text was available: every table is a hole.
    static func faroeIslands(holidays: Holidays) -> InterestAct {
        let source = "ordinance 107/1996 with BEK 842/2004 (Faroe Islands)"
        let first = CivilDate(1996, 1, 1)
        let missing = Citation.unverified(source, "", "No text was available, so nothing may be charged under it.")
        return InterestAct(
            title: "The ordinance on interest in the Faroe Islands", source: source,
            addition: .hole("late-payment interest, \(source)", from: first, missing),
            referenceRate: .hole("reference rate, \(source)", from: first, missing),
            recoveryCosts: missing,
            compensation: .hole("compensation for late payment, \(source)", from: first, missing),
            reminderFee: .hole("reminder fee, \(source)", from: first, missing),
            handOverFee: .hole("fee for handing a case to a collector, \(source)", from: first, missing),
            dueDateStart: missing, holidays: holidays)
    }

    // MARK: § 5 The reference rate

    /// 100 kr, three times, ten days apart; the amount is held to include any VAT.
    private static let threeOfHundred = ReminderFee(
        amount: Money(minorUnits: 100_00, .dkk), countMax: 3, spacingDays: 10)

    /// One line for each half-year, also where nothing changed, because each is announced on its own.
    ///
    /// A new value applies to running claims too. A line that was added at run time holds for its half-year and no longer,
    /// whatever it says: so a half-year that nobody looked up stays a gap.
    private static func referenceRates(_ section: String, _ extensions: [LawExtension]) -> Effective<Rate> {
        let table = Effective<Rate>(
            "reference rate, \(section)",
            checkedThrough: CivilDate(2026, 6, 30),
            halfYears(from: 2005, few, [215, 215, 240, 300, 375, 425, 425, 435])
                + halfYears(from: 2009, few, [375, 155, 120, 105, 105, 130, 70, 45])
                + halfYears(from: 2013, agreed, [20, 20, 20, 20, 20, 5])
                + halfYears(from: 2016, agreed, [5, 5, 5, 5, 5, 5, 5, 5, 5, 5])
                + halfYears(from: 2021, agreed, [5, -35, -45, -45, 190, 325])
                + halfYears(from: 2024, few, [375, 350])
                + halfYears(from: 2025, listOnly, [275, 175])
                + halfYears(from: 2026, listOnly, [175])
        ).extended(by: extensions, of: "referenceRate")
        var lines: [Effective<Rate>.Line] = []
        for (index, line) in table.lines.enumerated() {
            lines.append(line)
            guard line.value != nil else { continue }
            let following = halfYear(after: line.from)
            let next = index + 1 < table.lines.count ? table.lines[index + 1].from : nil
            if following < next ?? table.checkedThrough {
                lines.append(
                    .from(
                        following, nil,
                        .unverified(list, "§ 5 (2) renteloven", "Nobody has looked up the rate of this half-year.")))
            }
        }
        return Effective(table.name, checkedThrough: table.checkedThrough, lines)
    }

    /// The first day of the half-year after the one that a day is in.
    private static func halfYear(after day: CivilDate) -> CivilDate {
        let (year, month, _) = day.parts
        return month < 7 ? CivilDate(year, 7, 1) : CivilDate(year + 1, 1, 1)
    }

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

    /// The rate of interest on a claim that fell due on a day, as it is on another.
    ///
    /// - Throws: ``RuleGap`` where one of the tables has no answer.
    func yearlyRate(dueOn: CivilDate, on day: CivilDate) throws(RuleGap) -> Rate {
        try referenceRate.on(day).value + addition.on(dueOn).value
    }

    // MARK: § 5 Interest on a claim

    /// § 5 (1): the interest on one claim through a day that is not charged yet; `nil` where there is nothing to add.
    ///
    /// Simple interest, day by day, on the principal as its reductions leave it. The time is split at each half-year and
    /// each reduction, and every part is rounded on its own, to the nearest øre with a half away from zero: so the lines
    /// add up to the charge, and a part that is over never changes. Negative where a payment of an earlier day takes
    /// interest back that was charged.
    ///
    /// The day after the due date is the first that is counted. Where the due date was no banking day, payment on the next
    /// one is treated as timely and interest counts from that: the reading that is kinder to the debtor.
    func charge(
        on claim: ClaimFacts, in facts: CaseFacts, through day: CivilDate, dayCount: DayCount
    ) throws -> DecidedCharge? {
        let dueOn = claim.dueOn
        let principal = claim.principal
        let currency = principal.currency
        let start = holidays.bankingDay(onOrAfter: dueOn)
        let reductions = claim.reductions
        var charge: [ExplanationLine] = []
        var total: Int64 = 0

        var base = principal.minorUnits
        var cursor = start.adding(days: 1)
        var next = 0
        var half = -1
        var addition = -1
        while cursor <= day {
            while next < reductions.count, reductions[next].on <= cursor {
                base -= reductions[next].amount.minorUnits
                next += 1
            }
            if base <= 0 { break }  // Nothing is left to bear interest, so no rate is needed either.

            half = try halfYear(of: cursor, after: half)
            if addition < 0 {
                addition = try additionIndex(dueOn: dueOn)
                charge.reserveCapacity(start.days(to: day) / 181 + reductions.count + 5)
                charge.append(startLine)
                if start != dueOn { charge.append(movedStartLine) }
                charge.append(dayCount.line)
            }
            let period = halfYears[half]
            var last = min(day, period.last)
            if next < reductions.count { last = min(last, reductions[next].on.adding(days: -1)) }

            let days = dayCount.days(from: cursor, through: last)
            let rate = period.rate + additions[addition].rate
            let amount = try InterestAct.share(
                of: base, currency, days: days, rate: rate, daysInYear: dayCount.daysInYear)
            total += amount
            var line = lines[addition][half]
            line.from = cursor
            line.through = last
            line.days = days
            line.base = Money(minorUnits: base, currency)
            line.amount = Money(minorUnits: amount, currency)
            charge.append(line)
            cursor = last.adding(days: 1)
        }

        var charged: Int64 = 0
        for earlier in facts.charges where earlier.component == .interest && earlier.claim == claim.id {
            charged += earlier.amount.minorUnits
        }
        if total == charged { return nil }
        if charged != 0 {
            var line = chargedLine
            line.amount = Money(minorUnits: -charged, currency)
            charge.append(line)
        }
        return DecidedCharge(
            component: .interest, claim: claim.id,
            amount: Explained(Money(minorUnits: total - charged, currency), charge))
    }

    /// The interest of some days in øre, rounded to the nearest with a half away from zero.
    ///
    /// In 64 bits where that is enough, which it is for all but astronomical claims; else as the kit does it, in 128.
    private static func share(
        of base: Int64, _ currency: Currency, days: Int, rate: Rate, daysInYear: Int64
    ) throws(MoneyError) -> Int64 {
        let numerator = Int64(days) * Int64(rate.basisPoints)
        let denominator = daysInYear * 10_000
        let (product, overflow) = base.multipliedReportingOverflow(by: numerator)
        guard !overflow else {
            return try Money(minorUnits: base, currency)
                .multiplied(by: numerator, over: denominator, rounding: .halfAwayFromZero).minorUnits
        }
        let (quotient, remainder) = product.quotientAndRemainder(dividingBy: denominator)
        return remainder.magnitude * 2 >= UInt64(denominator) ? quotient + product.signum() : quotient
    }

    /// The position of the half-year that a day is in; the search begins after one that is over.
    ///
    /// - Throws: the table's own ``RuleGap`` for a day that it does not cover.
    private func halfYear(of day: CivilDate, after index: Int) throws(RuleGap) -> Int {
        let following = index + 1
        if index >= 0, halfYears[index].last >= day { return index }
        if following < halfYears.count, halfYears[following].first <= day, day <= halfYears[following].last {
            return following
        }
        var low = 0
        var high = halfYears.count
        while low < high {
            let middle = (low + high) / 2
            if halfYears[middle].last < day { low = middle + 1 } else { high = middle }
        }
        if low < halfYears.count, halfYears[low].first <= day { return low }
        // Throws: the array holds every line of the table that has a value.
        let line = try referenceRate.on(day)
        throw RuleGap(
            rule: referenceRate.name, day: day, reason: "the line from \(line.from) was not laid out",
            cure: "Tell the author of the plug-in.")
    }

    /// The position of the addition that a claim keeps.
    ///
    /// - Throws: the table's own ``RuleGap`` for a due date that it does not cover.
    private func additionIndex(dueOn: CivilDate) throws(RuleGap) -> Int {
        if dueOn <= addition.checkedThrough, let index = additions.lastIndex(where: { $0.from <= dueOn }) {
            return index
        }
        let line = try addition.on(dueOn)
        throw RuleGap(
            rule: addition.name, day: dueOn, reason: "the line from \(line.from) was not laid out",
            cure: "Tell the author of the plug-in.")
    }

    // MARK: § 9 a Compensation

    /// § 9 a (3): the compensation that a claim still gives rise to; `nil` where it gives none or it was charged before.
    ///
    /// One for each claim, beside the recovery costs and not in their place.
    func compensationCharge(on claim: ClaimFacts, in facts: CaseFacts) throws(RuleGap) -> DecidedCharge? {
        switch facts.debtorKind {
        case .business, .publicAuthority: break
        case .consumer: return nil
        @unknown default: return nil  // Only the two that § 9 a (3) names can owe it.
        }
        let dueOn = claim.dueOn
        guard let compensation, let begins = compensation.lines.first?.from, dueOn >= begins else { return nil }
        // Also one that was taken back again counts: what a person waived is not charged a second time by the machine.
        for charge in facts.charges where charge.component == .compensation && charge.claim == claim.id { return nil }
        let line = try compensation.on(dueOn)
        return DecidedCharge(
            component: .compensation, claim: claim.id,
            amount: Explained(
                line.value,
                [ExplanationLine("Fixed compensation for late payment.", line.citation, amount: line.value)]))
    }

    // MARK: § 9 b Arrears

    /// § 9 b: the first day of the continuous time of arrears that a day lies in.
    ///
    /// Claims whose times of arrears touch or overlap are one time of arrears. A principal that was paid in full ends its
    /// own; fees that remained unpaid do not prolong it.
    func arrearsBegan(_ claims: [ClaimFacts], on day: CivilDate) -> CivilDate {
        struct Arrears {
            let first: CivilDate
            let paidOn: CivilDate?
        }
        var all: [Arrears] = []
        var began = day
        for claim in claims {
            let first = holidays.bankingDay(onOrAfter: claim.dueOn).adding(days: 1)
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

// MARK: - The book

extension InterestAct {
    /// The act in the book of the law.
    var act: LawBook.Act {
        var rules: [LawBook.Rule] = [
            LawBook.Rule(
                "interestStart",
                "Interest runs from the agreed due date; without one, 30 days after the request for payment was sent.",
                dueDateStart),
            LawBook.Rule(
                "interestAddition",
                "Interest is the reference rate and so many percentage points a year; a claim keeps the addition of the "
                    + "day on which it fell due.",
                addition.lines.last?.citation ?? dueDateStart, addition
            ) { [LabelledText("", $0.description)] },
            LawBook.Rule(
                "referenceRate",
                "The reference rate is Nationalbanken's lending rate on 1 January and on 1 July, each for its half-year; it "
                    + "applies to running claims too.",
                referenceRate.lines.first?.citation ?? dueDateStart, referenceRate,
                extensible: isSupported ? .rate : nil
            ) { [LabelledText("", $0.description)] },
            LawBook.Rule(
                "recoveryCosts",
                "The debtor bears reasonable and relevant costs of recovery out of court, unless the delay is not the "
                    + "debtor's. A table of costs is a ceiling and gives no right to its amount.",
                recoveryCosts),
        ]
        if let compensation {
            rules.append(
                LawBook.Rule(
                    "compensation",
                    "A business or a public authority owes a fixed compensation for each claim that is late, beside the "
                        + "recovery costs; a consumer owes none. By due date.",
                    compensation.lines.first?.citation ?? recoveryCosts, compensation,
                    extensible: isSupported ? .amount : nil
                ) { [LabelledText("", $0.description)] })
        } else {
            rules.append(
                LawBook.Rule(
                    "compensation", "The act knows no fixed compensation for late payment.",
                    Citation(source, "no section")))
        }
        rules += [
            LawBook.Rule(
                "reminderFee",
                "A reminder that is sent with reasonable grounds may cost so much; so many may carry a fee, for one "
                    + "performance and within one continuous time of arrears; so many days lie between two of them. "
                    + "Reminders with a fee that the creditor sent before count.",
                reminderFee.lines.first?.citation ?? recoveryCosts, reminderFee
            ) { fee in
                [
                    LabelledText("each", fee.amount.description), LabelledText("with a fee", "\(fee.countMax)"),
                    LabelledText("days between", "\(fee.spacingDays)"),
                ]
            },
            LawBook.Rule(
                "handOverFee",
                "Handing the case to a collector may cost so much once, on top of reminder fees (inkassogebyr). Charged with "
                    + "the collection notice, and only where the setting handOverFee and the policy ask for it.",
                handOverFee.lines.first?.citation ?? recoveryCosts, handOverFee
            ) { [LabelledText("", $0.description)] },
        ]
        if isSupported {
            rules += [
                LawBook.Rule(
                    "reminderFeeVAT", "The fee of a reminder includes any VAT; none is put on top of it.",
                    .unverified("themis.dk", "reminder fee", "A commentary's reading of renteloven § 9 b.")),
                LawBook.Rule(
                    "remindersWithoutFee", "How many reminders are sent without a fee is not limited.",
                    .unverified(source, "§ 9 b", "The section speaks of reminders with a fee only.")),
                LawBook.Rule(
                    "noNewRoundOfFees",
                    "Where an agreement on instalments is broken, no new round of reminder fees begins for the same "
                        + "performance; so nothing here ever starts the count of an open claim again.",
                    .unverified(
                        source, "§ 9 b", "Practice of the Supreme Court as noted in a commentary; it was not read.")),
                LawBook.Rule(
                    "feesMandatory",
                    "§ 9 b cannot be varied to a consumer's detriment, and the § 5 rate cannot be exceeded by agreement with a "
                        + "consumer. Others may agree otherwise within § 9 a; the plug-in knows of no such agreement.",
                    source.hasPrefix("renteloven, ")
                        ? Citation(source, "§§ 7, 9 b (4)")
                        : .unverified(source, "", "Read in the Danish act only.")),
            ]
        }
        return LawBook.Act(title, number: source, rules)
    }
}
