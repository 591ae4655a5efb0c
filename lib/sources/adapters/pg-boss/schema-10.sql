-- pg-boss 10.4.0, schema version 24 (timgit/pg-boss src/plans.js @10.4.0): queue, and job partitioned by queue name. Each
-- queue has a partition of its own; here the test's queue.
CREATE SCHEMA IF NOT EXISTS pgboss;

CREATE TYPE pgboss.job_state AS ENUM ('created', 'retry', 'active', 'completed', 'cancelled', 'failed');

CREATE TABLE pgboss.version (
    version       int PRIMARY KEY,
    maintained_on timestamptz,
    cron_on       timestamptz,
    monitored_on  timestamptz
);

CREATE TABLE pgboss.queue (
    name              text PRIMARY KEY,
    policy            text,
    retry_limit       int,
    retry_delay       int,
    retry_backoff     bool,
    expire_seconds    int,
    retention_minutes int,
    dead_letter       text REFERENCES pgboss.queue (name),
    partition_name    text,
    created_on        timestamptz NOT NULL DEFAULT now(),
    updated_on        timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE pgboss.job (
    id            uuid             NOT NULL DEFAULT gen_random_uuid(),
    name          text             NOT NULL,
    priority      integer          NOT NULL DEFAULT 0,
    data          jsonb,
    state         pgboss.job_state NOT NULL DEFAULT 'created',
    retry_limit   integer          NOT NULL DEFAULT 2,
    retry_count   integer          NOT NULL DEFAULT 0,
    retry_delay   integer          NOT NULL DEFAULT 0,
    retry_backoff boolean          NOT NULL DEFAULT false,
    start_after   timestamptz      NOT NULL DEFAULT now(),
    started_on    timestamptz,
    singleton_key text,
    singleton_on  timestamp,
    expire_in     interval         NOT NULL DEFAULT interval '15 minutes',
    created_on    timestamptz      NOT NULL DEFAULT now(),
    completed_on  timestamptz,
    keep_until    timestamptz      NOT NULL DEFAULT now() + interval '14 days',
    output        jsonb,
    dead_letter   text,
    policy        text,
    PRIMARY KEY (name, id)
) PARTITION BY LIST (name);
CREATE TABLE pgboss.j_mail PARTITION OF pgboss.job FOR VALUES IN ('mail');
CREATE INDEX j_mail_i5 ON pgboss.j_mail (name, start_after) INCLUDE (priority, created_on, id) WHERE state < 'active';
