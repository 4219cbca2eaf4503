import ArgumentParser
import FordringKit
import Foundation
import Host
import Tenancy

struct TenantCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "tenant", abstract: "Creditors that the agency works for.",
        subcommands: [
            Onboard.self, Update.self, List.self, Show.self, Suspend.self, Resume.self, Offboard.self, Migrate.self,
        ])

    struct Onboard: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Take a tenant on from its file, whole or not at all.")
        @OptionGroup var options: HostOptions
        @Argument(help: "The tenant's YAML file.") var file: String
        @Flag(help: "Only check the file.") var dryRun = false

        func run() throws {
            let host = try options.open()
            let receipt = try host.onboard(file: file, isTrial: dryRun)
            struct Result: Encodable {
                let tenant: String
                let made: Bool
                let dryRun: Bool
                let plugins: [String]
                let folder: String
                let verifierKey: String
                let checkpoint: String
                let remarks: [String]
            }
            try options.printer.print(
                Result(
                    tenant: receipt.tenant.rawValue, made: receipt.wasMade, dryRun: receipt.isTrial,
                    plugins: receipt.plugins, folder: receipt.folder, verifierKey: receipt.verifierKey,
                    checkpoint: receipt.checkpoint, remarks: receipt.remarks)
            ) {
                var lines = receipt.remarks.map { "remark: \($0)" }
                if receipt.isTrial {
                    lines.append("\(file) is in order; nothing was made.")
                    return lines.joined(separator: "\n")
                }
                lines.append(
                    receipt.wasMade
                        ? "Taken on: \(receipt.legalName) as '\(receipt.tenant)'."
                        : "'\(receipt.tenant)' was taken on before with the same settings; nothing was changed.")
                lines.append("Plug-ins:     \(receipt.plugins.joined(separator: ", "))")
                lines.append("Books:        \(receipt.folder)")
                lines.append("Verifier key: \(receipt.verifierKey)")
                lines.append("First checkpoint of the audit trail:\n")
                lines.append(
                    receipt.checkpoint.split(separator: "\n", omittingEmptySubsequences: false).map { "    \($0)" }
                        .joined(separator: "\n"))
                return lines.joined(separator: "\n")
            }
        }
    }

    struct Update: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Change a tenant's settings to those of its file.")
        @OptionGroup var options: HostOptions
        @Argument(help: "The tenant's YAML file.") var file: String

        func run() throws {
            let (id, changed) = try options.open().updateTenant(file: file)
            struct Result: Encodable {
                let tenant: String
                let changed: [String]
            }
            try options.printer.print(Result(tenant: id.rawValue, changed: changed)) {
                changed.isEmpty
                    ? "'\(id)' has these settings already; nothing was changed."
                    : "Changed for '\(id)': \(changed.joined(separator: ", "))"
            }
        }
    }

    struct List: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "All tenants.")
        @OptionGroup var options: HostOptions

        func run() throws {
            struct Line: Encodable {
                let tenant: String
                let legalName: String
                let state: String
                let countries: [String]
            }
            let lines = try options.open().tenants().map {
                Line(
                    tenant: $0.id.rawValue, legalName: $0.settings.legalName, state: $0.state.rawValue,
                    countries: $0.settings.countries)
            }
            try options.printer.print(lines) {
                if lines.isEmpty { return "No tenants yet. Take one on with 'fordring tenant onboard FILE'." }
                var table = Table(("tenant", .left), ("legal name", .left), ("state", .left), ("countries", .left))
                table.rows = lines.map { [$0.tenant, $0.legalName, $0.state, $0.countries.joined(separator: " ")] }
                return table.text
            }
        }
    }

    struct Show: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "One tenant: settings, cases by stage, key.")
        @OptionGroup var options: HostOptions
        @Argument(help: "The tenant.", transform: Parse.tenant) var tenant: TenantID

        func run() throws {
            let host = try options.open()
            let record = try host.tenant(tenant)
            let counts = try host.caseCounts(tenant)
            let key = try host.verifierKey(tenant)
            struct Result: Encodable {
                let tenant: String
                let state: String
                let settings: TenantSettingsView
                let casesByStage: [String: Int]
                let verifierKey: String
            }
            let view = TenantSettingsView(record.settings)
            try options.printer.print(
                Result(
                    tenant: tenant.rawValue, state: record.state.rawValue, settings: view, casesByStage: counts,
                    verifierKey: key)
            ) {
                var lines = ["\(record.settings.legalName) ('\(tenant)'), \(record.state.rawValue)"]
                lines.append("Registration:  \(record.settings.registrationNumber)")
                lines.append("Account:       \(record.settings.bank.account)")
                lines.append("Plug-ins:      \(record.settings.plugins.keys.sorted().joined(separator: ", "))")
                for step in record.settings.policy {
                    let channels = step.channels.isEmpty ? "" : ", by \(step.channels.joined(separator: " or "))"
                    lines.append(
                        "Step:          \(step.kind), \(step.times) times, after \(step.waitingDays) more days"
                            + (step.charge ? ", charged" : "") + channels)
                }
                for (stage, count) in counts.sorted(by: { $0.key < $1.key }) {
                    lines.append("Cases \(stage): \(count)")
                }
                lines.append("Verifier key:  \(key)")
                return lines.joined(separator: "\n")
            }
        }
    }

    struct Suspend: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Stop all work for a tenant.")
        @OptionGroup var options: HostOptions
        @Argument(help: "The tenant.", transform: Parse.tenant) var tenant: TenantID
        @Option(help: "Why; it goes into the audit trail.") var reason: String

        func run() throws {
            try options.open().suspend(tenant, reason: reason)
            print(
                "'\(tenant)' is suspended: nothing is done for it until it is resumed, but for deletions at credit bureaus."
            )
        }
    }

    struct Resume: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Let work for a tenant go on.")
        @OptionGroup var options: HostOptions
        @Argument(help: "The tenant.", transform: Parse.tenant) var tenant: TenantID
        @Option(help: "Why; it goes into the audit trail.") var reason: String

        func run() throws {
            try options.open().resume(tenant, reason: reason)
            print("'\(tenant)' is active.")
        }
    }

    struct Offboard: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "End the work for a tenant without open cases.")
        @OptionGroup var options: HostOptions
        @Argument(help: "The tenant.", transform: Parse.tenant) var tenant: TenantID
        @Option(help: "Why; it goes into the audit trail.") var reason: String

        func run() throws {
            try options.open().offboard(tenant, reason: reason)
            print("'\(tenant)' has left. Its books and its audit trail are kept and can be read.")
        }
    }

    struct Migrate: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "List and run what the tenants' databases need after an update.")
        @OptionGroup var options: HostOptions
        @Flag(help: "Only list.") var dryRun = false

        func run() throws {
            let results = try options.open().migrateTenants(isTrial: dryRun)
            struct Line: Encodable {
                let tenant: String
                let migrations: [String]
                let failure: String?
            }
            try options.printer.print(
                results.map { Line(tenant: $0.tenant.rawValue, migrations: $0.migrations, failure: $0.failure) }
            ) {
                if results.allSatisfy({ $0.migrations.isEmpty && $0.failure == nil }) {
                    return "Every tenant is up to date."
                }
                var table = Table(("tenant", .left), (dryRun ? "pending" : "done", .left), ("failure", .left))
                table.rows = results.map {
                    [$0.tenant.rawValue, $0.migrations.joined(separator: ", "), $0.failure ?? ""]
                }
                return table.text
            }
            if results.contains(where: { $0.failure != nil }) { throw ExitCode(HostError.Code.fault.rawValue) }
        }
    }
}
