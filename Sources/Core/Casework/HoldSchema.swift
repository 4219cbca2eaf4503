package import Database

extension CaseworkSchema {
    /// Holds, disputes with their documents, letters that are leaving, and tasks with owner and due date.
    package static let holds = Migration(
        "0027 holds and disputes",
        """
        CREATE TABLE dispute (
            id {integer} NOT NULL PRIMARY KEY,
            case_id {integer} NOT NULL REFERENCES debt_case (id),
            claim_id {integer} REFERENCES claim (id),
            amount {integer} CHECK (amount > 0),
            claims_through {integer} NOT NULL,
            reason TEXT NOT NULL,
            channel TEXT NOT NULL,
            opened_on {integer} NOT NULL,
            answer_by {integer} NOT NULL,
            answer_rule TEXT NOT NULL,
            state TEXT NOT NULL CHECK (
                state = 'open' OR state = 'upheld' OR state = 'upheldInPart' OR state = 'rejected' OR state = 'settled'
                OR state = 'lapsed'
            ),
            decided_on {integer},
            credited {integer} NOT NULL DEFAULT 0 CHECK (credited >= 0),
            CHECK (amount IS NULL OR claim_id IS NOT NULL),
            CHECK ((state = 'open') = (decided_on IS NULL))
        ) {strict}
        """,
        "CREATE INDEX dispute_case ON dispute (case_id)",
        // Who looks for what is open passes over no dispute that was decided long ago.
        "CREATE INDEX dispute_open ON dispute (id) WHERE state = 'open'",
        // Sealed with the debtor's key: without it neither the bytes nor the name can be read.
        """
        CREATE TABLE dispute_document (
            id {integer} NOT NULL PRIMARY KEY,
            dispute_id {integer} NOT NULL REFERENCES dispute (id),
            role TEXT NOT NULL CHECK (role = 'objection' OR role = 'evidence' OR role = 'grounds' OR role = 'decision'),
            media_type TEXT NOT NULL,
            size {integer} NOT NULL CHECK (size >= 0),
            sha256 TEXT NOT NULL,
            added_on {integer} NOT NULL,
            sealed_name {bytes},
            sealed {bytes},
            CHECK ((sealed IS NULL) = (sealed_name IS NULL))
        ) {strict}
        """,
        "CREATE INDEX dispute_document_dispute ON dispute_document (dispute_id)",
        """
        CREATE TABLE case_hold (
            id {integer} NOT NULL PRIMARY KEY,
            case_id {integer} NOT NULL REFERENCES debt_case (id),
            claim_id {integer} REFERENCES claim (id),
            kind TEXT NOT NULL,
            amount {integer} CHECK (amount > 0),
            since {integer} NOT NULL,
            until {integer},
            reason TEXT NOT NULL,
            dispute_id {integer} UNIQUE REFERENCES dispute (id),
            lifted_on {integer},
            lifted_by TEXT,
            resumes_on {integer},
            resumption TEXT,
            CHECK (amount IS NULL OR claim_id IS NOT NULL),
            CHECK (until IS NULL OR until >= since),
            CHECK ((kind = 'dispute') = (dispute_id IS NOT NULL)),
            CHECK ((lifted_on IS NULL) = (lifted_by IS NULL)),
            CHECK (resumes_on IS NULL OR lifted_on IS NOT NULL),
            CHECK ((resumes_on IS NULL) = (resumption IS NULL))
        ) {strict}
        """,
        "CREATE INDEX case_hold_case ON case_hold (case_id)",
        // A letter is leaving from the commit before its channel is called until what became of it is known.
        """
        CREATE TABLE case_step_0027 (
            id {integer} NOT NULL PRIMARY KEY,
            case_id {integer} NOT NULL REFERENCES debt_case (id),
            kind TEXT NOT NULL,
            claims TEXT NOT NULL,
            state TEXT NOT NULL CHECK (
                state = 'queued' OR state = 'leaving' OR state = 'sent' OR state = 'done' OR state = 'failed'
                OR state = 'withdrawn'
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
        INSERT INTO case_step_0027 (id, case_id, kind, claims, state, decided_on, sent_on, deadline_on, reasons,
            channel, receipt)
        SELECT id, case_id, kind, claims, state, decided_on, sent_on, deadline_on, reasons, channel, receipt
        FROM case_step ORDER BY id
        """,
        "DROP TABLE case_step",
        "ALTER TABLE case_step_0027 RENAME TO case_step",
        "CREATE INDEX case_step_case ON case_step (case_id)",
        "ALTER TABLE task ADD COLUMN owner TEXT",
        "ALTER TABLE task ADD COLUMN due_on {integer}")
}
