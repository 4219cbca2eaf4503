import Casework
import Database
import FordringKit
import Foundation
import Ledger
import Synchronization
import Testing

@testable import Host

#if canImport(Musl)
import Musl
#else
import Glibc
#endif

/// Goal: whatever the moment at which a dispute is opened, its letter either does not leave, or is undone.
///
/// Method: 1,000 cases have a letter in the queue. Four processes claim and deliver them, some of which kill themselves just
/// after an effect, while two threads open a dispute in each case, in an order of chance. What the disputes said at the moment
/// of their commit, what the channel has, and the books are compared afterwards. The seed is printed; the order in which
/// processes come to run is the system's.
@Suite(.enabled(if: RaceWorker.isBuilt, "run 'swift build --build-tests' first"))
struct DisputeRaceTests {
    private static let cases = 1000

    @Test func `A dispute and the letter of its case come in any order, and nothing leaves after the dispute`() throws {
        try withTemporaryFolder { folder in
            let random = try SplitMix.printed("dispute race")
            try FixturePlugins.compile(in: folder)
            try FileManager.default.createDirectory(
                at: folder.appending(path: "outside"), withIntermediateDirectories: true)
            let host = try FordringHost(
                HostConfiguration(
                    home: folder.appending(path: "home"), pluginFolders: [folder.appending(path: "plugins")],
                    actor: .operatorNamed("tester")))
            let tenant = try queueLetters(host, folder)
            let file = host.home.outbox(tenant.id, "courier").appending(path: "deliveries.txt")

            let failures = Gathered()
            let opened = Opened()
            let workers = DispatchGroup()
            // The first two are killed after their fiftieth effect, which they have not recorded.
            for number in 0..<4 {
                start(workers, failures) {
                    if number < 2 { _ = try work(folder, "effectDone", 50) }
                    guard try work(folder, "never", 0) == 0 else { throw Surprise("a worker failed") }
                }
            }
            let disputers = DispatchGroup()
            var order = (1...Self.cases).map { CaseID(rawValue: Int64($0)) }
            var generator = random
            order.shuffle(using: &generator)
            let shuffled = order
            // A dispute is as likely to come before its letter as after it.
            try waitForFirst(file)
            for half in 0..<2 {
                start(disputers, failures) {
                    for index in stride(from: half, to: shuffled.count, by: 2) {
                        let dispute = NewDispute(
                            caseID: shuffled[index], claim: nil, amount: nil, reason: .notReceived, channel: .portal,
                            receivedOn: host.today)
                        let result = try host.openDispute(dispute, for: tenant, on: host.today)
                        opened.kept.withLock { $0[shuffled[index]] = result }
                    }
                }
            }
            disputers.wait()
            workers.wait()
            // What the killed ones held.
            #expect(try work(folder, "never", 0) == 0)
            #expect(failures.kept.withLock { $0 } == [])

            try expectNothingLeftAfter(opened.kept.withLock { $0 }, file, host, tenant)
            try host.close()
        }
    }

    private func expectNothingLeftAfter(
        _ opened: [CaseID: OpenedDispute], _ file: URL, _ host: FordringHost, _ tenant: OpenTenant
    ) throws {
        #expect(opened.count == Self.cases)
        let delivered = try String(contentsOf: file, encoding: .utf8).split(separator: "\n").map {
            String($0.split(separator: " ")[0])
        }
        #expect(Set(delivered).count == delivered.count, "no letter left twice")
        let keys = Set(delivered)
        func hasLeft(_ step: Int64) -> Bool { keys.contains(FordringHost.deliveryKey(tenant.id, step: step)) }
        let withdrawn = opened.values.flatMap(\.withdrawn)
        let gone = opened.values.flatMap(\.gone)
        #expect(withdrawn.count + gone.count == Self.cases, "each case had one letter")
        #expect(withdrawn.filter(hasLeft) == [], "what a dispute withdrew has not left, neither then nor later")
        // What was leaving when its dispute came, and whose worker died before its effect, stays in the house.
        let undone = try host.tasks(tenant.id).filter { $0.kind == TaskKind.sentDespiteDispute.rawValue }
        let left = opened.filter { $0.value.gone.contains(where: hasLeft) }
        #expect(
            Set(undone.compactMap(\.caseID)) == Set(left.keys), "each that has left is somebody's task, and no other")
        #expect(delivered.count == left.count)

        let database = try host.database(of: tenant.id)
        try database.read { transaction in
            let states = try transaction.all("SELECT DISTINCT state FROM case_step ORDER BY state") { $0.text(0) }
            #expect(states == ["sent", "withdrawn"])
            // Nobody owes the fee of a letter that was withdrawn, nor of one that is void.
            let fees = try transaction.first(
                """
                SELECT coalesce(sum(CASE WHEN debit = $1 THEN amount ELSE -amount END), 0), count(*) FROM ledger_transfer
                WHERE debit = $1 OR credit = $1
                """,
                Account.reminderFeeReceivable.rawValue
            ) { ($0.integer(0), $0.int(1)) }
            #expect(fees?.0 == 0 && fees?.1 == 2 * Self.cases)
            #expect(try Ledger.trialBalance(transaction).values.reduce(0, +) == 0)
        }
        _ = try host.checkAudit(tenant.id)
        print("dispute race: \(withdrawn.count) letters withdrawn, \(left.count) gone and undone")
        // Had all come in one order, nothing would have been tried.
        #expect(!withdrawn.isEmpty && !left.isEmpty)
    }

    /// A tenant with a letter in the queue of each case.
    private func queueLetters(_ host: FordringHost, _ folder: URL) throws -> OpenTenant {
        let file = folder.appending(path: "aa.yaml")
        try """
        tenant: aa
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
        """.write(to: file, atomically: true, encoding: .utf8)
        let tenant = try host.openForWork(try host.onboard(file: file.path, isTrial: false).tenant)
        let header =
            "reference;issued_on;due_on;amount;currency;text;debtor_kind;debtor_name;debtor_id;customer_number;street;"
            + "street2;postal_code;city;country;email;phone;language;kind;credits"
        let rows = (1...Self.cases).map { number in
            "R-\(number);2026-01-01;2026-01-15;\(100 + number),50;DKK;Goods;consumer;Debtor \(number);;C\(number);"
                + "Road \(number);;5750;Ringe;XA;;;en;invoice;"
        }
        let claims = folder.appending(path: "claims.csv")
        try ([header] + rows).joined(separator: "\n").write(to: claims, atomically: true, encoding: .utf8)
        _ = try host.importClaims(claims.path, for: tenant)
        #expect(try host.decideDay(host.today, for: tenant).steps == Self.cases)
        return tenant
    }

    private func start(_ group: DispatchGroup, _ failures: Gathered, _ body: @escaping @Sendable () throws -> Void) {
        group.enter()
        Thread {
            do {
                try body()
            } catch {
                failures.kept.withLock { $0.append("\(error)") }
            }
            group.leave()
        }.start()
    }

    /// Waits until the first letter has left, so that processes and disputes run at the same time.
    private func waitForFirst(_ file: URL) throws {
        let end = ContinuousClock.now + .seconds(60)
        while !FileManager.default.fileExists(atPath: file.path) {
            try #require(ContinuousClock.now < end, "no worker has begun")
            usleep(500)
        }
    }

    /// Runs a worker's process to its end.
    ///
    /// - Returns: the signal that ended it, or its exit status times 256.
    private func work(_ folder: URL, _ step: String, _ count: Int) throws -> Int32 {
        let process = Process()
        process.executableURL = URL(filePath: RaceWorker.path)
        process.arguments = [
            folder.appending(path: "home").path, folder.appending(path: "plugins").path,
            folder.appending(path: "outside").path, "1", step, "\(count)", "0",
        ]
        try process.run()
        process.waitUntilExit()
        return process.terminationReason == .uncaughtSignal
            ? process.terminationStatus : process.terminationStatus * 256
    }
}

/// The process that works.
private enum RaceWorker {
    static let path = Program.folder.appending(path: "queue-torture").path

    static var isBuilt: Bool { FileManager.default.fileExists(atPath: path) }
}

/// What went wrong on any thread.
private final class Gathered: Sendable {
    let kept = Mutex<[String]>([])
}

/// What the disputes said when they were opened, by any thread.
private final class Opened: Sendable {
    let kept = Mutex<[CaseID: OpenedDispute]>([:])
}

/// What a thread of the test did not expect; only the test's own thread can record an issue.
private struct Surprise: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }
}
