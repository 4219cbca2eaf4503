import Casework
import Database
import FordringKit
import Foundation
import JobQueue
import Testing

@testable import Host

@Suite struct WorkerTests {
    @Test func `A worker that runs is not dead`() {
        #expect(!WorkerIdentity.isDead(WorkerIdentity.current))
    }

    @Test func `A process that never was, or was another, is dead`() throws {
        let parts = WorkerIdentity.current.split(separator: ":")
        try #require(parts.count == 3)
        // The kernel's largest process number is 2^22.
        #expect(WorkerIdentity.isDead("\(parts[0]):99999999:1"))
        #expect(WorkerIdentity.isDead("\(parts[0]):\(parts[1]):1"))
    }

    @Test(arguments: ["elsewhere:1:1", "", "x", "a:b", "a:b:c:d", "elsewhere:99999999:1"])
    func `Of a worker that is not of this machine, nothing is known`(_ owner: String) {
        #expect(!WorkerIdentity.isDead(owner))
    }

    @Test func `A process that has ended is dead`() throws {
        let process = Process()
        process.executableURL = URL(filePath: "/bin/cat")
        let pipe = Pipe()
        process.standardInput = pipe
        try process.run()
        let host = try #require(WorkerIdentity.current.split(separator: ":").first)
        let stat = try String(contentsOfFile: "/proc/\(process.processIdentifier)/stat", encoding: .utf8)
        let start = try #require(stat.split(separator: ")").last).split(separator: " ")[19]
        let owner = "\(host):\(process.processIdentifier):\(start)"
        #expect(!WorkerIdentity.isDead(owner))
        try pipe.fileHandleForWriting.close()
        process.waitUntilExit()
        #expect(WorkerIdentity.isDead(owner))
    }

    /// Goal: a crash costs neither a letter nor a second copy of one.
    ///
    /// Method: jobs are claimed for a process that does not exist, as a crash leaves them, and the first letter is
    /// delivered or not; then another process drains.
    @Test(arguments: [false, true]) func `A letter whose worker died is sent once`(wasDelivered: Bool) throws {
        let test = try TestHome()
        let host = try test.open()
        let tenant = try test.onboard("aa", in: host)
        _ = try host.importClaims(try test.claims(3), for: tenant)
        // Decides the steps and queues their letters; the crash comes before any of them is recorded.
        let machine = try #require(WorkerIdentity.current.split(separator: ":").first)
        try decideOnly(host, tenant)
        let held = try tenant.database.write(host.provenance) { transaction in
            try JobQueue.claim(ClaimRequest(10, owner: "\(machine):99999999:1"), transaction)
        }
        #expect(held.count == 3)
        if wasDelivered {
            // The outboxes are made when the first letter asks for the channels.
            _ = try tenant.parts
            let outbox = test.home.outbox(tenant.id, "pigeon")
            try Data("2026-03-01\nReminder\n".utf8).write(to: outbox.appending(path: "aa-letter-1.letter"))
            try Data("aa-letter-1\n".utf8).write(to: outbox.appending(path: "flights.txt"))
        }
        let work = try host.drain(tenant, on: TestHome.day)
        #expect(work.sent == 3)
        #expect(work.failed == 0)
        #expect(try test.flights(tenant.id) == ["aa-letter-1", "aa-letter-2", "aa-letter-3"])
        // The day that counts is the day on which the letter left, not the day on which that was found out.
        let step = try #require(try host.showCase(CaseID(rawValue: 1), of: tenant, on: TestHome.day).record.steps.first)
        #expect(step.sentOn == (wasDelivered ? CivilDate(2026, 3, 1) : TestHome.day))
        #expect(try host.drain(tenant, on: TestHome.day).sent == 0)
        #expect(try tenant.database.read { try JobQueue.counts($0) }.map(\.count) == [3])
        try host.close()
    }

    /// Method: the worker of a letter died, and the channel's answer about it is one that no contract allows.
    @Test func `A letter that may have left is not taken for one that has not when its channel fails to say`() throws {
        let test = try TestHome()
        let host = try test.open()
        let tenant = try test.onboard("aa", in: host)
        _ = try host.importClaims(try test.claims(1), for: tenant)
        try decideOnly(host, tenant)
        let machine = try #require(WorkerIdentity.current.split(separator: ":").first)
        _ = try tenant.database.write(host.provenance) { transaction in
            try JobQueue.claim(ClaimRequest(1, owner: "\(machine):99999999:1"), transaction)
        }
        _ = try tenant.parts
        let letter = test.home.outbox(tenant.id, "pigeon").appending(path: "aa-letter-1.letter")
        try Data("illegible".utf8).write(to: letter)
        #expect(try host.drain(tenant, on: TestHome.day).failed == 1)
        let isUncertain = try tenant.database.read { transaction in
            try transaction.first("SELECT is_uncertain FROM job WHERE id = 1") { $0.flag(0) }
        }
        #expect(isUncertain == true)

        // Once the channel can say it, the letter is recorded as what it was: gone on another day.
        try Data("2026-03-01\nReminder\n".utf8).write(to: letter)
        test.clock.set(test.clock.now().adding(seconds: 3600))
        #expect(try host.drain(tenant, on: TestHome.day).sent == 1)
        let step = try #require(try host.showCase(CaseID(rawValue: 1), of: tenant, on: TestHome.day).record.steps.first)
        #expect(step.sentOn == CivilDate(2026, 3, 1))
        try host.close()
    }

    @Test func `A letter that a living worker holds is left alone until its lease ends`() throws {
        let test = try TestHome()
        let host = try test.open()
        let tenant = try test.onboard("aa", in: host)
        _ = try host.importClaims(try test.claims(2), for: tenant)
        try decideOnly(host, tenant)
        let now = test.clock.now()
        try tenant.database.write(host.provenance) { transaction in
            _ = try JobQueue.claim(ClaimRequest(1, owner: "elsewhere:1:1"), transaction)
        }
        #expect(try host.drain(tenant, on: TestHome.day).sent == 1)
        test.clock.set(now.adding(seconds: JobQueue.leaseSeconds))
        #expect(try host.drain(tenant, on: TestHome.day).sent == 1)
        #expect(try test.flights(tenant.id) == ["aa-letter-2", "aa-letter-1"])
        try host.close()
    }

    /// The daily run without the letters.
    private func decideOnly(_ host: FordringHost, _ tenant: OpenTenant) throws {
        let run = DailyRun(database: tenant.database, rules: tenant.rules)
        #expect(try run.run(on: TestHome.day, host.provenance).steps > 0)
    }
}
