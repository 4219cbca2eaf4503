// A channel that leaves a file for each letter and a line for each flight, so that tests can count both.
import FordringKit
import Foundation

struct Pigeon: LetterChannel {
    let outbox: String

    var needsDocument: Bool { false }

    func canReach(_ party: Party) -> ReachVerdict { .reachable }

    func deliver(_ delivery: Delivery) throws -> DeliveryReceipt {
        if let known = try receipt(for: delivery.idempotencyKey) { return known }
        if delivery.letter.recipient.name.contains("Unlucky") { throw CocoaError(.featureUnsupported) }
        let text = "\(delivery.day)\n\(delivery.letter.subject)\n"
        do {
            try text.write(toFile: path(delivery.idempotencyKey), atomically: true, encoding: .utf8)
            let flights = "\(outbox)/flights.txt"
            let before = (try? String(contentsOfFile: flights, encoding: .utf8)) ?? ""
            try "\(before)\(delivery.idempotencyKey)\n".write(toFile: flights, atomically: true, encoding: .utf8)
        } catch {
            throw DeliveryFailure(.temporary, "the pigeon did not fly; make room in its outbox")
        }
        return DeliveryReceipt(reference: delivery.idempotencyKey, sentOn: delivery.day, details: [:])
    }

    func receipt(for idempotencyKey: String) throws -> DeliveryReceipt? {
        guard let text = try? String(contentsOfFile: path(idempotencyKey), encoding: .utf8) else { return nil }
        // Not what the contract allows; plug-ins of others do such things.
        guard let day = CivilDate(iso: String(text.prefix(10))) else { throw Illegible() }
        return DeliveryReceipt(reference: idempotencyKey, sentOn: day, details: [:])
    }

    func forget(idempotencyKey: String) throws {
        guard let receipt = try receipt(for: idempotencyKey) else { return }
        do {
            try "\(receipt.sentOn)\n".write(toFile: path(idempotencyKey), atomically: true, encoding: .utf8)
        } catch {
            throw DeliveryFailure(.temporary, "the pigeon does not let go; make room in its outbox")
        }
    }

    private func path(_ key: String) -> String { "\(outbox)/\(key).letter" }
}

/// A channel that carries pages, which no plug-in of the tests makes.
struct Carriage: LetterChannel {
    var needsDocument: Bool { true }

    func canReach(_ party: Party) -> ReachVerdict { .reachable }

    func deliver(_ delivery: Delivery) throws -> DeliveryReceipt {
        throw DeliveryFailure(.permanent, "the carriage never leaves")
    }

    func receipt(for idempotencyKey: String) throws -> DeliveryReceipt? { nil }

    func forget(idempotencyKey: String) throws {}
}

struct Illegible: Error {}

struct PigeonPlugin: Plugin {
    func register(in registry: inout PluginRegistry) throws {
        let mood = SettingDescription(
            key: "mood", allowed: ["good", "bad"], standard: "good", meaning: "Whether it flies.")
        registry.offer(channel: "pigeon", settings: [mood]) { context in
            if context.setting("mood") == "bad" { throw PluginSettingError(key: "mood", "it stays in its loft") }
            return Pigeon(outbox: context.outbox)
        }
        registry.offer(channel: "carriage", settings: []) { _ in Carriage() }
    }
}

/// What the host calls.
@_cdecl("fordring_plugin")
public func fordringPlugin() -> UnsafeMutableRawPointer { PluginEntry.export(PigeonPlugin()) }
