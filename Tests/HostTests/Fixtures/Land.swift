// A country that does not exist, with a law that is easy to say: a reminder a day until the creditor has had enough.
//
// Compiled with SECOND it is the same module in a later version: the fee is twenty, and types of the same names have
// another form. Compiled with RESERVED it takes a setting that the host keeps for itself.
import FordringKit
import Foundation

/// Types whose names are the same in both versions, for a host that has both open.
protocol Marked {
    var mark: String { get }
}

#if SECOND
struct Mark: Marked, Hashable, Codable {
    var added = [7, 7, 7]
    var mark: String
}
enum Trouble: Error {
    case other(Int)
    case known(String)
}
#else
struct Mark: Marked, Hashable, Codable {
    var mark: String
}
enum Trouble: Error {
    case known(String)
}
#endif

/// A box of the version's own.
final class Box<Content: Hashable> {
    var contents: [Content: [Content]] = [:]
}

/// State of the version's own.
enum Ledger {
    nonisolated(unsafe) static var calls = 0
}

/// Goes through casts, generics, coding, thrown types and state, and says what came out.
func proof(_ mark: String) -> String {
    Ledger.calls = 41
    Ledger.calls += 1
    let anything: Any = [Mark(mark: mark)]
    let box = Box<Mark>()
    for known in anything as? [Mark] ?? [] { box.contents[known] = [known, known] }
    let anyBox: Any = box
    let again = (anyBox as? Box<Mark>)?.contents.values.first?.last
    let marked = (again as Any) as? any Marked
    var caught = "nothing"
    do {
        throw Trouble.known(mark)
    } catch Trouble.known(let text) {
        caught = text
    } catch {
        caught = "another error"
    }
    let coded = (try? JSONEncoder().encode(again)).flatMap { try? JSONDecoder().decode(Mark.self, from: $0) }
    return "\(marked?.mark ?? "lost") \(caught) \(coded == again) \(Ledger.calls) \(MemoryLayout<Mark>.size)"
}

struct Land: Jurisdiction {
    var extensions: [LawExtension] = []
    var country: CountryCode { LandPlugin.country }
    var currency: Currency { .dkk }
    var languages: [Language] { [.english] }
    var steps: [StepDescription] {
        [
            StepDescription(kind: .reminder, names: [.english: "Reminder"], sendsLetter: true, timesMax: 5),
            StepDescription(
                kind: StepKind("saleNotice"), names: [.english: "Notice of sale"], sendsLetter: true, timesMax: 1),
        ]
    }
    var assignmentNotice: StepKind? { StepKind("saleNotice") }
    var allocationOrder: Explained<[DebtComponent]> { Explained([.principal, .reminderFee], []) }

    private static let law = Citation("The law of the land", "§ 1")

    #if SECOND
    private static let units: Int64 = 20
    private static let mark = "second"
    #else
    private static let units: Int64 = 10
    private static let mark = "first"
    #endif

    private var fees: Effective<Money> {
        Effective<Money>(
            "fee of a reminder, § 1", checkedThrough: CivilDate(2030, 12, 31),
            .from(CivilDate(2020, 1, 1), Money.units(Self.units, currency), Self.law),
            .from(CivilDate(2030, 7, 1), Money.units(Self.units, currency), Self.law)
        ).extended(by: extensions, of: "fee")
    }

    var lawBook: LawBook {
        let rates = Effective<Rate>(
            "rate", checkedThrough: CivilDate(2030, 12, 31),
            .from(CivilDate(2020, 1, 1), Rate(basisPoints: 100), Self.law))
        return LawBook(
            country: country, title: "The land: \(Self.mark)",
            acts: [
                LawBook.Act(
                    "The law", number: "1",
                    [
                        LawBook.Rule("words", "Be kind.", Self.law),
                        LawBook.Rule("fee", "A reminder costs this.", Self.law, fees, extensible: .amount) {
                            [LabelledText("", $0.description)]
                        },
                        // Says that it can be extended, and does not listen.
                        LawBook.Rule("deaf", "Nobody asks.", Self.law, rates, extensible: .rate) {
                            [LabelledText("a year", $0.description)]
                        },
                    ])
            ], unsupported: [proof(Self.mark)])
    }

    func decide(_ facts: CaseFacts, on day: CivilDate) throws -> Decision {
        let policy = facts.creditor.policy.first { $0.kind == .reminder }
        let times = policy?.times ?? 0
        guard facts.steps.count < times, facts.outstanding.isPositive else {
            return Decision(steps: [], reviewOn: nil, waiting: [ExplanationLine("Enough was said.", Self.law)])
        }
        let line = try fees.on(day)
        let fee = Explained(line.value, [ExplanationLine("The fee.", line.citation)])
        let reason = ExplanationLine("Case \(facts.id) of \(facts.currency) owes \(facts.outstanding).", Self.law)
        let step = DecidedStep(
            kind: .reminder, claims: facts.claims.map(\.id),
            charges: policy?.charge ?? true
                ? [DecidedCharge(component: .reminderFee, claim: facts.claims.first?.id, amount: fee)] : [],
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
        var settings = [start]
        #if RESERVED
        settings.append(SettingDescription(key: "version", allowed: [], standard: "", meaning: "Its own."))
        #endif
        registry.offer(jurisdiction: Self.country, settings: settings) { context in
            if context.setting("start") == "never" { throw PluginSettingError(key: "start", "never is too late") }
            return Land(extensions: context.lawExtensions)
        }
        registry.offer(channel: "shout", settings: []) { _ in Shout() }
    }
}

/// What the host calls.
@_cdecl("fordring_plugin")
public func fordringPlugin() -> UnsafeMutableRawPointer { PluginEntry.export(LandPlugin()) }
