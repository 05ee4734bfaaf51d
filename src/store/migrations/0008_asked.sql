-- What was asked for and is about to be recorded: one row, without an index, for
-- which nobody waits long. It is written before the acknowledgement, and moved to
-- `tasks` and `watches` after it. A row that stays is of a process that died in
-- between; the keeper takes it up.

CREATE TABLE asked (
    id               BIGINT NOT NULL,           -- the interaction's id
    task_id          TEXT   NOT NULL,
    application_id   BIGINT NOT NULL,
    guild_id         BIGINT,
    channel_id       BIGINT NOT NULL,
    user_id          BIGINT NOT NULL,
    locale           TEXT   NOT NULL,
    own_locale       TEXT   NOT NULL,
    private          BIGINT NOT NULL,
    notify           TEXT   NOT NULL,
    reach            TEXT   NOT NULL,
    token            TEXT   NOT NULL,           -- secret
    token_expires_at BIGINT NOT NULL,
    upload_limit     BIGINT NOT NULL,
    announce_channel_id BIGINT,
    created_at       BIGINT NOT NULL
);
