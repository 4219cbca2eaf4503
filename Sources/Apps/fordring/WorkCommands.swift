import ArgumentParser
import Casework
import FordringKit
import Foundation
import Host
import Intake
import Tenancy

struct ClaimCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "claim", abstract: "Claims that creditors send.",
        subcommands: [Import.self, Event.self])

    struct Event: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Say what happened to a claim that limitation depends on.",
            discussion: """
                The rules are asked again at the next run. What is said cannot be unsaid, and stays when a debtor is erased: name \
                nobody. A payment is no acknowledgement by itself; where the law makes it one, say so here.
                """)
        @OptionGroup var options: HostOptions
        @OptionGroup var target: TenantOption
        @Option(name: .customLong("claim"), help: "The number of the claim; 'case show' lists them.") var claimNumber:
            Int64
        @Option(
            help: ArgumentHelp(
                "What happened: \(ClaimEvent.Kind.allCases.map(\.rawValue).joined(separator: ", ")).", valueName: "kind"
            ),
            transform: Event.kind)
        var kind: ClaimEvent.Kind
        @Option(name: .customLong("on"), help: "The day on which it happened.", transform: Parse.day) var day: CivilDate
        @Option(help: "How it is known; it goes into the audit trail.") var reason: String
        @Option(help: "The day on which it is written down; today otherwise.", transform: Parse.day) var registered:
            CivilDate?

        static func kind(_ text: String) throws -> ClaimEvent.Kind {
            guard let kind = ClaimEvent.Kind(rawValue: text) else {
                let all = ClaimEvent.Kind.allCases.map(\.rawValue).joined(separator: ", ")
                throw ValidationError("'\(text)' is no event. There are: \(all).")
            }
            return kind
        }

        func run() throws {
            let host = try options.open()
            let tenant = try host.openForWork(target.tenant)
            let caseID = try host.addClaimEvent(
                ClaimEvent(kind, on: day), to: ClaimID(rawValue: claimNumber), reason: reason, for: tenant,
                on: registered)
            struct Result: Encodable {
                let claim: Int64
                let caseNumber: Int64
                let kind: String
                let on: String
            }
            let result = Result(
                claim: claimNumber, caseNumber: caseID.rawValue, kind: kind.rawValue, on: day.description)
            try options.printer.print(result) {
                "Written down for claim \(claimNumber) of case \(caseID): \(kind.rawValue) on \(day)."
            }
        }
    }

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
        @Option(help: "The number of the claim that the payer says it is for; it is covered first.") var claim: Int64?

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
                claim: claim.map { ClaimID(rawValue: $0) }, for: tenant, on: registered)
            struct Result: Encodable {
                struct Part: Encodable {
                    let component: String
                    let amount: String
                }
                let allocations: [Part]
                let overpaid: String
                let outstanding: String
                let closed: Bool
                let closedBefore: String?
                let wasKnown: Bool
            }
            try options.printer.print(
                Result(
                    allocations: result.allocations.map {
                        .init(component: $0.component.rawValue, amount: $0.amount.decimalText)
                    }, overpaid: result.overpaid.decimalText, outstanding: result.outstanding.decimalText,
                    closed: result.closed, closedBefore: result.closedBefore, wasKnown: result.wasKnown)
            ) {
                if result.wasKnown { return "This payment was registered before; nothing was changed." }
                if let code = result.closedBefore {
                    return
                        "Case \(caseNumber) was closed before (\(code)), so \(result.overpaid) cover nothing of it; a task "
                        + "says what is to be done."
                }
                var lines = result.allocations.map { "\($0.amount) to \($0.component.rawValue)" }
                if result.overpaid.isPositive { lines.append("\(result.overpaid) beyond the debt; a task was raised") }
                lines.append(
                    result.closed ? "Case \(caseNumber) is paid and closed." : "Still owed: \(result.outstanding)")
                return lines.joined(separator: "\n")
            }
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
