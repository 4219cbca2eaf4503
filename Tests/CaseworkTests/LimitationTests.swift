import AuditTrail
import Casework
import CaseworkTesting
import Database
import DatabaseTesting
import FordringKit
import Intake
import Testing

@Suite struct `What limitation depends on` {
    private let tenant: TestTenant
    private let id: CaseID
    private let claim = ClaimID(rawValue: 1)
    private let due = CivilDate(2025, 12, 31)

    init() throws {
        tenant = try TestTenant()
        id = try tenant.open("A1", 100_000, dueOn: due, on: monday)
    }

    private func record(
        _ kind: ClaimEvent.Kind, on day: CivilDate, of claim: ClaimID? = nil, today: CivilDate = monday
    ) throws {
        try tenant.write(on: today) {
            try ClaimEvents.record(
                ClaimEvent(kind, on: day), of: claim ?? self.claim, reason: "letter of the debtor", today: today,
                tenant.rules, $0)
        }
    }

    private func near() throws -> [CaseTask] {
        try tenant.tasks().filter { $0.kind == TaskKind.limitationNear.rawValue }
    }

    // MARK: Facts

    @Test func `is seen by the rules, events oldest first`() throws {
        let claim = IncomingClaim(
            kind: .invoice, reference: "L1", issuedOn: due, dueOn: due, amount: Money(minorUnits: 500, .eur),
            text: "Loan",
            debtor: TestTenant.debtor("Somebody else"), basis: .moneyLoan,
            earlierReminders: EarlierReminders(count: 2, latestOn: CivilDate(2026, 1, 2)))
        let other = try #require(try tenant.register(claim, on: monday).caseID)
        let loan = ClaimID(rawValue: 2)
        try record(.proceedingsFiled, on: CivilDate(2026, 1, 4), of: loan)
        try record(.acknowledgement, on: CivilDate(2026, 1, 2), of: loan)
        let facts = try #require(try tenant.snapshot(other).facts.claims.first)
        #expect(facts.basis == .moneyLoan)
        #expect(facts.earlierReminders == EarlierReminders(count: 2, latestOn: CivilDate(2026, 1, 2)))
        #expect(
            facts.events == [
                ClaimEvent(.acknowledgement, on: CivilDate(2026, 1, 2)),
                ClaimEvent(.proceedingsFiled, on: CivilDate(2026, 1, 4)),
            ])
        let plain = try #require(try tenant.snapshot(id).facts.claims.first)
        #expect(plain.basis == .ordinary && plain.earlierReminders == nil && plain.events.isEmpty)
        #expect(try tenant.record(other).events.map(\.event.kind) == [.proceedingsFiled, .acknowledgement])
    }

    @Test func `is an entry, and has the rules asked again today`() throws {
        try tenant.run(monday)
        try tenant.send(on: monday)
        try tenant.run(monday.adding(days: 1))
        #expect(try tenant.record(id).nextOn != monday)
        let size = try tenant.auditSize()
        try record(.acknowledgement, on: due, today: monday.adding(days: 2))
        #expect(try tenant.record(id).nextOn == monday.adding(days: 2))
        #expect(try tenant.audited(from: size) == ["claim.event"])
        let refused = try fault {
            try tenant.write(on: monday) { try $0.execute("UPDATE claim_event SET happened_on = 1") }
        }
        #expect(refused != nil, "what was said stays")
    }

    @Test func `is refused where it cannot be`() throws {
        func message(_ body: () throws -> Void) throws -> String {
            let refusal = #expect(throws: CaseworkRefusal.self) { try body() }
            return try #require(refusal).message
        }
        let before = try tenant.dump()
        #expect(
            try message { try record(.judgment, on: due, of: ClaimID(rawValue: 9)) }
                == "There is no claim 9. 'fordring case show' lists the claims of a case.")
        #expect(try message { try record(.judgment, on: monday.adding(days: 1)) }.contains("is after 2026-01-05"))
        #expect(try message { try record(.judgment, on: CivilDate(2025, 12, 1)) }.contains("is before 2025-12-17"))
        #expect(try tenant.dump() == before)
        try record(.judgment, on: due)
        #expect(try message { try record(.judgment, on: due) }.contains("is written down already"))
        try tenant.pay(100_000, id, paidOn: monday)
        #expect(try message { try record(.acknowledgement, on: due) }.contains("Case 1 of claim 1 is closed"))
    }

    // MARK: Limitation

    @Test func `a case that waits for an event is looked at 90 days before its limitation, and the day after it`()
        throws
    {
        tenant.law.limitationDays = 365
        // Paid through 31 December 2026; from 2 October it is near.
        try tenant.work(from: monday, through: CivilDate(2026, 3, 1))
        #expect(try tenant.record(id).snapshot.stage == "readyForCourt")
        #expect(try tenant.record(id).nextOn == CivilDate(2026, 10, 2))
        try tenant.run(CivilDate(2026, 10, 1))
        #expect(try near().isEmpty)
        try tenant.run(CivilDate(2026, 10, 2))
        let task = try #require(try near().first)
        #expect(task.caseID == id && task.message == "Claim 1 can be enforced through 2026-12-31 only")
        #expect(task.cure.contains("fordring claim event"))
        #expect(try tenant.record(id).nextOn == CivilDate(2027, 1, 1))
        try tenant.run(CivilDate(2027, 1, 1))
        #expect(try near().map(\.message) == ["Claim 1 can no longer be enforced since 2026-12-31"])
        #expect(try tenant.record(id).nextOn == nil)
    }

    @Test func `a person who was told is not told again, and an event that moves the day ends the task`() throws {
        tenant.law.limitationDays = 100
        try tenant.run(monday)
        try tenant.run(monday.adding(days: 20))
        let task = try #require(try near().first)
        try tenant.write(on: monday) { try Tasks.done(task.id, on: monday, because: "seen", $0) }
        try tenant.work(from: monday.adding(days: 20), through: monday.adding(days: 60))
        #expect(try near().isEmpty)
        try tenant.work(from: monday.adding(days: 61), through: CivilDate(2026, 4, 11))
        #expect(try near().map(\.message) == ["Claim 1 can no longer be enforced since 2026-04-10"])
        tenant.law.limitationDays = 300
        try record(.acknowledgement, on: CivilDate(2026, 4, 1), today: CivilDate(2026, 4, 12))
        #expect(try near().isEmpty)
    }

    @Test func `only what is still owed is looked at, and a day that is not known is said`() throws {
        let second = try tenant.open("A2", 5000, dueOn: due, debtor: TestTenant.debtor("Debtor of A1"), on: monday)
        #expect(second == id)
        try tenant.pay(100_000, id, paidOn: monday)
        tenant.law.limitationDays = -1
        try tenant.run(monday)
        #expect(try near().map(\.message) == ["Until when claim 2 can be enforced is not known: nobody knows it"])
        #expect(try tenant.record(id).steps.count == 1, "collecting goes on")
    }

    @Test func `a letter that could not be sent waits for a person, and then for nobody`() throws {
        tenant.law.limitationDays = 1000
        try tenant.run(monday)
        tenant.otherLaw = nil
        try tenant.write(on: monday) {
            try LetterDesk.giveUp(step: 1, message: "no address", today: monday, tenant.rules, $0)
        }
        let task = try #require(try tenant.tasks().first)
        let day = monday.adding(days: 3)
        #expect(try tenant.run(day).cases == 0)
        try tenant.write(on: day) { try Tasks.done(task.id, on: day, because: "corrected", $0) }
        #expect(try tenant.record(id).nextOn == day)
    }
}

@Suite struct `The migration of claim facts` {
    @Test func `has cases that wait for an event asked about once`() throws {
        let old = Schema(TestTenant.schema.migrations.filter { $0.name < CaseworkSchema.claimFacts.name })
        let database = try TemporaryDatabase(old)
        try database.write { transaction in
            for id in 1...4 {
                try transaction.execute(
                    """
                    INSERT INTO party (id, kind, name, address_lines, postal_code, city, country, language)
                    VALUES ($1, 'consumer', 'Anna', 'Testgade 1', '1000', 'Testby', 'TL', 'en')
                    """, Int64(id))
            }
            try transaction.execute(
                """
                INSERT INTO debt_case (id, party_id, currency, opened_on, stage, next_on, closed_on, close_code)
                VALUES (1, 1, 'EUR', 7, 'readyForCourt', NULL, NULL, NULL), (2, 2, 'EUR', 7, 'reminder', 99, NULL, NULL),
                    (3, 3, 'EUR', 7, 'reminder', NULL, NULL, NULL), (4, 4, 'EUR', 7, 'closed', NULL, 8, 'paid')
                """)
            try transaction.execute(
                """
                INSERT INTO claim (id, case_id, reference, text, principal, issued_on, due_on, import_id, import_line)
                VALUES (1, 1, 'A', 'Goods', 5, 1, 2, 1, 2)
                """)
            try transaction.execute(
                "INSERT INTO task (id, kind, case_id, raised_on, message, cure) VALUES (1, 'undelivered', 3, 8, 'x', 'y')"
            )
        }
        #expect(try database.tenant.migrate(TestTenant.schema, with: .test).first == CaseworkSchema.claimFacts.name)
        let next = try database.read { transaction in
            try transaction.all("SELECT next_on FROM debt_case ORDER BY id") { $0.integerOrNil(0) }
        }
        #expect(next == [7, 99, nil, nil])
        let basis = try database.read { try $0.first("SELECT basis FROM claim") { $0.text(0) } }
        #expect(basis == "ordinary")
        for change: StaticString in [
            "UPDATE claim SET basis = 'rent'", "UPDATE claim SET reminders_charged = 1",
            "UPDATE claim SET last_reminder_on = 1", "UPDATE claim SET reminders_charged = -1, last_reminder_on = 3",
        ] {
            let refusal = try fault { try database.write { try $0.execute(change) } }
            #expect(refusal?.code == .constraint, "\(change)")
        }
        try database.write { try $0.execute("UPDATE claim SET reminders_charged = 0, last_reminder_on = 3") }
    }
}
