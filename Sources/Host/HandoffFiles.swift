import AuditTrail
import Casework
import FordringKit
import LegalTrack
import Tenancy

/// A line of a computation as the files of a hand-off write it; amounts are text, so that no program rounds them.
struct LineFile: Encodable {
    let text: String
    let source: String
    /// What is doubtful about the source; left out where nothing is.
    let doubt: String?
    let from: String?
    let through: String?
    let days: Int?
    let rate: String?
    let base: String?
    let amount: String?

    init(_ line: ExplanationLine) {
        text = line.text
        let place = line.citation
        source = place.section.isEmpty ? place.source : "\(place.section), \(place.source)"
        doubt = place.verification == .verified ? nil : place.doubt
        from = line.from?.description
        through = line.through?.description
        days = line.days
        rate = line.rate?.description
        base = line.base?.decimalText
        amount = line.amount?.decimalText
    }
}

/// `form.json`.
struct FormFile: Encodable {
    struct Section: Encodable {
        let heading: String
        let fields: [Field]
    }

    struct Field: Encodable {
        let key: String
        let label: String
        let text: String
    }

    let format = "fordring-court-form/1"
    let caseNumber: Int64
    let handOff: Int64
    let procedure: String
    let day: String
    let title: String
    let rule: String
    let addressee: String
    let sections: [Section]

    init(_ package: HandoffPackage) {
        let form = package.form
        caseNumber = package.caseID.rawValue
        handOff = package.number
        procedure = package.procedure.kind.rawValue
        day = package.day.description
        title = form.title
        rule = form.citation.description
        addressee = form.addressee
        sections = form.sections.map { section in
            Section(
                heading: section.heading,
                fields: section.fields.map { Field(key: $0.key, label: $0.label, text: $0.text) })
        }
    }
}

/// `statement.json`.
struct StatementFile: Encodable {
    struct Share: Encodable {
        /// Left out for what belongs to the whole case.
        let claim: Int64?
        let reference: String?
        let arisenOn: String?
        let dueOn: String?
        let owed: String
        let parts: [Part]
    }

    struct Part: Encodable {
        let component: String
        let owed: String
        let entries: [Entry]
    }

    struct Entry: Encodable {
        let kind: String
        let on: String
        let amount: String
        let lines: [LineFile]
    }

    let format = "fordring-claim-statement/1"
    let caseNumber: Int64
    let day: String
    let currency: String
    let owed: String
    /// How much of it has accrued since the last letter and is not booked.
    let accrued: String
    let claims: [Share]

    init(_ package: HandoffPackage) {
        let explanation = package.check.explanation
        caseNumber = package.caseID.rawValue
        day = package.day.description
        currency = explanation.owed.currency.code
        owed = explanation.owed.decimalText
        accrued = explanation.accrued.decimalText
        claims = explanation.shares.map { share in
            let claim = package.record.claims.first { $0.id == share.claim }
            return Share(
                claim: share.claim?.rawValue, reference: claim?.reference, arisenOn: claim?.issuedOn.description,
                dueOn: claim?.dueOn.description, owed: share.owed.decimalText,
                parts: share.parts.map { part in
                    Part(
                        component: part.component.rawValue, owed: part.owed.decimalText,
                        entries: part.entries.map { entry in
                            Entry(
                                kind: entry.kind.rawValue, on: entry.on.description, amount: entry.amount.decimalText,
                                lines: entry.lines.map(LineFile.init))
                        })
                })
        }
    }
}

/// `checks.json`.
struct ChecksFile: Encodable {
    struct Check: Encodable {
        let name: String
        let meaning: String
        let source: String
    }

    struct Answer: Encodable {
        let value: String
        let lines: [LineFile]
    }

    struct Basis: Encodable {
        let kind: String
        let on: String
        let reference: String
        let saysEnforceable: Bool
    }

    let format = "fordring-hand-off-checks/1"
    let day: String
    let courtFee: Answer
    let currency: String
    let venue: Answer
    let basis: Basis?
    let limitation: [String: String]
    /// All of them were seen to hold in the transaction that made the hand-off.
    let held: [Check]

    init(_ package: HandoffPackage) {
        let facts = package.check.facts
        day = package.day.description
        courtFee = Answer(value: package.fee.value.decimalText, lines: package.fee.lines.map(LineFile.init))
        currency = package.fee.value.currency.code
        venue = Answer(value: package.venue.value, lines: package.venue.lines.map(LineFile.init))
        basis = facts.basis.map {
            Basis(
                kind: $0.kind, on: $0.on.description, reference: $0.reference, saysEnforceable: $0.saysEnforceable)
        }
        limitation = Dictionary(
            facts.limitation.map { ("claim \($0.key)", $0.value.description) }, uniquingKeysWith: { first, _ in first })
        held = package.check.preconditions.map {
            Check(name: $0.identifier, meaning: $0.meaning, source: $0.citation.description)
        }
    }
}

/// `manifest.json`, in canonical form (RFC 8785): the log names the SHA-256 of these bytes.
enum ManifestFile {
    static let format = "fordring-hand-off/1"

    static func bytes(_ package: HandoffPackage, _ parts: [HandoffPackage.Part]) -> [UInt8] {
        let value: JSONValue = [
            "agency": .string(package.agency), "caseNumber": .integer(package.caseID.rawValue),
            "creditor": .string(package.settings.legalName), "day": .string(package.day.description),
            "files": .array(
                parts.map { part in
                    [
                        "bytes": .integer(Int64(part.bytes.count)), "meaning": .string(part.meaning),
                        "name": .string(part.name), "sha256": .string(Digest.sha256(part.bytes)),
                    ]
                }),
            "format": .string(format), "handOff": .integer(package.number),
            "procedure": .string(package.procedure.kind.rawValue), "tenant": .string(package.tenant.rawValue),
        ]
        return value.canonicalBytes
    }
}

/// The words of the house's own papers for a court.
struct HandoffWords {
    let statement: String
    let handoff: String
    let representative: String
    let asOf: String
    let wholeCase: String
    let all: String
    let sum: String
    private let days: String
    private let of: String
    private let chargedBefore: String
    private let kinds: [CaseExplanation.Entry.Kind: String]

    init(_ language: Language) {
        switch language {
        case .danish:
            (statement, handoff, representative) = ("Opgørelse af kravet", "Overdragelse", "Repræsentant")
            (asOf, wholeCase) = ("Opgjort pr.", "Hele sagen")
            (all, sum, days, of) = ("I alt", "Sum", "dage", "af")
            chargedBefore = "tidligere pålagt"
            kinds = [
                .claim: "krav af", .charged: "pålagt", .paid: "betalt", .credited: "krediteret", .corrected: "rettet",
                .takenBack: "taget tilbage", .accrued: "påløbet til og med",
            ]
        case .norwegian:
            (statement, handoff, representative) = ("Oppstilling av kravet", "Oversendelse", "Prosessfullmektig")
            (asOf, wholeCase) = ("Beregnet per", "Hele saken")
            (all, sum, days, of) = ("I alt", "Sum", "dager", "av")
            chargedBefore = "tidligere pålagt"
            kinds = [
                .claim: "krav av", .charged: "pålagt", .paid: "betalt", .credited: "kreditert", .corrected: "rettet",
                .takenBack: "tatt tilbake", .accrued: "påløpt til og med",
            ]
        default:
            (statement, handoff, representative) = ("Statement of claim", "Hand-off", "Representative")
            (asOf, wholeCase) = ("As of", "The whole case")
            (all, sum, days, of) = ("All", "Sum", "days", "of")
            chargedBefore = "charged before"
            kinds = [
                .claim: "claim of", .charged: "charged", .paid: "paid", .credited: "credited", .corrected: "corrected",
                .takenBack: "taken back", .accrued: "accrued through",
            ]
        }
    }

    func entry(_ kind: CaseExplanation.Entry.Kind) -> String { kinds[kind] ?? kind.rawValue }

    /// Period, days, rate, base and amount of each line that has any, then the sections; the operator's English is left
    /// to the file.
    func describe(_ lines: [ExplanationLine], _ language: Language) -> String {
        var texts: [String] = []
        var sources: [String] = []
        for line in lines {
            let figures = figures(line, language)
            if !figures.isEmpty { texts.append(figures) }
            let place = line.citation
            let source = place.section.isEmpty ? place.source : "\(place.section), \(place.source)"
            if !sources.contains(source) { sources.append(source) }
        }
        return (texts + [sources.joined(separator: "; ")]).filter { !$0.isEmpty }.joined(separator: " \u{B7} ")
    }

    private func figures(_ line: ExplanationLine, _ language: Language) -> String {
        var parts: [String] = []
        if let from = line.from, let through = line.through { parts.append("\(from)\u{2013}\(through)") }
        if let count = line.days { parts.append("\(count) \(days)") }
        if let rate = line.rate {
            parts.append(rate.formatted(language) + (line.base.map { " \(of) \($0.formatted(language))" } ?? ""))
        }
        let text = parts.joined(separator: ", ")
        guard let amount = line.amount else { return text }
        // What the letters before have charged is taken off, so that the rest adds up.
        if text.isEmpty, amount.isNegative { return "\(chargedBefore) \(amount.formatted(language))" }
        return text.isEmpty ? amount.formatted(language) : "\(text) = \(amount.formatted(language))"
    }
}
