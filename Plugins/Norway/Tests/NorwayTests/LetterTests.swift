import FordringKit
import Testing

@testable import Norway

@Suite struct LetterTests {
    private static let letters: [StepKind] = [.reminder, .collectionNotice, .collectionLetter, legalActionNotice]
    private static let languages: [Language] = [.norwegian, .danish, .english]
    private static let variables: Set<String> = [
        "debtorName", "creditorName", "agencyName", "caseNumber", "claimCount", "claimReferences", "total", "currency",
        "deadline", "date", "reminderNumber", "principal", "phone", "email", "interestRate", "interestFrom",
        "invoiceDates", "estimatedCosts", "buyerName", "buyerAddress", "transferredOn", "bureauName",
    ]
    private static let sections: Set<String> = [
        "isBusiness", "isConsumer", "hasFees", "hasInterest", "hasCosts", "bySelf", "byAgency", "isUnderNewAct",
        "hasInterestTerms", "hasEstimatedCosts", "paysToSameAccount",
    ]
    private static let act2026 = CivilDate(2026, 9, 1)
    private let old = Norway()
    private let new = Norway(newActFrom: LetterTests.act2026)

    /// The tags of a Mustache text, without braces.
    private func tags(_ text: String) -> [String] {
        text.split(separator: "{{", omittingEmptySubsequences: false).dropFirst().map { part in
            String(part.prefix { $0 != "}" })
        }
    }

    private func texts(_ step: StepKind, _ language: Language) throws -> [(law: Norway, text: String)] {
        try [old, new].map { law in
            (law, try #require(law.letterTemplate(for: step, in: language, on: LetterTests.act2026)))
        }
    }

    @Test(arguments: letters, languages)
    func `every letter has subject, statement, payment box, deadline and a way to object`(
        _ step: StepKind, _ language: Language
    ) throws {
        for (_, text) in try texts(step, language) {
            let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
            #expect(lines.first?.hasPrefix("# ") == true)
            #expect(lines.filter { $0.hasPrefix("# ") }.count == 1)
            #expect(lines.filter { $0 == "[statement]" }.count == 1)
            #expect(lines.filter { $0 == "[payment]" }.count == 1)
            for (index, line) in lines.enumerated() where index % 2 == 1 { #expect(line.isEmpty, "line \(index)") }
            for name in ["debtorName", "creditorName", "deadline"] { #expect(text.contains("{{\(name)}}"), "\(name)") }
            for name in ["objection", "paymentDifficulty"] { #expect(text.contains("{{> \(name)}}"), "\(name)") }
            #expect(text.contains("{{claimReferences}}") && text.contains("{{total}} {{currency}}"))
        }
    }

    @Test(arguments: letters, languages)
    func `a letter uses known variables and sentences only, and closes its sections in order`(
        _ step: StepKind, _ language: Language
    ) throws {
        for (law, text) in try texts(step, language) {
            let clauses = law.clauses(in: language, on: LetterTests.act2026)
            for text in [text] + clauses.values {
                var open: [String] = []
                for tag in tags(text) {
                    switch tag.first {
                    case "#", "^":
                        #expect(Self.sections.contains(String(tag.dropFirst())), "\(tag)")
                        open.append(String(tag.dropFirst()))
                    case "/": #expect(open.popLast() == String(tag.dropFirst()))
                    case ">": #expect(clauses[String(tag.dropFirst(2))] != nil, "\(tag)")
                    default: #expect(Self.variables.contains(tag), "\(tag)")
                    }
                }
                #expect(open.isEmpty)
            }
            for clause in clauses.values { #expect(!clause.contains("\n") && !clause.contains("{{>")) }
        }
    }

    /// Goal: the plug-in's own texts keep its own list.
    ///
    /// Method: each item's carrier is looked for in text and sentences.
    @Test(arguments: letters, languages)
    func `a letter carries all that it must tell`(_ step: StepKind, _ language: Language) throws {
        for (law, text) in try texts(step, language) {
            let clauses = law.clauses(in: language, on: LetterTests.act2026)
            var whole = text
            for (name, clause) in clauses { whole = whole.replacing("{{> \(name)}}", with: clause) }
            let items = law.letterItems(for: step, on: LetterTests.act2026)
            #expect(!items.isEmpty)
            #expect(Set(items.map(\.identifier)).count == items.count)
            for item in items {
                let isCarried = item.carriers.contains { carrier in
                    switch carrier {
                    case .field(let name): whole.contains("{{\(name)}}")
                    case .clause(let name): text.contains("{{> \(name)}}") && clauses[name] != nil
                    case .statement: text.contains("[statement]")
                    case .payment: text.contains("[payment]")
                    case .sender, .recipient: true
                    @unknown default: false
                    }
                }
                #expect(isCarried, "\(item.identifier)")
                #expect(item.condition.isEmpty || Self.sections.contains(item.condition))
            }
        }
    }

    @Test func `the demand lists what § 10 asks for, and the notice of 2026 what § 20 does`() {
        let demand = old.letterItems(for: .collectionLetter, on: LetterTests.act2026).filter(\.isStatutory)
        let sections = Set(demand.map(\.citation.section))
        for letter in ["a)", "b)", "c)", "d)", "e)", "f)"] { #expect(sections.contains("§ 10 (2) \(letter)")) }
        let notice = new.letterItems(for: .collectionNotice, on: LetterTests.act2026).filter(\.isStatutory)
        for letter in ["a)", "b)", "c)", "d)", "e)", "f)", "g)", "h)", "i)"] {
            #expect(notice.contains { $0.citation.section == "§ 20 \(letter)" }, "\(letter)")
        }
        // The day before, the act of 1988 still holds.
        let before = new.letterItems(for: .collectionNotice, on: LetterTests.act2026.adding(days: -1))
        #expect(before.contains { $0.citation == CollectionAct1988.notice })
        #expect(
            new.letterTemplate(for: .collectionNotice, in: .norwegian, on: LetterTests.act2026.adding(days: -1))
                == old.letterTemplate(for: .collectionNotice, in: .norwegian))
    }

    @Test(arguments: letters, languages)
    func `the country's own texts keep its own rules of wording`(_ step: StepKind, _ language: Language) throws {
        let rules = old.wordingRules.filter { $0.place == .anywhere && ($0.language ?? language) == language }
        #expect(rules.count == 2)
        for (law, text) in try texts(step, language) {
            for text in [text] + law.clauses(in: language, on: LetterTests.act2026).values {
                for rule in rules { #expect(rule.found(in: text) == nil) }
            }
        }
    }

    @Test(arguments: [
        (Language.norwegian, WordingRule.Place.anywhere, "Betal, ellers sier vi det til arbeidsgiveren din."),
        (.norwegian, .anywhere, "Du kan ta opp et lån for å betale."),
        (.danish, .anywhere, "Så ringer vi til din chef."),
        (.english, .anywhere, "You may go to prison."), (.english, .anywhere, "We can offer you a loan."),
        (.norwegian, .outside, "Purring fra oss"), (.norwegian, .outside, "INKASSOVARSEL"),
        (.danish, .outside, "Rykker nr. 2"), (.english, .outside, "Your debt"),
    ])
    func `pressure, loans and words that reveal a debt are found`(
        _ language: Language, _ place: WordingRule.Place, _ text: String
    ) {
        #expect(old.wordingRules.contains { $0.language == language && $0.place == place && $0.found(in: text) != nil })
    }

    // MARK: Figures

    @Test func `the letter says the rate and the first day of interest`() throws {
        var facts = Cases.new(
            [
                Cases.claim(1, kr(4_000), dueOn: try day("2026-02-16")),
                Cases.claim(2, kr(4_000), dueOn: try day("2026-01-15")),
            ], debtor: .consumer)
        let fields = try old.letterFields(
            for: .collectionLetter, facts: facts, sentOn: day("2026-04-07"), in: .norwegian)
        #expect(fields["interestRate"] == .text("12,00 %"))
        #expect(fields["interestFrom"] == .text("16. januar 2026"))
        #expect(fields["invoiceDates"] == .text("1. januar 2026, 2. februar 2026"))
        #expect(fields["byAgency"] == .flag(true) && fields["bySelf"] == .flag(false))
        let english = try old.letterFields(
            for: .collectionLetter, facts: facts, sentOn: day("2026-07-07"), in: .english)
        #expect(english["interestRate"] == .text("12.25 %"))
        #expect(english["interestFrom"] == .text("16 January 2026"))

        // 8,000 kr: 0.8 x 750 = 600.
        let notice = try old.letterFields(for: .collectionNotice, facts: facts, sentOn: day("2026-04-07"), in: .danish)
        #expect(notice["estimatedCosts"] == .text("600,00"))
        #expect(notice["hasEstimatedCosts"] == .flag(true))
        facts.creditor.collectsItself = true
        let own = try old.letterFields(for: .collectionNotice, facts: facts, sentOn: day("2026-04-07"), in: .danish)
        #expect(own["estimatedCosts"] == .text("113,00"))
        facts.creditor.policy = Cases.free
        let free = try old.letterFields(for: .collectionNotice, facts: facts, sentOn: day("2026-04-07"), in: .danish)
        #expect(free["hasEstimatedCosts"] == .flag(false))
    }

    @Test func `under the act of 2026 the estimated costs are a gap, unless none will be charged`() throws {
        var facts = Cases.new([Cases.claim(kr(4_000), dueOn: try day("2026-06-15"))], debtor: .consumer)
        #expect(throws: RuleGap.self) {
            try new.letterFields(for: .collectionNotice, facts: facts, sentOn: LetterTests.act2026, in: .norwegian)
        }
        facts.creditor.policy = Cases.free
        let fields = try new.letterFields(
            for: .collectionNotice, facts: facts, sentOn: LetterTests.act2026, in: .norwegian)
        #expect(fields["hasEstimatedCosts"] == .flag(false) && fields["isUnderNewAct"] == .flag(true))
    }

    @Test func `there is no text for the court, another country's step or another language`() {
        #expect(old.letterTemplate(for: .readyForCourt, in: .norwegian) == nil)
        #expect(old.letterTemplate(for: StepKind("rykker"), in: .norwegian) == nil)
        #expect(old.letterTemplate(for: .reminder, in: .faroese) == nil)
        #expect(old.clauses(in: .faroese, on: LetterTests.act2026).isEmpty)
        #expect(old.letterItems(for: .readyForCourt, on: LetterTests.act2026).isEmpty)
    }

    @Test func `every component has a name in every language`() {
        for component in DebtComponent.allCases {
            for language in old.languages { #expect(!old.name(of: component, in: language).isEmpty) }
        }
        #expect(old.name(of: .collectionCost, in: .norwegian) == "Inkassosalær")
        #expect(old.name(of: .interest, in: .english) == "Late-payment interest")
    }

    @Test func `under the act of 2026 the notice of legal action names no section of it`() {
        for language in Self.languages {
            let clauses = new.clauses(in: language, on: LetterTests.act2026)
            #expect(clauses["legalAction"]?.contains("11") == false)
            #expect(old.clauses(in: language, on: LetterTests.act2026)["legalAction"]?.contains("11") == true)
        }
    }

    @Test func `the estimate for a business holds its compensation`() throws {
        // 400 kr, due 2026-01-15: cost 0.25 x 1.5 x 750 = 281.25; compensation 460 less 281.25 and a fee of 38 is
        // 140.75; together 422.
        var facts = Cases.new([Cases.claim(kr(400), dueOn: try day("2026-01-15"))])
        facts.charges = [
            ChargeFacts(component: .reminderFee, claim: nil, chargedOn: try day("2026-02-02"), amount: kr(38))
        ]
        func estimate() throws -> LetterField? {
            try old.letterFields(for: .collectionNotice, facts: facts, sentOn: day("2026-02-02"), in: .english)[
                "estimatedCosts"]
        }
        guard case .text(let text) = try estimate() else {
            Issue.record("There is no estimate")
            return
        }
        #expect(text == kr(422).formatted(.english))
        facts.debtorKind = .consumer
        guard case .text(let consumer) = try estimate() else {
            Issue.record("There is no estimate")
            return
        }
        #expect(consumer == kr(187, 50).formatted(.english))
    }
}
