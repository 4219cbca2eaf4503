/// A limit of the law that the host holds every decision to, whatever ``Jurisdiction/decide(_:on:)`` returned.
///
/// Computed apart from the decision, so that a slip in the one is caught by the other.
public struct Safeguard: Sendable {
    /// What may not be.
    public enum Limit: Sendable, Hashable {
        /// The charges of some components for a claim (`nil`: in the whole case), those of earlier days included, may not
        /// add up to more; reversed charges count as taken back.
        case total(of: [DebtComponent], claim: ClaimID?, amountMax: Money)
        /// One charge of a component may not be more.
        case single(of: DebtComponent, amountMax: Money)
        /// No more than so many charges of a component from a day on, those of today included; also what was taken back
        /// counts.
        case count(of: DebtComponent, since: CivilDate, countMax: Int)
        /// At least so many days between two charges of a component: the earlier day is the sending of the letter that
        /// carried it, where that is later than its charging.
        case spacing(of: DebtComponent, daysMin: Int)
        /// A step may not be taken for a claim (`nil`: for any) before a day; a `nil` day: not before something happens.
        case notBefore(StepKind, claim: ClaimID?, day: CivilDate?)
        /// A letter may not state a last day to pay that is fewer days after its sending.
        case deadline(StepKind, daysMin: Int)
    }

    /// What may not be.
    public var limit: Limit
    /// The section that says so.
    public var citation: Citation

    /// States a limit.
    public init(_ limit: Limit, _ citation: Citation) {
        self.limit = limit
        self.citation = citation
    }
}

extension Safeguard {
    /// What is wrong with a step that is to be taken on a day; `nil` where it keeps the limit.
    ///
    /// - Parameters:
    ///   - step: the step, with its charges.
    ///   - earlier: other steps of the same decision, which count as taken.
    public func breach(
        by step: DecidedStep, after earlier: [DecidedStep] = [], in facts: CaseFacts, on day: CivilDate
    ) -> String? {
        func charged(_ component: DebtComponent, since first: CivilDate?) -> [DecidedCharge] {
            if let first, day < first { return [] }
            return (earlier + [step]).flatMap(\.charges).filter { $0.component == component }
        }
        switch limit {
        case .total(let components, let claim, let amountMax):
            guard step.charges.contains(where: { components.contains($0.component) && $0.amount.value.isPositive })
            else {
                return nil
            }
            var sum: Int64 = 0
            for charge in facts.charges where components.contains(charge.component) {
                if claim == nil || charge.claim == claim { sum += charge.amount.minorUnits }
            }
            for charge in (earlier + [step]).flatMap(\.charges) where components.contains(charge.component) {
                if claim == nil || charge.claim == claim { sum += charge.amount.value.minorUnits }
            }
            guard sum > amountMax.minorUnits else { return nil }
            let names = components.map(\.rawValue).joined(separator: " and ")
            return "\(names) would come to \(Money(minorUnits: sum, amountMax.currency)), and the most is \(amountMax)"
        case .single(let component, let amountMax):
            for charge in step.charges
            where charge.component == component && charge.amount.value.minorUnits > amountMax.minorUnits {
                return "a \(component.rawValue) of \(charge.amount.value), and the most is \(amountMax)"
            }
            return nil
        case .count(let component, let since, let countMax):
            guard step.charges.contains(where: { $0.component == component && $0.amount.value.isPositive }) else {
                return nil
            }
            let before = facts.charges.filter {
                $0.component == component && $0.amount.isPositive && $0.chargedOn >= since
            }.count
            let now = charged(component, since: since).filter { $0.amount.value.isPositive }.count
            guard before + now > countMax else { return nil }
            return
                "it would be charge \(before + now) as \(component.rawValue) since \(since), and \(countMax) are allowed"
        case .spacing(let component, let daysMin):
            guard step.charges.contains(where: { $0.component == component && $0.amount.value.isPositive }) else {
                return nil
            }
            let today = charged(component, since: nil).filter { $0.amount.value.isPositive }.count
            if today > 1 { return "\(component.rawValue) would be charged \(today) times on \(day)" }
            for charge in facts.charges where charge.component == component && charge.amount.isPositive {
                var chargedOn = charge.chargedOn
                for old in facts.steps where Safeguard.carried(old, charge) {
                    if let sentOn = old.sentOn { chargedOn = max(chargedOn, sentOn) }
                }
                if chargedOn.days(to: day) < daysMin {
                    return "the last \(component.rawValue) was charged on \(chargedOn), and \(daysMin) days must pass"
                }
            }
            return nil
        case .notBefore(let kind, let claim, let earliest):
            guard step.kind == kind, claim.map(step.claims.contains) ?? true else { return nil }
            guard let earliest else { return "it may not be taken before something else has happened" }
            return day < earliest ? "it may not be taken before \(earliest)" : nil
        case .deadline: return nil
        }
    }

    /// Whether a step of the case is the one that carried a charge.
    ///
    /// Where the charge does not say so, every step of its day that can have: one that covers its claim, and for the fee of a
    /// reminder a reminder or a notice.
    private static func carried(_ step: StepFacts, _ charge: ChargeFacts) -> Bool {
        guard step.decidedOn == charge.chargedOn, charge.claim.map(step.claims.contains) ?? true else { return false }
        if let kind = charge.step { return step.kind == kind }
        return charge.component != .reminderFee || step.kind == .reminder || step.kind == .collectionNotice
    }

    /// What is wrong with the last day to pay that a letter states; `nil` where it keeps the limit.
    public func breach(byDeadline deadline: CivilDate, of kind: StepKind, sentOn day: CivilDate) -> String? {
        guard case .deadline(let step, let daysMin) = limit, step == kind, day.days(to: deadline) < daysMin else {
            return nil
        }
        return "the letter of \(day) would state \(deadline) as the last day, and \(daysMin) days must be given"
    }
}
