public import FordringKit
import FoundationEssentials
import SpoolFiles

/// Leaves letters in a spool folder, from which a print room or a print service takes them.
///
/// Each delivery is two files, `<key>.pdf` and then `<key>.json`. The second is the proof that the delivery was made:
/// without it the first does not count and is written again. The print room takes a letter once its manifest is there,
/// and may take the PDF away; the manifest stays. When a delivery is to be forgotten the PDF goes, and of the manifest what
/// is said of the person.
public struct PostChannel: LetterChannel {
    private let folder: SpoolFolder

    /// Makes the channel.
    public init(outbox: String) { folder = SpoolFolder(path: outbox) }

    /// The letter goes out as the renderer made it.
    public var needsDocument: Bool { true }

    /// Whether the address has a street, a postal code and a city.
    public func canReach(_ party: Party) -> ReachVerdict {
        func isBlank(_ text: String) -> Bool { text.allSatisfy(\.isWhitespace) }
        let address = party.address
        if address.lines.allSatisfy(isBlank) { return .unreachable("the address has no street") }
        if isBlank(address.postalCode) { return .unreachable("the address has no postal code") }
        if isBlank(address.city) { return .unreachable("the address has no city") }
        return .reachable
    }

    /// Writes the letter and then its manifest.
    ///
    /// - Throws: `DeliveryFailure`.
    public func deliver(_ delivery: Delivery) throws -> DeliveryReceipt {
        if let receipt = try receipt(for: delivery.idempotencyKey) { return receipt }
        let letter = delivery.letter
        if case .unreachable(let reason) = canReach(letter.recipient) {
            throw DeliveryFailure(.permanent, "The letter cannot be posted: \(reason); complete the address.")
        }
        guard delivery.document.starts(with: Array("%PDF-".utf8)) else {
            throw DeliveryFailure(
                .permanent,
                "The letter came without a PDF: install a plug-in that offers renderer:application/pdf.")
        }
        let key = delivery.idempotencyKey
        let manifest = PostManifest(
            bytes: delivery.document.count, case: letter.caseID.rawValue,
            country: letter.recipient.address.country.code,
            datedOn: letter.datedOn.description, key: key, letter: letter.id.rawValue,
            pages: PDFPages.count(in: delivery.document), postalCode: letter.recipient.address.postalCode,
            sentOn: delivery.day.description, sha256: delivery.documentSHA256.isEmpty ? nil : delivery.documentSHA256,
            step: letter.step.rawValue, tenant: letter.tenant.rawValue)
        try folder.create()
        try folder.write(delivery.document, to: "\(key).pdf", through: ".tmp-\(key).pdf")
        try folder.write(manifest.encoded(), to: "\(key).json", through: ".tmp-\(key).json")
        return try manifest.receipt()
    }

    /// What the manifest of a delivery says.
    ///
    /// - Throws: `DeliveryFailure`.
    public func receipt(for idempotencyKey: String) throws -> DeliveryReceipt? {
        try SpoolKey.check(idempotencyKey, of: "delivery")
        guard let bytes = try folder.read("\(idempotencyKey).json") else { return nil }
        // The attempt that wrote it may have died before the name was safe on the disk.
        try folder.flush()
        return try PostManifest(bytes, key: idempotencyKey).receipt()
    }

    /// Removes the letter, and from its manifest where it went to.
    ///
    /// - Throws: `DeliveryFailure`.
    public func forget(idempotencyKey: String) throws {
        try SpoolKey.check(idempotencyKey, of: "delivery")
        let key = idempotencyKey
        try folder.remove("\(key).pdf", ".tmp-\(key).pdf", ".tmp-\(key).json")
        guard let bytes = try folder.read("\(key).json") else { return }
        var manifest = try PostManifest(bytes, key: key)
        manifest.postalCode = ""
        try folder.write(manifest.encoded(), to: "\(key).json", through: ".tmp-\(key).json")
    }
}

/// What the spool folder says of a letter: enough to post it and to count it, and no name.
struct PostManifest: Codable {
    var bytes: Int
    var `case`: Int64
    var country: String
    var datedOn: String
    var key: String
    var letter: Int64
    var pages: Int?
    var postalCode: String
    var sentOn: String
    var sha256: String?
    var step: String
    var tenant: String
}

extension PostManifest {
    /// Reads a manifest.
    init(_ bytes: [UInt8], key: String) throws {
        do {
            self = try JSONDecoder().decode(PostManifest.self, from: Data(bytes))
        } catch {
            throw PostManifest.unreadable(key)
        }
    }

    func encoded() throws -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return Array(try encoder.encode(self)) + [UInt8(ascii: "\n")]
    }

    func receipt() throws -> DeliveryReceipt {
        guard let day = CivilDate(iso: sentOn) else { throw PostManifest.unreadable(key) }
        var details = ["bytes": String(bytes)]
        if let pages { details["pages"] = String(pages) }
        return DeliveryReceipt(reference: "\(key).pdf", sentOn: day, details: details)
    }

    private static func unreadable(_ key: String) -> DeliveryFailure {
        DeliveryFailure(
            .permanent,
            """
            The manifest \(key).json in the outbox cannot be read, so nobody can tell whether the letter was posted: \
            look, and remove the file if it was not.
            """)
    }
}

/// The number of pages of a PDF.
enum PDFPages {
    /// What the page tree says; `nil` where it stands in a compressed stream.
    static func count(in document: [UInt8]) -> Int? {
        let kind = Array("/Type /Pages".utf8)
        let count = Array("/Count ".utf8)
        // The page tree is among the last objects that cairo writes.
        guard let tree = last(kind, in: document[...]) else { return nil }
        let rest = document[tree...]
        let end = first(Array("endobj".utf8), in: rest) ?? rest.endIndex
        guard let start = first(count, in: rest[..<end]) else { return nil }
        let digits = rest[(start + count.count)..<end].prefix { $0 >= UInt8(ascii: "0") && $0 <= UInt8(ascii: "9") }
        return Int(String(decoding: digits, as: UTF8.self))
    }

    private static func first(_ pattern: [UInt8], in bytes: ArraySlice<UInt8>) -> Int? {
        bytes.indices.first { bytes[$0] == pattern[0] && bytes[$0...].starts(with: pattern) }
    }

    private static func last(_ pattern: [UInt8], in bytes: ArraySlice<UInt8>) -> Int? {
        bytes.indices.last { bytes[$0] == pattern[0] && bytes[$0...].starts(with: pattern) }
    }
}
