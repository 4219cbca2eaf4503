import CaseworkTesting
import Correspondence
import FordringKit
import Tenancy
import Testing

private let act = Citation("the Letters Act", "§ 3")
private let custom = Citation.unverified("custom", "", "Nobody wrote it down.")
private let day = CivilDate(2026, 1, 12)

/// Testland with rules about the words of its letters.
private struct Strictland: Jurisdiction {
    var items: [LetterItem] = []
    var sentences: [String: String] = [:]
    var fields: [String: LetterField] = [:]
    var wordingRules: [WordingRule] = []
    var text: String?
    /// From when another text holds.
    var laterText: (from: CivilDate, text: String)?
    private let base = Testland()

    var country: CountryCode { base.country }
    var currency: Currency { base.currency }
    var languages: [Language] { [.english] }
    var steps: [StepDescription] { base.steps.filter { $0.kind == .reminder } }
    var allocationOrder: Explained<[DebtComponent]> { base.allocationOrder }

    func decide(_ facts: CaseFacts, on day: CivilDate) throws -> Decision { try base.decide(facts, on: day) }
    func interest(on facts: CaseFacts, through day: CivilDate) throws -> [DecidedCharge] { [] }
    func deadline(for step: StepKind, sentOn day: CivilDate) throws -> Explained<CivilDate>? { nil }
    func holiday(on day: CivilDate) -> Holiday? { nil }
    func check(_ text: String, as kind: IdentifierKind) -> IdentifierVerdict { .valid(normalized: text) }
    func paymentReference(for caseID: CaseID, creditorNumber: String) -> PaymentReference? { nil }
    func name(of component: DebtComponent, in language: Language) -> String { component.rawValue }
    func letterTemplate(for step: StepKind, in language: Language) -> String? {
        text ?? base.letterTemplate(for: step, in: language)
    }
    func letterTemplate(for step: StepKind, in language: Language, on day: CivilDate) -> String? {
        if let laterText, day >= laterText.from { return laterText.text }
        return letterTemplate(for: step, in: language)
    }
    func letterItems(for step: StepKind, on day: CivilDate) -> [LetterItem] { items }
    func clauses(in language: Language, on day: CivilDate) -> [String: String] { sentences }
    func letterFields(
        for step: StepKind, facts: CaseFacts, sentOn day: CivilDate, in language: Language
    ) throws -> [String: LetterField] { fields }
}

private func text(_ body: String) -> String { "# Subject\n\n\(body)\n\n[statement]\n\n[payment]\n" }

@Suite struct `What a letter must say` {
    private static let settings = TenantSettings(
        tenant: "tt", legalName: "Books ApS", registrationNumber: "12345678", countries: ["ZZ"], language: "en",
        deductsVAT: true,
        letterhead: TenantSettings.Letterhead(
            address: ["Street 1", "1000 Town"], phone: "+45 12 34 56 78", email: nil, web: nil, color: nil),
        bank: TenantSettings.Bank(account: "1234 5678", iban: nil, bic: nil), paymentCreditorNumber: "81",
        plugins: [:], policy: [], commission: TenantSettings.Commission(basisPoints: 0), csv: .standard,
        letterTexts: [:])

    private func composer(
        _ law: Strictland, own: String? = nil, _ change: (inout TenantSettings) -> Void = { _ in }
    ) throws -> LetterComposer {
        var settings = Self.settings
        if let own { settings.letterTexts["reminder.en"] = own }
        change(&settings)
        return LetterComposer(
            tenant: try #require(TenantID("tt")), settings: settings, jurisdiction: law, agencyName: "Agency")
    }

    private func content(on day: CivilDate = day, payBy: CivilDate? = nil) -> LetterContent {
        let money = Money(minorUnits: 100_00, .eur)
        let facts = CaseFacts(
            id: CaseID(rawValue: 42), currency: .eur, openedOn: day, debtorKind: .consumer,
            creditor: CreditorFacts(deductsVAT: true, policy: []), claims: [], steps: [], charges: [],
            outstanding: money)
        return LetterContent(
            id: LetterID(rawValue: 3), caseID: CaseID(rawValue: 42), step: .reminder, datedOn: day, payBy: payBy,
            claims: [
                LetterContent.ClaimLine(
                    reference: "A1", text: "Goods", dueOn: day, principal: money, paid: .zero(.eur))
            ],
            charges: [], reminderNumber: 1, facts: facts)
    }

    private func refusal(_ composer: LetterComposer, _ content: LetterContent) -> String? {
        do {
            _ = try composer.compose(content, to: TestTenant.debtor())
            return nil
        } catch { return "\(error)" }
    }

    @Test func `is asked of a tenant's own text when the tenant is taken on`() throws {
        let item = LetterItem("board", "where to complain", [.clause("board")], act)
        let law = Strictland(items: [item], sentences: ["board": "Complain to the board."], text: text("{{> board}}"))
        #expect(try composer(law).faults(on: day).isEmpty)
        let faults = try composer(law, own: text("Pay up.")).faults(on: day)
        #expect(
            faults.map(\.description) == [
                "letter text reminder.en: it does not say where to complain (§ 3, the Letters Act); place {{> board}}"
            ])
        #expect(faults.map(\.isOwn) == [true])
        #expect(try composer(law, own: text("Hello. {{> board}} Bye.")).faults(on: day).isEmpty)
    }

    @Test func `is said to be practice where no statute asks for it`() throws {
        let item = LetterItem("phone", "a telephone number", [.field("phone")], isStatutory: false, custom)
        let faults = try composer(Strictland(items: [item]), own: text("Pay.")) { $0.letterhead.phone = "" }
            .faults(on: day)
        #expect(faults.first?.message.contains("by practice") == true, "\(faults)")
    }

    @Test func `counts wherever it stands on the paper`() throws {
        let items = [
            LetterItem("lastDay", "the last day to pay", [.field("deadline")], act),
            LetterItem("total", "what is owed", [.statement], act), LetterItem("how", "how to pay", [.payment], act),
            LetterItem("from", "the creditor", [.sender], act), LetterItem("to", "the debtor", [.recipient], act),
        ]
        // The payment box states the last day.
        #expect(try composer(Strictland(items: items), own: text("Pay.")).faults(on: day).isEmpty)
        let law = Strictland(items: [LetterItem("from", "the creditor's address", [.sender], act)])
        #expect(try composer(law) { $0.letterhead.address = [] }.faults(on: day).count == 1)
    }

    @Test func `is not sent where it would come out empty`() throws {
        let law = Strictland(
            items: [LetterItem("lastDay", "the last day to pay", [.field("deadline")], act)],
            text: text("Pay by {{deadline}}."))
        let composer = try composer(law)
        #expect(composer.faults(on: day).isEmpty)
        #expect(refusal(composer, content(payBy: day.adding(days: 10))) == nil)
        let refused = try #require(refusal(composer, content()))
        #expect(refused.contains("it does not say the last day to pay (§ 3, the Letters Act); place {{deadline}}"))
    }

    @Test func `may hang on what the country's own variables say`() throws {
        var law = Strictland(
            items: [LetterItem("rate", "the rate of interest", [.field("rate")], when: "isLate", act)],
            text: text("{{#isLate}}Interest: {{rate}}.{{/isLate}}"))
        #expect(try composer(law).faults(on: day).isEmpty)
        #expect(try composer(law, own: text("Pay.")).faults(on: day).count == 1)
        law.fields = ["isLate": .flag(true), "rate": .text("9.75 %")]
        #expect(refusal(try composer(law), content()) == nil)
        law.fields = ["isLate": .flag(true)]
        #expect(refusal(try composer(law), content())?.contains("the rate of interest") == true)
        law.fields = ["isLate": .flag(false)]
        #expect(refusal(try composer(law), content()) == nil)
    }

    @Test func `never takes the place of what the host knows`() throws {
        let law = Strictland(fields: ["total": .text("nothing")], text: text("Owed: {{total}}."))
        let letter = try composer(law).compose(content(), to: TestTenant.debtor())
        #expect(letter.blocks.first == .paragraph("Owed: 100.00."))
    }

    @Test func `is found in a sentence with variables and sections of its own`() throws {
        let law = Strictland(
            items: [LetterItem("warning", "the warning", [.clause("warning")], act)],
            sentences: [
                "warning":
                    "After {{deadline}}\n{{#isConsumer}}you{{/isConsumer}}{{^isConsumer}}they{{/isConsumer}} pay more."
            ],
            text: text("Dear {{debtorName}}. {{> warning}} Regards."))
        #expect(try composer(law).faults(on: day).isEmpty)
        let letter = try composer(law).compose(
            content(payBy: CivilDate(2026, 1, 22)), to: TestTenant.debtor("Bo", kind: .consumer))
        #expect(letter.blocks.first == .paragraph("Dear Bo. After 22 January 2026 you pay more. Regards."))
    }

    @Test func `names the sentences that there are`() throws {
        let law = Strictland(sentences: ["a": "A.", "b": "B."])
        #expect(
            try composer(law, own: text("{{> c}}")).faults(on: day).map(\.message) == [
                "there is no sentence 'c' to place with '{{> c}}'; the country has: a, b"
            ])
        #expect(
            try composer(law, own: text("{{> a")).faults(on: day).map(\.message) == [
                "the text is not valid Mustache: '{{>' has no '}}'"
            ])
    }

    @Test func `follows the law of the day`() throws {
        let law = Strictland(text: text("Old."), laterText: (CivilDate(2026, 7, 1), text("New.")))
        let composer = try composer(law)
        func first(_ day: CivilDate) throws -> LetterBlock? {
            try composer.compose(content(on: day), to: TestTenant.debtor()).blocks.first
        }
        #expect(try first(CivilDate(2026, 6, 30)) == .paragraph("Old."))
        #expect(try first(CivilDate(2026, 7, 1)) == .paragraph("New."))
        #expect(try first(CivilDate(2026, 6, 30)) == .paragraph("Old."))
    }

    @Test func `may not threaten`() throws {
        let rule = WordingRule(.anywhere, in: .english, ["the police", "your boss"], "no undue pressure", act)
        let law = Strictland(wordingRules: [rule])
        #expect(
            try composer(law, own: text("We will tell Your  Boss!")).faults(on: day).map(\.message) == [
                "the words 'your boss' may not be used: no undue pressure (§ 3, the Letters Act)"
            ])
        // Also where no specimen would show it, and not as a part of other words.
        #expect(try composer(law, own: text("{{#never}}the police{{/never}}")).faults(on: day).count == 1)
        #expect(try composer(law, own: text("Ask the policeman, your bosses.")).faults(on: day).isEmpty)
        let danish = WordingRule(.anywhere, in: .danish, ["pay"], "not in Danish", act)
        #expect(try composer(Strictland(wordingRules: [danish]), own: text("Pay.")).faults(on: day).isEmpty)
    }

    @Test func `may not threaten through what the country puts in`() throws {
        let rule = WordingRule(.anywhere, in: nil, ["prison"], "no threats", act)
        var law = Strictland(wordingRules: [rule], text: text("{{outlook}}"))
        law.fields = ["outlook": .text("Prison awaits.")]
        #expect(refusal(try composer(law), content())?.contains("the words 'prison' may not be used") == true)
    }

    @Test func `shows nothing of a debt where others can read it`() throws {
        let rule = WordingRule(.outside, in: nil, ["collection", "debt"], "no disclosure", act)
        let law = Strictland(wordingRules: [rule])
        #expect(try composer(law).disclosureBySpecimen(on: day) == nil)
        let named = try composer(law) { $0.legalName = "Swift Debt-Collection" }
        #expect(
            named.disclosureBySpecimen(on: day)
                == "a short message would say 'collection' where others can read it: no disclosure (§ 3, the Letters Act)"
        )
        let letter = try named.compose(content(), to: TestTenant.debtor())
        #expect(named.disclosure(by: letter) != nil)
        // In the letter itself the words may stand.
        #expect(try composer(law, own: text("A debt.")).faults(on: day).isEmpty)
    }
}
