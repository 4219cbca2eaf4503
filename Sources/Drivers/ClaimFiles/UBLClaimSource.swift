import FordringKit
package import Intake

/// Who a UBL document says has issued it.
package struct UBLSupplier: Sendable, Hashable {
    /// The registered name, else the trading name.
    package var name: String?
    /// `PartyLegalEntity/CompanyID`, without the prefix DK of a Danish CVR number; `nil` where there is none.
    package var id: String?
    /// The scheme of ``id`` as the document states it (`0184` is the Danish CVR, `0192` Norway's register of entities).
    package var schemeID: String?
}

/// The claim of a UBL 2.1 Invoice or CreditNote, as in Peppol BIS Billing 3: one document a file.
///
/// Choices:
/// - A buyer is a business, because this is the format of trade between businesses; it is a consumer where the scheme of its
///   `CompanyID` is one of persons (`9901` and `DK:CPR`). The format cannot say that it is a public authority.
/// - `CompanyID` is kept as it is given, but for the prefix DK of a CVR number.
/// - The amount is `PayableAmount`: what was prepaid is off already.
/// - Without `DueDate` the date is `PaymentMeans/PaymentDueDate`, where a credit note and OIOUBL have it; without that it is
///   left open.
/// - A credit note against several invoices is refused: the amount cannot be divided between them.
/// - An element that may be there once and is there twice is refused, because it is not clear which counts.
package struct UBLClaimSource: ClaimSource {
    /// Who has issued the document; whether that is the tenant is for the caller to check.
    package let supplier: UBLSupplier
    private var row: IncomingRow?

    /// The supplier's registration number, where the document has it.
    package var supplierID: String? { supplier.id }

    /// Opens a file and reads its document.
    ///
    /// - Throws: ``ClaimFileFault`` when it cannot be read, or is not a UBL document.
    package init(path: String, defaults: ClaimDefaults) throws(ClaimFileFault) {
        try self.init(InputFile(path), defaults: defaults)
    }

    init(_ file: InputFile, defaults: ClaimDefaults) throws(ClaimFileFault) {
        let parser = try UBLParser()
        try parser.parse(file)
        guard let kind = parser.kind else { throw ClaimFileFault("the file has no document") }
        var document = UBLDocument(parser, kind)
        supplier = document.supplier
        let claim = document.claim(defaults)
        let content: Result<IncomingClaim, RowFaults> =
            if let claim, document.faults.isEmpty { .success(claim) } else { .failure(RowFaults(document.faults)) }
        row = IncomingRow(line: 1, reference: document.text(.id) ?? "", content: content)
    }

    /// The document's claim the first time, then `nil`.
    package mutating func next() -> IncomingRow? {
        defer { row = nil }
        return row
    }
}

/// Makes a claim of what was read, and notes what is wrong.
private struct UBLDocument {
    private let parser: UBLParser
    private let kind: UBLDocumentKind
    private(set) var faults: [RowFault]

    /// The schemes of `CompanyID` whose numbers are those of persons.
    private static let personSchemes: Set<String> = ["9901", "DK:CPR"]
    private static let danishCompanySchemes: Set<String> = ["0184", "DK:CVR"]
    /// Letters and notices show the text on one line.
    private static let textLimit = 200

    init(_ parser: UBLParser, _ kind: UBLDocumentKind) {
        self.parser = parser
        self.kind = kind
        faults = parser.faults
    }

    func text(_ element: UBLElement) -> String? { parser.values[element.rawValue].first?.text }

    var supplier: UBLSupplier {
        UBLSupplier(
            name: text(.supplierName) ?? text(.supplierTradingName), id: companyID(.supplierID),
            schemeID: parser.values[UBLElement.supplierID.rawValue].first?.attribute)
    }

    mutating func claim(_ defaults: ClaimDefaults) -> IncomingClaim? {
        let reference = required(.id)
        let issuedOn = required(.issueDate).flatMap { date($0, .issueDate) }
        let dueElement = text(.dueDate) == nil ? UBLElement.paymentDueDate : .dueDate
        let dueOn = text(dueElement).flatMap { date($0, dueElement) }
        let amount = amount()
        let about = text(.itemName) ?? text(.itemDescription) ?? text(.lineNote) ?? text(.note) ?? required(.itemName)
        let name = text(.registrationName) ?? text(.tradingName) ?? required(.registrationName)
        let street = street()
        let postalCode = required(.postalZone)
        let city = required(.city)
        let country = country()
        let claimKind = claimKind()
        guard faults.isEmpty, let reference, let issuedOn, let amount, let about, let name, let street, let postalCode,
            let city, let country
        else { return nil }
        let line2 = text(.additionalStreet) ?? text(.addressLine)
        let address = PostalAddress(
            lines: line2.map { [street, $0] } ?? [street], postalCode: postalCode, city: city, country: country)
        let scheme = parser.values[UBLElement.companyID.rawValue].first?.attribute ?? ""
        let debtor = Party(
            name: name, kind: UBLDocument.personSchemes.contains(scheme) ? .consumer : .business,
            nationalID: companyID(.companyID), customerNumber: text(.customerNumber), address: address,
            email: text(.email), phone: text(.phone), language: defaults.language)
        return IncomingClaim(
            kind: claimKind, reference: reference, issuedOn: issuedOn, dueOn: dueOn, amount: amount,
            text: UBLDocument.shortened(about), debtor: debtor)
    }

    private mutating func add(_ element: UBLElement, _ message: String) {
        faults.append(RowFault(kind.path(element), message))
    }

    private mutating func required(_ element: UBLElement) -> String? {
        if let text = text(element) { return text }
        let path = kind.path(element)
        guard !faults.contains(where: { $0.field == path }) else { return nil }
        if let namespace = path.split(separator: "/").compactMap({ parser.foreign[String($0)] }).first {
            add(
                element,
                "is missing; there is an element of that name in the namespace '\(namespace)', which is not UBL's")
        } else {
            add(element, "is required, and is missing or empty")
        }
        return nil
    }

    private mutating func date(_ text: String, _ element: UBLElement) -> CivilDate? {
        guard let date = CivilDate(iso: text) else {
            let shown = FieldText.excerpt(text.utf8)
            let bytes = Array(text.utf8)
            let hasForm =
                bytes.count == 10 && bytes[4] == UInt8(ascii: "-") && bytes[7] == UInt8(ascii: "-")
                && bytes.count(where: { $0 &- 0x30 <= 9 }) == 8
            add(element, hasForm ? "the date \(shown) does not exist" : "'\(shown)' is not a date such as 2026-01-31")
            return nil
        }
        return date
    }

    private mutating func amount() -> Money? {
        var currency: Currency?
        if let code = required(.currency) {
            currency = Currency(code: code)
            if currency == nil {
                let shown = FieldText.excerpt(code.utf8)
                add(.currency, "'\(shown)' is not a currency that is known: it may be one of \(KnownCurrencies.list)")
            }
            let stated = parser.values[UBLElement.payableAmount.rawValue].first
            if let stated, stated.attribute != code {
                let given = stated.attribute.map { "'\(FieldText.excerpt($0.utf8))'" } ?? "missing"
                let shown = FieldText.excerpt(code.utf8)
                add(.payableAmount, "its currencyID is \(given), and the document's currency is '\(shown)'")
            }
        }
        guard let text = required(.payableAmount) else { return nil }
        do {
            return try Array(text.utf8).withUnsafeBufferPointer { (bytes) throws(FieldProblem) in
                try FieldText.amount(bytes, currency, .point)
            }
        } catch {
            add(.payableAmount, error.message)
            return nil
        }
    }

    private mutating func street() -> String? {
        guard let street = text(.street) else { return text(.addressLine) ?? required(.street) }
        return text(.building).map { "\(street) \($0)" } ?? street
    }

    private mutating func country() -> CountryCode? {
        guard let code = required(.country) else { return nil }
        guard let country = CountryCode(code) else {
            add(
                .country,
                "'\(FieldText.excerpt(code.utf8))' is not a country: it must be two capital letters (ISO 3166)")
            return nil
        }
        return country
    }

    private mutating func claimKind() -> IncomingClaim.Kind {
        guard kind == .creditNote else { return .invoice }
        let credited = parser.values[UBLElement.creditedInvoice.rawValue].map(\.text)
        if Set(credited).count > 1 {
            let list = Set(credited).sorted().map { FieldText.excerpt($0.utf8) }.joined(separator: ", ")
            add(.creditedInvoice, "the credit note is against several invoices (\(list)): give one for each")
        }
        return .creditNote(against: credited.first)
    }

    private func companyID(_ element: UBLElement) -> String? {
        guard let value = parser.values[element.rawValue].first else { return nil }
        let digits = value.text.dropFirst(2)
        let isCVR =
            value.text.hasPrefix("DK") && digits.utf8.count == 8 && digits.utf8.allSatisfy { $0 &- 0x30 <= 9 }
        let isDanish = value.attribute.map(UBLDocument.danishCompanySchemes.contains) ?? true
        return isCVR && isDanish ? String(digits) : value.text
    }

    /// The text, cut at a word where it is long.
    private static func shortened(_ text: String) -> String {
        guard text.count > textLimit else { return text }
        let cut = text.prefix(textLimit - 1)
        let word = cut.lastIndex(of: " ").map { cut[..<$0] } ?? cut
        return (word.count > textLimit / 2 ? word : cut) + "…"
    }
}
