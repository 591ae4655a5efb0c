import type { Example } from "@/lib/sources/adapters/conformance.testing";
import { djangoQ2 } from "@/lib/sources/adapters/django-q2/django-q2";

export const example: Example = {
  adapter: djangoQ2,
  schemaSql: new URL("./schema.sql", import.meta.url),
  queue: "default",
  add: ({ state, count, dueSeconds }) => {
    if (state === "queuedLater" || state.startsWith("retry")) return null;
    if (state === "failed" || state === "done") {
      return `
        INSERT INTO django_q_task (id, name, func, result, started, stopped, success, attempt_count)
        SELECT md5(random()::text), 'task', 'app.tasks.mail', 's3cret', now() - interval '1 minute', now(),
               ${state === "done"}, 1
        FROM generate_series(1, ${count})`;
    }
    const lock = state === "running" ? "now() + interval '50 seconds'" : `now() - interval '${dueSeconds} seconds'`;
    return `
      INSERT INTO django_q_ormq (key, payload, lock)
      SELECT 'default', 's3cret', ${lock} FROM generate_series(1, ${count})`;
  },
  errorsIn: [],
  requiredColumn: { table: "django_q_task", column: "success" },
};
