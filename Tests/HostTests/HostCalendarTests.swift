import Database
import DatabaseTesting
import FordringKit
import Foundation
import JobQueue
import SQLiteDriver
import Synchronization
import Testing

@testable import Host

private struct Crash: Error {}

/// What happens at the next write to the host's database.
private enum AtWrite {
    case nothing
    /// The process ends before the write.
    case crashBefore
    /// The process ends when the write has committed, before it knows.
    case crashAfter
}

/// A database as one process sees it, which may crash at a write, or be overtaken by others just before or just after it.
private final class InterruptedEngine: Engine {
    private struct Plan {
        var crash = AtWrite.nothing
        var before: (@Sendable () throws -> Void)?
        var after: (@Sendable () throws -> Void)?
    }

    private let engine: any Engine
    /// What happens at the next write.
    private let next = Mutex(Plan())

    init(_ engine: any Engine) { self.engine = engine }

    func plan(
        _ crash: AtWrite, before: (@Sendable () throws -> Void)? = nil, after: (@Sendable () throws -> Void)? = nil
    ) {
        next.withLock { $0 = Plan(crash: crash, before: before, after: after) }
    }

    var dialect: SQLDialect { engine.dialect }

    func read<Result>(_ body: (any EngineConnection) throws -> Result) throws -> Result { try engine.read(body) }

    func write<Result>(_ body: (any EngineConnection) throws -> Result) throws -> Result {
        let plan = next.withLock { next in
            defer { next = Plan() }
            return next
        }
        try plan.before?()
        if plan.crash == .crashBefore { throw Crash() }
        let result = try engine.write(body)
        if plan.crash == .crashAfter { throw Crash() }
        try plan.after?()
        return result
    }

    func now(_ connection: any EngineConnection) throws -> Timestamp { try engine.now(connection) }
    func scrub() throws { try engine.scrub() }
    func shrink() { engine.shrink() }
    func close() throws { try engine.close() }
}

/// Two or more processes that share a host's database and a tenant's, and a tenant with jobs and cases.
private final class SharedBooks: Sendable {
    final class Process: Sendable {
        let engine: InterruptedEngine
        let calendar: HostCalendar
        let books: InterruptedEngine
        let tenant: TenantDatabase

        init(_ shared: SharedBooks, create: Bool) throws {
            let clock = shared.clock
            let host = try SQLiteEngine(path: shared.path("host"), create: create, clock: { clock.now() })
            engine = InterruptedEngine(host)
            calendar = HostCalendar(engine, clock)
            books = InterruptedEngine(
                try SQLiteEngine(path: shared.path("tenant"), create: create, clock: { clock.now() }))
            tenant = TenantDatabase(tenant: shared.id, engine: books, calendar: calendar)
        }

        func close() throws {
            try engine.close()
            try books.close()
        }
    }

    static let provenance = Provenance(.host("test"), at: Timestamp(TestHome.day, hour: 6))

    let id: TenantID
    let clock = SettableClock(provenance.time)
    private let folder: URL
    private let processes = Mutex<[Process]>([])

    init(processes count: Int) throws {
        id = try tenantID("aa")
        folder = FileManager.default.temporaryDirectory.appending(path: "fordring-calendar-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let first = try Process(self, create: true)
        try HostStore.schema.migrate(first.engine, with: SharedBooks.provenance)
        try first.tenant.migrate(
            Schema([
                .counters, JobQueue.migration, JobQueue.lanes, WorkMark.migration,
                Migration("9000 cases", "CREATE TABLE test_case (day {integer} NOT NULL) {strict}"),
            ]), with: SharedBooks.provenance)
        let id = id
        try first.engine.write(SharedBooks.provenance) { transaction in
            try transaction.execute(
                "INSERT INTO tenant (id, state, settings, onboarded_at) VALUES ($1, 'active', '', 0)", id.rawValue)
            try HostCalendar.insert(id, transaction)
        }
        processes.withLock { $0 = [first] }
        for _ in 1..<count {
            let process = try Process(self, create: false)
            processes.withLock { $0.append(process) }
        }
    }

    deinit {
        for process in processes.withLock({ $0 }) { try? process.close() }
        try? FileManager.default.removeItem(at: folder)
    }

    func process(_ index: Int) -> Process { processes.withLock { $0[index % $0.count] } }

    private func path(_ name: String) -> String { folder.appending(path: "\(name).sqlite").path }

    /// From when the books say that there is work.
    static func due(_ transaction: ReadTransaction) throws -> WorkDue {
        WorkDue(
            jobsAt: try JobQueue.nextDue(limits: [:], transaction),
            casesOn: try transaction.first("SELECT min(day) FROM test_case") { $0.dateOrNil(0) } ?? nil)
    }

    /// Where the calendar names a later time than work is due, or than the books' own copy says; `nil` where it does not.
    func fault(seenBy process: Process) throws -> String? {
        // Inside a write, so that nobody changes the books between the two looks.
        try process.books.write(SharedBooks.provenance, id) { transaction in
            let due = try SharedBooks.due(transaction)
            let mark = try transaction.first("SELECT jobs_at, cases_on FROM work_mark") {
                ($0.integer(0), $0.integer(1))
            }
            guard let entry = try process.calendar.entry(id)?.due, let mark else { return "there is no row" }
            let jobsAt = entry.jobsAt?.milliseconds ?? WorkMark.never
            let casesOn = entry.casesOn.map { Int64($0.day) } ?? WorkMark.never
            let dueJobs = due.jobsAt?.milliseconds ?? WorkMark.never
            let dueCases = due.casesOn.map { Int64($0.day) } ?? WorkMark.never
            if jobsAt > dueJobs || casesOn > dueCases { return "the calendar says \(entry), and due is \(due)" }
            if jobsAt > mark.0 || casesOn > mark.1 { return "the calendar says \(entry), and the mark \(mark)" }
            return nil
        }
    }

    /// One random thing that a process does; it may crash at its write to the calendar, and others may overtake it there.
    func act(_ process: Process, _ random: inout SeededGenerator) throws {
        let now = clock.now()
        do {
            switch Int64.random(in: 0...9, using: &random) {
            case 0...2:
                let (runAt, kind) = (now.adding(seconds: Int64.random(in: -50...500, using: &random)), JobKind("a"))
                let lane = random.chance(50) ? Int64.random(in: 1...2, using: &random) : nil
                try process.tenant.write(SharedBooks.provenance) { transaction in
                    try JobQueue.enqueue(NewJob(kind, subject: 1, runAt: runAt, lane: lane), transaction)
                }
            case 3:
                let day = TestHome.day.adding(days: Int(Int64.random(in: 0...20, using: &random)))
                try process.tenant.write(SharedBooks.provenance) { transaction in
                    try transaction.execute("INSERT INTO test_case (day) VALUES ($1)", day)
                    transaction.announceCases(on: day)
                }
            case 4:
                try process.tenant.write(SharedBooks.provenance) { transaction in
                    _ = try transaction.execute(
                        "DELETE FROM test_case WHERE day = (SELECT min(day) FROM test_case)")
                }
            case 5, 6:
                let fate = Int64.random(in: 0...4, using: &random)
                try process.tenant.write(SharedBooks.provenance) { transaction in
                    for job in try JobQueue.claim(ClaimRequest(3, owner: "me"), transaction) {
                        switch fate {
                        case 0: break
                        case 1:
                            _ = try JobQueue.fail(job, error: "", limits: JobLimits(), transaction)
                        case 2: try JobQueue.snooze(job, until: now.adding(seconds: 90), transaction)
                        default: _ = try JobQueue.finish(job, transaction)
                        }
                    }
                }
            case 7:
                let number = Int64.random(in: 1...20, using: &random)
                try process.tenant.write(SharedBooks.provenance) { transaction in
                    _ =
                        number % 2 == 0
                        ? try JobQueue.retry(number, transaction)
                        : try JobQueue.cancel(number, transaction) == .cancelled
                }
            default:
                _ = try process.calendar.settle(process.tenant, SharedBooks.provenance, look: SharedBooks.due)
            }
        } catch is Crash {
            // The process is gone; the next one finds what it left.
        }
    }
}

@Suite struct `The host's calendar` {
    /// Goal: no work is ever forgotten: the calendar never names a later time than work is due.
    ///
    /// Method: processes take random turns over the same books. One that is about to write to the calendar may crash just
    /// before or just after; once its own transaction is over, the others may do as they like before it goes on. After each
    /// turn calendar, mark and books are compared.
    @Test(arguments: randomSeeds(31, 32)) func `is never too late, whoever is overtaken and whoever crashes`(
        _ seed: UInt64
    ) throws {
        print("calendar seed \(seed)")
        var random = SeededGenerator(seed: seed)
        for history in 0..<12 {
            let shared = try SharedBooks(processes: 3)
            for step in 0..<60 {
                let index = Int(Int64.random(in: 0...2, using: &random))
                let process = shared.process(index)
                let plan: AtWrite = random.chance(20) ? .crashBefore : random.chance(20) ? .crashAfter : .nothing
                let isOvertaken = random.chance(40)
                let start = random.next()
                if isOvertaken {
                    // Only a look ends its transaction before it writes to the calendar; whatever else writes holds the
                    // books, and nobody can overtake it.
                    let overtake: @Sendable () throws -> Void = {
                        var random = SeededGenerator(seed: start)
                        for _ in 0..<3 {
                            let other = shared.process(index + 1 + Int(Int64.random(in: 0...1, using: &random)))
                            try shared.act(other, &random)
                        }
                        let fault = try shared.fault(seenBy: shared.process(index + 1))
                        #expect(
                            fault == nil, "seed \(seed), history \(history), step \(step), overtaken: \(fault ?? "")")
                    }
                    if random.chance(50) {
                        process.engine.plan(plan, before: overtake)
                    } else {
                        process.books.plan(.nothing, after: overtake)
                        process.engine.plan(plan)
                    }
                    do {
                        _ = try process.calendar.settle(process.tenant, SharedBooks.provenance, look: SharedBooks.due)
                    } catch is Crash {}
                } else {
                    process.engine.plan(plan)
                    try shared.act(process, &random)
                }
                process.engine.plan(.nothing)
                process.books.plan(.nothing)
                let fault = try shared.fault(seenBy: shared.process(index + 1))
                try #require(fault == nil, "seed \(seed), history \(history), step \(step): \(fault ?? "")")
                if random.chance(20) {
                    shared.clock.set(shared.clock.now().adding(seconds: Int64.random(in: 1...60, using: &random)))
                }
            }
            // And when nobody interrupts, it is right, not only early.
            let process = shared.process(0)
            let due = try process.calendar.settle(process.tenant, SharedBooks.provenance, look: SharedBooks.due)
            let isNow = due.jobsAt.map { $0 <= shared.clock.now() } ?? false
            // What is there already is due since ever.
            let expected = WorkDue(jobsAt: isNow ? Timestamp(milliseconds: 0) : due.jobsAt, casesOn: due.casesOn)
            #expect(try process.calendar.entry(shared.id)?.due == expected)
        }
    }

    /// The same with real threads: whatever the orders are that the machine makes.
    @Test func `is never too late when processes work at the same time`() throws {
        let shared = try SharedBooks(processes: 4)
        try onThreads(4) { index in
            var random = SeededGenerator(seed: UInt64(index) + 100)
            let process = shared.process(index)
            for _ in 0..<60 {
                if random.chance(10) { process.engine.plan(.crashBefore) }
                try shared.act(process, &random)
                process.engine.plan(.nothing)
                if let fault = try shared.fault(seenBy: process) { throw RuleBroken(fault) }
            }
        }
    }

    @Test func `asks nobody again whose work was announced already`() throws {
        let shared = try SharedBooks(processes: 1)
        let process = shared.process(0)
        _ = try process.calendar.settle(process.tenant, SharedBooks.provenance, look: SharedBooks.due)
        func enqueue(after seconds: Int64) throws -> Int64? {
            let runAt = shared.clock.now().adding(seconds: seconds)
            try process.tenant.write(SharedBooks.provenance) { transaction in
                _ = try JobQueue.enqueue(NewJob(JobKind("a"), subject: 1, runAt: runAt), transaction)
            }
            return try process.calendar.entry(shared.id)?.version
        }
        let first = try enqueue(after: 100)
        #expect(try enqueue(after: 200) == first, "later than what is known: the host's database is not written to")
        #expect(try enqueue(after: 50) != first)
    }
}
