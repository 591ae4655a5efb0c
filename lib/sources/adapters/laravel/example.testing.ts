import type { Example, OlderSchema } from "@/lib/sources/adapters/conformance.testing";
import { laravel, RETRY_AFTER_SECONDS } from "@/lib/sources/adapters/laravel/laravel";

// Rounded down: rounding up would put a job into the future.
const NOW = "floor(extract(epoch FROM now()))::int";

export const example: Example = {
  adapter: laravel(RETRY_AFTER_SECONDS),
  schemaSql: new URL("./schema.sql", import.meta.url),
  generation: "≥ 12",
  queue: "default",
  add: ({ state, count, dueSeconds, startedSeconds, error }) => {
    if (state === "done") return null;
    if (state === "failed") {
      return `
        INSERT INTO failed_jobs (uuid, connection, queue, payload, exception, failed_at)
        SELECT gen_random_uuid(), 'database', 'default', 's3cret',
               '${error ?? ""} ' || n || E'\\n#0 /app/s3cret.php', now() AT TIME ZONE 'UTC'
        FROM generate_series(1, ${count}) n`;
    }
    const attempts = state.startsWith("retry") || state === "running" ? 1 : 0;
    const reserved = state === "running" ? `${NOW} - ${startedSeconds}` : "NULL";
    return `
      INSERT INTO jobs (queue, payload, attempts, reserved_at, available_at, created_at)
      SELECT 'default', 's3cret', ${attempts}, ${reserved}, ${NOW} - ${dueSeconds}, ${NOW}
      FROM generate_series(1, ${count}) n`;
  },
  errorsIn: ["failed"],
  requiredColumn: { table: "jobs", column: "available_at" },
};

export const older: readonly OlderSchema[] = [
  {
    name: "without failed_jobs",
    example: {
      ...example,
      schemaSql: new URL("./schema-without-failed-jobs.sql", import.meta.url),
      generation: "≥ 5.2",
      add: (jobs) => (jobs.state === "failed" ? null : example.add(jobs)),
      lacks: ["lacksFailedJobs"],
      unsupported: ["errorGroups"],
    },
  },
];
