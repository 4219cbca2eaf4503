package import Database

/// The tables of case work.
package enum CaseworkSchema {
    package static let migration = Migration(
        "0004 case work",
        """
        CREATE TABLE party (
            id {integer} NOT NULL PRIMARY KEY,
            kind TEXT NOT NULL CHECK (kind IN ('consumer', 'business', 'public')),
            name TEXT NOT NULL,
            national_id TEXT,
            customer_number TEXT,
            address_lines TEXT NOT NULL,
            postal_code TEXT NOT NULL,
            city TEXT NOT NULL,
            country TEXT NOT NULL,
            email TEXT,
            phone TEXT,
            language TEXT NOT NULL
        ) {strict}
        """,
        // What a debtor is recognized by when the next claim comes in.
        """
        CREATE TABLE party_key (
            key TEXT NOT NULL PRIMARY KEY,
            party_id {integer} NOT NULL REFERENCES party (id)
        ) {strict}
        """,
        """
        CREATE TABLE debt_case (
            id {integer} NOT NULL PRIMARY KEY,
            party_id {integer} NOT NULL REFERENCES party (id),
            currency TEXT NOT NULL,
            opened_on {integer} NOT NULL,
            stage TEXT NOT NULL,
            next_on {integer},
            closed_on {integer},
            close_code TEXT,
            CHECK ((closed_on IS NULL) = (close_code IS NULL)),
            CHECK (closed_on IS NULL OR next_on IS NULL)
        ) {strict}
        """,
        // Claims of one debtor gather in one case.
        "CREATE UNIQUE INDEX debt_case_open ON debt_case (party_id) WHERE closed_on IS NULL",
        // The daily run reads only what is due; a case that waits costs nothing.
        "CREATE INDEX debt_case_due ON debt_case (next_on) WHERE next_on IS NOT NULL",
        """
        CREATE TABLE claim (
            id {integer} NOT NULL PRIMARY KEY,
            case_id {integer} NOT NULL REFERENCES debt_case (id),
            reference TEXT NOT NULL UNIQUE,
            text TEXT NOT NULL,
            principal {integer} NOT NULL CHECK (principal > 0),
            issued_on {integer} NOT NULL,
            due_on {integer} NOT NULL,
            import_id {integer} NOT NULL,
            import_line {integer} NOT NULL
        ) {strict}
        """,
        "CREATE INDEX claim_case ON claim (case_id)",
        """
        CREATE TABLE credit_note (
            id {integer} NOT NULL PRIMARY KEY,
            claim_id {integer} NOT NULL REFERENCES claim (id),
            reference TEXT NOT NULL UNIQUE,
            amount {integer} NOT NULL CHECK (amount > 0),
            credited_on {integer} NOT NULL,
            import_id {integer} NOT NULL,
            import_line {integer} NOT NULL
        ) {strict}
        """,
        """
        CREATE TABLE case_step (
            id {integer} NOT NULL PRIMARY KEY,
            case_id {integer} NOT NULL REFERENCES debt_case (id),
            kind TEXT NOT NULL,
            claims TEXT NOT NULL,
            state TEXT NOT NULL CHECK (state IN ('queued', 'sent', 'done', 'failed', 'withdrawn')),
            decided_on {integer} NOT NULL,
            sent_on {integer},
            deadline_on {integer},
            reasons TEXT NOT NULL,
            channel TEXT,
            receipt TEXT,
            CHECK ((state = 'sent') = (channel IS NOT NULL)),
            CHECK (state <> 'sent' OR sent_on IS NOT NULL)
        ) {strict}
        """,
        "CREATE INDEX case_step_case ON case_step (case_id)",
        """
        CREATE TABLE payment (
            id {integer} NOT NULL PRIMARY KEY,
            case_id {integer} NOT NULL REFERENCES debt_case (id),
            paid_on {integer} NOT NULL,
            amount {integer} NOT NULL CHECK (amount > 0),
            reference TEXT UNIQUE
        ) {strict}
        """,
        "CREATE INDEX payment_case ON payment (case_id)",
        """
        CREATE TABLE task (
            id {integer} NOT NULL PRIMARY KEY,
            kind TEXT NOT NULL,
            case_id {integer},
            raised_on {integer} NOT NULL,
            message TEXT NOT NULL,
            cure TEXT NOT NULL,
            done_on {integer}
        ) {strict}
        """,
        "CREATE UNIQUE INDEX task_open ON task (kind, case_id) WHERE done_on IS NULL",
        """
        CREATE TABLE daily_run (
            day {integer} NOT NULL PRIMARY KEY,
            steps {integer} NOT NULL,
            gaps {integer} NOT NULL
        ) {strict}
        """)

    /// The check of a step's state without a list.
    ///
    /// For a list of more than two values SQLite builds a table whenever a row is written, which was a quarter of all that
    /// the daily run had it do.
    package static let stepStates = Migration(
        "0023 step states without a list",
        """
        CREATE TABLE case_step_0023 (
            id {integer} NOT NULL PRIMARY KEY,
            case_id {integer} NOT NULL REFERENCES debt_case (id),
            kind TEXT NOT NULL,
            claims TEXT NOT NULL,
            state TEXT NOT NULL CHECK (
                state = 'queued' OR state = 'sent' OR state = 'done' OR state = 'failed' OR state = 'withdrawn'
            ),
            decided_on {integer} NOT NULL,
            sent_on {integer},
            deadline_on {integer},
            reasons TEXT NOT NULL,
            channel TEXT,
            receipt TEXT,
            CHECK ((state = 'sent') = (channel IS NOT NULL)),
            CHECK (state <> 'sent' OR sent_on IS NOT NULL)
        ) {strict}
        """,
        """
        INSERT INTO case_step_0023 (id, case_id, kind, claims, state, decided_on, sent_on, deadline_on, reasons,
            channel, receipt)
        SELECT id, case_id, kind, claims, state, decided_on, sent_on, deadline_on, reasons, channel, receipt
        FROM case_step ORDER BY id
        """,
        "DROP TABLE case_step",
        "ALTER TABLE case_step_0023 RENAME TO case_step",
        "CREATE INDEX case_step_case ON case_step (case_id)")

    /// What limitation and caps depend on, and what was done about it.
    package static let claimFacts = Migration(
        "0026 claim facts",
        appendOnly: ["claim_event"],
        """
        ALTER TABLE claim ADD COLUMN basis TEXT NOT NULL DEFAULT 'ordinary' CHECK (
            basis = 'ordinary' OR basis = 'debtInstrument' OR basis = 'moneyLoan' OR basis = 'employment'
        )
        """,
        "ALTER TABLE claim ADD COLUMN reminders_charged {integer} CHECK (reminders_charged >= 0)",
        """
        ALTER TABLE claim ADD COLUMN last_reminder_on {integer} CHECK (
            (reminders_charged IS NULL) = (last_reminder_on IS NULL)
        )
        """,
        // With the case's number, so that the events of many cases are read in one pass, as everything else is.
        """
        CREATE TABLE claim_event (
            id {integer} NOT NULL PRIMARY KEY,
            case_id {integer} NOT NULL REFERENCES debt_case (id),
            claim_id {integer} NOT NULL REFERENCES claim (id),
            kind TEXT NOT NULL,
            happened_on {integer} NOT NULL,
            recorded_on {integer} NOT NULL CHECK (recorded_on >= happened_on),
            reason TEXT NOT NULL
        ) {strict}
        """,
        "CREATE INDEX claim_event_case ON claim_event (case_id)",
        // Whether a person was told of a limitation is asked for each case that is near one.
        "CREATE INDEX task_limitation ON task (case_id) WHERE kind = 'limitationNear'",
        // Cases that wait for an event are asked about once, so that the day on which a limitation comes near is noted. Where
        // a letter could not be sent, a person decides when.
        """
        UPDATE debt_case SET next_on = opened_on WHERE closed_on IS NULL AND next_on IS NULL AND NOT EXISTS (
            SELECT 1 FROM task WHERE task.case_id = debt_case.id AND task.kind = 'undelivered' AND task.done_on IS NULL
        )
        """)
}
