import ArgumentParser
import FordringKit
import Foundation
import Host

struct DemoCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "demo", abstract: "Play six months of collecting for the sample tenants, and show the result.",
        discussion: "Everything is made up: parties, claims and payments. Nothing leaves the machine.")
    @OptionGroup var options: HostOptions
    @Option(help: ArgumentHelp("The folder with the sample tenants.", valueName: "dir")) var tenants = "Tenants"
    @Option(help: "Decides how the debtors behave.") var seed: UInt64 = 2026

    func run() throws {
        // A home of its own, so that the demo never touches an agency's books.
        let environment = ProcessInfo.processInfo.environment
        let home =
            options.home == nil && environment["FORDRING_HOME"] == nil
            ? options.homeURL.appending(path: "demo-home") : options.homeURL
        let demo = try Demo(
            home: home, pluginFolders: options.pluginFolders(home), tenants: URL(filePath: tenants), seed: seed)
        let progress = ProgressLine("playing January to June 2026")
        let total = Demo.firstDay.days(to: Demo.lastDay) + 1
        let start = Date()
        let results = try demo.play { day in progress.show(Demo.firstDay.days(to: day) + 1, of: total) }
        progress.end()
        let seconds = Date().timeIntervalSince(start)
        try options.printer.print(results.map(DemoLine.init)) { page(results, home, seconds) }
    }

    private func page(_ results: [DemoTenantResult], _ home: URL, _ seconds: Double) -> String {
        var lines = [
            "", "FORDRING: an agency, \(results.count) creditors, six months", "",
            "January to June 2026, played day by day in \(Int(seconds.rounded())) s. All parties are made up.",
        ]
        for result in results {
            lines += ["", "\(result.legalName) ('\(result.tenant)')", String(repeating: "=", count: 60)]
            lines.append(
                "  Claims in    \(result.accepted) accepted, \(result.duplicates) duplicates, \(result.refused) refused"
            )
            lines.append(
                "  Worked       \(result.steps) steps taken, \(result.letters) letters sent, \(result.payments) payments"
            )
            let amounts = [
                ("Placed", result.placed), ("Charged", result.charged), ("Collected", result.collected),
                ("Outstanding", result.outstanding),
            ]
            for (label, amount) in amounts {
                let text = amount.formatted(.english)
                lines.append(
                    "  \(label.padding(toLength: 12, withPad: " ", startingAt: 0)) "
                        + "\(String(repeating: " ", count: max(0, 14 - text.count)))\(text) \(amount.currency)")
            }
            lines += ["", "  Cases by stage"]
            lines += chart(result.casesByStage)
            lines.append("")
            lines += standing(result)
            lines.append("  Letters      \(result.outbox)")
            lines.append("  Audit export \(result.export)")
            if let verdict = result.exportVerdict {
                lines.append(
                    "               verified: \(verdict.entries) entries intact, signed by \(verdict.signedBy)")
                lines.append("               root \(verdict.root)")
            }
        }
        lines += further(results, home)
        return lines.joined(separator: "\n")
    }

    /// What is disputed, with a bureau, with a court and with a person.
    private func standing(_ result: DemoTenantResult) -> [String] {
        var lines: [String] = []
        func add(_ label: String, _ text: String) {
            let label = lines.contains { $0.hasPrefix("  \(label) ") } ? "" : label
            lines.append("  \(label.padding(toLength: 14, withPad: " ", startingAt: 0))\(text)")
        }
        func words(_ counts: [String: Int]) -> String {
            counts.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.map { "\($0.value) \($0.key)" }
                .joined(separator: ", ")
        }
        let late = result.disputesOverdue
        add(
            "Disputes",
            (result.disputes.isEmpty ? "none" : words(result.disputes))
                + (late > 0 ? "; \(late) NOT ANSWERED IN TIME" : ""))
        for (procedure, states) in result.handoffs.sorted(by: { $0.key < $1.key }) {
            add("Courts", "\(procedure): \(words(states))")
        }
        if !result.notReadyForCourt.isEmpty {
            add("Courts", "\(result.notReadyForCourt.count) cases lack something that the court asks for:")
            for (gap, count) in Dictionary(result.notReadyForCourt.values.joined().map { ($0, 1) }, uniquingKeysWith: +)
                .sorted(by: { ($1.value, $0.key) < ($0.value, $1.key) })
            {
                lines += Wrapped.lines("\(count)× \(gap)", indent: 18)
            }
        }
        if !result.registrations.isEmpty { add("Registered", words(result.registrations)) }
        if result.deletionsOrdered > 0 {
            let overdue = result.deletionsOverdue
            add(
                "Deletions",
                "\(result.deletionsOrdered) ordered, \(result.deletionsConfirmed) confirmed"
                    + (overdue > 0 ? ", \(overdue) OVERDUE at the bureau" : ""))
        }
        if result.openTasks > 0 {
            let overdue = result.overdueTasks
            add("For a person", "\(result.openTasks) open tasks" + (overdue > 0 ? ", \(overdue) of them overdue" : ""))
            // A number stays in one line with what it counts.
            let joined = words(result.tasksByKind).replacing(", ", with: ",\n").replacing(" ", with: "~")
            lines += Wrapped.lines(joined, indent: 16).map { $0.replacing("~", with: " ") }
        }
        return lines + [""]
    }

    /// Commands that show more, with numbers that exist.
    private func further(_ results: [DemoTenantResult], _ home: URL) -> [String] {
        let court = results.first { $0.handoffExample != nil } ?? results.first
        let tenant = court?.tenant.rawValue ?? "TENANT"
        let number = court?.handoffExample?.rawValue ?? 1
        var lines = [
            "", "Look further, for example:",
            "  export FORDRING_HOME=\(home.path)",
            "  fordring case show \(number) --tenant \(tenant) --explain --date \(Demo.lastDay)",
            "  fordring task list --all-tenants",
            "  fordring dispute list --tenant \(tenant) --all",
        ]
        if results.contains(where: { !$0.registrations.isEmpty }) {
            lines.append("  fordring bureau list --tenant \(tenant)")
        }
        if let kind = court?.handoffs.keys.sorted().first, court?.handoffExample != nil {
            lines += [
                "  fordring legal list --tenant \(tenant)",
                "  fordring legal check \(number) --tenant \(tenant) --procedure \(kind) --date \(Demo.lastDay)",
                "  ls \(home.appending(path: "handoffs").appending(path: tenant).path)   "
                    + "# packages; the README in each says how it is verified",
            ]
        }
        return lines + ["  fordring jobs stats --all-tenants", ""]
    }

    /// A bar for each stage, the longest 40 wide.
    private func chart(_ counts: [String: Int]) -> [String] {
        let order = [
            "new", "reminder", "collectionNotice", "collectionLetter", "legalActionNotice", "readyForCourt", "closed",
        ]
        let stages = order.filter { counts[$0] != nil } + counts.keys.filter { !order.contains($0) }.sorted()
        let most = counts.values.max() ?? 1
        return stages.map { stage in
            let count = counts[stage] ?? 0
            let width = count == 0 ? 0 : max(1, count * 40 / most)
            let label = stage.padding(toLength: 17, withPad: " ", startingAt: 0)
            return "  \(label) \(String(repeating: "█", count: width)) \(count)"
        }
    }
}

/// The demo's result for programs.
private struct DemoLine: Encodable {
    let tenant: String
    let accepted: Int
    let duplicates: Int
    let refused: Int
    let letters: Int
    let payments: Int
    let collected: String
    let outstanding: String
    let casesByStage: [String: Int]
    let disputes: [String: Int]
    let disputesOverdue: Int
    let registrations: [String: Int]
    let deletionsOrdered: Int
    let deletionsConfirmed: Int
    let deletionsOverdue: Int
    let handoffs: [String: [String: Int]]
    let openTasks: Int
    let overdueTasks: Int
    let tasks: [String: Int]
    let outbox: String
    let auditExport: String
    let auditRoot: String?

    init(_ result: DemoTenantResult) {
        tenant = result.tenant.rawValue
        accepted = result.accepted
        duplicates = result.duplicates
        refused = result.refused
        letters = result.letters
        payments = result.payments
        collected = result.collected.decimalText
        outstanding = result.outstanding.decimalText
        casesByStage = result.casesByStage
        disputes = result.disputes
        disputesOverdue = result.disputesOverdue
        registrations = result.registrations
        deletionsOrdered = result.deletionsOrdered
        deletionsConfirmed = result.deletionsConfirmed
        deletionsOverdue = result.deletionsOverdue
        handoffs = result.handoffs
        openTasks = result.openTasks
        overdueTasks = result.overdueTasks
        tasks = result.tasksByKind
        outbox = result.outbox
        auditExport = result.export
        auditRoot = result.exportVerdict?.root
    }
}
