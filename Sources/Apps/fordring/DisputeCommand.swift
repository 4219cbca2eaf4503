import ArgumentParser
import Casework
import FordringKit
import Foundation
import Host

struct DisputeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "dispute", abstract: "What debtors say is not owed: it stands still until it is decided.",
        subcommands: [
            Open.self, Decide.self, Answer.self, List.self, Show.self, Document.self, Reasons.self, States.self,
        ])

    struct Open: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Open a dispute: from this moment on nothing is done about what it concerns.",
            discussion: """
                Letters that wait are withdrawn with what they charged; those that are gone become a task. Documents lie \
                in the books, sealed with the debtor's key. Where the claims were sold, the dispute is written down and passing it \
                on to the buyer becomes a task.
                """)
        @OptionGroup var options: HostOptions
        @OptionGroup var target: TenantOption
        @Option(name: .customLong("case"), help: "The number of the case.") var number: Int64
        @Option(help: "The number of the claim; everything in the case otherwise.") var claim: Int64?
        @Option(help: "The part of the claim that is disputed: 120.50.") var amount: String?
        @Option(help: "Why; 'fordring dispute reasons' lists the codes.") var reason: DisputeReason
        @Option(help: "How it came in: letter, email, phone or portal.") var channel: DisputeChannel
        @Option(help: "The day on which it came in; today otherwise.", transform: Parse.day) var date: CivilDate?
        @Option(name: .customLong("document"), help: "A file that came with it; may be given several times.")
        var documents: [String] = []
        @Option(name: .customLong("text"), help: "A file with what the debtor says.") var text: String?

        func validate() throws {
            guard channel != .import else {
                throw ValidationError("'import' is for files of claims; use letter, email, phone or portal.")
            }
        }

        func run() throws {
            let host = try options.open()
            let tenant = try host.openForWork(target.tenant)
            var papers = try text.map { [try FordringHost.document(.objection, ofFile: $0)] } ?? []
            papers += try documents.map { try FordringHost.document(.evidence, ofFile: $0) }
            let received = try host.receiveDispute(
                NewDispute(
                    caseID: CaseID(rawValue: number), claim: claim.map { ClaimID(rawValue: $0) },
                    amount: try amount.map { try Parse.money($0, tenant.currency) }, reason: reason, channel: channel,
                    receivedOn: date ?? host.today, documents: papers),
                for: tenant, on: host.today)
            struct Result: Encodable {
                let dispute: Int64
                /// None where the claims were sold.
                let hold: Int64?
                let answerBy: String
                let because: [String]
                let withdrawnSteps: [Int64]
                let goneSteps: [Int64]
            }
            let opened: OpenedDispute
            switch received {
            case .opened(let dispute): opened = dispute
            case .passedOn(let id, let answerBy):
                let result = Result(
                    dispute: id, hold: nil, answerBy: answerBy.value.description,
                    because: answerBy.lines.map(describe), withdrawnSteps: [], goneSteps: [])
                return try options.printer.print(result) {
                    "Case \(number) was sold, so nothing is opened in it. Dispute \(id) is written down, and two tasks say what "
                        + "is left: pass it on to the buyer, and tell the debtor that you have, by \(result.answerBy)."
                }
            }
            let result = Result(
                dispute: opened.id, hold: opened.hold, answerBy: opened.answerBy.value.description,
                because: opened.answerBy.lines.map(describe), withdrawnSteps: opened.withdrawn, goneSteps: opened.gone)
            try options.printer.print(result) {
                var lines = ["Dispute \(opened.id) is open. The debtor has an answer by \(result.answerBy)."]
                lines += result.because.map { "  because: \($0)" }
                lines.append("Letters withdrawn: \(opened.withdrawn.count).")
                if !opened.gone.isEmpty {
                    lines.append(
                        "Letters that were gone already: \(opened.gone.count); their charges are taken back, and a task says "
                            + "that the debtor must be told.")
                }
                return lines.joined(separator: "\n")
            }
        }
    }

    struct Decide: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Decide a dispute: credits what is not owed; the case goes on once the debtor was told.",
            discussion: """
                A rejection needs grounds and what shows that the claim is owed; a settlement needs an amount or grounds, and \
                the agreement itself. Say with --answered, or later with 'dispute answer', when the debtor was told.
                """)
        @OptionGroup var options: HostOptions
        @OptionGroup var target: TenantOption
        @Argument(help: "The number of the dispute.") var dispute: Int64
        @Option(help: "upheld, upheld-in-part, rejected or settled.") var outcome: Outcome
        @Option(help: "What is credited, where it is upheld in part or settled: 120.50.") var amount: String?
        @Option(help: "The grounds; needed to reject. They are sealed with the debtor's key.") var grounds: String?
        @Option(name: .customLong("document"), help: "A file that belongs to the decision; may be given several times.")
        var documents: [String] = []
        @Flag(help: "There is no document that shows that the claim is owed.") var noDocument = false
        @Option(help: "The day on which the debtor was told.", transform: Parse.day) var answered: CivilDate?

        enum Outcome: String, ExpressibleByArgument, CaseIterable {
            case upheld
            case upheldInPart = "upheld-in-part"
            case rejected
            case settled

            var event: DisputeEvent {
                switch self {
                case .upheld: .upheld
                case .upheldInPart: .upheldInPart
                case .rejected: .rejected
                case .settled: .settled
                }
            }
        }

        func run() throws {
            let host = try options.open()
            let tenant = try host.openForWork(target.tenant)
            let decided = try host.decideDispute(
                dispute,
                DisputeDecision(
                    outcome.event, amount: try amount.map { try Parse.money($0, tenant.currency) }, grounds: grounds,
                    documents: try documents.map { try FordringHost.document(.decision, ofFile: $0) },
                    hasNoDocument: noDocument, answeredOn: answered),
                for: tenant, on: host.today)
            struct Credit: Encodable {
                let claim: Int64
                let amount: String
            }
            struct Result: Encodable {
                let dispute: Int64
                let state: String
                let credited: [Credit]
                let reversed: [String]
                let outstanding: String
                let closed: Bool
                let answerBy: String?
                let resumption: ResumptionView?
            }
            let result = Result(
                dispute: dispute, state: decided.state.rawValue,
                credited: decided.credited.map { Credit(claim: $0.claim.rawValue, amount: $0.amount.decimalText) },
                reversed: decided.reversed.map(\.decimalText), outstanding: decided.outstanding.decimalText,
                closed: decided.closed, answerBy: decided.answerBy?.description,
                resumption: decided.resumption.map(ResumptionView.init))
            try options.printer.print(result) {
                var lines = ["Dispute \(dispute) is \(result.state)."]
                lines += decided.credited.map { "  \($0.amount) of claim \($0.claim) is credited" }
                lines += decided.reversed.map { "  \($0) of fees and costs is taken back" }
                lines.append(
                    decided.closed ? "Nothing is owed; the case is closed." : "Still owed: \(decided.outstanding)")
                if let resumption = result.resumption { lines.append(resumption.text) }
                if let answerBy = result.answerBy {
                    lines.append(
                        "Tell the debtor by \(answerBy), then: fordring dispute answer \(dispute) --sent-on DAY")
                }
                return lines.joined(separator: "\n")
            }
        }
    }

    struct Answer: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Write down that the debtor was told how a dispute was decided; from then on the clocks go on.")
        @OptionGroup var options: HostOptions
        @OptionGroup var target: TenantOption
        @Argument(help: "The number of the dispute.") var dispute: Int64
        @Option(help: "The day on which the answer went; today otherwise.", transform: Parse.day) var sentOn: CivilDate?
        @Option(name: .customLong("document"), help: "The answer as a file; may be given several times.")
        var documents: [String] = []

        func run() throws {
            let host = try options.open()
            let tenant = try host.openForWork(target.tenant)
            let resumption = try host.answerDispute(
                dispute, sentOn: sentOn ?? host.today,
                documents: try documents.map { try FordringHost.document(.decision, ofFile: $0) }, for: tenant,
                on: host.today)
            struct Result: Encodable {
                let dispute: Int64
                let resumption: ResumptionView?
            }
            let result = Result(dispute: dispute, resumption: resumption.map(ResumptionView.init))
            try options.printer.print(result) {
                ["The debtor was told of dispute \(dispute).", result.resumption?.text].compactMap(\.self)
                    .joined(separator: "\n")
            }
        }
    }

    struct List: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "The open disputes of a tenant, by number.")
        @OptionGroup var options: HostOptions
        @OptionGroup var target: TenantOption
        @Option(name: .customLong("case"), help: "Only those of this case.") var number: Int64?
        @Flag(help: "Also those that were decided.") var all = false
        @Option(help: "Disputes with a higher number than this.") var after: Int64 = 0
        @Option(help: "At most so many.") var limit = 50

        func run() throws {
            let host = try options.open()
            let disputes = try host.disputes(
                of: target.tenant, caseID: number.map { CaseID(rawValue: $0) }, all: all, after: after, limit: limit)
            let day = host.today
            let lines = disputes.map { DisputeView($0, [], on: day) }
            try options.printer.print(lines) {
                if lines.isEmpty { return "Nothing is disputed." }
                var table = Table(
                    ("dispute", .right), ("case", .right), ("claim", .right), ("reason", .left), ("amount", .right),
                    ("opened", .left), ("answer by", .left), ("state", .left), ("creditor", .left))
                table.rows = lines.map(\.row)
                return table.text
            }
        }
    }

    struct Show: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "One dispute with its documents and dates.")
        @OptionGroup var options: HostOptions
        @OptionGroup var target: TenantOption
        @Argument(help: "The number of the dispute.") var dispute: Int64

        func run() throws {
            let host = try options.open()
            let (record, documents) = try host.showDispute(dispute, of: target.tenant)
            let view = DisputeView(record, documents, on: host.today)
            try options.printer.print(view) { view.text }
        }
    }

    struct Document: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Write a document of a dispute to a file, checked against its SHA-256.")
        @OptionGroup var options: HostOptions
        @OptionGroup var target: TenantOption
        @Argument(help: "The number of the document.") var document: Int64
        @Option(help: ArgumentHelp("The file.", valueName: "file")) var output: String

        func run() throws {
            let bytes = try options.open().openDocument(document, of: target.tenant)
            do {
                try Data(bytes).write(to: URL(filePath: output), options: .atomic)
            } catch {
                throw HostError(.unavailable, "\(output) cannot be written: \(error.localizedDescription)")
            }
            print("Document \(document): \(bytes.count) bytes in \(output).")
        }
    }

    struct Reasons: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "The codes for why a debtor disputes.")
        @OptionGroup var options: HostOptions

        func run() throws {
            struct Line: Encodable {
                let reason: String
                let meaning: String
            }
            let lines = DisputeReason.allCases.map { Line(reason: $0.rawValue, meaning: $0.meaning) }
            try options.printer.print(lines) {
                var table = Table(("reason", .left), ("meaning", .left))
                table.rows = lines.map { [$0.reason, $0.meaning] }
                return table.text
            }
        }
    }

    struct States: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "The states of a dispute and what leads from one to another, as a Mermaid chart.")
        @OptionGroup var options: HostOptions

        func run() throws {
            struct Step: Encodable {
                let from: String
                let to: String
                let event: String
            }
            let steps = DisputeState.allCases.flatMap { state in
                DisputeEvent.allCases.compactMap { event in
                    state.after(event).map { Step(from: state.rawValue, to: $0.rawValue, event: event.rawValue) }
                }
            }
            try options.printer.print(steps) { DisputeState.chart.trimmingCharacters(in: .newlines) }
        }
    }
}

extension DisputeReason: ExpressibleByArgument {}
extension DisputeChannel: ExpressibleByArgument {
    static var allValueStrings: [String] { allCases.filter { $0 != .import }.map(\.rawValue) }
}

extension Parse {
    /// An amount of a tenant's currency.
    static func money(_ text: String, _ currency: Currency) throws -> Money {
        do {
            return try Money(parsing: text, currency)
        } catch {
            throw HostError(.badInput, "'\(text)' is no amount of \(currency): \(error.message)")
        }
    }
}

/// A dispute as the command line shows it.
struct DisputeView: Encodable {
    struct DocumentLine: Encodable {
        let document: Int64
        let role: String
        let name: String?
        let mediaType: String
        let size: Int64
        let sha256: String
        let addedOn: String
    }

    let dispute: Int64
    let caseNumber: Int64
    let claim: Int64?
    let amount: String?
    let reason: String
    let channel: String
    let openedOn: String
    let answerBy: String
    let answerRule: [String]
    /// Whether the debtor has no answer and the day for it has passed.
    let isOverdue: Bool
    let state: String
    let decidedOn: String?
    let answeredOn: String?
    let credited: String
    let creditorMustBeTold: Bool
    let hold: HoldView?
    let documents: [DocumentLine]

    init(_ record: DisputeRecord, _ documents: [DocumentRecord], on day: CivilDate) {
        dispute = record.id
        caseNumber = record.caseID.rawValue
        claim = record.claim?.rawValue
        amount = record.amount?.decimalText
        reason = record.reason
        channel = record.channel
        openedOn = record.openedOn.description
        answerBy = record.answerBy.value.description
        answerRule = record.answerBy.lines.map(describe)
        isOverdue = record.answeredOn == nil && record.answerBy.value < day
        state = record.state.rawValue
        decidedOn = record.decidedOn?.description
        answeredOn = record.answeredOn?.description
        credited = record.credited.decimalText
        creditorMustBeTold = record.creditorWaits
        hold = record.hold.map(HoldView.init)
        self.documents = documents.map {
            DocumentLine(
                document: $0.id, role: $0.role, name: $0.name, mediaType: $0.mediaType, size: $0.size,
                sha256: $0.sha256, addedOn: $0.addedOn.description)
        }
    }

    var row: [String] {
        [
            "\(dispute)", "\(caseNumber)", claim.map(String.init) ?? "all", reason, amount ?? "", openedOn,
            answerBy + (isOverdue ? " OVERDUE" : ""), state + (decidedOn.map { " \($0)" } ?? ""),
            creditorMustBeTold ? "to be told" : "",
        ]
    }

    var text: String {
        let what = claim.map { "claim \($0)" } ?? "everything"
        var lines = [
            "Dispute \(dispute) of case \(caseNumber): \(what)\(amount.map { ", \($0) of it" } ?? ""), \(reason), by \(channel)",
            "Opened \(openedOn), \(state)" + (decidedOn.map { " on \($0), \(credited) credited" } ?? "")
                + (answeredOn.map { ", the debtor was told on \($0)" } ?? ""),
            "Answer by \(answerBy)\(isOverdue ? ", OVERDUE" : "")",
        ]
        lines += answerRule.map { "  because: \($0)" }
        if creditorMustBeTold { lines.append("The creditor must be told.") }
        if let resumption = hold?.resumption { lines.append(resumption.text) }
        for document in documents {
            lines.append(
                "Document \(document.document): \(document.role), \(document.name ?? "(erased)"), \(document.mediaType), "
                    + "\(document.size) bytes\n  SHA-256 \(document.sha256)")
        }
        return lines.joined(separator: "\n")
    }
}
