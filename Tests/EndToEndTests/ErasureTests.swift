import Foundation
import Testing

/// Goal: after an erasure nothing in the tenant's folder says who the person was, and everything that was signed still
/// verifies.
///
/// Method: the real program collects for months from two people, by post, e-mail and text message; the log is exported;
/// one of them pays and is erased once the law allows it. Then every byte of every file is searched, also inside gzip
/// files and PDFs.
@Suite(.enabled(if: Program.isBuilt, "run 'make debug' first"))
struct ErasureTests {
    static let tenantFile = Bakery.tenantFile("my-bakery", reminder: "[sms]", notice: "[email]")

    static let claims = """
        reference,issued_on,due_on,amount,text,debtor_kind,debtor_name,debtor_id,customer_number,street,postal_code,city,email,phone
        A1,2025-12-01,2025-12-15,1200.00,Kage til Grønkvists fest,consumer,Tulle Grønkvist,010170-1234,KNR-90817,Ålebrovej 44,5853,Ørbæk,tulle.g@post.example,+4551525354
        A2,2025-12-02,2025-12-16,80.50,Brød,consumer,Bo Vestervang,,KNR-11122,Havnen 2,5750,Ringe,bo.v@post.example,+4561626364
        """

    /// What may be found nowhere once Tulle Grønkvist is erased.
    static let secrets = [
        "Grønkvist", "0101701234", "010170-1234", "KNR-90817", "knr-90817", "Ålebrovej", "Ørbæk", "tulle.g", "51525354",
        // As header and body of a message write them.
        "Gr=C3=B8nkvist", "=C3=85lebrovej",
    ]

    @Test func `a person is erased from every file, and what was exported still verifies`() throws {
        try withTemporaryFolder { folder in
            let program = Program(home: folder.appending(path: "home"))
            let books = program.home.appending(path: "tenants/my-bakery")
            let export = try collect(program, in: folder)
            let before = try mentions(of: ErasureTests.secrets, below: books)
            #expect(before.keys.contains { $0.hasSuffix("books.sqlite") || $0.hasSuffix("books.sqlite-wal") })
            #expect(before.keys.contains { $0.contains("Maildir/new/") })
            #expect(before.keys.contains { $0.hasSuffix("outbox.jsonl") })
            if Pipe.isInstalled("pdftotext") { #expect(before.keys.contains { $0.hasSuffix(".pdf") }) }
            // Nothing in clear in an export, before and after.
            #expect(!before.keys.contains { $0.hasSuffix(".gz") })
            #expect(try revealed(program).contains("Tulle Grønkvist"))

            // Yesterday's proof of the entry that holds the person sealed.
            let proof = folder.appending(path: "proof.json").path
            try program.succeed("audit", "prove", "--tenant", "my-bakery", "--entry", "2", "--output", proof)
            #expect(
                try program.succeed("audit", "verify-proof", proof, "--format", "json").contains("party.registered"))

            // While the claim is open, and while the law wants the books kept.
            let open = try program.run(erasing("2040-01-01"))
            #expect(open.status == 1)
            #expect(open.errors.contains("case 1 is open"), "\(open.errors)")
            try pay(program, caseNumber: 1)
            let kept = try program.run(erasing("2031-12-31"))
            #expect(kept.status == 1)
            #expect(kept.errors.contains("kept through 2031-12-31 (§ 12, bogføringsloven"), "\(kept.errors)")
            #expect(try program.succeed("party", "show", "1", "--tenant", "my-bakery").contains("through 2031-12-31"))
            #expect(try mentions(of: ErasureTests.secrets, below: books).keys.count >= before.keys.count)

            #expect(try program.run(erasing("2032-01-01")).text.contains("Party 1 is erased."))
            #expect(try mentions(of: ErasureTests.secrets, below: program.home) == [:])
            #expect(try program.run(erasing("2032-01-01")).text.contains("was erased before"))

            // Yesterday's export and today's log verify; what they say of the person cannot be read.
            try program.succeed("audit", "verify", export.path)
            let later = folder.appending(path: "later.jsonl.gz").path
            try program.succeed("audit", "export", "--tenant", "my-bakery", "--output", later)
            try program.succeed("audit", "verify", later)
            try program.succeed("audit", "check")
            try program.succeed("audit", "verify-proof", proof)
            let plain = try revealed(program)
            #expect(!plain.contains("Grønkvist"))
            #expect(plain.contains("Bo Vestervang"))
            #expect(plain.contains(#""revealed":null"#))

            // The other is untouched; proofs of delivery stay.
            #expect(try program.succeed("party", "list", "--tenant", "my-bakery").contains("(erased 2032-01-01)"))
            #expect(try mentions(of: ["Vestervang"], below: books).keys.contains { $0.hasSuffix("books.sqlite") })
            let left = try files(below: books.appending(path: "outbox"))
            #expect(left.keys.filter { $0.hasSuffix(".pdf") }.count == 1)
            #expect(left.keys.filter { $0.hasPrefix("post/") && $0.hasSuffix(".json") }.count == 2)
            #expect(left.keys.filter { $0.contains("Maildir/forgotten/") }.count == 1)
            let messages = try #require(left["sms/outbox.jsonl"])
            #expect(String(decoding: messages, as: UTF8.self).split(separator: "\n").count == 2)

            let log = try program.succeed("audit", "log", "--tenant", "my-bakery", "--last", "1000")
            #expect(
                log.contains(#""action":"party.erased","actor":{"operator":"tester"},"basis":["§ 12, bogføringsloven"#))
            #expect(log.contains(#""actor":{"plugin":{"name":"denmark","sha256":""#))
            #expect(log.contains(#""action":"party.read""#) && log.contains(#""action":"audit.revealed""#))

            // The same person may owe again, and is another party then.
            let csv = try write(ErasureTests.claims.replacing("A1,", with: "B1,"), to: "again.csv", in: folder)
            try program.succeed("claim", "import", "--tenant", "my-bakery", "--date", "2026-05-01", csv)
            #expect(try program.succeed("party", "show", "3", "--tenant", "my-bakery").contains("Tulle Grønkvist"))
        }
    }

    /// Goal: a kill between the books and the files leaves nothing half done for good.
    ///
    /// Method: the message file stands where it cannot be written, as after a crash in between; the erasure reports it,
    /// and the next run finishes it.
    @Test func `an erasure that is broken off is finished by the next run`() throws {
        try withTemporaryFolder { folder in
            let program = Program(home: folder.appending(path: "home"))
            let books = program.home.appending(path: "tenants/my-bakery")
            _ = try collect(program, in: folder)
            try pay(program, caseNumber: 1)
            let messages = books.appending(path: "outbox/sms/outbox.jsonl")
            let stowed = folder.appending(path: "stowed.jsonl")
            try FileManager.default.moveItem(at: messages, to: stowed)
            try FileManager.default.createDirectory(at: messages, withIntermediateDirectories: true)
            let broken = try program.run(erasing("2032-01-01"))
            #expect(broken.status == 69)
            #expect(broken.errors.contains("'sms' still keeps letter"), "\(broken.errors)")
            try FileManager.default.removeItem(at: messages)
            try FileManager.default.moveItem(at: stowed, to: messages)
            #expect(try !mentions(of: ErasureTests.secrets, below: books).isEmpty)
            try program.succeed("run", "--tenant", "my-bakery", "--date", "2026-04-02")
            #expect(try mentions(of: ErasureTests.secrets, below: program.home) == [:])
        }
    }

    // MARK: The play

    /// Months of collecting from two people; gives an export that lies among the tenant's files.
    private func collect(_ program: Program, in folder: URL) throws -> URL {
        let file = try write(ErasureTests.tenantFile, to: "my-bakery.yaml", in: folder)
        let csv = try write(ErasureTests.claims, to: "claims.csv", in: folder)
        try program.succeed("tenant", "onboard", file)
        try program.succeed("claim", "import", "--tenant", "my-bakery", "--date", "2026-01-02", csv)
        try program.succeed("run", "--tenant", "my-bakery", "--until", "2026-03-31")
        let exports = program.home.appending(path: "tenants/my-bakery/exports")
        try FileManager.default.createDirectory(at: exports, withIntermediateDirectories: true)
        let export = exports.appending(path: "yesterday.jsonl.gz")
        try program.succeed("audit", "export", "--tenant", "my-bakery", "--output", export.path)
        return export
    }

    private func pay(_ program: Program, caseNumber: Int) throws {
        struct Shown: Decodable { let outstanding: String }
        let text = try program.succeed(
            "case", "show", "\(caseNumber)", "--tenant", "my-bakery", "--date", "2026-04-01", "--format", "json")
        let owed = try JSONDecoder().decode(Shown.self, from: Data(text.utf8)).outstanding
        let paid = try program.succeed(
            "payment", "add", "--tenant", "my-bakery", "--case", "\(caseNumber)", "--amount", owed, "--date",
            "2026-04-01", "--registered", "2026-04-01")
        #expect(paid.contains("paid and closed"), "\(paid)")
    }

    private func erasing(_ day: String) -> [String] {
        ["party", "erase", "1", "--tenant", "my-bakery", "--reason", "asked by the person", "--date", day]
    }

    private func revealed(_ program: Program) throws -> String {
        try program.succeed("audit", "export", "--tenant", "my-bakery", "--reveal", "--output", "-")
    }

    private func write(_ text: String, to name: String, in folder: URL) throws -> String {
        let file = folder.appending(path: name)
        try text.write(to: file, atomically: true, encoding: .utf8)
        return file.path
    }

    // MARK: The search

    /// Which of the words stand in which files: as bytes, in what is packed, and in what is drawn.
    private func mentions(of words: [String], below folder: URL) throws -> [String: [String]] {
        var found: [String: [String]] = [:]
        for (path, data) in try files(below: folder) {
            let file = folder.appending(path: path).path
            var texts = [data]
            if path.hasSuffix(".gz") { texts.append(try Pipe.output(of: ["gunzip", "-c", file])) }
            if path.hasSuffix(".pdf"), Pipe.isInstalled("pdftotext") {
                texts.append(try Pipe.output(of: ["pdftotext", file, "-"]))
            }
            // A PDF that is attached stands in base64.
            texts.append(data.base64Parts)
            let words = words.filter { word in texts.contains { $0.range(of: Data(word.utf8)) != nil } }
            if !words.isEmpty { found[path] = words }
        }
        return found
    }
}

extension Data {
    /// What stands in base64 in a message.
    fileprivate var base64Parts: Data {
        guard range(of: Data("Content-Transfer-Encoding: base64".utf8)) != nil else { return Data() }
        let text = String(decoding: self, as: UTF8.self).replacing("\r\n", with: "\n")
        return text.split(separator: "\n\n").reduce(into: Data()) { data, part in
            data += Data(base64Encoded: String(part), options: .ignoreUnknownCharacters) ?? Data()
        }
    }
}

extension Pipe {
    fileprivate static func isInstalled(_ tool: String) -> Bool {
        FileManager.default.isExecutableFile(atPath: "/usr/bin/\(tool)")
    }

    /// What a tool prints.
    fileprivate static func output(of command: [String]) throws -> Data {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = command
        let pipe = Pipe()
        process.standardOutput = pipe
        process.standardError = FileHandle.nullDevice
        try process.run()
        let data = pipe.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return data
    }
}
