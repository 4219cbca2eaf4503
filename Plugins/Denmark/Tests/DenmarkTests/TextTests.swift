import FordringKit
import Testing

@testable import Denmark

/// The three jurisdictions.
let everyLaw = [Denmark(.denmark()), Denmark(.greenland()), Denmark(.faroeIslands())]

@Suite struct TextTests {
    private let law = Denmark()
    private static let letters: [StepKind] = [.reminder, .collectionNotice, .collectionLetter, .visitNotice]
    private static let languages: [Language] = [.danish, .norwegian, .english]
    private static let variables: Set<String> = [
        "debtorName", "creditorName", "agencyName", "caseNumber", "claimCount", "claimReferences", "total", "currency",
        "deadline", "date", "reminderNumber", "principal", "phone", "email", "interestRate", "interestFrom",
        "visitTimeOfDay", "collectorPhone", "collectorAddress",
    ]
    private static let sections: Set<String> = [
        "isBusiness", "isConsumer", "hasFees", "hasInterest", "hasCosts", "hasInterestRate",
    ]

    /// The tags of a Mustache text, without braces.
    private func tags(_ text: String) -> [String] {
        text.split(separator: "{{", omittingEmptySubsequences: false).dropFirst().map { part in
            String(part.prefix { $0 != "}" })
        }
    }

    /// A text with the clauses in their places, as the host puts them there.
    private func expanded(_ text: String, _ clauses: [String: String]) -> String {
        var text = text
        for (name, clause) in clauses {
            text = text.split(separator: "{{> \(name)}}", omittingEmptySubsequences: false).joined(separator: clause)
        }
        return text
    }

    @Test(arguments: letters, languages)
    func `every letter has subject, statement, payment box and a way to object`(
        _ step: StepKind, _ language: Language
    ) throws {
        for law in everyLaw where law.steps.contains(where: { $0.kind == step }) {
            let template = try #require(law.letterTemplate(for: step, in: language))
            let lines = template.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
            #expect(lines.first?.hasPrefix("# ") == true)
            #expect(lines.filter { $0.hasPrefix("# ") }.count == 1)
            #expect(lines.filter { $0 == "[statement]" }.count == 1)
            #expect(lines.filter { $0 == "[payment]" }.count == 1)
            for (index, line) in lines.enumerated() where index % 2 == 1 { #expect(line.isEmpty, "line \(index)") }
            let text = expanded(template, law.clauses(in: language, on: CivilDate(2026, 3, 2)))
            #expect(!text.contains("{{>"))
            for name in ["debtorName", "creditorName", "agencyName", "caseNumber", "email"] {
                #expect(text.contains("{{\(name)}}"), "\(name)")
            }
            if step != .visitNotice { #expect(text.contains("{{deadline}}") && text.contains("{{phone}}")) }
            let words: [Language: String] = [.danish: "indsigelse", .norwegian: "innsigelse", .english: "objection"]
            #expect(text.contains(words[language] ?? "?"))
            #expect(text.contains("{{claimReferences}}") && text.contains("{{total}} {{currency}}"))
        }
    }

    @Test(arguments: letters, languages)
    func `a letter uses known variables and clauses only, and closes its sections in order`(
        _ step: StepKind, _ language: Language
    ) throws {
        for law in everyLaw where law.steps.contains(where: { $0.kind == step }) {
            let clauses = law.clauses(in: language, on: CivilDate(2026, 3, 2))
            let text = expanded(try #require(law.letterTemplate(for: step, in: language)), clauses)
            var open: [String] = []
            for tag in tags(text) {
                switch tag.first {
                case "#", "^":
                    #expect(Self.sections.contains(String(tag.dropFirst())), "\(tag)")
                    open.append(String(tag.dropFirst()))
                case "/": #expect(open.popLast() == String(tag.dropFirst()))
                default: #expect(Self.variables.contains(tag), "\(tag)")
                }
            }
            #expect(open.isEmpty)
        }
    }

    @Test(arguments: languages)
    func `every item of a letter is carried by the plug-in's own text`(_ language: Language) throws {
        let day = CivilDate(2026, 3, 2)
        for law in everyLaw {
            let clauses = law.clauses(in: language, on: day)
            for step in law.steps where step.sendsLetter {
                let template = try #require(law.letterTemplate(for: step.kind, in: language))
                let text = expanded(template, clauses)
                let items = law.letterItems(for: step.kind, on: day)
                #expect(!items.isEmpty)
                #expect(Set(items.map(\.identifier)).count == items.count)
                for item in items {
                    let isCarried = item.carriers.contains { carrier in
                        switch carrier {
                        case .field(let name): text.contains("{{\(name)}}")
                        case .clause(let name): template.contains("{{> \(name)}}") && clauses[name]?.isEmpty == false
                        case .statement: text.contains("[statement]")
                        case .payment: text.contains("[payment]")
                        default: true
                        }
                    }
                    #expect(isCarried, "\(law.country) \(step.kind) \(item.identifier)")
                }
            }
        }
    }

    @Test func `only the broad requirement, the deadline and the warning of a notice are statute`() {
        func statutory(_ law: Denmark) -> [String] {
            law.letterItems(for: .collectionNotice, on: CivilDate(2026, 3, 2)).filter(\.isStatutory).map(\.identifier)
        }
        #expect(statutory(everyLaw[0]) == ["judgeTheClaim", "lastDayToPay", "noFurtherCosts", "costWarning"])
        #expect(statutory(everyLaw[1]) == ["lastDayToPay", "costWarning"])
        #expect(statutory(everyLaw[2]).isEmpty)
        #expect(law.letterItems(for: .reminder, on: CivilDate(2026, 3, 2)).allSatisfy { !$0.isStatutory })
        let practice = law.letterItems(for: .collectionNotice, on: CivilDate(2026, 3, 2)).filter { !$0.isStatutory }
        #expect(practice.allSatisfy { $0.citation.verification == .unverified || $0.identifier == "objection" })
    }

    @Test func `a visit notice tells place, time of day, telephone, address and that later visits need none`() {
        let items = law.letterItems(for: .visitNotice, on: CivilDate(2026, 3, 2)).filter(\.isStatutory)
        #expect(
            items.map(\.identifier) == ["place", "timeOfDay", "collectorPhone", "collectorAddress", "laterVisits"])
        #expect(items.allSatisfy { $0.citation == Citation("inkassoloven, LBK 1018/2014", "§ 12 (1)") })
    }

    @Test(arguments: languages)
    func `the letters keep to the words that they may use`(_ language: Language) throws {
        for law in everyLaw {
            let clauses = law.clauses(in: language, on: CivilDate(2026, 3, 2))
            for step in law.steps where step.sendsLetter {
                let text = expanded(try #require(law.letterTemplate(for: step.kind, in: language)), clauses)
                for rule in law.wordingRules where rule.place == .anywhere {
                    #expect(rule.found(in: text) == nil)
                }
            }
        }
    }

    @Test(arguments: [
        ("Inkassovarsel i sag 4", Language.danish), ("Din gæld", .danish), ("2. rykker", .danish),
        ("Du har en restance", .danish), ("Purring i sak 4", .norwegian), ("Din gjeld", .norwegian),
        ("Your debt", .english), ("Overdue", .english),
    ])
    func `a word that reveals a debt is found`(_ text: String, _ language: Language) {
        let found = law.wordingRules.filter { $0.place == .outside && ($0.language ?? language) == language }
            .contains { $0.found(in: text) != nil }
        #expect(found)
    }

    @Test func `what presses or offers a loan is found, and neither rule claims to be a statute`() {
        let anywhere = law.wordingRules.filter { $0.place == .anywhere }
        #expect(anywhere.contains { $0.found(in: "Dette er din sidste chance.") != nil })
        #expect(anywhere.contains { $0.found(in: "Vi kan tilbyde dig et lån.") != nil })
        #expect(law.wordingRules.allSatisfy { $0.citation.verification == .unverified })
    }

    @Test func `the notice warns of further costs, without which none may be charged`() throws {
        let day = CivilDate(2026, 3, 2)
        for (language, words) in [
            (Language.danish, ["inkassoloven § 10", "yderligere omkostninger"]),
            (.norwegian, ["inkassoloven § 10", "flere kostnader"]), (.english, ["section 10", "further costs"]),
        ] {
            let template = try #require(law.letterTemplate(for: .collectionNotice, in: language))
            let text = expanded(template, law.clauses(in: language, on: day))
            for word in words { #expect(text.contains(word)) }
        }
    }

    @Test(arguments: languages)
    func `where an act is not in force, no letter names it`(_ language: Language) throws {
        for law in everyLaw.dropFirst() {
            for (name, clause) in law.clauses(in: language, on: CivilDate(2026, 3, 2)) {
                #expect(!clause.contains("inkassoloven"), "\(law.country) \(name)")
                #expect(!clause.contains("kompensationsbeløb"), "\(law.country) \(name)")
            }
        }
    }

    @Test func `Danish stands in for Greenlandic and Faroese`() {
        #expect(everyLaw[1].languages.contains(.greenlandic) && everyLaw[1].languages.first == .danish)
        #expect(everyLaw[2].languages.contains(.faroese) && everyLaw[2].languages.first == .danish)
        #expect(
            everyLaw[1].letterTemplate(for: .reminder, in: .greenlandic)
                == everyLaw[1].letterTemplate(for: .reminder, in: .danish))
        #expect(everyLaw[2].steps.allSatisfy { $0.names[.faroese] == $0.names[.danish] })
    }

    @Test func `there is no text for the court, another country's step or another language`() {
        #expect(law.letterTemplate(for: .readyForCourt, in: .danish) == nil)
        #expect(law.letterTemplate(for: StepKind("purring"), in: .danish) == nil)
        #expect(law.letterTemplate(for: .reminder, in: .greenlandic) == nil)
        #expect(everyLaw[1].letterTemplate(for: .visitNotice, in: .danish) == nil)
    }

    @Test func `every component has a name in each language`() {
        for law in everyLaw {
            for component in DebtComponent.allCases {
                for language in law.languages { #expect(!law.name(of: component, in: language).isEmpty) }
            }
        }
        #expect(law.name(of: .reminderFee, in: .danish) == "Rykkergebyr")
        #expect(law.name(of: .reminderFee, in: .norwegian) == "Purregebyr")
        #expect(law.name(of: .reminderFee, in: .english) == "Reminder fee")
    }

    @Test func `a letter gets the rate of its day and the first day of interest`() throws {
        // Due Saturday 2025-01-18, so Monday 01-20 is timely and 01-21 the first day. 1.75 + 8 = 9.75 % on 2025-07-01.
        let facts = Cases.new([Cases.claim(kr(1_000), dueOn: CivilDate(2025, 1, 18))])
        let fields = try law.letterFields(
            for: .collectionNotice, facts: facts, sentOn: CivilDate(2025, 7, 1), in: .danish)
        #expect(fields["interestRate"] == .text("9,75 %"))
        #expect(fields["interestFrom"] == .text("21. januar 2025"))
        #expect(fields["hasInterestRate"] == .flag(true))
        #expect(
            try law.letterFields(for: .reminder, facts: facts, sentOn: CivilDate(2025, 7, 1), in: .danish).isEmpty)
        // A claim due before March 2013 keeps 7 points, so the letter names both rates.
        let both = Cases.new([
            Cases.claim(1, kr(1_000), dueOn: CivilDate(2012, 1, 18)),
            Cases.claim(2, kr(1_000), dueOn: CivilDate(2025, 1, 20)),
        ])
        let rates = try law.letterFields(
            for: .collectionLetter, facts: both, sentOn: CivilDate(2025, 7, 1), in: .english)
        #expect(rates["interestRate"] == .text("8.75 % / 9.75 %"))
    }
}
