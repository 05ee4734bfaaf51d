-- Both databases take this file as it is: moments are milliseconds since the
-- Unix epoch, flags are 0 or 1, words and the snapshot are text.

CREATE TABLE tasks (
    id            TEXT   PRIMARY KEY,           -- the id that was asked for
    revision      BIGINT NOT NULL,              -- grows when what people see changes
    snapshot      TEXT   NOT NULL,              -- JSON, what the provider last said
    outcome       TEXT,                         -- null while it is polled
    answered      BIGINT NOT NULL,
    known         BIGINT NOT NULL,
    setback       TEXT,
    failures      BIGINT NOT NULL,
    troubled      BIGINT NOT NULL,
    watched_since BIGINT NOT NULL,
    give_up_at    BIGINT NOT NULL,
    unfinished_at BIGINT,
    next_poll_at  BIGINT,                       -- null while nobody watches
    polled_at     BIGINT,                       -- the last claim
    family        TEXT   NOT NULL,              -- what tasks of a kind share
    took_ms       BIGINT,                       -- from the first ask to the end
    attempt       BIGINT NOT NULL               -- the claim that may settle it
);

CREATE INDEX tasks_due ON tasks (next_poll_at) WHERE next_poll_at IS NOT NULL;

CREATE TABLE watches (
    id               BIGINT PRIMARY KEY,        -- the interaction's id
    task_id          TEXT   NOT NULL REFERENCES tasks (id),
    application_id   BIGINT NOT NULL,
    guild_id         BIGINT,
    channel_id       BIGINT NOT NULL,
    user_id          BIGINT NOT NULL,
    message_id       BIGINT,                    -- null before the first edit
    locale           TEXT   NOT NULL,
    private          BIGINT NOT NULL,
    notify           TEXT   NOT NULL,
    reach            TEXT   NOT NULL,
    token            TEXT   NOT NULL,           -- secret; empty once it is over
    token_expires_at BIGINT NOT NULL,
    upload_limit     BIGINT NOT NULL,
    announce_channel_id BIGINT,                 -- where else the end is told
    shown_revision   BIGINT NOT NULL,
    shown_face       TEXT,
    edited_at        BIGINT,
    failures         BIGINT NOT NULL,
    notifying_since  BIGINT,
    notified_at      BIGINT,
    state            TEXT   NOT NULL,
    created_at       BIGINT NOT NULL,
    next_delivery_at BIGINT,                    -- null while the message is up to date
    claimed          BIGINT NOT NULL,           -- whether that is the end of a lease
    attempt          BIGINT NOT NULL            -- the claim that may settle it
);

CREATE INDEX watches_due ON watches (next_delivery_at) WHERE next_delivery_at IS NOT NULL;
CREATE INDEX watches_of_task ON watches (task_id, state);
CREATE INDEX watches_of_user ON watches (user_id, state);
CREATE INDEX watches_of_guild ON watches (guild_id, state);
CREATE INDEX tasks_of_family ON tasks (family, watched_since) WHERE took_ms IS NOT NULL;

-- Who else wants to be told of a watch's end.
CREATE TABLE subscribers (
    watch_id BIGINT NOT NULL REFERENCES watches (id),
    user_id  BIGINT NOT NULL,
    PRIMARY KEY (watch_id, user_id)
);
