-- When the end was announced: what was asked for stays as it was, for whoever
-- takes the watch up again.
ALTER TABLE watches ADD COLUMN announced_at BIGINT;
