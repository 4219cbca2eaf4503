import AuditTrail
import Casework
import Database
import FordringKit
import Foundation
import LegalTrack
import Testing
import ZipFiles

@testable import Host

/// A package, unpacked as somebody does who has nothing but its README.
private struct Unpacked {
    let folder: String

    init(_ result: HandoffResult, to folder: String) throws {
        self.folder = folder
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        let unzip = try shell("unzip -q '\(result.path)'")
        #expect(unzip.status == 0, "\(unzip.output)")
    }

    /// Runs lines of a shell in the folder.
    func shell(_ script: String, path: String? = nil) throws -> (status: Int32, output: String) {
        let process = Process()
        process.executableURL = URL(filePath: "/bin/sh")
        process.arguments = ["-c", script]
        process.currentDirectoryURL = URL(filePath: folder)
        let known = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin"
        process.environment = [
            "PATH": try path ?? "\(FixturePlugins.binaries().path):\(known)", "LC_ALL": "C.UTF-8",
            "FORDRING_HOME": folder,
        ]
        let pipe = Pipe()
        process.standardOutput = pipe
        process.standardError = pipe
        try process.run()
        let output = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        return (process.terminationStatus, output)
    }

    func verify(_ arguments: String = "") throws -> (status: Int32, output: String) {
        try shell("python3 verify.py \(arguments)")
    }

    func url(_ file: String) -> URL { URL(filePath: folder).appending(path: file) }
    func text(_ file: String) throws -> String { try String(contentsOf: url(file), encoding: .utf8) }
    func bytes(_ file: String) throws -> Data { try Data(contentsOf: url(file)) }

    /// All files, by their names.
    func files() throws -> Set<String> {
        let lines = try shell("find . ! -type d | sed 's,^./,,'").output.split(separator: "\n")
        return Set(lines.map(String.init))
    }

    func manifest() throws -> [String: Any] {
        try #require(try JSONSerialization.jsonObject(with: bytes("manifest.json")) as? [String: Any])
    }

    func listed() throws -> [String] {
        try #require(try manifest()["files"] as? [[String: Any]]).compactMap { $0["name"] as? String }
    }

    /// The entries about the case, as they stand in the extract.
    func entries() throws -> [[String: Any]] {
        try shell("gzip -dc audit/case.jsonl.gz").output.split(separator: "\n").dropFirst().dropLast().map {
            try #require(try JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any])
        }
    }

    func flip(_ file: String) throws {
        var data = try bytes(file)
        data[data.count / 2] ^= 1
        try data.write(to: url(file))
    }

    /// What somebody does who knows what SHA256SUMS is.
    func recomputeSums() throws {
        _ = try shell(
            "find . ! -type d ! -name SHA256SUMS | sed 's,^./,,' | sort | xargs sha256sum > /tmp/s.$$; "
                + "mv /tmp/s.$$ SHA256SUMS")
    }

    /// And what somebody does who knows what manifest.json is.
    func recomputeManifest() throws {
        let done = try shell(
            """
            python3 - <<'END'
            import hashlib, json, os
            m = json.load(open("manifest.json"))
            known = {f["name"]: f for f in m["files"]}
            names = [os.path.relpath(os.path.join(d, f), ".") for d, _, fs in os.walk(".") for f in fs]
            outside = ("manifest.json", "SHA256SUMS", "audit/case.jsonl.gz", "audit/checkpoint.txt")
            m["files"] = [{"name": n, "meaning": known.get(n, {}).get("meaning", ""), "bytes": os.path.getsize(n),
                           "sha256": hashlib.sha256(open(n, "rb").read()).hexdigest()} for n in sorted(names) if n not in outside]
            open("manifest.json", "w").write(json.dumps(m, sort_keys=True, separators=(",", ":"), ensure_ascii=False))
            END
            """)
        #expect(done.status == 0, "\(done.output)")
    }
}

/// Goal: what leaves for a court is complete, verifiable by anybody, and nothing else.
@Suite struct `The package of a hand-off` {
    private func unpacked(
        _ test: TestHome, _ host: FordringHost, case number: Int64 = 1, tenant: OpenTenant? = nil,
        to folder: String = "unpacked"
    ) throws -> (package: Unpacked, result: HandoffResult) {
        let tenant = try tenant ?? test.courtTenant(cases: 2, in: host)
        let result = try host.handOff(.order(number), to: test.folder("out"), of: tenant)
        return (try Unpacked(result, to: test.folder(folder)), result)
    }

    @Test func `is verified by following its README only`() throws {
        let test = try TestHome()
        let host = try test.openWithCourts()
        let (package, _) = try unpacked(test, host)
        // Whoever reads it has no home of ours; the commands are the lines that are set apart by six blanks.
        let commands = try package.text("README.txt").split(separator: "\n").filter { $0.hasPrefix("      ") }
            .map { $0.trimmingCharacters(in: .whitespaces) }
        #expect(commands.count == 14)
        let done = try package.shell(
            "set -e\n" + commands.map { "echo '== \($0.replacing("'", with: "").prefix(8))'\n\($0)\n" }.joined())
        #expect(done.status == 0, "\(done.output)")
        let parts = done.output.components(separatedBy: "== ").dropFirst()
        func output(_ beginning: String) throws -> [Substring] {
            let part = try #require(parts.first { $0.hasPrefix(beginning) }, "\(beginning)")
            return part.split(separator: "\n").dropFirst().map { $0 }
        }
        #expect(try output("python3 ").count == 4)
        #expect(try output("python3 ").allSatisfy { $0.hasPrefix("verified: ") })
        let ok = try output("sha256su").count + output("jq -r .f").count
        #expect(done.output.split(separator: "\n").count { $0.hasSuffix(": OK") } == ok)
        #expect(try output("jq -r .f").count == package.listed().count)
        let sums = parts.filter { $0.hasPrefix("sha256su") }.last.map { $0.split(separator: "\n")[1].prefix(64) }
        #expect(sums == (try output("gzip -dc").first))
        #expect(done.output.contains("Signature Verified Successfully"))
        // By hand too, what was added shows.
        let looking = try #require(commands.firstIndex { $0.hasPrefix("find ") })
        #expect(try output("find . -").isEmpty)
        _ = try package.shell("echo more > letters/more.pdf")
        let found = try package.shell(commands[(looking - 2)...looking].joined(separator: "\n"))
        #expect(found.output == "letters/more.pdf\n")
        // What it prints of letters stands in the sums.
        let letters = try #require(parts.last).split(separator: "\n").dropFirst().map { $0.split(separator: " ")[1] }
        #expect(letters.count == 2)
        #expect(try letters.allSatisfy { try package.text("SHA256SUMS").contains("\($0)  letters/") })
        #expect(
            try package.text("README.txt").contains(package.text("audit/key.txt").trimmingCharacters(in: .newlines)))
        try host.close()
    }

    @Test func `has one case, and its files as programs read them`() throws {
        let test = try TestHome()
        let host = try test.openWithCourts()
        let (package, result) = try unpacked(test, host)
        let all = try package.shell("cat $(find . -type f ! -name '*.gz'); gzip -dc audit/case.jsonl.gz").output
        #expect(all.contains("Debtor 1"))
        #expect(!all.contains("Debtor 2"))
        #expect(!all.contains("R-2"))
        let xml = try package.shell(
            "python3 -c 'import xml.dom.minidom as m; "
                + "print([f.firstChild.data for f in m.parse(\"form.xml\").getElementsByTagName(\"field\") "
                + "if f.getAttribute(\"key\") == \"service\"][0])'")
        #expect(xml.output == "by <post> & \"bailiff\"\n")
        #expect(try package.manifest()["handOff"] as? Int == 1)
        let listed = try package.listed()
        let outside = ["manifest.json", "SHA256SUMS", "audit/case.jsonl.gz", "audit/checkpoint.txt"]
        #expect(try package.files() == Set(listed + outside))
        #expect(listed.contains("documents/0001-in_voice.txt"))
        #expect(listed.contains("letters/0001-reminder-2026-03-02.txt"))
        let digest = try package.shell("sha256sum '\(result.path)'").output.prefix(64)
        #expect(digest == result.handoff.packageSHA256)
        let entry = try host.auditLog(tenantID("aa"), last: 50, case: nil).map(\.json)
            .last { $0.contains("legal.prepared") }
        #expect(entry?.contains(String(digest)) == true)
        // No entry is about anybody else.
        for entry in try package.entries() { #expect((entry["subject"] as? [String: Any])?["case"] as? Int == 1) }
        try host.close()
    }

    @Test func `is the same for the same case`() throws {
        let packages = try (0..<2).map { _ in
            let test = try TestHome(seed: "same")
            let host = try test.openWithCourts()
            let tenant = try test.courtTenant(in: host)
            let result = try host.handOff(.order(1), to: test.folder("out"), of: tenant)
            try host.close()
            return try Data(contentsOf: URL(filePath: result.path))
        }
        #expect(packages[0] == packages[1])
    }

    /// How somebody may tamper with a package, and what verifying must say.
    struct Tampering: Sendable, CustomTestStringConvertible {
        let testDescription: String
        /// What the sentence names.
        let named: String
        /// In which file the hash of the changed file is mended.
        let mends: Int
        fileprivate let change: @Sendable (Unpacked) throws -> Void

        fileprivate init(
            _ description: String, mends: Int = 1, names file: String,
            _ change: @escaping @Sendable (Unpacked) throws -> Void
        ) {
            testDescription = description
            named = file
            self.mends = mends
            self.change = change
        }

        /// With the sums mended (1), and with the manifest (2).
        static let all: [Tampering] =
            [
                "form.pdf", "form.xml", "statement.json", "checks.json", "README.txt", "letters/letters.csv",
                "letters/0001-reminder-2026-03-02.txt", "documents/0001-in_voice.txt", "audit/key.txt",
            ].map { file in
                Tampering("a changed byte in \(file)", names: "\(file) was changed") { try $0.flip(file) }
            }
            + [
                Tampering("a changed byte and a new manifest", mends: 2, names: "manifest.json was changed: the log") {
                    try $0.flip("statement.json")
                },
                Tampering("a byte of the entries", names: "audit/case.jsonl.gz was changed") {
                    try $0.flip("audit/case.jsonl.gz")
                },
                Tampering("an entry with another amount", names: "audit/case.jsonl.gz was changed: an entry") {
                    _ = try $0.shell(
                        "gzip -dc audit/case.jsonl.gz | sed 's/\"sentOn\":\"2026/\"sentOn\":\"2025/' | gzip > c && mv c audit/case.jsonl.gz"
                    )
                },
                Tampering("an entry that names another manifest", mends: 2, names: "audit/case.jsonl.gz was changed") {
                    try $0.flip("statement.json")
                    try $0.recomputeManifest()
                    _ = try $0.shell(
                        "n=$(sha256sum manifest.json | cut -c 1-64); gzip -dc audit/case.jsonl.gz | "
                            + "sed \"s/manifestSHA256\\\":\\\"[0-9a-f]*/manifestSHA256\\\":\\\"$n/\" | gzip > c && mv c audit/case.jsonl.gz"
                    )
                },
                Tampering("an added file", names: "letters/0009-threat.txt was added") {
                    _ = try $0.shell("echo pay > letters/0009-threat.txt")
                },
                Tampering("an added link", names: "more was added") { _ = try $0.shell("ln -s letters more") },
                Tampering("an added file in a new manifest", mends: 2, names: "manifest.json was changed: the log") {
                    _ = try $0.shell("echo pay > letters/0009-threat.txt")
                },
                Tampering("a removed file", names: "letters/0001-reminder-2026-03-02.txt is missing") {
                    _ = try $0.shell("rm letters/0001*")
                },
                Tampering("a removed file and a new manifest", mends: 2, names: "manifest.json was changed: the log") {
                    _ = try $0.shell("rm letters/0001*")
                },
                Tampering("another text in the manifest", names: "manifest.json was changed: the log") {
                    _ = try $0.shell("sed -i 's/Test A/Best A/' manifest.json")
                },
                Tampering("no manifest", names: "manifest.json is missing") { _ = try $0.shell("rm manifest.json") },
                Tampering("a manifest of nothing", names: "manifest.json was changed") {
                    _ = try $0.shell("echo '[]' > manifest.json")
                },
                Tampering("other sums", mends: 0, names: "SHA256SUMS was changed") {
                    _ = try $0.shell("sed -i 1d SHA256SUMS")
                },
                Tampering("another head", names: "audit/checkpoint.txt was changed") {
                    try $0.flip("audit/checkpoint.txt")
                },
                Tampering("no entries", names: "audit/case.jsonl.gz is missing") {
                    _ = try $0.shell("rm audit/case.jsonl.gz")
                },
            ]
    }

    @Test(arguments: Tampering.all)
    func `shows what somebody has done to it, by name`(tampering: Tampering) throws {
        let test = try TestHome()
        let host = try test.openWithCourts()
        let (package, _) = try unpacked(test, host)
        try tampering.change(package)
        if tampering.mends > 1 { try package.recomputeManifest() }
        if tampering.mends > 0 {
            try package.recomputeSums()
            // So much for sums alone.
            #expect(
                try package.shell("sha256sum -c --quiet SHA256SUMS").status == 0 || tampering.named.contains("more"))
        }
        let verdict = try package.verify()
        #expect(verdict.status == 1)
        #expect(verdict.output.contains("NOT VERIFIED: \(tampering.named)"), "\(verdict.output)")
        #expect(!verdict.output.contains("Traceback"))
        try host.close()
    }

    @Test func `shows that the entries are of another case, another creditor or another hand-off`() throws {
        let test = try TestHome()
        let host = try test.openWithCourts()
        let tenant = try test.courtTenant(cases: 2, in: host)
        let (package, _) = try unpacked(test, host, tenant: tenant)
        let (otherCase, _) = try unpacked(test, host, case: 2, tenant: tenant, to: "second")
        test.clock.set(Timestamp(TestHome.day, hour: 6))
        let (otherTenant, _) = try unpacked(test, host, tenant: try test.courtTenant("bb", in: host), to: "bb")
        test.clock.set(Timestamp(TestHome.ripe, hour: 7))
        try host.recallHandoff(1, reason: "again", of: tenant)
        let (again, _) = try unpacked(test, host, tenant: tenant, to: "again")
        for (other, sentence) in [
            (otherCase, "audit/case.jsonl.gz is about the case 2"), (otherTenant, "audit/case.jsonl.gz is of the log"),
            // The later extract of the same case holds the entry of the earlier package, too.
            (again, nil),
        ] {
            for file in ["audit/case.jsonl.gz", "audit/checkpoint.txt"] {
                try other.bytes(file).write(to: package.url(file))
            }
            try package.recomputeSums()
            let verdict = try package.verify()
            #expect(verdict.status == (sentence == nil ? 0 : 1), "\(verdict.output)")
            if let sentence { #expect(verdict.output.contains(sentence), "\(verdict.output)") }
        }
        // The other way round the entry is not there yet.
        let old = try Unpacked(
            HandoffResult(
                handoff: try host.showHandoff(1, of: tenant).handoff,
                path: test.folder("out") + "/handoff-aa-1-case-1-paymentOrder.zip", size: 0, isAgain: false, leftOut: []
            ),
            to: test.folder("old"))
        for file in ["audit/case.jsonl.gz", "audit/checkpoint.txt"] { try old.bytes(file).write(to: again.url(file)) }
        try again.recomputeSums()
        #expect(try again.verify().output.contains("audit/case.jsonl.gz has 0 entries about the packing of hand-off 3"))
        try host.close()
    }

    @Test func `is verified with a key from elsewhere, and with no other`() throws {
        let test = try TestHome()
        let host = try test.openWithCourts()
        let tenant = try test.courtTenant(in: host)
        let (package, _) = try unpacked(test, host, tenant: tenant)
        let key = try host.verifierKey(tenant.id)
        #expect(try package.verify("'\(key)'").status == 0)
        let other = try host.rotateKey(tenant.id, reason: "yearly").key.description
        let verdict = try package.verify("'\(other)'")
        #expect(verdict.status == 1)
        #expect(verdict.output.contains("audit/checkpoint.txt has no signature of the key \(other)"))
        #expect(try package.verify("nonsense").output.contains("NOT VERIFIED: the key 'nonsense' is not one"))
        #expect(try package.verify("one two").status == 2)
        // After a change of keys, the old one still leads to a package.
        try host.recallHandoff(1, reason: "again", of: tenant)
        let (again, _) = try unpacked(test, host, tenant: tenant, to: "again")
        #expect(try again.verify("'\(other)'").status == 0)
        let old = try again.shell("fordring audit verify audit/case.jsonl.gz --key '\(key)'")
        #expect(old.status == 0, "\(old.output)")
        try host.close()
    }

    @Test(arguments: ["", "echo LibreSSL 3.3.6", "echo OpenSSL 1.1.1w 11 Sep 2023"])
    func `says where its signature was not checked, with a status of its own`(openssl: String) throws {
        let test = try TestHome()
        let host = try test.openWithCourts()
        let (package, _) = try unpacked(test, host)
        let python = try package.shell("python3 -c 'import sys; print(sys.executable)'").output
            .trimmingCharacters(in: .newlines)
        let bin = test.folder("bin")
        try FileManager.default.createDirectory(atPath: bin, withIntermediateDirectories: true)
        if !openssl.isEmpty {
            try "#!/bin/sh\n\(openssl)\n".write(toFile: "\(bin)/openssl", atomically: true, encoding: .utf8)
            try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: "\(bin)/openssl")
        }
        let verdict = try package.shell("\(python) verify.py", path: bin)
        #expect(verdict.status == 3, "\(verdict.output)")
        #expect(verdict.output.hasPrefix("SIGNATURE NOT CHECKED: this needs OpenSSL 3 or later, and there is: "))
        #expect(!verdict.output.contains("verified:"))
        // What does not fit is said all the same.
        try package.flip("statement.json")
        #expect(try package.shell("\(python) verify.py", path: bin).status == 1)
        try host.close()
    }

    @Test func `says the hash of each letter, also where no copy was kept`() throws {
        let test = try TestHome()
        let host = try test.openWithCourts()
        let tenant = try test.courtTenant(in: host)
        // As letters are that left before copies were kept.
        try tenant.database.write(host.provenance) { try $0.execute("DELETE FROM letter_copy WHERE step_id = $1", 1) }
        let (package, _) = try unpacked(test, host, tenant: tenant)
        let rows = try package.text("letters/letters.csv").split(separator: "\r\n").map {
            $0.split(separator: ",", omittingEmptySubsequences: false)
        }
        let sent = try package.entries().filter { $0["action"] as? String == "letter.sent" }
        #expect(sent.count == 2)
        for (row, entry) in zip(rows.dropFirst(), sent) {
            let details = (entry["change"] as? [String: Any])?["details"] as? [String: Any]
            #expect(row[5].count == 64)
            #expect(details?["sha256"] as? String == String(row[5]))
        }
        #expect(rows[1][6] == "")
        #expect(rows[1][7].contains("no copy was kept"))
        #expect(rows[2][6] == "0002-reminder-2026-03-03.txt")
        #expect(rows[2][7] == "")
        try host.close()
    }

    /// Goal: nobody tells a court of a letter that counts no more as if it did.
    @Test func `says of a letter that it is void, and why`() throws {
        let test = try TestHome()
        let host = try test.openWithCourts()
        let tenant = try test.courtTenant(in: host)
        try tenant.database.write(host.provenance) {
            try $0.execute(
                """
                INSERT INTO case_hold (id, case_id, kind, since, reason, lifted_on, lifted_by)
                VALUES (900, 1, 'estate', $1, 'a test', $2, 'operator')
                """, TestHome.day, TestHome.day)
            try $0.execute("UPDATE case_step SET void_by = 900 WHERE id = 1")
        }
        let letters = try host.legalCheck(.order(1), of: tenant).facts.documents.filter { $0.kind == "letter" }
        #expect(letters.map(\.name).allSatisfy { $0.contains("0002-") } && letters.count == 1)
        let (package, _) = try unpacked(test, host, tenant: tenant)
        let rows = try package.text("letters/letters.csv").split(separator: "\r\n")
        let words = "void: counts no more, hold 900 (estate) since \(TestHome.day)"
        #expect(rows[1].contains(words))
        #expect(!rows[2].contains("void"))
        let sent = try package.text("timeline.csv").split(separator: "\r\n").filter { $0.contains("letter sent") }
        #expect(sent.map { $0.contains(words) } == [true, false])
        #expect(try package.verify().status == 0)
        try host.close()
    }

    @Test func `is nowhere before the commit, and its log holds`() throws {
        struct Broken: Error {}
        let test = try TestHome()
        let host = try test.openWithCourts()
        let tenant = try test.courtTenant(in: host)
        let out = test.folder("out")
        #expect(throws: Broken.self) {
            try host.handOff(.order(1), to: out, of: tenant) { step in
                guard step == .beforeCommit else { return }
                // A head that was signed and never came must not lie anywhere.
                for file in try test.files(in: out) {
                    // Its place on the disk is reserved, and holds nothing.
                    #expect(try Data(contentsOf: URL(filePath: "\(out)/\(file)")).allSatisfy { $0 == 0 })
                }
                throw Broken()
            }
        }
        #expect(try host.auditLog(tenant.id, last: 5, case: nil).allSatisfy { !$0.json.contains("legal.packed") })
        try host.verifyLog(tenant.id)
        let (package, _) = try unpacked(test, host, tenant: tenant)
        #expect(try package.verify().status == 0)
        try host.verifyLog(tenant.id)
        try host.close()
    }
}

/// Goal: what a debtor and a creditor said in a dispute is before the court, and is not where no papers go.
@Suite struct `Papers of a dispute` {
    /// Opens a dispute of a case.
    private func dispute(
        _ caseID: Int64, claim: Int64? = nil, _ text: String, _ host: FordringHost, _ tenant: OpenTenant,
        on day: CivilDate = TestHome.ripe
    ) throws -> Int64 {
        try host.openDispute(
            NewDispute(
                caseID: CaseID(rawValue: caseID), claim: claim.map { ClaimID(rawValue: $0) }, amount: nil,
                reason: .defective, channel: .email, receivedOn: day,
                documents: [
                    NewDocument(.objection, text: text),
                    NewDocument(.evidence, name: "../Æble kvittering.PDF", bytes: Array("%PDF \(text)".utf8)),
                ]),
            for: tenant, on: day
        ).id
    }

    private func request(_ procedure: String) -> HandoffRequest {
        var request = HandoffRequest.order(1)
        request.procedure = LegalProcedureKind(procedure)
        return request
    }

    @Test func `go with a case, those of decided disputes too, and those of no other case`() throws {
        let test = try TestHome()
        let host = try test.openWithCourts()
        let tenant = try test.courtTenant(cases: 2, in: host)
        let first = try dispute(1, "It was broken", host, tenant)
        _ = try host.decideDispute(
            first, DisputeDecision(.rejected, grounds: "It was not", hasNoDocument: true, answeredOn: TestHome.ripe),
            for: tenant, on: TestHome.ripe)
        // The debtor has the days after it.
        test.clock.set(Timestamp(CivilDate(2026, 4, 1), hour: 6))
        _ = try dispute(1, claim: 1, "And late", host, tenant)
        _ = try dispute(2, "Somebody else", host, tenant)
        let result = try host.handOff(request("lawyer"), to: test.folder("out"), of: tenant)
        let package = try Unpacked(result, to: test.folder("unpacked"))
        let papers = try package.listed().filter { $0.hasPrefix("documents/") }
        #expect(
            papers == [
                "documents/0001-in_voice.txt", "documents/dispute-0001-0001-objection-objection.txt",
                "documents/dispute-0001-0002-evidence-_ble_kvittering.PDF",
                "documents/dispute-0001-0003-grounds-grounds.txt",
                "documents/dispute-0002-0004-objection-objection.txt",
                "documents/dispute-0002-0005-evidence-_ble_kvittering.PDF",
            ])
        #expect(try package.text(papers[1]) == "It was broken")
        #expect(try package.text(papers[3]) == "It was not")
        let meanings = try #require(try package.manifest()["files"] as? [[String: Any]]).filter {
            ($0["name"] as? String) == papers[4]
        }
        #expect(meanings.first?["meaning"] as? String == "dispute of 2026-03-20")
        let all = try package.shell("cat $(find . -type f ! -name '*.gz'); gzip -dc audit/case.jsonl.gz").output
        #expect(!all.contains("Somebody else"))
        #expect(try package.verify().status == 0)
        // The request is the same with them and without.
        #expect(result.handoff.requestSHA256 == request("lawyer").sha256)
        try host.close()
    }

    @Test func `of claims that nothing is owed of stay where they are`() throws {
        let test = try TestHome()
        let host = try test.openWithCourts()
        let tenant = try test.courtTenant(in: host)
        _ = try dispute(1, claim: 1, "I have paid", host, tenant)
        let sealer = try host.sealer(of: tenant.database)
        func count(_ claims: [Int64]) throws -> Int {
            let claims = Set(claims.map { ClaimID(rawValue: $0) })
            return try tenant.database.read { transaction in
                try Documents.list(of: CaseID(rawValue: 1), about: claims, sealer, transaction).count
            }
        }
        #expect(try count([]) == 0)
        #expect(try count([1]) == 2)
        #expect(try count([9]) == 0)
        try host.close()
    }

    @Test func `that come after a package was made stop it`() throws {
        let test = try TestHome()
        let host = try test.openWithCourts()
        let tenant = try test.courtTenant(filing: "folder", in: host)
        let number = try dispute(1, "It was broken", host, tenant)
        _ = try host.handOff(request("lawyer"), to: test.folder("out"), of: tenant)
        _ = try host.decideDispute(
            number, DisputeDecision(.rejected, grounds: "It was not", hasNoDocument: true, answeredOn: TestHome.ripe),
            for: tenant, on: TestHome.ripe)
        #expect(try host.handoffs(of: tenant.id, onlyOpen: true).map(\.state) == [.prepared])
        let again = try hostError { try host.handOff(request("lawyer"), to: test.folder("out"), of: tenant) }
        #expect(again.message.contains("prepared before a paper of a dispute was added. Recall it first"))
        _ = try host.drain(tenant, on: nil)
        #expect(try host.handoffs(of: tenant.id, onlyOpen: false).map(\.state) == [.recalled])
        #expect(try test.files(in: test.courtFolder(tenant.id).path).allSatisfy { !$0.hasSuffix(".zip") })
        #expect(
            try host.auditLog(tenant.id, last: 20, case: nil).contains {
                $0.json.contains("it no longer holds: ") && $0.json.contains("papersComplete")
            })
        // Made anew it has them, and leaves.
        test.clock.set(Timestamp(CivilDate(2026, 4, 1), hour: 6))
        _ = try host.handOff(request("lawyer"), to: test.folder("out"), of: tenant)
        _ = try host.drain(tenant, on: nil)
        #expect(try host.handoffs(of: tenant.id, onlyOpen: true).map(\.state) == [.filed])
        try host.close()
    }

    @Test func `and letters lie apart where none are filed, and the form alone is`() throws {
        let test = try TestHome()
        let host = try test.openWithCourts()
        let tenant = try test.courtTenant(filing: "folder", in: host)
        let number = try dispute(1, "It was broken", host, tenant)
        _ = try host.decideDispute(
            number, DisputeDecision(.rejected, grounds: "It was not", hasNoDocument: true, answeredOn: TestHome.ripe),
            for: tenant, on: TestHome.ripe)
        // The debtor has the days after it.
        test.clock.set(Timestamp(CivilDate(2026, 4, 1), hour: 6))
        let result = try host.handOff(request("plainOrder"), to: test.folder("out"), of: tenant)
        let package = try Unpacked(result, to: test.folder("unpacked"))
        let files = try package.files()
        #expect(files.allSatisfy { !$0.hasPrefix("letters/") && !$0.hasPrefix("documents/") })
        #expect(files.contains("not-filed/letters/letters.csv"))
        #expect(files.contains("not-filed/letters/0001-reminder-2026-03-02.txt"))
        #expect(files.contains("not-filed/documents/0001-in_voice.txt"))
        #expect(files.contains("not-filed/documents/dispute-0001-0001-objection-objection.txt"))
        #expect(try package.text("README.txt").contains("No papers go with this procedure (§ 8"))
        #expect(try package.verify().status == 0)
        _ = try host.drain(tenant, on: nil)
        let filed = try Data(contentsOf: test.courtFolder(tenant.id).appending(path: "aa-handoff-1.zip"))
        #expect(try ZipArchive(Array(filed)).files.map(\.name) == ["form.pdf", "form.json", "form.xml"])
        #expect(try ZipArchive(Array(filed)).files[1].bytes == Array(package.bytes("form.json")))
        try host.close()
    }
}
