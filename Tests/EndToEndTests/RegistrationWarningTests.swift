import Foundation
import Testing

/// Goal: no letter counts as the warning of a registration with a credit bureau that does not give it.
///
/// Method: a tenant in Denmark with a collection letter of its own, without the sentence and with it, and with no bureau.
@Suite(.enabled(if: Program.isBuilt, "make test builds program and plug-ins first"))
struct RegistrationWarningTests {
    @Test(arguments: ["da", "nb", "en"])
    func `a tenant's own collection letter must warn of registration, and is told by file, line and section`(
        _ language: String
    ) throws {
        try withTemporaryFolder { folder in
            let program = Program(home: folder.appending(path: "home"))
            try program.succeed("agency", "--name", "Inkasso Test")
            let letters = folder.appending(path: "letters")
            try FileManager.default.createDirectory(at: letters, withIntermediateDirectories: true)
            let file = folder.appending(path: "bager.yaml")
            let text = Bakery.tenantFile("bager", reminder: "[post]", notice: "[post]", more: "letterTexts: letters")
            try Data(text.utf8).write(to: file)
            let name = "collectionLetter.\(language).mustache"
            func onboard(_ sentence: String) throws -> Program.Output {
                let body = """
                    # Sag {{caseNumber}}: {{creditorName}}

                    {{debtorName}}

                    {{> inCollection}} {{> consequences}} \(sentence)

                    {{> objection}} {{phone}}

                    [statement]

                    [payment]

                    """
                try Data(body.utf8).write(to: letters.appending(path: name))
                return try program.run("tenant", "onboard", file.path, "--dry-run")
            }
            let refused = try onboard("")
            #expect(refused.status == 65, "\(refused)")
            let told = refused.errors.split(separator: "\n").filter { $0.contains("credit bureau") }
            #expect(told.count == 1, "\(refused.errors)")
            let line = try #require(told.first)
            let number = try #require(text.split(separator: "\n").firstIndex { $0.hasPrefix("letterTexts:") }) + 1
            #expect(line.contains("bager.yaml:\(number): "), "\(line)")
            #expect(line.contains("letterTexts.collectionLetter.\(language): "), "\(line)")
            #expect(line.contains("that the claim can be registered with a credit bureau (possible consequences, "))
            #expect(line.contains("place {{> registrationWarning}}"))
            let taken = try onboard("{{> registrationWarning}}")
            #expect(taken.status == 0, "\(taken.errors)")
        }
    }
}
