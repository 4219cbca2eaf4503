import ArgumentParser
import FordringKit
import Foundation
import Host

struct AuditCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "audit", abstract: "The audit trail: every change of state, provable.",
        subcommands: [
            Log.self, Export.self, Verify.self, MakeCheckpoint.self, Prove.self, VerifyProof.self, Key.self,
            Actions.self, Check.self,
        ])

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
}
