import Foundation
import Testing

/// Goal: who reads the logs and the figures of operations learns nothing of a person.
///
/// Method: a tenant's life with everything logged that can be: claims taken in and refused, letters by all channels,
/// channels that fail, a job called off, a letter of which nothing is known. All that the program says of itself is
/// searched for everything that is known of the people. That the words are searched rightly, the books show, where they
/// stand.
@Suite(.enabled(if: Program.isBuilt, "run 'make debug' first"))
struct WorkPrivacyTests {
    static let people = [
        Agency.Person(
            name: "Tulle Grønkvist", number: "010170-1234", street: "Ålebrovej 44", city: "Ørbæk",
            email: "tulle.g@post.example", phone: "+4551525354"),
        Agency.Person(
            name: "Bo Vestervang", number: "020280-2345", street: "Havnegården 17", city: "Kværndrup",
            email: "bo.v@post.example", phone: "+4561626364"),
        // Whom no message reaches.
        Agency.Person(
            name: "Sigurd Ravnsborg", number: "030390-3456", street: "Mosevænget 8", city: "Gislev",
            email: "sigurd.ravnsborg-at-home", phone: "62 25 71 88"),
        Agency.Person(
            name: "Palle Krogshede", number: "040460-4567", street: "Bakkedraget 3", city: "Espe",
            email: "palle@krogshede.example", phone: "+4523242526"),
        // Refused at the door: no address.
        Agency.Person(name: "Nulle Tornskov", number: "999999-9999", street: "", city: "", email: "x", phone: "y"),
    ]

    /// What may stand in no log.
    static let secrets: [String] = people.flatMap { person in
        var words = person.name.split(separator: " ").map(String.init)
        words += [person.number, person.number.replacing("-", with: ""), String(person.number.prefix(6))]
        words += [person.email, String(person.email.prefix { $0 != "@" })]
        words += [person.phone, String(person.phone.filter(\.isNumber).suffix(8))]
        words += [person.city, person.street]
        words.append(person.street.prefix { !$0.isNumber }.trimmingCharacters(in: .whitespaces))
        return words.filter { $0.count >= 4 }
    }

    @Test func `Logs and figures of a tenant's whole life name nobody`() throws {
        try Agency.with { agency in
            let program = agency.program
            let figures = agency.folder.appending(path: "fordring.prom")
            var said: [String] = []
            func run(_ arguments: String..., status: Int32 = 0) throws {
                let output = try program.run(arguments)
                #expect(output.status == status, "\(arguments): \(output.errors)")
                said.append(output.errors)
            }
            func work(_ date: String, _ format: String = "json") throws {
                let output = try program.run(
                    "work", "--drain", "--date", date, "--log-level", "trace", "--log-format", format, "--metrics",
                    figures.path)
                #expect(output.status == 0, "\(output.errors)")
                said += [output.errors, try String(contentsOf: figures, encoding: .utf8)]
            }
            try agency.onboard("aa", channels: "[sms, email, post]")
            let imported = try agency.importClaims("aa", WorkPrivacyTests.people)
            #expect(imported.text.contains("1 refused") || imported.text.contains("2 refused"), "\(imported.text)")
            said.append(imported.errors)

            // The letters wait; one is called off, and the channel of the others fails.
            try run("jobs", "pause", "--tenant", "aa", "--kind", "deliverLetter", "--reason", "test")
            try run("run", "--tenant", "aa", "--date", "2026-01-05")
            try run("jobs", "cancel", "4", "--tenant", "aa", "--reason", "test")
            let messages = program.home.appending(path: "tenants/aa/outbox/sms/outbox.jsonl")
            try FileManager.default.createDirectory(at: messages, withIntermediateDirectories: true)
            try run("jobs", "resume", "--tenant", "aa", "--kind", "deliverLetter")
            try work("2026-01-05")
            #expect(try agency.counts("aa")["retrying"] ?? 0 >= 2)

            // After the last attempt, nobody knows whether the first letter left.
            try run("jobs", "retry", "1", "--tenant", "aa", "--reason", "test")
            try haveFailed(agency, job: 1)
            try work("2026-01-05", "text")
            #expect(try program.succeed("jobs", "show", "1", "--tenant", "aa").contains("is not known"))
            try FileManager.default.removeItem(at: messages)
            try run(
                "jobs", "settle", "1", "--tenant", "aa", "--sent-on", "2026-01-05", "--channel", "sms", "--reference",
                "r-1", "--reason", "asked the gateway")
            try run("jobs", "retry", "2", "--tenant", "aa", "--reason", "test")
            try work("2026-01-05")

            // Months of letters, some of which no channel takes.
            for date in ["2026-01-20", "2026-02-05", "2026-02-20"] {
                try run("jobs", "pause", "--tenant", "aa", "--kind", "deliverLetter")
                try run("run", "--tenant", "aa", "--date", date)
                try run("jobs", "resume", "--tenant", "aa", "--kind", "deliverLetter")
                try work(date, date == "2026-02-05" ? "text" : "json")
            }
            let service = try RunningWork(agency, "--metrics", figures.path)
            try service.wait { try !service.lines.isEmpty }
            usleep(500_000)
            service.stop()
            said += [try service.text, try String(contentsOf: figures, encoding: .utf8)]

            let log = said.joined(separator: "\n")
            for part in [
                "a job ended", "a letter was not sent", "work begins", "fordring_jobs_ended_total", "tenant=aa",
            ] {
                #expect(log.contains(part), "\(part) is missing")
            }
            // Compared outside of the expectation, which would print the log.
            let found = WorkPrivacyTests.secrets.filter { log.contains($0) }
            #expect(found == [])
            let letters = try agency.letters("aa")
            let jobs = try program.succeed("jobs", "list", "--tenant", "aa")
            #expect(letters.count >= 3, "\(letters) \(jobs)")
            let books = try files(below: program.home.appending(path: "tenants/aa")).values
            for secret in ["Grønkvist", "Vestervang", "Havnegården 17", "tulle.g@post.example", "51525354"] {
                #expect(books.contains { $0.range(of: Data(secret.utf8)) != nil }, "\(secret) is searched wrongly")
            }
        }
    }

    /// Makes a job one that has failed seven times, and whose last attempt may have had its effect.
    ///
    /// The pauses between attempts add up to hours, which no test waits.
    private func haveFailed(_ agency: Agency, job: Int) throws {
        let books = agency.program.home.appending(path: "tenants/aa/books.sqlite").path
        let output = try agency.shell(
            "python3 -c \"import sqlite3; c = sqlite3.connect('\(books)'); "
                + "c.execute('UPDATE job SET failures = 7, is_uncertain = 1 WHERE id = \(job)'); c.commit()\"")
        #expect(output.isEmpty, "\(output)")
    }
}
