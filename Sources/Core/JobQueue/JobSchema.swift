package import Database

extension JobQueue {
    package static let migration = Migration(
        "0003 jobs",
        """
        CREATE TABLE job (
            id {integer} NOT NULL PRIMARY KEY,
            kind TEXT NOT NULL,
            subject {integer} NOT NULL,
            state TEXT NOT NULL CHECK (state IN ('available', 'running', 'done', 'cancelled', 'dead')),
            run_at {integer} NOT NULL,
            attempts {integer} NOT NULL DEFAULT 0,
            owner TEXT,
            leased_until {integer},
            last_error TEXT,
            CHECK ((state = 'running') = (owner IS NOT NULL))
        ) {strict}
        """,
        "CREATE INDEX job_waiting ON job (run_at, id) WHERE state = 'available'",
        "CREATE INDEX job_running ON job (leased_until) WHERE state = 'running'",
        "CREATE INDEX job_subject ON job (subject, kind)")

    /// Lanes, channels, keys, priorities, pauses and rates.
    ///
    /// `run_at` is when the job may first be begun, `ended_at` when it was done, cancelled or given up. A job `is_blocked`
    /// while another of its lane is before it. `attempt` counts each time that it was begun, and grows only. It
    /// `is_uncertain` when an earlier attempt may have had the effect.
    ///
    /// Longer lists after `IN` make SQLite build a table at each insert and update, so checks are written out.
    package static let lanes = Migration(
        "0022 job lanes",
        "ALTER TABLE job RENAME TO job_before_lanes",
        "DROP INDEX job_waiting",
        "DROP INDEX job_running",
        "DROP INDEX job_subject",
        """
        CREATE TABLE job (
            id {integer} NOT NULL PRIMARY KEY,
            kind TEXT NOT NULL,
            subject {integer} NOT NULL,
            channel TEXT NOT NULL DEFAULT '',
            state TEXT NOT NULL CHECK (
                state = 'scheduled' OR state = 'available' OR state = 'running' OR state = 'retrying'
                OR state = 'done' OR state = 'cancelled' OR state = 'dead'),
            priority {integer} NOT NULL DEFAULT 5 CHECK (priority BETWEEN 0 AND 9),
            run_at {integer} NOT NULL,
            lane {integer},
            is_blocked {integer} NOT NULL DEFAULT 0 CHECK (is_blocked IN (0, 1)),
            open_key TEXT,
            once_key TEXT,
            attempt {integer} NOT NULL DEFAULT 0,
            failures {integer} NOT NULL DEFAULT 0,
            owner TEXT,
            leased_until {integer},
            is_called_off {integer} NOT NULL DEFAULT 0 CHECK (is_called_off IN (0, 1)),
            is_uncertain {integer} NOT NULL DEFAULT 0 CHECK (is_uncertain IN (0, 1)),
            started_at {integer},
            ended_at {integer},
            last_error TEXT,
            CHECK ((state = 'running') = (owner IS NOT NULL)),
            CHECK ((state = 'running') = (leased_until IS NOT NULL)),
            CHECK ((state = 'done' OR state = 'cancelled' OR state = 'dead') = (ended_at IS NOT NULL)),
            CHECK (is_blocked = 0 OR (lane IS NOT NULL AND state = 'scheduled')),
            CHECK (is_called_off = 0 OR ended_at IS NULL)
        ) {strict}
        """,
        // What a worker held is given back: no program that holds a lease of the old kind can end it. What was available
        // may have been so for a later time only.
        """
        INSERT INTO job (id, kind, subject, state, run_at, attempt, failures, is_uncertain, ended_at, last_error)
        SELECT id, kind, subject,
            CASE state WHEN 'running' THEN 'available' WHEN 'available' THEN 'scheduled' ELSE state END, run_at, attempts,
            CASE WHEN state = 'done' THEN 0 ELSE attempts END,
            CASE WHEN state IN ('available', 'running') AND attempts > 0 THEN 1 ELSE 0 END,
            CASE WHEN state IN ('done', 'cancelled', 'dead') THEN run_at END, last_error
        FROM job_before_lanes
        """,
        "DROP TABLE job_before_lanes",
        // What a worker takes next, for each kind and channel by itself, so that those paused are passed over.
        "CREATE INDEX job_available ON job (kind, channel, priority, id) WHERE state = 'available'",
        "CREATE INDEX job_waiting ON job (run_at) WHERE state IN ('scheduled', 'retrying') AND is_blocked = 0",
        "CREATE INDEX job_running ON job (leased_until) WHERE state = 'running'",
        "CREATE INDEX job_retrying ON job (run_at) WHERE state = 'retrying'",
        "CREATE INDEX job_subject ON job (subject, kind) WHERE ended_at IS NULL",
        "CREATE INDEX job_lane ON job (lane, is_blocked, id) WHERE lane IS NOT NULL AND ended_at IS NULL",
        "CREATE UNIQUE INDEX job_open_key ON job (open_key) WHERE open_key IS NOT NULL AND ended_at IS NULL",
        "CREATE UNIQUE INDEX job_once_key ON job (once_key) WHERE once_key IS NOT NULL AND state <> 'cancelled'",
        // Empty kind or channel: all of them.
        """
        CREATE TABLE job_pause (
            kind TEXT NOT NULL, channel TEXT NOT NULL, reason TEXT NOT NULL, paused_at {integer} NOT NULL,
            PRIMARY KEY (kind, channel)
        ) {strict}
        """,
        // How far ahead of the clock a channel's allowance is used up, in milliseconds since 1970.
        "CREATE TABLE job_rate (channel TEXT NOT NULL PRIMARY KEY, arrival {integer} NOT NULL) {strict}")
}
