import BureauExchange
import FordringKit

/// A kind of record: a word, and the names of the fields after it.
struct RecordKind: Sendable, Hashable {
    let name: String
    let fields: [String]

    static let header = RecordKind(
        name: "header", fields: ["layout", "version", "content", "day", "key", "tenant", "currency"])
    static let registration = RecordKind(
        name: "registration",
        fields: [
            "number", "debtorKind", "nationalID", "name", "address1", "address2", "postalCode", "city", "country",
            "creditor", "amount", "dueOn",
        ])
    static let deletion = RecordKind(name: "deletion", fields: ["number", "reason"])
    static let answer = RecordKind(name: "answer", fields: ["identifier", "number", "outcome", "refusal", "on"])
    static let entry = RecordKind(name: "entry", fields: ["number", "amount", "registeredOn"])
    static let control = RecordKind(
        name: "control", fields: ["records", "registrations", "deletions", "sum", "numberTotal"])

    /// All; `RECORDS.md` prints them.
    static let all = [header, registration, deletion, answer, entry, control]

    /// A whole line, quoted where RFC 4180 asks for it, with CR LF at its end.
    func line(_ values: [String]) -> [UInt8] {
        precondition(values.count == fields.count, "a \(name) record has \(fields.count) fields")
        return ([name] + values).map(CSV.quoted).joined(separator: [CSV.comma]) + [CSV.carriageReturn, CSV.lineFeed]
    }
}

/// Comma-separated values by RFC 4180: CR LF at the end of each line, quotes around what has a comma or a quote in it.
///
/// No field has a line break in it, so the lines of the file are the records.
enum CSV {
    static let comma = UInt8(ascii: ",")
    static let quote = UInt8(ascii: "\"")
    static let carriageReturn = UInt8(ascii: "\r")
    static let lineFeed = UInt8(ascii: "\n")

    static func quoted(_ text: String) -> [UInt8] {
        let bytes = Array(text.utf8)
        guard bytes.contains(where: { $0 == comma || $0 == quote }) else { return bytes }
        return [quote] + bytes.flatMap { $0 == quote ? [quote, quote] : [$0] } + [quote]
    }

    /// The fields of a line without its end.
    static func fields(_ line: ArraySlice<UInt8>, _ number: Int) throws(RecordError) -> [String] {
        var fields: [String] = []
        var field: [UInt8] = []
        var index = line.startIndex
        func close() throws(RecordError) {
            guard let text = String(validating: field, as: UTF8.self),
                !text.unicodeScalars.contains(where: { $0.properties.generalCategory == .control })
            else { throw RecordError(number, "field \(fields.count + 1) is not a text in UTF-8 without control signs") }
            fields.append(text)
            field = []
        }
        while true {
            if index < line.endIndex, line[index] == quote {
                index += 1
                while true {
                    guard index < line.endIndex else { throw RecordError(number, "a quote is not closed") }
                    if line[index] != quote {
                        field.append(line[index])
                        index += 1
                    } else if index + 1 < line.endIndex, line[index + 1] == quote {
                        field.append(quote)
                        index += 2
                    } else {
                        index += 1
                        break
                    }
                }
                if index < line.endIndex, line[index] != comma {
                    throw RecordError(number, "there is something after a closing quote")
                }
            } else {
                while index < line.endIndex, line[index] != comma {
                    if line[index] == quote { throw RecordError(number, "there is a quote inside a field") }
                    field.append(line[index])
                    index += 1
                }
            }
            try close()
            if index == line.endIndex { return fields }
            index += 1
        }
    }
}

/// A line that was read: its fields by name.
struct RecordLine {
    let kind: RecordKind
    let number: Int
    private let values: [String: String]

    init(_ bytes: ArraySlice<UInt8>, _ number: Int) throws(RecordError) {
        let fields = try CSV.fields(bytes, number)
        guard let kind = RecordKind.all.first(where: { $0.name == fields.first }) else {
            throw RecordError(number, "there is no record of its type")
        }
        guard fields.count == kind.fields.count + 1 else {
            throw RecordError(number, "a record of its type has \(kind.fields.count + 1) fields, not \(fields.count)")
        }
        self.kind = kind
        self.number = number
        values = Dictionary(uniqueKeysWithValues: zip(kind.fields, fields.dropFirst()))
    }

    /// A text.
    subscript(_ field: String) -> String { values[field] ?? "" }

    /// A whole number, zero or more, of at most 19 digits.
    func number(_ field: String) throws(RecordError) -> Int64 {
        let text = self[field]
        guard (1...19).contains(text.utf8.count), Checksum.digits(text) != nil, let value = Int64(text) else {
            throw RecordError(number, "the field \(field) is not a number")
        }
        return value
    }

    /// A number of one of our registrations.
    func positive(_ field: String) throws(RecordError) -> Int64 {
        let value = try number(field)
        if value == 0 { throw RecordError(number, "the field \(field) is zero") }
        return value
    }

    /// An amount, zero or more: `1234.50`.
    func amount(_ field: String, _ currency: Currency) throws(RecordError) -> Money {
        guard let amount = try? Money(parsing: self[field], currency), amount.decimalText == self[field],
            !amount.isNegative
        else { throw RecordError(number, "the field \(field) is not an amount") }
        return amount
    }

    /// A day: `2026-01-31`.
    func date(_ field: String) throws(RecordError) -> CivilDate {
        guard let day = CivilDate(iso: self[field]) else {
            throw RecordError(number, "the field \(field) is not a day")
        }
        return day
    }
}

/// The files of `RECORDS.md`: CSV in UTF-8, a header first and a control record last.
///
/// Our own layout: no bureau's manual was read.
struct CSVFormat: RecordFormat {
    private static let layout = "fordring-betalingsanmerkning"

    /// Whose files these are: registrations of two tenants can have the same number.
    let tenant: TenantID

    let suffix = "csv"

    func bytes(of batch: CheckedBatch) -> [UInt8] {
        var lines = Writer(
            content: "batch", day: batch.day, key: batch.key, tenant: batch.tenant.rawValue, batch.currency)
        for line in batch.registrations {
            lines.add(
                .registration,
                [
                    String(line.number), line.kind.rawValue, line.nationalID, line.name, line.addressLines.first ?? "",
                    line.addressLines.dropFirst().joined(separator: ", "), line.postalCode, line.city, line.country,
                    line.creditor, line.amount.decimalText, line.dueOn.description,
                ])
        }
        for deletion in batch.deletions {
            lines.add(.deletion, [String(deletion.number), deletion.code])
        }
        return lines.closed(batch.totals)
    }

    func proof(_ bytes: [UInt8]) throws(RecordError) -> (key: String, proof: BatchProof) {
        let file = try File(bytes, ["batch", "proof"], tenant)
        let totals = try file.totals()
        if file.content == "batch" {
            if try CSVFormat.count(file) != totals { throw file.disagreement }
        } else if !file.lines.isEmpty {
            throw RecordError(2, "a proof has no records between the first and the last")
        }
        return (
            file.header["key"],
            BatchProof(reference: "", day: file.day, totals: totals, currency: file.currency)
        )
    }

    private static func count(_ file: File) throws(RecordError) -> BatchTotals {
        var totals = BatchTotals()
        for line in file.lines {
            switch line.kind {
            case .registration:
                totals.registrations += 1
                try totals.add(line, file.currency)
            case .deletion: totals.deletions += 1
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
        for line in file.lines where line.kind == .deletion {
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
            guard line.kind == .answer else {
                throw RecordError(line.number, "a \(line.kind.name) record does not belong into answers")
            }
            let number = try line.positive("number")
            totals.count(number)
            let identifier = line["identifier"]
            if identifier.isEmpty { throw RecordError(line.number, "the field identifier is empty") }
            let outcome: BureauAnswer.Outcome
            switch (line["outcome"], line["refusal"]) {
            case ("registered", ""): outcome = .registered
            case ("deleted", ""): outcome = .deleted
            case ("refused", let code) where code.utf8.count == 2: outcome = .refused(RefusalCode.words(code))
            default: throw RecordError(line.number, "the fields outcome and refusal are not of the layout")
            }
            answers.append(
                (
                    line.number,
                    BureauAnswer(identifier: identifier, number: number, outcome: outcome, on: try line.date("on"))
                ))
        }
        if try file.totals() != totals { throw file.disagreement }
        return answers
    }

    func register(_ bytes: [UInt8]) throws(RecordError) -> [RegisterEntry] {
        let file = try File(bytes, ["register"], tenant)
        var totals = BatchTotals()
        var numbers: Set<Int64> = []
        var entries: [RegisterEntry] = []
        for line in file.lines {
            guard line.kind == .entry else {
                throw RecordError(line.number, "a \(line.kind.name) record does not belong into a register")
            }
            let number = try line.positive("number")
            if !numbers.insert(number).inserted { throw RecordError(line.number, "the number was listed before") }
            totals.count(number)
            let amount = try totals.add(line, file.currency)
            entries.append(RegisterEntry(number: number, amount: amount, registeredOn: try line.date("registeredOn")))
        }
        if try file.totals() != totals { throw file.disagreement }
        return entries
    }

    /// Writes lines.
    struct Writer {
        private let currency: Currency
        private var bytes: [UInt8]
        private var records = 0

        init(content: String, day: CivilDate, key: String, tenant: String, _ currency: Currency) {
            self.currency = currency
            bytes = RecordKind.header.line(
                [CSVFormat.layout, "1", content, day.description, key, tenant, currency.code])
        }

        mutating func add(_ kind: RecordKind, _ values: [String]) {
            records += 1
            bytes += kind.line(values)
        }

        /// All, with the control record.
        func closed(_ totals: BatchTotals) -> [UInt8] {
            bytes
                + RecordKind.control.line([
                    String(records), String(totals.registrations), String(totals.deletions),
                    Money(minorUnits: totals.sum, currency).decimalText, String(totals.numberTotal),
                ])
        }
    }

    /// A file that was read: every line whole and of the right form, a header first and a control record last.
    private struct File {
        let header: RecordLine
        let lines: [RecordLine]
        let control: RecordLine
        let day: CivilDate
        let currency = Currency.nok
        var content: String { header["content"] }
        var disagreement: RecordError { RecordError(control.number, "it does not agree with the records") }

        init(_ bytes: [UInt8], _ contents: [String], _ tenant: TenantID) throws(RecordError) {
            var lines: [RecordLine] = []
            var start = 0
            while start < bytes.count {
                let number = lines.count + 1
                guard let end = bytes[start...].firstIndex(of: CSV.lineFeed) else {
                    throw RecordError(number, "the file breaks off in the line")
                }
                guard end > start, bytes[end - 1] == CSV.carriageReturn else {
                    throw RecordError(number, "the line does not end in CR LF")
                }
                if lines.last?.kind == .control {
                    throw RecordError(number, "there is a line after the control record")
                }
                lines.append(try RecordLine(bytes[start..<(end - 1)], number))
                start = end + 1
            }
            guard let header = lines.first, header.kind == .header else {
                throw RecordError(1, "the file does not begin with a header record")
            }
            guard header["layout"] == CSVFormat.layout, header["version"] == "1",
                contents.contains(header["content"]), header["currency"] == "NOK"
            else { throw RecordError(1, "the header is of another layout, version, content or currency") }
            if header["tenant"] != tenant.rawValue { throw RecordError(1, "the file is another tenant's") }
            day = try header.date("day")
            guard lines.count > 1, let control = lines.last, control.kind == .control else {
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

        func totals() throws(RecordError) -> BatchTotals {
            BatchTotals(
                registrations: Int(try control.number("registrations")),
                deletions: Int(try control.number("deletions")),
                sum: try control.amount("sum", currency).minorUnits, numberTotal: try control.number("numberTotal"))
        }

        func writer(content: String) -> Writer {
            Writer(content: content, day: day, key: header["key"], tenant: header["tenant"], currency)
        }
    }
}

extension BatchTotals {
    /// Adds the amount of a record, which is over zero.
    @discardableResult
    mutating func add(_ line: RecordLine, _ currency: Currency) throws(RecordError) -> Money {
        let amount = try line.amount("amount", currency)
        if amount.isZero { throw RecordError(line.number, "the field amount is zero") }
        let (total, overflow) = sum.addingReportingOverflow(amount.minorUnits)
        if overflow { throw RecordError(line.number, "the sum is too large") }
        sum = total
        return amount
    }
}
