import FordringKit
import Foundation
import JobQueue
import Tenancy
import TenantFiles
import Testing

/// A country with two letter steps and rules for numbers that are easy to say.
private struct Freedonia: Jurisdiction {
    var country: CountryCode
    var currency: Currency { .dkk }
    var languages: [Language] { [.danish, .english] }
    var steps: [StepDescription] {
        [
            StepDescription(kind: .reminder, names: [:], sendsLetter: true, timesMax: 3),
            StepDescription(kind: .collectionNotice, names: [:], sendsLetter: true, timesMax: 1),
            StepDescription(kind: .readyForCourt, names: [:], sendsLetter: false, timesMax: 1),
        ]
    }
    var allocationOrder: Explained<[DebtComponent]> { Explained([.principal], []) }

    func decide(_ facts: CaseFacts, on day: CivilDate) throws -> Decision {
        Decision(steps: [], reviewOn: nil, waiting: [])
    }
    func interest(on facts: CaseFacts, through day: CivilDate) throws -> [DecidedCharge] { [] }
    func deadline(for step: StepKind, sentOn day: CivilDate) throws -> Explained<CivilDate>? { nil }
    func holiday(on day: CivilDate) -> Holiday? { nil }
    func check(_ text: String, as kind: IdentifierKind) -> IdentifierVerdict {
        let compact = text.filter { $0 != " " }
        return switch (Checksum.digits(compact), kind) {
        case (nil, _): .invalid(reason: "A number has digits only.")
        case (_, .bankAccount) where compact.count < 5: .doubtful(normalized: compact, remark: "It is short.")
        default: .valid(normalized: compact)
        }
    }
    func paymentReference(for caseID: CaseID, creditorNumber: String) -> PaymentReference? { nil }
    func letterTemplate(for step: StepKind, in language: Language) -> String? { nil }
    func name(of component: DebtComponent, in language: Language) -> String { component.rawValue }
}

private struct Refusal: Error {}

private func jurisdiction(_ identifier: String, _ country: CountryCode) -> InstalledOffers.Plugin {
    var registry = PluginRegistry()
    let dayCount = SettingDescription(
        key: "dayCount", allowed: ["actual/365", "30/360"], standard: "actual/365", meaning: "How days are counted.")
    let start = SettingDescription(key: "start", allowed: [], standard: "now", meaning: "When.")
    registry.offer(jurisdiction: country, settings: [dayCount, start]) { context in
        if context.setting("start") == "never" { throw PluginSettingError(key: "start", "never is too late") }
        if context.setting("start") == "fail" { throw Refusal() }
        return Freedonia(country: country)
    }
    return InstalledOffers.Plugin(identifier: identifier, registry: registry)
}

private func channel(_ identifier: String, _ name: String) -> InstalledOffers.Plugin {
    var registry = PluginRegistry()
    registry.offer(channel: name, settings: []) { _ in throw Refusal() }
    return InstalledOffers.Plugin(identifier: identifier, registry: registry)
}

@Suite struct TenantRulesTests {
    private let offers = InstalledOffers([
        channel("post-channel", "post"), channel("email-channel", "email"), jurisdiction("norway", .norway),
        jurisdiction("denmark", .denmark),
    ])

    private let good = TenantSettings(
        tenant: "ab", legalName: "Prøve A/S", registrationNumber: "99 53 27 42", countries: ["DK"], language: "da",
        deductsVAT: true,
        letterhead: TenantSettings.Letterhead(address: ["Gade 1"], phone: nil, email: nil, web: nil, color: nil),
        bank: TenantSettings.Bank(account: "0040 0440116243", iban: nil, bic: nil), paymentCreditorNumber: "8123 4567",
        plugins: ["denmark": ["dayCount": "30/360"], "post-channel": [:]],
        policy: [
            TenantSettings.Step(kind: "reminder", times: 3, waitingDays: 0, charge: true, channels: ["post"]),
            TenantSettings.Step(kind: "readyForCourt", times: 1, waitingDays: 9, charge: false, channels: []),
        ],
        commission: TenantSettings.Commission(basisPoints: 0), csv: .standard, letterTexts: ["reminder.da": "# x"])

    private func faults(_ change: (inout TenantSettings) -> Void) -> [String] {
        var settings = good
        change(&settings)
        return TenantRules.check(settings, against: offers).faults.map(\.description)
    }

    @Test func `good settings come back with their numbers in normal form`() {
        let check = TenantRules.check(good, against: offers)
        #expect(check.faults.isEmpty)
        #expect(check.remarks.isEmpty)
        #expect(check.settings.registrationNumber == "99532742")
        #expect(check.settings.bank.account == "00400440116243")
        #expect(check.settings.paymentCreditorNumber == "81234567")
    }

    @Test func `a version is one of those that are installed, and no setting of the plug-in`() {
        func denmark(_ version: String) -> InstalledOffers.Plugin {
            InstalledOffers.Plugin(
                identifier: "denmark", version: version, registry: jurisdiction("denmark", .denmark).registry)
        }
        let offers = InstalledOffers([denmark("1.10.0"), denmark("1.9.0"), channel("post-channel", "post")])
        func faults(_ plugins: [String: String]) -> [String] {
            var settings = good
            settings.plugins["denmark"] = plugins
            return TenantRules.check(settings, against: offers).faults.map(\.description)
        }
        #expect(offers.versions(of: "denmark") == ["1.9.0", "1.10.0"])
        #expect(faults([:]) == [])
        #expect(faults(["version": "1.9.0"]) == [])
        #expect(
            faults(["version": "1.11.0"]) == [
                "plugins.denmark.version: version '1.11.0' of the plug-in 'denmark' is not installed; "
                    + "allowed: 1.9.0, 1.10.0"
            ])
        var settings = good
        settings.plugins["denmark"] = ["version": "1.9.0"]
        #expect(offers.plugins(of: settings).map(\.version) == ["1.9.0", "1.0.0"])
        #expect(offers.plugins(of: good).map(\.version) == ["1.10.0", "1.0.0"])
        #expect(
            offers.completeSettings(of: denmark("1.9.0"), for: settings) == ["dayCount": "actual/365", "start": "now"])
        settings.plugins["norway"] = ["version": "1.0.0"]
        #expect(
            TenantRules.check(settings, against: offers).faults.map(\.description) == [
                "plugins.norway: no plug-in 'norway' is installed; allowed: denmark, post-channel"
            ])
    }

    @Test func `a doubtful number is a remark`() {
        var settings = good
        settings.bank.account = "12 34"
        let check = TenantRules.check(settings, against: offers)
        #expect(check.faults.isEmpty)
        #expect(check.settings.bank.account == "1234")
        #expect(check.remarks.map(\.description) == ["bank.account: '12 34': It is short."])
    }

    @Test func `a number that the country refuses carries the country's reason`() {
        let faults = faults {
            $0.registrationNumber = "DE1"
            $0.bank.account = "x"
            $0.paymentCreditorNumber = "?"
        }
        #expect(
            faults == [
                "registrationNumber: 'DE1': A number has digits only.", "bank.account: 'x': A number has digits only.",
                "paymentCreditorNumber: '?': A number has digits only.",
            ])
    }

    @Test func `a plug-in must be installed and know its settings`() {
        let faults = faults {
            $0.plugins["post-chanel"] = [:]
            $0.plugins["post-channel"] = ["colour": "red"]
            $0.plugins["denmark"] = ["dayCount": "actual/360", "dayCuont": "x"]
        }
        #expect(
            faults == [
                "plugins.denmark.dayCount: 'actual/360' is not allowed, did you mean 'actual/365'?; allowed: "
                    + "actual/365, 30/360",
                "plugins.denmark.dayCuont: the plug-in has no setting 'dayCuont', did you mean 'dayCount'?; allowed: "
                    + "dayCount, start",
                "plugins.post-chanel: no plug-in 'post-chanel' is installed, did you mean 'post-channel'?; allowed: "
                    + "denmark, email-channel, norway, post-channel",
                "plugins.post-channel.colour: the plug-in has no setting 'colour'; allowed: none",
            ])
    }

    @Test func `a value that the plug-in itself refuses is a fault of its setting`() {
        #expect(
            faults { $0.plugins["denmark"] = ["start": "never"] } == ["plugins.denmark.start: never is too late"])
        #expect(
            faults { $0.plugins["denmark"] = ["start": "fail"] } == [
                "countries[0]: the plug-in 'denmark' does not make the law of DK: Refusal()"
            ])
    }

    @Test func `each country needs its law from one of the tenant's plug-ins`() {
        #expect(
            faults { $0.countries = ["DK", "NO", "SE"] } == [
                "countries[1]: none of the tenant's plug-ins offers the law of NO; allowed: NO with 'norway' under "
                    + "plugins",
                "countries[2]: no installed plug-in offers the law of SE; allowed: DK, NO",
            ])
        #expect(
            faults {
                $0.countries = ["DK", "NO"]
                $0.plugins["norway"] = [:]
            }.isEmpty)
    }

    @Test func `two plug-ins of a tenant for one country are refused`() {
        let offers = InstalledOffers(
            [jurisdiction("denmark-new", .denmark)] + offers.plugins)
        var settings = good
        settings.plugins["denmark-new"] = [:]
        #expect(
            TenantRules.check(settings, against: offers).faults.map(\.description) == [
                "countries[0]: 'denmark' and 'denmark-new' both offer the law of DK; allowed: one plug-in for a country"
            ])
    }

    @Test func `a policy asks only for steps and channels that there are`() {
        let faults = faults {
            $0.policy = [
                TenantSettings.Step(kind: "remainder", times: 1, waitingDays: 0, charge: true, channels: ["post"]),
                TenantSettings.Step(kind: "reminder", times: 4, waitingDays: 0, charge: true, channels: ["email"]),
                TenantSettings.Step(kind: "collectionNotice", times: 1, waitingDays: 0, charge: true, channels: []),
                TenantSettings.Step(kind: "readyForCourt", times: 1, waitingDays: 0, charge: true, channels: ["pst"]),
            ]
        }
        #expect(
            faults == [
                "policy.remainder: DK has no step 'remainder', did you mean 'reminder'?; allowed: reminder, "
                    + "collectionNotice, readyForCourt",
                "policy.reminder.channels[0]: none of the tenant's plug-ins offers the channel 'email'; allowed: post, "
                    + "'email' with 'email-channel' under plugins",
                "policy.reminder.times: 4 is too many; allowed: 0 to 3",
                "policy.collectionNotice.channels: the step sends a letter and has no channel; allowed: post",
                "policy.readyForCourt.channels[0]: no installed plug-in offers the channel 'pst', did you mean 'post'?; "
                    + "allowed: post",
                "policy.readyForCourt.channels: the step sends no letter; allowed: no channels",
            ])
    }

    @Test func `a limit is for a channel of the tenant, or for all`() throws {
        let rate = try #require(RateLimit("500/hour"))
        #expect(faults { $0.limits = ["post": rate, "all": rate] }.isEmpty)
        #expect(
            faults { $0.limits = ["pots": rate, "email": rate, "al": rate, "telex": rate] } == [
                "limits.al: no installed plug-in offers the channel 'al', did you mean 'all'?; allowed: all, post",
                "limits.email: none of the tenant's plug-ins offers the channel 'email'; allowed: all, post, "
                    + "'email' with 'email-channel' under plugins",
                "limits.pots: no installed plug-in offers the channel 'pots', did you mean 'post'?; allowed: all, post",
                "limits.telex: no installed plug-in offers the channel 'telex'; allowed: all, post",
            ])
    }

    @Test func `a letter step that is left out needs no channel`() {
        #expect(
            faults {
                $0.policy = [
                    TenantSettings.Step(kind: "reminder", times: 0, waitingDays: 0, charge: false, channels: [])
                ]
            }.isEmpty)
    }

    @Test func `language and letter texts are the country's`() {
        let faults = faults {
            $0.language = "nb"
            $0.letterTexts = ["reminder.nb": "", "readyForCourt.da": "", "reminders.en": "", "reminder": ""]
        }
        #expect(
            faults == [
                "language: DK has no letters in 'nb'; allowed: da, en",
                "letterTexts.readyForCourt.da: no letter is sent for 'readyForCourt'; allowed: reminder, "
                    + "collectionNotice",
                "letterTexts.reminder: 'reminder' does not name a step and a language; allowed: <step>.<language>",
                "letterTexts.reminder.nb: no letters are written in 'nb'; allowed: da, en",
                "letterTexts.reminders.en: no letter is sent for 'reminders', did you mean 'reminder'?; allowed: "
                    + "reminder, collectionNotice",
            ])
    }

    @Test func `without its law a country's other rules are silent`() {
        #expect(
            faults {
                $0.plugins = ["post-channel": [:]]
                $0.language = "xx"
                $0.policy[0].kind = "unknown"
                $0.letterTexts = ["x": ""]
            }.count == 1)
    }

    @Test func `a plug-in gets its settings complete`() throws {
        let denmark = try #require(offers.plugin("denmark"))
        #expect(offers.completeSettings(of: denmark, for: good) == ["dayCount": "30/360", "start": "now"])
        #expect(offers.plugin("sweden") == nil)
        #expect(offers.plugins(of: good).map(\.identifier) == ["denmark", "post-channel"])
    }

    @Test func `a fault of the rules shows the file's line`() throws {
        let folder = try TenantFolder()
        let file = try TenantFile.read(
            try folder.write(
                Sample.with("policy", "policy:\n  reminder: { channels: [post], times: 4 }")))
        let check = TenantRules.check(
            file.settings, against: InstalledOffers([jurisdiction("norway", .norway), channel("post", "post")]))
        let lines = file.located(check.faults).faults.map(\.description)
        #expect(lines.contains("\(file.path):12: policy.reminder.times: 4 is too many; allowed: 0 to 3"))
        #expect(
            lines.contains {
                $0.hasPrefix("\(file.path):12: policy.reminder.channels[0]: none of the tenant's plug-ins offers")
            })
    }
}
