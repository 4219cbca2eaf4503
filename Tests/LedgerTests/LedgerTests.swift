import Database
import DatabaseTesting
import FordringKit
import Ledger
import Testing

private let schema = Schema([.counters, Ledger.migration])
private let day = CivilDate(2026, 1, 5)
private let caseID = CaseID(rawValue: 1)

private func dkk(_ minorUnits: Int64) -> Money { Money(minorUnits: minorUnits, .dkk) }

@Suite struct `The ledger` {
    private let database: TemporaryDatabase

    init() throws { database = try TemporaryDatabase(schema) }

    private func balance() throws -> [Account: Int64] {
        try database.read { try Ledger.trialBalance($0) }.filter { $0.value != 0 }
    }

    @discardableResult
    private func charge(_ amount: Int64, step: Int64, _ account: Account = .reminderFeeReceivable) throws -> Int64 {
        try database.write {
            try Ledger.post(
                debit: account, credit: .reminderFeeIncome, amount: dkk(amount), on: day, caseID: caseID,
                claim: ClaimID(rawValue: 4), cause: .step(step), explanation: "[]", $0)
        }
    }

    @Test func `gives a transfer back as it was booked`() throws {
        try database.write { transaction in
            try Ledger.post(
                debit: .principalReceivable, credit: .claimsPlaced, amount: dkk(123_456), on: day, caseID: caseID,
                claim: ClaimID(rawValue: 4), cause: .claim(ClaimID(rawValue: 4)), transaction)
            try Ledger.post(
                debit: .clientFunds, credit: .overpayment, amount: dkk(1), on: day.adding(days: -40), caseID: caseID,
                claim: nil, cause: .payment(8), transaction)
            try Ledger.post(
                debit: .clientFunds, credit: .overpayment, amount: dkk(2), on: day, caseID: CaseID(rawValue: 2),
                claim: nil, cause: .correction, transaction)
        }
        let transfers = try database.read { try Ledger.transfers(of: caseID, $0) }
        #expect(transfers.map(\.id) == [1, 2])
        #expect(transfers.map(\.debit) == [.principalReceivable, .clientFunds])
        #expect(transfers.map(\.credit) == [.claimsPlaced, .overpayment])
        #expect(transfers.map(\.amount) == [dkk(123_456), dkk(1)])
        #expect(transfers.map(\.claim) == [ClaimID(rawValue: 4), nil])
        #expect(transfers.map(\.cause) == [.claim(ClaimID(rawValue: 4)), .payment(8)])
        #expect(transfers.map(\.bookedOn) == [day, day.adding(days: -40)])
        #expect(transfers.allSatisfy { $0.reverses == nil })
    }

    @Test(arguments: [.claim(ClaimID(rawValue: 2)), .creditNote(3), .step(4), .payment(5), .correction] as [Cause])
    func `keeps the cause of a transfer`(_ cause: Cause) throws {
        try database.write {
            try Ledger.post(
                debit: .clientFunds, credit: .overpayment, amount: dkk(2), on: day, caseID: caseID, claim: nil,
                cause: cause, $0)
        }
        #expect(try database.read { try Ledger.transfers(of: caseID, $0) }.map(\.cause) == [cause])
    }

    @Test func `balances by the form of its transfers`() throws {
        try charge(100, step: 1)
        try charge(250, step: 2)
        #expect(try balance() == [.reminderFeeReceivable: 350, .reminderFeeIncome: -350])
    }

    @Test(arguments: [0, -1, .min] as [Int64])
    func `refuses an amount that is not over zero`(_ amount: Int64) throws {
        #expect(try fault { try charge(amount, step: 1) }?.code == .constraint)
        #expect(try balance() == [:])
    }

    @Test func `refuses a transfer from an account to itself`() throws {
        #expect(try fault { try charge(5, step: 1, .reminderFeeIncome) }?.code == .constraint)
    }

    @Test func `refuses to change or delete a transfer`() throws {
        try charge(100, step: 1)
        for change in [
            { try $0.execute("UPDATE ledger_transfer SET amount = 1") },
            { try $0.execute("DELETE FROM ledger_transfer") },
        ] as [(WriteTransaction) throws -> Int] {
            #expect(try fault { try database.write(change) }?.code == .constraint)
        }
        #expect(try balance() == [.reminderFeeReceivable: 100, .reminderFeeIncome: -100])
    }

    @Test func `takes back all of a cause by mirrors, and only that cause`() throws {
        try charge(100, step: 1)
        let other = try charge(250, step: 2)
        try database.write {
            try Ledger.post(
                debit: .interestReceivable, credit: .interestIncome, amount: dkk(33), on: day, caseID: caseID,
                claim: nil, cause: .step(1), $0)
        }
        let reversed = try database.write {
            try Ledger.reverse(cause: .step(1), in: caseID, on: day.adding(days: 1), $0)
        }
        #expect(reversed.map(\.amount) == [dkk(100), dkk(33)])
        #expect(try balance() == [.reminderFeeReceivable: 250, .reminderFeeIncome: -250])
        let transfers = try database.read { try Ledger.transfers(of: caseID, $0) }
        let mirrors = transfers.filter { $0.reverses != nil }
        #expect(mirrors.map(\.bookedOn) == [day.adding(days: 1), day.adding(days: 1)])
        #expect(mirrors.map(\.claim) == reversed.map(\.claim))
        #expect(mirrors.allSatisfy { $0.cause == .step(1) && $0.reverses != other })
    }

    @Test func `takes nothing back twice, by asking again or by force`() throws {
        let id = try charge(100, step: 1)
        try database.write { _ = try Ledger.reverse(cause: .step(1), in: caseID, on: day, $0) }
        #expect(try database.write { try Ledger.reverse(cause: .step(1), in: caseID, on: day, $0) }.isEmpty)
        let found = try fault {
            try database.write {
                try Ledger.post(
                    debit: .reminderFeeIncome, credit: .reminderFeeReceivable, amount: dkk(100), on: day,
                    caseID: caseID,
                    claim: nil, cause: .step(1), reverses: id, $0)
            }
        }
        #expect(found?.code == .constraint)
        #expect(try balance() == [:])
    }

    @Test func `refuses to take back what was never booked`() throws {
        let found = try fault {
            try database.write {
                try Ledger.post(
                    debit: .reminderFeeIncome, credit: .reminderFeeReceivable, amount: dkk(100), on: day,
                    caseID: caseID,
                    claim: nil, cause: .step(1), reverses: 99, $0)
            }
        }
        #expect(found?.code == .constraint)
    }

    @Test func `does not take back what another case has booked for a step of the same number`() throws {
        try charge(100, step: 1)
        #expect(
            try database.write { try Ledger.reverse(cause: .step(1), in: CaseID(rawValue: 2), on: day, $0) }.isEmpty)
    }

    @Test func `numbers transfers without holes, also past a transaction that failed`() throws {
        try charge(1, step: 1)
        #expect(try fault { try charge(0, step: 1) } != nil)
        #expect(try charge(2, step: 1) == 2)
    }

    @Test func `has a receivable and a source for each part of a debt`() {
        for component in DebtComponent.allCases {
            #expect(Account(receivable: component).component == component)
            #expect(Account(sourceOf: component).component == nil)
            // CaseQueries counts what is owed by account numbers below 20.
            #expect(Account(receivable: component).rawValue < 20 && Account(sourceOf: component).rawValue >= 20)
        }
        let sources = Set(DebtComponent.allCases.map { Account(sourceOf: $0) })
        #expect(sources.count == DebtComponent.allCases.count)
        #expect(Account.allCases.filter { $0.component == nil }.allSatisfy { $0.rawValue >= 20 })
    }

    @Test func `agrees with a model over random postings and reversals, and sums to zero`() throws {
        for seed in randomSeeds(1, 2, 3) {
            print("ledger seed \(seed)")
            var random = SeededGenerator(seed: seed)
            let database = try TemporaryDatabase(schema)
            var model: [Account: Int64] = [:]
            var open: [Int64: [(debit: Account, credit: Account, amount: Int64)]] = [:]
            for _ in 0..<250 {
                let step = Int64.random(in: 1...12, using: &random)
                // Sometimes the transaction fails after its work is done; then none of it counts.
                let fails = random.chance(15)
                let takesBack = random.chance(25)
                let pair = Array(Account.allCases.shuffled(using: &random).prefix(2))
                let amount =
                    random.chance(5)
                    ? Int64.random(in: 1...1_000_000_000_000, using: &random) : .random(in: 1...99_999, using: &random)
                do {
                    try database.write { transaction in
                        if takesBack {
                            _ = try Ledger.reverse(cause: .step(step), in: caseID, on: day, transaction)
                        } else {
                            try Ledger.post(
                                debit: pair[0], credit: pair[1], amount: dkk(amount), on: day, caseID: caseID,
                                claim: nil,
                                cause: .step(step), transaction)
                        }
                        if fails { throw Failure() }
                    }
                    if takesBack {
                        for transfer in open.removeValue(forKey: step) ?? [] {
                            model[transfer.debit, default: 0] -= transfer.amount
                            model[transfer.credit, default: 0] += transfer.amount
                        }
                    } else {
                        model[pair[0], default: 0] += amount
                        model[pair[1], default: 0] -= amount
                        open[step, default: []].append((pair[0], pair[1], amount))
                    }
                } catch is Failure {}
            }
            let balance = try database.read { try Ledger.trialBalance($0) }
            #expect(balance.filter { $0.value != 0 } == model.filter { $0.value != 0 }, "seed \(seed)")
            #expect(balance.values.reduce(0, +) == 0, "seed \(seed)")
        }
    }

    private struct Failure: Error {}
}
