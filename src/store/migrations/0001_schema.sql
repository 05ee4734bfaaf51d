-- SQLite and PostgreSQL both run this file as it is. Moments are milliseconds since the
-- Unix epoch, flags are 0 or 1, words are those that the domain serializes, snowflakes are
-- stored as signed numbers.

-- A task: the provider's video job, one row however many people watch it.
CREATE TABLE tasks (
    id            TEXT   PRIMARY KEY,   -- the id that was asked for
    family        TEXT   NOT NULL,      -- the part of the id before its colon; empty if it has none
    model         TEXT   NOT NULL,      -- the model as the provider names it; empty before it does
    -- The lists read state and title. They stand before the snapshot, which is large, so
    -- that SQLite can read them without it.
    state         TEXT   NOT NULL,      -- the task's state
    title         TEXT   NOT NULL,      -- the beginning of the prompt
    gateway       TEXT,                 -- the name of the gateway that has shown the task
    revision      BIGINT NOT NULL,      -- grows when the parts that people see change
    snapshot      TEXT   NOT NULL,      -- the provider's last answer, decoded, as JSON
    outcome       TEXT,                 -- how the task ended; null while it is polled
    answered      BIGINT NOT NULL,      -- 1 once a poll has come back since the last start
    known         BIGINT NOT NULL,      -- 1 once the provider has shown the task
    setback       TEXT,                 -- the common reason of the last failed polls
    failures      BIGINT NOT NULL,      -- the failed polls in a row with this setback
    setback_since BIGINT,               -- when the present setback began
    troubled      BIGINT NOT NULL,      -- 1 while the message shows the provider as silent
    watched_since BIGINT NOT NULL,      -- when the task was last started
    give_up_at    BIGINT NOT NULL,      -- when the bot stops watching
    unfinished_at BIGINT,               -- when a poll last came back without an end
    took_ms       BIGINT,               -- from the start to the end, if people had to wait for it
    polled_at     BIGINT,               -- when the task was last claimed, or made due by a person
    next_poll_at  BIGINT,               -- when it is due, or its lease ends; null while unwatched
    claimed       BIGINT NOT NULL,      -- 1 while next_poll_at is the end of a lease
    attempt       BIGINT NOT NULL,      -- the number of the claim that may settle the task
    requests      BIGINT NOT NULL       -- raised by every request, so that a poll in progress notices one
);

-- For claims.
CREATE INDEX tasks_due ON tasks (next_poll_at) WHERE next_poll_at IS NOT NULL;
-- For the usual duration of a family or a model.
CREATE INDEX tasks_of_family ON tasks (family, watched_since) WHERE took_ms IS NOT NULL;
CREATE INDEX tasks_of_model ON tasks (family, model, watched_since) WHERE took_ms IS NOT NULL;
-- For the removal of old rows.
CREATE INDEX tasks_unknown ON tasks (outcome, watched_since) WHERE outcome = 'not_found';
CREATE INDEX tasks_unwatched ON tasks (watched_since) WHERE next_poll_at IS NULL;

-- A watch: one Discord message that follows one task for one requester. Its row may exist
-- before its task's, so task_id is no foreign key.
CREATE TABLE watches (
    id                  BIGINT PRIMARY KEY, -- the interaction's id; for a caller a number like it
    task_id             TEXT   NOT NULL,
    state               TEXT   NOT NULL,    -- asked, live, stopped or ended
    application_id      BIGINT NOT NULL,
    guild_id            BIGINT,             -- null in direct messages
    channel_id          BIGINT NOT NULL,
    user_id             BIGINT NOT NULL,    -- the requester; 0 if a caller asks for no person
    locale              TEXT   NOT NULL,    -- the language of the parts that everybody sees
    own_locale          TEXT   NOT NULL,    -- the requester's own language
    private             BIGINT NOT NULL,    -- 1 if only the requester sees the message
    notify              TEXT   NOT NULL,    -- how the requester wants to be notified
    reach               TEXT   NOT NULL,    -- where the bot can go once the token is over
    token               TEXT   NOT NULL,    -- the interaction's token, secret; empty once it is over
    token_expires_at    BIGINT NOT NULL,
    spoiler             BIGINT NOT NULL,    -- 1 if the video is hidden until somebody clicks it
    embeds              BIGINT NOT NULL,    -- 1 if the channel's own route shows embeds
    upload_limit        BIGINT NOT NULL,    -- bytes
    announce_channel_id BIGINT,             -- another channel in which the end is announced
    role_id             BIGINT,             -- the role that is mentioned instead of the requester
    caller              TEXT,               -- the API token's fingerprint; null for interactions
    request_key         TEXT,               -- the caller's Idempotency-Key
    request_body        TEXT,               -- the order's body, compared if its key comes again
    posting_since       BIGINT,             -- when the bot first prepared to send its own message
    message_id          BIGINT,             -- null before the first edit
    shown_revision      BIGINT NOT NULL,    -- the last unfinished revision that the message showed
    wanted_revision     BIGINT NOT NULL,    -- the revision that the message has to show
    shown_state         TEXT,               -- the state that the message shows
    edited_at           BIGINT,
    failures            BIGINT NOT NULL,    -- failed deliveries in a row
    ending_since        BIGINT,             -- when the bot first tried to show the end
    notifying_since     BIGINT,             -- when the bot first prepared to notify
    announced_at        BIGINT,             -- when the announcement was known to be made
    notified_at         BIGINT,             -- when the people who waited were known to be notified
    untold              BIGINT NOT NULL,    -- 1 if nobody could be notified
    attach_until        BIGINT,             -- until when the bot waits to attach a file
    stopped_by          BIGINT,             -- the person who stopped the watch
    outcome             TEXT,               -- how it ended; null before, and if it was replaced
    created_at          BIGINT NOT NULL,
    next_delivery_at    BIGINT,             -- when it is due, or its lease ends; null if up to date
    claimed             BIGINT NOT NULL,    -- 1 while next_delivery_at is the end of a lease
    attempt             BIGINT NOT NULL     -- the number of the claim that may settle the watch
);

-- For claims.
CREATE INDEX watches_due ON watches (next_delivery_at) WHERE next_delivery_at IS NOT NULL;
-- For the questions whether anybody watches a task, and which watches have to show its news.
CREATE INDEX watches_of_task ON watches (task_id, state);
-- For the quota, the load, a person's own lists, and people's shares of the polls.
CREATE INDEX watches_running_of_user ON watches (user_id, id, state, task_id, created_at)
    WHERE state IN ('asked', 'live');
CREATE INDEX watches_over_of_user ON watches (user_id, id, state, task_id)
    WHERE state IN ('stopped', 'ended');
-- For a server's list, which shows only messages that everybody there can see.
CREATE INDEX watches_running_of_guild ON watches (guild_id, id)
    WHERE state = 'live' AND private = 0 AND edited_at IS NOT NULL;
-- For a caller's quota, and to find an order by its key.
CREATE INDEX watches_running_of_caller ON watches (caller)
    WHERE caller IS NOT NULL AND state IN ('asked', 'live');
CREATE UNIQUE INDEX watches_by_request ON watches (caller, request_key) WHERE request_key IS NOT NULL;
CREATE INDEX watches_stopped ON watches (id) WHERE state = 'stopped';
-- For the removal of old rows and tokens.
CREATE INDEX watches_ended ON watches (created_at) WHERE state = 'ended';
CREATE INDEX watches_with_token ON watches (token_expires_at) WHERE token <> '';

-- The people besides the requester who are notified of a watch's end.
CREATE TABLE subscribers (
    watch_id BIGINT NOT NULL REFERENCES watches (id),
    user_id  BIGINT NOT NULL,
    PRIMARY KEY (watch_id, user_id)
);

-- The scopes in which the bot has registered its commands.
CREATE TABLE registrations (
    guild_id  BIGINT PRIMARY KEY, -- 0 for the global scope
    agreement TEXT   NOT NULL     -- a fingerprint of the commands sent and of Discord's answer
);

-- One row, written by every check that the database takes writes.
CREATE TABLE probes (
    id BIGINT PRIMARY KEY,
    at BIGINT NOT NULL
);
