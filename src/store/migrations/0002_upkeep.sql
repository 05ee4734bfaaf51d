-- What is looked for again and again among rows of which most rest.

-- The load: how many watches have not ended.
CREATE INDEX watches_unended ON watches (state) WHERE state <> 'ended';

-- The sweep of what is no longer kept.
CREATE INDEX watches_ended ON watches (created_at) WHERE state = 'ended';
CREATE INDEX watches_with_token ON watches (token_expires_at) WHERE token <> '';
CREATE INDEX tasks_resting ON tasks (watched_since) WHERE next_poll_at IS NULL;
