@_spi(FordringHost) import FordringKit
import Foundation
import TestAuthority
import Testing
import TransportsTesting
import WebExchange

@testable import BureauExchange

/// The second transport against a bureau of the tests' own.
@Suite struct HTTPTests {
    private func with<Result>(_ body: (BureauConnection, BureauServer) throws -> Result) throws -> Result {
        let server = try BureauServer()
        defer { server.stop() }
        return try body(try Sample.bureau("", server.settings), server)
    }

    static let receipt = DeliveryReceipt(
        reference: "B-1", sentOn: Sample.day,
        details: ["registrations": "2", "deletions": "2", "sum": "4801.00 DKK"])

    @Test func `a batch is one request with its key, its token and its control record`() throws {
        try with { (bureau, server) throws in
            #expect(try bureau.receipt(for: "bureau-17") == nil)
            #expect(try bureau.submit(Sample.batch()) == Self.receipt)
            #expect(try bureau.receipt(for: "bureau-17") == Self.receipt)
            #expect(server.registered == [1, 2] && server.deleted == [90, 91])
            let request = try #require(server.requests.first { $0.method == "POST" })
            #expect(request.path == "/api/tenants/nordlys-energi/batches")
            #expect(request.headers["idempotency-key"] == "nordlys-energi.bureau-17")
            #expect(request.headers["authorization"] == "Bearer secret-1")
            #expect(
                String(decoding: request.body, as: UTF8.self) == """
                    {"control":{"deletions":2,"numberTotal":"184","records":4,"registrations":2,"sum":"4801.00"},\
                    "currency":"DKK","day":"2026-03-02","deletions":[{"number":90,"reason":"paid"},\
                    {"number":91,"reason":"disputed"}],"key":"bureau-17","registrations":[{"amount":"2400.50",\
                    "creditor":"Nordlys Energi A/S","debtor":{"addressLines":["Blåbærvænget 14","2. th.","c/o Hansen"],\
                    "city":"Aarhus C","country":"DK","kind":"consumer","name":"Søren Ågård","postalCode":"8000"},\
                    "dueOn":"2025-06-01","number":1},{"amount":"2400.50","creditor":"Nordlys Energi A/S","debtor":\
                    {"addressLines":["Blåbærvænget 14","2. th.","c/o Hansen"],"city":"Aarhus C","country":"DK",\
                    "kind":"business","name":"Havnens Vinduer ApS","nationalID":"13585628","postalCode":"8000"},\
                    "dueOn":"2025-06-01","number":2}],"tenant":"nordlys-energi"}
                    """)
            try bureau.forget(idempotencyKey: "bureau-17")
        }
    }

    @Test(arguments: [0, 1, 2]) func `a lost answer is unknown, and neither question nor repetition doubles it`(
        way: Int
    ) throws {
        try with { (bureau, server) throws in
            let lost: [BureauServer.Behaviour] = [.loseAnswer, .stayOpen, .breakOff]
            server.next(lost[way])
            let failure = #expect(throws: DeliveryFailure.self) { try bureau.submit(Sample.batch()) }
            #expect(failure?.kind == .unknown)
            // What the host does next: it asks, and were it not to, it would send again.
            #expect(try bureau.receipt(for: "bureau-17") == Self.receipt)
            #expect(try bureau.submit(Sample.batch(on: CivilDate(2026, 3, 3), [], [])) == Self.receipt)
            #expect(server.keys == ["bureau-17"])
            #expect(server.registered == [1, 2] && server.deleted == [90, 91])
        }
    }

    @Test func `a request that was dropped is unknown, too, and the receipt says that nothing happened`() throws {
        try with { (bureau, server) throws in
            server.next(.drop)
            let failure = #expect(throws: DeliveryFailure.self) { try bureau.submit(Sample.batch()) }
            #expect(failure?.kind == .unknown)
            #expect(try bureau.receipt(for: "bureau-17") == nil)
            #expect(try bureau.submit(Sample.batch()) == Self.receipt)
            #expect(server.registered == [1, 2])
        }
    }

    @Test(arguments: [
        (400, DeliveryFailure.Kind.permanent), (401, .permanent), (403, .permanent), (404, .permanent),
        (413, .permanent), (422, .permanent), (429, .temporary),
        (202, .unknown), (302, .unknown), (307, .unknown), (405, .unknown), (408, .unknown), (409, .unknown),
        (500, .unknown), (502, .unknown), (503, .unknown), (504, .unknown), (599, .unknown),
    ])
    func `a status is a refusal only where it cannot follow a batch that was taken`(
        status: Int, kind: DeliveryFailure.Kind
    ) throws {
        try with { (bureau, server) throws in
            server.next(.say(status, "{}"))
            let failure = #expect(throws: DeliveryFailure.self) { try bureau.submit(Sample.batch()) }
            #expect(failure?.kind == kind)
            #expect(failure?.message.contains("\(status)") == true)
            #expect(failure?.message.contains("secret") == false && failure?.message.contains("Søren") == false)
            #expect(server.requests.count == 1)
            #expect(server.keys == [])
        }
    }

    @Test(arguments: [302, 408, 409, 500, 503]) func `what was taken before a failure is found by its receipt`(
        status: Int
    ) throws {
        try with { (bureau, server) throws in
            server.next(.doAndSay(status, "{}"))
            let failure = #expect(throws: DeliveryFailure.self) { try bureau.submit(Sample.batch()) }
            #expect(failure?.kind == .unknown)
            #expect(try bureau.receipt(for: "bureau-17") == Self.receipt)
            #expect(server.registered == [1, 2])
        }
    }

    @Test(arguments: [
        "", "{}", "[]", "null", "<html>",
        #"{"key":"another","tenant":"nordlys-energi","reference":"B-1","day":"2026-03-02","registrations":2,"deletions":2,"sum":"4801.00"}"#,
        #"{"key":"bureau-17","tenant":"another-tenant","reference":"B-1","day":"2026-03-02","registrations":2,"deletions":2,"sum":"4801.00"}"#,
        #"{"key":"bureau-17","tenant":"nordlys-energi","reference":"B-1","day":"2026-02-30","registrations":2,"deletions":2,"sum":"4801.00"}"#,
        #"{"key":"bureau-17","tenant":"nordlys-energi","reference":"B-1","day":"2026-03-02","registrations":-2,"deletions":2,"sum":"4801.00"}"#,
    ])
    func `an answer that is no receipt of the batch is unknown`(body: String) throws {
        try with { (bureau, server) throws in
            server.next(.say(200, body))
            let failure = #expect(throws: DeliveryFailure.self) { try bureau.submit(Sample.batch()) }
            #expect(failure?.kind == .unknown)
            server.next(.say(200, body))
            #expect(throws: DeliveryFailure.self) { try bureau.receipt(for: "bureau-17") }
        }
    }

    @Test func `a bureau that nobody can connect to has got nothing`() throws {
        let server = try BureauServer()
        server.stop()
        let bureau = try Sample.bureau("", server.settings)
        let failure = #expect(throws: DeliveryFailure.self) { try bureau.submit(Sample.batch()) }
        #expect(failure?.kind == .temporary)
        #expect(failure?.message.contains("nothing was sent") == true)
        #expect(throws: DeliveryFailure.self) { try bureau.receipt(for: "bureau-17") }
        #expect(throws: DeliveryFailure.self) { try bureau.answers() }
        #expect(throws: DeliveryFailure.self) { try bureau.register() }
    }

    @Test func `questions that get no answer can be asked again`() throws {
        try with { (bureau, server) throws in
            for behaviour in [BureauServer.Behaviour.loseAnswer, .stayOpen, .breakOff, .say(503, "")] {
                server.next(behaviour)
                let failure = #expect(throws: DeliveryFailure.self) { try bureau.receipt(for: "bureau-17") }
                #expect(failure?.kind == .temporary)
            }
        }
    }

    @Test func `a dead permit sends no request`() throws {
        try with { (bureau, server) throws in
            let permit = Sample.permit(1)
            let batch = try Sample.batch("dead", [Sample.registration(1, permit: permit)], [])
            TestAuthority.shared.end(permit)
            let failure = #expect(throws: DeliveryFailure.self) { try bureau.submit(batch) }
            #expect(failure?.kind == .permanent)
            #expect(server.requests.isEmpty)
        }
    }

    static let answers = """
        {"tenant":"nordlys-energi","answers":[{"identifier":"A-2","number":2,"outcome":"refused","refusal":"01","on":"2026-03-03"},\
        {"identifier":"A-1","number":1,"outcome":"registered","on":"2026-03-02"},\
        {"identifier":"A-2","number":2,"outcome":"refused","refusal":"01","on":"2026-03-03"},\
        {"identifier":"A-9","number":4711,"outcome":"deleted","on":"2026-03-03"}],\
        "control":{"records":4,"numberTotal":"4716"}}
        """

    @Test func `answers come by day, each once, also those of unknown numbers`() throws {
        try with { (bureau, server) throws in
            server.set(answers: Self.answers)
            let expected = [
                BureauAnswer(identifier: "A-1", number: 1, outcome: .registered, on: Sample.day),
                BureauAnswer(
                    identifier: "A-2", number: 2, outcome: .refused("the bureau does not find the debtor (01)"),
                    on: CivilDate(2026, 3, 3)),
                BureauAnswer(identifier: "A-9", number: 4711, outcome: .deleted, on: CivilDate(2026, 3, 3)),
            ]
            #expect(try bureau.answers() == expected)
            #expect(try bureau.answers() == expected)
        }
    }

    private static func page(_ identifiers: [String], more: Bool? = nil) -> String {
        let lines = identifiers.map {
            #"{"identifier":"\#($0)","number":1,"outcome":"registered","on":"2026-03-02"}"#
        }
        let control = #""control":{"records":\#(lines.count),"numberTotal":"\#(lines.count)"}"#
        let end = more.map { #","more":\#($0)"# } ?? ""
        return #"{"tenant":"nordlys-energi","answers":[\#(lines.joined(separator: ","))],\#(control)\#(end)}"#
    }

    @Test func `many answers come in pages, each after the last of the one before`() throws {
        try with { (bureau, server) throws in
            server.set(answers: Self.page(["A-1", "Å&=2 +/?#%"], more: true))
            server.set(pages: ["Å&=2 +/?#%": Self.page(["A-2", "A-3"], more: true), "A-3": Self.page([], more: false)])
            #expect(try bureau.answers().map(\.identifier) == ["A-1", "Å&=2 +/?#%", "A-2", "A-3"])
            #expect(server.requests.count == 3)
            // One page that is not of the form spoils all.
            server.set(pages: ["Å&=2 +/?#%": Self.page(["A-2", "A-3"], more: true), "A-3": "{}"])
            #expect(throws: DeliveryFailure.self) { try bureau.answers() }
        }
    }

    @Test(arguments: [page([], more: true), page(["A-1"], more: true), page(["A-1", "A-2", "A-0"], more: true)])
    func `pages without an end are refused`(second: String) throws {
        try with { (bureau, server) throws in
            server.set(answers: Self.page(["A-0", "A-1"], more: true))
            server.set(pages: ["A-1": second, "A-0": Self.page(["A-1"], more: true)])
            let failure = #expect(throws: DeliveryFailure.self) { try bureau.answers() }
            #expect(failure?.kind == .permanent)
            #expect(failure?.message.contains("answers") == true)
        }
    }

    @Test func `an answer that is too long has words of its own`() throws {
        let server = try BureauServer()
        defer { server.stop() }
        let settings = try ConnectionSettings(Sample.context("", server.settings))
        guard case .http(var client) = settings.transport else { return }
        client.bytesMax = 1 << 20
        let transport = HTTPTransport(
            client: client,
            rules: BatchRules(tenant: Sample.tenant, currency: .dkk, companyDigits: 8, sendsPersonNumbers: false))
        server.set(answers: String(repeating: " ", count: 1 << 20) + Self.answers)
        let failure = #expect(throws: DeliveryFailure.self) { try transport.answers() }
        #expect(failure?.kind == .permanent)
        #expect(failure?.message.contains("answers is over 1 MB") == true)
        server.next(.doAndSay(201, String(repeating: " ", count: 1 << 21)))
        let unknown = #expect(throws: DeliveryFailure.self) { try transport.submit(Sample.batch()) }
        #expect(unknown?.kind == .unknown)
        #expect(server.registered == [1, 2])
    }

    @Test(arguments: [
        ("\"records\":4", "\"records\":3"), ("4716", "4717"), ("\"A-9\"", "\"A-1\""), ("\"A-9\"", "\"\""),
        ("4711", "0"), ("4711", "4711.5"), ("deleted", "lost"), ("\"01\"", "\"a long text\""),
        ("2026-03-02", "2026-02-30"), ("}}", "}"), ("nordlys-energi", "another-tenant"), ("\"control\"", "\"contral\""),
    ])
    func `answers that do not agree with themselves are refused whole`(from: String, to: String) throws {
        try with { (bureau, server) throws in
            server.set(answers: Self.answers.replacingOccurrences(of: from, with: to))
            let failure = #expect(throws: DeliveryFailure.self) { try bureau.answers() }
            #expect(failure?.kind == .permanent)
            #expect(failure?.message.contains("answers") == true)
        }
    }

    @Test func `the register is read whole or not at all`() throws {
        try with { (bureau, server) throws in
            #expect(try bureau.register() == nil)
            let text = """
                {"tenant":"nordlys-energi","entries":[{"number":1,"amount":"2400.50","currency":"DKK","registeredOn":"2026-03-02"}],\
                "control":{"records":1,"sum":"2400.50","numberTotal":"1"}}
                """
            server.set(register: text)
            #expect(
                try bureau.register() == [
                    RegisterEntry(number: 1, amount: Money(minorUnits: 240_050, .dkk), registeredOn: Sample.day)
                ])
            for (from, to) in [
                ("DKK", "NOK"), ("\"sum\":\"2400", "\"sum\":\"2401"), ("2400.50", "-1"), ("Total", ""),
                ("nordlys-energi", "another-tenant"),
            ] {
                server.set(register: text.replacingOccurrences(of: from, with: to))
                #expect(throws: DeliveryFailure.self) { try bureau.register() }
            }
        }
    }

    @Test(arguments: [
        ("endpoint", ""), ("endpoint", "http://bureau.example/api"), ("endpoint", "ftp://bureau.example"),
        ("endpoint", "https://user:pass@bureau.example"), ("endpoint", "https://bureau.example/?q=1"),
        ("endpoint", "not an address"), ("token", "two words"), ("token", "line\nfeed"), ("timeoutSeconds", "0"),
    ])
    func `an address or a token that cannot be is refused`(key: String, value: String) throws {
        var settings = [
            "transport": "http", "endpoint": "https://bureau.example/api", "token": "x", "timeoutSeconds": "1",
        ]
        _ = try Sample.bureau("", settings)
        settings[key] = value
        let error = #expect(throws: PluginSettingError.self) { try Sample.bureau("", settings) }
        #expect(error?.key == key)
        #expect(error?.message.contains("pass") == false)
    }
}
