import ArgumentParser
import Casework
import FordringKit
import Foundation
import Host

struct TaskCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "task", abstract: "What waits for a person.",
        subcommands: [List.self, Show.self, Assign.self, Done.self])

    struct List: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "What waits for a person: what is overdue, what has a last day, the rest.")
        @OptionGroup var options: HostOptions
        @Option(help: "The tenant.", transform: Parse.tenant) var tenant: TenantID?
        @Flag(help: "Every tenant that has not left, in one list.") var allTenants = false
        @Option(help: "Only tasks of this kind; may be given several times.") var kind: [TaskKind] = []
        @Option(help: "Only what is for this person.") var owner: String?
        @Flag(help: "Only what is nobody's yet.") var unassigned = false
        @Flag(help: "Only what is overdue.") var overdue = false
        @Option(help: "As of this day; today otherwise.", transform: Parse.day) var date: CivilDate?

        func validate() throws {
            guard (tenant != nil) != allTenants else { throw ValidationError("give --tenant or --all-tenants") }
            guard owner == nil || !unassigned else { throw ValidationError("give --owner or --unassigned") }
        }

        func run() throws {
            let host = try options.open()
            let day = date ?? host.today
            let tenants =
                try tenant.map { [$0] } ?? host.tenants().filter { $0.state != .offboarded }.map(\.id)
            let tasks = try host.tasks(of: tenants, pressingOn: day).filter { _, task in
                (kind.isEmpty || kind.contains { $0.rawValue == task.kind }) && (owner == nil || task.owner == owner)
                    && (!unassigned || task.owner == nil) && (!overdue || task.isOverdue(on: day))
            }
            let views = tasks.map { TaskView($0.task, of: $0.tenant, on: day) }
            try options.printer.print(views) {
                if views.isEmpty { return "Nothing waits for a person." }
                return views.map { $0.text(naming: allTenants) }.joined(separator: "\n")
            }
        }
    }

    struct Show: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "One task, open or done, with what would show more of what it is about.")
        @OptionGroup var options: HostOptions
        @OptionGroup var target: TenantOption
        @Argument(help: "The task's number.") var task: Int64

        func run() throws {
            let host = try options.open()
            let view = TaskView(try host.task(task, of: target.tenant), of: target.tenant, on: host.today)
            try options.printer.print(view) {
                var lines = [view.text(naming: false)]
                if let doneOn = view.doneOn { lines.append("    done \(doneOn)") }
                if let number = view.caseNumber {
                    lines.append("    fordring case show \(number) --tenant \(view.tenant) --explain")
                }
                if view.doneOn == nil {
                    lines.append("    fordring task done \(view.task) --tenant \(view.tenant) --reason \"…\"")
                }
                return lines.joined(separator: "\n")
            }
        }
    }

    struct Assign: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Say who is to do a task.")
        @OptionGroup var options: HostOptions
        @OptionGroup var target: TenantOption
        @Argument(help: "The task's number.") var task: Int64
        @Option(help: "Who; leave it out for whoever comes first.") var owner: String?

        func run() throws {
            try options.open().assignTask(task, to: owner, of: target.tenant)
            print("Task \(task) is \(owner.map { "for \($0)" } ?? "for whoever comes first").")
        }
    }

    struct Done: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Mark a task as done.")
        @OptionGroup var options: HostOptions
        @OptionGroup var target: TenantOption
        @Argument(help: "The task's number.") var task: Int64
        @Option(help: "What was done; it goes into the audit trail for good: write nothing about the debtor.")
        var reason: String

        func run() throws {
            let host = try options.open()
            try host.finishTask(task, of: target.tenant, because: reason, on: host.today)
            print("Task \(task) is done.")
        }
    }
}

extension TaskKind: ExpressibleByArgument {}

/// A task as the command line shows it.
private struct TaskView: Encodable {
    let tenant: String
    let task: Int64
    let kind: String
    let caseNumber: Int64?
    let raisedOn: String
    let message: String
    let cure: String
    let owner: String?
    let dueOn: String?
    let isOverdue: Bool
    let doneOn: String?

    init(_ task: CaseTask, of tenant: TenantID, on day: CivilDate) {
        self.tenant = tenant.rawValue
        self.task = task.id
        kind = task.kind
        caseNumber = task.caseID?.rawValue
        raisedOn = task.raisedOn.description
        message = task.message
        cure = task.cure
        owner = task.owner
        dueOn = task.dueOn?.description
        isOverdue = task.isOverdue(on: day)
        doneOn = task.doneOn?.description
    }

    func text(naming isNaming: Bool) -> String {
        "\(isNaming ? "\(tenant)  " : "")\(task)  \(raisedOn)  \(kind)"
            + (caseNumber.map { "  case \($0)" } ?? "")
            + (dueOn.map { "  \(isOverdue ? "OVERDUE since" : "due") \($0)" } ?? "")
            + (owner.map { "  for \($0)" } ?? "") + "\n    \(message)\n    \(cure)"
    }
}
