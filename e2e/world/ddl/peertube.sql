-- PeerTube's remote runners as its migrations 0765 and 0795 leave them, with the `version` column of its 8.x line.
CREATE TABLE "runnerRegistrationToken" (
  "id"                serial       PRIMARY KEY,
  "registrationToken" varchar(255) NOT NULL,
  "createdAt"         timestamptz  NOT NULL,
  "updatedAt"         timestamptz  NOT NULL
);

CREATE TABLE "runner" (
  "id"                        serial        PRIMARY KEY,
  "runnerToken"               varchar(255)  NOT NULL,
  "name"                      varchar(255)  NOT NULL,
  "description"               varchar(1000),
  "lastContact"               timestamptz   NOT NULL,
  "ip"                        varchar(255)  NOT NULL,
  "version"                   varchar(255),
  "runnerRegistrationTokenId" integer REFERENCES "runnerRegistrationToken" ("id") ON DELETE CASCADE ON UPDATE CASCADE,
  "createdAt"                 timestamptz   NOT NULL,
  "updatedAt"                 timestamptz   NOT NULL
);
CREATE UNIQUE INDEX "runner_runner_token" ON "runner" ("runnerToken");
CREATE UNIQUE INDEX "runner_name" ON "runner" ("name");
CREATE INDEX "runner_runner_registration_token_id" ON "runner" ("runnerRegistrationTokenId");

-- state: 1 pending, 2 processing, 3 completed, 4 errored, 5 waiting for parent job, 6 cancelled, 7 parent errored,
-- 8 parent cancelled, 9 completing
CREATE TABLE "runnerJob" (
  "id"                   serial       PRIMARY KEY,
  "uuid"                 uuid         NOT NULL,
  "type"                 varchar(255) NOT NULL,
  "payload"              jsonb        NOT NULL,
  "privatePayload"       jsonb        NOT NULL,
  "state"                integer      NOT NULL,
  "failures"             integer      NOT NULL DEFAULT 0,
  "error"                varchar(5000),
  "priority"             integer      NOT NULL,
  "processingJobToken"   varchar(255),
  "progress"             integer,
  "startedAt"            timestamptz,
  "finishedAt"           timestamptz,
  "dependsOnRunnerJobId" integer REFERENCES "runnerJob" ("id") ON DELETE CASCADE ON UPDATE CASCADE,
  "runnerId"             integer REFERENCES "runner" ("id") ON DELETE SET NULL ON UPDATE CASCADE,
  "createdAt"            timestamptz  NOT NULL,
  "updatedAt"            timestamptz  NOT NULL
);
CREATE UNIQUE INDEX "runner_job_uuid" ON "runnerJob" ("uuid");
CREATE UNIQUE INDEX "runner_job_processing_job_token" ON "runnerJob" ("processingJobToken");
CREATE INDEX "runner_job_runner_id" ON "runnerJob" ("runnerId");
CREATE INDEX "runner_job_depends_on_runner_job_id" ON "runnerJob" ("dependsOnRunnerJobId");
