import FordringKit

/// The numbers of Norwegian registers and banks.
enum Identifiers {
    // MARK: Organisasjonsnummer

    /// A company's number: nine digits, eight of them weighted 3, 2, 7, 6, 5, 4, 3, 2, and a check digit by modulus 11.
    ///
    /// Spaces are ignored, and so are the country code in front and `MVA` behind, with which a VAT number is written.
    static func checkOrganisation(_ text: String) -> IdentifierVerdict {
        var compact = compacted(text, " ").uppercased()
        if compact.hasPrefix("NO") { compact.removeFirst(2) }
        if compact.hasSuffix("MVA") { compact.removeLast(3) }
        guard let digits = Checksum.digits(compact), digits.count == 9 else {
            return .invalid(reason: "An organisation number has 9 digits.")
        }
        guard checkDigit(digits.dropLast(), [3, 2, 7, 6, 5, 4, 3, 2]) == digits[8] else {
            return .invalid(reason: "The check digit of the organisation number is wrong.")
        }
        return .valid(normalized: compact)
    }

    // MARK: Fødselsnummer

    /// A person's number: day of birth, three individual digits and two check digits (folkeregisterforskriften §
    /// 2-2-1).
    ///
    /// A D-number has 4 added to its first digit and is valid. An H-number (month and 40) and an FH-number (day of 80
    /// or more) are help numbers of hospitals that only a library's code knows: usable, with a remark.
    ///
    /// From 2032 the first check digit is to be relaxed, which is recalled only; when a number was issued cannot be
    /// read from it, so a wrong first check digit is refused until somebody has read the rule. The individual digits'
    /// sex is not looked at, for the same reason.
    static func checkPerson(_ text: String) -> IdentifierVerdict {
        var compact = compacted(text, " ")
        let bytes = Array(compact.utf8)
        if bytes.count == 12, bytes[6] == UInt8(ascii: "-") { compact = compacted(compact, "-") }
        guard let digits = Checksum.digits(compact), digits.count == 11 else {
            return .invalid(reason: "A national number has 11 digits.")
        }
        guard checkDigit(digits[..<9], [3, 7, 6, 1, 8, 9, 4, 5, 2]) == digits[9],
            checkDigit(digits[..<10], [5, 4, 3, 2, 7, 6, 5, 4, 3, 2]) == digits[10]
        else { return .invalid(reason: "The check digits of the national number are wrong.") }
        var day = digits[0] * 10 + digits[1]
        var month = digits[2] * 10 + digits[3]
        if day >= 80 {
            return .doubtful(normalized: compact, remark: "An FH-number, a help number without a day of birth.")
        }
        let isHelpNumber = month > 40
        if isHelpNumber { month -= 40 }
        let isDNumber = day > 40
        if isDNumber { day -= 40 }
        let individual = digits[6] * 100 + digits[7] * 10 + digits[8]
        if isDNumber, birthYear(twoDigits: digits[4] * 10 + digits[5], individual: individual) == nil {
            // The individual digits of D-numbers run from 000 to 999, so no century can be refused.
            guard CivilDate(year: 1900 + digits[4] * 10 + digits[5], month: month, day: day) != nil
            else { return .invalid(reason: "The national number does not begin with a day of birth that exists.") }
            return .doubtful(normalized: compact, remark: "A D-number whose individual digits give no century.")
        }
        guard let year = birthYear(twoDigits: digits[4] * 10 + digits[5], individual: individual),
            CivilDate(year: year, month: month, day: day) != nil
        else { return .invalid(reason: "The national number does not begin with a day of birth that exists.") }
        if isHelpNumber {
            return .doubtful(normalized: compact, remark: "An H-number, a help number that the register did not issue.")
        }
        return .valid(normalized: compact)
    }

    /// The year of birth, for which the individual digits give the century; `nil` where they fit no year.
    static func birthYear(twoDigits year: Int, individual: Int) -> Int? {
        switch individual {
        case 0...499: 1900 + year
        case 500...749 where year >= 54: 1800 + year
        case 900...999 where year >= 40: 1900 + year
        case 500...999 where year <= 39: 2000 + year
        default: nil
        }
    }

    // MARK: Bank accounts

    /// A domestic account: eleven digits, the last a check digit by modulus 11, or the IBAN that holds them.
    ///
    /// Normal form `8601 11 17947`. Of a number that begins with 0000 (postgiro) the last seven digits are checked by
    /// modulus 10, as a library's code does.
    static func checkBankAccount(_ text: String) -> IdentifierVerdict {
        var compact = compacted(text, " ", ".").uppercased()
        if compact.hasPrefix("NO") {
            guard Checksum.isIBAN(compact) else { return .invalid(reason: "The IBAN's check digits are wrong.") }
            compact.removeFirst(4)
        }
        guard let digits = Checksum.digits(compact), digits.count == 11 else {
            return .invalid(reason: "A bank account has 11 digits.")
        }
        guard digits.contains(where: { $0 != 0 }) else { return .invalid(reason: "The account number is zero.") }
        let isRight =
            digits[..<4].allSatisfy { $0 == 0 }
            ? Checksum.luhnCheckDigit(Array(digits[4..<10])) == digits[10]
            : checkDigit(digits[..<10], [5, 4, 3, 2, 7, 6, 5, 4, 3, 2]) == digits[10]
        guard isRight else { return .invalid(reason: "The check digit of the bank account is wrong.") }
        return .valid(normalized: "\(compact.prefix(4)) \(compact.dropFirst(4).prefix(2)) \(compact.suffix(5))")
    }

    /// 11 less the weighted sum modulo 11, and 0 for 11; `nil` for 10, with which no number is issued.
    private static func checkDigit(_ digits: ArraySlice<Int>, _ weights: [Int]) -> Int? {
        let rest = (11 - Checksum.weightedSumModulo11(Array(digits), weights)) % 11
        return rest == 10 ? nil : rest
    }

    private static func compacted(_ text: String, _ ignored: Character...) -> String {
        text.filter { !ignored.contains($0) }
    }

    // MARK: Examples

    private static let library = "python-stdnum documentation"
    private static let registry = "public register of companies"

    /// Numbers whose verdict is known.
    static let examples: [IdentifierExample] = [
        IdentifierExample(.company, "988077917", isUsable: true, source: library),
        IdentifierExample(.company, "988 077 917", isUsable: true, source: library),
        IdentifierExample(.company, "923609016", isUsable: true, source: registry),
        IdentifierExample(.company, "984851006", isUsable: true, source: registry),
        IdentifierExample(.company, "982463718", isUsable: true, source: registry),
        IdentifierExample(.company, "988077918", isUsable: false, source: "computed: the check digit is 7"),
        IdentifierExample(.person, "15108695088", isUsable: true, source: library),
        IdentifierExample(.person, "15108695089", isUsable: false, source: "computed: the check digit is 8"),
        IdentifierExample(.bankAccount, "8601 11 17947", isUsable: true, source: library),
        IdentifierExample(.bankAccount, "NO93 8601 1117 947", isUsable: true, source: library),
        IdentifierExample(.bankAccount, "8601 11 17948", isUsable: false, source: "computed: the check digit is 7"),
        IdentifierExample(.paymentCreditor, "8601 11 17947", isUsable: true, source: library),
    ]
}
