import ArgumentParser
import Casework
import FordringKit
import Foundation
import Host

struct HoldCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "hold", abstract: "What makes a case, or a claim of it, stand still.",
        subcommands: [Place.self, Lift.self, List.self, Kinds.self])

    struct Place: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Make a case, or a claim of it, stand still from today on; letters that wait are withdrawn.",
            discussion: "The reason lies in the books until the debtor is erased; keep health and family out of it.")
        @OptionGroup var options: HostOptions
        @OptionGroup var target: TenantOption
        @Option(name: .customLong("case"), help: "The number of the case.") var number: Int64
        @Option(help: "The number of the claim; the whole case otherwise.") var claim: Int64?
        @Option(help: "Why; 'fordring hold kinds' lists them.", transform: Parse.holdKind) var kind: HoldKind
        @Option(
            help: "From when it is so; today otherwise. Earlier for estates, insolvency, debt relief and minors only.",
            transform: Parse.day)
        var since: CivilDate?
        @Option(help: "The last day.", transform: Parse.day) var until: CivilDate?
        @Option(help: "The reason, in your words.") var reason: String

        func run() throws {
            let host = try options.open()
            let tenant = try host.openForWork(target.tenant)
            let hold = NewHold(
                kind, caseID: CaseID(rawValue: number), claim: claim.map { ClaimID(rawValue: $0) }, since: since,
                until: until, reason: reason)
            let placed = try host.placeHold(hold, for: tenant, on: host.today)
            struct Result: Encodable {
                let hold: Int64
                let withdrawnSteps: [Int64]
                let goneSteps: [Int64]
            }
            let result = Result(hold: placed.id, withdrawnSteps: placed.withdrawn, goneSteps: placed.gone)
            try options.printer.print(result) {
                "Hold \(placed.id) stands. Letters withdrawn: \(placed.withdrawn.count)."
                    + (placed.gone.isEmpty
                        ? ""
                        : "\nLetters that were gone already: \(placed.gone.count); their charges are taken back, and a task "
                            + "says that the debtor must be told.")
            }
        }
    }

    struct Lift: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Lift a hold before its last day; says from when something may be done again, and why then.")
        @OptionGroup var options: HostOptions
        @OptionGroup var target: TenantOption
        @Argument(help: "The number of the hold.") var hold: Int64
        @Option(name: .customLong("as"), help: "In which capacity: operator, creditor or administrator.")
        var lifter: HoldLifter = .operator
        @Option(help: "Why; it lies in the books until the debtor is erased, and its hash in the audit trail.")
        var reason: String

        func validate() throws {
            guard lifter.isCapacity else {
                throw ValidationError("'\(lifter.rawValue)' is no capacity; use operator, creditor or administrator.")
            }
        }

        func run() throws {
            let host = try options.open()
            let tenant = try host.openForWork(target.tenant)
            let resumption = try host.liftHold(hold, as: lifter, reason: reason, for: tenant, on: host.today)
            let view = ResumptionView(resumption)
            try options.printer.print(view) { "Hold \(hold) is lifted.\n" + view.text }
        }
    }

    struct List: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "The holds of a tenant that stand, by number.")
        @OptionGroup var options: HostOptions
        @OptionGroup var target: TenantOption
        @Option(name: .customLong("case"), help: "Only those of this case.") var number: Int64?
        @Flag(help: "Also those that were lifted.") var all = false
        @Option(help: "Holds with a higher number than this.") var after: Int64 = 0
        @Option(help: "At most so many.") var limit = 50

        func run() throws {
            let holds = try options.open().holds(
                of: target.tenant, caseID: number.map { CaseID(rawValue: $0) }, all: all, after: after, limit: limit)
            let lines = holds.map(HoldView.init)
            try options.printer.print(lines) {
                if lines.isEmpty { return "Nothing stands still." }
                var table = Table(
                    ("hold", .right), ("case", .right), ("claim", .right), ("kind", .left), ("amount", .right),
                    ("since", .left), ("until", .left), ("state", .left))
                table.rows = lines.map(\.row)
                return table.text
            }
        }
    }

    struct Kinds: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "The kinds of holds: what each means, what it needs, and who may lift it.")
        @OptionGroup var options: HostOptions

        func run() throws {
            struct Line: Encodable {
                let kind: String
                let meaning: String
                let needsEndDate: Bool
                let mayCoverOneClaim: Bool
                let lifters: [String]
            }
            let lines = HoldRule.all.map {
                Line(
                    kind: $0.kind.rawValue, meaning: $0.meaning, needsEndDate: $0.needsEndDate,
                    mayCoverOneClaim: $0.mayCoverOneClaim, lifters: $0.lifters.map(\.rawValue))
            }
            try options.printer.print(lines) {
                var table = Table(
                    ("kind", .left), ("of", .left), ("last day", .left), ("lifted by", .left), ("meaning", .left))
                table.rows = lines.map {
                    [
                        $0.kind, $0.mayCoverOneClaim ? "claim or case" : "case",
                        $0.needsEndDate ? "needed" : "if known",
                        $0.lifters.joined(separator: ", "), $0.meaning,
                    ]
                }
                return table.text
            }
        }
    }
}

extension Parse {
    static func holdKind(_ text: String) throws -> HoldKind {
        guard let kind = HoldKind(rawValue: text) else {
            let known = HoldKind.allCases.map(\.rawValue).joined(separator: ", ")
            throw ValidationError("'\(text)' is no kind of hold. Known: \(known).")
        }
        return kind
    }
}

extension HoldLifter: ExpressibleByArgument {
    static var allValueStrings: [String] { allCases.filter(\.isCapacity).map(\.rawValue) }
}

/// From when something may be done again, as the command line shows it.
struct ResumptionView: Encodable {
    let resumesOn: String
    let because: [String]

    init(_ resumption: Explained<CivilDate>) {
        resumesOn = resumption.value.description
        because = resumption.lines.map(describe)
    }

    var text: String {
        (["Nothing is done before \(resumesOn)."] + because.map { "  because: \($0)" }).joined(separator: "\n")
    }
}

/// A hold as the command line shows it.
struct HoldView: Encodable {
    let hold: Int64
    let caseNumber: Int64
    let claim: Int64?
    let kind: String
    let amount: String?
    let since: String
    let until: String?
    let reason: String
    let dispute: Int64?
    let liftedOn: String?
    let liftedBy: String?
    let liftReason: String?
    let resumption: ResumptionView?

    init(_ record: HoldRecord) {
        hold = record.id
        caseNumber = record.caseID.rawValue
        claim = record.facts.claim?.rawValue
        kind = record.facts.kind.rawValue
        amount = record.facts.amount?.decimalText
        since = record.facts.since.description
        until = record.facts.until?.description
        reason = record.reason
        dispute = record.dispute
        liftedOn = record.liftedOn?.description
        liftedBy = record.liftedBy?.rawValue
        liftReason = record.liftReason
        resumption = record.resumption.map(ResumptionView.init)
    }

    var row: [String] {
        let state =
            liftedOn.map { day in
                "lifted \(day)" + (resumption.map { ", goes on \($0.resumesOn)" } ?? "")
            } ?? (dispute.map { "dispute \($0)" } ?? "stands")
        return [
            "\(hold)", "\(caseNumber)", claim.map(String.init) ?? "all", kind, amount ?? "", since, until ?? "-", state,
        ]
    }
}
