import FordringKit
import Testing

@testable import Denmark

@Suite struct NoticeTests {
    private static let languages: [Language] = [.danish, .norwegian, .english]
    private static let variables: Set<String> = [
        "debtorName", "creditorName", "agencyName", "caseNumber", "claimReferences", "total", "currency", "date",
        "phone",
        "email", "buyerName", "buyerAddress", "transferredOn", "bureauName",
    ]
    private static let sections: Set<String> = ["isConsumer", "paysToSameAccount"]
    private static let today = CivilDate(2026, 3, 2)
    private let law = Denmark()

    private func notices(_ law: Denmark) -> [StepKind] {
        [law.registrationNotice, law.assignmentNotice].compactMap(\.self)
    }

    private func text(_ kind: StepKind, _ language: Language, _ law: Denmark) throws -> String {
        var text = try #require(law.letterTemplate(for: kind, in: language))
        for (name, clause) in law.clauses(in: language, on: Self.today) {
            text = text.replacing("{{> \(name)}}", with: clause)
        }
        return text
    }

    // MARK: Steps

    @Test func `each country tells of a sale, and of a registration where a rule is known`() {
        #expect(everyLaw.map(\.assignmentNotice) == [.assignmentNotice, .assignmentNotice, .assignmentNotice])
        #expect(everyLaw.map(\.registrationNotice) == [.registrationNotice, .registrationNotice, nil])
        for law in everyLaw {
            // After the steps of collecting, so that the way to the court is counted as before.
            let described = law.steps.suffix(notices(law).count)
            #expect(described.map(\.kind) == notices(law))
            #expect(described.allSatisfy { $0.sendsLetter && $0.timesMax == 10 })
        }
        #expect(everyLaw[2].letterTemplate(for: .registrationNotice, in: .danish) == nil)
        #expect(everyLaw[2].letterItems(for: .registrationNotice, on: Self.today).isEmpty)
        #expect(everyLaw[2].clauses(in: .danish, on: Self.today)["registrationWhat"] == nil)
    }

    @Test func `a collection letter warns of a registration in Denmark, where a source asks for it, and nowhere else`()
        throws
    {
        #expect(everyLaw.map(\.registrationWarnings) == [[.collectionLetter], [], []])
        let name = LetterItem.registrationWarning
        for law in everyLaw {
            for step in law.steps {
                let items = law.letterItems(for: step.kind, on: Self.today).filter { $0.identifier == name }
                #expect(items.isEmpty != law.registrationWarnings.contains(step.kind), "\(law.country) \(step.kind)")
            }
        }
        let items = everyLaw[0].letterItems(for: .collectionLetter, on: Self.today)
        let item = try #require(items.first { $0.identifier == name })
        // Due for every tenant, in the country's own sentence, and said to be no statute.
        #expect(item.condition.isEmpty && item.carriers == [.clause(name)] && !item.isStatutory)
        #expect(item.citation.source == "project seed article 000" && item.citation.section == "possible consequences")
        #expect(item.citation.verification == .unverified)
    }

    @Test(arguments: languages)
    func `the sentence that warns of a registration is empty where no rule on one is known`(_ language: Language) throws
    {
        let words: [Language: String] = [
            .danish: "kreditoplysningsbureau", .norwegian: "kredittopplysningsforetak", .english: "credit bureau",
        ]
        for law in everyLaw {
            let clause = try #require(law.clauses(in: language, on: Self.today)[LetterItem.registrationWarning])
            #expect(clause.contains(words[language] ?? "?") == (law.country != .faroeIslands), "\(law.country)")
            #expect(clause.isEmpty == (law.country == .faroeIslands))
            // Nowhere else in the letter, so that it is not said twice.
            let template = try #require(law.letterTemplate(for: .collectionLetter, in: language))
            #expect(template.contains("\n{{> registrationWarning}}\n") && !template.contains(words[language] ?? "?"))
        }
    }

    @Test func `a notice states no last day and needs no figure`() throws {
        let facts = Cases.new([Cases.claim(kr(10_000), dueOn: CivilDate(2026, 6, 15))])
        for law in everyLaw {
            for kind in notices(law) {
                // No reference rate is known for that day.
                let later = CivilDate(2027, 3, 1)
                #expect(try law.deadline(for: kind, sentOn: later) == nil)
                #expect(try law.letterFields(for: kind, facts: facts, sentOn: later, in: .danish).isEmpty)
                for language in Self.languages { #expect(try !text(kind, language, law).contains("deadline")) }
            }
        }
    }

    /// Goal: who is only told something is where they were.
    ///
    /// Method: a case is played with letters that leave late; each day the rules are asked about it as it is and with
    /// notices for claims of any day before.
    @Test(arguments: UInt64(1)...20)
    func `notices that were sent change no answer of the rules`(_ seed: UInt64) throws {
        var random = SeededGenerator(state: seed)
        let law = try #require(everyLaw.prefix(2).randomElement(using: &random))
        let debtor = try #require(PartyKind.allCases.randomElement(using: &random))
        var facts = Cases.new(
            (1...3).map { Cases.claim($0, kr(1_000 * $0), dueOn: CivilDate(2025, 9, Int($0 * 6))) }, debtor: debtor)
        // The cost order of Greenland has no amounts.
        if law.country == .greenland {
            facts.creditor.policy = Cases.everything.map {
                StepPolicy(kind: $0.kind, times: $0.times, waitingDays: $0.waitingDays, charge: $0.kind == .reminder)
            }
        }
        var told: [StepFacts] = []
        var steps: Set<StepKind> = []
        for today in (0..<240).map({ CivilDate(2025, 9, 1).adding(days: $0) }) {
            if Int.random(in: 0..<8, using: &random) == 0 {
                let claim = ClaimID(rawValue: .random(in: 1...3, using: &random))
                let kind = try #require(notices(law).randomElement(using: &random))
                told.append(
                    StepFacts(kind: kind, claims: [claim], decidedOn: today, sentOn: today, deadlineOn: nil))
            }
            for index in facts.steps.indices where facts.steps[index].sentOn == nil {
                guard Bool.random(using: &random) else { continue }
                facts.steps[index].sentOn = today
                facts.steps[index].deadlineOn = try law.deadline(for: facts.steps[index].kind, sentOn: today)?.value
            }
            var toldFacts = facts
            toldFacts.steps = (facts.steps + told).sorted { $0.decidedOn < $1.decidedOn }
            let decision = try law.decide(facts, on: today)
            #expect("\(decision)" == "\(try law.decide(toldFacts, on: today))")
            #expect(
                "\(try law.safeguards(for: facts, on: today))" == "\(try law.safeguards(for: toldFacts, on: today))")
            for step in decision.steps {
                #expect(!notices(law).contains(step.kind))
                steps.insert(step.kind)
                try facts.take(step, on: today, sentOn: step.kind == .readyForCourt ? today : nil, deadlineOn: nil)
            }
        }
        #expect(steps.contains(.readyForCourt) && steps.contains(.reminder))
        #expect(!told.isEmpty)
    }

    @Test func `no letter is decided while a notice has not left, and the policy cannot ask for one`() throws {
        var facts = Cases.new([Cases.claim(kr(1_000), dueOn: CivilDate(2026, 1, 15))])
        facts.creditor.policy += [.registrationNotice, .assignmentNotice].map {
            StepPolicy(kind: $0, times: 10, waitingDays: 0, charge: true)
        }
        for kind in notices(law) {
            facts.steps = []
            #expect(try law.decide(facts, on: Self.today).steps.map(\.kind) == [.reminder])
            facts.steps = [
                StepFacts(
                    kind: kind, claims: [facts.claims[0].id], decidedOn: Self.today, sentOn: nil, deadlineOn: nil)
            ]
            let decision = try law.decide(facts, on: Self.today)
            #expect(decision.steps.isEmpty && decision.pending.isEmpty && decision.reviewOn == nil)
            #expect(decision.waiting.first?.text.contains("notice to the debtor has not left") == true)
            facts.steps[0].sentOn = Self.today
            #expect(try law.decide(facts, on: Self.today).steps.map(\.kind) == [.reminder])
        }
    }

    // MARK: Texts

    @Test(arguments: languages)
    func `a notice carries all its items, by known variables`(_ language: Language) throws {
        for law in everyLaw {
            for kind in notices(law) {
                let template = try #require(law.letterTemplate(for: kind, in: language))
                let text = try text(kind, language, law)
                let clauses = law.clauses(in: language, on: Self.today)
                #expect(!text.contains("{{>"))
                let items = law.letterItems(for: kind, on: Self.today)
                #expect(items.count >= 8 && Set(items.map(\.identifier)).count == items.count)
                for item in items {
                    let isCarried = item.carriers.contains { carrier in
                        switch carrier {
                        case .field(let name): text.contains("{{\(name)}}")
                        case .clause(let name): template.contains("{{> \(name)}}") && clauses[name]?.isEmpty == false
                        case .statement: text.contains("\n[statement]\n")
                        case .payment: text.contains("\n[payment]\n")
                        default: false
                        }
                    }
                    #expect(isCarried, "\(law.country) \(kind) \(item.identifier)")
                }
                for part in text.split(separator: "{{", omittingEmptySubsequences: false).dropFirst() {
                    let tag = part.prefix { $0 != "}" }
                    let isSection = ["#", "^", "/"].contains(tag.first)
                    #expect(
                        isSection
                            ? Self.sections.contains(String(tag.dropFirst())) : Self.variables.contains(String(tag)),
                        "\(tag)")
                }
            }
        }
    }

    @Test(arguments: languages)
    func `the notice of a sale prints an account only where the host says that it stays`(_ language: Language) throws {
        for law in everyLaw {
            let text = try text(.assignmentNotice, language, law)
            let parts = text.split(separator: "{{#paysToSameAccount}}", omittingEmptySubsequences: false)
            #expect(parts.count == 2 && !parts[0].contains("[payment]"))
            let box = try #require(parts.last?.split(separator: "{{/paysToSameAccount}}").first)
            #expect(box.contains("\n[payment]\n"))
            #expect(!law.letterItems(for: .assignmentNotice, on: Self.today).contains { $0.carriers == [.payment] })
        }
    }

    @Test func `the letter names the bureau`() throws {
        for law in everyLaw.prefix(2) {
            for language in Self.languages {
                #expect(try text(.registrationNotice, language, law).contains("{{bureauName}}"))
            }
            #expect(
                law.letterItems(for: .registrationNotice, on: Self.today).contains {
                    $0.carriers == [.field("bureauName")]
                })
        }
    }

    @Test func `the letter names the act of its country`() throws {
        for language in Self.languages {
            let denmark = try text(.registrationNotice, language, everyLaw[0])
            #expect(denmark.contains("databeskyttelsesloven") && denmark.contains("21") && !denmark.contains("1238"))
            let greenland = try text(.registrationNotice, language, everyLaw[1])
            #expect(!greenland.contains("databeskyttelsesloven") && greenland.contains("1238"))
        }
    }

    // MARK: Sources

    @Test func `the duty to tell is written in Greenland and practice in Denmark`() throws {
        func item(_ law: Denmark) throws -> LetterItem {
            try #require(law.letterItems(for: .registrationNotice, on: Self.today).first)
        }
        #expect(try !item(everyLaw[0]).isStatutory && item(everyLaw[0]).citation.verification == .unverified)
        #expect(try item(everyLaw[1]).isStatutory && item(everyLaw[1]).citation.verification == .verified)
        let sale = everyLaw.map { $0.regime.assignment.notice }
        #expect(sale.map(\.verification) == [.verified, .unverified, .unverified])
        #expect(sale.allSatisfy { $0.section == "§§ 27-31" })
    }

    @Test func `the book has the rules of notices and disputes`() throws {
        let common = ["assignmentNotice", "undisputedRest", "disputeAnswer", "resumption", "oneLetter"]
        for law in everyLaw {
            let rules = law.lawBook.rules.map(\.identifier)
            for rule in common { #expect(rules.contains(rule), "\(law.country) \(rule)") }
            #expect(rules.contains("registrationNotice") == (law.registrationNotice != nil))
        }
    }

    // MARK: Disputes

    @Test func `no rule gives days for the answer to a dispute or lets the rest go on`() throws {
        for law in everyLaw {
            #expect(law.disputeAnswer(openedOn: Self.today) == nil)
            #expect(!law.undisputedRest.value)
            #expect(law.undisputedRest.lines.first?.citation.verification == .unverified)
        }
    }

    @Test func `after a hold the debtor has what was left, and at least ten days`() throws {
        var facts = Cases.new([Cases.claim(kr(1_000), dueOn: CivilDate(2026, 1, 15))])
        facts.steps = [
            StepFacts(
                kind: .collectionNotice, claims: [facts.claims[0].id], decidedOn: CivilDate(2026, 3, 2),
                sentOn: CivilDate(2026, 3, 2), deadlineOn: CivilDate(2026, 3, 12))
        ]
        // Monday 03-02 held, ten days left; lifted Wednesday 04-08: through Monday 04-20, since 04-18 is a Saturday.
        let resumed = try law.resumption(
            of: facts, heldSince: CivilDate(2026, 3, 2), liftedOn: CivilDate(2026, 4, 8))
        #expect(resumed.value == CivilDate(2026, 4, 21))
        #expect(resumed.lines.allSatisfy { $0.citation.verification == .unverified })
    }
}
