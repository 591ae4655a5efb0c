import type { Example } from "@/lib/sources/adapters/conformance.testing";
import { djangoQ2 } from "@/lib/sources/adapters/django-q2/django-q2";

export const example: Example = {
  adapter: djangoQ2,
  schemaSql: new URL("./schema.sql", import.meta.url),
  generation: "migrations ≥ 17",
  queue: "default",
  add: ({ state, count, dueSeconds }) => {
    if (state === "queuedLater" || state === "running" || state.startsWith("retry")) return null;
    if (state === "failed" || state === "done") {
      return `
        INSERT INTO django_q_task (id, name, func, result, started, stopped, success, attempt_count)
        SELECT md5(random()::text), 'task', 'app.tasks.mail', 's3cret', now() - interval '1 minute', now(),
               ${state === "done"}, 1
        FROM generate_series(1, ${count})`;
    }
    return `
      INSERT INTO django_q_ormq (key, payload, lock)
      SELECT 'default', 's3cret', now() - interval '${dueSeconds} seconds' FROM generate_series(1, ${count})`;
  },
  errorsIn: [],
  requiredColumn: { table: "django_q_task", column: "success" },
};
