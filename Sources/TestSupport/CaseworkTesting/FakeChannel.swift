package import FordringKit
import Synchronization

/// A letter channel that keeps its letters in memory, and the promises of a real one: a key is delivered once.
package final class FakeChannel: LetterChannel {
    package struct Sent: Sendable {
        package let key: String
        package let letter: Letter
        package let receipt: DeliveryReceipt
    }

    private let deliveries = Mutex<[Sent]>([])
    private let nextFailures = Mutex<[DeliveryFailure]>([])

    package init() {}

    package var needsDocument: Bool { false }

    /// What has left the house, oldest first.
    package var sent: [Sent] { deliveries.withLock { $0 } }

    /// Has the next deliveries fail, one each.
    package func fail(with failures: DeliveryFailure...) { nextFailures.withLock { $0 += failures } }

    package func canReach(_ party: Party) -> ReachVerdict {
        party.address.lines.isEmpty ? .unreachable("there is no address") : .reachable
    }

    package func deliver(_ delivery: Delivery) throws -> DeliveryReceipt {
        let failure = nextFailures.withLock { $0.isEmpty ? nil : $0.removeFirst() }
        if let failure { throw failure }
        return deliveries.withLock { sent in
            if let before = sent.first(where: { $0.key == delivery.idempotencyKey }) { return before.receipt }
            let receipt = DeliveryReceipt(
                reference: "fake-\(sent.count + 1)", sentOn: delivery.day, details: ["pages": "1"])
            sent.append(Sent(key: delivery.idempotencyKey, letter: delivery.letter, receipt: receipt))
            return receipt
        }
    }

    package func receipt(for idempotencyKey: String) throws -> DeliveryReceipt? {
        deliveries.withLock { $0.first { $0.key == idempotencyKey }?.receipt }
    }

    /// The test's memory ends with the test.
    package func forget(idempotencyKey: String) throws {}
}
