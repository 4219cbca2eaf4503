import FordringKit
import Testing

@testable import Denmark

@Suite struct PluginTests {
    private func make(_ dayCount: String?) throws -> any Jurisdiction {
        var registry = PluginRegistry()
        try DenmarkPlugin().register(in: &registry)
        let offer = try #require(registry.jurisdictions.first)
        let tenant = try #require(TenantID("acme"))
        var settings = Dictionary(uniqueKeysWithValues: offer.settings.map { ($0.key, $0.standard) })
        settings["dayCount"] = dayCount
        return try offer.make(PluginContext(tenant: tenant, settings: settings, outbox: "", log: { _ in }))
    }

    @Test func `the plug-in offers Denmark, the Faroe Islands and Greenland, with the same settings`() throws {
        let entry = PluginEntry.open(fordringPlugin())
        var registry = PluginRegistry()
        try entry.plugin.register(in: &registry)
        #expect(registry.offers == ["jurisdiction:DK", "jurisdiction:FO", "jurisdiction:GL"])
        for offer in registry.jurisdictions {
            #expect(
                offer.settings.map(\.key) == [
                    "dayCount", "financialYearEnds", "slipType", "handOverFee", "noticeWithReminder", "visitTimeOfDay",
                    "visitNoticeTravelDays", "collectorPhone", "collectorAddress",
                ])
            #expect(offer.settings.first?.standard == "actual/365")
            let tenant = try #require(TenantID("acme"))
            let settings = Dictionary(uniqueKeysWithValues: offer.settings.map { ($0.key, $0.standard) })
            let law = try offer.make(PluginContext(tenant: tenant, settings: settings, outbox: "", log: { _ in }))
            #expect(law.country == offer.country)
        }
    }

    @Test(arguments: ["actual/365", "30/360"])
    func `a day count that is known is taken`(_ dayCount: String) throws {
        let law = try #require(try make(dayCount) as? Denmark)
        #expect(law.choices.dayCount.rawValue == dayCount)
    }

    @Test(arguments: ["actual/actual", "", "ACTUAL/365", nil])
    func `another day count is refused`(_ dayCount: String?) {
        let error = #expect(throws: PluginSettingError.self) { try make(dayCount) }
        #expect(error?.key == "dayCount")
    }

    @Test func `the steps are those of practice and the notices, and only the court gets no letter`() {
        let law = Denmark(dayCount: .actual365)
        #expect(
            law.steps.map(\.kind) == [
                .reminder, .collectionNotice, .collectionLetter, .visitNotice, .readyForCourt, .registrationNotice,
                .assignmentNotice,
            ])
        #expect(law.steps.map(\.sendsLetter) == [true, true, true, true, false, true, true])
        #expect(law.steps.map(\.timesMax) == [3, 1, 1, 1, 1, 10, 10])
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
