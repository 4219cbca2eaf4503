import Database
import FordringKit
import Foundation
import Testing

@testable import Host

@Suite struct DeterminismTests {
    /// Months of work with the same clock and the same seed.
    private func play(seed: String) throws -> (log: [String], checkpoint: String, key: String, letters: [String]) {
        let test = try TestHome(seed: seed)
        let host = try test.open()
        try host.setAgencyName("Nordlys Inkasso A/S")
        let tenant = try test.onboard("aa", times: 3, in: host)
        _ = try host.importClaims(try test.claims(20), for: tenant)
        for number in 0..<4 {
            let day = TestHome.day.adding(days: number)
            test.clock.set(Timestamp(day, hour: 6))
            _ = try host.runDay(day, for: tenant)
            _ = try host.addPayment(
                Money.units(500, .dkk), paidOn: day, reference: "p\(number)", to: CaseID(rawValue: Int64(number + 1)),
                for: tenant)
        }
        let log = try host.auditLog(tenant.id, last: 10_000, case: nil).map(\.json)
        let result = (log, try host.checkpoint(tenant.id), try host.verifierKey(tenant.id), try test.flights(tenant.id))
        try host.close()
        return result
    }

    @Test func `The same work with the same clock and seed gives the same bytes`() throws {
        let first = try play(seed: "one")
        let second = try play(seed: "one")
        #expect(first.log.count > 100)
        #expect(first.log == second.log)
        #expect(first.checkpoint == second.checkpoint)
        #expect(first.key == second.key)
        #expect(first.letters == second.letters)
    }

    @Test func `Another seed gives other keys and the same history`() throws {
        let first = try play(seed: "one")
        let second = try play(seed: "two")
        #expect(first.key != second.key)
        #expect(first.checkpoint != second.checkpoint)
        // The first entry names the key, and what is sealed differs.
        func open(_ log: [String]) -> [String] { log.dropFirst().filter { !$0.contains("party.registered") } }
        #expect(first.log.count == second.log.count)
        #expect(open(first.log) == open(second.log))
    }

    @Test func `Entropy from a seed never gives the same bytes twice`() {
        let entropy = CountingEntropy("x")
        let drawn = (0..<100).map { _ in entropy.bytes(12) }
        #expect(Set(drawn).count == 100)
        #expect(CountingEntropy("x").bytes(33) == CountingEntropy("x").bytes(33))
    }
}
