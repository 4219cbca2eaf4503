package import Database
package import FordringKit

/// An account of a tenant's books.
///
/// Receivables are kept per case, and per claim where the transfer names one.
package enum Account: Int, Sendable, Hashable, CaseIterable {
    /// What debtors owe on the claims themselves.
    case principalReceivable = 1
    case interestReceivable = 2
    case reminderFeeReceivable = 3
    case collectionFeeReceivable = 4
    case compensationReceivable = 5
    case collectionCostReceivable = 6
    case courtFeeReceivable = 7
    /// What the creditor has placed with the agency: the other side of principal.
    case claimsPlaced = 20
    case interestIncome = 21
    case reminderFeeIncome = 22
    case collectionFeeIncome = 23
    case compensationIncome = 24
    case collectionCostIncome = 25
    /// Fees laid out to courts, to be had back from the debtor.
    case courtFeeOutlay = 26
    /// Money of the creditor's that the agency holds (klientmidler).
    case clientFunds = 40
    /// What was paid beyond the debt, and is the debtor's.
    case overpayment = 41

    /// The receivable of a component of the debt.
    package init(receivable component: DebtComponent) {
        switch component {
        case .principal: self = .principalReceivable
        case .interest: self = .interestReceivable
        case .reminderFee: self = .reminderFeeReceivable
        case .collectionFee: self = .collectionFeeReceivable
        case .compensation: self = .compensationReceivable
        case .collectionCost: self = .collectionCostReceivable
        case .courtFee: self = .courtFeeReceivable
        @unknown default: preconditionFailure("the kit has a component that this host has no account for")
        }
    }

    /// The other side of a component's receivable when it is charged.
    package init(sourceOf component: DebtComponent) {
        switch component {
        case .principal: self = .claimsPlaced
        case .interest: self = .interestIncome
        case .reminderFee: self = .reminderFeeIncome
        case .collectionFee: self = .collectionFeeIncome
        case .compensation: self = .compensationIncome
        case .collectionCost: self = .collectionCostIncome
        case .courtFee: self = .courtFeeOutlay
        @unknown default: preconditionFailure("the kit has a component that this host has no account for")
        }
    }

    /// The component that a receivable is of; `nil` for the other accounts.
    package var component: DebtComponent? {
        switch self {
        case .principalReceivable: .principal
        case .interestReceivable: .interest
        case .reminderFeeReceivable: .reminderFee
        case .collectionFeeReceivable: .collectionFee
        case .compensationReceivable: .compensation
        case .collectionCostReceivable: .collectionCost
        case .courtFeeReceivable: .courtFee
        default: nil
        }
    }
}

/// What made a transfer necessary.
package enum Cause: Sendable, Hashable {
    case claim(ClaimID)
    case creditNote(Int64)
    case step(Int64)
    case payment(Int64)
    /// A fee laid out to a court, by the event of the hand-off.
    case legal(Int64)
    case correction
    /// The decision of a dispute.
    case dispute(Int64)

    package var kind: String {
        switch self {
        case .claim: "claim"
        case .creditNote: "creditNote"
        case .step: "step"
        case .payment: "payment"
        case .legal: "legal"
        case .correction: "correction"
        case .dispute: "dispute"
        }
    }

    package var id: Int64? {
        switch self {
        case .claim(let id): id.rawValue
        case .creditNote(let id), .step(let id), .payment(let id), .legal(let id), .dispute(let id): id
        case .correction: nil
        }
    }
}

/// One movement of money between two accounts: balanced by its form, never changed, taken back by its mirror.
package struct Transfer: Sendable {
    package var id: Int64
    package var caseID: CaseID
    package var claim: ClaimID?
    /// The day that it counts from, which for a payment is the day of the payment.
    package var bookedOn: CivilDate
    package var debit: Account
    package var credit: Account
    /// Over zero.
    package var amount: Money
    package var cause: Cause
    /// The transfer that this one takes back.
    package var reverses: Int64?

    package init(
        id: Int64, caseID: CaseID, claim: ClaimID?, bookedOn: CivilDate, debit: Account, credit: Account,
        amount: Money, cause: Cause, reverses: Int64?
    ) {
        self.id = id
        self.caseID = caseID
        self.claim = claim
        self.bookedOn = bookedOn
        self.debit = debit
        self.credit = credit
        self.amount = amount
        self.cause = cause
        self.reverses = reverses
    }
}

/// A tenant's books: one append-only table of transfers.
///
/// A balance is the sum of its transfers.
package enum Ledger {
    package static let migration = Migration(
        "0002 ledger",
        appendOnly: ["ledger_transfer"],
        """
        CREATE TABLE ledger_transfer (
            id {integer} NOT NULL PRIMARY KEY,
            case_id {integer} NOT NULL,
            claim_id {integer},
            booked_on {integer} NOT NULL,
            debit {integer} NOT NULL,
            credit {integer} NOT NULL CHECK (credit <> debit),
            amount {integer} NOT NULL CHECK (amount > 0),
            currency TEXT NOT NULL,
            cause TEXT NOT NULL,
            cause_id {integer},
            reverses {integer} UNIQUE REFERENCES ledger_transfer (id),
            explanation TEXT
        ) {strict}
        """,
        "CREATE INDEX ledger_transfer_case ON ledger_transfer (case_id)")

    /// Books a transfer.
    ///
    /// - Parameters:
    ///   - amount: over zero; the schema refuses another.
    ///   - explanation: the computation as JSON text, where the amount was computed.
    @discardableResult
    package static func post(
        debit: Account, credit: Account, amount: Money, on day: CivilDate, caseID: CaseID, claim: ClaimID?,
        cause: Cause, explanation: String? = nil, reverses: Int64? = nil, _ transaction: WriteTransaction
    ) throws -> Int64 {
        let id = try transaction.newID("ledger_transfer")
        try transaction.execute(
            """
            INSERT INTO ledger_transfer (id, case_id, claim_id, booked_on, debit, credit, amount, currency, cause,
                cause_id, reverses, explanation)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
            """,
            values: [
                .integer(id), caseID.sqlValue, claim.sqlValue, day.sqlValue, debit.rawValue.sqlValue,
                credit.rawValue.sqlValue, .integer(amount.minorUnits), .text(amount.currency.code),
                .text(cause.kind), cause.id.sqlValue, reverses.sqlValue, explanation.sqlValue,
            ])
        return id
    }

    /// Takes back every transfer of a cause that is not taken back yet, and returns how much that was per account.
    ///
    /// - Parameter only: which of them; all where nothing is said.
    package static func reverse(
        cause: Cause, in caseID: CaseID, on day: CivilDate, only: (Transfer) -> Bool = { _ in true },
        _ transaction: WriteTransaction
    ) throws -> [Transfer] {
        let transfers = try self.transfers(of: caseID, transaction)
        let reversed = Set(transfers.compactMap(\.reverses))
        let open = transfers.filter {
            $0.cause == cause && $0.reverses == nil && !reversed.contains($0.id) && only($0)
        }
        for transfer in open {
            try post(
                debit: transfer.credit, credit: transfer.debit, amount: transfer.amount, on: day, caseID: caseID,
                claim: transfer.claim, cause: cause, reverses: transfer.id, transaction)
        }
        return open
    }

    /// The transfers of a case, oldest first.
    package static func transfers(of caseID: CaseID, _ transaction: ReadTransaction) throws -> [Transfer] {
        try transaction.all(
            """
            SELECT id, case_id, claim_id, booked_on, debit, credit, amount, currency, cause, cause_id, reverses
            FROM ledger_transfer WHERE case_id = $1 ORDER BY id
            """,
            caseID, map: transfer)
    }

    /// Reads a row with the columns that ``transfers(of:_:)`` selects.
    package static func transfer(_ row: Row) throws -> Transfer {
        guard let debit = Account(rawValue: row.int(4)), let credit = Account(rawValue: row.int(5)),
            let currency = Currency(code: row.text(7))
        else {
            throw DatabaseFault(.wrongSchema, "Transfer \(row.integer(0)) names an account that is not known.")
        }
        let causeID = row.integerOrNil(9) ?? 0
        let cause: Cause =
            switch row.text(8) {
            case "claim": .claim(ClaimID(rawValue: causeID))
            case "creditNote": .creditNote(causeID)
            case "step": .step(causeID)
            case "payment": .payment(causeID)
            case "dispute": .dispute(causeID)
            case "legal": .legal(causeID)
            default: .correction
            }
        return Transfer(
            id: row.integer(0), caseID: CaseID(rawValue: row.integer(1)),
            claim: row.integerOrNil(2).map { ClaimID(rawValue: $0) }, bookedOn: row.date(3), debit: debit,
            credit: credit, amount: Money(minorUnits: row.integer(6), currency), cause: cause,
            reverses: row.integerOrNil(10))
    }

    /// The balance of each account over the whole tenant: debits less credits, in minor units.
    ///
    /// They add up to zero.
    package static func trialBalance(_ transaction: ReadTransaction) throws -> [Account: Int64] {
        var balances: [Account: Int64] = [:]
        try transaction.query("SELECT debit, sum(amount) FROM ledger_transfer GROUP BY debit") { row in
            if let account = Account(rawValue: row.int(0)) { balances[account, default: 0] += row.integer(1) }
        }
        try transaction.query("SELECT credit, sum(amount) FROM ledger_transfer GROUP BY credit") { row in
            if let account = Account(rawValue: row.int(0)) { balances[account, default: 0] -= row.integer(1) }
        }
        return balances
    }
}
