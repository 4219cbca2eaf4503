import FordringKit
import Foundation
import JobQueue
import Tenancy
import Testing

@Suite struct TenantSettingsTests {
    private let settings = TenantSettings(
        tenant: "ab", legalName: "Prøve \"A/S\" \\ \u{1}\t😀", registrationNumber: "99532742", countries: ["DK", "NO"],
        language: "da", deductsVAT: true,
        letterhead: TenantSettings.Letterhead(
            address: ["Gade 1", "1000 By"], phone: "1", email: "a@b", web: "w", color: "#000000"),
        bank: TenantSettings.Bank(account: "1", iban: "2", bic: "3"), paymentCreditorNumber: "8",
        plugins: ["b": [:], "a": ["y": "1", "x": "2"]],
        policy: [
            TenantSettings.Step(kind: "reminder", times: 2, waitingDays: 5, charge: true, channels: ["email", "post"]),
            TenantSettings.Step(kind: "readyForCourt", times: 1, waitingDays: 9, charge: false, channels: []),
        ],
        commission: TenantSettings.Commission(basisPoints: 1250), csv: .standard,
        letterTexts: ["reminder.da": "# Rykker\n\nHej"])

    @Test func `the JSON text is sorted and read back whole`() throws {
        let text = settings.canonicalJSON
        #expect(try JSONDecoder().decode(TenantSettings.self, from: Data(text.utf8)) == settings)
        #expect(text.hasPrefix(#"{"bank":{"account":"1","bic":"3","iban":"2"},"collection":"agency",""#))
        #expect(text.contains(#""legalName":"Prøve \"A/S\" \\ \u0001\t😀""#))
        #expect(text.contains(##""letterTexts":{"reminder.da":"# Rykker\n\nHej"}"##))
        #expect(text.contains(#""plugins":{"a":{"x":"2","y":"1"},"b":{}}"#))
    }

    // The coder knows every stored property; the text that is written by hand must not forget one.
    @Test func `the JSON text has every key that the coder has`() throws {
        let coded = try JSONSerialization.jsonObject(with: JSONEncoder().encode(settings))
        let written = try JSONSerialization.jsonObject(with: Data(settings.canonicalJSON.utf8))
        #expect(coded as? NSDictionary == written as? NSDictionary)
    }

    @Test func `what is not there is left out and read back`() throws {
        var least = settings
        least.letterhead = TenantSettings.Letterhead(address: [], phone: nil, email: nil, web: nil, color: nil)
        least.bank = TenantSettings.Bank(account: "1", iban: nil, bic: nil)
        let text = least.canonicalJSON
        #expect(!text.contains("iban"))
        #expect(try JSONDecoder().decode(TenantSettings.self, from: Data(text.utf8)) == least)
    }

    // In the form in which hosts wrote records before these keys came.
    @Test func `a record from before shares, limits and schedules has their standards`() throws {
        let old = """
            {"bank":{"account":"1","bic":"3","iban":"2"},"commission":{"basisPoints":1250},"countries":["DK","NO"],\
            "csv":{"decimalSeparator":",","delimiter":";","encoding":"utf-8"},"deductsVAT":true,"language":"da",\
            "legalName":"Prøve","letterTexts":{"reminder.da":"# Rykker"},"letterhead":{"address":["Gade 1","1000 By"],\
            "color":"#000000","email":"a@b","phone":"1","web":"w"},"paymentCreditorNumber":"8","plugins":{"a":{"x":"2"}},\
            "policy":[{"channels":["post"],"charge":true,"kind":"reminder","times":2,"waitingDays":5}],\
            "registrationNumber":"99532742","tenant":"ab"}
            """
        let read = try JSONDecoder().decode(TenantSettings.self, from: Data(old.utf8))
        #expect(read.weight == 1)
        #expect(read.limits.isEmpty)
        #expect(read.schedules == .standard)
        #expect(read.schedules.dailyRun.description == "0 6 * * *")
        #expect(read.schedules.selfCheck.description == "30 2 * * sun")
        #expect(read.tenant == "ab" && read.bank.iban == "2" && read.policy.count == 1 && read.letterTexts.count == 1)
        // The same file again changes nothing.
        let again = try JSONDecoder().decode(TenantSettings.self, from: Data(read.canonicalJSON.utf8))
        #expect(again.differences(from: read).isEmpty)
        let some = old.replacing(#""tenant":"ab"}"#, with: #""schedules":{"selfCheck":"0 1 * * *"},"tenant":"ab"}"#)
        let half = try JSONDecoder().decode(TenantSettings.self, from: Data(some.utf8)).schedules
        #expect(half.dailyRun == TenantSettings.Schedules.standard.dailyRun)
        #expect(half.selfCheck.description == "0 1 * * *")
    }

    @Test func `share, limits and schedules are written as texts and differ by their keys`() throws {
        var changed = settings
        changed.weight = 3
        changed.limits = ["all": try #require(RateLimit("2000/day")), "post": try #require(RateLimit("500/hour"))]
        changed.schedules.dailyRun = try Schedule(parsing: "0 7 * * * workdays")
        let text = changed.canonicalJSON
        #expect(text.contains(#""limits":{"all":"2000/day","post":"500/hour"}"#))
        #expect(text.contains(#""schedules":{"dailyRun":"0 7 * * * workdays","selfCheck":"30 2 * * sun"}"#))
        #expect(text.hasSuffix(#""weight":3}"#))
        #expect(try JSONDecoder().decode(TenantSettings.self, from: Data(text.utf8)) == changed)
        #expect(
            changed.differences(from: settings) == ["limits.all", "limits.post", "schedules.dailyRun", "weight"])
        #expect(
            settings.differences(from: changed) == ["limits.all", "limits.post", "schedules.dailyRun", "weight"])
        var other = changed
        other.limits["post"] = RateLimit("501/hour")
        other.schedules.selfCheck = changed.schedules.dailyRun
        #expect(other.differences(from: changed) == ["limits.post", "schedules.selfCheck"])
    }

    @Test func `differences are the key paths that changed`() {
        #expect(settings.differences(from: settings).isEmpty)
        var changed = settings
        changed.legalName = "New"
        changed.bank.iban = nil
        changed.countries = ["NO", "DK"]
        changed.plugins["a"] = ["x": "3"]
        changed.plugins["b"] = ["z": "1"]
        changed.plugins["c"] = [:]
        changed.policy[0].times = 1
        changed.policy[0].channels = ["post"]
        changed.letterTexts["reminder.da"] = "# Rykker"
        let paths = [
            "bank.iban", "countries", "legalName", "letterTexts.reminder.da", "plugins.a.x", "plugins.a.y",
            "plugins.b.z", "plugins.c", "policy.reminder.channels", "policy.reminder.times",
        ]
        #expect(changed.differences(from: settings) == paths)
        #expect(settings.differences(from: changed) == paths)
    }

    @Test func `a step that is new or gone differs, and so does an order`() {
        var fewer = settings
        fewer.policy.removeLast()
        #expect(
            fewer.differences(from: settings) == [
                "policy.readyForCourt.channels", "policy.readyForCourt.charge", "policy.readyForCourt.kind",
                "policy.readyForCourt.times", "policy.readyForCourt.waitingDays",
            ])
        var turned = settings
        turned.policy.reverse()
        #expect(turned.differences(from: settings) == ["policy (order)"])
    }

    @Test func `policies and channels are found by step`() {
        #expect(
            settings.stepPolicies == [
                StepPolicy(kind: .reminder, times: 2, waitingDays: 5, charge: true),
                StepPolicy(kind: .readyForCourt, times: 1, waitingDays: 9, charge: false),
            ])
        #expect(settings.channels(for: .reminder) == ["email", "post"])
        #expect(settings.channels(for: .readyForCourt) == [])
        #expect(settings.channels(for: .collectionNotice) == [])
    }

    @Test(arguments: [
        ("waitingDay", "waitingDays"), ("Times", "times"), ("chanels", "channels"), ("chrage", "charge"),
        ("timse", "times"), ("x", nil), ("", nil), ("deductsVAT", nil), ("tims", "times"),
    ])
    func `a slip is told from another word`(_ word: String, _ meant: String?) {
        #expect(Spelling.nearest(to: word, among: ["times", "waitingDays", "charge", "channels"]) == meant)
    }

    @Test func `a fault is one line`() {
        #expect(
            TenantFault(file: "a.yaml", line: 3, column: 4, key: "b", "wrong", allowed: "c").description
                == "a.yaml:3: b: wrong; allowed: c")
        #expect(TenantFault(file: "a.yaml", key: "", "wrong").description == "a.yaml: wrong")
        #expect(TenantFault(key: "b", "wrong").description == "b: wrong")
    }
}
