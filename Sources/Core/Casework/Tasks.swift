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
    /// Money came in for a case that had been closed while something was owed: sold, withdrawn, uncollectable and the like.
    case moneyAfterClosing
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
    /// A dispute was not decided when the claims were sold, or came in afterwards: the buyer must be told of it.
    case passOnDispute
    /// The creditor must be told of a dispute, or of its decision.
    case tellCreditor
    /// A letter was gone when the dispute about its claims came in.
    case sentDespiteDispute
    /// A letter was gone when a hold that counts from before it was placed.
    case sentDespiteHold
    /// A hold that protects the debtor ends soon, or its last day has passed.
    case holdEnding
    /// Fees and costs were taken back with what a dispute found not to be owed; what the rest allows a person must say.
    case feesToReview
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
    /// A package was recalled, and whoever has a copy must know.
    case legalRecalled
    /// A court has ended a case without deciding it: nothing goes there again before somebody has looked.
    case legalClosed
}

extension TaskKind {
    /// When a task of this kind ends that a person cannot end by saying so, because a duty goes on meanwhile; `nil` for all
    /// others.
    package var endsOnlyBy: String? {
        switch self {
        case .answerDispute: "the debtor's answer is recorded"
        case .deliveryUnknown: "it is known whether the letter left"
        case .deletionOverdue: "the deletion is confirmed"
        case .submissionUnknown: "it is known whether the batch left"
        default: nil
        }
    }

    /// Whether nothing is left to do about it once its case is closed.
    var endsWithCase: Bool {
        switch self {
        case .ruleGap, .limitationNear, .undelivered, .registrationGap, .legalNext: true
        default: false
        }
    }
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

    /// The number of what it is about, where one case may have several tasks of its kind: of a dispute, a step, a
    /// registration, a hand-off, as the kind has it; `nil` where there is one for the case.
    package let about: Int64?

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
        let about = row.integer(9)
        self.about = about == 0 ? nil : about
    }
}

/// The list of what waits for a person.
package enum Tasks {
    /// Raises a task; one of the kind that is open for the same matter gets the newer words.
    ///
    /// - Parameters:
    ///   - caseID: the case, or `nil` for a matter of the tenant.
    ///   - about: the number of what it is about (a dispute, a step, a registration, a hand-off), where two matters of one
    ///     kind may wait in one case: each is a task of its own.
    ///   - dueOn: the last day for it; one that is open gets the new one.
    ///   - owner: who is to do it; one that is open keeps its own.
    /// - Returns: whether it was raised.
    @discardableResult
    package static func raise(
        _ kind: TaskKind, _ caseID: CaseID?, about: Int64? = nil, on day: CivilDate, message: String, cure: String,
        dueOn: CivilDate? = nil, owner: String? = nil, _ transaction: WriteTransaction
    ) throws -> Bool {
        if let id = try number(kind, caseID, about, transaction) {
            let changed = try transaction.execute(
                """
                UPDATE task SET message = $1, cure = $2, due_on = $3
                WHERE id = $4 AND (message <> $1 OR cure <> $2 OR due_on IS DISTINCT FROM $3)
                """,
                message, cure, dueOn, id)
            // What a person was told must be found in the log, also where the words have changed since.
            if changed > 0 { try audit(.taskChanged, id, kind, caseID, message, dueOn, transaction) }
            return false
        }
        let id = try transaction.newID("task")
        try transaction.execute(
            """
            INSERT INTO task (id, kind, case_id, about, raised_on, message, cure, owner, due_on)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
            """,
            id, kind.rawValue, caseID, about ?? 0, day, message, cure, owner, dueOn)
        try audit(.taskRaised, id, kind, caseID, message, nil, transaction)
        return true
    }

    private static func audit(
        _ action: AuditAction, _ id: Int64, _ kind: TaskKind, _ caseID: CaseID?, _ message: String,
        _ dueOn: CivilDate?, _ transaction: WriteTransaction
    ) throws {
        let subject: JSONValue =
            if let caseID {
                ["case": .integer(caseID.rawValue), "task": .integer(id)]
            } else {
                ["task": .integer(id)]
            }
        var change: [String: JSONValue] = ["kind": .string(kind.rawValue), "message": .string(message)]
        if let dueOn { change["dueOn"] = .string(dueOn.description) }
        try transaction.audit(action, subject: subject, change: .object(change))
    }

    /// The open task of a matter.
    private static func number(
        _ kind: TaskKind, _ caseID: CaseID?, _ about: Int64?, _ transaction: ReadTransaction
    ) throws -> Int64? {
        try transaction.first(
            "SELECT id FROM task WHERE kind = $1 AND case_id IS NOT DISTINCT FROM $2 AND about = $3 AND done_on IS NULL",
            kind.rawValue, caseID, about ?? 0
        ) { $0.integer(0) }
    }

    /// Ends the open task of a matter, if there is one.
    package static func end(
        _ kind: TaskKind, _ caseID: CaseID, about: Int64? = nil, on day: CivilDate, because reason: String,
        _ transaction: WriteTransaction
    ) throws {
        if let open = try number(kind, caseID, about, transaction) {
            try done(open, on: day, because: reason, transaction)
        }
    }

    /// Ends what nobody needs to do any more once a case is closed.
    static func endWithCase(_ caseID: CaseID, on day: CivilDate, _ transaction: WriteTransaction) throws {
        let open = try transaction.all(
            "SELECT id, kind FROM task WHERE case_id = $1 AND done_on IS NULL ORDER BY id", caseID
        ) { (id: $0.integer(0), kind: TaskKind(rawValue: $0.text(1))) }
        for task in open where task.kind?.endsWithCase ?? false {
            try done(task.id, on: day, because: "the case is closed", transaction)
        }
    }

    /// Marks a task as done by a person, who says what was done.
    ///
    /// - Throws: ``CaseworkRefusal`` when there is no open task of that number, no reason, or only what it waits for can end
    ///   it.
    package static func doneByPerson(
        _ id: Int64, on day: CivilDate, because reason: String, _ transaction: WriteTransaction
    ) throws {
        guard reason.contains(where: { !$0.isWhitespace }) else {
            throw CaseworkRefusal(.badTask, "A task that is done needs a word on what was done; give it with --reason.")
        }
        let task = try one(id, transaction)
        if task.doneOn == nil, let way = TaskKind(rawValue: task.kind)?.endsOnlyBy {
            throw CaseworkRefusal(
                .badTask,
                "Task \(id) (\(task.kind)) stands for a duty that goes on, and ends by itself when \(way). \(task.cure)"
            )
        }
        try done(id, on: day, because: reason, transaction)
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
        // A case of which a letter could not be sent stands still until a person has seen to each such letter.
        try transaction.execute(
            """
            UPDATE debt_case SET next_on = $1 WHERE closed_on IS NULL AND (next_on IS NULL OR next_on > $1)
                AND id = (SELECT case_id FROM task WHERE id = $2 AND kind = $3) AND NOT EXISTS (
                    SELECT 1 FROM task WHERE case_id = debt_case.id AND kind = $3 AND done_on IS NULL)
            """,
            day, id, TaskKind.undelivered.rawValue)
        transaction.announceCases(on: day)
        try transaction.audit(.taskDone, subject: ["task": .integer(id)], change: ["reason": .string(reason)])
    }

    /// The open tasks, oldest first.
    package static func open(_ transaction: ReadTransaction) throws -> [CaseTask] {
        try transaction.all(
            """
            SELECT id, kind, case_id, raised_on, message, cure, owner, due_on, done_on, about FROM task WHERE done_on IS NULL
            ORDER BY id
            """, map: CaseTask.init)
    }

    /// One task, open or done.
    ///
    /// - Throws: ``CaseworkRefusal`` when there is none of that number.
    package static func one(_ id: Int64, _ transaction: ReadTransaction) throws -> CaseTask {
        let task = try transaction.first(
            "SELECT id, kind, case_id, raised_on, message, cure, owner, due_on, done_on, about FROM task WHERE id = $1",
            id,
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
        try transaction.audit(
            .taskAssigned, subject: ["task": .integer(id)], change: ["owner": owner.map { .string($0) } ?? .null])
    }
}
