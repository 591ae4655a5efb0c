import { z } from "zod";
import type { ActiveRow, RunnerRow } from "@/lib/sources/adapters/peertube/queries";

/**
 * Runners and their jobs in PeerTube's REST API (`toFormattedJSON` of the models runner and runner-job, read at 6.3.3 and
 * 8.x). The API includes the payload of each job, even private ones; they are dropped here.
 */
const instant = z.iso.datetime({ offset: true }).transform((text) => Date.parse(text));
const maybe = <T extends z.ZodType>(type: T) => type.nullish().transform((value) => value ?? null);

export const RunnerItem = z.object({
  id: z.number(),
  name: z.string(),
  lastContact: maybe(instant),
  /** Since 8.x; absent before. */
  version: z.string().nullish(),
});
export type RunnerItem = z.infer<typeof RunnerItem>;

export const JobItem = z.object({
  uuid: z.string(),
  type: z.string(),
  state: z.object({ id: z.number() }),
  progress: maybe(z.number()),
  failures: maybe(z.number()),
  error: maybe(z.string()),
  startedAt: maybe(instant),
  finishedAt: maybe(instant),
  updatedAt: instant,
  runner: maybe(z.object({ id: z.number() })),
  /** The job it waits for; the model joins it to every row of the list. */
  parent: maybe(z.object({ state: z.object({ id: z.number() }) })),
});
export type JobItem = z.infer<typeof JobItem>;

/** `total` counts all matches, `data` is one page of them. */
export const pageOf = <T extends z.ZodType>(item: T) =>
  z.object({ total: z.number().int().nonnegative(), data: z.array(item) });

export const toRunnerRow = (item: RunnerItem): RunnerRow => ({
  id: item.id,
  name: item.name,
  last_contact_ms: item.lastContact,
});

export const toActiveRow = (item: JobItem): ActiveRow => ({
  uuid: item.uuid,
  type: item.type,
  state: item.state.id,
  progress: item.progress,
  failures: item.failures,
  runner_id: item.runner?.id ?? null,
  started_ms: item.startedAt,
  updated_ms: item.updatedAt,
});
