import AuditTrail
package import Casework
package import Database
package import FordringKit
package import JobQueue

extension JobKind {
    /// Hand a bureau what may leave, and what must go; the subject is the bureau.
    package static let submitRegistrations = JobKind("submitRegistrations")
    /// Read what a bureau has answered, and raise the alarm over what it has not; the subject is the bureau.
    package static let readBureauAnswers = JobKind("readBureauAnswers")
    /// Compare our register with a bureau's; the subject is the bureau.
    package static let compareRegister = JobKind("compareRegister")
    /// Put the bureaus' jobs of a day into the queue; the subject is the day.
    package static let bureauDay = JobKind("bureauDay")

    /// What goes on for a tenant for which nothing else is done: what stands with a bureau must still go.
    ///
    /// Also the comparison: it changes nothing with the bureau, shares its lane, and shows what stands there wrongly.
    package static let keepingBureausRight: Set<JobKind> = [
        .bureauDay, .readBureauAnswers, .submitRegistrations, .compareRegister,
    ]
}

/// A registration as the books have it.
package struct RegistrationRecord: Sendable {
    /// The order to delete it.
    package struct Deletion: Sendable {
        package let reason: RegistrationDeletion.Reason
        package let orderedOn: CivilDate
        /// The last day on which it must have been confirmed.
        package let dueOn: CivilDate
        package let explanation: [ExplanationLine]
        package let submittedOn: CivilDate?
        package let confirmedOn: CivilDate?
    }

    package let id: Int64
    package let bureau: String
    package let caseID: CaseID
    package let claim: ClaimID
    package let state: RegistrationState
    package let reason: String
    package let requestedOn: CivilDate
    /// What the bureau was told; `nil` before.
    package let amount: Money?
    package let batch: Int64?
    package let leftOn: CivilDate?
    package let submittedOn: CivilDate?
    package let liveOn: CivilDate?
    package let expiresOn: CivilDate?
    package let endedOn: CivilDate?
    /// Why the bureau did not take it in, in its words; these are shown and never logged, since they may name somebody.
    package let refusal: String?
    package let deletion: Deletion?
}

/// A normal answer of the registrations that says no.
package struct RegistrationRefusal: Error, Sendable, CustomStringConvertible {
    package enum Code: Sendable, Hashable {
        case noSuchCase
        case noSuchClaim
        case noSuchRegistration
        case noSuchBatch
        /// The claim may not be registered, whatever the bureau's rules say.
        case notNow
        case isRegistered
        /// It is too late for that, or too early.
        case wrongState
    }

    package let code: Code
    package let message: String

    package init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    package var description: String { message }
}

/// Registrations of claims with credit bureaus, and the orders to delete them.
package enum Registrations {
    // MARK: The one way to another state

    /// Does what an event does to a registration; the only statement that changes a state.
    ///
    /// Where that ends it, so do the alarms about it.
    ///
    /// - Parameter alarms: the day on which the alarms end, and why; `nil` for the day of the event.
    /// - Throws: ``RegistrationRefusal`` where the event cannot happen; then nothing is changed.
    @discardableResult
    static func move(
        _ id: Int64, _ event: RegistrationEvent, on day: CivilDate, change: [String: JSONValue] = [:],
        basis: [Citation] = [], alarms: (endOn: CivilDate, because: String)? = nil, _ transaction: WriteTransaction
    ) throws -> RegistrationState {
        let found = try transaction.first(
            "SELECT state, case_id, claim_id FROM bureau_registration WHERE id = $1", id
        ) { (RegistrationState(rawValue: $0.text(0)), $0.integer(1), $0.integer(2)) }
        guard let (state, caseID, claim) = found, let state else {
            throw DatabaseFault(.wrongSchema, "The registration \(id) is missing, or in a state that is not known.")
        }
        guard let next = state.after(event) else {
            throw RegistrationRefusal(
                .wrongState,
                "Registration \(id) is \(state.rawValue), to which '\(event.rawValue)' cannot happen. "
                    + "'fordring bureau states' shows what can.")
        }
        let changed = try transaction.execute(
            "UPDATE bureau_registration SET state = $1, ended_on = $2 WHERE id = $3 AND state = $4", next.rawValue,
            next.isEnded ? day : nil, id, state.rawValue)
        guard changed == 1 else {
            throw DatabaseFault(.other, "The registration \(id) changed under the transaction that changes it.")
        }
        if next.isEnded {
            try transaction.execute(
                "UPDATE bureau_deletion SET confirmed_on = $1 WHERE registration_id = $2 AND confirmed_on IS NULL", day,
                id)
            try BureauTasks.endAlarm(
                id, CaseID(rawValue: caseID), on: alarms?.endOn ?? day,
                alarms?.because ?? "nothing of it stands with the bureau", transaction)
        }
        var change = change
        change["day"] = .string(day.description)
        change["state"] = .string(next.rawValue)
        try transaction.audit(
            event.action,
            subject: ["case": .integer(caseID), "claim": .integer(claim), "registration": .integer(id)],
            change: .object(change), basis: basis)
        return next
    }

    // MARK: Bureaus

    /// The number of a bureau in the books, made when it is first needed.
    static func bureau(named name: String, _ transaction: WriteTransaction) throws -> Int64 {
        if let known = try transaction.first("SELECT id FROM bureau WHERE name = $1", name, map: { $0.integer(0) }) {
            return known
        }
        let id = try transaction.newID("bureau")
        try transaction.execute("INSERT INTO bureau (id, name) VALUES ($1, $2)", id, name)
        return id
    }

    /// A bureau with its rules; its row is made where there is none.
    package static func account(
        _ name: String, _ bureau: any CreditBureau, _ transaction: WriteTransaction
    ) throws -> BureauAccount {
        BureauAccount(id: try Registrations.bureau(named: name, transaction), name: name, bureau: bureau)
    }

    /// The name of a bureau in the books.
    package static func name(ofBureau id: Int64, _ transaction: ReadTransaction) throws -> String? {
        try transaction.first("SELECT name FROM bureau WHERE id = $1", id) { $0.text(0) }
    }

    /// The next day on which something is to be done with a bureau; `nil` where the tenant has nothing with any.
    package static func nextDay(_ transaction: ReadTransaction) throws -> CivilDate? {
        try transaction.first("SELECT min(next_on) FROM bureau WHERE next_on IS NOT NULL") { $0.dateOrNil(0) } ?? nil
    }

    /// Has the bureau looked at on a day, or before where that is planned.
    static func wake(_ bureau: Int64, on day: CivilDate, _ transaction: WriteTransaction) throws {
        try transaction.execute(
            "UPDATE bureau SET next_on = $1 WHERE id = $2 AND (next_on IS NULL OR next_on > $1)", day, bureau)
        transaction.announceCases(on: day)
    }

    /// Puts the jobs of a day into the queue for every bureau with which something is open, once a day.
    package static func enqueueDay(_ day: CivilDate, _ transaction: WriteTransaction) throws {
        let due = try transaction.all(
            "SELECT id, name FROM bureau WHERE next_on <= $1 ORDER BY id", day
        ) { (id: $0.integer(0), name: $0.text(1)) }
        for (id, name) in due {
            // What a bureau has said comes first: it may make an order needless, or have one made.
            for kind in [JobKind.readBureauAnswers, .submitRegistrations, .compareRegister] {
                try JobQueue.enqueue(
                    NewJob(kind, subject: id, lane: lane(id), uniqueness: .once("\(kind) \(name) \(day)")), transaction)
            }
            let next = try dayAfter(day, ofBureau: id, transaction)
            try transaction.execute("UPDATE bureau SET next_on = $1 WHERE id = $2", next, id)
            transaction.announceCases(on: next)
        }
    }

    /// For how many days after the last thing with a bureau has ended it is still looked at every night.
    static let nightlyDays = 30

    /// When a bureau is to be looked at after a day: every night while something is open and for a while after, then weekly.
    ///
    /// Never not at all where anything was ever handed over, or was to be: what stands there wrongly shows in the bureau's
    /// list only, and may be put there by a mistake of anybody's.
    private static func dayAfter(
        _ day: CivilDate, ofBureau id: Int64, _ transaction: ReadTransaction
    ) throws -> CivilDate? {
        let isOpen = try transaction.first(
            """
            SELECT 1 FROM bureau_registration WHERE bureau_id = $1 AND ended_on IS NULL
            UNION ALL SELECT 1 FROM bureau_difference WHERE bureau_id = $1
            UNION ALL SELECT 1 FROM bureau_batch WHERE bureau_id = $1 AND state = 'leaving' LIMIT 1
            """, id
        ) { _ in true }
        if isOpen != nil { return day.adding(days: 1) }
        let batchOn = try transaction.first("SELECT max(day) FROM bureau_batch WHERE bureau_id = $1", id) {
            $0.dateOrNil(0)
        }
        guard let batchOn = batchOn ?? nil else { return nil }
        let endedOn = try transaction.first(
            "SELECT max(ended_on) FROM bureau_registration WHERE bureau_id = $1", id
        ) { $0.dateOrNil(0) }
        let lastOn = max(batchOn, (endedOn ?? nil) ?? batchOn)
        return day.adding(days: lastOn.days(to: day) < nightlyDays ? 1 : 7)
    }

    /// The lane of a bureau's jobs, which run one at a time: numbers below zero, since those of cases are above.
    static func lane(_ bureau: Int64) -> Int64 { -bureau }

    /// Has what must go handed over as soon as a worker is free.
    static func hurry(_ bureau: Int64, _ transaction: WriteTransaction) throws {
        guard let name = try name(ofBureau: bureau, transaction) else { return }
        try JobQueue.enqueue(
            NewJob(
                .submitRegistrations, subject: bureau, priority: .urgent, lane: lane(bureau),
                uniqueness: .whileOpen("submitRegistrations \(name)")), transaction)
    }

    // MARK: Asking for one

    /// Asks for the registration of a claim; it leaves the house on the first day on which all holds that must.
    ///
    /// - Parameter noKeptPlan: whether a person says that no plan of payment is agreed and kept; without it nothing leaves.
    /// - Returns: its number.
    /// - Throws: ``RegistrationRefusal``.
    package static func request(
        _ claim: ClaimID, of caseID: CaseID, with bureau: String, noKeptPlan: Bool, reason: String,
        on day: CivilDate, _ rules: CaseRules, _ transaction: WriteTransaction
    ) throws -> Int64 {
        let snapshot = try CaseSnapshots.load(caseID, creditor: rules.creditor, transaction)
        guard snapshot.facts.claims.contains(where: { $0.id == claim }) else {
            let known = snapshot.facts.claims.map(\.id.description).joined(separator: ", ")
            throw RegistrationRefusal(
                .noSuchClaim, "Case \(caseID) has no claim \(claim); its claims are \(known).")
        }
        let bureauID = try Registrations.bureau(named: bureau, transaction)
        let open = try transaction.first(
            "SELECT id, state FROM bureau_registration WHERE claim_id = $1 AND bureau_id = $2 AND ended_on IS NULL",
            claim, bureauID
        ) { ($0.integer(0), $0.text(1)) }
        if let (number, state) = open {
            throw RegistrationRefusal(
                .isRegistered, "Claim \(claim) has registration \(number) with \(bureau) already, which is \(state).")
        }
        // What time alone will bring is waited for; a gap in the law is told by the check.
        let lapse = (try? RegistrationFloor.lapse(of: claim, snapshot, on: day, rules)) ?? nil
        let obstacles = RegistrationFloor.obstacles(snapshot, claim, on: day) + (lapse.map { [$0] } ?? [])
        if let obstacle = obstacles.first(where: { $0.from == nil }) {
            throw RegistrationRefusal(.notNow, "Claim \(claim) cannot be registered: \(obstacle.by).")
        }
        let refused = try transaction.all(
            "SELECT id FROM bureau_registration WHERE claim_id = $1 AND bureau_id = $2 AND state = 'refused' ORDER BY id",
            claim, bureauID
        ) { $0.integer(0) }
        for number in refused {
            try BureauTasks.end(
                .registrationRefused, caseID, about: number, on: day, "it is asked for anew", transaction)
        }
        let id = try transaction.newID("bureau_registration")
        try transaction.execute(
            """
            INSERT INTO bureau_registration (id, bureau_id, case_id, claim_id, state, reason, requested_on, currency, no_plan)
            VALUES ($1, $2, $3, $4, 'requested', $5, $6, $7, $8)
            """,
            id, bureauID, caseID, claim, reason, day, snapshot.facts.currency.code, noKeptPlan ? 1 : 0)
        try transaction.audit(
            .registrationRequested,
            subject: [
                "case": .integer(caseID.rawValue), "claim": .integer(claim.rawValue), "registration": .integer(id),
            ],
            change: [
                "bureau": .string(bureau), "day": .string(day.description), "noKeptPlan": .bool(noKeptPlan),
                "reason": .string(reason),
                "state": .string(RegistrationState.requested.rawValue),
            ])
        try wake(bureauID, on: day, transaction)
        return id
    }

    /// Takes a registration back: one that has not left the house is withdrawn, any other is to be deleted.
    ///
    /// - Returns: the state it is in now.
    /// - Throws: ``RegistrationRefusal``.
    package static func withdraw(
        _ id: Int64, reason: String, on day: CivilDate, _ rules: CaseRules, _ deadlines: any DeletionDeadlines,
        _ transaction: WriteTransaction
    ) throws -> RegistrationState {
        let record = try show(id, transaction)
        if record.state == .requested {
            return try withdrawRequested(
                id, because: reason, on: day, notice: rules.jurisdiction.registrationNotice, transaction)
        }
        guard record.state.after(.deletionOrdered) != nil else {
            throw RegistrationRefusal(
                .wrongState, "Registration \(id) is \(record.state.rawValue); there is nothing to take back.")
        }
        return try orderDeletion(id, .wrong, because: reason, on: day, deadlines, transaction)
    }

    // MARK: What a person found out

    /// Records that a person knows of the bureau that an entry is gone.
    ///
    /// - Throws: ``RegistrationRefusal``.
    package static func confirmDeletion(
        _ id: Int64, on day: CivilDate, reason: String, _ transaction: WriteTransaction
    ) throws {
        let record = try show(id, transaction)
        guard let deletion = record.deletion, [.deletionOrdered, .deletionSubmitted].contains(record.state) else {
            throw RegistrationRefusal(
                .wrongState,
                "Registration \(id) is \(record.state.rawValue); no deletion of it waits for the bureau's word.")
        }
        guard day >= deletion.orderedOn else {
            throw RegistrationRefusal(
                .wrongState, "The deletion of registration \(id) was ordered on \(deletion.orderedOn), after \(day).")
        }
        try move(
            id, .deleted, on: day, change: ["answer": "a person", "reason": .string(reason)],
            alarms: (endOn: day, because: reason), transaction)
        try BureauTasks.end(.bureauAnswer, record.caseID, about: id, on: day, reason, transaction)
    }

    /// Gives the order to delete a registration once more, also of one that counts as gone and stands all the same.
    ///
    /// - Throws: ``RegistrationRefusal``.
    package static func deleteAgain(
        _ id: Int64, reason: String, on day: CivilDate, _ deadlines: any DeletionDeadlines,
        _ transaction: WriteTransaction
    ) throws {
        let record = try show(id, transaction)
        if record.state == .deletionSubmitted {
            return try repeatDeletion(id, because: reason, on: day, transaction)
        }
        let batch = try transaction.first(
            """
            SELECT i.batch_id FROM bureau_batch_item i JOIN bureau_batch b ON b.id = i.batch_id
            WHERE i.registration_id = $1 AND i.is_deletion = 0 AND b.state = 'submitted' ORDER BY i.batch_id DESC LIMIT 1
            """, id
        ) { $0.integer(0) }
        guard record.state.isEnded, let batch else {
            throw RegistrationRefusal(
                .wrongState,
                record.state == .deletionOrdered
                    ? "The order to delete registration \(id) waits to leave; 'fordring work' hands it over."
                    : "Registration \(id) is \(record.state.rawValue): 'fordring bureau withdraw' takes it back.")
        }
        guard try surface(id, in: batch, because: reason, on: day, deadlines, transaction) else {
            throw RegistrationRefusal(
                .isRegistered,
                "Claim \(record.claim) has another registration with \(record.bureau); take that one back.")
        }
    }

    /// Has the order to delete handed over again.
    static func repeatDeletion(
        _ id: Int64, because reason: String, on day: CivilDate, _ transaction: WriteTransaction
    ) throws {
        try move(id, .deletionRepeated, on: day, change: ["reason": .string(reason)], transaction)
        try transaction.execute(
            """
            UPDATE bureau_deletion SET batch_id = NULL, submitted_on = NULL, repeated_on = $1 WHERE registration_id = $2
            """, day, id)
        let bureau = try bureau(named: try show(id, transaction).bureau, transaction)
        try wake(bureau, on: day, transaction)
        try hurry(bureau, transaction)
    }

    /// Has a registration deleted that was taken for never sent, or for gone, and is with the bureau by a batch.
    ///
    /// - Returns: `false` where the claim has another open registration with the bureau, so that a person must look.
    static func surface(
        _ id: Int64, in batch: Int64, because words: String, on day: CivilDate, _ deadlines: any DeletionDeadlines,
        _ transaction: WriteTransaction
    ) throws -> Bool {
        let other = try transaction.first(
            """
            SELECT 1 FROM bureau_registration o JOIN bureau_registration r ON r.claim_id = o.claim_id
                AND r.bureau_id = o.bureau_id WHERE r.id = $1 AND o.id <> r.id AND o.ended_on IS NULL
            """, id
        ) { _ in true }
        if other != nil { return false }
        try orderDeletion(id, .wrong, because: words, by: .surfaced, on: day, deadlines, transaction)
        let told = try transaction.first(
            """
            SELECT i.amount, i.expires_on, b.day FROM bureau_batch_item i JOIN bureau_batch b ON b.id = i.batch_id
            WHERE i.batch_id = $1 AND i.registration_id = $2 AND i.is_deletion = 0
            """, batch, id
        ) { (amount: $0.integerOrNil(0), expiresOn: $0.dateOrNil(1), leftOn: $0.date(2)) }
        guard let told else {
            throw DatabaseFault(.wrongSchema, "Registration \(id) is not in batch \(batch).")
        }
        // An item of before the amounts were kept has none; the bureau is told the number only.
        try transaction.execute(
            """
            UPDATE bureau_registration SET batch_id = $1, amount = coalesce($2, amount, 1), left_on = $3,
                expires_on = coalesce($4, expires_on, $3) WHERE id = $5
            """, batch, told.amount, told.leftOn, told.expiresOn, id)
        return true
    }

    /// Withdraws what has not left the house, and the letter that would tell of it where that has not left either.
    @discardableResult
    static func withdrawRequested(
        _ id: Int64, because reason: String, on day: CivilDate, notice: StepKind?, _ transaction: WriteTransaction
    ) throws -> RegistrationState {
        let record = try show(id, transaction)
        let letters = try transaction.all(
            "SELECT id FROM case_step WHERE case_id = $1 AND kind = $2 AND claims = $3 AND bureau = $4 AND state = 'queued'",
            record.caseID, notice?.rawValue, record.claim.description, record.bureau
        ) { $0.integer(0) }
        for letter in letters {
            try transaction.execute("UPDATE case_step SET state = 'withdrawn' WHERE id = $1", letter)
            try JobQueue.cancel(.deliverLetter, subject: letter, transaction)
            try transaction.audit(
                .stepWithdrawn, subject: ["case": .integer(record.caseID.rawValue), "step": .integer(letter)],
                change: ["reason": .string(reason), "reversed": []])
        }
        try BureauTasks.end(
            .registrationRefused, record.caseID, about: id, on: day, "the registration is withdrawn", transaction)
        return try move(id, .withdrawn, on: day, change: ["reason": .string(reason)], transaction)
    }

    /// Orders a registration deleted that stands with the bureau, or may.
    @discardableResult
    static func orderDeletion(
        _ id: Int64, _ reason: RegistrationDeletion.Reason, because words: String,
        by event: RegistrationEvent = .deletionOrdered, on day: CivilDate, _ deadlines: any DeletionDeadlines,
        _ transaction: WriteTransaction
    ) throws -> RegistrationState {
        let record = try show(id, transaction)
        let deadline = deadlines.deadline(of: record.bureau, reason, orderedOn: day)
        // However long a bureau may take, nothing stands beyond its last day.
        let dueOn = max(day, min(deadline.value, record.expiresOn ?? deadline.value))
        let next = try move(
            id, event, on: day,
            change: [
                "code": .string(reason.rawValue), "dueOn": .string(dueOn.description),
                "explanation": .array(deadline.lines.map { .string($0.text) }), "reason": .string(words),
            ],
            basis: deadline.lines.map(\.citation), transaction)
        try transaction.execute(
            """
            INSERT INTO bureau_deletion (registration_id, reason, ordered_on, due_on, explanation)
            VALUES ($1, $2, $3, $4, $5)
            ON CONFLICT (registration_id) DO UPDATE SET reason = excluded.reason, ordered_on = excluded.ordered_on,
                due_on = excluded.due_on, explanation = excluded.explanation, batch_id = NULL, submitted_on = NULL,
                confirmed_on = NULL, repeated_on = NULL
            """,
            id, reason.rawValue, day, dueOn, ExplanationCoding.text(deadline.lines))
        // That is decided.
        try BureauTasks.end(
            .registrationStands, record.caseID, about: id, on: day, "it is ordered deleted", transaction)
        let bureau = try bureau(named: record.bureau, transaction)
        try wake(bureau, on: day, transaction)
        try hurry(bureau, transaction)
        return next
    }

    // MARK: Looking

    /// One registration.
    ///
    /// - Throws: ``RegistrationRefusal`` where there is none of that number.
    package static func show(_ id: Int64, _ transaction: ReadTransaction) throws -> RegistrationRecord {
        let found = try transaction.first(
            """
            SELECT r.id, b.name, r.case_id, r.claim_id, r.state, r.reason, r.requested_on, r.amount, r.currency,
                r.batch_id, r.left_on, r.submitted_on, r.live_on, r.expires_on, r.ended_on, r.refusal, d.reason,
                d.ordered_on, d.due_on, d.explanation, d.submitted_on, d.confirmed_on
            FROM bureau_registration r JOIN bureau b ON b.id = r.bureau_id
                LEFT JOIN bureau_deletion d ON d.registration_id = r.id
            WHERE r.id = $1
            """, id, map: record)
        guard let found else {
            throw RegistrationRefusal(
                .noSuchRegistration,
                "There is no registration \(id). 'fordring bureau list' shows those there are.")
        }
        return found
    }

    /// The registrations by number, from after one, at most so many.
    ///
    /// - Parameters:
    ///   - state: only those in it; `nil` for all.
    ///   - caseID: only those of the case; `nil` for all.
    package static func list(
        after: Int64 = 0, limit: Int = Int.max, state: RegistrationState? = nil, of caseID: CaseID? = nil,
        _ transaction: ReadTransaction
    ) throws -> [RegistrationRecord] {
        try transaction.all(
            """
            SELECT r.id, b.name, r.case_id, r.claim_id, r.state, r.reason, r.requested_on, r.amount, r.currency,
                r.batch_id, r.left_on, r.submitted_on, r.live_on, r.expires_on, r.ended_on, r.refusal, d.reason,
                d.ordered_on, d.due_on, d.explanation, d.submitted_on, d.confirmed_on
            FROM bureau_registration r JOIN bureau b ON b.id = r.bureau_id
                LEFT JOIN bureau_deletion d ON d.registration_id = r.id
            WHERE r.id > $1 AND ($2 IS NULL OR r.state = $2) AND ($3 IS NULL OR r.case_id = $3) ORDER BY r.id LIMIT $4
            """,
            after, state?.rawValue, caseID?.rawValue, limit, map: record)
    }

    /// How many registrations there are in each state.
    package static func counts(_ transaction: ReadTransaction) throws -> [RegistrationState: Int] {
        var counts: [RegistrationState: Int] = [:]
        try transaction.query("SELECT state, count(*) FROM bureau_registration GROUP BY state") { row in
            if let state = RegistrationState(rawValue: row.text(0)) { counts[state] = row.int(1) }
        }
        return counts
    }

    private static func record(_ row: Row) throws -> RegistrationRecord {
        guard let state = RegistrationState(rawValue: row.text(4)), let currency = Currency(code: row.text(8)) else {
            throw DatabaseFault(
                .wrongSchema, "Registration \(row.integer(0)) has a state or a currency that is not known.")
        }
        var deletion: RegistrationRecord.Deletion?
        if let text = row.textOrNil(16) {
            deletion = RegistrationRecord.Deletion(
                reason: RegistrationDeletion.Reason(rawValue: text) ?? .wrong, orderedOn: row.date(17),
                dueOn: row.date(18),
                explanation: ExplanationCoding.lines(row.text(19)), submittedOn: row.dateOrNil(20),
                confirmedOn: row.dateOrNil(21))
        }
        return RegistrationRecord(
            id: row.integer(0), bureau: row.text(1), caseID: CaseID(rawValue: row.integer(2)),
            claim: ClaimID(rawValue: row.integer(3)), state: state, reason: row.text(5), requestedOn: row.date(6),
            amount: row.integerOrNil(7).map { Money(minorUnits: $0, currency) }, batch: row.integerOrNil(9),
            leftOn: row.dateOrNil(10), submittedOn: row.dateOrNil(11), liveOn: row.dateOrNil(12),
            expiresOn: row.dateOrNil(13), endedOn: row.dateOrNil(14), refusal: row.textOrNil(15), deletion: deletion)
    }

    // MARK: Erasing

    /// A registration of a party that has not ended, for which its data are needed.
    package static func open(of party: PartyID, _ transaction: ReadTransaction) throws -> RegistrationRecord? {
        let id = try transaction.first(
            """
            SELECT r.id FROM bureau_registration r JOIN debt_case c ON c.id = r.case_id
            WHERE c.party_id = $1 AND r.ended_on IS NULL ORDER BY r.id LIMIT 1
            """, party
        ) { $0.integer(0) }
        return try id.map { try show($0, transaction) }
    }

    /// The batches that named a party, also those that never left the house: the bureau's name and the key.
    package static func batches(
        naming party: PartyID, _ transaction: ReadTransaction
    ) throws -> [(bureau: String, key: String)] {
        try transaction.all(
            """
            SELECT DISTINCT n.name, b.key, b.id FROM bureau_batch_item i JOIN bureau_registration r ON r.id = i.registration_id
                JOIN debt_case c ON c.id = r.case_id JOIN bureau_batch b ON b.id = i.batch_id
                JOIN bureau n ON n.id = b.bureau_id
            WHERE c.party_id = $1
            UNION SELECT n.name, b.key, b.id FROM bureau_change i JOIN bureau_registration r ON r.id = i.registration_id
                JOIN debt_case c ON c.id = r.case_id JOIN bureau_batch b ON b.id = i.batch_id
                JOIN bureau n ON n.id = b.bureau_id
            WHERE c.party_id = $1 ORDER BY 3
            """, party
        ) { (bureau: $0.text(0), key: $0.text(1)) }
    }

    /// Blanks what a bureau wrote about a party.
    package static func blank(_ party: PartyID, _ transaction: WriteTransaction) throws {
        try transaction.execute(
            """
            UPDATE bureau_registration SET refusal = '' WHERE refusal IS NOT NULL
                AND case_id IN (SELECT id FROM debt_case WHERE party_id = $1)
            """, party)
    }
}

/// Says by when a bureau must have confirmed a deletion.
package protocol DeletionDeadlines: Sendable {
    /// The last day, with the reasons; at once where the bureau is not in use any more.
    func deadline(
        of bureau: String, _ reason: RegistrationDeletion.Reason, orderedOn day: CivilDate
    ) -> Explained<CivilDate>
}

extension RegistrationEvent {
    /// The event as audit entries name it.
    var action: AuditAction {
        switch self {
        case .withdrawn: .registrationWithdrawn
        case .departed: .registrationDeparted
        case .stayed: .registrationStayed
        case .handedOver: .registrationSubmitted
        case .registered: .registrationLive
        case .refused: .registrationRefused
        case .deletionOrdered: .deletionOrdered
        case .deletionHandedOver: .deletionSubmitted
        case .deletionRepeated: .deletionRepeated
        case .deleted: .deletionConfirmed
        case .surfaced: .registrationSurfaced
        }
    }
}
