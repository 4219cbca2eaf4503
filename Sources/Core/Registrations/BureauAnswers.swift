import AuditTrail
import Casework
package import Database
package import FordringKit
import JobQueue

extension BureauDesk {
    // MARK: Answers

    /// Records what the bureau has said; what it said before counts once.
    ///
    /// An answer that cannot be, by its day or by its name, is a task and changes nothing. One of a day to come is not
    /// noted besides: it is read again each time until its day has come.
    ///
    /// - Parameter day: today, whatever day is played.
    /// - Returns: how many answers were new.
    @discardableResult
    package func record(
        _ answers: [BureauAnswer], on day: CivilDate, _ transaction: WriteTransaction
    ) throws -> Int {
        var count = 0
        for answer in answers {
            if answer.on > day {
                try raiseImpossible(
                    answer, "which is still to come", about: answer.number,
                    try registration(answer.number, transaction)?.caseID, on: day, transaction)
                continue
            }
            guard try note(answer, as: answer.identifier, transaction) else {
                let isSame = try transaction.first(
                    """
                    SELECT 1 FROM bureau_answer WHERE bureau_id = $1 AND identifier = $2 AND number = $3
                        AND outcome = $4 AND answered_on = $5
                    """, account.id, answer.identifier, answer.number, answer.word, answer.on
                ) { _ in true }
                // Noted under a name of its own, so that a person is told once.
                let name = "\(answer.identifier) reused: \(answer.number) \(answer.word) \(answer.on)"
                if isSame == nil, try note(answer, as: name, transaction) {
                    try Tasks.raise(
                        .bureauAnswer, try registration(answer.number, transaction)?.caseID, about: answer.number,
                        on: day,
                        message:
                            "\(account.name) has used the name of an answer for another one, which was not applied: "
                            + answer.identifier,
                        cure: "Ask the bureau what it meant, and have it answer anew.", transaction)
                }
                continue
            }
            count += 1
            guard let record = try registration(answer.number, transaction) else {
                try Tasks.raise(
                    .bureauAnswer, nil, about: answer.number, on: day,
                    message: "\(account.name) answers about registrations that are none of ours: \(answer.number)",
                    cure: "Ask the bureau whose they are.", transaction)
                continue
            }
            if let leftOn = record.leftOn, answer.on < leftOn {
                try raiseImpossible(
                    answer, "before it left the house on \(leftOn)", about: record.id, record.caseID, on: day,
                    transaction)
                continue
            }
            try apply(answer, to: record, on: day, transaction)
        }
        return count
    }

    /// Tells a person of what came from the bureau and cannot be read.
    package func recordUnreadable(
        _ unreadable: [String], on day: CivilDate, _ transaction: WriteTransaction
    ) throws {
        if unreadable.isEmpty { return }
        try Tasks.raise(
            .bureauFailed, nil, about: account.id, on: day,
            message: "Something from \(account.name) cannot be read: " + unreadable.joined(separator: "; "),
            cure: "Have the bureau give it anew; what else came was read.", transaction)
    }

    /// Writes an answer down; `false` where the name was used before.
    private func note(_ answer: BureauAnswer, as name: String, _ transaction: WriteTransaction) throws -> Bool {
        try transaction.execute(
            """
            INSERT INTO bureau_answer (bureau_id, identifier, number, outcome, answered_on)
            VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING
            """,
            account.id, name, answer.number, answer.word, answer.on) == 1
    }

    /// Tells a person of an answer whose day cannot be.
    private func raiseImpossible(
        _ answer: BureauAnswer, _ fault: String, about number: Int64, _ caseID: CaseID?, on day: CivilDate,
        _ transaction: WriteTransaction
    ) throws {
        try Tasks.raise(
            .bureauAnswer, caseID, about: number, on: day,
            message: "\(account.name) says of registration \(number) that it was \(answer.word) on "
                + "\(answer.on), \(fault); nothing was changed",
            cure: "Ask the bureau for the right day. 'fordring bureau confirm' records a deletion.", transaction)
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
        // The same of a batch that counted as never sent: what it registered must go.
        if case .registered = answer.outcome, state == .requested || state.isEnded, state != .deleted,
            let batch = try dissolvedBatch(of: record.id, transaction)
        {
            let receipt = DeliveryReceipt(reference: "answer \(answer.identifier)", sentOn: answer.on, details: [:])
            try recordSubmitted(batch, receipt, transaction)
            state = try Registrations.show(record.id, transaction).state
        }
        let change: [String: JSONValue] = ["answer": .string(answer.identifier)]
        switch answer.outcome {
        case .registered where state.after(.registered) != nil:
            try stand(record.id, since: answer.on, on: day, change: change, transaction)
        case .refused(let reason) where state.after(.refused) != nil:
            try transaction.execute("UPDATE bureau_registration SET refusal = $1 WHERE id = $2", reason, record.id)
            try Registrations.move(
                record.id, .refused, on: answer.on, change: change,
                alarms: (endOn: day, because: "the bureau did not take it in"), transaction)
            try Tasks.raise(
                .registrationRefused, record.caseID, about: record.id, on: day,
                message: "\(account.name) refused registration \(record.id)",
                cure:
                    "'fordring bureau show \(record.id)' shows the bureau's words; correct what is wrong and ask again.",
                transaction)
        case .refused(let reason) where !state.isEnded:
            try transaction.execute("UPDATE bureau_registration SET refusal = $1 WHERE id = $2", reason, record.id)
            try Tasks.raise(
                .deletionRefused, record.caseID, about: record.id, on: day,
                message: "\(account.name) refused what it was told of registration \(record.id), which is "
                    + state.rawValue,
                cure: "'fordring bureau show \(record.id)' shows the bureau's words; find out whether it still stands.",
                transaction)
        case .deleted where state.after(.deleted) != nil:
            try Registrations.move(
                record.id, .deleted, on: answer.on, change: change,
                alarms: (endOn: day, because: "the bureau confirmed the deletion"), transaction)
        case .registered where state.isEnded || state == .requested:
            try Tasks.raise(
                .bureauAnswer, record.caseID, about: record.id, on: day,
                message: "\(account.name) says that registration \(record.id) stands, which is \(state.rawValue)",
                cure: "Have the bureau delete it.", transaction)
        // Said before, in other words.
        case .registered, .refused, .deleted: break
        @unknown default: break
        }
    }

    /// Writes down since when a registration stands, and until when it may: never longer than was found when it left.
    private func stand(
        _ number: Int64, since: CivilDate, on day: CivilDate, change: [String: JSONValue],
        _ transaction: WriteTransaction
    ) throws {
        let record = try Registrations.show(number, transaction)
        let last = try lastDay(of: record, registeredOn: since, on: day, transaction)
        let expiresOn = [last, record.expiresOn].compactMap(\.self).min()
        try transaction.execute(
            "UPDATE bureau_registration SET live_on = $1, expires_on = $2 WHERE id = $3", since, expiresOn, number)
        try Registrations.move(number, .registered, on: since, change: change, transaction)
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
        for (caseID, number, dueOn) in overdue {
            try Tasks.raise(
                .deletionOverdue, caseID, about: number, on: day,
                message: "\(account.name) has not confirmed the deletion of registration \(number) (since "
                    + "\(dueOn.adding(days: 1)))",
                cure: "Call the bureau today; the alarm ends when its confirmation is read.", transaction)
        }
        return overdue.count
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
    /// Each difference is a task, which ends when the next comparison no longer shows it. A registration that the bureau
    /// lists before it has answered stands.
    /// - Returns: `nil` where the list is too old, or of a day to come: a person is told.
    package func compare(
        _ list: RegisterList, on day: CivilDate, _ transaction: WriteTransaction
    ) throws -> Comparison? {
        let listedOn = list.day ?? day
        let comparedOn = try comparedOn(transaction)
        guard listedOn <= day, listedOn >= day.adding(days: -1), comparedOn.map({ listedOn >= $0 }) ?? true else {
            try Tasks.raise(
                .bureauSilent, nil, about: account.id, on: day,
                message: "\(account.name) gives a list of \(listedOn), which cannot be compared on \(day)",
                cure: "Have the bureau give a list of today.", transaction)
            return nil
        }
        try transaction.execute("UPDATE bureau SET compared_on = $1 WHERE id = $2", listedOn, account.id)
        let theirs = Dictionary(list.entries.map { ($0.number, $0) }, uniquingKeysWith: { first, _ in first })
        for (number, entry) in theirs.sorted(by: { $0.key < $1.key }) {
            // The bureau's answer of the day after is waited for.
            guard let record = try registration(number, transaction), record.state == .submitted,
                record.submittedOn.map({ $0 < day }) ?? false, entry.registeredOn <= day,
                record.leftOn.map({ entry.registeredOn >= $0 }) ?? true
            else { continue }
            try stand(
                number, since: entry.registeredOn, on: day, change: ["answer": .string("the list of \(listedOn)")],
                transaction)
        }
        let live = try liveRegistrations(transaction)
        try transaction.execute("DELETE FROM bureau_difference WHERE bureau_id = $1", account.id)
        var comparison = Comparison(ours: live.count, theirs: theirs.count)
        for line in live {
            guard let entry = theirs[line.id] else {
                // What stands since the day of the list need not be in it.
                if line.liveOn >= listedOn { continue }
                try note(line.id, .registerMissing, line.caseID, "nothing", &comparison, transaction)
                continue
            }
            if try !agrees(entry.amount, line, transaction) {
                try note(line.id, .registerAmount, line.caseID, entry.amount.description, &comparison, transaction)
            }
        }
        let isLive = Set(live.map(\.id))
        for (number, entry) in theirs.sorted(by: { $0.key < $1.key }) where !isLive.contains(number) {
            let record = try registration(number, transaction)
            // What is on its way there, or on its way out, may stand there today.
            if let record, record.state.mayStand || record.endedOn.map({ $0 >= listedOn }) ?? false { continue }
            try note(
                number, .registerUnknown, record?.caseID.rawValue, entry.amount.description, &comparison, transaction)
        }
        try settleDifferences(on: day, transaction)
        // Also where nothing else is open: until they agree, they are compared every night.
        if comparison.differences > 0 { try Registrations.wake(account.id, on: day.adding(days: 1), transaction) }
        try transaction.audit(
            .registerCompared, subject: ["bureau": .string(account.name)],
            change: [
                "day": .string(day.description), "differences": .integer(Int64(comparison.differences)),
                "ours": .integer(Int64(comparison.ours)), "theirs": .integer(Int64(comparison.theirs)),
            ])
        return comparison
    }

    /// Notes where the bureau was told of more than is owed by now, on a day on which it gives no list.
    package func compareAmounts(on day: CivilDate, _ transaction: WriteTransaction) throws {
        try transaction.execute(
            "DELETE FROM bureau_difference WHERE bureau_id = $1 AND kind = 'registerAmount'", account.id)
        var comparison = Comparison()
        for line in try liveRegistrations(transaction) where try !agrees(line.amount, line, transaction) {
            try note(line.id, .registerAmount, line.caseID, line.amount.description, &comparison, transaction)
        }
        try settleDifferences(on: day, transaction)
    }

    private struct Live {
        let id: Int64
        let caseID: Int64
        let claim: ClaimID
        /// What the bureau was last told.
        let amount: Money
        let liveOn: CivilDate
        /// Whether it is about to be told of a smaller amount.
        let isChanging: Bool
    }

    private func liveRegistrations(_ transaction: ReadTransaction) throws -> [Live] {
        try transaction.all(
            """
            SELECT r.id, r.case_id, r.claim_id, r.amount, r.currency, coalesce(r.live_on, r.left_on),
                EXISTS (SELECT 1 FROM bureau_change c WHERE c.registration_id = r.id AND c.submitted_on IS NULL)
            FROM bureau_registration r WHERE r.bureau_id = $1 AND r.state = 'live' ORDER BY r.id
            """, account.id
        ) { row in
            guard let currency = Currency(code: row.text(4)) else {
                throw DatabaseFault(.wrongSchema, "Registration \(row.integer(0)) has a currency that is not known.")
            }
            return Live(
                id: row.integer(0), caseID: row.integer(1), claim: ClaimID(rawValue: row.integer(2)),
                amount: Money(minorUnits: row.integer(3), currency), liveOn: row.date(5), isChanging: row.flag(6))
        }
    }

    /// Whether an amount may stand in the register: no more than is owed today, and no less than both the principal that
    /// is left and what the bureau was told, since interest that has come since need not stand there.
    private func agrees(_ amount: Money, _ line: Live, _ transaction: ReadTransaction) throws -> Bool {
        if line.isChanging, amount == line.amount { return true }
        guard amount.currency == line.amount.currency else { return false }
        let snapshot: CaseSnapshot
        do {
            snapshot = try CaseSnapshots.load(
                CaseID(rawValue: line.caseID), creditor: CreditorFacts(deductsVAT: false, policy: []), transaction)
        } catch let fault as DatabaseFault where fault.code == .wrongSchema {
            return amount == line.amount
        }
        let owed = RegistrationFloor.owed(on: line.claim, snapshot).minorUnits
        let principal = snapshot.facts.claims.first { $0.id == line.claim }?.outstandingPrincipal.minorUnits ?? 0
        return amount.minorUnits <= owed && amount.minorUnits >= min(line.amount.minorUnits, principal)
    }

    private func note(
        _ number: Int64, _ kind: TaskKind, _ caseID: Int64?, _ words: String, _ comparison: inout Comparison,
        _ transaction: WriteTransaction
    ) throws {
        comparison.differences += 1
        try transaction.execute(
            """
            INSERT INTO bureau_difference (bureau_id, number, kind, case_id, theirs) VALUES ($1, $2, $3, $4, $5)
            """,
            account.id, number, kind.rawValue, caseID, words)
    }

    /// The day of the last list that was compared.
    private func comparedOn(_ transaction: ReadTransaction) throws -> CivilDate? {
        try transaction.first("SELECT compared_on FROM bureau WHERE id = $1", account.id) { $0.dateOrNil(0) } ?? nil
    }

    // MARK: Silence

    /// After how many days without an answer to what was handed over a person is told.
    static let answerDays = 7

    /// Raises a task where the bureau has said nothing for longer than it should, and ends it where it has spoken.
    package func raiseSilence(on day: CivilDate, _ transaction: WriteTransaction) throws {
        var words: [String] = []
        let standing = try transaction.first(
            """
            SELECT min(submitted_on) FROM bureau_registration
            WHERE bureau_id = $1 AND ended_on IS NULL AND submitted_on IS NOT NULL
            """, account.id
        ) { $0.dateOrNil(0) }
        if let days = account.bureau.registerDays, let since = standing ?? nil {
            let last = max(since, try comparedOn(transaction) ?? since)
            if last.days(to: day) >= days + 2 { words.append("has given no list since \(last)") }
        }
        let unanswered = try transaction.all(
            """
            SELECT id FROM bureau_registration WHERE bureau_id = $1 AND state = 'submitted' AND submitted_on < $2
            ORDER BY id
            """, account.id, day.adding(days: -BureauDesk.answerDays)
        ) { String($0.integer(0)) }
        if !unanswered.isEmpty {
            words.append(
                "has not answered within \(BureauDesk.answerDays) days about registration "
                    + unanswered.joined(separator: ", "))
        }
        if words.isEmpty {
            try BureauTasks.end(
                .bureauSilent, nil, about: account.id, on: day, "the bureau has spoken", transaction)
        } else {
            try Tasks.raise(
                .bureauSilent, nil, about: account.id, on: day,
                message: "\(account.name) " + words.joined(separator: ", and "),
                cure: "Ask the bureau; without its word nobody sees what stands there wrongly.", transaction)
        }
    }

    /// Raises a task for each difference and ends those whose difference is gone, with whichever bureau.
    private func settleDifferences(on day: CivilDate, _ transaction: WriteTransaction) throws {
        struct Key: Hashable {
            let kind: String
            let caseID: Int64?
            let number: Int64
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
            found[Key(kind: row.text(0), caseID: row.integerOrNil(1), number: row.integer(2)), default: []].append(
                words)
        }
        let kinds: [TaskKind] = [.registerMissing, .registerUnknown, .registerAmount]
        let open = try transaction.all(
            """
            SELECT kind, case_id, about FROM task WHERE done_on IS NULL AND kind >= 'register' AND kind < 'registes'
            ORDER BY id
            """
        ) { Key(kind: $0.text(0), caseID: $0.integerOrNil(1), number: $0.integer(2)) }
        for key in open where found[key] == nil {
            guard let kind = kinds.first(where: { $0.rawValue == key.kind }) else { continue }
            try BureauTasks.end(
                kind, key.caseID.map { CaseID(rawValue: $0) }, about: key.number, on: day, "the registers agree again",
                transaction)
        }
        for (key, words) in found.sorted(by: { ($0.key.kind, $0.key.number) < ($1.key.kind, $1.key.number) }) {
            guard let kind = kinds.first(where: { $0.rawValue == key.kind }) else { continue }
            try Tasks.raise(
                kind, key.caseID.map { CaseID(rawValue: $0) }, about: key.number, on: day,
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
