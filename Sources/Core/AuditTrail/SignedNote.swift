import Crypto
import Foundation

/// Why a checkpoint or its signature was not accepted.
package struct NoteError: Error, Sendable, Hashable, CustomStringConvertible {
    package enum Code: Sendable, Hashable {
        /// The text has not the form of a signed note or of a checkpoint.
        case malformed
        /// Base64 that decodes but is not what an encoder would have written.
        case notCanonicalBase64
        /// No signature by the given key.
        case notSignedByKey
        /// A signature by the given key that does not fit the text.
        case wrongSignature
    }

    package let code: Code
    package let message: String

    package init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    package var description: String { message }
}

/// Standard base64 with padding, in which each byte string has one form only.
package enum CanonicalBase64 {
    package static func decode(_ text: some StringProtocol) throws(NoteError) -> [UInt8] {
        guard let data = Data(base64Encoded: String(text)) else {
            throw NoteError(.malformed, "'\(text)' is not base64")
        }
        guard data.base64EncodedString() == text else {
            throw NoteError(.notCanonicalBase64, "'\(text)' is base64, but not the canonical form of its bytes")
        }
        return Array(data)
    }

    package static func encode(_ bytes: some Sequence<UInt8>) -> String { Data(bytes).base64EncodedString() }
}

/// A public Ed25519 key with its name, as C2SP `signed-note` writes it: `name+hash+base64`.
package struct VerifierKey: Sendable, Hashable, CustomStringConvertible {
    package let name: String
    /// 32 bytes.
    package let publicKey: [UInt8]

    package init(name: String, publicKey: [UInt8]) {
        self.name = name
        self.publicKey = publicKey
    }

    /// Reads `name+hash+base64`.
    package init(parsing text: String) throws(NoteError) {
        let parts = text.split(separator: "+", maxSplits: 2, omittingEmptySubsequences: false)
        guard parts.count == 3, !parts[0].isEmpty, !parts[0].contains(where: \.isWhitespace) else {
            throw NoteError(.malformed, "'\(text)' is not of the form name+hash+key")
        }
        let bytes = try CanonicalBase64.decode(parts[2])
        guard bytes.count == 33, bytes[0] == 1 else {
            throw NoteError(.malformed, "the key '\(parts[0])' is not an Ed25519 key")
        }
        self.init(name: String(parts[0]), publicKey: Array(bytes[1...]))
        guard keyHash == parts[1] else { throw NoteError(.malformed, "the key '\(parts[0])' does not match its hash") }
    }

    /// The first four bytes of `SHA-256(name || 0x0A || 0x01 || key)`.
    package var keyID: [UInt8] {
        Array(Hash.of(Array(name.utf8) + [0x0A, 0x01] + publicKey).bytes[..<4])
    }

    /// ``keyID`` in hexadecimal.
    package var keyHash: String {
        keyID.map { byte in (byte < 16 ? "0" : "") + String(byte, radix: 16) }.joined()
    }

    package var description: String { "\(name)+\(keyHash)+\(CanonicalBase64.encode([1] + publicKey))" }
}

/// A private Ed25519 key with its name.
package struct SigningKey: Sendable {
    package let name: String
    private let key: Curve25519.Signing.PrivateKey

    /// Takes a seed of 32 bytes.
    package init(name: String, seed: [UInt8]) throws {
        self.name = name
        key = try Curve25519.Signing.PrivateKey(rawRepresentation: seed)
    }

    package var seed: [UInt8] { Array(key.rawRepresentation) }

    package var verifier: VerifierKey { VerifierKey(name: name, publicKey: Array(key.publicKey.rawRepresentation)) }

    /// Signs a text that ends with a newline: the text, an empty line, and a signature line (C2SP `signed-note`).
    package func sign(_ text: String) throws -> String { "\(text)\n\(try signatureLine(of: text))" }

    /// A line to be added to a note that others have signed.
    package func signatureLine(of text: String) throws -> String {
        let signature = try key.signature(for: Array(text.utf8))
        return "\u{2014} \(name) \(CanonicalBase64.encode(verifier.keyID + Array(signature)))\n"
    }
}

/// The head of a log at one size, as C2SP `tlog-checkpoint` writes it.
package struct Checkpoint: Sendable, Hashable {
    /// Names agency and tenant; the log is the one of that name.
    package let origin: String
    package let size: Int64
    package let root: Hash

    package init(origin: String, size: Int64, root: Hash) {
        self.origin = origin
        self.size = size
        self.root = root
    }

    /// Origin, size and root, a line each.
    package var text: String { "\(origin)\n\(size)\n\(CanonicalBase64.encode(root.bytes))\n" }

    /// Reads a signed checkpoint and checks its signature by a key.
    package init(note: String, signedBy key: VerifierKey) throws(NoteError) {
        guard let separator = note.range(of: "\n\n", options: .backwards) else {
            throw NoteError(.malformed, "the checkpoint has no signature")
        }
        let text = String(note[..<separator.lowerBound]) + "\n"
        var found = false
        for line in note[separator.upperBound...].split(separator: "\n") {
            let parts = line.split(separator: " ", omittingEmptySubsequences: false)
            guard parts.count == 3, parts[0] == "\u{2014}" else {
                throw NoteError(.malformed, "a signature line of the checkpoint has another form")
            }
            let bytes = try CanonicalBase64.decode(parts[2])
            guard parts[1] == key.name, bytes.count >= 4, Array(bytes[..<4]) == key.keyID else { continue }
            guard bytes.count == 68,
                let publicKey = try? Curve25519.Signing.PublicKey(rawRepresentation: key.publicKey),
                publicKey.isValidSignature(bytes[4...], for: Array(text.utf8))
            else { throw NoteError(.wrongSignature, "the signature by \(key.name) does not fit the checkpoint") }
            found = true
        }
        guard found else { throw NoteError(.notSignedByKey, "the checkpoint is not signed by \(key.name)") }
        try self.init(text: text)
    }

    /// Reads a signed checkpoint and checks its signature by whichever of some keys has signed it.
    ///
    /// - Returns: the checkpoint, and the first key that has signed it.
    package static func read(
        _ note: String, signedByOneOf keys: [VerifierKey]
    ) throws(NoteError) -> (checkpoint: Checkpoint, key: VerifierKey) {
        for key in keys {
            do {
                return (try Checkpoint(note: note, signedBy: key), key)
            } catch  where error.code == .notSignedByKey {
                continue
            }
        }
        let names = keys.map { key in "\(key.name)+\(key.keyHash)" }.joined(separator: " or ")
        throw NoteError(.notSignedByKey, "the checkpoint is not signed by \(names)")
    }

    /// The size that a note states, before anybody has checked its signature.
    package static func statedSize(_ note: String) -> Int64? {
        note.range(of: "\n\n", options: .backwards).flatMap { separator in
            try? Checkpoint(text: note[..<separator.lowerBound] + "\n").size
        }
    }

    private init(text: String) throws(NoteError) {
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        guard lines.count >= 4, !lines[0].isEmpty, let size = Int64(lines[1]), size >= 0, String(size) == lines[1]
        else { throw NoteError(.malformed, "the checkpoint is not origin, size and root, a line each") }
        let root = try CanonicalBase64.decode(lines[2])
        guard root.count == Hash.size else { throw NoteError(.malformed, "the checkpoint's root is not 32 bytes") }
        self.init(origin: String(lines[0]), size: size, root: Hash(root))
    }
}
