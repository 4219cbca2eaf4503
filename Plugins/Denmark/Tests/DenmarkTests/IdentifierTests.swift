import FordringKit
import Testing

@testable import Denmark

@Suite struct IdentifierTests {
    private let law = Denmark(dayCount: .actual365)

    @Test(arguments: ["13585628", "24256790", "61056416", "61126228", "DK13585628", "DK 13 58 56 28", "dk13585628"])
    func `a CVR number divisible by eleven is valid`(_ text: String) {
        guard case .valid(let normalized) = law.check(text, as: .company) else {
            Issue.record("\(text) is refused")
            return
        }
        #expect(normalized.utf8.count == 8)
    }

    @Test(arguments: ["13585627", "1358562", "135856280", "03585628", "", "DK", "1358562A", "１３５８５６２８"])
    func `a CVR number with another form or sum is invalid`(_ text: String) {
        #expect(law.check(text, as: .company).normalized == nil)
    }

    @Test func `a CPR number that passes modulus eleven is valid, with or without its hyphen`() {
        #expect(law.check("211062-5629", as: .person) == .valid(normalized: "2110625629"))
        #expect(law.check("2110625629", as: .person) == .valid(normalized: "2110625629"))
    }

    @Test func `a CPR number that fails modulus eleven is doubtful only`() {
        guard case .doubtful(let normalized, _) = law.check("211062-5628", as: .person) else {
            Issue.record("It is not doubtful")
            return
        }
        #expect(normalized == "2110625628")
    }

    @Test(arguments: ["321062-5629", "211362-5629", "000062-5629", "2110-625629", "211062-562", "21106256299", ""])
    func `a CPR number without a day or of another form is invalid`(_ text: String) {
        #expect(law.check(text, as: .person).normalized == nil)
    }

    @Test(arguments: [
        ("2902000000", false),  // 1900 had no 29 February
        ("2902004000", true),  // 2000 had one
        ("2902045000", true), ("2902364000", true),  // 2004, 2036
        ("2902374000", false), ("2902404000", true),  // 1937, 1940
        ("2902575000", false), ("2902585000", false), ("2902605000", true),  // 2057, 1858, 1860
    ])
    func `the seventh digit gives the century in which the day must exist`(_ text: String, _ exists: Bool) {
        #expect((law.check(text, as: .person).normalized != nil) == exists)
    }

    @Test(arguments: [
        ("0040 0440116243", "0040 0440116243"), ("00400440116243", "0040 0440116243"),
        ("0040-440116243", "0040 0440116243"), ("DK50 0040 0440 1162 43", "0040 0440116243"),
        ("1234 5", "1234 0000000005"),
    ])
    func `a bank account is four digits and ten, padded`(_ text: String, _ normalized: String) {
        #expect(law.check(text, as: .bankAccount) == .valid(normalized: normalized))
    }

    @Test(arguments: [
        "1234", "123", "123456789012345", "1234 0000", "DK51 0040 0440 1162 43", "NO93 8601 1117 947", "abc",
    ])
    func `other bank accounts are invalid`(_ text: String) {
        #expect(law.check(text, as: .bankAccount).normalized == nil)
    }

    @Test func `a FIK creditor number has eight digits and begins with 8`() {
        #expect(law.check("81234567", as: .paymentCreditor) == .valid(normalized: "81234567"))
        #expect(law.check("8123 4567", as: .paymentCreditor) == .valid(normalized: "81234567"))
        for text in ["12345678", "8123456", "812345678", "8123456x"] {
            #expect(law.check(text, as: .paymentCreditor).normalized == nil)
        }
    }

    @Test func `a payment reference is the case, padded, and its check digit`() throws {
        let reference = try #require(
            law.paymentReference(for: CaseID(rawValue: 12_345), creditorNumber: "81234567"))
        #expect(reference.type == "FIK 71")
        #expect(reference.number == "000000000123455")
        #expect(reference.codeLine == "+71<000000000123455+81234567<")
    }

    @Test(arguments: [("00404040000066", 9), ("00000000012345", 5), ("12345678901234", 7)])
    func `the check digit is that of the published examples`(_ body: String, _ check: Int) throws {
        #expect(Checksum.luhnCheckDigit(try #require(Checksum.digits(body))) == check)
    }

    @Test func `there is no reference without a creditor number or for a case that is too long`() {
        #expect(law.paymentReference(for: CaseID(rawValue: 1), creditorNumber: "12345678") == nil)
        #expect(law.paymentReference(for: CaseID(rawValue: 10_000_000_000), creditorNumber: "81234567") == nil)
        #expect(law.paymentReference(for: CaseID(rawValue: 0), creditorNumber: "81234567") == nil)
        #expect(law.paymentReference(for: CaseID(rawValue: 9_999_999_999), creditorNumber: "81234567") != nil)
    }
}
