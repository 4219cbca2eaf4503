import Dispatch
import Synchronization

/// Gathers the writes of concurrent callers into shared transactions.
///
/// Whoever finds nobody leading leads: it runs what waits in one transaction. Whoever comes while it commits waits for
/// the next transaction. A thread leads one transaction and hands the lead to the next thread that waits; for tasks, a
/// thread of the system leads until nobody waits.
final class CommitGroup: Sendable {
    /// How many parts a transaction takes at most, so that nobody waits for long.
    private static let partsMax = 256

    private struct State {
        var isLed = false
        var waiting: [Part] = []
    }

    private let state = Mutex(State())

    func write<Result>(
        to database: TenantDatabase, _ provenance: Provenance, _ body: @escaping (WriteTransaction) throws -> Result
    ) throws -> Result {
        var result: Result?
        let turn = DispatchSemaphore(value: 0)
        let part = Part(provenance, { result = try body($0) }, wake: { turn.signal() })
        if !join(part) { turn.wait() }
        if part.outcome == nil { lead(database) }
        try part.outcome?.get()
        guard let result else { preconditionFailure("a part of a group was never run") }
        return result
    }

    func write<Result: Sendable>(
        to database: TenantDatabase, _ provenance: Provenance,
        _ body: @escaping @Sendable (WriteTransaction) throws -> Result
    ) async throws -> Result {
        try await withCheckedThrowingContinuation { continuation in
            let answer = Answer<Result>()
            let part = Part(provenance, { answer.value = try body($0) }, wake: nil)
            part.end = { [unowned part] in
                switch part.outcome {
                case .failure(let error)?: continuation.resume(throwing: error)
                case .success?, nil:
                    guard let value = answer.value else { preconditionFailure("a part of a group was never run") }
                    continuation.resume(returning: value)
                }
            }
            if join(part) { leadElsewhere(database) }
        }
    }

    /// Lets a part wait for its transaction.
    ///
    /// - Returns: whether the caller is to lead.
    private func join(_ part: Part) -> Bool {
        state.withLock { state in
            state.waiting.append(part)
            defer { state.isLed = true }
            return !state.isLed
        }
    }

    private func leadElsewhere(_ database: TenantDatabase) {
        DispatchQueue.global(qos: .userInitiated).async { self.lead(database, untilNobodyWaits: true) }
    }

    /// Runs what waits, and hands the lead on.
    private func lead(_ database: TenantDatabase, untilNobodyWaits: Bool = false) {
        while true {
            let parts = state.withLock { state in
                let parts = Array(state.waiting.prefix(CommitGroup.partsMax))
                state.waiting.removeFirst(parts.count)
                return parts
            }
            do {
                let errors = try database.writeTogether(parts.map { ($0.provenance, $0.body) })
                for (part, error) in zip(parts, errors) { part.outcome = error.map { .failure($0) } ?? .success(()) }
            } catch {
                for part in parts { part.outcome = .failure(error) }
            }
            let next = state.withLock { state in
                state.isLed = !state.waiting.isEmpty
                return state.waiting.first
            }
            for part in parts { part.end?() ?? part.wake?() }
            guard let next else { return }
            // A thread that waits is woken to lead; tasks are led from here.
            if let wake = next.wake, !untilNobodyWaits { return wake() }
            if !untilNobodyWaits { return leadElsewhere(database) }
        }
    }
}

/// What a part's closure gave.
///
/// Unchecked: written by the leader, read when the part has ended.
private final class Answer<Value: Sendable>: @unchecked Sendable {
    var value: Value?
}

/// The work of one caller.
///
/// Unchecked: the leader touches it until it wakes the caller, who touches it only afterwards.
private final class Part: @unchecked Sendable {
    let provenance: Provenance
    let body: (WriteTransaction) throws -> Void
    /// Wakes the thread that waits: its part is done, or it is to lead; `nil` for a task.
    let wake: (() -> Void)?
    /// Tells a task that its part is done.
    var end: (() -> Void)?
    var outcome: Result<Void, any Error>?

    init(_ provenance: Provenance, _ body: @escaping (WriteTransaction) throws -> Void, wake: (() -> Void)?) {
        self.provenance = provenance
        self.wake = wake
        self.body = body
    }
}
