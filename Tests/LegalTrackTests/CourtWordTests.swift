import AuditTrail
import Casework
import CaseworkTesting
import Database
import DatabaseTesting
@_spi(FordringHost) import FordringKit
import JobQueue
import Ledger
import LegalTesting
import LegalTrack
import Testing

/// What a court says, and what of a case it gets.
@Suite struct `A court's word` {
    let books: HandoffBooks
    private let day = HandoffBooks.day

    init() throws { books = try HandoffBooks() }

    private func gaps(
        _ caseID: CaseID, for procedure: LegalProcedureKind = HandoffBooks.procedure, basis: EnforcementBasis? = nil,
        answers: [String: String] = ["keptPlan": "no"], on day: CivilDate = HandoffBooks.day
    ) throws -> [Precondition] {
        try books.database.read {
            try books.check(caseID, for: procedure, on: day, basis: basis, answers: answers, $0)
        }.gaps
    }

    private func served(_ caseID: CaseID) throws -> Int64 {
        let id = try books.write { try books.prepare(caseID, $0) }.id
        try books.record(.filed, id)
        try books.record(.served, id)
        return id
    }

    private func disputes(_ caseID: CaseID) throws -> [DisputeRecord] {
        try books.database.read { try Disputes.list(caseID: caseID, all: true, after: 0, limit: 99, $0) }
    }

    private func owed(_ caseID: CaseID) throws -> [Int64] {
        try books.snapshot(caseID).facts.claims.map(\.outstandingPrincipal.minorUnits)
    }

    // MARK: Objections and bankruptcies

    @Test func `that the debtor objects is a dispute, and the hand-off goes on`() throws {
        let caseID = try books.ripeCase()
        let id = try served(caseID)
        let recorded = try books.record(.objected, id)
        #expect(recorded.disputes == [1])
        let dispute = try #require(try disputes(caseID).first)
        #expect(dispute.channel == "court" && dispute.claim == nil && dispute.state == .open)
        #expect(try books.handoff(id).state == .objected)
        #expect(try !books.tasks().map(\.kind).contains("legalStop"))
        #expect(try gaps(caseID, for: FakeForum.enforcement).map(\.identifier).contains("undisputedRest"))
        // And what it decides then is the decision of the dispute.
        #expect(try books.record(.decided, id).disputes == [1])
        #expect(try disputes(caseID).map(\.state) == [.rejected])
        #expect(try !books.tasks().map(\.kind).contains("legalStop"))
    }

    @Test func `that the debtor objects is no second dispute of what is disputed already`() throws {
        let caseID = try books.ripeCase()
        let id = try served(caseID)
        _ = try books.dispute(caseID)
        #expect(try books.record(.objected, id).disputes.isEmpty)
        #expect(try disputes(caseID).count == 1)
    }

    @Test func `that the debtor is bankrupt holds the case`() throws {
        let caseID = try books.ripeCase()
        let id = try served(caseID)
        #expect(try books.record(.bankrupt, id).hold == 1)
        #expect(try books.snapshot(caseID).standstill.holds.map(\.facts.kind) == [.insolvency])
        #expect(try books.handoff(id).state == .bankrupt)
        #expect(try !books.tasks().map(\.kind).contains("legalStop"))
        #expect(try gaps(caseID, for: FakeForum.lawyer).map(\.identifier) == ["notHeld.insolvency"])
    }

    // MARK: Decisions

    @Test func `is asked for where somebody says only that it was decided`() throws {
        let caseID = try books.ripeCase()
        let id = try served(caseID)
        let event = NewLegalEvent(.decided, on: day)
        let refused = #expect(throws: LegalRefusal.self) {
            _ = try books.write { try books.desk.record(event, of: id, today: day, $0) }
        }
        #expect(refused?.code == .badOutcome)
        #expect(throws: LegalRefusal.self) { try books.record(.objected, id, outcome: .forDebtor) }
        for granted in [0, 100_000, 200_000] as [Int64] {
            #expect(throws: LegalRefusal.self) {
                try books.record(.decided, id, outcome: .inPart(granted: Money(minorUnits: granted, .eur)))
            }
        }
        #expect(try books.handoff(id).state == .served)
    }

    @Test func `for the debtor is credited with the court's fee, and nothing is enforced`() throws {
        let caseID = try books.ripeCase()
        let id = try served(caseID)
        #expect(try books.courtFees() == (2500, 2500))
        let recorded = try books.record(.decided, id, outcome: .forDebtor)
        #expect(recorded.limitation == nil && recorded.proposal == nil)
        #expect(books.limitations.values.allSatisfy { !$0.hasPrefix("judgment") })
        #expect(try owed(caseID) == [0])
        #expect(try books.courtFees() == (0, 0))
        let case1 = try books.database.read { try CaseQueries.show(caseID, creditor: books.rules.creditor, $0) }
        #expect(case1.closeCode == CloseCode.upheld.rawValue)
        #expect(try disputes(caseID).map(\.state) == [.upheld])
        #expect(try books.database.read { try books.desk.events(of: id, $0) }.last?.outcome == .forDebtor)
        #expect(try books.record(.closed, id).isOver)
        #expect(try !books.tasks().map(\.kind).contains("legalClosed"))
    }

    @Test(arguments: [false, true])
    func `in part is credited in part`(isDisputed: Bool) throws {
        let caseID = try books.ripeCase()
        let id = try served(caseID)
        if isDisputed { try books.record(.objected, id) }
        let recorded = try books.record(.decided, id, outcome: .inPart(granted: Money(minorUnits: 60_000, .eur)))
        #expect(recorded.limitation == .judgment)
        #expect(try owed(caseID) == [60_000])
        #expect(try disputes(caseID).map(\.state) == [.upheldInPart])
        #expect(try books.snapshot(caseID).standstill.holds.isEmpty)
        #expect(try books.handoff(id).state == .decided)
    }

    /// Goal: what the court granted is not given back because it was paid.
    @Test(arguments: [false, true])
    func `in part counts what was paid since as paid on what was granted`(isDisputed: Bool) throws {
        let caseID = try books.ripeCase()
        let id = try served(caseID)
        // Charges and interest are paid first, and the court's fee last; 400.00 of the principal are.
        let other = try books.snapshot(caseID).balances.filter { ![.principal, .courtFee].contains($0.component) }
            .reduce(Int64(0)) { $0 + $1.amount.minorUnits }
        try books.write { try books.pay(caseID, other + 40_000, $0) }
        #expect(try owed(caseID) == [60_000])
        if isDisputed { try books.record(.objected, id) }
        try books.record(.decided, id, outcome: .inPart(granted: Money(minorUnits: 40_000, .eur)))
        #expect(try owed(caseID) == [0])
        #expect(try disputes(caseID).map(\.credited.minorUnits) == [60_000])
        let transfers = try books.database.read { try Ledger.transfers(of: caseID, $0) }
        let onPrincipal = transfers.reduce(Int64(0)) { sum, transfer in
            switch (transfer.debit, transfer.credit) {
            case (.clientFunds, .principalReceivable): sum + transfer.amount.minorUnits
            case (.principalReceivable, .clientFunds): sum - transfer.amount.minorUnits
            default: sum
            }
        }
        #expect(onPrincipal == 40_000)
    }

    /// Goal: a dispute of the whole case does not keep what came in afterwards owed, nor is it about it.
    @Test func `for the debtor credits what joined the case after all of it was disputed`() throws {
        let (caseID, claims) = try books.ripePair()
        let id = try served(caseID)
        #expect(try books.record(.objected, id).disputes == [1])
        try books.write { try $0.execute("UPDATE dispute SET claims_through = $1 WHERE id = 1", claims[0]) }
        #expect(try books.record(.decided, id, outcome: .forDebtor).disputes == [1, 2])
        #expect(try owed(caseID) == [0, 0])
        #expect(try disputes(caseID).map(\.claim) == [nil, claims[1]])
        #expect(try disputes(caseID).map(\.state) == [.upheld, .upheld])
        #expect(try books.snapshot(caseID).isClosed)
    }

    @Test func `in part leaves a dispute of the whole case to what it is about`() throws {
        let (caseID, claims) = try books.ripePair()
        let id = try served(caseID)
        try books.record(.objected, id)
        try books.write { try $0.execute("UPDATE dispute SET claims_through = $1 WHERE id = 1", claims[0]) }
        #expect(
            try books.record(.decided, id, outcome: .inPart(granted: Money(minorUnits: 50_000, .eur))).disputes == [
                1, 2,
            ])
        #expect(try owed(caseID) == [0, 50_000])
        #expect(try disputes(caseID).map(\.state) == [.upheld, .upheldInPart])
    }

    @Test func `in part, under two disputes of the whole case, credits no more than was not granted`() throws {
        let (caseID, claims) = try books.ripePair()
        // The later claim is due first, and with it the credit begins.
        try books.write {
            try $0.execute("UPDATE claim SET due_on = $1 WHERE id = $2", CivilDate(2026, 1, 9), claims[1])
        }
        let id = try served(caseID)
        try books.record(.objected, id)
        try books.write { try $0.execute("UPDATE dispute SET claims_through = $1 WHERE id = 1", claims[0]) }
        _ = try books.dispute(caseID)
        try books.record(.decided, id, outcome: .inPart(granted: Money(minorUnits: 80_000, .eur)))
        #expect(try owed(caseID) == [80_000, 0])
        #expect(try disputes(caseID).map(\.credited.minorUnits) == [20_000, 100_000])
    }

    @Test func `for the debtor closes a case of which only the court's fee is owed`() throws {
        let caseID = try books.ripeCase()
        let id = try served(caseID)
        try books.record(.objected, id)
        try books.write { transaction in
            let owed = try CaseSnapshots.load(caseID, creditor: books.rules.creditor, transaction)
            let rest = owed.balances.filter { $0.component != .courtFee }
            for balance in rest { try balance.coverForTest(caseID, transaction) }
        }
        #expect(try books.snapshot(caseID).balances.map(\.component) == [.courtFee])
        try books.record(.decided, id, outcome: .forDebtor)
        #expect(try books.snapshot(caseID).isClosed)
    }

    @Test func `in part, of two claims, takes the older away first`() throws {
        let (caseID, claims) = try books.ripePair()
        let id = try served(caseID)
        try books.record(.decided, id, outcome: .inPart(granted: Money(minorUnits: 100_000, .eur)))
        #expect(try owed(caseID) == [0, 100_000])
        let judgments = books.limitations.values.filter { $0.hasPrefix("judgment") }
        #expect(judgments == ["judgment \(claims[1]) \(day)"])
    }

    @Test func `that a case is ended without a decision keeps it from going there again until somebody has looked`()
        throws
    {
        let caseID = try books.ripeCase()
        let id = try served(caseID)
        try books.record(.closed, id)
        let task = try #require(try books.tasks().first { $0.kind == "legalClosed" })
        #expect(try gaps(caseID).map(\.identifier) == ["closingLookedAt"])
        try books.write { try Tasks.done(task.id, on: day, because: "looked", $0) }
        #expect(try gaps(caseID).isEmpty)
    }

    // MARK: What is left out

    @Test func `is about the claims that nobody disputes, and what stayed behind recalls nothing`() throws {
        let (caseID, claims) = try books.ripePair()
        _ = try books.dispute(caseID, claims[0])
        let check = try books.database.read { try books.check(caseID, $0) }
        #expect(check.gaps.isEmpty)
        #expect(check.part.taken == [claims[1]])
        #expect(check.part.leftOut.map(\.claim) == [claims[0]])
        #expect(check.part.leftOut.first?.why.contains("dispute") ?? false)
        #expect(check.facts.balances.allSatisfy { $0.claim != claims[0] })
        #expect(check.facts.facts.claims.map(\.id) == [claims[1]])
        let principal = check.facts.balances.filter { $0.component == .principal }.map(\.amount.minorUnits)
        #expect(principal == [100_000])
        #expect(try check.explanation.owed.minorUnits < books.snapshot(caseID).facts.outstanding.minorUnits)
        // A lawyer takes all of it.
        #expect(try books.database.read { try books.check(caseID, for: FakeForum.lawyer, $0) }.part.taken == claims)

        let id = try books.write { try books.prepare(caseID, $0) }.id
        let decision = DisputeDecision(
            .settled, amount: Money(minorUnits: 5000, .eur), documents: [NewDocument(.evidence, text: "Agreed.")])
        try books.write {
            _ = try Disputes.decide(1, decision, on: day, books.rules, books.sealer, $0)
        }
        #expect(try books.handoff(id).state == .prepared)
        try books.record(.filed, id)
        #expect(books.limitations.values == ["proceedingsFiled \(claims[1]) \(day)"])
        // What was handed over is its own.
        _ = try books.dispute(caseID, claims[1])
        #expect(try books.tasks().map(\.kind).contains("legalStop"))
    }

    @Test func `is not about a claim that is disputed in part`() throws {
        let (caseID, claims) = try books.ripePair()
        _ = try books.dispute(caseID, claims[0], part: 5000)
        let check = try books.database.read { try books.check(caseID, $0) }
        if books.rules.jurisdiction.undisputedRest.value {
            #expect(check.gaps.map(\.identifier).contains("notDisputedInPart"))
        } else {
            #expect(check.part.taken == [claims[1]])
        }
    }

    @Test func `is about nothing where all is disputed`() throws {
        let (caseID, claims) = try books.ripePair()
        for claim in claims { _ = try books.dispute(caseID, claim) }
        #expect(try gaps(caseID).map(\.identifier) == ["undisputedRest", "notDisputed"])
    }

    @Test func `is recalled by a claim that comes in, and by nothing of its own`() throws {
        let (caseID, _) = try books.ripePair()
        let id = try books.write { try books.prepare(caseID, $0) }.id
        try books.write { try books.rules.announce(.balance, in: caseID, on: day, $0) }
        #expect(try books.handoff(id).state == .prepared)
        try books.addClaim("P3", on: day)
        #expect(try books.handoff(id).state == .recalled)
        #expect(try books.tasks().map(\.kind).contains("legalRecalled"))
        // A court is not told of what is charged, and once of what is paid.
        try books.write { transaction in
            try transaction.execute("UPDATE case_step SET state = 'withdrawn' WHERE state = 'queued'")
        }
        let again = try books.write { try books.prepare(caseID, $0) }.id
        try books.record(.filed, again)
        try books.addClaim("P4", on: day)
        #expect(try !books.tasks().map(\.kind).contains("legalStop"))
        try books.write { try books.pay(caseID, 1000, $0) }
        let task = try #require(try books.tasks().first { $0.kind == "legalStop" })
        try books.write { try Tasks.done(task.id, on: day, because: "told", $0) }
        try books.write { try books.rules.announce(.balance, in: caseID, on: day, $0) }
        #expect(try !books.tasks().map(\.kind).contains("legalStop"))
    }

    // MARK: What the house asks

    @Test func `waits for the time that the debtor has after a hold`() throws {
        let caseID = try books.ripeCase()
        let id = try books.dispute(caseID)
        let decision = DisputeDecision(.rejected, grounds: "It is owed.", hasNoDocument: true, answeredOn: day)
        let decided = try books.write {
            try Disputes.decide(id, decision, on: day, books.rules, books.sealer, $0)
        }
        let from = try #require(decided.resumption?.value)
        #expect(from > day)
        for procedure in [HandoffBooks.procedure, FakeForum.lawyer] {
            let found = try gaps(caseID, for: procedure)
            #expect(found.map(\.identifier) == ["notPaused"])
            guard case .notYet(from, let words)? = found.first?.status else {
                Issue.record("the pause has no day: \(found)")
                return
            }
            #expect(!words.isEmpty)
        }
        #expect(try gaps(caseID, on: from.adding(days: -1)).map(\.identifier) == ["notPaused"])
        #expect(try gaps(caseID, on: from).isEmpty)
    }

    @Test func `waits for the answer to a dispute that is decided`() throws {
        let caseID = try books.ripeCase()
        let id = try books.dispute(caseID)
        func words() throws -> String {
            let gap = try gaps(caseID).first { $0.identifier == "undisputedRest" }
            guard case .notYet(_, let words)? = gap?.status else { return "" }
            return words
        }
        #expect(try words() == "the decision of the dispute")
        let decision = DisputeDecision(.rejected, grounds: "It is owed.", hasNoDocument: true)
        _ = try books.write { try Disputes.decide(id, decision, on: day, books.rules, books.sealer, $0) }
        #expect(try words() == "the answer to the dispute")
    }

    @Test func `waits for a letter that is leaving`() throws {
        let caseID = try books.ripeCase()
        try books.write { try $0.execute("UPDATE case_step SET state = 'leaving', channel = NULL WHERE id = 1") }
        #expect(try gaps(caseID, for: FakeForum.lawyer).map(\.identifier).contains("nothingOnItsWay"))
    }

    @Test func `waits until somebody has said that no plan is kept`() throws {
        let caseID = try books.ripeCase()
        for answers in [[:], ["keptPlan": "yes"], ["keptPlan": "perhaps"]] {
            #expect(try gaps(caseID, answers: answers).map(\.identifier) == ["notOnKeptPlan"])
        }
        let kept = try books.database.read { try books.check(caseID, answers: ["keptPlan": "yes"], $0) }
        #expect(kept.facts.isOnKeptPlan)
    }

    @Test func `is not spared the notice of collection by a basis that the forum does not know`() throws {
        let tenant = try TestTenant()
        let caseID = try tenant.open("A1", 100_000, dueOn: CivilDate(2026, 1, 10), on: HandoffBooks.opened)
        try tenant.database.migrate(
            Schema(TestTenant.schema.migrations + [LegalSchema.migration, LegalSchema.claims]),
            with: .test(on: HandoffBooks.opened))
        let desk = LegalDesk(FakeForum(Testland.country), tenant.rules, tenant.sealer) { _, _, _, _, _ in }
        func names(_ kind: String) throws -> [String] {
            let basis = EnforcementBasis(kind: kind, on: HandoffBooks.opened, reference: "1", saysEnforceable: true)
            return try tenant.database.read {
                try desk.check(
                    caseID, FakeForum.enforcement, on: HandoffBooks.opened, creditor: TestTenant.debtor(),
                    agency: "Agency",
                    basis: basis, answers: ["keptPlan": "no"], documents: [], $0)
            }.gaps.map(\.identifier)
        }
        #expect(try names("hearsay").contains("noticed"))
        #expect(try !names("judgment").contains("noticed"))
    }

    @Test func `is asked for by one package at a time, of whatever procedure`() throws {
        let caseID = try books.ripeCase()
        let first = try books.write { try books.prepare(caseID, for: FakeForum.lawyer, $0) }.id
        #expect(try gaps(caseID).map(\.identifier) == ["onlyOne"])
        try books.record(.filed, first)
        #expect(try gaps(caseID).isEmpty)
    }

    // MARK: Tasks

    @Test func `ends no task that another hand-off of the case still needs`() throws {
        let authority = try #require(TestPermits.authority)
        let caseID = try books.ripeCase()
        let first = try books.write { try books.prepare(caseID, $0) }.id
        try books.record(.filed, first)
        let second = try books.write { try books.prepare(caseID, for: FakeForum.lawyer, $0) }.id
        let permit = authority.handoffPermit(
            tenant: books.database.tenant, caseID: caseID, procedure: FakeForum.lawyer, day: day)
        defer { authority.end(permit) }
        #expect(try books.write { try LegalDesk.depart(second, permit, $0) })
        try books.write {
            try Tasks.raise(.filingUnknown, caseID, about: second, on: day, message: "second", cure: "ask", $0)
        }
        try books.record(.served, first)
        #expect(try books.tasks().map(\.kind).contains("filingUnknown"))
        try books.record(.filed, second)
        #expect(try !books.tasks().map(\.kind).contains("filingUnknown"))
    }

    @Test func `is asked for where a package was made and nobody filed it`() throws {
        let caseID = try books.ripeCase()
        let id = try books.write { try books.prepare(caseID, $0) }.id
        try books.write { try LegalDesk.followUp(on: day.adding(days: 6), $0) }
        #expect(try books.tasks().isEmpty)
        try books.write { try LegalDesk.followUp(on: day.adding(days: 7), $0) }
        #expect(try books.tasks().map(\.kind) == ["legalFollowUp"])
        try books.write { try LegalDesk.recall(id, because: "test", on: day.adding(days: 8), $0) }
        #expect(try books.tasks().isEmpty)
    }

    @Test func `that it has what was recalled is recorded, and withdrawn`() throws {
        let caseID = try books.ripeCase()
        let id = try books.write { try books.prepare(caseID, $0) }.id
        try books.write { try books.pay(caseID, 1000, $0) }
        #expect(try books.handoff(id).state == .recalled)
        try books.record(.filed, id)
        #expect(try books.handoff(id).state == .filed)
        #expect(try books.handoff(id).endedOn == nil)
        #expect(try books.tasks().map(\.kind).contains("legalStop"))
        #expect(try books.courtFees().laidOut == 2500)
        // Not where another has taken its place.
        let other = try books.ripeCase("B1")
        let recalled = try books.write { try books.prepare(other, $0) }.id
        try books.write { try LegalDesk.recall(recalled, because: "test", on: day, $0) }
        _ = try books.write { try books.prepare(other, $0) }
        #expect(throws: LegalRefusal.self) { try books.record(.filed, recalled) }
    }

    @Test func `of tomorrow is not heard`() throws {
        let caseID = try books.ripeCase()
        let id = try books.write { try books.prepare(caseID, $0) }.id
        try books.record(.filed, id)
        let answer = CourtAnswer(
            identifier: "a1", number: id, state: .served, on: day.adding(days: 1), text: "Served")
        #expect(throws: LegalRefusal.self) {
            _ = try books.write { try books.desk.take(answer, today: day, $0) }
        }
        #expect(try books.write { try books.desk.take(answer, today: day.adding(days: 1), $0) })
    }
}

extension CaseSnapshot.Balance {
    /// Books money on a balance, and asks nobody what follows.
    fileprivate func coverForTest(_ caseID: CaseID, _ transaction: WriteTransaction) throws {
        try Ledger.post(
            debit: .clientFunds, credit: Account(receivable: component), amount: amount, on: HandoffBooks.day,
            caseID: caseID,
            claim: claim, cause: .correction, transaction)
    }
}
