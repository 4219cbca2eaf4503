import AuditTrail
package import Database
package import FordringKit

/// Why something waits for a person.
package enum TaskKind: String, Sendable, CaseIterable {
    /// A table of law has no answer.
    case ruleGap
    /// A letter could not be delivered.
    case undelivered
    /// Whether a letter left the house is not known, and its channel cannot tell.
    case deliveryUnknown
    /// A letter left the house although it had been withdrawn.
    case sentAfterWithdrawal
    /// A debtor paid more than was owed.
    case overpaid
    /// The self-check of the audit trail has failed.
    case auditAlarm
    /// A procedure is proposed after what a court did.
    case legalNext
    /// A court has said nothing for longer than is usual.
    case legalFollowUp
    /// A court has a case in which something has changed that it must be told.
    case legalStop
    /// A package could not be filed by wire.
    case filingFailed
    /// Whether a package was filed is not known, and the court cannot tell.
    case filingUnknown
    /// A court's answer cannot be recorded, or the answers cannot be read.
    case legalAnswer
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
    /// Raises a task; one of the kind that is open for the case, or for the tenant where there is no case, gets the newer
    /// words.
    ///
    /// - Returns: whether it was raised.
    @discardableResult
    package static func raise(
        _ kind: TaskKind, _ caseID: CaseID?, on day: CivilDate, message: String, cure: String,
        _ transaction: WriteTransaction
    ) throws -> Bool {
        let open = try transaction.first(
            "SELECT id FROM task WHERE kind = $1 AND case_id IS NOT DISTINCT FROM $2 AND done_on IS NULL",
            kind.rawValue,
            caseID
        ) { $0.integer(0) }
        if let open {
            try transaction.execute("UPDATE task SET message = $1, cure = $2 WHERE id = $3", message, cure, open)
            return false
        }
        let id = try transaction.newID("task")
        try transaction.execute(
            "INSERT INTO task (id, kind, case_id, raised_on, message, cure) VALUES ($1, $2, $3, $4, $5, $6)",
            id, kind.rawValue, caseID, day, message, cure)
        let subject: JSONValue =
            if let caseID {
                ["case": .integer(caseID.rawValue), "task": .integer(id)]
            } else {
                ["task": .integer(id)]
            }
        try transaction.audit(
            .taskRaised, subject: subject,
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
        // A case whose letter could not be sent stands still until the person is done.
        try transaction.execute(
            """
            UPDATE debt_case SET next_on = $1 WHERE closed_on IS NULL AND next_on IS NULL
                AND id = (SELECT case_id FROM task WHERE id = $2 AND kind = $3)
            """,
            day, id, TaskKind.undelivered.rawValue)
        transaction.announceCases(on: day)
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
