import ArgumentParser
import Casework
import FordringKit
import Foundation
import Host
import Intake
import Tenancy

struct ClaimCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "claim", abstract: "Claims that creditors send.", subcommands: [Import.self])

    struct Import: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Take in files of claims: CSV, or UBL 2.1 invoices and credit notes.",
            discussion: """
                Every row gets a verdict in FILE.verdicts.csv. Importing a file again changes nothing; a reading that was \
                broken off goes on. Exit status 65 where a file could not be read at all.
                """)
        @OptionGroup var options: HostOptions
        @OptionGroup var target: TenantOption
        @Argument(help: "The files.") var files: [String]
        @Option(help: "CSV: ';' or ','; the tenant's setting otherwise.") var delimiter: String?
        @Option(help: "CSV: ',' or '.'; the tenant's setting otherwise.") var decimal: String?
        @Option(help: "CSV: utf-8 or latin-1; the tenant's setting otherwise.") var encoding: String?
        @Option(help: "The day of the import; today otherwise.", transform: Parse.day) var date: CivilDate?

        func run() throws {
            let host = try options.open()
            let tenant = try host.openForWork(target.tenant)
            var csv = tenant.record.settings.csv
            csv.delimiter = delimiter ?? csv.delimiter
            csv.decimalSeparator = decimal ?? csv.decimalSeparator
            csv.encoding = encoding ?? csv.encoding
            struct Result: Encodable {
                let file: String
                let accepted: Int
                let duplicates: Int
                let refused: Int
                let verdictFile: String
                let failure: String?
            }
            var results: [Result] = []
            var text: [String] = []
            for file in files {
                let progress = ProgressLine("importing \(file), rows")
                do {
                    let result = try host.importClaims(file, for: tenant, csv: csv, on: date) {
                        progress.show($0, of: nil)
                    }
                    progress.end()
                    results.append(
                        Result(
                            file: file, accepted: result.accepted, duplicates: result.duplicates,
                            refused: result.refused,
                            verdictFile: result.verdictFile, failure: nil))
                    text.append(
                        "\(file): \(result.accepted) accepted, \(result.duplicates) duplicates, \(result.refused) refused; "
                            + "verdicts in \(result.verdictFile)")
                    text += result.examples.map { "  line \($0.line) \($0.reference): \($0.reason)" }
                } catch let error as HostError where error.code == .badInput {
                    progress.end()
                    results.append(
                        Result(
                            file: file, accepted: 0, duplicates: 0, refused: 0, verdictFile: "", failure: error.message)
                    )
                    text.append("nothing read: \(error.message)")
                }
            }
            try options.printer.print(results) { text.joined(separator: "\n") }
            if results.contains(where: { $0.failure != nil }) { throw ExitCode(HostError.Code.badInput.rawValue) }
        }
    }
}

struct RunCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run", abstract: "The daily run: take every case whose date has come, then send the letters.",
        discussion:
            "Running a day again changes nothing. One tenant's failure does not stop the others (exit status 69).")
    @OptionGroup var options: HostOptions
    @Option(help: "Only this tenant.", transform: Parse.tenant) var tenant: TenantID?
    @Option(help: "Run this day; today otherwise.", transform: Parse.day) var date: CivilDate?
    @Option(help: "Run every day from the last that was run through this one.", transform: Parse.day) var until:
        CivilDate?

    func validate() throws {
        if date != nil, until != nil { throw ValidationError("give --date or --until, not both") }
    }

    func run() throws {
        let host = try options.open()
        let tenants = try tenant.map { [$0] } ?? host.activeTenants()
        var results: [TenantRunResult] = []
        for id in tenants {
            let progress = ProgressLine("\(id)")
            let last = until ?? date ?? host.today
            let first = until == nil ? last : min(try host.firstDayToRun(id) ?? last, last)
            results.append(
                host.runDays(from: first, through: last, for: id) { _, done, total in progress.show(done, of: total) })
            progress.end()
        }
        struct Line: Encodable {
            let tenant: String
            let days: Int
            let cases: Int
            let steps: Int
            let lettersSent: Int
            let lettersFailed: Int
            let gaps: Int
            let failure: String?
        }
        let lines = results.map {
            Line(
                tenant: $0.tenant.rawValue, days: $0.days, cases: $0.run.cases, steps: $0.run.steps,
                lettersSent: $0.work.sent, lettersFailed: $0.work.failed, gaps: $0.run.gaps,
                failure: $0.failure?.message)
        }
        try options.printer.print(lines) {
            if lines.isEmpty { return "There is no active tenant, so there was nothing to run." }
            var table = Table(
                ("tenant", .left), ("days", .right), ("cases looked at", .right), ("steps", .right),
                ("letters", .right),
                ("failed", .right), ("rule gaps", .right))
            table.rows = lines.map {
                [
                    $0.tenant, "\($0.days)", "\($0.cases)", "\($0.steps)", "\($0.lettersSent)", "\($0.lettersFailed)",
                    "\($0.gaps)",
                ]
            }
            return ([table.text] + lines.compactMap { line in line.failure.map { "stopped: \($0)" } })
                .joined(separator: "\n")
        }
        if let worst = results.compactMap(\.failure).map(\.code.rawValue).max() { throw ExitCode(worst) }
    }
}

struct WorkCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "work", abstract: "Send the letters that wait in the queues, and end when none is left.")
    @OptionGroup var options: HostOptions
    @Option(help: "Only this tenant.", transform: Parse.tenant) var tenant: TenantID?
    @Option(help: "The day that letters are dated; today otherwise.", transform: Parse.day) var date: CivilDate?
    @Flag(help: "End when no job is left (the only way so far).") var drain = false

    func run() throws {
        let host = try options.open()
        let tenants = try tenant.map { [$0] } ?? host.activeTenants()
        struct Line: Encodable {
            let tenant: String
            let sent: Int
            let failed: Int
        }
        let lines = try tenants.map { id in
            let result = try host.drain(try host.openForWork(id), on: date ?? host.today)
            return Line(tenant: id.rawValue, sent: result.sent, failed: result.failed)
        }
        try options.printer.print(lines) {
            lines.map { "\($0.tenant): \($0.sent) letters sent, \($0.failed) failed" }.joined(separator: "\n")
        }
    }
}

struct PaymentCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "payment", abstract: "Money that comes in.", subcommands: [Add.self])

    struct Add: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Register a payment for a case.")
        @OptionGroup var options: HostOptions
        @OptionGroup var target: TenantOption
        @Option(name: .customLong("case"), help: "The number of the case.") var caseNumber: Int64
        @Option(help: "The amount with a decimal point, for example 1250.50.") var amount: String
        @Option(help: "The day of the payment; today otherwise.", transform: Parse.day) var date: CivilDate?
        @Option(help: "The day on which it is registered; today otherwise.", transform: Parse.day) var registered:
            CivilDate?
        @Option(help: "The bank's reference; registering it twice changes nothing.") var reference: String?

        func run() throws {
            let host = try options.open()
            let tenant = try host.openForWork(target.tenant)
            let money: Money
            do throws(MoneyError) {
                money = try Money(parsing: amount, tenant.currency)
            } catch {
                throw HostError(.badInput, "--amount: \(error.message)")
            }
            let result = try host.addPayment(
                money, paidOn: date ?? registered ?? host.today, reference: reference, to: CaseID(rawValue: caseNumber),
                for: tenant, on: registered)
            struct Result: Encodable {
                struct Part: Encodable {
                    let component: String
                    let amount: String
                }
                let allocations: [Part]
                let overpaid: String
                let outstanding: String
                let closed: Bool
                let wasKnown: Bool
            }
            try options.printer.print(
                Result(
                    allocations: result.allocations.map {
                        .init(component: $0.component.rawValue, amount: $0.amount.decimalText)
                    }, overpaid: result.overpaid.decimalText, outstanding: result.outstanding.decimalText,
                    closed: result.closed, wasKnown: result.wasKnown)
            ) {
                if result.wasKnown { return "This payment was registered before; nothing was changed." }
                var lines = result.allocations.map { "\($0.amount) to \($0.component.rawValue)" }
                if result.overpaid.isPositive { lines.append("\(result.overpaid) beyond the debt; a task was raised") }
                lines.append(
                    result.closed ? "Case \(caseNumber) is paid and closed." : "Still owed: \(result.outstanding)")
                return lines.joined(separator: "\n")
            }
        }
    }
}

struct TaskCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "task", abstract: "What waits for a person.", subcommands: [List.self, Done.self])

    struct List: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "The open tasks of a tenant.")
        @OptionGroup var options: HostOptions
        @OptionGroup var target: TenantOption

        func run() throws {
            let tasks = try options.open().tasks(target.tenant)
            struct Line: Encodable {
                let task: Int64
                let kind: String
                let caseNumber: Int64?
                let raisedOn: String
                let message: String
                let cure: String
            }
            let lines = tasks.map {
                Line(
                    task: $0.id, kind: $0.kind, caseNumber: $0.caseID?.rawValue, raisedOn: $0.raisedOn.description,
                    message: $0.message, cure: $0.cure)
            }
            try options.printer.print(lines) {
                if lines.isEmpty { return "Nothing waits for a person." }
                return lines.map { line in
                    "\(line.task)  \(line.raisedOn)  \(line.kind)"
                        + (line.caseNumber.map { "  case \($0)" } ?? "") + "\n    \(line.message)\n    \(line.cure)"
                }.joined(separator: "\n")
            }
        }
    }

    struct Done: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Mark a task as done.")
        @OptionGroup var options: HostOptions
        @OptionGroup var target: TenantOption
        @Argument(help: "The task's number.") var task: Int64
        @Option(help: "What was done; it goes into the audit trail.") var reason: String

        func run() throws {
            let host = try options.open()
            try host.finishTask(task, of: target.tenant, because: reason, on: host.today)
            print("Task \(task) is done.")
        }
    }
}

struct AgencyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "agency", abstract: "Show or set the agency's name, which letters and checkpoints carry.")
    @OptionGroup var options: HostOptions
    @Option(help: "The new name; set it before the first tenant is taken on.") var name: String?

    func run() throws {
        let host = try options.open()
        if let name { try host.setAgencyName(name) }
        struct Result: Encodable { let name: String }
        let current = try host.agencyName
        try options.printer.print(Result(name: current)) { current }
    }
}
