import Casework
import Database
import FordringKit
import Foundation
import SQLiteDriver
import Testing

@testable import Host

/// Goal: a log that was tampered with is found within a week, by the tenant's own run, and alarms a person.
@Suite struct SelfCheckTests {
    @Test func `the daily run checks every seven days`() throws {
        let test = try TestHome()
        let host = try test.open()
        let tenant = try test.onboard("aa", in: host)
        _ = try host.importClaims(try test.claims(1), for: tenant)
        var checks: [String?] = []
        for number in 0..<10 {
            let day = TestHome.day.adding(days: number)
            test.clock.set(Timestamp(day, hour: 6))
            #expect(host.runDays(from: day, through: day, for: tenant.id).failure == nil)
            checks.append(try host.store.setting("audit-check/aa"))
        }
        #expect(Set(checks) == ["2026-03-02", "2026-03-09"])
        try host.close()
    }

    @Test func `a changed entry alarms once, and stops no other tenant`() throws {
        let test = try TestHome()
        let host = try test.open()
        let broken = try test.onboard("aa", in: host)
        let sound = try test.onboard("bb", in: host)
        for tenant in [broken, sound] { _ = try host.importClaims(try test.claims(2), for: tenant) }
        // Somebody with the file in hand takes the guard away.
        let engine = try SQLiteEngine(path: host.home.books(broken.id).path, create: false)
        try engine.write { connection in
            try connection.runSchema("DROP TRIGGER audit_entry_refuses_update")
            try connection.runSchema("UPDATE audit_entry SET entry = CAST(entry || ' ' AS BLOB) WHERE seq = 2")
        }
        try engine.close()
        for round in 0..<2 {
            let result = host.runDays(from: TestHome.day, through: TestHome.day, for: broken.id)
            #expect(result.failure?.code == .fault)
            // The day's work was done before, and only once.
            #expect(result.days == (round == 0 ? 1 : 0))
        }
        let alarms = try host.tasks(broken.id).filter { $0.kind == TaskKind.auditAlarm.rawValue }
        #expect(alarms.count == 1)
        #expect(alarms.first?.caseID == nil)
        #expect(host.runDays(from: TestHome.day, through: TestHome.day, for: sound.id).failure == nil)
        #expect(try host.tasks(sound.id).isEmpty)
        #expect(throws: HostError.self) { try host.checkAudit(broken.id) }
        #expect(try host.checkAudit(sound.id).size > 0)
        try host.close()
    }
}
