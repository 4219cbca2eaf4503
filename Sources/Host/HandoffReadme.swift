import FordringKit
import Foundation
import Tenancy

extension HandoffPackage {
    /// What the package is and how anybody verifies it, in plain words.
    func readme(_ parts: [Part]) -> String {
        let width = parts.map(\.name.count).max() ?? 0
        let list = parts.map { part in
            "  \(part.name)\(String(repeating: " ", count: width - part.name.count))  \(part.meaning)"
        }
        let name = procedure.names[.english] ?? procedure.names[language] ?? procedure.kind.rawValue
        return """
            CASE \(caseID): \(name)
            Hand-off \(number), made on \(day)
            Creditor: \(settings.legalName). Represented by: \(agency).

            This archive holds one case and nothing of any other. It holds personal data: keep it as you keep a
            court file.

            1. WHAT IS IN IT

              README.txt\(String(repeating: " ", count: max(0, width - 10)))  this text
              manifest.json\(String(repeating: " ", count: max(0, width - 13)))  all files with size and SHA-256, for programs
              SHA256SUMS\(String(repeating: " ", count: max(0, width - 10)))  the same for the command sha256sum
            \(list.joined(separator: "\n"))

            2. IS EVERY FILE WHAT WAS PACKED?

            Unpack the archive into an empty folder, go there, and run

              sha256sum -c SHA256SUMS

            Each line must end with OK. (On a Mac: shasum -a 256 -c SHA256SUMS.)

            3. DID ALL THIS HAPPEN AS IT IS TOLD?

            The agency enters everything that it does into a log in which nothing can be changed later without being
            found out. audit/case.jsonl.gz holds the entries about this case, the proof that each of them stands in the
            log at its place, and the signed head of the log. That no other entry is about the case is not proven by it.

            With the agency's program:

              fordring audit verify audit/case.jsonl.gz --key "$(cat audit/key.txt)"

            With standard tools only (Python 3; for the signature also openssl 3):

              python3 audit/verify.py audit/case.jsonl.gz audit/key.txt

            Both must say that the entries are verified. The key in audit/key.txt is the one that the agency gave out
            when it took the creditor on; ask the creditor or the agency whether it is this one.

            4. ARE THE LETTERS THE ONES THAT LEFT?

            Each letter's entry in the log names the SHA-256 of what was sent. This prints them:

              zcat audit/case.jsonl.gz | grep '"action":"letter.sent"' | grep -o '"sha256":"[0-9a-f]*"'

            The same numbers stand in letters/letters.csv and SHA256SUMS.

            5. IS THIS THE ARCHIVE THAT THE AGENCY MADE?

            The log goes on after this archive was made: the agency's entry "legal.prepared" of hand-off \(number) names the
            SHA-256 of the archive itself (sha256sum FILE.zip). Ask the agency for that entry and its proof.

            """
    }
}
