-- How many jobs of each kind a worker did per second lately: {"kind": 12.5}.
ALTER TABLE job_workers ADD COLUMN rates jsonb;
