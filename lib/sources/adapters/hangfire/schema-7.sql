-- Hangfire.PostgreSql 1.6, schema version 7 (hangfire-postgres/Hangfire.PostgreSql Scripts v3-v7 @81a9f06). All times are
-- UTC without zone; version 18 added aggregatedcounter, version 19 the zone, version 20 jsonb.
CREATE SCHEMA IF NOT EXISTS hangfire;

CREATE TABLE hangfire.schema (version int NOT NULL PRIMARY KEY);

CREATE TABLE hangfire.counter (
    id       serial       PRIMARY KEY,
    key      varchar(100) NOT NULL,
    value    smallint     NOT NULL,
    expireat timestamp,
    updatecount integer   NOT NULL DEFAULT 0
);
CREATE INDEX ix_hangfire_counter_key ON hangfire.counter (key);
CREATE INDEX ix_hangfire_counter_expireat ON hangfire.counter (expireat);

CREATE TABLE hangfire.job (
    id             serial      PRIMARY KEY,
    stateid        int,
    statename      varchar(20),
    invocationdata text        NOT NULL,
    arguments      text        NOT NULL,
    createdat      timestamp   NOT NULL,
    expireat       timestamp,
    updatecount    integer     NOT NULL DEFAULT 0
);
CREATE INDEX ix_hangfire_job_statename ON hangfire.job (statename);

CREATE TABLE hangfire.state (
    id          serial      PRIMARY KEY,
    jobid       int         NOT NULL REFERENCES hangfire.job (id) ON UPDATE CASCADE ON DELETE CASCADE,
    name        varchar(20) NOT NULL,
    reason      varchar(100),
    createdat   timestamp   NOT NULL,
    data        text,
    updatecount integer     NOT NULL DEFAULT 0
);
CREATE INDEX ix_hangfire_state_jobid ON hangfire.state (jobid);

CREATE TABLE hangfire.jobqueue (
    id          serial      PRIMARY KEY,
    jobid       int         NOT NULL,
    queue       varchar(20) NOT NULL,
    fetchedat   timestamp,
    updatecount integer     NOT NULL DEFAULT 0
);
CREATE INDEX ix_hangfire_jobqueue_queueandfetchedat ON hangfire.jobqueue (queue, fetchedat);
CREATE INDEX ix_hangfire_jobqueue_jobidandqueue ON hangfire.jobqueue (jobid, queue);

CREATE TABLE hangfire.server (
    id            varchar(100) PRIMARY KEY,
    data          text,
    lastheartbeat timestamp    NOT NULL,
    updatecount   integer      NOT NULL DEFAULT 0
);

CREATE TABLE hangfire.set (
    id          serial       PRIMARY KEY,
    key         varchar(100) NOT NULL,
    score       float8       NOT NULL,
    value       text         NOT NULL,
    expireat    timestamp,
    updatecount integer      NOT NULL DEFAULT 0,
    UNIQUE (key, value)
);
