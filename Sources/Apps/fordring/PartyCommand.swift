import ArgumentParser
import Casework
import FordringKit
import Foundation
import Host

struct PartyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "party", abstract: "People and companies that owe: what is known of them, and erasing it.",
        subcommands: [List.self, Show.self, Erase.self])

    struct List: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "The parties of a tenant, by number; that you looked is written down.")
        @OptionGroup var options: HostOptions
        @OptionGroup var target: TenantOption
        @Option(help: "Parties with a higher number than this.") var after: Int64 = 0
        @Option(help: "At most so many.") var limit = 50

        func run() throws {
            let parties = try options.open().parties(target.tenant, after: after, limit: limit)
            struct Line: Encodable {
                let party: Int64
                let kind: String
                let name: String
                let cases: Int
                let openCases: Int
                let erasedOn: String?
            }
            let lines = parties.map {
                Line(
                    party: $0.id.rawValue, kind: $0.kind.rawValue, name: $0.name, cases: $0.cases,
                    openCases: $0.openCases, erasedOn: $0.erasedOn?.description)
            }
            try options.printer.print(lines) {
                if lines.isEmpty { return "No such parties." }
                var table = Table(
                    ("party", .right), ("kind", .left), ("name", .left), ("cases", .right), ("open", .right))
                table.rows = lines.map { line in
                    [
                        "\(line.party)", line.kind, line.erasedOn.map { "(erased \($0))" } ?? line.name,
                        "\(line.cases)",
                        "\(line.openCases)",
                    ]
                }
                let more = lines.count == limit ? "\nMore with --after \(lines.last?.party ?? 0)." : ""
                return table.text + more
            }
        }
    }

    struct Show: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "All that is known of one party, and how long it must be kept; that you looked is written down.")
        @OptionGroup var options: HostOptions
        @OptionGroup var target: TenantOption
        @Argument(help: "The number of the party.") var number: Int64

        func run() throws {
            let host = try options.open()
            let tenant = try host.openForReading(target.tenant)
            let view = PartyView(try host.showParty(PartyID(rawValue: number), of: tenant))
            try options.printer.print(view) { view.text }
        }
    }

    struct Erase: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Erase parties for good: their keys, what the books say of them, and their letters.",
            discussion: """
                Refused while a case or a task is open and while the country's law wants the data kept; there is no way \
                around that. The audit trail and all exports still verify; what they say of the party cannot be read any \
                more. A command that is broken off is finished by repeating it. Copies outside the home are yours to \
                destroy: the creditor's files, their verdicts, revealed exports, backups.
                """)
        @OptionGroup var options: HostOptions
        @OptionGroup var target: TenantOption
        @Argument(help: "The numbers of the parties; several at once cost little more than one.") var numbers: [Int64]
        @Option(help: "Why; it goes into the audit trail for ever, so name nobody.") var reason: String
        @Option(help: "The day to compare the retention with; today otherwise.", transform: Parse.day) var date:
            CivilDate?

        func run() throws {
            let host = try options.open()
            let tenant = try host.openForReading(target.tenant)
            let erased = try host.erase(
                numbers.map { PartyID(rawValue: $0) }, reason: reason, of: tenant, on: date ?? host.today)
            struct Result: Encodable {
                let erased: [Int64]
                let erasedBefore: [Int64]
            }
            let now = erased.map(\.rawValue)
            let before = numbers.filter { !now.contains($0) }
            try options.printer.print(Result(erased: now, erasedBefore: before)) {
                (now.map { "Party \($0) is erased." } + before.map { "Party \($0) was erased before." })
                    .joined(separator: "\n")
            }
        }
    }
}

/// A party as the command line shows it.
struct PartyView: Encodable {
    struct CaseLine: Encodable {
        let caseNumber: Int64
        let openedOn: String
        let closedOn: String?
    }

    let party: Int64
    let kind: String
    let name: String
    let nationalID: String?
    let customerNumber: String?
    let address: [String]
    let email: String?
    let phone: String?
    let language: String
    let cases: [CaseLine]
    let erasedOn: String?
    let keptThrough: String?
    let keptBecause: [String]

    init(_ record: PartyRecord) {
        party = record.id.rawValue
        kind = record.party.kind.rawValue
        name = record.party.name
        nationalID = record.party.nationalID
        customerNumber = record.party.customerNumber
        let postal = record.party.address
        address =
            postal.lines + (postal.city.isEmpty ? [] : ["\(postal.postalCode) \(postal.city)"]) + [postal.country.code]
        email = record.party.email
        phone = record.party.phone
        language = record.party.language.code
        cases = record.cases.map {
            CaseLine(
                caseNumber: $0.id.rawValue, openedOn: $0.openedOn.description, closedOn: $0.closedOn?.description)
        }
        erasedOn = record.erasedOn?.description
        switch record.retention {
        case .success(let kept):
            keptThrough = kept.value.description
            keptBecause = kept.lines.map(describe)
        case .failure(let gap):
            keptThrough = nil
            keptBecause = [gap.description]
        case nil:
            keptThrough = nil
            keptBecause = ["a case is open"]
        }
    }

    var text: String {
        var lines: [String]
        if let erasedOn {
            lines = ["Party \(party): erased on \(erasedOn)"]
        } else {
            lines = ["Party \(party): \(name) (\(kind))", "  address   \(address.joined(separator: ", "))"]
            for (label, value) in [
                ("number", nationalID), ("customer", customerNumber), ("e-mail", email), ("phone", phone),
            ] {
                guard let value else { continue }
                lines.append("  \(label)\(String(repeating: " ", count: 10 - label.count))\(value)")
            }
            lines.append("  language  \(language)")
        }
        lines += cases.map {
            "Case \($0.caseNumber), opened \($0.openedOn)\($0.closedOn.map { ", closed \($0)" } ?? "")"
        }
        if erasedOn == nil {
            lines.append(keptThrough.map { "To be kept through \($0)" } ?? "To be kept")
            lines += keptBecause.map { "  because: \($0)" }
        }
        return lines.joined(separator: "\n")
    }
}
