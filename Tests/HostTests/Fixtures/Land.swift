// A country that does not exist, with a law that is easy to say: a reminder a day until the creditor has had enough.
import FordringKit

struct Land: Jurisdiction {
    var country: CountryCode { LandPlugin.country }
    var currency: Currency { .dkk }
    var languages: [Language] { [.english] }
    var steps: [StepDescription] {
        [StepDescription(kind: .reminder, names: [.english: "Reminder"], sendsLetter: true, timesMax: 5)]
    }
    var allocationOrder: Explained<[DebtComponent]> { Explained([.principal, .reminderFee], []) }

    private static let law = Citation("The law of the land", "§ 1")

    func decide(_ facts: CaseFacts, on day: CivilDate) throws -> Decision {
        let times = facts.creditor.policy.first { $0.kind == .reminder }?.times ?? 0
        guard facts.steps.count < times, facts.outstanding.isPositive else {
            return Decision(steps: [], reviewOn: nil, waiting: [ExplanationLine("Enough was said.", Self.law)])
        }
        let fee = Explained(Money.units(10, currency), [ExplanationLine("A fee of ten.", Self.law)])
        let reason = ExplanationLine("Case \(facts.id) of \(facts.currency) owes \(facts.outstanding).", Self.law)
        let step = DecidedStep(
            kind: .reminder, claims: facts.claims.map(\.id),
            charges: [DecidedCharge(component: .reminderFee, claim: facts.claims.first?.id, amount: fee)],
            reasons: [reason])
        return Decision(steps: [step], reviewOn: day.adding(days: 1), waiting: [])
    }

    func interest(on facts: CaseFacts, through day: CivilDate) throws -> [DecidedCharge] { [] }

    func deadline(for step: StepKind, sentOn day: CivilDate) throws -> Explained<CivilDate>? {
        // The reminder of the next day may not come before it.
        Explained(day, [ExplanationLine("To be paid on the day.", Self.law)])
    }

    func holiday(on day: CivilDate) -> Holiday? { nil }

    func check(_ text: String, as kind: IdentifierKind) -> IdentifierVerdict {
        let compact = text.filter { $0 != " " }
        return Checksum.digits(compact) == nil
            ? .invalid(reason: "a number has digits only") : .valid(normalized: compact)
    }

    func paymentReference(for caseID: CaseID, creditorNumber: String) -> PaymentReference? { nil }

    func letterTemplate(for step: StepKind, in language: Language) -> String? {
        "# Reminder\n\nDear {{debtorName}}, please pay.\n\n[statement]\n[payment]\n"
    }

    func name(of component: DebtComponent, in language: Language) -> String { component.rawValue }

    func retention(of facts: RetentionFacts) throws -> Explained<CivilDate> {
        Explained(facts.lastEventOn.adding(days: 365), [ExplanationLine("Kept for a year.", Self.law)])
    }
}

/// A channel that takes everything and does nothing.
struct Shout: LetterChannel {
    var needsDocument: Bool { false }

    func canReach(_ party: Party) -> ReachVerdict { .reachable }

    func deliver(_ delivery: Delivery) throws -> DeliveryReceipt {
        DeliveryReceipt(reference: delivery.idempotencyKey, sentOn: delivery.day, details: [:])
    }

    func receipt(for idempotencyKey: String) throws -> DeliveryReceipt? { nil }

    func forget(idempotencyKey: String) throws {}
}

struct LandPlugin: Plugin {
    static var country: CountryCode {
        guard let country = CountryCode("XA") else { preconditionFailure("XA has the form of a country code") }
        return country
    }

    func register(in registry: inout PluginRegistry) throws {
        let start = SettingDescription(key: "start", allowed: [], standard: "now", meaning: "When.")
        registry.offer(jurisdiction: Self.country, settings: [start]) { context in
            if context.setting("start") == "never" { throw PluginSettingError(key: "start", "never is too late") }
            return Land()
        }
        registry.offer(channel: "shout", settings: []) { _ in Shout() }
    }
}

/// What the host calls.
@_cdecl("fordring_plugin")
public func fordringPlugin() -> UnsafeMutableRawPointer { PluginEntry.export(LandPlugin()) }
