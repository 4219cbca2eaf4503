import Casework
import CaseworkTesting
import Database
import FordringKit
import Foundation
import JobQueue
import Registrations
import Testing

@testable import Host

/// A tenant of Testland whose claims can be registered with the fake bureau, in a home of its own.
///
/// A claim that was due in January is warned about on the first day (``TestHome/day``), so that it may be registered ten
/// days later, where the debtor was told.
final class TestBureau: Sendable {
    let home: TestHome
    let bureau = FakeBureau()
    let channel = FakeChannel()
    let host: FordringHost
    let id: TenantID
    private let plugins: [LoadedPlugin]
    private let tellsDebtor: Bool

    static let firstDay = TestHome.day
    /// The first day on which all holds.
    static let mayLeaveOn = TestHome.day.adding(days: 10)

    init(tellsDebtor: Bool = false, _ name: String = "aa") throws {
        home = try TestHome()
        let (bureau, channel) = (bureau, channel)
        var law = Testland(checkedThrough: CivilDate(2040, 12, 31))
        law.tellsOfRegistration = tellsDebtor
        let made = law
        var country = PluginRegistry()
        country.offer(jurisdiction: Testland.country, settings: []) { _ in made }
        country.offer(channel: "fake", settings: []) { _ in channel }
        var register = PluginRegistry()
        register.offer(bureau: "fake", country: Testland.country, settings: []) { _ in
            TellingBureau(bureau, law: made)
        }
        plugins = [("testland", country), ("fake-bureau", register)].map { [home] name, registry in
            LoadedPlugin(
                manifest: PluginManifest(
                    identifier: name, name: name, version: "1.0.0", kitVersion: "1.4", compiler: "6.3.1", library: "",
                    sha256: "00", offers: registry.offers),
                folder: home.root.appending(path: name), registry: registry)
        }
        self.tellsDebtor = tellsDebtor
        host = try TestBureau.open(home, plugins)
        id = try host.onboard(
            file: try TestBureau.file(name, in: home, tellsDebtor: tellsDebtor), isTrial: false
        ).tenant
    }

    /// Another host over the same home, for which the bureau's plug-in is not installed and which no tenant asks for it.
    func openWithoutBureau() throws -> FordringHost {
        let other = try TestBureau.open(home, Array(plugins.prefix(1)))
        _ = try other.updateTenant(
            file: try TestBureau.file(id.rawValue, in: home, tellsDebtor: tellsDebtor, hasBureau: false))
        return other
    }

    private static func open(_ home: TestHome, _ plugins: [LoadedPlugin]) throws -> FordringHost {
        var configuration = HostConfiguration(
            home: home.home.root, pluginFolders: [], clock: home.clock, entropy: CountingEntropy("bureau"),
            actor: .operatorNamed("test"))
        configuration.ownPlugins = plugins
        return try FordringHost(configuration)
    }

    /// Writes the tenant's file and returns its path.
    static func file(
        _ name: String, in home: TestHome, tellsDebtor: Bool = false, hasBureau: Bool = true, country: String = "ZZ"
    ) throws -> String {
        let notice = tellsDebtor ? "\n  registrationNotice: { times: 0, charge: false, channels: [fake] }" : ""
        let bureau = hasBureau ? "\n  fake-bureau: {}" : ""
        return try home.write(
            """
            tenant: \(name)
            legalName: Test A/S
            registrationNumber: "12345678"
            countries: [\(country)]
            language: en
            deductsVAT: true
            letterhead: { address: ["Road 1"] }
            bank: { account: "12345678" }
            paymentCreditorNumber: "81234567"
            plugins:
              testland: {}\(bureau)
            policy:
              collectionNotice: { times: 1, charge: true, channels: [fake] }\(notice)
            commission: { percent: 10 }
            """, to: "\(name).yaml")
    }

    deinit { try? host.close() }

    var tenant: OpenTenant { get throws { try host.openForWork(id) } }

    /// Takes claims in against as many debtors; case and claim have the number of the row.
    func importClaims(_ count: Int, from first: Int = 1) throws {
        let header =
            "reference;issued_on;due_on;amount;currency;text;debtor_kind;debtor_name;debtor_id;customer_number;street;"
            + "street2;postal_code;city;country;email;phone;language;kind;credits"
        let rows = (first..<first + count).map { number in
            "R-\(number);2026-01-01;2026-01-15;100,00;EUR;Goods;consumer;Debtor \(number);;C\(number);Road 1;;1000;Testby;"
                + "ZZ;;;en;invoice;"
        }
        let path = try home.write(([header] + rows).joined(separator: "\n") + "\n", to: "claims-\(first).csv")
        _ = try host.importClaims(path, for: try tenant)
    }

    /// Plays a day: the cases, then all jobs.
    @discardableResult
    func play(_ day: CivilDate) throws -> WorkResult {
        home.clock.set(Timestamp(day, hour: 6))
        return try host.runDay(day, for: try tenant).work
    }

    /// Plays the days of a range, both included.
    func play(from first: CivilDate, through last: CivilDate) throws {
        var day = first
        while day <= last {
            try play(day)
            day = day.adding(days: 1)
        }
    }

    /// Warns debtors on the first day, and asks for the registration of their claims.
    func request(_ count: Int) throws {
        try importClaims(count)
        try play(TestBureau.firstDay)
        for number in 1...count { try request(claim: Int64(number), on: TestBureau.firstDay) }
    }

    @discardableResult
    func request(claim number: Int64, noKeptPlan: Bool = true, on day: CivilDate) throws -> Int64 {
        try host.requestRegistration(
            of: ClaimID(rawValue: number), in: CaseID(rawValue: number), bureau: nil, noKeptPlan: noKeptPlan,
            reason: "test", for: try tenant,
            on: day
        ).registration.id
    }

    /// One registration that stands with the bureau.
    func makeLive() throws {
        try request(1)
        try play(from: TestBureau.firstDay, through: TestBureau.mayLeaveOn.adding(days: 1))
        try #require(try state(1) == .live)
    }

    func pay(_ number: Int64, on day: CivilDate) throws {
        _ = try host.addPayment(
            Money(minorUnits: 200_00, .eur), paidOn: day, reference: nil, to: CaseID(rawValue: number), for: try tenant,
            on: day)
    }

    /// What opening a dispute tells all who follow the case.
    func dispute(_ number: Int64, on day: CivilDate) throws {
        let tenant = try tenant
        try tenant.database.write(host.provenance) { transaction in
            try tenant.rules.announce(
                .held(.dispute, claim: nil), in: CaseID(rawValue: number), on: day, transaction)
        }
    }

    func record(_ number: Int64) throws -> RegistrationRecord { try host.registration(number, of: id) }

    func state(_ number: Int64) throws -> RegistrationState { try record(number).state }

    func tasks(_ kind: TaskKind) throws -> [CaseTask] { try host.tasks(id).filter { $0.kind == kind.rawValue } }

    /// Puts a job of the bureau into the queue, beside those of the day.
    func enqueue(_ kind: JobKind) throws {
        try tenant.database.write(host.provenance) { transaction in
            _ = try JobQueue.enqueue(NewJob(kind, subject: 1, lane: -1), transaction)
        }
    }

    /// Begins a job as a worker that dies before it has recorded anything.
    ///
    /// - Returns: the job as that worker had it.
    @discardableResult
    func beginAndDie(_ kind: JobKind, on day: CivilDate) throws -> Job {
        let tenant = try tenant
        let jobs = try tenant.database.write(host.provenance) {
            try JobQueue.claim(ClaimRequest(1, owner: "dead worker"), $0)
        }
        let job = try #require(jobs.first { $0.kind == kind })
        let handler = try #require(host.jobHandlers.first { $0.kind == kind })
        _ = try handler.run(job, for: tenant, JobContext(day: day))
        return job
    }

    /// Lets the leases of dead workers run out, and works.
    @discardableResult
    func workLater(on day: CivilDate) throws -> WorkResult {
        home.clock.set(host.configuration.clock.now().adding(seconds: 7200))
        return try host.drain(try tenant, on: day)
    }

    /// What must hold at any time.
    func expectSound(sourceLocation: SourceLocation = #_sourceLocation) throws {
        #expect(bureau.permits.allSatisfy { !$0.isLive }, "a permit outlived its work", sourceLocation: sourceLocation)
        #expect(!bureau.wasCalledTogether, "two workers called the bureau", sourceLocation: sourceLocation)
        let numbers = bureau.registered
        #expect(Set(numbers).count == numbers.count, "registered twice", sourceLocation: sourceLocation)
        #expect(host.batchesUnderWay.isIdle, sourceLocation: sourceLocation)
        _ = try host.verifyLog(id)
    }
}

/// The fake bureau, which asks that the debtor was told only where the country tells.
private struct TellingBureau: CreditBureau {
    let bureau: FakeBureau
    let law: Testland

    init(_ bureau: FakeBureau, law: Testland) {
        self.bureau = bureau
        self.law = law
    }

    var country: CountryCode { bureau.country }
    var name: String { bureau.name }

    func preconditions(for facts: RegistrationFacts, on day: CivilDate) throws -> [Precondition] {
        try bureau.preconditions(for: facts, on: day).filter {
            law.tellsOfRegistration || !$0.identifier.hasPrefix("told")
        }
    }

    func expiry(of facts: RegistrationFacts, registeredOn day: CivilDate) throws -> Explained<CivilDate> {
        try bureau.expiry(of: facts, registeredOn: day)
    }

    func deletionDeadline(_ reason: RegistrationDeletion.Reason, orderedOn day: CivilDate) -> Explained<CivilDate> {
        bureau.deletionDeadline(reason, orderedOn: day)
    }

    func submit(_ batch: RegistrationBatch) throws -> DeliveryReceipt { try bureau.submit(batch) }
    func receipt(for idempotencyKey: String) throws -> DeliveryReceipt? { try bureau.receipt(for: idempotencyKey) }
    func answers() throws -> [BureauAnswer] { try bureau.answers() }
    func register() throws -> [RegisterEntry]? { try bureau.register() }
    func readAnswers() throws -> BureauAnswers { try bureau.readAnswers() }
    func registerList() throws -> RegisterList? { try bureau.registerList() }
    var takesChanges: Bool { bureau.takesChanges }
    func forget(idempotencyKey: String) throws { try bureau.forget(idempotencyKey: idempotencyKey) }
}
