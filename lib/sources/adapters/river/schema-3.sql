-- River v0.4, migrations 1 to 3 (riverqueue/river riverdriver/riverpgxv5/migration/main 001-003 @fdf6cdf), without its
-- notify trigger. Migration 4 added the state `pending` and the table river_queue.
CREATE TYPE river_job_state AS ENUM
    ('available', 'cancelled', 'completed', 'discarded', 'retryable', 'running', 'scheduled');

CREATE TABLE river_job (
    id           bigserial       PRIMARY KEY,
    state        river_job_state NOT NULL DEFAULT 'available',
    attempt      smallint        NOT NULL DEFAULT 0,
    max_attempts smallint        NOT NULL,
    attempted_at timestamptz,
    created_at   timestamptz     NOT NULL DEFAULT now(),
    finalized_at timestamptz,
    scheduled_at timestamptz     NOT NULL DEFAULT now(),
    priority     smallint        NOT NULL DEFAULT 1,
    args         jsonb,
    attempted_by text[],
    errors       jsonb[],
    kind         text            NOT NULL,
    metadata     jsonb           NOT NULL DEFAULT '{}',
    queue        text            NOT NULL DEFAULT 'default',
    tags         varchar(255)[]  NOT NULL DEFAULT '{}',
    CONSTRAINT finalized_or_finalized_at_null CHECK
        ((state IN ('cancelled', 'completed', 'discarded') AND finalized_at IS NOT NULL) OR finalized_at IS NULL),
    CONSTRAINT max_attempts_is_positive CHECK (max_attempts > 0),
    CONSTRAINT priority_in_range CHECK (priority >= 1 AND priority <= 4),
    CONSTRAINT queue_length CHECK (char_length(queue) > 0 AND char_length(queue) < 128),
    CONSTRAINT kind_length CHECK (char_length(kind) > 0 AND char_length(kind) < 128)
);
CREATE INDEX river_job_kind ON river_job (kind);
CREATE INDEX river_job_state_and_finalized_at_index ON river_job (state, finalized_at) WHERE finalized_at IS NOT NULL;
CREATE INDEX river_job_prioritized_fetching_index ON river_job (state, queue, priority, scheduled_at, id);
CREATE INDEX river_job_args_index ON river_job USING GIN (args);
CREATE INDEX river_job_metadata_index ON river_job USING GIN (metadata);

CREATE UNLOGGED TABLE river_leader (
    elected_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    leader_id  text        NOT NULL,
    name       text        PRIMARY KEY
);
