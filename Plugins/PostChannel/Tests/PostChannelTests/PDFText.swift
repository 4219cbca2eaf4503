import FordringKit
import Glibc
import SpoolFiles
import Testing
import TransportsTesting

@testable import PostChannel

/// The text of a PDF by sheets, as `pdftotext` of poppler-utils reads it.
enum PDFText {
    static let isInstalled = access("/usr/bin/pdftotext", X_OK) == 0

    /// - Parameter area: left, top, width and height in millimetres; `nil` for the whole sheets.
    static func of(_ bytes: [UInt8], in area: (Int, Int, Int, Int)? = nil) throws -> [String] {
        try TemporaryFolder.with { folder in
            try SpoolFolder(path: folder).write(bytes, to: "letter.pdf", through: ".tmp")
            // 254 dots to the inch make ten dots a millimetre.
            let crop = area.map { "-r 254 -x \($0.0 * 10) -y \($0.1 * 10) -W \($0.2 * 10) -H \($0.3 * 10)" } ?? ""
            let status = system(
                "pdftotext -layout \(crop) '\(folder)/letter.pdf' '\(folder)/letter.txt' 2>'\(folder)/err'")
            let complaints = try SpoolFolder(path: folder).read("err") ?? []
            #expect(status == 0 && complaints.isEmpty, "\(String(decoding: complaints, as: UTF8.self))")
            let text = String(decoding: try SpoolFolder(path: folder).read("letter.txt") ?? [], as: UTF8.self)
            return text.split(separator: "\u{0C}").map(String.init)
        }
    }
}
