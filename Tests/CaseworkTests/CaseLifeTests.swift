import Casework
import CaseworkTesting
import Correspondence
import Database
import DatabaseTesting
import FordringKit
import Foundation
import Intake
import JobQueue
import Ledger
import Synchronization
import Testing

@Suite struct `The life of a case` {
    private static let page = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appending(path: "Sources/Core/Casework/Casework.docc/LifeCycle.md")

    @Test func `is drawn in the module's documentation as the code has it`() throws {
        let page = try String(contentsOf: Self.page, encoding: .utf8)
        let block = try #require(page.components(separatedBy: "```mermaid\n").dropFirst().first)
        let chart = try #require(block.components(separatedBy: "```").first)
        #expect(chart == CaseLife.chart, "write it anew: fordring case states > the block of LifeCycle.md")
        for state in CaseState.allCases { #expect(page.contains("| `\(state.rawValue)` |"), "\(state)") }
        for event in CaseEvent.allCases { #expect(page.contains("| `\(event.rawValue)` |"), "\(event)") }
    }

    @Test func `can end from wherever it is, and reaches every state`() {
        let lives = CaseLife.reachable
        #expect(Set(lives.map(\.state)) == Set(CaseState.allCases))
        for life in lives {
            #expect(CaseEvent.allCases.contains { life.after($0) != nil } != life.isClosed, "\(life)")
            // Also by a person alone: without a payment.
            var found: Set<CaseLife> = [life]
            var open = [life]
            while let next = open.popLast() {
                for event in CaseEvent.allCases where event != .nothingOwed {
                    if let after = next.after(event), found.insert(after).inserted { open.append(after) }
                }
            }
            #expect(found.contains { $0.isClosed }, "\(life) never ends")
        }
    }

    @Test func `takes no step while something stops it, and goes on only by what lifts that`() {
        for life in CaseLife.reachable where life.isHeld || life.isSelling {
            for event in CaseEvent.allCases {
                guard let next = life.after(event) else { continue }
                #expect(!event.isStep, "\(life) takes \(event)")
                #expect(next.reach == life.reach, "\(life) comes further by \(event)")
                if life.isHeld, !next.isHeld { #expect(event == .released || next.isClosed, "\(life): \(event)") }
                if life.isSelling, !next.isSelling { #expect(event == .saleCalledOff || next.isClosed) }
            }
        }
    }

    /// Goal: what stands still comes to a court only to have decided what is disputed, and is held as before.
    @Test func `is handed over while it stands still only by the event for disputes`() {
        for life in CaseLife.reachable {
            let next = life.after(.filedDisputed)
            #expect((next != nil) == (life.isHeld && !life.isSelling && !life.isClosed && life.reach >= .noticed))
            if let next { #expect(next.isHeld && next.isWithCourt && next.reach == life.reach) }
            guard life.isHeld, !life.isWithCourt else { continue }
            for event in CaseEvent.allCases where event != .filedDisputed {
                #expect(life.after(event)?.isWithCourt != true, "\(life): \(event)")
            }
        }
    }

    @Test func `says why the chart does not draw what is asked for`() throws {
        for life in CaseLife.reachable {
            for event in CaseEvent.allCases {
                do {
                    let next = try life.taking(event, in: CaseID(rawValue: 3))
                    #expect(next == life.after(event))
                } catch {
                    #expect(life.after(event) == nil && error.code == (life.isClosed ? .caseClosed : .notInChart))
                    #expect(error.message.contains("Case 3 is \(life.state.rawValue)"))
                }
            }
        }
    }

    /// Goal: no way through the chart leads to a court without the notice, but where there is a basis already.
    ///
    /// Method: every life that is reachable without the notice, and without a basis.
    @Test func `comes to no court without the notice`() {
        var found: Set<CaseLife> = [CaseLife()]
        var open = [CaseLife()]
        while let life = open.popLast() {
            for event in CaseEvent.allCases where event != .noticed && event != .filedOnBasis {
                if let next = life.after(event), found.insert(next).inserted { open.append(next) }
            }
        }
        #expect(!found.contains { $0.isWithCourt || $0.reach >= .noticed })
        for life in CaseLife.reachable where life.isClosed {
            #expect(CaseEvent.allCases.allSatisfy { life.after($0) == nil })
        }
    }

    @Test func `has a place for every step that the countries share`() {
        for reach in CaseReach.allCases where reach != .new { #expect(reach.event?.isStep == true) }
        let shared: [StepKind] = [.reminder, .collectionNotice, .collectionLetter, .readyForCourt]
        #expect(shared.compactMap { CaseReach($0) } == Array(CaseReach.allCases.dropFirst()))
    }
}

@Suite struct `Closing a case` {
    private let tenant: TestTenant
    private let id: CaseID

    init() throws {
        tenant = try TestTenant()
        id = try tenant.open("A1", 100_000, dueOn: CivilDate(2025, 12, 31), on: monday)
    }

    private struct Court: CaseFollower {
        func follow(_ change: CaseChange, in caseID: CaseID, on day: CivilDate, _ transaction: WriteTransaction) {}

        func ties(of caseID: CaseID, _ transaction: ReadTransaction) -> [CaseTie] {
            [CaseTie(obstacle: "hand-off 1 is filed", cure: "End it.", isWithCourt: true)]
        }
    }

    private func refusal(_ body: () throws -> Void) throws -> CaseworkRefusal? {
        let before = try tenant.dump()
        do {
            try body()
            return nil
        } catch let refusal as CaseworkRefusal {
            #expect(try tenant.dump() == before, "what is refused leaves no trace")
            return refusal
        }
    }

    @Test(arguments: CloseCode.allCases)
    func `is for a person with a code of a person's only`(_ code: CloseCode) throws {
        tenant.law.limitationDays = 1
        try tenant.run(monday)
        if code.giver == .books {
            let refused = try #require(try refusal { try tenant.close(id, as: code, on: monday) })
            #expect(refused.code == .badClosing && refused.message.contains(code.comesBy ?? "-"))
            return
        }
        try tenant.close(id, as: code, on: monday)
        let record = try tenant.record(id)
        #expect(record.closeCode == code.rawValue && record.snapshot.stage == "closed" && record.nextOn == nil)
        #expect(record.steps.map(\.state) == ["withdrawn"])
        #expect(try refusal { try tenant.close(id, as: code, on: monday) }?.code == .caseClosed)
    }

    @Test func `waits for a court, and for a limitation that has not passed`() throws {
        tenant.followers = [Court()]
        let refused = try #require(try refusal { try tenant.close(id, as: .uncollectable, on: monday) })
        #expect(refused.message == "Case \(id) cannot be closed: hand-off 1 is filed. End it.")
        tenant.followers = []
        #expect(try refusal { try tenant.close(id, as: .lapsed, on: monday) }?.code == .badClosing)
        tenant.law.limitationDays = 100
        let early = try #require(try refusal { try tenant.close(id, as: .lapsed, on: monday) })
        #expect(early.message.contains("can be enforced through 2026-04-10"))
        try tenant.close(id, as: .lapsed, on: CivilDate(2026, 4, 11))
    }

    @Test func `by the books has the code of what was booked`() throws {
        _ = try tenant.register(
            TestTenant.creditNote("C1", 100_000, against: "A1", issuedOn: monday), on: monday)
        #expect(try tenant.record(id).closeCode == "credited")
        let other = try tenant.open("B1", 500, dueOn: CivilDate(2025, 12, 31), on: monday)
        let dispute = try tenant.dispute(other, on: monday).id
        try tenant.decide(dispute, .settled, minorUnits: 500, on: monday)
        #expect(try tenant.record(other).closeCode == "settled")
    }

    @Test func `is done once, whoever tries`() throws {
        try tenant.pay(100_000, id, paidOn: monday)
        let refused = try refusal {
            try tenant.write(on: monday) { try Payments.close(id, code: .withdrawn, on: monday, tenant.rules, $0) }
        }
        #expect(try refused?.code == .caseClosed && tenant.record(id).closeCode == "paid")
    }
}

@Suite struct `Selling a case` {
    private let tenant: TestTenant
    private let id: CaseID

    init() throws {
        tenant = try TestTenant()
        tenant.law.tellsOfSale = true
        id = try tenant.open("A1", 100_000, dueOn: CivilDate(2025, 12, 31), on: monday)
    }

    private struct Court: CaseFollower {
        func follow(_ change: CaseChange, in caseID: CaseID, on day: CivilDate, _ transaction: WriteTransaction) {}

        func ties(of caseID: CaseID, _ transaction: ReadTransaction) -> [CaseTie] {
            [CaseTie(obstacle: "hand-off 1 is filed", cure: "End it.", isWithCourt: true)]
        }
    }

    private func sale() throws -> SaleRecord { try tenant.database.read { try Sales.latest(of: id, $0) } }

    private func life() throws -> CaseLife { try tenant.snapshot(id).life() }

    /// Tries to sell, and gives the refusal's words.
    private func refusal(agreedOn: CivilDate? = nil, on day: CivilDate = monday) throws -> String? {
        let before = try tenant.dump()
        do {
            try tenant.sell(id, agreedOn: agreedOn, on: day)
            return nil
        } catch let refusal as CaseworkRefusal {
            #expect(try tenant.dump() == before, "what is refused leaves no trace")
            return refusal.message
        }
    }

    /// Takes the letter that waits, up to the moment at which its channel is called.
    private func depart(on day: CivilDate) throws -> Job {
        tenant.temporary.clock.now = Timestamp(day, hour: 7)
        let jobs = try tenant.write(on: day) { try JobQueue.claim(ClaimRequest(1, owner: "post"), $0) }
        let job = try #require(jobs.first)
        let departure = try tenant.depart(job, on: day)
        #expect(departure == .gone)
        return job
    }

    private func arrive(_ job: Job, on day: CivilDate) throws {
        let letter = SentLetter(
            step: job.subject, channel: "post", receipt: DeliveryReceipt(reference: "r", sentOn: day, details: [:]),
            documentSHA256: "", deadline: nil)
        _ = try tenant.write(on: day) { try LetterDesk.recordSent(letter, job, tenant.rules, $0) }
    }

    @Test func `tells the debtor first, and sends nothing else before or after`() throws {
        try tenant.run(monday)
        #expect(try tenant.record(id).steps.map(\.state) == ["queued"])
        let step = try tenant.sell(id, on: monday)
        #expect(try tenant.record(id).steps.map(\.state) == ["withdrawn", "queued"], "what waited is withdrawn")
        #expect(try life().state == .selling && sale().state == "selling")
        // A law that throws for every question is asked none.
        tenant.law.mischief = .otherError
        for day in 0..<40 { try tenant.run(monday.adding(days: day)) }
        tenant.law.mischief = nil
        #expect(try tenant.record(id).steps.count == 2)
        let day = monday.adding(days: 40)
        let letters = try tenant.send(on: day)
        #expect(letters.map(\.content.step) == [Testland.noticeOfSale])
        #expect(letters.first?.content.newCreditor == LabelledText("Buyer ApS", "Street 1, 1000 City"))
        let record = try tenant.record(id)
        #expect(record.closeCode == "sold" && record.closedOn == day && record.nextOn == nil)
        #expect(record.steps.map(\.id).last == step && record.steps.last?.state == "sent")
        let sold = try sale()
        #expect(sold.state == "sold" && sold.endedOn == day && sold.buyer.name == "Buyer ApS")
        // 45 days of 10 % on 1000.00.
        #expect(sold.amounts.map(\.component) == [.principal, .interest])
        #expect(
            sold.amounts.map(\.amount.minorUnits) == [100_000, 1233] && sold.amounts.map(\.isAccrued) == [false, true])
        try tenant.run(day.adding(days: 1))
        #expect(try tenant.send(on: day.adding(days: 1)).isEmpty && tenant.record(id).steps.count == 2)
        let holds = try tenant.database.read { try Holds.list(caseID: id, all: false, after: 0, limit: 9, $0) }
        #expect(holds.isEmpty)
    }

    @Test func `is refused by name where it may not be`() throws {
        tenant.law.tellsOfSale = false
        #expect(try refusal()?.contains("testland") == true, "without the country's letter")
        tenant.law.tellsOfSale = true
        #expect(try refusal(agreedOn: monday.adding(days: 1))?.contains("after 2026-01-05") == true)
        tenant.followers = [Court()]
        #expect(try refusal()?.contains("hand-off 1 is filed. End it.") == true)
        tenant.followers = []
        let hold = try tenant.hold(.estate, id, on: monday)
        #expect(try refusal()?.contains("held since 2026-01-05 (estate)") == true)
        try tenant.lift(hold, as: .administrator, on: monday)
        let dispute = try tenant.dispute(id, on: monday).id
        #expect(try refusal()?.contains("disputed since 2026-01-05") == true)
        try tenant.decide(dispute, .rejected, grounds: "No.", on: monday)
        // The debtor's days after the hold: the notice would stand still, and the sale call itself off.
        let resumesOn = try #require(try tenant.snapshot(id).standstill.pauses.map(\.resumesOn).max())
        #expect(resumesOn > monday)
        #expect(try refusal(on: resumesOn.adding(days: -1))?.contains("no earlier than on \(resumesOn)") == true)
        #expect(try refusal(on: resumesOn) == nil)
        #expect(try refusal(on: resumesOn)?.contains("is being sold already") == true)
        let claim = TestTenant.invoice(
            "A2", 100, issuedOn: monday, dueOn: monday, debtor: TestTenant.debtor("Debtor of A1"))
        let verdict = try tenant.register(claim, on: resumesOn)
        #expect(verdict.outcome == .refused && verdict.reason.contains("is being sold"))
        try tenant.pay(100_000, id, paidOn: monday, registeredOn: resumesOn)
        #expect(try refusal(on: resumesOn)?.contains("closed already") == true)
    }

    @Test func `waits for a letter that is leaving`() throws {
        try tenant.run(monday)
        let job = try depart(on: monday)
        #expect(try refusal()?.contains("a letter that is leaving (step 1)") == true)
        try arrive(job, on: monday)
        #expect(try refusal() == nil)
    }

    @Test(arguments: ["payment", "dispute", "hold", "credit", "close", "failure"])
    func `is called off by whatever comes before the notice has left`(_ stop: String) throws {
        let step = try tenant.sell(id, on: monday)
        let hold = try #require(try tenant.snapshot(id).sale?.hold)
        switch stop {
        case "payment": try tenant.pay(100, id, paidOn: monday)
        case "dispute": try tenant.dispute(id, on: monday)
        case "hold": try tenant.hold(.creditorWait, id, on: monday)
        case "credit":
            _ = try tenant.register(TestTenant.creditNote("C1", 100, against: "A1", issuedOn: monday), on: monday)
        case "close": try tenant.close(id, on: monday)
        default:
            try tenant.write(on: monday) {
                try LetterDesk.giveUp(step: step, message: "no", today: monday, tenant.rules, $0)
            }
        }
        #expect(try sale().state == "calledOff" && sale().amounts.isEmpty)
        #expect(try tenant.tasks().contains { $0.kind == TaskKind.saleCalledOff.rawValue })
        let holds = try tenant.database.read { try Holds.list(caseID: id, all: false, after: 0, limit: 9, $0) }
        #expect(!holds.contains { $0.id == hold } && holds.count == (["dispute", "hold"].contains(stop) ? 1 : 0))
        let state = try life().state
        #expect(state == (stop == "close" ? .closed : ["dispute", "hold"].contains(stop) ? .held : .new))
        #expect(try tenant.send(on: monday).isEmpty)
    }

    @Test func `is made once the notice is gone, whatever came while it was leaving`() throws {
        try tenant.sell(id, on: monday)
        let job = try depart(on: monday)
        #expect(throws: CaseworkRefusal.self) { try tenant.close(id, on: monday) }
        try tenant.dispute(id, on: monday)
        #expect(try sale().state == "selling")
        try arrive(job, on: monday)
        #expect(try sale().state == "sold" && tenant.record(id).closeCode == "sold")
    }

    @Test func `hands a dispute on that came while the notice was leaving`() throws {
        try tenant.sell(id, on: monday)
        let job = try depart(on: monday)
        let dispute = try tenant.dispute(id, on: monday).id
        try arrive(job, on: monday)
        let task = try #require(try tenant.tasks().first { $0.kind == TaskKind.passOnDispute.rawValue })
        #expect(task.about == dispute && task.caseID == id)
    }

    @Test(arguments: [true, false]) func `tells the debtor where to pay as buyer and seller agreed`(_ same: Bool) throws
    {
        let step = try tenant.write(on: monday) {
            try Sales.begin(
                id, to: Buyer(name: "Buyer ApS", address: "Street 1", takesSameAccount: same), agreedOn: monday,
                reason: "a test", on: monday, tenant.rules, $0
            ).step
        }
        let letter = try #require(try tenant.send(on: monday).first)
        #expect(letter.content.id == LetterID(rawValue: step) && letter.content.paysToSameAccount == same)
        #expect(try sale().buyer.takesSameAccount == same)
    }

    @Test func `of what was paid while the notice was leaving did not happen`() throws {
        try tenant.sell(id, on: monday)
        let job = try depart(on: monday)
        try tenant.pay(100_000, id, paidOn: monday)
        #expect(try sale().state == "calledOff" && tenant.record(id).closeCode == "paid")
        try arrive(job, on: monday)
        #expect(try sale().state == "calledOff" && tenant.record(id).closeCode == "paid")
        #expect(try tenant.tasks().contains { $0.kind == TaskKind.sentAfterWithdrawal.rawValue })
    }

    @Test func `has a hold that nobody lifts`() throws {
        try tenant.sell(id, on: monday)
        let hold = try #require(try tenant.snapshot(id).sale?.hold)
        for lifter in HoldLifter.allCases {
            #expect(throws: CaseworkRefusal.self) { try tenant.lift(hold, as: lifter, on: monday) }
        }
    }

    @Test func `needs a buyer with a name and an address`() throws {
        #expect(
            try Buyer(" New  Creditor, Street 1,\n1000 City ")
                == Buyer(name: "New Creditor", address: "Street 1, 1000 City"))
        for text in ["", "Nobody", "Nobody,", ", Street 1"] {
            #expect(throws: CaseworkRefusal.self) { _ = try Buyer(text) }
        }
    }
}

/// Goal: whatever happens, the books only ever show what the chart allows, and after a sale began nothing left but its notice.
///
/// Method: claims, runs, letters, payments, credits, disputes of all, of claims and of parts, answers, holds, closings and sales in
/// an order of chance; a court has cases for a while, and letters are gone of which is known only later whether they left. A
/// trigger of the database writes every change of a case's row down, whoever makes it; each is held against the chart. So is the
/// life of every case before and after each act, by the events that this act may be, and each letter against what stood still.
@Suite struct `The books` {
    private struct Change {
        let caseID: CaseID
        let from: String
        let to: String
        let wasClosed: Bool
        let isClosed: Bool
        let isHeld: Bool
        /// Whether anything in it stands still.
        let isHeldInPart: Bool
    }

    /// Has cases for a while.
    private final class Court: CaseFollower {
        private let cases = Mutex<Set<Int64>>([])

        func take(_ caseID: CaseID) { cases.withLock { _ = $0.insert(caseID.rawValue) } }

        func end(_ caseID: CaseID) { cases.withLock { _ = $0.remove(caseID.rawValue) } }

        func has(_ caseID: CaseID) -> Bool { cases.withLock { $0.contains(caseID.rawValue) } }

        func follow(_ change: CaseChange, in caseID: CaseID, on day: CivilDate, _ transaction: WriteTransaction) {
            if change == .closed { end(caseID) }
        }

        func ties(of caseID: CaseID, _ transaction: ReadTransaction) -> [CaseTie] {
            has(caseID) ? [CaseTie(obstacle: "a court has it", cure: "End it.", isWithCourt: true)] : []
        }
    }

    /// A case at one moment.
    private struct Moment {
        let life: CaseLife
        /// The steps that count, by number.
        let steps: [Int64: StepKind]
    }

    private static func moments(_ tenant: TestTenant, _ court: Court) throws -> [CaseID: Moment] {
        let ids = try tenant.database.read { transaction in
            try transaction.all("SELECT id FROM debt_case ORDER BY id") { CaseID(rawValue: $0.integer(0)) }
        }
        return try tenant.database.read { transaction in
            var steps: [CaseID: [Int64: StepKind]] = [:]
            try transaction.query(
                """
                SELECT case_id, id, kind FROM case_step WHERE state = 'queued' OR state = 'leaving'
                    OR (state IN ('sent', 'done') AND void_by IS NULL)
                """
            ) { row in
                steps[CaseID(rawValue: row.integer(0)), default: [:]][row.integer(1)] = StepKind(row.text(2))
            }
            var moments: [CaseID: Moment] = [:]
            for snapshot in try CaseSnapshots.load(ids, creditor: tenant.creditor, transaction) {
                let id = snapshot.facts.id
                moments[id] = Moment(life: snapshot.life(isWithCourt: court.has(id)), steps: steps[id] ?? [:])
            }
            return moments
        }
    }

    private static func reach(_ steps: [StepKind]) -> CaseReach { steps.compactMap { CaseReach($0) }.max() ?? .new }

    /// What may happen to a case by what was done; in one transaction there may be several events.
    private static let events: [String: Set<CaseEvent>] = [
        // A claim that nobody disputes lets a case go on of which all others are disputed.
        "claim": [.released],
        // Where what goes on is paid, only what is held is left.
        "payment": [.nothingOwed, .held, .released, .saleCalledOff],
        "credit": [.nothingOwed, .held, .released, .saleCalledOff],
        "dispute": [.held, .saleCalledOff], "hold": [.held, .saleCalledOff],
        "decision": [.nothingOwed, .held, .released, .saleCalledOff], "answer": [.released], "lift": [.released],
        "close": [.ended, .saleCalledOff], "sale": [.saleBegan],
        "court": [.filed, .filedDisputed], "court ended": [.courtEnded],
        "run": [.reminded, .noticed, .demanded, .madeReady, .released],
        "letters": [.sold, .saleCalledOff], "departure": [], "settling": [.sold, .saleCalledOff],
    ]

    /// Whether the chart leads from one moment of a case to the next by what was done.
    ///
    /// What was withdrawn, or counts no more, counts as if it had never been.
    private static func isDrawn(_ what: String, from before: Moment, to after: Moment) -> Bool {
        var start = before.life
        start.reach = Self.reach(before.steps.filter { after.steps[$0.key] != nil }.map(\.value))
        var found: Set<CaseLife> = [start]
        var open = [start]
        while let life = open.popLast() {
            if life == after.life { return true }
            for event in events[what] ?? [] {
                if let next = life.after(event), found.insert(next).inserted { open.append(next) }
            }
        }
        return false
    }

    private static func watch(_ tenant: TestTenant) throws {
        try tenant.write(on: monday) { transaction in
            try transaction.execute(
                """
                CREATE TABLE stage_change (
                    id INTEGER PRIMARY KEY, case_id INTEGER, was TEXT, stage TEXT, was_closed INTEGER, closed INTEGER,
                    held INTEGER, held_in_part INTEGER
                )
                """)
            try transaction.execute(
                """
                CREATE TRIGGER stage_watch AFTER UPDATE ON debt_case
                WHEN OLD.stage <> NEW.stage OR OLD.closed_on IS NOT NULL BEGIN
                    INSERT INTO stage_change (case_id, was, stage, was_closed, closed, held, held_in_part) VALUES (
                        NEW.id, OLD.stage, NEW.stage, OLD.closed_on IS NOT NULL, NEW.closed_on IS NOT NULL,
                        EXISTS (SELECT 1 FROM case_hold h WHERE h.case_id = NEW.id AND h.claim_id IS NULL
                            AND h.lifted_on IS NULL),
                        EXISTS (SELECT 1 FROM case_hold h WHERE h.case_id = NEW.id AND h.lifted_on IS NULL));
                END
                """)
        }
    }

    @Test(arguments: randomSeeds(31, 32, 33, 34))
    func `never show what the chart does not allow`(_ seed: UInt64) throws {
        print("life seed \(seed)")
        var random = SeededGenerator(seed: seed)
        let tenant = try TestTenant()
        tenant.law.tellsOfSale = true
        try Self.watch(tenant)
        var day = monday
        var counts: [String: Int] = [:]
        var references: [String] = []
        var seen: Int64 = 0
        let court = Court()
        tenant.followers = [court]
        tenant.law.restGoesOn = seed.isMultiple(of: 2)
        // Letters that are gone, and of which nobody knows whether they left.
        var lost: [Job] = []
        var before = try Self.moments(tenant, court)

        func openCase() throws -> CaseID? {
            let cases = try tenant.database.read { transaction in
                try transaction.all("SELECT id FROM debt_case WHERE closed_on IS NULL ORDER BY id") {
                    CaseID(rawValue: $0.integer(0))
                }
            }
            return cases.randomElement(using: &random)
        }
        func attempt(_ what: String, _ body: () throws -> Void) throws {
            do {
                try body()
                counts[what, default: 0] += 1
            } catch is CaseworkRefusal {
                counts["\(what) refused", default: 0] += 1
            }
        }

        /// Holds every case to the chart, and goes on from how it is now.
        func check(_ what: String, _ round: Int) throws {
            let after = try Self.moments(tenant, court)
            for (caseID, then) in before {
                let now = try #require(after[caseID])
                guard Self.isDrawn(what, from: then, to: now) else {
                    Issue.record("seed \(seed), round \(round), \(what), case \(caseID): \(then.life) to \(now.life)")
                    continue
                }
            }
            before = after
        }
        /// No letter leaves a case that is closed or stands still, and one that is being sold only the debtor's notice.
        func checkFree(_ caseID: CaseID, _ kind: StepKind, _ moments: [CaseID: Moment]) {
            let life = moments[caseID]?.life
            #expect(life?.isClosed == false && life?.isHeld == false, "seed \(seed): \(kind) of case \(caseID)")
            #expect(life?.isSelling == (kind == Testland.noticeOfSale), "seed \(seed): \(kind) of case \(caseID)")
        }

        for round in 0..<600 {
            var what = "run"
            switch Int.random(in: 0..<22, using: &random) {
            case 0, 1:
                what = "claim"
                let dueOn = day.adding(days: Int.random(in: -30...5, using: &random))
                let verdict = try tenant.register(
                    TestTenant.invoice(
                        "A\(round)", .random(in: 100...500_000, using: &random), issuedOn: min(day, dueOn),
                        dueOn: dueOn,
                        debtor: TestTenant.debtor("Debtor \(Int.random(in: 0..<8, using: &random))")), on: day)
                if verdict.outcome == .accepted { references.append("A\(round)") }
                counts["claim \(verdict.outcome)", default: 0] += 1
            case 2:
                what = "payment"
                guard let caseID = try openCase() else { continue }
                let owed = try tenant.snapshot(caseID).facts.outstanding.minorUnits
                try tenant.pay(
                    random.chance(20) ? owed : .random(in: 1...max(1, owed), using: &random), caseID,
                    paidOn: day.adding(days: -Int.random(in: 0...9, using: &random)), registeredOn: day)
                counts["payment", default: 0] += 1
            case 3:
                what = "credit"
                guard let reference = references.randomElement(using: &random) else { continue }
                _ = try tenant.register(
                    TestTenant.creditNote(
                        "C\(round)", random.chance(20) ? 500_000 : .random(in: 1...20_000, using: &random),
                        against: reference, issuedOn: day),
                    on: day)
                counts["credit", default: 0] += 1
            case 4:
                what = "dispute"
                guard let caseID = try openCase() else { continue }
                let claim = try tenant.snapshot(caseID).facts.claims.randomElement(using: &random)
                let part = claim.map {
                    Int64.random(in: 1...max(1, $0.outstandingPrincipal.minorUnits), using: &random)
                }
                let extent = Int.random(in: 0..<3, using: &random)
                let receivedOn = day.adding(days: -Int.random(in: 0...4, using: &random))
                try attempt(extent == 2 ? "dispute of a part" : "dispute") {
                    try tenant.dispute(
                        caseID, claim: extent == 0 ? nil : claim?.id, minorUnits: extent == 2 ? part : nil,
                        receivedOn: receivedOn, on: day)
                }
            case 5, 6:
                what = "decision"
                let open = try tenant.database.read {
                    try Disputes.list(caseID: nil, all: false, after: 0, limit: 100, $0)
                }
                guard let dispute = open.randomElement(using: &random) else { continue }
                let event: DisputeEvent = [.upheld, .rejected, .settled].randomElement(using: &random) ?? .rejected
                let isAnswered = random.chance(50)
                try attempt("decision") {
                    try tenant.decide(dispute.id, event, grounds: "Because.", isAnswered: isAnswered, on: day)
                }
            case 7:
                what = "hold"
                guard let caseID = try openCase() else { continue }
                try attempt("hold") {
                    try tenant.hold(
                        .creditorWait, caseID, until: day.adding(days: Int.random(in: 0...20, using: &random)), on: day)
                }
            case 8:
                what = "lift"
                let holds = try tenant.database.read {
                    try Holds.list(caseID: nil, all: false, after: 0, limit: 100, $0)
                }
                guard let hold = holds.randomElement(using: &random) else { continue }
                try attempt("lift") { try tenant.lift(hold.id, as: .administrator, on: day) }
            case 9:
                what = "close"
                guard let caseID = try openCase(), random.chance(25) else { continue }
                let code = CloseCode.allCases.randomElement(using: &random) ?? .mistake
                try attempt("close") { try tenant.close(caseID, as: code, on: day) }
            case 10:
                what = "sale"
                guard random.chance(70), let caseID = try openCase() else { continue }
                try attempt("sale") { try tenant.sell(caseID, on: day) }
            case 12:
                what = "answer"
                let decided = try tenant.database.read {
                    try Disputes.list(caseID: nil, all: true, after: 0, limit: 1000, $0)
                }.filter { $0.state != .open && $0.answeredOn == nil }
                guard let dispute = decided.randomElement(using: &random) else { continue }
                try attempt("answer") { try tenant.answer(dispute.id, on: day) }
            case 13:
                what = "court"
                let ready = before.filter {
                    ($0.value.life.after(.filed) ?? $0.value.life.after(.filedDisputed)) != nil
                }
                guard let caseID = ready.keys.sorted(by: { $0.rawValue < $1.rawValue }).randomElement(using: &random),
                    let life = before[caseID]?.life
                else { continue }
                court.take(caseID)
                counts[life.isHeld ? "court for a dispute" : "court", default: 0] += 1
            case 14:
                what = "court ended"
                let taken = before.keys.filter(court.has).sorted { $0.rawValue < $1.rawValue }
                guard let caseID = taken.randomElement(using: &random) else { continue }
                court.end(caseID)
                counts[what, default: 0] += 1
            case 11, 15:
                what = "departure"
                tenant.temporary.clock.now = Timestamp(day, hour: 7)
                let jobs = try tenant.write(on: day) { try JobQueue.claim(ClaimRequest(1, owner: "post"), $0) }
                guard let job = jobs.first else { continue }
                let departure = try tenant.depart(job, on: day)
                if departure == .gone {
                    let step = try #require(try tenant.database.read { try CaseQueries.step(job.subject, $0) })
                    checkFree(step.caseID, StepKind(step.kind), before)
                    lost.append(job)
                    counts["departure", default: 0] += 1
                }
                let failure = LetterFailure(departure == .gone ? .unknown : .temporary, "silence")
                try tenant.write(on: day) {
                    try LetterDesk.recordFailure(
                        failure, job, JobLimits(failuresMax: departure == .gone ? 1 : 100), today: day, tenant.rules, $0
                    )
                }
            case 16, 17:
                what = "settling"
                guard let job = lost.randomElement(using: &random) else { continue }
                lost.removeAll { $0.id == job.id }
                let letter = SentLetter(
                    step: job.subject, channel: "post",
                    receipt: DeliveryReceipt(reference: "r\(job.id)", sentOn: day, details: [:]), documentSHA256: "",
                    deadline: nil)
                let hasLeft = random.chance(50)
                try tenant.write(on: day) {
                    try LetterDesk.settle(
                        job: job.id, hasLeft ? .sent(letter) : .notSent, today: day, reason: "asked", tenant.rules, $0)
                }
                counts[hasLeft ? "settled as sent" : "settled as not sent", default: 0] += 1
            default:
                day = day.adding(days: Int.random(in: 0...4, using: &random))
                try tenant.run(day, batchSize: Int.random(in: 1...4, using: &random))
                counts["run", default: 0] += 1
            }
            try check(what, round)
            if random.chance(20) {
                let letters = try tenant.send(on: day)
                for letter in letters {
                    counts["letter", default: 0] += 1
                    checkFree(letter.content.caseID, letter.content.step, before)
                    guard letter.content.step == Testland.noticeOfSale else { continue }
                    counts["notice of sale", default: 0] += 1
                    let code = try tenant.record(letter.content.caseID).closeCode
                    #expect(code == "sold", "seed \(seed), round \(round): \(code ?? "open")")
                }
                try check("letters", round)
            }
            for change in try Self.changes(tenant, after: &seen) {
                #expect(!change.wasClosed, "seed \(seed), round \(round): case \(change.caseID) was closed")
                counts["change", default: 0] += 1
                if change.isClosed {
                    #expect(change.to == "closed")
                    continue
                }
                let reach = CaseReach(StepKind(change.from)) ?? .new
                // What was done although it should have stood still counts no more.
                if change.isHeldInPart, CaseReach(StepKind(change.to)) ?? .new < reach {
                    counts["back", default: 0] += 1
                    continue
                }
                #expect(!change.isHeld, "seed \(seed), round \(round): \(change.to) in a case that is held")
                let event = try #require(CaseReach(StepKind(change.to))?.event)
                #expect(CaseLife(reach: reach).after(event) != nil, "seed \(seed): \(change.from) to \(change.to)")
            }
        }
        let sales = try tenant.database.read { transaction in
            try transaction.first(
                """
                SELECT count(*) FROM case_sale s JOIN debt_case c ON c.id = s.case_id
                WHERE (s.state = 'sold') <> (c.close_code = 'sold' AND s.id = (
                    SELECT max(id) FROM case_sale WHERE case_id = c.id))
                """
            ) { $0.int(0) }
        }
        #expect(sales == 0, "seed \(seed): a case is closed as sold exactly where its last sale was made")
        for what in [
            "claim accepted", "payment", "dispute", "dispute of a part", "decision", "answer", "hold", "close", "sale",
            "notice of sale", "letter", "court", "court ended", "departure", "settled as sent", "settled as not sent",
        ] {
            #expect(counts[what] ?? 0 > 0, "the play was too quiet: \(counts)")
        }
    }

    private static func changes(_ tenant: TestTenant, after seen: inout Int64) throws -> [Change] {
        let from = seen
        let rows = try tenant.database.read { transaction in
            try transaction.all(
                """
                SELECT id, case_id, was, stage, was_closed, closed, held, held_in_part FROM stage_change WHERE id > $1 ORDER BY id
                """, from
            ) { row in
                (
                    row.integer(0),
                    Change(
                        caseID: CaseID(rawValue: row.integer(1)), from: row.text(2), to: row.text(3),
                        wasClosed: row.flag(4), isClosed: row.flag(5), isHeld: row.flag(6), isHeldInPart: row.flag(7))
                )
            }
        }
        seen = rows.last?.0 ?? seen
        return rows.map(\.1)
    }
}
