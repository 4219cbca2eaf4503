import Casework
import Crypto
import Database
import FordringKit
import Foundation
import JobQueue
import Synchronization
import Testing

@testable import Host

#if canImport(Musl)
import Musl
#else
import Glibc
#endif

/// Goal: workers die at the worst moments, and no job is lost, none has its effect twice, and lanes keep their order.
///
/// Method: four processes at a time work through the queues of one home; each kills itself with SIGKILL when it reaches
/// a certain step for a certain time, while new jobs and letters keep coming. Then a worker that nobody disturbs drains
/// what is left, and the files that the effects have left are compared with the books. 1,000 processes are killed, or
/// as many as FORDRING_KILLS says; the seed is printed, though the order in which processes come to run is the
/// system's.
@Suite(.enabled(if: QueueTorture.isBuilt, "run 'swift build --build-tests' first"))
struct QueueKillTests {
    static let kills = ProcessInfo.processInfo.environment["FORDRING_KILLS"].flatMap { Int($0) } ?? 1000

    @Test func `Workers killed at any step lose no job, do none twice and keep every lane in order`() throws {
        try withTemporaryFolder { folder in
            let torture = try QueueTorture(folder, try SplitMix.printed("queue"))
            try torture.kill(QueueKillTests.kills)
            try torture.expectCalendarIsNotLate()

            // What dead workers held comes back at once, not when their leases end.
            #expect(try torture.run(.never) == 0)
            #expect(try torture.jobs([.running]).map(\.id) == [])
            // Jobs that wait for their next attempt need a clock that has gone on.
            var hours: Int64 = 0
            while hours < 100, try !torture.jobs([.available, .scheduled, .retrying, .running]).isEmpty {
                hours += 1
                #expect(try torture.run(.never, ahead: hours * 3600) == 0)
            }
            print("queue kill test: \(torture.summary), drained with \(hours) hours")

            try torture.expectAllIsDoneOnce()
            try torture.expectCalendarAgrees()
            #expect(try torture.said() == "")
            try torture.host.close()
        }
    }
}

/// What a thread of the test did not expect; only the test's own thread can record an issue.
private struct Surprise: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }
}

/// A home with work, and the processes that do it.
private final class QueueTorture: Sendable {
    /// When a process kills itself.
    struct Death {
        var step: WorkerStep?
        var count = 0
        var threads = 2
        /// How many jobs are enqueued before it starts.
        var jobs = 0

        static let never = Death()
    }

    private struct State {
        var generator: SplitMix
        var killed: [WorkerStep: Int] = [:]
        /// Processes that are on their way to a step.
        var underWay: [WorkerStep: Int] = [:]
        var wanted = 0
        var started = 0
        /// Processes that found nothing to do before they came to their step.
        var survived = 0
        var enqueued: [TenantID: [Int64]] = [:]
        var isSecondDayDecided = false
    }

    private static let executable = Program.folder.appending(path: "queue-torture").path
    private static let lettersEach = 80

    static var isBuilt: Bool { FileManager.default.fileExists(atPath: executable) }

    let host: FordringHost
    private let folder: URL
    private let tenants: [TenantID]
    /// Those of the tenants that write letters.
    private let writers: [TenantID]
    private let state: Mutex<State>

    init(_ folder: URL, _ generator: SplitMix) throws {
        self.folder = folder
        try FixturePlugins.compile(in: folder)
        try FileManager.default.createDirectory(
            at: folder.appending(path: "outside"), withIntermediateDirectories: true)
        let host = try FordringHost(
            HostConfiguration(
                home: folder.appending(path: "home"), pluginFolders: [folder.appending(path: "plugins")],
                actor: .operatorNamed("tester")))
        self.host = host
        tenants = try ["aa", "bb", "cc", "dd", "ee", "ff"].map { name in
            let file = folder.appending(path: "\(name).yaml")
            try QueueTorture.tenantFile(name).write(to: file, atomically: true, encoding: .utf8)
            return try host.onboard(file: file.path, isTrial: false).tenant
        }
        writers = Array(tenants.prefix(2))
        state = Mutex(State(generator: generator))
        let claims = folder.appending(path: "claims.csv")
        try QueueTorture.claims(QueueTorture.lettersEach).write(to: claims, atomically: true, encoding: .utf8)
        for id in writers { _ = try host.importClaims(claims.path, for: try host.openForWork(id)) }
        try decide(host.today)
        for _ in 0..<20 { try enqueue(20) }
    }

    var summary: String {
        state.withLock { state in
            let steps = WorkerStep.allCases.map { "\($0) \(state.killed[$0] ?? 0)" }.joined(separator: ", ")
            let jobs = state.enqueued.values.map(\.count).reduce(0, +)
            return "\(state.started) processes, killed: \(steps); \(state.survived) ended by themselves; \(jobs) jobs"
        }
    }

    // MARK: Killing

    /// Starts processes, four at a time, until so many have been killed, about as many at each step.
    func kill(_ count: Int) throws {
        state.withLock { $0.wanted = count }
        let failures = Mutex<[String]>([])
        let group = DispatchGroup()
        for _ in 0..<4 {
            group.enter()
            Thread { [self] in
                defer { group.leave() }
                do {
                    while let death = next() { try ended(death, try run(death)) }
                } catch {
                    failures.withLock { $0.append("\(error)") }
                }
            }.start()
        }
        group.wait()
        #expect(failures.withLock { $0 } == [])
        let killed = state.withLock { $0.killed }
        #expect(killed.values.reduce(0, +) >= count)
        for step in WorkerStep.allCases { #expect(killed[step] ?? 0 >= count * 3 / 20, "\(step)") }
    }

    private func next() -> Death? {
        state.withLock { state -> Death? in
            let total = (state.killed.values.reduce(0, +), state.underWay.values.reduce(0, +))
            // A test that kills nobody would go on for ever.
            guard total.0 + total.1 < state.wanted, state.started < state.wanted * 3 else { return nil }
            func count(_ step: WorkerStep) -> Int { state.killed[step, default: 0] + state.underWay[step, default: 0] }
            guard let step = WorkerStep.allCases.min(by: { count($0) < count($1) }) else { return nil }
            // Three of the steps come once a batch, the others once a job.
            let most = step == .running || step == .effectDone ? 15 : 3
            state.started += 1
            state.underWay[step, default: 0] += 1
            return Death(
                step: step, count: Int.random(in: 1...most, using: &state.generator),
                threads: Int.random(in: 1...2, using: &state.generator),
                jobs: Int.random(in: 0...8, using: &state.generator))
        }
    }

    private func ended(_ death: Death, _ status: Int32) throws {
        guard let step = death.step else { return }
        let isHalfWay = state.withLock { state -> Bool in
            state.underWay[step, default: 0] -= 1
            if status == SIGKILL { state.killed[step, default: 0] += 1 } else { state.survived += 1 }
            guard !state.isSecondDayDecided, state.killed.values.reduce(0, +) >= state.wanted / 2 else { return false }
            state.isSecondDayDecided = true
            return true
        }
        guard status == SIGKILL || status == 0 else { throw Surprise("a process ended with \(status)") }
        if isHalfWay { try decide(host.today.adding(days: 1)) }
        // There was nothing left to die over.
        if status == 0 { try enqueue(60) }
    }

    /// Runs a process to its end.
    ///
    /// - Returns: the signal that ended it, or its exit status times 256.
    func run(_ death: Death, ahead seconds: Int64 = 0) throws -> Int32 {
        if death.jobs > 0 { try enqueue(death.jobs) }
        let arguments = [
            QueueTorture.executable, folder.appending(path: "home").path, folder.appending(path: "plugins").path,
            folder.appending(path: "outside").path, "\(death.threads)", death.step?.rawValue ?? "never",
            "\(death.count)", "\(seconds)",
        ]
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(
            &actions, 2, folder.appending(path: "said.txt").path, O_WRONLY | O_APPEND | O_CREAT, 0o644)
        var process: pid_t = 0
        var pointers = arguments.map { strdup($0) } + [nil]
        defer { for pointer in pointers { free(pointer) } }
        var nothing: [UnsafeMutablePointer<CChar>?] = [nil]
        try #require(posix_spawn(&process, arguments[0], &actions, nil, &pointers, &nothing) == 0)
        var status: Int32 = 0
        while waitpid(process, &status, 0) == -1, errno == EINTR {}
        return status
    }

    /// What the processes had to complain of.
    func said() throws -> String { try String(contentsOf: folder.appending(path: "said.txt"), encoding: .utf8) }

    // MARK: Work

    /// Enqueues jobs of one tenant: a third in lanes, some that fail or are put off once.
    private func enqueue(_ count: Int) throws {
        let (id, kinds) = state.withLock { state in
            let kinds = (0..<count).map { _ in
                (
                    lane: Int64.random(in: 0...8, using: &state.generator),
                    subject: Int64.random(in: 0...15, using: &state.generator)
                )
            }
            return (tenants[Int.random(in: 0..<tenants.count, using: &state.generator)], kinds)
        }
        let numbers = try host.database(of: id).write(host.provenance) { transaction in
            try kinds.map { lane, subject in
                try JobQueue.enqueue(
                    NewJob(JobKind("outside"), subject: subject > 3 ? 0 : subject, lane: lane > 2 ? nil : lane),
                    transaction
                ).id
            }
        }
        state.withLock { $0.enqueued[id, default: []] += numbers }
    }

    /// Decides a day for those who write, which queues a letter for each case.
    private func decide(_ day: CivilDate) throws {
        for id in writers {
            let tenant = try host.openForWork(id)
            let result = try DailyRun(database: tenant.database, rules: tenant.rules).run(on: day, host.provenance)
            guard result.steps == QueueTorture.lettersEach else { throw Surprise("\(result.steps) steps on \(day)") }
        }
    }

    // MARK: Looking

    func jobs(_ states: Set<JobState>?) throws -> [JobRecord] {
        try tenants.flatMap { try host.jobs(of: $0, states: states, kind: nil, before: nil, limit: .max) }
    }

    func expectAllIsDoneOnce() throws {
        var (asked, failuresMax) = (0, 0)
        for id in tenants {
            let jobs = try host.jobs(of: id, states: nil, kind: nil, before: nil, limit: .max)
            #expect(jobs.filter { $0.state != .done }.map { "\($0.id) \($0.state)" } == [])
            failuresMax = max(failuresMax, jobs.map(\.failures).max() ?? 0)
            let outside = jobs.filter { $0.kind == JobKind("outside") }
            let enqueued = state.withLock { $0.enqueued[id] ?? [] }
            #expect(QueueTorture.difference(outside.map(\.id), enqueued) == [])

            let file = folder.appending(path: "outside/\(id).txt")
            let lines = try String(contentsOf: file, encoding: .utf8).split(separator: "\n").map {
                $0.split(separator: " ")
            }
            asked += lines.count { $0[0] == "asked" }
            let effects = lines.filter { $0[0] == "effect" }.compactMap { Int64($0[1]) }
            #expect(QueueTorture.difference(effects, enqueued) == [])
            let lanes = Dictionary(uniqueKeysWithValues: outside.map { ($0.id, $0.lane) })
            for (lane, numbers) in Dictionary(grouping: effects, by: { lanes[$0] ?? nil }) where lane != nil {
                #expect(numbers == numbers.sorted(), "lane \(lane ?? 0) of \(id)")
            }
        }
        // Workers died between the effect and its record, and the next ones found it.
        #expect(asked > 0)
        print("queue kill test: \(asked) effects were found by asking; no job failed more than \(failuresMax) times")
        for id in writers {
            let letters = try host.jobs(of: id, states: nil, kind: .deliverLetter, before: nil, limit: .max)
            #expect(letters.count == 2 * QueueTorture.lettersEach)
            let file = host.home.outbox(id, "courier").appending(path: "deliveries.txt")
            let deliveries = try String(contentsOf: file, encoding: .utf8).split(separator: "\n")
                .map { String($0.split(separator: " ")[0]) }
            let keys = letters.map { FordringHost.deliveryKey(id, step: $0.subject) }
            #expect(QueueTorture.difference(deliveries, keys) == [])
            _ = try host.checkAudit(id)
            let entries = try host.database(of: id).read { transaction in
                try transaction.all("SELECT entry FROM audit_entry") { String(decoding: $0.bytes(0), as: UTF8.self) }
            }
            let sent = entries.count { $0.contains(#""letter.sent""#) }
            #expect(sent == letters.count)
        }
    }

    /// What is found and was not expected, or more than once, and what is missing.
    private static func difference<Key: Hashable & Comparable>(_ found: [Key], _ expected: [Key]) -> [String] {
        let counts = found.reduce(into: [Key: Int]()) { $0[$1, default: 0] += 1 }
        let all = Set(expected)
        return Set(found + expected).sorted().compactMap { key in
            let (count, wanted) = (counts[key] ?? 0, all.contains(key) ? 1 : 0)
            return count == wanted ? nil : "\(key): \(count) times"
        }
    }

    /// Whatever dies, the calendar names no later time than the books.
    func expectCalendarIsNotLate() throws {
        for (id, due) in try dueByBooks() {
            guard let due else { continue }
            let known = try #require(try host.calendar.entry(id)?.due.jobsAt, "\(id)")
            #expect(known <= due, "\(id)")
        }
    }

    func expectCalendarAgrees() throws {
        for (id, due) in try dueByBooks() { #expect(try host.calendar.entry(id)?.due.jobsAt == due, "\(id)") }
    }

    private func dueByBooks() throws -> [(TenantID, Timestamp?)] {
        try tenants.map { id in (id, try host.database(of: id).read { try JobQueue.nextDue(limits: [:], $0) }) }
    }

    // MARK: Texts

    private static func tenantFile(_ id: String) -> String {
        """
        tenant: \(id)
        legalName: Test A/S
        registrationNumber: "99532742"
        countries: [XA]
        language: en
        deductsVAT: true
        letterhead: { address: ["Road 1"] }
        bank: { account: "0040 0440116243" }
        paymentCreditorNumber: "81234567"
        plugins: { land: {}, courier: {} }
        policy: { reminder: { times: 2, charge: true, channels: [courier] } }
        commission: { percent: 10 }
        """
    }

    private static func claims(_ count: Int) -> String {
        let header =
            "reference;issued_on;due_on;amount;currency;text;debtor_kind;debtor_name;debtor_id;customer_number;street;"
            + "street2;postal_code;city;country;email;phone;language;kind;credits"
        let rows = (1...count).map { number in
            "R-\(number);2026-01-01;2026-01-15;\(100 + number),50;DKK;Goods;consumer;Debtor \(number);;C\(number);"
                + "Road \(number);;5750;Ringe;XA;;;en;invoice;"
        }
        return ([header] + rows).joined(separator: "\n") + "\n"
    }
}

/// Plug-ins for the processes, compiled against the kit that they are linked with.
enum FixturePlugins {
    /// Compiles the law of XA and the courier, and the bureau and the courts of XA where they are wanted.
    static func compile(in folder: URL, withOffices: Bool = false) throws {
        let (tests, own) = ("Tests/HostTests/Fixtures", "Tests/EndToEndTests/Fixtures")
        var fixtures = [
            ("Land", ["\(tests)/Land.swift"], ["channel:shout", "jurisdiction:XA"]),
            ("Courier", ["\(own)/Courier.swift"], ["channel:courier"]),
        ]
        if withOffices {
            fixtures.append(
                (
                    "Offices", ["\(own)/Offices.swift", "Sources/TestSupport/LegalTesting/FakeForum.swift"],
                    ["bureau:register", "forum:XA", "renderer:application/pdf"]
                ))
        }
        let compilers = try fixtures.map { name, sources, _ in
            let target = folder.appending(path: "plugins/\(name.lowercased())\(PluginManifest.folderSuffix)")
            try FileManager.default.createDirectory(at: target, withIntermediateDirectories: true)
            let process = Process()
            process.executableURL = URL(filePath: "/usr/bin/env")
            process.arguments =
                [
                    "swiftc", "-emit-library", "-Onone", "-swift-version", "6", "-module-name", name, "-I",
                    Program.folder.appending(path: "Modules").path, "-L", Program.folder.path, "-lFordringKit", "-o",
                    target.appending(path: "lib\(name).so").path,
                ] + sources.map { Program.project.appending(path: $0).path }
            try process.run()
            return (process, target)
        }
        for (fixture, (process, target)) in zip(fixtures, compilers) {
            process.waitUntilExit()
            try #require(process.terminationStatus == 0)
            let name = fixture.0.lowercased()
            let library = try Data(contentsOf: target.appending(path: "lib\(fixture.0).so"))
            let manifest = PluginManifest(
                identifier: name, name: name, version: "1.0.0", kitVersion: KitVersion.text,
                compiler: KitVersion.compiler, library: "lib\(fixture.0).so",
                sha256: SHA256.hash(data: library).map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }
                    .joined(),
                offers: fixture.2)
            try JSONEncoder().encode(manifest).write(to: target.appending(path: PluginManifest.fileName))
        }
    }
}
