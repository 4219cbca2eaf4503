import Casework
import Database
import FordringKit
import Foundation
import JobQueue
import Ledger
import LegalTrack
import Registrations
import Synchronization
import Testing

@testable import Host

#if canImport(Musl)
import Musl
#else
import Glibc
#endif

/// Goal: whatever the moment at which a dispute is opened, the letter, the registration and the hand-off of its case either
/// do not leave, or are undone.
///
/// Method: 1,000 cases each have a hand-off that is prepared and waits to be filed, a registration that may leave, and a
/// letter. Four processes claim and deliver all of it, two of which kill themselves just after an effect, while two threads
/// open a dispute in each case: one in an order of chance, one where something has just left and nobody has written that
/// down. What the disputes said at the moment of their commit, what channel, bureau and court have, and the books are
/// compared afterwards. Workers and disputes are kept in step, so that each kind comes in both orders on any
/// machine. The seed is printed; the order in which processes come to run is the system's.
///
/// No package leaves for a court while a letter of its case waits (`nothingOnItsWay`). So a fifth of the tenants have had
/// their day decided before: there all three wait at once, and a filing that is claimed finds the letter and recalls its
/// package. The day of half of them is decided in the race, and with it their letters join what is being filed; that of the
/// rest never, so that filings meet disputes alone.
@Suite(.enabled(if: Race.isBuilt, "run 'swift build --build-tests' first"))
struct DisputeRaceTests {
    @Test(.timeLimit(.minutes(10)))
    func `Nothing leaves after the dispute of its case, and what was gone is undone`() throws {
        try withTemporaryFolder { folder in
            var random = try SplitMix.printed("dispute race")
            let race = try Race(folder)
            try race.prepare()
            let opened = try race.run(&random)
            try race.playOn()
            #expect(opened.count == Race.cases)
            var sums = Outcome()
            for tenant in race.tenants {
                let disputes = opened.filter { $0.key.tenant == tenant.id }
                sums.add(try race.outcome(tenant, disputes.map(\.value)))
            }
            print("dispute race: \(sums)")
            // Had all come in one order, nothing would have been tried.
            #expect(sums.letters.stopped > 0 && sums.letters.undone > 0)
            #expect(sums.registrations.stopped > 0 && sums.registrations.undone > 0)
            #expect(sums.handoffs.stopped > 0 && sums.handoffs.undone > 0)
            try race.host.close()
        }
    }
}

/// What became of things of one kind.
private struct Fate {
    /// Stopped by the dispute before they left.
    var stopped = 0
    /// Gone, and undone.
    var undone = 0
    /// Of all, those that were leaving when the dispute came.
    var caught = 0

    static func + (left: Fate, right: Fate) -> Fate {
        Fate(
            stopped: left.stopped + right.stopped, undone: left.undone + right.undone,
            caught: left.caught + right.caught)
    }
}

private struct Outcome: CustomStringConvertible {
    var letters = Fate()
    var registrations = Fate()
    var handoffs = Fate()
    /// Hand-offs that were recalled because a letter of the case waited.
    var letterFirst = 0

    mutating func add(_ other: Outcome) {
        letters = letters + other.letters
        registrations = registrations + other.registrations
        handoffs = handoffs + other.handoffs
        letterFirst += other.letterFirst
    }

    var description: String {
        let kinds = [("letters", letters), ("registrations", registrations), ("hand-offs", handoffs)].map {
            "\($1.stopped) \($0) stopped, \($1.undone) undone, \($1.caught) of them while leaving"
        }
        return kinds.joined(separator: "; ") + "; \(letterFirst) hand-offs recalled because of a letter"
    }
}

/// A home with cases, the processes that work on them, and the disputes.
private final class Race: Sendable {
    struct Key: Hashable {
        let tenant: TenantID
        let caseID: CaseID
    }

    /// Few cases a tenant: a tenant's registrations leave in one batch, and many batches make many moments.
    private static let casesEach = 20
    private static let tenantCount = 50
    static let cases = casesEach * tenantCount
    /// How many effects the workers have for each dispute; with more, the last disputes would find all done.
    private static let effectsEach = 2
    /// The tenants whose letters are in the queue from the start; the others charge nothing for theirs, since a fee that is
    /// booked recalls what is prepared.
    private static let decidedBefore = 10
    /// The tenants whose letters never come: the house keeps a package back while a letter is on its way, so that with a letter
    /// in every case hardly any package would leave.
    private static let neverDecided = 15
    /// After how many effects the days of the others are decided, spread from the first on.
    private static let effectsUntilDecided = 600
    /// The length of a line that says of an effect.
    private static let effectLength = 32
    private static let executable = Program.folder.appending(path: "queue-torture").path

    static var isBuilt: Bool { FileManager.default.fileExists(atPath: executable) }

    let host: FordringHost
    let tenants: [OpenTenant]
    private let folder: URL
    /// At noon, so that no day ends in the race.
    private let ahead: Int64
    private let day: CivilDate
    private let failures = Mutex<[String]>([])

    init(_ folder: URL) throws {
        self.folder = folder
        try FixturePlugins.compile(in: folder, withOffices: true)
        for name in ["outside", "packages", "pace"] {
            try FileManager.default.createDirectory(
                at: folder.appending(path: name), withIntermediateDirectories: true)
        }
        let now = SystemClock().now()
        day = CivilDate(day: Int32(now.milliseconds / 86_400_000) + 1)
        ahead = (Timestamp(day, hour: 12).milliseconds - now.milliseconds) / 1000
        let host = try FordringHost(
            HostConfiguration(
                home: folder.appending(path: "home"), pluginFolders: [folder.appending(path: "plugins")],
                clock: ClockAhead(seconds: ahead), actor: .operatorNamed("tester")))
        self.host = host
        tenants = try (0..<Race.tenantCount).map { number in
            let name = "t\(number)"
            let file = folder.appending(path: "\(name).yaml")
            try Race.tenantFile(name, charges: number < Race.decidedBefore).write(
                to: file, atomically: true, encoding: .utf8)
            return try host.openForWork(try host.onboard(file: file.path, isTrial: false).tenant)
        }
    }

    // MARK: Before

    /// Has everything ready to leave: hand-offs are filed, and registrations handed over, by what waits in the queue.
    func prepare() throws {
        let claims = folder.appending(path: "claims.csv")
        try Race.claims.write(to: claims, atomically: true, encoding: .utf8)
        DispatchQueue.concurrentPerform(iterations: tenants.count) { index in
            do {
                let tenant = tenants[index]
                // Courts and bureaus are asked when the debtor has had some time.
                _ = try host.importClaims(claims.path, for: tenant, on: day.adding(days: -20))
                for number in 1...Int64(Race.casesEach) {
                    let caseID = CaseID(rawValue: number)
                    _ = try host.requestRegistration(
                        of: ClaimID(rawValue: number), in: caseID, bureau: nil, noKeptPlan: true, reason: "race",
                        for: tenant, on: day)
                    _ = try host.handOff(
                        HandoffRequest(
                            caseID: caseID, procedure: LegalProcedureKind("paymentOrder"), answers: ["keptPlan": "no"]),
                        to: folder.appending(path: "packages").path, of: tenant)
                }
                if index < Race.decidedBefore { try decide(tenant) }
            } catch {
                note("\(tenants[index].id): \(error)")
            }
        }
        try expectNoFailure()
    }

    /// Decides the day of a tenant: a letter for each case that is not disputed, and the bureau's jobs.
    private func decide(_ tenant: OpenTenant) throws { _ = try host.decideDay(day, for: tenant) }

    // MARK: The race

    /// Has four processes work while the other tenants' days are decided and a dispute is opened in each case.
    ///
    /// - Returns: what the disputes said.
    func run(_ random: inout SplitMix) throws -> [Key: OpenedDispute] {
        try Data().write(to: pace("stops"))
        let deaths = (0..<2).map { _ in Int.random(in: 20...100, using: &random) }
        let workers = DispatchGroup()
        for number in 0..<4 {
            start(workers) { [self] in
                if number < 2 {
                    let status = try work("effectDone", deaths[number], pace: true)
                    guard status == SIGKILL else {
                        throw Surprise("a worker was to be killed, and ended with \(status)")
                    }
                }
                guard try work("never", 0, pace: true) == 0 else { throw Surprise("a worker failed") }
            }
        }
        let order = Order(
            tenants.flatMap { tenant in
                (1...Race.casesEach).map { Key(tenant: tenant.id, caseID: CaseID(rawValue: Int64($0))) }
            }.shuffled(using: &random))
        let others = DispatchGroup()
        start(others) { [self] in
            let late = tenants.dropFirst(Race.decidedBefore).dropLast(Race.neverDecided)
            for (index, tenant) in late.enumerated() {
                wait(for: index * Race.effectsUntilDecided / late.count, workers)
                try decide(tenant)
            }
        }
        for isChasing in [false, true] {
            start(others) { [self] in
                while !order.isOver {
                    wait(for: order.begun * Race.effectsEach + 1, workers)
                    guard let key = order.next(near: isChasing ? try lastEffect() : nil) else { return }
                    guard let tenant = tenants.first(where: { $0.id == key.tenant }) else { continue }
                    let dispute = NewDispute(
                        caseID: key.caseID, claim: nil, amount: nil, reason: .notReceived, channel: .portal,
                        receivedOn: day)
                    order.keep(try host.openDispute(dispute, for: tenant, on: day), key)
                    try step()
                }
            }
        }
        others.wait()
        // Nothing holds the workers back any more.
        try FileManager.default.removeItem(at: pace("stops"))
        workers.wait()
        // What came after the workers had nothing left.
        #expect(try work("never", 0, pace: false) == 0)
        try expectNoFailure()
        return order.opened
    }

    /// The next day: the bureau's answers are read, and its register compared.
    func playOn() throws {
        for tenant in tenants { _ = try host.runDay(day.adding(days: 1), for: tenant) }
    }

    private func pace(_ name: String) -> URL { folder.appending(path: "pace/\(name)") }

    /// Waits until the workers have had so many effects, or have ended.
    private func wait(for effects: Int, _ workers: DispatchGroup) {
        while workers.wait(timeout: .now()) == .timedOut, failures.withLock({ $0.isEmpty }) {
            var status = stat()
            if stat(pace("effects").path, &status) == 0, Int(status.st_size) / Race.effectLength >= effects { return }
            usleep(300)
        }
    }

    /// Where a worker has had the last effect; the lane is the case's, or below zero for the bureau's.
    private func lastEffect() throws -> (tenant: TenantID, lane: Int64)? {
        let file = try FileHandle(forReadingFrom: pace("effects"))
        defer { try? file.close() }
        let lines = try file.seekToEnd() / UInt64(Race.effectLength)
        guard lines > 0 else { return nil }
        try file.seek(toOffset: (lines - 1) * UInt64(Race.effectLength))
        let words = String(decoding: try file.read(upToCount: Race.effectLength) ?? Data(), as: UTF8.self)
            .split(whereSeparator: \.isWhitespace)
        guard words.count == 2, let tenant = TenantID(String(words[0])), let lane = Int64(words[1]) else { return nil }
        return (tenant, lane)
    }

    /// Lets the workers go on after a dispute.
    private func step() throws {
        let file = open(pace("stops").path, O_WRONLY | O_APPEND | O_CLOEXEC)
        defer { close(file) }
        let bytes = [UInt8](repeating: 43, count: Race.effectsEach)
        guard write(file, bytes, bytes.count) == bytes.count else { throw Surprise("the workers cannot be told") }
    }

    private func start(_ group: DispatchGroup, _ body: @escaping @Sendable () throws -> Void) {
        group.enter()
        Thread { [self] in
            do { try body() } catch { note("\(error)") }
            group.leave()
        }.start()
    }

    private func note(_ failure: String) { failures.withLock { $0.append(failure) } }

    private func expectNoFailure() throws {
        let failures = failures.withLock { $0 }
        try #require(failures == [])
    }

    /// Runs a worker's process to its end.
    ///
    /// - Returns: the signal that ended it, or its exit status times 256.
    private func work(_ step: String, _ count: Int, pace: Bool) throws -> Int32 {
        let process = Process()
        process.executableURL = URL(filePath: Race.executable)
        process.arguments =
            ["home", "plugins", "outside"].map { folder.appending(path: $0).path } + [
                "1", step, "\(count)", "\(ahead)",
            ]
            + (pace ? [folder.appending(path: "pace").path] : [])
        try process.run()
        process.waitUntilExit()
        return process.terminationReason == .uncaughtSignal
            ? process.terminationStatus : process.terminationStatus * 256
    }

    // MARK: After

    /// Compares what the disputes of a tenant said, what has left, and the books.
    func outcome(_ tenant: OpenTenant, _ opened: [OpenedDispute]) throws -> Outcome {
        let trail = try Trail(try host.auditLog(tenant.id, last: .max, case: nil).map(\.json))
        #expect(trail.late == [], "\(tenant.id): nothing is decided or departs after the dispute")
        let tasks = try host.tasks(tenant.id)
        func cases(_ kind: TaskKind) -> Set<Int64> {
            Set(tasks.filter { $0.kind == kind.rawValue }.compactMap(\.caseID?.rawValue))
        }
        var outcome = Outcome()
        outcome.letters = try letters(tenant, opened, undone: cases(.sentDespiteDispute))
        outcome.letters.caught = trail.caught("letter.sent")
        outcome.registrations = try registrations(tenant, trail)
        outcome.registrations.caught = trail.caught("registration.submitted")
        let filed = try handoffs(tenant, trail, undone: cases(.legalStop))
        outcome.handoffs = filed.fate
        outcome.handoffs.caught = trail.caught("legal.recorded")
        outcome.letterFirst = filed.letterFirst
        let known: Set<TaskKind> = [
            .answerDispute, .tellCreditor, .sentDespiteDispute, .legalStop, .legalRecalled,
        ]
        #expect(tasks.filter { task in !known.contains { $0.rawValue == task.kind } }.map(\.message) == [])
        try expectBooks(
            tenant, letters: opened.flatMap { $0.withdrawn + $0.gone }, filings: outcome.handoffs.undone)
        return outcome
    }

    private func letters(_ tenant: OpenTenant, _ opened: [OpenedDispute], undone: Set<Int64>) throws -> Fate {
        let keys = try left("courier/deliveries.txt", tenant).map { $0[0] }
        #expect(Set(keys).count == keys.count, "\(tenant.id): no letter left twice")
        let delivered = Set(keys)
        func hasLeft(_ step: Int64) -> Bool { delivered.contains(FordringHost.deliveryKey(tenant.id, step: step)) }
        let (withdrawn, gone) = (opened.flatMap(\.withdrawn), opened.flatMap(\.gone))
        #expect(withdrawn.filter(hasLeft) == [], "\(tenant.id): what a dispute withdrew has not left")
        // What was leaving when its dispute came, and whose worker died before its effect, stays in the house.
        let left = gone.filter(hasLeft)
        #expect(left.count == delivered.count, "\(tenant.id): a letter left of which its dispute knew nothing")
        let leftCases = try tenant.database.read { transaction in
            try left.map { step in
                try transaction.first("SELECT case_id FROM case_step WHERE id = $1 AND state = 'sent'", step) {
                    $0.integer(0)
                }
            }
        }
        #expect(Set(leftCases) == Set(undone), "\(tenant.id): each that has left is somebody's task, and no other")
        return Fate(stopped: withdrawn.count, undone: left.count)
    }

    private func registrations(_ tenant: OpenTenant, _ trail: Trail) throws -> Fate {
        let batches = try left("bureau-register/batches.txt", tenant)
        #expect(Set(batches.map { $0[0] }).count == batches.count, "\(tenant.id): no batch left twice")
        func numbers(_ word: Int) -> [Int64] {
            batches.flatMap { $0[word].split(separator: ",") }.compactMap { Int64($0.split(separator: "=")[0]) }
        }
        let (registered, deleted) = (numbers(2), numbers(3))
        #expect(Set(registered).count == registered.count, "\(tenant.id): nothing was registered twice")
        #expect(registered.sorted() == deleted.sorted(), "\(tenant.id): what was registered was deleted, once")
        var fate = Fate()
        let records = try host.registrations(tenant.id, limit: Race.casesEach + 1)
        #expect(records.count == Race.casesEach)
        for record in records {
            let hasLeft = registered.contains(record.id)
            let words = "registration \(record.id) of \(tenant.id) is \(record.state)"
            switch record.state {
            case .withdrawn:
                #expect(!hasLeft, "\(words), and has left")
                #expect(trail.stopped("registration.withdrawn", record.caseID), "\(words), not by its dispute")
                fate.stopped += 1
            case .deleted:
                #expect(hasLeft, "\(words), and never left")
                #expect(record.deletion?.reason == .disputed && record.deletion?.orderedOn == day, "\(words)")
                #expect(trail.stopped("deletion.ordered", record.caseID), "\(words), not by its dispute")
                fate.undone += 1
            default: Issue.record("\(words)")
            }
        }
        return fate
    }

    private func handoffs(
        _ tenant: OpenTenant, _ trail: Trail, undone: Set<Int64>
    ) throws -> (fate: Fate, letterFirst: Int) {
        let keys = try left("courts-XA/filed.txt", tenant).map { $0[0] }
        #expect(Set(keys).count == keys.count, "\(tenant.id): nothing was filed twice")
        let filed = Set(keys)
        var (fate, letterFirst) = (Fate(), 0)
        var told: Set<Int64> = []
        let handoffs = try host.handoffs(of: tenant.id, onlyOpen: false)
        #expect(handoffs.count == Race.casesEach)
        for handoff in handoffs {
            let hasLeft = filed.contains("\(tenant.id)-handoff-\(handoff.id)")
            let words = "hand-off \(handoff.id) of \(tenant.id) is \(handoff.state)"
            switch handoff.state {
            case .recalled:
                #expect(!hasLeft, "\(words), and was filed")
                if trail.stopped("legal.recalled", handoff.caseID) { fate.stopped += 1 } else { letterFirst += 1 }
            case .filed:
                #expect(hasLeft, "\(words), and the court has not got it")
                told.insert(handoff.caseID.rawValue)
                fate.undone += 1
            default: Issue.record("\(words)")
            }
        }
        #expect(told == undone, "\(tenant.id): of each that is with the court, it must be told, and of no other")
        return (fate, letterFirst)
    }

    /// The lines that an office has written.
    private func left(_ path: String, _ tenant: OpenTenant) throws -> [[String]] {
        let file = host.home.tenant(tenant.id).appending(path: "outbox/\(path)").path
        guard FileManager.default.fileExists(atPath: file) else { return [] }
        return try String(contentsOfFile: file, encoding: .utf8).split(separator: "\n").map { line in
            line.split(separator: " ", omittingEmptySubsequences: false).map(String.init)
        }
    }

    private func expectBooks(_ tenant: OpenTenant, letters: [Int64], filings: Int) throws {
        try tenant.database.read { transaction in
            let steps = try transaction.all("SELECT id, state FROM case_step ORDER BY id") {
                ($0.integer(0), $0.text(1))
            }
            #expect(steps.map(\.0) == letters.sorted(), "\(tenant.id): each letter was found by a dispute")
            #expect(Set(steps.map(\.1)).isSubset(of: ["sent", "withdrawn"]))
            for sql: StaticString in [
                "SELECT count(*) FROM case_step WHERE state = 'leaving'",
                "SELECT count(*) FROM bureau_registration WHERE state = 'leaving'",
                "SELECT count(*) FROM bureau_batch WHERE state = 'leaving'",
                "SELECT count(*) FROM legal_handoff WHERE is_departing = 1",
                // One looks after what is with a court.
                "SELECT count(*) FROM job WHERE kind <> 'legalAnswers' AND state NOT IN ('done', 'cancelled')",
            ] {
                #expect(try transaction.first(sql) { $0.integer(0) } == 0, "\(tenant.id): \(sql)")
            }
            func balance(_ account: Account) throws -> (sum: Int64, count: Int) {
                try transaction.first(
                    """
                    SELECT coalesce(sum(CASE WHEN debit = $1 THEN amount ELSE -amount END), 0), count(*)
                    FROM ledger_transfer WHERE debit = $1 OR credit = $1
                    """,
                    account.rawValue
                ) { ($0.integer(0), $0.int(1)) } ?? (0, 0)
            }
            // Nobody owes the fee of a letter that was withdrawn, nor of one that is void; the court's was laid out.
            let fees = try balance(.reminderFeeReceivable)
            let isCharged = tenants.prefix(Race.decidedBefore).contains { $0.id == tenant.id }
            #expect(fees == (0, isCharged ? 2 * letters.count : 0), "\(tenant.id): fees of letters")
            let court = try balance(.courtFeeReceivable)
            #expect(court == (Int64(2500 * filings), filings), "\(tenant.id): fees of courts")
            #expect(try Ledger.trialBalance(transaction).values.reduce(0, +) == 0)
        }
        _ = try host.checkAudit(tenant.id)
    }

    // MARK: Texts

    private static func tenantFile(_ id: String, charges: Bool) -> String {
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
        plugins: { land: {}, courier: {}, offices: {} }
        policy: { reminder: { times: 1, charge: \(charges), channels: [courier] }, saleNotice: { channels: [courier] } }
        commission: { percent: 10 }
        """
    }

    private static var claims: String {
        let header =
            "reference;issued_on;due_on;amount;currency;text;debtor_kind;debtor_name;debtor_id;customer_number;street;"
            + "street2;postal_code;city;country;email;phone;language;kind;credits"
        let rows = (1...casesEach).map { number in
            "R-\(number);2026-01-01;2026-01-15;\(100 + number),50;DKK;Goods;consumer;Debtor \(number);;C\(number);"
                + "Road \(number);;5750;Ringe;XA;;;en;invoice;"
        }
        return ([header] + rows).joined(separator: "\n") + "\n"
    }
}

/// What a tenant's audit trail says, which has the order of the commits.
private struct Trail {
    /// What was decided, or departed, in a case after its dispute.
    private(set) var late: [String] = []
    /// By action, the cases in which it came after the dispute.
    private var after: [String: Set<Int64>] = [:]

    init(_ lines: [String]) throws {
        var disputed: Set<Int64> = []
        for line in lines {
            let entry = try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
            let subject = entry["subject"] as? [String: Any]
            guard let action = entry["action"] as? String, let number = subject?["case"] as? Int64 else { continue }
            if action == "dispute.opened" { disputed.insert(number) }
            guard disputed.contains(number) else { continue }
            after[action, default: []].insert(number)
            if ["step.decided", "registration.departed", "legal.departed"].contains(action) { late.append(line) }
        }
    }

    /// Whether an action came with or after the dispute of a case.
    func stopped(_ action: String, _ caseID: CaseID) -> Bool { after[action]?.contains(caseID.rawValue) ?? false }

    /// In how many cases something was recorded as gone after the dispute, and so was leaving when that came.
    func caught(_ action: String) -> Int { after[action]?.count ?? 0 }
}

/// The clock of the processes.
private struct ClockAhead: HostClock {
    let seconds: Int64

    func now() -> Timestamp { SystemClock().now().adding(seconds: seconds) }
}

/// The cases in which a dispute is still to be opened, and what the others' said; for any thread.
private final class Order: Sendable {
    private let state: Mutex<(left: [Race.Key], opened: [Race.Key: OpenedDispute])>

    init(_ keys: [Race.Key]) { state = Mutex((keys, [:])) }

    var opened: [Race.Key: OpenedDispute] { state.withLock { $0.opened } }
    var isOver: Bool { state.withLock { $0.left.isEmpty } }
    /// How many were given out.
    var begun: Int { state.withLock { Race.cases - $0.left.count } }

    /// The next case: one in which something happens if there is one, otherwise that whose turn it is.
    func next(near effect: (tenant: TenantID, lane: Int64)?) -> Race.Key? {
        state.withLock { state in
            let near = effect.flatMap { effect in
                state.left.firstIndex { key in
                    key.tenant == effect.tenant && (effect.lane <= 0 || key.caseID.rawValue == effect.lane)
                }
            }
            return near.map { state.left.remove(at: $0) } ?? state.left.popLast()
        }
    }

    func keep(_ dispute: OpenedDispute, _ key: Race.Key) { state.withLock { $0.opened[key] = dispute } }
}

/// What a thread of the test did not expect; only the test's own thread can record an issue.
private struct Surprise: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }
}
