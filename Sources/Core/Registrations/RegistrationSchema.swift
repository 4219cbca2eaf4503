package import Database

/// The tables of registrations with credit bureaus.
package enum RegistrationSchema {
    /// A bureau's `next_on` is the day on which something is to be done with it; without one, the tenant has nothing there.
    ///
    /// A batch is `leaving` until it is known to have left the house or not. Who made it (`owner`) tells whether its
    /// hand-over can still be going on. Its items stay, also those of a batch that never left, since a transport may keep
    /// what was half done: whoever erases a person must ask about each.
    package static let migration = Migration(
        "0028 registrations",
        appendOnly: ["bureau_batch_item", "bureau_answer"],
        """
        CREATE TABLE bureau (
            id {integer} NOT NULL PRIMARY KEY,
            name TEXT NOT NULL UNIQUE,
            next_on {integer}
        ) {strict}
        """,
        """
        CREATE TABLE bureau_batch (
            id {integer} NOT NULL PRIMARY KEY,
            bureau_id {integer} NOT NULL REFERENCES bureau (id),
            key TEXT NOT NULL UNIQUE,
            day {integer} NOT NULL,
            state TEXT NOT NULL CHECK (state = 'leaving' OR state = 'submitted' OR state = 'dissolved'),
            job_id {integer} NOT NULL,
            owner TEXT NOT NULL,
            reference TEXT,
            sent_on {integer},
            CHECK ((state = 'submitted') = (reference IS NOT NULL)),
            CHECK ((state = 'submitted') = (sent_on IS NOT NULL))
        ) {strict}
        """,
        "CREATE INDEX bureau_batch_leaving ON bureau_batch (bureau_id) WHERE state = 'leaving'",
        """
        CREATE TABLE bureau_registration (
            id {integer} NOT NULL PRIMARY KEY,
            bureau_id {integer} NOT NULL REFERENCES bureau (id),
            case_id {integer} NOT NULL REFERENCES debt_case (id),
            claim_id {integer} NOT NULL REFERENCES claim (id),
            state TEXT NOT NULL CHECK (
                state = 'requested' OR state = 'withdrawn' OR state = 'leaving' OR state = 'submitted' OR state = 'live'
                OR state = 'refused' OR state = 'deletionOrdered' OR state = 'deletionSubmitted' OR state = 'deleted'),
            reason TEXT NOT NULL,
            requested_on {integer} NOT NULL,
            amount {integer} CHECK (amount > 0),
            currency TEXT NOT NULL,
            batch_id {integer} REFERENCES bureau_batch (id),
            left_on {integer},
            submitted_on {integer},
            live_on {integer},
            expires_on {integer},
            ended_on {integer},
            refusal TEXT,
            CHECK ((ended_on IS NOT NULL) = (state = 'withdrawn' OR state = 'refused' OR state = 'deleted')),
            CHECK (state <> 'requested' OR batch_id IS NULL),
            CHECK ((batch_id IS NULL) = (amount IS NULL)),
            CHECK ((batch_id IS NULL) = (expires_on IS NULL))
        ) {strict}
        """,
        // A claim stands with a bureau once.
        "CREATE UNIQUE INDEX bureau_registration_open ON bureau_registration (claim_id, bureau_id) WHERE ended_on IS NULL",
        "CREATE INDEX bureau_registration_case ON bureau_registration (case_id)",
        "CREATE INDEX bureau_registration_state ON bureau_registration (bureau_id, state) WHERE ended_on IS NULL",
        "CREATE INDEX bureau_registration_batch ON bureau_registration (batch_id) WHERE batch_id IS NOT NULL",
        """
        CREATE TABLE bureau_deletion (
            registration_id {integer} NOT NULL PRIMARY KEY REFERENCES bureau_registration (id),
            reason TEXT NOT NULL CHECK (
                reason = 'paid' OR reason = 'disputed' OR reason = 'wrong' OR reason = 'expired'),
            ordered_on {integer} NOT NULL,
            due_on {integer} NOT NULL,
            explanation TEXT NOT NULL,
            batch_id {integer} REFERENCES bureau_batch (id),
            submitted_on {integer},
            confirmed_on {integer}
        ) {strict}
        """,
        "CREATE INDEX bureau_deletion_open ON bureau_deletion (due_on) WHERE confirmed_on IS NULL",
        """
        CREATE TABLE bureau_batch_item (
            batch_id {integer} NOT NULL REFERENCES bureau_batch (id),
            registration_id {integer} NOT NULL REFERENCES bureau_registration (id),
            is_deletion {integer} NOT NULL CHECK (is_deletion IN (0, 1)),
            PRIMARY KEY (batch_id, registration_id, is_deletion)
        ) {strict}
        """,
        "CREATE INDEX bureau_batch_item_registration ON bureau_batch_item (registration_id)",
        // What the bureau has said, each thing once; a number may be none of ours.
        """
        CREATE TABLE bureau_answer (
            bureau_id {integer} NOT NULL REFERENCES bureau (id),
            identifier TEXT NOT NULL,
            number {integer} NOT NULL,
            outcome TEXT NOT NULL CHECK (outcome = 'registered' OR outcome = 'refused' OR outcome = 'deleted'),
            answered_on {integer} NOT NULL,
            PRIMARY KEY (bureau_id, identifier)
        ) {strict}
        """,
        // What the last comparison of the registers has shown.
        """
        CREATE TABLE bureau_difference (
            bureau_id {integer} NOT NULL REFERENCES bureau (id),
            number {integer} NOT NULL,
            kind TEXT NOT NULL CHECK (
                kind = 'registerMissing' OR kind = 'registerUnknown' OR kind = 'registerAmount'),
            case_id {integer},
            theirs TEXT NOT NULL,
            PRIMARY KEY (bureau_id, number, kind)
        ) {strict}
        """)
}
