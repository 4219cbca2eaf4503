import Casework
import Correspondence
import Database
import FordringKit
import LegalTrack
import Tenancy

extension LetterCopy {
    /// What a channel carried: the document, or the words where it carries none.
    ///
    /// - Parameter isShort: whether it carries one line only.
    init(_ letter: Letter, document: [UInt8], step: Int64, isShort: Bool, isRemade: Bool = false) {
        let hasDocument = !document.isEmpty
        let bytes = hasDocument ? document : Array((isShort ? letter.shortText + "\n" : letter.words).utf8)
        self.init(
            step: step, mediaType: hasDocument ? "application/pdf" : "text/plain", sha256: Digest.sha256(bytes),
            isRemade: isRemade, bytes: bytes)
    }
}

extension Letter {
    /// All words of the letter, a line each.
    fileprivate var words: String {
        var lines = [letterhead.name, recipient.name] + recipient.address.lines
        lines += ["\(recipient.address.postalCode) \(recipient.address.city)", dateText, subject, ""]
        for block in blocks {
            switch block {
            case .paragraph(let text), .heading(let text): lines.append(text)
            case .statement(let statement):
                lines += statement.lines.map { line in
                    "\(line.text)\(line.detail.isEmpty ? "" : " (\(line.detail))"): \(line.amount)"
                }
                lines.append("\(statement.totalLabel): \(statement.total)")
            case .payment(let box):
                lines += [box.heading] + box.fields.map { "\($0.label): \($0.text)" }
                if !box.codeLine.isEmpty { lines.append(box.codeLine) }
            @unknown default: lines.append("(a part that this version cannot write)")
            }
        }
        return lines.joined(separator: "\n") + "\n"
    }
}

extension FordringHost {
    /// The copy of a letter that left at an attempt which was not recorded, as it would be written today for that day.
    ///
    /// Marked as made again: a payment in between would make it another. `nil` where it cannot be made.
    func remadeCopy(of sent: SentLetter, for tenant: OpenTenant) -> LetterCopy? {
        guard let parts = try? tenant.parts, let channel = parts.channels[sent.channel],
            case .ready(let prepared)? = try? tenant.database.read({
                try LetterDesk.prepare(step: sent.step, datedOn: sent.receipt.sentOn, tenant.rules, $0)
            }), let letter = try? parts.composer.compose(prepared.content, to: prepared.party)
        else { return nil }
        var document: [UInt8] = []
        if channel.needsDocument {
            guard let rendered = try? parts.renderer?.render(letter) else { return nil }
            document = rendered.bytes
        }
        return LetterCopy(
            letter, document: document, step: sent.step, isShort: channel.reachesAtOnce, isRemade: true)
    }
}
