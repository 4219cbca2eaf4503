public import FordringKit

/// The keys that files of a spool folder are named for.
public enum SpoolKey {
    /// Whether a key is letters of ASCII, digits and hyphens, so that it can name nothing outside its folder.
    ///
    /// - Parameter most: how many bytes it may have; it must have one.
    public static func isSafe(_ key: String, atMost most: Int = 200) -> Bool {
        let isAllowed = key.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"):
                true
            default: false
            }
        }
        return isAllowed && (1...max(1, most)).contains(key.utf8.count)
    }

    /// Refuses a key that could name something outside the folder.
    ///
    /// - Parameter what: what is identified by it, in the message: `delivery`, `filing`.
    /// - Throws: `DeliveryFailure`, `permanent`: the host makes the keys.
    public static func check(_ key: String, of what: String) throws(DeliveryFailure) {
        if !isSafe(key) {
            throw DeliveryFailure(
                .permanent,
                "The \(what)'s key has other signs than letters, digits and hyphens: report it as a fault of the host.")
        }
    }
}
