import Crypto

/// SHA-256 as people write it.
package enum Digest {
    /// In hexadecimal.
    package static func sha256(_ bytes: [UInt8]) -> String {
        var text = ""
        for byte in SHA256.hash(data: bytes) {
            if byte < 16 { text += "0" }
            text += String(byte, radix: 16)
        }
        return text
    }
}
