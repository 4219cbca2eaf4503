import ArgumentParser
import Casework
import FordringKit
import Foundation
import Host
import JobQueue
import LegalTrack

struct LegalCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "legal", abstract: "Cases for courts, enforcement officers and lawyers.",
        subcommands: [
            Check.self, HandOff.self, Record.self, Recall.self, List.self, Show.self, States.self, Answers.self,
            Dismiss.self,
        ])

    /// What the form is filled with beside the case.
    struct Request: ParsableArguments {
        @Argument(help: "The number of the case.") var number: Int64
        @Option(help: "The procedure, as 'legal states' names it.") var procedure: String
        @Option(
            help: "The day that is looked at; today otherwise. Only 'legal check' takes another.", transform: Parse.day)
        var date: CivilDate?
        @Option(help: ArgumentHelp("An answer to a question of the form.", valueName: "key=value"))
        var answer: [String] = []
        @Option(
            help: ArgumentHelp(
                "What stands behind a request for enforcement; ':enforceable' after it where it says so.",
                valueName: "kind:date:reference")) var basis: String?
        @Option(help: ArgumentHelp("A paper that goes with it.", valueName: "kind:date:file"))
        var document: [String] = []

        func request() throws -> HandoffRequest {
            var answers: [String: String] = [:]
            for text in answer {
                guard let sign = text.firstIndex(of: "="), sign > text.startIndex else {
                    throw HostError(.badInput, "--answer '\(text)': write key=value.")
                }
                answers[String(text[..<sign])] = String(text[text.index(after: sign)...])
            }
            return HandoffRequest(
                caseID: CaseID(rawValue: number), procedure: LegalProcedureKind(procedure), day: date,
                basis: try basis.map(Request.basis), answers: answers, documents: try document.map(Request.paper))
        }

        private static func basis(_ text: String) throws -> EnforcementBasis {
            var rest = text
            let saysEnforceable = rest.hasSuffix(":enforceable")
            if saysEnforceable { rest.removeLast(":enforceable".count) }
            let parts = rest.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false).map(String.init)
            guard parts.count >= 2, !parts[0].isEmpty, let day = CivilDate(iso: parts[1]) else {
                throw HostError(.badInput, "--basis '\(text)': write kind:2026-01-31:reference.")
            }
            return EnforcementBasis(
                kind: parts[0], on: day, reference: parts.count > 2 ? parts[2] : "", saysEnforceable: saysEnforceable)
        }

        private static func paper(_ text: String) throws -> HandoffDocument {
            let parts = text.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false).map(String.init)
            guard parts.count == 3, !parts[0].isEmpty, let day = CivilDate(iso: parts[1]), !parts[2].isEmpty else {
                throw HostError(.badInput, "--document '\(text)': write kind:2026-01-31:file.")
            }
            let (name, bytes) = try LegalCommand.file(parts[2])
            return HandoffDocument(name: name, kind: parts[0], on: day, bytes: bytes)
        }
    }

    static func file(_ path: String) throws -> (name: String, bytes: [UInt8]) {
        let url = URL(filePath: path)
        guard let data = try? Data(contentsOf: url) else {
            throw HostError(.badInput, "\(path) cannot be read. Give a file that is there.")
        }
        return (url.lastPathComponent, Array(data))
    }

    struct Check: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "What must hold before a case is handed over: met, or not yet, from when and by what.",
            discussion: "Exit status 1 where something does not hold. The audit trail says who looked.")
        @OptionGroup var options: HostOptions
        @OptionGroup var target: TenantOption
        @OptionGroup var request: Request

        func run() throws {
            let host = try options.open()
            let tenant = try host.openForReading(target.tenant)
            let check = try host.legalCheck(try request.request(), of: tenant)
            let questions =
                [HouseRules.planQuestion]
                + (try host.legalChart(LegalProcedureKind(request.procedure), of: tenant).procedure.questions)
            struct Line: Encodable {
                let name: String
                let meaning: String
                let met: Bool
                let from: String?
                let by: String?
                let source: String
            }
            struct Question: Encodable {
                let key: String
                let question: String
                let answer: String?
            }
            struct Result: Encodable {
                let caseNumber: Int64
                let procedure: String
                let day: String
                let owed: String
                let ready: Bool
                let leftOut: [LeftOut]
                let preconditions: [Line]
                let questions: [Question]
            }
            let result = Result(
                caseNumber: request.number, procedure: request.procedure, day: check.explanation.day.description,
                owed: check.explanation.owed.description, ready: check.gaps.isEmpty,
                leftOut: check.part.leftOut.map(LeftOut.init),
                preconditions: check.preconditions.map { rule in
                    var from: CivilDate?
                    var obstacle: String?
                    if case .notYet(let day, let words) = rule.status { (from, obstacle) = (day, words) }
                    return Line(
                        name: rule.identifier, meaning: rule.meaning, met: rule.isMet, from: from?.description,
                        by: obstacle, source: rule.citation.description)
                },
                questions: questions.map {
                    Question(key: $0.label, question: $0.text, answer: check.facts.answers[$0.label])
                })
            try options.printer.print(result) {
                var lines = [
                    "Case \(result.caseNumber), \(result.procedure), on \(result.day): \(result.owed) is owed."
                ]
                lines += result.leftOut.map(\.line) + [""]
                for rule in result.preconditions {
                    lines.append("\(rule.met ? "met    " : "NOT YET")  \(rule.name): \(rule.meaning) [\(rule.source)]")
                    if let obstacle = rule.by {
                        lines.append(
                            "         " + (rule.from.map { "from \($0), by \(obstacle)" } ?? "waits for: \(obstacle)"))
                    }
                }
                for question in result.questions {
                    lines.append(
                        question.answer.map { "answered  \(question.key)=\($0)" }
                            ?? "question  \(question.key): \(question.question)")
                }
                lines.append("")
                lines.append(
                    result.ready
                        ? "Ready: 'fordring legal hand-off \(result.caseNumber) --procedure \(result.procedure)'."
                        : "\(check.gaps.count) of \(result.preconditions.count) do not hold.")
                return lines.joined(separator: "\n")
            }
            if !result.ready { throw ExitCode(HostError.Code.refused.rawValue) }
        }
    }

    struct HandOff: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "hand-off",
            abstract: "Make the package of a case for a court: form, statement, letters, papers and audit extract.",
            discussion: """
                Refused unless everything holds that 'legal check' lists. Repeated, it writes the same file again. Where \
                the courts take packages by wire, the next 'fordring work' files it; else a person does, and says so with \
                'legal record'.
                """)
        @OptionGroup var options: HostOptions
        @OptionGroup var target: TenantOption
        @OptionGroup var request: Request
        @Option(help: ArgumentHelp("The folder to write the package to.", valueName: "dir")) var output: String

        func run() throws {
            let host = try options.open()
            let tenant = try host.openForWork(target.tenant)
            let result = try host.handOff(try request.request(), to: output, of: tenant)
            struct Line: Encodable {
                let handOff: Int64
                let file: String
                let bytes: Int
                let sha256: String
                let owed: String
                let fee: String
                let again: Bool
                let leftOut: [LeftOut]
            }
            let handoff = result.handoff
            try options.printer.print(
                Line(
                    handOff: handoff.id, file: result.path, bytes: result.size, sha256: handoff.packageSHA256,
                    owed: handoff.owed.description, fee: handoff.fee.description, again: result.isAgain,
                    leftOut: result.leftOut.map(LeftOut.init))
            ) {
                """
                Hand-off \(handoff.id) is \(result.isAgain ? "written again" : "prepared"): \(result.path)
                SHA-256 \(handoff.packageSHA256), \(result.size) bytes
                \(handoff.owed) is owed; the court's fee of \(handoff.fee) is booked when it is filed.
                Filed by hand: fordring legal record \(handoff.id) --tenant \(target.tenant) --state filed
                """ + result.leftOut.map { "\n" + LeftOut($0).line }.joined()
            }
        }
    }

    /// A claim that stays behind.
    struct LeftOut: Encodable {
        let claim: Int64
        let reference: String
        let why: String

        init(_ leftOut: LeftOutClaim) {
            claim = leftOut.claim.rawValue
            reference = leftOut.reference
            why = leftOut.why
        }

        var line: String { "Left out: claim \(claim) (\(reference)). \(why)" }
    }

    struct Record: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Say what a court or a person did in a case that was handed over.")
        @OptionGroup var options: HostOptions
        @OptionGroup var target: TenantOption
        @Argument(help: "The number of the hand-off.") var number: Int64
        @Option(help: "The state that was reached; 'legal show' lists what may follow.") var state: String
        @Option(help: "The day; today otherwise.", transform: Parse.day) var date: CivilDate?
        @Option(help: "What was said.") var text = ""
        @Option(help: "What was laid out to the court, for example 750.00.") var fee: String?
        @Option(help: ArgumentHelp("The court's paper.", valueName: "file")) var document: String?
        @Option(help: "For whom it was decided, with --state decided: creditor, debtor, or inPart with --granted.")
        var outcome: String?
        @Option(help: "What the court granted of the principal, for example 750.00.") var granted: String?

        private func decided(_ tenant: OpenTenant) throws -> CourtOutcome? {
            let money = try LegalCommand.money("--granted", granted, tenant)
            guard let outcome else {
                guard money == nil else { throw HostError(.badInput, "--granted goes with --outcome inPart.") }
                return nil
            }
            guard let found = CourtOutcome(named: outcome, granted: money) else {
                throw HostError(
                    .badInput,
                    "--outcome is creditor, debtor, or inPart with --granted and the amount; '\(outcome)' with "
                        + "\(granted ?? "no amount") is none.")
            }
            return found
        }

        func run() throws {
            guard let reached = LegalState(rawValue: state) else {
                let states = LegalState.allCases.map(\.rawValue).joined(separator: ", ")
                throw HostError(.badInput, "--state '\(state)' is none. There are: \(states).")
            }
            let host = try options.open()
            let tenant = try host.openForWork(target.tenant)
            let event = NewLegalEvent(
                reached, on: date ?? host.localTime(of: tenant).day, text: text,
                document: try document.map(LegalCommand.file), fee: try LegalCommand.money("--fee", fee, tenant),
                outcome: try decided(tenant))
            let recorded = try host.recordLegal(event, of: number, for: tenant)
            struct Result: Encodable {
                let event: Int64
                let fee: String?
                let limitation: String?
                let next: String?
                let because: [String]
                let followUpOn: String?
                let over: Bool
            }
            let result = Result(
                event: recorded.id, fee: recorded.fee?.description, limitation: recorded.limitation?.rawValue,
                next: recorded.proposal?.value.rawValue, because: recorded.proposal?.lines.map(describe) ?? [],
                followUpOn: recorded.followUpOn?.description, over: recorded.isOver)
            try options.printer.print(result) {
                var lines = ["Hand-off \(number) is \(state)." + (result.over ? " It is over." : "")]
                if let fee = result.fee { lines.append("\(fee) was laid out and is owed by the debtor.") }
                if let limitation = result.limitation { lines.append("Limitation: \(limitation).") }
                for dispute in recorded.disputes {
                    lines.append("See what it did: fordring dispute show \(dispute) --tenant \(target.tenant)")
                }
                if let hold = recorded.hold { lines.append("The case is held: hold \(hold).") }
                if let next = result.next {
                    lines.append("Next: \(next)")
                    lines += result.because.map { "  because: \($0)" }
                }
                if let day = result.followUpOn { lines.append("If nothing has come by \(day), a task says so.") }
                return lines.joined(separator: "\n")
            }
        }
    }

    static func money(_ option: String, _ text: String?, _ tenant: OpenTenant) throws -> Money? {
        do throws(MoneyError) {
            return try text.map { text throws(MoneyError) in try Money(parsing: text, tenant.currency) }
        } catch {
            throw HostError(.badInput, "\(option): \(error.message)")
        }
    }

    struct Recall: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Take back a package that has not been filed.")
        @OptionGroup var options: HostOptions
        @OptionGroup var target: TenantOption
        @Argument(help: "The number of the hand-off.") var number: Int64
        @Option(help: "Why; it goes into the audit trail.") var reason: String
        @Option(help: "The day; today otherwise.", transform: Parse.day) var date: CivilDate?

        func run() throws {
            let host = try options.open()
            let isRecalled = try host.recallHandoff(
                number, reason: reason, of: try host.openForWork(target.tenant), on: date)
            print(
                isRecalled
                    ? "Hand-off \(number) is recalled. Destroy the files of its package."
                    : "Hand-off \(number) is being filed. It is recalled as soon as it is known that it was not; else a task "
                        + "says that the court must be told.")
        }
    }

    struct List: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "The hand-offs of a tenant, by number.")
        @OptionGroup var options: HostOptions
        @OptionGroup var target: TenantOption
        @Flag(help: "Only those that are not over.") var open = false

        func run() throws {
            let handoffs = try options.open().handoffs(of: target.tenant, onlyOpen: open)
            let lines = handoffs.map(HandoffView.init)
            try options.printer.print(lines) {
                if lines.isEmpty { return "No such hand-offs." }
                var table = Table(
                    ("hand-off", .right), ("case", .right), ("procedure", .left), ("state", .left), ("prepared", .left),
                    ("owed", .right), ("follow up", .left))
                table.rows = lines.map {
                    [
                        "\($0.handOff)", "\($0.caseNumber)", $0.procedure, $0.state, $0.preparedOn, $0.owed,
                        $0.endedOn.map { "over \($0)" } ?? $0.followUpOn ?? "-",
                    ]
                }
                return table.text
            }
        }
    }

    struct Show: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "One hand-off: what happened to it, and what may follow.")
        @OptionGroup var options: HostOptions
        @OptionGroup var target: TenantOption
        @Argument(help: "The number of the hand-off.") var number: Int64

        func run() throws {
            let host = try options.open()
            let record = try host.showHandoff(number, of: try host.openForReading(target.tenant))
            struct Event: Encodable {
                let state: String
                let on: String
                let text: String?
                let fee: String?
                let limitation: String?
                let documentSHA256: String?
                let outcome: String?
                let granted: String?
            }
            struct Result: Encodable {
                let handOff: HandoffView
                let events: [Event]
                let allowed: [String]
            }
            let result = Result(
                handOff: HandoffView(record.handoff),
                events: record.events.map {
                    Event(
                        state: $0.state.rawValue, on: $0.on.description, text: $0.text, fee: $0.fee?.description,
                        limitation: $0.limitation?.rawValue, documentSHA256: $0.documentSHA256,
                        outcome: $0.outcome?.name, granted: $0.outcome?.granted?.description)
                }, allowed: record.allowed.map(\.rawValue))
            try options.printer.print(result) {
                let view = result.handOff
                var lines = [
                    "Hand-off \(view.handOff) of case \(view.caseNumber): \(view.procedure), \(view.state)"
                        + (view.leaving ? " (being filed)" : ""),
                    "Package \(view.sha256); \(view.owed) owed, fee \(view.fee)", "",
                ]
                for event in result.events {
                    let parts = [
                        event.outcome.map { "for \($0)" }, event.granted.map { "granted \($0)" },
                        event.fee.map { "fee \($0)" }, event.limitation.map { "limitation: \($0)" },
                        event.documentSHA256.map { "paper \($0)" }, event.text,
                    ].compactMap(\.self)
                    lines.append(
                        "\(event.on)  \(event.state)" + (parts.isEmpty ? "" : "  " + parts.joined(separator: "; ")))
                }
                lines.append("")
                lines.append(
                    result.allowed.isEmpty ? "It is over." : "May follow: \(result.allowed.joined(separator: ", ")).")
                return lines.joined(separator: "\n")
            }
        }
    }

    struct States: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "The states of a procedure as a chart; without one, the procedures that there are.")
        @OptionGroup var options: HostOptions
        @OptionGroup var target: TenantOption
        @Argument(help: "The procedure.") var procedure: String?

        func run() throws {
            let host = try options.open()
            let tenant = try host.openForReading(target.tenant)
            struct Line: Encodable {
                let procedure: String
                let names: [String: String]
                let source: String
                let states: [String: [String]]
            }
            let procedures = try host.forum(of: tenant).procedures
            let charts =
                try procedure.map { [try host.legalChart(LegalProcedureKind($0), of: tenant)] }
                ?? procedures.map(LegalChart.init)
            let lines = charts.map { chart in
                Line(
                    procedure: chart.procedure.kind.rawValue,
                    names: Dictionary(
                        chart.procedure.names.map { ($0.key.code, $0.value) }, uniquingKeysWith: { first, _ in first }),
                    source: chart.procedure.citation.description,
                    states: Dictionary(
                        chart.reachable.map { ($0.rawValue, chart.allowed(after: $0).map(\.rawValue)) },
                        uniquingKeysWith: { first, _ in first }))
            }
            try options.printer.print(lines) {
                guard procedure == nil else { return charts.map(\.text).joined(separator: "\n") }
                var table = Table(("procedure", .left), ("name", .left), ("source", .left))
                table.rows = lines.map { line in
                    [
                        line.procedure, line.names.sorted { $0.key < $1.key }.map(\.value).joined(separator: " / "),
                        line.source,
                    ]
                }
                return table.text
            }
        }
    }

    struct Answers: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Read what courts have answered by wire; workers do it once a day.")
        @OptionGroup var options: HostOptions
        @OptionGroup var target: TenantOption

        func run() throws {
            let host = try options.open()
            let read = try host.readCourtAnswers(of: try host.openForWork(target.tenant))
            struct Result: Encodable {
                let answers: Int
                let faults: [String]
            }
            try options.printer.print(Result(answers: read.taken, faults: read.faults)) {
                (["\(read.taken) new answers."] + read.faults).joined(separator: "\n")
            }
        }
    }

    struct Dismiss: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Put an answer of a court aside that cannot be recorded.",
            discussion: "Until then it is tried again each day. Record what holds with 'legal record' first.")
        @OptionGroup var options: HostOptions
        @OptionGroup var target: TenantOption
        @Argument(help: "The court's name for its answer, as its task says.") var answer: String
        @Option(help: "Why; it goes into the audit trail.") var reason: String

        func run() throws {
            let host = try options.open()
            try host.dismissAnswer(answer, reason: reason, of: try host.openForWork(target.tenant))
            print("The answer '\(answer)' is put aside.")
        }
    }
}

/// A hand-off as the command line shows it.
struct HandoffView: Encodable {
    let handOff: Int64
    let caseNumber: Int64
    let procedure: String
    let state: String
    let preparedOn: String
    let owed: String
    let fee: String
    let sha256: String
    let leaving: Bool
    let followUpOn: String?
    let endedOn: String?

    init(_ handoff: Handoff) {
        handOff = handoff.id
        caseNumber = handoff.caseID.rawValue
        procedure = handoff.procedure.rawValue
        state = handoff.state.rawValue
        preparedOn = handoff.preparedOn.description
        owed = handoff.owed.description
        fee = handoff.fee.description
        sha256 = handoff.packageSHA256
        leaving = handoff.isDeparting
        followUpOn = handoff.followUpOn?.description
        endedOn = handoff.endedOn?.description
    }
}
