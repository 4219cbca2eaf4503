import FordringKit

extension DecidedStep {
    /// Checks what can be seen of a step without its limits.
    func checkForm(
        in facts: CaseFacts, _ law: any Jurisdiction, on day: CivilDate, _ found: (Promise, String) -> Void
    ) {
        if !law.steps.contains(where: { $0.kind == kind }) {
            found(.described, "the step '\(kind)' is not among the steps of the country")
        }
        if claims.isEmpty { found(.ownClaims, "the \(kind) covers no claim") }
        if Set(claims).count != claims.count { found(.ownClaims, "the \(kind) covers a claim twice") }
        for id in claims {
            guard let claim = facts.claims.first(where: { $0.id == id }) else {
                found(.ownClaims, "the \(kind) covers claim \(id), which is not of the case")
                continue
            }
            if claim.dueOn >= day { found(.overdue, "the \(kind) covers claim \(id), due \(claim.dueOn)") }
        }
        if let fault = reasons.fault { found(.explanations, "of the reasons of the \(kind) \(fault)") }
        for charge in charges { charge.checkForm(in: facts, law, found) }
    }
}

extension DecidedCharge {
    /// Checks what can be seen of a charge without its limits: whose it is, and that its lines add up.
    func checkForm(in facts: CaseFacts, _ law: any Jurisdiction, _ found: (Promise, String) -> Void) {
        let value = amount.value
        if component == .principal { found(.ownClaims, "principal is charged") }
        if value.currency != law.currency {
            found(.ownClaims, "the \(component.rawValue) is in \(value.currency)")
            return
        }
        if value.isNegative, component != .interest { found(.ownClaims, "the \(component.rawValue) is \(value)") }
        if let claim, !facts.claims.contains(where: { $0.id == claim }) {
            found(.ownClaims, "the \(component.rawValue) is for claim \(claim), which is not of the case")
        }
        if let fault = amount.lines.fault { found(.explanations, "of the \(component.rawValue) \(fault)") }
        var sum: Int64 = 0
        for line in amount.lines {
            sum += line.amount?.minorUnits ?? 0
            if let fault = line.fault { found(.explanations, "of the \(component.rawValue) \(fault)") }
        }
        if sum != value.minorUnits {
            found(
                .explanations,
                "the \(component.rawValue) is \(value), and its lines come to \(Money(minorUnits: sum, value.currency))"
            )
        }
    }
}

extension ExplanationLine {
    /// What is wrong with the figures of a line; `nil` where they fit each other.
    ///
    /// A line with days, base, rate and amount is interest of a year of 360 to 366 days, to the nearest minor unit.
    var fault: String? {
        if let from, let through, through < from { return "'\(text)' counts from \(from) through \(through)" }
        if let from, let through, let days, days > from.days(to: through) + 4 {
            return "'\(text)' counts \(days) days from \(from) through \(through)"
        }
        guard let days, let base, let rate, let amount, rate.basisPoints >= 0, base.minorUnits >= 0 else { return nil }
        let product = Double(base.minorUnits) * Double(rate.basisPoints) * Double(days)
        let (least, most) = (product / 3_660_000 - 1, product / 3_600_000 + 1)
        let found = Double(amount.minorUnits)
        return found < least || found > most
            ? "'\(text)' makes \(amount) of \(rate) of \(base) for \(days) days" : nil
    }
}
