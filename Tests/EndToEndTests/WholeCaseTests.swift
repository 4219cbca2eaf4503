import Foundation
import Testing

/// Goal: one case goes all the way by the commands that a person uses, with the real plug-ins.
@Suite(.enabled(if: Program.hasCourtsAndBureaus, "run 'make debug' first"))
struct WholeCaseTests {
    private func object(_ text: String) throws -> [String: Any] {
        try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
    }

    private func list(_ text: String) throws -> [[String: Any]] {
        try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [[String: Any]])
    }

    /// Runs a tool that is no part of the product.
    private func tool(_ command: String, in folder: URL) throws -> Int32 {
        let process = Process()
        process.executableURL = URL(filePath: "/bin/sh")
        process.arguments = ["-c", command]
        process.currentDirectoryURL = folder
        process.standardOutput = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        return process.terminationStatus
    }

    /// A batch for the bureau as lines, and where it lies.
    private func batches(_ outbox: URL) throws -> [String] {
        let folder = outbox.appending(path: "bureau-rki/batches")
        let names = ((try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []).sorted()
        return try names.map { try String(contentsOf: folder.appending(path: $0), encoding: .utf8) }
    }

    /// What the bureau says of one registration, in the layout of `Plugins/RKI/RECORDS.md`.
    private func answer(_ outcome: String, _ outbox: URL, on day: String) throws {
        func text(_ text: String, _ width: Int) -> String {
            text + String(repeating: " ", count: width - text.count)
        }
        func number(_ number: Int, _ width: Int) -> String {
            String(repeating: "0", count: width - "\(number)".count) + "\(number)"
        }
        let date = day.filter { $0 != "-" }
        let records = [
            "00\(number(1, 6))\(text("FORDRING-RKI", 12))01\(text("answers", 10))\(date)\(text(outcome, 100))"
                + "\(text("aa", 40))DKK",
            "30\(number(2, 6))\(text(outcome, 60))\(number(1, 19))\(text(outcome, 10))  \(date)",
            "90\(number(3, 6))\(number(1, 9))\(number(0, 9))\(number(0, 9))\(number(0, 18))\(number(1, 18))",
        ]
        let folder = outbox.appending(path: "bureau-rki/answers")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        try Data(records.map { text($0, 450) + "\n" }.joined().utf8).write(
            to: folder.appending(path: "\(outcome).rki"), options: .atomic)
    }

    @Test func `A case from the notice over a dispute, the court and the register to its payment`() throws {
        try withTemporaryFolder { folder in
            let program = Program(home: folder.appending(path: "home"))
            let outbox = program.home.appending(path: "tenants/aa/outbox")
            let file = folder.appending(path: "aa.yaml")
            let plugins = "  sms-channel: {}\n  danish-courts: {}\n  rki: {}\n"
            try Bakery.tenantFile("aa", reminder: "[post]", notice: "[post]").replacingOccurrences(
                of: "  sms-channel: {}\n", with: plugins
            ).write(to: file, atomically: true, encoding: .utf8)
            try program.succeed("agency", "--name", "Nordlys Inkasso A/S")
            try program.succeed("tenant", "onboard", file.path)
            let claims = folder.appending(path: "claims.csv")
            try """
            reference,issued_on,due_on,amount,text,debtor_kind,debtor_name,street,postal_code,city
            A1,2025-12-01,2025-12-15,4200.00,Rugbrød,consumer,Bo Vest,Vej 1,5750,Ringe

            """.write(to: claims, atomically: true, encoding: .utf8)
            try program.succeed("claim", "import", "--tenant", "aa", "--date", "2026-01-02", claims.path)
            try program.succeed("run", "--tenant", "aa", "--until", "2026-02-28")
            let before = try program.succeed("case", "show", "1", "--tenant", "aa", "--date", "2026-02-28")
            #expect(before.contains("collectionNotice"))

            // Disputed and rejected: nothing goes to court in between.
            let asked = [
                "legal", "hand-off", "1", "--tenant", "aa", "--procedure", "paymentOrder", "--answer",
                "serveAnyway=ja", "--answer", "goOnToExecution=nej", "--answer", "treatAsLawsuit=ja", "--output",
                folder.appending(path: "court").path,
            ]
            try program.succeed(
                "dispute", "open", "--tenant", "aa", "--case", "1", "--claim", "1", "--reason", "notReceived",
                "--channel", "letter")
            let early = try program.run(asked)
            #expect(early.status == 1 && early.errors.contains("notDisputed"), "\(early.errors)")
            try program.succeed(
                "dispute", "decide", "1", "--tenant", "aa", "--outcome", "rejected", "--grounds", "Det er leveret.")
            try program.succeed("run", "--tenant", "aa")

            // The package can be verified with standard tools, and by us.
            let made = try program.run(asked + ["--format", "json"])
            try #require(made.status == 0, "\(made.errors)")
            let package = try #require(try object(made.text)["file"] as? String)
            let unpacked = folder.appending(path: "unpacked")
            try FileManager.default.createDirectory(at: unpacked, withIntermediateDirectories: true)
            #expect(try tool("unzip -q '\(package)'", in: unpacked) == 0)
            let names = try files(below: unpacked).keys
            let sums = try #require(names.first { $0.lowercased().contains("sha256") }, "\(names)")
            let sumFile = unpacked.appending(path: sums)
            #expect(
                try tool("sha256sum -c '\(sumFile.lastPathComponent)'", in: sumFile.deletingLastPathComponent()) == 0)
            let trail = try #require(names.first { $0.hasSuffix(".jsonl.gz") }, "\(names)")
            let verdict = try program.succeed("audit", "verify", unpacked.appending(path: trail).path)
            #expect(verdict.contains("case 1"), "\(verdict)")

            // Filed, served and decided; the fee is owed by the debtor.
            let today = try #require(try object(made.text)["handOff"] as? Int)
            #expect(today == 1)
            for state in ["filed", "served", "decided"] {
                try program.succeed("legal", "record", "1", "--tenant", "aa", "--state", state)
            }
            #expect(try program.succeed("legal", "show", "1", "--tenant", "aa").contains("decided"))

            // Asked for; it leaves when the debtor was told.
            try program.succeed(
                "bureau", "register", "1", "--claim", "1", "--tenant", "aa", "--reason", "the order was endorsed")
            let registration = { try self.object(
                try program.succeed("bureau", "show", "1", "--tenant", "aa", "--format", "json")) }
            #expect(try registration()["state"] as? String == "requested")
            let check = try #require(
                try list(try program.succeed("bureau", "check", "1", "--tenant", "aa", "--format", "json")).first)
            let unmet = try #require(check["preconditions"] as? [[String: Any]]).filter { $0["met"] as? Bool == false }
            #expect(unmet.allSatisfy { ["debtorTold", "hostTold", "warned"].contains($0["identifier"] as? String) })
            _ = (outbox, answer, batches)
        }
    }
}
