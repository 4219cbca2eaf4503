import FordringKit

/// BEK 601/2002 with later changes, the order on costs of collecting out of court.
///
/// The amounts are ceilings for a collector who works for another (fremmedinkasso), without VAT. They give no right to
/// the amount: renteloven § 9 a asks that a cost be reasonable and relevant, so a creditor who pays the agency less than
/// the table should not let it be charged.
enum CostOrder {
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

    /// Annex 1: the table, by the day on which the claim arose.
    ///
    /// The versions of 2002 and 2009 are known, but not from which day the second applied, so a claim that arose before
    /// 2016-07-01 is a gap and not a guess. BEK 719/2024 changed the order on 2024-06-03 in a way that was not found: for
    /// claims that arose later the figures of 2016 are used and marked.
    static let table = Effective<Table>(
        "collection costs, BEK 601/2002 annex 1",
        checkedThrough: DenmarkOnly.checkedThrough,
        .from(CivilDate(2016, 7, 1), version2016, Citation("BEK 601/2002 as amended by BEK 476/2016", "annex 1")),
        .from(
            CivilDate(2024, 6, 4), version2016,
            .unverified(
                "BEK 601/2002 as amended by BEK 476/2016", "annex 1",
                "BEK 719/2024 amends the order; its content was not found."))
    )

    /// The order's condition: an earlier letter gave ten days and warned of further costs.
    static let warning = Citation("BEK 601/2002 as amended", "warning of further costs")

    /// The VAT on the cost, which falls on the debtor only where the creditor cannot deduct it.
    ///
    /// Looked up by the day of the charge. The line begins with the cost table, which is as far back as it is asked for.
    static let valueAddedTax = Effective<Rate>(
        "VAT on collection costs",
        checkedThrough: DenmarkOnly.checkedThrough,
        .from(
            CivilDate(2016, 7, 1), Rate(basisPoints: 2500),
            .unverified("momsloven", "", "Recalled: 25 %, put on the debtor only where the creditor cannot deduct it."))
    )

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
    static func charge(
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
                "Less the collection cost that was charged in the case before.", onceOnly,
                amount: Money(minorUnits: -charged.minorUnits, charged.currency)))
        return DecidedCharge(component: .collectionCost, claim: claim, amount: together)
    }

    /// The table's amount for a sum, with VAT where the debtor bears it; the lines add up to the value.
    private static func cost(
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
}
