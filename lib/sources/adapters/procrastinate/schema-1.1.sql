-- Procrastinate 1.1.2 (procrastinate-org/procrastinate procrastinate/sql/schema.sql @1.1.2): fewer states, and no table of workers
CREATE TYPE procrastinate_job_status AS ENUM
    ('todo', 'doing', 'succeeded', 'failed');
CREATE TYPE procrastinate_job_event_type AS ENUM
    ('deferred', 'started', 'deferred_for_retry', 'failed', 'succeeded', 'cancelled', 'scheduled');

CREATE TABLE procrastinate_jobs (
    id            bigserial                PRIMARY KEY,
    queue_name    varchar(128)             NOT NULL,
    task_name     varchar(128)             NOT NULL,
    lock          text,
    queueing_lock text,
    args          jsonb                    NOT NULL DEFAULT '{}',
    status        procrastinate_job_status NOT NULL DEFAULT 'todo',
    scheduled_at  timestamptz,
    attempts      integer                  NOT NULL DEFAULT 0
);
CREATE UNIQUE INDEX procrastinate_jobs_queueing_lock_idx ON procrastinate_jobs (queueing_lock) WHERE status = 'todo';
CREATE UNIQUE INDEX procrastinate_jobs_lock_idx ON procrastinate_jobs (lock) WHERE status = 'doing';
CREATE INDEX procrastinate_jobs_queue_name_idx ON procrastinate_jobs (queue_name);
CREATE INDEX procrastinate_jobs_id_lock_idx ON procrastinate_jobs (id, lock) WHERE status IN ('todo', 'doing');

CREATE TABLE procrastinate_events (
    id     bigserial PRIMARY KEY,
    job_id bigint NOT NULL REFERENCES procrastinate_jobs (id) ON DELETE CASCADE,
    type   procrastinate_job_event_type,
    at     timestamptz DEFAULT now()
);
CREATE INDEX procrastinate_events_job_id_fkey ON procrastinate_events (job_id);
