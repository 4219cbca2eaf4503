import Casework
import Database
import FordringKit
import Foundation
import JobQueue
import Testing

@testable import Host

@Suite struct ScheduleFiringTests {
    /// Method: the tenant's books are away when its daily run is to be enqueued, and back an hour later.
    @Test func `A firing that fails comes again within the hour, on the same day`() throws {
        let test = try TestHome()
        let host = try test.open()
        let tenant = try test.onboard("aa", in: host)
        _ = try host.importClaims(try test.claims(2), for: tenant)
        try host.close()

        // The schedule says six o'clock by UTC; it was planned at six of the day before.
        test.clock.set(test.clock.now().adding(seconds: 86_400))
        let books = test.home.books(tenant.id)
        let away = books.appendingPathExtension("away")
        try FileManager.default.moveItem(at: books, to: away)
        let broken = try test.open()
        #expect(try broken.fireSchedules() == 0)
        #expect(try broken.fireSchedules() == 0, "not at once")
        try broken.close()

        try FileManager.default.moveItem(at: away, to: books)
        let mended = try test.open()
        #expect(try mended.fireSchedules() == 0)
        test.clock.set(test.clock.now().adding(seconds: 3600))
        #expect(try mended.fireSchedules() == 1)
        #expect(try mended.fireSchedules() == 0, "once")
        let jobs = try mended.jobs(of: tenant.id, states: nil, kind: .dailyRun, before: nil, limit: 10)
        #expect(jobs.map(\.subject) == [Int64(test.clock.now().day.day)])
        try mended.close()
    }
}
