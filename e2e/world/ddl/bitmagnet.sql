-- Bitmagnet's queue_jobs as its migrations 00012, 00015 and 00019 leave it (v0.10.0-beta.4 and later).
CREATE EXTENSION IF NOT EXISTS btree_gin;

CREATE TYPE queue_job_status AS ENUM ('pending', 'processed', 'retry', 'failed');

CREATE TABLE queue_jobs (
  id                text             PRIMARY KEY DEFAULT gen_random_uuid(),
  fingerprint       text             NOT NULL,
  queue             text             NOT NULL,
  status            queue_job_status NOT NULL DEFAULT 'pending',
  payload           jsonb            NOT NULL,
  retries           integer          NOT NULL DEFAULT 0,
  max_retries       integer          NOT NULL DEFAULT 0,
  run_after         timestamptz      NOT NULL,
  ran_at            timestamptz,
  error             text,
  deadline          timestamptz,
  archival_duration interval         NOT NULL,
  created_at        timestamptz      NOT NULL,
  priority          integer          NOT NULL DEFAULT 0
);

CREATE INDEX queue_jobs_queue_status_idx ON queue_jobs (queue, status);
CREATE INDEX queue_jobs_id_queue_status_priority_run_after_idx
  ON queue_jobs (id, queue, status, priority, run_after);
CREATE INDEX queue_jobs_queue_payload_idx ON queue_jobs USING gin (queue, payload);
-- At most one unfinished row for each fingerprint, whatever its status.
CREATE UNIQUE INDEX queue_jobs_fingerprint_idx ON queue_jobs (fingerprint) WHERE status IN ('pending', 'retry');
