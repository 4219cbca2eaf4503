// A channel that writes a line for each delivery, at once or not at all, and would write it twice if it were asked twice.
import FordringKit
import Foundation

struct Courier: LetterChannel {
    let outbox: String

    var needsDocument: Bool { false }

    func canReach(_ party: Party) -> ReachVerdict { .reachable }

    func deliver(_ delivery: Delivery) throws -> DeliveryReceipt {
        let file = open("\(outbox)/deliveries.txt", O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0o644)
        defer { close(file) }
        let line = Array("\(delivery.idempotencyKey) \(delivery.day)\n".utf8)
        guard file >= 0, write(file, line, line.count) == line.count else {
            throw DeliveryFailure(.temporary, "the courier has no room in its outbox")
        }
        return DeliveryReceipt(reference: delivery.idempotencyKey, sentOn: delivery.day, details: [:])
    }

    func receipt(for idempotencyKey: String) throws -> DeliveryReceipt? {
        let text = (try? String(contentsOfFile: "\(outbox)/deliveries.txt", encoding: .utf8)) ?? ""
        for line in text.split(separator: "\n") where line.hasPrefix("\(idempotencyKey) ") {
            guard let day = CivilDate(iso: String(line.suffix(10))) else { continue }
            return DeliveryReceipt(reference: idempotencyKey, sentOn: day, details: [:])
        }
        return nil
    }

    func forget(idempotencyKey: String) throws {}
}

struct CourierPlugin: Plugin {
    func register(in registry: inout PluginRegistry) throws {
        registry.offer(channel: "courier", settings: []) { Courier(outbox: $0.outbox) }
    }
}

/// What the host calls.
@_cdecl("fordring_plugin")
public func fordringPlugin() -> UnsafeMutableRawPointer { PluginEntry.export(CourierPlugin()) }
