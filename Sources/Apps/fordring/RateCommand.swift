import ArgumentParser
import Database
import FordringKit
import Foundation
import Host
import Tenancy

struct RateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rate", abstract: "Figures of the law that change between versions of a plug-in.",
        subcommands: [List.self, Add.self])

    struct List: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "The tables that can be extended, and the lines that were added.")
        @OptionGroup var options: HostOptions
        @Argument(help: "The country's code; every country otherwise.", transform: Parse.country)
        var country: CountryCode?

        func run() throws {
            let tables = try options.open().rateTables(of: country)
            struct Line: Encodable {
                let line: Int64
                let from: String
                let through: String
                let value: String
                let source: String
                let corrected: String?
                let reason: String?
                let addedBy: String
                let addedAt: String
                let pluginHasNow: String?
            }
            struct Result: Encodable {
                let country: String
                let rule: String
                let kind: String
                let plugin: String
                let checkedThrough: String?
                let latest: String?
                let latestFrom: String?
                let added: [Line]
            }
            let results = tables.map { table in
                let latest = table.rule.lines.last { $0.values != nil }
                return Result(
                    country: table.country.code, rule: table.rule.identifier,
                    kind: table.rule.extensible?.rawValue ?? "", plugin: table.plugin,
                    checkedThrough: table.rule.checkedThrough?.description, latest: latest.map(List.words),
                    latestFrom: latest?.from.description,
                    added: table.added.map { added in
                        Line(
                            line: added.number, from: added.line.from.description,
                            through: added.line.through.description, value: added.line.value.description,
                            source: added.line.citation.description, corrected: added.corrected, reason: added.reason,
                            addedBy: added.addedBy, addedAt: added.addedAt.description,
                            pluginHasNow: table.overtaken[added.number].map(List.words))
                    })
            }
            try options.printer.print(results) {
                if results.isEmpty { return "No table of an installed country can be extended." }
                var table = Table(
                    ("country", .left), ("rule", .left), ("figure", .left), ("since", .left),
                    ("checked through", .left), ("plug-in", .left))
                table.rows = results.map {
                    [
                        $0.country, $0.rule, $0.latest ?? "none", $0.latestFrom ?? "", $0.checkedThrough ?? "",
                        $0.plugin,
                    ]
                }
                var lines = [table.text]
                for result in results {
                    for line in result.added {
                        let day = line.addedAt.prefix(10)
                        lines += [
                            "",
                            "line \(line.line): \(result.country) \(result.rule) \(line.value), \(line.from) through "
                                + "\(line.through), by \(line.addedBy) on \(day)",
                        ]
                        lines += Wrapped.lines(line.source, indent: 4)
                        if let corrected = line.corrected, let reason = line.reason {
                            lines += Wrapped.lines("corrects \(corrected): \(reason)", indent: 4)
                        }
                        if let now = line.pluginHasNow {
                            lines += Wrapped.lines(
                                "the plug-in has \(now) for this day itself by now; the added line still holds",
                                indent: 4)
                        }
                    }
                }
                return lines.joined(separator: "\n")
            }
        }

        private static func words(_ line: LawBook.Line) -> String {
            (line.values ?? []).map { $0.label.isEmpty ? $0.text : "\($0.text) \($0.label)" }.joined(separator: ", ")
        }
    }

    struct Add: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Add a figure to a table, with its source; every tenant of the country rests on it from then on.",
            discussion: """
                A line is never changed: to correct one, give its days and --correct with the reason. What was decided \
                before stays. Each tenant's log gets an entry before anything is decided by the line. Repeating the \
                command adds nothing.
                """)
        @OptionGroup var options: HostOptions
        @Argument(help: "The country's code, such as DK.", transform: Parse.country) var country: CountryCode
        @Argument(help: "The rule, by its name in 'fordring plugin law'.") var rule: String
        @Option(help: "The first day on which it holds.", transform: Parse.day) var from: CivilDate
        @Option(help: "The last day for which you have looked it up.", transform: Parse.day) var through: CivilDate
        @Option(
            parsing: .unconditional,
            help: "The figure with a decimal point: 1.75 for a percentage, 750.00 for an amount."
        )
        var value: String
        @Option(help: "Where you read it: the gazette, the authority's page.") var source: String
        @Option(help: "The section; the rule's own otherwise.") var section: String?
        @Option(help: ArgumentHelp("What is doubtful about it, if anything is.", valueName: "doubt"))
        var unverified: String?
        @Option(help: ArgumentHelp("Correct the line that has these days, and why.", valueName: "reason"))
        var correct: String?

        func run() throws {
            let receipt = try options.open().addLawLine(
                LawLineRequest(
                    country: country, rule: rule, from: from, through: through, value: value, source: source,
                    section: section, doubt: unverified, correction: correct))
            struct Later: Encodable {
                let tenant: String
                let reason: String
            }
            struct Result: Encodable {
                let line: Int64
                let wasKnown: Bool
                let value: String
                let corrected: String?
                let unknownFrom: String?
                let unknownThrough: String?
                let tenants: Int
                let later: [Later]
            }
            let line = receipt.line
            try options.printer.print(
                Result(
                    line: line.number, wasKnown: receipt.wasKnown, value: line.line.value.description,
                    corrected: line.corrected, unknownFrom: receipt.gap?.lowerBound.description,
                    unknownThrough: receipt.gap?.upperBound.description, tenants: receipt.tenants.count,
                    later: receipt.later.map { Later(tenant: $0.tenant.rawValue, reason: $0.reason) })
            ) {
                let what = "\(country) \(rule): \(line.line.value) from \(line.line.from) through \(line.line.through)"
                var lines = [
                    receipt.wasKnown ? "Line \(line.number) is there already. \(what)" : "Line \(line.number). \(what)"
                ]
                if let corrected = line.corrected { lines += Wrapped.lines("In the place of \(corrected).") }
                if let gap = receipt.gap {
                    lines.append(
                        "Nobody has looked up \(gap.lowerBound) through \(gap.upperBound); these days stay a gap.")
                }
                lines.append(
                    receipt.tenants.count == 1
                        ? "In the books of one tenant." : "In the books of \(receipt.tenants.count) tenants.")
                for (tenant, reason) in receipt.later {
                    lines += Wrapped.lines("\(tenant) gets it when it is next opened for work: \(reason)")
                }
                return lines.joined(separator: "\n")
            }
        }
    }
}

extension Parse {
    static func country(_ text: String) throws -> CountryCode {
        guard let country = CountryCode(text.uppercased()) else {
            throw ValidationError("'\(text)' is not a country's code of two letters, such as DK.")
        }
        return country
    }
}
