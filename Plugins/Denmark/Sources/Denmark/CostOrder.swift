import FordringKit

/// BEK 601/2002 with later changes, the order on costs of collecting out of court.
///
/// The amounts are ceilings. They give no right to the amount: renteloven § 9 a asks that a cost be reasonable and
/// relevant, so a creditor who pays the agency less than the table should not let it be charged. The orders of Greenland
/// and the Faroe Islands have tables too whose amounts were not found.
struct CostOrder: Sendable {
    /// Annex 1: what a collector who works for another may cost (fremmedinkasso), without VAT, by the day on which the claim
    /// arose.
    let table: Effective<Table>
    /// Annex 2: what a creditor who collects for itself may charge for a voluntary settlement, VAT included.
    let settlements: Effective<Table>
    /// The VAT on a collector's cost, which falls on the debtor only where the creditor cannot deduct it; by the day of the
    /// charge.
    let valueAddedTax: Effective<Rate>
    /// The order's condition: an earlier letter gave ten days and warned of further costs.
    let warning: Citation

    /// One version of the table.
    struct Table: Sendable {
        /// A line of the table: claims through an amount of whole kroner, and the cost in kroner.
        struct Bracket: Sendable {
            let through: Int64
            let cost: Int64
        }

        /// The lines, smallest first.
        let brackets: [Bracket]
        /// The share of the part above the last bracket that is added to the last cost.
        let shareAbove: Rate

        /// The most that collecting a claim may cost, without VAT.
        ///
        /// The table speaks of whole kroner (0-1,000, then 1,001-2,500): the øre between two lines belong to the lower
        /// one. The share of the part above the last line is rounded down to the øre. Both keep to the ceiling.
        func cost(of claim: Money) throws(MoneyError) -> Money {
            let scale = claim.currency.minorUnitsPerUnit
            let kroner = claim.minorUnits / scale
            for bracket in brackets where kroner <= bracket.through {
                if bracket.through == brackets.last?.through, claim.minorUnits > bracket.through * scale { break }
                return Money(minorUnits: bracket.cost * scale, claim.currency)
            }
            guard let last = brackets.last else { return Money(minorUnits: 0, claim.currency) }
            let above = Money(minorUnits: claim.minorUnits - last.through * scale, claim.currency)
            return try Money(minorUnits: last.cost * scale, claim.currency) + shareAbove.of(above, rounding: .down)
        }
    }

    private static let version2016 = Table(
        brackets: [
            .init(through: 1_000, cost: 400),
            .init(through: 2_500, cost: 700),
            .init(through: 5_000, cost: 1_000),
            .init(through: 10_000, cost: 1_300),
            .init(through: 25_000, cost: 1_700),
            .init(through: 50_000, cost: 2_250),
            .init(through: 100_000, cost: 2_850),
            .init(through: 250_000, cost: 3_850),
            .init(through: 500_000, cost: 6_400),
        ],
        shareAbove: Rate(basisPoints: 100))

    private static let settlements2016 = Table(
        brackets: [
            .init(through: 1_000, cost: 300),
            .init(through: 2_500, cost: 500),
            .init(through: 5_000, cost: 650),
            .init(through: 10_000, cost: 850),
            .init(through: 25_000, cost: 1_150),
            .init(through: 50_000, cost: 1_400),
            .init(through: 100_000, cost: 1_850),
            .init(through: 250_000, cost: 2_550),
            .init(through: 500_000, cost: 4_250),
        ],
        shareAbove: Rate(basisPoints: 67))

    /// A version by the day on which the claim arose.
    ///
    /// The versions of 2002 and 2009 are known, but not from which day the second applied, so a claim that arose before
    /// 2016-07-01 is a gap and not a guess. BEK 719 of 2024-06-03 changed the order in a way and from a day that were not found:
    /// for claims that arose after it was issued the figures of 2016 are used and marked.
    private static func versions(_ annex: String, _ version: Table) -> Effective<Table> {
        let source = "BEK 601/2002 as amended by BEK 476/2016"
        return Effective(
            "collection costs, BEK 601/2002 \(annex)",
            checkedThrough: Horizon.checkedThrough,
            .from(CivilDate(2016, 7, 1), version, Citation(source, annex)),
            .from(
                CivilDate(2024, 6, 4), version,
                .unverified(source, annex, "BEK 719/2024 amends the order; its content was not found.")))
    }

    /// The order of Denmark.
    static let denmark = CostOrder(
        table: versions("annex 1", version2016), settlements: versions("annex 2", settlements2016),
        // The line begins with the cost table, which is as far back as it is asked for.
        valueAddedTax: Effective(
            "VAT on collection costs",
            checkedThrough: Horizon.checkedThrough,
            .from(
                CivilDate(2016, 7, 1), Rate(basisPoints: 2500),
                .unverified(
                    "momsloven", "", "Recalled: 25 %, put on the debtor only where the creditor cannot deduct it."))),
        warning: Citation("BEK 601/2002 as amended", "warning of further costs"))

    /// The order of Greenland, BEK 994/2011, whose amounts were not found.
    static let greenland = missing(
        "BEK 994/2011 (Greenland)", from: CivilDate(2011, 11, 1), "The amounts of the order were not found.")

    /// No order of the Faroe Islands was found.
    static let faroeIslands = missing(
        "the order on collection costs of the Faroe Islands", from: CivilDate(1996, 1, 1), "No text was available.")

    private static func missing(_ source: String, from day: CivilDate, _ doubt: String) -> CostOrder {
        let citation = Citation.unverified(source, "", doubt)
        return CostOrder(
            table: .hole("collection costs, \(source)", from: day, citation),
            settlements: .hole("costs of a settlement, \(source)", from: day, citation),
            valueAddedTax: .hole("VAT on collection costs, \(source)", from: day, citation), warning: citation)
    }

    private static let onceOnly = Citation.unverified(
        "BEK 601/2002 as amended", "annex 1", "How a claim that joins a case later is counted was not found.")

    /// The cost of a collection letter that covers some claims of a case; `nil` where the table leaves nothing to add.
    ///
    /// The law's "claim" is read as all that the letter demands: one amount of the table, on the sum of what is left of
    /// the principals, which is never more than an amount for each claim. Interest and fees from before the due date
    /// would count too, but the facts do not have them. Where the case has paid such a cost before, a claim that
    /// joined later adds the lower of two: what the table gives for the new claims alone, and what the table gives for
    /// old and new together, less what was charged. An old claim counts as it stood on the day of its letter. Where the
    /// claims arose under different versions, the one that gives the least applies.
    func charge(
        on claims: [ClaimFacts], in facts: CaseFacts, day: CivilDate
    ) throws -> DecidedCharge? {
        var charged = Money(minorUnits: 0, facts.currency)
        for charge in facts.charges where charge.component == .collectionCost { charged = try charged + charge.amount }

        var sum = Money(minorUnits: 0, facts.currency)
        for claim in claims { sum = try sum + claim.outstandingPrincipal }
        let alone = try cost(of: sum, under: claims, in: facts, day: day)
        let claim = claims.count == 1 ? claims.first?.id : nil
        if charged.minorUnits <= 0 {
            return DecidedCharge(component: .collectionCost, claim: claim, amount: alone)
        }

        var all = claims
        var total = sum
        let covered = Set(claims.map(\.id))
        for old in facts.claims where !covered.contains(old.id) {
            guard
                let letter = facts.steps.first(where: { $0.kind == .collectionLetter && $0.claims.contains(old.id) })
            else { continue }
            var left = old.principal
            for reduction in old.reductions where reduction.on <= letter.decidedOn {
                left = try left - reduction.amount
            }
            if left.minorUnits > 0 { total = try total + left }
            all.append(old)
        }
        var together = try cost(of: total, under: all, in: facts, day: day)
        together.value = try together.value - charged
        if together.value.minorUnits <= 0 { return nil }
        if try !together.value.isLess(than: alone.value) {
            return DecidedCharge(component: .collectionCost, claim: claim, amount: alone)
        }
        together.lines.append(
            ExplanationLine(
                "Less the collection cost that was charged in the case before.", CostOrder.onceOnly,
                amount: Money(minorUnits: -charged.minorUnits, charged.currency)))
        return DecidedCharge(component: .collectionCost, claim: claim, amount: together)
    }

    /// The table's amount for a sum, with VAT where the debtor bears it; the lines add up to the value.
    private func cost(
        of sum: Money, under claims: [ClaimFacts], in facts: CaseFacts, day: CivilDate
    ) throws -> Explained<Money> {
        var least: (net: Money, line: Cited<Table>)?
        for claim in claims {
            let line = try table.on(claim.arisenOn)
            let net = try line.value.cost(of: sum)
            guard let known = least else {
                least = (net, line)
                continue
            }
            // Of two equal amounts the younger version is cited, whose doubts must not be lost.
            let isLower = try net.isLess(than: known.net)
            if isLower || (net == known.net && line.from > known.line.from) { least = (net, line) }
        }
        guard let least else { return Explained(Money(minorUnits: 0, facts.currency), []) }
        var cost = Explained(
            least.net,
            [
                ExplanationLine(
                    "Cost of collecting by the table, without VAT.", least.line.citation, base: sum, amount: least.net)
            ])
        if !facts.creditor.deductsVAT {
            let rate = try valueAddedTax.on(day)
            let tax = try rate.value.of(least.net, rounding: .down)
            cost.value = try cost.value + tax
            cost.lines.append(
                ExplanationLine(
                    "VAT, which the creditor cannot deduct.", rate.citation, base: least.net, rate: rate.value,
                    amount: tax))
        }
        return cost
    }

    // MARK: Annex 2 Own collection

    /// What a creditor that collects for itself may charge for making a voluntary settlement; `nil` where a cost was charged
    /// before.
    ///
    /// Only after a notice whose deadline has passed, the law's and the stated one, in which no cost arises: the order asks
    /// for its warning. Nothing for a time-barred claim. One amount, on the sum of what is left of the principals; where the
    /// claims arose under different versions, the one that gives the least applies.
    func settlementCharge(
        in facts: CaseFacts, on day: CivilDate, notice: CollectionAct, limitation: LimitationAct
    ) throws -> DecidedCharge? {
        if facts.charges.contains(where: { $0.component == .collectionCost }) { return nil }
        let claims = try facts.claims.filter {
            try $0.outstandingPrincipal.isPositive && !limitation.isBarred($0, on: day)
        }
        guard !claims.isEmpty else { return nil }
        var sum = Money(minorUnits: 0, facts.currency)
        var least: (amount: Money, line: Cited<Table>)?
        for claim in claims {
            let letter = facts.steps.last { $0.kind == .collectionNotice && $0.claims.contains(claim.id) }
            guard let letter, let sent = letter.sentOn else { return nil }
            let last = sent.adding(days: try notice.noticeDays.on(sent).value)
            guard max(last, letter.deadlineOn ?? last) < day else { return nil }
            sum = try sum + claim.outstandingPrincipal
        }
        for claim in claims {
            let line = try settlements.on(claim.arisenOn)
            let amount = try line.value.cost(of: sum)
            if let known = least {
                let isLower = try amount.isLess(than: known.amount)
                guard isLower || (amount == known.amount && line.from > known.line.from) else { continue }
            }
            least = (amount, line)
        }
        guard let least else { return nil }
        return DecidedCharge(
            component: .collectionCost, claim: claims.count == 1 ? claims.first?.id : nil,
            amount: Explained(
                least.amount,
                [
                    ExplanationLine(
                        "Cost of a voluntary settlement with a creditor that collects for itself, VAT included.",
                        least.line.citation, base: sum, amount: least.amount)
                ]))
    }

    // MARK: The book

    /// The order in the book of the law.
    var act: LawBook.Act {
        func figures(_ table: Table) -> [LabelledText] {
            func kroner(_ whole: Int64) -> String { Money.units(whole, .dkk).formatted(.english) }
            var texts = table.brackets.map { LabelledText("through \(kroner($0.through))", kroner($0.cost)) }
            texts.append(LabelledText("of the part above", table.shareAbove.description))
            return texts
        }
        let source = table.lines.first?.citation.source ?? ""
        return LawBook.Act(
            "The order on costs of collecting out of court", number: source,
            [
                LawBook.Rule(
                    "collectionCost",
                    "What a collector who works for another may cost, without VAT, by the day on which the claim arose. The "
                        + "claim is the principal with what was added before the due date, without late-payment interest and "
                        + "costs of recovery.",
                    table.lines.first?.citation ?? warning, table, figures),
                LawBook.Rule(
                    "settlementCost",
                    "What a creditor that collects for itself may charge for a voluntary settlement, VAT included; it charges "
                        + "nothing for a collection letter.",
                    settlements.lines.first?.citation ?? warning, settlements, figures),
                LawBook.Rule(
                    "costWarning",
                    "A cost may be charged only where an earlier letter gave at least ten days and warned of further costs, "
                        + "and where engaging a collector was relevant.",
                    warning),
                LawBook.Rule(
                    "costCeiling",
                    "The table is a ceiling: the cost must be reasonable and relevant. It cannot be varied to a consumer's "
                        + "detriment.",
                    warning.verification == .verified
                        ? Citation(source, "with renteloven § 9 a")
                        : .unverified(source, "", warning.doubt)),
                LawBook.Rule(
                    "agreedFee",
                    "Where the creditor owes the collector less than the table gives, the debtor owes no more than that.",
                    .unverified(source, "with renteloven § 9 a", "Recalled.")),
                LawBook.Rule(
                    "costVAT",
                    "VAT on the collector's cost falls on the debtor only where the creditor cannot deduct it.",
                    valueAddedTax.lines.first?.citation ?? warning, valueAddedTax
                ) { [LabelledText("", $0.description)] },
            ])
    }

    /// What is known of the order and not used.
    static let unsupportedInDenmark = [
        "Collection costs of claims that arose before 2016-07-01 (BEK 601/2002 annex 1): the first day of the version of 2009 "
            + "(BEK 423/2009) is unknown. Brackets as in 2016; before it 300, 500, 700, 900, 1200, 1600, 2000, 2700, 4500; "
            + "of 2009 350, 600, 850, 1100, 1450, 1950, 2450, 3300, 5500; both and 1 % of the part above 500000.",
        "Costs of a settlement in own collection for claims that arose before 2016-07-01 (annex 2 of 2002: 200, 350, 450, 600, "
            + "800, 1000, 1300, 1800, 3000, and 0.67 % of the part above 500000): whether another version came between is "
            + "unknown.",
        "What the creditor has agreed to pay the collector: the table's amount is charged where the policy asks for costs, so a "
            + "creditor who owes the collector less must leave the charge out.",
        "What BEK 719/2024 changed in the order on collection costs: its content was not found.",
    ]
}
