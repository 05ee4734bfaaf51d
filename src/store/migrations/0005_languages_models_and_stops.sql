-- The requester's own language, for what only they see: a message in a channel
-- is in the server's. Empty where a row is older: then it is the message's.
ALTER TABLE watches ADD COLUMN own_locale TEXT NOT NULL DEFAULT '';

-- The model as the provider names it, for how long such tasks take; empty where
-- it has not. Most name it only at the end: until then a task has but its family.
ALTER TABLE tasks ADD COLUMN model TEXT NOT NULL DEFAULT '';
CREATE INDEX tasks_of_model ON tasks (family, model, watched_since) WHERE took_ms IS NOT NULL;

-- Who stopped the watch: whoever did need not be told.
ALTER TABLE watches ADD COLUMN stopped_by BIGINT;
