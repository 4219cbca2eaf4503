import Intake

/// Reads the first row of a CSV file, and says what is wrong with it as a whole.
enum CSVHeader {
    typealias Column = CSVClaimSource.Column

    /// Where each column is; -1 where the file does not have it.
    static func columns(
        _ row: CSVRowReader.Row, _ reader: CSVRowReader, _ options: CSVOptions
    ) throws(ClaimFileFault) -> (indices: [Int], count: Int) {
        let line: Int
        let count: Int
        switch row {
        case .end:
            throw ClaimFileFault("the file has no rows: its first line must name the columns. \(known)")
        case .refused(let at, let fault):
            try checkOneLine(reader, at)
            throw ClaimFileFault(line: at, "the header cannot be read: \(fault.message)")
        case .fields(let at, let fields):
            line = at
            count = fields
        }
        let names = reader.fields.map { field in
            reader.buffer[field.start..<field.end].withUnsafeBufferPointer { Array(FieldText.trimmed($0)) }
        }
        try checkEncoding(names, line, options)
        try checkDelimiter(names, reader, line, options)
        guard count <= CSVRowReader.fieldLimit else {
            throw ClaimFileFault(
                line: line, "the header has \(count) columns, and \(Column.names.count) are known. \(known)")
        }
        var indices = [Int](repeating: -1, count: Column.allCases.count)
        var unknown: [String] = []
        var doubled: [String] = []
        for (index, name) in names.enumerated() {
            guard let column = column(name) else {
                unknown.append(name.isEmpty ? "column \(index + 1), which has no name" : "'\(FieldText.excerpt(name))'")
                continue
            }
            if indices[column.rawValue] >= 0 { doubled.append(column.name) }
            indices[column.rawValue] = index
        }
        let missing = Column.required.filter { indices[$0.rawValue] < 0 }.map(\.name)
        var faults: [String] = []
        if !missing.isEmpty { faults.append("required columns are missing: " + missing.joined(separator: ", ")) }
        if !unknown.isEmpty { faults.append("unknown columns: " + unknown.joined(separator: ", ")) }
        if !doubled.isEmpty { faults.append("columns that are there twice: " + doubled.joined(separator: ", ")) }
        guard faults.isEmpty else {
            throw ClaimFileFault(line: line, faults.joined(separator: "; ") + ". \(known)")
        }
        return (indices, count)
    }

    /// What a header may have.
    private static var known: String {
        let required = Column.required.map(\.name).joined(separator: ", ")
        let optional = Column.allCases.filter { !Column.required.contains($0) }.map(\.name).joined(separator: ", ")
        return "Required are \(required); optional are \(optional)"
    }

    private static func column(_ name: some Collection<UInt8>) -> Column? {
        guard name.count <= 32 else { return nil }
        let text = String(decoding: name, as: UTF8.self).lowercased()
        return Column.names.firstIndex(of: text).flatMap { Column(rawValue: $0) }
    }

    private static func checkEncoding(
        _ names: [[UInt8]], _ line: Int, _ options: CSVOptions
    ) throws(ClaimFileFault) {
        if names.contains(where: { $0.contains(0) }) {
            throw ClaimFileFault(
                line: line,
                "the header has NUL bytes: the file is not text, or it is UTF-16. "
                    + "Save it as CSV in UTF-8")
        }
        guard options.encoding == .utf8 else { return }
        for name in names {
            guard let position = name.withUnsafeBufferPointer(FieldText.firstInvalidUTF8) else { continue }
            throw ClaimFileFault(
                line: line,
                "the header already is not UTF-8: in '\(FieldText.excerpt(name))' "
                    + FieldText.notUTF8(name[position], at: position))
        }
    }

    /// Says so when the header makes sense with another delimiter only.
    private static func checkDelimiter(
        _ names: [[UInt8]], _ reader: CSVRowReader, _ line: Int, _ options: CSVOptions
    ) throws(ClaimFileFault) {
        guard names.count(where: { column($0) != nil }) < 2 else { return }
        let header = reader.buffer[reader.rowRange].prefix(4096)
        for (byte, name) in [(UInt8(ascii: ";"), "';'"), (UInt8(ascii: ","), "','"), (0x09, "a tab"), (0x7C, "'|'")] {
            let parts = header.split(separator: byte, omittingEmptySubsequences: false).map { part in
                part.filter { $0 != UInt8(ascii: "\"") && $0 > 0x20 }
            }
            guard byte != options.delimiter.rawValue, parts.count(where: { column($0) != nil }) >= 2 else { continue }
            let cure =
                byte == UInt8(ascii: ";") || byte == UInt8(ascii: ",")
                ? "set the CSV delimiter to \(name), or save the file with '\(options.delimiter.text)'"
                : "save the file with '\(options.delimiter.text)'"
            throw ClaimFileFault(
                line: line,
                "the columns are separated by \(name), and the settings say '\(options.delimiter.text)': \(cure)")
        }
        if VerdictWriter.columns.allSatisfy({ verdict in names.contains { $0.elementsEqual(verdict.utf8) } }) {
            throw ClaimFileFault(
                line: line, "this is a file of verdicts, written by an import: give the file of claims")
        }
    }

    /// A first row of a mebibyte is not a header; say what it may be.
    private static func checkOneLine(_ reader: CSVRowReader, _ line: Int) throws(ClaimFileFault) {
        if reader.buffer[reader.rowRange].prefix(4096).contains(0) {
            throw ClaimFileFault(line: line, "the file is not text, or it is UTF-16. Save it as CSV in UTF-8")
        }
    }
}
