import AuditTrail
import Casework
import CaseworkTesting
import Correspondence
import Database
import DatabaseTesting
import FordringKit
import Intake
import Ledger
import Testing

/// What one case owes, kept by other means than the ledger's: sums by component, and interest counted day by day.
private struct CaseModel {
    struct Claim {
        let principal: Int64
        let dueOn: CivilDate
        var reductions: [(on: CivilDate, amount: Int64)] = []
        var interestCharged: Int64 = 0
        var interestOwed: Int64 = 0

        var rest: Int64 { principal - reductions.reduce(0) { $0 + $1.amount } }

        /// Interest through a day, one day after another.
        func accrued(through day: CivilDate) -> Int64 {
            var sum: Int64 = 0
            var counted = dueOn.adding(days: 1)
            while counted <= day {
                sum += reductions.reduce(principal) { $1.on < counted ? $0 - $1.amount : $0 }
                counted = counted.adding(days: 1)
            }
            // 10 % over 365 days, a half up.
            return (sum * 2 + 3650) / 7300
        }
    }

    struct Step {
        var fee: Int64 = 0
        var cost: Int64 = 0
        var interest: [ClaimID: Int64] = [:]
        let on: CivilDate
        var state: String
    }

    var claims: [ClaimID: Claim] = [:]
    var steps: [Int64: Step] = [:]
    var fees: Int64 = 0
    var cost: Int64 = 0
    var overpaid: Int64 = 0
    var isClosed = false

    var balances: [DebtComponent: Int64] {
        let sums: [DebtComponent: Int64] = [
            .reminderFee: fees, .collectionCost: cost, .interest: claims.values.reduce(0) { $0 + $1.interestOwed },
            .principal: claims.values.reduce(0) { $0 + $1.rest },
        ]
        return sums.filter { $0.value != 0 }
    }

    private var inOrder: [ClaimID] {
        claims.sorted { ($0.value.dueOn, $0.key.rawValue) < ($1.value.dueOn, $1.key.rawValue) }.map(\.key)
    }

    mutating func take(_ step: Int64, _ kind: String, on day: CivilDate, sends: Bool) {
        var taken = Step(on: day, state: sends ? "queued" : "done")
        if kind == "reminder" { taken.fee = 100 }
        if kind == "collectionLetter" { taken.cost = 5000 }
        if kind == "collectionNotice" || kind == "collectionLetter" {
            for (id, claim) in claims {
                let amount = claim.accrued(through: day) - claim.interestCharged
                if amount > 0 { taken.interest[id] = amount }
            }
        }
        fees += taken.fee
        cost += taken.cost
        for (id, amount) in taken.interest {
            claims[id]?.interestCharged += amount
            claims[id]?.interestOwed += amount
        }
        steps[step] = taken
    }

    private mutating func withdraw() {
        for (id, step) in steps where step.state == "queued" {
            fees -= step.fee
            cost -= step.cost
            for (claim, amount) in step.interest {
                claims[claim]?.interestCharged -= amount
                claims[claim]?.interestOwed -= amount
            }
            steps[id]?.state = "withdrawn"
        }
    }

    private mutating func spread(_ amount: Int64, on day: CivilDate) {
        var rest = amount
        func part(_ owed: Int64) -> Int64 {
            let part = min(max(owed, 0), rest)
            rest -= part
            return part
        }
        cost -= part(cost)
        fees -= part(fees)
        for id in inOrder {
            let part = part(claims[id]?.interestOwed ?? 0)
            claims[id]?.interestOwed -= part
        }
        for id in inOrder {
            let part = part(claims[id]?.rest ?? 0)
            if part > 0 { claims[id]?.reductions.append((day, part)) }
        }
        overpaid += rest
    }

    /// Who had paid all before a step was taken owes nothing for it.
    private mutating func takeBack(after paidOn: CivilDate, paying amount: Int64) {
        let late = steps.filter { $0.value.on > paidOn && ($0.value.state == "sent" || $0.value.state == "done") }
        let charged = late.values.reduce(0) { $0 + $1.fee + $1.cost + $1.interest.values.reduce(0, +) }
        guard charged > 0, balances.values.reduce(0, +) - charged <= amount else { return }
        for (id, step) in late {
            fees -= step.fee
            cost -= step.cost
            for (claim, amount) in step.interest {
                claims[claim]?.interestCharged -= amount
                claims[claim]?.interestOwed -= amount
            }
            // Nothing of it can be taken back again.
            steps[id] = Step(on: step.on, state: step.state)
        }
    }

    mutating func pay(_ amount: Int64, paidOn: CivilDate, today: CivilDate) {
        withdraw()
        if paidOn < today { takeBack(after: paidOn, paying: amount) }
        spread(amount, on: paidOn)
        let chargedOn = steps.values.filter { $0.state != "withdrawn" && !$0.interest.isEmpty }.map(\.on).max()
        if let chargedOn, paidOn < chargedOn {
            for (id, claim) in claims {
                let correction = claim.accrued(through: chargedOn) - claim.interestCharged
                if correction < 0 {
                    claims[id]?.interestCharged += correction
                    claims[id]?.interestOwed += correction
                }
            }
        }
        var freed = max(0, -cost) + max(0, -fees)
        (cost, fees) = (max(0, cost), max(0, fees))
        for (id, claim) in claims where claim.interestOwed < 0 {
            freed -= claim.interestOwed
            claims[id]?.interestOwed = 0
        }
        if freed > 0 { spread(freed, on: today) }
        isClosed = isClosed || balances.isEmpty
    }

    mutating func credit(_ amount: Int64, _ claim: ClaimID, today: CivilDate) {
        withdraw()
        let covered = min(amount, claims[claim]?.rest ?? 0)
        if covered > 0 { claims[claim]?.reductions.append((today, covered)) }
        overpaid += amount - covered
        isClosed = isClosed || balances.isEmpty
    }
}

@Suite struct `Cases under random events` {
    @Test(arguments: randomSeeds(1, 2, 3, 4))
    func `owe what a model of them owes, and keep their books in order`(_ seed: UInt64) throws {
        print("casework seed \(seed)")
        var random = SeededGenerator(seed: seed)
        let tenant = try TestTenant()
        var models: [CaseID: CaseModel] = [:]
        var references: [(reference: String, claim: ClaimID, caseID: CaseID)] = []
        var stepsSeen: Int64 = 0
        var day = monday
        var counts: [String: Int] = [:]

        for round in 0..<140 {
            switch Int.random(in: 0..<10, using: &random) {
            case 0, 1:
                counts["claim", default: 0] += 1
                let debtor = TestTenant.debtor("Debtor \(Int.random(in: 0..<8, using: &random))")
                let dueOn = day.adding(days: Int.random(in: -30...5, using: &random))
                let amount =
                    random.chance(20)
                    ? Int64.random(in: 1...50, using: &random) : .random(in: 1...500_000, using: &random)
                let claim = TestTenant.invoice(
                    "A\(round)", amount, issuedOn: min(day, dueOn), dueOn: dueOn, debtor: debtor)
                let verdict = try tenant.register(claim, on: day)
                let caseID = try #require(verdict.caseID)
                let id = try #require(try tenant.record(caseID).claims.last?.id)
                #expect(models[caseID]?.isClosed != true, "a claim came into a closed case")
                models[caseID, default: CaseModel()].claims[id] = CaseModel.Claim(principal: amount, dueOn: dueOn)
                references.append(("A\(round)", id, caseID))
            case 2, 3:
                guard let caseID = models.keys.sorted().randomElement(using: &random), let model = models[caseID] else {
                    continue
                }
                counts["payment", default: 0] += 1
                let total = model.balances.values.reduce(0, +)
                let amount: Int64 =
                    switch Int.random(in: 0..<4, using: &random) {
                    case 0 where total > 0: total
                    case 1: total + Int64.random(in: 1...3000, using: &random)
                    default: Int64.random(in: 1...max(1, total), using: &random)
                    }
                let paidOn = random.chance(50) ? day : day.adding(days: -Int.random(in: 1...45, using: &random))
                let result = try tenant.pay(amount, caseID, paidOn: paidOn, registeredOn: day, reference: "P\(round)")
                let before = models[caseID]?.overpaid ?? 0
                models[caseID]?.pay(amount, paidOn: paidOn, today: day)
                #expect(result.overpaid.minorUnits == (models[caseID]?.overpaid ?? 0) - before, "round \(round)")
                #expect(result.closed == (models[caseID]?.balances.isEmpty == true), "round \(round)")
            case 4:
                guard let (reference, claim, caseID) = references.randomElement(using: &random) else { continue }
                counts["credit", default: 0] += 1
                let rest = models[caseID]?.claims[claim]?.rest ?? 0
                let amount = random.chance(30) ? rest + 1 : Int64.random(in: 1...max(1, rest), using: &random)
                let verdict = try tenant.register(
                    TestTenant.creditNote("C\(round)", amount, against: reference, issuedOn: day), on: day)
                #expect(verdict.outcome == .accepted && verdict.caseID == caseID)
                models[caseID]?.credit(amount, claim, today: day)
            default:
                day = day.adding(days: Int.random(in: 0...7, using: &random))
                try tenant.run(day, batchSize: Int.random(in: 1...4, using: &random))
            }
            // The model does not decide; it is told which steps were taken, and computes what they cost.
            let seen = stepsSeen
            let taken = try tenant.database.read { transaction in
                try transaction.all(
                    "SELECT id, case_id, kind, decided_on, state FROM case_step WHERE id > $1 ORDER BY id", seen
                ) { ($0.integer(0), CaseID(rawValue: $0.integer(1)), $0.text(2), $0.date(3), $0.text(4)) }
            }
            for (id, caseID, kind, on, state) in taken {
                counts["step", default: 0] += 1
                stepsSeen = id
                models[caseID]?.take(id, kind, on: on, sends: state != "done")
            }
            if random.chance(60) {
                for letter in try tenant.send(on: day) {
                    counts["letter", default: 0] += 1
                    let model = try #require(models[letter.content.caseID])
                    // A letter demands what the model says is owed on the claims that it covers.
                    let charges = letter.content.charges.reduce(0) { $0 + $1.amount.minorUnits }
                    let principal = letter.content.claims.reduce(0) {
                        $0 + $1.principal.minorUnits - $1.paid.minorUnits
                    }
                    #expect(
                        principal > 0 && charges + principal <= model.balances.values.reduce(0, +), "round \(round)")
                    models[letter.content.caseID]?.steps[letter.content.id.rawValue]?.state = "sent"
                }
            }
            let differences = try differences(tenant, models)
            // One is enough: what comes after it follows from it.
            try #require(differences.isEmpty, "seed \(seed), round \(round): \(differences)")
        }
        #expect(counts.count == 5, "the play was too quiet: \(counts)")
    }

    /// Where the books and the model part ways, a sentence each.
    private func differences(_ tenant: TestTenant, _ models: [CaseID: CaseModel]) throws -> [String] {
        var found: [String] = []
        func compare<Value: Equatable>(_ books: Value, _ model: Value, _ what: String) {
            if books != model { found.append("\(what): \(books) in the books, \(model) in the model") }
        }
        let balance = try tenant.database.read { try Ledger.trialBalance($0) }
        compare(balance.values.reduce(0, +), 0, "trial balance")
        compare(-(balance[.overpayment] ?? 0), models.values.reduce(0) { $0 + $1.overpaid }, "overpaid")
        for (id, model) in models.sorted(by: { $0.key < $1.key }) {
            let record = try tenant.record(id)
            let snapshot = record.snapshot
            let total = model.balances.values.reduce(0, +)
            compare(try tenant.balances(id), model.balances, "case \(id)")
            compare(snapshot.balances.filter { $0.amount.isNegative }.count, 0, "case \(id), balances below zero")
            compare(snapshot.facts.outstanding.minorUnits, total, "case \(id), owed")
            let booked = record.transfers.reduce(Int64(0)) { sum, entry in
                let amount = entry.transfer.amount.minorUnits
                return sum + (entry.transfer.debit.component == nil ? 0 : amount)
                    - (entry.transfer.credit.component == nil ? 0 : amount)
            }
            compare(booked, total, "case \(id), transfers")
            compare(snapshot.isClosed, model.isClosed, "case \(id), closed")
            compare(snapshot.isClosed, total == 0, "case \(id), closed if and only if nothing is owed")
            compare(snapshot.isClosed && record.nextOn != nil, false, "case \(id), closed and still due")
            for claim in snapshot.facts.claims {
                compare(claim.outstandingPrincipal.minorUnits, model.claims[claim.id]?.rest, "claim \(claim.id)")
                compare(claim.reductions.map(\.on), claim.reductions.map(\.on).sorted(), "claim \(claim.id), order")
            }
            for step in record.steps { compare(step.state, model.steps[step.id]?.state, "step \(step.id)") }
        }
        return found
    }
}
