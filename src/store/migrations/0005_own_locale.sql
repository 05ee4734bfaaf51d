-- The requester's own language, for what only they see: a message in a channel
-- is in the server's. Empty where a row is older: then it is the message's.
ALTER TABLE watches ADD COLUMN own_locale TEXT NOT NULL DEFAULT '';
