// The courts of XA, and a renderer whose pages are plain words; compiled together with FakeForum.swift.
import FordringKit

/// Not PDF, but the same for the same letter, and it names all that is on it.
struct Scribe: LetterRenderer {
    func render(_ letter: Letter) throws -> RenderedLetter {
        var lines = ["%PDF-0.0", letter.letterhead.name, letter.recipient.name, letter.dateText, letter.subject]
        for block in letter.blocks {
            switch block {
            case .paragraph(let text), .heading(let text): lines.append(text)
            case .statement(let statement):
                lines += statement.lines.map { "\($0.text) | \($0.detail) | \($0.amount)" }
                lines.append("\(statement.totalLabel) \(statement.total)")
            case .payment(let box): lines += [box.heading] + box.fields.map { "\($0.label): \($0.text)" }
            @unknown default: break
            }
        }
        return RenderedLetter(
            bytes: Array(lines.joined(separator: "\n").utf8), mediaType: "application/pdf", pageCount: 1)
    }
}

struct CourtPlugin: Plugin {
    func register(in registry: inout PluginRegistry) throws {
        guard let country = CountryCode("XA") else { return }
        let filing = SettingDescription(
            key: "filing", allowed: ["hand", "folder"], standard: "hand", meaning: "Who files packages.")
        registry.offer(forum: country, settings: [filing]) { context in
            FakeForum(country, folder: context.setting("filing") == "folder" ? context.outbox : nil)
        }
        registry.offer(renderer: "application/pdf") { _ in Scribe() }
    }
}

/// What the host calls.
@_cdecl("fordring_plugin")
public func fordringPlugin() -> UnsafeMutableRawPointer { PluginEntry.export(CourtPlugin()) }
