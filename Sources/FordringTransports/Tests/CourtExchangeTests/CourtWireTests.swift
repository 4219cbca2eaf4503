@_spi(FordringHost) import FordringKit
import Foundation
import TestAuthority
import Testing
import TransportsTesting

@testable import CourtExchange

/// Filing by HTTP against a court of the tests' own: slow, answering twice, losing answers, rejecting.
@Suite struct CourtWireTests {
    private static let today = CivilDate(2026, 3, 10)

    private func with<Result>(_ body: (CourtConnection, CourtServer) throws -> Result) throws -> Result {
        let server = try CourtServer()
        defer { server.stop() }
        return try body(try connection(server.settings), server)
    }

    private func connection(_ settings: [String: String], tenant: String = "acme") throws -> CourtConnection {
        let name = try #require(TenantID(tenant))
        let made = try CourtConnection(
            PluginContext(tenant: name, settings: settings, outbox: "", log: { _ in }), currency: .dkk)
        return try #require(made)
    }

    /// How something fails; `nil` where it does not, or otherwise.
    private func kind<Result>(_ body: () throws -> Result) -> DeliveryFailure.Kind? {
        do {
            _ = try body()
            return nil
        } catch {
            return (error as? DeliveryFailure)?.kind
        }
    }

    /// Files a package with a living permit.
    private func file(
        _ court: CourtConnection, _ key: String = "legal-7", _ sha256: String = "ab", tenant: String = "acme"
    ) throws -> DeliveryReceipt {
        let permit = TestAuthority.shared.handoffPermit(
            tenant: try #require(TenantID(tenant)), caseID: CaseID(rawValue: 12),
            procedure: LegalProcedureKind("claim"), day: Self.today)
        defer { TestAuthority.shared.end(permit) }
        return try court.file(
            CourtFiling(
                idempotencyKey: key, number: 7, package: [80, 75, 3, 4, 0, 255, 13, 10, 13, 10], sha256: sha256,
                day: Self.today, permit: permit))
    }

    private static let receipt = DeliveryReceipt(
        reference: "C-1", sentOn: today, details: ["sha256": "ab", "number": "7"])

    @Test func `a filing is one request with its key, its token and the package byte for byte`() throws {
        try with { (court, server) throws in
            #expect(try court.receipt(for: "legal-7") == nil)
            #expect(try file(court) == Self.receipt)
            #expect(try court.receipt(for: "legal-7") == Self.receipt)
            #expect(server.packages == ["legal-7": [80, 75, 3, 4, 0, 255, 13, 10, 13, 10]])
            let request = try #require(server.requests.first { $0.method == "POST" })
            #expect(request.path == "/api/tenants/acme/filings")
            #expect(request.headers["idempotency-key"] == "acme.legal-7")
            #expect(request.headers["authorization"] == "Bearer secret-1")
            #expect(request.headers["content-type"] == "application/zip")
            #expect(request.headers["filing-number"] == "7" && request.headers["filing-day"] == "2026-03-10")
            #expect(request.headers["filing-sha256"] == "ab")
        }
    }

    @Test(arguments: 0...2) func `a lost answer is unknown, and neither question nor repetition doubles it`(
        way: Int
    ) throws {
        try with { (court, server) throws in
            let lost: [CourtServer.Behaviour] = [.loseAnswer, .stayOpen, .breakOff]
            server.next(lost[way])
            let failure = #expect(throws: DeliveryFailure.self) { try file(court) }
            #expect(failure?.kind == .unknown)
            // What the host does next: it asks, and were it not to, it would send again.
            #expect(try court.receipt(for: "legal-7") == Self.receipt)
            #expect(try file(court) == Self.receipt)
            #expect(server.packages.count == 1)
        }
    }

    @Test func `a connection that closes before anything was done is unknown, and the court knows of nothing`() throws {
        try with { (court, server) throws in
            server.next(.drop)
            let failure = #expect(throws: DeliveryFailure.self) { try file(court) }
            #expect(failure?.kind == .unknown)
            #expect(try court.receipt(for: "legal-7") == nil)
            #expect(try file(court) == Self.receipt)
        }
    }

    @Test func `where nobody listens nothing was sent`() throws {
        let server = try CourtServer()
        let court = try connection(server.settings)
        server.stop()
        #expect(kind { try file(court) } == .temporary)
        #expect(kind { try court.receipt(for: "legal-7") } == .temporary)
        #expect(kind { try court.answers() } == .temporary)
    }

    @Test(arguments: [
        (500, DeliveryFailure.Kind.unknown), (503, .unknown), (408, .unknown), (409, .unknown), (302, .unknown),
        (204, .unknown), (202, .unknown), (429, .temporary), (400, .permanent), (401, .permanent), (403, .permanent),
        (404, .permanent), (413, .permanent), (422, .permanent),
    ])
    func `a court that rejects is told apart from one that is busy`(
        _ status: Int, _ expected: DeliveryFailure.Kind
    ) throws {
        try with { (court, server) throws in
            server.next(.say(status, "{}"))
            let failure = #expect(throws: DeliveryFailure.self) { try file(court) }
            #expect(failure?.kind == expected)
            #expect(server.packages.isEmpty)
        }
    }

    @Test(arguments: [
        "", "{}", "not JSON",
        #"{"key":"legal-8","tenant":"acme","number":7,"reference":"C-1","day":"2026-03-10","sha256":"ab"}"#,
        #"{"key":"legal-7","tenant":"other","number":7,"reference":"C-1","day":"2026-03-10","sha256":"ab"}"#,
        #"{"key":"legal-7","tenant":"acme","number":8,"reference":"C-1","day":"2026-03-10","sha256":"ab"}"#,
        #"{"key":"legal-7","tenant":"acme","number":7,"reference":"C-1","day":"2026-02-30","sha256":"ab"}"#,
        #"{"key":"legal-7","tenant":"acme","number":7,"reference":"","day":"2026-03-10","sha256":"ab"}"#,
    ])
    func `what is no receipt of the filing leaves it unknown`(_ body: String) throws {
        try with { (court, server) throws in
            server.next(.say(201, body))
            #expect(kind { try file(court) } == .unknown)
        }
    }

    @Test func `another content under a key is refused on both sides`() throws {
        try with { (court, server) throws in
            _ = try file(court)
            #expect(kind { try file(court, "legal-7", "cd") } == .unknown)
            // A court that gave the first receipt all the same is not believed.
            server.next(
                .say(
                    200,
                    #"{"key":"legal-7","tenant":"acme","number":7,"reference":"C-1","day":"2026-03-10","sha256":"ab"}"#)
            )
            #expect(kind { try file(court, "legal-7", "cd") } == .permanent)
            #expect(server.packages.count == 1)
        }
    }

    @Test func `nothing is sent for another tenant or under a key that is none`() throws {
        try with { (court, server) throws in
            #expect(kind { try file(court, tenant: "other") } == .permanent)
            #expect(kind { try file(court, "../7") } == .permanent)
            #expect(kind { try court.receipt(for: "a/b") } == .permanent)
            #expect(server.requests.isEmpty)
        }
    }

    // MARK: Answers

    @Test func `answers come oldest first and once each, until they are acknowledged`() throws {
        try with { (court, server) throws in
            server.answer("A-2", 7, "decided", on: "2026-03-28")
            server.answer("A-1", 7, "served", on: "2026-03-20", "by post")
            server.answer("A-1", 7, "served", on: "2026-03-20", "by post")
            let answers = try court.answers()
            #expect(answers.map(\.identifier) == ["A-1", "A-2"])
            #expect(answers.first?.state == .served && answers.first?.text == "by post")
            // Nobody has said that they were read: they come again.
            #expect(try court.answers() == answers)
            try court.acknowledge([answers[0]])
            #expect(try court.answers().map(\.identifier) == ["A-2"])
            try court.acknowledge(answers)
            #expect(server.unread == [])
            #expect(try court.answers() == [])
            let before = server.requests.count
            try court.acknowledge([])
            #expect(server.requests.count == before)
        }
    }

    @Test func `an acknowledgement whose answer is lost is said again`() throws {
        try with { (court, server) throws in
            server.answer("A-1", 7, "served", on: "2026-03-20")
            let answers = try court.answers()
            for behaviour in [CourtServer.Behaviour.drop, .loseAnswer, .say(503, "")] {
                server.next(behaviour)
                let failure = #expect(throws: DeliveryFailure.self) { try court.acknowledge(answers) }
                #expect(failure?.kind == .temporary)
            }
            try court.acknowledge(answers)
            #expect(server.unread == [])
        }
    }

    @Test func `a slow or broken answer loses nothing`() throws {
        try with { (court, server) throws in
            server.answer("A-1", 7, "rejected", on: "2026-03-20", "no address")
            for behaviour in [CourtServer.Behaviour.stayOpen, .breakOff, .drop, .say(500, "")] {
                server.next(behaviour)
                let failure = #expect(throws: DeliveryFailure.self) { try court.answers() }
                #expect(failure?.kind == .temporary)
            }
            #expect(try court.answers().map(\.state) == [.rejected])
        }
    }

    @Test func `one answer that cannot be read holds back all, and is named`() throws {
        for (identifier, number, state, day) in [
            ("A-2", Int64(7), "lost", "2026-03-20"), ("A-2", 0, "served", "2026-03-20"),
            (" ", 7, "served", "2026-03-20"),
            ("A-2", 7, "served", "2026-02-30"), ("A-2", 7, "prepared", "2026-03-20"),
            ("A-1", 7, "decided", "2026-03-20"),
        ] {
            try with { (court, server) throws in
                server.answer("A-1", 7, "served", on: "2026-03-20")
                server.answer(identifier, number, state, on: day)
                let failure = #expect(throws: DeliveryFailure.self) { try court.answers() }
                #expect(failure?.kind == .permanent)
                #expect(failure?.message.contains("answer 2") == true)
            }
        }
        try with { (court, server) throws in
            server.next(.say(200, #"{"tenant":"other","answers":[]}"#))
            #expect(kind { try court.answers() } == .permanent)
        }
    }

    // MARK: Settings

    @Test(arguments: [
        ("endpoint", ""), ("endpoint", "http://court.example/api"), ("endpoint", "https://u:p@court.example/"),
        ("token", "a b"), ("timeoutSeconds", "0"), ("timeoutSeconds", "601"), ("timeoutSeconds", "soon"),
    ])
    func `a setting that cannot be used is named`(_ key: String, _ value: String) throws {
        var settings = ["filing": "http", "endpoint": "https://court.example/api", "token": "", "timeoutSeconds": "30"]
        _ = try connection(settings)
        settings[key] = value
        let bad = settings
        let error = #expect(throws: PluginSettingError.self) { try connection(bad) }
        #expect(error?.key == key)
    }
}
