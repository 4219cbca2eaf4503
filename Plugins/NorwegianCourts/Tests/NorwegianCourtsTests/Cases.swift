@_spi(FordringHost) import FordringKit
import Testing

@testable import NorwegianCourts

/// Kroner, and øre where there are any.
func kr(_ kroner: Int64, _ øre: Int64 = 0) -> Money { Money(minorUnits: kroner * 100 + øre, .nok) }

/// A date as ISO 8601 writes it.
func day(_ iso: String) -> CivilDate { CivilDate(iso: iso) ?? CivilDate(day: 0) }

/// The authority of this process, which can be claimed once.
enum Host {
    static let authority = PermitAuthority.claim()

    /// Does something with a living permit.
    static func withPermit<Result>(
        _ procedure: NorwegianProcedure, on day: CivilDate, caseID: Int64 = 12, tenant: String = "acme",
        _ body: (HandoffPermit) throws -> Result
    ) throws -> Result {
        let authority = try #require(authority)
        let permit = authority.handoffPermit(
            tenant: try #require(TenantID(tenant)), caseID: CaseID(rawValue: caseID), procedure: procedure.kind,
            day: day)
        defer { authority.end(permit) }
        return try body(permit)
    }
}

/// Cases in which everything is in order, for tests to spoil one thing of.
enum Cases {
    /// The day on which they are handed over.
    static let today = CivilDate(2026, 3, 10)

    static let claim = ClaimID(rawValue: 1)

    static func party(
        _ name: String, _ kind: PartyKind, _ number: String?, _ postalCode: String, _ city: String
    ) -> Party {
        Party(
            name: name, kind: kind, nationalID: number, customerNumber: nil,
            address: PostalAddress(lines: ["Prøveveien 1"], postalCode: postalCode, city: city, country: .norway),
            email: nil, phone: nil, language: .norwegian)
    }

    /// A claim of 12,000 kr due on 2025-11-01, demanded on 2026-01-05 through the 19th, with 600 kr of costs and
    /// 123.45 kr of interest through 2026-02-01.
    static func owed(_ principal: Money = kr(12_000), debtor: PartyKind = .consumer) -> LegalFacts {
        let claim = ClaimFacts(
            id: claim, principal: principal, arisenOn: day("2025-10-15"), dueOn: day("2025-11-01"), reductions: [],
            outstandingPrincipal: principal)
        let facts = CaseFacts(
            id: CaseID(rawValue: 12), currency: .nok, openedOn: day("2025-11-10"), debtorKind: debtor,
            creditor: CreditorFacts(deductsVAT: true, policy: []), claims: [claim],
            steps: [
                StepFacts(
                    kind: .collectionLetter, claims: [claim.id], decidedOn: day("2026-01-05"),
                    sentOn: day("2026-01-05"),
                    deadlineOn: day("2026-01-19"))
            ],
            charges: [
                ChargeFacts(component: .collectionCost, claim: nil, chargedOn: day("2026-01-05"), amount: kr(600)),
                ChargeFacts(component: .interest, claim: claim.id, chargedOn: day("2026-02-01"), amount: kr(123, 45)),
            ], outstanding: Money(minorUnits: principal.minorUnits + 723_45, .nok))
        return LegalFacts(
            facts: facts, creditor: party("Prøve Handel AS", .business, "999999993", "0150", "Oslo"),
            debtor: party("Test Testesen", debtor, "01010142421", "5003", "Bergen"), agency: "Prøve Inkasso AS",
            claimTexts: [claim.id: LabelledText("F-1001", "Levering av varer 15. oktober 2025.")], holds: [],
            isOnKeptPlan: false, legalSteps: [], basis: nil,
            documents: [
                DocumentFacts(name: "faktura.pdf", kind: "invoice", on: day("2025-10-15"), sha256: "aa"),
                DocumentFacts(name: "oppfordring.pdf", kind: "letter", on: day("2026-01-05"), sha256: "bb"),
            ], answers: [:])
    }

    /// Ready for a procedure.
    static func ready(for procedure: NorwegianProcedure) -> LegalFacts {
        switch procedure {
        case .conciliation: conciliation()
        case .attachment: attachment()
        case .forcedSale:
            owed().with {
                $0.took(.attachment, .attached, "2026-02-01")
                $0.answers = ["assetKind": "løsøre", "asset": "Varebil, AB 12345"]
            }
        case .bankruptcyNotice:
            owed(debtor: .business).with { $0.answers = ["accountingObliged": "ja", "demandProven": "ja"] }
        case .bankruptcyPetition:
            owed(debtor: .business).with {
                $0.took(.bankruptcyNotice, .served, "2026-02-15")
                $0.answers = ["grounds": "Konkursvarsel forkynt 15. februar 2026 uten betaling", "depositReady": "ja"]
            }
        case .bankruptcyOpening:
            owed(debtor: .business).with {
                $0.took(.bankruptcyPetition, .filed, "2026-03-08")
                $0.answers = ["hearingOn": "2026-03-13"]
            }
        }
    }

    /// Ready for the board.
    static func conciliation(_ principal: Money = kr(12_000)) -> LegalFacts {
        owed(principal).with { $0.answers = ["judgmentRequested": "ja", "bothHadLawyers": "nei"] }
    }

    /// Ready for the enforcement officer, with a written statement of the creditor.
    static func attachment() -> LegalFacts {
        owed().with {
            $0.documents.append(
                DocumentFacts(name: "meddelelse.pdf", kind: "basis", on: day("2026-01-05"), sha256: "cc"))
            $0.answers["basisCourt"] = "Prøve Handel AS"
            $0.rest(on: "writtenStatement", of: "2026-01-05")
        }
    }
}

extension LegalFacts {
    /// The only claim.
    var only: ClaimFacts {
        get { facts.claims[0] }
        set { facts.claims[0] = newValue }
    }

    /// The first letter; changing it does nothing where a test took it away.
    var letter: StepFacts {
        get {
            facts.steps.first
                ?? StepFacts(kind: .collectionLetter, claims: [], decidedOn: Cases.today, sentOn: nil, deadlineOn: nil)
        }
        set { if !facts.steps.isEmpty { facts.steps[0] = newValue } }
    }

    /// The first legal step; changing it does nothing where a test took it away.
    var legalStep: LegalStepFacts {
        get { legalSteps.first ?? LegalStepFacts(NorwegianProcedure.conciliation.kind, .closed, on: Cases.today) }
        set { if !legalSteps.isEmpty { legalSteps[0] = newValue } }
    }

    /// The facts with something changed.
    func with(_ change: (inout LegalFacts) -> Void) -> LegalFacts {
        var copy = self
        change(&copy)
        return copy
    }

    /// Rests a request on a ground, with the document and the answers that go with it.
    mutating func rest(on kind: String, of iso: String, _ reference: String = "", saysEnforceable: Bool = false) {
        basis = EnforcementBasis(
            kind: kind, on: day(iso), reference: reference, saysEnforceable: saysEnforceable)
        answers["basisIs"] = kind
        answers["basisOn"] = iso
        for index in documents.indices where documents[index].kind == "basis" { documents[index].on = day(iso) }
    }

    /// Adds a claim of 3,000 kr like the first, in no letter, with its invoice.
    mutating func addClaim() {
        var second = only
        second.id = ClaimID(rawValue: 2)
        second.principal = kr(3_000)
        second.outstandingPrincipal = kr(3_000)
        facts.claims.append(second)
        facts.outstanding = Money(minorUnits: facts.outstanding.minorUnits + 3_000_00, .nok)
        facts.charges.append(
            ChargeFacts(component: .interest, claim: second.id, chargedOn: day("2026-02-01"), amount: kr(0)))
        claimTexts[second.id] = LabelledText("F-1002", "Levering av varer.")
        documents.append(DocumentFacts(name: "faktura2.pdf", kind: "invoice", on: day("2025-10-15"), sha256: "dd"))
    }

    /// Changes a document; does nothing where a test took it away.
    mutating func change(document index: Int, _ change: (inout DocumentFacts) -> Void) {
        if documents.indices.contains(index) { change(&documents[index]) }
    }

    /// Adds a decision for the creditor, as the host writes it: the step, and what it does to each claim.
    mutating func won(_ procedure: NorwegianProcedure, _ on: String) {
        took(procedure, .decided, on)
        for index in facts.claims.indices { facts.claims[index].events.append(ClaimEvent(.judgment, on: day(on))) }
    }

    /// Adds a legal step.
    mutating func took(_ procedure: NorwegianProcedure, _ state: LegalState, _ on: String) {
        legalSteps.append(LegalStepFacts(procedure.kind, state, on: day(on)))
    }

    /// Adds a letter that left the house.
    mutating func sent(_ kind: StepKind, _ on: String, deadline: String? = nil) {
        facts.steps.append(
            StepFacts(
                kind: kind, claims: [Cases.claim], decidedOn: day(on), sentOn: day(on), deadlineOn: deadline.map(day)))
        facts.steps.sort { $0.decidedOn < $1.decidedOn }
    }

    /// Adds a hold on the case.
    mutating func hold(_ kind: HoldKind, until: CivilDate? = nil) {
        holds.append(HoldFacts(kind: kind, claim: nil, amount: nil, since: day("2026-02-20"), until: until))
    }

    /// The same numbers in another currency.
    mutating func convert(to currency: Currency) {
        func other(_ money: Money) -> Money { Money(minorUnits: money.minorUnits, currency) }
        facts.currency = currency
        facts.outstanding = other(facts.outstanding)
        only.principal = other(only.principal)
        only.outstandingPrincipal = other(only.outstandingPrincipal)
        for index in facts.charges.indices { facts.charges[index].amount = other(facts.charges[index].amount) }
    }
}

extension NorwegianCourts {
    /// What is not met.
    func unmet(
        _ procedure: NorwegianProcedure, _ facts: LegalFacts, on day: CivilDate = Cases.today
    ) throws -> [Precondition] {
        try preconditions(for: procedure.kind, facts, on: day).filter { !$0.isMet }
    }

    /// From which day what is not met is met by time alone.
    func waits(
        _ procedure: NorwegianProcedure, _ facts: LegalFacts, on day: CivilDate = Cases.today
    ) throws -> [CivilDate?] {
        try unmet(procedure, facts, on: day).map {
            if case .notYet(let from, _) = $0.status { from } else { nil }
        }
    }
}
