import Dispatch
import Synchronization

/// Gathers the writes of concurrent callers into shared transactions.
///
/// The first caller leads: it runs what waits in one transaction, each part in a savepoint. Whoever comes while it
/// commits waits for the next transaction, which the first of them leads.
final class CommitGroup: Sendable {
    /// How many parts a transaction takes at most, so that nobody waits for long.
    private static let partsMax = 256

    private struct State {
        var isLed = false
        var waiting: [Part] = []
    }

    private let state = Mutex(State())

    func write<Result>(
        to engine: any Engine, _ provenance: Provenance, _ body: @escaping (WriteTransaction) throws -> Result
    ) throws -> Result {
        var result: Result?
        let part = Part(provenance) { result = try body($0) }
        let leads = state.withLock { state in
            state.waiting.append(part)
            defer { state.isLed = true }
            return !state.isLed
        }
        if !leads { part.turn.wait() }
        if part.outcome == nil { lead(engine) }
        try part.outcome?.get()
        guard let result else { preconditionFailure("a part of a group was never run") }
        return result
    }

    /// Runs what waits, the caller's own part among it, and hands the lead to the next who waits.
    private func lead(_ engine: any Engine) {
        let parts = state.withLock { state in
            let parts = Array(state.waiting.prefix(CommitGroup.partsMax))
            state.waiting.removeFirst(parts.count)
            return parts
        }
        do {
            try commit(parts, engine)
        } catch {
            let cause = (error as? SavepointLost)?.cause ?? error
            // A part that threw by itself keeps its own error.
            for part in parts where !part.hasFailed { part.outcome = .failure(cause) }
        }
        let next = state.withLock { state in
            state.isLed = !state.waiting.isEmpty
            return state.waiting.first
        }
        for part in parts { part.turn.signal() }
        next?.turn.signal()
    }

    private func commit(_ parts: [Part], _ engine: any Engine) throws {
        if parts.count == 1 {
            try engine.write(parts[0].provenance, parts[0].body)
        } else {
            try engine.write(parts[0].provenance) { transaction in
                for part in parts {
                    do {
                        try transaction.savepoint(part.provenance, part.body)
                    } catch let lost as SavepointLost {
                        throw lost
                    } catch {
                        part.outcome = .failure(error)
                    }
                }
            }
        }
        for part in parts where part.outcome == nil { part.outcome = .success(()) }
    }
}

/// The work of one caller.
///
/// Unchecked: the leader touches it until it signals the caller, who touches it only afterwards.
private final class Part: @unchecked Sendable {
    let provenance: Provenance
    let body: (WriteTransaction) throws -> Void
    /// Wakes the caller: its part is done, or it is to lead.
    let turn = DispatchSemaphore(value: 0)
    var outcome: Result<Void, any Error>?

    init(_ provenance: Provenance, _ body: @escaping (WriteTransaction) throws -> Void) {
        self.provenance = provenance
        self.body = body
    }

    var hasFailed: Bool {
        if case .failure = outcome { true } else { false }
    }
}
