-- Hangfire.PostgreSql 1.20, schema version 19 (hangfire-postgres/Hangfire.PostgreSql Scripts v3-v19 @81a9f06): version 20
-- made jsonb of invocationdata, arguments and data
CREATE SCHEMA IF NOT EXISTS hangfire;

CREATE TABLE hangfire.schema (version integer PRIMARY KEY);

CREATE TABLE hangfire.job (
    id             bigserial   PRIMARY KEY,
    stateid        bigint,
    statename      text,
    invocationdata text        NOT NULL,
    arguments      text        NOT NULL,
    createdat      timestamptz NOT NULL,
    expireat       timestamptz,
    updatecount    integer     NOT NULL DEFAULT 0
);
CREATE INDEX ix_hangfire_job_statename ON hangfire.job (statename);
CREATE INDEX ix_hangfire_job_expireat  ON hangfire.job (expireat);

CREATE TABLE hangfire.jobqueue (            -- fetchedat older than InvisibilityTimeout (30 min) = refetched
    id          bigserial   PRIMARY KEY,
    jobid       bigint      NOT NULL,
    queue       text        NOT NULL,
    fetchedat   timestamptz,
    updatecount integer     NOT NULL DEFAULT 0
);
CREATE INDEX ix_hangfire_jobqueue_queueandfetchedat ON hangfire.jobqueue (queue, fetchedat);
CREATE INDEX ix_hangfire_jobqueue_jobidandqueue     ON hangfire.jobqueue (jobid, queue);

CREATE TABLE hangfire.state (
    id          bigserial   PRIMARY KEY,
    jobid       bigint      NOT NULL REFERENCES hangfire.job (id) ON UPDATE CASCADE ON DELETE CASCADE,
    name        text        NOT NULL,
    reason      text,
    createdat   timestamptz NOT NULL,
    data        text,
    updatecount integer     NOT NULL DEFAULT 0
);
CREATE INDEX ix_hangfire_state_jobid ON hangfire.state (jobid);

CREATE TABLE hangfire.jobparameter (
    id          bigserial PRIMARY KEY,
    jobid       bigint    NOT NULL REFERENCES hangfire.job (id) ON UPDATE CASCADE ON DELETE CASCADE,
    name        text      NOT NULL,
    value       text,
    updatecount integer   NOT NULL DEFAULT 0
);
CREATE INDEX ix_hangfire_jobparameter_jobidandname ON hangfire.jobparameter (jobid, name);

CREATE TABLE hangfire.set (
    id          bigserial        PRIMARY KEY,
    key         text             NOT NULL,
    score       double precision NOT NULL,
    value       text             NOT NULL,
    expireat    timestamptz,
    updatecount integer          NOT NULL DEFAULT 0,
    UNIQUE (key, value)
);
CREATE INDEX ix_hangfire_set_key_score ON hangfire.set (key, score);

CREATE TABLE hangfire.server (              -- heartbeat 30 s by default
    id            text        PRIMARY KEY,
    data          text,
    lastheartbeat timestamptz NOT NULL,
    updatecount   integer     NOT NULL DEFAULT 0
);

CREATE TABLE hangfire.counter (
    id       bigserial PRIMARY KEY,
    key      text      NOT NULL,            -- e.g. stats:succeeded, stats:failed:2026-01-01
    value    bigint    NOT NULL,
    expireat timestamptz
);
CREATE INDEX ix_hangfire_counter_key ON hangfire.counter (key);

CREATE TABLE hangfire.aggregatedcounter (
    id       bigserial PRIMARY KEY,
    key      text      NOT NULL UNIQUE,
    value    bigint    NOT NULL,
    expireat timestamptz
);
