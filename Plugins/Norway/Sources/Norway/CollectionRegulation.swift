import FordringKit

/// Inkassoforskriften, the regulation on fees and costs of collecting (FOR-1989-07-14-562).
enum CollectionRegulation {
    /// The regulation as citations name it.
    static let source = "inkassoforskriften, FOR-1989-07-14-562"

    // MARK: The inkassosats

    /// What an extension of ``sats`` names.
    static let satsIdentifier = "inkassosats"

    /// The inkassosats, of which all fees and costs are multiples, by year.
    ///
    /// 2008 and 2010 through 2012 are not known. The last change that was seen is of 2025-12-19, no 2709.
    static let sats = Effective<Money>(
        "inkassosats, inkassoforskriften",
        checkedThrough: NorwayOnly.lastYearThrough,
        .from(CivilDate(2006, 1, 1), kroner(550), satsSource),
        .from(CivilDate(2007, 1, 1), kroner(560), satsSource),
        .from(CivilDate(2008, 1, 1), nil, unknownSats),
        .from(CivilDate(2009, 1, 1), kroner(590), satsSource),
        .from(CivilDate(2010, 1, 1), nil, unknownSats),
        .from(CivilDate(2013, 1, 1), kroner(630), satsSource),
        .from(CivilDate(2014, 1, 1), kroner(640), .unverified(source, "inkassosats", "The value of 2014 is recalled.")),
        .from(CivilDate(2015, 1, 1), kroner(650), satsSource),
        .from(CivilDate(2016, 1, 1), kroner(670), satsSource),
        .from(CivilDate(2017, 1, 1), kroner(700), satsSource),
        .from(CivilDate(2026, 1, 1), kroner(750), Citation("\(source), change 2025-12-19 nr. 2709", "inkassosats"))
    )

    private static let satsSource = Citation(source, "inkassosats")
    private static let unknownSats = Citation.unverified(source, "inkassosats", "The value of the year was not found.")

    // MARK: § 1-2 Fees of reminders, notices and own payment demands

    /// A fee as a part of the inkassosats.
    struct Share: Sendable, Hashable {
        let numerator: Int64
        let denominator: Int64

        /// The part of an amount, to the nearest whole krone, a half upwards.
        ///
        /// The rounding is a rule since 2026; the figures of the years before come out even.
        func fee(of sats: Money) throws(MoneyError) -> Money {
            let whole = try Money(minorUnits: sats.minorUnits, sats.currency)
                .multiplied(by: numerator, over: denominator * 100, rounding: .halfAwayFromZero)
            return Money(minorUnits: whole.minorUnits * 100, sats.currency)
        }
    }

    /// § 1-2: the fee of a reminder or of a collection notice, by the day of sending.
    static let reminderShare = LaidOut(
        Effective<Share>(
            "reminder and notice fee, inkassoforskriften § 1-2",
            checkedThrough: NorwayOnly.checkedThrough,
            .from(
                CivilDate(2006, 1, 1), Share(numerator: 1, denominator: 10), Citation(source, "§ 1-2, older version")),
            .from(CivilDate(2020, 10, 1), Share(numerator: 1, denominator: 20), Citation(source, "§ 1-2"))
        ))

    /// § 1-2: the fee of a payment demand that the creditor sends itself, by the day of sending.
    static let ownDemandShare = LaidOut(
        Effective<Share>(
            "fee of the creditor's own payment demand, inkassoforskriften § 1-2",
            checkedThrough: NorwayOnly.checkedThrough,
            .from(
                CivilDate(2006, 1, 1), Share(numerator: 3, denominator: 10), Citation(source, "§ 1-2, older version")),
            .from(CivilDate(2020, 10, 1), Share(numerator: 3, denominator: 20), Citation(source, "§ 1-2"))
        ))

    /// § 1-2: that many days after the due date a reminder or notice may carry a fee, not earlier.
    static let feeDays = 14
    /// The source of ``feeDays``.
    static let feeDaysSource = Citation(source, "§ 1-2")
    /// The change of December 2025: fees are rounded to the nearest whole krone.
    static let feeRounding = Citation.unverified(
        "\(source), change 2025-12-19 nr. 2709", "§ 1-2",
        "Held with medium confidence, from 2026 on; the figures of the years before come out even.")

    /// The fee of a letter that leaves on a day.
    static func fee(
        _ text: String, _ share: LaidOut<Share>, on day: CivilDate, figures: Figures
    ) throws -> Explained<Money> {
        let sats = try figures.sats.on(day)
        let share = try share.on(day)
        let amount = try share.value.fee(of: sats.value)
        return Explained(
            amount,
            [
                ExplanationLine("The inkassosats of the day of sending.", sats.citation, base: sats.value),
                ExplanationLine(
                    "\(text): \(share.value.numerator)/\(share.value.denominator) of the inkassosats, "
                        + "to the nearest whole krone.",
                    share.citation, base: sats.value, amount: amount),
            ])
    }

    // MARK: § 1-3 How many fees

    /// § 1-3: two reminders, or one reminder and one notice, may carry a fee, and a payment demand after them.
    static let combinations = Citation(source, "§ 1-3")
    /// § 1-3: so many fees of reminders and notices in one round.
    static let feesMax = 2
    /// § 1-3: a second fee asks that the 14 days of the first letter are over; so it comes on the 15th at the earliest.
    static let feeSpacingDays = 15
    /// § 1-3: months after which a new round of fees may begin.
    static let newRoundMonths = 6
    /// The source of ``newRoundMonths``.
    static let newRound = Citation.unverified(
        source, "§ 1-3", "New fees after six months; from when they count was not found, so the last fee is taken.")

    // MARK: §§ 2-1 to 2-3 The collector's fee

    /// One version of the table of § 2-2: for each size of claim a multiple of the inkassosats.
    struct Table: Sendable {
        /// A line of the table: claims through an amount of whole kroner, and thousandths of the inkassosats.
        struct Bracket: Sendable {
            let through: Int64
            let thousandths: Int64
        }

        /// The lines, smallest first.
        let brackets: [Bracket]
        /// Thousandths of the inkassosats for claims above the last line.
        let above: Int64

        /// The multiple for a claim, in thousandths of the inkassosats.
        ///
        /// Counted in whole kroner: the øre between two lines belong to the lower one.
        func thousandths(of claim: Money) -> Int64 {
            let kroner = claim.minorUnits / claim.currency.minorUnitsPerUnit
            for bracket in brackets where kroner <= bracket.through { return bracket.thousandths }
            return above
        }
    }

    private static let version2010 = Table(
        brackets: [
            .init(through: 500, thousandths: 500),
            .init(through: 1_000, thousandths: 500),
            .init(through: 2_500, thousandths: 500),
            .init(through: 10_000, thousandths: 1_000),
            .init(through: 50_000, thousandths: 2_000),
            .init(through: 250_000, thousandths: 4_000),
        ],
        above: 8_000)

    private static let version2020 = Table(
        brackets: [
            .init(through: 500, thousandths: 250),
            .init(through: 1_000, thousandths: 350),
            .init(through: 2_500, thousandths: 400),
            .init(through: 10_000, thousandths: 800),
            .init(through: 50_000, thousandths: 1_600),
            .init(through: 250_000, thousandths: 3_600),
        ],
        above: 7_200)

    /// § 2-2: the table of the light fee, by the day on which the claim fell due.
    ///
    /// The source says "due after 1 October 2020" for the younger version, which is lower everywhere; so a claim that
    /// fell due on that very day has it too, marked as a reading that cannot harm the debtor. Heavy is double, by §
    /// 2-3.
    static let table = LaidOut(
        Effective<Table>(
            "collector's fee, inkassoforskriften § 2-2",
            checkedThrough: NorwayOnly.checkedThrough,
            .from(CivilDate(2010, 1, 1), version2010, Citation(source, "§ 2-2, older version")),
            .from(
                CivilDate(2020, 10, 1), version2020,
                .unverified(
                    source, "§ 2-2",
                    "The source says due after 1 October 2020; for that day itself the lower version is taken."
                )
            ),
            .from(CivilDate(2020, 10, 2), version2020, Citation(source, "§ 2-2"))
        ))

    /// § 2-1: a debtor who is not a consumer pays up to one and a half times the fee.
    static let business = Citation(source, "§ 2-1")
    /// § 2-2: what counts as the size of the claim.
    static let claimSize = Citation(source, "§ 2-2")
    /// § 2-3: the heavy fee is double, once the deadline of a payment demand is exceeded by more than 28 days.
    static let heavy = Citation(source, "§ 2-3")
    /// Days by which the deadline must be exceeded: 29 is more than 28.
    static let heavyDays = 29
    /// The sats that counts is that of the day on which the principal is covered.
    static let satsOfCover = Citation(source, "ch. 2")
    /// § 2-6: compensation and costs are set off against each other.
    static let setOff = Citation("\(source); forsinkelsesrenteloven", "§ 2-6; § 3 a")
    /// One fee for a case, however many claims were merged in it.
    static let oneFee = Citation.unverified(
        "Finanstilsynet, circular 1/2018", "several claims",
        "One secondary source; the regulation's text was not found.")

    /// The VAT on the collector's fee.
    ///
    /// The regulation puts it on the debtor only where more than half of the claim does not stem from the creditor's
    /// VAT-liable business. Whether the creditor may deduct VAT stands in for that question.
    static let valueAddedTax = LaidOut(
        Effective<Rate>(
            "VAT on the collector's fee",
            checkedThrough: NorwayOnly.checkedThrough,
            .from(
                CivilDate(2010, 1, 1), Rate(basisPoints: 2500),
                .unverified(
                    source, "§ 2-1",
                    "25 %, where more than half of the claim is not from VAT-liable business; read here as: where the "
                        + "creditor cannot deduct VAT."))
        ))

    /// The collector's fee for claims of a size, with VAT where the debtor bears it; the lines with an amount add up.
    ///
    /// - Parameters:
    ///   - size: what is left of the principals.
    ///   - claims: whose due dates decide the version; of several the lowest fee is taken.
    ///   - day: the day whose inkassosats is used.
    static func salary(
        on size: Money, of claims: [ClaimFacts], isHeavy: Bool, in facts: CaseFacts, day: CivilDate, figures: Figures
    ) throws -> Explained<Money> {
        let sats = try figures.sats.on(day)
        var least: (thousandths: Int64, line: (value: Table, citation: Citation))?
        for claim in claims {
            let line = try table.on(claim.dueOn)
            let thousandths = line.value.thousandths(of: size)
            guard let known = least else {
                least = (thousandths, line)
                continue
            }
            // Of two equal fees the older line is cited that is in doubt, so that the doubt is not lost.
            let isDoubtful = line.citation.verification == .unverified
            if thousandths < known.thousandths || (thousandths == known.thousandths && isDoubtful) {
                least = (thousandths, line)
            }
        }
        guard let least else { return Explained(.zero(facts.currency), []) }
        let isBusiness = facts.debtorKind != .consumer
        let multiple = least.thousandths * (isHeavy ? 2 : 1) * (isBusiness ? 3 : 2)
        // Half thousandths, rounded down to the øre: the table is a ceiling.
        let net = try sats.value.multiplied(by: multiple, over: 2_000, rounding: .down)
        let weight = isHeavy ? "Heavy" : "Light"
        var fee = Explained(
            net,
            [
                ExplanationLine(
                    "The inkassosats of the day of the letter; the one of the day on which the principal is covered "
                        + "counts, which is not known yet.",
                    sats.citation, base: sats.value),
                ExplanationLine(
                    "\(weight) collector's fee: \(decimal(multiple)) of the inkassosats, without VAT.",
                    least.line.citation, base: size, amount: net),
            ])
        if isHeavy {
            fee.lines.append(
                ExplanationLine(
                    "The deadline of the payment demand is exceeded by more than 28 days, so the fee is doubled.", heavy
                ))
        }
        if isBusiness {
            fee.lines.append(
                ExplanationLine(
                    "The debtor is not a consumer: one and a half times the fee.", business))
        }
        if !facts.creditor.deductsVAT {
            let rate = try valueAddedTax.on(day)
            let tax = try rate.value.of(net, rounding: .down)
            fee.value = try net + tax
            fee.lines.append(
                ExplanationLine(
                    "VAT, which the creditor cannot deduct.", rate.citation, base: net, rate: rate.value, amount: tax))
        }
        return fee
    }

    /// Half thousandths as a decimal number: 500 is 0.25.
    private static func decimal(_ halfThousandths: Int64) -> String {
        let tenThousandths = halfThousandths * 5
        var digits = String(tenThousandths % 10_000 + 10_000).dropFirst()
        while digits.count > 1, digits.last == "0" { digits.removeLast() }
        return "\(tenThousandths / 10_000).\(digits)"
    }

    // MARK: § 2-4 Instalment plans

    /// § 2-4: a plan of more than so many instalments may cost a fee.
    static let freeInstalments = 4
    /// § 2-4: the fee of a plan, one and a half times the inkassosats, unless the case is with a court already.
    static let plan = Citation(source, "§ 2-4")

    /// § 2-4: the fee for a plan; `nil` where none may be charged.
    ///
    /// It belongs to the collector's fees, so a creditor that collects itself charges none. Whether it is one and a
    /// half times as high for a business, and whether VAT comes on top, was not found, so neither is added.
    static func planFee(
        instalments: Int, for facts: CaseFacts, on day: CivilDate, law: Norway
    ) throws -> DecidedCharge? {
        try NorwayOnly.check(facts.currency, on: day)
        guard instalments > freeInstalments, !facts.creditor.collectsItself,
            !facts.steps.contains(where: { $0.kind == .readyForCourt }),
            !facts.claims.contains(where: isBeforeCourt)
        else { return nil }
        if law.isUnderNewAct(day) { throw CollectionAct2026.gap("the fee of an instalment plan", on: day) }
        _ = try table.on(day)  // The regulation was looked up for the day.
        let sats = try law.figures.sats.on(day)
        let amount = try sats.value.multiplied(by: 3, over: 2, rounding: .down)
        return DecidedCharge(
            component: .collectionFee, claim: nil,
            amount: Explained(
                amount,
                [
                    ExplanationLine("The inkassosats of the day.", sats.citation, base: sats.value),
                    ExplanationLine(
                        "Plan of more than four instalments: 1.5 times the inkassosats.", plan, base: sats.value,
                        amount: amount),
                ]))
    }

    /// Whether a claim has been before a court or a namsmann; that it is over is not enough for a fee.
    private static func isBeforeCourt(_ claim: ClaimFacts) -> Bool {
        claim.events.contains { event in
            switch event.kind {
            case .proceedingsFiled, .judgment, .enforcementRequested, .insolvencyClaim: true
            default: false
            }
        }
    }

    /// § 2-5: actual costs beyond the table, with written reasons.
    static let actualCosts = Citation.unverified(
        source, "§ 2-5", "Only the principle is known; the machine charges no such cost.")
}
