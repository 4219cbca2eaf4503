/// What an amount owed consists of.
///
/// Each component has its own account in the ledger.
public enum DebtComponent: String, Sendable, Hashable, CaseIterable {
    /// The claim itself (hovedstol).
    case principal
    /// Late-payment interest (morarente).
    case interest
    /// The fee of a reminder (rykkergebyr).
    case reminderFee
    /// The fee for handing a case to a collector (inkassogebyr).
    case collectionFee
    /// The fixed compensation for late payment between businesses (kompensationsbeløb).
    case compensation
    /// The debtor's share of the cost of collecting out of court (inddrivelsesomkostninger).
    case collectionCost
    /// A fee laid out to a court (retsafgift).
    case courtFee
}

/// A kind of step in collecting, named by the country that takes it.
///
/// The host knows a few that every country shares.
public struct StepKind: RawRepresentable, Sendable, Hashable, CustomStringConvertible {
    /// A lowerCamelCase name, stored and shown to programs.
    public let rawValue: String
    /// Makes a kind from its name.
    public init(rawValue: String) { self.rawValue = rawValue }
    /// Makes a kind from its name.
    public init(_ name: String) { rawValue = name }

    /// A reminder (rykker, purring).
    public static let reminder = StepKind("reminder")
    /// The notice that collection will begin (inkassovarsel).
    public static let collectionNotice = StepKind("collectionNotice")
    /// The first demand of the collector (inkassobrev, betalingsoppfordring).
    public static let collectionLetter = StepKind("collectionLetter")
    /// All out-of-court steps are done, and a person may hand the case to a court.
    public static let readyForCourt = StepKind("readyForCourt")

    /// The name.
    public var description: String { rawValue }
}

/// A payment or a credit that reduced the principal of a claim.
@frozen public struct Reduction: Sendable, Hashable {
    /// The day from which interest runs on the smaller amount only.
    public let on: CivilDate
    /// How much smaller, over zero.
    public let amount: Money
    /// Makes a reduction.
    @inlinable
    public init(on: CivilDate, amount: Money) {
        self.on = on
        self.amount = amount
    }
}

/// A claim as the rules see it.
public struct ClaimFacts: Sendable {
    /// The claim.
    public var id: ClaimID
    /// The principal when the claim came in.
    public var principal: Money
    /// The day the claim arose (the invoice's date); decides which version of a rule applies.
    public var arisenOn: CivilDate
    /// The last timely day of payment.
    public var dueOn: CivilDate
    /// What has reduced the principal, oldest first.
    public var reductions: [Reduction]
    /// What is left of the principal, zero or more.
    public var outstandingPrincipal: Money
    /// What the claim rests on.
    public var basis = ClaimBasis.ordinary
    /// What happened to it that limitation depends on, oldest first.
    public var events: [ClaimEvent] = []
    /// Reminders with a fee that were sent before the agency had the claim; they count towards every cap.
    public var earlierReminders: EarlierReminders?

    /// States a claim.
    public init(
        id: ClaimID, principal: Money, arisenOn: CivilDate, dueOn: CivilDate, reductions: [Reduction],
        outstandingPrincipal: Money
    ) {
        self.id = id
        self.principal = principal
        self.arisenOn = arisenOn
        self.dueOn = dueOn
        self.reductions = reductions
        self.outstandingPrincipal = outstandingPrincipal
    }
}

/// A step that was taken in the case.
public struct StepFacts: Sendable {
    /// What was done.
    public var kind: StepKind
    /// The claims that it covered.
    public var claims: [ClaimID]
    /// The day it was decided.
    public var decidedOn: CivilDate
    /// The day its letter left the house; `nil` while it waits to be sent.
    ///
    /// Deadlines count from here.
    public var sentOn: CivilDate?
    /// The last day to pay that the letter stated, where it stated one.
    public var deadlineOn: CivilDate?

    /// States a step.
    public init(kind: StepKind, claims: [ClaimID], decidedOn: CivilDate, sentOn: CivilDate?, deadlineOn: CivilDate?) {
        self.kind = kind
        self.claims = claims
        self.decidedOn = decidedOn
        self.sentOn = sentOn
        self.deadlineOn = deadlineOn
    }
}

/// An amount that was added to a claim or to the case, other than principal.
public struct ChargeFacts: Sendable {
    /// What it is.
    public var component: DebtComponent
    /// The claim that it belongs to; `nil` where it belongs to the whole case.
    public var claim: ClaimID?
    /// The day it was charged.
    public var chargedOn: CivilDate
    /// The amount; negative where an earlier charge was taken back.
    public var amount: Money
    /// The kind of step that carried it, on the day it was charged; `nil` where that is not known.
    public var step: StepKind?

    /// States a charge.
    public init(component: DebtComponent, claim: ClaimID?, chargedOn: CivilDate, amount: Money) {
        self.component = component
        self.claim = claim
        self.chargedOn = chargedOn
        self.amount = amount
    }
}

/// What the creditor wants for one kind of step, within what the law allows.
public struct StepPolicy: Sendable, Hashable {
    /// The step.
    public var kind: StepKind
    /// How many times it may be taken; 0 leaves it out where the law lets it be left out.
    public var times: Int
    /// Days to wait after the due date (the first step) or after the last deadline (the others), beyond the law's.
    public var waitingDays: Int
    /// Whether the fee or cost that the law allows is charged.
    public var charge: Bool

    /// States a wish.
    public init(kind: StepKind, times: Int, waitingDays: Int, charge: Bool) {
        self.kind = kind
        self.times = times
        self.waitingDays = waitingDays
        self.charge = charge
    }
}

/// What the country's rules need to know of the creditor.
public struct CreditorFacts: Sendable, Hashable {
    /// Whether the creditor may deduct VAT on collection costs (then the debtor is not charged VAT).
    public var deductsVAT: Bool
    /// The creditor's wishes, one line a step.
    public var policy: [StepPolicy]
    /// Whether the creditor collects its own claims under its own name (egeninkasso); `false` where an agency does.
    public var collectsItself = false

    /// States a creditor.
    public init(deductsVAT: Bool, policy: [StepPolicy]) {
        self.deductsVAT = deductsVAT
        self.policy = policy
    }
}

/// Everything that the rules may look at when they decide about a case: a value, complete, without a clock.
public struct CaseFacts: Sendable {
    /// The case.
    public var id: CaseID
    /// The currency of every amount in the case.
    public var currency: Currency
    /// The day the case was opened with the agency.
    public var openedOn: CivilDate
    /// What sort of debtor.
    public var debtorKind: PartyKind
    /// The creditor's side.
    public var creditor: CreditorFacts
    /// The claims, by identifier.
    public var claims: [ClaimFacts]
    /// The steps taken, oldest first.
    public var steps: [StepFacts]
    /// The charges made, oldest first.
    public var charges: [ChargeFacts]
    /// All that is owed, principal and charges, after what was paid; zero or more.
    public var outstanding: Money
    /// What stands still; the host asks about no step for what is held.
    public var holds: [HoldFacts] = []

    /// States a case.
    public init(
        id: CaseID, currency: Currency, openedOn: CivilDate, debtorKind: PartyKind, creditor: CreditorFacts,
        claims: [ClaimFacts], steps: [StepFacts], charges: [ChargeFacts], outstanding: Money
    ) {
        self.id = id
        self.currency = currency
        self.openedOn = openedOn
        self.debtorKind = debtorKind
        self.creditor = creditor
        self.claims = claims
        self.steps = steps
        self.charges = charges
        self.outstanding = outstanding
    }
}

extension CaseFacts {
    /// Counts a step as taken, with its charges: what the books will say once it has been recorded.
    ///
    /// - Parameters:
    ///   - step: a step of a decision of `day`.
    ///   - sentOn: the day its letter left the house, or `day` for a step without letter; `nil` while it waits.
    ///   - deadlineOn: the last day to pay that the letter states.
    /// - Throws: ``MoneyError`` with `overflow`.
    public mutating func take(
        _ step: DecidedStep, on day: CivilDate, sentOn: CivilDate?, deadlineOn: CivilDate?
    ) throws(MoneyError) {
        steps.append(
            StepFacts(kind: step.kind, claims: step.claims, decidedOn: day, sentOn: sentOn, deadlineOn: deadlineOn))
        for charge in step.charges where !charge.amount.value.isZero {
            var charged = ChargeFacts(
                component: charge.component, claim: charge.claim, chargedOn: day, amount: charge.amount.value)
            charged.step = step.kind
            charges.append(charged)
            outstanding = try outstanding + charge.amount.value
        }
    }
}
