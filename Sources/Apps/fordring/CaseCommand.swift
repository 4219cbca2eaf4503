import ArgumentParser
import Casework
import FordringKit
import Foundation
import Host
import Ledger

struct CaseCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "case", abstract: "Cases: one debtor's claims of one tenant.",
        subcommands: [
            List.self, Show.self, Explain.self, Statement.self, Close.self, Codes.self, States.self, Sell.self,
            Sale.self,
        ])

    struct List: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "The cases of a tenant, by number.")
        @OptionGroup var options: HostOptions
        @OptionGroup var target: TenantOption
        @Option(help: "Only cases of this stage.") var stage: String?
        @Option(help: "Cases with a higher number than this.") var after: Int64 = 0
        @Option(help: "At most so many.") var limit = 50

        func run() throws {
            let cases = try options.open().cases(target.tenant, after: after, limit: limit, stage: stage)
            struct Line: Encodable {
                let caseNumber: Int64
                let debtor: String
                let stage: String
                let claims: Int
                let outstanding: String
                let currency: String
                let nextOn: String?
                let closedOn: String?
            }
            let lines = cases.map {
                Line(
                    caseNumber: $0.id.rawValue, debtor: $0.debtorName, stage: $0.stage, claims: $0.claims,
                    outstanding: $0.outstanding.decimalText, currency: $0.outstanding.currency.code,
                    nextOn: $0.nextOn?.description, closedOn: $0.closedOn?.description)
            }
            try options.printer.print(lines) {
                if lines.isEmpty { return "No such cases." }
                var table = Table(
                    ("case", .right), ("debtor", .left), ("stage", .left), ("claims", .right), ("outstanding", .right),
                    ("next date", .left))
                table.rows = lines.map {
                    [
                        "\($0.caseNumber)", $0.debtor.isEmpty ? "(erased)" : $0.debtor, $0.stage, "\($0.claims)",
                        "\($0.outstanding) \($0.currency)",
                        $0.closedOn.map { "closed \($0)" } ?? $0.nextOn ?? "-",
                    ]
                }
                let more = lines.count == limit ? "\nMore with --after \(lines.last?.caseNumber ?? 0)." : ""
                return table.text + more
            }
        }
    }

    struct Show: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "One case: claims, steps, amounts; with --explain also why, and what comes next.")
        @OptionGroup var options: HostOptions
        @OptionGroup var target: TenantOption
        @Argument(help: "The number of the case.") var number: Int64
        @Flag(help: "Print every reason with its legal source.") var explain = false
        @Option(help: "Explain as of this day; today otherwise.", transform: Parse.day) var date: CivilDate?

        func run() throws {
            let host = try options.open()
            let tenant = try host.openForReading(target.tenant)
            let day = date ?? host.today
            let (record, standing, decision) = try host.showCase(CaseID(rawValue: number), of: tenant, on: day)
            let view = CaseView(record, standing, decision, day, explain: explain)
            try options.printer.print(view) { view.text }
        }
    }

    struct Explain: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "What a case owes, line by line: periods, days, rates, sources, sums.",
            discussion:
                "What has accrued since the last letter is counted through the day. The audit trail says who looked.")
        @OptionGroup var options: HostOptions
        @OptionGroup var target: TenantOption
        @Argument(help: "The number of the case.") var number: Int64
        @Option(
            name: [.customLong("on"), .customLong("date")],
            help: "As of this day; otherwise today, or the last day on which something was booked if that is later.",
            transform: Parse.day) var day: CivilDate?

        func run() throws {
            let host = try options.open()
            let tenant = try host.openForReading(target.tenant)
            let view = ExplanationView(try host.explainCase(CaseID(rawValue: number), of: tenant, on: day))
            try options.printer.print(view) { view.text }
        }
    }

    struct Statement: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Write a statement of the claims for the debtor, with the audit proof.",
            discussion: """
                The folder holds statement.txt, statement.json and audit.jsonl.gz, the entries about the case with their \
                proof. The last of them names the SHA-256 of statement.json: 'fordring audit verify audit.jsonl.gz' proves \
                both.
                """)
        @OptionGroup var options: HostOptions
        @OptionGroup var target: TenantOption
        @Argument(help: "The number of the case.") var number: Int64
        @Option(help: ArgumentHelp("The folder; it is made.", valueName: "dir")) var output: String
        @Option(help: "As of this day; today otherwise.", transform: Parse.day) var date: CivilDate?

        func run() throws {
            let host = try options.open()
            let tenant = try host.openForReading(target.tenant)
            let entries = try host.makeStatement(of: CaseID(rawValue: number), for: tenant, on: date, to: output)
            struct Result: Encodable {
                let folder: String
                let entries: Int64
            }
            try options.printer.print(Result(folder: output, entries: entries)) {
                "The statement of case \(number) and \(entries) entries that prove it are in \(output).\n"
                    + "Verify them with 'fordring audit verify'; the last entry names the SHA-256 of statement.json."
            }
        }
    }

    struct Close: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Close a case by hand, with a code that says why.",
            discussion: """
                Letters that wait are withdrawn, packages that are not filed are recalled, and registrations are withdrawn or \
                ordered deleted. A case that a court has, or whose notice of sale is leaving, is not closed.
                """)
        @OptionGroup var options: HostOptions
        @OptionGroup var target: TenantOption
        @Argument(help: "The number of the case.") var number: Int64
        @Option(help: "Why, as 'case codes' names it.") var code = CloseCode.withdrawn
        @Option(help: "Why, in words; it goes into the audit trail.") var reason: String

        func run() throws {
            let host = try options.open()
            let tenant = try host.openForWork(target.tenant)
            try host.closeCase(CaseID(rawValue: number), as: code, reason: reason, for: tenant, on: host.today)
            print("Case \(number) is closed as \(code.rawValue).")
        }
    }
}

extension CloseCode: ExpressibleByArgument {}

/// A case as the command line shows it.
struct CaseView: Encodable {
    struct ClaimLine: Encodable {
        let claim: Int64
        let reference: String
        let text: String
        let dueOn: String
        let principal: String
        let outstanding: String
        let basis: String
        /// Reminders with a fee that somebody else sent before.
        let remindersCharged: Int?
        let lastReminderOn: String?
        let events: [Event]
    }

    struct Event: Encodable {
        let kind: String
        let on: String
        let recordedOn: String
        let reason: String
    }

    struct Step: Encodable {
        let step: Int64
        let kind: String
        let state: String
        /// Why it counts no more, where it was sent or done although it should have stood still.
        let voidBecause: String?
        let decidedOn: String
        let sentOn: String?
        let deadlineOn: String?
        let channel: String?
        let receipt: String?
        let reasons: [String]
    }

    struct Booking: Encodable {
        let bookedOn: String
        let debit: String
        let credit: String
        let amount: String
        let claim: Int64?
        let explanation: [String]
    }

    struct Outlook: Encodable {
        let day: String
        let next: [String]
        /// What may be done after that, from when, and what stands in the way.
        let pending: [PendingView]
        let reviewOn: String?
        let because: [String]
    }

    let caseNumber: Int64
    let debtor: String
    let debtorKind: String
    let stage: String
    /// Where it is in its life, as `case states` draws it, and why where something stops it.
    let state: String
    let stateReason: String
    let openedOn: String
    let nextOn: String?
    let closedOn: String?
    let closeCode: String?
    let outstanding: String
    let currency: String
    let claims: [ClaimLine]
    let steps: [Step]
    let bookings: [Booking]
    let outlook: Outlook

    init(
        _ record: CaseRecord, _ standing: CaseStanding, _ decision: Result<Decision, RuleGap>, _ day: CivilDate,
        explain: Bool
    ) {
        let facts = record.snapshot.facts
        caseNumber = facts.id.rawValue
        debtor = record.party.name
        debtorKind = facts.debtorKind.rawValue
        stage = record.snapshot.stage
        state = standing.life.state.rawValue
        stateReason = standing.because
        openedOn = facts.openedOn.description
        nextOn = record.nextOn?.description
        closedOn = record.closedOn?.description
        closeCode = record.closeCode
        outstanding = facts.outstanding.decimalText
        currency = facts.currency.code
        claims = record.claims.map { claim in
            let known = facts.claims.first { $0.id == claim.id }
            return ClaimLine(
                claim: claim.id.rawValue, reference: claim.reference, text: claim.text, dueOn: claim.dueOn.description,
                principal: claim.principal.decimalText,
                outstanding: known?.outstandingPrincipal.decimalText ?? "",
                basis: known?.basis.rawValue ?? ClaimBasis.ordinary.rawValue,
                remindersCharged: known?.earlierReminders?.count,
                lastReminderOn: known?.earlierReminders?.latestOn.description,
                events: record.events.filter { $0.claim == claim.id }.map {
                    Event(
                        kind: $0.event.kind.rawValue, on: $0.event.on.description,
                        recordedOn: $0.recordedOn.description, reason: $0.reason)
                })
        }
        steps = record.steps.map { step in
            Step(
                step: step.id, kind: step.kind, state: step.state, voidBecause: step.voidBecause,
                decidedOn: step.decidedOn.description,
                sentOn: step.sentOn?.description, deadlineOn: step.deadlineOn?.description, channel: step.channel,
                receipt: step.receipt, reasons: explain ? step.reasons.map(describe) : [])
        }
        bookings = record.transfers.map { transfer, explanation in
            Booking(
                bookedOn: transfer.bookedOn.description, debit: "\(transfer.debit)", credit: "\(transfer.credit)",
                amount: transfer.amount.decimalText, claim: transfer.claim?.rawValue,
                explanation: explain ? explanation.map(describe) : [])
        }
        if record.closedOn != nil {
            outlook = Outlook(
                day: day.description, next: [], pending: [], reviewOn: nil, because: ["The case is closed."])
            return
        }
        switch decision {
        case .success(let decision):
            outlook = Outlook(
                day: day.description,
                next: decision.steps.map { step in
                    "\(step.kind) for claims \(step.claims.map(\.description).joined(separator: ", "))"
                        + (explain ? ": " + step.reasons.map(describe).joined(separator: "; ") : "")
                },
                pending: explain ? decision.pending.map(PendingView.init) : [],
                reviewOn: decision.reviewOn?.description, because: decision.waiting.map(describe))
        case .failure(let gap):
            outlook = Outlook(
                day: day.description, next: [], pending: [], reviewOn: nil, because: [gap.description])
        }
    }

    var text: String {
        var lines = [
            "Case \(caseNumber): \(debtor.isEmpty ? "(erased)" : debtor) (\(debtorKind)), \(stage)"
                + (closedOn.map { ", closed \($0) as \(closeCode ?? "")" }
                    ?? (stateReason.isEmpty ? "" : ", \(state): \(stateReason)")),
            "Opened \(openedOn). Outstanding: \(outstanding) \(currency)", "",
        ]
        var claimTable = Table(
            ("claim", .right), ("reference", .left), ("concerns", .left), ("due", .left), ("principal", .right),
            ("outstanding", .right))
        claimTable.rows = claims.map { ["\($0.claim)", $0.reference, $0.text, $0.dueOn, $0.principal, $0.outstanding] }
        lines += [claimTable.text, ""]
        var remarks: [String] = []
        for claim in claims {
            if claim.basis != ClaimBasis.ordinary.rawValue {
                remarks.append("Claim \(claim.claim) rests on: \(spaced(claim.basis))")
            }
            if let count = claim.remindersCharged {
                remarks.append(
                    "Claim \(claim.claim): \(count) reminders with a fee before it came, the latest of "
                        + "\(claim.lastReminderOn ?? "")")
            }
            remarks += claim.events.map {
                "Claim \(claim.claim): \(spaced($0.kind)) on \($0.on) (\($0.reason), written down \($0.recordedOn))"
            }
        }
        if !remarks.isEmpty { lines += remarks + [""] }
        for step in steps {
            var line =
                "\(step.decidedOn)  \(step.kind) (\(step.state)\(step.voidBecause.map { ", void: \($0)" } ?? ""))"
            if let sentOn = step.sentOn, step.state == "sent" { line += ", sent \(sentOn) by \(step.channel ?? "")" }
            if let deadlineOn = step.deadlineOn { line += ", to be paid by \(deadlineOn)" }
            lines.append(line)
            lines += step.reasons.map { "    because: \($0)" }
        }
        if !steps.isEmpty { lines.append("") }
        var bookingTable = Table(
            ("booked", .left), ("debit", .left), ("credit", .left), ("amount", .right), ("claim", .right))
        bookingTable.rows = bookings.map {
            [$0.bookedOn, $0.debit, $0.credit, $0.amount, $0.claim.map(String.init) ?? ""]
        }
        let tableLines = bookingTable.text.split(separator: "\n").map(String.init)
        lines += tableLines.prefix(2)
        for (booking, line) in zip(bookings, tableLines.dropFirst(2)) {
            lines.append(line)
            lines += booking.explanation.map { "    \($0)" }
        }
        lines.append("")
        if outlook.next.isEmpty {
            lines.append(
                "On \(outlook.day) nothing is done"
                    + (outlook.reviewOn.map { "; looked at again on \($0)." }
                        ?? "; only an event from outside changes that."))
        } else {
            lines.append("On \(outlook.day):")
            lines += outlook.next.map { "  \($0)" }
        }
        lines += outlook.because.map { "  because: \($0)" }
        lines += outlook.pending.flatMap(\.lines)
        return lines.joined(separator: "\n")
    }
}

/// A step that comes next, as the command line shows it.
struct PendingView: Encodable {
    let kind: String
    let claims: [Int64]
    /// The first day; `nil` where only an event can let it be taken.
    let notBefore: String?
    let obstacles: [String]

    init(_ step: PendingStep) {
        kind = step.kind.rawValue
        claims = step.claims.map(\.rawValue)
        notBefore = step.notBefore?.description
        obstacles = step.obstacles.map(describe)
    }

    var lines: [String] {
        let names = claims.map(String.init).joined(separator: ", ")
        let when = notBefore.map { "may be taken from \($0)" } ?? "waits for an event"
        return ["Next: \(kind) for \(claims.count == 1 ? "claim" : "claims") \(names) \(when)"]
            + obstacles.map { "  until then: \($0)" }
    }
}
