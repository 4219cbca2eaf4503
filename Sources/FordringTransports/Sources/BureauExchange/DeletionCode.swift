public import FordringKit

/// Why a registration goes, as the bureau is told.
///
/// The four words that the bureaus' records have had from the first. Whatever else a house may have as its reason is none
/// of the bureau's business: the registration goes.
public enum DeletionCode {
    /// The code of a reason by its name; `other` for one that the records do not know.
    public static func code(_ reason: String) -> String {
        switch reason {
        case "paid", "disputed", "wrong", "expired": reason
        default: "other"
        }
    }
}

extension RegistrationDeletion {
    /// Why it goes, as the bureau is told: one of the words of the records.
    public var code: String { DeletionCode.code(reason.rawValue) }
}
