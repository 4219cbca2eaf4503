import Foundation
import Testing

/// Goal: the rules can be read, checked and extended by who has only the program.
@Suite(.enabled(if: Program.isBuilt, "run 'make debug' first"))
struct LawTests {
    struct Book: Decodable {
        struct Act: Decodable {
            struct Rule: Decodable {
                struct Line: Decodable {
                    let from: String
                    let addedLine: Int64?
                }
                let identifier: String
                let standing: String
                let line: Line?
                let checkedThrough: String?
                let extensible: String?
            }
            let title: String
            let rules: [Rule]
        }
        struct Plugin: Decodable {
            let identifier: String
            let version: String
        }
        let country: String
        let on: String
        let plugin: Plugin
        let acts: [Act]

        func rule(_ name: String) -> Act.Rule? { acts.flatMap(\.rules).first { $0.identifier == name } }
    }

    private static func book(_ program: Program, _ name: String, on day: String) throws -> Book {
        let text = try program.succeed("plugin", "law", name, "--on", day, "--format", "json")
        return try #require(try JSONDecoder().decode([Book].self, from: Data(text.utf8)).first)
    }

    /// Whether the plug-in for Denmark has a table that `rate add` can extend.
    static let denmarkIsExtensible: Bool = {
        guard Program.isBuilt else { return false }
        let book = try? withTemporaryFolder { folder in
            try LawTests.book(Program(home: folder.appending(path: "home")), "DK", on: "2026-05-01")
        }
        return book?.rule("referenceRate")?.extensible == "rate"
    }()

    @Test func `the plug-in for Denmark keeps every promise of the kit`() throws {
        try withTemporaryFolder { folder in
            let program = Program(home: folder.appending(path: "home"))
            let plugin = Program.folder.appending(path: "plugins/denmark.fordringplugin").path
            #expect(try program.succeed("plugin", "check", plugin).contains("is in order and offers"))
            let quick = try program.succeed("plugin", "check", plugin, "--quick", "--format", "json")
            #expect(quick.contains(#""findings" : ["#))
        }
    }

    @Test func `the book is printed without a home, for people, as Markdown and for programs`() throws {
        try withTemporaryFolder { folder in
            let program = Program(home: folder.appending(path: "home"))
            let text = try program.succeed("plugin", "law", "Denmark", "--on", "2026-05-01")
            #expect(text.contains("The law in force on 2026-05-01, as the plug-in denmark"))
            #expect(text.contains("Not supported"))
            for line in text.split(separator: "\n") { #expect(line.count <= 100, "\(line)") }
            #expect(try program.succeed("plugin", "law", "dk", "--markdown").hasPrefix("# "))
            let book = try Self.book(program, "denmark", on: "2026-05-01")
            #expect(book.country == "DK")
            #expect(book.on == "2026-05-01")
            #expect(!FileManager.default.fileExists(atPath: program.home.path))
            let unknown = try program.run("plugin", "law", "atlantis")
            #expect(unknown.status == 65)
            #expect(unknown.errors.contains("denmark (DK"))
        }
    }

    /// Passes once the plug-in for Denmark takes lines; until then there is nothing to extend.
    @Test(.enabled(if: LawTests.denmarkIsExtensible, "the plug-in for Denmark takes no lines"))
    func `a rate that is missing stops the cases that need it, and lets them go on when it is added`() throws {
        try Agency.with { agency in
            let program = agency.program
            try agency.onboard("bager")
            #expect(try agency.importClaims("bager", agency.people(2), date: "2026-06-15").status == 0)
            // The letter comes in July, and its interest needs the rate of that half-year.
            try program.succeed("run", "--tenant", "bager", "--until", "2026-07-31")
            #expect(try Self.book(program, "DK", on: "2026-08-03").rule("referenceRate")?.standing == "pastHorizon")
            #expect(try program.succeed("task", "list", "--tenant", "bager").contains("reference rate"))
            let add = [
                "rate", "add", "DK", "referenceRate", "--from", "2026-07-01", "--through", "2026-12-31", "--value",
                "1.75", "--source", "Nationalbanken, 1 July 2026", "--unverified", "A figure of the test.",
            ]
            let added = try program.run(add)
            #expect(added.status == 0, "\(added.errors)")
            #expect(added.text.contains("In the books of one tenant."))
            #expect(try program.run(add).text.contains("is there already"))
            let after = try Self.book(program, "DK", on: "2026-08-03")
            #expect(after.rule("referenceRate")?.standing == "inForce")
            #expect(after.rule("referenceRate")?.line?.addedLine == 1)
            #expect(try program.succeed("rate", "list", "DK").contains("line 1: DK referenceRate 1.75 %"))
            let other = try program.run(Array(add.dropLast(5)) + ["2.00", "--source", "elsewhere"])
            #expect(other.status == 1)
            #expect(other.errors.contains("--correct REASON"))
            try program.succeed("run", "--tenant", "bager", "--date", "2026-08-03")
            #expect(try !program.succeed("task", "list", "--tenant", "bager").contains("reference rate"))
            let shown = try program.succeed(
                "case", "show", "1", "--tenant", "bager", "--explain", "--date", "2026-08-03")
            #expect(shown.contains("Nationalbanken, 1 July 2026 [unverified: A figure of the test.]"), "\(shown)")
            let log = try program.succeed("audit", "log", "--tenant", "bager", "--last", "1000")
            let extended = try #require(log.range(of: "law.extended"))
            let letter = try #require(log.range(of: "collectionLetter"))
            #expect(extended.lowerBound < letter.lowerBound)
        }
    }

    @Test func `two tenants with two versions of the country run the same day`() throws {
        try Agency.with { agency in
            let program = agency.program
            // The same law under another version: a copy of its own, as two builds are.
            let built = Program.folder.appending(path: "plugins/denmark.fordringplugin")
            let plugins = program.home.appending(path: "plugins")
            let copy = plugins.appending(path: "denmark-0.9.0.fordringplugin")
            try FileManager.default.createDirectory(at: plugins, withIntermediateDirectories: true)
            try FileManager.default.copyItem(at: built, to: copy)
            let manifest = copy.appending(path: "plugin.json")
            var keys = try #require(
                try JSONSerialization.jsonObject(with: Data(contentsOf: manifest)) as? [String: Any])
            let current = try #require(keys["version"] as? String)
            keys["version"] = "0.9.0"
            try JSONSerialization.data(withJSONObject: keys).write(to: manifest)

            for (id, version) in [("gammel", "0.9.0"), ("ny", current)] {
                let text = Bakery.tenantFile(id, reminder: "[post]", notice: "[post]").replacingOccurrences(
                    of: "denmark: {}", with: "denmark: { version: \"\(version)\" }")
                let file = agency.folder.appending(path: "\(id).yaml")
                try Data(text.utf8).write(to: file)
                #expect(try program.succeed("tenant", "onboard", file.path).contains("denmark \(version)"))
                #expect(try agency.importClaims(id, agency.people(1)).status == 0)
            }
            try program.succeed("run", "--date", "2026-01-05")
            for (id, version) in [("gammel", "0.9.0"), ("ny", current)] {
                let log = try program.succeed("audit", "log", "--tenant", id, "--format", "json")
                let decided = log.split(separator: "\n").filter { $0.contains("step.decided") }.joined()
                #expect(
                    (decided.isEmpty ? log : decided).contains(version), "\(id) was not served by \(version): \(log)")
                #expect(try agency.letters(id).count == 1)
            }
            let list = try program.succeed("plugin", "list")
            #expect(list.contains("0.9.0"))
            let text = Bakery.tenantFile("fremtid", reminder: "[post]", notice: "[post]").replacingOccurrences(
                of: "denmark: {}", with: "denmark: { version: \"99.0\" }")
            let file = agency.folder.appending(path: "fremtid.yaml")
            try Data(text.utf8).write(to: file)
            let refused = try program.run("tenant", "onboard", file.path)
            #expect(refused.status == 65)
            #expect(refused.errors.contains("plugins.denmark.version"))
            #expect(refused.errors.contains("0.9.0, \(current)"))
        }
    }
}
