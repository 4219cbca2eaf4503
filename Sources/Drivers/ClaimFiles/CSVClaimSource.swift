import FordringKit
package import Intake

/// The claims of a CSV file, one a row, in memory that does not grow with the file.
///
/// The first row names the columns, in any order and any case. A file whose header is not in order is refused as a whole; a
/// row that is not in order comes back with everything that is wrong with it, and reading goes on.
///
/// Choices: spaces around a field do not count; a row without anything in it is skipped; a line break in `text` becomes a
/// space and is a fault elsewhere; `due_on` may be empty for a credit note; `credits` is for credit notes only; the language
/// `no` is read as `nb`.
package struct CSVClaimSource: ClaimSource {
    /// The columns that a file may have.
    enum Column: Int, CaseIterable {
        case reference
        case issuedOn
        case dueOn
        case amount
        case currency
        case text
        case debtorKind
        case debtorName
        case debtorID
        case customerNumber
        case street
        case street2
        case postalCode
        case city
        case country
        case email
        case phone
        case language
        case kind
        case credits
        case basis
        case remindersCharged
        case lastReminderOn
        case disputed

        static let names = [
            "reference", "issued_on", "due_on", "amount", "currency", "text", "debtor_kind", "debtor_name", "debtor_id",
            "customer_number", "street", "street2", "postal_code", "city", "country", "email", "phone", "language",
            "kind", "credits", "basis", "reminders_charged", "last_reminder_on", "disputed",
        ]
        static let required: [Column] = [
            .reference, .issuedOn, .dueOn, .amount, .text, .debtorKind, .debtorName, .street, .postalCode, .city,
        ]

        var name: String { Column.names[rawValue] }
    }

    private let decoder: RowDecoder
    private var reader: CSVRowReader
    private var isFirstRow = true

    /// Opens a file and reads its header.
    ///
    /// - Throws: ``ClaimFileFault`` when the file cannot be read or its header is not in order.
    package init(path: String, options: CSVOptions, defaults: ClaimDefaults) throws(ClaimFileFault) {
        try self.init(InputFile(path), options: options, defaults: defaults)
    }

    init(_ file: InputFile, options: CSVOptions, defaults: ClaimDefaults) throws(ClaimFileFault) {
        var reader = try CSVRowReader(file, delimiter: options.delimiter.rawValue)
        if reader.hasByteOrderMark, options.encoding != .utf8 {
            throw ClaimFileFault(
                line: 1,
                "the file says itself that it is UTF-8, and the settings say latin-1: "
                    + "set the CSV encoding to utf-8")
        }
        let row = try reader.next()
        let columns = try CSVHeader.columns(row, reader, options)
        decoder = RowDecoder(columns: columns.indices, fieldCount: columns.count, options: options, defaults: defaults)
        self.reader = reader
    }

    /// The next row; `nil` at the end.
    ///
    /// - Throws: ``ClaimFileFault`` when the system cannot read on.
    package mutating func next() throws(ClaimFileFault) -> IncomingRow? {
        let row = try reader.next()
        let isFirst = isFirstRow
        isFirstRow = false
        switch row {
        case .end:
            return nil
        case .refused(let line, let fault):
            let reference = decoder.reference(reader)
            return IncomingRow(line: line, reference: reference, content: .failure(RowFaults([fault])))
        case .fields(let line, let count):
            return decoder.decode(reader, line: line, count: count, isFirst: isFirst)
        }
    }
}

/// Makes claims of rows.
private struct RowDecoder {
    typealias Column = CSVClaimSource.Column

    /// By ``CSVClaimSource/Column``: which field of a row it is; -1 where the file does not have it.
    let columns: [Int]
    let fieldCount: Int
    let options: CSVOptions
    let defaults: ClaimDefaults

    private let defaultCountry: [UInt8]

    init(columns: [Int], fieldCount: Int, options: CSVOptions, defaults: ClaimDefaults) {
        self.columns = columns
        self.fieldCount = fieldCount
        self.options = options
        self.defaults = defaults
        defaultCountry = Array(defaults.country.code.utf8)
    }

    /// The reference of a row that is refused as a whole, where it can be read.
    func reference(_ reader: CSVRowReader) -> String {
        reader.buffer.withUnsafeBufferPointer { buffer in
            let row = RowFields(decoder: self, buffer: buffer, fields: reader.fields)
            var faults: [RowFault] = []
            return row.text(.reference, &faults) ?? ""
        }
    }

    func decode(_ reader: CSVRowReader, line: Int, count: Int, isFirst: Bool) -> IncomingRow {
        reader.buffer.withUnsafeBufferPointer { buffer in
            let row = RowFields(decoder: self, buffer: buffer, fields: reader.fields)
            var faults: [RowFault] = []
            let reference = row.text(.reference, &faults)
            guard count == fieldCount else {
                let fault = RowFault(
                    "",
                    "the row has \(count) fields, and the header has \(fieldCount): check the delimiters, and that "
                        + "fields with a delimiter in them are in quotes")
                return IncomingRow(line: line, reference: reference ?? "", content: .failure(RowFaults([fault])))
            }
            let claim = claim(row, reference, &faults)
            if let claim, faults.isEmpty {
                return IncomingRow(line: line, reference: claim.reference, content: .success(claim))
            }
            if isFirst, options.encoding == .utf8, row.hasInvalidUTF8 {
                faults.insert(
                    RowFault("", "already the first row is not UTF-8, so the settings and the file differ"), at: 0)
            }
            return IncomingRow(line: line, reference: reference ?? "", content: .failure(RowFaults(faults)))
        }
    }

    private func claim(_ row: RowFields, _ reference: String?, _ faults: inout [RowFault]) -> IncomingClaim? {
        let isCreditNote = row.isCreditNote(&faults)
        let credits = row.text(.credits, &faults)
        if credits != nil, isCreditNote == false {
            faults.append(RowFault("credits", "an invoice credits nothing: leave it empty, or write kind credit_note"))
        }
        let disputed = row.disputed(&faults)
        if disputed != .no, isCreditNote == true {
            faults.append(RowFault("disputed", "a credit note is not disputed: leave it empty"))
        }
        let issuedOn = row.date(.issuedOn, isRequired: true, &faults)
        let dueOn = row.date(.dueOn, isRequired: isCreditNote == false, &faults)
        let currency = row.currency(defaults.currency, &faults)
        let amount = row.amount(currency, &faults)
        let text = row.text(.text, foldsLineBreaks: true, &faults)
        let kind = row.debtorKind(&faults)
        let name = row.text(.debtorName, &faults)
        let nationalID = row.text(.debtorID, &faults)
        let customerNumber = row.text(.customerNumber, &faults)
        let street = row.text(.street, &faults)
        let street2 = row.text(.street2, &faults)
        let postalCode = row.text(.postalCode, &faults)
        let city = row.text(.city, &faults)
        let country = row.country(defaults.country, defaultCountry, &faults)
        let email = row.text(.email, &faults)
        let phone = row.text(.phone, &faults)
        let language = row.language(defaults.language, &faults)
        let basis = row.basis(&faults)
        let remindersCharged = row.count(.remindersCharged, &faults)
        let lastReminderOn = row.date(.lastReminderOn, isRequired: (remindersCharged ?? 0) > 0, &faults)
        if lastReminderOn != nil, row.isEmpty(.remindersCharged) {
            faults.append(RowFault("reminders_charged", "is required beside last_reminder_on, and is empty"))
        }
        if isCreditNote == true {
            row.requireEmpty([.basis, .remindersCharged, .lastReminderOn], &faults)
        }
        row.requireText(reference, .reference, &faults)
        row.requireText(text, .text, &faults)
        row.requireText(name, .debtorName, &faults)
        row.requireText(street, .street, &faults)
        row.requireText(postalCode, .postalCode, &faults)
        row.requireText(city, .city, &faults)
        guard faults.isEmpty, let reference, let isCreditNote, let issuedOn, let amount, let text, let kind, let name,
            let street, let postalCode, let city, let country, let language, let basis
        else { return nil }
        let address = PostalAddress(
            lines: street2.map { [street, $0] } ?? [street], postalCode: postalCode, city: city, country: country)
        let debtor = Party(
            name: name, kind: kind, nationalID: nationalID, customerNumber: customerNumber, address: address,
            email: email, phone: phone, language: language)
        var claim = IncomingClaim(
            kind: isCreditNote ? .creditNote(against: credits) : .invoice, reference: reference, issuedOn: issuedOn,
            dueOn: dueOn, amount: amount, text: text, debtor: debtor, basis: basis,
            earlierReminders: remindersCharged.flatMap { count in
                lastReminderOn.map { EarlierReminders(count: count, latestOn: $0) }
            })
        claim.disputed = disputed
        return claim
    }
}

/// The fields of one row, while they lie in the reader's buffer.
private struct RowFields {
    typealias Column = CSVClaimSource.Column

    let decoder: RowDecoder
    /// The reader's buffer; the fields' ranges lie inside it.
    let buffer: FieldBytes
    let fields: [CSVRowReader.Field]

    private func field(_ column: Column) -> CSVRowReader.Field? {
        let index = decoder.columns[column.rawValue]
        return index >= 0 && index < fields.count ? fields[index] : nil
    }

    /// The bytes of a column; `nil` where it is not there or empty.
    private func bytes(_ column: Column) -> FieldBytes? {
        guard let field = field(column) else { return nil }
        let bytes = FieldText.trimmed(FieldBytes(rebasing: buffer[field.start..<field.end]))
        return bytes.isEmpty ? nil : bytes
    }

    func text(_ column: Column, foldsLineBreaks: Bool = false, _ faults: inout [RowFault]) -> String? {
        guard let bytes = bytes(column), let field = field(column) else { return nil }
        do {
            let text = try FieldText.string(
                bytes, hasDoubledQuotes: field.hasDoubledQuotes, decoder.options.encoding,
                foldsLineBreaks: foldsLineBreaks)
            return text.isEmpty ? nil : text
        } catch {
            faults.append(RowFault(column.name, error.message))
            return nil
        }
    }

    /// Adds a fault where a required text is empty; not where it has one already.
    func requireText(_ text: String?, _ column: Column, _ faults: inout [RowFault]) {
        if text == nil, !faults.contains(where: { $0.field == column.name }) { faults.append(missing(column)) }
    }

    private func missing(_ column: Column) -> RowFault { RowFault(column.name, "is required, and is empty") }

    func date(_ column: Column, isRequired: Bool, _ faults: inout [RowFault]) -> CivilDate? {
        guard let bytes = bytes(column) else {
            if isRequired { faults.append(missing(column)) }
            return nil
        }
        do {
            return try FieldText.date(bytes)
        } catch {
            faults.append(RowFault(column.name, error.message))
            return nil
        }
    }

    func currency(_ standard: Currency, _ faults: inout [RowFault]) -> Currency? {
        guard let bytes = bytes(.currency) else { return standard }
        do {
            return try KnownCurrencies.find(bytes)
        } catch {
            faults.append(RowFault(Column.currency.name, error.message))
            return nil
        }
    }

    func amount(_ currency: Currency?, _ faults: inout [RowFault]) -> Money? {
        guard let bytes = bytes(.amount) else {
            faults.append(missing(.amount))
            return nil
        }
        do {
            return try FieldText.amount(bytes, currency, decoder.options.decimalSeparator)
        } catch {
            faults.append(RowFault(Column.amount.name, error.message))
            return nil
        }
    }

    func isCreditNote(_ faults: inout [RowFault]) -> Bool? {
        guard let bytes = bytes(.kind) else { return false }
        if equals(bytes, "invoice") { return false }
        if equals(bytes, "credit_note") { return true }
        faults.append(RowFault(Column.kind.name, "'\(FieldText.excerpt(bytes))': write invoice or credit_note"))
        return nil
    }

    func isEmpty(_ column: Column) -> Bool { bytes(column) == nil }

    /// Adds a fault for each column that only an invoice can have a value in.
    func requireEmpty(_ columns: [Column], _ faults: inout [RowFault]) {
        for column in columns where !isEmpty(column) {
            faults.append(RowFault(column.name, "a credit note has none: leave it empty, or write kind invoice"))
        }
    }

    func basis(_ faults: inout [RowFault]) -> ClaimBasis? {
        guard let bytes = bytes(.basis) else { return .ordinary }
        if equals(bytes, "ordinary") { return .ordinary }
        if equals(bytes, "debt_instrument") || equals(bytes, "debtinstrument") { return .debtInstrument }
        if equals(bytes, "money_loan") || equals(bytes, "moneyloan") { return .moneyLoan }
        if equals(bytes, "employment") { return .employment }
        let message = "'\(FieldText.excerpt(bytes))': write ordinary, debt_instrument, money_loan or employment"
        faults.append(RowFault(Column.basis.name, message))
        return nil
    }

    /// A whole number of at most two digits; `nil` where the column is empty, or with a fault.
    func count(_ column: Column, _ faults: inout [RowFault]) -> Int? {
        guard let bytes = bytes(column) else { return nil }
        let digits = UInt8(ascii: "0")...UInt8(ascii: "9")
        guard bytes.count <= 2, bytes.allSatisfy(digits.contains) else {
            faults.append(
                RowFault(column.name, "'\(FieldText.excerpt(bytes))': write a whole number from 0 to 99"))
            return nil
        }
        return bytes.reduce(0) { $0 * 10 + Int($1 - UInt8(ascii: "0")) }
    }

    func disputed(_ faults: inout [RowFault]) -> IncomingClaim.Disputed {
        guard let bytes = bytes(.disputed) else { return .no }
        if equals(bytes, "no") { return .no }
        if equals(bytes, "yes") { return .yes }
        do {
            return .since(try FieldText.date(bytes))
        } catch {
            faults.append(
                RowFault(
                    Column.disputed.name,
                    "'\(FieldText.excerpt(bytes))': write yes, no, or the day since when, such as 2026-01-31"))
            return .no
        }
    }

    func debtorKind(_ faults: inout [RowFault]) -> PartyKind? {
        guard let bytes = bytes(.debtorKind) else {
            faults.append(missing(.debtorKind))
            return nil
        }
        if equals(bytes, "consumer") { return .consumer }
        if equals(bytes, "business") { return .business }
        if equals(bytes, "public") { return .publicAuthority }
        let message = "'\(FieldText.excerpt(bytes))': write consumer, business or public"
        faults.append(RowFault(Column.debtorKind.name, message))
        return nil
    }

    func country(_ standard: CountryCode, _ standardBytes: [UInt8], _ faults: inout [RowFault]) -> CountryCode? {
        guard let bytes = bytes(.country), !bytes.elementsEqual(standardBytes) else { return standard }
        if bytes.count == 2, let country = CountryCode(String(decoding: bytes, as: UTF8.self).uppercased()) {
            return country
        }
        let message = "'\(FieldText.excerpt(bytes))' is not a country: write its two letters (ISO 3166), such as DK"
        faults.append(RowFault(Column.country.name, message))
        return nil
    }

    func language(_ standard: Language, _ faults: inout [RowFault]) -> Language? {
        guard let bytes = bytes(.language) else { return standard }
        let letters = bytes.map { $0 | 0x20 }
        guard letters.count == 2, letters.allSatisfy({ (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0) }) else {
            let message =
                "'\(FieldText.excerpt(bytes))' is not a language: write its two letters (ISO 639-1), such as da"
            faults.append(RowFault(Column.language.name, message))
            return nil
        }
        let code = String(decoding: letters, as: UTF8.self)
        return code == "no" ? .norwegian : Language(code)
    }

    /// Whether some field of the row is not UTF-8.
    var hasInvalidUTF8: Bool {
        fields.contains { FieldText.firstInvalidUTF8(FieldBytes(rebasing: buffer[$0.start..<$0.end])) != nil }
    }

    /// Whether bytes are a word of small letters, in any case.
    private func equals(_ bytes: FieldBytes, _ word: StaticString) -> Bool {
        // A StaticString's bytes are constant and live as long as the program.
        guard word.hasPointerRepresentation, bytes.count == word.utf8CodeUnitCount else { return false }
        for index in 0..<bytes.count {
            var byte = bytes[index]
            if byte >= UInt8(ascii: "A"), byte <= UInt8(ascii: "Z") { byte |= 0x20 }
            if byte != word.utf8Start[index] { return false }
        }
        return true
    }
}
