import AuditTrail
import Casework
import CaseworkTesting
import Database
import DatabaseTesting
import FordringKit
import Intake
import Ledger
import Testing

@Suite struct `A forecast` {
    private let last = CivilDate(2026, 6, 30)

    /// A step as both the forecast and the books can tell it.
    private func story(
        _ day: CivilDate, _ kind: String, _ claims: [ClaimID], _ deadline: CivilDate?,
        _ charges: [(component: DebtComponent, claim: ClaimID?, amount: Int64)]
    ) -> String {
        let words = charges.map { "\($0.component) \($0.claim?.description ?? "-") \($0.amount)" }.sorted()
        return "\(day) \(kind) \(claims) \(deadline?.description ?? "-") \(words)"
    }

    private func forecasts(
        _ tenant: TestTenant, from first: CivilDate, through last: CivilDate
    ) throws -> [CaseForecast] {
        var forecasts: [CaseForecast] = []
        try tenant.database.read { transaction in
            try Forecast(tenant.rules, from: first, through: last).forEach(transaction) { forecasts.append($0) }
        }
        return forecasts
    }

    private func foretold(_ forecast: CaseForecast) -> [String] {
        forecast.steps.map { step in
            story(
                step.day, step.kind.rawValue, step.claims, step.deadlineOn,
                step.charges.map { ($0.component, $0.claim, $0.amount.value.minorUnits) })
        }
    }

    private func done(_ tenant: TestTenant, _ id: CaseID, after step: Int64) throws -> [String] {
        let record = try tenant.record(id)
        return record.steps.filter { $0.id > step }.map { step in
            story(
                step.decidedOn, step.kind, step.claims, step.deadlineOn,
                record.transfers.filter { $0.transfer.cause == .step(step.id) }.compactMap { transfer, _ in
                    transfer.debit.component.map { ($0, transfer.claim, transfer.amount.minorUnits) }
                })
        }
    }

    /// Goal: what is foretold is what happens.
    ///
    /// Method: a portfolio brought to some state by chance (letters that wait among it); then the forecast, then the real
    /// daily run with letters that leave at once.
    @Test(arguments: randomSeeds(5, 6, 7))
    func `is what the daily run then does, where letters leave at once and nobody pays`(_ seed: UInt64) throws {
        print("forecast seed \(seed)")
        var random = SeededGenerator(seed: seed)
        let tenant = try TestTenant()
        if random.chance(50) { tenant.law.checkedThrough = CivilDate(2026, 4, 1) }
        var day = monday
        var cases: Set<CaseID> = []
        for round in 0..<60 {
            switch Int.random(in: 0..<4, using: &random) {
            case 0:
                let dueOn = day.adding(days: Int.random(in: -30...40, using: &random))
                let claim = TestTenant.invoice(
                    "A\(round)", .random(in: 1000...90_000, using: &random), issuedOn: min(day, dueOn), dueOn: dueOn,
                    debtor: TestTenant.debtor("Debtor \(Int.random(in: 0..<7, using: &random))"))
                if let id = try tenant.register(claim, on: day).caseID { cases.insert(id) }
            case 1:
                guard let id = cases.sorted().randomElement(using: &random) else { continue }
                try tenant.pay(.random(in: 1...900, using: &random), id, paidOn: day, reference: "P\(round)")
            default:
                day = day.adding(days: Int.random(in: 0...3, using: &random))
                try tenant.run(day)
                if random.chance(60) { try tenant.send(on: day) }
            }
        }
        let before = try tenant.dump()
        let forecasts = try forecasts(tenant, from: day, through: last)
        #expect(try tenant.dump() == before, "nothing is written")
        let steps = try tenant.database.read { try $0.first("SELECT max(id) FROM case_step") { $0.integer(0) } ?? 0 }
        try tenant.work(from: day, through: last)
        #expect(forecasts.count > 2)
        for forecast in forecasts {
            let record = try tenant.record(forecast.id)
            #expect(try foretold(forecast) == done(tenant, forecast.id, after: steps), "case \(forecast.id)")
            #expect(record.snapshot.facts.outstanding == forecast.owed, "case \(forecast.id)")
            switch forecast.end {
            case .gap(let gap):
                #expect(
                    gap.rule == "Testland's law" && gap.day == CivilDate(2026, 4, 2) || gap.day > CivilDate(2026, 4, 1))
                #expect(try tenant.tasks().contains { $0.caseID == forecast.id && $0.raisedOn == gap.day })
            case .reached(let nextOn): #expect(nextOn > last && record.nextOn == nextOn)
            case .waitsForEvent: #expect(record.nextOn == nil)
            }
            // What the books owe, and the interest that no letter has charged.
            let interest = try tenant.law.interest(on: record.snapshot.facts, through: last)
                .reduce(Int64(0)) { $0 + $1.amount.value.minorUnits }
            #expect(forecast.interest?.minorUnits == interest, "case \(forecast.id)")
        }
        try checkTotals(of: forecasts, tenant)
    }

    private func checkTotals(of forecasts: [CaseForecast], _ tenant: TestTenant) throws {
        var totals = ForecastTotals(.eur)
        for forecast in forecasts { try totals.add(forecast) }
        let lines = try totals.lines(tenant.law.steps.map(\.kind))
        let months = try totals.months()
        #expect(totals.cases == forecasts.count)
        #expect(lines.map(\.day) == lines.map(\.day).sorted())
        #expect(lines.reduce(0) { $0 + $1.cases } == forecasts.reduce(0) { $0 + $1.steps.count })
        #expect(lines.last?.owed ?? totals.owedBefore == totals.owed)
        #expect(totals.owed.minorUnits == forecasts.reduce(0) { $0 + $1.owed.minorUnits })
        let charged = months.flatMap(\.charges.values).reduce(0) { $0 + $1.minorUnits }
        #expect(charged == totals.owed.minorUnits - totals.owedBefore.minorUnits)
        #expect(months.reduce(0) { $0 + $1.letters } == lines.reduce(0) { $0 + $1.letters })
    }

    @Test func `tells the way of a case to the court`() throws {
        let tenant = try TestTenant()
        _ = try tenant.open("A1", 100_000, dueOn: CivilDate(2025, 12, 31), on: monday)
        let forecast = try #require(try forecasts(tenant, from: monday, through: last).first)
        #expect(
            forecast.steps.map { "\($0.day) \($0.kind) \($0.deadlineOn?.description ?? "-") \($0.owed.decimalText)" }
                == [
                    "2026-01-05 reminder 2026-01-15 1001.00", "2026-01-16 reminder 2026-01-26 1002.00",
                    "2026-01-27 collectionNotice 2026-02-06 1009.40", "2026-02-07 collectionLetter 2026-02-17 1062.41",
                    "2026-02-18 readyForCourt - 1062.41",
                ])
        guard case .waitsForEvent = forecast.end else {
            Issue.record("\(forecast.end)")
            return
        }
        // 1000.00 at 10 % over 181 days, less what the letters charged.
        #expect(forecast.owedBefore.decimalText == "1000.00" && forecast.interest?.decimalText == "39.18")
    }

    @Test func `ends where the law is not known, and says from when`() throws {
        let tenant = try TestTenant(law: Testland(checkedThrough: CivilDate(2026, 1, 26)))
        _ = try tenant.open("A1", 100_000, dueOn: CivilDate(2025, 12, 31), on: monday)
        let forecast = try #require(try forecasts(tenant, from: monday, through: last).first)
        #expect(forecast.steps.count == 2)
        guard case .gap(let gap) = forecast.end else {
            Issue.record("\(forecast.end)")
            return
        }
        #expect(gap.day == CivilDate(2026, 1, 27) && gap.cure == "Read the law.")
        var totals = ForecastTotals(.eur)
        try totals.add(forecast)
        #expect(totals.gaps.map(\.cases) == [1] && totals.gaps[0].gap == gap)
    }

    @Test func `holds the plug-in to the limits of the daily run`() throws {
        let tenant = try TestTenant()
        _ = try tenant.open("A1", 100_000, dueOn: monday, on: monday)
        tenant.law = Testland(mischief: .tooEarly)
        let forecast = try #require(try forecasts(tenant, from: monday, through: last).first)
        guard case .gap(let gap) = forecast.end else {
            Issue.record("\(forecast.end)")
            return
        }
        // The case was due on the day of the import.
        #expect(forecast.steps.isEmpty && gap.reason.contains("which may be paid through 2026-01-05"))
    }

    @Test func `is of one case where one is asked for, and of no closed one`() throws {
        let tenant = try TestTenant()
        let first = try tenant.open("A1", 100_000, dueOn: CivilDate(2025, 12, 31), on: monday)
        let second = try tenant.open("A2", 100_000, dueOn: CivilDate(2025, 12, 31), on: monday)
        try tenant.pay(100_000, first, paidOn: monday)
        func ids(_ only: CaseID?) throws -> [CaseID] {
            var ids: [CaseID] = []
            try tenant.database.read { transaction in
                try Forecast(tenant.rules, from: monday, through: last).forEach(only: only, transaction) {
                    ids.append($0.id)
                }
            }
            return ids
        }
        #expect(try ids(nil) == [second])
        #expect(try ids(second) == [second])
        #expect(throws: CaseworkRefusal.self) { try ids(first) }
        #expect(throws: CaseworkRefusal.self) { try ids(CaseID(rawValue: 99)) }
    }
}

@Suite struct `An explanation of a case` {
    private let tenant: TestTenant
    private let id: CaseID

    init() throws {
        tenant = try TestTenant()
        id = try tenant.open("A1", 100_000, dueOn: CivilDate(2025, 12, 31), on: monday)
    }

    private func explanation(on day: CivilDate) throws -> CaseExplanation {
        try CaseExplanation(try tenant.record(id), tenant.rules, on: day)
    }

    @Test func `adds up every booking and what has accrued to what is owed`() throws {
        try tenant.work(from: monday, through: CivilDate(2026, 2, 10))
        try tenant.pay(5500, id, paidOn: CivilDate(2026, 2, 11))
        let day = CivilDate(2026, 3, 1)
        let explanation = try explanation(on: day)
        let facts = try tenant.snapshot(id).facts
        #expect(explanation.day == day)
        #expect(explanation.owed.minorUnits - explanation.accrued.minorUnits == facts.outstanding.minorUnits)
        #expect(explanation.shares.map(\.claim) == [ClaimID(rawValue: 1), nil])
        let parts = explanation.shares.flatMap(\.parts)
        #expect(parts.map(\.component) == [.principal, .interest, .reminderFee, .collectionCost])
        for part in parts {
            #expect(part.owed.minorUnits == part.entries.reduce(0) { $0 + $1.amount.minorUnits }, "\(part.component)")
        }
        #expect(explanation.owed.minorUnits == parts.reduce(0) { $0 + $1.owed.minorUnits })
        #expect(
            parts[1].entries.map { "\($0.on) \($0.kind.rawValue) \($0.amount.decimalText)" } == [
                "2026-01-27 charged 7.40", "2026-02-07 charged 3.01", "2026-02-11 paid -3.00",
                "2026-03-01 accrued 6.03",
            ])
        let line = try #require(parts[1].entries.last?.lines.first)
        #expect(line.rate == Testland.interestRate && line.through == day && line.citation == Testland.act("§ 3"))
    }

    @Test func `is never of a day before the last booking`() throws {
        try tenant.work(from: monday, through: CivilDate(2026, 2, 10))
        let explanation = try explanation(on: monday)
        #expect(explanation.day == CivilDate(2026, 2, 7) && explanation.accrued.isZero)
        #expect(explanation.owed == (try tenant.snapshot(id).facts.outstanding))
    }

    @Test func `shows what was taken back`() throws {
        try tenant.run(monday)
        try tenant.pay(1000, id, paidOn: monday)
        let part = try #require(try explanation(on: monday).shares[0].parts.first { $0.component == .reminderFee })
        #expect(part.entries.map(\.kind) == [.charged, .takenBack] && part.owed.isZero)
    }
}
