import AuditTrail
import Casework
import CaseworkTesting
import Correspondence
import Database
import DatabaseTesting
import FordringKit
import Intake
import JobQueue
import Ledger
import Testing

private let today = CivilDate(2026, 1, 5)

/// Everything in Core that changes a database, tried on one tenant; the other's rows must not move.
///
/// Both have the same numbers for their cases, claims, steps and jobs, so that a statement without its tenant would hit.
@Suite struct `Two tenants` {
    private let ours: TestTenant
    private let theirs: TestTenant

    init() throws {
        ours = try TestTenant("our-tenant")
        theirs = try TestTenant("their-tenant")
        for tenant in [ours, theirs] {
            for number in 1...3 { _ = try tenant.open("A\(number)", 10_000, dueOn: CivilDate(2025, 12, 31), on: today) }
            try tenant.run(today)
            try tenant.pay(500, CaseID(rawValue: 3), paidOn: today, reference: "BANK-1")
        }
    }

    @Test func `share no row: what is done to one leaves every table of the other as it was`() throws {
        let before = try theirs.dump()
        let start = try ours.dump()
        let caseID = CaseID(rawValue: 1)
        let rules = ours.rules

        _ = try ours.open("A4", 777, dueOn: CivilDate(2025, 12, 31), on: today)
        try ours.register(TestTenant.creditNote("C1", 300, against: "A2", issuedOn: today), on: today)
        try ours.pay(700, caseID, paidOn: today, reference: "BANK-2")
        try ours.run(today)
        try ours.hold(.estate, CaseID(rawValue: 1), on: today)
        let disputed = try ours.open("A9", 900, dueOn: CivilDate(2025, 12, 31), on: today)
        try ours.dispute(disputed, documents: [NewDocument(.objection, text: "No.")], on: today)
        let limits = ["all": try #require(RateLimit("100/hour"))]
        let jobs = try ours.write(on: today) { try JobQueue.claim(ClaimRequest(1, owner: "w"), $0) }
        let job = try #require(jobs.first)
        try ours.write(on: today) { transaction in
            _ = try JobQueue.recover(isDead: { _ in true }, transaction)
            let extra = try JobQueue.enqueue(NewJob(.deliverLetter, subject: 99), transaction).id
            _ = try JobQueue.cancel(extra, transaction)
            _ = try JobQueue.retry(extra, transaction)
            try JobQueue.cancel(.deliverLetter, subject: 99, transaction)
            _ = try JobQueue.pause(JobPause(channel: "fax"), reason: "test", transaction)
            let byPost = NewJob(.deliverLetter, subject: 98, channel: "post", priority: .urgent)
            try JobQueue.enqueue(byPost, transaction)
            let limited = try JobQueue.claim(ClaimRequest(1, owner: "w", limits: limits), transaction)
            _ = try limited.first.map { try JobQueue.finish($0, transaction) }
        }
        let again = try #require(
            try ours.write(on: today) { try JobQueue.claim(ClaimRequest(1, owner: "w"), $0) }.first)
        try ours.write(on: today) { transaction in
            try LetterDesk.recordFailure(
                LetterFailure(.permanent, "no"), again, JobLimits(), today: today, rules, transaction)
            _ = try JobQueue.finish(job, transaction)
        }
        ours.law.tellsOfSale = true
        try ours.sell(try ours.open("A10", 900, dueOn: CivilDate(2025, 12, 31), on: today), on: today)
        try ours.send(on: today)
        try ours.write(on: today) { transaction in
            try Tasks.raise(.ruleGap, caseID, on: today, message: "m", cure: "c", transaction)
            try Tasks.end(.ruleGap, caseID, on: today, because: "b", transaction)
            try ClaimEvents.record(
                ClaimEvent(.acknowledgement, on: today), of: ClaimID(rawValue: 2), reason: "r", today: today, rules,
                transaction)
            _ = try Ledger.reverse(cause: .step(3), in: CaseID(rawValue: 3), on: today, transaction)
            try Payments.close(caseID, code: .withdrawn, on: today, rules, transaction)
            _ = try Payments.settle(CaseID(rawValue: 3), after: today, today: today, rules, transaction)
            let file = try ClaimRegister.begin(sha256: "ff", name: "f", on: today, transaction)
            try ClaimRegister.finish(file.id, counts: [:], on: today, transaction)
            try transaction.audit(.tenantUpdated, subject: .null, change: .null)
        }

        #expect(try theirs.dump() == before)
        // And it was no idle play: each table of ours has changed.
        let end = try ours.dump()
        // What is with a bureau changes by workers that hold permits, which tests of Host have.
        let unchanged = start.keys.filter { start[$0] == end[$0] && !$0.hasPrefix("bureau") }.sorted()
        #expect(unchanged == ["data_key", "party_erasure", "schema_migration"])
    }

    @Test func `read only their own`() throws {
        let debtor = TestTenant.debtor("Only ours", customerNumber: "X1")
        try ours.register(
            TestTenant.invoice("ONLY-OURS", 4242, issuedOn: today, dueOn: today, debtor: debtor), on: today)
        let id = CaseID(rawValue: 4)
        #expect(try ours.record(id).party.name == "Only ours")
        #expect(throws: CaseworkRefusal.self) { try theirs.record(id) }
        try theirs.database.read { transaction in
            let cases = try CaseQueries.list(after: 0, limit: 100, stage: nil, transaction)
            #expect(cases.map(\.debtorName) == (1...3).map { "Debtor of A\($0)" })
            let counts = try CaseQueries.countsByStage(transaction)
            #expect(counts.values.reduce(0, +) == 3)
            let principal = try Ledger.trialBalance(transaction)[.claimsPlaced]
            #expect(principal == -30_000)
            var mentioned = false
            try AuditLog.forEachEntry(transaction) { _, entry in
                mentioned = mentioned || String(decoding: entry, as: UTF8.self).contains("ONLY-OURS")
            }
            #expect(!mentioned)
        }
        // A number of one tenant's is not known to the other.
        #expect(
            try theirs.register(TestTenant.invoice("ONLY-OURS", 1, issuedOn: today, dueOn: today), on: today).outcome
                == .accepted)
        #expect(try theirs.pay(500, CaseID(rawValue: 1), paidOn: today, reference: "ONLY-OURS").wasKnown == false)
    }

    @Test func `are compared over every table that there is`() throws {
        let tables = try ours.database.read {
            try $0.all("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name")
            {
                $0.text(0)
            }
        }
        #expect(tables == TestTenant.tables.map(\.name))
    }
}
