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
    /// A debtor had paid all, and letters left before the money came in.
    case paidInTime
    /// A debtor paid more than was owed.
    case overpaid
    /// A claim can soon no longer be enforced, or cannot any more, or it is not known until when it can.
    case limitationNear
    /// The self-check of the audit trail has failed.
    case auditAlarm
    /// The rules of a credit bureau have no answer about a registration.
    case registrationGap
    /// A credit bureau did not take a claim in.
    case registrationRefused
    /// A credit bureau refused something of a registration that stands, or may.
    case deletionRefused
    /// A credit bureau has not confirmed in time that it deleted what must go: an alarm.
    case deletionOverdue
    /// Whether a batch reached a credit bureau is not known, and the bureau cannot tell.
    case submissionUnknown
    /// Nothing can be handed to a credit bureau.
    case bureauFailed
    /// A credit bureau answers about something that is not, or is no longer, with it.
    case bureauAnswer
    /// What should stand in a bureau's register does not.
    case registerMissing
    /// What stands in a bureau's register should not.
    case registerUnknown
    /// A bureau's register has another amount.
    case registerAmount
    /// Something of what stands in a bureau's register no longer holds, or its debtor's lot has changed.
    case registrationStands
    /// A credit bureau has given no list, or no answer, for longer than it should.
    case bureauSilent
    /// A debtor waits for the agency's answer to a dispute.
    case answerDispute
    /// A sale was called off before the debtor was told.
    case saleCalledOff
    /// The debtor was told of a sale: the buyer gets the record.
    case saleMade
    /// The creditor must be told of a dispute, or of its decision.
    case tellCreditor
    /// A letter was gone when the dispute about its claims came in.
    case sentDespiteDispute
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
    /// Who is to do it; `nil` for whoever comes first.
    package let owner: String?
    /// The last day for it, where it has one.
    package let dueOn: CivilDate?
    /// The day on which it was done; `nil` while it is open.
    package let doneOn: CivilDate?

    /// Whether its last day has passed and it is not done.
    package func isOverdue(on day: CivilDate) -> Bool { doneOn == nil && (dueOn.map { $0 < day } ?? false) }

    /// Whether it says that the agency itself is in breach, which is overdue from the first day.
    private var isAlarm: Bool { [TaskKind.auditAlarm, .deletionOverdue].contains { $0.rawValue == kind } }

    /// What sorts tasks by how they press on a day: alarms, what is overdue, what has a last day, the rest.
    package func pressure(on day: CivilDate) -> (rank: Int, dueOn: Int32) {
        (isAlarm ? 0 : isOverdue(on: day) ? 1 : dueOn == nil ? 3 : 2, dueOn?.day ?? 0)
    }

    fileprivate init(_ row: Row) {
        id = row.integer(0)
        kind = row.text(1)
        caseID = row.integerOrNil(2).map { CaseID(rawValue: $0) }
        raisedOn = row.date(3)
        message = row.text(4)
        cure = row.text(5)
        owner = row.textOrNil(6)
        dueOn = row.dateOrNil(7)
        doneOn = row.dateOrNil(8)
    }
}

/// The list of what waits for a person.
package enum Tasks {
    /// Raises a task; one of the kind that is open for the case, or for the tenant where there is no case, gets the newer
    /// words.
    ///
    /// - Parameters:
    ///   - dueOn: the last day for it; one that is open gets the new one.
    ///   - owner: who is to do it; one that is open keeps its own.
    /// - Returns: whether it was raised.
    @discardableResult
    package static func raise(
        _ kind: TaskKind, _ caseID: CaseID?, on day: CivilDate, message: String, cure: String,
        dueOn: CivilDate? = nil, owner: String? = nil, _ transaction: WriteTransaction
    ) throws -> Bool {
        let open = try transaction.first(
            "SELECT id FROM task WHERE kind = $1 AND case_id IS NOT DISTINCT FROM $2 AND done_on IS NULL",
            kind.rawValue,
            caseID
        ) { $0.integer(0) }
        if let open {
            try transaction.execute(
                "UPDATE task SET message = $1, cure = $2, due_on = $4 WHERE id = $3", message, cure, open, dueOn)
            return false
        }
        let id = try transaction.newID("task")
        try transaction.execute(
            """
            INSERT INTO task (id, kind, case_id, raised_on, message, cure, owner, due_on)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
            """,
            id, kind.rawValue, caseID, day, message, cure, owner, dueOn)
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
            UPDATE debt_case SET next_on = $1 WHERE closed_on IS NULL AND (next_on IS NULL OR next_on > $1)
                AND id = (SELECT case_id FROM task WHERE id = $2 AND kind = $3)
            """,
            day, id, TaskKind.undelivered.rawValue)
        transaction.announceCases(on: day)
        try transaction.audit(.taskDone, subject: ["task": .integer(id)], change: ["reason": .string(reason)])
    }

    /// The open tasks, oldest first.
    package static func open(_ transaction: ReadTransaction) throws -> [CaseTask] {
        try transaction.all(
            """
            SELECT id, kind, case_id, raised_on, message, cure, owner, due_on, done_on FROM task WHERE done_on IS NULL
            ORDER BY id
            """, map: CaseTask.init)
    }

    /// One task, open or done.
    ///
    /// - Throws: ``CaseworkRefusal`` when there is none of that number.
    package static func one(_ id: Int64, _ transaction: ReadTransaction) throws -> CaseTask {
        let task = try transaction.first(
            "SELECT id, kind, case_id, raised_on, message, cure, owner, due_on, done_on FROM task WHERE id = $1", id,
            map: CaseTask.init)
        guard let task else {
            throw CaseworkRefusal(
                .noSuchTask, "There is no task \(id). 'fordring task list' shows those that are open.")
        }
        return task
    }

    /// The open tasks in the order in which they press on a day: alarms, what is overdue, what has a last day, the rest.
    package static func open(pressingOn day: CivilDate, _ transaction: ReadTransaction) throws -> [CaseTask] {
        try open(transaction).sorted { left, right in
            let (one, other) = (left.pressure(on: day), right.pressure(on: day))
            return (one.rank, one.dueOn, left.id) < (other.rank, other.dueOn, right.id)
        }
    }

    /// Says who is to do a task; `nil` for whoever comes first.
    ///
    /// - Throws: ``CaseworkRefusal`` when there is no open task of that number.
    package static func assign(_ id: Int64, to owner: String?, _ transaction: WriteTransaction) throws {
        let changed = try transaction.execute("UPDATE task SET owner = $1 WHERE id = $2 AND done_on IS NULL", owner, id)
        guard changed == 1 else {
            throw CaseworkRefusal(
                .noSuchTask, "There is no open task \(id). 'fordring task list' shows those there are.")
        }
    }
}
