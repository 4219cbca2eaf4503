import Database
import DatabaseTesting
import FordringKit
import JobQueue
import Synchronization
import Testing

private struct Stop: Error {}

@Suite struct `The job queue` {
    private let database: TemporaryDatabase
    private let now = Timestamp(CivilDate(2026, 1, 5), hour: 6)

    init() throws { database = try TemporaryDatabase(Schema([.counters, JobQueue.migration])) }

    @discardableResult
    private func enqueue(_ subject: Int64, after seconds: Int64 = 0) throws -> Int64 {
        try database.write {
            try JobQueue.enqueue(.deliverLetter, subject: subject, runAt: now.adding(seconds: seconds), $0)
        }
    }

    private func claim(_ count: Int, by owner: String = "me", at seconds: Int64 = 0) throws -> [Job] {
        try database.write {
            try JobQueue.claim(
                count, owner: owner, until: now.adding(seconds: seconds + 60), at: now.adding(seconds: seconds), $0)
        }
    }

    private func recover(at seconds: Int64, dead: String = "") throws -> Int {
        try database.write { try JobQueue.recover(at: now.adding(seconds: seconds), isDead: { $0 == dead }, $0).back }
    }

    private func counts() throws -> [String: Int] { try database.read { try JobQueue.counts($0) } }

    private func finish(_ job: Job, by owner: String = "me") throws -> Bool {
        try database.write { try JobQueue.finish(job, owner: owner, $0) }
    }

    private func fail(_ job: Job, by owner: String = "me", at seconds: Int64 = 0, permanently: Bool = false) throws
        -> Bool
    {
        try database.tenant.write(Provenance(.host("test"), at: now.adding(seconds: seconds))) {
            try JobQueue.fail(job, owner: owner, error: "the printer is on fire", permanently: permanently, $0)
        }
    }

    @Test func `has a job when the transaction that asked for it commits`() throws {
        let id = try enqueue(7)
        #expect(try counts() == ["available": 1])
        let jobs = try claim(10)
        #expect(jobs.map(\.id) == [id] && jobs.map(\.subject) == [7] && jobs.map(\.attempt) == [1])
        #expect(jobs.map(\.kind) == [.deliverLetter])
    }

    @Test func `has no job of a transaction that was rolled back`() throws {
        #expect(throws: Stop.self) {
            try database.write { transaction in
                try JobQueue.enqueue(.deliverLetter, subject: 7, runAt: now, transaction)
                throw Stop()
            }
        }
        #expect(try counts() == [:])
    }

    @Test func `gives out jobs by their time, then by their number, and each once`() throws {
        for (subject, seconds) in [(1, 30), (2, 10), (3, 10), (4, 0), (5, 31)] as [(Int64, Int64)] {
            try enqueue(subject, after: seconds)
        }
        #expect(try claim(2, at: 30).map(\.subject) == [4, 2])
        #expect(try claim(10, at: 30).map(\.subject) == [3, 1], "the job of second 31 must wait")
        #expect(try claim(10, at: 30).isEmpty)
        #expect(try claim(10, at: 31).map(\.subject) == [5])
        #expect(try claim(0, at: 31).isEmpty)
    }

    @Test func `is finished by its owner once`() throws {
        try enqueue(1)
        let job = try #require(try claim(1).first)
        #expect(try !finish(job, by: "somebody else"))
        #expect(try finish(job))
        #expect(try !finish(job), "a second end")
        #expect(try counts() == ["done": 1])
    }

    @Test func `does not let an owner finish what was taken over after its lease`() throws {
        try enqueue(1)
        let stale = try #require(try claim(1, by: "slow").first)
        let back = try database.write {
            try JobQueue.recover(at: now.adding(seconds: 60), isDead: { _ in false }, $0).back
        }
        #expect(back == 1)
        #expect(try !finish(stale, by: "slow"), "while nobody holds it")
        let fresh = try #require(try claim(1, by: "fast", at: 60).first)
        #expect(fresh.id == stale.id && fresh.attempt == 2)
        #expect(try !finish(stale, by: "slow"))
        #expect(try finish(fresh, by: "fast"))
    }

    @Test func `gives back the jobs whose lease has ended, and no other`() throws {
        try enqueue(1)
        _ = try claim(1)
        for (seconds, count) in [(59, 0), (60, 1), (60, 0)] as [(Int64, Int)] {
            #expect(
                try database.write {
                    try JobQueue.recover(at: now.adding(seconds: seconds), isDead: { _ in false }, $0).back
                }
                    == count, "after \(seconds) s")
        }
    }

    @Test func `gives back the jobs of an owner that is dead before their lease ends`() throws {
        try enqueue(1)
        try enqueue(2)
        _ = try claim(1, by: "dead")
        _ = try claim(1, by: "alive")
        #expect(try database.write { try JobQueue.recover(at: now, isDead: { $0 == "dead" }, $0).back } == 1)
        #expect(try claim(10, by: "heir").map(\.subject) == [1])
        #expect(try counts() == ["running": 2])
    }

    @Test func `puts a failed job back with a growing pause, and gives it up after the last attempt`() throws {
        try enqueue(1)
        var time: Int64 = 0
        var pauses: [Int64] = []
        for attempt in 1...JobQueue.attemptsMax {
            let job = try #require(try claim(1, at: time).first)
            #expect(job.attempt == attempt)
            let isDead = try fail(job, at: time)
            #expect(isDead == (attempt == JobQueue.attemptsMax))
            if isDead { break }
            var pause: Int64 = 0
            while try claimable(at: time + pause) == 0 { pause += 30 }
            pauses.append(pause)
            time += pause
        }
        #expect(pauses == [30, 60, 120, 240, 480, 960, 1920])
        #expect(try counts() == ["dead": 1])
        #expect(try claim(1, at: time + 1_000_000).isEmpty)
        #expect(
            try database.read { try $0.first("SELECT last_error FROM job") { $0.text(0) } } == "the printer is on fire")
    }

    private func claimable(at seconds: Int64) throws -> Int {
        try database.read {
            try $0.first(
                "SELECT count(*) FROM job WHERE state = 'available' AND run_at <= $1", now.adding(seconds: seconds)
            ) { $0.int(0) } ?? 0
        }
    }

    @Test func `gives a job up at once when trying again cannot help`() throws {
        try enqueue(1)
        let job = try #require(try claim(1).first)
        #expect(try fail(job, permanently: true))
        #expect(try counts() == ["dead": 1])
    }

    @Test func `is not given up by an owner that no longer holds the job`() throws {
        try enqueue(1)
        let stale = try #require(try claim(1, by: "slow").first)
        #expect(try recover(at: 0, dead: "slow") == 1)
        let fresh = try #require(try claim(1, by: "fast").first)
        #expect(try !fail(stale, by: "slow", permanently: true), "the stale owner is told that it gave the job up")
        #expect(try counts() == ["running": 1])
        #expect(try finish(fresh, by: "fast"))
    }

    @Test func `gives up a job whose worker has died at every attempt`() throws {
        try enqueue(7)
        for attempt in 1...JobQueue.attemptsMax {
            #expect(try claim(1).map(\.attempt) == [attempt])
            let (back, dead) = try database.write { try JobQueue.recover(at: now, isDead: { _ in true }, $0) }
            #expect(back == (attempt < JobQueue.attemptsMax ? 1 : 0))
            #expect(dead == (attempt < JobQueue.attemptsMax ? [] : [7]))
        }
        #expect(try counts() == ["dead": 1])
    }

    @Test func `keeps a lease that is renewed, and no other owner's`() throws {
        try enqueue(1)
        try enqueue(2)
        _ = try claim(1, by: "me")
        _ = try claim(1, by: "other")
        try database.write { try JobQueue.renew(owner: "me", until: now.adding(seconds: 500), $0) }
        #expect(try recover(at: 60) == 1)
        #expect(try claim(10).map(\.subject) == [2])
    }

    @Test func `takes back at once what its owner will not do, and no other owner's`() throws {
        try enqueue(1)
        try enqueue(2)
        _ = try claim(1, by: "me")
        _ = try claim(1, by: "other")
        try database.write { try JobQueue.release(owner: "me", $0) }
        #expect(try counts() == ["available": 1, "running": 1])
        #expect(try claim(10).map(\.subject) == [1])
    }

    @Test func `cancels the waiting jobs of a subject, and no others`() throws {
        for subject in [1, 2, 1] as [Int64] { try enqueue(subject) }
        let running = try #require(try claim(1).first)
        #expect(running.subject == 1)
        try database.write { try JobQueue.cancel(.deliverLetter, subject: 1, $0) }
        #expect(try counts() == ["running": 1, "cancelled": 1, "available": 1])
        #expect(try claim(10).map(\.subject) == [2])
        #expect(try finish(running), "one that runs is ended by its worker")
    }

    @Test func `gives each job to one of many workers`() throws {
        for subject in 0..<60 { try enqueue(Int64(subject)) }
        let done = Mutex<[Int64]>([])
        try onThreads(6) { worker in
            while true {
                let jobs = try claim(3, by: "worker \(worker)")
                if jobs.isEmpty { return }
                for job in jobs {
                    #expect(try finish(job, by: "worker \(worker)"))
                    done.withLock { $0.append(job.subject) }
                }
            }
        }
        #expect(done.withLock { $0.sorted() } == Array(0..<60))
        #expect(try counts() == ["done": 60])
    }

    @Test func `agrees with a model over random events`() throws {
        for seed in randomSeeds(5, 6) {
            print("job queue seed \(seed)")
            var random = SeededGenerator(seed: seed)
            let test = try Self()
            var states: [Int64: String] = [:]
            var held: [(job: Job, owner: String, until: Int64)] = []
            var time: Int64 = 0
            for _ in 0..<300 {
                time += Int64.random(in: 0...40, using: &random)
                switch Int.random(in: 0..<6, using: &random) {
                case 0, 1: states[try test.enqueue(Int64.random(in: 1...5, using: &random), after: time)] = "available"
                case 2:
                    let owner = "w\(Int.random(in: 1...3, using: &random))"
                    for job in try test.claim(Int.random(in: 1...3, using: &random), by: owner, at: time) {
                        #expect(states[job.id] == "available", "seed \(seed)")
                        states[job.id] = "running"
                        held.append((job, owner, time + 60))
                    }
                case 3:
                    guard let index = held.indices.randomElement(using: &random) else { continue }
                    let (job, owner, until) = held.remove(at: index)
                    let current = states[job.id] == "running" && until > 0
                    #expect(try test.finish(job, by: owner) == current, "seed \(seed)")
                    if current { states[job.id] = "done" }
                case 4:
                    guard let index = held.indices.randomElement(using: &random) else { continue }
                    let (job, owner, _) = held.remove(at: index)
                    let permanently = random.chance(30)
                    let dead = try test.fail(job, by: owner, at: time, permanently: permanently)
                    #expect(dead == (permanently || job.attempt >= JobQueue.attemptsMax), "seed \(seed)")
                    states[job.id] = dead ? "dead" : "available"
                default:
                    let dead = "w\(Int.random(in: 1...3, using: &random))"
                    let lost = held.filter { $0.until <= time || $0.owner == dead }
                    let count = try test.database.write {
                        try JobQueue.recover(at: test.now.adding(seconds: time), isDead: { $0 == dead }, $0)
                    }
                    #expect(count.back + count.dead.count == lost.count, "seed \(seed)")
                    for entry in lost {
                        states[entry.job.id] = entry.job.attempt >= JobQueue.attemptsMax ? "dead" : "available"
                    }
                    held.removeAll { $0.until <= time || $0.owner == dead }
                }
                var expected: [String: Int] = [:]
                for state in states.values { expected[state, default: 0] += 1 }
                #expect(try test.counts() == expected, "seed \(seed)")
            }
        }
    }
}
