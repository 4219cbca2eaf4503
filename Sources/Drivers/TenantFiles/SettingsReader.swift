import FordringKit
import JobQueue
import Tenancy

/// Reads the tree of a tenant's file into settings and collects all that is wrong with it.
struct SettingsReader {
    let file: String
    let root: YAMLValue
    var faults: [TenantFault] = []
    /// Where each key path stands.
    var positions: [String: TextPosition] = [:]

    init(file: String, root: YAMLValue) {
        self.file = file
        self.root = root
        positions[""] = root.position
    }

    /// - Returns: `nil` when something that must be there is not; there are faults then.
    mutating func read() -> TenantSettings? {
        guard
            let top = fields(
                root, "",
                keys: [
                    "tenant", "legalName", "registrationNumber", "countries", "language", "deductsVAT", "letterhead",
                    "bank", "paymentCreditorNumber", "plugins", "policy", "commission", "csv", "letterTexts",
                    "weight", "limits", "schedules", "collection",
                ])
        else { return nil }
        let tenant = requiredText(
            top, "tenant", "small letters, digits and hyphens, 2 to 40 of them, first a letter",
            where: { TenantID($0) != nil })
        let legalName = requiredText(top, "legalName", "the registered name, on one line")
        let registrationNumber = requiredText(top, "registrationNumber", "the national registration number")
        let countries = texts(
            top, "countries", "a list of two capital letters, such as [DK]", isRequired: true,
            where: { CountryCode($0) != nil })
        let language = requiredText(top, "language", "two small letters, such as da", where: TextForm.isLanguage)
        let deductsVAT = flag(top, "deductsVAT", isRequired: true)
        let letterhead = letterhead(top)
        let bank = bank(top)
        let paymentCreditorNumber = requiredText(
            top, "paymentCreditorNumber", "the creditor's number in the payment system")
        let plugins = plugins(top)
        let policy = policy(top)
        let commission = commission(top)
        let csv = csv(top)
        let letterTexts = letterTexts(top)
        let weight = number(top, "weight", TenantSettings.weights) ?? 1
        let limits = limits(top)
        let schedules = schedules(top)
        let collection =
            choice(top, "collection", TenantSettings.Collection.allCases.map(\.rawValue))
            .flatMap(TenantSettings.Collection.init) ?? .agency
        guard let tenant, let legalName, let registrationNumber, let countries, let language, let deductsVAT,
            let letterhead, let bank, let paymentCreditorNumber, let plugins, let policy, let commission, let csv
        else { return nil }
        return TenantSettings(
            tenant: tenant, legalName: legalName, registrationNumber: registrationNumber, countries: countries,
            language: language, deductsVAT: deductsVAT, letterhead: letterhead, bank: bank,
            paymentCreditorNumber: paymentCreditorNumber, plugins: plugins, policy: policy, commission: commission,
            csv: csv, letterTexts: letterTexts, weight: weight, limits: limits, schedules: schedules,
            collection: collection)
    }

    // MARK: Sections

    private mutating func letterhead(_ top: Fields) -> TenantSettings.Letterhead? {
        guard
            let fields = section(
                top, "letterhead", keys: ["address", "phone", "email", "web", "color"], isRequired: true)
        else { return nil }
        let address = texts(
            fields, "address", "a list of lines, such as [\"Energivej 4\", \"5750 Ringe\"]", isRequired: true,
            where: TextForm.isLine)
        let phone = text(fields, "phone", "a telephone number")
        let email = text(fields, "email", "an e-mail address", where: TextForm.isEmail)
        let web = text(fields, "web", "a web address")
        let color = text(
            fields, "color", "# and six hexadecimal digits in quotes, such as \"#0B5C8A\"", where: TextForm.isColor)
        guard let address else { return nil }
        return TenantSettings.Letterhead(address: address, phone: phone, email: email, web: web, color: color)
    }

    private mutating func bank(_ top: Fields) -> TenantSettings.Bank? {
        guard let fields = section(top, "bank", keys: ["account", "iban", "bic"], isRequired: true) else { return nil }
        let account = requiredText(fields, "account", "the domestic account number")
        let iban = text(
            fields, "iban", "an IBAN of the right length whose check digits fit", where: Checksum.isIBAN)
        let bic = text(fields, "bic", "8 or 11 capital letters and digits", where: TextForm.isBIC)
        guard let account else { return nil }
        return TenantSettings.Bank(account: account, iban: iban, bic: bic)
    }

    private mutating func plugins(_ top: Fields) -> [String: [String: String]]? {
        let allowed = "identifiers with their settings, such as denmark: { dayCount: actual/365 }"
        guard let fields = openFields(top, "plugins", allowed) else { return nil }
        var plugins: [String: [String: String]] = [:]
        for name in fields.order {
            let path = "plugins.\(name)"
            if !TextForm.isHyphenatedName(name) {
                fault(
                    path, at: fields.position(name), "'\(shortened(name))' is not an identifier",
                    allowed: "small letters, digits and hyphens")
            }
            var settings: [String: String] = [:]
            if let inner = openFields(fields, name, "settings, such as { dayCount: actual/365 }, or {}") {
                for key in inner.order {
                    if let value = text(inner, key, "one line of text") { settings[key] = value }
                }
            }
            plugins[name] = settings
        }
        if fields.order.isEmpty { fault("plugins", at: fields.mark, "no plug-in is named", allowed: allowed) }
        return plugins
    }

    private mutating func policy(_ top: Fields) -> [TenantSettings.Step]? {
        let allowed = "steps, such as reminder: { times: 2, waitingDays: 5, charge: true, channels: [post] }"
        guard let fields = openFields(top, "policy", allowed) else { return nil }
        var steps: [TenantSettings.Step] = []
        for kind in fields.order {
            if !TextForm.isName(kind) {
                fault(
                    "policy.\(kind)", at: fields.position(kind), "'\(shortened(kind))' is not the name of a step",
                    allowed: "a lowerCamelCase name, such as collectionNotice")
            }
            guard
                let step = section(
                    fields, kind, keys: ["times", "waitingDays", "charge", "channels"], isRequired: true)
            else { continue }
            let times = number(step, "times", 0...10) ?? 1
            let waitingDays = number(step, "waitingDays", 0...365) ?? 0
            let charge = flag(step, "charge", isRequired: false) ?? false
            let channels =
                texts(
                    step, "channels", "a list of channels, such as [email, post]", isRequired: false,
                    where: TextForm.isHyphenatedName) ?? []
            steps.append(
                TenantSettings.Step(
                    kind: kind, times: times, waitingDays: waitingDays, charge: charge, channels: channels))
        }
        if fields.order.isEmpty { fault("policy", at: fields.mark, "no step is named", allowed: allowed) }
        return steps
    }

    private mutating func commission(_ top: Fields) -> TenantSettings.Commission? {
        let allowed = "0 to 100, with at most two decimals after a point"
        guard let fields = section(top, "commission", keys: ["percent"], isRequired: true) else { return nil }
        guard let value = fields.value("percent") else {
            missing(fields, "percent", allowed)
            return nil
        }
        guard case .text(let text, isQuoted: false) = value.content, let basisPoints = TextForm.basisPoints(text),
            basisPoints <= 10_000
        else {
            fault("commission.percent", at: value.position, "\(value.name) is not a percentage", allowed: allowed)
            return nil
        }
        return TenantSettings.Commission(basisPoints: basisPoints)
    }

    private mutating func csv(_ top: Fields) -> TenantSettings.CSVFormat? {
        guard top.value("csv") != nil else { return .standard }
        guard
            let fields = section(
                top, "csv", keys: ["delimiter", "decimalSeparator", "encoding"], isRequired: false)
        else { return nil }
        var format = TenantSettings.CSVFormat.standard
        if let value = choice(fields, "delimiter", [";", ","]) { format.delimiter = value }
        if let value = choice(fields, "decimalSeparator", [",", "."]) { format.decimalSeparator = value }
        if let value = choice(fields, "encoding", ["utf-8", "latin-1"]) { format.encoding = value }
        if format.delimiter == format.decimalSeparator {
            fault(
                "csv", at: fields.mark, "delimiter and decimalSeparator are both '\(format.delimiter)'",
                allowed: "two that differ")
        }
        return format
    }

    private mutating func letterTexts(_ top: Fields) -> [String: String] {
        guard let folder = text(top, "letterTexts", "a folder beside the file"), let value = top.value("letterTexts")
        else { return [:] }
        let (texts, found) = LetterTextFolder.read(folder, beside: file)
        for found in found { fault("letterTexts", at: value.position, found.message, allowed: found.allowed) }
        return texts
    }

    private mutating func limits(_ top: Fields) -> [String: RateLimit] {
        guard top.value("limits") != nil, let fields = openFields(top, "limits", "channels with their rates")
        else { return [:] }
        var limits: [String: RateLimit] = [:]
        for name in fields.order {
            let path = "limits.\(name)"
            if !TextForm.isHyphenatedName(name) {
                fault(
                    path, at: fields.position(name), "'\(shortened(name))' is not the name of a channel",
                    allowed: "small letters, digits and hyphens, or \(TenantSettings.allChannels)")
            }
            let text = requiredText(fields, name, RateLimit.allowed, where: { RateLimit($0) != nil })
            if let text { limits[name] = RateLimit(text) }
        }
        return limits
    }

    private mutating func schedules(_ top: Fields) -> TenantSettings.Schedules {
        var schedules = TenantSettings.Schedules.standard
        guard let fields = section(top, "schedules", keys: ["dailyRun", "selfCheck"], isRequired: false) else {
            return schedules
        }
        if let schedule = schedule(fields, "dailyRun") { schedules.dailyRun = schedule }
        if let schedule = schedule(fields, "selfCheck") { schedules.selfCheck = schedule }
        return schedules
    }

    private mutating func schedule(_ fields: Fields, _ key: String) -> Schedule? {
        guard let text = text(fields, key, "five cron fields in quotes, such as \"0 6 * * *\""),
            let value = fields.value(key)
        else { return nil }
        do {
            return try Schedule(parsing: text)
        } catch {
            fault(fields.path(key), at: value.position, error.message, allowed: error.allowed)
            return nil
        }
    }

    // MARK: Values

    /// The members of a mapping, each key once.
    struct Fields {
        var path: String
        var mark: TextPosition
        /// The keys in the file's order.
        var order: [String] = []
        var members: [String: YAMLValue.Member] = [:]

        /// The value of a key, unless nothing is written there.
        func value(_ key: String) -> YAMLValue? {
            members[key].flatMap { $0.value.isNothing ? nil : $0.value }
        }
        func position(_ key: String) -> TextPosition { members[key]?.keyPosition ?? mark }
        func path(_ key: String) -> String { path.isEmpty ? key : "\(path).\(key)" }
    }

    private mutating func fault(_ key: String, at position: TextPosition, _ message: String, allowed: String) {
        faults.append(
            TenantFault(
                file: file, line: position.line, column: position.column, key: key, message, allowed: allowed))
    }

    private mutating func missing(_ fields: Fields, _ key: String, _ allowed: String) {
        let isThere = fields.members[key] != nil
        fault(
            fields.path(key), at: fields.position(key), isThere ? "nothing is written" : "the key is missing",
            allowed: allowed)
    }

    /// Takes a mapping apart; `keys` are the ones that it may have, or `nil` where it may have any.
    private mutating func fields(_ value: YAMLValue, _ path: String, keys: [String]?) -> Fields? {
        guard case .mapping(let members) = value.content else {
            fault(
                path, at: value.position, "\(value.name) where a mapping is wanted",
                allowed: keys?.joined(separator: ", ") ?? "key: value")
            return nil
        }
        var fields = Fields(path: path, mark: positions.nearest(to: path))
        for member in members {
            let memberPath = fields.path(member.key)
            if let first = fields.members[member.key] {
                fault(
                    memberPath, at: member.keyPosition,
                    "the key is there twice, first on line \(first.keyPosition.line)", allowed: "each key once")
                continue
            }
            if let keys, !keys.contains(member.key) {
                fault(
                    memberPath, at: member.keyPosition,
                    "unknown key '\(shortened(member.key))'" + Spelling.suggestion(for: member.key, among: keys),
                    allowed: keys.joined(separator: ", "))
            }
            if case .text = member.value.content {
                positions[memberPath] = member.value.isNothing ? member.keyPosition : member.value.position
            } else {
                positions[memberPath] = member.keyPosition
            }
            fields.order.append(member.key)
            fields.members[member.key] = member
        }
        return fields
    }

    /// A mapping under a key, with the keys that it may have.
    private mutating func section(_ outer: Fields, _ key: String, keys: [String], isRequired: Bool) -> Fields? {
        guard let value = outer.value(key) else {
            if isRequired { missing(outer, key, "a mapping with " + keys.joined(separator: ", ")) }
            return nil
        }
        return fields(value, outer.path(key), keys: keys)
    }

    /// A mapping under a key with keys of any name; nothing written is an empty one.
    private mutating func openFields(_ outer: Fields, _ key: String, _ allowed: String) -> Fields? {
        guard let member = outer.members[key] else {
            missing(outer, key, allowed)
            return nil
        }
        if member.value.isNothing { return Fields(path: outer.path(key), mark: member.keyPosition) }
        return fields(member.value, outer.path(key), keys: nil)
    }

    /// A scalar as text: what is written, whatever type YAML would see in it.
    private mutating func text(
        _ fields: Fields, _ key: String, _ allowed: String, where isAllowed: (String) -> Bool = TextForm.isLine
    ) -> String? {
        guard let value = fields.value(key) else { return nil }
        return text(value, fields.path(key), allowed, where: isAllowed)
    }

    private mutating func requiredText(
        _ fields: Fields, _ key: String, _ allowed: String, where isAllowed: (String) -> Bool = TextForm.isLine
    ) -> String? {
        if fields.value(key) == nil { missing(fields, key, allowed) }
        return text(fields, key, allowed, where: isAllowed)
    }

    private mutating func text(
        _ value: YAMLValue, _ path: String, _ allowed: String, where isAllowed: (String) -> Bool
    ) -> String? {
        guard case .text(let text, _) = value.content else {
            fault(path, at: value.position, "\(value.name) where text is wanted", allowed: allowed)
            return nil
        }
        guard text.contains(where: { !$0.isWhitespace }) else {
            fault(path, at: value.position, "the text is empty", allowed: allowed)
            return nil
        }
        guard TextForm.isLine(text), isAllowed(text) else {
            fault(path, at: value.position, "'\(shortened(text))' is not allowed", allowed: allowed)
            return nil
        }
        return text
    }

    /// A list of texts, at least one and none twice.
    private mutating func texts(
        _ fields: Fields, _ key: String, _ allowed: String, isRequired: Bool, where isAllowed: (String) -> Bool
    ) -> [String]? {
        let path = fields.path(key)
        guard let value = fields.value(key) else {
            if isRequired { missing(fields, key, allowed) }
            return nil
        }
        guard case .list(let items) = value.content else {
            fault(path, at: value.position, "\(value.name) where a list is wanted", allowed: allowed)
            return nil
        }
        if items.isEmpty, isRequired { fault(path, at: value.position, "the list is empty", allowed: allowed) }
        var texts: [String] = []
        for (index, item) in items.enumerated() {
            let itemPath = "\(path)[\(index)]"
            positions[itemPath] = item.position
            guard !item.isNothing else {
                fault(itemPath, at: item.position, "nothing is written", allowed: allowed)
                continue
            }
            guard let text = text(item, itemPath, allowed, where: isAllowed) else { continue }
            if texts.contains(text) {
                fault(itemPath, at: item.position, "'\(shortened(text))' is there twice", allowed: "each once")
            }
            texts.append(text)
        }
        return texts
    }

    private mutating func flag(_ fields: Fields, _ key: String, isRequired: Bool) -> Bool? {
        guard let value = fields.value(key) else {
            if isRequired { missing(fields, key, "true or false") }
            return nil
        }
        switch value.content {
        case .text("true", isQuoted: false): return true
        case .text("false", isQuoted: false): return false
        case .text, .list, .mapping:
            fault(
                fields.path(key), at: value.position, "\(value.name) is neither true nor false",
                allowed: "true or false")
            return nil
        }
    }

    private mutating func number(_ fields: Fields, _ key: String, _ range: ClosedRange<Int>) -> Int? {
        guard let value = fields.value(key) else { return nil }
        let allowed = "\(range.lowerBound) to \(range.upperBound)"
        guard case .text(let text, isQuoted: false) = value.content, let number = Int(text) else {
            fault(fields.path(key), at: value.position, "\(value.name) is not a whole number", allowed: allowed)
            return nil
        }
        guard range.contains(number) else {
            let side = number > range.upperBound ? "too many" : "too few"
            fault(fields.path(key), at: value.position, "\(number) is \(side)", allowed: allowed)
            return nil
        }
        return number
    }

    private mutating func choice(_ fields: Fields, _ key: String, _ allowed: [String]) -> String? {
        let list = allowed.map { TextForm.isHyphenatedName($0) ? $0 : "\"\($0)\"" }.joined(separator: " or ")
        return text(fields, key, list, where: allowed.contains)
    }
}
