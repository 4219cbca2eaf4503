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
                try BureauTasks.end(
                    .registrationRefused, try Registrations.show(number, transaction).caseID, about: number,
                    on: receipt.sentOn, "the bureau has taken it", transaction)
            }
        }
        try recordChanges(of: batch, receipt, transaction)
        try transaction.execute(
            "UPDATE bureau_registration SET is_alone = 0 WHERE batch_id = $1 AND is_alone = 1", batch)
        try endUnknown(batch, on: receipt.sentOn, because: "the batch has left", transaction)
        try BureauTasks.end(.bureauFailed, nil, about: account.id, on: receipt.sentOn, "a batch has left", transaction)
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
        for (number, isDeletion) in try items(of: batch, transaction) where !isDeletion {
            switch try state(number, transaction) {
            case .requested, .withdrawn, .refused, .deleted:
                let isOrdered = try Registrations.surface(
                    number, in: batch, because: words, on: receipt.sentOn, deadlines, transaction)
                try raiseLate(
                    number, batch, isOrdered ? "it is ordered deleted" : "perhaps with it twice", receipt, transaction)
            case .leaving, .submitted, .live:
                try raiseLate(number, batch, "perhaps with it twice", receipt, transaction)
            case .deletionOrdered, .deletionSubmitted, nil: break
            }
        }
        try hurryWhatWaits(transaction)
    }

    private func raiseLate(
        _ number: Int64, _ batch: Int64, _ words: String, _ receipt: DeliveryReceipt, _ transaction: WriteTransaction
    ) throws {
        try Tasks.raise(
            .bureauAnswer, try Registrations.show(number, transaction).caseID, about: number, on: receipt.sentOn,
            message: "Batch \(batch), which counted as never sent, is with \(account.name), and so registration "
                + "\(number): \(words)",
            cure: "Find out from the bureau what stands there; ask anew for what should.", transaction)
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
            .registrationRefused, record.caseID, about: number, on: day,
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

    /// Ends the task about a batch of which nothing was known.
    package func endUnknown(
        _ batch: Int64, on day: CivilDate, because reason: String, _ transaction: WriteTransaction
    ) throws {
        try BureauTasks.end(.submissionUnknown, nil, about: batch, on: day, reason, transaction)
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
        let batches = try isUnknown ? onTheirWay(transaction).map(\.id) : []
        for batch in batches {
            try Tasks.raise(
                .submissionUnknown, nil, about: batch, on: day,
                message: "Whether the batch \(batch) reached \(account.name) is not known: \(message)",
                cure:
                    "Find out from the bureau, then say so: 'fordring bureau settle \(batch)' with --sent-on and --reference, "
                    + "or with --not-sent.", transaction)
        }
        if batches.isEmpty {
            try Tasks.raise(
                .bureauFailed, nil, about: account.id, on: day,
                message: "Nothing could be handed to \(account.name): \(message)",
                cure: "Correct that; the next day's run tries again, and 'fordring jobs retry' at once.", transaction)
        }
    }
}
