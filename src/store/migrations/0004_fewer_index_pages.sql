-- What is counted and listed are running watches: an index of only those is
-- written once when a watch is recorded and once when it ends.
DROP INDEX watches_of_user;
CREATE INDEX watches_running_of_user ON watches (user_id, id) WHERE state = 'live';
DROP INDEX watches_of_guild;
CREATE INDEX watches_running_of_guild ON watches (guild_id, id) WHERE state = 'live' AND private = 0;

-- The load is counted from these and from the running ones of all users.
DROP INDEX watches_unended;
CREATE INDEX watches_stopped ON watches (id) WHERE state = 'stopped';
