import AuditTrail
import Casework
import CaseworkTesting
import Database
import DatabaseTesting
import FordringKit
import Intake
import JobQueue
import Ledger
import Testing

let monday = CivilDate(2026, 1, 5)

@Suite struct `The daily run` {
    private let tenant: TestTenant

    init() throws { tenant = try TestTenant() }

    @Test func `takes a case from the first reminder to the court, with the fees and dates of the law`() throws {
        let id = try tenant.open("A1", 100_000, dueOn: CivilDate(2025, 12, 31), on: monday)
        var story: [String] = []
        var day = monday
        while day <= CivilDate(2026, 3, 31) {
            let before = try tenant.record(id).steps.count
            try tenant.run(day)
            let letters = try tenant.send(on: day)
            for step in try tenant.record(id).steps.dropFirst(before) {
                let total = try tenant.snapshot(id).facts.outstanding.decimalText
                story.append("\(day) \(step.kind) \(step.state) \(step.deadlineOn.map(\.description) ?? "-") \(total)")
            }
            #expect(letters.count <= 1)
            day = day.adding(days: 1)
        }
        // 1000.00 at 10 % over 28 days from 2025-12-31 is 7.67; over 39 days 10.68.
        #expect(
            story == [
                "2026-01-05 reminder sent 2026-01-15 1001.00", "2026-01-16 reminder sent 2026-01-26 1002.00",
                "2026-01-27 collectionNotice sent 2026-02-06 1009.40",
                "2026-02-07 collectionLetter sent 2026-02-17 1062.41", "2026-02-18 readyForCourt done - 1062.41",
            ])
        let record = try tenant.record(id)
        #expect(record.snapshot.stage == "readyForCourt" && record.nextOn == nil && !record.snapshot.isClosed)
        #expect(
            try tenant.balances(id) == [.principal: 100_000, .reminderFee: 200, .interest: 1041, .collectionCost: 5000])
        #expect(try tenant.database.read { try Ledger.trialBalance($0) }.values.reduce(0, +) == 0)
    }

    @Test func `queues the letter and posts the fee in the transaction of the step`() throws {
        let id = try tenant.open("A1", 100_000, dueOn: CivilDate(2025, 12, 31), on: monday)
        let size = try tenant.auditSize()
        let result = try tenant.run(monday)
        #expect(result.cases == 1 && result.steps == 1 && result.gaps == 0)
        let record = try tenant.record(id)
        #expect(record.nextOn == nil, "a case whose letter waits has no date until the letter is gone")
        #expect(record.steps.map(\.state) == ["queued"] && record.steps.map(\.decidedOn) == [monday])
        #expect(record.steps[0].sentOn == nil && record.steps[0].reasons.map(\.text) == ["Nobody has paid."])
        #expect(record.transfers.map(\.transfer.amount.minorUnits) == [100_000, 100])
        #expect(record.transfers.last?.explanation.map(\.citation) == [Testland.act("§ 2")])
        #expect(try tenant.jobStates() == ["available": 1])
        #expect(try tenant.audited(from: size) == ["step.decided", "run.finished"])
        try tenant.send(on: monday)
        #expect(try tenant.record(id).nextOn == monday.adding(days: 1))
    }

    @Test func `changes nothing when the day is run again`() throws {
        for number in 1...5 { _ = try tenant.open("A\(number)", 100_000, dueOn: CivilDate(2025, 12, 31), on: monday) }
        var day = monday
        for _ in 0..<50 {
            try tenant.run(day)
            try tenant.send(on: day)
            let before = try tenant.dump()
            let again = try tenant.run(day)
            #expect(again.cases == 0 && again.steps == 0)
            #expect(try tenant.dump() == before, "\(day)")
            day = day.adding(days: 1)
        }
    }

    @Test func `leaves a case alone whose date has not come`() throws {
        let due = try tenant.open("A1", 100_000, dueOn: CivilDate(2025, 12, 31), on: monday)
        let claim = TestTenant.invoice(
            "A2", 100_000, issuedOn: monday, dueOn: CivilDate(2026, 6, 1), debtor: TestTenant.debtor("Somebody else"))
        let waiting = try #require(try tenant.register(claim, on: monday).caseID)
        try tenant.run(monday)
        let before = try tenant.record(waiting)
        #expect(before.nextOn == CivilDate(2026, 6, 2) && before.steps.isEmpty)
        try tenant.work(from: monday, through: CivilDate(2026, 2, 10))
        #expect(try tenant.record(due).steps.count > 2)
        let after = try tenant.record(waiting)
        #expect(after.steps.isEmpty && after.nextOn == before.nextOn && after.transfers.count == 1)
    }

    @Test(arguments: [1, 2, 3, 100])
    func `does the same in batches of any size`(_ size: Int) throws {
        let tenants = try (0..<2).map { _ in try TestTenant() }
        for tenant in tenants {
            for number in 1...7 {
                _ = try tenant.open("A\(number)", 100_000, dueOn: CivilDate(2025, 12, 31), on: monday)
            }
        }
        var progress: [Int] = []
        _ = try DailyRun(database: tenants[0].database, rules: tenants[0].rules, batchSize: size).run(
            on: monday, .test(on: monday)
        ) { done, total in
            #expect(total == 7)
            progress.append(done)
        }
        try tenants[1].run(monday)
        #expect(try tenants[0].dump() == tenants[1].dump())
        #expect(progress == Array(stride(from: size, to: 7, by: size)) + [7])
    }

    /// Goal: what was planned ahead on another thread does not count once somebody else has written.
    ///
    /// Method: batches of one case; after each number of batches, the debtor of the case after next pays, which the plan of
    /// that case may have been made without.
    @Test(arguments: 3...8) func `reads again what others have changed since it planned`(_ batches: Int) throws {
        for paid in [batches + 1, batches + 2] {
            let tenant = try TestTenant()
            for number in 1...10 {
                _ = try tenant.open("A\(number)", 100_000, dueOn: CivilDate(2025, 12, 31), on: monday)
            }
            let result = try DailyRun(database: tenant.database, rules: tenant.rules, batchSize: 1).run(
                on: monday, .test(on: monday)
            ) { done, _ in
                guard done == batches else { return }
                do {
                    try tenant.pay(100_000, CaseID(rawValue: Int64(paid)), paidOn: monday)
                } catch {
                    Issue.record(error)
                }
            }
            #expect(result.steps == 9)
            let record = try tenant.record(CaseID(rawValue: Int64(paid)))
            #expect(record.steps.isEmpty && record.snapshot.isClosed)
        }
    }

    @Test func `takes no step twice when another process runs the same day at once`() throws {
        for number in 1...4 { _ = try tenant.open("A\(number)", 100_000, dueOn: CivilDate(2025, 12, 31), on: monday) }
        // The other process begins after our first batch is committed, and does all the rest.
        var others = 0
        let ours = try DailyRun(database: tenant.database, rules: tenant.rules, batchSize: 1).run(
            on: monday, .test(on: monday)
        ) { done, _ in
            guard done == 1 else { return }
            others = (try? tenant.run(monday).steps) ?? -1
            _ = try? tenant.send(on: monday)
        }
        #expect(others == 3)
        #expect(ours.steps == 1 && ours.cases == 1)
        for number in 1...4 {
            let record = try tenant.record(CaseID(rawValue: Int64(number)))
            #expect(record.steps.count == 1)
            #expect(record.nextOn == monday.adding(days: 1), "the date that the other process set stays")
        }
    }

    @Test func `goes on where it was broken off`() throws {
        for number in 1...6 { _ = try tenant.open("A\(number)", 100_000, dueOn: CivilDate(2025, 12, 31), on: monday) }
        tenant.law = Testland(mischief: .tooFewAnswers)
        #expect(throws: CaseRulesFault.self) { try tenant.run(monday, batchSize: 2) }
        tenant.law = Testland()
        let result = try tenant.run(monday, batchSize: 4)
        #expect(result.steps == 6)
        #expect(try (1...6).allSatisfy { try tenant.record(CaseID(rawValue: $0)).steps.count == 1 })
    }

    @Test(arguments: [1, 2, 5, 6])
    func `ends although every case that it has treated is due again at once`(_ size: Int) throws {
        for number in 1...5 { _ = try tenant.open("A\(number)", 100_000, dueOn: CivilDate(2025, 12, 31), on: monday) }
        try tenant.temporary.engine.write { connection in
            try connection.runSchema(
                """
                CREATE TRIGGER again AFTER UPDATE ON debt_case WHEN NEW.next_on IS NOT \(monday.day)
                BEGIN UPDATE debt_case SET next_on = \(monday.day) WHERE id = NEW.id; END
                """)
        }
        let result = try tenant.run(monday, batchSize: size)
        #expect(result.cases == 5 && result.steps == 5)
        for number in 1...5 {
            let record = try tenant.record(CaseID(rawValue: Int64(number)))
            #expect(record.steps.count == 1 && record.nextOn == monday)
        }
    }

    @Test(arguments: [(1, 4), (2, 2), (3, 2), (4, 1), (5, 1)])
    func `needs one transaction a batch and no other`(_ size: Int, _ transactions: Int) throws {
        for number in 1...4 { _ = try tenant.open("A\(number)", 100_000, dueOn: CivilDate(2025, 12, 31), on: monday) }
        let engine = CountingEngine(tenant.temporary.engine)
        let run = DailyRun(
            database: TenantDatabase(tenant: tenant.database.tenant, engine: engine), rules: tenant.rules,
            batchSize: size)
        #expect(try run.run(on: monday, .test(on: monday)).steps == 4)
        #expect(engine.writes == transactions)
        #expect(try tenant.audited().filter { $0 == "run.finished" }.count == 1)
    }

    @Test func `takes the cases that have waited longest first`() throws {
        let days = [3, 1, 2].map { CivilDate(2025, 12, $0) }
        for (index, day) in days.enumerated() {
            let id = try tenant.open("A\(index)", 100_000, dueOn: CivilDate(2025, 11, 30), on: monday)
            try tenant.write(on: monday) {
                try $0.execute("UPDATE debt_case SET next_on = $1 WHERE id = $2", day, id)
            }
        }
        try tenant.run(monday, batchSize: 1)
        let order = try tenant.database.read { transaction in
            try transaction.all("SELECT case_id FROM case_step ORDER BY id") { $0.int(0) }
        }
        #expect(order == [2, 3, 1])
    }

    @Test func `asks about each claim that is owed and sees payments oldest first`() throws {
        let id = try tenant.open("A1", 100_000, dueOn: CivilDate(2025, 12, 31), on: monday)
        try tenant.pay(1000, id, paidOn: CivilDate(2026, 1, 20), reference: "late")
        try tenant.pay(
            2000, id, paidOn: CivilDate(2026, 1, 10), registeredOn: CivilDate(2026, 1, 21), reference: "early")
        let claim = try #require(try tenant.snapshot(id).facts.claims.first)
        #expect(claim.reductions.map(\.on) == [CivilDate(2026, 1, 10), CivilDate(2026, 1, 20)])
        #expect(claim.reductions.map(\.amount.minorUnits) == [2000, 1000])
        #expect(claim.outstandingPrincipal.minorUnits == 97_000)
    }
}

@Suite struct `A gap in the law` {
    private let tenant: TestTenant
    private let gapDay = CivilDate(2026, 1, 16)

    init() throws { tenant = try TestTenant(law: Testland(checkedThrough: CivilDate(2026, 1, 15))) }

    @Test func `becomes one task for each case, and ends it when the law has an answer`() throws {
        let id = try tenant.open("A1", 100_000, dueOn: CivilDate(2025, 12, 31), on: monday)
        try tenant.work(from: monday, through: gapDay.adding(days: -1))
        #expect(try tenant.tasks().isEmpty)
        let size = try tenant.auditSize()
        #expect(try tenant.run(gapDay).gaps == 1)
        let task = try #require(try tenant.tasks().first)
        #expect(task.kind == TaskKind.ruleGap.rawValue && task.caseID == id && task.raisedOn == gapDay)
        #expect(task.message.contains("2026-01-16") && task.cure == "Read the law.")
        #expect(try tenant.audited(from: size) == ["task.raised", "run.finished"])
        for days in 1...3 {
            let result = try tenant.run(gapDay.adding(days: days))
            #expect(result.gaps == 1 && result.steps == 0)
        }
        #expect(try tenant.tasks().map(\.id) == [task.id])
        tenant.law.checkedThrough = CivilDate(2030, 1, 1)
        #expect(try tenant.run(gapDay.adding(days: 4)).steps == 1)
        #expect(try tenant.tasks().isEmpty)
        #expect(try tenant.audited().filter { $0 == "task.done" }.count == 1)
    }

    @Test func `stops no other case`() throws {
        let stuck = try tenant.open("A1", 100_000, dueOn: CivilDate(2025, 12, 31), on: monday)
        let fine = try tenant.open("A2", 100_000, dueOn: CivilDate(2025, 12, 31), on: monday)
        tenant.law = Testland(mischief: .reviewToday, mischievousCase: stuck)
        let result = try tenant.run(monday)
        #expect(result.cases == 2 && result.gaps == 1 && result.steps == 1)
        #expect(try tenant.record(fine).steps.count == 1)
        let record = try tenant.record(stuck)
        #expect(record.steps.isEmpty && record.transfers.count == 1 && record.nextOn == monday.adding(days: 1))
    }

    @Test func `can come again after it was answered`() throws {
        _ = try tenant.open("A1", 100_000, dueOn: CivilDate(2025, 12, 31), on: monday)
        try tenant.work(from: monday, through: gapDay)
        tenant.law.checkedThrough = gapDay.adding(days: 1)
        try tenant.work(from: gapDay.adding(days: 1), through: gapDay.adding(days: 1))
        #expect(try tenant.tasks().isEmpty)
        try tenant.work(from: gapDay.adding(days: 2), through: gapDay.adding(days: 13))
        #expect(try tenant.tasks().count == 1)
    }
}

@Suite struct `A plug-in that answers nonsense` {
    @Test(arguments: [
        Testland.Mischief.claimOfAnotherCase, .stepWithoutClaims, .chargeOnAnotherClaim, .negativeFee,
        .negativeInterest, .chargedPrincipal, .otherCurrency, .reviewToday, .reviewYesterday, .otherError,
    ])
    func `is not obeyed, and a person is asked`(_ mischief: Testland.Mischief) throws {
        let tenant = try TestTenant()
        let id = try tenant.open("A1", 100_000, dueOn: CivilDate(2025, 12, 31), on: monday)
        _ = try tenant.open("A2", 100_000, dueOn: CivilDate(2025, 12, 31), on: monday)
        tenant.law = Testland(mischief: mischief, mischievousCase: id)
        let result = try tenant.run(monday)
        #expect(result.gaps == 1 && result.steps == 1)
        let record = try tenant.record(id)
        #expect(record.steps.isEmpty && record.transfers.count == 1 && record.snapshot.stage == "new")
        #expect(try tenant.tasks().map(\.caseID) == [id])
    }

    @Test(arguments: [Testland.Mischief.tooFewAnswers, .tooManyAnswers])
    func `is refused whole when its answers cannot be matched with the cases`(_ mischief: Testland.Mischief) throws {
        let tenant = try TestTenant()
        for number in 1...3 { _ = try tenant.open("A\(number)", 100_000, dueOn: CivilDate(2025, 12, 31), on: monday) }
        let before = try tenant.dump()
        tenant.law = Testland(mischief: mischief)
        #expect(throws: CaseRulesFault.self) { try tenant.run(monday) }
        #expect(try tenant.dump() == before)
    }
}
