import FordringKit
import Foundation
import Testing

@testable import Host

@Suite struct ImportingTests {
    @Test func `A file that was read to its end changes nothing when it is read again`() throws {
        let test = try TestHome()
        let host = try test.open()
        let tenant = try test.onboard("aa", in: host)
        let file = try test.claims(3)
        // The second row is issued on the day after the import, and refused for that.
        let text = try String(contentsOfFile: file, encoding: .utf8)
            .replacing("R-2;2026-01-01;2026-01-15", with: "R-2;2026-03-03;2026-03-15")
        try Data(text.utf8).write(to: URL(filePath: file))
        let first = try host.importClaims(file, for: tenant)
        #expect((first.accepted, first.duplicates, first.refused) == (2, 0, 1))
        let log = try host.auditLog(tenant.id, last: 100, case: nil).map(\.json)
        #expect(log.filter { $0.contains(#""action":"import.finished""#) }.count == 1)

        let again = try host.importClaims(file, for: tenant, on: CivilDate(2026, 3, 4))
        #expect((again.accepted, again.duplicates, again.refused) == (0, 2, 1))
        #expect(try String(contentsOfFile: again.verdictFile, encoding: .utf8).contains("send the row in a new file"))
        #expect(try host.auditLog(tenant.id, last: 100, case: nil).map(\.json) == log)
        #expect(try host.cases(tenant.id, limit: 10).count == 2)
        // Under another name it is the same file; with another content it is a new one.
        let new = try host.importClaims(
            try test.write(text + "\n", to: "again.csv"), for: tenant, on: CivilDate(2026, 3, 4))
        #expect((new.accepted, new.duplicates) == (1, 2))
        try host.close()
    }
}
