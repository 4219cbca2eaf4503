import FordringKit

/// The numbers of Danish registers and of the payment-slip system.
enum Identifiers {
    // MARK: CVR

    /// A company's number: eight digits, the first not 0, weighted 2, 7, 6, 5, 4, 3, 2, 1 and divisible by 11.
    ///
    /// Spaces are ignored, and so is the country code that a VAT number has in front.
    static func checkCVR(_ text: String) -> IdentifierVerdict {
        var compact = compacted(text, " ")
        if compact.prefix(2).uppercased() == "DK" { compact.removeFirst(2) }
        guard let digits = Checksum.digits(compact), digits.count == 8 else {
            return .invalid(reason: "A CVR number has 8 digits.")
        }
        guard digits[0] != 0 else { return .invalid(reason: "A CVR number does not begin with 0.") }
        guard Checksum.weightedSumModulo11(digits, [2, 7, 6, 5, 4, 3, 2, 1]) == 0 else {
            return .invalid(reason: "The check digit of the CVR number is wrong.")
        }
        return .valid(normalized: compact)
    }

    // MARK: CPR

    /// A person's number: a day of birth and four digits; normal form without the hyphen.
    ///
    /// Numbers that fail modulus 11 have been issued since 2007, so that failure is a remark and no refusal.
    static func checkCPR(_ text: String) -> IdentifierVerdict {
        var compact = compacted(text, " ")
        let bytes = Array(compact.utf8)
        if bytes.count == 11, bytes[6] == UInt8(ascii: "-") { compact = compacted(compact, "-") }
        guard let digits = Checksum.digits(compact), digits.count == 10 else {
            return .invalid(reason: "A CPR number has 10 digits, with or without a hyphen after the sixth.")
        }
        let year = birthYear(twoDigits: digits[4] * 10 + digits[5], seventhDigit: digits[6])
        guard CivilDate(year: year, month: digits[2] * 10 + digits[3], day: digits[0] * 10 + digits[1]) != nil else {
            return .invalid(reason: "The CPR number does not begin with a day that exists.")
        }
        guard Checksum.weightedSumModulo11(digits, [4, 3, 2, 7, 6, 5, 4, 3, 2, 1]) == 0 else {
            return .doubtful(
                normalized: compact, remark: "The number fails modulus 11; since 2007 such numbers are issued.")
        }
        return .valid(normalized: compact)
    }

    /// The year of birth, for which the seventh digit gives the century.
    ///
    /// Unverified: the table is recalled from the CPR office's public description; the fact sheet has only that the
    /// digit decides. It is used to tell whether a 29 February exists, and for nothing else.
    private static func birthYear(twoDigits year: Int, seventhDigit: Int) -> Int {
        switch seventhDigit {
        case 0...3: 1900 + year
        case 4, 9: year <= 36 ? 2000 + year : 1900 + year
        default: year <= 57 ? 2000 + year : 1800 + year
        }
    }

    // MARK: Bank accounts

    /// A domestic account: four digits of registration and up to ten of account, or the IBAN that holds them.
    ///
    /// Normal form `0040 0440116243`. There is no public check digit, so only the IBAN can be checked further.
    static func checkBankAccount(_ text: String) -> IdentifierVerdict {
        var compact = compacted(text, " ", "-", ".")
        if compact.prefix(2).uppercased() == "DK" {
            compact = compact.uppercased()
            guard Checksum.isIBAN(compact) else { return .invalid(reason: "The IBAN's check digits are wrong.") }
            compact.removeFirst(4)
        }
        guard let digits = Checksum.digits(compact), (5...14).contains(digits.count) else {
            return .invalid(reason: "A bank account has 4 digits of registration number and up to 10 more.")
        }
        guard digits.dropFirst(4).contains(where: { $0 != 0 }) else {
            return .invalid(reason: "The account number is zero.")
        }
        let account = compact.dropFirst(4)
        return .valid(normalized: "\(compact.prefix(4)) \(padded(account, to: 10))")
    }

    // MARK: FIK

    /// A creditor number of the payment-slip system (FI-kreditor): eight digits, the first an 8.
    static func checkPaymentCreditor(_ text: String) -> IdentifierVerdict {
        let compact = compacted(text, " ")
        guard let digits = Checksum.digits(compact), digits.count == 8, digits[0] == 8 else {
            return .invalid(reason: "A FIK creditor number has 8 digits and begins with 8.")
        }
        return .valid(normalized: compact)
    }

    /// A reference of slip type 71: the case in 14 digits and a check digit by modulus 10.
    ///
    /// The official manual was not read; form and check digit follow vendors' documentation and its examples.
    static func paymentReference(for caseID: CaseID, creditorNumber: String) -> PaymentReference? {
        guard let creditor = checkPaymentCreditor(creditorNumber).normalized, (1...9_999_999_999) ~= caseID.rawValue
        else { return nil }
        let body = padded(String(caseID.rawValue), to: 14)
        guard let digits = Checksum.digits(body) else { return nil }
        let number = "\(body)\(Checksum.luhnCheckDigit(digits))"
        return PaymentReference(type: "FIK 71", number: number, codeLine: "+71<\(number)+\(creditor)<")
    }

    private static func compacted(_ text: String, _ ignored: Character...) -> String {
        text.filter { !ignored.contains($0) }
    }

    private static func padded(_ digits: some StringProtocol, to length: Int) -> String {
        String(repeating: "0", count: max(0, length - digits.utf8.count)) + digits
    }
}
