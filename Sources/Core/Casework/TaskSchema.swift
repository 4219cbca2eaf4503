package import Database

extension CaseworkSchema {
    /// Several tasks of one kind in one case, each about a matter of its own.
    package static let taskMatters = Migration(
        "0033 matters of tasks",
        // 0 for what is about the case as a whole: a null would be no key.
        "ALTER TABLE task ADD COLUMN about {integer} NOT NULL DEFAULT 0",
        "DROP INDEX task_open",
        "CREATE UNIQUE INDEX task_open ON task (kind, case_id, about) WHERE done_on IS NULL",
        // The debtor may go on paying to the same account, where buyer and seller have agreed so.
        "ALTER TABLE case_sale ADD COLUMN is_same_account {integer} NOT NULL DEFAULT 0")

    /// Which credit bureau a letter tells the debtor of (`bureau`), with the name that it states.
    package static let noticeBureaus = Migration(
        "0036 bureaus of letters",
        "ALTER TABLE case_step ADD COLUMN bureau TEXT",
        "ALTER TABLE case_step ADD COLUMN bureau_name TEXT")
}
