import FordringKit
import Testing

@testable import Norway

@Suite struct IdentifierTests {
    private let law = Norway()

    @Test func `the examples are judged as their sources say`() {
        #expect(law.identifierExamples.count >= 12)
        for example in law.identifierExamples {
            let isUsable = law.check(example.text, as: example.kind).normalized != nil
            #expect(isUsable == example.isUsable, "\(example.text) by \(example.source)")
        }
    }

    // MARK: Organisasjonsnummer

    @Test(arguments: ["988077917", "988 077 917", "NO988077917MVA", "NO 988 077 917 MVA", "988077917 mva"])
    func `an organisation number is nine digits, however it is written`(_ text: String) {
        #expect(law.check(text, as: .company) == .valid(normalized: "988077917"))
    }

    // 88888888 x (3+2+7+6+5+4+3+2 = 32): 256 mod 11 = 3, check digit 8. 10000001: 3 + 2 = 5, check digit 6.
    // 00000005: 10 mod 11, check digit 1. 30000001: 9 + 2 = 11, check digit 0. 00000006: 12 mod 11 = 1: 10, not issued.
    @Test(arguments: [("888888888", true), ("100000016", true), ("300000010", true), ("000000060", false)])
    func `the check digit is eleven less the weighted sum`(_ text: String, _ isValid: Bool) {
        #expect((law.check(text, as: .company).normalized != nil) == isValid)
    }

    @Test(arguments: ["988077918", "98807791", "9880779170", "", "NO", "MVA", "98807791A", "９８８０７７９１７"])
    func `an organisation number with another form or sum is invalid`(_ text: String) {
        #expect(law.check(text, as: .company).normalized == nil)
    }

    // MARK: Fødselsnummer

    @Test func `a national number passes both check digits, with or without a hyphen`() {
        #expect(law.check("15108695088", as: .person) == .valid(normalized: "15108695088"))
        #expect(law.check("151086-95088", as: .person) == .valid(normalized: "15108695088"))
        #expect(law.check("151086 95088", as: .person) == .valid(normalized: "15108695088"))
    }

    @Test(arguments: ["15108695089", "15108695098", "1510869508", "151086950880", "", "1510-8695088"])
    func `a national number with a wrong check digit or form is invalid`(_ text: String) {
        #expect(law.check(text, as: .person).normalized == nil)
    }

    /// A number of a day that is still to come: eight digits, the first individual digit that has check digits, and
    /// those.
    private func number(_ body: String) throws -> String {
        for last in 0...9 {
            let digits = try #require(Checksum.digits("\(body)\(last)"))
            let first = (11 - Checksum.weightedSumModulo11(digits, [3, 7, 6, 1, 8, 9, 4, 5, 2])) % 11
            let second =
                (11 - Checksum.weightedSumModulo11(digits + [first], [5, 4, 3, 2, 7, 6, 5, 4, 3, 2])) % 11
            if first < 10, second < 10 { return "\(body)\(last)\(first)\(second)" }
        }
        Issue.record("No number begins with \(body)")
        return ""
    }

    @Test func `a D-number has forty added to its day and is valid`() throws {
        // 12 December 2039: 52 for the day.
        let text = try number("52123990")
        #expect(law.check(text, as: .person) == .valid(normalized: text))
    }

    @Test func `a D-number is not refused for its individual digits`() throws {
        // Individual digits 600 with the year 45 are no birth number; those of D-numbers run from 000 to 999.
        guard case .invalid = law.check(try number("12124560"), as: .person) else {
            Issue.record("A birth number without a century passed")
            return
        }
        let text = try number("52124560")
        guard case .doubtful(let normalized, _) = law.check(text, as: .person) else {
            Issue.record("\(text) is not doubtful")
            return
        }
        #expect(normalized == text)
    }

    @Test func `help numbers are usable, with a remark`() throws {
        for body in ["12523990", "92123990"] {
            let text = try number(body)
            guard case .doubtful(let normalized, let remark) = law.check(text, as: .person) else {
                Issue.record("\(text) is not doubtful")
                continue
            }
            #expect(normalized == text && !remark.isEmpty)
        }
    }

    @Test(arguments: ["32123990", "12133990", "00123990", "29023990"])
    func `a day that does not exist is invalid, whatever the check digits`(_ body: String) throws {
        #expect(law.check(try number(body), as: .person).normalized == nil)
    }

    @Test(
        arguments: [
            (54, 500, 1854), (99, 749, 1899), (53, 749, nil), (54, 750, nil), (0, 0, 1900), (99, 499, 1999),
            (40, 900, 1940), (99, 999, 1999), (39, 900, 2039), (0, 500, 2000), (39, 999, 2039), (40, 500, nil),
            (40, 899, nil), (53, 500, nil), (60, 600, 1860), (20, 600, 2020),
        ] as [(Int, Int, Int?)])
    func `the individual digits give the century`(_ year: Int, _ individual: Int, _ birthYear: Int?) {
        #expect(Identifiers.birthYear(twoDigits: year, individual: individual) == birthYear)
    }

    // MARK: Bank accounts

    @Test(arguments: ["8601 11 17947", "86011117947", "8601.11.17947", "NO93 8601 1117 947"])
    func `a bank account is eleven digits, written four, two, five`(_ text: String) {
        #expect(law.check(text, as: .bankAccount) == .valid(normalized: "8601 11 17947"))
        #expect(law.check(text, as: .paymentCreditor) == .valid(normalized: "8601 11 17947"))
    }

    @Test(arguments: [
        "8601 11 17948", "8601111794", "860111179470", "", "NO94 8601 1117 947", "00000000000", "SE45 8601 1117 947",
    ])
    func `a bank account with another form or sum is invalid`(_ text: String) {
        #expect(law.check(text, as: .bankAccount).normalized == nil)
    }

    @Test func `a postgiro number is checked by modulus ten`() {
        // 123456: 6x2=12->3, 5, 4x2=8, 3, 2x2=4, 1: 24; 30 - 24 = 6.
        #expect(law.check("0000 12 34566", as: .bankAccount) == .valid(normalized: "0000 12 34566"))
        #expect(law.check("0000 12 34567", as: .bankAccount).normalized == nil)
    }

    @Test func `the made-up numbers of the sample tenant pass`() {
        // 10203040: 1x3 + 2x7 + 3x5 + 4x3 = 44, which is 0 modulo 11, so the check digit is 0.
        #expect(law.check("102030400", as: .company) == .valid(normalized: "102030400"))
        #expect(law.check("NO94 9990 0123 457", as: .bankAccount) == .valid(normalized: "9990 01 23457"))
    }

    // MARK: KID

    // From the documentation of a vendor, and computed.
    @Test(arguments: [
        ("60224", "602243", "602248"), ("1234567", "12345674", "12345674"), ("100001", "1000017", "1000012"),
    ])
    func `a KID has a check digit by modulus ten or eleven`(
        _ payload: String, _ mod10: String, _ mod11: String
    ) throws {
        let digits = try #require(Checksum.digits(payload))
        #expect(KID.withCheckDigit(digits, .mod10) == mod10)
        #expect(KID.withCheckDigit(digits, .mod11) == mod11)
    }

    @Test func `under modulus eleven ten is a hyphen`() throws {
        // 1234564: 4x2 + 6x3 + 5x4 + 4x5 + 3x6 + 2x7 + 1x2 = 100; 100 mod 11 = 1; 11 - 1 = 10.
        #expect(KID.withCheckDigit(try #require(Checksum.digits("1234564")), .mod11) == "1234564-")
    }

    @Test func `a case's reference is its number, padded, and the check digit`() throws {
        // 1042: 2x2=4, 4, 0, 1: 9, so 1 by modulus 10. 2x2 + 4x3 + 0 + 1x5 = 21; 21 mod 11 = 10; 11 - 10 = 1.
        let id = CaseID(rawValue: 1_042)
        let reference = try #require(law.paymentReference(for: id, creditorNumber: "8601 11 17947"))
        #expect(reference == PaymentReference(type: "KID", number: "00000010421", codeLine: ""))
        let mod11 = KID(method: .mod11, length: 15)
        #expect(mod11.reference(for: id, creditorNumber: "86011117947")?.number == "000000000010421")
        #expect(law.paymentReference(for: id, creditorNumber: "86011117948") == nil)
    }

    @Test func `every case number of ten digits fits`() {
        let largest = CaseID(rawValue: 9_999_999_999)
        #expect(law.paymentReference(for: largest, creditorNumber: "86011117947")?.number == "99999999990")
        let beyond = CaseID(rawValue: 10_000_000_000)
        #expect(law.paymentReference(for: beyond, creditorNumber: "86011117947") == nil)
    }

    @Test func `a number of each kind has a name`() {
        for kind in IdentifierKind.allCases { #expect(!law.name(of: kind).isEmpty) }
    }
}
