import AuditTrail
import Casework
package import Database
package import FordringKit
import JobQueue

extension BureauDesk {
    // MARK: Answers

    /// Records what the bureau has said; what it said before counts once.
    ///
    /// - Returns: how many answers were new.
    @discardableResult
    package func record(
        _ answers: [BureauAnswer], on day: CivilDate, _ transaction: WriteTransaction
    ) throws -> Int {
        var count = 0
        var strangers: [Int64] = []
        for answer in answers {
            let isNew = try transaction.execute(
                """
                INSERT INTO bureau_answer (bureau_id, identifier, number, outcome, answered_on)
                VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING
                """,
                account.id, answer.identifier, answer.number, answer.word, answer.on)
            guard isNew == 1 else { continue }
            count += 1
            guard let record = try registration(answer.number, transaction) else {
                strangers.append(answer.number)
                continue
            }
            try apply(answer, to: record, on: day, transaction)
        }
        if !strangers.isEmpty {
            try Tasks.raise(
                .bureauAnswer, nil, on: day,
                message: "\(account.name) answers about registrations that are none of ours: "
                    + strangers.map(String.init).joined(separator: ", "),
                cure: "Ask the bureau whose they are.", transaction)
        }
        return count
    }

    /// A registration with this bureau; `nil` where there is none of that number.
    private func registration(_ number: Int64, _ transaction: ReadTransaction) throws -> RegistrationRecord? {
        let isOurs = try transaction.first(
            "SELECT 1 FROM bureau_registration WHERE id = $1 AND bureau_id = $2", number, account.id
        ) { _ in true }
        return isOurs == nil ? nil : try Registrations.show(number, transaction)
    }

    private func apply(
        _ answer: BureauAnswer, to record: RegistrationRecord, on day: CivilDate, _ transaction: WriteTransaction
    ) throws {
        var state = record.state
        // Who answers has got it: the batch has left, whatever is not known of it.
        if let batch = record.batch, try onTheirWay(transaction).contains(where: { $0.id == batch }) {
            let receipt = DeliveryReceipt(
                reference: "answer \(answer.identifier)", sentOn: min(answer.on, day), details: [:])
            try recordSubmitted(batch, receipt, transaction)
            state = try Registrations.show(record.id, transaction).state
        }
        let change: [String: JSONValue] = ["answer": .string(answer.identifier)]
        switch answer.outcome {
        case .registered where state.after(.registered) != nil:
            let expiresOn = try lastDay(of: record, registeredOn: answer.on, on: day, transaction)
            try transaction.execute(
                "UPDATE bureau_registration SET live_on = $1, expires_on = coalesce($2, expires_on) WHERE id = $3",
                answer.on, expiresOn, record.id)
            try Registrations.move(record.id, .registered, on: answer.on, change: change, transaction)
        case .refused(let reason) where state.after(.refused) != nil:
            try transaction.execute("UPDATE bureau_registration SET refusal = $1 WHERE id = $2", reason, record.id)
            try Registrations.move(record.id, .refused, on: answer.on, change: change, transaction)
            try endAlarm(record, on: day, "the bureau did not take it in", transaction)
            try Tasks.raise(
                .registrationRefused, record.caseID, on: day,
                message: "\(account.name) refused registration \(record.id)",
                cure:
                    "'fordring bureau show \(record.id)' shows the bureau's words; correct what is wrong and ask again.",
                transaction)
        case .refused(let reason) where !state.isEnded:
            try transaction.execute("UPDATE bureau_registration SET refusal = $1 WHERE id = $2", reason, record.id)
            try Tasks.raise(
                .deletionRefused, record.caseID, on: day,
                message: "\(account.name) refused what it was told of registration \(record.id), which is "
                    + state.rawValue,
                cure: "'fordring bureau show \(record.id)' shows the bureau's words; find out whether it still stands.",
                transaction)
        case .deleted where state.after(.deleted) != nil:
            try Registrations.move(record.id, .deleted, on: answer.on, change: change, transaction)
            try endAlarm(record, on: day, "the bureau confirmed the deletion", transaction)
        case .registered where state.isEnded || state == .requested:
            try Tasks.raise(
                .bureauAnswer, record.caseID, on: day,
                message: "\(account.name) says that registration \(record.id) stands, which is \(state.rawValue)",
                cure: "Have the bureau delete it.", transaction)
        // Said before, in other words.
        case .registered, .refused, .deleted: break
        @unknown default: break
        }
    }

    /// The last day of what the bureau says that it registered; `nil` where the rule has no answer, and a person must look.
    private func lastDay(
        of record: RegistrationRecord, registeredOn: CivilDate, on day: CivilDate, _ transaction: WriteTransaction
    ) throws -> CivilDate? {
        do {
            let registration = try RegistrationCase.load(
                record.claim, of: record.caseID, with: account.name, on: day, rules, sources, transaction)
            return try expiry(registration, registeredOn: registeredOn).value
        } catch let gap as RuleGap {
            try Tasks.raise(
                .registrationGap, record.caseID, on: day,
                message: "How long registration \(record.id) may stand: \(gap.rule) has no answer for \(gap.day)",
                cure: gap.cure, transaction)
            return nil
        }
    }

    // MARK: Alarms

    /// Raises the alarm over each deletion that should have been confirmed, every day until it is.
    ///
    /// - Returns: how many there are.
    @discardableResult
    package func raiseOverdue(on day: CivilDate, _ transaction: WriteTransaction) throws -> Int {
        let overdue = try transaction.all(
            """
            SELECT r.case_id, r.id, d.due_on FROM bureau_deletion d JOIN bureau_registration r ON r.id = d.registration_id
            WHERE r.bureau_id = $1 AND d.confirmed_on IS NULL AND d.due_on < $2 ORDER BY r.case_id, r.id
            """, account.id, day
        ) { (caseID: CaseID(rawValue: $0.integer(0)), number: $0.integer(1), dueOn: $0.date(2)) }
        for (caseID, lines) in Dictionary(grouping: overdue, by: \.caseID).sorted(by: { $0.key < $1.key }) {
            let numbers = lines.map { "\($0.number) (since \($0.dueOn.adding(days: 1)))" }.joined(separator: ", ")
            try Tasks.raise(
                .deletionOverdue, caseID, on: day,
                message: "\(account.name) has not confirmed the deletion of registration \(numbers)",
                cure: "Call the bureau today; the alarm ends when its confirmation is read.", transaction)
        }
        return overdue.count
    }

    private func endAlarm(
        _ record: RegistrationRecord, on day: CivilDate, _ reason: String, _ transaction: WriteTransaction
    ) throws {
        let others = try transaction.first(
            """
            SELECT 1 FROM bureau_deletion d JOIN bureau_registration r ON r.id = d.registration_id
            WHERE r.case_id = $1 AND d.confirmed_on IS NULL AND d.due_on < $2
            """, record.caseID, day
        ) { _ in true }
        if others == nil {
            try BureauTasks.end(.deletionOverdue, record.caseID, on: day, reason, transaction)
            try BureauTasks.end(.deletionRefused, record.caseID, on: day, reason, transaction)
        }
    }

    // MARK: Comparing

    /// What a comparison of the registers has shown.
    package struct Comparison: Sendable, Hashable {
        package var ours = 0
        package var theirs = 0
        package var differences = 0
    }

    /// Compares what stands with the bureau by our books with the bureau's own list.
    ///
    /// Each difference is a task, which ends when the next comparison no longer shows it.
    package func compare(
        _ entries: [RegisterEntry], on day: CivilDate, _ transaction: WriteTransaction
    ) throws -> Comparison {
        let live = try transaction.all(
            """
            SELECT id, case_id, amount, currency FROM bureau_registration
            WHERE bureau_id = $1 AND state = 'live' ORDER BY id
            """, account.id
        ) { (id: $0.integer(0), caseID: $0.integer(1), amount: $0.integer(2), currency: $0.text(3)) }
        let theirs = Dictionary(entries.map { ($0.number, $0) }, uniquingKeysWith: { first, _ in first })
        try transaction.execute("DELETE FROM bureau_difference WHERE bureau_id = $1", account.id)
        var comparison = Comparison(ours: live.count, theirs: theirs.count)
        func note(_ number: Int64, _ kind: TaskKind, _ caseID: Int64?, _ words: String) throws {
            comparison.differences += 1
            try transaction.execute(
                """
                INSERT INTO bureau_difference (bureau_id, number, kind, case_id, theirs) VALUES ($1, $2, $3, $4, $5)
                """,
                account.id, number, kind.rawValue, caseID, words)
        }
        for line in live {
            guard let entry = theirs[line.id] else {
                try note(line.id, .registerMissing, line.caseID, "nothing")
                continue
            }
            if entry.amount.minorUnits != line.amount || entry.amount.currency.code != line.currency {
                try note(line.id, .registerAmount, line.caseID, entry.amount.description)
            }
        }
        let isLive = Set(live.map(\.id))
        for (number, entry) in theirs.sorted(by: { $0.key < $1.key }) where !isLive.contains(number) {
            let record = try registration(number, transaction)
            // What is on its way there, or on its way out, may stand there today.
            if let record, record.state.mayStand { continue }
            try note(number, .registerUnknown, record?.caseID.rawValue, entry.amount.description)
        }
        try settleDifferences(on: day, transaction)
        try transaction.audit(
            .registerCompared, subject: ["bureau": .string(account.name)],
            change: [
                "day": .string(day.description), "differences": .integer(Int64(comparison.differences)),
                "ours": .integer(Int64(comparison.ours)), "theirs": .integer(Int64(comparison.theirs)),
            ])
        return comparison
    }

    /// Raises a task for each difference and ends those whose difference is gone, with whichever bureau.
    private func settleDifferences(on day: CivilDate, _ transaction: WriteTransaction) throws {
        struct Key: Hashable {
            let kind: String
            let caseID: Int64?
        }
        var found: [Key: [String]] = [:]
        try transaction.query(
            """
            SELECT d.kind, d.case_id, d.number, d.theirs, b.name FROM bureau_difference d
                JOIN bureau b ON b.id = d.bureau_id ORDER BY d.kind, d.number
            """
        ) { row in
            let words =
                switch row.text(0) {
                case TaskKind.registerMissing.rawValue: "\(row.integer(2)) does not stand with \(row.text(4))"
                case TaskKind.registerAmount.rawValue:
                    "\(row.integer(2)) stands with \(row.text(4)) over \(row.text(3))"
                default: "\(row.integer(2)) stands with \(row.text(4)) over \(row.text(3)), and not by our books"
                }
            found[Key(kind: row.text(0), caseID: row.integerOrNil(1)), default: []].append(words)
        }
        let kinds: [TaskKind] = [.registerMissing, .registerUnknown, .registerAmount]
        let open = try transaction.all(
            "SELECT kind, case_id FROM task WHERE done_on IS NULL AND kind >= 'register' AND kind < 'registes' ORDER BY id"
        ) { Key(kind: $0.text(0), caseID: $0.integerOrNil(1)) }
        for key in open where found[key] == nil {
            guard let kind = kinds.first(where: { $0.rawValue == key.kind }) else { continue }
            try BureauTasks.end(
                kind, key.caseID.map { CaseID(rawValue: $0) }, on: day, "the registers agree again", transaction)
        }
        for (key, words) in found.sorted(by: { ($0.key.kind, $0.key.caseID ?? 0) < ($1.key.kind, $1.key.caseID ?? 0) })
        {
            guard let kind = kinds.first(where: { $0.rawValue == key.kind }) else { continue }
            try Tasks.raise(
                kind, key.caseID.map { CaseID(rawValue: $0) }, on: day,
                message: "The registers differ: registration " + words.joined(separator: "; registration "),
                cure: "Find out from the bureau which of the two is right, and have the other corrected.", transaction)
        }
    }
}

extension BureauAnswer {
    /// The outcome without the bureau's words.
    fileprivate var word: String {
        switch outcome {
        case .registered: "registered"
        case .refused: "refused"
        case .deleted: "deleted"
        @unknown default: "refused"
        }
    }
}
