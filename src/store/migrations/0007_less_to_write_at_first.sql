-- A person waits while a watch is recorded: what is looked for only once its
-- message is shown is indexed then.

DROP INDEX watches_with_token;
CREATE INDEX watches_with_token ON watches (token_expires_at) WHERE token <> '' AND edited_at IS NOT NULL;
DROP INDEX watches_running_of_guild;
CREATE INDEX watches_running_of_guild ON watches (guild_id, id)
    WHERE state = 'live' AND private = 0 AND edited_at IS NOT NULL;

-- What a person asked for last: the running ones have their index already.
DROP INDEX watches_of_user_by_age;
CREATE INDEX watches_over_of_user ON watches (user_id, id) WHERE state <> 'live';
