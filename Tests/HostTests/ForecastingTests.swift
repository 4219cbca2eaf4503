import Casework
import Database
import FordringKit
import Foundation
import Testing

@testable import Host

/// Goal: looking ahead leaves no trace, and looking at a case leaves one.
@Suite struct ForecastingTests {
    /// The bytes of a tenant's books, and what else lies beside them.
    private func files(_ test: TestHome, _ id: TenantID) throws -> [String: Data] {
        let folder = test.home.books(id).deletingLastPathComponent()
        var files: [String: Data] = [:]
        for name in test.names(below: folder) {
            files[name] = try? Data(contentsOf: folder.appending(path: name))
        }
        return files
    }

    @Test func `a forecast writes nothing, and a day's work afterwards is what it said`() throws {
        let test = try TestHome()
        var host = try test.open()
        var tenant = try test.onboard("aa", in: host)
        _ = try host.importClaims(try test.claims(5), for: tenant)
        try host.close()
        let before = try files(test, tenant.id)
        #expect(!before.isEmpty)

        host = try test.open()
        tenant = try host.openForReading(tenant.id)
        let size = try host.auditLog(tenant.id, last: 1000, case: nil).count
        var steps: [String] = []
        let last = TestHome.day.adding(days: 60)
        let totals = try host.forecast(tenant, through: last) { forecast in
            steps += forecast.steps.map { "\(forecast.id) \($0.day) \($0.kind) \($0.owed)" }
        }
        _ = try host.forecast(tenant, through: last, only: CaseID(rawValue: 1))
        #expect(totals.cases == 5 && !steps.isEmpty)
        #expect(try host.auditLog(tenant.id, last: 1000, case: nil).count == size)
        try host.close()
        #expect(try files(test, tenant.id) == before, "not a byte is another")

        host = try test.open()
        tenant = try host.openForWork(tenant.id)
        var done: [String] = []
        var day = TestHome.day
        while day <= last {
            test.clock.set(Timestamp(day, hour: 6))
            _ = try host.runDay(day, for: tenant)
            for number in 1...5 {
                let id = CaseID(rawValue: Int64(number))
                let record = try host.showCase(id, of: tenant, on: day).record
                for step in record.steps where step.decidedOn == day {
                    done.append("\(id) \(day) \(step.kind) \(record.snapshot.facts.outstanding)")
                }
            }
            day = day.adding(days: 1)
        }
        #expect(steps.sorted() == done.sorted())
        try host.close()
    }

    @Test func `one case that is not there, or closed, is refused by name`() throws {
        let test = try TestHome()
        let host = try test.open()
        let tenant = try test.onboard("aa", in: host)
        _ = try host.importClaims(try test.claims(1), for: tenant)
        let last = TestHome.day.adding(days: 9)
        #expect(
            try hostError { try host.forecast(tenant, through: last, only: CaseID(rawValue: 7)) }.message
                == "There is no case 7. 'fordring case list' shows those there are.")
        try host.closeCase(CaseID(rawValue: 1), reason: "test", for: tenant, on: TestHome.day)
        #expect(
            try hostError { try host.forecast(tenant, through: last, only: CaseID(rawValue: 1)) }.message
                == "Case 1 is closed; nothing more happens in it.")
        try host.close()
    }

    @Test func `an explanation is an entry, and not of a day before the last booking`() throws {
        let test = try TestHome()
        let host = try test.open()
        let tenant = try test.onboard("aa", in: host)
        _ = try host.importClaims(try test.claims(1), for: tenant)
        _ = try host.runDay(TestHome.day, for: tenant)
        let explanation = try host.explainCase(CaseID(rawValue: 1), of: tenant)
        #expect(explanation.day == TestHome.day)
        let last = try #require(try host.auditLog(tenant.id, last: 1, case: nil).last)
        #expect(last.json.contains("case.read"))
        let error = try hostError {
            try host.explainCase(CaseID(rawValue: 1), of: tenant, on: TestHome.day.adding(days: -1))
        }
        #expect(error.message.hasPrefix("Something was booked in case 1 on 2026-03-02;"))
        try host.close()
    }
}
