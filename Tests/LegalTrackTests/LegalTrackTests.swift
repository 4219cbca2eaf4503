import AuditTrail
import Casework
import CaseworkTesting
import Database
import DatabaseTesting
import Dispatch
@_spi(FordringHost) import FordringKit
import JobQueue
import Ledger
import LegalTesting
import LegalTrack
import Testing

@Suite struct `A hand-off` {
    let books: HandoffBooks

    init() throws { books = try HandoffBooks() }

    private func refusal(_ body: () throws -> Void) throws -> LegalRefusal {
        try #require(#expect(throws: LegalRefusal.self) { try body() })
    }

    // MARK: What must hold

    @Test func `is refused, by its name, for each kind of hold alone`() throws {
        let caseID = try books.ripeCase()
        #expect(try books.database.read { try books.check(caseID, $0) }.gaps.isEmpty)
        struct Undo: Error {}
        for kind in HoldKind.allCases {
            var gaps: [String] = []
            var refused: LegalRefusal?
            do {
                try books.write { transaction in
                    try books.hold(caseID, kind, transaction)
                    gaps = try books.check(caseID, transaction).gaps.map(\.identifier)
                    do {
                        _ = try books.prepare(caseID, transaction)
                    } catch let refusal as LegalRefusal { refused = refusal }
                    throw Undo()
                }
            } catch is Undo {}
            let name = kind == .dispute ? "notDisputed" : "notHeld.\(kind.rawValue)"
            #expect(gaps == [name])
            #expect(refused?.code == .notReady)
            #expect(refused?.message.contains(name) ?? false)
        }
    }

    @Test func `waits for the end of a hold that has one, and not a day longer`() throws {
        let caseID = try books.ripeCase()
        let last = HandoffBooks.day.adding(days: 3)
        try books.write { try books.hold(caseID, .creditorWait, until: last, $0) }
        func gaps(_ day: CivilDate) throws -> [Precondition] {
            try books.database.read { try books.check(caseID, on: day, $0) }.gaps
        }
        guard case .notYet(let from, _)? = try gaps(last).first?.status else {
            Issue.record("the hold does not stand in the way")
            return
        }
        #expect(from == last.adding(days: 1))
        #expect(try gaps(last.adding(days: 1)).isEmpty)
    }

    @Test func `of a disputed claim is for procedures that take it`() throws {
        let caseID = try books.ripeCase()
        try books.write { try books.hold(caseID, .dispute, $0) }
        #expect(try books.write { try books.prepare(caseID, for: FakeForum.lawyer, $0) }.state == .prepared)
    }

    @Test func `waits for letters that have not left`() throws {
        let tenant = try TestTenant()
        let caseID = try tenant.open("A1", 100_000, dueOn: CivilDate(2026, 1, 10), on: HandoffBooks.opened)
        try tenant.run(HandoffBooks.opened)
        try tenant.database.migrate(
            Schema(TestTenant.schema.migrations + [LegalSchema.migration, LegalSchema.claims]),
            with: .test(on: HandoffBooks.opened))
        let desk = LegalDesk(FakeForum(Testland.country), tenant.rules, tenant.sealer) { _, _, _, _, _ in }
        let check = try tenant.database.read {
            try desk.check(
                caseID, FakeForum.lawyer, on: HandoffBooks.opened, creditor: TestTenant.debtor(), agency: "Agency",
                basis: nil, answers: ["keptPlan": "no"], documents: [], $0)
        }
        #expect(check.gaps.map(\.identifier) == ["nothingOnItsWay", "noticed"])
    }

    @Test func `is dated no earlier than what was booked last`() throws {
        let caseID = try books.ripeCase()
        let refused = try refusal {
            _ = try books.database.read { try books.check(caseID, on: HandoffBooks.opened, $0) }
        }
        #expect(refused.code == .badDate)
    }

    @Test func `is one for a case and a procedure at a time`() throws {
        let caseID = try books.ripeCase()
        let first = try books.write { try books.prepare(caseID, $0) }
        let refused = try refusal { _ = try books.write { try books.prepare(caseID, $0) } }
        #expect(refused.message.contains("onlyOne: hand-off \(first.id) is open"))
        try books.write { try LegalDesk.recall(first.id, because: "test", on: HandoffBooks.day, $0) }
        #expect(try books.write { try books.prepare(caseID, $0) }.id == 2)
        // Also where the rules were not asked.
        #expect(throws: DatabaseFault.self) {
            try books.write {
                try $0.execute(
                    """
                    INSERT INTO legal_handoff (id, case_id, procedure, state, prepared_on, request_sha256,
                        package_sha256, currency, owed, fee, fee_explanation, is_departing)
                    SELECT 99, case_id, procedure, state, prepared_on, '', '', currency, owed, fee, '', 0
                    FROM legal_handoff WHERE id = 2
                    """)
            }
        }
    }

    @Test func `needs a permit that is alive and its own`() throws {
        let authority = try #require(TestPermits.authority)
        let caseID = try books.ripeCase()
        let other = try books.ripeCase("B1")
        for (permitted, ends) in [(caseID, true), (other, false)] {
            let permit = authority.handoffPermit(
                tenant: books.database.tenant, caseID: permitted, procedure: HandoffBooks.procedure,
                day: HandoffBooks.day)
            if ends { authority.end(permit) }
            defer { authority.end(permit) }
            #expect(throws: (any Error).self) {
                try books.write { transaction in
                    let check = try books.check(caseID, transaction)
                    _ = try books.desk.prepare(
                        NewHandoff(
                            id: 1, day: HandoffBooks.day, basis: nil, requestSHA256: "",
                            fee: Explained(.zero(.eur), []),
                            owed: .zero(.eur), package: [], request: StoredRequest(answers: [:], documents: [])),
                        permit, check, today: HandoffBooks.day, transaction)
                }
            }
        }
        #expect(try books.database.read { try Handoffs.list($0) }.isEmpty)
    }

    // MARK: What follows

    @Test func `posts nothing before it is filed, then the fee as an outlay with its reason`() throws {
        let caseID = try books.ripeCase()
        let id = try books.write { try books.prepare(caseID, $0) }.id
        #expect(try books.courtFees() == (0, 0))
        let recorded = try books.record(.filed, id)
        #expect(try books.courtFees() == (2500, 2500))
        #expect(recorded.followUpOn == HandoffBooks.day.adding(days: 28))
        #expect(recorded.limitation == .proceedingsFiled)
        #expect(books.limitations.values == ["proceedingsFiled 1 \(HandoffBooks.day)"])
        let transfer = try books.database.read { try CaseQueries.show(caseID, creditor: books.rules.creditor, $0) }
            .transfers.last
        #expect(transfer?.transfer.cause == .legal(recorded.id))
        #expect(transfer?.explanation.first?.citation.section == "§ 6")
        try books.record(.served, id, fee: 300)
        #expect(try books.courtFees() == (2800, 2800))
    }

    @Test func `a fee falls back where the forum says so, and is charged once when it is filed again`() throws {
        let caseID = try books.ripeCase()
        let first = try books.write { try books.prepare(caseID, $0) }.id
        try books.record(.filed, first)
        #expect(try books.courtFees() == (2500, 2500))
        try books.record(.rejected, first)
        #expect(try books.courtFees() == (0, 0))
        let second = try books.write { try books.prepare(caseID, $0) }.id
        try books.record(.filed, second)
        // 25.00 - 25.00 + 25.00.
        #expect(try books.courtFees() == (2500, 2500))
    }

    /// Goal: nobody is left with a case that owes nothing and is open.
    @Test func `a fee that falls back closes a case that owed nothing else`() throws {
        let caseID = try books.ripeCase()
        let id = try books.write { try books.prepare(caseID, $0) }.id
        try books.record(.filed, id)
        let owed = try books.snapshot(caseID).facts.outstanding.minorUnits
        try books.write { try books.pay(caseID, owed - 2500, $0) }
        #expect(try !books.snapshot(caseID).isClosed)
        try books.record(.rejected, id)
        #expect(try books.courtFees() == (0, 0))
        let snapshot = try books.snapshot(caseID)
        #expect(snapshot.facts.outstanding.isZero && snapshot.isClosed)
    }

    @Test func `ends with a next step, which is a task`() throws {
        let caseID = try books.ripeCase()
        let id = try books.write { try books.prepare(caseID, $0) }.id
        try books.record(.filed, id)
        try books.record(.served, id)
        let decided = try books.record(.decided, id)
        #expect(decided.proposal?.value == FakeForum.enforcement)
        #expect(try books.tasks().map(\.kind) == ["legalNext"])
        let steps = try books.database.read { try Handoffs.steps(of: caseID, $0) }
        #expect(steps.map(\.state) == [.filed, .served, .decided])
        try books.record(.closed, id)
        #expect(try books.handoff(id).endedOn == HandoffBooks.day)
        #expect(try books.tasks().isEmpty)
        let refused = try refusal { _ = try books.record(.served, id) }
        #expect(refused.message.contains("Nothing follows it"))
    }

    @Test func `refuses what its chart does not allow, and says what it does`() throws {
        let caseID = try books.ripeCase()
        let id = try books.write { try books.prepare(caseID, $0) }.id
        let refused = try refusal { _ = try books.record(.decided, id) }
        #expect(refused.message.contains("Allowed: recalled, filed."))
        try books.record(.filed, id)
        #expect(throws: LegalRefusal.self) {
            try books.write { try LegalDesk.recall(id, because: "late", on: HandoffBooks.day, $0) }
        }
        // Back in time.
        #expect(throws: LegalRefusal.self) { try books.record(.served, id, on: HandoffBooks.day.adding(days: -1)) }
    }

    @Test func `is over when the chart says so, and becomes a task where a court is silent`() throws {
        let caseID = try books.ripeCase()
        let id = try books.write { try books.prepare(caseID, $0) }.id
        try books.record(.filed, id)
        try books.write { try LegalDesk.followUp(on: HandoffBooks.day.adding(days: 27), $0) }
        #expect(try books.tasks().isEmpty)
        try books.write { try LegalDesk.followUp(on: HandoffBooks.day.adding(days: 28), $0) }
        #expect(try books.tasks().map(\.kind) == ["legalFollowUp"])
        try books.record(.served, id, on: HandoffBooks.day.adding(days: 30))
        #expect(try books.tasks().isEmpty)
    }

    @Test func `counts an answer once, and makes one that cannot be a task`() throws {
        let caseID = try books.ripeCase()
        let id = try books.write { try books.prepare(caseID, $0) }.id
        try books.record(.filed, id)
        let day = HandoffBooks.day.adding(days: 2)
        func take(_ name: String, _ number: Int64, _ state: LegalState) throws -> Bool {
            let answer = CourtAnswer(identifier: name, number: number, state: state, on: day, text: "Served on Anna")
            return try books.write(on: day) { try books.desk.take(answer, today: day, $0) }
        }
        #expect(try take("a1", id, .served))
        #expect(try !take("a1", id, .served))
        #expect(
            try books.database.read { try books.desk.events(of: id, $0) }.map(\.state) == [.prepared, .filed, .served])
        // What cannot be recorded stays unread: what must come before it may still be on its way.
        for (name, number) in [("a2", id), ("a3", 77), ("a2", id)] {
            #expect(throws: LegalRefusal.self) { _ = try take(name, number, .sold) }
        }
        #expect(try books.handoff(id).state == .served)
        // One that a person has recorded meanwhile is read.
        try books.record(.decided, id, on: day)
        #expect(try take("a4", id, .decided))
        #expect(try !take("a4", id, .decided))
        #expect(try books.database.read { try books.desk.events(of: id, $0) }.count == 4)
    }

    // MARK: Stops

    @Test(arguments: [
        CaseChange.held(.dispute, claim: nil), .held(.estate, claim: nil), .upheld(claim: nil), .balance, .closed,
    ])
    func `is recalled by what stops the case, and the court is told where it has it`(change: CaseChange) throws {
        let caseID = try books.ripeCase()
        let filed = try books.write { try books.prepare(caseID, for: FakeForum.paymentOrder, $0) }.id
        try books.record(.filed, filed)
        let prepared = try books.write { try books.prepare(caseID, for: FakeForum.lawyer, $0) }.id
        // The fee of the one makes the statement of the other untrue.
        try books.record(.served, filed, fee: 300)
        #expect(try books.handoff(prepared).state == .recalled)
        #expect(try books.tasks().filter { $0.kind == "legalStop" }.isEmpty)
        let again = try books.write { try books.prepare(caseID, for: FakeForum.lawyer, $0) }.id
        try books.write { transaction in
            if change == .balance {
                try books.pay(caseID, 1000, transaction)
            } else {
                try books.rules.announce(change, in: caseID, on: HandoffBooks.day, transaction)
            }
        }
        #expect(try books.handoff(again).state == .recalled)
        #expect(try books.handoff(filed).state == .served)
        #expect(try books.tasks().filter { $0.kind == "legalRecalled" }.map(\.about) == [prepared, again])
        #expect(try books.tasks().filter { $0.kind == "legalStop" }.map(\.about) == [filed])
        #expect(
            try books.database.read { try JobQueue.counts($0) }.filter { $0.kind == .fileHandoff }.allSatisfy {
                $0.state == .cancelled
            })
        try books.write {
            try books.rules.announce(.released(.dispute, claim: nil), in: caseID, on: HandoffBooks.day, $0)
        }
        #expect(try books.tasks().filter { $0.kind == "legalStop" }.count == 1)
    }

    @Test(arguments: [false, true])
    func `that is leaving when the stop comes is recalled once it is known that it stayed`(isFiled: Bool) throws {
        let authority = try #require(TestPermits.authority)
        let caseID = try books.ripeCase()
        let id = try books.write { try books.prepare(caseID, $0) }.id
        let permit = authority.handoffPermit(
            tenant: books.database.tenant, caseID: caseID, procedure: HandoffBooks.procedure, day: HandoffBooks.day)
        defer { authority.end(permit) }
        #expect(try books.write { try LegalDesk.depart(id, permit, $0) })
        try books.write { try books.hold(caseID, .dispute, $0) }
        #expect(try books.handoff(id).state == .prepared)
        if isFiled {
            try books.record(.filed, id)
            #expect(try books.tasks().map(\.kind) == ["legalStop"])
        } else {
            try books.write { try LegalDesk.stay(id, on: HandoffBooks.day, $0) }
            #expect(try books.handoff(id).state == .recalled)
        }
    }

    /// Goal: whatever four workers do, nothing is marked as leaving after a stop has committed.
    ///
    /// Method: they make hand-offs and let them leave while disputes are opened; the database's own order of commits is
    /// the audit trail, in which no departure may stand after the case's stop.
    @Test func `never leaves after a stop, whoever works on it`() throws {
        let authority = try #require(TestPermits.authority)
        let cases = try books.ripeCases(60)
        let faults = Collected<String>()
        let departed = Collected<CaseID>()
        let books = books
        DispatchQueue.concurrentPerform(iterations: 5) { worker in
            // The fifth opens the disputes; the others go through the cases from different ends.
            let order = worker % 2 == 0 ? cases : cases.reversed()
            for caseID in order {
                do {
                    if worker == 4 {
                        try books.write { transaction in
                            try books.hold(caseID, .dispute, transaction)
                            try transaction.audit(
                                .caseRead, subject: ["case": .integer(caseID.rawValue)], change: [:])
                        }
                        continue
                    }
                    if worker < 2 {
                        _ = try books.write { try books.prepare(caseID, $0) }
                    } else {
                        try books.write { transaction in
                            let prepared = try Handoffs.of(caseID, transaction).first { $0.state == .prepared }
                            guard let open = prepared, !open.isDeparting else { return }
                            let permit = authority.handoffPermit(
                                tenant: books.database.tenant, caseID: caseID, procedure: open.procedure,
                                day: HandoffBooks.day)
                            defer { authority.end(permit) }
                            let check = try books.check(caseID, transaction).without("onlyOne")
                            guard check.gaps.isEmpty else {
                                faults.add("case \(caseID) is held, and its hand-off \(open.id) is prepared")
                                return
                            }
                            if try LegalDesk.depart(open.id, permit, transaction) { departed.add(caseID) }
                        }
                    }
                } catch is LegalRefusal {
                } catch { faults.add("\(error)") }
            }
        }
        #expect(faults.values.isEmpty)
        var stopped: Set<String> = []
        var late: [String] = []
        try books.database.read { transaction in
            try AuditLog.forEachEntry(from: 0, transaction) { _, entry in
                let text = String(decoding: entry, as: UTF8.self)
                let number = text.split(separator: "\"case\":").dropFirst().first?.prefix { $0.isNumber }
                guard let number else { return }
                if text.contains("\"action\":\"case.read\"") { stopped.insert(String(number)) }
                if text.contains("\"action\":\"legal.departed\""), stopped.contains(String(number)) {
                    late.append(String(number))
                }
            }
        }
        #expect(stopped.count == cases.count)
        #expect(late.isEmpty)
        // What had not left is recalled.
        let open = try books.database.read { try Handoffs.list(onlyOpen: true, $0) }
        #expect(open.allSatisfy { $0.isDeparting && $0.stopReason != nil })
        #expect(open.count == departed.values.count)
    }

    // MARK: Walks

    /// Goal: no state is ever reached that the forum's chart does not allow, whatever is asked for.
    @Test(arguments: [1, 2, 3, 4] as [UInt64])
    func `walks only where its chart leads`(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        for (index, procedure) in FakeForum(Testland.country).procedures.enumerated() {
            let caseID = try books.ripeCase("W\(index)")
            let basis = EnforcementBasis(kind: "judgment", on: HandoffBooks.day, reference: "1", saysEnforceable: true)
            var path: [LegalState] = [.prepared]
            let id = try books.write { try books.prepare(caseID, for: procedure.kind, basis: basis, $0) }.id
            var day = HandoffBooks.day
            for _ in 0..<60 {
                guard let state = LegalState.allCases.randomElement(using: &random) else { continue }
                if Int.random(in: 0..<4, using: &random) == 0 { day = day.adding(days: 1) }
                do {
                    if state == .recalled {
                        try books.write(on: day) { try LegalDesk.recall(id, because: "walk", on: day, $0) }
                    } else {
                        try books.record(state, id, on: day)
                    }
                    path.append(state)
                } catch is LegalRefusal {}
                #expect(try books.handoff(id).state == path.last)
            }
            for (from, next) in zip(path, path.dropFirst()) {
                let isAllowed = procedure.next[from]?.contains(next) ?? false
                let wasFiledAfterAll = from == .recalled && (procedure.next[.prepared] ?? []).contains(next)
                #expect(
                    isAllowed || wasFiledAfterAll || (from == .prepared && next == .recalled),
                    "\(procedure.kind): \(path)")
            }
            #expect(try books.database.read { try books.desk.events(of: id, $0) }.map(\.state) == path)
        }
    }

    @Test func `keeps what is said sealed, and nothing after the debtor is gone`() throws {
        let caseID = try books.ripeCase()
        let id = try books.write { try books.prepare(caseID, $0) }.id
        try books.write {
            _ = try books.desk.record(
                NewLegalEvent(
                    .filed, on: HandoffBooks.day, text: "Anna was there", document: ("paper.txt", Array("Anna".utf8))),
                of: id, today: HandoffBooks.day, $0)
        }
        #expect(try books.database.read { try books.desk.events(of: id, $0) }.last?.text == "Anna was there")
        try books.write { transaction in
            try transaction.execute("DELETE FROM party_data_key")
            try LetterArchive.remove(PartyID(rawValue: 1), transaction)
        }
        #expect(try books.database.read { try books.desk.events(of: id, $0) }.last?.text == nil)
        #expect(throws: LegalRefusal.self) { _ = try books.database.read { try books.desk.package(of: id, $0) } }
        #expect(try books.database.read { try $0.first("SELECT count(*) FROM legal_file") { $0.int(0) } } == 0)
    }
}

@Suite struct `A chart` {
    @Test func `is printed with every state that can be reached`() throws {
        let forum = FakeForum(Testland.country)
        let procedure = try #require(forum.procedures.first)
        #expect(
            LegalChart(procedure).text == """
                prepared -> recalled, filed
                recalled -> (over)
                filed    -> rejected, served, closed
                rejected -> (over)
                served   -> objected, decided, bankrupt, closed
                objected -> decided, closed
                decided  -> closed
                bankrupt -> closed
                closed   -> (over)
                """)
    }

    @Test func `never leads back to prepared, nor out of recalled, whatever a forum says`() {
        var procedure = LegalProcedure(
            kind: LegalProcedureKind("mad"), names: [:], next: [:], questions: [], citation: Citation("none", ""))
        for state in LegalState.allCases { procedure.next[state] = LegalState.allCases }
        let chart = LegalChart(procedure)
        for state in LegalState.allCases {
            #expect(!chart.allowed(after: state).contains(.prepared))
            #expect(state == .prepared || !chart.allowed(after: state).contains(.recalled))
        }
        #expect(chart.isFinal(.recalled))
    }
}
