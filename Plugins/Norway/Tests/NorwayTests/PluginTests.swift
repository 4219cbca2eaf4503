import FordringKit
import Testing

@testable import Norway

@Suite struct PluginTests {
    private func make(
        _ settings: [String: String] = [:], extensions: [LawExtension] = []
    ) throws -> any Jurisdiction {
        var registry = PluginRegistry()
        try NorwayPlugin().register(in: &registry)
        let offer = try #require(registry.jurisdictions.first)
        var all = Dictionary(uniqueKeysWithValues: offer.settings.map { ($0.key, $0.standard) })
        all.merge(settings) { $1 }
        var context = PluginContext(
            tenant: try #require(TenantID("acme")), settings: all, outbox: "", log: { _ in })
        context.lawExtensions = extensions
        return try offer.make(context)
    }

    @Test func `the plug-in offers Norway and nothing else`() throws {
        let entry = PluginEntry.open(fordringPlugin())
        var registry = PluginRegistry()
        try entry.plugin.register(in: &registry)
        #expect(registry.offers == ["jurisdiction:NO"])
        #expect(
            registry.jurisdictions.first?.settings.map(\.key) == [
                "dayCount", "kid", "kidLength", "newCollectionActFrom",
            ])
    }

    @Test func `the standards are the act of 1988 and a KID of eleven digits by modulus ten`() throws {
        let law = try #require(try make() as? Norway)
        #expect(law.dayCount == .actual365)
        #expect(law.kid == KID(method: .mod10, length: 11))
        #expect(law.newActFrom == nil)
        #expect(!law.isUnderNewAct(CivilDate(2030, 1, 1)))
    }

    @Test(arguments: [
        ["dayCount": "30/360"], ["kid": "mod11"], ["kidLength": "25"], ["newCollectionActFrom": "2026-05-22"],
        ["newCollectionActFrom": "2027-01-01"],
    ])
    func `a setting that is known is taken`(_ settings: [String: String]) throws {
        _ = try make(settings)
    }

    @Test(arguments: [
        ("dayCount", "actual/actual"), ("kid", "mod97"), ("kid", ""), ("kidLength", "10"), ("kidLength", "26"),
        ("kidLength", "012"), ("kidLength", ""), ("newCollectionActFrom", "2026-05-21"),
        ("newCollectionActFrom", "1 July 2026"), ("newCollectionActFrom", "2026-02-30"),
    ])
    func `a setting with another value is refused`(_ key: String, _ value: String) {
        let error = #expect(throws: PluginSettingError.self) { try make([key: value]) }
        #expect(error?.key == key)
    }

    @Test func `the steps are those of the acts and the notices, and only the court gets no letter`() {
        let law = Norway()
        #expect(
            law.steps.map(\.kind) == [
                .reminder, .collectionNotice, .collectionLetter, legalActionNotice, .readyForCourt,
                .registrationNotice, .assignmentNotice,
            ])
        #expect(law.steps.map(\.sendsLetter) == [true, true, true, true, false, true, true])
        #expect(law.steps.map(\.timesMax) == [2, 1, 1, 3, 1, 10, 10])
        for step in law.steps {
            for language in law.languages { #expect(step.names[language]?.isEmpty == false) }
        }
    }

    @Test func `a payment covers costs, then interest, then principal, and each component once`() {
        let order = Norway().allocationOrder
        #expect(Set(order.value) == Set(DebtComponent.allCases))
        #expect(order.value.count == DebtComponent.allCases.count)
        #expect(order.value.suffix(2) == [.interest, .principal])
        #expect(order.lines.first?.citation.verification == .unverified)
    }

    @Test func `nothing may be erased while no bookkeeping rule is known`() {
        #expect(throws: RuleGap.self) {
            try Norway().retention(of: RetentionFacts(debtorKind: .consumer, lastEventOn: CivilDate(2020, 1, 1)))
        }
    }

    // MARK: The book

    @Test func `the book names each rule once, with a section and a source`() {
        let rules = Norway().lawBook.rules
        #expect(rules.count > 50)
        #expect(Set(rules.map(\.identifier)).count == rules.count)
        for rule in rules {
            #expect(!rule.text.isEmpty && !rule.citation.source.isEmpty, "\(rule.identifier)")
            #expect(rule.text.hasSuffix("."), "\(rule.identifier)")
            #expect(rule.citation.verification == .verified || !rule.citation.doubt.isEmpty, "\(rule.identifier)")
            #expect(rule.lines.isEmpty == (rule.checkedThrough == nil), "\(rule.identifier)")
        }
        #expect(!Norway().lawBook.unsupported.isEmpty)
    }

    @Test func `three tables can be extended, and the book shows the added lines`() throws {
        #expect(
            Norway().lawBook.rules.filter { $0.extensible != nil }.map(\.identifier).sorted() == [
                "inkassosats", "lateInterestRate", "standardCompensation",
            ])
        // Figures of this test.
        func line(_ rule: String, _ value: LawValue) -> LawExtension {
            LawExtension(
                country: .norway, rule: rule, from: CivilDate(2027, 1, 1), through: CivilDate(2027, 12, 31),
                value: value,
                citation: Citation("test", "1"))
        }
        let law = try make(extensions: [
            line("inkassosats", .amount(kr(780))), line("lateInterestRate", .rate(Rate(basisPoints: 1150))),
            line("standardCompensation", .amount(kr(440))),
        ])
        for identifier in ["inkassosats", "lateInterestRate", "standardCompensation"] {
            let rule = try #require(law.lawBook.rules.first { $0.identifier == identifier })
            #expect(rule.line(on: CivilDate(2027, 6, 1))?.citation == Citation("test", "1"))
            #expect(rule.checkedThrough == CivilDate(2027, 12, 31))
            #expect(rule.line(on: CivilDate(2028, 1, 1)) == nil)
        }
        let norway = try #require(law as? Norway)
        #expect(try norway.figures.sats.on(CivilDate(2027, 3, 1)).value == kr(780))
        #expect(try norway.figures.compensation.on(CivilDate(2027, 3, 1)).value == kr(440))
    }

    @Test func `what the act of 2026 says is marked as not in force`() throws {
        let act = try #require(Norway().lawBook.acts.first { $0.number.contains("2026") })
        for rule in act.rules {
            #expect(rule.citation.verification == .unverified)
            #expect(rule.citation.doubt.contains("not in force"))
        }
    }

    /// Goal: somebody is told in time that the figures of the year run out.
    ///
    /// Method: against a day that is written here, for there is no clock; whoever reviews the tables moves it. Fixed
    /// figures are held to be looked up through that day.
    @Test func `the figures of the year reach beyond the last review, and a warning says how little`() {
        let reviewedOn = CivilDate(2026, 11, 22)
        #expect(NorwayOnly.checkedThrough == reviewedOn)
        for rule in Norway().lawBook.rules {
            guard let checkedThrough = rule.checkedThrough else { continue }
            #expect(checkedThrough >= reviewedOn, "\(rule.identifier) ended on \(checkedThrough)")
            if rule.extensible != nil, checkedThrough < reviewedOn.adding(days: 60) {
                Issue.record(
                    "\(rule.identifier) was looked up through \(checkedThrough) only; look for its next figure.",
                    severity: .warning)
            }
        }
    }
}
