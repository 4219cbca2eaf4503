import FordringKit

/// What came of checking a tenant's settings against the loaded plug-ins.
package struct TenantCheck: Sendable {
    /// The settings, with identifiers in normal form; not to be used when there are faults.
    package var settings: TenantSettings
    /// Everything that is wrong, in the order of the file's keys.
    package var faults: [TenantFault] = []
    /// What a person should look at, though it is allowed.
    package var remarks: [TenantFault] = []
}

/// The rules for a tenant's settings that only the loaded plug-ins can answer.
package enum TenantRules {
    /// Checks settings whose form is right; the faults carry the path of the key, not yet file and line.
    package static func check(_ settings: TenantSettings, against offers: InstalledOffers) -> TenantCheck {
        var pass = Pass(settings, offers)
        pass.checkPlugins()
        pass.checkCountries()
        pass.checkBureaus()
        pass.checkIdentifiers()
        pass.checkLanguage()
        pass.checkPolicy()
        pass.checkLetterTexts()
        pass.checkLimits()
        return pass.result
    }

    /// One check under way.
    ///
    /// A rule whose ground is missing (a step of a country that nobody serves) says nothing: its cause is a fault already.
    private struct Pass {
        let settings: TenantSettings
        let offers: InstalledOffers
        /// The tenant's plug-ins that are installed.
        let plugins: [InstalledOffers.Plugin]
        /// The law of each of the tenant's countries that could be made, in the tenant's order.
        var laws: [any Jurisdiction] = []
        /// Whether each country has its law, so that what the laws do not know is wrong.
        var hasAllLaws: Bool { !laws.isEmpty && laws.count == settings.countries.count }
        var result: TenantCheck

        init(_ settings: TenantSettings, _ offers: InstalledOffers) {
            self.settings = settings
            self.offers = offers
            plugins = offers.plugins(of: settings)
            result = TenantCheck(settings: settings)
        }

        mutating func fault(_ key: String, _ message: String, allowed: [String] = []) {
            result.faults.append(TenantFault(key: key, message, allowed: allowed.joined(separator: ", ")))
        }

        mutating func checkPlugins() {
            let installed = offers.identifiers
            for (identifier, given) in settings.plugins.sorted(by: { $0.key < $1.key }) {
                let pinned = settings.pinnedVersion(of: identifier)
                let versions = offers.versions(of: identifier)
                if let pinned, !versions.isEmpty, !versions.contains(pinned) {
                    fault(
                        "plugins.\(identifier).\(TenantSettings.versionKey)",
                        "version '\(pinned)' of the plug-in '\(identifier)' is not installed", allowed: versions)
                    continue
                }
                guard let plugin = offers.plugin(identifier, pinned) else {
                    fault(
                        "plugins.\(identifier)",
                        "no plug-in '\(identifier)' is installed"
                            + Spelling.suggestion(for: identifier, among: installed),
                        allowed: installed.isEmpty ? ["none, since no plug-in is installed"] : installed)
                    continue
                }
                let descriptions = plugin.settings
                let keys = descriptions.map(\.key)
                for (key, value) in given.sorted(by: { $0.key < $1.key }) where key != TenantSettings.versionKey {
                    guard let description = descriptions.first(where: { $0.key == key }) else {
                        fault(
                            "plugins.\(identifier).\(key)",
                            "the plug-in has no setting '\(key)'" + Spelling.suggestion(for: key, among: keys),
                            allowed: keys.isEmpty ? ["none"] : keys)
                        continue
                    }
                    if !description.allowed.isEmpty, !description.allowed.contains(value) {
                        fault(
                            "plugins.\(identifier).\(key)",
                            "'\(value)' is not allowed" + Spelling.suggestion(for: value, among: description.allowed),
                            allowed: description.allowed)
                    }
                }
            }
        }

        mutating func checkCountries() {
            for (index, code) in settings.countries.enumerated() {
                let key = "countries[\(index)]"
                let serving = plugins.filter { $0.countries.contains { $0.code == code } }
                guard let plugin = serving.first,
                    let offer = plugin.registry.jurisdictions.first(where: { $0.country.code == code })
                else {
                    let able = unique(
                        offers.plugins.filter { $0.countries.contains { $0.code == code } }.map(\.identifier))
                    if result.faults.contains(where: { fault in
                        able.contains { fault.key == "plugins.\($0).\(TenantSettings.versionKey)" }
                    }) {
                        continue  // The country is missing because the version is.
                    }
                    if able.isEmpty {
                        let served = Set(offers.plugins.flatMap(\.countries)).sorted().map(\.code)
                        fault(key, "no installed plug-in offers the law of \(code)", allowed: served)
                    } else {
                        fault(
                            key, "none of the tenant's plug-ins offers the law of \(code)",
                            allowed: able.map { "\(code) with '\($0)' under plugins" })
                    }
                    continue
                }
                if serving.count > 1 {
                    let names = serving.map { "'\($0.identifier)'" }.joined(separator: " and ")
                    fault(key, "\(names) both offer the law of \(code)", allowed: ["one plug-in for a country"])
                    continue
                }
                // Settings that are faults already would only be refused once more, in other words.
                guard !result.faults.contains(where: { $0.key.hasPrefix("plugins.\(plugin.identifier).") }),
                    let tenant = TenantID(settings.tenant)
                else { continue }
                do {
                    laws.append(
                        try offer.make(
                            PluginContext(
                                tenant: tenant, settings: offers.completeSettings(of: plugin, for: settings),
                                outbox: "", log: { _ in })))
                } catch let error as PluginSettingError {
                    fault("plugins.\(plugin.identifier).\(error.key)", error.message)
                } catch {
                    fault(key, "the plug-in '\(plugin.identifier)' does not make the law of \(code): \(error)")
                }
            }
        }

        /// A bureau of a country in which the tenant has no cases would never be asked.
        mutating func checkBureaus() {
            for plugin in plugins {
                for offer in plugin.registry.bureaus where !settings.countries.contains(offer.country.code) {
                    fault(
                        "plugins.\(plugin.identifier)",
                        "its credit bureau '\(offer.name)' registers debtors of \(offer.country), where the tenant has none",
                        allowed: settings.countries.map { "a bureau of \($0)" })
                }
            }
        }

        /// The tenant's own numbers are those of its first country.
        mutating func checkIdentifiers() {
            guard let law = laws.first, law.country.code == settings.countries.first else { return }
            checkIdentifier(law, \.registrationNumber, .company, "registrationNumber")
            checkIdentifier(law, \.bank.account, .bankAccount, "bank.account")
            checkIdentifier(law, \.paymentCreditorNumber, .paymentCreditor, "paymentCreditorNumber")
        }

        mutating func checkIdentifier(
            _ law: any Jurisdiction, _ path: WritableKeyPath<TenantSettings, String>, _ kind: IdentifierKind,
            _ key: String
        ) {
            let text = settings[keyPath: path]
            switch law.check(text, as: kind) {
            case .valid(let normalized):
                result.settings[keyPath: path] = normalized
            case .doubtful(let normalized, let remark):
                result.settings[keyPath: path] = normalized
                result.remarks.append(TenantFault(key: key, "'\(text)': \(remark)"))
            case .invalid(let reason):
                fault(key, "'\(text)': \(reason)")
            @unknown default:
                fault(key, "the law of \(law.country) answered about '\(text)' in a way that this version cannot read")
            }
        }

        mutating func checkLanguage() {
            guard let law = laws.first, law.country.code == settings.countries.first else { return }
            let languages = law.languages.map(\.code)
            if !languages.contains(settings.language) {
                fault("language", "\(law.country) has no letters in '\(settings.language)'", allowed: languages)
            }
        }

        mutating func checkPolicy() {
            let steps = laws.flatMap(\.steps)
            var kinds: [String] = []
            for step in steps where !kinds.contains(step.kind.rawValue) { kinds.append(step.kind.rawValue) }
            let offered = plugins.flatMap(\.channels)
            for step in settings.policy {
                let key = "policy.\(step.kind)"
                for (index, channel) in step.channels.enumerated() where !offered.contains(channel) {
                    channelFault("\(key).channels[\(index)]", channel, allowed: offered)
                }
                let described = steps.filter { $0.kind.rawValue == step.kind }
                if described.isEmpty {
                    if hasAllLaws {
                        fault(
                            key,
                            "\(settings.countries.joined(separator: ", ")) has no step '\(step.kind)'"
                                + Spelling.suggestion(for: step.kind, among: kinds), allowed: kinds)
                    }
                    continue
                }
                let timesMax = described.map(\.timesMax).max() ?? 0
                if step.times > timesMax {
                    fault(
                        "\(key).times", "\(step.times) is too many", allowed: [timesMax == 0 ? "0" : "0 to \(timesMax)"]
                    )
                }
                let sendsLetter = described.contains(where: \.sendsLetter)
                if sendsLetter, step.times > 0, step.channels.isEmpty {
                    fault("\(key).channels", "the step sends a letter and has no channel", allowed: offered)
                }
                if !sendsLetter, !step.channels.isEmpty {
                    fault("\(key).channels", "the step sends no letter", allowed: ["no channels"])
                }
            }
        }

        /// A limit for a channel that never sends would be a slip.
        mutating func checkLimits() {
            let allowed = [TenantSettings.allChannels] + unique(plugins.flatMap(\.channels))
            for name in settings.limits.keys.sorted() where !allowed.contains(name) {
                channelFault("limits.\(name)", name, allowed: allowed)
            }
        }

        private mutating func channelFault(_ key: String, _ channel: String, allowed: [String]) {
            let able = unique(offers.plugins.filter { $0.channels.contains(channel) }.map(\.identifier))
            fault(
                key,
                able.isEmpty
                    ? "no installed plug-in offers the channel '\(channel)'"
                        + Spelling.suggestion(for: channel, among: allowed)
                    : "none of the tenant's plug-ins offers the channel '\(channel)'",
                allowed: allowed + able.map { "'\(channel)' with '\($0)' under plugins" })
        }

        mutating func checkLetterTexts() {
            guard hasAllLaws else { return }
            let steps = laws.flatMap(\.steps).filter(\.sendsLetter).map(\.kind.rawValue)
            let languages = laws.flatMap(\.languages).map(\.code)
            for name in settings.letterTexts.keys.sorted() {
                let key = "letterTexts.\(name)"
                let parts = name.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
                guard parts.count == 2 else {
                    fault(key, "'\(name)' does not name a step and a language", allowed: ["<step>.<language>"])
                    continue
                }
                if !steps.contains(parts[0]) {
                    fault(
                        key, "no letter is sent for '\(parts[0])'" + Spelling.suggestion(for: parts[0], among: steps),
                        allowed: unique(steps))
                }
                if !languages.contains(parts[1]) {
                    fault(key, "no letters are written in '\(parts[1])'", allowed: unique(languages))
                }
            }
        }

        func unique(_ texts: [String]) -> [String] {
            var seen: Set<String> = []
            return texts.filter { seen.insert($0).inserted }
        }
    }
}
