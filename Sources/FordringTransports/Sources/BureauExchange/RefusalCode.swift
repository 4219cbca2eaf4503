/// Why the bureau took a registration not in, by its code.
///
/// Codes and no free text: what a bureau's clerk writes could be about a person.
public enum RefusalCode {
    /// What a code of two digits means.
    public static func words(_ code: String) -> String {
        switch code {
        case "01": "the bureau does not find the debtor (01)"
        case "02": "the debtor is dead (02)"
        case "03": "the record has a fault (03)"
        case "04": "the bureau's own rules do not allow it (04)"
        case "05": "the claim stands in the register already (05)"
        default: "the bureau's reason has the code \(code)"
        }
    }
}
