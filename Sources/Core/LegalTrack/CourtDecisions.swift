import Casework
import Database
package import FordringKit
import Ledger
import Privacy

extension CourtOutcome {
    /// What the books and people call it.
    package var name: String {
        switch self {
        case .forCreditor: "creditor"
        case .inPart: "inPart"
        case .forDebtor: "debtor"
        @unknown default: "unknown"
        }
    }

    /// What of the principal is owed, where that is not all or nothing.
    package var granted: Money? { if case .inPart(let granted) = self { granted } else { nil } }

    /// An outcome by its name; `nil` where there is none of it, or what was granted is missing or too much.
    package init?(named name: String, granted: Money?) {
        switch (name, granted) {
        case ("creditor", nil): self = .forCreditor
        case ("debtor", nil): self = .forDebtor
        case ("inPart", let granted?): self = .inPart(granted: granted)
        default: return nil
        }
    }
}

extension CaseRules {
    /// The same rules, by which a hand-off goes on whatever its own court says.
    func sparing(_ handoff: Int64) -> CaseRules {
        CaseRules(
            jurisdiction: jurisdiction, creditor: creditor, plugin: plugin,
            followers: followers.map { $0 is LegalFollower ? LegalFollower(sparing: handoff) : $0 })
    }
}

/// What an event of a hand-off leaves of the claims that went with it.
struct Settlement {
    /// The claims that went with it and of which principal is owed, oldest first, with what is to be credited of each.
    private(set) var credits: [(claim: ClaimFacts, amount: Money)] = []
    /// The claims that went with it and were not lost.
    private(set) var standing: Set<ClaimID> = []
    /// Whether nothing of what was handed over is owed.
    private(set) var isLost = false
    /// The claims of which principal is owed and that did not go with it.
    private let leftBehind: [ClaimID]

    /// Whether all that is owed in the case went with it.
    var isWhole: Bool { leftBehind.isEmpty }

    /// Whether all that is owed of what a dispute of the whole case is about went with it.
    func takesAll(of whole: DisputeRecord) -> Bool { leftBehind.allSatisfy { !whole.covers($0) } }

    /// - Throws: ``LegalRefusal`` where the outcome is missing, or cannot be.
    init(
        _ new: NewLegalEvent, _ handoff: Handoff, _ record: CaseRecord, _ transaction: ReadTransaction
    ) throws {
        let id = handoff.id
        guard new.outcome == nil || new.state == .decided else {
            throw LegalRefusal(
                .badOutcome, "Only what is decided has an outcome; hand-off \(id) is \(new.state.rawValue).")
        }
        let handed = try Handoffs.claims(of: id, transaction).filter(\.isTaken)
        let taken = Set(handed.map(\.claim))
        let facts = record.snapshot.facts
        standing = taken
        let owed = facts.claims.filter(\.outstandingPrincipal.isPositive)
        leftBehind = owed.map(\.id).filter { !taken.contains($0) }
        let zero = Money.zero(facts.currency)
        credits = owed.filter { taken.contains($0.id) }.sorted { ($0.dueOn, $0.id) < ($1.dueOn, $1.id) }
            .map { ($0, zero) }
        guard record.closedOn == nil, new.state == .decided else { return }
        switch new.outcome {
        case nil:
            throw LegalRefusal(
                .badOutcome,
                "Say for whom hand-off \(id) was decided: --outcome creditor, debtor, or inPart with --granted.")
        case .forCreditor: return
        case .forDebtor:
            for index in credits.indices { credits[index].amount = credits[index].claim.outstandingPrincipal }
            standing = []
            isLost = true
        case .inPart(let granted):
            let before = Money(minorUnits: handed.reduce(0) { $0 + $1.principal }, facts.currency)
            guard granted.currency == facts.currency, granted.isPositive, try granted.isLess(than: before) else {
                throw LegalRefusal(
                    .badOutcome,
                    "What is granted in part is over zero and less than the \(before) of principal that was handed over; "
                        + "\(granted) is not. Else it was decided for the creditor or for the debtor.")
            }
            var rest = try before - granted
            for index in credits.indices where rest.isPositive {
                let part = try rest.capped(at: credits[index].claim.outstandingPrincipal)
                credits[index].amount = part
                rest = try rest - part
                if part == credits[index].claim.outstandingPrincipal { standing.remove(credits[index].claim.id) }
            }
        case .some:
            throw LegalRefusal(.badOutcome, "This program does not know the outcome; update it.")
        }
    }
}

extension DisputeRecord {
    /// Whether a claim was in the case when all of it was disputed.
    fileprivate func covers(_ claim: ClaimID) -> Bool { self.claim == nil && claim.rawValue <= claimsThrough }
}

extension LegalDesk {
    /// What a court's word does to the case, in the transaction that records it.
    ///
    /// An objection is a dispute, and a bankruptcy holds the case; what the court decided is credited as a decided dispute
    /// would be. The hand-off itself goes on.
    /// - Parameter keepsWords: whether anything may still be kept of the debtor.
    func follow(
        _ new: NewLegalEvent, _ handoff: Handoff, _ settlement: Settlement, _ keepsWords: Bool, today: CivilDate,
        _ transaction: WriteTransaction
    ) throws -> (disputes: [Int64], hold: Int64?) {
        let work = CourtWork(
            handoff: handoff, settlement: settlement, day: today, rules: rules.sparing(handoff.id), sealer: sealer,
            transaction: transaction)
        guard try !work.snapshot().isClosed else { return ([], nil) }
        switch new.state {
        case .objected: return (try work.openDisputes(keepsWords ? new.text : ""), nil)
        case .bankrupt: return ([], try work.holdForInsolvency())
        case .decided: return (try work.settle(new.outcome), nil)
        default: return ([], nil)
        }
    }
}

/// What is done to a case in one transaction on a court's word.
private struct CourtWork {
    let handoff: Handoff
    let settlement: Settlement
    let day: CivilDate
    let rules: CaseRules
    let sealer: Sealer
    let transaction: WriteTransaction

    func snapshot() throws -> CaseSnapshot {
        try CaseSnapshots.load(handoff.caseID, creditor: rules.creditor, transaction)
    }

    private func disputes() throws -> [DisputeRecord] {
        try Disputes.list(caseID: handoff.caseID, all: false, after: 0, limit: 10_000, transaction)
    }

    private func open(_ claim: ClaimID?, _ words: String = "") throws -> Int64 {
        try Disputes.open(
            NewDispute(
                caseID: handoff.caseID, claim: claim, amount: nil, reason: .other, channel: .court, receivedOn: day,
                documents: words.isEmpty ? [] : [NewDocument(.objection, text: words)]),
            on: day, rules, sealer, transaction
        ).id
    }

    private func decide(_ dispute: Int64, _ event: DisputeEvent, _ amount: Money? = nil) throws {
        // The court has told both, and its paper is with the hand-off. It decided about what was owed before it: what was paid
        // before the hand-off was not before the court, and what was paid since counts towards what it granted. Where nothing
        // was granted, a person sees what the debtor gets back.
        let decision = DisputeDecision(
            event, amount: amount, grounds: "The court decided it: hand-off \(handoff.id).", hasNoDocument: true,
            answeredOn: day, countsPaid: false)
        _ = try Disputes.decide(dispute, decision, on: day, rules, sealer, transaction)
    }

    /// What the debtor said before the court stands still like any other dispute.
    func openDisputes(_ words: String) throws -> [Int64] {
        let known = try disputes()
        guard !settlement.credits.isEmpty else { return [] }
        if settlement.isWhole, known.isEmpty { return [try open(nil, words)] }
        return try settlement.credits.map(\.claim.id)
            .filter { claim in !known.contains { $0.covers(claim) || $0.claim == claim } }
            .map { try open($0, words) }
    }

    func holdForInsolvency() throws -> Int64? {
        let stands = try snapshot().standstill.holds.contains { $0.facts.kind == .insolvency }
        guard !stands else { return nil }
        return try Holds.place(
            NewHold(
                .insolvency, caseID: handoff.caseID, claim: nil, until: nil,
                reason: "hand-off \(handoff.id): the debtor is bankrupt"), on: day, rules, transaction
        ).id
    }

    func settle(_ outcome: CourtOutcome?) throws -> [Int64] {
        let known = try disputes()
        if case .forCreditor = outcome {
            // What the debtor said elsewhere is for a person to decide.
            let settled = known.filter { dispute in
                dispute.channel == DisputeChannel.court.rawValue
                    && (dispute.claim.map(settlement.standing.contains) ?? settlement.takesAll(of: dispute))
            }
            for dispute in settled { try decide(dispute.id, .rejected) }
            return settled.map(\.id)
        }
        // Who wins owes nothing for the court either.
        let hasReversed = settlement.isLost ? try reverseFees() : false
        var done: [Int64] = []
        if settlement.isWhole, known.isEmpty {
            if !settlement.credits.isEmpty {
                done = try credit(try open(nil), about: { _ in true }, settlement.credits)
            }
        } else {
            let wholes = known.filter { $0.claim == nil }
            for whole in wholes where !settlement.takesAll(of: whole) {
                throw LegalRefusal(
                    .badOutcome,
                    "Dispute \(whole.id) is about more of case \(handoff.caseID) than hand-off \(handoff.id). Decide it first: "
                        + "'fordring dispute decide \(whole.id)'.")
            }
            // What came into the case afterwards is not what was disputed.
            var rest = settlement.credits
            for whole in wholes {
                done += try credit(whole, rest.filter { whole.covers($0.claim.id) })
                rest.removeAll { whole.covers($0.claim.id) }
            }
            for (claim, amount) in rest { done += try credit(claim, amount, known) }
        }
        if hasReversed, try !snapshot().isClosed {
            try Payments.settle(handoff.caseID, after: day, today: day, closingAs: .upheld, rules, transaction)
        }
        return done
    }

    private func reverseFees() throws -> Bool {
        let events = try transaction.all("SELECT id FROM legal_event WHERE handoff_id = $1 ORDER BY id", handoff.id) {
            $0.integer(0)
        }
        let reversed = try events.flatMap {
            try Ledger.reverse(cause: .legal($0), in: handoff.caseID, on: day, transaction)
        }
        return !reversed.isEmpty
    }

    /// Credits claims by one dispute that is about them all.
    private func credit(
        _ dispute: Int64, about isAbout: (ClaimID) -> Bool, _ credits: [(claim: ClaimFacts, amount: Money)]
    ) throws -> [Int64] {
        // Another dispute may have been about some of the same claims, and was decided before.
        let facts = try snapshot().facts
        let zero = Money.zero(facts.currency)
        let total = try credits.reduce(zero) { try $0 + $1.amount }
        let disputed = try facts.claims.filter { isAbout($0.id) }.reduce(zero) { try $0 + $1.outstandingPrincipal }
        if total == disputed {
            try decide(dispute, .upheld)
        } else {
            try decide(dispute, .upheldInPart, total)
        }
        return [dispute]
    }

    /// Credits what a dispute of the whole case is about.
    private func credit(
        _ whole: DisputeRecord, _ credits: [(claim: ClaimFacts, amount: Money)]
    ) throws -> [Int64] {
        guard try !snapshot().isClosed else { return [] }
        guard settlement.isLost || credits.contains(where: \.amount.isPositive) else {
            guard whole.channel == DisputeChannel.court.rawValue else { return [] }
            try decide(whole.id, .rejected)
            return [whole.id]
        }
        return try credit(whole.id, about: whole.covers, credits)
    }

    /// Credits one claim, by its own dispute where it has one.
    private func credit(_ claim: ClaimFacts, _ amount: Money, _ known: [DisputeRecord]) throws -> [Int64] {
        guard try !snapshot().isClosed else { return [] }
        let own = known.filter { $0.claim == claim.id }
        guard amount.isPositive else {
            let settled = own.filter { $0.channel == DisputeChannel.court.rawValue }
            for dispute in settled { try decide(dispute.id, .rejected) }
            return settled.map(\.id)
        }
        if amount == claim.outstandingPrincipal {
            for dispute in own { try decide(dispute.id, .upheld) }
            let after = try snapshot()
            let isLeft = after.facts.claims.contains { $0.id == claim.id && $0.outstandingPrincipal.isPositive }
            guard !after.isClosed, isLeft else { return own.map(\.id) }
            let rest = try open(claim.id)
            try decide(rest, .upheld)
            return own.map(\.id) + [rest]
        }
        if let partial = own.first(where: { $0.amount != nil }) {
            throw LegalRefusal(
                .badOutcome,
                "Dispute \(partial.id) is about a part of claim \(claim.id), and only a person knows whether it is the part "
                    + "that the court did not grant. Decide it first: 'fordring dispute decide \(partial.id)'.")
        }
        let dispute = try own.first?.id ?? open(claim.id)
        try decide(dispute, .upheldInPart, amount)
        return [dispute]
    }
}
