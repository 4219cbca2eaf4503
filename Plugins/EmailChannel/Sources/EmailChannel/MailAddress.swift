/// An e-mail address in the plain form of RFC 5321: `name@example.dk`, ASCII only.
///
/// Quoted local parts and addresses with other letters are refused. What is left has no sign in it that could end a
/// header field.
struct MailAddress {
    let text: String
    let domain: String

    /// Reads an address; `nil` when it is not plausibly one.
    init?(_ text: String) {
        let parts = text.utf8.split(separator: UInt8(ascii: "@"), omittingEmptySubsequences: false)
        guard text.utf8.count <= 254, parts.count == 2, (1...64).contains(parts[0].count) else { return nil }
        let dot = UInt8(ascii: ".")
        let atoms = parts[0].split(separator: dot, omittingEmptySubsequences: false)
        guard atoms.allSatisfy({ !$0.isEmpty && $0.allSatisfy(MailAddress.isAtomText) }) else { return nil }
        let labels = parts[1].split(separator: dot, omittingEmptySubsequences: false)
        let hyphen = UInt8(ascii: "-")
        guard labels.count >= 2,
            labels.allSatisfy({ label in
                (1...63).contains(label.count) && label.first != hyphen && label.last != hyphen
                    && label.allSatisfy { MailAddress.isAlphanumeric($0) || $0 == hyphen }
            })
        else { return nil }
        self.text = text
        domain = String(decoding: Array(parts[1]), as: UTF8.self)
    }

    static func isAlphanumeric(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "a")...UInt8(ascii: "z"):
            true
        default: false
        }
    }

    private static func isAtomText(_ byte: UInt8) -> Bool {
        isAlphanumeric(byte) || Array("!#$%&'*+-/=?^_`{|}~".utf8).contains(byte)
    }
}
