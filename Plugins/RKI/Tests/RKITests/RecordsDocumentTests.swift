import Foundation
import Testing

@testable import RKI

/// Goal: the document that the bureau reads and the code that writes the records say the same.
@Suite struct RecordsDocumentTests {
    private func document() throws -> String {
        let file = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../RECORDS.md").standardized
        return try String(contentsOf: file, encoding: .utf8)
    }

    @Test func `every record stands there with the place of every field`() throws {
        let document = try document()
        for kind in RecordKind.all {
            var lines = [
                "### `\(kind.code)` \(kind.name)", "", "| field | from | bytes | content |",
                "| --- | ---: | ---: | --- |",
            ]
            lines += ["| type | 1 | 2 | number |", "| sequence | 3 | 6 | number |"]
            var place = 9
            for field in kind.fields {
                lines.append("| \(field.name) | \(place) | \(field.width) | \(field.content) |")
                place += field.width
            }
            #expect(place - 1 <= RecordKind.lineLength)
            #expect(document.contains(lines.joined(separator: "\n")), "\(kind.name)")
        }
        #expect(document.contains("is \(RecordKind.lineLength) bytes"))
    }
}
