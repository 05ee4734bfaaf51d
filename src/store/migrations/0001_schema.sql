-- Both databases take this file as it is: moments are milliseconds since the
-- Unix epoch, flags are 0 or 1, words are the domain's own, snowflakes are signed.

-- A task: the provider's video job, one row however many people watch it.
CREATE TABLE tasks (
    id            TEXT   PRIMARY KEY,   -- the id that was asked for
    family        TEXT   NOT NULL,      -- what stands before the id's colon; may be empty
    model         TEXT   NOT NULL,      -- the model as the provider names it; empty until it does
    state         TEXT   NOT NULL,      -- how it is going, for the lists; before the snapshot, which is
    title         TEXT   NOT NULL,      -- large, as is how the prompt begins
    gateway       TEXT,                 -- the name of the gateway that has shown the task
    revision      BIGINT NOT NULL,      -- grows when what people see changes
    snapshot      TEXT   NOT NULL,      -- the document that the provider last sent, decoded, as JSON
    outcome       TEXT,                 -- how the task ended; null while it is polled
    answered      BIGINT NOT NULL,      -- whether a poll has come back since somebody asked (again)
    known         BIGINT NOT NULL,      -- whether the provider has ever shown the task
    setback       TEXT,                 -- what the last failed polls had in common
    failures      BIGINT NOT NULL,      -- how many polls in a row failed so
    setback_since BIGINT,               -- when the present setback began
    troubled      BIGINT NOT NULL,      -- whether people are told that the provider is not answering
    watched_since BIGINT NOT NULL,      -- when somebody asked (again)
    give_up_at    BIGINT NOT NULL,      -- when the bot stops watching
    unfinished_at BIGINT,               -- when a poll last came back without an end
    took_ms       BIGINT,               -- from the first ask to the end, where people had to wait
    polled_at     BIGINT,               -- when the task was last claimed
    next_poll_at  BIGINT,               -- when the task is due, or the end of a lease; null while nobody watches
    claimed       BIGINT NOT NULL,      -- whether next_poll_at is the end of a lease
    attempt       BIGINT NOT NULL,      -- the number of the claim that may settle the task
    requests      BIGINT NOT NULL       -- raised by every request, so that a poll in progress notices one
);

-- Claims.
CREATE INDEX tasks_due ON tasks (next_poll_at) WHERE next_poll_at IS NOT NULL;
-- How long such tasks take.
CREATE INDEX tasks_of_family ON tasks (family, watched_since) WHERE took_ms IS NOT NULL;
CREATE INDEX tasks_of_model ON tasks (family, model, watched_since) WHERE took_ms IS NOT NULL;
-- What is no longer kept.
CREATE INDEX tasks_unknown ON tasks (outcome, watched_since) WHERE outcome = 'not_found';
CREATE INDEX tasks_unwatched ON tasks (watched_since) WHERE next_poll_at IS NULL;

-- A watch: one Discord message that follows one task for one requester. It is born
-- before its task may exist, so task_id is no foreign key.
CREATE TABLE watches (
    id                  BIGINT PRIMARY KEY, -- the interaction's id
    task_id             TEXT   NOT NULL,
    state               TEXT   NOT NULL,    -- asked, live, stopped or ended
    application_id      BIGINT NOT NULL,
    guild_id            BIGINT,             -- null in direct messages
    channel_id          BIGINT NOT NULL,
    user_id             BIGINT NOT NULL,    -- the requester; 0 where a caller asks for nobody
    locale              TEXT   NOT NULL,    -- the language of what everybody sees
    own_locale          TEXT   NOT NULL,    -- the requester's own language
    private             BIGINT NOT NULL,    -- whether only the requester sees the message
    notify              TEXT   NOT NULL,    -- how the requester wants to be notified
    reach               TEXT   NOT NULL,    -- where the bot can go once the token is over
    token               TEXT   NOT NULL,    -- the interaction's token, secret; empty once it is over
    token_expires_at    BIGINT NOT NULL,
    spoiler             BIGINT NOT NULL,    -- whether the video is hidden until somebody clicks it
    embeds              BIGINT NOT NULL,    -- whether the channel's own route shows embeds
    upload_limit        BIGINT NOT NULL,    -- bytes
    announce_channel_id BIGINT,             -- another channel in which the end is told
    role_id             BIGINT,             -- the role that is mentioned at the end, in place of the requester
    caller              TEXT,               -- the fingerprint of the API token that asked; null for interactions
    request_key         TEXT,               -- the caller's Idempotency-Key
    request_body        TEXT,               -- what the caller asked for, to recognise it
    posting_since       BIGINT,             -- when the bot was first about to send a message of its own
    message_id          BIGINT,             -- null before the first edit
    shown_revision      BIGINT NOT NULL,    -- the last unfinished revision that the message showed
    wanted_revision     BIGINT NOT NULL,    -- the revision that the message has to show
    shown_state         TEXT,               -- the state that the message shows
    edited_at           BIGINT,
    failures            BIGINT NOT NULL,    -- failed deliveries in a row
    ending_since        BIGINT,             -- when the end was first tried to be shown
    notifying_since     BIGINT,             -- when a notification was first about to be sent
    announced_at        BIGINT,             -- when the announcement was known to be made
    notified_at         BIGINT,             -- when whoever waited was known to be notified
    untold              BIGINT NOT NULL,    -- whether nobody could be notified
    attach_until        BIGINT,             -- until when a file is still to be attached
    stopped_by          BIGINT,             -- who stopped the watch
    outcome             TEXT,               -- how the watch ended; null while it runs, and where another took its message
    created_at          BIGINT NOT NULL,
    next_delivery_at    BIGINT,             -- when the watch is due, or the end of a lease; null while up to date
    claimed             BIGINT NOT NULL,    -- whether next_delivery_at is the end of a lease
    attempt             BIGINT NOT NULL     -- the number of the claim that may settle the watch
);

-- Claims.
CREATE INDEX watches_due ON watches (next_delivery_at) WHERE next_delivery_at IS NOT NULL;
-- Whether anybody watches a task, and who is behind its news.
CREATE INDEX watches_of_task ON watches (task_id, state);
-- The quota, the load, a person's own lists, and people's shares of the polls.
CREATE INDEX watches_running_of_user ON watches (user_id, id, state, task_id, created_at)
    WHERE state IN ('asked', 'live');
CREATE INDEX watches_over_of_user ON watches (user_id, id, state, task_id)
    WHERE state IN ('stopped', 'ended');
-- A server's list shows what everybody there can see.
CREATE INDEX watches_running_of_guild ON watches (guild_id, id)
    WHERE state = 'live' AND private = 0 AND edited_at IS NOT NULL;
-- A caller's quota, and what it asked for already.
CREATE INDEX watches_running_of_caller ON watches (caller)
    WHERE caller IS NOT NULL AND state IN ('asked', 'live');
CREATE UNIQUE INDEX watches_by_request ON watches (caller, request_key) WHERE request_key IS NOT NULL;
CREATE INDEX watches_stopped ON watches (id) WHERE state = 'stopped';
-- What is no longer kept.
CREATE INDEX watches_ended ON watches (created_at) WHERE state = 'ended';
CREATE INDEX watches_with_token ON watches (token_expires_at) WHERE token <> '';

-- Who else is notified of a watch's end.
CREATE TABLE subscribers (
    watch_id BIGINT NOT NULL REFERENCES watches (id),
    user_id  BIGINT NOT NULL,
    PRIMARY KEY (watch_id, user_id)
);

-- Where the bot has registered its commands.
CREATE TABLE registrations (
    guild_id  BIGINT PRIMARY KEY, -- 0: everybody's
    agreement TEXT   NOT NULL     -- stands for what was sent and what Discord made of it
);

-- One row, which each look whether the database takes writes changes.
CREATE TABLE probes (
    id BIGINT PRIMARY KEY,
    at BIGINT NOT NULL
);
