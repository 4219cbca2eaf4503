import FordringKit
import Foundation
import LegalTrack

/// A court at the other end of a tenant's folder: takes packages, and answers some days later.
///
/// It sees nothing but files, as a court's gateway would.
struct DemoCourt {
    private struct Planned {
        let number: Int64
        let on: CivilDate
        let state: LegalState
        var outcome: String?
    }

    /// Where the plug-in leaves packages in `filings` and reads `answers`.
    let folder: URL
    private var taken: Set<String> = []
    private var planned: [Planned] = []
    private var answered = 0

    init(folder: URL) { self.folder = folder }

    /// Takes what was filed, and answers what is due.
    mutating func work(on day: CivilDate) throws {
        struct Announcement: Decodable { let number: Int64 }
        for name in DemoFiles.names(folder.appending(path: "filings"))
        where name.hasSuffix(".json") && !name.hasPrefix(".") && taken.insert(name).inserted {
            let note = try DemoFiles.read(folder.appending(path: "filings/\(name)"))
            guard let number = try? JSONDecoder().decode(Announcement.self, from: note).number else { continue }
            planned += DemoCourt.answers(to: number, takenOn: day)
        }
        for answer in planned where answer.on == day { try write(answer) }
        planned.removeAll { $0.on <= day }
    }

    /// The case was withdrawn: nothing more is said of it.
    mutating func withdraw(_ number: Int64) { planned.removeAll { $0.number == number } }

    /// What it will say: one in seven is sent back, one in seven is objected to and lost, the others are decided for the
    /// creditor.
    private static func answers(to number: Int64, takenOn day: CivilDate) -> [Planned] {
        func planned(_ days: Int, _ state: LegalState, _ outcome: String? = nil) -> Planned {
            Planned(number: number, on: day.adding(days: days), state: state, outcome: outcome)
        }
        switch number % 7 {
        case 4: return [planned(3, .rejected)]
        case 5: return [planned(3, .served), planned(12, .objected), planned(40, .decided, "debtor")]
        default: return [planned(3, .served), planned(18 + Int(number % 3), .decided, "creditor")]
        }
    }

    private mutating func write(_ answer: Planned) throws {
        struct Answer: Encodable {
            let identifier: String
            let number: Int64
            let state: String
            let on: String
            let outcome: String?
        }
        answered += 1
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        let bytes = try encoder.encode(
            Answer(
                identifier: "A-\(answered)", number: answer.number, state: answer.state.rawValue,
                on: answer.on.description, outcome: answer.outcome))
        try DemoFiles.write(bytes, to: folder.appending(path: "answers/A-\(answered).json"))
    }
}

/// A credit bureau at the other end of a tenant's folder: takes batches, and answers them the next day.
///
/// Its second order of deletion gets lost, however often it is given, so that the alarm over it can be seen. Each day it
/// lists what stands in its register, with an entry that nobody has asked for, so that the comparison can be seen.
struct DemoBureau {
    private enum Line {
        case registration(Int64, amount: Int64)
        case deletion(Int64)
    }

    private struct Entry {
        let amount: Int64
        let on: CivilDate
    }

    /// The entry of another agency's debtor, which the bureau shows us by mistake.
    private static let strange: Int64 = 990_001

    /// Where the plug-in leaves `batches` and reads `answers`.
    let folder: URL
    let tenant: TenantID
    let currency: Currency
    private var deletions = 0
    private var lost: Int64?
    private var answered = 0
    private var register: [Int64: Entry] = [:]

    init(folder: URL, tenant: TenantID, currency: Currency) {
        self.folder = folder
        self.tenant = tenant
        self.currency = currency
    }

    /// Takes what waits for the courier since yesterday, and answers it.
    mutating func work(on day: CivilDate) throws {
        for name in DemoFiles.names(folder.appending(path: "batches")) where !name.hasPrefix(".") {
            let batch = folder.appending(path: "batches/\(name)")
            let text = String(decoding: try DemoFiles.read(batch), as: UTF8.self)
            let isFixedWidth = name.hasSuffix(".rki")
            var answers: [(number: Int64, outcome: String, refusal: String)] = []
            for line in text.split(whereSeparator: \.isNewline).compactMap({ DemoBureau.line($0, isFixedWidth) }) {
                switch line {
                // One debtor in eight is not found.
                case .registration(let number, _) where number % 8 == 6: answers.append((number, "refused", "01"))
                case .registration(let number, let amount):
                    register[number] = Entry(amount: amount, on: day)
                    answers.append((number, "registered", ""))
                case .deletion(let number):
                    deletions += 1
                    if deletions == 2 { lost = number }
                    if number == lost { continue }
                    register[number] = nil
                    answers.append((number, "deleted", ""))
                }
            }
            try DemoFiles.move(batch, to: folder.appending(path: "taken/\(name)"))
            guard !answers.isEmpty else { continue }
            let lines = answers.map { answer in
                answered += 1
                return (identifier: "B-\(answered)", answer: answer)
            }
            let file = isFixedWidth ? "\(day)-\(answered).rki" : "\(day)-\(answered).csv"
            let words = isFixedWidth ? fixedWidth(lines, on: day) : commaSeparated(lines, on: day)
            try DemoFiles.write(Data(words.utf8), to: folder.appending(path: "answers/\(file)"))
        }
        try writeRegister(on: day)
    }

    /// Lists what stands, once anything ever did.
    private mutating func writeRegister(on day: CivilDate) throws {
        guard let first = register.min(by: { $0.key < $1.key })?.value else { return }
        if register[DemoBureau.strange] == nil {
            register[DemoBureau.strange] = Entry(amount: 123_400, on: first.on)
        }
        let isFixedWidth = DemoFiles.names(folder.appending(path: "taken")).contains { $0.hasSuffix(".rki") }
        let entries = register.sorted { $0.key < $1.key }
        let total = entries.reduce(0) { $0 + $1.key }
        let sum = entries.reduce(0) { $0 + $1.value.amount }
        let words: String
        if isFixedWidth {
            words = fixedWidth(
                "register",
                entries.map {
                    ("40", number($0.key, 19) + number($0.value.amount, 18) + DemoBureau.digits($0.value.on))
                }, key: "register", sum: sum, total: total, on: day)
        } else {
            words = commaSeparated(
                "register", entries.map { "entry,\($0.key),\(kroner($0.value.amount)),\($0.value.on)" },
                key: "register", sum: sum, total: total, on: day)
        }
        try DemoFiles.write(Data(words.utf8), to: folder.appending(path: "register.\(isFixedWidth ? "rki" : "csv")"))
    }

    private func kroner(_ amount: Int64) -> String { Money(minorUnits: amount, currency).decimalText }

    /// The number in a line of a batch; `nil` for first and last.
    private static func line(_ text: Substring, _ isFixedWidth: Bool) -> Line? {
        let type: Substring
        let number: Int64?
        let amount: Int64?
        if isFixedWidth {
            type = text.prefix(2)
            number = Int64(text.dropFirst(8).prefix(19))
            // Places are bytes.
            amount = Int64(String(decoding: text.utf8.dropFirst(407).prefix(18), as: UTF8.self))
        } else {
            let fields = text.split(separator: ",", omittingEmptySubsequences: false)
            type = fields[0]
            number = fields.count > 1 ? Int64(fields[1]) : nil
            amount = Int64((fields.dropLast().last ?? "").filter { $0 != "." })
        }
        guard let number else { return nil }
        switch type {
        case "10", "registration": return .registration(number, amount: amount ?? 1)
        case "20", "deletion": return .deletion(number)
        default: return nil
        }
    }

    private typealias AnswerLine = (identifier: String, answer: (number: Int64, outcome: String, refusal: String))

    private func commaSeparated(_ lines: [AnswerLine], on day: CivilDate) -> String {
        commaSeparated(
            "answers", lines.map { "answer,\($0),\($1.number),\($1.outcome),\($1.refusal),\(day)" },
            key: "answers-\(answered)", sum: 0, total: lines.reduce(0) { $0 + $1.answer.number }, on: day)
    }

    private func fixedWidth(_ lines: [AnswerLine], on day: CivilDate) -> String {
        fixedWidth(
            "answers",
            lines.map { identifier, answer in
                (
                    "30",
                    text(identifier, 60) + number(answer.number, 19) + text(answer.outcome, 10)
                        + text(answer.refusal, 2)
                        + DemoBureau.digits(day)
                )
            }, key: "answers-\(answered)", sum: 0, total: lines.reduce(0) { $0 + $1.answer.number }, on: day)
    }

    /// The layout of `Plugins/Betalingsanmerkning/RECORDS.md`.
    private func commaSeparated(
        _ content: String, _ lines: [String], key: String, sum: Int64, total: Int64, on day: CivilDate
    ) -> String {
        let records =
            ["header,fordring-betalingsanmerkning,1,\(content),\(day),\(key),\(tenant),\(currency)"] + lines
            + ["control,\(lines.count),0,0,\(kroner(sum)),\(total)"]
        return records.map { $0 + "\r\n" }.joined()
    }

    /// The layout of `Plugins/RKI/RECORDS.md`.
    private func fixedWidth(
        _ content: String, _ lines: [(type: String, fields: String)], key: String, sum: Int64, total: Int64,
        on day: CivilDate
    ) -> String {
        var records = [
            "00\(number(1, 6))\(text("FORDRING-RKI", 12))01\(text(content, 10))\(DemoBureau.digits(day))"
                + "\(text(key, 100))\(text(tenant.rawValue, 40))\(currency)"
        ]
        for (type, fields) in lines { records.append("\(type)\(number(Int64(records.count + 1), 6))\(fields)") }
        records.append(
            "90\(number(Int64(records.count + 1), 6))\(number(Int64(lines.count), 9))\(number(0, 9))\(number(0, 9))"
                + "\(number(sum, 18))\(number(total, 18))")
        return records.map { text($0, 450) + "\n" }.joined()
    }

    private func text(_ text: String, _ width: Int) -> String {
        text + String(repeating: " ", count: max(0, width - text.utf8.count))
    }

    private func number(_ number: Int64, _ width: Int) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }

    private static func digits(_ day: CivilDate) -> String { day.description.filter { $0 != "-" } }
}

/// The files between the house and those whom the demo plays.
enum DemoFiles {
    /// The names in a folder, in order; none where there is no folder.
    static func names(_ folder: URL) -> [String] {
        ((try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []).sorted()
    }

    static func read(_ file: URL) throws -> Data {
        guard let data = FileManager.default.contents(atPath: file.path) else {
            throw HostError(.unavailable, "\(file.path) cannot be read.")
        }
        return data
    }

    static func write(_ data: Data, to file: URL) throws {
        do {
            try FileManager.default.createDirectory(
                at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
            try data.write(to: file, options: .atomic)
        } catch {
            throw HostError(.unavailable, "\(file.path) cannot be written: \(error.localizedDescription)")
        }
    }

    static func move(_ file: URL, to place: URL) throws {
        do {
            try FileManager.default.createDirectory(
                at: place.deletingLastPathComponent(), withIntermediateDirectories: true)
            try FileManager.default.moveItem(at: file, to: place)
        } catch {
            throw HostError(.unavailable, "\(file.path) cannot be moved: \(error.localizedDescription)")
        }
    }
}
