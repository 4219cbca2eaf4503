import FordringKit
import Testing

@testable import Norway

@Suite struct NoticeTests {
    private static let notices: [StepKind] = [.registrationNotice, .assignmentNotice]
    private static let languages: [Language] = [.norwegian, .danish, .english]
    private static let variables: Set<String> = [
        "debtorName", "creditorName", "agencyName", "caseNumber", "claimReferences", "total", "currency", "date",
        "phone", "email", "buyerName", "buyerAddress", "transferredOn", "bureauName",
    ]
    private static let sections: Set<String> = ["isConsumer", "bySelf", "paysToSameAccount"]
    private static let today = CivilDate(2026, 2, 9)
    private let law = Norway()

    private func text(_ kind: StepKind, _ language: Language) throws -> String {
        var text = try #require(law.letterTemplate(for: kind, in: language, on: Self.today))
        for (name, clause) in law.clauses(in: language, on: Self.today) {
            text = text.replacing("{{> \(name)}}", with: clause)
        }
        return text
    }

    // MARK: Steps

    /// Kredittopplysningsloven asks for the copy (§ 19) and its days (§ 20), not for a warning in an earlier letter; so no
    /// letter counts as one and none says it, and the copy's own contents are asked of every text.
    @Test func `no letter but the copy speaks of a registration`() throws {
        for law in [law, Norway(newActFrom: CivilDate(2026, 1, 1))] {
            #expect(law.registrationWarnings.isEmpty)
            for language in Self.languages {
                let clauses = law.clauses(in: language, on: Self.today)
                for step in law.steps where step.sendsLetter && step.kind != .registrationNotice {
                    let items = law.letterItems(for: step.kind, on: Self.today)
                    #expect(!items.contains { $0.identifier == LetterItem.registrationWarning })
                    var text = try #require(law.letterTemplate(for: step.kind, in: language, on: Self.today))
                    for (name, clause) in clauses { text = text.replacing("{{> \(name)}}", with: clause) }
                    for word in ["betalingsanm", "kredittoppl", "kreditoplys", "credit bureau"] {
                        #expect(!text.lowercased().contains(word), "\(step.kind) in \(language): \(word)")
                    }
                }
            }
        }
        let statutory = law.letterItems(for: .registrationNotice, on: Self.today).filter { $0.isStatutory }
        #expect(!statutory.isEmpty)
    }

    @Test func `a notice states no last day and needs no figure`() throws {
        #expect(law.registrationNotice == .registrationNotice && law.assignmentNotice == .assignmentNotice)
        let facts = Cases.new([Cases.claim(kr(10_000), dueOn: CivilDate(2026, 6, 15))])
        // No rate of interest is known for that day, and under the act of 2026 no amount is.
        let later = CivilDate(2027, 3, 1)
        for law in [law, Norway(newActFrom: CivilDate(2026, 9, 1))] {
            for kind in Self.notices {
                #expect(try law.deadline(for: kind, sentOn: later) == nil)
                let fields = try law.letterFields(for: kind, facts: facts, sentOn: later, in: .norwegian)
                #expect(fields == ["byAgency": .flag(true), "bySelf": .flag(false)])
                for language in Self.languages { #expect(try !text(kind, language).contains("deadline")) }
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
        let debtor = try #require(PartyKind.allCases.randomElement(using: &random))
        var facts = Cases.new(
            (1...3).map { Cases.claim($0, kr(1_000 * $0), dueOn: CivilDate(2025, 9, Int($0 * 6))) }, debtor: debtor,
            collectsItself: seed % 5 == 0)
        var told: [StepFacts] = []
        var steps: Set<StepKind> = []
        for today in (0..<240).map({ CivilDate(2025, 9, 1).adding(days: $0) }) {
            if Int.random(in: 0..<8, using: &random) == 0 {
                let claim = ClaimID(rawValue: .random(in: 1...3, using: &random))
                let kind = try #require(Self.notices.randomElement(using: &random))
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
                #expect(!Self.notices.contains(step.kind))
                steps.insert(step.kind)
                try facts.take(step, on: today, sentOn: step.kind == .readyForCourt ? today : nil, deadlineOn: nil)
            }
        }
        #expect(steps.contains(.readyForCourt) && steps.contains(.reminder))
        #expect(!told.isEmpty)
    }

    @Test func `no letter is decided while a notice has not left, and the policy cannot ask for one`() throws {
        var facts = Cases.new([Cases.claim(kr(1_000), dueOn: CivilDate(2026, 1, 15))])
        facts.creditor.policy += Self.notices.map { StepPolicy(kind: $0, times: 10, waitingDays: 0, charge: true) }
        for kind in Self.notices {
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

    @Test(arguments: notices, languages)
    func `a notice carries all its items, by known variables`(_ kind: StepKind, _ language: Language) throws {
        let template = try #require(law.letterTemplate(for: kind, in: language))
        let text = try text(kind, language)
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
            #expect(isCarried, "\(item.identifier)")
        }
        for part in text.split(separator: "{{", omittingEmptySubsequences: false).dropFirst() {
            let tag = part.prefix { $0 != "}" }
            let isSection = ["#", "^", "/"].contains(tag.first)
            #expect(
                isSection ? Self.sections.contains(String(tag.dropFirst())) : Self.variables.contains(String(tag)),
                "\(tag)")
        }
        for rule in law.wordingRules where rule.place == .anywhere { #expect(rule.found(in: text) == nil) }
    }

    @Test(arguments: languages)
    func `the notice of a sale prints an account only where the host says that it stays`(_ language: Language) throws {
        let parts = try text(.assignmentNotice, language).split(
            separator: "{{#paysToSameAccount}}", omittingEmptySubsequences: false)
        #expect(parts.count == 2 && !parts[0].contains("[payment]"))
        let box = try #require(parts.last?.split(separator: "{{/paysToSameAccount}}").first)
        #expect(box.contains("\n[payment]\n"))
        #expect(!law.letterItems(for: .assignmentNotice, on: Self.today).contains { $0.carriers == [.payment] })
    }

    @Test(arguments: languages) func `the copy names the bureau`(_ language: Language) throws {
        #expect(try text(.registrationNotice, language).contains("{{bureauName}}"))
        #expect(
            law.letterItems(for: .registrationNotice, on: Self.today).contains {
                $0.carriers == [.field("bureauName")]
            })
    }

    @Test func `the copy and the time to correct are statute, and the notice of a sale is recalled`() {
        let registration = law.letterItems(for: .registrationNotice, on: Self.today).filter(\.isStatutory)
        #expect(registration.map(\.citation.section) == ["§ 19", "§ 20"])
        #expect(registration.allSatisfy { $0.citation.verification == .verified })
        let sale = law.letterItems(for: .assignmentNotice, on: Self.today)
        #expect(sale.allSatisfy { !$0.isStatutory && $0.citation.verification == .unverified })
    }

    @Test(arguments: languages)
    func `the copy says that there are 14 days, four years and no use of what is disputed`(_ language: Language) throws
    {
        let text = try text(.registrationNotice, language)
        for words in ["14", "20", "11"] { #expect(text.contains(words)) }
        let four: [Language: String] = [
            .norwegian: "høyst fire år", .danish: "højst fire år", .english: "four years at most",
        ]
        #expect(text.contains(four[language] ?? "?"))
    }

    @Test func `the book has the rules of notices and disputes`() {
        let rules = law.lawBook.rules.map(\.identifier)
        for rule in [
            "registrationNotice", "registrationCorrection", "assignmentNotice", "undisputedRest", "disputeAnswer",
            "disputeAnswer2026", "resumption", "oneLetter",
        ] { #expect(rules.contains(rule), "\(rule)") }
    }

    // MARK: Disputes

    @Test func `the act of 2026 gives a week for the answer to a dispute, and the act of 1988 none`() throws {
        let new = Norway(newActFrom: CivilDate(2026, 9, 1))
        #expect(law.disputeAnswer(openedOn: CivilDate(2026, 9, 1)) == nil)
        #expect(new.disputeAnswer(openedOn: CivilDate(2026, 8, 31)) == nil)
        let answer = try #require(new.disputeAnswer(openedOn: CivilDate(2026, 9, 1)))
        #expect(answer.value == CivilDate(2026, 9, 8))
        let line = try #require(answer.lines.first)
        #expect(line.from == CivilDate(2026, 9, 2) && line.through == answer.value && line.days == 7)
        #expect(line.citation.section == "§ 17" && line.citation.verification == .unverified)
        // A week later is the second day of Christmas, and the week is not made longer.
        #expect(new.disputeAnswer(openedOn: CivilDate(2026, 12, 19))?.value == CivilDate(2026, 12, 26))
    }

    @Test func `no rule lets the rest of a disputed claim go on`() {
        #expect(!law.undisputedRest.value)
        #expect(law.undisputedRest.lines.first?.citation.section == "§ 8")
    }

    @Test func `after a hold the debtor has what was left, and at least ten days`() throws {
        var facts = Cases.new([Cases.claim(kr(1_000), dueOn: CivilDate(2026, 1, 15))])
        try facts.sent(.collectionNotice, on: "2026-03-02")
        // Held on the day of sending, with the 14 days through 03-16 left; lifted Wednesday 04-08: through 04-22.
        let resumed = try law.resumption(
            of: facts, heldSince: CivilDate(2026, 3, 2), liftedOn: CivilDate(2026, 4, 8))
        #expect(resumed.value == CivilDate(2026, 4, 23))
        #expect(resumed.lines.allSatisfy { $0.citation.verification == .unverified })
    }
}
