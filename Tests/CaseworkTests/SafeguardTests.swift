import AuditTrail
import Casework
import CaseworkTesting
import Database
import DatabaseTesting
import FordringKit
import Intake
import Ledger
import Testing

/// What the books say of steps and charges, read without the code that is tested.
private struct Books {
    struct Step {
        let id: Int64
        let caseID: Int64
        let kind: String
        let claims: [Int64]
        let state: String
        let decidedOn: CivilDate
        let sentOn: CivilDate?
        let deadlineOn: CivilDate?
    }

    struct Charge {
        let caseID: Int64
        let claim: Int64?
        let component: DebtComponent
        /// Negative where it takes one back.
        let amount: Int64
        let on: CivilDate
        let step: Int64?
    }

    let steps: [Step]
    let charges: [Charge]
    let dueDays: [Int64: CivilDate]

    init(_ tenant: TestTenant) throws {
        let tables = try tenant.database.read { transaction in
            (
                try transaction.all(
                    """
                    SELECT id, case_id, kind, claims, state, decided_on, sent_on, deadline_on FROM case_step ORDER BY id
                    """
                ) { row in
                    Step(
                        id: row.integer(0), caseID: row.integer(1), kind: row.text(2),
                        claims: row.text(3).split(separator: ",").compactMap { Int64($0) }, state: row.text(4),
                        decidedOn: row.date(5), sentOn: row.dateOrNil(6), deadlineOn: row.dateOrNil(7))
                },
                try transaction.all(
                    """
                    SELECT case_id, claim_id, debit, credit, amount, booked_on, cause, cause_id FROM ledger_transfer
                    WHERE debit >= 20 AND debit < 30 AND credit < 20 OR debit < 20 AND credit >= 20 AND credit < 30
                    ORDER BY id
                    """
                ) { row -> Charge? in
                    let (debit, credit) = (Account(rawValue: row.int(2)), Account(rawValue: row.int(3)))
                    guard let component = debit?.component ?? credit?.component else { return nil }
                    return Charge(
                        caseID: row.integer(0), claim: row.integerOrNil(1), component: component,
                        amount: debit?.component == nil ? -row.integer(4) : row.integer(4), on: row.date(5),
                        step: row.text(6) == "step" ? row.integerOrNil(7) : nil)
                }.compactMap { $0 },
                try transaction.all("SELECT id, due_on FROM claim") { ($0.integer(0), $0.date(1)) }
            )
        }
        (steps, charges) = (tables.0, tables.1)
        dueDays = Dictionary(uniqueKeysWithValues: tables.2)
    }

    /// What is over a cap or before a day, a sentence each.
    func breaches() -> [String] {
        let letters: Set = ["reminder", "collectionNotice", "collectionLetter"]
        let timesMax = ["reminder": 3, "collectionNotice": 1, "collectionLetter": 1, "readyForCourt": 1]
        var found: [String] = []
        func expect(_ holds: Bool, _ words: @autoclosure () -> String) { if !holds { found.append(words()) } }
        for step in steps {
            let name = "step \(step.id) (\(step.kind), \(step.decidedOn))"
            expect(timesMax[step.kind] != nil, "\(name) is of no known kind")
            expect(!step.claims.isEmpty && Set(step.claims).count == step.claims.count, "\(name) covers \(step.claims)")
            if let deadline = step.deadlineOn, let sentOn = step.sentOn {
                expect(sentOn.days(to: deadline) >= Lawless.deadlineDaysMin, "\(name) gives until \(deadline)")
            }
            let earlier = steps.filter { $0.caseID == step.caseID && $0.id < step.id }
            for claim in step.claims {
                expect(dueDays[claim].map { step.decidedOn > $0 } ?? false, "\(name) is early for claim \(claim)")
                let covering = earlier.filter { $0.claims.contains(claim) && $0.state == "sent" }
                for letter in covering where letter.decidedOn < step.decidedOn || letters.contains(step.kind) {
                    guard let deadline = letter.deadlineOn, let sentOn = letter.sentOn, sentOn <= step.decidedOn
                    else { continue }
                    expect(step.decidedOn > deadline, "\(name) is before \(deadline), stated by step \(letter.id)")
                }
                let counted = steps.filter {
                    $0.caseID == step.caseID && $0.kind == step.kind && $0.claims.contains(claim)
                        && !["failed", "withdrawn"].contains($0.state)
                }
                expect(counted.count <= timesMax[step.kind] ?? 0, "\(name): \(counted.count) times for claim \(claim)")
                if step.kind == "collectionLetter", step.state == "sent" {
                    let noticed = earlier.contains {
                        $0.kind == "collectionNotice" && $0.claims.contains(claim)
                            && ($0.sentOn.map { $0.days(to: step.decidedOn) >= Lawless.noticeDays } ?? false)
                    }
                    expect(noticed, "\(name) has no notice for claim \(claim)")
                }
            }
            // Letters wait for one another, unless one decision made both.
            for letter in earlier where letters.contains(step.kind) && letter.state == "sent" {
                guard let sentOn = letter.sentOn, letter.decidedOn < step.decidedOn else { continue }
                expect(sentOn <= step.decidedOn, "\(name) was decided while step \(letter.id) had not left")
            }
        }
        for (caseID, charges) in Dictionary(grouping: charges, by: \.caseID) {
            var costs: Int64 = 0
            var both: Int64 = 0
            var fees: [Int64: Int64] = [:]
            var lastFee: Charge?
            for charge in charges {
                let name = "case \(caseID), \(charge.component) of \(charge.amount) on \(charge.on)"
                if charge.component == .collectionCost { costs += charge.amount }
                if charge.component == .collectionCost || charge.component == .reminderFee { both += charge.amount }
                expect(costs <= Lawless.costsMax, "\(name): costs of \(costs)")
                expect(both <= Lawless.feesAndCostsMax, "\(name): fees and costs of \(both)")
                guard charge.component == .reminderFee else { continue }
                if let claim = charge.claim {
                    fees[claim, default: 0] += charge.amount
                    expect(fees[claim, default: 0] <= Lawless.feesMaxOfClaim, "\(name): over the cap of \(claim)")
                }
                guard charge.amount > 0 else { continue }
                expect(charge.amount <= Lawless.feeMax, "\(name): over the single cap")
                if let lastFee, lastFee.step != charge.step {
                    let sentOn = steps.first { $0.id == lastFee.step }?.sentOn
                    let from = sentOn.map { $0 <= charge.on ? max($0, lastFee.on) : lastFee.on } ?? lastFee.on
                    expect(from.days(to: charge.on) >= Lawless.feeSpacingDays, "\(name): only since \(from)")
                }
                lastFee = charge
            }
            let count = charges.count { $0.component == .reminderFee && $0.amount > 0 }
            expect(count <= Lawless.feeCountMax, "case \(caseID): \(count) fees")
        }
        return found
    }
}

/// Goal: whatever a country's plug-in answers, nothing over a cap and nothing before its day reaches the books.
///
/// Method: a plug-in that answers by chance, with true limits, in a play of claims, payments, credits, runs and letters by
/// chance; and an auditor that reads the books by SQL and knows the limits by heart.
@Suite struct `A lawless plug-in` {
    @Test(arguments: randomSeeds(11, 12, 13, 14))
    func `cannot get past the limits of the law`(_ seed: UInt64) throws {
        print("lawless seed \(seed)")
        var random = SeededGenerator(seed: seed)
        let tenant = try TestTenant()
        tenant.otherLaw = Lawless(seed: seed)
        var day = monday
        var cases: Set<CaseID> = []
        var counts: [String: Int] = [:]
        for round in 0..<220 {
            switch Int.random(in: 0..<10, using: &random) {
            case 0:
                let dueOn = day.adding(days: Int.random(in: -30...8, using: &random))
                let claim = TestTenant.invoice(
                    "A\(round)", Int64.random(in: 1000...90_000, using: &random), issuedOn: min(day, dueOn),
                    dueOn: dueOn,
                    debtor: TestTenant.debtor("Debtor \(Int.random(in: 0..<7, using: &random))"))
                if let id = try tenant.register(claim, on: day).caseID { cases.insert(id) }
                counts["claim", default: 0] += 1
            case 1:
                guard let id = cases.sorted().randomElement(using: &random) else { continue }
                let paidOn = day.adding(days: -Int.random(in: 0...20, using: &random))
                try tenant.pay(
                    Int64.random(in: 1...900, using: &random), id, paidOn: paidOn, registeredOn: day,
                    reference: "P\(round)")
                counts["payment", default: 0] += 1
            case 2:
                guard let task = try tenant.tasks().filter({ $0.kind == "undelivered" }).randomElement(using: &random)
                else { continue }
                try tenant.write(on: day) { try Tasks.done(task.id, on: day, because: "test", $0) }
            case 3, 4:
                let sent = try tenant.send(on: day)
                counts["letter", default: 0] += sent.count
            default:
                day = day.adding(days: Int.random(in: 0...4, using: &random))
                let result = try tenant.run(day, batchSize: Int.random(in: 1...5, using: &random))
                counts["step", default: 0] += result.steps
                counts["refused", default: 0] += result.gaps
            }
            let breaches = try Books(tenant).breaches()
            try #require(breaches.isEmpty, "seed \(seed), round \(round): \(breaches)")
        }
        #expect(counts.count == 5, "the play was too quiet: \(counts)")
        #expect(
            counts["step", default: 0] > 15 && counts["refused", default: 0] > 15, "the play was too quiet: \(counts)")
        #expect(try tenant.database.read { try Ledger.trialBalance($0) }.values.reduce(0, +) == 0)
    }

    @Test func `is refused without a trace but a task and its entries`() throws {
        let tenant = try TestTenant()
        let id = try tenant.open("A1", 100_000, dueOn: monday, on: monday)
        try tenant.run(monday)
        let before = try tenant.dump()
        tenant.law = Testland(mischief: .tooEarly)
        try tenant.write(on: monday) { try $0.execute("UPDATE debt_case SET next_on = $1 WHERE id = $2", monday, id) }
        #expect(try tenant.run(monday).gaps == 1)
        let after = try tenant.dump()
        let changed = after.filter { before[$0.key] != $0.value }.keys.sorted()
        #expect(changed == ["audit_entry", "audit_tile", "daily_run", "id_counter", "task"])
        let task = try #require(try tenant.tasks().first)
        #expect(task.message.contains("covers claim 1, which may be paid through 2026-01-05"))
    }

    private func refusal(
        _ tenant: TestTenant, _ step: DecidedStep..., on day: CivilDate = CivilDate(2026, 1, 16),
        sourceLocation: SourceLocation = #_sourceLocation
    ) throws -> String {
        tenant.otherLaw = Scripted(steps: step)
        try tenant.write(on: day) { try $0.execute("UPDATE debt_case SET next_on = $1", day) }
        let result = try tenant.run(day)
        #expect(result.gaps == 1 && result.steps == 0, sourceLocation: sourceLocation)
        return try tenant.tasks().last?.message ?? ""
    }

    private func step(_ kind: StepKind, _ claims: Int64..., fee: Int64 = 0) -> DecidedStep {
        let charge = DecidedCharge(
            component: .reminderFee, claim: nil, amount: Explained(Money(minorUnits: fee, .eur), []))
        return DecidedStep(
            kind: kind, claims: claims.map { ClaimID(rawValue: $0) }, charges: fee > 0 ? [charge] : [], reasons: [])
    }

    @Test func `is told the limit and its section`() throws {
        let tenant = try TestTenant()
        _ = try tenant.open("A1", 100_000, dueOn: CivilDate(2025, 12, 31), on: monday)
        let message = try refusal(tenant, step(.reminder, 1, fee: 101))
        #expect(
            message.hasSuffix(
                "the step reminder breaks a limit: a reminderFee of 1.01 EUR, and the most is 1.00 EUR "
                    + "[§ 2, Testland Collection Act]"), "\(message)")
    }

    @Test func `is refused what no country allows`() throws {
        let tenant = try TestTenant()
        _ = try tenant.open("A1", 100_000, dueOn: CivilDate(2025, 12, 31), on: monday)
        _ = try tenant.open(
            "A2", 100_000, dueOn: CivilDate(2025, 12, 31), debtor: TestTenant.debtor("Debtor of A1"), on: monday)
        try tenant.run(monday)
        try tenant.send(on: monday)
        // The first reminder gives until 15 January.
        #expect(
            try refusal(tenant, step(.reminder, 1), on: CivilDate(2026, 1, 15)).contains(
                "covers claim 1, for which a letter gives until 2026-01-15"))
        #expect(try refusal(tenant, step(StepKind("visit"), 1)).contains("the step visit, which is none"))
        #expect(try refusal(tenant, step(.reminder, 1, fee: .max)).contains("more than can be added up"))
        #expect(try tenant.tasks().count == 1, "one task, which says the latest reason")
        #expect(try refusal(tenant, step(.reminder, 1, 1)).contains("covers claim 1 twice"))
        #expect(try refusal(tenant, step(.reminder, 1), step(.collectionNotice, 1)).contains("has not left the house"))
        #expect(
            try refusal(tenant, step(.readyForCourt, 1), step(.readyForCourt, 1)).contains(
                "would be taken 2 times for claim 1, and 1 is the most"))
        #expect(
            try refusal(tenant, step(.readyForCourt, 1)).contains(
                "readyForCourt would come before the notice of collection, in a case that is reminded"))
        // Together two fees come too close, whatever each is by itself.
        #expect(
            try refusal(tenant, step(.reminder, 1, fee: 50), step(.collectionNotice, 2, fee: 50)).contains(
                "8 days must pass"))
        tenant.otherLaw = Scripted(steps: [step(.reminder, 1)])
        #expect(try tenant.run(CivilDate(2026, 1, 17)).steps == 1)
        #expect(
            try refusal(tenant, step(.reminder, 2), on: CivilDate(2026, 1, 18)).contains(
                "would send a letter while the reminder of 2026-01-17 has not left the house"))
        #expect(
            try refusal(tenant, step(.readyForCourt, 1), on: CivilDate(2026, 1, 18)).contains(
                "covers claim 1, for which the reminder of 2026-01-17 has not left the house"))
    }

    @Test func `gets no letter out of the house that gives too little time`() throws {
        let tenant = try TestTenant()
        let id = try tenant.open("A1", 100_000, dueOn: CivilDate(2025, 12, 31), on: monday)
        try tenant.run(monday)
        tenant.otherLaw = Scripted(steps: [], deadlineDays: 7)
        #expect(try tenant.send(on: monday).isEmpty)
        let record = try tenant.record(id)
        #expect(record.steps.map(\.state) == ["failed"] && record.nextOn == nil)
        #expect(record.snapshot.facts.outstanding.minorUnits == 100_000, "its fee is taken back")
        let task = try #require(try tenant.tasks().first)
        #expect(task.kind == "undelivered" && task.cure.contains("the author of the plug-in testland 1.0.0"))
        #expect(
            task.message.contains(
                "the letter of 2026-01-05 would state 2026-01-12 as the last day, and 8 days must be given "
                    + "[§ 5, Testland Collection Act]"))
    }
}

/// A plug-in that says what it is told to.
private struct Scripted: Jurisdiction {
    var steps: [StepDescription] { Testland().steps }
    let script: [DecidedStep]
    let deadlineDays: Int

    init(steps: [DecidedStep], deadlineDays: Int = Testland.deadlineDays) {
        script = steps
        self.deadlineDays = deadlineDays
    }

    func decide(_ facts: CaseFacts, on day: CivilDate) throws -> Decision {
        Decision(steps: script, reviewOn: nil, waiting: [])
    }

    func safeguards(for facts: CaseFacts, on day: CivilDate) throws -> [Safeguard] {
        [
            Safeguard(
                .single(of: .reminderFee, amountMax: Money(minorUnits: Lawless.feeMax, .eur)), Testland.act("§ 2")),
            Safeguard(.spacing(of: .reminderFee, daysMin: Lawless.feeSpacingDays), Testland.act("§ 2 (3)")),
            Safeguard(.deadline(.reminder, daysMin: Lawless.deadlineDaysMin), Testland.act("§ 5")),
        ]
    }

    func deadline(for step: StepKind, sentOn day: CivilDate) throws -> Explained<CivilDate>? {
        Explained(day.adding(days: deadlineDays), [])
    }

    let country: CountryCode = Testland.country
    var currency: Currency { .eur }
    var languages: [Language] { [.english] }
    var allocationOrder: Explained<[DebtComponent]> { Testland().allocationOrder }
    func interest(on facts: CaseFacts, through day: CivilDate) throws -> [DecidedCharge] { [] }
    func holiday(on day: CivilDate) -> Holiday? { nil }
    func check(_ text: String, as kind: IdentifierKind) -> IdentifierVerdict { Testland().check(text, as: kind) }
    func paymentReference(for caseID: CaseID, creditorNumber: String) -> PaymentReference? { nil }
    func letterTemplate(for step: StepKind, in language: Language) -> String? { nil }
    func name(of component: DebtComponent, in language: Language) -> String { component.rawValue }
}
