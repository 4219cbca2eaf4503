import FordringKit
import Testing

@Suite struct IdentifierTests {
    @Test(arguments: [
        ("00404040000066", 9), ("00000000012345", 5), ("12345678901234", 7), ("60224", 3), ("1234567", 4),
        ("100001", 7), ("123456", 6), ("", 0), ("0", 0),
    ])
    func `the Luhn digit is the one that the payment manuals give`(_ payload: String, _ digit: Int) throws {
        #expect(Checksum.luhnCheckDigit(try #require(Checksum.digits(payload))) == digit)
    }

    @Test(arguments: ["5560125790", "5560160680", "2021000761", "1234567897", "50501055"])
    func `numbers with a Luhn digit carry their own`(_ number: String) throws {
        let digits = try #require(Checksum.digits(number))
        #expect(Checksum.luhnCheckDigit(digits.dropLast()) == digits.last)
    }

    @Test(arguments: [("13585628", 0), ("24256790", 0), ("61056416", 0), ("61126228", 0), ("13585627", 10)])
    func `a weighted sum is taken modulo 11`(_ number: String, _ remainder: Int) throws {
        let digits = try #require(Checksum.digits(number))
        #expect(Checksum.weightedSumModulo11(digits, [2, 7, 6, 5, 4, 3, 2, 1]) == remainder)
    }

    @Test(arguments: [
        "DK50 0040 0440 1162 43", "DK5000400440116243", "NO93 8601 1117 947", "SE45 5000 0000 0583 9825 7466",
        "FI21 1234 5600 0007 85", "DE89 3704 0044 0532 0130 00", "GL89 6471 0001 0002 06", "FO62 6460 0001 6316 34",
    ])
    func `an IBAN is valid when its remainder is one`(_ text: String) {
        #expect(Checksum.isIBAN(text))
    }

    @Test(arguments: [
        "", " ", "DK", "DK50", "DK51 0040 0440 1162 43", "DK50 0040 0440 1162 34", "DK50 0040 0440 1162 4",
        "DK50 0040 0440 1162 430", "dk50 0040 0440 1162 43", "DK50-0040-0440-1162-43", "NO93 8601 1117 9470",
        "DK50 0040 0440 1162 4æ", "DK50 0040 0440 1162 43\n", "0000000000000000000000000000000000000",
    ])
    func `a text that is no IBAN is refused`(_ text: String) {
        #expect(!Checksum.isIBAN(text))
    }

    @Test func `digits are ASCII digits only`() {
        #expect(Checksum.digits("0123456789") == [0, 1, 2, 3, 4, 5, 6, 7, 8, 9])
        #expect(Checksum.digits("") == [])
        for text in ["1 2", "-1", "1.0", "१", "1a"] { #expect(Checksum.digits(text) == nil) }
    }

    @Test(arguments: ["ab", "midtfyns-el", "a1", "a--", String(repeating: "x", count: 40)])
    func `a tenant's identifier is small letters, digits and hyphens`(_ text: String) {
        #expect(TenantID(text)?.rawValue == text)
    }

    @Test(arguments: [
        "", "a", "1a", "-a", "Ab", "aB", "a_b", "a b", "a.b", "a/b", "../a", "bygtræ", "a\n", "a\u{0}",
        String(repeating: "x", count: 41),
    ])
    func `another form is no tenant's identifier`(_ text: String) {
        #expect(TenantID(text) == nil)
    }

    @Test func `a country is two capital letters`() {
        #expect(CountryCode("DK") == .denmark)
        #expect(CountryCode("NO") == .norway)
        for text in ["", "D", "dk", "DKK", "D1", "ÆØ"] { #expect(CountryCode(text) == nil) }
    }

    @Test func `a verdict has a normal form unless it is invalid`() {
        #expect(IdentifierVerdict.valid(normalized: "1").normalized == "1")
        #expect(IdentifierVerdict.doubtful(normalized: "2", remark: "odd").normalized == "2")
        #expect(IdentifierVerdict.invalid(reason: "no").normalized == nil)
    }
}

@Suite struct PluginRegistryTests {
    private struct Refusal: Error {}

    @Test func `offers are listed sorted, in whichever order they were made`() throws {
        var registry = PluginRegistry()
        registry.offer(renderer: "application/pdf") { _ in throw Refusal() }
        registry.offer(channel: "post", settings: []) { _ in throw Refusal() }
        registry.offer(jurisdiction: .norway, settings: []) { _ in throw Refusal() }
        registry.offer(channel: "email", settings: []) { _ in throw Refusal() }
        registry.offer(jurisdiction: .denmark, settings: []) { _ in throw Refusal() }
        #expect(
            registry.offers == [
                "channel:email", "channel:post", "jurisdiction:DK", "jurisdiction:NO", "renderer:application/pdf",
            ])
        #expect(registry.channels.map(\.name) == ["post", "email"])
    }

    @Test func `an empty registry offers nothing`() {
        #expect(PluginRegistry().offers.isEmpty)
    }

    @Test func `a setting that was not described is empty`() throws {
        let tenant = try #require(TenantID("some-tenant"))
        let context = PluginContext(tenant: tenant, settings: ["a": "b"], outbox: "") { _ in }
        #expect(context.setting("a") == "b")
        #expect(context.setting("c").isEmpty)
    }
}
