import AuditTrail
import Casework
package import Database
package import FordringKit
import JobQueue

extension BureauDesk {
    // MARK: What became of a batch

    /// The batches of which it is not written down whether they have left.
    package func onTheirWay(_ transaction: ReadTransaction) throws -> [BatchOnItsWay] {
        try BureauDesk.onTheirWay(to: account.id, transaction)
    }

    /// The same of a bureau by its number.
    package static func onTheirWay(
        to bureau: Int64, _ transaction: ReadTransaction
    ) throws -> [BatchOnItsWay] {
        try transaction.all(
            "SELECT id, key, day, job_id, owner FROM bureau_batch WHERE bureau_id = $1 AND state = 'leaving' ORDER BY id",
            bureau
        ) { row in
            BatchOnItsWay(
                id: row.integer(0), key: row.text(1), day: row.date(2), job: row.integer(3), owner: row.text(4))
        }
    }

    /// Records that a batch has left the house.
    package func recordSubmitted(
        _ batch: Int64, _ receipt: DeliveryReceipt, _ transaction: WriteTransaction
    ) throws {
        let changed = try transaction.execute(
            """
            UPDATE bureau_batch SET state = 'submitted', reference = $1, sent_on = $2 WHERE id = $3 AND state = 'leaving'
            """,
            receipt.reference, receipt.sentOn, batch)
        guard changed == 1 else { return try recordLate(batch, receipt, transaction) }
        let change: [String: JSONValue] = [
            "batch": .integer(batch), "reference": .string(receipt.reference),
        ]
        for (number, isDeletion) in try items(of: batch, transaction) {
            if isDeletion {
                try transaction.execute(
                    "UPDATE bureau_deletion SET submitted_on = $1 WHERE registration_id = $2", receipt.sentOn, number)
                // The bureau may have said meanwhile that it is gone.
                guard try state(number, transaction) == .deletionOrdered else { continue }
                try Registrations.move(number, .deletionHandedOver, on: receipt.sentOn, change: change, transaction)
            } else {
                try transaction.execute(
                    "UPDATE bureau_registration SET submitted_on = $1 WHERE id = $2", receipt.sentOn, number)
                guard try state(number, transaction)?.after(.handedOver) != nil else { continue }
                try Registrations.move(number, .handedOver, on: receipt.sentOn, change: change, transaction)
            }
        }
        try recordChanges(of: batch, receipt, transaction)
        try transaction.execute(
            "UPDATE bureau_registration SET is_alone = 0 WHERE batch_id = $1 AND is_alone = 1", batch)
        try endUnknown(on: receipt.sentOn, because: "the batch has left", transaction)
        try BureauTasks.end(.bureauFailed, nil, on: receipt.sentOn, "a batch has left", transaction)
        try hurryWhatWaits(transaction)
    }

    /// From here on the bureau is known to have been told the smaller amounts.
    private func recordChanges(
        of batch: Int64, _ receipt: DeliveryReceipt, _ transaction: WriteTransaction
    ) throws {
        let changes = try transaction.all(
            """
            SELECT c.registration_id, c.amount, r.case_id, r.claim_id, r.currency FROM bureau_change c
                JOIN bureau_registration r ON r.id = c.registration_id WHERE c.batch_id = $1 ORDER BY c.id
            """, batch
        ) {
            (
                change: try BureauDesk.change($0.integer(0), $0.integer(1), $0.text(4)), caseID: $0.integer(2),
                claim: $0.integer(3)
            )
        }
        for (change, caseID, claim) in changes {
            try transaction.execute(
                "UPDATE bureau_registration SET amount = $1 WHERE id = $2", change.amount.minorUnits, change.number)
            try transaction.audit(
                .registrationChanged,
                subject: [
                    "case": .integer(caseID), "claim": .integer(claim), "registration": .integer(change.number),
                ],
                change: [
                    "amount": .string(change.amount.decimalText), "batch": .integer(batch),
                    "day": .string(receipt.sentOn.description), "reference": .string(receipt.reference),
                ])
        }
        try transaction.execute(
            "UPDATE bureau_change SET submitted_on = $1 WHERE batch_id = $2", receipt.sentOn, batch)
    }

    /// A batch that counted as never sent is with the bureau after all: what it registered must go.
    ///
    /// What was true when it was put together need not be true now, and what it held may have left anew since.
    private func recordLate(
        _ batch: Int64, _ receipt: DeliveryReceipt, _ transaction: WriteTransaction
    ) throws {
        let changed = try transaction.execute(
            """
            UPDATE bureau_batch SET state = 'submitted', reference = $1, sent_on = $2
            WHERE id = $3 AND state = 'dissolved'
            """,
            receipt.reference, receipt.sentOn, batch)
        // Known already.
        guard changed == 1 else { return }
        let words = "batch \(batch), which counted as never sent, is with the bureau"
        var doubtful: [Int64] = []
        var ordered: [Int64] = []
        for (number, isDeletion) in try items(of: batch, transaction) where !isDeletion {
            switch try state(number, transaction) {
            case .requested, .withdrawn, .refused, .deleted:
                let isOrdered = try Registrations.surface(
                    number, in: batch, because: words, on: receipt.sentOn, deadlines, transaction)
                if isOrdered { ordered.append(number) } else { doubtful.append(number) }
            case .leaving, .submitted, .live: doubtful.append(number)
            case .deletionOrdered, .deletionSubmitted, nil: break
            }
        }
        if !ordered.isEmpty || !doubtful.isEmpty {
            func list(_ numbers: [Int64]) -> String { numbers.map(String.init).joined(separator: ", ") }
            let gone = ordered.isEmpty ? "" : "; ordered deleted: registration \(list(ordered))"
            let twice = doubtful.isEmpty ? "" : "; perhaps with it twice: registration \(list(doubtful))"
            try Tasks.raise(
                .bureauAnswer, nil, on: receipt.sentOn,
                message: "Batch \(batch), which counted as never sent, is with \(account.name)\(gone)\(twice)",
                cure: "Find out from the bureau what stands there; ask anew for what should.", transaction)
        }
        try hurryWhatWaits(transaction)
    }

    /// The batches that counted as never sent since a day, whose receipts may come late.
    package func dissolved(since day: CivilDate, _ transaction: ReadTransaction) throws -> [(id: Int64, key: String)] {
        try transaction.all(
            """
            SELECT id, key FROM bureau_batch WHERE bureau_id = $1 AND state = 'dissolved' AND day >= $2 ORDER BY id
            """, account.id, day
        ) { (id: $0.integer(0), key: $0.text(1)) }
    }

    /// The batch that counts as never sent in which a registration was last; `nil` where there is none.
    func dissolvedBatch(of number: Int64, _ transaction: ReadTransaction) throws -> Int64? {
        try transaction.first(
            """
            SELECT i.batch_id FROM bureau_batch_item i JOIN bureau_batch b ON b.id = i.batch_id
            WHERE i.registration_id = $1 AND i.is_deletion = 0 AND b.state = 'dissolved' ORDER BY i.batch_id DESC LIMIT 1
            """, number
        ) { $0.integer(0) }
    }

    /// Notes that the bureau does not take one registration that it would take others beside; it goes alone from now on.
    package func recordRefused(
        _ number: Int64, _ message: String, on day: CivilDate, _ transaction: WriteTransaction
    ) throws {
        let record = try Registrations.show(number, transaction)
        try transaction.execute("UPDATE bureau_registration SET is_alone = 1 WHERE id = $1", number)
        try Tasks.raise(
            .registrationRefused, record.caseID, on: day,
            message: "Registration \(number) cannot be handed to \(account.name): \(message)",
            cure: "Correct what is wrong with it, or withdraw it; it is tried again each day.", transaction)
    }

    /// The registrations that wait to leave alone.
    package func alone(_ transaction: ReadTransaction) throws -> [Int64] {
        try transaction.all(
            """
            SELECT id FROM bureau_registration WHERE bureau_id = $1 AND state = 'requested' AND is_alone = 1 ORDER BY id
            """, account.id
        ) { $0.integer(0) }
    }

    /// Ends the task about batches of which nothing is known, once there is none.
    package func endUnknown(
        on day: CivilDate, because reason: String, _ transaction: WriteTransaction
    ) throws {
        let isLeaving = try transaction.first("SELECT 1 FROM bureau_batch WHERE state = 'leaving' LIMIT 1") { _ in true
        }
        if isLeaving == nil { try BureauTasks.end(.submissionUnknown, nil, on: day, reason, transaction) }
    }

    /// Records that a batch never left the house: what is asked for waits again, and is looked at anew.
    package func dissolve(
        _ batch: Int64, on day: CivilDate, because reason: String, _ transaction: WriteTransaction
    ) throws {
        let changed = try transaction.execute(
            "UPDATE bureau_batch SET state = 'dissolved' WHERE id = $1 AND state = 'leaving'", batch)
        guard changed == 1 else { return }
        try transaction.execute("UPDATE bureau_change SET batch_id = NULL WHERE batch_id = $1", batch)
        for (number, isDeletion) in try items(of: batch, transaction) {
            if isDeletion {
                try transaction.execute(
                    "UPDATE bureau_deletion SET batch_id = NULL WHERE registration_id = $1", number)
            } else {
                guard try state(number, transaction)?.after(.stayed) != nil else { continue }
                try transaction.execute(
                    """
                    UPDATE bureau_registration SET amount = NULL, batch_id = NULL, left_on = NULL, expires_on = NULL
                    WHERE id = $1
                    """, number)
                try Registrations.move(
                    number, .stayed, on: day, change: ["batch": .integer(batch), "reason": .string(reason)], transaction
                )
            }
        }
    }

    func items(
        of batch: Int64, _ transaction: ReadTransaction
    ) throws -> [(number: Int64, isDeletion: Bool)] {
        try transaction.all(
            """
            SELECT registration_id, is_deletion FROM bureau_batch_item WHERE batch_id = $1
            ORDER BY is_deletion, registration_id
            """, batch
        ) { ($0.integer(0), $0.flag(1)) }
    }

    func state(_ number: Int64, _ transaction: ReadTransaction) throws -> RegistrationState? {
        try transaction.first(
            "SELECT state FROM bureau_registration WHERE id = $1 AND bureau_id = $2", number, account.id
        ) { RegistrationState(rawValue: $0.text(0)) } ?? nil
    }

    /// Has another batch made where a deletion was ordered while this one was on its way.
    ///
    /// For the end of the job of this one, which must have ended in the transaction: its key stands in the way before.
    package func hurryWhatWaits(_ transaction: WriteTransaction) throws {
        let waits = try transaction.first(
            """
            SELECT 1 FROM bureau_registration r JOIN bureau_deletion d ON d.registration_id = r.id
                JOIN bureau_batch b ON b.id = r.batch_id
            WHERE r.bureau_id = $1 AND r.state = 'deletionOrdered' AND d.batch_id IS NULL AND b.state = 'submitted' LIMIT 1
            """, account.id
        ) { _ in true }
        if waits != nil { try Registrations.hurry(account.id, transaction) }
    }

    /// Notes that nothing can be handed over, or that nobody knows whether a batch was; a person must look.
    package func recordFailure(
        _ message: String, isUnknown: Bool, on day: CivilDate, _ transaction: WriteTransaction
    ) throws {
        let batches = try onTheirWay(transaction).map { String($0.id) }.joined(separator: ", ")
        if isUnknown, !batches.isEmpty {
            try Tasks.raise(
                .submissionUnknown, nil, on: day,
                message: "Whether the batch \(batches) reached \(account.name) is not known: \(message)",
                cure:
                    "Find out from the bureau, then say so: 'fordring bureau settle BATCH' with --sent-on and --reference, "
                    + "or with --not-sent.", transaction)
        } else {
            try Tasks.raise(
                .bureauFailed, nil, on: day, message: "Nothing could be handed to \(account.name): \(message)",
                cure: "Correct that; the next day's run tries again, and 'fordring jobs retry' at once.", transaction)
        }
    }
}
