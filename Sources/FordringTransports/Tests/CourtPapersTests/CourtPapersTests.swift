import CourtPapers
import FordringKit
import Testing

@Suite struct CourtPapersTests {
    static let today = CivilDate(2026, 3, 5)

    /// A case of two claims of 100 and 50 kr, of which nothing has been paid.
    private func facts() -> LegalFacts {
        func claim(_ id: Int64, _ kroner: Int64) -> ClaimFacts {
            ClaimFacts(
                id: ClaimID(rawValue: id), principal: .units(kroner, .dkk), arisenOn: CivilDate(2025, 5, 1),
                dueOn: CivilDate(2025, 6, 1), reductions: [], outstandingPrincipal: .units(kroner, .dkk))
        }
        func party(_ name: String) -> Party {
            Party(
                name: name, kind: .business, nationalID: nil, customerNumber: nil,
                address: PostalAddress(lines: [" "], postalCode: "8000", city: "", country: .denmark),
                email: nil, phone: nil, language: .danish)
        }
        return LegalFacts(
            facts: CaseFacts(
                id: CaseID(rawValue: 12), currency: .dkk, openedOn: CivilDate(2025, 7, 1), debtorKind: .business,
                creditor: CreditorFacts(deductsVAT: true, policy: []), claims: [claim(1, 100), claim(2, 50)],
                steps: [], charges: [], outstanding: .units(150, .dkk)),
            creditor: party("Prøve Handel ApS"), debtor: party(" "), agency: "", claimTexts: [:], holds: [],
            isOnKeptPlan: false, legalSteps: [], basis: nil, documents: [], answers: [:])
    }

    @Test func `the parts of what is owed add up, or are not told`() throws {
        var facts = facts()
        #expect(try ClaimStatement(facts).total == .units(150, .dkk))
        #expect(try ClaimStatement(facts).interestThrough(on: Self.today) == nil)
        let fields = try ClaimStatement(facts).fields(
            [(.interest, "Renter"), (.courtFee, "Gebyr"), (.principal, "Krav")], .danish)
        #expect(fields.map(\.label) == ["Renter", "Krav"])
        facts.facts.outstanding = .units(149, .dkk)
        let obstacle = #expect(throws: Obstacle.self) { try ClaimStatement(facts) }
        #expect(obstacle?.by.contains("the books must state the balance") == true)
        #expect(ClaimStatement.principal(over: .units(149, .dkk), in: facts)?.hasPrefix("the principal is 150") == true)
        #expect(ClaimStatement.principal(over: .units(150, .dkk), in: facts) == nil)
        #expect(ClaimStatement.principal(over: .units(1, .nok), in: facts) == nil)
    }

    @Test func `what is missing of the parties is named`() {
        let source = Citation.unverified(House.source, "test", "Nobody looked.")
        let facts = facts()
        #expect(Parties.creditorNamed(facts, source).isMet)
        #expect(!Parties.debtorNamed(facts, source).isMet)
        #expect(
            Parties.incomplete(facts.debtor.address, of: "debtor")?.by
                == "the debtor's address lacks street, city: it must be looked up")
        #expect(Claims.withoutText(facts)?.by == "claim 1 needs a number and a text that says what it is about")
    }

    @Test func `holds of the case count wherever they are written, those of other claims do not`() {
        var facts = facts()
        facts.holds = [HoldFacts(kind: .minor, claim: nil, amount: nil, since: Self.today, until: Self.today)]
        facts.facts.holds =
            facts.holds + [
                HoldFacts(kind: .dispute, claim: ClaimID(rawValue: 3), amount: nil, since: Self.today, until: nil),
                HoldFacts(kind: .dispute, claim: ClaimID(rawValue: 2), amount: nil, since: Self.today, until: nil),
            ]
        #expect(facts.allHolds.map(\.kind) == [.minor, .dispute])
        #expect(
            House.notMinor(facts).status
                == .notYet(
                    from: Self.today.adding(days: 1), by: "the debtor is under age or has a guardian"))
        #expect(House.notHeld(facts).isMet)
    }

    @Test func `what each claim must have is asked of each, and those that lack it are named`() {
        var facts = facts()
        facts.claimTexts = [ClaimID(rawValue: 2): LabelledText("F-2", "Varer.")]
        #expect(facts.obstacle(ofEach: { _ in nil })?.by == nil)
        let later = facts.obstacle(ofEach: { Obstacle(from: Self.today.adding(days: Int($0.id.rawValue)), by: "wait") })
        #expect(later?.from == Self.today.adding(days: 2) && later?.by == "wait: claim 1, F-2")
        let never = facts.obstacle(ofEach: {
            $0.id.rawValue == 1 ? Obstacle(from: Self.today, by: "wait") : Obstacle(by: "no letter")
        })
        #expect(never?.from == nil && never?.by == "wait: claim 1; no letter: claim F-2")
        facts.answers = ["court": " "]
        #expect(facts.namedCourt == nil)
    }

    @Test func `answers, texts and days are read and written in one way`() {
        var facts = facts()
        facts.answers = ["a": " Ja ", "b": "nei", "c": "måske"]
        #expect(["a", "b", "c", "d"].map { facts.answer($0) } == [true, false, nil, nil])
        #expect("\n a b ".trimmed == "a b" && " A ".plain == "a" && "  ".trimmed.isEmpty)
        #expect(Self.today.dayMonthYear == "05.03.2026")
    }
}
