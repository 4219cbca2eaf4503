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

@Suite struct `A payment` {
    private let tenant: TestTenant
    private let id: CaseID

    init() throws {
        tenant = try TestTenant()
        id = try tenant.open("A1", 100_000, dueOn: CivilDate(2025, 12, 31), on: monday)
    }

    private func refusal(_ body: () throws -> Void) throws -> CaseworkRefusal.Code? {
        do {
            try body()
            return nil
        } catch let refusal as CaseworkRefusal {
            #expect(!refusal.message.isEmpty)
            return refusal.code
        }
    }

    /// Through the collection letter, sent on 2026-02-07: 2.00 in reminders, 10.41 interest, 50.00 cost.
    private func demand() throws { try tenant.work(from: monday, through: CivilDate(2026, 2, 7)) }

    @Test func `beyond all reason is refused, like a claim`() throws {
        let books = try TestTenant()
        let absurd = Int64.max - 100
        let verdict = try books.register(
            TestTenant.invoice("X", absurd, issuedOn: monday, dueOn: monday.adding(days: -1)), on: monday)
        #expect(verdict.outcome == .refused && verdict.reason.contains("decimal point"), "\(verdict.reason)")
        let large = try books.open("L", Amounts.most, dueOn: CivilDate(2025, 12, 31), on: monday)
        #expect(throws: CaseworkRefusal.self) { try books.pay(Amounts.most + 1, large, paidOn: monday) }
        #expect(throws: CaseworkRefusal.self) { try books.pay(absurd, large, paidOn: monday) }
        try books.work(from: monday, through: monday.adding(days: 40))
        #expect(try books.record(large).steps.count == 4)
    }

    @Test func `covers costs, fees, interest and then the claim, and leaves the rest owed`() throws {
        try demand()
        let day = CivilDate(2026, 2, 10)
        let result = try tenant.pay(7000, id, paidOn: day)
        #expect(result.allocations.map(\.component) == [.collectionCost, .reminderFee, .interest, .principal])
        #expect(result.allocations.map(\.amount.minorUnits) == [5000, 200, 1041, 759])
        #expect(result.overpaid.isZero && !result.closed && !result.wasKnown)
        #expect(result.outstanding.minorUnits == 99_241)
        #expect(try tenant.balances(id) == [.principal: 99_241])
        #expect(try tenant.record(id).nextOn == day, "the rules are asked again")
        #expect(
            try tenant.snapshot(id).facts.claims[0].reductions == [
                Reduction(on: day, amount: Money(minorUnits: 759, .eur))
            ])
    }

    @Test func `that is small covers a part of the first component`() throws {
        try demand()
        #expect(try tenant.pay(1, id, paidOn: CivilDate(2026, 2, 10)).allocations.map(\.component) == [.collectionCost])
        #expect(try tenant.balances(id)[.collectionCost] == 4999)
    }

    @Test func `covers the claim that fell due first, whichever came in first`() throws {
        let debtor = TestTenant.debtor("Debtor of A1")
        _ = try tenant.open("A2", 5000, dueOn: CivilDate(2025, 11, 1), debtor: debtor, on: monday)
        _ = try tenant.open("A3", 5000, dueOn: CivilDate(2025, 12, 1), debtor: debtor, on: monday)
        try tenant.pay(7000, id, paidOn: monday)
        let rests = try tenant.snapshot(id).facts.claims.map(\.outstandingPrincipal.minorUnits)
        #expect(rests == [100_000, 0, 3000])
    }

    @Test func `of all that is owed closes the case, and lets go of interest that was never stated`() throws {
        try demand()
        let result = try tenant.pay(106_241, id, paidOn: CivilDate(2026, 2, 16))
        #expect(result.closed && result.outstanding.isZero && result.overpaid.isZero)
        let record = try tenant.record(id)
        #expect(record.snapshot.isClosed && record.closedOn == CivilDate(2026, 2, 16) && record.closeCode == "paid")
        #expect(record.nextOn == nil && record.snapshot.stage == "closed")
        let before = try tenant.dump()
        try tenant.run(CivilDate(2026, 2, 17))
        try tenant.run(CivilDate(2026, 12, 1))
        #expect(try tenant.dump() == before, "nothing more happens in a closed case")
    }

    @Test func `of more than is owed closes the case and makes a task of the rest`() throws {
        let result = try tenant.pay(100_500, id, paidOn: monday)
        #expect(result.closed && result.overpaid.minorUnits == 500)
        let task = try #require(try tenant.tasks().first)
        #expect(task.kind == TaskKind.overpaid.rawValue && task.message.contains("5.00 EUR"))
        let balance = try tenant.database.read { try Ledger.trialBalance($0) }
        #expect(balance[.overpayment] == -500 && balance[.clientFunds] == 100_500)
        // A second one to the closed case is the debtor's altogether.
        let second = try tenant.pay(70, id, paidOn: monday.adding(days: 1))
        #expect(second.overpaid.minorUnits == 70 && second.allocations.isEmpty)
        #expect(try tenant.database.read { try Ledger.trialBalance($0) }[.overpayment] == -570)
        #expect(try tenant.audited().filter { $0 == "case.closed" }.count == 1)
    }

    @Test func `with a reference that is known changes nothing`() throws {
        try tenant.pay(500, id, paidOn: monday, reference: "BANK-1")
        let before = try tenant.dump()
        let again = try tenant.pay(500, id, paidOn: monday, registeredOn: monday.adding(days: 3), reference: "BANK-1")
        #expect(again.wasKnown && again.outstanding.minorUnits == 99_500)
        #expect(try tenant.dump() == before)
    }

    @Test func `with a reference of another payment is refused`() throws {
        let other = try tenant.open("A2", 1000, dueOn: CivilDate(2025, 12, 31), on: monday)
        try tenant.pay(500, id, paidOn: monday, reference: "BANK-1")
        let before = try tenant.dump()
        let later = monday.adding(days: 1)
        #expect(try refusal { try tenant.pay(501, id, paidOn: monday, reference: "BANK-1") } == .badPayment)
        #expect(try refusal { try tenant.pay(500, other, paidOn: monday, reference: "BANK-1") } == .badPayment)
        #expect(try refusal { try tenant.pay(500, id, paidOn: later, reference: "BANK-1") } == .badPayment)
        #expect(try tenant.dump() == before)
    }

    @Test func `without a reference counts each time`() throws {
        try tenant.pay(500, id, paidOn: monday)
        try tenant.pay(500, id, paidOn: monday)
        #expect(try tenant.balances(id) == [.principal: 99_000])
    }

    @Test func `of nothing, of the future, in another currency or for no case is refused`() throws {
        let before = try tenant.dump()
        #expect(try refusal { try tenant.pay(0, id, paidOn: monday) } == .badPayment)
        #expect(try refusal { try tenant.pay(-5, id, paidOn: monday) } == .badPayment)
        #expect(
            try refusal { try tenant.pay(5, id, paidOn: monday.adding(days: 1), registeredOn: monday) } == .badPayment)
        #expect(try refusal { try tenant.pay(5, CaseID(rawValue: 99), paidOn: monday) } == .noSuchCase)
        #expect(
            try refusal {
                try tenant.write(on: monday) {
                    _ = try Payments.register(
                        Money(minorUnits: 5, .sek), paidOn: monday, today: monday, reference: nil, for: id,
                        tenant.rules, $0)
                }
            } == .badPayment)
        #expect(try tenant.dump() == before)
    }

    @Test func `withdraws a letter that has not left, with what it charged`() throws {
        try tenant.run(monday)
        #expect(try tenant.balances(id) == [.principal: 100_000, .reminderFee: 100])
        let size = try tenant.auditSize()
        let result = try tenant.pay(100_000, id, paidOn: monday)
        #expect(result.closed, "the fee of a letter that was never sent is not owed")
        let record = try tenant.record(id)
        #expect(record.steps.map(\.state) == ["withdrawn"])
        #expect(try tenant.jobStates() == ["cancelled": 1])
        #expect(try tenant.audited(from: size) == ["step.withdrawn", "payment.received", "case.closed"])
        #expect(try tenant.send(on: monday).isEmpty)
        #expect(record.snapshot.facts.steps.isEmpty, "the rules do not see it")
    }

    @Test func `that is partial lets the withdrawn step be taken anew, and its fee be charged once`() throws {
        try tenant.run(monday)
        try tenant.pay(1000, id, paidOn: monday)
        try tenant.run(monday)
        let letters = try tenant.send(on: monday)
        #expect(letters.count == 1)
        #expect(try tenant.record(id).steps.map(\.state) == ["withdrawn", "sent"])
        #expect(try tenant.balances(id) == [.principal: 99_000, .reminderFee: 100])
        #expect(letters[0].content.reminderNumber == 1)
    }

    @Test func `of an earlier day takes back the interest that it makes too high`() throws {
        try demand()
        #expect(try tenant.balances(id)[.interest] == 1041)
        // Half of the claim was paid on 5 January: 1000.00 for 5 days and then 500.00 (less what went to costs) since.
        let result = try tenant.pay(50_000, id, paidOn: monday, registeredOn: CivilDate(2026, 2, 10))
        #expect(result.allocations.map(\.amount.minorUnits) == [5000, 200, 1041, 43_759])
        // 100000 x 5 days + 56241 x 33 days at 10 %: 645 of 1041 was right.
        #expect(try tenant.audited().contains("interest.corrected"))
        let charged = try tenant.snapshot(id).facts.charges.filter { $0.component == .interest }.map(
            \.amount.minorUnits)
        #expect(charged.reduce(0, +) == 645)
        #expect(try tenant.snapshot(id).balances.allSatisfy { $0.amount.isPositive }, "nothing is owed below zero")
        #expect(result.outstanding.minorUnits == 100_000 + 200 + 5000 + 645 - 50_000)
        #expect(try tenant.snapshot(id).facts.outstanding == result.outstanding)
    }

    @Test func `of an earlier day that covers all closes the case and gives back what was too much`() throws {
        try demand()
        // What the demand states, paid on the day the claim was taken in and had its first reminder: all that came after goes
        // back, the second reminder's 1.00, 10.41 of interest and 50.00 of cost.
        let result = try tenant.pay(106_241, id, paidOn: monday, registeredOn: CivilDate(2026, 2, 10))
        #expect(result.closed && result.outstanding.isZero)
        #expect(try tenant.snapshot(id).balances.isEmpty)
        let balance = try tenant.database.read { try Ledger.trialBalance($0) }
        #expect(balance[.overpayment] == -6141)
        #expect(balance.values.reduce(0, +) == 0)
        let kinds = try tenant.tasks().map(\.kind)
        #expect(kinds == [TaskKind.paidInTime.rawValue, TaskKind.overpaid.rawValue])
        #expect(result.overpaid.minorUnits == 6141)
    }

    @Test func `of an earlier day corrects interest also when a letter is withdrawn for it`() throws {
        // The notice of 27 January has charged 7.40 and is gone; the demand of 7 February is queued and not sent.
        try tenant.work(from: monday, through: CivilDate(2026, 2, 6))
        try tenant.run(CivilDate(2026, 2, 7))
        #expect(try tenant.record(id).steps.last?.state == "queued")
        let day = CivilDate(2026, 2, 7)
        try tenant.pay(60_200, id, paidOn: monday, registeredOn: day)
        // Through the notice: 100000 for 5 days, 40740 (less what interest had taken) for 22.
        let charged = try tenant.snapshot(id).facts.charges.filter { $0.component == .interest }
            .reduce(0) { $0 + $1.amount.minorUnits }
        let principal = 100_000 - (60_200 - 200 - 740)
        let right = (100_000 * 5 + principal * 22 + 1825) / 3650
        #expect(charged == Int64(right))
    }

    @Test func `that is dated before the claim fell due leaves no interest for its part`() throws {
        try demand()
        let result = try tenant.pay(100_000, id, paidOn: CivilDate(2025, 12, 20), registeredOn: CivilDate(2026, 2, 10))
        #expect(try tenant.snapshot(id).balances.allSatisfy { $0.amount.isPositive })
        #expect(!result.outstanding.isNegative)
    }

    /// The notice's last day, and what its letter stated.
    private func notice() throws -> (lastDay: CivilDate, stated: Int64) {
        let letters = try tenant.snapshot(id).facts.steps
        let lastDay = try #require(letters.first { $0.kind == .collectionNotice }?.deadlineOn)
        let charged = try tenant.snapshot(id).facts.charges.filter { $0.chargedOn < lastDay }
        return (lastDay, 100_000 + charged.reduce(0) { $0 + $1.amount.minorUnits })
    }

    @Test func `ordered on the last day of the notice bears nothing of the letter that crossed it`() throws {
        try demand()
        let (lastDay, stated) = try notice()
        #expect(try tenant.balances(id)[.collectionCost] == 5000)
        let result = try tenant.pay(stated, id, paidOn: lastDay, registeredOn: CivilDate(2026, 2, 9))
        #expect(result.closed && result.outstanding.isZero && result.overpaid.isZero)
        #expect(!result.allocations.contains { $0.component == .collectionCost })
        let tasks = try tenant.tasks()
        #expect(tasks.map(\.kind) == [TaskKind.paidInTime.rawValue])
        #expect(try tenant.audited().filter { $0 == "charges.reversed" }.count == 1)
    }

    @Test func `that is too small, or ordered on the day of the step, bears what was charged`() throws {
        try demand()
        let (lastDay, stated) = try notice()
        let small = try tenant.pay(stated - 1, id, paidOn: lastDay, registeredOn: CivilDate(2026, 2, 9))
        #expect(!small.closed && small.allocations.first?.component == .collectionCost)
        let other = try TestTenant()
        let second = try other.open("A1", 100_000, dueOn: CivilDate(2025, 12, 31), on: monday)
        try other.work(from: monday, through: CivilDate(2026, 2, 7))
        let late = try other.pay(stated, second, paidOn: CivilDate(2026, 2, 7), registeredOn: CivilDate(2026, 2, 9))
        #expect(!late.closed && late.allocations.first?.component == .collectionCost)
        #expect(try other.tasks().isEmpty)
    }
}

@Suite struct `A case` {
    @Test func `is not found by a number that it has not`() throws {
        let tenant = try TestTenant()
        #expect(throws: CaseworkRefusal.self) { try tenant.snapshot(CaseID(rawValue: 1)) }
        #expect(throws: CaseworkRefusal.self) {
            try tenant.write(on: monday) { try Tasks.done(1, on: monday, because: "x", $0) }
        }
    }

    @Test func `is in the list with what is owed, and counted by stage`() throws {
        let tenant = try TestTenant()
        for number in 1...5 { _ = try tenant.open("A\(number)", 100_000, dueOn: CivilDate(2025, 12, 31), on: monday) }
        try tenant.pay(100_000, CaseID(rawValue: 2), paidOn: monday)
        try tenant.pay(100_700, CaseID(rawValue: 3), paidOn: monday)
        try tenant.run(monday)
        let all = try tenant.database.read { try CaseQueries.list(after: 0, limit: 10, stage: nil, $0) }
        #expect(all.map(\.id.rawValue) == [1, 2, 3, 4, 5])
        #expect(all.map(\.outstanding.minorUnits) == [100_100, 0, 0, 100_100, 100_100])
        #expect(all.map(\.debtorName) == (1...5).map { "Debtor of A\($0)" })
        #expect(all.allSatisfy { $0.claims == 1 && $0.openedOn == monday })
        let some = try tenant.database.read { try CaseQueries.list(after: 1, limit: 2, stage: "reminder", $0) }
        #expect(some.map(\.id.rawValue) == [4, 5])
        #expect(try tenant.database.read { try CaseQueries.countsByStage($0) } == ["closed": 2, "reminder": 3])
        // What the list says is what the snapshot says.
        for line in all { #expect(try tenant.snapshot(line.id).facts.outstanding == line.outstanding) }
    }

    @Test func `is read in bulk as it is read alone`() throws {
        let tenant = try TestTenant()
        for number in 1...40 {
            let debtor = TestTenant.debtor("Debtor \(number % 25)")
            _ = try tenant.open(
                "A\(number)", Int64(1000 * number), dueOn: CivilDate(2025, 12, 31), debtor: debtor, on: monday)
        }
        try tenant.work(from: monday, through: CivilDate(2026, 1, 20))
        // Runs of neighbours, gaps of all sizes, and numbers that do not exist.
        for ids in [[1, 2, 3, 12, 13, 25], [25], [1, 9, 18], [3, 99], Array(1...25), []] as [[Int64]] {
            let wanted = ids.map { CaseID(rawValue: $0) }
            let bulk = try tenant.database.read { try CaseSnapshots.load(wanted, creditor: tenant.creditor, $0) }
            let single = wanted.compactMap { try? tenant.snapshot($0) }
            #expect(bulk.map { String(describing: $0) } == single.map { String(describing: $0) })
            #expect(bulk.map(\.facts.id) == wanted.filter { $0.rawValue <= 25 })
        }
    }

    @Test func `keeps every reason as it was given`() throws {
        var line = ExplanationLine("Rente på \"fakturaen\"", .unverified("lov", "§ 1", "tvivl"))
        line.from = monday
        line.through = monday.adding(days: 3)
        line.days = 4
        line.rate = Rate(basisPoints: -35)
        line.base = Money(minorUnits: -5, .eur)
        line.amount = Money(minorUnits: 7, .eur)
        let lines = [line, ExplanationLine("", Citation("", ""))]
        #expect(ExplanationCoding.lines(ExplanationCoding.text(lines)) == lines)
        #expect(ExplanationCoding.lines(ExplanationCoding.text([])) == [])
        #expect(ExplanationCoding.lines("not JSON") == [])
    }
}
