import BureauExchange
import FordringKit

/// A field of a record: its name, how many bytes it has, and what may stand in it.
struct RecordField: Sendable {
    /// What may stand in a field.
    enum Content: String, Sendable {
        /// UTF-8, at the left, filled up with spaces.
        case text
        /// Digits, at the right, filled up with zeros.
        case number
        /// `YYYYMMDD`.
        case date
    }

    let name: String
    let width: Int
    let content: Content

    init(_ name: String, _ width: Int, _ content: Content = .text) {
        self.name = name
        self.width = width
        self.content = content
    }
}

/// A kind of record: two digits at the front, six of a running number, and the fields.
struct RecordKind: Sendable {
    let code: String
    let name: String
    let fields: [RecordField]

    /// The bytes of every line before its line feed.
    static let lineLength = 450

    static let header = RecordKind(
        code: "00", name: "header",
        fields: [
            RecordField("layout", 12), RecordField("version", 2, .number), RecordField("content", 10),
            RecordField("day", 8, .date), RecordField("key", 100), RecordField("tenant", 40),
            RecordField("currency", 3),
        ])
    static let registration = RecordKind(
        code: "10", name: "registration",
        fields: [
            RecordField("number", 19, .number), RecordField("debtorKind", 8), RecordField("nationalID", 20),
            RecordField("name", 100), RecordField("address1", 50), RecordField("address2", 50),
            RecordField("postalCode", 10), RecordField("city", 40), RecordField("country", 2),
            RecordField("creditor", 100), RecordField("amount", 18, .number), RecordField("dueOn", 8, .date),
        ])
    static let deletion = RecordKind(
        code: "20", name: "deletion", fields: [RecordField("number", 19, .number), RecordField("reason", 10)])
    static let answer = RecordKind(
        code: "30", name: "answer",
        fields: [
            RecordField("identifier", 60), RecordField("number", 19, .number), RecordField("outcome", 10),
            RecordField("refusal", 2), RecordField("on", 8, .date),
        ])
    static let entry = RecordKind(
        code: "40", name: "register entry",
        fields: [
            RecordField("number", 19, .number), RecordField("amount", 18, .number),
            RecordField("registeredOn", 8, .date),
        ])
    static let control = RecordKind(
        code: "90", name: "control",
        fields: [
            RecordField("records", 9, .number), RecordField("registrations", 9, .number),
            RecordField("deletions", 9, .number), RecordField("sum", 18, .number),
            RecordField("numberTotal", 18, .number),
        ])

    /// All, in the order of their codes; `RECORDS.md` prints them.
    static let all = [header, registration, deletion, answer, entry, control]

    /// A whole line; what does not fit a text field is cut at a whole character.
    ///
    /// Numbers fit: the batch was checked.
    func line(_ sequence: Int, _ values: [String]) -> [UInt8] {
        precondition(values.count == fields.count, "a \(name) record has \(fields.count) fields")
        var bytes = Array(code.utf8) + RecordKind.padded(String(sequence), 6)
        for (field, value) in zip(fields, values) {
            switch field.content {
            case .number: bytes += RecordKind.padded(value, field.width)
            case .text, .date:
                var cut = Substring(value)
                while cut.utf8.count > field.width { cut.removeLast() }
                bytes += Array(cut.utf8) + Array(repeating: UInt8(ascii: " "), count: field.width - cut.utf8.count)
            }
        }
        precondition(bytes.count <= RecordKind.lineLength, "a \(name) record is too long")
        bytes += Array(repeating: UInt8(ascii: " "), count: RecordKind.lineLength - bytes.count)
        return bytes + [UInt8(ascii: "\n")]
    }

    private static func padded(_ digits: String, _ width: Int) -> [UInt8] {
        precondition(digits.utf8.count <= width, "a number is too long for its field")
        return Array(repeating: UInt8(ascii: "0"), count: width - digits.utf8.count) + Array(digits.utf8)
    }

    /// `20260131`.
    static func date(_ day: CivilDate) -> String { day.description.filter { $0 != "-" } }
}

/// A line that was read: its fields by name, each of the form that its kind asks for.
struct RecordLine {
    let kind: RecordKind
    let number: Int
    private let values: [String: String]

    /// Reads line `number` of a file.
    init(_ bytes: ArraySlice<UInt8>, _ number: Int) throws(RecordError) {
        let text = bytes.prefix(2)
        guard let kind = RecordKind.all.first(where: { Array($0.code.utf8) == Array(text) }) else {
            throw RecordError(number, "there is no record of its type")
        }
        var start = bytes.startIndex
        func next(_ width: Int) -> ArraySlice<UInt8> {
            defer { start += width }
            return bytes[start..<(start + width)]
        }
        _ = next(2)
        let sequence = String(decoding: next(6), as: UTF8.self)
        guard Checksum.digits(sequence) != nil, Int(sequence) == number else {
            throw RecordError(number, "its running number is not \(number): a line is missing, doubled or moved")
        }
        var values: [String: String] = [:]
        for field in kind.fields {
            guard let value = RecordLine.value(next(field.width), field.content) else {
                throw RecordError(
                    number, "the field \(field.name) of the \(kind.name) record is not a \(field.content)")
            }
            values[field.name] = value
        }
        guard bytes[start...].allSatisfy({ $0 == UInt8(ascii: " ") }) else {
            throw RecordError(number, "there is something after the last field")
        }
        self.kind = kind
        self.number = number
        self.values = values
    }

    private static func value(_ bytes: ArraySlice<UInt8>, _ content: RecordField.Content) -> String? {
        guard let text = String(validating: bytes, as: UTF8.self) else { return nil }
        switch content {
        case .number: return Checksum.digits(text) == nil ? nil : text
        case .date: return RecordLine.day(text) == nil ? nil : text
        case .text:
            if text.unicodeScalars.contains(where: { $0.properties.generalCategory == .control }) { return nil }
            var trimmed = Substring(text)
            while trimmed.last == " " { trimmed.removeLast() }
            return String(trimmed)
        }
    }

    private static func day(_ text: String) -> CivilDate? {
        guard text.utf8.count == 8, Checksum.digits(text) != nil else { return nil }
        return CivilDate(iso: "\(text.prefix(4))-\(text.dropFirst(4).prefix(2))-\(text.dropFirst(6))")
    }

    /// A text.
    subscript(_ field: String) -> String { values[field] ?? "" }

    /// A number.
    func number(_ field: String) throws(RecordError) -> Int64 {
        guard let value = Int64(self[field]) else { throw RecordError(number, "the field \(field) is too large") }
        return value
    }

    /// A number of one of our registrations, or an amount: over zero.
    func positive(_ field: String) throws(RecordError) -> Int64 {
        let value = try number(field)
        if value == 0 { throw RecordError(number, "the field \(field) is zero") }
        return value
    }

    /// A date.
    func date(_ field: String) throws(RecordError) -> CivilDate {
        guard let day = RecordLine.day(self[field]) else { throw RecordError(number, "the field \(field) is no day") }
        return day
    }
}

/// The files of `RECORDS.md`: lines of 450 bytes in UTF-8, a header first and a control record last.
///
/// Our own layout: no bureau's manual was read.
struct FixedWidthFormat: RecordFormat {
    private static let layout = "FORDRING-RKI"
    private static let lineFeed = UInt8(ascii: "\n")

    /// Whose files these are: registrations of two tenants can have the same number.
    let tenant: TenantID

    let suffix = "rki"

    func bytes(of batch: CheckedBatch) -> [UInt8] {
        var lines = Writer(
            content: "batch", day: batch.day, key: batch.key, tenant: batch.tenant.rawValue, batch.currency)
        for line in batch.registrations {
            lines.add(
                .registration,
                [
                    String(line.number), line.kind.rawValue, line.nationalID, line.name, line.addressLines.first ?? "",
                    line.addressLines.dropFirst().joined(separator: ", "), line.postalCode, line.city, line.country,
                    line.creditor, String(line.amount.minorUnits), RecordKind.date(line.dueOn),
                ])
        }
        for deletion in batch.deletions {
            lines.add(.deletion, [String(deletion.number), deletion.code])
        }
        return lines.closed(batch.totals)
    }

    func proof(_ bytes: [UInt8]) throws(RecordError) -> (key: String, proof: BatchProof) {
        let file = try File(bytes, ["batch", "proof"], tenant)
        var totals = try file.totals()
        if file.content == "batch" {
            let counted = try FixedWidthFormat.count(file)
            if counted != totals { throw RecordError(file.control.number, "it does not agree with the records") }
            totals = counted
        } else if !file.lines.isEmpty {
            throw RecordError(2, "a proof has no records between the first and the last")
        }
        return (
            file.header["key"],
            BatchProof(
                reference: "", day: try file.header.date("day"), totals: totals, currency: try file.currency())
        )
    }

    private static func count(_ file: File) throws(RecordError) -> BatchTotals {
        var totals = BatchTotals()
        for line in file.lines {
            switch line.kind.code {
            case RecordKind.registration.code:
                totals.registrations += 1
                try totals.add(line)
            case RecordKind.deletion.code: totals.deletions += 1
            default: throw RecordError(line.number, "a \(line.kind.name) record does not belong into a batch")
            }
            totals.count(try line.positive("number"))
        }
        return totals
    }

    func forgotten(_ bytes: [UInt8]) throws(RecordError) -> [UInt8] {
        let file = try File(bytes, ["batch"], tenant)
        return file.writer(content: "proof").closed(try file.totals())
    }

    func deletionsOnly(_ bytes: [UInt8]) throws(RecordError) -> [UInt8]? {
        let file = try File(bytes, ["batch"], tenant)
        var writer = file.writer(content: "batch")
        var totals = BatchTotals()
        for line in file.lines where line.kind.code == RecordKind.deletion.code {
            totals.deletions += 1
            totals.count(try line.positive("number"))
            writer.add(.deletion, [line["number"], line["reason"]])
        }
        return totals.deletions == 0 ? nil : writer.closed(totals)
    }

    func answers(_ bytes: [UInt8]) throws(RecordError) -> [(line: Int, answer: BureauAnswer)] {
        let file = try File(bytes, ["answers"], tenant)
        var totals = BatchTotals()
        var answers: [(line: Int, answer: BureauAnswer)] = []
        for line in file.lines {
            guard line.kind.code == RecordKind.answer.code else {
                throw RecordError(line.number, "a \(line.kind.name) record does not belong into answers")
            }
            let number = try line.positive("number")
            totals.count(number)
            let identifier = line["identifier"]
            if identifier.isEmpty { throw RecordError(line.number, "the field identifier is empty") }
            let code = line["refusal"]
            let outcome: BureauAnswer.Outcome
            switch (line["outcome"], code) {
            case ("registered", ""): outcome = .registered
            case ("deleted", ""): outcome = .deleted
            case ("refused", let code) where !code.isEmpty: outcome = .refused(RefusalCode.words(code))
            default: throw RecordError(line.number, "the fields outcome and refusal are not of the layout")
            }
            answers.append(
                (
                    line.number,
                    BureauAnswer(identifier: identifier, number: number, outcome: outcome, on: try line.date("on"))
                ))
        }
        if try file.totals() != totals { throw RecordError(file.control.number, "it does not agree with the records") }
        return answers
    }

    func register(_ bytes: [UInt8]) throws(RecordError) -> [RegisterEntry] {
        let file = try File(bytes, ["register"], tenant)
        let currency = try file.currency()
        var totals = BatchTotals()
        var numbers: Set<Int64> = []
        var entries: [RegisterEntry] = []
        for line in file.lines {
            guard line.kind.code == RecordKind.entry.code else {
                throw RecordError(line.number, "a \(line.kind.name) record does not belong into a register")
            }
            let number = try line.positive("number")
            if !numbers.insert(number).inserted { throw RecordError(line.number, "the number was listed before") }
            totals.count(number)
            let amount = try totals.add(line)
            entries.append(
                RegisterEntry(
                    number: number, amount: Money(minorUnits: amount, currency),
                    registeredOn: try line.date("registeredOn")))
        }
        if try file.totals() != totals { throw RecordError(file.control.number, "it does not agree with the records") }
        return entries
    }

    /// Writes lines with running numbers.
    struct Writer {
        private var bytes: [UInt8]
        private var lines = 1

        init(content: String, day: CivilDate, key: String, tenant: String, _ currency: Currency) {
            bytes = RecordKind.header.line(
                1,
                [FixedWidthFormat.layout, "1", content, RecordKind.date(day), key, tenant, currency.code])
        }

        mutating func add(_ kind: RecordKind, _ values: [String]) {
            lines += 1
            bytes += kind.line(lines, values)
        }

        /// All, with the control record.
        func closed(_ totals: BatchTotals) -> [UInt8] {
            bytes
                + RecordKind.control.line(
                    lines + 1,
                    [
                        String(lines - 1), String(totals.registrations), String(totals.deletions), String(totals.sum),
                        String(totals.numberTotal),
                    ])
        }
    }

    /// A file that was read: every line of the right length and form, a header first and a control record last.
    private struct File {
        let header: RecordLine
        let lines: [RecordLine]
        let control: RecordLine
        var content: String { header["content"] }

        init(_ bytes: [UInt8], _ contents: [String], _ tenant: TenantID) throws(RecordError) {
            let width = RecordKind.lineLength + 1
            var lines: [RecordLine] = []
            for start in stride(from: 0, to: bytes.count, by: width) {
                let number = lines.count + 1
                if start + width > bytes.count {
                    throw RecordError(number, "the file breaks off, or the line is not \(width - 1) bytes long")
                }
                let line = bytes[start..<(start + width - 1)]
                if bytes[start + width - 1] != FixedWidthFormat.lineFeed || line.contains(FixedWidthFormat.lineFeed) {
                    throw RecordError(number, "the line is not \(width - 1) bytes long")
                }
                if lines.last?.kind.code == RecordKind.control.code {
                    throw RecordError(number, "there is a line after the control record")
                }
                lines.append(try RecordLine(line, number))
            }
            guard let header = lines.first, header.kind.code == RecordKind.header.code else {
                throw RecordError(1, "the file does not begin with a header record")
            }
            guard header["layout"] == FixedWidthFormat.layout, header["version"] == "01",
                contents.contains(header["content"])
            else { throw RecordError(1, "the header is of another layout, version or content") }
            if header["tenant"] != tenant.rawValue { throw RecordError(1, "the file is another tenant's") }
            guard lines.count > 1, let control = lines.last, control.kind.code == RecordKind.control.code else {
                throw RecordError(lines.count + 1, "the file breaks off without its control record")
            }
            self.header = header
            self.lines = Array(lines.dropFirst().dropLast())
            self.control = control
            let written = try control.number("records")
            if header["content"] != "proof", written != self.lines.count {
                throw RecordError(control.number, "it counts \(written) records, and there are \(self.lines.count)")
            }
        }

        func currency() throws(RecordError) -> Currency {
            guard header["currency"] == "DKK" else { throw RecordError(1, "the currency is not DKK") }
            return .dkk
        }

        func totals() throws(RecordError) -> BatchTotals {
            BatchTotals(
                registrations: Int(try control.number("registrations")),
                deletions: Int(try control.number("deletions")), sum: try control.number("sum"),
                numberTotal: try control.number("numberTotal"))
        }

        func writer(content: String) -> Writer {
            // What was read was of the header's form.
            let day = (try? header.date("day")) ?? CivilDate(day: 0)
            return Writer(content: content, day: day, key: header["key"], tenant: header["tenant"], .dkk)
        }
    }
}

extension BatchTotals {
    /// Adds the amount of a record.
    @discardableResult
    mutating func add(_ line: RecordLine) throws(RecordError) -> Int64 {
        let amount = try line.positive("amount")
        let (total, overflow) = sum.addingReportingOverflow(amount)
        if overflow { throw RecordError(line.number, "the sum is too large") }
        sum = total
        return amount
    }
}
