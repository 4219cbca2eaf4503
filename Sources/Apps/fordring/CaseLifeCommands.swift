import ArgumentParser
import Casework
import FordringKit
import Foundation
import Host

extension CaseCommand {
    struct Codes: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "The codes with which a case is closed, and who may give them.")
        @OptionGroup var options: HostOptions

        func run() throws {
            struct Line: Encodable {
                let code: String
                let givenBy: String
                let meaning: String
                let comesBy: String?
            }
            let lines = CloseCode.allCases.map {
                Line(code: $0.rawValue, givenBy: $0.giver.rawValue, meaning: $0.meaning, comesBy: $0.comesBy)
            }
            try options.printer.print(lines) {
                var table = Table(("code", .left), ("given by", .left), ("meaning", .left))
                table.rows = lines.map { [$0.code, $0.givenBy, $0.meaning] }
                return table.text
            }
        }
    }

    struct States: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "The life of a case: its states and what leads from one to another, as a Mermaid chart.")
        @OptionGroup var options: HostOptions

        func run() throws {
            struct Step: Encodable {
                let from: String
                let to: String
                let event: String
            }
            let steps = CaseLife.transitions.map {
                Step(from: $0.from.rawValue, to: $0.to.rawValue, event: $0.event.rawValue)
            }
            try options.printer.print(steps) { CaseLife.chart.trimmingCharacters(in: .newlines) }
        }
    }

    struct Sell: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Sell the claims of a case: the debtor is told first, and until then nothing else leaves.",
            discussion: """
                Letters that wait are withdrawn, and the debtor's notice is queued. When it has left, the case is closed as \
                sold. A payment, a credit, a dispute or a hold before that calls the sale off.
                """)
        @OptionGroup var options: HostOptions
        @OptionGroup var target: TenantOption
        @Argument(help: "The number of the case.") var number: Int64
        @Option(name: .customLong("to"), help: "The new creditor: \"Name, address\".") var buyer: String
        @Option(
            name: .customLong("on"), help: "The day on which the sale was agreed; today otherwise.",
            transform: Parse.day)
        var agreedOn: CivilDate?
        @Flag(help: "The debtor goes on paying to the same account, as you and the buyer have agreed.")
        var sameAccount = false
        @Option(help: "Why; it goes into the audit trail for good: write nothing about the debtor.") var reason: String

        func run() throws {
            let host = try options.open()
            let tenant = try host.openForWork(target.tenant)
            let sale = try host.sellCase(
                CaseID(rawValue: number), to: buyer, takesSameAccount: sameAccount, agreedOn: agreedOn ?? host.today,
                reason: reason, for: tenant, on: host.today)
            struct Result: Encodable {
                let sale: Int64
                let step: Int64
            }
            try options.printer.print(Result(sale: sale.id, step: sale.step)) {
                "Case \(number) is being sold (sale \(sale.id)). Nothing but the debtor's notice, step \(sale.step), leaves "
                    + "until it is gone; then the case is closed as sold."
            }
        }
    }

    struct Sale: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "The sale of a case; with --output its record for the buyer, as JSON and CSV.")
        @OptionGroup var options: HostOptions
        @OptionGroup var target: TenantOption
        @Argument(help: "The number of the case.") var number: Int64
        @Option(help: ArgumentHelp("Write sale.json and sale.csv into this folder.", valueName: "dir")) var output:
            String?

        func run() throws {
            let host = try options.open()
            let tenant = try host.openForReading(target.tenant)
            let caseID = CaseID(rawValue: number)
            let record =
                if let output {
                    try host.exportSale(of: caseID, for: tenant, to: output)
                } else {
                    try host.sale(of: caseID, for: tenant)
                }
            try options.printer.print(record) {
                record.text + (output.map { "\nThe record is in \($0): sale.json and sale.csv." } ?? "")
            }
        }
    }
}
