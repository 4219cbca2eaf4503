import Casework
import CaseworkTesting
import Database
import DatabaseTesting
import FordringKit
import Intake
import Ledger
import Testing

private let today = CivilDate(2026, 1, 5)
private let issued = CivilDate(2025, 12, 1)
private let due = CivilDate(2025, 12, 15)

private func invoice(_ reference: String, _ minorUnits: Int64 = 10_000, _ debtor: Party = TestTenant.debtor())
    -> IncomingClaim
{
    TestTenant.invoice(reference, minorUnits, issuedOn: issued, dueOn: due, debtor: debtor)
}

@Suite struct `An invoice` {
    private let tenant: TestTenant

    init() throws { tenant = try TestTenant() }

    @Test func `becomes a claim in a case that is due today, with its amount in the books`() throws {
        let verdict = try tenant.register(invoice("A1"), on: today)
        #expect(
            verdict.outcome == .accepted && verdict.reason.isEmpty && verdict.line == 2 && verdict.reference == "A1")
        let record = try tenant.record(try #require(verdict.caseID))
        #expect(record.nextOn == today && record.snapshot.stage == "new" && record.closedOn == nil)
        #expect(record.claims.map(\.reference) == ["A1"] && record.claims.map(\.text) == ["Goods"])
        #expect(record.claims.map(\.issuedOn) == [issued] && record.claims.map(\.dueOn) == [due])
        #expect(record.party == TestTenant.debtor())
        #expect(try tenant.balances(record.snapshot.facts.id) == [.principal: 10_000])
        #expect(try tenant.audited() == ["import.started", "party.registered", "claim.accepted"])
    }

    @Test func `that comes in disputed stands still from the first moment`() throws {
        var claim = invoice("A1")
        claim.disputed = .since(today.adding(days: -3))
        let caseID = try #require(try tenant.register(claim, on: today).caseID)
        #expect(
            try tenant.audited().dropFirst(2) == [
                "claim.accepted", "hold.placed", "dispute.opened", "task.raised", "task.raised",
            ])
        try tenant.run(today.adding(days: 40))
        #expect(try tenant.record(caseID).steps.isEmpty)
        // Another claim of the same debtor goes on, and a third is a dispute of its own beside one of the whole case.
        try tenant.register(invoice("A2"), on: today)
        try tenant.run(today)
        #expect(try tenant.record(caseID).steps.map(\.claims) == [[ClaimID(rawValue: 2)]])
        let whole = try tenant.dispute(caseID, on: today)
        claim = invoice("A3")
        claim.disputed = .yes
        #expect(try tenant.register(claim, on: today).outcome == .accepted)
        // What came afterwards is not credited with what was disputed before.
        let decided = try tenant.decide(whole.id, .upheld, on: today)
        #expect(decided.credited.map(\.claim.rawValue) == [1, 2] && !decided.closed)
        #expect(try tenant.balances(caseID) == [.principal: 10_000])
        try tenant.run(today.adding(days: 90))
        #expect(try tenant.record(caseID).steps.count == 1)
    }

    static let refusals: [(change: @Sendable (inout IncomingClaim) -> Void, reason: String)] = [
        ({ $0.amount = Money(minorUnits: 1, .sek) }, "currency: SEK is not the currency of ZZ; allowed: EUR"),
        (
            { $0.disputed = .since(today.adding(days: 1)) },
            "disputed: 2026-01-06 is after 2026-01-05, the day of the import"
        ),
        ({ $0.amount = Money(minorUnits: 0, .eur) }, "amount: 0.00 is not over zero"),
        ({ $0.amount = Money(minorUnits: -1, .eur) }, "amount: -0.01 is not over zero"),
        ({ $0.reference = "" }, "reference: is missing"),
        (
            {
                $0.issuedOn = today.adding(days: 1)
                $0.dueOn = today.adding(days: 9)
            }, "issued_on: 2026-01-06 is after 2026-01-05, the day of the import"
        ),
        ({ $0.dueOn = issued.adding(days: -1) }, "due_on: 2025-11-30 is before the day of issue 2025-12-01"),
        ({ $0.dueOn = nil }, "due_on: is missing; without it no deadline can be counted"),
        (
            { $0.debtor.address.country = CountryCode("GL") ?? .norway },
            "country: the debtor is in GL, whose law is another than that of ZZ, by which the tenant collects; take the "
                + "creditor on as a tenant of its own for GL"
        ),
        (
            { $0.earlierReminders = EarlierReminders(count: 1, latestOn: CivilDate(2025, 12, 1)) },
            "last_reminder_on: 2025-12-01 is before the due date 2025-12-15; nothing could be reminded of then"
        ),
        (
            { $0.earlierReminders = EarlierReminders(count: 1, latestOn: CivilDate(2027, 1, 1)) },
            "last_reminder_on: 2027-01-01 is after 2026-01-05, the day of the import"
        ),
        ({ $0.debtor.nationalID = "12345678" }, "debtor_id: '12345678' has not 10 digits"),
        (
            {
                $0.debtor.kind = .business
                $0.debtor.nationalID = "1234567890"
            }, "debtor_id: '1234567890' has not 8 digits"
        ),
        ({ $0.debtor.nationalID = "" }, "debtor_id: '' has not 10 digits"),
        (
            {
                $0.reference = ""
                $0.dueOn = nil
                $0.amount = Money(minorUnits: 0, .eur)
            },
            "amount: 0.00 is not over zero; reference: is missing; "
                + "due_on: is missing; without it no deadline can be counted"
        ),
    ]

    @Test(arguments: refusals.indices)
    func `is refused with every reason, and leaves no trace`(_ index: Int) throws {
        let (change, reason) = Self.refusals[index]
        var claim = invoice("A1")
        change(&claim)
        try tenant.register(invoice("A0", 1, TestTenant.debtor("Somebody else")), on: today)
        let before = try tenant.dump()
        let verdict = try tenant.register(claim, on: today)
        #expect(verdict.outcome == .refused && verdict.reason == reason && verdict.caseID == nil)
        #expect(try tenant.dump() == before)
    }

    @Test func `may be issued today and be due on the day of issue`() throws {
        let claim = TestTenant.invoice("A1", 1, issuedOn: today, dueOn: today)
        #expect(try tenant.register(claim, on: today).outcome == .accepted)
    }

    @Test func `of a row that could not be read is refused with what was wrong`() throws {
        let faults = RowFaults([RowFault("amount", "'x' is not an amount"), RowFault("", "the row is short")])
        let rules = IntakeRules(rules: tenant.rules, sealer: tenant.sealer, today: today)
        let row = IncomingRow(line: 7, reference: "A1", content: .failure(faults))
        let verdict = try tenant.write(on: today) {
            try ClaimRegister.register(try rules.checked(row), import: 1, rules, $0)
        }
        #expect(verdict.line == 7 && verdict.reference == "A1" && verdict.outcome == .refused)
        #expect(verdict.reason == "amount: 'x' is not an amount; the row is short")
        let extra = try rules.checked(
            IncomingRow(line: 7, reference: "A1", content: .success(invoice("A1"))),
            extra: RowFault("supplier", "is another"))
        #expect(extra.content == .failure(RowFaults([RowFault("supplier", "is another")])))
    }

    @Test func `with the same number, amount and due date is a duplicate and changes nothing`() throws {
        let first = try tenant.register(invoice("A1"), on: today)
        let before = try tenant.dump()
        let second = try tenant.register(invoice("A1"), on: today)
        #expect(second.outcome == .duplicate && second.caseID == first.caseID)
        #expect(second.reason == "the claim A1 is in case 1 already")
        #expect(try tenant.dump() == before)
    }

    @Test func `with the same number and another amount or due date is refused as a conflict`() throws {
        try tenant.register(invoice("A1"), on: today)
        let before = try tenant.dump()
        var later = invoice("A1")
        later.dueOn = due.adding(days: 1)
        for claim in [invoice("A1", 9_999), later] {
            let verdict = try tenant.register(claim, on: today)
            #expect(verdict.outcome == .refused && verdict.reason.contains("with another amount or due date"))
        }
        #expect(try tenant.dump() == before)
    }
}

@Suite struct `The claims of one debtor` {
    private let tenant: TestTenant

    init() throws { tenant = try TestTenant() }

    private func cases(_ debtors: Party...) throws -> [Int64] {
        try debtors.enumerated().map { index, debtor in
            let verdict = try tenant.register(invoice("A\(index)", 10_000, debtor), on: today)
            return try #require(verdict.caseID).rawValue
        }
    }

    @Test func `gather in one case by the company's number, however it is written`() throws {
        #expect(
            try cases(
                TestTenant.debtor("Møller A/S", kind: .business, nationalID: "12345678"),
                TestTenant.debtor("MØLLER", kind: .business, nationalID: "12 34 56 78", customerNumber: "K7"),
                TestTenant.debtor("Møller A/S", kind: .business, nationalID: "87654321")) == [1, 1, 2])
        #expect(try tenant.snapshot(CaseID(rawValue: 1)).facts.claims.count == 2)
    }

    @Test func `gather by the person's number, and a company of that number is another`() throws {
        #expect(
            try cases(
                TestTenant.debtor("Anna", nationalID: "1234567890"),
                TestTenant.debtor("Anna B", nationalID: "12345 67890"),
                TestTenant.debtor("Anna", nationalID: "1234567891")) == [1, 1, 2])
    }

    @Test func `gather by the customer number where there is no national number`() throws {
        #expect(
            try cases(
                TestTenant.debtor("Anna", customerNumber: "K7"), TestTenant.debtor("Anna Æble", customerNumber: "K7"),
                TestTenant.debtor("Anna", customerNumber: "K8")) == [1, 1, 2])
    }

    @Test func `gather by name and address where there is no number, whatever the letters' case`() throws {
        var moved = TestTenant.debtor("Anna Æble")
        moved.address.lines = ["Testgade 2"]
        var elsewhere = TestTenant.debtor("Anna Æble")
        elsewhere.address.postalCode = "2000"
        #expect(
            try cases(TestTenant.debtor("Anna Æble"), TestTenant.debtor("ANNA ÆBLE"), moved, elsewhere) == [1, 1, 2, 3])
    }

    @Test func `go to a new case when the old one is closed`() throws {
        let debtor = TestTenant.debtor("Anna", customerNumber: "K7")
        let first = try #require(try tenant.register(invoice("A1", 500, debtor), on: today).caseID)
        try tenant.pay(500, first, paidOn: today)
        let second = try #require(try tenant.register(invoice("A2", 700, debtor), on: today).caseID)
        #expect(second != first)
        #expect(try tenant.snapshot(first).isClosed && !tenant.snapshot(second).isClosed)
        #expect(try tenant.snapshot(first).party == tenant.snapshot(second).party)
    }

    @Test func `have the rules asked again on the day that one is added`() throws {
        let debtor = TestTenant.debtor("Anna", customerNumber: "K7")
        let id = try #require(try tenant.register(invoice("A1", 500, debtor), on: today).caseID)
        try tenant.work(from: today, through: today.adding(days: 2))
        #expect(try tenant.record(id).nextOn != today.adding(days: 3))
        try tenant.register(invoice("A2", 500, debtor), on: today.adding(days: 3))
        #expect(try tenant.record(id).nextOn == today.adding(days: 3))
    }
}

@Suite struct `A credit note` {
    private let tenant: TestTenant
    private let id: CaseID

    init() throws {
        tenant = try TestTenant()
        id = try #require(try tenant.register(invoice("A1", 10_000), on: today).caseID)
    }

    private func credit(_ reference: String, _ minorUnits: Int64, against: String? = "A1") throws -> Verdict {
        try tenant.register(
            TestTenant.creditNote(reference, minorUnits, against: against, issuedOn: today), on: today)
    }

    @Test func `reduces its claim`() throws {
        let verdict = try credit("C1", 4000)
        #expect(verdict.outcome == .accepted && verdict.caseID == id)
        #expect(try tenant.balances(id) == [.principal: 6000])
        #expect(
            try tenant.snapshot(id).facts.claims[0].reductions == [
                Reduction(on: today, amount: Money(minorUnits: 4000, .eur))
            ])
        let balance = try tenant.database.read { try Ledger.trialBalance($0) }
        #expect(balance[.claimsPlaced] == -6000 && balance[.clientFunds] == nil)
        #expect(try tenant.audited().last == "claim.credited")
    }

    @Test func `of the whole claim closes its case`() throws {
        #expect(try credit("C1", 10_000).outcome == .accepted)
        #expect(try tenant.snapshot(id).isClosed)
    }

    @Test func `beyond the rest of its claim is the debtor's, and a person is told`() throws {
        try tenant.pay(7000, id, paidOn: today)
        #expect(try credit("C1", 5000).outcome == .accepted)
        #expect(try tenant.snapshot(id).isClosed)
        let balance = try tenant.database.read { try Ledger.trialBalance($0) }
        #expect(balance[.overpayment] == -2000 && balance[.principalReceivable] == 0)
        #expect(balance.values.reduce(0, +) == 0)
        #expect(try tenant.tasks().map(\.kind) == [TaskKind.overpaid.rawValue])
        // Another one goes beyond altogether; the case stays closed.
        #expect(try credit("C2", 10).outcome == .accepted)
        #expect(try tenant.database.read { try Ledger.trialBalance($0) }[.overpayment] == -2010)
    }

    @Test func `leaves other claims of the case alone`() throws {
        try tenant.register(invoice("A2", 800), on: today)
        #expect(try credit("C1", 10_500).outcome == .accepted)
        #expect(try tenant.snapshot(id).facts.claims.map(\.outstandingPrincipal.minorUnits) == [0, 800])
        #expect(try tenant.balances(id) == [.principal: 800])
        #expect(try !tenant.snapshot(id).isClosed)
    }

    @Test func `withdraws a letter that states the old amount`() throws {
        try tenant.run(today)
        #expect(try tenant.balances(id) == [.principal: 10_000, .reminderFee: 100])
        _ = try credit("C1", 1000)
        #expect(try tenant.balances(id) == [.principal: 9000])
        #expect(try tenant.record(id).steps.map(\.state) == ["withdrawn"])
    }

    @Test func `that names no invoice, or one that is not here, is refused without a trace`() throws {
        let before = try tenant.dump()
        #expect(try credit("C1", 10, against: nil).reason.contains("does not say which invoice"))
        #expect(try credit("C1", 10, against: "").reason.contains("does not say which invoice"))
        #expect(try credit("C1", 10, against: "B9").reason == "credits: there is no claim B9; import the invoice first")
        #expect(try credit("C1", 0).reason.contains("not over zero"))
        #expect(try credit("", 10).reason.contains("reference"))
        #expect(try tenant.dump() == before)
    }

    @Test func `that came before is a duplicate, and with another amount is refused`() throws {
        _ = try credit("C1", 4000)
        let before = try tenant.dump()
        let again = try credit("C1", 4000)
        #expect(again.outcome == .duplicate && again.caseID == id)
        #expect(try credit("C1", 4001).outcome == .refused)
        #expect(try tenant.dump() == before)
    }
}

@Suite struct `A file of claims` {
    private let tenant: TestTenant

    init() throws { tenant = try TestTenant() }

    private var rules: IntakeRules { IntakeRules(rules: tenant.rules, sealer: tenant.sealer, today: today) }

    private func rows() -> [IncomingRow] {
        var claims = (1...20).map { number in
            invoice("A\(number)", Int64(number) * 1000, TestTenant.debtor("Debtor \(number % 7)"))
        }
        claims.append(invoice("A3", 3000, TestTenant.debtor("Debtor 3")))  // a duplicate within the file
        claims.append(invoice("A4", 1, TestTenant.debtor("Debtor 4")))  // a conflict within the file
        claims.append(invoice("A99", 0))  // refused
        claims.append(TestTenant.creditNote("C1", 500, against: "A5", issuedOn: issued))
        claims.append(TestTenant.creditNote("C2", 500, against: "A77", issuedOn: issued))  // refused
        claims.append(TestTenant.creditNote("C3", 999_999, against: "A6", issuedOn: issued))  // beyond the rest
        return claims.enumerated().map { IncomingRow(line: $0 + 2, reference: $1.reference, content: .success($1)) }
    }

    /// Reads the file as the host does, and breaks off after some rows where a number is given.
    private func read(_ tenant: TestTenant, batch: Int, stopAfter: Int? = nil) throws -> [Verdict] {
        let rows = rows()
        let begun = try tenant.write(on: today) { try ClaimRegister.begin(sha256: "abc", name: "f.csv", on: today, $0) }
        var verdicts: [Verdict] = []
        for start in stride(from: 0, to: rows.count, by: batch) {
            if let stopAfter, start >= stopAfter { return verdicts }
            verdicts += try tenant.write(on: today) { transaction in
                try rows[start..<min(start + batch, rows.count)].map { row in
                    try ClaimRegister.register(
                        try rules.checked(row), import: begun.wasFinished ? -1 : begun.id, rules, transaction)
                }
            }
        }
        if !begun.wasFinished {
            let counts = Dictionary(grouping: verdicts, by: \.outcome).mapValues(\.count)
            try tenant.write(on: today) { try ClaimRegister.finish(begun.id, counts: counts, on: today, $0) }
        }
        return verdicts
    }

    @Test func `gives each row its verdict`() throws {
        let verdicts = try read(tenant, batch: 5)
        #expect(verdicts.map(\.line) == Array(2...27))
        let outcomes = Dictionary(grouping: verdicts, by: \.outcome).mapValues { $0.map(\.reference) }
        #expect(outcomes[.duplicate] == ["A3"] && outcomes[.refused] == ["A4", "A99", "C2"])
        #expect(outcomes[.accepted]?.count == 22)
        #expect(try tenant.audited().last == "import.finished")
        #expect(try tenant.database.read { try $0.first("SELECT count(*) FROM debt_case") { $0.int(0) } } == 7)
    }

    @Test(arguments: [1, 7, 20, 25])
    func `that was broken off goes on with the same verdicts and the same books`(_ rows: Int) throws {
        let whole = try TestTenant()
        let wanted = try read(whole, batch: 1)
        let part = try read(tenant, batch: 1, stopAfter: rows)
        #expect(part == Array(wanted.prefix(rows)))
        #expect(try read(tenant, batch: 4) == wanted)
        #expect(try tenant.dump() == whole.dump())
    }

    @Test func `that was read to its end changes nothing when it is read again`() throws {
        let first = try read(tenant, batch: 6)
        let before = try tenant.dump()
        let again = try read(tenant, batch: 6)
        #expect(try tenant.dump() == before)
        for (one, two) in zip(first, again) {
            #expect(two.outcome == (one.outcome == .accepted ? .duplicate : one.outcome), "line \(one.line)")
            #expect(two.caseID == one.caseID)
        }
    }

    @Test func `is known by its bytes and not by its name`() throws {
        let one = try tenant.write(on: today) { try ClaimRegister.begin(sha256: "a", name: "x.csv", on: today, $0) }
        let renamed = try tenant.write(on: today) { try ClaimRegister.begin(sha256: "a", name: "y.csv", on: today, $0) }
        let other = try tenant.write(on: today) { try ClaimRegister.begin(sha256: "b", name: "x.csv", on: today, $0) }
        #expect(renamed.id == one.id && other.id != one.id)
        #expect(!one.wasFinished && !renamed.wasFinished)
        try tenant.write(on: today) { try ClaimRegister.finish(one.id, counts: [:], on: today, $0) }
        let finished = try tenant.write(on: today) {
            try ClaimRegister.begin(sha256: "a", name: "x.csv", on: today, $0)
        }
        #expect(finished.wasFinished)
    }

    @Test func `in random order and random pieces gives the same sums`() throws {
        for seed in randomSeeds(21, 22) {
            print("intake seed \(seed)")
            var random = SeededGenerator(seed: seed)
            let tenant = try TestTenant()
            var principal: [String: Int64] = [:]
            var claims: [IncomingClaim] = []
            for number in 0..<60 {
                let debtor = "Debtor \(Int.random(in: 0..<9, using: &random))"
                let amount = Int64.random(in: 1...50_000, using: &random)
                principal[debtor, default: 0] += amount
                claims.append(invoice("A\(number)", amount, TestTenant.debtor(debtor)))
                if random.chance(30), let earlier = claims.randomElement(using: &random) { claims.append(earlier) }
            }
            for claim in claims.shuffled(using: &random) { try tenant.register(claim, on: today) }
            let cases = try tenant.database.read { try CaseQueries.list(after: 0, limit: 100, stage: nil, $0) }
            let found = Dictionary(uniqueKeysWithValues: cases.map { ($0.debtorName, $0.outstanding.minorUnits) })
            #expect(found == principal, "seed \(seed)")
        }
    }
}
