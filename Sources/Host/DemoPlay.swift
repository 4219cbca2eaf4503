import Casework
import Crypto
import Database
import FordringKit
import Foundation
import LegalTrack
import Registrations
import Tenancy

/// One creditor of the demo: its debtors, those who work for it, and the court and the bureau that it deals with.
///
/// All is done by the calls that the command line makes.
struct DemoPlay {
    let host: FordringHost
    let tenant: OpenTenant
    let seed: UInt64
    var result: DemoTenantResult
    private var court: DemoCourt?
    private var bureaus: [DemoBureau] = []
    /// Open disputes, with the day on which each is decided; `nil` for the one that everybody forgot.
    private var disputes: [CaseID: (dispute: Int64, decidedOn: CivilDate?)] = [:]
    private var haveDisputed: Set<CaseID> = []
    /// The open hand-off of each case that is with the court.
    private var handoffs: [CaseID: Int64] = [:]
    private var handedOff: Set<CaseID> = []
    private var registered: Set<CaseID> = []

    init(_ host: FordringHost, _ tenant: OpenTenant, seed: UInt64) throws {
        self.host = host
        self.tenant = tenant
        self.seed = seed
        let zero = Money.zero(tenant.currency)
        result = DemoTenantResult(
            tenant: tenant.id, legalName: tenant.settings.legalName, placed: zero, collected: zero, charged: zero,
            outstanding: zero)
        let country = tenant.rules.jurisdiction.country
        if try tenant.parts.forum != nil {
            court = DemoCourt(folder: host.home.outbox(tenant.id, "courts-\(country)"))
        }
        bureaus = try host.bureaus(of: tenant).map { name, _ in
            DemoBureau(
                folder: host.home.outbox(tenant.id, "bureau-\(name)"), tenant: tenant.id, currency: tenant.currency)
        }
    }

    /// What others did in the night, before the day's work begins.
    mutating func morning(_ day: CivilDate) throws {
        try court?.work(on: day)
        for index in bureaus.indices { try bureaus[index].work(on: day) }
    }

    /// What debtors and the agency's people do in the course of a day.
    mutating func afternoon(_ day: CivilDate) throws {
        try payAndDispute(on: day)
        try payWhatIsRegistered(on: day)
        try decideDisputes(on: day)
        // A day a week for the court, and one for what the court has answered.
        switch day.weekday {
        case .tuesday: try handOff(on: day)
        case .wednesday: try followCourt(on: day)
        default: break
        }
    }

    // MARK: Debtors

    /// How a debtor behaves, decided by the seed and the number of the case.
    private enum Behaviour {
        /// Pays what the first letter states, in time.
        case paysAtOnce
        /// Pays what the letter of this number states.
        case paysAfter(letters: Int)
        /// Pays half after the first letter, and the rest after the letter of this number, or never.
        case paysInPart(restAfter: Int)
        case never
    }

    /// Numbers from 0 to 255 that decide all about a case.
    private func dice(_ caseID: CaseID) -> [Int] {
        SHA256.hash(data: Array("\(seed)/\(tenant.id)/\(caseID)".utf8)).map { Int($0) }
    }

    private func behaviour(_ bytes: [Int]) -> (Behaviour, delay: Int) {
        let delay = 3 + bytes[1] % 5
        switch bytes[0] * 100 / 256 {
        case 0..<34: return (.paysAtOnce, delay)
        case 34..<50: return (.paysAfter(letters: 2), delay + 4)
        case 50..<62: return (.paysAfter(letters: 3), delay)
        case 62..<72: return (.paysInPart(restAfter: 3), delay)
        case 72..<80: return (.paysInPart(restAfter: 99), delay)
        default: return (.never, delay)
        }
    }

    private func snapshot(_ caseID: CaseID) throws -> CaseSnapshot {
        try tenant.database.read { try CaseSnapshots.load(caseID, creditor: tenant.rules.creditor, $0) }
    }

    /// Registers what debtors pay today, some days after a letter, and what they say against it.
    private mutating func payAndDispute(on day: CivilDate) throws {
        let letters = try tenant.database.read { transaction in
            try transaction.all(
                """
                SELECT s.case_id, s.sent_on, (SELECT count(*) FROM case_step e
                    WHERE e.case_id = s.case_id AND e.state = 'sent' AND e.id <= s.id)
                FROM case_step s JOIN debt_case c ON c.id = s.case_id
                WHERE s.state = 'sent' AND s.sent_on BETWEEN $1 AND $2 AND c.closed_on IS NULL ORDER BY s.id
                """,
                day.adding(days: -12), day
            ) { (caseID: CaseID(rawValue: $0.integer(0)), sentOn: $0.date(1), number: $0.int(2)) }
        }
        for letter in letters {
            let bytes = dice(letter.caseID)
            let (behaviour, delay) = behaviour(bytes)
            if letter.number == 2, bytes[2] < 36, letter.sentOn.adding(days: 2) == day {
                try dispute(letter.caseID, on: day)
            }
            guard letter.sentOn.adding(days: delay) == day, disputes[letter.caseID] == nil else { continue }
            let snapshot = try snapshot(letter.caseID)
            let owed = snapshot.facts.outstanding
            guard !snapshot.isClosed, owed.isPositive else { continue }
            let amount: Money
            switch (behaviour, letter.number) {
            case (.paysAtOnce, _): amount = owed
            case (.paysAfter(let letters), let number) where number >= letters: amount = owed
            case (.paysInPart, 1): amount = try owed.multiplied(by: 1, over: 2, rounding: .down)
            case (.paysInPart(let restAfter), let number) where number >= restAfter: amount = owed
            default: continue
            }
            guard amount.isPositive else { continue }
            try pay(amount, letter.caseID, on: day)
        }
    }

    private mutating func pay(_ amount: Money, _ caseID: CaseID, on day: CivilDate) throws {
        let paid = try host.addPayment(
            amount, paidOn: day, reference: "demo-\(caseID)-\(day)", to: caseID, for: tenant, on: day)
        result.payments += 1
        guard paid.closed, let handoff = handoffs.removeValue(forKey: caseID) else { return }
        guard
            try host.handoffs(of: tenant.id, onlyOpen: true).contains(where: {
                $0.id == handoff && $0.state != .prepared
            })
        else { return }
        // The agency takes the case back from the court.
        _ = try host.recordLegal(
            NewLegalEvent(.closed, on: day, text: "paid; withdrawn from the court"), of: handoff, for: tenant, on: day)
        court?.withdraw(handoff)
        for task in try host.tasks(tenant.id, pressingOn: day)
        where task.caseID == caseID && task.kind == TaskKind.legalStop.rawValue {
            try host.finishTask(task.id, of: tenant.id, because: "the court was told", on: day)
        }
    }

    /// About half of those who find themselves in a register pay at last.
    private mutating func payWhatIsRegistered(on day: CivilDate) throws {
        guard !bureaus.isEmpty else { return }
        for registration in try host.registrations(tenant.id, limit: 1000, state: .live) {
            let bytes = dice(registration.caseID)
            guard bytes[3] < 150, let liveOn = registration.liveOn, liveOn.adding(days: 3 + bytes[1] % 6) == day
            else { continue }
            let snapshot = try snapshot(registration.caseID)
            guard !snapshot.isClosed, snapshot.facts.outstanding.isPositive else { continue }
            try pay(snapshot.facts.outstanding, registration.caseID, on: day)
        }
    }

    // MARK: Disputes

    private mutating func dispute(_ caseID: CaseID, on day: CivilDate) throws {
        let snapshot = try snapshot(caseID)
        guard haveDisputed.insert(caseID).inserted, !snapshot.isClosed,
            let claim = snapshot.facts.claims.first(where: { $0.outstandingPrincipal.isPositive })
        else { return }
        let ordinal = haveDisputed.count
        let reasons: [DisputeReason] = [.notReceived, .wrongAmount, .other, .defective, .paidAlready]
        let channels: [DisputeChannel] = [.letter, .email, .portal]
        let opened = try host.openDispute(
            NewDispute(
                caseID: caseID, claim: claim.id, amount: nil, reason: reasons[(ordinal - 1) % reasons.count],
                channel: channels[ordinal % channels.count], receivedOn: day,
                documents: [NewDocument(.objection, text: "This is what a debtor of the demo has against the claim.\n")]
            ),
            for: tenant, on: day)
        // The third one lies until its day has passed, and longer.
        disputes[caseID] = (opened.id, ordinal == 3 ? nil : day.adding(days: 4 + dice(caseID)[4] % 4))
    }

    private mutating func decideDisputes(on day: CivilDate) throws {
        for (caseID, dispute) in disputes.sorted(by: { $0.key < $1.key }) where dispute.decidedOn == day {
            disputes[caseID] = nil
            let claims = try snapshot(caseID).facts.claims.filter { $0.outstandingPrincipal.isPositive }
            guard let principal = claims.first?.outstandingPrincipal else { continue }
            let decision: DisputeDecision
            switch dispute.dispute % 5 {
            case 0: decision = DisputeDecision(.upheld, answeredOn: day)
            case 2:
                decision = DisputeDecision(
                    .upheldInPart, amount: try principal.multiplied(by: 1, over: 3, rounding: .down), answeredOn: day)
            case 4:
                decision = DisputeDecision(
                    .settled, amount: try principal.multiplied(by: 1, over: 4, rounding: .down),
                    documents: [NewDocument(.decision, text: "What the creditor and the debtor agreed on.\n")],
                    answeredOn: day)
            default:
                decision = DisputeDecision(
                    .rejected, grounds: "The creditor has shown that it is owed.",
                    documents: [NewDocument(.decision, text: "What the creditor has shown.\n")], answeredOn: day)
            }
            _ = try host.decideDispute(dispute.dispute, decision, for: tenant, on: day)
        }
    }

    // MARK: The court

    /// What the forms of the two countries ask.
    private static func answers(_ country: CountryCode) -> [String: String] {
        country == .norway
            ? ["keptPlan": "no", "judgmentRequested": "ja", "bothHadLawyers": "nei"]
            : ["keptPlan": "no", "serveAnyway": "ja", "goOnToExecution": "nej", "treatAsLawsuit": "ja"]
    }

    /// What the forms of the two countries are filed with: in Norway the invoice of each claim, in Denmark nothing.
    private static func papers(_ country: CountryCode, of facts: CaseFacts) -> [HandoffDocument] {
        guard country == .norway else { return [] }
        let held = Set(facts.holds.compactMap(\.claim))
        return facts.claims.filter { !held.contains($0.id) }.map { claim in
            HandoffDocument(
                name: "faktura-\(facts.id)-\(claim.id).txt", kind: "invoice", on: claim.arisenOn,
                bytes: Array("Faktura for krav \(claim.id) i sak \(facts.id)\n".utf8))
        }
    }

    /// Hands over what is ready; what the court would send back stays where it is, and is looked at again in a week.
    private mutating func handOff(on day: CivilDate) throws {
        guard court != nil, let forum = try tenant.parts.forum, let procedure = forum.procedures.first else { return }
        let folder = host.home.root.appending(path: "handoffs").appending(path: tenant.id.rawValue).path
        // What was recalled because something was booked is tried again.
        for handoff in try host.handoffs(of: tenant.id, onlyOpen: false)
        where handoff.state == .recalled && handoffs[handoff.caseID] == handoff.id {
            handoffs[handoff.caseID] = nil
            handedOff.remove(handoff.caseID)
        }
        // What stood in the way a week ago may be gone with its case.
        result.notReadyForCourt = [:]
        for summary in try host.cases(tenant.id, limit: 1000, stage: StepKind.readyForCourt.rawValue) {
            let caseID = summary.id
            guard summary.closedOn == nil, !handedOff.contains(caseID), disputes[caseID] == nil else { continue }
            let request = HandoffRequest(
                caseID: caseID, procedure: procedure.kind, day: day, answers: DemoPlay.answers(forum.country),
                documents: DemoPlay.papers(forum.country, of: try snapshot(caseID).facts))
            let gaps = try host.legalCheck(request, of: tenant).gaps
            guard gaps.isEmpty else {
                result.notReadyForCourt[caseID] = gaps.map { "\($0.identifier) [\($0.citation)]" }
                continue
            }
            handoffs[caseID] = try host.handOff(request, to: folder, of: tenant).handoff.id
            handedOff.insert(caseID)
        }
    }

    /// Acts on what the court has said: what was sent back is closed, what was served or decided is registered.
    private mutating func followCourt(on day: CivilDate) throws {
        guard court != nil else { return }
        for handoff in try host.handoffs(of: tenant.id, onlyOpen: true) {
            switch handoff.state {
            case .rejected:
                _ = try host.recordLegal(
                    NewLegalEvent(.closed, on: day, text: "sent back by the court"), of: handoff.id, for: tenant,
                    on: day)
                handoffs[handoff.caseID] = nil
            case .served: try register(handoff.caseID, on: day)
            case .decided where try !snapshot(handoff.caseID).isClosed: try register(handoff.caseID, on: day)
            default: break
            }
        }
    }

    // MARK: The bureau

    /// Asks for the registration of a case's claims where only time or a letter stands in the way.
    private mutating func register(_ caseID: CaseID, on day: CivilDate) throws {
        guard let name = try host.bureaus(of: tenant).first?.name, !registered.contains(caseID) else { return }
        for claim in try host.checkRegistration(
            of: caseID, claim: nil, bureau: name, noKeptPlan: true, for: tenant, on: day)
        {
            guard claim.registration == nil, case .success(let check) = claim.check,
                check.preconditions.allSatisfy(DemoPlay.willHold)
            else { continue }
            _ = try host.requestRegistration(
                of: claim.claim, in: caseID, bureau: name, noKeptPlan: true, reason: "the court has the claim",
                for: tenant, on: day)
            registered.insert(caseID)
        }
    }

    private static func willHold(_ precondition: Precondition) -> Bool {
        switch precondition.status {
        case .met: true
        case .notYet(let from, _): from != nil || ["debtorTold", "hostTold"].contains(precondition.identifier)
        @unknown default: false
        }
    }

    // MARK: The end

    /// Counts what the tenant's books hold at the end.
    mutating func count(through day: CivilDate) throws {
        let disputes = try host.disputes(of: tenant.id, caseID: nil, all: true, after: 0, limit: 10_000)
        result.disputes = tally(disputes.map(\.state.rawValue))
        result.disputesOverdue = disputes.count {
            !$0.state.isDecided && $0.answerBy.value < day && $0.channel != DisputeChannel.court.rawValue
        }
        let registrations = try host.registrations(tenant.id, limit: 10_000)
        result.registrations = tally(registrations.map(\.state.rawValue))
        for deletion in registrations.compactMap(\.deletion) {
            result.deletionsOrdered += 1
            if deletion.confirmedOn != nil {
                result.deletionsConfirmed += 1
            } else if deletion.dueOn < day {
                result.deletionsOverdue += 1
            }
        }
        let handoffs = try host.handoffs(of: tenant.id, onlyOpen: false)
        for (procedure, some) in Dictionary(grouping: handoffs, by: \.procedure.rawValue) {
            result.handoffs[procedure] = tally(some.map(\.state.rawValue))
        }
        result.handoffExample = handoffs.last { $0.state == .decided }?.caseID ?? handoffs.last?.caseID
        let tasks = try host.tasks(tenant.id, pressingOn: day)
        result.tasksByKind = tally(tasks.map(\.kind))
        result.openTasks = tasks.count
        result.overdueTasks = tasks.count { $0.isOverdue(on: day) }
    }

    private func tally(_ names: [String]) -> [String: Int] {
        Dictionary(names.map { ($0, 1) }, uniquingKeysWith: +)
    }
}
