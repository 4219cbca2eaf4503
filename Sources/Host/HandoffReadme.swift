import FordringKit
import Foundation
import Tenancy

extension HandoffPackage {
    /// What the package is and how anybody verifies it, in plain words.
    func readme(_ parts: [Part]) -> String {
        let rows: [(name: String, meaning: String)] =
            [
                ("README.txt", "this text"), ("SHA256SUMS", "the SHA-256 of every other file"),
                ("manifest.json", "the files that were packed, with size and SHA-256; the log names its own"),
            ] + parts.map { ($0.name, $0.meaning) } + [
                ("audit/case.jsonl.gz", "the case's entries of the agency's log, with proof and signature"),
                ("audit/checkpoint.txt", "the signed head of the log"),
            ]
        let width = rows.map(\.name.count).max() ?? 0
        let list = rows.map { row in
            "  \(row.name)\(String(repeating: " ", count: width - row.name.count))  \(row.meaning)"
        }
        let name = procedure.names[.english] ?? procedure.names[language] ?? procedure.kind.rawValue
        return """
            CASE \(caseID): \(name)
            Hand-off \(number), made on \(day)
            Creditor: \(settings.legalName). Represented by: \(agency).

            This archive holds one case and nothing of any other. It holds personal data: keep it as you keep a
            court file.

            1. WHAT IS IN IT

            \(list.joined(separator: "\n"))

            \(filing)
            Where the source of a figure or a rule was not read itself, statement.json and checks.json say so ("doubt",
            "unverified"); a lawyer looks at these first.

            2. VERIFY ALL OF IT

            Unpack the archive into an empty folder in which the archive itself does not lie, and go there: whatever is
            there besides is taken for added. With Python 3 and OpenSSL 3:

                  python3 verify.py

            It looks whether any file is missing, changed or added, whether the agency's log names these files, and
            whether the log is signed; it ends with four lines that begin with "verified:", or names what does not fit.
            verify.py is short and can be read before it is run. That verify.py itself was not changed, it cannot say: use
            one that you have from another package of the agency, or look with the second command of section 3 first.

            3. VERIFY IT STEP BY STEP

            Is every file what was packed? Each line must end with OK (on a Mac write shasum -a 256 for sha256sum):

                  sha256sum -c SHA256SUMS

            Anybody could have changed a file and SHA256SUMS with it. So the files are named in manifest.json besides,
            the agency's log names the SHA-256 of manifest.json, and the log is signed. Each line must end with OK:

                  jq -r '.files[] | .sha256 + "  " + .name' manifest.json | sha256sum -c

            A file that neither manifest.json nor this list of four names was added by somebody; this must print nothing:

                  t=$(mktemp -d)
                  (jq -r '.files[].name' manifest.json; printf 'manifest.json\\nSHA256SUMS\\naudit/case.jsonl.gz\\naudit/checkpoint.txt\\n') | sort > $t/named
                  find . -type f | cut -c 3- | sort | comm -23 - $t/named

            These two must print the same number:

                  sha256sum manifest.json
                  gzip -dc audit/case.jsonl.gz | jq -r 'select(.action == "legal.packed" and .subject.handoff == \(number)).change.manifestSHA256'

            The agency enters everything that it does into a log in which nothing can be changed later without being
            found out. audit/case.jsonl.gz holds the entries about this case, the proof that each of them stands in the
            log at its place, and the signed head of the log. That no other entry is about the case is not proven by it.
            The proof takes a program: verify.py (section 2), or the agency's own:

                  fordring audit verify audit/case.jsonl.gz --key "$(cat audit/key.txt)"

            It must say "Intact: yes" and name case \(caseID) of \(tenant).

            The signature of the head alone, with OpenSSL 3; it must print "Signature Verified Successfully":

                  sed '/^$/,$d' audit/checkpoint.txt > $t/text
                  tail -n 1 audit/checkpoint.txt | cut -d ' ' -f 3 | base64 -d | tail -c 64 > $t/signature
                  (printf '0*0\\005\\006\\003+ep\\003!\\000'; cut -d + -f 3- audit/key.txt | base64 -d | tail -c 32) > $t/key
                  openssl pkeyutl -verify -pubin -keyform DER -inkey $t/key -rawin -in $t/text -sigfile $t/signature

            4. IS IT THE AGENCY'S KEY?

            All this shows that the archive is whole and that the owner of the key in audit/key.txt has signed it. The
            agency gave its key out when it took the creditor on: ask the creditor or the agency whether it is

                \(key)

            Whoever has the key from elsewhere gives it to verify.py: python3 verify.py 'KEY'.

            5. ARE THE LETTERS THE ONES THAT LEFT?

            Each letter's entry in the log names the SHA-256 of what was sent. This prints step and SHA-256:

                  gzip -dc audit/case.jsonl.gz | jq -r 'select(.action == "letter.sent") | "\\(.subject.step) \\(.change.details.sha256)"'

            The same stands in \(lettersFolder)letters.csv. Where a copy was kept, its SHA-256 in SHA256SUMS is the same
            too; letters.csv says where not.

            6. IS THIS THE ARCHIVE THAT THE AGENCY MADE?

            The log goes on after this archive was made: the agency's entry "legal.prepared" of hand-off \(number) names the
            SHA-256 of the archive itself (sha256sum FILE.zip). Ask the agency for that entry and its proof.

            """
    }

    /// What of the package goes to the court.
    private var filing: String {
        guard procedure.takesPapers else {
            return """
                No papers go with this procedure (\(procedure.citation)): file the form alone, which is form.pdf, and
                form.json or form.xml for programs. \(HandoffPackage.notFiled) holds the letters and documents for a lawyer
                and for the file; do not send it to the court.
                """
        }
        let folders = documents.isEmpty ? lettersFolder : "\(lettersFolder) and \(documentsFolder)"
        return """
            The form, the statement and what lies in \(folders) is for the court; the rest shows where it comes from.
            """
    }
}
