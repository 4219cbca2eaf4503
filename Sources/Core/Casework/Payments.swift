import AuditTrail
package import Database
package import FordringKit
import JobQueue
import Ledger

/// What became of a payment.
package struct PaymentResult: Sendable {
    /// How much went to which component, in order.
    package var allocations: [(component: DebtComponent, amount: Money)] = []
    /// What was paid beyond the debt.
    package var overpaid: Money
    /// What is still owed afterwards.
    package var outstanding: Money
    /// Whether the case is closed by it.
    package var closed: Bool
    /// The code with which the case had been closed before, where something was still owed then: nothing of the payment covers
    /// it, and a task says what is to be done.
    package var closedBefore: String?
    /// Whether it had been registered before; then nothing was changed.
    package var wasKnown: Bool
}

/// Events from outside that change what is owed.
package enum Payments {
    /// Registers money that came in for a case.
    ///
    /// Letters that have not left the house are withdrawn first, with what they charged: they would state the wrong
    /// amount. Then the payment covers what is owed, in the country's order and oldest claim first. Interest that has
    /// accrued since the last letter and was never stated is let go when the payment covers all that was stated.
    ///
    /// Money for a case that was closed while something was owed covers nothing: whose it is, a person says.
    ///
    /// - Parameters:
    ///   - paidOn: the day that counts for the debtor.
    ///   - today: the day of registering; the rules are asked again from then on.
    ///   - reference: the bank's own reference, which makes registering twice harmless.
    ///   - claim: the claim that the payer says it is for; it is covered first, also where it stands still.
    /// - Throws: ``CaseworkRefusal``.
    package static func register(
        _ amount: Money, paidOn: CivilDate, today: CivilDate, reference: String?, for caseID: CaseID,
        claim: ClaimID? = nil, _ rules: CaseRules, _ transaction: WriteTransaction
    ) throws -> PaymentResult {
        var snapshot = try CaseSnapshots.load(caseID, creditor: rules.creditor, transaction)
        guard amount.currency == snapshot.facts.currency else {
            throw CaseworkRefusal(
                .badPayment, "Case \(caseID) is in \(snapshot.facts.currency); the payment is in \(amount.currency).")
        }
        guard amount.isPositive else {
            throw CaseworkRefusal(.badPayment, "A payment must be over zero; \(amount) is not.")
        }
        guard !Amounts.isAbsurd(amount) else {
            throw CaseworkRefusal(.badPayment, "\(amount) is more than a payment can be. Look at the decimal point.")
        }
        if let claim, !snapshot.facts.claims.contains(where: { $0.id == claim }) {
            let own = snapshot.facts.claims.map(\.id.description).joined(separator: ", ")
            throw CaseworkRefusal(.badPayment, "Claim \(claim) is not one of case \(caseID), which has \(own).")
        }
        guard paidOn <= today else {
            throw CaseworkRefusal(
                .badPayment, "The payment's day \(paidOn) is after \(today), the day of registering it.")
        }
        if let reference {
            let known = try transaction.first(
                "SELECT case_id, amount, paid_on FROM payment WHERE reference = $1", reference
            ) { (CaseID(rawValue: $0.integer(0)), $0.integer(1), $0.date(2)) }
            if let (knownCase, knownAmount, knownDay) = known {
                guard knownCase == caseID, knownAmount == amount.minorUnits, knownDay == paidOn else {
                    throw CaseworkRefusal(
                        .badPayment,
                        "The reference '\(reference)' belongs to another payment, for case \(knownCase) on \(knownDay)."
                    )
                }
                return PaymentResult(
                    overpaid: .zero(amount.currency), outstanding: snapshot.facts.outstanding,
                    closed: snapshot.isClosed, wasKnown: true)
            }
        }
        if let closing = try Closing.code(of: caseID, transaction),
            !(CloseCode(rawValue: closing.code)?.leavesNothingOwed ?? false)
        {
            let payment = Arrival(id: try insert(amount, paidOn, reference, caseID, transaction), amount, on: paidOn)
            return try keep(payment, closing, claim: claim, today: today, snapshot.facts, transaction)
        }
        if try withdrawUnsentSteps(snapshot, on: today, because: "a payment came in", rules, transaction) {
            snapshot = try CaseSnapshots.load(caseID, creditor: rules.creditor, transaction)
        }
        if try takeBackWhatCameAfter(paidOn, paying: amount, today: today, snapshot, transaction) {
            snapshot = try CaseSnapshots.load(caseID, creditor: rules.creditor, transaction)
        }
        let id = try insert(amount, paidOn, reference, caseID, transaction)
        var result = PaymentResult(
            overpaid: .zero(amount.currency), outstanding: .zero(amount.currency), closed: false, wasKnown: false)
        let order = rules.jurisdiction.allocationOrder
        (result.allocations, result.overpaid) = try allocate(
            amount, to: snapshot, order.value, designated: claim, on: paidOn, today: today, cause: .payment(id),
            transaction)
        var change: [String: JSONValue] = [
            "allocations": .array(
                result.allocations.map {
                    ["amount": .string($0.amount.decimalText), "component": .string($0.component.rawValue)]
                }),
            "amount": .string(amount.decimalText), "overpaid": .string(result.overpaid.decimalText),
            "paidOn": .string(paidOn.description),
        ]
        if let claim { change["claim"] = .integer(claim.rawValue) }
        try transaction.audit(
            .paymentReceived, subject: ["case": .integer(caseID.rawValue), "payment": .integer(id)],
            change: .object(change), basis: order.lines.map(\.citation))
        let settled = try settle(caseID, after: paidOn, today: today, rules, transaction)
        result.outstanding = settled.outstanding
        result.overpaid = try result.overpaid + settled.overpaid
        result.closed = result.outstanding.isZero
        return result
    }

    private static func insert(
        _ amount: Money, _ paidOn: CivilDate, _ reference: String?, _ caseID: CaseID, _ transaction: WriteTransaction
    ) throws -> Int64 {
        let id = try transaction.newID("payment")
        try transaction.execute(
            "INSERT INTO payment (id, case_id, paid_on, amount, reference) VALUES ($1, $2, $3, $4, $5)", id, caseID,
            paidOn, amount.minorUnits, reference)
        return id
    }

    /// A payment as it was written down.
    private struct Arrival {
        let id: Int64
        let amount: Money
        let paidOn: CivilDate

        init(id: Int64, _ amount: Money, on paidOn: CivilDate) {
            self.id = id
            self.amount = amount
            self.paidOn = paidOn
        }
    }

    /// Keeps money for whoever it belongs to that came in for a case which was closed while something was owed.
    ///
    /// The claims are the buyer's, or nobody asks for them any more: not one cent of it may lessen what the books say was owed.
    private static func keep(
        _ payment: Arrival, _ closing: (code: String, on: CivilDate), claim: ClaimID?, today: CivilDate,
        _ facts: CaseFacts, _ transaction: WriteTransaction
    ) throws -> PaymentResult {
        try Ledger.post(
            debit: .clientFunds, credit: .overpayment, amount: payment.amount, on: payment.paidOn, caseID: facts.id,
            claim: nil, cause: .payment(payment.id), transaction)
        var change: [String: JSONValue] = [
            "allocations": .array([]), "amount": .string(payment.amount.decimalText),
            "closedAs": .string(closing.code), "overpaid": .string(payment.amount.decimalText),
            "paidOn": .string(payment.paidOn.description),
        ]
        if let claim { change["claim"] = .integer(claim.rawValue) }
        try transaction.audit(
            .paymentReceived, subject: ["case": .integer(facts.id.rawValue), "payment": .integer(payment.id)],
            change: .object(change))
        try Tasks.raise(
            .moneyAfterClosing, facts.id, about: payment.id, on: today,
            message:
                "\(payment.amount) of \(payment.paidOn) (payment \(payment.id)) came in after case \(facts.id) was "
                + "closed on \(closing.on) (\(closing.code)); it covers nothing",
            cure: closing.code == CloseCode.sold.rawValue
                ? "Pass it on to the buyer ('fordring case sale \(facts.id)'), or pay it back to the debtor; then 'fordring task "
                    + "done'."
                : "Ask the creditor. Pay it back to the debtor, or, where it is owed all the same, have the claim come in anew "
                    + "and book the money there; then 'fordring task done'.",
            transaction)
        return PaymentResult(
            overpaid: payment.amount, outstanding: facts.outstanding, closed: true, closedBefore: closing.code,
            wasKnown: false)
    }

    /// Takes back what was charged while a payment was on its way.
    ///
    /// A payment counts from the day on which it was ordered, also where the money comes in later. Who had paid all that was
    /// owed before a step was taken owes nothing for that step: what steps charged that were taken after the day of payment goes
    /// back, where the payment covers all that is owed without it. A person tells the debtor that the later letters are void.
    ///
    /// - Returns: whether anything was taken back.
    private static func takeBackWhatCameAfter(
        _ paidOn: CivilDate, paying amount: Money, today: CivilDate, _ snapshot: CaseSnapshot,
        _ transaction: WriteTransaction
    ) throws -> Bool {
        let caseID = snapshot.facts.id
        guard paidOn < today else { return false }
        let late = try transaction.all(
            """
            SELECT id FROM case_step WHERE case_id = $1 AND decided_on > $2 AND (state = 'sent' OR state = 'done' OR state = 'leaving')
            ORDER BY id
            """,
            caseID, paidOn
        ) { $0.integer(0) }
        guard !late.isEmpty else { return false }
        let transfers = try Ledger.transfers(of: caseID, transaction)
        let reversed = Set(transfers.compactMap(\.reverses))
        var charged: Int64 = 0
        for transfer in transfers where transfer.reverses == nil && !reversed.contains(transfer.id) {
            guard case .step(let step) = transfer.cause, late.contains(step) else { continue }
            charged += transfer.debit.component == nil ? -transfer.amount.minorUnits : transfer.amount.minorUnits
        }
        guard charged > 0, snapshot.facts.outstanding.minorUnits - charged <= amount.minorUnits else { return false }
        for step in late {
            let taken = try Ledger.reverse(cause: .step(step), in: caseID, on: today, transaction)
            guard !taken.isEmpty else { continue }
            try transaction.audit(
                .chargesTakenBack, subject: ["case": .integer(caseID.rawValue), "step": .integer(step)],
                change: [
                    "paidOn": .string(paidOn.description),
                    "reversed": .array(taken.map { .string($0.amount.decimalText) }),
                ])
        }
        try Tasks.raise(
            .paidInTime, caseID, on: today,
            message: "The debtor had paid all on \(paidOn); what later steps charged was taken back",
            cure: "Tell the debtor that the letters of after \(paidOn) are void.", transaction)
        return true
    }

    /// A part of what is owed, by whether money may be taken for it before anything else.
    private struct Portion {
        let component: DebtComponent
        let claim: ClaimID?
        var amount: Int64
        let dueOn: Int32
        /// 0: what the payer names; 1: what nobody disputes; 2: what stands still.
        let rank: Int
    }

    /// What is owed, in the order in which money covers it: what the payer names, then what goes on, then what stands still;
    /// within each in the country's order and oldest claim first.
    private static func portions(
        _ snapshot: CaseSnapshot, _ order: [DebtComponent], designated: ClaimID?
    ) throws(MoneyError) -> [Portion] {
        let holds = snapshot.standstill.holds
        let held = Set(
            holds.compactMap { $0.facts.amount == nil ? $0.facts.claim : nil }
        )
        let ofCase = snapshot.standstill.caseChargesHeld(held, snapshot.balances)
        var portions: [Portion] = []
        for balance in snapshot.balances where balance.amount.isPositive {
            let claim = snapshot.facts.claims.first { $0.id == balance.claim }
            func add(_ amount: Int64, _ rank: Int) {
                guard amount > 0 else { return }
                portions.append(
                    Portion(
                        component: balance.component, claim: balance.claim, amount: amount,
                        dueOn: claim?.dueOn.day ?? 0, rank: rank))
            }
            let whole = balance.amount.minorUnits
            var still: Int64 = 0
            if let claim, claim.id == designated {
                add(whole, 0)
                continue
            } else if let claim {
                if held.contains(claim.id) {
                    still = whole
                } else if balance.component == .principal {
                    still = min(whole, try snapshot.standstill.disputedPart(of: claim)?.minorUnits ?? whole)
                }
            } else {
                still = ofCase[balance.component] ?? 0
            }
            add(whole - still, 1)
            add(still, 2)
        }
        func place(_ portion: Portion) -> (Int, Int, Int32, Int64) {
            (
                portion.rank, order.firstIndex(of: portion.component) ?? order.count, portion.dueOn,
                portion.claim?.rawValue ?? 0
            )
        }
        return portions.filter { order.contains($0.component) }.sorted { place($0) < place($1) }
    }

    /// Spreads money over what is owed; what is left is the debtor's.
    ///
    /// - Parameter order: the country's; nothing is covered where it is empty.
    private static func allocate(
        _ amount: Money, to snapshot: CaseSnapshot, _ order: [DebtComponent], designated: ClaimID? = nil,
        on day: CivilDate, today: CivilDate, cause: Cause, _ transaction: WriteTransaction
    ) throws -> (allocations: [(component: DebtComponent, amount: Money)], overpaid: Money) {
        let caseID = snapshot.facts.id
        var allocations: [(component: DebtComponent, amount: Money)] = []
        var rest = amount.minorUnits
        for portion in try portions(snapshot, order, designated: designated) where rest > 0 {
            let part = Money(minorUnits: min(rest, portion.amount), amount.currency)
            try Ledger.post(
                debit: .clientFunds, credit: Account(receivable: portion.component), amount: part, on: day,
                caseID: caseID, claim: portion.claim, cause: cause, transaction)
            rest -= part.minorUnits
            allocations.append((portion.component, part))
        }
        let overpaid = Money(minorUnits: rest, amount.currency)
        if overpaid.isPositive {
            try Ledger.post(
                debit: .clientFunds, credit: .overpayment, amount: overpaid, on: day, caseID: caseID, claim: nil,
                cause: cause, transaction)
            try raiseOverpaid(caseID, overpaid.currency, on: today, transaction)
        }
        return (allocations, overpaid)
    }

    /// Makes what the debtor has to get back a task for a person: all of it, whatever it came from, but what came in after the
    /// case was closed, which has a task of its own (``TaskKind/moneyAfterClosing``).
    static func raiseOverpaid(
        _ caseID: CaseID, _ currency: Currency, on day: CivilDate, _ transaction: WriteTransaction
    ) throws {
        let held = try transaction.first(
            """
            SELECT coalesce(sum(CASE WHEN credit = $2 THEN amount ELSE -amount END), 0) FROM ledger_transfer
            WHERE case_id = $1 AND (credit = $2 OR debit = $2) AND NOT (cause = 'payment' AND cause_id IN (
                SELECT about FROM task WHERE kind = $3 AND case_id = $1))
            """,
            caseID, Account.overpayment.rawValue, TaskKind.moneyAfterClosing.rawValue
        ) { Money(minorUnits: $0.integer(0), currency) }
        try Tasks.raise(
            .overpaid, caseID, on: day, message: "\(held ?? .zero(currency)) was paid or credited beyond the debt",
            cure: "Pay it back to the debtor.", transaction)
    }

    /// Spreads money anew that had paid for what is taken back: a receivable is never below zero.
    ///
    /// What is left over is the debtor's.
    ///
    /// - Returns: what is the debtor's.
    private static func spreadAgain(
        _ snapshot: CaseSnapshot, today: CivilDate, _ rules: CaseRules,
        _ transaction: WriteTransaction
    ) throws -> Money {
        let caseID = snapshot.facts.id
        var freed = Money.zero(snapshot.facts.currency)
        for balance in snapshot.balances where balance.amount.isNegative {
            let part = try Money.zero(freed.currency) - balance.amount
            try Ledger.post(
                debit: Account(receivable: balance.component), credit: .clientFunds, amount: part, on: today,
                caseID: caseID, claim: balance.claim, cause: .correction, transaction)
            freed = try freed + part
        }
        guard freed.isPositive else { return freed }
        let order = rules.jurisdiction.allocationOrder
        let (allocations, overpaid) = try allocate(
            freed, to: snapshot, order.value, on: today, today: today, cause: .correction, transaction
        )
        try transaction.audit(
            .interestCorrected, subject: ["case": .integer(caseID.rawValue)],
            change: [
                "allocations": .array(
                    allocations.map {
                        ["amount": .string($0.amount.decimalText), "component": .string($0.component.rawValue)]
                    }),
                "overpaid": .string(overpaid.decimalText), "paidBefore": .string(freed.decimalText),
            ],
            basis: order.lines.map(\.citation))
        return overpaid
    }

    /// Spreads money anew that had paid for charges which were taken back.
    package static func spreadNegative(
        of caseID: CaseID, today: CivilDate, _ rules: CaseRules, _ transaction: WriteTransaction
    ) throws {
        let snapshot = try CaseSnapshots.load(caseID, creditor: rules.creditor, transaction)
        guard snapshot.balances.contains(where: \.amount.isNegative) else { return }
        _ = try spreadAgain(snapshot, today: today, rules, transaction)
    }

    /// Takes back interest that a payment of an earlier day makes too high, closes a case that owes nothing, and has the
    /// rules asked again about one that does.
    ///
    /// - Returns: what is owed, and what was paid for interest that is taken back and is the debtor's now.
    @discardableResult
    package static func settle(
        _ caseID: CaseID, after changedOn: CivilDate, today: CivilDate, closingAs code: CloseCode = .paid,
        _ rules: CaseRules, _ transaction: WriteTransaction
    ) throws -> (outstanding: Money, overpaid: Money) {
        var snapshot = try CaseSnapshots.load(caseID, creditor: rules.creditor, transaction)
        var overpaid = Money.zero(snapshot.facts.currency)
        if let chargedOn = snapshot.interestChargedOn, changedOn < chargedOn {
            var corrections: [DecidedCharge] = []
            do {
                corrections = try rules.jurisdiction.interest(on: snapshot.facts, through: chargedOn)
            } catch let gap as RuleGap {
                // Money that came in is always taken in; the interest is then work for a person.
                try Tasks.raise(
                    .ruleGap, caseID, on: today, message: "Interest could not be corrected: \(gap.reason)",
                    cure: gap.cure,
                    transaction)
            }
            for charge in corrections where charge.amount.value.isNegative {
                try Charges.post(
                    charge, ExplanationCoding.text(charge.amount.lines), on: chargedOn, in: caseID, cause: .correction,
                    transaction)
                try transaction.audit(
                    .interestCorrected, subject: ["case": .integer(caseID.rawValue)],
                    change: ["amount": .string(charge.amount.value.decimalText)],
                    basis: charge.amount.lines.map(\.citation))
            }
            snapshot = try CaseSnapshots.load(caseID, creditor: rules.creditor, transaction)
        }
        if snapshot.balances.contains(where: \.amount.isNegative) {
            overpaid = try spreadAgain(snapshot, today: today, rules, transaction)
            snapshot = try CaseSnapshots.load(caseID, creditor: rules.creditor, transaction)
        }
        guard !snapshot.isClosed else { return (snapshot.facts.outstanding, overpaid) }
        if snapshot.facts.outstanding.isZero {
            try close(caseID, code: code, on: today, rules, transaction)
        } else {
            try transaction.execute("UPDATE debt_case SET next_on = $1 WHERE id = $2", today, caseID)
            transaction.announceCases(on: today)
            try rules.announce(.balance, in: caseID, on: today, transaction)
        }
        return (snapshot.facts.outstanding, overpaid)
    }

    /// Closes a case; nothing more happens in it.
    ///
    /// - Parameter reason: in the words of the person who closes it; `nil` where the books do.
    package static func close(
        _ caseID: CaseID, code: CloseCode, reason: String? = nil, on day: CivilDate, _ rules: CaseRules,
        _ transaction: WriteTransaction
    ) throws {
        // A sale asks before it is written down as made.
        if code != .sold {
            let isWithCourt = try reason != nil && rules.ties(of: caseID, transaction).contains(where: \.isWithCourt)
            try CaseSnapshots.load(caseID, creditor: rules.creditor, transaction).life(isWithCourt: isWithCourt)
                .taking(reason == nil ? .nothingOwed : .ended, in: caseID)
        }
        try Closing.end(caseID, code, on: day, transaction)
        var change: [String: JSONValue] = ["code": .string(code.rawValue), "day": .string(day.description)]
        if let reason { change["reason"] = .string(reason) }
        try transaction.audit(
            .caseClosed, subject: ["case": .integer(caseID.rawValue)], change: .object(change))
        try Sales.callOffAny(of: caseID, because: "the case was closed (\(code.rawValue))", on: day, transaction)
        try Disputes.lapseAll(of: caseID, closedAs: code, on: day, transaction)
        try Holds.endAll(of: caseID, because: "the case was closed", on: day, transaction)
        try rules.announce(.closed, in: caseID, on: day, transaction)
    }

    /// Takes back steps whose letters have not left the house, with what they charged.
    ///
    /// One that is leaving cannot be taken back any more.
    /// - Returns: whether there were any.
    package static func withdrawUnsentSteps(
        _ snapshot: CaseSnapshot, on day: CivilDate, because reason: String, _ rules: CaseRules,
        _ transaction: WriteTransaction
    ) throws -> Bool {
        guard !snapshot.unsentSteps.isEmpty else { return false }
        let caseID = snapshot.facts.id
        for step in snapshot.unsentSteps {
            try withdraw(step: step, in: caseID, on: day, because: reason, transaction)
            try JobQueue.cancel(.deliverLetter, subject: step, transaction)
        }
        // One that was leaving before may have been paid for meanwhile.
        try spreadNegative(of: caseID, today: day, rules, transaction)
        return true
    }

    /// Takes one step back whose letter has not left the house, with what it charged; its job is the caller's to end.
    static func withdraw(
        step: Int64, in caseID: CaseID, on day: CivilDate, because reason: String, _ transaction: WriteTransaction
    ) throws {
        let reversed = try Ledger.reverse(cause: .step(step), in: caseID, on: day, transaction)
        try transaction.execute("UPDATE case_step SET state = 'withdrawn' WHERE id = $1", step)
        try transaction.audit(
            .stepWithdrawn, subject: ["case": .integer(caseID.rawValue), "step": .integer(step)],
            change: [
                "reason": .string(reason),
                "reversed": .array(reversed.map { .string($0.amount.decimalText) }),
            ])
        try Sales.callOff(step: step, because: reason, on: day, transaction)
    }
}

/// Credit notes: the creditor takes back a claim or a part of it.
package enum Credits {
    /// Books a credit against a claim; what goes beyond its rest is the debtor's.
    package static func book(
        _ amount: Money, note: Int64, against claim: ClaimID, in caseID: CaseID, today: CivilDate, _ rules: CaseRules,
        _ transaction: WriteTransaction
    ) throws {
        var snapshot = try CaseSnapshots.load(caseID, creditor: rules.creditor, transaction)
        let withdrawn = try Payments.withdrawUnsentSteps(
            snapshot, on: today, because: "the creditor credited a claim", rules, transaction)
        if withdrawn { snapshot = try CaseSnapshots.load(caseID, creditor: rules.creditor, transaction) }
        let rest = snapshot.facts.claims.first { $0.id == claim }?.outstandingPrincipal ?? .zero(amount.currency)
        let covered = try amount.capped(at: rest)
        let beyond = try amount - covered
        if covered.isPositive {
            try Ledger.post(
                debit: .claimsPlaced, credit: .principalReceivable, amount: covered, on: today, caseID: caseID,
                claim: claim, cause: .creditNote(note), transaction)
        }
        if beyond.isPositive {
            try Ledger.post(
                debit: .claimsPlaced, credit: .overpayment, amount: beyond, on: today, caseID: caseID, claim: claim,
                cause: .creditNote(note), transaction)
            try Payments.raiseOverpaid(caseID, beyond.currency, on: today, transaction)
        }
        try transaction.audit(
            .claimCredited, subject: ["case": .integer(caseID.rawValue), "claim": .integer(claim.rawValue)],
            change: [
                "amount": .string(amount.decimalText), "beyond": .string(beyond.decimalText),
                "creditNote": .integer(note),
            ])
        try Payments.settle(caseID, after: today, today: today, closingAs: .credited, rules, transaction)
    }
}
