package import Intake

/// A file of claims that is open, of whichever kind it turned out to be.
package struct ClaimFile: ClaimSource {
    /// The kinds of file that are read.
    package enum Kind: String, Sendable, Hashable {
        /// Rows with a header.
        case csv
        /// One UBL 2.1 invoice or credit note.
        case ubl
    }

    /// What the file is.
    package let kind: Kind
    /// The supplier that a UBL document names; the host checks that it is the tenant.
    ///
    /// `nil` for CSV.
    package let supplier: UBLSupplier?
    // Exactly one is there. Two optionals and not an enum, so that `next()` changes the source in place.
    private var csv: CSVClaimSource?
    private var ubl: UBLClaimSource?

    init(_ source: CSVClaimSource) {
        kind = .csv
        supplier = nil
        csv = source
    }

    init(_ source: UBLClaimSource) {
        kind = .ubl
        supplier = source.supplier
        ubl = source
    }

    /// The next row; `nil` at the end.
    ///
    /// - Throws: ``ClaimFileFault`` where nothing more can be read.
    package mutating func next() throws(ClaimFileFault) -> IncomingRow? {
        if let row = try csv?.next() { return row }
        return ubl?.next()
    }
}

/// Opens files of claims.
package enum ClaimFiles {
    /// Opens a file and tells by its content, not its name, what it is.
    ///
    /// A CSV file is read to the end of its header; an XML file, which is one document, as a whole.
    ///
    /// - Parameters:
    ///   - path: the file.
    ///   - csv: how the tenant's CSV files are written.
    ///   - defaults: what holds for a claim whose file does not say.
    /// - Throws: ``ClaimFileFault`` with the cure: no such file, a folder, no permission, empty, not a file of claims, or a
    ///   header or document that is refused as a whole.
    package static func open(
        _ path: String, csv: CSVOptions, defaults: ClaimDefaults
    ) throws(ClaimFileFault) -> ClaimFile {
        let file = try InputFile(path)
        let beginning = try file.peek(4096)
        guard !beginning.isEmpty else {
            throw ClaimFileFault("\(path) is empty: export it again, or leave it out")
        }
        switch try kind(of: beginning, path) {
        case .csv: return try ClaimFile(CSVClaimSource(file, options: csv, defaults: defaults))
        case .ubl: return try ClaimFile(UBLClaimSource(file, defaults: defaults))
        }
    }

    private static func kind(of beginning: [UInt8], _ path: String) throws(ClaimFileFault) -> ClaimFile.Kind {
        if beginning.starts(with: [0xFF, 0xFE]) || beginning.starts(with: [0xFE, 0xFF]) {
            // UTF-16: every second byte is 0 as long as the text is ASCII.
            if beginning.dropFirst(2).first(where: { $0 > 0x20 }) == UInt8(ascii: "<") { return .ubl }
            throw ClaimFileFault("\(path) is text in UTF-16: save it as CSV in UTF-8")
        }
        let signatures: [(bytes: [UInt8], advice: String)] = [
            ([0x50, 0x4B, 0x03, 0x04], "is a spreadsheet or an archive (ZIP): save the sheet as CSV, or unpack it"),
            ([0xD0, 0xCF, 0x11, 0xE0], "is an old spreadsheet (XLS): save the sheet as CSV"),
            ([0x25, 0x50, 0x44, 0x46], "is a PDF: export the claims as CSV or UBL"),
            ([0x1F, 0x8B], "is compressed with gzip: unpack it first (gunzip)"),
        ]
        if let known = signatures.first(where: { beginning.starts(with: $0.bytes) }) {
            throw ClaimFileFault("\(path) \(known.advice)")
        }
        let text = beginning.starts(with: [0xEF, 0xBB, 0xBF]) ? beginning.dropFirst(3) : beginning[...]
        guard let first = text.first(where: { ![0x20, 0x09, 0x0A, 0x0D].contains($0) }) else {
            if beginning.count < 4096 { throw ClaimFileFault("\(path) has nothing but spaces: export it again") }
            return .csv
        }
        if first == UInt8(ascii: "<") { return .ubl }
        // UTF-16 without its mark, which XML allows.
        if first == 0, text.count > 1, text[text.startIndex + 1] == UInt8(ascii: "<") { return .ubl }
        return .csv
    }
}
