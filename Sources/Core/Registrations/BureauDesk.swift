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

    /// Looks at all that is asked for and all that must go, and puts into a batch what may leave today.
    ///
    /// Every precondition is asked for here, in the transaction that marks what it lets go: a payment or a dispute that
    /// committed before keeps its claim out, and one that commits afterwards finds it `leaving` and orders its deletion.
    ///
    /// - Parameters:
    ///   - creditor: the creditor's name.
    ///   - owner: the process that is about to hand the batch over.
    ///   - mint: makes the permit for a claim; the caller ends it when the hand-over is over.
    /// - Returns: `nil` where nothing may leave and nothing must go.
    package func depart(
        _ job: Job, on day: CivilDate, creditor: String, owner: String, _ transaction: WriteTransaction,
        mint: (ClaimID) -> RegistrationPermit
    ) throws -> BureauDeparture? {
        try orderExpired(on: day, transaction)
        var ready: [(id: Int64, registration: RegistrationCase, expiry: Explained<CivilDate>, basis: [Citation])] = []
        let requested = try transaction.all(
            """
            SELECT id, case_id, claim_id FROM bureau_registration
            WHERE bureau_id = $1 AND state = 'requested' ORDER BY id
            """, account.id
        ) { (id: $0.integer(0), caseID: CaseID(rawValue: $0.integer(1)), claim: ClaimID(rawValue: $0.integer(2))) }
        for (id, caseID, claim) in requested {
            let registration = try RegistrationCase.load(
                claim, of: caseID, with: account.name, on: day, rules, sources, transaction)
            do {
                let check = try RegistrationCheck(registration, account.bureau, on: day, rules)
                if check.isMet {
                    let expiry = try expiry(registration, registeredOn: day)
                    guard expiry.value > day else { throw tooOld(on: day) }
                    ready.append((id, registration, expiry, check.preconditions.map(\.citation)))
                } else {
                    try tellDebtor(registration, on: day, transaction)
                }
                try Tasks.end(.registrationGap, caseID, on: day, because: "the rules have an answer now", transaction)
            } catch let gap as RuleGap {
                try Tasks.raise(
                    .registrationGap, caseID, on: day,
                    message: "Registration \(id) waits: \(gap.rule) has no answer for \(gap.day): \(gap.reason)",
                    cure: gap.cure, transaction)
            }
        }
        let deletions = try transaction.all(
            """
            SELECT r.id, d.reason FROM bureau_registration r JOIN bureau_deletion d ON d.registration_id = r.id
                JOIN bureau_batch b ON b.id = r.batch_id
            WHERE r.bureau_id = $1 AND r.state = 'deletionOrdered' AND d.batch_id IS NULL AND b.state = 'submitted'
            ORDER BY r.id
            """, account.id
        ) { (id: $0.integer(0), reason: RegistrationDeletion.Reason(rawValue: $0.text(1)) ?? .wrong) }
        guard !ready.isEmpty || !deletions.isEmpty else { return nil }

        let id = try transaction.newID("bureau_batch")
        let key = "\(job.tenant)-bureau-\(id)"
        try transaction.execute(
            """
            INSERT INTO bureau_batch (id, bureau_id, key, day, state, job_id, owner)
            VALUES ($1, $2, $3, $4, 'leaving', $5, $6)
            """,
            id, account.id, key, day, job.id, owner)
        var registrations: [Registration] = []
        for (number, registration, expiry, basis) in ready {
            guard let claim = registration.claim else { continue }
            let permit = mint(claim.id)
            try Registrations.move(
                number, .departed, on: day,
                change: [
                    "amount": .string(registration.owedOnClaim.decimalText), "batch": .integer(id),
                    "expiresOn": .string(expiry.value.description),
                ],
                basis: unique(basis + expiry.lines.map(\.citation)), transaction)
            try transaction.execute(
                """
                UPDATE bureau_registration SET amount = $1, batch_id = $2, left_on = $3, expires_on = $4 WHERE id = $5
                """,
                registration.owedOnClaim.minorUnits, id, day, expiry.value, number)
            try item(number, of: id, isDeletion: false, transaction)
            registrations.append(
                try Registration(
                    number: number, debtor: try LetterDesk.party(registration.snapshot.party, transaction),
                    creditor: creditor, amount: registration.owedOnClaim, dueOn: claim.dueOn, permit: permit))
        }
        for (number, _) in deletions {
            try transaction.execute(
                "UPDATE bureau_deletion SET batch_id = $1 WHERE registration_id = $2", id, number)
            try item(number, of: id, isDeletion: true, transaction)
        }
        return BureauDeparture(
            id: id,
            batch: try RegistrationBatch(
                idempotencyKey: key, day: day, registrations: registrations,
                deletions: deletions.map { RegistrationDeletion(number: $0.id, reason: $0.reason) }))
    }

    private func item(
        _ number: Int64, of batch: Int64, isDeletion: Bool, _ transaction: WriteTransaction
    ) throws {
        try transaction.execute(
            "INSERT INTO bureau_batch_item (batch_id, registration_id, is_deletion) VALUES ($1, $2, $3)", batch, number,
            isDeletion)
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

    /// Orders the deletion of what is as old as it may become.
    private func orderExpired(on day: CivilDate, _ transaction: WriteTransaction) throws {
        let old = try transaction.all(
            """
            SELECT id FROM bureau_registration
            WHERE bureau_id = $1 AND (state = 'live' OR state = 'submitted') AND expires_on <= $2 ORDER BY id
            """, account.id, day
        ) { $0.integer(0) }
        for id in old {
            try Registrations.orderDeletion(
                id, .expired, because: "it is as old as it may become", on: day, deadlines, transaction)
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
        let isQueued = registration.snapshot.facts.steps.contains {
            $0.kind == kind && $0.claims.contains(claim) && $0.sentOn == nil
        }
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
            INSERT INTO case_step (id, case_id, kind, claims, state, decided_on, reasons)
            VALUES ($1, $2, $3, $4, 'queued', $5, $6)
            """,
            id, caseID, kind.rawValue, claim.description, day, ExplanationCoding.text(reasons))
        try JobQueue.enqueue(NewJob(.deliverLetter, subject: id, lane: caseID.rawValue), transaction)
        try transaction.audit(
            .stepDecided, subject: ["case": .integer(caseID.rawValue), "step": .integer(id)],
            change: [
                "charges": [], "claims": [.integer(claim.rawValue)], "day": .string(day.description),
                "kind": .string(kind.rawValue),
            ],
            basis: reasons.map(\.citation))
        return true
    }

    // MARK: What became of a batch

    /// The batches of which it is not written down whether they have left.
    package func onTheirWay(_ transaction: ReadTransaction) throws -> [BatchOnItsWay] {
        try transaction.all(
            "SELECT id, key, day, job_id, owner FROM bureau_batch WHERE bureau_id = $1 AND state = 'leaving' ORDER BY id",
            account.id
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
        guard changed == 1 else { return }
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
        try endUnknown(on: receipt.sentOn, because: "the batch has left", transaction)
        try BureauTasks.end(.bureauFailed, nil, on: receipt.sentOn, "a batch has left", transaction)
        try hurryWhatWaits(transaction)
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

    private func items(
        of batch: Int64, _ transaction: ReadTransaction
    ) throws -> [(number: Int64, isDeletion: Bool)] {
        try transaction.all(
            """
            SELECT registration_id, is_deletion FROM bureau_batch_item WHERE batch_id = $1
            ORDER BY is_deletion, registration_id
            """, batch
        ) { ($0.integer(0), $0.flag(1)) }
    }

    private func state(_ number: Int64, _ transaction: ReadTransaction) throws -> RegistrationState? {
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

/// Tasks that stand for several things, and end when the last of them is gone.
enum BureauTasks {
    static func end(
        _ kind: TaskKind, _ caseID: CaseID?, on day: CivilDate, _ reason: String, _ transaction: WriteTransaction
    ) throws {
        let open = try transaction.first(
            "SELECT id FROM task WHERE kind = $1 AND case_id IS NOT DISTINCT FROM $2 AND done_on IS NULL",
            kind.rawValue, caseID
        ) { $0.integer(0) }
        if let open { try Tasks.done(open, on: day, because: reason, transaction) }
    }
}
