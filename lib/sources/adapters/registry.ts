import { bitmagnet } from "@/lib/sources/adapters/bitmagnet/bitmagnet";
import { djangoQ2 } from "@/lib/sources/adapters/django-q2/django-q2";
import { goodJob } from "@/lib/sources/adapters/good-job/good-job";
import { graphileWorker } from "@/lib/sources/adapters/graphile-worker/graphile-worker";
import { hangfire } from "@/lib/sources/adapters/hangfire/hangfire";
import { kyoo } from "@/lib/sources/adapters/kyoo/kyoo";
import { laravel, RETRY_AFTER_SECONDS } from "@/lib/sources/adapters/laravel/laravel";
import { oban } from "@/lib/sources/adapters/oban/oban";
import { peertube } from "@/lib/sources/adapters/peertube/peertube";
import { pgBoss } from "@/lib/sources/adapters/pg-boss/pg-boss";
import { procrastinate } from "@/lib/sources/adapters/procrastinate/procrastinate";
import { river } from "@/lib/sources/adapters/river/river";
import { solidQueue } from "@/lib/sources/adapters/solid-queue/solid-queue";
import type { Queries } from "@/lib/sources/adapters/sql/queries";
import { sql } from "@/lib/sources/adapters/sql/sql";
import type { Adapter } from "@/lib/sources/jobs/adapter";

/** Every kind of job table that can be monitored. Settings, reader and pages use this list. */
const ADAPTERS = [
  bitmagnet,
  peertube,
  kyoo,
  pgBoss,
  river,
  oban,
  graphileWorker,
  goodJob,
  procrastinate,
  laravel(RETRY_AFTER_SECONDS),
  djangoQ2,
  solidQueue,
  hangfire,
] as const;

/** The kinds read over SQL; each has an adapter of the same name. */
export type TableKind = (typeof ADAPTERS)[number]["kind"];

export const TABLE_ADAPTERS: readonly [Adapter<TableKind>, ...Adapter<TableKind>[]] = ADAPTERS;

/** The settings of a kind, besides the location of its tables. */
export type AdapterSettings =
  | {
      readonly kind: TableKind;
      /** The setting of Laravel's connection; absent: the default. */
      readonly retryAfterSeconds?: number | undefined;
    }
  | { readonly kind: "sql"; readonly queries: Queries };

export function adapterOf(settings: AdapterSettings): Adapter {
  if (settings.kind === "sql") return sql(settings.queries);
  if (settings.kind === "laravel") return laravel(settings.retryAfterSeconds ?? RETRY_AFTER_SECONDS);
  const adapter = TABLE_ADAPTERS.find(({ kind }) => kind === settings.kind);
  if (adapter === undefined) throw new Error(`no adapter for "${settings.kind}"`);
  return adapter;
}
