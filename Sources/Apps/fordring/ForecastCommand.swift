import ArgumentParser
import Casework
import FordringKit
import Foundation
import Host

struct ForecastCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "forecast", abstract: "What will be sent, charged and due when, if nobody pays.",
        discussion: """
            The rules are asked day by day as the daily run would, and letters leave on the day of their decision. Nothing is \
            written: no step, no letter, no entry in the audit trail (figures are shown, and nothing of a person). Where the law \
            is not known from a day on, a case's forecast ends there and says so.
            """)
    @OptionGroup var options: HostOptions
    @OptionGroup var target: TenantOption
    @Option(help: "The last day, included.", transform: Parse.day) var until: CivilDate
    @Option(help: "The day on which it begins; today otherwise.", transform: Parse.day) var from: CivilDate?
    @Option(name: .customLong("case"), help: "Only this case, step by step.") var caseNumber: Int64?
    @Flag(help: "List every case's steps before the totals.") var cases = false

    func validate() throws {
        if let from, from > until { throw ValidationError("--from \(from) is after --until \(until)") }
    }

    func run() throws {
        let host = try options.open()
        let tenant = try host.openForReading(target.tenant)
        let first = from ?? host.today
        guard first <= until else {
            throw ValidationError("--until \(until) is before today, \(first); say --from too")
        }
        let lists = cases || caseNumber != nil
        let writer = ForecastWriter(options.format)
        if lists { writer.begin() }
        let totals = try host.forecast(
            tenant, from: first, through: until, only: caseNumber.map { CaseID(rawValue: $0) }
        ) { foretold in
            if lists { try writer.write(CaseForecastView(foretold)) }
        }
        let view = ForecastView(
            totals, tenant: tenant.id, from: first, until: until,
            lines: try totals.lines(tenant.rules.jurisdiction.steps.map(\.kind)), months: try totals.months(),
            isWhole: caseNumber == nil)
        if lists { try writer.end(view) } else { try options.printer.print(view) { view.text } }
    }
}

/// Writes cases as they come, so that memory does not grow with their number; the JSON is one value all the same.
private final class ForecastWriter {
    private let format: OutputFormat
    private let encoder = JSONEncoder()
    private var isFirst = true

    init(_ format: OutputFormat) {
        self.format = format
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    }

    func begin() { if format == .json { print("{\"caseForecasts\": [") } }

    func write(_ view: CaseForecastView) throws {
        switch format {
        case .text: print(view.text + "\n")
        case .json:
            print((isFirst ? "" : ",") + String(decoding: try encoder.encode(view), as: UTF8.self))
            isFirst = false
        }
    }

    func end(_ view: ForecastView) throws {
        switch format {
        case .text: if view.isWhole { print(view.text) } else { print(view.monthText) }
        // The totals' members follow the list in the same object.
        case .json: print("],\n" + String(decoding: try encoder.encode(view), as: UTF8.self).dropFirst())
        }
    }
}

/// Amounts by component, in the order of the components.
private func amounts(_ charges: [DebtComponent: Money]) -> [String: String] {
    Dictionary(uniqueKeysWithValues: charges.map { ($0.key.rawValue, $0.value.decimalText) })
}

private func components(_ all: [[String: String]]) -> [String] {
    DebtComponent.allCases.map(\.rawValue).filter { name in all.contains { $0[name] != nil } }
}

/// One case's forecast as the command line shows it.
struct CaseForecastView: Encodable {
    struct Step: Encodable {
        let day: String
        let step: String
        let claims: [Int64]
        let sendsLetter: Bool
        let charges: [String: String]
        let deadlineOn: String?
        let owed: String
    }

    let caseNumber: Int64
    let currency: String
    let owedBefore: String
    let steps: [Step]
    let owed: String
    /// Interest that no letter has charged by the last day; `nil` where it is not known.
    let interestNotCharged: String?
    /// `reached`, `waitsForEvent` or `gap`.
    let end: String
    let because: [String]
    let nextOn: String?

    init(_ forecast: CaseForecast) {
        caseNumber = forecast.id.rawValue
        currency = forecast.owed.currency.code
        owedBefore = forecast.owedBefore.decimalText
        steps = forecast.steps.map { step in
            var charges: [DebtComponent: Money] = [:]
            for charge in step.charges {
                let sum = charges[charge.component]?.minorUnits ?? 0
                charges[charge.component] = Money(
                    minorUnits: sum + charge.amount.value.minorUnits, charge.amount.value.currency)
            }
            return Step(
                day: step.day.description, step: step.kind.rawValue, claims: step.claims.map(\.rawValue),
                sendsLetter: step.sendsLetter, charges: amounts(charges), deadlineOn: step.deadlineOn?.description,
                owed: step.owed.decimalText)
        }
        owed = forecast.owed.decimalText
        interestNotCharged = forecast.interest?.decimalText
        var because: [String] = []
        switch forecast.end {
        case .reached(let nextOn):
            (end, self.nextOn) = ("reached", nextOn.description)
        case .waitsForEvent(let lines):
            (end, nextOn) = ("waitsForEvent", nil)
            because = lines.map(describe)
        case .gap(let gap):
            (end, nextOn) = ("gap", nil)
            because = [gap.description]
        }
        if let gap = forecast.interestGap, because != [gap.description] { because.append(gap.description) }
        self.because = because
    }

    var text: String {
        var lines = ["Case \(caseNumber): owes \(owedBefore) \(currency)"]
        if !steps.isEmpty {
            let shown = components(steps.map(\.charges))
            var table = Table(("date", .left), ("step", .left), ("claims", .left))
            table.columns += shown.map { (title: spaced($0), alignment: .right) }
            table.columns += [(title: "pay by", alignment: .left), (title: "owed", alignment: .right)]
            table.rows = steps.map { step in
                [step.day, spaced(step.step), step.claims.map(String.init).joined(separator: ", ")]
                    + shown.map { step.charges[$0] ?? "" } + [step.deadlineOn ?? "-", step.owed]
            }
            lines += table.text.split(separator: "\n").map { "  \($0)" }
        }
        lines.append(
            interestNotCharged.map {
                "  Then owed: \(owed) \(currency), and \($0) of interest that no letter has charged"
            }
                ?? "  Then owed: \(owed) \(currency), and interest that is not known")
        switch end {
        case "reached": lines.append("  Looked at again on \(nextOn ?? "")")
        case "gap": lines.append("  Not foretold further, because the law is not known:")
        default: lines.append("  Nothing more happens by itself:")
        }
        return (lines + because.map { "    \($0)" }).joined(separator: "\n")
    }
}

/// The forecast of a tenant as the command line shows it.
struct ForecastView: Encodable {
    struct Day: Encodable {
        let day: String
        let step: String
        let cases: Int
        let letters: Int
        let charges: [String: String]
        let deadlineFrom: String?
        let deadlineThrough: String?
        /// All that is owed in all cases after it.
        let owed: String
    }

    struct Month: Encodable {
        let month: String
        let letters: Int
        let charges: [String: String]
    }

    struct Gap: Encodable {
        let rule: String
        let from: String
        let cases: Int
        let reason: String
        let cure: String
    }

    let tenant: String
    let from: String
    let until: String
    let currency: String
    let cases: Int
    /// Cases of which only an event from outside, or a person, can change anything.
    let casesWaitingForEvent: Int
    let owedBefore: String
    let owed: String
    let interestNotCharged: String
    let days: [Day]
    let months: [Month]
    let charges: [String: String]
    let gaps: [Gap]
    /// Whether all cases are in it; not shown to programs.
    let isWhole: Bool

    private enum CodingKeys: CodingKey {
        case tenant, from, until, currency, cases, casesWaitingForEvent, owedBefore, owed, interestNotCharged, days,
            months, charges, gaps
    }

    init(
        _ totals: ForecastTotals, tenant: TenantID, from: CivilDate, until: CivilDate,
        lines: [ForecastTotals.Line], months: [ForecastTotals.Month], isWhole: Bool
    ) {
        self.tenant = tenant.rawValue
        self.from = from.description
        self.until = until.description
        currency = totals.currency.code
        cases = totals.cases
        casesWaitingForEvent = totals.waiting
        owedBefore = totals.owedBefore.decimalText
        owed = totals.owed.decimalText
        interestNotCharged = totals.interest.decimalText
        days = lines.map { line in
            Day(
                day: line.day.description, step: line.kind.rawValue, cases: line.cases, letters: line.letters,
                charges: amounts(line.charges), deadlineFrom: line.deadlines?.lowerBound.description,
                deadlineThrough: line.deadlines?.upperBound.description, owed: line.owed.decimalText)
        }
        self.months = months.map { month in
            Month(
                month: "\(month.year)-\(month.month < 10 ? "0" : "")\(month.month)", letters: month.letters,
                charges: amounts(month.charges))
        }
        var sums: [DebtComponent: Int64] = [:]
        for month in months {
            for (component, amount) in month.charges { sums[component, default: 0] += amount.minorUnits }
        }
        let currency = totals.currency
        charges = amounts(sums.mapValues { Money(minorUnits: $0, currency) })
        gaps = totals.gaps.map {
            Gap(
                rule: $0.gap.rule, from: $0.gap.day.description, cases: $0.cases, reason: $0.gap.reason,
                cure: $0.gap.cure)
        }
        self.isWhole = isWhole
    }

    var text: String {
        var lines = [
            "If nobody pays from \(from) until \(until): \(cases) cases, owing \(owedBefore) \(currency) now.", "",
        ]
        if days.isEmpty {
            lines += ["Nothing will be sent or charged.", ""]
        } else {
            let shown = components(days.map(\.charges))
            var table = Table(("date", .left), ("step", .left), ("cases", .right), ("letters", .right))
            table.columns += shown.map { (title: spaced($0), alignment: .right) }
            table.columns += [(title: "pay by", alignment: .left), (title: "owed", alignment: .right)]
            table.rows = days.map { day in
                let deadline =
                    day.deadlineFrom == day.deadlineThrough
                    ? day.deadlineFrom ?? "-" : "\(day.deadlineFrom ?? "")..\(day.deadlineThrough ?? "")"
                return [day.day, spaced(day.step), "\(day.cases)", "\(day.letters)"]
                    + shown.map { day.charges[$0] ?? "" } + [deadline, day.owed]
            }
            lines += [table.text, ""]
        }
        return lines.joined(separator: "\n") + "\n" + monthText
    }

    /// The totals by month and component, and what is left open.
    var monthText: String {
        var lines: [String] = []
        if !months.isEmpty {
            let shown = components(months.map(\.charges))
            var table = Table(("month", .left), ("letters", .right))
            table.columns += shown.map { (title: spaced($0), alignment: .right) }
            table.rows = months.map { month in
                [month.month, "\(month.letters)"] + shown.map { month.charges[$0] ?? "" }
            }
            table.rows.append(
                ["all", "\(months.reduce(0) { $0 + $1.letters })"] + shown.map { charges[$0] ?? "" })
            lines += [table.text, ""]
        }
        lines.append(
            "Then owed: \(owed) \(currency), and \(interestNotCharged) of interest that no letter has charged.")
        if isWhole, casesWaitingForEvent > 0 {
            lines.append("\(casesWaitingForEvent) cases then wait for an event or a person.")
        }
        for gap in gaps {
            lines.append(
                "Not known from \(gap.from), \(gap.cases) \(gap.cases == 1 ? "case" : "cases"): \(gap.rule): \(gap.reason). "
                    + gap.cure)
        }
        return lines.joined(separator: "\n")
    }
}
