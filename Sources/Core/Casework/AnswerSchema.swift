package import Database

extension CaseworkSchema {
    /// When debtors were told how their disputes were decided, steps that count no more, and reasons that can be erased.
    package static let answers = Migration(
        "0032 answers to disputes",
        "ALTER TABLE dispute ADD COLUMN answered_on {integer} CHECK (answered_on IS NULL OR state <> 'open')",
        // What was decided before this was asked for is taken for answered.
        "UPDATE dispute SET answered_on = decided_on WHERE state <> 'open'",
        // The hold for which it counts no more: of a dispute, or of an insolvency that was learnt of later.
        "ALTER TABLE case_step ADD COLUMN void_by {integer} REFERENCES case_hold (id)",
        "ALTER TABLE case_hold ADD COLUMN lift_reason TEXT",
        // Beside the event, whose row stays for ever: what a person writes about a debtor goes with the debtor.
        """
        CREATE TABLE claim_event_reason (
            event_id {integer} NOT NULL PRIMARY KEY REFERENCES claim_event (id),
            reason TEXT NOT NULL
        ) {strict}
        """)
}
