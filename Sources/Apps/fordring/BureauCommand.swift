import ArgumentParser
import FordringKit
import Foundation
import Host
import Registrations

extension RegistrationState: ExpressibleByArgument {}

struct BureauCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "bureau", abstract: "Credit bureaus: what may be registered, what is, and what must go.",
        discussion:
            "Nothing leaves the house here: 'fordring run' and 'fordring work' hand over what may leave on that day.",
        subcommands: [
            Check.self, Register.self, List.self, Show.self, Withdraw.self, Confirm.self, DeleteAgain.self, Amount.self,
            Settle.self, States.self,
        ])

    struct Check: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Everything that must hold before a claim is registered: met, or not yet, from when and by what.",
            discussion: "Without --claim, all claims of the case that are owed. The audit trail says who looked.")
        @OptionGroup var options: HostOptions
        @OptionGroup var target: TenantOption
        @Argument(help: "The number of the case.") var number: Int64
        @Option(help: "Only this claim of the case.") var claim: Int64?
        @Option(help: "Only this bureau.") var bureau: String?
        @Flag(help: "No plan of payment is agreed and kept, of which the books know nothing.") var noKeptPlan = false
        @Option(help: "As of this day; today otherwise.", transform: Parse.day) var date: CivilDate?

        func run() throws {
            let host = try options.open()
            let tenant = try host.openForReading(target.tenant)
            let checks = try host.checkRegistration(
                of: CaseID(rawValue: number), claim: claim.map { ClaimID(rawValue: $0) }, bureau: bureau,
                noKeptPlan: noKeptPlan, for: tenant, on: date ?? host.today)
            let views = checks.map(RegistrationCheckView.init)
            try options.printer.print(views) {
                views.isEmpty ? "No claim of case \(number) is owed." : views.map(\.text).joined(separator: "\n\n")
            }
        }
    }

    struct Register: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Ask for the registration of a claim; it leaves on the first day on which all holds that must.",
            discussion: "Where the country wants the debtor told first, the letter is queued.")
        @OptionGroup var options: HostOptions
        @OptionGroup var target: TenantOption
        @Argument(help: "The number of the case.") var number: Int64
        @Option(help: "The claim.") var claim: Int64
        @Option(help: "The bureau, where the tenant has several.") var bureau: String?
        @Flag(help: "No plan of payment is agreed and kept; without this nothing leaves.") var noKeptPlan = false
        @Option(help: "Why; it goes into the audit trail.") var reason: String
        @Option(help: "Asked for on this day; today otherwise.", transform: Parse.day) var date: CivilDate?

        func run() throws {
            let host = try options.open()
            let tenant = try host.openForWork(target.tenant)
            let day = date ?? host.today
            let (registration, check, tells) = try host.requestRegistration(
                of: ClaimID(rawValue: claim), in: CaseID(rawValue: number), bureau: bureau, noKeptPlan: noKeptPlan,
                reason: reason, for: tenant, on: day)
            let view = RegistrationView(registration)
            try options.printer.print(view) {
                var lines = ["Registration \(view.registration) with \(view.bureau) is asked for."]
                if tells { lines.append("The letter that tells the debtor is queued.") }
                switch check {
                case .success(let check) where check.isMet: lines.append("All holds that must; it leaves today.")
                case .success(let check):
                    lines.append(
                        check.earliest.map { "It leaves on \($0) at the earliest." } ?? "It waits for what must happen:"
                    )
                    lines += check.preconditions.compactMap(PreconditionView.init(unmet:)).map { "  \($0.line)" }
                case .failure(let gap): lines.append("It waits: \(gap)")
                }
                return lines.joined(separator: "\n")
            }
        }
    }

    struct List: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "The registrations of a tenant, by number.")
        @OptionGroup var options: HostOptions
        @OptionGroup var target: TenantOption
        @Option(help: "Only those in this state.") var state: RegistrationState?
        @Option(help: "Registrations with a higher number than this.") var after: Int64 = 0
        @Option(help: "At most so many.") var limit = 50

        func validate() throws {
            if limit < 1 { throw ValidationError("--limit must be at least 1") }
        }

        func run() throws {
            let views = try options.open().registrations(target.tenant, after: after, limit: limit, state: state)
                .map(RegistrationView.init)
            try options.printer.print(views) {
                if views.isEmpty { return "No such registrations." }
                var table = Table(
                    ("registration", .right), ("bureau", .left), ("case", .right), ("claim", .right), ("state", .left),
                    ("amount", .right), ("asked for", .left), ("live", .left), ("must be gone", .left))
                table.rows = views.map { view in
                    [
                        "\(view.registration)", view.bureau, "\(view.caseNumber)", "\(view.claim)", view.state,
                        view.amount.map { "\($0) \(view.currency ?? "")" } ?? "-", view.requestedOn,
                        view.liveOn ?? "-", view.deletion?.dueOn ?? view.expiresOn ?? "-",
                    ]
                }
                let more = views.count == limit ? "\nMore with --after \(views.last?.registration ?? 0)." : ""
                return table.text + more
            }
        }
    }

    struct Show: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "One registration, with the bureau's words.")
        @OptionGroup var options: HostOptions
        @OptionGroup var target: TenantOption
        @Argument(help: "The number of the registration.") var number: Int64

        func run() throws {
            let view = RegistrationView(try options.open().registration(number, of: target.tenant))
            try options.printer.print(view) { view.text }
        }
    }

    struct Withdraw: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Take a registration back; what has left the house is ordered deleted.")
        @OptionGroup var options: HostOptions
        @OptionGroup var target: TenantOption
        @Argument(help: "The number of the registration.") var number: Int64
        @Option(help: "Why; it goes into the audit trail.") var reason: String
        @Option(help: "Taken back on this day; today otherwise.", transform: Parse.day) var date: CivilDate?

        func run() throws {
            let host = try options.open()
            let view = RegistrationView(
                try host.withdrawRegistration(
                    number, reason: reason, for: try host.openForJobs(target.tenant), on: date ?? host.today))
            try options.printer.print(view) {
                view.deletion.map {
                    "Registration \(number) has left the house: it is to be deleted, confirmed by \($0.dueOn). "
                        + "'fordring work' hands the order over."
                } ?? "Registration \(number) is withdrawn; nothing has left the house."
            }
        }
    }

    struct Confirm: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Say that the bureau has told you that an entry is gone.",
            discussion: "For a deletion that its answers do not confirm; it ends the alarm.")
        @OptionGroup var options: HostOptions
        @OptionGroup var target: TenantOption
        @Argument(help: "The number of the registration.") var number: Int64
        @Option(help: "The day on which it went.", transform: Parse.day) var on: CivilDate
        @Option(help: "Who told you, and how; it goes into the audit trail.") var reason: String

        func run() throws {
            let view = RegistrationView(
                try options.open().withTenant(target.tenant) {
                    try $0.confirmDeletion(number, on: on, reason: reason, for: $1)
                })
            try options.printer.print(view) { "Registration \(number) is deleted." }
        }
    }

    struct DeleteAgain: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "delete-again",
            abstract:
                "Order once more what the bureau has not deleted, or what stands there although it counts as gone.")
        @OptionGroup var options: HostOptions
        @OptionGroup var target: TenantOption
        @Argument(help: "The number of the registration.") var number: Int64
        @Option(help: "Why; it goes into the audit trail.") var reason: String

        func run() throws {
            let view = RegistrationView(
                try options.open().withTenant(target.tenant) {
                    try $0.deleteAgain(number, reason: reason, for: $1)
                })
            try options.printer.print(view) {
                "The order to delete registration \(number) waits; 'fordring work' hands it over."
            }
        }
    }

    struct Amount: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Say that the bureau has lowered the amount that stands there.",
            discussion: "For a bureau that takes no changes from us; 'fordring task list' shows where too much stands.")
        @OptionGroup var options: HostOptions
        @OptionGroup var target: TenantOption
        @Argument(help: "The number of the registration.") var number: Int64
        @Option(help: "What stands there now: 380.00.") var now: String
        @Option(help: "Who told you, and how; it goes into the audit trail.") var reason: String

        func run() throws {
            let view = RegistrationView(
                try options.open().withTenant(target.tenant) { host, tenant in
                    try host.recordRegisteredAmount(
                        number, try Parse.money(now, tenant.currency), reason: reason, for: tenant)
                })
            try options.printer.print(view) { "\(view.amount ?? "") \(view.currency ?? "") stand with \(view.bureau)." }
        }
    }

    struct Settle: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Say what became of a batch of which that is not known.",
            discussion: "'fordring task list' shows those there are. Ask the bureau first.")
        @OptionGroup var options: HostOptions
        @OptionGroup var target: TenantOption
        @Argument(help: "The number of the batch.") var batch: Int64
        @Option(help: "The day the bureau got it.", transform: Parse.day) var sentOn: CivilDate?
        @Option(help: "The bureau's name for it.") var reference: String?
        @Flag(help: "The bureau never got it: what it held is looked at anew.") var notSent = false
        @Option(help: "How that was found out; it goes into the audit trail.") var reason: String

        func validate() throws {
            guard notSent != (sentOn != nil), (sentOn != nil) == (reference != nil) else {
                throw ValidationError("give --sent-on and --reference, or --not-sent")
            }
        }

        func run() throws {
            let host = try options.open()
            let sent = sentOn.flatMap { day in reference.map { (on: day, reference: $0) } }
            try host.settleBatch(batch, sent: sent, reason: reason, for: try host.openForJobs(target.tenant))
            struct Result: Encodable {
                let batch: Int64
                let state: String
            }
            try options.printer.print(Result(batch: batch, state: sent == nil ? "dissolved" : "submitted")) {
                sent == nil
                    ? "Batch \(batch) never left; what it held is looked at anew by the next run."
                    : "Batch \(batch) has left the house."
            }
        }
    }

    struct States: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "The states of a registration and what leads from one to another, as a Mermaid chart.")

        func run() throws { print(RegistrationState.chart, terminator: "") }
    }
}

extension FordringHost {
    /// Does something for a tenant, also for one that is suspended: what stands with a bureau must go all the same.
    fileprivate func withTenant<Result>(
        _ id: TenantID, _ body: (FordringHost, OpenTenant) throws -> Result
    ) throws -> Result {
        try body(self, try openForJobs(id))
    }
}

/// A precondition as the command line shows it.
struct PreconditionView: Encodable {
    let identifier: String
    let meaning: String
    let met: Bool
    /// The first day on which it can hold; `nil` where it does, and where only an event can bring it.
    let from: String?
    let by: String?
    let source: String

    init(_ precondition: Precondition) {
        identifier = precondition.identifier
        meaning = precondition.meaning
        source = precondition.citation.description
        switch precondition.status {
        case .met: (met, from, by) = (true, nil, nil)
        case .notYet(let day, let words): (met, from, by) = (false, day?.description, words)
        @unknown default: (met, from, by) = (false, nil, "the plug-in's answer is not known to this version")
        }
    }

    init?(unmet precondition: Precondition) {
        if precondition.isMet { return nil }
        self.init(precondition)
    }

    var status: String { met ? "met" : from.map { "not yet: from \($0)" } ?? "not yet" }

    var line: String { "\(meaning) \(status): \(by ?? "") [\(source)]" }
}

/// What a bureau's rules say of a claim, as the command line shows it.
struct RegistrationCheckView: Encodable {
    let bureau: String
    let claim: Int64
    let reference: String
    let day: String
    let registration: Int64?
    let state: String?
    let mayLeave: Bool
    /// The first day on which all may hold; `nil` where only an event can bring it, and where all hold.
    let earliest: String?
    let preconditions: [PreconditionView]
    /// Why the rules have no answer.
    let gap: String?

    init(_ check: ClaimCheck) {
        bureau = check.bureau
        claim = check.claim.rawValue
        reference = check.reference
        day = check.day.description
        registration = check.registration?.id
        state = check.registration?.state.rawValue
        switch check.check {
        case .success(let found):
            mayLeave = found.isMet
            earliest = found.earliest?.description
            preconditions = found.preconditions.map(PreconditionView.init)
            gap = nil
        case .failure(let found):
            (mayLeave, earliest, preconditions, gap) = (false, nil, [], found.description)
        }
    }

    var text: String {
        let known = registration.map { ", registration \($0) is \(state ?? "")" } ?? ""
        let head = "\(bureau), claim \(claim) (\(reference)) on \(day)\(known)"
        if let gap { return "\(head)\nThe rules have no answer: \(gap)" }
        var table = Table(("", .left), ("must hold", .left), ("by", .left), ("source", .left))
        table.rows = preconditions.map { [$0.status, $0.meaning, $0.by ?? "", $0.source] }
        let verdict =
            mayLeave
            ? "All holds that must."
            : earliest.map { "It may be registered on \($0) at the earliest." }
                ?? "Something must happen before it may be registered."
        return "\(head)\n\n\(table.text)\n\n\(verdict)"
    }
}

/// A registration as the command line shows it.
struct RegistrationView: Encodable {
    struct Deletion: Encodable {
        let reason: String
        let orderedOn: String
        let dueOn: String
        let because: [String]
        let submittedOn: String?
        let confirmedOn: String?
    }

    let registration: Int64
    let bureau: String
    let caseNumber: Int64
    let claim: Int64
    let state: String
    let reason: String
    let requestedOn: String
    let amount: String?
    let currency: String?
    let batch: Int64?
    let leftOn: String?
    let submittedOn: String?
    let liveOn: String?
    let expiresOn: String?
    let endedOn: String?
    let refusal: String?
    let deletion: Deletion?

    init(_ record: RegistrationRecord) {
        registration = record.id
        bureau = record.bureau
        caseNumber = record.caseID.rawValue
        claim = record.claim.rawValue
        state = record.state.rawValue
        reason = record.reason
        requestedOn = record.requestedOn.description
        amount = record.amount?.decimalText
        currency = record.amount?.currency.code
        batch = record.batch
        leftOn = record.leftOn?.description
        submittedOn = record.submittedOn?.description
        liveOn = record.liveOn?.description
        expiresOn = record.expiresOn?.description
        endedOn = record.endedOn?.description
        refusal = record.refusal
        deletion = record.deletion.map {
            Deletion(
                reason: $0.reason.rawValue, orderedOn: $0.orderedOn.description, dueOn: $0.dueOn.description,
                because: $0.explanation.map(describe), submittedOn: $0.submittedOn?.description,
                confirmedOn: $0.confirmedOn?.description)
        }
    }

    var text: String {
        var lines = [
            "Registration \(registration) with \(bureau): claim \(claim) of case \(caseNumber), \(state)",
            "asked for on \(requestedOn): \(reason)",
        ]
        if let amount { lines.append("the bureau is told \(amount) \(currency ?? ""), batch \(batch ?? 0)") }
        for (words, day) in [
            ("left the house", submittedOn), ("stands there since", liveOn), ("may stand there until", expiresOn),
            ("ended", endedOn),
        ] {
            if let day { lines.append("\(words) \(day)") }
        }
        if let refusal, !refusal.isEmpty { lines.append("the bureau says: \(refusal)") }
        if let deletion {
            lines.append(
                "to be deleted (\(deletion.reason)) since \(deletion.orderedOn), confirmed by \(deletion.dueOn)")
            lines += deletion.because.map { "    because: \($0)" }
            if let day = deletion.submittedOn { lines.append("the bureau was told on \(day)") }
            if let day = deletion.confirmedOn { lines.append("settled on \(day)") }
        }
        return lines.joined(separator: "\n")
    }
}
