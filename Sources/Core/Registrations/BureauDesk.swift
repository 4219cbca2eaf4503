import AuditTrail
package import Casework
package import Database
package import FordringKit
package import JobQueue

/// A bureau as the books know it, with its rules.
package struct BureauAccount: Sendable {
    package let id: Int64
    package let name: String
    package let bureau: any CreditBureau

    package init(id: Int64, name: String, bureau: any CreditBureau) {
        self.id = id
        self.name = name
        self.bureau = bureau
    }
}

/// What is about to leave the house, with the permits for it.
package struct BureauDeparture: Sendable {
    package let id: Int64
    package let batch: RegistrationBatch
}

/// A batch of which it is not written down whether it has left the house.
package struct BatchOnItsWay: Sendable {
    package let id: Int64
    package let key: String
    package let day: CivilDate
    package let job: Int64
    /// The process that handed it over, or was about to.
    package let owner: String
}

/// Registrations between the books and the bureau that keeps them.
package struct BureauDesk: Sendable {
    package let account: BureauAccount
    package let rules: CaseRules
    package let sources: RegistrationSources
    package let deadlines: any DeletionDeadlines

    package init(
        _ account: BureauAccount, _ rules: CaseRules, _ sources: RegistrationSources,
        _ deadlines: any DeletionDeadlines
    ) {
        self.account = account
        self.rules = rules
        self.sources = sources
        self.deadlines = deadlines
    }

    // MARK: Departure

    /// Puts into a batch what must go, and what less is owed on: nothing of it needs a permit, and no registration keeps it
    /// back.
    ///
    /// - Parameter owner: the process that is about to hand the batch over.
    /// - Returns: `nil` where nothing must go.
    package func departDeletions(
        _ job: Job, on day: CivilDate, owner: String, _ transaction: WriteTransaction
    ) throws -> BureauDeparture? {
        try orderExpired(on: day, transaction)
        try repeatOverdue(on: day, transaction)
        let deletions = try transaction.all(
            """
            SELECT r.id, d.reason FROM bureau_registration r JOIN bureau_deletion d ON d.registration_id = r.id
                JOIN bureau_batch b ON b.id = r.batch_id
            WHERE r.bureau_id = $1 AND r.state = 'deletionOrdered' AND d.batch_id IS NULL AND b.state = 'submitted'
            ORDER BY r.id
            """, account.id
        ) { BureauDesk.deletion($0.integer(0), $0.text(1)) }
        let changes = try transaction.all(
            """
            SELECT r.id, c.id, c.amount, r.currency FROM bureau_change c
                JOIN bureau_registration r ON r.id = c.registration_id
            WHERE r.bureau_id = $1 AND c.batch_id IS NULL AND c.submitted_on IS NULL
                AND (r.state = 'submitted' OR r.state = 'live')
            ORDER BY r.id, c.id
            """, account.id
        ) { (id: $0.integer(1), change: try BureauDesk.change($0.integer(0), $0.integer(2), $0.text(3))) }
        guard !deletions.isEmpty || !changes.isEmpty else { return nil }
        let (id, key) = try newBatch(job, on: day, owner: owner, transaction)
        for deletion in deletions {
            try transaction.execute(
                "UPDATE bureau_deletion SET batch_id = $1 WHERE registration_id = $2", id, deletion.number)
            // One that is told a second time is in two batches.
            try item(deletion.number, of: id, isDeletion: true, transaction)
        }
        for (change, _) in changes {
            try transaction.execute("UPDATE bureau_change SET batch_id = $1 WHERE id = $2", id, change)
        }
        var batch = try RegistrationBatch(
            idempotencyKey: key, day: day, registrations: [], deletions: deletions)
        batch.changes = changes.map(\.change)
        return BureauDeparture(id: id, batch: batch)
    }

    /// Looks at all that is asked for, and puts into a batch what may leave today.
    ///
    /// Every precondition is asked for here, in the transaction that marks what it lets go: a payment or a dispute that
    /// committed before keeps its claim out, and one that commits afterwards finds it `leaving` and orders its deletion.
    /// What cannot be read or looked at is a task, and keeps no other back.
    ///
    /// - Parameters:
    ///   - creditor: the creditor's name.
    ///   - owner: the process that is about to hand the batch over.
    ///   - only: these numbers; `nil` for all but those that go alone.
    ///   - mint: makes the permit for a claim; the caller ends it when the hand-over is over.
    /// - Returns: `nil` where nothing may leave.
    package func departRegistrations(
        _ job: Job, on day: CivilDate, only: Set<Int64>? = nil, creditor: String, owner: String,
        _ transaction: WriteTransaction, mint: (ClaimID) -> RegistrationPermit
    ) throws -> BureauDeparture? {
        var ready: [Ready] = []
        var gaps: Set<CaseID> = []
        var looked: Set<CaseID> = []
        let requested = try transaction.all(
            """
            SELECT id, case_id, claim_id, is_alone FROM bureau_registration
            WHERE bureau_id = $1 AND state = 'requested' ORDER BY id
            """, account.id
        ) {
            (
                id: $0.integer(0), caseID: CaseID(rawValue: $0.integer(1)), claim: ClaimID(rawValue: $0.integer(2)),
                isAlone: $0.flag(3)
            )
        }
        for (id, caseID, claim, isAlone) in requested where only?.contains(id) ?? !isAlone {
            looked.insert(caseID)
            try singly(id, caseID, "waits", on: day, &gaps, transaction) {
                let registration = try RegistrationCase.load(
                    claim, of: caseID, with: account.name, on: day, rules, sources, transaction)
                if let found = try look(id, registration, on: day, transaction) {
                    ready.append(found)
                } else {
                    try tellDebtor(registration, on: day, transaction)
                }
            }
        }
        for caseID in looked.subtracting(gaps).sorted() {
            try Tasks.end(.registrationGap, caseID, on: day, because: "the rules have an answer now", transaction)
        }
        guard !ready.isEmpty else { return nil }
        let (id, key) = try newBatch(job, on: day, owner: owner, transaction)
        var registrations: [Registration] = []
        for found in ready {
            let amount = found.registration.owedOnClaim
            try Registrations.move(
                found.id, .departed, on: day, change: found.change(batch: id), basis: found.basis, transaction)
            try transaction.execute(
                """
                UPDATE bureau_registration SET amount = $1, batch_id = $2, left_on = $3, expires_on = $4, unmet = ''
                WHERE id = $5
                """,
                amount.minorUnits, id, day, found.expiry.value, found.id)
            try item(
                found.id, of: id, isDeletion: false, amount: amount.minorUnits, expiresOn: found.expiry.value,
                transaction)
            registrations.append(try found.told(creditor: creditor, mint(found.registration.facts.claim)))
        }
        return BureauDeparture(
            id: id,
            batch: try RegistrationBatch(
                idempotencyKey: key, day: day, registrations: registrations, deletions: []))
    }

    /// Puts a batch together once more that may have left, with the same key and the same content; all preconditions are
    /// asked anew.
    ///
    /// - Returns: `nil` where its content is no longer true, so that it must not leave again.
    package func departAgain(
        _ batch: BatchOnItsWay, _ job: Job, on day: CivilDate, creditor: String, owner: String,
        _ transaction: WriteTransaction, mint: (ClaimID) -> RegistrationPermit
    ) throws -> BureauDeparture? {
        var deletions: [RegistrationDeletion] = []
        var ready: [Ready] = []
        for (number, isDeletion) in try items(of: batch.id, transaction) {
            let record = try Registrations.show(number, transaction)
            if isDeletion {
                guard record.state == .deletionOrdered, let deletion = record.deletion else { return nil }
                deletions.append(RegistrationDeletion(number: number, reason: deletion.reason))
                continue
            }
            guard batch.day == day, record.state == .leaving, record.batch == batch.id else { return nil }
            do {
                var registration = try RegistrationCase.load(
                    record.claim, of: record.caseID, with: account.name, on: day, rules, sources, transaction)
                registration.facts.isRegistered = false
                guard registration.owedOnClaim == record.amount,
                    let found = try look(number, registration, on: day, transaction),
                    found.expiry.value == record.expiresOn
                else { return nil }
                ready.append(found)
            } catch is RuleGap {
                return nil
            }
        }
        let changes = try transaction.all(
            """
            SELECT r.id, c.amount, r.currency, r.state FROM bureau_change c
                JOIN bureau_registration r ON r.id = c.registration_id WHERE c.batch_id = $1 ORDER BY r.id, c.id
            """, batch.id
        ) { (change: try BureauDesk.change($0.integer(0), $0.integer(1), $0.text(2)), state: $0.text(3)) }
        guard !ready.isEmpty || !deletions.isEmpty || !changes.isEmpty else { return nil }
        try transaction.execute(
            "UPDATE bureau_batch SET job_id = $1, owner = $2 WHERE id = $3", job.id, owner, batch.id)
        var registrations: [Registration] = []
        for found in ready {
            var change = found.change(batch: batch.id)
            change["day"] = .string(day.description)
            change["state"] = .string(RegistrationState.leaving.rawValue)
            try transaction.audit(
                .registrationDeparted,
                subject: [
                    "case": .integer(found.registration.snapshot.facts.id.rawValue),
                    "claim": .integer(found.registration.facts.claim.rawValue), "registration": .integer(found.id),
                ],
                change: .object(change), basis: found.basis)
            registrations.append(try found.told(creditor: creditor, mint(found.registration.facts.claim)))
        }
        var again = try RegistrationBatch(
            idempotencyKey: batch.key, day: batch.day, registrations: registrations, deletions: deletions)
        again.changes = changes.map(\.change)
        return BureauDeparture(id: batch.id, batch: again)
    }

    /// A registration of which everything was seen to hold.
    private struct Ready {
        let id: Int64
        let registration: RegistrationCase
        let claim: ClaimFacts
        let debtor: Party
        let expiry: Explained<CivilDate>
        let basis: [Citation]

        func change(batch: Int64) -> [String: JSONValue] {
            [
                "amount": .string(registration.owedOnClaim.decimalText), "batch": .integer(batch),
                "expiresOn": .string(expiry.value.description),
            ]
        }

        func told(creditor: String, _ permit: RegistrationPermit) throws -> Registration {
            try Registration(
                number: id, debtor: debtor, creditor: creditor, amount: registration.owedOnClaim, dueOn: claim.dueOn,
                permit: permit)
        }
    }

    /// Asks all that must hold of one registration.
    ///
    /// - Returns: `nil` where something does not.
    private func look(
        _ id: Int64, _ registration: RegistrationCase, on day: CivilDate, _ transaction: ReadTransaction
    ) throws -> Ready? {
        let check = try RegistrationCheck(registration, account.bureau, on: day, rules)
        guard check.isMet, let claim = registration.claim else { return nil }
        let expiry = try expiry(registration, registeredOn: day)
        guard orderedBy(expiry.value) > day else { throw tooOld(on: day) }
        return Ready(
            id: id, registration: registration, claim: claim,
            debtor: try LetterDesk.party(registration.snapshot.party, transaction), expiry: expiry,
            basis: unique(check.preconditions.map(\.citation) + expiry.lines.map(\.citation)))
    }

    /// Does something about one registration; what of it cannot be read or answered is a task, and the others go on.
    func singly(
        _ id: Int64, _ caseID: CaseID, _ words: String, on day: CivilDate, _ gaps: inout Set<CaseID>,
        _ transaction: WriteTransaction, _ body: () throws -> Void
    ) throws {
        func raise(_ why: String, _ cure: String) throws {
            gaps.insert(caseID)
            try Tasks.raise(
                .registrationGap, caseID, on: day, message: "Registration \(id) \(words): \(why)", cure: cure,
                transaction)
        }
        do {
            try body()
        } catch let gap as RuleGap {
            try raise("\(gap.rule) has no answer for \(gap.day): \(gap.reason)", gap.cure)
        } catch let fault as DatabaseFault where fault.code != .wrongSchema {
            // The books themselves; all others would fail too.
            throw fault
        } catch let error as PermitError {
            throw error
        } catch {
            // Its words may hold a name.
            try raise(
                "it cannot be read (\(type(of: error)))",
                "Look at the case with 'fordring case show'; what is wrong with it must be put right first.")
        }
    }

    private func newBatch(
        _ job: Job, on day: CivilDate, owner: String, _ transaction: WriteTransaction
    ) throws -> (id: Int64, key: String) {
        let id = try transaction.newID("bureau_batch")
        let key = "\(job.tenant)-bureau-\(id)"
        try transaction.execute(
            """
            INSERT INTO bureau_batch (id, bureau_id, key, day, state, job_id, owner)
            VALUES ($1, $2, $3, $4, 'leaving', $5, $6)
            """,
            id, account.id, key, day, job.id, owner)
        return (id, key)
    }

    private func item(
        _ number: Int64, of batch: Int64, isDeletion: Bool, amount: Int64? = nil, expiresOn: CivilDate? = nil,
        _ transaction: WriteTransaction
    ) throws {
        try transaction.execute(
            """
            INSERT INTO bureau_batch_item (batch_id, registration_id, is_deletion, amount, expires_on)
            VALUES ($1, $2, $3, $4, $5)
            """, batch, number, isDeletion, amount, expiresOn)
    }

    private static func deletion(_ number: Int64, _ reason: String) -> RegistrationDeletion {
        RegistrationDeletion(number: number, reason: RegistrationDeletion.Reason(rawValue: reason) ?? .wrong)
    }

    static func change(_ number: Int64, _ amount: Int64, _ code: String) throws -> RegistrationChange {
        guard let currency = Currency(code: code) else {
            throw DatabaseFault(.wrongSchema, "Registration \(number) has a currency that is not known.")
        }
        return RegistrationChange(number: number, amount: Money(minorUnits: amount, currency))
    }

    /// The day on which the deletion of what may stand until a day is ordered, so that the bureau can have confirmed it.
    func orderedBy(_ last: CivilDate) -> CivilDate {
        let deadline = deadlines.deadline(of: account.name, .expired, orderedOn: last).value
        return last.adding(days: -max(0, last.days(to: deadline)))
    }

    private func unique(_ citations: [Citation]) -> [Citation] {
        var seen: Set<Citation> = []
        return citations.filter { seen.insert($0).inserted }
    }

    private func tooOld(on day: CivilDate) -> RuleGap {
        RuleGap(
            rule: "the expiry of a registration with \(account.name)", day: day,
            reason: "the claim is as old as a registration may become",
            cure: "Withdraw the registration with 'fordring bureau withdraw'.")
    }

    func expiry(
        _ registration: RegistrationCase, registeredOn day: CivilDate
    ) throws(RuleGap) -> Explained<CivilDate> {
        do {
            return try account.bureau.expiry(of: registration.facts, registeredOn: day)
        } catch let gap as RuleGap {
            throw gap
        } catch {
            throw RuleGap(
                rule: "the expiry of a registration with \(account.name)", day: day,
                reason: "it failed with \(type(of: error))",
                cure: "Tell the author of the plug-in; nothing is registered until then.")
        }
    }

    /// Orders the deletion of what is as old as it may become once the bureau has confirmed it.
    private func orderExpired(on day: CivilDate, _ transaction: WriteTransaction) throws {
        let standing = try transaction.all(
            """
            SELECT id, expires_on FROM bureau_registration
            WHERE bureau_id = $1 AND (state = 'live' OR state = 'submitted') ORDER BY id
            """, account.id
        ) { (id: $0.integer(0), expiresOn: $0.date(1)) }
        for (id, expiresOn) in standing where orderedBy(expiresOn) <= day {
            try Registrations.orderDeletion(
                id, .expired, because: "it is as old as it may become", on: day, deadlines, transaction)
        }
    }

    /// Has deletions told once more whose deadline has passed without the bureau's word, and after that each week.
    private func repeatOverdue(on day: CivilDate, _ transaction: WriteTransaction) throws {
        let overdue = try transaction.all(
            """
            SELECT r.id FROM bureau_registration r JOIN bureau_deletion d ON d.registration_id = r.id
            WHERE r.bureau_id = $1 AND r.state = 'deletionSubmitted' AND d.due_on < $2
                AND (d.repeated_on IS NULL OR d.repeated_on <= $3) ORDER BY r.id
            """, account.id, day, day.adding(days: -7)
        ) { $0.integer(0) }
        for id in overdue {
            try Registrations.repeatDeletion(
                id, because: "the bureau has not confirmed it in time", on: day, transaction)
        }
    }

    // MARK: Telling the debtor

    /// Has the debtor told by the country's letter, once nothing but time stands in the way of the registration.
    ///
    /// - Returns: whether a letter was queued.
    @discardableResult
    package func tellDebtor(
        _ registration: RegistrationCase, on day: CivilDate, _ transaction: WriteTransaction
    ) throws -> Bool {
        guard let kind = rules.jurisdiction.registrationNotice else { return false }
        if registration.facts.toldOn != nil {
            // Where only an event can help, being told anew may be it: bureaus want a notice that is fresh.
            let check = try RegistrationCheck(registration, account.bureau, on: day, rules)
            guard !check.waitsForTimeOnly else { return false }
        }
        let (caseID, claim) = (registration.snapshot.facts.id, registration.facts.claim)
        // Waits already, or a person must first cure why it could not be sent.
        let isQueued = try RegistrationCase.notices(kind, of: claim, in: caseID, account.name, transaction).contains(
            nil)
        let waits = try transaction.first(
            "SELECT 1 FROM task WHERE kind = $1 AND case_id = $2 AND done_on IS NULL", TaskKind.undelivered.rawValue,
            caseID
        ) { _ in true }
        guard !isQueued, waits == nil else { return false }
        // Nobody is told of what cannot come.
        var told = registration
        told.facts.toldOn = day
        guard try RegistrationCheck(told, account.bureau, on: day, rules).waitsForTimeOnly else { return false }
        let id = try transaction.newID("case_step")
        let reasons = [
            ExplanationLine(
                "The debtor is told of the registration with \(account.name).", RegistrationFloor.citation)
        ]
        try transaction.execute(
            """
            INSERT INTO case_step (id, case_id, kind, claims, state, decided_on, reasons, bureau, bureau_name)
            VALUES ($1, $2, $3, $4, 'queued', $5, $6, $7, $8)
            """,
            id, caseID, kind.rawValue, claim.description, day, ExplanationCoding.text(reasons), account.name,
            account.bureau.name)
        try JobQueue.enqueue(NewJob(.deliverLetter, subject: id, lane: caseID.rawValue), transaction)
        try transaction.audit(
            .stepDecided, subject: ["case": .integer(caseID.rawValue), "step": .integer(id)],
            change: [
                "bureau": .string(account.name), "charges": [], "claims": [.integer(claim.rawValue)],
                "day": .string(day.description), "kind": .string(kind.rawValue),
            ],
            basis: reasons.map(\.citation))
        return true
    }

}

/// Tasks about a bureau, each about one matter: a registration by its number, a batch, a bureau.
enum BureauTasks {
    /// Ends what is about a registration of which nothing stands with the bureau any more.
    static func endAlarm(
        _ number: Int64, _ caseID: CaseID, on day: CivilDate, _ reason: String, _ transaction: WriteTransaction
    ) throws {
        for kind in [TaskKind.deletionOverdue, .deletionRefused, .registrationStands] {
            try end(kind, caseID, about: number, on: day, reason, transaction)
        }
    }

    /// Ends the task about a matter; with the last of a case, also one of before they were kept apart.
    static func end(
        _ kind: TaskKind, _ caseID: CaseID?, about: Int64, on day: CivilDate, _ reason: String,
        _ transaction: WriteTransaction
    ) throws {
        let open = try transaction.all(
            "SELECT id, about FROM task WHERE kind = $1 AND case_id IS NOT DISTINCT FROM $2 AND done_on IS NULL",
            kind.rawValue, caseID
        ) { (id: $0.integer(0), about: $0.integer(1)) }
        let isLast = open.allSatisfy { $0.about == about || $0.about == 0 }
        for task in open where task.about == about || (task.about == 0 && isLast) {
            try Tasks.done(task.id, on: day, because: reason, transaction)
        }
    }
}
