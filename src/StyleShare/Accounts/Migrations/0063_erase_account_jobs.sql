-- People who asked to be erased before that was a job.
INSERT INTO jobs (id, kind, key, payload, due_at)
SELECT user_id, 'erase-account', replace(user_id::text, '-', ''), jsonb_build_object('UserId', user_id), now()
FROM credentials WHERE erase_asked_at IS NOT NULL AND erased_at IS NULL
ON CONFLICT DO NOTHING;

DROP INDEX credentials_to_erase;
