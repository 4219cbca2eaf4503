package import FordringKit
import JobQueue

extension TenantSettings {
    /// The creditor's wishes as the country's rules take them, in the file's order.
    ///
    /// A step that the file does not name is not among them: the creditor does not ask for it.
    package var stepPolicies: [StepPolicy] {
        policy.map {
            StepPolicy(kind: StepKind($0.kind), times: $0.times, waitingDays: $0.waitingDays, charge: $0.charge)
        }
    }

    /// The channels for a step's letter, in order of preference; empty where the file names none.
    package func channels(for kind: StepKind) -> [String] {
        policy.first { $0.kind == kind.rawValue }?.channels ?? []
    }

    /// The settings as JSON that two equal settings share byte for byte (RFC 8785: sorted keys, no spaces).
    ///
    /// `JSONDecoder` reads it back.
    package var canonicalJSON: String {
        var text = ""
        tree(policyByKind: false).write(to: &text)
        return text
    }

    /// The paths of the keys whose values differ from those of older settings, sorted.
    ///
    /// Steps are compared by kind; where only their order changed, the path is `policy (order)`.
    package func differences(from older: TenantSettings) -> [String] {
        let new = tree(policyByKind: true).leaves(under: "")
        let old = older.tree(policyByKind: true).leaves(under: "")
        var paths = Set(new.keys).union(old.keys).filter { new[$0] != old[$0] }
        // An empty mapping is a leaf; where it gains or loses keys, those say it all.
        paths = paths.filter { path in !paths.contains { $0.hasPrefix("\(path).") } }
        let kept = older.policy.map(\.kind).filter { kind in policy.contains { $0.kind == kind } }
        if policy.map(\.kind).filter({ kept.contains($0) }) != kept { paths.insert("policy (order)") }
        return paths.sorted()
    }

    private func tree(policyByKind: Bool) -> SettingsTree {
        func texts(_ values: [String]) -> SettingsTree { .list(values.map(SettingsTree.text)) }
        func text(_ value: String?) -> SettingsTree? { value.map(SettingsTree.text) }
        let steps: [(kind: String, tree: SettingsTree)] = policy.map { step in
            (
                step.kind,
                .object([
                    "kind": .text(step.kind), "times": .number(step.times), "waitingDays": .number(step.waitingDays),
                    "charge": .flag(step.charge), "channels": texts(step.channels),
                ])
            )
        }
        return .object([
            "tenant": .text(tenant),
            "legalName": .text(legalName),
            "registrationNumber": .text(registrationNumber),
            "countries": texts(countries),
            "language": .text(language),
            "deductsVAT": .flag(deductsVAT),
            "letterhead": .object(
                [
                    "address": texts(letterhead.address), "phone": text(letterhead.phone),
                    "email": text(letterhead.email), "web": text(letterhead.web), "color": text(letterhead.color),
                ].compactMapValues { $0 }),
            "bank": .object(
                ["account": .text(bank.account), "iban": text(bank.iban), "bic": text(bank.bic)]
                    .compactMapValues { $0 }),
            "paymentCreditorNumber": .text(paymentCreditorNumber),
            "plugins": .object(plugins.mapValues { .object($0.mapValues(SettingsTree.text)) }),
            "policy": policyByKind
                ? .object(Dictionary(steps, uniquingKeysWith: { first, _ in first })) : .list(steps.map(\.tree)),
            "commission": .object(["basisPoints": .number(commission.basisPoints)]),
            "csv": .object([
                "delimiter": .text(csv.delimiter), "decimalSeparator": .text(csv.decimalSeparator),
                "encoding": .text(csv.encoding),
            ]),
            "letterTexts": .object(letterTexts.mapValues(SettingsTree.text)),
            "collection": .text(collection.rawValue),
            "weight": .number(weight),
            "limits": .object(limits.mapValues { .text($0.description) }),
            "schedules": .object([
                "dailyRun": .text(schedules.dailyRun.description), "selfCheck": .text(schedules.selfCheck.description),
            ]),
        ])
    }
}

/// The settings without their types, for writing and comparing.
private enum SettingsTree: Equatable {
    case text(String)
    case number(Int)
    case flag(Bool)
    case list([SettingsTree])
    case object([String: SettingsTree])

    func leaves(under path: String) -> [String: SettingsTree] {
        guard case .object(let members) = self, !members.isEmpty else { return [path: self] }
        var leaves: [String: SettingsTree] = [:]
        for (key, value) in members {
            leaves.merge(value.leaves(under: path.isEmpty ? key : "\(path).\(key)")) { first, _ in first }
        }
        return leaves
    }

    func write(to text: inout String) {
        switch self {
        case .text(let value): Self.quote(value, to: &text)
        case .number(let value): text += "\(value)"
        case .flag(let value): text += value ? "true" : "false"
        case .list(let values):
            text += "["
            for (index, value) in values.enumerated() {
                if index > 0 { text += "," }
                value.write(to: &text)
            }
            text += "]"
        case .object(let members):
            text += "{"
            let sorted = members.sorted { $0.key.utf16.lexicographicallyPrecedes($1.key.utf16) }
            for (index, member) in sorted.enumerated() {
                if index > 0 { text += "," }
                Self.quote(member.key, to: &text)
                text += ":"
                member.value.write(to: &text)
            }
            text += "}"
        }
    }

    private static func quote(_ value: String, to text: inout String) {
        text += "\""
        for scalar in value.unicodeScalars {
            switch scalar {
            case "\"": text += "\\\""
            case "\\": text += "\\\\"
            case "\u{8}": text += "\\b"
            case "\u{C}": text += "\\f"
            case "\n": text += "\\n"
            case "\r": text += "\\r"
            case "\t": text += "\\t"
            case "\u{0}"..<" ":
                let digits = String(scalar.value, radix: 16)
                text += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: text.unicodeScalars.append(scalar)
            }
        }
        text += "\""
    }
}
