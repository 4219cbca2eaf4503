import FordringKit

/// KID, the reference that a Norwegian debtor pays with: 2 to 25 digits, the last a check digit.
///
/// The creditor's agreement with its bank decides length and check digit; both are settings. Form and examples are from
/// vendors' documentation.
struct KID: Sendable, Hashable {
    /// How the check digit is made.
    enum Method: String, Sendable, CaseIterable {
        /// Modulus 10 (Luhn).
        case mod10
        /// Modulus 11 with the weights 2 to 7 from the right; where the digit would be 10 a hyphen stands for it.
        case mod11
    }

    /// How the check digit is made.
    let method: Method
    /// The number of digits, the check digit included.
    let length: Int

    /// What holds where a tenant says nothing.
    static let standard = KID(method: .mod10, length: 11)

    /// The lengths that hold every case number, which has ten digits at most.
    private static let lengths = 11...25

    /// What the tenant's file may say about the check digit.
    static let methodSetting = SettingDescription(
        key: "kid", allowed: Method.allCases.map(\.rawValue), standard: standard.method.rawValue,
        meaning: "How the check digit of payment references (KID) is made, by the creditor's agreement with its bank.")

    /// What the tenant's file may say about the length.
    static let lengthSetting = SettingDescription(
        key: "kidLength", allowed: [], standard: "\(standard.length)",
        meaning: "How many digits a payment reference (KID) has, check digit included: 11 to 25.")

    /// Makes references of a form.
    init(method: Method, length: Int) {
        self.method = method
        self.length = length
    }

    /// Reads the tenant's settings.
    init(_ context: PluginContext) throws(PluginSettingError) {
        let text = context.setting(KID.methodSetting.key)
        guard let method = Method(rawValue: text) else {
            throw PluginSettingError(
                key: KID.methodSetting.key, "“\(text)” is not a check digit; write mod10 or mod11.")
        }
        let number = context.setting(KID.lengthSetting.key)
        guard let length = Int(number), KID.lengths.contains(length), String(length) == number else {
            throw PluginSettingError(
                key: KID.lengthSetting.key,
                "“\(number)” is not a length; write a number from \(KID.lengths.lowerBound) to "
                    + "\(KID.lengths.upperBound)."
            )
        }
        self.init(method: method, length: length)
    }

    /// A number with its check digit: `60224` becomes `602243` under modulus 10 and `602248` under modulus 11.
    static func withCheckDigit(_ payload: [Int], _ method: Method) -> String {
        let body = payload.map(String.init).joined()
        switch method {
        case .mod10: return "\(body)\(Checksum.luhnCheckDigit(payload))"
        case .mod11:
            var sum = 0
            for (index, digit) in payload.reversed().enumerated() { sum += digit * (2 + index % 6) }
            let rest = (11 - sum % 11) % 11
            return rest == 10 ? "\(body)-" : "\(body)\(rest)"
        }
    }

    /// The reference of a case: its number, padded, and the check digit.
    ///
    /// One case in eleven ends in a hyphen under modulus 11, which banks' forms allow; whoever reads payments must,
    /// too.
    func reference(for caseID: CaseID, creditorNumber: String) -> PaymentReference? {
        guard Identifiers.checkBankAccount(creditorNumber).normalized != nil, caseID.rawValue > 0 else { return nil }
        let digits = String(caseID.rawValue).utf8.map { Int($0 - UInt8(ascii: "0")) }
        guard digits.count < length else { return nil }
        let payload = [Int](repeating: 0, count: length - 1 - digits.count) + digits
        return PaymentReference(type: "KID", number: KID.withCheckDigit(payload, method), codeLine: "")
    }
}
