import Casework
import Database
import FordringKit

/// What waits for a person about a hand-off: a task for each, since a case may have several.
enum LegalTasks {
    static func raise(
        _ kind: TaskKind, _ handoff: Handoff, on day: CivilDate, message: String, cure: String,
        dueOn: CivilDate? = nil, _ transaction: WriteTransaction
    ) throws {
        try Tasks.raise(
            kind, handoff.caseID, about: handoff.id, on: day, message: message, cure: cure, dueOn: dueOn, transaction)
    }

    static func end(
        _ kinds: [TaskKind], _ handoff: Handoff, on day: CivilDate, because reason: String,
        _ transaction: WriteTransaction
    ) throws {
        for kind in kinds {
            try Tasks.end(kind, handoff.caseID, about: handoff.id, on: day, because: reason, transaction)
        }
    }
}
