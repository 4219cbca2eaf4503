import AuditTrail
import Foundation
import Testing

@Suite struct `A signed note` {
    private static let seed = [UInt8](1...32)
    private static let origin = "fordring.example/agency/møbler-aps"

    private static func key(_ name: String = origin, seed: [UInt8] = seed) throws -> SigningKey {
        try SigningKey(name: name, seed: seed)
    }

    private let checkpoint = Checkpoint(origin: origin, size: 42, root: .leaf([1, 2, 3]))

    private func code(_ note: String, _ key: VerifierKey) -> NoteError.Code? {
        do {
            _ = try Checkpoint(note: note, signedBy: key)
            return nil
        } catch {
            return error.code
        }
    }

    @Test func `comes back from its text`() throws {
        let key = try Self.key()
        let note = try key.sign(checkpoint.text)
        #expect(
            note.hasPrefix(
                "\(Self.origin)\n42\n\(CanonicalBase64.encode(checkpoint.root.bytes))\n\n\u{2014} \(Self.origin) "))
        #expect(note.hasSuffix("\n"))
        #expect(try Checkpoint(note: note, signedBy: key.verifier) == checkpoint)
        #expect(try SigningKey(name: Self.origin, seed: key.seed).verifier == key.verifier)
    }

    @Test func `of size zero and of the greatest size comes back too`() throws {
        let key = try Self.key()
        for size in [Int64(0), .max] {
            let checkpoint = Checkpoint(origin: Self.origin, size: size, root: .emptyRoot)
            #expect(try Checkpoint(note: key.sign(checkpoint.text), signedBy: key.verifier) == checkpoint)
        }
    }

    @Test func `is refused when another key or another name has signed it`() throws {
        let key = try Self.key()
        let note = try key.sign(checkpoint.text)
        #expect(code(note, try Self.key(seed: [UInt8](2...33)).verifier) == .notSignedByKey)
        #expect(code(note, try Self.key("somebody-else").verifier) == .notSignedByKey)
    }

    @Test func `is refused when a byte of its text has changed`() throws {
        let key = try Self.key()
        let note = try key.sign(checkpoint.text)
        #expect(code(note.replacing("\n42\n", with: "\n43\n"), key.verifier) == .wrongSignature)
        #expect(code(note.replacing("agency", with: "Agency", maxReplacements: 1), key.verifier) == .wrongSignature)
        #expect(code("extra\n" + note, key.verifier) == .wrongSignature)
    }

    @Test func `is refused when a bit of its signature has changed`() throws {
        let key = try Self.key()
        let note = try key.sign(checkpoint.text)
        let encoded = try #require(note.split(separator: " ").last?.dropLast())
        let signature = try CanonicalBase64.decode(encoded)
        for index in signature.indices {
            var changed = signature
            changed[index] ^= 1
            let bad = note.replacing(encoded, with: CanonicalBase64.encode(changed))
            #expect(code(bad, key.verifier) == (index < 4 ? .notSignedByKey : .wrongSignature), "byte \(index)")
        }
        for length in [4, 67, 69] {
            let cut = Array((signature + [0]).prefix(length))
            let bad = note.replacing(encoded, with: CanonicalBase64.encode(cut))
            #expect(code(bad, key.verifier) == .wrongSignature, "\(length) bytes")
        }
    }

    @Test func `may carry signatures by keys that are not known`() throws {
        let key = try Self.key()
        let other = try Self.key("witness.example", seed: [UInt8](3...34))
        let note = try key.sign(checkpoint.text)
        let line = try #require(try other.sign(checkpoint.text).split(separator: "\n").last)
        #expect(try Checkpoint(note: note + line + "\n", signedBy: key.verifier) == checkpoint)
        #expect(try Checkpoint(note: note + line + "\n", signedBy: other.verifier) == checkpoint)
        #expect(code(note + "\u{2014} broken\n", key.verifier) == .malformed)
        #expect(code(note + "-- x AAAA\n", key.verifier) == .malformed)
    }

    @Test(
        arguments: [
            "", "no signature\n", "origin\n1\n", "\n42\n\(String(repeating: "A", count: 43))=\n",
            "origin\n042\n\(String(repeating: "A", count: 43))=\n",
            "origin\n+4\n\(String(repeating: "A", count: 43))=\n",
            "origin\n-1\n\(String(repeating: "A", count: 43))=\n", "origin\n4\nAAAA\n", "origin\n4\nno base64\n",
            "origin\n99999999999999999999\n\(String(repeating: "A", count: 43))=\n",
        ])
    func `whose text is no checkpoint is malformed though its signature is good`(_ text: String) throws {
        let key = try Self.key()
        #expect(code(try key.sign(text), key.verifier) == .malformed)
        #expect(code(text, key.verifier) == .malformed)
    }

    @Test func `has base64 in one form only`() throws {
        #expect(try CanonicalBase64.decode("AA==") == [0])
        for (text, wanted) in [
            ("AB==", NoteError.Code.notCanonicalBase64), ("AAB=", .notCanonicalBase64), ("AA", .malformed),
            ("A===", .malformed),
            ("A A=", .malformed), ("AA==\n", .malformed), ("_-==", .malformed), ("æ===", .malformed),
        ] {
            do {
                _ = try CanonicalBase64.decode(text)
                Issue.record("'\(text)' was accepted")
            } catch {
                #expect(error.code == wanted || error.code == .malformed, "'\(text)': \(error)")
            }
        }
    }

    /// The example in the documentation of golang.org/x/mod/sumdb/note, by whose rules C2SP signed-note goes; its key and
    /// its note are quoted there and in `note_test.go`.
    @Test func `is the published note of golang.org x mod sumdb note, byte for byte`() throws {
        let text =
            "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n"
        let published =
            text + "\n\u{2014} PeterNeumann "
            + "x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
        let privateKey = try CanonicalBase64.decode("AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz")
        let key = try SigningKey(name: "PeterNeumann", seed: Array(privateKey[1...]))
        let verifier = try VerifierKey(parsing: "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW")
        #expect(key.verifier == verifier)
        #expect(try key.sign(text) == published)
        // The signature is good; the text is no checkpoint, which is the next thing to be looked at.
        #expect(code(published, verifier) == .malformed)
        #expect(code(published.replacing("answer", with: "Answer"), verifier) == .wrongSignature)
    }

    /// The example of https://c2sp.org/signed-note, section Format.
    @Test func `of C2SP's own example is signed by its key`() throws {
        let note =
            "This is an example message.\n\n\u{2014} example.com/foo "
            + "Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=\n"
        let key = try VerifierKey(parsing: "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k")
        #expect(code(note, key) == .malformed)
        #expect(code(note.replacing("an example", with: "no example"), key) == .wrongSignature)
    }
}

@Suite struct `A verifier key` {
    private let text = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"

    @Test func `is written as it was read`() throws {
        #expect(try VerifierKey(parsing: text).description == text)
        // A key may have a plus in its base64 (transparency-dev/formats, note_cosigv1_test.go).
        let plus = "TEST+7997405c+AQcC+FTVKf0jlTdHDY3rbevmnKxxPjigCXlVtGe6RIr6"
        #expect(try VerifierKey(parsing: plus).description == plus)
    }

    @Test func `is refused with any one character changed or left out`() {
        for index in text.indices {
            var shorter = text
            shorter.remove(at: index)
            #expect(throws: NoteError.self, "without \(text[index]) at \(index)") { try VerifierKey(parsing: shorter) }
            var changed = text
            changed.replaceSubrange(index...index, with: text[index] == "x" ? "y" : "x")
            #expect(throws: NoteError.self, "'\(changed)'") { try VerifierKey(parsing: changed) }
        }
        #expect(throws: NoteError.self) { try VerifierKey(parsing: "") }
    }

    @Test(arguments: ["", "a b", "tab\tname", "no\u{A0}break"])
    func `has a name that is not empty and has no space`(_ name: String) throws {
        let seed = [UInt8](1...32)
        let key = try SigningKey(name: name, seed: seed).verifier
        #expect(throws: NoteError.self) { try VerifierKey(parsing: key.description) }
    }
}
