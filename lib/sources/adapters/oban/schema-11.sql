-- Oban v2.11, migration 11 (oban-bg/oban lib/oban/migrations/postgres v01-v11 @2939e313), without its notify trigger
CREATE TYPE oban_job_state AS ENUM
    ('available', 'scheduled', 'executing', 'retryable', 'completed', 'discarded', 'cancelled');

CREATE TABLE oban_jobs (
    id           bigserial      PRIMARY KEY,
    state        oban_job_state NOT NULL DEFAULT 'available',
    queue        text           NOT NULL DEFAULT 'default',
    worker       text           NOT NULL,
    args         jsonb          NOT NULL DEFAULT '{}',
    errors       jsonb[]        NOT NULL DEFAULT '{}',
    attempt      integer        NOT NULL DEFAULT 0,
    max_attempts integer        NOT NULL DEFAULT 20,
    inserted_at  timestamp(6)   NOT NULL DEFAULT timezone('UTC', now()),
    scheduled_at timestamp(6)   NOT NULL DEFAULT timezone('UTC', now()),
    attempted_at timestamp(6),
    completed_at timestamp(6),
    attempted_by text[],
    discarded_at timestamp(6),
    priority     integer        NOT NULL DEFAULT 0,
    tags         text[]         DEFAULT '{}',
    meta         jsonb          DEFAULT '{}',
    cancelled_at timestamp(6),
    CONSTRAINT worker_length         CHECK (char_length(worker) > 0 AND char_length(worker) < 128),
    CONSTRAINT queue_length          CHECK (char_length(queue) > 0 AND char_length(queue) < 128),
    CONSTRAINT positive_max_attempts CHECK (max_attempts > 0),
    CONSTRAINT attempt_range         CHECK (attempt BETWEEN 0 AND max_attempts),
    CONSTRAINT priority_range        CHECK (priority BETWEEN 0 AND 3)
);
CREATE INDEX oban_jobs_state_queue_priority_scheduled_at_id_index
    ON oban_jobs (state, queue, priority, scheduled_at, id);

CREATE UNLOGGED TABLE oban_peers (
    name       text         PRIMARY KEY,
    node       text         NOT NULL,
    started_at timestamp(6) NOT NULL,
    expires_at timestamp(6) NOT NULL
);
