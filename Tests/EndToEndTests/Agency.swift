import Foundation
import Testing

/// A creditor of the tests.
enum Bakery {
    /// Its file, with the channels of the reminder and of the collection notice, and lines of its own.
    static func tenantFile(_ id: String, reminder: String, notice: String, more: String = "") -> String {
        """
        tenant: \(id)
        legalName: Min Bager ApS
        registrationNumber: "13585628"
        countries: [DK]
        language: da
        deductsVAT: true
        letterhead: { address: ["Torvet 1", "5750 Ringe"], phone: "+45 99 99 10 10", email: post@bager.example }
        bank: { account: "0040 0440116243" }
        paymentCreditorNumber: "81234567"
        plugins:
          denmark: {}
          post-channel: {}
          email-channel: { from: inkasso@bager.example }
          sms-channel: {}
        policy:
          reminder: { times: 1, waitingDays: 3, charge: true, channels: \(reminder) }
          collectionNotice: { waitingDays: 0, channels: \(notice) }
          collectionLetter: { waitingDays: 0, charge: true, channels: [post] }
          readyForCourt: { waitingDays: 14 }
        commission: { percent: 10 }
        csv: { delimiter: ",", decimalSeparator: ".", encoding: utf-8 }
        \(more)
        """
    }
}

/// An agency with tenants whose letters wait in their queues, for tests of the workers.
struct Agency {
    /// A person who owes, with everything that must stay out of logs and figures.
    struct Person {
        let name: String
        let number: String
        let street: String
        let city: String
        let email: String
        let phone: String
    }

    let program: Program
    let folder: URL

    static func with(_ body: (Agency) throws -> Void) throws {
        try withTemporaryFolder { folder in
            try body(Agency(program: Program(home: folder.appending(path: "home")), folder: folder))
        }
    }

    /// Takes a tenant on; its letters go by these channels.
    func onboard(_ id: String, channels: String = "[post]", more: String = "") throws {
        let text = Bakery.tenantFile(
            id, reminder: channels, notice: "[email, post]", more: more)
        let file = folder.appending(path: "\(id).yaml")
        try Data(text.utf8).write(to: file)
        try program.succeed("tenant", "onboard", file.path)
    }

    /// Takes claims in.
    func importClaims(_ id: String, _ people: [Person], date: String? = "2026-01-02") throws -> Program.Output {
        var lines = [
            "reference,issued_on,due_on,amount,text,debtor_kind,debtor_name,debtor_id,customer_number,street,"
                + "postal_code,city,email,phone"
        ]
        for (number, person) in people.enumerated() {
            lines.append(
                "\(id)-\(number),2025-12-01,2025-12-15,\(100 + number).50,Brød,consumer,\(person.name),\(person.number),"
                    + "K\(number),\(person.street),5750,\(person.city),\(person.email),\(person.phone)")
        }
        let file = folder.appending(path: "\(id).csv")
        try Data((lines.joined(separator: "\n") + "\n").utf8).write(to: file)
        return try program.run(
            ["claim", "import", "--tenant", id] + (date.map { ["--date", $0] } ?? []) + [file.path])
    }

    /// People of whom nothing is special.
    func people(_ count: Int) -> [Person] {
        (1...count).map {
            Person(
                name: "Bo Vest \($0)", number: "", street: "Vej \($0)", city: "Ringe", email: "",
                phone: "+45202020\(10 + $0 % 90)")
        }
    }

    /// Takes a tenant on and queues a letter to each of so many people.
    func queueLetters(_ id: String, _ count: Int, channels: String = "[post]") throws {
        try onboard(id, channels: channels)
        #expect(try importClaims(id, people(count)).status == 0)
        try program.succeed("jobs", "pause", "--tenant", id, "--kind", "deliverLetter", "--reason", "test")
        try program.succeed("run", "--tenant", id, "--date", "2026-01-05")
        try program.succeed("jobs", "resume", "--tenant", id, "--kind", "deliverLetter")
        #expect(try counts(id) == ["available": count])
    }

    /// How many letters are in which state.
    func counts(_ id: String) throws -> [String: Int] {
        struct Statistics: Decodable {
            struct Tenant: Decodable {
                struct Kind: Decodable {
                    let kind: String
                    let counts: [String: Int]
                }
                let kinds: [Kind]
            }
            let tenants: [Tenant]
        }
        let text = try program.succeed("jobs", "stats", "--tenant", id, "--format", "json")
        let tenant = try #require(try JSONDecoder().decode(Statistics.self, from: Data(text.utf8)).tenants.first)
        return tenant.kinds.first { $0.kind == "deliverLetter" }?.counts ?? [:]
    }

    /// The PDFs that a tenant's letters became.
    func letters(_ id: String) throws -> [String] {
        try files(below: program.home.appending(path: "tenants/\(id)/outbox/post")).keys.filter {
            $0.hasSuffix(".pdf") && !$0.contains(".tmp-")
        }
    }
}

/// `fordring work`, at work.
struct RunningWork {
    struct Line: Decodable {
        struct Metadata: Decodable {
            let tenant: String?
            let job: Int64?
            let kind: String?
            let attempt: Int?
            let result: String?
            let milliseconds: Int64?
        }
        let time: String
        let level: String
        let message: String
        let metadata: Metadata
    }

    let process: Process
    private let log: URL

    init(_ agency: Agency, _ arguments: String...) throws {
        process = agency.program.process(
            ["work", "--log-format", "json", "--log-level", "debug"] + arguments)
        log = agency.folder.appending(path: "work-\(UUID().uuidString).log")
        try Data().write(to: log)
        process.standardError = try FileHandle(forWritingTo: log)
        process.standardOutput = FileHandle.nullDevice
        try process.run()
    }

    var text: String { get throws { try String(contentsOf: log, encoding: .utf8) } }

    /// The whole lines that are there by now.
    var lines: [Line] {
        get throws {
            let text = try text
            return try text[..<(text.lastIndex(of: "\n") ?? text.startIndex)].split(separator: "\n").map {
                try JSONDecoder().decode(Line.self, from: Data($0.utf8))
            }
        }
    }

    var ended: [Line] { get throws { try lines.filter { $0.message == "a job ended" } } }

    /// Waits until something is so; polled, since the process is another.
    func wait(atMost seconds: Double = 60, until isSo: () throws -> Bool) throws {
        let end = Date(timeIntervalSinceNow: seconds)
        while try !isSo() {
            guard Date() < end, process.isRunning else {
                Issue.record("waited for \(seconds) s: \(try text)")
                return
            }
            usleep(20_000)
        }
    }

    /// Sends a signal and waits for the end.
    ///
    /// - Returns: how many seconds that took.
    @discardableResult
    func stop(_ signal: Int32 = SIGTERM) -> Double {
        let began = Date()
        kill(process.processIdentifier, signal)
        process.waitUntilExit()
        return Date().timeIntervalSince(began)
    }
}
