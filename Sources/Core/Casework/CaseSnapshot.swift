package import Database
package import FordringKit
import Ledger

/// A case as the books have it: what the rules see, and what the host needs to act on their answer.
package struct CaseSnapshot: Sendable {
    /// An amount that is still owed.
    package struct Balance: Sendable {
        package var component: DebtComponent
        package var claim: ClaimID?
        package var amount: Money
    }

    package var facts: CaseFacts
    package var party: PartyID
    package var stage: String
    package var isClosed: Bool
    /// The day on which the rules are to be asked again.
    package var nextOn: CivilDate?
    /// What is owed, by component and claim; zero balances are left out.
    package var balances: [Balance]
    /// Steps whose letter waits to leave the house, and can be withdrawn.
    package var unsentSteps: [Int64]
    /// Steps whose letter is with its channel, or may be.
    package var leavingSteps: [Int64]
    /// What stands still.
    package var standstill: Standstill
    /// The sale that is under way.
    package var sale: OpenSale?
    /// The last day for which interest was charged.
    package var interestChargedOn: CivilDate?
}

/// Reads snapshots.
package enum CaseSnapshots {
    /// One case.
    ///
    /// - Throws: ``CaseworkRefusal`` when there is none of that number.
    package static func load(
        _ id: CaseID, creditor: CreditorFacts, _ transaction: ReadTransaction
    ) throws -> CaseSnapshot {
        guard let snapshot = try load([id], creditor: creditor, transaction).first else {
            throw CaseworkRefusal(.noSuchCase, "There is no case \(id). 'fordring case list' shows those there are.")
        }
        return snapshot
    }

    /// Many cases, in the order of their numbers, which must ascend.
    ///
    /// Neighbouring numbers are read in one pass over each table, so that a run over everything reads in bulk.
    package static func load(
        _ ids: [CaseID], creditor: CreditorFacts, _ transaction: ReadTransaction
    ) throws -> [CaseSnapshot] {
        var result: [CaseSnapshot] = []
        result.reserveCapacity(ids.count)
        var start = 0
        while start < ids.count {
            var end = start + 1
            while end < ids.count, ids[end].rawValue - ids[end - 1].rawValue <= 8 { end += 1 }
            try loadRun(ids[start..<end], creditor, transaction, into: &result)
            start = end
        }
        return result
    }

    private struct Builder {
        let facts: CaseFacts
        let party: PartyID
        let stage: String
        let isClosed: Bool
        let nextOn: CivilDate?
        var claims: [ClaimFacts] = []
        var steps: [StepFacts] = []
        /// Their rows, in the same order.
        var stepIDs: [Int64] = []
        var unsent: [Int64] = []
        var leaving: [Int64] = []
        var standstill = Standstill()
        var sale: OpenSale?
        var charges: [ChargeFacts] = []
        var balances: [CaseSnapshot.Balance] = []
        /// The transfers that charged interest, without those that were taken back.
        var interestCharges: [(id: Int64, on: CivilDate)] = []
    }

    private static func loadRun(
        _ ids: ArraySlice<CaseID>, _ creditor: CreditorFacts, _ transaction: ReadTransaction,
        into result: inout [CaseSnapshot]
    ) throws {
        guard let low = ids.first, let high = ids.last else { return }
        var builders: [Builder] = []
        builders.reserveCapacity(ids.count)
        var wanted = ids.startIndex
        try transaction.query(
            """
            SELECT c.id, c.party_id, c.currency, c.opened_on, c.stage, c.closed_on, p.kind, c.next_on
            FROM debt_case c JOIN party p ON p.id = c.party_id WHERE c.id BETWEEN $1 AND $2 ORDER BY c.id
            """,
            low, high
        ) { row in
            let id = CaseID(rawValue: row.integer(0))
            while wanted < ids.endIndex, ids[wanted] < id { wanted += 1 }
            guard wanted < ids.endIndex, ids[wanted] == id else { return }
            guard let currency = Currency(code: row.text(2)), let kind = PartyKind(rawValue: row.text(6)) else {
                throw DatabaseFault(.wrongSchema, "Case \(id) has a currency or debtor kind that is not known.")
            }
            let facts = CaseFacts(
                id: id, currency: currency, openedOn: row.date(3), debtorKind: kind, creditor: creditor, claims: [],
                steps: [], charges: [], outstanding: .zero(currency))
            builders.append(
                Builder(
                    facts: facts, party: PartyID(rawValue: row.integer(1)), stage: row.text(4),
                    isClosed: !row.isNull(5), nextOn: row.dateOrNil(7)))
        }
        // Every query below comes in the order of the cases, so one index walks along.
        func walker() -> (Int64) -> Int? {
            var index = 0
            return { id in
                while index < builders.count, builders[index].facts.id.rawValue < id { index += 1 }
                return index < builders.count && builders[index].facts.id.rawValue == id ? index : nil
            }
        }
        let claimCase = walker()
        try transaction.query(
            """
            SELECT case_id, id, principal, issued_on, due_on, basis, reminders_charged, last_reminder_on FROM claim
            WHERE case_id BETWEEN $1 AND $2 ORDER BY case_id, id
            """,
            low, high
        ) { row in
            guard let index = claimCase(row.integer(0)) else { return }
            let principal = Money(minorUnits: row.integer(2), builders[index].facts.currency)
            var claim = ClaimFacts(
                id: ClaimID(rawValue: row.integer(1)), principal: principal, arisenOn: row.date(3),
                dueOn: row.date(4), reductions: [], outstandingPrincipal: principal)
            if let latestOn = row.dateOrNil(7) {
                claim.earlierReminders = EarlierReminders(count: row.int(6), latestOn: latestOn)
            }
            let basis = row.text(5)
            if basis != ClaimBasis.ordinary.rawValue {
                guard let known = ClaimBasis(rawValue: basis) else {
                    throw DatabaseFault(.wrongSchema, "Claim \(claim.id) has a basis that is not known.")
                }
                claim.basis = known
            }
            builders[index].claims.append(claim)
        }
        let eventCase = walker()
        try transaction.query(
            """
            SELECT case_id, claim_id, kind, happened_on FROM claim_event
            WHERE case_id BETWEEN $1 AND $2 ORDER BY case_id, happened_on, id
            """,
            low, high
        ) { row in
            guard let index = eventCase(row.integer(0)),
                let claim = builders[index].claims.firstIndex(where: { $0.id.rawValue == row.integer(1) })
            else { return }
            guard let kind = ClaimEvent.Kind(rawValue: row.text(2)) else {
                throw DatabaseFault(.wrongSchema, "Claim \(row.integer(1)) has an event that is not known.")
            }
            builders[index].claims[claim].events.append(ClaimEvent(kind, on: row.date(3)))
        }
        let stepCase = walker()
        try transaction.query(
            """
            SELECT case_id, id, kind, claims, state, decided_on, sent_on, deadline_on, void_by FROM case_step
            WHERE case_id BETWEEN $1 AND $2 AND state NOT IN ('withdrawn', 'failed') ORDER BY case_id, id
            """,
            low, high
        ) { row in
            guard let index = stepCase(row.integer(0)) else { return }
            // What was sent or done although it was disputed is taken anew, if at all; until it is known whether a letter has
            // left, no other does.
            if !row.isNull(8), row.text(4) == "sent" || row.text(4) == "done" { return }
            builders[index].stepIDs.append(row.integer(1))
            builders[index].steps.append(
                StepFacts(
                    kind: StepKind(row.text(2)), claims: claimList(row.text(3)), decidedOn: row.date(5),
                    sentOn: row.dateOrNil(6), deadlineOn: row.dateOrNil(7)))
            switch row.text(4) {
            case "queued": builders[index].unsent.append(row.integer(1))
            case "leaving": builders[index].leaving.append(row.integer(1))
            default: break
            }
        }
        let holdCase = walker()
        try Holds.forEach(from: low, through: high, transaction) { caseID, hold in
            guard let index = holdCase(caseID.rawValue) else { return }
            builders[index].standstill.add(hold, builders[index].facts.currency)
        }
        let saleCase = walker()
        try Sales.forEach(from: low, through: high, transaction) { caseID, sale in
            guard let index = saleCase(caseID.rawValue) else { return }
            builders[index].sale = sale
        }
        let transferCase = walker()
        try transaction.query(
            """
            SELECT case_id, claim_id, booked_on, debit, credit, amount, id, reverses,
                CASE WHEN cause = 'step' THEN cause_id END
            FROM ledger_transfer WHERE case_id BETWEEN $1 AND $2 ORDER BY case_id, id
            """,
            low, high
        ) { row in
            guard let index = transferCase(row.integer(0)), let debit = Account(rawValue: row.int(3)),
                let credit = Account(rawValue: row.int(4))
            else { return }
            try book(
                debit, credit, Money(minorUnits: row.integer(5), builders[index].facts.currency), row.date(2),
                row.integerOrNil(1).map { ClaimID(rawValue: $0) }, step: row.integerOrNil(8), into: &builders[index])
            // Nearly no case has anything that stands still.
            if row.isNull(1), !builders[index].standstill.isEmpty, let component = debit.component {
                noteCaseCharge(row, component, into: &builders[index])
            } else if let reversed = row.integerOrNil(7) {
                builders[index].standstill.caseCharges.removeAll { $0.transfer == reversed }
            }
            if let reversed = row.integerOrNil(7) {
                builders[index].interestCharges.removeAll { $0.id == reversed }
            } else if debit == .interestReceivable, credit == .interestIncome {
                builders[index].interestCharges.append((row.integer(6), row.date(2)))
            }
        }
        for builder in builders { result.append(try snapshot(builder)) }
    }

    /// Notes what a step charged the case for several claims, so that it can be left out where one of them stands still.
    private static func noteCaseCharge(_ row: Row, _ component: DebtComponent, into builder: inout Builder) {
        guard row.isNull(7), let step = row.integerOrNil(8), let place = builder.stepIDs.firstIndex(of: step) else {
            return
        }
        builder.standstill.caseCharges.append(
            CaseCharge(
                transfer: row.integer(6), component: component, claims: builder.steps[place].claims,
                minorUnits: row.integer(5)))
    }

    /// Counts one transfer into the facts.
    private static func book(
        _ debit: Account, _ credit: Account, _ amount: Money, _ day: CivilDate, _ claim: ClaimID?, step: Int64?,
        into builder: inout Builder
    ) throws(MoneyError) {
        let sign: Int64
        let component: DebtComponent
        let other: Account
        if let owed = debit.component {
            (sign, component, other) = (1, owed, credit)
        } else if let paid = credit.component {
            (sign, component, other) = (-1, paid, debit)
        } else {
            return
        }
        let signed = Money(minorUnits: sign * amount.minorUnits, amount.currency)
        if let index = builder.balances.firstIndex(where: { $0.component == component && $0.claim == claim }) {
            builder.balances[index].amount = try builder.balances[index].amount + signed
        } else {
            builder.balances.append(CaseSnapshot.Balance(component: component, claim: claim, amount: signed))
        }
        if component == .principal {
            guard sign < 0, let index = builder.claims.firstIndex(where: { $0.id == claim }) else { return }
            builder.claims[index].reductions.append(Reduction(on: day, amount: amount))
        } else if other == Account(sourceOf: component) {
            var charge = ChargeFacts(component: component, claim: claim, chargedOn: day, amount: signed)
            // One that was withdrawn is not among the steps, and its charge was taken back.
            if let step, let index = builder.stepIDs.firstIndex(of: step) { charge.step = builder.steps[index].kind }
            builder.charges.append(charge)
        }
    }

    private static func snapshot(_ builder: Builder) throws(MoneyError) -> CaseSnapshot {
        var facts = builder.facts
        facts.claims = builder.claims
        for index in facts.claims.indices where facts.claims[index].reductions.count > 1 {
            // Booked in the order of registering; an earlier payment can be registered later.
            facts.claims[index].reductions.sort { $0.on < $1.on }
        }
        let balances = builder.balances.filter { !$0.amount.isZero }
        var outstanding = Money.zero(facts.currency)
        for balance in builder.balances {
            outstanding = try outstanding + balance.amount
            if balance.component == .principal,
                let index = facts.claims.firstIndex(where: { $0.id == balance.claim })
            {
                facts.claims[index].outstandingPrincipal = balance.amount
            }
        }
        facts.steps = builder.steps
        facts.charges = builder.charges
        facts.holds = builder.standstill.holds.map(\.facts)
        facts.outstanding = outstanding
        return CaseSnapshot(
            facts: facts, party: builder.party, stage: builder.stage, isClosed: builder.isClosed,
            nextOn: builder.nextOn, balances: balances,
            unsentSteps: builder.unsent, leavingSteps: builder.leaving, standstill: builder.standstill,
            sale: builder.sale,
            interestChargedOn: builder.interestCharges.map(\.on).max())
    }

    package static func claimList(_ text: String) -> [ClaimID] {
        text.split(separator: ",").compactMap { Int64($0) }.map { ClaimID(rawValue: $0) }
    }
}

/// What can be counted.
package enum Amounts {
    /// The most that one claim or payment may be, in minor units: thousands of them can be added up.
    ///
    /// A limit of this product, far beyond any debt; what is over it is a slip of the pen or worse, and would stop the tenant.
    package static let most: Int64 = 1 << 50

    /// Whether an amount is too large to be true.
    package static func isAbsurd(_ amount: Money) -> Bool { amount.minorUnits.magnitude > UInt64(most) }
}

/// A normal answer of case work that says no.
package struct CaseworkRefusal: Error, Sendable, CustomStringConvertible {
    package enum Code: Sendable, Hashable {
        case noSuchCase
        case caseClosed
        case badPayment
        case noSuchTask
        case badTask
        case noSuchLetter
        case noSuchParty
        case noSuchClaim
        case badEvent
        case noSuchHold
        /// It cannot be placed, or not be lifted by who asks.
        case badHold
        case noSuchDispute
        /// It cannot be opened or decided like this.
        case badDispute
        /// The chart of a case's life does not draw it.
        case notInChart
        /// The case cannot be closed like this.
        case badClosing
        /// The case cannot be sold, or was not.
        case badSale
        /// Data may not be erased yet.
        case stillNeeded
    }

    package let code: Code
    package let message: String

    package init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    package var description: String { message }
}
