import FordringKit

/// The numbers of the registers of Denmark, Greenland and the Faroe Islands.
struct Identifiers: Sendable {
    private let country: CountryCode

    /// The numbers of a country.
    init(_ country: CountryCode) { self.country = country }

    /// Checks a number.
    func check(_ text: String, as kind: IdentifierKind) -> IdentifierVerdict {
        switch kind {
        case .company: country == .faroeIslands ? checkVTal(text) : Identifiers.checkCVR(text)
        case .person:
            country == .faroeIslands
                ? .invalid(reason: "The personal number of the Faroe Islands is not supported; leave it out.")
                : Identifiers.checkCPR(text)
        case .bankAccount: checkBankAccount(text)
        case .paymentCreditor: PaymentSlip.checkCreditor(text)
        @unknown default: .invalid(reason: "\(country) has no rule for “\(kind.rawValue)”.")
        }
    }

    /// What a number is called.
    func name(of kind: IdentifierKind) -> String {
        switch kind {
        case .company: country == .faroeIslands ? "V-tal" : "CVR"
        case .person: country == .faroeIslands ? "P-tal" : "CPR"
        case .bankAccount: "konto"
        case .paymentCreditor: "FI-kreditornr."
        @unknown default: ""
        }
    }

    /// Numbers whose verdict is known.
    var examples: [IdentifierExample] {
        func example(_ kind: IdentifierKind, _ text: String, _ isUsable: Bool, _ source: String) -> IdentifierExample {
            IdentifierExample(kind, text, isUsable: isUsable, source: source)
        }
        let library = "python-stdnum 2.2"
        let slips = [
            example(.paymentCreditor, "81234567", true, "FIK: eight digits, the first an 8"),
            example(.paymentCreditor, "12345678", false, "FIK: eight digits, the first an 8"),
        ]
        switch country {
        case .faroeIslands:
            return [
                example(.company, "123456", true, "V-tal: six digits"),
                example(.company, "12345", false, "V-tal: six digits"),
                example(.bankAccount, "FO62 6460 0001 6316 34", true, library),
                example(.bankAccount, "FO63 6460 0001 6316 34", false, library),
            ] + slips
        default:
            let iban =
                country == .greenland
                ? [
                    example(.bankAccount, "GL89 6471 0001 0002 06", true, library),
                    example(.bankAccount, "GL88 6471 0001 0002 06", false, library),
                ]
                : [
                    example(.bankAccount, "DK50 0040 0440 1162 43", true, library),
                    example(.bankAccount, "DK51 0040 0440 1162 43", false, library),
                ]
            return [
                example(.company, "13585628", true, library),
                example(.company, "24256790", true, "public company number"),
                example(.company, "61056416", true, "public company number"),
                example(.company, "61126228", true, "public company number"),
                example(.company, "13585627", false, library),
                example(.person, "211062-5629", true, library),
                // Fails modulus 11, which since 2007 is a remark only.
                example(.person, "211062-5628", true, "numbers that fail modulus 11 are issued since 2007"),
                example(.person, "321062-5629", false, "no such day"),
            ] + iban + slips
        }
    }

    /// The numbers in the book of the law.
    var act: LawBook.Act {
        LawBook.Act(
            "Numbers and payment slips",
            [
                LawBook.Rule(
                    "companyNumber",
                    country == .faroeIslands
                        ? "A V-tal has six digits and no check digit."
                        : "A CVR number has eight digits, weighted 2, 7, 6, 5, 4, 3, 2, 1 and divisible by 11.",
                    country == .denmark
                        ? Citation("python-stdnum 2.2", "CVR")
                        : .unverified("general knowledge", "register of companies", "Recalled."))
            ] + (country == .faroeIslands ? [] : [Identifiers.personNumber]) + [
                LawBook.Rule(
                    "paymentSlip",
                    "Type 71 has an identification of 15 digits and type 75 one of 16, the last by modulus 10; type 73 has none.",
                    .unverified("vendors' documentation", "FIK", "The official manual was not read."))
            ])
    }

    private static let personNumber = LawBook.Rule(
        "personNumber",
        "A CPR number begins with a day of birth. One that fails modulus 11 (weights 4, 3, 2, 7, 6, 5, 4, 3, 2, 1) is a remark "
            + "only: since 2007 such numbers are issued.",
        .unverified("python-stdnum 2.2", "CPR", "Which century the seventh digit gives is recalled."))

    // MARK: V-tal

    /// A company of the Faroe Islands: six digits, with or without the prefix P/F.
    private func checkVTal(_ text: String) -> IdentifierVerdict {
        var compact = Identifiers.compacted(text, " ")
        if compact.uppercased().hasPrefix("P/F") { compact.removeFirst(3) }
        guard let digits = Checksum.digits(compact), digits.count == 6 else {
            return .invalid(reason: "A V-tal has 6 digits.")
        }
        return .doubtful(normalized: compact, remark: "A V-tal has no check digit, so only its form was checked.")
    }

    // MARK: CVR

    /// A company's number: eight digits, the first not 0, weighted 2, 7, 6, 5, 4, 3, 2, 1 and divisible by 11.
    ///
    /// Spaces are ignored, and so is the country code that a VAT number has in front.
    private static func checkCVR(_ text: String) -> IdentifierVerdict {
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
    private static func checkCPR(_ text: String) -> IdentifierVerdict {
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
    private func checkBankAccount(_ text: String) -> IdentifierVerdict {
        var compact = Identifiers.compacted(text, " ", "-", ".")
        if compact.prefix(2).uppercased() == country.code {
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
        return .valid(normalized: "\(compact.prefix(4)) \(PaymentSlip.padded(account, to: 10))")
    }

    private static func compacted(_ text: String, _ ignored: Character...) -> String {
        text.filter { !ignored.contains($0) }
    }
}
