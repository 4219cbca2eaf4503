import FordringKit
import Testing

@testable import NorwegianCourts

/// A case that is in order but for one thing.
struct Spoiled: CustomTestStringConvertible, Sendable {
    let procedure: NorwegianProcedure
    let identifier: String
    let spoil: @Sendable (inout LegalFacts) -> Void

    init(
        _ procedure: NorwegianProcedure, _ identifier: String, _ spoil: @escaping @Sendable (inout LegalFacts) -> Void
    ) {
        self.procedure = procedure
        self.identifier = identifier
        self.spoil = spoil
    }

    var testDescription: String { "\(procedure): \(identifier)" }

    /// What every procedure asks for.
    static let common: [Spoiled] = NorwegianProcedure.allCases.flatMap { procedure in
        [
            Spoiled(procedure, "creditorNamed") { $0.creditor.name = " " },
            Spoiled(procedure, "creditorAddressed") { $0.creditor.address.city = "" },
            Spoiled(procedure, "debtorNamed") { $0.debtor.name = "" },
            Spoiled(procedure, "debtorAddressed") { $0.debtor.address.postalCode = "" },
            Spoiled(procedure, "debtorInNorway") { $0.debtor.address.country = .denmark },
            Spoiled(procedure, "notDisputed") { $0.hold(.dispute) }, Spoiled(procedure, "notMinor") { $0.hold(.minor) },
            Spoiled(procedure, "notHeld") { $0.hold(.debtRelief) },
            Spoiled(procedure, "notOnKeptPlan") { $0.isOnKeptPlan = true },
            Spoiled(procedure, "notPastLimitation") { $0.limitation[Cases.claim] = day("2026-03-09") },
            Spoiled(procedure, "notPending") { $0.took(procedure, .served, "2026-02-15") },
            Spoiled(procedure, "amountSplit") { $0.facts.outstanding = kr(100) },
            Spoiled(procedure, "currency") { $0.convert(to: .eur) },
            Spoiled(procedure, "notPaid") {
                $0.only.outstandingPrincipal = kr(0)
                $0.facts.charges = []
                $0.facts.outstanding = kr(0)
            },
        ]
    }

    static let bankruptcy: [Spoiled] = [
        NorwegianProcedure.bankruptcyNotice, .bankruptcyPetition, .bankruptcyOpening,
    ].flatMap { procedure in
        [
            Spoiled(procedure, "debtorInBusiness") { $0.debtor.kind = .consumer },
            Spoiled(procedure, "debtorInBusiness") { $0.facts.debtorKind = .publicAuthority },
        ]
    }

    static let enforcement: [Spoiled] = [NorwegianProcedure.attachment, .forcedSale].flatMap { procedure in
        [
            Spoiled(procedure, "creditorNumbered") { $0.creditor.nationalID = nil },
            Spoiled(procedure, "debtorNumbered") { $0.debtor.nationalID = " " },
        ]
    }

    static let own: [Spoiled] = [
        Spoiled(.conciliation, "notPublic") { $0.debtor.kind = .publicAuthority },
        Spoiled(.conciliation, "factsStated") { $0.claimTexts[Cases.claim]?.text = "" },
        Spoiled(.conciliation, "documentsAttached") {
            $0.documents = []
            // Without collection costs the demand need not be attached.
            $0.facts.charges.removeAll { $0.component == .collectionCost }
            $0.facts.outstanding = kr(12_123, 45)
        },
        // The host adds every letter: they alone are not what the petition rests on.
        Spoiled(.conciliation, "documentsAttached") { $0.documents = Array($0.documents.dropFirst()) },
        Spoiled(.conciliation, "documentsAttached") { $0.change(document: 0) { $0.kind = "dispute" } },
        Spoiled(.conciliation, "demandAttached") { _ = $0.documents.popLast() },
        Spoiled(.conciliation, "demandAttached") { facts in
            for index in facts.documents.indices { facts.documents[index].on = day("2026-01-04") }
        },
        Spoiled(.conciliation, "judgmentRequestedAnswered") { $0.answers["judgmentRequested"] = nil },
        Spoiled(.conciliation, "bothHadLawyersAnswered") { $0.answers["bothHadLawyers"] = "vet ikke" },
        Spoiled(.conciliation, "demandExpired") { $0.letter.deadlineOn = day("2026-03-10") },
        Spoiled(.conciliation, "actionNoticed") {
            $0.sent(CollectionAct.legalActionNotice, "2026-03-01", deadline: "2026-03-15")
        },
        Spoiled(.conciliation, "actionNoticed") {
            $0.letter.sentOn = day("2025-09-09")
            $0.letter.deadlineOn = day("2025-09-23")
        },
        Spoiled(.attachment, "basisStated") { $0.basis = nil },
        Spoiled(.attachment, "basisStated") { $0.basis?.kind = "invoice" },
        Spoiled(.attachment, "basisSaysEnforceable") { $0.rest(on: "debtInstrument", of: "2026-01-05") },
        Spoiled(.attachment, "basisRecorded") {
            // The board judged on another day than the statement that is typed.
            $0.took(.conciliation, .filed, "2026-01-10")
            $0.won(.conciliation, "2026-02-01")
            $0.change(document: 2) { $0.on = day("2026-02-01") }
        },
        Spoiled(.attachment, "basisDated") { $0.rest(on: "courtSettlement", of: "2026-03-11") },
        Spoiled(.attachment, "basisDated") { $0.rest(on: "judgment", of: "2025-10-14") },
        Spoiled(.attachment, "basisInForce") {
            $0.rest(on: "debtInstrument", of: "2016-03-09", saysEnforceable: true)
        },
        Spoiled(.attachment, "basisDescribed") { $0.answers["basisIs"] = nil },
        Spoiled(.attachment, "basisDescribed") { $0.answers["basisOn"] = "2026-01-06" },
        Spoiled(.attachment, "basisDescribed") { $0.answers["basisCourt"] = " " },
        Spoiled(.attachment, "basisAttached") { _ = $0.documents.popLast() },
        Spoiled(.attachment, "basisAttached") { $0.change(document: 2) { $0.kind = "writtenStatement" } },
        Spoiled(.attachment, "basisAttached") { $0.change(document: 2) { $0.on = day("2026-01-06") } },
        Spoiled(.attachment, "challengePassed") { $0.rest(on: "boardJudgment", of: "2026-02-15") },
        Spoiled(.attachment, "enforcementNoticed") { $0.only.dueOn = day("2026-01-06") },
        Spoiled(.attachment, "noticeFresh") {
            $0.sent(CollectionAct.legalActionNotice, "2025-03-01")
            $0.only.dueOn = day("2025-01-01")
        },
        Spoiled(.attachment, "demandExpired") {
            $0.facts.steps = []
            $0.sent(CollectionAct.legalActionNotice, "2026-01-05")
        },
        Spoiled(.attachment, "actionNoticed") {
            $0.only.dueOn = day("2025-08-01")
            $0.facts.steps = []
            $0.sent(.collectionLetter, "2025-09-09")
        },
        Spoiled(.attachment, "notPending") { $0.took(.conciliation, .served, "2026-02-01") },
        Spoiled(.forcedSale, "attached") { $0.legalSteps = [] },
        Spoiled(.forcedSale, "realisable") { $0.legalStep.on = day("2026-03-01") },
        Spoiled(.forcedSale, "assetKindStated") { $0.answers["assetKind"] = "båt" },
        Spoiled(.forcedSale, "assetStated") { $0.answers["asset"] = " " },
        Spoiled(.bankruptcyNotice, "accountingObliged") { $0.answers["accountingObliged"] = "nei" },
        Spoiled(.bankruptcyNotice, "demandProven") { $0.answers["demandProven"] = nil },
        Spoiled(.bankruptcyNotice, "debtDue") { $0.only.dueOn = day("2026-03-10") },
        Spoiled(.bankruptcyNotice, "demandOldEnough") {
            $0.facts.steps = []
            $0.sent(CollectionAct.legalActionNotice, "2026-01-05")
        },
        Spoiled(.bankruptcyNotice, "demandOldEnough") { $0.letter.sentOn = day("2026-02-11") },
        Spoiled(.bankruptcyNotice, "actionNoticed") { $0.letter.sentOn = day("2025-09-09") },
        Spoiled(.bankruptcyPetition, "noticeServed") { $0.legalSteps = [] },
        Spoiled(.bankruptcyPetition, "noticeExpired") { $0.legalStep.on = day("2026-03-01") },
        Spoiled(.bankruptcyPetition, "withinWindow") { $0.legalStep.on = day("2026-02-01") },
        Spoiled(.bankruptcyPetition, "groundsStated") { $0.answers["grounds"] = "" },
        Spoiled(.bankruptcyPetition, "depositReady") { $0.answers["depositReady"] = "nei" },
        Spoiled(.bankruptcyOpening, "petitionFiled") { $0.legalSteps = [] },
        Spoiled(.bankruptcyOpening, "petitionFiled") { $0.legalStep.state = .rejected },
        Spoiled(.bankruptcyOpening, "hearingKnown") { $0.answers["hearingOn"] = "13.3.2026" },
    ]

    static let all = common + bankruptcy + enforcement + own
}

@Suite struct PreconditionTests {
    private let courts = NorwegianCourts()

    @Test(arguments: NorwegianProcedure.allCases)
    func `a case in which everything is in order has no gap`(_ procedure: NorwegianProcedure) throws {
        let all = try courts.preconditions(for: procedure.kind, Cases.ready(for: procedure), on: Cases.today)
        #expect(all.filter { !$0.isMet }.map(\.identifier) == [])
        #expect(Set(all.map(\.identifier)).count == all.count)
        for precondition in all { #expect(!precondition.meaning.isEmpty && !precondition.citation.source.isEmpty) }
    }

    @Test(arguments: Spoiled.all)
    func `a case that fails one precondition is refused by its name alone`(_ spoiled: Spoiled) throws {
        let facts = Cases.ready(for: spoiled.procedure).with(spoiled.spoil)
        #expect(try courts.unmet(spoiled.procedure, facts).map(\.identifier) == [spoiled.identifier])
        for precondition in try courts.unmet(spoiled.procedure, facts) {
            guard case .notYet(_, let by) = precondition.status else { continue }
            #expect(!by.isEmpty)
        }
        #expect(throws: (any Error).self) {
            try Host.withPermit(spoiled.procedure, on: Cases.today) {
                try courts.form(facts, on: Cases.today, permit: $0)
            }
        }
    }

    @Test(arguments: NorwegianProcedure.allCases)
    func `every precondition has a case that fails it`(_ procedure: NorwegianProcedure) throws {
        let all = try courts.preconditions(for: procedure.kind, Cases.ready(for: procedure), on: Cases.today)
        let tested = Set(Spoiled.all.filter { $0.procedure == procedure }.map(\.identifier))
        #expect(Set(all.map(\.identifier)).subtracting(tested) == [])
    }

    // MARK: inkassoloven §§ 10 and 11

    /// Sent on 5 January: the 19th is the fourteenth day.
    @Test(arguments: [("2026-01-18", false), ("2026-01-19", false), ("2026-01-20", true)])
    func `the deadline of the demand must have passed`(_ iso: String, _ isMet: Bool) throws {
        let unmet = try courts.unmet(.conciliation, Cases.conciliation(), on: day(iso))
        #expect(unmet.map(\.identifier) == (isMet ? [] : ["demandExpired"]))
        #expect(
            try courts.waits(.conciliation, Cases.conciliation(), on: day(iso)) == (isMet ? [] : [day("2026-01-20")]))
    }

    /// A demand of 5 January is six months old on 5 July.
    @Test(arguments: [("2026-07-04", true), ("2026-07-05", true), ("2026-07-06", false)])
    func `a notice of action holds for six months`(_ iso: String, _ isMet: Bool) throws {
        let unmet = try courts.unmet(.conciliation, Cases.conciliation(), on: day(iso))
        #expect(unmet.map(\.identifier) == (isMet ? [] : ["actionNoticed"]))
    }

    @Test func `a new notice of action renews an old demand after its 14 days`() throws {
        let facts = Cases.conciliation().with { $0.sent(CollectionAct.legalActionNotice, "2026-07-10") }
        #expect(try courts.waits(.conciliation, facts, on: day("2026-07-24")) == [day("2026-07-25")])
        #expect(try courts.unmet(.conciliation, facts, on: day("2026-07-25")).isEmpty)
    }

    // MARK: Every claim

    /// Goal: a letter about one claim does not speak for another.
    ///
    /// Method: two claims of which the letters name the first; then each letter in turn names the second too.
    @Test func `a letter speaks for the claims that it was about`() throws {
        var facts = Cases.conciliation().with { $0.addClaim() }
        func gap(_ name: String) throws -> Precondition.Status? {
            try courts.unmet(.conciliation, facts).first { $0.identifier == name }?.status
        }
        #expect(
            try gap("demandExpired")
                == .notYet(
                    from: nil, by: "no payment demand (betalingsoppfordring) has left the house: claim F-1002"))
        #expect(
            try gap("actionNoticed")
                == .notYet(from: nil, by: "no demand or notice of legal action has left the house: claim F-1002"))
        facts.letter.claims.append(ClaimID(rawValue: 2))
        #expect(try courts.unmet(.conciliation, facts).isEmpty)
        // A notice of its own that names the first alone.
        facts.sent(CollectionAct.legalActionNotice, "2026-02-01")
        // Where the creditor wants no notices of their own, the demand is the notice of the second.
        #expect(try courts.unmet(.conciliation, facts).isEmpty)
        facts.facts.creditor.policy = [
            StepPolicy(kind: CollectionAct.legalActionNotice, times: 1, waitingDays: 0, charge: false)
        ]
        #expect(try courts.unmet(.conciliation, facts).map(\.identifier) == ["actionNoticed"])
        #expect(
            try gap("actionNoticed")
                == .notYet(
                    from: nil,
                    by: "the notice of legal action of 2026-02-01 did not cover it, and no other one did: claim F-1002")
        )
        facts.facts.steps[1].claims.append(ClaimID(rawValue: 2))
        #expect(try courts.unmet(.conciliation, facts).isEmpty)
    }

    @Test func `a notice of bankruptcy and of enforcement speaks for the claims that it was about`() throws {
        let bankruptcy = Cases.ready(for: .bankruptcyNotice).with { $0.addClaim() }
        #expect(
            try courts.unmet(.bankruptcyNotice, bankruptcy).map(\.identifier) == ["demandOldEnough", "actionNoticed"])
        let attachment = Cases.attachment().with { $0.addClaim() }
        #expect(
            try courts.unmet(.attachment, attachment).map(\.identifier) == [
                "enforcementNoticed", "demandExpired", "actionNoticed",
            ])
    }

    /// Principal paid, interest owed: it is handed over, and was to be in the letters.
    @Test func `a claim of which only interest is left counts`() throws {
        let facts = Cases.conciliation().with {
            $0.addClaim()
            $0.facts.claims[1].outstandingPrincipal = kr(0)
            $0.facts.outstanding = kr(12_723, 45)
            $0.balances = [
                BalanceFacts(component: .principal, claim: Cases.claim, amount: kr(12_000)),
                BalanceFacts(component: .interest, claim: ClaimID(rawValue: 2), amount: kr(723, 45)),
            ]
        }
        #expect(try courts.unmet(.conciliation, facts).map(\.identifier) == ["demandExpired", "actionNoticed"])
    }

    @Test func `there are as many documents as claims, or somebody has looked`() throws {
        let all = Cases.conciliation().with {
            $0.addClaim()
            $0.letter.claims.append(ClaimID(rawValue: 2))
        }
        let one = all.with { _ = $0.documents.popLast() }
        #expect(try courts.unmet(.conciliation, all).isEmpty)
        #expect(try courts.unmet(.conciliation, one).map(\.identifier) == ["documentsAttached"])
        #expect(try courts.unmet(.conciliation, one.with { $0.answers["invoicesAttached"] = "ja" }).isEmpty)
        let none = one.with {
            $0.answers["invoicesAttached"] = "ja"
            $0.documents.removeFirst()
        }
        #expect(try courts.unmet(.conciliation, none).map(\.identifier) == ["documentsAttached"])
    }

    @Test func `the demand of each claim is attached where collection costs are claimed`() throws {
        let facts = Cases.conciliation().with {
            $0.addClaim()
            $0.sent(.collectionLetter, "2026-01-08")
            $0.facts.steps[1].claims = [ClaimID(rawValue: 2)]
        }
        #expect(try courts.unmet(.conciliation, facts).map(\.identifier) == ["demandAttached"])
    }

    // MARK: tvangsfullbyrdelsesloven

    /// § 4-18: two weeks from 5 January end on the 19th.
    @Test(arguments: [("2026-01-18", false), ("2026-01-19", false), ("2026-01-20", true)])
    func `execution on a special ground waits for the two weeks`(_ iso: String, _ isMet: Bool) throws {
        #expect(try courts.unmet(.attachment, Cases.attachment(), on: day(iso)).isEmpty == isMet)
        let names = try courts.unmet(.attachment, Cases.attachment(), on: day(iso)).map(\.identifier)
        #expect(names.contains("enforcementNoticed") == !isMet)
    }

    /// § 4-18: sent on the due date is early enough, the day before is too early.
    @Test(arguments: [("2026-01-04", true), ("2026-01-05", true), ("2026-01-06", false)])
    func `the notice of enforcement is sent on the due date at the earliest`(_ due: String, _ isMet: Bool) throws {
        let facts = Cases.attachment().with { $0.only.dueOn = day(due) }
        #expect(try courts.unmet(.attachment, facts).map(\.identifier) == (isMet ? [] : ["enforcementNoticed"]))
    }

    /// § 4-19: a notice of 2025-03-10 is a year old on 2026-03-10.
    @Test(arguments: [("2025-03-11", true), ("2025-03-10", true), ("2025-03-09", false)])
    func `a notice of enforcement over a year old is given anew`(_ sent: String, _ isMet: Bool) throws {
        let facts = Cases.attachment().with {
            $0.only.dueOn = day("2025-01-01")
            $0.sent(CollectionAct.legalActionNotice, sent)
        }
        #expect(try courts.unmet(.attachment, facts).map(\.identifier) == (isMet ? [] : ["noticeFresh"]))
    }

    @Test(arguments: ["judgment", "courtSettlement"])
    func `a judgment or settlement needs no notice`(_ kind: String) throws {
        let facts = Cases.attachment().with {
            $0.rest(on: kind, of: "2026-01-05")
            $0.facts.steps = []
        }
        #expect(try courts.unmet(.attachment, facts).isEmpty)
    }

    @Test(arguments: EnforcementAct.kinds.map(\.name))
    func `each kind of ground has a case that is in order`(_ kind: String) throws {
        let facts = Cases.attachment().with {
            $0.rest(on: kind, of: "2026-01-05", saysEnforceable: true)
        }
        #expect(try courts.unmet(.attachment, facts).isEmpty)
    }

    /// § 6-14: a judgment of 9 February can be challenged through 9 March.
    @Test(arguments: [("2026-02-08", true), ("2026-02-09", true), ("2026-02-10", false)])
    func `a judgment of the board waits for the month`(_ on: String, _ isMet: Bool) throws {
        let facts = Cases.attachment().with {
            $0.rest(on: "boardJudgment", of: on, "1")
        }
        #expect(try courts.unmet(.attachment, facts).isEmpty == isMet)
    }

    /// § 7-18: attached on 24 February, the fourteenth day is 10 March.
    @Test(arguments: [("2026-02-23", true), ("2026-02-24", false), ("2026-02-25", false)])
    func `what was attached is sold after two weeks`(_ on: String, _ isMet: Bool) throws {
        let facts = Cases.ready(for: .forcedSale).with { $0.legalStep.on = day(on) }
        #expect(try courts.unmet(.forcedSale, facts).map(\.identifier) == (isMet ? [] : ["realisable"]))
    }

    // MARK: konkursloven § 63

    /// Four weeks from 9 February end on 9 March.
    @Test(arguments: [("2026-02-08", true), ("2026-02-09", true), ("2026-02-10", false), ("2026-02-11", false)])
    func `the notice is served four weeks after the demand at the earliest`(_ sent: String, _ isMet: Bool) throws {
        let facts = Cases.ready(for: .bankruptcyNotice).with { $0.letter.sentOn = day(sent) }
        #expect(try courts.unmet(.bankruptcyNotice, facts).map(\.identifier) == (isMet ? [] : ["demandOldEnough"]))
    }

    /// Served on 15 February: two weeks to pay end on 1 March, and the petition must be there by 15 March.
    @Test(arguments: [
        ("2026-02-28", ["noticeExpired"]), ("2026-03-01", ["noticeExpired"]), ("2026-03-02", []), ("2026-03-15", []),
        ("2026-03-16", ["withinWindow"]),
    ])
    func `the petition reaches the court in the two weeks after the notice's deadline`(
        _ iso: String, _ expected: [String]
    ) throws {
        let facts = Cases.ready(for: .bankruptcyPetition)
        #expect(try courts.unmet(.bankruptcyPetition, facts, on: day(iso)).map(\.identifier) == expected)
        let waits = try courts.waits(.bankruptcyPetition, facts, on: day(iso))
        #expect(waits == (expected == ["noticeExpired"] ? [day("2026-03-02")] : expected.isEmpty ? [] : [nil]))
    }

    // MARK: Limitation, holds, amounts

    @Test func `without a stated day three years from the due date count`() throws {
        let facts = Cases.conciliation().with { $0.only.dueOn = day("2023-03-10") }
        #expect(try courts.unmet(.conciliation, facts, on: day("2026-03-10")).isEmpty)
        #expect(
            try courts.unmet(.conciliation, facts, on: day("2026-03-11")).map(\.identifier) == ["notPastLimitation"])
    }

    @Test(arguments: HoldKind.allCases)
    func `every hold stops every procedure, wherever the host wrote it`(_ kind: HoldKind) throws {
        for procedure in NorwegianProcedure.allCases {
            #expect(try courts.unmet(procedure, Cases.ready(for: procedure).with { $0.hold(kind) }).count == 1)
            let inCase = Cases.ready(for: procedure).with {
                $0.facts.holds = [
                    HoldFacts(kind: kind, claim: Cases.claim, amount: kr(1), since: Cases.today, until: nil)
                ]
            }
            #expect(try courts.unmet(procedure, inCase).count == 1)
        }
    }

    @Test func `an objection takes an attachment to the board, and a judgment back`() throws {
        let objected = Cases.conciliation().with { $0.took(.attachment, .objected, "2026-02-01") }
        #expect(try courts.unmet(.conciliation, objected).isEmpty)
        let decided = Cases.attachment().with {
            $0.took(.conciliation, .filed, "2026-01-20")
            $0.won(.conciliation, "2026-02-01")
            $0.basis = nil
            for key in ["basisIs", "basisOn", "basisCourt"] { $0.answers[key] = nil }
            $0.change(document: 2) { $0.on = day("2026-02-01") }
        }
        // Nothing is typed: the board's judgment of 1 February can be challenged through 1 March.
        #expect(try courts.unmet(.attachment, decided).isEmpty)
        #expect(try courts.unmet(.attachment, decided, on: day("2026-03-01")).map(\.identifier) == ["challengePassed"])
        let settled = decided.with { $0.rest(on: "courtSettlement", of: "2026-02-01") }
        #expect(try courts.unmet(.attachment, settled, on: day("2026-03-01")).isEmpty)
        let challenged = decided.with { $0.took(.conciliation, .objected, "2026-02-20") }
        #expect(try courts.unmet(.attachment, challenged).map(\.identifier) == ["basisStated", "notPending"])
    }

    /// §§ 5 and 21: ten years from 2016-03-10 are over after 2026-03-10; execution of 2021 gives them again.
    @Test func `a ground is enforced in its years`() throws {
        let last = Cases.attachment().with { $0.rest(on: "debtInstrument", of: "2016-03-10", saysEnforceable: true) }
        #expect(try courts.unmet(.attachment, last).isEmpty)
        let old = last.with { $0.rest(on: "debtInstrument", of: "2012-01-01", saysEnforceable: true) }
        #expect(try courts.unmet(.attachment, old).map(\.identifier) == ["basisInForce"])
        let asked = old.with { $0.only.events = [ClaimEvent(.enforcementRequested, on: day("2021-06-01"))] }
        #expect(try courts.unmet(.attachment, asked).isEmpty)
    }

    @Test func `what payments covered needs the books' balances`() throws {
        let facts = Cases.conciliation().with { $0.facts.outstanding = kr(12_100) }
        #expect(try courts.unmet(.conciliation, facts).map(\.identifier) == ["amountSplit"])
        let stated = facts.with {
            $0.balances = [
                BalanceFacts(component: .principal, claim: Cases.claim, amount: kr(12_000)),
                BalanceFacts(component: .interest, claim: Cases.claim, amount: kr(100)),
            ]
        }
        #expect(try courts.unmet(.conciliation, stated).isEmpty)
    }

    @Test func `a dispute about a claim that is left out does not hold the others`() throws {
        let hold = HoldFacts(
            kind: .dispute, claim: ClaimID(rawValue: 2), amount: nil, since: Cases.today, until: nil)
        let facts = Cases.conciliation().with { $0.holds = [hold] }
        #expect(try courts.unmet(.conciliation, facts).isEmpty)
    }

    // MARK: Gaps

    @Test func `a day without a fee and an unknown procedure are gaps`() {
        #expect(throws: RuleGap.self) { try courts.unmet(.attachment, Cases.attachment(), on: day("2025-12-31")) }
        #expect(throws: RuleGap.self) { try courts.unmet(.conciliation, Cases.conciliation(), on: day("2026-11-23")) }
        #expect(throws: RuleGap.self) {
            try courts.preconditions(for: LegalProcedureKind("paymentOrder"), Cases.conciliation(), on: Cases.today)
        }
    }
}
