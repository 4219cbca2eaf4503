/// Why a case, or a part of it, stands still.
public enum HoldKind: String, Sendable, Hashable, CaseIterable {
    /// The debtor disputes the claim (indsigelse, innsigelse).
    case dispute
    /// The debtor has died, and the estate is being wound up (dødsbo).
    case estate
    /// Bankruptcy or reconstruction (konkurs).
    case insolvency
    /// Debt relief was asked for or granted (gældssanering, gjeldsordning).
    case debtRelief
    /// The debtor is under age or has a guardian.
    case minor
    /// The debtor is ill or in another distress that asks for patience.
    case vulnerable
    /// Somebody else acted in the debtor's name.
    case identityTheft
    /// The creditor asked to wait.
    case creditorWait
}

/// A hold as the rules see it.
public struct HoldFacts: Sendable, Hashable {
    /// Why.
    public var kind: HoldKind
    /// The claim; `nil` where the whole case stands still.
    public var claim: ClaimID?
    /// The disputed part of the claim; `nil` for all of it.
    public var amount: Money?
    /// The day it began.
    public var since: CivilDate
    /// The last day, where one was set.
    public var until: CivilDate?

    /// States a hold.
    public init(kind: HoldKind, claim: ClaimID?, amount: Money?, since: CivilDate, until: CivilDate?) {
        self.kind = kind
        self.claim = claim
        self.amount = amount
        self.since = since
        self.until = until
    }
}

/// Something that must hold before a step that can do harm.
public struct Precondition: Sendable {
    /// Whether it holds.
    public enum Status: Sendable, Hashable {
        /// It does.
        case met
        /// Not yet: from a day on by the passing of time (`nil`: by an event only), and by what.
        case notYet(from: CivilDate?, by: String)
    }

    /// What is done where it no longer holds while what it was asked for stands: a claim in a bureau's register.
    public enum Upkeep: Sendable, Hashable {
        /// Nothing: it is asked for beforehand only, as the age of a letter is.
        case nothing
        /// A person is told, where only an event can bring it back.
        case person
        /// What stands is undone, also where time would bring it back.
        case undoing
    }

    /// A lowerCamelCase name, unique for the step: `overLeastAmount`.
    public var identifier: String
    /// What must hold, as a sentence.
    ///
    /// `The debt to this creditor is over 1,000.00 DKK.`
    public var meaning: String
    /// Whether it does.
    public var status: Status
    /// Where that stands.
    public var citation: Citation
    /// What is done where it no longer holds after the step was taken; the standard is to tell a person.
    public var upkeep = Upkeep.person

    /// States a precondition.
    public init(_ identifier: String, _ meaning: String, _ status: Status, _ citation: Citation) {
        self.identifier = identifier
        self.meaning = meaning
        self.status = status
        self.citation = citation
    }

    /// Whether it holds.
    public var isMet: Bool { status == .met }
}
