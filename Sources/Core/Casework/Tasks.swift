import AuditTrail
package import Database
package import FordringKit

/// Why something waits for a person.
package enum TaskKind: String, Sendable, CaseIterable {
    /// A table of law has no answer.
    case ruleGap
    /// A letter could not be delivered.
    case undelivered
    /// A letter left the house although it had been withdrawn.
    case sentAfterWithdrawal
    /// A debtor paid more than was owed.
    case overpaid
}

/// One piece of work for a person.
package struct CaseTask: Sendable {
    package let id: Int64
    package let kind: String
    package let caseID: CaseID?
    package let raisedOn: CivilDate
    package let message: String
    package let cure: String
}

/// The list of what waits for a person.
package enum Tasks {
    /// Raises a task, unless one of the kind is open for the case.
    ///
    /// - Returns: whether it was raised.
    @discardableResult
    package static func raise(
        _ kind: TaskKind, _ caseID: CaseID, on day: CivilDate, message: String, cure: String,
        _ transaction: WriteTransaction
    ) throws -> Bool {
        let open = try transaction.first(
            "SELECT id FROM task WHERE kind = $1 AND case_id = $2 AND done_on IS NULL", kind.rawValue, caseID
        ) { $0.integer(0) }
        guard open == nil else { return false }
        let id = try transaction.newID("task")
        try transaction.execute(
            "INSERT INTO task (id, kind, case_id, raised_on, message, cure) VALUES ($1, $2, $3, $4, $5, $6)",
            id, kind.rawValue, caseID, day, message, cure)
        try transaction.audit(
            .taskRaised, subject: ["case": .integer(caseID.rawValue), "task": .integer(id)],
            change: ["kind": .string(kind.rawValue), "message": .string(message)])
        return true
    }

    /// Ends the open task of a kind for a case, if there is one.
    package static func end(
        _ kind: TaskKind, _ caseID: CaseID, on day: CivilDate, because reason: String, _ transaction: WriteTransaction
    ) throws {
        let open = try transaction.first(
            "SELECT id FROM task WHERE kind = $1 AND case_id = $2 AND done_on IS NULL", kind.rawValue, caseID
        ) { $0.integer(0) }
        if let open { try done(open, on: day, because: reason, transaction) }
    }

    /// Marks a task as done.
    ///
    /// - Throws: ``CaseworkRefusal`` when there is no open task of that number.
    package static func done(
        _ id: Int64, on day: CivilDate, because reason: String, _ transaction: WriteTransaction
    ) throws {
        let changed = try transaction.execute(
            "UPDATE task SET done_on = $1 WHERE id = $2 AND done_on IS NULL", day, id)
        guard changed == 1 else {
            throw CaseworkRefusal(
                .noSuchTask, "There is no open task \(id). 'fordring task list' shows those there are.")
        }
        try transaction.audit(.taskDone, subject: ["task": .integer(id)], change: ["reason": .string(reason)])
    }

    /// The open tasks, oldest first.
    package static func open(_ transaction: ReadTransaction) throws -> [CaseTask] {
        try transaction.all(
            "SELECT id, kind, case_id, raised_on, message, cure FROM task WHERE done_on IS NULL ORDER BY id"
        ) { row in
            CaseTask(
                id: row.integer(0), kind: row.text(1), caseID: row.integerOrNil(2).map { CaseID(rawValue: $0) },
                raisedOn: row.date(3), message: row.text(4), cure: row.text(5))
        }
    }
}
