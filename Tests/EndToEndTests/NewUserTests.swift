import Foundation
import Testing

/// Goal: what the README promises works for somebody who has only the README.
@Suite(.enabled(if: Program.isBuilt, "run 'make debug' first"))
struct NewUserTests {
    static let tenantFile = Bakery.tenantFile("my-bakery", reminder: "[sms, post]", notice: "[post]")

    static let claims = """
        reference,issued_on,due_on,amount,text,debtor_kind,debtor_name,debtor_id,customer_number,street,postal_code,city,phone
        A1,2025-12-01,2025-12-15,1200.00,"Rugbrød, levering",business,Café Ærø ApS,61056416,,Havnen 2,5750,Ringe,
        A2,2025-12-02,2025-12-16,80.50,Kage,consumer,Åse Øst,,77,Vej 3,5750,Ringe,+4520202020
        A3,2025-12-03,2025-12-17,50.505,Kage,consumer,Bo Vest,,78,Vej 4,5750,Ringe,
        A4,2025-12-03,2025-02-30,50.50,Kage,consumer,Bo Vest,,78,Vej 4,5750,Ringe,
        A5,2025-12-03,2025-12-17,0.00,Kage,business,Nul ApS,13585627,,Vej 5,5750,Ringe,
        A1,2025-12-01,2025-12-15,1200.00,"Rugbrød, levering",business,Café Ærø ApS,61056416,,Havnen 2,5750,Ringe,
        """

    private func withAgency(_ body: (Program, URL) throws -> Void) throws {
        try withTemporaryFolder { folder in
            let program = Program(home: folder.appending(path: "home"))
            let file = folder.appending(path: "my-bakery.yaml")
            try NewUserTests.tenantFile.write(to: file, atomically: true, encoding: .utf8)
            try NewUserTests.claims.write(to: folder.appending(path: "claims.csv"), atomically: true, encoding: .utf8)
            try program.succeed("tenant", "onboard", file.path, "--dry-run")
            #expect(try program.succeed("tenant", "list").contains("No tenants yet"))
            let receipt = try program.succeed("tenant", "onboard", file.path)
            #expect(receipt.contains("Verifier key: fordring/my-bakery+"))
            #expect(try program.succeed("tenant", "onboard", file.path).contains("nothing was changed"))
            try body(program, folder)
        }
    }

    @Test func `own claims are collected from the first reminder to an export that verifies`() throws {
        try withAgency { program, folder in
            let csv = folder.appending(path: "claims.csv").path
            let imported = try program.succeed("claim", "import", "--tenant", "my-bakery", "--date", "2026-01-02", csv)
            #expect(imported.contains("2 accepted, 1 duplicates, 3 refused"))
            let verdicts = try String(contentsOfFile: csv + ".verdicts.csv", encoding: .utf8)
            #expect(verdicts.contains("A3,refused"))
            #expect(verdicts.contains("3 decimals"))
            #expect(verdicts.contains("does not exist"))
            #expect(verdicts.contains("not over zero; debtor_id:"))

            try program.succeed("run", "--until", "2026-02-28")
            let shown = try program.succeed(
                "case", "show", "1", "--tenant", "my-bakery", "--explain", "--date", "2026-02-28")
            for part in ["collectionNotice", "§ 10, inkassoloven", "§ 9 a (3)", "readyForCourt", "because:"] {
                #expect(shown.contains(part), "\(part) is missing from: \(shown)")
            }
            let outbox = program.home.appending(path: "tenants/my-bakery/outbox")
            let text = try String(contentsOf: outbox.appending(path: "sms/outbox.jsonl"), encoding: .utf8)
            #expect(text.split(separator: "\n").count == 1)
            let letters = try files(below: outbox.appending(path: "post")).keys.filter { $0.hasSuffix(".pdf") }
            #expect(letters.count == 5)

            let part = try program.succeed(
                "payment", "add", "--tenant", "my-bakery", "--case", "1", "--amount", "100.00", "--date", "2026-02-28",
                "--reference", "bank-1")
            #expect(part.contains("Still owed"))
            let again = try program.succeed(
                "payment", "add", "--tenant", "my-bakery", "--case", "1", "--amount", "100.00", "--date", "2026-02-28",
                "--reference", "bank-1")
            #expect(again.contains("registered before"))

            let before = try program.succeed("audit", "log", "--tenant", "my-bakery", "--last", "1")
            try program.succeed("claim", "import", "--tenant", "my-bakery", "--date", "2026-01-02", csv)
            #expect(try program.succeed("audit", "log", "--tenant", "my-bakery", "--last", "1") == before)

            let export = folder.appending(path: "audit.jsonl.gz")
            try program.succeed("audit", "export", "--tenant", "my-bakery", "--output", export.path)
            #expect(try program.succeed("audit", "verify", export.path).contains("Intact:     yes"))

            // A changed entry under a genuine checkpoint: the verdicts are told apart.
            let changed = folder.appending(path: "changed.jsonl.gz")
            let tool = Process()
            tool.executableURL = URL(filePath: "/bin/sh")
            tool.arguments = ["-c", "zcat '\(export.path)' | sed '5s/A1/A9/' | gzip > '\(changed.path)'"]
            try tool.run()
            tool.waitUntilExit()
            let refused = try program.run("audit", "verify", changed.path)
            #expect(refused.status == 1)
            #expect(refused.text.contains("Intact:     no") && refused.text.contains("the checkpoint is genuine"))
            #expect(refused.errors.contains("at least one was changed or moved"))
        }
    }

    @Test func `a tenant that is suspended has nothing done for it until it is resumed`() throws {
        try withAgency { program, folder in
            try program.succeed("tenant", "suspend", "my-bakery", "--reason", "test")
            let csv = folder.appending(path: "claims.csv").path
            #expect(try program.run("claim", "import", "--tenant", "my-bakery", csv).status == 1)
            #expect(try program.run("run", "--tenant", "my-bakery").status == 1)
            #expect(try program.succeed("run").contains("no active tenant"))
            try program.succeed("tenant", "resume", "my-bakery", "--reason", "test")
            try program.succeed("run", "--tenant", "my-bakery", "--date", "2026-01-05")
        }
    }

    @Test func `documents from the world get a verdict that says all that is wrong`() throws {
        let data = Program.project.appending(path: "../shared/data/ubl")
        try withAgency { program, folder in
            for name in ["base-example.xml", "Norwegian-example-1.xml", "base-creditnote-correction.xml"] {
                let source = data.appending(path: name)
                guard FileManager.default.fileExists(atPath: source.path) else {
                    print("SKIPPED: \(name) is not beside this checkout")
                    continue
                }
                let copy = folder.appending(path: name)
                try FileManager.default.copyItem(at: source, to: copy)
                let output = try program.succeed("claim", "import", "--tenant", "my-bakery", copy.path)
                #expect(output.contains("0 accepted, 0 duplicates, 1 refused"))
                #expect(output.contains("supplier:"))
                #expect(output.contains("currency:"))
            }
        }
    }

    @Test func `an own UBL invoice is accepted and its credit note reduces it`() throws {
        try withTemporaryFolder { folder in
            let program = Program(home: folder.appending(path: "home"))
            try program.succeed("tenant", "onboard", "Tenants/nordisk-trae.yaml")
            for (name, credited) in [("NT-310002.xml", false), ("KN-310101.xml", true)] {
                let copy = folder.appending(path: name)
                try FileManager.default.copyItem(
                    at: Program.project.appending(path: "Tenants/nordisk-trae/ubl/\(name)"), to: copy)
                let output = try program.succeed(
                    "claim", "import", "--tenant", "nordisk-trae", "--date", "2026-05-01", copy.path)
                #expect(output.contains("1 accepted"))
                let list = try program.succeed("case", "show", "1", "--tenant", "nordisk-trae", "--date", "2026-05-01")
                #expect(list.contains("claimsPlaced") && list.contains("debit"))
                #expect(list.split(separator: "\n").filter { $0.contains("claimsPlaced") }.count == (credited ? 2 : 1))
            }
        }
    }

    @Test(arguments: [
        (["nonsense"], Int32(64), "Unexpected argument"),
        (["run", "--date", "2026-02-30"], 64, "2026-02-30"),
        (["tenant", "show", "nobody"], 1, "There is no tenant 'nobody'"),
        (["tenant", "onboard", "no-such-file.yaml"], 65, "no-such-file.yaml"),
        (["plugin", "check", "no-such-plugin"], 1, "no-such-plugin"),
        (["audit", "verify", "README.md"], 1, "README.md"),
        (["plugin", "build", "Tests"], 65, "plugin.json"),
    ])
    func `what goes wrong has its exit status and a sentence, never a stack trace`(
        arguments: [String], status: Int32, words: String
    ) throws {
        try withTemporaryFolder { folder in
            let output = try Program(home: folder.appending(path: "home")).run(arguments)
            #expect(output.status == status, "\(output.errors)")
            #expect(output.errors.contains(words), "\(output.errors)")
            #expect(!output.errors.contains("Fatal error"))
        }
    }

    @Test func `every way that a claim file can be bad ends with status 65 and a sentence`() throws {
        try withAgency { program, folder in
            let files: [(String, Data)] = [
                ("empty.csv", Data()),
                ("header.csv", Data("a;b;c\n".utf8)),
                ("latin.csv", Data([0x72, 0x65, 0x66, 0xE6, 0x2C, 0x0A])),
                ("bomb.xml", Data("<?xml version=\"1.0\"?><!DOCTYPE a [<!ENTITY b \"c\">]><a>&b;</a>".utf8)),
                ("broken.xml", Data("<Invoice><ID>".utf8)),
                ("zeros.bin", Data(count: 5000)),
            ]
            for (name, data) in files {
                let file = folder.appending(path: name)
                try data.write(to: file)
                let output = try program.run("claim", "import", "--tenant", "my-bakery", file.path)
                #expect(output.status == 65, "\(name): \(output.text) \(output.errors)")
                #expect(output.text.contains("nothing read: "), "\(name): \(output.text)")
            }
            let missing = try program.run("claim", "import", "--tenant", "my-bakery", "no-such.csv")
            #expect(missing.status == 65)
        }
    }
}
