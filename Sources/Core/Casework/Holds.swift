import AuditTrail
package import Database
package import FordringKit
import Ledger

/// A hold as the books have it.
package struct HoldRecord: Sendable {
    package let id: Int64
    package let caseID: CaseID
    package let facts: HoldFacts
    /// In the words of who placed it; empty once the debtor is erased.
    package let reason: String
    /// The dispute that it belongs to.
    package let dispute: Int64?
    package let liftedOn: CivilDate?
    package let liftedBy: HoldLifter?
    /// The first day on which something may be done again, with the lines that explain it.
    package let resumption: Explained<CivilDate>?
    /// Why it was lifted; `nil` where it was not, or once the debtor is erased.
    package let liftReason: String?
}

/// A hold that is to be placed.
package struct NewHold: Sendable {
    package var kind: HoldKind
    package var caseID: CaseID
    package var claim: ClaimID?
    /// From when it is so; `nil` for today.
    package var since: CivilDate?
    package var until: CivilDate?
    package var reason: String

    package init(
        _ kind: HoldKind, caseID: CaseID, claim: ClaimID?, since: CivilDate? = nil, until: CivilDate?, reason: String
    ) {
        self.kind = kind
        self.since = since
        self.caseID = caseID
        self.claim = claim
        self.until = until
        self.reason = reason
    }
}

/// What placing a hold has done.
package struct PlacedHold: Sendable {
    package let id: Int64
    /// The steps whose letters were withdrawn.
    package let withdrawn: [Int64]
    /// The steps whose letters were gone already; they are being undone.
    package let gone: [Int64]
}

/// What had been done although it should have stood still.
struct UndoneSteps {
    /// Steps whose letters were gone.
    var letters: [Int64] = []
    /// Steps without a letter.
    var others: [Int64] = []
    var reversed: [Money] = []
}

/// Placing and lifting what makes a case stand still.
package enum Holds {
    // MARK: Placing

    /// Places a hold; letters of the case that wait are withdrawn with what they charged.
    ///
    /// One of the kinds that count from an earlier day undoes what has been done since, as a dispute does.
    ///
    /// - Throws: ``CaseworkRefusal`` where the kind cannot be placed like this, or is there already.
    package static func place(
        _ hold: NewHold, on day: CivilDate, _ rules: CaseRules, _ transaction: WriteTransaction
    ) throws -> PlacedHold {
        let rule = try HoldRule.of(hold.kind)
        guard hold.kind != .dispute else {
            throw CaseworkRefusal(
                .badHold,
                "A dispute is more than a hold. Use 'fordring dispute open', which keeps what the debtor says.")
        }
        guard hold.claim == nil || rule.mayCoverOneClaim else {
            throw CaseworkRefusal(
                .badHold, "A hold of the kind '\(hold.kind.rawValue)' concerns the debtor; leave out the claim.")
        }
        guard !rule.needsEndDate || hold.until != nil else {
            throw CaseworkRefusal(
                .badHold, "A hold of the kind '\(hold.kind.rawValue)' needs a last day; give it with --until.")
        }
        if let until = hold.until, until < day {
            throw CaseworkRefusal(.badHold, "The last day \(until) is before \(day), the day of placing the hold.")
        }
        let since = hold.since ?? day
        guard since <= day else {
            throw CaseworkRefusal(
                .badHold, "The hold would begin on \(since), which is after \(day), today. Place it on that day.")
        }
        guard since == day || rule.mayBeginEarlier else {
            throw CaseworkRefusal(
                .badHold,
                "A hold of the kind '\(hold.kind.rawValue)' begins on the day of placing it; leave out --since.")
        }
        guard !hold.reason.isEmpty else {
            throw CaseworkRefusal(.badHold, "A hold needs a reason; give it with --reason.")
        }
        let snapshot = try openCase(hold.caseID, hold.claim, rules, transaction)
        let sale = snapshot.sale
        if let same = snapshot.standstill.holds.first(where: {
            $0.facts.kind == hold.kind && $0.facts.claim == hold.claim && $0.id != sale?.hold
                // Another that lasts longer is how one is made longer.
                && !Holds.isLonger(hold.until, than: $0.facts.until)
        }) {
            throw CaseworkRefusal(
                .badHold,
                "Hold \(same.id) of the kind '\(hold.kind.rawValue)' stands already. Lift it first if it is to change.")
        }
        try checkHeld(hold.claim, snapshot)
        let withdrawn = snapshot.unsentSteps
        _ = try Payments.withdrawUnsentSteps(
            snapshot, on: day, because: "a hold was placed: \(hold.kind.rawValue)", rules, transaction)
        let id = try insert(
            HoldFacts(kind: hold.kind, claim: hold.claim, amount: nil, since: since, until: hold.until),
            in: hold.caseID, reason: hold.reason, dispute: nil, transaction)
        var undone = UndoneSteps()
        if rule.mayBeginEarlier {
            undone = try undoGone(id, claim: nil, since: since, in: hold.caseID, on: day, rules, transaction)
        }
        for step in undone.letters {
            try Tasks.raise(
                .sentDespiteHold, hold.caseID, about: step, on: day,
                message:
                    "The letter of step \(step) was gone when hold \(id) (\(hold.kind.rawValue)) was placed, which counts "
                    + "from \(since); its charges are taken back",
                cure: "Tell whoever acts for the debtor that the letter is void.", transaction)
        }
        try setNextDay(hold.caseID, rules, on: day, transaction)
        try rules.announce(.held(hold.kind, claim: hold.claim), in: hold.caseID, on: day, transaction)
        return PlacedHold(id: id, withdrawn: withdrawn, gone: undone.letters)
    }

    /// Asks the chart whether all of a case may begin to stand still; what stands still already does so no more than before.
    static func checkHeld(_ claim: ClaimID?, _ snapshot: CaseSnapshot) throws {
        let life = snapshot.life()
        guard claim == nil, !life.isHeld else { return }
        try life.taking(.held, in: snapshot.facts.id)
    }

    /// Asks the chart whether all of a case may go on.
    static func checkReleased(_ hold: HoldFacts, _ snapshot: CaseSnapshot) throws {
        guard hold.claim == nil else { return }
        try snapshot.life().taking(.released, in: snapshot.facts.id)
    }

    private static func isLonger(_ until: CivilDate?, than other: CivilDate?) -> Bool {
        guard let other else { return false }
        return until.map { $0 > other } ?? true
    }

    /// Undoes what was done although it should have stood still: what letters charged goes back that left on or after the day
    /// or are leaving, and they and what was done without a letter count no more, so that they have to be taken anew.
    static func undoGone(
        _ hold: Int64, claim: ClaimID?, since: CivilDate, in caseID: CaseID, on day: CivilDate, _ rules: CaseRules,
        _ transaction: WriteTransaction
    ) throws -> UndoneSteps {
        let steps = try transaction.all(
            """
            SELECT id, claims, state FROM case_step WHERE case_id = $1 AND (state = 'leaving'
                OR (state = 'sent' AND sent_on >= $2) OR (state = 'done' AND decided_on >= $2)) ORDER BY id
            """,
            caseID, since
        ) { (id: $0.integer(0), claims: CaseSnapshots.claimList($0.text(1)), isDone: $0.text(2) == "done") }
        .filter { step in claim.map(step.claims.contains) ?? true }
        guard !steps.isEmpty else { return UndoneSteps() }
        var undone = UndoneSteps()
        for step in steps {
            undone.reversed += try Ledger.reverse(cause: .step(step.id), in: caseID, on: day, transaction).map(\.amount)
            try transaction.execute(
                "UPDATE case_step SET void_by = $1 WHERE id = $2 AND void_by IS NULL", hold, step.id)
            if step.isDone { undone.others.append(step.id) } else { undone.letters.append(step.id) }
        }
        // Where that had been paid for, the money is spread anew.
        try Payments.spreadNegative(of: caseID, today: day, rules, transaction)
        // The stage is the furthest step that counts.
        let left = try CaseSnapshots.load(caseID, creditor: rules.creditor, transaction).facts.steps.map(\.kind)
        let stage = rules.jurisdiction.steps.map(\.kind).last { left.contains($0) }?.rawValue ?? "new"
        try transaction.execute("UPDATE debt_case SET stage = $1 WHERE id = $2 AND closed_on IS NULL", stage, caseID)
        return undone
    }

    /// The case, where it is open and the claim is one of its own.
    static func openCase(
        _ id: CaseID, _ claim: ClaimID?, _ rules: CaseRules, _ transaction: ReadTransaction
    ) throws -> CaseSnapshot {
        let snapshot = try CaseSnapshots.load(id, creditor: rules.creditor, transaction)
        guard !snapshot.isClosed else {
            throw CaseworkRefusal(.caseClosed, "Case \(id) is closed; nothing is done in it that could be held.")
        }
        try check(claim, of: snapshot)
        return snapshot
    }

    /// Whether a claim is one of a case's own.
    static func check(_ claim: ClaimID?, of snapshot: CaseSnapshot) throws {
        guard let claim, !snapshot.facts.claims.contains(where: { $0.id == claim }) else { return }
        let own = snapshot.facts.claims.map(\.id.description).joined(separator: ", ")
        throw CaseworkRefusal(
            .badHold, "Claim \(claim) is not one of case \(snapshot.facts.id), which has \(own).")
    }

    /// Writes a hold down, with its entry.
    static func insert(
        _ hold: HoldFacts, in caseID: CaseID, reason: String, dispute: Int64?, _ transaction: WriteTransaction
    ) throws -> Int64 {
        let id = try transaction.newID("case_hold")
        try transaction.execute(
            """
            INSERT INTO case_hold (id, case_id, claim_id, kind, amount, since, until, reason, dispute_id)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
            """,
            id, caseID, hold.claim, hold.kind.rawValue, hold.amount?.minorUnits, hold.since, hold.until, reason, dispute
        )
        try transaction.audit(
            .holdPlaced, subject: ["case": .integer(caseID.rawValue), "hold": .integer(id)],
            change: [
                "amount": hold.amount.map { .string($0.decimalText) } ?? .null,
                "claim": hold.claim.map { .integer($0.rawValue) } ?? .null, "kind": .string(hold.kind.rawValue),
                "since": .string(hold.since.description),
                "until": hold.until.map { .string($0.description) } ?? .null,
            ])
        return id
    }

    // MARK: Lifting

    /// Lifts a hold before its last day.
    ///
    /// - Returns: the first day on which something may be done again, with the lines that explain it.
    /// - Throws: ``CaseworkRefusal`` where who asks may not; ``RuleGap`` where the law does not say when the case goes on.
    package static func lift(
        _ id: Int64, as lifter: HoldLifter, reason: String, on day: CivilDate, _ rules: CaseRules,
        _ transaction: WriteTransaction
    ) throws -> Explained<CivilDate> {
        guard let hold = try record(id, transaction) else {
            throw CaseworkRefusal(.noSuchHold, "There is no hold \(id). 'fordring hold list' shows those there are.")
        }
        if let liftedOn = hold.liftedOn {
            throw CaseworkRefusal(.badHold, "Hold \(id) was lifted on \(liftedOn) already.")
        }
        if let dispute = hold.dispute {
            throw CaseworkRefusal(
                .badHold,
                "Hold \(id) ends with its dispute. Decide it and tell the debtor: 'fordring dispute decide "
                    + "\(dispute)', 'fordring dispute answer \(dispute)'.")
        }
        let snapshot = try CaseSnapshots.load(hold.caseID, creditor: rules.creditor, transaction)
        if snapshot.sale?.hold == id {
            throw CaseworkRefusal(
                .badHold,
                "Hold \(id) ends with the sale of case \(hold.caseID): when the debtor's notice has left, or is withdrawn. "
                    + "Call its letter off to end the sale: 'fordring jobs cancel'.")
        }
        try checkReleased(hold.facts, snapshot)
        let rule = try HoldRule.of(hold.facts.kind)
        guard rule.allows(lifter) else {
            let allowed = rule.lifters.map(\.rawValue).joined(separator: ", ")
            throw CaseworkRefusal(
                .badHold,
                "A hold of the kind '\(hold.facts.kind.rawValue)' may be lifted as \(allowed), not as \(lifter.rawValue). "
                    + "'fordring hold kinds' shows who may lift what.")
        }
        guard !reason.isEmpty else {
            throw CaseworkRefusal(.badHold, "Lifting a hold needs a reason; give it with --reason.")
        }
        let resumption = try resumption(of: snapshot.facts, hold.facts, in: snapshot.standstill, liftedOn: day, rules)
        try release(
            OpenHold(id: id, facts: hold.facts), in: hold.caseID, by: lifter, because: .words(reason), resumption,
            on: day, transaction)
        let stillEnding = snapshot.standstill.holds.contains { $0.id != id && $0.ending(on: day) != nil }
        if !stillEnding {
            try Tasks.end(.holdEnding, hold.caseID, on: day, because: "the hold was lifted", transaction)
        }
        try setNextDay(hold.caseID, rules, on: day, transaction)
        try rules.announce(.released(hold.facts.kind, claim: hold.facts.claim), in: hold.caseID, on: day, transaction)
        return resumption
    }

    /// When the case, or the claim, goes on after a hold: what the country says, and never before the next day.
    ///
    /// The time that was left counts from when the first of holds began that followed one another without a gap.
    static func resumption(
        of facts: CaseFacts, _ hold: HoldFacts, in standstill: Standstill, liftedOn day: CivilDate, _ rules: CaseRules
    ) throws(RuleGap) -> Explained<CivilDate> {
        var concerned = facts
        if let claim = hold.claim {
            concerned.claims.removeAll { $0.id != claim }
            concerned.steps.removeAll { !$0.claims.contains(claim) }
        }
        do {
            var resumption = try rules.jurisdiction.resumption(
                of: concerned, heldSince: standstill.heldSince(hold), liftedOn: day)
            resumption.value = max(resumption.value, day.adding(days: 1))
            return resumption
        } catch let gap as RuleGap {
            throw gap
        } catch {
            throw RuleGap(
                rule: "the plug-in \(rules.plugin)", day: day,
                reason: "it failed to say when a case goes on after a hold (\(type(of: error)))",
                cure: "The hold stays. Tell the author of the plug-in.")
        }
    }

    /// Why a hold has ended.
    enum Reason {
        /// What this program says, which names nobody.
        case fact(String)
        /// What a person wrote, which may name somebody: it lies in the row until the debtor is erased, and the entry has its
        /// hash.
        case words(String)
    }

    /// Writes down that a hold has ended, with the day on which things go on and why then.
    static func release(
        _ hold: OpenHold, in caseID: CaseID, by lifter: HoldLifter, because reason: Reason,
        _ resumption: Explained<CivilDate>?, on day: CivilDate, _ transaction: WriteTransaction
    ) throws {
        let text: String
        var change: [String: JSONValue] = [
            "by": .string(lifter.rawValue), "claim": hold.facts.claim.map { .integer($0.rawValue) } ?? .null,
            "dates": .array((resumption?.lines ?? []).map { .string(describe($0)) }),
            "day": .string(day.description), "kind": .string(hold.facts.kind.rawValue),
            "resumesOn": resumption.map { .string($0.value.description) } ?? .null,
        ]
        switch reason {
        case .fact(let fact):
            text = fact
            change["reason"] = .string(fact)
        case .words(let words):
            text = words
            change["reasonSHA256"] = .string(Documents.digest(Array(words.utf8)))
        }
        try transaction.execute(
            """
            UPDATE case_hold SET lifted_on = $1, lifted_by = $2, resumes_on = $3, resumption = $4, lift_reason = $6
            WHERE id = $5 AND lifted_on IS NULL
            """,
            day, lifter.rawValue, resumption?.value, resumption.map { ExplanationCoding.text($0.lines) }, hold.id, text)
        try transaction.audit(
            .holdLifted, subject: ["case": .integer(caseID.rawValue), "hold": .integer(hold.id)],
            change: .object(change), basis: resumption?.lines.map(\.citation) ?? [])
    }

    /// Ends all holds of a case that is closed: nothing is left that could go on.
    static func endAll(of caseID: CaseID, because reason: String, on day: CivilDate, _ transaction: WriteTransaction)
        throws
    {
        let open = try transaction.all(
            """
            SELECT h.id, h.claim_id, h.kind, h.amount, h.since, h.until, c.currency FROM case_hold h
            JOIN debt_case c ON c.id = h.case_id WHERE h.case_id = $1 AND h.lifted_on IS NULL ORDER BY h.id
            """,
            caseID
        ) { row in
            StoredHold(
                id: row.integer(0), claim: row.integerOrNil(1).map { ClaimID(rawValue: $0) }, kind: row.text(2),
                amount: row.integerOrNil(3), since: row.date(4), until: row.dateOrNil(5), resumption: nil
            ).open(Currency(code: row.text(6)))
        }
        for hold in open {
            guard let hold else { continue }
            try release(hold, in: caseID, by: .caseClosed, because: .fact(reason), nil, on: day, transaction)
        }
    }

    /// A line of an explanation in words, for an entry.
    private static func describe(_ line: ExplanationLine) -> String {
        var text = line.text
        if let from = line.from, let through = line.through { text += " \(from)..\(through)" }
        if let days = line.days { text += ", \(days) days" }
        return text
    }

    /// Has the rules asked again when that can change anything: today, or when a hold or the time after it ends.
    static func setNextDay(
        _ caseID: CaseID, _ rules: CaseRules, on day: CivilDate, _ transaction: WriteTransaction
    ) throws {
        let snapshot = try CaseSnapshots.load(caseID, creditor: rules.creditor, transaction)
        guard !snapshot.isClosed else { return }
        var next: CivilDate? = day
        if case .nothing(let until, _) = try snapshot.view(rules, on: day) {
            // What stands still grows old all the same.
            let limitation = Limitations.look(at: snapshot.facts, rules, on: day)
            if let near = limitation.near { try Limitations.raise(near, caseID, on: day, transaction) }
            next = [until, limitation.lookOn].compactMap(\.self).min()
        }
        try transaction.execute("UPDATE debt_case SET next_on = $1 WHERE id = $2 AND closed_on IS NULL", next, caseID)
        transaction.announceCases(on: next)
    }

    /// Makes the end of a hold a task, unless a person was told the same before.
    static func raise(
        _ ending: (message: String, cure: String, dueOn: CivilDate), _ caseID: CaseID, on day: CivilDate,
        _ transaction: WriteTransaction
    ) throws {
        let wasTold = try transaction.first(
            "SELECT 1 FROM task WHERE kind = 'holdEnding' AND case_id = $1 AND message = $2", caseID, ending.message
        ) { _ in true }
        guard wasTold == nil else { return }
        try Tasks.raise(
            .holdEnding, caseID, on: day, message: ending.message, cure: ending.cure, dueOn: ending.dueOn, transaction)
    }

    // MARK: Reading

    /// One hold.
    package static func record(_ id: Int64, _ transaction: ReadTransaction) throws -> HoldRecord? {
        try transaction.first(
            """
            SELECT h.id, h.claim_id, h.kind, h.amount, h.since, h.until, c.currency, h.case_id, h.reason, h.dispute_id,
                h.lifted_on, h.lifted_by, h.resumes_on, h.resumption, h.lift_reason
            FROM case_hold h JOIN debt_case c ON c.id = h.case_id WHERE h.id = $1
            """,
            id, map: record) ?? nil
    }

    /// The holds of a tenant by number: those that stand, or all; of one case where it is named.
    package static func list(
        caseID: CaseID?, all: Bool, after: Int64, limit: Int, _ transaction: ReadTransaction
    ) throws -> [HoldRecord] {
        try transaction.all(
            """
            SELECT h.id, h.claim_id, h.kind, h.amount, h.since, h.until, c.currency, h.case_id, h.reason, h.dispute_id,
                h.lifted_on, h.lifted_by, h.resumes_on, h.resumption, h.lift_reason
            FROM case_hold h JOIN debt_case c ON c.id = h.case_id
            WHERE h.id > $1 AND ($2 = 0 OR h.case_id = $2) AND ($3 = 1 OR h.lifted_on IS NULL) ORDER BY h.id LIMIT $4
            """,
            after, caseID?.rawValue ?? 0, all ? 1 : 0, limit, map: record
        ).compactMap(\.self)
    }

    private static func record(_ row: Row) throws -> HoldRecord? {
        let stored = StoredHold(
            id: row.integer(0), claim: row.integerOrNil(1).map { ClaimID(rawValue: $0) }, kind: row.text(2),
            amount: row.integerOrNil(3), since: row.date(4), until: row.dateOrNil(5), resumption: nil)
        guard let open = stored.open(Currency(code: row.text(6))) else {
            throw DatabaseFault(.wrongSchema, "Hold \(row.integer(0)) has a kind or currency that is not known.")
        }
        return HoldRecord(
            id: open.id, caseID: CaseID(rawValue: row.integer(7)), facts: open.facts, reason: row.text(8),
            dispute: row.integerOrNil(9), liftedOn: row.dateOrNil(10),
            liftedBy: row.textOrNil(11).flatMap { HoldLifter(rawValue: $0) },
            resumption: row.dateOrNil(12).map {
                Explained($0, row.textOrNil(13).map(ExplanationCoding.lines) ?? [])
            }, liftReason: row.textOrNil(14))
    }

    /// What stands still, or pauses after having stood still, in the cases from one number through another, in order.
    static func forEach(
        from low: CaseID, through high: CaseID, _ transaction: ReadTransaction,
        _ body: (CaseID, StoredHold) throws -> Void
    ) throws {
        try transaction.query(
            """
            SELECT case_id, id, claim_id, kind, amount, since, until, resumes_on, resumption FROM case_hold
            WHERE case_id BETWEEN $1 AND $2 AND (lifted_on IS NULL OR resumes_on IS NOT NULL) ORDER BY case_id, id
            """,
            low, high
        ) { row in
            try body(
                CaseID(rawValue: row.integer(0)),
                StoredHold(
                    id: row.integer(1), claim: row.integerOrNil(2).map { ClaimID(rawValue: $0) }, kind: row.text(3),
                    amount: row.integerOrNil(4), since: row.date(5), until: row.dateOrNil(6),
                    resumption: row.dateOrNil(7).map { ($0, row.text(8)) }))
        }
    }
}

/// A row of holds, before the currency of its case is known.
struct StoredHold {
    let id: Int64
    let claim: ClaimID?
    let kind: String
    let amount: Int64?
    let since: CivilDate
    let until: CivilDate?
    /// Set where it was lifted: the day on which things go on, and why then.
    let resumption: (on: CivilDate, lines: String)?

    func open(_ currency: Currency?) -> OpenHold? {
        guard let kind = HoldKind(rawValue: kind), let currency else { return nil }
        return OpenHold(
            id: id,
            facts: HoldFacts(
                kind: kind, claim: claim, amount: amount.map { Money(minorUnits: $0, currency) }, since: since,
                until: until))
    }
}

extension Standstill {
    /// Counts a row in.
    ///
    /// A kind that this program does not know holds all the same.
    mutating func add(_ stored: StoredHold, _ currency: Currency) {
        if let (day, lines) = stored.resumption {
            pauses.append(
                HoldPause(
                    claim: stored.claim, heldSince: stored.since, resumesOn: day, lines: ExplanationCoding.lines(lines))
            )
        } else if let hold = stored.open(currency) {
            holds.append(hold)
        } else {
            holds.append(
                OpenHold(
                    id: stored.id,
                    facts: HoldFacts(
                        kind: .creditorWait, claim: stored.claim, amount: nil, since: stored.since, until: stored.until)
                ))
        }
    }
}
