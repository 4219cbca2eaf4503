import FordringKit
import Testing

@testable import Denmark

@Suite struct PluginTests {
    private func make(_ dayCount: String?) throws -> any Jurisdiction {
        var registry = PluginRegistry()
        try DenmarkPlugin().register(in: &registry)
        let offer = try #require(registry.jurisdictions.first)
        let tenant = try #require(TenantID("acme"))
        var settings = ["financialYearEnds": "12-31"]
        settings["dayCount"] = dayCount
        return try offer.make(PluginContext(tenant: tenant, settings: settings, outbox: "", log: { _ in }))
    }

    @Test func `the plug-in offers Denmark and nothing else`() throws {
        let entry = PluginEntry.open(fordringPlugin())
        var registry = PluginRegistry()
        try entry.plugin.register(in: &registry)
        #expect(registry.offers == ["jurisdiction:DK"])
        #expect(registry.jurisdictions.first?.settings.map(\.key) == ["dayCount", "financialYearEnds"])
        #expect(registry.jurisdictions.first?.settings.first?.standard == "actual/365")
    }

    @Test(arguments: ["actual/365", "30/360"])
    func `a day count that is known is taken`(_ dayCount: String) throws {
        let law = try #require(try make(dayCount) as? Denmark)
        #expect(law.dayCount.rawValue == dayCount)
    }

    @Test(arguments: ["actual/actual", "", "ACTUAL/365", nil])
    func `another day count is refused`(_ dayCount: String?) {
        let error = #expect(throws: PluginSettingError.self) { try make(dayCount) }
        #expect(error?.key == "dayCount")
    }

    @Test func `the steps are those of practice, and only the last sends no letter`() {
        let law = Denmark(dayCount: .actual365)
        #expect(law.steps.map(\.kind) == [.reminder, .collectionNotice, .collectionLetter, .readyForCourt])
        #expect(law.steps.map(\.sendsLetter) == [true, true, true, false])
        #expect(law.steps.map(\.timesMax) == [3, 1, 1, 1])
        for step in law.steps {
            for language in law.languages { #expect(step.names[language]?.isEmpty == false) }
        }
    }

    @Test func `a payment covers costs, then interest, then principal, and each component once`() {
        let order = Denmark(dayCount: .actual365).allocationOrder
        #expect(Set(order.value) == Set(DebtComponent.allCases))
        #expect(order.value.count == DebtComponent.allCases.count)
        #expect(order.value.suffix(2) == [.interest, .principal])
        #expect(order.lines.first?.citation.verification == .unverified)
    }
}

@Suite struct TextTests {
    private let law = Denmark(dayCount: .actual365)
    private static let letters: [StepKind] = [.reminder, .collectionNotice, .collectionLetter]
    private static let variables: Set<String> = [
        "debtorName", "creditorName", "agencyName", "caseNumber", "claimCount", "claimReferences", "total", "currency",
        "deadline", "date", "reminderNumber", "principal", "phone", "email",
    ]
    private static let sections: Set<String> = ["isBusiness", "isConsumer", "hasFees", "hasInterest", "hasCosts"]

    /// The tags of a Mustache text, without braces.
    private func tags(_ text: String) -> [String] {
        text.split(separator: "{{", omittingEmptySubsequences: false).dropFirst().map { part in
            String(part.prefix { $0 != "}" })
        }
    }

    @Test(arguments: letters, [Language.danish, .english])
    func `every letter has subject, statement, payment box, deadline and a way to object`(
        _ step: StepKind, _ language: Language
    ) throws {
        let text = try #require(law.letterTemplate(for: step, in: language))
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        #expect(lines.first?.hasPrefix("# ") == true)
        #expect(lines.filter { $0.hasPrefix("# ") }.count == 1)
        #expect(lines.filter { $0 == "[statement]" }.count == 1)
        #expect(lines.filter { $0 == "[payment]" }.count == 1)
        for (index, line) in lines.enumerated() where index % 2 == 1 { #expect(line.isEmpty, "line \(index)") }
        for name in ["debtorName", "creditorName", "agencyName", "caseNumber", "deadline", "phone", "email"] {
            #expect(text.contains("{{\(name)}}"), "\(name)")
        }
        #expect(text.contains(language == .danish ? "indsigelse" : "objection"))
        #expect(text.contains("{{claimReferences}}") && text.contains("{{total}} {{currency}}"))
    }

    @Test(arguments: letters, [Language.danish, .english])
    func `a letter uses known variables only, and closes its sections in order`(
        _ step: StepKind, _ language: Language
    ) throws {
        var open: [String] = []
        for tag in tags(try #require(law.letterTemplate(for: step, in: language))) {
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

    @Test func `the notice warns of further costs, without which none may be charged`() throws {
        let danish = try #require(law.letterTemplate(for: .collectionNotice, in: .danish))
        #expect(danish.contains("inkassoloven § 10") && danish.contains("yderligere omkostninger"))
        let english = try #require(law.letterTemplate(for: .collectionNotice, in: .english))
        #expect(english.contains("section 10") && english.contains("further costs"))
    }

    @Test func `there is no text for the court, another country's step or another language`() {
        #expect(law.letterTemplate(for: .readyForCourt, in: .danish) == nil)
        #expect(law.letterTemplate(for: StepKind("purring"), in: .danish) == nil)
        #expect(law.letterTemplate(for: .reminder, in: .norwegian) == nil)
    }

    @Test func `every component has a name in both languages`() {
        for component in DebtComponent.allCases {
            for language in law.languages { #expect(!law.name(of: component, in: language).isEmpty) }
        }
        #expect(law.name(of: .reminderFee, in: .danish) == "Rykkergebyr")
        #expect(law.name(of: .reminderFee, in: .english) == "Reminder fee")
    }
}
