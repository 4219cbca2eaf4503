package import Database

/// The tables of hand-offs, and of what was sent before them.
package enum LegalSchema {
    package static let migration = Migration(
        "0029 legal track",
        appendOnly: ["legal_event", "legal_answer"],
        """
        CREATE TABLE legal_handoff (
            id {integer} NOT NULL PRIMARY KEY,
            case_id {integer} NOT NULL REFERENCES debt_case (id),
            procedure TEXT NOT NULL,
            state TEXT NOT NULL,
            prepared_on {integer} NOT NULL,
            request_sha256 TEXT NOT NULL,
            package_sha256 TEXT NOT NULL,
            basis_kind TEXT,
            basis_on {integer},
            basis_reference TEXT,
            basis_enforceable {integer},
            currency TEXT NOT NULL,
            owed {integer} NOT NULL,
            fee {integer} NOT NULL CHECK (fee >= 0),
            fee_explanation TEXT NOT NULL,
            is_departing {integer} NOT NULL CHECK (is_departing = 0 OR is_departing = 1),
            stop_reason TEXT,
            follow_up_on {integer},
            ended_on {integer},
            CHECK ((basis_kind IS NULL) = (basis_on IS NULL)),
            CHECK (is_departing = 0 OR state = 'prepared'),
            CHECK (state <> 'recalled' OR ended_on IS NOT NULL),
            CHECK (state <> 'prepared' OR ended_on IS NULL)
        ) {strict}
        """,
        "CREATE INDEX legal_handoff_case ON legal_handoff (case_id)",
        // A court has a case once.
        "CREATE UNIQUE INDEX legal_handoff_open ON legal_handoff (case_id, procedure) WHERE ended_on IS NULL",
        // What happened, in order; the words, which may name people, are sealed with the debtor's key.
        """
        CREATE TABLE legal_event (
            id {integer} NOT NULL PRIMARY KEY,
            handoff_id {integer} NOT NULL REFERENCES legal_handoff (id),
            state TEXT NOT NULL,
            happened_on {integer} NOT NULL,
            recorded_on {integer} NOT NULL,
            words {bytes},
            document_sha256 TEXT,
            fee {integer} CHECK (fee > 0),
            limitation TEXT
        ) {strict}
        """,
        "CREATE INDEX legal_event_handoff ON legal_event (handoff_id)",
        // The answers of courts that were read, so that none counts twice.
        """
        CREATE TABLE legal_answer (
            identifier TEXT NOT NULL PRIMARY KEY,
            handoff_number {integer} NOT NULL,
            state TEXT NOT NULL,
            happened_on {integer} NOT NULL,
            event_id {integer} REFERENCES legal_event (id)
        ) {strict}
        """,
        // Packages and papers, sealed with the debtor's key; gone when the debtor is erased.
        """
        CREATE TABLE legal_file (
            id {integer} NOT NULL PRIMARY KEY,
            handoff_id {integer} NOT NULL REFERENCES legal_handoff (id),
            event_id {integer} REFERENCES legal_event (id),
            role TEXT NOT NULL CHECK (role = 'package' OR role = 'request' OR role = 'paper'),
            sha256 TEXT NOT NULL,
            name {bytes} NOT NULL,
            sealed {bytes} NOT NULL
        ) {strict}
        """,
        "CREATE INDEX legal_file_handoff ON legal_file (handoff_id)",
        // The same of letters.
        """
        CREATE TABLE letter_copy (
            step_id {integer} NOT NULL PRIMARY KEY REFERENCES case_step (id),
            party_id {integer} NOT NULL REFERENCES party (id),
            media_type TEXT NOT NULL,
            sha256 TEXT NOT NULL,
            is_remade {integer} NOT NULL CHECK (is_remade = 0 OR is_remade = 1),
            sealed {bytes} NOT NULL
        ) {strict}
        """,
        "CREATE INDEX letter_copy_party ON letter_copy (party_id)")

    /// What of a case was handed over, and what a court decided.
    package static let claims = Migration(
        "0031 claims of hand-offs",
        appendOnly: ["legal_decision"],
        // The claims of the case when it was handed over, with what was left of the principal; those that are not taken
        // were disputed or held.
        """
        CREATE TABLE legal_handoff_claim (
            handoff_id {integer} NOT NULL REFERENCES legal_handoff (id),
            claim_id {integer} NOT NULL REFERENCES claim (id),
            is_taken {integer} NOT NULL CHECK (is_taken = 0 OR is_taken = 1),
            principal {integer} NOT NULL,
            PRIMARY KEY (handoff_id, claim_id)
        ) {strict}
        """,
        """
        INSERT INTO legal_handoff_claim (handoff_id, claim_id, is_taken, principal)
        SELECT h.id, c.id, 1, c.principal FROM legal_handoff h JOIN claim c ON c.case_id = h.case_id
        WHERE c.issued_on <= h.prepared_on
        """,
        // The last transfer of the case that its package, or its court, knows of.
        "ALTER TABLE legal_handoff ADD COLUMN seen_transfer {integer}",
        """
        UPDATE legal_handoff SET seen_transfer = (
            SELECT coalesce(max(t.id), 0) FROM ledger_transfer t WHERE t.case_id = legal_handoff.case_id)
        """,
        // The process that is filing it.
        "ALTER TABLE legal_handoff ADD COLUMN owner TEXT",
        """
        CREATE TABLE legal_decision (
            event_id {integer} NOT NULL PRIMARY KEY REFERENCES legal_event (id),
            outcome TEXT NOT NULL CHECK (outcome = 'creditor' OR outcome = 'inPart' OR outcome = 'debtor'),
            granted {integer} CHECK (granted > 0),
            CHECK ((outcome = 'inPart') = (granted IS NOT NULL))
        ) {strict}
        """)
}
