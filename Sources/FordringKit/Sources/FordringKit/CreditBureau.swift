/// What the rules of a credit bureau may look at: a value, complete, without a clock.
public struct RegistrationFacts: Sendable {
    /// The case, with its steps and what was charged.
    public var facts: CaseFacts
    /// The claim that is to be registered.
    public var claim: ClaimID
    /// All that the debtor owes this creditor.
    public var owedToCreditor: Money
    /// What holds the case or the claim still today.
    public var holds: [HoldFacts]
    /// Whether a plan is agreed and kept.
    public var isOnKeptPlan: Bool
    /// The days on which legal steps were taken, oldest first.
    public var legalSteps: [LegalStepFacts]
    /// The latest day on which a letter warned of registration; `nil` where none did.
    public var warnedOn: CivilDate?
    /// The day on which the letter that tells the debtor of the registration left the house.
    public var toldOn: CivilDate?
    /// Whether the bureau has the claim already, or is about to.
    public var isRegistered: Bool

    /// States the facts.
    public init(
        facts: CaseFacts, claim: ClaimID, owedToCreditor: Money, holds: [HoldFacts], isOnKeptPlan: Bool,
        legalSteps: [LegalStepFacts], warnedOn: CivilDate?, toldOn: CivilDate?, isRegistered: Bool
    ) {
        self.facts = facts
        self.claim = claim
        self.owedToCreditor = owedToCreditor
        self.holds = holds
        self.isOnKeptPlan = isOnKeptPlan
        self.legalSteps = legalSteps
        self.warnedOn = warnedOn
        self.toldOn = toldOn
        self.isRegistered = isRegistered
    }
}

/// What a bureau is told of a claim: the least that it asks for.
public struct Registration: Sendable {
    /// Our own number of the registration, which answers name.
    public let number: Int64
    /// The debtor; personal data.
    public let debtor: Party
    /// The creditor's name.
    public let creditor: String
    /// What is owed on the claim.
    public let amount: Money
    /// The day it fell due.
    public let dueOn: CivilDate
    /// The leave to register it.
    public let permit: RegistrationPermit

    /// States a registration; a permit is good for one.
    ///
    /// - Throws: ``PermitError`` when the permit is dead, or was taken for another registration.
    public init(
        number: Int64, debtor: Party, creditor: String, amount: Money, dueOn: CivilDate, permit: RegistrationPermit
    ) throws(PermitError) {
        try permit.take()
        self.number = number
        self.debtor = debtor
        self.creditor = creditor
        self.amount = amount
        self.dueOn = dueOn
        self.permit = permit
    }
}

/// The order to delete a registration.
public struct RegistrationDeletion: Sendable, Hashable {
    /// Why it must go.
    public enum Reason: String, Sendable, Hashable, CaseIterable {
        /// The claim was paid.
        case paid
        /// The claim is disputed.
        case disputed
        /// A dispute was upheld, or the registration should never have been.
        case wrong
        /// It is as old as it may become.
        case expired
        /// The creditor took the claim back.
        case withdrawn
        /// The parties settled it.
        case settled
        /// The claim was sold; its new creditor has not registered it.
        case sold
        /// The debtor got relief from the debt, or asked for it.
        case debtRelief
        /// The claim can no longer be enforced.
        case lapsed
        /// Something that must hold as long as it stands no longer does.
        case unmet
        /// The case was closed for another reason.
        case closed
    }

    /// Our own number of the registration.
    public var number: Int64
    /// Why.
    public var reason: Reason

    /// States an order.
    public init(number: Int64, reason: Reason) {
        self.number = number
        self.reason = reason
    }
}

/// The word that less is owed on a claim than the bureau was told.
///
/// It can only do the debtor good, so it needs no permit.
public struct RegistrationChange: Sendable, Hashable {
    /// Our own number of the registration.
    public var number: Int64
    /// What is owed on the claim now.
    public var amount: Money

    /// States a change.
    public init(number: Int64, amount: Money) {
        self.number = number
        self.amount = amount
    }
}

/// What is handed to a bureau at once.
///
/// The host hands over deletions and changes in batches of their own, before any registration.
public struct RegistrationBatch: Sendable {
    /// The same for every attempt at the same batch, and for no other; only letters, digits and hyphens.
    public var idempotencyKey: String
    /// The day.
    public var day: CivilDate
    /// What is to be registered.
    public var registrations: [Registration]
    /// What is to be deleted.
    public var deletions: [RegistrationDeletion]
    /// What is owed less of; none where the bureau does not take changes.
    public var changes: [RegistrationChange] = []

    /// Makes a batch.
    ///
    /// - Throws: ``PermitError`` when a permit is dead or of another day.
    public init(
        idempotencyKey: String, day: CivilDate, registrations: [Registration], deletions: [RegistrationDeletion]
    ) throws(PermitError) {
        for registration in registrations where !registration.permit.isLive || registration.permit.day != day {
            throw PermitError("The permit for claim \(registration.permit.claim) does not hold on \(day).")
        }
        self.idempotencyKey = idempotencyKey
        self.day = day
        self.registrations = registrations
        self.deletions = deletions
    }
}

/// What a bureau says of one of our registrations.
public struct BureauAnswer: Sendable, Hashable {
    /// What became of it.
    public enum Outcome: Sendable, Hashable {
        /// It stands in the register.
        case registered
        /// It was not taken in, and why.
        case refused(String)
        /// It stands in the register no longer.
        case deleted
    }

    /// Names the answer, so that one that comes twice counts once.
    public var identifier: String
    /// Our own number of the registration.
    public var number: Int64
    /// What became of it.
    public var outcome: Outcome
    /// The day it became so.
    public var on: CivilDate

    /// States an answer.
    public init(identifier: String, number: Int64, outcome: Outcome, on day: CivilDate) {
        self.identifier = identifier
        self.number = number
        self.outcome = outcome
        on = day
    }
}

/// A line of the bureau's own list of what we have registered.
public struct RegisterEntry: Sendable, Hashable {
    /// Our own number of the registration.
    public var number: Int64
    /// The amount that stands there.
    public var amount: Money
    /// The day it was registered.
    public var registeredOn: CivilDate

    /// States a line.
    public init(number: Int64, amount: Money, registeredOn: CivilDate) {
        self.number = number
        self.amount = amount
        self.registeredOn = registeredOn
    }
}

/// A bureau's list of what we have registered, with its day.
public struct RegisterList: Sendable, Hashable {
    /// The day as of which it was made; `nil` where the bureau does not say, and it counts as today's.
    public var day: CivilDate?
    /// Its lines.
    public var entries: [RegisterEntry]

    /// States a list.
    public init(day: CivilDate?, entries: [RegisterEntry]) {
        self.day = day
        self.entries = entries
    }
}

/// What has come from a bureau: its answers, and what cannot be read beside them.
public struct BureauAnswers: Sendable {
    /// The answers, oldest first.
    public var answers: [BureauAnswer]
    /// Each file or record that cannot be read, and why, in words that name nobody.
    public var unreadable: [String]

    /// States what has come.
    public init(answers: [BureauAnswer], unreadable: [String]) {
        self.answers = answers
        self.unreadable = unreadable
    }
}

/// A register of bad payers.
///
/// A batch with an idempotency key that was handed over before must have no second effect. Called from one job worker at a
/// time for one tenant.
public protocol CreditBureau: Sendable {
    /// The country whose debtors it registers.
    var country: CountryCode { get }
    /// What people call it: `RKI`.
    var name: String { get }

    /// Everything that must hold before a claim is registered on a day, met or not, in the order in which they are shown.
    ///
    /// - Throws: ``RuleGap`` when a rule has no answer; nothing is registered then.
    func preconditions(for facts: RegistrationFacts, on day: CivilDate) throws -> [Precondition]

    /// The last day on which a registration may stand.
    func expiry(of facts: RegistrationFacts, registeredOn day: CivilDate) throws -> Explained<CivilDate>

    /// The last day on which a deletion that is ordered on a day must have been confirmed.
    func deletionDeadline(_ reason: RegistrationDeletion.Reason, orderedOn day: CivilDate) -> Explained<CivilDate>

    /// Hands a batch over.
    ///
    /// - Throws: ``DeliveryFailure``; `unknown` where it may have been handed over.
    func submit(_ batch: RegistrationBatch) throws -> DeliveryReceipt

    /// The receipt of a batch that was handed over before.
    ///
    /// - Returns: `nil` when it never was.
    /// - Throws: ``DeliveryFailure`` when the bureau cannot tell.
    func receipt(for idempotencyKey: String) throws -> DeliveryReceipt?

    /// The answers that have come, oldest first; those that were given before may come again.
    ///
    /// - Throws: ``DeliveryFailure``, whose message names the file or line that cannot be read.
    func answers() throws -> [BureauAnswer]

    /// What stands in the bureau's register for the tenant; `nil` where the bureau gives no list today.
    ///
    /// - Throws: ``DeliveryFailure``.
    func register() throws -> [RegisterEntry]?

    /// The same with what cannot be read beside it, so that one broken file keeps no other back. The default has all or
    /// nothing, by ``answers()``.
    ///
    /// - Throws: ``DeliveryFailure`` where nothing can be read at all.
    func readAnswers() throws -> BureauAnswers

    /// The same as ``register()`` with the day of the list. The default names none.
    ///
    /// - Throws: ``DeliveryFailure``.
    func registerList() throws -> RegisterList?

    /// How many days lie between two lists; `nil` where the bureau never gives one. The default is one.
    ///
    /// A person is told where none has come for two days more.
    var registerDays: Int? { get }

    /// Whether a batch may hold ``RegistrationBatch/changes``. The default is no: a person has the amount corrected.
    var takesChanges: Bool { get }

    /// Destroys what the transport keeps of a person beyond the proof that a batch was handed over.
    ///
    /// - Throws: ``DeliveryFailure``.
    func forget(idempotencyKey: String) throws
}

extension CreditBureau {
    /// All answers, or none.
    public func readAnswers() throws -> BureauAnswers { BureauAnswers(answers: try answers(), unreadable: []) }

    /// A list without a day.
    public func registerList() throws -> RegisterList? {
        try register().map { RegisterList(day: nil, entries: $0) }
    }

    /// Every day.
    public var registerDays: Int? { 1 }

    /// No.
    public var takesChanges: Bool { false }
}
