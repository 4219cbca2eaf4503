import Crypto
import Database
import FordringKit
import Foundation
import Logging
import Metrics
import Synchronization
import Testing

@testable import Host

/// Key material that is the same in every run: SHA-256 of a seed and a counter.
final class CountingEntropy: Entropy {
    private let seed: String
    private let counter = Mutex<UInt64>(0)

    init(_ seed: String) { self.seed = seed }

    func bytes(_ count: Int) -> [UInt8] {
        var bytes: [UInt8] = []
        while bytes.count < count {
            let number = counter.withLock { counter in
                counter += 1
                return counter
            }
            bytes += SHA256.hash(data: Array("\(seed) \(number)".utf8))
        }
        return Array(bytes.prefix(count))
    }
}

/// A home of its own for one test, which is gone when the test ends.
final class TestHome: Sendable {
    static let day = CivilDate(2026, 3, 2)

    let root: URL
    let clock = SettableClock(Timestamp(TestHome.day, hour: 6))
    private let entropy: any Entropy

    init(seed: String = "home") throws {
        root = FileManager.default.temporaryDirectory.appending(path: "fordring-host-\(UUID().uuidString)")
        entropy = CountingEntropy(seed)
        try FileManager.default.createDirectory(at: root, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(at: root) }

    var home: Home { Home(root.appending(path: "home")) }

    /// Opens the host; with the plug-ins of the fixtures unless others are given.
    func open(
        plugins: [URL]? = nil, logger: Logger = .silent, metrics: (any MetricsFactory)? = nil, openBooksMax: Int? = nil
    ) throws -> FordringHost {
        try FordringHost(
            HostConfiguration(
                home: home.root, pluginFolders: try plugins ?? [FixturePlugins.compiled().folder], clock: clock,
                entropy: entropy, actor: .operatorNamed("test"), logger: logger, metrics: metrics,
                openBooksMax: openBooksMax))
    }

    /// Writes a file beside the home and returns its path.
    func write(_ text: String, to name: String) throws -> String {
        let file = root.appending(path: name)
        try Data(text.utf8).write(to: file)
        return file.path
    }

    /// Writes a tenant's file, whose channel is `pigeon` unless another is given.
    func tenantFile(
        _ id: String, channel: String = "pigeon", times: Int = 2, legalName: String = "Test A/S", start: String = "now",
        mood: String = "good", version: String? = nil
    ) throws -> String {
        let pigeon = channel == "shout" ? "" : "\n  pigeon: { mood: \(mood) }"
        return try write(
            """
            tenant: \(id)
            legalName: \(legalName)
            registrationNumber: "99532742"
            countries: [XA]
            language: en
            deductsVAT: true
            letterhead: { address: ["Road 1"] }
            bank: { account: "0040 0440116243" }
            paymentCreditorNumber: "81234567"
            plugins:
              land: { start: \(start)\(version.map { ", version: \"\($0)\"" } ?? "") }\(pigeon)
            policy: { reminder: { times: \(times), charge: true, channels: [\(channel)] } }
            commission: { percent: 10 }
            """, to: "\(id).yaml")
    }

    /// Writes a file of claims against as many debtors.
    func claims(_ count: Int, from first: Int = 1, debtor: String = "Debtor", to name: String = "claims.csv") throws
        -> String
    {
        let header =
            "reference;issued_on;due_on;amount;currency;text;debtor_kind;debtor_name;debtor_id;customer_number;street;"
            + "street2;postal_code;city;country;email;phone;language;kind;credits"
        let rows = (first..<first + count).map { number in
            "R-\(number);2026-01-01;2026-01-15;\(100 + number),50;DKK;Goods;consumer;\(debtor) \(number);;C\(number);"
                + "Road \(number);;5750;Ringe;XA;;;en;invoice;"
        }
        return try write(([header] + rows).joined(separator: "\n") + "\n", to: name)
    }

    /// Takes a tenant on and opens it for work.
    func onboard(_ id: String, channel: String = "pigeon", times: Int = 2, in host: FordringHost) throws -> OpenTenant {
        let receipt = try host.onboard(file: try tenantFile(id, channel: channel, times: times), isTrial: false)
        return try host.openForWork(receipt.tenant)
    }

    /// The flights of the pigeons of a tenant, by idempotency key.
    func flights(_ id: TenantID) throws -> [String] {
        let file = home.outbox(id, "pigeon").appending(path: "flights.txt")
        return try String(contentsOf: file, encoding: .utf8).split(separator: "\n").map(String.init)
    }

    /// The names of everything in a folder and below it.
    func names(below folder: URL) -> [String] {
        (FileManager.default.enumerator(atPath: folder.path)?.allObjects as? [String] ?? []).sorted()
    }
}

/// A tenant's identifier that is known to be one.
func tenantID(_ text: String) throws -> TenantID { try #require(TenantID(text)) }

/// The error of the host that a closure throws; a failure of the test where it throws none, or another.
func hostError<Result>(
    from body: () throws -> Result, sourceLocation: SourceLocation = #_sourceLocation
) throws -> HostError {
    let error = #expect(throws: HostError.self, sourceLocation: sourceLocation) { try body() }
    return try #require(error, sourceLocation: sourceLocation)
}

/// What a host had to say.
final class Log: Sendable {
    private let said = Mutex<[String]>([])

    var lines: [String] { said.withLock { $0 } }

    func append(_ line: String) { said.withLock { $0.append(line) } }
}
