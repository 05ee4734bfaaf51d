-- Whether next_poll_at is the end of a lease: who presses "Refresh" must not
-- take a poll that is under way from whoever performs it.
ALTER TABLE tasks ADD COLUMN claimed BIGINT NOT NULL DEFAULT 0;

-- What a person asked for last, at each key that is typed.
CREATE INDEX watches_of_user_by_age ON watches (user_id, id);
