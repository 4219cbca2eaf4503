import FordringKit
import Testing

@testable import Betalingsanmerkning

/// A change of the facts after which one requirement fails, and by which day it would be met again.
struct Failing: CustomTestStringConvertible, Sendable {
    var testDescription: String
    var requirement: String
    var from: CivilDate?
    var isCompany = false
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

/// Another first day of what the wait is counted from.
private func filed(_ day: CivilDate) -> [ClaimEvent] { [ClaimEvent(.proceedingsFiled, on: day)] }

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

/// Adds proceedings before the conciliation board, a day for each of their states.
private func objected(_ facts: inout RegistrationFacts, _ states: LegalState...) {
    facts.legalSteps = steps("conciliation", states)
}

@Suite struct PreconditionTests {
    static let persons = [
        Failing("notSettled", "the principal is paid") { $0.facts.claims[0].outstandingPrincipal = .zero(.nok) },
        Failing("fallenDue", "due today", from: CivilDate(2026, 3, 3)) { $0.facts.claims[0].dueOn = Sample.day },
        Failing("monthAfterPetition", "no petition") { $0.facts.claims[0].events = [] },
        Failing("monthAfterPetition", "a judgment that somebody else got") {
            $0.facts.claims[0].events = [ClaimEvent(.judgment, on: CivilDate(2025, 12, 1))]
        },
        Failing("monthAfterPetition", "a month less a day", from: CivilDate(2026, 3, 3)) {
            $0.facts.claims[0].events = filed(CivilDate(2026, 2, 3))
        },
        Failing("monthAfterPetition", "execution asked for a month less a day ago", from: CivilDate(2026, 3, 3)) {
            $0.facts.claims[0].events = [ClaimEvent(.enforcementRequested, on: CivilDate(2026, 2, 3))]
        },
        Failing("monthAfterPetition", "a step of the case, a month less a day ago", from: CivilDate(2026, 3, 3)) {
            $0.facts.claims[0].events = []
            $0.legalSteps = [LegalStepFacts(LegalProcedureKind("conciliation"), .filed, on: CivilDate(2026, 2, 3))]
        },
        Failing("monthAfterPetition", "a petition that is prepared only") {
            $0.facts.claims[0].events = []
            $0.legalSteps = [LegalStepFacts(LegalProcedureKind("conciliation"), .prepared, on: CivilDate(2026, 1, 3))]
        },
        Failing("monthAfterPetition", "a petition that was rejected for a fault") {
            $0.facts.claims[0].events = []
            let kind = LegalProcedureKind("conciliation")
            $0.legalSteps = [
                LegalStepFacts(kind, .filed, on: CivilDate(2026, 1, 3)),
                LegalStepFacts(kind, .rejected, on: CivilDate(2026, 1, 20)),
            ]
        },
        Failing("monthAfterPetition", "closed without a decision") { closed(&$0, "conciliation", .filed, .served) },
        Failing("monthAfterPetition", "closed by its steps, and filed by the claim's event") {
            closed(&$0, "conciliation", .filed)
            $0.facts.claims[0].events = filed(CivilDate(2026, 1, 1))
        },
        Failing("monthAfterPetition", "an attachment that was closed before anybody met") {
            closed(&$0, "attachment", .filed, .meetingCalled)
        },
        Failing("monthAfterPetition", "a bankruptcy petition") {
            $0.facts.claims[0].events = []
            $0.legalSteps = [
                LegalStepFacts(LegalProcedureKind("bankruptcyPetition"), .filed, on: CivilDate(2026, 1, 1))
            ]
        },
        Failing("monthAfterPetition", "a request for execution that was rejected for a fault") {
            $0.facts.claims[0].events = [ClaimEvent(.enforcementRequested, on: CivilDate(2026, 1, 1))]
            let kind = LegalProcedureKind("attachment")
            $0.legalSteps = [
                LegalStepFacts(kind, .filed, on: CivilDate(2026, 1, 1)),
                LegalStepFacts(kind, .rejected, on: CivilDate(2026, 1, 9)),
            ]
        },
        Failing("monthAfterPetition", "a petition that ended without a decision") {
            $0.facts.claims[0].events.append(ClaimEvent(.proceedingsEnded, on: CivilDate(2026, 2, 1)))
        },
        Failing("notTooOld", "due and pursued four years and a day ago") {
            $0.facts.claims[0].dueOn = CivilDate(2021, 1, 1)
            $0.facts.claims[0].events = filed(CivilDate(2022, 3, 1))
        },
        Failing("notDisputed", "a dispute of the claim") { $0.holds = [hold(.dispute, claim: 7)] },
        Failing("notDisputed", "a dispute of the case") { $0.holds = [hold(.dispute)] },
        Failing("notDisputed", "a judgment before the dispute") {
            $0.holds = [hold(.dispute, claim: 7)]
            $0.facts.claims[0].events.append(ClaimEvent(.judgment, on: CivilDate(2026, 1, 31)))
        },
        Failing("notDisputed", "a judgment, and a dispute of a part") {
            $0.holds = [
                HoldFacts(
                    kind: .dispute, claim: ClaimID(rawValue: 7), amount: .units(10, .nok), since: CivilDate(2026, 2, 1),
                    until: nil)
            ]
            $0.facts.claims[0].events.append(ClaimEvent(.judgment, on: CivilDate(2026, 2, 10)))
        },
        Failing("notDisputed", "an objection before the board") { objected(&$0, .filed, .served, .objected) },
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
        Failing("notOnKeptPlan", "a plan is kept") { $0.isOnKeptPlan = true },
        Failing("debtorTold", "no copy") { $0.toldOn = nil },
        Failing("debtorTold", "the copy leaves tomorrow", from: CivilDate(2026, 3, 3)) {
            $0.toldOn = CivilDate(2026, 3, 3)
        },
        Failing("copyNotTooOld", "43 days after the copy") { $0.toldOn = CivilDate(2026, 1, 18) },
        Failing("correctionTime", "the fourteenth day", from: CivilDate(2026, 3, 3)) {
            $0.toldOn = CivilDate(2026, 2, 16)
        },
        Failing("correctionTime", "told today", from: CivilDate(2026, 3, 17)) { $0.toldOn = Sample.day },
        Failing("notRegistered", "it stands there already") { $0.isRegistered = true },
    ]

    /// Whose kind does not say whether they are persons.
    static let businesses = [
        Failing("monthAfterPetition", "demanded long ago, and before no court") { $0.facts.claims[0].events = [] },
        Failing("monthAfterPetition", "a month less a day", from: CivilDate(2026, 3, 3)) {
            $0.facts.claims[0].events = filed(CivilDate(2026, 2, 3))
        },
    ].map { example in
        var example = example
        let change = example.change
        example.isCompany = true
        example.change = { facts in
            facts.facts.debtorKind = .business
            change(&facts)
        }
        return example
    }

    static let companies = [
        Failing("monthAfterDemand", "no demand") { $0.facts.steps = [] },
        Failing("monthAfterDemand", "a demand of another claim") { $0.facts.steps[0].claims = [ClaimID(rawValue: 8)] },
        Failing("monthAfterDemand", "a demand that waits to be sent") { $0.facts.steps[0].sentOn = nil },
        Failing("monthAfterDemand", "a reminder only") { $0.facts.steps[0].kind = .reminder },
        Failing("monthAfterDemand", "a month less a day", from: CivilDate(2026, 3, 3)) {
            $0.facts.steps[0].sentOn = CivilDate(2026, 2, 3)
        },
        Failing("notTooOld", "due four years and a day ago") { $0.facts.claims[0].dueOn = CivilDate(2022, 3, 1) },
        Failing("debtorTold", "no copy") { $0.toldOn = nil },
        Failing("copyNotTooOld", "43 days after the copy") { $0.toldOn = CivilDate(2026, 1, 18) },
        Failing("correctionTime", "told today", from: CivilDate(2026, 3, 17)) { $0.toldOn = Sample.day },
    ].map { example in
        var example = example
        example.isCompany = true
        return example
    }

    /// Changes after which all still holds: the other side of each limit.
    static let holding: [(String, @Sendable (inout RegistrationFacts) -> Void)] = [
        ("as it is", { _ in }),
        ("a public body, which is a legal person", { $0 = Sample.companyFacts() }),
        ("a business that was pursued", { $0.facts.debtorKind = .business }),
        ("42 days after the copy", { $0.toldOn = CivilDate(2026, 1, 19) }),
        ("closed after a decision", { closed(&$0, "conciliation", .filed, .decided) }),
        ("closed after an attachment", { closed(&$0, "attachment", .filed, .meetingCalled, .attached) }),
        ("closed, there being nothing to attach", { closed(&$0, "attachment", .filed, .nothingFound) }),
        ("an objection that the board decided", { objected(&$0, .filed, .objected, .decided) }),
        ("an objection to the execution of what was decided", { objected(&$0, .filed, .decided, .objected) }),
        (
            "an objection that another court's judgment answers",
            {
                objected(&$0, .filed, .objected, .closed)
                $0.facts.claims[0].events.append(ClaimEvent(.judgment, on: Sample.day))
            }
        ),
        (
            "a public body's demand of a month ago",
            {
                $0 = Sample.companyFacts()
                $0.facts.steps[0].sentOn = CivilDate(2026, 2, 2)
            }
        ),
        ("due yesterday", { $0.facts.claims[0].dueOn = CivilDate(2026, 3, 1) }),
        ("pursued a month ago", { $0.facts.claims[0].events = filed(CivilDate(2026, 2, 2)) }),
        ("due four years ago, the step in time", { $0.facts.claims[0].dueOn = CivilDate(2022, 3, 2) }),
        (
            "due long ago, pursued four years ago today",
            {
                $0.facts.claims[0].dueOn = CivilDate(2021, 1, 1)
                $0.facts.claims[0].events = filed(CivilDate(2022, 3, 2))
            }
        ),
        (
            "an old petition, and a new request for execution",
            {
                $0.facts.claims[0].dueOn = CivilDate(2019, 1, 1)
                $0.facts.claims[0].events =
                    filed(CivilDate(2020, 3, 2)) + [
                        ClaimEvent(.judgment, on: CivilDate(2020, 6, 1)),
                        ClaimEvent(.enforcementRequested, on: CivilDate(2026, 2, 20)),
                    ]
            }
        ),
        (
            "a judgment on the disputed claim",
            {
                $0.holds = [hold(.dispute, claim: 7)]
                $0.facts.claims[0].events.append(ClaimEvent(.judgment, on: CivilDate(2026, 2, 1)))
            }
        ),
        ("a dispute of another claim", { $0.holds = [hold(.dispute, claim: 8)] }),
        ("fifteen days after the copy", { $0.toldOn = CivilDate(2026, 2, 15) }),
        ("a small debt: no least amount was found in the act", { $0.owedToCreditor = .units(1, .nok) }),
    ]

    /// What is done about an entry that stands, where a requirement no longer holds: what only comes before it asks for
    /// nothing, what makes it unlawful undoes it, and the rest is for a person.
    static let upkeep: [String: Precondition.Upkeep] = [
        "notSettled": .undoing, "fallenDue": .undoing, "monthAfterPetition": .undoing, "monthAfterDemand": .nothing,
        "notTooOld": .undoing, "notDisputed": .undoing, "noEstate": .person, "noInsolvency": .person,
        "noDebtRelief": .undoing, "notMinor": .undoing, "notVulnerable": .person, "noIdentityTheft": .undoing,
        "creditorDoesNotWait": .person, "notOnKeptPlan": .undoing, "debtorTold": .nothing, "copyNotTooOld": .nothing,
        "correctionTime": .nothing, "notRegistered": .nothing,
    ]

    @Test(arguments: [PartyKind.consumer, .business, .publicAuthority])
    func `each requirement says what follows where it no longer holds`(debtor: PartyKind) throws {
        var facts = Sample.facts()
        facts.facts.debtorKind = debtor
        let answers = try Sample.bureau().preconditions(for: facts, on: Sample.day)
        let stated = Dictionary(uniqueKeysWithValues: answers.map { ($0.identifier, $0.upkeep) })
        #expect(
            stated
                == Self.upkeep.filter {
                    $0.key != (debtor == .publicAuthority ? "monthAfterPetition" : "monthAfterDemand")
                })
    }

    @Test(arguments: persons + companies + businesses)
    func `what fails one requirement is refused by its name`(example: Failing) throws {
        var facts = example.isCompany ? Sample.companyFacts() : Sample.facts()
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
        let ofPersons = try Requirement.all(for: .consumer, on: Sample.day)
        let ofCompanies = try Requirement.all(for: .publicAuthority, on: Sample.day)
        let ofBusinesses = try Requirement.all(for: .business, on: Sample.day)
        #expect(ofBusinesses.map(\.identifier) == ofPersons.map(\.identifier))
        #expect(Set(ofPersons.map(\.identifier)) == Set(Self.persons.map(\.requirement)))
        #expect(
            Set(ofCompanies.map(\.identifier))
                == Set(Self.persons.map(\.requirement)).subtracting(["monthAfterPetition"]).union(["monthAfterDemand"]))
        for requirement in ofPersons + ofCompanies + ofBusinesses {
            #expect(requirement.meaning.hasSuffix("."))
            #expect(requirement.citation.verification == .verified || !requirement.citation.doubt.isEmpty)
        }
    }

    @Test(arguments: [
        (CivilDate(2026, 1, 2), CivilDate(2026, 2, 2)), (CivilDate(2026, 1, 28), CivilDate(2026, 2, 28)),
        (CivilDate(2026, 1, 29), CivilDate(2026, 3, 1)), (CivilDate(2026, 1, 31), CivilDate(2026, 3, 1)),
        (CivilDate(2024, 1, 30), CivilDate(2024, 3, 1)), (CivilDate(2024, 1, 29), CivilDate(2024, 2, 29)),
        (CivilDate(2025, 12, 31), CivilDate(2026, 1, 31)), (CivilDate(2026, 3, 31), CivilDate(2026, 5, 1)),
    ])
    func `a month of waiting is rounded up`(sent: CivilDate, passed: CivilDate) throws {
        #expect(sent.afterMonths(1) == passed)
        var facts = Sample.facts()
        facts.toldOn = passed.adding(days: -20)
        facts.facts.claims[0].dueOn = CivilDate(2023, 1, 1)
        facts.facts.claims[0].events = filed(sent)
        let bureau = try Sample.bureau()
        #expect(try bureau.preconditions(for: facts, on: passed).allSatisfy(\.isMet))
        let open = try bureau.preconditions(for: facts, on: passed.adding(days: -1)).filter { !$0.isMet }
        #expect(open.map(\.identifier) == ["monthAfterPetition"])
    }

    @Test func `a procedure that the settings do not name is no petition`() throws {
        var facts = Sample.facts()
        facts.facts.claims[0].events = []
        facts.legalSteps = [LegalStepFacts(LegalProcedureKind("bankruptcy"), .filed, on: CivilDate(2026, 1, 1))]
        let bureau = try Sample.bureau("", ["legalStepProcedures": "conciliation,execution"])
        let open = try bureau.preconditions(for: facts, on: Sample.day).filter { !$0.isMet }
        #expect(open.map(\.identifier) == ["monthAfterPetition"])
        facts.legalSteps = [LegalStepFacts(LegalProcedureKind("execution"), .served, on: CivilDate(2026, 1, 1))]
        #expect(try bureau.preconditions(for: facts, on: Sample.day).allSatisfy(\.isMet))
    }

    @Test func `outside its tables, in another currency and for another's claim there is no answer`() throws {
        let bureau = try Sample.bureau()
        for day in [CivilDate(2026, 11, 23), CivilDate(2022, 6, 30)] {
            #expect(throws: RuleGap.self) { try bureau.preconditions(for: Sample.facts(), on: day) }
            #expect(throws: RuleGap.self) { try bureau.expiry(of: Sample.facts(), registeredOn: day) }
        }
        var facts = Sample.facts()
        facts.facts.claims[0].outstandingPrincipal = .units(5_000, .eur)
        #expect(throws: RuleGap.self) { try bureau.preconditions(for: facts, on: Sample.day) }
        facts = Sample.facts()
        facts.claim = ClaimID(rawValue: 8)
        #expect(throws: RuleGap.self) { try bureau.preconditions(for: facts, on: Sample.day) }
        #expect(throws: RuleGap.self) { try bureau.expiry(of: facts, registeredOn: Sample.day) }
    }

    @Test func `a registration stands four years, and four from a newer legal step`() throws {
        let bureau = try Sample.bureau()
        var facts = Sample.facts()
        let first = try bureau.expiry(of: facts, registeredOn: Sample.day)
        #expect(first.value == CivilDate(2030, 3, 2))
        #expect(first.lines.map(\.citation.section) == ["§ 21", "§§ 21-22"])
        #expect(
            try bureau.expiry(of: facts, registeredOn: CivilDate(2024, 2, 29)).value == CivilDate(2030, 1, 15),
            "the petition of January 2026 is newer than that registration")
        facts.facts.claims[0].events.append(ClaimEvent(.enforcementRequested, on: CivilDate(2028, 2, 29)))
        let second = try bureau.expiry(of: facts, registeredOn: Sample.day)
        #expect(second.value == CivilDate(2032, 2, 29))
        #expect(second.lines.map(\.citation.section) == ["§ 21", "§ 22", "§§ 21-22"])
        facts.facts.claims[0].events = []
        #expect(try bureau.expiry(of: facts, registeredOn: CivilDate(2024, 2, 29)).value == CivilDate(2028, 2, 29))
    }

    @Test func `a deletion has its days by reason, and says that they are our own`() throws {
        let standard = try Sample.bureau()
        for reason in RegistrationDeletion.Reason.allCases {
            let deadline = standard.deletionDeadline(reason, orderedOn: Sample.day)
            #expect(Sample.day.days(to: deadline.value) == (reason == .paid ? 3 : 1))
            #expect(deadline.lines.allSatisfy { $0.text.hasSuffix(".") })
        }
        let deadline = try Sample.bureau("", ["deletionDaysPaid": "0"]).deletionDeadline(.paid, orderedOn: Sample.day)
        #expect(deadline.value == Sample.day)
        #expect(deadline.lines.map(\.citation.section).first == "§ 24")
        #expect(deadline.lines.last?.citation.verification == .unverified)
    }

    @Test(arguments: [
        ("transport", "pigeon"), ("personNumbers", "yes"), ("deletionDaysPaid", "31"),
    ])
    func `a setting that cannot be is refused by its name`(key: String, value: String) {
        let error = #expect(throws: PluginSettingError.self) { try Sample.bureau("", [key: value]) }
        #expect(error?.key == key)
    }
}
