import type { Example } from "@/lib/sources/adapters/conformance.testing";
import { peertube } from "@/lib/sources/adapters/peertube/peertube";
import { COMPLETED, ERRORED, PENDING, PROCESSING } from "@/lib/sources/adapters/peertube/queries";

const STATES = { queued: PENDING, running: PROCESSING, failed: ERRORED, done: COMPLETED } as const;
const QUEUE = "vod-hls-transcoding";

const ago = (seconds: number) => `now() - interval '${seconds} seconds'`;

export const example: Example = {
  adapter: peertube,
  schemaSql: new URL("./schema.sql", import.meta.url),
  queue: QUEUE,
  add: ({ state, count, dueSeconds, startedSeconds, error }) => {
    if (state === "queuedLater" || state === "retryDue" || state === "retryLater") return null;
    return `
      INSERT INTO "runnerJob" (uuid, type, payload, "privatePayload", state, priority, error, "startedAt", "finishedAt",
                               "createdAt", "updatedAt")
      SELECT gen_random_uuid(), '${QUEUE}', '{"k":"s3cret"}', '{"k":"s3cret"}', ${STATES[state]}, 0,
             ${error === null ? "NULL" : `'${error} ' || n`},
             ${state === "queued" ? "NULL" : ago(startedSeconds)},
             ${state === "failed" || state === "done" ? "now()" : "NULL"}, ${ago(dueSeconds)},
             ${ago(state === "running" ? startedSeconds : dueSeconds)}
      FROM generate_series(1, ${count}) n`;
  },
  owner: ({ name, silentSeconds, holding }) => `
    WITH owner AS (
      INSERT INTO runner ("runnerToken", name, "lastContact", ip, "createdAt", "updatedAt")
      VALUES ('s3cret-${name}', '${name}', ${ago(silentSeconds)}, '127.0.0.1', now(), now()) RETURNING id)
    INSERT INTO "runnerJob" (uuid, type, payload, "privatePayload", state, priority, "startedAt", "runnerId", "createdAt",
                             "updatedAt")
    SELECT gen_random_uuid(), '${QUEUE}', '{}', '{}', ${PROCESSING}, 0, now(), owner.id, now(), now()
    FROM owner WHERE ${holding}`,
  contactIs: "activity",
  errorsIn: ["failed"],
  requiredColumn: { table: "runner", column: "lastContact" },
};
