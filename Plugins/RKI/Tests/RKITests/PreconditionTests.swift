import FordringKit
import Testing

@testable import RKI

/// A change of the facts after which one requirement fails, and by which day it would be met again.
struct Failing: CustomTestStringConvertible, Sendable {
    var testDescription: String
    var requirement: String
    var from: CivilDate?
    var change: @Sendable (inout RegistrationFacts) -> Void

    init(
        _ requirement: String, _ testDescription: String, from day: CivilDate? = nil,
        _ change: @escaping @Sendable (inout RegistrationFacts) -> Void
    ) {
        self.requirement = requirement
        self.testDescription = "\(requirement): \(testDescription)"
        from = day
        self.change = change
    }
}

private func hold(_ kind: HoldKind, claim: Int64? = nil, until: CivilDate? = nil) -> HoldFacts {
    HoldFacts(
        kind: kind, claim: claim.map { ClaimID(rawValue: $0) }, amount: nil, since: CivilDate(2026, 2, 1), until: until)
}

private func steps(_ procedure: String, _ states: [LegalState]) -> [LegalStepFacts] {
    states.enumerated().map {
        LegalStepFacts(LegalProcedureKind(procedure), $0.element, on: CivilDate(2026, 1, 1).adding(days: $0.offset))
    }
}

/// Leaves nothing but proceedings that have ended, a day for each of their states.
private func closed(_ facts: inout RegistrationFacts, _ procedure: String, _ states: LegalState...) {
    facts.facts.claims[0].events = []
    facts.legalSteps = steps(procedure, states + [.closed])
}

/// Adds proceedings over a payment order, a day for each of their states.
private func objected(_ facts: inout RegistrationFacts, _ states: LegalState...) {
    facts.legalSteps = steps("paymentOrder", states)
}

@Suite struct PreconditionTests {
    static let failing = [
        Failing("notSettled", "the principal is paid") { $0.facts.claims[0].outstandingPrincipal = .zero(.dkk) },
        Failing("overLeastAmount", "exactly 1,000 kroner") { $0.owedToCreditor = .units(1_000, .dkk) },
        Failing("overLeastAmount", "below") { $0.owedToCreditor = Money(minorUnits: 99_999, .dkk) },
        Failing("fallenDue", "due today", from: CivilDate(2026, 3, 3)) {
            $0.facts.claims[0].dueOn = Sample.day
            $0.facts.claims[0].events = [ClaimEvent(.proceedingsFiled, on: CivilDate(2026, 1, 1))]
        },
        Failing("acknowledgedOrPursued", "neither") { $0.facts.claims[0].events = [] },
        Failing("acknowledgedOrPursued", "acknowledged by words only") {
            $0.facts.claims[0].events = [ClaimEvent(.acknowledgement, on: CivilDate(2025, 10, 1))]
        },
        Failing("acknowledgedOrPursued", "acknowledged tomorrow") {
            $0.facts.claims[0].events = [ClaimEvent(.writtenAcknowledgement, on: CivilDate(2026, 3, 3))]
        },
        Failing("acknowledgedOrPursued", "acknowledged before it was due") {
            $0.facts.claims[0].events = [ClaimEvent(.writtenAcknowledgement, on: CivilDate(2025, 5, 20))]
        },
        Failing("acknowledgedOrPursued", "acknowledged on the last timely day") {
            $0.facts.claims[0].events = [ClaimEvent(.writtenAcknowledgement, on: CivilDate(2025, 6, 1))]
        },
        Failing("acknowledgedOrPursued", "closed without a decision") {
            closed(&$0, "paymentOrder", .filed, .served)
        },
        Failing("acknowledgedOrPursued", "a bailiff's case that was closed before the bailiff did anything") {
            closed(&$0, "bailiffRequest", .filed, .meetingCalled)
        },
        Failing("acknowledgedOrPursued", "closed by its steps, and filed by the claim's event") {
            closed(&$0, "paymentOrder", .filed)
            $0.facts.claims[0].events = [ClaimEvent(.proceedingsFiled, on: CivilDate(2026, 1, 1))]
        },
        Failing("acknowledgedOrPursued", "a lawyer's suit that was closed, and the event of its service") {
            closed(&$0, "lawyerTransfer", .filed, .served)
            $0.facts.claims[0].events = [ClaimEvent(.proceedingsFiled, on: CivilDate(2026, 1, 2))]
        },
        Failing("acknowledgedOrPursued", "the one of two that was not decided, after the other was taken back") {
            closed(&$0, "paymentOrder", .filed, .recalled, .filed)
        },
        Failing("acknowledgedOrPursued", "a package that was made and not filed") {
            $0.facts.claims[0].events = []
            $0.legalSteps = [LegalStepFacts(LegalProcedureKind("paymentOrder"), .prepared, on: CivilDate(2026, 1, 1))]
        },
        Failing("acknowledgedOrPursued", "filed, and rejected for a fault") {
            $0.facts.claims[0].events = []
            let kind = LegalProcedureKind("paymentOrder")
            $0.legalSteps = [
                LegalStepFacts(kind, .filed, on: CivilDate(2026, 1, 1)),
                LegalStepFacts(kind, .rejected, on: CivilDate(2026, 1, 9)),
            ]
        },
        Failing("acknowledgedOrPursued", "handed to a lawyer, who has filed nothing yet") {
            $0.facts.claims[0].events = []
            $0.legalSteps = [LegalStepFacts(LegalProcedureKind("lawyerTransfer"), .filed, on: CivilDate(2026, 1, 1))]
        },
        Failing("acknowledgedOrPursued", "execution was asked for, and rejected for a fault") {
            $0.facts.claims[0].events = [ClaimEvent(.enforcementRequested, on: CivilDate(2026, 1, 1))]
            let kind = LegalProcedureKind("bailiffRequest")
            $0.legalSteps = [
                LegalStepFacts(kind, .filed, on: CivilDate(2026, 1, 1)),
                LegalStepFacts(kind, .rejected, on: CivilDate(2026, 1, 9)),
            ]
        },
        Failing("acknowledgedOrPursued", "proceedings that ended without a decision") {
            $0.facts.claims[0].events = [
                ClaimEvent(.proceedingsFiled, on: CivilDate(2026, 1, 1)),
                ClaimEvent(.proceedingsEnded, on: CivilDate(2026, 2, 1)),
            ]
        },
        Failing("notTooOld", "due five years and a day ago") { $0.facts.claims[0].dueOn = CivilDate(2021, 3, 1) },
        Failing("notDisputed", "a dispute of the claim") { $0.holds = [hold(.dispute, claim: 7)] },
        Failing("notDisputed", "a dispute of the case") { $0.holds = [hold(.dispute)] },
        Failing("notDisputed", "a dispute that only the case's facts know of") {
            $0.facts.holds = [hold(.dispute, claim: 7)]
        },
        Failing("notDisputed", "a judgment before the dispute") {
            $0.holds = [hold(.dispute, claim: 7)]
            $0.facts.claims[0].events.append(ClaimEvent(.judgment, on: CivilDate(2026, 1, 31)))
        },
        Failing("notDisputed", "a judgment, and a dispute of a part") {
            $0.holds = [
                HoldFacts(
                    kind: .dispute, claim: ClaimID(rawValue: 7), amount: .units(10, .dkk), since: CivilDate(2026, 2, 1),
                    until: nil)
            ]
            $0.facts.claims[0].events.append(ClaimEvent(.judgment, on: CivilDate(2026, 2, 10)))
        },
        Failing("notDisputed", "a court's decision on the case, which may be on another claim") {
            $0.holds = [hold(.dispute, claim: 7)]
            $0.legalSteps = [LegalStepFacts(LegalProcedureKind("lawsuit"), .decided, on: CivilDate(2026, 2, 20))]
        },
        Failing("notDisputed", "an objection before the court") { objected(&$0, .filed, .served, .objected) },
        Failing("notDisputed", "an objection, and the case went to a lawyer") {
            objected(&$0, .filed, .objected)
            $0.legalSteps.append(LegalStepFacts(LegalProcedureKind("lawyerTransfer"), .filed, on: Sample.day))
        },
        Failing("notDisputed", "an objection to the second petition, after the first was decided") {
            objected(&$0, .filed, .decided, .filed, .objected)
        },
        Failing("notDisputed", "an objection in proceedings that ended without a decision") {
            objected(&$0, .filed, .objected, .closed)
        },
        Failing("notDisputed", "an objection, and a judgment of tomorrow") {
            objected(&$0, .filed, .objected)
            $0.facts.claims[0].events.append(ClaimEvent(.judgment, on: CivilDate(2026, 3, 3)))
        },
        Failing("noEstate", "an estate") { $0.holds = [hold(.estate)] },
        Failing("noInsolvency", "bankruptcy") { $0.holds = [hold(.insolvency)] },
        Failing("noDebtRelief", "debt relief") { $0.holds = [hold(.debtRelief)] },
        Failing("notMinor", "a minor") { $0.holds = [hold(.minor)] },
        Failing("notVulnerable", "illness") { $0.holds = [hold(.vulnerable)] },
        Failing("noIdentityTheft", "identity theft") { $0.holds = [hold(.identityTheft)] },
        Failing("creditorDoesNotWait", "a wait through today", from: CivilDate(2026, 3, 3)) {
            $0.holds = [hold(.creditorWait, until: Sample.day)]
        },
        Failing("creditorDoesNotWait", "two waits, one without an end") {
            $0.holds = [hold(.creditorWait, until: CivilDate(2026, 3, 9)), hold(.creditorWait)]
        },
        Failing("notOnKeptPlan", "a plan is kept") { $0.isOnKeptPlan = true },
        Failing("warned", "no warning") { $0.warnedOn = nil },
        Failing("warned", "nine days after the warning", from: CivilDate(2026, 3, 3)) {
            $0.warnedOn = CivilDate(2026, 2, 21)
        },
        Failing("warningNotTooOld", "181 days after the warning") { $0.warnedOn = CivilDate(2025, 9, 2) },
        Failing("debtorTold", "no letter") { $0.toldOn = nil },
        Failing("debtorTold", "the letter leaves tomorrow", from: CivilDate(2026, 3, 3)) {
            $0.toldOn = CivilDate(2026, 3, 3)
        },
        Failing("debtorTold", "29 days after the letter") { $0.toldOn = CivilDate(2026, 2, 1) },
        Failing("notRegistered", "it stands there already") { $0.isRegistered = true },
    ]

    /// Changes after which all still holds: the other side of each limit.
    static let holding: [(String, @Sendable (inout RegistrationFacts) -> Void)] = [
        ("as it is", { _ in }),
        ("one øre over the amount", { $0.owedToCreditor = Money(minorUnits: 100_001, .dkk) }),
        (
            "due yesterday, acknowledged today",
            {
                $0.facts.claims[0].dueOn = CivilDate(2026, 3, 1)
                $0.facts.claims[0].events = [ClaimEvent(.writtenAcknowledgement, on: Sample.day)]
            }
        ),
        ("closed after a decision", { closed(&$0, "paymentOrder", .filed, .decided) }),
        ("closed after execution was asked for", { closed(&$0, "paymentOrder", .filed, .enforcementRequested) }),
        ("closed after an attachment", { closed(&$0, "bailiffRequest", .filed, .meetingCalled, .attached) }),
        ("closed, there being nothing to attach", { closed(&$0, "bailiffRequest", .filed, .nothingFound) }),
        (
            "closed without a decision, and filed again",
            {
                closed(&$0, "paymentOrder", .filed, .served)
                $0.legalSteps.append(LegalStepFacts(LegalProcedureKind("paymentOrder"), .filed, on: Sample.day))
            }
        ),
        ("an objection that the court decided", { objected(&$0, .filed, .objected, .decided) }),
        ("an objection to the execution of what was decided", { objected(&$0, .filed, .decided, .objected) }),
        (
            "an objection that another court's judgment answers",
            {
                objected(&$0, .filed, .objected, .closed)
                $0.facts.claims[0].events.append(ClaimEvent(.judgment, on: Sample.day))
            }
        ),
        ("due five years ago today", { $0.facts.claims[0].dueOn = CivilDate(2021, 3, 2) }),
        (
            "acknowledged today",
            { $0.facts.claims[0].events = [ClaimEvent(.writtenAcknowledgement, on: Sample.day)] }
        ),
        (
            "a payment order that was filed",
            {
                $0.facts.claims[0].events = []
                $0.legalSteps = [LegalStepFacts(LegalProcedureKind("paymentOrder"), .filed, on: Sample.day)]
            }
        ),
        (
            "rejected for a fault and filed again",
            {
                $0.facts.claims[0].events = []
                let kind = LegalProcedureKind("paymentOrder")
                $0.legalSteps = [
                    LegalStepFacts(kind, .filed, on: CivilDate(2026, 1, 1)),
                    LegalStepFacts(kind, .rejected, on: CivilDate(2026, 1, 9)),
                    LegalStepFacts(kind, .filed, on: CivilDate(2026, 1, 20)),
                ]
            }
        ),
        (
            "execution was asked for",
            { $0.facts.claims[0].events = [ClaimEvent(.enforcementRequested, on: CivilDate(2026, 1, 1))] }
        ),
        (
            "a judgment on the disputed claim",
            {
                $0.holds = [hold(.dispute, claim: 7)]
                $0.facts.claims[0].events.append(ClaimEvent(.judgment, on: CivilDate(2026, 2, 1)))
            }
        ),
        ("a dispute of another claim", { $0.holds = [hold(.dispute, claim: 8)] }),
        ("a wait that ended yesterday", { $0.holds = [hold(.creditorWait, until: CivilDate(2026, 3, 1))] }),
        ("ten days after the warning", { $0.warnedOn = CivilDate(2026, 2, 20) }),
        ("180 days after the warning", { $0.warnedOn = CivilDate(2025, 9, 3) }),
        ("told today", { $0.toldOn = Sample.day }),
        ("told 28 days ago", { $0.toldOn = CivilDate(2026, 2, 2) }),
    ]

    @Test(arguments: failing) func `what fails one requirement is refused by its name`(example: Failing) throws {
        var facts = Sample.facts()
        example.change(&facts)
        let open = try Sample.bureau().preconditions(for: facts, on: Sample.day).filter { !$0.isMet }
        #expect(open.map(\.identifier) == [example.requirement])
        guard case .notYet(let from, let event)? = open.first?.status else { return }
        #expect(from == example.from)
        #expect(!event.isEmpty)
        // Time alone does it, where it says so, and not a day sooner.
        guard let from else { return }
        for (day, isMet) in [(from.adding(days: -1), false), (from, true)] {
            let later = try Sample.bureau().preconditions(for: facts, on: day)
            #expect(later.first { $0.identifier == example.requirement }?.isMet == isMet)
        }
    }

    @Test(arguments: holding.indices) func `what is inside every limit is allowed`(index: Int) throws {
        var facts = Sample.facts()
        PreconditionTests.holding[index].1(&facts)
        let open = try Sample.bureau().preconditions(for: facts, on: Sample.day).filter { !$0.isMet }
        #expect(open.map(\.identifier).isEmpty, "\(PreconditionTests.holding[index].0)")
    }

    @Test func `every requirement has its failing case, its sentence and its source`() throws {
        let all = try Requirement.all(on: Sample.day)
        #expect(Set(all.map(\.identifier)) == Set(Self.failing.map(\.requirement)))
        #expect(Set(all.map(\.identifier)).count == all.count)
        for requirement in all {
            #expect(requirement.meaning.hasSuffix("."))
            #expect(!requirement.citation.source.isEmpty)
            #expect(requirement.citation.verification == .verified || !requirement.citation.doubt.isEmpty)
        }
    }

    /// What is done about an entry that stands, where a requirement no longer holds: what only comes before it asks for
    /// nothing, what makes it unlawful undoes it, and the rest is for a person.
    static let upkeep: [String: Precondition.Upkeep] = [
        "notSettled": .undoing, "overLeastAmount": .undoing, "fallenDue": .undoing, "acknowledgedOrPursued": .undoing,
        "notTooOld": .undoing, "notDisputed": .undoing, "noEstate": .person, "noInsolvency": .person,
        "noDebtRelief": .undoing, "notMinor": .undoing, "notVulnerable": .person, "noIdentityTheft": .undoing,
        "creditorDoesNotWait": .person, "notOnKeptPlan": .undoing, "warned": .nothing, "warningNotTooOld": .nothing,
        "debtorTold": .nothing, "notRegistered": .nothing,
    ]

    @Test func `each requirement says what follows where it no longer holds`() throws {
        let answers = try Sample.bureau().preconditions(for: Sample.facts(), on: Sample.day)
        let stated = Dictionary(uniqueKeysWithValues: answers.map { ($0.identifier, $0.upkeep) })
        #expect(stated == Self.upkeep)
    }

    @Test func `a procedure that the settings do not name is no legal step`() throws {
        var facts = Sample.facts()
        facts.facts.claims[0].events = []
        facts.legalSteps = [LegalStepFacts(LegalProcedureKind("lawyer"), .filed, on: CivilDate(2026, 1, 1))]
        let bureau = try Sample.bureau("", ["legalStepProcedures": "paymentOrder, execution"])
        let open = try bureau.preconditions(for: facts, on: Sample.day).filter { !$0.isMet }
        #expect(open.map(\.identifier) == ["acknowledgedOrPursued"])
        facts.legalSteps = [LegalStepFacts(LegalProcedureKind("execution"), .served, on: CivilDate(2026, 1, 1))]
        #expect(try bureau.preconditions(for: facts, on: Sample.day).allSatisfy(\.isMet))
    }

    @Test func `past its horizon, in another currency and for another's claim there is no answer`() throws {
        let bureau = try Sample.bureau()
        #expect(throws: RuleGap.self) { try bureau.preconditions(for: Sample.facts(), on: CivilDate(2026, 11, 23)) }
        #expect(throws: RuleGap.self) {
            try bureau.expiry(of: Sample.facts(), registeredOn: CivilDate(2026, 11, 23))
        }
        var facts = Sample.facts()
        facts.owedToCreditor = .units(5_000, .eur)
        #expect(throws: RuleGap.self) { try bureau.preconditions(for: facts, on: Sample.day) }
        facts = Sample.facts()
        facts.claim = ClaimID(rawValue: 8)
        #expect(throws: RuleGap.self) { try bureau.preconditions(for: facts, on: Sample.day) }
    }

    @Test(arguments: [
        (CivilDate(2026, 3, 2), CivilDate(2031, 3, 2)), (CivilDate(2024, 2, 29), CivilDate(2029, 2, 28)),
    ])
    func `a registration stands five years`(day: CivilDate, last: CivilDate) throws {
        let expiry = try Sample.bureau().expiry(of: Sample.facts(), registeredOn: day)
        #expect(expiry.value == last)
        #expect(expiry.lines.map(\.citation.section) == ["§ 20 (3)", "§ 20 (3)"])
        #expect(expiry.lines.map(\.citation.verification) == [.verified, .unverified])
    }

    @Test func `a deletion has its days by reason, and says that they are our own`() throws {
        let standard = try Sample.bureau()
        let strict = try Sample.bureau("", ["deletionDaysPaid": "0"])
        for reason in RegistrationDeletion.Reason.allCases {
            let deadline = standard.deletionDeadline(reason, orderedOn: Sample.day)
            #expect(Sample.day.days(to: deadline.value) == (reason == .paid ? 3 : 1))
            #expect(deadline.lines.allSatisfy { $0.text.hasSuffix(".") })
        }
        let deadline = strict.deletionDeadline(.paid, orderedOn: Sample.day)
        #expect(deadline.value == Sample.day)
        #expect(deadline.lines.last?.citation.verification == .unverified)
    }

    @Test(arguments: [
        ("transport", "pigeon"), ("warningMinDays", "0"), ("warningMaxDays", "many"), ("warningMaxDays", "9"),
        ("personNumbers", "yes"), ("deletionDaysPaid", "31"),
    ])
    func `a setting that cannot be is refused by its name`(key: String, value: String) {
        let error = #expect(throws: PluginSettingError.self) { try Sample.bureau("", [key: value]) }
        #expect(error?.key == key)
    }
}
