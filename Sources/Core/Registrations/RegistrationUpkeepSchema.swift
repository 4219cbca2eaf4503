package import Database

/// What keeps up what stands with a credit bureau: which list was compared, what was told of smaller amounts.
package enum RegistrationUpkeepSchema {
    /// A bureau's `compared_on` is the day of the last list that was compared.
    ///
    /// An item of a batch has what the bureau was told, so that a registration whose batch turns up after it was dissolved
    /// is known again. `unmet` names what no longer holds of one that stands, as a person was told; `is_alone` marks one
    /// that the bureau refused by itself, which must keep no others back. A deletion's `repeated_on` is the day on which it
    /// was last given once more.
    ///
    /// A bureau with which nothing was open had no next day; from here on it has one for as long as it ever got anything.
    package static let migration = Migration(
        "0034 registrations kept up",
        """
        CREATE TABLE bureau_deletion_0034 (
            registration_id {integer} NOT NULL PRIMARY KEY REFERENCES bureau_registration (id),
            reason TEXT NOT NULL CHECK (reason <> ''),
            ordered_on {integer} NOT NULL,
            due_on {integer} NOT NULL,
            explanation TEXT NOT NULL,
            batch_id {integer} REFERENCES bureau_batch (id),
            submitted_on {integer},
            confirmed_on {integer},
            repeated_on {integer}
        ) {strict}
        """,
        """
        INSERT INTO bureau_deletion_0034 (registration_id, reason, ordered_on, due_on, explanation, batch_id,
            submitted_on, confirmed_on)
        SELECT registration_id, reason, ordered_on, due_on, explanation, batch_id, submitted_on, confirmed_on
        FROM bureau_deletion ORDER BY registration_id
        """,
        "DROP TABLE bureau_deletion",
        "ALTER TABLE bureau_deletion_0034 RENAME TO bureau_deletion",
        "CREATE INDEX bureau_deletion_open ON bureau_deletion (due_on) WHERE confirmed_on IS NULL",
        "ALTER TABLE bureau ADD COLUMN compared_on {integer}",
        "ALTER TABLE bureau_batch_item ADD COLUMN amount {integer}",
        "ALTER TABLE bureau_batch_item ADD COLUMN expires_on {integer}",
        "ALTER TABLE bureau_registration ADD COLUMN unmet TEXT NOT NULL DEFAULT ''",
        "ALTER TABLE bureau_registration ADD COLUMN is_alone {integer} NOT NULL DEFAULT 0",
        """
        CREATE TABLE bureau_change (
            id {integer} NOT NULL PRIMARY KEY,
            registration_id {integer} NOT NULL REFERENCES bureau_registration (id),
            amount {integer} NOT NULL CHECK (amount > 0),
            ordered_on {integer} NOT NULL,
            batch_id {integer} REFERENCES bureau_batch (id),
            submitted_on {integer}
        ) {strict}
        """,
        "CREATE INDEX bureau_change_open ON bureau_change (registration_id) WHERE submitted_on IS NULL",
        "CREATE INDEX bureau_change_batch ON bureau_change (batch_id) WHERE batch_id IS NOT NULL",
        """
        UPDATE bureau SET next_on = (SELECT max(b.day) FROM bureau_batch b WHERE b.bureau_id = bureau.id)
        WHERE next_on IS NULL AND EXISTS (SELECT 1 FROM bureau_batch b WHERE b.bureau_id = bureau.id)
        """)

    /// Which bureau a letter of before told the debtor of, and whether a person has said with the request that no plan of
    /// payment is kept (`no_plan`).
    ///
    /// A notice of before is about the only bureau that the claim was to be registered with; where there were two, it told
    /// of neither, and the debtor is told anew.
    package static let notices = Migration(
        "0037 notices name the bureau",
        """
        UPDATE case_step SET bureau = (
            SELECT CASE WHEN count(DISTINCT b.id) = 1 THEN min(b.name) END
            FROM bureau_registration r JOIN bureau b ON b.id = r.bureau_id
            WHERE r.case_id = case_step.case_id AND CAST(r.claim_id AS TEXT) = case_step.claims)
        WHERE kind = 'registrationNotice'
        """,
        "ALTER TABLE bureau_registration ADD COLUMN no_plan {integer} NOT NULL DEFAULT 0")
}
