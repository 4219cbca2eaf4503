import AuditTrail
package import Casework
package import Database
package import FordringKit
import Foundation
package import JobQueue
import Ledger
package import Privacy

extension JobKind {
    /// File a package by wire; the subject is the hand-off, the lane its case.
    package static let fileHandoff = JobKind("fileHandoff")
    /// Read what courts have answered by wire, and look whether any has been silent for too long.
    package static let legalAnswers = JobKind("legalAnswers")
}

/// A hand-off that is about to be recorded.
package struct NewHandoff: Sendable {
    package var id: Int64
    package var day: CivilDate
    package var basis: EnforcementBasis?
    package var requestSHA256: String
    package var fee: Explained<Money>
    package var owed: Money
    package var package: [UInt8]
    package var request: StoredRequest

    package init(
        id: Int64, day: CivilDate, basis: EnforcementBasis?, requestSHA256: String, fee: Explained<Money>, owed: Money,
        package: [UInt8], request: StoredRequest
    ) {
        self.id = id
        self.day = day
        self.basis = basis
        self.requestSHA256 = requestSHA256
        self.fee = fee
        self.owed = owed
        self.package = package
        self.request = request
    }
}

/// What a person said when a hand-off was made, kept so that everything can be checked once more before it is filed.
package struct StoredRequest: Codable, Sendable, Equatable {
    package struct Document: Codable, Sendable, Equatable {
        let name: String
        let kind: String
        let on: Int32
        let sha256: String
    }

    package var answers: [String: String]
    private var documents: [Document]

    package init(answers: [String: String], documents: [DocumentFacts]) {
        self.answers = answers
        self.documents = documents.map { Document(name: $0.name, kind: $0.kind, on: $0.on.day, sha256: $0.sha256) }
    }

    package var documentFacts: [DocumentFacts] {
        documents.map {
            DocumentFacts(name: $0.name, kind: $0.kind, on: CivilDate(day: $0.on), sha256: $0.sha256)
        }
    }
}

/// What a court or a person did.
package struct NewLegalEvent: Sendable {
    package var state: LegalState
    package var on: CivilDate
    /// What was said; it may name people.
    package var text: String
    package var document: (name: String, bytes: [UInt8])?
    /// What was laid out; for `filed` in place of the fee that was worked out.
    package var fee: Money?
    /// The court's name for its answer, where it came by wire.
    package var answer: String?
    /// For whom it was decided; with `decided` only, and always.
    package var outcome: CourtOutcome?

    package init(
        _ state: LegalState, on day: CivilDate, text: String = "", document: (name: String, bytes: [UInt8])? = nil,
        fee: Money? = nil, answer: String? = nil, outcome: CourtOutcome? = nil
    ) {
        self.state = state
        on = day
        self.text = text
        self.document = document
        self.fee = fee
        self.answer = answer
        self.outcome = outcome
    }
}

/// What was recorded, and what follows from it.
package struct RecordedEvent: Sendable {
    package let id: Int64
    package let fee: Money?
    package let limitation: ClaimEvent.Kind?
    package let proposal: Explained<LegalProcedureKind>?
    package let followUpOn: CivilDate?
    package let isOver: Bool
    /// The disputes that were opened or decided by it, and the hold that was placed.
    package let disputes: [Int64]
    package let hold: Int64?
}

/// A case as a forum sees it, and all that must hold before it is handed over.
package struct HandoffCheck: Sendable {
    package let facts: LegalFacts
    package let explanation: CaseExplanation
    /// Those of the house, then those of the forum in the form's order.
    package let preconditions: [Precondition]
    /// What of the case it is about.
    package let part: CasePart

    package init(facts: LegalFacts, explanation: CaseExplanation, preconditions: [Precondition], part: CasePart) {
        self.facts = facts
        self.explanation = explanation
        self.preconditions = preconditions
        self.part = part
    }

    /// What does not hold.
    package var gaps: [Precondition] { preconditions.filter { !$0.isMet } }

    /// The same with one more.
    package func with(_ precondition: Precondition) -> HandoffCheck {
        HandoffCheck(facts: facts, explanation: explanation, preconditions: preconditions + [precondition], part: part)
    }

    /// The same without a rule of the house.
    package func without(_ identifier: String) -> HandoffCheck {
        HandoffCheck(
            facts: facts, explanation: explanation,
            preconditions: preconditions.filter { $0.identifier != identifier }, part: part)
    }
}

/// Hand-offs between the case and the courts of its country.
package struct LegalDesk: Sendable {
    /// Writes down what a legal step does to the limitation of a claim.
    package typealias LimitationWriter =
        @Sendable (
            _ event: ClaimEvent, _ claim: ClaimID, _ reason: String, _ today: CivilDate, _ transaction: WriteTransaction
        ) throws -> Void

    package let forum: any LegalForum
    package let rules: CaseRules
    package let sealer: Sealer
    private let writeLimitation: LimitationWriter

    package init(
        _ forum: any LegalForum, _ rules: CaseRules, _ sealer: Sealer, writeLimitation: @escaping LimitationWriter
    ) {
        self.forum = forum
        self.rules = rules
        self.sealer = sealer
        self.writeLimitation = writeLimitation
    }

    /// The chart of a procedure.
    ///
    /// - Throws: ``LegalRefusal`` that names those there are.
    package func chart(_ kind: LegalProcedureKind) throws(LegalRefusal) -> LegalChart {
        if let procedure = forum.procedures.first(where: { $0.kind == kind }) { return LegalChart(procedure) }
        let names = forum.procedures.map(\.kind.rawValue).joined(separator: ", ")
        throw LegalRefusal(
            .noSuchProcedure, "The courts of \(forum.country) have no procedure '\(kind)'. There are: \(names).")
    }

    // MARK: Checking

    /// What of a case a procedure takes on a day.
    package func part(
        of caseID: CaseID, _ kind: LegalProcedureKind, on day: CivilDate, _ transaction: ReadTransaction
    ) throws -> CasePart {
        let procedure = try chart(kind).procedure
        return try CasePart(
            of: try CaseQueries.show(caseID, creditor: rules.creditor, transaction), procedure, rules, on: day)
    }

    /// Everything that must hold before a case is handed over, as of a day.
    ///
    /// - Throws: ``RuleGap`` where the law has no answer; ``LegalRefusal``; ``CaseworkRefusal``.
    package func check(
        _ caseID: CaseID, _ kind: LegalProcedureKind, on day: CivilDate, creditor: Party, agency: String,
        basis: EnforcementBasis?, answers: [String: String], documents: [DocumentFacts],
        _ transaction: ReadTransaction
    ) throws -> HandoffCheck {
        let procedure = try chart(kind).procedure
        let whole = try CaseQueries.show(caseID, creditor: rules.creditor, transaction)
        // Also a booking of a claim that is left out dates the case.
        let booked = whole.transfers.map(\.transfer.bookedOn).max() ?? day
        guard booked <= day else {
            throw LegalRefusal(
                .badDate,
                "Something was booked in case \(caseID) on \(booked), so it is handed over on that day or later, "
                    + "not on \(day).")
        }
        let part = try CasePart(of: whole, procedure, rules, on: day)
        let record = part.record
        let explanation = try CaseExplanation(record, rules, on: day)
        guard explanation.day == day else {
            throw LegalRefusal(
                .badDate,
                "Interest was charged in case \(caseID) through \(explanation.day), so it is handed over on that day or "
                    + "later, not on \(day).")
        }
        var facts = LegalFacts(
            facts: record.snapshot.facts, creditor: creditor, debtor: record.party, agency: agency,
            claimTexts: Dictionary(
                record.claims.map { ($0.id, LabelledText($0.reference, $0.text)) },
                uniquingKeysWith: { first, _ in first }
            ), holds: record.snapshot.facts.holds, isOnKeptPlan: HouseRules.isOnKeptPlan(answers) ?? false,
            legalSteps: try Handoffs.steps(of: caseID, transaction), basis: basis, documents: documents,
            answers: answers)
        for share in explanation.shares {
            for part in share.parts where part.owed.isPositive {
                facts.balances.append(BalanceFacts(component: part.component, claim: share.claim, amount: part.owed))
            }
        }
        for limitation in explanation.limitations {
            switch limitation.answer {
            case .success(let last?): facts.limitation[limitation.claim] = last.value
            case .success(nil): break
            case .failure(let gap): throw gap
            }
        }
        return HandoffCheck(
            facts: facts, explanation: explanation,
            preconditions: try preconditions(for: procedure, facts, explanation, part, on: day, transaction),
            part: part)
    }

    /// The rules of the house, then those of the forum in the form's order.
    package func preconditions(
        for procedure: LegalProcedure, _ facts: LegalFacts, _ explanation: CaseExplanation, _ part: CasePart,
        on day: CivilDate, _ transaction: ReadTransaction
    ) throws -> [Precondition] {
        let caseID = facts.facts.id
        // One of the same procedure is open until it is over. One of another may go on where a court leads from one to the
        // next; but of two packages that lie ready, or may be on their way, nobody knows which the court will have.
        let taken = Set(part.taken)
        let other = try Handoffs.of(caseID, transaction).first { handoff in
            guard handoff.endedOn == nil else { return false }
            guard handoff.procedure != procedure.kind else { return true }
            guard handoff.state == .prepared else { return false }
            return try Handoffs.claims(of: handoff.id, transaction).contains { $0.isTaken && taken.contains($0.claim) }
        }
        let mustLook = try transaction.first(
            "SELECT 1 FROM task WHERE kind = $1 AND case_id = $2 AND done_on IS NULL", TaskKind.legalClosed.rawValue,
            caseID
        ) { _ in true }
        let unanswered = try transaction.all(
            """
            SELECT h.id FROM case_hold h JOIN dispute d ON d.id = h.dispute_id
            WHERE h.case_id = $1 AND h.lifted_on IS NULL AND d.state <> 'open'
            """,
            caseID
        ) { $0.integer(0) }
        let situation = HouseRules.Situation(
            procedure: procedure, part: part, other: other,
            needsNotice: rules.jurisdiction.steps.contains { $0.kind == .collectionNotice },
            mustLook: mustLook ?? false, unansweredHolds: unanswered)
        return HouseRules.preconditions(facts, explanation, situation, on: day)
            + (try forum.preconditions(for: procedure.kind, facts, on: day))
    }

    /// The refusal of a case that is not ready, with every gap.
    package static func refusal(_ check: HandoffCheck, _ kind: LegalProcedureKind) -> LegalRefusal {
        let gaps = check.gaps.map { gap in
            guard case .notYet(let from, let obstacle) = gap.status else { return gap.identifier }
            return "\(gap.identifier): \(obstacle)" + (from.map { " (from \($0))" } ?? "") + " [\(gap.citation)]"
        }
        return LegalRefusal(
            .notReady,
            "Case \(check.facts.facts.id) cannot be handed over for \(kind): " + gaps.joined(separator: "; ")
                + ". 'fordring legal check' shows all that must hold.")
    }

    // MARK: Preparing

    /// The days after which a person is asked why a package that was made has not been filed.
    static let unfiledDays = 7

    /// The number of the next hand-off, for its package to name.
    package static func number(_ transaction: WriteTransaction) throws -> Int64 {
        try transaction.newID("legal_handoff")
    }

    /// Records that the files of a package are made, before the extract of this log is put with them.
    package static func recordPacked(
        _ number: Int64, _ permit: HandoffPermit, manifestSHA256: String, files: Int, _ transaction: WriteTransaction
    ) throws {
        try transaction.audit(
            .handoffPacked, subject: subject(permit.caseID, number),
            change: [
                "files": .integer(Int64(files)), "manifestSHA256": .string(manifestSHA256),
                "procedure": .string(permit.procedure.rawValue),
            ])
    }

    /// Records a hand-off whose package is made; nothing is posted before it is filed.
    ///
    /// The package is kept, sealed with the debtor's key, so that it can be written out again and filed byte for byte.
    /// - Throws: ``PermitError`` where the permit is dead or of something else.
    package func prepare(
        _ new: NewHandoff, _ permit: HandoffPermit, _ check: HandoffCheck, today: CivilDate,
        _ transaction: WriteTransaction
    ) throws -> Handoff {
        let caseID = permit.caseID
        let kind = permit.procedure
        try permit.check(caseID, kind, on: new.day)
        guard check.gaps.isEmpty, check.facts.facts.id == caseID else { throw LegalDesk.refusal(check, kind) }
        let sha256 = Digest.sha256(new.package)
        try transaction.execute(
            """
            INSERT INTO legal_handoff (id, case_id, procedure, state, prepared_on, request_sha256, package_sha256,
                basis_kind, basis_on, basis_reference, basis_enforceable, currency, owed, fee, fee_explanation,
                is_departing, stop_reason, follow_up_on, ended_on, seen_transfer)
            VALUES ($1, $2, $3, 'prepared', $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, 0, NULL, $15, NULL, (
                SELECT coalesce(max(id), 0) FROM ledger_transfer WHERE case_id = $2))
            """,
            new.id, caseID, kind.rawValue, new.day, new.requestSHA256, sha256, new.basis?.kind, new.basis?.on,
            new.basis?.reference, new.basis?.saysEnforceable, new.owed.currency.code, new.owed.minorUnits,
            new.fee.value.minorUnits, ExplanationCoding.text(new.fee.lines),
            new.day.adding(days: LegalDesk.unfiledDays))
        let taken = Set(check.part.taken)
        for claim in try CaseSnapshots.load(caseID, creditor: rules.creditor, transaction).facts.claims {
            try transaction.execute(
                """
                INSERT INTO legal_handoff_claim (handoff_id, claim_id, is_taken, principal) VALUES ($1, $2, $3, $4)
                """,
                new.id, claim.id, taken.contains(claim.id), claim.outstandingPrincipal.minorUnits)
        }
        _ = try event(.prepared, of: new.id, on: new.day, today: today, transaction)
        let record = check.explanation.record
        try keep(new.package, "package", named: "package.zip", of: new.id, event: nil, record, transaction)
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        try keep(
            Array(try encoder.encode(new.request)), "request", named: "request.json", of: new.id, event: nil, record,
            transaction)
        try transaction.audit(
            .handoffPrepared, subject: LegalDesk.subject(caseID, new.id),
            change: [
                "checked": .array(check.preconditions.map { .string($0.identifier) }),
                "claims": .array(check.part.taken.map { .integer($0.rawValue) }),
                "day": .string(new.day.description), "fee": .string(new.fee.value.decimalText),
                "owed": .string(new.owed.decimalText), "procedure": .string(kind.rawValue), "sha256": .string(sha256),
            ],
            basis: LegalDesk.unique(check.preconditions.map(\.citation)))
        // Whether it is filed by wire is known when the forum is asked.
        try JobQueue.enqueue(
            NewJob(.fileHandoff, subject: new.id, lane: caseID.rawValue, uniqueness: .once("fileHandoff \(new.id)")),
            transaction)
        return try Handoffs.load(new.id, transaction)
    }

    private func keep(
        _ bytes: [UInt8], _ role: String, named name: String, of handoff: Int64, event: Int64?, _ record: CaseRecord,
        _ transaction: WriteTransaction
    ) throws {
        let party = record.snapshot.party
        guard let sealed = try sealer.seal(bytes, of: party, transaction),
            let sealedName = try sealer.seal(Array(name.utf8), of: party, transaction)
        else { throw LegalRefusal(.erased, "The debtor was erased; nothing can be kept or handed over.") }
        let id = try transaction.newID("legal_file")
        try transaction.execute(
            """
            INSERT INTO legal_file (id, handoff_id, event_id, role, sha256, name, sealed)
            VALUES ($1, $2, $3, $4, $5, $6, $7)
            """,
            id, handoff, event, role, Digest.sha256(bytes), sealedName, sealed)
    }

    /// The package of a hand-off, byte for byte.
    ///
    /// - Throws: ``LegalRefusal`` where the debtor was erased.
    package func package(of id: Int64, _ transaction: ReadTransaction) throws -> [UInt8] {
        let handoff = try Handoffs.load(id, transaction)
        let bytes = try open("package", of: id, transaction)
        guard Digest.sha256(bytes) == handoff.packageSHA256 else {
            throw DatabaseFault(
                .corrupt, "The package of hand-off \(id) is not what was made. Restore the books from a backup.")
        }
        return bytes
    }

    /// What a person said when a hand-off was made.
    ///
    /// - Throws: ``LegalRefusal`` where the debtor was erased.
    package func request(of id: Int64, _ transaction: ReadTransaction) throws -> StoredRequest {
        try JSONDecoder().decode(StoredRequest.self, from: Data(try open("request", of: id, transaction)))
    }

    private func open(_ role: String, of id: Int64, _ transaction: ReadTransaction) throws -> [UInt8] {
        let found = try transaction.first(
            """
            SELECT c.party_id, f.sealed FROM legal_file f JOIN legal_handoff h ON h.id = f.handoff_id
            JOIN debt_case c ON c.id = h.case_id WHERE f.handoff_id = $1 AND f.role = $2
            """,
            id, role
        ) { (PartyID(rawValue: $0.integer(0)), $0.bytes(1)) }
        guard let (party, sealed) = found, let bytes = try sealer.open(sealed, of: party, transaction) else {
            throw LegalRefusal(.erased, "The \(role) of hand-off \(id) is gone: the debtor was erased.")
        }
        return bytes
    }

    // MARK: Filing by wire

    /// Marks a hand-off as leaving: from this commit on it counts as possibly filed.
    ///
    /// - Returns: `false` where it is not prepared any more, or is to be stopped.
    ///
    /// - Parameter owner: the process that files it.
    package static func depart(
        _ id: Int64, _ permit: HandoffPermit, owner: String = "", _ transaction: WriteTransaction
    ) throws -> Bool {
        let handoff = try Handoffs.load(id, transaction)
        try permit.check(handoff.caseID, handoff.procedure, on: permit.day)
        guard handoff.state == .prepared, handoff.stopReason == nil else { return false }
        try transaction.execute("UPDATE legal_handoff SET is_departing = 1, owner = $2 WHERE id = $1", id, owner)
        try transaction.audit(
            .handoffDeparted, subject: subject(handoff.caseID, id),
            change: ["day": .string(permit.day.description), "sha256": .string(handoff.packageSHA256)])
        return true
    }

    /// Takes the mark back of one that certainly was not filed, and recalls it where that was asked for meanwhile.
    package static func stay(_ id: Int64, on day: CivilDate, _ transaction: WriteTransaction) throws {
        let handoff = try Handoffs.load(id, transaction)
        guard handoff.state == .prepared, handoff.isDeparting else { return }
        try transaction.execute("UPDATE legal_handoff SET is_departing = 0 WHERE id = $1", id)
        if let reason = handoff.stopReason {
            try stop(try Handoffs.load(id, transaction), because: reason, on: day, transaction)
        }
    }

    // MARK: Recalling

    /// Takes back a package because its case has changed, and tells whoever may have a copy of it.
    package static func stop(
        _ handoff: Handoff, because reason: String, on day: CivilDate, _ transaction: WriteTransaction
    ) throws {
        // One of which nobody knows whether it was filed is a person's to take back, who has asked the court.
        guard !handoff.isDeparting else {
            return try markStop(handoff.id, reason, transaction)
        }
        try recall(handoff.id, because: reason, on: day, transaction)
        try LegalTasks.raise(
            .legalRecalled, handoff, on: day,
            message: "Hand-off \(handoff.id) (\(handoff.procedure)) is recalled, because \(reason)",
            cure: "Destroy the files of its package. If it was filed already, record it with 'fordring legal record "
                + "\(handoff.id) --state filed', and withdraw it with the court.", transaction)
    }

    /// Says that a court has what was recalled, where that cannot be recorded.
    package static func tellFiledAfterRecall(
        _ handoff: Handoff, _ refusal: LegalRefusal, on day: CivilDate, _ transaction: WriteTransaction
    ) throws {
        try LegalTasks.raise(
            .legalStop, handoff, on: day,
            message:
                "Hand-off \(handoff.id) (\(handoff.procedure)) was recalled, and the court has it: \(refusal.message)",
            cure: "Withdraw it with the court, and record that with 'fordring legal record \(handoff.id)'.", transaction
        )
    }

    private static func markStop(_ id: Int64, _ reason: String, _ transaction: WriteTransaction) throws {
        try transaction.execute(
            "UPDATE legal_handoff SET stop_reason = $1 WHERE id = $2 AND stop_reason IS NULL", reason, id)
    }

    /// Takes back a package that has not been filed.
    ///
    /// One that is being filed at this moment is recalled as soon as it is known that it was not. One of which only the court
    /// knows, since nobody is at it any more, is recalled by whoever has asked the court.
    /// - Returns: whether it is recalled now.
    /// - Throws: ``LegalRefusal`` where it is filed, or is over.
    @discardableResult
    package static func recall(
        _ id: Int64, because reason: String, on day: CivilDate, _ transaction: WriteTransaction
    ) throws -> Bool {
        let handoff = try Handoffs.load(id, transaction)
        guard handoff.state == .prepared else {
            throw LegalRefusal(
                .stepNotAllowed,
                "Hand-off \(id) is \(handoff.state.rawValue), so it cannot be recalled. "
                    + (handoff.endedOn == nil ? "Tell the court, and record what it says." : "It is over."))
        }
        if handoff.isDeparting, try JobQueue.isOpen(.fileHandoff, subject: id, transaction) {
            try markStop(id, reason, transaction)
            return false
        }
        let day = max(day, handoff.preparedOn)
        _ = try event(.recalled, of: id, on: day, today: day, transaction)
        try transaction.execute(
            """
            UPDATE legal_handoff SET state = 'recalled', ended_on = $1, is_departing = 0, stop_reason = NULL,
                follow_up_on = NULL
            WHERE id = $2
            """,
            day, id)
        try JobQueue.cancel(.fileHandoff, subject: id, transaction)
        try transaction.audit(
            .handoffRecalled, subject: subject(handoff.caseID, id),
            change: ["day": .string(day.description), "reason": .string(reason)])
        try LegalTasks.end(
            [.filingUnknown, .filingFailed, .legalFollowUp], handoff, on: day, because: "hand-off \(id) is recalled",
            transaction)
        return true
    }

    // MARK: Recording

    /// Records what a court or a person did: state, paper, fee, limitation, tasks, in one transaction.
    ///
    /// - Throws: ``LegalRefusal`` where the chart does not allow it, with what it allows.
    package func record(
        _ new: NewLegalEvent, of id: Int64, today: CivilDate, _ transaction: WriteTransaction
    ) throws -> RecordedEvent {
        let handoff = try Handoffs.load(id, transaction)
        let chart = try chart(handoff.procedure)
        try checkStep(new, handoff, chart, transaction)
        // What was under way, or had been recalled, has been filed whatever the chart says, and the court is told.
        if handoff.state == .prepared, !handoff.isDeparting, LegalDesk.isFiling(handoff, new.state),
            let obstacle = try obstacle(toFiling: handoff, transaction)
        {
            throw LegalRefusal(.stepNotAllowed, "Hand-off \(id) may not be filed. \(obstacle)")
        }
        let latest = try transaction.first("SELECT max(happened_on) FROM legal_event WHERE handoff_id = $1", id) {
            $0.date(0)
        }
        // What was filed after all was filed before anybody knew of it, perhaps before it was recalled.
        let first = handoff.state == .recalled ? handoff.preparedOn : latest ?? new.on
        guard new.on <= today, new.on >= first else {
            throw LegalRefusal(
                .badDate,
                "Hand-off \(id) cannot reach \(new.state.rawValue) on \(new.on): "
                    + (new.on > today
                        ? "that day is still to come; today is \(today)." : "its last event was on \(first).")
            )
        }
        let record = try CaseQueries.show(handoff.caseID, creditor: rules.creditor, transaction)
        let settlement = try Settlement(new, handoff, record, transaction)
        let history = try history(of: handoff, transaction)
        let feeEvent = try feeEvent(new, handoff, history)
        let fee = try fee(new, feeEvent, handoff, record)
        let limitation =
            settlement.isLost
            ? nil : forum.limitationEvent(of: handoff.procedure, reaching: new.state, after: history)
        let party = record.snapshot.party
        let words = new.text.isEmpty ? nil : try sealer.seal(Array(new.text.utf8), of: party, transaction)
        let documentSHA256 = new.document.map { Digest.sha256($0.bytes) }
        let event = try event(
            new.state, of: id, on: new.on, today: today, words: words, documentSHA256: documentSHA256,
            fee: fee?.value, limitation: limitation, transaction)
        if let (name, bytes) = new.document {
            try keep(bytes, "paper", named: name, of: id, event: event, record, transaction)
        }
        if let outcome = new.outcome {
            try transaction.execute(
                "INSERT INTO legal_decision (event_id, outcome, granted) VALUES ($1, $2, $3)", event, outcome.name,
                outcome.granted?.minorUnits)
        }
        let isOver = chart.isFinal(new.state)
        let followUpOn =
            isOver
            ? nil : forum.followUpDays(for: handoff.procedure, in: new.state).map { new.on.adding(days: $0) }
        try transaction.execute(
            """
            UPDATE legal_handoff SET state = $1, is_departing = 0, follow_up_on = $2, ended_on = $3 WHERE id = $4
            """,
            new.state.rawValue, followUpOn, isOver ? new.on : nil, id)
        if LegalDesk.isFiling(handoff, new.state) { try JobQueue.cancel(.fileHandoff, subject: id, transaction) }
        var change: [String: JSONValue] = [
            "day": .string(new.on.description), "state": .string(new.state.rawValue),
        ]
        if let answer = new.answer { change["answer"] = .string(answer) }
        if let documentSHA256 { change["documentSHA256"] = .string(documentSHA256) }
        if let fee { change["fee"] = .string(fee.value.decimalText) }
        if let limitation { change["limitation"] = .string(limitation.rawValue) }
        if let outcome = new.outcome { change["outcome"] = .string(outcome.name) }
        if let granted = new.outcome?.granted { change["granted"] = .string(granted.decimalText) }
        var subject = LegalDesk.subjectMembers(handoff.caseID, id)
        subject["event"] = .integer(event)
        try transaction.audit(
            .handoffRecorded, subject: .object(subject), change: .object(change),
            basis: LegalDesk.unique(fee?.lines.map(\.citation) ?? []))
        if let fee { try post(fee, of: handoff, event: event, on: new.on, today: today, transaction) }
        if case .takeBack = feeEvent { try takeBack(handoff, on: new.on, today: today, transaction) }
        if let limitation {
            // Nothing happens to claims that were never before the court.
            for claim in record.snapshot.facts.claims
            where settlement.standing.contains(claim.id) && claim.arisenOn <= new.on {
                try writeLimitation(
                    ClaimEvent(limitation, on: new.on), claim.id, "hand-off \(id) is \(new.state.rawValue)", today,
                    transaction)
            }
        }
        let proposal = settlement.isLost ? nil : forum.proposal(after: handoff.procedure, reaching: new.state)
        try raiseTasks(after: new, of: handoff, proposal, today: today, transaction)
        if LegalDesk.isFiling(handoff, new.state) {
            let reason = handoff.stopReason ?? (handoff.state == .recalled ? "its package had been recalled" : nil)
            if let reason { try LegalFollower.tellCourt(handoff, reason, on: today, transaction) }
        }
        let following = try follow(new, handoff, settlement, words != nil, today: today, transaction)
        return RecordedEvent(
            id: event, fee: fee?.value, limitation: limitation, proposal: proposal, followUpOn: followUpOn,
            isOver: isOver, disputes: following.disputes, hold: following.hold)
    }

    /// Whether the chart lets a state follow.
    ///
    /// What was recalled is over; but where it was filed all the same, that must be said, so that the court is told.
    private func checkStep(
        _ new: NewLegalEvent, _ handoff: Handoff, _ chart: LegalChart, _ transaction: ReadTransaction
    ) throws {
        let id = handoff.id
        guard new.state != .recalled else {
            throw LegalRefusal(.stepNotAllowed, "A hand-off is recalled with 'fordring legal recall \(id) --reason …'.")
        }
        guard handoff.state == .recalled, chart.filings.contains(new.state) else {
            return try chart.check(id, from: handoff.state, to: new.state)
        }
        let other = try Handoffs.of(handoff.caseID, transaction).first {
            $0.procedure == handoff.procedure && $0.endedOn == nil
        }
        if let other {
            throw LegalRefusal(
                .openAlready,
                "Hand-off \(id) was recalled, and hand-off \(other.id) was made in its place. Recall or end that one "
                    + "first: the court has the case by hand-off \(id).")
        }
    }

    /// What a forum knows of a hand-off when something happens to it.
    private func history(of handoff: Handoff, _ transaction: ReadTransaction) throws -> LegalHistory {
        let lines = try transaction.first("SELECT fee_explanation FROM legal_handoff WHERE id = $1", handoff.id) {
            ExplanationCoding.lines($0.text(0))
        }
        return LegalHistory(
            steps: try Handoffs.steps(of: handoff.caseID, only: handoff.id, transaction),
            others: try Handoffs.steps(of: handoff.caseID, except: handoff.id, transaction),
            fee: Explained(handoff.fee, lines ?? []),
            answers: (try? request(of: handoff.id, transaction))?.answers ?? [:])
    }

    /// What the forum says of the fees; what a person says was laid out stands in its place.
    private func feeEvent(
        _ new: NewLegalEvent, _ handoff: Handoff, _ history: LegalHistory
    ) throws -> CourtFeeEvent {
        do {
            return try forum.feeEvent(of: handoff.procedure, reaching: new.state, on: new.on, after: history)
        } catch let gap as RuleGap {
            guard new.fee == nil else { return .none }
            throw LegalRefusal(
                .badFee,
                "What the court takes for \(new.state.rawValue) is not known: \(gap.reason). Record it with --fee and what "
                    + "was laid out.")
        }
    }

    /// What is laid out: what was said, or what the forum says.
    private func fee(
        _ new: NewLegalEvent, _ event: CourtFeeEvent, _ handoff: Handoff, _ record: CaseRecord
    ) throws(LegalRefusal) -> Explained<Money>? {
        var charged: Explained<Money>?
        if case .charge(let amount) = event { charged = amount }
        if let stated = new.fee, stated != charged?.value { charged = Explained(stated, []) }
        guard let charged, !charged.value.isZero else { return nil }
        let fee = charged.value
        guard fee.isPositive, fee.currency == handoff.fee.currency else {
            throw LegalRefusal(.badFee, "A fee must be over zero and in \(handoff.fee.currency); \(fee) is not.")
        }
        guard record.closedOn == nil else {
            guard new.fee != nil else { return nil }
            throw LegalRefusal(
                .badFee,
                "Case \(handoff.caseID) is closed, so the debtor cannot be charged \(fee). Record the event without a fee."
            )
        }
        return charged
    }

    /// What was charged with a hand-off falls back.
    private func takeBack(
        _ handoff: Handoff, on day: CivilDate, today: CivilDate, _ transaction: WriteTransaction
    ) throws {
        let charged = try transaction.all(
            "SELECT id FROM legal_event WHERE handoff_id = $1 AND fee IS NOT NULL ORDER BY id", handoff.id
        ) { $0.integer(0) }
        let reversed = try charged.flatMap {
            try Ledger.reverse(cause: .legal($0), in: handoff.caseID, on: day, transaction)
        }
        guard !reversed.isEmpty else { return }
        // Where it had been paid for, the money is spread anew; where nothing else was owed, the case is over.
        try Payments.settle(handoff.caseID, after: day, today: today, rules.sparing(handoff.id), transaction)
    }

    /// Whether a state says that the court has what was prepared.
    private static func isFiling(_ handoff: Handoff, _ state: LegalState) -> Bool {
        (handoff.state == .prepared || handoff.state == .recalled) && state != .closed
    }

    /// A fee is laid out to the court and owed by the debtor.
    private func post(
        _ fee: Explained<Money>, of handoff: Handoff, event: Int64, on day: CivilDate, today: CivilDate,
        _ transaction: WriteTransaction
    ) throws {
        let explanation = fee.lines.isEmpty ? nil : ExplanationCoding.text(fee.lines)
        try Ledger.post(
            debit: .courtFeeReceivable, credit: .courtFeeOutlay, amount: fee.value, on: day, caseID: handoff.caseID,
            claim: nil, cause: .legal(event), explanation: explanation, transaction)
        try rules.sparing(handoff.id).announce(.balance, in: handoff.caseID, on: today, transaction)
    }

    private func raiseTasks(
        after new: NewLegalEvent, of handoff: Handoff,
        _ proposal: Explained<LegalProcedureKind>?, today: CivilDate, _ transaction: WriteTransaction
    ) throws {
        let caseID = handoff.caseID
        try LegalTasks.end(
            [.legalFollowUp, .legalNext, .filingUnknown, .filingFailed], handoff, on: today,
            because: "hand-off \(handoff.id) is \(new.state.rawValue)", transaction)
        // A fee that fell back may have closed the case.
        let snapshot = try CaseSnapshots.load(caseID, creditor: rules.creditor, transaction)
        if new.state == .closed, !snapshot.isClosed, snapshot.facts.outstanding.isPositive,
            try isUndecided(handoff, transaction)
        {
            try LegalTasks.raise(
                .legalClosed, handoff, on: today,
                message: "Hand-off \(handoff.id) (\(handoff.procedure)) was ended after it was "
                    + "\(handoff.state.rawValue), without a decision",
                cure: "See why the court ended it, and whether \(snapshot.facts.outstanding) is owed as it was "
                    + "demanded: open a dispute or have it credited where it is not, close the case where nothing is to be "
                    + "had. Then 'fordring task done'; until then the case is not handed over again.", transaction)
        }
        guard let proposal, !snapshot.isClosed else { return }
        let why = proposal.lines.map { " \($0.text) [\($0.citation)]" }.joined()
        try LegalTasks.raise(
            .legalNext, handoff, on: today,
            message: "Hand-off \(handoff.id) (\(handoff.procedure)) is \(new.state.rawValue); next comes "
                + "\(proposal.value).\(why)",
            cure: "See what is missing: 'fordring legal check \(caseID) --procedure \(proposal.value)'.", transaction)
    }

    /// Whether a court has had a hand-off and never said what becomes of the claim.
    private func isUndecided(_ handoff: Handoff, _ transaction: ReadTransaction) throws -> Bool {
        guard handoff.state != .prepared else { return false }
        let said = try transaction.all("SELECT state FROM legal_event WHERE handoff_id = $1", handoff.id) {
            LegalState(rawValue: $0.text(0))
        }
        let answers: Set<LegalState?> = [.decided, .attached, .wageDeduction, .sold, .nothingFound, .bankrupt]
        return answers.isDisjoint(with: said)
    }

    /// Writes an event; the table is only ever added to.
    static func event(
        _ state: LegalState, of handoff: Int64, on day: CivilDate, today: CivilDate, words: [UInt8]? = nil,
        documentSHA256: String? = nil, fee: Money? = nil, limitation: ClaimEvent.Kind? = nil,
        _ transaction: WriteTransaction
    ) throws -> Int64 {
        let id = try transaction.newID("legal_event")
        try transaction.execute(
            """
            INSERT INTO legal_event (id, handoff_id, state, happened_on, recorded_on, words, document_sha256, fee,
                limitation)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
            """,
            values: [
                .integer(id), .integer(handoff), .text(state.rawValue), day.sqlValue, today.sqlValue,
                words.map { .bytes($0) } ?? .null, documentSHA256.sqlValue, (fee?.minorUnits).sqlValue,
                (limitation?.rawValue).sqlValue,
            ])
        return id
    }

    private func event(
        _ state: LegalState, of handoff: Int64, on day: CivilDate, today: CivilDate, words: [UInt8]? = nil,
        documentSHA256: String? = nil, fee: Money? = nil, limitation: ClaimEvent.Kind? = nil,
        _ transaction: WriteTransaction
    ) throws -> Int64 {
        try LegalDesk.event(
            state, of: handoff, on: day, today: today, words: words, documentSHA256: documentSHA256, fee: fee,
            limitation: limitation, transaction)
    }

    // MARK: Answers and silence

    /// Whether an answer that came by wire was read: recorded, or dismissed by a person.
    package static func isRead(_ answer: CourtAnswer, _ transaction: ReadTransaction) throws -> Bool {
        try transaction.first("SELECT 1 FROM legal_answer WHERE identifier = $1", answer.identifier) { _ in true }
            ?? false
    }

    /// Records an answer that came by wire; one that was read before changes nothing.
    ///
    /// One that a person has recorded meanwhile, from the court's own paper, counts as read.
    /// - Returns: whether it was new.
    /// - Throws: ``LegalRefusal`` where it cannot be recorded, or not yet; it stays unread, and the transaction is to be given
    ///   up.
    package func take(_ answer: CourtAnswer, today: CivilDate, _ transaction: WriteTransaction) throws -> Bool {
        guard try !LegalDesk.isRead(answer, transaction) else { return false }
        let known = try transaction.first(
            """
            SELECT e.id FROM legal_event e LEFT JOIN legal_answer a ON a.event_id = e.id
            WHERE e.handoff_id = $1 AND e.state = $2 AND e.happened_on = $3 AND a.identifier IS NULL
            """,
            answer.number, answer.state.rawValue, answer.on
        ) { $0.integer(0) }
        let event =
            try known
            ?? record(
                NewLegalEvent(
                    answer.state, on: answer.on, text: answer.text, answer: answer.identifier, outcome: answer.outcome),
                of: answer.number, today: today, transaction
            ).id
        try LegalDesk.markRead(answer, event: event, transaction)
        return true
    }

    private static func markRead(_ answer: CourtAnswer, event: Int64?, _ transaction: WriteTransaction) throws {
        try transaction.execute(
            """
            INSERT INTO legal_answer (identifier, handoff_number, state, happened_on, event_id)
            VALUES ($1, $2, $3, $4, $5)
            """,
            answer.identifier, answer.number, answer.state.rawValue, answer.on, event)
    }

    /// Puts an answer aside that cannot be recorded: a person has seen to it.
    package static func dismiss(_ answer: CourtAnswer, because reason: String, _ transaction: WriteTransaction) throws {
        try markRead(answer, event: nil, transaction)
        let handoff = try? Handoffs.load(answer.number, transaction)
        var subject: [String: JSONValue] = ["handoff": .integer(answer.number)]
        if let handoff { subject["case"] = .integer(handoff.caseID.rawValue) }
        try transaction.audit(
            .answerDismissed, subject: .object(subject),
            change: [
                "answer": .string(answer.identifier), "day": .string(answer.on.description), "reason": .string(reason),
                "state": .string(answer.state.rawValue),
            ])
    }

    /// Has the tasks of unread answers say what still stands in the way, and ends those of which nothing does.
    ///
    /// - Parameter faults: what stands in the way, by case; `nil` for answers of no case of ours.
    package static func tellUnread(
        _ faults: [(caseID: CaseID?, words: String)], on day: CivilDate, _ transaction: WriteTransaction
    ) throws {
        for (caseID, some) in Dictionary(grouping: faults, by: \.caseID).sorted(by: {
            ($0.key ?? none) < ($1.key ?? none)
        }) {
            try Tasks.raise(
                .legalAnswer, caseID, on: day, message: some.map(\.words).joined(separator: "; "),
                cure:
                    "Ask the court, and record what holds with 'fordring legal record'. An answer is tried again each "
                    + "day; 'fordring legal dismiss' puts one aside.", transaction)
        }
        let waiting = Set(faults.map(\.caseID))
        for task in try Tasks.open(transaction)
        where task.kind == TaskKind.legalAnswer.rawValue && !waiting.contains(task.caseID) {
            try Tasks.done(task.id, on: day, because: "no answer waits any more", transaction)
        }
    }

    private static let none = CaseID(rawValue: 0)

    /// Raises a task for each hand-off whose court has been silent for too long.
    package static func followUp(on day: CivilDate, _ transaction: WriteTransaction) throws {
        for handoff in try Handoffs.list(onlyOpen: true, transaction) {
            guard let due = handoff.followUpOn, due <= day else { continue }
            guard !handoff.isDeparting else { continue }
            let isUnfiled = handoff.state == .prepared
            try LegalTasks.raise(
                .legalFollowUp, handoff, on: day,
                message: isUnfiled
                    ? "Hand-off \(handoff.id) (\(handoff.procedure)) was prepared on \(handoff.preparedOn), and has not "
                        + "been filed"
                    : "Hand-off \(handoff.id) (\(handoff.procedure)) is \(handoff.state.rawValue), and an answer was to "
                        + "be expected by \(due)",
                cure: isUnfiled
                    ? "Record it where it was filed: 'fordring legal record \(handoff.id) --state filed'. Else recall it, "
                        + "and make it anew on the day on which it is filed."
                    : "Ask the court, and record what it says with 'fordring legal record \(handoff.id)'.", dueOn: due,
                transaction)
        }
    }

    /// What happened to a hand-off, in order.
    package func events(of id: Int64, _ transaction: ReadTransaction) throws -> [HandoffEvent] {
        let rows = try transaction.all(
            """
            SELECT e.id, e.state, e.happened_on, e.recorded_on, e.words, e.document_sha256, e.fee, e.limitation,
                h.currency, c.party_id, d.outcome, d.granted
            FROM legal_event e JOIN legal_handoff h ON h.id = e.handoff_id JOIN debt_case c ON c.id = h.case_id
            LEFT JOIN legal_decision d ON d.event_id = e.id
            WHERE e.handoff_id = $1 ORDER BY e.id
            """,
            id
        ) { row in
            (
                id: row.integer(0), state: row.text(1), on: row.date(2), recordedOn: row.date(3),
                words: row.isNull(4) ? nil : row.bytes(4), document: row.textOrNil(5), fee: row.integerOrNil(6),
                limitation: row.textOrNil(7), currency: row.text(8), party: PartyID(rawValue: row.integer(9)),
                outcome: row.textOrNil(10), granted: row.integerOrNil(11)
            )
        }
        return try rows.compactMap { row in
            guard let state = LegalState(rawValue: row.state), let currency = Currency(code: row.currency) else {
                return nil
            }
            let words = try row.words.flatMap { try sealer.open($0, of: row.party, transaction) }
            return HandoffEvent(
                id: row.id, state: state, on: row.on, recordedOn: row.recordedOn,
                text: words.map { String(decoding: $0, as: UTF8.self) }, documentSHA256: row.document,
                fee: row.fee.map { Money(minorUnits: $0, currency) },
                limitation: row.limitation.flatMap(ClaimEvent.Kind.init(rawValue:)),
                outcome: row.outcome.flatMap {
                    CourtOutcome(named: $0, granted: row.granted.map { Money(minorUnits: $0, currency) })
                })
        }
    }

    static func subjectMembers(_ caseID: CaseID, _ handoff: Int64) -> [String: JSONValue] {
        ["case": .integer(caseID.rawValue), "handoff": .integer(handoff)]
    }

    static func subject(_ caseID: CaseID, _ handoff: Int64) -> JSONValue { .object(subjectMembers(caseID, handoff)) }

    private static func unique(_ citations: [Citation]) -> [Citation] {
        var seen: Set<Citation> = []
        return citations.filter { seen.insert($0).inserted }
    }
}
