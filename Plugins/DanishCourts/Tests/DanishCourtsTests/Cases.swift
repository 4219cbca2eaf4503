@_spi(FordringHost) import FordringKit
import Testing

@testable import DanishCourts

/// Kroner, and øre where there are any.
func kr(_ kroner: Int64, _ øre: Int64 = 0) -> Money { Money(minorUnits: kroner * 100 + øre, .dkk) }

/// A date as ISO 8601 writes it.
func day(_ iso: String) -> CivilDate { CivilDate(iso: iso) ?? CivilDate(day: 0) }

/// The authority of this process, which can be claimed once.
enum Host {
    static let authority = PermitAuthority.claim()

    /// Does something with a living permit.
    static func withPermit<Result>(
        _ procedure: DanishProcedure, on day: CivilDate, caseID: Int64 = 12, tenant: String = "acme",
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
        _ name: String, _ kind: PartyKind, _ number: String?, _ postalCode: String, _ city: String,
        _ country: CountryCode = .denmark
    ) -> Party {
        Party(
            name: name, kind: kind, nationalID: number, customerNumber: nil,
            address: PostalAddress(lines: ["Prøvevej 1"], postalCode: postalCode, city: city, country: country),
            email: nil, phone: nil, language: .danish)
    }

    /// A claim of 12,000 kr due on 2025-12-01, with 100 kr for a reminder and 123.45 kr of interest through 2026-02-01.
    static func owed(_ principal: Money = kr(12_000)) -> LegalFacts {
        var claim = ClaimFacts(
            id: claim, principal: principal, arisenOn: day("2025-11-15"), dueOn: day("2025-12-01"), reductions: [],
            outstandingPrincipal: principal)
        claim.events = []
        let charges = [
            ChargeFacts(component: .reminderFee, claim: claim.id, chargedOn: day("2025-12-15"), amount: kr(100)),
            ChargeFacts(component: .interest, claim: claim.id, chargedOn: day("2026-02-01"), amount: kr(123, 45)),
        ]
        let facts = CaseFacts(
            id: CaseID(rawValue: 12), currency: .dkk, openedOn: day("2025-12-10"), debtorKind: .consumer,
            creditor: CreditorFacts(deductsVAT: true, policy: []), claims: [claim],
            steps: [
                StepFacts(
                    kind: .collectionNotice, claims: [claim.id], decidedOn: day("2026-01-05"),
                    sentOn: day("2026-01-05"),
                    deadlineOn: day("2026-01-15"))
            ],
            charges: charges, outstanding: Money(minorUnits: principal.minorUnits + 223_45, .dkk))
        return LegalFacts(
            facts: facts, creditor: party("Prøve Handel ApS", .business, "12345674", "8000", "Aarhus C"),
            debtor: party("Test Testesen", .consumer, "0101014242", "5000", "Odense C"), agency: "Prøve Inkasso A/S",
            claimTexts: [
                claim.id: LabelledText("F-1001", "Levering af varer den 15. november 2025, som ikke er betalt.")
            ],
            holds: [], isOnKeptPlan: false, legalSteps: [], basis: nil,
            documents: [DocumentFacts(name: "faktura.pdf", kind: "invoice", on: day("2025-11-15"), sha256: "aa")],
            answers: [:])
    }

    /// Ready for a payment order.
    static func paymentOrder(_ principal: Money = kr(12_000)) -> LegalFacts {
        var facts = owed(principal)
        facts.answers = ["serveAnyway": "ja", "goOnToExecution": "nej", "treatAsLawsuit": "ja"]
        return facts
    }

    /// Ready for the bailiff court, with a judgment of 2026-02-01.
    static func bailiffRequest(_ principal: Money = kr(12_000)) -> LegalFacts {
        var facts = owed(principal)
        facts.documents.append(DocumentFacts(name: "dom.pdf", kind: "basis", on: day("2026-02-01"), sha256: "bb"))
        facts.answers = [
            "originalAtHand": "nej", "creditorAttends": "ja", "assetsExpected": "nej", "basisCourt": "Retten i Odense",
        ]
        facts.rest(on: "judgment", of: "2026-02-01", "BS-1/2026")
        return facts
    }

    /// Ready for a lawyer: 150,000 kr.
    static func lawyerTransfer() -> LegalFacts {
        var facts = owed(kr(150_000))
        facts.answers = ["creditorAgrees": "ja", "lawyer": "Prøve Advokater, Prøvevej 2, 5000 Odense C"]
        return facts
    }

    /// Ready for a procedure.
    static func ready(for procedure: DanishProcedure) -> LegalFacts {
        switch procedure {
        case .paymentOrder: paymentOrder()
        case .bailiffRequest: bailiffRequest()
        case .lawyerTransfer: lawyerTransfer()
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
                ?? StepFacts(kind: .collectionNotice, claims: [], decidedOn: Cases.today, sentOn: nil, deadlineOn: nil)
        }
        set { if !facts.steps.isEmpty { facts.steps[0] = newValue } }
    }

    /// The first legal step; changing it does nothing where a test took it away.
    var legalStep: LegalStepFacts {
        get { legalSteps.first ?? LegalStepFacts(DanishProcedure.paymentOrder.kind, .closed, on: Cases.today) }
        set { if !legalSteps.isEmpty { legalSteps[0] = newValue } }
    }

    /// The facts with something changed.
    func with(_ change: (inout LegalFacts) -> Void) -> LegalFacts {
        var copy = self
        change(&copy)
        return copy
    }

    /// Rests a request on a basis, with the document and the answers that go with it.
    mutating func rest(on kind: String, of iso: String, _ reference: String = "", saysEnforceable: Bool = false) {
        basis = EnforcementBasis(
            kind: kind, on: day(iso), reference: reference, saysEnforceable: saysEnforceable)
        answers["basisIs"] = kind
        answers["basisOn"] = iso
        for index in documents.indices where documents[index].kind == "basis" { documents[index].on = day(iso) }
    }

    /// Changes a document; does nothing where a test took it away.
    mutating func change(document index: Int, _ change: (inout DocumentFacts) -> Void) {
        if documents.indices.contains(index) { change(&documents[index]) }
    }

    /// Adds a decision for the creditor, as the host writes it: the step, and what it does to each claim.
    mutating func won(_ procedure: DanishProcedure, _ on: String) {
        took(procedure, .decided, on)
        for index in facts.claims.indices { facts.claims[index].events.append(ClaimEvent(.judgment, on: day(on))) }
    }

    /// Adds a legal step.
    mutating func took(_ procedure: DanishProcedure, _ state: LegalState, _ on: String) {
        legalSteps.append(LegalStepFacts(procedure.kind, state, on: day(on)))
    }

    /// Adds a hold on the case.
    mutating func hold(_ kind: HoldKind, until: CivilDate? = nil) {
        holds.append(HoldFacts(kind: kind, claim: nil, amount: nil, since: day("2026-02-20"), until: until))
    }
}

extension DanishCourts {
    /// What is not met.
    func unmet(_ procedure: DanishProcedure, _ facts: LegalFacts, on day: CivilDate = Cases.today) throws
        -> [Precondition]
    {
        try preconditions(for: procedure.kind, facts, on: day).filter { !$0.isMet }
    }

    /// From which day what is not met is met by time alone.
    func waits(_ procedure: DanishProcedure, _ facts: LegalFacts, on day: CivilDate = Cases.today) throws
        -> [CivilDate?]
    {
        try unmet(procedure, facts, on: day).map {
            if case .notYet(let from, _) = $0.status { from } else { nil }
        }
    }
}
