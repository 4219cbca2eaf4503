/// A kind of procedure before a court or an enforcement officer, named by the country.
public struct LegalProcedureKind: RawRepresentable, Sendable, Hashable, CustomStringConvertible {
    /// A lowerCamelCase name: `paymentOrder`.
    public let rawValue: String
    /// Makes a kind from its name.
    public init(rawValue: String) { self.rawValue = rawValue }
    /// Makes a kind from its name.
    public init(_ name: String) { rawValue = name }
    /// The name.
    public var description: String { rawValue }
}

/// Where a hand-off stands.
public enum LegalState: String, Sendable, Hashable, CaseIterable {
    /// The package is made and has not been filed; it can be taken back.
    case prepared
    /// It was taken back before it was filed.
    case recalled
    /// The court or officer has it.
    case filed
    /// It was rejected for a fault.
    case rejected
    /// It was served on the debtor.
    case served
    /// The debtor objected.
    case objected
    /// A judgment, an endorsement or a settlement in court fixed the claim.
    case decided
    /// Execution was asked for.
    case enforcementRequested
    /// A meeting was called.
    case meetingCalled
    /// Assets were attached (udlæg, utlegg).
    case attached
    /// Wages are deducted.
    case wageDeduction
    /// Assets were sold.
    case sold
    /// There was nothing to attach.
    case nothingFound
    /// The debtor was declared bankrupt.
    case bankrupt
    /// It is over.
    case closed
}

/// A legal step that was taken.
public struct LegalStepFacts: Sendable, Hashable {
    /// The procedure.
    public var procedure: LegalProcedureKind
    /// The state that was reached.
    public var state: LegalState
    /// The day.
    public var on: CivilDate

    /// States a step.
    public init(_ procedure: LegalProcedureKind, _ state: LegalState, on day: CivilDate) {
        self.procedure = procedure
        self.state = state
        on = day
    }
}

/// What stands behind a request for execution (fundament, tvangsgrunnlag).
public struct EnforcementBasis: Sendable, Hashable {
    /// A lowerCamelCase name of the country's: `endorsedPaymentOrder`, `writtenSettlement`.
    public var kind: String
    /// The day of the document.
    public var on: CivilDate
    /// The court's or party's number of it; empty where there is none.
    public var reference: String
    /// Whether it says that it can be enforced, where it must.
    public var saysEnforceable: Bool

    /// States a basis.
    public init(kind: String, on day: CivilDate, reference: String, saysEnforceable: Bool) {
        self.kind = kind
        on = day
        self.reference = reference
        self.saysEnforceable = saysEnforceable
    }
}

/// A paper that goes with a hand-off.
public struct DocumentFacts: Sendable, Hashable {
    /// The file's name.
    public var name: String
    /// What it is: `letter`, `invoice`, `acknowledgement`, `dispute`.
    public var kind: String
    /// The day it bears.
    public var on: CivilDate
    /// SHA-256 of its bytes in hexadecimal.
    public var sha256: String

    /// States a document.
    public init(name: String, kind: String, on day: CivilDate, sha256: String) {
        self.name = name
        self.kind = kind
        on = day
        self.sha256 = sha256
    }
}

/// What is owed of one component, as the books stand, with interest through the day of the facts.
public struct BalanceFacts: Sendable, Hashable {
    /// What it is.
    public var component: DebtComponent
    /// The claim that it belongs to; `nil` where it belongs to the whole case.
    public var claim: ClaimID?
    /// The amount, zero or more.
    public var amount: Money

    /// States a balance.
    public init(component: DebtComponent, claim: ClaimID?, amount: Money) {
        self.component = component
        self.claim = claim
        self.amount = amount
    }
}

/// Everything that a forum may look at: a value, complete, without a clock.
public struct LegalFacts: Sendable {
    /// The case, with its steps and what was charged.
    public var facts: CaseFacts
    /// The creditor: name, number and address; the representative is the agency.
    public var creditor: Party
    /// The debtor.
    public var debtor: Party
    /// The agency's name.
    public var agency: String
    /// What each claim is about and the creditor's number of it, by claim.
    public var claimTexts: [ClaimID: LabelledText]
    /// What holds the case or a claim still today.
    public var holds: [HoldFacts]
    /// Whether a plan is agreed and kept.
    public var isOnKeptPlan: Bool
    /// The legal steps of the case so far, oldest first.
    public var legalSteps: [LegalStepFacts]
    /// What stands behind a request for execution; `nil` where there is nothing.
    public var basis: EnforcementBasis?
    /// The papers of the case.
    public var documents: [DocumentFacts]
    /// Answers to the form's questions that a person gave, by key; the forum names the keys.
    public var answers: [String: String]
    /// What is owed by component, for the claim's statement; empty where the host does not say.
    ///
    /// A forum then takes principal and charges from the case, which does only where no payment has covered charges.
    public var balances: [BalanceFacts] = []
    /// The last day on which each claim can be enforced, by ``Jurisdiction/limitation(of:)``; a claim without a line is
    /// taken to have the shortest period that the forum knows.
    public var limitation: [ClaimID: CivilDate] = [:]

    /// States the facts.
    public init(
        facts: CaseFacts, creditor: Party, debtor: Party, agency: String, claimTexts: [ClaimID: LabelledText],
        holds: [HoldFacts], isOnKeptPlan: Bool, legalSteps: [LegalStepFacts], basis: EnforcementBasis?,
        documents: [DocumentFacts], answers: [String: String]
    ) {
        self.facts = facts
        self.creditor = creditor
        self.debtor = debtor
        self.agency = agency
        self.claimTexts = claimTexts
        self.holds = holds
        self.isOnKeptPlan = isOnKeptPlan
        self.legalSteps = legalSteps
        self.basis = basis
        self.documents = documents
        self.answers = answers
    }
}

/// A procedure that a forum offers.
public struct LegalProcedure: Sendable {
    /// The procedure.
    public var kind: LegalProcedureKind
    /// What it is called, by language.
    public var names: [Language: String]
    /// The states that may follow each other, from ``LegalState/prepared`` on.
    public var next: [LegalState: [LegalState]]
    /// Questions that a person must answer before it is handed off: key and question, in the form's order.
    public var questions: [LabelledText]
    /// The section that it rests on.
    public var citation: Citation
    /// Whether papers go with it; where not, the package holds the form and nothing beside it that the court would see.
    public var takesPapers = true
    /// Whether a disputed claim can be handed over, because the procedure is where it is decided; elsewhere it is left
    /// out.
    public var takesDisputed = false
    /// The kinds of ``EnforcementBasis`` that it takes; empty where it takes none.
    public var bases: [String] = []

    /// Describes a procedure.
    public init(
        kind: LegalProcedureKind, names: [Language: String], next: [LegalState: [LegalState]],
        questions: [LabelledText], citation: Citation
    ) {
        self.kind = kind
        self.names = names
        self.next = next
        self.questions = questions
        self.citation = citation
    }
}

/// The data of a filled form, in the form's order; the official form's own layout is not copied.
public struct CourtForm: Sendable {
    /// A part of the form.
    public struct Section: Sendable {
        /// Its heading.
        public var heading: String
        /// Its fields.
        public var fields: [Field]

        /// Makes a part.
        public init(_ heading: String, _ fields: [Field]) {
            self.heading = heading
            self.fields = fields
        }
    }

    /// A field.
    public struct Field: Sendable, Hashable {
        /// A lowerCamelCase name for programs: `creditorName`.
        public var key: String
        /// What the form calls it.
        public var label: String
        /// What is filled in.
        public var text: String

        /// Makes a field.
        public init(_ key: String, _ label: String, _ text: String) {
            self.key = key
            self.label = label
            self.text = text
        }
    }

    /// What the form is called: `Betalingspåkrav`.
    public var title: String
    /// The rule that sets the form: `BEK 1558/2025`.
    public var citation: Citation
    /// The court or officer that it is filed with.
    public var addressee: String
    /// The parts, in the form's order.
    public var sections: [Section]

    /// Makes a form.
    public init(title: String, citation: Citation, addressee: String, sections: [Section]) {
        self.title = title
        self.citation = citation
        self.addressee = addressee
        self.sections = sections
    }
}

/// A package that is filed by wire.
public struct CourtFiling: Sendable {
    /// The same for every attempt at the same filing, and for no other; only letters, digits and hyphens.
    public var idempotencyKey: String
    /// Our own number of the hand-off, which answers name.
    public var number: Int64
    /// The package, a zip file; of a procedure that takes no papers, the form alone.
    public var package: [UInt8]
    /// SHA-256 of the package in hexadecimal.
    public var sha256: String
    /// The day.
    public var day: CivilDate
    /// The leave to hand the case over.
    public var permit: HandoffPermit

    /// States a filing.
    ///
    /// - Throws: ``PermitError`` when the permit is dead or of another day.
    public init(
        idempotencyKey: String, number: Int64, package: [UInt8], sha256: String, day: CivilDate, permit: HandoffPermit
    ) throws(PermitError) {
        guard permit.isLive, permit.day == day else {
            throw PermitError("The permit for case \(permit.caseID) does not hold on \(day).")
        }
        self.idempotencyKey = idempotencyKey
        self.number = number
        self.package = package
        self.sha256 = sha256
        self.day = day
        self.permit = permit
    }
}

/// For whom a court has decided.
public enum CourtOutcome: Sendable, Hashable {
    /// For the creditor: the claim is owed as it was handed over.
    case forCreditor
    /// For the creditor in part: so much of the principal is owed.
    case inPart(granted: Money)
    /// For the debtor: nothing is owed.
    case forDebtor
}

/// What a court says of one of our hand-offs.
public struct CourtAnswer: Sendable, Hashable {
    /// Names the answer, so that one that comes twice counts once.
    public var identifier: String
    /// Our own number of the hand-off.
    public var number: Int64
    /// The state that it has reached.
    public var state: LegalState
    /// The day it reached it.
    public var on: CivilDate
    /// What the court writes, for the operator; the reason where it rejects.
    public var text: String
    /// For whom it was decided, with ``LegalState/decided``; without it a person is asked.
    public var outcome: CourtOutcome?

    /// States an answer.
    public init(identifier: String, number: Int64, state: LegalState, on day: CivilDate, text: String) {
        self.identifier = identifier
        self.number = number
        self.state = state
        on = day
        self.text = text
    }
}

/// What a forum knows of a hand-off when something happens to it.
public struct LegalHistory: Sendable {
    /// The hand-off's own steps before this one, oldest first; that it was prepared is none.
    public var steps: [LegalStepFacts]
    /// The steps of the case's other hand-offs, oldest first.
    public var others: [LegalStepFacts]
    /// The court fee that was worked out when the package was made.
    public var fee: Explained<Money>
    /// The answers to the form's questions; empty where they are no longer readable.
    public var answers: [String: String]

    /// States a history.
    public init(
        steps: [LegalStepFacts], others: [LegalStepFacts] = [], fee: Explained<Money>, answers: [String: String] = [:]
    ) {
        self.steps = steps
        self.others = others
        self.fee = fee
        self.answers = answers
    }
}

/// What a step does to the court fees that the debtor owes.
public enum CourtFeeEvent: Sendable {
    /// Nothing.
    case none
    /// The fee was laid out, and the debtor owes it, with the sections.
    case charge(Explained<Money>)
    /// What was charged with this hand-off falls back: it was not taken, or is not the debtor's to bear; the lines say why.
    case takeBack([ExplanationLine])
}

/// The courts and enforcement officers of a country.
public protocol LegalForum: Sendable {
    /// The country.
    var country: CountryCode { get }
    /// The procedures that it offers, in the order in which they are thought of.
    var procedures: [LegalProcedure] { get }

    /// Everything that the court rejects for, and what the law asks before: met or not, in the form's order.
    ///
    /// - Throws: ``RuleGap`` when a rule has no answer; nothing is handed off then.
    func preconditions(
        for procedure: LegalProcedureKind, _ facts: LegalFacts, on day: CivilDate
    ) throws -> [Precondition]

    /// The filled form.
    ///
    /// - Throws: ``PermitError`` when the permit is dead or of another case, procedure or day; ``RuleGap``.
    func form(_ facts: LegalFacts, on day: CivilDate, permit: HandoffPermit) throws -> CourtForm

    /// What the court takes for a procedure, with its section.
    ///
    /// - Throws: ``RuleGap`` when the table has no answer.
    func courtFee(for procedure: LegalProcedureKind, _ facts: LegalFacts, on day: CivilDate) throws -> Explained<Money>

    /// Where it is filed: the rule, and what a person looks up by it.
    func venue(for procedure: LegalProcedureKind, _ facts: LegalFacts) throws -> Explained<String>

    /// What a state does to limitation, by the rules of the country; `nil` for nothing.
    func limitationEvent(of procedure: LegalProcedureKind, reaching state: LegalState) -> ClaimEvent.Kind?

    /// The same, by what came before: proceedings that end undecided end limitation's rest, and what is reopened is
    /// decided no longer. The default does not look back.
    func limitationEvent(
        of procedure: LegalProcedureKind, reaching state: LegalState, after history: LegalHistory
    ) -> ClaimEvent.Kind?

    /// What a state does to the court fees. The default charges what was worked out when the package is filed.
    ///
    /// - Throws: ``RuleGap`` when a table has no answer; a person then says what was laid out.
    func feeEvent(
        of procedure: LegalProcedureKind, reaching state: LegalState, on day: CivilDate, after history: LegalHistory
    ) throws -> CourtFeeEvent

    /// The procedure that is proposed after a state; `nil` where none is.
    func proposal(after procedure: LegalProcedureKind, reaching state: LegalState) -> Explained<LegalProcedureKind>?

    /// How many days a registered or filed hand-off may wait for an answer before a person looks; `nil` for no end.
    func followUpDays(for procedure: LegalProcedureKind, in state: LegalState) -> Int?

    /// Files a package by wire; `nil` where a person files it by hand, the default.
    ///
    /// A filing with an idempotency key that was filed before must have no second effect.
    /// - Throws: ``DeliveryFailure``; `unknown` where it may have been filed.
    func file(_ filing: CourtFiling) throws -> DeliveryReceipt?

    /// The receipt of a package that was filed by wire before. The default knows of none.
    ///
    /// - Throws: ``DeliveryFailure`` when the forum cannot tell.
    func receipt(for idempotencyKey: String) throws -> DeliveryReceipt?

    /// The answers that have come by wire, oldest first; those that were given before may come again. The default has none.
    ///
    /// - Throws: ``DeliveryFailure``, whose message names what cannot be read.
    func answers() throws -> [CourtAnswer]

    /// Tells the court which answers were read for good, so that it need not give them again. The default tells nobody.
    ///
    /// The host calls it when they are committed; what is not told comes again, and counts once.
    /// - Throws: ``DeliveryFailure``; nothing is lost.
    func acknowledge(_ answers: [CourtAnswer]) throws
}

extension LegalForum {
    /// Without looking back.
    public func limitationEvent(
        of procedure: LegalProcedureKind, reaching state: LegalState, after history: LegalHistory
    ) -> ClaimEvent.Kind? { limitationEvent(of: procedure, reaching: state) }

    /// What was worked out, with the filing: the first step, unless it is the end.
    public func feeEvent(
        of procedure: LegalProcedureKind, reaching state: LegalState, on day: CivilDate, after history: LegalHistory
    ) throws -> CourtFeeEvent {
        history.steps.isEmpty && state != .closed && !history.fee.value.isZero ? .charge(history.fee) : .none
    }

    /// By hand.
    public func file(_ filing: CourtFiling) throws -> DeliveryReceipt? { nil }

    /// None.
    public func receipt(for idempotencyKey: String) throws -> DeliveryReceipt? { nil }

    /// None.
    public func answers() throws -> [CourtAnswer] { [] }

    /// To nobody.
    public func acknowledge(_ answers: [CourtAnswer]) throws {}
}

extension HandoffPermit {
    /// Checks that the permit is for a case, a procedure and a day, and alive.
    ///
    /// - Throws: ``PermitError``.
    public func check(_ caseID: CaseID, _ procedure: LegalProcedureKind, on day: CivilDate) throws(PermitError) {
        guard isLive else { throw PermitError("The permit for case \(self.caseID) is no longer in force.") }
        guard self.caseID == caseID, self.procedure == procedure, self.day == day else {
            throw PermitError(
                "The permit is for \(self.procedure) in case \(self.caseID) on \(self.day), not for \(procedure) in case "
                    + "\(caseID) on \(day).")
        }
    }
}
