-- GoodJob v3.0.0 (bensheldon/good_job install template @v3.0.0): each attempt is a row of its own, and processes send no
-- heartbeat (3.15.12 began with it, 3.16 added error_event)
CREATE TABLE good_jobs (
    id                  uuid         PRIMARY KEY DEFAULT gen_random_uuid(),
    queue_name          text,
    priority            integer,
    serialized_params   jsonb,
    scheduled_at        timestamp,
    performed_at        timestamp,
    finished_at         timestamp,
    error               text,
    created_at          timestamp(6) NOT NULL,
    updated_at          timestamp(6) NOT NULL,
    active_job_id       uuid,
    concurrency_key     text,
    cron_key            text,
    retried_good_job_id uuid,
    cron_at             timestamp
);
CREATE INDEX index_good_jobs_on_scheduled_at ON good_jobs (scheduled_at) WHERE finished_at IS NULL;
CREATE INDEX index_good_jobs_on_queue_name_and_scheduled_at ON good_jobs (queue_name, scheduled_at)
    WHERE finished_at IS NULL;
CREATE INDEX index_good_jobs_jobs_on_finished_at ON good_jobs (finished_at)
    WHERE retried_good_job_id IS NULL AND finished_at IS NOT NULL;

CREATE TABLE good_job_processes (
    id         uuid         PRIMARY KEY DEFAULT gen_random_uuid(),
    created_at timestamp(6) NOT NULL,
    updated_at timestamp(6) NOT NULL,
    state      jsonb
);
