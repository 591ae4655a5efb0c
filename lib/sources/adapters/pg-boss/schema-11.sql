-- pg-boss 11.1.2, schema version 26 (timgit/pg-boss src/plans.js @11.1.2): queue, and job with its default partition
CREATE SCHEMA IF NOT EXISTS pgboss;

CREATE TYPE pgboss.job_state AS ENUM ('created', 'retry', 'active', 'completed', 'cancelled', 'failed');

CREATE TABLE pgboss.version (
    version int PRIMARY KEY,
    cron_on timestamptz
);

CREATE TABLE pgboss.queue (
    name              text NOT NULL PRIMARY KEY,
    policy            text NOT NULL,
    retry_limit       int  NOT NULL,
    retry_delay       int  NOT NULL,
    retry_backoff     bool NOT NULL,
    retry_delay_max   int,
    expire_seconds    int  NOT NULL,
    retention_seconds int  NOT NULL,
    deletion_seconds  int  NOT NULL,
    dead_letter       text REFERENCES pgboss.queue (name) CHECK (dead_letter IS DISTINCT FROM name),
    partition         bool NOT NULL,
    table_name        text NOT NULL,
    deferred_count    int  NOT NULL DEFAULT 0,
    queued_count      int  NOT NULL DEFAULT 0,
    warning_queued    int  NOT NULL DEFAULT 0,
    active_count      int  NOT NULL DEFAULT 0,
    total_count       int  NOT NULL DEFAULT 0,
    singletons_active text[],
    monitor_on        timestamptz,
    maintain_on       timestamptz,
    created_on        timestamptz NOT NULL DEFAULT now(),
    updated_on        timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE pgboss.job (
    id               uuid             NOT NULL DEFAULT gen_random_uuid(),
    name             text             NOT NULL,
    priority         integer          NOT NULL DEFAULT 0,
    data             jsonb,
    state            pgboss.job_state NOT NULL DEFAULT 'created',
    retry_limit      integer          NOT NULL DEFAULT 2,
    retry_count      integer          NOT NULL DEFAULT 0,
    retry_delay      integer          NOT NULL DEFAULT 0,
    retry_backoff    boolean          NOT NULL DEFAULT false,
    retry_delay_max  integer,
    expire_seconds   int              NOT NULL DEFAULT 900,
    deletion_seconds int              NOT NULL DEFAULT 604800,
    singleton_key    text,
    singleton_on     timestamp,
    start_after      timestamptz      NOT NULL DEFAULT now(),
    created_on       timestamptz      NOT NULL DEFAULT now(),
    started_on       timestamptz,
    completed_on     timestamptz,
    keep_until       timestamptz      NOT NULL DEFAULT now() + interval '1209600 seconds',
    output           jsonb,
    dead_letter      text,
    policy           text,
    PRIMARY KEY (name, id)
) PARTITION BY LIST (name);
CREATE TABLE pgboss.job_common PARTITION OF pgboss.job DEFAULT;
CREATE INDEX job_i5 ON pgboss.job_common (name, start_after) INCLUDE (priority, created_on, id) WHERE state < 'active';
