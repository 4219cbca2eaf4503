package import Database

extension CaseworkSchema {
    /// Sales of cases, with what was sold.
    package static let sales = Migration(
        "0030 sales of cases",
        appendOnly: ["case_sale_amount"],
        """
        CREATE TABLE case_sale (
            id {integer} NOT NULL PRIMARY KEY,
            case_id {integer} NOT NULL REFERENCES debt_case (id),
            state TEXT NOT NULL CHECK (state = 'selling' OR state = 'sold' OR state = 'calledOff'),
            buyer_name TEXT NOT NULL,
            buyer_address TEXT NOT NULL,
            agreed_on {integer} NOT NULL,
            begun_on {integer} NOT NULL CHECK (begun_on >= agreed_on),
            step_id {integer} NOT NULL UNIQUE REFERENCES case_step (id),
            hold_id {integer} NOT NULL UNIQUE REFERENCES case_hold (id),
            ended_on {integer},
            CHECK ((state = 'selling') = (ended_on IS NULL))
        ) {strict}
        """,
        // A case is sold once; nearly none is being sold.
        "CREATE UNIQUE INDEX case_sale_open ON case_sale (case_id) WHERE state = 'selling'",
        "CREATE UNIQUE INDEX case_sale_sold ON case_sale (case_id) WHERE state = 'sold'",
        // What was owed when the debtor's notice had left; what had accrued since the last letter is not in the ledger.
        """
        CREATE TABLE case_sale_amount (
            id {integer} NOT NULL PRIMARY KEY,
            sale_id {integer} NOT NULL REFERENCES case_sale (id),
            claim_id {integer} REFERENCES claim (id),
            component TEXT NOT NULL,
            amount {integer} NOT NULL CHECK (amount > 0),
            is_accrued {integer} NOT NULL CHECK (is_accrued = 0 OR is_accrued = 1)
        ) {strict}
        """,
        "CREATE INDEX case_sale_amount_sale ON case_sale_amount (sale_id)")
}
