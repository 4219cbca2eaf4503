import Casework
import Database
import FordringKit

/// What waits for a person about a hand-off.
///
/// A case has one open task of a kind, and may have several hand-offs: a task is ended only where no other hand-off of the
/// case still needs it. The one place to change where tasks come to name what they are about.
enum LegalTasks {
    static func raise(
        _ kind: TaskKind, _ handoff: Handoff, on day: CivilDate, message: String, cure: String,
        dueOn: CivilDate? = nil, _ transaction: WriteTransaction
    ) throws {
        try Tasks.raise(
            kind, handoff.caseID, on: day, message: message, cure: cure, dueOn: dueOn, transaction)
    }

    static func end(
        _ kinds: [TaskKind], _ handoff: Handoff, on day: CivilDate, because reason: String,
        _ transaction: WriteTransaction
    ) throws {
        let others = try Handoffs.of(handoff.caseID, transaction).filter { $0.id != handoff.id && $0.endedOn == nil }
        for kind in kinds where !others.contains(where: { needs(kind, $0, on: day) }) {
            try Tasks.end(kind, handoff.caseID, on: day, because: reason, transaction)
        }
    }

    private static func needs(_ kind: TaskKind, _ other: Handoff, on day: CivilDate) -> Bool {
        switch kind {
        case .filingUnknown: other.isDeparting
        case .filingFailed: other.state == .prepared
        case .legalFollowUp: other.followUpOn.map { $0 <= day } ?? false
        default: false
        }
    }
}
