import AuditTrail
package import Database
package import FordringKit
import JobQueue
import Ledger

/// Who buys the claims of a case.
package struct Buyer: Sendable, Hashable {
    package let name: String
    package let address: String
    /// Whether the debtor goes on paying to the creditor's account, as buyer and seller have agreed; otherwise the debtor's
    /// notice gives no account, and the buyer tells where to pay.
    package let takesSameAccount: Bool

    package init(name: String, address: String, takesSameAccount: Bool = false) {
        self.name = name
        self.address = address
        self.takesSameAccount = takesSameAccount
    }

    /// Reads `name, address…`: what comes before the first comma is the name.
    ///
    /// - Throws: ``CaseworkRefusal`` where a part is missing, which the debtor must be told.
    package init(_ text: String, takesSameAccount: Bool = false) throws {
        let parts = text.split(separator: ",", maxSplits: 1).map { part in
            part.split(whereSeparator: \.isWhitespace).joined(separator: " ")
        }
        guard parts.count == 2, parts.allSatisfy({ !$0.isEmpty }) else {
            throw CaseworkRefusal(
                .badSale,
                "'\(text)' is no new creditor: the debtor must be told a name and an address. Give both, with a comma "
                    + "between: --to \"Name, Street 1, 1000 City\".")
        }
        self.init(name: parts[0], address: parts[1], takesSameAccount: takesSameAccount)
    }
}

/// A sale that is under way, as a snapshot has it.
package struct OpenSale: Sendable {
    package let id: Int64
    /// The step of the debtor's notice.
    package let step: Int64
    /// What makes everything else stand still.
    package let hold: Int64
}

/// A sale as the books have it.
package struct SaleRecord: Sendable {
    /// What was owed of one component.
    package struct Amount: Sendable {
        /// `nil` for what belongs to the whole case.
        package let claim: ClaimID?
        package let component: DebtComponent
        package let amount: Money
        /// Whether it had accrued since the last letter, and was in no letter.
        package let isAccrued: Bool
    }

    package let id: Int64
    package let caseID: CaseID
    /// `selling`, `sold` or `calledOff`.
    package let state: String
    package let buyer: Buyer
    package let agreedOn: CivilDate
    package let begunOn: CivilDate
    package let endedOn: CivilDate?
    package let step: Int64
    /// Empty until the debtor's notice has left.
    package let amounts: [Amount]
}

/// Selling a case: the debtor is told first, and until the notice has left nothing else leaves.
///
/// Beginning withdraws every letter that waits, makes all of the case stand still with a hold that nobody can lift, and
/// queues the one letter that may leave. When it has left, the same transaction closes the case as sold and writes down what
/// was owed. Whatever withdraws the letter before that (a payment, a credit, a dispute, a hold) calls the sale off.
package enum Sales {
    // MARK: Beginning

    /// Sells a case.
    ///
    /// - Returns: the number of the sale and of the step of the debtor's notice.
    /// - Throws: ``CaseworkRefusal``.
    package static func begin(
        _ caseID: CaseID, to buyer: Buyer, agreedOn: CivilDate, reason: String, on day: CivilDate, _ rules: CaseRules,
        _ transaction: WriteTransaction
    ) throws -> (id: Int64, step: Int64) {
        func refuse(_ message: String) -> CaseworkRefusal { CaseworkRefusal(.badSale, message) }
        let notice = try notice(of: rules)
        guard !reason.isEmpty else { throw refuse("A sale needs a reason; give it with --reason.") }
        guard agreedOn <= day else {
            throw refuse("The sale was agreed on \(agreedOn), which is after \(day), today. Sell the case on that day.")
        }
        var snapshot = try CaseSnapshots.load(caseID, creditor: rules.creditor, transaction)
        try checkFree(snapshot, rules, on: day, transaction)
        _ = try Payments.withdrawUnsentSteps(snapshot, on: day, because: "the case is being sold", rules, transaction)
        snapshot = try CaseSnapshots.load(caseID, creditor: rules.creditor, transaction)
        let claims = snapshot.facts.claims.filter { $0.outstandingPrincipal.isPositive }.map(\.id)
        guard !claims.isEmpty else {
            throw refuse("Of case \(caseID) no principal is left, so there is no claim that could be sold.")
        }
        let step = try transaction.newID("case_step")
        try transaction.execute(
            """
            INSERT INTO case_step (id, case_id, kind, claims, state, decided_on, reasons)
            VALUES ($1, $2, $3, $4, 'queued', $5, $6)
            """,
            step, caseID, notice.rawValue, claims.map(\.description).joined(separator: ","), day,
            ExplanationCoding.text([
                ExplanationLine("The claims were sold; the debtor is told first.", Citation("Fordring", "sales"))
            ]))
        let hold = try Holds.insert(
            HoldFacts(kind: .creditorWait, claim: nil, amount: nil, since: day, until: nil), in: caseID,
            reason: "The case is being sold.", dispute: nil, transaction)
        let id = try transaction.newID("case_sale")
        try transaction.execute(
            """
            INSERT INTO case_sale (
                id, case_id, state, buyer_name, buyer_address, is_same_account, agreed_on, begun_on, step_id, hold_id
            ) VALUES ($1, $2, 'selling', $3, $4, $5, $6, $7, $8, $9)
            """,
            id, caseID, buyer.name, buyer.address, buyer.takesSameAccount ? 1 : 0, agreedOn, day, step, hold)
        try JobQueue.enqueue(NewJob(.deliverLetter, subject: step, lane: caseID.rawValue), transaction)
        try transaction.audit(
            .saleBegun, subject: ["case": .integer(caseID.rawValue), "sale": .integer(id)],
            change: [
                "agreedOn": .string(agreedOn.description), "claims": .array(claims.map { .integer($0.rawValue) }),
                "day": .string(day.description), "reason": .string(reason),
                "sameAccount": .bool(buyer.takesSameAccount), "step": .integer(step),
            ])
        try Holds.setNextDay(caseID, rules, on: day, transaction)
        try rules.announce(.held(.creditorWait, claim: nil), in: caseID, on: day, transaction)
        return (id, step)
    }

    /// The country's letter to the debtor.
    private static func notice(of rules: CaseRules) throws -> StepKind {
        guard let notice = rules.jurisdiction.assignmentNotice,
            rules.jurisdiction.steps.contains(where: { $0.kind == notice && $0.sendsLetter })
        else {
            throw CaseworkRefusal(
                .badSale,
                "The plug-in \(rules.plugin) for \(rules.jurisdiction.country) has no letter that tells a debtor of a sale "
                    + "(assignmentNotice), so no case of it can be sold. Ask its author for a version that has one.")
        }
        return notice
    }

    /// Whether nothing stands in the way of a sale.
    private static func checkFree(
        _ snapshot: CaseSnapshot, _ rules: CaseRules, on day: CivilDate, _ transaction: ReadTransaction
    ) throws {
        let caseID = snapshot.facts.id
        func refuse(_ message: String) -> CaseworkRefusal { CaseworkRefusal(.badSale, "Case \(caseID) \(message)") }
        guard !snapshot.isClosed else { throw CaseworkRefusal(.caseClosed, "Case \(caseID) is closed already.") }
        if let sale = snapshot.sale {
            throw refuse(
                "is being sold already (sale \(sale.id)): the debtor's notice has not left yet. 'fordring case sale \(caseID)' "
                    + "shows it.")
        }
        if let dispute = snapshot.standstill.holds.first(where: { $0.facts.kind == .dispute }) {
            throw refuse(
                "is disputed since \(dispute.facts.since), so it cannot be sold. Decide the dispute, and tell the debtor, first: "
                    + "'fordring dispute list --all'.")
        }
        if let hold = snapshot.standstill.holds.first {
            throw refuse(
                "is held since \(hold.facts.since) (\(hold.facts.kind.rawValue)), so it cannot be sold. Lift the hold first: "
                    + "'fordring hold lift \(hold.id)'.")
        }
        // The notice would stand still with the rest, and the sale call itself off.
        if let pause = snapshot.standstill.pauses.filter({ $0.resumesOn > day }).max(by: { $0.resumesOn < $1.resumesOn }
        ) {
            throw refuse(
                "goes on no earlier than on \(pause.resumesOn): until then the debtor has the time that the law leaves after a "
                    + "hold. Sell it then.")
        }
        guard snapshot.leavingSteps.isEmpty else {
            throw refuse(
                "has a letter that is leaving (step \(snapshot.leavingSteps[0])), and the debtor's notice comes first. Wait "
                    + "until it is known what became of it: 'fordring jobs list'.")
        }
        let ties = try rules.ties(of: caseID, transaction)
        if let tie = ties.first {
            throw refuse("cannot be sold: \(tie.obstacle). \(tie.cure)")
        }
        try snapshot.life(isWithCourt: ties.contains(where: \.isWithCourt)).taking(.saleBegan, in: caseID)
    }

    // MARK: Ending

    /// Calls the sale off whose notice is a step that was withdrawn or given up.
    static func callOff(
        step: Int64, because reason: String, on day: CivilDate, _ transaction: WriteTransaction
    ) throws {
        let sale = try transaction.first(
            "SELECT id, case_id, hold_id FROM case_sale WHERE step_id = $1 AND state = 'selling'", step
        ) { (id: $0.integer(0), caseID: CaseID(rawValue: $0.integer(1)), hold: $0.integer(2)) }
        guard let sale else { return }
        try callOff(sale.id, of: sale.caseID, hold: sale.hold, because: reason, on: day, transaction)
        // Nothing was promised to the debtor: the rules are asked again at once.
        try transaction.execute(
            "UPDATE debt_case SET next_on = $1 WHERE id = $2 AND closed_on IS NULL", day, sale.caseID)
        transaction.announceCases(on: day)
    }

    /// Calls off the sale of a case that is being closed in another way.
    static func callOffAny(
        of caseID: CaseID, because reason: String, on day: CivilDate, _ transaction: WriteTransaction
    ) throws {
        let sale = try transaction.first(
            "SELECT id, hold_id FROM case_sale WHERE case_id = $1 AND state = 'selling'", caseID
        ) { ($0.integer(0), $0.integer(1)) }
        guard let (id, hold) = sale else { return }
        try callOff(id, of: caseID, hold: hold, because: reason, on: day, transaction)
    }

    private static func callOff(
        _ id: Int64, of caseID: CaseID, hold: Int64, because reason: String, on day: CivilDate,
        _ transaction: WriteTransaction
    ) throws {
        try transaction.execute("UPDATE case_sale SET state = 'calledOff', ended_on = $1 WHERE id = $2", day, id)
        try transaction.audit(
            .saleCalledOff, subject: ["case": .integer(caseID.rawValue), "sale": .integer(id)],
            change: ["day": .string(day.description), "reason": .string(reason)])
        if let record = try Holds.record(hold, transaction), record.liftedOn == nil {
            try Holds.release(
                OpenHold(id: hold, facts: record.facts), in: caseID, by: .saleEnded, because: .fact(reason), nil,
                on: day, transaction)
        }
        try Tasks.raise(
            .saleCalledOff, caseID, on: day, message: "Sale \(id) was called off before the debtor was told: \(reason)",
            cure: "Tell the buyer; sell the case again with 'fordring case sell \(caseID)' if it still is to be sold.",
            transaction)
    }

    /// Closes the case whose sale's notice has left, and writes down what was owed.
    static func complete(
        step: Int64, sentOn: CivilDate, _ rules: CaseRules, _ transaction: WriteTransaction
    ) throws {
        let sale = try transaction.first(
            "SELECT id, case_id, begun_on FROM case_sale WHERE step_id = $1 AND state = 'selling'", step
        ) { (id: $0.integer(0), caseID: CaseID(rawValue: $0.integer(1)), begunOn: $0.date(2)) }
        guard let sale else { return }
        let day = max(sentOn, sale.begunOn)
        let disputed = try Disputes.list(caseID: sale.caseID, all: false, after: 0, limit: .max, transaction).map(\.id)
        let snapshot = try CaseSnapshots.load(sale.caseID, creditor: rules.creditor, transaction)
        try snapshot.life().taking(.sold, in: sale.caseID)
        let amounts = amounts(snapshot, rules, on: day)
        for amount in amounts {
            try transaction.execute(
                """
                INSERT INTO case_sale_amount (id, sale_id, claim_id, component, amount, is_accrued)
                VALUES ($1, $2, $3, $4, $5, $6)
                """,
                try transaction.newID("case_sale_amount"), sale.id, amount.claim, amount.component.rawValue,
                amount.amount.minorUnits, amount.isAccrued ? 1 : 0)
        }
        try transaction.execute("UPDATE case_sale SET state = 'sold', ended_on = $1 WHERE id = $2", day, sale.id)
        try transaction.audit(
            .saleMade, subject: ["case": .integer(sale.caseID.rawValue), "sale": .integer(sale.id)],
            change: [
                "amounts": .array(
                    amounts.map {
                        [
                            "accrued": .bool($0.isAccrued), "amount": .string($0.amount.decimalText),
                            "claim": $0.claim.map { .integer($0.rawValue) } ?? .null,
                            "component": .string($0.component.rawValue),
                        ]
                    }),
                "day": .string(day.description), "step": .integer(step),
            ])
        try Payments.close(sale.caseID, code: .sold, on: day, rules, transaction)
        try Tasks.raise(
            .saleMade, sale.caseID, on: day, message: "The debtor was told of sale \(sale.id), and the case is closed",
            cure: "Give the buyer the record: 'fordring case sale \(sale.caseID) --output DIR'.", transaction)
        for dispute in disputed {
            try Tasks.raise(
                .passOnDispute, sale.caseID, about: dispute, on: day,
                message: "Dispute \(dispute) came in while the notice of sale \(sale.id) was leaving, and nobody has "
                    + "answered it",
                cure: "Pass the dispute on to the buyer, tell the debtor that you have, then 'fordring task done'.",
                transaction)
        }
    }

    /// What is owed by component, and what has accrued since the last letter where the law knows it.
    private static func amounts(
        _ snapshot: CaseSnapshot, _ rules: CaseRules, on day: CivilDate
    ) -> [SaleRecord.Amount] {
        var amounts = snapshot.balances.filter(\.amount.isPositive).map {
            SaleRecord.Amount(claim: $0.claim, component: $0.component, amount: $0.amount, isAccrued: false)
        }
        let accrued = (try? rules.jurisdiction.interest(on: snapshot.facts, through: day)) ?? []
        amounts += accrued.filter(\.amount.value.isPositive).map {
            SaleRecord.Amount(claim: $0.claim, component: $0.component, amount: $0.amount.value, isAccrued: true)
        }
        return amounts
    }

    // MARK: Reading

    /// The sales under way of the cases from one number through another, in order.
    static func forEach(
        from low: CaseID, through high: CaseID, _ transaction: ReadTransaction,
        _ body: (CaseID, OpenSale) throws -> Void
    ) throws {
        try transaction.query(
            """
            SELECT case_id, id, step_id, hold_id FROM case_sale
            WHERE case_id BETWEEN $1 AND $2 AND state = 'selling' ORDER BY case_id
            """,
            low, high
        ) { row in
            try body(
                CaseID(rawValue: row.integer(0)),
                OpenSale(id: row.integer(1), step: row.integer(2), hold: row.integer(3)))
        }
    }

    /// Who buys the case whose notice is a step; `nil` for any other step.
    static func buyer(step: Int64, _ transaction: ReadTransaction) throws -> Buyer? {
        try transaction.first(
            "SELECT buyer_name, buyer_address, is_same_account FROM case_sale WHERE step_id = $1", step
        ) {
            Buyer(name: $0.text(0), address: $0.text(1), takesSameAccount: $0.flag(2))
        }
    }

    /// The latest sale of a case.
    ///
    /// - Throws: ``CaseworkRefusal`` where it was never sold.
    package static func latest(of caseID: CaseID, _ transaction: ReadTransaction) throws -> SaleRecord {
        let found = try transaction.first(
            """
            SELECT s.id, s.state, s.buyer_name, s.buyer_address, s.agreed_on, s.begun_on, s.ended_on, s.step_id,
                c.currency, s.is_same_account
            FROM case_sale s JOIN debt_case c ON c.id = s.case_id WHERE s.case_id = $1 ORDER BY s.id DESC LIMIT 1
            """,
            caseID
        ) { row in
            (
                id: row.integer(0), state: row.text(1),
                buyer: Buyer(name: row.text(2), address: row.text(3), takesSameAccount: row.flag(9)),
                agreedOn: row.date(4), begunOn: row.date(5), endedOn: row.dateOrNil(6), step: row.integer(7),
                currency: Currency(code: row.text(8))
            )
        }
        guard let found, let currency = found.currency else {
            throw CaseworkRefusal(.badSale, "Case \(caseID) was not sold; 'fordring case sell' sells it.")
        }
        let amounts = try transaction.all(
            "SELECT claim_id, component, amount, is_accrued FROM case_sale_amount WHERE sale_id = $1 ORDER BY id",
            found.id
        ) { row -> SaleRecord.Amount? in
            DebtComponent(rawValue: row.text(1)).map {
                SaleRecord.Amount(
                    claim: row.integerOrNil(0).map { ClaimID(rawValue: $0) }, component: $0,
                    amount: Money(minorUnits: row.integer(2), currency), isAccrued: row.flag(3))
            }
        }.compactMap(\.self)
        return SaleRecord(
            id: found.id, caseID: caseID, state: found.state, buyer: found.buyer, agreedOn: found.agreedOn,
            begunOn: found.begunOn, endedOn: found.endedOn, step: found.step, amounts: amounts)
    }
}

extension CaseSnapshot {
    /// Lets the one letter leave that a sale waits for: the hold of the sale itself does not stop it, any other does.
    mutating func letGo(_ step: Int64) {
        guard let sale, sale.step == step else { return }
        standstill.holds.removeAll { $0.id == sale.hold }
        facts.holds = standstill.holds.map(\.facts)
    }
}
