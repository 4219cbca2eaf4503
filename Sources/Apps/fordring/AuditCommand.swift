import ArgumentParser
import FordringKit
import Foundation
import Host

struct AuditCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "audit", abstract: "The audit trail: every change of state, provable.",
        subcommands: [Log.self, Export.self, Verify.self, MakeCheckpoint.self])

    struct Log: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "The newest entries of a tenant, as JSON lines.")
        @OptionGroup var options: HostOptions
        @OptionGroup var target: TenantOption
        @Option(help: "At most so many.") var last = 50
        @Option(name: .customLong("case"), help: "Only entries about this case.") var caseNumber: Int64?

        func run() throws {
            let lines = try options.open().auditLog(
                target.tenant, last: last, case: caseNumber.map { CaseID(rawValue: $0) })
            for line in lines { print(line.json) }
        }
    }

    struct Export: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Write a tenant's whole audit trail as a gzip file of JSON lines.")
        @OptionGroup var options: HostOptions
        @OptionGroup var target: TenantOption
        @Option(help: ArgumentHelp("The file to write.", valueName: "file")) var output: String

        func run() throws {
            let count = try options.open().exportAudit(target.tenant, to: output)
            struct Result: Encodable {
                let file: String
                let entries: Int64
            }
            try options.printer.print(Result(file: output, entries: count)) {
                "\(count) entries in \(output). Anybody can check it: fordring audit verify \(output)"
            }
        }
    }

    struct Verify: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Check an export: every changed, dropped, added or moved entry is found.",
            discussion: """
                Needs nothing but the file. With --key, the verifier key from the onboarding receipt, it also shows whose \
                the file is; without it the key in the file is used.
                """)
        @OptionGroup var options: HostOptions
        @Argument(help: "The file.") var file: String
        @Option(help: "The verifier key, name+hash+key.") var key: String?

        func run() throws {
            let verdict = try FordringHost.verifyExport(file, key: key)
            struct Result: Encodable {
                let entries: Int64
                let root: String
                let origin: String
                let signedBy: String
                let firstTime: String
                let lastTime: String
                let keyWasGiven: Bool
            }
            try options.printer.print(
                Result(
                    entries: verdict.entries, root: verdict.root, origin: verdict.origin, signedBy: verdict.signedBy,
                    firstTime: verdict.firstTime, lastTime: verdict.lastTime, keyWasGiven: key != nil)
            ) {
                """
                Intact:    \(verdict.entries) entries, none changed, dropped, added or moved
                Log:       \(verdict.origin)
                Signed by: \(verdict.signedBy)\(key == nil ? " (the key in the file; give --key to show whose it is)" : "")
                From:      \(verdict.firstTime)
                Ends at:   \(verdict.lastTime)
                Root:      \(verdict.root)
                """
            }
        }
    }

    struct MakeCheckpoint: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "checkpoint", abstract: "Sign the head of a tenant's audit trail.")
        @OptionGroup var options: HostOptions
        @OptionGroup var target: TenantOption

        func run() throws {
            print(try options.open().checkpoint(target.tenant), terminator: "")
        }
    }
}
