//! The few statements that SQLite and PostgreSQL must be told differently.
//!
//! Everything else is written once: both take `$1` and `RETURNING`. `LIMIT $1 + 0`
//! is for SQLite, which plans a statement anew for each bare number it is given.

/// One database's own words.
#[derive(Debug)]
pub(super) struct Dialect {
    /// Opens a transaction that will write. SQLite must take its lock at once: a
    /// reader that turns writer is refused if another process wrote meanwhile.
    pub(super) begin: &'static str,
    /// Locks a task's row for the rest of the transaction. SQLite has one writer
    /// at a time, so reading is enough there.
    pub(super) lock_task: &'static str,
    /// Records what was asked for: a watch, with a task that nobody knows yet; see
    /// `adding` for what its places hold.
    pub(super) add_watch: &'static str,
    /// How many rows that counts if it did. SQLite counts none behind a view, and
    /// fails if it did not.
    pub(super) added: u64,
    /// Moves up to `$3` tasks that are due at `$1` to `$2` and returns them.
    pub(super) claim_tasks: &'static str,
    /// Likewise for watches.
    pub(super) claim_watches: &'static str,
    /// Settles a poll that brought news of a task that nobody has touched since it
    /// was claimed; the rows are the task and the watches that are behind by it. Two
    /// statements, each durable by itself: after a crash in between the watches
    /// are due too early, and again after the next poll. `None` where something
    /// else may come in between: there it takes a transaction and a lock.
    pub(super) settle_news: Option<&'static str>,
    /// Settles a delivery. Whether the task has news is read under a lock that a
    /// poll which is settled at this moment holds: either this sees its news, or
    /// it sees a watch that is up to date and makes it due.
    pub(super) settle_watch: &'static str,
    /// The same, but it changes nothing where the watch would be due at another time
    /// than it is told: with no row to return SQLite's thread wakes whoever waits only
    /// once. `None` where that takes the lock.
    pub(super) settle_as_told: Option<&'static str>,
}

/// `$lock` is how the task's row is locked while it is read, `$rest` what follows the
/// condition that the claim holds.
macro_rules! settle_watch {
    ($lock:literal, $rest:literal) => {
        concat!(
            "UPDATE watches SET claimed = 0, message_id = $3, shown_revision = $4, shown_face = $5, \
                 edited_at = $6, failures = $7, notifying_since = COALESCE(notifying_since, $8), \
                 notified_at = $9, reach = $10, token_expires_at = $11, \
                 state = CASE WHEN $12 = 1 THEN 'ended' ELSE state END, \
                 token = CASE WHEN $12 = 1 OR token_expires_at <= $14 THEN '' ELSE token END, \
                 next_delivery_at = CASE WHEN $12 = 0 THEN COALESCE($13, CASE WHEN state = 'stopped' \
                     OR (SELECT revision * answered FROM tasks WHERE id = watches.task_id",
            $lock,
            ") > $4 THEN $14 END) END \
             WHERE id = $1 AND attempt = $2 AND claimed = 1 ",
            $rest
        )
    };
}

/// Writes a whole task under its attempt; see `tasks` for what its places hold.
macro_rules! save_task {
    () => {
        "UPDATE tasks SET revision = $2, snapshot = $3, outcome = $4, answered = $5, known = $6, \
             setback = $7, failures = $8, troubled = $9, watched_since = $10, give_up_at = $11, \
             unfinished_at = $12, took_ms = $14, model = $19, claimed = claimed * $15 + $18, \
             attempt = attempt + $18, \
             polled_at = CASE WHEN $18 = 1 THEN $10 ELSE polled_at END, \
             next_poll_at = CASE WHEN $15 = 1 OR $18 = 1 OR EXISTS \
                 (SELECT 1 FROM watches WHERE task_id = $1 AND state = 'live') THEN $13 END \
         WHERE id = $1 AND attempt = $16 AND ($17 = 0 OR give_up_at = $11) \
             AND (claimed = 1 OR $15 = 1 OR $18 = 1)"
    };
}

/// Makes the watches due that show a task without its news. One that was put off
/// because it was just edited is due as well: whether that still holds is for the
/// courier to say, who shows a change of state at once.
macro_rules! watches_behind {
    ($now:literal, $just_edited:literal) => {
        concat!(
            "UPDATE watches SET next_delivery_at = ",
            $now,
            " WHERE task_id = $1 AND state = 'live' AND (next_delivery_at IS NULL \
                 OR (claimed = 0 AND failures = 0 AND edited_at > ",
            $just_edited,
            "))"
        )
    };
}

pub(super) const SAVE_TASK: &str = save_task!();
pub(super) const WATCHES_BEHIND: &str = watches_behind!("$2", "$3");

/// Places by their numbers: `$2, $19`, where `$at` is what stands before each.
macro_rules! places {
    ($at:literal: $first:literal $(, $next:literal)*) => {
        concat!($at, $first $(, ", ", $at, $next)*)
    };
}

/// Makes the task, claimed for its first poll, unless there is one.
macro_rules! insert_task {
    ($at:literal) => {
        concat!(
            "INSERT INTO tasks (id, revision, snapshot, answered, known, failures, troubled, \
                 watched_since, give_up_at, attempt, family, next_poll_at, polled_at, claimed) \
             SELECT ",
            places!($at: 2, 19, 20),
            ", 0, 0, 0, 0, ",
            places!($at: 14, 21, 22, 23, 17, 14),
            ", 1 WHERE 1 = 1 ON CONFLICT (id) DO NOTHING"
        )
    };
}

/// Makes the watch, claimed for its first delivery, from where and unless the
/// interaction was recorded before.
macro_rules! insert_watch {
    ($at:literal, $from:literal) => {
        concat!(
            "INSERT INTO watches (id, task_id, application_id, guild_id, channel_id, user_id, locale, \
                 private, notify, reach, token, token_expires_at, upload_limit, created_at, \
                 announce_channel_id, own_locale, next_delivery_at, message_id, \
                 shown_revision, failures, state, attempt, claimed) \
             SELECT ",
            places!($at: 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18),
            ", 0, 0, 'live', 0, 1 ",
            $from,
            " ON CONFLICT (id) DO NOTHING"
        )
    };
}

/// Records a watch of a task that is there.
pub(super) const ADD_TO_KNOWN: &str = insert_watch!("$", "WHERE 1 = 1");

/// What a SQLite connection needs for its [`Dialect::add_watch`]: two rows in one
/// statement, both or neither, where SQLite knows no `WITH … INSERT`.
pub(super) const SQLITE_RECORDED: &str = concat!(
    "CREATE TEMP VIEW recorded AS SELECT 0 AS p1, 0 AS p2, 0 AS p3, 0 AS p4, 0 AS p5, 0 AS p6, \
         0 AS p7, 0 AS p8, 0 AS p9, 0 AS p10, 0 AS p11, 0 AS p12, 0 AS p13, 0 AS p14, 0 AS p15, \
         0 AS p16, 0 AS p17, 0 AS p18, 0 AS p19, 0 AS p20, 0 AS p21, 0 AS p22, 0 AS p23; \
     CREATE TEMP TRIGGER record INSTEAD OF INSERT ON recorded BEGIN ",
    insert_task!("NEW.p"),
    "; ",
    insert_watch!("NEW.p", "WHERE changes() = 1"),
    "; SELECT RAISE(ABORT, 'not recorded') WHERE changes() = 0; \
     DELETE FROM asked WHERE id = NEW.p1; END"
);

/// How SQLite names an error that a trigger raised.
///
/// Source: <https://sqlite.org/rescode.html#constraint_trigger>
pub(super) const SQLITE_RAISED: &str = "1811";

pub(super) const SQLITE: Dialect = Dialect {
    begin: "BEGIN IMMEDIATE",
    lock_task: "SELECT * FROM tasks WHERE id = $1",
    add_watch: "INSERT INTO recorded VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, \
        $14, $15, $16, $17, $18, $19, $20, $21, $22, $23)",
    added: 0,
    claim_tasks: "UPDATE tasks SET next_poll_at = $2, polled_at = $1, claimed = 1, attempt = attempt + 1 \
        WHERE id IN (SELECT id FROM tasks WHERE next_poll_at <= $1 ORDER BY next_poll_at LIMIT $3 + 0) \
        RETURNING *",
    claim_watches: "UPDATE watches SET next_delivery_at = $2, claimed = 1, attempt = attempt + 1 \
        WHERE id IN (SELECT id FROM watches WHERE next_delivery_at <= $1 ORDER BY next_delivery_at LIMIT $3 + 0) \
        RETURNING *",
    settle_news: Some(concat!(
        watches_behind!("$20", "$21"),
        " AND EXISTS (SELECT 1 FROM tasks WHERE id = $1 AND attempt = $16 AND give_up_at = $11 \
             AND claimed = 1); ",
        save_task!()
    )),
    settle_watch: settle_watch!("", "RETURNING next_delivery_at"),
    settle_as_told: Some(settle_watch!(
        "",
        "AND ($12 = 1 OR $13 IS NOT NULL OR (state = 'live' \
             AND (SELECT revision * answered FROM tasks WHERE id = watches.task_id) <= $4))"
    )),
};

// An ARRAY sub-query is evaluated once (one in `IN` may run again and then claim
// more than the limit), and its rows are always found by their key: as a CTE that
// is joined, a prepared statement's plan reads the whole table.
pub(super) const POSTGRES: Dialect = Dialect {
    begin: "BEGIN",
    lock_task: "SELECT * FROM tasks WHERE id = $1 FOR UPDATE",
    add_watch: concat!(
        "WITH made AS (",
        insert_task!("$"),
        " RETURNING id), moved AS (DELETE FROM asked WHERE id = $1 AND EXISTS (SELECT 1 FROM made)) ",
        insert_watch!("$", "FROM made")
    ),
    added: 1,
    claim_tasks: "UPDATE tasks SET next_poll_at = $2, polled_at = $1, claimed = 1, attempt = attempt + 1 \
        WHERE id = ANY(ARRAY(SELECT id FROM tasks WHERE next_poll_at <= $1 \
            ORDER BY next_poll_at LIMIT $3 + 0 FOR UPDATE SKIP LOCKED)) \
        RETURNING *",
    claim_watches: "UPDATE watches SET next_delivery_at = $2, claimed = 1, attempt = attempt + 1 \
        WHERE id = ANY(ARRAY(SELECT id FROM watches WHERE next_delivery_at <= $1 \
            ORDER BY next_delivery_at LIMIT $3 + 0 FOR UPDATE SKIP LOCKED)) \
        RETURNING *",
    settle_news: None,
    settle_watch: settle_watch!(" FOR SHARE", "RETURNING next_delivery_at"),
    settle_as_told: None,
};
