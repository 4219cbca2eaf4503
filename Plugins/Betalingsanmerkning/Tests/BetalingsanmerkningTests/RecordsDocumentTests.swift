import Foundation
import Testing

@testable import Betalingsanmerkning

/// Goal: the document that the bureau reads and the code that writes the records say the same.
@Suite struct RecordsDocumentTests {
    private func document() throws -> String {
        let file = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../RECORDS.md").standardized
        return try String(contentsOf: file, encoding: .utf8)
    }

    @Test func `every record stands there with its fields`() throws {
        let document = try document()
        for kind in RecordKind.all {
            #expect(
                document.contains("    " + ([kind.name] + kind.fields).joined(separator: ",") + "\n"), "\(kind.name)")
        }
    }
}
