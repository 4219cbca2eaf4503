import Foundation
import JobQueue
import Tenancy
import TenantFiles
import Testing

@Suite struct TenantFileTests {
    let folder: TenantFolder

    init() throws { folder = try TenantFolder() }

    @Test func `a full file is read whole`() throws {
        _ = try folder.write("# Rykker\n\nHej {{debtorName}}\n", to: "x/letters/reminder.da.mustache")
        _ = try folder.write("# Reminder\n", to: "x/letters/reminder.en.mustache")
        _ = try folder.write("", to: "x/letters/.DS_Store")
        let file = try TenantFile.read(
            try folder.write(
                """
                tenant: midtfyns-el
                legalName: Midtfyns Elforsyning A/S
                registrationNumber: "99532742"
                countries: [DK, NO]
                language: da
                deductsVAT: true
                letterhead:
                  address: ["Energivej 4", "5750 Ringe"]
                  phone: +45 99 99 10 10
                  email: kundeservice@midtfyns-el.example
                  web: www.midtfyns-el.example
                  color: "#0B5C8A"
                bank: { account: "0040 0440116243", iban: "DK50 0040 0440 1162 43", bic: DABADKKK }
                paymentCreditorNumber: "81234567"
                plugins:
                  denmark: { dayCount: actual/365 }
                  post-channel: {}
                policy:
                  reminder: { times: 2, waitingDays: 5, charge: true, channels: [email, post] }
                  collectionNotice: { waitingDays: 3, charge: true, channels: [post] }
                  readyForCourt: { waitingDays: 14 }
                commission: { percent: 12.5 }
                csv: { delimiter: ",", decimalSeparator: ".", encoding: latin-1 }
                letterTexts: x/letters
                """))
        #expect(
            file.settings
                == TenantSettings(
                    tenant: "midtfyns-el", legalName: "Midtfyns Elforsyning A/S", registrationNumber: "99532742",
                    countries: ["DK", "NO"], language: "da", deductsVAT: true,
                    letterhead: TenantSettings.Letterhead(
                        address: ["Energivej 4", "5750 Ringe"], phone: "+45 99 99 10 10",
                        email: "kundeservice@midtfyns-el.example", web: "www.midtfyns-el.example", color: "#0B5C8A"),
                    bank: TenantSettings.Bank(
                        account: "0040 0440116243", iban: "DK50 0040 0440 1162 43", bic: "DABADKKK"),
                    paymentCreditorNumber: "81234567",
                    plugins: ["denmark": ["dayCount": "actual/365"], "post-channel": [:]],
                    policy: [
                        TenantSettings.Step(
                            kind: "reminder", times: 2, waitingDays: 5, charge: true, channels: ["email", "post"]),
                        TenantSettings.Step(
                            kind: "collectionNotice", times: 1, waitingDays: 3, charge: true, channels: ["post"]),
                        TenantSettings.Step(
                            kind: "readyForCourt", times: 1, waitingDays: 14, charge: false, channels: []),
                    ],
                    commission: TenantSettings.Commission(basisPoints: 1250),
                    csv: TenantSettings.CSVFormat(delimiter: ",", decimalSeparator: ".", encoding: "latin-1"),
                    letterTexts: [
                        "reminder.da": "# Rykker\n\nHej {{debtorName}}\n", "reminder.en": "# Reminder\n",
                    ]))
    }

    @Test func `scalars are text as written, so that zeros stay and NO is a country`() throws {
        let settings = try TenantFile.read(try folder.write(Sample.least)).settings
        #expect(settings.registrationNumber == "099532742")
        #expect(settings.bank.account == "00400440116243")
        #expect(settings.paymentCreditorNumber == "0123")
        #expect(settings.countries == ["NO"])
        #expect(settings.plugins == ["norway": [:]])
        #expect(settings.csv == .standard)
        #expect(settings.letterTexts.isEmpty)
        #expect(settings.policy.map(\.times) == [1])
    }

    @Test func `all faults of a file come at once, in the order of its lines`() throws {
        let faults = try folder.faults(
            of: """
                tenant: Midtfyns El
                legalNmae: x
                countries: [DK, dk, DK, ~]
                language: danish
                deductsVAT: yes
                letterhead: { address: [], color: blue, email: nobody }
                bank:
                  account: [1]
                  iban: DK51 0040 0440 1162 43
                  bic: dabadkkk
                language: da
                paymentCreditorNumber:
                plugins: {}
                policy:
                  reminder: { times: 11, waitingDays: -1, charge: 1, channels: post, waitingDay: 3 }
                  Court: { times: two, waitingDays: "3", channels: [post, post, "p o"] }
                  court: 3
                commission: { percent: 12.555 }
                csv: { delimiter: "|", encoding: UTF-8 }
                letterTexts: ../letters
                """)
        #expect(
            faults == [
                "x.yaml:1: legalName: the key is missing; allowed: the registered name, on one line",
                "x.yaml:1: registrationNumber: the key is missing; allowed: the national registration number",
                "x.yaml:1: tenant: 'Midtfyns El' is not allowed; allowed: small letters, digits and hyphens, "
                    + "2 to 40 of them, first a letter",
                "x.yaml:2: legalNmae: unknown key 'legalNmae', did you mean 'legalName'?; allowed: tenant, legalName, "
                    + "registrationNumber, countries, language, deductsVAT, letterhead, bank, paymentCreditorNumber, "
                    + "plugins, policy, commission, csv, letterTexts, weight, limits, schedules, collection",
                "x.yaml:3: countries[1]: 'dk' is not allowed; allowed: a list of two capital letters, such as [DK]",
                "x.yaml:3: countries[2]: 'DK' is there twice; allowed: each once",
                "x.yaml:3: countries[3]: nothing is written; allowed: a list of two capital letters, such as [DK]",
                "x.yaml:4: language: 'danish' is not allowed; allowed: two small letters, such as da",
                "x.yaml:5: deductsVAT: 'yes' is neither true nor false; allowed: true or false",
                "x.yaml:6: letterhead.address: the list is empty; allowed: a list of lines, "
                    + "such as [\"Energivej 4\", \"5750 Ringe\"]",
                "x.yaml:6: letterhead.color: 'blue' is not allowed; allowed: # and six hexadecimal digits in quotes, "
                    + "such as \"#0B5C8A\"",
                "x.yaml:6: letterhead.email: 'nobody' is not allowed; allowed: an e-mail address",
                "x.yaml:8: bank.account: a list where text is wanted; allowed: the domestic account number",
                "x.yaml:9: bank.iban: 'DK51 0040 0440 1162 43' is not allowed; allowed: an IBAN of the right length "
                    + "whose check digits fit",
                "x.yaml:10: bank.bic: 'dabadkkk' is not allowed; allowed: 8 or 11 capital letters and digits",
                "x.yaml:11: language: the key is there twice, first on line 4; allowed: each key once",
                "x.yaml:12: paymentCreditorNumber: nothing is written; allowed: the creditor's number in the payment "
                    + "system",
                "x.yaml:13: plugins: no plug-in is named; allowed: identifiers with their settings, such as denmark: "
                    + "{ dayCount: actual/365 }",
                "x.yaml:15: policy.reminder.times: 11 is too many; allowed: 0 to 10",
                "x.yaml:15: policy.reminder.waitingDays: -1 is too few; allowed: 0 to 365",
                "x.yaml:15: policy.reminder.charge: '1' is neither true nor false; allowed: true or false",
                "x.yaml:15: policy.reminder.channels: 'post' where a list is wanted; allowed: a list of channels, "
                    + "such as [email, post]",
                "x.yaml:15: policy.reminder.waitingDay: unknown key 'waitingDay', did you mean 'waitingDays'?; "
                    + "allowed: times, waitingDays, charge, channels",
                "x.yaml:16: policy.Court: 'Court' is not the name of a step; allowed: a lowerCamelCase name, "
                    + "such as collectionNotice",
                "x.yaml:16: policy.Court.times: 'two' is not a whole number; allowed: 0 to 10",
                "x.yaml:16: policy.Court.waitingDays: the text \"3\" is not a whole number; allowed: 0 to 365",
                "x.yaml:16: policy.Court.channels[1]: 'post' is there twice; allowed: each once",
                "x.yaml:16: policy.Court.channels[2]: 'p o' is not allowed; allowed: a list of channels, "
                    + "such as [email, post]",
                "x.yaml:17: policy.court: '3' where a mapping is wanted; allowed: times, waitingDays, charge, channels",
                "x.yaml:18: commission.percent: '12.555' is not a percentage; allowed: 0 to 100, with at most two "
                    + "decimals after a point",
                "x.yaml:19: csv.delimiter: '|' is not allowed; allowed: \";\" or \",\"",
                "x.yaml:19: csv.encoding: 'UTF-8' is not allowed; allowed: utf-8 or latin-1",
                "x.yaml:20: letterTexts: '../letters' is not a folder beside the file; allowed: letters",
            ])
    }

    @Test(arguments: [
        "tenant", "legalName", "registrationNumber", "countries", "language", "deductsVAT", "letterhead", "bank",
        "paymentCreditorNumber", "plugins", "policy", "commission",
    ])
    func `what must be there is missed by name`(_ key: String) throws {
        let faults = try folder.faults(of: Sample.with(key, "# \(key)"))
        #expect(faults.count == 1)
        #expect(faults.first?.contains(": \(key): the key is missing; allowed: ") == true)
        let empty = try folder.faults(of: Sample.with(key, "\(key): null"))
        #expect(empty.count == 1)
        #expect(empty.first?.contains(": \(key): ") == true)
    }

    @Test(arguments: [
        ("0", 0), ("100", 10_000), ("12.5", 1250), ("8.75", 875), ("0.05", 5), ("7.50", 750), ("007", 700),
    ])
    func `a percentage is read exactly`(_ text: String, _ basisPoints: Int) throws {
        let file = try folder.write(Sample.with("commission", "commission: { percent: \(text) }"))
        #expect(try TenantFile.read(file).settings.commission.basisPoints == basisPoints)
    }

    @Test(arguments: [
        "100.01", "-1", "12.", ".5", "1e1", "12.505", "\"12.5\"", "'12,5'", "abc", "[1]", "9999999999", "1_0",
    ])
    func `a percentage of another form is refused`(_ text: String) throws {
        let faults = try folder.faults(of: Sample.with("commission", "commission: { percent: \(text) }"))
        #expect(faults.count == 1)
        #expect(faults.first?.hasPrefix("x.yaml:12: commission.percent: ") == true)
    }

    @Test(arguments: [
        ("times: 0, waitingDays: 0", 0), ("times: 10, waitingDays: 365", 0), ("times: 11, waitingDays: 366", 2),
        ("times: 1.5, waitingDays: 0x10", 2), ("times: 99999999999999999999, waitingDays: []", 2),
    ])
    func `numbers of a step have their ranges`(_ text: String, _ count: Int) throws {
        #expect(try folder.faults(of: Sample.with("policy", "policy: { reminder: { \(text) } }")).count == count)
    }

    @Test func `share, limits and schedules are read`() throws {
        let settings = try TenantFile.read(
            try folder.write(
                Sample.least + """

                    weight: 10
                    limits: { post: 500/hour, sms-channel: "10/second", all: 2000/day }
                    schedules:
                      dailyRun: 0 7 * * mon-fri workdays
                      selfCheck: "*/30 1-5 * * SUN contact-hours"
                    """)
        ).settings
        #expect(settings.weight == 10)
        #expect(
            settings.limits.mapValues(\.description) == [
                "post": "500/hour", "sms-channel": "10/second", "all": "2000/day",
            ])
        #expect(settings.schedules.dailyRun == (try Schedule(parsing: "0 7 * * mon-fri workdays")))
        #expect(settings.schedules.selfCheck.description == "*/30 1-5 * * sun contact-hours")
    }

    @Test(arguments: ["", "weight:\nlimits:\nschedules:", "limits: {}\nschedules: {}", "schedules: { dailyRun: ~ }"])
    func `share, limits and schedules have their standards`(_ text: String) throws {
        let settings = try TenantFile.read(try folder.write("\(Sample.least)\n\(text)")).settings
        #expect(settings.weight == 1)
        #expect(settings.limits.isEmpty)
        #expect(settings.schedules == .standard)
    }

    @Test func `faults of share, limits and schedules come with all others`() throws {
        let rate = "allowed: a number, / and second, minute, hour or day, such as 500/hour; at most 100 a second"
        #expect(
            try folder.faults(
                of: Sample.with("language", "language: norsk") + """

                    weight: 11
                    limits: { post: 500/hr, Post: 5/day, all: , sms: [1], post: 1/day }
                    schedules:
                      dailyRun: 0 24 * * *
                      selfChek: "0 1 * * *"
                      selfCheck: "0 6 31 2 *"
                    """) == [
                    "x.yaml:5: language: 'norsk' is not allowed; allowed: two small letters, such as da",
                    "x.yaml:13: weight: 11 is too many; allowed: 1 to 10",
                    "x.yaml:14: limits.post: '500/hr' is not allowed; \(rate)",
                    "x.yaml:14: limits.Post: 'Post' is not the name of a channel; allowed: small letters, digits and hyphens, "
                        + "or all",
                    "x.yaml:14: limits.all: nothing is written; \(rate)",
                    "x.yaml:14: limits.sms: a list where text is wanted; \(rate)",
                    "x.yaml:14: limits.post: the key is there twice, first on line 14; allowed: each key once",
                    "x.yaml:16: schedules.dailyRun: the hour '24' is not allowed; allowed: 0 to 23; alone, as a list (1,5), "
                        + "as a range (1-5), as a step (*/5), or *",
                    "x.yaml:17: schedules.selfChek: unknown key 'selfChek', did you mean 'selfCheck'?; allowed: dailyRun, "
                        + "selfCheck",
                    "x.yaml:18: schedules.selfCheck: '0 6 31 2 *' never occurs; allowed: days of the month that its months "
                        + "have",
                ])
        for text in ["weight: 0", "weight: 1.5", "weight: heavy", "limits: post", "limits: [post]", "schedules: daily"]
        {
            #expect(try folder.faults(of: "\(Sample.least)\n\(text)").count == 1, "\(text)")
        }
    }

    // YAML takes the asterisk for an alias; the fault must not send anybody looking elsewhere.
    @Test func `a schedule that begins with an asterisk and has no quotes is a fault of its line`() throws {
        let faults = try folder.faults(of: Sample.least + "\nschedules:\n  dailyRun: */15 * * * *")
        #expect(faults.count == 1)
        #expect(faults.first?.hasPrefix("x.yaml:14: ") == true, "\(faults)")
    }

    @Test func `texts are one line of printable characters, and not endless`() throws {
        for text in ["\"a\\nb\"", "\"a\\0b\"", "\"\\e[31mred\"", "\"  \"", "\"\"", String(repeating: "x", count: 201)] {
            let faults = try folder.faults(of: Sample.with("legalName", "legalName: \(text)"))
            #expect(faults.count == 1)
            #expect(faults.first?.hasPrefix("x.yaml:2: legalName: ") == true)
            #expect(faults.first?.contains("\u{1B}") == false)
        }
    }

    @Test func `one separator cannot part both columns and decimals`() throws {
        let faults = try folder.faults(of: Sample.least + "\ncsv: { delimiter: \",\" }")
        #expect(
            faults == ["x.yaml:13: csv: delimiter and decimalSeparator are both ','; allowed: two that differ"])
    }

    @Test func `keys that are there twice are all found, wherever they are and however written`() throws {
        let faults = try folder.faults(
            of: Sample.least.replacing("policy: { reminder: {} }", with: "policy: { reminder: { times: 1, times: 2 } }")
                + "\n\"tenant\": cd\ntenant: ef\nlanguage: da\n")
        #expect(
            faults == [
                "x.yaml:11: policy.reminder.times: the key is there twice, first on line 11; allowed: each key once",
                "x.yaml:13: tenant: the key is there twice, first on line 1; allowed: each key once",
                "x.yaml:14: tenant: the key is there twice, first on line 1; allowed: each key once",
                "x.yaml:15: language: the key is there twice, first on line 5; allowed: each key once",
            ])
    }

    @Test(arguments: [
        ("tenant: [a", 1), ("tenant: ab\n  legalName: x", 2), ("tenant: \"ab", 1), ("a: b: c", 1), ("- a\nb: c", 2),
        ("\tx: 1", 1), ("a: %", 1), ("x: !!{}", 1), ("&", 1), ("*a", 1), ("a: *b", 1), ("}", 1),
        ("a: \"\\ud800\"", 1), ("a: \"\\q\"", 1), ("%YAML 9.9\n---\na: b", 1),
    ])
    func `a syntax error is a fault with its line`(_ text: String, _ line: Int) throws {
        let faults = try folder.faults(of: text)
        #expect(faults.count == 1)
        #expect(faults.first?.hasPrefix("x.yaml:\(line): not YAML: ") == true, "\(faults)")
    }

    @Test(arguments: [
        ("", "x.yaml: the file is empty"), ("\n\n# nothing\n", "x.yaml: the file is empty"),
        ("a: 1\n---\nb: 2\n", "x.yaml:3: a second YAML document begins"),
        ("- a\n", "x.yaml:1: a list where a mapping is wanted"), ("ab", "x.yaml:1: 'ab' where a mapping is wanted"),
        ("? [a]\n: 1\n", "x.yaml:1: a key is a list or a mapping"),
        ("a: \u{7}b", "x.yaml:1: the control character U+7"),
        ("a: 1\nb: \u{FFFE}", "x.yaml:2: the control character U+FFFE"),
        ("[a]: 1\n[a]: 2", "x.yaml:1: the key"), ("\"\": 1\n\"\": 2", "x.yaml:1: the key '' is there twice"),
    ])
    func `another document than one mapping of texts is refused`(_ text: String, _ fault: String) throws {
        let faults = try folder.faults(of: text)
        #expect(faults.first?.hasPrefix(fault) == true, "\(faults)")
    }

    // Goal: no input costs much more time or memory than its length. Method: the known bombs, each built to be far over
    // what could be worked off (a "billion laughs", also as a key; brackets, dashes and question marks without end).
    @Test(.timeLimit(.minutes(1)), arguments: Bomb.all)
    func `a bomb is refused quickly`(_ bomb: Bomb) throws {
        #expect(try !folder.faults(of: bomb.text).isEmpty)
    }

    // Goal: no trap on any input. Method: change bytes of a good file at random; the seed is fixed and printed.
    @Test(.timeLimit(.minutes(2)), arguments: [1, 2, 3, 4] as [UInt64])
    func `a damaged file is read or refused, never a trap`(_ seed: UInt64) throws {
        var random = SplitMix(state: seed)
        let good = Array((Sample.least + "\ncsv: { delimiter: \";\" }\n# é\n").utf8)
        let alphabet = Array("[]{}:,-?&*!|>'\"%@`#~ \n\t\\aA0é\u{0}\u{85}\u{2028}".utf8)
        for _ in 0..<400 {
            var bytes = good
            for _ in 0..<Int.random(in: 1...6, using: &random) {
                let place = Int.random(in: 0..<bytes.count, using: &random)
                let byte = alphabet.randomElement(using: &random) ?? 0
                switch Int.random(in: 0...2, using: &random) {
                case 0: bytes[place] = byte
                case 1: bytes.insert(byte, at: place)
                default: bytes.remove(at: place)
                }
            }
            for fault in folder.faults(at: try folder.write(Data(bytes), to: "x.yaml")) {
                #expect(fault.hasPrefix("x.yaml"), "seed \(seed)")
            }
        }
    }

    @Test func `a file that cannot be read says why`() throws {
        #expect(folder.faults(at: "\(folder.path)/none.yaml") == ["none.yaml: there is no such file"])
        _ = try folder.write("", to: "sub/x")
        #expect(folder.faults(at: "\(folder.path)/sub") == ["sub: it is a folder"])
        #expect(folder.faults(at: "/dev/null") == ["/dev/null: it is not a plain file"])
        #expect(folder.faults(at: "").count == 1)
        #expect(folder.faults(at: "a\u{0}b").count == 1)
        let large = try folder.write(Data(repeating: 0x23, count: 1024 * 1024 + 1), to: "large.yaml")
        #expect(folder.faults(at: large) == ["large.yaml: it is too large; allowed: at most 1024 KiB"])
        let full = try folder.write(Data(repeating: 0x23, count: 1024 * 1024), to: "full.yaml")
        #expect(folder.faults(at: full) == ["full.yaml: the file is empty"])
        let latin = try folder.write(Data([0x61, 0x3A, 0x20, 0x62, 0x0A, 0x63, 0xE6]), to: "latin.yaml")
        #expect(folder.faults(at: latin).first?.hasPrefix("latin.yaml:2: it is not UTF-8; allowed: ") == true)
    }

    @Test func `a byte order mark and Windows line ends are read`() throws {
        let windows = Sample.least.replacing("\n", with: "\r\n")
        let file = try folder.write(Data([0xEF, 0xBB, 0xBF]) + Data(windows.utf8), to: "x.yaml")
        #expect(try TenantFile.read(file).settings == TenantFile.read(try folder.write(Sample.least)).settings)
        #expect(
            try folder.faults(of: windows + "\r\ntenat: x").first?.hasPrefix("x.yaml:13: tenat: unknown key") == true)
    }

    @Test func `letter texts are files of a step and a language`() throws {
        let text = Sample.least + "\nletterTexts: letters"
        #expect(
            try folder.faults(of: text) == ["x.yaml:13: letterTexts: there is no folder 'letters' beside the file"])
        for name in ["reminder.mustache", "Reminder.da.mustache", "reminder.dan.mustache", "reminder.da.txt"] {
            _ = try folder.write("x", to: "letters/\(name)")
        }
        _ = try folder.write("x", to: "letters/sub.da.mustache/x")
        _ = try folder.write(Data([0x61, 0x0A, 0xE6]), to: "letters/a.da.mustache")
        _ = try folder.write(Data(repeating: 0x61, count: 256 * 1024 + 1), to: "letters/b.da.mustache")
        let allowed = "; allowed: <step>.<language>.mustache, for example reminder.da.mustache"
        #expect(
            try folder.faults(of: text) == [
                "x.yaml:13: letterTexts: 'Reminder.da.mustache' is not the name of a letter text\(allowed)",
                "x.yaml:13: letterTexts: a.da.mustache, line 2: it is not UTF-8; allowed: UTF-8, for example saved "
                    + "again as such",
                "x.yaml:13: letterTexts: b.da.mustache: it is too large; allowed: at most 256 KiB",
                "x.yaml:13: letterTexts: 'reminder.da.txt' is not the name of a letter text\(allowed)",
                "x.yaml:13: letterTexts: 'reminder.dan.mustache' is not the name of a letter text\(allowed)",
                "x.yaml:13: letterTexts: 'reminder.mustache' is not the name of a letter text\(allowed)",
                "x.yaml:13: letterTexts: sub.da.mustache: it is a folder",
            ])
        for folderName in ["/etc", "..", "a/../b", "./letters", "letters/"] {
            #expect(try folder.faults(of: Sample.least + "\nletterTexts: \(folderName)").count == 1)
        }
    }

    @Test func `a key path has the place of its key, or of what is around it`() throws {
        let file = try TenantFile.read(
            try folder.write(
                Sample.with("policy", "policy:\n  reminder:\n    times: 2\n    channels: [email,\n      post]")))
        func place(_ key: String) -> String { "\(file.location(of: key).line):\(file.location(of: key).column)" }
        #expect(place("policy.reminder.times") == "13:12")
        #expect(place("policy.reminder.channels[1]") == "15:7")
        #expect(place("policy.reminder.channels[7]") == "14:5")
        #expect(place("policy.reminder.waitingDays") == "12:3")
        #expect(place("plugins.norway") == "10:12")
        #expect(place("plugins.norway.some.setting") == "10:12")
        #expect(place("nothing.like.it") == "1:1")
        let located = file.located([TenantFault(key: "bank.account", "wrong"), TenantFault(key: "tenant", "bad")])
        #expect(located.faults.map(\.line) == [1, 8])
        #expect(located.description.contains("x.yaml:8: bank.account: wrong"))
    }
}

/// A text that costs a careless reader far more than its length.
struct Bomb: Sendable, CustomTestStringConvertible {
    var testDescription: String
    var text: String

    init(_ name: String, _ text: String) {
        testDescription = name
        self.text = text
    }

    static func repeated(_ part: String, _ count: Int) -> Bomb {
        Bomb("\(count) x '\(part)'", String(repeating: part, count: count))
    }

    /// "A billion laughs": each line is twice the line before.
    static var laughs: String {
        var text = "a0: &a0 [x]\n"
        for line in 1...40 { text += "a\(line): &a\(line) [*a\(line - 1), *a\(line - 1)]\n" }
        return text
    }

    static var indented: String {
        var text = ""
        for depth in 0..<600 { text += String(repeating: " ", count: depth) + "a:\n" }
        return text
    }

    static var manyKeys: String {
        var text = ""
        for number in 0..<30_000 { text += "k\(number): 1\n" }
        return text
    }

    static let all: [Bomb] = [
        Bomb("aliases", laughs), Bomb("an alias as key", laughs + "? *a40\n: 1"), Bomb("a cycle", "&a [*a]"),
        Bomb("indentation", indented), Bomb("many keys", manyKeys),
        Bomb("90 lists", "a: " + String(repeating: "[1, ", count: 90) + String(repeating: "]", count: 90)),
        Bomb("a long list", "a: [" + String(repeating: "1,", count: 100_000) + "]"),
        .repeated("[", 900_000), .repeated("{a: ", 50_000), .repeated("- ", 100_000), .repeated("? ", 100_000),
        .repeated("k: 1\n", 50_000), .repeated("!", 300_000), .repeated("'", 300_000), .repeated("\"a\" ", 50_000),
        .repeated("a:\n", 50_000), .repeated("a ", 100_000), .repeated("\n", 900_000), .repeated("[],", 100_000),
    ]
}

/// A small random number generator with a seed (SplitMix64).
struct SplitMix: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
