import FordringKit

/// A type of the payment slip (FIK) on which a debtor pays.
///
/// The official manual was not read; forms and check digits follow vendors' documentation and its examples.
enum PaymentSlip: String, Sendable, CaseIterable {
    /// An identification of 15 digits.
    case type71 = "71"
    /// No identification; the debtor writes to the creditor.
    case type73 = "73"
    /// An identification of 16 digits.
    case type75 = "75"

    /// What the tenant's file may say about it.
    static let setting = SettingDescription(
        key: "slipType", allowed: allCases.map(\.rawValue), standard: PaymentSlip.type71.rawValue,
        meaning: "The type of the payment slip (FIK); type 73 carries no number of the case.")

    /// Reads the tenant's setting.
    init(_ context: PluginContext) throws(PluginSettingError) {
        let text = context.setting(PaymentSlip.setting.key)
        guard let slip = PaymentSlip(rawValue: text) else {
            throw PluginSettingError(key: PaymentSlip.setting.key, "“\(text)” is no slip; write 71, 73 or 75.")
        }
        self = slip
    }

    /// The digits of the identification, check digit included; 0 where there is none.
    var length: Int {
        switch self {
        case .type71: 15
        case .type73: 0
        case .type75: 16
        }
    }

    /// A creditor number of the system (FI-kreditor): eight digits, the first an 8.
    static func checkCreditor(_ text: String) -> IdentifierVerdict {
        let compact = text.filter { $0 != " " }
        guard let digits = Checksum.digits(compact), digits.count == 8, digits[0] == 8 else {
            return .invalid(reason: "A FIK creditor number has 8 digits and begins with 8.")
        }
        return .valid(normalized: compact)
    }

    /// The reference of a case: its number, padded, and a check digit by modulus 10.
    ///
    /// Type 73 has no identification, so its reference has no number and the bank brings none back.
    func reference(for caseID: CaseID, creditorNumber: String) -> PaymentReference? {
        guard let creditor = PaymentSlip.checkCreditor(creditorNumber).normalized,
            (1...9_999_999_999) ~= caseID.rawValue
        else { return nil }
        guard length > 0 else {
            return PaymentReference(type: "FIK \(rawValue)", number: "", codeLine: "+\(rawValue)<+\(creditor)<")
        }
        let body = PaymentSlip.padded(String(caseID.rawValue), to: length - 1)
        guard let digits = Checksum.digits(body) else { return nil }
        let number = "\(body)\(Checksum.luhnCheckDigit(digits))"
        return PaymentReference(
            type: "FIK \(rawValue)", number: number, codeLine: "+\(rawValue)<\(number)+\(creditor)<")
    }

    /// A number with zeros in front.
    static func padded(_ digits: some StringProtocol, to length: Int) -> String {
        String(repeating: "0", count: max(0, length - digits.utf8.count)) + digits
    }
}
